"""Whether worlds of chance are drawn evenly: every graph, and every way to deal a day, that could be counted out.

    python -m benchmarks.mixing [rewiring|side_by_side|sequences|spacing|receivers|levels ...] [--draws N]

Prints a table for each part; all parts without a name, in some six minutes. Nothing is asserted. All simple graphs
with given degrees, and all ways to deal the receivers of a day, are enumerated by brute force; the draws of the
package are held against them by chi-square.
"""

from __future__ import annotations

import argparse
import itertools
import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy import stats
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from communitylab import inference, networks

_EVEN = 0.01  # distance from evenness below which a chain counts as mixed
_BURN_IN = math.ceil(
    20 / inference._TRIED
)  # rounds before the first draw, and between two of a small graph, with ten swaps per edge

_COUNTABLE = 600  # graphs up to which a random sequence is looked at

Edge = tuple[int, int]
Graph = tuple[Edge, ...]
Row = dict[str, Any]


class Case(NamedTuple):
    """A graph whose degrees are kept."""

    name: str
    is_directed: bool
    edges: Graph


_PRISM = ((0, 1), (1, 2), (2, 0), (3, 4), (4, 5), (5, 3), (0, 3), (1, 4), (2, 5))
_TRIANGLE = ((0, 1), (1, 2), (2, 0))
CASES = (
    Case("two links", False, ((0, 1), (2, 3))),
    Case("path of five", False, ((0, 1), (1, 2), (2, 3), (3, 4))),
    Case("three links", False, ((0, 1), (2, 3), (4, 5))),
    Case("ring of six", False, ((0, 1), (1, 2), (2, 3), (3, 4), (4, 5), (5, 0))),
    Case("prism, all three", False, _PRISM),
    Case("hub and a tail", False, ((0, 1), (0, 2), (0, 3), (0, 4), (1, 2), (3, 5), (5, 6))),
    Case("two hubs", False, ((0, 1), (0, 2), (0, 3), (0, 4), (1, 5), (1, 6), (1, 2))),
    Case("ring of seven", False, (*((n, n + 1) for n in range(6)), (6, 0))),
    Case("two arcs", True, ((0, 1), (2, 3))),
    Case("triangle", True, _TRIANGLE),
    Case("triangle, all look at one", True, (*_TRIANGLE, (0, 3), (1, 3), (2, 3))),
    Case("triangle, two lookers-on", True, (*_TRIANGLE, (3, 0), (3, 1), (3, 2), (4, 0), (4, 1), (4, 2), (4, 3))),
    Case("two triangles, one above", True,
         (*_TRIANGLE, (3, 4), (4, 5), (5, 3), *itertools.product((0, 1, 2), (3, 4, 5)))),
    Case("one out, one in, of four", True, ((0, 1), (1, 2), (2, 3), (3, 0))),
    Case("one out, one in, of five", True, ((0, 1), (1, 2), (2, 3), (3, 4), (4, 0))),
    Case("one out, one in, of six", True, (*((n, n + 1) for n in range(5)), (5, 0))),
    Case("returned and not", True, ((0, 1), (1, 0), (2, 0), (0, 2), (2, 3), (3, 1))),
    Case("a star that answers", True, ((0, 1), (0, 2), (1, 0), (2, 0), (3, 0), (1, 3), (2, 1))),
)  # fmt: skip

DAYS = (
    ("three, one each", (0, 1, 2), (1, 2, 0)),
    ("four, one each", (0, 1, 2, 3), (1, 2, 3, 0)),
    ("five, one each", (0, 1, 2, 3, 4), (1, 2, 3, 4, 0)),
    ("six, one each", (0, 1, 2, 3, 4, 5), (1, 2, 3, 4, 5, 0)),
    ("three, two each", (0, 0, 1, 1, 2, 2), (1, 2, 0, 2, 0, 1)),
    ("one centre, no choice", (0, 0, 0, 1, 2, 3), (1, 2, 3, 0, 0, 0)),
    ("one centre, a little choice", (0, 0, 1, 2, 3, 4), (1, 2, 0, 0, 4, 3)),
    ("two who talk much", (0, 0, 0, 1, 1, 2, 3), (1, 1, 2, 0, 0, 3, 1)),
)


def graphs_alike(edges: Graph, *, is_directed: bool) -> list[Graph]:
    """Every simple graph in which each node has the degrees that it has in this one, node by node."""
    nodes = 1 + max(itertools.chain(*edges))
    every = (
        itertools.permutations(range(nodes), 2) if is_directed else itertools.combinations(range(nodes), 2)
    )
    possible = list(every)
    out, into = [0] * nodes, [0] * nodes
    for a, b in edges:
        out[a] += 1
        into[b] += 1
    left = np.array([out, into] if is_directed else [np.add(out, into)] * 2)

    def grow(at: int, chosen: Graph, left: np.ndarray) -> Iterator[Graph]:
        if not left.any():
            yield chosen
            return
        own = [edge for edge in possible if edge[0] == at]
        wanted = int(left[0, at]) if at < nodes else -1
        if wanted < 0 or wanted > len(own):
            return
        for more in itertools.combinations(own, wanted):
            rest = left.copy()
            for a, b in more:
                rest[0, a] -= 1
                rest[1, b] -= 1
                if not is_directed:
                    rest[1, a] -= 1
                    rest[0, b] -= 1
            if rest.min() >= 0 and not (rest[0, at] or (not is_directed and rest[1, at])):
                yield from grow(at + 1, chosen + more, rest)

    return sorted(_named(graph, is_directed=is_directed) for graph in grow(0, (), left))


def parts_under_swaps(graphs: list[Graph], *, is_directed: bool) -> np.ndarray:
    """The part of each graph: within one, any becomes any other by swaps of two edges alone."""
    number = {graph: at for at, graph in enumerate(graphs)}
    steps = []
    for graph, at in number.items():
        for (a, b), (c, d) in itertools.combinations(graph, 2):
            rest = set(graph) - {(a, b), (c, d)}
            turned = [(c, d)] if is_directed else [(c, d), (d, c)]
            for start, end in turned:
                other = _named((*rest, (a, end), (start, b)), is_directed=is_directed)
                if other in number:
                    steps.append((at, number[other]))
    rows = np.array(steps, dtype=np.int64).reshape(-1, 2).T
    size = (len(graphs), len(graphs))
    return connected_components(
        coo_array((np.ones(rows.shape[1]), (rows[0], rows[1])), shape=size), directed=False
    )[1]


def _named(edges: Iterable[Edge], *, is_directed: bool) -> Graph:
    return tuple(sorted(edges if is_directed else (tuple(sorted(edge)) for edge in edges)))  # type: ignore[arg-type]


def _graph(a: np.ndarray, b: np.ndarray, *, is_directed: bool) -> Graph:
    return _named(zip(a.tolist(), b.tolist(), strict=True), is_directed=is_directed)


def _ends(edges: Graph) -> tuple[np.ndarray, np.ndarray]:
    a, b = np.array(edges, dtype=np.int64).T
    return a, b


def _beside(edges: Graph, copies: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Copies of a graph without a common node, and of each edge the copy."""
    a, b = _ends(edges)
    nodes, which = max(a.max(), b.max()) + 1, np.repeat(np.arange(copies), len(a))
    return np.tile(a, copies) + which * nodes, np.tile(b, copies) + which * nodes, which


def _apart(a: np.ndarray, b: np.ndarray, copies: int, *, is_directed: bool, nodes: int) -> list[Graph]:
    order = np.argsort(a // nodes, kind="stable")
    ends = np.stack([a[order] % nodes, b[order] % nodes], axis=-1).reshape(copies, -1, 2)
    return [_named(map(tuple, graph), is_directed=is_directed) for graph in ends.tolist()]


def evenness(counted: Counter[Any], possible: list[Any]) -> Row:
    """Chi-square of draws against all that is possible, with the largest deviation as a share of what is expected."""
    seen = np.array([counted[thing] for thing in possible])
    expected = seen.sum() / len(possible)
    square = float(((seen - expected) ** 2).sum() / expected)
    return {
        "draws": int(sum(counted.values())),
        "never": int(np.sum(seen == 0)),
        "foreign": sum(counted.values()) - int(seen.sum()),
        "p": float(stats.chi2.sf(square, len(possible) - 1)) if len(possible) > 1 else 1.0,
        "deviation": float(np.abs(seen / expected - 1).max()),
        "spread": expected**-0.5,
    }


def distances(case: Case, possible: list[Graph], *, per_graph: int, seed: int) -> Row:
    """How far a chain is from even after each round, from the graph where it is furthest.

    The chances of one round are counted from every graph on and then multiplied out. Together they should lead to
    every graph as often as from it.
    """
    number = {graph: at for at, graph in enumerate(possible)}
    nodes = 1 + max(itertools.chain(*case.edges))
    counted = np.zeros((len(possible), len(possible)))
    rng = np.random.default_rng(seed)
    for graph, at in number.items():
        a, b, which = _beside(graph, per_graph)
        a, b, _which = inference._swapped(
            a, b, which, rng=rng, nodes=nodes * per_graph, directed=case.is_directed
        )
        for other in _apart(a, b, per_graph, is_directed=case.is_directed, nodes=nodes):
            counted[at, number[other]] += 1
    # Evenness must survive a round: counts of where it leads, against the spread that the steps themselves have.
    step = counted / per_graph
    spread = per_graph * (np.diag(step.sum(axis=0)) - step.T @ step)
    off = counted.sum(axis=0) - per_graph
    square = float(off @ np.linalg.pinv(spread, rcond=1e-9, hermitian=True) @ off)
    freedom = int(np.linalg.matrix_rank(spread, tol=1e-9 * float(spread.max()), hermitian=True))
    for _time in range(200):  # what is left to chance in the counts is levelled out
        step = step / step.sum(axis=0)
        step = step / step.sum(axis=1, keepdims=True)
    away, law = [], np.eye(len(possible))
    for _round in range(200):
        law = law @ step
        away.append(float(np.abs(law - 1 / len(possible)).sum(axis=1).max() / 2))
    second = np.sort(np.abs(np.linalg.eigvals(step)))[-2] if len(possible) > 1 else 0.0
    mixed = np.flatnonzero(np.array(away) < _EVEN)
    return {
        "p stays even": float(stats.chi2.sf(square, freedom)),
        "after 1": away[0],
        f"after {_BURN_IN}": away[_BURN_IN - 1],
        "second eigenvalue": float(second),
        "rounds until even": int(mixed[0]) + 1 if len(mixed) else None,
    }


def _drawn(ends: tuple[np.ndarray, np.ndarray], **options: Any) -> list[tuple[np.ndarray, np.ndarray]]:
    """The graphs of chance that the package looks at."""
    worlds: list[tuple[np.ndarray, np.ndarray]] = []

    def watched(a: np.ndarray, b: np.ndarray) -> float:
        worlds.append((a.copy(), b.copy()))
        return float(len(worlds))

    inference.null_of_rewiring(*ends, statistic=watched, **options)
    return worlds[:-1]  # the last is the graph as it is


def rewiring(*, draws: int, seed: int = 1, is_timed: bool = True) -> list[Row]:
    """One graph after another, as the package draws them by default; if timed, after how many rounds they are even."""
    rows = []
    for case in CASES:
        is_directed = case.is_directed
        possible = graphs_alike(case.edges, is_directed=is_directed)
        drawn = _drawn(
            _ends(case.edges), seed=seed, directed=is_directed, replicates=max(draws, 20 * len(possible))
        )
        rows.append(
            {
                "graph": case.name,
                "directed": is_directed,
                "graphs": len(possible),
                "parts by swaps": int(parts_under_swaps(possible, is_directed=is_directed).max() + 1),
                **evenness(Counter(_graph(a, b, is_directed=is_directed) for a, b in drawn), possible),
                **(distances(case, possible, per_graph=400, seed=seed) if is_timed else {}),
            }
        )
    return rows


def side_by_side(*, draws: int, seed: int = 2) -> list[Row]:
    """Copies of a graph at once, each within itself, after five times the rounds; a lone link shifts their places."""
    rows = []
    for case in CASES:
        possible = graphs_alike(case.edges, is_directed=case.is_directed)
        copies = max(draws, 20 * len(possible)) // 2
        a, b, which = _beside(case.edges, copies)
        nodes = 1 + max(itertools.chain(*case.edges))
        lone = nodes * copies
        drawn = _drawn(
            (np.r_[lone, a], np.r_[lone + 1, b]),
            groups=np.r_[0, which + 1], seed=seed, directed=case.is_directed, replicates=2, swaps_per_edge=50,
        )  # fmt: skip
        counted: Counter[Graph] = Counter()
        for one, other in drawn:
            kept = one < lone
            kept &= other < lone
            counted.update(_apart(one[kept], other[kept], copies, is_directed=case.is_directed, nodes=nodes))
        rows.append(
            {
                "graph": case.name,
                "directed": case.is_directed,
                "graphs": len(possible),
                **evenness(counted, possible),
            }
        )
    return rows


def _returned(graph: Graph) -> float:
    return sum((b, a) in graph for a, b in graph) / len(graph)


def sequences(*, draws: int, seed: int = 3) -> list[Row]:
    """Random directed graphs: how many cannot become all others by swaps alone, and what that would change."""
    rng = np.random.default_rng(seed)
    rows = []
    for nodes, most in ((3, 5), (4, 9), (5, 9), (6, 8)):
        every = list(itertools.permutations(range(nodes), 2))
        tried, missed, shares, apart = 0, 0, [], []
        while tried < draws // 10:
            size = rng.integers(3, most + 1)
            edges = _named(
                (every[at] for at in rng.choice(len(every), size, replace=False)), is_directed=True
            )
            possible = graphs_alike(edges, is_directed=True)
            if len({*itertools.chain(*edges)}) < nodes or not 1 < len(possible) <= _COUNTABLE:
                continue
            tried += 1
            parts = parts_under_swaps(possible, is_directed=True)
            if not parts.any():
                continue
            shares.append(float(np.mean(parts == parts[possible.index(edges)])))
            means = pd.Series([_returned(graph) for graph in possible]).groupby(parts).mean()
            apart.append(float(means.max() - means.min()))
            drawn = _drawn(_ends(edges), seed=seed, directed=True, replicates=20 * len(possible))
            missed += len({_graph(a, b, is_directed=True) for a, b in drawn}) < len(possible)
        rows.append(
            {
                "nodes": nodes,
                "sequences": tried,
                "in parts by swaps": len(shares),
                "share in the same part": float(np.mean(shares)) if shares else 1.0,
                "mutuality apart": max(apart, default=0.0),
                "not all drawn": missed,
            }
        )
    return rows


def _heavy(
    rng: np.random.Generator, *, nodes: int, edges: int, is_directed: bool
) -> tuple[np.ndarray, np.ndarray]:
    """A graph whose degrees have a heavy tail."""
    chances = 1 + rng.pareto(1.5, nodes)
    chances /= chances.sum()
    found: set[Edge] = set()
    while len(found) < edges:
        a, b = rng.choice(nodes, 2, p=chances).tolist()
        if a != b:
            found.add((a, b) if is_directed or a < b else (b, a))
    return _ends(tuple(sorted(found)))


def spacing(*, draws: int, seed: int = 4) -> list[Row]:
    """In large graphs one round lies between two draws: how alike these are, and what is left of the first."""
    rows = []
    for nodes, edges, is_directed in itertools.product((400, 1_500, 4_000), (6_000,), (True, False)):
        rng = np.random.default_rng(seed)
        a, b = _heavy(rng, nodes=nodes, edges=edges, is_directed=is_directed)
        most = int(np.bincount(np.r_[a, b]).max())
        groups = np.zeros(edges, np.int64)
        first = inference._edge_keys(a, b, nodes=nodes, directed=is_directed)
        kept, values = [], []
        for _round in range(_BURN_IN + draws // 4):
            a, b, groups = inference._swapped(a, b, groups, rng=rng, nodes=nodes, directed=is_directed)
            kept.append(
                float(np.isin(first, inference._edge_keys(a, b, nodes=nodes, directed=is_directed)).mean())
            )
            if is_directed:
                values.append(float(np.isin(a * nodes + b, b * nodes + a).mean()))
            else:
                closed, triplets = networks.transitive_triplets(networks.adjacency(a, b)[0])
                values.append(closed / triplets)
        series = np.array(values[_BURN_IN:])
        series -= series.mean()
        like = [float((series[lag:] * series[:-lag]).sum() / (series**2).sum()) for lag in (1, 2, 5, 10)]
        rows.append(
            {
                "nodes": nodes, "edges": edges, "directed": is_directed, "highest degree": most,
                "kept after 1": kept[0], f"kept after {_BURN_IN}": kept[_BURN_IN - 1], "kept by chance": kept[-1],
                **{f"alike at {lag}": value for lag, value in zip((1, 2, 5, 10), like, strict=True)},
            }
        )  # fmt: skip
    return rows


def ways_to_deal(senders: tuple[int, ...], receivers: tuple[int, ...]) -> list[tuple[int, ...]]:
    """Every order of the receivers in which nobody is their own; all are equally likely among permutations."""
    return sorted(
        order
        for order in set(itertools.permutations(receivers))
        if all(sender != receiver for sender, receiver in zip(senders, order, strict=True))
    )


def _dealt(
    senders: tuple[int, ...], receivers: tuple[int, ...], *, days: int, seed: int
) -> Counter[tuple[int, ...]]:
    """As many days alike, dealt by the package."""
    order = np.lexsort((receivers, senders))
    worlds: list[np.ndarray] = []

    def watched(_days: np.ndarray, _senders: np.ndarray, dealt: np.ndarray) -> float:
        worlds.append(dealt.copy())
        return float(len(worlds))

    inference.null_of_receivers(
        np.repeat(np.arange(days), len(senders)),
        np.tile(np.array(senders)[order], days), np.tile(np.array(receivers)[order], days),
        statistic=watched, seed=seed, replicates=1,
    )  # fmt: skip
    # The world as it is was looked at last.
    return Counter(map(tuple, worlds[0].reshape(days, -1).tolist()))


def _redrawing(times: int) -> int:
    before, inference._REDRAWN = inference._REDRAWN, times
    return before


def receivers(*, draws: int, seed: int = 5) -> list[Row]:
    """Days dealt by the package, and by its repair alone, without drawing a day again."""
    rows = []
    for name, senders, to in DAYS:
        ordered = tuple(sorted(senders))
        possible = ways_to_deal(ordered, to)
        row: Row = {"day": name, "ways": len(possible)}
        for label, times in (("", inference._REDRAWN), ("repair ", 1)):
            before = _redrawing(times)
            counted = _dealt(senders, to, days=max(4 * draws, 100 * len(possible)), seed=seed)
            _redrawing(before)
            found = evenness(counted, possible)
            away = sum(abs(counted[way] / found["draws"] - 1 / len(possible)) for way in possible) / 2
            row |= {
                f"{label}p": found["p"],
                f"{label}distance": away,
                f"{label}deviation": found["deviation"],
            }
        rows.append({**row, "of chance": (len(possible) / (2 * np.pi * found["draws"])) ** 0.5})
    return rows


def _return_rate(days: np.ndarray, senders: np.ndarray, to: np.ndarray) -> float:
    pair = np.minimum(senders, to) * 1000 + np.maximum(senders, to)
    met = np.unique(pair * 100_000 + days)
    return 1 - len(np.unique(met // 100_000)) / len(met)


def levels(*, draws: int, seed: int = 6) -> list[Row]:
    """How often the return rate is called more than chance, at 5 %, where days are dealt evenly and nothing lasts."""
    rng = np.random.default_rng(seed)
    kinds = {
        "12 people, 4 of them, one each, a day": (12, 4, 1, 30),
        "6 people, 4 of them, one each, a day": (6, 4, 1, 30),
        "8 people, 4 of them, two each, a day": (8, 4, 2, 30),
        "20 people, 5 of them, one each, a day": (20, 5, 1, 40),
    }
    worlds = max(50, draws // 10)
    rows = []
    for name, (people, present, each, days) in kinds.items():
        ways = ways_to_deal(
            tuple(np.repeat(np.arange(present), each)), tuple(np.repeat(np.arange(present), each))
        )
        table = np.array(ways)
        ps: dict[int, list[float]] = {inference._REDRAWN: [], 1: []}
        apart: dict[int, list[float]] = {times: [] for times in ps}
        for world in range(worlds):
            who = np.array([rng.choice(people, present, replace=False) for _day in range(days)])
            day = np.repeat(np.arange(days), present * each)
            senders = np.repeat(who, each, axis=1).ravel()
            to = np.take_along_axis(who, table[rng.integers(len(table), size=days)], axis=1).ravel()
            even = np.mean([
                _return_rate(
                    day, senders,
                    np.take_along_axis(who, table[rng.integers(len(table), size=days)], axis=1).ravel(),
                )
                for _again in range(50)
            ])  # fmt: skip
            for times in ps:
                before = _redrawing(times)
                null = inference.null_of_receivers(day, senders, to, statistic=_return_rate, seed=world)
                _redrawing(before)
                ps[times].append(null.p)
                apart[times].append(null.mean - even)
        row: Row = {"world": name, "worlds": worlds}
        for label, times in (("", inference._REDRAWN), ("repair ", 1)):
            row |= {
                f"{label}rejected": float(np.mean(np.array(ps[times]) <= 0.05)),
                f"{label}null too high by": float(np.mean(apart[times])),
            }
        rows.append({**row, "of chance": (0.05 * 0.95 / worlds) ** 0.5})
    return rows


_PARTS: dict[str, Callable[..., list[Row]]] = {
    "rewiring": rewiring, "side_by_side": side_by_side, "sequences": sequences, "spacing": spacing,
    "receivers": receivers, "levels": levels,
}  # fmt: skip


def main() -> None:
    """Print the parts asked for, or all."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("parts", nargs="*", help="parts to print; all without a name")
    parser.add_argument("--draws", type=int, default=2_000)
    asked = parser.parse_args()
    for name in asked.parts or _PARTS:
        table = pd.DataFrame(_PARTS[name](draws=asked.draws))
        print(f"\n{name}: {(_PARTS[name].__doc__ or '').splitlines()[0]}")
        print(table.to_string(index=False, float_format=lambda value: f"{value:.4f}"), flush=True)


if __name__ == "__main__":
    main()
