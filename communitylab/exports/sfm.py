"""The CSV of twarc 1 and of the tools built on it: Social Feed Manager, TweetSets, Hydrator.

Three layouts with one meaning: the present one of all but Hydrator has `tweet_type` and one reference for
what a post repeats or quotes, the older one has `twitter_id` and no references but links, Hydrator has both
`retweet_id` and `quote_id`. Hydrator rounds the ids of accounts that were answered.
"""

from __future__ import annotations

import re

from communitylab.exports.asked import Asked
from communitylab.exports.ids import ROUNDED, cell_or_none, exact_id, id_or_none
from communitylab.exports.intake import Row, has_ids, take, without_ids
from communitylab.exports.sample import Sample
from communitylab.exports.sink import Sink
from communitylab.exports.table_rows import table_records
from communitylab.exports.text import hashtags_in, links_in, located, names_in
from communitylab.exports.times import moment
from communitylab.exports.x_status import linked, repeated
from communitylab.files import Source
from communitylab.tables import Post

__all__ = ["COVERAGE", "HOW", "IS_FROM_DOCUMENTATION", "NAME", "PLATFORMS", "TITLE", "read", "recognise"]

NAME = "sfm"
TITLE = (
    "Social Feed Manager, TweetSets, Hydrator or twarc 1 CSV (X): tweet_url, user_screen_name, tweet_type, …"
)
COVERAGE = "A"
PLATFORMS = ("x",)
IS_FROM_DOCUMENTATION = True
HOW = "Export a collection from Social Feed Manager or TweetSets as CSV; Hydrator writes it with its button CSV."

_LAYOUTS = (
    {"id", "tweet_url", "user_screen_name", "text", "tweet_type", "in_reply_to_screen_name"},
    {"id", "tweet_url", "user_screen_name", "text", "retweet_id", "in_reply_to_screen_name"},
    {"twitter_id", "twitter_url", "screen_name", "text", "in_reply_to_screen_name"},
)
_EXPANDED = re.compile(r"url\d{1,2}_expanded")
_US_DATE = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4}) (\d{1,2}):(\d\d)(?::(\d\d))?(?: ([AP])M)?")
_MOST = 2**53  # JavaScript, in which Hydrator is written, rounds numbers beyond


def recognise(sample: Sample) -> bool:
    """Whether the header has the columns of one of the layouts."""
    return any(set(sample.header) >= layout for layout in _LAYOUTS)


def read(source: Source, sink: Sink, *, sample: Sample, asked: Asked) -> None:
    """Hands every row to the sink, and as context who wrote the posts it repeats and quotes."""
    column = "id" if "id" in sample.header else "twitter_id"
    are_exact = has_ids(sample, column)
    for line, row in table_records(source, sink.skip, sample=sample):
        link = row.get("tweet_url") or row.get("twitter_url")
        post_id, is_rounded = exact_id(row[column] if are_exact else None, link)
        post = _post(row)
        if is_rounded or not are_exact:
            sink.note(ROUNDED)
            post = without_ids(post)
        post = post._replace(post_id=post_id)
        when = cell_or_none(row.get("created_at")) or row.get("parsed_created_at")
        shown = cell_or_none(row.get("user_name"))
        take(post, _in_order(when or ""), sink, line, shown=shown)


def _in_order(when: str) -> str:
    """A time in the American order, as Excel shows it, in the order of ISO 8601; others as they are."""
    found = _US_DATE.fullmatch(when.strip())
    if found is None:
        return when
    month, day, year, hour, minute, second, half = found.groups()
    hours = int(hour) % 12 + 12 * (half == "P") if half else int(hour)
    ordered = f"{year}-{int(month):02}-{int(day):02}T{hours:02}:{minute}:{second or '00'}"
    return ordered if moment(ordered) else when


_Reference = tuple[str | None, str | None, str | None]
"""Id of a post referred to, id and name of its author."""

_NOTHING: _Reference = (None, None, None)


def _references(row: Row) -> tuple[str, _Reference]:
    """Whether a row repeats or quotes a post, as far as its layout says it, and which."""
    kind = (row.get("tweet_type") or "").strip()
    post_id, name = row.get("retweet_or_quote_id"), row.get("retweet_or_quote_screen_name")
    reference = (
        id_or_none(post_id or row.get("reweet_or_quote_id")),  # so misspelt for some years
        id_or_none(row.get("retweet_or_quote_user_id")),
        cell_or_none(name),
    )
    if "tweet_type" not in row:
        original = id_or_none(row.get("retweet_id")), None, cell_or_none(row.get("retweet_screen_name"))
        quoted = id_or_none(row.get("quote_id"))
        kind, reference = (
            ("retweet", original)
            if any(original)
            else ("quote", (quoted, None, None))
            if quoted
            else ("", _NOTHING)
        )
    original_author = repeated(row["text"])
    is_repost = kind == "retweet" or _is_yes(row, "is_retweet")
    if is_repost or (original_author and not any(reference)):
        return "repost", reference if any(reference) else (None, None, original_author)
    if not any(reference) and _is_yes(row, "is_quote"):  # the platform quotes the last post linked
        link = next((found for url in reversed(_expanded(row)) if (found := linked(url))), None)
        reference = (link[1], None, link[0]) if link else _NOTHING
    return ("quote" if any(reference) else "post"), reference


def _is_yes(row: Row, column: str) -> bool:
    return (row.get(column) or "").strip().lower() in ("yes", "true")


def _expanded(row: Row) -> list[str]:
    """The links of a row of the older layout, each of which has a column of its own."""
    return [link for column in row if _EXPANDED.fullmatch(column) and (link := cell_or_none(row[column]))]


def _post(row: Row) -> Post:
    post = Post(
        "x",
        None,
        id_or_none(row.get("user_id")),
        cell_or_none(row.get("user_screen_name")) or cell_or_none(row.get("screen_name")),
        None,
        lang=cell_or_none(row.get("lang")),
    )
    kind, reference = _references(row)
    if kind == "repost":
        return post._replace(
            kind=kind, repost_of_post_id=reference[0], repost_of_id=reference[1], repost_of_name=reference[2]
        )
    text, answered = row["text"], id_or_none(row.get("in_reply_to_user_id"))
    if "tweet_type" not in row and answered and answered.isdigit() and int(answered[:20]) > _MOST:
        answered = None
    replied = (
        id_or_none(row.get("in_reply_to_status_id")),
        answered,
        cell_or_none(row["in_reply_to_screen_name"]),
    )
    listed = [name for name in (row.get("mentions") or "").split(", ") if name]
    tags = [tag.casefold() for tag in (row.get("hashtags") or "").replace(",", " ").split()]
    links = (row.get("urls") or "").split() + _expanded(row)
    return post._replace(
        kind="reply" if any(replied) else kind,
        text=text,
        reply_to_post_id=replied[0],
        reply_to_id=replied[1],
        reply_to_name=replied[2],
        quote_of_post_id=reference[0],
        quote_of_id=reference[1],
        quote_of_name=reference[2],
        mentions=(located(text, [(None, name) for name in listed]) if listed else names_in(text)) or None,
        hashtags=tags or hashtags_in(text),
        links=links or links_in(text),
    )
