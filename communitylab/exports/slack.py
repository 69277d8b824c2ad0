"""Slack export: the zip that an owner of a workspace gets, or its folder; one folder per channel, one file per day.

Its traps:

* Whether a channel is public is not in its days: `channels.json` above them lists the public ones, `groups.json`,
  `dms.json` and `mpims.json` the private ones, which are read only if `--chats` names them. A folder that no list
  names is taken for private.
* `ts` is at once the time and the id, within its channel only: as a number it would lose its last digits.
* A thread is its first message and answers to that one; who wrote it may stand in another day.
* What people saw and what stands there differ: `<@U1>`, `<#C1|flour>`, `<https://example.org|label>`, `&lt;`.
* `integration_logs.json`, canvases and the like are never opened; of `users.json` ids and names are kept.
"""

from __future__ import annotations

import functools
import posixpath
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple, TypeVar

import msgspec

from communitylab.errors import ExportError
from communitylab.exports.asked import Asked
from communitylab.exports.chats import Chat, is_taken
from communitylab.exports.ids import shown_name
from communitylab.exports.intake import take, take_edge, take_reaction
from communitylab.exports.json_records import UnreadableError, decode, json_records
from communitylab.exports.private_parts import Archive
from communitylab.exports.sample import Sample
from communitylab.exports.sink import Sink
from communitylab.exports.slack_markup import words_of
from communitylab.files import Source
from communitylab.tables import Edge, Post

__all__ = [
    "ARCHIVE",
    "COVERAGE",
    "HOW",
    "IS_FROM_DOCUMENTATION",
    "IS_YOURS",
    "NAME",
    "PLATFORMS",
    "TITLE",
    "read",
    "recognise",
]

T = TypeVar("T")

NAME = "slack"
TITLE = "Slack export: channels.json, users.json and a folder with a JSON file per day for each channel"
COVERAGE = "A"
PLATFORMS = ("slack",)
IS_FROM_DOCUMENTATION = True
IS_YOURS = True
HOW = (
    "As owner or administrator: Workspace settings, Import/export data, Export; name the zip as it comes. Private "
    "channels are read only with --chats."
)
ARCHIVE = Archive(
    sign=re.compile(r"(?:channels|mpims|org_users|integration_logs)\.json"),
    opens=re.compile(r"[^/]+/\d{4}-\d\d-\d\d\.json"),
    covers=re.compile(
        r"(?:channels|groups|dms|mpims|users|org_users|integration_logs|canvas(?:es)?|content_flags|lists)\.json"
        r"|[^/]+/(?:attachments/.*|canvas_in_the_conversation\.json)|__uploads/.*"
    ),
)

_WHOLE = "Name the whole export: the zip, or the folder that it unpacks to."
_NO_LISTS = (
    "A day of a Slack channel without the channels.json of its export, which says whether the channel is public. "
    + _WHOLE
)
_UNLISTED = "no list of the export names this channel: it is taken for private"
_NO_USERS = "the export has no users.json: accounts go by their ids where their messages do not name them"
_UNSIGNED = "reactions of which the export does not say who made them: {}"
_NOTICE, _DELETED = "a message of the system", "a deleted post"
_REPEATED = "an answer shown once more in the channel"

_LISTS = {"dms": (True, True), "mpims": (True, True), "groups": (True, False), "channels": (False, False)}
"""The lists of channels: whether what is on each is private, and between few people. The first one with it counts."""

_STAMPED = (*_LISTS, "users", "org_users")
_SPOKEN = (None, "thread_broadcast", "me_message", "file_share", "bot_message")
_SLACKBOT = "USLACKBOT"
_MOST = 1_000_000  # users, channels, reactions of one sort

_TS = re.compile(r"\d{9,11}\.\d{1,9}", re.ASCII)
_DIRECT = re.compile(r"D[A-Z0-9]{6,}$|mpdm-", re.ASCII)


class _Profile(msgspec.Struct):
    display_name: str | None = None
    real_name: str | None = None
    name: str | None = None


class _User(msgspec.Struct):
    id: str
    name: str | None = None
    real_name: str | None = None
    is_bot: bool | None = None
    profile: _Profile | None = None


class _Channel(msgspec.Struct):
    id: str
    name: str | None = None
    is_private: bool | None = None


class _Message(msgspec.Struct):
    type: str | None = None
    subtype: str | None = None
    ts: str | None = None
    user: str | None = None
    username: str | None = None
    bot_id: str | None = None
    text: str | None = None
    thread_ts: str | None = None
    parent_user_id: str | None = None
    inviter: str | None = None
    user_profile: object = None
    bot_profile: object = None
    blocks: object = None
    reactions: object = None


_USER = msgspec.json.Decoder(_User)
_CHANNEL = msgspec.json.Decoder(_Channel)
_MESSAGE = msgspec.json.Decoder(_Message)


class _Account(NamedTuple):
    name: str | None
    is_bot: bool


class _Workspace(NamedTuple):
    """What stands above the channels: the channels by the names of their folders, all names by id."""

    chats: Mapping[str, Chat]
    accounts: Mapping[str, _Account]
    channel_names: Mapping[str, str]


def recognise(sample: Sample) -> bool:
    """Whether one of the first objects is a message with a time stamp as Slack writes it."""
    return any(
        found.get("type") == "message" and isinstance(ts := found.get("ts"), str) and bool(_TS.fullmatch(ts))
        for found in sample.objects
    )


def read(source: Source, sink: Sink, *, sample: Sample, asked: Asked) -> None:
    """Hands every message of a channel's day to the sink, with the reactions to it."""
    workspace = _workspace(source)
    if not workspace.chats:
        raise ExportError(_NO_LISTS)
    folder = posixpath.basename(posixpath.dirname(source.name) or Path.cwd().name)
    chat = workspace.chats.get(folder)
    if chat is None:
        chat = Chat(folder, folder, is_private=True, is_direct=_DIRECT.match(folder) is not None)
        sink.note(_UNLISTED)
    if not is_taken(chat, asked=asked, sink=sink):
        for line, _text in json_records(source, sink.skip):
            sink.skip(chat.left_out, line)
        return
    if not workspace.accounts:
        sink.note(_NO_USERS)
    reading = _Reading(sink, workspace, chat)
    for line, text in json_records(source, sink.skip):
        try:
            reading.take(decode(_MESSAGE, text), line)
        except UnreadableError as error:
            sink.skip(str(error), line)
    if reading.unsigned:
        sink.note(_UNSIGNED.format(reading.unsigned))


def _workspace(source: Source) -> _Workspace:
    """What stands above the folder of a channel, read once for all its files."""
    top = posixpath.normpath(posixpath.join(posixpath.dirname(source.name), ".."))
    beside = f"{top}/channels.json"
    if source.member is not None:
        return _read_workspace(Source("", source.path, beside), _stamps(source.path))
    return _read_workspace(
        Source("", Path(beside)), _stamps(*(Path(top, f"{name}.json") for name in _STAMPED))
    )


def _stamps(*paths: Path) -> tuple[tuple[int, int] | None, ...]:
    """What changes when a file does."""
    found = [path.stat() if path.is_file() else None for path in paths]
    return tuple(stat and (stat.st_mtime_ns, stat.st_size) for stat in found)


@functools.lru_cache(maxsize=4)
def _read_workspace(top: Source, stamps: tuple[tuple[int, int] | None, ...]) -> _Workspace:
    """What the files at the top of an export say; `stamps` tell it from one that lay there before."""
    chats: dict[str, Chat] = {}
    names: dict[str, str] = {}
    for listed, (is_private, is_direct) in _LISTS.items():
        for channel in _records(top.beside(f"{listed}.json"), _CHANNEL):
            chat = Chat(channel.id, channel.name, is_private or bool(channel.is_private), is_direct)
            chats.setdefault(channel.name or channel.id, chat)
            chats.setdefault(channel.id, chat)
            if not chat.is_private:  # the name of a chat between few people holds theirs
                names.setdefault(channel.id, channel.name or channel.id)
    accounts: dict[str, _Account] = {}
    for listed in ("users", "org_users"):
        for user in _records(top.beside(f"{listed}.json"), _USER):
            profile = user.profile or _Profile()
            name = _first(profile.display_name, profile.real_name, user.real_name, user.name)
            accounts[user.id] = _Account(name, bool(user.is_bot))
    return _Workspace(chats, accounts, names)


def _records(source: Source | None, decoder: msgspec.json.Decoder[T]) -> Iterator[T]:
    """The records of a list that can be read, if there is one."""
    if source is None:
        return
    for number, (_line, text) in enumerate(json_records(source, lambda reason, line: None)):
        if number == _MOST:
            return
        try:
            yield decode(decoder, text)
        except UnreadableError:
            continue


def _first(*names: object) -> str | None:
    """The first name that is one and no mail address."""
    return next((name for found in names if isinstance(found, str) and (name := shown_name(found))), None)


class _Reading:
    """One day of a channel."""

    def __init__(self, sink: Sink, workspace: _Workspace, chat: Chat) -> None:
        self._sink = sink
        self._workspace = workspace
        self._chat = chat
        self.unsigned = 0  # reactions

    def take(self, message: _Message, line: int) -> None:
        """Takes a message and the reactions to it."""
        if reason := self._no_post(message):
            self._sink.skip(reason, line)
            return
        if message.subtype == "channel_join":
            self._take_invitation(message, line)
            return
        post = self._post(message)
        if take(post, message.ts, self._sink, line, field="ts"):
            self._take_reactions(message.reactions, post, line)

    def _no_post(self, message: _Message) -> str | None:
        """Why a record is neither a post nor an invitation; None if it is one."""
        if message.type != "message":
            return "no message"
        if message.subtype == "tombstone":
            return _DELETED
        if message.subtype == "reply_broadcast":
            return _REPEATED
        if message.subtype not in _SPOKEN and not (message.subtype == "channel_join" and message.inviter):
            return _NOTICE
        if message.ts is None:
            return "no ts"
        return None if _TS.fullmatch(message.ts) else "ts is no date"

    def _take_invitation(self, message: _Message, line: int) -> None:
        guest, host = _id(message.user), _id(message.inviter)
        names = self._name(guest), self._name(host)
        edge = Edge("slack", host, names[1], guest, names[0], "invite")
        take_edge(edge, message.ts, self._sink, line, field="ts")

    def _post(self, message: _Message) -> Post:
        bot_id = _id(message.bot_id)
        author_id = _id(message.user) or bot_id
        account = self._workspace.accounts.get(author_id or "", _Account(None, False))
        words = words_of(
            message.text,
            message.blocks,
            account_name=self._name,
            channel_name=self._workspace.channel_names.get,
        )
        post = Post(
            "slack",
            self._post_id(message.ts),
            author_id,
            account.name
            or _called(message.user_profile)
            or _called(message.bot_profile)
            or _first(message.username),
            None,
            text=words.text or None,
            conversation_id=self._post_id(message.thread_ts),
            mentions=words.mentions or None,
            hashtags=words.hashtags,
            links=words.links or None,
            place=self._chat.chat_id if self._chat.is_direct else self._chat.name,
            is_bot=account.is_bot
            or bot_id is not None
            or message.subtype == "bot_message"
            or author_id == _SLACKBOT,
        )
        if message.thread_ts is None or message.thread_ts == message.ts:
            return post
        # Where the first message of a thread was deleted, the robot's notice stands in its place.
        answered = None if message.parent_user_id == _SLACKBOT else _id(message.parent_user_id)
        return post._replace(
            kind="reply",
            reply_to_post_id=self._post_id(message.thread_ts),
            reply_to_id=answered,
            reply_to_name=self._name(answered),
        )

    def _post_id(self, ts: str | None) -> str | None:
        return f"{self._chat.chat_id}/{ts}" if ts and _TS.fullmatch(ts) else None

    def _name(self, account_id: str | None) -> str | None:
        return self._workspace.accounts.get(account_id or "", _Account(None, False)).name

    def _take_reactions(self, reactions: object, post: Post, line: int) -> None:
        for reaction in reactions if isinstance(reactions, list) else []:
            match reaction:
                case {"users": list(users), **more}:
                    known = [user_id for user in users if (user_id := _id(user))]
                case _:
                    continue
            for user_id in known:
                take_reaction((user_id, self._name(user_id)), post, sink=self._sink, line=line)
            count = more.get("count")
            self.unsigned += max(0, count - len(known)) if isinstance(count, int) and count < _MOST else 0


def _id(found: object) -> str | None:
    return found.strip() or None if isinstance(found, str) else None


def _called(profile: object) -> str | None:
    """The name in a profile that comes with a message."""
    if not isinstance(profile, dict):
        return None
    return _first(profile.get("display_name"), profile.get("real_name"), profile.get("name"))
