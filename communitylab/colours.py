"""The colours of charts, by light and in the dark: what stands out on white stands out on a dark ground as well."""

from __future__ import annotations

from functools import cache

import numpy as np
from matplotlib import colors

__all__ = [
    "BLUE",
    "BRAND_COLOUR",
    "CHANCE",
    "COLOURED",
    "GREY",
    "GROUND",
    "INK",
    "RUNG_COLOURS",
    "RUNG_EDGES",
    "at_night",
    "group_colour",
    "mixed",
    "rim_of",
]

GROUND, INK, GREY, CHANCE = "#ffffff", "#222222", "#666666", "#dddddd"
"""What is drawn on, letters, what stands back, what chance alone would give."""

BLUE, BRAND_COLOUR = "#15508a", "#c2510a"
"""Of followers on the whole, and of the brand."""

RUNG_COLOURS = {
    "silent": "#ffffff",
    "spectator": "#e6dfd3",
    "acquainted": "#9cc6e2",
    "connected": "#3279b0",
    "circle": "#0b3564",
}
"""From the lightest to the darkest; `silent` is hatched where there is room."""

RUNG_EDGES = {
    **dict.fromkeys(RUNG_COLOURS, "#ffffff"),
    "silent": "#8c8c8c",
    "spectator": "#8f8677",
    "acquainted": "#5a8fb5",
}
"""Of parts of a bar: the pale ones are edged, so that they are seen on white, the others kept apart."""

# seaborn's "colorblind", in an order in which neighbours differ in grey and to the colour-blind by light and at night.
# Its vermilion (#d55e00) is near the brand's orange and its grey (#949494) that of the other groups: wine and indigo
# stand in. Its amber, the next nearest to the brand, comes last.
_GROUP_COLOURS = (
    "#0173b2", "#ca9161", "#882255", "#ece133", "#cc78bc", "#fbafe4", "#029e73", "#56b4e9", "#332288", "#de8f05",
)  # fmt: skip

COLOURED = len(_GROUP_COLOURS)
"""Groups that have a colour, and with it a name, of their own in a chart; further ones are grey."""

# The dark ground, its letters and its grey are those of the page; the brand and the groups keep their hue.
_NIGHT = {
    GROUND: "#14191f", INK: "#e6e9ec", GREY: "#a4afb9", BRAND_COLOUR: "#f08a3c",
    "#0173b2": "#3b9ae0", "#029e73": "#1fb487", "#cc78bc": "#d68ac8", "#ece133": "#ece133", "#882255": "#d1497f",
    "#56b4e9": "#8fd0f7", "#ca9161": "#d9a578", "#332288": "#8d80e6", "#fbafe4": "#fbbfe9", "#de8f05": "#e8a02a",
}  # fmt: skip

# Lightness by light, and at night: turned over, the pale ones a little raised, for dark colours drown in the dark.
_BY_LIGHT, _AT_NIGHT = (0.25, 0.33, 0.56, 0.81, 0.91, 1.0), (0.93, 0.90, 0.70, 0.50, 0.38, 0.213)

# Oklab: B. Ottosson (2020), A perceptual color space for image processing.
_CONES = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_OKLAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


def group_colour(group: int) -> str:
    """The colour of a group of followers, the same in every chart and every rerun; grey for no group.

    Parameters
    ----------
    group
        Its id, from 1; 0 is for those in no group. After ten the colours come again.
    """
    return _GROUP_COLOURS[(group - 1) % len(_GROUP_COLOURS)] if group else "#b3b3b3"


def mixed(colour: str, other: str, *, share: float) -> str:
    """A colour with some of another in it.

    Parameters
    ----------
    colour
        Any, as matplotlib names it.
    other
        Likewise.
    share
        Of the other, from 0 to 1.
    """
    one, two = colors.to_rgb(colour), colors.to_rgb(other)
    red, green, blue = ((1 - share) * a + share * b for a, b in zip(one, two, strict=True))
    return colors.to_hex((red, green, blue))


def rim_of(colour: str) -> str:
    """The edge of a mark: dark enough to be seen on white where the mark itself is pale.

    Parameters
    ----------
    colour
        Of the mark, as matplotlib names it.
    """
    return mixed(colour, INK, share=0.45)


@cache
def at_night(colour: str) -> str:
    """What a colour of a chart becomes on the dark ground: of the same hue, as far from the ground as it was.

    Parameters
    ----------
    colour
        Like #0b3564.
    """
    if colour in _NIGHT:
        return _NIGHT[colour]
    lightness, *hue = _OKLAB @ np.cbrt(_CONES @ _linear(colour))
    turned = float(np.interp(lightness, _BY_LIGHT, _AT_NIGHT))
    for strength in np.linspace(1, 0, 21):  # paler, where the screen has none that is as strong
        found = np.linalg.solve(_CONES, np.linalg.solve(_OKLAB, [turned, *(strength * np.array(hue))]) ** 3)
        if found.min() >= -1e-4 and found.max() <= 1 + 1e-4:
            break
    seen = np.clip(found, 0, 1)
    coded = np.where(seen <= 0.0031308, 12.92 * seen, 1.055 * seen ** (1 / 2.4) - 0.055)
    return colors.to_hex(tuple(np.clip(coded, 0, 1)))


def _linear(colour: str) -> np.ndarray:
    coded = np.array(colors.to_rgb(colour))
    return np.where(coded <= 0.04045, coded / 12.92, ((coded + 0.055) / 1.055) ** 2.4)
