"""The `result.json` of Telegram Desktop: one chat, or all chats of an account.

Its traps:

* An export of an account holds its private chats, one after the other: which are read is asked for first.
* Control characters stand in it as C++ writes them, which no JSON parser reads (`json_records.decode` mends them).
* `date` is the time of day where the export was made. Old exports have no other, and reactions never do: theirs is
  as far off as that of their message.
* Who left Telegram has no name, but keeps an id. A post of a channel, or of an admin who stays anonymous, is by the
  channel or the group itself.
* Old exports write ids as numbers, some with the kind of account in the bits above the 32nd.
* What is handed on is an act and no post, unless its author hands it on: so come the posts of a channel into its
  discussion group, where comments answer them.
* A message in a topic of a forum that answers nobody answers the message by which the topic was made.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import NamedTuple

import msgspec

from communitylab.errors import ExportError
from communitylab.exports.asked import Asked
from communitylab.exports.chats import PRIVATE, Chat, is_taken, to_be_named
from communitylab.exports.ids import shown_name
from communitylab.exports.intake import take, take_edge, take_reaction
from communitylab.exports.json_records import UnreadableError, decode, json_parts, value_of
from communitylab.exports.sample import Sample
from communitylab.exports.sink import Sink
from communitylab.exports.times import moment
from communitylab.files import Source
from communitylab.tables import Edge, Mention, Post

__all__ = ["COVERAGE", "HOW", "IS_FROM_DOCUMENTATION", "NAME", "PLATFORMS", "TITLE", "read", "recognise"]

NAME = "telegram"
TITLE = "Telegram Desktop JSON: a chat with name, type, id and messages, or an account with chats {list}"
COVERAGE = "A"
PLATFORMS = ("telegram",)
IS_FROM_DOCUMENTATION = True
HOW = (
    "In Telegram Desktop open the group or channel, choose ⋮, Export chat history, no media, and as format "
    "Machine-readable JSON; of the export of an account name the chats about you as --chats."
)

_GROUPS = ("private_group", "private_supergroup", "public_supergroup", "private_channel", "public_channel")
_DIRECT = ("personal_chat", "bot_chat", "saved_messages", "replies", "verification_codes")
_LISTS = ("chats", "left_chats")
_ROOTS = {"", "chats.list.item", "left_chats.list.item"}  # where a chat may stand
_OPENED = _ROOTS | {
    "messages",
    *(f"{name}{below}" for name in _LISTS for below in ("", ".list", ".list.item.messages")),
}
_HEADER = ("name", "type", "id")

_WEB_PAGE = (
    "This is the export of Telegram Desktop as web pages (HTML). Export the chat once more and choose as its format "
    "'Machine-readable JSON'."
)
_LOCAL = (
    "the messages have no date_unixtime: their times are those of the place where the export was made, taken as UTC, "
    "so hours of the day may be wrong. A new version of Telegram Desktop writes both"
)
_ALONE = "a private chat is read only if --chats names it by its id"
_MOST_CHATS = 100_000
_MOST_TOPICS = 10_000
_PEER = re.compile(r"(user|channel|chat)?(\d{1,20})", re.ASCII)
_JOINED = ("join_group_by_link", "join_group_by_request")
_DAY = timedelta(days=1)
_SHIFT = 32  # in old numbers: 1 above it for a person, 2 for a channel or group

_Id = str | int
_Account = tuple[str | None, str | None]  # key and name


class _Reactor(msgspec.Struct, rename={"sender": "from"}):
    sender: str | None = None
    from_id: _Id | None = None
    date: str | None = None


class _Reaction(msgspec.Struct):
    recent: list[_Reactor] | None = None


class _Message(msgspec.Struct, rename={"sender": "from"}):
    id: _Id
    type: str | None = None
    date: str | None = None
    date_unixtime: _Id | None = None
    sender: str | None = None
    from_id: _Id | None = None
    actor: str | None = None  # of what is no message, like the next four
    actor_id: _Id | None = None
    action: str | None = None
    members: list[str | None] | None = None
    inviter: str | None = None
    forwarded_from: str | msgspec.UnsetType | None = msgspec.UNSET  # null: by who has left
    forwarded_from_id: _Id | None = None
    reply_to_message_id: _Id | None = None
    reply_to_peer_id: _Id | None = None
    via_bot: str | None = None
    text: object = None
    text_entities: object = None
    inline_bot_buttons: object = None
    reactions: list[_Reaction] | None = None


_MESSAGE = msgspec.json.Decoder(_Message)


def recognise(sample: Sample) -> bool:
    """Whether the file is a chat or a list of chats as Telegram Desktop writes them, or a web page of its making."""
    return _is_page(sample) or any(_is_chat(first) or _has_chats(first) for first in sample.objects[:1])


def _is_page(sample: Sample) -> bool:
    start = sample.start
    return "<title>Exported Data</title>" in start and ('"page_wrap' in start or '"page_body' in start)


def _is_chat(found: dict[str, object]) -> bool:
    messages = found.get("messages")
    if not isinstance(messages, list):
        return False
    if found.get("type") in (*_GROUPS, *_DIRECT) and "id" in found:
        return True
    first = messages[0] if messages else None  # in a large file with sorted keys the type is not yet there
    return isinstance(first, dict) and first.keys() >= {"id", "type", "date", "date_unixtime"}


def _has_chats(found: dict[str, object]) -> bool:
    return any(
        isinstance(listed := found.get(name), dict) and isinstance(listed.get("list"), list)
        for name in _LISTS
    )


class _Room(NamedTuple):
    """A chat that is read, whoever writes there without a name of their own, and the messages that made topics."""

    chat: Chat
    place: str
    owner: _Account
    topics: set[str]


def read(source: Source, sink: Sink, *, sample: Sample, asked: Asked) -> None:
    """Hands every message, reaction and invitation of the chats that may be read to the sink."""
    if _is_page(sample):
        raise ExportError(_WEB_PAGE)
    chats = dict(_chats(source, sample.objects[0]))
    taken = {
        number: _Room(chat, (None if chat.is_direct else chat.name) or chat.chat_id, owner, set())
        for number, (chat, owner) in chats.items()
        if is_taken(chat, sink, asked=asked)
    }
    if len(chats) > 1 and not asked.chats:
        raise ExportError(to_be_named(chat for chat, _owner in chats.values()))
    if not taken and not asked.chats:
        sink.note(_ALONE)
    number = 0
    for line, place, text in json_parts(source, sink.skip, opened=_OPENED):
        if place in _ROOTS:
            number += 1
        elif place.endswith("messages.item"):
            if number in taken:
                _read_message(text, taken[number], sink, line)
            else:
                sink.skip(chats[number][0].left_out if number in chats else PRIVATE, line)


def _chats(source: Source, first: dict[str, object]) -> Iterator[tuple[int, tuple[Chat, _Account]]]:
    """The chats that have messages, by their number in the file: what they are may stand behind their messages."""
    if isinstance(first.get("type"), str) and not _has_chats(first):
        yield 1, _chat(first)
        return
    number, header, has_messages = 0, dict[str, object](), False
    for _line, place, text in json_parts(source, lambda reason, line: None, opened=_OPENED):
        root, _dot, key = place.rpartition(".")
        if place in _ROOTS:
            if has_messages and number <= _MOST_CHATS:
                yield number, _chat(header)
            number, header, has_messages = number + 1, {}, False
        elif root in _ROOTS and key in _HEADER:
            header[key] = value_of(text)
        elif root in _ROOTS and key == "messages":
            has_messages = True
    if has_messages and number <= _MOST_CHATS:
        yield number, _chat(header)


def _chat(header: dict[str, object]) -> tuple[Chat, _Account]:
    """A chat, and the account of the chat itself."""
    name, kind, number = (header.get(key) for key in _HEADER)
    is_direct = kind not in _GROUPS
    given = str(number) if isinstance(number, str | int) else ""
    peer, bare = _peer(given)
    chat_id = bare if peer == "channel" and not is_direct else given
    shown = shown_name(name) if isinstance(name, str) else None
    owner = f"{'chat' if kind == 'private_group' else 'channel'}{chat_id}"
    return Chat(chat_id, shown, is_private=is_direct, is_direct=is_direct), (owner, shown)


def _peer(found: _Id | None) -> tuple[str, str]:
    """What kind of account an id is of, and its number, empty if there is none."""
    match = _PEER.fullmatch(str(found).strip())
    if match is None or not int(match[2]):
        return "", ""
    number = int(match[2])
    above, below = divmod(number, 1 << _SHIFT)
    if match[1] or above not in (1, 2):
        return match[1] or "user", str(number)
    return ("user", "channel")[above - 1], str(below)


def _account(found: _Id | None, name: str | None) -> _Account:
    """Key and name of an account. The key of a person is the bare number, as other exports of Telegram have it."""
    kind, number = _peer(found)
    key = number if kind == "user" else f"{kind}{number}"
    return key or None, shown_name(name)


def _read_message(text: bytes, room: _Room, sink: Sink, line: int) -> None:
    try:
        found = decode(_MESSAGE, text)
    except UnreadableError as error:
        sink.skip(str(error), line)
        return
    post_id = f"{room.chat.chat_id}-{found.id}"
    when = found.date if found.date_unixtime is None else str(found.date_unixtime)
    if found.date and found.date_unixtime is None:
        sink.note(_LOCAL)
    if found.type == "service":
        _read_event(found, post_id, when, room, sink, line)
        return
    if found.type != "message":
        sink.skip("a message that Telegram Desktop does not export", line)
        return
    author = _account(found.from_id, found.sender)
    if author == (None, None) and not room.chat.is_direct:
        author = room.owner
    post = _post(found, room, Post("telegram", post_id, *author, None, place=room.place))
    original = author
    if found.forwarded_from is not msgspec.UNSET:
        original = _account(found.forwarded_from_id, found.forwarded_from)
    if original == author or _is_one(original, author):
        has_come = take(post, when, sink, line, field="date")
    else:
        has_come = _forward(post, original, when, sink, line)
    if has_come:
        _read_reactions(found, post, when, sink, line)


def _is_one(account: _Account, other: _Account) -> bool:
    """Whether two accounts are one: by their keys, or by their names where one has no key."""
    return account[0] == other[0] if account[0] and other[0] else bool(account[1]) and account[1] == other[1]


def _forward(post: Post, original: _Account, when: str | None, sink: Sink, line: int) -> bool:
    """What is handed on is nobody's words here, but may be answered."""
    author = post.author_id, post.author_name
    if author == (None, None):
        sink.skip("no author", line)
        return False
    if original == (None, None):
        sink.skip("words of an account that is gone, handed on", line)
    elif not take_edge(Edge("telegram", *author, *original, "forward"), when, sink, line, field="date"):
        return False
    sink.parent("telegram", str(post.post_id), author_id=author[0], author_name=author[1])
    return True


def _post(found: _Message, room: _Room, post: Post) -> Post:
    """A post with its words, and what it answers."""
    words = _words(found)
    post = post._replace(
        text=words.text,
        mentions=words.mentions or None,
        hashtags=words.hashtags or None,
        links=words.links or None,
        # Only bots put buttons below their messages; people do through a bot.
        is_bot=bool(found.inline_bot_buttons) and not found.via_bot and str(found.from_id).startswith("user"),
    )
    if found.reply_to_message_id is None:
        return post
    _kind, elsewhere = _peer(found.reply_to_peer_id)
    answered = f"{elsewhere or room.chat.chat_id}-{found.reply_to_message_id}"
    return post if answered in room.topics else post._replace(kind="reply", reply_to_post_id=answered)


class _Words(NamedTuple):
    text: str
    mentions: list[Mention]
    hashtags: list[str]
    links: list[str]


def _words(found: _Message) -> _Words:
    """The words of a message, and who and what is named in them."""
    parts = found.text_entities or found.text
    words = _Words("", [], [], [])
    text: list[str] = []
    start = 0
    for part in parts if isinstance(parts, list) else [parts]:
        marked = part if isinstance(part, dict) else {"text": part}
        piece = marked.get("text")
        if not isinstance(piece, str):
            continue
        match marked:
            case {"type": "mention"}:
                words.mentions.append(Mention(None, piece.removeprefix("@"), start))
            case {"type": "mention_name", "user_id": str() | int() as user_id}:
                words.mentions.append(Mention(_account(f"user{user_id}", None)[0], None, start))
            case {"type": "hashtag"}:
                words.hashtags.append(piece.removeprefix("#").partition("@")[0].casefold())
            case {"type": "link"}:
                words.links.append(piece if "://" in piece else f"https://{piece}")
            case {"type": "text_link", "href": str() as address}:
                words.links.append(address)
        text.append(piece)
        start += len(piece)
    return words._replace(
        text="".join(text), mentions=[named for named in words.mentions if named.account_id or named.name]
    )


def _read_reactions(found: _Message, post: Post, when: str | None, sink: Sink, line: int) -> None:
    """The last reactions to a message: the only ones with names, and with dates that have no zone."""
    ahead = _ahead(found.date, when)
    for reaction in found.reactions or ():
        for reactor in reaction.recent or ():
            source, at = _account(reactor.from_id, reactor.sender), moment(reactor.date or "")
            take_reaction(source, post, sink=sink, line=line, created_at=at and at - ahead)


def _ahead(date: str | None, when: str | None) -> timedelta:
    """How far the clock of the place where the export was made is ahead."""
    here, there = moment(date or ""), moment(when or "")
    ahead = here - there if here and there else timedelta()
    return ahead if abs(ahead) < _DAY else timedelta()


def _read_event(found: _Message, post_id: str, when: str | None, room: _Room, sink: Sink, line: int) -> None:
    """What happened in a chat and is no message: that somebody invited somebody is an act."""
    actor = _account(found.actor_id, found.actor)
    invites: list[tuple[_Account, _Account]] = []
    match found.action:
        case "topic_created" if len(room.topics) < _MOST_TOPICS:
            room.topics.add(post_id)
        case "invite_members" | "create_group":
            names = [shown_name(name) for name in found.members or ()]
            invites = [(actor, (None, name)) for name in names if name and name != actor[1]]
        case "join_group_by_link" if (inviter := shown_name(found.inviter)) and inviter != actor[1]:
            invites = [((None, inviter), actor)]
    if actor == (None, None) or not invites:
        sink.skip("a message of the system", line)
    else:
        for source, target in invites:
            take_edge(Edge("telegram", *source, *target, "invite"), when, sink, line, field="date")
    has_joined = found.action in _JOINED or (found.action == "invite_members" and not invites)
    if has_joined and actor != (None, None):  # an answer to it is a welcome
        sink.parent("telegram", post_id, author_id=actor[0], author_name=actor[1])
