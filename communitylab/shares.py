"""Who talks to whom: how much of the talk goes to followers, how much to the brand."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import overload

import ibis
import numpy as np
import pandas as pd
from ibis import _
from ibis.expr.types import Table

from communitylab import inference
from communitylab.choices import BRAND, BYSTANDER, FOLLOWER, UNTILED, first_row, remembered
from communitylab.errors import CallError
from communitylab.study import Study
from communitylab.tables import WITHOUT_REPLIES, Estimate

__all__ = [
    "ROOMS",
    "busiest",
    "counted_talk",
    "follower_share",
    "inferred_share",
    "kinds_present",
    "peer_talk",
    "reach",
    "talk_between",
    "talk_counts",
    "top_receivers",
    "undirected_share",
]

ROOMS = ("discord", "slack", "telegram", "whatsapp")
"""Of these an export is a room with all that was said in it: no search finds posts there by whom they name."""

_SLICES = ("week", "tile", "kind", "ground", "platform")
_OF_TIME = ("week", "tile")  # slices named after their first day


@remembered(*UNTILED)
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
    return {**first_row(sums), **first_row(followers)}


@remembered(*UNTILED)
def inferred_share(study: Study) -> float:
    """Of the talk that counts, the share of which nobody said whom it addresses.

    More than nought only in a chat without replies, unless inferred acts were asked for.

    Parameters
    ----------
    study
        What to count.

    Returns
    -------
    float, in [0, 1]
        0 without talk.
    """
    talk = counted_talk(study)
    sums = first_row(talk.agg(every=(_.ff + _.fb).sum(), inferred=(_.ff + _.fb).sum(where=_.is_inferred)))
    return (sums["inferred"] or 0) / sums["every"] if sums["every"] else 0.0


def _open_share(study: Study, *, w_ff: int, w_fb: int) -> dict[str, float]:
    """What the share would be if every message of a chat without replies went to the brand, or to a follower.

    The brand is in the room and may be meant before it has spoken, and a message that opens an exchange may be for
    somebody as well. A message before which the brand alone spoke since the last silence is for no follower. Bounds
    of what the data leave open: Manski (2003), Partial identification of probability distributions.
    """
    chats = study.places_without_replies
    if not chats or study.choices.inferred is False:
        return {}
    acts = counted_talk(study).filter(_.is_inferred & _.platform.isin(chats))
    sums = first_row(acts.agg(ff=_.ff.sum().fill_null(0), fb=_.fb.sum().fill_null(0)))
    written, unsaid = _unsaid(study, chats)
    unsaid = unsaid.select("platform", "thread", "post_id", "at", source="account")
    spoke = written.group_by("platform", "thread", "account", "role").agg(since=_.at.min())
    before = unsaid.inner_join(spoke, ["platform", "thread"]).filter(
        (_.account != _.source) & (_.since <= _.at)
    )
    after_brand = before.group_by("platform", "post_id").agg(only=(_.role == BRAND).all()).filter(_.only)
    n_unsaid, n_after_brand = (int(table.count().to_pyarrow().as_py()) for table in (unsaid, after_brand))
    told, every = w_ff - sums["ff"], w_ff + w_fb - sums["ff"] - sums["fb"] + n_unsaid
    if not every:
        return {}
    return {"inferred_low": told / every, "inferred_high": (told + n_unsaid - n_after_brand) / every}


def _unsaid(study: Study, platforms: tuple[str, ...]) -> tuple[Table, Table]:
    """What followers and the brand wrote on some platforms, and what of it by followers does not say for whom it is."""
    roles = study.people.filter(_.role <= BRAND).select("account", "role")
    written = study.written.filter(_.platform.isin(platforms)).inner_join(roles, "account")
    says_whom = study.every_act_coded.filter((_.evidence != "inferred") & _.kind.isin(study.choices.kinds))
    return written, written.filter(_.role == FOLLOWER).anti_join(says_whom, ["platform", "post_id"])


@remembered(*UNTILED)
def undirected_share(study: Study) -> float:
    """Of the talk that counts, the share of which an export does not say who addressed whom: ties of a graph.

    Parameters
    ----------
    study
        What to count.

    Returns
    -------
    float, in [0, 1]
        0 without talk.
    """
    talk = counted_talk(study)
    sums = first_row(talk.agg(every=(_.ff + _.fb).sum(), ties=(_.ff + _.fb).sum(where=_.kind == "tie")))
    return (sums["ties"] or 0) / sums["every"] if sums["every"] else 0.0


def _unsaid_in_rooms(study: Study, *, w_ff: int, w_fb: int) -> dict[str, int | float]:
    """Messages of followers in a chat that answer nobody, and the share if they went to followers.

    In a room the next message often answers the one before without saying so.
    """
    rooms = tuple(name for name in ROOMS if name in study.places and name not in WITHOUT_REPLIES)
    if not rooms:
        return {}
    n_unsaid = int(_unsaid(study, rooms)[1].count().to_pyarrow().as_py())
    return {"unsaid": n_unsaid, "unsaid_high": (w_ff + n_unsaid) / (w_ff + w_fb + n_unsaid)}


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
        Slices instead of one number: ``"week"``, ``"tile"`` (rolling four weeks, so that an act stands in
        several), ``"kind"``, ``"ground"`` or ``"platform"``.

    Returns
    -------
    Estimate, value in [0, 1]
        Null where there is no such talk. Beside it `posts` (an act of a post that names k accounts weighs 1/k)
        and, without a follower list, `bystander_low` and `bystander_high`: what it would be if those who
        are only named were all strangers, or all followers; with chats without replies, `inferred_low` and
        `inferred_high`: what it would be if all messages that name nobody, those that open a session too, went to
        the brand, or to a follower unless the brand alone spoke before in the session. With `by` a DataFrame, one row
        per slice. With chats in which a message can be answered, `unsaid`, the followers' messages there that say not
        for whom they are and count nowhere, and `unsaid_high`: what it would be if those went to followers.

    Raises
    ------
    CallError
        If the slice is not one of the five.

    Source
    ------
    Shirky (2002), Communities, Audiences, and Scale. Interval: delete-one jackknife over actors and over threads.
    """
    return _whole_share(study) if by is None else _shares_by(study, by)


@remembered(*UNTILED)
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
    beside |= _open_share(study, w_ff=w_ff, w_fb=w_fb) | _unsaid_in_rooms(study, w_ff=w_ff, w_fb=w_fb)
    return Estimate("follower_share", w_ff / (w_ff + w_fb), low, high, beside=beside)


def _share_interval(study: Study, w_ff: int, w_fb: int) -> tuple[float, float]:
    grouped = _grouped_talk(counted_talk(study), [])
    if w_ff == 0 or w_fb == 0:
        bound = inference.zero_bound(_effective_senders(study))
        return (0.0, bound) if w_ff == 0 else (1 - bound, 1.0)
    return inference.logit_jackknife(
        w_ff, w_fb, groupings=[_groups(table.to_pyarrow().to_pandas()) for table in grouped]
    )


def counted_talk(study: Study) -> Table:
    """Talk of followers to followers and to the brand, with its week and what it adds to either sum.

    Parameters
    ----------
    study
        What to count.

    Returns
    -------
    Table
        As ``study.talk``, with week (its Monday), ff and fb: the weight of an act to a follower, to the brand.
    """
    talk = study.talk.filter((_.source_role == FOLLOWER) & (_.target_role <= BRAND))
    to_peer = _.target_role == FOLLOWER
    return talk.mutate(
        week=_.day - (_.day + 3) % 7,
        ff=ibis.ifelse(to_peer, _.weight, 0),
        fb=ibis.ifelse(to_peer, 0, _.weight),
    )


def _grouped_talk(talk: Table, slices: list[str]) -> list[Table]:
    """For actors and for threads: how many groups hold how much talk of either kind, per slice.

    Equal groups are counted together: the jackknife needs no more, and the table stays small.
    """
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
    sent = counted_talk(study).group_by("source").agg(m=(_.ff + _.fb).sum())
    row = first_row(sent.agg(total=_.m.sum(), squares=(_.m * _.m).sum()))
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
    counted = counted_talk(study)
    if by in _OF_TIME:
        counted = counted.filter(_.day.notnull())
        counted = study.tile_of(counted) if by == "tile" else counted
    actors, threads = (table.to_pyarrow().to_pandas() for table in _grouped_talk(counted, [by]))
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
        label = study.day_named(key) if by in _OF_TIME else key
        rows.append((label, w_ff / (w_ff + w_fb), low, high, w_ff, w_fb))
    return pd.DataFrame(rows, columns=[by, "value", "low", "high", "w_ff", "w_fb"])


def peer_talk(study: Study) -> pd.DataFrame:
    """Where followers talk with one another, and how.

    Parameters
    ----------
    study
        What to count.

    Returns
    -------
    DataFrame
        ground, kind, acts: one row for each pair that occurs, in that order. Reposts among followers are
        listed as well, whatever kinds count as talk.
    """
    tables = [study.talk]
    if "repost" not in study.choices.kinds:
        tables.append(study.only(kinds=("repost",)).talk.filter(_.kind == "repost"))
    found = []
    for talk in tables:
        peers = talk.filter((_.source_role == FOLLOWER) & (_.target_role == FOLLOWER))
        found.append(peers.group_by("ground", "kind").agg(acts=_.weight.sum()).to_pyarrow().to_pandas())
    return pd.concat(found).sort_values(["ground", "kind"], ignore_index=True)


@remembered(*UNTILED)
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
    counted = counted_talk(study)
    sent = counted.select("ff", "fb", account="source", received=ibis.literal(0, "int64"))
    received = counted.filter(_.ff > 0).select(
        ff=ibis.literal(0, "int64"), fb=ibis.literal(0, "int64"), account="target", received="ff"
    )
    both = ibis.union(sent, received.select(sent.columns))
    sums = both.group_by("account").agg(
        to_followers=_.ff.sum(), from_followers=_.received.sum(), to_brand=_.fb.sum()
    )
    return sums.order_by("account").to_pyarrow().to_pandas()


@remembered(*UNTILED)
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
    return _most(study, received.select("weight", account="target"), share=share)


@remembered(*UNTILED)
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
    return _most(study, counted_talk(study).select("weight", account="source"), share=share)


def _most(study: Study, acts: Table, *, share: float) -> tuple[int, ...]:
    """The accounts with most acts, as many as a share of the talkers, rounded up."""
    ranked = acts.group_by("account").agg(n=_.weight.sum()).order_by(_.n.desc(), _.account)
    # As a fraction: 0.05 × 20 talkers is one of them, not a little more.
    n = math.ceil(Fraction(str(share)) * talk_counts(study)["talkers"])
    return tuple(sorted(ranked.limit(n).to_pyarrow()["account"].to_pylist()))


@remembered(*UNTILED)
def kinds_present(study: Study) -> set[str]:
    """The kinds, grounds and weak evidence that occur in talk of followers, whatever counts.

    Parameters
    ----------
    study
        Any study.

    Returns
    -------
    set of str
        Kinds of act, grounds, `inferred` where there are answers to nobody in particular, and `in sessions` where
        there are those of a chat without replies, which count.
    """
    followers = study.people.filter(_.role == FOLLOWER).select(source="account")
    evidence = ibis.ifelse(
        (_.evidence == "inferred") & _.platform.isin(WITHOUT_REPLIES), "in sessions", _.evidence
    )
    acts = study.every_act_coded.semi_join(followers, "source")
    rows = acts.select("kind", "ground", evidence=evidence).distinct()
    found = rows.to_pyarrow().to_pylist()
    return (
        {row["kind"] for row in found} | {row["ground"] for row in found} | {row["evidence"] for row in found}
    )
