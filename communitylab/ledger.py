"""What was read and what was not: every record is a post, or is counted here with a reason."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd

from communitylab.exports import FileRecord
from communitylab.exports.chats import PRIVATE

__all__ = ["COUNTS", "Ledger", "read_ledger", "write_ledger"]

COUNTS = "a count, no post"
"""Why a record that counts posts is none."""

_CLOSED = "a file of a private chat"


@dataclass(frozen=True)
class Ledger:
    """The files read, in order, and the acts whose other side cannot be known.

    ``records == posts + skipped`` holds for every file and in all.
    """

    files: tuple[FileRecord, ...] = ()
    unresolved: Mapping[str, int] = field(default_factory=dict)

    @property
    def records(self) -> int:
        """Records in all files."""
        return sum(file.records for file in self.files)

    @property
    def posts(self) -> int:
        """Records that became posts."""
        return sum(file.posts for file in self.files)

    @property
    def skipped(self) -> dict[str, int]:
        """Records that did not, by reason, most frequent first."""
        total: dict[str, int] = {}
        for file in self.files:
            for reason, count in file.skipped.items():
                total[reason] = total.get(reason, 0) + count
        return dict(sorted(total.items(), key=lambda item: (-item[1], item[0])))

    @property
    def holds_only_counts(self) -> bool:
        """Whether everything that was read is counts, in which nobody speaks (coverage class D)."""
        return not self.posts and set(self.skipped) == {COUNTS}

    def as_table(self) -> pd.DataFrame:
        """What became of each file, in rows that one can read.

        Returns
        -------
        DataFrame
            file, format, outcome (``post``, or why it is none), records: the records of a file add up.
        """
        rows = []
        for file in self.files:
            for outcome, count in {"post": file.posts, **file.skipped}.items():
                rows.append((file.label, file.format, outcome, count))
            if file.refusal:
                rows.append((file.label, file.format, file.refusal, 0))
        return pd.DataFrame(rows, columns=["file", "format", "outcome", "records"])

    def with_repeated(self, repeated: Iterable[tuple[int, str, int, int]]) -> Ledger:
        """The ledger after repetitions, or other posts that do not count, were taken out of the posts.

        Parameters
        ----------
        repeated
            For each file and reason: index of the file, reason, number of rows, first record.
        """
        files = list(self.files)
        for index, reason, count, first in repeated:
            file = files[index]
            files[index] = replace(
                file,
                posts=file.posts - count,
                skipped={**file.skipped, reason: file.skipped.get(reason, 0) + count},
                first_skipped={
                    **file.first_skipped,
                    reason: min(first, file.first_skipped.get(reason, first)),
                },
            )
        return replace(self, files=tuple(files))

    def without_staff(self, is_gone: Callable[[FileRecord, str], bool]) -> Ledger:
        """The ledger without some of the accounts that a place calls its staff.

        Parameters
        ----------
        is_gone
            Whether an account of a file is left out.
        """
        return replace(
            self,
            files=tuple(
                replace(file, staff=tuple(one for one in file.staff if not is_gone(file, one)))
                for file in self.files
            ),
        )


def write_ledger(ledger: Ledger, path: Path) -> None:
    """Writes a ledger as JSON, without the names of chats, and of files of chats that were not meant to be read.

    Parameters
    ----------
    ledger
        What to write.
    path
        The file.
    """
    kept = replace(ledger, files=tuple(map(_kept, ledger.files)))
    path.write_text(json.dumps(asdict(kept), ensure_ascii=False, indent=1), encoding="utf-8")


def _kept(file: FileRecord) -> FileRecord:
    """A file's entry as a store keeps it: who is in a private chat may be told by its folder."""
    is_closed = set(file.skipped) == {PRIVATE}
    return replace(file, label=_CLOSED if is_closed else file.label, chats=())


def read_ledger(path: Path) -> Ledger:
    """Reads a ledger back.

    Parameters
    ----------
    path
        A file that :func:`write_ledger` wrote.
    """
    content = json.loads(path.read_text(encoding="utf-8"))
    files = tuple(_record_of(file) for file in content["files"])
    return Ledger(files, content["unresolved"])


def _record_of(file: Mapping[str, Any]) -> FileRecord:
    """A file's entry; one of an earlier version lacks what was not kept then."""
    asked = file.get("chats_asked")
    listed = {name: tuple(file.get(name, ())) for name in ("notes", "staff", "chats")}
    return FileRecord(**{**file, **listed, "chats_asked": None if asked is None else tuple(asked)})
