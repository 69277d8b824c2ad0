"""Rows of an Excel workbook as text, like those of a CSV.

A formula counts as the value that was last reckoned for it. Excel keeps 15 digits of a number: a longer one stands
here with a power of ten, so that nobody takes it for an id.
"""

from __future__ import annotations

import contextlib
import io
import re
import warnings
import zipfile
from collections.abc import Collection, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, BinaryIO, NamedTuple

from openpyxl import load_workbook
from openpyxl.cell.cell import ERROR_CODES
from openpyxl.utils.escape import unescape

from communitylab.errors import ExportError
from communitylab.files import Skip, Source, chunks

__all__ = ["MARK", "Sheet", "day_of", "workbook_heads", "xlsx_rows"]

MARK = b"PK\x03\x04"
"""How a workbook begins, as any zip does."""

_PACKED_LIMIT = 2**28  # of a workbook inside an archive, which is held in memory
_TEXTS_LIMIT = 2**27  # the texts of all cells are held as well
_PART_LIMIT = 2**22  # and so is all that is neither texts nor rows
_RATIO, _SMALL = 250, 10 * 2**20  # as for archives
_PARTS, _SHEETS, _ROWS = 10_000, 100, 2**20
_GAP = 2**16  # empty rows below which nothing is looked for
_DIGITS = 10.0**15
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
_DAY_ZERO = datetime(1899, 12, 30)
_WORKBOOK = re.compile(r"xl/workbook\w*\.xml")
_TEXTS = "xl/sharedStrings.xml"
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")

_DAMAGED = "The workbook is damaged or cut. Copy or download it again, or save its sheet as CSV."
_LARGE = "The workbook is too large to be read. Save its sheet as CSV."
_BOMB = f"The workbook unpacks to over {_RATIO} times its size, as no export does."


def day_of(cell: str) -> str | None:
    """The date of a cell that Excel shows as a number, because it counts days; None if the cell is no such number.

    Parameters
    ----------
    cell
        As text.

    Examples
    --------
    >>> day_of("45896.5"), day_of("1756300125")
    ('2025-08-27T12:00:00', None)
    """
    if not _SERIAL.fullmatch(cell):
        return None
    return (_DAY_ZERO + timedelta(seconds=round(float(cell) * 86_400))).isoformat()


@contextlib.contextmanager
def _understood() -> Iterator[None]:
    """Whatever is raised for a damaged workbook becomes one error."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # on colours, comments and the like
            yield
    except (ExportError, MemoryError):
        raise
    except Exception as error:  # whatever the parser happens to stumble over
        raise ExportError(_DAMAGED) from error


def _packed(source: Source) -> BinaryIO:
    """A stream in which one can go to and fro."""
    if source.member is None:
        stream = source.path.open("rb")
        if stream.read(len(MARK)) == MARK:
            return stream
        stream.close()
    content = bytearray()
    for chunk in chunks(source, _broken):
        content += chunk
        if len(content) > _PACKED_LIMIT:
            raise ExportError("The workbook inside the archive is too large. Unpack the archive.")
    return io.BytesIO(content)


def _broken(reason: str, line: int) -> None:
    raise ExportError(_DAMAGED)


def _check(parts: Collection[zipfile.ZipInfo], *, packed: int) -> None:
    """Refuses what would fill the memory or never end."""
    if sum(part.file_size for part in parts) > max(_SMALL, packed * _RATIO):
        raise ExportError(_BOMB)
    for part in parts:
        limit = _TEXTS_LIMIT if part.filename == _TEXTS else _PART_LIMIT
        is_held = part.filename.endswith((".xml", ".rels")) and not _SHEET.fullmatch(part.filename)
        if is_held and part.file_size > limit:
            raise ExportError(_LARGE)
    if len(parts) > _PARTS:
        raise ExportError(_LARGE)


@contextlib.contextmanager
def _opened(source: Source) -> Iterator[Any]:
    """The workbook; None if the file is something else in a zip."""
    with _packed(source) as packed:
        book = None
        with _understood():
            with zipfile.ZipFile(packed) as archive:
                parts = archive.infolist()
            if any(_WORKBOOK.fullmatch(part.filename) for part in parts):
                _check(parts, packed=packed.seek(0, io.SEEK_END))
                book = load_workbook(packed, read_only=True, data_only=True, keep_links=False)
        try:
            yield book
        finally:
            for sheet in book.worksheets if book is not None else ():
                sheet._shared_strings.clear()  # sheet and book hold one another, and would hold these on and on


class Sheet(NamedTuple):
    """The beginning of a sheet."""

    name: str
    rows: list[list[str]]
    is_hidden: bool


def workbook_heads(source: Source, *, rows: int) -> list[Sheet] | None:
    """The first rows of each sheet of a workbook.

    Parameters
    ----------
    source
        The file: a zip.
    rows
        How many, not counting empty ones.

    Returns
    -------
    list[Sheet] | None
        Hidden ones last; None if the file is no workbook.

    Raises
    ------
    ExportError
        If the workbook is damaged or larger than workbooks are.
    """
    with _opened(source) as book:
        if book is None:
            return None
        sheets = sorted(book.worksheets[:_SHEETS], key=lambda sheet: sheet.sheet_state != "visible")
        found = []
        for sheet in sheets:
            head: list[list[str]] = []
            for _, row in _rows_of(sheet, lambda reason, line: None):
                head.append(row)
                if len(head) >= rows:
                    break
            found.append(Sheet(sheet.title, head, sheet.sheet_state != "visible"))
        return found


def xlsx_rows(source: Source, skip: Skip, *, sheet: str) -> Iterator[tuple[int, list[str]]]:
    """The rows of a sheet of a workbook, the header among them.

    Parameters
    ----------
    source
        The file.
    skip
        Is told where the sheet breaks off.
    sheet
        Its name.

    Returns
    -------
    Iterator[tuple[int, list[str]]]
        Number of the row from 1, and its cells as text up to the last that is filled. Empty rows
        are left out.

    Raises
    ------
    ExportError
        If the workbook cannot be opened.
    """
    with _opened(source) as book:
        yield from _rows_of(book[sheet], skip)


def _rows_of(sheet: Any, skip: Skip) -> Iterator[tuple[int, list[str]]]:
    sheet.reset_dimensions()  # not every writer tells the right ones
    rows = sheet.iter_rows(max_row=_ROWS, values_only=True)
    number = last = 0
    while number - last < _GAP:
        try:
            with _understood():
                values = next(rows, None)
        except ExportError:
            skip("the sheet breaks off", number + 1)
            return
        if values is None:
            return
        number += 1
        row = list(map(_cell, values))
        while row and not row[-1]:
            row.pop()
        if row:
            last = number
            yield number, row


def _cell(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return str(value).upper()
        case float() if abs(value) >= _DIGITS:
            return f"{value:.14E}"
        case float() if value.is_integer():
            return str(int(value))
        case datetime() | date() | time():
            return value.isoformat()
        case str() if value in ERROR_CODES:
            return ""
        case str():
            return unescape(value).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return str(value)
