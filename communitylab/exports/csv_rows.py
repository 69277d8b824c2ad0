"""Rows of delimited text one by one, each with the line on which it starts."""

from __future__ import annotations

import csv
import itertools
from collections.abc import Iterator
from typing import NamedTuple

from communitylab.files import LINE_LIMIT, Skip, Source, lines

__all__ = ["Dialect", "csv_records", "csv_rows", "dialect_of"]

csv.field_size_limit(LINE_LIMIT)


_DELIMITERS = ",;\t"
_OTHERS = {delimiter: set(_DELIMITERS) - {delimiter} for delimiter in _DELIMITERS}
_LONG = 6  # columns
_RETURN = "\udc0d"  # stands in for a carriage return inside a line; decoded text cannot hold it


class Dialect(NamedTuple):
    """How a table is written down.

    A delimiter of one space stands for any white space, without quotes. `is_old_mac`: lines end in a
    carriage return alone.
    """

    encoding: str
    delimiter: str
    is_old_mac: bool = False


def dialect_of(head: list[bytes]) -> Dialect:
    """The dialect that the first lines of a file suggest.

    Parameters
    ----------
    head
        The first lines, not blank.

    Returns
    -------
    Dialect
        UTF-8 unless most of the lines that go beyond ASCII are not.
    """
    is_old_mac = len(head) == 1 and b"\r" in head[0].strip()
    if is_old_mac:
        head = [line for line in head[0].split(b"\r")[:50] if line.strip()]
    beyond = [line for line in head if not line.isascii()]
    encoding = "utf-8" if sum(map(_is_utf8, beyond)) * 2 >= len(beyond) else "cp1252"
    first = head[0].decode(encoding, "replace") if head else ""
    counts = {delimiter: len(_split(first, delimiter)) for delimiter in _DELIMITERS}
    delimiter = max(counts, key=counts.__getitem__)
    below = None
    if counts[delimiter] < _LONG / 2:
        below = next(filter(None, (_of_long_header(line.decode(encoding, "replace")) for line in head)), None)
    if counts[delimiter] == 1:
        widths = {len(line.split()) for line in head if not line.startswith(b"#")}
        if len(widths) == 1 and widths <= {2, 3, 4}:
            delimiter = " "
    return Dialect(encoding, below or delimiter, is_old_mac)


def _of_long_header(line: str) -> str | None:
    """The delimiter of a line that can only be a header, below the title of a report; else None."""
    for delimiter in _DELIMITERS:
        cells = {cell.strip() for cell in _split(line, delimiter)}
        are_names = all(any(map(str.isalpha, cell)) and not _OTHERS[delimiter] & set(cell) for cell in cells)
        if are_names and len(cells) >= _LONG:
            return delimiter
    return None


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _split(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return line.split(delimiter)


class _Lines:
    """Feeds lines to the csv module, and remembers those of the row that is being read."""

    def __init__(self, source: Source, dialect: Dialect, skip: Skip) -> None:
        self._lines = lines(source, skip)
        if dialect.is_old_mac:
            self._lines = _split_at_returns(self._lines)
        self._encoding = dialect.encoding
        self._again: list[tuple[int, bytes]] = []
        self.is_over = False
        self.begin()

    def begin(self) -> None:
        """A row begins."""
        self.row: list[tuple[int, bytes]] = []
        self.size = 0
        self.is_damaged = False
        self.has_returns = False

    def rewind(self) -> None:
        """The lines of the row but for its first come again."""
        self._again += reversed(self.row[1:])
        self.is_over = False

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        if self.size > LINE_LIMIT:
            raise csv.Error("a row over the limit")
        line = self._again.pop() if self._again else next(self._lines, None)
        if line is None:
            self.is_over = True
            raise StopIteration
        self.row.append(line)
        self.size += len(line[1])
        try:
            text = line[1].decode(self._encoding)
        except UnicodeDecodeError:
            self.is_damaged = True
            text = line[1].decode("latin-1")
        if "\r" in text:
            end = "\r\n" if text.endswith("\r\n") else ""
            body = text.removesuffix(end)
            if "\r" in body:
                self.has_returns = True
                text = body.replace("\r", _RETURN) + end
        return text


def _split_at_returns(whole: Iterator[tuple[int, bytes]]) -> Iterator[tuple[int, bytes]]:
    for number, line in whole:
        for i, part in enumerate(line.split(b"\r")):
            yield number + i, part + b"\n"


def csv_rows(source: Source, skip: Skip, *, dialect: Dialect) -> Iterator[tuple[int, list[str]]]:
    """The rows of a table, the header among them.

    An unclosed quote costs the row that holds it, not the rest of the file.

    Parameters
    ----------
    source
        The file.
    skip
        Is told of rows that cannot be read.
    dialect
        How the table is written down.

    Returns
    -------
    Iterator[tuple[int, list[str]]]
        The line on which the row starts, and its cells. Blank lines are no rows.

    Raises
    ------
    OSError
        If the file cannot be opened.
    """
    feed = _Lines(source, dialect, skip)
    reader = _reader(feed, dialect)
    while True:
        feed.begin()
        try:
            row = next(reader, None)
        except csv.Error:
            row = []
            is_closed = False
        else:
            if row is None:
                return
            is_closed = not feed.is_over  # else the file ended before the row did
        if not is_closed:
            skip("a quote is never closed", feed.row[0][0])
            feed.rewind()  # the next quote closes the one before it, so this happens once in LINE_LIMIT bytes
            reader = _reader(feed, dialect)
        elif feed.is_damaged:
            skip("not UTF-8" if dialect.encoding == "utf-8" else "not Windows-1252", feed.row[0][0])
        elif row:
            if feed.has_returns:
                row = [cell.replace(_RETURN, "\r") for cell in row]
            yield feed.row[0][0], row


def _reader(feed: _Lines, dialect: Dialect) -> Iterator[list[str]]:
    if dialect.delimiter == " ":
        return ([] if line.startswith("#") else line.split() for line in feed)
    return csv.reader(feed, delimiter=dialect.delimiter)


def csv_records(
    source: Source, skip: Skip, *, dialect: Dialect, header: list[str] | None = None, above: int = 0
) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of a table below its header, cells by column.

    Parameters
    ----------
    source
        The file.
    skip
        Is told of rows that cannot be read or have more or fewer cells than the header.
    dialect
        How the table is written down.
    header
        Names of the columns, if the file has none; otherwise its first row.
    above
        Rows above the header, such as the title of a report: no records.

    Returns
    -------
    Iterator[tuple[int, dict[str, str]]]
        The line on which the row starts, and its cells.

    Raises
    ------
    OSError
        If the file cannot be opened.
    """
    has_header = header is None
    for line, row in itertools.islice(csv_rows(source, skip, dialect=dialect), above, None):
        if header is None:
            header = [cell.strip() for cell in row]
            continue
        if len(row) != len(header):
            if len(row) < len(header) or any(row[len(header) :]):
                skip("more or fewer cells than the header", line)
                continue
        elif has_header and row == header:
            skip("the header again", line)
            continue
        yield line, dict(zip(header, row, strict=False))
