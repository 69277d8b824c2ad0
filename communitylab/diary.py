"""What did the brand do, and when? A list that its owner keeps beside the report."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from communitylab.days import day_of
from communitylab.errors import CallError
from communitylab.sheets import Row, brief, cleaned, read_sheet, write_sheet

__all__ = ["ACTIONS", "Action", "actions_in", "actions_of", "note_action", "noted_in"]

ACTIONS = "actions.csv"
"""The list, in the folder of the report. It is its owner's: a report reads it and never writes it."""

_COLUMNS = ("day", "what")
_LONGEST = 80


class Action(NamedTuple):
    """Something that the brand did on a day."""

    day: date
    what: str


def note_action(folder: str | Path, what: str, *, on: date | str) -> tuple[Action, int, bool]:
    """Writes an action of the brand into the list of a report's folder.

    Parameters
    ----------
    folder
        Of the report; made if it is not there.
    what
        What was done, in up to 80 characters. Blanks and line breaks become single spaces; other signs that
        cannot be seen (control characters, marks of direction) are left out.
    on
        The day, as a date or written like 2025-03-01.

    Returns
    -------
    tuple
        The action as it is noted; how many are noted now; and whether this one is new: the same words on
        the same day are noted once.

    Raises
    ------
    CallError
        If there are no words or too many, if the day is none, or if the list cannot be read or written.
    """
    day = day_of(on, option="on")
    if day is None:
        raise CallError("On which day? Say it like this: --on 2025-03-01")
    words, wrong = _words(what)
    if wrong:
        raise CallError(f"{wrong}.")
    path = Path(folder).resolve() / ACTIONS
    noted, others = _read(path) if os.path.exists(path) else ((), ())
    action = Action(day, words)
    if action in noted:
        return action, len(noted), False
    if others:
        raise CallError(
            f"{path}: holds further columns ({', '.join(map(brief, others))}), which would be lost. "
            f"Write {day.isoformat()} into its column day and {brief(words)} into its column what, by hand."
        )
    kept = sorted((*noted, action))
    write_sheet(path, [(one.day.isoformat(), one.what) for one in kept], columns=_COLUMNS)
    return action, len(noted) + 1, True


def noted_in(folder: str | Path) -> tuple[Action, ...]:
    """The actions noted in a report's folder, in order; none where there is no list.

    Parameters
    ----------
    folder
        Of the report; it need not be there.

    Raises
    ------
    CallError
        As :func:`actions_in` says.
    """
    path = Path(folder) / ACTIONS
    return actions_in(path) if os.path.exists(path) else ()


def actions_in(path: str | Path) -> tuple[Action, ...]:
    """The actions of a list, in order of day and words, each once.

    Parameters
    ----------
    path
        A CSV with the columns day (like 2025-03-01) and what, as `communitylab log` writes it; a spreadsheet may
        have saved it since, with semicolons, empty lines or further columns.

    Raises
    ------
    CallError
        If it cannot be read, with its first line that is wrong, what was expected there, and the cure.
    """
    return _read(Path(path))[0]


def actions_of(results: Any) -> tuple[Action, ...]:
    """The actions that an earlier report was made with; none where it knew of none.

    Parameters
    ----------
    results
        What its results.json holds.

    Raises
    ------
    CallError
        If these are no days and words.
    """
    rows = results.get("actions", []) if isinstance(results, Mapping) else []
    found = []
    for row in rows if isinstance(rows, Sequence) else [rows]:
        known = row if isinstance(row, Mapping) else {}
        day, (words, wrong) = _day(str(known.get("day"))), _words(str(known.get("what") or ""))
        if day is None or wrong:
            raise CallError(
                f"results.json: among its actions is {brief(str(row))}, which is no day with words. "
                "Make the report anew."
            )
        found.append(Action(day, words))
    return tuple(sorted(set(found)))


def _read(path: Path) -> tuple[tuple[Action, ...], tuple[str, ...]]:
    """The actions of a list, and the names of the columns that it has besides."""
    cure = "`communitylab log` begins such a list."
    rows, others = read_sheet(path, _COLUMNS, what="A list of actions", cure=cure)
    return tuple(sorted({_action(row, path=path) for row in rows})), others


def _action(row: Row, *, path: Path) -> Action:
    at, day = f"{path}, line {row.line}", _day(row.cells["day"])
    if day is None:
        raise CallError(
            f"{at}: {brief(row.cells['day'])} is no day. Write it like 2025-03-01; where a spreadsheet turns it round, "
            "format the column as text first."
        )
    words, wrong = _words(row.cells["what"])
    if wrong:
        raise CallError(f"{at}: {wrong}.")
    return Action(day, words)


def _words(what: str) -> tuple[str, str]:
    """Words on one line, of signs that can be seen; and what is wrong with them, if anything is."""
    words = cleaned(what)
    if not words:
        return "", 'says nothing. Say what you did, as in "baker AMA"'
    if len(words) > _LONGEST:
        return words, (
            f"{brief(words)} has {len(words):,} characters, and a flag has room for {_LONGEST}. Say it in fewer"
        )
    return words, ""


def _day(text: str) -> date | None:
    """A day written in full; Python itself takes weeks and other ways of writing as well."""
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
