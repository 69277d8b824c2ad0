"""Charts of where the followers stand: over time, and among places that are known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib import patheffects
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from matplotlib.ticker import PercentFormatter

from communitylab.colours import BRAND_COLOUR, GREY, GROUND, RUNG_COLOURS
from communitylab.drawing import blank, canvas, figure_of, finish, inches, is_narrow, mark_days, write
from communitylab.flags import flag_days
from communitylab.legends import legend_above
from communitylab.lettering import SMALL, plain, ranged, spread_out, text_width
from communitylab.tables import Estimate
from communitylab.verdict import Thresholds

__all__ = ["draw_map", "draw_trend"]

_SECOND, _MARK = "#17776b", "#7d7d7d"
_Box = tuple[float, float, float, float]
# Places collected alike, with a brand, and the others.
_LOOKS: dict[bool, dict[str, Any]] = {
    True: {"color": _MARK, "markeredgecolor": GROUND},
    False: {"color": GROUND, "markeredgecolor": _MARK, "markeredgewidth": 1.4},
}


def draw_trend(
    tiles: pd.DataFrame,
    *,
    change: Estimate | None = None,
    actions: Sequence[tuple[str, str]] = (),
    ax: Axes | None = None,
) -> Axes:
    """Talk among followers and regular contact, four weeks after four weeks, with their intervals.

    Parameters
    ----------
    tiles
        tile, follower_share, low, high, breadth, breadth_low, breadth_high, regulars. Null is a gap.
    change
        Of the follower share, last third less first third; `first` and `last` stand beside it.
    actions
        Day, like 2025-03-01, and what the brand did, in order.
    ax
        Where to draw; a new figure by default.

    Returns
    -------
    Axes
        With a sentence in place of the picture where there is nothing to draw.
    """
    table = tiles.sort_values("tile").reset_index(drop=True)
    share = table["follower_share"].astype(float)
    if not share.notna().any():
        why = "no four weeks with talk of followers: nothing to draw"
        return blank(ax, title="Talk among followers over time", sentence=why)
    axes = canvas(ax, height=2.9)
    places = mark_days(axes, list(table["tile"]))
    span = max(float(places[-1] - places[0]), 7.0)
    axes.set(xlim=(places[0] - 0.03 * span, places[-1] + 0.03 * span), ylim=(0, 1))
    lines = {
        "Talk among\nfollowers": (share, table["low"], table["high"], RUNG_COLOURS["circle"], "o"),
        "Has a regular\ncontact": (
            table["breadth"],
            table["breadth_low"],
            table["breadth_high"],
            _SECOND,
            "s",
        ),
    }
    ends = {}
    for name, (values, low, high, colour, marker) in lines.items():
        known = values.astype(float)
        _line(axes, places, table=pd.DataFrame({"y": known, "low": low, "high": high}), look=(colour, marker))
        if known.notna().any():
            ends[name] = (float(known.dropna().iloc[-1]), colour)
    if not is_narrow(ax):
        _name_lines(axes, ends)
    axes.yaxis.set_major_formatter(PercentFormatter(1, decimals=0, symbol="%"))
    regulars = [int(n) for n in table["regulars"].dropna()]
    people = f" ({ranged(regulars)} regulars)" if regulars else ""
    axes.set_xlabel(f"first day of each four weeks{people}\nbands: 95% intervals")
    figures = f"{_trend_in_words(table, change)} {flag_days(axes, actions)}".rstrip()
    if is_narrow(ax):
        entries = [(f"{name} {end:.0%}".replace("\n", " "), colour) for name, (end, colour) in ends.items()]
        legend_above(axes, entries, markers="".join(lines[name][4] for name in ends))
    return finish(axes, title=_trend_title(share.dropna(), change), figures=figures)


def _name_lines(axes: Axes, ends: Mapping[str, tuple[float, str]]) -> None:
    wanted = [end for end, _colour in ends.values()]
    spread = spread_out(wanted, gap=0.19, low=0.06, high=0.94)
    for (name, (end, colour)), y in zip(ends.items(), spread, strict=True):
        look = {"color": colour, "fontsize": SMALL, "weight": "bold"}
        write(axes, f"{name} {end:.0%}", at=(1.03, y), transform=axes.get_yaxis_transform(), **look)


def _line(axes: Axes, places: np.ndarray, *, table: pd.DataFrame, look: tuple[str, str]) -> None:
    """A line with its ribbon, broken where a value or a stretch of time is missing; lone values are points."""
    colour, marker = look
    steps = np.diff(places)
    usual = steps.min() if len(steps) else 7
    breaks = np.flatnonzero(steps > 1.5 * usual)
    x = np.insert(places, breaks + 1, places[breaks] + usual)
    y, low, high = (
        np.insert(table[name].to_numpy(float), breaks + 1, np.nan) for name in ("y", "low", "high")
    )
    is_known = ~np.isnan(y)
    is_lone = is_known & ~np.append(is_known[1:], False) & ~np.insert(is_known[:-1], 0, False)
    axes.fill_between(x, low, high, color=colour, alpha=0.18, linewidth=0)
    axes.plot(x, y, color=colour, linewidth=2, clip_on=False, label="line")
    if is_lone.any():
        axes.vlines(x[is_lone], low[is_lone], high[is_lone], color=colour, alpha=0.35, linewidth=4)
    marked = is_known if is_known.sum() <= 12 else is_lone
    if marked.any():
        axes.plot(x[marked], y[marked], marker, color=colour, markersize=5, clip_on=False, label="points")
    last = np.flatnonzero(is_known)[-1:]  # its shape tells the lines apart where their colours do not
    axes.plot(x[last], y[last], marker, color=colour, markersize=6, clip_on=False, label="end")


def _trend_title(share: pd.Series, change: Estimate | None) -> str:
    first, last = (round(100 * share.iloc[place]) for place in (0, -1))
    if change is None or change.value is None:
        when = " in the latest four weeks" if len(share) > 1 else ""  # of one period there is no latest
        return f"Talk among followers: {last} of 100{when}"
    known = [change.beside.get("first"), change.beside.get("last")]
    first, last = (
        round(100 * value) if value is not None else old
        for value, old in zip(known, (first, last), strict=True)
    )
    title = f"Talk among followers: from {first} to {last} of 100"
    low, high = change.low, change.high
    if low is None or high is None or low <= 0 <= high:
        return f"{title}, no clear change"
    ends = sorted(round(100 * abs(bound)) for bound in (low, high))
    way = "up" if change.value > 0 else "down"
    return f"{title}, {way} {abs(last - first)} ({ends[0]} to {ends[1]})"


def _trend_in_words(table: pd.DataFrame, change: Estimate | None) -> str:
    said = []
    for row in (table.iloc[0], table.iloc[-1])[: len(table)]:
        parts = [
            f"{name} {row[value]:.0%} ({row[low]:.0%} to {row[high]:.0%})"
            for name, value, low, high in (
                ("talk among followers", "follower_share", "low", "high"),
                ("has a regular contact", "breadth", "breadth_low", "breadth_high"),
            )
            if pd.notna(row[value])
        ]
        said.append(f"Four weeks from {str(row['tile'])[:10]}: {', '.join(parts) or 'unknown'}.")
    if change is not None and change.value is not None:
        known = [bound for bound in (change.low, change.high) if bound is not None]
        bounds = f" ({' to '.join(f'{100 * bound:+.0f}' for bound in known)})" if known else ""
        said.append(f"Last third less first third: {100 * change.value:+.0f} of 100{bounds}.")
    return " ".join(said)


def draw_map(
    share: Estimate,
    breadth: Estimate,
    *,
    references: pd.DataFrame,
    thresholds: Thresholds | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Between audience and community: talk among followers across, regular contact up, known places beside.

    Parameters
    ----------
    share
        The follower share.
    breadth
        The share of regulars with a regular contact.
    references
        name, follower_share, low, high, breadth, breadth_low, breadth_high of known places. `is_alike`, where there
        is such a column, says which were collected alike and have a brand, too: the others are hollow, and never
        the nearest. A place of which nothing but the follower share is known stands below the others.
    thresholds
        The conventions; the usual ones by default.
    ax
        Where to draw; a new figure by default.

    Returns
    -------
    Axes
        With a sentence in place of the picture where there is nothing to draw.
    """
    at = thresholds or Thresholds()
    shown = references.dropna(subset=["follower_share"])
    if "is_alike" not in shown:
        shown = shown.assign(is_alike=True)
    has_both = shown["breadth"].notna()
    known, ticked = (shown[which].reset_index(drop=True) for which in (has_both, ~has_both))
    is_placed = share.value is not None and breadth.value is not None
    if not is_placed and shown.empty:
        why = share.why or breadth.why or "too little is known to place you"
        return blank(ax, title="Between audience and community", sentence=why)
    # Places known by their talk alone stand in a strip of their own, where their names meet no others.
    strip = 0.0 if ticked.empty else 0.25 if is_narrow(ax) else 0.09
    axes = canvas(ax, height=4.1 + 3.5 * strip)
    tallest = max([_or(breadth.high, breadth.value or 0), *_ends(known, "breadth_high", "breadth"), 0.45])
    top = min(1.0, tallest + 0.03)
    floor, row = -0.02 * top, -(0.02 + strip / 2) * top
    axes.set(xlim=(-0.02, 1.02), ylim=(floor - strip * top, 1.02 * top))
    _conventions(axes, at, floor=floor)
    _reference_points(axes, known)
    if strip:
        axes.axhline(floor, color="#8f8f8f", linewidth=0.8, zorder=1)
        _ticks(axes, ticked, y=row)
    if share.value is not None and breadth.value is not None:
        x, y = share.value, breadth.value
        bars: dict[str, Any] = {
            "color": BRAND_COLOUR,
            "linewidth": 2.2,
            "alpha": 0.75,
            "zorder": 4,
            "label": "your bar",
        }
        axes.plot([_or(share.low, x), _or(share.high, x)], [y, y], **bars)
        axes.plot([x, x], [_or(breadth.low, y), _or(breadth.high, y)], **bars)
        axes.plot(
            [x], [y], "o", color=BRAND_COLOUR, markeredgecolor=GROUND, markersize=11, zorder=5, label="you"
        )
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(PercentFormatter(1, decimals=0, symbol="%"))
    axes.set_yticks([share for share in axes.get_yticks() if 0 <= share <= 1.02 * top])
    axes.set_xlabel("talk among followers, of all their messages")
    axes.set_ylabel("regulars with a regular contact")
    _map_key(axes, shown)
    finish(axes, title=_map_title(share, breadth, known), figures=_map_in_words(share, breadth, shown))
    _name_points(
        axes,
        known,
        feet=_feet(axes, ticked, y=row),
        floor=floor,
        you=(share.value, breadth.value) if is_placed else None,
    )
    return axes


def _ends(known: pd.DataFrame, bound: str, value: str) -> pd.Series:
    return known[bound].astype(float).fillna(known[value])


def _or(bound: float | None, value: float) -> float:
    return value if bound is None else bound


def _conventions(axes: Axes, at: Thresholds, *, floor: float) -> None:
    """The dashed lines, and the names of the corners that they cut off; below the floor no contact is known."""
    right, top = axes.get_xlim()[1], axes.get_ylim()[1]
    left, low = axes.get_xlim()[0], floor
    dashes: dict[str, Any] = {"color": "#8a8a8a", "linewidth": 1, "linestyle": (0, (4, 3)), "zorder": 1}
    axes.vlines([at.phi_a, at.phi_c], axes.get_ylim()[0], top, **dashes)
    axes.hlines([at.pi_a, at.pi_c], left, right, **dashes)
    for corner, size, colour in (
        ((left, low), (at.phi_a - left, at.pi_a - low), "#f0ece5"),
        ((at.phi_c, at.pi_c), (right - at.phi_c, top - at.pi_c), "#e6f0f9"),
    ):
        axes.add_patch(Rectangle(corner, *size, facecolor=colour, linewidth=0, zorder=0))
    faint = {"fontsize": SMALL, "color": GREY, "style": "italic", "va": "top", "label": "corner"}
    write(axes, "audience", at=(at.phi_a - 0.012, at.pi_a - 0.015 * top), ha="right", **faint)
    write(axes, "community", at=(at.phi_c + 0.012, top * 0.985), **faint)


def _reference_points(axes: Axes, known: pd.DataFrame) -> None:
    x, y = known["follower_share"], known["breadth"]
    faint: dict[str, Any] = {"color": "#8f8f8f", "linewidth": 1, "zorder": 2}
    axes.hlines(y, _ends(known, "low", "follower_share"), _ends(known, "high", "follower_share"), **faint)
    axes.vlines(x, _ends(known, "breadth_low", "breadth"), _ends(known, "breadth_high", "breadth"), **faint)
    for alike, look in _LOOKS.items():
        here = known["is_alike"].astype(bool) == alike
        name = "references" if alike else "others"
        axes.plot(x[here], y[here], "o", markersize=7, zorder=3, label=name, **look)


def _ticks(axes: Axes, ticked: pd.DataFrame, *, y: float) -> None:
    """Places of which the follower share alone is known, in a row below the others."""
    for alike, look in _LOOKS.items():
        x = ticked["follower_share"][ticked["is_alike"].astype(bool) == alike]
        # One that is hollow hides none behind it.
        hollow: dict[str, Any] = {} if alike else {"markerfacecolor": "none"}
        axes.plot(x, np.full(len(x), y), "^", markersize=7, zorder=3, label="ticks", **look, **hollow)


def _map_key(axes: Axes, shown: pd.DataFrame) -> None:
    """What the marks mean, where there is more than one kind of them."""
    is_alike, has_both = shown["is_alike"].astype(bool), shown["breadth"].notna()
    entries = [
        ("o", _MARK, "with a brand", (is_alike & has_both).any()),
        ("o", GROUND, "no brand, or another kind of export", (~is_alike).any()),
        ("^", _MARK, "too few regulars: talk alone is known", (~has_both).any()),
    ]
    found = [(marker, colour, name) for marker, colour, name, is_there in entries if is_there]
    if len(found) > 1:
        markers = "".join(marker for marker, *_ in found)
        legend_above(axes, [(name, colour) for _marker, colour, name in found], markers=markers)


def _together(names: Sequence[str]) -> str:
    """What places that share a label are called: one by its name, several by the words in which their names end."""
    if len(names) == 1:
        return names[0]
    ends: list[str] = []
    for words in zip(*(name.split()[::-1] for name in names), strict=False):
        if len(set(words)) > 1:
            break
        ends.insert(0, words[0])
    return f"{len(names)} × {' '.join(ends) or 'places'}"


def _feet(axes: Axes, ticked: pd.DataFrame, *, y: float) -> list[tuple[tuple[float, float], str]]:
    """Where the ticks stand, and their names; those that nearly touch share one, at the last of them."""
    near = 0.25 * float(np.diff(axes.get_xlim())[0]) / inches(axes)[0]
    found: list[tuple[float, list[str]]] = []
    latest = float("-inf")
    for row in ticked.sort_values("follower_share", kind="stable").itertuples():
        names = found.pop()[1] if row.follower_share - latest <= near else []
        found.append((row.follower_share, [*names, str(row.name)]))
        latest = row.follower_share
    return [((x, y), _together(names)) for x, names in found]


def _name_points(
    axes: Axes,
    known: pd.DataFrame,
    *,
    feet: Sequence[tuple[tuple[float, float], str]],
    floor: float,
    you: tuple[Any, Any] | None,
) -> None:
    """Names beside their points where they touch neither points nor one another; farther off, with a line."""
    figure = figure_of(axes)
    figure.draw_without_rendering()  # where the points are is known only once the axes have found their place
    # Of each point the ends of its bar, too: a name beside it begins where the bar ends.
    spans = pd.DataFrame(
        {
            "x": known["follower_share"],
            "y": known["breadth"],
            "low": _ends(known, "low", "follower_share"),
            "high": _ends(known, "high", "follower_share"),
        }
    ).to_numpy(float)
    points = [*spans.tolist(), *([x, y, x, x] for (x, y), _name in feet)]
    labels = [plain(name, limit=26) or "unnamed" for name in [*known["name"], *(name for _at, name in feet)]]
    if you is not None:
        x, y = you
        points, labels = [[x, y, x, x], *points], ["You", *labels]
    to_inches = axes.transData + figure.dpi_scale_trans.inverted()
    middles, lows, highs = (
        to_inches.transform([(point[end], point[1]) for point in points]) for end in (0, 2, 3)
    )
    edges = axes.get_window_extent().transformed(figure.dpi_scale_trans.inverted())
    ground = float(to_inches.transform((0, floor))[1]) if feet else edges.y0
    taken: list[_Box] = [(x - 0.06, y - 0.06, x + 0.06, y + 0.06) for x, y in middles]
    taken += [(low, y - 0.01, high, y + 0.01) for (low, y), (high, _y) in zip(lows, highs, strict=True)]
    # The names of the corners, and the bars of the point that the chart is about.
    artists = [artist for artist in axes.findobj() if artist.get_label() in ("corner", "your bar")]
    for extent in [
        artist.get_window_extent().transformed(figure.dpi_scale_trans.inverted()) for artist in artists
    ]:
        taken.append((extent.x0 - 0.03, extent.y0 - 0.03, extent.x1 + 0.03, extent.y1 + 0.03))
    for number, (label, (x, y), low, high) in enumerate(
        zip(labels, middles, lows[:, 0], highs[:, 0], strict=True)
    ):
        is_you = you is not None and number == 0
        look: dict[str, Any] = {"fontsize": 9.5, "color": "#444444"}
        if is_you:
            look = {"fontsize": 11, "color": BRAND_COLOUR, "weight": "bold"}
        width = text_width(label, size=look["fontsize"], weight=look.get("weight", "normal"))
        bottom, top = (edges.y0, ground) if y < ground else (ground, edges.y1)
        inside = (edges.x0, bottom, edges.x1, top)
        box = _free(x, y, bar=(low, high), width=width, taken=taken, inside=inside)
        taken.append(box)
        left, middle = to_inches.inverted().transform((box[0] + 0.02, (box[1] + box[3]) / 2))
        # A pale rim keeps the letters apart from bars and lines beneath.
        rim = [patheffects.withStroke(linewidth=2.5, foreground=GROUND)]
        write(axes, label, at=(left, middle), zorder=6, path_effects=rim, **look)
        nearest = np.clip((x, y), box[:2], box[2:])
        if np.hypot(*(nearest - (np.clip(nearest[0], low, high), y))) > 0.14:
            line = to_inches.inverted().transform([(x, y), nearest])
            axes.plot(line[:, 0], line[:, 1], color="#8a8a8a", linewidth=0.7, zorder=2)


def _free(
    x: float, y: float, *, bar: tuple[float, float], width: float, taken: Sequence[_Box], inside: _Box
) -> _Box:
    """The nearest place for a name beside a point and its bar; of those that are all taken the one least so."""
    tried: list[tuple[float, int, _Box]] = []
    for away in (0.08, 0.2, 0.35, 0.5, 0.7, 0.95):
        for side, rise in ((0, 0), (-1, 0), (-0.5, 1), (-0.5, -1), (0, 1), (0, -1), (-1, 1), (-1, -1)):
            before, after = (x, x) if rise else bar
            left = {0: after + away, -1: before - away - width - 0.04, -0.5: x - width / 2}[side]
            low = y + rise * (away + 0.09) - 0.085
            box = (left, low, left + width + 0.04, low + 0.17)
            is_in = (
                box[0] >= inside[0] and box[1] >= inside[1] and box[2] <= inside[2] and box[3] <= inside[3]
            )
            overlap = sum(
                max(0.0, min(box[2], other[2]) - max(box[0], other[0]))
                * max(0.0, min(box[3], other[3]) - max(box[1], other[1]))
                for other in taken
            )
            if is_in and not overlap:
                return box
            tried.append((overlap + 10 * (not is_in), len(tried), box))
    return min(tried)[2]


def _map_title(share: Estimate, breadth: Estimate, known: pd.DataFrame) -> str:
    if share.value is None or breadth.value is None:
        return "Known places between audience and community; you cannot be placed"
    if known.empty:
        return f"Talk among followers {share.value:.0%}, with a regular contact {breadth.value:.0%}"
    near = known[known["is_alike"].astype(bool)]
    if near.empty:
        return "You stand among known places, none of which was collected as your export was"
    away = np.hypot(near["follower_share"] - share.value, near["breadth"] - breadth.value)
    return f"Nearest to you among known places: {plain(near['name'].iloc[int(away.argmin())], limit=60) or 'unnamed'}"


def _map_in_words(share: Estimate, breadth: Estimate, shown: pd.DataFrame) -> str:
    you = "You: " + " and ".join(
        f"{name} {_shown(estimate)}"
        for name, estimate in (("talk among followers", share), ("with a regular contact", breadth))
    )
    places = [
        f"{row.name}: {row.follower_share:.0%}{_beside(row.breadth)}."
        for row in shown.itertuples(index=False)
    ]
    return " ".join([f"{you}.", *places])


def _beside(breadth: float) -> str:
    return ", with a regular contact unknown" if pd.isna(breadth) else f" and {breadth:.0%}"


def _shown(estimate: Estimate) -> str:
    if estimate.value is None:
        return f"unknown ({estimate.why})" if estimate.why else "unknown"
    bounds = "" if estimate.low is None else f" ({estimate.low:.0%} to {estimate.high:.0%})"
    return f"{estimate.value:.0%}{bounds}"
