"""What can be set at the command line, and how `--help` explains it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from communitylab.errors import CallError

__all__ = [
    "Actions",
    "Brand",
    "Chats",
    "Columns",
    "Coverage",
    "Exports",
    "Followers",
    "Hashtags",
    "Kinds",
    "MaybeExports",
    "Names",
    "Out",
    "Pdf",
    "Run",
    "Seed",
    "Since",
    "Store",
    "Tz",
    "Until",
    "Yours",
    "columns_of",
    "listed",
]

Exports = Annotated[list[str], typer.Argument(metavar="EXPORT...", help="Files, folders, zips or globs.")]
MaybeExports = Annotated[
    list[str] | None,
    typer.Argument(metavar="EXPORT...", help="Files, folders, zips or globs; none: --store."),
]
Run = Annotated[Path, typer.Argument(metavar="run.toml", help="As an earlier report wrote it.")]

Actions = Annotated[
    Path | None,
    typer.Option(
        help="What you did and when, for the charts; by default what `log` noted in --out.", metavar="FILE"
    ),
]
Brand = Annotated[
    str | None,
    typer.Option(help="Your account, and all that speak for it: name,name", metavar="NAME[,NAME]"),
]
Chats = Annotated[
    str,
    typer.Option(
        help="Chats, groups or channels to be read, where an export holds several: name or id, name or id.",
        metavar="CHAT,…",
    ),
]
Columns = Annotated[
    str | None,
    typer.Option(
        help="Which column of a table holds what: author=User,text=Message", metavar="FIELD=COLUMN,…"
    ),
]
Coverage = Annotated[
    str | None, typer.Option(help="Coverage class, where you know better: A, B, C, C_search or D.")
]
Followers = Annotated[
    str | None,
    typer.Option(help="Follower list: one name or id a line, CSV, users as JSON, or your account archive."),
]
Hashtags = Annotated[
    str, typer.Option(help="Your own hashtags: posts that carry one are on your ground.", metavar="TAG,…")
]
Kinds = Annotated[str, typer.Option(help="Kinds of act that count as talk.")]
Names = Annotated[bool, typer.Option("--names", help="Let report.html name people; it then says so.")]
Out = Annotated[Path, typer.Option(help="Folder of the report.")]
Pdf = Annotated[bool, typer.Option("--pdf", help="Write report.pdf as well; needs a browser (Chromium).")]
Seed = Annotated[
    int,
    typer.Option(
        min=0, max=2**32 - 1, help="Of all random numbers: the same seed gives the same report.", metavar="N"
    ),
]
Since = Annotated[str | None, typer.Option(help="First day, 2025-03-01.", metavar="DAY")]
Store = Annotated[Path | None, typer.Option(help="Folder in which to keep what was read.")]
Tz = Annotated[str, typer.Option(help="Zone in which days begin: Europe/Berlin", metavar="ZONE")]
Until = Annotated[str | None, typer.Option(help="Last day, 2025-05-31.", metavar="DAY")]
Yours = Annotated[
    str | None,
    typer.Option(
        help="Platforms that are a place of yours, or none; by default those whose exports only an owner gets.",
        metavar="PLATFORM,…",
    ),
]


def listed(value: str | None) -> list[str]:
    """What is written with commas between.

    Parameters
    ----------
    value
        As it was typed; null for nothing.
    """
    return [entry.strip() for entry in (value or "").split(",") if entry.strip()]


def columns_of(value: str | None) -> dict[str, str] | None:
    """Which column holds what.

    Parameters
    ----------
    value
        As it was typed, such as ``"author=User,text=Message"``; null for nothing.

    Raises
    ------
    CallError
        If it is written otherwise.
    """
    if value is None:
        return None
    pairs = [entry.partition("=") for entry in value.split(",")]
    if any(not field.strip() or not column.strip() for field, _sign, column in pairs):
        raise CallError(f"--columns {value}: write it like author=User,text=Message")
    return {field.strip(): column.strip() for field, _sign, column in pairs}
