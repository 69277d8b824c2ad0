"""The archive that X (Twitter) gives an account of everything it holds of it: `window.YTD.… = [ … ]` files.

It holds what this one account wrote, and nobody's answers. Letters, addresses and settings lie in it as
well and are never opened; `account.js` is, for it says whose posts these are.
"""

from __future__ import annotations

import re

import msgspec

from communitylab.errors import ExportError
from communitylab.exports.asked import Asked
from communitylab.exports.intake import take
from communitylab.exports.json_records import UnreadableError, decode, json_records
from communitylab.exports.private_parts import Archive
from communitylab.exports.sample import Sample
from communitylab.exports.sink import Sink
from communitylab.exports.x_status import Account, Status, exact, post_of
from communitylab.files import Source

__all__ = [
    "ARCHIVE",
    "COVERAGE",
    "HOW",
    "IS_FROM_DOCUMENTATION",
    "NAME",
    "PLATFORMS",
    "TITLE",
    "read",
    "recognise",
]

NAME = "x_archive"
TITLE = "X (Twitter) account archive: data/tweets.js and the files beside it"
COVERAGE = "C"
PLATFORMS = ("x",)
IS_FROM_DOCUMENTATION = True
HOW = "On X: Settings, Your account, Download an archive of your data; name the zip as it comes."

_FOLDER = r"(?:data/)?"  # archives before 2020 have none
_PART = r"(?:-part\d+)?\.js"
ARCHIVE = Archive(
    sign=re.compile(rf"{_FOLDER}(?:tweets?|direct-messages?(?:-group)?|note-tweet|follower){_PART}"),
    opens=re.compile(
        rf"{_FOLDER}(?:account|tweets?|community-tweet|note-tweet|deleted-tweets?|follower){_PART}"
    ),
    covers=re.compile(
        rf"data/.*|{_FOLDER}(?:[\w-]+\.js|\w+_media/.*|README\.txt)|assets/.*|Your archive\.html"
    ),
)

_ASSIGNED = re.compile(r"\s*window\.(?:YTD\.(\w{1,60})\.part\d+|__THAR_CONFIG)\s*=")
_POSTS = ("tweets", "tweet", "community_tweet")
_NO_POSTS = {
    "note_tweet": "the long text of a post that is read already",
    "deleted_tweets": "a deleted post",
    "deleted_tweet": "a deleted post",
    "follower": "a follower, no post",
    "account": "the account itself, no post",
}
_NOTES = {
    "note_tweet": "of posts longer than 280 characters the beginning is read: their long texts do not say "
    "which post they belong to",
    "follower": "--followers with this archive counts its followers as such",
}
_REFUSED = {
    "like": "what the account liked, but not who wrote it",
    "following": "whom the account follows, which is no talk",
}
_WHOLE = "Name the whole archive: the zip, or the folder that it unpacks to."


class _Post(Status, gc=False):
    """A post, in a wrapping but for the oldest archives."""

    tweet: Status | None = None


class _Owner(msgspec.Struct, rename="camel"):
    account_id: str | int | None = None
    username: str | None = None
    account_display_name: str | None = None


class _Wrapped(msgspec.Struct):
    account: _Owner | None = None


_POST = msgspec.json.Decoder(_Post)
_OWNER = msgspec.json.Decoder(_Wrapped)


def recognise(sample: Sample) -> bool:
    """Whether the file begins as all files of these archives do, be it one with posts or a private one."""
    return _ASSIGNED.match(sample.start) is not None


def read(source: Source, sink: Sink, *, sample: Sample, asked: Asked) -> None:
    """Hands every post to the sink; of the other files each record is skipped, or the file is refused."""
    match = _ASSIGNED.match(sample.start)
    kind = (match and match[1]) or ""
    if kind in _POSTS:
        _read_posts(source, sink)
    elif kind in _NO_POSTS:
        for line, _text in json_records(source, sink.skip):
            sink.skip(_NO_POSTS[kind], line)
            if kind in _NOTES:
                sink.note(_NOTES[kind])
    else:
        what = _REFUSED.get(kind, "private messages, addresses or settings, which are never read")
        raise ExportError(f"A file of an X archive with {what}. {_WHOLE}")


def _read_posts(source: Source, sink: Sink) -> None:
    owner = _owner(source)
    for line, text in json_records(source, sink.skip):
        try:
            record = decode(_POST, text)
        except UnreadableError as error:
            sink.skip(str(error), line)
            continue
        status = record.tweet or record
        if exact(status.id_str, status.id) is None:
            sink.skip("no id", line)
            continue
        when = None if status.created_at is None else str(status.created_at)
        take(post_of(status, author=owner, in_words=True), when, sink, line, shown=owner.name or None)


def _owner(source: Source) -> Account:
    """Whose archive it is."""
    beside = source.beside("account.js")
    if beside is None:
        raise ExportError(
            f"Posts of an X archive without its account.js, which says whose they are. {_WHOLE}"
        )
    for _line, text in json_records(beside, lambda reason, line: None):
        try:
            owner = decode(_OWNER, text).account or _Owner()
        except UnreadableError:
            break
        if owner.account_id or owner.username:
            return Account(owner.account_id, None, owner.username, owner.account_display_name)
        break
    raise ExportError(
        "The account.js of this X archive does not say whose it is. Ask X for the archive again."
    )
