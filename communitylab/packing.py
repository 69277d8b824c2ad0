"""Where groups stand in a picture: members together, groups that share contacts near, room for every label."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

__all__ = ["BACK", "Disc", "discs", "seats"]

BACK = 0.6
"""Step of those that stand back, as a share of the others'."""

_LARGEST, _SMALLEST, _STEP = 0.24, 0.012, 0.92  # inches between neighbours of a group
_LABELLED = 0.03  # below it labels take more room than groups
_FINE = 110  # places across the picture that are tried


@dataclass(frozen=True)
class Disc:
    """Where a group stands."""

    x: float
    y: float
    radius: float
    """Inches, as are all."""

    label: tuple[float, float] | None
    """Middle of its label's lower edge; null where it has none."""


def seats(wanted: Mapping[str, tuple[float, float]]) -> dict[str, tuple[float, float]]:
    """A seat for each member of a group: evenly over a disc, about where each was wanted.

    Parameters
    ----------
    wanted
        Member, and where it would stand by itself.

    Returns
    -------
    dict
        x and y around the middle, in steps between neighbours.
    """
    n = len(wanted)
    angles: np.ndarray
    if n <= 5:
        angles = np.arange(n) * 2 * math.pi / max(n, 1) + math.pi / 2
        around = 0.5 / math.sin(math.pi / n) if n > 1 else 0.0
        spots = np.column_stack([around * np.cos(angles), around * np.sin(angles)])
    else:
        angles = np.arange(n) * math.pi * (3 - math.sqrt(5))
        around = 0.58 * np.sqrt(np.arange(n) + 0.5)
        spots = np.column_stack([around * np.cos(angles), around * np.sin(angles)])
    members = sorted(wanted, key=lambda member: (len(member), member))
    seats: np.ndarray = np.array([wanted[member] for member in members], float).reshape(-1, 2)
    offsets = seats - seats.mean(axis=0)
    away, turned = np.hypot(*offsets.T).round(6), np.arctan2(offsets[:, 1], offsets[:, 0]).round(6)
    inner_first = np.lexsort((np.arange(n), turned, away))
    found: dict[str, tuple[float, float]] = {}
    start, ring = 0, n if n <= 5 else 3
    while start < n:
        # Ring by ring outwards; in each the same order around the middle.
        people = inner_first[start : start + ring]
        people = people[np.lexsort((people, turned[people]))]
        free = np.arange(start, min(start + ring, n))
        free = free[np.argsort(np.arctan2(spots[free, 1], spots[free, 0]).round(6), kind="stable")]
        for person, spot in zip(people, free, strict=True):
            found[members[person]] = (float(spots[spot, 0]), float(spots[spot, 1]))
        start, ring = start + ring, ring + 6
    return found


def discs(
    sizes: Sequence[int],
    *,
    links: Mapping[tuple[int, int], int],
    labels: Sequence[tuple[float, float]],
    room: tuple[float, float],
    n_large: int,
) -> tuple[list[Disc], float]:
    """A place for every group, none upon another, as large as the room allows.

    Parameters
    ----------
    sizes
        Members of each group, in the order in which they choose their places.
    links
        How many contacts two groups share, under their numbers in that order, the lower one first.
    labels
        Width and height of the labels of the first groups.
    room
        Width and height of the picture, as are all in inches.
    n_large
        How many of the first are as large as can be; the others stand back, at ``BACK`` of the step.

    Returns
    -------
    list of Disc, float
        In the order of the sizes; and the step between neighbours within a group. Where there is no room for
        all labels the last ones are left out.
    """
    shared: list[list[tuple[int, int]]] = [[] for _size in sizes]
    for (a, b), contacts in sorted(links.items()):
        shared[b].append((a, contacts))
    for kept in sorted({len(labels), len(labels) * 2 // 3, len(labels) // 3, 0}, reverse=True):
        step = _LARGEST
        while step > (_LABELLED if kept else _SMALLEST):
            steps = [step if number < n_large else BACK * step for number in range(len(sizes))]
            found = _packed(sizes, shared=shared, labels=labels[:kept], room=room, steps=steps)
            if found is not None:
                return found, step
            step *= _STEP
    radius = min(room) / 2 / math.sqrt(max(len(sizes), 1))
    return [Disc(room[0] / 2, room[1] / 2, radius, None) for _size in sizes], _SMALLEST


def _radius(size: int, *, step: float) -> float:
    if size <= 5:
        return step * (0.5 / math.sin(math.pi / size) + 0.7 if size > 1 else 0.7)
    return step * (0.58 * math.sqrt(size) + 0.5)


def _packed(
    sizes: Sequence[int],
    *,
    shared: Sequence[Sequence[tuple[int, int]]],
    labels: Sequence[tuple[float, float]],
    room: tuple[float, float],
    steps: Sequence[float],
) -> list[Disc] | None:
    """Each in its turn on the best place that is still free; null where one finds none."""
    width, height = room
    fine = width / _FINE
    x, y = (axis.ravel() for axis in np.meshgrid(np.arange(0, width, fine), np.arange(0, height, fine)))
    from_middle = np.hypot((x - width / 2) / width, (y - height / 2) / height)
    # How large a disc could be at each place.
    clear = np.minimum(np.minimum(x, width - x), np.minimum(y, height - y))
    found: list[Disc] = []
    taken: list[tuple[float, float, float, float]] = []
    for number, size in enumerate(sizes):
        radius = _radius(size, step=steps[number])
        label = labels[number] if number < len(labels) else None
        gap = 0.1 if label else 0.6 * steps[number]
        is_free = clear >= radius + (gap if found else 0)
        if label:
            is_free &= _has_room(x, y, radius=radius, label=label, room=room, found=found, taken=taken)
        if not is_free.any():
            return None
        total = sum(contacts for _other, contacts in shared[number])
        cost = 0.35 * from_middle
        for other, contacts in shared[number]:
            cost = cost + contacts / total * np.hypot(x - found[other].x, y - found[other].y) / width
        best = int(np.flatnonzero(is_free)[np.argmin(cost[is_free].round(9))])
        place = (float(x[best]), float(y[best]))
        named = None
        if label:
            named = (float(np.clip(place[0], label[0] / 2, width - label[0] / 2)), place[1] + radius)
            box = (named[0] - label[0] / 2, named[1], named[0] + label[0] / 2, named[1] + label[1])
            taken.append(box)
            clear = np.minimum(clear, _away(x, y, box))
        found.append(Disc(*place, radius, named))
        clear = np.minimum(clear, np.hypot(x - place[0], y - place[1]) - radius)
    return found


def _has_room(
    x: np.ndarray,
    y: np.ndarray,
    *,
    radius: float,
    label: tuple[float, float],
    room: tuple[float, float],
    found: Sequence[Disc],
    taken: Sequence[tuple[float, float, float, float]],
) -> np.ndarray:
    """Whether a label above a disc stays in the picture and off all discs and labels."""
    middle = np.clip(x, label[0] / 2, room[0] - label[0] / 2)
    left, right, low, high = middle - label[0] / 2, middle + label[0] / 2, y + radius, y + radius + label[1]
    is_free = high <= room[1]
    for disc in found:
        near_x, near_y = np.clip(disc.x, left, right), np.clip(disc.y, low, high)
        is_free &= np.hypot(disc.x - near_x, disc.y - near_y) >= disc.radius + 0.03
    for box in taken:
        is_free &= (left > box[2] + 0.06) | (right < box[0] - 0.06) | (low > box[3]) | (high < box[1])
    return is_free


def _away(x: np.ndarray, y: np.ndarray, box: tuple[float, float, float, float]) -> np.ndarray:
    return np.hypot(
        np.maximum(np.maximum(box[0] - x, x - box[2]), 0), np.maximum(np.maximum(box[1] - y, y - box[3]), 0)
    )
