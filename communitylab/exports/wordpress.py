"""The export of a WordPress blog (WXR, an XML file): its posts, its pages, and the comments below them.

Only what everybody could read is taken: what is published without a password, and comments that were approved.
The file also holds the e-mail and IP address of everybody who commented. Neither is kept: an e-mail address
becomes a key that says nothing, and serves to tell two people of one name apart.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import NamedTuple
from xml.etree.ElementTree import Element

from communitylab.exports.asked import Asked
from communitylab.exports.ids import hashed, shown_name
from communitylab.exports.intake import take
from communitylab.exports.markup import plain_text
from communitylab.exports.sample import Sample
from communitylab.exports.sink import Sink
from communitylab.exports.text import hashtags_in, links_in, names_in
from communitylab.exports.xml_records import child_text, local_name, xml_records
from communitylab.files import Source
from communitylab.tables import Post

__all__ = [
    "COVERAGE",
    "HOW",
    "IS_FROM_DOCUMENTATION",
    "IS_YOURS",
    "NAME",
    "PLATFORMS",
    "TITLE",
    "read",
    "recognise",
]

NAME = "wordpress"
TITLE = "WordPress export, XML (WXR): items with wp:post_id, dc:creator, wp:comment"
COVERAGE = "A"
PLATFORMS = ("wordpress",)
IS_FROM_DOCUMENTATION = True
HOW = "In the blog's administration: Tools, Export, All content."
IS_YOURS = True

_SIGN = re.compile(r"xmlns:\w+\s*=\s*[\"']https?://wordpress\.org/export/\d")
_NO_POST = {
    "attachment": "an attachment, no post",
    "nav_menu_item": "an entry of a menu, no post",
    "revision": "an earlier version of a post",
}
_UNAPPROVED = {
    "spam": "spam",
    "trash": "a comment in the trash",
    "post-trashed": "a comment in the trash",
}
_LINKS = {"pingback": "a pingback", "trackback": "a trackback"}
_NOBODY = {"anonymous", "anonym", "anonyme", "anónimo", "anonimo", "anoniem", "guest", "gast", "invité"}
_AUTHORS = 100_000
_LOCAL = "some times are without their zone: they were read as UTC"


class _Blog:
    """What is known of the blog while its file is read: where it stands, and the accounts that write its posts."""

    def __init__(self) -> None:
        self.site = ""
        self.id_of: dict[str, str] = {}
        self.author_of: dict[str, _Author] = {}
        self.user_of: dict[str, str] = {}  # by the key of an address
        self.bearers: Counter[str] = Counter()  # of logins and shown names

    def key(self, kind: str, number: str | None) -> str | None:
        """An id that no other blog has: numbers begin with 1 in each."""
        return f"{self.site}#{kind}-{number}" if number and number != "0" else None

    def whose(self, address: str) -> str:
        """The account that writes under an address, else a key of its own: nobody has to sign in to comment."""
        key = hashed(address, place=NAME)
        return self.user_of.get(key, key)


class _Author(NamedTuple):
    name: str | None
    shown: str | None
    key: str | None = None


def recognise(sample: Sample) -> bool:
    """Whether the file begins with the names that WordPress gives to the parts of its exports."""
    return bool(_SIGN.search(sample.start))


def read(source: Source, sink: Sink, *, sample: Sample, asked: Asked) -> None:
    """Hands every item and every comment to the sink; accounts come before them in the file."""
    blog = _Blog()
    for line, element, around in xml_records(
        source, sink.skip, wanted=("base_blog_url", "author", "item", "comment")
    ):
        part = local_name(element.tag)
        if part == "base_blog_url":
            address = (element.text or "").strip().casefold()
            blog.site = re.sub(r"^https?://(www\.)?", "", address).rstrip("/")
        elif part == "author":
            _know(element, blog)
        elif part == "item":
            _read_item(element, blog, sink, line)
        elif around is not None:
            _read_comment(element, around, blog, sink, line)
        else:
            sink.skip("a comment without a post", line)


def _know(author: Element, blog: _Blog) -> None:
    login, number = child_text(author, "author_login"), child_text(author, "author_id")
    user_id = blog.key("user", number)
    if login and user_id and len(blog.author_of) < _AUTHORS:
        shown = shown_name(child_text(author, "author_display_name"))
        blog.id_of[login.casefold()] = user_id
        address = child_text(author, "author_email")
        key = hashed(address, place=NAME) if address else None
        if key:
            blog.user_of.setdefault(key, user_id)
        blog.bearers.update({login.casefold(), (shown or login).casefold()})
        # A login may be an e-mail address.
        blog.author_of[user_id] = _Author(shown_name(login) or shown, shown, key)


def _hidden(item: Element) -> str | None:
    """Why an item is not for everybody to read."""
    if child_text(item, "status") not in ("publish", None):  # other writers of the format leave it out
        return "an unpublished post"
    if child_text(item, "post_password"):
        return "a post behind a password"
    return None


def _post_id(item: Element, blog: _Blog) -> str | None:
    return blog.key("post", child_text(item, "post_id")) or child_text(item, "link")


def _read_item(item: Element, blog: _Blog, sink: Sink, line: int) -> None:
    kind = child_text(item, "post_type") or "post"
    if kind not in ("post", "page"):
        sink.skip(_NO_POST.get(kind, "an item of another type"), line)
        return
    if reason := _hidden(item):
        sink.skip(reason, line)
        return
    login = child_text(item, "creator") or ""
    author_id = blog.id_of.get(login.casefold())
    if author_id is None and "@" in login:
        author_id = blog.whose(login)
    author = blog.author_of.get(author_id or "", _Author(shown_name(login), None))
    post_id = _post_id(item, blog)
    content = child_text(item, "encoded") or ""
    text = plain_text(f"{child_text(item, 'title') or ''}<br>{content}")
    post = Post(
        "wordpress",
        post_id,
        author_id,
        author.name,
        None,
        text=text,
        conversation_id=post_id,
        mentions=names_in(text) or None,
        hashtags=hashtags_in(text),
        links=links_in(content),
    )
    if take(post, _when(item, "post_date", sink), sink, line, field="post_date", shown=author.shown):
        _name(author_id, blog, sink)


def _read_comment(comment: Element, item: Element, blog: _Blog, sink: Sink, line: int) -> None:
    kind = child_text(comment, "comment_type") or "comment"
    approved = child_text(comment, "comment_approved")
    if reason := _LINKS.get(kind) or ("a comment of another type" if kind != "comment" else None):
        sink.skip(reason, line)
    elif approved != "1":
        sink.skip(_UNAPPROVED.get(approved or "", "a comment that was not approved"), line)
    elif reason := _hidden(item):
        sink.skip(f"a comment on {reason}", line)
    else:
        _take_comment(comment, item, blog, sink, line)


def _take_comment(comment: Element, item: Element, blog: _Blog, sink: Sink, line: int) -> None:
    number = child_text(comment, "comment_id")
    parent = blog.key("comment", child_text(comment, "comment_parent"))
    typed = child_text(comment, "comment_author")
    shown = shown_name(typed)
    address = child_text(comment, "comment_author_email") or (typed if shown is None else None)
    author_id, name = blog.key("user", child_text(comment, "comment_user_id")), shown
    if author_id is None and address:
        author_id = blog.whose(address)
    if author_id is not None:
        name = blog.author_of.get(author_id, _Author(shown, None)).name
    elif shown and shown.casefold() in _NOBODY:  # not one person, but another each time
        author_id, name = blog.key("guest", number), None
    content = child_text(comment, "comment_content") or ""
    text = plain_text(content)
    post = Post(
        "wordpress",
        blog.key("comment", number),
        author_id,
        name,
        None,
        "reply" if parent else "post",
        text,
        conversation_id=_post_id(item, blog),
        reply_to_post_id=parent,
        mentions=names_in(text) or None,
        hashtags=hashtags_in(text),
        links=links_in(content),
    )
    if take(post, _when(comment, "comment_date", sink), sink, line, field="comment_date", shown=shown):
        _name(author_id, blog, sink)


def _name(author_id: str | None, blog: _Blog, sink: Sink) -> None:
    """Says what else an account may be called: the name that it shows, if no other has it, and its address."""
    author = blog.author_of.get(author_id or "")
    if author_id is None or author is None:
        return
    is_unique = author.shown is not None and blog.bearers[author.shown.casefold()] == 1
    for name in (author.shown if is_unique else None, author.key):
        if name and name != author.name:
            sink.name(NAME, author_id, name=name, display_name=author.shown, seen_at=None)


def _when(element: Element, field: str, sink: Sink) -> str | None:
    """The time in UTC; what imports and plug-ins wrote may only have the blog's own, without its zone."""
    when = child_text(element, f"{field}_gmt")
    if when and not when.startswith("0000"):
        return when
    local = child_text(element, field)
    if local is None or local.startswith("0000"):
        return None
    sink.note(_LOCAL)
    return local
