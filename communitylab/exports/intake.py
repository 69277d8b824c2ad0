"""What happens to every post on its way in, whatever the format: a date, an author, and the context it shows."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TypeAlias

from communitylab.exports.ids import DESTROYED, are_destroyed, cell_or_none
from communitylab.exports.sample import Sample
from communitylab.exports.sink import Sink
from communitylab.exports.table_rows import table_records
from communitylab.exports.times import form, moment
from communitylab.files import Source
from communitylab.tables import NOBODY, Edge, Post

__all__ = [
    "Row",
    "has_ids",
    "platform_named",
    "read_rows",
    "take",
    "take_edge",
    "take_reaction",
    "without_ids",
]

Row: TypeAlias = Mapping[str, str]
"""A row of a table: cells by the name of their column."""

_PLATFORMS = {"twitter": "x", "x.com": "x", "bsky": "bluesky"}
_PLATFORM = re.compile(r"[^\W_][\w .-]{0,29}")


def take(
    post: Post,
    when: str | None,
    sink: Sink,
    line: int,
    *,
    field: str = "created_at",
    shown: str | None = None,
) -> bool:
    """Hands a post to the sink if it has an author and its date is none that cannot be read.

    Along with it goes the context that it shows: how its author is called, and who wrote the posts that it
    repeats and quotes.

    Parameters
    ----------
    post
        Without its time, or with one that needs no reading.
    when
        Its time as the export writes it.
    sink
        Where it goes.
    line
        On which it starts.
    field
        What the format calls its time: it is told to readers of the report, so never what a file's header says.
    shown
        The name that its author shows to people.

    Returns
    -------
    bool
        Whether it is a post; otherwise it was skipped with the reason.
    """
    if post.author_id is None and post.author_name is None:
        sink.skip("no author", line)
        return False
    if when and when.strip():
        created_at = moment(when)
        if created_at is None:
            sink.skip(f"{field} is no date", line)
            sink.note(form(field, when))
            return False
        post = post._replace(created_at=created_at)
    sink.post(post)
    if post.author_id and post.author_name:
        sink.name(
            post.platform, post.author_id, name=post.author_name, display_name=shown, seen_at=post.created_at
        )
    for post_id, author_id, author_name in (
        (post.repost_of_post_id, post.repost_of_id, post.repost_of_name),
        (post.quote_of_post_id, post.quote_of_id, post.quote_of_name),
    ):
        if post_id and (author_id or author_name):
            sink.parent(post.platform, post_id, author_id=author_id, author_name=author_name)
    return True


def take_edge(edge: Edge, when: str | None, sink: Sink, line: int, *, field: str = "created_at") -> bool:
    """Hands an act that nobody writes to the sink, if its date is none that cannot be read.

    Parameters
    ----------
    edge
        Without its time.
    when, sink, line, field
        As for :func:`take`.

    Returns
    -------
    bool
        Whether it is an act; otherwise it was skipped with the reason.
    """
    created_at = moment(when) if when else None
    if when and created_at is None:
        sink.skip(f"{field} is no date", line)
        sink.note(form(field, when))
        return False
    sink.edge(edge._replace(created_at=created_at), line)
    return True


def take_reaction(
    source: tuple[str | None, str | None],
    post: Post,
    *,
    sink: Sink,
    line: int,
    created_at: datetime | None = None,
) -> None:
    """Hands a reaction to a post to the sink, if anything tells whose it is.

    Parameters
    ----------
    source
        Id and name of who reacts.
    post
        The post.
    sink, line
        As for :func:`take`.
    created_at
        When, where the export says it.
    """
    if source == NOBODY:
        sink.skip("no author", line)
        return
    target = post.author_id, post.author_name
    sink.edge(Edge(post.platform, *source, *target, "reaction", created_at, post.post_id), line)


def read_rows(
    source: Source,
    sink: Sink,
    *,
    sample: Sample,
    post_of: Callable[[Row], Post | str],
    time: str,
    post_id: str | None,
    shown: str | None = None,
) -> None:
    """Hands every row of a table of posts to the sink.

    Parameters
    ----------
    source, sink, sample
        As a format's `read` gets them.
    post_of
        Makes a post of a row, without its time; or says why it is none.
    time
        The column of the time.
    post_id
        The column of the post's id: if a spreadsheet has destroyed it, no post has an id and none refers to
        another by one, and accounts go by their names, where they have any.
        None: there is no such column, or another to fall back on.
    shown
        The column of the name that the author shows to people.
    """
    are_exact = has_ids(sample, post_id)
    if not are_exact:
        sink.note(DESTROYED)
    for line, row in table_records(source, sink.skip, sample=sample):
        post = post_of(row)
        if isinstance(post, str):
            sink.skip(post, line)
            continue
        if not are_exact:
            post = without_ids(post)
        name = row.get(shown, "").strip() if shown else ""
        take(post, row.get(time), sink, line, field=time, shown=name or None)


def platform_named(cell: str | None) -> str:
    """The platform that a cell names, as posts name it; ``table`` where it names none.

    Readers of a report are told the platforms, so a cell that cannot be a name of one stays out of it.

    Parameters
    ----------
    cell
        Of the column of platforms; None without one.

    Examples
    --------
    >>> platform_named("Twitter"), platform_named("VK "), platform_named("example.org/ana"), platform_named(None)
    ('x', 'vk', 'table', 'table')
    """
    name = (cell_or_none(cell) or "").casefold()
    return _PLATFORMS.get(name, name) if _PLATFORM.fullmatch(name) else "table"


def has_ids(sample: Sample, column: str | None) -> bool:
    """Whether the ids of a table can be trusted, because no spreadsheet has rounded them.

    Parameters
    ----------
    sample
        The table.
    column
        The column of the posts' ids as the header spells it. None or not there: there is nothing to be rounded.
    """
    if column is None or column not in sample.header:
        return True
    place = sample.header.index(column)
    return not are_destroyed([row[place] for row in sample.rows if len(row) > place])


def without_ids(post: Post) -> Post:
    """A post whose ids were rounded: two people may have come to one number, but not to one name.

    Parameters
    ----------
    post
        As its row has it.

    Returns
    -------
    Post
        Without the ids of posts, that of its thread among them, as it is the id of the thread's first post;
        and without those of accounts that have a name.
    """
    return post._replace(
        post_id=None,
        conversation_id=None,
        edit_of=None,
        reply_to_post_id=None,
        repost_of_post_id=None,
        quote_of_post_id=None,
        author_id=None if post.author_name else post.author_id,
        reply_to_id=None if post.reply_to_name else post.reply_to_id,
        repost_of_id=None if post.repost_of_name else post.repost_of_id,
        quote_of_id=None if post.quote_of_name else post.quote_of_id,
        mentions=[named._replace(account_id=None) if named.name else named for named in post.mentions or ()]
        or None,
    )
