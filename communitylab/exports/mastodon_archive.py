"""The archive that Mastodon, and Pleroma alike, gives an account: `outbox.json` and, for whose it is, `actor.json`.

It holds what this one account wrote, and nobody's answers. What it liked and marked stays closed. Its traps:

* The outbox holds what was for followers only and what was for one person too. Only what is for everybody is read.
* An answer says which post it answers and not whose that is. The address of a post of Mastodon says it, unless its
  server numbers accounts, as those of today do; then it begins with the address of one of those named. Of other servers
  the first who is named is guessed.
* `conversation` is not used: no other export of Mastodon has it, and a thread told in two ways would be two threads.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import msgspec

from communitylab.errors import ExportError
from communitylab.exports.asked import Asked
from communitylab.exports.fediverse import (
    NOBODY,
    NOT_PUBLIC,
    PLATFORM,
    Account,
    account_called,
    author_of,
    local_id,
    server_of,
    tell_local_id,
    with_content,
)
from communitylab.exports.ids import shown_name
from communitylab.exports.intake import take
from communitylab.exports.json_records import UnreadableError, decode, json_parts, json_records
from communitylab.exports.private_parts import Archive
from communitylab.exports.sample import Sample
from communitylab.exports.sink import Sink
from communitylab.files import Source
from communitylab.tables import Post

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

NAME = "mastodon_archive"
TITLE = "Mastodon account archive: outbox.json and actor.json"
COVERAGE = "C"
PLATFORMS = (PLATFORM,)
IS_FROM_DOCUMENTATION = True
HOW = "On Mastodon: Preferences, Import and export, Request your archive; name the file as it comes."

ARCHIVE = Archive(
    sign=re.compile(r"outbox\.json"),
    opens=re.compile(r"(?:outbox|actor)\.json"),
    covers=re.compile(
        r"(?:likes|bookmarks|followers|following)\.json|(?:avatar|header)\.\w+|media_attachments/.*"
    ),
)

_PUBLIC = {"https://www.w3.org/ns/activitystreams#Public", "as:Public", "Public"}
_NUMBERED = re.compile(r"/ap/|/notes/")  # addresses in which accounts go by numbers
_WHOLE = "Name the whole archive: the file that the server gave, or the folder that it unpacks to."

_Addressed = list[str] | str | None


class _Tag(msgspec.Struct):
    type: str | None = None
    href: str | None = None
    name: str | None = None


class _Object(msgspec.Struct, rename="camel"):
    id: str | None = None
    published: str | None = None
    content: str | None = None
    in_reply_to: str | None = None
    to: _Addressed = None
    cc: _Addressed = None
    tag: list[_Tag] | _Tag | None = None
    quote: str | dict[str, object] | None = None
    quote_uri: str | None = None
    quote_url: str | None = None  # of Pleroma


class _Activity(msgspec.Struct):
    id: str | None = None
    type: str | None = None
    published: str | None = None
    to: _Addressed = None
    cc: _Addressed = None
    object: _Object | str | None = None


class _Actor(msgspec.Struct, rename="camel"):
    id: str | None = None
    type: str | None = None
    preferred_username: str | None = None
    webfinger: str | None = None
    name: str | None = None
    url: str | None = None


_ACTIVITY = msgspec.json.Decoder(_Activity)
_ACTOR = msgspec.json.Decoder(_Actor)


class _Owner(NamedTuple):
    account: Account
    uri: str
    shown: str | None
    is_bot: bool


def recognise(sample: Sample) -> bool:
    """Whether the first object is a collection of activities, or the account that they are of."""
    first = sample.objects[0] if sample.objects else {}
    is_collection = first.get("type") == "OrderedCollection" and isinstance(first.get("orderedItems"), list)
    return is_collection or {"preferredUsername", "inbox", "outbox"} <= first.keys()


def read(source: Source, sink: Sink, *, sample: Sample, asked: Asked) -> None:
    """Hands every activity of the outbox to the sink."""
    first = sample.objects[0]
    items = first.get("orderedItems")
    if not isinstance(items, list):
        for line, _text in json_records(source, sink.skip):
            sink.skip("the account itself, no post", line)
        return
    if items and all(isinstance(item, str) for item in items):
        raise ExportError(f"What an account of Mastodon liked or marked, but not who wrote it. {_WHOLE}")
    owner = _owner(source)
    for line, place, text in json_parts(source, sink.skip, opened={"", "orderedItems"}):
        if place != "orderedItems.item":
            continue
        try:
            activity = decode(_ACTIVITY, text)
        except UnreadableError as error:
            sink.skip(str(error), line)
            continue
        if not _is_public(activity):
            sink.skip(NOT_PUBLIC, line)
        elif activity.type == "Announce":
            take(_repost(activity, owner), activity.published, sink, line, field="published")
        elif activity.type == "Create" and isinstance(activity.object, _Object):
            _read_post(activity.object, activity, owner, sink, line)
        else:
            sink.skip("an activity of another kind, no post", line)


def _owner(source: Source) -> _Owner:
    """Whose archive it is."""
    beside = source.beside("actor.json")
    if beside is None:
        raise ExportError(
            f"The outbox of a Mastodon archive without its actor.json, which says whose it is. {_WHOLE}"
        )
    for _line, text in json_records(beside, lambda reason, line: None):
        try:
            actor = decode(_ACTOR, text)
        except UnreadableError:
            break
        account = account_called(actor.webfinger or actor.preferred_username, actor.url or actor.id)
        if account.name and actor.id:
            is_bot = actor.type in ("Service", "Application")
            return _Owner(account, actor.id, shown_name(actor.name), is_bot)
        break
    raise ExportError(
        "The actor.json of this Mastodon archive does not say whose it is. Ask the server for the archive again."
    )


def _listed(addressed: _Addressed) -> list[str]:
    return addressed if isinstance(addressed, list) else [addressed] if addressed else []


def _is_public(activity: _Activity) -> bool:
    """Whether it is for everybody, and what it is about as well."""
    told = [_listed(activity.to) + _listed(activity.cc)]
    if isinstance(activity.object, _Object) and (activity.object.to or activity.object.cc):
        told.append(_listed(activity.object.to) + _listed(activity.object.cc))
    return all(_PUBLIC & set(addressed) for addressed in told)


def _read_post(found: _Object, activity: _Activity, owner: _Owner, sink: Sink, line: int) -> None:
    tags = found.tag if isinstance(found.tag, list) else [found.tag] if found.tag else []
    named = [(tag.href or "", account_called(tag.name, tag.href)) for tag in tags if tag.type == "Mention"]
    known = [(uri, account) for uri, account in [(owner.uri, owner.account), *named] if account.name]
    post = Post(PLATFORM, found.id, *owner.account, None, is_bot=owner.is_bot)
    if found.in_reply_to:
        answered = _author(found.in_reply_to, known)
        is_guessed = answered == NOBODY and len(known) > 1
        answered = known[1][1] if is_guessed else answered
        post = post._replace(
            kind="reply",
            reply_to_post_id=found.in_reply_to,
            reply_to_id=answered.account_id,
            reply_to_name=answered.name,
            reply_to_guessed=is_guessed,
        )
    quoted = found.quote if isinstance(found.quote, str) else found.quote_uri or found.quote_url
    if quoted:
        quoted_author = _author(quoted, known)
        post = post._replace(
            kind="reply" if found.in_reply_to else "quote",
            quote_of_post_id=quoted,
            quote_of_id=quoted_author.account_id,
            quote_of_name=quoted_author.name,
        )
    post = with_content(
        post,
        found.content or "",
        named=[account for _uri, account in known[1:]],
        tags=[tag.name for tag in tags if tag.type == "Hashtag"],
    )
    when = found.published or activity.published
    if take(post, when, sink, line, field="published", shown=owner.shown):
        number = (found.id or "").rpartition("/")[2]
        tell_local_id(local_id(number, server_of(found.id)), sink, uri=found.id, author=owner.account)


def _author(uri: str, known: list[tuple[str, Account]]) -> Account:
    """Who wrote a post: the account whose address begins its own, else the one that it names."""
    begins = (account for address, account in known if address and uri.startswith(f"{address}/"))
    return next(begins, author_of(uri))


def _repost(activity: _Activity, owner: _Owner) -> Post:
    """A boost. Its first receiver is who wrote the original, by an address that may say the name."""
    uri = activity.object.id if isinstance(activity.object, _Object) else activity.object
    author = _author(uri or "", [(owner.uri, owner.account)])
    receivers = [one for one in _listed(activity.cc) if one not in _PUBLIC and not one.endswith("/followers")]
    if author == NOBODY and receivers and not _NUMBERED.search(f"{uri} {receivers[0]}"):
        author = account_called(receivers[0].rstrip("/").rpartition("/")[2].removeprefix("@"), receivers[0])
    return Post(
        PLATFORM,
        activity.id,
        *owner.account,
        None,
        "repost",
        repost_of_post_id=uri,
        repost_of_id=author.account_id,
        repost_of_name=author.name,
        is_bot=owner.is_bot,
    )
