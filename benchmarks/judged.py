"""What the verdict says of worlds that are an audience, a community or something of both by construction."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from benchmarks.drawn import drawn, seed_of
from benchmarks.planted import ELSEWHERE, JUDGED, STRAY, Judged
from communitylab import measures, networks
from communitylab.coverage import automated, focus
from communitylab.simulate import World, plant, searched, study_of, thinned
from communitylab.study import Study
from communitylab.verdict import LABELS, decide

__all__ = ["WORLDS", "judged", "kinds_told", "rules_tried"]

WORLDS = 1.0
"""How many times the numbers of worlds below."""

_Call = tuple[str, str, int, int, int]
_EVERY = {**JUDGED, **ELSEWHERE, **STRAY}
_FOLLOWERS, _DAYS = 200, 56
_COUNTED_OTHERWISE = 5  # worlds of each setting that are counted under other rules as well
_KEPT = {"30 %": 0.3, "10 %": 0.1, "10 %, list": 0.1}
_RULES = {
    "days of threads": "days on which threads began",
    "0 hours": "0 hours apart",
    "24 hours": "24 hours apart",
}


def judged(*, folder: Path, worlds: float = WORLDS) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Draws worlds and judges them.

    Parameters
    ----------
    folder
        Where what was drawn is kept.
    worlds
        How many, as a multiple of the full run.

    Returns
    -------
    tuple of DataFrame
        One row per world: setting, truth, seen (`whole`, `10 %` …), followers, days, and what was found; and the
        counts of verdicts by setting, seen, followers and days.
    """
    calls = [call for call in _calls() if call[4] < max(1, round(worlds * _often(call)))]
    found = drawn("verdicts", _one_world, calls, folder=folder)
    rows = pd.DataFrame(calls, columns=["setting", "seen", "followers", "days", "number"])
    rows["truth"] = [_EVERY[name].truth for name in rows["setting"]]
    rows = pd.concat([rows, pd.DataFrame(found)], axis=1)
    by = ["truth", "setting", "seen", "followers", "days"]
    counts = rows.groupby(by, sort=False)["label"].value_counts().unstack(fill_value=0)
    counts = counts.reindex(columns=list(LABELS), fill_value=0)
    counts = counts.assign(worlds=counts.sum(axis=1)).reset_index()
    # A search keeps what names the brand, whatever share that is; programs come on top of what is there.
    kept = [_KEPT.get(seen, 1.0 if seen == "whole" else None) for seen in counts["seen"]]
    return rows, counts.assign(kept=kept)


def kinds_told(rows: pd.DataFrame) -> pd.DataFrame:
    """Which kind of mixed each setting is told to be, where the whole of it is seen.

    Parameters
    ----------
    rows
        As :func:`judged` gives them.

    Returns
    -------
    DataFrame
        setting, kind, worlds.
    """
    mixed = rows[(rows["label"] == "mixed") & (rows["seen"] == "whole")]
    return mixed.groupby(["setting", "kind"], sort=False).size().reset_index(name="worlds")


def rules_tried(rows: pd.DataFrame) -> pd.DataFrame:
    """What changes where a regular contact is told by another rule, and what the other rules do.

    Parameters
    ----------
    rows
        As :func:`judged` gives them.

    Returns
    -------
    DataFrame
        rule, truth, worlds, the mean breadth under it and as usual (null where a rule does not touch it), and the
        counts of verdicts.
    """
    labels = list(LABELS)
    told = []

    def add(rule: str, truth: str, each: pd.DataFrame, column: str, breadth: str | None) -> None:
        counts = each[column].value_counts().reindex(labels, fill_value=0)
        counts.index = counts.index.str.replace(" ", "_")
        mean = each[breadth].astype(float).mean() if breadth else None
        told.append({"rule": rule, "truth": truth, "worlds": len(each), "breadth": mean, **counts.to_dict()})

    again = rows[rows["0 hours"].notna()]
    for truth, each in again.groupby("truth", sort=False):
        add("12 hours apart, as printed", truth, each, "label", "breadth")
        for name, rule in _RULES.items():
            add(rule, truth, each, name, f"breadth, {name}")
    bots = rows[rows["seen"] == "20 % bots"]
    for truth, each in bots.groupby("truth", sort=False):
        add("20 % programs, all counted", truth, each, "label", "breadth")
        add("20 % programs, without automated accounts", truth, each, "without automated", None)
    return pd.DataFrame(told)


def _calls() -> Iterator[_Call]:
    for number in range(20):
        for name, one in {**JUDGED, **ELSEWHERE}.items():
            yield name, "whole", _FOLLOWERS, _DAYS, number
            if one.is_core:
                yield from ((name, "whole", followers, _DAYS, number) for followers in (60, 1_000))
                yield from ((name, "whole", _FOLLOWERS, days, number) for days in (10, 28, 182, 730))
                yield from (
                    (name, seen, _FOLLOWERS, _DAYS, number)
                    for seen in ("30 %", "10 %", "10 %, list", "search", "20 % bots")
                )
        yield from ((name, "whole", _FOLLOWERS, _DAYS, number) for name in STRAY)


def _often(call: _Call) -> int:
    """How many worlds of a setting the full run draws."""
    _name, seen, followers, days, _number = call
    if seen == "whole" and days == _DAYS:
        return 20 if followers == _FOLLOWERS else 12
    return 8


def _one_world(name: str, seen: str, followers: int, days: int, number: int) -> dict[str, Any]:
    seed = seed_of(name, seen, followers, days, number)
    one: Judged = _EVERY[name]
    setting = replace(one.setting, followers=followers, days=days)
    if one.setting.silent:
        setting = replace(setting, silent=followers)
    if seen == "20 % bots":
        setting = replace(setting, bots=0.2)
    if seen == "10 %, list":
        setting = replace(setting, silent=followers)
    world = plant(setting, seed=seed)
    if seen == "search":
        world = searched(world)
    if "%" in seen and "bots" not in seen:
        world = thinned(world, keep=float(seen.split()[0]) / 100, seed=seed)
    study = study_of(world, coverage="B" if name in ELSEWHERE else "A")
    found = _judgement(study, seed=seed)
    if seen == "20 % bots":
        found["without automated"] = decide(study.only(without=automated(study)), seed=seed).label
    if seen == "whole" and (followers, days) == (_FOLLOWERS, _DAYS) and number < _COUNTED_OTHERWISE:
        found |= _otherwise(world, coverage=study.ledger.files[0].coverage or "A", seed=seed)
        found["cohesion p"] = measures.cohesion(study, seed=seed).p
    return found


def _judgement(study: Study, *, seed: int) -> dict[str, Any]:
    verdict = decide(study, seed=seed)
    share, broad, reach = measures.follower_share(study), measures.breadth(study), measures.reach(study)
    return {
        "label": verdict.label,
        "kind": verdict.kind,
        "share": share.value,
        "breadth": broad.value,
        "regulars": broad.beside["regulars"],
        "reach": reach.value,
        "rival": reach.beside.get("rival"),
        "bystanders": share.beside.get("bystander_high"),
        "stray": focus(study) is not None,
    }


def _otherwise(world: World, *, coverage: str, seed: int) -> dict[str, Any]:
    """The verdict and the breadth under other rules of what a regular contact is."""
    found: dict[str, Any] = {}
    usual = networks._HOURS_APART
    starts = world.messages.groupby("thread")["at"].transform("min")
    gathered = replace(world, messages=world.messages.assign(at=starts))
    for name, hours, each in (
        ("0 hours", 0, world), ("24 hours", 24, world), ("days of threads", usual, gathered)
    ):  # fmt: skip
        networks._HOURS_APART = hours
        try:
            study = study_of(each, coverage=coverage)
            found[name] = decide(study, seed=seed).label
            found[f"breadth, {name}"] = measures.breadth(study).value
        finally:
            networks._HOURS_APART = usual
    return found
