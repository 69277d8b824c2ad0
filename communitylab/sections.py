"""The sections of a report: what an export can fill, each a finding in words with its charts."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

import networkx as nx
import pandas as pd
from matplotlib.axes import Axes

from communitylab import (
    answers,
    charts,
    findings,
    group_findings,
    lifeline_findings,
    limits,
    newcomer_findings,
    portrait,
    talk_findings,
    voice_findings,
)
from communitylab.csv_tables import read_table
from communitylab.errors import CallError
from communitylab.figures import Section, chart_of
from communitylab.findings import Finding
from communitylab.graph_files import read_network
from communitylab.introduction import introduced
from communitylab.people import followers_by_name
from communitylab.phrases import owns_a_place, shows_network
from communitylab.reliability import data_folder
from communitylab.results import measure
from communitylab.study import Study
from communitylab.tables import Estimate
from communitylab.voice import addressed

__all__ = ["CHARTS", "Sections", "data_folder", "known_places", "opened", "sections_of"]

CHARTS = (
    "squares", "rungs", "network", "signs", "grounds", "trend", "ladder", "moves", "newcomers", "groups", "cards",
    "togetherness", "lifelines", "map", "specifications", "voice",
)  # fmt: skip
"""The names of all charts that a report may hold."""

_CANNOT = "not identifiable"
_Drawing = tuple[str, Callable[[], Axes]]
_Part = tuple[str, Finding, Iterable[_Drawing]]


class Sections:
    """The sections that an export can fill, drawn once.

    Parameters
    ----------
    content
        What results.json holds.
    network
        As :func:`communitylab.portrait.anonymous_network` gives it.
    groupings
        As :func:`communitylab.portrait.anonymous_groupings` gives it; without it nobody is shown beside whom.
    people
        As :func:`communitylab.people.followers_by_name` gives it, for a report that may name people.
    addressed
        As :func:`communitylab.voice.addressed` gives it, likewise.
    """

    def __init__(
        self,
        content: Mapping[str, Any],
        *,
        network: nx.Graph,
        groupings: pd.DataFrame | None = None,
        people: pd.DataFrame | None = None,
        addressed: pd.DataFrame | None = None,
    ) -> None:
        self.content = content
        self.network = network
        self.groupings = groupings
        self.people = people
        self.addressed = addressed
        self.references = known_places(coverage=content["coverage"]["class"])

    @property
    def names(self) -> tuple[str, ...]:
        """The sections there are, in order."""
        return tuple(section.name for section in self.each)

    def __getitem__(self, name: str) -> Section:
        for section in self.each:
            if section.name == name:
                return section
        raise CallError(f"section {name}: not one of {', '.join(self.names)}.")

    def show(self, name: str) -> None:
        """Shows a section in a notebook; nothing where the export cannot fill it.

        Parameters
        ----------
        name
            One of the names that :attr:`names` may hold.
        """
        from IPython.display import display

        if name in self.names:
            display(self[name])

    @cached_property
    def each(self) -> tuple[Section, ...]:
        """All sections, in order."""
        parts = self._cannot_tell() if self.content["verdict"]["label"] == _CANNOT else self._told()
        sections = [
            Section(name, finding, tuple(chart_of(chart, draw=draw) for chart, draw in drawn))
            for name, finding, drawn in parts
        ]
        words = sum(len(section.finding.unfolded.split()) for section in sections)
        first, *rest = sections
        return (replace(first, about=introduced(self.content, words=words)), *rest)

    def _cannot_tell(self) -> Iterator[_Part]:
        content = self.content
        yield "answer", answers.answer(content), ()
        if content["coverage"]["class"] == "C" and content["ledger"]["posts"]:
            weeks = pd.DataFrame(content["voice"]["weeks"])
            drawn = [("voice", lambda: charts.draw_voice(weeks, actions=self._actions))]
            yield "own_side", voice_findings.own_side(content), drawn
            yield "own_reach", voice_findings.own_reach(content, people=self.addressed), ()
        else:
            yield "own_side", limits.own_side(content), ()
        if len(content["places"]) > 1:
            yield "places", talk_findings.places(content), ()
        yield "other_exports", limits.other_exports(content), ()
        yield "certainty", limits.certainty(content), ()
        yield "method", limits.method(content, names=self.people is not None), ()

    def _told(self) -> Iterator[_Part]:
        content, label = self.content, self.content["verdict"]["label"]
        share, broad = _estimate(content, "follower_share"), _estimate(content, "breadth")
        # One big figure would be taken for the answer where the other way of counting gives another.
        is_one = share.value is not None and not answers.hangs_on_flat_answers(content)
        squares = (
            [("squares", lambda: charts.draw_squares(share, people=content["talkers"]))] if is_one else []
        )
        yield "answer", answers.answer(content), squares
        if content["ladder"]:
            rungs = findings.latest_rungs(content)
            yield "ladder", findings.ladder(content), [("rungs", lambda: charts.draw_rungs(rungs))]
        if self.people is not None:
            yield "people", findings.people_by_name(self.people, content=content), ()
        if content["measures"]["largest_component"]["value"] is not None:
            drawn = [("network", lambda: charts.draw_network(portrait.latest(self.network)))]
            yield "network", findings.network(content), drawn
        # Of too little data the answer is that it is too little: signs and neighbours would be read as one.
        is_told = label != "insufficient"
        if is_told:
            conditions = content["verdict"]["conditions"]
            yield "signs", answers.signs(content), [("signs", lambda: charts.draw_signs(conditions))]
        if _has_threads(content):
            talk = pd.DataFrame(content["peer_talk"], columns=["ground", "kind", "acts"])
            owned = owns_a_place(content)
            drawn = [("grounds", lambda: charts.draw_grounds(talk, is_owned=owned))] if len(talk) else []
            yield "grounds", talk_findings.grounds(content), drawn
            yield "conversations", talk_findings.conversations(content), ()
        if len(content["places"]) > 1:
            yield "places", talk_findings.places(content), ()
        yield "trend", talk_findings.trend(content), self._over_time()
        # A report of an earlier version knows nothing of newcomers.
        if "newcomers" in content and content["newcomers"]["why"] is None:
            cohorts = pd.DataFrame(content["newcomers"]["cohorts"])
            drawn = [("newcomers", lambda: charts.draw_newcomers(cohorts, actions=self._actions))]
            yield "newcomers", newcomer_findings.about_newcomers(content), drawn
        # Of too little data groups are told where some are seen; that there are none would be read as an answer.
        found = content.get("clustering", {}).get("found")
        if found is not None and (content["clusters"] or is_told or found == "cannot tell"):
            yield "groups", group_findings.about_groups(content), self._groups()
        if content.get("clusters") or content.get("lifelines"):
            yield "lifelines", lifeline_findings.about_lifelines(content), self._lifelines()
        if is_told and share.value is not None and broad.value is not None:
            finding = talk_findings.neighbours(content, references=self.references.to_dict("records"))
            mapped = [("map", lambda: charts.draw_map(share, broad, references=self.references))]
            yield "neighbours", finding, mapped
        yield "certainty", limits.certainty(content), self._ways() if is_told else ()
        yield "method", limits.method(content, names=self.people is not None), ()

    @property
    def _actions(self) -> list[tuple[str, str]]:
        """Day and words of what the brand did; reports of earlier versions know of nothing."""
        return [(action["day"], action["what"]) for action in self.content.get("actions", [])]

    def _over_time(self) -> Iterator[_Drawing]:
        content = self.content
        tiles, ladder = (talk_findings.unbroken(content[name]) for name in ("tiles", "ladder"))
        if len(tiles) < 2:
            return
        change = _estimate(content, "follower_share_change")
        known = change if talk_findings.has_trend(content) else None
        yield "trend", lambda: charts.draw_trend(pd.DataFrame(tiles), change=known, actions=self._actions)
        yield "ladder", lambda: charts.draw_ladder(pd.DataFrame(ladder), actions=self._actions)
        if content["moves"]:
            yield "moves", lambda: charts.draw_moves(pd.DataFrame(content["moves"]), actions=self._actions)

    def _groups(self) -> Iterator[_Drawing]:
        content, groupings = self.content, self.groupings
        if not content["clusters"]:
            return
        groups, runs = pd.DataFrame(content["clusters"]), content["clustering"]["runs"]
        yield "groups", lambda: charts.draw_groups(self.network, groups)
        yield "cards", lambda: charts.draw_cards(groups, runs=runs)
        if groupings is not None:
            yield "togetherness", lambda: charts.draw_togetherness(groupings)

    def _lifelines(self) -> Iterator[_Drawing]:
        lives, tiles = self.content["lifelines"], lifeline_findings.tiles_in_a_row(self.content)
        if lives and len(tiles) > 1:
            yield "lifelines", lambda: charts.draw_lifelines(lives, since=tiles[0], actions=self._actions)

    def _ways(self) -> Iterator[_Drawing]:
        verdict = self.content["verdict"]
        ways = pd.DataFrame(verdict["specifications"]["each"])
        if len(ways):
            told = ways.assign(label=ways["kind"].fillna(ways["label"]))
            label = verdict["kind"] or verdict["label"]
            yield "specifications", lambda: charts.draw_specifications(told, label=label)

    def save_charts(self, folder: str | Path) -> None:
        """Writes every chart as SVG and PNG.

        Parameters
        ----------
        folder
            Where to; made if it is not there.
        """
        target = Path(folder)
        target.mkdir(parents=True, exist_ok=True)
        for section in self.each:
            for chart in section.charts:
                (target / f"{chart.name}.svg").write_bytes(chart.svg)
                (target / f"{chart.name}.png").write_bytes(chart.png)


def _has_threads(content: Mapping[str, Any]) -> bool:
    """Whether posts hang together in threads, or lie on some ground: an edge list knows neither."""
    grounds = {row["ground"] for row in content["peer_talk"]}
    return content["measures"]["conversation"]["value"] is not None or bool(grounds - {"elsewhere"})


def _estimate(content: Mapping[str, Any], name: str) -> Estimate:
    known = dict(content["measures"][name])
    fields = {field: known.pop(field, None) for field in ("value", "low", "high", "null_mean", "p", "why")}
    return Estimate(name, **fields, beside=known)


def known_places(*, coverage: str = "A") -> pd.DataFrame:
    """Real places to stand beside: the rows of data/reference.csv.

    Parameters
    ----------
    coverage
        Class of the export that stands beside them.

    Returns
    -------
    DataFrame
        name, what, coverage, has_brand, follower_share, low, high, breadth, breadth_low, breadth_high, source and
        others, null where not defined; with `is_alike`, whether it has a brand and was collected in a like way:
        what was found by the brand's name (C_search) compares with nothing else.
    """
    table = pd.read_csv(data_folder() / "reference.csv")
    is_search = table["coverage"] == "C_search"
    return table.assign(is_alike=table["has_brand"] & (is_search == (coverage == "C_search")))


def sections_of(study: Study, *, seed: int, names: bool = False) -> Sections:
    """Measures a study and puts the findings in words and charts.

    Parameters
    ----------
    study
        What to report.
    seed
        Of all random numbers.
    names
        Whether people are named.
    """
    results = measure(study, seed=seed)
    content = results.as_dict()
    network = portrait.anonymous_network(study, seed=seed, groups=results.groups)
    groupings = portrait.anonymous_groupings(study, groups=results.groups, seed=seed)
    people, reached = (followers_by_name(study), addressed(study)) if names else (None, None)
    return Sections(content, network=network, groupings=groupings, people=people, addressed=reached)


def opened(folder: str | Path, *, names: bool = False) -> Sections:
    """The sections of a report that was measured before.

    Parameters
    ----------
    folder
        With results.json, tables/groupings.csv and, where there is a network to be shown, network.gexf.
    names
        Whether people are named: those of private/people.csv and private/addressed.csv.

    Raises
    ------
    CallError
        If one of them is not there or cannot be read.
    """
    path = Path(folder) / "results.json"
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CallError(f"{path}: cannot be read ({error}). Make the report anew.") from None
    network = read_network(Path(folder) / "network.gexf") if shows_network(content) else nx.Graph()
    together = Path(folder) / "tables" / "groupings.csv"
    # A report of an earlier version has none.
    groupings = read_table(together) if together.exists() else None
    if not names:
        return Sections(content, network=network, groupings=groupings)
    people, reached = (
        read_table(Path(folder) / "private" / f"{name}.csv") for name in ("people", "addressed")
    )
    return Sections(content, network=network, groupings=groupings, people=people, addressed=reached)
