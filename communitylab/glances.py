"""What is in exports, at a glance: read, looked at and forgotten."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import ibis
import pyarrow as pa
from ibis import _
from ibis.expr.types import Table

from communitylab.ledger import Ledger
from communitylab.store import add_to_store, connect, open_store

__all__ = ["MOST_APART", "Glance", "Look", "glance"]

MOST_APART = 12
"""Files of which each is looked at by itself; of more, all together."""

_MOST, _FEW = 10, 3


@dataclass(frozen=True)
class Look:
    """From when to when, how many wrote, who wrote most, who was addressed most, and how often."""

    span: tuple[datetime, datetime] | None
    authors: int
    busiest: tuple[tuple[str, int], ...]
    most_named: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Glance:
    """What became of every file, and what is in each of a few, by its number in the ledger; `all`: in all of them.

    `writers` are the ids of all who wrote and every name that they bore, in small letters.
    """

    ledger: Ledger
    files: Mapping[int, Look]
    all: Look
    writers: pa.ChunkedArray = field(default_factory=lambda: pa.chunked_array([], pa.string()), compare=False)


def glance(
    exported: Iterable[str | Path], *, columns: Mapping[str, str] | None = None, chats: Sequence[str] = ()
) -> Glance:
    """Reads exports and keeps nothing.

    Parameters
    ----------
    exported
        Files, folders, zips and globs.
    columns
        Which column of a table holds what, where it cannot be told.
    chats
        Chats, groups and channels to be read, where an export holds several.

    Returns
    -------
    Glance

    Raises
    ------
    CallError
        If a path leads nowhere.
    ExportError
        If no file holds a post or an act.
    """
    with tempfile.TemporaryDirectory(prefix="communitylab-") as scratch:
        engine = connect(Path(scratch))
        folder = Path(scratch) / "store"
        ledger = add_to_store(exported, folder, columns=columns, chats=chats, engine=engine)
        opened, _ledger = open_store(engine, folder=folder)
        posts = opened["posts"].select("platform", "post_id", "source_file", "created_at", who="author")
        accounts = opened["accounts"].select("platform", "account_id", "name")
        acts = opened["acts"].filter(_.evidence != "inferred")
        made = acts.filter(_.post_id.isnull()).select("platform", "created_at", who="source_id")
        by_post = acts.inner_join(posts.select("platform", "post_id", "source_file"), ["platform", "post_id"])
        numbers = posts.select("source_file").distinct().to_pyarrow()["source_file"].to_pylist()
        looks = {
            number: _look(
                posts.filter(_.source_file == number), by_post.filter(_.source_file == number), accounts
            )
            for number in sorted(numbers)
            if len(ledger.files) <= MOST_APART
        }
        told = ["platform", "created_at", "who"]
        # Who only reacted wrote nothing; where there are no posts at all, whoever acted is told.
        together = _look(posts if numbers else made, acts, accounts)
        known = _called(ibis.union(posts.select(told), made), accounts, opened["names"])
        return Glance(ledger, looks, together, known)


def _called(written: Table, accounts: Table, names: Table) -> pa.ChunkedArray:
    """What those who wrote may be called on a list: their ids, and every name that they bore."""
    writers = written.select("platform", account_id="who").distinct()
    borne = ibis.union(
        accounts.select("platform", "account_id", "name"), names.select("platform", "account_id", "name")
    )
    ids = writers.select(called=_.account_id.lower())
    bare = ids.mutate(called=_.called.re_replace("^name:", ""))
    named = borne.semi_join(writers, ["platform", "account_id"]).select(called=_.name.lower())
    return ibis.union(ids, bare, named, distinct=True).to_pyarrow()["called"]


def _look(written: Table, acts: Table, accounts: Table) -> Look:
    row = written.agg(first=_.created_at.min(), last=_.created_at.max()).to_pyarrow().to_pylist()[0]
    counted = written.group_by("platform", account_id="who").agg(n=_.count())
    addressed = acts.group_by("platform", account_id="target_id").agg(n=_.weight.sum())
    return Look(
        (row["first"], row["last"]) if row["first"] else None,
        counted.count().to_pyarrow().as_py(),
        _by_name(counted, accounts, limit=_FEW),
        _by_name(addressed, accounts, limit=_MOST),
    )


def _by_name(counted: Table, accounts: Table, *, limit: int) -> tuple[tuple[str, int], ...]:
    named = counted.inner_join(accounts, ["platform", "account_id"]).select(
        "platform", "account_id", "name", "n"
    )
    most = named.order_by(_.n.desc(), _.name, _.platform, _.account_id).limit(limit)
    return tuple((row["name"], row["n"]) for row in most.to_pyarrow().to_pylist())
