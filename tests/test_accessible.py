"""The page for people who hear it, who use no mouse, who read it in the dark or enlarged."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from communitylab.rendering import page_with
from communitylab.sections import sections_of

NAMED = "ana>bo mon; bo>ana tue; ana>bo wed; cy>BRAND mon; cy>BRAND tue; BRAND sun"


@pytest.fixture(scope="module")
def named(tiny, tmp_path_factory) -> Path:
    """A page that names people."""
    page = tmp_path_factory.mktemp("named") / "report.html"
    shown = [section._repr_html_() for section in sections_of(tiny(NAMED), seed=7, names=True).each]
    page.write_text(page_with(shown, title="BRAND: audience or community?", names=True), encoding="utf-8")
    return page


@pytest.fixture(scope="module", params=["bakery", "own_archive", "named"])
def report(request, sample_report) -> Path:
    """Each kind of page there is."""
    if request.param == "named":
        return request.getfixturevalue("named")
    return sample_report(request.param) / "report.html"


@pytest.fixture(scope="module")
def opened(browser, report) -> Iterator[Any]:
    """The page in a browser that lets a test run its own script in it."""
    context = browser.new_context(offline=True, bypass_csp=True, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(report.as_uri())
    yield page
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_nothing_that_shuts_anybody_out(opened, scheme, width):
    opened.set_viewport_size({"width": width, "height": 900})
    opened.emulate_media(color_scheme=scheme)
    folds = "document.querySelectorAll('details').forEach(fold => fold.open = {})"
    opened.evaluate(folds.format("true"))  # what is folded away is not looked at
    found = Axe().run(opened).response
    opened.evaluate(folds.format("false"))
    opened.emulate_media(color_scheme="light")
    assert len(found["passes"]) > 10
    assert "color-contrast" in {rule["id"] for rule in found["passes"]}
    assert [(rule["id"], rule["impact"], rule["nodes"][0]["html"]) for rule in found["violations"]] == []


def test_tab_goes_through_links_and_folds_in_the_order_of_the_page_and_is_seen(opened):
    opened.set_viewport_size({"width": 1280, "height": 900})
    stops = "[...document.querySelectorAll('a[href], summary')]"
    wanted = opened.evaluate(f"{stops}.map(e => e.textContent)")
    opened.evaluate("document.activeElement.blur(); window.getSelection().removeAllRanges(); scrollTo(0, 0)")
    met, unseen = [], []
    for _stop in wanted:
        opened.keyboard.press("Tab")
        met.append(opened.evaluate("document.activeElement.textContent"))
        look = "(({outlineStyle, outlineWidth}) => [outlineStyle, outlineWidth])"
        if opened.evaluate(f"{look}(getComputedStyle(document.activeElement))") != ["solid", "3px"]:
            unseen.append(met[-1])
    assert met == wanted
    assert len(wanted) >= 5
    assert unseen == []


def test_keyboard_unfolds_and_follows(opened):
    opened.locator("summary").first.focus()
    opened.keyboard.press("Enter")
    assert opened.locator("details").first.evaluate("e => e.open")
    opened.keyboard.press("Enter")
    assert not opened.locator("details").first.evaluate("e => e.open")
    link = opened.locator("nav a").last
    link.focus()
    opened.keyboard.press("Enter")
    target = opened.locator(f"section{link.get_attribute('href')}")
    # As near to the top as the end of the page allows.
    at_end = opened.evaluate("innerHeight + scrollY >= document.documentElement.scrollHeight - 2")
    assert at_end or abs(target.evaluate("e => e.getBoundingClientRect().top")) < 40


def _heard(page: Any) -> list[tuple[str, str, int | None]]:
    """What a screen reader is given, in its order: role, name, level of a heading."""
    tree = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    by_id, told = {node["nodeId"]: node for node in tree}, []

    def walk(node: dict[str, Any]) -> None:
        if not node.get("ignored"):
            level = {one["name"]: one["value"].get("value") for one in node.get("properties", [])}.get(
                "level"
            )
            told.append((node["role"]["value"], node.get("name", {}).get("value", ""), level))
        for child in node.get("childIds", []):
            walk(by_id[child])

    walk(tree[0])
    return told


def test_screen_reader_hears_headings_in_order_and_every_picture_by_name(opened):
    told = _heard(opened)
    levels = [level for role, _name, level in told if role == "heading"]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(later <= earlier + 1 for earlier, later in pairwise(levels))
    written = opened.locator("h1, h2, h3").all_inner_texts()
    assert [name for role, name, _level in told if role == "heading"] == written
    alts = opened.evaluate("[...document.images].map(e => e.alt.replace(/\\s+/g, ' '))")
    assert [name for role, name, _level in told if role == "image"] == alts
    assert all(len(alt) > 40 for alt in alts)
    # In each figure a picture with its words, then the caption; the contents by their heading.
    parts = [role for role, _name, _level in told if role in ("figure", "image", "Figcaption")]
    assert parts == ["figure", "image", "Figcaption"] * len(alts)
    assert [name for role, name, _level in told if role == "navigation"] == ["In this report"]
    assert {"main", "contentinfo"} <= {role for role, _name, _level in told}


def test_answer_is_heard_before_the_contents(opened):
    told = [(role, name) for role, name, _level in _heard(opened)]
    roles = [role for role, _name in told]
    before = [name for _role, name in told[: roles.index("navigation")]]
    assert "What to do next." in " ".join(before)


def _light_of(page: Any, at: tuple[float, float]) -> float:
    """Of a point of the window, 0 black to 255 white."""
    from io import BytesIO

    from PIL import Image

    x, y = at
    shot = page.screenshot(clip={"x": x, "y": y, "width": 2, "height": 2})
    return sum(Image.open(BytesIO(shot)).convert("RGB").getpixel((0, 0))) / 3


@pytest.mark.parametrize("width", [360, 1280])
def test_page_and_its_pictures_are_dark_in_the_dark_and_light_on_paper(opened, width):
    opened.set_viewport_size({"width": width, "height": 900})
    picture = opened.locator("img").first
    seen = {}
    for medium, scheme in (("screen", "light"), ("screen", "dark"), ("print", "dark")):
        opened.emulate_media(media=medium, color_scheme=scheme)
        picture.scroll_into_view_if_needed()
        box = picture.bounding_box()
        # The upper right corner of a picture shows its ground.
        paper = opened.evaluate("getComputedStyle(document.body).backgroundColor")
        seen[medium, scheme] = (
            _light_of(opened, (box["x"] + box["width"] - 3, box["y"] + 2)),
            sum(map(int, re.findall(r"\d+", paper)[:3])) / 3,
        )
    opened.emulate_media(media="screen", color_scheme="light")
    assert min(seen["screen", "light"]) > 250
    assert max(seen["screen", "dark"]) < 40
    assert min(seen["print", "dark"]) > 250


def test_pages_that_name_people_warn_in_red_and_in_words_at_both_ends(browser, named):
    for scheme in ("light", "dark"):
        context = browser.new_context(offline=True, color_scheme=scheme)
        page = context.new_page()
        page.goto(named.as_uri())
        warnings = page.locator(".warning").all()
        assert len(warnings) == 2
        order = page.evaluate("[...document.querySelectorAll('.warning, h1, footer')].map(e => e.tagName)")
        assert order == ["P", "H1", "FOOTER", "P"]
        for warning in warnings:
            assert "This report names people." in warning.inner_text()
            red, green, blue = map(
                int, re.findall(r"\d+", warning.evaluate("e => getComputedStyle(e).color"))[:3]
            )
            assert red > 1.5 * max(green, blue)
        context.close()
