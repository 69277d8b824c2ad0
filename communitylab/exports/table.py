"""Any table: CSV, TSV or Parquet with one post per row, or one edge per row.

Columns are found by their common names or named by the user. The rows of an edge list are posts without
words: an answer, a mention, a repost by the source; what nobody writes (a follow, a reaction) is no post.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from communitylab.errors import ExportError
from communitylab.exports.asked import Asked
from communitylab.exports.columns import edge_columns, headless_columns, post_columns
from communitylab.exports.csv_rows import csv_records
from communitylab.exports.ids import DESTROYED, cell_or_none, id_or_none
from communitylab.exports.intake import has_ids, platform_named
from communitylab.exports.parquet_rows import parquet_records
from communitylab.exports.sample import Sample
from communitylab.exports.sink import Sink
from communitylab.exports.text import hashtags_in, links_in, located, names_in
from communitylab.exports.times import form, moment
from communitylab.exports.x_status import repeated
from communitylab.files import Source
from communitylab.tables import EDGE_KINDS, Edge, Mention, Post

__all__ = ["COVERAGE", "HOW", "IS_GENERIC", "NAME", "PLATFORMS", "TITLE", "read", "recognise"]

NAME = "table"
TITLE = "Any table, CSV, TSV or Parquet: posts (author, text, date, parent …) or edges (source, target …)"
COVERAGE = "A"
PLATFORMS = ()
HOW = "Write a CSV with a header; where its columns have uncommon names, add --columns author=…,text=…"
IS_GENERIC = True

_NOT_COUNTS = "some weights are no whole numbers: such a row counts as one message"
_HEAD = re.compile(r"\s*@(\w{1,30})")
_PYTHON_USER = re.compile(r"username='([^']+)'(?:, id=(\d+))?")
_LISTED = re.compile(r"[^\s,;|\[\]\"']+")
_NO_LETTERS = re.compile(r"[^a-z]")
_KINDS = {
    **dict.fromkeys(["reply", "replies", "repliesto", "replyto", "inreplyto", "comment", "answer"], "reply"),
    **dict.fromkeys(["", "mention", "mentions", "directed", "message"], "mention"),
    **dict.fromkeys(["repost", "reposts", "retweet", "retweets", "rt", "share", "boost", "reblog"], "repost"),
    **dict.fromkeys(["quote", "quotes", "quoted"], "quote"),
    **dict.fromkeys(["tie", "undirected"], "tie"),
    **dict.fromkeys(["post", "tweet"], "post"),
    **dict.fromkeys(["follow", "follows", "following", "followed"], "follow"),
    **dict.fromkeys(["reaction", "reactions", "like", "likes", "favorite", "favourite"], "reaction"),
    **dict.fromkeys(["forward", "forwards", "forwarded"], "forward"),
    **dict.fromkeys(["invite", "invites", "invited"], "invite"),
}
_MOST = 2**53


def recognise(sample: Sample) -> bool:
    """Whether the columns can be told by their names, or by their content where there is no header."""
    header = sample.header
    return bool(edge_columns(header, None) or post_columns(header, None) or _headless(sample))


def _headless(sample: Sample) -> dict[str, str]:
    if not sample.header:
        return {}
    return headless_columns([sample.header, *sample.rows], delimiter=sample.dialect.delimiter)


def read(source: Source, sink: Sink, *, sample: Sample, asked: Asked) -> None:
    """Hands every row to the sink."""
    header = sample.header
    edges, posts = edge_columns(header, asked.columns), post_columns(header, asked.columns)
    headless = {} if edges or posts else _headless(sample)
    meaning = edges or posts or headless
    if not meaning:
        raise ExportError(
            f"A table in which no column is known as the author's. Its columns: {', '.join(header[:30])}. "
            "Say which is which: --columns author=…,text=…,created_at=…"
        )
    if not has_ids(sample, meaning.get("post_id")):
        sink.note(DESTROYED)
        named = {f"{name}_id" for name in ("author", "target") if name in meaning}
        # Ids of accounts are as long, and two may have become one; a thread has the id of its first post.
        lost = {"post_id", "parent_id", "conversation_id", *named}
        meaning = {name: column for name, column in meaning.items() if name not in lost}
    shape = "edges" if edges or headless else "posts"
    sink.note(f"read as {shape}: {', '.join(f'{name}={column[:40]}' for name, column in meaning.items())}")
    if sample.is_parquet:
        records = parquet_records(source, sink.skip, columns=list(meaning.values()))
    else:
        numbers = [str(place) for place, _ in enumerate(header, 1)] if headless else None
        records = csv_records(source, sink.skip, dialect=sample.dialect, header=numbers)
    for line, record in records:
        row = {name: cell_or_none(record[column]) for name, column in meaning.items()}
        when = row.get("created_at")
        created_at = moment(when) if when else None
        if when and created_at is None:
            sink.skip("the date is no date", line)  # without the header, whose words are the file's
            sink.note(form(meaning["created_at"][:40], when))
        elif shape == "posts":
            has_replies = bool(_REPLIES & meaning.keys())
            _read_post(row, sink, line, created_at=created_at, has_replies=has_replies)
        else:
            _read_edge(row, sink, line, created_at=created_at)


_REPLIES = {"parent_id", "target", "target_id"}
_Row = Mapping[str, str | None]


def _account(row: _Row, meaning: str) -> tuple[str | None, str | None]:
    """Id and name of an account; a name may be the Python object that a notebook wrote into the cell."""
    name, account_id = row.get(meaning), id_or_none(row.get(f"{meaning}_id"))
    if name and (user := _PYTHON_USER.search(name)):
        return account_id or user[2], user[1]
    return account_id, name.removeprefix("@") or None if name else None


def _read_edge(row: _Row, sink: Sink, line: int, *, created_at: datetime | None) -> None:
    platform, source, target = (
        platform_named(row.get("platform")),
        _account(row, "author"),
        _account(row, "target"),
    )
    kind = _KINDS.get(_NO_LETTERS.sub("", (row.get("kind") or "").lower()))
    weight = _weight(row.get("weight"), sink)
    if source == (None, None):
        sink.skip("no author", line)
    elif kind is None:
        sink.skip("an act of unknown kind", line)
    elif target == (None, None) and kind != "post":
        sink.skip("no target", line)
    elif weight is None:
        sink.skip("the weight is no count", line)
    elif kind in EDGE_KINDS:
        sink.edge(Edge(platform, *source, *target, kind, created_at, weight=weight), line)
    else:
        post = Post(platform, None, *source, created_at, weight=weight)
        if kind == "reply":
            post = post._replace(kind="reply", reply_to_id=target[0], reply_to_name=target[1])
        elif kind == "repost":
            post = post._replace(kind="repost", repost_of_id=target[0], repost_of_name=target[1])
        elif kind == "quote":
            post = post._replace(kind="quote", quote_of_id=target[0], quote_of_name=target[1])
        elif kind in ("mention", "tie"):
            post = post._replace(kind="tie" if kind == "tie" else "post", mentions=[Mention(*target)])
        sink.post(post)


def _weight(cell: str | None, sink: Sink) -> int | None:
    """Messages that a row stands for; None if it cannot stand for any."""
    if cell is None:
        return 1
    try:
        weight = float(cell)
    except ValueError:
        return None
    if not 0 < weight < _MOST:
        return None
    if weight.is_integer():
        return int(weight)
    sink.note(_NOT_COUNTS)
    return 1


def _read_post(row: _Row, sink: Sink, line: int, *, created_at: datetime | None, has_replies: bool) -> None:
    """Reads a row as a post. Where no column says what a post answers, a name at its head does."""
    platform, author, text = (
        platform_named(row.get("platform")),
        _account(row, "author"),
        row.get("text") or "",
    )
    if author == (None, None):
        sink.skip("no author", line)
        return
    post = Post(
        platform,
        id_or_none(row.get("post_id")),
        *author,
        created_at,
        lang=row.get("lang"),
        conversation_id=id_or_none(row.get("conversation_id")),
        place=row.get("place"),
    )
    if author[0] and author[1]:
        sink.name(platform, author[0], name=author[1], display_name=None, seen_at=created_at)
    original = _account(row, "repost_of")
    if not any(original):
        original = None, repeated(text)
    if any(original):
        sink.post(post._replace(kind="repost", repost_of_id=original[0], repost_of_name=original[1]))
        return
    parent, target, quoted = (
        id_or_none(row.get("parent_id")),
        _account(row, "target"),
        _account(row, "quote_of"),
    )
    if parent in ("0", "-1"):
        parent = None
    guessed = None
    if not any(target) and (parent or not has_replies):
        guessed = _HEAD.match(text)
        target = (None, guessed[1]) if guessed else target
    names = names_in(text)
    if listed := [word.removeprefix("@") for word in _LISTED.findall(row.get("mentions") or "")]:
        names = located(text, [(None, name) for name in listed if name])
    tags = [tag.removeprefix("#").casefold() for tag in _LISTED.findall(row.get("hashtags") or "")]
    sink.post(
        post._replace(
            kind="reply" if parent or any(target) else "quote" if any(quoted) else "post",
            text=row.get("text"),
            reply_to_post_id=parent,
            reply_to_id=target[0],
            reply_to_name=target[1],
            reply_to_guessed=guessed is not None,
            quote_of_id=quoted[0],
            quote_of_name=quoted[1],
            mentions=names or None,
            hashtags=tags or hashtags_in(text),
            links=links_in(text),
        )
    )
