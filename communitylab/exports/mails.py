"""Mails out of a file in the mbox format: one by one, their headers, and the words of who sent them.

The standard library takes a mail apart, and stumbles over hostile ones in many ways: of each mail only the
beginning is read, every error it may raise is known here, and none gets out.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Mapping
from email.errors import HeaderParseError, MessageError
from email.header import decode_header
from email.message import Message
from email.parser import BytesParser
from email.policy import Compat32
from typing import NamedTuple

from communitylab.exports.markup import plain_text
from communitylab.files import Skip, Source, lines

__all__ = ["Mail", "header_text", "is_mbox", "mail_of", "mails", "words_of"]

_KEPT = 2**18  # bytes of a mail: its words come before what is attached
_HEADER, _SHORT = 2**15, 1_000  # characters of a header: of any, and of one that is taken apart
_SEPARATOR = re.compile(
    rb"From \S.{0,250}?(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? .{0,16}?\d{1,2}:\d\d(?::\d\d)? .{0,12}?\d{4}\b"
)
_FIELD = re.compile(r"(?:>From .*\n)?[A-Za-z][\w-]*:")
_ESCAPED = re.compile(rb"^>(>*From )", re.MULTILINE)
_NO_CHARSET = re.compile("code|escape|idna")  # codecs that are none; some take time without end
_CUT = re.compile(r"--\s*|_{30,}\s*|-{3,} ?\w.*\w ?-{3,}\s*")
_ATTRIBUTION = 3  # lines


class Mail(NamedTuple):
    """A mail: its headers, unfolded, under their names in small letters, and all there is of it."""

    headers: Mapping[str, str]
    message: Message


class _Headers(Compat32):
    """Keeps headers short: the library needs minutes for a long one with many semicolons."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        return name, value[: _SHORT if name.lower().startswith("content-") else _HEADER]


def is_mbox(start: str) -> bool:
    """Whether a text begins with the line that stands before each mail of an mbox, and a header.

    Parameters
    ----------
    start
        How a file begins.
    """
    first, _, rest = start.lstrip().partition("\n")
    return bool(_SEPARATOR.match(first[:400].encode()) and _FIELD.match(rest))


def mails(source: Source, skip: Skip) -> Iterator[tuple[int, bytes]]:
    """The beginning of every mail.

    Parameters
    ----------
    source
        The file.
    skip
        Is told of what cannot be read.

    Returns
    -------
    Iterator[tuple[int, bytes]]
        The line of its separator, and at most 256 kB of it.

    Raises
    ------
    OSError
        If the file cannot be opened.
    """
    start, size = 0, 0
    kept: list[bytes] = []
    for number, line in lines(source, skip):
        if line.startswith(b"From ") and _SEPARATOR.match(line[:400]):
            if start:
                yield start, b"".join(kept)
            start, size, kept = number, 0, []
        elif start and size < _KEPT:
            kept.append(line[:_KEPT])
            size += len(line)
    if start:
        yield start, b"".join(kept)


def mail_of(content: bytes) -> Mail | None:
    """Takes a mail apart.

    Parameters
    ----------
    content
        As :func:`mails` gives it.

    Returns
    -------
    Mail | None
        Of headers that come twice the first counts; None if it cannot be taken apart.
    """
    try:
        message = BytesParser(policy=_Headers()).parsebytes(_ESCAPED.sub(rb"\1", content))
    except (ValueError, LookupError, MessageError, RecursionError):
        return None
    headers: dict[str, str] = {}
    for name, value in message.raw_items():
        headers.setdefault(name.lower(), _unfolded(value))
    return Mail(headers, message)


def _unfolded(value: str) -> str:
    """A header in one line; bytes beyond ASCII are UTF-8 or of a Windows machine."""
    return " ".join(_decoded(value.encode("utf-8", "surrogateescape"), "utf-8").split())


def _decoded(content: bytes, charset: str) -> str:
    """Text from bytes, whatever they are; never with halves of surrogate pairs."""
    for name in (charset, "utf-8"):
        try:
            if not _NO_CHARSET.search(codecs.lookup(name).name):
                return content.decode(name).encode("utf-8", "replace").decode()
        except (LookupError, ValueError):
            continue
    return content.decode("cp1252", "replace")


def header_text(text: str) -> str:
    """A header as people read it.

    Parameters
    ----------
    text
        Words beyond ASCII may be encoded in it.

    Examples
    --------
    >>> header_text("Re: =?utf-8?q?Br=C3=B6tchen?=")
    'Re: Brötchen'
    """
    if "=?" not in text:
        return text
    try:
        parts = decode_header(text[:_SHORT])
    except (HeaderParseError, ValueError):
        return text
    return "".join(
        part if isinstance(part, str) else _decoded(part, charset or "utf-8") for part, charset in parts
    )


def words_of(mail: Mail) -> str:
    """What the sender wrote.

    Parameters
    ----------
    mail
        Any mail.

    Returns
    -------
    str
        The first part that is plain text, else HTML, without quotations, attachments and signature.
    """
    texts: dict[str, str] = {}
    try:
        for part in _parts(mail.message):
            kind = part.get_content_subtype() if part.get_content_maintype() == "text" else "plain"
            content = part.get_payload(decode=True)
            if kind in ("plain", "html") and isinstance(content, bytes):
                texts.setdefault(kind, _decoded(content, part.get_content_charset() or "utf-8"))
    except (ValueError, LookupError, MessageError):
        pass  # the parts before the damaged one are whole
    if "plain" in texts:
        return _own_words(texts["plain"])
    return _own_words(plain_text(texts["html"])) if "html" in texts else ""


def _parts(message: Message) -> Iterator[Message]:
    """The parts of a mail that people read in it; a mail inside a mail is somebody else's."""
    waiting = [message]
    while waiting:
        part = waiting.pop()
        inside = part.get_payload()
        if part.get_content_maintype() == "multipart" and isinstance(inside, list):
            waiting += reversed([found for found in inside if isinstance(found, Message)])
        elif (
            part.get_content_maintype() in ("text", "multipart")
            and part.get_content_disposition() != "attachment"
        ):
            yield part


def _own_words(text: str) -> str:
    kept: list[str] = []
    for line in text.splitlines():
        if _CUT.fullmatch(line):
            break
        if line.lstrip().startswith(">"):
            _drop_attribution(kept)
        else:
            kept.append(line.rstrip())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()


def _drop_attribution(kept: list[str]) -> None:
    """Drops `On Wed, 27 Aug 2025, Rosa <rosa@example.org> wrote:` before what is quoted."""
    end = len(kept)
    while end and not kept[end - 1]:
        end -= 1
    if not end or not kept[end - 1].endswith(":"):
        return
    start = end - 1
    while start and kept[start - 1] and end - start < _ATTRIBUTION:
        start -= 1
    if re.search(r"\d|@|<", "".join(kept[start:end])):
        del kept[start:]
