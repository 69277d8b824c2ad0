"""`tweets.csv` of the archive that Twitter gave an account between 2013 and 2019.

No row says who wrote it: `data/js/user_details.js` of the same archive does. Those answered and repeated
are numbers; what they are called stands in the text alone, and is taken from there where it cannot be
anybody else.
"""

from __future__ import annotations

import functools
import re

import msgspec

from communitylab.errors import ExportError
from communitylab.exports.asked import Asked
from communitylab.exports.ids import cell_or_none, id_or_none
from communitylab.exports.intake import Row, read_rows
from communitylab.exports.json_records import UnreadableError, decode
from communitylab.exports.private_parts import Archive
from communitylab.exports.sample import Sample
from communitylab.exports.sink import Sink
from communitylab.exports.text import hashtags_in, names_in
from communitylab.exports.x_status import Account, exact, linked, repeated
from communitylab.files import Source, head
from communitylab.tables import Post

__all__ = [
    "ARCHIVE",
    "COVERAGE",
    "HOW",
    "IS_FROM_DOCUMENTATION",
    "IS_GONE",
    "NAME",
    "PLATFORMS",
    "TITLE",
    "read",
    "recognise",
]

NAME = "x_archive_csv"
TITLE = "Twitter archive of 2013 to 2019: tweets.csv with tweet_id, in_reply_to_user_id, retweeted_status_user_id, …"
COVERAGE = "C"
PLATFORMS = ("x",)
IS_FROM_DOCUMENTATION = True
IS_GONE = True
HOW = "Name the zip that Twitter sent then, as it came; archives asked for today look different."

ARCHIVE = Archive(
    sign=re.compile(r"data/js/(?:user_details|payload_details|tweet_index)\.js"),
    opens=re.compile(r"tweets\.csv|data/csv/\d{4}_\d\d\.csv"),
    covers=re.compile(r"data/js/.*|(?:css|img|js|lib)/.*|index\.html|README\.txt"),
)

_COLUMNS = {
    "tweet_id",
    "in_reply_to_user_id",
    "timestamp",
    "text",
    "retweeted_status_user_id",
    "expanded_urls",
}
_DETAILS = ("data/js/user_details.js", "../js/user_details.js")
_DETAILS_SIZE = 2**16
_ASSIGNED = re.compile(rb"\s*(?:var\s+)?\w+\s*=\s*")


class _Details(msgspec.Struct):
    id: str | int | None = None
    screen_name: str | None = None
    full_name: str | None = None


_DECODER = msgspec.json.Decoder(_Details)


def recognise(sample: Sample) -> bool:
    """Whether the header has the columns of this table."""
    return set(sample.header) >= _COLUMNS


def read(source: Source, sink: Sink, *, sample: Sample, asked: Asked) -> None:
    """Hands every row to the sink, as written by the archive's owner."""
    owner = _owner(source)
    post_of = functools.partial(_post, owner=owner)
    read_rows(source, sink, sample=sample, post_of=post_of, time="timestamp", post_id="tweet_id")
    if owner.id_str and owner.screen_name and owner.name:
        sink.name("x", str(owner.id_str), name=owner.screen_name, display_name=owner.name, seen_at=None)


def _owner(source: Source) -> Account:
    beside = next(filter(None, map(source.beside, _DETAILS)), None)
    if beside is None:
        raise ExportError(
            "The tweets.csv of a Twitter archive, in which no row says who wrote it: that stands in "
            "data/js/user_details.js. Name the whole zip, or the folder that it unpacks to."
        )
    content = head(beside, _DETAILS_SIZE)
    assigned = _ASSIGNED.match(content)
    details_at = assigned.end() if assigned else 0
    try:
        details = decode(_DECODER, content[details_at:].rstrip(b"; \t\r\n"))
    except UnreadableError:
        details = _Details()
    owner = Account(exact(details.id), None, details.screen_name or None, details.full_name or None)
    if owner.id_str is None and owner.screen_name is None:
        raise ExportError(
            "The data/js/user_details.js of this Twitter archive does not say whose it is. "
            "Unpack the zip that Twitter sent once more."
        )
    return owner


def _post(row: Row, *, owner: Account) -> Post:
    text, author_id = row["text"], exact(owner.id_str)
    post = Post("x", id_or_none(row["tweet_id"]), author_id, owner.screen_name, None)
    original = id_or_none(row.get("retweeted_status_id"))
    original_author = id_or_none(row["retweeted_status_user_id"])
    if original or original_author:
        return post._replace(
            kind="repost",
            repost_of_post_id=original,
            repost_of_id=original_author,
            repost_of_name=repeated(text),
        )
    mentions = names_in(text)
    replied, parent = id_or_none(row["in_reply_to_user_id"]), id_or_none(row.get("in_reply_to_status_id"))
    names = {str(mention.name).lower() for mention in mentions}
    answered = None
    # An answer names whom it answers; that is certain where it names nobody else, and answers not itself.
    if replied and replied != author_id and len(names) == 1:
        answered = mentions[0].name
        mentions = [mention._replace(account_id=replied) for mention in mentions]
    links = [link for link in (cell_or_none(row["expanded_urls"]) or "").split(",") if link]
    quoted = next((found for link in reversed(links) if (found := linked(link))), None)
    return post._replace(
        kind="reply" if replied or parent else "quote" if quoted else "post",
        text=text,
        reply_to_post_id=parent,
        reply_to_id=replied,
        reply_to_name=answered,
        quote_of_post_id=quoted[1] if quoted else None,
        quote_of_name=quoted[0] if quoted else None,
        mentions=mentions or None,
        hashtags=hashtags_in(text),
        links=list(dict.fromkeys(links)) or None,
    )
