"""The acts and threads of an export, read once more with a few lines each and the counting rules in the open.

Each reader gives acts as (post, kind, how, source, target), where `how` is empty for what an author did on purpose,
and the thread of each post. Accounts and posts are ids as the file has them.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import networkx as nx

Act = tuple[str, str, str, str, str]

_HEAD = re.compile(r"(?:\s*@\w+(?=\s|$))*")  # what the platform puts there has a space behind it
_NAME = re.compile(r"(?<![\w@])@(\w+)")
_NOWHERE = 10**6


class Reread(NamedTuple):
    """What a file says about who addressed whom."""

    acts: set[Act]
    thread_of: dict[str, str]


def x_pages(path: Path) -> Reread:
    """Pages of the X API v2, one a line."""
    latest: dict[str, dict[str, Any]] = {}
    wrote: dict[str, str] = {}
    for page in map(json.loads, path.read_text("utf-8").splitlines()):
        for post in page["data"]:
            versions = post.get("edit_history_tweet_ids") or [post["id"]]
            wrote |= dict.fromkeys([*versions, post["id"]], post["author_id"])
            if int(post["id"]) >= int(latest.get(versions[0], post)["id"]):
                latest[versions[0]] = post
        for post in page.get("includes", {}).get("tweets", []):
            wrote.setdefault(post["id"], post["author_id"])
    acts: set[Act] = set()
    for post in latest.values():
        me, number = post["author_id"], post["id"]
        refers = {reference["type"]: reference["id"] for reference in post.get("referenced_tweets", [])}
        named = [(one["start"], one["id"]) for one in post.get("entities", {}).get("mentions", [])]
        if "retweeted" in refers:
            first = min(named)[1] if named and post["text"].startswith("RT @") else ""
            acts |= _act(number, "repost", "", me, wrote.get(refers["retweeted"], first))
            continue
        is_reply = "replied_to" in refers or bool(post.get("in_reply_to_user_id"))
        parent = wrote.get(refers.get("replied_to", ""), post.get("in_reply_to_user_id", ""))
        acts |= _act(number, "reply", "", me, parent)
        acts |= _act(number, "quote", "", me, wrote.get(refers.get("quoted", ""), ""))
        acts |= _mentions(number, me, named, parent=parent, is_reply=is_reply, text=post["text"])
    return Reread(acts, {post["id"]: post["conversation_id"] for post in latest.values()})


def rtweet(path: Path) -> Reread:
    """A table of the R package; ids have an x before them, which spreadsheets do not round."""
    acts: set[Act] = set()
    answers = {}
    for row in _rows(path):
        row = {name: "" if value == "NA" else value for name, value in row.items()}
        number, me, parent = (
            row[name].removeprefix("x") for name in ("status_id", "user_id", "reply_to_user_id")
        )
        answers[number] = row["reply_to_status_id"].removeprefix("x")
        if row["is_retweet"].upper() == "TRUE":
            acts |= _act(number, "repost", "", me, row["retweet_user_id"].removeprefix("x"))
            continue
        acts |= _act(number, "reply", "", me, parent)
        if row["is_quote"].upper() == "TRUE":
            acts |= _act(number, "quote", "", me, row["quoted_user_id"].removeprefix("x"))
        ids = [one.removeprefix("x") for one in row["mentions_user_id"].split()]
        named = []
        for name, account in zip(row["mentions_screen_name"].lower().split(), ids, strict=True):
            places = [found.start() for found in _NAME.finditer(row["text"]) if found[1].lower() == name]
            named += [(place, account) for place in places or [_NOWHERE]]
        acts |= _mentions(number, me, named, parent=parent, is_reply=bool(parent), text=row["text"])
    return Reread(acts, _rebuilt(answers))


def support_table(path: Path) -> Reread:
    """Customers are numbers, and called so in the texts; a row without an author is half of the one before."""
    rows = [row for row in _rows(path) if row["author_id"]]
    wrote = {row["tweet_id"]: f"name:{row['author_id'].lower()}" for row in rows}
    acts: set[Act] = set()
    answers = {}
    for row in rows:
        number, text = row["tweet_id"], row["text"]
        answers[number] = (row["in_response_to_tweet_id"] or "").removesuffix(".0")
        named = [(found.start(), f"name:{found[1].lower()}") for found in _NAME.finditer(text)]
        at_head = [account for place, account in named if place < len(_HEAD.match(text)[0])]
        parent = wrote.get(answers[number], at_head[0] if at_head and answers[number] else "")
        acts |= _act(number, "reply", "", wrote[number], parent)
        acts |= _mentions(
            number, wrote[number], named, parent=parent, is_reply=bool(answers[number]), text=text
        )
    return Reread(acts, _rebuilt(answers))


def forum_topics(folder: Path) -> Reread:
    """Topics of a Discourse forum; to quote the post that one answers is part of the answer."""
    topics = [json.loads(path.read_text("utf-8")) for path in sorted(folder.glob("*.json"))]
    posts = [
        (str(topic["id"]), post)
        for topic in topics
        for post in topic["post_stream"]["posts"]
        if post.get("post_type", 1) in (1, 2) and not post.get("user_deleted")
    ]
    ids = {post["username"].lower(): str(post["user_id"]) for _topic, post in posts if post.get("user_id")}
    wrote = {
        (topic, post["post_number"]): str(post["user_id"]) for topic, post in posts if post.get("user_id")
    }

    def called(names: Iterable[str]) -> set[str]:
        return {ids.get(name.lower(), f"name:{name.lower()}") for name in names}

    acts: set[Act] = set()
    for topic, post in posts:
        me = wrote.get((topic, post["post_number"]))
        if me is None:
            continue
        number, up = f"{topic}/{post['post_number']}", post.get("reply_to_post_number")
        answered = (post.get("reply_to_user") or {}).get("username")
        parent = wrote.get((topic, up), "") or (next(iter(called([answered]))) if answered and up else "")
        asides = re.findall(
            r'<aside class="quote[^>]*data-username="([^"]+)"[^>]*data-post="(\d+)"[^>]*data-topic="(\d+)"',
            post["cooked"],
        )
        words = re.sub(r'<aside class="quote.*?</aside>', "", post["cooked"], flags=re.DOTALL)
        names = re.findall(r'<(?:a|span) class="mention"[^>]*>@([^<]+)<', words)
        acts |= _act(number, "reply", "", me, parent)
        for account in called(name for name, *place in asides if place != [str(up), topic]):
            acts |= _act(number, "quote", "", me, account)
        for account in called(names) - {parent}:
            acts |= _act(number, "mention", "", me, account)
        if post["post_number"] > 1 and not up and not asides:
            acts |= _act(number, "reply", "inferred", me, wrote.get((topic, 1), ""))
    return Reread(acts, {f"{topic}/{post['post_number']}": topic for topic, post in posts})


def page_posts(path: Path) -> Reread:
    """Posts of a Facebook page with their comments; a comment below a post answers nobody in particular."""
    acts: set[Act] = set()
    thread_of = {}
    for post in json.loads(path.read_text("utf-8"))["data"]:
        number = post["id"].partition("_")[2]
        comments = post.get("comments", {}).get("data", [])
        thread_of |= dict.fromkeys([number, *(comment["id"] for comment in comments)], number)
        wrote = {comment["id"]: comment["from"]["id"] for comment in comments if "from" in comment}
        for comment in comments:
            me, up = wrote.get(comment["id"], ""), comment.get("parent", {}).get("id")
            if not me:
                continue
            parent = wrote.get(up, "") if up else post["from"]["id"]
            acts |= _act(comment["id"], "reply", "" if up else "inferred", me, parent)
            for tag in comment.get("message_tags", []):
                if not up or tag["id"] != parent:
                    acts |= _act(comment["id"], "mention", "", me, tag["id"])
    return Reread(acts, thread_of)


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _act(post: str, kind: str, how: str, source: str, target: str) -> set[Act]:
    """One act, unless nobody is known to be addressed, or it goes to oneself."""
    return {(post, kind, how, source, target)} if target and target != source else set()


def _mentions(
    post: str, me: str, named: list[tuple[int, str]], *, parent: str, is_reply: bool, text: str
) -> set[Act]:
    """Names at the head of a reply are carried over, though typed again further on; all others are mentions."""
    head = len(_HEAD.match(text)[0]) if is_reply else 0
    carried = {account for place, account in named if place < head}
    typed = {account for _place, account in named} - carried
    acts = {(post, "mention", "carried", me, account) for account in carried - {me, parent}}
    return acts | {(post, "mention", "", me, account) for account in typed - {me, parent}}


def _rebuilt(answers: dict[str, str]) -> dict[str, str]:
    """Threads where the export has none: posts that hang together by their answers."""
    network = nx.Graph([(post, parent) for post, parent in answers.items() if parent])
    network.add_nodes_from(answers)
    return {post: min(part) for part in nx.connected_components(network) for post in part if post in answers}
