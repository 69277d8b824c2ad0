"""A chart of how firm the groups are: who ends up together, run after run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from communitylab.colours import COLOURED, GREY, RUNG_COLOURS, group_colour, rim_of
from communitylab.drawing import blank, canvas, finish, room_of, write
from communitylab.lettering import SMALL, text_width, wrapped
from communitylab.phrases import counted

__all__ = ["draw_togetherness"]

_PEOPLE, _DOTS = 300, 900  # drawn at most; dots across, so that no program that shows the picture blurs it
_SIDE, _STRIP, _LINE = 0.95, 0.12, 0.19  # inches
_SHADES = sns.light_palette(RUNG_COLOURS["circle"], as_cmap=True)


def draw_togetherness(groupings: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """How often two followers end up in the same group, run after run: dark squares are firm groups.

    Parameters
    ----------
    groupings
        node, group (0 for fewer than five), firmness, run_1, run_2 …: the label in each run.
    ax
        Where to draw; a new figure by default.

    Returns
    -------
    Axes
        With a sentence in place of the picture where there is nothing to draw.
    """
    runs = [name for name in groupings.columns if str(name).startswith("run_")]
    people = groupings[groupings["group"] > 0]
    if people.empty or not runs:
        why = "no group of at least five followers was found: nothing to draw"
        return blank(ax, title="Who ends up together", sentence=why)
    sizes = people["group"].value_counts()
    order = sorted(sizes.index, key=lambda group: (-sizes[group], group))
    rank = people["group"].map({group: place for place, group in enumerate(order)})
    lots = people["node"].astype(str)
    table = people.assign(rank=rank, length=lots.str.len(), lot=lots).sort_values(
        ["rank", "firmness", "length", "lot"], ascending=[True, False, True, True]
    )
    inside, between = _together(table["rank"].to_numpy(), table[runs].to_numpy())
    drawn = _thinned(table)
    labels = drawn[runs].to_numpy()
    shares = sum((labels[:, run, None] == labels[None, :, run]).astype(np.int64) for run in range(len(runs)))
    width = room_of(ax)
    side = width - _SIDE - _STRIP
    notes = _not_drawn(len(drawn), of=len(people), small=len(groupings) - len(people))
    lines = [line for note in notes for line in wrapped(note, room=width, size=SMALL)]
    floor = 0.36 + _LINE * len(lines)
    axes = canvas(ax, height=side + floor, is_bare=True)
    left, right, top = _SIDE + _STRIP, width, side + floor
    fine = -(-_DOTS // len(drawn))
    pixels = np.kron(shares, np.ones((fine, fine), np.int64))
    look: dict[str, Any] = {"cmap": _SHADES, "aspect": "auto", "interpolation": "none"}
    axes.imshow(pixels, vmin=0, vmax=len(runs), extent=(left, right, floor, top), label="together", **look)
    _name_blocks(axes, drawn["rank"].to_numpy(), order=order, box=(left, right, floor, top))
    said = "together in every run"
    long = 1.5 if width > 4.2 else 1.0
    start, y = min(left + 0.5, width - long - text_width(said, size=SMALL) - 0.1), floor - 0.2
    axes.imshow(
        np.arange(100)[None], vmin=0, vmax=99, extent=(start, start + long, y - 0.06, y + 0.06), **look
    )
    write(axes, "never", at=(start - 0.06, y), ha="right", fontsize=SMALL)
    write(axes, said, at=(start + long + 0.06, y), fontsize=SMALL)
    axes.set(xlim=(0, width), ylim=(0, top))
    write(axes, "\n".join(lines), at=(0, 0), va="bottom", fontsize=SMALL, color=GREY, linespacing=1.2)
    return finish(axes, title=_sit(inside, between, runs=len(runs)), figures=_firm(table, order=order))


def _together(groups: np.ndarray, labels: np.ndarray) -> tuple[float, float | None]:
    """Mean share of runs in which two of one group, and two of two groups, have the same label."""
    n_runs, n = labels.shape[1], len(groups)
    same = total = 0
    for run in range(n_runs):
        both = pd.DataFrame({"group": groups, "label": labels[:, run]})
        same += _pairs(both.value_counts().to_numpy())
        total += _pairs(both["label"].value_counts().to_numpy())
    inside = _pairs(pd.Series(groups).value_counts().to_numpy())
    apart = _pairs(np.array([n])) - inside
    within = same / (inside * n_runs) if inside else 1.0
    return within, (total - same) / (apart * n_runs) if apart else None


def _pairs(counts: np.ndarray) -> int:
    return int((counts.astype(np.int64) * (counts - 1) // 2).sum())


def _thinned(table: pd.DataFrame) -> pd.DataFrame:
    """At most so many followers as can be told apart, of every group the same part."""
    n = len(table)
    if n <= _PEOPLE:
        return table
    # The k-th of those kept is the follower at the k-th of equal steps: groups keep their parts.
    return table.iloc[(np.arange(_PEOPLE) * n + n // 2) // _PEOPLE]


def _name_blocks(
    axes: Axes, ranks: np.ndarray, *, order: Sequence[int], box: tuple[float, float, float, float]
) -> None:
    """A strip in the colours of the groups along the side, their names beside it, a line between two of them."""
    left, right, floor, top = box
    step = (top - floor) / len(ranks)
    thin = 0.5 if len(order) <= 15 else 0.2
    names: list[tuple[str, float]] = []
    for rank in np.unique(ranks):
        places = np.flatnonzero(ranks == rank)
        high, low = top - step * places[0], top - step * (places[-1] + 1)
        colour = group_colour(int(order[rank]) if rank < COLOURED else 0)
        axes.add_patch(
            Rectangle(
                (left - _STRIP, low),
                _STRIP - 0.02,
                high - low,
                facecolor=colour,
                edgecolor=rim_of(colour),
                linewidth=0.6,
                label="group",
            )
        )
        if places[0]:
            axes.plot([left - _STRIP, right], [high, high], color=GREY, linewidth=thin, label="between")
            axes.plot(
                [left + step * places[0]] * 2, [floor, top], color=GREY, linewidth=thin, label="between"
            )
        if rank < COLOURED:
            names.append((f"Group {order[rank]}", (high + low) / 2))
    if ranks.max() >= COLOURED:
        first = np.flatnonzero(ranks >= COLOURED)[0]
        names.append((f"{len(order) - COLOURED} more", (top - step * first + floor) / 2))
    above = top + 1
    for name, y in names:
        # Where blocks are thinner than letters only some of them are named, each beside its own.
        if y <= above - 0.17:
            write(axes, name, at=(left - _STRIP - 0.07, y), ha="right", fontsize=SMALL)
            above = y


def _not_drawn(n: int, *, of: int, small: int) -> list[str]:
    notes = [f"Drawn: {n:,} of {of:,} followers, of every group the same part."] if n < of else []
    if small:
        notes.append(f"Not drawn: {counted(small, 'follower')} of groups with fewer than 5 members.")
    return notes


def _sit(inside: float, between: float | None, *, runs: int) -> str:
    title = f"Two followers of one group sit together in {_of(inside, runs)} of {counted(runs, 'run')}"
    return title if between is None else f"{title}, of two groups in {_of(between, runs)}"


def _of(share: float, runs: int) -> str:
    n = round(share * runs)
    if n in (0, runs):
        sure = "all" if n else "none"
        return sure if share in (0, 1) else f"almost {sure}"
    return f"{n:,}"


def _firm(table: pd.DataFrame, *, order: Sequence[int]) -> str:
    said = []
    for rank, group in enumerate(order[:COLOURED]):
        firmness = np.sort(table.loc[table["rank"] == rank, "firmness"].to_numpy(float))
        said.append(
            f"Group {group}: {counted(len(firmness), 'follower')}, of whom each sits with the others in "
            f"{firmness.mean():.0%} of the runs on average."
        )
    return f"Each follower against each, {counted(len(order), 'group')}. {' '.join(said)}"
