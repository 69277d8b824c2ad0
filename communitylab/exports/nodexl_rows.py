"""The edges of a network as NodeXL keeps it, whether in its workbook or in GraphML.

Of a network from Twitter each row is one act of a tweet and has the whole tweet beside it: a tweet that answers one and
names two others has three rows, and one that addresses nobody has a row that leads back to its author. Rows of one
tweet that stand together become one post. Where somebody has sorted them apart each gives the post as far as its
own words and columns tell, and the copies count once like any others.

* Until 2018 a retweet was a row of `Mentions`, as was every name in it: the words show what it is.
* `MentionsInRetweet` and `MentionsInQuote` are names that somebody else had typed.
* Both `Followed` and `Follower` lead from who follows to who is followed. Their date is that of the collection.
* An edge whose Visibility is `Skip` is none: so does NodeXL keep somebody who is linked with nobody.
* An id has an apostrophe before it, by which Excel takes it for text. Accounts have names only, in small letters.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import groupby
from typing import NamedTuple

from communitylab.exports.columns import edge_attributes
from communitylab.exports.edges import Account, act_named, add_edge
from communitylab.exports.ids import ROUNDED, cell_or_none, exact_id, id_or_none
from communitylab.exports.intake import take
from communitylab.exports.sink import Sink
from communitylab.exports.text import hashtags_in, links_in, name_at_head, names_in
from communitylab.exports.x_status import repeated
from communitylab.exports.xlsx_rows import day_of
from communitylab.tables import Edge, Mention, Post

__all__ = ["NodexlRow", "are_of_nodexl", "read_nodexl"]

_FOLLOWS = {"followed", "follower", "follows", "following"}
_NAMED_ELSEWHERE = "mentionsin"
_NO_LETTERS = re.compile(r"[^a-z]")
_LEFT_OUT = re.compile(r"skip\b.*|0", re.IGNORECASE)  # of Visibility: NodeXL counts no such edge either
_NO_TIMES = "when somebody began to follow is not in it: the dates of such rows are those of the collection"


class NodexlRow(NamedTuple):
    """One edge: its line, both ends, and its columns by their names in small letters."""

    line: int
    source: str | None
    target: str | None
    cells: Mapping[str, str]


class _Act(NamedTuple):
    """A row as an act of a tweet."""

    row: NodexlRow
    act: str
    post_id: str | None
    is_rounded: bool


def are_of_nodexl(columns: Collection[str]) -> bool:
    """Whether edges have the columns of a network that NodeXL collected.

    Parameters
    ----------
    columns
        Their names.
    """
    return {"relationship", "relationship date (utc)"} <= {column.strip().lower() for column in columns}


def read_nodexl(
    rows: Iterable[NodexlRow], sink: Sink, *, columns: Collection[str], is_directed: bool = True
) -> None:
    """Hands every row to the sink.

    Parameters
    ----------
    rows
        The edges.
    sink
        Where they go.
    columns
        Of the edges and of the people, as the file spells them: those from Twitter tell the platform.
    is_directed
        Whether the edges have a direction.
    """
    platform = (
        "x" if any("twitter" in name.lower() or "tweet" in name.lower() for name in columns) else "table"
    )
    acts = _acts(rows, sink, platform=platform, is_directed=is_directed)
    for _, together in groupby(acts, key=_tweet):
        _take(together, sink)


def _take(together: Iterator[_Act], sink: Sink) -> None:
    """Takes the rows of one tweet; all but the first only say whom else it addresses."""
    first = next(together)
    others = [(other.act, other.row.target, other.row.line) for other in together]
    if first.is_rounded:
        sink.note(ROUNDED)
    named = [(first.act, first.row.target), *((act, target) for act, target, _ in others)]
    take(_post(first, named), _when(first.row.cells), sink, first.row.line, field="the date")
    for _, _, line in others:
        sink.skip("another row of the same post", line)


def _acts(rows: Iterable[NodexlRow], sink: Sink, *, platform: str, is_directed: bool) -> Iterator[_Act]:
    """The rows that are of a tweet; the others go to the sink."""
    for row in rows:
        word = _NO_LETTERS.sub("", row.cells.get("relationship", "").lower())
        act = act_named(word)
        if _LEFT_OUT.fullmatch(row.cells.get("visibility", "").strip()):
            sink.skip("an edge that its maker left out of the graph", row.line)
        elif word.startswith(_NAMED_ELSEWHERE):
            sink.skip("a name in what is repeated or quoted", row.line)
        elif word in _FOLLOWS:
            _follow(row, sink, platform=platform)
        elif cell_or_none(row.cells.get("tweet")) is None:
            _edge(row, sink, platform=platform, is_directed=is_directed)
        elif act not in ("post", "mention", "reply", "repost", "quote"):
            sink.skip("an act of unknown kind", row.line)
        else:
            link = row.cells.get("twitter page for tweet")
            post_id, is_rounded = exact_id(_id(row.cells, "imported id", "unified twitter id"), link)
            yield _Act(row, act, post_id, is_rounded)


def _follow(row: NodexlRow, sink: Sink, *, platform: str) -> None:
    if row.source and row.target:
        sink.note(_NO_TIMES)
        sink.edge(Edge(platform, None, row.source, None, row.target, "follow"), row.line)
    else:
        sink.skip("no target" if row.source else "no author", row.line)


def _edge(row: NodexlRow, sink: Sink, *, platform: str, is_directed: bool) -> None:
    """Takes a row without a tweet."""
    meaning = edge_attributes(list(row.cells))
    add_edge(
        sink,
        row.line,
        source=Account(None, row.source),
        target=Account(None, row.target),
        platform=platform,
        kind=row.cells.get("relationship"),
        when=_when(row.cells) or row.cells.get(meaning.get("created_at", "")),
        weight=row.cells.get("edge weight") or row.cells.get(meaning.get("weight", "")),
        is_directed=is_directed,
        field="the date",
    )


def _tweet(act: _Act) -> tuple[str | None, ...]:
    """What rows of one tweet have in common."""
    if act.post_id:
        return (act.row.source, act.post_id)
    return (act.row.source, _when(act.row.cells), act.row.cells["tweet"])


def _post(first: _Act, named: list[tuple[str, str | None]]) -> Post:
    """The tweet that rows are of; `named` are the act and the target of each."""
    cells = first.row.cells
    text = cells["tweet"]

    def target(act: str) -> str | None:
        return next((name for word, name in named if word == act and name), None)

    def reference(column: str) -> str | None:
        return None if first.is_rounded else id_or_none(_id(cells, column))

    post = Post("x", first.post_id, None, first.row.source, None, lang=cell_or_none(cells.get("language")))
    original, original_id = target("repost") or repeated(text), reference("retweet id")
    if original or original_id:
        return post._replace(kind="repost", repost_of_post_id=original_id, repost_of_name=original)
    parent, answered = reference("in-reply-to tweet id"), target("reply")
    head = name_at_head(text) if parent and not answered else None
    quoted_id, quoted = reference("quoted status id"), target("quote")
    mentions = names_in(text)
    in_words = {mention.name.lower() for mention in mentions if mention.name}
    beyond = {name: None for act, name in named if act == "mention" and name and name.lower() not in in_words}
    tags, links = cells.get("hashtags in tweet", "").split(), cells.get("urls in tweet", "").split()
    return post._replace(
        kind="reply" if parent or answered else "quote" if quoted_id or quoted else "post",
        text=text,
        reply_to_post_id=parent,
        reply_to_name=answered or head,
        reply_to_guessed=head is not None,
        quote_of_post_id=quoted_id,
        quote_of_name=quoted,
        mentions=[*mentions, *(Mention(None, name) for name in beyond)] or None,  # the words may be cut
        hashtags=[tag.casefold().lstrip("#") for tag in tags] or hashtags_in(text),
        links=links or links_in(text),
    )


def _id(cells: Mapping[str, str], *columns: str) -> str | None:
    found = (cells.get(column, "").strip().removeprefix("'") for column in columns)
    return next(filter(None, found), None)


def _when(cells: Mapping[str, str]) -> str | None:
    """The time of a tweet: a date, or days as Excel counts them."""
    found = cell_or_none(cells.get("tweet date (utc)")) or cell_or_none(cells.get("relationship date (utc)"))
    return (day_of(found) or found) if found else None  # such Unix seconds are the first day of 1970
