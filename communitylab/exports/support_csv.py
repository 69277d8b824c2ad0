"""The customer-support table: brands and their customers, one row per post, customers as numbers."""

from __future__ import annotations

from communitylab.exports.asked import Asked
from communitylab.exports.ids import id_or_none
from communitylab.exports.intake import Row, read_rows
from communitylab.exports.sample import Sample
from communitylab.exports.sink import Sink
from communitylab.exports.text import hashtags_in, links_in, name_at_head, names_in
from communitylab.files import Source
from communitylab.tables import Post

__all__ = ["COVERAGE", "HOW", "IS_GONE", "NAME", "PLATFORMS", "TITLE", "read", "recognise"]

NAME = "support_csv"
TITLE = "Customer-support CSV: tweet_id, author_id, inbound, created_at, text, in_response_to_tweet_id"
COVERAGE = "A"
PLATFORMS = ("x",)
IS_GONE = True
HOW = "The layout in which collections of customer support on Twitter are passed on; nothing to be set."

_COLUMNS = {"tweet_id", "author_id", "inbound", "created_at", "text", "in_response_to_tweet_id"}


def recognise(sample: Sample) -> bool:
    """Whether the header has the columns of this layout."""
    return set(sample.header) >= _COLUMNS


def read(source: Source, sink: Sink, *, sample: Sample, asked: Asked) -> None:
    """Hands every row to the sink. Authors have one identifier each, which is also what texts call them."""
    read_rows(source, sink, sample=sample, post_of=_post, time="created_at", post_id="tweet_id")


def _post(row: Row) -> Post:
    parent, text = id_or_none(row["in_response_to_tweet_id"]), row["text"]
    head = name_at_head(text) if parent else None
    return Post(
        "x",
        id_or_none(row["tweet_id"]),
        None,
        row["author_id"].strip() or None,
        None,
        "reply" if parent else "post",
        text,
        reply_to_post_id=parent,
        reply_to_name=head,
        reply_to_guessed=head is not None,
        mentions=names_in(text) or None,
        hashtags=hashtags_in(text),
        links=links_in(text),
    )
