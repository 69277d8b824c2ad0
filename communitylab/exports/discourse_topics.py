"""Topics of a Discourse forum as its pages get them: `/t/<number>.json`.

The trap: a topic comes with its first twenty posts and the ids of all others. Those come in pieces from
`/t/<number>/posts.json?post_ids[]=…`, which are read as well. Many answers go to the topic and to no post in
it: they have no `reply_to_post_number`.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from communitylab.exports.discourse_posts import is_robot, post_id, with_content
from communitylab.exports.ids import shown_name
from communitylab.exports.intake import take
from communitylab.exports.json_records import UnreadableError, decode, json_records
from communitylab.exports.sample import Sample
from communitylab.exports.sink import Sink
from communitylab.files import Source
from communitylab.tables import Post

__all__ = ["COVERAGE", "HOW", "IS_YOURS", "NAME", "PLATFORMS", "TITLE", "read", "recognise"]

NAME = "discourse_topics"
TITLE = "Discourse forum, topics as JSON: post_stream with posts, post_number, reply_to_post_number, cooked"
COVERAGE = "A"
PLATFORMS = ("discourse",)
IS_YOURS = True
HOW = (
    "Save `/t/<number>.json?print=true` of each topic of your forum (without `print` only its first twenty "
    "posts come), or let an administrator take all posts at once, as for discourse_query."
)

_WHY_NOT = {3: "an action of the staff, no post", 4: "a whisper among the staff"}
_MOST_STAFF = 10_000

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


def recognise(sample: Sample) -> bool:
    """Whether one of the first objects has a stream of posts."""
    return any(
        isinstance(stream := found.get("post_stream"), dict) and isinstance(stream.get("posts"), list)
        for found in sample.objects
    )


def read(source: Source, sink: Sink, *, sample: Sample, columns: Mapping[str, str] | None) -> None:
    """Hands every post of every topic to the sink, and notes how many are missing and how many are staff's."""
    cut = missing = 0
    staff: set[str] = set()
    for line, text in json_records(source, sink.skip):
        try:
            topic = decode(_TOPIC, text)
        except UnreadableError as error:
            sink.skip(str(error), line)
            continue
        posts, stream = topic.post_stream.posts, topic.post_stream.stream
        if stream is not None and len(stream) > len(posts):
            cut += 1
            missing += len(stream) - len(posts)
        for found in posts:
            try:
                _read_post(decode(_POST, found), topic, sink, line, staff)
            except UnreadableError as error:
                sink.skip(str(error), line)
    if cut:
        sink.note(
            f"topics that came without all their posts: {cut}, posts left out of them: {missing}. If no other file has "
            "those, save `/t/<number>.json?print=true` instead, or take the forum by Data Explorer (discourse_query)"
        )
    if staff:
        sink.note(
            f"staff of the forum who wrote: {len(staff)}. Those who speak for the brand belong to --brand"
        )


def _read_post(found: _Post, topic: _Topic, sink: Sink, line: int, staff: set[str]) -> None:
    topic_id = found.topic_id or topic.id
    if reason := _no_post(found, topic):
        sink.skip(reason, line)
        return
    author_id = None if found.user_id is None else str(found.user_id)
    answered = found.reply_to_user or _Account()
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
            reply_to_id=None if answered.id is None else str(answered.id),
            reply_to_name=answered.username or None,
        )
    is_taken = take(
        with_content(post, found.cooked or ""), found.created_at, sink, line, shown=shown_name(found.name)
    )
    is_staff = found.staff or found.admin or found.moderator
    if is_taken and is_staff and not post.is_bot and len(staff) < _MOST_STAFF:
        staff.add(post.author_id or str(post.author_name))


def _no_post(found: _Post, topic: _Topic) -> str | None:
    """Why a post is none; None if it is one."""
    if topic.archetype == "private_message":
        return "a private message"
    if found.deleted_at or found.user_deleted:
        return "a deleted post"
    if found.hidden:
        return "a hidden post"
    if not found.post_number:
        return "no post_number"
    if not (found.topic_id or topic.id):
        return "no topic_id"
    return _WHY_NOT.get(found.post_type or 1)
