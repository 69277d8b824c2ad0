"""The notebooks: stored bare, short, and running from the first cell to the last."""

from __future__ import annotations

import json
import re
import shutil
from typing import Any

import pytest
from conftest import posts_of

from communitylab.rendering import notebook_folder, run_notebook

FOLDER = notebook_folder()
NAMES = sorted(path.stem for path in FOLDER.glob("*.ipynb"))
WALKS = [name for name in NAMES if name != "report"]


def _stored(name: str) -> dict[str, Any]:
    return json.loads((FOLDER / f"{name}.ipynb").read_text(encoding="utf-8"))


def _sources(name: str, kind: str) -> list[str]:
    return ["".join(cell["source"]) for cell in _stored(name)["cells"] if cell["cell_type"] == kind]


def test_the_notebooks_are_there():
    walks = [
        "01_load_an_export",
        "02_follower_to_follower",
        "03_audience_or_community",
        "04_clusters",
        "05_over_time",
    ]
    assert [*walks, "report"] == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_notebook_is_stored_bare(name):
    stored = _stored(name)
    assert set(stored["metadata"]) == {"kernelspec", "language_info"}
    assert stored["metadata"]["kernelspec"]["name"] == "python3"
    for cell in stored["cells"]:
        assert set(cell["metadata"]) <= {"tags"}
        assert cell["cell_type"] == "markdown" or (cell["outputs"], cell["execution_count"]) == ([], None)
        assert "".join(cell["source"]).strip()


@pytest.mark.parametrize("name", NAMES)
def test_code_is_short_and_holds_no_definition_and_no_path(name):
    for source in _sources(name, "code"):
        assert len(source.splitlines()) <= 15
        # What fits beside the list of files on a screen of 1280 pixels.
        assert all(len(line) <= 105 for line in source.splitlines())
        assert not re.search(
            r"^\s*(def|class|!|%)|pip install|(?<!\.)/(home|root|Users|tmp|work)", source, re.M
        )


@pytest.mark.parametrize("name", NAMES)
def test_first_code_cell_says_what_to_change(name):
    first = next(cell for cell in _stored(name)["cells"] if cell["cell_type"] == "code")
    assert first["metadata"]["tags"] == ["parameters"]
    lines = "".join(first["source"]).splitlines()
    assert [line.split(" = ")[0] for line in lines[:2]] == ["EXPORTS", "BRAND"]
    assert all(re.fullmatch(r"[A-Z]+ = \S+", line) for line in lines)


@pytest.mark.parametrize("name", WALKS)
def test_walk_asks_one_question_and_ends_with_what_may_be_said(name):
    prose, code = _sources(name, "markdown"), _sources(name, "code")
    assert re.match(r"# .+\?\n\nBy the end you will be able to\n", prose[0])
    assert prose[-1].startswith("## What we may say, and what not")
    assert "We may say" in code[-1] or "We may go on" in code[-1]
    assert "may not" in code[-1]
    assert 8 <= len(code) <= 13


@pytest.mark.parametrize("name", [name for name in NAMES if name != "report"])
def test_prose_types_in_no_figure_of_the_sample(name):
    """Conclusions are printed by code; prose holds whole numbers that define something, and no decimals."""
    for text in _sources(name, "markdown"):
        assert not re.search(r"\d[.,]\d|\d\s?%", text), text


def _ran(name: str, **parameters: str) -> list[dict[str, Any]]:
    """The outputs of a notebook that ran where it lies; none of them a complaint."""
    ran = run_notebook(name, parameters=parameters, folder=FOLDER)
    outputs = [output for cell in ran.cells if cell.cell_type == "code" for output in cell.outputs]
    assert not [
        output for output in outputs if output.get("name") == "stderr" or output.output_type == "error"
    ]
    assert all(cell.execution_count for cell in ran.cells if cell.cell_type == "code")
    return outputs


def _printed(outputs: list[dict[str, Any]]) -> str:
    """All that was printed: a kernel may hand out the lines of one cell in several pieces."""
    return "".join(output.get("text", "") for output in outputs)


def _pictures(outputs: list[dict[str, Any]]) -> int:
    return sum("image/png" in output.get("data", {}) for output in outputs)


@pytest.mark.skipif(
    shutil.which("chromium") is not None, reason="test_lab.py runs it in JupyterLab, where a browser is"
)
@pytest.mark.parametrize(("name", "pictures"), list(zip(WALKS, (0, 2, 6, 3, 5), strict=True)))
def test_walk_runs_on_the_sample(name, pictures):
    outputs = _ran(name)
    assert _pictures(outputs) == pictures
    assert "We may" in outputs[-1]["text"]


def test_report_opened_by_hand_measures_the_sample_itself():
    shown = "".join(output["data"]["text/html"] for output in _ran("report") if "data" in output)
    assert "<h1>Mostly an audience, with a small circle inside it.</h1>" in shown
    assert shown.count("<section") >= 9


def test_mistake_in_a_notebook_is_one_message_and_no_traceback():
    import nbformat
    from nbclient import NotebookClient

    code = "import communitylab as cl\ncl.load('nowhere.jsonl', brand='ana')"
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
    quiet = ["--log-level=CRITICAL"]
    NotebookClient(notebook, kernel_name="python3", allow_errors=True, extra_arguments=quiet).execute()
    (shown,) = notebook.cells[0].outputs
    assert len(shown.traceback) == 1
    assert shown.traceback[0].startswith("CallError: There is no file or folder nowhere.jsonl")


@pytest.mark.parametrize(
    ("name", "sample"),
    [
        *((name, "own_archive") for name in WALKS[:3]),
        ("04_clusters", "helpdesk"),
        ("05_over_time", "helpdesk"),
    ],
)
def test_walk_runs_on_an_export_that_shows_less(name, sample):
    brand = {"own_archive": "millandcrumb", "helpdesk": "parcelhare"}[sample]
    outputs = _ran(
        name, EXPORTS=f"../data/sample/{sample}/posts.jsonl", BRAND=brand, FOLLOWERS="", HASHTAGS=""
    )
    assert "We may" in outputs[-1]["text"]


THREE_WEEKS = "; ".join(
    f"{one}>{other} d{day}; {other}>BRAND d{day}" for one, other in ("ab", "bc", "ca") for day in (0, 9, 20)
)
TIMELESS = "source,target\nana,bo\nbo,ana\ncy,bo\nana,BRAND\n"


@pytest.mark.parametrize(
    ("export", "text", "reason", "of_groups"),
    [
        ("edges.csv", TIMELESS, "the export has no times", "the export has no times"),
        (
            "posts.jsonl",
            posts_of(THREE_WEEKS),
            "fewer than 30 messages",
            "the export is too short to follow groups",
        ),
    ],
)
def test_walk_over_time_says_why_there_is_nothing_to_see(tmp_path, export, text, reason, of_groups):
    (tmp_path / export).write_text(text, encoding="utf-8")
    outputs = _ran("05_over_time", EXPORTS=str(tmp_path / export), BRAND="BRAND", FOLLOWERS="", HASHTAGS="")
    last = _printed(outputs)
    assert re.search(rf"may not say whether talk among followers changed: .*({reason})", last)
    assert f"may not say that groups came and went: {of_groups}." in last
    assert "still there" not in last
    assert ("21 days\n" in last) == (export == "posts.jsonl")
    assert _pictures(outputs) == 4


def test_walk_to_groups_says_that_an_export_without_times_has_none(tmp_path):
    (tmp_path / "edges.csv").write_text(TIMELESS, encoding="utf-8")
    outputs = _ran(
        "04_clusters", EXPORTS=str(tmp_path / "edges.csv"), BRAND="BRAND", FOLLOWERS="", HASHTAGS=""
    )
    assert "We may not say that there are groups: the export has no times.\nNor may we say" in _printed(
        outputs
    )


def test_flags_of_the_walk_over_time_are_those_that_were_noted(tmp_path):
    (tmp_path / "actions.csv").write_text("day,what\n2025-01-13,a <b>new</b> oven\n", encoding="utf-8")
    (tmp_path / "posts.jsonl").write_text(
        posts_of("ana>bo mon tag:crumb; bo>BRAND d60 tag:crumb"), encoding="utf-8"
    )
    own = {"EXPORTS": str(tmp_path / "posts.jsonl"), "BRAND": "BRAND", "FOLLOWERS": "", "HASHTAGS": "crumb"}
    shown = _printed(_ran("05_over_time", ACTIONS=str(tmp_path / "actions.csv"), **own))
    assert "\n2025-01-13: a <b>new</b> oven\n" in shown
    assert "first post under our hashtag" not in shown
