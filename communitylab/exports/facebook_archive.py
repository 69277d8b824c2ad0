"""What Facebook gives a profile or a Page under "Download your information", as JSON.

It holds what this one profile wrote, and nobody's answers. There are no ids: whom a comment or a reaction
is for stands in a sentence such as "Mill & Crumb commented on Rosa's post.", in the language in which
Facebook was set when it was asked; only English ones are known well enough to be read. All text is broken
in the same way (bytes of UTF-8 as letters of Latin-1). Messages are never opened.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping

import msgspec

from communitylab.errors import ExportError
from communitylab.exports.asked import Asked
from communitylab.exports.intake import take, take_edge
from communitylab.exports.json_records import UnreadableError, decode, json_records
from communitylab.exports.meta_exports import ONE_NAME, listed, seconds, text_of
from communitylab.exports.private_parts import Archive
from communitylab.exports.sample import Sample
from communitylab.exports.sink import Sink
from communitylab.exports.text import hashtags_in, links_in
from communitylab.files import Source
from communitylab.tables import Edge, Mention, Post

__all__ = [
    "ARCHIVE",
    "COVERAGE",
    "HOW",
    "IS_FROM_DOCUMENTATION",
    "NAME",
    "PLATFORMS",
    "TITLE",
    "read",
    "recognise",
]

NAME = "facebook_archive"
TITLE = "Facebook archive of a profile or a Page (Download your information), JSON: comments_v2, title, timestamp, data"
COVERAGE = "C"
PLATFORMS = ("facebook",)
HOW = (
    "On Facebook: set the language to English (US), then Settings, Download your information, format JSON; name the "
    "zip as it comes."
)
IS_FROM_DOCUMENTATION = True

_ACTIVITY = (
    r"(?:your_facebook_activity|your_activity_across_facebook|this_profile.?s_activity_across_facebook)/"
)
_POSTS = r"posts/(?:your_posts|profile_posts)\w*"
_COMMENTS = r"comments(?:_and_reactions)?/comments(?:_\d+)?"
_REACTIONS = r"comments_and_reactions/likes_and_reactions\w*|likes_and_reactions/posts_and_comments\w*"
_GROUPS = r"groups/(?:your_)?(?:group_posts_and_comments|posts_and_comments_in_groups|comments_in_groups)\w*"
_FOLLOWERS = r"(?:connections/followers/people_who_followed_you|following_and_followers/followers)\w*"
_READ = rf"(?:{_ACTIVITY})?(?:{_POSTS}|{_COMMENTS}|{_REACTIONS}|{_GROUPS})|{_FOLLOWERS}"
ARCHIVE = Archive(
    sign=re.compile(rf"(?:{_READ})\.(?:json|html)|{_ACTIVITY}.+"),
    opens=re.compile(rf"(?:{_READ})\.(?:json|html)"),
    covers=re.compile(
        rf"(?:{_ACTIVITY}|(?:\w+_information|connections|messages|friends(?:_and_followers)?|following(?:_and_followers)?"
        r"|comments(?:_and_reactions)?|likes_and_reactions|reactions|posts|photos_and_videos|stories|groups|events|pages"
        r"|preferences|location|search|payment_history|other_activity|your_\w+|apps_and_websites\w*|files|logged_\w+)/).*"
        r"|(?:index|start_here)\.html"
    ),
)

_WHOLE = "Name the whole archive: the zip, or the folder that it unpacks to"
_UNREAD = (
    "of the sentences that say whom a comment or a reaction is for, {} are not in English and cannot be read. Set the "
    "language of Facebook to English (US) and ask for the information again"
)
_IS_LIST = "--followers with this archive counts its followers as such"
_KEYS = {
    "comments_v2": "comments",
    "comments": "comments",
    "group_comments_v2": "comments",
    "group_comments": "comments",
    "status_updates": "posts",
    "group_posts_v2": "posts",
    "reactions_v2": "reactions",
    "reactions": "reactions",
    "followers_v3": "followers",
    "followers_v2": "followers",
}
_NAMES = (
    "../profile_information/profile_information.json",
    "../../profile_information/profile_information.json",
    "../../personal_information/profile_information/profile_information.json",
)
_BESIDE = ("../comments_and_reactions/comments.json", "../comments/comments.json")

_ACT = re.compile(
    r" (?:commented on|replied to|reacted to|liked|likes|loved|loves|shared) (?P<whose>.+?)\.?\s*$", re.S
)
_OWN = re.compile(r"(?:his|her|their|its) own\b")
_NOBODYS = re.compile(r"(?:an?|the|this|\d+) ")
_THING = (
    r"(?:live |profile |cover )?(?:post|comment|photo|picture|video|reel|link|album|status|GIF|story|event|note"
    r"|review|activity|memory|update)s?"
)
_OWNED = re.compile(rf"(.+?)['’]s? {_THING}\b", re.S)
_MARKED = re.compile(r"@\[(\d{1,40}):(?:\d{1,9}:)?([^\]\n]{1,300})\]")
_PAGE = re.compile(r"\s*(?:<!DOCTYPE html>\s*)?<html\b.*(?:uiBoxGray|_a6-g|_3-95)", re.S | re.I)


class _Record(msgspec.Struct):
    timestamp: object = None
    title: object = None
    data: object = None
    tags: object = None
    label_values: object = None


_RECORD = msgspec.json.Decoder(_Record)
_OBJECT = msgspec.json.Decoder(dict[str, msgspec.Raw])
_ITEMS = msgspec.json.Decoder(list[msgspec.Raw])
_PLAIN = msgspec.json.Decoder(dict[str, object])


def recognise(sample: Sample) -> bool:
    """Whether one of the first objects is of such an archive, or the file a web page of one."""
    return any(map(_kind, sample.objects)) or bool(_PAGE.match(sample.start))


def _kind(found: Mapping[str, object]) -> str | None:
    """What an object is, or holds: posts, comments, reactions or followers."""
    for key, kind in _KEYS.items():
        items = found.get(key)
        first = items[0] if isinstance(items, list) and items else None
        if (isinstance(first, dict) and _SIGNS[kind] in first) or (
            items == [] and key.endswith(("_v2", "_v3"))
        ):
            return kind
    if "timestamp" not in found:
        return None
    if any(
        isinstance(label, dict) and label.get("label") == "Reaction"
        for label in listed(found.get("label_values"))
    ):
        return "reactions"
    inside = {key for entry in listed(found.get("data")) if isinstance(entry, dict) for key in entry}
    for key, kind in (("comment", "comments"), ("reaction", "reactions"), ("post", "posts")):
        if key in inside:
            return kind
    is_post = isinstance(found.get("attachments"), list) and found.keys() <= _OF_POSTS
    return "posts" if is_post or "update_timestamp" in inside else None


_OF_POSTS = {"timestamp", "attachments", "data", "title", "tags"}
_SIGNS = {"comments": "timestamp", "posts": "timestamp", "reactions": "timestamp", "followers": "name"}


def read(source: Source, sink: Sink, *, sample: Sample, asked: Asked) -> None:
    """Hands every post, comment and reaction to the sink; followers are skipped."""
    if not any(map(_kind, sample.objects)):
        raise ExportError(
            "An archive of Facebook or Instagram as web pages, which cannot be read. Ask for the information again, "
            "and choose JSON as its format."
        )
    reading = _Reading(source, sink)
    for line, text in json_records(source, sink.skip):
        reading.take(text, line)
    reading.close()


class _Reading:
    """One pass over a file, with what is to be said of it at the end."""

    def __init__(self, source: Source, sink: Sink) -> None:
        self._sink = sink
        self._owner = _owner(source)
        self._seen: Counter[str] = Counter()

    def take(self, text: bytes | msgspec.Raw, line: int) -> None:
        """Takes a record, or all records of a document."""
        try:
            found = decode(_OBJECT, text)
        except UnreadableError as error:
            self._sink.skip(str(error), line)
            return
        is_document = False
        for key, kind in _KEYS.items():
            if key in found and bytes(memoryview(found[key])[:1]) == b"[":
                is_document = True
                self._each(found[key], line, kind)
        if not is_document:
            self._record(text, line, None)

    def close(self) -> None:
        """Says what is to be said of the file as a whole."""
        if self._seen["followers"]:
            self._sink.note(_IS_LIST)
        if self._seen["named"]:
            self._sink.note(ONE_NAME)
        if self._seen["unread"]:
            self._sink.note(_UNREAD.format(self._seen["unread"]))
        if self._seen["nobody"]:
            self._sink.note(f"no file beside this one says whose archive it is. {_WHOLE}")

    def _each(self, items: msgspec.Raw, line: int, kind: str) -> None:
        try:
            records = decode(_ITEMS, items)
        except UnreadableError as error:
            self._sink.skip(str(error), line)
            return
        for text in records:
            self._record(text, line, kind)

    def _record(self, text: bytes | msgspec.Raw, line: int, kind: str | None) -> None:
        try:
            record = decode(_RECORD, text)
            whole = decode(_PLAIN, text)
        except UnreadableError as error:
            self._sink.skip(str(error), line)
            return
        kind = kind or _kind(whole)
        if kind == "followers":
            self._seen["followers"] += 1
            self._sink.skip("a follower, no post", line)
        elif kind == "reactions":
            self._reaction(record, line)
        elif kind == "comments":
            self._comment(record, line)
        elif kind == "posts":
            self._post(record, line)
        else:
            self._sink.skip("neither a post nor a comment nor a reaction", line)

    def _comment(self, record: _Record, line: int) -> None:
        comment = _inside(record, "comment")
        author = text_of(comment.get("author")) or self._owner
        target = self._target(record, author)
        post = self._written(record, author, comment.get("comment"))
        self._hand_over(post._replace(kind="reply", reply_to_name=target), record, line)

    def _post(self, record: _Record, line: int) -> None:
        post = self._written(record, self._owner, _inside(record, "post").get("post"))
        found = _ACT.search(text_of(record.title))
        if found and found[0].startswith(" shared ") and (shared := _OWNED.match(found["whose"])):
            post = (
                post._replace(kind="quote", quote_of_name=shared[1])
                if post.text
                else post._replace(kind="repost", text=None, mentions=None, repost_of_name=shared[1])
            )
        self._hand_over(post, record, line)

    def _written(self, record: _Record, author: str | None, words: object) -> Post:
        text, mentions = _marked(text_of(words))
        known = {mention.name for mention in mentions}
        for tag in listed(record.tags):
            name = text_of(tag.get("name") if isinstance(tag, dict) else tag)
            if name and name not in known:
                place = text.find(name)
                mentions.append(Mention(None, name, place if place >= 0 else None))
        return Post(
            "facebook",
            None,
            None,
            author,
            None,
            text=text,
            mentions=mentions or None,
            hashtags=hashtags_in(text),
            links=links_in(text),
        )

    def _hand_over(self, post: Post, record: _Record, line: int) -> None:
        self._seen["named" if post.author_name else "nobody"] += 1
        take(post, seconds(record.timestamp), self._sink, line, field="timestamp")

    def _reaction(self, record: _Record, line: int) -> None:
        actor = text_of(_inside(record, "reaction").get("actor")) or self._owner
        target = _labelled(record.label_values) or self._target(record, actor)
        if actor is None:
            self._seen["nobody"] += 1
            self._sink.skip("no author", line)
        elif target is None:
            self._sink.skip("a reaction to nobody who is named", line)
        else:
            edge = Edge("facebook", None, actor, None, target, "reaction")
            when = seconds(record.timestamp)
            self._seen["named"] += take_edge(edge, when, self._sink, line, field="timestamp")

    def _target(self, record: _Record, author: str | None) -> str | None:
        """Whom a comment or a reaction is for, from the sentence above it."""
        title = text_of(record.title)
        if not title:
            return None
        said = title.removeprefix(author) if author else title
        found = _ACT.search(said)
        if found is None:
            self._seen["unread"] += 1
            return None
        if _OWN.match(found["whose"]):
            return author
        owned = None if _NOBODYS.match(found["whose"]) else _OWNED.match(found["whose"])
        return owned[1].strip() or None if owned else None


def _inside(record: _Record, key: str) -> Mapping[str, object]:
    """The first entry of a record that has this key: what is below it, or the entry if that is text."""
    for entry in listed(record.data):
        if isinstance(entry, dict) and key in entry:
            return entry[key] if isinstance(entry[key], dict) else entry
    return {}


def _labelled(labels: object) -> str | None:
    """Whom a reaction is for, where it has labels for want of a sentence: a name, or one below `Owner`."""
    for label in listed(labels):
        if not isinstance(label, dict):
            continue
        inner = [entry for entry in listed(label.get("dict")) if isinstance(entry, dict)]
        own = text_of(label.get("value")) if label.get("label") == "Name" else ""
        name = own or (_labelled(inner) if label.get("title") in ("Owner", "") else None)
        if name:
            return name
    return None


def _marked(text: str) -> tuple[str, list[Mention]]:
    """A text as people see it, with whom it names: `@[id:2048:Name]` is shown as the name."""
    shown, end = "", 0
    mentions: list[Mention] = []
    for match in _MARKED.finditer(text):
        shown += text[end : match.start()]
        mentions.append(Mention(match[1], match[2], len(shown)))
        shown += match[2]
        end = match.end()
    return shown + text[end:], mentions


def _owner(source: Source) -> str | None:
    """Whose archive it is: from the profile's own name, else from who wrote the comments."""
    for places, name_of in ((_NAMES, _full_name), (_BESIDE, _author)):
        for place in places:
            beside = source.beside(place)
            if beside is not None and (name := _first(beside, name_of)):
                return name
    return None


def _first(source: Source, name_of: Callable[[Mapping[str, object]], str | None]) -> str | None:
    for _line, text in json_records(source, lambda reason, line: None):
        try:
            whole = decode(_PLAIN, text)
        except UnreadableError:
            continue
        if found := name_of(whole):
            return found
    return None


def _full_name(whole: Mapping[str, object]) -> str | None:
    for profile in whole.values():
        name = profile.get("name") if isinstance(profile, dict) else None
        if isinstance(name, dict) and (full := text_of(name.get("full_name"))):
            return full
    return None


def _author(whole: Mapping[str, object]) -> str | None:
    for items in whole.values():
        for item in listed(items):
            for entry in listed(item.get("data")) if isinstance(item, dict) else ():
                comment = entry.get("comment") if isinstance(entry, dict) else None
                if isinstance(comment, dict) and (author := text_of(comment.get("author"))):
                    return author
    return None
