"""X API v2 JSON, as twarc2, tweepy, postman or curl save it.

A line (or the whole file) is a page `{"data": […], "includes": {…}}`, a post out of a stream
`{"data": {…}, "matching_rules": […]}`, or a single post, `flattened` by twarc with its author in it.
Users, counts and compliance notices come in the same wrapping and are no posts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated

import msgspec

from communitylab.exports.asked import Asked
from communitylab.exports.json_records import UnreadableError, decode, json_records
from communitylab.exports.sample import Sample
from communitylab.exports.sink import Sink
from communitylab.exports.text import hashtags_in, links_in, names_in
from communitylab.exports.times import plausible
from communitylab.exports.x_status import first_linked, is_timeline, repeated
from communitylab.files import Source
from communitylab.tables import Mention, Post

__all__ = ["COVERAGE", "HOW", "NAME", "PLATFORMS", "TITLE", "read", "recognise"]

NAME = "x_api_v2"
TITLE = "X (Twitter) API v2: JSON or JSON Lines of twarc2, tweepy or curl; pages, streams or flattened posts"
COVERAGE = "A"
PLATFORMS = ("x",)
HOW = (
    "Run `twarc2 search --archive 'query' posts.jsonl`, or save the answers of /2/tweets/search as they come."
)

_USER = "a user, no post"

_NOTHING = msgspec.Raw(b"null")
# A naive time cannot be compared with others; the API writes none.
_Time = Annotated[datetime, msgspec.Meta(tz=True)]


class _User(msgspec.Struct, gc=False):
    id: str
    username: str | None = None
    name: str | None = None


class _Named(msgspec.Struct, gc=False):
    username: str | None = None
    id: str | None = None
    start: Annotated[int, msgspec.Meta(ge=0, lt=2**31)] | None = None


class _Hashtag(msgspec.Struct, gc=False):
    tag: str


class _Url(msgspec.Struct, gc=False):
    expanded_url: str | None = None


class _Entities(msgspec.Struct, gc=False):
    mentions: list[_Named] | None = None
    hashtags: list[_Hashtag] | None = None
    urls: list[_Url] | None = None


class _Note(msgspec.Struct, gc=False):
    text: str | None = None
    entities: _Entities | None = None


class _Reference(msgspec.Struct, gc=False):
    type: str
    id: str
    author_id: str | None = None  # this and the next only in flattened posts
    author: _User | None = None


class _Collected(msgspec.Struct, gc=False):
    url: str | None = None


class _Item(msgspec.Struct, gc=False):
    """A post, or what stands in its place."""

    id: str | None = None
    text: str | None = None
    author_id: str | None = None
    author: _User | None = None
    created_at: _Time | None = None
    lang: str | None = None
    conversation_id: str | None = None
    in_reply_to_user_id: str | None = None
    in_reply_to_user: _User | None = None
    referenced_tweets: list[_Reference] | None = None
    entities: _Entities | None = None
    note_tweet: _Note | None = None
    edit_history_tweet_ids: list[str] | None = None
    username: str | None = None  # of a user
    name: str | None = None
    tweet_count: int | None = None  # of a count
    action: str | None = None  # of a compliance notice


class _Includes(msgspec.Struct, gc=False):
    users: list[_User] | None = None
    tweets: list[_Item] | None = None


class _Line(_Item, gc=False, rename={"collected": "__twarc"}):
    """A page if it has data, else an item."""

    data: list[_Item] | _Item | None = None
    includes: _Includes | None = None
    collected: _Collected | None = None
    meta: msgspec.Raw = _NOTHING
    errors: msgspec.Raw = _NOTHING


class _RawLine(msgspec.Struct, gc=False):
    """A page that is not as expected somewhere: its parts are looked at one by one."""

    data: msgspec.Raw = _NOTHING
    includes: msgspec.Raw = _NOTHING


_LINE = msgspec.json.Decoder(_Line)
_ITEM = msgspec.json.Decoder(_Item)
_RAW_LINE = msgspec.json.Decoder(_RawLine)
_ITEMS = msgspec.json.Decoder(list[msgspec.Raw])
_INCLUDES = msgspec.json.Decoder(_Includes | None)


def recognise(sample: Sample) -> bool:
    """Whether one of the first objects is a page, a post, a user, a count or a notice of the API v2."""
    return any(_is_page(found) or _is_item(found) for found in sample.objects)


def _is_page(found: Mapping[str, object]) -> bool:
    data, meta = found.get("data"), found.get("meta")
    first = data[0] if isinstance(data, list) and data else data
    if isinstance(first, dict):
        return _is_item(first)
    return not data and isinstance(meta, dict) and "result_count" in meta


def _is_item(item: Mapping[str, object]) -> bool:
    keys = item.keys()
    if not isinstance(item.get("id"), str):
        return {"tweet_count", "start", "end"} <= keys
    return (
        ("text" in keys and bool(keys & {"author_id", "edit_history_tweet_ids", "referenced_tweets"}))
        or {"username", "name", "public_metrics"} <= keys
        or {"action", "reason", "created_at"} <= keys
    )


def read(source: Source, sink: Sink, *, sample: Sample, asked: Asked) -> None:
    """Hands every post to the sink; `includes` is context, all else is skipped under its own reason."""
    timelines = others = 0
    for number, text in json_records(source, sink.skip):
        try:
            line = decode(_LINE, text)
        except UnreadableError as error:
            _read_parts(bytes(text), sink, number, str(error))
            continue
        if line.data is not None:
            items = line.data if isinstance(line.data, list) else [line.data]
            users, authors = _context(line.includes, items, sink)
            for item in items:
                _read_item(item, users, authors, sink, number)
        elif line.id or line.text or line.tweet_count is not None:
            _read_item(line, _NOBODY, _NOBODY, sink, number)
        elif not bytes(line.meta).startswith(b"{"):  # else a page on which nothing was found
            is_message = bytes(line.errors).startswith(b"[")
            sink.skip("a message of the platform, no post" if is_message else "no id", number)
        if line.collected and is_timeline(line.collected.url):
            timelines += 1
        else:
            others += 1
    if timelines and not others:
        sink.coverage = "B"


def _read_parts(text: bytes, sink: Sink, number: int, reason: str) -> None:
    """Reads what can be read of a page that is not as expected as a whole."""
    try:
        page = decode(_RAW_LINE, text)
        data = bytes(page.data)
        items = decode(_ITEMS, data) if data.startswith(b"[") else []
    except UnreadableError:
        items = []
    if not items:
        sink.skip(reason, number)
        return
    includes = None
    try:
        includes = decode(_INCLUDES, page.includes)
    except UnreadableError:
        sink.note("the context (`includes`) of some pages cannot be read")
    readable: list[_Item | str] = []
    for item in items:
        try:
            readable.append(decode(_ITEM, item))
        except UnreadableError as error:
            readable.append(str(error))
    users, authors = _context(includes, [item for item in readable if isinstance(item, _Item)], sink)
    for found in readable:
        if isinstance(found, str):
            sink.skip(found, number)
        else:
            _read_item(found, users, authors, sink, number)


_Known = dict[str, str | None]
_NOBODY: _Known = {}


def _context(includes: _Includes | None, items: Sequence[_Item], sink: Sink) -> tuple[_Known, _Known]:
    """Who is called how, and who wrote what, on one page."""
    users: _Known = {}
    authors: _Known = {}
    if includes is not None:
        newest = max((item.created_at for item in items if item.created_at), default=None)
        for user in includes.users or ():
            users[user.id] = user.username
            _name(user, newest, sink)
        for tweet in includes.tweets or ():
            if tweet.id and tweet.author_id:
                authors[tweet.id] = tweet.author_id
                writer = tweet.author_id
                sink.parent("x", tweet.id, author_id=writer, author_name=users.get(writer))
    return users, authors


def _read_item(item: _Item, users: _Known, authors: _Known, sink: Sink, number: int) -> None:
    if reason := _no_post(item):
        sink.skip(reason, number)
        if reason == _USER and item.id:
            _name(_User(item.id, item.username, item.name), None, sink)
        return
    sink.post(_post(item, users, authors))
    if item.author is not None:
        _flattened(item, item.author, sink)


def _no_post(item: _Item) -> str | None:
    """Why an item is no post; None if it is one."""
    if item.text is None and item.username is not None:
        return _USER
    if item.tweet_count is not None:
        return "a count, no post"
    if item.action is not None:
        return "a compliance notice, no post"
    if not item.id:
        return "no id"
    if not item.author_id and item.author is None:
        return "no author"
    if item.created_at is not None and not plausible(item.created_at):
        return "created_at is no date"
    return None


def _name(user: _User, seen_at: datetime | None, sink: Sink) -> None:
    if user.username:
        sink.name("x", user.id, name=user.username, display_name=user.name, seen_at=seen_at)


def _flattened(item: _Item, author: _User, sink: Sink) -> None:
    """What a flattened post says about others: names, and who wrote the posts it refers to."""
    _name(author, item.created_at, sink)
    if item.in_reply_to_user is not None:
        _name(item.in_reply_to_user, item.created_at, sink)
    for reference in item.referenced_tweets or ():
        if reference.author is not None:
            _name(reference.author, item.created_at, sink)
        author_id, author_name = _writer(reference, _NOBODY, _NOBODY)
        if author_id:
            sink.parent("x", reference.id, author_id=author_id, author_name=author_name)


def _post(item: _Item, users: _Known, authors: _Known) -> Post:
    text, entities = item.text, item.entities
    if item.note_tweet is not None and item.note_tweet.text:  # `text` breaks off after 280 characters
        text, entities = item.note_tweet.text, item.note_tweet.entities or entities
    author_id = item.author_id or item.author.id  # type: ignore[union-attr]
    author_name = item.author.username if item.author else users.get(author_id)
    history = item.edit_history_tweet_ids
    edit_of = history[0] if history and history[0] != item.id else None

    replied = quoted = None
    for reference in item.referenced_tweets or ():
        if reference.type == "retweeted":
            original_id, original_name = _writer(reference, users, authors)
            if original_id is None and original_name is None:
                original_id, original_name = _after_rt(text, entities)
            return Post(
                "x",
                item.id,
                author_id,
                author_name,
                item.created_at,
                "repost",
                lang=item.lang,
                conversation_id=item.conversation_id,
                repost_of_post_id=reference.id,
                repost_of_id=original_id,
                repost_of_name=original_name,
                edit_of=edit_of,
            )
        if reference.type == "replied_to":
            replied = reference
        elif reference.type == "quoted":
            quoted = reference

    kind = "post"
    quoted_id = quoted_name = replied_id = replied_name = None
    if quoted is not None:
        kind = "quote"
        quoted_id, quoted_name = _writer(quoted, users, authors)
        if quoted_id is None and quoted_name is None:
            quoted_name = _linked(quoted, entities)
    if replied is not None or item.in_reply_to_user_id:
        kind = "reply"
        if replied is not None:
            replied_id, replied_name = _writer(replied, users, authors)
        if item.in_reply_to_user_id and item.in_reply_to_user_id != replied_id:
            replied_id = item.in_reply_to_user_id
            replied_name = item.in_reply_to_user.username if item.in_reply_to_user else users.get(replied_id)

    if entities is None:  # not asked for when the posts were collected, or nothing to name
        mentions, hashtags, links = names_in(text) or None, hashtags_in(text), links_in(text)
    else:
        mentions = [Mention(named.id, named.username, named.start) for named in entities.mentions or ()]
        hashtags = [hashtag.tag.casefold() for hashtag in entities.hashtags or ()]
        links = [url.expanded_url for url in entities.urls or () if url.expanded_url]
    return Post(
        "x",
        item.id,
        author_id,
        author_name,
        item.created_at,
        kind,
        text,
        item.lang,
        item.conversation_id,
        replied.id if replied else None,
        replied_id,
        replied_name,
        quote_of_post_id=quoted.id if quoted else None,
        quote_of_id=quoted_id,
        quote_of_name=quoted_name,
        mentions=mentions or None,
        hashtags=hashtags or None,
        links=links or None,
        edit_of=edit_of,
    )


def _writer(reference: _Reference, users: _Known, authors: _Known) -> tuple[str | None, str | None]:
    """Id and name of who wrote a post referred to; both null if it is deleted, protected or not included."""
    if reference.author is not None:
        return reference.author.id, reference.author.username
    author_id = reference.author_id or authors.get(reference.id)
    return author_id, users.get(author_id) if author_id else None


def _after_rt(text: str | None, entities: _Entities | None) -> tuple[str | None, str | None]:
    """The account behind the `RT @` at the head of a repost."""
    for named in (entities and entities.mentions) or ():
        if named.start == 3:
            return named.id, named.username
    return None, repeated(text)


def _linked(quoted: _Reference, entities: _Entities | None) -> str | None:
    """The name in the link to a quoted post."""
    for url in (entities and entities.urls) or ():
        link = first_linked(url.expanded_url)
        if link and link[0] and link[1] == quoted.id:
            return link[0]
    return None
