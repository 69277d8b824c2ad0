"""What the browser extension Zeeschuimer captured of X: the posts as the website itself gets them.

A line wraps an item and says whence it comes; 4CAT hands the item out with that in `__import_meta`. In the
item the post is as the API v1.1 wrote it (`legacy`), its text cut where a `note_tweet` has all of it; its
author stands outside, under `legacy` until 2025 and under `core` since. Numbers are not to be trusted: the
extension makes one of the id, and JavaScript rounds it. What it captures elsewhere is no conversation.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from communitylab.errors import ExportError
from communitylab.exports.asked import Asked
from communitylab.exports.intake import take
from communitylab.exports.json_records import UnreadableError, decode, json_records
from communitylab.exports.sample import Sample
from communitylab.exports.sink import Sink
from communitylab.exports.times import moment
from communitylab.exports.x_status import Account, Entities, Status, exact, post_of
from communitylab.files import Source
from communitylab.tables import Post

__all__ = ["COVERAGE", "HOW", "IS_FROM_DOCUMENTATION", "NAME", "PLATFORMS", "TITLE", "read", "recognise"]

NAME = "zeeschuimer"
TITLE = "Zeeschuimer NDJSON (X): nav_index, source_platform, data with rest_id, core and legacy"
COVERAGE = "A"
PLATFORMS = ("x",)
IS_FROM_DOCUMENTATION = True
HOW = "Switch X on in the browser extension Zeeschuimer, scroll through a search or a thread, then press `.ndjson`."

_X = ("twitter.com", "x.com")
_OTHERS = {
    "tiktok": "TikTok",
    "instagram": "Instagram",
    "linkedin": "LinkedIn",
    "9gag": "9GAG",
    "imgur": "Imgur",
    "douyin": "Douyin",
    "gab": "Gab",
    "truth": "Truth Social",
    "pinterest": "Pinterest",
    "xiaohongshu": "RedNote",
    "rednote": "RedNote",
    "threads": "Threads",
    "facebook": "Facebook",
    "bilibili": "Bilibili",
    "parler": "Parler",
}

_Id = str | int | float | None


class _Names(msgspec.Struct):
    screen_name: str | None = None
    name: str | None = None


class _User(msgspec.Struct):
    rest_id: _Id = None
    core: _Names | None = None
    legacy: _Names | None = None


class _UserResults(msgspec.Struct):
    result: _User | None = None


class _Core(msgspec.Struct):
    user_results: _UserResults | None = None


class _Note(msgspec.Struct):
    """The whole of a long post."""

    text: str | None = None
    entity_set: Entities | None = None


class _NoteResults(msgspec.Struct):
    result: _Note | None = None


class _NoteTweet(msgspec.Struct):
    note_tweet_results: _NoteResults | None = None


class _Edits(msgspec.Struct):
    edit_tweet_ids: list[_Id] | None = None
    edit_control_initial: _Edits | None = None


class _Legacy(Status):
    user_id_str: _Id = None
    conversation_id_str: _Id = None
    retweeted_status_result: _Result | None = None


class _Tweet(msgspec.Struct):
    typename: str | None = msgspec.field(default=None, name="__typename")
    rest_id: _Id = None
    tweet: _Tweet | None = None  # the same once more, where its visibility is limited
    core: _Core | None = None
    user: Account | None = None  # in captures until 2023
    legacy: _Legacy | None = None
    note_tweet: _NoteTweet | None = None
    quoted_status_result: _Result | None = None
    edit_control: _Edits | None = None
    promoted: bool | None = None


class _Result(msgspec.Struct):
    result: _Tweet | None = None


class _Meta(msgspec.Struct):
    source_platform: str | None = None


class _Line(_Tweet):
    """A captured item in its wrapping, or laid open by 4CAT."""

    data: msgspec.Raw = msgspec.Raw(b"null")
    source_platform: str | None = None
    meta: _Meta | None = msgspec.field(default=None, name="__import_meta")


_TWEET = msgspec.json.Decoder(_Tweet)
_LINE = msgspec.json.Decoder(_Line)


def recognise(sample: Sample) -> bool:
    """Whether one of the first objects is wrapped by Zeeschuimer or by 4CAT."""
    return any(_wrapping(found) is not None for found in sample.objects)


def _wrapping(found: Mapping[str, object]) -> Mapping[str, object] | None:
    """What is said of an item; None if nothing is."""
    if {"nav_index", "source_platform", "data"} <= found.keys():
        return found
    meta = found.get("__import_meta")
    return meta if isinstance(meta, dict) else None


def read(source: Source, sink: Sink, *, sample: Sample, asked: Asked) -> None:
    """Hands every item to the sink; posts inside others are context."""
    wrappings = [wrapping for found in sample.objects if (wrapping := _wrapping(found)) is not None]
    platforms = {str(wrapping.get("source_platform")) for wrapping in wrappings}
    if platforms and not platforms & {*_X, "None"}:
        named = {name for platform in platforms for part, name in _OTHERS.items() if part in platform.lower()}
        raise ExportError(
            f"Zeeschuimer captured {' and '.join(sorted(named)) or 'another platform'} here. Of its captures only "
            "those of X are read, because the others do not say reliably who answers whom. For X, switch it on "
            "in the extension and scroll through a search or a thread."
        )
    for line, text in json_records(source, sink.skip):
        try:
            _read_line(decode(_LINE, text), sink, line)
        except UnreadableError as error:
            sink.skip(str(error), line)


def _read_line(found: _Line, sink: Sink, line: int) -> None:
    platform = found.source_platform or (found.meta.source_platform if found.meta else None)
    if platform is not None and platform not in _X:
        sink.skip("an item of another platform", line)
        return
    _read_tweet(found if bytes(found.data) == b"null" else decode(_TWEET, found.data), sink, line)


def _read_tweet(item: _Tweet, sink: Sink, line: int) -> None:
    tweet = item.tweet or item
    post_id = exact(tweet.rest_id) or (exact(tweet.legacy.id_str) if tweet.legacy else None)
    if tweet.legacy is None:
        is_gone = (tweet.typename or "") in ("TweetTombstone", "TweetUnavailable")
        sink.skip("a withheld post" if is_gone else "no post", line)
        return
    if post_id is None:
        sink.skip("no id", line)
        return
    legacy, author = tweet.legacy, _author(tweet)
    if item.promoted:  # put there by X, whatever was searched
        sink.skip("an advertisement", line)
        _parent(post_id, author, sink)
        return
    when = None if legacy.created_at is None else str(legacy.created_at)
    if take(_post(tweet, legacy, author), when, sink, line, shown=author.name or None):
        for inner in (_inside(legacy.retweeted_status_result), _inside(tweet.quoted_status_result)):
            writer = _author(inner) if inner else Account()
            account_id = exact(writer.id_str)
            if account_id and writer.screen_name:
                seen_at = moment(when or "")
                shown = writer.name or None
                sink.name("x", account_id, name=writer.screen_name, display_name=shown, seen_at=seen_at)


def _parent(post_id: str, author: Account, sink: Sink) -> None:
    account_id, name = exact(author.id_str), author.screen_name or None
    if account_id or name:
        sink.parent("x", post_id, author_id=account_id, author_name=name)


def _inside(result: _Result | None) -> _Tweet | None:
    """The post inside another; None if it is gone."""
    found = result.result if result else None
    found = (found.tweet or found) if found else None
    return found if found is not None and (found.rest_id or found.legacy) else None


def _author(tweet: _Tweet) -> Account:
    """Who wrote a post; where the account is left out, its id stands in the post all the same."""
    results = tweet.core.user_results if tweet.core else None
    user = (results.result if results else None) or _User()
    core, legacy = user.core or _Names(), user.legacy or _Names()
    old = tweet.user or Account()
    own_id = tweet.legacy.user_id_str if tweet.legacy else None
    return Account(
        id_str=exact(own_id) or exact(user.rest_id) or exact(old.id_str),
        screen_name=core.screen_name or legacy.screen_name or old.screen_name,
        name=core.name or legacy.name or old.name,
    )


def _post(tweet: _Tweet, legacy: _Legacy, author: Account) -> Post:
    legacy.id_str = exact(tweet.rest_id) or exact(legacy.id_str)
    results = tweet.note_tweet.note_tweet_results if tweet.note_tweet else None
    note = results.result if results else None
    if note is not None and note.text:
        legacy.full_text, legacy.entities = note.text, note.entity_set or legacy.entities
    post = post_of(legacy, author=author)._replace(
        conversation_id=exact(legacy.conversation_id_str), edit_of=_first_version(tweet, legacy.id_str)
    )
    if legacy.retweeted_status_result is not None:
        original = _inside(legacy.retweeted_status_result) or _Tweet()
        writer = _author(original)
        return Post(
            *post[:5],
            "repost",
            lang=post.lang,
            conversation_id=post.conversation_id,
            repost_of_post_id=_id(original),
            repost_of_id=exact(writer.id_str),
            repost_of_name=writer.screen_name or None,
            edit_of=post.edit_of,
        )
    if post.kind == "post" and post.conversation_id not in (None, post.post_id, post.edit_of):
        post = post._replace(kind="reply")  # to a post that is gone
    quoted = _inside(tweet.quoted_status_result)
    if quoted is None:
        return post
    writer = _author(quoted)
    return post._replace(
        kind="reply" if post.kind == "reply" else "quote",
        quote_of_post_id=_id(quoted) or post.quote_of_post_id,
        quote_of_id=exact(writer.id_str),
        quote_of_name=writer.screen_name or post.quote_of_name,
    )


def _id(tweet: _Tweet) -> str | None:
    return exact(tweet.rest_id) or (exact(tweet.legacy.id_str) if tweet.legacy else None)


def _first_version(tweet: _Tweet, post_id: str | None) -> str | None:
    edits = tweet.edit_control or _Edits()
    versions = (edits.edit_control_initial or edits).edit_tweet_ids
    first = exact(versions[0]) if versions else None
    return None if first == post_id else first
