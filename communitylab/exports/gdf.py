"""A graph as GDF: a table of nodes and a table of edges in one file; TCAT, Netvizz and Gephi write it.

Its traps:

* Texts stand in single or double quotes, or in none; a name may hold an apostrophe, and whatever its writer forgot.
* An edge without `directed` has no direction; those of TCAT and Netvizz have one that their older files do not tell.
* TCAT counts reposts and answers as mentions. Netvizz counts likes with comments; its graphs of friends and of pages
  show no talk at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from communitylab.errors import ExportError
from communitylab.exports.asked import Asked
from communitylab.exports.graphs import Graph
from communitylab.exports.sample import Sample
from communitylab.exports.sink import Sink
from communitylab.files import Source, lines

__all__ = ["COVERAGE", "HOW", "IS_FROM_DOCUMENTATION", "NAME", "PLATFORMS", "TITLE", "read", "recognise"]

NAME = "gdf"
TITLE = "Graph as GDF: nodedef> and edgedef>, as TCAT, Netvizz and Gephi write it"
COVERAGE = "A"
PLATFORMS = ()
IS_FROM_DOCUMENTATION = True
HOW = "In TCAT export the social graph by mentions; in Gephi: File, Export, Graph file, GDF."

_HEAD = re.compile(r"\s*(node|edge)def\s*>\s*", re.IGNORECASE)
_TYPE = re.compile(
    r"\s+(?:varchar|bool|tinyint|int|long|float|double|date|string)\w*(?:\(\d*\))?(?:\s+default\b.*)?$",
    re.IGNORECASE,
)
_DEFAULT = re.compile(r"\sdefault\s{1,9}['\"]?([^'\"\s]+)['\"]?\s{0,9}$", re.IGNORECASE)
_OF_TCAT, _OF_NETVIZZ, _OF_PAGES = {"no_tweets"}, {"sex", "locale"}, {"category", "talking_about_count"}
_MENTIONS = (
    "TCAT counts as mentions also who is answered and who is reposted, and cannot tell them apart here: there is more "
    "talk in it than there was. Its export of all tweets (CSV) tells more"
)
_WITH_LIKES = "Netvizz counts likes together with comments: there is more talk in it than there was"
_NO_TALK = "A graph by Netvizz of {}: nobody talks with anybody in it. {}"
_CURE = "Give an export of posts and comments."


def recognise(sample: Sample) -> bool:
    """Whether the file begins with the definition of nodes."""
    found = _HEAD.match(sample.start)
    return bool(found and found[1].lower() == "node")


def read(source: Source, sink: Sink, *, sample: Sample, asked: Asked) -> None:
    """Hands every edge to the sink."""
    columns = set(_columns(sample.start.lstrip().splitlines()[0]))
    if columns >= _OF_PAGES:
        raise ExportError(_NO_TALK.format("pages that like pages", _CURE))
    if columns >= _OF_NETVIZZ and "posts" not in columns:
        raise ExportError(_NO_TALK.format("friends", _CURE))
    platform = "x" if columns >= _OF_TCAT else "facebook" if columns >= _OF_NETVIZZ else "table"
    if platform != "table":
        sink.note(_MENTIONS if platform == "x" else _WITH_LIKES)
    graph = Graph(sink, platform=platform)
    encoding = sample.dialect.encoding
    part, header, defaults = "", [], {}
    for number, raw in lines(source, sink.skip):
        try:
            line = raw.decode(encoding).strip()
        except UnicodeDecodeError:
            sink.skip("not UTF-8" if encoding == "utf-8" else "not Windows-1252", number)
            continue
        if found := _HEAD.match(line):
            part, header, defaults = found[1].lower(), _columns(line), _defaults(line)
        elif line and part == "node":
            node = {name: cell for name, cell in zip(header, _cells(line), strict=False) if cell}
            graph.node(node.get(header[0]), label=node.get("label"), attributes=node)
        elif line:
            cells = _cells(line)
            if len(cells) > len(header):
                sink.skip("more cells than the header", number)
                continue
            source_id, target_id, *more = [*cells, ""] if len(cells) == 1 else cells
            given = dict(zip(header[2:], more, strict=False))
            values = {**given, **{name: value for name, value in defaults.items() if not given.get(name)}}
            graph.edge(
                number,
                source=source_id,
                target=target_id,
                attributes=values,
                is_directed=platform != "table",
            )
    graph.end()


def _columns(line: str) -> list[str]:
    """Names of columns, without their types."""
    cells = _HEAD.sub("", line, count=1).split(",")
    return [_TYPE.sub("", cell).strip(" \t\r\n\"'`").lower() for cell in cells]


def _defaults(line: str) -> dict[str, str]:
    """What counts where a cell is left out, by column."""
    found = zip(_columns(line), map(_DEFAULT.search, line.split(",")), strict=True)
    return {name: default[1] for name, default in found if default}


def _cells(line: str) -> list[str]:
    """The cells of a row. A quote opens a cell only at its beginning, and closes it only before a comma."""
    pieces = line.split(",")
    last = {
        quote: max((place for place, piece in enumerate(pieces) if _ends(piece, quote)), default=-1)
        for quote in "\"'"
    }
    return list(_joined(pieces, last))


def _joined(pieces: list[str], last: dict[str, int]) -> Iterator[str]:
    place = 0
    while place < len(pieces):
        begin, piece = place, pieces[place].strip()
        place += 1
        quote = piece[:1]
        if quote not in last or last[quote] < begin:
            yield piece
        elif len(piece) > 1 and _ends(piece, quote):
            yield piece[1:-1]
        elif last[quote] == begin:  # a quote alone
            yield piece
        else:
            while not _ends(pieces[place], quote):
                place += 1
            place += 1
            yield ",".join(pieces[begin:place]).strip()[1:-1]


def _ends(piece: str, quote: str) -> bool:
    bare = piece.rstrip()
    return bare.endswith(quote) and not bare.endswith("\\" + quote)
