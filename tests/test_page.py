"""The page of each sample as a person meets it: in a real browser, offline, on a phone and on a desk."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
import zipfile
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from conftest import SAMPLE, SAMPLE_CALLS

import communitylab as cl
from communitylab.page import write_report
from communitylab.sections import opened


@pytest.fixture(scope="module", params=SAMPLE_CALLS)
def report(request, sample_report) -> Path:
    """The folder of a report on a sample, named after it."""
    return sample_report(request.param)


@pytest.fixture
def opening(browser, report):
    """Opens the page at a width: (page, addresses asked for, errors)."""
    contexts = []

    def at(width: int) -> tuple[Any, list[str], list[str]]:
        context = browser.new_context(viewport={"width": width, "height": 900}, offline=True)
        contexts.append(context)
        page, asked, wrong = context.new_page(), [], []
        page.on("request", lambda request: asked.append(request.url))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda message: wrong.append(message.text))
        page.goto((report / "report.html").as_uri())
        return page, [url for url in asked if not url.startswith("data:")], wrong

    yield at
    for context in contexts:
        context.close()


def _content(report: Path) -> dict[str, Any]:
    return json.loads((report / "results.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_page_asks_for_nothing_and_fits_the_window(opening, report, width):
    page, asked, wrong = opening(width)
    assert asked == [(report / "report.html").as_uri()]
    assert wrong == []
    assert page.locator("script").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    reach = "Math.max(...[...document.querySelectorAll('body *')].map(e => e.getBoundingClientRect().right))"
    assert page.evaluate(reach) <= width


def test_page_can_be_read_by_ear(opening):
    page, _asked, _wrong = opening(1280)
    assert page.evaluate("document.documentElement.lang") == "en"
    assert page.title().endswith(": audience or community?")
    levels = page.evaluate("[...document.querySelectorAll('h1,h2,h3,h4')].map(e => +e.tagName[1])")
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(later <= earlier + 1 for earlier, later in pairwise(levels))
    alts = page.evaluate("[...document.images].map(e => e.alt)")
    assert all(len(alt) > 40 for alt in alts)
    assert page.evaluate("[...document.images].every(e => e.complete && e.naturalWidth > 300)")


def test_every_entry_of_the_contents_leads_to_its_section(opening):
    page, _asked, _wrong = opening(1280)
    targets = page.evaluate("[...document.querySelectorAll('nav a')].map(e => e.getAttribute('href'))")
    assert len(targets) == page.locator("section").count() - 1 >= 4
    for target in targets:
        assert page.locator(f"section{target} h2").count() >= 1


def test_every_section_says_what_it_means_and_what_to_do_next(opening):
    page, _asked, _wrong = opening(1280)
    for section in page.locator("section:not(#method)").all():
        text = section.inner_text()
        assert "What this means." in text
        assert "What to do next." in text
        assert text.index("What this means.") < text.index("What to do next.")


def test_page_says_what_results_say(opening, report):
    page, _asked, _wrong = opening(1280)
    content, text = _content(report), page.locator("main").inner_text()
    headline = page.locator("h1").inner_text()
    if report.name == "own_archive":
        assert "cannot show" in headline
        assert "Which export would tell." in text
        assert "Your side of the conversation" in text
        assert page.locator("figure img").count() == 1  # what its own posts do, week by week
        return
    share = content["measures"]["follower_share"]
    assert f"{100 * share['value']:.0f} ({100 * share['low']:.0f}–{100 * share['high']:.0f})" in text
    assert {"bakery": "circle inside it", "helpdesk": "An audience"}[report.name] in headline
    assert page.locator("figure img").count() == len(list((report / "charts").glob("*.svg"))) >= 8
    captions = page.locator("figure > figcaption").all_inner_texts()
    assert len(captions) == page.locator("figure img").count()
    assert all(len(caption) > 30 for caption in captions)
    alts = page.evaluate("[...document.images].map(e => e.alt)")
    (trend,) = [alt for alt in alts if alt.startswith("Talk among followers: ")]
    change = content["measures"]["follower_share_change"]
    assert (", up " in trend) == (report.name == "bakery") == (change["low"] > 0)
    for figure in (content["verdict"]["specifications"]["same"], content["ledger"]["posts"]):
        assert f"{figure:,}" in text


def test_no_words_of_the_machine_stand_in_the_page(report):
    html = re.sub(r"base64,[\w+/=]+", "", (report / "report.html").read_text(encoding="utf-8"))
    assert not re.search(
        r"/(home|root|Users|tmp)/|https?://|Traceback|Warning|\bnan\b|None\.|\{|NaN", html.split("<main>")[1]
    )


def test_charts_are_pictures_in_two_formats_and_the_network_can_be_opened(report):
    svgs = sorted((report / "charts").glob("*.svg"))
    assert [path.stem for path in svgs] == [path.stem for path in sorted((report / "charts").glob("*.png"))]
    for path in svgs:
        assert ET.fromstring(path.read_bytes()).tag.endswith("svg")
    network = opened(report).network
    wrote = [of for _node, of in network.nodes(data=True) if of["kind"] == "follower"]
    assert len(wrote) == _content(report)["active_followers"]


def test_same_call_writes_the_same_page(report, tmp_path):
    if report.name != "helpdesk":
        pytest.skip("one sample is enough")
    study = cl.load(SAMPLE / "helpdesk" / "posts.jsonl", **SAMPLE_CALLS["helpdesk"])
    write_report(study, out=tmp_path / "again", seed=7)
    names = [path.relative_to(report) for path in sorted(report.rglob("*")) if path.is_file()]
    assert len(names) > 30
    for name in names:
        assert (tmp_path / "again" / name).read_bytes() == (report / name).read_bytes(), name


def test_earlier_charts_do_not_outlive_their_report(tmp_path):
    """A report that can draw fewer charts than the last one in its folder leaves none of those standing."""
    out = tmp_path / "out"
    (out / "charts").mkdir(parents=True)
    (out / "charts" / "trend.svg").write_text("of another brand")
    (out / "charts" / "mine.svg").write_text("kept")
    (out / "mine.txt").write_text("kept")
    write_report(cl.load(SAMPLE / "own_archive" / "posts.jsonl", brand="millandcrumb"), out=out, seed=7)
    assert not (out / "charts" / "trend.svg").exists()
    assert (out / "mine.txt").read_text() == (out / "charts" / "mine.svg").read_text() == "kept"


def _text_of(path: Path) -> str:
    """What a file says; a workbook is a zip of texts."""
    if path.suffix != ".xlsx":
        return path.read_text(encoding="utf-8")
    with zipfile.ZipFile(path) as parts:
        return "\n".join(parts.read(name).decode("utf-8") for name in parts.namelist())


def test_people_are_named_only_where_it_was_asked_for_and_the_page_says_so(tiny, tmp_path):
    study = tiny("ana>bo mon; bo>ana tue; ana>bo wed; cy>BRAND mon; cy>BRAND tue; BRAND sun")
    for names in (False, True):
        write_report(study, out=tmp_path / str(names), seed=7, names=names)
        page = (tmp_path / str(names) / "report.html").read_text(encoding="utf-8")
        said = re.sub(r"base64,[\w+/=]+|<style>.*</style>", "", page, flags=re.S)
        assert ("ana: keeps in touch" in said) == names
        assert ("This report names people" in said) == names
        assert ("It names nobody but the brand" in said) == (not names)
        assert not re.search(r"\bcy\b", said)
        others = [
            path
            for path in (tmp_path / str(names)).rglob("*")
            if path.is_file() and "private" not in path.parts
        ]
        for path in others:
            if path.name != "report.html" and path.suffix != ".png":
                assert not re.search(r"\b(ana|id-ana)\b", _text_of(path)), path
