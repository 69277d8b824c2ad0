"""Which chats of an export with several are read: what is private only if its owner says so.

An export of a messenger holds every chat of whoever made it, those with friends and family among them. So a chat
that not everybody in the place can read is read only if `--chats` names it, by its name or its id; the others are
read unless `--chats` names which.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from communitylab.errors import command_line, printable
from communitylab.exports.asked import Asked
from communitylab.exports.sink import Sink

__all__ = ["NOT_ASKED", "PRIVATE", "Chat", "is_taken", "to_be_named"]

PRIVATE = "a message of a private chat"
NOT_ASKED = "a message of a chat that --chats does not name"

_MOST_NAMED = 20


class Chat(NamedTuple):
    """A chat, channel or group. `is_private`: not everybody in the place can read it."""

    chat_id: str
    name: str | None
    is_private: bool
    is_direct: bool = False  # between two people, or a few: its name is theirs


def is_taken(chat: Chat, sink: Sink, *, asked: Asked) -> bool:
    """Whether a chat is read; the sink keeps that it is there.

    Parameters
    ----------
    chat
        The chat.
    sink
        Where its messages would go.
    asked
        What the user says of the files.
    """
    own = {chat.chat_id.casefold(), (chat.name or "").strip().casefold()} - {""}
    named = {one for one in asked.chats if one.strip().removeprefix("#").casefold() in own}
    sink.chat(None if chat.is_direct else chat.name or chat.chat_id, asked=named)
    return bool(named) if asked.chats else not chat.is_private


def to_be_named(chats: Iterable[Chat]) -> str:
    """Says that chats have to be named, and which there are.

    Parameters
    ----------
    chats
        Of an export.
    """
    every = list(chats)
    names = sorted({chat.name or chat.chat_id for chat in every if not chat.is_direct})
    direct = sum(chat.is_direct for chat in every)
    shown = ", ".join(printable(name)[:60] for name in names[:_MOST_NAMED])
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    said = [
        f"This export holds {len(every):,} chats, private ones among them, and not all are about you.",
        f"Its groups and channels: {shown}{more}." if names else "",
        f"Chats between few people, to be named by their id: {direct:,}." if direct else "",
        f"Name those that are about you: {command_line(['--chats', names[0]]) if names else '--chats ID'}",
    ]
    return " ".join(filter(None, said))
