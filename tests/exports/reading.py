"""Reads a file the way a load does, and shows what came of it in few words."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pyarrow.parquet as pq

from communitylab import exports, files

TABLES = ("posts", "edges", "names", "parents")
FIXTURES = Path(__file__).parent / "fixtures"


def read(path: Path, folder: Path, *, columns: dict[str, str] | None = None) -> exports.FileRecord:
    """The ledger's entry of one file; its records are in the folder."""
    (source,) = files.find(path)
    record = exports.read_file(source, folder, 0, columns=columns)
    assert record.records == record.posts + sum(record.skipped.values())
    assert record.first_skipped.keys() == record.skipped.keys()
    return record


def rows(folder: Path, table: str) -> list[dict[str, object]]:
    """The rows of one table, without what is null, false or always the same."""
    path = folder / f"{table}-0.parquet"
    return [_shown(row) for row in pq.read_table(path).to_pylist()] if path.exists() else []


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
