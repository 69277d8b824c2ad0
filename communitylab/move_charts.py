"""A chart of the ladder's moves: who climbed, who stayed, who slid, four weeks after four weeks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from communitylab.colours import RUNG_COLOURS, RUNG_EDGES
from communitylab.drawing import blank, canvas, finish, is_narrow, mark_days, write
from communitylab.flags import flag_days
from communitylab.legends import legend_above, swatch
from communitylab.lettering import SMALL, ranged, spread_out
from communitylab.phrases import counted
from communitylab.roles import RUNGS

__all__ = ["draw_moves"]

_COLUMNS, _DAYS = 6, 28  # columns, days between two of them
_FEW = 5  # people, below whom a ribbon is a thread
_UPWARDS = tuple(reversed(RUNGS))  # the highest rung stands at the bottom, as in the ladder over time
_BENDS = np.linspace(0, 1, 21)
_SMOOTH = _BENDS**2 * (3 - 2 * _BENDS)
_RIBBONS = {**RUNG_COLOURS, "silent": "#e4e4e4", "spectator": "#d9cfbd"}


def draw_moves(
    moves: pd.DataFrame, *, actions: Sequence[tuple[str, str]] = (), ax: Axes | None = None
) -> Axes:
    """Who stood on which rung, and on which four weeks later: ribbons from the one to the other.

    Parameters
    ----------
    moves
        tile (first day of the earlier four weeks), before, after, followers: as
        :func:`communitylab.roles.moves` gives it. At most the latest six times four weeks are drawn.
    actions
        Day, like 2025-03-01, and what the brand did, in order.
    ax
        Where to draw; a new figure by default.

    Returns
    -------
    Axes
        With a sentence in place of the picture where there is nothing to draw.
    """
    counts = moves.groupby(["before", "after"])["followers"].sum().unstack(fill_value=0)
    counts = counts.reindex(index=list(_UPWARDS), columns=list(RUNGS), fill_value=0).astype(int)
    if not counts.to_numpy().sum():
        why = "no two stretches of four weeks follow one another: nothing to draw"
        return blank(ax, title="Moves between the rungs", sentence=why)
    days, flows = _in_a_row(moves)
    columns = [_column(flows, place) for place in range(len(days))]
    heard = max(sum(column.values()) - column["silent"] for column in columns)
    # Those who were not heard at all would press everybody else flat: then only those are drawn who come or go.
    quiet = (
        [flow.pop(("silent", "silent"), 0) for flow in flows]
        if max(c["silent"] for c in columns) > heard
        else []
    )
    heights = [_column(flows, place) for place in range(len(days))]
    gap = 0.025 * max(sum(column.values()) for column in heights)
    floors = [_floors(column, gap=gap) for column in heights]
    axes = canvas(ax, height=3.3)
    places = mark_days(axes, days)
    wide = 1.0 * len(flows)
    axes.set(
        xlim=(places[0] - wide, places[-1] + wide),
        ylim=(0, max(_top(f, h) for f, h in zip(floors, heights, strict=True))),
    )
    is_part = bool(counts.to_numpy().sum() > sum(sum(flow.values()) for flow in flows) + sum(quiet))
    for place, flow in enumerate(flows):
        ends = (places[place] + wide / 2, places[place + 1] - wide / 2)
        _draw_ribbons(axes, flow, ends=ends, floors=(floors[place], floors[place + 1]))
    for x, floor, column in zip(places, floors, heights, strict=True):
        for rung, n in column.items():
            _draw_block(axes, rung, at=(x - wide / 2, floor[rung]), size=(wide, n))
    # Who is not drawn must not be counted beside a block.
    known = {rung: n for rung, n in columns[-1].items() if not (quiet and rung == "silent")}
    names = {rung: f"{RUNGS[rung]} {known[rung]:,}" if rung in known else RUNGS[rung] for rung in _UPWARDS}
    if not is_narrow(ax):
        _name_rungs(axes, names, floors=floors[-1], heights=heights[-1])
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    notes = ["first day of each four weeks"]
    notes += ["title: all pairs of periods four weeks apart"] * is_part
    undrawn = [f"{ranged(quiet)} heard neither before nor after"] if quiet else []
    if any(0 < n < _FEW for flow in flows for n in flow.values()):
        undrawn.append(f"moves of fewer than {_FEW}")
    notes += ["not drawn: " + ";\n".join(undrawn)] if undrawn else []
    axes.set_xlabel("\n".join(notes))
    said = ["Each follower counts once for every Monday on which two periods begin, four weeks apart."]
    said += [
        f"{RUNGS[rung]} at first ({counts.loc[rung].sum():,}): {_listed(counts.loc[rung].to_dict())}."
        for rung in RUNGS
        if counts.loc[rung].sum()
    ]
    figures = " ".join([*said, flag_days(axes, actions)]).rstrip()
    if is_narrow(ax):
        legend_above(axes, [(names[rung], RUNG_COLOURS[rung]) for rung in RUNGS])
    return finish(axes, title=_stayed(counts), figures=figures)


def _in_a_row(moves: pd.DataFrame) -> tuple[list[str], list[dict[tuple[str, str], int]]]:
    """The first days of the latest stretches that follow one another, and who went where between two of them."""
    stamps = pd.to_datetime(moves["tile"])
    days = [stamps[moves["followers"] > 0].max()]
    while len(days) < _COLUMNS - 1 and (stamps == days[0] - pd.Timedelta(days=_DAYS)).any():
        days.insert(0, days[0] - pd.Timedelta(days=_DAYS))
    flows = []
    for day in days:
        rows = moves[(stamps == day).to_numpy()].groupby(["before", "after"])["followers"].sum()
        flows.append({(str(before), str(after)): int(n) for (before, after), n in rows.items()})
    return [f"{day:%Y-%m-%d}" for day in [*days, days[-1] + pd.Timedelta(days=_DAYS)]], flows


def _column(flows: Sequence[Mapping[tuple[str, str], int]], place: int) -> dict[str, int]:
    """How many stand on each rung in one of the stretches: as many as come, or as many as go."""
    comes = flows[place - 1] if place else {}
    goes = flows[place] if place < len(flows) else {}
    return {
        rung: max(
            sum(n for (_before, after), n in comes.items() if after == rung),
            sum(n for (before, _after), n in goes.items() if before == rung),
        )
        for rung in _UPWARDS
    }


def _floors(column: Mapping[str, int], *, gap: float) -> dict[str, float]:
    floors, low = {}, 0.0
    for rung, n in column.items():
        floors[rung] = low
        low += n + gap * bool(n)
    return floors


def _top(floors: Mapping[str, float], heights: Mapping[str, int]) -> float:
    return max(floors[rung] + n for rung, n in heights.items())


def _draw_block(axes: Axes, rung: str, *, at: tuple[float, float], size: tuple[float, float]) -> None:
    if size[1]:
        block = Rectangle(at, *size, facecolor=RUNG_COLOURS[rung], linewidth=0.5, zorder=3, label=rung)
        block.set_edgecolor(RUNG_EDGES[rung])
        block.set_hatch("////" if rung == "silent" else "")
        axes.add_patch(block)


def _draw_ribbons(
    axes: Axes,
    flow: Mapping[tuple[str, str], int],
    *,
    ends: tuple[float, float],
    floors: tuple[Mapping[str, float], Mapping[str, float]],
) -> None:
    """Ribbons leave and arrive in the order of the rungs; those who climb or slide are drawn above those who stay."""
    left, right = dict(floors[0]), dict(floors[1])
    x = ends[0] + (ends[1] - ends[0]) * _BENDS
    starts, stops = {}, {}
    for before in _UPWARDS:
        for after in _UPWARDS:
            starts[before, after] = left[before]
            left[before] += flow.get((before, after), 0)
    for after in _UPWARDS:
        for before in _UPWARDS:
            stops[before, after] = right[after]
            right[after] += flow.get((before, after), 0)
    for pair, n in sorted(flow.items()):
        if n >= _FEW:
            low = starts[pair] + (stops[pair] - starts[pair]) * _SMOOTH
            is_still = pair[0] == pair[1]
            axes.fill_between(
                x, low, low + n, facecolor=_RIBBONS[pair[0]], alpha=0.35 if is_still else 0.6, linewidth=0,
                zorder=1 if is_still else 2, label=f"{pair[0]} to {pair[1]}",
            )  # fmt: skip


def _name_rungs(
    axes: Axes, names: Mapping[str, str], *, floors: Mapping[str, float], heights: Mapping[str, int]
) -> None:
    top = axes.get_ylim()[1]
    gap, beside = top * 0.23 / 2.6, axes.get_yaxis_transform()
    middles = [floors[rung] + heights[rung] / 2 for rung in _UPWARDS]
    for rung, y in zip(_UPWARDS, spread_out(middles, gap=gap, low=gap / 2, high=top), strict=True):
        swatch(axes, RUNG_COLOURS[rung], at=(1.035, y), transform=beside)
        write(axes, names[rung], at=(1.065, y), fontsize=SMALL, transform=beside)


def _listed(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{RUNGS[rung].lower()} {n:,}" for rung, n in counts.items())


def _stayed(counts: pd.DataFrame) -> str:
    """What became of the highest rung that anybody stood on."""
    rung = next(rung for rung in counts.index if counts.loc[rung].sum())
    n, stayed = int(counts.loc[rung].sum()), int(counts.loc[rung, rung])
    if n < 20:
        return f"{RUNGS[rung]}: {stayed} of {counted(n, 'time')} still there four weeks later"
    who = {
        "silent": "we did not hear",
        "spectator": "facing the stage",
        "acquainted": "who have met someone",
        "connected": "who keep in touch with one other",
        "circle": "in the circle",
    }[rung]
    share = round(100 * stayed / n)
    return f"Of 100 {who}, {share} {'is' if share == 1 else 'are'} still there four weeks later"
