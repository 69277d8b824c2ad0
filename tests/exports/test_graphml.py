"""GraphML as many programs write it."""

from __future__ import annotations

from pathlib import Path

import networkx as nx
import pytest
from reading import read, rows

from communitylab.graph_files import write_graphml

KEYS = (
    '<key id="d0" for="node" attr.name="label" attr.type="string"/>'
    '<key id="d1" for="edge" attr.name="kind" attr.type="string"/>'
    '<key id="d2" for="edge" attr.name="weight" attr.type="double"/>'
)


def graph(path: Path, inside: str, *, keys: str = KEYS, default: str = "directed") -> Path:
    path.write_text(
        f'<?xml version="1.0"?><graphml>{keys}<graph edgedefault="{default}">{inside}</graph></graphml>',
        "utf-8",
    )
    return path


def ends(folder: Path) -> list[tuple[object, object]]:
    found = []
    for row in rows(folder, "posts"):
        ((_, name, _),) = row["mentions"]  # type: ignore[misc, attr-defined]
        found.append((row["author_name"], name))
    return found


@pytest.mark.parametrize(
    ("default", "own", "kind"),
    [
        ("directed", "", "post"),
        ("undirected", "", "tie"),
        ("directed", ' directed="false"', "tie"),
        ("undirected", ' directed="true"', "post"),
    ],
)
def test_edge_without_direction_is_a_tie(default: str, own: str, kind: str, tmp_path: Path) -> None:
    read(graph(tmp_path / "x", f'<edge source="ana" target="bo"{own}/>', default=default), tmp_path)
    assert [row["kind"] for row in rows(tmp_path, "posts")] == [kind]


def test_attributes_are_known_by_name_and_not_by_id(tmp_path: Path) -> None:
    keys = KEYS.replace('id="d1"', 'id="weight"').replace('id="d2"', 'id="kind"')
    inside = '<edge source="ana" target="bo"><data key="weight">reply</data><data key="kind">4</data></edge>'
    read(graph(tmp_path / "x", inside, keys=keys), tmp_path)
    (post,) = rows(tmp_path, "posts")
    assert (post["kind"], post["weight"]) == ("reply", 4)


def test_default_of_an_attribute_counts_where_it_is_left_out(tmp_path: Path) -> None:
    keys = '<key id="d" for="edge" attr.name="kind" attr.type="string"><default>retweet</default></key>'
    inside = (
        '<edge source="ana" target="bo"/><edge source="bo" target="ana"><data key="d">reply</data></edge>'
    )
    read(graph(tmp_path / "x", inside, keys=keys), tmp_path)
    assert [row["kind"] for row in rows(tmp_path, "posts")] == ["repost", "reply"]


def test_graphs_of_networkx_are_read(tmp_path: Path) -> None:
    network = nx.MultiDiGraph()
    network.add_edge("ana", "bo", kind="reply", weight=2, time="2025-08-27T13:10:00Z")
    network.add_edge("ana", "bo", kind="mention", weight=1, time="2025-08-27T13:11:00Z")
    network.add_edge("bo", "Cý <&>", kind="mention", weight=1, time="2025-08-27T13:12:00Z")
    nx.write_graphml(network, tmp_path / "x", named_key_ids=False)
    record = read(tmp_path / "x", tmp_path)
    assert (record.format, record.posts, record.skipped) == ("graphml", 3, {})
    first, second, third = rows(tmp_path, "posts")
    assert (first["kind"], first["weight"], first["created_at"]) == ("reply", 2, "2025-08-27 13:10:00")
    assert second["created_at"] == "2025-08-27 13:11:00"
    assert third["mentions"] == [[None, "Cý <&>", None]]


def test_nodes_that_a_program_has_numbered_go_by_their_labels(tmp_path: Path) -> None:
    inside = '<node id="n0"><data key="d0">Ana</data></node><node id="n1"><data key="d0">Bo</data></node>'
    read(graph(tmp_path / "x", inside + '<edge source="n0" target="n1"/>'), tmp_path)
    assert ends(tmp_path) == [("Ana", "Bo")]


def test_label_that_yed_draws_is_found(tmp_path: Path) -> None:
    keys = '<key id="d6" for="node" yfiles.type="nodegraphics"/>'
    drawn = '<data key="d6"><y:ShapeNode xmlns:y="http://y"><y:Fill/><y:NodeLabel>{}</y:NodeLabel></y:ShapeNode></data>'
    inside = "".join(f'<node id="n{n}">{drawn.format(name)}</node>' for n, name in enumerate(("Ana", "Bo")))
    read(graph(tmp_path / "x", inside + '<edge source="n0" target="n1"/>', keys=keys), tmp_path)
    assert ends(tmp_path) == [("Ana", "Bo")]


def test_what_has_no_two_ends_is_skipped_with_a_reason(tmp_path: Path) -> None:
    inside = (
        '<edge source="ana" target="bo" sourceport="left"/><hyperedge><endpoint node="ana"/></hyperedge>'
        '<node id="g"><graph edgedefault="directed"><edge source="g1" target="g2"/></graph></node>'
        '<edge source="ana"/><edge target="bo"/>'
    )
    record = read(graph(tmp_path / "x", inside), tmp_path)
    assert (record.posts, record.skipped) == (
        1,
        {
            "an edge of any number of ends": 1,
            "an edge of a graph inside a node": 1,
            "no author": 1,
            "no target": 1,
        },
    )


def test_network_of_a_report_is_no_export(tmp_path: Path) -> None:
    network = nx.Graph()
    network.add_node("P1", kind="person", rung="circle", latest_rung="circle", x=0.1, y=0.2)
    network.add_node("P2", kind="person", rung="silent", latest_rung="silent", x=0.1, y=0.2)
    network.add_edge("P1", "P2", weight=3, is_mutual=True, is_latest=True, is_latest_mutual=False)
    write_graphml(network, tmp_path / "network.graphml")
    assert "its people are pseudonyms" in str(read(tmp_path / "network.graphml", tmp_path).refusal)


def test_graph_without_edges_is_refused(tmp_path: Path) -> None:
    assert "without edges" in str(read(graph(tmp_path / "x", '<node id="ana"/>'), tmp_path).refusal)


@pytest.mark.parametrize(
    "start", ["", "\ufeff", "<!-- made by hand --> ", '<!DOCTYPE graphml SYSTEM "g.dtd">']
)
def test_beginnings_are_known(start: str, tmp_path: Path) -> None:
    (tmp_path / "x").write_text(
        start + '<g:graphml xmlns:g="http://graphml.graphdrawing.org/xmlns"><g:graph edgedefault="directed">'
        '<g:edge source="ana" target="bo"/></g:graph></g:graphml>'
    )
    record = read(tmp_path / "x", tmp_path)
    assert (record.format, record.posts) == ("graphml", 1)


def test_network_that_igraph_has_written_again_keeps_its_names(tmp_path: Path) -> None:
    keys = '<key id="v_name" for="node" attr.name="name" attr.type="string"/>' + "".join(
        f'<key id="e_{name}" for="edge" attr.name="{name}" attr.type="string"/>'
        for name in ("Relationship", "Relationship Date (UTC)", "Tweet")
    )
    nodes = "".join(
        f'<node id="n{n}"><data key="v_name">{name}</data></node>' for n, name in enumerate(("ana", "bo"))
    )
    edge = (
        '<edge source="n0" target="n1"><data key="e_Relationship">Mentions</data><data key="e_Tweet">hi @bo</data>'
        '<data key="e_Relationship Date (UTC)">2025-08-27 13:10:00</data></edge>'
    )
    read(graph(tmp_path / "x", nodes + edge, keys=keys), tmp_path)
    (post,) = rows(tmp_path, "posts")
    assert (post["platform"], post["author_name"], post["mentions"]) == ("x", "ana", [[None, "bo", 3]])


@pytest.mark.parametrize(
    "value",
    ["&lt;script&gt;", "\u202e\u2066", "=1+1", "9" * 400, "-1e999", "nan", "[]", "\u0085", "reply", ""],
)
def test_hostile_values_lose_nothing(value: str, tmp_path: Path) -> None:
    inside = "".join(
        f'<edge source="ana" target="{value or "bo"}"><data key="{key}">{value}</data></edge>'
        for key in ("d1", "d2", "d9")
    )
    record = read(graph(tmp_path / "x", inside), tmp_path)
    assert record.records == 3


def test_cut_graph_keeps_what_came_before(tmp_path: Path) -> None:
    path = graph(tmp_path / "x", '<edge source="ana" target="bo"/>' * 3)
    path.write_text(path.read_text()[:-60])
    assert read(path, tmp_path).skipped == {"the XML is damaged or cut: reading ended there": 1}


def test_entities_are_refused(tmp_path: Path) -> None:
    (tmp_path / "x").write_text(
        '<!DOCTYPE graphml [<!ENTITY a "aaaa">]><graphml><graph><edge source="&a;" target="b"/></graph></graphml>'
    )
    assert read(tmp_path / "x", tmp_path).refusal
