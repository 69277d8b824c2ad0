"""Flags above a chart over time: the days on which the brand did something."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from matplotlib import dates
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.transforms import Transform

from communitylab import phrases
from communitylab.colours import GREY, GROUND
from communitylab.drawing import PAD, above, figure_of, inches, is_ours, write
from communitylab.lettering import plain, shortened, stepped_down, text_width

__all__ = ["flag_days"]

_FLAG, _FLAG_PAD, _FLAG_SIZE, _MOST_WORDS = 0.2, 0.05, 9.5, 12  # inches, inches, points, flags


def flag_days(axes: Axes, actions: Sequence[tuple[str, str]]) -> str:
    """Flag the days on which something was done; what is on the flags, in words for those who cannot see them.

    Flags bear words where all of them have room, else numbers: places in the list of all actions. They stand
    above the axes; `finish`, afterwards, makes room for them below the title.

    Parameters
    ----------
    axes
        The chart, with dates across, its limits set and its names written.
    actions
        Day, like 2025-03-01, and what was done. Those outside the limits are left out.
    """
    low, high = axes.get_xlim()
    days: dict[float, list[tuple[int, str]]] = {}
    said = []
    for number, (day, what) in enumerate(sorted(actions), 1):
        place = float(dates.date2num(date.fromisoformat(day)))
        if low <= place <= high:
            days.setdefault(place, []).append((number, what))
            said.append(f"{number} = {what} ({phrases.date_of(day)})")
    if not days:
        return ""
    figure = figure_of(axes)
    room = inches(axes)[0]
    right = room
    if is_ours(figure):
        figure.draw_without_rendering()  # how wide the axes are is known only once they have found their place
        room = inches(axes)[0]
        wide = float(figure.get_figwidth())
        right = wide - PAD - wide * axes.get_position().x0
    each = list(days.values())
    upright = [(place - low) / (high - low) * room for place in days]

    def numbers(first: int, last: int) -> str:
        return "–".join(str(end) for end in sorted({each[first][0][0], each[last][-1][0]}))

    def words(first: int, last: int) -> str:
        text = ", ".join(plain(what, limit=80) for day in each[first : last + 1] for _number, what in day)
        return shortened(text, room=0.6 * right, size=_FLAG_SIZE) if len(said) == 1 else text

    def laid_out(name: Callable[[int, int], str]) -> list[tuple[int, int, int, float]]:
        def width(first: int, last: int) -> float:
            return text_width(name(first, last), size=_FLAG_SIZE) + 2 * _FLAG_PAD

        return stepped_down(upright, width=width, right=right, rows=3, gap=0.04)

    is_drawable = all(
        plain(what, limit=80) == " ".join(what.split()) for day in each for _number, what in day
    )
    name, found = words, laid_out(words) if is_drawable and len(each) <= _MOST_WORDS else []
    if len(found) < len(each) or any(start < 0 for *_, start in found):
        name, found = numbers, laid_out(numbers)
    lowest = max(row for _first, _last, row, _start in found)
    over, latest = above(axes), float("-inf")
    for first, last, row, start in found:
        y = 0.05 + _FLAG * (lowest - row + 0.5)
        _pole(axes, list(days)[first], ends=(0, y + 0.08), transform=over)
        # Poles of days that share a flag would hide the chart where they stand too close.
        for place, x in list(zip(days, upright, strict=True))[first : last + 1]:
            if place == list(days)[first] or x - latest > 0.06:
                _pole(axes, place, ends=(0, 1), transform=axes.get_xaxis_transform())
                latest = x
        at = (low + (start + _FLAG_PAD) * (high - low) / room, y)
        cloth = {"boxstyle": "square,pad=0.22", "facecolor": GREY, "edgecolor": "none"}
        look = {"fontsize": _FLAG_SIZE, "color": "white", "transform": over, "bbox": cloth, "zorder": 6}
        write(axes, name(first, last), at=at, label="flag", in_layout=False, **look)
    return f"Actions: {'; '.join(said)}."


def _pole(axes: Axes, place: float, *, ends: tuple[float, float], transform: Transform) -> None:
    # Above areas and bars and below lines; a pale rim keeps it apart from dark bars.
    # The rims of all poles lie below all poles, else one would nick the next.
    for colour, width, zorder, label in ((GROUND, 2.4, 1.45, "rim"), (GREY, 1, 1.5, "pole")):
        line = Line2D([place, place], ends, color=colour, linewidth=width, zorder=zorder, label=label)
        line.set(transform=transform, clip_on=False, in_layout=False)
        axes.add_artist(line)  # unlike add_line, which would widen the limits of the axes
