"""A chart of what is known of each group: whom it consists of, what it talks about, how often it was found again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from communitylab.colours import BLUE, BRAND_COLOUR, GREY, GROUND, RUNG_COLOURS, group_colour, rim_of
from communitylab.drawing import blank, canvas, finish, is_narrow, room_of, write
from communitylab.legends import legend, legend_lines
from communitylab.lettering import SMALL, plain, shortened, text_width, wrapped
from communitylab.phrases import counted, in_words
from communitylab.roles import RUNGS

__all__ = ["draw_cards"]

_CARDS = 10
_GAP, _MARK, _LINE, _BAR = (
    0.3,
    0.16,
    0.185,
    0.12,
)  # inches: between columns, room of the colour, of a line, a bar
_TALK = {"Talk with one another": BLUE, "with you": BRAND_COLOUR}


def draw_cards(groups: pd.DataFrame, *, runs: int = 50, ax: Axes | None = None) -> Axes:
    """A card for each group: its size, words and rungs, whom it talks to, how often it was found again.

    Parameters
    ----------
    groups
        id, name, size, stability, is_solid, words, follower_share, hub_share, rungs; may be hashtags, and fate
        ("gone"). The ten largest have cards.
    runs
        How many times groups were looked for.
    ax
        Where to draw; a new figure by default.

    Returns
    -------
    Axes
        With a sentence in place of the picture where there is nothing to draw.
    """
    if groups.empty:
        why = "no group of at least five followers was found: nothing to draw"
        return blank(ax, title="What is known of each group", sentence=why)
    table = groups.sort_values(["size", "id"], ascending=[False, True]).to_dict("records")
    shown, rest = table[:_CARDS], table[_CARDS:]
    width = room_of(ax)
    columns = 1 if is_narrow(ax) else 2
    room = (width - _GAP * (columns - 1)) / columns
    heights = [_height(group, room=room) for group in shown]
    rows = [max(heights[start : start + columns]) for start in range(0, len(shown), columns)]
    rungs = [rung for rung in RUNGS if any(group["rungs"].get(rung, 0) for group in shown)]
    keys = [[(RUNGS[rung], RUNG_COLOURS[rung]) for rung in rungs], list(_TALK.items())]
    lines = [len(legend_lines(entries, room=width)) for entries in keys]
    note = (
        f"Not drawn: {counted(len(rest), 'more group')} of {rest[0]['size']:,} followers and fewer."
        if rest
        else ""
    )
    notes = wrapped(note, room=width, size=SMALL) if rest else []
    height = 0.23 * sum(lines) + 0.1 + sum(rows) + _LINE * len(notes) + 0.05 * bool(rest)
    axes = canvas(ax, height=height, is_bare=True)
    axes.set(xlim=(0, width), ylim=(0, height))
    top = height - 0.1
    for entries, n in zip(keys, lines, strict=True):
        legend(axes, entries, top=top)
        top -= 0.23 * n
    for number, group in enumerate(shown):
        row, column = divmod(number, columns)
        _draw_card(axes, group, at=(column * (room + _GAP), top - sum(rows[:row])), room=room, runs=runs)
    write(axes, "\n".join(notes), at=(0, 0), va="bottom", fontsize=SMALL, color=GREY, linespacing=1.2)
    return finish(
        axes, title=_talk_about(table), figures=" ".join(_in_words(group, runs=runs) for group in shown)
    )


def _name(group: Mapping[str, Any]) -> str:
    name = group["name"]
    return f"{group['id']}  {plain(name, limit=60)}" if isinstance(name, str) else f"Group {group['id']}"


def _words(group: Mapping[str, Any], *, room: float) -> list[str]:
    """Its words on at most two lines."""
    said = plain(", ".join(map(str, group["words"])), limit=120)
    lines = wrapped(said or "no word that five of them use", room=room, size=SMALL)
    rest = " ".join(lines[1:])
    return lines[:1] + ([shortened(rest, room=room, size=SMALL)] if rest else [])


def _marks(group: Mapping[str, Any], *, runs: int) -> list[str]:
    times = f"found again in {round(group['stability'] * runs)} of {counted(runs, 'run')}"
    marks = [] if group["is_solid"] else ["may be chance"]
    marks += ["around one person"] if group["hub_share"] > 0.5 else []
    marks += ["gone"] if group.get("fate") == "gone" else []
    return [times, ", ".join(marks)] if marks else [times]


def _height(group: Mapping[str, Any], *, room: float) -> float:
    n_lines = 1 + len(_words(group, room=room - _MARK)) + len(_marks(group, runs=1))
    return n_lines * _LINE + 2 * (_BAR + 0.07) + 0.3


def _draw_card(
    axes: Axes, group: Mapping[str, Any], *, at: tuple[float, float], room: float, runs: int
) -> None:
    """From its upper left corner downwards."""
    left, top = at[0] + _MARK, at[1] - 0.12
    room -= _MARK
    colour, is_solid = group_colour(int(group["id"])), bool(group["is_solid"])
    low = at[1] - _height(group, room=room + _MARK) + 0.12
    mark = Rectangle((at[0] + 0.01, low), 0.07, top - low, label="solid" if is_solid else "may be chance")
    mark.set(
        facecolor=colour if is_solid else GROUND,
        edgecolor=rim_of(colour),
        linewidth=0.8 if is_solid else 1.2,
        linestyle="-" if is_solid else (0, (3, 2)),
    )
    axes.add_patch(mark)
    size = counted(int(group["size"]), "follower")
    y = top - _LINE / 2
    named = shortened(_name(group), room=room - text_width(size, size=SMALL) - 0.1, size=SMALL, weight="bold")
    write(axes, named, at=(left, y), fontsize=SMALL, weight="bold")
    write(axes, size, at=(left + room, y), fontsize=SMALL, ha="right")
    for line in _words(group, room=room):
        y -= _LINE
        write(axes, line, at=(left, y), fontsize=SMALL)
    y -= _LINE / 2 + 0.05
    rungs = [(int(group["rungs"].get(rung, 0)), RUNG_COLOURS[rung]) for rung in reversed(RUNGS)]
    _draw_bar(axes, rungs, at=(left, y), room=room)
    y -= _BAR + 0.07
    share = group["follower_share"]
    if pd.isna(share):
        write(axes, "no talk", at=(left, y - _BAR / 2), fontsize=SMALL, color=GREY)
    else:
        said = f"{share:.0%} inside"
        parts = list(zip((share, 1 - share), _TALK.values(), strict=True))
        _draw_bar(axes, parts, at=(left, y), room=room - text_width("100% inside", size=SMALL) - 0.06)
        write(axes, said, at=(left + room, y - _BAR / 2), fontsize=SMALL, ha="right")
    y -= _BAR + 0.07 - _LINE / 2
    for line in _marks(group, runs=runs):
        y -= _LINE
        write(axes, line, at=(left, y), fontsize=SMALL, color="#444444")


def _draw_bar(
    axes: Axes, parts: Sequence[tuple[float, str]], *, at: tuple[float, float], room: float
) -> None:
    """Parts of a whole, beside one another."""
    total, x = sum(part for part, _colour in parts), at[0]
    for part, colour in parts:
        if part:
            look: dict[str, Any] = {
                "facecolor": colour,
                "edgecolor": GREY,
                "linewidth": 0.5,
                "label": "part",
                "clip_on": False,
            }
            axes.add_patch(Rectangle((x, at[1] - _BAR), part / total * room, _BAR, **look))
            x += part / total * room


def _talk_about(table: Sequence[Mapping[str, Any]]) -> str:
    solid = [group for group in table if group["is_solid"]]
    if not solid:
        return "No group is solid: each may be chance" if len(table) > 1 else "The one group may be chance"
    known = list(dict.fromkeys(told for told in map(_told, solid) if told))
    if not known:
        n = in_words(len(table)) if len(table) <= 12 else f"{len(table):,}"
        return (
            f"{n} {'group' if len(table) == 1 else 'groups'}, the largest of {table[0]['size']:,} followers"
        )
    said = "; ".join(plain(word, limit=20) for word in known[:5])
    more = f"; and {len(known) - 5} more" if len(known) > 5 else ""
    who = "The solid group" if len(solid) == 1 else "The solid groups"
    if not any(isinstance(group["name"], str) for group in solid):
        who += " talks about" if len(solid) == 1 else " talk about"
    return f"{who}: {said}{more}"


def _told(group: Mapping[str, Any]) -> str:
    """Its name, else its first hashtag, else its first word."""
    if isinstance(group["name"], str):
        return group["name"]
    hashtags = group.get("hashtags")
    if isinstance(hashtags, Sequence) and len(hashtags):
        return f"#{str(hashtags[0]).removeprefix('#')}"
    return str(group["words"][0]) if len(group["words"]) else ""


def _in_words(group: Mapping[str, Any], *, runs: int) -> str:
    share = group["follower_share"]
    said = [counted(int(group["size"]), "follower"), *_marks(group, runs=runs)]
    if pd.notna(share):
        said.append(f"{share:.0%} of its talk with one another")
    said += [f"{RUNGS[rung].lower()} {group['rungs'][rung]:,}" for rung in RUNGS if group["rungs"].get(rung)]
    words = ", ".join(map(str, group["words"])) or "none"
    return f"{_name(group)}: {', '.join(said)}; words: {words}."
