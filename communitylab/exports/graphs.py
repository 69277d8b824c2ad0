"""A graph as it comes from a file, node by node and edge by edge: whom the nodes stand for, and what the edges count.

The number that a program gave to a node is nobody's id: accounts go by their labels then. Nodes may be no people at all
but hashtags or posts, which talk with nobody.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping

from communitylab.errors import ExportError
from communitylab.exports.columns import edge_attributes, is_step
from communitylab.exports.edges import NOBODY, Account, add_edge, has_direction
from communitylab.exports.ids import cell_or_none
from communitylab.exports.intake import platform_named
from communitylab.exports.sink import Sink

__all__ = ["OWN_NETWORK", "Graph"]

OWN_NETWORK = (
    "The network of a report of communitylab: its people are pseudonyms, and reposts and times are not in it. Give the "
    "exports that the report was made of."
)
"""Why a graph that this program wrote is not read."""

_MOST_NODES = 1_000_000
_NUMBERED = re.compile(
    r"(?:n|v|id|node|vertex)?[-_ ]?\d{1,7}|n-[0-9a-f]{32}", re.IGNORECASE
)  # TCAT hashes labels
_COUNTED = ("reply", "quote", "mention", "retweet")
_NO_PERSON = {"tweet_id", "wordfrequency"}  # attributes of a post and of a word
_NO_PEOPLE = re.compile(r"hashtag|tweet|word|url|domain|host|post(?:_.*)?", re.IGNORECASE)  # types of nodes
_REFUSAL = (
    "A graph in which hashtags or posts are the nodes, not people: who talks with whom is not in it. Export the graph "
    "of the accounts (in twarc-network with --nodes users), or the posts themselves."
)
_SAME_LABEL = "some nodes share their label with another: they are kept apart by their number"
_LATE = "some edges come before the nodes that they join: they know those by their ids only"
_TOO_MANY = f"more than {_MOST_NODES} nodes: the others go by their ids"
_NO_DATES = "the times of some edges are steps and no dates: they were left out"
_MENTIONED = (
    "who is answered was counted as mentioned, too: only the mentions beyond the answers count. Names in what somebody "
    "reposts were counted as if the reposter had typed them and cannot be told apart: the posts themselves tell more"
)


class Graph:
    """What comes of the nodes and edges of one file.

    Parameters
    ----------
    sink
        Where the edges go.
    platform
        Of the accounts, where neither node nor edge names one.
    """

    def __init__(self, sink: Sink, *, platform: str = "table") -> None:
        self._sink = sink
        self._platform = platform
        self._accounts: dict[str, Account | None] = {}  # of nodes that are called otherwise; None: no person
        self._labels: set[str] = set()
        self._began_with_edges: bool | None = None
        self._is_told = False

    def node(self, node_id: str | None, *, label: str | None, attributes: Mapping[str, str]) -> None:
        """Takes a node: context, and no record."""
        if not node_id or node_id in self._accounts:
            return
        if self._began_with_edges is None:
            self._began_with_edges = bool(self._sink.posts or self._sink.edges)
        screen_name = _name(attributes.get("screen_name"))
        name = _name(label)
        if _is_tag(name or node_id) or (screen_name is None and _is_no_person(attributes)):
            self._keep(node_id, None)
        elif screen_name is not None:
            self._platform = "x"  # nobody else calls names so
            user_id = attributes.get("user_id", "")
            if user_id.isdigit():
                self._sink.name("x", user_id, name=screen_name, display_name=None, seen_at=None)
            if screen_name != node_id:
                self._keep(node_id, Account(None, screen_name))
        elif name and name != _name(node_id):
            self._keep(node_id, self._labelled(node_id, name))

    def _labelled(self, node_id: str, label: str) -> Account:
        if not _NUMBERED.fullmatch(node_id):
            return Account(node_id, label)
        if label in self._labels:
            self._sink.note(_SAME_LABEL)
            label = f"{label} ({node_id})"
        if len(self._labels) < _MOST_NODES:
            self._labels.add(label)
        return Account(None, label)

    def _keep(self, node_id: str, account: Account | None) -> None:
        if self._began_with_edges:
            self._sink.note(_LATE)
        if len(self._accounts) < _MOST_NODES:
            self._accounts[node_id] = account
        else:
            self._sink.note(_TOO_MANY)

    def ends(self, line: int, *, source: str | None, target: str | None) -> tuple[Account, Account] | None:
        """Whom an edge joins; None if a node stands for no person: the edge is skipped then."""
        found = self._account(source), self._account(target)
        if found[0] is not None and found[1] is not None:
            return found[0], found[1]
        self.no_people(line)
        return None

    def _account(self, node_id: str | None) -> Account | None:
        if not node_id:
            return NOBODY
        if node_id in self._accounts:
            return self._accounts[node_id]
        return None if _is_tag(node_id) else Account(None, _name(node_id))

    def edge(
        self,
        line: int,
        *,
        source: str | None,
        target: str | None,
        attributes: Mapping[str, str],
        is_directed: bool,
    ) -> None:
        """Takes an edge: one record, or one for each kind of act that it counts."""
        ends = self.ends(line, source=source, target=target)
        if ends is None:
            return
        meaning = _meaning(tuple(attributes))
        counts = self._counts(attributes)
        if meaning and not counts and not self._is_told:
            self._is_told = True
            told = ", ".join(f"{what}={name[:40]}" for what, name in meaning.items())
            self._sink.note(f"attributes of edges read: {told}")
        found = {what: cell_or_none(attributes[name]) for what, name in meaning.items()}
        direction = has_direction(found.get("direction"))
        add = functools.partial(
            add_edge,
            self._sink,
            line,
            source=ends[0],
            target=ends[1],
            platform=platform_named(found["platform"]) if found.get("platform") else self._platform,
            when=self._date(found.get("created_at")),
            is_directed=is_directed if direction is None else direction,
            field=meaning.get("created_at", ""),
        )
        if not counts:
            add(kind=found.get("kind"), label=found.get("label"), weight=found.get("weight"))
        for kind, count in counts.items():
            add(kind=kind, weight=str(count))

    def no_people(self, line: int) -> None:
        """Takes an edge between what is no person."""
        if not self._sink.records:
            raise ExportError(_REFUSAL)
        self._sink.skip("an edge to what is no person", line)

    def end(self) -> None:
        """Nothing more comes."""
        if not self._sink.records:
            raise ExportError(
                "A graph without edges: nobody talks with anybody in it. Export it with its edges."
            )

    def _date(self, text: str | None) -> str | None:
        """A time, unless it is a step such as 0.0, which dynamic graphs have as well."""
        if text and is_step(text):
            self._sink.note(_NO_DATES)
            return None
        return text

    def _counts(self, attributes: Mapping[str, str]) -> dict[str, int]:
        """How often each kind of act happened, if the edge tells them apart."""
        counts = {
            kind: int(attributes[kind])
            for kind in _COUNTED
            if attributes.get(kind, "").isdecimal() and len(attributes[kind]) < 16
        }
        if counts.get("mention") and "reply" in counts:
            self._sink.note(_MENTIONED)
            counts["mention"] = max(0, counts["mention"] - counts["reply"])
        return {kind: count for kind, count in counts.items() if count}


@functools.lru_cache(1024)
def _meaning(names: tuple[str, ...]) -> dict[str, str]:
    return edge_attributes(names)


def _name(text: str | None) -> str | None:
    return " ".join((text or "").split()).removeprefix("@") or None


def _is_no_person(attributes: Mapping[str, str]) -> bool:
    of_other = not _NO_PERSON.isdisjoint(map(str.lower, attributes))
    return of_other or bool(_NO_PEOPLE.fullmatch(attributes.get("type", "")))


def _is_tag(name: str) -> bool:
    return name.startswith(("#", "＃"))
