"""What is said on a planted forum and page, as these places hand it out: Discourse topics, a Graph API page."""

from __future__ import annotations

import html
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from communitylab.casts import BRAND
from communitylab.comments import graph_ids
from communitylab.elsewhere import Corner, Person, Said, Thread
from communitylab.forum import SHOWN, SYSTEM

__all__ = ["comment_pages", "forum_topics"]

_LIKE = 2
_USUAL, _BY_STAFF = 1, 3  # types of post
_PICTURES = {"🥐": "croissant", "🍞": "bread", "😀": "grinning"}
_RETRACTED = "<p>(post deleted by author)</p>"


def forum_topics(corner: Corner) -> dict[str, str]:
    """The topics of a forum as `/t/<id>.json` gives them, by file name.

    Parameters
    ----------
    corner
        A planted forum.
    """
    return {f"{thread.number}.json": _dumped(_topic(thread, corner)) for thread in corner.threads}


def _dumped(content: Mapping[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def _topic(thread: Thread, corner: Corner) -> dict[str, Any]:
    """A topic: of a long one all ids, and the first twenty posts."""
    said, everything = thread.said, {one.number: one for other in corner.threads for one in other.said}
    places = {one.number: place for other in corner.threads for place, one in enumerate(other.said, 1)}
    answered = Counter(one.answers for one in said)
    quoted = Counter(one.quotes for one in said)
    slug = _slug(thread.title)
    posts = []
    for place, one in enumerate(said[:SHOWN], 1):
        parent = everything.get(one.answers or 0)
        shown = {
            "id": one.number,
            **_writer(one, corner.people),
            "created_at": _moment(one.at),
            "cooked": _cooked(one, everything, places, corner.people),
            "post_number": place,
            "post_type": _BY_STAFF if one.is_by_staff else _USUAL,
            "reply_count": answered[one.number],
            "reply_to_post_number": places.get(one.answers or 0),
            "quote_count": quoted[one.number],
            "topic_id": thread.number,
            "topic_slug": slug,
            "actions_summary": [{"id": _LIKE, "count": one.likes}] if one.likes else [],
            "hidden": False,
            "deleted_at": None,
            "user_deleted": one.state == "retracted",
        }
        # Who quotes the post that they answer is not said to answer its author, nor who answers nobody known.
        if parent and not one.quotes and parent.state != "orphaned":
            who = corner.people[parent.author]
            shown["reply_to_user"] = {"username": who.name, "name": who.display_name}
        if one.is_by_staff:
            shown["action_code"] = one.state
        posts.append(shown)
    return {
        "post_stream": {"posts": posts, "stream": [one.number for one in said]},
        "id": thread.number,
        "title": thread.title,
        "slug": slug,
        "posts_count": len(said),
        "created_at": _moment(said[0].at),
        "last_posted_at": _moment(said[-1].at),
        "reply_count": sum(one.answers is not None for one in said),
        "like_count": sum(one.likes for one in said),
        "participant_count": len({one.author for one in said}),
        "archetype": "regular",
        "visible": True,
        "closed": any(one.state == "closed.enabled" for one in said),
        "pinned": any(one.state == "pinned.enabled" for one in said),
        "category_id": 4,
        "tags": [],
        "chunk_size": SHOWN,
        "user_id": int(corner.people[said[0].author].user_id),
    }


def _writer(one: Said, people: Sequence[Person]) -> dict[str, Any]:
    """Who wrote it; nobody, where the account is gone."""
    who, is_staff = people[one.author], one.author in (BRAND, SYSTEM)
    known = {
        "user_id": int(who.user_id), "username": who.name, "name": who.display_name,
        "moderator": is_staff, "admin": is_staff, "staff": is_staff, "trust_level": 4 if is_staff else 1,
    }  # fmt: skip
    if one.state == "orphaned":
        return {key: False if value is False else None for key, value in known.items()}
    return known


def _cooked(
    one: Said, everything: Mapping[int, Said], places: Mapping[int, int], people: Sequence[Person]
) -> str:
    """The text as HTML: what is quoted in a box of its own, names and pictures as the forum makes them."""
    if one.state == "retracted":
        return _RETRACTED
    if one.is_by_staff:
        return ""
    if one.quotes is None:
        return _paragraph(one, people)
    original = everything[one.quotes]
    name, quoted = people[original.author].name, _paragraph(original, people)
    return (
        f'<aside class="quote no-group" data-username="{name}" data-post="{places[one.quotes]}" '
        f'data-topic="{original.thread}">\n<div class="title">\n<div class="quote-controls"></div>\n'
        f" {name}:</div>\n<blockquote>\n{quoted}\n</blockquote>\n</aside>\n{_paragraph(one, people)}"
    )


def _paragraph(one: Said, people: Sequence[Person]) -> str:
    text = html.escape(one.text, quote=False)
    for who in one.named:
        name = people[who].name
        text = text.replace(f"@{name}", f'<a class="mention" href="/u/{name.lower()}">@{name}</a>')
    for sign, name in _PICTURES.items():
        picture = (
            f'<img src="/images/emoji/twitter/{name}.png" title=":{name}:" class="emoji" alt=":{name}:">'
        )
        text = text.replace(sign, picture)
    return f"<p>{text}</p>"


def _slug(title: str) -> str:
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S}.000Z"


def comment_pages(corner: Corner) -> str:
    """The posts of a page with their comments, as the Graph API gives them to its owner; the latest post first.

    Parameters
    ----------
    corner
        A planted page.
    """
    ids, posts = graph_ids(corner.threads), []
    for thread in sorted(corner.threads, key=lambda thread: thread.said[0].number, reverse=True):
        opening, *comments = thread.said
        shown: dict[str, Any] = {
            "id": ids[opening.number],
            "from": _from(corner.people[BRAND]),
            "message": opening.text,
            "created_time": _graph_time(opening.at),
        }
        if comments:
            data = [_comment(one, ids, corner.people, opening=opening.number) for one in comments]
            shown["comments"] = {"data": data, "paging": _cursors([ids[one.number] for one in comments])}
        posts.append(shown)
    return _dumped({"data": posts, "paging": _cursors([str(post["id"]) for post in posts])})


def _comment(one: Said, ids: Mapping[int, str], people: Sequence[Person], *, opening: int) -> dict[str, Any]:
    """A comment; who answers another has it as parent, who answers the post has none."""
    shown: dict[str, Any] = {
        "id": ids[one.number],
        "from": _from(people[one.author]),
        "message": one.text,
        "created_time": _graph_time(one.at),
    }
    if one.state == "authorless":
        del shown["from"]
    if one.answers and one.answers != opening:
        shown["parent"] = {"id": ids[one.answers]}
    if one.named:
        shown["message_tags"] = [
            {"id": who.user_id, "name": who.name, "type": "page" if place == BRAND else "user",
             "offset": one.text.index(who.name), "length": len(who.name)}
            for place, who in ((place, people[place]) for place in one.named)
        ]  # fmt: skip
    return shown


def _from(who: Person) -> dict[str, str]:
    return {"id": who.user_id, "name": who.name}


def _cursors(ids: Sequence[str]) -> dict[str, Any]:
    return {"cursors": {"before": ids[0], "after": ids[-1]}}


def _graph_time(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S}+0000"
