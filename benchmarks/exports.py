"""Made-up X API v2 exports of any size, for the benchmarks."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

__all__ = ["write_export"]

_WORDS = ["bread", "rye", "sourdough", "starter", "oven", "crust", "crumb", "flour", "knead", "loaf", "batch"]
_WORDS += ["spelt", "wheat", "butter", "salt", "water", "hydration", "thanks", "lovely", "tomorrow", "photo"]
_PAGE = 100


def write_export(path: Path, *, posts: int, layout: str, seed: int = 1) -> Path:
    """Writes an export of a brand called millandcrumb, unless it is there already.

    Parameters
    ----------
    path
        The file.
    posts
        How many.
    layout
        ``"pages"`` (100 posts, users and context posts a line) or ``"flat"`` (one post a line).
    seed
        Of the random numbers.

    Returns
    -------
    Path
        The file.
    """
    if path.exists():
        return path
    draft = path.with_suffix(".draft")
    with draft.open("w", encoding="utf-8") as file:
        page: list[dict] = []
        for post in _posts(posts, seed=seed):
            if layout == "flat":
                file.write(json.dumps(post["post"] | {"author": post["author"]}) + "\n")
                continue
            page.append(post)
            if len(page) == _PAGE:
                file.write(json.dumps(_page(page)) + "\n")
                page = []
        if page:
            file.write(json.dumps(_page(page)) + "\n")
    draft.rename(path)
    return path


def _page(page: list[dict]) -> dict:
    users = {post["author"]["id"]: post["author"] for post in page}
    users |= {user["id"]: user for post in page for user in post["named"]}
    context = {tweet["id"]: tweet for post in page for tweet in post["context"]}
    return {
        "data": [post["post"] for post in page],
        "includes": {"users": list(users.values()), "tweets": list(context.values())},
        "meta": {"result_count": len(page)},
        "__twarc": {"url": "https://api.example/2/tweets/search/all", "version": "2.14.0"},
    }


def _posts(n: int, *, seed: int) -> Iterator[dict]:
    """Posts of about n/12 followers with heavy-tailed activity who talk within groups and to the brand."""
    rng = random.Random(seed)
    people = max(50, n // 12)
    start = datetime(2025, 1, 6, tzinfo=UTC)
    step = timedelta(days=180) / n
    recent: list[tuple[str, int, str]] = []
    for index in range(n):
        who = 0 if rng.random() < 0.05 else 1 + int(people * rng.random() ** 2.2)
        number = str(1_800_000_000_000_000_000 + index * 4_194_304 + rng.randrange(4_194_304))
        at = (start + step * index).strftime("%Y-%m-%dT%H:%M:%S.000Z")
        words = " ".join(rng.choices(_WORDS, k=rng.randint(6, 28)))
        post = {
            "id": number,
            "author_id": _user(who)["id"],
            "conversation_id": number,
            "created_at": at,
            "lang": "en",
            "text": words,
            "edit_history_tweet_ids": [number],
            "possibly_sensitive": False,
            "reply_settings": "everyone",
            "source": "Web",
            "public_metrics": {"retweet_count": rng.randrange(9), "reply_count": rng.randrange(5),
                               "like_count": rng.randrange(50), "quote_count": 0,
                               "impression_count": rng.randrange(900)},
        }  # fmt: skip
        named, context = [], []
        chance = rng.random()
        if chance < 0.40 and recent:
            parent, author, thread = recent[int(len(recent) * (1 - rng.random() ** 3)) - 1]
            post |= {
                "in_reply_to_user_id": _user(author)["id"],
                "referenced_tweets": [{"type": "replied_to", "id": parent}],
                "conversation_id": thread,
            }
            named = [author, 0] if author and rng.random() < 0.2 else [author]
            context = [(parent, author, at)]
        elif chance < 0.60 and recent:
            parent, author, _thread = rng.choice(recent)
            post |= {"referenced_tweets": [{"type": "retweeted", "id": parent}]}
            post["text"] = f"RT @{_user(author)['username']}: {words}"[:140]
            post["entities"] = {"mentions": [_mention(author, 3)]}
            context = [(parent, author, at)]
        elif chance < 0.85:
            friends = [0] if rng.random() < 0.5 else []
            named = [*friends, 1 + (max(who, 1) + rng.randrange(12)) % people]
        if named:
            text, mentions = "", []
            for account in named:
                mentions.append(_mention(account, len(text)))
                text += f"@{_user(account)['username']} "
            if "in_reply_to_user_id" not in post:
                text, mentions = (
                    f"{words[:20]} ",
                    [
                        _mention(account, len(words[:20]) + 1 + mention["start"])
                        for account, mention in zip(named, mentions, strict=True)
                    ],
                )
                text += " ".join(f"@{_user(account)['username']}" for account in named) + " "
            post["text"] = text + words
            post["entities"] = {"mentions": mentions}
        if rng.random() < 0.15:
            post.setdefault("entities", {})["hashtags"] = [{"start": 0, "end": 5, "tag": rng.choice(_WORDS)}]
        if chance >= 0.60 or chance < 0.40:
            recent.append((number, who, post["conversation_id"]))
            if len(recent) > 400:
                recent.pop(0)
        yield {
            "post": post,
            "author": _user(who),
            "named": [_user(account) for account in named],
            "context": [
                {
                    "id": parent,
                    "author_id": _user(author)["id"],
                    "created_at": at,
                    "text": words,
                    "lang": "en",
                }
                for parent, author, at in context
            ],
        }


def _user(number: int) -> dict:
    name = "millandcrumb" if number == 0 else f"baker_{number}"
    return {
        "id": str(700_000_000 + number),
        "username": name,
        "name": name.replace("_", " ").title(),
        "verified": False,
        "protected": False,
        "created_at": "2015-03-01T00:00:00.000Z",
        "public_metrics": {"followers_count": number % 977, "following_count": number % 431},
    }


def _mention(number: int, start: int) -> dict:
    user = _user(number)
    return {
        "start": start,
        "end": start + 1 + len(user["username"]),
        "username": user["username"],
        "id": user["id"],
    }
