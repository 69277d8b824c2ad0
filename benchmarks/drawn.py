"""Draws many worlds on all cores, a line of JSON for each; what was drawn already is not drawn again."""

from __future__ import annotations

import json
import multiprocessing
import os
import zlib
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import Any

from tqdm import tqdm

__all__ = ["drawn", "seed_of"]

_FORK = "forkserver"
_RENEWED = 150  # worlds after which a worker starts afresh: every study keeps an engine alive


def seed_of(*key: object) -> int:
    """The seed of a world: the same for the same key, whatever else is drawn.

    Parameters
    ----------
    *key
        What names the world.
    """
    return zlib.crc32(repr(key).encode())


def drawn(
    claim: str, task: Callable[..., dict[str, Any]], calls: Iterable[tuple[Any, ...]], *, folder: Path
) -> list[dict[str, Any]]:
    """The records of all worlds of a claim, drawn now or before.

    Parameters
    ----------
    claim
        Name of the file in which they are kept.
    task
        Gives the record of a world from what names it.
    calls
        What names each world: texts and numbers.
    folder
        Where records are kept.

    Returns
    -------
    list of dict
        In the order of the calls.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{claim}.jsonl"
    calls = list(calls)
    known = {}
    for line in path.read_text("utf-8").splitlines() if path.exists() else ():
        row = json.loads(line)  # a run that was killed leaves no half line: each is written at once
        known[json.dumps(row["key"])] = row["found"]
    missing = [call for call in calls if json.dumps(call) not in known]
    if missing:
        pool = ProcessPoolExecutor(
            os.cpu_count(), mp_context=multiprocessing.get_context(_FORK), max_tasks_per_child=_RENEWED
        )
        with pool, path.open("a", encoding="utf-8") as file:
            waiting = {pool.submit(task, *call): call for call in missing}
            for done in tqdm(as_completed(waiting), total=len(waiting), desc=claim, disable=None):
                call, found = waiting[done], done.result()
                file.write(json.dumps({"key": call, "found": found}) + "\n")
                file.flush()
                known[json.dumps(call)] = json.loads(json.dumps(found))
    return [known[json.dumps(call)] for call in calls]
