"""The network without names: who stands in it, and where."""

from __future__ import annotations

import math

import networkx as nx
import pytest

from communitylab import portrait
from communitylab.groups import groups_of
from communitylab.pseudonyms import pseudonyms_of

# Ana and bo keep in touch all the time, cy and dee only at first; eve faces the stage at the end, fay never writes.
STORY = """BRAND mon; ana>bo mon; bo>ana tue; cy>dee mon; dee>cy tue
ana>BRAND mon; ana>BRAND wed; BRAND>ana thu
eve mon+5; ana>bo mon+5; bo>ana tue+5; ana>fay sun+5"""


@pytest.fixture
def network(tiny):
    return portrait.anonymous_network(tiny(STORY), seed=7)


def _of(network, **wanted):
    return [node for node, of in network.nodes(data=True) if all(of[key] == wanted[key] for key in wanted)]


def test_everybody_who_wrote_stands_in_it_with_a_rung_and_nobody_else(network):
    assert len(network) == 6  # fay was only named
    assert len(_of(network, kind="brand", rung="brand")) == 1
    assert len(_of(network, rung="connected", latest_rung="connected")) == 2
    assert len(_of(network, rung="connected", latest_rung="")) == 2
    assert len(_of(network, rung="spectator", latest_rung="spectator")) == 1


def test_edges_are_the_ties_with_all_talk_of_the_pair(network):
    latest = [of for _a, _b, of in network.edges(data=True) if of["is_latest"]]
    assert latest == [{"weight": 4, "is_mutual": True, "is_latest": True, "is_latest_mutual": True}]
    with_brand = [
        (a, b) for a, b in network.edges if "brand" in (network.nodes[a]["kind"], network.nodes[b]["kind"])
    ]
    assert len(with_brand) == 1
    assert network.number_of_edges() == 3


def test_latest_four_weeks_hold_who_wrote_in_them(network):
    now = portrait.latest(network)
    rungs = sorted(rung for _node, rung in now.nodes(data="rung"))
    assert rungs == ["brand", "connected", "connected", "spectator"]
    assert [of["weight"] for _a, _b, of in now.edges(data=True)] == [4]


def test_people_go_by_pseudonyms_in_whose_order_nothing_is_told(tiny):
    study = tiny(STORY)
    first, again, other = (portrait.anonymous_network(study, seed=seed) for seed in (7, 7, 8))
    assert list(first.nodes(data=True)) == list(again.nodes(data=True))
    assert list(first.edges(data=True)) == list(again.edges(data=True))
    assert list(first) == sorted(first)
    assert not set(first) & set(other)


def test_pseudonyms_given_are_those_that_are_used(tiny):
    study = tiny(STORY)
    kept = pseudonyms_of(study, key=b"kept")
    groupings = portrait.anonymous_groupings(study, groups=groups_of(study, seed=7), seed=7, pseudonyms=kept)
    network = portrait.anonymous_network(study, seed=7, pseudonyms=kept)
    assert set(network) < set(kept.values())
    assert set(groupings["node"]) == {node for node in network if network.nodes[node]["rung"] == "connected"}


def test_brand_stands_in_the_middle_and_all_within_the_disc(network):
    (brand,) = _of(network, kind="brand")
    assert (network.nodes[brand]["x"], network.nodes[brand]["y"]) == (0, 0)
    assert all(math.hypot(of["x"], of["y"]) <= 1 for _node, of in network.nodes(data=True))


def test_groups_do_not_stand_on_one_another():
    discs = portrait._discs([400, 90, 30, 8, 4, 2, 2, 2])
    for place, (x, y, radius) in enumerate(discs):
        assert math.hypot(x, y) + radius <= portrait._ROOM + 1e-9
        for ox, oy, other in discs[:place]:
            assert math.hypot(x - ox, y - oy) >= radius + other


def test_everybody_of_a_large_group_has_a_place(monkeypatch):
    monkeypatch.setattr(portrait, "_SPRINGS", 5)
    path = nx.path_graph(40)
    places = portrait._laid_out(path, sorted(path), seed=1)
    assert sorted(places) == list(range(40))
    assert all(math.isfinite(x) and math.isfinite(y) for x, y in places.values())


def test_export_without_times_has_people_and_no_ties(tmp_path):
    import communitylab as cl

    table = tmp_path / "edges.csv"
    table.write_text("source,target\nana,bo\nbo,ana\nana,BRAND\n", encoding="utf-8")
    found = portrait.anonymous_network(cl.load(table, brand="BRAND"), seed=1)
    assert (len(found), found.number_of_edges()) == (2, 0)
    assert list(portrait.latest(found).nodes(data="rung")) == []


def test_latest_ties_carry_what_was_mutual_in_the_latest_four_weeks_alone(tiny):
    """Ana and bo answer each other at first; later ana alone addresses bo."""
    study = tiny("ana>bo mon; bo>ana tue; ana>bo mon+5; ana>bo wed+5; bo sun+5; BRAND mon")
    drawn = portrait.anonymous_network(study, seed=7)
    (edge,) = [of for _a, _b, of in drawn.edges(data=True)]
    assert (edge["is_mutual"], edge["is_latest"], edge["is_latest_mutual"]) == (True, True, False)
    assert [of["is_mutual"] for _a, _b, of in portrait.latest(drawn).edges(data=True)] == [False]
