"""Regular contacts: what is one, and what they look like together."""

import networkx as nx
import numpy as np
from test_study import CAFE

from communitylab import networks

# Pairs by what they do; everybody writes. 0 is forth, 1 is back.
_PAIRS = """BRAND mon; BRAND sun+8
ana>ann mon 0h; ann>ana mon 23h
bea>ben mon 23h; ben>bea tue 1h
cat>cal mon 12h; cal>cat tue 0h
dan>deb mon 12h01; deb>dan tue 0h
eli>eva mon; eli>eva tue; eva mon
flo>fay mon; fay>flo mon+4
gil>gus mon; gil>gus tue; gus>gil mon+4; gus mon
hal>ida mon; hal>ida wed
jan>jim mon 9h; jim>jan wed; jan>jim fri
kim>lea,BRAND mon; lea>kim tue; kim>BRAND wed"""


def _ties(study, *, tile=0, **options):
    names = {row["account"]: row["name"] for row in study.people.to_pyarrow().to_pylist()}
    found = networks.ties(study, **options)
    return {
        f"{names[row.a]}-{names[row.b]}": (row.forth, row.back, row.is_mutual)
        for row in found.itertuples()
        if row.tile == study.tiles[tile]
    }


def test_tie_is_talk_on_two_days_and_twelve_hours_apart_between_two_who_write(tiny):
    """Ana and ann talked on one day only, bea and ben on two that touch, dan and deb a minute less than
    twelve hours apart, flo and fay in different four weeks, and ida never wrote."""
    assert _ties(tiny(_PAIRS)) == {
        "cal-cat": (1, 1, True),
        "eli-eva": (2, 0, False),
        "gil-gus": (2, 0, False),
        "jan-jim": (2, 1, True),
        "kim-lea": (1, 1, True),
    }


def test_listed_follower_who_never_wrote_has_no_ties(tiny):
    study = tiny(
        "hal>ida mon; hal>ida wed; hal>jo mon; hal>jo wed; jo mon; BRAND mon", followers="hal ida jo"
    )
    assert _ties(study) == {"hal-jo": (2, 0, False)}


def test_other_rules_for_a_tie(tiny):
    study = tiny(_PAIRS)
    one_day = _ties(study.only(tie_days=1))
    assert {"ana-ann", "bea-ben", "dan-deb"} <= set(one_day)
    assert "flo-fay" not in one_day
    assert set(_ties(study.only(tie_days=3))) == {"jan-jim"}


def test_tie_with_the_brand_follows_the_same_rule(tiny):
    study = tiny(_PAIRS)
    assert set(_ties(study, brand=True)) - set(_ties(study)) == {"BRAND-kim"}


def test_brand_that_never_wrote_has_no_ties(tiny):
    """Under the same tie rule, both must have written something."""
    study = tiny("ana>BRAND mon; ana>BRAND wed; bo mon")
    assert _ties(study, brand=True) == {}


def test_days_of_a_zone_decide_what_two_days_are(tiny):
    """11:00 and 23:30 in London's winter are half past midnight on the next day in Berlin."""
    story = "ana>bo mon 11h; bo>ana mon 23h30; BRAND mon; BRAND d90; ana>BRAND mon"
    assert _ties(tiny(story)) == {}
    assert _ties(tiny(story, tz="Europe/Berlin")) == {"ana-bo": (1, 1, True)}


def test_network_of_all_tiles_together(tiny, numbers_of):
    study = tiny(_PAIRS)
    network = networks.graph(study)
    number = numbers_of(study)
    assert list(network) == sorted(network)
    assert list(network.edges) == sorted(network.edges)
    # All their talk: two acts in the tile, one four weeks later.
    assert network.edges[number["gil"], number["gus"]] == {"weight": 3, "is_mutual": False}
    assert network.edges[number["jan"], number["jim"]] == {"weight": 3, "is_mutual": True}
    assert networks.graph(tiny("ana>BRAND mon; bo mon")).number_of_nodes() == 0


def test_peer_pairs_belong_to_the_day_on_which_their_thread_began(tiny):
    study = tiny(
        "ana mon =t; bo>ana tue reply :t; cy>bo wed reply :t in:t; cy>bo wed; cy>BRAND d20; cy>zoe fri"
    )
    monday = study.days[0]
    rows = networks.peer_pairs(study).to_pyarrow().to_pylist()
    names = {row["account"]: row["name"] for row in study.people.to_pyarrow().to_pylist()}
    assert sorted(
        (names[row["source"]], names[row["target"]], row["day"] - monday, row["weight"]) for row in rows
    ) == [
        ("bo", "ana", 0, 1),
        ("cy", "bo", 0, 1),
        ("cy", "bo", 2, 1),
    ]


def test_component_sizes_and_triplets_of_graphs_known():
    def of(network):
        return networks.adjacency(*(np.array(side) for side in zip(*network.edges, strict=True)))[0]

    assert networks.component_sizes(of(nx.Graph([(0, 1), (1, 2), (5, 9)]))).tolist() == [3, 3, 3, 2, 2]
    weighted = networks.component_sizes(of(nx.Graph([(0, 1), (5, 9)])), weights=np.array([1, 2, 3, 0]))
    assert weighted.tolist() == [3, 3, 3, 3]
    assert networks.transitive_triplets(of(nx.complete_graph(4))) == (12, 12)
    assert networks.transitive_triplets(of(nx.star_graph(4))) == (0, 6)
    nothing = networks.adjacency(np.array([], np.int64), np.array([], np.int64))[0]
    assert networks.component_sizes(nothing).tolist() == []
    assert networks.transitive_triplets(nothing) == (0, 0)


def test_ties_of_the_cafe(tiny):
    assert _ties(tiny(CAFE)) == {"ana-bo": (2, 1, True), "ana-dee": (0, 2, False)}
