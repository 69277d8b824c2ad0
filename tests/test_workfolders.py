"""A folder of one's own: notebooks that run on one's own export, whatever its names, and keep working next month."""

from __future__ import annotations

import ast
import csv
import json
import os
import re
import shlex
import stat
from pathlib import Path
from typing import Any

import papermill
import pytest
from conftest import posts_of

from communitylab.errors import CallError, ExportError
from communitylab.rendering import notebook_folder
from communitylab.store import add_to_store
from communitylab.study import load
from communitylab.workfolders import new_folder, notebooks_in

BRAND = 'O\'Hara "Bakes" \\ {Co}\\n'
"""A name that is written with quotes, a backslash and braces, and that is no Python as it stands."""


def _table(path: Path, days: range) -> Path:
    """Ana and Bo talk with one another and with the brand, once a day each."""
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(("Who", "text", "created_at"))
        for day in days:
            at = f"2025-01-{day:02}T10:00:00Z"
            rows.writerows(
                [("ana", f"@bo hi {day}", at), ("bo", f"@ana hi {day}", at), (BRAND, f"hello {day}", at)]
            )
    return path


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A working folder of an export, a brand and a list whose names ask for care."""
    place = tmp_path_factory.mktemp("my work")
    export = _table(place / 'my "own" \\ ex\'port.csv', range(1, 15))
    (place / "Ana's list.txt").write_text("ana\nbo\n", encoding="utf-8")
    ledger, remarks = new_folder(
        place / "mine", [str(export)], brand=BRAND, followers=str(place / "Ana's list.txt"),
        hashtags="#CrumbChat, ama", columns={"author": "Who"}, tz="Europe/Berlin",
    )  # fmt: skip
    assert (ledger.posts, remarks) == (42, ("No post carries #ama.", "No post carries #crumbchat."))
    export.unlink()  # what follows reads the store
    return place / "mine"


def _code(path: Path) -> list[str]:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]


def _assigned(source: str) -> dict[str, Any]:
    lines = ast.parse(source).body
    assert len(lines) == len(source.splitlines())  # one assignment a line, as papermill asks
    return {line.targets[0].id: ast.literal_eval(line.value) for line in lines}  # type: ignore[attr-defined]


def _notebooks(folder: Path) -> list[Path]:
    return sorted((folder / "notebooks").glob("*.ipynb"))


def test_folder_holds_what_it_says(made):
    assert sorted(path.name for path in made.iterdir()) == [
        "README.md",
        "data",
        "notebooks",
        "report",
        "store",
    ]
    assert [path.name for path in _notebooks(made)] == sorted(
        path.name for path in notebook_folder().glob("*.ipynb")
    )
    assert [path.name for path in made.parent.iterdir()].count("mine") == 1
    assert not [path for path in made.parent.iterdir() if path.name.startswith(".")]


@pytest.mark.skipif(os.name == "nt", reason="Windows knows no such rights")
def test_what_may_hold_names_is_for_its_owner_only(made):
    assert [stat.S_IMODE((made / name).stat().st_mode) for name in ("notebooks", "store")] == [0o700, 0o700]


def test_each_copy_is_set_to_the_export_and_else_as_it_was(made):
    told = {
        "EXPORTS": "../store",
        "BRAND": BRAND,
        "FOLLOWERS": f"{made.parent}/Ana's list.txt",
        "HASHTAGS": "crumbchat,ama",
        "TZ": "Europe/Berlin",
    }
    for copy in _notebooks(made):
        (first, *rest), (stored, *others) = _code(copy), _code(notebook_folder() / copy.name)
        assert {**_assigned(stored), **told} == _assigned(first), copy.name
        assert [source.replace("tz=TZ, ", "") for source in rest] == others
        assert "cl.load(EXPORTS, tz=TZ, " in "".join(rest)
        assert not re.search("load\\(EXPORTS, (?!tz)", "".join(rest))


def test_copies_are_bare_and_ask_nobody_to_change_them(made):
    for copy in _notebooks(made):
        stored = json.loads(copy.read_text(encoding="utf-8"))
        original = json.loads((notebook_folder() / copy.name).read_text(encoding="utf-8"))
        assert {**stored, "cells": 0} == {**original, "cells": 0}
        assert all(not cell.get("outputs") and not cell.get("execution_count") for cell in stored["cells"])
        prose = " ".join(" ".join("".join(cell["source"]).split()) for cell in stored["cells"][:3])
        assert "This copy is yours" in prose
        assert not re.search("change the next cell|sample is made up", prose, re.I)


def test_all_files_that_the_copies_name_are_in_the_folder(made):
    named = {
        name
        for copy in _notebooks(made)
        for code in _code(copy)
        for name in re.findall(r'"\.\./([^"]+)"', code)
    }
    assert len(named) >= 2
    assert [name for name in sorted(named) if not (made / name).exists()] == []


def test_commands_of_the_readme_can_be_pasted(made):
    text = (made / "README.md").read_text(encoding="utf-8")
    lab, report, again = (line.strip() for line in text.splitlines() if line.startswith("    communitylab"))
    assert shlex.split(lab) == ["communitylab", "lab", str(made)]
    choices = [
        "--brand",
        BRAND,
        "--followers",
        f"{made.parent}/Ana's list.txt",
        "--hashtags",
        "crumbchat,ama",
    ]
    choices += ["--tz", "Europe/Berlin", "--store", f"{made}/store", "--out", f"{made}/report"]
    assert shlex.split(report) == ["communitylab", "report", *choices]
    assert shlex.split(again) == ["communitylab", "report", "NEW_EXPORT", "--columns", "author=Who", *choices]


def test_first_notebook_runs_where_it_lies_also_next_month_and_elsewhere(made, tmp_path, monkeypatch):
    moved = tmp_path / "moved"
    moved.symlink_to(made)
    add_to_store(
        [_table(tmp_path / "february.csv", range(12, 20))], made / "store", columns={"author": "Who"}
    )
    notebook = papermill.execute_notebook(
        str(made / "notebooks" / "01_load_an_export.ipynb"), str(tmp_path / "ran.ipynb"),
        cwd=str(moved / "notebooks"), kernel_name="python3", progress_bar=False,
        extra_arguments=["--log-level=CRITICAL"],
    )  # fmt: skip
    shown = [str(output) for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    assert "57 posts" in shown[0]  # nineteen days of three, those of both files once
    assert not [output for output in shown if "'stderr'" in output]


# What is wrong with a call leaves no trace


def _call(
    tmp_path: Path, folder: str = "mine", exported: tuple[str, ...] = ("posts.jsonl",), **more: Any
) -> None:
    (tmp_path / "posts.jsonl").write_text(posts_of("ana>BRAND mon; bo>ana tue"), encoding="utf-8")
    (tmp_path / "words.txt").write_text("Dear Ana,\n\nhow are you?\n", encoding="utf-8")
    new_folder(tmp_path / folder, [str(tmp_path / name) for name in exported], **{"brand": "BRAND", **more})


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        ({"exported": ()}, CallError, "No export was named. For example: communitylab new"),
        ({"brand": " "}, CallError, "No brand was named. Name the account studied: communitylab new"),
        ({"exported": ("gone.jsonl",)}, CallError, "There is no file or folder .*gone.jsonl"),
        ({"exported": ("words.txt",)}, ExportError, "words.txt: .*neither a table nor JSON"),
        (
            {"brand": "brend"},
            CallError,
            r"brend never occurs.*Most often addressed are: BRAND \(1\), ana \(1\)",
        ),
        ({"followers": "gone.txt"}, CallError, "There is no file or folder .*gone.txt"),
        ({"tz": "Oz/Emerald"}, CallError, "Europe/Berlin"),
        ({"folder": "posts.jsonl"}, CallError, "posts.jsonl: is a file. Name a folder that is new or empty"),
        (
            {"folder": "posts.jsonl/mine"},
            CallError,
            "posts.jsonl: is a file. Name a folder that is new or empty",
        ),
        ({"folder": "."}, CallError, "is not empty. Name a folder that is new or empty"),
    ],
)
def test_wrong_call_is_one_message_and_leaves_nothing(tmp_path, call, error, message):
    with pytest.raises(error, match=message):
        _call(tmp_path, **call)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["posts.jsonl", "words.txt"]


def test_folder_that_is_there_is_left_alone_and_an_empty_one_taken(tmp_path):
    (tmp_path / "mine").mkdir()
    _call(tmp_path)
    readme = (tmp_path / "mine" / "README.md").read_text(encoding="utf-8")
    (tmp_path / "mine" / "notebooks" / "01_load_an_export.ipynb").write_text("mine")
    with pytest.raises(
        CallError, match=r"mine: is such a folder already.*README\.md says how to add an export"
    ):
        _call(tmp_path)
    assert (tmp_path / "mine" / "notebooks" / "01_load_an_export.ipynb").read_text() == "mine"
    assert "--tz" not in readme
    assert "--followers" not in readme


def test_folders_above_are_made_as_well(tmp_path):
    _call(tmp_path, folder="a/b/mine")
    assert "TZ" not in _assigned(_code(tmp_path / "a" / "b" / "mine" / "notebooks" / "report.ipynb")[0])


def test_disk_that_refuses_is_said_and_leaves_nothing(tmp_path, monkeypatch):
    def refuse(*_what: object, **_how: object) -> None:
        raise PermissionError(13, "Permission denied")

    denied = r"mine: cannot be written \(Permission denied\)\. Choose another folder\."
    for step in ("shutil.copyfile", "tempfile.TemporaryDirectory"):
        with monkeypatch.context() as patched:
            patched.setattr(f"communitylab.workfolders.{step}", refuse)
            with pytest.raises(CallError, match=denied):
                _call(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["posts.jsonl", "words.txt"]


def test_notebooks_in_a_folder(made, tmp_path):
    assert notebooks_in(made) == notebooks_in(made / "notebooks") == made / "notebooks"
    for place, message in ((tmp_path, "holds no notebooks"), (tmp_path / "gone", "is no folder")):
        with pytest.raises(
            CallError, match=f"{place.name}: {message}. A folder .* is made by: communitylab new"
        ):
            notebooks_in(place)


def test_store_in_the_place_of_an_export_is_what_it_holds(made):
    study = load(made / "store", brand=BRAND)
    assert study.ledger.posts >= 42
    assert load([str(made / "store")], brand="ana").ledger == study.ledger
