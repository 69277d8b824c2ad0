"""What do the commands print? Lines for a terminal; everything in them that strangers wrote is made safe to show."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from communitylab.acts import DUPLICATE, EARLIER_VERSION
from communitylab.coverage import CLASSES
from communitylab.diary import ACTIONS, Action
from communitylab.errors import printable
from communitylab.exports import FileRecord, Format
from communitylab.glances import MOST_APART, Glance, Look
from communitylab.ledger import Ledger
from communitylab.omissions import FORGOTTEN
from communitylab.phrases import PLACE_NAMES, counted

__all__ = [
    "difference_line",
    "format_lines",
    "formats_lines",
    "glance_lines",
    "ledger_lines",
    "left_out_lines",
    "noted_line",
    "noted_lines",
    "written_lines",
]

_MOST_LINES = 40  # files that are told one by one
_BESIDE = (
    ("report.pdf", "report.pdf (to print or to send)"),
    ("network.html", "network.html (the network, to move about in)"),
    ("results.xlsx", "results.xlsx (all tables for a spreadsheet)"),
    ("charts", "charts/"),
    ("tables", "tables/"),
    ("results.json", "results.json"),
    ("methods.md", "methods.md"),
    ("network.gexf", "network.gexf"),
    ("network.graphml", "network.graphml"),
    ("run.toml", "run.toml"),
)
"""What may lie beside report.html, and what it is called; some of it only on demand, or where there is a network."""


def ledger_lines(ledger: Ledger) -> Iterator[str]:
    """What every file is, what it can show, and what became of its records.

    Parameters
    ----------
    ledger
        Of all files read.
    """
    if len(ledger.files) > _MOST_LINES:
        yield from _heaps(ledger)
        yield from left_out_lines(ledger)
        return
    for file in ledger.files:
        yield from _file(file)
    yield from _unresolved(ledger)


def left_out_lines(ledger: Ledger) -> Iterator[str]:
    """One line for everything that was in the files and is not in the study; what many files say is said once.

    What was skipped for one reason is counted over all of them; the place of the first is in the file that is named.

    Parameters
    ----------
    ledger
        Of all files read.
    """
    said: dict[tuple[str, bool], list[FileRecord]] = {}
    for file in ledger.files:
        refused = (f"not read. {file.refusal}",) if file.refusal else ()
        for reason in sorted(file.skipped):
            said.setdefault((reason, True), []).append(file)
        for line in (*refused, *file.notes):
            said.setdefault((line, False), []).append(file)
    for (line, is_skipped), files in said.items():
        others = f" and {len(files) - 1} more" if len(files) > 1 else ""
        told = _skip(files[0], line, sum(file.skipped[line] for file in files)) if is_skipped else line
        yield printable(f"{files[0].label}{others}: {told}")
    yield from _unresolved(ledger)


def glance_lines(seen: Glance) -> Iterator[str]:
    """What is in each file, who wrote it and whom it names; of many files a line each, and all together.

    Parameters
    ----------
    seen
        The files at a glance.
    """
    is_long = len(seen.ledger.files) > MOST_APART
    if len(seen.ledger.files) > _MOST_LINES:
        yield from _heaps(seen.ledger)
    else:
        for number, file in enumerate(seen.ledger.files):
            yield from _file(file, is_brief=is_long)
            if number in seen.files:
                yield from _look(seen.files[number])
    yield from left_out_lines(seen.ledger) if is_long else _unresolved(seen.ledger)
    if len(seen.files) > 1 or is_long:
        yield "All together:"
        yield from _look(seen.all)


def formats_lines(every: Sequence[Format]) -> Iterator[str]:
    """The exports that can be read, by platform, and what the coverage classes mean.

    Parameters
    ----------
    every
        The formats.
    """
    homes = {one.platforms[0] if one.platforms else "" for one in every}
    for home in sorted(homes, key=lambda home: (not home, home != "x", home)):
        name = PLACE_NAMES.get(home, "any platform")
        yield name[:1].upper() + name[1:]
        for one in every:
            if (one.platforms[0] if one.platforms else "") == home:
                yield from _format(one)
    yield "Coverage classes, by who speaks in an export:"
    for coverage, meaning in CLASSES.items():
        yield f"    {coverage}: {meaning}"
    yield (
        "“From documentation”: read as the writing tool's documentation and source have it; no real file was at hand. "
        "If yours is read wrongly, its ledger will show it: please say so."
    )


def format_lines(one: Format) -> Iterator[str]:
    """One format in full.

    Parameters
    ----------
    one
        The format.
    """
    yield from _format(one)
    yield f"    class {one.coverage}: {CLASSES[one.coverage]}"
    if one.query:
        yield f"\n{one.query}"


def noted_lines(noted: Sequence[Action], out: Path) -> Iterator[str]:
    """The actions that are noted, and how to mend them.

    Parameters
    ----------
    noted
        In order.
    out
        Folder of the report beside which they are noted.
    """
    for number, action in enumerate(noted, 1):
        yield printable(f"{number:>3}  {action.day.isoformat()}  {action.what}")
    change = f" To mend one or take it out, edit {out / ACTIONS}." if noted else ""
    yield noted_line(len(noted), out) + change


def noted_line(n: int, out: Path) -> str:
    """How many actions are noted, and what comes of it.

    Parameters
    ----------
    n
        How many.
    out
        Folder of the report beside which they are noted.
    """
    if not n:
        return 'No action is noted. Note one: communitylab log "baker AMA" --on 2025-03-01'
    if n == 1:
        return f"1 action is noted; a report in {out}/ whose time covers its day shows it as a flag on its charts."
    return f"{n} actions are noted; a report in {out}/ whose time covers their days shows them as flags on its charts."


def written_lines(out: Path) -> Iterator[str]:
    """What a report has written, of what lies in its folder.

    Parameters
    ----------
    out
        The folder.
    """
    beside = ", ".join(said for name, said in _BESIDE if (out / name).exists())
    yield f"\nWritten to {out}: report.html (open it in a browser), {beside}."
    yield f"{out / 'private'} holds names: it is for your eyes only."


def difference_line(found: Sequence[str]) -> str:
    """Whether two reports are the same, and if not, where they first differ.

    Parameters
    ----------
    found
        A sentence for each difference.
    """
    if not found:
        return "The same, to the last digit."
    n = f"{len(found)} differences. The first" if len(found) > 1 else "One difference"
    return printable(f"{n}: {found[0]}")


def _format(one: Format) -> Iterator[str]:
    remarks = [f"class {one.coverage}"]
    remarks += ["from documentation"] * one.is_from_documentation + ["no longer made"] * one.is_gone
    yield f"  {one.name}: {one.title} ({', '.join(remarks)})"
    yield f"    {one.how}"


def _file(file: FileRecord, *, is_brief: bool = False) -> Iterator[str]:
    """What a file is, what it can show, and what became of its records; in brief, one line."""
    if is_brief and not file.refusal:
        yield printable(
            f"{file.label}: {file.format}, class {file.coverage}, {file.records} records, {file.posts} posts"
        )
        return
    yield printable(file.label) + ":"
    if file.refusal:
        yield printable(f"  not read. {file.refusal}")
        return
    yield f"  {file.format}, {file.records} records, {file.posts} posts"
    if file.coverage:
        yield f"  class {file.coverage}: {CLASSES[file.coverage]}"
    for line in (*_skipped(file), *file.notes):
        yield printable(f"  {line}")


def _heaps(ledger: Ledger) -> Iterator[str]:
    """How many files there are of each format, and what was in them; why some were not read is told elsewhere."""
    heaps: dict[tuple[str, str | None], list[FileRecord]] = {}
    for file in ledger.files:
        if file.format and not file.refusal:
            heaps.setdefault((file.format, file.coverage), []).append(file)
    for (name, coverage), held in heaps.items():
        shows = f" (class {coverage})" if coverage else ""
        records, posts = sum(file.records for file in held), sum(file.posts for file in held)
        read = f"{counted(len(held), 'file')} read as {name}{shows}"
        yield f"{read}: {counted(records, 'record')}, {counted(posts, 'post')}"
    if unread := len(ledger.files) - sum(map(len, heaps.values())):
        yield f"{counted(unread, 'file')} not read"
    for coverage in sorted({coverage for _name, coverage in heaps if coverage}):
        yield f"class {coverage}: {CLASSES[coverage]}"


def _skipped(file: FileRecord) -> Iterator[str]:
    for reason, count in sorted(file.skipped.items()):
        yield _skip(file, reason, count)


def _skip(file: FileRecord, reason: str, count: int) -> str:
    place = "record" if reason in (DUPLICATE, EARLIER_VERSION, FORGOTTEN) else "line"
    return f"skipped {count} × {reason} (first: {place} {file.first_skipped[reason]})"


def _unresolved(ledger: Ledger) -> Iterator[str]:
    for kind, count in ledger.unresolved.items():
        yield f"{count} × {kind} to somebody who cannot be known (a deleted post): no act"


def _look(look: Look) -> Iterator[str]:
    """Who wrote, when, and whom they addressed."""
    when = "without times"
    if look.span:
        when = f"from {look.span[0]:%Y-%m-%d %H:%M} to {look.span[1]:%Y-%m-%d %H:%M} UTC"
    if look.authors == 1:
        author = printable(look.busiest[0][0])
        yield f"  {when}, all of it by {author}: if that is you, this is your side of the conversation only"
    else:
        most = ", ".join(f"{printable(name)} ({count})" for name, count in look.busiest)
        yield f"  {when}, {look.authors} authors, most of it by {most}"
    if look.most_named:
        yield "  most often addressed (one of them may be your --brand):"
        for name, count in look.most_named:
            yield f"  {count:>8}  {printable(name)}"
