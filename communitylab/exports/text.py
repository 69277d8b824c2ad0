"""What can be read from the text of a post where the export does not say it."""

from __future__ import annotations

import re

from communitylab.tables import Mention

__all__ = ["hashtags_in", "links_in", "located", "name_at_head", "names_in"]

# An address such as me@example.org names nobody; neither does the start of a link.
_NAME = re.compile(r"(?<![A-Za-z0-9_!#$%&*/@＠])[@＠]([A-Za-z0-9_]{1,30})(?![A-Za-z0-9_@＠À-ɏ]|://)")
_AT_HEAD = re.compile(r"\s*@(\w{1,30})")
_HASHTAG = re.compile(r"(?<![\w&/])[#＃](\w*[^\W\d_]\w*)")
_LINK = re.compile(r"https?://[^\s<>\"]+")


def names_in(text: str | None) -> list[Mention]:
    """The accounts named in a text, every occurrence with its place.

    Parameters
    ----------
    text
        The text, or None.

    Returns
    -------
    list[Mention]
        Names without @, as written, in order.

    Examples
    --------
    >>> [(mention.name, mention.start) for mention in names_in("@ana and @Bo: mail me@example.org")]
    [('ana', 0), ('Bo', 9)]
    """
    if not text or ("@" not in text and "＠" not in text):
        return []
    return [Mention(None, match[1], match.start()) for match in _NAME.finditer(text)]


def name_at_head(text: str | None) -> str | None:
    """The account with whose name a text begins, as answers do; None if it begins otherwise.

    Parameters
    ----------
    text
        The text, or None.

    Examples
    --------
    >>> name_at_head(" @Rosa: rye?"), name_at_head("rye, @Rosa")
    ('Rosa', None)
    """
    head = _AT_HEAD.match(text or "")
    return head[1] if head else None


def located(text: str | None, named: list[tuple[str | None, str | None]]) -> list[Mention]:
    """Places for accounts that an export lists without places.

    Parameters
    ----------
    text
        The text, or None.
    named
        Id and name of each account; either may be None.

    Returns
    -------
    list[Mention]
        One entry for each place where an account is named, in order; after them, without a place,
        the accounts that are not found in the text. Names that only the text has are left out.
    """
    places: dict[str, list[Mention]] = {}
    for mention in names_in(text):
        places.setdefault(mention.name.lower(), []).append(mention)  # type: ignore[union-attr]
    found: list[Mention] = []
    missing: list[Mention] = []
    distinct: dict[tuple[str | None, str | None], str | None] = {}
    for account_id, name in named:
        distinct.setdefault((account_id, name.lower() if name else None), name)
    for (account_id, _), name in distinct.items():
        at = places.get(name.lower(), []) if name else []
        found += [Mention(account_id, name, mention.start) for mention in at]
        if not at:
            missing.append(Mention(account_id, name))
    return sorted(found, key=lambda mention: mention.start or 0) + missing


def hashtags_in(text: str | None) -> list[str] | None:
    """Hashtags of a text, folded, without #; None if there are none."""
    return (
        [match[1].casefold() for match in _HASHTAG.finditer(text)] or None if text and "#" in text else None
    )


def links_in(text: str | None) -> list[str] | None:
    """Links in a text; None if there are none."""
    return _LINK.findall(text) or None if text and "://" in text else None
