"""Asked in plain words, what does somebody say who does not know the command? Their answers, as the command."""

from __future__ import annotations

import difflib
import glob
import os
import re
import shlex
from collections.abc import Callable, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from communitylab import files
from communitylab.accounts import STRANGERS, list_of_others
from communitylab.errors import (
    CallError,
    CommunitylabError,
    NoSuchChatError,
    UnnamedChatsError,
    command_line,
    printable,
)
from communitylab.exports import readable
from communitylab.exports.followers import Follower, read_followers
from communitylab.glances import Glance, glance
from communitylab.options import listed
from communitylab.page import check_writable

__all__ = ["account_meant", "asked", "candidates", "is_no", "paths_in", "what_is_wrong"]

_NEAR = 3
_OF_WINDOWS = re.compile(r"""["']?([A-Za-z]:[\\/]|\\\\)""")


def asked(*, answer: Callable[[str], str], say: Callable[[str], None]) -> list[str]:
    """Asks for the files, the account, the colleagues and the follower list, until each can be used.

    Of an export of several chats it also asks which are meant.

    Parameters
    ----------
    answer
        Shows a prompt and gives the line that was typed, as :func:`input` does.
    say
        Shows lines.

    Returns
    -------
    list of str
        The words of the command that makes the report; `say` was told it, too.

    Raises
    ------
    CallError
        If no report can be written into the current folder.
    """
    check_writable(Path("report").resolve())
    talk = _Talk(answer, say)
    try:
        exported, chats, seen = _files(talk)
        known = candidates(seen)
        brand = _account(talk, known)
        say(
            "\n3. Which colleagues post for you from accounts of their own? Names, with commas between; "
            "only Enter for nobody."
        )
        colleagues = [account_meant(one, known) for one in listed(talk.line("Colleagues: "))]
        brands = ",".join(dict.fromkeys([brand, *(name for name in colleagues if not is_no(name))]))
        followers = _follower_list(talk, seen, listed(brands))
    except (EOFError, KeyboardInterrupt):
        say("")  # the prompt stands on the line before
        raise
    words = ["communitylab", "report", *exported, "--brand", brands]
    words += ["--chats", ",".join(chats)] if chats else []
    words += ["--followers", followers] if followers else []
    say(f"\nThe command for this, to be typed the next time:\n\n    {command_line(words)}\n")
    return words


def paths_in(line: str) -> list[str]:
    """The paths in a line that was typed, pasted, or made by dragging files into the terminal.

    Blanks inside a path may stand behind a backslash or between quotes, or plainly where the line is one path;
    a path of Windows keeps its backslashes.

    Parameters
    ----------
    line
        As it was typed.

    Examples
    --------
    >>> paths_in("'my export.jsonl' forum\\\\ posts.json ")
    ['my export.jsonl', 'forum posts.json']
    >>> paths_in('"C:\\\\Users\\\\Ana\\\\my export.csv"')
    ['C:\\\\Users\\\\Ana\\\\my export.csv']
    """
    whole = line.strip()
    if _is_there(_home(whole)):
        return [_home(whole)]
    try:
        if os.name == "nt" or _OF_WINDOWS.match(whole):
            # PowerShell puts & before what is dragged into it.
            words = [_unquoted(word) for word in shlex.split(whole, posix=False) if word != "&"]
        else:
            words = shlex.split(whole)
    except ValueError:  # a quote that is never closed is part of a name, as in Ana's posts.jsonl
        words = [whole]
    paths = [_home(_without_comma(word)) for word in words if word]
    if len(paths) > 1 and not re.search(r"[\"'\\]", whole) and not any(map(_is_there, paths)):
        return [_home(whole)]  # one name with blanks, misspelt
    return paths


def what_is_wrong(path: str) -> str | None:
    """Why a path leads nowhere, with names close to it; null where it leads somewhere.

    Parameters
    ----------
    path
        As :func:`paths_in` gives it.
    """
    if _is_there(path):
        if os.path.exists(path) and not os.access(path, os.R_OK):
            return printable(f"{path} may not be read: your account on this computer has no right to.")
        return None
    missing, folder = Path(path).name, Path(path).parent
    while not folder.is_dir() and folder != folder.parent:
        missing, folder = folder.name, folder.parent
    where = f"the current folder, {Path.cwd()}" if str(folder) == "." else str(folder)
    near = _names_near(missing, folder)
    meant = f" Close to it: {', '.join(near)}." if near else ""
    return printable(f"There is no {missing} in {where}.{meant}")


def candidates(seen: Glance) -> list[tuple[str, int | None]]:
    """Accounts that may be the user's, with how often each is addressed.

    Parameters
    ----------
    seen
        The files at a glance. If one account wrote all of them, it comes first, without a number: they are its
        owner's.
    """
    alone = [(seen.all.busiest[0][0], None)] if seen.all.authors == 1 else []
    return [*alone, *(one for one in seen.all.most_named if not alone or one[0] != alone[0][0])]


def account_meant(line: str, known: Sequence[tuple[str, int | None]]) -> str:
    """The account that an answer stands for: that of a number in the list, or the name that was typed.

    Parameters
    ----------
    line
        As it was typed; a name may have an @ before it.
    known
        The accounts offered, as :func:`candidates` gives them.

    Examples
    --------
    >>> account_meant("2", [("ana", 9), ("bo", 7)]), account_meant(" @cy ", [("ana", 9)])
    ('bo', 'cy')
    """
    word = line.strip()
    if re.fullmatch("[0-9]{1,3}", word) and 1 <= int(word) <= len(known):
        return known[int(word) - 1][0]
    return word.removeprefix("@").strip()


def is_no(line: str) -> bool:
    """Whether an answer says that there is none.

    Parameters
    ----------
    line
        As it was typed.

    Examples
    --------
    >>> [is_no(line) for line in (" None ", "no", "-", "nora")]
    [True, True, True, False]
    """
    return line.strip().casefold() in ("", "-", "n", "no", "none", "nobody", "nothing")


class _Talk:
    """Two sides of a conversation in a terminal."""

    def __init__(self, answer: Callable[[str], str], say: Callable[[str], None]) -> None:
        self.answer, self.say = answer, say

    def line(self, prompt: str) -> str:
        """What was typed."""
        while True:
            try:
                return self.answer(prompt)
            except UnicodeDecodeError:
                self.say("That could not be read as text. Once more, please.")

    def explain(self, error: CommunitylabError) -> None:
        """Says what is wrong, whatever signs an export put into it."""
        self.say("\n".join(printable(line) for line in str(error).split("\n")))


def _files(talk: _Talk) -> tuple[list[str], list[str], Glance]:
    talk.say("\n1. Which files did you export? Drag them into this window, or type where they are.")
    while True:
        paths = paths_in(talk.line("Files: "))
        wrong = [said for path in paths if (said := what_is_wrong(path))]
        for said in wrong:
            talk.say(said)
        if not paths:
            talk.say("At least one file is needed; a folder or a zip will do.")
        elif not wrong:
            talk.say("Reading …")
            try:
                chats, seen = _glance(talk, paths)
            except CommunitylabError as error:
                talk.explain(error)
                talk.say(
                    "Other files, please; `communitylab report --help` has options for tables of your own."
                )
            else:
                return paths, chats, seen


def _glance(talk: _Talk, paths: list[str]) -> tuple[list[str], Glance]:
    """The files at a glance, and the chats that were named in them, if they hold several."""
    chats: list[str] = []
    while True:
        try:
            return chats, glance(paths, chats=chats)
        except (UnnamedChatsError, NoSuchChatError) as error:
            talk.explain(error)
        talk.say(
            "Which of these chats are about you? Their names, with commas between; only Enter for other files."
        )
        chats = listed(talk.line("Chats: "))
        if not chats:
            raise CallError("No chat was named.")


def _account(talk: _Talk, known: Sequence[tuple[str, int | None]]) -> str:
    talk.say("\n2. Which account is yours?" + (" These are addressed most in the files:" if known else ""))
    for number, (name, count) in enumerate(known, 1):
        how = "wrote all of them" if count is None else f"{count:,} times"
        talk.say(printable(f"  {number:>3}  {name} ({how})"))
    talk.say(
        "Type its number, or another name as the platform shows it." if known else "As the platform shows it."
    )
    names = {name.lower(): name for name, _count in known}
    doubted = None
    while True:
        name = account_meant(talk.line("Your account: "), known)
        near = difflib.get_close_matches(name.lower(), list(names), n=1)
        if not name:
            talk.say("It is needed: an audience talks with your account, a community with itself.")
        elif re.fullmatch("[0-9]{1,3}", name) and name not in (*names, doubted):
            doubted = name
            talk.say(f"The list has no {name}. If an account is called {name}, type it once more.")
        elif not near or name.lower() in names or name == doubted:
            return name
        else:
            doubted = name
            talk.say(
                printable(f"Did you mean {names[near[0]]}? Then type it; {name} once more keeps {name}.")
            )


def _follower_list(talk: _Talk, seen: Glance, brands: Sequence[str]) -> str | None:
    talk.say("\n4. Have you a list of your followers? Drag it into this window; only Enter for none.")
    while True:
        typed = talk.line("Follower list: ")
        paths = paths_in(typed)
        if not paths or (is_no(typed) and not _is_there(paths[0])):
            return None
        wrong = what_is_wrong(paths[0]) if len(paths) == 1 else f"One file, please; these are {len(paths)}."
        if wrong:
            talk.say(wrong)
            continue
        try:
            entries = read_followers(readable(files.find(paths)))
        except CommunitylabError as error:
            talk.explain(error)
            continue
        others = seen.all.authors - len(brands)
        if others < STRANGERS or _has_written(entries, seen, brands=brands):
            return paths[0]
        talk.say(printable(list_of_others(paths[0], entries=len(entries), wrote=others)))
        talk.say("Another list, please; only Enter for none: then everybody who wrote counts as a follower.")


def _has_written(entries: Sequence[Follower], seen: Glance, *, brands: Sequence[str]) -> bool:
    """Whether one of a list wrote something in the files; the brand itself is no follower."""
    keys = {key.lower() for entry in entries for key in entry[:2] if key} - {name.lower() for name in brands}
    return bool(pc.any(pc.is_in(pa.array(sorted(keys), pa.string()), value_set=seen.writers)).as_py())


def _unquoted(word: str) -> str:
    return word[1:-1] if len(word) > 1 and word[0] == word[-1] and word[0] in "\"'" else word


def _without_comma(word: str) -> str:
    return word if _is_there(_home(word)) else word.rstrip(",")


def _home(path: str) -> str:
    """A path in the user's own folder in full, and one that begins like an option so that it is none."""
    if path.startswith("-"):
        return f"./{path}"
    return os.path.expanduser(path)


def _is_there(path: str) -> bool:
    try:
        return os.path.exists(path) or bool(glob.has_magic(path) and glob.glob(path, recursive=True))
    except ValueError:  # signs that no path can hold
        return False


def _names_near(missing: str, folder: Path) -> list[str]:
    try:
        names = {name.lower(): name for name in sorted(os.listdir(folder)) if not name.startswith(".")}
    except OSError:
        return []
    found = difflib.get_close_matches(missing.lower(), list(names), n=_NEAR)
    # The same name with another ending is close as well, however long the ending.
    found += [name for name in names if Path(name).stem == Path(missing.lower()).stem and name not in found]
    return [names[name] for name in found[:_NEAR]]
