"""X API v1.1 JSON, as twarc 1, tweepy or the old streams left it.

A line (or an item of an array) is a post, a user, or a notice of the stream; a page of a search holds its
posts under `statuses` or `results`. The API was closed in 2023.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from communitylab.exports.asked import Asked
from communitylab.exports.intake import take
from communitylab.exports.json_records import UnreadableError, decode, json_records
from communitylab.exports.sample import Sample
from communitylab.exports.sink import Sink
from communitylab.exports.times import moment
from communitylab.exports.x_status import Account, Status, exact, post_of
from communitylab.files import Source

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

NAME = "x_api_v1"
TITLE = (
    "X (Twitter) API v1.1: JSON or JSON Lines of twarc 1, tweepy or the old streams; id_str, user, full_text"
)
COVERAGE = "A"
PLATFORMS = ("x",)
IS_FROM_DOCUMENTATION = True
IS_GONE = True
HOW = "Files collected until 2023, as by `twarc search 'query' > posts.jsonl` with twarc 1; X has closed this API."

_NOTICES = (
    "limit",
    "status_withheld",
    "user_withheld",
    "scrub_geo",
    "disconnect",
    "warning",
    "friends",
    "event",
)
_PAGES = ("statuses", "results")


class _Line(Status, gc=False):
    """A page if it has statuses, else a post, or what stands in its place."""

    statuses: list[msgspec.Raw] | None = None
    results: list[msgspec.Raw] | None = None
    delete: Any = None
    limit: Any = None
    status_withheld: Any = None
    user_withheld: Any = None
    scrub_geo: Any = None
    disconnect: Any = None
    warning: Any = None
    friends: Any = None
    event: Any = None
    errors: Any = None
    screen_name: str | None = None  # of a user
    name: str | None = None


_LINE = msgspec.json.Decoder(_Line)


def recognise(sample: Sample) -> bool:
    """Whether one of the first objects is a post, a page of posts, a user or a notice of the API v1.1."""
    return any(_is_page(found) or _is_item(found) for found in sample.objects)


def _is_page(found: Mapping[str, object]) -> bool:
    if "statuses" in found and "search_metadata" in found:
        return True
    pages = (found.get(key) for key in _PAGES)
    return any(
        isinstance(page, list) and page and isinstance(page[0], dict) and _is_item(page[0]) for page in pages
    )


def _is_item(item: Mapping[str, object]) -> bool:
    user, notice, limit = item.get("user"), item.get("delete"), item.get("limit")
    if isinstance(notice, dict) and len(item) <= 2:
        return isinstance(notice.get("status"), dict)
    if isinstance(limit, dict) and len(item) <= 2:
        return "track" in limit
    keys = item.keys()
    if isinstance(user, dict):
        return (
            bool({"id_str", "entities"} & keys)
            and bool({"text", "full_text"} & keys)
            and "created_at" in keys
            and bool({"screen_name", "id_str"} & user.keys())
        )
    return {"id_str", "screen_name", "followers_count"} <= keys


def read(source: Source, sink: Sink, *, sample: Sample, asked: Asked) -> None:
    """Hands every post to the sink; posts inside others are context, all else is skipped."""
    for number, text in json_records(source, sink.skip):
        try:
            line = decode(_LINE, text)
        except UnreadableError as error:
            sink.skip(str(error), number)
            continue
        page = line.statuses if line.statuses is not None else line.results
        if page is None:
            _read_item(line, sink, number)
            continue
        for item in page:
            try:
                _read_item(decode(_LINE, item), sink, number)
            except UnreadableError as error:
                sink.skip(str(error), number)


def _read_item(item: _Line, sink: Sink, number: int) -> None:
    if reason := _no_post(item):
        sink.skip(reason, number)
        if item.screen_name:
            _name(item, None, sink)
        return
    when = None if item.created_at is None else str(item.created_at)
    author = item.user or Account()
    if take(post_of(item, author=author), when, sink, number, shown=author.name or None):
        for inner in (item.retweeted_status, item.quoted_status):
            if inner is not None and inner.user is not None:
                _name(inner.user, when, sink)


def _no_post(item: _Line) -> str | None:
    """Why an item is no post; None if it is one."""
    if item.delete is not None:
        return "a deletion notice, no post"
    if any(getattr(item, notice) is not None for notice in _NOTICES):
        return "a notice of the stream, no post"
    if item.errors is not None:
        return "a message of the platform, no post"
    if item.screen_name and item.user is None:
        return "a user, no post"
    return None if exact(item.id_str, item.id) else "no id"


def _name(user: Account | _Line, when: str | None, sink: Sink) -> None:
    account_id = exact(user.id_str, user.id)
    if account_id and user.screen_name:
        sink.name(
            "x",
            account_id,
            name=user.screen_name,
            display_name=user.name or None,
            seen_at=moment(when or ""),
        )
