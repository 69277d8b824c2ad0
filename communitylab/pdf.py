"""From a page to a PDF, by whichever Chromium is installed: Chrome and Edge are ones, too."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from communitylab.errors import CallError, printable

__all__ = ["write_pdf"]

_COMMANDS = (
    *("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"),
    *("microsoft-edge", "microsoft-edge-stable", "msedge"),
)
_APPLICATIONS = (  # of macOS, in /Applications or in that of the home folder
    "Google Chrome.app/Contents/MacOS/Google Chrome",
    "Chromium.app/Contents/MacOS/Chromium",
    "Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
)
_PROGRAMS = (  # of Windows, in a folder that one of _FOLDERS names
    "Google/Chrome/Application/chrome.exe",
    "Chromium/Application/chrome.exe",
    "Microsoft/Edge/Application/msedge.exe",
)
_FOLDERS = ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")
_SWITCHES = (
    "--headless=new",
    "--no-pdf-header-footer",
    "--generate-pdf-document-outline",
    "--export-tagged-pdf",
    # It prints a file that asks for nothing; nor shall the browser itself ask anybody for anything.
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--disable-sync",
    "--disable-extensions",
    "--no-first-run",
    "--no-default-browser-check",
    "--no-pings",
)
_SECONDS = 180.0
_OTHERWISE = "Or open {name} in any browser and print it into a PDF: nothing is folded away on paper."
# Where, when and by what it was printed, in the head of the file: the same page shall be the same file.
_PRINTED = re.compile(rb"/(Creator|CreationDate|ModDate) \((?:\\.|[^\\()])*\)")
_HEAD = 2_000  # bytes


def write_pdf(html: Path, pdf: Path) -> None:
    """Prints a page into a PDF: tagged for screen readers, with an outline, everything unfolded.

    The same browser makes the same file of the same page: it holds no date.

    Parameters
    ----------
    html
        The page.
    pdf
        Where to write; what is there is replaced once the new one is complete.

    Raises
    ------
    CallError
        If there is no browser that can do it, or it fails, or does not come to an end.
    """
    page, target = Path(html).resolve(), Path(pdf).resolve()
    otherwise = _OTHERWISE.format(name=page.name)
    browser = next(_browsers(), None)
    if browser is None:
        raise CallError(
            f"{target.name}: no Chromium, Chrome or Edge was found to print it. Install one: on Debian and Ubuntu "
            "“sudo apt install chromium”; on macOS “brew install --cask chromium” or google.com/chrome; Windows has "
            f"Edge, else google.com/chrome. {otherwise}"
        )
    draft = target.with_name(f"{target.stem}.new.pdf")
    draft.unlink(missing_ok=True)
    try:
        said = _print(browser, page, draft)
        if not draft.exists() or not draft.read_bytes().startswith(b"%PDF"):
            raise CallError(f"{target.name}: {browser} wrote none{said}. {otherwise}")
        draft.write_bytes(_undated(draft.read_bytes()))
        os.replace(draft, target)
    except subprocess.TimeoutExpired:
        raise CallError(
            f"{target.name}: {browser} did not finish within {_SECONDS / 60:.0f} minutes and was stopped. {otherwise}"
        ) from None
    except OSError as error:
        raise CallError(f"{target.name}: {browser} cannot be run ({error.strerror}). {otherwise}") from None
    finally:
        draft.unlink(missing_ok=True)


def _browsers() -> Iterator[str]:
    """Those that are installed, as they are started."""
    yield from filter(None, map(shutil.which, _COMMANDS))
    folders = [Path(os.environ[name]) for name in _FOLDERS if os.environ.get(name)]
    places = [
        Path(root) / name
        for name in _APPLICATIONS
        for root in ("/Applications", Path.home() / "Applications")
    ]
    places += [folder / name for name in _PROGRAMS for folder in folders]
    yield from (str(place) for place in places if place.is_file())


def _print(browser: str, page: Path, draft: Path) -> str:
    """Runs the browser; what it said last, where it failed."""
    # A profile of its own: that of somebody at work in the same browser is in use, and holds their extensions.
    with tempfile.TemporaryDirectory(prefix="communitylab-", ignore_cleanup_errors=True) as profile:
        call = [browser, *_SWITCHES, f"--user-data-dir={profile}", f"--print-to-pdf={draft}", page.as_uri()]
        if getattr(os, "geteuid", lambda: 1)() == 0:
            call.insert(1, "--no-sandbox")  # it refuses to run as root with one
        log = Path(profile) / "said.txt"
        with log.open("wb") as said:
            # A group of its own, so that nothing of it stays behind: a browser is many processes.
            running = subprocess.Popen(
                call, stdin=subprocess.DEVNULL, stdout=said, stderr=said, start_new_session=True
            )
            try:
                status = running.wait(timeout=_SECONDS)
            except BaseException:
                _stop(running)
                raise
        lines = log.read_text(encoding="utf-8", errors="replace").split("\n")
    last = next((line for line in reversed(lines) if line.strip()), "")
    return f" (exit status {status}; {printable(last[:200])})" if last else f" (exit status {status})"


def _stop(running: subprocess.Popen[bytes]) -> None:
    if os.name == "posix":
        os.killpg(running.pid, signal.SIGKILL)
    else:
        running.kill()
    running.wait()


def _undated(content: bytes) -> bytes:
    """The file without what differs from one printing to the next; blanks in its place, for places are counted."""
    head = _PRINTED.sub(lambda found: b" " * len(found[0]), content[:_HEAD])
    return head + content[_HEAD:]
