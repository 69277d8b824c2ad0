"""Worlds of chance are drawn evenly: held against all graphs, and all ways to deal a day, counted out one by one."""

import itertools
from collections import Counter

import numpy as np
import pytest
from scipy import stats

from communitylab import inference

_TRIANGLE = ((0, 1), (1, 2), (2, 0))


def _is_even(counted, possible):
    """By chi-square at one in ten thousand; nothing else may come up."""
    assert set(counted) <= set(possible)
    counts = [counted[thing] for thing in possible]
    return stats.chisquare(counts).pvalue > 1e-4


# --- Rewiring.


def _graphs_alike(edges, *, directed):
    """Every simple graph in which each node has the degrees it has in this one, by trying them all."""
    nodes = 1 + max(itertools.chain(*edges))
    pairs = list((itertools.permutations if directed else itertools.combinations)(range(nodes), 2))

    def degrees(graph):
        out, into = Counter(a for a, _b in graph), Counter(b for _a, b in graph)
        return (out, into) if directed else out + into

    wanted = degrees(edges)
    return [
        frozenset(graph) for graph in itertools.combinations(pairs, len(edges)) if degrees(graph) == wanted
    ]


def _drawn(a, b, **options):
    """The graphs of chance that a statistic is shown; the graph as it is comes last."""
    worlds = []

    def watched(one, other):
        worlds.append((one.copy(), other.copy()))
        return float(len(worlds))

    inference.null_of_rewiring(np.array(a), np.array(b), statistic=watched, seed=7, **options)
    return worlds[:-1]


def _copies_drawn(edges, copies, *, directed, lone=0):
    """Graphs drawn for copies of one, side by side, behind graphs of a single edge."""
    a, b = np.array(edges).T
    nodes = int(max(a.max(), b.max())) + 1
    which = np.repeat(np.arange(copies), len(edges))
    first = nodes * copies
    singles = first + 2 * np.arange(lone)
    drawn = _drawn(
        np.r_[singles, np.tile(a, copies) + which * nodes],
        np.r_[singles + 1, np.tile(b, copies) + which * nodes],
        groups=np.r_[np.arange(lone), which + lone],
        directed=directed,
        replicates=2,
        swaps_per_edge=25,
    )
    graphs = []
    for one, other in drawn:
        of_copy = [set() for _copy in range(copies)]
        for start, end in zip(one.tolist(), other.tolist(), strict=True):
            if start < first and end < first:
                assert start // nodes == end // nodes, "an edge between two graphs"
                edge = (start % nodes, end % nodes)
                of_copy[start // nodes].add(edge if directed else tuple(sorted(edge)))
        graphs += map(frozenset, of_copy)
    return Counter(graphs)


@pytest.mark.parametrize(
    ("edges", "number"),
    [
        (((0, 1), (2, 3)), 3),  # either of the three ways to join four
        (((0, 1), (1, 2), (2, 3), (3, 4)), 7),
        (((0, 1), (2, 3), (4, 5)), 15),
        (((0, 1), (1, 2), (2, 3), (3, 4), (4, 5), (5, 0)), 70),  # 60 rings and 10 pairs of triangles
        (((0, 1), (0, 2), (0, 3), (0, 4), (1, 5), (1, 2)), None),
    ],
)
def test_every_graph_with_these_degrees_is_as_likely(edges, number):
    possible = _graphs_alike(edges, directed=False)
    assert number in (None, len(possible))
    assert _is_even(_copies_drawn(edges, 2000, directed=False), possible)


@pytest.mark.parametrize(
    ("edges", "number"),
    [
        (((0, 1), (2, 3)), 2),
        (_TRIANGLE, 2),
        ((*_TRIANGLE, (0, 3), (1, 3), (2, 3)), 2),  # all three look at a fourth
        (((0, 1), (1, 2), (2, 3), (3, 0)), 9),  # six rings and three pairs that return
        (((0, 1), (1, 2), (2, 3), (3, 4), (4, 0)), 44),
        (
            ((0, 1), (1, 0), (2, 0), (0, 2), (2, 3), (3, 1)),
            None,
        ),  # triangles of which some edges are returned
    ],
)
def test_every_directed_graph_with_these_degrees_is_as_likely(edges, number):
    """Swaps of two edges alone can never turn a triangle round."""
    possible = _graphs_alike(edges, directed=True)
    assert number in (None, len(possible))
    assert _is_even(_copies_drawn(edges, 400, directed=True), possible)


@pytest.mark.parametrize("directed", [True, False])
def test_graph_of_its_own_is_drawn_as_evenly_in_a_row(directed):
    edges = ((0, 1), (1, 2), (2, 3), (3, 4), (4, 0)) if directed else ((0, 1), (1, 2), (2, 3), (3, 4))
    possible = _graphs_alike(edges, directed=directed)
    drawn = _drawn(*np.array(edges).T, directed=directed, replicates=300)
    seen = Counter(
        frozenset(
            edge if directed else tuple(sorted(edge)) for edge in zip(a.tolist(), b.tolist(), strict=True)
        )
        for a, b in drawn
    )
    assert _is_even(seen, possible)


@pytest.mark.parametrize("lone", [0, 1, 2])
def test_two_edges_find_one_another_wherever_their_graph_stands(lone):
    """Behind an odd number of edges as behind an even one."""
    edges = ((0, 1), (2, 3))
    seen = _copies_drawn(edges, 300, directed=False, lone=lone)
    assert _is_even(seen, _graphs_alike(edges, directed=False))


def test_turning_triangles_leaves_as_many_contacts_returned():
    """A triangle of which an edge is returned must not turn: that edge would be there twice."""
    a, b = np.array([*_TRIANGLE, (1, 0)]).T
    rng = np.random.default_rng(1)
    for _time in range(50):
        other = b.copy()
        inference._turn_triangle(a, other, rng=rng)
        assert np.array_equal(other, b)
    a, b = np.array(_TRIANGLE).T
    turned = set()
    for _time in range(50):
        other = b.copy()
        inference._turn_triangle(a, other, rng=rng)
        turned.add(frozenset(zip(a.tolist(), other.tolist(), strict=True)))
    assert turned == {frozenset(_TRIANGLE), frozenset((end, start) for start, end in _TRIANGLE)}


# --- Receivers shuffled within days.


def _dealt(senders, receivers, *, days, replicates=1):
    """Days alike, dealt by chance: the receivers of each in the order of its senders."""
    order = np.lexsort((receivers, senders))
    senders, receivers = np.array(senders)[order], np.array(receivers)[order]
    worlds = []

    def watched(_days, _senders, dealt):
        worlds.append(dealt.copy())
        return float(len(worlds))

    inference.null_of_receivers(
        np.repeat(np.arange(days), len(senders)), np.tile(senders, days), np.tile(receivers, days),
        statistic=watched, seed=7, replicates=replicates,
    )  # fmt: skip
    return senders, np.concatenate(worlds[:-1]).reshape(-1, len(senders))


@pytest.mark.parametrize(
    ("senders", "receivers", "number"),
    [
        ((0, 1, 2), (1, 2, 0), 2),
        ((0, 1, 2, 3), (1, 2, 3, 0), 9),
        ((0, 1, 2, 3, 4), (1, 2, 3, 4, 0), 44),
        ((0, 0, 1, 1, 2, 2), (1, 2, 0, 2, 0, 1), 10),
        ((0, 0, 0, 1, 2, 3), (1, 2, 3, 0, 0, 0), 6),  # one centre: everybody else must address it
        ((0, 0, 0, 1, 1, 2, 3), (1, 1, 2, 0, 0, 3, 1), 43),
    ],
)
def test_every_way_to_deal_a_day_is_as_likely(senders, receivers, number):
    ordered, dealt = _dealt(senders, receivers, days=4000)
    possible = [
        way
        for way in set(itertools.permutations(receivers))
        if all(sender != receiver for sender, receiver in zip(ordered.tolist(), way, strict=True))
    ]
    assert len(possible) == number
    assert _is_even(Counter(map(tuple, dealt.tolist())), possible)


@pytest.mark.parametrize("size", [5, 40, 300])
def test_nobody_talks_to_themselves_on_a_day_with_one_centre(size):
    """All address one, who addresses each once: there is one way to deal the day but for the order of names."""
    others = np.arange(1, size + 1)
    senders, dealt = _dealt(
        np.r_[np.zeros(size, int), others], np.r_[others, np.zeros(size, int)], days=1, replicates=20
    )
    assert not np.any(dealt == senders)
    assert np.array_equal(np.sort(dealt[:, :size], axis=1), np.tile(others, (20, 1)))
