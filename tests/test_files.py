"""Paths become named streams of bytes; what is hostile or broken ends as a reason, never as an exception."""

from __future__ import annotations

import gzip
import hashlib
import os
import stat
import zipfile
from pathlib import Path

import pytest
import zstandard

from communitylab import archives, exports, files
from communitylab.errors import CallError


def labels(sources: list[files.Source], root: Path) -> list[str]:
    return [source.label.removeprefix(str(root) + "/") for source in sources]


def read_lines(path: Path) -> tuple[list[tuple[int, bytes]], list[tuple[str, int]]]:
    skipped: list[tuple[str, int]] = []
    (source,) = files.find(path)
    return list(files.lines(source, lambda reason, line: skipped.append((reason, line)))), skipped


def test_folder_is_searched_to_the_bottom_without_hidden_files(tmp_path: Path) -> None:
    for name in ("b.txt", "a/z.txt", "a/.hidden", ".git/config", "__MACOSX/x", "a/b/c.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    assert labels(files.find(tmp_path), tmp_path) == ["a/b/c.txt", "a/z.txt", "b.txt"]


def test_glob_is_sorted_and_a_file_named_twice_comes_once(tmp_path: Path) -> None:
    for name in ("2.txt", "1.txt", "other.csv"):
        (tmp_path / name).write_text("x")
    found = files.find([tmp_path / "2.txt", str(tmp_path / "*.txt"), str(tmp_path)])
    assert labels(found, tmp_path) == ["2.txt", "1.txt", "other.csv"]


@pytest.mark.parametrize("name", ["nowhere.jsonl", "nowhere/*.jsonl", "empty"])
def test_path_that_leads_nowhere_is_named(name: str, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(CallError, match=r"nowhere\.jsonl|nowhere/\*\.jsonl|empty holds no files"):
        files.find(tmp_path / name)
    with pytest.raises(CallError, match="No export was given"):
        files.find([])


def test_pipe_is_neither_file_nor_folder(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(CallError, match="neither a file nor a folder"):
        files.find(tmp_path / "pipe")


def test_zip_members_are_sources_with_the_archive_in_their_label(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "talk.zip", "w") as archive:
        archive.writestr("b/posts.jsonl", "two")
        archive.writestr("a.jsonl", gzip.compress(b"one"))
        archive.writestr("__MACOSX/a.jsonl", "no")
    found = files.find(tmp_path / "talk.zip")
    assert labels(found, tmp_path) == ["talk.zip: a.jsonl", "talk.zip: b/posts.jsonl"]
    with found[0].open() as stream:
        assert stream.read() == b"one"
    assert found[1].sha256() == hashlib.sha256(b"two").hexdigest()


def _link(archive: zipfile.ZipFile) -> None:
    info = zipfile.ZipInfo("link")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    archive.writestr(info, "/etc/passwd")


def _encrypted(archive: zipfile.ZipFile) -> None:
    archive.writestr("secret", "x")
    archive.filelist[0].flag_bits |= 1


@pytest.mark.parametrize(
    ("fill", "refusal"),
    [
        (lambda archive: archive.writestr("../out.txt", "x"), "outside its own folder"),
        (lambda archive: archive.writestr("a\\..\\..\\out.txt", "x"), "outside its own folder"),
        (lambda archive: archive.writestr("/etc/out.txt", "x"), "outside its own folder"),
        (_link, "links"),
        (_encrypted, "encrypted"),
        (lambda archive: archive.writestr("zeros", bytes(20 * 2**20)), "times its size"),
        (lambda archive: archive.writestr("folder/", ""), "holds no files"),
    ],
    ids=["up", "up on Windows", "absolute", "link", "encrypted", "bomb", "empty"],
)
def test_archive_that_no_honest_export_is_refused_in_words(fill, refusal: str, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        fill(archive)
    (source,) = files.find(tmp_path / "x.zip")
    assert refusal in str(source.refusal)


def test_archive_with_too_many_members_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "_MEMBERS", 2)
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        for name in "abc":
            archive.writestr(name, "x")
    (source,) = files.find(tmp_path / "x.zip")
    assert "more than 2 files" in str(source.refusal)


def test_cut_archive_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr("a", "x" * 1000)
    (tmp_path / "x.zip").write_bytes((tmp_path / "x.zip").read_bytes()[:500])
    (source,) = files.find(tmp_path / "x.zip")
    assert "damaged or cut" in str(source.refusal)


@pytest.mark.parametrize(
    ("whole", "damaged", "said"),
    [
        (b"PK\x03\x04", b"PK\x03\x05", "its archive is damaged there"),
        (b"cy,dan", b"cy,don", "the compressed file breaks off"),
    ],
    ids=["at its head", "in its content"],
)
def test_file_that_is_damaged_inside_an_archive_stops_nobody(
    whole: bytes, damaged: bytes, said: str, tmp_path: Path
) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr("a.csv", "source,target\nana,bo\n")
        archive.writestr("b.csv", "source,target\n" + "cy,dan\n" * 50_000)
    before, _, after = (tmp_path / "x.zip").read_bytes().rpartition(whole)
    (tmp_path / "x.zip").write_bytes(before + damaged + after)
    first, second = (
        exports.read_file(source, tmp_path, number)
        for number, source in enumerate(files.find(tmp_path / "x.zip"))
    )
    assert first.posts == 1
    assert said in f"{second.refusal} {second.skipped}"


def test_workbook_is_a_file_and_no_archive(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.xlsx", "w") as archive:
        archive.writestr("[Content_Types].xml", "x")
        archive.writestr("xl/workbook.xml", "x")
    assert labels(files.find(tmp_path / "x.xlsx"), tmp_path) == ["x.xlsx"]


@pytest.mark.parametrize("packing", ["plain", "gz", "zst", "zst frames"])
def test_lines_are_numbered_whatever_the_packing(packing: str, tmp_path: Path) -> None:
    content = b"one\n\nthree\r\nfour"
    pack = {
        "plain": bytes,
        "gz": gzip.compress,
        "zst": zstandard.ZstdCompressor().compress,
        "zst frames": lambda text: b"".join(
            zstandard.ZstdCompressor().compress(bytes([byte])) for byte in text
        ),
    }[packing]
    (tmp_path / "x").write_bytes(pack(content))
    assert read_lines(tmp_path / "x") == ([(1, b"one\n"), (2, b"\n"), (3, b"three\r\n"), (4, b"four")], [])


@pytest.mark.parametrize("packing", ["gz", "zst"])
def test_cut_file_gives_what_it_holds_and_says_where_it_breaks_off(packing: str, tmp_path: Path) -> None:
    words = [hashlib.sha256(bytes([n % 256, n // 256])).hexdigest() for n in range(20_000)]
    content = "\n".join(words).encode()
    whole = gzip.compress(content) if packing == "gz" else zstandard.ZstdCompressor().compress(content)
    (tmp_path / "x").write_bytes(whole[: len(whole) // 2])
    found, skipped = read_lines(tmp_path / "x")
    assert len(found) > 5_000
    assert [line.strip().decode() for _, line in found] == words[: len(found)]
    assert skipped == [("the compressed file breaks off", len(found) + 1)]


@pytest.mark.parametrize("packing", ["gz", "zst"])
def test_file_cut_in_its_first_bytes_breaks_off_on_line_one(packing: str, tmp_path: Path) -> None:
    whole = gzip.compress(b"x") if packing == "gz" else zstandard.ZstdCompressor().compress(b"x")
    (tmp_path / "x").write_bytes(whole[:6])
    assert read_lines(tmp_path / "x") == ([], [("the compressed file breaks off", 1)])


def test_long_line_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "LINE_LIMIT", 2**20)
    for size in (2**20 - 1, 2**20, 3 * 2**20 + 7):
        (tmp_path / "x").write_bytes(b"one\n" + b"a" * size + b"\nthree\n")
        found, skipped = read_lines(tmp_path / "x")
        if size < 2**20:
            assert [number for number, _ in found] == [1, 2, 3]
        else:
            assert (found, skipped) == ([(1, b"one\n"), (3, b"three\n")], [("line over 1 MB", 2)])


def test_utf16_comes_out_as_utf8(tmp_path: Path) -> None:
    for encoding in ("utf-16-le", "utf-16-be"):
        (tmp_path / "x").write_bytes("\ufeffBrötchen 🥨\nrye".encode(encoding))
        assert read_lines(tmp_path / "x")[0] == [(1, "Brötchen 🥨\n".encode()), (2, b"rye")]


def test_half_a_surrogate_pair_stays_a_bad_byte(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"\xff\xfea\x00\x00\xd8\n\x00b\x00")
    (_, bad), good = read_lines(tmp_path / "x")[0]
    assert good == (2, b"b")
    with pytest.raises(UnicodeDecodeError):
        bad.decode()


def test_fingerprint_is_that_of_the_file_on_disk(tmp_path: Path) -> None:
    packed = gzip.compress(b"x")
    (tmp_path / "x.gz").write_bytes(packed)
    assert files.find(tmp_path / "x.gz")[0].sha256() == hashlib.sha256(packed).hexdigest()


@pytest.mark.parametrize(
    ("what", "signs"),
    [
        ("a report", ("run.toml", "results.json")),
        ("a store", ("ledger.json", "posts.parquet")),
        ("a work folder", ("notebooks/01.ipynb", "store/ledger.json")),
    ],
)
def test_what_this_program_made_is_no_export(tmp_path, what, signs):
    """An answer from an export and what an earlier answer left beside it would be another answer."""
    (tmp_path / "posts.jsonl").write_text("{}")
    own = tmp_path / "own"
    for sign in (*signs, "tables/measures.csv"):
        (own / sign).parent.mkdir(parents=True, exist_ok=True)
        (own / sign).write_text("{}")
    assert [source.path.name for source in files.find(tmp_path)] == ["posts.jsonl"]
    with pytest.raises(CallError, match=rf"own: is {what} of communitylab and no export. Name the files"):
        files.find(own)
    (own / signs[-1]).rename(own / "other")
    assert len(files.find(tmp_path)) == 1 + len(signs) + 1
