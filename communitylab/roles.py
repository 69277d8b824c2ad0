"""The ladder: on which rung every follower stands, in each tile and on the whole."""

from __future__ import annotations

import ibis
import numpy as np
import pandas as pd
import pyarrow as pa
from ibis import _
from ibis.expr.types import Table

from communitylab import networks
from communitylab.choices import FOLLOWER
from communitylab.study import Study

__all__ = ["RUNGS", "fading", "hosts", "ladder", "moves", "rung_of_each", "rungs_in_latest_tile", "whole"]

RUNGS = {
    "silent": "Not heard",
    "spectator": "Facing the stage",
    "acquainted": "Has met someone",
    "connected": "Keeps in touch",
    "circle": "In the circle",
}
"""Rungs from the lowest to the highest, and what people are told they are called."""

_LOWEST = list(RUNGS)
_IN_TOUCH = _LOWEST.index("connected")


def ladder(study: Study) -> pd.DataFrame:
    """How many followers stand on each rung, tile by tile.

    Parameters
    ----------
    study
        What to count.

    Returns
    -------
    DataFrame
        tile (its first day), silent, spectator, acquainted, connected, circle: one row per tile. The rungs
        of a row add up to the number of followers. No rows where the export has no times.

    Source
    ------
    Rungs: wrote nothing; wrote but exchanged no talk with a follower who writes; exchanged some; has one
    mutual tie; has several. They are taken per tile because over years everybody has met somebody.
    """
    if not study.tiles:
        return pd.DataFrame(columns=["tile", *_LOWEST])
    counted = _rungs(study).group_by("tile", "rung").agg(n=_.count()).to_pyarrow().to_pandas()
    table = counted.pivot(index="tile", columns="rung", values="n")
    table = table.reindex(index=list(study.tiles), columns=range(5)).fillna(0).astype(np.int64)
    table.columns = pd.Index(_LOWEST)
    table["silent"] = _n_followers(study) - table.sum(axis=1)
    table = table.reset_index(names="tile")
    return table.assign(tile=[study.day_named(day) for day in table["tile"]])


def rung_of_each(study: Study) -> Table:
    """The rung of every follower on the whole: the one held in most tiles in which they were active.

    Parameters
    ----------
    study
        What to count.

    Returns
    -------
    Table
        account, rung (0 silent … 4 circle): one row per follower. Of rungs held equally often the lower
        counts. Who wrote only on days outside every tile is a spectator, or acquainted.
    """
    held = _rungs(study).group_by("account", "rung").agg(n=_.count())
    most = ibis.window(group_by="account", order_by=[_.n.desc(), _.rung])
    top = held.mutate(rank=ibis.row_number().over(most)).filter(_.rank == 0).select("account", "rung")
    followers = study.people.filter(_.role == FOLLOWER).select("account", "authored")
    met = _met(study).select("account", has_met=True).distinct()
    joined = followers.left_join(top, "account").drop("account_right").left_join(met, "account")
    outside = ibis.cases((~_.authored, 0), (_.has_met.fill_null(False), 2), else_=1)
    return joined.select("account", rung=ibis.coalesce(_.rung, outside).cast("int8"))


def rungs_in_latest_tile(study: Study) -> tuple[int | None, dict[int, int]]:
    """Where the followers who wrote something in the latest tile stood in it.

    Parameters
    ----------
    study
        What to count.

    Returns
    -------
    tuple
        First day of the tile (None where the export has no times), and the rung (1 spectator … 4 circle)
        by account.
    """
    if not study.tiles:
        return None, {}
    tile = study.tiles[-1]
    rows = _rungs(study).filter(_.tile == tile).to_pyarrow().to_pydict()
    return tile, dict(zip(rows["account"], rows["rung"], strict=True))


def whole(study: Study) -> dict[str, int]:
    """How many followers stand on each rung on the whole.

    Parameters
    ----------
    study
        What to count.

    Returns
    -------
    dict
        Number of followers by rung, from silent to circle.
    """
    counted = rung_of_each(study).group_by("rung").agg(n=_.count()).to_pyarrow().to_pylist()
    found = {row["rung"]: row["n"] for row in counted}
    return {rung: found.get(place, 0) for place, rung in enumerate(_LOWEST)}


def moves(study: Study) -> pd.DataFrame:
    """From which rung to which followers moved within four weeks.

    Parameters
    ----------
    study
        What to count.

    Returns
    -------
    DataFrame
        tile (first day of the earlier one), before, after (rungs), followers: one row per pair of rungs
        that occurs. Only tiles are compared that lie exactly one tile's length apart.
    """
    columns = ["tile", "before", "after", "followers"]
    length = study.choices.tile_days
    starts = [tile for tile in study.tiles if tile + length in set(study.tiles)]
    if not starts:
        return pd.DataFrame(columns=columns)
    rungs = _rungs(study).cache()
    later = rungs.select("account", tile=(_.tile - length).cast("int32"), after="rung")
    both = rungs.rename(before="rung").outer_join(later, ["account", "tile"])
    both = both.select(
        tile=ibis.coalesce(_.tile, _.tile_right), before=_.before.fill_null(0), after=_.after.fill_null(0)
    ).filter(_.tile.isin(starts))
    counted = both.group_by("tile", "before", "after").agg(followers=_.count()).to_pyarrow().to_pandas()
    heard = counted.groupby("tile")["followers"].sum().reindex(starts, fill_value=0)
    silent = pd.DataFrame(
        {"tile": starts, "before": 0, "after": 0, "followers": _n_followers(study) - heard.to_numpy()}
    )
    table = pd.concat([counted, silent[silent["followers"] > 0]]).sort_values(["tile", "before", "after"])
    return pd.DataFrame(
        {
            "tile": [study.day_named(day) for day in table["tile"]],
            "before": [_LOWEST[rung] for rung in table["before"]],
            "after": [_LOWEST[rung] for rung in table["after"]],
            "followers": table["followers"].to_numpy(np.int64),
        }
    )


def hosts(study: Study) -> list[int]:
    """Followers with several contacts who know nobody else: without the host each would be alone.

    Parameters
    ----------
    study
        What to count.

    Returns
    -------
    list of int
        Accounts, in order.
    """
    network = networks.graph(study)
    return [
        node
        for node in network
        if network.degree(node) >= 2 and all(network.degree(contact) == 1 for contact in network[node])
    ]


def fading(study: Study) -> list[int]:
    """Followers who kept in touch with others four weeks before the latest tile, and in it no longer do.

    Parameters
    ----------
    study
        What to count.

    Returns
    -------
    list of int
        Accounts, in order; none where no tile lies exactly one tile's length before the latest.
    """
    if not study.tiles or study.tiles[-1] - study.choices.tile_days not in study.tiles:
        return []
    latest = study.tiles[-1]
    in_touch = _rungs(study).filter(_.rung >= _IN_TOUCH)
    before = in_touch.filter(_.tile == latest - study.choices.tile_days)
    lost = before.anti_join(in_touch.filter(_.tile == latest), "account")
    return sorted(lost.to_pyarrow()["account"].to_pylist())


def _rungs(study: Study) -> Table:
    """tile, account, rung of every follower who wrote something in a tile; all others are silent."""
    wrote = study.authored.filter((_.role == FOLLOWER) & _.day.notnull()).select("account", "day")
    active = study.tile_of(wrote).select("tile", "account").distinct()
    met = (
        study.tile_of(_met(study).filter(_.day.notnull()))
        .select("tile", "account")
        .distinct()
        .mutate(has_met=True)
    )
    ties = networks.ties(study)
    mutual = ties[ties["is_mutual"]]
    ends = pd.concat([mutual[["tile", "a"]], mutual[["tile", "b"]].rename(columns={"b": "a"})])
    contacts = ends.groupby(["tile", "a"]).size()
    contacts_table = ibis.memtable(
        pa.table(
            {
                "tile": pa.array(contacts.index.get_level_values(0).to_numpy(np.int32), pa.int32()),
                "account": pa.array(contacts.index.get_level_values(1).to_numpy(np.int32), pa.int32()),
                "contacts": pa.array(contacts.to_numpy(np.int64), pa.int64()),
            }
        )
    )
    joined = active.left_join(met, ["tile", "account"]).select(active, "has_met")
    joined = joined.left_join(contacts_table, ["tile", "account"]).select(joined, "contacts")
    rung = ibis.cases((_.contacts >= 2, 4), (_.contacts == 1, 3), (_.has_met.fill_null(False), 2), else_=1)
    return joined.select("tile", "account", rung=rung.cast("int8"))


def _met(study: Study) -> Table:
    """account, day: days on which a follower exchanged talk with a follower who writes."""
    talk = study.talk.filter((_.source_role == FOLLOWER) & (_.target_role == FOLLOWER) & _.target_authored)
    return ibis.union(
        talk.select("day", account="source"), talk.select("day", account="target"), distinct=True
    )


def _n_followers(study: Study) -> int:
    return int(study.people.filter(_.role == FOLLOWER).count().to_pyarrow().as_py())
