"""Damages fixtures in many ways and reads them: nothing may be raised, hang, grow or get lost.

    python tests/exports/fuzz.py --runs 20000 [--seed 7] [FORMAT ...]

reads that many damaged inputs of each format and prints a line for each: how many were read as something, how
many refused, the longest read and the most memory. The first failure is kept in a file, and named.
"""

from __future__ import annotations

import argparse
import io
import json
import multiprocessing
import os
import random
import re
import resource
import shutil
import signal
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from reading import INPUTS, format_of, read_all

SECONDS, MEGABYTES = 10, 500

_SPANS = [
    b"", b"\x00", b'"', b"'", b"\n", b"\r", b"\xff", b"\xed\xa0\x80", b"{", b"}", b"[", b"]", b"<", b">", b"&",
    b"\\ud800", b"\\", b",", b";", b"\t", b":", b"=", b"9" * 400, b"1e999", b"-1",
    b"null", b"[" * 3000, b"<a>" * 400, b"\nFrom ",
    "\u202e\u2066@\u200d".encode(), b"=cmd|' /C calc'!A0", b"@" * 50,
]  # fmt: skip
_JSON_VALUE = re.compile(rb'"(?:[^"\\\n]|\\.)*"|-?\d+(?:\.\d+)?|true|false|null|\[\]|\{\}')
_OTHERS = [b"null", b"[]", b"{}", b"true", b"-1", b"1.5e308", b'""', b'"x"', b"[[1]]", b'{"a":1}', b"9" * 400,
           b'"\\ud800"', b'"9999-12-31T00:00:00Z"', b'"\\u0000"']  # fmt: skip

_Change = Callable[[bytes, random.Random], bytes]


def _flip(content: bytes, lots: random.Random) -> bytes:
    damaged = bytearray(content)
    for _ in range(lots.randint(1, 6)):
        damaged[lots.randrange(len(damaged))] ^= 1 << lots.randrange(8)
    return bytes(damaged)


def _cut(content: bytes, lots: random.Random) -> bytes:
    return content[: lots.randrange(len(content))]


def _without(content: bytes, lots: random.Random) -> bytes:
    start = lots.randrange(len(content))
    return content[:start] + content[start + lots.randint(1, 60) :]


def _span(content: bytes, lots: random.Random) -> bytes:
    start = lots.randrange(len(content))
    return content[:start] + lots.choice(_SPANS) + content[start + lots.choice((0, 0, 1, 8)) :]


def _lines(content: bytes, lots: random.Random) -> bytes:
    """One line is lost, comes twice, or changes places with another."""
    lines = content.splitlines(keepends=True)
    one, other = lots.randrange(len(lines)), lots.randrange(len(lines))
    match lots.randrange(3):
        case 0:
            del lines[one]
        case 1:
            lines.insert(other, lines[one])
        case 2:
            lines[one], lines[other] = lines[other], lines[one]
    return b"".join(lines)


def _values(content: bytes, lots: random.Random) -> bytes:
    """A JSON value becomes one of another type, or that of another field."""
    values = list(_JSON_VALUE.finditer(content))
    if not values:
        return _span(content, lots)
    for place in sorted(lots.sample(range(len(values)), min(len(values), lots.randint(1, 3))), reverse=True):
        new = lots.choice((lots.choice(_OTHERS), lots.choice(values)[0]))
        content = content[: values[place].start()] + new + content[values[place].end() :]
    return content


def _cells(content: bytes, lots: random.Random) -> bytes:
    """In one line two fields change places, one comes twice or is lost, or its value is of another type."""
    lines = content.splitlines(keepends=True)
    place = lots.randrange(len(lines))
    sign = max((b",", b";", b"\t", b"|", b">"), key=lines[place].count)
    fields = lines[place].split(sign)
    one, other = lots.randrange(len(fields)), lots.randrange(len(fields))
    match lots.randrange(4):
        case 0:
            fields[one], fields[other] = fields[other], fields[one]
        case 1:
            fields.insert(other, fields[one])
        case 2:
            del fields[one]
        case 3:
            fields[one] = lots.choice(_OTHERS + _SPANS)
    lines[place] = sign.join(fields)
    return b"".join(lines)


_CHANGES: tuple[_Change, ...] = (_flip, _cut, _without, _span, _lines, _values, _cells)


def _inside(content: bytes, lots: random.Random) -> bytes:
    """A workbook, one part of which has had accidents before it was packed."""
    with zipfile.ZipFile(io.BytesIO(content)) as whole:
        parts = {name: whole.read(name) for name in whole.namelist()}
    victim = lots.choice(sorted(parts))
    parts[victim] = damaged(parts[victim], lots)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as copy:
        for name, part in parts.items():
            copy.writestr(name, part)
    return packed.getvalue()


def damaged(content: bytes, lots: random.Random) -> bytes:
    """A file after one to three accidents."""
    if content.startswith(b"PK") and lots.random() < 0.9:
        return _inside(content, lots)
    for _ in range(lots.choice((1, 1, 2, 3))):
        if content:
            content = lots.choice(_CHANGES)(content, lots)
    return content


@dataclass
class Outcome:
    """What became of the damaged inputs of one fixture."""

    name: str
    runs: int = 0
    read: int = 0  # at least one file of it was recognised
    posts: int = 0
    seconds: float = 0.0  # of the longest
    megabytes: int = 0
    failure: str | None = None


def _too_long(*_: Any) -> None:
    raise TimeoutError(f"over {SECONDS} s")


def run(path: Path, *, runs: int, seed: int, keep: Path | None = None) -> Outcome:
    """Reads damaged copies of a fixture until one fails."""
    outcome = Outcome(path.name)
    signal.signal(signal.SIGALRM, _too_long)
    scratch = Path(tempfile.mkdtemp(dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None))
    try:
        for number, (victim, content) in enumerate(_copies(path, runs=runs, seed=seed)):
            copy, tables = scratch / "export", scratch / "tables"
            _put(path, copy, victim, content)
            tables.mkdir()
            began = time.monotonic()
            signal.alarm(SECONDS)
            try:
                records = read_all(copy, tables)
                _check(records, tables)
            except Exception as error:  # noqa: BLE001 - whatever it is, it is the finding
                outcome.failure = f"{type(error).__name__}: {error} (run {number}, {victim.name})"
                if keep is not None:
                    (keep / f"{path.name}.{number}").write_bytes(content)
                break
            finally:
                signal.alarm(0)
            outcome.runs += 1
            outcome.read += any(record.format for record in records)
            outcome.posts += sum(record.posts for record in records)
            outcome.seconds = max(outcome.seconds, time.monotonic() - began)
            shutil.rmtree(tables)
            shutil.rmtree(copy) if copy.is_dir() else copy.unlink()
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    outcome.megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    if outcome.megabytes > MEGABYTES and outcome.failure is None and keep is not None:
        outcome.failure = f"{outcome.megabytes} MB"
    return outcome


def _copies(path: Path, *, runs: int, seed: int) -> Iterator[tuple[Path, bytes]]:
    lots = random.Random(f"{seed} {path.name}")
    files = [path] if path.is_file() else sorted(file for file in path.rglob("*") if file.is_file())
    contents = {file: file.read_bytes() for file in files}
    for _ in range(runs):
        victim = lots.choice(files)
        yield victim, damaged(contents[victim], lots)


def _put(path: Path, copy: Path, victim: Path, content: bytes) -> None:
    if path.is_file():
        copy.write_bytes(content)
        return
    shutil.copytree(path, copy)
    (copy / victim.relative_to(path)).write_bytes(content)


def _check(records: list[Any], tables: Path) -> None:
    """Nothing is lost, and what the ledger counts is what was written."""
    for kind in ("posts", "edges"):
        written = sum(pq.ParquetFile(part).metadata.num_rows for part in tables.glob(f"{kind}-*.parquet"))
        counted = sum(getattr(record, kind) for record in records)
        assert written == counted, f"{written} {kind} written, {counted} counted"
    for record in records:
        assert record.records == record.posts + sum(record.skipped.values()), "records are lost"
        assert record.refusal is None or record.records == 0, "records of a refused file"


def _job(arguments: tuple[Path, int, int, Path]) -> Outcome:
    path, runs, seed, keep = arguments
    return run(path, runs=runs, seed=seed, keep=keep)


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("formats", nargs="*", metavar="FORMAT")
    words.add_argument("--runs", type=int, default=20_000, help="for each format")
    words.add_argument("--seed", type=int, default=7)
    words.add_argument("--processes", type=int, default=os.cpu_count())
    chosen = words.parse_args()
    paths = [path for path in INPUTS if not chosen.formats or format_of(path) in chosen.formats]
    layouts = {name: sum(format_of(path) == name for path in paths) for name in map(format_of, paths)}
    keep = Path(tempfile.mkdtemp(prefix="fuzz-"))
    jobs = [(path, -(-chosen.runs // layouts[format_of(path)]), chosen.seed, keep) for path in paths]
    has_failed = False
    # A process for each fixture: the most memory is then its own.
    with multiprocessing.get_context("spawn").Pool(chosen.processes, maxtasksperchild=1) as pool:
        for outcome in pool.imap_unordered(_job, jobs, chunksize=1):
            print(json.dumps({**vars(outcome), "seconds": round(outcome.seconds, 2)}), flush=True)
            has_failed = has_failed or outcome.failure is not None
    if has_failed:
        print(f"Inputs that failed are in {keep}.", file=sys.stderr)
    sys.exit(has_failed)


if __name__ == "__main__":
    main()
