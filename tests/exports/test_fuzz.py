"""However a file is damaged: nothing is raised, and every record is a post or skipped with a reason."""

from __future__ import annotations

import gzip
import tempfile
from pathlib import Path

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st
from reading import INPUTS, TABLES, read, rows

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


@pytest.mark.parametrize("path", INPUTS, ids=[path.name for path in INPUTS])
@settings(max_examples=60, deadline=None)
@given(edits=damage(), cut=st.none() | st.floats(0, 1), packing=st.sampled_from(list(PACKINGS)))
def test_damaged_export_never_raises(
    path: Path, edits: list[tuple[float, int, bytes]], cut: float | None, packing: str
) -> None:
    content = path.read_bytes()
    for place, size, span in edits:
        start = int(place * len(content))
        content = content[:start] + span + content[start + size :]
    packed = PACKINGS[packing](content)
    if cut is not None:
        packed = packed[: int(cut * len(packed))]
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "export").write_bytes(packed)
        record = read(Path(folder) / "export", Path(folder))
        assert len(rows(Path(folder), "posts")) == record.posts
        assert len(rows(Path(folder), "edges")) == record.edges
        numbers = [row["source_record"] for table in TABLES[:2] for row in rows(Path(folder), table)]
        assert len(set(numbers)) == len(numbers)
        assert all(1 <= number <= record.records for number in numbers)
        assert (record.refusal is None) or record.records == 0


@settings(max_examples=150, deadline=None)
@given(
    content=st.binary(max_size=300)
    | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass"))
)
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "export").write_bytes(content)
        read(Path(folder) / "export", Path(folder))
