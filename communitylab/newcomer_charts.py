"""A chart of newcomers: who answered them first, four weeks after four weeks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib import patheffects
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator, StrMethodFormatter

from communitylab.colours import BRAND_COLOUR, GROUND, INK, RUNG_COLOURS, RUNG_EDGES
from communitylab.drawing import blank, canvas, finish, inches, is_narrow, mark_days, write
from communitylab.flags import flag_days
from communitylab.legends import legend_above, swatch
from communitylab.lettering import SMALL, spread_out, text_width
from communitylab.phrases import FEW, counted, date_of, fraction

__all__ = ["draw_newcomers"]

_DAYS = 28
_COLOURS = {
    "follower": RUNG_COLOURS["circle"],
    "brand": BRAND_COLOUR,
    "nobody": RUNG_COLOURS["spectator"],
}
_EDGES = {"follower": GROUND, "brand": GROUND, "nobody": RUNG_EDGES["spectator"]}
_NAMES = {"follower": "Another follower", "brand": "You", "nobody": "Nobody"}


def draw_newcomers(
    cohorts: pd.DataFrame, *, actions: Sequence[tuple[str, str]] = (), ax: Axes | None = None
) -> Axes:
    """Newcomers four weeks after four weeks, by who answered their first post first.

    Parameters
    ----------
    cohorts
        start, newcomers, follower, brand, nobody, days: as :func:`communitylab.newcomers.cohorts_of_newcomers` gives
        them.
    actions
        Day, like 2025-03-01, and what the brand did, in order.
    ax
        Where to draw; a new figure by default.

    Returns
    -------
    Axes
        With a sentence in place of the picture where there is nothing to draw.
    """
    table = cohorts.sort_values("start").reset_index(drop=True)
    people = int(table["newcomers"].sum())
    if not people:
        why = "nobody is known to have written for the first time: nothing to draw"
        return blank(ax, title="Newcomers, and who answered them", sentence=why)
    axes = canvas(ax, height=2.7)
    starts = mark_days(axes, list(table["start"]))
    axes.set(
        xlim=(starts[0] - 0.06 * _DAYS, starts[-1] + _DAYS), ylim=(0, 1.06 * float(table["newcomers"].max()))
    )
    axes.yaxis.set_major_locator(MaxNLocator(integer=True, nbins=5))
    axes.set_xlabel(f"first day of each four weeks{_cut_short(table)}")
    axes.set_ylabel("newcomers")
    axes.yaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    middles = _stack(axes, table, starts=starts)
    figures = " ".join([*_in_words(table), flag_days(axes, actions)]).rstrip()
    names = {who: f"{_NAMES[who]} {int(table[who].sum()):,}" for who in _NAMES}
    if is_narrow(ax):
        legend_above(axes, [("First answer by", None), *((names[who], _COLOURS[who]) for who in _NAMES)])
    else:
        _name(axes, names, middles=middles)
    finish(axes, title=_title(table, people), figures=figures)
    _number(axes, table, starts=starts)
    return axes


def _stack(axes: Axes, table: pd.DataFrame, *, starts: np.ndarray) -> list[float]:
    """Bars as wide as their four weeks; where the parts of the last one lie."""
    floor = np.zeros(len(table))
    middles = []
    for who, colour in _COLOURS.items():
        tall = table[who].to_numpy(float)
        axes.bar(
            starts,
            tall,
            width=0.92 * _DAYS,
            bottom=floor,
            align="edge",
            color=colour,
            edgecolor=_EDGES[who],
            linewidth=0.5,
            label=who,
        )
        middles.append(float(floor[-1] + tall[-1] / 2))
        floor += tall
    return middles


def _name(axes: Axes, names: Mapping[str, str], *, middles: Sequence[float]) -> None:
    """Whose answers the parts are, beside the last bar, and how many in all."""
    top = axes.get_ylim()[1]
    gap = 0.12 * top
    places = spread_out(middles, gap=gap, low=gap / 2, high=top - gap)
    beside = axes.get_yaxis_transform()
    write(axes, "First answer by", at=(1.035, max(places) + gap), fontsize=SMALL, transform=beside)
    for who, y in zip(_NAMES, places, strict=True):
        swatch(axes, _COLOURS[who], at=(1.05, y), transform=beside)
        write(axes, names[who], at=(1.08, y), fontsize=SMALL, transform=beside)


def _number(axes: Axes, table: pd.DataFrame, *, starts: np.ndarray) -> None:
    """How many, in each part that has room for the figure."""
    (low, high), top = axes.get_xlim(), axes.get_ylim()[1]
    width, height = inches(axes)
    room = 0.92 * _DAYS / (high - low) * width
    floor = np.zeros(len(table))
    for who in _COLOURS:
        for start, base, n in zip(starts, floor, table[who], strict=True):
            figure = f"{int(n):,}"
            if n * height / top >= 0.2 and text_width(figure, size=SMALL) + 0.04 <= room:
                # A rim keeps it apart from the pole of a flag.
                rim = [patheffects.withStroke(linewidth=4, foreground=_COLOURS[who])]
                look = {"color": INK if who == "nobody" else GROUND, "path_effects": rim, "zorder": 7}
                at = (start + 0.46 * _DAYS, base + n / 2)
                write(axes, figure, at=at, ha="center", fontsize=SMALL, label=f"{who} figure", **look)
        floor += table[who].to_numpy(float)


def _cut_short(table: pd.DataFrame) -> str:
    """Which of the outer cohorts are no whole four weeks."""
    ends = {"first": int(table["days"].iloc[0]), "last": int(table["days"].iloc[-1])}
    if len(table) == 1:
        return f" (here {counted(ends['first'], 'day')})" if ends["first"] < _DAYS else ""
    short = [f"the {end}: {counted(days, 'day')} only" for end, days in ends.items() if days < _DAYS]
    return f"\n({', '.join(short)})" if short else ""


def _title(table: pd.DataFrame, people: int) -> str:
    answered = int(table["follower"].sum())
    if people < FEW:
        return f"{answered} of {counted(people, 'newcomer')} got a first answer from another follower"
    return f"{fraction(answered / people, 'newcomer')} got a first answer from another follower within a week"


def _in_words(table: pd.DataFrame) -> list[str]:
    return [
        f"From {date_of(str(row.start))}: {counted(int(row.newcomers), 'newcomer')}, answered first by another "
        f"follower {int(row.follower):,}, by the brand {int(row.brand):,}, by nobody {int(row.nobody):,}."
        for row in table.itertuples(index=False)
    ]
