"""How often intervals hold the truth, in worlds in which it is known.

The truth of a measure is its value in all worlds of a kind taken together: what it would be among endlessly many such
followers. Beside the interval that the toolkit prints stand the naive one, which takes every message or thread for
independent, and others that were tried.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from benchmarks.drawn import drawn, seed_of
from benchmarks.planted import COVERED, SIZES
from communitylab import contacts, inference, measures
from communitylab.shapes import active_per_tile
from communitylab.simulate import World, plant, study_of
from communitylab.study import Study

__all__ = ["held", "interval_coverage"]

_Interval = tuple[float, float]
_Found = dict[str, dict[str, Any]]


def interval_coverage(*, folder: Path, worlds: dict[int, int]) -> pd.DataFrame:
    """Draws the worlds and tells how often each interval held the truth.

    Parameters
    ----------
    folder
        Where what was drawn is kept.
    worlds
        How many of each kind, by followers.

    Returns
    -------
    DataFrame
        As :func:`held` gives it.
    """
    calls = [
        (kind, followers, number)
        for number in range(max(worlds.values()))
        for followers in SIZES
        for kind in COVERED
        if number < worlds.get(followers, 0)
    ]
    found = drawn("coverage", _one_world, calls, folder=folder)
    named: dict[str, dict[str, None]] = {}
    for record in found:
        for measure, one in record["measures"].items():
            named.setdefault(measure, {}).update(dict.fromkeys(one["intervals"]))
    rows = [
        {"world": kind, "followers": followers, **row}
        for (kind, followers, _number), record in zip(calls, found, strict=True)
        for row in _rows(record, named)
    ]
    return held(pd.DataFrame(rows))


def held(rows: pd.DataFrame) -> pd.DataFrame:
    """How often each interval held the truth.

    Parameters
    ----------
    rows
        world, followers, measure, interval (its name), numerator, denominator, low, high, senders, receivers,
        threads: one row per world and interval.

    Returns
    -------
    DataFrame
        measure, world, followers, interval, truth, worlds, coverage, width, senders, receivers, threads.
    """
    told = []
    for (measure, world, followers, interval), each in rows.groupby(
        ["measure", "world", "followers", "interval"], sort=False
    ):
        truth = each["numerator"].sum() / each["denominator"].sum()
        inside = (each["low"] <= truth + 1e-12) & (each["high"] >= truth - 1e-12)
        told.append({
            "measure": measure, "world": world, "followers": followers, "interval": interval, "truth": truth,
            "worlds": len(each), "coverage": inside.mean(), "width": (each["high"] - each["low"]).mean(),
            **each[["senders", "receivers", "threads"]].mean().to_dict(),
        })  # fmt: skip
    return pd.DataFrame(told)


def _rows(record: dict[str, Any], named: dict[str, dict[str, None]]) -> Iterator[dict[str, Any]]:
    for measure, found in record["measures"].items():
        for name in named[measure]:
            # Where nothing or everything shows it, there is but one rule.
            low, high = found["intervals"].get(name, found["intervals"]["printed"])
            yield {
                "measure": measure, "interval": name, "numerator": found["of"][0], "denominator": found["of"][1],
                "low": low, "high": high, **record["like"],
            }  # fmt: skip


def _one_world(kind: str, followers: int, number: int) -> dict[str, Any]:
    seed = seed_of(kind, followers, number)
    world = plant(replace(COVERED[kind], followers=followers), seed=seed)
    study = study_of(world)
    talk = world.messages
    talk = talk[(talk["source"] > 0) & (talk["target"] >= 0)]
    found: _Found = {
        **_share(study, talk),
        **_breadth(study),
        **_largest(study, seed=seed),
        **_threads(study, world, seed=seed),
        **_changes(study, talk),
    }
    peers = talk[talk["target"] > 0]
    like = {
        "senders": _effective(talk["source"]),
        "receivers": _effective(peers["target"]),
        "threads": _effective(talk["thread"]),
    }
    return {"measures": found, "like": like}


def _effective(groups: pd.Series) -> float:
    n = groups.value_counts().to_numpy(float)
    return float(n.sum() ** 2 / (n**2).sum()) if len(n) else 0.0


def _share(study: Study, talk: pd.DataFrame) -> _Found:
    estimate = measures.follower_share(study)
    ff = int((talk["target"] > 0).sum())
    fb = len(talk) - ff
    if estimate.low is None or estimate.high is None:
        return {}
    intervals = {"printed": (estimate.low, estimate.high), "naive": inference.wilson(ff, ff + fb)}
    if ff and fb:
        is_peer = talk["target"] > 0
        sent = talk[["source"]].assign(ff=is_peer, fb=~is_peer).rename(columns={"source": "actor"})
        received = talk.loc[is_peer, ["target"]].assign(ff=True, fb=False).rename(columns={"target": "actor"})
        actors = pd.concat([sent, received]).groupby("actor").sum()
        threads = talk[["thread"]].assign(ff=is_peer, fb=~is_peer).groupby("thread").sum()
        intervals |= _jackknives(ff, fb, [actors.to_numpy(float), threads.to_numpy(float)])
    return {"follower_share": {"of": [ff, ff + fb], "intervals": intervals}}


def _jackknives(yes: int, no: int, groupings: list[np.ndarray]) -> dict[str, _Interval]:
    """Other intervals from the same leave-one-out shares: fewer degrees of freedom, both variances together."""
    centre, total = _logit(yes / (yes + no)), yes + no
    variances, freedoms = [], []
    for groups in groupings:
        rest = total - groups.sum(axis=1)
        with np.errstate(invalid="ignore", divide="ignore"):
            share = np.where(rest > 0, (yes - groups[:, 0]) / rest, yes / total)
        away = _logit(np.clip(share, 1 / (2 * total), 1 - 1 / (2 * total)))
        squares = (away - away.mean()) ** 2
        n = len(groups)
        variances.append((n - 1) / n * squares.sum())
        freedoms.append(_freedom(squares))
    most = int(np.argmax(variances))
    return {
        "fewer degrees of freedom": _on_logit(centre, variances[most], freedoms[most]),
        "both variances": _on_logit(centre, sum(variances), min(len(groups) for groups in groupings) - 1),
        "both, fewer degrees": _on_logit(centre, sum(variances), min(freedoms)),
    }


def _freedom(squares: np.ndarray) -> float:
    """Degrees of freedom that the squared deviations are worth (Satterthwaite 1946): few where a few are large."""
    spare = (squares**2).sum() - squares.sum() ** 2 / len(squares)
    if spare <= 0:
        return float(len(squares) - 1)
    return float(np.clip(2 * squares.sum() ** 2 / spare, 1, len(squares) - 1))


def _on_logit(centre: float, variance: float, freedom: float) -> _Interval:
    reach = float(stats.t.ppf(0.975, max(freedom, 1))) * variance**0.5
    return _expit(centre - reach), _expit(centre + reach)


def _breadth(study: Study) -> _Found:
    estimate = measures.breadth(study)
    if estimate.value is None or estimate.low is None or estimate.high is None:
        return {}
    hits, rows = int(estimate.beside["in_contact"] or 0), int(estimate.beside["regular_tiles"] or 0)
    intervals = {"printed": (estimate.low, estimate.high), "naive": inference.wilson(hits, rows)}
    if 0 < hits < rows:
        counts = contacts.contact_counts(study, tiles=study.tiles)
        a, b, s = (counts[name].to_numpy(float) for name in ("in_contact", "regular", "only_contact"))
        own, share, k = a - hits / rows * b, hits / rows, len(counts)
        scale = k / (k - 1) / rows**2
        alone, shared = own**2, (own + s) ** 2
        variances = {
            "own contacts only": scale * alone.sum(),
            "shared contacts in full": scale * shared.sum(),
        }
        for name, variance in variances.items():
            intervals[name] = inference.clustered_wilson(
                share, variance=variance, observations=rows, people=k
            )
        half = scale * 0.5 * (alone.sum() + shared.sum())
        freedom = _freedom(0.5 * (alone + shared))
        intervals["fewer degrees of freedom"] = inference.clustered_wilson(
            share, variance=half, observations=rows, people=max(round(freedom) + 1, 2)
        )
    return {"breadth": {"of": [hits, rows], "intervals": intervals}}


def _largest(study: Study, *, seed: int) -> _Found:
    estimate = measures.largest_component(study, seed=seed)
    value, low, high = estimate.value, estimate.low, estimate.high
    if value is None or low is None or high is None:
        return {}
    total = sum(active_per_tile(study).values())
    intervals = {"printed": (low, high), "naive": inference.wilson(round(value * total), total)}
    return {"largest_component": {"of": [value * total, total], "intervals": intervals}}


def _threads(study: Study, world: World, *, seed: int) -> _Found:
    found: _Found = {}
    messages = world.messages
    wrote = messages[["thread", "source"]].drop_duplicates()
    replies = messages[(messages["parent"] >= 0) & (messages["source"] > 0) & (messages["target"] > 0)]
    threads = pd.DataFrame({
        "posts": messages.groupby("thread").size(),
        "followers": wrote[wrote["source"] > 0].groupby("thread").size(),
        "brand": wrote[wrote["source"] == 0].groupby("thread").size(),
        "met": replies.groupby("thread").size(),
    }).fillna(0)  # fmt: skip
    several = threads["followers"] >= 2
    kinds = {
        "conversation": (
            measures.conversation(study),
            (threads["posts"] >= 2) & (threads["followers"] >= 1),
            several & (threads["met"] > 0),
        ),
        "join_in": (
            measures.join_in(study),
            (threads["brand"] > 0) & (threads["followers"] >= 1),
            several,
        ),
    }
    for name, (estimate, counts, shows) in kinds.items():
        if estimate.low is None or estimate.high is None:
            continue
        n, yes = int(counts.sum()), int((counts & shows).sum())
        intervals = {"printed": (estimate.low, estimate.high), "naive": inference.wilson(yes, n)}
        if 0 < yes < n:
            by_thread = np.column_stack([shows[counts], ~shows[counts]]).astype(float)
            taking_part = wrote[(wrote["source"] > 0) & wrote["thread"].isin(counts[counts].index)]
            flags = shows.loc[taking_part["thread"]].to_numpy()
            by_actor = (
                pd.DataFrame({"actor": taking_part["source"].to_numpy(), "yes": flags, "no": ~flags})
                .groupby("actor")
                .sum()
                .to_numpy(float)
            )
            intervals |= _jackknives(yes, n - yes, [by_thread, by_actor])
        found[name] = {"of": [yes, n], "intervals": intervals}
    return found


def _changes(study: Study, talk: pd.DataFrame) -> _Found:
    first, last = study.days or (0, 0)
    third = (last - first + 1) // 3
    found: _Found = {}
    estimate = measures.follower_share_change(study)
    if estimate.value is not None and estimate.low is not None and estimate.high is not None:
        day = talk["at"] // 86_400
        parts = [talk[day < first + third], talk[day > last - third]]
        before, after = ((int((part["target"] > 0).sum()), len(part)) for part in parts)
        intervals = {
            "printed": (estimate.low, estimate.high),
            "naive": inference.difference_interval(after, before),
        }
        found["follower_share_change"] = {"of": [estimate.value, 1], "intervals": intervals}
    estimate = measures.breadth_change(study)
    if estimate.value is not None and estimate.low is not None and estimate.high is not None:
        early = [tile for tile in study.tiles if tile + study.choices.tile_days <= first + third]
        late = [tile for tile in study.tiles if tile > last - third]
        before, after = (
            (int(counts["in_contact"].sum()), int(counts["regular"].sum()))
            for counts in (contacts.contact_counts(study, tiles=tiles) for tiles in (early, late))
        )
        intervals = {
            "printed": (estimate.low, estimate.high),
            "naive": inference.difference_interval(after, before),
        }
        found["breadth_change"] = {"of": [estimate.value, 1], "intervals": intervals}
    return found


def _logit(share: Any) -> Any:
    return np.log(share / (1 - share))


def _expit(logit: float) -> float:
    return float(1 / (1 + np.exp(-logit)))
