"""Paths → named streams of bytes. Everything hostile about files stops here.

Files, folders, globs and archives become :class:`Source` objects; a plain file, a gzip and a Zstandard
file look alike from then on, and text in UTF-16 comes out as UTF-8. What a file holds is never told from
its name.
"""

from __future__ import annotations

import codecs
import contextlib
import glob
import gzip
import hashlib
import io
import os
import posixpath
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import zstandard

from communitylab.archives import BROKEN, contents, is_archive, is_shown, open_member
from communitylab.errors import CallError

__all__ = ["LINE_LIMIT", "Skip", "Source", "chunks", "find", "head", "lines"]

LINE_LIMIT = 32 * 2**20
"""The longest line that is read, in bytes."""

Skip = Callable[[str, int], None]
"""Takes the reason for passing a record over, and the line on which the record starts."""

_ZSTD_WINDOW = 2**31  # dumps of whole forums are packed with windows of this size
_ZSTD_STEP = 2**11  # packed bytes at a time: at most 64 MB unpacked, whatever they hold
_BROKEN = (*BROKEN, zstandard.ZstdError)
_CHUNK = 2**18
_BREAKS_OFF = "the compressed file breaks off"


@dataclass(frozen=True)
class Source:
    """One file of an export, possibly inside an archive.

    `label` is what messages call it; `refusal` says why it will not be opened, if it will not; `remark` is
    something to be said of it whatever it holds.
    """

    label: str
    path: Path
    member: str | None = None
    refusal: str | None = None
    remark: str | None = None

    @property
    def name(self) -> str:
        """Its place, inside its archive or on disk, with slashes."""
        return self.path.as_posix() if self.member is None else self.member

    def beside(self, relative: str) -> Source | None:
        """Another file of the same archive or folder.

        Parameters
        ----------
        relative
            Its place, seen from the folder of this one, such as ``"account.js"`` or ``"../profile.json"``.

        Returns
        -------
        Source or None
            None if there is no such file.
        """
        place = posixpath.normpath(posixpath.join(posixpath.dirname(self.name), relative))
        if self.member is not None:
            names = contents(self.path).names
            found = next((name for name in (place, f"./{place}") if name in names), None)
            return Source(f"{self.path}: {found}", self.path, found) if found else None
        return Source(place, Path(place)) if Path(place).is_file() else None

    def _packed(self) -> BinaryIO:
        return self.path.open("rb") if self.member is None else open_member(self.path, self.member)

    def _unpacked(self) -> BinaryIO:
        stream = self._packed()
        try:
            start = stream.peek(4)[:4]  # type: ignore[attr-defined]
        except _BROKEN:
            stream.close()
            return self._packed()  # breaks off at once; whoever reads it will hear of it
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
            64 hexadecimal digits; of a file that breaks off in its archive, of what comes before.

        Raises
        ------
        OSError
            If the file cannot be opened.
        """
        found = hashlib.sha256()
        with self._packed() as stream, contextlib.suppress(*_BROKEN):
            while chunk := stream.read(_CHUNK):
                found.update(chunk)
        return found.hexdigest()


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


def head(source: Source, size: int) -> bytes:
    """The first bytes of a file, up to where it breaks off.

    Parameters
    ----------
    source
        The file.
    size
        How many.

    Returns
    -------
    bytes
        Unpacked.

    Raises
    ------
    OSError
        If the file cannot be opened.
    """
    found = b""
    for chunk in chunks(source, lambda reason, line: None):
        found += chunk
        if len(found) >= size:
            break
    return found[:size]


def chunks(source: Source, skip: Skip) -> Iterator[bytes]:
    """The content of a file in pieces, in bounded memory, up to where it breaks off.

    Parameters
    ----------
    source
        The file.
    skip
        Is told of a packed file that breaks off, and of the line on which it does.

    Returns
    -------
    Iterator[bytes]
        Pieces of at most 256 kB.

    Raises
    ------
    OSError
        If the file cannot be opened.
    """
    number = 1
    with source.open() as stream:
        while True:
            try:
                chunk = stream.read1(_CHUNK)  # type: ignore[attr-defined]
            except _BROKEN:
                skip(_BREAKS_OFF, number)
                return
            if not chunk:
                return
            number += chunk.count(b"\n")
            yield chunk


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
                skip(_BREAKS_OFF, number)
                return
            if not line:
                return
            if whole:
                yield number, line
            else:
                skip(f"line over {LINE_LIMIT // 2**20} MB", number)


def find(exports: str | os.PathLike[str] | Iterable[str | os.PathLike[str]]) -> list[Source]:
    """The files behind paths, folders, globs and archives (zip, tar).

    Parameters
    ----------
    exports
        One path or several. Folders are searched to the bottom; hidden files are left out, and so are reports, stores
        and work folders that this program made.

    Returns
    -------
    list[Source]
        In the order given, each folder, glob and archive sorted; a file that is named twice comes once.

    Raises
    ------
    CallError
        If a path does not exist, a glob matches nothing, or a folder is empty or was made by this program.
    """
    given = [exports] if isinstance(exports, str | os.PathLike) else list(exports)
    if not given:
        raise CallError("No export was given. Name at least one file, folder or archive.")
    found: dict[tuple[Path, str | None], Source] = {}
    for export in given:
        for path in _paths(os.fspath(export)):
            for source in _inside(path) if is_archive(path) else [Source(str(path), path)]:
                found.setdefault((path.resolve(), source.member), source)
    return list(found.values())


_MADE_HERE = {
    "a report": ("run.toml", "results.json"),
    "a store": ("ledger.json", "posts.parquet"),
    "a work folder": ("notebooks", "store/ledger.json"),
}


def _made_here(folder: Path) -> str | None:
    """What of this program's own a folder is; null for any other folder."""
    for what, signs in _MADE_HERE.items():
        if all((folder / sign).exists() for sign in signs):
            return what
    return None


def _folders(path: Path) -> Iterator[tuple[str, list[str]]]:
    """A folder and those in it, with the names of their files; without what this program made of exports."""
    for folder, inner, names in os.walk(path):
        inner[:] = [name for name in inner if not _made_here(Path(folder, name))]
        yield folder, names


def _paths(export: str) -> list[Path]:
    path = Path(os.path.expanduser(export))
    if path.is_file():
        return [path]
    if path.is_dir():
        if what := _made_here(path):
            raise CallError(
                f"{export}: is {what} of communitylab and no export. Name the files that you got from the platform."
            )
        inside = sorted(
            Path(folder, name)
            for folder, names in _folders(path)
            for name in names
            if is_shown(Path(folder, name).relative_to(path).parts)
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


def _inside(path: Path) -> list[Source]:
    """The files of an archive."""
    names, refusal = contents(path)
    if refusal:
        return [Source(str(path), path, refusal=refusal)]
    return [Source(f"{path}: {name}", path, member=name) for name in names]
