"""The CSV of 4CAT: posts of X (from the API or from a browser), Bluesky and Telegram, and uploaded tables.

It names the accounts that a post refers to, and seldom the posts. Lists are joined with commas, in no order.
The list of a repost holds the names in the original. Bluesky's posts go by addresses (`at://account/…`) but
refer to each other by links; a number of a Telegram message is one within its chat.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from communitylab.errors import ExportError
from communitylab.exports.asked import Asked
from communitylab.exports.ids import DESTROYED, cell_or_none, id_or_none
from communitylab.exports.intake import Row, has_ids, platform_named, take, take_edge, without_ids
from communitylab.exports.sample import Sample
from communitylab.exports.sink import Sink
from communitylab.exports.table_rows import table_records
from communitylab.exports.text import hashtags_in, links_in, located, names_in
from communitylab.exports.times import moment
from communitylab.files import Source
from communitylab.tables import Edge, Mention, Post

__all__ = ["COVERAGE", "HOW", "IS_FROM_DOCUMENTATION", "NAME", "PLATFORMS", "TITLE", "read", "recognise"]

NAME = "fourcat"
TITLE = (
    "4CAT CSV (X, Bluesky, Telegram or an upload): id, thread_id, author, body, timestamp, unix_timestamp, …"
)
COVERAGE = "A"
PLATFORMS = ("x", "bluesky", "telegram")
IS_FROM_DOCUMENTATION = True
HOW = "In 4CAT open the dataset and download it as CSV, before anybody pseudonymises it."

_COLUMNS = {"id", "thread_id", "author", "body", "timestamp"}
_X = {"is_retweet", "is_quote_tweet", "is_reply"}
_BLUESKY = {"replied_to_post", "replied_to_user", "quoted_user", "author_id"}
_TELEGRAM = {"chat", "author_username", "author_name", "reply_to"}
_AUTHORS = ("author", "author_id", "author_username")
_PSEUDONYM = re.compile(r"[0-9a-f]{48}|[0-9a-f]{128}|REDACTED")  # Blake2b, or nothing at all

_HANDLE = re.compile(r"(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z][A-Za-z0-9-]{0,62}")
_BLUESKY_NAME = re.compile(r"(?<![\w@])@([A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])?)")
_BLUESKY_POST = re.compile(r"at://(did:[^/\s]+)/app\.bsky\.feed\.post/(\w+)")
_BLUESKY_LINK = re.compile(r"https://bsky\.app/profile/([^/\s]+)/post/(\w+)")
_PARENTS = ("parent_id", "reply_to", "in_reply_to", "replied_to")


def recognise(sample: Sample) -> bool:
    """Whether the header has the columns of 4CAT."""
    header = set(sample.header)
    return header >= _COLUMNS and ("unix_timestamp" in header or header >= _BLUESKY)


def read(source: Source, sink: Sink, *, sample: Sample, asked: Asked) -> None:
    """Hands every row to the sink, and as context who wrote the posts it quotes."""
    _refuse_pseudonyms(sample)
    header = set(sample.header)
    post_of: Callable[[Row], Post | Edge | str]
    times = ["unix_timestamp", "timestamp"]
    if header >= _BLUESKY:
        post_of, times = _bluesky, ["timestamp", "created_at"]
    elif header >= _TELEGRAM:
        post_of = _telegram
    elif header >= _X:
        post_of = _x
        if "subject" in header:  # from the API: its time taken for that of the server is no Unix time
            times.reverse()
    else:
        post_of = _uploaded
    are_exact = has_ids(sample, "id")
    if not are_exact:
        sink.note(DESTROYED)
    for line, row in table_records(source, sink.skip, sample=sample):
        when = _time(row, times)
        post = post_of(row)
        if isinstance(post, str):
            sink.skip(post, line)
        elif isinstance(post, Edge):
            _forward(post, row, when, sink, line)
        else:
            if not are_exact:
                post = without_ids(post)
            take(post, when, sink, line, field="timestamp", shown=_shown(row, post))


def _refuse_pseudonyms(sample: Sample) -> None:
    for column in _AUTHORS:
        if column not in sample.header:
            continue
        place = sample.header.index(column)
        cells = [row[place].strip() for row in sample.rows if len(row) == len(sample.header)]
        filled = [cell for cell in cells if cell]
        if filled and all(map(_PSEUDONYM.fullmatch, filled)):
            raise ExportError(
                "4CAT has replaced the authors in this dataset by codes, while posts still call them by their names: "
                "neither the brand nor who answers whom can be found. Make the dataset again and download it "
                "without 'Pseudonymise or anonymise'."
            )


def _time(row: Row, columns: list[str]) -> str | None:
    """The first column that is a time, else the first that is filled."""
    cells = [cell for column in columns if (cell := cell_or_none(row.get(column)))]
    return next((cell for cell in cells if moment(cell)), cells[0] if cells else None)


def _shown(row: Row, post: Post) -> str | None:
    for column in ("author_fullname", "author_display_name", "author_name"):
        name = cell_or_none(row.get(column))
        if name and name != post.author_name:
            return name
    return None


def _listed(row: Row, column: str) -> list[str]:
    return [word for part in (row.get(column) or "").split(",") if (word := part.strip())]


def _tags(row: Row, *columns: str) -> list[str] | None:
    return [tag.removeprefix("#").casefold() for column in columns for tag in _listed(row, column)] or None


def _x(row: Row) -> Post | str:
    author_id, author = id_or_none(row.get("author_id")), cell_or_none(row["author"])
    if author == author_id == "UNKNOWN":
        return "a withheld post"
    post_id, thread = id_or_none(row["id"]), id_or_none(row["thread_id"])
    post = Post(
        "x",
        post_id,
        author_id,
        author,
        None,
        lang=cell_or_none(row.get("language_guess")),
        conversation_id=thread,
    )
    if row["is_retweet"].strip().lower() == "yes":
        return post._replace(kind="repost", repost_of_name=cell_or_none(row.get("retweeted_user")))
    replied = _first(row, "replied_user", "replied_author", "reply_to")
    is_reply = replied is not None or row["is_reply"].strip().lower() == "yes"
    is_quote = row["is_quote_tweet"].strip().lower() == "yes"
    text = row["body"]
    names: list[tuple[str | None, str | None]] = [(None, name) for name in _listed(row, "mentions")]
    return post._replace(
        kind="reply" if is_reply else "quote" if is_quote else "post",
        text=text,
        reply_to_name=replied,
        reply_to_guessed="reply_to" in row,  # the first of the names in the text
        quote_of_post_id=id_or_none(row.get("quote_tweet_id")) if is_quote else None,
        quote_of_name=_first(row, "quoted_user", "quote_author") if is_quote else None,
        mentions=located(text, names) or None,
        hashtags=_tags(row, "hashtags"),
        links=_listed(row, "urls") or None,
    )


def _first(row: Row, *columns: str) -> str | None:
    return next((cell for column in columns if (cell := cell_or_none(row.get(column)))), None)


def _account(name: str | None) -> tuple[str | None, str | None]:
    """Id and name of an account of Bluesky: a lost one has neither, but for a name that all lost ones share."""
    if not name or name == "handle.invalid":
        return None, None
    if name.startswith("did:"):
        return name, None
    return None, name if _HANDLE.fullmatch(name) else None


def _address(link: str | None, row: Row) -> str | None:
    """The address of a post in a link, if the id of its author is known."""
    found = _BLUESKY_LINK.fullmatch(link or "")
    if found is None:
        return None
    name, key = found.groups()
    root = _BLUESKY_POST.fullmatch(row["thread_id"].strip())
    if root and root[2] == key:
        return root[0]
    author_id = row["author_id"].strip() if name == row["author"].strip() else name
    return f"at://{author_id}/app.bsky.feed.post/{key}" if author_id.startswith("did:") else None


def _bluesky(row: Row) -> Post:
    author_id = cell_or_none(row["author_id"])
    text = row["body"]
    replied, quoted = (
        _account(cell_or_none(row["replied_to_user"])),
        _account(cell_or_none(row["quoted_user"])),
    )
    parent, quote = cell_or_none(row["replied_to_post"]), cell_or_none(row.get("quoted_post"))
    parent_id = _address(parent, row)
    if parent_id and replied[0] is None:
        replied = parent_id.split("/")[2], replied[1]
    return Post(
        "bluesky",
        cell_or_none(row["id"]),
        author_id,
        _account(cell_or_none(row["author"]))[1],
        None,
        "reply" if parent or any(replied) else "quote" if quote or any(quoted) else "post",
        text,
        next((word for word in _listed(row, "languages") if word != "N/A"), None),
        cell_or_none(row["thread_id"]),
        parent_id,
        *replied,
        quote_of_post_id=_address(quote, row),
        quote_of_id=quoted[0],
        quote_of_name=quoted[1],
        mentions=_mentions_of_bluesky(row, text) or None,
        hashtags=_tags(row, "tags"),
        links=_listed(row, "links") or None,
    )


def _mentions_of_bluesky(row: Row, text: str) -> list[Mention]:
    """The accounts listed, with their places where the text has their names; of others only the id is known."""
    accounts = [account for name in _listed(row, "mentions") if any(account := _account(name))]
    places: dict[str, list[int]] = {}
    for match in _BLUESKY_NAME.finditer(text):
        places.setdefault(match[1].lower(), []).append(match.start())
    found: list[Mention] = []
    for account_id, name in dict.fromkeys(accounts):
        at = places.get(name.lower()) if name else None
        found += [Mention(account_id, name, start) for start in at] if at else [Mention(account_id, name)]
    return sorted(found, key=lambda mention: len(text) if mention.start is None else mention.start)


def _message_id(row: Row, number: str | None) -> str | None:
    return number if number is None or not number.isdigit() else f"{row['chat'].strip()}-{number}"


def _telegram(row: Row) -> Post | Edge | str:
    author_id, name = id_or_none(row["author"]), cell_or_none(row["author_username"])
    if author_id is None and name is None:
        name = cell_or_none(row["author_name"])
    original = (
        id_or_none(row.get("author_forwarded_from_id")),
        _first(row, "author_forwarded_from_username", "author_forwarded_from_name"),
    )
    if any(original):
        return (
            "no author"
            if author_id is None and name is None
            else Edge("telegram", author_id, name, *original, "forward")
        )
    parent, text = _message_id(row, id_or_none(row["reply_to"])), row["body"]
    return Post(
        "telegram",
        _message_id(row, id_or_none(row["id"])),
        author_id,
        name,
        None,
        "reply" if parent else "post",
        text,
        reply_to_post_id=parent,
        mentions=names_in(text) or None,
        hashtags=hashtags_in(text),
        links=links_in(text),
        place=cell_or_none(row["chat"]),
        is_bot=row.get("author_is_bot", "").strip().lower() in ("yes", "true"),
    )


def _forward(edge: Edge, row: Row, when: str | None, sink: Sink, line: int) -> None:
    """A message handed on is nobody's words, but may be answered."""
    post_id = _message_id(row, id_or_none(row["id"]))
    if take_edge(edge, when, sink, line, field="timestamp") and post_id:
        sink.parent("telegram", post_id, author_id=edge.source_id, author_name=edge.source_name)


def _uploaded(row: Row) -> Post:
    post_id, thread, text = id_or_none(row["id"]), id_or_none(row["thread_id"]), row["body"]
    parent = next((found for column in _PARENTS if (found := id_or_none(row.get(column)))), None)
    if parent == post_id:
        parent = None
    return Post(
        platform_named(row.get("platform")),
        post_id,
        id_or_none(row.get("author_id")),
        cell_or_none(row["author"]),
        None,
        "reply" if parent else "post",
        text,
        conversation_id=thread,
        reply_to_post_id=parent,
        mentions=names_in(text) or None,
        hashtags=_tags(row, "hashtags", "tags") or hashtags_in(text),
        links=links_in(text),
    )
