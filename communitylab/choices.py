"""What counts, and how: the choices of a study, and what is remembered for each way of counting."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import wraps
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from ibis.expr.types import Table

from communitylab.tables import TALK

__all__ = [
    "BRAND",
    "BYSTANDER",
    "FOLLOWER",
    "GROUNDS",
    "UNTILED",
    "Choices",
    "Remembering",
    "first_row",
    "remembered",
]

FOLLOWER, BRAND, BYSTANDER = 0, 1, 2
"""Roles of an account in a study."""

GROUNDS = ("yours", "tagged", "naming", "elsewhere")
"""Where talk takes place, in the order in which they are tried."""


@dataclass(frozen=True)
class Choices:
    """What counts, and how: everything that a reasonable person might have chosen otherwise."""

    kinds: tuple[str, ...] = TALK
    inferred: bool | None = None  # null: only where nothing else could be, as in a chat without replies
    grounds: tuple[str, ...] = GROUNDS
    tile_days: int = 28
    tie_days: int = 2
    stage: tuple[int, ...] = ()  # followers counted as if they were the brand's
    without: tuple[int, ...] = ()  # accounts left out altogether
    platforms: tuple[str, ...] = ()  # all if none is named
    yours: tuple[str, ...] = ()  # platforms that are a place of the brand's
    since: date | None = None
    until: date | None = None
    hashtags: tuple[str, ...] = ()
    tz: str = "UTC"


def first_row(table: Table) -> dict[str, Any]:
    """The one row of a table of sums.

    Parameters
    ----------
    table
        With one row.

    Returns
    -------
    dict
        Its values by column.
    """
    return table.to_pyarrow().to_pylist()[0]


UNTILED = ("tile_days", "tie_days")
"""Choices that matter to ties, rungs and all that rests on them, and to nothing else."""


class Remembering(Protocol):
    """Whatever has choices and keeps what was computed under them: a study."""

    @property
    def choices(self) -> Choices:
        """How it counts."""

    @property
    def memory(self) -> dict[Any, Any]:
        """What was computed already."""


P = ParamSpec("P")
R = TypeVar("R")
S = TypeVar("S", bound=Remembering)


def remembered(
    *ignored: str,
) -> Callable[[Callable[Concatenate[S, P], R]], Callable[Concatenate[S, P], R]]:
    """Computes a function of a study once for each way of counting.

    Parameters
    ----------
    *ignored
        Choices on which the result does not depend: studies that differ in nothing else share it.
    """
    nothing: dict[str, Any] = dict.fromkeys(ignored)

    def decorate(function: Callable[Concatenate[S, P], R]) -> Callable[Concatenate[S, P], R]:
        @wraps(function)
        def once(study: S, *args: P.args, **kwargs: P.kwargs) -> R:
            choices = replace(study.choices, **nothing)
            key = (function.__module__, function.__qualname__, choices, args, tuple(sorted(kwargs.items())))
            if key not in study.memory:
                study.memory[key] = function(study, *args, **kwargs)
            return study.memory[key]

        return once

    return decorate
