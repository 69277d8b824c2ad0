"""Points in time as exports write them."""

from __future__ import annotations

from datetime import UTC, datetime

__all__ = ["form", "moment", "plausible"]

_MONTHS = ["", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_MILLISECONDS = 10**11  # as seconds: the year 5138


def moment(text: str) -> datetime | None:
    """A point in time, from any of the ways in which exports write it.

    Parameters
    ----------
    text
        ISO 8601 with or without zone (without: UTC), Unix seconds or milliseconds, or
        `Wed Aug 27 13:08:45 +0000 2025`, in English whatever the machine's language.

    Returns
    -------
    datetime | None
        In UTC; None if the text is no date.

    Examples
    --------
    >>> str(moment("Wed Aug 27 15:08:45 +0200 2025")), str(moment("1756300125"))
    ('2025-08-27 13:08:45+00:00', '2025-08-27 13:08:45+00:00')
    >>> moment("yesterday")
    """
    text = text.strip()
    try:
        if text.replace(".", "", 1).isdigit():
            seconds = float(text)
            found = datetime.fromtimestamp(seconds / 1000 if seconds >= _MILLISECONDS else seconds, UTC)
        elif len(text) == 30 and text[4:7] in _MONTHS:
            found = datetime.fromisoformat(
                f"{text[26:]}-{_MONTHS.index(text[4:7]):02}-{text[8:10]}T{text[11:19]}{text[20:25]}"
            ).astimezone(UTC)
        else:
            found = datetime.fromisoformat(text.removesuffix(" UTC"))
            found = found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return found if plausible(found) else None


def plausible(time: datetime) -> bool:
    """Whether a time can be one at which somebody posted: not a placeholder such as the year 1 or 9999."""
    return 1970 <= time.year < 2200


def form(field: str, value: str) -> str:
    """A remark on a value that is no date, which shows its form and not what it says.

    Parameters
    ----------
    field
        Name of the column or key.
    value
        Of the field.

    Returns
    -------
    str
        Letters as a, digits as 9, at most 24 signs.

    Examples
    --------
    >>> form("date", "31/08/2020 um 12")
    'date is no date in some records, such as 99/99/9999 aa 99'
    """
    signs = "".join("9" if sign.isdigit() else "a" if sign.isalpha() else sign for sign in value.strip()[:24])
    return f"{field} is no date in some records, such as {signs}"
