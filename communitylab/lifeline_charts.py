"""A chart of the groups over time: which were born, grew, merged, split off, went."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from matplotlib import dates, patheffects
from matplotlib.axes import Axes

from communitylab.colours import COLOURED, GREY, GROUND, group_colour, rim_of
from communitylab.drawing import blank, canvas, finish, is_narrow, mark_days, room_of, write
from communitylab.flags import flag_days
from communitylab.lettering import SMALL, group_name, months, text_width, wrapped
from communitylab.phrases import counted, date_of, in_words

__all__ = ["draw_lifelines"]

_MOST = 12  # lifelines drawn, and of these the first in colour
_FEW = 5  # people, below whom nobody is told how many
_ROOM, _LANE, _THIN = (
    2.6,
    0.24,
    0.025,
)  # inches: of all bands, of a lane at least, of a group of fewer than five
_NAME = 1.45
_BENDS = np.linspace(0, 1, 13)
_SMOOTH = _BENDS**2 * (3 - 2 * _BENDS)


def draw_lifelines(
    lifelines: Sequence[Mapping[str, Any]],
    *,
    since: str | None = None,
    actions: Sequence[tuple[str, str]] = (),
    ax: Axes | None = None,
) -> Axes:
    """Groups as bands over time, as thick as they are large; one that merges bends into the other's band.

    Parameters
    ----------
    lifelines
        id, name, words, fate ("still there", "gone", "merged into 2"), tiles with tile, size (null for fewer than
        five) and event (born, continued, merged, split). The twelve largest are drawn.
    since
        First day of the first four weeks in which groups were looked for: those that were there then were not born
        in it. By default that of the first group.
    actions
        Day, like 2025-03-01, and what the brand did, in order.
    ax
        Where to draw; a new figure by default.

    Returns
    -------
    Axes
        With a sentence in place of the picture where there is nothing to draw.
    """
    lives = [
        {**life, "tiles": sorted(life["tiles"], key=lambda step: str(step["tile"]))}
        for life in lifelines
        if life["tiles"]
    ]
    lives.sort(key=lambda life: (-_largest(life), life["id"]))
    if not lives:
        why = "no group of at least five followers in any four weeks: nothing to draw"
        return blank(ax, title="Groups over time", sentence=why)
    seen = {str(step["tile"])[:10] for life in lives for step in life["tiles"]}
    days = sorted(seen | ({since[:10]} if since else set()))
    shown = _in_lanes(lives[:_MOST])
    coloured = {life["id"] for life in lives[:COLOURED]}
    inches_each = min(0.5 / max(map(_largest, shown)), _ROOM / sum(map(_largest, shown)))
    thick = {life["id"]: max(_THIN, inches_each * _largest(life)) for life in shown}
    # A name stands at the end of its band; where there is no room, above it.
    is_above, lanes, height = is_narrow(ax), {}, 0.06
    for life in reversed(shown):
        beside = max(_LANE, 0.06 + 0.18 * len(_named(life, room=_NAME)))
        lane = thick[life["id"]] + 0.09 if is_above else max(beside, thick[life["id"]] + 0.09)
        lanes[life["id"]] = height + lane / 2
        height += lane + (0.2 if is_above else 0)
    axes = canvas(ax, height=height + 0.75)
    axes.spines["left"].set_visible(False)
    axes.set_yticks([])
    stamps = _stamps(days)
    mark_days(axes, days) if len(days) > 1 else axes.set_xticks([stamps[0]], [date_of(days[0])])
    axes.set(xlim=(stamps[0] - 3, stamps[-1] + 29), ylim=(0, height))
    for life in shown:
        _draw_life(
            axes,
            life,
            lanes=lanes,
            inches_each=inches_each,
            colour=group_colour(life["id"] if life["id"] in coloured else 0),
            room=room_of(ax) if is_above else None,
        )
    signs = ["thickness: followers"]
    if any(step["size"] is None for life in shown for step in life["tiles"]):
        signs.append(f"thin line: fewer than {_FEW}")
    signs += ["× gone"] * any(life["fate"] == "gone" for life in shown)
    lines = ["first day of each four weeks", "; ".join(signs)]
    if len(lives) > _MOST:
        lines.append(f"not drawn: {counted(len(lives) - _MOST, 'smaller group')}")
    axes.set_xlabel("\n".join(lines))
    figures = " ".join([*(_told(life, since=since or days[0]) for life in shown), flag_days(axes, actions)])
    return finish(axes, title=_what_became(lives, days=days), figures=figures.rstrip())


def _largest(life: Mapping[str, Any]) -> int:
    return max(int(step["size"] or 0) for step in life["tiles"]) or _FEW - 1


def _stamps(days: Sequence[str]) -> list[float]:
    return [float(day) for day in dates.date2num(pd.to_datetime(pd.Series(list(days))).to_numpy())]


def _into(life: Mapping[str, Any]) -> int | None:
    fate = str(life["fate"])
    return int(fate.rsplit(" ", 1)[1]) if fate.startswith("merged into ") else None


def _in_lanes(lives: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """From the top down: under each group those that merge into it, the earliest nearest, so that no bend crosses."""
    known = {life["id"] for life in lives}
    found: list[Mapping[str, Any]] = []

    def put(life: Mapping[str, Any]) -> None:
        if life in found:
            return
        found.append(life)
        joining = [other for other in lives if _into(other) == life["id"]]
        for other in sorted(joining, key=lambda other: (str(other["tiles"][-1]["tile"]), other["id"])):
            put(other)

    for life in lives:
        if _into(life) not in known:
            put(life)
    for life in lives:
        put(life)
    return found


def _draw_life(
    axes: Axes,
    life: Mapping[str, Any],
    *,
    lanes: Mapping[int, float],
    inches_each: float,
    colour: str,
    room: float | None,
) -> None:
    """A level stretch for each four weeks, a bend between two; a dotted line where the group was not found.

    With room, in inches across, the name stands above the band and within it.
    """
    lane = lanes[life["id"]]
    steps = life["tiles"]
    starts = _stamps([str(step["tile"]) for step in steps])
    halves = [max(_THIN, inches_each * (step["size"] or 0)) / 2 for step in steps]
    look: dict[str, Any] = {
        "facecolor": colour,
        "edgecolor": rim_of(colour),
        "linewidth": 0.7,
        "zorder": 3,
    }
    x: list[float] = [starts[0] + 1]
    half: list[float] = [halves[0] / 3 if steps[0]["event"] == "split" else halves[0]]
    for (start, width), (after, width_after) in pairwise(
        [*zip(starts, halves, strict=True), (starts[-1], halves[-1])]
    ):
        x += [start + 5, start + 23]
        half += [width, width]
        if after - start > 29:
            x[-1] = start + 26
            axes.fill_between(x, lane - np.array(half), lane + np.array(half), label="band", **look)
            axes.plot(
                [start + 26, after + 1], [lane, lane], ":", color=colour, linewidth=1.5, label="not found"
            )
            x, half = [after + 1], [width_after]
        elif after > start:
            x += list(start + 23 + 10 * _BENDS)
            half += list(width + (width_after - width) * _SMOOTH)
    end, into = starts[-1] + 27, _into(life)
    if into is not None and into in lanes:
        x[-1] = end - 8
    else:
        x.append(end)
        half.append(halves[-1])
    axes.fill_between(x, lane - np.array(half), lane + np.array(half), label="band", **look)
    if into is not None and into in lanes:
        bend = end - 8 + 25 * _BENDS
        middle = lane + (lanes[into] - lane) * _SMOOTH
        axes.fill_between(
            bend,
            middle - halves[-1],
            middle + halves[-1],
            label="merge",
            **{**look, "zorder": 2, "alpha": 0.75},
        )
        end += 12
    elif life["fate"] == "gone":
        axes.plot(
            [end + 2], [lane], "x", color=GREY, markersize=5, markeredgewidth=1.4, clip_on=False, label="gone"
        )
        end += 4
    halo = [patheffects.withStroke(linewidth=2.5, foreground=GROUND)]
    at, name = (end + 3, lane), "\n".join(_named(life, room=_NAME))
    if room is not None:
        low, high = axes.get_xlim()
        (name, *_) = _named(life, room=room - 0.5)
        latest = high - (text_width(name, size=SMALL) + 0.06) / room * (high - low)
        at = (max(low, min(starts[0], latest)), lane + max(halves) + 0.12)
    write(axes, name, at=at, fontsize=SMALL, zorder=5, path_effects=halo, linespacing=1.15)


def _named(life: Mapping[str, Any], *, room: float) -> list[str]:
    """Its name and how many it was at last, on more than one line where the name is long."""
    known = {"words": (), **life}
    name, size = group_name(known, room=room), _size(life["tiles"][-1])
    if not name.endswith("…"):
        return [f"{name} ({size})"]
    whole = group_name({**known, "words": known["words"][:1]}, room=5.8).replace("  ", "\u00a0\u00a0")
    lines = wrapped(f"{whole} ({size})", room=room + 0.3, size=SMALL)
    return [line.replace("\u00a0", " ") for line in lines]


def _size(step: Mapping[str, Any]) -> str:
    return f"{step['size']:,}" if step["size"] else f"under {_FEW}"


def _told(life: Mapping[str, Any], *, since: str) -> str:
    first, last = life["tiles"][0], life["tiles"][-1]
    begun = (
        "there"
        if str(first["tile"])[:10] == since[:10]
        else "split off"
        if first["event"] == "split"
        else "born"
    )
    name = group_name({"words": (), **life}, room=5.8)
    return (
        f"{name}: {begun} in the four weeks from {date_of(str(first['tile']))} ({_size(first)}), in those from "
        f"{date_of(str(last['tile']))} {_size(last)}, {life['fate']}."
    )


def _what_became(lives: Sequence[Mapping[str, Any]], *, days: Sequence[str]) -> str:
    first = [life["tiles"][0] for life in lives]
    later = [str(step["event"]) for step in first if str(step["tile"])[:10] > days[0][:10]]
    still = sum(life["fate"] == "still there" for life in lives)
    merged = sum(_into(life) is not None for life in lives)
    happened = {
        "born": later.count("born"), "split off": later.count("split"), "merged": merged,
        "gone": len(lives) - still - merged,
    }  # fmt: skip
    since = months(days)[0].split(" ", 1)[1]
    said = [f"{_number(n)} {what}" for what, n in happened.items() if n]
    if not said:
        groups = f"{_number(len(lives)).capitalize()} {'group' if len(lives) == 1 else 'groups'}"
        return f"{groups}, still there since {since}"
    there = f"{_number(still)} still there" if still else "none still there"
    return f"Groups since {since}: {', '.join(said)}; {there}"


def _number(n: int) -> str:
    return in_words(n).lower() if n <= 12 else f"{n:,}"
