"""How often intervals such as a study's held the truth, in planted worlds in which the truth is known."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from ibis import _
from ibis.expr.types import Table
from scipy import stats

from communitylab.choices import FOLLOWER, UNTILED, first_row, remembered
from communitylab.shares import counted_talk, talk_counts
from communitylab.study import Study
from communitylab.tables import Estimate

__all__ = ["data_folder", "effective_numbers", "track_record"]

_SHAPE = ("senders", "receivers", "threads")
_PROMISED, _ENOUGH = 0.95, 0.93
_LEAST = 0.005  # below which shares are alike
_DAYS = 56  # length of the worlds whose verdicts are told: that of which there are most
_ANSWERS = ("community", "audience", "mixed", "undecided", "insufficient", "not_identifiable")


def data_folder() -> Path:
    """The folder of reference figures: beside the package in a clone, inside it once installed."""
    inside = Path(__file__).parent / "data"
    return inside if inside.is_dir() else Path(__file__).parent.parent / "data"


@remembered(*UNTILED)
def effective_numbers(study: Study) -> dict[str, float | None]:
    """How many senders, receivers and threads of equal output the talk of followers is worth.

    1: one of them has all of it. As many as there are: all have equally much.

    Parameters
    ----------
    study
        What to count.

    Returns
    -------
    dict
        `senders` and `threads` of the talk to followers and the brand, `receivers` of that to followers:
        (Σ m)² / Σ m² over the acts m of each. Null where there is no such talk.

    Source
    ------
    Laakso & Taagepera (1979), doi:10.1177/001041407901200101: the effective number.
    """
    talk = counted_talk(study)
    peers = talk.filter(_.target_role == FOLLOWER)
    groups = ((talk, "source"), (peers, "target"), (talk, "thread"))
    return {name: _worth(acts, by) for name, (acts, by) in zip(_SHAPE, groups, strict=True)}


def _worth(acts: Table, by: str) -> float | None:
    each = acts.group_by(by).agg(m=(_.ff + _.fb).sum())
    row = first_row(each.agg(total=_.m.sum().fill_null(0), squares=(_.m * _.m).sum().fill_null(0)))
    # Whole numbers, divided once: the order of the rows changes nothing.
    return int(row["total"]) ** 2 / int(row["squares"]) if row["squares"] else None


def track_record(
    study: Study, *, estimates: Mapping[str, Estimate], folder: str | Path | None = None
) -> dict[str, Any]:
    """How often such intervals, and such verdicts, were right in planted worlds most like this study.

    Parameters
    ----------
    study
        What was measured.
    estimates
        Its measures, by name.
    folder
        With coverage.csv and verdicts.csv; by default the tables that come with the package.

    Returns
    -------
    dict
        `like` (the study's effective numbers); `intervals`, by measure: `held` (share of the worlds most like it
        in which the interval held the truth), `is_narrow` (below 93 %, and so rarely as a true 95 % would in one
        of twenty such tables), `worlds`, `followers` and `world` (how many, how large, of which kind they were),
        `least` and `most` (of `held`, over all kinds of world of that size) and `sizes` (of the smallest and the
        largest worlds there are). `verdicts`, null where there are none: `followers`, `worlds`
        (planted audiences and communities of the nearest size, eight weeks of which every post was kept), `right`,
        `wrong` (called the other), `mixed`, `undecided`, `insufficient` and `not_identifiable`, which sum to them;
        `both` (worlds that are something of both) and `both_as_community` (called a community). A measure of which
        the table holds nothing, or which has no interval, is left out.
    """
    tables = Path(folder) if folder is not None else data_folder() / "validation"
    shape, followers = effective_numbers(study), talk_counts(study)["active_followers"]
    rows = _read(tables / "coverage.csv")
    told: dict[str, Any] = {}
    for name, estimate in estimates.items():
        of_it = rows[rows["measure"] == name] if len(rows) else rows
        if estimate.low is not None and followers and len(of_it):
            level = None if name.endswith("_change") else estimate.value
            told[name] = _most_like(of_it, followers=followers, shape=shape, level=level)
    verdicts = _read(tables / "verdicts.csv")
    return {
        "like": shape,
        "intervals": told,
        "verdicts": _verdicts(verdicts, followers=followers) if followers and len(verdicts) else None,
    }


def _read(path: Path) -> pd.DataFrame:
    """The worlds of a table in which something was given; none where there is no table."""
    if not path.exists():
        return pd.DataFrame()
    table = pd.read_csv(path)
    return table[table["worlds"] > 0]


def _nearest_size(rows: pd.DataFrame, *, followers: int) -> pd.DataFrame:
    away = np.log(rows["followers"] / followers).abs()
    return rows[rows["followers"] == rows["followers"].loc[away.idxmin()]]


def _most_like(
    rows: pd.DataFrame, *, followers: int, shape: Mapping[str, float | None], level: float | None
) -> dict[str, Any]:
    """The kind of world nearest in size, then in how talk is spread and how high the share is; of equals the first."""
    near = _nearest_size(rows, followers=followers)
    away = np.zeros(len(near))
    for name, worth in shape.items():
        if worth is not None:
            # Nobody's talk is like none: a world without it is farther than any other.
            share = near[name].where(near[name] > 0).to_numpy(float) / near["followers"].to_numpy(float)
            away += np.nan_to_num(np.log(share / (worth / followers)) ** 2, nan=np.inf)
    if level is not None:
        away += (_logit(near["truth"].to_numpy(float)) - _logit(np.array(level))) ** 2
    one = near.iloc[int(away.argmin())]
    held = round(float(one["coverage"]) * int(one["worlds"]))
    by_chance = float(stats.binom.cdf(held, int(one["worlds"]), _PROMISED))
    return {
        "held": float(one["coverage"]),
        "is_narrow": bool(one["coverage"] < _ENOUGH and by_chance < 0.05),
        "worlds": int(one["worlds"]),
        "followers": int(one["followers"]),
        "world": str(one["world"]),
        "least": float(near["coverage"].min()),
        "most": float(near["coverage"].max()),
        "sizes": [int(rows["followers"].min()), int(rows["followers"].max())],
    }


def _logit(share: np.ndarray) -> np.ndarray:
    inside = np.clip(share, _LEAST, 1 - _LEAST)
    return np.log(inside / (1 - inside))


def _verdicts(rows: pd.DataFrame, *, followers: int) -> dict[str, int] | None:
    """What planted audiences and communities of the nearest size were called."""
    whole = rows[(rows["seen"] == "whole") & (rows["days"] == _DAYS)]
    plain = whole[whole["truth"].isin(("audience", "community"))]
    if plain.empty:
        return None
    near = _nearest_size(plain, followers=followers)
    both_kinds = whole[(whole["truth"] == "mixed") & (whole["followers"] == near["followers"].iloc[0])]
    called = near.groupby("truth")[list(_ANSWERS)].sum().reindex(["audience", "community"], fill_value=0)
    right = sum(int(called.loc[truth, truth]) for truth in called.index)
    both = called.sum()
    return {
        "followers": int(near["followers"].iloc[0]),
        "worlds": int(near["worlds"].sum()),
        "right": right,
        "wrong": int(both["audience"] + both["community"]) - right,
        **{name: int(both[name]) for name in _ANSWERS[2:]},
        "both": int(both_kinds["worlds"].sum()),
        "both_as_community": int(both_kinds["community"].sum()),
    }
