"""SVG for a page: small, with nothing in it but what is drawn, and by light or dark as the screen is."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree

import numpy as np
from matplotlib import colors
from matplotlib.image import imread, imsave

from communitylab.colours import at_night

__all__ = ["for_screens"]

_SVG, _LINK = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xlink}href"
_PNG = "data:image/png;base64,"
_NUMBER = re.compile(r"-?\d+\.\d+")
_HEX = re.compile(r"#[0-9a-f]{6}\b")
_TO = re.compile(r"(?<=url\(#)[^)]+|(?<=^#)[^ ]+$")
"""The id of which a link or a style speaks."""

_UNSIGNED: dict[str, Any] = {"Software": None}
_NIGHT = "@media screen and (prefers-color-scheme:dark)"


def for_screens(svg: bytes, *, cut: float = 0) -> bytes:
    """A picture that is light or dark as the screen is by itself, without script or anything fetched.

    Parameters
    ----------
    svg
        As matplotlib writes it.
    cut
        Points that are left away at the top.
    """
    root = ElementTree.fromstring(svg)
    wide, tall = (float(number) for number in root.attrib["viewBox"].split()[2:])
    root.set("viewBox", f"0 {cut:.2f} {wide:g} {tall - cut:.2f}")
    root.set("height", f"{tall - cut:.2f}pt")
    ids: dict[str, str] = {}
    looks: dict[str, str] = {}
    for element in list(root.iter()):
        element.text = element.tail = None
        element.attrib = {key: value for key, value in _tidied(element, ids=ids) if value}
        _give_class(element, looks=looks)
    for element in root.iter():
        name = element.attrib.pop("id", None)
        if name in ids:
            element.set("id", ids[name])
    root[:] = _unwrapped(root)
    for image in list(root.iter(f"{_SVG}image")):
        _give_night(root, image)
    style = ElementTree.Element(f"{_SVG}style")
    style.text = _sheet(looks)
    root.insert(0, style)
    for element in root.iter():
        element.tag = element.tag.removeprefix(_SVG)
    root.set("xmlns", _SVG.strip("{}"))
    return ElementTree.tostring(root)


def _tidied(element: ElementTree.Element, *, ids: dict[str, str]) -> list[tuple[str, str]]:
    """Attributes with short ids in them, no finer than a hundredth of a point, which is finer than any screen."""

    def short(found: re.Match[str]) -> str:
        return ids.setdefault(found[0], f"i{len(ids)}")

    tidied = []
    for key, value in element.attrib.items():
        if key == "d":
            value = re.sub(r" *([A-Za-z]) *", r"\1", " ".join(_NUMBER.sub(_rounded, value).split()))
        elif key in ("x", "y"):
            value = _NUMBER.sub(_rounded, value)
        elif key == "transform":
            value = re.sub(r"translate\([^)]*\)", lambda found: _NUMBER.sub(_rounded, found[0]), value)
        elif key != "id" and not _HEX.fullmatch(value):
            value = _TO.sub(short, value)
        tidied.append(("href" if key == _LINK else key, value))
    return tidied


def _rounded(number: re.Match[str]) -> str:
    return f"{round(float(number[0]), 2) + 0:g}"


def _give_class(element: ElementTree.Element, *, looks: dict[str, str]) -> None:
    """The look of an element becomes a class, which it shares with all that look the same."""
    look = [entry.replace(": ", ":").strip() for entry in element.attrib.pop("style", "").split(";")]
    look += [f"{key}:{element.attrib.pop(key)}" for key in ("fill", "stroke") if key in element.attrib]
    told = ";".join(entry for entry in look if entry)
    if told:
        element.set("class", looks.setdefault(told, f"c{len(looks)}"))


def _unwrapped(parent: ElementTree.Element) -> list[ElementTree.Element]:
    """What is in an element, without groups that say nothing of what is in them, and letters once with their rim."""
    found: list[ElementTree.Element] = []
    for child in parent:
        child[:] = _unwrapped(child)
        if child.tag == f"{_SVG}g" and not child.attrib:
            found += list(child)
        elif found and child.get("d") and child.get("d") == found[-1].get("d"):
            found[-1].set("paint-order", "stroke")  # drawn first with a rim, then without
        elif child.tag not in (f"{_SVG}metadata", f"{_SVG}style") and (len(child) or child.attrib):
            found.append(child)
    return found


def _give_night(root: ElementTree.Element, image: ElementTree.Element) -> None:
    """A picture of dots by light and one at night, of which one is shown."""
    parent = next(element for element in root.iter() if image in list(element))
    png = base64.b64decode(image.attrib["href"].removeprefix(_PNG))
    dark = ElementTree.Element(
        image.tag, {**image.attrib, "href": _PNG + base64.b64encode(_turned(png)).decode()}
    )
    for each, which in ((image, "day"), (dark, "night")):
        each.set("class", f"{each.get('class', '')} {which}".strip())
    parent.insert(list(parent).index(image) + 1, dark)


def _turned(png: bytes) -> bytes:
    dots = np.rint(255 * imread(io.BytesIO(png))).astype(np.uint8)
    codes, places = np.unique(dots[..., :3].astype(np.int64) @ [65536, 256, 1], return_inverse=True)
    turned = np.array([colors.to_rgb(at_night(f"#{code:06x}")) for code in codes])
    dots[..., :3] = np.rint(255 * turned).astype(np.uint8)[places.reshape(dots.shape[:2])]
    held = io.BytesIO()
    imsave(held, dots, format="png", metadata=_UNSIGNED)
    return held.getvalue()


def _sheet(looks: Mapping[str, str]) -> str:
    by_light = "".join(f".{name}{{{look}}}" for look, name in looks.items())
    at_dark = ""
    for look, name in looks.items():
        changed = [
            _HEX.sub(lambda found: at_night(found[0]), entry)
            for entry in look.split(";")
            if _HEX.search(entry)
        ]
        at_dark += f".{name}{{{';'.join(changed)}}}" if changed else ""
    shown = ".night{display:none}", ".day{display:none}.night{display:inline}"
    return (
        f"*{{stroke-linejoin:round;stroke-linecap:butt}}{by_light}{shown[0]}{_NIGHT}{{{at_dark}{shown[1]}}}"
    )
