"""The CSV and the JSON Lines of twint, and of its pandas table, of 2018 to 2021.

Its traps, as its source has them:

* Times are those of the machine that collected. The ids say when a post was written; the stated time is only for
  ids of before November 2010, and where a spreadsheet has destroyed them.
* No row says which post it answers. It is an answer if its conversation began with another post. `reply_to` lists
  the names at the head of an answer, of which the first is mostly who is answered; until 2020 the author came
  before them, and the text had no head.
* `mentions` are names, or names with ids; lists in a CSV are written as Python writes them. The last versions leave
  out a name with which a text begins: names are taken from the text, ids from the lists.
* A repost is a row of who reposted in the last versions, with the words of the original as `user_rt`. Before, it
  was the row of the original, with who reposted as `user_rt`. The later of its two ids is that of the repost.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator, Mapping

import msgspec

from communitylab.exports.asked import Asked
from communitylab.exports.ids import ROUNDED, cell_or_none, exact_id, id_or_none
from communitylab.exports.intake import has_ids, take, without_ids
from communitylab.exports.json_records import UnreadableError, decode, json_records
from communitylab.exports.sample import Sample
from communitylab.exports.sink import Sink
from communitylab.exports.table_rows import table_records
from communitylab.exports.text import links_in, name_at_head, names_in
from communitylab.exports.x_status import first_linked, repeated, sent_at
from communitylab.files import Source
from communitylab.tables import Mention, Post

__all__ = [
    "COVERAGE",
    "HOW",
    "IS_FROM_DOCUMENTATION",
    "IS_GONE",
    "NAME",
    "PLATFORMS",
    "TITLE",
    "read",
    "recognise",
]

NAME = "twint"
TITLE = "twint, CSV or JSON Lines (X): id, conversation_id, date, timezone, username, tweet, reply_to, …"
COVERAGE = "A"
PLATFORMS = ("x",)
IS_FROM_DOCUMENTATION = True
IS_GONE = True
HOW = "Files collected until 2021, as by `twint -s 'query' -o posts.csv --csv`; X has refused it since."

_COLUMNS = {"id", "conversation_id", "created_at", "date", "timezone", "user_id", "username", "tweet"}
_NO_ZONE = "times of some posts name no zone that is known, and are taken as UTC"
_LONGEST_LIST = 20_000  # signs

_NAME = re.compile(r"\w{1,30}")
_ZONE = re.compile(r"[+-]\d\d:?\d\d")
_WORDS = re.compile(r"[@#\w, ]*")
_OBJECT = msgspec.json.Decoder(dict[str, object])

_Row = Mapping[str, object]
_Account = tuple[str | None, str | None]


def recognise(sample: Sample) -> bool:
    """Whether the header, or one of the first objects, has the columns of twint."""
    return set(sample.header) >= _COLUMNS or any(found.keys() >= _COLUMNS for found in sample.objects)


def read(source: Source, sink: Sink, *, sample: Sample, asked: Asked) -> None:
    """Hands every row to the sink."""
    are_exact = has_ids(sample, "id")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of Python, on what stands in the lists
        for line, row in _rows(source, sink, sample=sample):
            post_id, is_rounded = exact_id(_cell(row, "id") if are_exact else None, _cell(row, "link"))
            is_exact = are_exact and not is_rounded
            post = _post(row, post_id, is_exact=is_exact)
            when = None
            if post.created_at is None and post.kind != "repost":
                when = _stated(row, sink)
            if not is_exact:
                sink.note(ROUNDED)
                post = without_ids(post)._replace(post_id=post.post_id if post.post_id == post_id else None)
            shown = _cell(row, "name") if post.author_name == _cell(row, "username") else None
            take(post, when, sink, line, field="date", shown=shown)


def _rows(source: Source, sink: Sink, *, sample: Sample) -> Iterator[tuple[int, _Row]]:
    if sample.header:
        yield from table_records(source, sink.skip, sample=sample)
        return
    for line, text in json_records(source, sink.skip):
        try:
            row = decode(_OBJECT, text)
        except UnreadableError as error:
            sink.skip(str(error), line)
        else:
            yield line, row


def _cell(row: _Row, column: str) -> str | None:
    value = row.get(column)
    return cell_or_none(str(value)) if isinstance(value, str | int | float) else None


def _account(row: _Row, account_id: str, name: str) -> _Account:
    """Id and name; what cannot be a name is none, as the words that stand in `user_rt`."""
    found = _cell(row, name)
    return id_or_none(_cell(row, account_id)), found if found and _NAME.fullmatch(found) else None


def _post(row: _Row, post_id: str | None, *, is_exact: bool) -> Post:
    text = row.get("tweet")
    text = text if isinstance(text, str) else ""
    author = _account(row, "user_id", "username")
    if (_cell(row, "retweet") or "").lower() in ("true", "1", "1.0"):
        return _repost(row, post_id, author, text)
    thread = id_or_none(_cell(row, "conversation_id")) if is_exact else None
    head, mentioned = name_at_head(text), _listed(row, "mentions")
    in_text = {str(named.name).lower() for named in names_in(text)}
    left_out = [other for other in mentioned if str(other[1]).lower() not in in_text]
    at_head = [other for other in _listed(row, "reply_to") if not _are_one(other, author)]
    is_reply = thread != post_id if thread and post_id else bool(head or left_out)
    answered: _Account = (None, None)
    if is_reply:  # where nobody is named, the author goes on
        answered = next(iter(at_head or left_out), (None, head) if head else author)
    quoted = first_linked(_cell(row, "quote_url"))
    named = _named(text, [*at_head, *mentioned], is_reply=is_reply)
    tags = [name.casefold() for _id, name in _listed(row, "hashtags") if name]
    links = [link for link in _list(row, "urls") if isinstance(link, str) and link]
    return Post(
        "x",
        post_id,
        *author,
        sent_at(post_id),
        "reply" if is_reply else "quote" if quoted else "post",
        text,
        _cell(row, "language"),
        thread,
        None,
        *answered,
        reply_to_guessed=is_reply,
        quote_of_post_id=quoted[1] if quoted else None,
        quote_of_name=quoted[0] if quoted else None,
        mentions=named or None,
        hashtags=tags or None,
        links=links or links_in(text),
    )


def _repost(row: _Row, post_id: str | None, author: _Account, text: str) -> Post:
    """A repost, by whichever of the two accounts in its row made it."""
    other_id, other = id_or_none(_cell(row, "retweet_id")), _account(row, "user_rt_id", "user_rt")
    if _is_earlier(other_id, post_id):
        return Post(
            "x",
            post_id,
            *author,
            sent_at(post_id),
            "repost",
            repost_of_post_id=other_id,
            repost_of_id=other[0],
            repost_of_name=repeated(text) or other[1],  # a word may look like a name
        )
    return Post(
        "x",
        other_id,
        *other,
        sent_at(other_id),
        "repost",
        repost_of_post_id=post_id,
        repost_of_id=author[0],
        repost_of_name=author[1],
    )


def _are_one(one: _Account, other: _Account) -> bool:
    return str(one[1]).lower() == str(other[1]).lower() or (one[0] is not None and one[0] == other[0])


def _is_earlier(one: str | None, other: str | None) -> bool:
    return bool(one and other) and (len(str(one)), str(one)) < (len(str(other)), str(other))


def _named(text: str, listed: list[_Account], *, is_reply: bool) -> list[Mention]:
    """The names in a text, with the ids that the lists have; of an answer others stood at its head."""
    ids = {name.lower(): account_id for account_id, name in listed if name}
    found = [named._replace(account_id=ids.get(str(named.name).lower())) for named in names_in(text)]
    if is_reply:
        return found
    there = {str(named.name).lower() for named in found}
    return found + [Mention(ids[name], name) for name in ids if name not in there]


def _listed(row: _Row, column: str) -> list[_Account]:
    """Ids and names, or names, or hashtags without their sign."""
    found: list[_Account] = []
    for item in _list(row, column):
        account = item if isinstance(item, dict) else {"username": item}
        name, account_id = (
            next((account[key] for key in keys if isinstance(account.get(key), str | int)), None)
            for keys in (("screen_name", "username"), ("id", "user_id"))
        )
        name = str(name or "").strip().lstrip("@#")
        if name:
            found.append((id_or_none(None if account_id is None else str(account_id)), name))
    return found


def _list(row: _Row, column: str) -> list[object]:
    """A list, as JSON, as Python or as words with commas between."""
    value = row.get(column)
    if isinstance(value, list):
        return value
    if not isinstance(value, str) or value in ("", "[]") or len(value) > _LONGEST_LIST:
        return []
    if _WORDS.fullmatch(value):
        return list(value.replace(",", " ").split())
    try:
        found = ast.literal_eval(value.strip())
    except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
        return []
    return found if isinstance(found, list) else []


def _stated(row: _Row, sink: Sink) -> str | None:
    """The time that a row states, with the zone of the machine that collected it."""
    milliseconds = (_cell(row, "created_at") or "").removesuffix(".0")
    if milliseconds.isdigit():
        return milliseconds
    date, clock, zone = _cell(row, "date"), _cell(row, "time"), _cell(row, "timezone") or ""
    if date and clock and ":" not in date:
        date = f"{date} {clock}"
    if date and _ZONE.fullmatch(zone):
        return f"{date}{zone}"
    if zone not in ("UTC", "GMT"):
        sink.note(_NO_ZONE)
    return date
