"""The tweets that DMI-TCAT exports, CSV or TSV, and gazouilloire in the same layout.

A repost shows in its words alone (`RT @name:`), a quotation by the id of what it quotes. The ids say when a post
was written, whatever zone the server was in. TCAT's table of mentions is refused: it has a row for each name in a
post, whether its author typed it or the platform put it there.
"""

from __future__ import annotations

import re

from communitylab.errors import ExportError
from communitylab.exports.asked import Asked
from communitylab.exports.ids import DESTROYED, cell_or_none, id_or_none
from communitylab.exports.intake import Row, has_ids, take, without_ids
from communitylab.exports.sample import Sample
from communitylab.exports.sink import Sink
from communitylab.exports.table_rows import table_records
from communitylab.exports.text import hashtags_in, links_in, located, names_in
from communitylab.exports.x_status import exact, repeated, sent_at
from communitylab.files import Source
from communitylab.tables import Post

__all__ = ["COVERAGE", "HOW", "IS_FROM_DOCUMENTATION", "NAME", "PLATFORMS", "TITLE", "read", "recognise"]

NAME = "tcat"
TITLE = "DMI-TCAT, tweets as CSV or TSV (X): id, time, created_at, from_user_name, text, to_user_name, …"
COVERAGE = "A"
PLATFORMS = ("x",)
IS_FROM_DOCUMENTATION = True
HOW = "In TCAT choose data set and dates, then export all tweets from the selection, with mentions and hashtags."

_COLUMNS = {
    "id",
    "time",
    "created_at",
    "from_user_name",
    "from_user_id",
    "text",
    "to_user_name",
    "in_reply_to_status_id",
}
_MENTIONS = (
    {"tweet_id", "user_from_name", "user_to_name", "mention_type"},  # the export
    {"tweet_id", "from_user_name", "to_user", "to_user_id"},  # the table in the database
)
_LISTED = re.compile(r"\w+")
_LISTED_LINKS = re.compile(r"https?://[^\s;|]+")


def recognise(sample: Sample) -> bool:
    """Whether the header has the columns of TCAT's tweets, or of its mentions."""
    return set(sample.header) >= _COLUMNS or _is_of_mentions(sample)


def _is_of_mentions(sample: Sample) -> bool:
    return any(set(sample.header) >= columns for columns in _MENTIONS)


def read(source: Source, sink: Sink, *, sample: Sample, asked: Asked) -> None:
    """Hands every row to the sink."""
    if _is_of_mentions(sample):
        raise ExportError(
            "TCAT's table of mentions: it has a row for every name in a post, and does not tell names that the "
            "platform puts before an answer, or the words of a repost, from those that its author typed. Export the "
            "tweets instead, with mentions. To count every name all the same: --columns author=…,target=…"
        )
    are_exact = has_ids(sample, "id")
    if not are_exact:
        sink.note(DESTROYED)
    for line, row in table_records(source, sink.skip, sample=sample):
        post = _post(row)
        if not are_exact:
            post = without_ids(post)
        written = sent_at(post.post_id)
        is_local = "T" in row["created_at"]  # gazouilloire's is of the zone of its machine
        stated = row["time"] if is_local else row["created_at"]
        shown = cell_or_none(row.get("from_user_realname"))
        take(post._replace(created_at=written), None if written else stated, sink, line, shown=shown)


def _post(row: Row) -> Post:
    text = row["text"]
    post = Post(
        "x",
        id_or_none(row["id"]),
        _id(row, "from_user_id"),
        cell_or_none(row["from_user_name"]),
        None,
        lang=cell_or_none(row.get("lang")),
    )
    original = cell_or_none(row.get("retweeted_user")) or repeated(text)
    if original:
        return post._replace(
            kind="repost",
            repost_of_post_id=_id(row, "retweeted_id"),
            repost_of_id=_id(row, "retweeted_user_id"),
            repost_of_name=original,
        )
    replied = _id(row, "in_reply_to_status_id"), _id(row, "to_user_id"), cell_or_none(row["to_user_name"])
    quoted = _id(row, "quoted_status_id"), _id(row, "quoted_user_id"), cell_or_none(row.get("quoted_user"))
    listed = _LISTED.findall(row.get("mentioned_names") or row.get("mentions") or "")
    tags = [tag.casefold() for tag in _LISTED.findall(row.get("hashtags") or "")]
    links = _LISTED_LINKS.findall(row.get("urls_expanded") or "")
    return post._replace(
        kind="reply" if any(replied) else "quote" if any(quoted) else "post",
        text=text,
        reply_to_post_id=replied[0],
        reply_to_id=replied[1],
        reply_to_name=replied[2],
        quote_of_post_id=quoted[0],
        quote_of_id=quoted[1],
        quote_of_name=quoted[2],
        mentions=(located(text, [(None, name) for name in listed]) if listed else names_in(text)) or None,
        hashtags=tags or hashtags_in(text),
        links=list(dict.fromkeys(links)) or links_in(text),
    )


def _id(row: Row, column: str) -> str | None:
    return exact(id_or_none(row.get(column)))
