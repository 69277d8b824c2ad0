"""The store: exports read once, as posts, acts and accounts in Parquet, with the ledger.

A store is written whole into a folder beside its place and renamed: whoever is interrupted leaves the
old store or the new one, never half of one. It holds posts with names: nobody but its owner may open the folder.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
from ibis import _
from ibis.backends import BaseBackend
from ibis.expr.types import StringValue, Table
from tqdm import tqdm

from communitylab import acts, archives, exports, files, tables
from communitylab.errors import (
    CallError,
    ExportError,
    NoSuchChatError,
    UnnamedChatsError,
    command_line,
    printable,
)
from communitylab.exports.chats import names_shown
from communitylab.ledger import Ledger, read_ledger, write_ledger
from communitylab.omissions import Omissions, read_omissions, write_omissions
from communitylab.private import restrict
from communitylab.remainder import without

__all__ = ["add_to_store", "connect", "is_store", "most_named", "omit_from_store", "open_store"]

_TABLES = {"posts": tables.POSTS, "names": tables.NAMES, "parents": tables.PARENTS, "edges": tables.EDGES}
_LEDGER = "ledger.json"
_README = (
    b"This folder holds what was read of your exports, with the names and texts of people. Keep it to yourself: where "
    b"the computer can do so, only your own account may open it.\n"
)
_PLACE = "row "
_RENAMED = 0.1  # of the posts that are told twice may bear two names, because people are renamed


def connect(folder: Path) -> BaseBackend:
    """A DuckDB engine that spills to disk what does not fit into memory.

    Parameters
    ----------
    folder
        Where it may write temporary files.
    """
    engine = ibis.duckdb.connect(temp_directory=str(folder), preserve_insertion_order=False)
    # Its bar would stand among the results on stdout. In Jupyter, without the package that would draw the
    # bar, it is off and even switching it off again is an error.
    if engine.raw_sql("SELECT current_setting('enable_progress_bar')").fetchone()[0]:
        engine.raw_sql("SET enable_progress_bar = false")
    return engine


def is_store(folder: Path) -> bool:
    """Whether a folder holds a store.

    Parameters
    ----------
    folder
        Any path.
    """
    return (_healed(folder) / _LEDGER).is_file()


def open_store(engine: BaseBackend, *, folder: Path) -> tuple[dict[str, Table], Ledger]:
    """The tables and the ledger of a store.

    Parameters
    ----------
    engine
        Where the tables are to be computed.
    folder
        The store.

    Returns
    -------
    tuple
        The tables `posts`, `acts`, `accounts` and `names` by name, and the ledger.

    Raises
    ------
    CallError
        If the folder is no store.
    """
    if not is_store(folder):
        raise CallError(_no_store(folder))
    restrict(folder)  # a store of an earlier version was open to everybody
    opened = {
        name: engine.read_parquet(str(folder / f"{name}.parquet"))
        for name in ("posts", "acts", "accounts", "names")
    }
    return opened, read_ledger(folder / _LEDGER)


def _no_store(folder: Path) -> str:
    makes = command_line(["communitylab", "load", "EXPORT...", "--store", str(folder)])
    return f"{folder}: no store here. `{makes}` makes one."


def add_to_store(
    exported: Iterable[str | Path],
    folder: Path,
    *,
    columns: Mapping[str, str] | None = None,
    chats: Sequence[str] = (),
    engine: BaseBackend | None = None,
    forgotten: Omissions | None = None,
) -> Ledger:
    """Reads exports into a store, new or there already; what is there already counts once.

    Parameters
    ----------
    exported
        Files, folders, zips and globs.
    folder
        The store.
    columns
        Which column of a table holds what, where it cannot be told: ``{"author": "User"}``.
    chats
        Names or ids of the chats, groups and channels to be read, where an export holds several.
    engine
        Where to compute; an embedded DuckDB by default.
    forgotten
        People to be kept out, from now on, besides those whom the store keeps out already.

    Returns
    -------
    Ledger
        Of all files in the store.

    Raises
    ------
    CallError
        If a path leads nowhere, the folder cannot be written, or no export holds a chat that was named.
    ExportError
        If no file holds a post or an act.
    """
    folder = folder.resolve()
    if folder.exists() and not is_store(folder) and (not folder.is_dir() or any(folder.iterdir())):
        raise CallError(f"{folder}: holds something else than a store. Name a new or an empty folder.")
    sources = exports.readable(files.find(exported))
    asked = exports.Asked(columns or {}, tuple(chats))
    return _replaced(folder, sources, asked=asked, engine=engine, forgotten=forgotten or Omissions())


def omit_from_store(
    folder: Path, forgotten: Omissions, *, engine: BaseBackend | None = None
) -> tuple[Ledger, Ledger]:
    """Takes people out of a store, and keeps them out of what is added to it later.

    Parameters
    ----------
    folder
        The store.
    forgotten
        Who; those whom the store keeps out already stay out.
    engine
        Where to compute; an embedded DuckDB by default.

    Returns
    -------
    tuple
        The ledger of the store before and after.

    Raises
    ------
    CallError
        If the folder is no store or cannot be written, or the old store cannot be deleted.
    """
    folder = folder.resolve()
    if not is_store(folder):
        raise CallError(_no_store(folder))
    before = read_ledger(folder / _LEDGER)
    after = _replaced(folder, [], asked=exports.Asked(), engine=engine, forgotten=forgotten)
    old = _old(folder)
    if old.exists():
        raise CallError(
            f"{old}: cannot be deleted, and still holds whoever was just taken out of {folder}. Delete this folder "
            "yourself, then run the command again."
        )
    return before, after


def _replaced(
    folder: Path,
    sources: list[files.Source],
    *,
    asked: exports.Asked,
    engine: BaseBackend | None,
    forgotten: Omissions,
) -> Ledger:
    """Writes a store anew, with what it holds and what further files hold."""
    new = folder.with_name(folder.name + ".new")
    try:
        shutil.rmtree(new, ignore_errors=True)
        folder.parent.mkdir(parents=True, exist_ok=True)
        new.mkdir(mode=0o700)
        parts = new / "parts"
        parts.mkdir()
    except OSError as error:
        raise CallError(f"{folder}: cannot be written ({error.strerror}). Choose another folder.") from None
    try:
        held = read_ledger(folder / _LEDGER) if is_store(folder) else Ledger()
        forgotten |= read_omissions(folder)
        ledger = _read_files(sources, parts, held=held, asked=asked)
        ledger = _consolidate(
            engine or connect(parts),
            new,
            held=folder if held.files else None,
            ledger=ledger,
            forgotten=forgotten,
        )
        shutil.rmtree(parts)
        write_ledger(ledger, new / _LEDGER)
        if not forgotten.covers(read_omissions(folder)):
            raise CallError(
                f"{folder}: somebody was forgotten here while this was running, and would have come back. The store "
                "is as it was: run the command again."
            )
        _swap(new, folder)
    finally:
        archives.close_archives()
        shutil.rmtree(new, ignore_errors=True)
    return ledger


def most_named(acts: Table, accounts: Table, *, limit: int = 10) -> list[tuple[str, int]]:
    """The accounts addressed by most acts.

    Parameters
    ----------
    acts, accounts
        As a store holds them.
    limit
        How many.

    Returns
    -------
    list of tuple
        Name and number of acts, most first; of equal numbers in the order of names.
    """
    counted = acts.group_by("platform", account_id="target_id").agg(n=_.weight.sum())
    named = counted.inner_join(accounts, ["platform", "account_id"]).order_by(_.n.desc(), _.name).limit(limit)
    return [(row["name"], row["n"]) for row in named.select("name", "n").to_pyarrow().to_pylist()]


def _read_files(sources: list[files.Source], parts: Path, *, held: Ledger, asked: exports.Asked) -> Ledger:
    known = {file.sha256 for file in held.files if _holds_what_is_asked(file, asked)}
    records = list(held.files)
    fresh = []
    for source in tqdm(sources, desc="reading", unit="file", disable=None, delay=2, leave=False):
        if known and source.sha256() in known:
            continue
        record = exports.read_file(source, parts, len(records), asked=asked)
        records.append(record)
        fresh.append(record)
    ledger = Ledger(tuple(records))
    _check_chats(records, asked)
    if fresh and not ledger.holds_only_counts and not any(record.posts or record.edges for record in records):
        has_chats = any(record.refusal and record.chats for record in fresh)
        raise (UnnamedChatsError if has_chats else ExportError)(_nothing_readable(fresh))
    return ledger


def _holds_what_is_asked(file: exports.FileRecord, asked: exports.Asked) -> bool:
    """Whether a file that was read before need not be read again: it has no chats, or those asked for were read."""
    return file.chats_asked is None or not set(asked.chats) - set(file.chats_asked)


def _check_chats(records: list[exports.FileRecord], asked: exports.Asked) -> None:
    """That every chat that was named is there."""
    missing = set(asked.chats).difference(*(file.chats_asked or () for file in records))
    if missing:
        there = {chat for file in records for chat in file.chats}
        some = f" There are: {names_shown(there)}." if there else ""
        raise NoSuchChatError(
            f"No chat, group or channel of these exports is called {printable(min(missing))}.{some} "
            "Name them, or their ids, as --chats."
        )


def _nothing_readable(records: list[exports.FileRecord]) -> str:
    lines = ["None of these files holds a post that can be read:"]
    for record in records[:10]:
        if record.refusal:
            lines.append(f"  {record.label}: {record.refusal}")
        else:
            reasons = ", ".join(
                f"{count} × {reason} (first: line {record.first_skipped[reason]})"
                for reason, count in record.skipped.items()
            )
            lines.append(f"  {record.label}: {record.format}; {reasons or 'no records'}")
    if len(records) > 10:
        lines.append(f"  … and {len(records) - 10} more")
    if not any("communitylab formats" in line for line in lines):
        lines.append("`communitylab formats` lists the exports that can be read and how to get one.")
    return "\n".join(lines)


def _consolidate(
    engine: BaseBackend,
    new: Path,
    *,
    held: Path | None,
    ledger: Ledger,
    forgotten: Omissions = Omissions(),  # noqa: B008
) -> Ledger:
    """Posts as read → distinct posts, accounts and acts, written as Parquet."""
    read = {name: _parts(engine, name, new / "parts", held) for name in _TABLES}
    if _holds(read["parents"].same_as):
        path = new / "parts" / "common-posts.parquet"
        _write(acts.with_common_ids(read["posts"], read["parents"]), path)
        read["posts"] = engine.read_parquet(str(path))
    if forgotten:
        remainder = without(read, forgotten)
        for name, table in remainder.tables.items():
            # Written down: as an expression, everything below would compute it once more.
            path = new / "parts" / f"left-{name}.parquet"
            _write(table, path)
            read[name] = engine.read_parquet(str(path))
        ledger = ledger.with_repeated(remainder.counted)
        places = {one.name: one.platforms for one in exports.formats()}
        ledger = ledger.without_staff(
            lambda file, one: remainder.omissions.knows(
                places.get(file.format or "", ()), account_id=one, name=one
            )
        )
        write_omissions(remainder.omissions, new)
    if _holds(read["posts"].edit_of):
        read["posts"] = acts.with_known_versions(read["posts"])
    # A post without an id goes by its place in its file; posts that a store gave such ids have none.
    place = _.source_file.cast("string") + ":" + _.source_record.cast("string")
    unnumbered = read["posts"].mutate(post_id=_.post_id.nullif(_PLACE + place))
    posts = unnumbered.mutate(post_id=ibis.coalesce(_.post_id, _PLACE + place))
    names = acts.account_names(posts, read["names"]).cache()
    ids = acts.name_to_id(names).cache()
    repeated = acts.repeated_posts(unnumbered, ids=ids).cache()
    counted = repeated.group_by("source_file", "reason").agg(
        n=_.count(), first=_.source_record.min()
    )  # fmt: skip
    ledger = ledger.with_repeated(
        (row["source_file"], row["reason"], row["n"], row["first"])
        for row in sorted(
            counted.to_pyarrow().to_pylist(), key=lambda row: (row["source_file"], row["reason"])
        )
    )
    surplus = posts.semi_join(repeated, ["source_file", "source_record"])
    copied = surplus.select("platform", "post_id", "author_id", "author_name", same_as=ibis.null("string"))
    parents = ibis.union(read["parents"], copied, distinct=True)
    distinct = posts.anti_join(repeated, ["source_file", "source_record"])
    if surplus.limit(1).count().to_pyarrow().as_py():
        _check_one_numbering(posts)
        distinct = acts.completed(distinct, surplus)
    if _holds(distinct.edit_of):
        distinct = acts.current_parents(distinct, surplus)

    if _has_chats(distinct):
        distinct = acts.in_sessions(distinct)
    authors = acts.post_authors(posts, parents, ids=ids).cache()
    threads = acts.conversations(distinct).cache()
    author = authors.select("platform", "post_id", author="author")
    keyed = distinct.left_join(threads, ["platform", "post_id"]).select(distinct, "thread")
    keyed = keyed.left_join(author, ["platform", "post_id"]).select(keyed, "author")
    _write(keyed, new / "posts.parquet")
    written = engine.read_parquet(str(new / "posts.parquet"))
    every = acts.acts_of(written, ids=ids, authors=authors, edges=read["edges"]).cache()
    known = every.filter(_.target_id.notnull())
    _write(known, new / "acts.parquet")
    _write(_accounts(written, known, names), new / "accounts.parquet")
    _write(names.select("platform", "account_id", name="shown", display_name="display_name", seen_at="seen_at"),
           new / "names.parquet")  # fmt: skip
    _write(parents, new / "parents.parquet")
    _write(read["edges"], new / "edges.parquet")
    unresolved = every.filter(_.target_id.isnull()).group_by("kind").agg(n=_.count()).order_by("kind")
    lost = {row["kind"]: row["n"] for row in unresolved.to_pyarrow().to_pylist()}
    return Ledger(ledger.files, lost)


def _check_one_numbering(posts: Table) -> None:
    """Two forums number their topics and people alike: as one heap they would be nonsense."""
    numbered = posts.filter((_.platform == "discourse") & _.author_name.notnull())
    writers = numbered.group_by("post_id").agg(n=_.author_name.lower().nunique(), copies=_.count())
    told_twice = writers.filter(_.copies > 1)
    row = told_twice.agg(two=(_.n > 1).sum().fill_null(0), all=_.count()).to_pyarrow().to_pylist()[0]
    if row["two"] > _RENAMED * row["all"]:
        raise ExportError(
            f"These are two forums: {row['two']} posts have one number and two authors. Load each forum by itself."
        )


def _holds(column: StringValue) -> bool:
    """Whether anything stands in a column."""
    return bool(column.notnull().any().fill_null(False).to_pyarrow().as_py())


def _has_chats(posts: Table) -> bool:
    chats = posts.filter(_.platform.isin(tables.WITHOUT_REPLIES))
    return bool(chats.limit(1).count().to_pyarrow().as_py())


def _parts(engine: BaseBackend, name: str, parts: Path, held: Path | None) -> Table:
    """All rows of one table as read, from the new files and from the store that is there already."""
    paths = sorted(parts.glob(f"{name}-*.parquet"))
    found = [engine.read_parquet([str(path) for path in paths])] if paths else []
    if held:
        found.append(engine.read_parquet(str(held / f"{name}.parquet")))
    schema = _TABLES[name]
    if not found:
        empty = parts / f"no-{name}.parquet"
        pq.write_table(schema.empty_table(), empty)
        found = [engine.read_parquet(str(empty))]
    return ibis.union(*(_whole(table, schema).select(schema.names) for table in found))


def _whole(table: Table, schema: pa.Schema) -> Table:
    """A table with the columns that a store of an earlier version lacks."""
    types = ibis.Schema.from_pyarrow(schema)
    return table.mutate(
        **{name: ibis.null(types[name]) for name in schema.names if name not in table.columns}
    )


def _accounts(posts: Table, every_act: Table, names: Table) -> Table:
    """Every account that wrote, acted or was addressed, under its latest name."""
    seen = ibis.union(
        posts.select("platform", account_id="author", is_bot="is_bot"),
        every_act.select("platform", account_id="source_id", is_bot=ibis.literal(False)),
        every_act.select("platform", account_id="target_id", is_bot=ibis.literal(False)),
        names.select("platform", "account_id", is_bot=ibis.literal(False)),
    )
    once = seen.group_by("platform", "account_id").agg(is_bot=_.is_bot.any())
    latest = ibis.window(
        group_by=["platform", "account_id"], order_by=[_.seen_at.desc(nulls_first=False), _.name]
    )
    named = names.mutate(rank=ibis.row_number().over(latest)).filter(_.rank == 0)
    named = named.select("platform", "account_id", "shown", "display_name")
    unnamed = ibis.ifelse(_.account_id.startswith("name:"), _.account_id.substr(5), _.account_id)
    return once.left_join(named, ["platform", "account_id"]).select(
        "platform",
        "account_id",
        name=ibis.coalesce(_.shown, unnamed),
        display_name="display_name",
        is_bot="is_bot",
    )


def _write(table: Table, path: Path) -> None:
    table.to_parquet(str(path), compression="zstd")


def _swap(new: Path, folder: Path) -> None:
    """Puts a finished store in its place. Killed in between, :func:`_healed` puts the old one back."""
    old = _old(folder)
    try:
        (new / "README.md").write_bytes(_README)
        if folder.exists():
            shutil.rmtree(old, ignore_errors=True)
            os.rename(folder, old)
        os.rename(new, folder)
    except OSError as error:
        raise CallError(
            f"{folder}: cannot be replaced ({error.strerror}). The store is as it was. Close what has it open, delete "
            f"{old} if it is there beside {folder}, and run the command again."
        ) from None
    shutil.rmtree(old, ignore_errors=True)


def _old(folder: Path) -> Path:
    return folder.with_name(folder.name + ".old")


def _healed(folder: Path) -> Path:
    """The folder, after a replacement that was killed between its two renames is taken back."""
    old = _old(folder)
    if old.is_dir() and not folder.exists():
        os.rename(old, folder)
    return folder
