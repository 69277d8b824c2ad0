"""A WhatsApp chat as a member exports it: `_chat.txt` or "WhatsApp Chat with ….txt", alone or zipped with pictures.

Its traps:

* Dates and times are written as the phone's region has it, without their zone; see `whatsapp_lines`.
* What WhatsApp itself says stands between what people say. It has no author on Android; on iPhones it has one, often
  the group itself, and an invisible mark before it; see `whatsapp_words`.
* People are called as the phone that made the export knows them. Of all others their telephone number is shown, which
  is never kept.
* Messages have no ids. The same chat exported twice must count once, and "ok" said twice in a minute twice: an id is
  made of the minute, the author, the words, and the how-manieth of its kind it is.
* Nothing says what a message answers.
"""

from __future__ import annotations

import hashlib
import posixpath
import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from communitylab.errors import ExportError
from communitylab.exports.asked import Asked
from communitylab.exports.intake import take
from communitylab.exports.private_parts import Archive
from communitylab.exports.sample import Sample
from communitylab.exports.sink import Sink
from communitylab.exports.text import hashtags_in, links_in
from communitylab.exports.whatsapp_lines import MARK, Calendar, Head, Shape, calendar_of, head_of, shape_of
from communitylab.exports.whatsapp_words import NOTICE, account_of, words_of
from communitylab.files import Skip, Source, lines
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

NAME = "whatsapp"
TITLE = "WhatsApp chat, text: one message a line, [date, time] or date, time - before the name"
COVERAGE = "A"
PLATFORMS = ("whatsapp",)
IS_FROM_DOCUMENTATION = True
HOW = (
    "In the group: Export chat, without media; give the zip or the text as it comes, and one export of each group. "
    "Everybody in the group should know of it. It does not say who answers whom: mostly it cannot tell."
)
ARCHIVE = Archive(
    sign=re.compile(r"_chat\.txt|[^/]*WhatsApp[^/]*\.txt"),
    opens=re.compile(r"_chat\.txt|[^/]*WhatsApp[^/]*\.txt"),
    covers=re.compile(
        r"[^/]+\.(?:3gp|aac|amr|gif|heic|jpe?g|m4a|mov|mp[34]|ogg|opus|pdf|png|thumb|vcf|wav|webp)"
    ),
)

_LONGEST = 2**16  # characters of a message
_BEGINNING = 5  # heads that make a chat of a text that begins with something else
_MOST = 100_000  # ids kept, to number what is said twice in a minute
_MOST_AUTHORS = 10_000
_NAME = re.compile(r"([^\n]{1,120}?):(?:\s|$)(.*)", re.DOTALL)
_QUOTED = re.compile(r"""["“”„«»]([^"“”„«»\n]{1,120})["“”«»]""")
_QUOTE = re.compile('["“”„«»]')
_WHATSAPP = re.compile(f"WhatsApp|واتساب|[{MARK}\u202f]")

_BEFORE = "text before the first message"
_LOCAL = (
    "times are those of the phone that made the export, without their zone, and taken as UTC: leave --tz out, and they "
    "are shown as they stand there"
)
_NAMES = (
    "people go by the names that the phone which made the export has for them: two under one name count as one, and an "
    "export of the same chat from another phone would count again"
)
_PAIR = "only two people write in this chat: between two nothing tells an audience from a community"


def recognise(sample: Sample) -> bool:
    """Whether the text begins with messages, and not with entries of a log, which look much alike."""
    text = sample.start.split("\n")
    found = [head for line in text if (head := head_of(line))]
    shape = shape_of(found)
    if shape is None or not any(_author(head.rest) for head in found if head.shape == shape):
        return False
    is_like_a_log = shape.is_year_first and (shape.has_seconds or shape.sign == "-")
    first = next((line for line in text if line.strip()), "")
    begins = head_of(first) is not None or sum(head.shape == shape for head in found) >= _BEGINNING
    return begins and (not is_like_a_log or _WHATSAPP.search(sample.start) is not None)


def read(source: Source, sink: Sink, *, sample: Sample, asked: Asked) -> None:
    """Hands every message to the sink; the file is read twice, for only all its dates tell how they are written."""
    shape = shape_of(head for line in sample.start.split("\n") if (head := head_of(line)))
    if shape is None:
        raise ExportError("No message is found in this chat. Export it once more.")
    survey = _Survey()
    calendar = calendar_of(survey.seen(_heads(source, shape)))
    group = survey.group
    place = group or survey.titled or f"chat {_digest(posixpath.splitext(_titled(source))[0])[:8]}"
    reading = _Reading(sink, calendar, place, group)
    for line, head, text in _messages(source, sink.skip, shape, calendar):
        reading.take(head, text, line)
    sink.note(_LOCAL)
    sink.note(_NAMES)
    if len(reading.authors) == 2:
        sink.note(_PAIR)


def _titled(source: Source) -> str:
    """What tells one chat from another where nothing in it does: the name of the file, or of what it lies in."""
    places = [*reversed(source.name.split("/")), source.path.name, source.path.absolute().parent.name]
    return next((place for place in places if place and place != "_chat.txt"), "")


def _author(rest: str) -> str | None:
    """The name before what was said; null in a notice that has none."""
    found = _NAME.match(rest)
    # A colon in the name of a group does not end an author: `Rosa changed the subject from "Bread: a love" to …`
    return found[1] if found and len(_QUOTE.findall(found[1])) % 2 == 0 else None


def _heads(source: Source, shape: Shape) -> Iterator[Head]:
    for _line, content in lines(source, lambda reason, line: None):
        head = head_of(content.decode("utf-8", "replace"))
        if head is not None and head.shape == shape:
            yield head


def _messages(
    source: Source, skip: Skip, shape: Shape, calendar: Calendar
) -> Iterator[tuple[int, Head, list[str]]]:
    """The messages with all their lines, each with the line on which it starts."""
    last: tuple[int, Head, list[str]] | None = None
    size = 0
    is_told = False
    for number, content in lines(source, skip):
        text = content.decode("utf-8", "replace").rstrip("\r\n")
        head = head_of(text)
        if head is not None and head.shape == shape and calendar.time(head) is not None:
            if last is not None:
                yield last
            last, size = (number, head, []), len(text)
        elif last is not None:
            if size < _LONGEST:
                last[2].append(text[:_LONGEST])
            size += len(text) + 1
        elif text.strip() and not is_told:
            skip(_BEFORE, number)
            is_told = True
    if last is not None:
        yield last


class _Survey:
    """What all messages together tell of a chat."""

    def __init__(self) -> None:
        self._first: str | None = None
        self._speakers: set[str] = set()
        self.titled: str | None = None

    def seen(self, heads: Iterator[Head]) -> Iterator[Head]:
        """Looks at messages while they pass."""
        for number, head in enumerate(heads):
            author = _author(head.rest)
            if author is None:
                quoted = _QUOTED.findall(head.rest)
                self.titled = " ".join(quoted[-1].split()) if quoted else self.titled
            else:
                is_notice = head.rest[len(author) + 1 :].lstrip().startswith(MARK)
                if is_notice and not number:
                    self._first = author
                if not is_notice and len(self._speakers) < _MOST_AUTHORS:
                    self._speakers.add(author)
            yield head

    @property
    def group(self) -> str | None:
        """The name of the group where it is the author of notices, as on iPhones: the first of them is the group's."""
        return self._first if self._first not in self._speakers else None


class _Reading:
    """One chat."""

    def __init__(self, sink: Sink, calendar: Calendar, place: str, group: str | None) -> None:
        self._sink = sink
        self._calendar = calendar
        self._place = place
        self._group = group
        self._said: Counter[str] = Counter()
        self.authors: set[str | None] = set()

    def take(self, head: Head, more: list[str], line: int) -> None:
        """Takes a message, or a notice."""
        author = _author(head.rest)
        if author is None or author == self._group:
            self._sink.skip(NOTICE, line)
            return
        text = "\n".join([head.rest[len(author) + 1 :], *more])[:_LONGEST]
        words = words_of(text, is_marked=head.is_marked)
        if words.reason:
            self._sink.skip(words.reason, line)
            return
        author_id, name = account_of(author)
        when = self._calendar.time(head)
        post = Post(
            "whatsapp",
            self._post_id(when, author_id, words.text),
            author_id,
            name,
            when,
            text=words.text,
            mentions=words.mentions,
            hashtags=hashtags_in(words.text),
            links=links_in(words.text),
            place=self._place,
        )
        if take(post, None, self._sink, line) and len(self.authors) < _MOST_AUTHORS:
            self.authors.add(author_id)

    def _post_id(self, when: datetime | None, author: str | None, text: str | None) -> str:
        said = _digest(f"{when:%Y-%m-%d %H:%M}\n{author}\n{text or ''}")
        if len(self._said) >= _MOST:
            self._said.clear()
        self._said[said] += 1
        return f"{said}-{self._said[said]}"


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=8).hexdigest()
