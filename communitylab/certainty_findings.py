"""How far the ranges of a report may be trusted, in its words: how often such held the truth where it is known."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from communitylab.findings import Content
from communitylab.phrases import counted, in_words
from communitylab.talk_findings import has_trend

__all__ = ["held_in_planted_worlds", "planted_worlds_exactly"]

_CALLED = {
    "follower_share": "talk among followers",
    "breadth": "has a regular contact",
    "largest_component": "connected without you",
    "conversation": "real conversations",
    "join_in": "others join in",
    "follower_share_change": "change of talk among followers",
    "breadth_change": "change of regular contact",
}
_SPELT_OUT = 3  # of them, the first; all stand in the exact terms
_IN_BRACKETS = "In brackets the least and the most in 100, over all kinds of world of that size."
_PROMISED = 95  # times in 100
_HUNDRED = 100  # worlds, fewer than which are counted rather than told in 100


def held_in_planted_worlds(content: Content) -> tuple[str, ...]:
    """How often ranges and answers such as these were right in planted worlds; nothing where none are like it.

    Parameters
    ----------
    content
        What results.json holds.
    """
    told, verdicts = _told(content), (content.get("certainty") or {}).get("verdicts")
    first = dict(list(told.items())[:_SPELT_OUT])
    said = [_ranges(group, n=content["active_followers"]) for group in _alike(first)]
    paragraphs = [f"{' '.join(said)} {_IN_BRACKETS}"] if said else []
    if narrow := {name: one for name, one in told.items() if one["is_narrow"]}:
        paragraphs.append(_too_narrow(narrow))
    if verdicts and content["verdict"]["label"] != "not identifiable":
        paragraphs.append(_answers(verdicts))
    return tuple(paragraphs)


def _told(content: Content) -> dict[str, Mapping[str, Any]]:
    """The intervals that the report tells of, with what is known of such; an earlier version knew nothing."""
    if content["verdict"]["label"] == "not identifiable":
        return {}
    known = (content.get("certainty") or {}).get("intervals", {})
    hidden = () if has_trend(content) else ("follower_share_change", "breadth_change")
    if not content["ties"]:
        hidden = (*hidden, "largest_component")
    return {name: known[name] for name in _CALLED if name in known and name not in hidden}


def _alike(told: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Mapping[str, Any]]]:
    """The intervals by the worlds that are most like the export: of another measure these may be others."""
    groups: dict[tuple[Any, ...], dict[str, Mapping[str, Any]]] = {}
    for name, one in told.items():
        groups.setdefault((one["followers"], one["world"], *one["sizes"]), {})[name] = one
    return list(groups.values())


def _ranges(group: Mapping[str, Mapping[str, Any]], *, n: int) -> str:
    one = next(iter(group.values()))
    held = [
        f"“{_CALLED[name]}” {_often(found)} ({_in_hundred(found['least'])} to {_in_hundred(found['most'])})"
        for name, found in group.items()
    ]
    said = (
        "In made-up exports of which the truth is known, like yours in size, in how unevenly people talk and in the figure "
        "itself "
        f"({one['followers']:,} followers: {one['world']}), the 95% range held the truth: around {'; '.join(held)}."
    )
    smallest, largest = one["sizes"]
    if smallest <= n <= largest:
        return said
    than = f"fewer than the smallest of these worlds has ({smallest:,})"
    if n > largest:
        than = f"more than the largest of these worlds has ({largest:,})"
    return f"{said} You have {counted(n, 'active follower')}, {than}: of such a size this tells little."


def _too_narrow(narrow: Mapping[str, Mapping[str, Any]]) -> str:
    """Which ranges are too narrow, and how far not to trust them."""
    missed = "; ".join(
        f"around “{_CALLED[name]}” it missed the truth {_missed(one)}" for name, one in narrow.items()
    )
    return (
        f"Too narrow in such worlds: {missed}, where {100 - _PROMISED} times in 100 are promised. Trust the ends of "
        f"{'this range' if len(narrow) == 1 else 'these ranges'} that much less."
    )


def _missed(one: Mapping[str, Any]) -> str:
    if one["worlds"] < _HUNDRED:
        return f"{one['worlds'] - round(one['held'] * one['worlds'])} times in {one['worlds']}"
    return f"{100 - _in_hundred(one['held'])} times in 100"


def _often(one: Mapping[str, Any]) -> str:
    if one["worlds"] < _HUNDRED:
        return f"{round(one['held'] * one['worlds'])} times in {one['worlds']}"
    return f"{_in_hundred(one['held'])} times in 100"


def _in_hundred(share: float) -> int:
    """Rounded down, lest 99.6 be told as always."""
    return math.floor(100 * share + 1e-9)


def _answers(verdicts: Mapping[str, int]) -> str:
    """What planted audiences and communities were called."""
    wrong, rest = verdicts["wrong"], verdicts["worlds"] - verdicts["wrong"] - verdicts["right"]
    was = f"{in_words(wrong).lower()} {'was' if wrong < 2 else 'were'}"
    return (
        f"Of {counted(verdicts['worlds'], 'made-up export')} of {verdicts['followers']:,} followers, each an audience "
        f"or a community by design and all of its posts there, {was} called the other and "
        f"{verdicts['right']:,} what they are. For {rest:,} the answer was part of each, or stayed open. Of "
        f"{verdicts['both']:,} that are something of both by design {verdicts['both_as_community']:,} "
        f"{'was' if verdicts['both_as_community'] == 1 else 'were'} called a community."
    )


def planted_worlds_exactly(content: Content) -> tuple[tuple[str, str], ...]:
    """What planted worlds are, which of them are like the export, and what was found in them.

    Parameters
    ----------
    content
        What results.json holds.
    """
    told = _told(content)
    if not told:
        return ()
    like = ", ".join(
        f"{name} {'none' if worth is None else f'{worth:.1f}'}"
        for name, worth in content["certainty"]["like"].items()
    )
    found = "; ".join(
        f"{name} {one['held']:.3f} of {one['worlds']:,} worlds of {one['followers']:,} followers ({one['least']:.3f} "
        f"to {one['most']:.3f} over all kinds)"
        for name, one in told.items()
    )
    return (
        (
            "Planted worlds",
            "made-up exports of which the truth is known, so that one can count how often an interval holds it "
            "(coverage; 95% are meant). Taken are those nearest in active followers (on a log scale), and of these the "
            f"kind nearest in the effective numbers (Σm)²/Σm² per follower (in this export: {like}) and in the height of the "
            f"share. Coverage: {found}",
        ),
    )
