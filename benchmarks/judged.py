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
from communitylab.verdict import LABELS, Thresholds, decide

__all__ = ["guards_tried", "judged", "kinds_told", "rules_tried"]

_Call = tuple[str, str, int, int, int]
_EVERY = {**JUDGED, **ELSEWHERE, **STRAY}
_FOLLOWERS, _DAYS = 200, 56
_MOST = 66  # worlds of a setting at most
_COUNTED_OTHERWISE = 5  # worlds of each setting that are counted under other rules as well
_FEW = ("a pure star", "a community", "a circle of 10 %", "a second broadcaster", *STRAY)
_KEPT = {"30 %": 0.3, "10 %": 0.1, "10 %, list": 0.1}
_RULES = {
    "days of threads": "days on which threads began",
    "0 hours": "0 hours apart",
    "24 hours": "24 hours apart",
}


def judged(*, folder: Path, is_small: bool = False) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Draws worlds and judges them.

    Parameters
    ----------
    folder
        Where what was drawn is kept.
    is_small
        Whether only a few settings are drawn.

    Returns
    -------
    tuple of DataFrame
        One row per world: setting, truth, seen (`whole`, `10 %` …), followers, days, and what was found; and the
        counts of verdicts by setting, seen, followers and days.
    """
    calls = [call for call in _calls() if call[4] < _often(call)]
    if is_small:
        calls = [call for call in calls if _is_among_few(call)]
    found = drawn("verdicts", _one_world, calls, folder=folder)
    rows = pd.DataFrame(calls, columns=["setting", "seen", "followers", "days", "number"])
    rows["truth"] = [_EVERY[name].truth for name in rows["setting"]]
    rows = pd.concat([rows, pd.DataFrame(found)], axis=1)
    by = ["truth", "setting", "seen", "followers", "days"]
    counts = rows.groupby(by, sort=False)["label"].value_counts().unstack(fill_value=0)
    counts = counts.reindex(columns=list(LABELS), fill_value=0)
    counts = counts.assign(worlds=counts.sum(axis=1)).reset_index()
    # A search keeps what names the brand, whatever share that is; programs are a fifth of the followers.
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


def guards_tried(rows: pd.DataFrame) -> pd.DataFrame:
    """What the rules do that keep the verdict from being given, and what cohesion would say.

    Parameters
    ----------
    rows
        As :func:`judged` gives them.

    Returns
    -------
    DataFrame
        truth, seen, worlds, `refused` (said not to be about the brand: hardly anybody addresses it, or somebody else is
        addressed by twice as many), `kept_open` (would be an audience but for those who are only named), `cohesive`
        (share of the worlds in which it can be tested whose contacts know each other more than chance).
    """
    told = []
    for (truth, seen), each in rows.groupby(["truth", "seen"], sort=False):
        tested = each["cohesion p"].dropna()
        told.append({
            "truth": truth, "seen": seen, "worlds": len(each), "refused": int(each["stray"].sum()),
            "kept_open": int(each["kept open"].sum()), "tested": len(tested),
            "cohesive": float((tested <= 0.05).mean()) if len(tested) else None,
        })  # fmt: skip
    return pd.DataFrame(told)


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
    for number in range(_MOST):
        yield from ((name, "timelines", _FOLLOWERS, _DAYS, number) for name in ELSEWHERE)
        for name, one in JUDGED.items():
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
    name, seen, followers, days, _number = call
    if seen in ("whole", "timelines") and days == _DAYS:
        if followers != _FOLLOWERS:
            return 12
        # To call an audience a community, or the reverse, is the error that must not happen.
        return _MOST if seen == "whole" and _EVERY[name].truth in ("audience", "community") else 20
    return 8


def _is_among_few(call: _Call) -> bool:
    """Whether a world is drawn even in the small run: one of a few settings, of two of them in every way seen."""
    name, seen, followers, days, number = call
    is_usual = number == 0 and (followers, days) == (_FOLLOWERS, _DAYS)
    return is_usual and name in (_FEW if seen == "whole" else _FEW[:2])


def _one_world(name: str, seen: str, followers: int, days: int, number: int) -> dict[str, Any]:
    seed = seed_of(name, followers, days, number)  # whatever is seen of it, it is the same world
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
        world = thinned(world, keep=float(seen.split()[0]) / 100, seed=seed + 1)
    study = study_of(world, coverage="B" if seen == "timelines" else "A")
    found = _judgement(study, seed=seed)
    if seen == "20 % bots":
        found["without automated"] = decide(study.only(without=automated(study)), seed=seed).label
    if seen == "whole" and (followers, days) == (_FOLLOWERS, _DAYS) and number < _COUNTED_OTHERWISE:
        found |= _otherwise(world, seed=seed)
        found["cohesion p"] = measures.cohesion(study, seed=seed).p
    return found


def _judgement(study: Study, *, seed: int) -> dict[str, Any]:
    verdict = decide(study, seed=seed)
    share, broad = measures.follower_share(study), measures.breadth(study)
    usual = Thresholds()
    bystanders = share.beside.get("bystander_high")
    is_audience = (
        verdict.label not in ("insufficient", "not identifiable")
        and (share.high or 0) < usual.phi_a
        and (broad.high or 0) < usual.pi_a
    )
    return {
        "label": verdict.label,
        "kind": verdict.kind,
        "share": share.value,
        "breadth": broad.value,
        "stray": focus(study) is not None,
        "kept open": is_audience
        and verdict.label != "audience"
        and bystanders is not None
        and bystanders >= usual.phi_c,
    }


def _otherwise(world: World, *, seed: int) -> dict[str, Any]:
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
            study = study_of(each)
            found[name] = decide(study, seed=seed).label
            found[f"breadth, {name}"] = measures.breadth(study).value
        finally:
            networks._HOURS_APART = usual
    return found
