"""The network as it is drawn and handed on: no names, a place in the plane and a rung for everybody."""

from __future__ import annotations

import math
from collections.abc import Mapping

import networkx as nx
import numpy as np
import pandas as pd
from ibis import _

from communitylab import networks, roles
from communitylab.choices import BRAND, FOLLOWER
from communitylab.groups import Groups
from communitylab.pseudonyms import first_key, pseudonyms_of
from communitylab.study import Study

__all__ = ["anonymous_groupings", "anonymous_network", "latest"]

_RUNGS = list(roles.RUNGS)
_ROOM = 0.62  # radius of the disc in which people with contacts stand; the others stand around it
_SPRINGS = 800  # people of a group whose places are found by springs: the time goes with the square
_SMALL = ((-0.5, 0.0), (0.5, 0.0))  # most groups are couples: they need no springs
_PACKED = 80  # groups that are packed one by one
_MOST_ROWS = 2_000


def anonymous_network(
    study: Study,
    *,
    seed: int,
    groups: Groups | None = None,
    pseudonyms: Mapping[int, str] | None = None,
) -> nx.Graph:
    """Everybody who wrote something and their regular contacts, under pseudonyms.

    Parameters
    ----------
    study
        What to show.
    seed
        Of the places in the plane.
    groups
        Its groups, where they are to be told.
    pseudonyms
        As :func:`communitylab.pseudonyms.pseudonyms_of` gives them; by default those of a first report.

    Returns
    -------
    networkx.Graph
        Nodes are pseudonyms, in their order, with `kind` (follower, brand), `rung` (on the whole; of the brand
        "brand"), `latest_rung` ("" for whoever wrote nothing in the latest tile), `group` (0 for whoever is in
        none of five or more), `x`, `y` (within the unit disc, the brand in its middle). Edges are pairs that are
        a tie in some tile, with `weight` (talk acts in the days studied), `is_mutual`, `is_latest` (in the
        latest tile) and `is_latest_mutual`.
    """
    called = _called(study, pseudonyms, seed=seed)
    rungs = _whole_rungs(study)
    tile, latest_rungs = roles.rungs_in_latest_tile(study)
    brands = _brands(study)
    ties = networks.ties(study, brand=True)
    whole = networks.graph(study, brand=True)
    now = ties[ties["tile"] == tile].set_index(["a", "b"])["is_mutual"].to_dict()
    account_of = {called[account]: account for account in {*rungs, *brands, *whole}}
    # From here on everybody goes by a pseudonym: order and places too would tell what it hides.
    renamed = nx.relabel_nodes(whole, called)
    people, is_brand = sorted(account_of), {called[account] for account in brands}
    places = _places(
        renamed,
        people=[person for person in people if person not in is_brand],
        brands=sorted(is_brand),
        seed=seed,
    )
    drawn = nx.Graph()
    for person in people:
        account, (x, y) = account_of[person], places[person]
        drawn.add_node(
            person,
            kind="brand" if person in is_brand else "follower",
            rung="brand" if person in is_brand else _RUNGS[rungs.get(account, 0)],
            latest_rung="brand" if person in is_brand else _named(latest_rungs.get(account)),
            group=groups.of.get(account, 0) if groups else 0,
            x=x,
            y=y,
        )
    for a, b in sorted(tuple(sorted(edge)) for edge in renamed.edges):
        edge, pair = renamed.edges[a, b], tuple(sorted((account_of[a], account_of[b])))
        drawn.add_edge(
            a,
            b,
            weight=edge["weight"],
            is_mutual=edge["is_mutual"],
            is_latest=pair in now,
            is_latest_mutual=bool(now.get(pair, False)),
        )
    return drawn


def anonymous_groupings(
    study: Study, *, groups: Groups, seed: int, pseudonyms: Mapping[int, str] | None = None
) -> pd.DataFrame:
    """In which cluster each run put whom, under the pseudonyms of :func:`anonymous_network`.

    Parameters
    ----------
    study
        What to show.
    groups
        Its groups.
    seed, pseudonyms
        As there.

    Returns
    -------
    DataFrame
        node, group (0 for none), firmness, run_1 … run_50 (clusters, numbered anew in each run): one row per
        follower with a contact, in order of node. Of more than 2,000 those of the largest groups.
    """
    called = _called(study, pseudonyms, seed=seed)
    clustering = groups.clustering
    accounts = list(clustering.labels)
    table = pd.DataFrame(clustering.runs).rename(columns=lambda run: f"run_{run + 1}")
    table.insert(0, "node", [called[account] for account in accounts])
    table.insert(1, "group", [groups.of.get(account, 0) for account in accounts])
    table.insert(2, "firmness", [clustering.firmness.get(account) for account in accounts])
    largest = np.argsort(list(clustering.labels.values()), kind="stable")[:_MOST_ROWS]
    return table.iloc[largest].sort_values("node", ignore_index=True)


def _called(study: Study, pseudonyms: Mapping[int, str] | None, *, seed: int) -> Mapping[int, str]:
    return pseudonyms or pseudonyms_of(study, key=first_key(study, seed=seed))


def _brands(study: Study) -> list[int]:
    """The brand's accounts that wrote something."""
    return study.people.filter((_.role == BRAND) & _.authored).to_pyarrow()["account"].to_pylist()


def _named(rung: int | None) -> str:
    return "" if rung is None else _RUNGS[rung]


def _whole_rungs(study: Study) -> dict[int, int]:
    """Rung of every follower who wrote something."""
    wrote = study.people.filter((_.role == FOLLOWER) & _.authored).select("account")
    rows = roles.rung_of_each(study).semi_join(wrote, "account").to_pyarrow().to_pandas()
    return dict(zip(rows["account"].tolist(), rows["rung"].tolist(), strict=True))


def _places(
    network: nx.Graph, *, people: list[str], brands: list[str], seed: int
) -> dict[str, tuple[float, float]]:
    """Where everybody stands: contacts near one another in the middle, the others in rings around."""
    peers = network.subgraph(set(people) & set(network))
    groups = sorted(
        (sorted(group) for group in nx.connected_components(peers) if len(group) > 1),
        key=lambda group: (-len(group), group[0]),
    )
    places: dict[str, tuple[float, float]] = {}
    for group, (x, y, radius) in zip(groups, _discs([len(group) for group in groups]), strict=True):
        for person, place in _apart(_filling(_laid_out(peers, group, seed=seed))).items():
            places[person] = (x + radius * place[0], y + radius * place[1])
    alone = [person for person in people if person not in places]
    lots = np.random.default_rng(seed).permutation(len(alone))
    inner_edge = _ROOM + 0.1 if groups else 0.15
    for rank, lot in enumerate(lots):
        # Equal areas along a golden spiral: a ring without rows or gaps.
        radius = math.sqrt(inner_edge**2 + (1 - inner_edge**2) * (rank + 0.5) / len(alone))
        angle = rank * math.pi * (3 - math.sqrt(5))
        places[alone[lot]] = (radius * math.cos(angle), radius * math.sin(angle))
    for rank, brand in enumerate(brands):
        around = 0.08 if len(brands) > 1 else 0.0
        angle = 2 * math.pi * rank / len(brands)
        places[brand] = (around * math.cos(angle), around * math.sin(angle))
    return {person: (round(x, 4), round(y, 4)) for person, (x, y) in places.items()}


def _laid_out(peers: nx.Graph, group: list[str], *, seed: int) -> dict[str, tuple[float, float]]:
    """A place for each person of a connected group: springs for the best connected, the others beside them."""
    if len(group) <= len(_SMALL):
        return dict(zip(group, _SMALL, strict=False))
    core = sorted(sorted(group, key=lambda person: (-peers.degree(person), person))[:_SPRINGS])
    # A graph of its own in sorted order: the layout depends on the order of nodes and edges.
    inner = nx.Graph()
    inner.add_nodes_from(core)
    inner.add_edges_from(sorted(tuple(sorted(edge)) for edge in peers.subgraph(core).edges))
    drawn = nx.spring_layout(inner, seed=seed, method="force", iterations=80)
    places = {person: (float(place[0]), float(place[1])) for person, place in drawn.items()}
    lots = np.random.default_rng(seed)
    waiting = [person for person in group if person not in places]
    while waiting:
        beside = {
            person: [places[contact] for contact in sorted(peers[person]) if contact in places]
            for person in waiting
        }
        for person, near in beside.items():
            if near:
                x, y = np.mean(near, axis=0) + lots.normal(scale=0.05, size=2)
                places[person] = (float(x), float(y))
        waiting = [person for person in waiting if person not in places]
    return places


def _filling(places: dict[str, tuple[float, float]]) -> dict[str, tuple[float, float]]:
    """The same directions from the middle, at distances that fill the unit disc evenly: no outlier shrinks the rest."""
    middle = np.mean(list(places.values()), axis=0)
    away = {person: np.subtract(place, middle) for person, place in places.items()}
    order = sorted(away, key=lambda person: (float(np.hypot(*away[person])), person))
    filled = {}
    for rank, person in enumerate(order):
        angle = math.atan2(away[person][1], away[person][0])
        radius = math.sqrt((rank + 0.5) / len(order))
        filled[person] = (radius * math.cos(angle), radius * math.sin(angle))
    return filled


def _apart(places: dict[str, tuple[float, float]]) -> dict[str, tuple[float, float]]:
    """The same places in the unit disc, with whoever stands on another moved aside: close circles are no lump."""
    people = sorted(places)
    if not len(_SMALL) < len(people) <= _SPRINGS:
        return places
    spots = np.array([places[person] for person in people])
    least = 1.3 / math.sqrt(len(people))
    for _step in range(80):
        away = spots[:, None] - spots[None]
        gap = np.hypot(away[..., 0], away[..., 1])
        push = np.clip(least - gap, 0, None) / np.maximum(gap, 1e-9) / 4
        spots = spots + (away * push[..., None]).sum(axis=1)
        spots /= np.maximum(np.hypot(*spots.T), 1)[:, None]
    return {person: (float(x), float(y)) for person, (x, y) in zip(people, spots, strict=True)}


def _discs(sizes: list[int]) -> list[tuple[float, float, float]]:
    """A disc (x, y, radius) for each group, largest first, in the room; areas go with sizes.

    The first do not overlap; the many small ones after them lie along a spiral around these.
    """
    found: list[tuple[float, float, float]] = []
    for size in sizes[:_PACKED]:
        radius, x, y, step = math.sqrt(size), 0.0, 0.0, 0
        while any(math.hypot(x - ox, y - oy) < radius + other + 0.6 for ox, oy, other in found):
            # Outwards along a spiral from the edge of the largest, until the disc touches no other.
            away, angle = found[0][2] + radius + 0.6 + 0.05 * radius * step, 0.4 * step
            x, y = away * math.cos(angle), away * math.sin(angle)
            step += 1
        found.append((x, y, radius))
    reach = max((math.hypot(x, y) + radius for x, y, radius in found), default=1.0)
    area = (reach + 1) ** 2
    for rank, size in enumerate(sizes[_PACKED:]):
        radius, angle = math.sqrt(size), rank * math.pi * (3 - math.sqrt(5))
        away = math.sqrt(area)
        found.append((away * math.cos(angle), away * math.sin(angle), radius))
        area += 2 * radius**2
    reach = max((math.hypot(x, y) + radius for x, y, radius in found), default=1.0)
    return [(x / reach * _ROOM, y / reach * _ROOM, radius / reach * _ROOM) for x, y, radius in found]


def latest(network: nx.Graph) -> nx.Graph:
    """What is left of a network in its latest four weeks.

    Parameters
    ----------
    network
        As :func:`anonymous_network` gives it.

    Returns
    -------
    networkx.Graph
        The brand and whoever wrote something in the latest tile, with the ties and rungs of that tile.
    """
    drawn = nx.Graph()
    for node, of in network.nodes(data=True):
        if of["latest_rung"]:
            drawn.add_node(
                node, kind=of["kind"], rung=of["latest_rung"], group=of["group"], x=of["x"], y=of["y"]
            )
    for a, b, of in network.edges(data=True):
        if of["is_latest"] and a in drawn and b in drawn:
            drawn.add_edge(a, b, weight=of["weight"], is_mutual=of["is_latest_mutual"])
    return drawn
