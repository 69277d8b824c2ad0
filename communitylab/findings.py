"""What was found of the followers, in the words of a report: what it means and what to do next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from communitylab.errors import printable
from communitylab.roles import RUNGS
from communitylab.words import date_of, hours, number, of_hundred, sentence, span_of, times, weeks_of

__all__ = [
    "Content",
    "Finding",
    "conversations",
    "grounds",
    "heard",
    "in_touch",
    "ladder",
    "latest_rungs",
    "neighbours",
    "network",
    "people_by_name",
    "trend",
]

Content = Mapping[str, Any]
"""What results.json holds."""

BRING_TOGETHER = (
    "Try one thing that brings followers to one another: put a question to all of them, hold a chat at the same hour "
    "each week under one hashtag, or introduce two people who ask the same thing. Run this report again eight weeks "
    "later."
)
"""What to do where followers do not talk with one another."""

_GROUNDS = {
    "yours": "Under your posts",
    "tagged": "under your hashtags",
    "naming": "in other posts that name you",
    "elsewhere": "elsewhere, in threads that you did not begin and that do not name you,",
}
_WEEKS_FOR_A_TREND = 8
_FEW_EXCHANGES, _FEW_MESSAGES, _MOST_NAMES = 20, 100, 50


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
    """How many followers stood on each rung in the latest four weeks; on the whole where there are no times.

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
    if not touching:
        headline = f"None of the {people:,} followers we heard from has a regular contact."
    elif people / touching >= 2:
        headline = f"One in {people / touching:.0f} followers we heard from has a regular contact."
    else:
        headline = f"{touching / people:.0%} of the followers we heard from have a regular contact."
    steps = {
        "spectator": "Most face the stage. When one of them asks something, leave room for a follower who knows the "
        "answer, or name one who does.",
        "acquainted": "Most have met someone. Bring the same people together again: it takes a second and a third "
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
        f"{rungs['acquainted']:,} have met someone, but nobody regularly. {in_contact}."
    )


def _who_is_heard(content: Content, rungs: Mapping[str, int]) -> tuple[str, ...]:
    tiles = content["ladder"]
    if not tiles:
        return ()
    when = (
        f"These are the latest four weeks, from {date_of(tiles[-1]['tile'])}: {heard(rungs):,} followers wrote "
        f"something. In all {len(tiles):,} four-week periods it was {heard(content['roles']):,}."
        if len(tiles) > 1
        else f"{heard(rungs):,} followers wrote something in this export."
    )
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
    if with_you - alone < 0.02:
        headline = (
            f"Take your account out and hardly anything changes: the biggest group stays near {alone:.0%}."
        )
        means = (
            "Your account is not what connects your followers: they are connected without it, or not at all."
        )
    else:
        headline = f"Take your account out and the biggest connected group shrinks from {with_you:.0%} to {alone:.0%}."
        means = "What is left on the right is what your followers have of one another."
    lead = (
        "Of the followers who wrote in a four-week period, on average over all periods (without you "
        f"{alone:.0%}, 95% interval {found['low']:.0%} to {found['high']:.0%}). The picture shows the latest period: "
        "a dot is a person who wrote, a line a regular contact, and everybody stands in the same place on both sides.",
    )
    step = (
        "Connect groups rather than single people: a question that two groups on the right can both answer joins them."
        if content["ties"]
        else "There are no regular contacts among followers yet: begin with two people who ask the same thing."
    )
    exact = (
        (
            "Connected without you",
            f"largest_component = {alone:.3f}: largest component of regular contacts over the followers active in the "
            f"period, pooled over periods; with the brand's accounts as nodes {with_you:.3f}",
        ),
        ("Regular contact", "a tie: within four weeks two messages or more on two days, twelve hours apart"),
        (
            "Contacts know each other",
            f"cohesion (transitivity) {number(content['measures']['cohesion']['value'])}",
        ),
    )
    return Finding(headline, lead, means, next_step=step, exact=exact)


def grounds(content: Content) -> Finding:
    """Where followers talk with one another.

    Parameters
    ----------
    content
        What results.json holds.
    """
    acts: Counter[str] = Counter()
    for row in content["peer_talk"]:
        acts["repost" if row["kind"] == "repost" else row["ground"]] += row["acts"]
    reposts = acts.pop("repost", 0)
    apart = (f"Reposts stand apart: followers reposted one another {times(reposts)}.",) if reposts else ()
    total = sum(acts.values())
    if not total:
        headline = "Followers did not talk with one another anywhere in this export."
        means = "There is no place yet where they meet."
        return Finding(headline, apart, means, next_step=BRING_TOGETHER)
    here = acts["yours"] + acts["tagged"]
    said = [f"{_GROUNDS[ground]} {times(acts[ground])}" for ground in _GROUNDS if acts[ground]]
    lead = (sentence("; ".join(said)), *apart)
    if total < _FEW_MESSAGES:
        means = "That is little talk: do not make much of where it happens."
        step = BRING_TOGETHER
    elif here / total >= 0.5:
        means = "You are the host: most of the talk among followers hangs on what you post."
        step = "Leave room for more: a thread that a follower begins needs no post of yours."
    else:
        means = "Followers talk mostly where you did not invite them to: that is a life of their own."
        step = "Join in where they talk rather than calling them back under your posts."
    exact = (
        (
            "Under your posts",
            "in a thread that the brand began; under your hashtags: with one of those given as --hashtags",
        ),
        (
            "Counted",
            "replies, typed mentions and quotes from one follower to another; carried names are left out",
        ),
    )
    headline = (
        f"{here / total:.0%} of the {total:,} messages among followers are under your posts or hashtags."
    )
    return Finding(headline, lead, means, next_step=step, exact=exact)


def conversations(content: Content) -> Finding:
    """Whether exchanges with the brand draw others in, and how long a first post waits.

    Parameters
    ----------
    content
        What results.json holds.
    """
    joined, real, first = (content["measures"][name] for name in ("join_in", "conversation", "first_answer"))
    points = []
    if real["value"] is not None:
        points.append(
            f"Real conversations: in {of_hundred(real)} of 100 threads two followers or more wrote and one answered "
            f"another ({real['threads']:,} threads of two posts or more)."
        )
    by = first.get("by")
    if by:
        points.append(
            f"First answers: of 100 followers' first posts in this export, {100 * by['follower']:.0f} were answered "
            f"first by another follower, {100 * by['brand']:.0f} by you, {100 * by['nobody']:.0f} by nobody."
        )
    if first["median_hours"] is not None:
        points.append(
            f"Waiting: half of those who were answered waited less than {hours(first['median_hours'])}."
        )
    exchanges = joined.get("exchanges", 0)
    means = "An exchange is a thread in which both you and a follower wrote."
    step = (
        "private/threads_joined.csv ranks your threads by how many joined in: do more of what stands on top."
    )
    if exchanges < _FEW_EXCHANGES:
        headline = f"You and a follower wrote in the same thread only {times(exchanges)}: too rarely to tell."
        step = "Answer where followers ask: a thread with you in it is a place where others may join."
    else:
        headline = f"In {of_hundred(joined)} of 100 exchanges with you, another follower joins in."
        means += f" There are {exchanges:,} in this export."
    return Finding(headline, means=means, title="And among themselves", points=tuple(points), next_step=step)


def trend(content: Content) -> Finding:
    """Whether talk among followers grew.

    Parameters
    ----------
    content
        What results.json holds.
    """
    change = content["measures"]["follower_share_change"]
    weeks = weeks_of(content)
    if weeks < _WEEKS_FOR_A_TREND or change["value"] is None:
        why = "The export has no times." if content["span"] is None else f"It spans {7 * weeks:.0f} days."
        return Finding(
            "This export is too short to show a change.",
            (f"{why} From eight weeks on, two separate four-week periods can be compared.",),
            "What looks like a rise or a fall within a few weeks is mostly the weather of those weeks.",
            next_step="Keep this export and load the next one beside it: both together make a longer one.",
        )
    between = f"from {100 * change['first']:.0f} to {100 * change['last']:.0f} of 100 messages"
    bounds = f"({100 * change['low']:+.0f} to {100 * change['high']:+.0f})".replace("-", "−")
    moved = abs(100 * change["value"])
    if change["low"] > 0:
        headline = f"Talk among followers grew {between}: up {moved:.0f} {bounds}."
        means = "That is more than chance would give. What brought it about, the figures alone cannot say."
        step = (
            "Write down what you did in these months, and keep doing it while you watch the next four weeks."
        )
    elif change["high"] < 0:
        headline = f"Talk among followers shrank {between}: down {moved:.0f} {bounds}."
        means = "That is more than chance would give. What brought it about, the figures alone cannot say."
        step = "Look at what ended, and at who left the upper rungs, when the line began to fall."
    else:
        headline = f"No clear change in talk among followers: {between} {bounds}."
        means = "The interval of the change holds both growth and loss, so that neither can be claimed."
        step = "Change one thing, note the day, and look again after eight weeks."
    lead = [
        f"The first third of the time against the last third, {span_of(content)}. Each point of a line stands for the "
        "four weeks that begin on its day."
    ]
    rows = content["ladder"]
    if len(rows) > 1:
        before, after = in_touch(rows[0]), in_touch(rows[-1])
        lead.append(
            f"Followers in touch with one another: {before:,} in the four weeks from {date_of(rows[0]['tile'])}, "
            f"{after:,} in those from {date_of(rows[-1]['tile'])}."
        )
    interval = f"{change['low']:+.3f} to {change['high']:+.3f}".replace("-", "−")
    exact = (
        (
            "Change",
            f"follower_share_change = {change['value']:+.3f}".replace("-", "−")
            + f", 95% interval {interval}: jackknives of the difference over people and over threads",
        ),
        ("Periods", "rolling four weeks (tiles) that begin on Mondays; neighbours share three weeks of data"),
    )
    return Finding(headline, tuple(lead), means, next_step=step, exact=exact)


def people_by_name(people: pd.DataFrame) -> Finding:
    """Who keeps in touch with whom, by name: for a report that may name people.

    Parameters
    ----------
    people
        As :func:`communitylab.people.followers_by_name` gives it.
    """
    close = people[people["rung"].isin(("connected", "circle"))]
    shown = close.head(_MOST_NAMES)
    points = tuple(
        f"{printable(str(row.name_shown))}: {RUNGS[row.rung].lower()}, {times(row.from_followers)} addressed by "
        f"followers{', a host whose contacts know nobody else' if row.is_host else ''}"
        for row in shown.rename(columns={"name": "name_shown"}).itertuples(index=False)
    )
    rest = len(close) - len(shown)
    return Finding(
        f"{len(close):,} followers keep in touch with another for most of the time; here they are by name.",
        ("This section names people: send it only to those who may know who they are.",),
        "These are the people without whom there would be no circle."
        if points
        else "Nobody keeps in touch with another for most of the time.",
        title=f"The first {len(shown):,}" if rest else "By name",
        points=points,
        next_step="Ask them what they would like to do together, and introduce newcomers to them. All others stand in "
        "private/people.csv.",
    )


def neighbours(content: Content, *, references: Sequence[Mapping[str, Any]]) -> Finding:
    """Where the followers stand among places that are known.

    Parameters
    ----------
    content
        What results.json holds.
    references
        Rows of data/reference.csv.
    """
    share, broad = (content["measures"][name]["value"] for name in ("follower_share", "breadth"))
    nearest = min(
        references, key=lambda row: (row["follower_share"] - share) ** 2 + (row["breadth"] - broad) ** 2
    )
    return Finding(
        f"Among the places we know, you stand nearest to: {nearest['name'].lower()}.",
        (
            "Further right, more of the talk goes to followers; further up, more regulars have a regular contact.",
        ),
        "Take it as orientation only: these are few places, and each was collected in its own way.",
        title="The places",
        points=tuple(f"{row['name']}: {row['what']}." for row in references),
        next_step="Compare yourself with yourself: the same export, a few months apart.",
        exact=(("Right", f"follower_share = {share:.3f}"), ("Up", f"breadth = {broad:.3f}")),
    )
