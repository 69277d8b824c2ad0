"""Draws many worlds on all cores, a line of JSON for each; what was drawn already is not drawn again."""

from __future__ import annotations

import inspect
import json
import multiprocessing
import os
import sys
import zlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from tqdm import tqdm

from benchmarks import planted
from communitylab import simulate

__all__ = ["drawn", "seed_of"]

_RENEWED = 100  # worlds after which a worker starts afresh: every study keeps an engine alive


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
        Where records are kept. After a change of a measure itself, empty it.

    Returns
    -------
    list of dict
        In the order of the calls.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{claim}-{_fingerprint(task)}.jsonl"
    calls = list(calls)
    known = {}
    for line in path.read_text("utf-8").splitlines(keepends=True) if path.exists() else ():
        if line.endswith("\n"):  # the last may be half a line of a run that was killed
            row = json.loads(line)
            known[json.dumps(row["key"])] = row["found"]
    missing = [call for call in calls if json.dumps(call) not in known]
    if missing:
        # Of the standard library's two pools this one survives that workers are renewed.
        pool = multiprocessing.get_context("forkserver").Pool(os.cpu_count(), maxtasksperchild=_RENEWED)
        with pool, path.open("a", encoding="utf-8") as file:
            found = pool.imap_unordered(_called, [(task, call) for call in missing])
            for call, record in tqdm(found, total=len(missing), desc=claim, disable=None):
                line = json.dumps({"key": call, "found": record})
                file.write(line + "\n")
                file.flush()
                known[json.dumps(call)] = json.loads(line)["found"]
    return [known[json.dumps(call)] for call in calls]


def _fingerprint(task: Callable[..., Any]) -> str:
    """Of what is planted and what is done with it: other worlds are drawn anew."""
    rooms = (sys.modules[task.__module__], planted, simulate)
    return f"{zlib.crc32(''.join(map(inspect.getsource, rooms)).encode()):08x}"


def _called(
    work: tuple[Callable[..., dict[str, Any]], tuple[Any, ...]],
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    task, call = work
    return call, task(*call)
