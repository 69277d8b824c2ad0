"""Reads a file the way a load does, and shows what came of it in few words."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from communitylab import exports, files

TABLES = ("posts", "edges", "names", "parents")
FIXTURES = Path(__file__).parent / "fixtures"
INPUTS = [path for path in sorted(FIXTURES.glob("[!.]*")) if not path.name.endswith(".expected.json")]
"""One file, or one folder as an archive unpacks to, for each layout of each format: `format.layout.ext`."""


def format_of(path: Path) -> str:
    """The format that a fixture is of."""
    return path.name.partition(".")[0]


def expected(path: Path) -> dict[str, Any]:
    """The table beside a fixture: what it stands for."""
    return json.loads(
        (path.parent / f"{path.stem if path.is_file() else path.name}.expected.json").read_text("utf-8")
    )


def read_all(
    path: Path, folder: Path, *, columns: dict[str, str] | None = None, chats: tuple[str, ...] = ()
) -> list[exports.FileRecord]:
    """The ledger's entries of a file, a folder or an archive; the records are in the folder."""
    records = []
    for number, source in enumerate(exports.readable(files.find(path))):
        record = exports.read_file(source, folder, number, asked=exports.Asked(columns or {}, chats))
        assert record.records == record.posts + sum(record.skipped.values())
        assert record.first_skipped.keys() == record.skipped.keys()
        records.append(record)
    return records


def read(
    path: Path, folder: Path, *, columns: dict[str, str] | None = None, chats: tuple[str, ...] = ()
) -> exports.FileRecord:
    """The ledger's entry of one file; its records are in the folder."""
    (record,) = read_all(path, folder, columns=columns, chats=chats)
    return record


def rows(folder: Path, table: str) -> list[dict[str, object]]:
    """The rows of one table, without what is null, false or always the same."""
    paths = sorted(folder.glob(f"{table}-*.parquet"), key=lambda path: int(path.stem.rpartition("-")[2]))
    return [_shown(row) for path in paths for row in pq.read_table(path).to_pylist()]


def _shown(row: dict[str, object]) -> dict[str, object]:
    shown = {}
    for name, value in row.items():
        if value is None or value is False or (name, value) in (("source_file", 0), ("weight", 1)):
            continue
        if isinstance(value, datetime):
            shown[name] = value.strftime("%Y-%m-%d %H:%M:%S")
        elif name == "mentions":
            shown[name] = [[mention["account_id"], mention["name"], mention["start"]] for mention in value]
        else:
            shown[name] = value
    return shown


def found_in(path: Path, folder: Path) -> dict[str, Any]:
    """All that is read of a fixture, in the form of the table beside it."""
    records = read_all(path, folder)
    entries = {}
    for source, record in zip(exports.readable(files.find(path)), records, strict=True):
        entry = {
            "format": record.format,
            "coverage": record.coverage,
            "notes": list(record.notes),
            "skipped": {
                reason: [count, record.first_skipped[reason]] for reason, count in record.skipped.items()
            },
        }
        if record.refusal:
            entry["refusal"] = record.refusal
        entries[str(Path(source.name).relative_to(path)) if path.is_dir() else ""] = entry
    tables = {table: rows(folder, table) for table in TABLES}
    return {"files": entries, **tables} if path.is_dir() else {**entries[""], **tables}


if __name__ == "__main__":  # python tests/exports/reading.py FIXTURE: prints the table, to be checked by hand
    import sys
    import tempfile

    with tempfile.TemporaryDirectory() as scratch:
        print(json.dumps(found_in(Path(sys.argv[1]), Path(scratch)), ensure_ascii=False, indent=1))
