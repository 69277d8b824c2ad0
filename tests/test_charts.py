"""Charts, by what is in them: their marks, their words, not their pixels."""

from __future__ import annotations

import copy
import itertools
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from typing import Any

import matplotlib as mpl
import networkx as nx
import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.lines import Line2D
from matplotlib.text import Text

from communitylab import charts, colours, drawing, lettering, standing_charts
from communitylab.roles import RUNGS
from communitylab.sections import known_places
from communitylab.tables import Estimate
from communitylab.verdict import Thresholds

mpl.use("Agg")


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    plt.close("all")
    yield
    plt.close("all")


def title_of(axes: Axes) -> str:
    """The title as it is read: however it is broken into lines."""
    return " ".join(axes.get_title().split())


def patches(axes: Axes, label: str) -> list[Any]:
    """The marks drawn for one thing."""
    return [patch for patch in axes.patches if patch.get_label() == label]


def words(axes: Axes) -> list[str]:
    """Everything written inside the axes."""
    return [text.get_text() for text in axes.texts]


def line(axes: Axes, label: str) -> Line2D:
    return next(one for one in axes.lines if one.get_label() == label)


def ladder(*rows: tuple[str, int, int, int, int, int]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["tile", *RUNGS])


def talk(*rows: tuple[str, str, int]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["ground", "kind", "acts"])


def tiles(shares: list[float | None], *, start: str = "2025-01-06") -> pd.DataFrame:
    """One tile a week; breadth is a third of the share, intervals reach a tenth to both sides."""
    days = pd.date_range(start, periods=len(shares), freq="7D").strftime("%Y-%m-%d")
    share = pd.Series(shares, dtype=float)
    broad = share / 3
    return pd.DataFrame(
        {
            "tile": days,
            "follower_share": share,
            "low": (share - 0.1).clip(0, 1),
            "high": (share + 0.1).clip(0, 1),
            "breadth": broad,
            "breadth_low": (broad - 0.1).clip(0, 1),
            "breadth_high": (broad + 0.1).clip(0, 1),
            "regulars": range(30, 30 + len(shares)),
        }
    )


def newcomers(rows: list[tuple[int, int, int]], *, start: str = "2025-02-03") -> pd.DataFrame:
    """One row for every four weeks: answered first by a follower, by the brand, by nobody."""
    days = pd.date_range(start, periods=len(rows), freq="28D").strftime("%Y-%m-%d")
    told = pd.DataFrame(rows, columns=["follower", "brand", "nobody"]).astype(int)
    return told.assign(start=days, newcomers=told.sum(axis=1), days=28)


def sign(
    name: str, passed: bool | None, value: float | None, threshold: float, **more: Any
) -> dict[str, Any]:
    known = {"low": None, "high": None, "why": None, **more}
    return {"name": name, "passed": passed, "value": value, "threshold": threshold, **known}


SIGNS = [
    sign("follower_share", True, 0.77, 0.5, low=0.66, high=0.85),
    sign("breadth", False, 0.07, 0.2, low=0.03, high=0.19),
    sign("return_rate", True, 0.165, 0.133),
    sign("effective_pairs", True, 100.0, 10),
    sign("without_top", False, 0.74, 0.5, low=0.72, high=0.77, why="too few regulars have a contact"),
    sign("spread", None, None, 0.5, why="nobody has a regular contact"),
]


def places(*rows: tuple[str, float, float]) -> pd.DataFrame:
    columns = ["name", "follower_share", "low", "high", "breadth", "breadth_low", "breadth_high"]
    return pd.DataFrame(
        [(name, x, x - 0.04, x + 0.04, y, max(y - 0.04, 0), y + 0.05) for name, x, y in rows], columns=columns
    )


KNOWN = places(
    ("support desk", 0.16, 0.03), ("forum", 0.64, 0.33), ("congress", 0.67, 0.35), ("club", 0.9, 0.5)
)

# Five places within a hair of one another: their names have to make room.
CROWDED = places(*[(f"a forum called {n}", 0.64 + 0.002 * n, 0.33 + 0.002 * n) for n in range(5)])

# Of some nothing but the talk is known, of one not even that.
HALF_KNOWN = places(
    ("support desk", 0.16, 0.03), ("first desk", 0.0, np.nan), ("second desk", 0.01, np.nan), ("forum", 0.9, np.nan),
    ("club", np.nan, np.nan),
).assign(is_alike=[True, True, False, True, False])  # fmt: skip


def ways(*rows: tuple[str, str, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["choice", "thresholds", "label"])


WAYS = ways(
    ("as reported", "usual thresholds", "mixed"),
    ("as reported", "lower thresholds", "mixed"),
    ("as reported", "higher thresholds", "undecided"),
    ("replies only", "usual thresholds", "insufficient"),
    ("replies only", "lower thresholds", "mixed"),
    ("replies only", "higher thresholds", "insufficient"),
)


def kite() -> nx.Graph:
    """ana, bo and cy know one another, di and ed each other; the brand knows ana, di and flo; gus nobody."""
    graph = nx.Graph()
    people = {"ana": "circle", "bo": "circle", "cy": "circle", "di": "connected", "ed": "connected"}
    people |= {"flo": "spectator", "gus": "acquainted"}
    for number, (name, rung) in enumerate(people.items()):
        graph.add_node(name, kind="follower", rung=rung, x=0.13 * number - 0.5, y=(-1) ** number * 0.5)
    graph.add_node("brand", kind="brand", rung="brand", x=0.0, y=0.0)
    pairs = [("ana", "bo"), ("bo", "cy"), ("ana", "cy"), ("di", "ed")]
    graph.add_edges_from(pairs, weight=4, is_mutual=True)
    graph.add_edges_from([("brand", "ana"), ("brand", "di"), ("brand", "flo")], weight=2, is_mutual=False)
    return graph


def share(value: float | None, low: float | None = None, high: float | None = None, **more: Any) -> Estimate:
    return Estimate("follower_share", value, low=low, high=high, **more)


_WEEKS = pd.date_range("2024-10-07", periods=30, freq="7D").strftime("%Y-%m-%d")
_LADDER = ladder(
    ("2025-01-06", 38, 10, 116, 3, 1), ("2025-01-13", 30, 8, 120, 4, 6), ("2025-07-07", 22, 9, 91, 20, 26)
)
_TALK = talk(
    ("yours", "reply", 30), ("yours", "quote", 10), ("tagged", "mention", 20), ("elsewhere", "reply", 40),
    ("elsewhere", "repost", 55),
)  # fmt: skip
_NEWCOMERS = pd.DataFrame(
    [
        ("2025-02-03", 77, 12, 6, 59, 3.4, 28),
        ("2025-03-03", 42, 15, 3, 24, 1.9, 28),
        ("2025-03-31", 9, 2, 0, 7, None, 7),
    ],
    columns=["start", "newcomers", "follower", "brand", "nobody", "median_hours", "days"],
)
_CHANGE = Estimate("change", 0.12, 0.05, 0.19, beside={"first": 0.22, "last": 0.34})

# What is drawn, from what, with which options. Whatever holds of all charts is tried on each.
DRAWN: dict[str, tuple[Callable[..., Axes], tuple[Any, ...], dict[str, Any]]] = {
    "squares": (charts.draw_squares, (share(0.34, 0.29, 0.40),), {}),
    "squares of nothing": (charts.draw_squares, (share(None, why="no follower wrote"),), {}),
    "rungs": (charts.draw_rungs, (dict(zip(RUNGS, (5, 120, 161, 18, 13), strict=True)),), {}),
    "rungs, most silent": (
        charts.draw_rungs, ({"silent": 600, "spectator": 20, "acquainted": 14, "connected": 5, "circle": 3},), {},
    ),
    "rungs, a few at the bottom": (
        charts.draw_rungs, ({"silent": 1, "spectator": 2, "acquainted": 9000, "connected": 12, "circle": 8},), {},
    ),
    "rungs, nobody": (charts.draw_rungs, ({},), {}),
    "ladder": (charts.draw_ladder, (_LADDER,), {}),
    "ladder, most silent": (charts.draw_ladder, (ladder(*[(day, 600, 30, 20, 2, 0) for day in _WEEKS]),), {}),
    "ladder of one": (charts.draw_ladder, (_LADDER[:1],), {}),
    "ladder of none": (charts.draw_ladder, (ladder(),), {}),
    "network": (charts.draw_network, (kite(),), {}),
    "network of none": (charts.draw_network, (nx.Graph(),), {}),
    "signs": (charts.draw_signs, (SIGNS,), {}),
    "signs of none": (charts.draw_signs, ([],), {}),
    "grounds": (charts.draw_grounds, (_TALK,), {}),
    "grounds of none": (charts.draw_grounds, (talk(),), {}),
    "trend": (charts.draw_trend, (tiles([0.2 + i / 200 for i in range(30)]),), {"change": _CHANGE}),
    "trend, two actions": (
        charts.draw_trend, (tiles([0.2 + i / 200 for i in range(30)]),),
        {"actions": [("2025-01-06", "$x$ <b>"), ("2025-07-28", "b" * 80)]},
    ),
    "trend, an action at the end": (
        charts.draw_trend, (tiles([0.2 + i / 200 for i in range(30)]),), {"actions": [("2025-07-28", "a " * 40)]},
    ),
    "ladder, many actions": (
        charts.draw_ladder, (_LADDER,),
        {"actions": [(f"2025-01-{6 + n:02}", f"action {n}") for n in range(20)]},
    ),
    "voice, three actions": (
        charts.draw_voice,
        (pd.DataFrame({"week": _WEEKS, "announce": 9, "answer": 4, "bring_together": 1}),),
        {"actions": [(_WEEKS[0], "opening"), (_WEEKS[1], "fair"), (_WEEKS[1], "party")]},
    ),
    "trend of one": (charts.draw_trend, (tiles([0.4]),), {}),
    "trend of none": (charts.draw_trend, (tiles([None, None]),), {}),
    "newcomers": (charts.draw_newcomers, (_NEWCOMERS,), {"actions": [("2025-03-01", "baker AMA")]}),
    "newcomers of one": (charts.draw_newcomers, (_NEWCOMERS[:1],), {}),
    "newcomers of two years": (charts.draw_newcomers, (newcomers([(900, 8, 1 + n) for n in range(26)]),), {}),
    "newcomers, nobody answered": (charts.draw_newcomers, (newcomers([(0, 0, 12), (0, 0, 0), (0, 0, 3)]),), {}),
    "newcomers of none": (charts.draw_newcomers, (newcomers([]),), {}),
    "map": (charts.draw_map, (share(0.4, 0.3, 0.5), share(0.2, 0.1, 0.3)), {"references": KNOWN}),
    "map, crowded": (charts.draw_map, (share(0.65), share(0.33)), {"references": CROWDED}),
    "map of half-known places": (charts.draw_map, (share(0.4), share(0.2)), {"references": HALF_KNOWN}),
    "map without you": (charts.draw_map, (share(None), share(None)), {"references": KNOWN}),
    "map of none": (charts.draw_map, (share(None, why="no talk"), share(None)), {"references": KNOWN[:0]}),
    "specifications": (charts.draw_specifications, (WAYS,), {"label": "mixed"}),
    "specifications of none": (charts.draw_specifications, (WAYS[:0],), {"label": "mixed"}),
}  # fmt: skip
EACH = pytest.mark.parametrize("name", DRAWN)


def drawn(name: str, **more: Any) -> Axes:
    draw, data, options = DRAWN[name]
    return draw(*data, **options, **more)


# What holds of every chart


@EACH
def test_a_chart_says_what_it_shows_and_leaves_no_figure(name):
    axes = drawn(name)
    assert isinstance(axes, Axes)
    assert title_of(axes)
    assert charts.alt_text(axes).startswith(f"{title_of(axes)}. ")
    assert len(charts.alt_text(axes)) > len(title_of(axes)) + 5
    charts.close(axes)
    assert plt.get_fignums() == []


@EACH
def test_the_same_data_give_the_same_bytes(name):
    first, second = drawn(name), drawn(name)
    assert charts.as_svg(first) == charts.as_svg(second)
    assert charts.as_png(first) == charts.as_png(second)
    assert charts.as_svg(first) == charts.as_svg(second)


@EACH
def test_what_is_drawn_is_not_changed(name):
    _draw, data, options = DRAWN[name]
    before = copy.deepcopy((data, options))
    drawn(name)
    for was, now in zip((*before[0], *before[1].values()), (*data, *options.values()), strict=True):
        if isinstance(now, pd.DataFrame):
            pd.testing.assert_frame_equal(was, now)
        elif isinstance(now, nx.Graph):
            assert nx.utils.graphs_equal(was, now)
        else:
            assert was == now


@EACH
def test_a_chart_stands_where_one_puts_it(name):
    figure, (left, right) = plt.subplots(1, 2, figsize=(13, 5))
    size = tuple(figure.get_size_inches())
    assert drawn(name, ax=right) is right
    assert tuple(figure.get_size_inches()) == size
    assert plt.get_fignums() == [figure.number]
    assert not left.get_title()
    assert not left.texts


def _written(axes: Axes) -> list[Text]:
    ticks = []
    for axis in (axes.xaxis, axes.yaxis):
        low, high = sorted(axis.get_view_interval())
        places = zip(axis.get_ticklocs(), axis.get_ticklabels(), strict=True)
        ticks += [label for place, label in places if axes.axison and low <= place <= high]
    labels = [axes.title, axes.xaxis.label, axes.yaxis.label]
    return [text for text in (*axes.texts, *ticks, *labels) if text.get_visible() and text.get_text().strip()]


@EACH
@pytest.mark.parametrize(
    ("wide", "how"), [(5.8, nullcontext), (3.5, drawing.narrow)], ids=["column", "phone"]
)
def test_nothing_is_cut_off_and_no_words_overlap(name, wide, how):
    with how():
        axes = drawn(name)
    figure = drawing.figure_of(axes)
    assert figure.get_figwidth() == wide
    figure.draw_without_rendering()
    boxes = [(text.get_text(), text.get_window_extent()) for text in _written(axes)]
    for text, box in boxes:
        inside = box.x0 >= 0 and box.y0 >= 0 and box.x1 <= figure.bbox.x1 and box.y1 <= figure.bbox.y1
        assert inside, f"{text!r} is cut off"
    for (one, a), (other, b) in itertools.combinations(boxes, 2):
        shared = min(min(a.x1, b.x1) - max(a.x0, b.x0), min(a.y1, b.y1) - max(a.y0, b.y0))
        assert shared < 2, f"{one!r} and {other!r} overlap"


def test_a_look_of_somebody_elses_does_not_matter():
    plain = charts.as_png(drawn("rungs"))
    with mpl.rc_context(
        {"figure.facecolor": "black", "figure.constrained_layout.use": True, "text.color": "pink"}
    ):
        assert charts.as_png(drawn("rungs")) == plain


def test_svg_holds_outlines_and_no_date():
    svg = charts.as_svg(drawn("ladder")).decode()
    assert "<text" not in svg
    assert "<dc:date>" not in svg
    assert "Matplotlib" not in svg.split("<defs>")[0]
    assert b"Software" not in charts.as_png(drawn("ladder"))


def test_a_picture_without_its_title_is_as_much_lower():
    axes = drawn("ladder")
    with_title, without = charts.as_svg(axes).decode(), charts.as_svg(axes, is_titled=False).decode()
    height = [float(svg.split('height="')[1].split("pt")[0]) for svg in (with_title, without)]
    drawing.figure_of(axes).draw_without_rendering()
    title = drawing.figure_of(axes).bbox.y1 - axes.title.get_window_extent().y0
    assert height[0] - height[1] == pytest.approx(title / drawing.figure_of(axes).dpi * 72, abs=5)
    assert charts.as_svg(axes).decode() == with_title


@pytest.mark.parametrize(
    "name", ["$x$ $\\frac{1}{$", "<script>alert(1)</script>", "東京 🍞\n\x00", "_{}^", "", "a" * 200]
)
def test_a_strangers_name_is_only_letters(name):
    place = charts.draw_map(share(0.4), share(0.2), references=places((name, 0.3, 0.3)))
    way = charts.draw_specifications(ways((name, name, name)), label="mixed")
    odd = charts.draw_signs([sign(name, False, 0.1, 0.2)])
    for axes in (place, way, odd):
        for text in (*axes.texts, axes.title):
            assert not text.get_parse_math()
        assert b"<script" not in charts.as_svg(axes)
        charts.as_png(axes)
    for label in (*way.get_xticklabels(), *way.get_yticklabels()):
        assert not label.get_parse_math()


def test_signs_that_the_font_lacks_become_boxes():
    assert lettering.plain("a\n東 b") == "a □ b"
    assert lettering.plain("x" * 50, limit=5) == "xxxx…"


# Squares


def test_as_many_squares_as_go_to_another_follower():
    axes = drawn("squares")
    assert len(patches(axes, "follower")) == 34
    assert len(patches(axes, "brand")) == 66
    hatched = [patch.get_label() for patch in axes.patches if patch.get_hatch()]
    assert (hatched.count("follower"), hatched.count("brand")) == (5, 6)
    assert title_of(axes) == "Of every 100 messages, 34 go to another follower"
    assert {"34", "66", "between 29 and 40 (hatched)"} <= set(words(axes))
    assert "34 of 100 (29 to 40)" in charts.alt_text(axes)


@pytest.mark.parametrize(
    ("value", "n", "said"),
    [
        (0.0, 0, "none goes"), (0.002, 0, "fewer than 1 goes"), (0.01, 1, "1 goes"),
        (0.998, 100, "more than 99 go"), (1.0, 100, "all go"),
    ],
)  # fmt: skip
def test_squares_at_the_ends(value, n, said):
    axes = charts.draw_squares(share(value))
    assert len(patches(axes, "follower")) == n
    assert f", {said} to another follower" in title_of(axes)
    assert not any(patch.get_hatch() for patch in axes.patches)


def test_squares_say_why_there_are_none():
    assert "No follower wrote." in words(drawn("squares of nothing"))


# Rungs and ladder


def test_a_part_is_as_wide_as_people_stand_on_the_rung():
    axes = drawn("rungs")
    widths = {rung: patches(axes, rung)[0].get_width() for rung in RUNGS}
    assert widths == {"silent": 5, "spectator": 120, "acquainted": 161, "connected": 18, "circle": 13}
    assert title_of(axes) == "31 of the 312 followers we heard from keep in touch with another follower"
    assert {"120", "161", "Not heard: 5", "Keeps in touch: 18", "In the circle: 13"} <= set(words(axes))
    assert "keeps in touch 18, in the circle 13" in charts.alt_text(axes)


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        ({"spectator": 40, "acquainted": 2},
         "None of the 42 followers we heard from keeps in touch with another follower"),
        ({"acquainted": 4, "circle": 1}, "1 of the 5 followers we heard from keeps in touch with another follower"),
        ({"circle": 1}, "The one follower we heard from keeps in touch with another"),
        ({"silent": 3, "spectator": 1}, "The one follower we heard from does not keep in touch with another"),
        ({"silent": 40}, "None of the 40 followers was heard from"),
    ],
)  # fmt: skip
def test_rungs_in_words(numbers, said):
    assert title_of(charts.draw_rungs(numbers)) == said


def test_rungs_that_nobody_stands_on_are_named():
    axes = charts.draw_rungs({"spectator": 40, "circle": 2})
    assert "Nobody: has met someone, keeps in touch" in words(axes)
    assert not patches(axes, "connected")


def test_the_bars_of_the_ladder_add_up_to_the_followers():
    axes = drawn("ladder")
    for place, (_index, row) in enumerate(_LADDER.iterrows()):
        heights = [patch.get_height() for rung in RUNGS for patch in [patches(axes, rung)[place]]]
        assert heights == [row[rung] for rung in RUNGS]
        assert sum(heights) == 168
    assert patches(axes, "circle")[0].get_y() == 0
    assert patches(axes, "connected")[2].get_y() == 26
    assert title_of(axes) == "In touch with another follower: 4 people in January, 46 in July"
    assert "In the circle 26" in words(axes)
    assert "2025-07-07: not heard 22, facing the stage 9" in charts.alt_text(axes)


def test_no_line_to_a_name_crosses_another_name():
    axes = drawn("rungs, a few at the bottom")
    row = {text.get_text(): text.get_position()[1] for text in axes.texts}
    # On the left half the part nearest to the middle takes the nearest row, and so it does on the right.
    assert row["9,000"] < row["Facing the stage: 2"] < row["Not heard: 1"]
    assert row["9,000"] > row["Keeps in touch: 12"] > row["In the circle: 8"]


def test_where_most_are_silent_they_are_told_in_words():
    axes = drawn("ladder, most silent")
    assert not patches(axes, "silent")
    assert "not drawn: 600 who were not heard" in axes.get_xlabel()
    assert title_of(axes) == "In touch with another follower: 2 people in October 2024, 2 in April 2025"


def test_a_ladder_of_one_tile_is_one_bar():
    axes = drawn("ladder of one")
    assert [patch.get_width() for patch in axes.patches] == [38, 10, 116, 3, 1]
    assert title_of(axes) == "In touch with another follower: 4 of 130 followers heard since 6 January 2025"


def test_the_rows_of_a_ladder_may_stand_in_any_order():
    assert charts.as_svg(charts.draw_ladder(_LADDER[::-1])) == charts.as_svg(drawn("ladder"))


# Network


def test_the_network_without_the_brand_falls_apart():
    axes = drawn("network")
    assert title_of(axes) == (
        "Take your account out and the biggest connected group shrinks from 6 to 3 of 7 followers"
    )
    assert {"6 of 7 connected", "3 of 7 connected", "With you", "Without you"} <= set(words(axes))
    assert "4 regular contacts among followers" in charts.alt_text(axes)
    lines = {}
    for collection in axes.collections:
        if isinstance(collection, LineCollection):
            kind = str(collection.get_label())
            lines[kind] = lines.get(kind, 0) + len(collection.get_segments())
    # Four contacts among followers on both sides, three with the brand on the left.
    assert lines == {"brand": 3, "mutual": 8, "one-way": 0}


def test_everybody_stands_in_the_same_place_on_both_sides():
    points = sorted(
        (round(float(x), 6), round(float(y), 6))
        for dots in drawn("network").collections
        if isinstance(dots, PathCollection)
        for x, y in dots.get_offsets()
    )
    left, right = [p for p in points if p[0] < 2.25], [p for p in points if p[0] > 2.25]
    assert len(left) == 8
    assert [(round(x + 2.3, 6), y) for x, y in left if (x, y) != (1.1, 1.0)] == right


def test_a_brand_that_holds_nobody_together():
    graph = kite()
    graph.remove_node("brand")
    assert title_of(charts.draw_network(graph)) == (
        "Without your account the biggest connected group stays at 3 of 7 followers"
    )
    graph.remove_edges_from(list(graph.edges))
    assert "None of the 7 followers is connected" in title_of(charts.draw_network(graph))


# Signs


def test_signs_are_counted_and_placed():
    axes = drawn("signs")
    assert title_of(axes) == "Three of six signs of a community are there; one cannot be told"
    assert line(axes, "follower_share").get_xdata()[0] == 0.77
    assert line(axes, "effective_pairs").get_xdata()[0] == pytest.approx(2 / 3)
    assert line(axes, "follower_share").get_markerfacecolor() != colours.GROUND
    assert line(axes, "breadth").get_markerfacecolor() == colours.GROUND
    assert words(axes).count("✓ there") == 3
    assert words(axes).count("not yet") == 2
    assert words(axes).count("cannot tell") == 1
    assert {"77% (66–85)", "7% (3–19)", "16.5%", "100 pairs"} <= set(words(axes))
    assert "nobody has a regular contact" in words(axes)
    assert "Has a regular contact: not yet, 7% (3–19), asked: the whole bar above 20%." in charts.alt_text(
        axes
    )


def test_sign_that_the_data_leave_open_is_not_called_missing():
    """An interval that holds its mark, and what chance gives as well, speak against nothing."""
    for one in (sign("breadth", False, 0.19, 0.2, low=0.1, high=0.2), sign("return_rate", False, 0.14, 0.13)):
        assert "not shown" in words(charts.draw_signs([one]))
    assert "not yet" in words(charts.draw_signs([sign("breadth", False, 0.1, 0.2, low=0.05, high=0.199)]))


@pytest.mark.parametrize(
    ("people", "said"), [(1, "by 1 follower in all"), (29, "by 29 followers in all"), (30, "")]
)
def test_squares_of_few_people_say_how_few(people, said):
    axes = charts.draw_squares(Estimate("follower_share", 0.34, 0.29, 0.4), people=people)
    assert [word for word in words(axes) if word.startswith("by ")] == [said] * bool(said)
    assert charts.alt_text(axes).endswith(f"66 to you{', ' * bool(said)}{said}.")


def test_a_figure_beyond_the_mark_that_is_not_enough_says_why():
    asked = [text for text in words(drawn("signs")) if text.startswith("asked")]
    assert asked[4] == "asked: more than 50% without the top few; contacts hang on a few"
    chance = charts.draw_signs([sign("return_rate", False, 0.14, 0.13)])
    assert "asked: more than chance gives, 13.0%; this may be chance" in words(chance)


@pytest.mark.parametrize(
    ("passed", "said"),
    [
        ([True] * 6, "All six signs of a community are there"),
        ([False] * 6, "None of six signs of a community is there"),
        ([True] + [False] * 5, "One of six signs of a community is there"),
        ([None] * 6, "None of the six signs of a community can be told from this export"),
    ],
)
def test_signs_in_words(passed, said):
    found = [{**one, "value": 0.5, "passed": is_passed} for one, is_passed in zip(SIGNS, passed, strict=True)]
    assert title_of(charts.draw_signs(found)) == said


def test_figures_off_the_scale_stay_on_it():
    axes = charts.draw_signs([sign("effective_pairs", True, 1e6, 10), sign("spread", True, 1.0, 0.5)])
    assert line(axes, "effective_pairs").get_xdata()[0] == 1
    assert "1,000,000 pairs" in words(axes)


# Grounds


def test_reposts_stand_apart_and_in_no_percentage():
    axes = drawn("grounds")
    assert title_of(axes) == "60% of follower-to-follower talk happens under your posts or hashtag"
    assert [bar.get_width() for bar in patches(axes, "reply")] == [30, 40]
    assert [bar.get_x() for bar in patches(axes, "quote")] == [30]
    assert [bar.get_width() for bar in patches(axes, "repost")] == [55]
    assert {"40 (40%)", "20 (20%)", "55"} <= set(words(axes))
    assert patches(axes, "repost")[0].get_y() < patches(axes, "reply")[1].get_y()


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([("elsewhere", "tie", 37)], "None of the follower-to-follower talk happens under your posts"),
        ([("yours", "reply", 3)], "All follower-to-follower talk happens under your posts"),
        ([("yours", "reply", 1), ("naming", "reply", 999)],
         "Less than 1% of follower-to-follower talk happens under your posts"),
    ],
)  # fmt: skip
def test_grounds_in_words(rows, said):
    assert title_of(charts.draw_grounds(talk(*rows))) == said


def test_reposts_alone_are_no_talk():
    assert "No talk from follower to follower: nothing to draw." in words(
        charts.draw_grounds(talk(("yours", "repost", 9)))
    )


# Trend


def test_a_trend_says_how_far_it_went():
    axes = drawn("trend")
    assert title_of(axes) == "Talk among followers: from 22 to 34 of 100, up 12 (5 to 19)"
    assert "Talk among\nfollowers 34%" in words(axes)
    assert "Has a regular\ncontact 12%" in words(axes)
    assert "30 to 59 regulars" in axes.get_xlabel()
    assert "Last third less first third: +12 of 100 (+5 to +19)." in charts.alt_text(axes)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (None, "40 of 100 in the latest four weeks"),
        (Estimate("change", 0.2, -0.01, 0.4, beside={"first": 0.2, "last": 0.4}),
         "from 20 to 40 of 100, no clear change"),
        (Estimate("change", -0.3, -0.41, -0.2, beside={"first": 0.82, "last": 0.52}),
         "from 82 to 52 of 100, down 30 (20 to 41)"),
        (Estimate("change", None, why="no talk"), "40 of 100 in the latest four weeks"),
    ],
)  # fmt: skip
def test_trends_in_words(change, said):
    assert (
        title_of(charts.draw_trend(tiles([0.2, 0.3, 0.4]), change=change)) == f"Talk among followers: {said}"
    )


def test_title_of_an_only_period_names_no_latest_one():
    assert title_of(charts.draw_trend(tiles([0.4]))) == "Talk among followers: 40 of 100"


def test_the_rows_of_a_trend_may_stand_in_any_order():
    table = tiles([0.2, 0.3, 0.4])
    assert charts.as_svg(charts.draw_trend(table[::-1])) == charts.as_svg(charts.draw_trend(table))


def test_gaps_stay_gaps_and_lone_points_are_seen():
    shares = [0.2] * 9 + [None, 0.3, None] + [0.4] * 8
    table = tiles(shares)
    axes = charts.draw_trend(table.drop(index=[3]))
    y = line(axes, "line").get_ydata()
    # A null and a tile that is not there are both holes: 19 rows, one of them for the tile that is missing.
    assert [value != value for value in y] == [False] * 3 + [True] + [False] * 5 + [True, False, True] + [
        False
    ] * 8
    assert list(line(axes, "points").get_ydata()) == [0.3]


# Map


def test_the_map_names_the_nearest_place():
    axes = charts.draw_map(share(0.7, 0.6, 0.8), share(0.4, 0.3, 0.5), references=KNOWN)
    assert title_of(axes) == "Nearest to you among known places: congress"
    assert (line(axes, "you").get_xdata()[0], line(axes, "you").get_ydata()[0]) == (0.7, 0.4)
    bars = [one for one in axes.lines if one.get_label() == "your bar"]
    assert [list(bar.get_xdata()) for bar in bars] == [[0.6, 0.8], [0.7, 0.7]]
    assert {"You", "support desk", "forum", "congress", "club", "audience", "community"} == set(words(axes))
    assert "You: talk among followers 70% (60% to 80%)" in charts.alt_text(axes)
    assert "club: 90% and 50%." in charts.alt_text(axes)


def test_the_maps_dashed_lines_are_the_conventions():
    axes = charts.draw_map(
        share(0.7),
        share(0.4),
        references=KNOWN,
        thresholds=Thresholds(phi_a=0.2, phi_c=0.6, pi_a=0.1, pi_c=0.25),
    )
    upright, flat = [one for one in axes.collections if isinstance(one, LineCollection)][:2]
    assert [segment[0][0] for segment in upright.get_segments()] == [0.2, 0.6]
    assert [segment[0][1] for segment in flat.get_segments()] == [0.1, 0.25]


def test_a_map_without_you_or_without_places():
    assert "you cannot be placed" in title_of(drawn("map without you"))
    assert "No talk." in words(drawn("map of none"))
    alone = charts.draw_map(share(0.7), share(0.4), references=KNOWN[:0])
    assert title_of(alone) == "Talk among followers 70%, with a regular contact 40%"


def test_a_place_without_an_interval_is_a_point():
    bare = places(("bare", 0.6, 0.2))
    bare[["low", "high", "breadth_low", "breadth_high"]] = None
    axes = charts.draw_map(share(0.5), share(0.5), references=bare)
    assert "bare" in words(axes)
    lines = [one.get_segments() for one in axes.collections if isinstance(one, LineCollection)]
    # Two pairs of conventions, then the interval of the place: a point where there is none.
    assert lines[2][0].tolist() == [[0.6, 0.2], [0.6, 0.2]]
    assert lines[3][0].tolist() == [[0.6, 0.2], [0.6, 0.2]]


def test_places_known_by_their_talk_alone_stand_below_the_others():
    axes = drawn("map of half-known places")
    filled, hollow = [one for one in axes.lines if one.get_label() == "ticks"]
    assert (list(filled.get_xdata()), list(hollow.get_xdata())) == ([0.0, 0.9], [0.01])
    rows = {float(y) for one in (filled, hollow) for y in one.get_ydata()}
    assert len(rows) == 1
    assert axes.get_ylim()[0] < rows.pop() < 0
    # Two that nearly touch share a label; what is known in no way is not there.
    assert {"2 × desk", "forum", "support desk"} <= set(words(axes))
    assert not {"club", "first desk"} & set(words(axes))
    said = charts.alt_text(axes)
    assert "first desk: 0%, with a regular contact unknown." in said
    assert "club" not in said


def test_places_without_a_brand_are_hollow_and_never_the_nearest():
    known = places(("room", 0.7, 0.4), ("congress", 0.6, 0.35)).assign(is_alike=[False, True])
    axes = charts.draw_map(share(0.7), share(0.4), references=known)
    assert title_of(axes) == "Nearest to you among known places: congress"
    assert list(line(axes, "others").get_xdata()) == [0.7]
    assert line(axes, "others").get_markerfacecolor() == colours.GROUND
    assert list(line(axes, "references").get_xdata()) == [0.6]
    assert line(axes, "references").get_markerfacecolor() != colours.GROUND
    none = charts.draw_map(share(0.7), share(0.4), references=known[:1])
    assert title_of(none) == "You stand among known places, none of which was collected as your export was"


def _key(axes: Axes) -> list[str]:
    return [text.get_text() for text in axes.texts if text.get_label() == "legend"]


def test_the_key_of_the_map_names_the_marks_that_differ():
    assert _key(drawn("map")) == []
    assert _key(drawn("map of half-known places")) == [
        "with a brand",
        "no brand, or another kind of export",
        "too few regulars: talk alone is known",
    ]
    mixed = KNOWN.assign(is_alike=[True, True, True, False])
    axes = charts.draw_map(share(0.4), share(0.2), references=mixed)
    assert _key(axes) == ["with a brand", "no brand, or another kind of export"]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["A forum"], "A forum"),
        (["Largest support desk", "Second support desk"], "2 × support desk"),
        (["A forum", "A club", "A list"], "3 × places"),
        (["desk", "desk"], "2 × desk"),
    ],
)
def test_places_that_share_a_label(names: list[str], expected: str):
    assert standing_charts._together(names) == expected


@pytest.mark.parametrize(
    "at", [(0.36, 0.19), (0.08, 0.0), (0.77, 0.36), (0.7, 0.4), (0.99, 0.9), (0.16, 0.04)]
)
def test_names_on_the_map_of_the_atlas_do_not_touch(at: tuple[float, float]):
    axes = charts.draw_map(share(at[0]), share(at[1]), references=known_places())
    drawing.figure_of(axes).draw_without_rendering()
    boxes = {text.get_text(): text.get_window_extent() for text in axes.texts}
    assert {"You", "5 × support desk", "A forum of researchers", "A science congress"} <= set(boxes)
    for one, other in itertools.combinations(boxes, 2):
        assert not boxes[one].overlaps(boxes[other]), (one, other)


# Specifications


def test_the_cells_that_agree_are_filled():
    axes = drawn("specifications")
    assert title_of(axes) == "The wording survives 3 of 6 reasonable ways of counting"
    assert (len(patches(axes, "same")), len(patches(axes, "other"))) == (3, 3)
    assert [text.get_text() for text in axes.get_xticklabels()] == [
        "lower\nthresholds", "usual\nthresholds", "higher\nthresholds",
    ]  # fmt: skip
    assert sorted(words(axes)) == ["mixed"] * 3 + ["too little"] * 2 + ["undecided"]
    assert "replies only, usual thresholds: insufficient." in charts.alt_text(axes)
    filled, pale = patches(axes, "same")[0], patches(axes, "other")[0]
    assert sum(filled.get_facecolor()[:3]) < sum(pale.get_facecolor()[:3])


# Looks


def test_rungs_get_darker_as_people_get_closer():
    def lightness(colour: str) -> float:
        red, green, blue = mpl.colors.to_rgb(colour)
        return 0.299 * red + 0.587 * green + 0.114 * blue

    shades = [lightness(colours.RUNG_COLOURS[rung]) for rung in RUNGS]
    assert all(a - b > 0.1 for a, b in itertools.pairwise(shades))


def test_labels_are_spread_in_their_order_and_within_bounds():
    found = lettering.spread_out([0.5, 0.5, 0.51, 0.0], gap=0.2, low=0.1, high=0.9)
    assert found == pytest.approx([0.5, 0.7, 0.9, 0.1])
    assert lettering.spread_out([0.9, 0.9], gap=0.2, low=0, high=1) == pytest.approx([0.8, 1.0])


def test_a_number_stays_with_what_it_counts():
    text = "2 people, 3 people, 4 people, 5 people, 6 people, 7 people, 8 people"
    for room in (1.5, 1.8, 2.1, 2.4, 2.7, 3.0, 3.3):
        lines = lettering.wrapped(text, room=room)
        assert " ".join(lines) == text
        assert not any(line[-1].isdigit() for line in lines)
        assert all(lettering.text_width(line) <= room for line in lines)
    assert lettering.wrapped("short", room=5) == ["short"]


def test_a_word_longer_than_a_line_is_broken():
    lines = lettering.wrapped("a" * 90, room=2)
    assert "".join(lines).replace(" ", "") == "a" * 90
    assert max(map(lettering.text_width, lines)) <= 2


# Flags: what the brand did


def flags(axes: Axes) -> list[str]:
    """What stands on the flags, from left to right."""
    written = [text for text in axes.texts if text.get_label() == "flag"]
    return [text.get_text() for text in sorted(written, key=lambda text: text.get_position()[0])]


def poles(axes: Axes) -> list[str]:
    """The days of the poles within the axes."""
    found = [one for one in axes.lines if one.get_label() == "pole" and list(one.get_ydata()) == [0, 1]]
    return sorted(f"{mpl.dates.num2date(pole.get_xdata()[0]):%Y-%m-%d}" for pole in found)


def trend_with(*actions: tuple[str, str]) -> Axes:
    """A trend from 6 January to 28 July 2025."""
    return charts.draw_trend(tiles([0.2 + i / 200 for i in range(30)]), actions=actions)


def test_an_action_is_a_flag_with_its_words_on_its_day():
    axes = trend_with(("2025-03-01", "baker AMA"))
    assert (flags(axes), poles(axes)) == (["baker AMA"], ["2025-03-01"])
    assert charts.alt_text(axes).endswith(" Actions: 1 = baker AMA (1 March 2025).")
    assert "Actions" not in charts.alt_text(trend_with())
    # A rim above a pole would cut it in two where the axes end.
    depth = {
        label: [line.get_zorder() for line in axes.lines if line.get_label() == label]
        for label in ("rim", "pole")
    }
    assert max(depth["rim"]) < min(depth["pole"])
    assert charts.as_png(trend_with()) == charts.as_png(trend_with(("2030-01-01", "not yet")))


def test_each_chart_over_time_bears_the_same_flags():
    weeks = [str(day)[:10] for day in pd.date_range("2025-01-06", periods=30, freq="7D")]
    stages = ladder(*[(week, 0, 9, 9, 9, 9) for week in weeks])
    posts = pd.DataFrame({"week": weeks, "announce": 1, "answer": 2, "bring_together": 3})
    actions = [("2025-02-01", "opening"), ("2025-04-12", "fair"), ("2025-06-20", "party")]
    for axes in (
        trend_with(*actions), charts.draw_ladder(stages, actions=actions), charts.draw_voice(posts, actions=actions)
    ):  # fmt: skip
        assert flags(axes) == ["opening", "fair", "party"]
        assert poles(axes) == [day for day, _what in actions]
        assert "Actions: 1 = opening (1 February 2025); 2 = fair (12 April 2025); 3" in charts.alt_text(axes)
    assert flags(charts.draw_ladder(stages[:1], actions=actions)) == []
    assert flags(charts.draw_voice(posts[:1], actions=[("1970-01-01", "the epoch")])) == []


def test_words_that_have_no_room_or_no_letters_become_numbers():
    long = [(f"2025-0{n}-10", f"a rather long name of action {n}") for n in range(1, 8)]
    assert flags(trend_with(*long)) == ["1", "2", "3", "4", "5", "6", "7"]
    assert flags(trend_with(("2025-03-01", "東京"), ("2025-05-01", "fair"))) == ["1", "2"]
    assert flags(trend_with(("2025-03-01", "東京"))) == ["1"]
    (alone,) = flags(trend_with(("2025-03-01", "words " * 13)))
    assert alone.startswith("words words")
    assert alone.endswith("…")


def test_a_number_is_the_place_among_all_actions_in_whatever_order_they_come():
    many = [("2024-01-01", "before"), *[(f"2025-04-{day:02}", "x" * 80) for day in (1, 2, 3)]]
    assert flags(trend_with(*many)) == flags(trend_with(*reversed(many))) == ["2", "3", "4"]
    assert "Actions: 2 = xxx" in charts.alt_text(trend_with(*many))


def test_actions_of_one_day_share_a_flag_and_neighbours_step_down_or_share():
    same = trend_with(("2025-04-12", "fair"), ("2025-04-12", "party"), ("2025-04-13", "chat"))
    assert flags(same) == ["fair, party", "chat"]
    heights = [text.get_position()[1] for text in same.texts if text.get_label() == "flag"]
    assert heights[0] > heights[1]
    crowd = trend_with(*[(f"2025-04-{day:02}", "something " * 5) for day in range(1, 11)])
    assert flags(crowd) == ["1", "2", "3–10"]
    assert poles(crowd)[:3] == ["2025-04-01", "2025-04-02", "2025-04-03"]
    assert len(poles(crowd)) < 10


@pytest.mark.parametrize("n", [1, 3, 12, 60, 200])
def test_flags_touch_neither_one_another_nor_anything_else(n):
    days = pd.date_range("2025-01-06", "2025-07-28", periods=n)
    axes = trend_with(*[(f"{day:%Y-%m-%d}", "an action of many words") for day in days])
    figure = drawing.figure_of(axes)
    figure.draw_without_rendering()
    cloths = [text.get_bbox_patch().get_window_extent() for text in axes.texts if text.get_label() == "flag"]
    others = [text.get_window_extent() for text in _written(axes) if text.get_label() != "flag"]
    assert cloths
    for place, one in enumerate(cloths):
        assert one.x0 >= 0
        assert one.x1 <= figure.bbox.x1
        assert not any(one.overlaps(other) for other in (*cloths[place + 1 :], *others))


def test_labels_step_down_then_share_and_stay_left_of_the_edge():
    def stepped(places: list[float], **more: Any) -> list[tuple[int, int, int, float]]:
        return lettering.stepped_down(
            places, width=lambda first, last: 1 + 0.5 * (last - first), gap=0.1, **more
        )

    assert stepped([0, 2, 4], right=9, rows=2) == [(0, 0, 0, 0), (1, 1, 0, 2), (2, 2, 0, 4)]
    assert stepped([0, 0.5, 2], right=9, rows=2) == [(0, 0, 0, 0), (1, 1, 1, 0.5), (2, 2, 0, 2)]
    # The third could stand on the upper row, but the line up to it would cross the second.
    assert stepped([0, 0.5, 1.2], right=9, rows=2) == [(0, 0, 0, 0), (1, 2, 1, 0.5)]
    assert stepped([0, 0.5, 0.6, 0.7], right=9, rows=1) == [(0, 3, 0, 0)]
    assert stepped([0, 8.5], right=9, rows=1) == [(0, 0, 0, 0), (1, 1, 0, 8)]
    assert stepped([], right=9, rows=1) == []


def test_bars_of_the_voice_stand_on_the_days_of_their_week():
    weeks = ["2025-01-06", "2025-01-13"]
    posts = pd.DataFrame({"week": weeks, "announce": 1, "answer": 1, "bring_together": 1})
    axes = charts.draw_voice(posts, actions=[("2025-01-12", "on a Sunday")])
    first = axes.containers[0][0]
    monday = mpl.dates.date2num(pd.Timestamp(weeks[0]))
    assert monday <= first.get_x() < first.get_x() + first.get_width() <= monday + 7
    assert poles(axes) == ["2025-01-12"]


# Newcomers


def test_newcomers_are_bars_of_who_answered_first():
    axes = drawn("newcomers")
    assert title_of(axes) == "One newcomer in four got a first answer from another follower within a week"
    for who, colour in (("follower", "#0b3564"), ("brand", colours.BRAND_COLOUR), ("nobody", "#e6dfd3")):
        bars = [bar for group in axes.containers if group.get_label() == who for bar in group]
        assert [bar.get_height() for bar in bars] == list(_NEWCOMERS[who])
        assert {mpl.colors.to_hex(bar.get_facecolor()) for bar in bars} == {colour}
    assert {"Another follower 29", "You 9", "Nobody 90"} <= set(words(axes))
    assert {"12", "59", "15", "24"} <= set(words(axes))
    assert axes.get_xlabel() == "first day of each four weeks\n(the last: 7 days only)"
    assert "baker AMA" in charts.alt_text(axes)
    assert (
        "From 3 March 2025: 42 newcomers, answered first by another follower 15, by the brand 3"
        in charts.alt_text(axes)
    )


def test_figures_that_have_no_room_are_left_to_the_names():
    axes = drawn("newcomers of two years")
    assert not [text for text in axes.texts if text.get_label().endswith("figure")]
    assert "Another follower 23,400" in words(axes)


def test_newcomers_of_none_and_of_few_say_so():
    assert title_of(drawn("newcomers of none")) == "Newcomers, and who answered them"
    assert title_of(drawn("newcomers, nobody answered")) == (
        "0 of 15 newcomers got a first answer from another follower"
    )
    nobody = charts.draw_newcomers(newcomers([(0, 0, 30)]))
    assert title_of(nobody).startswith("No newcomer got a first answer")
    few = charts.draw_newcomers(newcomers([(1, 1, 1)]).assign(days=1))
    assert title_of(few) == "1 of 3 newcomers got a first answer from another follower"
    assert few.get_xlabel() == "first day of each four weeks (here 1 day)"
