"""What can still be collected by snscrape, and what instead? Its command line is run, and nothing of it imported.

Its traps:

* Of its 25 scrapers two are left, and those on old servers only: since Mastodon 4.0 (November 2022) the pages of a
  server hold no posts, and snscrape ends in a traceback.
* Whatever goes wrong, it leaves a file with all it held, posts and people, in the folder for temporary files: it gets
  one of its own, which goes when it is done.
* Its own ``--since`` breaks off at the first boost, which has no date. ``communitylab report --since`` does not.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from tqdm import tqdm

from communitylab.errors import CallError, ExportError
from communitylab.exports import formats
from communitylab.phrases import counted
from communitylab.private import restrict

__all__ = ["collect_posts"]


class _Source(NamedTuple):
    """What snscrape is asked for, and how that is written: the first group is handed on."""

    words: tuple[str, ...]
    what: str
    written: re.Pattern[str]
    example: str


_SOURCES = {
    "mastodon-profile": _Source(
        ("mastodon-profile",),
        "toots, answers and boosts of one account",
        re.compile(r"@?([\w.-]+@[\w.-]+(?::\d+)?)|(https?://[^\s/]+/\S+)"),
        "@mill@bread.example",
    ),
    "mastodon-toot": _Source(
        ("mastodon-toot", "--thread"),
        "a toot and the thread around it",
        re.compile(r"()(https?://[^\s/]+/\S+)"),
        "https://bread.example/@mill/1",
    ),
}


class _Refusal(NamedTuple):
    """A place of which nothing is left to be collected: as formats and as people name it, and why."""

    platform: str
    name: str
    why: str


_X = _Refusal("x", "X (Twitter)", "it shows no search, profile or thread without a login since June 2023")
_REFUSED = {
    "facebook": _Refusal(
        "facebook",
        "Facebook",
        "snscrape cannot read the pages that it shows since 2022, and never knew comments or who wrote them",
    ),
    "instagram": _Refusal(
        "instagram",
        "Instagram",
        "it asks for a login since the end of 2020, and snscrape only ever counted the comments",
    ),
    "reddit": _Refusal(
        "reddit", "Reddit", "snscrape asks Pushshift, which has been closed to the public since May 2023"
    ),
    "telegram": _Refusal(
        "telegram",
        "Telegram",
        "what a channel shows the public are posts without their authors and no comments",
    ),
    "twitter": _X,
    "vkontakte": _Refusal(
        "vkontakte",
        "VKontakte",
        "it sends snscrape away since 2023, and posts of a wall came without authors and comments",
    ),
    "weibo": _Refusal(
        "weibo",
        "Weibo",
        "what comes are the posts of one account, with counts of comments and not who wrote them",
    ),
    "x": _X,
}

_PASSED_ON = {"SYSTEMROOT", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR"}
_PASSED_ON |= {"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"}
_HEAD = re.compile(
    r"\A(?:\S+ \S+  [A-Z]+  \S+  |(?:\w+\.)*[A-Z]\w+: )"
)  # of a line of its log, of an exception
_MOST_SAID = 300  # signs


def collect_posts(
    source: str,
    target: str | None,
    *,
    out: Path,
    limit: int | None = None,
    say: Callable[[str], None],
) -> int:
    """Collects posts into a file. What came before something went wrong is kept beside it.

    Parameters
    ----------
    source
        A scraper of snscrape, such as ``"mastodon-profile"``.
    target
        Whose posts or which: ``"@mill@bread.example"``, or the address of a toot; null for none named.
    out
        The file, which is not there yet.
    limit
        The most posts, the newest first.
    say
        Is told what snscrape remarks, and what is kept of an interrupted collection.

    Returns
    -------
    int
        How many posts and boosts are in the file.

    Raises
    ------
    CallError
        If nothing of the kind can be collected, or the call is wrong otherwise.
    ExportError
        If nothing came, or not all.
    """
    asked = _asked(source, target)
    command = [_program(), "--jsonl", *(["--max-results", str(limit)] if limit else []), *asked]
    draft = out.with_name(f"{out.name}.part")
    for place in (out, draft):
        if place.exists():
            raise CallError(f"{place}: is there already. Name another file with --out, or take it away.")
    try:
        with draft.open("xb", buffering=0) as stream:  # what has come is on the disk, whatever comes next
            restrict(draft)
            n, said, status = _run(command, stream)
        if n:
            kept = f"What came, {counted(n, 'post')}, is kept in {draft}."
        else:
            draft.unlink()
            kept = "Nothing came."
        if status is None:
            say(kept)
            raise KeyboardInterrupt
        if status or not n:
            raise ExportError(f"{kept} {_told(said, status)}")
        draft.replace(out)
    except OSError as error:
        raise CallError(f"{out}: cannot be written ({error.strerror}).") from error
    if said:
        say(f"snscrape remarks: {said}.")
    return n


def _asked(source: str, target: str | None) -> list[str]:
    """What snscrape is asked for, where that can be had."""
    family = source.casefold().partition("-")[0]
    if family in _REFUSED:
        refused = _REFUSED[family]
        raise CallError(
            f"{source}: nothing that tells who talks to whom can be collected from {refused.name}: {refused.why}. "
            f"{_instead(refused.platform)}"
        )
    if source not in _SOURCES:
        known = "; ".join(f"{name}, {one.what}" for name, one in _SOURCES.items())
        raise CallError(f"{source}: cannot be collected. What can: {known}. Other ways: communitylab formats")
    wanted = _SOURCES[source]
    written = wanted.written.fullmatch((target or "").strip())
    if not written:
        found = f"{target} is no account or address." if target else "of which?"
        raise CallError(
            f"{source} ({wanted.what}): {found} Write: communitylab collect {source} {wanted.example}"
        )
    handle, address = written.groups()
    return [*wanted.words, "--", address or f"@{handle}"]


def _instead(platform: str) -> str:
    """The exports of a platform that can be had and read, and how."""
    ways = [
        f"\n  {one.name}: {one.how}"
        for one in formats()
        if platform in one.platforms and one.coverage != "D" and not one.is_gone
    ]
    return (
        f"Instead, one of these (`communitylab formats`):{''.join(ways)}"
        if ways
        else (
            "Instead: a table of who answered whom, however you have it; `communitylab formats table` says how."
        )
    )


def _program() -> str:
    """Snscrape as it was installed with this package."""
    found = shutil.which("snscrape", path=str(Path(sys.executable).parent))
    if found:
        return found
    raise CallError(
        "snscrape is not installed with communitylab. It runs on Python 3.11 and not on later ones (this is "
        f"{sys.version_info.major}.{sys.version_info.minor}): install communitylab with 3.11, as by "
        f"`uv tool install --python 3.11 .` in its folder. {_instead('mastodon')}"
    )


def _run(command: list[str], stream: io.FileIO) -> tuple[int, str, int | None]:
    """Writes whole lines as they come: how many, the last that snscrape said, its exit status (none: stopped)."""
    n, is_stopped = 0, False
    with tempfile.TemporaryDirectory() as scratch, Path(scratch, "said").open("w+b") as said:
        try:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=said,
                env=_environment(scratch),
            )
        except OSError as error:
            return 0, f"it cannot be started ({error.strerror})", 127
        try:
            for line in tqdm(
                process.stdout, desc="collecting", unit=" posts", disable=None, delay=2, leave=False
            ):
                if line.endswith(b"\n"):
                    stream.write(line)
                    n += 1
            status = process.wait()
        except KeyboardInterrupt:
            is_stopped = True
        finally:
            process.kill()
            process.communicate()
        said.seek(max(0, said.seek(0, os.SEEK_END) - 2**16))
        return n, _last(said.read()), None if is_stopped else status


def _environment(scratch: str) -> dict[str, str]:
    """What snscrape gets to know of this computer: how to reach the network, and no password for it."""
    passed = {name: value for name, value in os.environ.items() if name.upper() in _PASSED_ON}
    own = {"TMPDIR": scratch, "TEMP": scratch, "TMP": scratch, "NETRC": os.devnull}
    return {**passed, **own, "PYTHONUNBUFFERED": "1", "PYTHONWARNINGS": "ignore"}


def _last(said: bytes) -> str:
    """The last line of what snscrape said, without when and where in its code."""
    lines = [line for line in said.decode("utf-8", "replace").splitlines() if line.strip()]
    return _HEAD.sub("", lines[-1][: 2 * _MOST_SAID])[:_MOST_SAID].rstrip(".") if lines else ""


def _told(said: str, status: int) -> str:
    """Why nothing came or not all, in plain words."""
    if "object has no attribute" in said:
        return (
            "The page holds no posts that snscrape can see: it reads servers on which Mastodon is older than 4.0 "
            f"(November 2022), and there are few left. {_instead('mastodon')}"
        )
    why = said or (f"it ended without a word (status {status})" if status else "it found no posts")
    return f"snscrape could not go on: {why}. Look at the address in a browser, or try again later."
