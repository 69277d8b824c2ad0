"""Whether two reports can be compared at all: what bars every difference between them, and what to do about it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from communitylab.coverage import CLASSES
from communitylab.errors import printable
from communitylab.phrases import counted, kinds_of

__all__ = ["WITH_INTERVAL", "Remark", "is_same_brand", "obstacles", "periods_overlap", "without_answer"]

WITH_INTERVAL = (
    "follower_share", "follower_share_without_top", "breadth", "breadth_without_top", "largest_component",
    "conversation", "join_in", "newcomers_answered", "first_answer",
)  # fmt: skip
"""What has a range of its own, so that a difference can have one."""

_Content = Mapping[str, Any]


@dataclass(frozen=True)
class Remark:
    """What speaks against comparing: in a few words, as a sentence, what to do, and which differences are not shown.

    `near` is what must stand where the difference stands that it leaves in doubt.
    """

    short: str
    what: str
    cure: str
    bars: tuple[str, ...] = ()
    near: str = ""


def is_same_brand(a: _Content, b: _Content) -> bool:
    """Whether two reports are about one brand, going by the letters and digits of its name.

    Parameters
    ----------
    a, b
        As :func:`communitylab.readings.read_results` gives them.
    """
    return _letters(a) == _letters(b)


def _letters(content: _Content) -> str:
    """A brand's name as one would find it again, be it a handle or a title."""
    name = unicodedata.normalize("NFKC", content["brand"]["name"]).casefold()
    return "".join(sign for sign in name.replace("&", "and") if sign.isalnum()) or name


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


def without_answer(a: _Content, b: _Content) -> Iterator[Remark]:
    """Which of two reports cannot say anything of followers, so that there is nothing to compare.

    Parameters
    ----------
    a, b
        As :func:`communitylab.readings.read_results` gives them.
    """
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


def obstacles(a: _Content, b: _Content) -> Iterator[Remark]:
    """What bars every difference between two reports, and whether some posts may be in both.

    Parameters
    ----------
    a, b
        As :func:`communitylab.readings.read_results` gives them.
    """
    yield from _too_little(a, b)
    yield from _collected(a, b)
    yield from _counted(a, b)
    yield from _shared(a, b)


def _too_little(a: _Content, b: _Content) -> Iterator[Remark]:
    for side, content in (("A", a), ("B", b)):
        if content["verdict"]["label"] == "insufficient":
            acts = content["w_ff"] + content["w_fb"]
            yield Remark(
                f"{side} holds too little to tell",
                f"{side} holds too little data to tell, as its report says: "
                f"{counted(content['active_followers'], 'follower')} who wrote, "
                f"{counted(content['regulars'], 'regular')} (talked on two days of the same four weeks) and "
                f"{counted(acts, 'message')}{'' if content['span'] else ', all without times'}. One person more or "
                "less can make a difference.",
                "Add weeks or a wider search.",
                WITH_INTERVAL,
            )


def _collected(a: _Content, b: _Content) -> Iterator[Remark]:
    one, other = a["coverage"]["class"], b["coverage"]["class"]
    if one != other:
        yield Remark(
            "they were collected in different ways",
            f"Of A, {CLASSES[one]}; of B, {CLASSES[other]}. Either way shows another part of what followers say.",
            "Compare exports that were collected in the same way.",
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
    if not platforms[0] & platforms[1] or overlap is False:
        return
    if not is_one_source:
        if overlap:
            yield Remark(
                "some posts may be in both",
                "Both were written in the same kind of place at the same time: posts that name both brands may be in "
                "both, and nobody can tell how many. If the two are one brand by two names, all of them may be.",
                "Leave posts that name both out of either export.",
            )
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
