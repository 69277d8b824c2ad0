"""Lines written by snscrape itself, from its own classes."""

from __future__ import annotations

import sys
import warnings
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from reading import read, rows

pytestmark = pytest.mark.skipif(
    sys.version_info >= (3, 12), reason="snscrape cannot be imported on Python 3.12"
)

WHEN = datetime(2023, 2, 1, 10, tzinfo=UTC)
BIG = 2**60


@pytest.fixture(scope="module")
def modules() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import snscrape.modules

        return snscrape.modules


def tweet(modules: Any, **more: Any) -> Any:
    plain = {
        "url": "https://twitter.com/ana/status/1",
        "date": WHEN,
        "rawContent": "bread",
        "renderedContent": "bread",
        "id": BIG + 1,
        "user": modules.twitter.User(username="ana", id=501, displayname="Ana"),
        "replyCount": 0,
        "retweetCount": 0,
        "likeCount": 0,
        "quoteCount": 0,
        "conversationId": BIG,
        "lang": "en",
    }
    return modules.twitter.Tweet(**{**plain, **more})


def read_items(tmp_path: Path, *lines: str) -> list[dict[str, object]]:
    (tmp_path / "x").write_text("\n".join(lines))
    assert read(tmp_path / "x", tmp_path).format == "snscrape"
    return rows(tmp_path, "posts")


@pytest.mark.parametrize("exact", [False, True])
def test_reply_and_mentions(modules: Any, exact: bool, tmp_path: Path) -> None:
    bo = modules.twitter.User(username="bo", id=BIG)
    reply = tweet(modules, rawContent="@Bo hi", inReplyToTweetId=BIG, inReplyToUser=bo, mentionedUsers=[bo])
    (row,) = read_items(tmp_path, reply.json(forBuggyIntParser=exact))
    assert row == {
        "platform": "x",
        "post_id": str(BIG + 1),
        "author_id": "501",
        "author_name": "ana",
        "created_at": "2023-02-01 10:00:00",
        "kind": "reply",
        "text": "@Bo hi",
        "lang": "en",
        "conversation_id": str(BIG),
        "reply_to_post_id": str(BIG),
        "reply_to_id": str(BIG),
        "reply_to_name": "bo",
        "mentions": [[str(BIG), "bo", 0]],
        "source_record": 1,
    }


def test_reply_to_a_user_without_a_name(modules: Any, tmp_path: Path) -> None:
    reply = tweet(modules, inReplyToTweetId=3, inReplyToUser=modules.twitter.UserRef(id=BIG))
    (row,) = read_items(tmp_path, reply.json())
    assert (row["reply_to_id"], "reply_to_name" in row) == (str(BIG), False)


def test_reposts_and_quotes_hold_whole_posts_or_references(modules: Any, tmp_path: Path) -> None:
    inner = tweet(modules, id=7, user=modules.twitter.User(username="bo", id=2), rawContent="by @cy")
    repost, quote, ref, gone = read_items(
        tmp_path,
        tweet(modules, retweetedTweet=inner).json(),
        tweet(modules, quotedTweet=inner).json(),
        tweet(modules, quotedTweet=modules.twitter.TweetRef(id=8)).json(),
        tweet(modules, quotedTweet=modules.twitter.Tombstone(id=9)).json(),
    )
    assert (repost["kind"], repost["repost_of_id"], "text" in repost) == ("repost", "2", False)
    assert (quote["kind"], quote["quote_of_name"], "mentions" in quote) == ("quote", "bo", False)
    assert (ref["quote_of_post_id"], gone["quote_of_post_id"]) == ("8", "9")
    assert {"platform": "x", "post_id": "7", "author_id": "2", "author_name": "bo"} in rows(
        tmp_path, "parents"
    )


def test_toots_and_boosts(modules: Any, tmp_path: Path) -> None:
    mastodon = modules.mastodon
    toot = mastodon.Toot(
        url="https://a.example/@ana/1",
        id="1",
        user=mastodon.User(account="@ana@a.example"),
        date=WHEN,
        text="@bo hi",
        mentionedUsers=[mastodon.User(account="@bo@b.example")],
    )
    boost = mastodon.Boost(user=mastodon.User(account="@bo@b.example"), toot=toot)
    first, second = read_items(tmp_path, toot.json(), boost.json())
    assert (first["author_name"], first["mentions"]) == ("ana@a.example", [[None, "bo@b.example", 0]])
    assert (second["kind"], second["author_name"], second["repost_of_name"]) == (
        "repost",
        "bo@b.example",
        "ana@a.example",
    )


def test_submissions_and_comments(modules: Any, tmp_path: Path) -> None:
    url = "https://old.reddit.com/r/Bread/comments/a/rye/"
    submission = modules.reddit.Submission("ana", WHEN, "t3_a", None, None, "Bread", "Rye", url)
    below = modules.reddit.Comment("bo", "as u/ana said", WHEN, "t1_b", "t3_a", "Bread", url + "b/")
    answer = modules.reddit.Comment("ana", "yes", WHEN, "t1_c", "t1_b", "Bread", url + "c/")
    posts = read_items(tmp_path, submission.json(), below.json(), answer.json())
    assert [row["kind"] for row in posts] == ["post", "post", "reply"]
    assert {row["conversation_id"] for row in posts} == {"t3_a"}
    assert posts[1]["mentions"] == [[None, "ana", 3]]
    assert posts[2]["reply_to_post_id"] == "t1_b"


def test_users_are_no_posts(modules: Any, tmp_path: Path) -> None:
    (tmp_path / "x").write_text(modules.twitter.User(username="ana", id=1).json())
    record = read(tmp_path / "x", tmp_path)
    assert (record.posts, record.skipped, record.coverage) == (0, {"a user, no post": 1}, None)
