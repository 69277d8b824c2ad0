"""What the colours and shapes of a chart mean: marks with their names, where these have no room beside the things."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import cycle
from typing import Any

from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from communitylab.colours import GREY, GROUND
from communitylab.drawing import PAD, ROW, figure_of, from_left, inches, is_ours, taken_above, write
from communitylab.lettering import SMALL, text_width

__all__ = ["legend", "legend_above", "legend_lines", "swatch"]


def swatch(axes: Axes, colour: str, *, at: tuple[float, float], marker: str = "s", **look: Any) -> None:
    """A small mark of a colour, beside its name.

    Parameters
    ----------
    axes
        The chart.
    colour
        Of the mark; its edge is grey, so that white shows.
    at
        Where it stands, in the units of the axes.
    marker
        Its shape.
    **look
        As matplotlib names it.
    """
    mark = Line2D([at[0]], [at[1]], marker=marker, markersize=8, linestyle="", clip_on=False, **look)
    mark.set(markerfacecolor=colour, markeredgecolor=GREY, markeredgewidth=1.2 if colour == GROUND else 0.6)
    axes.add_line(mark)


def legend_lines(
    entries: Sequence[tuple[str, str | None]], *, room: float
) -> list[list[tuple[float, str, str | None]]]:
    """Names and colours on as many lines as they need: of each the place from the left, in inches.

    Parameters
    ----------
    entries
        Name and colour of each; null for words without a mark.
    room
        Inches across.
    """
    lines: list[list[tuple[float, str, str | None]]] = [[]]
    x = 0.0
    for name, colour in entries:
        needed = text_width(name, size=SMALL) + (0.16 if colour else 0)
        if x and x + needed > room:
            lines.append([])
            x = 0.0
        lines[-1].append((x, name, colour))
        x += needed + 0.13
    return lines


def legend(
    axes: Axes, entries: Sequence[tuple[str, str]], *, top: float, marker: str = "s", step: float = 1
) -> None:
    """Coloured marks with their names, line after line from the left edge of a bare chart.

    Parameters
    ----------
    axes
        The chart.
    entries
        Name and colour of each.
    top
        Where the first line stands.
    marker
        Shape of the marks.
    step
        How much of the chart's height an inch is.
    """
    left, right = axes.get_xlim()
    room = inches(axes)[0]
    for row, line in enumerate(legend_lines(entries, room=room)):
        y = top - ROW * row * step
        for x, name, colour in line:
            place = left + (x + 0.07) * (right - left) / room
            swatch(axes, str(colour), at=(place, y), marker=marker)
            write(axes, name, at=(left + (x + 0.16) * (right - left) / room, y), fontsize=SMALL)


def legend_above(axes: Axes, entries: Sequence[tuple[str, str | None]], *, markers: str = "s") -> None:
    """Coloured marks with their names above the axes and their flags; `finish`, afterwards, makes room for them.

    Parameters
    ----------
    axes
        The chart, with its flags and the name of its upward axis.
    entries
        Name and colour of each; null for words without a mark.
    markers
        Shapes of the marks, which are taken in turn.
    """
    figure = figure_of(axes)
    room = figure.get_figwidth() - 2 * PAD if is_ours(figure) else inches(axes)[0]
    lines = legend_lines(entries, room=room)
    place, shapes = from_left(axes), cycle(markers)
    # The name of the upward axis stands between the axes and the names.
    lowest = max(taken_above(axes, "flag") + 0.02, 0.1) + (ROW if axes.get_ylabel() else 0)
    for row, line in enumerate(lines):
        y = lowest + ROW * (len(lines) - row - 0.5)
        for x, name, colour in line:
            if colour:
                swatch(axes, colour, at=(x + 0.07, y), marker=next(shapes), transform=place, in_layout=False)
            at = (x + (0.16 if colour else 0), y)
            write(axes, name, at=at, fontsize=SMALL, transform=place, label="legend", in_layout=False)
