"""Letters of a chart: what can be drawn of a text, how wide it is, where it breaks, where labels find room."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any

import numpy as np
import pandas as pd
from matplotlib import font_manager
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

__all__ = [
    "SIZE",
    "SMALL",
    "group_name",
    "months",
    "plain",
    "ranged",
    "shortened",
    "spread_out",
    "stepped_down",
    "text_width",
    "wrapped",
]

SIZE, SMALL = 11, 10
"""Points, of what is read and of what is read second."""


def plain(text: object, *, limit: int = 40) -> str:
    """Words as they can be drawn: on one line, not too long, a box for each sign that the font lacks.

    Parameters
    ----------
    text
        Anything; names come from strangers.
    limit
        Number of characters.
    """
    known = _signs()
    line = "".join(sign if ord(sign) in known else "□" for sign in " ".join(str(text).split()))
    return line if len(line) <= limit else line[: limit - 1] + "…"


def ranged(numbers: Sequence[int]) -> str:
    """From the least to the most, or the one number that all are.

    Parameters
    ----------
    numbers
        At least one.
    """
    low, high = min(numbers), max(numbers)
    return f"{low:,}" if low == high else f"{low:,} to {high:,}"


def text_width(text: str, *, size: float = SIZE, weight: str = "normal") -> float:
    """How wide a line is, in inches, without drawing it.

    Parameters
    ----------
    text
        One line.
    size
        Points.
    weight
        Normal or bold.
    """
    return _measured(text, size, weight)


def wrapped(text: str, *, room: float, size: float = SIZE, weight: str = "normal") -> list[str]:
    """Lines of about the same length, as few as there can be.

    Parameters
    ----------
    text
        Words.
    room
        Inches.
    size
        Points.
    weight
        Normal or bold.
    """
    # A number stays with what it counts; a word longer than a line is broken.
    longest = max(1, int(room * 72 / ((1.15 if weight == "bold" else 0.99) * size)))
    pieces = []
    for word in re.split(r"(?<![0-9]) +", text):
        is_long = text_width(word, size=size, weight=weight) > room
        pieces += [word[i : i + longest] for i in range(0, len(word), longest)] if is_long else [word]
    lines = _filled(pieces, room=room, size=size, weight=weight)
    for share in np.arange(0.96, 0.4, -0.04):
        shorter = _filled(pieces, room=room * float(share), size=size, weight=weight)
        if len(shorter) > len(lines):
            break
        lines = shorter
    return lines


def shortened(text: str, *, room: float, size: float = SIZE, weight: str = "normal") -> str:
    """As much of a line as there is room for, with a sign that more was there.

    Parameters
    ----------
    text
        One line.
    room
        Inches.
    size
        Points.
    weight
        Normal or bold.
    """
    left = text
    while left and text_width(left if left == text else f"{left}…", size=size, weight=weight) > room:
        left = left[:-1].rstrip(" ,")
    return left if left == text else f"{left}…"


def spread_out(places: Sequence[float], *, gap: float, low: float, high: float) -> list[float]:
    """Places for labels: as near as they can be to those wanted without touching, in the same order.

    Parameters
    ----------
    places
        Where they belong.
    gap
        Least distance.
    low, high
        Where they may stand.
    """
    order = np.argsort(places, kind="stable")
    found = np.clip(np.asarray(places, float)[order], low, high)
    for i in range(1, len(found)):
        found[i] = max(found[i], found[i - 1] + gap)
    found = np.minimum(found, high - gap * np.arange(len(found))[::-1])
    spread = np.empty(len(found))
    spread[order] = found
    return [float(place) for place in spread]


def stepped_down(
    places: Sequence[float], *, width: Callable[[int, int], float], right: float, rows: int, gap: float
) -> list[tuple[int, int, int, float]]:
    """Rows for labels that begin at their places: a row further down where the upper ones are taken.

    Where all rows are taken, neighbours share a label. The line that leads up to a label from below crosses
    no other label.

    Parameters
    ----------
    places
        Where they belong, in order.
    width
        Of the label that the places from one to another share, by their numbers.
    right
        Where labels end at the latest: those that would reach beyond begin before their place.
    rows
        How many there are.
    gap
        Least distance.

    Returns
    -------
    list of tuple
        For each label its first and last place by number, its row from the top, and where it begins.
    """
    found: list[tuple[int, int, int, float]] = []
    taken: list[tuple[int, float]] = []  # row and end of each label
    for last in range(len(places)):
        first = last
        while True:
            start = min(places[first], right - width(first, last))
            free = [
                row for row in range(rows) if all(start >= end + gap for other, end in taken if other >= row)
            ]
            if free or not found:
                break
            first = found.pop()[0]
            taken.pop()
        row = free[0] if free else 0
        found.append((first, last, row, start))
        taken.append((row, start + width(first, last)))
    return found


def months(days: Sequence[Any]) -> tuple[str, str]:
    """The first and the last of some days as one says them: in months where these differ.

    Parameters
    ----------
    days
        In order.
    """
    first, last = pd.Timestamp(days[0]), pd.Timestamp(days[-1])
    if first.year != last.year:
        said = [f"in {day:%B} {day.year}" for day in (first, last)]
    elif first.month != last.month:
        said = [f"in {day:%B}" for day in (first, last)]
    else:
        said = [f"from {day.day} {day:%B}" for day in (first, last)]
    return said[0], said[1]


def group_name(group: Mapping[str, Any], *, room: float) -> str:
    """What a group is called, in bold small letters: its number with its name or its first words.

    Parameters
    ----------
    group
        id, name, words: one of the clusters of results.json.
    room
        Inches; without room for all, fewer words or the head of the name.
    """
    name, words_of = group["name"], [str(word) for word in group["words"]]
    if not isinstance(name, str) and not words_of:
        return f"Group {group['id']}"
    known = [name] if isinstance(name, str) else [", ".join(words_of[:n]) for n in (3, 2, 1)]
    lines = [f"{group['id']}  {plain(said, limit=60)}" for said in known]
    fitting = [line for line in lines if text_width(line, size=SMALL, weight="bold") <= room]
    return fitting[0] if fitting else shortened(lines[-1], room=room, size=SMALL, weight="bold")


@lru_cache(maxsize=10_000)
def _measured(text: str, size: float, weight: str) -> float:
    letters = FontProperties(family="DejaVu Sans", size=size, weight=weight)
    return float(text_to_path.get_text_width_height_descent(text, letters, ismath=False)[0]) / 72


def _filled(words_of: Sequence[str], *, room: float, size: float, weight: str) -> list[str]:
    lines: list[str] = []
    for word in words_of:
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer, size=size, weight=weight) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines or [""]


@cache
def _signs() -> frozenset[int]:
    font = font_manager.get_font(font_manager.findfont(FontProperties(family="DejaVu Sans")))
    return frozenset(font.get_charmap())
