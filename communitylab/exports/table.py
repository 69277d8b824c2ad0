"""Any table: CSV, TSV, Excel or Parquet with one post per row, or one edge per row.

Columns are found by their common names or named by the user. The rows of an edge list are posts without
words: an answer, a mention, a repost by the source; what nobody writes (a follow, a reaction) is no post.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from datetime import datetime

from communitylab.errors import ExportError
from communitylab.exports.asked import Asked
from communitylab.exports.columns import edge_columns, headless_columns, post_columns
from communitylab.exports.edges import NOBODY, Account, add_edge, has_direction
from communitylab.exports.graphs import Graph
from communitylab.exports.ids import DESTROYED, cell_or_none, id_or_none
from communitylab.exports.intake import has_ids, platform_named
from communitylab.exports.sample import Sample, sample_of
from communitylab.exports.sink import Sink
from communitylab.exports.table_rows import table_records
from communitylab.exports.text import hashtags_in, links_in, located, name_at_head, names_in
from communitylab.exports.times import form, moment
from communitylab.exports.x_status import repeated
from communitylab.exports.xlsx_rows import day_of
from communitylab.files import Source
from communitylab.tables import Post

__all__ = ["COVERAGE", "HOW", "IS_GENERIC", "NAME", "PLATFORMS", "TITLE", "read", "recognise"]

NAME = "table"
TITLE = (
    "Any table, CSV, TSV, Excel or Parquet: posts (author, text, date, parent …) or edges (source, target …)"
)
COVERAGE = "A"
PLATFORMS = ()
HOW = "Write a CSV with a header; where its columns have uncommon names, add --columns author=…,text=…"
IS_GENERIC = True

_PYTHON_USER = re.compile(r"username='([^']+)'(?:, id=(\d+))?")
_EDGES = re.compile(r"edge|Edge|EDGE")
_NODES = {"edge": "node", "Edge": "Node", "EDGE": "NODE"}
_LISTED = re.compile(r"[^\s,;|\[\]\"']+")


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
    sheet = f" of the sheet {', '.join(sample.sheets)[:60]}" if sample.beside else ""
    sink.note(
        f"read as {shape}{sheet}: {', '.join(f'{name}={column[:40]}' for name, column in meaning.items())}"
    )
    numbers = [str(place) for place, _ in enumerate(header, 1)] if headless else None
    records = table_records(source, sink.skip, sample=sample, header=numbers, columns=list(meaning.values()))
    people = _nodes_beside(source, sink) if shape == "edges" else None
    has_days = _has_days(sample, meaning.get("created_at"))
    for line, record in records:
        row = {name: cell_or_none(record[column]) for name, column in meaning.items()}
        if has_days and (when := row["created_at"]):
            row["created_at"] = day_of(when) or when
        if shape == "edges":
            _read_edge(row, sink, line, people, field=meaning.get("created_at", ""))
            continue
        when = row.get("created_at")
        created_at = moment(when) if when else None
        if when and created_at is None:
            sink.skip("the date is no date", line)  # without the header, whose words are the file's
            sink.note(form(meaning["created_at"][:40], when))
        else:
            has_replies = bool(_REPLIES & meaning.keys())
            _read_post(row, sink, line, created_at=created_at, has_replies=has_replies)


def _has_days(sample: Sample, column: str | None) -> bool:
    """Whether dates in a workbook may be numbers of days: no number among them is anything else, such as a step."""
    if not sample.sheets or column not in sample.header:
        return False
    place = sample.header.index(column)
    cells = [row[place] for row in sample.rows if row[place]]
    numbers = [cell for cell in cells if cell.replace(".", "", 1).isdigit()]
    return all("2000" <= (day_of(cell) or "") < "2100" for cell in numbers)


_REPLIES = {"parent_id", "target", "target_id"}
_Row = Mapping[str, str | None]


def _account(row: _Row, meaning: str) -> Account:
    """Id and name of an account; a name may be the Python object that a notebook wrote into the cell."""
    name, account_id = row.get(meaning), id_or_none(row.get(f"{meaning}_id"))
    if name and (user := _PYTHON_USER.search(name)):
        return Account(account_id or user[2], user[1])
    return Account(account_id, name.removeprefix("@") or None if name else None)


def _nodes_beside(source: Source, sink: Sink) -> Graph | None:
    """The people of `nodes.csv` beside `edges.csv`, as Gephi writes them; None without such a file."""
    name = posixpath.basename(source.name)
    beside = source.beside(_EDGES.sub(lambda found: _NODES[found[0]], name)) if _EDGES.search(name) else None
    if beside is None:
        return None
    try:
        sample = sample_of(beside)
    except (OSError, ExportError):
        return None
    columns = {column.lower(): column for column in sample.header}
    if not columns.keys() >= {"id", "label"}:
        return None
    people = Graph(sink)
    for _line, node in table_records(beside, lambda reason, line: None, sample=sample):
        values = {name: node[column] for name, column in columns.items()}
        people.node(values["id"], label=values["label"], attributes=values)
    return people


def _read_edge(row: _Row, sink: Sink, line: int, people: Graph | None, *, field: str) -> None:
    if people is None:
        source, target = _account(row, "author"), _account(row, "target")
    elif (ends := people.ends(line, source=row.get("author"), target=row.get("target"))) is not None:
        source, target = ends
    else:
        return
    add_edge(
        sink,
        line,
        source=source,
        target=target,
        platform=platform_named(row.get("platform")),
        kind=row.get("kind"),
        label=row.get("label"),
        when=row.get("created_at"),
        weight=row.get("weight"),
        is_directed=has_direction(row.get("direction")) is not False,
        field=field,
    )


def _read_post(row: _Row, sink: Sink, line: int, *, created_at: datetime | None, has_replies: bool) -> None:
    """Reads a row as a post. Where no column says what a post answers, a name at its head does."""
    platform, author, text = (
        platform_named(row.get("platform")),
        _account(row, "author"),
        row.get("text") or "",
    )
    if author == NOBODY:
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
        original = Account(None, repeated(text))
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
        guessed = name_at_head(text)
        target = Account(None, guessed)
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
