"""What is inside a zip or tar archive: names that may be opened, each read in place.

Nothing is ever unpacked to disk. An archive that is not what an honest export would be is refused whole.
"""

from __future__ import annotations

import functools
import gzip
import io
import stat
import tarfile
import threading
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import BinaryIO, NamedTuple

__all__ = ["BROKEN", "Contents", "close_archives", "contents", "is_archive", "is_shown", "open_member"]

BROKEN = (EOFError, NotImplementedError, zlib.error, gzip.BadGzipFile, zipfile.BadZipFile, tarfile.TarError)
"""What is raised where an archive or a packed file is damaged or cut, or says that it is packed in an unknown way."""

_MEMBERS = 200_000
_UNPACKED = 64 * 2**30
_RATIO = 250  # text packs 5 to 40 times smaller
_SMALL = 10 * 2**20  # whatever the ratio
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_TAR_MARK, _TAR_AT = b"ustar", 257

_OUTSIDE = "The archive wants to write outside its own folder. It was not made by an honest export."
_LINKS = "The archive holds links to other files. Pack the files themselves."
_DEVICES = "The archive holds what is neither a file nor a folder. It was not made by an honest export."
_ENCRYPTED = "The archive is encrypted. Unpack it with its password and name the folder."
_DAMAGED = "The archive is damaged or cut. Copy or download it again."
_NOTHING = "The archive holds no files."


class Contents(NamedTuple):
    """The names of the files in an archive, sorted; or why it is not opened."""

    names: tuple[str, ...] = ()
    refusal: str | None = None


class _Member(NamedTuple):
    name: str
    size: int
    refusal: str | None = None


def is_archive(path: Path) -> bool:
    """Whether a file is an archive of files, not a document that happens to be zipped inside.

    Parameters
    ----------
    path
        The file.
    """
    try:
        with path.open("rb") as stream:
            start = stream.read(4)
        if start in _ZIP:
            with zipfile.ZipFile(path) as archive:
                return "[Content_Types].xml" not in archive.namelist()
        return _is_tar(path)
    # Also one of an unknown version, or with names that are no text.
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        return True
    except (OSError, *BROKEN):
        return False  # opening it again will say why


def _is_tar(path: Path) -> bool:
    with path.open("rb") as stream:
        packed = stream.read(2) == b"\x1f\x8b"
    with gzip.open(path) if packed else path.open("rb") as unpacked:
        return unpacked.read(_TAR_AT + 5)[_TAR_AT:] == _TAR_MARK


def contents(path: Path) -> Contents:
    """The files in an archive, none of which is opened.

    Parameters
    ----------
    path
        The archive.

    Returns
    -------
    Contents
        Hidden files left out; a refusal if a member would lie outside, is a link, or if the whole is
        larger or packed smaller than exports are.
    """
    names: list[str] = []
    count = unpacked = 0
    try:
        packed = path.stat().st_size
        for member in _members(path):
            count += 1
            unpacked += member.size
            refusal = member.refusal or _oversize(count, unpacked, packed)
            if refusal or _is_outside(member.name):
                return Contents(refusal=refusal or _OUTSIDE)
            if not member.name.endswith("/") and is_shown(PurePosixPath(member.name).parts):
                names.append(member.name)
    except (UnicodeDecodeError, ValueError, *BROKEN):
        return Contents(refusal=_DAMAGED)
    return Contents(tuple(sorted(set(names)))) if names else Contents(refusal=_NOTHING)


def is_shown(parts: Iterable[str]) -> bool:
    """Whether a file is one that people see: neither hidden nor put there by macOS.

    Parameters
    ----------
    parts
        Its path.
    """
    return not any(part.startswith(".") or part == "__MACOSX" for part in parts)


def _members(path: Path) -> Iterator[_Member]:
    if _is_zip(path):
        with zipfile.ZipFile(path) as archive:
            for info in archive.infolist():
                refusal = _ENCRYPTED if info.flag_bits & 1 else None
                refusal = _LINKS if stat.S_ISLNK(info.external_attr >> 16) else refusal
                yield _Member(info.filename, info.file_size, refusal)
    else:
        with tarfile.open(path) as tape:
            for entry in tape:
                refusal = None if entry.isfile() or entry.isdir() else _DEVICES
                refusal = _LINKS if entry.issym() or entry.islnk() else refusal
                yield _Member(entry.name + "/" * entry.isdir(), entry.size, refusal)


def _is_zip(path: Path) -> bool:
    with path.open("rb") as stream:
        return stream.read(4) in _ZIP


def _is_outside(name: str) -> bool:
    inside = PurePosixPath(name.replace("\\", "/"))
    return inside.is_absolute() or ".." in inside.parts or ":" in "".join(inside.parts[:1])


def _oversize(count: int, unpacked: int, packed: int) -> str | None:
    if count > _MEMBERS:
        return f"The archive holds more than {_MEMBERS:,} files. Unpack what is needed."
    if unpacked > _UNPACKED:
        return f"The archive unpacks to more than {_UNPACKED // 2**30} GB. Unpack what is needed."
    if unpacked > max(_SMALL, packed * _RATIO):
        return f"The archive unpacks to over {_RATIO} times its size, as no export does."
    return None


def open_member(path: Path, name: str) -> BinaryIO:
    """One file in an archive as a stream.

    Parameters
    ----------
    path
        The archive.
    name
        Of the file in it.

    Returns
    -------
    BinaryIO
        To be closed by the caller.

    Raises
    ------
    OSError
        If the archive cannot be opened, or is damaged where the file begins.
    """
    try:
        return _ZipMember(path, name) if _is_zip(path) else _TarMember(path, name)
    except BROKEN as error:
        raise OSError("its archive is damaged there. Copy or download the archive again") from error


_LOCK = threading.RLock()  # a zip counts its open members, and two threads at once would miscount


@functools.lru_cache(maxsize=1)
def _opened(path: Path, *signs: int) -> zipfile.ZipFile:
    """A zip that stays open: of thousands of members, finding all takes longer than reading one.

    `signs` tell it from one that lay there before.
    """
    return zipfile.ZipFile(path)


def close_archives() -> None:
    """Lets go of what stays open between two members: Windows would let nobody move or delete it."""
    with _LOCK:
        _opened.cache_clear()


class _ZipMember(io.BufferedReader):
    """A file in a zip archive."""

    def __init__(self, path: Path, name: str) -> None:
        stat = path.stat()
        with _LOCK:
            opened = _opened(path, stat.st_ino, stat.st_mtime_ns, stat.st_size)
            super().__init__(opened.open(name))  # type: ignore[arg-type]

    def close(self) -> None:
        with _LOCK:
            super().close()


class _TarMember(io.BufferedReader):
    """A file in a tar archive that closes the archive with itself."""

    def __init__(self, path: Path, name: str) -> None:
        self._tape = tarfile.open(path)  # noqa: SIM115
        stream = self._tape.extractfile(name)
        if stream is None:
            raise tarfile.TarError(f"{name} is no file")
        super().__init__(stream)  # type: ignore[arg-type]

    def close(self) -> None:
        super().close()
        self._tape.close()
