"""The archive that a member of a Discourse forum can ask for: everything that one account wrote.

`user_archive.csv` is the only file of it that is opened; beside it lie addresses, sign-ins and settings. It
does not say who wrote it: the forum puts that into the name of the archive, as in
`user_archive-rosa_bakes-250901-080000-12.zip`. What a post answers is not in it either, and posts that were
deleted are in it like all others. `likes.csv` does not say whose posts were liked, and stays closed.
"""

from __future__ import annotations

import re

from communitylab.errors import ExportError
from communitylab.exports.asked import Asked
from communitylab.exports.discourse_posts import is_robot, post_id, with_content
from communitylab.exports.intake import Row, read_rows
from communitylab.exports.private_parts import Archive
from communitylab.exports.sample import Sample
from communitylab.exports.sink import Sink
from communitylab.exports.text import names_in
from communitylab.files import Source
from communitylab.tables import Post

__all__ = [
    "ARCHIVE",
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

NAME = "discourse_archive"
TITLE = "Discourse forum, archive of one account: user_archive.csv with topic_title, is_pm, post_cooked, url"
COVERAGE = "C"
PLATFORMS = ("discourse",)
IS_FROM_DOCUMENTATION = True
IS_YOURS = True
HOW = (
    "On the forum, in your own account, ask for an archive or export of your data, and keep the name of the zip "
    "that comes: it says whose it is."
)
ARCHIVE = Archive(
    sign=re.compile(r"(?:user_archive|auth_tokens|category_preferences)(?:-[^/]*)?\.csv"),
    opens=re.compile(r"user_archive(?:-[^/]*)?\.csv"),
    covers=re.compile(
        r"(?:preferences|auth_tokens|auth_token_logs|badges|bookmarks|category_preferences|flags|likes|post_actions|"
        r"queued_posts|user_archive_profile|visits)(?:-[^/]*)?\.(?:csv|json)"
    ),
)

_COLUMNS = {"topic_title", "is_pm", "like_count", "reply_count", "url", "created_at"}
_OWNER = re.compile(r"user[_-]archive-([^/\\]+)-\d{6}-\d{6}")
_QUOTED = re.compile(r"\[quote[^\[\]]*\]", re.IGNORECASE)
_URL = re.compile(r"/t/(?:[^/]+/)?(\d+)/(\d+)/?$")
# The word is in the language of the forum; without it a message is known by having no category.
_YES = {"yes", "ja", "oui", "sí", "si", "sì", "sim", "да", "так", "tak", "ano", "áno", "igen", "evet", "kyllä",
        "はい", "是", "예", "نعم", "כן"}  # fmt: skip


def recognise(sample: Sample) -> bool:
    """Whether the columns are those of the posts in an archive."""
    header = set(sample.header)
    return header >= _COLUMNS and bool(header & {"post_cooked", "post_raw", "post"})


def read(source: Source, sink: Sink, *, sample: Sample, asked: Asked) -> None:
    """Hands every public post to the sink."""
    owner = _OWNER.findall(f"{source.path.absolute().as_posix()}/{source.member or ''}")
    if not owner:
        raise ExportError(
            "The archive of one forum account, and nothing says whose it is: the forum writes that into the name of "
            "the archive. Give it that name again: user_archive-NAME-250901-080000.zip, with the name of the account"
        )

    def post_of(row: Row) -> Post | str:
        return _post(row, owner[-1])

    read_rows(source, sink, sample=sample, post_of=post_of, time="created_at", post_id=None)
    sink.note(
        "what was deleted on the forum is in the archive like everything else, and cannot be told from it"
    )


def _post(row: Row, owner: str) -> Post | str:
    # Topics that the account may no longer see have no category either: they are not public.
    category = row.get("categories", row.get("category", "")).strip()
    if row["is_pm"].strip().casefold() in _YES or category in ("", "-"):
        return "a private message, or in a closed category"
    url = _URL.search(row["url"].strip())
    if url is None:
        return "url is not that of a post"
    post = Post(
        "discourse",
        post_id(url[1], url[2]),
        None,
        owner,
        None,
        conversation_id=post_id(url[1], "1"),
        place=category.rpartition("|")[2],
        is_bot=is_robot(None, owner),
    )
    html = row.get("post_cooked")
    words = row.get("post", row.get("post_raw", "")) if html is None else html
    if not words.strip():
        return "no words, an action of the staff"
    return _with_words(post, words) if html is None else with_content(post, html)


def _with_words(post: Post, words: str) -> Post:
    """A post of an archive before 2021, in the signs in which it was typed: quotations stand in brackets."""
    head, *rest = _QUOTED.split(words)
    text = head + "".join(part.rpartition("[/quote]")[2] for part in rest)
    return post._replace(text=text.strip(), mentions=names_in(text.strip()) or None)
