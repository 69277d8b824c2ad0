"""Ids as tables hold them, and what spreadsheets make of them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

from communitylab.exports.x_status import first_linked

__all__ = [
    "DESTROYED",
    "ROUNDED",
    "are_destroyed",
    "cell_or_none",
    "exact_id",
    "hashed",
    "hashed_number",
    "id_or_none",
    "shown_name",
]

DESTROYED = (
    "the ids of posts were destroyed by a spreadsheet (rounded to 15 digits, or written as 1.2E+18): answers "
    "cannot be joined to what they answer. Export again and do not save the file from a spreadsheet"
)

ROUNDED = (
    "a spreadsheet has rounded the ids: those of posts were taken from their addresses, all others are left "
    "out, so answers go by name. Export again and do not save the file from a spreadsheet"
)

_POWER = re.compile(r"\d(?:[.,]\d+)?[Ee]\+\d+")
_ROUNDED = re.compile(r"\d{12,}000")
_NUMBER = re.compile(r"\+?[\d\s().\-‐‑]{7,30}")
_SHORTEST_NUMBER = 7  # digits
_ADDRESS = re.compile(r"@\s?[\w-]+\s?\.\s?\w|\w\s?[\[(]at[\])]\s?\w|^\S+ at \S+\.\w+$", re.I)
_ENOUGH = 20
_SHARE = 0.3


def cell_or_none(cell: str | None) -> str | None:
    """A cell without white space around it; None if it is empty or says that there is no value."""
    if cell is None:
        return None
    cell = cell.strip()
    return None if cell in ("", "NA", "nan", "NaN", "None", "null", "NULL") else cell


def id_or_none(cell: str | None) -> str | None:
    """The id in a cell: without the `x` some writers put before it and the `.0` others put after it.

    Parameters
    ----------
    cell
        As read.

    Returns
    -------
    str | None
        None if there is none, or a spreadsheet has rounded it.

    Examples
    --------
    >>> id_or_none("x1960700000000000001"), id_or_none("123.0"), id_or_none("1.26E+18")
    ('1960700000000000001', '123', None)
    """
    found = cell_or_none(cell)
    if found is None or _POWER.fullmatch(found):
        return None
    if found[0] == "x" and found[1:].isdigit():
        return found[1:]
    return found[:-2] if found.endswith(".0") and found[:-2].isdigit() else found


def are_destroyed(cells: Sequence[str | None]) -> bool:
    """Whether a column of ids has gone through a spreadsheet that keeps 15 digits only.

    Parameters
    ----------
    cells
        The first cells of the column.

    Returns
    -------
    bool
        True for a number like 1.26E+18, or for long ids of which more than 30 % end in 000.
    """
    found = [cell for cell in map(cell_or_none, cells) if cell]
    rounded = sum(bool(_ROUNDED.fullmatch(cell.removeprefix("x"))) for cell in found)
    return any(map(_POWER.fullmatch, found)) or (len(found) >= _ENOUGH and rounded > _SHARE * len(found))


def exact_id(cell: str | None, link: str | None) -> tuple[str | None, bool]:
    """The id of a post on X, if need be out of its address, which no spreadsheet rounds.

    Parameters
    ----------
    cell
        The id as read.
    link
        The address of the post, or None.

    Returns
    -------
    tuple[str | None, bool]
        The id, and whether the ids in its row cannot be trusted because this one differs from its address.

    Examples
    --------
    >>> exact_id("1.26426E+18", "http://twitter.com/ana/statuses/1264255250585849857")
    ('1264255250585849857', True)
    """
    given, linked = id_or_none(cell), first_linked(link)
    return (linked[1], given != linked[1]) if linked else (given, False)


def hashed(address: str, place: str) -> str:
    """A key for somebody of whom an export shows an e-mail address, which is never kept.

    The same address has the same key in every export of one place, and another key elsewhere. This hides it
    from a glance, not from somebody who has a list of addresses and tries them.

    Parameters
    ----------
    address
        The e-mail address.
    place
        What tells the place from others, such as the platform.

    Returns
    -------
    str
        `mail:` and 16 hexadecimal digits.
    """
    return f"mail:{_digest(address.strip().casefold(), place)}"


def hashed_number(text: str) -> str | None:
    """A key for somebody of whom an export shows a telephone number, which is never kept; None if it is none.

    Parameters
    ----------
    text
        As it is written, with the code of the country.

    Returns
    -------
    str or None
        `phone:` and 16 hexadecimal digits, the same however the number is written.

    Examples
    --------
    >>> hashed_number("+49 170 1234567") == hashed_number("491701234567"), hashed_number("12 loaves")
    (True, None)
    """
    if not _NUMBER.fullmatch(text.strip()):
        return None
    digits = "".join(str(int(sign)) for sign in text if sign.isdecimal())
    return f"phone:{_digest(digits, 'whatsapp')}" if len(digits) >= _SHORTEST_NUMBER else None


def _digest(text: str, place: str) -> str:
    key = hashlib.blake2b(place.casefold().encode("utf-8", "replace")).digest()
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=8, key=key).hexdigest()


def shown_name(name: str | None) -> str | None:
    """The name that somebody shows to people; None if it is empty or an e-mail address, which is never kept.

    Parameters
    ----------
    name
        As typed.

    Examples
    --------
    >>> shown_name(" Rosa  Baker"), shown_name("rosa@example.org"), shown_name("rosa at example.org")
    ('Rosa Baker', None, None)
    """
    found = " ".join((name or "").split())
    return None if not found or _ADDRESS.search(found) else found
