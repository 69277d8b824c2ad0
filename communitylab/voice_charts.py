"""A chart of the brand's own voice: whether it announces, answers or brings together, week by week."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from communitylab.colours import BRAND_COLOUR
from communitylab.drawing import blank, canvas, finish, mark_days
from communitylab.flags import flag_days
from communitylab.legends import legend_above
from communitylab.phrases import counted
from communitylab.voice import STYLES

__all__ = ["draw_voice"]

_COLOURS = {"announce": "#dddddd", "answer": "#eda66f", "bring_together": BRAND_COLOUR}
_EDGES = {
    "announce": "#8c8c8c",
    "answer": "#b0703c",
    "bring_together": BRAND_COLOUR,
}  # the pale ones need them
_NAMES = {"announce": "Announce", "answer": "Answer", "bring_together": "Bring together"}
_DID = {
    "announce": "announce in {}",
    "answer": "answer in {}",
    "bring_together": "bring people together in {}",
}
_MOST_BARS = 120


def draw_voice(
    weeks: pd.DataFrame, *, actions: Sequence[tuple[str, str]] = (), ax: Axes | None = None
) -> Axes:
    """What the brand's posts do, week by week: announce, answer, bring together.

    Parameters
    ----------
    weeks
        week (its Monday), announce, answer, bring_together: posts.
    actions
        Day, like 2025-03-01, and what the brand did, in order.
    ax
        Where to draw; a new figure by default.

    Returns
    -------
    Axes
        With a sentence in place of the picture where there is nothing to draw.
    """
    totals = {style: int(weeks[style].sum()) for style in STYLES} if len(weeks) else {}
    total = sum(totals.values())
    if not total:
        why = "no post of yours with a time in this export: nothing to draw"
        return blank(ax, title="Your own posts", sentence=why)
    together = -(-len(weeks) // _MOST_BARS)
    bars = weeks.groupby(np.arange(len(weeks)) // together).agg(
        {"week": "first", **dict.fromkeys(STYLES, "sum")}
    )
    axes = canvas(ax, height=2.3)
    places = mark_days(axes, bars["week"]) if len(bars) > 1 else np.zeros(1)
    if len(bars) == 1:
        axes.set_xticks([0], [f"week of {bars['week'].iloc[0]}"])
    step = float(places[1] - places[0]) if len(places) > 1 else 0.0
    middles, width = places + step / 2, 0.82 * (step or 1)  # a bar stands on its own days
    below = np.zeros(len(bars))
    for style in STYLES:
        axes.bar(
            middles,
            bars[style],
            width=width,
            bottom=below,
            color=_COLOURS[style],
            edgecolor=_EDGES[style],
            linewidth=0.5,
            label=style,
        )
        below += bars[style].to_numpy(float)
    axes.set_ylim(0, below.max() * 1.04)
    axes.set_ylabel("Your posts in a week" if together == 1 else f"Your posts in {together} weeks")
    axes.yaxis.set_major_locator(MaxNLocator(integer=True, nbins=5))
    order = sorted(STYLES, key=lambda style: -totals[style])
    said = ", ".join(_DID[style].format(f"{totals[style] / total:.0%}") for style in order)
    title = f"You {said} of your posts"
    figures = (
        f"{counted(total, 'post')} in {counted(len(weeks), 'week')}: "
        + ", ".join(f"{_NAMES[style].lower()} {totals[style]:,}" for style in STYLES)
        + "."
    )
    if step:
        figures = f"{figures} {flag_days(axes, actions)}".rstrip()
    legend_above(axes, [(_NAMES[style], _COLOURS[style]) for style in STYLES])
    return finish(axes, title=title, figures=figures)
