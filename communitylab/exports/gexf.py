"""A graph as GEXF 1.1 to 1.3, the format of Gephi; twarc-network, networkx and TCAT write it as well.

Its traps:

* The id of a node may be a number of the program, with the name in its label; attributes go by ids of their own,
  which `<attributes>` explains.
* networkx writes an attribute `type`, such as `retweet`, where the format has directed or undirected.
* Times are dates or steps such as 0.0, on the edge itself or in its spells.
"""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from communitylab.errors import ExportError
from communitylab.exports.asked import Asked
from communitylab.exports.edges import has_direction
from communitylab.exports.graphs import OWN_NETWORK, Graph
from communitylab.exports.sample import Sample
from communitylab.exports.sink import Sink
from communitylab.exports.xml_records import attribute_of, local_name, xml_records
from communitylab.files import Source

__all__ = ["COVERAGE", "HOW", "IS_FROM_DOCUMENTATION", "NAME", "PLATFORMS", "TITLE", "read", "recognise"]

NAME = "gexf"
TITLE = "Graph as GEXF: nodes and edges, as Gephi, twarc-network and networkx write it"
COVERAGE = "A"
PLATFORMS = ()
IS_FROM_DOCUMENTATION = True
HOW = "In Gephi: File, Export, Graph file, GEXF; or `twarc2 network posts.jsonl network.gexf --format gexf`."

_ROOT = re.compile(r"<(?:\w+:)?gexf[\s>]")
_OURS = "<creator>communitylab</creator>"
_DIRECTED = re.compile(r"<(?:\w+:)?graph\b[^>]*\bdefaultedgetype\s*=\s*[\"']directed")
_MOST_TITLES = 1_000
_STARTS = ("start", "startopen", "timestamp")
_OF_AN_EDGE = ("kind", "label", "weight")


def recognise(sample: Sample) -> bool:
    """Whether the file begins with the element of GEXF."""
    return bool(_ROOT.search(sample.start))


def read(source: Source, sink: Sink, *, sample: Sample, asked: Asked) -> None:
    """Hands every edge to the sink."""
    if _OURS in sample.start:
        raise ExportError(OWN_NETWORK)
    graph = Graph(sink)
    is_directed = bool(_DIRECTED.search(sample.start))
    titles: dict[str, dict[str, str]] = {"node": {}, "edge": {}}
    for line, element, _around in xml_records(source, sink.skip, wanted=("attributes", "node", "edge")):
        part = local_name(element.tag)
        if part == "attributes":
            known = titles.get(attribute_of(element, "class") or "", {})
            for declared in list(element)[: _MOST_TITLES - len(known)]:
                known[attribute_of(declared, "id") or ""] = attribute_of(declared, "title") or ""
        elif part == "node":
            values = _values(element, titles["node"])
            graph.node(attribute_of(element, "id"), label=attribute_of(element, "label"), attributes=values)
        else:
            _read_edge(element, graph, line, titles["edge"], is_directed=is_directed)
    graph.end()


def _values(element: Element, titles: dict[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in element.iter():
        if local_name(part.tag) == "attvalue":
            title = titles.get(attribute_of(part, "for") or attribute_of(part, "id") or "")
            value = attribute_of(part, "value")
            if title and value is not None:
                found.setdefault(title, value)  # of values that change with time the first
    return found


def _read_edge(edge: Element, graph: Graph, line: int, titles: dict[str, str], *, is_directed: bool) -> None:
    values = {name: value for name in _OF_AN_EDGE if (value := attribute_of(edge, name)) is not None}
    if start := _start(edge):
        values["start"] = start
    written = attribute_of(edge, "type")
    direction = has_direction(written)
    if written and direction is None:
        values["type"] = written
    for title, value in _values(edge, titles).items():
        values.setdefault(title, value)
    graph.edge(
        line,
        source=attribute_of(edge, "source"),
        target=attribute_of(edge, "target"),
        attributes=values,
        is_directed=is_directed if direction is None else direction,
    )


def _start(edge: Element) -> str | None:
    """When the edge begins: its own time, or that of its first spell."""
    spells = (part for part in edge.iter() if local_name(part.tag) in ("spell", "slice"))
    for element in (edge, *spells):
        for name in _STARTS:
            if value := attribute_of(element, name):
                return value
    return None
