"""The network of twarc-network as CSV, an edge list of networkx: two names and a Python dict.

Its traps: the dict holds commas; its older versions tell the last kind of act only, and the sum of all. A graph of
posts or hashtags looks alike.
"""

from __future__ import annotations

import re

from communitylab.exports.asked import Asked
from communitylab.exports.graphs import Graph
from communitylab.exports.sample import Sample
from communitylab.exports.sink import Sink
from communitylab.files import Source, lines

__all__ = ["COVERAGE", "HOW", "IS_FROM_DOCUMENTATION", "NAME", "PLATFORMS", "TITLE", "read", "recognise"]

NAME = "twarc_network"
TITLE = "twarc-network CSV (X), or another edge list of networkx: two names and {'weight': 2, …}"
COVERAGE = "A"
PLATFORMS = ()
IS_FROM_DOCUMENTATION = True
HOW = "Run `twarc2 network posts.jsonl network.csv --format csv`; its GEXF, GML and JSON are read as well."

_EDGE = re.compile(r"([^,\s{[\x22'][^,\s]*)[, \t]([^,\s]+)[, \t](\{(?:'.{0,10000})?\})\s*")
_PAIR = re.compile(r"""['"](\w+)['"]: ?(?:'([^']*)'|"([^"]*)"|([^,}\s]+))""")
_OF_TWARC = {"retweet", "reply", "quote", "mention"}
_LAST_KIND = "an older twarc-network: the kind of the last act between two stands for all of theirs"


def recognise(sample: Sample) -> bool:
    """Whether the first line is two names and a dict."""
    first, _, _ = sample.start.lstrip().partition("\n")
    return bool(_EDGE.fullmatch(first))


def read(source: Source, sink: Sink, *, sample: Sample, asked: Asked) -> None:
    """Hands every line to the sink."""
    first, _, _ = sample.start.lstrip().partition("\n")
    is_twarcs = bool(_is_of_twarc(_values(first)))
    graph = Graph(sink, platform="x" if is_twarcs else "table")
    for number, raw in lines(source, sink.skip):
        line = raw.decode("utf-8", "replace").strip()
        edge = _EDGE.fullmatch(line)
        if not edge:
            if line:
                sink.skip("not two names and a dict", number)
            continue
        values = _values(line)
        if is_twarcs and values.keys() == {"type"} and edge[1].isdigit() and edge[2].isdigit():
            graph.no_people(number)
            continue
        if values.keys() == {"type", "weight"}:
            sink.note(_LAST_KIND)
        graph.edge(number, source=edge[1], target=edge[2], attributes=values, is_directed=True)
    graph.end()


def _values(line: str) -> dict[str, str]:
    return {key: single or double or bare for key, single, double, bare in _PAIR.findall(line)}


def _is_of_twarc(values: dict[str, str]) -> bool:
    return bool(values.keys() & _OF_TWARC) or values.get("type") in _OF_TWARC
