"""The people behind the numbers, by name: for the brand's own eyes, in `private/` only."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from ibis import _

from communitylab import networks, roles
from communitylab.choices import BRAND, FOLLOWER
from communitylab.coverage import automated
from communitylab.measures import talk_between
from communitylab.study import Study

__all__ = ["brand_accounts", "brand_candidates", "followers_by_name"]

_RUNGS = list(roles.RUNGS)


def followers_by_name(study: Study, *, pseudonyms: Mapping[int, str] | None = None) -> pd.DataFrame:
    """Every follower with rung, talk and contacts.

    Parameters
    ----------
    study
        What to count.
    pseudonyms
        What the shared files call each account, where that is to be told.

    Returns
    -------
    DataFrame
        platform, account_id, name, pseudonym (where they are given), rung_latest (in the latest four weeks, or in the
        one period that a short export holds; silent for whoever wrote nothing in it), rung (on the whole), is_host
        (their contacts know nobody else), is_fading (kept in touch four weeks before the latest, and no longer),
        is_automated, to_followers, from_followers, to_brand (acts), contacts, mutual_contacts (people): one row per
        follower, the most connected first.
    """
    followers = study.people.filter(_.role == FOLLOWER).select("account", "platform", "account_id", "name")
    rungs = roles.rung_of_each(study)
    joined = followers.left_join(rungs, "account").select(followers, "rung")
    frame = joined.to_pyarrow().to_pandas().merge(talk_between(study), on="account", how="left")
    ties = networks.ties(study).groupby(["a", "b"], as_index=False)["is_mutual"].any()
    ends = pd.concat([ties[["a", "is_mutual"]], ties[["b", "is_mutual"]].rename(columns={"b": "a"})])
    contacts = ends.groupby("a")["is_mutual"].agg(contacts="size", mutual_contacts="sum")
    frame = frame.merge(contacts, left_on="account", right_index=True, how="left")
    counts = ["to_followers", "from_followers", "to_brand", "contacts", "mutual_contacts"]
    frame[counts] = frame[counts].fillna(0).astype("int64")
    _tile, latest = roles.rungs_in_latest_tile(study)
    frame["rung_latest"] = frame["account"].map(latest).fillna(0).astype("int64")
    frame["is_host"] = frame["account"].isin(roles.hosts(study))
    frame["is_fading"] = frame["account"].isin(roles.fading(study))
    frame["is_automated"] = frame["account"].isin(automated(study))
    if pseudonyms is not None:
        frame["pseudonym"] = frame["account"].map(pseudonyms)
    order = ["rung_latest", "rung", "mutual_contacts", "contacts", "from_followers"]
    frame = frame.sort_values([*order, "account"], ascending=[False] * len(order) + [True], ignore_index=True)
    for rung in ("rung_latest", "rung"):
        frame[rung] = [_RUNGS[place] for place in frame[rung]]
    return frame[
        [
            "platform",
            "account_id",
            "name",
            *(["pseudonym"] if pseudonyms is not None else []),
            "rung_latest",
            "rung",
            "is_host",
            "is_fading",
            "is_automated",
            *counts,
        ]
    ]


def brand_accounts(study: Study) -> pd.DataFrame:
    """The accounts of the brand, and what the shared files call them.

    Parameters
    ----------
    study
        Any study.

    Returns
    -------
    DataFrame
        called (``account 1`` …), platform, account_id, name.
    """
    brands = study.people.filter(_.role == BRAND).order_by("account").select("platform", "account_id", "name")
    frame = brands.to_pyarrow().to_pandas()
    frame.insert(0, "called", [f"account {number}" for number in range(1, len(frame) + 1)])
    return frame


def brand_candidates(study: Study) -> pd.DataFrame:
    """Accounts whose names begin like the brand's: colleagues, perhaps, who should be named as the brand.

    Parameters
    ----------
    study
        Any study.

    Returns
    -------
    DataFrame
        platform, account_id, name.
    """
    stems = sorted({name.lower() for name in study.brand if len(name) >= 4})
    others = (
        study.people.filter(_.role != BRAND).select("platform", "account_id", "name").order_by("account_id")
    )
    frame = others.to_pyarrow().to_pandas()
    return frame[frame["name"].str.lower().str.startswith(tuple(stems))].reset_index(drop=True)
