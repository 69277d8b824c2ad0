"""The archive of a mailing list in the mbox format, as Mailman, Pipermail, HyperKitty and Google Groups give it.

An mbox may as well be somebody's private mailbox, which is none of our business: a file is read only if most of
its first mails came over one list, and of it only the mails that did. Its traps:

* An address becomes a key and is never kept. Archives disguise it (`rosa at example.org`): that is the same person.
* A list that writes its own address in place of the sender's (`Rosa via Bread`) would make one person of all.
* A mail may answer one that went round the list: then it answers the last one of its thread that is in the file.
* What somebody quotes below or between the words are the words of others. Nobody is named by an @ in mails.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Set
from email.utils import parsedate_to_datetime
from itertools import islice
from typing import NamedTuple, TypeAlias

from communitylab.errors import ExportError
from communitylab.exports.asked import Asked
from communitylab.exports.ids import hashed, shown_name
from communitylab.exports.intake import take
from communitylab.exports.mails import Mail, header_text, is_mbox, mail_of, mails, words_of
from communitylab.exports.sample import Sample
from communitylab.exports.sink import Sink
from communitylab.exports.text import links_in
from communitylab.files import Source
from communitylab.tables import Post

__all__ = [
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

NAME = "mailing_list"
TITLE = "Mailing list, mbox: mails with From, Date, Message-ID, In-Reply-To, List-Id"
COVERAGE = "A"
PLATFORMS = ("mail",)
IS_FROM_DOCUMENTATION = True
HOW = "From the server of the list: the monthly files of its archive, or its mbox; for Google Groups by Google Takeout."
IS_YOURS = True

_PRIVATE = (
    "A mailbox of which most mails did not come over one mailing list. Private mail is never read. Give the archive "
    "that the server of the list keeps, or a folder that holds the mails of that list only (they have a List-Id)."
)
_FIRST = 50
_MOST_MAILS = 1_000_000  # of which the ids are remembered
_SHORT = 1_000  # characters of any header that holds a name

_OF_LISTS = (
    "list-id",
    "x-beenthere",
    "list-post",
    "mailing-list",
    "x-mailing-list",
    "x-google-group-id",
    "newsgroups",
)
_OF_MAILBOXES = ("received", "delivered-to", "return-path", "x-gmail-labels", "x-mozilla-status", "status")
_OF_ARCHIVES = {"from", "to", "subject", "date", "message-id", "in-reply-to", "references"}
_OF_ARCHIVES |= {"mime-version", "content-type", "content-transfer-encoding"}
_LIST = re.compile(r"<(?:mailto:)?([^<>?\s]+)|(?:list |^)([^<>;,\s]+)")

_OWNER = re.compile(r"owner-([\w.-]+@[\w.-]+)", re.IGNORECASE)  # of Majordomo

_ADDRESS = re.compile(r"([^\s@]+)(?:@|\s*[\[(](?:at|a)[\])]\s*|\s+[^\s@]{1,5}\s+)([^\s@]+\.[^\s@.]+)")
_ANYWHERE = re.compile(r"[^\s<>()\"',;:@]{1,64}@[\w.-]+\.\w+")
_REWRITTEN = re.compile(r"(.+)=([^=@]+\.[^=@]+)@")
_VIA = re.compile(r"(.*?)\s+via\s+\S.*", re.IGNORECASE)
_MACHINE = re.compile(
    r"mailer-daemon|postmaster|no-?reply|do-?not-?reply|listserv|listmaster|majordomo|notifications?|"
    r"owner-.+|.+-(?:owner|request|bounces)",
    re.IGNORECASE,
)
# Old programs write `Message from Rosa <rosa@example.org> of Wed, 27 Aug <the id>`.
_WHO = re.compile(r"\bfrom\b[^<]*<[^<>]*>", re.IGNORECASE)

_MESSAGE_ID = re.compile(rb"(?:[^\r\n]++\r?\n)*?message-id:[ \t]*(?:\r?\n[ \t]+)?([^\r\n]*)", re.IGNORECASE)

_Headers: TypeAlias = Mapping[str, str]


class _Sender(NamedTuple):
    address: str | None = None
    name: str | None = None
    is_disguised: bool = False


def recognise(sample: Sample) -> bool:
    """Whether the file begins with the line that stands before each mail of an mbox, and a header."""
    return is_mbox(sample.start)


def read(source: Source, sink: Sink, *, sample: Sample, asked: Asked) -> None:
    """Hands every mail to the sink; what did not come over the list is skipped."""
    place, known = _list_of_first(source), _known(source)
    for line, content in mails(source, sink.skip):
        mail = mail_of(content)
        if mail is None:
            sink.skip("a mail that cannot be taken apart", line)
        elif _place(mail.headers) is None and place != _addressed(mail.headers):
            sink.skip("a mail that did not come over the list", line)
        elif _is_automatic_answer(mail.headers):
            sink.skip("an automatic answer", line)
        else:
            take(_post(mail, known), _when(mail.headers), sink, line, field="Date")


def _list_of_first(source: Source) -> str:
    """The list that most of the first mails came over."""
    places: Counter[str] = Counter()
    senders: set[str | None] = set()
    total = 0
    for _line, content in islice(mails(source, lambda reason, line: None), _FIRST):
        total += 1
        mail = mail_of(content)
        found = mail and (_place(mail.headers) or _addressed(mail.headers))
        if mail and found:
            places[found] += 1
            senders.add(_sender(mail.headers).address)
    place, count = places.most_common(1)[0] if places else ("", 0)
    # The mails that one person sent look like those of an archive, but for their one sender.
    if count * 2 < total or not count or (place.startswith("to ") and len(senders) == 1):
        raise ExportError(_PRIVATE)
    return place


def _known(source: Source) -> set[int]:
    """What stands for the ids of all mails in the file; empty if those are too many."""
    found: set[int] = set()
    for _line, content in mails(source, lambda reason, line: None):
        if written := _MESSAGE_ID.match(content):
            found.update(map(hash, _ids({"message-id": written[1].decode("utf-8", "replace")}, "message-id")))
        if len(found) > _MOST_MAILS:
            return set()
    return found


def _place(headers: _Headers) -> str | None:
    """The list that a mail came over, or that it comes from an archive; None if nothing says so."""
    for name in _OF_LISTS:
        if (value := headers.get(name)) and (found := _LIST.search(value)):
            return (found[1] or found[2]).casefold().replace("@", ".")
    if owner := _OWNER.search(headers.get("sender", "")):
        return owner[1].casefold().replace("@", ".")
    if headers.get("precedence", "").casefold() == "list":
        return "list"
    is_addressed = "to" in headers or "cc" in headers
    if _sender(headers).is_disguised or not (is_addressed or any(name in headers for name in _OF_MAILBOXES)):
        return "archive"
    return None


def _addressed(headers: _Headers) -> str | None:
    """To whom a mail was written of which only the main headers are kept: HyperKitty says no more of its list."""
    return "to " + headers["to"].casefold() if "to" in headers and headers.keys() <= _OF_ARCHIVES else None


def _sender(headers: _Headers) -> _Sender:
    found = _split(headers.get("from", "")[:_SHORT])
    via = _VIA.fullmatch(found.name or "")
    if not via:
        return found
    # The list has put its own address in place of the sender's.
    name = shown_name(via[1].strip(" '\""))
    if found.address and (rewritten := _REWRITTEN.match(found.address)):
        return _Sender(f"{rewritten[1]}@{rewritten[2]}", name)
    for other in (
        headers.get("x-original-sender", "")[:_SHORT],
        *headers.get("reply-to", "")[:_SHORT].split(","),
    ):
        address = _split(other).address
        if address and address != found.address:
            return _Sender(address, name)
    return _Sender(None, name, found.is_disguised)


def _split(value: str) -> _Sender:
    """Address and name of `Rosa <rosa@example.org>`, `rosa at example.org (Rosa)` or an address alone."""
    if "<" not in value and "(" not in value:
        value = header_text(value)  # HyperKitty encodes the address as well
    if bracket := re.search(r"<([^<>]*)>", value):
        written, name = bracket[1], value[: bracket.start()] or value[bracket.end() :]
    else:
        written, _, name = value.partition(" (")
        name = name.rpartition(")")[0]
    address, is_disguised = None, False
    if match := _ADDRESS.fullmatch(written.strip()):
        address = f"{match[1]}@{match[2]}".casefold()
        is_disguised = "@" not in written
    elif match := _ANYWHERE.search(value):
        address = match[0].casefold()
        name = name or value[: match.start()]
    if address and "..." in address:  # cut short by the archive: several people may look like that
        address = None
    return _Sender(address, _name(name), is_disguised)


def _name(written: str) -> str | None:
    name = re.sub(r"\\(.)", r"\1", written.strip().strip('"'))
    return shown_name(header_text(name))


def _is_automatic_answer(headers: _Headers) -> bool:
    """Whether a machine has answered in somebody's absence: those are not the person's words."""
    return (
        headers.get("auto-submitted", "").casefold().startswith("auto-replied")
        or headers.get("precedence", "").casefold() == "auto_reply"
        or "x-autoreply" in headers
    )


def _post(mail: Mail, known: Set[int]) -> Post:
    headers = mail.headers
    sender = _sender(headers)
    own, references = _ids(headers, "message-id"), _ids(headers, "references")
    post_id = own[0] if own else None
    answered = [found for found in _ids(headers, "in-reply-to") or references if found != post_id]
    parents = [found for found in (*references, *answered) if found != post_id and hash(found) in known]
    parent = next(reversed(parents or answered), None)
    text = words_of(mail)
    if not parent and headers.get("subject"):
        text = f"{header_text(headers['subject'])}\n{text}".strip()
    submitted = headers.get("auto-submitted", "no").casefold()
    local = (sender.address or "").partition("@")[0]
    return Post(
        "mail",
        post_id,
        hashed(sender.address, place="mail") if sender.address else None,
        sender.name,
        None,
        "reply" if parent else "post",
        text,
        conversation_id=references[0] if references else None,
        reply_to_post_id=parent,
        links=links_in(text),
        is_bot=not submitted.startswith("no") or bool(_MACHINE.fullmatch(local)),
    )


def _ids(headers: _Headers, name: str) -> list[str]:
    value = headers.get(name, "")
    if name == "in-reply-to":
        value = _WHO.sub("", value[:_SHORT])
    written = re.findall(r"<([^<>]+)>", value) or ([value] if value and " " not in value else [])
    return [re.sub(r"\s+at\s+", "@", found).replace(" ", "") for found in written]


def _when(headers: _Headers) -> str | None:
    written = headers.get("date")
    try:
        return parsedate_to_datetime(written).isoformat() if written else None
    except (ValueError, TypeError, OverflowError, IndexError):
        return written
