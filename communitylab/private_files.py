"""What the private files of a report say of one account, and the same files without it."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from communitylab.diary import ACTIONS
from communitylab.errors import CallError, printable
from communitylab.omissions import LIST, Omissions, folded, write_omissions
from communitylab.private import PRIVATE, make_private
from communitylab.redaction import Wording
from communitylab.sheets import Row, read_sheet, write_sheet

__all__ = ["Account", "PrivateFiles", "opened_private"]

_STARTERS = "starters.csv"  # all of them are the brand's own


class Account(NamedTuple):
    """An account as tables have it; where no id is known, the id is ``name:`` and the name in lower case."""

    platform: str
    account_id: str
    name: str

    @property
    def key(self) -> str:
        """Its id, or its name where it has none."""
        return self.account_id.removeprefix("name:")

    def __str__(self) -> str:
        called = "" if folded(self.name) == folded(self.key) else f" ({self.name})"
        return printable(f"{self.platform}:{self.key}{called}")


@dataclass(frozen=True)
class PrivateFiles:
    """The tables in the private folder of a report, by file, and the call that loaded its study."""

    out: Path
    tables: Mapping[str, list[Row]]
    inputs: Mapping[str, Any]

    @property
    def accounts(self) -> list[Account]:
        """Everybody who stands in one of the tables, in order."""
        found: dict[tuple[str, str], Account] = {}
        for rows in self.tables.values():
            for row in rows:
                if _is_of_people(row):
                    one = Account(row.cells["platform"], row.cells["account_id"], row.cells.get("name", ""))
                    # Members of groups that are gone stand there without a name.
                    found[one[:2]] = max(one, found.get(one[:2], one))
        return sorted(found.values())

    @property
    def threads(self) -> set[tuple[str, str]]:
        """Platform and number of every thread that stands in one of the tables."""
        return {_thread(row) for rows in self.tables.values() for row in rows if _is_of_threads(row)}

    def is_brand(self, account: Account) -> bool:
        """Whether an account is one of the brand's.

        Parameters
        ----------
        account
            Any.
        """
        own = {
            (row.cells.get("platform"), row.cells.get("account_id"))
            for row in self.tables.get("brand_accounts.csv", ())
        }
        named = {folded(str(name).lstrip("@")) for name in self.inputs.get("brand", ())}
        return account[:2] in own or bool({folded(account.name), folded(account.key)} & named)

    def names(self, wording: Wording) -> bool:
        """Whether the list of actions, which its owner writes and readers of the report read, holds a name.

        Parameters
        ----------
        wording
            What somebody is called.
        """
        path = self.out / ACTIONS
        text = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
        return wording.gone_from(text, is_to_them=True) != text

    def rewrite_without(
        self,
        account: Account,
        *,
        wording: Wording,
        opened_by: Mapping[tuple[str, str], str],
        omissions: Omissions,
    ) -> dict[str, int]:
        """Writes the files without an account, and the list of who is to be kept out.

        Parameters
        ----------
        account
            Whose rows go.
        wording
            What they are called.
        opened_by
            The account that wrote the first post of a thread, where that is known. Where it is not, and the thread
            may be theirs, its first words go.
        omissions
            The list.

        Returns
        -------
        dict
            How many rows went or changed in each file, where any did.
        """
        folder = make_private(self.out / PRIVATE)
        write_omissions(omissions, folder)
        changed = {}
        for name, rows in self.tables.items():

            def opening(row: Row, *, are_own: bool = name == _STARTERS) -> str | None:
                """The first words of a thread; null where they are theirs."""
                by, text = opened_by.get(_thread(row)), row.cells["opening"]
                if by == account.account_id:
                    return None
                return wording.gone_where_named(text) if by is not None or are_own else ""

            kept = [_without(row, account, wording=wording, opening=opening) for row in rows]
            n = sum(left is None or left != row for left, row in zip(kept, rows, strict=True))
            if n:
                cells = [tuple(row.cells.values()) for row in kept if row is not None]
                write_sheet(folder / name, cells, columns=tuple(rows[0].cells))
                changed[name] = n
        make_private(folder)
        return changed


def opened_private(out: Path) -> PrivateFiles:
    """The private files of a report.

    Parameters
    ----------
    out
        Folder of the report, in which the private one is.

    Raises
    ------
    CallError
        If one of them cannot be read.
    """
    folder = out / PRIVATE
    cure = "Make the report again."
    tables = {
        path.name: read_sheet(path, (), what="A table of a report", cure=cure)[0]
        for path in sorted(folder.glob("*.csv"))
        if path.name != LIST and path.stat().st_size
    }
    path = folder / "inputs.toml"
    try:
        inputs = tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    except (OSError, ValueError) as error:
        raise CallError(f"{path}: cannot be read ({error}). {cure}") from None
    return PrivateFiles(out, tables, inputs)


def _is_of_people(row: Row) -> bool:
    return {"platform", "account_id"} <= row.cells.keys()


def _is_of_threads(row: Row) -> bool:
    return {"platform", "thread", "opening"} <= row.cells.keys()


def _thread(row: Row) -> tuple[str, str]:
    return row.cells["platform"], row.cells["thread"]


def _without(
    row: Row, account: Account, *, wording: Wording, opening: Callable[[Row], str | None]
) -> Row | None:
    """A row without an account; null where it is about them."""
    if _is_of_people(row):
        return None if (row.cells["platform"], row.cells["account_id"]) == account[:2] else row
    if _is_of_threads(row):
        words = opening(row)
        return None if words is None else row._replace(cells={**row.cells, "opening": words})
    return row._replace(cells={name: wording.gone_where_named(cell) for name, cell in row.cells.items()})
