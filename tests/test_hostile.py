"""What strangers wrote, through everything that a report hands out: nothing runs, nothing is fetched, all can be read.

In JupyterLab the same words are tried by test_lab.py; each reader and writer has tests of its own.
"""

from __future__ import annotations

import csv
import json
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import networkx as nx
import openpyxl
import pytest
from hostile import BRAND, WORDS
from pypdf import PdfReader

from communitylab.csv_tables import read_table
from communitylab.pdf import write_pdf

PAGES = ("out/report.html", "named.html", "out/network.html")


@contextmanager
def _watched(browser: Any, path: Path, **how: Any) -> Iterator[Any]:
    """A page in a real browser; in the end nothing of it has run, asked for anything or opened a dialog."""
    context = browser.new_context(**how)
    asked, wrong = [], []
    page = context.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda message: wrong.append(message.text))
    page.on("dialog", lambda dialog: (wrong.append(dialog.message), dialog.dismiss()))
    page.on("popup", lambda opened: wrong.append(opened.url))
    page.goto(path.as_uri())
    yield page
    assert page.evaluate("window.ran") is None
    assert page.url.partition("#")[0] == path.as_uri()
    assert [url for url in asked if not url.startswith("data:")] == [path.as_uri()]
    assert wrong == []
    context.close()


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("how", [{}, {"color_scheme": "dark", "viewport": {"width": 360, "height": 800}}])
def test_pages_run_and_fetch_nothing(browser, hostile_report, name, how):
    with _watched(browser, hostile_report / name, **how) as page:
        for summary in page.locator("summary").all():
            summary.click()
        for box in page.locator("input, button").all():
            box.focus()  # an autofocus or onfocus of a stranger's
        text = page.locator("body").inner_text()
        assert BRAND in text
        assert (
            page.locator("iframe, form[action], base, object, embed, svg script, [onerror], [onload]").count()
            == 0
        )


def test_network_can_be_searched_for_hostile_words(browser, hostile_report):
    with _watched(browser, hostile_report / "out" / "network.html") as page:
        for word in WORDS:
            page.locator("input[type=search]").fill(word)
        page.locator("input[type=search]").fill("")
        page.locator("tbody tr").first.click()
        assert "\n" not in page.title()


def test_charts_opened_by_themselves_run_nothing(browser, hostile_report):
    charts = sorted((hostile_report / "out" / "charts").glob("*.svg"))
    assert len(charts) >= 12
    for path in charts:
        root = ET.fromstring(path.read_bytes())
        assert {element.tag.rpartition("}")[2] for element in root.iter()}.isdisjoint(
            {"script", "a", "foreignObject"}
        )
    with _watched(browser, charts[0]):
        pass


def test_pdf_holds_the_words_and_no_action(browser, hostile_report, tmp_path):
    write_pdf(hostile_report / "named.html", tmp_path / "report.pdf")
    document = PdfReader(tmp_path / "report.pdf")
    assert BRAND.split("<")[0] in document.pages[0].extract_text()
    held = (tmp_path / "report.pdf").read_bytes()
    assert not [
        word for word in (b"/JavaScript", b"/JS", b"/URI", b"/Launch", b"/EmbeddedFile") if word in held
    ]
    for page in document.pages:
        for one in page.get("/Annots") or []:
            assert "/A" not in one.get_object() or one.get_object()["/A"]["/S"] == "/GoTo"


def test_files_for_other_programs_open_and_hold_text_alone(hostile_report):
    out = hostile_report / "out"
    content = json.loads((out / "results.json").read_text(encoding="utf-8"))
    assert content["brand"]["name"] == BRAND
    people = content["active_followers"] + 1
    assert len(nx.read_gexf(out / "network.gexf")) == len(nx.read_graphml(out / "network.graphml")) == people
    cells = [cell for sheet in openpyxl.load_workbook(out / "results.xlsx") for row in sheet for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n", "b", "d"}  # no formula
    told = {str(cell.hyperlink.ref) for cell in cells if cell.hyperlink and cell.hyperlink.target}
    assert told == set()


def test_tables_hold_no_formula_and_read_back(hostile_report):
    tables = [
        *(hostile_report / "out" / "tables").glob("*.csv"),
        *(hostile_report / "out" / "private").glob("*.csv"),
    ]
    assert len(tables) >= 16
    for path in tables:
        with path.open(encoding="utf-8-sig", newline="") as file:
            cells = [cell for row in csv.reader(file) for cell in row]
        # What begins like a formula is a number.
        assert all(float(cell) < 0 for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r")))
        read_table(path)
    names = set(read_table(hostile_report / "out" / "private" / "people.csv")["name"])
    assert any(name.startswith("=HYPERLINK") for name in names)
