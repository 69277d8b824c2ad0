"""Networks as files: they come back as they were, keep the rules of their formats, and Gephi shows them well."""

from __future__ import annotations

import datetime as dt
import math
import re
from xml.etree import ElementTree as ET

import networkx as nx
import numpy as np
import pytest
from hostile import WORDS
from hypothesis import given
from hypothesis import strategies as st

from communitylab import portrait
from communitylab.errors import CallError
from communitylab.graph_files import read_network, write_gexf, write_graphml
from communitylab.sheets import legal

GEXF, VIZ = "{http://www.gexf.net/1.2draft}", "{http://www.gexf.net/1.2draft/viz}"
GRAPHML = "{http://graphml.graphdrawing.org/xmlns}"
RUNGS = ["silent", "spectator", "acquainted", "connected", "circle", "brand"]

_IDS = st.from_regex(r"[a-z][a-z0-9]{9}", fullmatch=True)
_PLACES = st.floats(-1, 1)


def _person(**more):
    of = {"kind": "follower", "rung": "circle", "latest_rung": "", "group": 0, "x": 0.5, "y": -0.25}
    return of | more


def _tie(**more):
    return {"weight": 3, "is_mutual": True, "is_latest": False, "is_latest_mutual": False} | more


@st.composite
def _networks(draw: st.DrawFn) -> nx.Graph:
    """As a report has them, with hostile text in every attribute, and a few attributes that only some have."""
    words = st.text(st.characters() | st.sampled_from("\0\x0b\ud83d\r\n\t\ufffe")) | st.sampled_from(WORDS)
    network = nx.Graph()
    for node in draw(st.lists(_IDS, max_size=6, unique=True)):
        of = {"kind": draw(words), "rung": draw(st.sampled_from(RUNGS) | words), "latest_rung": draw(words)}
        of |= {"group": draw(st.integers(0, 2**40)), "x": draw(_PLACES), "y": draw(_PLACES)}
        of |= {
            "score": draw(st.none() | st.floats(allow_nan=False, allow_infinity=False)),
            "said": draw(st.none() | words),
        }
        network.add_node(node, **of)
    pairs = [(a, b) for a in network for b in network if a < b]
    for a, b in draw(st.lists(st.sampled_from(pairs), unique=True)) if pairs else []:
        flags = {name: draw(st.booleans()) for name in ("is_mutual", "is_latest", "is_latest_mutual")}
        network.add_edge(a, b, weight=draw(st.integers(1, 10**6)), **flags, said=draw(st.none() | words))
    return network


def _expected(network):
    """What a file can hold of a network: no null, and of text what XML can hold."""

    def kept(of):
        return {
            name: legal(value) if isinstance(value, str) else value
            for name, value in of.items()
            if value is not None
        }

    nodes = {node: kept(of) for node, of in network.nodes(data=True)}
    return nodes, {frozenset((a, b)): kept(of) for a, b, of in network.edges(data=True)}


def _shown(network):
    nodes = {node: dict(of) for node, of in network.nodes(data=True)}
    return nodes, {frozenset((a, b)): dict(of) for a, b, of in network.edges(data=True)}


def _typed(nodes_and_edges):
    return [
        {key: {name: (type(value), value) for name, value in of.items()} for key, of in part.items()}
        for part in nodes_and_edges
    ]


@given(_networks())
def test_network_comes_back_with_every_attribute_and_its_type(tmp_path_factory, network):
    folder = tmp_path_factory.mktemp("network")
    write_gexf(network, folder / "n.gexf")
    write_graphml(network, folder / "n.graphml")
    expected = _typed(_expected(network))
    assert _typed(_shown(read_network(folder / "n.gexf"))) == expected
    assert _typed(_shown(nx.read_graphml(folder / "n.graphml"))) == expected
    assert not _gexf_faults(folder / "n.gexf")
    assert not _graphml_faults(folder / "n.graphml")


@given(_networks(), st.randoms(use_true_random=False))
def test_order_does_not_matter(tmp_path_factory, network, chance):
    folder = tmp_path_factory.mktemp("network")
    nodes, edges = list(network.nodes(data=True)), list(network.edges(data=True))
    chance.shuffle(nodes)
    chance.shuffle(edges)
    shuffled = nx.Graph()
    shuffled.add_nodes_from((node, dict(reversed(of.items()))) for node, of in nodes)
    shuffled.add_edges_from((b, a, dict(reversed(of.items()))) for a, b, of in edges)
    for place, one in enumerate((network, shuffled)):
        write_gexf(one, folder / f"{place}.gexf")
        write_graphml(one, folder / f"{place}.graphml")
    for kind in ("gexf", "graphml"):
        assert (folder / f"0.{kind}").read_bytes() == (folder / f"1.{kind}").read_bytes()


# The rules are those of the schemas of GEXF 1.2 and of GraphML 1.0, for the parts that are written, and Gephi's own.


def _gexf_faults(path):
    root = ET.parse(path).getroot()
    faults = [root.tag] if root.tag != f"{GEXF}gexf" or root.attrib != {"version": "1.2"} else []
    meta, graph = root
    faults += [one.tag for one in meta if one.tag not in (f"{GEXF}creator", f"{GEXF}description")]
    if graph.attrib != {"defaultedgetype": "undirected", "mode": "static"}:
        faults.append(str(graph.attrib))
    of_nodes, of_edges, nodes, edges = graph
    faults += _declared_faults(of_nodes, nodes, of="node") + _declared_faults(of_edges, edges, of="edge")
    ids = [node.get("id") for node in nodes]
    faults += ["a node twice"] if len(set(ids)) < len(ids) else []
    faults += ["an edge twice"] if len({edge.get("id") for edge in edges}) < len(edges) else []
    for node in nodes:
        faults += [str(node.attrib)] if set(node.attrib) != {"id", "label"} else []
        for look in node[1:]:
            held = {name: float(value) for name, value in look.attrib.items()}
            is_fine = {
                f"{VIZ}color": set(held) == set("rgb")
                and all(value in range(256) for value in held.values()),
                f"{VIZ}position": set(held) == set("xyz") and all(map(math.isfinite, held.values())),
                f"{VIZ}size": set(held) == {"value"} and held.get("value", -1) >= 0,
            }
            faults += [] if is_fine.get(look.tag) else [look.tag]
    for edge in edges:
        faults += [str(edge.attrib)] if set(edge.attrib) != {"id", "source", "target", "weight"} else []
        faults += [] if {edge.get("source"), edge.get("target")} <= set(ids) else ["an edge to nowhere"]
        faults += [] if float(edge.get("weight")) > 0 else ["no weight"]
    return faults


_WRITTEN = {
    "integer": lambda text: -(2**31) <= int(text) < 2**31,
    "int": lambda text: -(2**31) <= int(text) < 2**31,
    "long": lambda text: -(2**63) <= int(text) < 2**63,
    "double": lambda text: math.isfinite(float(text)),
    "boolean": lambda text: text in ("true", "false"),
    "string": lambda text: True,
}


def _declared_faults(declared, elements, *, of):
    faults = [] if declared.attrib == {"class": of, "mode": "static"} else [str(declared.attrib)]
    known = {}
    for attribute in declared:
        if set(attribute.attrib) != {"id", "title", "type"} or attribute.get("type") == "int":
            faults.append(str(attribute.attrib))
        known[attribute.get("id")] = _WRITTEN[attribute.get("type")]
    for element in elements:
        for value in element.iterfind(f"{GEXF}attvalues/{GEXF}attvalue"):
            if set(value.attrib) != {"for", "value"} or not known[value.get("for")](value.get("value")):
                faults.append(str(value.attrib))
    return faults


def _graphml_faults(path):
    root = ET.parse(path).getroot()
    *keys, graph = root
    faults = (
        [root.tag] if root.tag != f"{GRAPHML}graphml" or graph.attrib != {"edgedefault": "undirected"} else []
    )
    known = {}
    for key in keys:
        if key.tag != f"{GRAPHML}key" or set(key.attrib) != {"id", "for", "attr.name", "attr.type"}:
            faults.append(str(key.attrib))
        known[key.get("id")] = (key.get("for"), _WRITTEN[key.get("attr.type")])
        faults += ["a type of GEXF"] if key.get("attr.type") == "integer" else []
    faults += ["a key twice"] if len(known) < len(keys) else []
    ids = [node.get("id") for node in graph.iterfind(f"{GRAPHML}node")]
    faults += ["a node twice"] if len(set(ids)) < len(ids) else []
    for element in graph:
        kind = element.tag.removeprefix(GRAPHML)
        expected = {"node": {"id"}, "edge": {"source", "target"}}[kind]
        # Every name is an NMTOKEN, and every edge has its ends.
        names = list(element.attrib.values())
        if set(element.attrib) != expected or not all(re.fullmatch(r"[\w.:-]+", name) for name in names):
            faults.append(str(element.attrib))
        faults += [] if set(names) <= set(ids) else ["an edge to nowhere"]
        told = [data.get("key") for data in element]
        faults += ["told twice"] if len(set(told)) < len(told) else []
        for data in element:
            domain, is_written = known[data.get("key")]
            faults += [] if domain == kind and is_written(data.text or "") else [str(data.text)]
    return faults


@pytest.mark.parametrize("word", WORDS)
def test_hostile_words_leave_well_formed_files(word, tmp_path):
    network = nx.Graph()
    network.add_node("k7d29qxm4r", **_person(kind=word))
    network.add_node("p54v4gs8c1", **_person())
    network.add_edge("k7d29qxm4r", "p54v4gs8c1", **_tie(said=word))
    write_gexf(network, tmp_path / "n.gexf")
    write_graphml(network, tmp_path / "n.graphml")
    for read in (read_network(tmp_path / "n.gexf"), nx.read_graphml(tmp_path / "n.graphml")):
        assert read.nodes["k7d29qxm4r"]["kind"] == legal(word)
        assert read.edges["k7d29qxm4r", "p54v4gs8c1"]["said"] == legal(word)
    assert _gexf_faults(tmp_path / "n.gexf") == _graphml_faults(tmp_path / "n.graphml") == []


def test_gephi_shows_everybody_in_place_in_the_colour_and_size_of_their_rung(tmp_path):
    network = nx.Graph()
    network.add_node("b", **_person(rung="brand", kind="brand", x=0.0, y=0.0))
    network.add_node("a", **_person())
    network.add_edge("b", "a", **_tie())
    write_gexf(network, tmp_path / "n.gexf")
    looks = {node: of["viz"] for node, of in nx.read_gexf(tmp_path / "n.gexf").nodes(data=True)}
    assert looks["a"]["position"] == {"x": 50.0, "y": -25.0, "z": 0.0}
    assert looks["a"]["color"] == {"r": 11, "g": 53, "b": 100, "a": 1.0}
    assert (looks["a"]["size"], looks["b"]["size"]) == (10.0, 14.0)
    text = (tmp_path / "n.gexf").read_text(encoding="utf-8")
    assert '<edge id="0" source="a" target="b" weight="3">' in text
    assert "lastmodifieddate" not in text


def test_types_of_other_libraries_become_plain_ones(tmp_path):
    network = nx.Graph()
    network.add_node(
        "a", **_person(x=np.float64(0.5), group=np.int64(2), is_host=np.bool_(True), day=dt.date(2025, 1, 6))
    )
    network.add_node("b", **_person(x=1, is_host=None, day=None, score=float("nan")))
    network.add_edge("a", "b", **_tie(weight=np.int32(4)))
    write_gexf(network, tmp_path / "n.gexf")
    write_graphml(network, tmp_path / "n.graphml")
    for read in (read_network(tmp_path / "n.gexf"), nx.read_graphml(tmp_path / "n.graphml")):
        assert read.nodes["a"] == _person(group=2, is_host=True, day="2025-01-06")
        assert read.nodes["b"] == _person(x=1.0)
        assert read.edges["a", "b"]["weight"] == 4


def test_network_of_a_report_comes_back_and_its_file_holds_no_name(tiny, tmp_path):
    network = portrait.anonymous_network(
        tiny("ana>bo mon; bo>ana tue; eve>BRAND mon; ana>BRAND wed; BRAND sun"), seed=7
    )
    write_gexf(network, tmp_path / "n.gexf")
    write_graphml(network, tmp_path / "n.graphml")
    for read in (read_network(tmp_path / "n.gexf"), nx.read_graphml(tmp_path / "n.graphml")):
        assert _typed(_shown(read)) == _typed(_expected(network))
    for path in tmp_path.iterdir():
        text = path.read_text(encoding="utf-8").lower()
        assert not [name for name in ("ana", "bo", "eve", "id-ana") if re.search(rf'[">]{name}[<"]', text)]


def test_network_of_an_earlier_version_has_no_groups(tmp_path):
    network = nx.Graph()
    network.add_node("1", **{name: value for name, value in _person().items() if name != "group"})
    nx.write_gexf(network, tmp_path / "n.gexf")
    assert read_network(tmp_path / "n.gexf").nodes["1"] == _person()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "not there"),
        ("<gexf", "no network that can be read"),
        ("<gexf><graph/></gexf>", "no network that can be read"),
        (
            '<gexf xmlns="http://www.gexf.net/1.2draft"><graph><nodes><node id="1" label="1"/></nodes></graph></gexf>',
            r"not the network of a report \(no kind, rung",
        ),
    ],
)
def test_file_that_is_no_network_is_named(content, message, tmp_path):
    path = tmp_path / "network.gexf"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(CallError, match=rf"network\.gexf: {message}.*Make the report anew"):
        read_network(path)
