"""Ids as tables hold them, and what spreadsheets make of them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

__all__ = ["DESTROYED", "are_destroyed", "cell_or_none", "hashed", "id_or_none"]

DESTROYED = (
    "the ids of posts were destroyed by a spreadsheet (rounded to 15 digits, or written as 1.2E+18): answers "
    "cannot be joined to what they answer. Export again and do not save the file from a spreadsheet"
)

_POWER = re.compile(r"\d(?:[.,]\d+)?[Ee]\+\d+")
_ROUNDED = re.compile(r"\d{12,}000")
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


def hashed(address: str, place: str) -> str:
    """A key for somebody of whom an export shows an e-mail address, which is never kept.

    The same address has the same key in every export of one place, and another key elsewhere. This hides it
    from a glance, not from somebody who has a list of addresses and tries them.

    Parameters
    ----------
    address
        The e-mail address.
    place
        What tells the place from others, such as the address of the blog.

    Returns
    -------
    str
        `mail:` and 16 hexadecimal digits.
    """
    folded = address.strip().casefold().encode("utf-8", "replace")
    key = hashlib.blake2b(place.casefold().encode("utf-8", "replace")).digest()
    return "mail:" + hashlib.blake2b(folded, digest_size=8, key=key).hexdigest()
