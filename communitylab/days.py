"""Days, Mondays and time zones."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from communitylab.errors import CallError

__all__ = ["day_named", "day_number", "day_of", "monday_on_or_after", "zone_changes", "zone_named"]

_EPOCH = date(1970, 1, 1)


def day_number(day: date) -> int:
    """Days since 1970-01-01.

    Parameters
    ----------
    day
        A date.
    """
    return (day - _EPOCH).days


def day_named(day: int) -> str:
    """A day as ``2025-03-01``.

    Parameters
    ----------
    day
        Days since 1970-01-01.
    """
    return (_EPOCH + timedelta(days=int(day))).isoformat()


def zone_changes(zone: ZoneInfo, *, first: datetime, last: datetime) -> list[tuple[int, int]]:
    """The offsets of a zone from UTC over a span, found to the hour.

    Parameters
    ----------
    zone
        Any zone.
    first, last
        Ends of the span.

    Returns
    -------
    list of tuple
        For each offset the moment at which it ends and the offset itself, both in seconds, in order.
    """
    changes: list[tuple[int, int]] = []
    moment, end = first - timedelta(hours=1), last + timedelta(days=1)
    while moment < end:
        offset = zone.utcoffset(moment.astimezone(zone))
        step = timedelta(days=1)
        if zone.utcoffset((moment + step).astimezone(zone)) != offset:
            step = timedelta(hours=1)
        following = (moment + step).replace(minute=0, second=0, microsecond=0)
        changed = zone.utcoffset(following.astimezone(zone)) != offset
        if changed or following >= end:
            changes.append((int(following.timestamp()), int((offset or timedelta()).total_seconds())))
        moment = following
    return changes


def monday_on_or_after(day: int) -> int:
    """The first Monday from a day on; days are counted from 1970-01-01, a Thursday.

    Parameters
    ----------
    day
        Days since 1970-01-01.
    """
    return day + (-(day + 3)) % 7


def day_of(value: str | date | None, *, option: str) -> date | None:
    """A day as the user wrote it.

    Parameters
    ----------
    value
        ``"2025-03-01"``, a date, or nothing.
    option
        What it was given for, for the message.

    Raises
    ------
    CallError
        If it is no day.
    """
    if value is None or isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise CallError(f"--{option} {value}: no day. Write it like 2025-03-01.") from None


def zone_named(name: str) -> str:
    """The name of a time zone, once it is sure that there is one.

    Parameters
    ----------
    name
        ``"Europe/Berlin"``.

    Raises
    ------
    CallError
        If there is none of that name.
    """
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise CallError(f"--tz {name}: no such time zone. Write it like Europe/Berlin.") from None
    return name
