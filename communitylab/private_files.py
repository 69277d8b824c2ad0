"""What the private files of a report say of one account, and the same files without it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from communitylab.csv_tables import read_table, write_table
from communitylab.diary import ACTIONS
from communitylab.errors import CallError, printable
from communitylab.omissions import LIST, Omissions, folded, write_omissions
from communitylab.private import PRIVATE, make_private, restrict
from communitylab.redaction import Wording

__all__ = ["Account", "PrivateFiles", "opened_private"]

_STARTERS = "starters.csv"  # all of them are the brand's own
_COUNTED = ("group", "size", "fate")  # what a report writes about a group and nobody reads as words
_NO_TEXT = re.compile("[\x00\ud800-\udfff]")  # signs that no table can hold


class Account(NamedTuple):
    """An account as tables have it; where no id is known, the id is ``name:`` and the name in lower case."""

    platform: str
    account_id: str
    name: str

    @property
    def key(self) -> str:
        """Its id, or its name where it has none."""
        return self.account_id.removeprefix("name:")

    @property
    def place(self) -> tuple[str, str]:
        """Platform and id as a table can hold them, to compare accounts by."""
        return self.platform, _NO_TEXT.sub("�", self.account_id).strip()

    def __str__(self) -> str:
        called = "" if folded(self.name) == folded(self.key) else f" ({self.name})"
        return printable(f"{self.platform}:{self.key}{called}")


@dataclass(frozen=True)
class PrivateFiles:
    """The tables in the private folder of a report, by file, and the call that loaded its study."""

    out: Path
    tables: Mapping[str, pd.DataFrame]
    inputs: Mapping[str, Any]

    @property
    def accounts(self) -> list[Account]:
        """Everybody who stands in one of the tables, in order."""
        found: dict[tuple[str, str], Account] = {}
        for one in (one for table in self.tables.values() for one in _people(table)):
            # Members of groups that are gone stand there without a name.
            found[one.place] = max(one, found.get(one.place, one))
        return sorted(found.values())

    @property
    def threads(self) -> set[tuple[str, str]]:
        """Platform and number of every thread that stands in one of the tables."""
        return {one for table in self.tables.values() if _is_of_threads(table) for one in _threads(table)}

    def is_brand(self, account: Account) -> bool:
        """Whether an account is one of the brand's.

        Parameters
        ----------
        account
            Any.
        """
        own = {one.place for one in _people(self.tables.get("brand_accounts.csv", pd.DataFrame()))}
        named = {folded(str(name).lstrip("@")) for name in self.inputs.get("brand", ())}
        return account.place in own or bool({folded(account.name), folded(account.key)} & named)

    def is_named_in_actions(self, wording: Wording) -> bool:
        """Whether the list of actions, which its owner writes and readers of the report read, holds a name.

        Parameters
        ----------
        wording
            What somebody is called.
        """
        path = self.out / ACTIONS
        text = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
        return wording.gone_from(text, is_to_them=True) != text

    def groups_named_like(self, wording: Wording, *, omissions: Omissions) -> list[str]:
        """Names of groups that hold a word of somebody's name when :meth:`rewrite_without` is through with them.

        Parameters
        ----------
        wording
            What somebody is called.
        omissions
            The list.
        """
        table = self.tables.get("groups.csv", pd.DataFrame())
        names = _texts(table, "name") if "name" in table else []
        left = [wording.gone_from(name, is_to_them=True) for name in names]
        return [name for name in left if omissions.holds_name(name, is_word=True)]

    def rewrite_without(
        self,
        accounts: Collection[Account],
        *,
        wording: Wording,
        opened_by: Mapping[tuple[str, str], str],
        omissions: Omissions,
    ) -> dict[str, int]:
        """Writes the files without some accounts, and the list of who is to be kept out.

        Parameters
        ----------
        accounts
            Whose rows go, besides those of everybody else on the list but the brand.
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
        gone = {one.place for one in [*accounts, *self.listed(omissions)]}
        changed = {}
        for name, table in self.tables.items():
            kept, left = pd.Series(True, index=table.index), table.copy()
            if _is_of_people(table):
                kept = pd.Series([one.place not in gone for one in _people(table)], table.index, dtype=bool)
            elif _is_of_threads(table):
                by = [opened_by.get(one) for one in _threads(table)]
                stays = [
                    who is None
                    or not (
                        Account(platform, who, "").place in gone or omissions.knows_account((platform, who))
                    )
                    for (platform, _thread), who in zip(_threads(table), by, strict=True)
                ]
                kept = pd.Series(stays, table.index, dtype=bool)
                told = [
                    wording.gone_where_named(text) if who is not None or name == _STARTERS else ""
                    for text, who in zip(_texts(table, "opening"), by, strict=True)
                ]
                left["opening"] = _changed(table["opening"], told)
            else:
                left = _reworded(table, wording, omissions=omissions)
            is_new = (_as_texts(left) != _as_texts(table)).any(axis="columns") & kept
            if n := int((~kept).sum() + is_new.sum()):
                write_table(left[kept], folder / name)
                restrict(folder / name)
                changed[name] = n
        make_private(folder)
        return changed

    def listed(self, omissions: Omissions) -> list[Account]:
        """The accounts in the tables that are on a list, but for the brand's.

        Parameters
        ----------
        omissions
            The list.
        """
        listed = [one for one in self.accounts if omissions.knows_account(one[:2], name=one.name)]
        return [one for one in listed if not self.is_brand(one)]


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
        path.name: read_table(path)
        for path in sorted(folder.glob("*.csv"))
        if path.name != LIST and path.stat().st_size
    }
    for name, table in tables.items():
        if not table.columns.is_unique:
            raise CallError(f"{folder / name}: two columns are called alike. Give one of them another name.")
    path = folder / "inputs.toml"
    try:
        inputs = tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    except (OSError, ValueError) as error:
        raise CallError(f"{path}: cannot be read ({error}). {cure}") from None
    return PrivateFiles(out, tables, inputs)


def _is_of_people(table: pd.DataFrame) -> bool:
    return {"platform", "account_id"} <= set(table)


def _is_of_threads(table: pd.DataFrame) -> bool:
    return {"platform", "thread", "opening"} <= set(table)


def _texts(table: pd.DataFrame, column: str) -> list[str]:
    """The cells of a column as text, which may be numbers since a spreadsheet saved them."""
    return [
        "" if cell is None or cell is pd.NA or cell != cell else str(cell) for cell in table[column].tolist()
    ]


def _as_texts(table: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame({name: _texts(table, name) for name in table}, index=table.index, dtype=object)


def _people(table: pd.DataFrame) -> list[Account]:
    """Whom each row is about; nobody in a table of something else."""
    if not _is_of_people(table):
        return []
    names = _texts(table, "name") if "name" in table else [""] * len(table)
    told = zip(_texts(table, "platform"), _texts(table, "account_id"), names, strict=True)
    return [Account(*one) for one in told]


def _threads(table: pd.DataFrame) -> list[tuple[str, str]]:
    return list(zip(_texts(table, "platform"), _texts(table, "thread"), strict=True))


def _reworded(table: pd.DataFrame, wording: Wording, *, omissions: Omissions) -> pd.DataFrame:
    """A table in which no name stands: what groups are called, and say, is read by everybody."""
    left = table.copy()
    for name in table:
        if name == "words":
            told = [omissions.without_names(words) for words in _texts(table, name)]
            left[name] = _changed(table[name], told)
        elif name not in _COUNTED and pd.api.types.is_string_dtype(table[name]):
            told = [wording.gone_from(words, is_to_them=True) for words in _texts(table, name)]
            left[name] = _changed(table[name], told)
    return left


def _changed(column: pd.Series, told: list[str]) -> pd.Series:
    """A column with other texts; what says the same stays as it is, a null a null."""
    cells = zip(column.tolist(), _texts(column.to_frame(), column.name), told, strict=True)
    return pd.Series([cell if old == new else new for cell, old, new in cells], column.index, dtype=object)
