"""Paths → named streams of bytes. Everything hostile about files stops here.

Files, folders, globs and zip archives become :class:`Source` objects; a plain file, a gzip and a Zstandard
file look alike from then on, and text in UTF-16 comes out as UTF-8. What a file holds is never told from
its name.
"""

from __future__ import annotations

import codecs
import glob
import gzip
import hashlib
import io
import os
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

import zstandard

from communitylab.errors import CallError

__all__ = ["LINE_LIMIT", "Skip", "Source", "find", "lines"]

LINE_LIMIT = 32 * 2**20
"""The longest line that is read, in bytes."""

Skip = Callable[[str, int], None]
"""Takes the reason for passing a record over, and the line on which the record starts."""

_ZSTD_WINDOW = 2**31  # dumps of whole forums are packed with windows of this size
_ZSTD_STEP = 2**11  # packed bytes at a time: at most 64 MB unpacked, whatever they hold
_MEMBERS = 200_000
_UNPACKED = 64 * 2**30
_RATIO = 250  # text packs 5 to 40 times smaller
_BROKEN = (EOFError, zlib.error, gzip.BadGzipFile, zipfile.BadZipFile, zstandard.ZstdError)


@dataclass(frozen=True)
class Source:
    """One file of an export, possibly inside an archive.

    `label` is what messages call it; `refusal` says why it will not be opened, if it will not.
    """

    label: str
    path: Path
    member: str | None = None
    refusal: str | None = None

    def _packed(self) -> BinaryIO:
        if self.member is None:
            return self.path.open("rb")
        with zipfile.ZipFile(self.path) as archive:
            return io.BufferedReader(archive.open(self.member))  # type: ignore[type-var]

    def _unpacked(self) -> BinaryIO:
        stream = self._packed()
        start = stream.peek(4)[:4]  # type: ignore[attr-defined]
        if start.startswith(b"\x1f\x8b"):
            return io.BufferedReader(_Gzip(stream))
        if start == b"\x28\xb5\x2f\xfd":
            return io.BufferedReader(_Zstd(stream), 2**17)
        return stream

    def open(self) -> BinaryIO:
        """The content as a stream: unpacked, without byte-order mark, UTF-16 as UTF-8.

        Returns
        -------
        BinaryIO
            To be closed by the caller.

        Raises
        ------
        OSError
            If the file cannot be opened.
        """
        stream = self._unpacked()
        try:
            start = stream.peek(4)[:4]  # type: ignore[attr-defined]
        except _BROKEN:
            stream.close()
            return self._unpacked()  # breaks off at once; whoever reads it will hear of it
        if start.startswith(codecs.BOM_UTF8):
            stream.read(3)
        elif start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return io.BufferedReader(_Utf8(stream))
        return stream

    def sha256(self) -> str:
        """Fingerprint of the file as it lies there, packed.

        Returns
        -------
        str
            64 hexadecimal digits.

        Raises
        ------
        OSError
            If the file cannot be opened.
        """
        with self._packed() as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()  # type: ignore[arg-type]


class _Gzip(gzip.GzipFile):
    """A gzip stream that closes the file below it."""

    def __init__(self, packed: BinaryIO) -> None:
        super().__init__(fileobj=packed)
        self._packed = packed

    def close(self) -> None:
        super().close()
        self._packed.close()


class _Unpacking(io.RawIOBase):
    """A stream made of pieces; `_piece` gives the next one, and None at the end."""

    def __init__(self, packed: BinaryIO) -> None:
        self._packed = packed
        self._left = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        while not self._left:
            piece = self._piece()
            if piece is None:
                return 0
            self._left = memoryview(piece)
        size = min(len(buffer), len(self._left))
        buffer[:size] = self._left[:size]
        self._left = self._left[size:]
        return size

    def close(self) -> None:
        if not self.closed:
            self._packed.close()
        super().close()

    def _piece(self) -> bytes | None:
        raise NotImplementedError


class _Zstd(_Unpacking):
    """A Zstandard stream that tells a cut file from a whole one, which the library's own does not."""

    def __init__(self, packed: BinaryIO) -> None:
        super().__init__(packed)
        self._unpacker = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW)
        self._frame: zstandard.ZstdDecompressionObj | None = None
        self._rest = b""

    def _piece(self) -> bytes | None:
        packed = self._rest or self._packed.read(_ZSTD_STEP)
        self._rest = b""
        if not packed:
            if self._frame is not None:
                raise EOFError("the last frame is cut")
            return None
        frame = self._frame or self._unpacker.decompressobj()
        piece = frame.decompress(packed)
        self._frame, self._rest = (None, frame.unused_data) if frame.eof else (frame, b"")
        return piece


class _Utf8(_Unpacking):
    """UTF-16 text as UTF-8. Halves of surrogate pairs stay recognisable as bad bytes."""

    def __init__(self, packed: BinaryIO) -> None:
        super().__init__(packed)
        self._decoder = codecs.getincrementaldecoder("utf-16")("surrogatepass")

    def _piece(self) -> bytes | None:
        packed = self._packed.read(2**16)
        return self._decoder.decode(packed).encode("utf-8", "surrogatepass") if packed else None


def lines(source: Source, skip: Skip) -> Iterator[tuple[int, bytes]]:
    """The lines of a file, in bounded memory, up to where it breaks off.

    Parameters
    ----------
    source
        The file.
    skip
        Is told of a line that is too long, and of a packed file that breaks off.

    Returns
    -------
    Iterator[tuple[int, bytes]]
        Line number from 1, and the line with its line end.

    Raises
    ------
    OSError
        If the file cannot be opened.
    """
    number = 0
    with source.open() as stream:
        while True:
            number += 1
            try:
                line = stream.readline(LINE_LIMIT)
                whole = len(line) < LINE_LIMIT or line.endswith(b"\n")
                rest = line
                while not (len(rest) < LINE_LIMIT or rest.endswith(b"\n")):
                    rest = stream.readline(LINE_LIMIT)
            except _BROKEN:
                skip("the compressed file breaks off", number)
                return
            if not line:
                return
            if whole:
                yield number, line
            else:
                skip(f"line over {LINE_LIMIT // 2**20} MB", number)


def find(exports: str | os.PathLike[str] | Iterable[str | os.PathLike[str]]) -> list[Source]:
    """The files behind paths, folders, globs and zip archives.

    Parameters
    ----------
    exports
        One path or several. Folders are searched to the bottom, hidden files left out.

    Returns
    -------
    list[Source]
        In the order given, each folder, glob and archive sorted; a file that is named twice comes once.

    Raises
    ------
    CallError
        If a path does not exist, a glob matches nothing or a folder is empty.
    """
    given = [exports] if isinstance(exports, str | os.PathLike) else list(exports)
    if not given:
        raise CallError("No export was given. Name at least one file, folder or archive.")
    found: dict[tuple[Path, str | None], Source] = {}
    for export in given:
        for path in _paths(os.fspath(export)):
            for source in _members(path) if _is_archive(path) else [Source(str(path), path)]:
                found.setdefault((path.resolve(), source.member), source)
    return list(found.values())


def _paths(export: str) -> list[Path]:
    path = Path(export).expanduser()
    if path.is_file():
        return [path]
    if path.is_dir():
        inside = sorted(
            Path(folder, name)
            for folder, _, names in os.walk(path)
            for name in names
            if _is_shown(Path(folder, name).relative_to(path).parts)
        )
        if files := [file for file in inside if file.is_file()]:
            return files
        raise CallError(f"The folder {export} holds no files.")
    if path.exists():
        raise CallError(f"{export} is neither a file nor a folder.")
    if not glob.has_magic(export):
        raise CallError(f"There is no file or folder {export}. Check the spelling and the current folder.")
    matches = sorted(glob.glob(str(path), recursive=True))
    if files := [
        file for match in matches for file in (_paths(match) if Path(match).is_dir() else [Path(match)])
    ]:
        return files
    raise CallError(f"No file matches {export}.")


def _is_shown(parts: Iterable[str]) -> bool:
    return not any(part.startswith(".") or part == "__MACOSX" for part in parts)


def _is_archive(path: Path) -> bool:
    """Whether the file is a zip archive of files, not a document that happens to be zipped inside."""
    try:
        with path.open("rb") as stream:
            if stream.read(4) not in (b"PK\x03\x04", b"PK\x05\x06"):
                return False
        with zipfile.ZipFile(path) as archive:
            return "[Content_Types].xml" not in archive.namelist()
    except zipfile.BadZipFile:
        return True
    except OSError:
        return False  # opening it again will say why


def _members(path: Path) -> list[Source]:
    try:
        with zipfile.ZipFile(path) as archive:
            infos = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, UnicodeDecodeError, ValueError):
        return [
            Source(str(path), path, refusal="The zip archive is damaged or cut. Copy or download it again.")
        ]
    files = [info for info in infos if not info.is_dir() and _is_shown(PurePosixPath(info.filename).parts)]
    if refusal := _refusal(infos, files):
        return [Source(str(path), path, refusal=refusal)]
    files.sort(key=lambda info: info.filename)
    return [Source(f"{path}: {info.filename}", path, member=info.filename) for info in files]


def _refusal(infos: list[zipfile.ZipInfo], files: list[zipfile.ZipInfo]) -> str | None:
    """Why an archive is not opened, if it is not."""
    for info in infos:
        inside = PurePosixPath(info.filename.replace("\\", "/"))
        if inside.is_absolute() or ".." in inside.parts or ":" in inside.parts[:1]:
            return "The archive wants to write outside its own folder. It was not made by an honest export."
        if stat.S_ISLNK(info.external_attr >> 16):
            return "The archive holds links to other files. Pack the files themselves."
        if info.flag_bits & 1:
            return "The archive is encrypted. Unpack it with its password and name the folder."
    if not files:
        return "The archive holds no files."
    if len(infos) > _MEMBERS:
        return f"The archive holds {len(infos):,} files, more than {_MEMBERS:,}. Unpack what is needed."
    unpacked = sum(info.file_size for info in files)
    packed = sum(info.compress_size for info in files)
    if unpacked > _UNPACKED:
        size = f"{unpacked / 2**30:,.0f} GB, more than {_UNPACKED // 2**30}"
        return f"The archive unpacks to {size}. Unpack what is needed."
    if unpacked > max(10 * 2**20, packed * _RATIO):
        return f"The archive unpacks to {unpacked // max(packed, 1):,} times its size, as no export does."
    return None
