"""The CSV of minet and gazouilloire, posts of X with ids and names of everybody they refer to.

A quotation is woven into the text that quotes it (`« name: words — link »`), and the names in those words
into the list of names: only what stands outside it was said by the author. Collected from the API v2, names
and ids are sorted each by itself, and do not belong together.
"""

from __future__ import annotations

from communitylab.exports.asked import Asked
from communitylab.exports.ids import cell_or_none, id_or_none
from communitylab.exports.intake import Row, read_rows
from communitylab.exports.sample import Sample
from communitylab.exports.sink import Sink
from communitylab.exports.text import hashtags_in, links_in, located
from communitylab.files import Source
from communitylab.tables import Post

__all__ = ["COVERAGE", "HOW", "IS_FROM_DOCUMENTATION", "NAME", "PLATFORMS", "TITLE", "read", "recognise"]

NAME = "minet"
TITLE = "minet or gazouilloire CSV (X): id, timestamp_utc, user_screen_name, to_userid, mentioned_names, …"
COVERAGE = "A"
PLATFORMS = ("x",)
IS_FROM_DOCUMENTATION = True
HOW = "Run `minet twitter scrape tweets 'query' > posts.csv`, or `gazou export -o posts.csv`."

_COLUMNS = {
    "id",
    "timestamp_utc",
    "user_screen_name",
    "text",
    "to_username",
    "retweeted_user",
    "mentioned_names",
}


def recognise(sample: Sample) -> bool:
    """Whether the header has the columns of minet."""
    return set(sample.header) >= _COLUMNS


def read(source: Source, sink: Sink, *, sample: Sample, asked: Asked) -> None:
    """Hands every row to the sink, and as context who wrote the posts it repeats and quotes."""
    read_rows(
        source, sink, sample=sample, post_of=_post, time="timestamp_utc", post_id="id", shown="user_name"
    )


def _reference(row: Row, role: str) -> tuple[str | None, str | None, str | None]:
    """Id of a post referred to, id and name of its author."""
    return (
        id_or_none(row.get(f"{role}_id")),
        id_or_none(row.get(f"{role}_user_id")),
        cell_or_none(row.get(f"{role}_user")),
    )


def _listed(row: Row, column: str) -> list[str]:
    return [word for word in (row.get(column) or "").split("|") if word]


def _named(row: Row) -> list[tuple[str | None, str | None]]:
    names, ids = _listed(row, "mentioned_names"), _listed(row, "mentioned_ids")
    if len(names) != len(ids) or (len(ids) > 1 and ids == sorted(ids)):
        return [(None, name) for name in names]
    return [(id_or_none(account_id), name) for account_id, name in zip(ids, names, strict=True)]


def _without_quotation(text: str, quoted_user: str) -> str:
    begin, end = text.find(f"« {quoted_user}: "), text.rfind(" »")
    return f"{text[:begin]}{text[end + 2 :]}".rstrip() if 0 <= begin < end else text


def _post(row: Row) -> Post:
    post = Post(
        "x",
        id_or_none(row["id"]),
        id_or_none(row.get("user_id")),
        cell_or_none(row["user_screen_name"]),
        None,
        lang=cell_or_none(row.get("lang")),
    )
    original = _reference(row, "retweeted")
    if any(original):
        return post._replace(
            kind="repost", repost_of_post_id=original[0], repost_of_id=original[1], repost_of_name=original[2]
        )
    replied = (
        id_or_none(row.get("to_tweetid")),
        id_or_none(row.get("to_userid")),
        cell_or_none(row["to_username"]),
    )
    quoted = _reference(row, "quoted")
    text = row["text"]
    if any(quoted):
        text = _without_quotation(text, quoted[2] or "")
        mentions = [mention for mention in located(text, _named(row)) if mention.start is not None]
        tags, links = hashtags_in(text), links_in(text)
    else:
        mentions = located(text, _named(row))
        tags = [tag.casefold() for tag in _listed(row, "hashtags")] or None
        links = _listed(row, "links") or None
    return post._replace(
        kind="reply" if any(replied) else "quote" if any(quoted) else "post",
        text=text,
        reply_to_post_id=replied[0],
        reply_to_id=replied[1],
        reply_to_name=replied[2],
        quote_of_post_id=quoted[0],
        quote_of_id=quoted[1],
        quote_of_name=quoted[2],
        mentions=mentions or None,
        hashtags=tags,
        links=links,
    )
