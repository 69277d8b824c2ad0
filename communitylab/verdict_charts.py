"""Charts of the answer: of a hundred replies, the six signs, the trend, the map, the ways of counting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from matplotlib.ticker import PercentFormatter

from communitylab.drawing import (
    BRAND_COLOUR,
    CHANCE,
    GREY,
    INK,
    RUNG_COLOURS,
    SMALL,
    blank,
    canvas,
    figure_of,
    finish,
    mark_days,
    plain,
    ranged,
    spread_out,
    text_width,
    wrapped,
    write,
)
from communitylab.tables import Estimate
from communitylab.verdict import Thresholds
from communitylab.words import SIGN_NAMES

__all__ = ["draw_map", "draw_signs", "draw_specifications", "draw_squares", "draw_trend"]

_BLUE, _SECOND = "#15508a", "#1f8a7d"
_Box = tuple[float, float, float, float]

_NUMBERS = ("None", "One", "Two", "Three", "Four", "Five", "Six")


def draw_squares(share: Estimate, *, ax: Axes | None = None) -> Axes:
    """Of a hundred replies and mentions, how many go to another follower: a hundred squares.

    Parameters
    ----------
    share
        The follower share.
    ax
        Where to draw; a new figure by default. Hatched squares lie within the interval.

    Returns
    -------
    Axes
        With a sentence in place of the picture where there is nothing to draw.
    """
    if share.value is None:
        return blank(ax, title="Talk among followers", sentence=share.why or "the share is not defined")
    filled = round(100 * share.value)
    low, high = (round(100 * bound) if bound is not None else filled for bound in (share.low, share.high))
    axes = canvas(ax, height=2.5, is_bare=True)
    axes.set(xlim=(0, 22.56), ylim=(0, 10), aspect="equal")
    for place in range(100):
        is_peer = place < filled
        colour = _BLUE if is_peer else BRAND_COLOUR
        is_open = low <= place < high
        pale = "#a9c8e4" if is_peer else "#f6c9a5"
        axes.add_patch(
            Rectangle(
                (place % 10 + 0.06, 9.06 - place // 10),
                0.88,
                0.88,
                facecolor=pale if is_open else colour,
                edgecolor=colour,
                hatch="////" if is_open else None,
                linewidth=0.5,
                label="follower" if is_peer else "brand",
            )
        )
    write(axes, f"{filled}", at=(11, 8.9), fontsize=28, weight="bold", color=_BLUE)
    write(axes, "to another follower", at=(11, 7.3))
    if low < high:
        write(axes, f"between {low} and {high} (hatched)", at=(11, 6.4), fontsize=SMALL, color=GREY)
    write(axes, f"{100 - filled}", at=(11, 2.3), fontsize=28, weight="bold", color=BRAND_COLOUR)
    write(axes, "to you", at=(11, 0.7))
    title = f"Of every 100 replies and mentions, {_of_100(share.value)} to another follower"
    return finish(
        axes,
        title=title,
        figures=f"{filled} of 100 ({low} to {high}) go to another follower, {100 - filled} to you.",
    )


def _of_100(value: float) -> str:
    if 0 < value < 0.005:
        return "fewer than 1 goes"
    if 0.995 <= value < 1:
        return "more than 99 go"
    number = round(100 * value)
    return {0: "none goes", 1: "1 goes", 100: "all go"}.get(number, f"{number} go")


def draw_signs(conditions: Sequence[Mapping[str, Any]], *, ax: Axes | None = None) -> Axes:
    """The six signs of a community: what was found, what is asked, whether it is there.

    Parameters
    ----------
    conditions
        name, passed, value, threshold, low, high, why: as results.json holds them.
    ax
        Where to draw; a new figure by default.

    Returns
    -------
    Axes
        With a sentence in place of the picture where there is nothing to draw.
    """
    if not conditions:
        why = "this export cannot show whether there is a community: nothing was measured"
        return blank(ax, title="The signs of a community", sentence=why)
    step = 0.74
    axes = canvas(ax, height=step * len(conditions), is_bare=True)
    axes.set(xlim=(0, 1.28), ylim=(0, step * len(conditions)))
    for row, condition in enumerate(conditions):
        _sign(axes, condition, top=step * (len(conditions) - row))
    title = _how_many(conditions)
    return finish(axes, title=title, figures=" ".join(_sign_in_words(condition) for condition in conditions))


def _sign(axes: Axes, condition: Mapping[str, Any], *, top: float) -> None:
    """One row: name and figure, the strip, what is asked."""
    value, name, y = condition["value"], condition["name"], top - 0.36
    is_count, threshold = name == "effective_pairs", condition["threshold"]
    passed = condition["passed"]
    word = {True: "✓ there", False: "not yet", None: "cannot tell"}[passed]
    write(axes, SIGN_NAMES.get(name, plain(name, limit=32)), at=(0, top - 0.13), weight="bold")
    write(axes, word, at=(1.04, y), weight="bold", color=_BLUE if passed else GREY)
    if value is None:
        lines = wrapped(plain(condition["why"] or "not defined", limit=140), room=4.3, size=SMALL)[:2]
        write(axes, "\n".join(lines), at=(0, y + 0.1), va="top", color=GREY, fontsize=SMALL)
        return
    axes.plot([0, 1], [y, y], color="#d5d5d5", linewidth=1, zorder=1)
    mark = _place(threshold, is_count=is_count)
    if name == "return_rate":
        axes.add_patch(Rectangle((0, y - 0.09), mark, 0.18, facecolor=CHANCE, linewidth=0, zorder=0))
    axes.plot(
        [mark, mark], [y - 0.11, y + 0.11], color=INK, linewidth=1.2, linestyle=(0, (2.5, 1.5)), zorder=3
    )
    if condition["low"] is not None:
        axes.plot(
            [condition["low"], condition["high"]], [y, y], color=_BLUE, linewidth=3.5, alpha=0.55, zorder=2
        )
    axes.plot(
        [_place(value, is_count=is_count)],
        [y],
        marker="o",
        markersize=8.5,
        markerfacecolor=_BLUE if passed else "white",
        markeredgecolor=_BLUE,
        markeredgewidth=1.6,
        zorder=4,
        clip_on=False,
        label=name,
    )
    write(axes, _found(condition), at=(1, top - 0.13), ha="right")
    write(axes, f"asked: {_asked(condition)}", at=(0, top - 0.57), color=GREY, fontsize=SMALL)


def _place(value: float, *, is_count: bool) -> float:
    """Where a figure stands on its strip: shares as they are, pairs from 1 to 1,000 by their logarithm."""
    return float(np.clip(np.log10(max(value, 1)) / 3, 0, 1)) if is_count else float(np.clip(value, 0, 1))


def _found(condition: Mapping[str, Any]) -> str:
    value = condition["value"]
    if condition["name"] == "effective_pairs":
        return f"{value:,.0f} pairs" if value >= 10 else f"{value:.1f} pairs"
    if condition["name"] == "return_rate":
        return f"{100 * value:.1f}%"
    bounds = (
        f" ({100 * condition['low']:.0f}–{100 * condition['high']:.0f})"
        if condition["low"] is not None
        else ""
    )
    return f"{100 * value:.0f}%{bounds}"


def _asked(condition: Mapping[str, Any]) -> str:
    """What is asked, and where a figure beyond the mark is not enough, why."""
    name, threshold = condition["name"], condition["threshold"]
    is_beyond = condition["passed"] is False and condition["value"] > threshold
    if name == "effective_pairs":
        return f"at least {threshold:.0f} (scale: 1 to 1,000)"
    if name == "return_rate":
        return f"more than chance gives, {100 * threshold:.1f}%" + (
            "; this may be chance" if is_beyond else ""
        )
    if name == "without_top":
        rest = "; contacts hang on a few" if is_beyond and (condition["low"] or 1) > threshold else ""
        return f"more than {threshold:.0%} without the top few{rest}"
    return f"{'the whole bar above' if condition['low'] is not None else 'more than'} {threshold:.0%}"


def _sign_in_words(condition: Mapping[str, Any]) -> str:
    word = {True: "there", False: "not yet", None: "cannot tell"}[condition["passed"]]
    name = SIGN_NAMES.get(condition["name"], str(condition["name"]))
    if condition["value"] is None:
        return f"{name}: {word} ({condition['why'] or 'not defined'})."
    return f"{name}: {word}, {_found(condition)}, asked: {_asked(condition)}."


def _how_many(conditions: Sequence[Mapping[str, Any]]) -> str:
    met = sum(condition["passed"] is True for condition in conditions)
    open_signs = sum(condition["passed"] is None for condition in conditions)
    of = _number(len(conditions)).lower()
    if open_signs == len(conditions):
        return f"None of the {of} signs of a community can be told from this export"
    be = "is" if met <= 1 else "are"
    title = f"{_number(met)} of {of} signs of a community {be} there"
    if met == len(conditions):
        title = f"All {of} signs of a community are there"
    return f"{title}; {_number(open_signs).lower()} cannot be told" if open_signs else title


def _number(n: int) -> str:
    return _NUMBERS[n] if n < len(_NUMBERS) else f"{n}"


def draw_trend(tiles: pd.DataFrame, *, change: Estimate | None = None, ax: Axes | None = None) -> Axes:
    """Talk among followers and regular contact, four weeks after four weeks, with their intervals.

    Parameters
    ----------
    tiles
        tile, follower_share, low, high, breadth, breadth_low, breadth_high, regulars. Null is a gap.
    change
        Of the follower share, last third less first third; `first` and `last` stand beside it.
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
    wanted = [end for end, _colour in ends.values()]
    for (name, (end, colour)), y in zip(
        ends.items(), spread_out(wanted, gap=0.19, low=0.06, high=0.94), strict=True
    ):
        look = {"color": colour, "fontsize": SMALL, "weight": "bold"}
        write(axes, f"{name} {end:.0%}", at=(1.03, y), transform=axes.get_yaxis_transform(), **look)
    axes.yaxis.set_major_formatter(PercentFormatter(1, decimals=0, symbol="%"))
    regulars = [int(n) for n in table["regulars"].dropna()]
    people = f" ({ranged(regulars)} regulars)" if regulars else ""
    axes.set_xlabel(f"first day of each four weeks{people}\nbands: 95% intervals", fontsize=SMALL, color=INK)
    return finish(axes, title=_trend_title(share.dropna(), change), figures=_trend_in_words(table, change))


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


def _trend_title(share: pd.Series, change: Estimate | None) -> str:
    first, last = (round(100 * share.iloc[place]) for place in (0, -1))
    if change is None or change.value is None:
        if len(share) == 1:
            return f"Talk among followers: {first} of 100"
        return f"Talk among followers: from {first} to {last} of 100"
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
        name, follower_share, low, high, breadth, breadth_low, breadth_high of known places.
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
    known = references.dropna(subset=["follower_share", "breadth"]).reset_index(drop=True)
    is_placed = share.value is not None and breadth.value is not None
    if not is_placed and known.empty:
        why = share.why or breadth.why or "too little is known to place you"
        return blank(ax, title="Between audience and community", sentence=why)
    axes = canvas(ax, height=4.1)
    tallest = max([_or(breadth.high, breadth.value or 0), *_ends(known, "breadth_high", "breadth"), 0.45])
    top = min(1.0, tallest + 0.03)
    axes.set(xlim=(-0.02, 1.02), ylim=(-0.02 * top, 1.02 * top))
    _conventions(axes, at)
    _reference_points(axes, known)
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
            [x], [y], "o", color=BRAND_COLOUR, markeredgecolor="white", markersize=11, zorder=5, label="you"
        )
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(PercentFormatter(1, decimals=0, symbol="%"))
    axes.set_xlabel("talk among followers, of all replies and mentions", fontsize=SMALL, color=INK)
    axes.set_ylabel("regulars with a regular contact", fontsize=SMALL, color=INK)
    finish(axes, title=_map_title(share, breadth, known), figures=_map_in_words(share, breadth, known))
    _name_points(axes, known, you=(share.value, breadth.value) if is_placed else None)
    return axes


def _ends(known: pd.DataFrame, bound: str, value: str) -> pd.Series:
    return known[bound].astype(float).fillna(known[value])


def _or(bound: float | None, value: float) -> float:
    return value if bound is None else bound


def _conventions(axes: Axes, at: Thresholds) -> None:
    """The dashed lines, and the names of the corners that they cut off."""
    right, top = axes.get_xlim()[1], axes.get_ylim()[1]
    left, low = axes.get_xlim()[0], axes.get_ylim()[0]
    dashes: dict[str, Any] = {"color": "#999999", "linewidth": 1, "linestyle": (0, (4, 3)), "zorder": 1}
    axes.vlines([at.phi_a, at.phi_c], low, top, **dashes)
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
    faint: dict[str, Any] = {"color": "#c4c4c4", "linewidth": 1.2, "zorder": 2}
    axes.hlines(y, _ends(known, "low", "follower_share"), _ends(known, "high", "follower_share"), **faint)
    axes.vlines(x, _ends(known, "breadth_low", "breadth"), _ends(known, "breadth_high", "breadth"), **faint)
    axes.plot(x, y, "o", color="#7d7d7d", markeredgecolor="white", markersize=7, zorder=3, label="references")


def _name_points(axes: Axes, known: pd.DataFrame, *, you: tuple[Any, Any] | None) -> None:
    """Names beside their points where they touch neither points nor one another; farther off, with a line."""
    figure = figure_of(axes)
    figure.draw_without_rendering()  # where the points are is known only once the axes have found their place
    points = [(row.follower_share, row.breadth) for row in known.itertuples()]
    labels = [plain(name, limit=26) or "unnamed" for name in known["name"]]
    if you is not None:
        points, labels = [you, *points], ["You", *labels]
    to_inches = axes.transData + figure.dpi_scale_trans.inverted()
    spots = to_inches.transform(np.array(points, float).reshape(-1, 2))
    edges = axes.get_window_extent().transformed(figure.dpi_scale_trans.inverted())
    taken: list[_Box] = [(x - 0.06, y - 0.06, x + 0.06, y + 0.06) for x, y in spots]
    # The names of the corners, and the bars of the point that the chart is about.
    artists = [artist for artist in axes.findobj() if artist.get_label() in ("corner", "your bar")]
    for extent in [
        artist.get_window_extent().transformed(figure.dpi_scale_trans.inverted()) for artist in artists
    ]:
        taken.append((extent.x0 - 0.03, extent.y0 - 0.03, extent.x1 + 0.03, extent.y1 + 0.03))
    for number, (label, (x, y)) in enumerate(zip(labels, spots, strict=True)):
        is_you = you is not None and number == 0
        look: dict[str, Any] = {"fontsize": 9.5, "color": "#444444"}
        if is_you:
            look = {"fontsize": 11, "color": BRAND_COLOUR, "weight": "bold"}
        width = text_width(label, size=look["fontsize"], weight=look.get("weight", "normal"))
        box = _free(x, y, width=width, taken=taken, inside=(edges.x0, edges.y0, edges.x1, edges.y1))
        taken.append(box)
        left, middle = to_inches.inverted().transform((box[0] + 0.02, (box[1] + box[3]) / 2))
        write(axes, label, at=(left, middle), zorder=6, **look)
        nearest = np.clip((x, y), box[:2], box[2:])
        if np.hypot(*(nearest - (x, y))) > 0.14:
            ends = to_inches.inverted().transform([(x, y), nearest])
            axes.plot(ends[:, 0], ends[:, 1], color="#9a9a9a", linewidth=0.7, zorder=2)


def _free(x: float, y: float, *, width: float, taken: Sequence[_Box], inside: _Box) -> _Box:
    """The nearest place for a name beside a point; of those that are all taken the one least so."""
    tried: list[tuple[float, int, _Box]] = []
    for away in (0.08, 0.2, 0.35, 0.5, 0.7, 0.95):
        for side, rise in ((0, 0), (-1, 0), (-0.5, 1), (-0.5, -1), (0, 1), (0, -1), (-1, 1), (-1, -1)):
            left = x + (away if side == 0 else -away - width if side == -1 else -width / 2)
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
    away = np.hypot(known["follower_share"] - share.value, known["breadth"] - breadth.value)
    return f"Nearest to you among known places: {plain(known['name'][int(away.argmin())], limit=60) or 'unnamed'}"


def _map_in_words(share: Estimate, breadth: Estimate, known: pd.DataFrame) -> str:
    you = "You: " + " and ".join(
        f"{name} {_shown(estimate)}"
        for name, estimate in (("talk among followers", share), ("with a regular contact", breadth))
    )
    places = [
        f"{row.name}: {row.follower_share:.0%} and {row.breadth:.0%}."
        for row in known.itertuples(index=False)
    ]
    return " ".join([f"{you}.", *places])


def _shown(estimate: Estimate) -> str:
    if estimate.value is None:
        return f"unknown ({estimate.why})" if estimate.why else "unknown"
    bounds = "" if estimate.low is None else f" ({estimate.low:.0%} to {estimate.high:.0%})"
    return f"{estimate.value:.0%}{bounds}"


def draw_specifications(specifications: pd.DataFrame, *, label: str, ax: Axes | None = None) -> Axes:
    """The verdict under every way of counting: filled where it is the one reported.

    Parameters
    ----------
    specifications
        choice, thresholds, label.
    label
        The verdict that is reported.
    ax
        Where to draw; a new figure by default.

    Returns
    -------
    Axes
        With a sentence in place of the picture where there is nothing to draw.
    """
    if specifications.empty:
        why = "nothing was counted in other ways: there is no verdict to try"
        return blank(ax, title="Other ways of counting", sentence=why)
    choices = list(dict.fromkeys(specifications["choice"]))
    found = list(dict.fromkeys(specifications["thresholds"]))
    thresholds = sorted(found, key=lambda name: _ORDER.index(name) if name in _ORDER else len(_ORDER))
    same = int((specifications["label"] == label).sum())
    axes = canvas(ax, height=0.29 * len(choices) + 0.45)
    for row in specifications.itertuples(index=False):
        x, y = thresholds.index(row.thresholds), choices.index(row.choice)
        is_same = row.label == label
        colour = "#3279b0" if is_same else "#efece6"
        axes.add_patch(
            Rectangle(
                (x + 0.02, y + 0.06),
                0.96,
                0.88,
                facecolor=colour,
                linewidth=0,
                label="same" if is_same else "other",
            )
        )
        shown = plain(_SHORT.get(row.label, row.label), limit=13)
        look = {"color": "white", "weight": "bold"} if is_same else {"color": "#444444"}
        write(axes, shown, at=(x + 0.5, y + 0.5), ha="center", fontsize=9.5, **look)
    axes.set(xlim=(0, len(thresholds)), ylim=(len(choices), 0))
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0, top=True, labeltop=True, bottom=False, labelbottom=False)
    heads = [plain(name, limit=30).replace(" ", "\n", 1) for name in thresholds]
    axes.set_xticks(np.arange(len(thresholds)) + 0.5, heads, parse_math=False)
    names = [plain(choice, limit=30) for choice in choices]
    axes.set_yticks(np.arange(len(choices)) + 0.5, names, parse_math=False)
    others = [
        f"{row.choice}, {row.thresholds}: {row.label}."
        for row in specifications.itertuples(index=False)
        if row.label != label
    ]
    title = f"The wording survives {same} of {len(specifications)} reasonable ways of counting"
    return finish(axes, title=title, figures=" ".join(["Reported: " + str(label) + ".", *others]))


_ORDER = ("lower thresholds", "usual thresholds", "higher thresholds")
_SHORT = {"insufficient": "too little", "not identifiable": "cannot show"}
