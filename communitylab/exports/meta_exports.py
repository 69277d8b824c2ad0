"""What the exports of Facebook and Instagram have in common: broken letters, and names for want of ids."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from communitylab.tables import Mention

__all__ = ["FOLLOWED", "FOLLOWERS", "ONE_NAME", "followers_in", "instagram_names", "repaired"]

ONE_NAME = "people are told apart by the name they show, for want of ids: two people of one name count as one"
"""The remark on a file in which some authors have no id."""

FOLLOWERS = re.compile(
    r'\s*(?:\{\s*"(?:followers_v\d|relationships_followers)"|\[\s*\{[^}]{0,500}"string_list_data")'
)
"""How a list of followers in an archive of Facebook or Instagram begins."""

FOLLOWED = re.compile(r'\s*\{\s*"(?:following_v\d|relationships_following)"')
"""How a list begins of those whom the account follows."""

_LISTS = ("followers_v3", "followers_v2", "relationships_followers")
_NAME = re.compile(r"(?<![\w.@/])@([A-Za-z0-9_](?:[A-Za-z0-9_.]{0,28}[A-Za-z0-9_])?)(?![\w@])")


def instagram_names(text: str) -> list[Mention]:
    """The accounts named in a text of Instagram, where a name may have dots inside.

    Parameters
    ----------
    text
        The text.

    Returns
    -------
    list[Mention]
        Names without @, as written, in order.

    Examples
    --------
    >>> [(mention.name, mention.start) for mention in instagram_names("@ana.bakes and @Bo.")]
    [('ana.bakes', 0), ('Bo', 15)]
    """
    return [Mention(None, match[1], match.start()) for match in _NAME.finditer(text)]


def repaired(text: str) -> str:
    """A text as it was written: archives hold the bytes of UTF-8 as if each were a letter of Latin-1.

    Parameters
    ----------
    text
        As read.

    Returns
    -------
    str
        The text itself if it is not broken in this way.

    Examples
    --------
    >>> repaired("CafÃ©"), repaired("Café")
    ('Café', 'Café')
    """
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text


def followers_in(whole: Mapping[str, object]) -> Iterator[tuple[str, str | None]]:
    """The followers in a record of an archive of Facebook or Instagram, which may be the whole list.

    Parameters
    ----------
    whole
        As read.

    Returns
    -------
    Iterator[tuple[str, str | None]]
        The name of each, on Facebook the one that is shown, and since when in Unix seconds.
    """
    for item in (whole, *(item for key in _LISTS for item in _list(whole.get(key)))):
        if not isinstance(item, dict):
            continue
        entries = [entry for entry in _list(item.get("string_list_data")) if isinstance(entry, dict)]
        entry = entries[0] if entries else item
        name = next(
            (found for found in (entry.get("value"), item.get("name"), item.get("title")) if found), None
        )
        since = entry.get("timestamp")
        if isinstance(name, str):
            is_time = isinstance(since, int) and 0 < since < 10**15
            yield repaired(name), str(since) if is_time else None


def _list(found: object) -> list[object]:
    return found if isinstance(found, list) else []
