"""The notebooks in JupyterLab: opened in a browser as `communitylab lab` opens them, run, typed into, saved."""

from __future__ import annotations

import json
import os
import re
import secrets
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import BAKERY, REAL
from hostile import BRAND, HASHTAG, hostile_export

from communitylab.rendering import notebook_folder

NAMES = sorted(path.stem for path in notebook_folder().glob("*.ipynb"))
CHARTS = dict(zip(NAMES, (0, 2, 6, 3, 5, 0), strict=True))
"""How many pictures each shows; the report's sections bring their own."""

OPENS = """
import sys
from pathlib import Path
from communitylab import cli, rendering
folder = Path(sys.argv.pop(1))
rendering.notebook_folder = lambda: folder
cli.main()
"""
WATCHES = """
import sys

def _asked(event, facts):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.sendto"):
        place = facts[1] if event != "socket.getaddrinfo" else facts
        host = place[0] if isinstance(place, tuple) else "127.0.0.1"
        if host not in (None, "", "127.0.0.1", "::1", "localhost", "0.0.0.0"):
            with open({asked!r}, "a") as file:
                print(event, host, file=file)
            raise OSError(f"tests ask nobody: {{host}}")

sys.addaudithook(_asked)
"""
HAS_STOPPED = """since => {
    const shown = document.querySelector(".jp-NotebookPanel:not(.lm-mod-hidden)");
    const prompts = [...shown.querySelectorAll(".jp-CodeCell .jp-InputPrompt")].map(each => each.innerText.trim());
    const ran = prompts.filter(prompt => /^\\[\\d+\\]:$/.test(prompt) && parseInt(prompt.slice(1)) > since.count);
    const mistake = shown.querySelector('[data-mime-type$="jupyter.error"], [data-mime-type$="jupyter.stderr"]');
    return prompts.length === since.cells && (ran.length === since.cells || (mistake && !prompts.includes("[*]:")));
}"""


class Lab:
    """JupyterLab in a browser: what a person does in it, and whom it asks."""

    def __init__(self, page: Any, *, address: str, folder: Path, asked: Path) -> None:
        self.page = page
        self.address = address
        self.folder = folder
        self.asked = asked
        self.requests: list[str] = []
        self.dialogs: list[str] = []
        self.counts: dict[str, int] = {}

    def open(self, name: str) -> None:
        """Brings a notebook to the front: by its tab, or from the list of files, and then once its kernel is there."""
        tab = self.page.locator(".lm-DockPanel-tabBar .lm-TabBar-tab", has_text=f"{name}.ipynb")
        if tab.count():
            tab.click()
        else:
            self.page.locator(".jp-DirListing-item", has_text=f"{name}.ipynb").dblclick()
            self.page.locator(".lm-DockPanel-tabBar .lm-mod-current", has_text=f"{name}.ipynb").wait_for()
            self.page.get_by_text(re.compile(r"\| Idle")).wait_for()
            self.counts[name] = 0

    def type_in(self, **parameters: Any) -> None:
        """Types other values into the first code cell of the notebook in front."""
        editor = self._shown.locator(".jp-CodeCell .cm-content").first
        lines = editor.locator(".cm-line").all_inner_texts()
        told = {line.split(" = ")[0]: line for line in lines}
        told |= {key: f"{key} = {value!r}" for key, value in parameters.items() if key in told}
        editor.click()
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type("\n".join(told.values()))

    def run_all(self) -> None:
        """Run ▸ Run All Cells."""
        self.page.locator(".lm-MenuBar-item", has_text="Run").click()
        self.page.locator('.lm-Menu-item[data-command="runmenu:run-all"]').click()

    def saved(self, name: str) -> list[dict[str, Any]]:
        """The code cells of a notebook in its file, once all have run and it was saved."""
        self.open(name)
        path = self.folder / f"{name}.ipynb"
        cells = [cell for cell in json.loads(path.read_text("utf-8"))["cells"] if cell["cell_type"] == "code"]
        since = {"cells": len(cells), "count": self.counts[name]}
        self.page.wait_for_function(HAS_STOPPED, arg=since, timeout=240_000)
        with self.page.expect_response(
            lambda answer: answer.request.method == "PUT" and f"/api/contents/{name}.ipynb" in answer.url
        ) as answer:
            self.page.keyboard.press("Control+S")
        assert answer.value.ok
        cells = [cell for cell in json.loads(path.read_text("utf-8"))["cells"] if cell["cell_type"] == "code"]
        outputs = [output for cell in cells for output in cell["outputs"]]
        assert not [
            output for output in outputs if output["output_type"] == "error" or output.get("name") == "stderr"
        ]
        assert all((cell["execution_count"] or 0) > since["count"] for cell in cells)
        self.counts[name] = max(cell["execution_count"] for cell in cells)
        return cells

    @property
    def _shown(self) -> Any:
        return self.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")


@pytest.fixture(scope="module")
def lab(browser, tmp_path_factory) -> Iterator[Lab]:
    """JupyterLab on copies of the notebooks, in the home of somebody whose own kernel is broken."""
    place = tmp_path_factory.mktemp("lab")
    folder, home, asked = place / "notebooks", place / "home", place / "asked.txt"
    folder.mkdir()
    (place / "data").symlink_to(BAKERY.parents[2])
    for name in NAMES:
        (folder / f"{name}.ipynb").write_bytes((notebook_folder() / f"{name}.ipynb").read_bytes())
    broken = home / ".local" / "share" / "jupyter" / "kernels" / "python3"
    broken.mkdir(parents=True)
    command = [str(home / "gone" / "python"), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    spec = {"argv": command, "display_name": "Broken", "language": "python"}
    (broken / "kernel.json").write_text(json.dumps(spec), encoding="utf-8")
    (place / "watch").mkdir()
    (place / "watch" / "sitecustomize.py").write_text(WATCHES.format(asked=str(asked)), encoding="utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    token, address = secrets.token_hex(), f"http://127.0.0.1:{port}"
    options = [
        "--no-browser",
        "--allow-root",
        "--ip=127.0.0.1",
        f"--port={port}",
        "--ServerApp.port_retries=0",
    ]
    kept = {
        key: value for key, value in os.environ.items() if not key.startswith(("JUPYTER", "XDG_", "PYTHON"))
    }
    # Where Python is no virtual environment of the user's own, the user's kernels come first.
    kept |= {"HOME": str(home), "PYTHONPATH": str(place / "watch"), "JUPYTER_PREFER_ENV_PATH": "0"}
    with (place / "log.txt").open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, "-c", OPENS, str(folder), "lab", *options, f"--IdentityProvider.token={token}"],
            env=kept, stdout=log, stderr=log,
        )  # fmt: skip
        try:
            context = browser.new_context(viewport={"width": 1280, "height": 14000}, service_workers="block")
            page = context.new_page()
            page.set_default_timeout(120_000)
            opened = Lab(page, address=address, folder=folder, asked=asked)
            context.on("request", lambda request: opened.requests.append(request.url))
            page.on("websocket", lambda line: opened.requests.append(line.url))
            page.on("dialog", lambda dialog: (opened.dialogs.append(dialog.message), dialog.dismiss()))
            context.route(lambda url: not url.startswith(address), lambda route: route.abort())
            while not _answers(f"{address}/api?token={token}"):
                assert server.poll() is None, (place / "log.txt").read_text("utf-8")
                page.wait_for_timeout(100)
            page.goto(f"{address}/lab?token={token}")
            page.locator(".jp-DirListing-item").first.wait_for()
            yield opened
            context.close()
        finally:
            server.terminate()
            server.wait()


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5):
            return True
    except OSError:
        return False


def _shows(name: str, cells: list[dict[str, Any]], *, pictures: int) -> None:
    """A notebook that ran shows its charts and says what may be said; the report shows its sections."""
    outputs = [output for cell in cells for output in cell["outputs"]]
    if name == "report":
        shown = "".join("".join(output.get("data", {}).get("text/html", "")) for output in outputs)
        assert shown.count("<section") >= 9
        assert shown.count("<img") >= 9
    else:
        assert sum("image/png" in output.get("data", {}) for output in outputs) == pictures
        assert "We may" in "".join(outputs[-1]["text"])


def test_notebooks_lie_open_to_a_newcomer_and_run_as_they_are(lab):
    listed = lab.page.locator(".jp-DirListing-itemText").all_inner_texts()
    assert listed == [f"{name}.ipynb" for name in NAMES]
    for name in NAMES:
        lab.open(name)
        lab.run_all()
    for name, pictures in CHARTS.items():
        _shows(name, lab.saved(name), pictures=pictures)
    _nobody_was_asked(lab)


@pytest.mark.skipif(not REAL.is_dir(), reason="the folder of real exports is not here")
def test_notebooks_run_on_an_export_typed_into_their_first_cell(lab):
    export = REAL / "x_api_v2" / "elgl19.jsonl"
    for name in NAMES:
        lab.open(name)
        lab.type_in(EXPORTS=str(export), BRAND="elgl50", FOLLOWERS="", HASHTAGS="")
        lab.run_all()
    # Ten days are too short to draw how groups came and went.
    for name, pictures in {**CHARTS, "05_over_time": 4}.items():
        cells = lab.saved(name)
        assert f"EXPORTS = {str(export)!r}" in "".join(cells[0]["source"])
        _shows(name, cells, pictures=pictures)
    _nobody_was_asked(lab)


def test_what_strangers_wrote_runs_nothing_and_asks_nobody(lab, tmp_path):
    own = {"EXPORTS": str(hostile_export(tmp_path)), "BRAND": BRAND, "HASHTAGS": HASHTAG, "NAMES": True}
    names = ["01_load_an_export", "04_clusters", "report"]
    for name in names:
        lab.open(name)
        lab.type_in(FOLLOWERS="", **own)
        lab.run_all()
    shown = "".join(json.dumps(lab.saved(name)) for name in names)
    assert "window.ran = " in shown
    _nobody_was_asked(lab)


def _nobody_was_asked(lab: Lab) -> None:
    """Neither by the browser nor by the server or a kernel; nothing ran, and nothing stands in the way."""
    inside = (lab.address, lab.address.replace("http", "ws"), "data:", f"blob:{lab.address}")
    assert [url for url in lab.requests if not url.startswith(inside)] == []
    assert not lab.asked.exists(), lab.asked.read_text("utf-8")
    assert lab.dialogs == []
    assert lab.page.evaluate("window.ran") is None
    assert lab.page.locator(".jp-Dialog, .Toastify__toast").all_inner_texts() == []
