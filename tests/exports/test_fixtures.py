"""Every format: one file of invented people beside the table that it stands for."""

from __future__ import annotations

import gzip
import json
import shutil
import tarfile
import zipfile
from pathlib import Path

import pytest
import zstandard
from reading import FIXTURES, INPUTS, TABLES, expected, format_of, found_in, read, read_all, rows

from communitylab import exports, files
from communitylab.exports.sample import sample_of
from communitylab.files import Source

IDS = [path.name for path in INPUTS]
FILES = [path for path in INPUTS if path.is_file()]
FOLDERS = [path for path in INPUTS if path.is_dir()]


@pytest.mark.parametrize("path", INPUTS, ids=IDS)
def test_file_is_read_as_the_table_beside_it(path: Path, tmp_path: Path) -> None:
    found, wanted = found_in(path, tmp_path), expected(path)
    wanted.pop("cannot_hold", None)  # for the test of cases
    assert found.keys() == wanted.keys()
    for part, value in wanted.items():
        assert found[part] == value, part


def test_every_format_has_a_fixture() -> None:
    assert {format_of(path) for path in INPUTS} == {found.name for found in exports.formats()}


def test_formats_say_what_they_are() -> None:
    for found in exports.formats():
        assert found.coverage in ("A", "B", "C", "D")
        assert found.title
        assert found.how.endswith(".") or "…" in found.how


def _claims(path: Path) -> list[str]:
    sample = sample_of(Source(path.name, path))
    return [
        module.NAME
        for module in exports._modules()
        if module.recognise(sample) and not getattr(module, "IS_GENERIC", False)
    ]


@pytest.mark.parametrize("path", INPUTS, ids=IDS)
def test_one_specific_format_at_most_claims_a_file(path: Path) -> None:
    for source in exports.readable(files.find(path)):
        assert _claims(source.path) == ([] if format_of(path) == "table" else [format_of(path)])


PACKED = [
    pytest.param(path, packing, id=f"{packing}-{path.name}")
    for path in FILES
    for packing in ("gz", "zst", "zip", "tar", "a wrong name", "utf-16", "byte-order mark")
    if packing not in ("utf-16", "byte-order mark") or b"\x00" not in path.read_bytes()  # a text
]


@pytest.mark.parametrize(("path", "packing"), PACKED)
def test_packing_and_name_make_no_difference(path: Path, packing: str, tmp_path: Path) -> None:
    content = path.read_bytes()
    packed = tmp_path / "packed.png"
    if packing == "gz":
        packed.write_bytes(gzip.compress(content))
    elif packing == "zst":
        packed.write_bytes(zstandard.ZstdCompressor().compress(content[:99]) + _zstd_frame(content[99:]))
    elif packing == "zip":
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("inside/" + path.name, content)
            archive.writestr("__MACOSX/._x", b"\x00")
    elif packing == "tar":
        with tarfile.open(packed, "w:gz") as archive:
            archive.add(path, "./inside/" + path.name)
    elif packing == "utf-16":
        packed.write_bytes(content.decode("utf-8").encode("utf-16"))
    elif packing == "byte-order mark":
        packed.write_bytes(b"\xef\xbb\xbf" + content)
    else:
        packed.write_bytes(content)
    record = read(packed, tmp_path)
    assert record.format == expected(path)["format"]
    assert {name: rows(tmp_path, name) for name in TABLES} == {name: expected(path)[name] for name in TABLES}


@pytest.mark.parametrize("path", FOLDERS, ids=[path.name for path in FOLDERS])
@pytest.mark.parametrize("packing", ["zip", "zip in a folder", "tar.gz", "an unpacked folder"])
def test_packing_of_an_archive_makes_no_difference(path: Path, packing: str, tmp_path: Path) -> None:
    packed = tmp_path / "packed"
    inside = {str(file.relative_to(path)): file for file in sorted(path.rglob("*")) if file.is_file()}
    if packing == "tar.gz":
        with tarfile.open(packed, "w:gz") as archive:
            archive.add(path, "export-2025")
    elif packing == "an unpacked folder":
        shutil.copytree(path, packed)
    else:
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, file in inside.items():
                archive.write(file, "export-2025/" * (packing == "zip in a folder") + name)
    records = read_all(packed, tmp_path)
    wanted = expected(path)
    assert [record.format for record in records] == [entry["format"] for entry in wanted["files"].values()]
    assert {name: rows(tmp_path, name) for name in TABLES} == {name: wanted[name] for name in TABLES}


def _zstd_frame(content: bytes) -> bytes:
    return zstandard.ZstdCompressor(write_content_size=False).compress(content)


def test_order_of_lines_makes_no_difference_but_for_record_numbers(tmp_path: Path) -> None:
    lines = (FIXTURES / "x_api_v2.jsonl").read_bytes().split(b"\n")
    shuffled = tmp_path / "shuffled.jsonl"
    shuffled.write_bytes(b"\n".join(reversed(lines)))
    straight, turned = tmp_path / "straight", tmp_path / "turned"
    straight.mkdir()
    turned.mkdir()
    first, second = read(FIXTURES / "x_api_v2.jsonl", straight), read(shuffled, turned)
    assert first.skipped == second.skipped
    for table in TABLES:
        assert _contents(straight, table) == _contents(turned, table)


def _contents(folder: Path, table: str) -> list[str]:
    kept = [
        {name: value for name, value in row.items() if name != "source_record"} for row in rows(folder, table)
    ]
    return sorted(json.dumps(row, sort_keys=True) for row in kept)
