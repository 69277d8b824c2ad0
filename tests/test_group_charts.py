"""Charts of groups and of their change, by what is in them: their marks, their words, not their pixels."""

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
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.patches import Circle

from communitylab import charts, colours, drawing, lettering, packing, phrases

mpl.use("Agg")


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    plt.close("all")
    yield
    plt.close("all")


def title_of(axes: Axes) -> str:
    """The title as it is read: however it is broken into lines."""
    return " ".join(axes.get_title().split())


def words(axes: Axes) -> list[str]:
    """Everything written inside the axes."""
    return [text.get_text() for text in axes.texts]


def patches(axes: Axes, label: str) -> list[Any]:
    """The marks drawn for one thing."""
    return [patch for patch in axes.patches if patch.get_label() == label]


def group(number: int, size: int, **more: Any) -> dict[str, Any]:
    """One of the clusters of results.json."""
    known: dict[str, Any] = {
        "id": number, "name": None, "size": size, "stability": 0.98, "is_solid": True, "words": ["rye", "crumb"],
        "follower_share": 0.75, "hub_share": 0.3, "rungs": {"connected": size - 2, "circle": 2},
    }  # fmt: skip
    return {**known, **more}


def groups(*rows: dict[str, Any]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=list(group(1, 5)))


def network(sizes: list[int], *, small: int = 0, alone: int = 0, seed: int = 1) -> nx.Graph:
    """A planted world: groups from 1 on, couples, followers without contacts, and a brand that all know."""
    blocks = [*sizes, *[2] * small]
    chances = np.full((len(blocks), len(blocks)), 0.2 / len(blocks))
    np.fill_diagonal(chances, [0.7] * len(sizes) + [1.0] * small)
    planted = nx.stochastic_block_model(blocks, chances, seed=seed)
    lots = np.random.default_rng(seed)
    drawn = nx.Graph()
    drawn.add_node("9999", kind="brand", group=0, x=0.0, y=0.0)
    for node, block in planted.nodes(data="block"):
        x, y = lots.uniform(-0.6, 0.6, 2).round(4)
        number = block + 1 if block < len(sizes) else 0
        drawn.add_node(str(node), kind="follower", group=number, x=float(x), y=float(y))
        drawn.add_edge("9999", str(node), weight=9)
    for a, b in planted.edges:
        drawn.add_edge(str(a), str(b), weight=2 + (a + b) % 5)
    for number in range(alone):
        drawn.add_node(f"8{number:04}", kind="follower", group=0, x=0.5, y=0.5)
    return drawn


def trio() -> nx.Graph:
    """Group 1 is a ring of five and group 2 another, with one contact between; gus and hal are a couple; ida alone."""
    drawn = nx.Graph()
    for number in range(10):
        drawn.add_node(
            f"{number}", kind="follower", group=1 + number // 5, x=0.1 * number, y=0.02 * number**2
        )
    for name in ("gus", "hal", "ida"):
        drawn.add_node(name, kind="follower", group=0, x=0.0, y=0.3)
    drawn.add_node("you", kind="brand", group=0, x=0.0, y=0.0)
    rings = [(f"{start + step}", f"{start + (step + 1) % 5}") for start in (0, 5) for step in range(5)]
    drawn.add_edges_from([*rings, ("4", "5"), ("gus", "hal")], weight=3)
    drawn.add_edges_from([("you", "0"), ("you", "ida")], weight=3)
    return drawn


def groupings(*rows: tuple[str, int, float, str]) -> pd.DataFrame:
    """Node, group, firmness and the labels of its runs, one sign each."""
    table = pd.DataFrame([row[:3] for row in rows], columns=["node", "group", "firmness"])
    for run in range(len(rows[0][3]) if rows else 0):
        table[f"run_{run + 1}"] = [ord(row[3][run]) for row in rows]
    return table


def life(number: int, *sizes: int | None, first: int = 0, **more: Any) -> dict[str, Any]:
    """A lifeline; 0 is a stretch in which the group was not found."""
    days = pd.date_range("2025-01-06", periods=first + len(sizes), freq="28D").strftime("%Y-%m-%d")[first:]
    begun = more.pop("begun", "born")
    tiles = [
        {"tile": day, "size": size, "event": "continued" if place else begun}
        for place, (day, size) in enumerate(zip(days, sizes, strict=True))
        if size != 0
    ]
    return {"id": number, "name": None, "fate": "still there", "tiles": tiles, **more}


def moves(*rows: tuple[str, str, int], tile: str = "2025-01-06") -> pd.DataFrame:
    return pd.DataFrame([(tile, *row) for row in rows], columns=["tile", "before", "after", "followers"])


_TWO = groups(group(1, 5, name="Sunday bakers"), group(2, 5, is_solid=False, stability=0.4))
_FIVE = groups(*[group(number, size) for number, size in enumerate((20, 14, 9, 6, 5), start=1)])
_FORTY = groups(*[group(number, 12) for number in range(1, 41)])
_ODD = groups(
    group(1, 9, name="$\\alpha$<script>alert(1)</script>"), group(2, 8, name="قهوة وخبز"),
    group(3, 7, name="W" * 200), group(4, 6, words=["w" * 90]), group(5, 5, words=[]),
)  # fmt: skip
_TOGETHER = groupings(
    ("1", 1, 1.0, "aaaa"), ("2", 1, 0.9, "aaab"), ("3", 1, 0.9, "aaab"), ("4", 1, 0.9, "aaab"), ("5", 1, 0.9, "aaab"),
    ("6", 2, 0.8, "bbbb"), ("7", 2, 0.8, "bbbb"), ("8", 0, 1.0, "cccc"),
)  # fmt: skip
_CROWD = groupings(*[(str(n), 1 + n % 3, 0.9, f"{n % 3}{n % 3}{n % 2}") for n in range(1_000)])
_LIVES = [
    life(1, 20, 22, 30, 40), life(2, 9, 8, fate="gone"), life(3, 10, 12, fate="merged into 1"),
    life(4, 6, None, 7, first=1), life(5, 8, 0, 9, first=1, begun="split", name="Sunday bakers"),
]  # fmt: skip
_FLOW = moves(("circle", "circle", 39), ("circle", "connected", 11), ("spectator", "circle", 10))
_SILENT = moves(
    ("silent", "silent", 600), ("silent", "circle", 1), ("circle", "silent", 2), ("circle", "circle", 20)
)
_WEEKS = pd.concat(
    [
        moves(("circle", "circle", 20), ("spectator", "circle", week % 3), tile=f"{day:%Y-%m-%d}")
        for week, day in enumerate(pd.date_range("2025-01-06", periods=41, freq="7D"))
    ]
)
_DONE = [("2025-01-20", "baker AMA")]

# What is drawn, from what, with which options. Whatever holds of all charts is tried on each.
DRAWN: dict[str, tuple[Callable[..., Axes], tuple[Any, ...], dict[str, Any]]] = {
    "groups": (charts.draw_groups, (trio(), _TWO), {}),
    "groups, five": (charts.draw_groups, (network([20, 14, 9, 6, 5], small=9, alone=30), _FIVE), {}),
    "groups, forty": (charts.draw_groups, (network([12] * 40), _FORTY), {}),
    "groups, odd names": (charts.draw_groups, (network([9, 8, 7, 6, 5]), _ODD), {}),
    "groups of none": (charts.draw_groups, (trio(), groups()), {}),
    "togetherness": (charts.draw_togetherness, (_TOGETHER,), {}),
    "togetherness of many": (charts.draw_togetherness, (_CROWD,), {}),
    "togetherness of none": (charts.draw_togetherness, (groupings(),), {}),
    "cards": (charts.draw_cards, (_TWO,), {}),
    "cards, forty": (charts.draw_cards, (_FORTY,), {}),
    "cards, odd names": (charts.draw_cards, (_ODD,), {}),
    "cards of none": (charts.draw_cards, (groups(),), {}),
    "lifelines": (charts.draw_lifelines, (_LIVES,), {"actions": _DONE}),
    "lifelines, long names": (
        charts.draw_lifelines,
        ([life(1, 9, 9, name="W" * 90), life(2, 8, 7, words=["w" * 40], fate="gone")],),
        {},
    ),
    "lifelines of many": (charts.draw_lifelines, ([life(n, n, n + 5, n) for n in range(5, 45)],), {}),
    "lifeline of one tile": (charts.draw_lifelines, ([life(1, 9)],), {}),
    "lifelines of none": (charts.draw_lifelines, ([],), {}),
    "moves": (charts.draw_moves, (_FLOW,), {"actions": _DONE}),
    "moves, most silent": (charts.draw_moves, (_SILENT,), {}),
    "moves of a year": (charts.draw_moves, (_WEEKS,), {}),
    "moves of none": (charts.draw_moves, (moves(),), {}),
}
EACH = pytest.mark.parametrize("name", DRAWN)


def drawn(name: str, **more: Any) -> Axes:
    draw, data, options = DRAWN[name]
    return draw(*data, **options, **more)


# What holds of every chart


@EACH
def test_a_chart_says_what_it_shows_and_leaves_no_figure(name):
    axes = drawn(name)
    assert charts.alt_text(axes).startswith(f"{title_of(axes)}. ")
    assert len(charts.alt_text(axes)) > len(title_of(axes)) + 5
    charts.close(axes)
    assert plt.get_fignums() == []


@EACH
def test_the_same_data_give_the_same_bytes(name):
    first, second = drawn(name), drawn(name)
    assert charts.as_svg(first) == charts.as_svg(second)
    assert charts.as_png(first) == charts.as_png(second)


def _turned(data: Any) -> Any:
    """The same in the opposite order."""
    if isinstance(data, pd.DataFrame):
        return data[::-1]
    if isinstance(data, nx.Graph):
        turned = nx.Graph()
        turned.add_nodes_from(reversed(list(data.nodes(data=True))))
        turned.add_edges_from((b, a, of) for a, b, of in reversed(list(data.edges(data=True))))
        return turned
    return [{**entry, "tiles": entry["tiles"][::-1]} for entry in data[::-1]]


@EACH
def test_rows_may_stand_in_any_order(name):
    draw, data, options = DRAWN[name]
    turned = draw(*map(_turned, data), **options)
    assert charts.as_svg(turned) == charts.as_svg(drawn(name))
    assert charts.alt_text(turned) == charts.alt_text(drawn(name))


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
    ticks = axes.get_xticklabels() if axes.axison else []
    texts = [*axes.texts, *ticks, axes.title, axes.xaxis.label if axes.axison else axes.title]
    texts = [text for text in dict.fromkeys(texts) if text.get_visible() and text.get_text().strip()]
    boxes = [(text.get_text(), text.get_window_extent()) for text in texts]
    for text, box in boxes:
        inside = box.x0 >= 0 and box.y0 >= 0 and box.x1 <= figure.bbox.x1 and box.y1 <= figure.bbox.y1
        assert inside, f"{text!r} is cut off"
    for (one, a), (other, b) in itertools.combinations(boxes, 2):
        shared = min(min(a.x1, b.x1) - max(a.x0, b.x0), min(a.y1, b.y1) - max(a.y0, b.y0))
        assert shared < 2, f"{one!r} and {other!r} overlap"


@EACH
def test_a_strangers_name_is_only_letters(name):
    axes = drawn(name)
    for text in (*axes.texts, axes.title):
        assert not text.get_parse_math()
    assert b"<script" not in charts.as_svg(axes)
    assert all("\n" in text or len(text) < 120 for text in words(axes))


# Groups


def _centres(axes: Axes, label: str) -> list[tuple[float, float, float]]:
    return [
        (*disc.center, disc.radius)
        for disc in axes.patches
        if isinstance(disc, Circle) and disc.get_label() == label
    ]


def _dots(axes: Axes, label: str) -> np.ndarray:
    found = [
        dots.get_offsets()
        for dots in axes.collections
        if isinstance(dots, PathCollection) and dots.get_label() == label
    ]
    return np.concatenate(found) if found else np.zeros((0, 2))


def test_members_stand_in_their_group_and_the_brand_in_none():
    axes = drawn("groups")
    assert title_of(axes) == "Two groups of followers: one is solid, one may be chance"
    ((solid_x, solid_y, radius),) = _centres(axes, "solid")
    assert len(_centres(axes, "may be chance")) == 1
    inside = [np.hypot(x - solid_x, y - solid_y) <= radius for x, y in _dots(axes, "group")]
    assert (inside.count(True), inside.count(False)) == (5, 5)
    assert len(_dots(axes, "small groups")) == 2
    lines = {}
    for collection in axes.collections:
        if isinstance(collection, LineCollection):
            kind = str(collection.get_label())
            lines[kind] = lines.get(kind, 0) + len(collection.get_segments())
    assert lines == {"inside": 11, "between": 1}
    assert {"1  Sunday bakers", "5 followers", "2  rye, crumb", "5 followers, may be chance"} <= set(
        words(axes)
    )
    assert (
        "In grey: 2 followers of groups with fewer than 5 members.\nNot drawn: 1 follower without a regular contact."
        in words(axes)
    )
    assert "11 contacts inside groups, 1 between. 1  Sunday bakers: 5 followers, solid." in charts.alt_text(
        axes
    )


def test_a_group_that_may_be_chance_is_hollow():
    axes = drawn("groups")
    faces = [
        tuple(dots.get_facecolor()[0][:3])
        for dots in axes.collections
        if isinstance(dots, PathCollection) and dots.get_label() == "group"
    ]
    assert faces == [mpl.colors.to_rgb(colours.group_colour(1)), (1, 1, 1)]
    assert patches(axes, "may be chance")[0].get_linestyle() != patches(axes, "solid")[0].get_linestyle()


@pytest.mark.parametrize(
    ("solid", "said"),
    [
        ([True], "One group of followers: it is solid"),
        ([False], "One group of followers: it may be chance"),
        ([True, True], "Two groups of followers: both are solid"),
        ([False, False, False], "Three groups of followers: each may be chance"),
        ([True] * 4 + [False], "Five groups of followers: four are solid, one may be chance"),
        ([True] * 13, "13 groups of followers: all are solid"),
    ],
)
def test_groups_in_words(solid, said):
    table = groups(*[group(number, 5, is_solid=is_solid) for number, is_solid in enumerate(solid, 1)])
    assert title_of(charts.draw_groups(network([5] * len(solid)), table)) == said


def test_a_label_has_white_ground_and_touches_no_group():
    ties = nx.stochastic_block_model([13, 12, 10, 8], np.full((4, 4), 0.3) + 0.3 * np.eye(4), seed=5)
    for node, block in ties.nodes(data="block"):
        ties.nodes[node].update(kind="follower", group=block + 1, x=0.01 * node, y=0.1 * (node % 7))
    known = nx.relabel_nodes(ties, str)
    axes = charts.draw_groups(known, groups(*[group(n, 9, is_solid=False) for n in range(1, 5)]))
    drawing.figure_of(axes).draw_without_rendering()
    discs = [disc.get_window_extent() for disc in patches(axes, "may be chance")]
    grounds = [ground.get_window_extent() for ground in patches(axes, "ground")]
    labels = [text.get_window_extent() for text in axes.texts if text.get_text().strip()]
    assert (len(discs), len(grounds), len(labels)) == (4, 8, 8)
    for label in labels:
        assert any(
            g.x0 <= label.x0 and label.x1 <= g.x1 and g.y0 < label.y1 and label.y0 < g.y1 for g in grounds
        )
        for disc in discs:
            x, y = (disc.x0 + disc.x1) / 2, (disc.y0 + disc.y1) / 2
            away = np.hypot(np.clip(x, label.x0, label.x1) - x, np.clip(y, label.y0, label.y1) - y)
            assert away >= disc.width / 2


def test_only_the_ten_largest_are_coloured():
    axes = drawn("groups, forty")
    faces = {
        mpl.colors.to_hex(dots.get_facecolor()[0])
        for dots in axes.collections
        if isinstance(dots, PathCollection) and dots.get_label() == "group"
    }
    assert faces == {colours.group_colour(number) for number in range(11)}
    assert sum("followers" in text and "  " not in text and "grey" not in text for text in words(axes)) == 10
    assert any(text.startswith("In grey: 30 more groups") for text in words(axes))


def test_too_many_for_a_picture_are_told_in_words():
    crowd = nx.Graph()
    for number in range(2_600):
        crowd.add_node(
            str(number), kind="follower", group=1 + number // 1_500, x=0.001 * number, y=(number % 7) / 7
        )
    for number in range(2_600):
        for step in (1, 2, 3, 4, 5):
            crowd.add_edge(str(number), str((number + step) % 2_600), weight=1 + number % 3)
    axes = charts.draw_groups(crowd, groups(group(1, 1_500), group(2, 1_100)))
    assert len(_dots(axes, "group")) == 2_000
    assert sum(len(c.get_segments()) for c in axes.collections if isinstance(c, LineCollection)) <= 10_000
    assert "Drawn: 2,000 of 2,600 followers" in " ".join(words(axes)).replace("\n", " ")


def test_no_disc_lies_on_another_and_no_label_on_a_disc():
    axes = drawn("groups, forty")
    found = _centres(axes, "solid")
    for (ax, ay, ar), (bx, by, br) in itertools.combinations(found, 2):
        assert np.hypot(ax - bx, ay - by) >= ar + br


@given(
    sizes=st.lists(st.integers(2, 60), min_size=1, max_size=30),
    width=st.floats(0.3, 1.8),
)
@settings(max_examples=40, deadline=None)
def test_discs_keep_apart_and_within_the_room(sizes, width):
    order = sorted(sizes, reverse=True)
    labels = [(width, 0.38)] * min(10, len(order))
    found, _step = packing.discs(order, links={}, labels=labels, room=(5.6, 4.4), n_large=len(order))
    for disc in found:
        assert disc.radius - 1e-9 <= disc.x <= 5.6 - disc.radius + 1e-9
        assert disc.radius - 1e-9 <= disc.y <= 4.4 - disc.radius + 1e-9
        if disc.label:
            assert width / 2 - 1e-9 <= disc.label[0] <= 5.6 - width / 2 + 1e-9
            assert disc.label[1] + 0.38 <= 4.4 + 1e-9
    for one, other in itertools.combinations(found, 2):
        assert np.hypot(one.x - other.x, one.y - other.y) >= one.radius + other.radius


def test_groups_that_share_contacts_stand_near_one_another():
    found, _step = packing.discs([9] * 8, links={(0, 7): 5}, labels=[], room=(5.6, 4.4), n_large=8)
    away = [np.hypot(disc.x - found[0].x, disc.y - found[0].y) for disc in found[1:]]
    near, _step = packing.discs([9] * 8, links={(2, 7): 5}, labels=[], room=(5.6, 4.4), n_large=8)
    assert np.hypot(near[7].x - near[2].x, near[7].y - near[2].y) < 3 * near[7].radius
    assert min(away) > 0


@given(st.integers(1, 80))
@settings(max_examples=30, deadline=None)
def test_everybody_has_a_seat_of_their_own(n):
    lots = np.random.default_rng(n).uniform(-1, 1, (n, 2))
    found = packing.seats({str(number): tuple(place) for number, place in enumerate(lots)})
    assert len(found) == n
    for (ax, ay), (bx, by) in itertools.combinations(found.values(), 2):
        assert np.hypot(ax - bx, ay - by) > 0.7


# Togetherness


def test_togetherness_counts_the_runs_by_hand():
    axes = drawn("togetherness")
    # Of ten pairs in group 1 six sit together in all four runs and four in three; the one in group 2 always.
    # Between the groups four of the five share a label with both of the two in the last run: 8 of 40.
    assert (
        title_of(axes)
        == "Two followers of one group sit together in almost all of 4 runs, of two groups in 1"
    )
    pixels = next(image for image in axes.images if image.get_label() == "together").get_array()
    fine = pixels.shape[0] // 7
    shown = np.asarray(pixels)[::fine, ::fine]
    assert shown[0].tolist() == [4, 3, 3, 3, 3, 0, 0]
    assert shown[1].tolist() == [3, 4, 4, 4, 4, 1, 1]
    assert (shown == shown.T).all()
    assert {"Group 1", "Group 2", "never", "together in every run"} <= set(words(axes))
    assert "Not drawn: 1 follower of groups with fewer than 5 members." in words(axes)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([("1", 1, 1.0, "aa"), ("2", 1, 1.0, "aa")], "Two followers of one group sit together in all of 2 runs"),
        ([("1", 1, 1.0, "aa"), ("2", 1, 1.0, "ab"), ("3", 2, 1.0, "cc")],
         "Two followers of one group sit together in 1 of 2 runs, of two groups in none"),
    ],
)  # fmt: skip
def test_togetherness_in_words(rows, said):
    assert title_of(charts.draw_togetherness(groupings(*rows))) == said


def test_many_followers_are_thinned_evenly():
    axes = drawn("togetherness of many")
    pixels = next(image for image in axes.images if image.get_label() == "together").get_array()
    assert pixels.shape == (900, 900)
    heights = [round(block.get_height() / pixels.shape[0], 6) for block in patches(axes, "group")]
    assert len(heights) == 3
    assert max(heights) - min(heights) < 0.02 * max(heights)
    assert "Drawn: 300 of 1,000 followers, of every group the same part." in words(axes)


# Cards


def test_a_card_says_what_is_known_of_a_group():
    axes = charts.draw_cards(
        groups(group(1, 12, name="Sunday bakers", hub_share=0.6), group(2, 5, is_solid=False, stability=0.4))
    )
    assert title_of(axes) == "The solid group: Sunday bakers"
    assert {
        "1  Sunday bakers",
        "12 followers",
        "rye, crumb",
        "75% inside",
        "found again in 49 of 50 runs",
    } <= set(words(axes))
    assert {"Group 2", "found again in 20 of 50 runs", "may be chance", "around one person"} <= set(
        words(axes)
    )
    # Two parts of rungs and two of talk on each card.
    assert len(patches(axes, "part")) == 8
    first, second = patches(axes, "part")[:2]
    assert second.get_width() / first.get_width() == pytest.approx(10 / 2)
    assert (
        "1  Sunday bakers: 12 followers, found again in 49 of 50 runs, around one person, 75%"
        in charts.alt_text(axes)
    )


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([group(1, 9, is_solid=False), group(2, 8, is_solid=False)], "No group is solid: each may be chance"),
        ([group(1, 9, is_solid=False)], "The one group may be chance"),
        ([group(n, 9, words=[f"w{n}"]) for n in range(1, 8)],
         "The solid groups talk about: w1; w2; w3; w4; w5; and 2 more"),
        ([group(1, 9)], "The solid group talks about: rye"),
        ([group(1, 9, hashtags=["creamtea", "jam"]), group(2, 8, hashtags=[])],
         "The solid groups talk about: #creamtea; rye"),
        ([group(1, 9, name="Bakers"), group(2, 8, hashtags=["creamtea"])], "The solid groups: Bakers; #creamtea"),
        ([group(1, 9, words=[]), group(2, 8, words=[])], "Two groups, the largest of 9 followers"),
    ],
)  # fmt: skip
def test_cards_in_words(rows, said):
    assert title_of(charts.draw_cards(pd.DataFrame(rows))) == said


def test_a_group_that_is_gone_says_so():
    table = pd.DataFrame([group(1, 9, fate="still there"), group(2, 8, fate="gone", is_solid=False)])
    assert "may be chance, gone" in words(charts.draw_cards(table))
    axes = charts.draw_groups(network([9, 8]), table)
    assert {"9 followers", "8 followers, gone, may be chance"} <= set(words(axes))
    there, gone = (
        np.array(
            mpl.colors.to_rgb(
                patches(charts.draw_groups(network([9, 8]), of), "may be chance")[0].get_edgecolor()
            )
        )
        for of in (table.assign(fate="still there"), table)
    )
    assert (gone > there).all()


def test_a_group_without_talk_and_without_words():
    axes = charts.draw_cards(
        groups(group(1, 5, words=[], follower_share=None), group(2, 5, follower_share=0.0))
    )
    assert {"no talk", "no word that five of them use", "0% inside"} <= set(words(axes))
    assert "Not drawn: 30 more groups of 12 followers and fewer." in words(drawn("cards, forty"))


# Lifelines


def test_lifelines_say_what_became_of_the_groups():
    axes = drawn("lifelines")
    assert (
        title_of(axes)
        == "Groups since January: one born, one split off, one merged, one gone; three still there"
    )
    assert {"Group 1 (40)", "Group 2 (8)", "Group 3 (12)", "Group 4 (7)", "5  Sunday bakers (9)"} <= set(
        words(axes)
    )
    merge = [band for band in axes.collections if band.get_label() == "merge"]
    assert len(merge) == 1
    assert [line.get_label() for line in axes.lines if line.get_label() in ("gone", "not found")] == [
        "gone",
        "not found",
    ]
    assert "baker AMA" in charts.alt_text(axes)
    assert "thin line: fewer than 5" in axes.get_xlabel()
    assert (
        "Group 4: born in the four weeks from 3 February 2025 (6), in those from 31 March 2025 7, still there."
        in (charts.alt_text(axes))
    )


def test_who_merges_ends_in_the_other_band():
    axes = drawn("lifelines")
    merge = next(band for band in axes.collections if band.get_label() == "merge")
    lane = {text.get_text(): text.get_position()[1] for text in axes.texts}
    path = merge.get_paths()[0].vertices
    last = path[path[:, 0] == path[:, 0].max()][:, 1]
    assert np.mean([last.min(), last.max()]) == pytest.approx(lane["Group 1 (40)"])


def test_time_begins_where_groups_were_first_looked_for():
    axes = charts.draw_lifelines(_LIVES, since="2024-11-11", actions=[("2024-12-01", "opening")])
    assert mpl.dates.num2date(axes.get_xlim()[0] + 3).strftime("%Y-%m-%d") == "2024-11-11"
    assert "opening" in words(axes)
    assert title_of(axes).startswith("Groups since November 2024: four born")


def test_a_lifeline_is_called_by_its_whole_name():
    name = "The Gluten Free Friends of Northern Bavaria"
    axes = charts.draw_lifelines(
        [life(1, 9, 9, name=name), life(2, 8, 8, words=["sourdough starter", "rye"])]
    )
    assert {f"1  {name} (9)", "2  sourdough starter (8)"} <= {text.replace("\n", " ") for text in words(axes)}


def test_fewer_than_five_are_not_counted():
    assert "Group 1 (under 5)" in words(charts.draw_lifelines([life(1, 9, None)]))
    assert "(under 5)" in charts.alt_text(charts.draw_lifelines([life(1, None, 9)]))


def test_nothing_happened():
    assert (
        title_of(charts.draw_lifelines([life(1, 9, 9), life(2, 8, 8)]))
        == "Two groups, still there since January"
    )
    assert "not drawn: 28 smaller groups" in drawn("lifelines of many").get_xlabel()


# Moves


def _ribbon(axes: Axes, label: str) -> list[np.ndarray]:
    return [band.get_paths()[0].vertices for band in axes.collections if band.get_label() == label]


def test_a_ribbon_is_as_thick_as_followers_moved():
    axes = drawn("moves")
    assert title_of(axes) == "Of 100 in the circle, 78 are still there four weeks later"
    assert [block.get_height() for block in patches(axes, "circle")] == [50, 49]
    (stay,), (fall,) = _ribbon(axes, "circle to circle"), _ribbon(axes, "circle to connected")
    assert (stay[:, 1].min(), stay[:, 1].max()) == (0, 39)
    at_start = fall[fall[:, 0] == fall[:, 0].min()][:, 1]
    assert (at_start.min(), at_start.max()) == (39, 50)
    assert "In the circle at first (50)" in charts.alt_text(axes)
    assert "In the circle 49" in words(axes)


def test_those_who_are_never_heard_press_nobody_flat():
    axes = drawn("moves, most silent")
    assert [block.get_height() for block in patches(axes, "silent")] == [1, 2]
    assert not _ribbon(axes, "silent to silent")
    assert "not drawn: 600 heard neither before nor after" in axes.get_xlabel()
    # A number that the block is not as tall as would not be believed.
    assert "Not heard" in words(axes)


def test_a_ribbon_of_fewer_than_five_is_not_drawn():
    few = moves(("circle", "circle", 5), ("circle", "spectator", 4))
    axes = charts.draw_moves(few)
    assert [len(_ribbon(axes, f"circle to {rung}")) for rung in ("circle", "spectator")] == [1, 0]
    assert [block.get_height() for block in patches(axes, "spectator")] == [4]
    assert "not drawn: moves of fewer than 5" in axes.get_xlabel()
    assert "not drawn" not in drawn("moves").get_xlabel()


def test_a_title_over_more_than_is_drawn_says_so():
    said = "title: all pairs of periods four weeks apart"
    assert said in drawn("moves of a year").get_xlabel()
    assert said not in drawn("moves").get_xlabel()
    assert said not in drawn("moves, most silent").get_xlabel()


def test_the_latest_four_weeks_that_follow_one_another_are_drawn():
    axes = drawn("moves of a year")
    places = [block.get_x() + block.get_width() / 2 for block in patches(axes, "circle")]
    days = [f"{mpl.dates.num2date(place):%Y-%m-%d}" for place in places]
    assert days == ["2025-06-23", "2025-07-21", "2025-08-18", "2025-09-15", "2025-10-13", "2025-11-10"]
    broken = _WEEKS[_WEEKS["tile"] != "2025-08-18"]
    assert len(patches(charts.draw_moves(broken), "circle")) == 3


def test_few_are_not_said_in_hundreds():
    few = moves(("connected", "connected", 1), ("connected", "spectator", 2))
    assert title_of(charts.draw_moves(few)) == "Keeps in touch: 1 of 3 times still there four weeks later"


# Colours, numbers, letters


def test_groups_have_ten_colours_none_of_them_the_brands():
    found = [colours.group_colour(number) for number in range(1, 11)]
    assert len(set(found)) == 10
    assert [colours.group_colour(number) for number in range(11, 21)] == found
    assert colours.group_colour(0) not in found
    brand = np.array(mpl.colors.to_rgb(colours.BRAND_COLOUR))
    assert min(np.abs(np.array(mpl.colors.to_rgb(colour)) - brand).max() for colour in found) > 0.15


def test_numbers_are_words_up_to_twelve():
    assert [phrases.in_words(n) for n in (0, 7, 12, 13)] == ["None", "Seven", "Twelve", "13"]


def test_a_group_goes_by_its_name_or_its_words():
    assert lettering.group_name(group(3, 5, name="Bakers"), room=2) == "3  Bakers"
    assert lettering.group_name(group(3, 5, words=["a", "b", "c", "d"]), room=2) == "3  a, b, c"
    assert lettering.group_name(group(3, 5, words=["sourdough", "w" * 30]), room=1.2) == "3  sourdough"
    assert lettering.group_name(group(3, 5, words=[]), room=2) == "Group 3"
    long = lettering.group_name(group(3, 5, name="W" * 99), room=1)
    assert long.endswith("W…")
    assert lettering.text_width(long, size=lettering.SMALL, weight="bold") <= 1
