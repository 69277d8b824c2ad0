"""Which column of a table means what: names that columns commonly have, or those the user gives."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from communitylab.errors import CallError
from communitylab.exports.times import moment

__all__ = ["MEANINGS", "edge_attributes", "edge_columns", "headless_columns", "is_step", "post_columns"]

_AUTHOR = (
    "author username user_name screen_name user_screen_name from_user from_user_name author_username "
    "author_name user from sender handle account"
)
MEANINGS: Mapping[str, str] = {
    "author": _AUTHOR,
    "author_id": "author_id user_id userid from_user_id_str from_user_id sender_id",
    "text": "text full_text body message content rawcontent tweet post_content description title",
    "created_at": (
        "unix_timestamp timestamp_utc created_at created_time created_utc creation_time datetime date "
        "timestamp time published published_at pubdate date_published unix_time"
    ),
    "post_id": "id_str post_id tweet_id status_id message_id comment_id id guid link url",
    "parent_id": (
        "parent_id in_reply_to_status_id_str in_reply_to_status_id in_reply_to_tweet_id "
        "in_response_to_tweet_id reply_to_status_id referenced_tweets_replied_to_id to_tweetid "
        "parent_comment_id in_reply_to reply_to replied_to"
    ),
    "target": (
        "to target receiver reply_to_user replied_user replied_author in_reply_to_screen_name "
        "in_reply_to_username reply_to_screen_name to_username to_user_name"
    ),
    "target_id": "in_reply_to_user_id_str in_reply_to_user_id reply_to_user_id to_userid to_user_id",
    "repost_of": "retweeted_user retweeted_username retweet_screen_name",
    "quote_of": "quoted_user quoted_username quote_author quoted_screen_name",
    "mentions": "mentions mentioned_names mentioned_users entities_mentions",
    "hashtags": "hashtags tags entities_hashtags",
    "conversation_id": "conversation_id thread_id thread topic_id",
    "lang": "lang language",
    "place": "subreddit channel forum group page",
    "platform": "platform network",
    "kind": "",
    "weight": "",
}
"""What a column can mean, and the names it commonly has, the most telling first."""

_EDGES: Mapping[str, str] = {
    "author": f"source src vertex_1 node1 node_1 {_AUTHOR}",
    "author_id": "source_id from_user_id author_id user_id",
    "target": "target dst to receiver mentioned replied_to vertex_2 node2 node_2 to_user to_user_name",
    "target_id": "target_id to_user_id",
    "created_at": MEANINGS["created_at"],
    "kind": "kind relation relationship interaction edge_type type",
    "label": "label",
    "direction": "directed type",
    "weight": "weight count n frequency",
    "platform": "platform network",
}
_ATTRIBUTES: Mapping[str, str] = {
    "kind": _EDGES["kind"],
    "label": "label",
    "direction": "directed",
    "weight": "weight value count n frequency",
    "created_at": f"{MEANINGS['created_at']} start",
    "platform": "platform network",
}
_SYNONYMS = {
    "source": "author",
    "time": "created_at",
    "date": "created_at",
    "id": "post_id",
    "reply_to": "target",
}
_NAME = re.compile(r"@?[\w.+:-]{1,100}")


def _folded(column: str) -> str:
    return re.sub(r"[\W_]+", "_", column.strip().lower()).strip("_")


def _found(header: Sequence[str], meanings: Mapping[str, str]) -> dict[str, str]:
    by_name = {_folded(column): column for column in reversed(header)}
    found: dict[str, str] = {}
    for meaning, names in meanings.items():
        for name in names.split():
            if name in by_name and by_name[name] not in found.values():
                found[meaning] = by_name[name]
                break
    return found


def _given(header: Sequence[str], columns: Mapping[str, str] | None) -> dict[str, str]:
    given: dict[str, str] = {}
    for word, column in (columns or {}).items():
        meaning = _SYNONYMS.get(word, word)
        if meaning not in MEANINGS:
            raise CallError(f"--columns does not know {word}. It knows {', '.join(MEANINGS)}.")
        if column in header:
            given[meaning] = column
    return given


def _chosen(
    header: Sequence[str], columns: Mapping[str, str] | None, meanings: Mapping[str, str]
) -> dict[str, str]:
    given = _given(header, columns)
    free = [column for column in header if column not in given.values()]
    return {**_found(free, meanings), **given}


def post_columns(header: Sequence[str], columns: Mapping[str, str] | None) -> dict[str, str]:
    """The columns of a table with one post per row.

    Parameters
    ----------
    header
        Names of the columns.
    columns
        What the user says they mean, by meaning; it goes before everything else.

    Returns
    -------
    dict[str, str]
        Column by meaning; empty if the table shows no author, or neither a text nor whom it addresses.

    Raises
    ------
    CallError
        If the user gives a meaning that does not exist.
    """
    found = _chosen(header, columns, MEANINGS)
    speaks = found.keys() & {"text", "parent_id", "target", "target_id", "mentions", "repost_of"}
    return found if speaks and found.keys() & {"author", "author_id"} else {}


def edge_columns(header: Sequence[str], columns: Mapping[str, str] | None) -> dict[str, str]:
    """The columns of an edge list with a header.

    Parameters
    ----------
    header
        Names of the columns.
    columns
        What the user says they mean, by meaning.

    Returns
    -------
    dict[str, str]
        Column by meaning; empty if there is no source and target, or a text beside them.

    Raises
    ------
    CallError
        If the user gives a meaning that does not exist.
    """
    if "text" in _chosen(header, columns, {"text": MEANINGS["text"]}):
        return {}
    found = _chosen(header, columns, _EDGES)
    has_ends = found.keys() & {"author", "author_id"} and found.keys() & {"target", "target_id"}
    return found if has_ends else {}


def edge_attributes(names: Sequence[str]) -> dict[str, str]:
    """What the attributes of an edge mean, in a file that says apart from them which nodes it joins.

    Parameters
    ----------
    names
        Of the attributes.

    Returns
    -------
    dict[str, str]
        Name by meaning: kind, label, direction, weight, created_at, platform.

    Examples
    --------
    >>> edge_attributes(["id", "Relationship", "weight"])
    {'kind': 'Relationship', 'weight': 'weight'}
    """
    return _found(names, _ATTRIBUTES)


def headless_columns(rows: Sequence[Sequence[str]], *, delimiter: str) -> dict[str, str]:
    """The columns of an edge list without a header, such as `source target unix_time`.

    Parameters
    ----------
    rows
        The first rows.
    delimiter
        Between cells.

    Returns
    -------
    dict[str, str]
        Number of the column, from 1 and as text, by meaning; empty if the rows are no such list. Names are
        taken for a list without header between white space only, because a header looks like names, too.
    """
    widths = {len(row) for row in rows}
    if len(widths) != 1 or not widths <= {2, 3, 4}:
        return {}
    ends = [cell.strip() for row in rows for cell in row[:2]]
    if not all(map(_NAME.fullmatch, ends)):
        return {}
    if delimiter not in " \t" and not all(cell.isdigit() or cell.startswith("@") for cell in ends):
        return {}
    found = {"author": "1", "target": "2"}
    for place in range(2, widths.pop()):
        cells = [row[place].strip() for row in rows]
        if "created_at" not in found and all(map(_is_time, cells)):
            found["created_at"] = str(place + 1)
        elif "weight" not in found and all(map(_is_number, cells)):
            found["weight"] = str(place + 1)
        else:
            return {}
    return found


def is_step(cell: str) -> bool:
    """Whether a cell is a number too small for a Unix time: a count, or a step of a graph that changes.

    Parameters
    ----------
    cell
        As read.

    Examples
    --------
    >>> is_step("2.0"), is_step("1756300125"), is_step("2025-08-27")
    (True, False, False)
    """
    found = moment(cell)
    return _is_number(cell) and (found is None or found.year < 1990)


def _is_time(cell: str) -> bool:
    return moment(cell) is not None and not is_step(cell)


def _is_number(cell: str) -> bool:
    return cell.removeprefix("-").replace(".", "", 1).isdigit()
