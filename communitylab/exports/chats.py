"""Which chats of an export with several are read: what is private only if its owner says so.

An export of a messenger holds every chat of whoever made it, those with friends and family among them. So a chat
that not everybody in the place can read is read only if `--chats` names it, by its name or its id; the others are
read unless `--chats` names which.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from communitylab.errors import command_line, printable
from communitylab.exports.asked import Asked
from communitylab.exports.sink import Sink

__all__ = ["NOT_ASKED", "PRIVATE", "Chat", "is_taken", "names_shown", "to_be_named"]

PRIVATE = "a message of a private chat"
NOT_ASKED = "a message of a chat that --chats does not name"

_MOST_NAMED = 20


class Chat(NamedTuple):
    """A chat, channel or group. `is_private`: not everybody in the place can read it."""

    chat_id: str
    name: str | None
    is_private: bool
    is_direct: bool = False  # between two people, or a few: its name is theirs

    @property
    def left_out(self) -> str:
        """Why its messages are not read, if they are not."""
        return PRIVATE if self.is_private else NOT_ASKED


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
    # Whom one calls like the group may be in the list of chats, too.
    name = "" if chat.is_direct else chat.name or ""
    own = {_folded(chat.chat_id), _folded(name)} - {""}
    named = {one for one in asked.chats if _folded(one) in own}
    if not named and "," in name:  # as there are commas between the names of chats, too
        parts = {_folded(part) for part in name.split(",")} - {""}
        found = {one for one in asked.chats if _folded(one) in parts}
        named = found if {_folded(one) for one in found} == parts else named
    sink.chat(None if chat.is_direct else chat.name or chat.chat_id, asked=named)
    return bool(named) if asked.chats else not chat.is_private


def _folded(name: str) -> str:
    return " ".join(name.split()).removeprefix("#").casefold()


def names_shown(names: Iterable[str]) -> str:
    """The first of many names, safe to show, and how many more there are.

    Parameters
    ----------
    names
        Of chats, each once.

    Examples
    --------
    >>> names_shown(["rye", "flour"]), names_shown(f"room {number}" for number in range(10, 32))[-18:]
    ('flour, rye', 'room 29 and 2 more')
    """
    every = sorted(names)
    more = f" and {len(every) - _MOST_NAMED} more" if len(every) > _MOST_NAMED else ""
    return ", ".join(printable(name)[:60] for name in every[:_MOST_NAMED]) + more


def to_be_named(chats: Iterable[Chat]) -> str:
    """Says that chats have to be named, and which there are.

    Parameters
    ----------
    chats
        Of an export.
    """
    every = list(chats)
    several = [chat for chat in every if not chat.is_direct]
    bearers = Counter(_folded(chat.name or "") for chat in several)
    shown = {_called(chat, is_alone=bearers[_folded(chat.name or "")] == 1): chat for chat in several}
    names = sorted(shown)
    first = shown[names[0]] if names else None
    example = "ID" if first is None else first.chat_id if first.name != names[0] else first.name
    direct = sum(chat.is_direct for chat in every)
    said = [
        f"This export holds {len(every):,} chats, private ones among them, and not all are about you.",
        f"Its groups and channels: {names_shown(names)}." if names else "",
        f"Chats between few people, to be named by their id: {direct:,}." if direct else "",
        f"Name those that are about you: {command_line(['--chats', example])}",
    ]
    return " ".join(filter(None, said))


def _called(chat: Chat, *, is_alone: bool) -> str:
    """The name of a chat, with its id where another has the same name."""
    if chat.name is None:
        return chat.chat_id
    return chat.name if is_alone else f"{chat.name} ({chat.chat_id})"
