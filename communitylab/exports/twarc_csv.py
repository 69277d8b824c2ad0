"""The CSV that `twarc2 csv` makes of API v2 JSON: columns with dots in their names, JSON lists in cells.

A line break in a text is written as the two signs `\\n`, which hides the @ behind it. Versions differ in
whether lists hold names or whole objects, and whether names of accounts stand beside their ids.
"""

from __future__ import annotations

import msgspec

from communitylab.errors import ExportError
from communitylab.exports.asked import Asked
from communitylab.exports.ids import DESTROYED, cell_or_none, id_or_none
from communitylab.exports.intake import Row, has_ids, take, without_ids
from communitylab.exports.json_records import UnreadableError, decode
from communitylab.exports.sample import Sample
from communitylab.exports.sink import Sink
from communitylab.exports.table_rows import table_records
from communitylab.exports.text import hashtags_in, links_in, located, names_in
from communitylab.exports.x_status import is_timeline
from communitylab.files import Source
from communitylab.tables import Post

__all__ = ["COVERAGE", "HOW", "IS_FROM_DOCUMENTATION", "NAME", "PLATFORMS", "TITLE", "read", "recognise"]

NAME = "twarc_csv"
TITLE = (
    "twarc2 CSV (X): id, referenced_tweets.replied_to.id, author.username, entities.mentions, __twarc.url, …"
)
COVERAGE = "A"
PLATFORMS = ("x",)
IS_FROM_DOCUMENTATION = True
HOW = "Run `twarc2 csv posts.jsonl posts.csv` on what `twarc2 search` or `twarc2 timelines` collected."

_AUTHOR = {"author_id", "author.id", "author.username"}
_DOTTED = {
    "referenced_tweets.replied_to.id",
    "referenced_tweets.retweeted.id",
    "entities.mentions",
    "author.public_metrics.followers_count",
    "__twarc.url",
}
_USERS = {"id", "username", "public_metrics.followers_count", "entities.description.mentions"}


class _Item(msgspec.Struct):
    """An item of a list: an account, a hashtag, a link or a post referred to."""

    id: str | None = None
    username: str | None = None
    tag: str | None = None
    expanded_url: str | None = None
    type: str | None = None


_LIST = msgspec.json.Decoder(list[str | _Item])
_STRING = msgspec.json.Decoder(str)


def recognise(sample: Sample) -> bool:
    """Whether the header has names with dots as twarc writes them."""
    header = set(sample.header)
    is_of_posts = {"id", "text"} <= header and bool(header & _AUTHOR) and len(header & _DOTTED) >= 2
    return is_of_posts or header >= _USERS


def read(source: Source, sink: Sink, *, sample: Sample, asked: Asked) -> None:
    """Hands every row to the sink, and as context who wrote the posts it repeats and quotes."""
    if "text" not in sample.header:
        raise ExportError(
            "A table of accounts that twarc2 wrote, without posts. If they follow the brand, give it as "
            "--followers, beside an export of posts."
        )
    place = sample.header.index("text")
    texts = [row[place] for row in sample.rows if len(row) > place and row[place]]
    is_encoded = bool(texts) and all(_string(text) is not None for text in texts)
    are_exact = has_ids(sample, "id")
    if not are_exact:
        sink.note(DESTROYED)
    kinds_of_collection = set()
    for line, row in table_records(source, sink.skip, sample=sample):
        if is_encoded:
            row = {column: _string(cell) or cell for column, cell in row.items()}
        else:
            row["text"] = row["text"].replace("\\n", "\n")
        kinds_of_collection.add(is_timeline(row.get("__twarc.url")))
        post = _post(row)
        if not are_exact:
            post = without_ids(post)
        take(post, row.get("created_at"), sink, line, shown=cell_or_none(row.get("author.name")))
    if kinds_of_collection == {True}:
        sink.coverage = "B"


def _string(cell: str) -> str | None:
    """The text in a cell that is a JSON string, as `--json-encode-text` and `--json-encode-all` write it."""
    try:
        return decode(_STRING, cell.encode("utf-8", "replace")) if cell.startswith('"') else None
    except UnreadableError:
        return None


def _list(row: Row, column: str) -> list[_Item] | None:
    """The items of a list; None if there is no list. Words stand for what the column is of."""
    cell = cell_or_none(row.get(column))
    if cell is None:
        return None
    try:
        found = decode(_LIST, cell.encode("utf-8", "replace"))
    except UnreadableError:
        return None
    return [
        _Item(item, item.removeprefix("@"), item.removeprefix("#"), item) if isinstance(item, str) else item
        for item in found
    ]


_Account = tuple[str | None, str | None]


def _account(row: Row, role: str) -> _Account:
    return id_or_none(row.get(f"{role}_user_id")), cell_or_none(row.get(f"{role}_username"))


def _account_id(item: _Item) -> str | None:
    """The id of an account in a list; of names that stand alone there is none."""
    return item.id if item.id and item.id.isdigit() else None


def _post(row: Row) -> Post:
    text = row["text"]
    references = {
        item.type: item.id for item in _list(row, "referenced_tweets") or () if item.type and item.id
    }
    for kind in ("replied_to", "retweeted", "quoted"):
        if found := id_or_none(row.get(f"referenced_tweets.{kind}.id")):
            references[kind] = found
    post_id = id_or_none(row["id"])
    versions = _list(row, "edit_history_tweet_ids")
    first = versions[0].id if versions else None
    post = Post(
        "x",
        post_id,
        id_or_none(row.get("author_id")) or id_or_none(row.get("author.id")),
        cell_or_none(row.get("author.username")),
        None,
        lang=cell_or_none(row.get("lang")),
        conversation_id=id_or_none(row.get("conversation_id")),
        edit_of=first if first != post_id else None,
    )
    original = _account(row, "retweeted")
    if "retweeted" in references or any(original):
        return post._replace(
            kind="repost",
            repost_of_post_id=references.get("retweeted"),
            repost_of_id=original[0],
            repost_of_name=original[1],
        )
    replied, quoted = _account(row, "in_reply_to"), _account(row, "quoted")
    is_reply = "replied_to" in references or any(replied)
    is_quote = "quoted" in references or any(quoted)
    named = _list(row, "entities.mentions")
    tags, links = _list(row, "entities.hashtags"), _list(row, "entities.urls")
    accounts: list[_Account] = [(_account_id(item), item.username) for item in named or () if item.username]
    return post._replace(
        kind="reply" if is_reply else "quote" if is_quote else "post",
        text=text,
        reply_to_post_id=references.get("replied_to"),
        reply_to_id=replied[0],
        reply_to_name=replied[1],
        quote_of_post_id=references.get("quoted"),
        quote_of_id=quoted[0],
        quote_of_name=quoted[1],
        mentions=(names_in(text) if named is None else located(text, accounts)) or None,
        hashtags=hashtags_in(text)
        if tags is None
        else [item.tag.casefold() for item in tags if item.tag] or None,
        links=links_in(text)
        if links is None
        else [item.expanded_url for item in links if item.expanded_url] or None,
    )
