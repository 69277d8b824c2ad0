"""Whether two reports can be compared at all: what differs besides the followers, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from communitylab.answers import hangs_on_flat_answers
from communitylab.coverage import CLASSES
from communitylab.errors import printable
from communitylab.phrases import FEW, PLACE_NAMES, counted, days_of, kinds_of, percent
from communitylab.roles import RUNGS

__all__ = ["WITH_INTERVAL", "Remark", "is_same_brand", "periods_overlap", "remarks_on"]

WITH_INTERVAL = (
    "follower_share", "follower_share_without_top", "breadth", "breadth_without_top", "largest_component",
    "conversation", "join_in", "newcomers_answered", "first_answer",
)  # fmt: skip
"""What has a range of its own, so that a difference can have one."""

_PER_TILE = ("breadth", "breadth_without_top", "largest_component")
_TILE = 28  # days
# Conventions: from which ratio on two lengths, two tiles, two sizes are not alike.
_LENGTHS, _TILES, _SIZES = 1.5, 1.25, 2.0
_OPEN = 0.05  # width of what bystanders leave open, above which it is told
_LEAST_ACTS = 100  # messages, below which the report itself says that they are too few

_Content = Mapping[str, Any]


@dataclass(frozen=True)
class Remark:
    """What speaks against comparing: in a few words, as a sentence, what to do, and which differences are not shown."""

    short: str
    what: str
    cure: str
    bars: tuple[str, ...] = ()


def is_same_brand(a: _Content, b: _Content) -> bool:
    """Whether two reports are about one brand, going by its name.

    Parameters
    ----------
    a, b
        As :func:`communitylab.readings.read_results` gives them.
    """
    return bool(a["brand"]["name"].casefold() == b["brand"]["name"].casefold())


def periods_overlap(a: _Content, b: _Content) -> bool | None:
    """Whether some moment lies in the spans of both; null where one knows no times.

    Parameters
    ----------
    a, b
        As :func:`communitylab.readings.read_results` gives them.
    """
    if a["span"] is None or b["span"] is None:
        return None
    # Moments of one form are in order as texts.
    return bool(a["span"][0] <= b["span"][1] and b["span"][0] <= a["span"][1])


def remarks_on(a: _Content, b: _Content) -> tuple[Remark, ...]:
    """What speaks against comparing two reports, the gravest first.

    Parameters
    ----------
    a, b
        As :func:`communitylab.readings.read_results` gives them.

    Returns
    -------
    tuple of Remark
        Those that bar every difference, then those that bar some, then what is to be kept in mind.
    """
    if nothing := tuple(_cannot_answer(a, b)):
        # Where there is nothing to compare, what else differs is beside the point.
        return nothing
    found = [
        *_collected(a, b),
        *_counted(a, b),
        *_shared(a, b),
        *_tiles(a, b),
        *_sizes(a, b),
        *_few(a, b),
        *_lengths(a, b),
        *_places(a, b),
        *_open_ends(a, b),
        *_settings(a, b),
    ]
    return tuple(sorted(found, key=lambda remark: -len(remark.bars)))


def _cannot_answer(a: _Content, b: _Content) -> Iterator[Remark]:
    for side, content in (("A", a), ("B", b)):
        name = content["coverage"]["class"]
        if name in ("C", "D"):
            yield Remark(
                f"{side} shows nothing of followers’ talk",
                f"{side} is of an export that cannot show what followers say to one another: {CLASSES[name]}.",
                "Compare reports of exports that can: the command communitylab formats lists them.",
                WITH_INTERVAL,
            )
        elif name != "C_search" and content["verdict"]["label"] == "not identifiable":
            yield Remark(
                f"{side} is not about its brand",
                f"{side} is of an export that is not about its brand, as its report says.",
                "Search for what the brand and its followers have in common, and report on that.",
                WITH_INTERVAL,
            )


def _collected(a: _Content, b: _Content) -> Iterator[Remark]:
    one, other = a["coverage"]["class"], b["coverage"]["class"]
    if one != other:
        yield Remark(
            "they were collected in different ways",
            f"Of A ({one}), {CLASSES[one]}; of B ({other}), {CLASSES[other]}. Either way shows another part of what "
            "followers say.",
            "Compare exports of one class.",
            WITH_INTERVAL,
        )
    elif one == "C_search":
        yield Remark(
            "both are lower bounds",
            "Both exports hold almost only posts that name the brand. Each shows the least that followers can be "
            "talking with one another; of two such bounds the difference tells nothing.",
            "Export by hashtag or place rather than by the brand’s name.",
            WITH_INTERVAL,
        )


def _counted(a: _Content, b: _Content) -> Iterator[Remark]:
    if sorted(a["kinds"]) != sorted(b["kinds"]):
        yield Remark(
            "they count different things as talk",
            f"In A talk is {printable(kinds_of(a))}, in B {printable(kinds_of(b))}.",
            "Report on both with the same --kinds.",
            WITH_INTERVAL,
        )
    if a["has_follower_list"] != b["has_follower_list"]:
        with_list, without = ("A", "B") if a["has_follower_list"] else ("B", "A")
        yield Remark(
            "only one of them had a follower list",
            f"{with_list} had a follower list; in {without} everybody who wrote counts as a follower. So other "
            "people are followers in the one than in the other.",
            "Give both a follower list (--followers), or neither.",
            WITH_INTERVAL,
        )


def _shared(a: _Content, b: _Content) -> Iterator[Remark]:
    """Whether the same posts may be in both: then their difference is not that of two."""
    platforms = [{place["platform"] for place in content["places"]} for content in (a, b)]
    files = [{file["sha256"] for file in content["ledger"]["files"] if file["sha256"]} for content in (a, b)]
    is_one_source = is_same_brand(a, b) or bool(files[0] & files[1])
    overlap = periods_overlap(a, b)
    if not is_one_source or not platforms[0] & platforms[1] or overlap is False:
        return
    cure = "Cut them so that they do not overlap, with --since and --until."
    if overlap is None:
        short, what = (
            "they may share posts",
            "Without times nobody can tell whether the same posts are in both.",
        )
        cure = "Export again with the time of each post."
    elif a["span"] == b["span"]:
        short, what = (
            "they cover the same time",
            "Both cover the same time, so that the same posts are in both.",
        )
        if not is_same_brand(a, b):
            what = "Both are of the same file and time: each brand’s followers are among those of the other."
            cure = "Report on each brand from an export of its own."
    elif _is_within(a, b) or _is_within(b, a):
        part, whole = ("A", "B") if _is_within(a, b) else ("B", "A")
        short = "the one lies within the other"
        what = f"The time of {part} lies within that of {whole}, so that its posts are in both."
        cure = f"Compare {part} with what {whole} holds outside it: {cure[0].lower()}{cure[1:]}"
    else:
        short, what = "they share posts", "Their times overlap, so that some of the posts are in both."
    yield Remark(short, what, cure, WITH_INTERVAL)


def _is_within(inner: _Content, outer: _Content) -> bool:
    return bool(outer["span"][0] <= inner["span"][0] and inner["span"][1] <= outer["span"][1])


def _tile_days(content: _Content) -> int:
    """How long a tile is: four weeks from a Monday on, or the whole time where no such fit in."""
    days = days_of(content)
    if not days:
        return 0
    to_monday = -date.fromisoformat(content["span"][0][:10]).weekday() % 7
    return _TILE if to_monday + _TILE <= days else days


def _tiles(a: _Content, b: _Content) -> Iterator[Remark]:
    one, other = _tile_days(a), _tile_days(b)
    if min(one, other) and max(one, other) > _TILES * min(one, other):
        yield Remark(
            "contacts were looked for in stretches of different length",
            "What rests on regular contact is counted within four weeks, or within the whole time where that is "
            f"shorter: here within {one} days in A and {other} in B. In a longer stretch more people meet twice.",
            "Make each report of four whole weeks or more.",
            _PER_TILE,
        )


def _per_tile(content: _Content) -> float:
    """How many followers wrote something in four weeks, on average."""
    heard = [sum(row[rung] for rung in RUNGS if rung != "silent") for row in content["ladder"]]
    return sum(heard) / len(heard) if heard else 0.0


def _sizes(a: _Content, b: _Content) -> Iterator[Remark]:
    one, other = _per_tile(a), _per_tile(b)
    if not a["ties"] or not b["ties"]:
        sides = " and ".join(side for side, content in (("A", a), ("B", b)) if not content["ties"])
        yield Remark(
            f"nothing is connected in {sides}",
            f"In {sides} no two followers are in regular contact, so that the largest connected group is one person.",
            "Read regular contact instead.",
            ("largest_component",),
        )
    elif max(one, other) > _SIZES * min(one, other):
        yield Remark(
            "they are of different size",
            f"In four weeks {one:,.0f} followers write in A and {other:,.0f} in B, on average. The largest "
            "connected group is a smaller share of a larger number, and contacts know each other more often among "
            "fewer, by arithmetic alone.",
            "Read regular contact instead: size alone does not move it.",
            ("largest_component",),
        )


def _few(a: _Content, b: _Content) -> Iterator[Remark]:
    for side, content in (("A", a), ("B", b)):
        acts = content["w_ff"] + content["w_fb"]
        if min(content["active_followers"], content["regulars"]) < FEW or acts < _LEAST_ACTS:
            yield Remark(
                f"{side} rests on few people",
                f"{side} rests on little: {counted(content['active_followers'], 'follower')} who wrote, "
                f"{counted(content['regulars'], 'regular')} (talked on two days of the same four weeks) and "
                f"{counted(acts, 'message')}. One person more or less can make a difference.",
                "Add weeks or a wider search.",
            )


def _lengths(a: _Content, b: _Content) -> Iterator[Remark]:
    one, other = days_of(a), days_of(b)
    if min(one, other) and max(one, other) > _LENGTHS * min(one, other):
        yield Remark(
            "they are of different length",
            f"A spans {counted(one, 'day')} and B {counted(other, 'day')}. Contacts that last, pairs, groups, talk "
            "that goes both ways and reach grow with the time studied; talk among followers, and what is counted "
            "per four weeks, does not.",
            "Make both of the same length with --since and --until.",
        )


def _places(a: _Content, b: _Content) -> Iterator[Remark]:
    one, other = (_platforms(content) for content in (a, b))
    if one != other:
        yield Remark(
            "they are of different places",
            f"A was written on {one}, B on {other}. People answer one another in other ways there: a difference is "
            "one of places as well as of followers.",
            "Compare reports of the same place.",
        )


def _platforms(content: _Content) -> str:
    names = sorted({place["platform"] for place in content["places"]})
    return printable(" and ".join(PLACE_NAMES.get(name, name[:40]) for name in names)) or "no known place"


def _open_ends(a: _Content, b: _Content) -> Iterator[Remark]:
    """Where the talk among followers hangs on what cannot be known of an export."""
    for side, content in (("A", a), ("B", b)):
        share = content["measures"]["follower_share"]
        if hangs_on_flat_answers(content) and share.get("inferred") is not None:
            yield Remark(
                f"most answers in {side} name nobody",
                f"Most answers in {side} stand below a post and name nobody; they are in no figure here. If each "
                f"goes to whoever posted, {100 * share['inferred']:.0f} of 100 messages go to another follower "
                f"instead of {100 * share['value']:.0f}.",
                "Leave talk among followers out, or compare two places that are alike in this.",
                ("follower_share", "follower_share_without_top"),
            )
        low, high = share.get("bystander_low"), share.get("bystander_high")
        if low is not None and high is not None and high - low > _OPEN:
            yield Remark(
                f"who follows is not known in {side}",
                f"In {side} people who are only named may be followers or not: counting what is sent to them too, "
                f"between {percent(low)} and {percent(high)} of the talk goes to a follower.",
                "Give both a follower list (--followers).",
            )


def _settings(a: _Content, b: _Content) -> Iterator[Remark]:
    if a["tz"] != b["tz"]:
        zones = [printable(content["tz"][:40]) for content in (a, b)]
        yield Remark(
            "their days begin at different hours",
            f"Days begin in the zone {zones[0]} in A and {zones[1]} in B: on how many days two people talked can "
            "differ by that alone.",
            "Report on both with the same --tz.",
        )
    if not is_same_brand(a, b):
        yield Remark(
            "they are different brands",
            "Two brands are two exports: what was searched for, and how well, differs as well as the followers.",
            "Collect both with the same tool, in the same weeks, by the same rule.",
        )
    else:
        yield from _settings_of_one_brand(a, b)
    one, other = (printable(content["versions"]["communitylab"][:20]) for content in (a, b))
    if one != other:
        yield Remark(
            "they were made by different versions",
            f"A was made by communitylab {one}, B by {other}: what is counted may have changed in between.",
            "Make the older one anew with the command communitylab rerun.",
        )


def _settings_of_one_brand(a: _Content, b: _Content) -> Iterator[Remark]:
    if a["brand"]["accounts"] != b["brand"]["accounts"]:
        yield Remark(
            "different accounts are the brand",
            f"{counted(a['brand']['accounts'], 'account')} spoke for the brand in A and "
            f"{b['brand']['accounts']:,} in B: whoever is the brand in the one and a follower in the other moves "
            "the talk with them.",
            "Name the same accounts with --brand in both.",
        )
    tags = [sorted({tag.casefold() for tag in content["hashtags"]}) for content in (a, b)]
    if tags[0] != tags[1]:
        yield Remark(
            "other hashtags are the brand’s",
            "The brand’s own hashtags differ. That moves where talk is said to take place, not the figures here; "
            "but exports searched by other hashtags hold other people.",
            "Report on both with the same --hashtags.",
        )
