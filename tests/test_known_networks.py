"""Figures of networks that other programs have measured, and of networks of chance."""

import csv
import re
import zipfile

import networkx as nx
import numpy as np
import pytest
from defusedxml import ElementTree

from communitylab import measures, networks
from communitylab import study as rooms
from communitylab.clusters import significance
from communitylab.partitions import links_of, partition

_SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def _rows(workbook, name):
    """The rows of a sheet, each with its cells by column."""
    with zipfile.ZipFile(workbook) as parts:
        names = re.findall(r'<sheet [^>]*name="([^"]+)"', parts.read("xl/workbook.xml").decode())
        shared = [
            "".join(text.text or "" for text in entry.iter(_SHEET + "t"))
            for entry in ElementTree.fromstring(parts.read("xl/sharedStrings.xml")).iter(_SHEET + "si")
        ]
        sheet = ElementTree.fromstring(parts.read(f"xl/worksheets/sheet{names.index(name) + 1}.xml"))
    for row in sheet.iter(_SHEET + "row"):
        cells = {}
        for cell in row.iter(_SHEET + "c"):
            value = cell.findtext(_SHEET + "v")
            if value is not None:
                text = shared[int(value)] if cell.get("t") == "s" else value
                cells[re.sub(r"\d", "", cell.get("r"))] = text
        yield cells


def test_mailing_list_is_as_nodexl_measured_it(real, tmp_path):
    """Its own figures stand in the workbook; its edges, as an edge list, are read like any other.

    Five of 120 rows are mails to oneself, which NodeXL was told to skip, and which are no acts.
    """
    workbook = real("nodexl/abc-d.xlsx")
    theirs = {row["A"]: row["B"] for row in _rows(workbook, "Overall Metrics") if {"A", "B"} <= set(row)}
    edges = [(row["A"], row["B"]) for row in list(_rows(workbook, "Edges"))[2:] if {"A", "B"} <= set(row)]
    assert len(edges) == 120
    path = tmp_path / "edges.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("source", "target"), *edges])
    study = rooms.load(path, brand=edges[0][0])  # there is none, and every act counts below
    acts = study.every_act_coded.select("source", "target").to_pyarrow().to_pandas().drop_duplicates()
    nodes, ends = np.unique(acts.to_numpy(), return_inverse=True)
    a, b = ends.reshape(-1, 2).T
    assert (len(nodes), len(a)) == (int(theirs["Vertices"]), int(theirs["Total Edges"]))
    edge = float(np.isin(a * len(nodes) + b, b * len(nodes) + a).mean())
    assert edge == pytest.approx(float(theirs["Reciprocated Edge Ratio"]), rel=1e-12)
    assert edge / (2 - edge) == pytest.approx(float(theirs["Reciprocated Vertex Pair Ratio"]), rel=1e-12)
    density = len(a) / (len(nodes) * (len(nodes) - 1))
    assert density == pytest.approx(float(theirs["Graph Density"]), rel=1e-12)
    sizes = networks.component_sizes(networks.adjacency(a, b)[0])
    assert max(sizes) == int(theirs["Maximum Vertices in a Connected Component"])
    assert round(float((1 / sizes).sum())) == int(theirs["Connected Components"])


def test_teaching_graph_of_301_edges(tiny):
    """101 vertices, 298 linked pairs of which 3 are linked both ways, as NodeXL measures it."""
    arcs = [(n, (n + step) % 101) for step in range(1, 50) for n in range(101)][:298]
    arcs += [(b, a) for a, b in arcs[:3]]
    assert len(arcs) / (101 * 100) == pytest.approx(0.0298019801980198, rel=1e-12)
    study = tiny("BRAND mon; " + "; ".join(f"p{a}>p{b} mon" for a, b in arcs))
    found = measures.mutuality(study, seed=1)
    assert found.value == pytest.approx(0.0199335548172757, rel=1e-12)
    assert found.beside["pair"] == pytest.approx(0.0100671140939597, rel=1e-12)


def _heavy(seed):
    """300 people and 450 contacts whose number has a heavy tail; nothing is planted."""
    rng = np.random.default_rng(seed)
    chances = 1 + rng.pareto(2.5, 300)
    chances /= chances.sum()
    edges = set()
    while len(edges) < 450:
        a, b = rng.choice(300, 2, p=chances).tolist()
        if a != b:
            edges.add((min(a, b), max(a, b)))
    return nx.Graph(sorted(edges))


def test_modularity_of_networks_without_groups_is_high():
    """High modularity is no evidence: about 0.59 with nothing planted, and above 0.4 every time."""
    found = []
    for seed in range(40):
        network = _heavy(seed)
        labels = partition(links_of(network), method="leiden", resolution=1.0, seed=seed)
        sides = [
            set(np.array(links_of(network).nodes)[labels == label].tolist()) for label in set(labels.tolist())
        ]
        found.append(nx.community.modularity(network, sides))
    assert min(found) > 0.4
    assert np.mean(found) == pytest.approx(0.59, abs=0.04)
    estimate = significance(_heavy(1), seed=1, replicates=39)
    assert estimate.value > 0.4
    assert estimate.p > 0.05
