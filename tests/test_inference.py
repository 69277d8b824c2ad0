"""Intervals and worlds of chance, against what is reckoned here the long way."""

import itertools
from collections import Counter

import numpy as np
import pytest
from scipy import stats

from communitylab import inference

# --- The share: jackknives on the logit scale.

# Six messages: who wrote, to whom (None: the brand), in which thread.
_TALK = [
    ("ana", "bo", 1),
    ("ana", "bo", 1),
    ("bo", "ana", 2),
    ("cy", None, 2),
    ("dee", None, 3),
    ("cy", "ana", 4),
    ("eve", None, 4),
    ("ana", None, 5),
]


def _share(talk):
    return sum(target is not None for _s, target, _t in talk) / len(talk)


def _groups(sums):
    counted = Counter(sums.values())
    ff, fb = (np.array([key[side] for key in counted]) for side in (0, 1))
    return ff, fb, np.array(list(counted.values()))


def _brute_force_variance(talk, groups, touches):
    margin = 1 / (2 * len(talk))
    logits = []
    for group in groups:
        rest = [act for act in talk if not touches(act, group)]
        share = min(max(_share(rest) if rest else _share(talk), margin), 1 - margin)
        logits.append(np.log(share / (1 - share)))
    n = len(logits)
    return (n - 1) / n * sum((logit - np.mean(logits)) ** 2 for logit in logits)


def _sums(talk, groups, touches):
    found = {}
    for group in groups:
        targets = [act[1] for act in talk if touches(act, group)]
        found[group] = (sum(target is not None for target in targets), targets.count(None))
    return found


def test_interval_of_the_share_is_the_wider_of_two_jackknives_written_out():
    actors = ["ana", "bo", "cy", "dee", "eve"]
    threads = [1, 2, 3, 4, 5]

    def of_actor(act, actor):
        return actor in act[:2]

    def of_thread(act, thread):
        return act[2] == thread

    variance = max(
        _brute_force_variance(_TALK, actors, of_actor), _brute_force_variance(_TALK, threads, of_thread)
    )
    centre = np.log(0.5 / 0.5)
    reach = stats.t.ppf(0.975, 4) * variance**0.5
    expected = [1 / (1 + np.exp(-(centre + sign * reach))) for sign in (-1, 1)]
    groupings = [_groups(_sums(_TALK, actors, of_actor)), _groups(_sums(_TALK, threads, of_thread))]
    assert inference.logit_jackknife(4, 4, groupings=groupings) == pytest.approx(tuple(expected), rel=1e-12)


def test_degrees_of_freedom_are_those_of_the_fewer_groups():
    """Sixteen people, four threads: all variance between people, the quantile of three degrees of freedom."""
    people = (np.array([1, 0]), np.array([0, 1]), np.array([8, 8]))
    threads = (np.array([2]), np.array([2]), np.array([4]))
    rest = [7 / 15] * 8 + [8 / 15] * 8
    logits = np.log(np.array(rest) / (1 - np.array(rest)))
    reach = stats.t.ppf(0.975, 3) * (15 / 16 * ((logits - logits.mean()) ** 2).sum()) ** 0.5
    low, high = inference.logit_jackknife(8, 8, groupings=[people, threads])
    assert (low, high) == pytest.approx((1 / (1 + np.exp(reach)), 1 / (1 + np.exp(-reach))), rel=1e-12)


def test_leave_one_out_shares_of_nought_and_one_are_moved_in():
    """Two people, each the only source of one kind: without either the share is 0 or 1, moved in by 1/40."""
    groups = (np.array([10, 0]), np.array([0, 10]), np.array([1, 1]))
    logit = np.log(0.025 / 0.975)
    reach = stats.t.ppf(0.975, 1) * (1 / 2 * 2 * logit**2) ** 0.5
    expected = (1 / (1 + np.exp(reach)), 1 / (1 + np.exp(-reach)))
    assert inference.logit_jackknife(10, 10, groupings=[groups]) == pytest.approx(expected, rel=1e-9)


def test_one_group_tells_nothing():
    groups = (np.array([10]), np.array([10]), np.array([1]))
    assert inference.logit_jackknife(10, 10, groupings=[groups]) == (0.0, 1.0)


def test_bound_of_what_was_never_seen_is_that_of_the_binomial():
    for n in (1, 5, 30, 400):
        bound = inference.zero_bound(n)
        assert stats.binom.pmf(0, n, bound) == pytest.approx(0.025)
    assert inference.zero_bound(0.2) == inference.zero_bound(1)


# --- Wilson.


@pytest.mark.parametrize(("hits", "n"), [(3, 40), (20, 40), (39, 40)])
def test_wilson_of_people_who_are_alone_in_their_cluster_is_wilsons(hits, n):
    share = hits / n
    t = stats.t.ppf(0.975, n - 1)
    low, high = inference.clustered_wilson(share, variance=share * (1 - share) / n, observations=n, people=n)
    # Wilson's bounds are where the score test is just rejected.
    for bound in (low, high):
        assert abs(share - bound) == pytest.approx(t * (bound * (1 - bound) / n) ** 0.5)
    assert low < share < high


def test_wilson_never_counts_more_observations_than_there_are():
    plain = inference.clustered_wilson(0.3, variance=0.21 / 50, observations=50, people=50)
    assert inference.clustered_wilson(0.3, variance=1e-9, observations=50, people=50) == pytest.approx(plain)
    assert inference.clustered_wilson(0.3, variance=0.0, observations=50, people=50) == pytest.approx(plain)
    wide = inference.clustered_wilson(0.3, variance=0.21 / 10, observations=50, people=50)
    assert wide[0] < plain[0]
    assert plain[1] < wide[1]


@pytest.mark.parametrize(
    ("one", "other", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1.0),
    ],
)
def test_difference_of_independent_shares_is_that_of_newcombe(one, other, low, high):
    """His table II, method 10."""
    found = inference.difference_interval(one, other)
    assert found == pytest.approx((low, high), abs=5e-5)
    assert inference.difference_interval(other, one) == pytest.approx((-found[1], -found[0]))


@pytest.mark.parametrize(("yes", "n"), [(0, 1), (0, 20), (1, 20), (19, 20), (20, 20)])
def test_wilson_of_independent_observations_is_scipys(yes, n):
    bounds = stats.binomtest(yes, n).proportion_ci(method="wilson")
    assert inference.wilson(yes, n) == pytest.approx((bounds.low, bounds.high))
    assert inference.wilson(0, n)[0] == 0.0
    assert inference.wilson(n, n)[1] == 1.0


# --- Receivers shuffled within days.


def _acts(seed=3, people=9, days=4, n=120):
    rng = np.random.default_rng(seed)
    senders = rng.integers(0, people, n)
    receivers = (senders + rng.integers(1, people, n)) % people
    return rng.integers(0, days, n), senders, receivers


def _null_and_worlds(days, senders, receivers, statistic, **options):
    worlds = []

    def watched(*world):
        worlds.append([part.copy() for part in world])
        return statistic(*world)

    return inference.null_of_receivers(days, senders, receivers, statistic=watched, **options), worlds


def _distinct(days, senders, receivers):
    return len(set(zip(senders.tolist(), receivers.tolist(), strict=True)))


def test_receivers_change_within_a_day_and_nobody_sends_or_receives_more():
    acts = _acts()
    _null, worlds = _null_and_worlds(*acts, _distinct, seed=7, replicates=20)

    def sent_and_received(days, senders, receivers):
        return (
            Counter(zip(days.tolist(), senders.tolist(), strict=True)),
            Counter(zip(days.tolist(), receivers.tolist(), strict=True)),
        )

    expected = sent_and_received(*acts)
    assert len(worlds) == 21
    for world in worlds:
        assert sent_and_received(*world) == expected
        assert not np.any(world[1] == world[2]), "somebody talks to themselves"
        assert len(world[0]) == len(acts[0]), "an act was dropped"


def test_shuffle_breaks_who_talks_with_whom():
    """Ana and bo, cy and dee … talk day after day: chance would have them meet others."""
    pairs = [(2 * n, 2 * n + 1) for n in range(8)]
    days = np.repeat(np.arange(6), 8)
    senders, receivers = (np.array([pair[side] for pair in pairs] * 6) for side in (0, 1))
    null, worlds = _null_and_worlds(
        days, senders, receivers, lambda *acts: -_distinct(*acts), seed=7, replicates=99
    )
    assert null.observed == -8
    assert null.mean < -20
    assert null.p == pytest.approx(1 / 100)
    # Everybody who is addressed on a day is as likely as any other to be addressed by ana.
    to = Counter(int(receiver) for world in worlds for receiver in world[2][world[1] == 0])
    assert set(to) == {1, 3, 5, 7, 9, 11, 13, 15}


def test_p_counts_worlds_as_extreme_and_the_world_seen():
    null = inference.Null.of(2.0, np.array([1.0, 2.0, 3.0, 0.0]))
    assert (null.observed, null.mean, null.p) == (2.0, 1.5, 3 / 5)


def test_shuffle_depends_on_nothing_but_its_seed(monkeypatch):
    acts = _acts()
    first = inference.null_of_receivers(*acts, statistic=_distinct, seed=7, replicates=30)
    assert inference.null_of_receivers(*acts, statistic=_distinct, seed=7, replicates=30) == first
    other = inference.null_of_receivers(*acts, statistic=_distinct, seed=8, replicates=30)
    assert other != first
    turned = np.random.default_rng(1).permutation(len(acts[0]))
    reordered = [part[turned] for part in acts]
    assert inference.null_of_receivers(*reordered, statistic=_distinct, seed=7, replicates=30) == first
    pool = inference.ThreadPoolExecutor
    monkeypatch.setattr(inference, "ThreadPoolExecutor", lambda: pool(1))
    assert inference.null_of_receivers(*acts, statistic=_distinct, seed=7, replicates=30) == first


def test_null_that_never_changes_is_an_error():
    days, senders, receivers = np.array([0, 0, 1]), np.array([0, 1, 0]), np.array([1, 0, 1])
    with pytest.raises(ValueError, match="unchanged in every replicate"):
        inference.null_of_receivers(days, senders, receivers, statistic=_distinct, seed=7, replicates=9)
    with pytest.raises(ValueError, match="unchanged in every replicate"):
        inference.null_of_rewiring(
            np.array([0]), np.array([1]), statistic=lambda a, b: 1.0, seed=7, directed=True, replicates=9
        )


# --- Rewiring.


def _watched_graphs(sources, targets, *, seed=7, replicates=200, statistic=None, **options):
    graphs = []

    def watched(a, b):
        graphs.append((a.copy(), b.copy()))
        return float(len(graphs))

    inference.null_of_rewiring(
        np.array(sources), np.array(targets), statistic=watched, seed=seed, replicates=replicates, **options
    )
    return graphs[:-1]  # the last is the graph as it is


def _random_graph(seed, nodes=12, edges=24, *, directed):
    rng = np.random.default_rng(seed)
    every = [(a, b) for a in range(nodes) for b in range(nodes) if a != b and (directed or a < b)]
    chosen = [every[index] for index in rng.choice(len(every), edges, replace=False)]
    return tuple(np.array(side) for side in zip(*chosen, strict=True))


@pytest.mark.parametrize("directed", [True, False])
def test_rewired_graphs_are_simple_and_have_the_same_degrees(directed):
    a, b = _random_graph(5, directed=directed)

    def degrees(a, b):
        if directed:
            return np.bincount(a, minlength=12).tolist(), np.bincount(b, minlength=12).tolist()
        return np.bincount(np.concatenate([a, b]), minlength=12).tolist()

    graphs = _watched_graphs(a, b, directed=directed, replicates=50)
    for one, other in graphs:
        assert degrees(one, other) == degrees(a, b)
        assert not np.any(one == other)
        edges = list(zip(one.tolist(), other.tolist(), strict=True))
        distinct = set(edges) if directed else {frozenset(edge) for edge in edges}
        assert len(distinct) == len(a)


def test_graphs_side_by_side_are_rewired_each_within_itself():
    a, b = _random_graph(5, directed=False)
    c, d = _random_graph(6, edges=13, directed=False)
    sources, targets = np.concatenate([a, c + 12]), np.concatenate([b, d + 12])
    groups = np.repeat([0, 1], [len(a), len(c)])
    graphs = _watched_graphs(sources, targets, directed=False, groups=groups, replicates=50)
    for one, other in graphs:
        assert np.array_equal(one < 12, other < 12)
        assert int(np.sum(one < 12)) == len(a)
    assert len({frozenset(map(frozenset, zip(x.tolist(), y.tolist(), strict=True))) for x, y in graphs}) > 40


def _alike(sources, targets, *, directed):
    """Every simple graph in which each node has the degrees it has in this one, by trying them all."""
    nodes = max(*sources, *targets) + 1
    every = [(a, b) for a in range(nodes) for b in range(nodes) if a != b and (directed or a < b)]

    def degrees(edges):
        out, into = Counter(a for a, _b in edges), Counter(b for _a, b in edges)
        return (out, into) if directed else out + into

    wanted = degrees(list(zip(sources, targets, strict=True)))
    return {
        frozenset(edges) for edges in itertools.combinations(every, len(sources)) if degrees(edges) == wanted
    }


@pytest.mark.parametrize(
    ("sources", "targets", "directed"),
    [
        ([0, 1, 2, 3], [1, 2, 3, 4], False),  # a path of five
        ([0, 0, 1, 3, 4], [1, 2, 3, 4, 2], False),
        ([0, 0, 1, 2, 3], [1, 2, 3, 3, 4], True),
        ([0, 1, 2, 3, 4], [1, 0, 3, 2, 0], True),
    ],
)
def test_every_graph_with_the_same_degrees_comes_up_equally_often(sources, targets, directed):
    possible = _alike(sources, targets, directed=directed)
    n = 3000
    graphs = _watched_graphs(sources, targets, directed=directed, replicates=n, swaps_per_edge=3)
    seen = Counter(
        frozenset(
            (a, b) if directed or a < b else (b, a) for a, b in zip(one.tolist(), other.tolist(), strict=True)
        )
        for one, other in graphs
    )
    assert len(possible) > 3
    assert set(seen) == possible
    # Graphs in a row are a little alike: twice the spread of independent draws is allowed for.
    expected = n / len(possible)
    squares = sum((count - expected) ** 2 / expected for count in seen.values())
    assert squares < 2 * stats.chi2.ppf(0.999, len(possible) - 1)


def test_rewiring_depends_on_nothing_but_its_seed():
    a, b = _random_graph(5, directed=True)

    def returned(sources, targets):
        return float(np.isin(sources * 12 + targets, targets * 12 + sources).mean())

    first = inference.null_of_rewiring(a, b, statistic=returned, seed=7, directed=True, replicates=30)
    assert inference.null_of_rewiring(a, b, statistic=returned, seed=7, directed=True, replicates=30) == first
    assert inference.null_of_rewiring(a, b, statistic=returned, seed=8, directed=True, replicates=30) != first


def test_reciprocity_of_random_graphs_is_what_chance_gives():
    """200 people, each addressing and addressed by three: about 3 · 3 / 200 / 3 of the contacts are returned."""
    rng = np.random.default_rng(1)
    steps = rng.choice(np.arange(1, 100), 3, replace=False)
    a = np.repeat(np.arange(200), 3)
    b = (a + np.tile(steps, 200)) % 200

    def returned(sources, targets):
        return float(np.isin(sources * 200 + targets, targets * 200 + sources).mean())

    null = inference.null_of_rewiring(a, b, statistic=returned, seed=7, directed=True, replicates=60)
    assert null.mean == pytest.approx(3 / 200, rel=0.2)


def test_clustered_wilson_of_all_is_that_of_independent_observations_whatever_varies():
    """All of 20: the t quantile of 19 degrees of freedom in Wilson's formula."""
    t = stats.t.ppf(0.975, 19)
    for variance in (0.0, 0.01):
        low, high = inference.clustered_wilson(1.0, variance=variance, observations=20, people=20)
        assert (low, high) == pytest.approx((20 / (20 + t**2), 1.0))


# --- People left out in groups.


def test_group_jackknife_of_a_mean_is_the_variance_of_a_mean():
    """One unit a group: the textbook jackknife."""
    values = np.array([1.0, 4.0, 2.0, 9.0, 4.0])
    variance = inference.group_jackknife_variance(lambda kept: float(values[kept].mean()), units=5, seed=7)
    assert variance == pytest.approx(values.var(ddof=1) / 5)


def test_group_jackknife_of_many_agrees_with_the_variance_whatever_the_groups():
    values = np.random.default_rng(1).normal(size=4000)
    found = [
        inference.group_jackknife_variance(lambda kept: float(values[kept].mean()), units=4000, seed=seed)
        for seed in range(30)
    ]
    assert np.mean(found) == pytest.approx(1 / 4000, rel=0.1)


def test_group_jackknife_of_one_unit_knows_nothing():
    assert inference.group_jackknife_variance(lambda kept: float(kept.sum()), units=1, seed=7) == 0.0


# --- The difference of two shares.


def test_difference_takes_the_widest_of_several_groupings():
    """Of three groupings the one in the middle varies most, in whatever order they are given."""
    even = np.tile([1, 1, 1, 1], (8, 1))
    uneven = np.array([[8, 0, 0, 8], [0, 8, 8, 0]])
    whole = even.sum(axis=0)
    wide = inference.difference_jackknife(whole, groupings=[uneven])
    narrow = inference.difference_jackknife(whole, groupings=[even])
    assert wide[1] - wide[0] > narrow[1] - narrow[0]
    for groupings in ([uneven, even], [even, uneven]):
        low, high = inference.difference_jackknife(whole, groupings=groupings)
        assert high - low >= wide[1] - wide[0]


def test_difference_of_one_group_is_unknown():
    assert inference.difference_jackknife(np.array([1, 1, 1, 1]), groupings=[np.array([[1, 1, 1, 1]])]) == (
        -1.0,
        1.0,
    )


def test_share_of_which_nothing_is_left_without_a_group_stays_as_it_was():
    """Without the first group the last share has no observations: it stays at 3/4, and the first at 1/2."""
    groups = np.array([[1, 1, 3, 1], [1, 1, 0, 0], [1, 1, 0, 0]])
    whole = groups.sum(axis=0)
    low, high = inference.difference_jackknife(whole, groupings=[groups])
    assert (low + high) / 2 == pytest.approx(0.25)
    assert high - low == pytest.approx(2 * inference.zero_bound(3))
