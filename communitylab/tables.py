"""The columns of every table, the kinds of act, and the shape of an answer."""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

import pyarrow as pa

__all__ = [
    "EDGES",
    "EDGE_KINDS",
    "NAMES",
    "NOBODY",
    "PARENTS",
    "POSTS",
    "TALK",
    "WITHOUT_REPLIES",
    "Account",
    "Edge",
    "Estimate",
    "Mention",
    "Name",
    "Parent",
    "Post",
]

TALK = ("reply", "mention", "quote")
"""Kinds that count as talk by default."""

EDGE_KINDS = ("follow", "reaction", "forward", "invite")
"""Acts that nobody writes: they are no posts, and authoring them makes nobody a follower."""

WITHOUT_REPLIES = ("whatsapp",)
"""Platforms where no message says what it answers: whom it addresses is inferred, or nobody would ever answer."""

_TIME = pa.timestamp("us", tz="UTC")
_MENTION = pa.struct([("account_id", pa.string()), ("name", pa.string()), ("start", pa.int32())])


class Account(NamedTuple):
    """Somebody, as far as a record tells: an id, a name, or both."""

    account_id: str | None
    name: str | None


NOBODY = Account(None, None)
"""Of whom a record tells neither."""


class Mention(NamedTuple):
    """An account named in a post. `start` is the place of its @ in the text, in characters; null if unknown."""

    account_id: str | None
    name: str | None
    start: int | None = None


class Post(NamedTuple):
    """One message by one author, as read: references are not resolved, nothing is counted.

    Of an account at least one of id and name is given. A reference names a post, an account, or both.
    """

    platform: str
    post_id: str | None  # null: the export has no ids
    author_id: str | None
    author_name: str | None
    created_at: datetime | None  # UTC; null: the export has no times
    kind: str = "post"  # or reply, repost, quote; tie: one row of an undirected edge list, talk both ways
    text: str | None = None  # of a repost: null, the words are not the reposter's
    lang: str | None = None
    conversation_id: str | None = None  # native thread id; null: rebuilt from reply links after loading
    reply_to_post_id: str | None = None
    reply_to_id: str | None = None
    reply_to_name: str | None = None
    reply_to_guessed: bool = False  # the account was guessed: the author of the parent, if known, comes first
    repost_of_post_id: str | None = None
    repost_of_id: str | None = None
    repost_of_name: str | None = None
    quote_of_post_id: str | None = None
    quote_of_id: str | None = None
    quote_of_name: str | None = None
    mentions: list[Mention] | None = None  # all accounts named in the text, the reply's target too
    hashtags: list[str] | None = None  # case-folded, without #
    links: list[str] | None = None
    place: str | None = None
    is_bot: bool = False  # flagged by the platform
    weight: int = 1  # messages one row of an edge list stands for
    edit_of: str | None = None  # id of the first version, where the platform tells versions apart
    # `source_file` and `source_record` (the running number of the record in its file, from 1, skipped
    # records counted too: unique within the file) are columns of POSTS that the sink adds.


class Name(NamedTuple):
    """An id and a name seen together, for the one step that maps names to ids."""

    platform: str
    account_id: str
    name: str
    display_name: str | None = None
    seen_at: datetime | None = None


class Parent(NamedTuple):
    """Who wrote a post that is context only (not itself a record), or that goes by another id as well.

    `same_as`: what everybody calls the post, where `post_id` is what only the server calls it that was asked.
    """

    platform: str
    post_id: str
    author_id: str | None
    author_name: str | None
    same_as: str | None = None


class Edge(NamedTuple):
    """An act that is no post: a follow, a reaction."""

    platform: str
    source_id: str | None
    source_name: str | None
    target_id: str | None
    target_name: str | None
    kind: str
    created_at: datetime | None = None
    target_post_id: str | None = None
    weight: int = 1
    # `source_file` and `source_record` are added by the sink, as for posts.


POSTS = pa.schema(
    [
        ("platform", pa.string()),
        ("post_id", pa.string()),
        ("author_id", pa.string()),
        ("author_name", pa.string()),
        ("created_at", _TIME),
        ("kind", pa.string()),
        ("text", pa.string()),
        ("lang", pa.string()),
        ("conversation_id", pa.string()),
        ("reply_to_post_id", pa.string()),
        ("reply_to_id", pa.string()),
        ("reply_to_name", pa.string()),
        ("reply_to_guessed", pa.bool_()),
        ("repost_of_post_id", pa.string()),
        ("repost_of_id", pa.string()),
        ("repost_of_name", pa.string()),
        ("quote_of_post_id", pa.string()),
        ("quote_of_id", pa.string()),
        ("quote_of_name", pa.string()),
        ("mentions", pa.list_(_MENTION)),
        ("hashtags", pa.list_(pa.string())),
        ("links", pa.list_(pa.string())),
        ("place", pa.string()),
        ("is_bot", pa.bool_()),
        ("weight", pa.int64()),
        ("edit_of", pa.string()),
        ("source_file", pa.int32()),
        ("source_record", pa.int64()),
    ]
)
NAMES = pa.schema(
    [
        ("platform", pa.string()),
        ("account_id", pa.string()),
        ("name", pa.string()),
        ("display_name", pa.string()),
        ("seen_at", _TIME),
    ]
)
PARENTS = pa.schema(
    [
        ("platform", pa.string()),
        ("post_id", pa.string()),
        ("author_id", pa.string()),
        ("author_name", pa.string()),
        ("same_as", pa.string()),
    ]
)
EDGES = pa.schema(
    [
        ("platform", pa.string()),
        ("source_id", pa.string()),
        ("source_name", pa.string()),
        ("target_id", pa.string()),
        ("target_name", pa.string()),
        ("kind", pa.string()),
        ("created_at", _TIME),
        ("target_post_id", pa.string()),
        ("weight", pa.int64()),
        ("source_file", pa.int32()),
        ("source_record", pa.int64()),
    ]
)


@dataclass(frozen=True)
class Estimate:
    """One number with what is known of its certainty.

    `low` and `high` bound a 95 % interval; `null_mean` is what chance alone would give and `p` how often
    chance gives as much; `why` says why a value is null. `beside` holds the figures printed next to it.
    """

    name: str
    value: float | None
    low: float | None = None
    high: float | None = None
    null_mean: float | None = None
    p: float | None = None
    why: str | None = None
    beside: Mapping[str, float | int | None] = field(default_factory=dict)

    def as_dict(self) -> dict[str, float | int | str | None]:
        """The fields that say something, flat: value, then bounds or null, then what stands beside."""
        known = {
            key: getattr(self, key)
            for key in ("low", "high", "null_mean", "p", "why")
            if getattr(self, key) is not None
        }
        return {"value": self.value, **known, **self.beside}

    def __str__(self) -> str:
        """One line: ``follower_share: 0.361 (0.315 to 0.411)``."""
        bounds = "" if self.low is None else f" ({_shown(self.low)} to {_shown(self.high)})"
        chance = "" if self.p is None else f", by chance {_shown(self.null_mean)} (p = {_shown(self.p)})"
        why = f", {self.why}" if self.why else ""
        return f"{self.name}: {_shown(self.value)}{bounds}{chance}{why}"

    def _repr_html_(self) -> str:
        """A small table for a notebook; every text in it is escaped."""
        rows = "".join(
            f"<tr><th scope='row'>{html.escape(str(key))}</th><td>{html.escape(_shown(value))}</td></tr>"
            for key, value in self.as_dict().items()
        )
        return f"<table><caption>{html.escape(self.name)}</caption>{rows}</table>"


def _shown(value: float | int | str | None) -> str:
    if value is None:
        return "–"
    return f"{value:.3f}" if isinstance(value, float) else str(value)
