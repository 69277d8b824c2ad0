"""GraphML: a network as many programs write it, and the collections of NodeXL.

What an attribute means stands in its name, which is declared once, at the head: ids of attributes say nothing. In
a network that NodeXL collected each edge is one act of a tweet; in any other it is an edge and no more.
A graph inside a node, and an edge of more than two ends, are not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import NamedTuple
from xml.etree.ElementTree import Element

from communitylab.errors import ExportError
from communitylab.exports.asked import Asked
from communitylab.exports.edges import has_direction
from communitylab.exports.graphs import OWN_NETWORK, Graph
from communitylab.exports.nodexl_rows import NodexlRow, are_of_nodexl, read_nodexl
from communitylab.exports.sample import Sample
from communitylab.exports.sink import Sink
from communitylab.exports.xml_records import XmlRecord, child_text, local_name, xml_records
from communitylab.files import Source, head

__all__ = ["COVERAGE", "HOW", "NAME", "PLATFORMS", "TITLE", "read", "recognise"]

NAME = "graphml"
TITLE = "GraphML: a graph of who talks with whom, or a network of tweets from NodeXL"
COVERAGE = "A"
PLATFORMS = ()
HOW = "Export the graph as GraphML, with the kind and the time of each edge if the program knows them."

_ROOT = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*|<!DOCTYPE[^>]*>\s*)*<(?:\w+:)?graphml[\s>]", re.S
)
_DEFAULT = re.compile(rb"<(?:\w+:)?graph\b[^>]*\bedgedefault\s*=\s*[\"'](\w+)")
_HEAD = 2**20  # in which the attributes are declared
_LABELS = ("label", "name", "username", "user_name", "handle")
_NUMBERED = re.compile(r"n\d+")
_OF_A_REPORT = {"rung", "latest_rung"}


def recognise(sample: Sample) -> bool:
    """Whether the file begins with the element of GraphML."""
    return _ROOT.match(sample.start) is not None


class _Key(NamedTuple):
    """An attribute as it is declared: its name, of what it is, and what counts where it is left out."""

    name: str
    of: str
    default: str | None


def _key(element: Element) -> _Key:
    name = element.get("attr.name") or element.get("yfiles.type") or element.get("id") or ""
    return _Key(name.strip(), element.get("for") or "all", child_text(element, "default"))


def read(source: Source, sink: Sink, *, sample: Sample, asked: Asked) -> None:
    """Hands every edge to the sink; nodes are context."""
    default = _DEFAULT.search(head(source, _HEAD))
    is_directed = default is None or default[1].lower() != b"undirected"
    parts = _parts(source, sink)
    keys: dict[str, _Key] = {}
    for part in parts:
        if local_name(part.element.tag) != "key":
            parts = chain((part,), parts)
            break
        keys[part.element.get("id") or ""] = _key(part.element)
    names = [key.name for key in keys.values()]
    if set(names) >= _OF_A_REPORT and not sink.records:
        raise ExportError(OWN_NETWORK)
    if are_of_nodexl([key.name for key in keys.values() if key.of != "node"]):
        read_nodexl(_rows(parts, keys), sink, columns=names, is_directed=is_directed)
        return
    graph = Graph(sink)
    for line, element, _ in parts:
        attributes = _attributes(element, keys)
        if local_name(element.tag) == "node":
            graph.node(element.get("id"), label=_label(attributes), attributes=attributes)
        else:
            own = has_direction(element.get("directed"))
            source_id, target_id = _ends(element)
            graph.edge(
                line,
                source=source_id,
                target=target_id,
                attributes=attributes,
                is_directed=is_directed if own is None else own,
            )
    graph.end()


def _parts(source: Source, sink: Sink) -> Iterator[XmlRecord]:
    """The attributes that are declared, and the nodes and edges of the graph itself."""
    for part in xml_records(source, sink.skip, wanted=("key", "node", "edge", "hyperedge")):
        kind = local_name(part.element.tag)
        if kind == "hyperedge":
            sink.skip("an edge of any number of ends", part.line)
        elif part.around is None:
            yield part
        elif kind == "edge":
            sink.skip("an edge of a graph inside a node", part.line)


def _attributes(element: Element, keys: Mapping[str, _Key]) -> dict[str, str]:
    """The attributes of a node or an edge by their names; yEd draws the label as an element of its own."""
    kind = local_name(element.tag)
    found = {key.name: key.default for key in keys.values() if key.default and key.of in (kind, "all")}
    for data in element:
        key = keys.get(data.get("key") or "")
        if key is not None:
            found[key.name] = (data.text or "").strip()
            drawn = (inside.text for inside in data.iter() if local_name(inside.tag).endswith("Label"))
            if label := next(drawn, None):
                found["label"] = label.strip()
    return found


def _ends(element: Element) -> tuple[str, str]:
    return element.get("source") or "", element.get("target") or ""


def _label(attributes: Mapping[str, str]) -> str | None:
    """What a node is called."""
    folded = {name.lower(): value for name, value in attributes.items()}
    return next((folded[name] for name in _LABELS if folded.get(name)), None)


def _rows(parts: Iterator[XmlRecord], keys: Mapping[str, _Key]) -> Iterator[NodexlRow]:
    """The edges of a network from NodeXL, whose nodes go by their names unless another program has numbered them."""
    names: dict[str, str] = {}
    for line, element, _ in parts:
        attributes = _attributes(element, keys)
        if local_name(element.tag) == "node":
            node = element.get("id") or ""
            if _NUMBERED.fullmatch(node) and (label := _label(attributes)):
                names[node] = label
        else:
            source, target = (names.get(end, end) or None for end in _ends(element))
            yield NodexlRow(line, source, target, {name.lower(): cell for name, cell in attributes.items()})
