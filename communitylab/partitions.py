"""How a network falls into clusters: one run of one method."""

from __future__ import annotations

import math
import numbers
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace

import networkx as nx
import numpy as np
from scipy.sparse import coo_array

from communitylab.errors import CallError

__all__ = ["METHODS", "Links", "links_between", "links_of", "modularity", "partition"]

METHODS = {
    "leiden": 1.0,
    "louvain": 1.0,
    "louvain_networkx": 1.0,
    "cpm": 0.1,
}
"""Methods by name, and the resolution each takes by default."""

_SWEEPS = 3  # of Leiden: one alone is clearly worse


@dataclass(frozen=True)
class Links:
    """An undirected weighted network as arrays: `a`, `b` are places in `nodes`, each pair once, in order."""

    nodes: tuple[Hashable, ...]
    a: np.ndarray
    b: np.ndarray
    weights: np.ndarray

    def thinned(self, keep: np.ndarray) -> Links:
        """The same nodes with some of the links.

        Parameters
        ----------
        keep
            For each link whether it stays.
        """
        return replace(self, a=self.a[keep], b=self.b[keep], weights=self.weights[keep])

    def weighing(self, weights: np.ndarray) -> Links:
        """The same links with other weights; those that weigh nothing are gone.

        Parameters
        ----------
        weights
            One for each link.
        """
        return replace(self, weights=weights).thinned(weights > 0)


def links_of(graph: nx.Graph, *, weighted: bool = True) -> Links:
    """The links of a graph in an order that does not depend on how it was built.

    Parameters
    ----------
    graph
        Any. Of a directed one both directions add up, as do parallel edges; loops are left out.
    weighted
        Whether the edges' ``weight`` counts; else each pair weighs 1.

    Returns
    -------
    Links

    Raises
    ------
    CallError
        If a weight is negative or no number.
    """
    try:
        nodes = sorted(graph)
    except TypeError:
        nodes = sorted(graph, key=lambda node: (type(node).__name__, str(node)))
    place = {node: number for number, node in enumerate(nodes)}
    sources, targets, weights = [], [], []
    for source, target, weight in graph.edges(data="weight", default=1):
        # Of text even a number is refused: it was not read as one.
        if not (isinstance(weight, numbers.Real) and 0 <= float(weight) < math.inf):
            raise CallError(f"An edge has the weight {weight!r}. Expected a number from 0 on.")
        sources.append(place[source])
        targets.append(place[target])
        weights.append(float(weight))
    ends = np.array([sources, targets], np.int64)
    return links_between(*ends, weights=np.array(weights), nodes=nodes, weighted=weighted)


def links_between(
    a: np.ndarray, b: np.ndarray, *, weights: np.ndarray, nodes: Sequence[Hashable], weighted: bool = True
) -> Links:
    """Links from pairs in any order, of which equal ones add up; loops and what weighs nothing are left out.

    Parameters
    ----------
    a, b
        Of each pair its ends, as places in `nodes`.
    weights
        Of each pair, from 0 on.
    nodes
        All of them, in order.
    weighted
        Whether the weights count; else each pair weighs 1.

    Returns
    -------
    Links
    """
    kept = (a != b) & (weights > 0)
    pairs = (np.minimum(a, b) * len(nodes) + np.maximum(a, b))[kept]
    weights = weights[kept]
    # By weight too: in another order the same sum may end in another digit.
    order = np.lexsort((weights, pairs))
    pairs, first = np.unique(pairs[order], return_index=True)
    sums = np.add.reduceat(weights[order], first) if len(first) and weighted else np.ones(len(first))
    low, high = np.divmod(pairs, max(len(nodes), 1))
    return Links(tuple(nodes), low, high, sums)


def partition(links: Links, *, method: str, resolution: float, seed: int) -> np.ndarray:
    """The clusters of one run.

    Parameters
    ----------
    links
        The network.
    method
        One of :data:`METHODS`: ``leiden`` and the two ``louvain`` seek the highest modularity, ``cpm`` the best
        constant Potts model, which is free of the resolution limit.
    resolution
        Above 0, of ``louvain`` at least 1. Higher: more and smaller clusters. Of ``cpm`` the least density of
        links within a cluster, in units of the mean link.
    seed
        Of the random numbers.

    Returns
    -------
    ndarray
        For each node the number of its cluster, from 0: larger clusters first, of equal ones that with the
        earliest node. A node without links is a cluster of its own.

    Raises
    ------
    CallError
        If ``louvain`` is given a resolution below 1.

    Source
    ------
    Leiden: Traag, Waltman & van Eck (2019), doi:10.1038/s41598-019-41695-z. Louvain: Blondel et al. (2008),
    doi:10.1088/1742-5468/2008/10/P10008. CPM: Traag, Van Dooren & Nesterov (2011), doi:10.1103/PhysRevE.84.016114.
    """
    if not len(links.a):
        return np.arange(len(links.nodes))
    # Nodes without links need no method, and may be many.
    is_linked = np.zeros(len(links.nodes), bool)
    is_linked[links.a] = is_linked[links.b] = True
    place = np.cumsum(is_linked) - 1
    core = Links(tuple(range(int(place[-1]) + 1)), place[links.a], place[links.b], links.weights)
    if method in ("leiden", "cpm"):
        found = _leiden(core, resolution=resolution, seed=seed, is_cpm=method == "cpm")
    else:
        found = _louvain(core, resolution=resolution, seed=seed, is_networkx=method == "louvain_networkx")
    labels = np.arange(len(links.nodes)) + len(core.nodes)
    labels[is_linked] = found
    return _renumbered(labels)


def _leiden(links: Links, *, resolution: float, seed: int, is_cpm: bool) -> np.ndarray:
    import graspologic_native

    n = len(links.nodes)
    weights = links.weights / links.weights.mean() if is_cpm else links.weights
    # Both directions of every link; links stand in order, so the columns of each row do too.
    ends = np.concatenate([links.b, links.a]), np.concatenate([links.a, links.b])
    both = coo_array((np.tile(weights, 2), ends), shape=(n, n)).tocsr()
    _quality, found = graspologic_native.leiden_csr(
        both.indptr.astype(np.int64), both.indices.astype(np.int32), both.data, n,
        resolution=resolution, iterations=_SWEEPS, use_modularity=not is_cpm, seed=seed,
    )  # fmt: skip
    labels = np.empty(n, np.int64)
    labels[np.fromiter(found, np.int64, n)] = np.fromiter(found.values(), np.int64, n)
    return labels


def _louvain(links: Links, *, resolution: float, seed: int, is_networkx: bool) -> np.ndarray:
    graph = nx.Graph()
    graph.add_nodes_from(range(len(links.nodes)))
    graph.add_weighted_edges_from(
        zip(links.a.tolist(), links.b.tolist(), links.weights.tolist(), strict=True)
    )
    labels = np.zeros(len(links.nodes), np.int64)
    if is_networkx:
        found = nx.community.louvain_communities(graph, weight="weight", resolution=resolution, seed=seed)
        for number, members in enumerate(found):
            labels[list(members)] = number
        return labels
    from community import community_louvain

    if resolution < 1:
        # Its moves and its rule for stopping take the resolution in opposite senses (its issue 94).
        raise CallError(f"resolution {resolution}: louvain takes 1 or more. Take louvain_networkx below it.")
    by_node = community_louvain.best_partition(graph, resolution=resolution, random_state=seed)
    labels[list(by_node)] = list(by_node.values())
    return labels


def _renumbered(labels: np.ndarray) -> np.ndarray:
    _names, first, which, sizes = np.unique(
        labels, return_index=True, return_inverse=True, return_counts=True
    )
    rank = np.empty(len(sizes), np.int64)
    rank[np.lexsort((first, -sizes))] = np.arange(len(sizes))
    return rank[which]


def modularity(links: Links, labels: np.ndarray) -> float | None:
    """Newman's modularity: the share of weight inside clusters less what strengths alone would give.

    Parameters
    ----------
    links
        The network.
    labels
        For each node its cluster, numbers from 0.

    Returns
    -------
    float
        In [−0.5, 1); None where there are no links. High values arise by chance in every sparse network.

    Source
    ------
    Newman (2004), doi:10.1103/PhysRevE.70.056131.
    """
    total = float(links.weights.sum())
    if not total:
        return None
    inside = float(links.weights[labels[links.a] == labels[links.b]].sum())
    strengths = np.bincount(labels[links.a], links.weights, minlength=labels.max() + 1) + np.bincount(
        labels[links.b], links.weights, minlength=labels.max() + 1
    )
    return inside / total - float(((strengths / (2 * total)) ** 2).sum())
