"""How every chart here looks: colours, letters, titles, what is said of it to those who cannot see it.

A chart is as wide as a column of the report and readable on a phone: few words, names beside the things
named, no legend apart. Rungs get darker as people get closer, so that they differ in grey as well; the
brand is orange; a dashed line is a convention, a faint band what chance alone would give.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, cast

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib import dates
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.transforms import Bbox, ScaledTranslation, Transform, blended_transform_factory

from communitylab import phrases
from communitylab.lettering import SIZE, SMALL, plain, shortened, stepped_down, text_width, wrapped

__all__ = [
    "BRAND_COLOUR",
    "CHANCE",
    "GREY",
    "INK",
    "ROOM",
    "RUNG_COLOURS",
    "WIDTH",
    "alt_text",
    "as_png",
    "as_svg",
    "blank",
    "canvas",
    "close",
    "figure_of",
    "finish",
    "flag_days",
    "group_colour",
    "inches",
    "key",
    "mark_days",
    "swatch",
    "write",
]

WIDTH, _PAD = 5.8, 0.08
"""Inches; 560 pixels of a page."""

ROOM = WIDTH - 2 * _PAD
"""Inches that a chart without axes may draw on."""

INK, GREY, CHANCE = "#222222", "#666666", "#dddddd"
"""Of letters, of what stands back, of what chance alone would give."""

BRAND_COLOUR = "#d95f0e"
RUNG_COLOURS = {
    "silent": "#ffffff",
    "spectator": "#e6dfd3",
    "acquainted": "#9cc6e2",
    "connected": "#3279b0",
    "circle": "#0b3564",
}
"""From the lightest to the darkest; `silent` is hatched where there is room."""

# seaborn's "colorblind", most unlike first. Its vermilion (#d55e00) is the brand's orange and its grey (#949494)
# that of the other groups: wine and indigo stand in. Its amber, the next nearest to the brand, comes last.
_GROUP_COLOURS = (
    "#0173b2", "#029e73", "#cc78bc", "#ece133", "#882255", "#56b4e9", "#ca9161", "#332288", "#fbafe4", "#de8f05",
)  # fmt: skip

_TITLE, _OURS = 13, "communitylab"
_FLAG, _FLAG_PAD, _FLAG_SIZE, _MOST_WORDS = 0.2, 0.05, 9, 12  # inches, inches, points, flags
# A stranger's name is never mathematics, whatever signs are in it and whatever a notebook has set.
_LETTERS: dict[str, Any] = {"parse_math": False, "usetex": False, "fontfamily": "DejaVu Sans"}


def canvas(ax: Axes | None, *, height: float, is_bare: bool = False) -> Axes:
    """Where a chart is drawn: the axes given, or those of a new figure.

    Parameters
    ----------
    ax
        Where to draw; null for a figure of its own.
    height
        Of the chart without its title, in inches.
    is_bare
        Whether the chart has no axes: all of its width is drawn on, and names stand inside.
    """
    if ax is None:
        figure, ax = plt.subplots(figsize=(WIDTH, height + 2 * _PAD), layout="none")
        if not is_bare:
            figure.set_layout_engine("constrained", w_pad=_PAD, h_pad=_PAD)
        figure.set_label(_OURS)
        figure.set_facecolor("white")
        if is_bare:
            _margins(figure, height=height)
    ax.set_facecolor("white")
    if is_bare:
        ax.set_axis_off()
    ax.grid(False)
    ax.spines[["top", "right"]].set_visible(False)
    ax.spines[["bottom", "left"]].set_color(GREY)
    ax.tick_params(labelsize=SMALL, colors=GREY, labelcolor=INK, labelfontfamily="DejaVu Sans")
    return ax


def finish(axes: Axes, *, title: str, figures: str) -> Axes:
    """Give a chart its title, and keep what is said of it to those who cannot see it.

    Parameters
    ----------
    axes
        The chart.
    title
        What it shows, as a sentence without a full stop.
    figures
        Its figures, in words.
    """
    axes.set_label(f"{title}. {figures}")
    figure = figure_of(axes)
    ours = figure.get_label() == _OURS
    room = ROOM if ours else inches(axes)[0]
    lines = wrapped(plain(title, limit=160), room=room, size=_TITLE, weight="bold")
    is_bare = not axes.axison
    look = {"fontsize": _TITLE, "fontweight": "bold", "color": INK, "ha": "left", **_LETTERS}
    flags = max(
        [_FLAG / 2 + text.get_position()[1] for text in axes.texts if text.get_label() == "flag"] or [0]
    )
    pad = (9 if is_bare else 13) + 72 * flags
    written = axes.set_title("\n".join(lines), x=0, pad=pad, **look)
    if ours:
        height = float(figure.get_figheight())
        figure.set_figheight(height + len(lines) * 0.235 + (0.12 if is_bare else 0.18) + flags)
        if is_bare:
            _margins(figure, height=height - 2 * _PAD)
        # Flush with the figure, not with the axes: names of rows stand left of those.
        written.set_x(_PAD / WIDTH)
        written.set_transform(blended_transform_factory(figure.transFigure, written.get_transform()))
        _settle(figure)
    return axes


def blank(ax: Axes | None, *, title: str, sentence: str) -> Axes:
    """A chart of nothing, which says why.

    Parameters
    ----------
    ax
        Where to draw; null for a figure of its own.
    title
        What would have been shown.
    sentence
        Why it is not.
    """
    said = phrases.sentence(sentence)
    room = ROOM if ax is None else inches(ax)[0]
    lines = wrapped(plain(said, limit=200), room=room)
    height = 0.22 * len(lines)
    axes = canvas(ax, height=height, is_bare=True)
    axes.set(xlim=(0, 1), ylim=(0, height))
    write(axes, "\n".join(lines), at=(0, height), va="top", color=GREY)
    return finish(axes, title=title, figures=said)


def alt_text(axes: Axes) -> str:
    """What a chart shows, in words: its title, then its figures.

    Parameters
    ----------
    axes
        A chart drawn here.
    """
    return str(axes.get_label())


def as_svg(axes: Axes, *, is_titled: bool = True) -> bytes:
    """A chart as SVG, the same to the byte for the same data; letters are outlines.

    Parameters
    ----------
    axes
        A chart drawn here.
    is_titled
        Whether its title stands above it; without one the picture is as much lower.
    """
    figure, title = figure_of(axes), axes.title
    cut: dict[str, Any] = {}
    if not is_titled and figure.get_label() == _OURS:
        figure.draw_without_rendering()  # a picture saved at another resolution leaves other places behind
        below = (title.get_window_extent().y0 / figure.dpi) - _PAD / 2
        cut = {"bbox_inches": Bbox([[0, 0], [figure.get_figwidth(), below]])}
    title.set_visible(is_titled)
    with mpl.rc_context({"svg.hashsalt": _OURS, "svg.fonttype": "path"}):
        saved = _saved(axes, format="svg", metadata={"Date": None, "Creator": None}, **cut)
    title.set_visible(True)
    return saved


def as_png(axes: Axes) -> bytes:
    """A chart as PNG, twice as fine as the page is; the same to the byte for the same data.

    Parameters
    ----------
    axes
        A chart drawn here.
    """
    return _saved(axes, format="png", dpi=192, metadata={"Software": None})


def close(axes: Axes) -> None:
    """Let go of a chart's figure.

    Parameters
    ----------
    axes
        A chart drawn here.
    """
    plt.close(figure_of(axes))


def write(axes: Axes, text: str, *, at: tuple[float, float], **look: Any) -> None:
    """Put words into a chart.

    Parameters
    ----------
    axes
        The chart.
    text
        The words.
    at
        Where they stand, in the units of the axes.
    **look
        As matplotlib names it.
    """
    axes.text(*at, text, **{"fontsize": SIZE, "color": INK, "va": "center", **_LETTERS, **look})


def figure_of(axes: Axes) -> Figure:
    """The figure in which axes stand, however deep.

    Parameters
    ----------
    axes
        A chart.
    """
    return cast(Figure, axes.get_figure(root=True))


def inches(axes: Axes) -> tuple[float, float]:
    """Width and height of the drawn-on part of a chart.

    Parameters
    ----------
    axes
        A chart.
    """
    width, height = figure_of(axes).get_size_inches()
    place = axes.get_position()
    return float(width * place.width), float(height * place.height)


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
    mark.set(markerfacecolor=colour, markeredgecolor=GREY, markeredgewidth=0.6)
    axes.add_line(mark)


def key(axes: Axes, entries: Sequence[tuple[str, str]], *, top: float, marker: str = "s") -> None:
    """Coloured marks with their names, line after line from the left edge of a bare chart.

    Parameters
    ----------
    axes
        The chart; its height is told in inches.
    entries
        Name and colour of each.
    top
        Where the first line stands.
    marker
        Shape of the marks.
    """
    left, right = axes.get_xlim()
    room = inches(axes)[0]
    x, y = 0.0, top
    for name, colour in entries:
        needed = 0.16 + text_width(name, size=SMALL)
        if x and x + needed > room:
            x, y = 0.0, y - 0.23
        place = left + (x + 0.07) * (right - left) / room
        swatch(axes, colour, at=(place, y), marker=marker)
        write(axes, name, at=(left + (x + 0.16) * (right - left) / room, y), fontsize=SMALL)
        x += needed + 0.13


def group_colour(group: int) -> str:
    """The colour of a group of followers, the same in every chart and every rerun; grey for no group.

    Parameters
    ----------
    group
        Its id, from 1; 0 is for those in no group. After ten the colours come again.
    """
    return _GROUP_COLOURS[(group - 1) % len(_GROUP_COLOURS)] if group else "#b3b3b3"


def mark_days(axes: Axes, days: Sequence[Any]) -> np.ndarray:
    """Name some of the days along the lower edge; the places of all of them.

    Parameters
    ----------
    axes
        The chart.
    days
        In order.
    """
    stamps = pd.to_datetime(pd.Series(list(days)))
    places = np.asarray(dates.date2num(stamps.to_numpy()), float)
    apart = 0.98 * (places[-1] - places[0]) / 4
    shown = [0]
    for i, place in enumerate(places):
        if place - places[shown[-1]] >= max(apart, 1):
            shown.append(i)
    years = [stamps[i].year for i in shown]
    names = [
        f"{stamps[i].day} {stamps[i]:%b}" + (f"\n{year}" if n == 0 or year != years[n - 1] else "")
        for n, (i, year) in enumerate(zip(shown, years, strict=True))
    ]
    axes.set_xticks([places[i] for i in shown], names)
    return places


def flag_days(axes: Axes, actions: Sequence[tuple[str, str]]) -> str:
    """Flag the days on which something was done; what is on the flags, in words for those who cannot see them.

    Flags bear words where all of them have room, else numbers: places in the list of all actions. They stand
    above the axes; `finish`, afterwards, makes room for them below the title.

    Parameters
    ----------
    axes
        The chart, with dates across, its limits set and its names written.
    actions
        Day, like 2025-03-01, and what was done. Those outside the limits are left out.
    """
    low, high = axes.get_xlim()
    days: dict[float, list[tuple[int, str]]] = {}
    said = []
    for number, (day, what) in enumerate(sorted(actions), 1):
        place = float(dates.date2num(date.fromisoformat(day)))
        if low <= place <= high:
            days.setdefault(place, []).append((number, what))
            said.append(f"{number} = {what} ({phrases.date_of(day)})")
    if not days:
        return ""
    figure = figure_of(axes)
    room = inches(axes)[0]
    right = room
    if figure.get_label() == _OURS:
        figure.draw_without_rendering()  # how wide the axes are is known only once they have found their place
        room = inches(axes)[0]
        right = WIDTH - _PAD - WIDTH * axes.get_position().x0
    each = list(days.values())
    upright = [(place - low) / (high - low) * room for place in days]

    def numbers(first: int, last: int) -> str:
        return "–".join(str(end) for end in sorted({each[first][0][0], each[last][-1][0]}))

    def words(first: int, last: int) -> str:
        text = ", ".join(plain(what, limit=80) for day in each[first : last + 1] for _number, what in day)
        return shortened(text, room=0.6 * right, size=_FLAG_SIZE) if len(said) == 1 else text

    def laid_out(name: Callable[[int, int], str]) -> list[tuple[int, int, int, float]]:
        def width(first: int, last: int) -> float:
            return text_width(name(first, last), size=_FLAG_SIZE) + 2 * _FLAG_PAD

        return stepped_down(upright, width=width, right=right, rows=3, gap=0.04)

    is_drawable = all(
        plain(what, limit=80) == " ".join(what.split()) for day in each for _number, what in day
    )
    name, found = words, laid_out(words) if is_drawable and len(each) <= _MOST_WORDS else []
    if len(found) < len(each) or any(start < 0 for *_, start in found):
        name, found = numbers, laid_out(numbers)
    lowest = max(row for _first, _last, row, _start in found)
    above, latest = _above(axes), float("-inf")
    for first, last, row, start in found:
        y = 0.05 + _FLAG * (lowest - row + 0.5)
        _pole(axes, list(days)[first], ends=(0, y + 0.08), transform=above)
        # Poles of days that share a flag would hide the chart where they stand too close.
        for place, x in list(zip(days, upright, strict=True))[first : last + 1]:
            if place == list(days)[first] or x - latest > 0.06:
                _pole(axes, place, ends=(0, 1), transform=axes.get_xaxis_transform())
                latest = x
        at = (low + (start + _FLAG_PAD) * (high - low) / room, y)
        cloth = {"boxstyle": "square,pad=0.22", "facecolor": GREY, "edgecolor": "none"}
        look = {"fontsize": _FLAG_SIZE, "color": "white", "transform": above, "bbox": cloth, "zorder": 6}
        write(axes, name(first, last), at=at, label="flag", in_layout=False, **look)
    return f"Actions: {'; '.join(said)}."


def _above(axes: Axes) -> Transform:
    """Across as the axes are, upwards in inches from their upper edge."""
    edge: Any = axes.transAxes  # any transform will do, whatever its declared type
    inches_up = figure_of(axes).dpi_scale_trans + ScaledTranslation(0, 1, edge)
    return blended_transform_factory(axes.transData, inches_up)


def _pole(axes: Axes, place: float, *, ends: tuple[float, float], transform: Transform) -> None:
    # Above areas and bars and below lines; a pale rim keeps it apart from dark bars.
    # The rims of all poles lie below all poles, else one would nick the next.
    for colour, width, zorder, label in (("white", 2.4, 1.45, "rim"), (GREY, 1, 1.5, "pole")):
        line = Line2D([place, place], ends, color=colour, linewidth=width, zorder=zorder, label=label)
        line.set(transform=transform, clip_on=False, in_layout=False)
        axes.add_artist(line)  # unlike add_line, which would widen the limits of the axes


def _settle(figure: Figure) -> None:
    """Lay out once and for all: a layout made anew at each drawing moves by a hair, and bytes differ."""
    if figure.get_layout_engine() is None:
        return
    for _ in range(3):
        figure.draw_without_rendering()
    figure.set_layout_engine("none")


def _margins(figure: Figure, *, height: float) -> None:
    total = figure.get_figheight()
    figure.subplots_adjust(
        left=_PAD / WIDTH, right=1 - _PAD / WIDTH, bottom=_PAD / total, top=(_PAD + height) / total
    )


def _saved(axes: Axes, **how: Any) -> bytes:
    held = io.BytesIO()
    figure_of(axes).savefig(held, facecolor="white", **how)
    return held.getvalue()
