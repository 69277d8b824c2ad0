"""Results of Data Explorer, the plugin in which administrators of a Discourse forum ask its database.

Which columns there are is up to who wrote the query: two layouts are read. One is that of `QUERY`, a row for
each post and each like; the other has a row for each answer and each like, without words and without the
number of a post in its topic. The trap: Data Explorer gives 10,000 rows at most, and does not say that there
are more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from communitylab.errors import ExportError
from communitylab.exports.asked import Asked
from communitylab.exports.discourse_posts import is_robot, post_id, with_content
from communitylab.exports.ids import id_or_none
from communitylab.exports.intake import Row, take, take_edge
from communitylab.exports.json_records import UnreadableError, decode, json_records
from communitylab.exports.sample import Sample
from communitylab.exports.sink import Sink
from communitylab.exports.table_rows import table_records
from communitylab.files import Source
from communitylab.tables import Edge, Post

__all__ = [
    "COVERAGE",
    "HOW",
    "IS_FROM_DOCUMENTATION",
    "IS_YOURS",
    "NAME",
    "PLATFORMS",
    "QUERY",
    "TITLE",
    "read",
    "recognise",
]

NAME = "discourse_query"
TITLE = (
    "Discourse forum by Data Explorer, CSV or JSON: kind, created_at, username, topic_id, post_number, "
    "reply_to_post_number, cooked"
)
COVERAGE = "A"
PLATFORMS = ("discourse",)
IS_FROM_DOCUMENTATION = True
IS_YOURS = True
HOW = (
    "As administrator turn on Data Explorer, run the query that `communitylab formats discourse_query` prints, "
    "and download its result as CSV."
)

QUERY = """\
-- [params]
-- date :from_date
-- date :to_date

-- Posts and likes in the public part of the forum, from the first day up to the last but not on it.
-- A download ends after 10,000 rows. If it has as many, take shorter spans of time, a file for each.
SELECT 'post' AS kind, p.created_at, p.user_id, u.username, p.topic_id, p.post_number, p.reply_to_post_number,
       q.user_id AS to_user_id, w.username AS to_username, c.name AS category, p.cooked
FROM posts p
JOIN users u ON u.id = p.user_id
JOIN topics t ON t.id = p.topic_id
JOIN categories c ON c.id = t.category_id
LEFT JOIN posts q ON q.topic_id = p.topic_id AND q.post_number = p.reply_to_post_number
LEFT JOIN users w ON w.id = q.user_id
WHERE p.created_at >= :from_date AND p.created_at < :to_date
  AND p.post_type IN (1, 2) AND p.deleted_at IS NULL AND NOT p.user_deleted AND NOT p.hidden
  AND t.archetype = 'regular' AND t.deleted_at IS NULL AND t.visible AND NOT c.read_restricted
UNION ALL
SELECT 'like', a.created_at, a.user_id, u.username, p.topic_id, p.post_number, NULL,
       p.user_id, w.username, c.name, NULL
FROM post_actions a
JOIN users u ON u.id = a.user_id
JOIN posts p ON p.id = a.post_id
JOIN users w ON w.id = p.user_id
JOIN topics t ON t.id = p.topic_id
JOIN categories c ON c.id = t.category_id
WHERE a.created_at >= :from_date AND a.created_at < :to_date
  AND a.post_action_type_id = 2 AND a.deleted_at IS NULL
  AND p.post_type IN (1, 2) AND p.deleted_at IS NULL AND NOT p.user_deleted AND NOT p.hidden
  AND t.archetype = 'regular' AND t.deleted_at IS NULL AND t.visible AND NOT c.read_restricted
ORDER BY 2, 5, 6
"""
"""What an administrator pastes into Data Explorer."""

_POSTS = {"created_at", "username", "topic_id", "post_number", "reply_to_post_number"}
_ACTS = {"created_at", "kind", "source", "target", "post_id", "target_post_id", "conversation_id"}
_RESULT = {"columns", "rows", "result_count"}
_LIMITS = (1_000, 10_000)
_LIKES = ("like", "reaction")


class _Result(msgspec.Struct):
    columns: list[str]
    rows: list[msgspec.Raw]


_DECODER = msgspec.json.Decoder(_Result)
_ROW = msgspec.json.Decoder(list[str | int | float | bool | None])


def recognise(sample: Sample) -> bool:
    """Whether the columns are those of one of the layouts, or the object is a result of Data Explorer."""
    return _is_known(sample.header) or any(
        _is_known(_columns(found)) or found.keys() >= _RESULT for found in sample.objects
    )


def _columns(found: Mapping[str, object]) -> list[object]:
    columns, rows = found.get("columns"), found.get("rows")
    return columns if isinstance(columns, list) and isinstance(rows, list) else []


def _is_known(columns: Iterable[object]) -> bool:
    found = {column for column in columns if isinstance(column, str)}
    return found >= _POSTS or found >= _ACTS


def read(source: Source, sink: Sink, *, sample: Sample, asked: Asked) -> None:
    """Hands every row to the sink: posts as posts, likes as acts that nobody writes."""
    if sample.objects:
        if not any(_is_known(_columns(found)) for found in sample.objects):
            raise ExportError(
                "A result of Data Explorer for a query that does not say who answered whom. "
                "Run the query that `communitylab formats discourse_query` prints."
            )
        rows = _results(source, sink)
    else:
        rows = table_records(source, sink.skip, sample=sample)
    for line, row in rows:
        (_read_row if row.keys() >= _POSTS else _read_act)(row, sink, line)
    if sink.records in _LIMITS:
        sink.note(
            f"exactly {sink.records:,} rows, which is where Data Explorer stops: there may be more. Ask for shorter "
            "spans of time, a file for each"
        )


def _results(source: Source, sink: Sink) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of results in JSON, as those of a table."""
    for line, text in json_records(source, sink.skip):
        try:
            result = decode(_DECODER, text)
        except UnreadableError as error:
            sink.skip(str(error), line)
            continue
        if not _is_known(result.columns):
            sink.skip("a result of another query", line)
            continue
        for found in result.rows:
            try:
                cells = decode(_ROW, found)
            except UnreadableError:
                sink.skip("a row that is none", line)
                continue
            if len(cells) == len(result.columns):
                shown = ["" if cell is None else str(cell) for cell in cells]
                yield line, dict(zip(result.columns, shown, strict=True))
            else:
                sink.skip("more or fewer cells than columns", line)


def _read_row(row: Row, sink: Sink, line: int) -> None:
    """A row of `QUERY`."""
    kind = row.get("kind", "post")
    topic, number = id_or_none(row["topic_id"]), id_or_none(row["post_number"])
    if not topic or not number:
        sink.skip("no post_number" if topic else "no topic_id", line)
        return
    author = (id_or_none(row.get("user_id")), row["username"].strip() or None)
    other = (id_or_none(row.get("to_user_id")), row.get("to_username", "").strip() or None)
    if kind in _LIKES:
        _read_like(row, author, other, post_id(topic, number), sink, line)
        return
    if kind != "post":
        sink.skip("a row of another kind", line)
        return
    post = Post(
        "discourse",
        post_id(topic, number),
        *author,
        None,
        conversation_id=post_id(topic, "1"),
        place=row.get("category", "").strip() or None,
        is_bot=is_robot(*author),
    )
    if answered := id_or_none(row["reply_to_post_number"]):
        post = post._replace(
            reply_to_post_id=post_id(topic, answered), reply_to_id=other[0], reply_to_name=other[1]
        )
    take(with_content(post, row.get("cooked", "")), row["created_at"], sink, line)


def _read_act(row: Row, sink: Sink, line: int) -> None:
    """A row of an answer or a like, between two names."""
    source, target = (None, row["source"].strip() or None), (None, row["target"].strip() or None)
    topic, answered = id_or_none(row["conversation_id"]), id_or_none(row["target_post_id"])
    if row["kind"] in _LIKES:
        _read_like(row, source, target, answered, sink, line)
    elif row["kind"] == "reply":
        sink.note(
            "answers to a topic as a whole, quotations and mentions are not in this file, and its posts cannot be told "
            "to be those of other exports. The query that `communitylab formats discourse_query` prints has all"
        )
        post = Post(
            "discourse",
            id_or_none(row["post_id"]),
            *source,
            None,
            "reply",
            conversation_id=post_id(topic, "1") if topic else None,
            reply_to_post_id=answered,
            reply_to_name=target[1],
            is_bot=is_robot(*source),
        )
        take(post, row["created_at"], sink, line)
    else:
        sink.skip("a row of another kind", line)


_Account = tuple[str | None, str | None]


def _read_like(
    row: Row, source: _Account, target: _Account, liked: str | None, sink: Sink, line: int
) -> None:
    if source == (None, None):
        sink.skip("no author", line)
        return
    like = Edge("discourse", *source, *target, "reaction", None, liked)
    take_edge(like, row["created_at"].strip(), sink, line)
