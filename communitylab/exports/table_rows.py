"""Rows of any table, whatever it is kept in: delimited text, an Excel workbook or Parquet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

from communitylab.exports.csv_rows import csv_records, csv_rows
from communitylab.exports.parquet_rows import parquet_records
from communitylab.exports.sample import Sample
from communitylab.exports.xlsx_rows import xlsx_rows
from communitylab.files import Skip, Source

__all__ = ["table_records", "table_rows"]


def table_rows(source: Source, skip: Skip, *, sample: Sample) -> Iterator[tuple[int, list[str]]]:
    """The rows of delimited text or of a workbook, the header and what stands above it among them.

    Parameters
    ----------
    source
        The file.
    skip
        Is told of rows that cannot be read.
    sample
        Its beginning.

    Returns
    -------
    Iterator[tuple[int, list[str]]]
        The line or the row of the sheet, and the cells.
    """
    if sample.sheets:
        return chain.from_iterable(xlsx_rows(source, skip, sheet=sheet) for sheet in sample.sheets)
    return csv_rows(source, skip, dialect=sample.dialect)


def table_records(
    source: Source,
    skip: Skip,
    *,
    sample: Sample,
    header: Sequence[str] | None = None,
    columns: Sequence[str] | None = None,
) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of a table below its header, cells by column.

    Parameters
    ----------
    source
        The file.
    skip
        Is told of rows that cannot be read or do not fit the header.
    sample
        Its beginning: it tells the header, and how many rows stand above it.
    header
        Names of the columns, if the table has none.
    columns
        Those that are wanted, where the others can be spared.

    Returns
    -------
    Iterator[tuple[int, dict[str, str]]]
        The line on which the row starts, or its number in its table, and its cells.

    Raises
    ------
    ExportError
        If a workbook or a Parquet table cannot be opened.
    OSError
        If the file cannot be opened.
    """
    if sample.is_parquet:
        return parquet_records(source, skip, columns=sample.header if columns is None else columns)
    if sample.sheets:
        return _of_sheets(source, skip, sample=sample, header=header)
    given = None if header is None else list(header)
    return csv_records(source, skip, dialect=sample.dialect, header=given, above=sample.above)


def _of_sheets(
    source: Source, skip: Skip, *, sample: Sample, header: Sequence[str] | None
) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of sheets that have the same header, each below its own."""
    for sheet in sample.sheets:
        is_above = header is None
        for line, row in xlsx_rows(source, skip, sheet=sheet):
            is_header = header is None and [cell.strip() for cell in row] == sample.header
            if is_above:
                is_above = not is_header
            elif is_header:
                skip("the header again", line)
            else:
                cells = [*row, *[""] * (len(sample.header) - len(row))]
                yield line, dict(zip(header or sample.header, cells, strict=False))
