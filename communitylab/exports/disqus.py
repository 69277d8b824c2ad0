"""The export of the comments that Disqus keeps for a site, an XML file.

Accounts have a user name. Guests have a name that anybody may type and, in old exports only, an e-mail address,
which becomes a key and is not kept. Without one nobody knows which guests are one person: each comment of
theirs is by a person of its own. The page itself is no record; whom Disqus names as the author of its thread,
mostly the owner of the site, counts as who opened it.
"""

from __future__ import annotations

from xml.etree.ElementTree import Element

from communitylab.exports.asked import Asked
from communitylab.exports.ids import hashed, shown_name
from communitylab.exports.intake import take
from communitylab.exports.markup import Markup, markup_of
from communitylab.exports.sample import Sample
from communitylab.exports.sink import Sink
from communitylab.exports.text import hashtags_in, links_in, names_in
from communitylab.exports.xml_records import attribute_of, child_text, local_name, xml_records
from communitylab.files import Source
from communitylab.tables import Mention, Post

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

NAME = "disqus"
TITLE = "Disqus export, XML: thread and post elements with dsq:id"
COVERAGE = "A"
PLATFORMS = ("disqus",)
IS_FROM_DOCUMENTATION = True
HOW = "In Disqus: Admin, Community, Export; the file comes by e-mail."
IS_YOURS = True

_SIGN = "disqus.com/disqus-internals"
_LEFT_OUT = {"isSpam": "spam", "isDeleted": "a deleted post"}
_OF_WORDPRESS = (
    "the comments of a WordPress blog are in it: give either this file or the blog's export, not both, or they count "
    "twice"
)
_GUESTS = (
    "guests without an address cannot be told apart: each of their comments counts as a person of its own"
)


def recognise(sample: Sample) -> bool:
    """Whether the file begins with the element and the names of Disqus."""
    return "<disqus" in sample.start and _SIGN in sample.start


def read(source: Source, sink: Sink, *, sample: Sample, asked: Asked) -> None:
    """Hands every comment to the sink; threads are context, which a comment only refers to."""
    thread = None
    for line, element, around in xml_records(source, sink.skip, wanted=("thread", "post")):
        part = local_name(element.tag)
        if part == "thread" and around is not None:
            thread = _thread_id(element)
        elif part == "thread":
            _know(element, sink)
        else:
            _read_post(element, sink, line, thread=thread)
            thread = None


def _child(element: Element, name: str) -> Element | None:
    return next((child for child in element if local_name(child.tag) == name), None)


def _id(element: Element | None) -> str | None:
    """The id in `<parent dsq:id="12"/>`; Disqus documents `<parent>12</parent>` as well."""
    return None if element is None else attribute_of(element, "id") or (element.text or "").strip() or None


def _thread_id(thread: Element) -> str | None:
    """Not to be taken for the id of a post: each kind has numbers of its own."""
    found = _id(thread)
    return f"thread-{found}" if found else None


def _know(thread: Element, sink: Sink) -> None:
    thread_id = _thread_id(thread)
    author_id, name, _shown = _author(_child(thread, "author"), None, sink)
    if thread_id and author_id:
        sink.parent("disqus", thread_id, author_id=author_id, author_name=name)


def _read_post(element: Element, sink: Sink, line: int, *, thread: str | None) -> None:
    if (child_text(element, "id") or "").startswith("wp_id="):
        sink.note(_OF_WORDPRESS)
    for flag, reason in _LEFT_OUT.items():
        if child_text(element, flag) == "true":
            sink.skip(reason, line)
            return
    post_id = attribute_of(element, "id") or child_text(element, "id")
    author_id, name, shown = _author(_child(element, "author"), post_id, sink)
    message = child_text(element, "message") or ""
    markup = markup_of(message)
    parent = _id(_child(element, "parent"))
    post = Post(
        "disqus",
        post_id,
        author_id,
        name,
        None,
        "reply" if parent else "post",
        markup.text,
        conversation_id=thread,
        reply_to_post_id=parent,
        mentions=_named(markup) or None,
        hashtags=hashtags_in(markup.text),
        links=links_in(message),
    )
    take(post, child_text(element, "createdAt"), sink, line, field="createdAt", shown=shown)


def _author(
    author: Element | None, post_id: str | None, sink: Sink
) -> tuple[str | None, str | None, str | None]:
    """Key, name, and the name shown to people."""
    typed = child_text(author, "name")
    shown = shown_name(typed)
    username = child_text(author, "username")
    if username and shown_name(username):
        return username.casefold(), username, shown
    if address := username or child_text(author, "email") or (typed if shown is None else None):
        return hashed(address, place=NAME), shown, shown
    if shown and post_id:
        sink.note(_GUESTS)
        return f"guest-{post_id}", None, None
    return None, None, None


def _named(markup: Markup) -> list[Mention]:
    """Accounts named in a text: as a link to the account, whatever its words, or as typed."""
    linked = [
        (anchor.start, anchor.start + len(anchor.text), name)
        for anchor in markup.anchors
        if (name := anchor.attributes.get("data-dsq-mention", "").partition(":")[0])
    ]
    typed = [
        mention
        for mention in names_in(markup.text)
        if not any(start <= (mention.start or 0) < end for start, end, _name in linked)
    ]
    return sorted(
        [*typed, *(Mention(None, name, start) for start, _end, name in linked)],
        key=lambda mention: mention.start or 0,
    )
