"""Tables of results as CSV: spreadsheets open them well, and they are read back as they were."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from communitylab.errors import CallError
from communitylab.sheets import guarded, unguarded, write_whole

__all__ = ["read_table", "write_table"]

_NO_TEXT = re.compile("[\x00\ud800-\udfff]")  # no program reads a file with one of these in it
_WHOLE = re.compile(r"-?(?:0|[1-9][0-9]*)")
_BROKEN = re.compile(r"-?(?:[0-9]+\.[0-9]+(?:e[+-][0-9]+)?|[0-9]+e[+-][0-9]+|inf)")
_QUOTED = r'"[^"]*(?:""[^"]*)*"'


def write_table(table: pd.DataFrame, path: Path) -> None:
    """Writes a table as a CSV that spreadsheets open well and :func:`read_table` gives back as it was.

    Text stands between quotation marks, numbers and True or False do not: so an id of digits stays a text. A null is
    an empty cell, a text without letters is two quotation marks. The file begins with the mark by which Excel knows
    UTF-8, and no text in it is taken for a formula.

    Parameters
    ----------
    table
        Of texts, numbers, and True or False; what else there is becomes text. Its index is not written.
    path
        The file; its folder is made if it is not there.

    Raises
    ------
    CallError
        If it cannot be written.
    """
    rows = zip(*(map(_as_cell, table.iloc[:, place]) for place in range(table.shape[1])), strict=True)
    head = [_as_cell(str(name)) for name in table.columns]
    # Quotation marks tell what is text: the names of columns need none.
    plain = [name[1:-1] if re.fullmatch(r'"\w+"', name) else name for name in head]
    write_whole(path, "".join(",".join(row) + "\n" for row in [plain, *rows]).encode("utf-8-sig"))


def _as_cell(value: object) -> str:
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or value is pd.NA or value is pd.NaT or value != value:
        return ""
    if isinstance(value, bool | int | float):
        return repr(value)
    text = guarded(_NO_TEXT.sub("�", str(value))).replace('"', '""')
    return f'"{text}"'


def read_table(path: Path) -> pd.DataFrame:
    """A table as :func:`write_table` wrote it, also if a spreadsheet saved it since.

    A spreadsheet takes the quotation marks away: then digits are numbers, in a column of nothing else.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    DataFrame
        Columns of text, whole numbers, numbers, or True or False; one that is all null is of no type.

    Raises
    ------
    CallError
        If it is not there or no such table, with the line.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise CallError(f"{path}: not there. Make the report anew.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise CallError(f"{path}: no table that can be read ({error}). Make the report anew.") from None
    head = text.partition("\n")[0]
    sign = max(",;\t", key=head.count)
    cell = re.compile(rf"({_QUOTED}|[^{sign}\r\n\"]*)({sign}|\r?\n|\Z)")
    rows: list[list[str]] = [[]]
    place = 0
    while place < len(text):
        found = cell.match(text, place)
        if found is None:
            line = text.count("\n", 0, place) + 1
            raise CallError(f"{path}, line {line}: is no line of such a table. Make the report anew.")
        rows[-1].append(found[1])
        place = found.end()
        if found[2] != sign and place < len(text):
            rows.append([])
        elif found[2] == sign and place == len(text):
            rows[-1].append("")
    names = [_as_text(name) for name in rows[0]] if rows[0] != [""] else []
    # A table of one column has a line without anything for each null; elsewhere it is none of the table.
    rows = [rows[0], *(row for row in rows[1:] if row != [""] or len(names) == 1)]
    for line, row in enumerate(rows[1:], 2):
        if len(row) != len(names):
            raise CallError(
                f"{path}, row {line}: holds {len(row)} values, and its first {len(names)}. Make the report anew."
            )
    columns = zip(*rows[1:], strict=True) if len(rows) > 1 else [()] * len(names)
    table = pd.DataFrame({place: _column(cells) for place, cells in enumerate(columns)})
    return table.set_axis(names, axis="columns")


def _as_text(cell: str) -> str:
    return unguarded(cell[1:-1].replace('""', '"') if cell.startswith('"') else cell)


def _column(cells: Sequence[str]) -> pd.Series:
    """The cells of a column, of the type that all of them have."""
    known = [cell for cell in cells if cell]
    is_null = len(known) < len(cells)
    if not known:
        return pd.Series([None] * len(cells), dtype=object)
    if all(cell in ("True", "False") for cell in known):
        flags = [{"True": True, "False": False}.get(cell) for cell in cells]
        return pd.Series(flags, dtype=object if is_null else bool)
    if all(map(_WHOLE.fullmatch, known)):
        whole = [int(cell) if cell else None for cell in cells]
        is_short = all(-(2**63) <= int(cell) < 2**63 for cell in known)
        return pd.Series(whole, dtype=("Int64" if is_null else "int64") if is_short else object)
    if all(_WHOLE.fullmatch(cell) or _BROKEN.fullmatch(cell) for cell in known):
        return pd.Series([float(cell or "nan") for cell in cells], dtype="float64")
    return pd.Series([_as_text(cell) if cell else None for cell in cells], dtype="str")
