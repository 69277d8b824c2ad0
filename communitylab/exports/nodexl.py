"""The workbook of a network that NodeXL collected: its sheet of edges, below a row of titles.

Workbooks that were filled with something else than tweets, such as who mails whom, are read as lists of edges.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from communitylab.exports.asked import Asked
from communitylab.exports.ids import cell_or_none
from communitylab.exports.nodexl_rows import NodexlRow, read_nodexl
from communitylab.exports.sample import Sample
from communitylab.exports.sink import Sink
from communitylab.exports.table_rows import table_records
from communitylab.files import Source

__all__ = ["COVERAGE", "HOW", "NAME", "PLATFORMS", "TITLE", "read", "recognise"]

NAME = "nodexl"
TITLE = "NodeXL workbook, or its sheet Edges as CSV: Vertex 1, Vertex 2, Relationship, Tweet"
COVERAGE = "A"
PLATFORMS = ("x",)
HOW = "Save the workbook in Excel and give the .xlsx itself."

_ENDS = ("Vertex 1", "Vertex 2")
_UNDIRECTED = {("Graph Directedness", "Undirected"), ("Graph Type", "Undirected")}  # a setting; a metric


def recognise(sample: Sample) -> bool:
    """Whether the table has the columns of the sheet of edges."""
    return _edges_of(sample) is not None


def _edges_of(sample: Sample) -> Sample | None:
    return sample.below_titles({*_ENDS, "Relationship"}) or sample.below_titles({*_ENDS, "Dynamic Filter"})


def read(source: Source, sink: Sink, *, sample: Sample, asked: Asked) -> None:
    """Hands every row of the sheet of edges to the sink; what else a workbook holds was reckoned from them."""
    edges = _edges_of(sample) or sample
    people = next((table.header for table in sample.beside if "Vertex" in table.header), [])
    settings = (pair for table in sample.beside for row in table.rows for pair in pairwise(row))
    read_nodexl(
        _rows(source, sink, edges),
        sink,
        columns=[*edges.header, *people],
        is_directed=_UNDIRECTED.isdisjoint(settings),
    )


def _rows(source: Source, sink: Sink, edges: Sample) -> Iterator[NodexlRow]:
    for line, row in table_records(source, sink.skip, sample=edges):
        cells = {column.lower(): cell for column, cell in row.items()}
        source_name, target = (cell_or_none(cells[end.lower()]) for end in _ENDS)
        yield NodexlRow(line, source_name, target, cells)
