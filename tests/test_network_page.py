"""The network to explore, in a real browser: it asks for nothing, runs one script, and shows what its table says."""

from __future__ import annotations

import json
import math
import random
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
from axe_playwright_python.sync_playwright import Axe
from hostile import BRAND, WORDS

from communitylab.colours import COLOURED
from communitylab.network_page import network_page_of

GROUPS = (
    {"id": 1, "name": None, "size": 6, "words": ["scones", "clotted", "cream", "black tea"]},
    {"id": 2, "name": "The early risers", "size": 5, "words": ["rye", "levain"]},
)
# id: rung, latest rung, group, x, y
PEOPLE = {
    "k7d29qxm4r": ("circle", "connected", 1, 0.1, 0.5),
    "a2222222zz": ("circle", "", 1, 0.5, 0.4),
    "b3333333qx": ("connected", "connected", 2, -0.4, 0.3),
    "c4444444yy": ("acquainted", "spectator", 2, -0.5, -0.4),
    "d5555555ww": ("spectator", "", 0, 0.2, -0.9),
}
# messages, both ways, in the latest four weeks, both ways in these
CONTACTS = {
    ("k7d29qxm4r", "a2222222zz"): (12, True, False, False),
    ("k7d29qxm4r", "b3333333qx"): (9, True, True, True),
    ("a2222222zz", "b3333333qx"): (4, False, False, False),
    ("k7d29qxm4r", "s000000000"): (3, False, False, False),
    ("c4444444yy", "s000000000"): (7, True, True, False),
}


def _network(*, turn: int = 1, brand: bool = True) -> nx.Graph:
    network = nx.Graph()
    people = dict(PEOPLE) | ({"s000000000": ("brand", "brand", 0, 0.0, 0.0)} if brand else {})
    for node, (rung, latest_rung, group, x, y) in list(people.items())[::turn]:
        kind = "brand" if rung == "brand" else "follower"
        network.add_node(node, kind=kind, rung=rung, latest_rung=latest_rung, group=group, x=x, y=y)
    for pair, (weight, is_mutual, is_latest, both) in list(CONTACTS.items())[::turn]:
        if set(pair) <= set(people):
            flags = {"is_mutual": is_mutual, "is_latest": is_latest, "is_latest_mutual": both}
            network.add_edge(*pair[::turn], weight=weight, **flags)
    return network


def _large() -> tuple[nx.Graph, list[dict[str, Any]]]:
    """5,000 people and the brand, 30,000 contacts, 13 groups, drawn by lot."""
    lots, signs = random.Random(7), "0123456789abcdefghjkmnpqrstvwxyz"
    network = nx.Graph()
    network.add_node("s000000000", kind="brand", rung="brand", latest_rung="brand", group=0, x=0.0, y=0.0)
    rungs = ["spectator", "acquainted", "connected", "circle"]
    people = ["k" + "".join(lots.choices(signs, k=9)) for _n in range(5_000)]
    for person in people:
        radius, angle = math.sqrt(lots.random()), lots.random() * math.tau
        x, y = round(radius * math.cos(angle), 4), round(radius * math.sin(angle), 4)
        rung, latest_rung = lots.choice(rungs), lots.choice(["", *rungs])
        network.add_node(
            person,
            kind="follower",
            rung=rung,
            latest_rung=latest_rung,
            group=lots.randrange(14),
            x=x,
            y=y,
        )
    everybody, pairs = [*people, *["s000000000"] * 50], set()
    while len(pairs) < 30_000:
        a, b = people[int(5_000 * lots.random() ** 3)], lots.choice(everybody)
        if a != b:
            pairs.add((min(a, b), max(a, b)))
    for a, b in sorted(pairs):
        flags = {name: lots.random() < 0.4 for name in ("is_mutual", "is_latest", "is_latest_mutual")}
        network.add_edge(a, b, weight=lots.randrange(2, 60), **flags)
    words = ["word"] * 8
    return network, [{"id": n, "name": None, "size": 300 - n, "words": words} for n in range(1, 14)]


Opened = Callable[..., Any]


@pytest.fixture
def opened(browser, tmp_path) -> Iterator[Opened]:
    """Opens a page, offline; at the end nothing was asked but the file, and nothing went wrong."""
    with _opener(browser, tmp_path) as opens:
        yield opens


@contextmanager
def _opener(browser: Any, folder: Path) -> Iterator[Opened]:
    asked, wrong, contexts = [], [], []

    def opens(html: str | None = None, **options: Any) -> Any:
        path = folder / f"network-{len(contexts)}.html"
        html = network_page_of(_network(), brand="millandcrumb", groups=GROUPS) if html is None else html
        path.write_text(html, encoding="utf-8")
        context = browser.new_context(
            offline=True, **{"viewport": {"width": 1280, "height": 1400}, **options}
        )
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: asked.append(request.url != path.as_uri() and request.url))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda message: wrong.append(message.text))
        page.goto(path.as_uri())
        return page

    opens.wrong = wrong
    yield opens
    for context in contexts:
        context.close()
    assert [url for url in asked if url] == []
    assert wrong == []


def _data(page: Any, name: str) -> str:
    return page.locator("#canvas").get_attribute(f"data-{name}")


def _zoom(page: Any) -> float:
    return float(_data(page, "zoom"))


def _until(page: Any, wanted: str) -> None:
    """Waits until the picture is drawn as wanted, looking at each frame: the page's policy forbids other ways."""
    page.evaluate(f"""() => new Promise((done, fail) => {{
        let frames = 600;
        const look = () => {{
            if ({wanted}) done();
            else if (frames--) requestAnimationFrame(look);
            else fail(new Error("never: " + {json.dumps(wanted)}));
        }};
        look();
    }})""")


def _rows(page: Any) -> list[str]:
    """Who is in the table, from the first row to the last."""
    return list(page.locator("tbody th:visible").all_inner_texts())


def _picture(page: Any) -> str:
    page.evaluate("draw()")
    return page.evaluate("canvas.toDataURL()")


def _spot(page: Any, person: str) -> tuple[float, float]:
    """Where somebody's dot is on the screen."""
    found = f"nodes.findIndex(node => node.id === '{person}')"
    x, y = page.evaluate(f"[atX(nodes[{found}].x), atY(nodes[{found}].y)]")
    box = page.locator("#canvas").bounding_box()
    return box["x"] + 1 + x, box["y"] + 1 + y


def test_page_says_what_it_shows(opened):
    page = opened()
    assert page.title() == page.locator("h1").inner_text() == "millandcrumb: the network to explore"
    lead = page.locator(".lead").inner_text()
    assert "5 people wrote something. Among them there are 3 regular contacts, and 2 more with" in lead
    assert "the biggest connected group holds 4 of the 5; without it, 3." in lead
    notes = page.locator(".notes").inner_text()
    assert "pseudonyms hide names, not the pattern of contacts" in notes
    assert "private/people.csv" in notes
    assert page.locator("html").get_attribute("lang") == "en"
    key = page.locator("#rungs").inner_text()
    assert re.findall(r"[A-Z][a-z ]+\d", key) == [
        "In the circle 2",
        "Keeps in touch 1",
        "Has met someone 1",
        "Facing the stage 1",
    ]


def test_only_the_script_of_the_page_runs(opened):
    html = network_page_of(_network(), brand="millandcrumb", groups=GROUPS)
    page = opened(
        html.replace("</main>", "<script>window.ran = 1</script><p onclick='window.ran = 2'>x</p></main>")
    )
    page.get_by_text("x", exact=True).click()
    assert page.evaluate("window.ran") is None
    assert page.locator("#shown").inner_text().startswith("5 people")
    assert len(opened.wrong) == 2
    assert all("Content Security Policy" in message for message in opened.wrong)
    opened.wrong.clear()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("k7d29qxm4r", {"k7d29qxm4r"}),
        (" QX", {"k7d29qxm4r", "b3333333qx"}),  # part of two pseudonyms
        ("1", {"k7d29qxm4r", "a2222222zz"}),
        ("group 2", {"b3333333qx", "c4444444yy"}),
        ("early", {"b3333333qx", "c4444444yy"}),
        ("clotted", {"k7d29qxm4r", "a2222222zz"}),
        ("in the circle", {"k7d29qxm4r", "a2222222zz"}),
        ("nobody", set()),
    ],
)
def test_search_finds_people_by_pseudonym_and_by_group(opened, query, found):
    page = opened()
    before = _picture(page)
    page.get_by_label("Find a person").fill(query)
    people = "1 person" if len(found) == 1 else f"{len(found)} people"
    assert page.locator("#found").inner_text() == f"{people} found."
    assert _data(page, "found") == str(len(found))
    assert set(_rows(page)) == found
    assert _picture(page) != before
    assert (_zoom(page) > 1.2) is bool(found)
    page.get_by_label("Find a person").fill("")
    assert (len(_rows(page)), page.locator("#found").inner_text(), _zoom(page)) == (5, "", 1)


@pytest.mark.parametrize("query", ["millandcrumb", "Crumb", "the brand"])
def test_search_finds_the_brand(opened, query):
    page = opened()
    before = _picture(page)
    page.get_by_label("Find").fill(query)
    assert page.locator("#found").inner_text() == "The brand found."
    assert (_data(page, "found"), _rows(page)) == ("1", [])
    assert _picture(page) != before
    page.get_by_role("switch", name="With millandcrumb").uncheck()
    assert page.locator("#found").inner_text() == "The brand found, not in this picture."


def test_search_finds_the_brand_beside_people(opened):
    groups = [{**GROUPS[0], "words": ["bread crumbs"]}, GROUPS[1]]
    page = opened(network_page_of(_network(), brand="millandcrumb", groups=groups))
    page.get_by_label("Find").fill("crumb")
    assert page.locator("#found").inner_text() == "2 people found, and the brand."
    page = opened(network_page_of(_network(brand=False), brand="millandcrumb", groups=groups))
    page.get_by_label("Find").fill("crumb")
    assert page.locator("#found").inner_text() == "2 people found."


def test_of_one_period_no_latest_one_is_told(opened):
    page = opened(network_page_of(_network(), brand="millandcrumb", groups=GROUPS, has_latest=False))
    assert page.get_by_label("latest four weeks").count() == 0
    assert "latest" not in page.locator("main").inner_text().lower()
    page.get_by_role("button", name="k7d29qxm4r").first.click()
    assert "On the ladder: in the circle." in page.locator("#card").inner_text()
    page.get_by_role("button", name="Group", exact=True).click()  # sorts by its own column
    assert _rows(page)[-1] == "d5555555ww"
    page.get_by_role("switch", name="With millandcrumb").uncheck()
    assert (_data(page, "people"), _data(page, "contacts")) == ("5", "3")


def test_switch_takes_the_brand_and_its_contacts_out(opened):
    page = opened()
    assert (_data(page, "nodes"), _data(page, "people"), _data(page, "contacts")) == ("6", "5", "5")
    assert "With the brand the biggest connected group holds 4." in page.locator("#shown").inner_text()
    before = _picture(page)
    page.get_by_role("switch", name="With millandcrumb").uncheck()
    assert (_data(page, "nodes"), _data(page, "people"), _data(page, "contacts")) == ("5", "5", "3")
    assert "Without the brand the biggest connected group holds 3." in page.locator("#shown").inner_text()
    assert _picture(page) != before
    page.get_by_role("switch", name="With millandcrumb").check()
    assert _picture(page) == before


def test_days_and_colours_change_the_picture_and_the_key(opened):
    page = opened()
    by_rung = _picture(page)
    page.get_by_label("by group").check()
    by_group = _picture(page)
    assert by_group != by_rung
    assert not page.locator("#rungs").is_visible()
    key = " ".join(page.locator("#groups").inner_text().split())
    assert key == "1 scones, clotted, cream 2 2 The early risers 2 in no group 1"
    page.get_by_label("latest four weeks").check()
    # Heard lately: k7d29qxm4r and b3333333qx, in contact; c4444444yy, in contact with the brand alone.
    assert (_data(page, "people"), _data(page, "contacts")) == ("3", "2")
    assert "3 people, 2 regular contacts. With the brand the biggest connected group holds 2." in (
        page.locator("#shown").inner_text()
    )
    assert _picture(page) != by_group
    page.get_by_label("Find").fill("group 1")
    assert page.locator("#found").inner_text() == "2 people found, 1 of them not in this picture."


def test_key_finds_what_it_stands_for(opened):
    page = opened()
    page.get_by_role("button", name="In the circle").click()
    assert page.locator("#found").inner_text() == "2 people found."
    page.get_by_role("button", name="In the circle").click()
    assert page.locator("#found").inner_text() == ""


def test_mouse_wheel_buttons_and_keys_move_the_picture(opened):
    page = opened()
    canvas = page.locator("#canvas")
    canvas.scroll_into_view_if_needed()
    x, y = _spot(page, "k7d29qxm4r")
    page.mouse.move(x, y)
    page.mouse.wheel(0, -300)
    _until(page, "view.zoom > 1.5")
    assert _spot(page, "k7d29qxm4r") == (pytest.approx(x, abs=1), pytest.approx(y, abs=1))
    page.mouse.move(x + 100, y + 100)
    page.mouse.down()
    page.mouse.move(x + 140, y + 130, steps=4)
    page.mouse.up()
    assert _spot(page, "k7d29qxm4r") == (pytest.approx(x + 40, abs=12), pytest.approx(y + 30, abs=12))
    assert not _data(page, "selected")  # a drag selects nobody
    page.get_by_role("button", name="Whole").click()
    assert (_zoom(page), float(_data(page, "x"))) == (1, 0)
    page.get_by_role("button", name="Zoom in").click()
    assert _zoom(page) > 1.5
    page.get_by_role("button", name="Zoom out").click()
    assert _zoom(page) == pytest.approx(1)
    canvas.focus()
    page.keyboard.press("+")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    assert _zoom(page) == pytest.approx(1.4)
    assert float(_data(page, "x")) > 0 > float(_data(page, "y"))
    page.keyboard.press("0")
    assert (_zoom(page), float(_data(page, "x"))) == (1, 0)


def test_wheel_scrolls_the_page_past_the_whole_picture(opened):
    page = opened(viewport={"width": 1280, "height": 900})
    page.mouse.move(*_spot(page, "s000000000"))
    page.mouse.wheel(0, 200)
    _until(page, "window.scrollY > 100")
    assert _zoom(page) == 1


def test_fingers_pinch_pan_and_tap(opened):
    page = opened(viewport={"width": 360, "height": 1400}, has_touch=True, device_scale_factor=3)
    page.locator("#canvas").scroll_into_view_if_needed()
    x, y = _spot(page, "s000000000")
    touches = page.context.new_cdp_session(page)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        fingers = [{"x": x + dx, "y": y + dy, "id": n} for n, (dx, dy) in enumerate(points)]
        touches.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": fingers})

    touch("touchStart", (-20, 0), (20, 0))
    for step in (30, 40, 50, 60):
        touch("touchMove", (-step, 0), (step, 0))
    touch("touchEnd")
    _until(page, "view.zoom > 2")
    assert _zoom(page) == pytest.approx(3, abs=0.3)
    before = _data(page, "y")
    touch("touchStart", (0, 40))
    for step in (20, 0, -20):
        touch("touchMove", (0, step))
    touch("touchEnd")
    _until(page, f"canvas.dataset.y !== '{before}'")
    page.get_by_role("button", name="Whole").click()
    _until(page, "view.zoom === 1")
    page.touchscreen.tap(*_spot(page, "b3333333qx"))
    _until(page, "canvas.dataset.selected === 'b3333333qx'")
    assert page.evaluate("canvas.width / canvas.clientWidth") == pytest.approx(3, abs=0.01)


def test_a_dot_shows_its_card_under_the_mouse_and_keeps_it_once_clicked(opened):
    page = opened()
    card = page.locator("#card")
    assert card.inner_text().startswith("Nobody is selected.")
    page.mouse.move(*_spot(page, "k7d29qxm4r"))
    assert card.locator("h2").inner_text() == "k7d29qxm4r"
    page.mouse.move(*_spot(page, "d5555555ww"))
    said = " ".join(card.inner_text().split())
    assert said.startswith("d5555555ww On the whole facing the stage, in the latest four weeks not heard.")
    page.mouse.click(*_spot(page, "k7d29qxm4r"))
    page.mouse.move(5, 5)
    said = " ".join(card.inner_text().split())
    assert "Group 1 scones, clotted, cream 2 regular contacts, 2 both ways; with the brand: one way." in said
    assert "In contact with a2222222zz (12 messages) b3333333qx (9 messages)" in said
    assert page.locator("tr[aria-current] th").inner_text() == "k7d29qxm4r"
    card.get_by_role("button", name="a2222222zz").click()
    assert _data(page, "selected") == "a2222222zz"
    page.mouse.click(*_spot(page, "s000000000"))
    assert "The brand. In regular contact with 2 people." in card.inner_text()
    page.locator("#canvas").press("Escape")
    assert card.inner_text().startswith("Nobody is selected.")


def test_table_holds_everybody_and_its_headers_sort_it(opened):
    page = opened()
    people = ["k7d29qxm4r", "a2222222zz", "b3333333qx", "c4444444yy", "d5555555ww"]
    assert _rows(page) == people
    cells = page.locator("tbody tr").first.locator("th, td").all_inner_texts()
    assert cells == ["k7d29qxm4r", "In the circle", "Keeps in touch", "1", "2", "2", "one way"]
    assert page.locator("[aria-sort]").inner_text() == "Contacts"
    by = {
        "Person": "abcdk",
        "Rung": "kabcd",
        "Latest rung": "kbcad",  # not heard last; of equals those with more contacts first
        "Group": "kabcd",
        "Contacts": "kabcd",
        "Both ways": "kabcd",
        "Brand": "ckabd",
    }
    for name, order in by.items():
        header = page.get_by_role("columnheader", name=name, exact=True)
        header.get_by_role("button").click()
        assert "".join(person[0] for person in _rows(page)) == order, name
        way = "ascending" if name in ("Person", "Group") else "descending"
        assert [head.get_attribute("aria-sort") for head in page.locator("[aria-sort]").all()] == [way]
    header.get_by_role("button").click()
    assert header.get_attribute("aria-sort") == "ascending"
    assert "".join(person[0] for person in _rows(page)) == "abdkc"


def test_a_row_selects_its_person_by_click_and_by_key(opened):
    page = opened()
    page.get_by_role("cell", name="Has met someone").click()
    assert _data(page, "selected") == "c4444444yy"
    assert _zoom(page) > 2
    page.get_by_role("button", name="Whole").click()
    page.get_by_role("button", name="b3333333qx").first.focus()
    page.keyboard.press("ArrowUp")
    assert _data(page, "selected") == "a2222222zz"
    page.keyboard.press("Enter")
    assert _zoom(page) > 2
    stops = page.locator("tbody button[tabindex='0']").count()
    assert stops == 1  # the tab key passes the table in one step


def test_without_a_script_the_table_is_there_and_the_page_says_what_is_missing(opened):
    page = opened(java_script_enabled=False)
    assert page.locator("tbody tr").count() == 5
    assert page.locator("tbody tr").first.inner_text().split()[:3] == ["k7d29qxm4r", "In", "the"]
    assert "runs no script" in page.locator(".note").inner_text()
    assert not page.locator("#controls, #canvas").first.is_visible()


def test_hostile_words_run_nothing_and_stay_to_be_read(opened):
    groups = [
        {"id": n, "name": word if n % 2 else None, "size": 5, "words": [word, *WORDS[:2]]}
        for n, word in enumerate(WORDS, 1)
    ]
    network = _network()
    for n, word in enumerate(WORDS, 1):
        place = {"x": math.cos(n), "y": math.sin(n)}
        network.add_node(word, kind="follower", rung="circle", latest_rung="circle", group=n, **place)
    page = opened(network_page_of(network, brand=BRAND, groups=groups))
    page.get_by_label("by group").check()
    for word in WORDS:
        page.get_by_label("Find").fill(word)
    page.get_by_label("Find").fill("onerror='window.ran = 3'")
    assert int(_data(page, "found")) >= 1
    page.get_by_label("Find").fill("group 3")
    page.locator("tbody tr:visible").last.click()
    assert page.evaluate("window.ran") is None
    assert page.locator("main :is(script, img, iframe, form, a, svg, style, link, base)").count() == 0
    assert "<img src=x onerror='window.ran = 3'>" in page.locator("#card").inner_text()
    assert page.title().startswith("mill'and\"crumb</script>")


def test_five_thousand_people_are_cut_by_a_rule_that_the_page_tells(opened):
    network, groups = _large()
    html = network_page_of(network, brand="large", groups=groups)
    assert len(html.encode("utf-8")) <= 2_000_000
    page = opened(html)
    assert _data(page, "nodes") == "2000"
    assert int(_data(page, "contacts")) == 10_000
    assert page.locator("tbody tr").count() == 1_999
    assert (
        "This page shows 1,999 of 5,000 people: those with most regular contacts"
        in page.locator(".note").inner_text()
    )
    assert (
        page.locator("#shown")
        .inner_text()
        .startswith("1,999 of 5,000 people, 10,000 of 30,000 regular contacts.")
    )
    # The figures are of everybody, drawn or not.
    assert "Among them there are" in page.locator(".lead").inner_text()
    least = min(
        int(text.replace(",", "")) for text in page.locator("tbody td:nth-child(5)").all_inner_texts()
    )
    followers = network.subgraph(set(network) - {"s000000000"})
    assert sum(degree > least for _node, degree in followers.degree) <= 1_999
    assert sum(degree >= least for _node, degree in followers.degree) >= 1_999


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_that_shuts_anybody_out(opened, width, scheme):
    page = opened(viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True)
    page.get_by_label("Find").fill("group 1")
    page.locator("tbody tr").first.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    found = Axe().run(page).response
    assert "color-contrast" in {rule["id"] for rule in found["passes"]}
    assert [(rule["id"], rule["impact"], rule["nodes"][0]["html"]) for rule in found["violations"]] == []


def test_dots_follow_light_and_dark(opened):
    page = opened(color_scheme="light")
    light = _picture(page)
    page.emulate_media(color_scheme="dark")
    _until(page, "colour.paper === '#14181d'")
    assert _picture(page) != light


def test_script_takes_as_many_colours_as_there_are():
    page = network_page_of(_network(), brand="millandcrumb", groups=GROUPS)
    assert page.count("--group-") >= COLOURED + 1
    assert re.search(rf"length: ?{COLOURED + 1}\b", page)


def test_same_network_same_page_whatever_the_order():
    page = network_page_of(_network(), brand="millandcrumb", groups=GROUPS)
    assert network_page_of(_network(turn=-1), brand="millandcrumb", groups=GROUPS[::-1]) == page


def test_a_network_without_the_brand_has_no_switch(opened):
    page = opened(network_page_of(_network(brand=False), brand="millandcrumb", groups=GROUPS))
    assert not page.get_by_role("switch").is_visible()
    assert (
        "5 people, 3 regular contacts. The biggest connected group holds 3."
        in page.locator("#shown").inner_text()
    )


@pytest.mark.parametrize(
    ("nodes", "said"), [((), "Nobody is in it"), (("s000000000",), "Only millandcrumb itself is in it")]
)
def test_a_network_of_nobody_says_so(opened, nodes, said):
    network = _network().subgraph(nodes)
    page = opened(network_page_of(network, brand="millandcrumb", groups=[]))
    assert f"There is no network to explore. {said}" in page.locator(".lead").inner_text()
    assert page.locator("script, canvas, table, input").count() == 0
