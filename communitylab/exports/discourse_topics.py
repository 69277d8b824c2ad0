"""Topics of a Discourse forum as its pages get them: `/t/<number>.json`.

Its traps:

* A topic comes with its first twenty posts and the ids of all others. Those come in pieces from
  `/t/<number>/posts.json?post_ids[]=…`, which do not say whether the topic is a private message: they are read
  only if the topic itself comes before them in the file, or beside it as `<number>.json`.
* Many answers go to the topic and to no post in it: they have no `reply_to_post_number`.
"""

from __future__ import annotations

import re

import msgspec

from communitylab.errors import ExportError
from communitylab.exports.asked import Asked
from communitylab.exports.discourse_posts import is_robot, post_id, with_content
from communitylab.exports.ids import shown_name
from communitylab.exports.intake import take
from communitylab.exports.json_records import UnreadableError, decode, json_records
from communitylab.exports.sample import Sample
from communitylab.exports.sink import Sink
from communitylab.files import Source
from communitylab.tables import Post

__all__ = ["COVERAGE", "HOW", "IS_YOURS", "NAME", "PLATFORMS", "SHOWS_STAFF", "TITLE", "read", "recognise"]

NAME = "discourse_topics"
TITLE = "Discourse forum, topics as JSON: post_stream with posts, post_number, reply_to_post_number, cooked"
COVERAGE = "A"
PLATFORMS = ("discourse",)
IS_YOURS = True
SHOWS_STAFF = True
HOW = (
    "Save `/t/<number>.json?print=true` of each topic of your forum (without `print` only its first twenty "
    "posts come), or let an administrator take all posts at once, as for discourse_query."
)

_PUBLIC = ("regular", "banner")
_UNKNOWN = "a post of a topic that is not known to be public"
_HEADLESS = (
    "posts came without their topic, which says whether it is public or a private message, and were left out. Save "
    "`/t/<number>.json?print=true` of the topic instead: it has both"
)
_WHY_NOT = {3: "an action of the staff, no post", 4: "a whisper among the staff"}
_MOST_STAFF = 10_000
_MOST_TOPICS = 100_000
_NUMBER = re.compile(r"\d{1,20}", re.ASCII)

_Id = str | int


class _Account(msgspec.Struct):
    id: _Id | None = None
    username: str | None = None


class _Post(msgspec.Struct):
    user_id: _Id | None = None
    username: str | None = None
    name: str | None = None
    created_at: str | None = None
    cooked: str | None = None
    post_number: _Id | None = None
    post_type: int | None = None
    topic_id: _Id | None = None
    reply_to_post_number: _Id | None = None
    reply_to_user: _Account | None = None
    moderator: bool | None = None
    admin: bool | None = None
    staff: bool | None = None
    hidden: bool | None = None
    user_deleted: bool | None = None
    deleted_at: str | None = None


class _Stream(msgspec.Struct):
    posts: list[msgspec.Raw]
    stream: list[msgspec.Raw] | None = None


class _Topic(msgspec.Struct):
    post_stream: _Stream
    id: _Id | None = None
    category_id: _Id | None = None
    archetype: str | None = None


_TOPIC = msgspec.json.Decoder(_Topic)
_POST = msgspec.json.Decoder(_Post)


class _Topics:
    """Which topics everybody may read, as far as the file says it, or the topic that lies beside it."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._are_public: dict[str, bool] = {}

    def know(self, topic: _Topic) -> None:
        number = str(topic.id)
        if topic.archetype is not None and _NUMBER.fullmatch(number):
            self._keep(number, is_public=topic.archetype in _PUBLIC)

    def is_public(self, number: str) -> bool:
        if not _NUMBER.fullmatch(number):
            return False
        if number not in self._are_public:
            self._keep(number, is_public=self._is_public_beside(number))
        return self._are_public.get(number, False)

    def _keep(self, number: str, *, is_public: bool) -> None:
        if len(self._are_public) < _MOST_TOPICS or number in self._are_public:
            self._are_public[number] = is_public

    def _is_public_beside(self, number: str) -> bool:
        beside = self._source.beside(f"{number}.json")
        if beside is None:
            return False
        try:
            _line, text = next(json_records(beside, lambda reason, line: None))
            topic = decode(_TOPIC, text)
        except (StopIteration, OSError, ExportError, UnreadableError):
            return False
        return str(topic.id) == number and topic.archetype in _PUBLIC


def recognise(sample: Sample) -> bool:
    """Whether one of the first objects has a stream of posts."""
    return any(
        isinstance(stream := found.get("post_stream"), dict) and isinstance(stream.get("posts"), list)
        for found in sample.objects
    )


def read(source: Source, sink: Sink, *, sample: Sample, asked: Asked) -> None:
    """Hands every post of every topic to the sink, and notes how many are missing and how many are staff's."""
    cut = missing = 0
    staff: set[str] = set()
    topics = _Topics(source)
    for line, text in json_records(source, sink.skip):
        try:
            topic = decode(_TOPIC, text)
        except UnreadableError as error:
            sink.skip(str(error), line)
            continue
        topics.know(topic)
        posts, stream = topic.post_stream.posts, topic.post_stream.stream
        if topic.archetype in _PUBLIC and stream is not None and len(stream) > len(posts):
            cut += 1
            missing += len(stream) - len(posts)
        authors: dict[str, str | None] = {}  # of the posts of this topic, by their numbers
        for text in posts:
            try:
                found = decode(_POST, text)
            except UnreadableError as error:
                sink.skip(str(error), line)
                continue
            authors[str(found.post_number)] = found.username
            if reason := _no_post(found, topic, topics):
                sink.skip(reason, line)
                if reason == _UNKNOWN:
                    sink.note(_HEADLESS)
            else:
                answered = authors.get(str(found.reply_to_post_number))
                _read_post(found, topic, sink, line, staff, answered=answered)
    if cut:
        sink.note(
            f"topics that came without all their posts: {cut}, posts left out of them: {missing}. If no other file has "
            "those, save `/t/<number>.json?print=true` instead, or take the forum by Data Explorer (discourse_query)"
        )
    sink.staff |= staff
    if staff:
        sink.note(
            f"staff of the forum who wrote: {len(staff)}. Those who speak for the brand belong to --brand"
        )


def _read_post(
    found: _Post, topic: _Topic, sink: Sink, line: int, staff: set[str], *, answered: str | None
) -> None:
    topic_id = found.topic_id or topic.id
    author_id = None if found.user_id is None else str(found.user_id)
    to_user = found.reply_to_user or _Account()
    post = Post(
        "discourse",
        post_id(str(topic_id), str(found.post_number)),
        author_id,
        found.username or None,
        None,
        conversation_id=post_id(str(topic_id), "1"),
        place=None if topic.category_id is None else str(topic.category_id),
        is_bot=is_robot(author_id, found.username),
    )
    if found.reply_to_post_number:
        post = post._replace(
            reply_to_post_id=post_id(str(topic_id), str(found.reply_to_post_number)),
            reply_to_id=None if to_user.id is None else str(to_user.id),
            reply_to_name=to_user.username or None,
        )
    post = with_content(post, found.cooked or "", answered=answered)
    is_taken = take(post, found.created_at, sink, line, shown=shown_name(found.name))
    is_staff = found.staff or found.admin or found.moderator
    if is_taken and is_staff and not post.is_bot and len(staff) < _MOST_STAFF:
        staff.add(post.author_id or str(post.author_name))


def _no_post(found: _Post, topic: _Topic, topics: _Topics) -> str | None:
    """Why a post is none; None if it is one."""
    if topic.archetype == "private_message":
        return "a private message"
    if found.deleted_at or found.user_deleted:
        return "a deleted post"
    if found.hidden:
        return "a hidden post"
    if not found.post_number:
        return "no post_number"
    topic_id = found.topic_id or topic.id
    if not topic_id:
        return "no topic_id"
    if topic.archetype not in _PUBLIC and not topics.is_public(str(topic_id)):
        return _UNKNOWN
    return _WHY_NOT.get(found.post_type or 1)
