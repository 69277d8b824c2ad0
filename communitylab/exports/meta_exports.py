"""What the exports of Facebook and Instagram have in common: broken letters, and names for want of ids.

Facebook writes one id in several ways. Here a post is the number that is its own, `POST`, and a comment
`POST_COMMENT`, as the Graph API calls it: so the same thread is one, whatever wrote it down.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping

from communitylab.tables import Mention

__all__ = [
    "FOLLOWED",
    "FOLLOWERS",
    "ONE_NAME",
    "facebook_comment",
    "facebook_post",
    "followers_in",
    "instagram_names",
    "listed",
    "repaired",
    "seconds",
    "text_of",
]

ONE_NAME = "people are told apart by the name they show, for want of ids: two people of one name count as one"
"""The remark on a file in which some authors have no id."""

FOLLOWERS = re.compile(
    r'\s*(?:\{\s*"(?:followers_v\d|relationships_followers)"|\[\s*\{[^}]{0,500}"string_list_data")'
)
"""How a list of followers in an archive of Facebook or Instagram begins."""

FOLLOWED = re.compile(r'\s*\{\s*"(?:following_v\d|relationships_following)"')
"""How a list begins of those whom the account follows."""

_PAGE_POST = re.compile(r"\d{1,40}_(\d{1,40})")
_COMMENT = re.compile(r"(?:(?:\d{1,40}_)?(\d{1,40})_)?(\d{1,40})")
_ENCODED = re.compile(r"(Y29tbWVudD[\w-]{1,180})(?:=|%3D)*")  # "comment:" in base64
_LISTS = ("followers_v3", "followers_v2", "relationships_followers")
_NAME = re.compile(r"(?<![\w.@/])@([A-Za-z0-9_](?:[A-Za-z0-9_.]{0,28}[A-Za-z0-9_])?)(?![\w@])")


def facebook_post(post_id: str | None) -> str | None:
    """The id of a post of Facebook without that of its page, which not every export writes before it.

    Parameters
    ----------
    post_id
        As read.

    Examples
    --------
    >>> facebook_post("900_700"), facebook_post("700")
    ('700', '700')
    """
    found = _PAGE_POST.fullmatch(post_id or "")
    return found[1] if found else post_id


def facebook_comment(comment_id: str | None, post: str | None) -> str | None:
    """The id of a comment of Facebook as the Graph API writes it, as far as it is known.

    Parameters
    ----------
    comment_id
        As read: with the number of its post or without, or as links have it today, in base64.
    post
        The number of the post below which it stands, if that is known.

    Examples
    --------
    >>> facebook_comment("801", "700"), facebook_comment("Y29tbWVudDo3MDBfODAx", None)
    ('700_801', '700_801')
    """
    found = _COMMENT.fullmatch(_decoded(comment_id or ""))
    if found is None:
        return comment_id
    place = found[1] or (post if post and post.isdecimal() else None)
    return f"{place}_{found[2]}" if place else found[2]


def _decoded(comment_id: str) -> str:
    encoded = _ENCODED.fullmatch(comment_id)
    if encoded is None:
        return comment_id
    try:
        content = base64.urlsafe_b64decode(encoded[1] + "=" * (-len(encoded[1]) % 4))
    except ValueError:
        return comment_id
    return content.decode("ascii", "replace").removeprefix("comment:")


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


def text_of(found: object) -> str:
    """A text as it was written, without white space around it; empty if it is none."""
    return repaired(found).strip() if isinstance(found, str) else ""


def listed(found: object) -> list[object]:
    """A list; empty if it is none."""
    return found if isinstance(found, list) else []


def seconds(found: object) -> str | None:
    """A time in Unix seconds as text: None if there is none, no time at all if it cannot be one."""
    if found in (None, 0):
        return None
    is_short = isinstance(found, str | float) or (isinstance(found, int) and abs(found) < 10**15)
    return str(found) if is_short else "?"


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
    for item in (whole, *(item for key in _LISTS for item in listed(whole.get(key)))):
        if not isinstance(item, dict):
            continue
        entries = [entry for entry in listed(item.get("string_list_data")) if isinstance(entry, dict)]
        entry = entries[0] if entries else item
        name = next(
            (found for found in (entry.get("value"), item.get("name"), item.get("title")) if found), None
        )
        since = entry.get("timestamp")
        if isinstance(name, str):
            is_time = isinstance(since, int) and 0 < since < 10**15
            yield repaired(name), str(since) if is_time else None
