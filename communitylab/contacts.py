"""Regular contact: who has one, whether it lasts, and what is left without the few."""

from __future__ import annotations

from collections.abc import Collection
from typing import overload

import ibis
import numpy as np
import pandas as pd
from ibis import _

from communitylab import inference, networks
from communitylab.choices import BRAND, FOLLOWER, UNTILED, first_row, remembered
from communitylab.errors import CallError
from communitylab.shares import follower_share, top_receivers
from communitylab.study import Study
from communitylab.tables import Estimate

__all__ = ["breadth", "contact_counts", "effective_pairs", "return_rate", "spread", "without_top"]

_NO_TIMES = "the export has no times"


@remembered()
def _regulars(study: Study) -> pd.DataFrame:
    """tile, account: followers who sent talk to a follower or the brand on several days of a tile."""
    if study.choices.stage:
        # Talk to a stage is talk to the brand: whoever is moved there is missing, and nothing else changes.
        frame = _regulars(study.unstaged)
        return frame[~frame["account"].isin(study.choices.stage)]
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


@overload
def breadth(study: Study, *, by: None = None) -> Estimate: ...


@overload
def breadth(study: Study, *, by: str) -> pd.DataFrame: ...


def breadth(study: Study, *, by: str | None = None) -> Estimate | pd.DataFrame:
    """Share of regulars who have at least one mutual tie to another follower.

    0: every regular is alone with the brand. 1: each has a regular contact.

    Parameters
    ----------
    study
        What to count; the brand's own accounts never count.
    by
        ``"tile"`` for one row per rolling four weeks instead of one number.

    Returns
    -------
    Estimate, value in [0, 1]
        Pooled over tiles. Null, with the reason, where nobody was a regular: no evidence is not "alone".
        Beside it `any_tie` (ties of one direction count too), `regulars` (different people),
        `regular_tiles` (person and tile) and `in_contact` (those of them with a mutual tie).
        With `by` a DataFrame: tile, value, low, high, regulars; no row for a tile without regulars.

    Raises
    ------
    CallError
        If `by` is anything else.

    Source
    ------
    Jones (1997), doi:10.1111/j.1083-6101.1997.tb00075.x: more than two communicators, sustained membership.
    Interval: Wilson, clustered by person and by contacts they have in common.
    """
    if by is None:
        return _whole_breadth(study)
    if by != "tile":
        raise CallError(f"by {by}: breadth is given by tile only.")
    ends = _contact_ends(study)
    rows = []
    for tile, regulars in _regulars(study).groupby("tile"):
        one = _breadth_of(regulars, ends[ends["tile"] == tile])
        rows.append((study.day_named(tile), one.value, one.low, one.high, one.beside["regulars"]))
    return pd.DataFrame(rows, columns=["tile", "value", "low", "high", "regulars"])


@remembered()
def _whole_breadth(study: Study) -> Estimate:
    regulars = _regulars(study)
    if regulars.empty:
        why = "nobody talked on two days of the same four weeks" if study.tiles else _NO_TIMES
        return Estimate("breadth", None, why=why, beside={"regulars": 0, "regular_tiles": 0})
    return _breadth_of(regulars, _contact_ends(study))


def _contact_ends(study: Study) -> pd.DataFrame:
    """tile, account, contact, is_mutual: both ends of every tie."""
    found = networks.ties(study)
    ends = [
        found.rename(columns={"a": "account", "b": "contact"}),
        found.rename(columns={"b": "account", "a": "contact"}),
    ]
    return pd.concat(ends)[["tile", "account", "contact", "is_mutual"]]


def contact_counts(study: Study, *, tiles: Collection[int]) -> pd.DataFrame:
    """What each person adds to the breadth of some tiles.

    Parameters
    ----------
    study
        What to count.
    tiles
        First days of the tiles.

    Returns
    -------
    DataFrame
        By account, of regulars and mutual contacts of regulars: `regular` (tiles), `in_contact` (those of them with
        a mutual tie) and `only_contact` (regulars and tiles that have a mutual tie with nobody else).
    """
    regulars, ends = _regulars(study), _contact_ends(study)
    return _counts_of(regulars[regulars["tile"].isin(tiles)], ends[ends["tile"].isin(tiles)])


def _counts_of(regulars: pd.DataFrame, ends: pd.DataFrame) -> pd.DataFrame:
    mutual = regulars.merge(ends[ends["is_mutual"]], on=["tile", "account"])
    contacts = mutual.groupby(["tile", "account"], sort=True)["contact"].agg(["size", "first"])
    counts = {
        "regular": regulars.groupby("account").size(),
        "in_contact": contacts.groupby("account").size(),
        "only_contact": contacts.loc[contacts["size"] == 1, "first"].value_counts(),
    }
    everyone = sorted(set(regulars["account"]) | set(mutual["contact"]))
    return pd.DataFrame({name: n.reindex(everyone, fill_value=0) for name, n in counts.items()}, everyone)


def _breadth_of(regulars: pd.DataFrame, ends: pd.DataFrame) -> Estimate:
    with_any = regulars.merge(ends[["tile", "account"]].drop_duplicates(), on=["tile", "account"])
    counts = _counts_of(regulars, ends)
    rows, hits = len(regulars), int(counts["in_contact"].sum())
    beside = {
        "any_tie": len(with_any) / rows,
        "regulars": int(regulars["account"].nunique()),
        "regular_tiles": rows,
        "in_contact": hits,
    }
    low, high = _breadth_interval(counts, share=hits / rows)
    return Estimate("breadth", hits / rows, low, high, beside=beside)


def _breadth_interval(counts: pd.DataFrame, *, share: float) -> tuple[float, float]:
    people = int((counts["regular"] > 0).sum())
    if share == 0:
        return 0.0, inference.zero_bound(people)
    if share == 1:
        return 1 - inference.zero_bound(people), 1.0
    a, b, s = (counts[name].to_numpy(float) for name in ("in_contact", "regular", "only_contact"))
    k, rows = len(counts), int(counts["regular"].sum())
    own = a - share * b
    variance = k / (k - 1) * 0.5 * float((own**2).sum() + ((own + s) ** 2).sum()) / rows**2
    return inference.clustered_wilson(share, variance=variance, observations=rows, people=k)


@remembered(*UNTILED)
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
        why = "followers talked with one another on fewer than two days" if study.tiles else _NO_TIMES
        return Estimate("return_rate", None, why=why)
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


@remembered(*UNTILED)
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
    row = first_row(
        unordered.agg(w=_.weight.sum()).agg(total=_.w.sum(), squares=(_.w * _.w).sum(), pairs=_.count())
    )
    if not row["total"]:
        return Estimate("effective_pairs", None, why="followers do not talk with one another")
    return Estimate("effective_pairs", row["total"] ** 2 / row["squares"], beside={"pairs": row["pairs"]})


@remembered()
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
        why = "no two followers are a tie" if study.tiles else _NO_TIMES
        return Estimate("spread", None, why=why, beside=beside)
    sizes = networks.component_sizes(networks.adjacency(pairs["a"].to_numpy(), pairs["b"].to_numpy())[0])
    return Estimate("spread", float(np.mean(sizes >= 4)), beside=beside)


@remembered(*UNTILED)
def _share_without_top(study: Study) -> Estimate:
    """The follower share with the 1 % of talkers who receive most on the stage."""
    return follower_share(study.only(stage=top_receivers(study, share=0.01)))


@remembered()
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
    share = _share_without_top(study)
    wide, wide_5 = (
        breadth(study.only(stage=top_receivers(study, share=percent))) for percent in (0.01, 0.05)
    )
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
