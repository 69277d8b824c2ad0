"""A graph as node-link JSON: `nodes` and `links` or `edges`, as networkx, D3 and twarc-network write it.

Its traps: a link of D3 leads to the place of a node among the nodes where those have no id, or holds the whole node;
graphology, and Gephi's export for Sigma, put what they know into `attributes`.
"""

from __future__ import annotations

import msgspec

from communitylab.exports.asked import Asked
from communitylab.exports.graphs import Graph
from communitylab.exports.json_records import UnreadableError, decode, json_parts
from communitylab.exports.sample import Sample
from communitylab.exports.sink import Sink
from communitylab.files import Source

__all__ = ["COVERAGE", "HOW", "IS_FROM_DOCUMENTATION", "NAME", "PLATFORMS", "TITLE", "read", "recognise"]

NAME = "node_link"
TITLE = "Graph as node-link JSON: nodes and links, as networkx, D3 and twarc-network write it"
COVERAGE = "A"
PLATFORMS = ()
IS_FROM_DOCUMENTATION = True
HOW = "Run `twarc2 network posts.jsonl network.json --format json`; or write `networkx.node_link_data(graph)` as JSON."

_LISTS = ("nodes", "links", "edges")
_OF_NETWORKX = {"directed", "multigraph", "graph", *_LISTS}
_ANY = msgspec.json.Decoder(dict[str, object])


def recognise(sample: Sample) -> bool:
    """Whether the first object has nodes, and edges that join them."""
    if len(sample.objects) != 1:
        return False
    found = sample.objects[0]
    nodes = _records(found.get("nodes"))
    edges = [*_records(found.get("links")), *_records(found.get("edges"))]
    if edges:
        return "nodes" in found and {"source", "target"} <= edges[0].keys()
    # Those of a large graph come after what was looked at.
    return (
        found.keys() <= _OF_NETWORKX and bool(nodes) and not nodes[0].keys().isdisjoint(("id", "name", "key"))
    )


def read(source: Source, sink: Sink, *, sample: Sample, asked: Asked) -> None:
    """Hands every link to the sink."""
    graph = Graph(sink)
    is_directed = sample.objects[0].get("directed") is not False
    count = 0
    for line, place, text in json_parts(source, sink.skip, opened={"", *_LISTS}):
        part = place.removesuffix(".item")
        if part not in _LISTS or part == place:
            continue
        try:
            record = decode(_ANY, text)
        except UnreadableError as error:
            sink.skip(str(error), line)
            continue
        values = _values(record)
        if part == "nodes":
            name = values.get("label") or values.get("name")
            node_id = values.get("id") or values.get("key") or str(count)
            graph.node(node_id, label=name, attributes=values)
            count += 1
        else:
            source_id, target_id = _end(record.get("source")), _end(record.get("target"))
            values.pop("source", None)
            values.pop("target", None)
            graph.edge(line, source=source_id, target=target_id, attributes=values, is_directed=is_directed)
    graph.end()


def _records(value: object) -> list[dict[str, object]]:
    return [record for record in value if isinstance(record, dict)] if isinstance(value, list) else []


def _values(record: dict[str, object]) -> dict[str, str]:
    """What stands in a record, and in its `attributes`, as text."""
    inside = record.get("attributes")
    every = {**inside, **record} if isinstance(inside, dict) else record
    return {key: text for key, value in every.items() if (text := _text(value)) is not None}


def _text(value: object) -> str | None:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value) if isinstance(value, str | int | float) else None


def _end(value: object) -> str | None:
    if isinstance(value, dict):
        value = value.get("id", value.get("name"))
    return _text(value)
