"""The command line. `communitylab --help` is its manual."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from communitylab.errors import CallError, CommunitylabError, printable

if TYPE_CHECKING:
    from communitylab.diary import Action
    from communitylab.exports import FileRecord, Format
    from communitylab.glances import Look
    from communitylab.groupbook import Groupbook
    from communitylab.ledger import Ledger

__all__ = ["main"]

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Are a brand's followers an audience or a community?\n\n"
    "Exit status: 0 done; 2 the call is wrong; 3 nothing readable in the exports; 4 the question cannot be "
    "answered from them (the report is written all the same and says why).",
)


@app.callback(invoke_without_command=True)
def _before(
    version: Annotated[bool, typer.Option("--version", help="Print the version and stop.")] = False,
) -> None:
    if version:
        from importlib.metadata import version as version_of

        typer.echo(version_of("communitylab"))
        raise typer.Exit(0)


_CANNOT_ANSWER = ("not identifiable", "insufficient")

Exports = Annotated[list[str], typer.Argument(metavar="EXPORT...", help="Files, folders, zips or globs.")]
Columns = Annotated[
    str | None,
    typer.Option(
        help="Which column of a table holds what: author=User,text=Message", metavar="FIELD=COLUMN,…"
    ),
]
Seed = Annotated[
    int,
    typer.Option(
        min=0, max=2**32 - 1, help="Of all random numbers: the same seed gives the same report.", metavar="N"
    ),
]


@app.command()
def report(
    exported: Annotated[
        list[str] | None, typer.Argument(metavar="EXPORT...", help="Files, folders, zips or globs.")
    ] = None,
    brand: Annotated[
        str | None,
        typer.Option(help="Your account, and all that speak for it: name,name", metavar="NAME[,NAME]"),
    ] = None,
    followers: Annotated[
        str | None,
        typer.Option(
            help="Follower list: one name or id a line, CSV, users as JSON, or your account archive."
        ),
    ] = None,
    since: Annotated[str | None, typer.Option(help="First day, 2025-03-01.", metavar="DAY")] = None,
    until: Annotated[str | None, typer.Option(help="Last day, 2025-05-31.", metavar="DAY")] = None,
    kinds: Annotated[str, typer.Option(help="Kinds of act that count as talk.")] = "reply,mention,quote",
    hashtags: Annotated[
        str, typer.Option(help="Your own hashtags: posts that carry one are on your ground.")
    ] = "",
    columns: Columns = None,
    coverage: Annotated[
        str | None, typer.Option(help="Coverage class, where you know better: A, B, C, C_search or D.")
    ] = None,
    tz: Annotated[str, typer.Option(help="Zone in which days begin: Europe/Berlin")] = "UTC",
    yours: Annotated[
        str | None,
        typer.Option(
            help="Platforms that are a place of yours, or none; by default those whose exports only an owner gets.",
            metavar="PLATFORM,…",
        ),
    ] = None,
    seed: Seed = 7,
    out: Annotated[Path, typer.Option(help="Folder for the report.")] = Path("report"),
    store: Annotated[Path | None, typer.Option(help="Folder in which to keep what was read.")] = None,
    names: Annotated[
        bool, typer.Option("--names", help="Let report.html name people; it then says so.")
    ] = False,
    actions: Annotated[
        Path | None,
        typer.Option(
            help="What you did and when, for the charts; by default what `log` noted in --out.",
            metavar="FILE",
        ),
    ] = None,
) -> None:
    """Measure an export and write the report.

    communitylab report export.jsonl --brand millandcrumb --out report/
    """
    inputs = {
        "exports": [str(Path(path).resolve()) for path in exported or []],
        "followers": str(Path(followers).resolve()) if followers else None,
        "columns": _columns(columns),
        "store": str(store.resolve()) if store else None,
    }
    if not exported and store is None:
        raise CallError(
            "No export was named. For example: communitylab report export.jsonl --brand millandcrumb"
        )
    from communitylab.diary import actions_in, noted_in
    from communitylab.page import check_writable

    check_writable(out.resolve())
    noted = noted_in(out) if actions is None else actions_in(actions)
    content = _report(
        exported or None,
        out=out,
        seed=seed,
        names=names,
        inputs=inputs,
        actions=noted,
        brand=brand or "",
        followers=followers,
        since=since,
        until=until,
        kinds=_listed(kinds),
        hashtags=_listed(hashtags),
        columns=_columns(columns),
        coverage=coverage,
        tz=tz,
        yours=None if yours is None else [name for name in _listed(yours) if name != "none"],
        store=store,
    )
    _say_where(out)
    if content["verdict"]["label"] in _CANNOT_ANSWER:
        raise typer.Exit(4)


def _report(
    exported: list[str] | None,
    *,
    out: Path,
    seed: int,
    inputs: dict[str, Any],
    actions: Sequence[Action],
    groupbook: Groupbook | None = None,
    names: bool = False,
    **call: Any,
) -> dict[str, Any]:
    """Loads, measures, writes and prints; the content of results.json."""
    from communitylab.page import write_report
    from communitylab.study import load
    from communitylab.words import summary

    study = load(exported, **call)
    for remark in (*study.remarks, *_left_out(study.ledger)):
        _say(remark)
    results = write_report(
        study, out=out, seed=seed, names=names, inputs=inputs, actions=actions, groupbook=groupbook
    )
    content = results.as_dict()
    typer.echo(summary(content))
    return content


def _say_where(out: Path) -> None:
    typer.echo(
        f"\nWritten to {out}: report.html (open it in a browser), charts/, tables/, results.json, methods.md, "
        "network.gexf, run.toml."
    )
    typer.echo(f"{out / 'private'} holds names: it is for your eyes only.")


@app.command()
def load(
    exported: Exports,
    store: Annotated[Path, typer.Option(help="Folder of the store; loading again adds to it.")],
    columns: Columns = None,
) -> None:
    """Read exports into a store, so that later reports start from there.

    communitylab load export.jsonl --store store/
    """
    from communitylab.store import add_to_store

    ledger = add_to_store(exported, store, columns=_columns(columns))
    _print_ledger(ledger)
    typer.echo(f"The store {store} holds {ledger.posts} posts.")


@app.command()
def check(exported: Exports, columns: Columns = None) -> None:
    """Say what is in an export and what it can show; write nothing.

    communitylab check export.jsonl
    """
    from communitylab.glances import glance

    seen = glance(exported, columns=_columns(columns))
    is_long = len(seen.ledger.files) > _MOST_BLOCKS
    for number, file in enumerate(seen.ledger.files):
        _print_file(file, is_brief=is_long)
        if number in seen.files and not is_long:
            _print_look(seen.files[number])
    for line in _left_out(seen.ledger) if is_long else _unresolved(seen.ledger):
        typer.echo(printable(line))
    if len(seen.files) > 1:
        typer.echo("All together:")
        _print_look(seen.all)


_MOST_BLOCKS = 12  # files of which one by one is told who is named in them


@app.command()
def sample(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder for the samples.")],
) -> None:
    """Write made-up exports to try things on, and what was planted in them.

    communitylab sample sample/
    """
    from communitylab.samples import write_samples

    for path in write_samples(folder):
        typer.echo(str(path))


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def lab(context: typer.Context) -> None:
    """Open JupyterLab on the notebooks. Further options are Jupyter's own.

    communitylab lab --no-browser
    """
    from communitylab.rendering import notebook_folder

    # Jupyter takes the place of this process: it has its own way of being stopped.
    os.execv(sys.executable, [sys.executable, "-m", "jupyterlab", str(notebook_folder()), *context.args])


@app.command()
def formats(
    name: Annotated[str | None, typer.Argument(metavar="[FORMAT]", help="One of them, in full.")] = None,
) -> None:
    """List the exports that can be read, what each can show, and how to get one.

    communitylab formats
    """
    from communitylab.coverage import CLASSES
    from communitylab.exports import formats as known
    from communitylab.phrases import PLACE_NAMES

    every = known()
    if name is not None:
        chosen = [one for one in every if one.name == name]
        if not chosen:
            raise CallError(f"{name}: no format. They are {', '.join(one.name for one in every)}.")
        _print_format(chosen[0])
        typer.echo(f"    class {chosen[0].coverage}: {CLASSES[chosen[0].coverage]}")
        if chosen[0].query:
            typer.echo(f"\n{chosen[0].query}")
        return
    homes = list(dict.fromkeys(one.platforms[0] if one.platforms else "" for one in every))
    for home in sorted(homes, key=lambda home: (not home, home != "x", home)):
        typer.echo(
            f"{PLACE_NAMES.get(home, 'Any platform')[:1].upper()}{PLACE_NAMES.get(home, 'Any platform')[1:]}"
        )
        for one in every:
            if (one.platforms[0] if one.platforms else "") == home:
                _print_format(one)
    typer.echo("Coverage classes, by who speaks in an export:")
    for coverage, meaning in CLASSES.items():
        typer.echo(f"    {coverage}: {meaning}")
    typer.echo(
        "“From documentation”: read as the writing tool's documentation and source have it; no real file was at hand. "
        "If yours is read wrongly, its ledger will show it: please say so."
    )


def _print_format(one: Format) -> None:
    remarks = [f"class {one.coverage}"]
    remarks += ["from documentation"] * one.is_from_documentation + ["no longer made"] * one.is_gone
    typer.echo(f"  {one.name}: {one.title} ({', '.join(remarks)})\n    {one.how}")


@app.command()
def log(
    what: Annotated[
        str | None, typer.Argument(metavar="WHAT", help="What you did; without it, what is noted is listed.")
    ] = None,
    on: Annotated[str | None, typer.Option(help="The day you did it, 2025-03-01.", metavar="DAY")] = None,
    out: Annotated[Path, typer.Option(help="Folder of the report.")] = Path("report"),
) -> None:
    """Note what you did and when: a flag on the charts of the next report, whose readers read it.

    communitylab log "baker AMA" --on 2025-03-01
    """
    from communitylab.diary import ACTIONS, note_action, noted_in

    if what is None:
        if on is not None:
            raise CallError('Say what you did, too: communitylab log "baker AMA" --on 2025-03-01')
        noted = noted_in(out)
        for number, action in enumerate(noted, 1):
            typer.echo(f"{number:>3}  {action.day.isoformat()}  {action.what}")
        change = f" To mend one or take it out, edit {out / ACTIONS}." if noted else ""
        typer.echo(_noted(len(noted), out) + change)
        return
    if on is None:
        raise CallError(f"{printable(what[:80])}: on which day? For example: --on 2025-03-01")
    action, n, is_new = note_action(out, what, on=on)
    said = "Noted" if is_new else "Already noted"
    typer.echo(f"{said}: {action.day.isoformat()} {action.what}. {_noted(n, out)}")


def _noted(n: int, out: Path) -> str:
    if not n:
        return 'No action is noted. Note one: communitylab log "baker AMA" --on 2025-03-01'
    if n == 1:
        return f"1 action is noted; a report in {out}/ whose time covers its day shows it as a flag on its charts."
    return f"{n} actions are noted; a report in {out}/ whose time covers their days shows them as flags on its charts."


@app.command()
def rerun(
    run: Annotated[Path, typer.Argument(metavar="run.toml", help="As an earlier report wrote it.")],
    out: Annotated[
        Path | None, typer.Option(help="Folder for the new report; none is kept by default.")
    ] = None,
) -> None:
    """Make an earlier report again and name the first difference.

    communitylab rerun report/run.toml
    """
    from communitylab.diary import actions_of
    from communitylab.groupbook import opened_groupbook
    from communitylab.results import measure
    from communitylab.runs import differences, read_run
    from communitylab.study import load as load_study

    call, earlier = read_run(run)
    # Those of the earlier report, whatever has been noted since; and its groups keep their numbers and names.
    actions = actions_of(earlier)
    groupbook = opened_groupbook(run if run.is_dir() else run.parent).named_as(earlier)
    named = (
        "brand",
        "followers",
        "since",
        "until",
        "kinds",
        "hashtags",
        "columns",
        "coverage",
        "tz",
        "yours",
        "store",
    )
    settings: dict[str, Any] = {name: call.get(name) for name in named}
    exported = call.get("exports") or None
    gone = [path for path in exported or [] if not Path(path).exists()]
    if gone:
        inputs_file = (run if run.is_dir() else run.parent) / "private" / "inputs.toml"
        raise CallError(f"{gone[0]}: no longer there. Write where it is now into {inputs_file}.")
    if out is None:
        study = load_study(exported, **settings)
        later = measure(study, seed=call["seed"], actions=actions, earlier=groupbook.earlier).as_dict()
    else:
        inputs = {name: call.get(name) for name in ("exports", "followers", "columns", "store")}
        later = _report(
            exported,
            out=out,
            seed=call["seed"],
            inputs=inputs,
            actions=actions,
            groupbook=groupbook,
            **settings,
        )
        _say_where(out)
    found = differences(earlier, later)
    if not found:
        typer.echo("The same, to the last digit.")
    else:
        n = f"{len(found)} differences. The first" if len(found) > 1 else "One difference"
        typer.echo(f"{n}: {printable(found[0])}")


def main() -> None:
    """Runs the command line; a user's mistake ends in one message and never in a traceback."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that lacks a sign shows a question mark in its place.
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    try:
        status = app(standalone_mode=False)
    except CommunitylabError as error:
        _say(str(error))
        sys.exit(error.exit_status)
    except typer.Abort:
        _say("Stopped.")
        sys.exit(2)
    except BrokenPipeError:
        # Whoever read the output has seen enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except KeyboardInterrupt:
        _say("Stopped; nothing was left half-written.")
        sys.exit(2)
    except Exception as error:
        if _is_usage(error):
            error.show()  # type: ignore[attr-defined]
            sys.exit(2)
        raise
    sys.exit(status if isinstance(status, int) else 0)


def _is_usage(error: Exception) -> bool:
    return hasattr(error, "show") and hasattr(error, "exit_code")


def _left_out(ledger: Ledger) -> Iterator[str]:
    """One line for everything that was in the files and is not in the study; what many files say is said once."""
    said: dict[str, list[str]] = {}
    for file in ledger.files:
        refused = (f"not read. {file.refusal}",) if file.refusal else ()
        for line in (*refused, *_skipped(file), *file.notes):
            said.setdefault(line, []).append(file.label)
    for line, labels in said.items():
        others = f" and {len(labels) - 1} more" if len(labels) > 1 else ""
        yield f"{labels[0]}{others}: {line}"
    yield from _unresolved(ledger)


def _skipped(file: FileRecord) -> Iterator[str]:
    from communitylab.acts import DUPLICATE, EARLIER_VERSION

    for reason, count in sorted(file.skipped.items()):
        place = "record" if reason in (DUPLICATE, EARLIER_VERSION) else "line"
        yield f"skipped {count} × {reason} (first: {place} {file.first_skipped[reason]})"


def _unresolved(ledger: Ledger) -> Iterator[str]:
    for kind, count in ledger.unresolved.items():
        yield f"{count} × {kind} to somebody who cannot be known (a deleted post): no act"


def _print_ledger(ledger: Ledger) -> None:
    for file in ledger.files:
        _print_file(file)
    _print_unresolved(ledger)


def _print_file(file: FileRecord, *, is_brief: bool = False) -> None:
    """What a file is, what it can show, and what became of its records; in brief, one line."""
    from communitylab.coverage import CLASSES

    if is_brief and not file.refusal:
        typer.echo(
            f"{printable(file.label)}: {file.format}, class {file.coverage}, {file.records} records, {file.posts} posts"
        )
        return
    typer.echo(printable(file.label) + ":")
    if file.refusal:
        typer.echo(printable(f"  not read. {file.refusal}"))
        return
    typer.echo(f"  {file.format}, {file.records} records, {file.posts} posts")
    if file.coverage:
        typer.echo(f"  class {file.coverage}: {CLASSES[file.coverage]}")
    for line in _skipped(file):
        typer.echo(printable(f"  {line}"))
    for note in file.notes:
        typer.echo(printable(f"  {note}"))


def _print_unresolved(ledger: Ledger) -> None:
    for line in _unresolved(ledger):
        typer.echo(line)


def _print_look(look: Look) -> None:
    """Who wrote, when, and whom they addressed."""
    when = "without times"
    if look.span:
        when = f"from {look.span[0]:%Y-%m-%d %H:%M} to {look.span[1]:%Y-%m-%d %H:%M} UTC"
    if look.authors == 1:
        author = printable(look.busiest[0][0])
        typer.echo(
            f"  {when}, all of it by {author}: if that is you, this is your side of the conversation only"
        )
    else:
        most = ", ".join(f"{printable(name)} ({count})" for name, count in look.busiest)
        typer.echo(f"  {when}, {look.authors} authors, most of it by {most}")
    if look.most_named:
        typer.echo("  most often addressed (one of them may be your --brand):")
        for name, count in look.most_named:
            typer.echo(f"  {count:>8}  {printable(name)}")


def _listed(value: str | None) -> list[str]:
    return [entry.strip() for entry in (value or "").split(",") if entry.strip()]


def _columns(value: str | None) -> dict[str, str] | None:
    if value is None:
        return None
    pairs = [entry.partition("=") for entry in value.split(",")]
    wrong = [entry for entry in pairs if not entry[0].strip() or not entry[2].strip()]
    if wrong:
        raise CallError(f"--columns {value}: write it like author=User,text=Message")
    return {field.strip(): column.strip() for field, _sign, column in pairs}


def _say(text: str) -> None:
    """A message to people, on stderr, so that stdout holds results alone."""
    typer.echo("\n".join(printable(line) for line in text.split("\n")), err=True)
