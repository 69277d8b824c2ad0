"""The wheel, as somebody without the source gets it: installed into an empty environment, used from any folder."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
UV = shutil.which("uv", path=str(Path(sys.executable).parent))


def _run(*words: object, folder: Path, expected: int = 0) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
    done = subprocess.run([*map(str, words)], cwd=folder, env=clean, capture_output=True, text=True)
    assert done.returncode == expected, done.stdout + done.stderr
    return done


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """The wheel, built from a copy of what git holds or would hold."""
    folder = tmp_path_factory.mktemp("wheel")
    _run(UV, "build", "--wheel", "--quiet", "--out-dir", folder, ROOT, folder=folder)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory) -> Path:
    """The folder of the commands of an environment that holds the wheel and what it needs, as locked."""
    folder = tmp_path_factory.mktemp("environment")
    export = ("--frozen", "--no-dev", "--no-emit-project", "--quiet", "--output-file", folder / "lock.txt")
    _run(UV, "export", "--project", ROOT, *export, folder=folder)
    _run(UV, "venv", "--quiet", "--python", sys.executable, folder / "venv", folder=folder)
    python = folder / "venv" / "bin" / "python"
    requirements = ("--no-deps", "--requirements", folder / "lock.txt", wheel)
    _run(UV, "pip", "install", "--quiet", "--python", python, *requirements, folder=folder)
    return python.parent


def test_wheel_holds_notebooks_template_and_samples(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    for name in ("notebooks/report.ipynb", "notebooks/03_audience_or_community.ipynb", "data/reference.csv",
                 "data/validation/coverage.csv", "data/sample/bakery/posts.jsonl",
                 "template/page/page.html"):  # fmt: skip
        assert f"communitylab/{name}" in names
    assert not [name for name in names if name.startswith(("tests", "benchmarks"))]
    assert wheel.stat().st_size < 3_000_000


def test_report_from_another_folder(installed, tmp_path):
    _run(installed / "communitylab", "sample", "sample", folder=tmp_path)
    call = ("report", "sample/helpdesk/posts.jsonl", "--brand", "parcelhare", "--out", "out")
    done = _run(installed / "communitylab", *call, folder=tmp_path)
    assert "parcelhare's followers: an audience" in done.stdout
    assert json.loads((tmp_path / "out" / "results.json").read_text())["verdict"]["label"] == "audience"
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "<h1>An audience" in page
    assert "made-up exports of which the truth is known" in page
    assert len(list((tmp_path / "out" / "charts").glob("*.png"))) >= 8


def test_notebooks_of_the_wheel_find_their_sample(installed, tmp_path):
    code = """
from communitylab.rendering import notebook_folder, run_notebook
assert "site-packages" in str(notebook_folder())
print(run_notebook("01_load_an_export", parameters={}, folder=notebook_folder()).cells[-1].outputs[0].text)
"""
    assert "We may go on" in _run(installed / "python", "-c", code, folder=tmp_path).stdout
