"""One edge of a graph as the act it stands for, whatever file it comes from: an edge list, GraphML, GEXF and others.

An edge is a post without words: an answer, a mention, a repost by its source. What nobody writes (a follow, a
reaction) is no post. An edge without direction is talk both ways.
"""

from __future__ import annotations

import re

from communitylab.exports.ids import cell_or_none
from communitylab.exports.sink import Sink
from communitylab.exports.times import form, moment
from communitylab.tables import EDGE_KINDS, NOBODY, TALK, Account, Edge, Mention, Post

__all__ = ["NOBODY", "Account", "act_named", "add_edge", "has_direction"]

_NOT_COUNTS = "some weights are no whole numbers: such an edge counts as one message"
_NO_DIRECTION = (
    "edges without direction count as talk both ways: who addressed whom cannot be told from them, and every contact "
    "seems mutual. Export the graph with its directions"
)
_NO_LETTERS = re.compile(r"[^a-z]")
_ACTS = {
    **dict.fromkeys(["reply", "replies", "repliesto", "replyto", "inreplyto", "comment", "answer"], "reply"),
    **dict.fromkeys(["", "mention", "mentions", "message"], "mention"),
    **dict.fromkeys(["repost", "reposts", "retweet", "retweets", "rt", "share", "boost", "reblog"], "repost"),
    **dict.fromkeys(["quote", "quotes", "quoted"], "quote"),
    **dict.fromkeys(["tie"], "tie"),
    **dict.fromkeys(["post", "tweet"], "post"),
    **dict.fromkeys(["follow", "follows", "following", "followed"], "follow"),
    **dict.fromkeys(["reaction", "reactions", "like", "likes", "favorite", "favourite"], "reaction"),
    **dict.fromkeys(["forward", "forwards", "forwarded"], "forward"),
    **dict.fromkeys(["invite", "invites", "invited"], "invite"),
}
_DIRECTIONS = {"directed": True, "undirected": False, "mutual": False}
_FLAGS = {**dict.fromkeys(["true", "1", "yes"], True), **dict.fromkeys(["false", "0", "no"], False)}
_MOST = 10**6  # messages between two: sums of squares have to stay whole numbers
_COMMA = re.compile(r"^(\d+),(\d{1,2})$")  # as much of Europe writes it; 1,000 may be a thousand
_OF_LABELS = (*TALK, *EDGE_KINDS, "repost")


def act_named(word: str | None) -> str | None:
    """The act that a word for the kind of an edge stands for, such as `repost` for `Retweet`.

    Parameters
    ----------
    word
        As the file has it. Without one an edge is a mention.

    Returns
    -------
    str | None
        A kind of post or one of :data:`communitylab.tables.EDGE_KINDS`; `tie` for talk without direction;
        None if the word is not known.

    Examples
    --------
    >>> act_named("Replies to"), act_named(None), act_named("tie"), act_named("cites")
    ('reply', 'mention', 'tie', None)
    """
    return _ACTS.get(_NO_LETTERS.sub("", (word or "").lower()))


def has_direction(word: str | None) -> bool | None:
    """Whether a word says that an edge has a direction; None if it says nothing of that.

    Parameters
    ----------
    word
        As the file has it: of a column such as Gephi's `Type`, or of a flag `directed`.

    Examples
    --------
    >>> has_direction("Directed"), has_direction("mutual"), has_direction("0"), has_direction("Reply")
    (True, False, False, None)
    """
    folded = (word or "").strip().lower()
    return _DIRECTIONS.get(folded, _FLAGS.get(folded))


def add_edge(
    sink: Sink,
    line: int,
    *,
    source: Account,
    target: Account,
    platform: str = "table",
    kind: str | None = None,
    label: str | None = None,
    when: str | None = None,
    weight: str | None = None,
    is_directed: bool = True,
    field: str = "time",
) -> None:
    """Hands one edge to the sink, as one record: as a post, an act that is no post, or skipped with the reason.

    Parameters
    ----------
    sink
        Where it goes.
    line
        On which it starts.
    source, target
        Who acts, and on whom.
    platform
        As posts name it; see :func:`communitylab.exports.intake.platform_named`.
    kind
        The word for its kind, as :func:`act_named` takes it, or for its direction.
    label
        What is written beside it, which may name its kind or anything else.
    when
        Its time as the file writes it; None if there is none.
    weight
        The messages it stands for, as the file writes it; None for one. What can be no number of messages,
        such as 0.25, is noted and counts as one.
    is_directed
        Whether it has a direction: one of talk that has none is a `tie`.
    field
        What the file calls its time, told in notes to the owner of the file only.
    """
    direction = _DIRECTIONS.get((kind or "").strip().lower())
    if direction is not None:
        is_directed, kind = is_directed and direction, None
    act = act_named(kind or (label if act_named(label) in _OF_LABELS else None))
    when = cell_or_none(when)
    created_at = moment(when) if when else None
    messages = _messages(cell_or_none(weight), sink)
    if when and created_at is None:
        sink.skip("the date is no date", line)  # without the name of the field, which is the file's
        sink.note(form(field[:40], when))
    elif source == NOBODY:
        sink.skip("no author", line)
    elif act is None:
        sink.skip("an act of unknown kind", line)
    elif target == NOBODY and act != "post":
        sink.skip("no target", line)
    elif messages is None:
        sink.skip("the weight is no count", line)
    elif not is_directed and act not in (*TALK, "tie"):
        sink.skip("no direction, and no talk", line)  # who reposted whom cannot be known
    elif act in EDGE_KINDS:
        sink.edge(Edge(platform, *source, *target, act, created_at, weight=messages), line)
    else:
        if not is_directed or act == "tie":
            sink.note(_NO_DIRECTION)
        post = Post(platform, None, *source, created_at, weight=messages)
        sink.post(_acting(post, act if is_directed else "tie", target))


def _acting(post: Post, act: str, target: Account) -> Post:
    if act == "reply":
        return post._replace(kind="reply", reply_to_id=target.account_id, reply_to_name=target.name)
    if act == "repost":
        return post._replace(kind="repost", repost_of_id=target.account_id, repost_of_name=target.name)
    if act == "quote":
        return post._replace(kind="quote", quote_of_id=target.account_id, quote_of_name=target.name)
    if act in ("mention", "tie"):
        return post._replace(kind="tie" if act == "tie" else "post", mentions=[Mention(*target)])
    return post


def _messages(weight: str | None, sink: Sink) -> int | None:
    """Messages that an edge stands for; None if it cannot stand for any."""
    if weight is None:
        return 1
    try:
        number = float(_COMMA.sub(r"\1.\2", weight))
    except ValueError:
        return None
    if not 0 < number <= _MOST:
        return None
    if number.is_integer():
        return int(number)
    sink.note(_NOT_COUNTS)
    return 1
