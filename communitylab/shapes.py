"""The shape of the network: its largest part, its triangles, its two-way streets, its centre."""

from __future__ import annotations

from typing import NamedTuple

import ibis
import numpy as np
import pandas as pd
from ibis import _
from ibis.expr.types import Table

from communitylab import inference, networks
from communitylab.choices import BRAND, FOLLOWER
from communitylab.shares import talk_counts
from communitylab.study import Study
from communitylab.tables import Estimate

__all__ = ["active_per_tile", "centralization", "cohesion", "largest_component", "mutuality", "structure"]


def _active(study: Study) -> Table:
    """tile, account: followers who wrote something in a tile."""
    wrote = study.authored.filter((_.role == FOLLOWER) & _.day.notnull()).select("account", "day")
    return study.tile_of(wrote).group_by("tile", "account").agg()


def active_per_tile(study: Study) -> dict[int, int]:
    """How many followers wrote something in each tile.

    Parameters
    ----------
    study
        What to count.

    Returns
    -------
    dict
        Number of followers by first day of the tile.
    """
    rows = _active(study).group_by("tile").agg(n=_.count()).order_by("tile").to_pyarrow().to_pylist()
    return {row["tile"]: row["n"] for row in rows}


def largest_component(study: Study, *, seed: int) -> Estimate:
    """Share of the active followers who are connected in one network of regular contacts, without the brand.

    Near 0: nobody hangs together. 1: all do.

    Parameters
    ----------
    study
        What to count.
    seed
        Of the random numbers.

    Returns
    -------
    Estimate, value in (0, 1]
        Pooled over tiles; a tile without a tie counts 1 person. Beside it `with_brand`: the same where the
        brand's accounts are nodes as well. Null where no follower was active in a tile.

    Source
    ------
    Interval: Wilson, clustered by people; the variance by leaving out one in forty people at a time, from all tiles at
    once, because tiles hold the same people.
    """
    per_tile = active_per_tile(study)
    if not per_tile:
        why = "no follower wrote anything in a tile" if study.tiles else "the export has no times"
        return Estimate("largest_component", None, why=why)
    active = _active(study).to_pyarrow().to_pandas()
    graphs = _tile_graphs(networks.ties(study), active)
    people = np.unique(np.concatenate([active["account"], *(graph.people for graph in graphs.values())]))
    wrote = {tile: np.searchsorted(people, rows["account"]) for tile, rows in active.groupby("tile")}
    linked = {tile: np.searchsorted(people, graph.people) for tile, graph in graphs.items()}

    def share_of(kept: np.ndarray) -> float:
        sizes = sum(_size(graphs[tile], kept[linked[tile]]) if tile in graphs else 1 for tile in wrote)
        return sizes / max(1, sum(int(kept[here].sum()) for here in wrote.values()))

    value = _largest_share(graphs, per_tile)
    low, high = inference.clustered_wilson(
        value,
        variance=inference.group_jackknife_variance(share_of, units=len(people), seed=seed),
        observations=len(people),
        people=min(inference.JACKKNIFE_GROUPS, len(people)),
    )
    return Estimate(
        "largest_component", value, low, high, beside={"with_brand": _largest_with_brand(study, active)}
    )


class _TileGraph(NamedTuple):
    """The ties of a tile, the people they join, and which of these wrote something in it."""

    matrix: networks.csr_array
    people: np.ndarray
    counts: np.ndarray


def _size(graph: _TileGraph, kept: np.ndarray) -> float:
    """People in the largest component of those who are kept; alone, one."""
    here = np.flatnonzero(kept)
    sizes = networks.component_sizes(graph.matrix[here][:, here], weights=graph.counts[here].astype(float))
    return float(sizes.max(initial=1))


def _tile_graphs(ties: pd.DataFrame, active: pd.DataFrame) -> dict[int, _TileGraph]:
    wrote = {tile: rows["account"].to_numpy() for tile, rows in active.groupby("tile")}
    graphs = {}
    for tile, rows in ties.groupby("tile"):
        matrix, people = networks.adjacency(rows["a"].to_numpy(), rows["b"].to_numpy())
        graphs[int(tile)] = _TileGraph(matrix, people, np.isin(people, wrote.get(tile, [])))
    return graphs


def _largest_share(graphs: dict[int, _TileGraph], active: dict[int, int]) -> float:
    """Active people in the largest component of each tile, 1 where there is no tie, over all active people."""
    largest = {
        tile: max(1, int(networks.component_sizes(graph.matrix, weights=graph.counts).max()))
        for tile, graph in graphs.items()
    }
    return sum(largest.get(tile, 1) for tile in active) / sum(active.values())


def _largest_with_brand(study: Study, active: pd.DataFrame) -> float:
    wrote = study.authored.filter((_.role == BRAND) & _.day.notnull()).select("account", "day")
    brands = study.tile_of(wrote).select("tile", "account").distinct().to_pyarrow().to_pandas()
    everyone = pd.concat([active, brands])
    per_tile = {int(tile): int(n) for tile, n in everyone.groupby("tile").size().items()}
    return _largest_share(_tile_graphs(networks.ties(study, brand=True), everyone), per_tile)


def mutuality(study: Study, *, seed: int) -> Estimate:
    """Share of directed contacts between followers that are returned.

    0: nobody is answered. 1: everybody is.

    Parameters
    ----------
    study
        What to count.
    seed
        Of the random numbers.

    Returns
    -------
    Estimate, value in [0, 1]
        Edge reciprocity over the whole span. Beside it `pair`: the share of linked pairs linked both ways.
        `null_mean` and `p` from random graphs in which everybody addresses, and is addressed by, as many.
        Null where followers do not talk with one another.

    Source
    ------
    Garlaschelli & Loffredo (2004), doi:10.1103/PhysRevLett.93.268701, for the two conventions.
    """
    pairs = networks.peer_pairs(study).select("source", "target").distinct().to_pyarrow().to_pandas()
    if pairs.empty:
        return Estimate("mutuality", None, why="followers do not talk with one another")
    pairs = pairs.sort_values(["source", "target"])
    nodes, ends = np.unique(pairs.to_numpy(np.int64), return_inverse=True)
    sources, targets = ends.reshape(-1, 2).T

    def returned(a: np.ndarray, b: np.ndarray) -> float:
        pair = np.minimum(a, b) * len(nodes) + np.maximum(a, b)
        return float(pd.Series(pair).duplicated(keep=False).mean())

    edge = returned(sources, targets)
    beside = {"pair": edge / (2 - edge)}
    try:
        null = inference.null_of_rewiring(sources, targets, statistic=returned, seed=seed, directed=True)
    except ValueError:
        return Estimate("mutuality", edge, why="every network drawn by lot gives the same", beside=beside)
    return Estimate("mutuality", edge, null_mean=null.mean, p=null.p, beside=beside)


def cohesion(study: Study, *, seed: int) -> Estimate:
    """Share of pairs of a person's contacts who are themselves in contact.

    0: nobody's contacts know each other. 1: all do.

    Parameters
    ----------
    study
        What to count.
    seed
        Of the random numbers.

    Returns
    -------
    Estimate, value in [0, 1]
        Transitivity of the ties of each tile, pooled. Null where nobody has two contacts. The p tells only
        that the ties are not random given how many each has, which activity alone brings about: it
        describes, and decides nothing.

    Source
    ------
    Wasserman & Faust (1994), Social Network Analysis, section 6.
    """
    found = networks.ties(study)
    if found.empty:
        return Estimate("cohesion", None, why="no two followers are a tie")
    tiles = pd.factorize(found["tile"], sort=True)[0].astype(np.int64)
    size = np.int64(found[["a", "b"]].to_numpy().max() + 1)
    # The graphs of the tiles side by side, as one: node = tile and account.
    ends = np.concatenate([tiles * size + found["a"].to_numpy(), tiles * size + found["b"].to_numpy()])
    places = np.unique(ends, return_inverse=True)[1]
    a, b = places[: len(found)], places[len(found) :]

    def transitivity(sources: np.ndarray, targets: np.ndarray) -> float:
        closed, triplets = networks.transitive_triplets(networks.adjacency(sources, targets)[0])
        return closed / triplets if triplets else 0.0

    if not networks.transitive_triplets(networks.adjacency(a, b)[0])[1]:
        return Estimate("cohesion", None, why="nobody has two contacts in the same tile")
    try:
        null = inference.null_of_rewiring(
            a, b, statistic=transitivity, seed=seed, directed=False, groups=tiles
        )
    except ValueError:
        return Estimate("cohesion", transitivity(a, b), why="every network drawn by lot gives the same")
    return Estimate("cohesion", null.observed, null_mean=null.mean, p=null.p)


def centralization(study: Study) -> Estimate:
    """How far the talk between followers has one centre: Freeman's in-degree centralization.

    0: all are addressed by equally many. 1: one is addressed by all, and nobody else is.

    Parameters
    ----------
    study
        What to count.

    Returns
    -------
    Estimate, value in [0, 1]
        Without the brand. Beside it `with_brand`, its accounts taken together as one node. Null for
        fewer than three people.

    Source
    ------
    Freeman (1978), doi:10.1016/0378-8733(78)90021-7.
    """
    talk = study.talk.filter(_.target_role <= BRAND).mutate(
        source=ibis.ifelse(_.source_role == BRAND, -1, _.source),
        target=ibis.ifelse(_.target_role == BRAND, -1, _.target),
    )
    edges = talk.select("source", "target").distinct().to_pyarrow().to_pandas()
    peers = edges[(edges["source"] >= 0) & (edges["target"] >= 0)]
    value, with_brand = _freeman(peers), _freeman(edges)
    why = None if value is not None else "fewer than three followers talk with one another"
    return Estimate("centralization", value, why=why, beside={"with_brand": with_brand})


def _freeman(edges: pd.DataFrame) -> float | None:
    n = len(np.unique(edges[["source", "target"]].to_numpy()))
    if n < 3:
        return None
    degrees = edges["target"].value_counts().to_numpy()
    return float((n * degrees.max() - degrees.sum()) / (n - 1) ** 2)


def structure(study: Study, *, seed: int) -> dict[str, float | int | None]:
    """Figures of the network of regular contacts that describe and decide nothing.

    Parameters
    ----------
    study
        What to count.
    seed
        Of the random numbers.

    Returns
    -------
    dict
        nodes and edges (all tiles together), density of ties among active followers, isolates (share of
        active followers without a tie), modularity (Louvain; high values arise by chance), core
        (followers in the 2-core).

    Source
    ------
    Density falls with size by arithmetic and modularity exceeds 0.4 on random sparse graphs: neither is a
    sign of community. Louvain: Blondel et al. (2008), doi:10.1088/1742-5468/2008/10/P10008.
    """
    import networkx as nx
    from community import community_louvain

    network = networks.graph(study)
    active = talk_counts(study)["active_followers"]
    nodes, edges = network.number_of_nodes(), network.number_of_edges()
    modularity = None
    if edges:
        partition = community_louvain.best_partition(network, weight="weight", random_state=seed)
        modularity = float(community_louvain.modularity(partition, network, weight="weight"))
    return {
        "nodes": nodes,
        "edges": edges,
        "density": edges / (active * (active - 1) / 2) if active > 1 else None,
        "isolates": 1 - nodes / active if active else None,
        "modularity": modularity,
        "core": nx.k_core(network, 2).number_of_nodes() if edges else 0,
    }
