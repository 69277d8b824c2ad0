"""How every chart here is made: how wide it is, its letters and titles, what is said of it to those who cannot see it.

A chart is as wide as a column of the report, or as a phone: few words, names beside the things named, or above them
where there is no room beside. Rungs get darker as people get closer, so that they differ in grey as well; the brand
is orange; a dashed line is a convention, a faint band what chance alone would give.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, cast

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib import dates
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.transforms import ScaledTranslation, Transform, blended_transform_factory

from communitylab import phrases
from communitylab.colours import GREY, GROUND, INK
from communitylab.lettering import SIZE, SMALL, plain, text_width, wrapped
from communitylab.screen_svg import for_screens

__all__ = [
    "PAD",
    "ROW",
    "above",
    "alt_text",
    "as_png",
    "as_svg",
    "blank",
    "canvas",
    "close",
    "figure_of",
    "finish",
    "from_left",
    "inches",
    "is_narrow",
    "is_ours",
    "mark_days",
    "narrow",
    "room_of",
    "taken_above",
    "write",
]

PAD = 0.08
"""Inches between a chart and the edge of its picture."""

_WIDE, _NARROW = 5.8, 3.5  # inches: 560 pixels of a page, 336 of a phone
_WIDTH: ContextVar[float] = ContextVar("width of new charts", default=_WIDE)
_TITLE, _OURS = 13, "communitylab"
ROW = 0.23
"""Inches, of a line of names."""

# A stranger's name is never mathematics, whatever signs are in it and whatever a notebook has set.
_LETTERS: dict[str, Any] = {"parse_math": False, "usetex": False, "fontfamily": "DejaVu Sans"}


@contextmanager
def narrow() -> Iterator[None]:
    """Charts drawn within are as wide as a phone, with letters as large as ever."""
    before = _WIDTH.set(_NARROW)
    try:
        yield
    finally:
        _WIDTH.reset(before)


def room_of(ax: Axes | None) -> float:
    """Inches across that a chart may draw on: those of its axes, or of a figure of its own.

    Parameters
    ----------
    ax
        Where it is drawn; null for a figure of its own.
    """
    return inches(ax)[0] if ax is not None else _WIDTH.get() - 2 * PAD


def is_narrow(ax: Axes | None) -> bool:
    """Whether a chart has no room for two things beside one another.

    Parameters
    ----------
    ax
        Where it is drawn; null for a figure of its own.
    """
    return room_of(ax) < 3.6


def is_ours(figure: Figure) -> bool:
    """Whether a figure was made for one chart, so that it may grow with it.

    Parameters
    ----------
    figure
        Of any chart.
    """
    return figure.get_label() == _OURS


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
        figure, ax = plt.subplots(figsize=(_WIDTH.get(), height + 2 * PAD), layout="none")
        if not is_bare:
            figure.set_layout_engine("constrained", w_pad=PAD, h_pad=PAD)
        figure.set_label(_OURS)
        figure.set_facecolor(GROUND)
        if is_bare:
            _margins(figure, height=height)
    ax.set_facecolor(GROUND)
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
    ours = is_ours(figure)
    wide = float(figure.get_figwidth())
    room = wide - 2 * PAD if ours else inches(axes)[0]
    lines = wrapped(plain(title, limit=160), room=room, size=_TITLE, weight="bold")
    is_bare = not axes.axison
    look = {"fontsize": _TITLE, "fontweight": "bold", "color": INK, "ha": "left", **_LETTERS}
    taken, below = _name_upright(axes), _break_name(axes, room=room)
    written = axes.set_title("\n".join(lines), x=0, pad=(9 if is_bare else 13) + 72 * taken, **look)
    if ours:
        height = float(figure.get_figheight())
        figure.set_figheight(height + len(lines) * 0.235 + (0.12 if is_bare else 0.18) + taken + below)
        if is_bare:
            _margins(figure, height=height - 2 * PAD)
        # Flush with the figure, not with the axes: names of rows stand left of those.
        written.set_x(PAD / wide)
        written.set_transform(blended_transform_factory(figure.transFigure, written.get_transform()))
        _settle(figure)
    return axes


def _name_upright(axes: Axes) -> float:
    """The name of the upward axis stands above it and its flags, upright; the inches that are taken then."""
    taken, flags = taken_above(axes, "flag", "legend"), taken_above(axes, "flag")
    if not (axes.axison and axes.get_ylabel()):
        return taken
    label = axes.yaxis.label
    label.set(rotation=0, ha="left", va="center", fontsize=SMALL, color=INK, in_layout=False, **_LETTERS)
    axes.yaxis.set_label_coords(0, flags + 0.12, transform=from_left(axes))
    return max(taken, flags + ROW)


def _break_name(axes: Axes, *, room: float) -> float:
    """The name of the axis across on as many lines as it needs; the inches that these need more."""
    lines = axes.get_xlabel().split("\n") if axes.axison else [""]
    broken = [part for line in lines for part in wrapped(line, room=room, size=SMALL)]
    axes.set_xlabel("\n".join(broken), fontsize=SMALL, color=INK, **_LETTERS)
    if max(text_width(line, size=SMALL) for line in broken) > 0.8 * room:
        axes.xaxis.label.set(
            x=1, ha="right", multialignment="left"
        )  # wider than the axes: it would be cut off at the right
    return 0.17 * (len(broken) - len(lines))


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
    room = room_of(ax)
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

    With its title it stands alone and is light wherever it is shown; without, it is for a page and follows the light
    or dark of the screen.

    Parameters
    ----------
    axes
        A chart drawn here.
    is_titled
        Whether its title stands above it; without one the picture is as much lower.
    """
    figure, title = figure_of(axes), axes.title
    cut = 0.0
    if not is_titled and is_ours(figure):
        figure.draw_without_rendering()  # a picture saved at another resolution leaves other places behind
        below = title.get_window_extent().y0 / figure.dpi - PAD / 2
        cut = 72 * (figure.get_figheight() - below)
    title.set_visible(is_titled)
    with mpl.rc_context({"svg.hashsalt": _OURS, "svg.fonttype": "path"}):
        saved = _saved(axes, format="svg", metadata={"Date": None, "Creator": None})
    title.set_visible(True)
    return saved if is_titled else for_screens(saved, cut=cut)


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


def above(axes: Axes) -> Transform:
    """Across as the axes are, upwards in inches from their upper edge.

    Parameters
    ----------
    axes
        The chart.
    """
    return blended_transform_factory(axes.transData, _upwards(axes))


def _upwards(axes: Axes) -> Transform:
    edge: Any = axes.transAxes  # any transform will do, whatever its declared type
    return figure_of(axes).dpi_scale_trans + ScaledTranslation(0, 1, edge)


def from_left(axes: Axes) -> Transform:
    """In inches, across from the left edge of a figure of its own, else of the axes; upwards from their upper edge.

    Parameters
    ----------
    axes
        The chart.
    """
    figure = figure_of(axes)
    edge: Any = figure.dpi_scale_trans if is_ours(figure) else axes.transAxes
    start = PAD if is_ours(figure) else 0
    return blended_transform_factory(
        figure.dpi_scale_trans + ScaledTranslation(start, 0, edge), _upwards(axes)
    )


def taken_above(axes: Axes, *by: str) -> float:
    """Inches above the axes that are taken already.

    Parameters
    ----------
    axes
        The chart.
    *by
        By words with these labels: flag, legend.
    """
    return max([0.1 + text.get_position()[1] for text in axes.texts if text.get_label() in by] or [0])


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


def _settle(figure: Figure) -> None:
    """Lay out once and for all: a layout made anew at each drawing moves by a hair, and bytes differ."""
    if figure.get_layout_engine() is None:
        return
    for _ in range(3):
        figure.draw_without_rendering()
    figure.set_layout_engine("none")


def _margins(figure: Figure, *, height: float) -> None:
    wide, total = figure.get_size_inches()
    figure.subplots_adjust(
        left=PAD / wide, right=1 - PAD / wide, bottom=PAD / total, top=(PAD + height) / total
    )


def _saved(axes: Axes, **how: Any) -> bytes:
    held = io.BytesIO()
    figure_of(axes).savefig(held, facecolor=GROUND, **how)
    return held.getvalue()
