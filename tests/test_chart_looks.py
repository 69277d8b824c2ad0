"""Charts on a phone, in the dark, in grey, and to people with the three common colour-vision deficiencies."""

from __future__ import annotations

import base64
import io
import itertools
import re
from collections.abc import Callable, Iterator
from typing import Any
from xml.etree import ElementTree

import matplotlib as mpl
import numpy as np
import pytest
from hostile import WORDS
from matplotlib import pyplot as plt
from matplotlib.image import imread
from test_charts import drawn, places, share
from test_group_charts import drawn as drawn_of_groups

from communitylab import charts, colours, drawing, lettering, screen_svg
from communitylab.roles import RUNGS

mpl.use("Agg")

_SVG = "{http://www.w3.org/2000/svg}"
Shade = Callable[[str], str]


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    plt.close("all")


# Colour as the eye sees it

# G. M. Machado, M. M. Oliveira, L. A. F. Fernandes (2009): A physiologically-based model for simulation of color
# vision deficiency. IEEE Transactions on Visualization and Computer Graphics 15 (6), 1291-1298,
# doi 10.1109/TVCG.2009.113: matrices at severity 1, for linear RGB.
_EYES = {
    "usual": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
_TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
_WHITE = np.array([0.95047, 1.0, 1.08883])


def linear(colour: str) -> np.ndarray:
    coded = np.array(mpl.colors.to_rgb(colour))
    return np.where(coded <= 0.04045, coded / 12.92, ((coded + 0.055) / 1.055) ** 2.4)


def lab(colour: str, eye: str = "usual") -> np.ndarray:
    """CIE L*a*b*, D65."""
    xyz = _TO_XYZ @ np.clip(_EYES[eye] @ linear(colour), 0, 1) / _WHITE
    x, y, z = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def apart(one: str, other: str) -> float:
    """How unlike two colours are (ΔE*ab) to the eye to which they are most alike."""
    return min(float(np.linalg.norm(lab(one, eye) - lab(other, eye))) for eye in _EYES)


def contrast(one: str, other: str) -> float:
    """As WCAG 2.2 counts it."""
    light = sorted(float(_TO_XYZ[1] @ linear(colour)) for colour in (one, other))
    return (light[1] + 0.05) / (light[0] + 0.05)


def day(colour: str) -> str:
    return colour


BOTH = pytest.mark.parametrize("seen", [day, colours.at_night], ids=["light", "dark"])


def test_the_measures_of_colour_are_those_of_the_books():
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert lab("#ff0000") == pytest.approx([53.24, 80.09, 67.20], abs=0.05)
    # Red and green of the same lightness are one to a deuteranope, and none to anybody else.
    assert np.linalg.norm(lab("#a06a00", "deuteranopia") - lab("#607f00", "deuteranopia")) < 12
    assert np.linalg.norm(lab("#a06a00") - lab("#607f00")) > 30


@BOTH
def test_rungs_differ_in_grey_and_stand_out_more_the_closer_people_are(seen: Shade):
    shades = [seen(colours.RUNG_COLOURS[rung]) for rung in RUNGS]
    away = [abs(lab(shade)[0] - lab(seen(colours.GROUND))[0]) for shade in shades]
    assert all(nearer - farther > 9 for farther, nearer in itertools.pairwise(away))
    # The two lowest are nearest, and one of them is hatched.
    assert all(apart(one, other) > 10 for one, other in itertools.combinations(shades, 2))


@BOTH
def test_the_brand_differs_from_followers_in_grey_too(seen: Shade):
    brand = seen(colours.BRAND_COLOUR)
    for followers in (colours.BLUE, colours.RUNG_COLOURS["circle"]):
        assert abs(lab(brand)[0] - lab(seen(followers))[0]) > 10
        assert apart(brand, seen(followers)) > 40


@BOTH
def test_each_group_differs_from_the_next_in_grey_too(seen: Shade):
    shades = [seen(colours.group_colour(number)) for number in range(1, 11)]
    for one, other in itertools.pairwise(shades):
        assert apart(one, other) > 15
        assert abs(lab(one)[0] - lab(other)[0]) > 9
    # Most exports show few groups: all of these differ from one another.
    assert all(apart(one, other) > 20 for one, other in itertools.combinations(shades[:4], 2))


@BOTH
def test_marks_stand_out_by_their_colour_or_by_their_rim(seen: Shade):
    ground = seen(colours.GROUND)
    for rung, colour in colours.RUNG_COLOURS.items():
        assert max(contrast(seen(shade), ground) for shade in (colour, colours.RUNG_EDGES[rung])) > 3
    for number in range(11):
        colour = colours.group_colour(number)
        assert max(contrast(seen(shade), ground) for shade in (colour, colours.rim_of(colour))) > 3
    for colour in (colours.BLUE, colours.BRAND_COLOUR, colours.GREY):
        assert contrast(seen(colour), ground) > 3


@BOTH
def test_letters_can_be_read_on_what_they_stand_on(seen: Shade):
    ground, ink = seen(colours.GROUND), seen(colours.INK)
    on_ground = (
        colours.INK,
        colours.GREY,
        "#444444",
        colours.BLUE,
        colours.BRAND_COLOUR,
        "#17776b",
        "#0b3564",
    )
    assert all(contrast(seen(colour), ground) >= 4.5 for colour in on_ground)
    for rung in ("silent", "spectator", "acquainted"):
        assert contrast(ink, seen(colours.RUNG_COLOURS[rung])) >= 4.5
    for rung in ("connected", "circle"):
        assert contrast(ground, seen(colours.RUNG_COLOURS[rung])) >= 4.5
    assert contrast(ground, seen(colours.GREY)) >= 4.5  # on flags
    assert contrast(ground, seen(colours.BRAND_COLOUR)) >= 4.5  # in bars of newcomers


def test_at_night_light_and_dark_change_places_and_colours_keep_their_hue():
    greys = [f"#{grey:02x}{grey:02x}{grey:02x}" for grey in range(34, 250, 8)]
    turned = [lab(colours.at_night(grey))[0] for grey in greys if grey not in (colours.INK, colours.GREY)]
    assert turned == sorted(turned, reverse=True)
    for colour in ("#0b3564", "#3279b0", "#44698f", "#1f8a7d"):
        was, now = lab(colour), lab(colours.at_night(colour))
        angle = np.degrees(np.arctan2(was[2], was[1]) - np.arctan2(now[2], now[1]))
        assert abs((angle + 180) % 360 - 180) < 25
    assert colours.at_night("#ffffff") == "#14191f"


def test_a_mixture_lies_between():
    assert colours.mixed("#000000", "white", share=0.2) == "#333333"
    assert colours.mixed("#102030", "#ffffff", share=0) == "#102030"


# Phones


def test_a_narrow_chart_is_the_same_chart_in_letters_as_large():
    for draw in (lambda: drawn("trend"), lambda: drawn_of_groups("cards"), lambda: drawn("network")):
        wide = draw()
        with drawing.narrow():
            small = draw()
        assert charts.alt_text(small) == charts.alt_text(wide)
        for axes, width in ((wide, 417.6), (small, 252)):
            svg = ElementTree.fromstring(charts.as_svg(axes, is_titled=False))
            assert float(svg.attrib["viewBox"].split()[2]) == width
            assert min(text.get_fontsize() for text in axes.texts) >= 9.5
    assert drawing.room_of(None) == pytest.approx(5.64)


def test_colours_have_names_above_where_there_is_no_room_beside():
    wide = drawn("ladder")
    with drawing.narrow():
        small = drawn("ladder")
    for axes, names in ((wide, []), (small, ["Not heard 22", "Facing the stage 9", "In the circle 26"])):
        above = [text.get_text() for text in axes.texts if text.get_label() == "legend"]
        assert set(names) <= set(above)
        assert bool(above) == bool(names)
        assert "In the circle 26" in [text.get_text() for text in axes.texts]


def test_a_word_too_long_for_its_line_is_broken_and_no_other():
    assert lettering.wrapped("between 28 and 45 (hatched)", room=1.2) == ["between", "28 and", "45 (hatched)"]
    assert (
        max(
            lettering.text_width(line, weight="bold")
            for line in lettering.wrapped("W" * 40, room=2, weight="bold")
        )
        <= 2
    )


# Dark


def look_of(svg: bytes) -> str:
    return str(ElementTree.fromstring(svg).find(f"{_SVG}style").text)  # type: ignore[union-attr]


_MADE = b"""<?xml version="1.0"?>
<svg xmlns:xlink="http://www.w3.org/1999/xlink" width="20pt" height="30pt" viewBox="0 0 20 30"
 xmlns="http://www.w3.org/2000/svg"><metadata>M</metadata>
 <g id="figure_1"><defs><path id="m1" d="M 0.123456 0
L 4 4 z" style="stroke: #222222"/></defs>
 <!-- a name --><path d="M 1.000004 -0.000001 L 2 2" style="fill: #ffffff; stroke: none"/>
 <g transform="translate(1.23456 2) scale(0.015625)">
 <use xlink:href="#m1" x="3.14159" style="fill: #ffffff; stroke: none"/></g></g></svg>"""


def test_what_is_drawn_stays_and_all_else_goes():
    svg = screen_svg.for_screens(_MADE, cut=10).decode()
    style = (
        "<style>*{stroke-linejoin:round;stroke-linecap:butt}.c0{stroke:#222222}.c1{fill:#ffffff;stroke:none}"
        ".night{display:none}@media screen and (prefers-color-scheme:dark){.c0{stroke:#e6e9ec}.c1{fill:#14191f}"
        ".day{display:none}.night{display:inline}}</style>"
    )
    assert svg == (
        f'<svg width="20pt" height="20.00pt" viewBox="0 10.00 20 20.00" xmlns="http://www.w3.org/2000/svg">{style}'
        '<defs><path d="M0.12 0L4 4z" class="c0" id="i0" /></defs><path d="M1 0L2 2" class="c1" />'
        '<g transform="translate(1.23 2) scale(0.015625)"><use href="#i0" x="3.14" class="c1" /></g></svg>'
    )


@pytest.mark.parametrize("name", ["squares", "map", "ladder, many actions", "network"])
def test_a_picture_for_the_page_is_safe_small_and_the_same_to_the_byte(name):
    first, second = (charts.as_svg(drawn(name), is_titled=False) for _ in range(2))
    alone = charts.as_svg(drawn(name))
    assert first == second
    assert len(first) < 0.75 * len(alone)
    root = ElementTree.fromstring(first)
    assert {element.tag.removeprefix(_SVG) for element in root.iter()} <= {
        "svg", "style", "g", "defs", "path", "use", "clipPath", "rect", "pattern", "image",
    }  # fmt: skip
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    links = [value for element in root.iter() for key, value in element.attrib.items() if "href" in key]
    links += re.findall(r"url\(([^)]*)\)", first.decode())
    assert all(link.removeprefix("#") in ids for link in links)
    assert not [
        key for element in root.iter() for key in element.attrib if key.startswith("on") or key == "style"
    ]
    # Alone it stands in programs that know no style sheets of screens.
    assert b"@media" not in alone
    assert b"class=" not in alone


def test_names_of_strangers_are_outlines_in_the_page():
    for word in WORDS[:12]:
        axes = charts.draw_map(share(0.4), share(0.2), references=places((word, 0.3, 0.3)))
        svg = charts.as_svg(axes, is_titled=False)
        ElementTree.fromstring(svg)
        assert b"<script" not in svg
        assert b"<!--" not in svg
        plt.close("all")


def test_every_colour_that_changes_has_its_dark_one():
    style = look_of(charts.as_svg(drawn("rungs"), is_titled=False))
    light, dark = style.split("@media")
    for rung in RUNGS:
        assert colours.RUNG_COLOURS[rung] in light
        assert colours.at_night(colours.RUNG_COLOURS[rung]) in dark
    assert "#ffffff" not in dark


def test_pictures_of_dots_come_twice_in_the_same_shape():
    axes = drawn_of_groups("togetherness")
    root = ElementTree.fromstring(charts.as_svg(axes, is_titled=False))
    images = list(root.iter(f"{_SVG}image"))
    assert [str(image.get("class")).split()[-1] for image in images] == ["day", "night"] * (len(images) // 2)
    by_light, at_night = (
        imread(io.BytesIO(base64.b64decode(image.attrib["href"].partition(",")[2])))[..., :3]
        for image in images[:2]
    )
    assert by_light.shape == at_night.shape
    dots = {(mpl.colors.to_hex(one), mpl.colors.to_hex(other)) for one, other in zip(
        by_light.reshape(-1, 3)[::997], at_night.reshape(-1, 3)[::997], strict=True)}  # fmt: skip
    assert len(dots) > 1
    assert all(colours.at_night(one) == other for one, other in dots)


def test_a_browser_shows_a_picture_by_light_or_dark_as_the_screen_is(browser: Any):
    """As the page embeds it, under the page's own policy; what is printed is always light."""
    svg = base64.b64encode(charts.as_svg(drawn("squares"), is_titled=False)).decode()
    policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
    page = browser.new_page(viewport={"width": 600, "height": 400})
    page.set_content(
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        "<style>:root{color-scheme:light dark}@media print{:root{color-scheme:light}}body{margin:0}</style>"
        f'<img width="560" src="data:image/svg+xml;base64,{svg}">'
    )

    def shades(**how: Any) -> list[str]:
        page.emulate_media(**how)
        picture = imread(io.BytesIO(page.locator("img").screenshot()))
        return [mpl.colors.to_hex(picture[y, x, :3]) for x, y in ((2, 2), (20, 20), (20, 240))]

    followers, brand = colours.BLUE, colours.BRAND_COLOUR
    assert shades(color_scheme="light") == ["#ffffff", followers, brand]
    assert shades(color_scheme="dark") == [colours.at_night(shade) for shade in ("#ffffff", followers, brand)]
    for scheme in ("light", "dark"):
        assert shades(color_scheme=scheme, media="print") == ["#ffffff", followers, brand]
    page.close()
