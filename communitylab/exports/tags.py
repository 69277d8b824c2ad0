"""The archive of a TAGS sheet (Twitter Archiving Google Sheet), saved as CSV.

Spreadsheets round its ids; the address of each post keeps the right one. A repost shows only in the words
(`RT @name:`), a quotation only in the link at their end.
"""

from __future__ import annotations

import msgspec

from communitylab.exports.asked import Asked
from communitylab.exports.ids import ROUNDED, cell_or_none, exact_id, id_or_none
from communitylab.exports.intake import Row, take
from communitylab.exports.json_records import UnreadableError, decode
from communitylab.exports.sample import Sample
from communitylab.exports.sink import Sink
from communitylab.exports.table_rows import table_records
from communitylab.exports.x_status import Account, Entities, Status, post_of
from communitylab.files import Source

__all__ = ["COVERAGE", "HOW", "IS_FROM_DOCUMENTATION", "NAME", "PLATFORMS", "TITLE", "read", "recognise"]

NAME = "tags"
TITLE = "TAGS sheet (X): id_str, from_user, text, created_at, from_user_id_str, status_url, entities_str"
COVERAGE = "A"
PLATFORMS = ("x",)
IS_FROM_DOCUMENTATION = True
HOW = "In the sheet's tab Archive choose File > Download > Comma-separated values, and open the file in no spreadsheet."

_COLUMNS = {"id_str", "from_user", "text", "created_at", "from_user_id_str", "status_url", "entities_str"}
_ENTITIES = msgspec.json.Decoder(Entities)


def recognise(sample: Sample) -> bool:
    """Whether the header has the columns of a TAGS archive."""
    return set(sample.header) >= _COLUMNS


def read(source: Source, sink: Sink, *, sample: Sample, asked: Asked) -> None:
    """Hands every row to the sink."""
    for line, row in table_records(source, sink.skip, sample=sample):
        status, author, is_rounded = _status(row)
        if is_rounded:
            sink.note(ROUNDED)
        take(post_of(status, author=author, in_words=True), row["created_at"], sink, line)


def _status(row: Row) -> tuple[Status, Account, bool]:
    """The post and its author as the API gave them, and whether their ids were rounded."""
    post_id, is_rounded = exact_id(row["id_str"], row["status_url"])

    def account_id(column: str) -> str | None:
        return None if is_rounded else id_or_none(row.get(column))

    try:
        entities = decode(_ENTITIES, row["entities_str"].encode("utf-8", "replace"))
    except UnreadableError:
        entities = None
    status = Status(
        id_str=post_id,
        full_text=row["text"],
        in_reply_to_status_id_str=account_id("in_reply_to_status_id_str"),
        in_reply_to_user_id_str=account_id("in_reply_to_user_id_str"),
        in_reply_to_screen_name=cell_or_none(row.get("in_reply_to_screen_name")),
        entities=entities,
    )
    author = Account(id_str=account_id("from_user_id_str"), screen_name=cell_or_none(row["from_user"]))
    return status, author, is_rounded
