"""Clusters against what was planted: other methods, false alarms, power, calibration of stability, speed.

    python -m benchmarks.clusters [lfr|alarms|power|calibration|speed ...] [--graphs N] [--edges 4050000] [--runs 1]

Prints a table for each part; all parts without a name. Nothing is asserted. `lfr` and `calibration` draw networks
with networkit (dependency group `bench`).
"""

from __future__ import annotations

import argparse
import itertools
import os
import subprocess
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from typing import Any, NamedTuple

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from communitylab import clusters
from communitylab.partitions import Links, links_between, modularity, partition

_RIGHT = 0.8  # overlap with a planted group from which a cluster counts as right
_SMALLEST = 5  # members of a cluster that is judged: smaller ones are never shown
_LEFT_OUT = (0.0, 0.2, 0.3)


class Planted(NamedTuple):
    """A network and the group of each node, as it was planted."""

    links: Links
    groups: np.ndarray


class Lfr(NamedTuple):
    """What an LFR network is drawn with."""

    nodes: int
    degree: int
    most: int
    smallest: int
    largest: int


_FOUND_BY_ALL = (Lfr(1_000, 15, 50, 20, 100), Lfr(10_000, 15, 50, 20, 100))
_SPARSE = (
    Lfr(1000, 15, 50, 20, 100), Lfr(1000, 6, 30, 10, 50), Lfr(300, 4, 20, 8, 40), Lfr(300, 6, 20, 8, 30),
    Lfr(120, 5, 15, 6, 20), Lfr(60, 4, 10, 5, 15),
)  # fmt: skip


def _even(pairs: np.ndarray, *, nodes: int) -> Links:
    return links_between(pairs[:, 0], pairs[:, 1], weights=np.ones(len(pairs)), nodes=range(nodes))


def lfr_network(size: Lfr, *, mixing: float, seed: int) -> Planted | None:
    """A network after Lancichinetti, Fortunato & Radicchi (2008); None where there is none with these numbers."""
    import networkit

    networkit.setSeed(seed, False)
    drawn = networkit.generators.LFRGenerator(size.nodes)
    drawn.generatePowerlawDegreeSequence(size.degree, size.most, -2)
    drawn.generatePowerlawCommunitySizeSequence(size.smallest, size.largest, -1)
    drawn.setMu(mixing)
    try:
        drawn.run()
    except RuntimeError:
        return None
    pairs = np.array(list(drawn.getGraph().iterEdges()), np.int64)
    groups = np.unique(drawn.getPartition().getVector(), return_inverse=True)[1]
    return Planted(_even(pairs, nodes=size.nodes), groups)


def planted_network(
    nodes: int, *, degree: float, mixing: float, sizes: tuple[int, int], tail: float, seed: int
) -> Planted:
    """Groups of sizes in between, in which people are as unequally busy as a Pareto law with that tail says."""
    rng = np.random.default_rng(seed)
    drawn = rng.integers(sizes[0], sizes[1] + 1, size=nodes)
    groups = np.repeat(np.arange(nodes), drawn)[:nodes]
    activity = np.minimum(rng.pareto(tail, nodes) + 1, 10)
    starts = np.searchsorted(groups, np.arange(groups[-1] + 2))
    upto = np.concatenate([[0.0], np.cumsum(activity)])
    wanted = round(nodes * degree / 2)
    across = round(wanted * mixing)
    pairs = []
    for is_inside, number in ((True, wanted - across), (False, across)):
        found = np.zeros(0, np.int64)
        for _draw in range(100):
            # Short of links: draw more. Small groups may be full.
            one = np.searchsorted(upto, rng.random(wanted) * upto[-1], side="right") - 1
            low = upto[starts[groups[one]]] if is_inside else 0.0
            high = upto[starts[groups[one] + 1]] if is_inside else upto[-1]
            other = np.searchsorted(upto, low + rng.random(wanted) * (high - low), side="right") - 1
            fits = (one != other) & ((groups[one] == groups[other]) == is_inside)
            keys = (np.minimum(one, other) * nodes + np.maximum(one, other))[fits]
            merged = np.concatenate([found, keys])
            found = merged[np.sort(np.unique(merged, return_index=True)[1])][:number]
            if len(found) == number:
                break
        pairs.append(found)
    ends = np.column_stack(np.divmod(np.concatenate(pairs), nodes))
    return Planted(_even(ends, nodes=nodes), groups)


def random_network(nodes: int, *, degree: float, seed: int) -> Links:
    """Nothing planted: of all networks with its degrees, which have a heavy tail, each is equally likely."""
    rng = np.random.default_rng(seed)
    activity = np.minimum(rng.pareto(2.0, nodes) + 1, 30)
    product = np.triu(np.outer(activity, activity), 1)
    low, high = 1e-9, 1e3
    for _half in range(60):
        scale = (low * high) ** 0.5
        low, high = (
            (scale, high)
            if (scale * product / (1 + scale * product)).sum() * 2 < degree * nodes
            else (low, scale)
        )
    a, b = np.nonzero(rng.random(product.shape) < scale * product / (1 + scale * product))
    return links_between(a, b, weights=np.ones(len(a)), nodes=range(nodes))


def overlap(labels: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Of each cluster its largest Jaccard overlap with one of the others."""
    common = coo_array((np.ones(len(labels)), (labels, others))).tocsr()
    mine, theirs = common.nonzero()
    either = np.bincount(labels)[mine] + np.bincount(others)[theirs] - common.data
    best = np.zeros(labels.max() + 1)
    np.maximum.at(best, mine, common.data / either)
    return best


def _labels(found: clusters.Clustering) -> np.ndarray:
    return np.fromiter(found.labels.values(), np.int64) - 1


def _everywhere(task: Callable[..., Any], calls: Iterable[tuple[Any, ...]]) -> list[Any]:
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(task, *zip(*calls, strict=True)))


def _print(heads: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    """A table, each row as soon as it is known."""
    heads = list(heads)
    widths = [max(len(head), 8) for head in heads]
    for row in itertools.chain([heads], rows):
        cells = [f"{cell:.3f}" if isinstance(cell, float) else str(cell) for cell in row]
        print("  ".join(cell.rjust(width) for cell, width in zip(cells, widths, strict=True)), flush=True)
    print(flush=True)


def _method(name: str, resolution: float = 1.0) -> Callable[[Links, int], np.ndarray]:
    return lambda links, seed: partition(links, method=name, resolution=resolution, seed=seed)


_METHODS: dict[str, Callable[[Links, int], np.ndarray]] = {
    "consensus": lambda links, seed: _labels(clusters.detect(links, seed=seed)),
    "one run": lambda links, seed: _labels(clusters.detect(links, seed=seed, runs=1)),
    "bare call": lambda links, seed: _bare(links, seed),
    "networkx": _method("louvain_networkx"),
    "louvain": _method("louvain"),
    "cpm .1": _method("cpm", 0.1),
    "cpm .05": _method("cpm", 0.05),
}


def _bare(links: Links, seed: int) -> np.ndarray:
    import graspologic_native

    matrix = coo_array((links.weights, (links.a, links.b)), shape=(len(links.nodes),) * 2)
    both = (matrix + matrix.T).tocsr()
    _quality, found = graspologic_native.leiden_csr(
        both.indptr.astype(np.int64), both.indices.astype(np.int32), both.data, len(links.nodes),
        iterations=3, use_modularity=True, seed=seed,
    )  # fmt: skip
    return np.unique([found[node] for node in range(len(links.nodes))], return_inverse=True)[1]


def _against_planted(size: Lfr, mixing: float, seed: int) -> dict[str, tuple[float, float]]:
    from sklearn.metrics import adjusted_mutual_info_score

    network = lfr_network(size, mixing=mixing, seed=seed)
    if network is None:
        return {}
    found = {name: method(network.links, seed) for name, method in _METHODS.items()} | {
        "planted": network.groups
    }
    return {
        name: (adjusted_mutual_info_score(network.groups, labels), modularity(network.links, labels) or 0.0)
        for name, labels in found.items()
    }


def lfr(*, graphs: int) -> None:
    """Likeness to the planted groups (AMI) and modularity, for every method and mixing."""
    for size in _FOUND_BY_ALL:
        print(f"LFR, {size.nodes} nodes, mean degree {size.degree}, {graphs} graphs")
        alike, quality = [], []
        for mixing in (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7):
            drawn = _everywhere(_against_planted, [(size, mixing, seed) for seed in range(1, graphs + 1)])
            drawn = [row for row in drawn if row]
            means = {name: np.mean([row[name] for row in drawn], axis=0) for name in [*_METHODS, "planted"]}
            alike.append([f"{mixing:.1f}", *(float(means[name][0]) for name in _METHODS)])
            quality.append([f"{mixing:.1f}", *(float(mean[1]) for mean in means.values())])
        _print(["AMI, mixing", *_METHODS], alike)
        _print(["modularity", *_METHODS, "planted"], quality)


def _alarm(nodes: int, degree: int, seed: int) -> float:
    return (
        clusters.significance(random_network(nodes, degree=degree, seed=seed), seed=seed, replicates=99).p
        or 1.0
    )


def alarms(*, graphs: int) -> None:
    """Share of networks without groups in which groups would be announced (p ≤ 0.05)."""
    sizes = ((60, 2), (60, 4), (120, 3), (120, 6), (300, 4), (300, 8), (1000, 3), (1000, 8))

    def rows() -> Iterable[list[object]]:
        every: list[float] = []
        for nodes, degree in sizes:
            ps = _everywhere(_alarm, [(nodes, degree, seed) for seed in range(graphs)])
            every += ps
            yield [nodes, degree, f"{np.mean(np.array(ps) <= 0.05):.3f}"]
        yield ["all", "", f"{np.mean(np.array(every) <= 0.05):.3f}"]

    print(f"false alarms, {graphs} networks each, 99 random ones for each")
    _print(["nodes", "degree", "announced"], rows())


def _power(nodes: int, degree: int, mixing: float, seed: int) -> tuple[float, float, float]:
    network = planted_network(nodes, degree=degree, mixing=mixing, sizes=(12, 24), tail=2.5, seed=seed)
    estimate = clusters.significance(network.links, seed=seed, replicates=39)
    return estimate.p or 1.0, estimate.beside["mean_degree"], estimate.beside["detectable"]


def power(*, graphs: int) -> None:
    """Share of networks with groups in which they are announced, over mixing; beside it the bound."""
    mixings = (0.3, 0.4, 0.5, 0.6, 0.7)

    def rows() -> Iterable[list[object]]:
        for nodes, degree in itertools.product((60, 120, 300, 1000), (3, 4, 6, 10)):
            calls = [(nodes, degree, mixing, seed) for mixing in mixings for seed in range(graphs)]
            drawn = np.array(_everywhere(_power, calls)).reshape(len(mixings), graphs, 3)
            seen = (drawn[:, :, 0] <= 0.05).mean(axis=1)
            yield [
                nodes,
                degree,
                *(f"{share:.2f}" for share in seen),
                *drawn[:, :, 1:].mean(axis=(0, 1)).tolist(),
            ]

    print(f"power, groups of 12–24, {graphs} networks each, 39 random ones for each")
    heads = ["nodes", "degree", *(f"mixing {mixing:.1f}" for mixing in mixings)]
    _print([*heads, "degree of the linked", "bound"], rows())


Judged = dict[float, list[tuple[float, bool, bool]]]


def _judged(network: Planted, seed: int) -> Judged:
    """For each share left out the stability of every cluster, whether it is right, and as far as can be seen.

    A member of a planted group whose every path to the others leads outside cannot be seen as one of it.
    """
    links, groups = network
    is_inside = groups[links.a] == groups[links.b]
    inside = coo_array((is_inside, (links.a, links.b)), shape=(len(groups),) * 2)
    inside.eliminate_zeros()
    connected = connected_components(inside, directed=False)[1]
    judged = {}
    for left_out in _LEFT_OUT:
        clusters._LEFT_OUT = left_out
        found = clusters.detect(links, seed=seed)
        labels = _labels(found)
        right, visible = overlap(labels, groups) >= _RIGHT, overlap(labels, connected) >= _RIGHT
        shown = np.flatnonzero(np.bincount(labels) >= _SMALLEST).tolist()
        judged[left_out] = [
            (found.stability[at + 1], bool(right[at]), bool(right[at] or visible[at])) for at in shown
        ]
    return judged


def _judged_lfr(size: Lfr, mixing: float, seed: int) -> Judged:
    network = lfr_network(size, mixing=mixing, seed=seed)
    return _judged(network, seed) if network else {}


def _judged_planted(nodes: int, degree: int, mixing: float, seed: int) -> Judged:
    network = planted_network(nodes, degree=degree, mixing=mixing, sizes=(6, 40), tail=2.0, seed=seed)
    return _judged(network, seed)


def calibration(*, graphs: int) -> None:
    """Of clusters with so much stability, how many are right (overlap of 0.8 with a planted group)."""
    mixings = (0.1, 0.2, 0.3, 0.4, 0.5)
    bins = ((0.9, 1.0), (0.8, 0.9), (0.6, 0.8), (0.3, 0.6), (-1.0, 0.3))
    settings = [(f"LFR {size.nodes}/{size.degree}", _judged_lfr, (size,)) for size in _SPARSE]
    settings += [
        (f"planted {nodes}/{degree}", _judged_planted, (nodes, degree))
        for nodes, degree in ((60, 4), (120, 4), (300, 4), (300, 8), (1000, 6))
    ]

    def share(those: np.ndarray, within: np.ndarray) -> str:
        return f"{within.sum()}: {those[within].mean():.2f}" if within.any() else "–"

    def rows() -> Iterable[list[object]]:
        for name, task, fixed in settings:
            calls = [(*fixed, mixing, seed) for mixing in mixings for seed in range(1, graphs + 1)]
            drawn = [judged for judged in _everywhere(task, calls) if judged]
            for left_out in _LEFT_OUT:
                rows = [row for judged in drawn for row in judged[left_out]]
                stability, right, visible = np.array(rows, float).T
                within = [(stability > low) & (stability <= high) for low, high in bins]
                yield [
                    name, f"{left_out:.0%}", *(share(right, each) for each in within),
                    share(visible, within[0]), share(stability > 0.9, right > 0), share(stability > 0.6, right > 0),
                ]  # fmt: skip

    print(f"calibration, mixing 0.1–0.5, {graphs} networks each; number of clusters: share right")
    heads = ["   nodes/degree", "left out", "     >.9", "  .8–.9", "  .6–.8", "  .3–.6", "     ≤.3"]
    _print([*heads, "seen >.9", "right ones >.9", "right ones >.6"], rows())


_TIMED = """
import json, pathlib, re, sys, time
import numpy as np
from scipy.sparse import coo_array
from communitylab import clusters
from communitylab.partitions import links_between, modularity
from benchmarks.clusters import planted_network
how, edges = sys.argv[1], int(sys.argv[2])
nodes = edges * 500 // 4050
network = planted_network(nodes, degree=16.2, mixing=0.27, sizes=(20, 200), tail=2.5, seed=1)
a, b, n = network.links.a, network.links.b, nodes
ones = np.ones(len(a))
if how == "bare":
    import graspologic_native
    both = coo_array((np.ones(2 * len(a)), (np.r_[b, a], np.r_[a, b])), shape=(n, n)).tocsr()
    rows, columns = both.indptr.astype(np.int64), both.indices.astype(np.int32)
if how == "graph":
    import networkx as nx
    graph = nx.Graph()
    graph.add_edges_from(zip(a.tolist(), b.tolist()))
def peak():
    return int(re.search(r"VmHWM:\\s+(\\d+)", pathlib.Path("/proc/self/status").read_text())[1]) // 1024
before, wall, cpu = peak(), time.perf_counter(), time.process_time()
if how == "bare":
    _quality, found = graspologic_native.leiden_csr(rows, columns, both.data, n, iterations=3, seed=1)
elif how == "graph":
    found = clusters.detect(graph, seed=1, runs=1).labels
elif how == "significance":
    found = clusters.significance(links_between(a, b, weights=ones, nodes=range(n)), seed=1)
else:
    found = clusters.detect(links_between(a, b, weights=ones, nodes=range(n)), seed=1, runs=int(how)).labels
said = {"how": how, "edges": len(a), "seconds": round(time.perf_counter() - wall, 1),
        "cpu": round(time.process_time() - cpu, 1), "peak": peak(), "before": before}
if how != "significance":
    labels = np.unique(list(dict(sorted(found.items())).values()), return_inverse=True)[1]
    said |= {"modularity": round(modularity(network.links, labels), 4), "clusters": int(labels.max()) + 1,
             "planted": round(modularity(network.links, network.groups), 4)}
print(json.dumps(said))
"""


def speed(*, edges: int, rounds: int, ways: Iterable[str] = ("bare", "1", "graph", "50")) -> None:
    """Seconds and megabytes of a bare call of the library, of one run from arrays and from a graph, of 50 runs."""
    for _round, how in itertools.product(range(rounds), ways):
        done = subprocess.run([sys.executable, "-c", _TIMED, how, str(edges)], capture_output=True, text=True)
        print(done.stdout.strip() or done.stderr[-600:], flush=True)


def main() -> None:
    """Runs the parts named, or all."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    names = ("lfr", "alarms", "power", "calibration", "speed")
    words.add_argument("parts", nargs="*", metavar="PART", help=", ".join(names))
    words.add_argument(
        "--graphs", type=int, default=10, help="networks of each kind; alarms draw 20 times as many"
    )
    words.add_argument("--edges", type=int, default=4_050_000)
    words.add_argument("--rounds", type=int, default=1)
    chosen = words.parse_args()
    for part in chosen.parts or names:
        if part == "lfr":
            lfr(graphs=chosen.graphs)
        elif part == "alarms":
            alarms(graphs=chosen.graphs * 20)
        elif part == "power":
            power(graphs=chosen.graphs * 3)
        elif part == "calibration":
            calibration(graphs=chosen.graphs)
        elif part == "speed":
            speed(edges=chosen.edges, rounds=chosen.rounds)
        else:
            words.error(f"{part}: not one of {', '.join(names)}")


if __name__ == "__main__":
    main()
