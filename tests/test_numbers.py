"""Figures of real data and of known networks, reckoned elsewhere with other means.

The real exports lie in an optional folder beside the project; where it is not, their tests are skipped.
"""

import csv
import io
import json
import re
from pathlib import Path

import networkx as nx
import numpy as np
import pandas as pd
import pytest

from benchmarks import atlas
from communitylab import coverage, inference, measures, networks, roles, verdict
from communitylab import study as rooms
from communitylab.sections import known_places

_SEED = 7
ROOT = Path(__file__).parent.parent

# Figures as printed: to be met in all their digits.
_FIGURES = {
    "elgl19": {
        "posts": "3236",
        "reply, mention, quote, repost": "202, 1769, 106, 1813",
        "carried": "305",
        "active, talkers, regulars, tiles": "312, 153, 75, 1",
        "w_ff, w_fb, outside": "889, 264, 580",
        "follower share": "0.771032, 0.662771, 0.852284",
        "bystander bounds": "0.512983, 0.847663",
        "reach": "0.562092",
        "ties, mutual": "79, 38",
        "breadth, any tie": "0.360000, 0.206740, 0.548339, 0.560000",
        "largest component": "0.169872",
        "cohesion": "0.148515",
        "spread": "0.898305",
        "reciprocity": "0.195827, 0.108541",
        "effective pairs": "276.626",
        "return rate": "0.159940",
        "without top": "0.678058, 0.337838",
        "roles": "0, 120, 161, 18, 13",
        "ladder, last tile": "2019-05-08: 0, 120, 161, 18, 13",
        "coverage": "A",
        "verdict": "community",
    },
    "sibecol2019": {
        "posts": "2973",
        "reply, mention, quote, repost": "61, 954, 75, 2045",
        "carried": "49",
        "active, talkers, regulars, tiles": "694, 191, 82, 1",
        "w_ff, w_fb, outside": "556, 274, 179",
        "follower share": "0.669880, 0.590311, 0.740781",
        "bystander bounds": "0.551041, 0.728444",
        "reach": "0.560209",
        "ties, mutual": "52, 22",
        "breadth, any tie": "0.353659, 0.210642, 0.528736, 0.560976",
        "largest component": "0.023055",
        "cohesion": "0.062500",
        "spread": "0.486111",
        "reciprocity": "0.124169, 0.066194",
        "effective pairs": "296.676",
        "return rate": "0.131417",
        "without top": "0.608273, 0.358025",
        "roles": "0, 434, 222, 33, 5",
        "ladder, last tile": "2019-01-21: 0, 434, 222, 33, 5",
        "coverage": "A",
        "verdict": "undecided",
    },
    "twcs": {
        "posts": "5000",
        "reply, mention, quote, repost": "3520, 3487, 0, 0",
        "carried": "2039",
        "active, talkers, regulars, tiles": "1443, 1238, 195, 22",
        "w_ff, w_fb, outside": "372, 1932, 463",
        "follower share": "0.161458, 0.097719, 0.255021",
        "bystander bounds": "0.134442, 0.301771",
        "reach": "0.878837",
        "ties, mutual": "11, 8",
        "breadth, any tie": "0.043939, 0.018092, 0.102847, 0.051515",
        "largest component": "0.006832",
        "cohesion": "0.636364",
        "spread": "0.333333",
        "reciprocity": "0.312925, 0.185484",
        "effective pairs": "115.128",
        "return rate": "0.004016",
        "without top": "0.057684, 0.021605",
        "roles": "0, 1155, 277, 8, 3",
        "ladder, last tile": "2017-11-06: 1117, 238, 83, 2, 3",
        "coverage": "A",
        "verdict": "audience",
    },
    "discourse_topics": {
        "posts": "134",
        "reply, mention, quote, repost": "14, 4, 0, 0",
        "carried": "0",
        "active, talkers, regulars, tiles": "48, 11, 0, 52",
        "w_ff, w_fb, outside": "11, 3, 0",
        "follower share": "0.785714, 0.383431, 0.955790",
        "bystander bounds": "0.785714, 0.785714",
        "reach": "0.272727",
        "ties, mutual": "0, 0",
        "breadth, any tie": "–, –, –, –",
        "largest component": "0.240566",
        "cohesion": "–",
        "spread": "–",
        "reciprocity": "0.200000, 0.111111",
        "effective pairs": "8.067",
        "return rate": "0.100000",
        "without top": "0.615385, –",
        "roles": "0, 41, 7, 0, 0",
        "ladder, last tile": "2019-09-09: 32, 9, 7, 0, 0",
        "coverage": "A",
        "verdict": "insufficient",
    },
}
_FILES = {
    "elgl19": "x_api_v2/elgl19.jsonl",
    "sibecol2019": "rtweet/sibecol2019.csv",
    "twcs": "support_csv/twcs.csv",
    "discourse_topics": "discourse_topics",
}


def _brand(name, path):
    if name != "twcs":
        return {"elgl19": "elgl50", "sibecol2019": "sibecol", "discourse_topics": "161"}[name]
    with path.open(encoding="utf-8", newline="") as file:
        return sorted({row["author_id"] for row in csv.DictReader(file) if row["inbound"] == "False"})


@pytest.fixture(scope="module", params=list(_FIGURES))
def figures(request, real, tmp_path_factory):
    """Expected and found figures of one real export, both as printed."""
    path = real(_FILES[request.param])
    brand = _brand(request.param, path)
    if request.param == "discourse_topics":
        path = _joined_alone(path, tmp_path_factory.mktemp("topics"))
    study = rooms.load(path, brand=brand)
    return _FIGURES[request.param], _printed(study)


def _joined_alone(topics, folder):
    """The topics of a forum as they were reckoned elsewhere: whom a post answers is known by its number alone."""
    for path in topics.glob("*.json"):
        topic = json.loads(path.read_text("utf-8"))
        for post in topic["post_stream"]["posts"]:
            post.pop("reply_to_user", None)
        (folder / path.name).write_text(json.dumps(topic), "utf-8")
    return folder


def _six(value):
    return "–" if value is None else f"{value:.6f}"


def _printed(study):
    acts = study.table("acts")
    counts = measures.talk_counts(study)
    share, broad = measures.follower_share(study), measures.breadth(study)
    largest = measures.largest_component(study, seed=_SEED)
    returned = measures.mutuality(study, seed=_SEED)
    spread, top = measures.spread(study), measures.without_top(study)
    ladder = roles.ladder(study).iloc[-1]
    rungs = list(roles.RUNGS)

    def together(values):
        return ", ".join(str(value) for value in values)

    return {
        "posts": str(study.ledger.posts),
        "reply, mention, quote, repost": together(
            int(((acts["kind"] == kind) & (acts["evidence"] != "inferred")).sum())
            for kind in ("reply", "mention", "quote", "repost")
        ),
        "carried": str((acts["evidence"] == "carried").sum()),
        "active, talkers, regulars, tiles": together(
            (counts["active_followers"], counts["talkers"], broad.beside["regulars"], len(study.tiles))
        ),
        "w_ff, w_fb, outside": together(counts[name] for name in ("w_ff", "w_fb", "outside")),
        "follower share": together(map(_six, (share.value, share.low, share.high))),
        "bystander bounds": together(_six(share.beside[f"bystander_{end}"]) for end in ("low", "high")),
        "reach": _six(measures.reach(study).value),
        "ties, mutual": together((spread.beside["ties"], spread.beside["mutual_ties"])),
        "breadth, any tie": together(
            map(_six, (broad.value, broad.low, broad.high, broad.beside.get("any_tie")))
        ),
        "largest component": _six(largest.value),
        "cohesion": _six(measures.cohesion(study, seed=_SEED).value),
        "spread": _six(spread.value),
        "reciprocity": together(map(_six, (returned.value, returned.beside["pair"]))),
        "effective pairs": format(measures.effective_pairs(study).value, ".3f"),
        "return rate": _six(measures.return_rate(study, seed=_SEED).value),
        "without top": together(map(_six, (top.value, top.beside["breadth"]))),
        "roles": together(roles.whole(study).values()),
        "ladder, last tile": f"{ladder['tile']}: {together(ladder[rung] for rung in rungs)}",
        "coverage": coverage.coverage_of(study).name,
        "verdict": verdict.decide(study, seed=_SEED).label,
    }


def test_figures_of_real_exports_are_those_reckoned_independently(figures):
    expected, found = figures
    assert found == expected


def test_forum_says_whom_an_answer_addressed_though_the_post_answered_is_gone(real):
    """One more answer between followers than above; and the share with the answers to topics as a whole."""
    path = real(_FILES["discourse_topics"])
    study = rooms.load(path, brand=_brand("discourse_topics", path))
    found = _printed(study)
    assert {name: found[name] for name in found if found[name] != _FIGURES["discourse_topics"][name]} == {
        "reply, mention, quote, repost": "15, 4, 0, 0",
        "active, talkers, regulars, tiles": "48, 12, 0, 52",
        "w_ff, w_fb, outside": "12, 3, 0",
        "follower share": "0.800000, 0.430776, 0.954837",
        "bystander bounds": "0.800000, 0.800000",
        "reach": "0.250000",
        "reciprocity": "0.181818, 0.100000",
        "effective pairs": "9.000",
        "return rate": "0.090909",
    }
    acts, whole = study.table("acts"), study.only(inferred=True)
    assert (acts["evidence"] == "inferred").sum() == 57
    counts, share = measures.talk_counts(whole), measures.follower_share(whole)
    assert [counts[name] for name in ("w_ff", "w_fb", "outside", "talkers")] == [55, 9, 0, 41]
    assert ", ".join(map(_six, (share.value, share.low, share.high))) == "0.859375, 0.512120, 0.972661"


# --- The places that a report stands a brand beside.

_ATLAS = ROOT / "data" / "reference.csv"
_PLACES = {
    "Support desks": "twcs",
    "A network's conference": "elgl19",
    "A science congress": "sibecol2019",
}
_SHIPPED = {
    "Karate club": nx.karate_club_graph(),
    "Southern women": nx.bipartite.projected_graph(
        nx.davis_southern_women_graph(), nx.davis_southern_women_graph().graph["top"]
    ),
    "Florentine families": nx.florentine_families_graph(),
    "Les Misérables": nx.les_miserables_graph(),
}


def _place(name):
    return known_places().set_index("name").loc[name]


@pytest.mark.parametrize("name", _PLACES)
def test_known_places_have_the_figures_reckoned_elsewhere(name):
    row, expected = _place(name), _FIGURES[_PLACES[name]]

    def printed(*columns):
        return ", ".join(f"{row[column]:.6f}" for column in columns)

    assert printed("follower_share", "low", "high") == expected["follower share"]
    assert expected["breadth, any tie"].startswith(printed("breadth", "breadth_low", "breadth_high"))
    assert expected["active, talkers, regulars, tiles"].split(", ")[::2] == [
        f"{row['followers']:.0f}",
        f"{row['regulars']:.0f}",
    ]
    assert expected["reciprocity"].startswith(printed("mutuality"))
    assert [printed(column) for column in ("cohesion", "spread", "return_rate")] == [
        expected[name] for name in ("cohesion", "spread", "return rate")
    ]
    assert f"{row['effective_pairs']:.3f}" == expected["effective pairs"]
    assert (row["coverage"], f"{row['links']:.0f}") == (
        expected["coverage"],
        expected["ties, mutual"].split(", ")[0],
    )


@pytest.mark.parametrize("name", _SHIPPED)
def test_networks_of_the_atlas_are_as_networkx_finds_them(name):
    row, network = _place(name), _SHIPPED[name]
    n = len(network)
    degrees = [degree for _node, degree in network.degree]
    centralization = sum(max(degrees) - degree for degree in degrees) / ((n - 1) * (n - 2))
    assert (row["people"], row["links"]) == (n, network.number_of_edges())
    assert row["density"] == pytest.approx(nx.density(network), abs=1e-6)
    assert row["cohesion"] == pytest.approx(nx.transitivity(network), abs=1e-6)
    assert row["centralization"] == pytest.approx(centralization, abs=1e-6)
    assert row[["follower_share", "breadth", "mutuality", "return_rate"]].isna().all()
    parts = nx.community.louvain_communities(network, weight=None, seed=7)
    assert row["modularity"] == pytest.approx(nx.community.modularity(network, parts, weight=None), abs=0.01)


def test_well_known_figures_stand_in_the_atlas():
    club, mails = _place("Karate club"), _place("An institute's mail")
    assert (club["centralization"], club["density"], club["cohesion"]) == (0.399621, 0.139037, 0.255682)
    assert round(club["modularity"], 5) == 0.41979
    assert (mails["people"], round(mails["mutuality"], 4)) == (1005, 0.7112)


def test_breadth_is_given_where_there_are_enough_regulars():
    table = known_places()
    few = table[table["follower_share"].notna() & (table["regulars"] < atlas.LEAST_REGULARS)]
    assert len(few) == 6
    assert few["breadth"].isna().all()
    placed = table[table["breadth"].notna()]
    assert list(placed["name"]) == [*_PLACES, "Students' messages"]
    assert list(table["has_brand"] == table["name"].isin([*_PLACES, *few["name"][:-1]])) == [True] * len(
        table
    )


def test_what_compares_with_a_search_for_the_brand_are_searches():
    table = known_places()
    alike = {
        name: set(table["name"][known_places(coverage=name)["is_alike"]]) for name in ("A", "B", "C_search")
    }
    assert alike["A"] == alike["B"]
    assert alike["C_search"] == set(table["name"][table["coverage"] == "C_search"])
    assert alike["A"] | alike["C_search"] == set(table["name"][table["has_brand"]])
    assert not alike["A"] & alike["C_search"]


def test_atlas_is_what_the_data_give(real):
    table = atlas.table_of(atlas.places(real("networks").parent))
    again = pd.read_csv(io.StringIO(table.to_csv(index=False)))
    pd.testing.assert_frame_equal(pd.read_csv(_ATLAS), again, rtol=1e-5)


def test_page_of_the_atlas_is_what_the_table_renders_to():
    page = (ROOT / "docs" / "atlas.md").read_text(encoding="utf-8")
    assert page == atlas.page_of(pd.read_csv(_ATLAS))
    assert all(page.count(f"| {name} |") >= 2 for name in known_places()["name"])


def test_atlas_names_no_account(real):
    path = real(_FILES["twcs"])
    written = set(
        re.findall(r"\w+", (_ATLAS.read_text("utf-8") + (ROOT / "docs" / "atlas.md").read_text("utf-8")))
    )
    assert not written & {*_brand("twcs", path), "elgl50", "ELGL50", "sibecol", "SIBECOL"}
    assert "@" not in _ATLAS.read_text("utf-8")


@pytest.mark.parametrize(
    ("edges", "directed", "centralization", "mutuality"),
    [
        ([("hub", name) for name in "abcd"], False, 1.0, None),
        ([(name, "hub") for name in "abcd"], True, 1.0, 0.0),
        ([("a", "b"), ("b", "a"), ("b", "c")], True, 0.0, 2 / 3),
    ],
)
def test_figures_of_links_by_hand(edges, directed, centralization, mutuality):
    """Of three who are each addressed once, none is the centre."""
    network = (nx.DiGraph if directed else nx.Graph)(edges)
    found = atlas.figures_of_links(network)
    assert found["centralization"] == pytest.approx(centralization)
    assert found["mutuality"] == (None if mutuality is None else pytest.approx(mutuality))
    pairs = len({frozenset(edge) for edge in edges})
    n = len(network)
    assert (found["people"], found["links"], found["cohesion"]) == (n, pairs, 0)
    assert found["density"] == pytest.approx(2 * pairs / (n * (n - 1)))


def test_whoever_is_seen_least_stands_in_the_brands_place(tmp_path):
    (tmp_path / "messages.txt").write_text("10 9 1\n9 10 2\n3 9 3\n8 10 4\n")
    assert atlas.least_seen(tmp_path / "messages.txt") == "3"


# --- Known networks.


def _reciprocity(pairs):
    size = int(pairs.max()) + 1
    forth, back = pairs[:, 0] * size + pairs[:, 1], pairs[:, 1] * size + pairs[:, 0]
    return float(np.isin(forth, back).mean())


def _read_pairs(path, brand):
    """Acts, people and directed pairs of an edge list, as the reader and the counting rules give them."""
    study = rooms.load(path, brand=brand)
    acts = study.every_act_coded.select("source", "target").to_pyarrow().to_pandas()
    return study, len(acts), acts.drop_duplicates().to_numpy()


def test_reciprocity_of_collegemsg(real):
    """1,899 people, 59,835 messages, in 20,296 directions."""
    study, acts, pairs = _read_pairs(real("networks/CollegeMsg.txt"), "1")
    assert (len(np.unique(pairs)), acts, len(pairs)) == (1899, 59_835, 20_296)
    assert study.ledger.posts == 59_835
    edge = _reciprocity(pairs)
    density = len(pairs) / (1899 * 1898)
    assert round(edge, 4) == 0.6364
    assert round(edge / (2 - edge), 4) == 0.4667
    assert round((edge - density) / (1 - density), 4) == 0.6343  # Garlaschelli & Loffredo


def test_reciprocity_of_email_eu_core(real):
    """25,571 rows, of which 642 are messages to oneself and no acts."""
    study, acts, pairs = _read_pairs(real("networks/email-Eu-core.txt"), "0")
    people = study.people.count().to_pyarrow().as_py()
    assert (people, study.ledger.posts, acts) == (1005, 25_571, 25_571 - 642)
    assert round(_reciprocity(pairs), 4) == 0.7112
    labels = np.loadtxt(real("networks/email-Eu-core-department-labels.txt"), dtype=np.int64)
    assert len(np.unique(labels[:, 1])) == 42


def _ends(network):
    return tuple(np.array(side) for side in zip(*network.edges, strict=True))


def test_transitivity_of_the_karate_club():
    club = nx.karate_club_graph()
    closed, triplets = networks.transitive_triplets(networks.adjacency(*_ends(club))[0])
    assert (club.number_of_nodes(), club.number_of_edges()) == (34, 78)
    assert (closed, triplets) == (3 * 45, 528)
    assert round(closed / triplets, 5) == 0.25568


def test_transitivity_of_a_ring_of_cliques():
    """Thirty cliques of five: all but the triplets at the 30 joints are closed."""
    ring = nx.ring_of_cliques(30, 5)
    closed, triplets = networks.transitive_triplets(networks.adjacency(*_ends(ring))[0])
    assert closed / triplets == pytest.approx(nx.transitivity(ring))
    assert networks.component_sizes(networks.adjacency(*_ends(ring))[0]).tolist() == [150] * 150


def test_karate_club_is_more_transitive_than_chance_and_its_degrees_explain_half_of_it():
    a, b = _ends(nx.karate_club_graph())

    def transitivity(sources, targets):
        closed, triplets = networks.transitive_triplets(networks.adjacency(sources, targets)[0])
        return closed / triplets

    null = inference.null_of_rewiring(a, b, statistic=transitivity, seed=7, directed=False)
    again = [
        nx.transitivity(nx.double_edge_swap(nx.karate_club_graph(), 780, 100_000, seed=seed))
        for seed in range(40)
    ]
    assert null.mean == pytest.approx(float(np.mean(again)), abs=0.02)


def test_everybody_facing_the_stage_is_a_star(tiny):
    """A pure star: the brand is the only centre, and no talk is between followers."""
    people = ("ana", "bo", "cy", "dee", "eve", "fay")
    study = tiny(
        "BRAND mon; " + "; ".join(f"{name}>BRAND {day}" for name in people for day in ("tue", "wed"))
    )
    share = measures.follower_share(study)
    assert (share.value, share.low) == (0.0, 0.0)
    assert share.high == pytest.approx(1 - 0.025 ** (1 / 6))
    centre = measures.centralization(study)
    assert centre.value is None
    assert centre.beside["with_brand"] == 1.0


@pytest.mark.parametrize(
    ("mutual", "linked", "pair", "edge"),
    [(3, 298, 0.0100671140939597, 0.0199335548172757), (221, 1000, 0.221, 0.362)],
)
def test_the_two_conventions_of_reciprocity(tiny, mutual, linked, pair, edge):
    """A NodeXL teaching graph of 301 edges; and Kwak et al. (2010), 22.1 % of linked pairs."""
    pairs = [(n, (n + step) % 101) for step in range(1, 50) for n in range(101)][:linked]
    arcs = np.array(pairs + [(b, a) for a, b in pairs[:mutual]])
    found = _reciprocity(arcs)
    assert found == pytest.approx(edge, rel=2e-4)
    assert found / (2 - found) == pytest.approx(pair, rel=1e-12)
