"""Phrases of the report: numbers, shares, days and verdicts as one says them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from communitylab.verdict import LABELS

__all__ = [
    "FEW",
    "GROUND_NAMES",
    "PLACE_NAMES",
    "SIGN_NAMES",
    "answered",
    "brand_of",
    "counted",
    "date_of",
    "days_of",
    "flat_answers",
    "fraction",
    "hours",
    "in_words",
    "kinds_of",
    "lately",
    "number",
    "of_few",
    "of_hundred",
    "owns_a_place",
    "percent",
    "place_named",
    "sentence",
    "shows_network",
    "span_of",
    "standing",
    "times",
]

PLACE_NAMES = {
    "bluesky": "Bluesky",
    "discord": "Discord",
    "discourse": "the forum",
    "disqus": "the comments (Disqus)",
    "facebook": "Facebook",
    "instagram": "Instagram",
    "mail": "the mailing list",
    "mastodon": "Mastodon",
    "reddit": "Reddit",
    "slack": "Slack",
    "table": "the table",
    "telegram": "Telegram",
    "whatsapp": "WhatsApp",
    "wordpress": "the blog",
    "x": "X (Twitter)",
}
"""Platforms, as people are told them; others go by their own name."""

GROUND_NAMES = {
    "yours": "Under your posts",
    "tagged": "Under your hashtags",
    "naming": "In posts that name you",
    "elsewhere": "Elsewhere",
}
"""Where followers talk with one another, as people are told it."""

_FRACTIONS = ((1, 3), (2, 5), (1, 2), (3, 5), (2, 3), (3, 4), (4, 5), (9, 10))  # as one says them

SIGN_NAMES = {
    "follower_share": "Talk among followers",
    "breadth": "Has a regular contact",
    "return_rate": "Contacts that last (against chance)",
    "effective_pairs": "Not just a few pairs",
    "without_top": "No second stage",
    "spread": "Not just couples",
}
"""The six signs of a community, as people are told them."""


FEW = 30
"""People or threads, a convention: a share of fewer is told with how many they are."""


def of_few(n: int, noun: str) -> str:
    """Of how many a share is, where they are few: `` (of 12 followers)``; nothing where they are not.

    Parameters
    ----------
    n
        How many.
    noun
        One of them.
    """
    return "" if n >= FEW else f" (of {counted(n, noun)})"


def standing(condition: Mapping[str, Any]) -> str:
    """How it stands with a sign of a community: ``there``, ``not yet``, ``not shown``, ``cannot tell``.

    Not shown is what the data leave open: an interval that holds its mark, and what chance gives as well.

    Parameters
    ----------
    condition
        name, passed, value, threshold, high, why: as results.json holds them.
    """
    if condition["passed"]:
        return "there"
    if condition["passed"] is None or condition["value"] is None:
        return "cannot tell"
    is_open = condition["high"] is not None and condition["high"] >= condition["threshold"]
    is_open |= condition["name"] == "return_rate"
    # A reason that the middle of an interval gives is none where its end says otherwise.
    is_open &= not condition["why"] or condition["value"] <= condition["threshold"]
    return "not shown" if is_open else "not yet"


def of_hundred(found: Mapping[str, Any]) -> str:
    """A share as whole hundredths, with its interval where it has one: ``34 (29–40)``.

    Parameters
    ----------
    found
        One of the measures of results.json.
    """
    value = f"{100 * found['value']:.0f}"
    if found.get("low") is None:
        return value
    return f"{value} ({100 * found['low']:.0f}–{100 * found['high']:.0f})"


def place_named(place: Mapping[str, Any]) -> str:
    """A platform with what it is to the brand: ``your forum``, ``X (Twitter)``.

    Parameters
    ----------
    place
        One of the places of results.json.
    """
    name = PLACE_NAMES.get(place["platform"], place["platform"])
    if not place["yours"]:
        return name
    return f"your {name.removeprefix('the ')}" if name.startswith("the ") else f"your place on {name}"


def owns_a_place(content: Mapping[str, Any]) -> bool:
    """Whether some of what was written stands in a place that the brand owns.

    Parameters
    ----------
    content
        What results.json holds.
    """
    return any(place["yours"] for place in content["places"])


def in_words(n: int) -> str:
    """A small number as a word: ``None``, ``One`` … ``Twelve``.

    Parameters
    ----------
    n
        How many.
    """
    low = ("None", "One", "Two", "Three", "Four", "Five", "Six")
    words = (*low, "Seven", "Eight", "Nine", "Ten", "Eleven", "Twelve")
    return words[n] if n < len(words) else f"{n:,}"


def shows_network(content: Mapping[str, Any]) -> bool:
    """Whether there is a network to be shown: not of a chat that does not say who answers whom.

    Parameters
    ----------
    content
        What results.json holds.
    """
    verdict = content["verdict"]
    return verdict["label"] != "not identifiable" or not verdict.get("inferred")


def flat_answers(content: Mapping[str, Any]) -> int:
    """Answers to nobody in particular that are in no figure; a chat without replies has none.

    Parameters
    ----------
    content
        What results.json holds.
    """
    acts = content["acts"]
    return acts["inferred"] - acts.get("inferred_counted", 0)


def fraction(share: float, noun: str) -> str:
    """A share of people in small numbers, to begin a sentence: ``One newcomer in four``, ``No newcomer``.

    Parameters
    ----------
    share
        From 0 to 1.
    noun
        One of them.
    """
    if share in (0, 1):
        return f"{'Every' if share else 'No'} {noun}"
    if share < 0.3:
        return f"One {noun} in {in_words(round(1 / share)).lower()}"
    if share > 0.95:
        return f"Nearly every {noun}"
    n, of = min(_FRACTIONS, key=lambda known: abs(known[0] / known[1] - share))
    return f"{in_words(n)} {noun}{'s' * (n > 1)} in {in_words(of).lower()}"


def percent(share: float) -> str:
    """A share in per cent, with a decimal where it is small: ``36%``, ``2.4%``.

    Parameters
    ----------
    share
        From 0 to 1.
    """
    return f"{share:.0%}" if share == 0 or share >= 0.1 else f"{share:.1%}"


def counted(n: int, noun: str) -> str:
    """A number of things, as one says it: ``1 file``, ``2,000 posts``.

    Parameters
    ----------
    n
        How many.
    noun
        One of them.
    """
    return f"{n:,} {noun}" if n == 1 else f"{n:,} {noun}s"


def answered(label: str, kind: str | None) -> str:
    """A verdict in words: ``part audience, part community (in between)``.

    Parameters
    ----------
    label
        One of LABELS.
    kind
        Of a mixed verdict.
    """
    return LABELS[label] + (f" ({kind})" if kind else "")


def brand_of(content: Mapping[str, Any]) -> str:
    """What the brand is called: ``millandcrumb``, ``millandcrumb and 2 more``.

    Parameters
    ----------
    content
        What results.json holds.
    """
    more = content["brand"]["accounts"] - 1
    return f"{content['brand']['name']} and {more:,} more" if more > 0 else content["brand"]["name"]


def number(value: float | None) -> str:
    """A figure with three digits, or that there is none.

    Parameters
    ----------
    value
        Null where it is undefined.
    """
    return "undefined" if value is None else f"{value:.3f}"


def times(count: int) -> str:
    """How often: ``never``, ``once``, ``1,551 times``.

    Parameters
    ----------
    count
        How many.
    """
    return {0: "never", 1: "once", 2: "twice"}.get(count, f"{count:,} times")


def hours(n: float) -> str:
    """A length of time in the unit that one would say.

    Parameters
    ----------
    n
        Hours.
    """
    if n < 1.5:
        return f"{60 * n:.0f} minutes"
    return f"{n:.0f} hours" if n < 48 else f"{n / 24:.0f} days"


def kinds_of(content: Mapping[str, Any]) -> str:
    """The kinds of act that count as talk: ``replies, mentions and quotes``.

    Parameters
    ----------
    content
        What results.json holds.
    """
    named = {"reply": "replies"}
    words = [named.get(kind, f"{kind}s") for kind in content["kinds"]]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def sentence(text: str) -> str:
    """A text with a capital at its head and a full stop at its end.

    Parameters
    ----------
    text
        Any text.
    """
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")


def date_of(moment: str) -> str:
    """A day as one writes it: ``3 August 2025``.

    Parameters
    ----------
    moment
        An ISO day or moment.
    """
    day = date.fromisoformat(moment[:10])
    return f"{day.day} {day:%B %Y}"


def span_of(content: Mapping[str, Any]) -> str:
    """The days studied: ``6 January 2025 to 3 August 2025``.

    Parameters
    ----------
    content
        What results.json holds, of an export with times.
    """
    first, last = content["span"]
    return f"{date_of(first)} to {date_of(last)}"


def lately(content: Mapping[str, Any]) -> str:
    """The days of which the latest rungs are, to be put into a sentence: ``in the latest four weeks``.

    An export that holds one period only has no latest one: ``in these 10 days``, ``in the only four whole weeks``; one
    without times has none at all: ``on the whole``.

    Parameters
    ----------
    content
        What results.json holds.
    """
    periods, n = content["ladder"], days_of(content)
    if len(periods) > 1:
        return "in the latest four weeks"
    if not periods or not n:
        return "on the whole"
    # Where no four weeks from a Monday on fit in, the whole time is the period, though it be longer.
    if n > 28 and date.fromisoformat(periods[0]["tile"][:10]).weekday() == 0:
        return "in the only four whole weeks"
    return f"in these {n:,} days" if n > 1 else "on this one day"


def days_of(content: Mapping[str, Any]) -> int:
    """How many calendar days were studied, 0 where there are no times.

    Parameters
    ----------
    content
        What results.json holds.
    """
    if content["span"] is None:
        return 0
    first, last = (date.fromisoformat(moment[:10]) for moment in content["span"])
    return (last - first).days + 1
