"""The measures: each one question, one number, its interval or what chance would give."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import NamedTuple, overload

import ibis
import numpy as np
import pandas as pd
from ibis import _
from ibis.expr.types import Table

from communitylab import inference, networks
from communitylab.errors import CallError
from communitylab.study import BRAND, BYSTANDER, FOLLOWER, Study, remembered
from communitylab.tables import Estimate

__all__ = [
    "active_per_tile",
    "breadth",
    "busiest",
    "centralization",
    "cohesion",
    "conversation",
    "effective_pairs",
    "first_answer",
    "follower_share",
    "join_in",
    "kinds_present",
    "largest_component",
    "mutuality",
    "reach",
    "return_rate",
    "spread",
    "structure",
    "talk_between",
    "talk_counts",
    "threads_joined",
    "top_receivers",
    "without_top",
]

_SLICES = ("week", "kind", "ground", "platform")


@remembered(tiled=False)
def talk_counts(study: Study) -> dict[str, int]:
    """How much talk there is, between whom.

    Parameters
    ----------
    study
        What to count.

    Returns
    -------
    dict
        w_ff (follower to follower), w_fb (follower to brand), outside (follower to bystander), talkers
        (followers who sent talk to a follower or the brand), followers, active_followers.
    """
    sent = study.talk.filter(_.source_role == FOLLOWER)
    sums = sent.agg(
        **{
            name: ibis.ifelse(_.target_role == role, _.weight, 0).sum().fill_null(0)
            for name, role in (("w_ff", FOLLOWER), ("w_fb", BRAND), ("outside", BYSTANDER))
        },
        talkers=_.source.nunique(where=_.target_role != BYSTANDER),
    )
    followers = study.people.filter(_.role == FOLLOWER).agg(
        followers=_.count(), active_followers=_.authored.sum().fill_null(0)
    )
    return {**_row(sums), **_row(followers)}


@overload
def follower_share(study: Study, *, by: None = None) -> Estimate: ...


@overload
def follower_share(study: Study, *, by: str) -> pd.DataFrame: ...


def follower_share(study: Study, *, by: str | None = None) -> Estimate | pd.DataFrame:
    """Share of followers' talk that goes to other followers rather than to the brand.

    0: followers talk to the brand alone. 1: to one another alone.

    Parameters
    ----------
    study
        What to count.
    by
        Slices instead of one number: ``"week"``, ``"kind"``, ``"ground"`` or ``"platform"``.

    Returns
    -------
    Estimate, value in [0, 1]
        Null where there is no such talk. Beside it `posts` (every post weighs one, however many it names)
        and, without a follower list, `bystander_low` and `bystander_high`: what it would be if those who
        are only named were all strangers, or all followers. With `by` a DataFrame, one row per slice.

    Raises
    ------
    CallError
        If the slice is not one of the four.

    Source
    ------
    Shirky (2002), Communities, Audiences, and Scale. Interval: delete-one jackknife over actors and over threads.
    """
    return _whole_share(study) if by is None else _shares_by(study, by)


@remembered(tiled=False)
def _whole_share(study: Study) -> Estimate:
    counts = talk_counts(study)
    w_ff, w_fb, outside = counts["w_ff"], counts["w_fb"], counts["outside"]
    if w_ff + w_fb == 0:
        return Estimate("follower_share", None, why="no follower talked to another or to the brand")
    low, high = _share_interval(study, w_ff, w_fb)
    everything = w_ff + w_fb + outside
    beside: dict[str, float | int | None] = {"posts": _share_of_posts(study)}
    if not study.has_list:
        beside |= {"bystander_low": w_ff / everything, "bystander_high": (w_ff + outside) / everything}
    return Estimate("follower_share", w_ff / (w_ff + w_fb), low, high, beside=beside)


def _share_interval(study: Study, w_ff: int, w_fb: int) -> tuple[float, float]:
    grouped = _grouped_talk(study, [])
    if w_ff == 0 or w_fb == 0:
        bound = inference.zero_bound(_effective_senders(study))
        return (0.0, bound) if w_ff == 0 else (1 - bound, 1.0)
    return inference.logit_jackknife(
        w_ff, w_fb, groupings=[_groups(table.to_pyarrow().to_pandas()) for table in grouped]
    )


def _counted(study: Study) -> Table:
    """Talk of followers to followers and to the brand, with its week and what it adds to either sum."""
    talk = study.talk.filter((_.source_role == FOLLOWER) & (_.target_role <= BRAND))
    to_peer = _.target_role == FOLLOWER
    return talk.mutate(
        week=_.day - (_.day + 3) % 7,
        ff=ibis.ifelse(to_peer, _.weight, 0),
        fb=ibis.ifelse(to_peer, 0, _.weight),
    )


def _grouped_talk(study: Study, slices: list[str]) -> list[Table]:
    """For actors and for threads: how many groups hold how much talk of either kind, per slice.

    Equal groups are counted together: the jackknife needs no more, and the table stays small.
    """
    talk = _counted(study)
    sent = talk.select(*slices, actor="source", ff="ff", fb="fb")
    received = talk.filter(_.ff > 0).select(*slices, actor="target", ff="ff", fb=ibis.literal(0, "int64"))
    both = ibis.union(
        sent.cast({"ff": "int64", "fb": "int64"}), received.cast({"ff": "int64", "fb": "int64"})
    )
    tables = []
    for table, group in ((both, "actor"), (talk, "thread")):
        sums = table.group_by(*slices, group).agg(ff=_.ff.sum(), fb=_.fb.sum())
        tables.append(sums.group_by(*slices, "ff", "fb").agg(n=_.count()).order_by(*slices, "ff", "fb"))
    return tables


def _groups(frame: pd.DataFrame) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return frame["ff"].to_numpy(np.int64), frame["fb"].to_numpy(np.int64), frame["n"].to_numpy(np.int64)


def _effective_senders(study: Study) -> float:
    """How many senders of equal output the talk is worth: (Σ m)² / Σ m²."""
    sent = _counted(study).group_by("source").agg(m=(_.ff + _.fb).sum())
    row = _row(sent.agg(total=_.m.sum(), squares=(_.m * _.m).sum()))
    return row["total"] ** 2 / row["squares"]


def _share_of_posts(study: Study) -> float | None:
    """The share in which an act weighs one over the number of acts of its post."""
    talk = study.talk.filter(_.source_role == FOLLOWER)
    per_post = talk.group_by("platform", "post").agg(
        k=_.count(),
        ff=ibis.ifelse(_.target_role == FOLLOWER, _.weight, 0).sum(),
        fb=ibis.ifelse(_.target_role == BRAND, _.weight, 0).sum(),
    )
    rows = per_post.group_by("k").agg(ff=_.ff.sum(), fb=_.fb.sum()).to_pyarrow().to_pylist()
    ff = sum((Fraction(row["ff"], row["k"]) for row in rows), Fraction())
    fb = sum((Fraction(row["fb"], row["k"]) for row in rows), Fraction())
    return float(ff / (ff + fb)) if ff + fb else None


def _shares_by(study: Study, by: str) -> pd.DataFrame:
    if by not in _SLICES:
        raise CallError(f"by {by}: not one of {', '.join(_SLICES)}.")
    counted = _counted(study)
    if by == "week":
        study_talk = counted.filter(_.day.notnull())
        if study_talk.count().to_pyarrow().as_py() == 0:
            return pd.DataFrame(columns=[by, "value", "low", "high", "w_ff", "w_fb"])
    actors, threads = (table.to_pyarrow().to_pandas() for table in _grouped_talk(study, [by]))
    senders = counted.group_by(by, "source").agg(m=(_.ff + _.fb).sum())
    sums = counted.group_by(by).agg(w_ff=_.ff.sum(), w_fb=_.fb.sum()).order_by(by).to_pyarrow().to_pylist()
    worth = {
        row[by]: row["total"] ** 2 / row["squares"]
        for row in senders.group_by(by)
        .agg(total=_.m.sum(), squares=(_.m * _.m).sum())
        .to_pyarrow()
        .to_pylist()
    }
    rows = []
    for row in sums:
        key, w_ff, w_fb = row[by], row["w_ff"], row["w_fb"]
        if key is None or w_ff + w_fb == 0:
            continue
        if w_ff == 0 or w_fb == 0:
            bound = inference.zero_bound(worth[key])
            low, high = (0.0, bound) if w_ff == 0 else (1 - bound, 1.0)
        else:
            slices = [_groups(frame[frame[by] == key]) for frame in (actors, threads)]
            low, high = inference.logit_jackknife(w_ff, w_fb, groupings=slices)
        label = study.day_named(key) if by == "week" else key
        rows.append((label, w_ff / (w_ff + w_fb), low, high, w_ff, w_fb))
    return pd.DataFrame(rows, columns=[by, "value", "low", "high", "w_ff", "w_fb"])


@remembered(tiled=True)
def _regulars(study: Study) -> pd.DataFrame:
    """tile, account: followers who sent talk to a follower or the brand on several days of a tile."""
    talk = study.talk.filter((_.source_role == FOLLOWER) & (_.target_role <= BRAND) & _.day.notnull())
    days = talk.group_by(account="source", day="day").agg()
    days = days.filter(_.day.count().over(group_by="account") >= 2)
    found = study.tile_of(days).group_by("tile", "account").agg(days=_.count()).filter(_.days >= 2)
    return (
        found.select("tile", "account")
        .to_pyarrow()
        .to_pandas()
        .sort_values(["tile", "account"], ignore_index=True)
    )


@remembered(tiled=True)
def breadth(study: Study) -> Estimate:
    """Share of regulars who have at least one mutual tie to another follower.

    0: every regular is alone with the brand. 1: each has a regular contact.

    Parameters
    ----------
    study
        What to count; the brand's own accounts never count.

    Returns
    -------
    Estimate, value in [0, 1]
        Pooled over tiles. Null, with the reason, where nobody was a regular: no evidence is not "alone".
        Beside it `any_tie` (ties of one direction count too), `regulars` (different people),
        `regular_tiles` (person and tile) and `in_contact` (those of them with a mutual tie).

    Source
    ------
    Jones (1997), doi:10.1111/j.1083-6101.1997.tb00075.x: more than two communicators, sustained membership.
    Interval: Wilson, clustered by person and by contacts they have in common.
    """
    regulars = _regulars(study)
    if regulars.empty:
        why = "nobody talked on two days of the same four weeks" if study.tiles else "the export has no times"
        return Estimate("breadth", None, why=why, beside={"regulars": 0, "regular_tiles": 0})
    found = networks.ties(study)
    ends = pd.concat(
        [
            found.rename(columns={"a": "account", "b": "contact"}),
            found.rename(columns={"b": "account", "a": "contact"}),
        ]
    )[["tile", "account", "contact", "is_mutual"]]
    with_any = regulars.merge(ends[["tile", "account"]].drop_duplicates(), on=["tile", "account"])
    mutual = regulars.merge(ends[ends["is_mutual"]], on=["tile", "account"])
    contacts = mutual.groupby(["tile", "account"], sort=True)["contact"].agg(["size", "first"])
    rows, hits = len(regulars), len(contacts)
    beside = {
        "any_tie": len(with_any) / rows,
        "regulars": int(regulars["account"].nunique()),
        "regular_tiles": rows,
        "in_contact": hits,
    }
    low, high = _breadth_interval(regulars, mutual, contacts, share=hits / rows)
    return Estimate("breadth", hits / rows, low, high, beside=beside)


def _breadth_interval(
    regulars: pd.DataFrame, mutual: pd.DataFrame, contacts: pd.DataFrame, *, share: float
) -> tuple[float, float]:
    people = int(regulars["account"].nunique())
    if share == 0:
        return 0.0, inference.zero_bound(people)
    if share == 1:
        return 1 - inference.zero_bound(people), 1.0
    tiles_regular = regulars.groupby("account").size()
    tiles_mutual = contacts.groupby("account").size()
    only = contacts.loc[contacts["size"] == 1, "first"].value_counts()
    everyone = sorted(set(regulars["account"]) | set(mutual["contact"]))
    a = tiles_mutual.reindex(everyone, fill_value=0).to_numpy(float)
    b = tiles_regular.reindex(everyone, fill_value=0).to_numpy(float)
    s = only.reindex(everyone, fill_value=0).to_numpy(float)
    k = len(everyone)
    own = a - share * b
    variance = k / (k - 1) * 0.5 * float((own**2).sum() + ((own + s) ** 2).sum()) / len(regulars) ** 2
    return inference.clustered_wilson(share, variance=variance, observations=len(regulars), people=k)


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


@remembered(tiled=False)
def return_rate(study: Study, *, seed: int) -> Estimate:
    """Share of meetings between two followers that are not their first.

    0: every pair met on one day only. Near 1: the same pairs meet day after day.

    Parameters
    ----------
    study
        What to count.
    seed
        Of the random numbers.

    Returns
    -------
    Estimate, value in [0, 1)
        1 − pairs / pair-days; all talk of a thread belongs to the day on which it began. `null_mean` and
        `p` come from worlds in which everybody sends and receives as much each day, with chance deciding
        who talks with whom. Null where talk between followers took place on fewer than two days.

    Source
    ------
    Jones (1997), sustained membership. Null: receivers permuted within days.
    """
    pairs = networks.peer_pairs(study).filter(_.day.notnull()).to_pyarrow().to_pandas()
    pairs = pairs.sort_values(["day", "source", "target"], ignore_index=True)
    if pairs["day"].nunique() < 2:
        return Estimate("return_rate", None, why="followers talked with one another on fewer than two days")
    often = pairs["weight"].to_numpy(np.int64)
    people = np.int64(pairs[["source", "target"]].to_numpy().max() + 1)

    span = np.int64(pairs["day"].nunique())

    def rate(days: np.ndarray, senders: np.ndarray, receivers: np.ndarray) -> float:
        pair = np.minimum(senders, receivers) * people + np.maximum(senders, receivers)
        met = np.sort(pair * span + days)
        met = met[np.r_[True, met[1:] != met[:-1]]]
        pairs_met = met // span
        return 1 - float(1 + np.count_nonzero(pairs_met[1:] != pairs_met[:-1])) / len(met)

    days = pd.factorize(np.repeat(pairs["day"].to_numpy(), often), sort=True)[0].astype(np.int64)
    senders = np.repeat(pairs["source"].to_numpy(np.int64), often)
    receivers = np.repeat(pairs["target"].to_numpy(np.int64), often)
    beside = {"acts": int(often.sum())}
    try:
        null = inference.null_of_receivers(days, senders, receivers, statistic=rate, seed=seed)
    except ValueError:
        why = "too few people talked on the same days for chance to have had a choice"
        return Estimate("return_rate", rate(days, senders, receivers), why=why, beside=beside)
    return Estimate("return_rate", null.observed, null_mean=null.mean, p=null.p, beside=beside)


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
    Interval: vertex bootstrap, observed ± 1.96 standard errors (Snijders & Borgatti 1999); its percentiles
    would be wrong.
    """
    per_tile = active_per_tile(study)
    if not per_tile:
        why = "no follower wrote anything in a tile" if study.tiles else "the export has no times"
        return Estimate("largest_component", None, why=why)
    total = sum(per_tile.values())
    active = _active(study).to_pyarrow().to_pandas()
    graphs = _tile_graphs(networks.ties(study), active)
    value = _largest_share(graphs, per_tile)

    def drawn_size(graph: _TileGraph, often: np.ndarray) -> float:
        here = np.flatnonzero(often)
        matrix = graph.matrix[here][:, here]
        # Copies of one person are joined only through contacts: alone, each copy stands alone.
        alone = np.asarray(matrix.sum(axis=1)).ravel() == 0
        sizes = networks.component_sizes(matrix, weights=(often * graph.counts)[here])
        return max(1.0, float(np.where(alone, 1, sizes).max(initial=1)))

    drawn = [
        (per_tile.get(tile, 0) + int((~graph.counts).sum()), len(graph.counts), graph)
        for tile, graph in sorted(graphs.items())
    ]
    error = inference.vertex_bootstrap_error(drawn, statistic=drawn_size, seed=seed) / total
    low, high = max(0.0, value - 1.96 * error), min(1.0, value + 1.96 * error)
    return Estimate(
        "largest_component", value, low, high, beside={"with_brand": _largest_with_brand(study, active)}
    )


class _TileGraph(NamedTuple):
    """The ties of a tile, and which of the people they join wrote something in it."""

    matrix: networks.csr_array
    counts: np.ndarray


def _tile_graphs(ties: pd.DataFrame, active: pd.DataFrame) -> dict[int, _TileGraph]:
    wrote = {tile: rows["account"].to_numpy() for tile, rows in active.groupby("tile")}
    graphs = {}
    for tile, rows in ties.groupby("tile"):
        matrix, people = networks.adjacency(rows["a"].to_numpy(), rows["b"].to_numpy())
        graphs[int(tile)] = _TileGraph(matrix, np.isin(people, wrote.get(tile, [])))
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


@remembered(tiled=True)
def spread(study: Study) -> Estimate:
    """Share of the followers with a tie who sit in components of at least four.

    0: couples and threes only. 1: everybody with a contact is part of something larger.

    Parameters
    ----------
    study
        What to count.

    Returns
    -------
    Estimate, value in [0, 1]
        Of all tiles together. Null where there is no tie. Beside it `ties` and `mutual_ties`: different pairs.
    """
    found = networks.ties(study)
    pairs = found.groupby(["a", "b"], as_index=False)["is_mutual"].any()
    beside = {"ties": len(pairs), "mutual_ties": int(pairs["is_mutual"].sum())}
    if pairs.empty:
        return Estimate("spread", None, why="no two followers are a tie", beside=beside)
    sizes = networks.component_sizes(networks.adjacency(pairs["a"].to_numpy(), pairs["b"].to_numpy())[0])
    return Estimate("spread", float(np.mean(sizes >= 4)), beside=beside)


@remembered(tiled=False)
def effective_pairs(study: Study) -> Estimate:
    """How many pairs of equal output the talk between followers is worth.

    1: two people do all the talking. Large: it is spread over many pairs.

    Parameters
    ----------
    study
        What to count.

    Returns
    -------
    Estimate, value at least 1
        (Σ w)² / Σ w² over unordered pairs. Null where followers do not talk with one another.

    Source
    ------
    Laakso & Taagepera (1979), doi:10.1177/001041407901200101: the effective number.
    """
    pairs = networks.peer_pairs(study)
    unordered = pairs.group_by(a=ibis.least(_.source, _.target), b=ibis.greatest(_.source, _.target))
    row = _row(
        unordered.agg(w=_.weight.sum()).agg(total=_.w.sum(), squares=(_.w * _.w).sum(), pairs=_.count())
    )
    if not row["total"]:
        return Estimate("effective_pairs", None, why="followers do not talk with one another")
    return Estimate("effective_pairs", row["total"] ** 2 / row["squares"], beside={"pairs": row["pairs"]})


def talk_between(study: Study) -> pd.DataFrame:
    """How much talk each follower sends and receives.

    Parameters
    ----------
    study
        What to count.

    Returns
    -------
    DataFrame
        account, to_followers, from_followers, to_brand (acts): one row per follower with any talk.
    """
    counted = _counted(study)
    sent = counted.select("ff", "fb", account="source", received=ibis.literal(0, "int64"))
    received = counted.filter(_.ff > 0).select(
        ff=ibis.literal(0, "int64"), fb=ibis.literal(0, "int64"), account="target", received="ff"
    )
    both = ibis.union(sent, received.select(sent.columns))
    sums = both.group_by("account").agg(
        to_followers=_.ff.sum(), from_followers=_.received.sum(), to_brand=_.fb.sum()
    )
    return sums.order_by("account").to_pyarrow().to_pandas()


@remembered(tiled=False)
def top_receivers(study: Study, *, share: float) -> tuple[int, ...]:
    """The followers who receive most talk from other followers.

    Parameters
    ----------
    study
        What to count.
    share
        How many, as a share of the talkers, rounded up.

    Returns
    -------
    tuple of int
        Accounts; of equal counts the first in the order of account ids.
    """
    received = study.talk.filter((_.source_role == FOLLOWER) & (_.target_role == FOLLOWER))
    ranked = received.group_by("target").agg(n=_.weight.sum()).order_by(_.n.desc(), _.target)
    n = math.ceil(Fraction(str(share)) * talk_counts(study)["talkers"])
    return tuple(sorted(ranked.limit(n).to_pyarrow()["target"].to_pylist()))


@remembered(tiled=False)
def busiest(study: Study, *, share: float) -> tuple[int, ...]:
    """The followers who send most talk to followers and the brand.

    Parameters
    ----------
    study
        What to count.
    share
        How many, as a share of the talkers, rounded up.

    Returns
    -------
    tuple of int
        Accounts; of equal counts the first in the order of account ids.
    """
    ranked = _counted(study).group_by("source").agg(n=_.weight.sum()).order_by(_.n.desc(), _.source)
    n = math.ceil(Fraction(str(share)) * talk_counts(study)["talkers"])
    return tuple(sorted(ranked.limit(n).to_pyarrow()["source"].to_pylist()))


@remembered(tiled=False)
def kinds_present(study: Study) -> set[str]:
    """The kinds, grounds and weak evidence that occur in talk of followers, whatever counts.

    Parameters
    ----------
    study
        Any study.

    Returns
    -------
    set of str
        Kinds of act, grounds, and `inferred` where there are inferred acts.
    """
    followers = study.people.filter(_.role == FOLLOWER).select(source="account")
    rows = (
        study.every_act_coded.semi_join(followers, "source").select("kind", "ground", "evidence").distinct()
    )
    found = rows.to_pyarrow().to_pylist()
    return (
        {row["kind"] for row in found} | {row["ground"] for row in found} | {row["evidence"] for row in found}
    )


@remembered(tiled=False)
def _staged(study: Study, *, share: float) -> Study:
    """The study in which the top receivers are a stage."""
    return study.only(stage=top_receivers(study, share=share))


@remembered(tiled=True)
def without_top(study: Study) -> Estimate:
    """The follower share once the few who receive most are counted as a stage, like the brand.

    Near :func:`follower_share`: the talk goes round. Far below: it goes to a second stage.

    Parameters
    ----------
    study
        What to count.

    Returns
    -------
    Estimate, value in [0, 1]
        Without the 1 % of talkers (rounded up) who receive most talk from followers: talk to them is talk
        to a stage. Beside it `breadth`, `breadth_low`, `breadth_high` without them, and `breadth_5`
        without 5 %.
    """
    one, five = _staged(study, share=0.01), _staged(study, share=0.05)
    share = follower_share(one)
    tile_days, tie_days = study.choices.tile_days, study.choices.tie_days
    wide, wide_5 = (breadth(staged.only(tile_days=tile_days, tie_days=tie_days)) for staged in (one, five))
    return Estimate(
        "without_top",
        share.value,
        share.low,
        share.high,
        why=share.why,
        beside={
            "breadth": wide.value,
            "breadth_low": wide.low,
            "breadth_high": wide.high,
            "breadth_5": wide_5.value,
        },
    )


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
        return Estimate("mutuality", edge, why="no swap of contacts is possible", beside=beside)
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
        return Estimate("cohesion", transitivity(a, b), why="no swap of ties is possible")
    return Estimate("cohesion", null.observed, null_mean=null.mean, p=null.p)


def _threads(study: Study) -> Table:
    """Threads with how many posts, followers and brand accounts wrote in them, reposts aside."""
    posts = study.written.inner_join(study.people.select("account", "role"), "account")
    return posts.group_by("platform", "thread").agg(
        posts=_.count(),
        followers=_.account.nunique(where=_.role == FOLLOWER),
        brand_wrote=(_.role == BRAND).any(),
    )


def conversation(study: Study, *, seed: int) -> Estimate:
    """Share of threads in which followers answer one another.

    0: every thread is a monologue or a dialogue with the brand. 1: all are conversations.

    Parameters
    ----------
    study
        What to count.
    seed
        Of the random numbers.

    Returns
    -------
    Estimate, value in [0, 1]
        Of the threads of at least two posts in which a follower wrote, those in which two did and one
        answered the other. Beside it `threads` and `median_posts` of them. Null where there is no such thread.
    """
    answers = study.talk.filter(
        (_.kind == "reply") & (_.source_role == FOLLOWER) & (_.target_role == FOLLOWER)
    )
    met = answers.group_by("platform", thread_key="thread").agg(answers=_.count())
    real = (
        _threads(study)
        .filter((_.posts >= 2) & (_.followers >= 1))
        .mutate(thread_key=(_.platform + " " + _.thread).hash())
    )
    real = real.left_join(met, ["platform", "thread_key"])
    row = _row(
        real.agg(
            threads=_.count(),
            met=((_.followers >= 2) & _.answers.notnull()).sum().fill_null(0),
            median_posts=_.posts.median(),
        )
    )
    if not row["threads"]:
        return Estimate("conversation", None, why="no thread of two posts in which a follower wrote")
    low, high = inference.bootstrap_share(row["met"], row["threads"], seed=seed)
    beside = {"threads": row["threads"], "median_posts": float(row["median_posts"])}
    return Estimate("conversation", row["met"] / row["threads"], low, high, beside=beside)


def join_in(study: Study, *, seed: int) -> Estimate:
    """Share of exchanges between the brand and a follower that another follower enters.

    0: the brand talks with one follower at a time. 1: others always join.

    Parameters
    ----------
    study
        What to count.
    seed
        Of the random numbers.

    Returns
    -------
    Estimate, value in [0, 1]
        Of the threads in which both the brand and a follower wrote. Beside it `exchanges`: their number.
        Null where there is none.
    """
    exchanges = _threads(study).filter(_.brand_wrote & (_.followers >= 1))
    row = _row(exchanges.agg(n=_.count(), joined=(_.followers >= 2).sum().fill_null(0)))
    if not row["n"]:
        return Estimate("join_in", None, why="no thread in which the brand and a follower both wrote")
    low, high = inference.bootstrap_share(row["joined"], row["n"], seed=seed)
    return Estimate("join_in", row["joined"] / row["n"], low, high, beside={"exchanges": row["n"]})


def threads_joined(study: Study) -> pd.DataFrame:
    """The exchanges between the brand and a follower, those that drew most other followers first.

    Parameters
    ----------
    study
        What to count.

    Returns
    -------
    DataFrame
        platform, thread (id of its first post), followers (who wrote in it), posts: one row per thread.
    """
    exchanges = _threads(study).filter(_.brand_wrote & (_.followers >= 1)).select(
        "platform", "thread", "followers", "posts"
    )  # fmt: skip
    frame = exchanges.to_pyarrow().to_pandas()
    return frame.sort_values(
        ["followers", "posts", "platform", "thread"], ascending=[False, False, True, True], ignore_index=True
    )


def first_answer(study: Study) -> Estimate:
    """How long a follower's first post waits for an answer, in hours, and who gives it.

    Parameters
    ----------
    study
        What to count.

    Returns
    -------
    Estimate, value in hours
        Median over the first posts that were answered; 95 % interval from its order statistics. Beside it
        the shares of first posts answered first by a `follower`, by the `brand`, by `nobody`.
        Null where no first post was answered or the export has no times.

    Source
    ------
    Joyce & Kraut (2006), doi:10.1111/j.1083-6101.2006.00033.x: newcomers who are answered return more often.
    """
    posts = study.written.filter(_.at.notnull()).inner_join(
        study.people.filter(_.role == FOLLOWER).select("account"), "account"
    )
    order = ibis.window(group_by="account", order_by=["at", "post_id"])
    first = posts.mutate(rank=ibis.row_number().over(order)).filter(_.rank == 0)
    first = first.select("platform", "post_id", "account", asked="at")
    who = study.people.filter(_.role <= BRAND).select(source="account", source_role="role")
    answers = study.every_act_coded.filter(_.kind.isin(("reply", "quote")) & _.target_post_id.notnull())
    answers = answers.inner_join(who, "source").select(
        "platform", "source_role", "at", post_id="target_post_id"
    )
    given = first.left_join(answers, ["platform", "post_id"])
    soonest = ibis.window(group_by=["platform", "post_id"], order_by=["at", "source_role"])
    given = given.mutate(rank=ibis.row_number().over(soonest)).filter(_.rank == 0)
    rows = given.select("source_role", wait=_["at"] - _.asked).to_pyarrow().to_pandas()
    if rows.empty:
        return Estimate("first_answer", None, why="no first post of a follower has a time")
    n = len(rows)
    beside: dict[str, float | int | None] = {
        "follower": float((rows["source_role"] == FOLLOWER).sum() / n),
        "brand": float((rows["source_role"] == BRAND).sum() / n),
        "nobody": float(rows["source_role"].isna().sum() / n),
    }
    waits = np.sort(rows["wait"].dropna().to_numpy(float)) / 3600
    if not len(waits):
        return Estimate("first_answer", None, why="no first post of a follower was answered", beside=beside)
    low, high = _median_bounds(waits)
    return Estimate("first_answer", float(np.median(waits)), low, high, beside=beside)


def _median_bounds(ordered: np.ndarray) -> tuple[float | None, float | None]:
    """Order statistics that enclose the median with at least 95 %; null for fewer than six values."""
    n = len(ordered)
    if n < 6:
        return None, None
    below = int(inference.stats.binom.ppf(0.025, n, 0.5))
    return float(ordered[max(below - 1, 0)]), float(ordered[min(n - below, n - 1)])


@remembered(tiled=False)
def reach(study: Study) -> Estimate:
    """Share of talkers who address the brand at least once.

    0: nobody talks to the brand. 1: everybody does.

    Parameters
    ----------
    study
        What to count.

    Returns
    -------
    Estimate, value in [0, 1]
        Beside it `rival`: how many times as many talkers address the most addressed follower as address
        the brand. Null where nobody talks.
    """
    talk = study.talk.filter((_.source_role == FOLLOWER) & (_.target_role <= BRAND))
    to_brand = int(talk.filter(_.target_role == BRAND).source.nunique().to_pyarrow().as_py())
    talkers = int(talk.source.nunique().to_pyarrow().as_py())
    if not talkers:
        return Estimate("reach", None, why="no follower talked to another or to the brand")
    addressed = talk.filter(_.target_role == FOLLOWER).group_by("target").agg(n=_.source.nunique())
    most = addressed.agg(most=_.n.max()).to_pyarrow()["most"][0].as_py() or 0
    return Estimate("reach", to_brand / talkers, beside={"rival": most / to_brand if to_brand else None})


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


def _row(table: Table) -> dict[str, int]:
    return table.to_pyarrow().to_pylist()[0]
