"""How sure: jackknives, intervals, and the worlds of chance that a number is held against."""

from __future__ import annotations

import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

__all__ = [
    "JACKKNIFE_GROUPS",
    "REPLICATES",
    "Null",
    "clustered_wilson",
    "difference_interval",
    "difference_jackknife",
    "group_jackknife_variance",
    "logit_jackknife",
    "mover",
    "null_of_receivers",
    "null_of_rewiring",
    "wilson",
    "zero_bound",
]

_LEVEL = 0.975  # two-sided 95 %
REPLICATES = 199
JACKKNIFE_GROUPS = 40
_TRIED = 0.9
_LARGE = 5_000
_REDRAWN = 20  # times at most that a day is drawn again
_FEW = 100  # acts of a day up to which it is


@dataclass(frozen=True)
class Null:
    """A statistic held against worlds of chance: observed value, mean of the null, one-sided p."""

    observed: float
    mean: float
    p: float

    @staticmethod
    def of(observed: float, replicates: np.ndarray) -> Null:
        """Null of an observed value and the same statistic in replicates.

        Parameters
        ----------
        observed
            The value seen.
        replicates
            The values of chance.

        Raises
        ------
        ValueError
            If the null leaves its statistic unchanged in every replicate: then it tests nothing.
        """
        if len(replicates) and np.all(replicates == observed):
            raise ValueError("the null leaves its statistic unchanged in every replicate: it tests nothing")
        at_least = int(np.sum(replicates >= observed))
        return Null(observed, float(np.mean(replicates)), (1 + at_least) / (len(replicates) + 1))


def zero_bound(n: float) -> float:
    """Upper 95 % bound of a share of which n observations show nothing: ``1 − 0.025^(1/n)``.

    Parameters
    ----------
    n
        Observations, or as many as they are worth; at least 1 is assumed.
    """
    return float(1 - (1 - _LEVEL) ** (1 / max(n, 1.0)))


def logit_jackknife(
    yes: int, no: int, *, groupings: list[tuple[np.ndarray, np.ndarray, np.ndarray]]
) -> tuple[float, float]:
    """95 % interval of the share yes / (yes + no), by delete-one jackknives on the logit scale.

    For every way to group the observations (by actor, by thread) each group is left out in turn; the
    largest of the variances is used, with t quantiles of the smallest number of groups less one.

    Parameters
    ----------
    yes, no
        Observations of either kind, both above 0.
    groupings
        For each way of grouping three arrays: yes and no in a group, and how many such groups there are.

    Returns
    -------
    tuple of float
        Lower and upper bound.

    Source
    ------
    Efron & Stein (1981), doi:10.1214/aos/1176345462; leave-one-out shares of 0 or 1 are moved in by 1/(2N).
    """
    total = yes + no
    margin = 1 / (2 * total)
    variance, fewest = 0.0, np.inf
    for group_yes, group_no, count in groupings:
        rest_yes, rest = yes - group_yes, total - group_yes - group_no
        with np.errstate(invalid="ignore", divide="ignore"):
            share = np.where(rest > 0, rest_yes / rest, yes / total)
        logit = _logit(np.clip(share, margin, 1 - margin))
        groups = int(count.sum())
        mean = float((count * logit).sum()) / groups
        variance = max(variance, (groups - 1) / groups * float((count * (logit - mean) ** 2).sum()))
        fewest = min(fewest, groups)
    if fewest < 2:
        return 0.0, 1.0
    reach = float(stats.t.ppf(_LEVEL, fewest - 1)) * variance**0.5
    centre = _logit(yes / total)
    return _expit(centre - reach), _expit(centre + reach)


def difference_jackknife(whole: np.ndarray, *, groupings: list[np.ndarray]) -> tuple[float, float]:
    """95 % interval of the difference of two shares whose observations may come from the same groups.

    Parameters
    ----------
    whole
        Four sums: yes and no of the first share, yes and no of the second; neither pair is empty.
    groupings
        For each way of grouping the observations an array of shape (groups, 4): the sums of each group.

    Returns
    -------
    tuple of float
        Lower and upper bound of the second share less the first, within [−1, 1].

    Source
    ------
    Efron & Stein (1981), doi:10.1214/aos/1176345462; the largest variance counts, with t quantiles of the
    smallest number of groups less one.
    """

    def difference(sums: np.ndarray) -> np.ndarray:
        first, second = sums[..., 0] + sums[..., 1], sums[..., 2] + sums[..., 3]
        # A share of which nothing is left without a group stays as it was.
        with np.errstate(invalid="ignore", divide="ignore"):
            before = np.where(first > 0, sums[..., 0] / first, whole[0] / whole[:2].sum())
            after = np.where(second > 0, sums[..., 2] / second, whole[2] / whole[2:].sum())
        return after - before

    variance, fewest = 0.0, np.inf
    for groups in groupings:
        without = difference(whole - groups)
        n = len(groups)
        variance = max(variance, (n - 1) / n * float(((without - without.mean()) ** 2).sum()))
        fewest = min(fewest, n)
    if fewest < 2:
        return -1.0, 1.0
    reach = float(stats.t.ppf(_LEVEL, fewest - 1)) * variance**0.5
    if reach == 0:
        # Both shares are nought, or all: that nothing was seen does not mean that nothing can be.
        reach = zero_bound(fewest)
    centre = float(difference(whole))
    return max(-1.0, centre - reach), min(1.0, centre + reach)


def clustered_wilson(share: float, *, variance: float, observations: int, people: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share whose observations come in clusters, one per person.

    Parameters
    ----------
    share
        The share.
    variance
        Its variance with clusters taken into account.
    observations
        How many there are.
    people
        Number of clusters.

    Returns
    -------
    tuple of float
        Lower and upper bound.

    Source
    ------
    Wilson (1927), doi:10.1080/01621459.1927.10502953, with the effective number of observations
    n_e = min(observations, share (1 − share) / variance) and a t quantile with people − 1 degrees of freedom.
    """
    spread = share * (1 - share)
    # At nought and at all people may still differ in what leaving them out would change.
    is_known = variance > 0 and spread > 0
    effective = min(float(observations), spread / variance) if is_known else float(observations)
    t = float(stats.t.ppf(_LEVEL, max(people - 1, 1)))
    centre = share + t * t / (2 * effective)
    reach = t * (spread / effective + t * t / (4 * effective**2)) ** 0.5
    scale = 1 + t * t / effective
    # Rounding must not carry a bound over the edge of what a share can be.
    return max(0.0, (centre - reach) / scale), min(1.0, (centre + reach) / scale)


def wilson(yes: int, total: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share of independent observations.

    Parameters
    ----------
    yes, total
        Observations that show it, and all; total at least 1.

    Returns
    -------
    tuple of float
        Lower and upper bound.

    Source
    ------
    Wilson (1927), doi:10.1080/01621459.1927.10502953, without a correction for continuity.
    """
    share, z = yes / total, float(stats.norm.ppf(_LEVEL))
    centre = share + z * z / (2 * total)
    reach = z * (share * (1 - share) / total + z * z / (4 * total**2)) ** 0.5
    scale = 1 + z * z / total
    # At nought and at all the bound is exact; rounding would move it by a hair.
    low = 0.0 if yes == 0 else (centre - reach) / scale
    return low, 1.0 if yes == total else (centre + reach) / scale


def difference_interval(one: tuple[int, int], other: tuple[int, int]) -> tuple[float, float]:
    """95 % interval of the difference of two shares of independent observations, from their Wilson intervals.

    Parameters
    ----------
    one, other
        Of each how many observations show it, and all; all at least 1.

    Returns
    -------
    tuple of float
        Lower and upper bound of the first share less the other, within [−1, 1].

    Source
    ------
    Newcombe (1998), doi:10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I, method 10.
    """
    return mover((one[0] / one[1], *wilson(*one)), (other[0] / other[1], *wilson(*other)))


def mover(one: tuple[float, float, float], other: tuple[float, float, float]) -> tuple[float, float]:
    """95 % interval of a difference, from the 95 % intervals of both alone.

    Parameters
    ----------
    one, other
        Of each value, lower and upper bound; taken for independent. Where they go together the interval is too wide,
        where they go against one another too narrow.

    Returns
    -------
    tuple of float
        Lower and upper bound of the first less the other. Those of the other less the first are the same with other
        signs.

    Source
    ------
    Zou & Donner (2008), doi:10.1002/sim.3095 (MOVER); of two shares with Wilson's intervals it is method 10 of Newcombe
    (1998), doi:10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I.
    """
    (value, low, high), (value_other, low_other, high_other) = one, other
    below = ((value - low) ** 2 + (high_other - value_other) ** 2) ** 0.5
    above = ((high - value) ** 2 + (value_other - low_other) ** 2) ** 0.5
    return value - value_other - below, value - value_other + above


def null_of_receivers(
    days: np.ndarray,
    senders: np.ndarray,
    receivers: np.ndarray,
    *,
    statistic: Callable[[np.ndarray, np.ndarray, np.ndarray], float],
    seed: int,
    replicates: int = REPLICATES,
) -> Null:
    """A statistic of talk against worlds in which everybody sends and receives as much each day, at random.

    Within each day the receivers of all acts are permuted over all senders. A day of few acts on which somebody
    would then talk to themselves is drawn again; where that does not help, and on busy days, they swap
    receivers with a random act of the same day, one after which neither sender talks to themselves.

    Parameters
    ----------
    days, senders, receivers
        One entry per act; nobody sends to themselves.
    statistic
        Of days, senders and receivers.
    seed
        Of the random numbers; the result does not depend on the number of threads.
    replicates
        Worlds drawn.

    Returns
    -------
    Null

    Raises
    ------
    ValueError
        If the statistic is the same in every replicate.
    """
    order = np.lexsort((receivers, senders, days))
    days, senders, receivers = days[order], senders[order], receivers[order]
    starts = np.flatnonzero(np.r_[True, days[1:] != days[:-1]])
    ends = np.r_[starts[1:], len(days)]
    each_day = [slice(start, end) for start, end in zip(starts.tolist(), ends.tolist(), strict=True)]

    def replicate(child: np.random.SeedSequence) -> float:
        rng = np.random.default_rng(child)
        shuffled = receivers.copy()
        for day in each_day:
            _deal(senders[day], shuffled[day], rng=rng)
        return statistic(days, senders, shuffled)

    children = np.random.SeedSequence(seed).spawn(replicates)
    with ThreadPoolExecutor() as pool:
        drawn = np.array(list(pool.map(replicate, children)))
    return Null.of(statistic(days, senders, receivers), drawn)


def _deal(senders: np.ndarray, receivers: np.ndarray, *, rng: np.random.Generator) -> None:
    """Shuffle the receivers of one day, in place, so that nobody talks to themselves."""
    # Swaps alone favour some ways to deal a day over others; drawing it all again does not.
    for _time in range(_REDRAWN if len(senders) <= _FEW else 1):
        rng.shuffle(receivers)
        selfish = np.flatnonzero(receivers == senders)
        if not len(selfish):
            return
    for act in rng.permutation(selfish).tolist():
        who = senders[act]
        if receivers[act] != who:
            continue
        other = int(rng.integers(len(senders)))
        for _time in range(_REDRAWN):
            if senders[other] != who != receivers[other]:
                break
            other = int(rng.integers(len(senders)))
        else:
            # The last few of a day with one centre are rare. There is one: the day as seen has no such act.
            other = int(rng.choice(np.flatnonzero((senders != who) & (receivers != who))))
        receivers[act], receivers[other] = receivers[other], receivers[act]


def null_of_rewiring(
    sources: np.ndarray,
    targets: np.ndarray,
    *,
    statistic: Callable[[np.ndarray, np.ndarray], float],
    seed: int,
    directed: bool,
    groups: np.ndarray | None = None,
    replicates: int = REPLICATES,
    swaps_per_edge: int = 10,
) -> Null:
    """A statistic of a simple graph against random graphs in which every node has the same degree.

    Two chains of edge swaps (a→b, c→d become a→d, c→b). In each round the edges are paired at random and
    all pairs that do not touch one another's outcome are swapped at once. In a directed graph a triangle
    a→b→c→a may also turn round, which swaps alone cannot always bring about. Either step and its reverse
    are equally likely, so that every graph with these degrees is.

    Parameters
    ----------
    sources, targets
        Ends of the edges, small integers from 0; each edge once, no loops.
    statistic
        Of sources and targets.
    seed
        Of the random numbers.
    directed
        Whether a→b is another edge than b→a.
    groups
        For each edge its graph, where several that share no node are rewired side by side, each within itself.
    replicates
        Graphs drawn.
    swaps_per_edge
        Swaps tried before the first draw, per edge; between two draws as many, but in graphs of more than
        5,000 edges one for every two edges.

    Returns
    -------
    Null

    Raises
    ------
    ValueError
        If the statistic is the same in every replicate.

    Source
    ------
    Milo et al. (2003), arXiv:cond-mat/0312028, for the chain of swaps; at least 10 per edge. Rao, Jana &
    Bandyopadhyay (1996), Sankhyā A 58(2), for triangles.
    """
    nodes = int(max(sources.max(), targets.max())) + 1
    # A round tries one swap for every two edges, less those that rest.
    burn_in = math.ceil(swaps_per_edge * 2 / _TRIED)
    # In a large graph one round, which tries to move nine edges in ten, owes little to the one before.
    is_large = len(sources) > _LARGE
    between = 1 if is_large else burn_in

    def chain(start: tuple[np.random.SeedSequence, int]) -> list[float]:
        rng = np.random.default_rng(start[0])
        a, b = sources.astype(np.int64), targets.astype(np.int64)
        graph_of = np.zeros(len(sources), np.int64) if groups is None else groups
        drawn = []
        for index in range(start[1]):
            for _round in range(between if index else burn_in):
                a, b, graph_of = _swapped(a, b, graph_of, rng=rng, nodes=nodes, directed=directed)
            drawn.append(statistic(a, b))
        return drawn

    # Always two chains, so that the number of cores changes the time and nothing else.
    lengths = [replicates - replicates // 2, replicates // 2]
    starts = list(zip(np.random.SeedSequence(seed).spawn(2), lengths, strict=True))
    with ThreadPoolExecutor(2 if is_large else 1) as pool:
        drawn = np.array([value for values in pool.map(chain, starts) for value in values])
    return Null.of(statistic(sources, targets), drawn)


def _swapped(
    a: np.ndarray, b: np.ndarray, groups: np.ndarray, *, rng: np.random.Generator, nodes: int, directed: bool
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """One round: simultaneous swaps, and in a directed graph a try to turn a triangle."""
    order = np.argsort(groups + rng.random(len(a))) if groups.any() else rng.permutation(len(a))
    a, b, groups = a[order], b[order], groups[order]
    if not directed:
        flip = rng.random(len(a)) < 0.5
        a, b = np.where(flip, b, a), np.where(flip, a, b)
    # Every graph is paired from its own first edge on: two edges must not miss one another for good.
    one = np.flatnonzero((np.arange(len(a)) - np.searchsorted(groups, groups)) % 2 == 0)
    one = one[one < len(a) - 1]
    other = one + 1
    # Now and then a pair rests, lest the chain swing between two states.
    tried = (rng.random(len(one)) < _TRIED) & (groups[one] == groups[other])
    tried &= (a[one] != b[other]) & (a[other] != b[one])
    one, other = one[tried], other[tried]
    keys = np.concatenate(
        [
            _edge_keys(a, b, nodes=nodes, directed=directed),
            _edge_keys(a[one], b[other], nodes=nodes, directed=directed),
            _edge_keys(a[other], b[one], nodes=nodes, directed=directed),
        ]
    )
    # A pair may move only where nothing that it makes or leaves is made by another pair or is there
    # already: then taking the round back is as likely as the round.
    clash = pd.Series(keys).duplicated(keep=False).to_numpy()
    made_one, made_other = clash[len(a) : len(a) + len(one)], clash[len(a) + len(one) :]
    clean = ~(made_one | made_other | clash[one] | clash[other])
    one, other = one[clean], other[clean]
    b = b.copy()
    b[one], b[other] = b[other], b[one]
    if directed:
        bounds = [0, *(np.flatnonzero(groups[1:] != groups[:-1]) + 1).tolist(), len(a)]
        for start, end in pairwise(bounds):
            _turn_triangle(a[start:end], b[start:end], rng=rng)
    return a, b, groups


def _turn_triangle(a: np.ndarray, b: np.ndarray, *, rng: np.random.Generator) -> None:
    """Turn round, in place, a triangle of which no edge is returned, if chance hits upon one."""
    # An edge and one that goes on from its end: as likely from either side, for nobody's number of edges changes.
    if rng.random() < 0.5:
        return
    one = int(rng.integers(len(a)))
    onward = np.flatnonzero(a == b[one])
    if not len(onward):
        return
    two = int(rng.choice(onward))
    start, middle, end = a[one], b[one], b[two]
    back = np.flatnonzero((a == end) & (b == start))
    if not len(back):
        return
    for source, target in ((middle, start), (end, middle), (start, end)):
        if np.any((a == source) & (b == target)):
            return
    b[one], b[two], b[back[0]] = end, start, middle


def _edge_keys(a: np.ndarray, b: np.ndarray, *, nodes: int, directed: bool) -> np.ndarray:
    if directed:
        return a * nodes + b
    return np.minimum(a, b) * nodes + np.maximum(a, b)


def group_jackknife_variance(
    statistic: Callable[[np.ndarray], float], *, units: int, seed: int, groups: int = JACKKNIFE_GROUPS
) -> float:
    """Variance of a statistic of a network, leaving out one group of its units after another.

    To draw units with replacement would leave out more than one in three of them, and a network of which so many are
    missing falls apart: its largest component then hardly varies. With one in forty missing it is still the same kind
    of network.

    Parameters
    ----------
    statistic
        Of which units are kept: an array of truth values.
    units
        How many there are, at least 1.
    seed
        Of the random numbers that say who is in which group.
    groups
        How many, of equal size; as many as there are units where these are fewer.

    Returns
    -------
    float

    Source
    ------
    Kott (2001), Journal of Official Statistics 17(4): the delete-a-group jackknife.
    """
    number = min(groups, units)
    if number < 2:
        return 0.0
    group_of = np.random.default_rng(seed).permutation(units) % number
    values = np.array([statistic(group_of != group) for group in range(number)])
    return (number - 1) / number * float(((values - values.mean()) ** 2).sum())


def _logit(share: Any) -> Any:
    return np.log(share / (1 - share))


def _expit(logit: float) -> float:
    return float(1 / (1 + np.exp(-logit)))
