"""Statuses as the API of Mastodon, and of what is like it, answers: arrays, JSON Lines, threads and search results.

Its traps:

* `id` is what the server that answered calls a post, and answers refer to it by that, perhaps in another file; another
  server calls it something else. `uri` is the same everywhere. So posts go by `uri`, and the sink is told what is what.
* `in_reply_to_account_id` passes over answers to oneself: in a thread by one author it is whom the thread answers. It
  is a guess, and so is the account, which only those named in the post give a name.
* A boost has an id, a time and an author of its own; all else in it is of the original.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from communitylab.exports.asked import Asked
from communitylab.exports.fediverse import (
    NOBODY,
    NOT_PUBLIC,
    PLATFORM,
    Account,
    account_called,
    local_id,
    server_of,
    tell_local_id,
    with_content,
)
from communitylab.exports.ids import shown_name
from communitylab.exports.intake import take
from communitylab.exports.json_records import UnreadableError, decode, json_records
from communitylab.exports.sample import Sample
from communitylab.exports.sink import Sink
from communitylab.files import Source
from communitylab.tables import Post

__all__ = ["COVERAGE", "HOW", "IS_FROM_DOCUMENTATION", "NAME", "PLATFORMS", "TITLE", "read", "recognise"]

NAME = "mastodon_statuses"
TITLE = "Mastodon API JSON: statuses of timelines, threads (/context) and searches"
COVERAGE = "A"
PLATFORMS = (PLATFORM,)
IS_FROM_DOCUMENTATION = True
HOW = (
    "Save what your server answers to `/api/v1/timelines/tag/TAG?limit=40` page by page, and to "
    "`/api/v1/statuses/ID/context` of each post; or to `/api/v1/accounts/ID/statuses` of each follower."
)

_EVERYBODYS = ("public", "unlisted")
_LISTS = ("ancestors", "descendants", "statuses")

_Id = str | int


class _Account(msgspec.Struct):
    id: _Id | None = None
    acct: str | None = None
    url: str | None = None
    display_name: str | None = None
    bot: bool | None = None


class _Inner(msgspec.Struct):
    """A status inside another."""

    id: _Id | None = None
    uri: str | None = None
    account: _Account | None = None
    visibility: str | None = None


class _Quote(_Inner):
    """What is quoted, within a note on whether its author agrees; or, on some servers, bare."""

    quoted_status: _Inner | None = None
    quoted_status_id: _Id | None = None


class _Tag(msgspec.Struct):
    name: str | None = None
    url: str | None = None


class _Status(_Inner):
    created_at: str | None = None
    content: str | None = None
    language: str | None = None
    in_reply_to_id: _Id | None = None
    in_reply_to_account_id: _Id | None = None
    reblog: _Inner | None = None
    quote: _Quote | None = None
    mentions: list[_Account] | None = None
    tags: list[_Tag] | None = None


class _Page(msgspec.Struct):
    """A thread or a search result."""

    ancestors: list[msgspec.Raw] | None = None
    descendants: list[msgspec.Raw] | None = None
    statuses: list[msgspec.Raw] | None = None


_STATUS = msgspec.json.Decoder(_Status)
_PAGE = msgspec.json.Decoder(_Page)


def recognise(sample: Sample) -> bool:
    """Whether one of the first objects is a status, a thread or a search result."""
    return any(_is_status(found) or _is_page(found) for found in sample.objects)


def _is_status(found: object) -> bool:
    if not isinstance(found, Mapping) or not {"uri", "visibility", "in_reply_to_id"} <= found.keys():
        return False
    account = found.get("account")
    return isinstance(account, dict) and "acct" in account


def _is_page(found: Mapping[str, object]) -> bool:
    lists = [part for key in _LISTS if isinstance(part := found.get(key), list)]
    statuses = [status for part in lists for status in part]
    is_thread = {"ancestors", "descendants"} <= found.keys() and len(lists) == 2
    return any(map(_is_status, statuses)) or (is_thread and not statuses)


def read(source: Source, sink: Sink, *, sample: Sample, asked: Asked) -> None:
    """Hands every status to the sink. A file by one author is of a list of authors that somebody chose.

    So is none that holds threads or search results, nor one that may be a page of a hashtag, as that is in all its
    statuses: by chance one author may have written a short page.
    """
    authors: set[Account] = set()
    tags: set[str] | None = None  # in all posts so far
    is_of_place = False
    for line, text in json_records(source, sink.skip):
        try:
            page = decode(_PAGE, text)
            lists = [page.ancestors, page.descendants, page.statuses]
            is_of_place |= any(part is not None for part in lists)
            for status in filter(None, (_read_part(part, sink, line) for part in _statuses(text, lists))):
                if len(authors) < 2:
                    authors.add(_account(status.account))
                    named = {tag.name.casefold() for tag in status.tags or () if tag.name}
                    tags = named if tags is None else tags & named
        except UnreadableError as error:
            sink.skip(str(error), line)
    if len(authors) == 1 and sink.posts > 1 and not (tags or is_of_place):
        sink.coverage = "B"


def _statuses(
    text: bytes | msgspec.Raw, lists: Sequence[list[msgspec.Raw] | None]
) -> Iterator[bytes | msgspec.Raw]:
    """The statuses of a thread or search result; what is none is a status itself."""
    if all(part is None for part in lists):
        yield text
    for part in lists:
        yield from part or ()


def _read_part(text: bytes | msgspec.Raw, sink: Sink, line: int) -> _Status | None:
    """Hands a status to the sink; gives it back if it is a post."""
    try:
        status = decode(_STATUS, text)
    except UnreadableError as error:
        sink.skip(str(error), line)
        return None
    inner = [one for one in (status, status.reblog, _quoted(status)) if one is not None]
    if status.uri is None:
        sink.skip("no uri", line)
    elif any(one.visibility not in _EVERYBODYS for one in inner if one.uri):
        sink.skip(NOT_PUBLIC, line)
    elif take(
        _post(status),
        status.created_at,
        sink,
        line,
        shown=shown_name((status.account or _Account()).display_name),
    ):
        for one in inner:
            known = local_id(one.id, _server(status))
            tell_local_id(known, sink, uri=one.uri, author=_account(one.account))
        return status
    return None


def _server(status: _Status) -> str | None:
    """Which server has answered: that of whom it calls without a host, else that of its pages of hashtags."""
    quoted = _quoted(status)
    shown = [
        status.account,
        *(status.mentions or ()),
        *(one.account for one in (status.reblog, quoted) if one),
    ]
    local = [account.url for account in shown if account and account.acct and "@" not in account.acct]
    return next(filter(None, map(server_of, [*local, *(tag.url for tag in status.tags or ())])), None)


def _account(account: _Account | None) -> Account:
    return NOBODY if account is None else account_called(account.acct, account.url)


def _quoted(status: _Status) -> _Inner | None:
    return status.quote and (status.quote.quoted_status or status.quote)


def _post(status: _Status) -> Post:
    author = _account(status.account)
    is_bot = status.account is not None and bool(status.account.bot)
    post = Post(PLATFORM, status.uri, *author, None, lang=status.language, is_bot=is_bot)
    if status.reblog is not None:
        original = _account(status.reblog.account)
        return post._replace(
            kind="repost",
            repost_of_post_id=status.reblog.uri,
            repost_of_id=original.account_id,
            repost_of_name=original.name,
        )
    mentions = status.mentions or []
    if status.in_reply_to_id is not None:
        known = {
            str(one.id): _account(one) for one in (status.account, *mentions) if one and one.id is not None
        }
        answered = known.get(str(status.in_reply_to_account_id), NOBODY)
        post = post._replace(
            kind="reply",
            reply_to_post_id=local_id(status.in_reply_to_id, _server(status)),
            reply_to_id=answered.account_id,
            reply_to_name=answered.name,
            reply_to_guessed=answered.name is not None,
        )
    post = _with_quote(post, status)
    named = [account for account in map(_account, mentions) if account.name]
    return with_content(post, status.content or "", named=named, tags=[tag.name for tag in status.tags or ()])


def _with_quote(post: Post, status: _Status) -> Post:
    """A quotation that its author has not agreed to, or no more, does not say what it is of."""
    quoted = _quoted(status) or _Inner()
    number = status.quote.quoted_status_id if status.quote else None
    quoted_id = quoted.uri or local_id(number, _server(status))
    if quoted_id is None:
        return post
    author = _account(quoted.account)
    return post._replace(
        kind="reply" if post.kind == "reply" else "quote",
        quote_of_post_id=quoted_id,
        quote_of_id=author.account_id,
        quote_of_name=author.name,
    )
