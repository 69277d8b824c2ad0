"""Charts of the groups: who stands in which, and how firmly."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import networkx as nx
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.patches import Circle, Rectangle

from communitylab.colours import COLOURED, GREY, GROUND, INK, group_colour, mixed, rim_of
from communitylab.drawing import blank, canvas, finish, inches, room_of, write
from communitylab.lettering import SMALL, group_name, text_width, wrapped
from communitylab.packing import BACK, Disc, discs, seats
from communitylab.phrases import counted, in_words

__all__ = ["draw_groups"]

_NODES, _EDGES = 2_000, 10_000  # drawn at most
_MANY = 1_500  # dots, beyond which a picture of them is smaller than their outlines
_HEIGHT, _LABEL, _LINE = 4.4, 1.75, 0.18  # inches


def draw_groups(network: nx.Graph, groups: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """The followers by groups: members together, contacts inside dark, contacts between groups faint.

    Parameters
    ----------
    network
        Nodes with kind (follower, brand), group (0 for none), x, y (within the unit disc); edges with weight.
    groups
        id, name, size, words, is_solid; may be fate ("gone"). The ten largest are coloured and named.
    ax
        Where to draw; a new figure by default.

    Returns
    -------
    Axes
        With a sentence in place of the picture where there is nothing to draw.
    """
    followers = [node for node, kind in network.nodes(data="kind") if kind != "brand"]
    peers = network.subgraph(followers)
    members = _members(peers, known=set(groups["id"]) if len(groups) else set())
    table = [group for group in _largest_first(groups) if members.get(group["id"])]
    if not table:
        why = "no group of at least five followers was found: nothing to draw"
        return blank(ax, title="Groups of followers", sentence=why)
    parts = [members[group["id"]] for group in table] + _small_parts(peers, members.get(0, []))
    parts = _at_most(peers, parts)
    edges = _edges(peers, parts)
    looks = [_look(group, rank=rank) for rank, group in enumerate(table)]
    room = (room_of(None), _HEIGHT) if ax is None else inches(ax)
    labels = [_broken(_label(group), room=room[0]) for group in table]
    sizes = [_room_of(lines) for lines in labels[:COLOURED]]
    placed, places, step = _places(peers, parts, edges=edges, sizes=sizes, n_large=len(table), room=room)
    notes = _notes(peers, table=table, parts=parts, n_edges=len(edges))
    lines = [line for note in notes for line in wrapped(note, room=room[0], size=SMALL)]
    low, high = (0.0, room[1]) if ax else _bounds(placed, tall=0.02 + _LINE * max(map(len, labels)))
    floor = low - 0.1 - _LINE * len(lines)
    axes = canvas(ax, height=high - floor, is_bare=True)
    axes.set(xlim=(0, room[0]), ylim=(floor, high), aspect="equal")
    _draw_edges(axes, edges, places=places, parts=parts, looks=looks)
    for number, (part, disc) in enumerate(zip(parts, placed, strict=True)):
        spots = [places[node] for node in part]
        _draw_dots(axes, spots, step=step, look=looks[number] if number < len(table) else None)
        if number < len(table):
            _draw_disc(axes, disc, look=looks[number])
        if disc.label:
            _draw_label(axes, labels[number], at=disc.label)
    write(axes, "\n".join(lines), at=(0, floor), va="bottom", fontsize=SMALL, color=GREY, linespacing=1.2)
    return finish(axes, title=_how_solid(table), figures=_in_words(table, edges=edges, parts=parts))


def _largest_first(groups: pd.DataFrame) -> list[dict[str, Any]]:
    if groups.empty:
        return []
    return groups.sort_values(["size", "id"], ascending=[False, True]).to_dict("records")


def _members(peers: nx.Graph, *, known: set[int]) -> dict[int, list[str]]:
    """Members of each group by its id; under 0 those of small groups, and nobody without contacts."""
    found: dict[int, list[str]] = {}
    for node in sorted(peers, key=_order):
        group = peers.nodes[node]["group"]
        if group in known:
            found.setdefault(group, []).append(node)
        elif peers.degree(node):
            found.setdefault(0, []).append(node)
    return found


def _order(node: str) -> tuple[int, str]:
    return len(node), node


def _small_parts(peers: nx.Graph, people: Sequence[str]) -> list[list[str]]:
    """Those of small groups, together with whom of them they are connected to."""
    connected = nx.connected_components(peers.subgraph(people))
    parts = [sorted(part, key=_order) for part in connected]
    return sorted(parts, key=lambda part: (-len(part), _order(part[0])))


def _at_most(peers: nx.Graph, parts: Sequence[list[str]]) -> list[list[str]]:
    """As many as can be told apart: the largest groups first, of each the best connected."""
    left, kept = _NODES, []
    for part in parts:
        best = sorted(part, key=lambda node: (-peers.degree(node), _order(node)))[:left]
        left -= len(best)
        if best:
            kept.append(sorted(best, key=_order))
    return kept


def _edges(peers: nx.Graph, parts: Sequence[list[str]]) -> list[tuple[str, str]]:
    drawn = {node for part in parts for node in part}
    found = [
        (-weight, *sorted((a, b), key=_order))
        for a, b, weight in peers.edges(data="weight", default=1)
        if a in drawn and b in drawn
    ]
    found.sort(key=lambda edge: (edge[0], _order(edge[1]), _order(edge[2])))
    return [(a, b) for _weight, a, b in found[:_EDGES]]


def _places(
    peers: nx.Graph,
    parts: Sequence[list[str]],
    *,
    edges: Sequence[tuple[str, str]],
    sizes: Sequence[tuple[float, float]],
    n_large: int,
    room: tuple[float, float],
) -> tuple[list[Disc], dict[str, tuple[float, float]], float]:
    part_of = {node: number for number, part in enumerate(parts) for node in part}
    pairs = (tuple(sorted((part_of[a], part_of[b]))) for a, b in edges)
    links = Counter((low, high) for low, high in pairs if low != high)
    placed, step = discs(
        [len(part) for part in parts], links=links, labels=sizes[: len(parts)], room=room, n_large=n_large
    )
    places = {}
    for number, (part, disc) in enumerate(zip(parts, placed, strict=True)):
        apart = step if number < n_large else BACK * step
        wanted = {node: (peers.nodes[node]["x"], peers.nodes[node]["y"]) for node in part}
        for node, (x, y) in seats(wanted).items():
            places[node] = (disc.x + apart * x, disc.y + apart * y)
    return placed, places, step


def _bounds(placed: Sequence[Disc], *, tall: float) -> tuple[float, float]:
    low = min(disc.y - disc.radius for disc in placed)
    return low, max(disc.y + disc.radius + (tall + 0.02) * bool(disc.label) for disc in placed)


def _look(group: Mapping[str, Any], *, rank: int) -> tuple[str, bool]:
    """Its colour, and whether it is filled."""
    colour = group_colour(group["id"] if rank < COLOURED else 0)
    pale = mixed(colour, GROUND, share=0.55)
    return pale if _is_gone(group) else colour, bool(group["is_solid"])


def _is_gone(group: Mapping[str, Any]) -> bool:
    return bool(group.get("fate") == "gone")


def _draw_edges(
    axes: Axes,
    edges: Sequence[tuple[str, str]],
    *,
    places: Mapping[str, tuple[float, float]],
    parts: Sequence[list[str]],
    looks: Sequence[tuple[str, bool]],
) -> None:
    """Contacts between groups end at the rims: within them they would hide who talks with whom."""
    part_of = {node: number for number, part in enumerate(parts) for node in part}
    lines: dict[int | None, list[list[tuple[float, float]]]] = {}
    for a, b in edges:
        inside = part_of[a] if part_of[a] == part_of[b] else None
        lines.setdefault(inside, []).append([places[a], places[b]])
    crowd = min(1.0, max(0.3, 15 / max(len(edges), 1) ** 0.5))
    for part, drawn in sorted(lines.items(), key=lambda entry: -1 if entry[0] is None else entry[0]):
        colour = looks[part][0] if part is not None and part < len(looks) else group_colour(0)
        between = part is None
        axes.add_collection(
            LineCollection(
                drawn,
                colors="#c4c4c4" if between else [mixed(colour, INK, share=0.4)],
                linewidths=(0.8 if between else 1.2) * crowd,
                alpha=0.75 if between else 0.7,
                zorder=1 if between else 3,
                label="between" if between else "inside",
                rasterized=len(places) > _MANY,
            ),
            autolim=False,
        )


def _draw_dots(
    axes: Axes, spots: Sequence[tuple[float, float]], *, step: float, look: tuple[str, bool] | None
) -> None:
    colour, is_filled = look or (group_colour(0), True)
    step *= 1 if look else BACK
    face = colour if is_filled else GROUND
    axes.scatter(
        [x for x, _y in spots],
        [y for _x, y in spots],
        s=(0.62 * step * 72) ** 2,
        facecolors=face,
        edgecolors=[rim_of(colour)],
        linewidths=min(1.2, 5 * step) if is_filled else min(1.6, 12 * step),
        zorder=4,
        label="group" if look else "small groups",
        rasterized=len(spots) > _MANY,
    )


def _draw_disc(axes: Axes, disc: Disc, *, look: tuple[str, bool]) -> None:
    colour, is_filled = look
    rim: dict[str, Any] = {"linewidth": 0.8} if is_filled else {"linewidth": 1.3, "linestyle": (0, (4, 3))}
    back = Circle(
        (disc.x, disc.y), disc.radius, zorder=2, label="solid" if is_filled else "may be chance", **rim
    )
    back.set(
        facecolor=mixed(colour, GROUND, share=0.86) if is_filled else GROUND,
        edgecolor=mixed(colour, INK, share=0.2),
    )
    axes.add_patch(back)


def _label(group: Mapping[str, Any]) -> list[str]:
    """What it is called, with its number; how many it is, whether it is gone and whether it may be chance."""
    size = counted(int(group["size"]), "follower")
    size += (", gone" if _is_gone(group) else "") + ("" if group["is_solid"] else ", may be chance")
    return [group_name(group, room=_LABEL), size]


def _broken(lines: Sequence[str], *, room: float) -> list[str]:
    """What is said of a group after its size stands below it where both would take half of the picture."""
    if text_width(lines[1], size=SMALL) < room / 2:
        return list(lines)
    size, _comma, rest = lines[1].partition(", ")
    return [lines[0], size, rest] if rest else list(lines)


def _wide(lines: Sequence[str]) -> list[float]:
    """Inches; letters are drawn a little wider than they are measured."""
    weights = ["bold", *["normal"] * (len(lines) - 1)]
    return [1.03 * text_width(line, size=SMALL, weight=how) for line, how in zip(lines, weights, strict=True)]


def _room_of(lines: Sequence[str]) -> tuple[float, float]:
    """Width and height of a label."""
    return max(_wide(lines)) + 0.14, _LINE * len(lines) + 0.02


def _draw_label(axes: Axes, lines: Sequence[str], *, at: tuple[float, float]) -> None:
    for row, (line, wide) in enumerate(zip(lines, _wide(lines), strict=True)):
        low = at[1] + (len(lines) - 1 - row + 0.05) * _LINE
        look: dict[str, Any] = {"color": "#444444"} if row else {"weight": "bold"}
        write(axes, line, at=(at[0], low + 0.52 * _LINE), ha="center", fontsize=SMALL, zorder=6, **look)
        # The ground under each line: over the contacts between groups, below all groups.
        corner = (at[0] - wide / 2 - 0.05, low)
        axes.add_patch(Rectangle(corner, wide + 0.1, _LINE, facecolor=GROUND, zorder=1.5, label="ground"))


def _notes(
    peers: nx.Graph, *, table: Sequence[Mapping[str, Any]], parts: Sequence[list[str]], n_edges: int
) -> list[str]:
    """What is grey, and what is not drawn."""
    n_small = sum(map(len, parts[len(table) :]))
    grey = [f"{counted(len(table) - COLOURED, 'more group')}"] if len(table) > COLOURED else []
    if n_small:
        grey.append(f"{counted(n_small, 'follower')} of groups with fewer than 5 members")
    n_drawn, with_contact = sum(map(len, parts)), sum(1 for node in peers if peers.degree(node))
    notes = [f"In grey: {' and '.join(grey)}."] if grey else []
    if n_drawn < with_contact:
        notes.append(
            f"Drawn: {n_drawn:,} of {with_contact:,} followers with a regular contact, the largest groups first, "
            "of each the best connected."
        )
    if n_edges == _EDGES < peers.number_of_edges():
        notes.append(f"Drawn: the {_EDGES:,} contacts with most talk.")
    alone = len(peers) - with_contact
    if alone:
        notes.append(f"Not drawn: {counted(alone, 'follower')} without a regular contact.")
    return notes


def _how_solid(table: Sequence[Mapping[str, Any]]) -> str:
    n, solid = len(table), sum(bool(group["is_solid"]) for group in table)
    said = in_words if n <= 12 else "{:,}".format
    groups = f"{said(n)} {'group' if n == 1 else 'groups'} of followers"
    if n == 1:
        return f"{groups}: it {'is solid' if solid else 'may be chance'}"
    if solid == n or not solid:
        return f"{groups}: {('both' if n == 2 else 'all') + ' are solid' if solid else 'each may be chance'}"
    rest = said(n - solid).lower()
    return f"{groups}: {said(solid).lower()} {'is' if solid == 1 else 'are'} solid, {rest} may be chance"


def _in_words(
    table: Sequence[Mapping[str, Any]], *, edges: Sequence[tuple[str, str]], parts: Sequence[list[str]]
) -> str:
    part_of = {node: number for number, part in enumerate(parts) for node in part}
    inside = sum(part_of[a] == part_of[b] for a, b in edges)
    said = [
        f"{group_name(group, room=5)}: {_label(group)[1]}{', solid' if group['is_solid'] else ''}."
        for group in table[:COLOURED]
    ]
    return f"{counted(inside, 'contact')} inside groups, {len(edges) - inside:,} between. {' '.join(said)}"
