"""From acts to ties to graphs: who has regular contact with whom, with the brand and without it."""

from __future__ import annotations

import ibis
import networkx as nx
import numpy as np
import pandas as pd
import pyarrow as pa
from ibis import _
from ibis.expr.types import Table
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components

from communitylab.choices import BRAND, FOLLOWER, remembered
from communitylab.errors import CallError
from communitylab.study import Study

__all__ = [
    "adjacency",
    "component_sizes",
    "graph",
    "linked_pairs",
    "peer_pairs",
    "ties",
    "transitive_triplets",
]

_HOURS_APART = 12


def ties(study: Study, *, brand: bool = False) -> pd.DataFrame:
    """Regular contacts, per tile: pairs with talk on several days, not all within half a day.

    Parameters
    ----------
    study
        What to count. ``study.choices.tie_days`` days (2), and as many acts, make a tie.
    brand
        Whether the brand's accounts stand among the followers.

    Returns
    -------
    DataFrame
        tile (first day), a, b (accounts, a < b), forth (acts a → b), back, weight (both), is_mutual;
        one row per tie and tile, in that order. No rows where the export has no times.
    """
    return _ties(study, brand=brand).copy()


@remembered()
def _ties(study: Study, *, brand: bool) -> pd.DataFrame:
    if study.choices.stage and not brand:
        frame = _ties(study.unstaged, brand=False)
        return frame[~(frame["a"].isin(study.choices.stage) | frame["b"].isin(study.choices.stage))]
    per_day = _pair_days(study, brand=brand)
    needed = study.choices.tie_days
    # Most pairs meet on fewer days than a tie needs: they need not be looked at tile by tile.
    per_day = per_day.filter(_.day.count().over(group_by=["a", "b"]) >= needed)
    # One day more or less is a choice; that a single evening makes nobody a regular contact is not,
    # unless one day was chosen to be enough.
    apart = _HOURS_APART * 3600 if needed > 1 else 0
    per_tile = (
        study.tile_of(per_day)
        .group_by("tile", "a", "b")
        .agg(
            forth=_.forth.sum(),
            back=_.back.sum(),
            days=_.day.nunique(),
            first=_["first"].min(),
            last=_["last"].max(),
        )
        .mutate(weight=_.forth + _.back)
        .filter((_.days >= needed) & (_.weight >= max(needed, 2)) & (_["last"] - _["first"] >= apart))
    )
    frame = per_tile.select("tile", "a", "b", "forth", "back", "weight").to_pyarrow().to_pandas()
    frame = frame.sort_values(["tile", "a", "b"], ignore_index=True)
    return frame.assign(is_mutual=(frame["forth"] > 0) & (frame["back"] > 0))


def graph(study: Study, *, brand: bool = False, contacts: str = "tie") -> nx.Graph:
    """The network of regular contacts, all tiles together.

    Parameters
    ----------
    study
        What to count.
    brand
        Whether the brand's accounts are nodes too.
    contacts
        What links two: ``"tie"``, regular contact; ``"mutual"``, regular contact in which each addressed the
        other in the same tile; ``"act"``, any talk, which needs no times.

    Returns
    -------
    networkx.Graph
        Nodes are accounts (integers, as in ``study.people``); an edge is a pair that is in contact in at least
        one tile and carries `weight` (all talk acts of the pair) and `is_mutual` (in at least one tile; of
        ``"act"`` at any time). Nodes and edges stand in sorted order.

    Raises
    ------
    CallError
        If `contacts` is anything else.
    """
    frame = linked_pairs(study, brand=brand, contacts=contacts)
    network = nx.Graph()
    network.add_nodes_from(sorted({*frame["a"].tolist(), *frame["b"].tolist()}))
    for row in frame.itertuples(index=False):
        network.add_edge(int(row.a), int(row.b), weight=int(row.weight), is_mutual=bool(row.is_mutual))
    return network


def linked_pairs(study: Study, *, brand: bool = False, contacts: str = "tie") -> pd.DataFrame:
    """The pairs in contact, all tiles together: the edges of :func:`graph` as rows.

    Parameters
    ----------
    study, brand, contacts
        As of :func:`graph`.

    Returns
    -------
    DataFrame
        a, b (accounts, a < b), weight, is_mutual; one row per pair, in that order.

    Raises
    ------
    CallError
        If `contacts` is not one of the three.
    """
    if contacts not in ("tie", "mutual", "act"):
        raise CallError(f"contacts {contacts}: not one of tie, mutual, act.")
    talk = _pair_days(study, brand=brand, dated=contacts != "act")
    sums = talk.group_by("a", "b").agg(forth=_.forth.sum(), back=_.back.sum())
    sums = sums.mutate(weight=_.forth + _.back)
    if contacts == "act":
        frame = sums.to_pyarrow().to_pandas()
        frame = frame.assign(is_mutual=(frame["forth"] > 0) & (frame["back"] > 0))
    else:
        found = (
            _ties(study, brand=brand).groupby(["a", "b"], as_index=False).agg(is_mutual=("is_mutual", "any"))
        )
        if contacts == "mutual":
            found = found[found["is_mutual"]]
        pairs = ibis.memtable(pa.Table.from_pandas(found[["a", "b"]], preserve_index=False))
        frame = sums.semi_join(pairs, ["a", "b"]).to_pyarrow().to_pandas().merge(found, on=["a", "b"])
    return frame.sort_values(["a", "b"], ignore_index=True)[["a", "b", "weight", "is_mutual"]]


def _pair_days(study: Study, *, brand: bool, dated: bool = True) -> Table:
    """Talk of each unordered pair on each day: a, b, day, forth, back, first and last (seconds)."""
    talk = study.talk.filter(_.target_role <= (BRAND if brand else FOLLOWER))
    if dated:
        talk = talk.filter(_.day.notnull())
    if not brand:
        talk = talk.filter(_.source_role == FOLLOWER)
    # Someone who never wrote cannot have a regular contact, however often named.
    talk = talk.filter(_.source_authored & _.target_authored)
    forwards = _.source < _.target
    return (
        talk.mutate(forwards=forwards, a=ibis.least(_.source, _.target), b=ibis.greatest(_.source, _.target))
        .group_by("a", "b", "day")
        .agg(
            forth=ibis.ifelse(_.forwards, _.weight, 0).sum(),
            back=ibis.ifelse(_.forwards, 0, _.weight).sum(),
            first=_["at"].min(),
            last=_["at"].max(),
        )
    )


def peer_pairs(study: Study) -> Table:
    """Talk between followers, per directed pair and day.

    Parameters
    ----------
    study
        What to count.

    Returns
    -------
    Table
        source, target, day (that on which the thread began), weight.
    """
    peers = study.talk.filter((_.source_role == FOLLOWER) & (_.target_role == FOLLOWER))
    return peers.group_by("source", "target", day="thread_day").agg(weight=_.weight.sum())


def adjacency(a: np.ndarray, b: np.ndarray) -> tuple[csr_array, np.ndarray]:
    """Symmetric 0/1 matrix of an undirected graph whose nodes are those that have an edge.

    Parameters
    ----------
    a, b
        Ends of the edges, any integers; each pair once.

    Returns
    -------
    tuple
        The matrix, square, and the end for which each of its rows stands, in sorted order.
    """
    nodes, ends = np.unique(np.concatenate([a, b]), return_inverse=True)
    rows, columns = ends[: len(a)], ends[len(a) :]
    ones = np.ones(len(a), np.int64)
    half = coo_array((ones, (rows, columns)), shape=(len(nodes), len(nodes)))
    return (half + half.T).tocsr(), nodes


def component_sizes(matrix: csr_array, *, weights: np.ndarray | None = None) -> np.ndarray:
    """Number of nodes in the component of each node.

    Parameters
    ----------
    matrix
        As :func:`adjacency` gives it.
    weights
        How many times each node counts; once by default.

    Returns
    -------
    ndarray
        One size per row of the matrix.
    """
    if matrix.shape[0] == 0:
        return np.zeros(0, np.int64)
    _n, labels = connected_components(matrix, directed=False)
    return np.bincount(labels, weights=weights)[labels]


def transitive_triplets(matrix: csr_array) -> tuple[int, int]:
    """Closed and all connected triplets of a graph.

    Parameters
    ----------
    matrix
        As :func:`adjacency` gives it.

    Returns
    -------
    tuple of int
        Three times the triangles, and the paths of two edges.
    """
    if matrix.shape[0] == 0:
        return 0, 0
    degrees = np.asarray(matrix.sum(axis=1)).ravel()
    closed = int(((matrix @ matrix) * matrix).sum()) // 2
    return closed, int((degrees * (degrees - 1) // 2).sum())
