"""How often tests against chance see what is not there, and what is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from benchmarks.clusters import planted_network, random_network
from benchmarks.drawn import drawn, seed_of
from benchmarks.planted import TIED, UNTIED
from communitylab import clusters, measures
from communitylab.simulate import Setting, plant, study_of

__all__ = ["alarms_and_power"]

_LEVEL = 0.05
_ANSWERED = (0.02, 0.05, 0.1, 0.2, 0.4)
_NETWORKS = ((60, 4), (120, 6), (300, 4))  # people, mean degree
_MIXINGS = (0.7, 0.6, 0.5, 0.4, 0.3)
_REPLICATES = 99  # networks drawn by lot for each


def alarms_and_power(*, folder: Path, alarms: int, power: int) -> pd.DataFrame:
    """Draws worlds with and without an effect, and tests for it.

    Parameters
    ----------
    folder
        Where what was drawn is kept.
    alarms, power
        Worlds without the effect, of each kind; worlds with it, of each strength.

    Returns
    -------
    DataFrame
        test, world, effect (0: none), worlds (that could be tested), seen (share with p ≤ 0.05).
    """
    kinds: list[tuple[str, str, float]] = []
    kinds += [("return_rate", world, 0.0) for world in UNTIED]
    kinds += [("return_rate", "lasting contacts", effect) for effect in TIED]
    kinds += [("mutuality", world, 0.0) for world in UNTIED]
    kinds += [("mutuality", "messages are answered", effect) for effect in _ANSWERED]
    kinds += [("groups", _network(*size), 0.0) for size in _NETWORKS]
    kinds += [("groups", _network(*size), mixing) for size in _NETWORKS for mixing in _MIXINGS]
    calls = [
        (test, world, effect, number)
        for number in range(3 * max(alarms, power))
        for test, world, effect in kinds
        if number < (power if effect else _many(test, alarms))
    ]
    found = drawn("nulls", _one_world, calls, folder=folder)
    rows = pd.DataFrame(calls, columns=["test", "world", "effect", "number"])
    rows = rows.assign(p=[record["p"] for record in found]).dropna(subset="p")
    rows = rows.assign(seen=rows["p"] <= _LEVEL + 1e-12)
    told = rows.groupby(["test", "world", "effect"], sort=False)["seen"].agg(worlds="size", seen="mean")
    return told.reset_index()


def _many(test: str, alarms: int) -> int:
    """Worlds without the effect: those without groups come in three kinds instead of seven."""
    return alarms * len(UNTIED) // len(_NETWORKS) if test == "groups" else alarms


def _network(people: int, degree: int) -> str:
    return f"{people} people, {degree} contacts each"


def _one_world(test: str, world: str, effect: float, number: int) -> dict[str, Any]:
    seed = seed_of(test, world, effect, number)
    if test == "groups":
        people, degree = next(size for size in _NETWORKS if _network(*size) == world)
        if effect:
            planted = planted_network(
                people, degree=degree, mixing=effect, sizes=(12, 24), tail=2.5, seed=seed
            )
            links = planted.links
        else:
            links = random_network(people, degree=degree, seed=seed)
        return {"p": clusters.significance(links, seed=seed, replicates=_REPLICATES).p}
    setting: Setting = TIED[effect] if world == "lasting contacts" else UNTIED.get(world, UNTIED["even"])
    if test == "mutuality":
        # Nobody answers anybody but by chance; or so many do.
        setting = replace(setting, answered=effect, stage_answers=0.0)
    study = study_of(plant(setting, seed=seed))
    estimate = (
        measures.return_rate(study, seed=seed)
        if test == "return_rate"
        else measures.mutuality(study, seed=seed)
    )
    return {"p": estimate.p}
