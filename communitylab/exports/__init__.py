"""The export formats that can be read, one file each.

A format is a module of this package with

* ``NAME``      the short name in the ledger, such as ``"x_api_v2"``;
* ``TITLE``     one line for people; ``HOW`` one sentence on how to get such an export;
* ``COVERAGE``  the coverage class of such a file: ``"A"``, ``"B"``, ``"C"`` or ``"D"``;
* ``PLATFORMS``  the platforms of which there are such exports, as posts name them; none for any;
* ``recognise(sample: Sample) -> bool``  by content, never by the file's name;
* ``read(source: files.Source, sink: Sink, *, sample, asked) -> None``  hands every record to the sink: one
  ``sink.post(Post)``, ``sink.skip(reason, line)`` or ``sink.edge(Edge, line)`` for each, and context by
  ``sink.name`` and ``sink.parent``; raises ExportError for a file in which no record can be read.

A module that also has ``IS_GENERIC = True`` is asked last. One whose files come in an account archive says
with ``ARCHIVE = Archive(…)`` which of them may be opened. ``IS_YOURS = True`` says that such an export is of
a place that the brand owns; with ``SHOWS_STAFF = True``, because anybody can get one, only where the brand is
among the staff that the reader names. ``IS_GONE = True`` says that nobody can make new ones,
``IS_FROM_DOCUMENTATION = True`` that nobody here has seen a real file of it. Nothing else is needed to add a
format: modules with a ``NAME`` are found by themselves.
"""

from __future__ import annotations

import contextlib
import functools
import gc
import importlib
import pkgutil
import re
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

from communitylab.errors import ExportError
from communitylab.exports.asked import Asked
from communitylab.exports.followers import Follower, read_followers
from communitylab.exports.private_parts import opened
from communitylab.exports.sample import Sample, sample_of
from communitylab.exports.sink import Sink
from communitylab.files import Source

__all__ = [
    "Asked",
    "FileRecord",
    "Follower",
    "Format",
    "formats",
    "read_file",
    "read_followers",
    "readable",
    "recognise",
]

_OF_FOLLOWERS = {
    "username",
    "name",
    "user_id",
    "id",
    "account_id",
    "followed_at",
    "display_name",
    "handle",
    "date",
}


class Format(NamedTuple):
    """What a format is called and can show.

    `is_yours`: it is of a place that the brand owns, if `shows_staff` only where the brand is of its staff;
    `is_gone`: nobody can make new ones; `is_from_documentation`: nobody here has seen a real file of it.
    """

    name: str
    title: str
    coverage: str
    how: str
    platforms: tuple[str, ...] = ()
    is_yours: bool = False
    shows_staff: bool = False
    is_gone: bool = False
    is_from_documentation: bool = False
    query: str | None = None  # to be run where the export is made


@dataclass(frozen=True)
class FileRecord:
    """What was read of one file: ``records == posts + sum(skipped.values())``.

    `refusal` says why nothing was read, if nothing was; `first_skipped` is the line of the first record
    skipped for each reason; `notes` are remarks on the file as a whole; `staff` are accounts that the place
    itself calls its staff; `chats` are the groups and channels in it, read or not; `chats_asked` those that the user
    named, as they were named: null for a file that has none.
    """

    label: str
    number: int
    format: str | None = None
    coverage: str | None = None
    sha256: str | None = None
    records: int = 0
    posts: int = 0
    edges: int = 0
    skipped: Mapping[str, int] = field(default_factory=dict)
    first_skipped: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    staff: tuple[str, ...] = ()
    chats: tuple[str, ...] = ()
    chats_asked: tuple[str, ...] | None = None
    refusal: str | None = None


@functools.cache
def _modules() -> tuple[ModuleType, ...]:
    found = [importlib.import_module(f"{__name__}.{info.name}") for info in pkgutil.iter_modules(__path__)]
    readers = [module for module in found if hasattr(module, "NAME")]
    return tuple(sorted(readers, key=lambda module: (getattr(module, "IS_GENERIC", False), module.NAME)))


def formats() -> list[Format]:
    """The formats that can be read, in the order in which a file is tried on them.

    Returns
    -------
    list[Format]
        The generic ones last.
    """
    return [
        Format(
            module.NAME,
            module.TITLE,
            module.COVERAGE,
            module.HOW,
            module.PLATFORMS,
            getattr(module, "IS_YOURS", False),
            getattr(module, "SHOWS_STAFF", False),
            getattr(module, "IS_GONE", False),
            getattr(module, "IS_FROM_DOCUMENTATION", False),
            getattr(module, "QUERY", None),
        )
        for module in _modules()
    ]


def readable(sources: Iterable[Source]) -> list[Source]:
    """The files that may be opened: of an account archive only those with posts or followers in them.

    Parameters
    ----------
    sources
        All files that were named or found.

    Returns
    -------
    list[Source]
        In the same order.
    """
    return opened(sources, [module.ARCHIVE for module in _modules() if hasattr(module, "ARCHIVE")])


def recognise(sample: Sample) -> ModuleType | None:
    """The format of a file.

    Parameters
    ----------
    sample
        Its first records.

    Returns
    -------
    ModuleType | None
        The module that reads it; None if none does.
    """
    return next((module for module in _modules() if module.recognise(sample)), None)


def read_file(
    source: Source,
    folder: Path,
    number: int,
    *,
    asked: Asked = Asked(),  # noqa: B008
) -> FileRecord:
    """Reads one file of an export into Parquet.

    Writes `posts-<number>.parquet` and, where there is something to write, `names-`, `parents-` and
    `edges-<number>.parquet`. A file that cannot be read is recorded with the reason, and stops nobody.

    Parameters
    ----------
    source
        The file.
    folder
        Where the tables are written.
    number
        Of the file among all files read; part of every row.
    asked
        What the user says of it. With columns that it has, it is read as a table whatever it looks like.

    Returns
    -------
    FileRecord
        The ledger's entry.
    """
    if source.refusal:
        return FileRecord(source.label, number, refusal=source.refusal)
    try:
        with ThreadPoolExecutor(1) as beside:
            fingerprint = beside.submit(source.sha256)
            record = _read(source, folder, number, asked)
            return replace(record, sha256=fingerprint.result())
    except ExportError as error:
        return FileRecord(source.label, number, refusal=str(error))
    except OSError as error:
        for part in folder.glob(f"*-{number}.parquet"):  # what was read before it broke off is not counted
            part.unlink()
        return FileRecord(
            source.label, number, refusal=f"The file cannot be opened: {error.strerror or error}."
        )


def _read(source: Source, folder: Path, number: int, asked: Asked) -> FileRecord:
    sample, module = _recognised(sample_of(source), asked.columns)
    if module is None:
        return FileRecord(source.label, number, refusal=_unknown(sample, asked.columns))
    with _no_collection(), Sink(folder, number) as sink:
        try:
            module.read(source, sink, sample=sample, asked=asked)
        except ExportError as error:
            if sink.records:
                raise AssertionError(f"{module.NAME} refused a file of which it had read records") from error
            chats = tuple(sorted(sink.chats))
            return FileRecord(source.label, number, format=module.NAME, chats=chats, refusal=str(error))
        if source.remark:
            sink.note(source.remark)
        if asked.columns and not getattr(module, "IS_GENERIC", False):
            sink.note(f"--columns was not used: the file is {module.TITLE}")
    return FileRecord(
        source.label,
        number,
        format=module.NAME,
        coverage=(sink.coverage or module.COVERAGE) if sink.posts or sink.edges else None,
        records=sink.records,
        posts=sink.posts,
        edges=sink.edges,
        skipped=dict(sorted(sink.skipped.items())),
        first_skipped=dict(sorted(sink.first_skipped.items())),
        notes=tuple(sink.notes),
        staff=tuple(sorted(sink.staff)),
        chats=tuple(sorted(sink.chats)),
        chats_asked=None if sink.chats_asked is None else tuple(sorted(sink.chats_asked)),
    )


def _recognised(sample: Sample, columns: Mapping[str, str]) -> tuple[Sample, ModuleType | None]:
    """The format of a file, and of the tables of a workbook the one that is of it; the generic one last."""
    tables = (sample, *sample.beside)
    named = [table for table in tables if columns and set(columns.values()) <= set(table.header)]
    generic = [module for module in _modules() if getattr(module, "IS_GENERIC", False)]
    known = ((table, module) for module in _modules() for table in tables if module.recognise(table))
    table, module = (named[0], generic[0]) if named else next(known, (sample, None))
    return replace(table, beside=tuple(other for other in tables if other is not table)), module


@contextlib.contextmanager
def _no_collection() -> Iterator[None]:
    """Reading makes rows and no cycles: the collector would only look at every row again and again."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _unknown(sample: Sample, columns: Mapping[str, str]) -> str:
    """Why a file of no known format cannot be read, what was found in it, and the cure."""
    if sample.is_empty:
        return "The file is empty. Export it again."
    if sample.magic:
        return (
            f"The file is {sample.magic}, not an export that can be read. `communitylab formats` lists those."
        )
    if sample.objects:
        keys = ", ".join(key[:40] for key in list(sample.objects[0])[:12])
        return f"JSON of no known format, with the keys {keys}. `communitylab formats` lists the known ones."
    first = next(iter(sample.header), "").lstrip()
    if first.startswith(("{", "[")):
        return "JSON that breaks off or is damaged: no whole record is in it. Export it once more."
    if re.match(r"\s*<(?:!doctype html|html)", sample.start, re.IGNORECASE):
        return "A web page (HTML), not data. Where you asked for the export, choose JSON, CSV or XML as its format."
    if not sample.is_table:
        return "Text, but neither a table nor JSON. `communitylab formats` lists what can be read."
    if not sample.has_header:  # its first row is somebody's data, not to be shown
        return (
            "A table without a header. Write one above it, such as author,text,created_at or source,target."
        )
    found = ", ".join(sample.header[:30])
    missing = [column for column in columns.values() if column not in sample.header]
    if missing:
        return f"A table with no column called {', '.join(missing)}. Its columns: {found}."
    if {name.lower() for name in sample.header} >= {"id", "label"}:
        return (
            "The nodes of a graph: they do not say who talks with whom. Lay them beside their edges, called alike but "
            "for nodes and edges (nodes.csv, edges.csv): their labels are read along with the edges."
        )
    if {name.lower() for name in sample.header} <= _OF_FOLLOWERS:
        return f"It looks like a follower list (columns: {found}). Give it as --followers, beside an export of posts."
    return f"A table of no known format. Its columns: {found}. Say which is which: --columns author=…,text=…"
