"""The errors a user can cause, each with what was found, where, and the cure.

CommunitylabError
├── CallError       the call is wrong: an option, a missing file, a name         (exit status 2)
│   └── NoSuchChatError     a chat was named that no export holds
├── ExportError     nothing can be read in the exports                           (exit status 3)
│   └── UnnamedChatsError   an export holds several chats, and none was named
└── CoverageError   the exports can be read but cannot answer the question       (exit status 4)

Messages quote what strangers wrote; `printable` makes that safe to show, and `command_line` safe to paste.
"""

import os
import re
import shlex
from collections.abc import Sequence

__all__ = [
    "CallError",
    "CommunitylabError",
    "CoverageError",
    "ExportError",
    "NoSuchChatError",
    "UnnamedChatsError",
    "command_line",
    "printable",
]

_PLAIN = re.compile(r"[\w./\\:=,-]+")  # to cmd and to PowerShell
_LIVE = re.compile('[$`%"“”„]')  # to one of them or both even between quotes


class CommunitylabError(Exception):
    """Base of every error that is the input's, not the program's."""

    exit_status = 2

    def _render_traceback_(self) -> list[str]:
        """What Jupyter shows in place of a traceback: the message, which says what to do."""
        return [f"{type(self).__name__}: {printable(str(self))}"]


class CallError(CommunitylabError):
    """The call itself is wrong: a missing file, an unknown option value, a brand that never occurs."""

    exit_status = 2


class NoSuchChatError(CallError):
    """A chat was named that no export holds."""


class ExportError(CommunitylabError):
    """Nothing in the exports could be read as posts or acts."""

    exit_status = 3


class UnnamedChatsError(ExportError):
    """Nothing could be read, because an export holds several chats and none was named."""


class CoverageError(CommunitylabError):
    """The exports were read, and cannot show what was asked of them."""

    exit_status = 4


def printable(text: str) -> str:
    """Text from an export without the control characters that could drive a terminal or hide in a page.

    Parameters
    ----------
    text
        Any text.
    """
    return "".join(char if char.isprintable() else "�" for char in text)


def command_line(words: Sequence[str]) -> str:
    """A command as one line that can be pasted into a terminal and means these words, whatever strangers wrote in them.

    Parameters
    ----------
    words
        The command and what follows it.
    """
    quoted = _quoted_for_windows if os.name == "nt" else shlex.quote
    return " ".join(quoted(printable(word)) for word in words)


def _quoted_for_windows(word: str) -> str:
    """A word for cmd and PowerShell; a sign that no quotes tame becomes ?, which stands for any sign in a path."""
    if _PLAIN.fullmatch(word):
        return word
    tame = _LIVE.sub("?", word)
    ends = len(tame) - len(tame.rstrip("\\"))  # a backslash before the closing quote would escape it
    return f'"{tame}{ends * chr(92)}"'
