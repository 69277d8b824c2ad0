"""The lines of a WhatsApp chat: which of them begin a message, and when that was.

Every phone writes dates in its own way: `[27.08.25, 15:10:05] Rosa: …` or `8/27/25, 3:10 PM - Rosa: …`, in its own
digits, with words for morning and evening, and with invisible marks between the signs. Nothing says whether the day
or the month comes first; only all dates of a file together tell, and where they do not, nothing is guessed.
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from communitylab.errors import ExportError

__all__ = ["MARK", "Calendar", "Head", "Shape", "calendar_of", "head_of", "shape_of"]

MARK = "\u200e"
"""Stands before what WhatsApp wrote itself, on iPhones."""

_MARKS = "[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]*"
_HEAD = re.compile(
    rf"(?P<marks>{_MARKS})(?P<open>\[?){_MARKS}"
    rf"(?P<first>\d{{1,4}}){_MARKS}(?P<sign>[./-])\s?{_MARKS}(?P<second>\d{{1,2}}){_MARKS}(?P=sign)\s?{_MARKS}"
    rf"(?P<third>\d{{1,4}}){_MARKS}\.?(?P<before>[^\d\n\[\]/]{{1,20}})"
    rf"(?P<hour>\d{{1,2}}){_MARKS}(?:[:.]|\sh\s){_MARKS}(?P<minute>\d\d){_MARKS}(?:[:.]{_MARKS}(?P<seconds>\d\d))?"
    r"(?P<after>[^\d\n\[\]:]{0,20}?)(?P<end>\]|\s[-–]|:)(?:\s|$)(?P<rest>.*)",
    re.DOTALL,
)

# Words beside a time, letters only and small. Before it only those beyond ASCII count: `em` is no word for evening.
_MORNING = {"am", "ص", "قظ", "上午", "凌晨", "早上", "午前", "오전", "πμ", "öö", "sa", "pg"}
_EVENING = {"pm", "م", "بظ", "下午", "中午", "晚上", "午後", "오후", "μμ", "ös", "ch", "ptg"}
_NEITHER = {
    "",
    "um",
    "à",
    "às",
    "as",
    "alas",
    "alle",
    "at",
    "em",
    "kl",
    "klo",
    "om",
    "o",
    "в",
    "la",
    "h",
    "hs",
    "uhr",
}

_KOREAN = "오"  # begins both words; there the year comes first even in two digits

_YEARS = range(
    2009, 2052
)  # WhatsApp began in 2009; from 52 on two digits are a year of the Buddhist calendar
_OUTWEIGHS = 10
_RETURNS = 3
_JUMP = timedelta(days=1)

_NO_ORDER = (
    "Nothing in this chat tells whether its dates begin with the day or with the month: no day after the 12th is among "
    "them. Export it with more messages, or set the phone to a region that writes the year first, such as Sweden, and "
    "export it again."
)
_TWO_ORDERS = (
    "In some dates of this chat the day stands first, in others the month: it was put together from two exports. "
    "Give each of them by itself."
)
_NO_CALENDAR = (
    "The dates of this chat are of no calendar that is known here. Set the phone to the Gregorian calendar and export "
    "the chat again."
)
_NO_CLOCK = (
    "The times of this chat have words for morning and evening that are not known here. Set the phone to 24 hours and "
    "export the chat again."
)


class Shape(NamedTuple):
    """What the beginnings of all messages of one chat have in common: a line of another shape was pasted into one."""

    end: str
    sign: str
    between: str
    is_year_first: bool
    is_year_short: bool
    has_seconds: bool


class Head(NamedTuple):
    """The beginning of a message: its date and time as written, and what comes behind.

    `is_marked`: an invisible mark stands before it, as on iPhones before what has a picture or a file. `is_evening`:
    null without a word for it. `is_strange`: beside the time stands a word that is not known.
    """

    shape: Shape
    date: tuple[int, int, int]
    hour: int
    minute: int
    second: int
    is_evening: bool | None
    is_strange: bool
    is_marked: bool
    rest: str


def head_of(line: str) -> Head | None:
    """The beginning of a message, if the line is one.

    Parameters
    ----------
    line
        Of the file.

    Examples
    --------
    >>> head = head_of("[27.08.25, 15:10:05] Rosa: rye")
    >>> head.date, head.hour, head.rest
    ((27, 8, 25), 15, 'Rosa: rye')
    >>> head_of("27 loaves")
    """
    found = _HEAD.match(line)
    if found is None or bool(found["open"]) != (found["end"] == "]"):
        return None
    hour, minute = int(found["hour"]), int(found["minute"])
    if hour > 23 or minute > 59:
        return None
    clock = _clock(found["before"], found["after"])
    first, third, seconds = found["first"], found["third"], found["seconds"]
    return Head(
        Shape(
            found["end"].strip(),
            found["sign"],
            clock.between,
            len(first) == 4 or clock.is_korean,
            max(len(first), len(third)) < 4,
            seconds is not None,
        ),
        (int(first), int(found["second"]), int(third)),
        hour,
        minute,
        min(59, int(seconds or 0)),
        clock.is_evening,
        clock.is_strange,
        MARK in found["marks"],
        found["rest"],
    )


class _Clock(NamedTuple):
    """What stands around a time, letters and other signs."""

    between: str
    is_korean: bool
    is_evening: bool | None
    is_strange: bool


@functools.lru_cache(maxsize=1024)
def _clock(before: str, after: str) -> _Clock:
    early, late = _letters(before), _letters(after)
    words = {late} if early.isascii() else {early, late}
    return _Clock(
        "".join(sign for sign in before + after if not sign.isalpha()),
        _KOREAN in before,
        True if words & _EVENING else False if words & _MORNING else None,
        bool({early, late} - _MORNING - _EVENING - _NEITHER),
    )


def _letters(text: str) -> str:
    return "".join(filter(str.isalpha, text)).casefold()


def shape_of(heads: Iterable[Head]) -> Shape | None:
    """The shape that most beginnings have.

    Parameters
    ----------
    heads
        The first of a file.
    """
    return next((shape for shape, _ in Counter(head.shape for head in heads).most_common(1)), None)


class _Order(NamedTuple):
    """Where year, month and day stand in a date."""

    year: int
    month: int
    day: int


_YEAR_FIRST, _DAY_FIRST, _MONTH_FIRST = _Order(0, 1, 2), _Order(2, 1, 0), _Order(2, 0, 1)


class Calendar(NamedTuple):
    """How the dates and times of one chat are to be read."""

    order: _Order

    def time(self, head: Head) -> datetime | None:
        """When a message was written, as the clock of the phone said; None if there is no such day.

        Parameters
        ----------
        head
            Its beginning.
        """
        day = _day(head.date, self.order)
        if day is None:
            return None
        hour = head.hour if head.is_evening is None else head.hour % 12 + 12 * head.is_evening
        return day.replace(hour=hour, minute=head.minute, second=head.second)


@functools.lru_cache(maxsize=4096)
def _day(date: tuple[int, int, int], order: _Order) -> datetime | None:
    year = date[order.year] + (2000 if date[order.year] < 100 else 0)
    try:
        return datetime(year, date[order.month], date[order.day], tzinfo=UTC) if year in _YEARS else None
    except ValueError:
        return None


class _Trial:
    """What speaks against one order: days that do not exist, and days that come before those above them."""

    def __init__(self, order: _Order) -> None:
        self.order = order
        self.impossible = self.possible = self.returns = 0
        self._last: datetime | None = None

    def take(self, day: datetime | None) -> None:
        if day is None:
            self.impossible += 1
            return
        self.possible += 1
        if self._last is not None and day < self._last - _JUMP:
            self.returns += 1
        self._last = day


def calendar_of(heads: Iterable[Head]) -> Calendar:
    """How the dates and times of a chat are to be read, told from all of them.

    Parameters
    ----------
    heads
        The beginnings of all messages, of one shape.

    Returns
    -------
    Calendar
        The only one that fits.

    Raises
    ------
    ExportError
        If several fit, or none.
    """
    trials = [_Trial(_YEAR_FIRST), _Trial(_DAY_FIRST), _Trial(_MONTH_FIRST)]
    shape, last = None, None
    strange = 0
    is_24_hours = False
    for head in heads:
        shape = head.shape
        strange += head.is_strange and head.is_evening is None
        is_24_hours = is_24_hours or (head.is_evening is None and not 1 <= head.hour <= 12)
        if head.date != last:
            last = head.date
            days = [_day(head.date, trial.order) for trial in trials]
            for trial, day in zip(trials, days, strict=True):
                if any(days):  # else it is no date, whatever the order
                    trial.take(day)
    if strange and not is_24_hours:
        raise ExportError(_NO_CLOCK)
    year_first, day_first, month_first = trials
    if shape is not None and shape.is_year_first:
        if not year_first.possible:
            raise ExportError(_NO_CALENDAR)
        return Calendar(_YEAR_FIRST)
    if day_first.impossible and month_first.impossible and not year_first.impossible:
        return Calendar(_YEAR_FIRST)
    return Calendar(_likelier(day_first, month_first, is_dotted=shape is not None and shape.sign == "."))


def _likelier(day_first: _Trial, month_first: _Trial, *, is_dotted: bool) -> _Order:
    if not day_first.possible and not month_first.possible:
        raise ExportError(_NO_CALENDAR)
    pair = ((day_first, month_first), (month_first, day_first))
    for one, other in pair:
        if other.impossible > one.impossible * _OUTWEIGHS:
            return one.order
    if day_first.impossible or month_first.impossible:
        raise ExportError(_TWO_ORDERS)
    for one, other in pair:
        if other.returns >= _RETURNS and not one.returns:
            return one.order
    if is_dotted:  # wherever dots stand between, the day comes first
        return _DAY_FIRST
    raise ExportError(_NO_ORDER)
