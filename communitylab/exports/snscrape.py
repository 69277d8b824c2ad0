"""JSON Lines of snscrape: every class it writes that names people, in old and new field names.

X (Twitter) posts, Mastodon toots and boosts, Reddit submissions and comments. What it writes
for Telegram, Facebook, Instagram and VKontakte names no authors and is refused in words.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import msgspec

from communitylab.errors import ExportError
from communitylab.exports.asked import Asked
from communitylab.exports.fediverse import PLATFORM, uri_of
from communitylab.exports.intake import take
from communitylab.exports.json_records import UnreadableError, decode, json_records
from communitylab.exports.sample import Sample
from communitylab.exports.sink import Sink
from communitylab.exports.text import hashtags_in, links_in, located, names_in
from communitylab.exports.times import moment
from communitylab.files import Source
from communitylab.tables import Mention, Post

__all__ = [
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

NAME = "snscrape"
TITLE = "snscrape JSON Lines: X (Twitter), Mastodon, Reddit"
COVERAGE = "A"
PLATFORMS = ("x", "mastodon", "reddit")
IS_FROM_DOCUMENTATION = True
IS_GONE = True
HOW = "Files collected until 2023, as by `snscrape --jsonl twitter-hashtag TAG > posts.jsonl`; X has refused it since."

_PREFIX = "snscrape.modules."
_REFUSED = {
    "TelegramPost": "posts of a Telegram channel without their authors",
    "FacebookPost": "posts of a Facebook page, with neither comments nor their authors",
    "InstagramPost": "posts of an Instagram account with counts of comments, not the people who wrote them",
    "VKontaktePost": "posts on a VKontakte wall without their authors",
    "Post": "posts of Weibo, whose dates and reposts it wrote in too many ways",
}
_NO_POST = {
    "User": "a user, no post",
    "Community": "a group, no post",
    "Channel": "a channel, no post",
    "Trend": "a trend, no post",
    "TweetRef": "a post without its content",
    "Tombstone": "a withheld post",
}
_OLD_TWEET = {"url", "date", "content", "id", "outlinks"}
_REDDIT_NAME = re.compile(r"(?<![\w/])/?u/([A-Za-z0-9_-]{3,20})")
_SUBMISSION = re.compile(r"/comments/([0-9a-z]+)")

_Id = str | int


class _Account(msgspec.Struct):
    id: _Id | None = None
    username: str | None = None
    displayname: str | None = None


class _Link(msgspec.Struct):
    url: str | None = None


class _Edits(msgspec.Struct, rename="camel"):
    edit_tweet_ids: list[_Id] | None = None


class _Reference(msgspec.Struct):
    """A whole post inside another, or no more than its id."""

    id: _Id | None = None
    user: _Account | None = None


class _Tweet(msgspec.Struct, rename="camel"):
    date: str | None = None
    raw_content: str | None = None
    content: str | None = None
    id: _Id | None = None
    exact_id: str | None = msgspec.field(default=None, name="id.str")
    user: _Account | None = None
    username: str | None = None
    conversation_id: _Id | None = None
    lang: str | None = None
    links: list[_Link] | None = None
    outlinks: list[str] | None = None
    retweeted_tweet: _Reference | None = None
    quoted_tweet: _Reference | None = None
    in_reply_to_tweet_id: _Id | None = None
    in_reply_to_user: _Account | None = None
    mentioned_users: list[_Account] | msgspec.UnsetType | None = msgspec.UNSET
    hashtags: list[str] | None = None
    edit_state: _Edits | None = None


class _Fediverse(msgspec.Struct, rename="camel"):
    account: str | None = None
    display_name: str | None = None


class _Toot(msgspec.Struct, rename="camel"):
    url: str | None = None
    user: _Fediverse | None = None
    date: str | None = None
    text: str | None = None
    mentioned_users: list[_Fediverse] | None = None
    hashtags: list[str] | None = None
    links: list[str] | None = None


class _Boost(msgspec.Struct):
    user: _Fediverse | None = None
    toot: _Toot | None = None


class _Submission(msgspec.Struct, rename="camel"):
    """A submission or a comment of Reddit."""

    author: str | None = None
    date: str | None = None
    created: str | None = None
    id: str | None = None
    url: str | None = None
    subreddit: str | None = None
    title: str | None = None
    selftext: str | None = None
    body: str | None = None
    parent_id: _Id | None = None


class _Typed(msgspec.Struct):
    type: str | None = msgspec.field(default=None, name="_type")


def recognise(sample: Sample) -> bool:
    """Whether one of the first objects is signed by snscrape, or looks like its tweets of old."""
    return any(
        str(found.get("_type")).startswith(_PREFIX)
        or (found.keys() >= _OLD_TWEET and str(found["url"]).startswith("https://twitter.com/"))
        for found in sample.objects
    )


def read(source: Source, sink: Sink, *, sample: Sample, asked: Asked) -> None:
    """Hands every item to the sink; posts inside others are context."""
    kinds = {str(found.get("_type")).rpartition(".")[2] for found in sample.objects}
    if kinds <= _REFUSED.keys():
        what = " and ".join(_REFUSED[kind] for kind in sorted(kinds))
        raise ExportError(f"snscrape wrote {what}: who talks to whom cannot be seen in them.")
    typed = msgspec.json.Decoder(_Typed)
    for line, text in json_records(source, sink.skip):
        try:
            module, _, kind = (
                (decode(typed, text).type or "twitter.Tweet").removeprefix(_PREFIX).partition(".")
            )
            if (module, kind) in _READERS:
                decoder, reader = _READERS[module, kind]
                reader(decode(decoder, text), sink, line)
            elif kind in _REFUSED:
                sink.skip("a post without an author", line)
            else:
                sink.skip(_NO_POST.get(kind, "an item of another kind, no post"), line)
        except UnreadableError as error:
            sink.skip(str(error), line)


def _text(found: _Id | None) -> str | None:
    return None if found is None else str(found)


def _account(account: _Account | None) -> tuple[str | None, str | None]:
    return (None, None) if account is None else (_text(account.id), account.username or None)


def _read_tweet(tweet: _Tweet, sink: Sink, line: int) -> None:
    author_id, author_name = _account(tweet.user) if tweet.user else (None, tweet.username)
    text = tweet.raw_content or tweet.content or ""
    post_id = tweet.exact_id or _text(tweet.id)
    edits = (tweet.edit_state.edit_tweet_ids if tweet.edit_state else None) or [post_id or ""]
    post = Post(
        "x",
        post_id,
        author_id,
        author_name,
        None,
        lang=tweet.lang,
        conversation_id=_text(tweet.conversation_id),
        edit_of=str(edits[0]) if str(edits[0]) not in (post_id, "") else None,
    )
    original, quoted = tweet.retweeted_tweet, tweet.quoted_tweet
    if original is not None:
        original_id, original_name = _account(original.user)
        post = post._replace(
            kind="repost",
            repost_of_post_id=_text(original.id),
            repost_of_id=original_id,
            repost_of_name=original_name,
        )
    else:
        replied_id, replied_name = _account(tweet.in_reply_to_user)
        quoted_id, quoted_name = _account(quoted.user if quoted else None)
        is_reply = tweet.in_reply_to_tweet_id is not None or tweet.in_reply_to_user is not None
        post = post._replace(
            kind="reply" if is_reply else "quote" if quoted else "post",
            text=text,
            reply_to_post_id=_text(tweet.in_reply_to_tweet_id),
            reply_to_id=replied_id,
            reply_to_name=replied_name,
            quote_of_post_id=_text(quoted.id) if quoted else None,
            quote_of_id=quoted_id,
            quote_of_name=quoted_name,
            mentions=_named(tweet, text) or None,
            hashtags=[tag.casefold() for tag in tweet.hashtags or ()] or hashtags_in(text),
            links=[link.url for link in tweet.links or () if link.url] or tweet.outlinks or links_in(text),
        )
    shown = tweet.user.displayname if tweet.user else None
    if take(post, tweet.date, sink, line, field="date", shown=shown or None):
        for inner in (original, quoted):
            if inner and inner.user and inner.user.id is not None and inner.user.username:
                sink.name(
                    "x",
                    str(inner.user.id),
                    name=inner.user.username,
                    display_name=inner.user.displayname or None,
                    seen_at=moment(tweet.date or ""),
                )


def _named(tweet: _Tweet, text: str) -> list[Mention]:
    if tweet.mentioned_users is msgspec.UNSET:  # versions before 2020 do not list them
        return names_in(text)
    return located(text, [_account(account) for account in tweet.mentioned_users or ()])


def _handle(account: _Fediverse | None) -> str | None:
    """`name@host`, without the @ at the head."""
    return account.account.removeprefix("@") if account and account.account else None


def _read_toot(toot: _Toot, sink: Sink, line: int) -> None:
    named = [_handle(account) for account in toot.mentioned_users or ()]
    # A toot shows @name where it means @name@host.
    shown = located(toot.text, [(handle, handle.partition("@")[0]) for handle in named if handle])
    post = Post(
        PLATFORM,
        uri_of(toot.url),
        None,
        _handle(toot.user),
        None,
        text=toot.text,
        mentions=[Mention(None, mention.account_id, mention.start) for mention in shown] or None,
        hashtags=[tag.removeprefix("#").casefold() for tag in toot.hashtags or ()] or None,
        links=toot.links or None,
    )
    take(post, toot.date, sink, line, field="date")


def _read_boost(boost: _Boost, sink: Sink, line: int) -> None:
    """A boost has no time and no id of its own."""
    toot = boost.toot or _Toot()
    post = Post(
        PLATFORM,
        None,
        None,
        _handle(boost.user),
        None,
        "repost",
        repost_of_post_id=uri_of(toot.url),
        repost_of_name=_handle(toot.user),
    )
    take(post, None, sink, line)


def _read_submission(submission: _Submission, sink: Sink, line: int) -> None:
    if submission.author == "[deleted]":
        sink.skip("a deleted author", line)
        return
    thread = _SUBMISSION.search(submission.url or "")
    parent = submission.parent_id
    if isinstance(parent, int):  # what Pushshift gave at the end of 2022
        parent = "t1_" + _base36(parent)
    # A comment right below the submission answers no one in particular: the thread says where it stands.
    replied = parent if parent and not parent.startswith("t3_") else None
    texts = [part for part in (submission.title, submission.selftext, submission.body) if part]
    text = "\n\n".join(texts)
    post = Post(
        "reddit",
        submission.id,
        None,
        submission.author,
        None,
        "reply" if replied else "post",
        text,
        conversation_id=f"t3_{thread[1]}" if thread else submission.id if submission.title else None,
        reply_to_post_id=replied,
        mentions=[Mention(None, found[1], found.start()) for found in _REDDIT_NAME.finditer(text)] or None,
        links=links_in(text),
        place=submission.subreddit,
        is_bot=submission.author == "AutoModerator",
    )
    take(post, submission.date or submission.created, sink, line, field="date")


def _base36(number: int) -> str:
    digits = ""
    while number > 0:
        number, digit = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + digits
    return digits


_READERS: dict[tuple[str, str], tuple[msgspec.json.Decoder[Any], Callable[[Any, Sink, int], None]]] = {
    ("twitter", "Tweet"): (msgspec.json.Decoder(_Tweet), _read_tweet),
    ("mastodon", "Toot"): (msgspec.json.Decoder(_Toot), _read_toot),
    ("mastodon", "Boost"): (msgspec.json.Decoder(_Boost), _read_boost),
    ("reddit", "Submission"): (msgspec.json.Decoder(_Submission), _read_submission),
    ("reddit", "Comment"): (msgspec.json.Decoder(_Submission), _read_submission),
}
