"""A channel or thread of Discord as DiscordChatExporter writes it, one JSON document for each.

Its traps:

* A direct message, a group of few and a private thread look like any channel, but for the type of the channel.
* An answer names the message that it answers, which may be in another file. Whoever is pinged and not named in the
  words is then taken for its author, as an answer pings whom it answers.
* Of a thread the `category` is the channel in which it is; a thread has the number of the message that began it.
* Messages of the system stand among the others; those that the exporter has no name for have a number as their type.
* What is handed on comes without its author.
* Web hooks are bots; all who left Discord long ago share one account.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import msgspec

from communitylab.errors import ExportError
from communitylab.exports.asked import Asked
from communitylab.exports.chats import Chat, is_taken
from communitylab.exports.ids import shown_name
from communitylab.exports.intake import take, take_edge, take_reaction
from communitylab.exports.json_records import UnreadableError, decode, json_parts
from communitylab.exports.sample import Sample
from communitylab.exports.sink import Sink
from communitylab.exports.text import links_in
from communitylab.files import Source
from communitylab.tables import Edge, Mention, Post

__all__ = [
    "COVERAGE",
    "HOW",
    "IS_FROM_DOCUMENTATION",
    "IS_YOURS",
    "NAME",
    "PLATFORMS",
    "SHOWS_STAFF",
    "TITLE",
    "read",
    "recognise",
]

NAME = "discord"
TITLE = "Discord by DiscordChatExporter, JSON: guild, channel, messages with author, reference, mentions"
COVERAGE = "A"
PLATFORMS = ("discord",)
IS_FROM_DOCUMENTATION = True
IS_YOURS = True
SHOWS_STAFF = True
HOW = (
    "In DiscordChatExporter, with the token of a bot that you let into your server, choose its channels and JSON as "
    "their format, or run `DiscordChatExporter.Cli exportguild -g ID -f Json --include-threads All`."
)

_DIRECT = ("DirectTextChat", "DirectGroupTextChat")
_THREADS = ("GuildNewsThread", "GuildPublicThread", "GuildPrivateThread")
_POSTS = ("Default", "Reply", "20", "23")  # 20 and 23: what a bot answers to a command
_RETOLD = "21"  # the message that began a thread, without its words
_EVERYBODY_GONE = "456226577798135808"
_STAFF = re.compile(
    r"(?<![^\W_])(?:staff|team|crew|mods?|moderators?|admins?|administrators?|owners?|founders?|"
    r"community[ -]?managers?)(?![^\W_])",
    re.IGNORECASE,
)
_FORMER = re.compile(r"(?<![^\W_])(?:ex|former|retired|past|not|anti)(?![^\W_])", re.IGNORECASE)
_MOST_STAFF = 10_000

_CSV = ["AuthorID", "Author", "Date", "Content", "Attachments", "Reactions"]
_TXT = re.compile(r"\ufeff?={62}\r?\nGuild: .*\r?\nChannel: ")
_OTHER_FORMAT = (
    "This is a channel of Discord that DiscordChatExporter wrote as {}, in which nobody can see who answers whom. "
    "Export the channel once more and choose JSON as the format."
)
_STAFF_WROTE = (
    "people with a role of the staff who wrote: {}. Those who speak for the brand belong to --brand"
)
_ALONE = "a direct message or private thread is read only if --chats names it by its id"

_Id = str | int


class _Role(msgspec.Struct):
    name: str | None = None


class _User(msgspec.Struct, rename={"is_bot": "isBot"}):
    id: _Id | None = None
    name: str | None = None
    nickname: str | None = None
    is_bot: bool | None = None
    roles: list[_Role] | None = None


class _Reaction(msgspec.Struct):
    users: list[_User] | None = None


class _Reference(msgspec.Struct, rename={"message_id": "messageId"}):
    type: str | None = None
    message_id: _Id | None = None


class _Message(msgspec.Struct, rename={"forwarded": "forwardedMessage"}):
    id: _Id
    type: _Id | None = None
    timestamp: str | None = None
    content: str | None = None
    author: _User | None = None
    mentions: list[_User] | None = None
    reference: _Reference | None = None
    forwarded: object = None
    reactions: list[_Reaction] | None = None


class _Channel(msgspec.Struct, rename={"category_id": "categoryId"}):
    id: _Id
    type: str
    category_id: _Id | None = None
    category: str | None = None
    name: str | None = None


_MESSAGE = msgspec.json.Decoder(_Message)


def recognise(sample: Sample) -> bool:
    """Whether the file is a channel that DiscordChatExporter wrote, in whatever format."""
    return bool(_channel(sample) or _other_format(sample))


def _channel(sample: Sample) -> _Channel | None:
    found = sample.objects[0] if sample.objects else {}
    is_export = isinstance(found.get("guild"), dict) and isinstance(found.get("messages"), list)
    try:
        return msgspec.convert(found.get("channel"), _Channel) if is_export else None
    except msgspec.ValidationError:
        return None


def _other_format(sample: Sample) -> str | None:
    """The format of an export in which nobody can see who answers whom."""
    if sample.header == _CSV:
        return "CSV"
    if _TXT.match(sample.start):
        return "plain text"
    is_page = "</title>" in sample.start and (
        ".chatlog__message" in sample.start or "/DiscordFonts@" in sample.start
    )
    return "a web page (HTML)" if is_page else None


class _Room(NamedTuple):
    """Where the messages of a file stand: the channel, and the thread in it, if they are of one."""

    chat: Chat
    place: str
    thread: str | None


def _room(channel: _Channel) -> _Room:
    number = str(channel.id)
    is_direct = channel.type in _DIRECT
    is_private = is_direct or not channel.type.startswith("Guild") or "Private" in channel.type
    chat = Chat(number, channel.name, is_private, is_direct)
    is_thread = channel.type in _THREADS
    if is_thread and not is_private and channel.category_id:  # it is named with its channel
        chat = Chat(str(channel.category_id), channel.category, is_private=False)
    named = channel.category if is_thread else None if is_direct else channel.name
    return _Room(chat, named or chat.chat_id, number if is_thread else None)


def read(source: Source, sink: Sink, *, sample: Sample, asked: Asked) -> None:
    """Hands every message, reaction and invitation of a channel to the sink, and names its staff."""
    channel = _channel(sample)
    if channel is None:
        raise ExportError(_OTHER_FORMAT.format(_other_format(sample)))
    room = _room(channel)
    is_read = is_taken(room.chat, sink, asked=asked)
    if not is_read and not asked.chats:
        sink.note(_ALONE)
    for line, place, text in json_parts(source, sink.skip, opened={"", "messages"}):
        if place != "messages.item":
            continue
        if is_read:
            _read_message(text, room, sink, line)
        else:
            sink.skip(room.chat.left_out, line)
    if sink.staff:
        sink.note(_STAFF_WROTE.format(len(sink.staff)))


def _read_message(text: bytes, room: _Room, sink: Sink, line: int) -> None:
    try:
        found = decode(_MESSAGE, text)
    except UnreadableError as error:
        sink.skip(str(error), line)
        return
    author = found.author or _User()
    post = _post(found, author, room)
    kind = str(found.type)
    if kind == _RETOLD:
        sink.skip("the first message of a thread, told again without its words", line)
        return
    if kind not in _POSTS:
        _read_event(found, post, sink, line)
        return
    is_forward = found.forwarded is not None or (found.reference and found.reference.type == "Forward")
    if is_forward:
        has_come = _forward(found, post, sink, line)
    else:
        has_come = take(
            post, found.timestamp, sink, line, field="timestamp", shown=shown_name(author.nickname)
        )
    if has_come:
        _know_staff(author, post, sink)
        _read_reactions(found, post, sink, line)


def _account(user: _User) -> tuple[str | None, str | None]:
    """Id and name; neither for the account that all share who left long ago."""
    number = None if user.id is None else str(user.id).strip() or None
    return (None, None) if number == _EVERYBODY_GONE else (number, shown_name(user.name))


def _post(found: _Message, author: _User, room: _Room) -> Post:
    words = found.content or ""
    users = [user for user in found.mentions or () if _account(user) != (None, None)]
    starts = [_start(user, words) for user in users]
    post = Post(
        "discord",
        str(found.id),
        *_account(author),
        None,
        text=words,
        conversation_id=room.thread,
        mentions=[Mention(*_account(user), start) for user, start in zip(users, starts, strict=True)] or None,
        links=links_in(words),
        place=room.place,
        is_bot=bool(author.is_bot),
    )
    reference = found.reference.message_id if found.reference else None
    if found.type != "Reply" or reference is None:
        return post
    pinged = next((user for user, start in zip(users, starts, strict=True) if start is None), _User())
    answered = _account(pinged)
    return post._replace(
        kind="reply",
        reply_to_post_id=str(reference),
        reply_to_id=answered[0],
        reply_to_name=answered[1],
        reply_to_guessed=answered != (None, None),
    )


def _start(user: _User, words: str) -> int | None:
    """Where somebody is named in the words: as Discord shows it, or as it keeps it."""
    names = [f"@{re.escape(name)}(?!\\w)" for name in (user.nickname, user.name) if name]
    found = re.search("|".join([*names, f"<@!?{re.escape(str(user.id))}>"]), words) if "@" in words else None
    return found.start() if found else None


def _forward(found: _Message, post: Post, sink: Sink, line: int) -> bool:
    """What is handed on is nobody's words here, but may be answered. Whose words it is nobody tells."""
    if (post.author_id, post.author_name) == (None, None):
        sink.skip("no author", line)
        return False
    original = found.reference.message_id if found.reference else None
    edge = Edge("discord", post.author_id, post.author_name, None, None, "forward")
    edge = edge._replace(target_post_id=None if original is None else str(original))
    has_come = take_edge(edge, found.timestamp, sink, line, field="timestamp")
    if has_come:
        _know_author(post, sink)
    return has_come


def _know_author(post: Post, sink: Sink) -> None:
    if post.post_id and (post.author_id or post.author_name):
        sink.parent("discord", post.post_id, author_id=post.author_id, author_name=post.author_name)


def _know_staff(author: _User, post: Post, sink: Sink) -> None:
    roles = [role.name for role in author.roles or () if role.name]
    is_staff = any(_STAFF.search(role) and not _FORMER.search(role) for role in roles)
    if is_staff and not post.is_bot and len(sink.staff) < _MOST_STAFF:
        sink.staff.add(post.author_id or str(post.author_name))


def _read_reactions(found: _Message, post: Post, sink: Sink, line: int) -> None:
    for reaction in found.reactions or ():
        for user in reaction.users or ():
            take_reaction(_account(user), post, sink=sink, line=line)


def _read_event(found: _Message, post: Post, sink: Sink, line: int) -> None:
    """What the system says somebody did: letting somebody in is an act, and joining may be answered by a welcome."""
    author = post.author_id, post.author_name
    _know_author(post, sink)
    added = [_account(user) for user in found.mentions or ()] if found.type == "RecipientAdd" else []
    added = [account for account in added if account not in (author, (None, None))]
    if not added or author == (None, None):
        sink.skip("a message of the system", line)
        return
    for account in added:
        take_edge(
            Edge("discord", *author, *account, "invite"), found.timestamp, sink, line, field="timestamp"
        )
