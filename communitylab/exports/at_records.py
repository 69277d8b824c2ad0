"""What people do on Bluesky, as the records of their accounts have it: posts, reposts, reactions and follows.

The API, the stream and an account's own export hold the same records, so that the same post joins in all of them.
Their traps:

* A record goes by its address, `at://account/kind/key`. The account in it is whoever did it: whom somebody answers,
  repeats, quotes or likes is known even where the post itself is deleted or blocked.
* `createdAt` is what the clock, or the fancy, of the author's program said: posts moved from elsewhere have one of
  years before there was Bluesky, others one in the future. The key mostly holds the time at which the server took the
  record; see :func:`written_at`.
* Places in a text are counted in bytes of UTF-8; in the `entities` of the first posts in units of UTF-16.
* The name in a text beside whom it means is hearsay: anybody may write anything there. It serves only where nothing
  else says what an account is called.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from typing import NamedTuple

import msgspec

from communitylab.exports.ids import shown_name
from communitylab.exports.intake import take
from communitylab.exports.json_records import UnreadableError, decode
from communitylab.exports.sink import Sink
from communitylab.exports.times import form, moment, plausible
from communitylab.tables import Edge, Mention, Post

__all__ = [
    "NOBODY",
    "Account",
    "Address",
    "Shown",
    "address_of",
    "embed_of",
    "known_handle",
    "take_record",
    "tid_time",
    "written_at",
]

_POST, _REPOST = "app.bsky.feed.post", "app.bsky.feed.repost"
_LIKE, _FOLLOW = "app.bsky.feed.like", "app.bsky.graph.follow"
_BEGAN = datetime(2022, 11, 1, tzinfo=UTC)  # nobody wrote on Bluesky before
_LONGEST = 10_000  # signs of a text: Bluesky takes 300
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_ADDRESS = re.compile(
    r"at://(did:[a-z]{1,32}:[\w.:%-]{1,500})/([a-zA-Z][\w.-]{1,300})/([\w.~:-]{1,512})", re.A
)
_DID = re.compile(r"did:[a-z]{1,32}:[\w.:%-]{1,500}", re.ASCII)
_TID = re.compile(r"[2-7a-j][2-7a-z]{12}")
_DIGITS = "234567abcdefghijklmnopqrstuvwxyz"
_HANDLE = re.compile(r"(?:[a-z0-9-]{1,63}\.)+[a-z][a-z0-9-]{0,62}", re.ASCII | re.IGNORECASE)
_LOST = "handle.invalid"  # shared by all whose name does not lead back to them

_NOTHING = msgspec.Raw(b"null")


class _Label(msgspec.Struct):
    val: str | None = None
    src: str | None = None
    neg: bool | None = None


class Account(msgspec.Struct, rename="camel"):
    """Who did it, as the API shows them."""

    did: str | None = None
    handle: str | None = None
    display_name: str | None = None
    labels: list[_Label] | None = None

    @property
    def name(self) -> str | None:
        """The name, if it is one of their own."""
        return known_handle(self.handle)

    @property
    def is_bot(self) -> bool:
        """Whether they say so themselves: others may put labels on them as they like."""
        own = [one for one in self.labels or () if one.src == self.did and one.val == "bot"]
        return bool(own) and not any(one.neg for one in own)


NOBODY = Account()


class _Reference(msgspec.Struct):
    uri: str | None = None


class _Embedded(_Reference):
    """What is shown below a post: the record itself, or beside pictures the record within."""

    author: Account | None = None
    record: msgspec.Raw = _NOTHING


class _Media(msgspec.Struct):
    external: _Reference | None = None


class _Embed(_Media):
    record: _Embedded | None = None
    media: _Media | None = None


class _Reply(msgspec.Struct):
    parent: _Reference | None = None
    root: _Reference | None = None


class _Bytes(msgspec.Struct, rename="camel"):
    byte_start: int
    byte_end: int


class _Feature(msgspec.Struct):
    did: str | None = None
    uri: str | None = None
    tag: str | None = None


class _Facet(msgspec.Struct):
    index: _Bytes
    features: list[_Feature]


class _Units(msgspec.Struct):
    start: int
    end: int


class _Entity(msgspec.Struct):
    index: _Units
    type: str
    value: str


class _Record(msgspec.Struct, rename="camel"):
    created_at: str | None = None
    text: str | None = None
    reply: _Reply | None = None
    facets: list[_Facet] | None = None
    entities: list[_Entity] | None = None
    embed: msgspec.Raw = _NOTHING
    langs: list[str] | None = None
    tags: list[str] | None = None
    subject: _Reference | str | None = None  # of a repost or a like a post, of a follow an account


_RECORD = msgspec.json.Decoder(_Record)
_EMBED = msgspec.json.Decoder(_Embed)
_EMBEDDED = msgspec.json.Decoder(_Embedded)


class Address(NamedTuple):
    """Where a record stands."""

    did: str
    kind: str
    key: str

    def __str__(self) -> str:
        """As records refer to one another."""
        return f"at://{self.did}/{self.kind}/{self.key}"


def address_of(uri: str | None) -> Address | None:
    """The parts of an address.

    Parameters
    ----------
    uri
        Such as ``"at://did:plc:ana/app.bsky.feed.post/3lxf3iwhx2222"``.

    Returns
    -------
    Address | None
        None if it is none, or has a name where the account should be.
    """
    found = _ADDRESS.fullmatch(uri or "")
    return Address(*found.groups()) if found else None


def tid_time(key: str | None) -> datetime | None:
    """The time in the key of a record, which counts the microseconds since 1970.

    Parameters
    ----------
    key
        The last part of an address, or what an account calls a state of all its records.

    Returns
    -------
    datetime | None
        None if the key is none that a clock has made.

    Examples
    --------
    >>> str(tid_time("3lxf3iwhx2222")), tid_time("self")
    ('2025-08-27 13:00:00+00:00', None)
    """
    if key is None or not _TID.fullmatch(key):
        return None
    number = 0
    for sign in key:
        number = number * 32 + _DIGITS.index(sign)
    return _EPOCH + timedelta(microseconds=number >> 10)


def written_at(key: str, *, created_at: str | None, seen_at: datetime | None) -> datetime | None:
    """When a record was written: as its key says, else as its author says, else when a server saw it.

    None of them can be before Bluesky was there, nor after a server saw the record: what is, is passed over. The key
    comes first, as it is the same wherever the record is exported and what the author says is often made up.

    Parameters
    ----------
    key
        The last part of its address.
    created_at
        What its author's program says.
    seen_at
        When a server had it: the latest that it can be.
    """
    latest = seen_at if seen_at and seen_at >= _BEGAN else None
    for found in (tid_time(key), moment(created_at or ""), seen_at):
        if found and _BEGAN <= found <= (latest or found) and plausible(found):
            return found
    return None


def take_record(
    text: bytes | msgspec.Raw,
    at: Address,
    *,
    sink: Sink,
    line: int,
    account: Account = NOBODY,
    seen_at: datetime | None = None,
    version: str | None = None,
    is_bot: bool = False,
) -> None:
    """Hands a record to the sink, with whom it names and answers.

    Parameters
    ----------
    text
        The record as JSON.
    at
        Where it stands, which says who did it.
    sink, line
        Where it goes, and the line on which it starts.
    account
        Who did it, as far as the export shows them.
    seen_at
        When a server had it.
    version
        What tells this state of an edited post from the first.
    is_bot
        Whether it is known otherwise that a bot did it.
    """
    if at.kind not in (_POST, _REPOST, _LIKE, _FOLLOW):
        sink.skip("a record of another kind, no post", line)
        return
    try:
        record = decode(_RECORD, text)
    except UnreadableError as error:
        sink.skip(str(error), line)
        return
    created_at = written_at(at.key, created_at=record.created_at, seen_at=seen_at)
    if created_at is None and record.created_at is not None:
        sink.skip("createdAt is no date", line)
        sink.note(form("createdAt", record.created_at))
        return
    by = account if account.did == at.did else NOBODY
    subject = record.subject
    if at.kind == _FOLLOW:
        if not isinstance(subject, str) or not _DID.fullmatch(subject):
            sink.skip("no subject", line)
        else:
            sink.edge(Edge("bluesky", at.did, by.name, subject, None, "follow", created_at), line)
        return
    post = Post("bluesky", str(at), at.did, by.name, created_at, is_bot=is_bot or by.is_bot)
    if at.kind == _POST:
        post = _with_content(post, record, sink)
        if version is not None:
            post = post._replace(post_id=f"{post.post_id}#{version}", edit_of=post.post_id)
        take(post, None, sink, line, shown=shown_name(by.display_name))
        return
    original = address_of(subject.uri) if isinstance(subject, _Reference) else None
    if original is None:
        sink.skip("no subject", line)
    elif original.kind != _POST:
        sink.skip("about a feed or a list, no post", line)
    elif at.kind == _REPOST:
        post = post._replace(kind="repost", repost_of_post_id=str(original), repost_of_id=original.did)
        take(post, None, sink, line)
    else:
        edge = Edge("bluesky", at.did, by.name, original.did, None, "reaction", created_at, str(original))
        sink.edge(edge, line)


def _with_content(post: Post, record: _Record, sink: Sink) -> Post:
    """A post with its text, and all that it refers to."""
    text = record.text or ""
    embed = embed_of(record.embed)
    parent = address_of(record.reply.parent.uri) if record.reply and record.reply.parent else None
    root = address_of(record.reply.root.uri) if record.reply and record.reply.root else None
    mentions, links, tags = [], list(embed.links), list(record.tags or ())
    for mark in _marks(record, text):
        if mark.did and _DID.fullmatch(mark.did):
            mentions.append(Mention(mark.did, None, mark.start))
            said = "" if mark.start is None else text[mark.start : mark.end]
            if name := known_handle(said.removeprefix("@")) if said.startswith("@") else None:
                sink.name("bluesky", mark.did, name=name, display_name=None, seen_at=None)
        links += [mark.link] if mark.link else []
        tags += [mark.tag] if mark.tag else []
    tags = [tag.strip().removeprefix("#").casefold() for tag in tags]
    return post._replace(
        kind="reply" if record.reply else "quote" if embed.quoted else "post",
        text=text,
        lang=next(iter(record.langs or ()), None),
        conversation_id=str(root or parent or post.post_id) if record.reply else post.post_id,
        reply_to_post_id=str(parent) if parent else None,
        reply_to_id=parent.did if parent else None,
        quote_of_post_id=str(embed.quoted) if embed.quoted else None,
        quote_of_id=embed.quoted.did if embed.quoted else None,
        mentions=sorted(mentions, key=lambda named: len(text) if named.start is None else named.start)
        or None,
        hashtags=[tag for tag in dict.fromkeys(tags) if tag] or None,
        links=list(dict.fromkeys(links)) or None,
    )


class Shown(NamedTuple):
    """What is shown below a post: the post that it quotes, who wrote that, and links."""

    quoted: Address | None = None
    author: Account = NOBODY
    links: tuple[str, ...] = ()


def embed_of(text: msgspec.Raw) -> Shown:
    """What is shown below a post, in its record or beside it.

    Parameters
    ----------
    text
        An `embed`, as JSON. There are many kinds of it, and anybody may make more: of others than those known nothing
        is said.
    """
    try:
        embed = decode(_EMBED, text)
        inner = embed.record or _Embedded()
        if embed.record and inner.uri is None:
            inner = decode(_EMBEDDED, inner.record)
    except UnreadableError:
        return Shown()
    quoted = address_of(inner.uri)
    pages = (embed.external, embed.media.external if embed.media else None)
    return Shown(
        quoted if quoted and quoted.kind == _POST else None,
        inner.author or NOBODY,
        tuple(page.uri for page in pages if page and page.uri),
    )


class _Mark(NamedTuple):
    """What is marked in a text as somebody, a page or a tag, and where it stands there."""

    did: str | None
    link: str | None
    tag: str | None
    start: int | None
    end: int | None


def _marks(record: _Record, text: str) -> Iterator[_Mark]:
    if record.facets:
        place = _places(text, lambda sign: len(sign.encode("utf-8", "replace")))
        for facet in record.facets:
            at = place(facet.index.byte_start), place(facet.index.byte_end)
            for feature in facet.features:
                yield _Mark(feature.did, feature.uri, feature.tag, *at)
    if record.entities:
        place = _places(text, lambda sign: 1 + (sign > "\uffff"))
        for entity in record.entities:
            said = {entity.type: entity.value}
            at = place(entity.index.start), place(entity.index.end)
            yield _Mark(said.get("mention"), said.get("link"), said.get("hashtag"), *at)


def _places(text: str, width: Callable[[str], int]) -> Callable[[int], int | None]:
    """Finds the sign at a place that is counted otherwise; None if no sign begins there."""
    if len(text) > _LONGEST:
        return lambda at: None
    before = [0, *accumulate(map(width, text))]

    def found(at: int) -> int | None:
        place = bisect_left(before, at)
        return place if place < len(before) and before[place] == at else None

    return found


def known_handle(handle: str | None) -> str | None:
    """The name of an account; None if it is none, or the one that all lost ones share.

    Parameters
    ----------
    handle
        Without @.
    """
    return handle if handle and handle != _LOST and _HANDLE.fullmatch(handle) else None
