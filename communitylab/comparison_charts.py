"""Charts of two reports: measures side by side with their ranges, and the two ladders."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from communitylab.colours import BLUE, GREY, GROUND, INK, RUNG_COLOURS, RUNG_EDGES
from communitylab.comparison import Comparison, Side
from communitylab.comparison_rows import Row, figure, figure_between
from communitylab.drawing import blank, canvas, finish, room_of, write
from communitylab.legends import legend, legend_lines
from communitylab.lettering import SMALL, plain, shortened, text_width
from communitylab.phrases import percent

__all__ = ["draw_ladders", "draw_side_by_side", "in_touch"]

_DRAWN = ("follower_share", "breadth", "largest_component", "conversation", "join_in", "newcomers_answered")
_NAME, _UNIT, _STRIP, _GAP = 0.22, 0.19, 0.42, 0.12  # inches, from the top of a row to that of the next
_LINE, _SCALE = 0.2, 0.34  # of a line of a side's name, and of the numbers below the last row
_FIGURES = 0.5  # inches to the right of the strips
_BAR = 0.44
_IN_TOUCH = ("connected", "circle")
_LIGHT = ("spectator", "acquainted")
_LOOKS: dict[str, dict[str, Any]] = {
    "A": {"markerfacecolor": GROUND, "linewidth": 1.4, "offset": 0.09},
    "B": {"markerfacecolor": BLUE, "linewidth": 4.0, "offset": -0.09},
}
"""A is hollow and thin, B solid and thick: they can be told apart without any colour."""


def draw_side_by_side(comparison: Comparison, *, ax: Axes | None = None) -> Axes:
    """Six measures of either report with their ranges, one above the other, and the difference where one is shown.

    Parameters
    ----------
    comparison
        As :func:`communitylab.comparison.compare_reports` gives it.
    ax
        Where to draw; a new figure by default.

    Returns
    -------
    Axes
        With a sentence in place of the picture where no measure is defined in both.
    """
    rows = [
        row
        for name in _DRAWN
        if (row := comparison.row(name)).a.value is not None and row.b.value is not None
    ]
    if not rows:
        return blank(
            ax, title="Side by side", sentence="no measure is defined in both reports: nothing to draw"
        )
    room = room_of(ax)
    # Where what a measure is of has no room beside the difference, the difference stands below it.
    is_tight = any(_needed(row) > room for row in rows)
    tall = _NAME + _UNIT * (2 if is_tight else 1) + _STRIP + _GAP
    names = {side.letter: _lines(side, room=room - 0.4) for side in (comparison.a, comparison.b)}
    head = sum(_LINE * len(lines) + 0.1 for lines in names.values()) + 0.08
    height = head + tall * len(rows) + _SCALE
    axes = canvas(ax, height=height, is_bare=True)
    axes.set(xlim=(0, room), ylim=(0, height))
    top = height
    for letter, lines in names.items():
        _mark(axes, letter, at=(0.16, top - _LINE / 2), reach=(0.04, 0.28))
        write(axes, "\n".join(lines), at=(0.38, top + 0.02), va="top", linespacing=1.2)
        top -= _LINE * len(lines) + 0.1
    strip = room - _FIGURES
    foot = _SCALE
    for hundredths in (0, 25, 50, 75, 100):
        x = 0.06 + (strip - 0.06) * hundredths / 100
        axes.plot([x, x], [foot, foot + tall * len(rows)], color="#d5d5d5", linewidth=0.8, zorder=0)
        write(axes, f"{hundredths}", at=(x, foot - 0.16), fontsize=SMALL, color=GREY, ha="center")
    for place, row in enumerate(rows):
        _draw_row(axes, row, top=foot + tall * (len(rows) - place), strip=strip, room=room, is_tight=is_tight)
    return finish(axes, title=_title(comparison, rows), figures=_in_words(comparison, rows))


def _lines(side: Side, *, room: float) -> list[str]:
    """Who and when, on two lines where there is no room on one."""
    title = plain(side.title, limit=120)
    if text_width(title) <= room:
        return [title]
    return [shortened(plain(line), room=room) for line in (f"{side.letter} {side.brand},", side.when)]


def _said(row: Row) -> str:
    between = figure_between(row)
    return "not compared" if between == "–" else f"B − A: {between}"


def _needed(row: Row) -> float:
    """Inches for what a measure is of, and the difference beside it."""
    widest = text_width(_said(row), size=SMALL, weight="bold")
    return text_width(row.measure.of, size=SMALL) + widest + 0.15


def _mark(axes: Axes, letter: str, *, at: tuple[float, float], reach: tuple[float, float]) -> None:
    """A dot on its range."""
    look = _LOOKS[letter]
    axes.plot(
        reach, [at[1], at[1]], color=BLUE, linewidth=look["linewidth"], alpha=0.7, zorder=2, label="range"
    )
    axes.plot(
        [at[0]], [at[1]], "o", markersize=8, markerfacecolor=look["markerfacecolor"], markeredgecolor=BLUE,
        markeredgewidth=1.6, zorder=3, clip_on=False, label=letter,
    )  # fmt: skip


def _draw_row(axes: Axes, row: Row, *, top: float, strip: float, room: float, is_tight: bool) -> None:
    # The ground behind the words hides the lines of the scale.
    behind = {"facecolor": GROUND, "edgecolor": "none", "pad": 1.2}
    write(axes, row.measure.label, at=(0, top - _NAME / 2), weight="bold", bbox=behind)
    is_bold = row.is_shown_to_differ
    look = {"fontsize": SMALL, "bbox": behind}
    write(axes, row.measure.of, at=(0, top - _NAME - _UNIT / 2), color=GREY, **look)
    at = (0, top - _NAME - 1.5 * _UNIT) if is_tight else (room, top - _NAME - _UNIT / 2)
    look |= {"weight": "bold" if is_bold else "normal", "color": INK if is_bold else GREY}
    write(axes, _said(row), at=at, ha="left" if is_tight else "right", **look)
    middle = top - _NAME - _UNIT * (2 if is_tight else 1) - _STRIP / 2
    for letter, found in (("A", row.a), ("B", row.b)):
        value, low, high = (
            0.06 + (strip - 0.06) * (found.value if part is None else part)
            for part in (found.value, found.low, found.high)
            if found.value is not None
        )
        at = (value, middle + _LOOKS[letter]["offset"])
        _mark(axes, letter, at=at, reach=(low, high))
        write(axes, f"{letter} {100 * (found.value or 0):.0f}", at=(room, at[1]), ha="right", fontsize=SMALL)


def _title(comparison: Comparison, rows: Sequence[Row]) -> str:
    if comparison.is_barred:
        return f"Side by side, not compared: {comparison.barred_by[0].short}"
    known = [row for row in rows if row.difference.value is not None]
    differ = [row.measure.label for row in known if row.is_shown_to_differ]
    if not known:
        return "Side by side; no difference has a range"
    # How many are shown of how many the text says, which counts more than is drawn.
    if not differ:
        return "Side by side; no difference is shown"
    return f"Shown to differ: {', '.join(name[0].lower() + name[1:] for name in differ)}"


def _in_words(comparison: Comparison, rows: Sequence[Row]) -> str:
    said = [f"{plain(side.title, limit=120)}." for side in (comparison.a, comparison.b)]
    for row in rows:
        difference = _said(row).replace("B − A:", "B less A")
        said.append(
            f"{row.measure.label}, {row.measure.of}: A {figure(row.measure, row.a)}, B {figure(row.measure, row.b)}, "
            f"{difference}."
        )
    return " ".join(said)


def draw_ladders(comparison: Comparison, *, ax: Axes | None = None) -> Axes:
    """On which rung those who write stand, in either report, as two bars.

    Parameters
    ----------
    comparison
        As :func:`communitylab.comparison.compare_reports` gives it.
    ax
        Where to draw; a new figure by default.

    Returns
    -------
    Axes
        With a sentence in place of the picture where neither has a ladder.
    """
    shares = {
        side.letter: {rung.name: rung.a if side.letter == "A" else rung.b for rung in comparison.ladder}
        for side in (comparison.a, comparison.b)
    }
    drawn = [side for side in (comparison.a, comparison.b) if None not in shares[side.letter].values()]
    if not drawn:
        return blank(
            ax, title="The two ladders", sentence="nobody was heard from in four weeks: nothing to draw"
        )
    room = room_of(ax)
    entries = [
        (f"{rung.label}: {_both(rung.a, rung.b)}", RUNG_COLOURS[rung.name]) for rung in comparison.ladder
    ]
    foot = 0.23 * len(legend_lines(entries, room=room)) + 0.1
    names = {side.letter: _lines(side, room=room) for side in drawn}
    height = foot + sum(_LINE * len(lines) + 0.06 + _BAR + 0.16 for lines in names.values())
    axes = canvas(ax, height=height, is_bare=True)
    axes.set(xlim=(0, 1), ylim=(0, height))
    top = height
    for letter, lines in names.items():
        write(axes, "\n".join(lines), at=(0, top), va="top", linespacing=1.2)
        top -= _LINE * len(lines) + 0.06 + _BAR
        _bar(axes, {rung: share or 0.0 for rung, share in shares[letter].items()}, y=top, room=room)
        top -= 0.16
    legend(axes, entries, top=foot - 0.2)
    return finish(axes, title=in_touch(comparison), figures=_ladders_in_words(comparison))


def _bar(axes: Axes, shares: dict[str, float], *, y: float, room: float) -> None:
    start = 0.0
    for rung, share in shares.items():
        look: dict[str, Any] = {"facecolor": RUNG_COLOURS[rung], "edgecolor": RUNG_EDGES[rung], "label": rung}
        axes.add_patch(Rectangle((start, y), share, _BAR, linewidth=0.8 if share else 0, **look))
        said = percent(share)
        if text_width(said, size=SMALL) + 0.1 < share * room:
            colour = INK if rung in _LIGHT else GROUND
            at = (start + share / 2, y + _BAR / 2)
            write(axes, said, at=at, fontsize=SMALL, color=colour, ha="center")
        start += share


def _both(a: float | None, b: float | None) -> str:
    return ", ".join(
        f"{letter} {percent(share)}" for letter, share in (("A", a), ("B", b)) if share is not None
    )


def in_touch(comparison: Comparison) -> str:
    """How many of those who write are in touch with another follower, in either report, in words.

    Parameters
    ----------
    comparison
        As :func:`communitylab.comparison.compare_reports` gives it.
    """
    if why := next((remark.short for remark in comparison.remarks if "breadth" in remark.bars), ""):
        return f"The two ladders, not compared: {why}"
    touch = [
        None if any(part is None for part in parts) else sum(part or 0.0 for part in parts)
        for parts in zip(
            *((rung.a, rung.b) for rung in comparison.ladder if rung.name in _IN_TOUCH), strict=True
        )
    ]
    said = [
        f"{percent(share)} {side.where}"
        for share, side in zip(touch, (comparison.a, comparison.b), strict=True)
        if share is not None
    ]
    if not said:
        return "The two ladders: nobody was heard from in four weeks"
    return f"In touch with another follower, of those who write in four weeks: {', '.join(said)}"


def _ladders_in_words(comparison: Comparison) -> str:
    names = " ".join(f"{plain(side.title, limit=120)}." for side in (comparison.a, comparison.b))
    rungs = "; ".join(f"{rung.label.lower()}: {_both(rung.a, rung.b)}" for rung in comparison.ladder)
    return f"{names} {rungs[:1].upper()}{rungs[1:]}."
