"""However a file is damaged: nothing is raised, and every record is a post or skipped with a reason."""

from __future__ import annotations

import gzip
import shutil
import tempfile
from pathlib import Path

import pytest
import zstandard
from fuzz import run
from hypothesis import given, settings
from hypothesis import strategies as st
from reading import INPUTS, TABLES, read, read_all, rows

FILES = [path for path in INPUTS if path.is_file()]
PACKINGS = {"plain": bytes, "gz": gzip.compress, "zst": zstandard.ZstdCompressor().compress}
SPANS = [
    b"",
    b"\x00",
    b'"',
    b"\n",
    b"\r",
    b"\xff",
    b"{",
    b"}",
    b"[",
    b"\\ud800",
    b",",
    b";",
    b"9" * 400,
    b"[" * 3000,
]


@st.composite
def damage(draw: st.DrawFn) -> list[tuple[float, int, bytes]]:
    """Places (as shares of the file), how many bytes go there, and what comes instead."""
    edit = st.tuples(st.floats(0, 1), st.integers(0, 40), st.sampled_from(SPANS) | st.binary(max_size=8))
    return draw(st.lists(edit, min_size=1, max_size=6))


@pytest.mark.parametrize("path", FILES, ids=[path.name for path in FILES])
@settings(max_examples=10, deadline=None)
@given(
    edits=damage(),
    cut=st.none() | st.floats(0, 1),
    packing=st.sampled_from(list(PACKINGS)),
    which=st.integers(0, 99),
)
def test_damaged_export_never_raises(
    path: Path, edits: list[tuple[float, int, bytes]], cut: float | None, packing: str, which: int
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        export = damaged = Path(folder) / "export"
        if path.is_dir():
            shutil.copytree(path, export)
            inside = sorted(file for file in export.rglob("*") if file.is_file())
            damaged = inside[which % len(inside)]
        content = (damaged if path.is_dir() else path).read_bytes()
        for place, size, span in edits:
            start = int(place * len(content))
            content = content[:start] + span + content[start + size :]
        packed = PACKINGS[packing](content)
        if cut is not None:
            packed = packed[: int(cut * len(packed))]
        damaged.write_bytes(packed)
        records = read_all(export, Path(folder))
        found = {table: rows(Path(folder), table) for table in TABLES[:2]}
        assert len(found["posts"]) == sum(record.posts for record in records)
        assert len(found["edges"]) == sum(record.edges for record in records)
        numbers = [
            (row.get("source_file", 0), row["source_record"]) for table in found.values() for row in table
        ]
        assert len(set(numbers)) == len(numbers)
        assert all(1 <= number <= records[file].records for file, number in numbers)
        assert all(record.refusal is None or record.records == 0 for record in records)


@pytest.mark.parametrize("path", INPUTS, ids=[path.name for path in INPUTS])
def test_fields_lost_doubled_swapped_and_of_other_types(path: Path) -> None:
    outcome = run(path, runs=20, seed=7)
    assert outcome.failure is None
    assert outcome.runs == 20
    assert outcome.read > 4


@settings(max_examples=150, deadline=None)
@given(
    content=st.binary(max_size=300)
    | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass"))
)
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "export").write_bytes(content)
        read(Path(folder) / "export", Path(folder))
