"""The command line. `communitylab --help` is its manual."""

from __future__ import annotations

import contextlib
import difflib
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from communitylab import options
from communitylab.errors import CallError, CommunitylabError, command_line, printable

__all__ = ["main"]

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Are a brand's followers an audience or a community?\n\n"
    "Exit status: 0 done; 2 the call is wrong; 3 nothing readable in the exports; 4 the question cannot be "
    "answered from them (the report is written all the same and says why).\n\n"
    "Without a command it asks for what it needs and makes the report.",
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


@app.command()
def report(
    exported: options.MaybeExports = None,
    brand: options.Brand = None,
    followers: options.Followers = None,
    since: options.Since = None,
    until: options.Until = None,
    kinds: options.Kinds = "reply,mention,quote",
    hashtags: options.Hashtags = "",
    columns: options.Columns = None,
    chats: options.Chats = "",
    coverage: options.Coverage = None,
    tz: options.Tz = "UTC",
    yours: options.Yours = None,
    seed: options.Seed = 7,
    out: options.Out = Path("report"),
    store: options.Store = None,
    pdf: options.Pdf = False,
    names: options.Names = False,
    actions: options.Actions = None,
) -> None:
    """Measure an export and write the report.

    communitylab report export.jsonl --brand millandcrumb --out report/
    """
    if not exported and store is None:
        raise CallError(
            "No export was named. For example: communitylab report export.jsonl --brand millandcrumb"
        )
    from communitylab.diary import actions_in
    from communitylab.reports import report_on
    from communitylab.screens import written_lines
    from communitylab.words import summary

    content = report_on(
        exported or None,
        out=out,
        seed=seed,
        say=_say,
        actions=None if actions is None else actions_in(actions),
        names=names,
        pdf=pdf,
        brand=brand or "",
        followers=followers,
        since=since,
        until=until,
        kinds=options.listed(kinds),
        hashtags=options.listed(hashtags),
        columns=options.columns_of(columns),
        chats=options.listed(chats),
        coverage=coverage,
        tz=tz,
        yours=None if yours is None else [name for name in options.listed(yours) if name != "none"],
        store=store,
    )
    typer.echo(summary(content))
    _print(written_lines(out))
    if content["verdict"]["label"] in _CANNOT_ANSWER:
        raise typer.Exit(4)


@app.command()
def compare(
    a: Annotated[Path, typer.Argument(metavar="A", help="Folder of a report, or its results.json.")],
    b: Annotated[Path, typer.Argument(metavar="B", help="Folder of another, or its results.json.")],
    out: Annotated[Path, typer.Option(help="Folder for the page.")] = Path("comparison"),
) -> None:
    """Put two reports side by side: two brands, or two times of one.

    communitylab compare spring/ autumn/
    """
    from communitylab.comparison import compare_reports
    from communitylab.comparison_findings import check_place, write_comparison

    check_place(out)
    comparison = compare_reports(a, b)
    write_comparison(comparison, out)
    typer.echo(comparison.as_text())
    typer.echo(f"\nWritten to {out}: comparison.html (open it in a browser), comparison.csv.")


@app.command()
def forget(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Whom: a handle, an id or a name shown.")],
    store: Annotated[
        Path | None, typer.Option(help="The store; by default that from which the report was made.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder of the report; report/ where neither is named.")
    ] = None,
) -> None:
    """Take somebody out who asked for it, and keep them out of later reports.

    communitylab forget ana --store store/ --out report/
    """
    from communitylab.forgetting import forget as forget_person

    done = forget_person(name, store=store, out=Path("report") if store is None and out is None else out)
    typer.echo(done.as_text())


@app.command()
def load(
    exported: options.Exports,
    store: Annotated[Path, typer.Option(help="Folder of the store; loading again adds to it.")],
    columns: options.Columns = None,
    chats: options.Chats = "",
) -> None:
    """Read exports into a store, so that later reports start from there.

    communitylab load export.jsonl --store store/
    """
    from communitylab.screens import ledger_lines
    from communitylab.store import add_to_store

    ledger = add_to_store(exported, store, columns=options.columns_of(columns), chats=options.listed(chats))
    _print(ledger_lines(ledger))
    typer.echo(f"The store {store} holds {ledger.posts} posts.")


@app.command()
def check(exported: options.Exports, columns: options.Columns = None, chats: options.Chats = "") -> None:
    """Say what is in an export and what it can show; write nothing.

    communitylab check export.jsonl
    """
    from communitylab.glances import glance
    from communitylab.screens import glance_lines

    _print(glance_lines(glance(exported, columns=options.columns_of(columns), chats=options.listed(chats))))


@app.command()
def collect(
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="What: mastodon-profile or mastodon-toot.")],
    target: Annotated[
        str | None, typer.Argument(metavar="TARGET", help="Whose or which: an account, or an address.")
    ] = None,
    out: Annotated[Path, typer.Option(help="File for the posts, a new one.", metavar="FILE")] = Path(
        "posts.jsonl"
    ),
    limit: Annotated[
        int | None, typer.Option(min=1, help="The most posts, the newest first.", metavar="N")
    ] = None,
) -> None:
    """Collect posts by snscrape, where a place still lets it; otherwise say what to do instead.

    communitylab collect mastodon-profile @mill@bread.example --out posts.jsonl
    """
    from communitylab.collect import collect_posts
    from communitylab.phrases import counted

    n = collect_posts(source, target, out=out, limit=limit, say=_say)
    typer.echo(f"{out} holds {counted(n, 'post')}. What is in it:\n")
    typer.echo(f"    {command_line(['communitylab', 'check', str(out)])}")


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


@app.command()
def new(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder that is new or empty.")],
    exported: options.Exports,
    brand: options.Brand = None,
    followers: options.Followers = None,
    hashtags: options.Hashtags = "",
    columns: options.Columns = None,
    chats: options.Chats = "",
    tz: options.Tz = "UTC",
) -> None:
    """Make a folder of your own: the notebooks set to your export, and room for reports.

    communitylab new mine/ export.jsonl --brand millandcrumb
    """
    from communitylab.screens import left_out_lines
    from communitylab.workfolders import new_folder

    ledger, remarks = new_folder(
        folder, exported, brand=brand or "", followers=followers, hashtags=hashtags,
        columns=options.columns_of(columns), chats=options.listed(chats), tz=tz,
    )  # fmt: skip
    for line in (*remarks, *left_out_lines(ledger)):
        _say(line)
    typer.echo(
        f"Made {folder}, with {ledger.posts} posts: its README.md says what is where. Open the notebooks:\n"
    )
    typer.echo(f"    {command_line(['communitylab', 'lab', str(folder)])}")


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def lab(
    context: typer.Context,
    folder: Annotated[
        str | None, typer.Argument(metavar="DIR", help="With notebooks of your own, as `new` makes it.")
    ] = None,
) -> None:
    """Open JupyterLab on the notebooks. What follows is for Jupyter.

    communitylab lab mine/ --no-browser
    """
    from communitylab.rendering import notebook_folder

    words = [folder, *context.args] if folder is not None else []
    place = notebook_folder()
    if words and not words[0].startswith("-"):
        from communitylab.workfolders import notebooks_in

        place = notebooks_in(Path(words.pop(0)))
    # JupyterLab asks for no news from the internet, unless the user's own settings say so.
    settings = [str(Path(__file__).parent / "template" / "jupyter"), os.environ.get("JUPYTER_CONFIG_PATH")]
    os.environ["JUPYTER_CONFIG_PATH"] = os.pathsep.join(filter(None, settings))
    # Jupyter takes the place of this process: it has its own way of being stopped.
    os.execv(sys.executable, [sys.executable, "-m", "jupyterlab", str(place), *words])


@app.command()
def formats(
    name: Annotated[str | None, typer.Argument(metavar="[FORMAT]", help="One of them, in full.")] = None,
) -> None:
    """List the exports that can be read, what each can show, and how to get one.

    communitylab formats
    """
    from communitylab.exports import formats as known
    from communitylab.screens import format_lines, formats_lines

    every = known()
    if name is None:
        _print(formats_lines(every))
        return
    chosen = [one for one in every if one.name == name.casefold()]
    if not chosen:
        names = [one.name for one in every]
        near = difflib.get_close_matches(name.casefold(), names, n=1)
        meant = f" Did you mean {near[0]}?" if near else ""
        raise CallError(f"{name}: no format.{meant} They are {', '.join(names)}.")
    _print(format_lines(chosen[0]))


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
    from communitylab.diary import note_action, noted_in
    from communitylab.screens import noted_line, noted_lines

    if what is None:
        if on is not None:
            raise CallError('Say what you did, too: communitylab log "baker AMA" --on 2025-03-01')
        _print(noted_lines(noted_in(out), out))
        return
    if on is None:
        raise CallError(f"{printable(what[:80])}: on which day? For example: --on 2025-03-01")
    action, n, is_new = note_action(out, what, on=on)
    said = "Noted" if is_new else "Already noted"
    typer.echo(f"{said}: {action.day.isoformat()} {action.what}. {noted_line(n, out)}")


@app.command()
def rerun(
    run: options.Run,
    out: Annotated[
        Path | None, typer.Option(help="Folder for the new report; none is kept by default.")
    ] = None,
) -> None:
    """Make an earlier report again and name the first difference.

    communitylab rerun report/run.toml
    """
    from communitylab.reports import report_again
    from communitylab.screens import difference_line, written_lines
    from communitylab.words import summary

    later, found = report_again(run, out=out, say=_say)
    if out is not None:
        typer.echo(summary(later))
        _print(written_lines(out))
    typer.echo(difference_line(found))


def main() -> None:
    """Runs the command line; a user's mistake ends in one message and never in a traceback."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that lacks a sign shows a question mark in its place.
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    # Notebooks run in this Python, even where the user's home holds another kernel of the same name.
    os.environ["JUPYTER_PREFER_ENV_PATH"] = "1"
    try:
        is_asked = len(sys.argv) == 1 and all(
            stream and stream.isatty() for stream in (sys.stdin, sys.stdout)
        )
        words = _asked() if is_asked else sys.argv[1:]
        status = app(words, prog_name="communitylab", standalone_mode=False)
    except CommunitylabError as error:
        _say(str(error))
        sys.exit(error.exit_status)
    except (typer.Abort, KeyboardInterrupt, EOFError):
        _say("Stopped.")
        sys.exit(2)
    except BrokenPipeError:
        # Whoever read the output has seen enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception as error:
        if _is_usage(error):
            error.show()  # type: ignore[attr-defined]
            sys.exit(2)
        raise
    sys.exit(status if isinstance(status, int) else 0)


def _asked() -> list[str]:
    """What somebody wants who typed no command: the words after `communitylab`."""
    typer.echo(
        "Are your followers an audience or a community? Four questions, then the report. Ctrl-C stops."
    )
    with contextlib.suppress(ImportError):
        import readline  # noqa: F401  (arrow keys, and what was typed before)
    from communitylab.questions import asked

    return asked(answer=input, say=typer.echo)[1:]


def _is_usage(error: Exception) -> bool:
    return hasattr(error, "show") and hasattr(error, "exit_code")


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        typer.echo(line)


def _say(text: str) -> None:
    """A message to people, on stderr, so that stdout holds results alone."""
    typer.echo("\n".join(printable(line) for line in text.split("\n")), err=True)
