"""Small tables that their owner edits in a spreadsheet: read in clear words, written whole or not at all."""

from __future__ import annotations

import csv
import io
import os
import re
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from communitylab.errors import CallError, printable

__all__ = [
    "Row",
    "brief",
    "cleaned",
    "guarded",
    "legal",
    "read_sheet",
    "unguarded",
    "write_sheet",
    "write_whole",
]

_MOST_BYTES = 50_000_000
# What a spreadsheet takes for a formula, with any guards and blanks before it, some of which it leaves out: the last
# four are the signs of a Japanese keyboard.
_FORMULA = re.compile(r"[\s\ufeff']*[=+\-@\t\r\n＝＋－＠]")
_ILLEGAL = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Row(NamedTuple):
    """One row: the line on which it ends, and its cells by column, without blanks at their ends."""

    line: int
    cells: dict[str, str]


def read_sheet(
    path: Path, columns: Sequence[str], *, what: str, cure: str
) -> tuple[list[Row], tuple[str, ...]]:
    """The rows of a CSV, as it was written or as a spreadsheet saved it since.

    Parameters
    ----------
    path
        The file: UTF-8, with commas, semicolons or tabs; empty lines are skipped.
    columns
        That it must have, in any order and case; there may be none.
    what
        What it is, to begin a sentence: ``"A list of actions"``.
    cure
        A sentence for when it is not there.

    Returns
    -------
    tuple
        The rows, and the names of further columns.

    Raises
    ------
    CallError
        If it cannot be read or lacks a column, with the line, what was expected and the cure.
    """
    expected = what + " is a CSV" + (f" with the columns {', '.join(columns)}" if columns else "")
    first = f": write {','.join(columns)} into its first line." if columns else f". {cure}"
    if path.is_dir():
        raise CallError(f"{path}: is a folder. Name the file: {expected[0].lower()}{expected[1:]}.")
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise CallError(f"{path}: is too large. {expected}.")
        raw = path.read_bytes()
    except FileNotFoundError:
        raise CallError(f"{path}: not there. {cure}") from None
    except OSError as error:
        raise CallError(f"{path}: cannot be read ({error.strerror}).") from None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise CallError(f"{path}, line {line}: is not UTF-8. Save it as “CSV UTF-8” once more.") from None
    rows = _rows(text, path=path)
    if not rows:
        raise CallError(f"{path}: is empty. {expected}{first}")
    line, header = rows[0]
    names = [_shown(name) for name in header]
    folded = [name.casefold() for name in names]
    for name in columns:
        if folded.count(name) != 1:
            raise CallError(
                f"{path}, line {line}: {'no column' if name not in folded else 'more than one column'} called {name}. "
                f"{expected}{first}"
            )
    keys = [name.casefold() if name.casefold() in columns else name for name in names]
    found = []
    for line, cells in rows[1:]:
        if any(cell.strip() for cell in cells[len(keys) :]):
            raise CallError(
                f"{path}, line {line}: holds {len(cells)} values, and its first line {len(keys)}. Put words that hold "
                "a comma or a semicolon between quotation marks."
            )
        held = dict.fromkeys(keys, "") | dict(zip(keys, map(_shown, cells), strict=False))
        found.append(Row(line, {key: cell for key, cell in held.items() if key}))
    return found, tuple(name for name in keys if name and name not in columns)


def _shown(cell: str) -> str:
    """What a cell holds, without a guard or blanks around it."""
    return unguarded(cell.strip()).strip()


def _rows(text: str, *, path: Path) -> list[tuple[int, list[str]]]:
    """Each line that holds something, with its number."""
    head = next((line for line in text.splitlines() if line.strip(" ,;\t")), "")
    sign = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=sign, strict=True)
    rows = []
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append((reader.line_num, cells))
    except csv.Error as error:
        raise CallError(
            f"{path}, line {reader.line_num}: is no line of a CSV ({error}). Close each quotation mark that is opened."
        ) from None
    return rows


def write_sheet(path: Path, rows: Iterable[Sequence[str]], *, columns: Sequence[str]) -> None:
    """Writes a CSV, whole or not at all.

    Parameters
    ----------
    path
        The file; its folder is made if it is not there.
    rows
        Cells; no spreadsheet will take one for a formula.
    columns
        Their names, likewise.

    Raises
    ------
    CallError
        If it cannot be written.
    """
    held = io.StringIO(newline="")
    writer = csv.writer(held, lineterminator="\n")
    writer.writerows([guarded(cell) for cell in row] for row in (columns, *rows))
    write_whole(path, held.getvalue().encode("utf-8"))


def write_whole(path: Path, content: bytes) -> None:
    """Writes a file under a temporary name and renames it: whoever stops it leaves the old one whole.

    Parameters
    ----------
    path
        The file; its folder is made if it is not there.
    content
        What it holds.

    Raises
    ------
    CallError
        If it cannot be written.
    """
    draft = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            draft.write_bytes(content)
            os.replace(draft, path)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        raise CallError(
            f"{path}: cannot be written ({error.strerror}). See that there is room, and that you may write there."
        ) from None


def cleaned(words: str) -> str:
    """Words on one line, of signs that can be seen: control characters and marks of direction are left out.

    Parameters
    ----------
    words
        As somebody wrote them.
    """
    kept = "".join(sign for sign in words if sign.isprintable() or sign.isspace())
    return unicodedata.normalize("NFC", " ".join(kept.split()))


def legal(text: str) -> str:
    """Text that XML can hold, and with it workbooks and files of networks.

    Control characters and halves of signs are left out, every end of a line is the same.

    Parameters
    ----------
    text
        Anything.
    """
    return _ILLEGAL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def guarded(words: str) -> str:
    """Words that no spreadsheet takes for a formula: such begin with an apostrophe.

    Parameters
    ----------
    words
        A cell.
    """
    return f"'{words}" if _FORMULA.match(words) else words


def unguarded(words: str) -> str:
    """Words as they were before :func:`guarded`.

    Parameters
    ----------
    words
        A cell.
    """
    return words[1:] if words.startswith("'") and _FORMULA.match(words) else words


def brief(text: str) -> str:
    """Words as a message quotes them.

    Parameters
    ----------
    text
        Anything.
    """
    shown = printable(text)
    return f"“{shown if len(shown) <= 30 else shown[:29] + '…'}”"
