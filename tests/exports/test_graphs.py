"""Graph files: whom the nodes stand for, and which act an edge is, in every format alike."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
from openpyxl import Workbook
from reading import FIXTURES, read, read_all, rows

import communitylab as cl
from communitylab.exports import gdf
from communitylab.exports.edges import NOBODY, Account, add_edge
from communitylab.exports.sink import Sink
from communitylab.graph_files import write_gexf


def _csv(graph: nx.Graph, path: Path) -> None:
    nx.write_edgelist(graph, path, delimiter=",")


def _json(graph: nx.Graph, path: Path) -> None:
    path.write_text(json.dumps(nx.node_link_data(graph, edges="links"), indent=1))


def _gdf(graph: nx.Graph, path: Path) -> None:
    names = list(dict.fromkeys(name for _a, _b, of in graph.edges(data=True) for name in of))
    columns = list(dict.fromkeys(name for _node, of in graph.nodes(data=True) for name in of))
    lines = [",".join(["nodedef>name VARCHAR", *(f"{name} VARCHAR" for name in columns)])]
    lines += [
        ",".join([str(node), *(f"'{of.get(name, '')}'" for name in columns)])
        for node, of in graph.nodes(data=True)
    ]
    lines += [",".join(["edgedef>node1 VARCHAR", "node2 VARCHAR", "directed BOOLEAN", *names])]
    directed = str(graph.is_directed()).lower()
    lines += [
        ",".join([f"{a},{b},{directed}", *(f"'{of.get(name, '')}'" for name in names)])
        for a, b, of in graph.edges(data=True)
    ]
    path.write_text("\n".join(lines), "utf-8")


WRITERS: dict[str, Callable[[nx.Graph, Path], None]] = {
    "gexf": nx.write_gexf,
    "gml": nx.write_gml,
    "gdf": _gdf,
    "node_link": _json,
    "twarc_network": _csv,
}
EACH = pytest.mark.parametrize("name", WRITERS)
WITH_NODES = pytest.mark.parametrize("name", ["gexf", "gml", "gdf", "node_link"])


def graph_of(*edges: tuple[str, str, dict[str, Any]], directed: bool = True) -> nx.Graph:
    graph = nx.MultiDiGraph() if directed else nx.MultiGraph()
    graph.add_edges_from(edges)
    return graph


def acts(folder: Path) -> list[tuple[object, ...]]:
    """Who, what, whom, how often: of posts and of acts that are none."""
    found: list[tuple[object, ...]] = []
    for row in rows(folder, "posts"):
        targets = [row[key] for key in row if key in ("reply_to_name", "repost_of_name", "quote_of_name")]
        targets += [mention[1] for mention in row.get("mentions", [])]  # type: ignore[attr-defined]
        kind = "mention" if row["kind"] == "post" and "mentions" in row else row["kind"]
        found.append((row["author_name"], kind, *targets, row.get("weight", 1)))
    found += [
        (row["source_name"], row["kind"], row["target_name"], row.get("weight", 1))
        for row in rows(folder, "edges")
    ]
    return found


def of_twarc() -> nx.DiGraph:
    graph = nx.DiGraph()
    for name, user_id in (("TomKneads", "501"), ("rosa_bakes", "70012")):
        graph.add_node(name, screen_name=name, user_id=user_id, start_date="27/08/2025 13:10:00")
    graph.add_edge("TomKneads", "rosa_bakes", weight=9, retweet=1, reply=2, quote=1, mention=5)
    graph.add_edge("rosa_bakes", "TomKneads", weight=2, retweet=0, reply=1, quote=0, mention=1)
    return graph


@EACH
def test_every_kind_that_twarc_network_counts_is_an_act_of_its_own(name: str, tmp_path: Path) -> None:
    WRITERS[name](of_twarc(), tmp_path / "x")
    record = read(tmp_path / "x", tmp_path)
    assert record.format == name
    assert acts(tmp_path) == [
        ("TomKneads", "reply", "rosa_bakes", 2),
        ("TomKneads", "quote", "rosa_bakes", 1),
        ("TomKneads", "mention", "rosa_bakes", 3),  # the other two are those of the answers
        ("TomKneads", "repost", "rosa_bakes", 1),
        ("rosa_bakes", "reply", "TomKneads", 1),
    ]
    assert record.records == record.posts == 5
    assert [note for note in record.notes if note.startswith("who is answered was counted as mentioned")]
    assert {row["platform"] for row in rows(tmp_path, "posts")} == {"x"}


def test_twarc_network_is_the_same_in_all_its_formats(tmp_path: Path) -> None:
    found = []
    for number, path in enumerate(sorted(FIXTURES.glob("*twarc_network.*"))):
        if not path.name.endswith(".expected.json"):
            folder = tmp_path / str(number)
            folder.mkdir()
            read(path, folder)
            found.append(acts(folder))
    assert len(found) == 4
    assert [one[:8] for one in found] == [found[0][:8]] * 4


@EACH
def test_edge_is_the_act_that_its_kind_names(name: str, tmp_path: Path) -> None:
    WRITERS[name](
        graph_of(
            ("ana", "bo", {"kind": "Replies to", "weight": 2}),
            ("ana", "cy", {"kind": "MENTION", "weight": 1}),
            ("bo", "ana", {"kind": "retweet", "weight": 3}),
            ("bo", "cy", {"kind": "quotes", "weight": 1}),
            ("cy", "ana", {"kind": "follows", "weight": 1}),
            ("cy", "bo", {"kind": "likes", "weight": 2}),
            ("cy", "dot", {"kind": "stares at", "weight": 2}),
        ),
        tmp_path / "x",
    )
    record = read(tmp_path / "x", tmp_path)
    assert acts(tmp_path) == [
        ("ana", "reply", "bo", 2),
        ("ana", "mention", "cy", 1),
        ("bo", "repost", "ana", 3),
        ("bo", "quote", "cy", 1),
        ("cy", "follow", "ana", 1),
        ("cy", "reaction", "bo", 2),
    ]
    assert record.skipped == {
        "a follow, no post": 1,
        "a reaction, no post": 1,
        "an act of unknown kind": 1,
    }


@WITH_NODES
def test_edge_without_direction_is_talk_both_ways_and_no_repost(name: str, tmp_path: Path) -> None:
    graph = graph_of(
        ("ana", "bo", {"weight": 2}), ("ana", "cy", {"kind": "reply"}), ("bo", "cy", {"kind": "retweet"}),
        directed=False,
    )  # fmt: skip
    WRITERS[name](graph, tmp_path / "x")
    record = read(tmp_path / "x", tmp_path)
    assert acts(tmp_path) == [("ana", "tie", "bo", 2), ("ana", "tie", "cy", 1)]
    assert record.skipped == {"no direction, and no talk": 1}


@EACH
def test_weights(name: str, tmp_path: Path) -> None:
    weights = [1, 2.0, 0.25, 3.5, 0, -1, 1e300, 10**15, 10**6]
    edges = [("ana", f"bo{place}", {"weight": weight}) for place, weight in enumerate(weights)]
    WRITERS[name](graph_of(*edges), tmp_path / "x")
    record = read(tmp_path / "x", tmp_path)
    assert record.skipped == {"the weight is no count": 4}
    assert [act[3] for act in acts(tmp_path)] == [1, 2, 1, 1, 10**6]
    assert "some weights are no whole numbers: such an edge counts as one message" in record.notes


@WITH_NODES
def test_numbers_that_a_program_gave_to_nodes_are_nobodys_ids(name: str, tmp_path: Path) -> None:
    graph = nx.MultiDiGraph()
    graph.add_node(0, label="ana")
    graph.add_node(1, label="Bö Müller")
    graph.add_node(2, label="Bö Müller")
    graph.add_edge(0, 1, kind="reply")
    graph.add_edge(2, 0, kind="reply")
    if name == "gml":
        graph = nx.relabel_nodes(graph, {0: "ana", 1: "Bö Müller", 2: "Bö Müller "})
        for node in graph:
            del graph.nodes[node]["label"]
    WRITERS[name](graph, tmp_path / "x")
    record = read(tmp_path / "x", tmp_path)
    assert acts(tmp_path) == [("ana", "reply", "Bö Müller", 1), ("Bö Müller (2)", "reply", "ana", 1)]
    assert "some nodes share their label with another: they are kept apart by their number" in record.notes
    assert not any("author_id" in row or "reply_to_id" in row for row in rows(tmp_path, "posts"))


@pytest.mark.parametrize("name", ["gexf", "gdf", "node_link"])
def test_id_of_an_account_stays_beside_its_name(name: str, tmp_path: Path) -> None:
    graph = nx.MultiDiGraph()
    graph.add_node("100200300400501", label="Tom")
    graph.add_node("100200300400502", label="Tom")
    graph.add_edge("100200300400501", "100200300400502", kind="reply")
    WRITERS[name](graph, tmp_path / "x")
    read(tmp_path / "x", tmp_path)
    (row,) = rows(tmp_path, "posts")
    assert (row["author_id"], row["author_name"]) == ("100200300400501", "Tom")
    assert (row["reply_to_id"], row["reply_to_name"]) == ("100200300400502", "Tom")


@EACH
def test_order_of_edges_makes_no_difference(name: str, tmp_path: Path) -> None:
    edges = [(f"p{a}", f"p{b}", {"kind": kind}) for a, b, kind in zip(
        (1, 2, 3, 1), (2, 3, 1, 3), ("reply", "retweet", "quote", "mention"), strict=True
    )]  # fmt: skip
    found: list[list[tuple[object, ...]]] = []
    for turned in (edges, edges[::-1]):
        folder = tmp_path / str(len(found))
        folder.mkdir()
        WRITERS[name](graph_of(*turned), folder / "x")
        read(folder / "x", folder)
        found.append(sorted(acts(folder), key=str))
    assert found[0] == found[1]
    assert len(found[0]) == 4


HOSTILE = [
    "<script>alert(1)</script>",
    "=cmd|' /C calc'!A0",
    "\u202egnp.exe",
    "a" * 5000,
    "]]> & &amp; &#0; &bogus;",
    "1e999",
    "{'weight': 2}",
    "[ node ]",
    "\u200d\ufeff",
]


@WITH_NODES
def test_hostile_names_and_values_stay_text(name: str, tmp_path: Path) -> None:
    graph = nx.MultiDiGraph()
    for place, text in enumerate(HOSTILE):
        node = text if name == "gml" else str(place)
        graph.add_node(node, **({} if name == "gml" else {"label": text}))
        graph.add_edge("ana", node)
        graph.add_edge("ana", node, kind=text, date=text, weight=text)
    WRITERS[name](graph, tmp_path / "x")
    record = read(tmp_path / "x", tmp_path)
    assert record.skipped.keys() <= {
        "an act of unknown kind",
        "the date is no date",
        "the weight is no count",
    }
    assert [act[2] for act in acts(tmp_path)] == [" ".join(text.split()) for text in HOSTILE]


def _rows(graph: nx.Graph) -> list[list[object]]:
    """The edges as a table, as Gephi and notebooks write it."""
    names = list(dict.fromkeys(name for _a, _b, of in graph.edges(data=True) for name in of))
    kind = "Directed" if graph.is_directed() else "Undirected"
    cells = [[a, b, kind, *(of.get(name) for name in names)] for a, b, of in graph.edges(data=True)]
    return [["Source", "Target", "Type", *names], *cells]


def _edges_csv(graph: nx.Graph, path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(_rows(graph))


def _edges_xlsx(graph: nx.Graph, path: Path) -> None:
    book = Workbook()
    for row in _rows(graph):
        book.active.append(row)
    book.save(path)


def _json_of_today(graph: nx.Graph, path: Path) -> None:
    path.write_text(json.dumps(nx.node_link_data(graph, edges="edges")))


EVERY = {
    **WRITERS,
    "gexf 1.1": lambda graph, path: nx.write_gexf(graph, path, version="1.1draft"),
    "graphml": nx.write_graphml_xml,
    "graphml with named keys": lambda graph, path: nx.write_graphml_xml(graph, path, named_key_ids=True),
    "node_link of today": _json_of_today,
    "twarc_network with spaces": nx.write_edgelist,
    "CSV": _edges_csv,
    "xlsx": _edges_xlsx,
}


def _read_as_table(graph: nx.Graph, name: str, folder: Path) -> list[str]:
    folder.mkdir()
    EVERY[name](graph, folder / "x")
    record = read(folder / "x", folder)
    assert record.posts + record.edges == graph.number_of_edges(), name
    every = [*rows(folder, "posts"), *rows(folder, "edges")]
    return sorted(str({key: row[key] for key in sorted(row) if key != "source_record"}) for row in every)


@pytest.mark.parametrize("directed", [True, False])
def test_one_graph_is_the_same_in_every_format(directed: bool, tmp_path: Path) -> None:
    """Parallel edges, a loop, both ways between two, somebody alone, names beyond ASCII, counts and times."""
    kinds = ("reply", "mention", "retweet", "follow") if directed else ("reply", "mention")
    graph = graph_of(directed=directed)
    graph.add_node("alone")
    pairs = (
        ("ana", "bo"),
        ("ana", "bo"),
        ("bo", "ana"),
        ("Zoë", "O'Brien"),
        ("cy", "cy"),
        ("1960700000000000001", "cy"),
    )
    for place, (source, target) in enumerate(pairs):
        when = f"2025-08-{place + 1:02}T13:10:00+02:00"
        graph.add_edge(source, target, relation=kinds[place % len(kinds)], weight=place + 1, time=when)
    # An edge list of networkx is directed: it cannot say that a graph is not.
    names = [name for name in EVERY if directed or not name.startswith("twarc_network")]
    found = {name: _read_as_table(graph, name, tmp_path / name) for name in names}
    assert len(found["gexf"]) == len(pairs)
    assert found == dict.fromkeys(names, found["gexf"])


def test_reader_is_told_that_ties_have_no_direction(tmp_path: Path) -> None:
    for directed in (True, False):
        nx.write_graphml_xml(graph_of(("ana", "bo", {}), directed=directed), tmp_path / "x")
        told = " ".join(read(tmp_path / "x", tmp_path).notes)
        assert ("every contact seems mutual" in told) is not directed


# What is no graph of people.


@EACH
def test_hashtags_talk_with_nobody(name: str, tmp_path: Path) -> None:
    WRITERS[name](graph_of(("#bread", "#rye", {"weight": 3}), ("#rye", "#oven", {})), tmp_path / "x")
    record = read(tmp_path / "x", tmp_path)
    assert "hashtags or posts are the nodes, not people" in str(record.refusal)
    assert "--nodes users" in str(record.refusal)


@EACH
def test_hashtag_among_people_costs_its_edges_only(name: str, tmp_path: Path) -> None:
    WRITERS[name](graph_of(("ana", "bo", {}), ("ana", "#rye", {})), tmp_path / "x")
    record = read(tmp_path / "x", tmp_path)
    assert acts(tmp_path) == [("ana", "mention", "bo", 1)]
    assert record.skipped == {"an edge to what is no person": 1}


@WITH_NODES
@pytest.mark.parametrize("of", [{"type": "tweet"}, {"type": "post_page_12"}, {"tweet_id": "1"}])
def test_posts_talk_with_nobody(name: str, of: dict[str, str], tmp_path: Path) -> None:
    graph = graph_of(("ana", "1960700000000000001", {}))
    graph.nodes["1960700000000000001"].update(of)
    WRITERS[name](graph, tmp_path / "x")
    assert "not people" in str(read(tmp_path / "x", tmp_path).refusal)


def test_tweets_of_twarc_network_are_those_who_wrote_them(tmp_path: Path) -> None:
    graph = nx.DiGraph()
    graph.add_node("1960700000000000001", screen_name="ana", user_id="1", start_date="27/08/2025 13:10:00")
    graph.add_node("1960700000000000002", screen_name="bo", user_id="2", start_date="27/08/2025 13:10:00")
    graph.add_edge("1960700000000000001", "1960700000000000002", type="retweet")
    for name in ("gexf", "gml", "node_link"):
        folder = tmp_path / name
        folder.mkdir()
        WRITERS[name](graph, folder / "x")
        read(folder / "x", folder)
        assert acts(folder) == [("ana", "repost", "bo", 1)]
    _csv(graph, tmp_path / "x")  # does not tell who wrote them
    assert "not people" in str(read(tmp_path / "x", tmp_path).refusal)


@WITH_NODES
def test_graph_without_edges_says_nothing(name: str, tmp_path: Path) -> None:
    graph = nx.MultiDiGraph()
    graph.add_nodes_from(["ana", "bo"])
    WRITERS[name](graph, tmp_path / "x")
    assert "A graph without edges" in str(read(tmp_path / "x", tmp_path).refusal)


def test_network_of_a_report_is_refused(tmp_path: Path) -> None:
    network = nx.Graph()
    network.add_node("cedar", kind="follower", rung="circle", latest_rung="circle", group=0, x=0.1, y=0.2)
    network.add_node("maple", kind="follower", rung="circle", latest_rung="circle", group=0, x=0.3, y=0.2)
    network.add_edge("cedar", "maple", weight=2, is_mutual=True, is_latest=True, is_latest_mutual=True)
    write_gexf(network, tmp_path / "x")
    refusal = str(read(tmp_path / "x", tmp_path).refusal)
    assert "its people are pseudonyms" in refusal
    assert "Give the exports" in refusal


# GEXF.


def _gexf(
    edges: str, *, head: str = "defaultedgetype='directed'", nodes: str = "", attributes: str = ""
) -> str:
    return (
        f"<gexf xmlns='http://www.gexf.net/1.1draft' version='1.1'><graph {head}>{attributes}"
        f"<nodes>{nodes}</nodes><edges>{edges}</edges></graph></gexf>"
    )


@pytest.mark.parametrize(
    ("edge", "when"),
    [
        ("start='2025-08-27'", "2025-08-27 00:00:00"),
        ("start='2025-08-27T13:10:00.5+02:00' end='2026'", "2025-08-27 11:10:00"),
        ("timestamp='1756300125'", "2025-08-27 13:08:45"),
        ("start='12.0'", None),
        ("end='2025-08-27'", None),
        ("", None),
    ],
)
def test_time_of_an_edge_is_its_start(edge: str, when: str | None, tmp_path: Path) -> None:
    (tmp_path / "x").write_text(_gexf(f"<edge source='ana' target='bo' {edge}/>"))
    record = read(tmp_path / "x", tmp_path)
    assert rows(tmp_path, "posts")[0].get("created_at") == when
    assert ("the times of some edges are steps and no dates: they were left out" in record.notes) == (
        "12." in edge
    )


def test_direction_of_an_edge_goes_before_that_of_its_graph(tmp_path: Path) -> None:
    types = ("directed", "undirected", "mutual", "", "retweet")
    edges = "".join(f"<edge source='ana' target='bo' type='{one}'/>" for one in types)
    for head, kinds in (
        ("defaultedgetype='directed'", ["mention", "tie", "tie", "mention", "repost"]),
        ("defaultedgetype='undirected'", ["mention", "tie", "tie", "tie"]),
        ("", ["mention", "tie", "tie", "tie"]),
    ):
        (tmp_path / "x").write_text(_gexf(edges, head=head))
        read(tmp_path / "x", tmp_path)
        assert [act[1] for act in acts(tmp_path)] == kinds


def test_nodes_in_nodes_and_values_without_their_list(tmp_path: Path) -> None:
    nodes = (
        "<node id='1' label='ana'><nodes><node id='2' label='bo'/></nodes></node>"
        "<node id='n-0cc175b9c0f1b6a831c399e269772661' label='cy'><attvalue for='a' value='user'/></node>"
    )
    attributes = "<attributes class='edge'><attribute id='k' title='Interaction'/></attributes>"
    edges = (
        "<edge source='1' target='2'><attvalue id='k' value='reply'/></edge>"
        "<edge source='2' target='n-0cc175b9c0f1b6a831c399e269772661' weight='2'/>"
    )
    (tmp_path / "x").write_text(_gexf(edges, nodes=nodes, attributes=attributes))
    read(tmp_path / "x", tmp_path)
    assert acts(tmp_path) == [("ana", "reply", "bo", 1), ("bo", "mention", "cy", 2)]


def test_edges_before_their_nodes_are_noted(tmp_path: Path) -> None:
    edges = "<edge source='1' target='2'/>"
    (tmp_path / "x").write_text(_gexf(edges + "<node id='1' label='ana'/>" + edges))
    record = read(tmp_path / "x", tmp_path)
    assert [act[0] for act in acts(tmp_path)] == ["1", "ana"]
    assert (
        "some edges come before the nodes that they join: they know those by their ids only" in record.notes
    )


def test_damaged_gexf_is_read_up_to_the_damage(tmp_path: Path) -> None:
    whole = (FIXTURES / "gexf.gephi.gexf").read_text("utf-8")
    (tmp_path / "x").write_text(whole[: whole.index('<edge id="5"')])
    record = read(tmp_path / "x", tmp_path)
    assert record.posts == 5
    assert record.skipped == {"the XML is damaged or cut: reading ended there": 1}
    (tmp_path / "x").write_text('<!DOCTYPE a [<!ENTITY b "c">]>' + _gexf("<edge source='&b;' target='b'/>"))
    assert "declares entities" in str(read(tmp_path / "x", tmp_path).refusal)


# GML.


def test_gml_is_read_however_it_is_laid_out(tmp_path: Path) -> None:
    text = (
        'graph [ directed 1 node [ id 1 label "ana" ] node [ id 2 label "bo & co" x [ y [ id 9 ] ] ] '
        "edge [ source 1 target 2 ] ]"
    )
    for one in (text, text.replace(" ", "\n"), text.replace(" [", "\n["), "# by hand\nVersion 1\n" + text):
        one = one.replace("bo\n&\nco", "bo & co")
        (tmp_path / "x").write_text(one)
        read(tmp_path / "x", tmp_path)
        assert acts(tmp_path) == [("ana", "mention", "bo & co", 1)]


@pytest.mark.parametrize(
    ("rest", "reason"),
    [
        ("edge [ source 1", "the GML is cut: reading ended there"),
        ('edge [ source 1 target 2 label "never\nclosed ]\n]', "a quote is never closed"),
        ("edge " + "[ a " * 60, "a record too long or nested too deep: reading ended there"),
        ("edge [ source 1 " + "a b " * 2**19, "a record too long or nested too deep: reading ended there"),
    ],
)
def test_damaged_gml_is_read_up_to_the_damage(rest: str, reason: str, tmp_path: Path) -> None:
    (tmp_path / "x").write_text(f"graph [\nedge [ source ana target bo ]\n{rest}")
    record = read(tmp_path / "x", tmp_path)
    assert record.posts == 1
    assert reason in record.skipped
    assert record.first_skipped[reason] in (2, 3, 4, 5)


def test_gml_that_a_strange_sign_interrupts_goes_on(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(
        b'graph [\nnode [ id 1 label "B\xf6" 7 ]\n"?" 12\n]]\ngraph [ edge [ source 1 target x y ] ]\nedge [ source a ]'
    )
    read(tmp_path / "x", tmp_path)
    assert acts(tmp_path) == [("Bö", "tie", "x", 1)]


# GDF.


@pytest.mark.parametrize(
    ("line", "cells"),
    [
        ("a,b,c", ["a", "b", "c"]),
        ("a, 'b, c' ,d", ["a", "b, c", "d"]),
        ('a,"it\'s, so",\'say "so"\'', ["a", "it's, so", 'say "so"']),
        ("O'Brien,x'", ["O'Brien", "x'"]),
        ("'A correct 'GDF' file',,", ["A correct 'GDF' file", "", ""]),
        ("'never closed,b", ["'never closed", "b"]),
        ("',b", ["'", "b"]),
        ("'','", ["", "'"]),
        ("'a\\',b',c", ["a\\',b", "c"]),
        ("", [""]),
    ],
)
def test_cells_of_gdf(line: str, cells: list[str]) -> None:
    assert gdf._cells(line) == cells


def test_hostile_quotes_in_gdf_cost_no_time() -> None:
    assert len(gdf._cells("'a'a," * 200_000)) == 200_001
    assert len(gdf._cells("'," * 200_000)) > 100_000


@pytest.mark.parametrize(
    ("header", "said"),
    [
        (
            "name VARCHAR,label VARCHAR,sex VARCHAR,locale VARCHAR,agerank INT",
            "a graph by Netvizz of friends",
        ),
        ("name,label,sex,locale,groupid VARCHAR", "a graph by Netvizz of friends"),
        ("name,label,category,like_count INT,talking_about_count INT", "pages that like pages"),
    ],
)
def test_friends_and_pages_do_not_talk(header: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "x").write_text(f"nodedef>{header}\n1,ana\n2,bo\nedgedef>node1,node2\n1,2\n")
    assert said.lower() in str(read(tmp_path / "x", tmp_path).refusal).lower()


def test_defaults_of_gdf_count_where_a_cell_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "x").write_text(
        "nodedef>name VARCHAR\nana\nbo\n"
        "edgedef>node1 VARCHAR,node2 VARCHAR,weight DOUBLE default 2,directed BOOLEAN DEFAULT 'true'\n"
        "ana,bo\nana,bo,3\nbo,ana,,false\n"
    )
    read(tmp_path / "x", tmp_path)
    assert acts(tmp_path) == [
        ("ana", "mention", "bo", 2),
        ("ana", "mention", "bo", 3),
        ("bo", "tie", "ana", 2),
    ]


def test_older_graph_of_tcat_has_directions_that_it_does_not_tell(tmp_path: Path) -> None:
    (tmp_path / "x").write_text(
        "nodedef>name VARCHAR,label VARCHAR,no_tweets INT\n0,ana,1\n1,bo,1\n"
        "edgedef>node1 VARCHAR,node2 VARCHAR,weight DOUBLE\n0,1,2\n"
    )
    read(tmp_path / "x", tmp_path)
    assert acts(tmp_path) == [("ana", "mention", "bo", 2)]
    assert rows(tmp_path, "posts")[0]["platform"] == "x"


# Node-link JSON.


@pytest.mark.parametrize(
    "text",
    [
        '{"nodes": [{"name": "ana"}, {"name": "bo"}], "links": [{"source": 0, "target": 1, "value": 2}]}',
        '{"nodes": [{"id": "ana"}, {"id": "bo"}], "edges": [{"source": "ana", "target": "bo", "count": 2}]}',
        '{"nodes": [{"key": "1", "attributes": {"label": "ana"}}, {"key": "2", "attributes": {"label": "bo"}}],'
        ' "edges": [{"source": "1", "target": "2", "attributes": {"weight": 2}}], "options": {"type": "directed"}}',
        '{"links": [{"source": {"id": "ana"}, "target": {"id": "bo"}, "weight": 2.0}], "nodes": [{"id": "ana"}]}',
    ],
)
def test_other_shapes_of_node_link(text: str, tmp_path: Path) -> None:
    (tmp_path / "x").write_text(text)
    assert read(tmp_path / "x", tmp_path).format == "node_link"
    assert acts(tmp_path) == [("ana", "mention", "bo", 2)]


# Gephi's tables.


def test_weights_with_a_decimal_comma(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("Source;Target;Weight\nana;bo;3,0\nana;cy;0,5\nana;dot;1,000\n")
    record = read(tmp_path / "x", tmp_path)
    assert acts(tmp_path) == [("ana", "mention", "bo", 3), ("ana", "mention", "cy", 1)]
    assert record.skipped == {"the weight is no count": 1}  # one, or a thousand


@pytest.mark.parametrize(
    "header", ["Source,Target,Type,Id,Label,timeset,Weight", "SOURCE,TARGET,TYPE,ID,LABEL,X,WEIGHT"]
)
def test_type_of_gephi_is_a_direction_and_no_act(header: str, tmp_path: Path) -> None:
    (tmp_path / "x").write_text(
        f"{header}\nana,bo,Directed,1,,,2\nana,bo,UNDIRECTED,2,,,1\nana,bo,,3,reply,,1\nana,bo,Directed,4,oven,,1\n"
    )
    record = read(tmp_path / "x", tmp_path)
    assert acts(tmp_path) == [
        ("ana", "mention", "bo", 2),
        ("ana", "tie", "bo", 1),
        ("ana", "reply", "bo", 1),
        ("ana", "mention", "bo", 1),
    ]
    assert not record.skipped


def test_kind_and_type_of_gephi(tmp_path: Path) -> None:
    (tmp_path / "x").write_text(
        "Source,Target,Type,Kind,Weight\nana,bo,Directed,reply,1\nana,bo,Undirected,reply,1\nana,bo,Undirected,follow,1\n"
    )
    record = read(tmp_path / "x", tmp_path)
    assert [act[1] for act in acts(tmp_path)] == ["reply", "tie"]
    assert record.skipped == {"no direction, and no talk": 1}


def test_nodes_beside_the_edges_give_their_labels(tmp_path: Path) -> None:
    folder = tmp_path / "export"
    folder.mkdir()
    (folder / "bread [Nodes].csv").write_text("Id,Label,timeset\n0,ana,\n1,@bo,\n2,,\n3,#rye,\n")
    (folder / "bread [Edges].csv").write_text(
        "Source,Target,Type,Id,Label,timeset,Weight\n0,1,Directed,0,reply,,1\n2,0,Directed,1,,,1\n0,3,Directed,2,,,1\n"
    )
    edges, nodes = read_all(folder, tmp_path)
    assert acts(tmp_path) == [("ana", "reply", "bo", 1), ("2", "mention", "ana", 1)]
    assert edges.skipped == {"an edge to what is no person": 1}
    assert "nodes.csv, edges.csv" in str(nodes.refusal)


def test_edges_without_nodes_beside_them_go_by_what_they_join(tmp_path: Path) -> None:
    (tmp_path / "edges.csv").write_text("Source,Target,Type\n0,1,Directed\n")
    read(tmp_path / "edges.csv", tmp_path)
    assert acts(tmp_path) == [("0", "mention", "1", 1)]


# One edge.


def test_every_edge_is_one_record(tmp_path: Path) -> None:
    ana, bo = Account("1", "ana"), Account(None, "bo")
    with Sink(tmp_path, 0) as sink:
        add_edge(sink, 1, source=ana, target=bo, kind="reply", when="2025-08-27", weight="2", platform="x")
        add_edge(sink, 2, source=NOBODY, target=bo)
        add_edge(sink, 3, source=ana, target=NOBODY)
        add_edge(sink, 4, source=ana, target=NOBODY, kind="post")
        add_edge(sink, 5, source=ana, target=bo, when="some day", field="Tag")
        add_edge(sink, 6, source=ana, target=bo, weight="inf")
        add_edge(sink, 7, source=ana, target=bo, label="retweet", is_directed=False)
        add_edge(sink, 8, source=ana, target=bo, kind="reply", label="retweet")
    assert (sink.records, sink.posts) == (8, 3)
    assert dict(sink.first_skipped) == {
        "no author": 2,
        "no target": 3,
        "the date is no date": 5,
        "the weight is no count": 6,
        "no direction, and no talk": 7,
    }
    assert sink.notes == ["Tag is no date in some records, such as aaaa aaa"]


def test_a_graph_makes_a_study_that_says_what_times_it_lacks(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("nodedef>name\nedgedef>node1,node2,weight\nana,bo,1\nana,cy,1e6\nbo,cy,1e6\n")
    study = cl.load(tmp_path / "x", brand="ana")
    assert study.table("posts")["created_at"].isna().all()
    assert len(study.table("acts")) == 6  # each tie both ways
    assert cl.verdict.decide(study, seed=7).label in ("insufficient", "not identifiable")
