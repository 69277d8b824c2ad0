"""Every fixture holds every case that gave wrong numbers somewhere, as far as its format can hold it."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from reading import INPUTS, expected

BRANDS = {
    "mill_and_crumb",
    "mill_and_crumb@bread.example",
    "did:plc:millmillmillmillmillmill",
    "BreadHelp",
    "Mill & Crumb",
    "millandcrumb",
    "900",
}


def _answers_oneself(post: dict[str, Any], by_id: dict[str, dict[str, Any]]) -> bool:
    author = {post.get("author_id"), str(post.get("author_name")).lower()} - {None}
    parent = by_id.get(post.get("reply_to_post_id", ""), {})
    answered = {post.get("reply_to_id"), str(post.get("reply_to_name", "-")).lower()}
    return bool(
        author & (answered | {parent.get("author_id", "-"), str(parent.get("author_name", "-")).lower()})
    )


def cases(posts: list[dict[str, Any]], parents: list[dict[str, Any]]) -> dict[str, bool]:
    """Which of the cases are among the posts of a fixture."""
    by_id = {post["post_id"]: post for post in posts if "post_id" in post}
    by_id |= {one["post_id"]: by_id[one["same_as"]] for one in parents if one.get("same_as") in by_id}
    names = {
        name
        for post in posts
        for name in (
            post.get("author_name"),
            *(named[1] for named in post.get("mentions", [])),
            *re.findall(r"@(\w+)", str(post.get("text"))),
        )
        if name
    }
    replies = [post for post in posts if post["kind"] == "reply"]
    return {
        "reply": bool(replies),
        "self-reply": any(_answers_oneself(post, by_id) for post in replies),
        "mention of who is answered": any(
            {named[0], str(named[1]).lower()}
            & ({post.get("reply_to_id"), str(post.get("reply_to_name")).lower()} - {None, "none"})
            for post in replies for named in post.get("mentions", [])
        ),
        "repost": any(post["kind"] == "repost" for post in posts),
        "answer to a deleted post": any(post.get("reply_to_post_id") not in by_id for post in replies),
        "duplicate": any(count > 1 for count in Counter(post.get("post_id", str(post)) for post in posts).values()),
        "name in two cases": len({name.lower() for name in names}) < len(names),
        "id beyond 2^53": any(
            part.isdigit() and int(part) > 2**53 for post_id in by_id for part in re.split("[_:/]", post_id)
        ),
        "beyond ASCII": any(not str(post.get("text", "")).isascii() for post in posts),
        "post by the brand": any({post.get("author_name"), post.get("author_id")} & BRANDS for post in posts),
        "bot": any(post.get("is_bot") for post in posts),
    }  # fmt: skip


@pytest.mark.parametrize("path", INPUTS, ids=[path.name for path in INPUTS])
def test_fixture_holds_every_case_its_format_can_hold(path: Path) -> None:
    wanted = expected(path)
    reasons = wanted.get("cannot_hold", {})
    assert all(reasons.values())
    if path.name.startswith("table.") or wanted.get("posts") == []:
        return
    found = cases(wanted["posts"], wanted["parents"])
    assert {case for case, is_there in found.items() if not is_there} == reasons.keys()
