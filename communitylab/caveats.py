"""What besides the followers moves the figures of two reports: which differences it bars, and what to do about it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from communitylab import inference
from communitylab.answers import hangs_on_flat_answers
from communitylab.comparability import Remark, is_same_brand, obstacles, without_answer
from communitylab.errors import printable
from communitylab.phrases import PLACE_NAMES, counted, days_of, flat_answers, percent
from communitylab.readings import measured
from communitylab.roles import RUNGS

__all__ = ["remarks_on"]

_PER_TILE = ("breadth", "breadth_without_top", "largest_component")
_TALK = ("follower_share", "follower_share_without_top")
_WITHOUT_TOP = ("follower_share_without_top", "breadth_without_top")
_PER_THREAD = ("conversation", "join_in", "first_answer")
_CALLED = {
    "follower_share": "talk among followers",
    "breadth": "regular contact",
    "largest_component": "who is connected without the brand",
    "conversation": "real conversations",
    "join_in": "others who join in",
}
_TILE = 28  # days
# Conventions: from which ratio on two lengths, two tiles, two sizes, two rates of writing, two lists are not alike.
_LENGTHS, _TILES, _SIZES, _RATES, _LISTS = 1.5, 1.25, 2.0, 1.5, 1.5
_OPEN = 0.05  # width of what bystanders leave open, above which it is told
_FLAT = 0.2  # by which the shares of answers that name nobody must differ to be told
_HUNDRED = 100  # talkers, of fewer of whom one in a hundred is one person

_Content = Mapping[str, Any]


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
    if nothing := tuple(without_answer(a, b)):
        # Where there is nothing to compare, what else differs is beside the point.
        return nothing
    found = [
        *obstacles(a, b),
        *_tiles(a, b),
        *_sizes(a, b),
        *_tops(a, b),
        *_lengths(a, b),
        *_newcomers(a, b),
        *_flat_answers(a, b),
        *_bystanders(a, b),
        *_lists(a, b),
        *_places(a, b),
        *_narrow(a, b),
        *_settings(a, b),
    ]
    return tuple(sorted(found, key=lambda remark: -len(remark.bars)))


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


def _rate(content: _Content) -> float:
    """How many messages somebody who writes in a tile sends in it, on average."""
    days, people = days_of(content), _per_tile(content)
    acts = content["w_ff"] + content["w_fb"]
    return acts * _tile_days(content) / days / people if days and people else 0.0


def _sizes(a: _Content, b: _Content) -> Iterator[Remark]:
    if not a["ties"] or not b["ties"]:
        sides = " and ".join(side for side, content in (("A", a), ("B", b)) if not content["ties"])
        yield Remark(
            f"nothing is connected in {sides}",
            f"In {sides} no two followers are in regular contact, so that the largest connected group is one person.",
            "Read talk among followers instead.",
            ("largest_component",),
        )
    is_four_weeks = _tile_days(a) == _tile_days(b) == _TILE
    stretch = "four weeks" if is_four_weeks else "four weeks, or the whole time where that is shorter,"
    one, other = _per_tile(a), _per_tile(b)
    if max(one, other) > _SIZES * min(one, other):
        yield Remark(
            "they are of different size",
            f"In {stretch} {one:,.0f} followers write in A and {other:,.0f} in B, on average. Among more people two "
            "meet again more rarely: even where all talk at random, fewer of many than of few have a regular contact "
            "or are connected.",
            "Read talk among followers instead.",
            _PER_TILE,
        )
    one, other = _rate(a), _rate(b)
    if max(one, other) > _RATES * min(one, other):
        yield Remark(
            "people write more in one of them",
            f"Whoever writes sends {one:,.1f} messages in {stretch} in A and {other:,.1f} in B, on average. Those who "
            "write more meet again more often: even where all talk at random, more of them have a regular contact or "
            "are connected. An export that lacks posts shows fewer messages, too.",
            "Read talk among followers instead.",
            _PER_TILE,
        )


def _tops(a: _Content, b: _Content) -> Iterator[Remark]:
    one, other = a["talkers"], b["talkers"]
    if min(one, other) < _HUNDRED and max(one, other) > _SIZES * min(one, other):
        left_out = [f"{math.ceil(n / _HUNDRED):,} of {n:,}" for n in (one, other)]
        yield Remark(
            "the most addressed are not the same share of both",
            "The most addressed are one in a hundred of those who talk, and at least one person: "
            f"{left_out[0]} in A and {left_out[1]} in B. To leave them out takes more away where fewer talk.",
            "Read the figures that leave nobody out.",
            _WITHOUT_TOP,
        )


def _lengths(a: _Content, b: _Content) -> Iterator[Remark]:
    one, other = days_of(a), days_of(b)
    if min(one, other) and max(one, other) > _LENGTHS * min(one, other):
        is_cut = min(one, other) < _TILE
        cut = (
            " What is answered late is cut off at the end, and in so short a time that is much."
            if is_cut
            else ""
        )
        yield Remark(
            "they are of different length",
            f"A spans {counted(one, 'day')} and B {counted(other, 'day')}. Contacts that last, pairs, groups, talk "
            "that goes both ways and reach grow with the time studied; talk among followers, and what is counted "
            f"per four weeks, does not.{cut}",
            "Make both of the same length with --since and --until.",
            _PER_THREAD if is_cut else (),
        )


def _newcomers(a: _Content, b: _Content) -> Iterator[Remark]:
    known = [measured(content, "newcomers_answered").value for content in (a, b)]
    if is_same_brand(a, b) and None not in known:
        yield Remark(
            "who is new hangs on where a report begins",
            "A newcomer is whoever had not written before. A report cut out of a longer export with --since knows all "
            "who wrote earlier in it; one whose export begins with it knows only those of its own first four weeks, "
            "so that people of long standing can pass for new. The newcomers of two periods are not alike.",
            "Leave newcomers out, or read them in one report on the whole time.",
            ("newcomers_answered",),
        )


def _flat_answers(a: _Content, b: _Content) -> Iterator[Remark]:
    """Where the talk among followers hangs on what to make of answers that name nobody."""
    hanging = [side for side, content in (("A", a), ("B", b)) if hangs_on_flat_answers(content)]
    for side in hanging:
        share = (a if side == "A" else b)["measures"]["follower_share"]
        yield Remark(
            f"most answers in {side} name nobody",
            f"Most answers in {side} stand below a post and name nobody; they are in no figure here. If each goes to "
            f"whoever posted, {100 * share['inferred']:.0f} of 100 messages go to another follower instead of "
            f"{100 * share['value']:.0f}.",
            "Leave talk among followers out, or compare two places that are alike in this.",
            _TALK,
        )
    one, other = _flat(a), _flat(b)
    if not hanging and abs(one - other) > _FLAT:
        yield Remark(
            "answers that name nobody are more in one of them",
            f"Of 100 messages and answers {100 * one:.0f} stand below a post and name nobody in A, "
            f"{100 * other:.0f} in B; they are in no figure here.",
            "Compare places that are alike in this.",
        )


def _flat(content: _Content) -> float:
    """Of what is said to somebody or below a post, the share that names nobody."""
    inferred = flat_answers(content)
    every = inferred + content["w_ff"] + content["w_fb"]
    return inferred / every if every else 0.0


def _bystanders(a: _Content, b: _Content) -> Iterator[Remark]:
    """Where people who are only named may be followers: how far that alone can move the difference."""
    shares = [content["measures"]["follower_share"] for content in (a, b)]
    bounds = [(share.get("bystander_low"), share.get("bystander_high")) for share in shares]
    (low_a, high_a), (low_b, high_b) = bounds
    if low_a is None or high_a is None or low_b is None or high_b is None:
        return
    is_either = low_b < high_a and low_a < high_b
    wide = [side for side, (low, high) in zip("AB", bounds, strict=True) if high - low > _OPEN]
    # What the ranges do not show in the first place needs no caution where little is open.
    if not wide and not (is_either and _talk_differs(a, b)):
        return
    what = (
        "People who are only named may be followers or not: counting what is sent to them too, between "
        f"{percent(low_a)} and {percent(high_a)} of the talk goes to a follower in A, between {percent(low_b)} and "
        f"{percent(high_b)} in B."
    )
    cure = "Give both a follower list (--followers)."
    if is_either:
        short = "who follows is not known, and either may have more talk among followers"
        yield Remark(short, f"{what} So either may have more.", cure, _TALK)
        return
    more, fewer = ("B", "A") if low_b >= high_a else ("A", "B")
    least, most = sorted(round(100 * abs(open_by)) for open_by in (low_b - high_a, high_b - low_a))
    near = (
        f"Who follows is not known in {' and '.join(wide)}: by that alone anything from {least} to {most} more of "
        f"every 100 messages can go to another follower in {more} than in {fewer}."
    )
    yield Remark(f"who follows is not known in {' and '.join(wide)}", what, cure, near=near)


def _talk_differs(a: _Content, b: _Content) -> bool:
    """Whether the ranges show a difference in talk among followers, whoever follows."""
    shares = [content["measures"]["follower_share"] for content in (a, b)]
    one, other = ((share["value"], share.get("low"), share.get("high")) for share in shares)
    if None in (*one, *other):
        return False
    low, high = inference.mover(other, one)
    return not low <= 0 <= high


def _lists(a: _Content, b: _Content) -> Iterator[Remark]:
    if a["has_follower_list"] and b["has_follower_list"]:
        one, other = a["followers"], b["followers"]
        if max(one, other) > _LISTS * min(one, other):
            yield Remark(
                "their follower lists differ in length",
                f"The list of A holds {counted(one, 'follower')}, that of B {other:,}. Whoever is on no list is in no "
                "figure, however much they write.",
                "Make both lists in the same way, as whole as they can be.",
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


def _narrow(a: _Content, b: _Content) -> Iterator[Remark]:
    """Ranges that were too short in planted worlds; a report of an earlier version knows nothing of them."""
    for side, content in (("A", a), ("B", b)):
        known = content.get("certainty", {"intervals": {}})["intervals"]
        if names := [called for name, called in _CALLED.items() if known.get(name, {}).get("is_narrow")]:
            yield Remark(
                f"ranges in {side} are rather short",
                f"In made-up exports like {side}, of which the truth is known, the range around {', '.join(names)} "
                "held it less often than 95 times in 100. So the range of the difference is rather too short as well.",
                "Do not rest anything on the ends of such a range.",
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
