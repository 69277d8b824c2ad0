"""Posts of a Facebook Page with their comments, as the Graph API hands them to the Page's owner.

Pages `{"data": […], "paging": {…}}` of posts or of comments, one document, JSON Lines or arrays of them;
comments stand inside their post and answers inside their comment, or flat beside it with a `parent`. Without
the permission `pages_read_user_content` the API leaves out who wrote a comment and says nothing about it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from communitylab.exports.asked import Asked
from communitylab.exports.intake import take
from communitylab.exports.json_records import UnreadableError, decode, json_records
from communitylab.exports.meta_exports import ONE_NAME, facebook_comment, facebook_post
from communitylab.exports.sample import Sample
from communitylab.exports.sink import Sink
from communitylab.exports.text import hashtags_in, links_in
from communitylab.files import Source
from communitylab.tables import Edge, Mention, Post

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

NAME = "facebook_page"
TITLE = "Facebook Page, Graph API JSON: id, from, message, created_time, comments {data, paging}"
COVERAGE = "A"
PLATFORMS = ("facebook",)
HOW = (
    "Save the answers of /PAGE/feed?fields=from,message,message_tags,created_time,comments{from,message,"
    "message_tags,created_time,parent}, asked with the Page's own token and pages_read_user_content."
)
IS_FROM_DOCUMENTATION = True
IS_YOURS = True

_NO_AUTHOR = (
    "nobody knows who made {} of the posts, comments and reactions: the token was not the Page's own, or lacked the "
    "permission pages_read_user_content. Ask again with both, and with `from` among the fields"
)
_UNSIGNED = "posts were asked for without `from`: those with comments are taken for the Page's own"
_MORE = "more comments than the file holds stand below {} of the posts and comments: follow each `paging.next` as well"
_CUT = "the last page names a next one (`paging.next`) that is not in the file: fetch it as well"
_DEEPEST = 20  # the API nests answers twice

_ID = re.compile(r"\d{1,40}(?:_\d{1,40}){0,2}")
_OWNER = re.compile(r"/(\d{1,40}(?:_\d{1,40})?)/comments\b")
_TAGGED = (None, "user", "page")
_ONLY_POSTS = {"story", "status_type", "updated_time", "shares", "to", "full_picture"}

_NOTHING = msgspec.Raw(b"null")


class _List(msgspec.Struct):
    data: msgspec.Raw = _NOTHING
    paging: object = None


class _Item(_List, rename={"sender": "from", "about": "object"}):
    """A page of posts or comments if it has data, else a post or a comment, or a Page with its posts."""

    posts: msgspec.Raw = _NOTHING
    feed: msgspec.Raw = _NOTHING
    published_posts: msgspec.Raw = _NOTHING
    error: object = None
    id: object = None
    name: object = None  # of who reacted
    sender: object = None
    message: object = None
    created_time: object = None
    status_type: object = None
    parent_id: object = None  # of a post that is shared
    parent: object = None  # of a comment, like the next four
    about: object = None
    comment_count: object = None
    can_reply_privately: object = None
    user_likes: object = None
    message_tags: object = None
    comments: msgspec.Raw = _NOTHING
    reactions: msgspec.Raw = _NOTHING
    likes: msgspec.Raw = _NOTHING


_ITEM = msgspec.json.Decoder(_Item)
_LIST = msgspec.json.Decoder(_List)
_ITEMS = msgspec.json.Decoder(list[msgspec.Raw])
_LISTS = ("posts", "feed", "published_posts")


def recognise(sample: Sample) -> bool:
    """Whether one of the first objects is a page of posts or comments, or one of them, of the Graph API."""
    return bool(_first(sample))


def _first(sample: Sample) -> list[dict[str, object]]:
    """The first posts, or comments where they stand alone."""
    found: list[object] = []
    for whole in sample.objects:
        found.append(whole)
        for listed in (whole, *(whole.get(name) for name in _LISTS)):
            items = listed.get("data") if isinstance(listed, dict) else None
            found += items[:100] if isinstance(items, list) else []
    return [item for item in found if isinstance(item, dict) and _is_item(item)]


def _is_item(item: Mapping[str, object]) -> bool:
    item_id, comments = item.get("id"), item.get("comments")
    has_comments = isinstance(comments, dict) and isinstance(comments.get("data"), list)
    is_dated = "created_time" in item and bool(item.keys() & {"message", "from", "story"})
    return isinstance(item_id, str) and bool(_ID.fullmatch(item_id)) and (has_comments or is_dated)


def read(source: Source, sink: Sink, *, sample: Sample, asked: Asked) -> None:
    """Hands every post, comment and reaction to the sink."""
    reading = _Reading(sink, _first(sample))
    for line, text in json_records(source, sink.skip):
        reading.take(text, line)
    reading.close()


class _Place(NamedTuple):
    """Where an item stands: in which thread, below which comment, how deep. A page is no place."""

    thread: str | None = None
    comment: str | None = None
    depth: int = 0


_TOP = _Place()


class _Reading:
    """One pass over a file, with what is to be said of it at the end."""

    def __init__(self, sink: Sink, first: list[dict[str, object]]) -> None:
        self._sink = sink
        self._is_signed = any("from" in item for item in first)
        self._are_comments = self._is_signed and not any(map(_is_post, first))
        self._seen: Counter[str] = Counter()
        self._is_cut = False

    def take(self, text: bytes | msgspec.Raw, line: int, place: _Place = _TOP) -> None:
        """Takes an item, and all that stands inside it."""
        try:
            item = decode(_ITEM, text)
        except UnreadableError as error:
            self._sink.skip(str(error), line)
            return
        if place.depth == 0 and self._take_page(item, line):
            return
        if item.error is not None:
            self._sink.skip("a message of the platform, no post", line)
        elif place.thread or place.comment or place.depth > 1 or self._are_comments or _is_comment(item):
            self._take_comment(item, line, place)
        else:
            self._take_post(item, line)

    def close(self) -> None:
        """Says what is to be said of the file as a whole."""
        if self._seen["unsigned"]:
            self._sink.note(_UNSIGNED)
        if self._seen["no author"]:
            self._sink.note(_NO_AUTHOR.format(self._seen["no author"]))
        if self._seen["a name only"]:
            self._sink.note(ONE_NAME)
        if self._seen["more"]:
            self._sink.note(_MORE.format(self._seen["more"]))
        if self._is_cut:
            self._sink.note(_CUT)

    def _take_page(self, item: _Item, line: int) -> bool:
        pages: list[_List] = [item] if _opens(item.data, b"[") else []
        try:
            pages += [
                decode(_LIST, found) for found in map(item.__getattribute__, _LISTS) if _opens(found, b"{")
            ]
        except UnreadableError as error:
            self._sink.skip(str(error), line)
            return True
        for page in pages:
            self._take_list(page, line, _Place(_owner(page.paging), depth=1))
            self._is_cut = _has_next(page)
        return bool(pages)

    def _take_list(self, listed: _List, line: int, place: _Place) -> None:
        try:
            items = decode(_ITEMS, listed.data) if _opens(listed.data, b"[") else []
        except UnreadableError as error:
            self._sink.skip(str(error), line)
            return
        for text in items:
            self.take(text, line, place)

    def _take_post(self, item: _Item, line: int) -> None:
        item_id = _id(item.id)
        post, page = self._post(item, facebook_post(item_id)), (item_id or "").rpartition("_")[0]
        if page and post.author_id is None and not self._is_signed and _opens(item.comments, b"{"):
            post = post._replace(author_id=page)
            self._seen["unsigned"] += 1
        shared = _id(item.parent_id) if item.status_type == "shared_story" else None
        owner = shared.partition("_")[0] if shared and "_" in shared else None
        original = facebook_post(shared)
        if shared and post.text:
            post = post._replace(kind="quote", quote_of_post_id=original, quote_of_id=owner)
        elif shared:
            post = post._replace(kind="repost", text=None, repost_of_post_id=original, repost_of_id=owner)
        self._hand_over(post._replace(conversation_id=post.post_id), item, line)
        self._take_below(item, post, line, _Place(post.post_id, depth=2))

    def _take_comment(self, item: _Item, line: int, place: _Place) -> None:
        thread, above = _above(item, place)
        post = self._post(item, facebook_comment(_id(item.id), thread))
        parent = item.parent if isinstance(item.parent, dict) else {}
        parent_id = _id(parent.get("id"))
        author_id, author_name = _account(parent.get("from")) if parent_id else (None, None)
        answered = parent_id or above
        if answered and facebook_post(answered) != thread:
            post = post._replace(
                kind="reply",
                reply_to_post_id=facebook_comment(answered, thread),
                reply_to_id=author_id,
                reply_to_name=author_name,
            )
        self._hand_over(post._replace(conversation_id=thread), item, line)
        self._take_below(item, post, line, _Place(thread, post.post_id, max(place.depth, 1) + 1))

    def _post(self, item: _Item, post_id: str | None) -> Post:
        text = item.message if isinstance(item.message, str) else ""
        return Post(
            "facebook",
            post_id,
            *_account(item.sender),
            None,
            text=text,
            mentions=_tagged(item.message_tags, text) or None,
            hashtags=hashtags_in(text),
            links=links_in(text),
        )

    def _hand_over(self, post: Post, item: _Item, line: int) -> None:
        if post.author_id is None:
            self._seen["a name only" if post.author_name else "no author"] += 1
        when = item.created_time
        take(post, when if isinstance(when, str) else _id(when), self._sink, line, field="created_time")

    def _take_below(self, item: _Item, post: Post, line: int, place: _Place) -> None:
        """Takes the reactions to a post or a comment, and the comments below it."""
        for found in (item.reactions, item.likes, item.comments):
            if not _opens(found, b"{"):
                continue
            if place.depth > _DEEPEST:
                self._sink.skip("nested too deep", line)
                continue
            try:
                listed = decode(_LIST, found)
            except UnreadableError as error:
                self._sink.skip(str(error), line)
                continue
            if found is item.comments:
                self._take_list(listed, line, place)
                self._seen["more"] += _has_next(listed)
            else:
                self._take_reactions(listed, post, line)

    def _take_reactions(self, listed: _List, post: Post, line: int) -> None:
        try:
            items = [decode(_ITEM, text) for text in decode(_ITEMS, listed.data)]
        except UnreadableError as error:
            self._sink.skip(str(error), line)
            return
        for item in items:
            source = _id(item.id), _id(item.name)
            if source == (None, None):
                self._seen["no author"] += 1
                self._sink.skip("no author", line)
                continue
            target = post.author_id, post.author_name
            edge = Edge("facebook", *source, *target, "reaction", target_post_id=post.post_id)
            self._sink.edge(edge, line)


def _opens(text: msgspec.Raw, sign: bytes) -> bool:
    """Whether a JSON value is a list or an object, without a copy of it."""
    return bytes(memoryview(text)[:1]) == sign


def _has_next(listed: _List) -> bool:
    return isinstance(listed.paging, dict) and bool(listed.paging.get("next"))


def _id(found: object) -> str | None:
    if isinstance(found, int) and not isinstance(found, bool) and 0 < found < 10**40:
        return str(found)
    return found.strip() or None if isinstance(found, str) else None


def _account(found: object) -> tuple[str | None, str | None]:
    """Id and display name, which is the only name that the API shows."""
    return (_id(found.get("id")), _id(found.get("name"))) if isinstance(found, dict) else (None, None)


def _is_comment(item: _Item) -> bool:
    """Whether an item has what only comments have."""
    marks = (item.about, item.comment_count, item.can_reply_privately, item.user_likes)
    return isinstance(item.parent, dict) or any(mark is not None for mark in marks)


def _is_post(item: Mapping[str, object]) -> bool:
    """Whether an item has what no comment has: fields, the Page as its author, or comments with other ids."""
    author_id, _ = _account(item.get("from"))
    place = str(item["id"]).rpartition("_")[0]
    comments = item.get("comments")
    below = comments.get("data") if isinstance(comments, dict) else None
    items = below if isinstance(below, list) else []
    inside = [str(found.get("id")) for found in items if isinstance(found, dict)]
    is_own = bool(place) and author_id == place
    return (
        is_own
        or bool(item.keys() & _ONLY_POSTS)
        or any(not found.startswith(f"{place}_") for found in inside)
    )


def _above(item: _Item, place: _Place) -> tuple[str | None, str | None]:
    """The post that a comment is about, and the comment below which it stands, if it does."""
    own = facebook_post((_id(item.id) or "").rpartition("_")[0] or None)
    thread = place.thread
    if thread is None and isinstance(item.about, dict):
        thread = _id(item.about.get("id"))
    if own and thread and thread.startswith(f"{own}_"):  # a page of the answers to one comment
        return own, place.comment or thread
    return facebook_post(thread) or own, place.comment


def _owner(paging: object) -> str | None:
    """The post whose comments are on a page, from the addresses of the pages beside it."""
    links = [paging.get(way) for way in ("next", "previous")] if isinstance(paging, dict) else []
    found = [match[1] for link in links if isinstance(link, str) and (match := _OWNER.search(link))]
    return found[0] if found else None


def _tagged(tags: object, text: str) -> list[Mention]:
    """The people and Pages tagged in a text. Before version 2.5 of the API, tags are listed by their place."""
    if isinstance(tags, dict):
        tags = [tag for listed in tags.values() if isinstance(listed, list) for tag in listed]
    found = []
    for tag in tags if isinstance(tags, list) else ():
        account = _account(tag)
        if account != (None, None) and tag.get("type") in _TAGGED:
            found.append(Mention(*account, _start(tag.get("offset"), account[1], text)))
    return found


def _start(offset: object, name: str | None, text: str) -> int | None:
    """Where a tag stands, in characters; an offset may count an emoji as one or as two."""
    if name is None:
        return None
    starts = [text.find(name)]
    if isinstance(offset, int) and 0 <= offset <= len(text) * 2:
        pairs = text.encode("utf-16-le", "replace")[: offset * 2]
        starts = [offset, len(pairs.decode("utf-16-le", "replace")), *starts]
    return next((start for start in starts if start >= 0 and text.startswith(name, start)), None)
