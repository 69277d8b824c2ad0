"""Charts of the ladder: who stands on which rung, and how that changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from communitylab.colours import GREY, GROUND, INK, RUNG_COLOURS, RUNG_EDGES
from communitylab.drawing import blank, canvas, finish, is_narrow, mark_days, room_of, write
from communitylab.flags import flag_days
from communitylab.legends import legend_above, swatch
from communitylab.lettering import SIZE, SMALL, months, ranged, spread_out, text_width
from communitylab.phrases import counted, date_of
from communitylab.roles import RUNGS

__all__ = ["draw_ladder", "draw_rungs"]

_IN_TOUCH = ("connected", "circle")
_HEARD = tuple(rung for rung in RUNGS if rung != "silent")
_LIGHT = ("silent", "spectator", "acquainted")
_ROW, _BAR = 0.27, 0.78  # inches


def draw_rungs(roles: Mapping[str, int], *, ax: Axes | None = None) -> Axes:
    """The ladder on the whole, as one bar: how many followers stand on each rung.

    Parameters
    ----------
    roles
        Number of followers by rung.
    ax
        Where to draw; a new figure by default.

    Returns
    -------
    Axes
        With a sentence in place of the picture where there is nothing to draw.
    """
    numbers = {rung: int(roles.get(rung, 0)) for rung in RUNGS}
    total, touch = sum(numbers.values()), sum(numbers[rung] for rung in _IN_TOUCH)
    if not total:
        return blank(ax, title="The followers", sentence="no followers in this export: nothing to draw")
    heard = total - numbers["silent"]
    who = (
        f"{touch:,} of the {counted(heard, 'follower')}"
        if touch
        else f"None of the {counted(heard, 'follower')}"
    )
    title = f"{who} we heard from {'keep' if touch > 1 else 'keeps'} in touch with another follower"
    if heard == 1:
        title = (
            f"The one follower we heard from {'keeps' if touch else 'does not keep'} in touch with another"
        )
    if not heard:
        title = f"None of the {counted(total, 'follower')} was heard from"
    return _rung_bar(ax, numbers, title=title)


def _rung_bar(ax: Axes | None, numbers: Mapping[str, int], *, title: str) -> Axes:
    """One stacked bar; what is too narrow for its name is named outside, at the end of a line.

    Names on the left half stand above the bar and run right, those on the right half stand below it and
    run left, each on a row of its own: so no line ever crosses a name.
    """
    total = sum(numbers.values())
    room = room_of(ax)
    present = {rung: n for rung, n in numbers.items() if n}
    starts = dict(zip(present, np.cumsum([0, *present.values()]), strict=False))
    lines = {rung: _name_inside(rung, room=n / total * room) for rung, n in present.items()}
    outside = [rung for rung in present if not lines[rung]]
    above = [rung for rung in outside if starts[rung] + present[rung] / 2 < total / 2][::-1]
    below = [rung for rung in outside if rung not in above]
    nobody = [RUNGS[rung] for rung in _HEARD if not numbers[rung]]
    base = _ROW * (len(below) + bool(nobody)) + 0.08
    height = base + _BAR + _ROW * len(above) + 0.08
    axes = canvas(ax, height=height, is_bare=True)
    axes.set(xlim=(0, total), ylim=(0, height))
    for rung, n in present.items():
        thin = min(0.8, 10 * n / total * room)
        _segment(axes, rung, at=(starts[rung], base), size=(n, _BAR), edge=thin)
        middle, named = starts[rung] + n / 2, f"{RUNGS[rung]}: {n:,}"
        # A long name starts nearer to the edge of the bar from which it runs.
        reach = min(n / 2, max(0.0, text_width(named, size=SMALL) + 0.1 - room / 2) / room * total)
        if rung in above:
            end = base + _BAR + _ROW * (1 + above.index(rung))
            _name_outside(axes, named, line=(middle - reach, base + _BAR, end), room=room)
        elif rung in below:
            end = base - _ROW * (1 + below.index(rung))
            _name_outside(axes, named, line=(middle + reach, base, end), room=-room)
        else:
            _write_inside(axes, rung, n=n, lines=lines[rung], at=(middle, base + _BAR / 2))
    if nobody:
        write(axes, f"Nobody: {', '.join(nobody).lower()}", at=(0, _ROW / 2), color=GREY, fontsize=SMALL)
    return finish(axes, title=title, figures=_in_words(numbers))


def _write_inside(axes: Axes, rung: str, *, n: int, lines: Sequence[str], at: tuple[float, float]) -> None:
    look: dict[str, Any] = {"ha": "center", "color": INK if rung in _LIGHT else GROUND}
    if rung == "silent":  # letters on hatching cannot be read
        look["bbox"] = {"facecolor": GROUND, "edgecolor": "none", "pad": 1.5}
    top = at[1] + 0.09 * len(lines)
    write(axes, f"{n:,}", at=(at[0], top), weight="bold", **look)
    write(axes, "\n".join(lines), at=(at[0], top - 0.11), va="top", fontsize=SMALL, **look)


def _name_outside(axes: Axes, named: str, *, line: tuple[float, float, float], room: float) -> None:
    """A name at the end of a line that leaves the bar upright and turns to the right, or where room is below 0 left."""
    x, start, end = line
    side = 0.06 * axes.get_xlim()[1] / room
    axes.plot([x, x, x + side], [start, end, end], color=GREY, linewidth=0.9)
    size = SIZE if text_width(named) + 0.1 < abs(room) / 2 else SMALL
    write(axes, named, at=(x + 1.5 * side, end), ha="left" if side > 0 else "right", fontsize=size)


def _name_inside(rung: str, *, room: float) -> list[str]:
    """The lines on which a rung's name fits into its part of a bar; none where it does not."""
    for lines in ([RUNGS[rung]], _in_two(RUNGS[rung])):
        if max(text_width(line, size=SMALL) for line in lines) + 0.12 < room:
            return lines
    return []


def _in_two(name: str) -> list[str]:
    words = name.split()
    halves = [[" ".join(words[:place]), " ".join(words[place:])] for place in range(1, len(words))]
    return min(halves, key=lambda lines: max(map(len, lines)))


def _segment(
    axes: Axes, rung: str, *, at: tuple[float, float], size: tuple[float, float], edge: float = 0
) -> None:
    look: dict[str, Any] = {"facecolor": RUNG_COLOURS[rung], "edgecolor": RUNG_EDGES[rung]}
    look |= {"hatch": "////"} if rung == "silent" else {}
    axes.add_patch(Rectangle(at, *size, linewidth=edge, label=rung, **look))


def _in_words(numbers: Mapping[str, int]) -> str:
    return ", ".join(f"{RUNGS[rung].lower()} {n:,}" for rung, n in numbers.items()).capitalize() + "."


def draw_ladder(
    ladder: pd.DataFrame, *, actions: Sequence[tuple[str, str]] = (), ax: Axes | None = None
) -> Axes:
    """How many followers stand on each rung, four weeks after four weeks.

    Parameters
    ----------
    ladder
        tile, silent, spectator, acquainted, connected, circle: as :func:`communitylab.roles.ladder` gives it.
    actions
        Day, like 2025-03-01, and what the brand did, in order.
    ax
        Where to draw; a new figure by default.

    Returns
    -------
    Axes
        With a sentence in place of the picture where there is nothing to draw.
    """
    table = ladder.sort_values("tile").reset_index(drop=True)
    if table.empty or not table[list(RUNGS)].to_numpy().sum():
        return blank(ax, title="The ladder over time", sentence="no four weeks with posts: nothing to draw")
    touch = table[list(_IN_TOUCH)].sum(axis=1).to_numpy()
    heard = table[list(_HEARD)].sum(axis=1).to_numpy()
    days = list(table["tile"])
    if len(table) == 1:
        day = date_of(str(days[0]))
        title = f"In touch with another follower: {touch[0]:,} of {counted(heard[0], 'follower')} heard since {day}"
        return _rung_bar(ax, {rung: int(table[rung][0]) for rung in RUNGS}, title=title)
    first, last = months(days)
    people = "person" if touch[0] == 1 else "people"
    title = f"In touch with another follower: {touch[0]:,} {people} {first}, {touch[-1]:,} {last}"
    # Where most are not heard they would press everybody else into a line; then they are told in words.
    is_apart = int(table["silent"].max()) > int(heard.max())
    rungs = [*reversed(_HEARD)] if is_apart else [*reversed(RUNGS)]
    axes = canvas(ax, height=2.7)
    entries = _stack(axes, table, rungs=rungs, ax=ax)
    silent = [int(n) for n in table["silent"]]
    note = f"\nnot drawn: {ranged(silent)} who were not heard" if is_apart else ""
    axes.set_xlabel(f"first day of each four weeks{note}")
    axes.set_ylabel("followers")
    ends = [
        f"{day}: {_in_words({rung: int(table[rung].iloc[place]) for rung in RUNGS}).lower()}"
        for day, place in ((str(days[0])[:10], 0), (str(days[-1])[:10], -1))
    ]
    figures = " ".join([f"{len(table)} times four weeks.", *ends, flag_days(axes, actions)])
    legend_above(axes, entries)
    return finish(axes, title=title, figures=figures.rstrip())


def _stack(
    axes: Axes, table: pd.DataFrame, *, rungs: Sequence[str], ax: Axes | None
) -> list[tuple[str, str | None]]:
    """Bars, the highest rung at the bottom: what the chart is about stands on a straight line.

    Returns names and colours, where these have no room beside the last bar.
    """
    places = mark_days(axes, list(table["tile"]))
    width = float(np.diff(places).min()) * (0.94 if len(places) <= 40 else 1)
    floor: np.ndarray = np.zeros(len(table))
    middles: list[float] = []
    for rung in rungs:
        for x, base, n in zip(places, floor, table[rung], strict=True):
            if n:
                _segment(axes, rung, at=(x - width / 2, base), size=(width, n))
        middles.append(float(floor[-1] + table[rung].iloc[-1] / 2))
        floor = floor + table[rung].to_numpy()
    top, end = float(floor.max()), float(places[-1] + width / 2)
    axes.set(xlim=(places[0] - 0.6 * width, end + 0.1 * width), ylim=(0, top * 1.02))
    names = {rung: f"{RUNGS[rung]} {int(table[rung].iloc[-1]):,}" for rung in rungs}
    if is_narrow(ax):
        return [(names[rung], RUNG_COLOURS[rung]) for rung in reversed(rungs)]
    gap = top * 0.23 / 2.1
    for rung, y in zip(rungs, spread_out(middles, gap=gap, low=gap / 2, high=top), strict=True):
        beside = axes.get_yaxis_transform()
        swatch(axes, RUNG_COLOURS[rung], at=(1.045, y), transform=beside)
        write(axes, names[rung], at=(1.075, y), fontsize=SMALL, transform=beside)
    return []
