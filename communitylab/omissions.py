"""Who asked to be forgotten: a list that names nobody."""

from __future__ import annotations

import functools
import hashlib
import itertools
import re
import secrets
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from operator import or_
from pathlib import Path

import ibis
from ibis.expr.types import BooleanValue, StringValue

from communitylab.errors import CallError
from communitylab.private import restrict
from communitylab.sheets import brief, read_sheet, write_sheet

__all__ = ["FORGOTTEN", "LIST", "Omissions", "folded", "read_omissions", "write_omissions"]

FORGOTTEN = "by somebody who asked to be forgotten"
"""Why a record by such a person is no post."""

LIST = "forgotten.csv"
"""The list, in a store and in the private folder of a report."""

_COLUMNS = ("salt", "fingerprint")
_UNTOLD, _ANY = "table", ""  # the platform of tables that tell none; and whichever there is
_SHORTEST = 3  # letters of a word that is part of a name
_NAMES = 4  # words, at most, of a name that is no sentence
_HELD = 5  # letters from which on a handle is looked for inside of hashtags and hosts
_ENDING = re.compile(r"(?:\.(?:com?|org|net|gov|edu|ac))?\.[^\W\d_]+$")


@dataclass(frozen=True)
class Omissions:
    """People to be kept out, by fingerprints of their accounts' ids and names.

    A fingerprint is the SHA-256 of a salt (128 random bits), the platform and the id, or the name in lower case; and
    of the words of which names consist, so that they become nobody's topic.
    It hides the names from whoever opens the list, and from whoever has lists of other places: with another salt
    the same name gives another fingerprint. It does not hide them from somebody who has this list, suspects a name
    and tries it: that takes a moment. So the list stays with what is private.
    """

    marks: frozenset[tuple[str, str]] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.marks)

    def __or__(self, other: Omissions) -> Omissions:
        return Omissions(self.marks | other.marks)

    def covers(self, other: Omissions) -> bool:
        """Whether everybody on another list is on this one.

        Parameters
        ----------
        other
            The other list.
        """
        return other.marks <= self.marks

    def with_people(
        self,
        *,
        ids: Iterable[tuple[str, str]] = (),
        names: Iterable[tuple[str, str]] = (),
        called: Iterable[str] = (),
        asked: Iterable[str] = (),
    ) -> Omissions:
        """The list with further people on it.

        Parameters
        ----------
        ids, names
            Platform with id, platform with name.
        called
            What else they are called, or show as their name, others perhaps as well: it keeps nobody out, and its words
            become no topics.
        asked
            Words by which somebody was asked for: they tell that it was done, and keep nobody out.
        """
        salt = min((salt for salt, _mark in self.marks), default="") or secrets.token_hex(16)
        names = tuple(names)
        known = [("id", *one) for one in ids] + [("name", place, folded(name)) for place, name in names]
        told = []
        for kind, place, value in known:
            # Whose platform is not known may come from any next time, and from any one may come without it.
            places = {place, _UNTOLD} | ({_ANY} if place == _UNTOLD else set())
            told += [(kind, one, value) for one in places]
        told += [("asked", "", _called(words)) for words in asked]
        told += [
            ("word", "", word)
            for name in {*called, *(name for _place, name in names)}
            for word in _words(name)
        ]
        return Omissions(self.marks | {(salt, _fingerprint(salt, *one)) for one in told})

    def knows(
        self, platforms: Iterable[str], *, account_id: str | None = None, name: str | None = None
    ) -> bool:
        """Whether an account is on the list, by its id or its name.

        Parameters
        ----------
        platforms
            Those on which it may be.
        account_id, name
            What it goes by.
        """
        told = [("id", account_id)] if account_id is not None else []
        told += [("name", folded(name))] if name is not None else []
        return any(self._has(kind, place, value) for place in platforms for kind, value in told)

    def knows_account(self, account: tuple[str, str], *, name: str = "") -> bool:
        """Whether an account is on the list, as a table of a report tells it.

        Parameters
        ----------
        account
            Platform and id; where no id is known, the id is ``name:`` and the name in lower case.
        name
            What it is called there.
        """
        platform, account_id = account
        is_name = account_id.startswith("name:")
        named = account_id.removeprefix("name:") if is_name else name or None
        return self.knows([platform], account_id=None if is_name else account_id, name=named)

    def was_asked(self, words: str) -> bool:
        """Whether somebody was asked for by these words before.

        Parameters
        ----------
        words
            In any case, with or without @.
        """
        return self._has("asked", "", _called(words))

    def holds_name(self, thing: str, *, is_word: bool) -> bool:
        """Whether a word, a hashtag or the host of a link is, or holds, what somebody on the list is called.

        Parameters
        ----------
        thing
            In any case.
        is_word
            Whether it is a word; in hashtags and hosts words have grown together.
        """
        told = _looked_at(thing)
        parts = {told, _letters(told), *_parts(_ENDING.sub("", told))}
        if is_word or any(self._has("word", "", part) for part in parts):
            return any(self._has("word", "", part) for part in parts)
        # #teamrosalind: every name is on the list also with the platform of tables that tell none.
        inside = {
            told[start:end] for start in range(len(told)) for end in range(start + _HELD, len(told) + 1)
        }
        return any(self._has("name", _UNTOLD, part) for part in inside)

    def without_names(self, words: str) -> str:
        """A list of words, with commas between them, without those that are, or hold, what somebody is called.

        Parameters
        ----------
        words
            What a group talks about.
        """
        return ", ".join(word for word in words.split(", ") if not self.holds_name(word, is_word=True))

    def _has(self, kind: str, place: str, value: str) -> bool:
        return any(
            (salt, _fingerprint(salt, kind, one, value)) in self.marks
            for salt in self.salts
            for one in (place, _ANY)
        )

    @functools.cached_property
    def salts(self) -> tuple[str, ...]:
        """Those with which fingerprints were taken, in order."""
        return tuple(sorted({salt for salt, _mark in self.marks}))

    def matching(self, place: StringValue, value: StringValue, *, kind: str) -> BooleanValue:
        """Whether a value of a table is on the list.

        Parameters
        ----------
        place, value
            Columns: the platform, and the id or the name in lower case.
        kind
            ``"id"`` or ``"name"``.
        """
        found = []
        for salt in self.salts:
            known = sorted(mark for of, mark in self.marks if of == salt)
            for one in (place, ibis.literal(_ANY)):
                told = ibis.literal(f"{salt}\n{kind}\n") + one + "\n" + value
                found.append(told.hexdigest("sha256").isin(known))
        return functools.reduce(or_, found).fill_null(False)


def _fingerprint(salt: str, kind: str, place: str, value: str) -> str:
    told = f"{salt}\n{kind}\n{place}\n{value}"
    return hashlib.sha256(told.encode("utf-8", errors="replace")).hexdigest()


def _called(words: str) -> str:
    return folded(unicodedata.normalize("NFC", words.strip().lstrip("@＠")))


def _words(name: str) -> set[str]:
    """All that a name may be called in passing: itself, its letters, its words, each with an s as well."""
    told = _looked_at(name)
    # Up to (she/her), a comma, a sunflower.
    begun = itertools.dropwhile(lambda sign: not _is_letter(sign), told)
    held = itertools.takewhile(lambda sign: _is_letter(sign) or sign.isspace() or sign in "_.'’&+-", begun)
    parts = _parts("".join(held))
    words = {told, _letters(told), *(parts if len(parts) <= _NAMES else ())}
    words = {word for word in words if len(word) >= _SHORTEST}
    return words | {word + "s" for word in words}


def _looked_at(text: str) -> str:
    """Small letters, nothing hidden, letters and their marks as one sign: as topics are told."""
    shown = "".join(sign for sign in text if unicodedata.category(sign) != "Cf")
    return unicodedata.normalize("NFC", folded(shown))


def _is_letter(sign: str) -> bool:
    return unicodedata.category(sign)[0] in "LM"


def _letters(text: str) -> str:
    return "".join(filter(_is_letter, text))


def _parts(text: str) -> list[str]:
    return "".join(sign if _is_letter(sign) else " " for sign in text).split()


def folded(name: str) -> str:
    """A name in lower case, sign by sign, as the engine has it.

    Parameters
    ----------
    name
        Any text.

    Examples
    --------
    >>> folded("ΑΝΑΣ")
    'ανασ'
    """
    return "".join(sign.lower()[:1] for sign in name)


def read_omissions(folder: Path) -> Omissions:
    """The list in a folder; nobody where there is none.

    Parameters
    ----------
    folder
        A store, or the private folder of a report.

    Raises
    ------
    CallError
        If the list cannot be read: without it people would come back who asked to be forgotten.
    """
    path = folder / LIST
    if not path.exists():
        return Omissions()
    cure = "Put it back as it was: without it people come back who asked to be forgotten."
    rows, _others = read_sheet(path, _COLUMNS, what="A list of who asked to be forgotten", cure=cure)
    marks = set()
    for row in rows:
        salt, mark = row.cells["salt"], row.cells["fingerprint"]
        if not re.fullmatch("[0-9a-f]{32}", salt) or not re.fullmatch("[0-9a-f]{64}", mark):
            wrong = mark if re.fullmatch("[0-9a-f]{32}", salt) else salt
            raise CallError(f"{path}, line {row.line}: {brief(wrong)} is no fingerprint. {cure}")
        marks.add((salt, mark))
    return Omissions(frozenset(marks))


def write_omissions(omissions: Omissions, folder: Path) -> None:
    """Writes a list into a folder, where anybody is on it.

    Parameters
    ----------
    omissions
        The list.
    folder
        A store, or the private folder of a report.

    Raises
    ------
    CallError
        If it cannot be written.
    """
    if omissions:
        write_sheet(folder / LIST, sorted(omissions.marks), columns=_COLUMNS)
        restrict(folder / LIST)
