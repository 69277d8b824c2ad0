"""What exports of the Fediverse (Mastodon and what talks with it) have in common: who is who, and the words of a post.

Its traps:

* A server leaves its own name out of what it calls its own accounts: `rosa` here is `rosa@oven.example` elsewhere. So
  names get the host on which the page of the account lies.
* A brand's server may be `social.brand.example` and its accounts still be called `mill@brand.example`. So the id of an
  account is made of the place of its page, and its name is what it is called: both `user@host`.
* A server numbers its posts, and those of others that came to it, for itself. What everybody calls a post is its URI.
  Which is which is told as context, and looked up when all files are there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from communitylab.exports.markup import Anchor, markup_of
from communitylab.exports.sink import Sink
from communitylab.exports.text import names_in
from communitylab.tables import NOBODY, Account, Mention, Post

__all__ = [
    "NOBODY",
    "NOT_PUBLIC",
    "PLATFORM",
    "Account",
    "account_called",
    "author_of",
    "local_id",
    "server_of",
    "tell_local_id",
    "uri_of",
    "with_content",
]

PLATFORM = "mastodon"
NOT_PUBLIC = "not public"

_PAGE = re.compile(r"https?://([^/?#\s@]+)/(?:[^?#\s]*/)?@?([^/?#\s@]+)/?")
_STATUS = re.compile(r"(https?://[^/?#\s@]+)/(?:users/|@)([^/?#\s@]+)/(?:statuses/)?([^/?#\s]+)")
_HOST = re.compile(r"https?://([^/?#\s@]+)")


def account_called(name: str | None, page: str | None) -> Account:
    """The account of a name and a page.

    Parameters
    ----------
    name
        `user`, as its own server calls it, or `user@host`; with or without @ before it.
    page
        The address of its page or, what is the same on many servers, its URI.

    Returns
    -------
    Account
        Without an id where the page does not say the name: some servers number their accounts.

    Examples
    --------
    >>> account_called("Rosa", "https://oven.example/@Rosa")
    Account(account_id='rosa@oven.example', name='Rosa@oven.example')
    >>> account_called("@mill@brand.example", "https://social.brand.example/users/mill")
    Account(account_id='mill@social.brand.example', name='mill@brand.example')
    >>> account_called("@tom@rye.example", "https://rye.example/ap/users/116")
    Account(account_id=None, name='tom@rye.example')
    """
    user, _, host = (name or "").strip().removeprefix("@").partition("@")
    found = _PAGE.fullmatch(page or "")
    host = host or (found[1] if found else "")
    if not user or not host:
        return NOBODY
    is_said = found is not None and found[2].lower() == user.lower()
    return Account(_address(page) if is_said else None, f"{user}@{host}")


def _address(page: str | None) -> str | None:
    found = _PAGE.fullmatch(page or "")
    return f"{found[2]}@{found[1]}".lower() if found else None


def author_of(uri: str | None) -> Account:
    """Who wrote a post, as far as its address says it.

    Parameters
    ----------
    uri
        Of the post.

    Examples
    --------
    >>> author_of("https://oven.example/users/rosa/statuses/9").name, author_of("https://oven.example/notes/9").name
    ('rosa@oven.example', None)
    """
    found = _STATUS.fullmatch(uri or "")
    return account_called(found[2], f"{found[1]}/@{found[2]}") if found else NOBODY


def uri_of(address: str | None) -> str | None:
    """What everybody calls a post of Mastodon of which the page is known.

    Parameters
    ----------
    address
        Of the page; any other address stays as it is.

    Examples
    --------
    >>> uri_of("https://oven.example/@rosa/9"), uri_of("https://oven.example/notes/9")
    ('https://oven.example/users/rosa/statuses/9', 'https://oven.example/notes/9')
    """
    found = _STATUS.fullmatch(address or "")
    return f"{found[1]}/users/{found[2]}/statuses/{found[3]}" if found else address


def server_of(address: str | None) -> str | None:
    """The host of an address.

    Parameters
    ----------
    address
        Of a page, a post or an account.
    """
    found = _HOST.match(address or "")
    return found[1].lower() if found else None


def local_id(number: str | int | None, server: str | None) -> str | None:
    """The id of a post that only one server knows it by.

    Parameters
    ----------
    number
        As the server writes it.
    server
        Its host; None if it is not known, which stands for any.

    Examples
    --------
    >>> local_id(115100850585600000, "bread.example"), local_id("4711", None), local_id(None, "bread.example")
    ('bread.example/115100850585600000', '/4711', None)
    """
    return None if number in (None, "") else f"{server or ''}/{number}"


def tell_local_id(found: str | None, sink: Sink, *, uri: str | None, author: Account) -> None:
    """Tells which post it is that a server calls by an id of its own, as answers on that server do.

    Parameters
    ----------
    found
        As :func:`local_id` gives it.
    sink
        Is told.
    uri
        What everybody calls it.
    author
        Who wrote it.
    """
    if found and uri:
        sink.parent(PLATFORM, found, author_id=author.account_id, author_name=author.name, same_as=uri)


def with_content(post: Post, html: str, *, named: Sequence[Account], tags: Sequence[str | None]) -> Post:
    """A post with its words, and with whom and what they name.

    Parameters
    ----------
    post
        With its kind.
    html
        Its words as the server writes them.
    named
        Whom the server says that it names. Whoever is named in no word of an answer was put there by the server, as
        some do with all who take part: those are left out.
    tags
        Its hashtags, with or without #.
    """
    found = markup_of(html)
    mentions, links = _mentions_and_links(found.anchors, named)
    placed = {Account(mention.account_id, mention.name) for mention in mentions}
    unplaced = [account for account in named if account not in placed]
    if unplaced:
        mentions += _mentions_in_words(found.text, unplaced, is_reply=post.kind == "reply")
    return post._replace(
        text=found.text or None,
        mentions=mentions or None,
        hashtags=list(dict.fromkeys(tag.removeprefix("#").casefold() for tag in tags if tag)) or None,
        links=links or None,
    )


def _user(name: str | None) -> str:
    return (name or "").removeprefix("@").partition("@")[0].lower()


def _mentions_and_links(
    anchors: Sequence[Anchor], named: Sequence[Account]
) -> tuple[list[Mention], list[str]]:
    """What the links in the words are. Two people of one name are told apart by where the link leads."""
    known = {_user(account.name): account for account in reversed(named)}
    known |= {account.name.lower(): account for account in named if account.name}
    known |= {account.account_id: account for account in named if account.account_id}
    mentions, links = [], []
    for anchor in anchors:
        href = anchor.attributes.get("href", "")
        account = known.get(_address(href) or "")
        if account is None and anchor.text.startswith("@"):
            user = _user(anchor.text)
            account = known.get(f"{user}@{server_of(href)}") or known.get(user)
        if account is not None:
            mentions.append(Mention(*account, anchor.start))
        elif href.startswith(("http://", "https://")) and not anchor.text.startswith(("@", "#")):
            links.append(href)
    return mentions, links


def _mentions_in_words(text: str, named: Sequence[Account], *, is_reply: bool) -> list[Mention]:
    places = {_user(mention.name): mention.start for mention in reversed(names_in(text))}
    found = [Mention(*account, places.get(_user(account.name))) for account in named]
    return [mention for mention in found if mention.start is not None or not is_reply]
