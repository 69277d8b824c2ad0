"""The network as a file for Gephi, R and others, with colours, sizes and places; and read back."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import networkx as nx
import numpy as np

from communitylab.colours import BRAND_COLOUR, CHANCE, RUNG_COLOURS
from communitylab.errors import CallError
from communitylab.sheets import legal, write_whole

__all__ = ["read_network", "write_gexf", "write_graphml"]

_GEXF, _GRAPHML = "http://www.gexf.net/1.2draft", "http://graphml.graphdrawing.org/xmlns"
_VIZ, _XSI = f"{_GEXF}/viz", "http://www.w3.org/2001/XMLSchema-instance"
# White would not be seen on Gephi's white ground.
_COLOURS = {**RUNG_COLOURS, "silent": CHANCE, "brand": BRAND_COLOUR}
_SIZES = {"silent": 4.0, "spectator": 5.0, "acquainted": 6.0, "connected": 8.0, "circle": 10.0, "brand": 14.0}
_APART = 20.0  # the disc grows with the people in it: from one to the next it is about one such step
_LONG = 2**31
_OF_A_NODE = ("kind", "rung", "latest_rung", "x", "y")
_OF_AN_EDGE = ("weight", "is_mutual", "is_latest", "is_latest_mutual")
_Plain = str | bool | int | float


def write_gexf(network: nx.Graph, path: str | Path) -> None:
    """Writes a network as GEXF 1.2, for Gephi: everybody in place, coloured and sized by rung.

    Parameters
    ----------
    network
        As :func:`communitylab.portrait.anonymous_network` gives it. What is null is left out.
    path
        The file.

    Raises
    ------
    CallError
        If it cannot be written.

    Source
    ------
    GEXF Working Group: GEXF 1.2draft, https://gexf.net.
    """
    root = ET.Element("gexf", {"xmlns": _GEXF, "xmlns:viz": _VIZ, "version": "1.2"})
    meta = ET.SubElement(root, "meta")
    ET.SubElement(meta, "creator").text = "communitylab"
    ET.SubElement(
        meta, "description"
    ).text = "Who talks with whom, under pseudonyms; colours and sizes by rung."
    graph = ET.SubElement(root, "graph", {"defaultedgetype": "undirected", "mode": "static"})
    nodes, edges = _plain_nodes(network), _plain_edges(network)
    node_types = _types(of for _node, of in nodes)
    # The weight of a tie is an attribute of its own.
    edge_types = _types({key: of[key] for key in of if key != "weight"} for _a, _b, of in edges)
    for what, types in (("node", node_types), ("edge", edge_types)):
        declared = ET.SubElement(graph, "attributes", {"class": what, "mode": "static"})
        for name, kind in types.items():
            told = {"id": f"{what}_{name}", "title": name, "type": {"int": "integer"}.get(kind, kind)}
            ET.SubElement(declared, "attribute", told)
    radius = max(100.0, _APART * math.sqrt(len(nodes)))
    listed = ET.SubElement(graph, "nodes")
    for node, of in nodes:
        element = ET.SubElement(listed, "node", {"id": node, "label": node})
        _add_values(element, of, types=node_types, what="node")
        _add_looks(element, of, radius=radius)
    listed = ET.SubElement(graph, "edges")
    for place, (a, b, of) in enumerate(edges):
        weight = {"weight": str(of["weight"])} if "weight" in of else {}
        element = ET.SubElement(listed, "edge", {"id": str(place), "source": a, "target": b, **weight})
        _add_values(element, of, types=edge_types, what="edge")
    _write_xml(root, path)


def _add_values(
    element: ET.Element, of: Mapping[str, _Plain], *, types: Mapping[str, str], what: str
) -> None:
    values = [(name, of[name]) for name in types if name in of]
    if values:
        held = ET.SubElement(element, "attvalues")
        for name, value in values:
            ET.SubElement(held, "attvalue", {"for": f"{what}_{name}", "value": _written(value, types[name])})


def _add_looks(element: ET.Element, of: Mapping[str, _Plain], *, radius: float) -> None:
    rung = str(of.get("rung"))
    if rung in _COLOURS:
        red, green, blue = (str(int(_COLOURS[rung][place : place + 2], 16)) for place in (1, 3, 5))
        ET.SubElement(element, "viz:color", {"r": red, "g": green, "b": blue})
    x, y = of.get("x"), of.get("y")
    if isinstance(x, int | float) and isinstance(y, int | float):
        place = {"x": f"{radius * x:.4f}", "y": f"{radius * y:.4f}", "z": "0.0"}
        ET.SubElement(element, "viz:position", place)
    if rung in _SIZES:
        ET.SubElement(element, "viz:size", {"value": str(_SIZES[rung])})


def write_graphml(network: nx.Graph, path: str | Path) -> None:
    """Writes a network as GraphML, for igraph, R, Cytoscape, yEd and others.

    Parameters
    ----------
    network
        As :func:`communitylab.portrait.anonymous_network` gives it. What is null is left out.
    path
        The file.

    Raises
    ------
    CallError
        If it cannot be written.

    Source
    ------
    GraphML Working Group: GraphML 1.0, http://graphml.graphdrawing.org.
    """
    schema = f"{_GRAPHML} {_GRAPHML}/1.0/graphml.xsd"
    root = ET.Element("graphml", {"xmlns": _GRAPHML, "xmlns:xsi": _XSI, "xsi:schemaLocation": schema})
    nodes, edges = _plain_nodes(network), _plain_edges(network)
    keys: dict[str, dict[str, tuple[str, str]]] = {}
    for what, every in (("node", [of for _node, of in nodes]), ("edge", [of for _a, _b, of in edges])):
        keys[what] = {
            name: (f"{what}{place}", kind) for place, (name, kind) in enumerate(_types(every).items())
        }
        for name, (key, kind) in keys[what].items():
            ET.SubElement(root, "key", {"id": key, "for": what, "attr.name": name, "attr.type": kind})
    graph = ET.SubElement(root, "graph", {"edgedefault": "undirected"})
    for node, of in nodes:
        _add_data(ET.SubElement(graph, "node", {"id": node}), of, keys=keys["node"])
    for a, b, of in edges:
        _add_data(ET.SubElement(graph, "edge", {"source": a, "target": b}), of, keys=keys["edge"])
    _write_xml(root, path)


def _add_data(element: ET.Element, of: Mapping[str, _Plain], *, keys: Mapping[str, tuple[str, str]]) -> None:
    for name, (key, kind) in keys.items():
        if name in of:
            ET.SubElement(element, "data", {"key": key}).text = _written(of[name], kind)


def _plain_nodes(network: nx.Graph) -> list[tuple[str, dict[str, _Plain]]]:
    return sorted((str(node), _plain(of)) for node, of in network.nodes(data=True))


def _plain_edges(network: nx.Graph) -> list[tuple[str, str, dict[str, _Plain]]]:
    edges = [(str(a), str(b), _plain(of)) for a, b, of in network.edges(data=True)]
    return sorted(((min(a, b), max(a, b), of) for a, b, of in edges), key=lambda edge: edge[:2])


def _plain(of: Mapping[str, Any]) -> dict[str, _Plain]:
    """Attributes as such files can hold them: no null, no infinite number, no type of another library."""
    found: dict[str, _Plain] = {}
    for name in of:
        value = of[name].item() if isinstance(of[name], np.generic) else of[name]
        if isinstance(value, float) and not math.isfinite(value):
            continue
        if value is not None:
            found[name] = value if isinstance(value, bool | int | float) else legal(str(value))
    return found


def _types(every: Iterable[Mapping[str, _Plain]]) -> dict[str, str]:
    """The one type that all values of an attribute have, in the words that both formats share."""
    seen: dict[str, set[str]] = {}
    for of in every:
        for name, value in of.items():
            is_long = type(value) is int and not -_LONG <= value < _LONG
            kind = (
                "long"
                if is_long
                else {bool: "boolean", int: "int", float: "double"}.get(type(value), "string")
            )
            seen.setdefault(name, set()).add(kind)
    mixed = ({"int", "long"}, "long"), ({"int", "long", "double"}, "double")
    return {
        name: next(iter(kinds))
        if len(kinds) == 1
        else next((kind for parts, kind in mixed if kinds <= parts), "string")
        for name, kinds in sorted(seen.items())
    }


def _written(value: _Plain, kind: str) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return repr(float(value)) if kind == "double" else str(value)


def _write_xml(root: ET.Element, path: str | Path) -> None:
    ET.indent(root)
    write_whole(Path(path), ET.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n")


def read_network(path: str | Path) -> nx.Graph:
    """A network as :func:`write_gexf` wrote it.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    networkx.Graph
        As :func:`communitylab.portrait.anonymous_network` gives it.

    Raises
    ------
    CallError
        If the file is not there or no such network.
    """
    try:
        found = nx.read_gexf(path)
    except FileNotFoundError:
        raise CallError(f"{path}: not there. Make the report anew.") from None
    except (nx.NetworkXError, SyntaxError, ValueError, KeyError, TypeError, OSError) as error:
        raise CallError(f"{path}: no network that can be read ({error}). Make the report anew.") from None
    network = nx.Graph()
    for node, of in found.nodes(data=True):
        # A network of an earlier version has no groups.
        known = {"group": 0, **{name: of[name] for name in of if name not in ("label", "viz")}}
        network.add_node(node, **_complete(known, _OF_A_NODE, path=path))
    for a, b, of in found.edges(data=True):
        known = {name: of[name] for name in of if name != "id"}
        network.add_edge(a, b, **_complete(known, _OF_AN_EDGE, path=path) | {"weight": int(of["weight"])})
    return network


def _complete(known: dict[str, Any], names: Sequence[str], *, path: str | Path) -> dict[str, Any]:
    missing = [name for name in names if name not in known]
    if missing:
        raise CallError(
            f"{path}: not the network of a report (no {', '.join(missing)}). Make the report anew."
        )
    return known
