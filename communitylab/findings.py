"""What was found of the followers, in the words of a report: what it means and what to do next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from communitylab.errors import printable
from communitylab.phrases import (
    FEW,
    counted,
    date_of,
    lately,
    number,
    of_few,
    percent,
    times,
)
from communitylab.roles import RUNGS

__all__ = [
    "Content",
    "Finding",
    "heard",
    "in_touch",
    "ladder",
    "latest_rungs",
    "network",
    "people_by_name",
    "with_actions",
]

Content = Mapping[str, Any]
"""What results.json holds."""

_MOST_NAMES = 50


@dataclass(frozen=True)
class Finding:
    """One section in words. `points` are a list under `title`; `exact` says terms exactly, folded away."""

    headline: str
    lead: tuple[str, ...] = ()
    means: str | None = None
    title: str | None = None
    points: tuple[str, ...] = ()
    next_step: str | None = None
    exact: tuple[tuple[str, str], ...] = ()

    @property
    def unfolded(self) -> str:
        """All that it says without anything being unfolded."""
        parts = (self.headline, *self.lead, self.means, self.title, *self.points, self.next_step)
        return " ".join(part for part in parts if part)


def heard(rungs: Mapping[str, int]) -> int:
    """How many followers wrote something.

    Parameters
    ----------
    rungs
        Number of followers by rung.
    """
    return sum(rungs[rung] for rung in RUNGS if rung != "silent")


def in_touch(rungs: Mapping[str, int]) -> int:
    """How many followers have a mutual regular contact with another.

    Parameters
    ----------
    rungs
        Number of followers by rung.
    """
    return rungs["connected"] + rungs["circle"]


def latest_rungs(content: Content) -> dict[str, int]:
    """How many followers stood on each rung in the latest period; on the whole where there are no times.

    Parameters
    ----------
    content
        What results.json holds.
    """
    rungs = content["ladder"][-1] if content["ladder"] else content["roles"]
    return {rung: rungs[rung] for rung in RUNGS}


def ladder(content: Content) -> Finding:
    """On which rung the followers stand.

    Parameters
    ----------
    content
        What results.json holds.
    """
    rungs = latest_rungs(content)
    people, touching = heard(rungs), in_touch(rungs)
    when = f" {lately(content)}" if len(content["ladder"]) > 1 else ""
    if not touching:
        headline = (
            f"None of the {counted(people, 'follower')} we heard from{when} keeps in touch with another."
        )
    elif people < FEW:
        keep = "keep" if touching > 1 else "keeps"
        headline = f"{touching} of the {counted(people, 'follower')} we heard from{when} {keep} in touch with another."
    elif people / touching >= 2:
        headline = (
            f"One in {people / touching:.0f} followers we heard from{when} keeps in touch with another."
        )
    else:
        headline = f"{touching / people:.0%} of the followers we heard from{when} keep in touch with another."
    steps = {
        "spectator": "Most face the stage. When one of them asks something, leave room for a follower who knows the "
        "answer, or name one who does.",
        "acquainted": "Most have exchanged something with another. Bring the same people together again: it takes a second and a third "
        "meeting to make a contact.",
        "connected": "Many have one contact. A place where several meet at once turns pairs into a circle.",
        "circle": "Most are in the circle. See that newcomers find a way in.",
    }
    largest = max(steps, key=lambda rung: rungs[rung])
    exact = (
        (
            RUNGS["spectator"],
            "wrote something, exchanged no reply, mention or quote with a follower who writes",
        ),
        (RUNGS["acquainted"], "exchanged some, and is half of no mutual tie"),
        (RUNGS["connected"], "has a mutual tie with exactly one follower"),
        (RUNGS["circle"], "has mutual ties with two or more"),
        (
            "Mutual tie",
            "within four weeks two messages or more on two days, twelve hours apart, and each side wrote",
        ),
        (
            "Over the whole time",
            "the rung held in most of the four-week periods in which somebody wrote (if equal, the lower): "
            + ", ".join(f"{RUNGS[rung].lower()} {count:,}" for rung, count in content["roles"].items()),
        ),
    )
    return Finding(
        headline,
        _who_is_heard(content, rungs),
        _rungs_in_words(rungs),
        next_step=steps[largest],
        exact=exact,
    )


def _rungs_in_words(rungs: Mapping[str, int]) -> str:
    couples = f"{rungs['connected']:,} keep in touch with one other follower" if rungs["connected"] else ""
    circle = f"{rungs['circle']:,} with two or more: that is the circle" if rungs["circle"] else ""
    if circle and not couples:
        circle = f"{rungs['circle']:,} keep in touch with two others or more: that is the circle"
    in_contact = (
        ", and ".join(part for part in (couples, circle) if part) or "Nobody keeps in touch with another"
    )
    return (
        f"{rungs['spectator']:,} face the stage: they write, and exchange nothing with another follower. "
        f"{rungs['acquainted']:,} have exchanged something, but keep in touch with nobody. {in_contact}."
    )


def _who_is_heard(content: Content, rungs: Mapping[str, int]) -> tuple[str, ...]:
    tiles = content["ladder"]
    if not tiles:
        return ()
    begin = f"from {date_of(tiles[-1]['tile'])}"
    if len(tiles) > 1:
        when = (
            f"These are the latest four weeks, {begin}: {heard(rungs):,} followers wrote something. In all {len(tiles):,} "
            f"overlapping four-week periods it was {heard(content['roles']):,}."
        )
    elif heard(rungs) < content["active_followers"]:
        when = f"These are the only four whole weeks, {begin}: {heard(rungs):,} followers wrote something in them."
    else:
        when = f"{counted(heard(rungs), 'follower')} wrote something in this export."
    if not rungs["silent"]:
        return (when,)
    return (f"{when} The other {rungs['silent']:,} may well have read: not heard is not lost.",)


def network(content: Content) -> Finding:
    """What holds the followers together without the brand.

    Parameters
    ----------
    content
        What results.json holds.
    """
    found = content["measures"]["largest_component"]
    with_you, alone = found["with_brand"], found["value"]
    if not content["ties"]:
        headline = "Take your account out and nobody is connected with anybody."
        means = (
            "Whatever connects your followers runs through you."
            if with_you > alone
            else "Nobody has regular contact, be it with you or with another follower."
        )
    elif with_you <= 1.2 * alone:
        headline = (
            f"Take your account out and little changes: the biggest connected group holds {percent(alone)}."
        )
        means = f"With you it is {percent(with_you)}: few are connected through you alone."
    elif with_you <= found["high"]:
        headline = (
            f"Take your account out and the biggest connected group holds {percent(alone)}, no clear change."
        )
        means = f"With you it is {percent(with_you)}, which lies within the interval: whether many are connected through you alone, this export cannot tell."
    else:
        headline = f"Take your account out and the biggest connected group shrinks from {percent(with_you)} to {percent(alone)}."
        means = "What is left without you is what your followers have of one another."
    periods = len(content["ladder"])
    pooled = f", on average over {periods} overlapping four-week periods" if periods > 1 else ""
    shows = "The picture shows the latest period: a" if periods > 1 else "In the picture a"
    interval = (
        f" (95% interval {percent(found['low'])} to {percent(found['high'])} without you)"
        if content["ties"]
        else ""
    )
    lead = (
        f"Shares are of the followers who wrote something{of_few(content['active_followers'], 'follower')}{pooled}{interval}. {shows} dot is "
        "a person who wrote, a line a pair who talked on several days, be it one way only, and everybody stands in the "
        "same place both times.",
    )
    step = (
        "Connect groups rather than single people: a question that two groups of the picture without you can both answer joins them."
        if content["ties"]
        else "There are no regular contacts among followers yet: begin with two people who ask the same thing."
    )
    exact = (
        (
            "Connected without you",
            f"largest_component = {alone:.3f}: largest component of regular contacts over the followers active in the "
            f"period, pooled over periods; with the brand's accounts as nodes {with_you:.3f}",
        ),
        ("A line", "a tie: within four weeks two messages or more on two days, twelve hours apart"),
        (
            "Contacts know each other",
            f"cohesion (transitivity) {number(content['measures']['cohesion']['value'])}",
        ),
    )
    return Finding(headline, lead, means, next_step=step, exact=exact)


def people_by_name(people: pd.DataFrame, *, content: Content) -> Finding:
    """Who keeps in touch with whom, by name: for a report that may name people.

    Parameters
    ----------
    people
        As :func:`communitylab.people.followers_by_name` gives it.
    content
        What results.json holds.
    """
    close = people[people["rung_latest"].isin(("connected", "circle"))]
    shown = close.head(_MOST_NAMES)
    points = tuple(
        f"{printable(str(row.name_shown))}: {RUNGS[row.rung_latest].lower()}, {times(row.from_followers)} addressed by "
        f"followers{', a host whose contacts know nobody else' if row.is_host else ''}"
        for row in shown.rename(columns={"name": "name_shown"}).itertuples(index=False)
    )
    rest = len(close) - len(shown)
    return Finding(
        "By name: " + counted(len(close), "follower") + f" in touch with another {lately(content)}.",
        ("This section names people: send it only to those who may know who they are.",),
        "These are the people without whom there would be no circle."
        if points
        else "Nobody keeps in touch with another.",
        title=f"The first {len(shown):,}" if rest else "By name",
        points=points,
        next_step="Ask them what they would like to do together, and introduce newcomers to them. All others stand in "
        "private/people.csv.",
    )


def with_actions(finding: Finding, content: Content, *, looks_ahead: bool) -> Finding:
    """What was found over time, with the list of what the brand did; unchanged where nothing is noted.

    Parameters
    ----------
    finding
        Of a section whose charts bear flags.
    content
        What results.json holds.
    looks_ahead
        Whether a point of a chart stands for the four weeks from its day on.
    """
    actions = content.get("actions", [])
    if not actions:
        return finding
    first, last = (moment[:10] for moment in content["span"] or ("9999", "0000"))
    latest = content["ladder"][-1]["tile"] if looks_ahead and content["ladder"] else last
    points = []
    for place, action in enumerate(actions, 1):
        said = f"{place}: {printable(action['what'])}, on {date_of(action['day'])}"
        if not first <= action["day"] <= last:
            said += ": not among the days of this report, so that no chart shows it"
        elif action["day"] > latest:
            said += ": within the last four weeks, for which the last point stands"
        points.append(f"{said}.")
    early = (
        "A point stands for the four weeks from its day on, so that what follows an action can show up to four weeks "
        "before its flag. "
    )
    lead = (
        f"Flags mark what you did; the list is below. {early if looks_ahead else ''}A change after an action proves "
        "nothing by itself: other things happen at the same time."
    )
    return replace(
        finding,
        lead=(*finding.lead, lead),
        title=finding.title or "What you did",
        points=(*finding.points, *points),
    )
