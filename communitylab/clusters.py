"""Clusters of a network, and whether to believe them."""

from __future__ import annotations

import html
import math
import numbers
import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
from scipy.sparse import coo_array

from communitylab import inference, networks
from communitylab.errors import CallError
from communitylab.partitions import METHODS, Links, links_between, links_of, modularity, partition
from communitylab.study import Study
from communitylab.tables import Estimate

__all__ = ["SOLID", "Clustering", "detect", "detectable_mixing", "significance"]

SOLID = 0.8
"""Share of runs in which a cluster must be found again; below it, it may be chance."""

_RUNS = 50
_LEFT_OUT = 0.3  # of the contacts, in each run
_AGAIN = 0.5  # overlap from which a cluster counts as found again
_WORLDS = ((20_000, inference.REPLICATES), (200_000, 39), (math.inf, 19))  # of chance, for so many links


@dataclass(frozen=True)
class Clustering:
    """Clusters of a network with how they were found and how far they can be trusted.

    `labels` gives each node's cluster, numbered from 1, larger ones first. `stability` is for each cluster the
    share of runs in which it was found again, `firmness` for each node the share of runs, averaged over the
    others of its cluster, in which they were together; both are empty after a single run. `runs` holds the
    labels of all runs, one row per node in the order of `labels`.
    """

    labels: Mapping[Any, int]
    method: str
    resolution: float
    weighted: bool
    seed: int
    modularity: float | None
    coverage: float | None
    stability: Mapping[int, float] = field(default_factory=dict)
    firmness: Mapping[Any, float] = field(default_factory=dict)
    runs: np.ndarray = field(default_factory=lambda: np.zeros((0, 0), np.int32), repr=False)

    @cached_property
    def sizes(self) -> dict[int, int]:
        """Number of nodes in each cluster."""
        counted = np.bincount(list(self.labels.values()))
        return {label: int(n) for label, n in enumerate(counted) if n}

    def members(self, label: int) -> list[Any]:
        """The nodes of a cluster, in order.

        Parameters
        ----------
        label
            Its number.
        """
        return [node for node, own in self.labels.items() if own == label]

    def as_table(self) -> pd.DataFrame:
        """One row per cluster: cluster, size, stability, is_stable (found again in four runs of five)."""
        rows = [
            (label, size, self.stability.get(label), self.stability.get(label, 0) >= SOLID)
            for label, size in self.sizes.items()
        ]
        return pd.DataFrame(rows, columns=["cluster", "size", "stability", "is_stable"])

    def _repr_html_(self) -> str:
        known: dict[str, Any] = {
            "method": self.method, "resolution": self.resolution, "seed": self.seed, "clusters": len(self.sizes),
            "modularity": self.modularity, "coverage": self.coverage,
            "found again in most runs": sum(share >= SOLID for share in self.stability.values()),
        }  # fmt: skip
        rows = "".join(
            f"<tr><th scope='row'>{html.escape(key)}</th><td>{html.escape(str(value))}</td></tr>"
            for key, value in known.items()
        )
        return f"<table><caption>clusters</caption>{rows}</table>"


def detect(
    network: Study | nx.Graph | Links,
    *,
    seed: int,
    method: str = "leiden",
    resolution: float | None = None,
    weighted: bool = True,
    contacts: str = "tie",
    runs: int = _RUNS,
) -> Clustering:
    """Clusters of the network of followers, or of any graph, on which many runs agree.

    In each run three of ten links, drawn by lot, are left out: a cluster that is found again nevertheless does
    not hang on a few of them. What is reported is one more run on the links weighed by how often their ends were
    together.

    Parameters
    ----------
    network
        A study, of which the followers' contacts are taken, without the brand; a graph, of which, if directed,
        both directions add up; or the links of one.
    seed
        Of all random numbers: the same network and seed give the same clusters, whatever the order of rows.
    method
        ``"leiden"``, ``"louvain"`` (python-louvain), ``"louvain_networkx"``, or ``"cpm"``, free of the resolution
        limit of the others.
    resolution
        Above 0, of ``louvain`` at least 1; higher gives more and smaller clusters. 1 by default, of ``cpm``
        0.1: the least density within a cluster, in units of the mean link.
    weighted
        Whether weights count (of a study: the acts of talk of each pair).
    contacts
        Of a study, what links two followers: ``"tie"``, ``"mutual"`` or ``"act"``, as in
        :func:`communitylab.networks.graph`.
    runs
        50 by default. With 1 the method runs once on all links, and says nothing about stability.

    Returns
    -------
    Clustering
        In a network without links every node is a cluster of its own, and modularity and coverage are null.

    Raises
    ------
    CallError
        If the method is unknown, the resolution or the number of runs not above 0, or a weight negative.

    Source
    ------
    Consensus: Lancichinetti & Fortunato (2012), doi:10.1038/srep00336, on links only as Tandon et al. (2019),
    doi:10.1103/PhysRevE.99.042301. Stability under left-out data: Hennig (2007), doi:10.1016/j.csda.2006.11.025.
    With runs that differ in nothing but their seed, sparse networks show wrong clusters as stable.
    """
    links = _links(network, weighted=weighted, contacts=contacts)
    size = _checked(method, resolution, seed=seed)
    if runs < 1:
        raise CallError(f"runs {runs}: at least one is needed.")
    if runs == 1 or not len(links.a):
        labels = partition(links, method=method, resolution=size, seed=seed)
        return _clustering(links, labels, method=method, resolution=size, weighted=weighted, seed=seed)
    found = _runs(links, method=method, resolution=size, seed=seed, runs=runs)
    together = np.zeros(len(links.a), np.int32)
    for run in found.T:
        together += run[links.a] == run[links.b]
    labels = partition(links.weighing(together / runs), method=method, resolution=size, seed=seed)
    stability, firmness = _belief(labels, found)
    return _clustering(
        links, labels, method=method, resolution=size, weighted=weighted, seed=seed,
        stability={label + 1: float(share) for label, share in enumerate(stability)},
        firmness=dict(zip(links.nodes, firmness.tolist(), strict=True)),
        runs=found,
    )  # fmt: skip


def _checked(method: str, resolution: float | None, *, seed: int) -> float:
    if not isinstance(seed, numbers.Integral) or not 0 <= seed < 2**32:
        raise CallError(f"seed {seed}: expected a whole number from 0 to 2³² − 1.")
    if method not in METHODS:
        raise CallError(f"method {method}: not one of {', '.join(METHODS)}.")
    size = METHODS[method] if resolution is None else resolution
    if not 0 < size < math.inf:
        raise CallError(
            f"resolution {size}: expected a number above 0. Higher gives more and smaller clusters."
        )
    return float(size)


def _links(network: Study | nx.Graph | Links, *, weighted: bool, contacts: str) -> Links:
    if isinstance(network, nx.Graph):
        return links_of(network, weighted=weighted)
    if isinstance(network, Links):
        return network if weighted else network.weighing(np.ones(len(network.a)))
    if not isinstance(network, Study):
        raise CallError(f"{type(network).__name__}: neither a study nor a networkx graph.")
    pairs = networks.linked_pairs(network, contacts=contacts)
    nodes, ends = np.unique(pairs[["a", "b"]].to_numpy(np.int64), return_inverse=True)
    a, b = ends.reshape(-1, 2).T
    return links_between(
        a, b, weights=pairs["weight"].to_numpy(float), nodes=nodes.tolist(), weighted=weighted
    )


def _clustering(links: Links, labels: np.ndarray, **known: Any) -> Clustering:
    total = links.weights.sum()
    inside = links.weights[labels[links.a] == labels[links.b]].sum()
    return Clustering(
        labels=dict(zip(links.nodes, (labels + 1).tolist(), strict=True)),
        modularity=modularity(links, labels),
        coverage=float(inside / total) if total else None,
        **known,
    )


def _runs(links: Links, *, method: str, resolution: float, seed: int, runs: int) -> np.ndarray:
    """Labels of every run, one column each; in each another three tenths of the links are left out."""

    def run(number: int) -> np.ndarray:
        rng = np.random.default_rng([seed, number])
        kept = links.thinned(rng.random(len(links.a)) >= _LEFT_OUT)
        drawn = int(rng.integers(2**31))
        return partition(kept, method=method, resolution=resolution, seed=drawn).astype(np.int32)

    # The compiled methods let go of the interpreter: as many runs at once as there are cores.
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return np.array(list(pool.map(run, range(runs)))).T


def _belief(labels: np.ndarray, runs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Of each cluster in how many runs it is found again, of each node how often it is with the others of its own."""
    sizes = np.bincount(labels)
    again = np.zeros(len(sizes), np.int64)
    beside = np.zeros(len(labels), np.int64)
    for run in runs.T:
        common = coo_array((np.ones(len(labels), np.int64), (labels, run))).tocsr()
        theirs = np.bincount(run)
        cluster, other = common.nonzero()
        overlap = common.data / (sizes[cluster] + theirs[other] - common.data)
        again[np.unique(cluster[overlap >= _AGAIN])] += 1
        beside += np.asarray(common[labels, run]).ravel() - 1
    firmness = beside / runs.shape[1] / np.maximum(sizes[labels] - 1, 1)
    firmness[sizes[labels] == 1] = 1.0
    return again / runs.shape[1], firmness


def significance(
    network: Study | nx.Graph | Links,
    *,
    seed: int,
    method: str = "leiden",
    resolution: float | None = None,
    contacts: str = "tie",
    replicates: int | None = None,
) -> Estimate:
    """Modularity held against random networks in which everybody has as many contacts.

    High modularity by itself is no evidence: networks without any groups, if thin, exceed 0.4.

    Parameters
    ----------
    network, seed, method, resolution, contacts
        As in :func:`detect`.
    replicates
        Random networks; by default 199, for more than 20,000 links 39, for more than 200,000 19.

    Returns
    -------
    Estimate, value in [−0.5, 1)
        Modularity of one run of the method, with its mean over the random networks, on each of which the same
        method runs, and the share of these that reach it as `p`. Who is in contact counts, and not how much:
        busy people have heavy links with one another, and where chance deals these out anew the test misses
        groups that are there. Beside it `nodes` that have a link, `links`, `mean_degree`, `worlds` (random
        networks) and `detectable`, as :func:`detectable_mixing` gives it. Null, with the reason, where there
        are no links; without `p` where there is no other network with the same numbers of contacts.

    Raises
    ------
    CallError
        As :func:`detect`.

    Source
    ------
    Guimerà, Sales-Pardo & Amaral (2004), doi:10.1103/PhysRevE.70.025101: random graphs have high modularity.
    In 370 made-up networks without groups it spoke of some, at p ≤ 0.05, in 5.4 %.
    """
    links = _links(network, weighted=False, contacts=contacts)
    size = _checked(method, resolution, seed=seed)
    nodes = len(np.union1d(links.a, links.b))
    beside: dict[str, float | int | None] = {"nodes": nodes, "links": len(links.a)}
    if not nodes:
        return Estimate("modularity", None, why="there are no contacts", beside=beside)
    degree = 2 * len(links.a) / nodes
    beside |= {"mean_degree": degree, "detectable": detectable_mixing(degree)}

    def best(a: np.ndarray, b: np.ndarray) -> float:
        order = np.lexsort((np.maximum(a, b), np.minimum(a, b)))
        one = replace(links, a=np.minimum(a, b)[order], b=np.maximum(a, b)[order])
        # Rounded: the same network with its nodes renamed has the same modularity but for the last digits.
        return round(modularity(one, partition(one, method=method, resolution=size, seed=seed)) or 0.0, 9)

    worlds = replicates or next(n for most, n in _WORLDS if len(links.a) <= most)
    try:
        null = inference.null_of_rewiring(
            links.a, links.b, statistic=best, seed=seed, directed=False, replicates=worlds
        )
    except ValueError:
        why = "there is no other network in which everybody has as many contacts"
        return Estimate("modularity", best(links.a, links.b), why=why, beside=beside)
    return Estimate(
        "modularity", null.observed, null_mean=null.mean, p=null.p, beside={**beside, "worlds": worlds}
    )


def detectable_mixing(mean_degree: float) -> float:
    """The largest share of contacts outside their groups at which groups can still be seen.

    0: none however clear. Near 1: almost any. Of a network with groups beyond it no method can tell that it has.

    Parameters
    ----------
    mean_degree
        Contacts per person, of those who have one.

    Source
    ------
    1 − 1/√c for many groups alike: Decelle, Krzakala, Moore & Zdeborová (2011), doi:10.1103/PhysRevE.84.066106.
    """
    return max(0.0, 1 - 1 / math.sqrt(mean_degree)) if mean_degree > 0 else 0.0
