"""A graph as GML: nested lists of keys and values; Gephi, twarc-network, networkx and igraph write it.

Its traps:

* The id of a node is mostly a number of the program, with the name in its label.
* Signs beyond ASCII come as `&#252;`; Gephi writes them, and quotes inside of a label, as they are, and ids without
  quotes. Its weight is called `value`, and each edge says whether it is directed if not all are alike.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from communitylab.exports.asked import Asked
from communitylab.exports.graphs import Graph
from communitylab.exports.sample import Sample
from communitylab.exports.sink import Sink
from communitylab.files import Skip, Source, lines

__all__ = ["COVERAGE", "HOW", "IS_FROM_DOCUMENTATION", "NAME", "PLATFORMS", "TITLE", "read", "recognise"]

NAME = "gml"
TITLE = "Graph as GML: graph with nodes and edges, as Gephi, twarc-network and igraph write it"
COVERAGE = "A"
PLATFORMS = ()
IS_FROM_DOCUMENTATION = True
HOW = "In Gephi: File, Export, Graph file, GML; or `twarc2 network posts.jsonl network.gml --format gml`."

_GRAPH = re.compile(r"^\s*graph\s*\[", re.MULTILINE)
_PART = re.compile(r"\b(?:node|edge)\s*\[")
_TOKEN = re.compile(r'"[^"]*"|[\[\]]|[^\s\[\]"]+')
_WHOLE = re.compile(r'\s*(\w+)\s+(".*")\s*')  # a label with quotes in it that nobody escaped
_TWO = re.compile(r'"\s+\w+\s+[-+"\d\[]')
_DEEPEST = 50
_LONGEST = 2**20


def recognise(sample: Sample) -> bool:
    """Whether the file begins with a graph in which there are nodes or edges."""
    return bool(_GRAPH.search(sample.start) and _PART.search(sample.start))


def read(source: Source, sink: Sink, *, sample: Sample, asked: Asked) -> None:
    """Hands every edge to the sink."""
    graph = Graph(sink)
    is_directed = False
    for line, place, values in _lists(source, sink.skip):
        if place == "graph":
            is_directed = values.get("directed") == "1"
        elif place == "node":
            graph.node(values.get("id"), label=values.get("label"), attributes=values)
        else:
            source_id, target_id = values.pop("source", None), values.pop("target", None)
            graph.edge(line, source=source_id, target=target_id, attributes=values, is_directed=is_directed)
    graph.end()


def _lists(source: Source, skip: Skip) -> Iterator[tuple[int, str, dict[str, str]]]:
    """The nodes and edges of graphs, each with the line on which it begins; before them what a graph says of itself."""
    around: list[tuple[str, int, dict[str, str]]] = []
    key = None
    size = number = 0
    for number, token in _tokens(source, skip):
        size += len(token)
        if size > _LONGEST or len(around) > _DEEPEST:
            skip("a record too long or nested too deep: reading ended there", number)
            return
        if token == "[" and key is not None:
            if key in ("node", "edge") and len(around) == 1:
                yield around[0][1], "graph", around[0][2]
                size = 0
            around.append((key, number, {}))
            key = None
        elif token == "]":
            if around:
                name, begin, values = around.pop()
                if name in ("node", "edge") and len(around) == 1:
                    yield begin, name, values
                    size = 0
            key = None
        elif key is None:
            key = token if token[0].isalpha() else None  # what is no key does not belong there
        else:
            if around:
                around[-1][2][key] = html.unescape(token[1:-1] if token[0] == '"' else token)
            key = None
    if around:
        skip("the GML is cut: reading ended there", number)


def _tokens(source: Source, skip: Skip) -> Iterator[tuple[int, str]]:
    """Keys, values and brackets. A value in quotes may go over lines, which begin with its only quote."""
    held: list[str] = []
    begin = size = 0
    for number, raw in lines(source, skip):
        line = _decoded(raw)
        if held:
            held.append(line)
            size += len(line)
            if size > _LONGEST:
                skip("a quote is never closed", begin)
                held = []
            elif '"' in line:
                yield from ((begin, token) for token in _TOKEN.findall("".join(held)))
                held = []
        elif line.count('"') == 1:
            held, begin, size = [line], number, len(line)
        elif line.count('"') > 2 and (whole := _WHOLE.fullmatch(line)) and not _TWO.search(line):
            yield from ((number, token) for token in whole.groups())
        elif not line.lstrip().startswith("#"):
            yield from ((number, token) for token in _TOKEN.findall(line))
    if held:
        skip("a quote is never closed", begin)


def _decoded(line: bytes) -> str:
    try:
        return line.decode()
    except UnicodeDecodeError:
        return line.decode("latin-1")
