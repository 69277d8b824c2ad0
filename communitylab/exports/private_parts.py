"""Which files of an account archive are opened: only those that a format names; never letters and addresses.

Archives hold direct messages, IP addresses, e-mail addresses and settings beside the posts. An archive is
told by the names of the files in it, before any of them is opened.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

from communitylab.files import Source

__all__ = ["Archive", "opened"]


class Archive(NamedTuple):
    """What an account archive looks like from outside. All three are patterns of names within it.

    `sign`: one such file is enough to know it. `opens`: these are read. `covers`: these belong to it; in a
    packed archive everything does.
    """

    sign: re.Pattern[str]
    opens: re.Pattern[str]
    covers: re.Pattern[str]


def opened(sources: Iterable[Source], archives: Iterable[Archive]) -> list[Source]:
    """The files that may be opened.

    Parameters
    ----------
    sources
        All files that were named or found.
    archives
        The archives known.

    Returns
    -------
    list[Source]
        In the same order. The first file of an archive remarks how many others stay closed; an archive of
        which none may be opened is one refused file.
    """
    kept = list(sources)
    for known in archives:
        archive = Archive(*(re.compile(pattern.pattern, pattern.flags | re.IGNORECASE) for pattern in known))
        roots = {root for source in kept if (root := _root(source, archive)) is not None}
        for root in sorted(roots):
            kept = _without_private(kept, archive, root)
    return kept


_Root = tuple[str, str]
"""What an archive lies in (an archive file, or nothing), and the place of its own top folder."""


def _root(source: Source, archive: Archive) -> _Root | None:
    if source.refusal:
        return None
    name = _slashed(source)
    for match in re.finditer(r"(?:^|/)", name):
        if archive.sign.fullmatch(name, match.end()):
            return _container(source), name[: match.end()]
    return None


def _slashed(source: Source) -> str:
    """The name as an archive made anywhere has it: some tools write backslashes."""
    return source.name.replace("\\", "/")


def _container(source: Source) -> str:
    return str(source.path) if source.member is not None else ""


def _without_private(sources: list[Source], archive: Archive, root: _Root) -> list[Source]:
    container, folder = root
    kept: list[Source] = []
    closed: list[Source] = []
    first: int | None = None
    at = 0
    for source in sources:
        name = _slashed(source)
        belongs = _container(source) == container and name.startswith(folder) and not source.refusal
        if belongs and archive.opens.fullmatch(name, len(folder)):
            first = len(kept) if first is None else first
            kept.append(source)
        elif belongs and (container or archive.covers.fullmatch(name, len(folder))):
            at = at if closed else len(kept)
            closed.append(source)
        else:
            kept.append(source)
    if not closed:
        return kept
    files = "file stays" if len(closed) == 1 else "files stay"
    remark = (
        f"{len(closed)} other {files} closed: private messages, addresses and settings of an archive "
        "are never read"
    )
    if first is not None:
        kept[first] = replace(kept[first], remark=remark)
    elif len(closed) == 1 and not container:
        nothing = "A file of an account archive that is never opened. Name the whole archive."
        kept.insert(at, replace(closed[0], refusal=nothing))
    else:
        nothing = f"An account archive without posts or followers in it; {remark}."
        kept.insert(at, Source(container or folder or ".", sources[0].path, refusal=nothing))
    return kept
