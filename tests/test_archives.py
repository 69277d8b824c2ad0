"""Zip and tar archives: opened in place when honest, refused whole in words when not."""

from __future__ import annotations

import gzip
import io
import os
import stat
import tarfile
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from communitylab import archives, files
from communitylab.errors import ExportError
from communitylab.store import add_to_store


def _tar(path: Path, fill: Callable[[tarfile.TarFile], None], *, mode: str = "w:gz") -> Path:
    with tarfile.open(path, mode) as tape:  # type: ignore[call-overload]
        fill(tape)
    return path


def _content(source: files.Source | None) -> bytes:
    assert source is not None
    with source.open() as stream:
        return stream.read()


def _file(name: str, content: bytes = b"x", **more: object) -> Callable[[tarfile.TarFile], None]:
    def fill(tape: tarfile.TarFile) -> None:
        entry = tarfile.TarInfo(name)
        entry.size = len(content)
        for field, value in more.items():
            setattr(entry, field, value)
        tape.addfile(entry, io.BytesIO(content) if entry.isreg() else None)

    return fill


@pytest.mark.parametrize("mode", ["w", "w:gz"])
def test_tar_is_opened_in_place(mode: str, tmp_path: Path) -> None:
    def fill(tape: tarfile.TarFile) -> None:
        for name, content in (("b/two.txt", b"two"), ("./a.txt", b"one"), ("b/._two.txt", b"no")):
            _file(name, content)(tape)
        _file("b/empty", type=tarfile.DIRTYPE)(tape)

    packed = _tar(tmp_path / "export", fill, mode=mode)
    found = files.find(packed)
    assert [source.member for source in found] == ["./a.txt", "b/two.txt"]
    assert [_content(source) for source in found] == [b"one", b"two"]
    assert list(tmp_path.iterdir()) == [packed]
    assert found[1].beside("../a.txt") == found[0]
    assert _content(found[0].beside("b/two.txt")) == b"two"


@pytest.mark.parametrize(
    ("fill", "refusal"),
    [
        (_file("../out.txt"), "outside its own folder"),
        (_file("/etc/out.txt"), "outside its own folder"),
        (_file("c:/out.txt"), "outside its own folder"),
        (_file("link", b"", type=tarfile.SYMTYPE, linkname="/etc/passwd"), "links"),
        (_file("link", b"", type=tarfile.LNKTYPE, linkname="a"), "links"),
        (_file("pipe", b"", type=tarfile.FIFOTYPE), "neither a file nor a folder"),
        (_file("device", b"", type=tarfile.CHRTYPE), "neither a file nor a folder"),
        (_file("zeros", bytes(20 * 2**20)), "over 250 times its size"),
        (_file(".hidden"), "holds no files"),
    ],
    ids=["up", "absolute", "drive", "link", "hard link", "pipe", "device", "bomb", "hidden"],
)
def test_tar_that_is_no_honest_export_is_refused_in_words(fill, refusal: str, tmp_path: Path) -> None:
    (source,) = files.find(_tar(tmp_path / "x.tar.gz", fill))
    assert refusal in str(source.refusal)


def test_cut_tar_is_refused(tmp_path: Path) -> None:
    packed = _tar(tmp_path / "x", lambda tape: [_file(f"{n}", bytes([n]) * 999)(tape) for n in range(50)])
    packed.write_bytes(packed.read_bytes()[:300])
    (source,) = files.find(packed)
    assert "damaged or cut" in str(source.refusal)


def test_huge_size_in_a_header_is_believed_and_refused(tmp_path: Path) -> None:
    packed = tmp_path / "x"
    entry = tarfile.TarInfo("huge")
    entry.size = 100 * 2**30
    packed.write_bytes(entry.tobuf() + bytes(1024))
    (source,) = files.find(packed)
    assert "more than 64 GB" in str(source.refusal)


def test_too_large_as_a_whole_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "_UNPACKED", 10)
    with zipfile.ZipFile(tmp_path / "x", "w") as archive:
        archive.writestr("a", "123456")
        archive.writestr("b", "123456")
    (source,) = files.find(tmp_path / "x")
    assert "unpacks to more than" in str(source.refusal)


def test_member_that_lies_about_its_size_breaks_off(tmp_path: Path) -> None:
    # Eight bytes are promised; the packed stream holds more.
    with zipfile.ZipFile(tmp_path / "x", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a", b"12345678" * 99)
    content = bytearray((tmp_path / "x").read_bytes())
    at = content.rindex(b"PK\x01\x02")
    content[at + 24 : at + 28] = (8).to_bytes(4, "little")
    (tmp_path / "x").write_bytes(content)
    (source,) = files.find(tmp_path / "x")
    skipped: list[tuple[str, int]] = []
    found = list(files.lines(source, lambda reason, line: skipped.append((reason, line))))
    assert found == []
    assert skipped == [("the compressed file breaks off", 1)]


def test_link_inside_a_zip_made_elsewhere_is_one(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x", "w") as archive:
        info = zipfile.ZipInfo("a")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, "b")
    assert "links" in str(archives.contents(tmp_path / "x").refusal)


def test_archive_within_an_archive_is_a_file_like_any_other(tmp_path: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("../out.txt", "x")
    with zipfile.ZipFile(tmp_path / "x", "w") as archive:
        archive.writestr("inner.zip", inner.getvalue())
    (source,) = files.find(tmp_path / "x")
    assert _content(source)[:2] == b"PK"


def test_gzip_that_is_no_tar_is_one_file(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(gzip.compress(b"a" * 257 + b"ustar"[:4]))
    assert not archives.is_archive(tmp_path / "x")
    (tmp_path / "x").write_bytes(gzip.compress(b"short"))
    assert not archives.is_archive(tmp_path / "x")


def test_file_beside_is_of_the_same_folder_or_archive(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "a.js").write_text("a")
    (tmp_path / "b.js").write_text("b")
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.write(tmp_path / "data" / "a.js", "data/a.js")
        archive.write(tmp_path / "b.js", "b.js")
    for found in (files.Source("", tmp_path / "data" / "a.js"), files.find(tmp_path / "x.zip")[1]):
        assert found.name.endswith("data/a.js")
        other = found.beside("../b.js")
        assert _content(other) == b"b"
        assert found.beside("b.js") is None


def _zip(path: Path, content: bytes, *, n: int = 20) -> Path:
    with zipfile.ZipFile(path, "w") as packed:
        for number in range(n):
            packed.writestr(f"days/{number}.json", content)
    return path


def test_zip_that_another_one_replaces_is_opened_anew(tmp_path: Path) -> None:
    packed = _zip(tmp_path / "export.zip", b"one")
    before = packed.stat()
    assert _content(files.find(packed)[0]) == b"one"
    other = _zip(tmp_path / "other.zip", b"two")
    os.utime(other, ns=(before.st_atime_ns, before.st_mtime_ns))
    other.replace(packed)
    assert _content(files.find(packed)[0]) == b"two"


def test_members_of_one_zip_are_read_side_by_side(tmp_path: Path) -> None:
    sources = files.find(_zip(tmp_path / "export.zip", b"one" * 9_999))
    with ThreadPoolExecutor(8) as beside:
        found = set(beside.map(_content, sources * 9))
    assert found == {b"one" * 9_999}


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="no list of open files here")
def test_no_zip_stays_open_after_a_load(tmp_path: Path) -> None:
    packed = _zip(tmp_path / "export.zip", b'[{"author": "ana", "text": "rye"}]')
    with pytest.raises(ExportError):
        add_to_store([packed], tmp_path / "store")
    assert str(packed) not in {os.path.realpath(one) for one in Path("/proc/self/fd").iterdir()}
