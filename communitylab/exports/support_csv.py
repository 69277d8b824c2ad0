"""The customer-support table: brands and their customers, one row per post, customers as numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping

from communitylab.exports.csv_rows import csv_records
from communitylab.exports.ids import DESTROYED, are_destroyed, id_or_none
from communitylab.exports.sample import Sample
from communitylab.exports.sink import Sink
from communitylab.exports.text import hashtags_in, links_in, names_in
from communitylab.exports.times import form, moment
from communitylab.files import Source
from communitylab.tables import Post

__all__ = ["COVERAGE", "HOW", "NAME", "TITLE", "read", "recognise"]

NAME = "support_csv"
TITLE = "Customer-support CSV: tweet_id, author_id, inbound, created_at, text, in_response_to_tweet_id"
COVERAGE = "A"
HOW = "The layout in which collections of customer support on Twitter are passed on; nothing to be set."

_COLUMNS = {"tweet_id", "author_id", "inbound", "created_at", "text", "in_response_to_tweet_id"}
_HEAD = re.compile(r"\s*@(\w{1,30})")


def recognise(sample: Sample) -> bool:
    """Whether the header has the columns of this layout."""
    return set(sample.header) >= _COLUMNS


def read(source: Source, sink: Sink, *, sample: Sample, columns: Mapping[str, str] | None) -> None:
    """Hands every row to the sink. Authors have one identifier each, which is also what texts call them."""
    place = sample.header.index("tweet_id")
    has_ids = not are_destroyed([row[place] for row in sample.rows if len(row) > place])
    if not has_ids:
        sink.note(DESTROYED)
    for line, row in csv_records(source, sink.skip, dialect=sample.dialect):
        author, text = row["author_id"].strip(), row["text"]
        created_at = moment(row["created_at"])
        if not author:
            sink.skip("no author", line)
            continue
        if created_at is None and row["created_at"].strip():
            sink.skip("created_at is no date", line)
            sink.note(form("created_at", row["created_at"]))
            continue
        parent = id_or_none(row["in_response_to_tweet_id"])
        head = _HEAD.match(text) if parent else None
        sink.post(
            Post(
                "x",
                id_or_none(row["tweet_id"]) if has_ids else None,
                None,
                author,
                created_at,
                "reply" if parent else "post",
                text,
                reply_to_post_id=parent if has_ids else None,
                reply_to_name=head[1] if head else None,
                reply_to_guessed=head is not None,
                mentions=names_in(text) or None,
                hashtags=hashtags_in(text),
                links=links_in(text),
            )
        )
