"""Posts of Bluesky as its API gets them: feeds, searches and threads.

Its traps:

* In an author's feed stand posts of others that the author has repeated. Such an item is a repost, by who repeated it,
  at the time at which they did; whose post it is stands beside it.
* Beside an answer in a feed stand the post answered and the first of its thread: they say who is called what, and are
  no posts of the feed. In a thread what stands above the post asked for is part of the talk.
* A post that is gone or blocked is a place without words.
* Python's SDK spells keys otherwise: `created_at`, `indexed_at`, `byte_start`.
"""

from __future__ import annotations

import re

import msgspec

from communitylab.exports.asked import Asked
from communitylab.exports.at_records import (
    NOBODY,
    Account,
    Address,
    address_of,
    embed_of,
    take_record,
)
from communitylab.exports.ids import shown_name
from communitylab.exports.intake import take
from communitylab.exports.json_records import UnreadableError, decode, json_records
from communitylab.exports.sample import Sample
from communitylab.exports.sink import Sink
from communitylab.exports.times import moment
from communitylab.files import Source
from communitylab.tables import Post

__all__ = ["COVERAGE", "HOW", "IS_FROM_DOCUMENTATION", "NAME", "PLATFORMS", "TITLE", "read", "recognise"]

NAME = "bluesky_feed"
TITLE = "Bluesky API, JSON: feed, posts or thread, with uri, author, record, indexedAt"
COVERAGE = "A"
PLATFORMS = ("bluesky",)
IS_FROM_DOCUMENTATION = True
HOW = (
    "Save the answers of app.bsky.feed.searchPosts page by page, with `cursor`, one a line; or those of "
    "app.bsky.feed.getAuthorFeed for each follower."
)

_GONE = "a post that is gone, blocked or not shown"
_SNAKE = re.compile(rb'"[a-z]+(?:_[a-z]+)+"(?=\s*:)')

_NOTHING = msgspec.Raw(b"null")


class _View(msgspec.Struct, rename="camel"):
    uri: str | None = None
    author: Account | None = None
    record: msgspec.Raw = _NOTHING
    embed: msgspec.Raw = _NOTHING
    indexed_at: str | None = None


class _Reason(msgspec.Struct, rename="camel"):
    """Why an item is in a feed: somebody has repeated it, or nobody and it is pinned there."""

    by: Account | None = None
    uri: str | None = None  # of the repost; not before 2025
    indexed_at: str | None = None


class _Context(msgspec.Struct):
    parent: msgspec.Raw = _NOTHING
    root: msgspec.Raw = _NOTHING


class _Item(msgspec.Struct):
    post: msgspec.Raw
    reason: _Reason | None = None
    reply: msgspec.Raw = _NOTHING


class _Node(msgspec.Struct):
    """A post in a thread, with what is above and below it, or as a value in a list."""

    post: msgspec.Raw = _NOTHING
    parent: msgspec.Raw = _NOTHING
    replies: list[msgspec.Raw] | None = None
    value: msgspec.Raw = _NOTHING


class _Whole(msgspec.Struct):
    """A page of a feed, of posts, or a thread; or one item or post by itself."""

    feed: list[msgspec.Raw] | None = None
    posts: list[msgspec.Raw] | None = None
    thread: msgspec.Raw = _NOTHING
    post: msgspec.Raw = _NOTHING
    error: object = None


_WHOLE = msgspec.json.Decoder(_Whole)
_ITEM = msgspec.json.Decoder(_Item)
_VIEW = msgspec.json.Decoder(_View)
_NODE = msgspec.json.Decoder(_Node)
_NODES = msgspec.json.Decoder(list[msgspec.Raw])
_CONTEXT = msgspec.json.Decoder(_Context)


def recognise(sample: Sample) -> bool:
    """Whether one of the first objects is an answer of the API, or a post in one."""
    return any(map(_holds_post, sample.objects))


def _holds_post(found: object, depth: int = 0) -> bool:
    if not isinstance(found, dict) or depth > 4:
        return False
    if isinstance(found.get("record"), dict):
        return isinstance(found.get("author"), dict) and str(found.get("uri")).startswith("at://")
    for key in ("feed", "posts", "thread", "post", "value"):
        inner = found.get(key)
        if any(_holds_post(one, depth + 1) for one in (inner if isinstance(inner, list) else [inner])[:20]):
            return True
    return False


def read(source: Source, sink: Sink, *, sample: Sample, asked: Asked) -> None:
    """Hands every post and repost to the sink; feeds of one account each are of class B."""
    reading = _Reading(sink)
    for line, text in json_records(source, sink.skip):
        reading.take(_in_camel_case(bytes(text)), line)
    if reading.are_of_authors:
        sink.coverage = "B"


def _in_camel_case(text: bytes) -> bytes:
    """The same with the keys as the API spells them."""
    return _SNAKE.sub(_spelt, text) if b'"indexed_at"' in text else text


def _spelt(key: re.Match[bytes]) -> bytes:
    first, *others = key[0].split(b"_")
    return first + b"".join(word.capitalize() for word in others)


class _Reading:
    """One pass over a file, in which it turns out whether each page of it is the feed of one account."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._loose: set[str] = set()  # who wrote what stands on no page
        self._is_other = False

    @property
    def are_of_authors(self) -> bool:
        """Whether all that was taken comes from feeds of one account each."""
        return self._sink.posts > 0 and not self._is_other and len(self._loose) < 2

    def take(self, text: bytes, line: int) -> None:
        """Takes a page, or an item or post that stands by itself."""
        try:
            whole = decode(_WHOLE, text)
        except UnreadableError as error:
            self._sink.skip(str(error), line)
            return
        if whole.feed is not None:
            page = {did for item in whole.feed if (did := self._take_item(item, line))}
            self._is_other |= len(page) > 1
        elif whole.post != _NOTHING:
            did = self._take_item(text, line)
            self._loose |= {did} if did and len(self._loose) < 2 else set()
        elif whole.error is not None:
            self._sink.skip("a message of the platform, no post", line)
        else:
            self._is_other = True
            if whole.thread != _NOTHING:
                self._take_thread(whole.thread, line)
            else:
                for view in [text] if whole.posts is None else whole.posts:
                    self._take_view(view, line)

    def _take_item(self, text: bytes | msgspec.Raw, line: int) -> str | None:
        """Takes an item of a feed; says who did what is in it."""
        try:
            item = decode(_ITEM, text)
            context = decode(_CONTEXT, item.reply) if item.reply != _NOTHING else _Context()
        except UnreadableError as error:
            self._sink.skip(str(error), line)
            return None
        for beside in (context.parent, context.root):
            self._know(beside)
        if item.reason and item.reason.by:
            return self._take_repost(item.post, item.reason, item.reason.by, line)
        return self._take_view(item.post, line)

    def _take_repost(self, text: msgspec.Raw, reason: _Reason, by: Account, line: int) -> str | None:
        original = self._know(text)
        if original is None:
            self._sink.skip("no uri", line)
            return None
        post = Post(
            "bluesky",
            str(own) if (own := address_of(reason.uri)) else None,
            by.did,
            by.name,
            None,
            "repost",
            repost_of_post_id=str(original),
            repost_of_id=original.did,
            is_bot=by.is_bot,
        )
        take(post, reason.indexed_at, self._sink, line, field="indexedAt", shown=shown_name(by.display_name))
        return by.did

    def _take_view(self, text: bytes | msgspec.Raw, line: int) -> str | None:
        try:
            view = decode(_VIEW, text)
        except UnreadableError as error:
            self._sink.skip(str(error), line)
            return None
        at = address_of(view.uri)
        if at is None:
            self._sink.skip("no uri", line)
            return None
        shown = embed_of(view.embed)
        if shown.quoted:
            self._name(shown.quoted, shown.author)
        seen_at = moment(view.indexed_at or "")
        take_record(
            view.record, at, sink=self._sink, line=line, account=view.author or NOBODY, seen_at=seen_at
        )
        return at.did

    def _take_thread(self, text: msgspec.Raw, line: int) -> None:
        """Takes every post of a thread, nested or as a list."""
        waiting = [text]
        while waiting:
            text = waiting.pop()
            try:
                if bytes(memoryview(text)[:1]) == b"[":
                    nodes = decode(_NODES, text)
                    waiting += reversed(nodes)
                    continue
                node = decode(_NODE, text)
            except UnreadableError as error:
                self._sink.skip(str(error), line)
                continue
            if node.value != _NOTHING:
                waiting.append(node.value)
                continue
            if node.post == _NOTHING:
                self._sink.skip(_GONE, line)
            else:
                self._take_view(node.post, line)
            waiting += reversed(node.replies or ())
            if node.parent != _NOTHING:
                waiting.append(node.parent)

    def _know(self, text: msgspec.Raw) -> Address | None:
        """Keeps who wrote a post that is context only; says where it stands."""
        try:
            view = decode(_VIEW, text)
        except UnreadableError:
            return None
        at = address_of(view.uri)
        if at and view.author:
            self._name(at, view.author)
        return at

    def _name(self, at: Address, account: Account) -> None:
        """Keeps who wrote a post that stands in another, or beside it."""
        if account.did == at.did:
            self._sink.parent("bluesky", str(at), author_id=at.did, author_name=account.name)
            if account.name:
                shown = shown_name(account.display_name)
                self._sink.name("bluesky", at.did, name=account.name, display_name=shown, seen_at=None)
