"""The CSV of the R package rtweet before its version 1.0, as `write_as_csv` and friends left it."""

from __future__ import annotations

from collections.abc import Mapping

from communitylab.errors import ExportError
from communitylab.exports.csv_rows import csv_records
from communitylab.exports.ids import DESTROYED, are_destroyed, cell_or_none, id_or_none
from communitylab.exports.sample import Sample
from communitylab.exports.sink import Sink
from communitylab.exports.text import located
from communitylab.exports.times import form, moment
from communitylab.files import Source
from communitylab.tables import Post

__all__ = ["COVERAGE", "HOW", "NAME", "TITLE", "read", "recognise"]

NAME = "rtweet"
TITLE = "rtweet CSV (R, before version 1.0): user_id, status_id, created_at, screen_name, text, …"
COVERAGE = "A"
HOW = "In R: `rtweet::write_as_csv(tweets, 'posts.csv')` with rtweet 0.7 or older."

_COLUMNS = {"user_id", "status_id", "created_at", "screen_name", "text", "is_retweet", "mentions_screen_name"}
_NEWER = {"id_str", "full_text", "display_text_range", "entities", "quoted_status_id_str"}


def recognise(sample: Sample) -> bool:
    """Whether the header has the columns of rtweet."""
    return set(sample.header) >= _COLUMNS or set(sample.header) >= _NEWER


def read(source: Source, sink: Sink, *, sample: Sample, columns: Mapping[str, str] | None) -> None:
    """Hands every row to the sink, and as context who wrote the posts it repeats and quotes."""
    if not set(sample.header) >= _COLUMNS:
        raise ExportError(
            "A table of rtweet 1.0 or later, which holds neither authors nor mentions in columns. "
            "Join `users_data()` to it in R and give --columns author=screen_name,text=full_text"
        )
    place = sample.header.index("status_id")
    has_ids = not are_destroyed([row[place] for row in sample.rows if len(row) > place])
    if not has_ids:
        sink.note(DESTROYED)
    for line, row in csv_records(source, sink.skip, dialect=sample.dialect):
        created_at = moment(row["created_at"])
        if created_at is None and cell_or_none(row["created_at"]):
            sink.skip("created_at is no date", line)
            sink.note(form("created_at", row["created_at"]))
            continue
        post = _post(row)._replace(created_at=created_at)
        if post.author_id is None and post.author_name is None:
            sink.skip("no author", line)
            continue
        if not has_ids:
            post = post._replace(
                post_id=None, reply_to_post_id=None, repost_of_post_id=None, quote_of_post_id=None
            )
        sink.post(post)
        if post.author_id and post.author_name:
            shown = cell_or_none(row.get("name"))
            sink.name("x", post.author_id, name=post.author_name, display_name=shown, seen_at=created_at)
        for kind in ("retweet", "quoted"):
            post_id, author_id, author_name = _reference(row, f"{kind}_status_id", kind)
            if has_ids and post_id and (author_id or author_name):
                sink.parent("x", post_id, author_id=author_id, author_name=author_name)


def _reference(row: Mapping[str, str], post: str, account: str) -> tuple[str | None, str | None, str | None]:
    """Id of a post referred to, id and name of its author."""
    return (
        id_or_none(row.get(post)),
        id_or_none(row.get(f"{account}_user_id")),
        cell_or_none(row.get(f"{account}_screen_name")),
    )


def _post(row: Mapping[str, str]) -> Post:
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
