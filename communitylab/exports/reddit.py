"""Submissions and comments of Reddit: dumps (Pushshift, Arctic Shift) and what the API answers.

Dumps are JSON Lines: `RC_…` holds comments, `RS_…` submissions, or there are two files for each subreddit. They are
packed with a window of two gigabytes, and as much memory it takes to unpack one that is as large. Their traps:

* A comment right below a submission answers no one in particular: its thread says where it stands. Its `parent_id`
  is the submission, or null in what Pushshift gave at the end of 2022, where all others are numbers to be written in
  base 36. Times are numbers, or text.
* Nobody knows who `[deleted]` is. What its author took away counts as written by nobody, even where a second look
  of Arctic Shift found it gone and kept the words; what moderators took away is left out as well, but if its author is
  named, answers to it are answers to somebody.
* Quoted paragraphs (`> …`) are the words of others, and so are the names in them. `&`, `<` and `>` are escaped.
* A crosspost is a post of its own that repeats another. Its title is mostly that of the other.
* A page of a thread (`/comments/….json`) leaves out some comments and says how many.
* Moderators show as such where they write as such. Only where the whole file is of one subreddit are they its staff.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import msgspec

from communitylab.exports.asked import Asked
from communitylab.exports.intake import take
from communitylab.exports.json_records import UnreadableError, decode, json_records
from communitylab.exports.sample import Sample
from communitylab.exports.sink import Sink
from communitylab.exports.text import links_in
from communitylab.files import Source
from communitylab.tables import Mention, Post

__all__ = [
    "COVERAGE",
    "HOW",
    "IS_FROM_DOCUMENTATION",
    "IS_YOURS",
    "NAME",
    "PLATFORMS",
    "SHOWS_STAFF",
    "TITLE",
    "read",
    "recognise",
]

NAME = "reddit"
TITLE = (
    "Reddit, dumps or API JSON: author, created_utc, subreddit, link_id, parent_id, body or title, selftext"
)
COVERAGE = "A"
PLATFORMS = ("reddit",)
IS_YOURS = True
SHOWS_STAFF = True
IS_FROM_DOCUMENTATION = True
HOW = (
    "With the download tool of Arctic Shift take both the posts and the comments of your subreddit; give both files. "
    "Dumps (`.zst`) are read as they come."
)

_COMMENT = {"author", "body", "created_utc", "link_id"}
_SUBMISSION = {"author", "created_utc", "subreddit", "title"}
_NOBODY = "[deleted]"
_ROBOT = "AutoModerator"
_DELETED, _REMOVED = "a deleted post", "a removed post"
_TAKEN_AWAY = {_NOBODY: _DELETED, "[removed]": _REMOVED, "[ removed by reddit ]": _REMOVED}
_MORE = (
    "comments that pages leave out: at least {}. Arctic Shift has whole threads: with its download tool take the "
    "comments of the subreddit"
)
_STAFF = "moderators who wrote as such: {}. Those who speak for the brand belong to --brand"
_MOST_STAFF = 10_000
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"

_NAMED = re.compile(r"(?<![\w/])/?u/((?:[A-Za-z0-9-]|\\?_){3,20})")
_FULL = re.compile(r"t[13]_\w{1,40}")
# A quotation goes on to the end of its paragraph; `>!` hides words of one's own.
_QUOTED = re.compile(r"^ {0,3}>(?!!).*(?:\n(?![ \t]*$).+)*\n?", re.MULTILINE)
_BRACKETS = str.maketrans("()[]", "    ")

_Id = str | int | float | None
_NOTHING = msgspec.Raw(b"null")


class _Meta(msgspec.Struct, gc=False):
    """What Arctic Shift found when it looked a second time."""

    was_deleted_later: bool | None = None
    removal_type: str | None = None


class _Original(msgspec.Struct, gc=False):
    """The submission that a crosspost repeats."""

    author: str | None = None
    author_fullname: str | None = None


class _Thing(msgspec.Struct, gc=False):
    """A submission or a comment, or what the API puts around them."""

    kind: object = None
    data: msgspec.Raw = _NOTHING
    children: msgspec.Raw = _NOTHING
    replies: msgspec.Raw = _NOTHING
    count: object = None
    id: _Id = None
    author: str | None = None
    author_fullname: str | None = None
    created_utc: _Id = None
    subreddit: str | None = None
    distinguished: str | None = None
    body: str | None = None
    link_id: _Id = None
    parent_id: _Id = None
    title: str | None = None
    selftext: str | None = None
    url: str | None = None
    is_self: bool | None = None
    crosspost_parent: str | None = None
    crosspost_parent_list: list[_Original] | None = None
    meta: _Meta | None = msgspec.field(default=None, name="_meta")


_THING = msgspec.json.Decoder(_Thing)
_ITEMS = msgspec.json.Decoder(list[msgspec.Raw])


def recognise(sample: Sample) -> bool:
    """Whether one of the first objects is a submission or a comment, or holds some."""
    return any(_is_post(found) for whole in sample.objects for found in _inside(whole))


def _is_post(found: Mapping[str, object]) -> bool:
    return "_type" not in found and (found.keys() >= _COMMENT or found.keys() >= _SUBMISSION)


def _inside(found: object) -> Iterator[Mapping[str, object]]:
    """An object, and the first ones that the API puts into it."""
    if isinstance(found, list):
        for item in found[:100]:
            yield from _inside(item)
    elif isinstance(found, dict):
        yield found
        for key in ("data", "children"):
            yield from _inside(found.get(key))


def read(source: Source, sink: Sink, *, sample: Sample, asked: Asked) -> None:
    """Hands every submission and comment to the sink."""
    reading = _Reading(sink)
    for line, text in json_records(source, sink.skip):
        reading.take(text, line)
    reading.close()


_COMMENTS_ALONE = (
    "comments and no submissions: whom the comments right below a submission answer is known only with the file of the "
    "submissions beside it. Give both"
)


class _Reading:
    """One pass over a file, with what is to be said of it at the end."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._left_out = 0
        self._subreddits: set[str] = set()  # two are enough to know that there are several
        self._kinds: set[bool] = set()  # whether there are comments, whether there is something else
        self._staff: dict[str, str] = {}  # by the folded name the id, or the name

    def take(self, text: bytes | msgspec.Raw, line: int) -> None:
        """Takes a record, or all that stand in what the API answered, in their order."""
        waiting = [text]
        while waiting:
            try:
                thing = decode(_THING, waiting.pop())
                around = thing.children if thing.data == _NOTHING else thing.data
                if thing.kind == "more":
                    count = thing.count if thing.data == _NOTHING else decode(_THING, thing.data).count
                    self._left_out += count if isinstance(count, int) and count > 0 else 1
                elif around == _NOTHING:
                    self._read(thing, line)
                    waiting += _items(thing.replies)
                else:
                    waiting += _items(around)
            except UnreadableError as error:
                self._sink.skip(str(error), line)

    def close(self) -> None:
        """Says what is to be said of the whole file."""
        if self._left_out:
            self._sink.note(_MORE.format(self._left_out))
        if self._staff and len(self._subreddits) == 1:
            self._sink.staff |= set(self._staff.values())
            self._sink.note(_STAFF.format(len(self._staff)))
        if self._kinds == {True}:
            self._sink.note(_COMMENTS_ALONE)

    def _read(self, thing: _Thing, line: int) -> None:
        is_comment = thing.body is not None or thing.link_id is not None
        if not is_comment and thing.title is None:
            self._sink.skip("neither a submission nor a comment", line)
            return
        self._kinds.add(is_comment)
        post = _comment(thing) if is_comment else _submission(thing)
        if thing.subreddit and len(self._subreddits) < 2:
            self._subreddits.add(thing.subreddit.casefold())
        if thing.author == _NOBODY:
            self._sink.skip("a deleted author", line)
        elif reason := _taken_away(thing):
            self._sink.skip(reason, line)
            if reason == _REMOVED and post.post_id and post.author_name:
                self._sink.parent(
                    post.platform, post.post_id, author_id=post.author_id, author_name=post.author_name
                )
        else:
            when = None if thing.created_utc is None else str(thing.created_utc)
            is_taken = take(post, when, self._sink, line, field="created_utc")
            if is_taken and thing.distinguished == "moderator" and not post.is_bot:
                self._know(post)

    def _know(self, moderator: Post) -> None:
        name = (moderator.author_name or "").casefold()
        if len(self._staff) < _MOST_STAFF and (moderator.author_id or name not in self._staff):
            self._staff[name] = moderator.author_id or moderator.author_name or ""


def _items(text: msgspec.Raw) -> list[msgspec.Raw]:
    """What stands in a listing, the last first; an empty text stands for no answers."""
    start = bytes(memoryview(text)[:1])
    if start == b"[":
        return decode(_ITEMS, text)[::-1]
    return [text] if start == b"{" else []


def _fullname(kind: str, number: _Id) -> str | None:
    """The id of a submission (t3_…) or a comment (t1_…), however it is written."""
    if isinstance(number, float) and number.is_integer():
        number = int(number)
    if isinstance(number, int):
        number = _base36(number)  # of what is no count nothing
    if not isinstance(number, str) or not number:
        return None
    return number if _FULL.fullmatch(number) else f"{kind}_{number}"


def _base36(number: int) -> str:
    digits = ""
    while number > 0:
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
    return digits


def _taken_away(thing: _Thing) -> str | None:
    """Why a post is not to be read, although it is known whose it was."""
    meta = thing.meta or _Meta()
    if meta.was_deleted_later:
        return _DELETED if meta.removal_type in (None, "deleted") else _REMOVED
    words = thing.selftext if thing.body is None else thing.body
    return _TAKEN_AWAY.get((words or "").strip().casefold())


def _post(thing: _Thing, kind: str) -> Post:
    return Post(
        "reddit",
        _fullname(kind, thing.id),
        thing.author_fullname or None,
        thing.author or None,
        None,
        place=thing.subreddit or None,
        is_bot=thing.author == _ROBOT,
    )


def _comment(thing: _Thing) -> Post:
    parent = _fullname("t1", thing.parent_id)
    replied = None if parent is None or parent.startswith("t3_") else parent
    post = _post(thing, "t1")._replace(
        kind="reply" if replied else "post",
        conversation_id=_fullname("t3", thing.link_id),
        reply_to_post_id=replied,
    )
    return _with_words(post, thing.body)


def _submission(thing: _Thing) -> Post:
    post = _post(thing, "t3")
    if thing.crosspost_parent:
        first = (thing.crosspost_parent_list or [_Original()])[0]
        is_known = first.author != _NOBODY
        return post._replace(
            kind="repost",
            conversation_id=post.post_id,
            repost_of_post_id=_fullname("t3", thing.crosspost_parent),
            repost_of_id=first.author_fullname or None if is_known else None,
            repost_of_name=first.author or None if is_known else None,
        )
    post = _with_words(post, "\n\n".join(filter(None, (thing.title, thing.selftext))))
    url = _unescaped(thing.url)
    links = [url] if url.startswith("http") and not thing.is_self else []
    links += post.links or []
    return post._replace(conversation_id=post.post_id, links=list(dict.fromkeys(links)) or None)


def _unescaped(text: str | None) -> str:
    return (text or "").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _with_words(post: Post, written: str | None) -> Post:
    """A post with its author's own words, and whom and what they name."""
    written = _unescaped(written)
    text = _QUOTED.sub("", written).strip() if ">" in written else written
    named = [Mention(None, match[1].replace("\\", ""), match.start()) for match in _NAMED.finditer(text)]
    return post._replace(text=text or None, mentions=named or None, links=links_in(text.translate(_BRACKETS)))
