"""How does a call become a report, and the same report again?"""

from __future__ import annotations

import glob
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from communitylab.diary import Action, actions_of, noted_in
from communitylab.errors import CallError
from communitylab.groupbook import Groupbook, opened_groupbook
from communitylab.page import check_writable, write_report
from communitylab.pdf import write_pdf
from communitylab.pseudonyms import opened_key
from communitylab.results import measure
from communitylab.runs import differences, read_run
from communitylab.screens import left_out_lines
from communitylab.study import load

__all__ = ["report_again", "report_on"]

_LOADED = (
    "brand",
    "followers",
    "since",
    "until",
    "kinds",
    "hashtags",
    "columns",
    "chats",
    "coverage",
    "tz",
    "yours",
    "store",
)


def report_on(
    exported: Sequence[str] | None,
    *,
    out: Path,
    seed: int,
    say: Callable[[str], None],
    actions: Sequence[Action] | None = None,
    groupbook: Groupbook | None = None,
    key: bytes | None = None,
    names: bool = False,
    pdf: bool = False,
    forgotten: Sequence[Path] = (),
    **call: Any,
) -> dict[str, Any]:
    """Loads exports, measures them and writes the report.

    Parameters
    ----------
    exported
        Files, folders, zips and globs; None: what the store holds already.
    out
        Folder of the report.
    seed
        Of all random numbers.
    say
        Is told, before the work, what is remarkable about the exports.
    actions
        What the brand did and when; by default what is noted in the folder.
    groupbook
        What is kept of the groups of an earlier report; by default that of the folder.
    key
        Of the pseudonyms; by default that of the folder.
    names
        Whether report.html names people.
    pdf
        Whether to print it into report.pdf as well; where no browser can, `say` is told, and the report stands.
    forgotten
        Folders of further reports: who was forgotten in them, or in `out`, is kept out.
    **call
        What else :func:`communitylab.load` takes.

    Returns
    -------
    dict
        What results.json holds.

    Raises
    ------
    CallError
        If the call is wrong or the folder cannot be written; nothing has been written then.
    ExportError
        If nothing in the exports can be read.
    """
    check_writable(out.resolve())
    actions = noted_in(out) if actions is None else actions
    study = load(exported, forgotten=[out, *forgotten], **call)
    for remark in (*study.remarks, *left_out_lines(study.ledger)):
        say(remark)
    inputs = {
        "exports": [_from_anywhere(path) for path in exported or ()],
        "followers": _from_anywhere(call.get("followers")),
        "columns": call.get("columns"),
        "chats": list(call.get("chats") or ()),
        "store": _from_anywhere(call.get("store")),
    }
    was_printed = (out / "report.pdf").exists()
    results = write_report(
        study, out=out, seed=seed, names=names, inputs=inputs, actions=actions, groupbook=groupbook, key=key
    )
    if pdf:
        try:
            write_pdf(out / "report.html", out / "report.pdf")
        except CallError as error:
            say(str(error))
    elif was_printed:
        say("The report.pdf of the earlier report was taken away; --pdf prints this one.")
    return results.as_dict()


def report_again(
    run: Path, *, out: Path | None, say: Callable[[str], None]
) -> tuple[dict[str, Any], list[str]]:
    """Makes an earlier report again.

    Parameters
    ----------
    run
        The run.toml of the earlier report, or its folder.
    out
        Folder for the new report; None to keep none. In that of the earlier report the new one takes up what was
        noted and named there since.
    say
        Is told, before the work, what is remarkable about the exports.

    Returns
    -------
    tuple
        What the new results.json holds, and a sentence for each difference to the earlier one.

    Raises
    ------
    CallError
        If it cannot be made again: files are gone or cannot be read.
    """
    call, earlier = read_run(run)
    folder = run if run.is_dir() else run.parent
    told: dict[str, Any] = {}
    if out is None or out.resolve() != folder.resolve():
        # Those of the earlier report, whatever has been noted since; its groups keep their numbers and names. In its
        # own place a report is made anew, because what its owner has changed there since is meant to be in it.
        told = {"actions": actions_of(earlier), "groupbook": opened_groupbook(folder).named_as(earlier)}
    exported = call.get("exports") or None
    gone = [path for path in exported or [] if not Path(path).exists() and not glob.glob(path)]
    if gone:
        inputs_file = folder / "private" / "inputs.toml"
        raise CallError(f"{gone[0]}: no longer there. Write where it is now into {inputs_file}.")
    settings: dict[str, Any] = {name: call.get(name) for name in _LOADED}
    settings["chats"] = settings["chats"] or ()  # what was not named is not written down
    if out is None:
        study = load(exported, forgotten=[folder], **settings)
        later = measure(
            study, seed=call["seed"], actions=told["actions"], earlier=told["groupbook"].earlier
        ).as_dict()
    else:
        later = report_on(
            exported, out=out, seed=call["seed"], say=say, key=opened_key(folder), forgotten=[folder],
            **told, **settings,
        )  # fmt: skip
    return later, differences(earlier, later)


def _from_anywhere(path: str | Path | None) -> str | None:
    """A path that leads there whatever the current folder, so that the report can be made again."""
    return str(Path(os.path.expanduser(path)).resolve()) if path else None
