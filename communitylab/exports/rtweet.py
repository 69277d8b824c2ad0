"""The CSV of the R package rtweet before its version 1.0, as `write_as_csv` and friends left it."""

from __future__ import annotations

from communitylab.errors import ExportError
from communitylab.exports.asked import Asked
from communitylab.exports.ids import cell_or_none, id_or_none
from communitylab.exports.intake import Row, read_rows
from communitylab.exports.sample import Sample
from communitylab.exports.sink import Sink
from communitylab.exports.text import located
from communitylab.files import Source
from communitylab.tables import Post

__all__ = ["COVERAGE", "HOW", "IS_GONE", "NAME", "PLATFORMS", "TITLE", "read", "recognise"]

NAME = "rtweet"
TITLE = "rtweet CSV (R, before version 1.0): user_id, status_id, created_at, screen_name, text, …"
COVERAGE = "A"
PLATFORMS = ("x",)
IS_GONE = True
HOW = "In R: `rtweet::write_as_csv(tweets, 'posts.csv')` with rtweet 0.7 or older."

_COLUMNS = {"user_id", "status_id", "created_at", "screen_name", "text", "is_retweet", "mentions_screen_name"}
_NEWER = {"id_str", "full_text", "display_text_range", "entities", "quoted_status_id_str"}


def recognise(sample: Sample) -> bool:
    """Whether the header has the columns of rtweet."""
    return set(sample.header) >= _COLUMNS or set(sample.header) >= _NEWER


def read(source: Source, sink: Sink, *, sample: Sample, asked: Asked) -> None:
    """Hands every row to the sink, and as context who wrote the posts it repeats and quotes."""
    if not set(sample.header) >= _COLUMNS:
        raise ExportError(
            "A table of rtweet 1.0 or later, which holds neither authors nor mentions in columns. "
            "Join `users_data()` to it in R and give --columns author=screen_name,text=full_text"
        )
    read_rows(
        source, sink, sample=sample, post_of=_post, time="created_at", post_id="status_id", shown="name"
    )


def _reference(row: Row, post: str, account: str) -> tuple[str | None, str | None, str | None]:
    """Id of a post referred to, id and name of its author."""
    return (
        id_or_none(row.get(post)),
        id_or_none(row.get(f"{account}_user_id")),
        cell_or_none(row.get(f"{account}_screen_name")),
    )


def _post(row: Row) -> Post:
    post = Post(
        "x",
        id_or_none(row["status_id"]),
        id_or_none(row["user_id"]),
        cell_or_none(row["screen_name"]),
        None,
        lang=cell_or_none(row.get("lang")),
    )
    post_id, author_id, author_name = _reference(row, "retweet_status_id", "retweet")
    if post_id or row["is_retweet"].strip().upper() == "TRUE":
        return post._replace(
            kind="repost",
            repost_of_post_id=post_id,
            repost_of_id=author_id,
            repost_of_name=author_name,
        )
    replied = _reference(row, "reply_to_status_id", "reply_to")
    quoted = _reference(row, "quoted_status_id", "quoted")
    ids = (row.get("mentions_user_id") or "").split()
    names = (row.get("mentions_screen_name") or "").split()
    named = [
        (id_or_none(account_id), cell_or_none(name))
        for account_id, name in zip(ids or [""] * len(names), names or [""] * len(ids), strict=False)
    ]
    return post._replace(
        kind="reply" if any(replied) else "quote" if any(quoted) else "post",
        text=row["text"],
        reply_to_post_id=replied[0],
        reply_to_id=replied[1],
        reply_to_name=replied[2],
        quote_of_post_id=quoted[0],
        quote_of_id=quoted[1],
        quote_of_name=quoted[2],
        mentions=located(row["text"], [pair for pair in named if any(pair)]) or None,
        hashtags=[tag.casefold() for tag in (row.get("hashtags") or "").split() if tag != "NA"] or None,
        links=[link for link in (row.get("urls_expanded_url") or "").split() if link != "NA"] or None,
    )
