"""Charts of contact: who is connected with the brand and without it, and where followers talk."""

from __future__ import annotations

from collections.abc import Sequence

import networkx as nx
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.patches import Rectangle

from communitylab.colours import BRAND_COLOUR, GREY, GROUND, RUNG_COLOURS
from communitylab.drawing import blank, canvas, finish, is_narrow, room_of, write
from communitylab.legends import legend, legend_lines, swatch
from communitylab.lettering import SMALL, text_width
from communitylab.phrases import GROUND_NAMES, counted
from communitylab.roles import RUNGS
from communitylab.tables import TALK

__all__ = ["draw_grounds", "draw_network"]

_KINDS = {
    "reply": ("Replies", "#0b3564"),
    "mention": ("Mentions", "#3279b0"),
    "quote": ("Quotes", "#9cc6e2"),
    "tie": ("Contacts", "#c9ddec"),
    "repost": ("Reposts, apart", "#dcdcdc"),
}
_TALK = (*TALK, "tie")
_MANY = 1_500  # dots, beyond which a picture of them is smaller than their outlines


def draw_network(network: nx.Graph, *, ax: Axes | None = None) -> Axes:
    """The network twice, everybody in the same place: with the brand, and without it.

    Parameters
    ----------
    network
        Nodes with kind (follower, brand), rung, x, y (within the unit disc); edges with weight, is_mutual.
    ax
        Where to draw; a new figure by default.

    Returns
    -------
    Axes
        With a sentence in place of the picture where there is nothing to draw.
    """
    kinds = dict(network.nodes(data="kind"))
    followers = [node for node, kind in kinds.items() if kind != "brand"]
    brands = [node for node, kind in kinds.items() if kind == "brand"]
    if not followers:
        return blank(ax, title="The network", sentence="no followers in this network: nothing to draw")
    alone = network.subgraph(followers)
    biggest = [_biggest(network, set(followers)), _biggest(alone, set(followers))]
    n = len(followers)
    # A group of one is no group.
    counts = [len(group & set(followers)) if len(group) > 1 else 0 for group in biggest]
    present = {network.nodes[node].get("rung") for node in followers}
    entries = [(RUNGS[rung], RUNG_COLOURS[rung]) for rung in RUNGS if rung in present]
    room = room_of(ax)
    foot = 0.12 + 0.23 * len(legend_lines(entries, room=room))
    # Beside one another; where that would be too small, one below the other.
    is_below = is_narrow(ax)
    inch = 2.3 / (0.8 * room) if is_below else 4.5 / room
    high = 2.03 + 0.6 * inch
    rows = [high, 0.0] if is_below else [0.0, 0.0]
    across = room * inch
    axes = canvas(ax, height=foot + (high + rows[0]) / inch, is_bare=True)
    axes.set(xlim=(0, across), ylim=(-foot * inch, high + rows[0]), aspect="equal")
    middles = [across / 2] * 2 if is_below else [1.1, across - 1.1]
    halves: list[tuple[nx.Graph, str]] = [(network, "With you"), (alone, "Without you")]
    for (drawn, name), x, y, group, count in zip(halves, middles, rows, biggest, counts, strict=True):
        _draw_edges(axes, drawn, corner=(x, y + 1))
        _draw_nodes(axes, drawn, corner=(x, y + 1), group=group if count else set())
        top = y + high
        write(axes, name, at=(x, top - 0.14 * inch), ha="center", weight="bold")
        if drawn is network and brands:
            aside = (text_width(name, weight="bold") / 2 + 0.13) * inch
            swatch(axes, BRAND_COLOUR, at=(x - aside, top - 0.14 * inch), marker="o")
        write(axes, f"{count:,} of {n:,} connected", at=(x, top - 0.4 * inch), ha="center")
    legend(axes, entries, top=-0.16 * inch, marker="o", step=inch)
    contacts = f"{counted(alone.number_of_edges(), 'regular contact')} among followers"
    figures = f"{contacts}. With you {counts[0]:,} connected, without you {counts[1]:,}."
    return finish(axes, title=_shrinking(counts, n=n), figures=figures)


def _shrinking(counts: Sequence[int], *, n: int) -> str:
    first, last = counts
    if not first:
        return f"None of the {counted(n, 'follower')} is connected with you or with another"
    if first == last:
        return (
            f"Without your account the biggest connected group stays at {last:,} of {counted(n, 'follower')}"
        )
    shrinks = f"shrinks from {first:,} to {last:,} of {counted(n, 'follower')}"
    return f"Take your account out and the biggest connected group {shrinks}"


def _biggest(network: nx.Graph, followers: set[object]) -> set[object]:
    """The component that holds most followers."""
    return max(nx.connected_components(network), key=lambda part: len(part & followers), default=set())


def _draw_edges(axes: Axes, network: nx.Graph, *, corner: tuple[float, float]) -> None:
    def place(node: object) -> tuple[float, float]:
        return network.nodes[node]["x"] + corner[0], network.nodes[node]["y"] + corner[1]

    crowd = float(np.clip(200 / (network.number_of_edges() + 1), 0.35, 1))
    looks = {
        "brand": ("#c9773a", 0.6, 0.75),
        "mutual": ("#44698f", 1.2, 0.9),
        "one-way": ("#8c8c8c", 0.8, 0.9),
    }
    kinds = {
        (a, b): "brand"
        if "brand" in (network.nodes[a]["kind"], network.nodes[b]["kind"])
        else "mutual"
        if edge.get("is_mutual")
        else "one-way"
        for a, b, edge in network.edges(data=True)
    }
    for kind, (colour, width, alpha) in looks.items():
        lines = [[place(a), place(b)] for (a, b), found in kinds.items() if found == kind]
        axes.add_collection(
            LineCollection(
                lines,
                colors=colour,
                linewidths=width * crowd,
                alpha=alpha,
                zorder=1,
                label=kind,
                rasterized=len(network) > _MANY,
            )
        )


def _draw_nodes(axes: Axes, network: nx.Graph, *, corner: tuple[float, float], group: set[object]) -> None:
    """Dots, the higher rungs above the lower ones; who is not in the biggest group stands back."""
    area = float(np.clip(4500 / len(network), 7, 60))
    order = [*RUNGS, "brand"]
    rungs = {
        node: "brand" if data["kind"] == "brand" else data["rung"] for node, data in network.nodes(data=True)
    }
    for node_rung in order:
        for is_in in (False, True):
            nodes = [node for node, rung in rungs.items() if rung == node_rung and (node in group) is is_in]
            is_brand = node_rung == "brand"
            axes.scatter(
                [network.nodes[node]["x"] + corner[0] for node in nodes],
                [network.nodes[node]["y"] + corner[1] for node in nodes],
                s=max(3 * area, 50) if is_brand else area,
                rasterized=len(network) > _MANY,
                facecolors=[
                    (BRAND_COLOUR if is_brand else RUNG_COLOURS[node_rung], 1 if is_in or is_brand else 0.45)
                ],
                edgecolors=GROUND if is_brand else GREY,
                linewidths=0.3 if is_in else 0.4,
                zorder=2 + order.index(node_rung),
            )


def draw_grounds(peer_talk: pd.DataFrame, *, is_owned: bool = False, ax: Axes | None = None) -> Axes:
    """Where followers talk with one another: under the brand's posts, or elsewhere.

    Parameters
    ----------
    peer_talk
        ground, kind, acts: talk from follower to follower. Reposts are drawn apart and in no percentage.
    is_owned
        Whether the brand's ground is not only its threads but also a place of its own, such as its forum.
    ax
        Where to draw; a new figure by default.

    Returns
    -------
    Axes
        With a sentence in place of the picture where there is nothing to draw.
    """
    counts = peer_talk.groupby(["ground", "kind"])["acts"].sum().unstack(fill_value=0)
    kinds = [kind for kind in _KINDS if kind in counts and counts[kind].sum()]
    talk = counts[[kind for kind in kinds if kind in _TALK]].sum(axis=1)
    total = int(talk.sum())
    if not total:
        why = "no talk from follower to follower: nothing to draw"
        return blank(ax, title="Where followers talk with one another", sentence=why)
    grounds = [ground for ground in GROUND_NAMES if ground in counts.index and counts.loc[ground].sum()]
    yours = sum(int(talk.get(ground, 0)) for ground in ("yours", "tagged")) / total
    names = {**GROUND_NAMES, **({"yours": "On your own ground"} if is_owned else {})}
    place = "on your own ground" if is_owned else "under your posts"
    if "tagged" in grounds:
        place += " or under your hashtag" if is_owned else " or hashtag"
    has_reposts = "repost" in kinds
    reposts = counts["repost"] if has_reposts else 0 * talk
    steps = [0.62 + 0.2 * bool(reposts[ground]) for ground in grounds]
    room = room_of(ax)
    entries = [_KINDS[kind] for kind in kinds]
    head = 0.23 * len(legend_lines(entries, room=room)) + 0.07
    height = sum(steps) + head - 0.06
    axes = canvas(ax, height=height, is_bare=True)
    longest = max(talk.max(), reposts.max())
    said = max(text_width(_told(int(talk[ground]), total=total)) for ground in grounds)
    axes.set(xlim=(0, longest / (1 - (said + 0.1) / room)), ylim=(0, height))
    legend(axes, entries, top=height - 0.12)
    for row, ground in enumerate(grounds):
        top = height - head - sum(steps[:row])
        write(axes, names[ground], at=(0, top - 0.14))
        _ground_bars(axes, counts.loc[ground], kinds=kinds, top=top - 0.27, total=total)
    words = [
        f"{names[ground]} "
        + ", ".join(f"{int(counts.loc[ground, kind]):,} {_KINDS[kind][0].lower()}" for kind in kinds)
        + "."
        for ground in grounds
    ]
    return finish(
        axes, title=f"{_part(yours)} follower-to-follower talk happens {place}", figures=" ".join(words)
    )


def _ground_bars(axes: Axes, counts: pd.Series, *, kinds: Sequence[str], top: float, total: int) -> None:
    """Talk as one stacked bar with its share of all talk; reposts as a paler one beneath."""
    start, step = 0, axes.get_xlim()[1] / 100
    for kind in [kind for kind in kinds if counts[kind]]:
        n, colour = int(counts[kind]), _KINDS[kind][1]
        if kind == "repost":
            bar = Rectangle((0, top - 0.42), n, 0.16, facecolor=colour, edgecolor="#8c8c8c")
            label = f"{n:,}"
            write(axes, label, at=(n + step, top - 0.34), fontsize=SMALL, color=GREY)
        else:
            bar = Rectangle((start, top - 0.22), n, 0.22, facecolor=colour, edgecolor=GROUND)
            start += n
        bar.set(linewidth=0.6, label=kind)
        axes.add_patch(bar)
    write(axes, _told(start, total=total), at=(start + step, top - 0.11))


def _told(n: int, *, total: int) -> str:
    return f"{n:,} ({_share(n / total)})"


def _share(share: float) -> str:
    return "<1%" if 0 < share < 0.005 else ">99%" if 0.995 <= share < 1 else f"{share:.0%}"


def _part(share: float) -> str:
    said = {"0%": "None of the", "<1%": "Less than 1% of", ">99%": "More than 99% of", "100%": "All"}
    return said.get(_share(share), f"{share:.0%} of")
