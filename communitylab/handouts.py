"""A planted story as a platform would hand it out: pages of posts, a follower list."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from communitylab.stories import Story
from communitylab.tables import Mention, Post

__all__ = ["follower_list", "pages", "time_of"]

_PAGE = 100


def pages(posts: Sequence[Post], story: Story) -> str:
    """Posts as the X API v2 answers a search: JSON Lines of pages of a hundred, the latest first.

    Parameters
    ----------
    posts
        Some of the posts of the story, in order of time; an edited one with all its versions.
    story
        The story they are of.
    """
    users = {account.account_id: account for account in story.accounts}
    originals = {post.post_id: post for post in story.posts}
    histories: dict[str | None, list[str | None]] = {}
    for post in posts:
        histories.setdefault(post.edit_of or post.post_id, []).append(post.post_id)
    latest = list(reversed(posts))
    lines = []
    for start in range(0, len(latest), _PAGE):
        page = latest[start : start + _PAGE]
        seen: dict[str | None, None] = {}
        tweets = []
        for post in page:
            shown = _as_shown(post, originals)
            tweets.append(_tweet(shown, histories[post.edit_of or post.post_id]))
            seen |= dict.fromkeys((post.author_id, *(named.account_id for named in shown.mentions or ())))
        includes = [
            {"id": number, "username": users[number].name, "name": users[number].display_name}
            for number in map(str, seen)
        ]
        lines.append({"data": tweets, "includes": {"users": includes}, "meta": {"result_count": len(page)}})
    return "".join(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n" for line in lines)


def _as_shown(post: Post, originals: Mapping[str | None, Post]) -> Post:
    """A repost with the words and names that the platform writes into it; any other post as it is."""
    if post.kind != "repost":
        return post
    original = originals[post.repost_of_post_id]
    head = f"RT @{original.author_name}: "
    named = [Mention(original.author_id, original.author_name, 3)]
    named += [one._replace(start=len(head) + (one.start or 0)) for one in original.mentions or ()]
    return post._replace(
        text=head + str(original.text), lang=original.lang, mentions=named,
        hashtags=original.hashtags, links=original.links,
    )  # fmt: skip


def _tweet(post: Post, history: Sequence[str | None]) -> dict[str, Any]:
    """A post as the X API v2 writes it; fields that say nothing are left out."""
    references = {
        "retweeted": post.repost_of_post_id,
        "replied_to": post.reply_to_post_id,
        "quoted": post.quote_of_post_id,
    }
    tweet = {
        "id": post.post_id,
        "author_id": post.author_id,
        "conversation_id": post.conversation_id,
        "created_at": f"{time_of(post):%Y-%m-%dT%H:%M:%S}.000Z",
        "text": post.text,
        "lang": post.lang,
        "in_reply_to_user_id": post.reply_to_id,
        "referenced_tweets": [{"type": kind, "id": number} for kind, number in references.items() if number],
        "entities": _entities(post),
        "edit_history_tweet_ids": list(history),
    }
    return {name: value for name, value in tweet.items() if value}


def _entities(post: Post) -> dict[str, list[dict[str, Any]]]:
    """The names, hashtags and links in a text, and where they stand."""
    text = str(post.text)
    found = {
        "mentions": [
            {**_place(named.start or 0, f"@{named.name}"), "username": named.name, "id": named.account_id}
            for named in post.mentions or ()
        ],
        "hashtags": [{**_place(text.index(f"#{tag}"), f"#{tag}"), "tag": tag} for tag in post.hashtags or ()],
        "urls": [
            {**_place(text.index(link), link), "url": link, "expanded_url": link} for link in post.links or ()
        ],
    }
    return {name: places for name, places in found.items() if places}


def _place(start: int, word: str) -> dict[str, Any]:
    return {"start": start, "end": start + len(word)}


def time_of(post: Post) -> datetime:
    """When a planted post was written.

    Parameters
    ----------
    post
        A post of a planted story.

    Raises
    ------
    ValueError
        If it has no time.
    """
    if post.created_at is None:
        raise ValueError(f"post {post.post_id} of a planted story has no time")
    return post.created_at


def follower_list(story: Story) -> str:
    """The follower list as CSV: username, user_id, followed_at; the latest first.

    Parameters
    ----------
    story
        A planted story.
    """
    file = io.StringIO()
    rows = csv.writer(file, lineterminator="\n")
    rows.writerow(("username", "user_id", "followed_at"))
    rows.writerows((follow.name, follow.account_id, follow.followed_at) for follow in story.followers)
    return file.getvalue()
