"""A folder of the user's own: notebooks set to their export, what was read of it, and room for reports."""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from communitylab.errors import CallError, command_line
from communitylab.ledger import Ledger
from communitylab.rendering import notebook_folder
from communitylab.store import is_store
from communitylab.study import load

__all__ = ["new_folder", "notebooks_in"]

_EXAMPLE = "communitylab new mine/ export.jsonl --brand millandcrumb"
_STORE = "../store"  # as a notebook sees it, so that the folder may be moved
_EXAMPLES = re.compile(r"\.\./(data/[\w./-]+)")
_TO_CHANGE = re.compile(
    r"(The\s+sample\s+is\s+made\s+up:[^.]*\.\s+)?"
    r"(To\s+(run|use)\s[^.,]*,\s+c|C)hange\s+the\s+next\s+cell[^.]*\."
)
_CHANGED = "This copy is yours: the next cell names your export. Choose *Run ▸ Run All Cells*."

_README = """\
# What is in this folder

* `notebooks/`: the notebooks, set to your export. They are yours: change and save them as you like, no new version of
  communitylab touches them. What you save in one may hold names and texts of people: where the computer can do so,
  only your own account may open the folder.
* `store/`: what was read of your exports, with names and texts. Keep it to yourself.
* `data/`: made-up examples that some of the notebooks show beside yours.
* `report/`: for your report. `report/report.html` may be sent on inside your organisation;
  `report/private/` names people and may not.

# What to type

Open the notebooks:

    {lab}

Write the report:

    {report}

Next month, with the name of the new file in the place of `NEW_EXPORT` (what the files share counts once, and the
notebooks read the new posts as well):

    {again}

That takes the place of this month's report, and keeps what you called groups and the pseudonyms of people. To keep this
month's report as well, copy the folder `report/` first.

If you move this folder, change its place in these commands too.
"""


def new_folder(
    folder: Path,
    exported: Sequence[str],
    *,
    brand: str,
    followers: str | None = None,
    hashtags: str = "",
    columns: Mapping[str, str] | None = None,
    chats: Sequence[str] = (),
    tz: str = "UTC",
) -> tuple[Ledger, tuple[str, ...]]:
    """Makes a folder with copies of the notebooks that read an export, the store that they read, and a README.md.

    Nothing is there before all of it is: whatever is wrong with the call leaves no trace.

    Parameters
    ----------
    folder
        New, or empty.
    exported
        Files, folders, zips and globs.
    brand
        The account studied, and all that speak for it, with commas.
    followers
        File with the follower list, which stays where it is; None without one.
    hashtags
        The brand's own hashtags, with commas.
    columns
        Which column of a table holds what, where it cannot be told.
    chats
        Chats, groups and channels to be read, where an export holds several.
    tz
        Zone in which days begin.

    Returns
    -------
    tuple
        What became of every file, and what is to be said of the exports.

    Raises
    ------
    CallError
        If the folder holds something or cannot be written, if a file is missing, or if the brand never occurs.
    ExportError
        If nothing in the exports can be read.
    """
    folder = Path(os.path.expanduser(folder)).resolve()
    if not exported:
        raise CallError(f"No export was named. For example: {_EXAMPLE}")
    if not brand.strip():
        raise CallError(f"No brand was named. Name the account studied: {_EXAMPLE}")
    listed = Path(os.path.expanduser(followers)).resolve().as_posix() if followers else ""
    tags = ",".join(tag.strip().removeprefix("#").lower() for tag in hashtags.split(",") if tag.strip())
    try:
        scratch = tempfile.TemporaryDirectory(prefix=".communitylab-", dir=_ground(folder))
    except OSError as error:
        raise _unwritable(folder, error) from None
    with scratch as place:
        draft = Path(place)
        study = load(
            exported, brand=brand, followers=listed or None, hashtags=tags, columns=columns, chats=chats,
            tz=tz, store=draft / "store",
        )  # fmt: skip
        settings = {"EXPORTS": _STORE, "BRAND": brand, "FOLLOWERS": listed, "HASHTAGS": tags}
        choices = {"brand": brand, "followers": listed, "hashtags": tags, "tz": "" if tz == "UTC" else tz}
        readme = _readme(folder, choices=choices, columns=columns or {}, chats=chats)
        try:
            (draft / "report").mkdir()
            (draft / "notebooks").mkdir(mode=0o700)  # what is saved in one may hold names
            for source in sorted(notebook_folder().glob("*.ipynb")):
                notebook = _set_to(json.loads(source.read_text(encoding="utf-8")), settings, tz=tz)
                text = json.dumps(notebook, ensure_ascii=False, indent=1) + "\n"
                (draft / "notebooks" / source.name).write_text(text, encoding="utf-8")
                for name in sorted(set(_EXAMPLES.findall(text))):
                    (draft / name).parent.mkdir(parents=True, exist_ok=True)
                    shutil.copyfile(notebook_folder().parent / name, draft / name)
            (draft / "README.md").write_text(readme, encoding="utf-8", errors="replace")
            folder.mkdir(parents=True, exist_ok=True)
            for made in sorted(draft.iterdir()):
                os.rename(made, folder / made.name)
        except OSError as error:
            raise _unwritable(folder, error) from None
    return study.ledger, study.remarks


def notebooks_in(folder: Path) -> Path:
    """Where the notebooks of a folder are.

    Parameters
    ----------
    folder
        As :func:`new_folder` makes it, or any that holds notebooks itself.

    Raises
    ------
    CallError
        If there are none.
    """
    given = Path(os.path.expanduser(folder))
    for place in (given / "notebooks", given):
        if any(place.glob("*.ipynb")):
            return place
    what = "holds no notebooks" if given.is_dir() else "is no folder"
    raise CallError(f"{folder}: {what}. A folder with notebooks of your own is made by: {_EXAMPLE}")


def _ground(folder: Path) -> Path:
    """Where the folder can be prepared, on the same disk: in it, or in the nearest one above that is there."""
    if folder.is_dir():
        if (folder / "notebooks").is_dir() and is_store(folder / "store"):
            raise CallError(
                f"{folder}: is such a folder already, and is left as it is. Its README.md says how to add an export."
            )
        if any(folder.iterdir()):
            raise CallError(f"{folder}: is not empty. Name a folder that is new or empty.")
        return folder
    above = next(place for place in (folder, *folder.parents) if place.exists())
    if not above.is_dir():
        raise CallError(f"{above}: is a file. Name a folder that is new or empty.")
    return above


def _unwritable(folder: Path, error: OSError) -> CallError:
    return CallError(f"{folder}: cannot be written ({error.strerror}). Choose another folder.")


def _set_to(notebook: dict[str, Any], settings: Mapping[str, str], *, tz: str) -> dict[str, Any]:
    """A notebook whose parameters are those, which asks nobody to change them, and is else as it was."""
    for cell in notebook["cells"]:
        source = "".join(cell["source"])
        if "parameters" in cell["metadata"].get("tags", []):
            for name, value in {**settings, "TZ": tz}.items():
                # Backslashes would mean something in a replacement.
                line = f"{name} = {value!r}".replace("\\", "\\\\")
                source = re.sub(rf"(?m)^{name} = .*$", line, source)
            if tz != "UTC" and "\nTZ = " not in source:
                source += f"\nTZ = {tz!r}"
        elif cell["cell_type"] == "markdown":
            source = _TO_CHANGE.sub(_CHANGED, source)
        elif tz != "UTC" and "tz=TZ" not in source:
            source = source.replace("cl.load(EXPORTS, ", "cl.load(EXPORTS, tz=TZ, ")
        cell["source"] = source.splitlines(keepends=True)
    return notebook


def _readme(
    folder: Path, *, choices: Mapping[str, str], columns: Mapping[str, str], chats: Sequence[str]
) -> str:
    """What is where, and the commands, to be pasted from anywhere."""
    named = [word for name, value in choices.items() if value for word in (f"--{name}", value)]
    to = [*named, "--store", str(folder / "store"), "--out", str(folder / "report")]
    further = (
        ["--columns", ",".join(f"{name}={column}" for name, column in columns.items())] if columns else []
    )
    further += ["--chats", ",".join(chats)] if chats else []
    return _README.format(
        lab=command_line(["communitylab", "lab", str(folder)]),
        report=command_line(["communitylab", "report", *to]),
        again=command_line(["communitylab", "report", "NEW_EXPORT", *further, *to]),
    )
