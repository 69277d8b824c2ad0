"""Charts of the answer: of a hundred replies, the six signs, the ways of counting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from communitylab.colours import BLUE, BRAND_COLOUR, CHANCE, GREY, GROUND, INK
from communitylab.drawing import blank, canvas, finish, is_narrow, room_of, write
from communitylab.lettering import SMALL, plain, text_width, wrapped
from communitylab.phrases import FEW, SIGN_NAMES, counted, in_words, standing
from communitylab.tables import Estimate

__all__ = ["draw_signs", "draw_specifications", "draw_squares"]

_LINE = 0.17  # inches
_ORDER = ("lower thresholds", "usual thresholds", "higher thresholds")
_SHORT = {
    "insufficient": "too little",
    "not identifiable": "cannot show",
    "a few friends": "few friends",
    "a second stage": "second stage",
    "a community elsewhere": "elsewhere",
    "a passing crowd": "passing crowd",
    "a hosted room": "hosted room",
    "a circle inside an audience": "circle",
}


def draw_squares(share: Estimate, *, people: int | None = None, ax: Axes | None = None) -> Axes:
    """Of a hundred messages, how many go to another follower: a hundred squares.

    Parameters
    ----------
    share
        The follower share.
    people
        How many followers sent them, which is told where they are few.
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
    room = room_of(ax)
    side = min(2.5, 0.58 * room)
    beside = room - 1.1 * side
    few = "" if people is None or people >= FEW else f"by {counted(people, 'follower')} in all"
    between = f"between {low} and {high} (hatched)" if low < high else ""
    # Where they have no room beside the squares they stand below them, and away from the figure they are about.
    is_below = any(text_width(note, size=SMALL) > beside for note in (between, few))
    between = f"{filled}: {between}" if between and is_below else between
    notes = [note for note in (between, few) if note]
    foot = _LINE * len(notes) + 0.08 if is_below else 0
    inch = 10 / side
    axes = canvas(ax, height=side + foot, is_bare=True)
    axes.set(xlim=(0, room * inch), ylim=(-foot * inch, 10), aspect="equal")
    for place in range(100):
        is_peer = place < filled
        colour = BLUE if is_peer else BRAND_COLOUR
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
    said = wrapped("to another follower", room=beside)
    write(axes, f"{filled}", at=(11, 10 - 0.22 * inch), fontsize=28, weight="bold", color=BLUE)
    write(axes, "\n".join(said), at=(11, 10 - 0.5 * inch), va="top", linespacing=1.2)
    top = -0.08 * inch if is_below else 10 - (0.56 + 0.18 * len(said)) * inch
    for row, note in enumerate(notes):
        at = (0 if is_below else 11, top - (row + 0.5) * 1.1 * _LINE * inch)
        write(axes, note, at=at, fontsize=SMALL, color=GREY)
    write(axes, f"{100 - filled}", at=(11, 0.5 * inch), fontsize=28, weight="bold", color=BRAND_COLOUR)
    write(axes, "to you", at=(11, 0.13 * inch))
    title = f"Of every 100 messages, {_of_100(share.value)} to another follower"
    return finish(
        axes,
        title=title,
        figures=f"{filled} of 100 ({low} to {high}) go to another follower, {100 - filled} to you{few and f', {few}'}.",
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
    room, step = room_of(ax), 0.74
    # Without room for a word beside the strip it stands below the strip, and what is asked below the word.
    strip = 0.78 * room if room > 4.2 else room
    tall = [step if strip < room else step + 0.07 + _LINE * len(_lines(one, room=room)) for one in conditions]
    axes = canvas(ax, height=sum(tall), is_bare=True)
    axes.set(xlim=(0, room / strip), ylim=(0, sum(tall)))
    for row, condition in enumerate(conditions):
        _sign(axes, condition, top=sum(tall[row:]), is_beside=strip < room, room=room)
    title = _how_many(conditions)
    return finish(axes, title=title, figures=" ".join(_sign_in_words(condition) for condition in conditions))


def _lines(condition: Mapping[str, Any], *, room: float) -> list[str]:
    """What stands below the strip: what is asked, or why nothing is known."""
    if condition["value"] is None:
        return wrapped(plain(condition["why"] or "not defined", limit=140), room=room, size=SMALL)[:2]
    return wrapped(f"asked: {_asked(condition)}", room=room, size=SMALL)


def _sign(axes: Axes, condition: Mapping[str, Any], *, top: float, is_beside: bool, room: float) -> None:
    """One row: name and figure, the strip, what is asked; the word beside the strip, or below it."""
    value, name = condition["value"], condition["name"]
    is_count, threshold = name == "effective_pairs", condition["threshold"]
    passed = condition["passed"]
    y = top - (0.36 if is_beside else 0.6)
    word = f"{'✓ ' * bool(passed)}{standing(condition)}"
    look = {"weight": "bold", "color": BLUE if passed else GREY}
    write(axes, SIGN_NAMES.get(name, plain(name, limit=32)), at=(0, top - 0.13), weight="bold")
    write(axes, word, at=(1.04, y) if is_beside else (0, top - 0.35), **look)
    # Why nothing is known stands in place of the strip, and must not reach the word beside it.
    below = "\n".join(_lines(condition, room=0.76 * room if is_beside and value is None else room))
    small = {"va": "top", "color": GREY, "fontsize": SMALL}
    if value is None:
        write(axes, below, at=(0, y + 0.1), **small)
        return
    axes.plot([0, 1], [y, y], color="#b5b5b5", linewidth=1, zorder=1)
    mark = _place(threshold, is_count=is_count)
    if name == "return_rate":
        axes.add_patch(Rectangle((0, y - 0.09), mark, 0.18, facecolor=CHANCE, linewidth=0, zorder=0))
    axes.plot(
        [mark, mark], [y - 0.11, y + 0.11], color=INK, linewidth=1.2, linestyle=(0, (2.5, 1.5)), zorder=3
    )
    if condition["low"] is not None:
        axes.plot(
            [condition["low"], condition["high"]], [y, y], color=BLUE, linewidth=3.5, alpha=0.7, zorder=2
        )
    axes.plot(
        [_place(value, is_count=is_count)],
        [y],
        marker="o",
        markersize=8.5,
        markerfacecolor=BLUE if passed else GROUND,
        markeredgecolor=BLUE,
        markeredgewidth=1.6,
        zorder=4,
        clip_on=False,
        label=name,
    )
    found = (1, top - 0.13) if is_beside else (1, top - 0.35)
    write(axes, _found(condition), at=found, ha="right")
    write(axes, below, at=(0, y - 0.13), **small)


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
    word = standing(condition)
    name = SIGN_NAMES.get(condition["name"], str(condition["name"]))
    if condition["value"] is None:
        return f"{name}: {word} ({condition['why'] or 'not defined'})."
    return f"{name}: {word}, {_found(condition)}, asked: {_asked(condition)}."


def _how_many(conditions: Sequence[Mapping[str, Any]]) -> str:
    met = sum(condition["passed"] is True for condition in conditions)
    open_signs = sum(condition["passed"] is None for condition in conditions)
    of = in_words(len(conditions)).lower()
    if open_signs == len(conditions):
        return f"None of the {of} signs of a community can be told from this export"
    be = "is" if met <= 1 else "are"
    title = f"{in_words(met)} of {of} signs of a community {be} there"
    if met == len(conditions):
        title = f"All {of} signs of a community are there"
    return f"{title}; {in_words(open_signs).lower()} cannot be told" if open_signs else title


def draw_specifications(specifications: pd.DataFrame, *, label: str, ax: Axes | None = None) -> Axes:
    """The verdict under every way of counting: filled where it is the one reported.

    Parameters
    ----------
    specifications
        choice, thresholds, label: the verdict, or of a mixed one its kind.
    label
        The one that is reported.
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
    # Names of rows stand above their rows where there is no room beside them.
    is_above = is_narrow(ax)
    share = 0.5 if is_above else 1.0  # of a row, that is cells
    axes = canvas(ax, height=(0.52 if is_above else 0.29) * len(choices) + 0.45)
    for row in specifications.itertuples(index=False):
        x, y = thresholds.index(row.thresholds), choices.index(row.choice)
        is_same = row.label == label
        axes.add_patch(
            Rectangle(
                (x + 0.02, y + 1 - 0.94 * share),
                0.96,
                0.88 * share,
                facecolor="#3279b0" if is_same else "#efece6",
                edgecolor="#3279b0" if is_same else "#8f8677",
                linewidth=0.6,
                label="same" if is_same else "other",
            )
        )
        shown = plain(_SHORT.get(row.label, row.label), limit=13)
        look = {"color": GROUND, "weight": "bold"} if is_same else {"color": "#444444"}
        write(axes, shown, at=(x + 0.5, y + 1 - 0.5 * share), ha="center", fontsize=9.5, **look)
    axes.set(xlim=(0, len(thresholds)), ylim=(len(choices), 0))
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0, top=True, labeltop=True, bottom=False, labelbottom=False)
    heads = [plain(name, limit=30).replace(" ", "\n", 1) for name in thresholds]
    axes.set_xticks(np.arange(len(thresholds)) + 0.5, heads, parse_math=False)
    names = [plain(choice, limit=30) for choice in choices]
    if is_above:
        axes.set_yticks([])
        for row, named in enumerate(names):
            write(axes, named, at=(0.02, row + 0.28), fontsize=SMALL)
    else:
        axes.set_yticks(np.arange(len(choices)) + 0.5, names, parse_math=False)
    others = [
        f"{row.choice}, {row.thresholds}: {row.label}."
        for row in specifications.itertuples(index=False)
        if row.label != label
    ]
    title = f"The wording survives {same} of {len(specifications)} reasonable ways of counting"
    return finish(axes, title=title, figures=" ".join(["Reported: " + str(label) + ".", *others]))
