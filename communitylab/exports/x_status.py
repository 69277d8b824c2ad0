"""A post as the X API wrote it until version 1.1, and as account archives write it to this day.

Numbers in it are not to be trusted: the ids beside them, as text, are. Long posts of the old streams hold
their text in `extended_tweet`. Archives say neither what a post repeats nor what it quotes: there the head
of the text (`RT @name:`) and the link at its end have to do.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import NamedTuple, TypeAlias

import msgspec

from communitylab.exports.text import hashtags_in, links_in, located, names_in
from communitylab.tables import Post

__all__ = [
    "Account",
    "Entities",
    "Status",
    "exact",
    "first_linked",
    "is_timeline",
    "linked",
    "post_of",
    "repeated",
    "sent_at",
]

_REPOST_HEAD = re.compile(r"\s*RT @(\w{1,30})\b")
_SITE, _NAME, _STATUS = r"(?:twitter|x)\.com/(?:#!/)?", r"(\w{1,30})/", r"status(?:es)?/(\d{1,30})(?!\d)"
# Where a text breaks off the platform has added `/i/web/status/` and its own id: that quotes nothing.
_LINK = re.compile(rf"https?://(?:\w+\.)?{_SITE}{_NAME}{_STATUS}(?:[?#]\S*)?")
_LINKED = re.compile(rf"(?:^|[/.]){_SITE}(?:{_NAME})?(?:web/)?{_STATUS}")
_TIMELINE = re.compile(r"/users/\d+/tweets(?:\?|$)")

_FIRST_TIMED = 29_700_859_247  # of 4 November 2010: since then ids hold a time
_EPOCH = 1_288_834_974_657

_Id: TypeAlias = str | int | float | None


class Account(msgspec.Struct, gc=False):
    """An account, or an account named in a text."""

    id_str: _Id = None
    id: _Id = None
    screen_name: str | None = None
    name: str | None = None


class _Hashtag(msgspec.Struct, gc=False):
    text: str | None = None


class _Url(msgspec.Struct, gc=False):
    expanded_url: str | None = None


class Entities(msgspec.Struct, gc=False):
    """Accounts, hashtags and links of a text."""

    user_mentions: list[Account] | None = None
    hashtags: list[_Hashtag] | None = None
    urls: list[_Url] | None = None


class _Extended(msgspec.Struct, gc=False):
    full_text: str | None = None
    entities: Entities | None = None


class _Original(msgspec.Struct, gc=False):
    """A post inside another: context, no record."""

    id_str: _Id = None
    id: _Id = None
    user: Account | None = None


class _Permalink(msgspec.Struct, gc=False):
    expanded: str | None = None


class _Edit(msgspec.Struct, gc=False):
    """Which post was changed, in each of the ways in which exports say it."""

    initial_tweet_id: _Id = None  # the API
    initial: _Versions | None = None  # archives: of a post as it was first
    edit: _Changed | None = None  # and of one that was changed


class _Versions(msgspec.Struct, gc=False, rename="camel"):
    edit_tweet_ids: list[_Id] | None = None


class _Changed(msgspec.Struct, gc=False, rename="camel"):
    initial_tweet_id: _Id = None


class Status(msgspec.Struct, gc=False):
    """A post."""

    id_str: _Id = None
    id: _Id = None
    created_at: str | int | None = None
    full_text: str | None = None
    text: str | None = None
    lang: str | None = None
    user: Account | None = None
    in_reply_to_status_id_str: _Id = None
    in_reply_to_status_id: _Id = None
    in_reply_to_user_id_str: _Id = None
    in_reply_to_user_id: _Id = None
    in_reply_to_screen_name: str | None = None
    entities: Entities | None = None
    extended_tweet: _Extended | None = None
    retweeted_status: _Original | None = None
    quoted_status: _Original | None = None
    quoted_status_id_str: _Id = None
    quoted_status_id: _Id = None
    quoted_status_permalink: _Permalink | None = None
    edit_history: _Edit | None = None
    edit_info: _Edit | None = None


class _Reference(NamedTuple):
    """A post and its author, as far as they are known."""

    post_id: str | None = None
    account_id: str | None = None
    name: str | None = None


def exact(text: _Id, number: _Id = None) -> str | None:
    """An id: as text if there is one, else as a number that no program has rounded.

    Parameters
    ----------
    text, number
        The two forms in which an id is written.

    Returns
    -------
    str | None
        None if there is none; -1 stands for an account that is gone.

    Examples
    --------
    >>> exact("1960700000000000001", 1960700000000000000), exact(None, 501), exact("-1", -1)
    ('1960700000000000001', '501', None)
    """
    found = number if text is None or text == "" else text
    if found is None or isinstance(found, float):
        return None
    return None if str(found) in ("", "-1", "0") else str(found)


def linked(url: str | None) -> tuple[str | None, str] | None:
    """The name and the id in the link to a post.

    Parameters
    ----------
    url
        Any link, or None.

    Returns
    -------
    tuple[str | None, str] | None
        The name is None where the link does without; None if it leads elsewhere, such as to a picture.

    Examples
    --------
    >>> linked("https://twitter.com/rosa_bakes/status/12?s=20"), linked("https://x.com/ana/status/12/photo/1")
    (('rosa_bakes', '12'), None)
    """
    return _name_and_id(_LINK.fullmatch(url or ""))


def first_linked(cell: str | None) -> tuple[str | None, str] | None:
    """The name and the id in the first link to a post, or to a picture of it, with `https://` or without.

    Parameters
    ----------
    cell
        A link that is known to stand for a post, or several; or None.

    Returns
    -------
    tuple[str | None, str] | None
        As :func:`linked` gives them.

    Examples
    --------
    >>> first_linked("x.com/ana/status/12/photo/1"), first_linked("https://twitter.com/statuses/12")
    (('ana', '12'), (None, '12'))
    """
    return _name_and_id(_LINKED.search(cell or ""))


def _name_and_id(match: re.Match[str] | None) -> tuple[str | None, str] | None:
    return (None if match[1] in (None, "i", "anyuser") else match[1], match[2]) if match else None


def repeated(text: str | None) -> str | None:
    """Whose post a text repeats, by the `RT @` at its head.

    Parameters
    ----------
    text
        Any text, or None.

    Returns
    -------
    str | None
        The name without @; None if the text is no repost.

    Examples
    --------
    >>> repeated("RT @rosa_bakes: rye"), repeated("so RT @rosa_bakes")
    ('rosa_bakes', None)
    """
    head = _REPOST_HEAD.match(text or "")
    return head[1] if head else None


def sent_at(post_id: str | None) -> datetime | None:
    """When a post was written, as its id has it, to the second.

    Parameters
    ----------
    post_id
        Of a post on X, or None.

    Returns
    -------
    datetime | None
        In UTC; None for an id of before November 2010, or what is none.

    Examples
    --------
    >>> str(sent_at("1300372758328246272")), sent_at("501")
    ('2020-08-31 10:00:00+00:00', None)
    """
    if not post_id or not (post_id.isascii() and post_id.isdigit()) or len(post_id) > 19:
        return None
    number = int(post_id)
    if number < _FIRST_TIMED:
        return None
    return datetime.fromtimestamp(((number >> 22) + _EPOCH) // 1000, UTC)


def is_timeline(url: str | None) -> bool:
    """Whether the API was asked for the posts of one account.

    Parameters
    ----------
    url
        The address that twarc keeps beside what it collected, or None.
    """
    return bool(_TIMELINE.search(url or ""))


def post_of(status: Status, *, author: Account, in_words: bool = False) -> Post:
    """The post that a status is, without its time.

    Parameters
    ----------
    status
        As read.
    author
        Who wrote it.
    in_words
        Whether what is repeated and quoted stands in the words alone, as in archives.
    """
    text, entities = status.full_text or status.text or "", status.entities
    if status.extended_tweet is not None and status.extended_tweet.full_text:  # `text` breaks off
        text, entities = status.extended_tweet.full_text, status.extended_tweet.entities or entities
    post_id = exact(status.id_str, status.id)
    post = Post(
        "x",
        post_id,
        exact(author.id_str, author.id),
        author.screen_name or None,
        None,
        lang=status.lang or None,
        edit_of=_first_version(status, post_id),
    )
    named = [
        (exact(account.id_str, account.id), account.screen_name or None)
        for account in (entities and entities.user_mentions) or ()
    ]
    links = [url.expanded_url for url in (entities and entities.urls) or () if url.expanded_url]
    replied = _Reference(
        exact(status.in_reply_to_status_id_str, status.in_reply_to_status_id),
        exact(status.in_reply_to_user_id_str, status.in_reply_to_user_id),
        status.in_reply_to_screen_name or None,
    )
    original, quoted = _inside(status.retweeted_status), _quoted(status)
    if in_words:
        original = original or (None if any(replied) else _after_rt(text, named))
        quoted = quoted or _last_link(links)
    if original is not None:
        return post._replace(
            kind="repost",
            repost_of_post_id=original.post_id,
            repost_of_id=original.account_id,
            repost_of_name=original.name,
        )
    quoted = quoted or _Reference()
    tags = [tag.text.casefold() for tag in (entities and entities.hashtags) or () if tag.text]
    return post._replace(
        kind="reply" if any(replied) else "quote" if any(quoted) else "post",
        text=text,
        reply_to_post_id=replied.post_id,
        reply_to_id=replied.account_id,
        reply_to_name=replied.name,
        quote_of_post_id=quoted.post_id,
        quote_of_id=quoted.account_id,
        quote_of_name=quoted.name,
        mentions=(names_in(text) if entities is None else located(text, list(filter(any, named)))) or None,
        hashtags=hashtags_in(text) if entities is None else tags or None,
        links=links_in(text) if entities is None else links or None,
    )


def _first_version(status: Status, post_id: str | None) -> str | None:
    """The id of the post that this one is a later version of."""
    edit = status.edit_history or status.edit_info or _Edit()
    versions = edit.initial.edit_tweet_ids if edit.initial is not None else None
    changed = edit.edit.initial_tweet_id if edit.edit is not None else None
    first = exact(edit.initial_tweet_id, changed) or (exact(versions[0]) if versions else None)
    return None if first == post_id else first


def _inside(original: _Original | None) -> _Reference | None:
    if original is None:
        return None
    user = original.user or Account()
    return _Reference(
        exact(original.id_str, original.id), exact(user.id_str, user.id), user.screen_name or None
    )


def _quoted(status: Status) -> _Reference | None:
    """The post quoted; of one that is gone only the id is left, and the name in the link."""
    if status.quoted_status is not None:
        return _inside(status.quoted_status)
    post_id = exact(status.quoted_status_id_str, status.quoted_status_id)
    if post_id is None:
        return None
    permalink = status.quoted_status_permalink or _Permalink()
    link = linked(permalink.expanded)
    return _Reference(post_id, None, link[0] if link and link[1] == post_id else None)


def _after_rt(text: str, named: list[tuple[str | None, str | None]]) -> _Reference | None:
    """The account behind the `RT @` at the head of a repost, with its id if the repost names it."""
    original = repeated(text)
    if original is None:
        return None
    ids = (account_id for account_id, name in named if name and name.lower() == original.lower())
    return _Reference(None, next(ids, None), original)


def _last_link(links: list[str]) -> _Reference | None:
    """The post quoted, where its link is all that shows it: of several the platform quotes the last."""
    link = next((found for url in reversed(links) if (found := linked(url))), None)
    return _Reference(link[1], None, link[0]) if link else None
