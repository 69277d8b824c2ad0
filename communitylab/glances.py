"""What is in exports, at a glance: read, looked at and forgotten."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import ibis
from ibis import _
from ibis.expr.types import Table

from communitylab.ledger import Ledger
from communitylab.store import add_to_store, connect, open_store

__all__ = ["Glance", "Look", "glance"]

_MOST = 10


@dataclass(frozen=True)
class Look:
    """Who wrote from when to when, and the accounts addressed most often with how often."""

    span: tuple[datetime, datetime] | None
    authors: int
    most_named: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Glance:
    """What became of every file, and what is in it, by its number in the ledger; under `all` in all of them."""

    ledger: Ledger
    files: Mapping[int, Look]
    all: Look


def glance(exported: Iterable[str | Path], *, columns: Mapping[str, str] | None = None) -> Glance:
    """Reads exports and keeps nothing.

    Parameters
    ----------
    exported
        Files, folders, zips and globs.
    columns
        Which column of a table holds what, where it cannot be told.

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
        ledger = add_to_store(exported, folder, columns=columns, engine=engine)
        opened, _ledger = open_store(engine, folder=folder)
        edges = engine.read_parquet(str(folder / "edges.parquet"))
        posts = opened["posts"].select("platform", "post_id", "source_file", "created_at", who="author")
        reactions = edges.select(
            "platform",
            "source_file",
            "created_at",
            post_id=ibis.null("string"),
            who=ibis.coalesce(_.source_id, _.source_name),
        )
        written = ibis.union(posts, reactions.select(posts.columns))
        named = _named(opened["acts"], posts, edges, accounts=opened["accounts"]).cache()
        numbers = written.select("source_file").distinct().to_pyarrow()["source_file"].to_pylist()
        looks = {
            number: _look(written.filter(_.source_file == number), named.filter(_.source_file == number))
            for number in sorted(numbers)
        }
        return Glance(ledger, looks, _look(written, named))


def _named(acts: Table, posts: Table, edges: Table, *, accounts: Table) -> Table:
    """Who is addressed in which file, and how often, by the name that is shown."""
    places = posts.select("platform", "post_id", "source_file")
    by_post = acts.filter(_.post_id.notnull()).inner_join(places, ["platform", "post_id"])
    counted = by_post.group_by("source_file", "platform", account_id="target_id").agg(n=_.weight.sum())
    shown = counted.inner_join(accounts, ["platform", "account_id"]).select("source_file", "name", "n")
    by_edge = edges.group_by("source_file", name=ibis.coalesce(_.target_name, _.target_id)).agg(
        n=_.weight.sum()
    )
    return ibis.union(shown, by_edge.filter(_.name.notnull()).select(shown.columns))


def _look(written: Table, named: Table) -> Look:
    row = written.agg(
        first=_.created_at.min(), last=_.created_at.max(), authors=_.who.nunique()
    ).to_pyarrow().to_pylist()[0]  # fmt: skip
    most = named.group_by("name").agg(n=_.n.sum()).order_by(_.n.desc(), _.name).limit(_MOST)
    return Look(
        (row["first"], row["last"]) if row["first"] else None,
        row["authors"],
        tuple((one["name"], one["n"]) for one in most.select("name", "n").to_pyarrow().to_pylist()),
    )
