"""Comments below posts of Facebook and Instagram, as comment-export tools save them: one comment per row.

The columns are those of the Graph API (`comment_id, created_time, message`), of ExportComments and of the Apify
scrapers; the latter also write JSON. The posts themselves are never in the file. Which comment an answer
belongs to is told by a column, or by its link, or not at all where the tool keeps the depth only.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Set
from typing import NamedTuple

import msgspec

from communitylab.exports.asked import Asked
from communitylab.exports.ids import DESTROYED, cell_or_none, id_or_none
from communitylab.exports.intake import Row, has_ids, take, without_ids
from communitylab.exports.json_records import UnreadableError, decode, json_records
from communitylab.exports.meta_exports import ONE_NAME, facebook_comment, facebook_post, instagram_names
from communitylab.exports.sample import Sample
from communitylab.exports.sink import Sink
from communitylab.exports.table_rows import table_records
from communitylab.exports.text import hashtags_in, links_in
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

NAME = "facebook_comments"
TITLE = "Facebook or Instagram comments of export tools, CSV or JSON: comment_id, author_name, created_time, message …"
COVERAGE = "A"
PLATFORMS = ("facebook", "instagram")
HOW = "Give the links of your posts to a comment-export tool, replies included, and save the comments as CSV."
IS_FROM_DOCUMENTATION = True
IS_YOURS = True

_NO_POSTS = (
    "the file holds comments and not the posts below which they stand: a comment that answers no other one counts "
    "as an answer only if the posts are read as well"
)
_NO_ZONE = (
    "dates without a time zone are taken as UTC: the tool wrote them in the zone that was set when it ran"
)
_NO_PARENT = "of the answers to comments, {} do not say to which: the tool kept their depth only"


_Found = tuple[str | None, str | None, str | None]
"""A thread, the comment answered and the comment itself, as far as a link names them."""


class _Layout(NamedTuple):
    """The columns of one tool. `sign` must all be there, and one of `one_of`; the others are as they may be called."""

    platform: str
    sign: Set[str]
    one_of: Set[str]
    author_id: tuple[str, ...]
    author_name: tuple[str, ...]
    text: str
    time: str
    comment: tuple[str, ...]
    parent: tuple[str, ...] = ()
    post: tuple[str, ...] = ()
    link: tuple[str, ...] = ()
    depth: str = ""
    shown: str = ""

    def ids_of(self, link: str) -> _Found:
        """What a link says."""
        return _of_photo(link) if self.platform == "instagram" else _of_link(link)


_LAYOUTS = (
    _Layout(
        "facebook",
        {"created_time", "message"},
        {"comment_id", "from_id", "from_name"},
        author_id=("author_id", "from_id", "user_id", "from.id"),
        author_name=("author_name", "from_name", "user_name", "from.name"),
        text="message",
        time="created_time",
        comment=("comment_id", "id"),
        parent=("parent_comment_id", "comment_parent_id", "parent_id", "parent.id"),
        post=("post_id", "object_id"),
    ),
    _Layout(
        "instagram",
        {"username", "profile id", "date", "comment"},
        {"comment id", "comment url"},
        author_id=("profile id",),
        author_name=("username",),
        text="comment",
        time="date",
        comment=("comment id",),
        link=("comment url",),
        depth="depth",
        shown="name",
    ),
    _Layout(
        "facebook",
        {"name", "profile id", "date", "comment"},
        {"comment permalink", "live video timestamp", "depth"},
        author_id=("profile id",),
        author_name=("name",),
        text="comment",
        time="date",
        comment=("comment id",),
        link=("comment permalink", "comment url"),
        depth="depth",
    ),
    _Layout(
        "facebook",
        {"profilename", "text", "date"},
        {"feedbackid", "threadingdepth", "commenturl"},
        author_id=("profileid",),
        author_name=("profilename",),
        text="text",
        time="date",
        comment=("commentid", "id"),
        parent=("replytocommentid",),
        link=("commenturl", "inputurl", "facebookurl"),
        depth="threadingdepth",
    ),
    _Layout(
        "instagram",
        {"ownerusername", "text", "timestamp"},
        {"posturl", "commenturl", "parentcommenturl"},
        author_id=("ownerid", "owner/id"),
        author_name=("ownerusername",),
        text="text",
        time="timestamp",
        comment=("id",),
        parent=("parentcommenturl",),
        link=("commenturl", "posturl"),
    ),
)

_OWN = re.compile(r"[?&]comment_id=([\w%=-]{1,200})")
_ANSWER = re.compile(r"[?&]reply_comment_id=([\w%=-]{1,200})")
_BELOW = re.compile(
    r"/(?:posts|videos|permalink|reel|photos)/(?:[^/?#]{1,200}/)?(\w{5,200})|[?&](?:story_fbid|fbid|v)=(\w+)"
)
_JOB = re.compile(r"/done/([0-9a-f-]{36})\b")  # of the tool: one job is one post
_PHOTO = re.compile(r"/(?:p|reel|tv)/([\w-]{5,60})(?:/c/(\d{1,40})(?:/r/(\d{1,40}))?)?")
_ZONE = re.compile(r"(?:[Zz]|[+-]\d\d:?\d\d|UTC|^[\d.]+)\s*$")
_HEAD = re.compile(r"\s*@")


def recognise(sample: Sample) -> bool:
    """Whether the columns, or the keys of JSON, are those of one of the tools."""
    return _layout(sample) is not None


def _layout(sample: Sample) -> tuple[_Layout, Sample] | None:
    """The tool, and its table, which may stand below the address of the post and other rows of a title."""
    for layout in _LAYOUTS:
        table = sample.below_titles(layout.sign)
        for names, found in (
            *((names, sample) for names in sample.objects),
            *([(table.header, table)] if table else ()),
        ):
            keys = {name.strip().lower() for name in names}
            has_author = bool(keys & {*layout.author_id, *layout.author_name})
            if layout.sign <= keys and layout.one_of & keys and has_author:
                return layout, found
    return None


def read(source: Source, sink: Sink, *, sample: Sample, asked: Asked) -> None:
    """Hands every comment to the sink."""
    known = _layout(sample)
    if known is None:
        return
    layout, table = known
    keys = {name: name.strip().lower() for name in table.header}
    are_exact = all(has_ids(table, name) for name, key in keys.items() if key in layout.comment)
    lost = {key for name, key in keys.items() if key in layout.post and not has_ids(table, name)}
    if not are_exact:
        lost |= {*layout.comment, *layout.parent}
        sink.note(DESTROYED)
    titles = [cell for row in [sample.header, *sample.rows][: table.above] for cell in row]
    of_file, _, _ = _merged([layout.ids_of(cell) for cell in titles])
    seen: Counter[str] = Counter()
    for line, record in _records(source, sink, table):
        row = {key: cell for name, cell in record.items() if (key := name.strip().lower()) not in lost}
        post = _post(row, layout, of_file=of_file, are_exact=are_exact)
        shown = cell_or_none(row.get(layout.shown))
        if not take(post, row.get(layout.time), sink, line, field=layout.time, shown=shown):
            continue
        seen["no zone"] += not _ZONE.search(row.get(layout.time) or "0")
        seen["posts"] += post.kind == "post"
        seen["names"] += post.author_id is None and layout.platform == "facebook"
        seen["depth"] += post.kind == "post" and (row.get(layout.depth) or "0").strip() not in (
            "",
            "0",
            "0.0",
        )
    if seen["no zone"]:
        sink.note(_NO_ZONE)
    if seen["names"]:
        sink.note(ONE_NAME)
    if seen["depth"]:
        sink.note(_NO_PARENT.format(seen["depth"]))
    if seen["posts"]:
        sink.note(_NO_POSTS)


_OBJECT = msgspec.json.Decoder(dict[str, object])


def _records(source: Source, sink: Sink, table: Sample) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of a table, or the objects of JSON as rows: what is neither text nor a number is left out."""
    if not table.objects:
        yield from table_records(source, sink.skip, sample=table)
        return
    for line, text in json_records(source, sink.skip):
        try:
            found = decode(_OBJECT, text)
        except UnreadableError as error:
            sink.skip(str(error), line)
            continue
        yield line, {name: _cell(value) for name, value in found.items()}


def _cell(value: object) -> str:
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**40:
        return str(value)
    return value if isinstance(value, str) else ""


def _first(row: Row, names: tuple[str, ...]) -> str | None:
    return next((found for name in names if (found := id_or_none(row.get(name)))), None)


def _post(row: Row, layout: _Layout, *, of_file: str | None, are_exact: bool) -> Post:
    text = row.get(layout.text) or ""
    links = [row[name] for name in layout.link if row.get(name)]
    linked, parent, comment = _merged([layout.ids_of(link) for link in links])
    job = next((match[1] for link in links if (match := _JOB.search(link))), None)
    comment = comment or _first(row, layout.comment)
    parent = parent or _parent(row, layout)
    threads = [facebook_post(_first(row, layout.post)), linked, of_file, job]
    if layout.platform == "facebook":
        own = (facebook_comment(comment, None) or "").rpartition("_")[0]
        threads = sorted([*threads[:3], own, job], key=lambda found: not (found or "").isdecimal())
    thread = next(filter(None, threads), None)
    is_flat = parent is None or facebook_post(parent) == thread
    if layout.platform == "facebook":
        comment, parent = facebook_comment(comment, thread), facebook_comment(parent, thread)
    mentions = instagram_names(text) if layout.platform == "instagram" else []
    post = Post(
        layout.platform,
        comment,
        _first(row, layout.author_id),
        _first(row, layout.author_name),
        None,
        text=text,
        conversation_id=thread,
        mentions=mentions or None,
        hashtags=hashtags_in(text),
        links=links_in(text),
    )
    if not are_exact:
        post = without_ids(post)._replace(post_id=comment, conversation_id=thread)  # as links have them
    if is_flat or parent == comment:
        return post
    # Who answers an answer on Instagram stands below the first comment, with the name of the answered at the head.
    head = mentions[0].name if mentions and _HEAD.match(text) else None
    return post._replace(kind="reply", reply_to_post_id=parent, reply_to_name=head)


def _merged(found: list[_Found]) -> _Found:
    """What the links of a row say together, the first one first."""
    thread, parent, comment = (next((ids[place] for ids in found if ids[place]), None) for place in range(3))
    return thread, parent, comment


def _of_link(link: str) -> _Found:
    own, answer = _OWN.search(link), _ANSWER.search(link)
    below = _BELOW.search(link)
    thread = next((group for group in below.groups() if group), None) if below else None
    if own and answer:
        return thread, own[1], answer[1]
    return thread, None, own[1] if own else None


def _of_photo(link: str) -> _Found:
    found = _PHOTO.search(link)
    if found is None:
        return None, None, None
    return (found[1], found[2], found[3]) if found[3] else (found[1], None, found[2])


def _parent(row: Row, layout: _Layout) -> str | None:
    found = _first(row, layout.parent)
    if found and (linked := _PHOTO.search(found)):
        return linked[3] or linked[2]
    return None if found in ("0", "-1") else found
