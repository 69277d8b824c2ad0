"""Clusters: figures of known networks, what may not change them, and what is refused."""

import math
from collections import Counter

import networkx as nx
import numpy as np
import pytest
from conftest import REAL
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import adjusted_mutual_info_score

from communitylab import clusters, groups, inference, networks, partitions
from communitylab.clusters import detect, detectable_mixing, significance
from communitylab.errors import CallError
from communitylab.partitions import METHODS, links_between, links_of, modularity, partition

_NETWORKS = REAL / "networks"


def _karate():
    """Zachary's club without weights, and the faction into which it split."""
    network = nx.karate_club_graph()
    sides = nx.get_node_attributes(network, "club")
    return nx.Graph(network.edges), {node: int(side == "Officer") for node, side in sides.items()}


def _ring():
    """Thirty cliques of five, each with one link to the next."""
    network = nx.Graph()
    for first in range(0, 150, 5):
        network.add_edges_from((first + a, first + b) for a in range(5) for b in range(a))
        network.add_edge(first, (first + 6) % 150)
    return network


def _friends(*, groups_of=10, n=4, inside=0.7, outside=0.02, seed=1):
    """Groups that anybody would see."""
    return nx.planted_partition_graph(n, groups_of, inside, outside, seed=seed)


def _thin(*, seed=1):
    """A network without any groups."""
    return nx.gnm_random_graph(300, 450, seed=seed)


def _array(found):
    return np.array([found.labels[node] for node in sorted(found.labels)])


# --- Figures reckoned elsewhere.


def test_karate_club():
    network, faction = _karate()
    assert (len(network), network.size()) == (34, 78)
    assert nx.density(network) == pytest.approx(0.13904, abs=5e-6)
    assert nx.transitivity(network) == pytest.approx(0.25568, abs=5e-6)
    degrees = [degree for _node, degree in network.degree]
    freeman = sum(max(degrees) - degree for degree in degrees) / (33 * 32)
    assert freeman == pytest.approx(0.39962, abs=5e-6)
    assert max(nx.core_number(network).values()) == 4
    sides = np.array([faction[node] for node in sorted(network)])
    assert modularity(links_of(network), sides) == pytest.approx(0.35823, abs=5e-6)
    assert groups.ei_index(network, faction) == pytest.approx(-0.71795, abs=5e-6)
    best = max((detect(network, seed=seed, runs=1) for seed in range(3)), key=lambda found: found.modularity)
    assert best.modularity == pytest.approx(0.41979, abs=5e-6)
    assert len(best.sizes) == 4
    assert best.coverage == pytest.approx(
        nx.community.partition_quality(network, [best.members(n) for n in best.sizes])[0]
    )
    # Agreed on by many runs, nearly as good, and no run of one half splits a faction's core.
    agreed = detect(network, seed=7)
    assert agreed.modularity > 0.415
    assert {agreed.labels[0], agreed.labels[33]} == {1, 2}
    assert min(agreed.stability.values()) > 0.6


def test_ring_of_cliques_shows_the_resolution_limit():
    links = links_of(_ring())
    cliques = np.arange(150) // 5
    assert modularity(links, cliques) == pytest.approx(0.8758, abs=5e-5)
    assert modularity(links, cliques // 2) == pytest.approx(0.8879, abs=5e-5)
    merged = detect(_ring(), seed=1, runs=1)
    assert len(merged.sizes) < 20
    assert merged.modularity > 0.8758
    for options in ({}, {"method": "cpm"}, {"method": "cpm", "runs": 1}, {"resolution": 3, "runs": 1}):
        found = detect(_ring(), seed=1, **options)
        assert Counter(found.sizes.values()) == {5: 30}, options
        assert {(n // 5, label) for n, label in found.labels.items()} == set(enumerate(_array(found)[::5]))
    # Some runs merge two, and no more than two, neighbours.
    assert min(detect(_ring(), seed=1).stability.values()) > 0.6


def test_star_is_one_cluster():
    star = nx.star_graph(200)
    found = detect(star, seed=1)
    assert found.sizes == {1: 201}
    assert (found.modularity, found.stability[1]) == (0, 1)
    estimate = significance(star, seed=1)
    assert (estimate.value, estimate.p) == (0, None)
    assert "no other network" in estimate.why


@pytest.mark.parametrize("method", METHODS)
def test_every_method_finds_groups_that_anybody_would_see(method):
    network = _friends(groups_of=12, n=5, inside=0.8, outside=0.01)
    for runs in (1, 10):
        found = detect(network, seed=3, method=method, runs=runs)
        assert [{node // 12 for node in found.members(label)} for label in range(1, 6)] == [
            {at} for at in range(5)
        ]
        assert (found.method, found.resolution, found.seed) == (method, METHODS[method], 3)


@pytest.mark.parametrize("method", METHODS)
def test_higher_resolution_gives_more_clusters(method):
    network, _faction = _karate()
    links = links_of(network)
    sizes = [1, 3, 10] if method == "louvain" else [METHODS[method] * factor for factor in (0.1, 1, 5)]
    counts = [len(set(partition(links, method=method, resolution=size, seed=1))) for size in sizes]
    assert counts == sorted(set(counts))
    assert counts[-1] > 10


def test_louvain_agrees_with_that_of_networkx_at_any_resolution():
    network, _faction = _karate()
    links = links_of(network)
    for resolution in (1, 2, 4):
        one, other = (
            nx.community.modularity(
                network, [set(np.flatnonzero(labels == label).tolist()) for label in set(labels.tolist())],
                resolution=resolution,
            )
            for labels in (
                partition(links, method=method, resolution=resolution, seed=1)
                for method in ("louvain", "louvain_networkx")
            )
        )  # fmt: skip
        assert one == pytest.approx(other, abs=0.02)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6))
def test_modularity_is_that_of_networkx(seed):
    rng = np.random.default_rng(seed)
    network = nx.gnm_random_graph(12, 25, seed=seed)
    for a, b in network.edges:
        network.edges[a, b]["weight"] = int(rng.integers(1, 9))
    labels = rng.integers(0, 4, size=12)
    theirs = nx.community.modularity(network, [set(np.flatnonzero(labels == n).tolist()) for n in range(4)])
    assert modularity(links_of(network), labels) == pytest.approx(theirs, abs=1e-12)


@pytest.mark.skipif(not _NETWORKS.is_dir(), reason="the folder of known networks is not here")
def test_departments_of_an_institute_are_found_as_well_as_by_networkx():
    mails = nx.read_edgelist(_NETWORKS / "email-Eu-core.txt", create_using=nx.DiGraph, nodetype=int)
    lines = (_NETWORKS / "email-Eu-core-department-labels.txt").read_text(encoding="utf-8").splitlines()
    department = dict(map(int, line.split()) for line in lines)
    assert (len(mails), mails.size()) == (1005, 25571)
    people = sorted(mails)
    known = [department[node] for node in people]
    found = detect(mails, seed=7, runs=20)
    ours = adjusted_mutual_info_score(known, [found.labels[node] for node in people])
    label_of = {
        node: at
        for at, members in enumerate(nx.community.louvain_communities(mails.to_undirected(), seed=7))
        for node in members
    }
    theirs = adjusted_mutual_info_score(known, [label_of[node] for node in people])
    assert ours > 0.53
    assert ours > theirs - 0.03
    assert found.modularity > 0.425


def test_stability_and_firmness_by_hand():
    labels = np.array([0, 0, 0, 1, 1])
    runs = np.array(
        [
            [0, 0, 0, 1, 1],  # both again
            [0, 0, 1, 1, 1],  # both again: two of three
            [0, 1, 2, 3, 4],  # the pair again by half, the three not
            [0, 0, 0, 0, 0],  # the three again, the pair not
        ]
    )
    stability, firmness = clusters._belief(labels, runs.T)
    assert stability.tolist() == [3 / 4, 3 / 4]
    assert firmness.tolist() == [5 / 8, 5 / 8, 4 / 8, 3 / 4, 3 / 4]


# --- Laws.


def _shuffled(network, *, seed):
    """The same network, built in another order and with its edges turned round."""
    rng = np.random.default_rng(seed)
    other = type(network)()
    nodes = list(network)
    other.add_nodes_from(nodes[at] for at in rng.permutation(len(nodes)))
    edges = list(network.edges(data=True))
    for at in rng.permutation(len(edges)):
        a, b, data = edges[at]
        other.add_edge(*((a, b) if network.is_directed() or rng.random() < 0.5 else (b, a)), **data)
    return other


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([nx.Graph, nx.DiGraph, nx.MultiGraph]))
def test_order_of_nodes_and_edges_changes_nothing(seed, kind):
    rng = np.random.default_rng(seed)
    network = kind()
    for a, b in rng.integers(0, 40, size=(90, 2)).tolist():
        network.add_edge(f"n{a}", f"n{b}", weight=float(rng.choice([0.1, 0.2, 0.3])))
    other = _shuffled(network, seed=seed)
    one, two = links_of(network), links_of(other)
    assert one.nodes == two.nodes
    for side in ("a", "b", "weights"):
        assert getattr(one, side).tobytes() == getattr(two, side).tobytes()
    for method in METHODS:
        first, second = (detect(each, seed=5, method=method, runs=3) for each in (network, other))
        assert list(first.labels.items()) == list(second.labels.items())
        assert (first.stability, first.firmness) == (second.stability, second.firmness)
        assert np.array_equal(first.runs, second.runs)
    assert significance(network, seed=5, replicates=9) == significance(other, seed=5, replicates=9)


def test_number_of_threads_changes_nothing(monkeypatch):
    network = _thin()
    first = detect(network, seed=5, runs=12)
    for cores in (1, 7, None):
        monkeypatch.setattr(clusters.os, "cpu_count", lambda cores=cores: cores)
        again = detect(network, seed=5, runs=12)
        assert again.labels == first.labels
        assert again.stability == first.stability
        assert np.array_equal(again.runs, first.runs)
    other = detect(network, seed=6, runs=12)
    assert not np.array_equal(other.runs, first.runs)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([1, 6]), st.sampled_from(["leiden", "cpm"]))
def test_clusters_are_numbered_by_size_and_shares_are_shares(seed, runs, method):
    network = nx.gnm_random_graph(40, 50, seed=seed)
    found = detect(network, seed=seed, runs=runs, method=method)
    sizes = list(found.sizes.values())
    assert list(found.sizes) == list(range(1, len(sizes) + 1))
    assert sizes == sorted(sizes, reverse=True)
    assert sum(sizes) == 40
    firsts = [(-size, found.members(label)[0]) for label, size in found.sizes.items()]
    assert firsts == sorted(firsts)
    for label, size in found.sizes.items():
        assert len(found.members(label)) == size
    assert found.as_table()["size"].tolist() == sizes
    if runs == 1:
        assert not found.stability
        assert not found.firmness
        assert found.runs.size == 0
        return
    assert set(found.stability) == set(found.sizes)
    assert set(found.firmness) == set(network)
    assert all(0 <= share <= 1 for share in [*found.stability.values(), *found.firmness.values()])
    assert found.runs.shape == (40, runs)
    table = found.as_table()
    assert table["is_stable"].tolist() == (table["stability"] >= 0.8).tolist()
    for node in nx.isolates(network):
        assert found.sizes[found.labels[node]] == 1
        assert found.firmness[node] == 1


def test_clusters_of_chance_are_not_stable_and_planted_ones_are(monkeypatch):
    """Runs that differ by their seed alone would call most clusters of chance found again."""
    network = nx.gnm_random_graph(120, 150, seed=1)

    def solid():
        found = detect(network, seed=1, runs=30)
        shares = [share for label, share in found.stability.items() if found.sizes[label] >= 5]
        assert len(shares) >= 9
        assert found.modularity > 0.6
        return sum(share >= clusters.SOLID for share in shares)

    assert solid() <= 1
    planted = detect(_friends(n=6), seed=1)
    assert list(planted.sizes.values()) == [10] * 6
    assert min(planted.stability.values()) > 0.95
    monkeypatch.setattr(clusters, "_LEFT_OUT", 0.0)
    assert solid() > 5


def test_links_add_up():
    both_ways = nx.DiGraph()
    both_ways.add_weighted_edges_from([("b", "a", 2), ("a", "b", 3), ("b", "b", 9), ("c", "b", 0)])
    links = links_of(both_ways)
    assert links.nodes == ("a", "b", "c")
    assert [links.a.tolist(), links.b.tolist(), links.weights.tolist()] == [[0], [1], [5.0]]
    parallel = nx.MultiGraph([("b", "a"), ("a", "b"), ("c", "a")])
    links = links_of(parallel)
    assert [links.a.tolist(), links.b.tolist(), links.weights.tolist()] == [[0, 0], [1, 2], [2.0, 1.0]]
    assert links_of(parallel, weighted=False).weights.tolist() == [1.0, 1.0]
    # Nodes that do not compare stand by kind and as text.
    assert links_of(nx.Graph([("1", 2), (1, "a"), (10, "1")])).nodes == (1, 10, 2, "1", "a")
    # In another order the same sum would end in another digit.
    sums = set()
    for weights in ((0.1, 0.2, 0.3), (0.3, 0.2, 0.1), (0.2, 0.3, 0.1)):
        thrice = nx.MultiGraph()
        thrice.add_weighted_edges_from(("a", "b", weight) for weight in weights)
        sums |= set(links_of(thrice).weights.tolist())
    assert len(sums) == 1


def test_weights_count_unless_told_otherwise():
    """A square: its heavy sides are together."""
    square = nx.Graph()
    square.add_weighted_edges_from([(0, 1, 9), (1, 2, 1), (2, 3, 9), (3, 0, 1)])
    found = detect(square, seed=1, runs=1)
    assert found.labels == {0: 1, 1: 1, 2: 2, 3: 2}
    assert found.modularity == pytest.approx(0.4)
    assert detect(links_of(square), seed=1, runs=1).labels == found.labels
    for unweighted in (square, links_of(square)):
        assert detect(unweighted, seed=1, runs=1, weighted=False).modularity == 0
    for unit in (0.01, 100):
        # Of any unit: the resolution of cpm is a share of the mean link.
        scaled = links_of(square).weighing(links_of(square).weights * unit)
        assert detect(scaled, seed=1, runs=1, method="cpm", resolution=0.3).labels == found.labels


def test_study_gives_the_same_as_its_graph(tiny):
    study = tiny(
        "ana>bo mon; bo>ana wed; ana>bo thu; eve>fay mon; fay>eve wed; cy>fay mon; cy>fay thu; fay>ana mon;"
        "BRAND d40; cy>BRAND mon"
    )
    for contacts in ("tie", "mutual", "act"):
        network = networks.graph(study, contacts=contacts)
        assert network.size() > 0
        of_study, of_graph = links_of(network), clusters._links(study, weighted=True, contacts=contacts)
        assert of_study.nodes == of_graph.nodes
        for side in ("a", "b", "weights"):
            assert np.array_equal(getattr(of_study, side), getattr(of_graph, side))
        assert detect(study, seed=1, contacts=contacts).labels == detect(network, seed=1).labels
    assert networks.linked_pairs(study, contacts="act").columns.tolist() == ["a", "b", "weight", "is_mutual"]
    with pytest.raises(CallError, match="contacts day: not one of tie, mutual, act"):
        detect(study, seed=1, contacts="day")


# --- Whether there is anything to find.


def test_planted_groups_are_no_chance_and_a_thin_network_is():
    planted = significance(_friends(), seed=7, replicates=39)
    assert planted.p == 1 / 40
    assert planted.value > planted.null_mean + 0.1
    chance = significance(_thin(), seed=7, replicates=39)
    assert chance.p > 0.05
    assert chance.value > 0.5  # high, and yet nothing
    assert chance.null_mean == pytest.approx(chance.value, abs=0.02)
    assert (chance.beside["links"], chance.beside["worlds"]) == (450, 39)
    assert chance.beside["nodes"] == sum(degree > 0 for _node, degree in _thin().degree)
    assert chance.beside["mean_degree"] == 900 / chance.beside["nodes"]
    assert chance.beside["detectable"] == detectable_mixing(900 / chance.beside["nodes"])
    assert significance(_thin(), seed=7, replicates=39) == chance
    assert significance(_thin(), seed=8, replicates=39) != chance


def test_the_network_and_those_of_chance_are_handed_over_alike(monkeypatch):
    """In the same order, or the method might do better on one of them for that alone."""
    seen = []

    def looking(links, **options):
        seen.append(list(zip(links.a.tolist(), links.b.tolist(), strict=True)))
        return partition(links, **options)

    monkeypatch.setattr(clusters, "partition", looking)
    significance(_friends(), seed=7, replicates=9)
    assert len(seen) == 10
    assert all(links == sorted(links) and all(a < b for a, b in links) for links in seen)


def test_how_much_two_talk_is_no_evidence():
    """Nothing in who has contact, all in how often."""
    network = nx.gnm_random_graph(80, 320, seed=3)
    bare = significance(network, seed=1, replicates=39)
    for a, b in network.edges:
        network.edges[a, b]["weight"] = 10 if a // 20 == b // 20 else 1
    assert significance(network, seed=1, replicates=39) == bare
    assert bare.p > 0.05


def test_number_of_random_networks_by_default(monkeypatch):
    asked = []

    def asking(*_ends, replicates, **_options):
        asked.append(replicates)
        return inference.Null(0.1, 0.1, 0.5)

    monkeypatch.setattr(inference, "null_of_rewiring", asking)
    for m in (20_000, 20_001, 200_001):
        significance(nx.gnm_random_graph(2_000, m, seed=1), seed=1)
    assert asked == [199, 39, 19]


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.integers(4, 14))
def test_rewiring_keeps_every_degree(seed, nodes):
    network = nx.gnm_random_graph(nodes, nodes * (nodes - 1) // 4, seed=seed)
    a, b = np.array(network.edges).T
    seen = []

    def looking(sources, targets):
        seen.append((sources.copy(), targets.copy()))
        return len(seen) + 0.0

    inference.null_of_rewiring(a, b, statistic=looking, seed=seed, directed=False, replicates=6)
    assert len(seen) == 7
    degrees = np.bincount(np.r_[a, b], minlength=nodes)
    for sources, targets in seen:
        assert np.array_equal(np.bincount(np.r_[sources, targets], minlength=nodes), degrees)
        assert np.all(sources != targets)
        assert len({frozenset(pair) for pair in zip(sources, targets, strict=True)}) == len(a)


@pytest.mark.parametrize(
    ("degree", "bound"), [(0, 0), (0.5, 0), (1, 0), (4, 0.5), (100, 0.9), (2.7, 1 - 1 / math.sqrt(2.7))]
)
def test_bound_of_what_can_be_seen(degree, bound):
    assert detectable_mixing(degree) == pytest.approx(bound)


# --- Nothing, little, much.


def test_without_contacts_everybody_is_alone():
    found = detect(nx.empty_graph(3), seed=1)
    assert found.labels == {0: 1, 1: 2, 2: 3}
    assert (found.modularity, found.coverage, found.stability) == (None, None, {})
    assert detect(nx.Graph(), seed=1).labels == {}
    assert detect(nx.Graph([(0, 0)]), seed=1).labels == {0: 1}
    estimate = significance(nx.empty_graph(3), seed=1)
    assert (estimate.value, estimate.p, estimate.beside) == (None, None, {"nodes": 0, "links": 0})
    assert estimate.why == "there are no contacts"


@pytest.mark.parametrize("method", METHODS)
def test_one_contact(method):
    found = detect(nx.Graph([("ana", "bo")]), seed=1, method=method)
    assert found.labels == {"ana": 1, "bo": 1}
    assert found.coverage == 1
    assert significance(nx.Graph([("ana", "bo")]), seed=1).why.startswith("there is no other network")


def test_a_hundred_thousand_people_without_contacts():
    crowd = nx.empty_graph(100_000)
    assert len(detect(crowd, seed=1).sizes) == 100_000
    crowd.add_edge(4, 99_999)
    found = detect(crowd, seed=1, runs=3)
    assert found.members(1) == [4, 99_999]
    assert len(found.sizes) == 99_999
    assert found.labels[0] == 2


# --- Refusals.


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"method": "infomap"}, "method infomap: not one of leiden, louvain, louvain_networkx, cpm"),
        ({"resolution": 0}, "resolution 0: expected a number above 0"),
        ({"resolution": -1.5}, "resolution -1.5: expected a number above 0"),
        ({"resolution": math.nan}, "resolution nan: expected a number above 0"),
        ({"resolution": math.inf}, "resolution inf: expected a number above 0"),
        ({"method": "louvain", "resolution": 0.5}, "resolution 0.5: louvain takes 1 or more"),
        ({"runs": 0}, "runs 0: at least one is needed"),
    ],
)
def test_refused_options(options, message):
    with pytest.raises(CallError, match=message):
        detect(nx.path_graph(3), seed=1, **options)
    if "runs" not in options:
        with pytest.raises(CallError, match=message):
            significance(nx.path_graph(3), seed=1, **options)


@pytest.mark.parametrize("seed", [-1, 2**32, 10**26, 1.5, None])
def test_refused_seeds(seed):
    for find in (detect, significance):
        with pytest.raises(CallError, match="expected a whole number from 0 to"):
            find(nx.path_graph(4), seed=seed)


@pytest.mark.parametrize("weight", [-1, math.nan, math.inf, "many", "3", None])
def test_refused_weights(weight):
    network = nx.path_graph(3)
    network.edges[0, 1]["weight"] = weight
    with pytest.raises(CallError, match=f"An edge has the weight {weight!r}. Expected a number from 0 on"):
        detect(network, seed=1)


@pytest.mark.parametrize("thing", [[(0, 1)], {"a": "b"}, None])
def test_refused_things(thing):
    with pytest.raises(CallError, match=rf"{type(thing).__name__}: neither a study nor a networkx graph"):
        detect(thing, seed=1)


def test_links_between_nobody():
    nothing = np.zeros(0, np.int64)
    links = links_between(nothing, nothing, weights=np.zeros(0), nodes=[])
    assert links == partitions.Links((), links.a, links.b, links.weights)
    assert len(links.a) == 0
    assert modularity(links, nothing) is None


def test_overview_for_notebooks():
    shown = detect(_friends(), seed=1, runs=5)._repr_html_()
    assert "<caption>clusters</caption>" in shown
    assert "<th scope='row'>clusters</th><td>4</td>" in shown
