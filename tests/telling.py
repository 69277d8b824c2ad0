"""One story told as every place would export it: who wrote when, whom they answered, whom they named.

Each teller knows its format from the tool that writes it and nothing of the reader.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from conftest import x_page, x_post

__all__ = ["TELLERS", "Said"]

CHANNEL, GUILD = "88000000000000001", "77000000000000001"


class Said(NamedTuple):
    """A message of a story; `answers` is the number of an earlier one."""

    number: int
    author: str
    at: datetime
    names: tuple[str, ...] = ()
    answers: int | None = None

    @property
    def words(self) -> str:
        """What is said, names aside."""
        return f"crumbs and crust {self.number}"


def _people(story: Sequence[Said]) -> dict[str, int]:
    """Everybody in the story, numbered from 1 in the order of names."""
    named = {name for said in story for name in (said.author, *said.names)}
    return {name: number for number, name in enumerate(sorted(named), 1)}


def _first(story: Sequence[Said], said: Said) -> Said:
    """The message from which an answer descends."""
    by_number = {one.number: one for one in story}
    while said.answers is not None:
        said = by_number[said.answers]
    return said


def _z(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def as_x(story: Sequence[Said], folder: Path) -> Path:
    """Pages of the X API v2."""
    author = {said.number: said.author for said in story}
    posts = []
    for said in story:
        answered = None if said.answers is None else author[said.answers]
        text = " ".join([said.words, *(f"@{name}" for name in said.names)])
        refers = None if answered is None else ("replied_to", str(said.answers))
        thread = str(_first(story, said).number)
        posts.append(
            x_post(
                said.author, str(said.number), said.at, text, names=said.names, refers=refers, answers=answered,
                thread=thread,
            )
        )  # fmt: skip
    path = folder / "x.jsonl"
    path.write_text(x_page(posts, users=_people(story)), encoding="utf-8")
    return path


def as_discord(story: Sequence[Said], folder: Path) -> Path:
    """A channel as DiscordChatExporter writes it."""
    people, author = _people(story), {said.number: said.author for said in story}

    def user(name: str) -> dict[str, Any]:
        return {"id": f"66000000000{people[name]:06}", "name": name, "discriminator": "0000", "nickname": name.title(),
                "color": None, "isBot": False, "roles": [], "avatarUrl": ""}  # fmt: skip

    messages = []
    for said in story:
        answered = [] if said.answers is None else [author[said.answers]]
        message = {
            "id": f"99000000{said.number:010}",
            "type": "Default" if said.answers is None else "Reply",
            "timestamp": said.at.isoformat(),
            "timestampEdited": None,
            "callEndedTimestamp": None,
            "isPinned": False,
            "content": " ".join([said.words, *(f"@{name.title()}" for name in said.names)]),
            "author": user(said.author),
            "attachments": [],
            "embeds": [],
            "stickers": [],
            "reactions": [],
            "mentions": [user(name) for name in dict.fromkeys([*answered, *said.names])],
            "inlineEmojis": [],
        }
        if said.answers is not None:
            message["reference"] = {
                "type": "Default",
                "messageId": f"99000000{said.answers:010}",
                "channelId": CHANNEL,
                "guildId": GUILD,
            }
        messages.append(message)
    channel = {"id": CHANNEL, "type": "GuildTextChat", "categoryId": "1", "category": "Talk", "name": "flour"}
    whole = {
        "guild": {"id": GUILD, "name": "Bread", "iconUrl": ""},
        "channel": {**channel, "topic": None},
        "dateRange": {"after": None, "before": None},
        "exportedAt": story[-1].at.isoformat(),
        "messages": messages,
        "messageCount": len(messages),
    }
    path = folder / "flour.json"
    path.write_text(json.dumps(whole, indent=2), encoding="utf-8")
    return path


def as_telegram(story: Sequence[Said], folder: Path) -> Path:
    """A group as Telegram Desktop writes it."""
    people = _people(story)
    messages = []
    for said in story:
        entities: list[dict[str, Any]] = [{"type": "plain", "text": f"{said.words} "}]
        for name in said.names:
            entities.append({"type": "mention_name", "text": name.title(), "user_id": 1000 + people[name]})
            entities.append({"type": "plain", "text": " "})
        messages.append(
            {
                "id": said.number,
                "type": "message",
                "date": said.at.strftime("%Y-%m-%dT%H:%M:%S"),
                "date_unixtime": str(int(said.at.timestamp())),
                "from": said.author,
                "from_id": f"user{1000 + people[said.author]}",
                **({} if said.answers is None else {"reply_to_message_id": said.answers}),
                "text": [one["text"] if one["type"] == "plain" else one for one in entities],
                "text_entities": entities,
            }
        )
    path = folder / "result.json"
    whole = {"name": "Bread talk", "type": "private_supergroup", "id": 1777, "messages": messages}
    path.write_text(json.dumps(whole, indent=1), encoding="utf-8")
    return path


def as_slack(story: Sequence[Said], folder: Path) -> Path:
    """The export of a workspace; an answer goes to who began its thread."""
    people = _people(story)

    def user_id(name: str) -> str:
        return f"U{people[name]:09}"

    def stamp(said: Said) -> str:
        return f"{int(said.at.timestamp())}.{said.number:06}"

    root = folder / "slack"
    (root / "flour").mkdir(parents=True)
    users = [
        {"id": user_id(name), "team_id": "T1", "name": name, "deleted": False, "is_bot": False,
         "profile": {"display_name": name, "real_name": name.title(), "email": f"{name}@example.org"}}
        for name in people
    ]  # fmt: skip
    channels = [
        {"id": "C1", "name": "flour", "created": 1, "creator": "U1", "is_archived": False, "members": []}
    ]
    (root / "users.json").write_text(json.dumps(users), encoding="utf-8")
    (root / "channels.json").write_text(json.dumps(channels), encoding="utf-8")
    days: dict[str, list[dict[str, Any]]] = {}
    for said in story:
        message = {
            "client_msg_id": f"m{said.number}",
            "type": "message",
            "user": user_id(said.author),
            "text": " ".join([said.words, *(f"<@{user_id(name)}>" for name in said.names)]),
            "ts": stamp(said),
            "team": "T1",
        }
        if said.answers is not None:
            first = _first(story, said)
            message |= {"thread_ts": stamp(first), "parent_user_id": user_id(first.author)}
        days.setdefault(said.at.strftime("%Y-%m-%d"), []).append(message)
    for day, messages in days.items():
        (root / "flour" / f"{day}.json").write_text(json.dumps(messages, indent=4), encoding="utf-8")
    return root


def as_mastodon(story: Sequence[Said], folder: Path) -> Path:
    """A timeline of the instance bread.example."""
    people, author = _people(story), {said.number: said.author for said in story}

    def account(name: str) -> dict[str, Any]:
        return {"id": str(people[name]), "username": name, "acct": name, "display_name": name.title(), "bot": False,
                "url": f"https://bread.example/@{name}", "uri": f"https://bread.example/users/{name}"}  # fmt: skip

    def mention(name: str) -> dict[str, Any]:
        return {key: account(name)[key] for key in ("id", "username", "acct", "url")}

    statuses = []
    for said in story:
        answered = [] if said.answers is None else [author[said.answers]]
        named = list(dict.fromkeys([*answered, *said.names]))
        links = " ".join(
            f'<span class="h-card"><a href="https://bread.example/@{name}" class="u-url mention">@<span>{name}</span>'
            "</a></span>"
            for name in named
        )
        number = f"11510000{said.number:010}"
        statuses.append(
            {
                "id": number,
                "uri": f"https://bread.example/users/{said.author}/statuses/{number}",
                "url": f"https://bread.example/@{said.author}/{number}",
                "created_at": _z(said.at),
                "account": account(said.author),
                "content": f"<p>{links} {said.words}</p>",
                "visibility": "public",
                "in_reply_to_id": None if said.answers is None else f"11510000{said.answers:010}",
                "in_reply_to_account_id": str(people[answered[0]]) if answered else None,
                "reblog": None,
                "mentions": [mention(name) for name in named],
                "tags": [],
            }
        )
    path = folder / "timeline.json"
    path.write_text(json.dumps(statuses), encoding="utf-8")
    return path


def _did(people: dict[str, int], name: str) -> str:
    return f"did:plc:{'abcdefghijklmnopqrstuvw'[people[name]] * 24}"


def _at_uri(people: dict[str, int], said: Said) -> str:
    return f"at://{_did(people, said.author)}/app.bsky.feed.post/3lxf{_base32(said.number):2>9}"


def _base32(number: int) -> str:
    signs, text = "234567abcdefghijklmnopqrstuvwxyz", ""
    while number:
        number, digit = divmod(number, 32)
        text = signs[digit] + text
    return text or "2"


def _record(story: Sequence[Said], said: Said) -> dict[str, Any]:
    """A post of the AT protocol; names stand at places counted in bytes."""
    people, by_number = _people(story), {one.number: one for one in story}
    text, facets = f"{said.words} ü🥨", []
    for name in said.names:
        start = len(text.encode()) + 1
        text += f" @{name}.bread.example"
        feature = {"$type": "app.bsky.richtext.facet#mention", "did": _did(people, name)}
        facets.append({"index": {"byteStart": start, "byteEnd": len(text.encode())}, "features": [feature]})
    record = {
        "$type": "app.bsky.feed.post",
        "text": text,
        "createdAt": _z(said.at),
        "langs": ["en"],
        "facets": facets,
    }
    if said.answers is not None:
        parent, first = by_number[said.answers], _first(story, said)
        record["reply"] = {
            "root": {"uri": _at_uri(people, first), "cid": "bafyroot"},
            "parent": {"uri": _at_uri(people, parent), "cid": "bafyparent"},
        }
    return record


def as_bluesky_feed(story: Sequence[Said], folder: Path) -> Path:
    """A search of posts."""
    people = _people(story)
    posts = [
        {
            "uri": _at_uri(people, said),
            "cid": "bafypost",
            "author": {"did": _did(people, said.author), "handle": f"{said.author}.bread.example"},
            "record": _record(story, said),
            "replyCount": 0,
            "repostCount": 0,
            "likeCount": 0,
            "quoteCount": 0,
            "indexedAt": _z(said.at),
        }
        for said in story
    ]
    path = folder / "feed.json"
    path.write_text(json.dumps({"cursor": "x", "feed": [{"post": post} for post in posts]}), encoding="utf-8")
    return path


def as_bluesky_jetstream(story: Sequence[Said], folder: Path) -> Path:
    """Events of the stream; who is called how comes before."""
    people = _people(story)
    first = int(story[0].at.timestamp() * 1e6)
    events: list[dict[str, Any]] = [
        {
            "did": _did(people, name),
            "time_us": first - 1,
            "kind": "identity",
            "identity": {
                "did": _did(people, name),
                "handle": f"{name}.bread.example",
                "seq": 1,
                "time": _z(story[0].at),
            },
        }
        for name in people
    ]
    for said in story:
        uri = _at_uri(people, said)
        commit = {"rev": "3l", "operation": "create", "collection": "app.bsky.feed.post", "rkey": uri[-13:],
                  "record": _record(story, said), "cid": "bafypost"}  # fmt: skip
        time_us = int(said.at.timestamp() * 1e6)
        events.append(
            {"did": _did(people, said.author), "time_us": time_us, "kind": "commit", "commit": commit}
        )
    path = folder / "events.jsonl"
    path.write_text("\n".join(map(json.dumps, events)), encoding="utf-8")
    return path


def as_reddit(story: Sequence[Said], folder: Path) -> Path:
    """Submissions and comments of a subreddit in one file; a comment below a post answers nobody in particular."""
    people = _people(story)
    opens = {said.number for said in story if said.answers is None}
    rows = []
    for said in story:
        text = " ".join([said.words, *(f"u/{name}" for name in said.names)])
        row: dict[str, Any] = {
            "id": _base36(said.number),
            "author": said.author,
            "author_fullname": f"t2_{_base36(people[said.author])}",
            "created_utc": int(said.at.timestamp()),
            "subreddit": "Sourdough",
            "score": 1,
        }
        if said.answers is None:
            row |= {
                "name": f"t3_{row['id']}",
                "title": said.words,
                "selftext": text,
                "url": "",
                "num_comments": 0,
            }
        else:
            parent = f"{'t3' if said.answers in opens else 't1'}_{_base36(said.answers)}"
            link = f"t3_{_base36(_first(story, said).number)}"
            row |= {"name": f"t1_{row['id']}", "body": text, "link_id": link, "parent_id": parent}
        rows.append(row)
    path = folder / "sourdough.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return path


def _base36(number: int) -> str:
    signs, text = "0123456789abcdefghijklmnopqrstuvwxyz", ""
    while number:
        number, digit = divmod(number, 36)
        text = signs[digit] + text
    return text or "0"


TELLERS: dict[str, Callable[[Sequence[Said], Path], Path]] = {
    "x_api_v2": as_x,
    "discord": as_discord,
    "telegram": as_telegram,
    "slack": as_slack,
    "mastodon_statuses": as_mastodon,
    "bluesky_feed": as_bluesky_feed,
    "bluesky_jetstream": as_bluesky_jetstream,
    "reddit": as_reddit,
}
"""How a story is told, by the name of the format."""
