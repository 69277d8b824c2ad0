"""Rows of a Parquet table as text, like those of a CSV."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.parquet as pq

from communitylab.errors import ExportError
from communitylab.files import Skip, Source

__all__ = ["parquet_head", "parquet_records"]

_PACKED_LIMIT = 2**28
_BATCH = 5_000


def _opened(source: Source) -> pq.ParquetFile:
    try:
        if source.member is None:
            return pq.ParquetFile(source.path)
        with source.open() as stream:
            content = stream.read(_PACKED_LIMIT + 1)
        if len(content) > _PACKED_LIMIT:
            raise ExportError("The Parquet table inside the archive is too large. Unpack the archive.")
        return pq.ParquetFile(io.BytesIO(content))
    except (pa.ArrowException, OSError) as error:
        raise ExportError("The Parquet table is damaged or cut. Copy or write it again.") from error


def parquet_head(source: Source, *, rows: int) -> tuple[list[str], list[list[str]]]:
    """Columns and first rows of a Parquet table.

    Parameters
    ----------
    source
        The file.
    rows
        How many.

    Returns
    -------
    tuple[list[str], list[list[str]]]
        Names of the columns; the rows, each cell as text.

    Raises
    ------
    ExportError
        If the table is damaged.
    """
    with _opened(source) as table:
        header = table.schema_arrow.names
        try:
            batch = next(table.iter_batches(batch_size=rows), None)
        except (pa.ArrowException, OSError) as error:
            raise ExportError("The Parquet table is damaged or cut. Copy or write it again.") from error
        return header, [list(map(_cell, row.values())) for row in batch.to_pylist()] if batch else []


def parquet_records(
    source: Source, skip: Skip, *, columns: Sequence[str]
) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of a Parquet table.

    Parameters
    ----------
    source
        The file.
    skip
        Is told where the table breaks off.
    columns
        Names of the columns that are wanted.

    Returns
    -------
    Iterator[tuple[int, dict[str, str]]]
        Number of the row from 1, and its cells as text, empty where there is no value.

    Raises
    ------
    ExportError
        If the table cannot be opened.
    """
    number = 0
    with _opened(source) as table:
        batches = table.iter_batches(batch_size=_BATCH, columns=list(columns))
        while True:
            try:
                batch = next(batches, None)
            except (pa.ArrowException, OSError):
                skip("the table breaks off", number + 1)
                return
            if batch is None:
                return
            for row in batch.to_pylist():
                number += 1
                yield number, {name: _cell(value) for name, value in row.items()}


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return (value.astimezone(UTC) if value.tzinfo else value).isoformat()
    return str(value)
