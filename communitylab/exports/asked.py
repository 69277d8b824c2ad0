"""What the user says of the files: which column holds what, and which chats are to be read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

__all__ = ["Asked"]


class Asked(NamedTuple):
    """What the user says of the files.

    `columns` says which column of a table holds what; `chats` are names or ids of the chats, channels and groups
    to be read where an export holds several.
    """

    columns: Mapping[str, str] = {}
    chats: tuple[str, ...] = ()
