"""What readers hand their records to: counted, and written to Parquet as they come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from types import TracebackType

import pyarrow as pa
import pyarrow.parquet as pq

from communitylab.tables import EDGES, NAMES, PARENTS, POSTS, Edge, Parent, Post

__all__ = ["Sink"]

_BATCH = 20_000
_REPEATED = ("platform", "kind", "lang", "place")  # columns of few values: worth a dictionary


class Sink:
    """Counts the records of one file and writes what they hold.

    Every record comes in by exactly one of :meth:`post`, :meth:`skip` and :meth:`edge`;
    names and parents are context and no records.
    """

    def __init__(self, folder: Path, number: int) -> None:
        self.records = 0
        self.posts = 0
        self.edges = 0
        self.skipped: Counter[str] = Counter()
        self.first_skipped: dict[str, int] = {}
        self.notes: list[str] = []
        self.staff: set[str] = set()  # ids or names of those whom the place itself calls its staff
        self.chats: set[str] = set()  # names of the groups and channels in the file, read or not
        self.chats_asked: set[str] | None = None  # of those that the user named; null: a file without chats
        self.coverage: str | None = None  # set by a reader that finds another class than its format's
        self._posts = _Part(folder / f"posts-{number}.parquet", POSTS)
        self._edges = _Part(folder / f"edges-{number}.parquet", EDGES)
        self._names = _Part(folder / f"names-{number}.parquet", NAMES)
        self._parents = _Part(folder / f"parents-{number}.parquet", PARENTS)
        self._number = number
        self._known_names: dict[tuple[str, str, str, str | None], datetime | None] = {}
        self._known_parents: dict[Parent, None] = {}  # a set in order

    def post(self, post: Post) -> None:
        """Takes a record that is a post."""
        self.records += 1
        self.posts += 1
        self._posts.add((*post, self._number, self.records))

    def skip(self, reason: str, line: int) -> None:
        """Takes a record that is no post, with the reason and the line on which it starts."""
        self.records += 1
        self.skipped[reason] += 1
        self.first_skipped.setdefault(reason, line)

    def edge(self, edge: Edge, line: int) -> None:
        """Takes a record that is an act and no post; the ledger counts it under its kind."""
        self.skip(f"{_ARTICLES.get(edge.kind, 'a')} {edge.kind}, no post", line)
        self.edges += 1
        self._edges.add((*edge, self._number, self.records))

    def name(
        self, platform: str, account_id: str, *, name: str, display_name: str | None, seen_at: datetime | None
    ) -> None:
        """Takes an id and a name seen together; a pair is written once in a while, with its latest time."""
        pair = (platform, account_id, name, display_name)
        last = self._known_names.get(pair)
        if last is None or (seen_at is not None and seen_at > last):
            self._known_names[pair] = seen_at
            if len(self._known_names) >= _BATCH:
                self._flush_names()

    def parent(
        self,
        platform: str,
        post_id: str,
        *,
        author_id: str | None,
        author_name: str | None,
        same_as: str | None = None,
    ) -> None:
        """Takes the author of a post that is context only, or that is called `same_as` elsewhere; the same is
        written once in a while."""
        self._known_parents[Parent(platform, post_id, author_id, author_name, same_as)] = None
        if len(self._known_parents) >= _BATCH:
            self._flush_parents()

    def chat(self, name: str | None, *, asked: set[str]) -> None:
        """Takes a chat that is in the file, and by what the user named it, if so; a chat of two people has no name."""
        self.chats_asked = (self.chats_asked or set()) | asked
        if name:
            self.chats.add(name)

    def note(self, text: str) -> None:
        """Takes a remark on the file as a whole; the same remark counts once."""
        if text not in self.notes:
            self.notes.append(text)

    def __enter__(self) -> Sink:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._flush_names()
        self._flush_parents()
        for part in (self._posts, self._edges, self._names, self._parents):
            part.close()

    def _flush_names(self) -> None:
        for pair, seen_at in self._known_names.items():
            self._names.add((*pair, seen_at))
        self._known_names.clear()

    def _flush_parents(self) -> None:
        for parent in self._known_parents:
            self._parents.add(parent)
        self._known_parents.clear()


_ARTICLES = {"invite": "an"}


class _Part:
    """One Parquet file, written in batches by a thread of its own. Without rows there is no file."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self._path = path
        self._schema = schema
        self._rows: list[Sequence[object]] = []
        self._writer: pq.ParquetWriter | None = None
        self._thread = ThreadPoolExecutor(1)
        self._writing: Future[None] | None = None

    def add(self, row: Sequence[object]) -> None:
        self._rows.append(row)
        if len(self._rows) >= _BATCH:
            self._flush()

    def close(self) -> None:
        if self._rows:
            self._flush()
        self._wait()
        self._thread.shutdown()
        if self._writer is not None:
            self._writer.close()

    def _wait(self) -> None:
        if self._writing is not None:
            self._writing.result()

    def _flush(self) -> None:
        columns = [
            pa.array(values, field.type)
            for values, field in zip(zip(*self._rows, strict=True), self._schema, strict=True)
        ]
        self._rows = []
        batch = pa.RecordBatch.from_arrays(columns, schema=self._schema)
        if self._writer is None:
            repeated = [name for name in _REPEATED if name in self._schema.names]
            self._writer = pq.ParquetWriter(
                self._path, self._schema, compression="zstd", use_dictionary=repeated
            )
        self._wait()
        self._writing = self._thread.submit(self._writer.write_batch, batch)
