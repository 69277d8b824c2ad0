"""Tables as one workbook for people who live in spreadsheets: a sheet for each, and on top of it what it says."""

from __future__ import annotations

import io
import re
import textwrap
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xlsxwriter

from communitylab.sheets import legal, write_whole

__all__ = ["write_workbook"]

_ABOUT = "about"
_WHAT = (
    "The tables of a report of communitylab, one on each sheet, with notes on top.",
    "Shares lie between 0 and 1. An empty cell means: not known, or there is nothing to tell.",
    "No sheet names a follower: they are counted, or go by a pseudonym. Figures about them stay personal data all the "
    "same, for whoever knows the posts may find people again: keep this file inside your organisation.",
)
_CREATED = datetime(2000, 1, 1)  # the same tables are the same file
_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
# What a sheet can hold: rows, characters of a cell, digits of a number, and days from the one on which Excel and the
# calendar agree.
_MOST_ROWS, _MOST_SIGNS, _MOST_DIGITS, _FIRST_DAY = 1_048_576, 32_767, 15, date(1900, 3, 1)
_LINE, _NARROWEST, _EXPLAINED, _WIDEST = 110, 8, 17, 60  # characters
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def write_workbook(
    tables: Mapping[str, pd.DataFrame], *, path: Path, title: str, notes: Mapping[str, str]
) -> None:
    """Writes tables as XLSX: first a sheet that says what there is, then one for each table.

    Numbers are numbers, days are days, True and False are such; all else is text, whatever it looks like: no formula,
    no link. Lists are joined by commas, what a cell cannot hold is cut and ends in "…". The same tables give the same
    file.

    Parameters
    ----------
    tables
        By name.
    path
        The file; its folder is made if it is not there.
    title
        Of the whole.
    notes
        What a table is, by its name, and what a column of it is, by ``table.column``; of columns with a number at
        their end (``run_1``, ``run_2`` …) the first is enough.

    Raises
    ------
    CallError
        If it cannot be written.
    """
    held = io.BytesIO()
    book = xlsxwriter.Workbook(held, _OPTIONS)
    book.set_properties({"title": legal(title), "created": _CREATED, "author": "communitylab"})
    formats = {
        "title": book.add_format({"bold": True, "font_size": 14}),
        "note": book.add_format({"italic": True, "font_color": "#444444"}),
        "column": book.add_format(
            {"italic": True, "font_color": "#444444", "font_size": 9, "text_wrap": True}
        ),
        "head": book.add_format({"bold": True, "bottom": 1, "bg_color": "#eef2f6"}),
        "text": book.add_format({"valign": "top"}),
        "long": book.add_format({"text_wrap": True, "valign": "top"}),
        "whole": book.add_format({"num_format": "0", "valign": "top"}),
        "broken": book.add_format({"num_format": "0.000", "valign": "top"}),
        "day": book.add_format({"num_format": "yyyy-mm-dd", "valign": "top"}),
        "moment": book.add_format({"num_format": "yyyy-mm-dd hh:mm", "valign": "top"}),
        "link": book.add_format({"font_color": "#15508a", "underline": 1, "valign": "top"}),
    }
    names = _sheet_names(tables)
    _write_about(book.add_worksheet(_ABOUT), tables, names=names, title=title, notes=notes, formats=formats)
    for name, table in tables.items():
        _write_sheet(book.add_worksheet(names[name]), name, table, notes=notes, formats=formats)
    book.close()
    write_whole(Path(path), held.getvalue())


def _sheet_names(tables: Iterable[str]) -> dict[str, str]:
    """A name for each sheet that Excel takes: short, without its signs, and each but once whatever its case."""
    found: dict[str, str] = {}
    # Excel keeps "history" for itself.
    taken = {_ABOUT, "history"}
    for name in tables:
        plain = re.sub(r"[\[\]:*?/\\]", "_", legal(name).replace("\n", " ")).strip("' ") or "table"
        short, number = _cut(plain, 31, end="").strip("' "), 1
        while short.casefold() in taken:
            number += 1
            short = _cut(plain, 30 - len(str(number)), end="").strip("' ") + f" {number}"
        taken.add(short.casefold())
        found[name] = short
    return found


def _write_about(
    sheet: Any,
    tables: Mapping[str, pd.DataFrame],
    *,
    names: Mapping[str, str],
    title: str,
    notes: Mapping[str, str],
    formats: Mapping[str, Any],
) -> None:
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 90)
    sheet.write_string(0, 0, _fitting(title), formats["title"])
    lines = [line for text in _WHAT for line in textwrap.wrap(text, _LINE)]
    for row, line in enumerate(lines, 1):
        sheet.write_string(row, 0, line)
    top = len(lines) + 2
    for column, head in enumerate(("sheet", "what it holds", "rows")):
        sheet.write_string(top, column, head, formats["head"])
    for row, (name, table) in enumerate(tables.items(), top + 1):
        target = names[name].replace("'", "''")
        sheet.write_url(row, 0, f"internal:'{target}'!A1", formats["link"], names[name])
        if name in notes:
            sheet.write_string(row, 1, _fitting(notes[name]), formats["long"])
        sheet.write_number(row, 2, len(table), formats["whole"])
    sheet.fit_to_pages(1, 0)
    sheet.set_landscape()


def _write_sheet(
    sheet: Any, name: str, table: pd.DataFrame, *, notes: Mapping[str, str], formats: Mapping[str, Any]
) -> None:
    heads = [legal(str(column)) for column in table.columns]
    told = [notes.get(f"{name}.{column}", "") for column in heads]
    note = notes.get(name, "") + ("" if len(table) else " There is nothing of it in this export.")
    lines = textwrap.wrap(_fitting(note), _LINE)
    head = len(lines) + any(told)
    room = _MOST_ROWS - head - 2
    if len(table) > room:
        lines.append(f"Of {len(table):,} rows the first {room:,}: a sheet holds no more.")
        head += 1
    for row, line in enumerate(lines):
        sheet.write_string(row, 0, line, formats["note"])
    height = 0
    for place, column in enumerate(heads):
        cells = [_plain(value) for value in table.iloc[:room, place]]
        days = _days(cells)
        shown = [
            _write_cell(sheet, head + 1 + row, place, cell, formats) for row, cell in enumerate(days or cells)
        ]
        sheet.write_string(head, place, _fitting(column), formats["head"])
        # The arrow of the filter takes the room of three characters.
        width = max([_width(column) + 3, *shown, _EXPLAINED if told[place] else _NARROWEST])
        width = min(width, _WIDEST) + 1
        sheet.set_column(place, place, width)
        if told[place]:
            sheet.write_string(head - 1, place, _fitting(told[place]), formats["column"])
            # They are smaller than what a column is measured in.
            height = max(height, len(textwrap.wrap(told[place], int(1.2 * width))))
    if height:
        sheet.set_row(head - 1, 12.5 * height + 3)
    if heads:
        sheet.autofilter(head, 0, head + max(1, len(table.iloc[:room])), len(heads) - 1)
    sheet.freeze_panes(head + 1, 1)
    sheet.repeat_rows(head)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)


def _plain(value: Any) -> Any:
    """A cell as a workbook can hold it; null: an empty one."""
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or value is pd.NaT or value is pd.NA:
        return None
    if isinstance(value, bool | str):
        return value
    if isinstance(value, int):
        return value if len(str(abs(value))) <= _MOST_DIGITS else str(value)
    if isinstance(value, float):
        return None if value != value else value if abs(value) != float("inf") else str(value)
    if isinstance(value, datetime):
        moment = value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
        return moment if moment.date() >= _FIRST_DAY else str(moment)
    if isinstance(value, date):
        return datetime.combine(value, time()) if value >= _FIRST_DAY else str(value)
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {part}" for key, part in value.items())
    if isinstance(value, Sequence | set | frozenset | np.ndarray):
        return ", ".join(map(str, sorted(value, key=str) if isinstance(value, set | frozenset) else value))
    return str(value)


def _days(cells: Sequence[Any]) -> list[date | None] | None:
    """A column of nothing but days, as days: they can be sorted, grouped by month and drawn."""
    known = [cell for cell in cells if cell is not None]
    if not known or not all(isinstance(cell, str) and _DAY.fullmatch(cell) for cell in known):
        return None
    try:
        days = [None if cell is None else date.fromisoformat(cell) for cell in cells]
    except ValueError:
        return None
    return days if all(day is None or day >= _FIRST_DAY for day in days) else None


def _write_cell(sheet: Any, row: int, column: int, cell: Any, formats: Mapping[str, Any]) -> int:
    """Writes a cell, and says how wide it is."""
    if cell is None or cell == "":
        return 0
    if isinstance(cell, bool):
        sheet.write_boolean(row, column, cell, formats["text"])
        return len(str(cell))
    if isinstance(cell, int | float):
        is_whole = isinstance(cell, int)
        sheet.write_number(row, column, cell, formats["whole" if is_whole else "broken"])
        return len(f"{cell}" if is_whole else f"{cell:.3f}")
    if isinstance(cell, date):
        is_moment = isinstance(cell, datetime) and cell.time() != time()
        sheet.write_datetime(row, column, cell, formats["moment" if is_moment else "day"])
        return 16 if is_moment else 10
    text = _fitting(cell)
    width = _width(text)
    sheet.write_string(row, column, text, formats["long" if width > _WIDEST or "\n" in text else "text"])
    return width


def _fitting(text: str) -> str:
    return _cut(legal(text), _MOST_SIGNS, end="…")


def _cut(text: str, most: int, *, end: str) -> str:
    """As much of a text as there is room for; Excel counts a sign beyond the first 65,536 twice."""
    units = text.encode("utf-16-le")
    if len(units) <= 2 * most:
        return text
    return units[: 2 * (most - len(end))].decode("utf-16-le", errors="ignore") + end


def _width(text: str) -> int:
    """How wide the widest line of a text is, in digits."""
    lines = text.split("\n")[:50]
    return max(
        sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in line[: _WIDEST + 1])
        for line in lines
    )
