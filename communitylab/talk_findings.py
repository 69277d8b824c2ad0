"""What was found of the talk, in the words of a report: where, in which threads, whether it grew, next to whom."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from communitylab.findings import Content, Finding, heard, in_touch, with_actions
from communitylab.phrases import (
    FEW,
    GROUND_NAMES,
    answered,
    counted,
    date_of,
    days_of,
    hours,
    of_few,
    of_hundred,
    owns_a_place,
    place_named,
    sentence,
    span_of,
    times,
)
from communitylab.sentences import BRING_TOGETHER

__all__ = ["conversations", "grounds", "has_trend", "neighbours", "places", "trend", "unbroken"]

_DAYS_FOR_A_TREND, _GAP_DAYS = 56, 28
_FEW_MESSAGES = 100


def grounds(content: Content) -> Finding:
    """Where followers talk with one another.

    Parameters
    ----------
    content
        What results.json holds.
    """
    acts: Counter[str] = Counter()
    for row in content["peer_talk"]:
        is_apart = row["kind"] == "repost" and "repost" not in content["kinds"]
        acts["repost" if is_apart else row["ground"]] += row["acts"]
    reposts = acts.pop("repost", 0)
    apart = (f"Reposts stand apart: followers reposted one another {times(reposts)}.",) if reposts else ()
    total = sum(acts.values())
    if not total:
        headline = "Followers did not talk with one another anywhere in this export."
        means = "There is no place yet where they meet."
        return Finding(headline, apart, means, next_step=BRING_TOGETHER)
    here, tagged = acts["yours"] + acts["tagged"], " or hashtags" if content["hashtags"] else ""
    names = {**GROUND_NAMES, **({"yours": "on your own ground"} if owns_a_place(content) else {})}
    said = [f"{name.lower()} {times(acts[ground])}" for ground, name in names.items() if acts[ground]]
    lead = [sentence("; ".join(said)), *apart]
    if owned := [place_named(place) for place in content["places"] if place["yours"]]:
        lead.append(f"Your own ground: the threads that you began, and all of {' and '.join(owned)}.")
    if not content["hashtags"]:
        lead.append("No hashtag was given as yours (--hashtags), so that talk under it counts as elsewhere.")
    if total < _FEW_MESSAGES:
        means = "That is little talk: do not make much of where it happens."
    elif here / total >= 0.5 and owns_a_place(content):
        means = "You are the host: most of the talk among followers takes place where you keep the door, whoever began it."
    elif here / total >= 0.5:
        means = "You are the host: most of the talk among followers hangs on what you post."
    else:
        means = "Most of the talk among followers takes place in threads that you did not begin."
    if total < _FEW_MESSAGES or content["verdict"]["label"] == "audience":
        step = BRING_TOGETHER
    elif here / total >= 0.5:
        step = "Leave room for more: a thread that a follower begins needs no post of yours."
    else:
        step = "Join in where they talk, and be a guest there: it is their conversation."
    exact = (
        (
            "Under your posts",
            "in a thread that the brand began, or in a place that it owns; under your hashtags: with one of those given as --hashtags; elsewhere: in "
            "all other threads, those whose first post is not in the export among them",
        ),
        (
            "Counted",
            "replies, typed mentions and quotes from one follower to another; carried names are left out",
        ),
    )
    where = (
        f"on your own ground{' or under your hashtags' * bool(tagged)}"
        if owned
        else f"under your posts{tagged}"
    )
    headline = f"{here / total:.0%} of the {total:,} messages among followers are {where}."
    return Finding(headline, tuple(lead), means, next_step=step, exact=exact)


def places(content: Content) -> Finding:
    """What was written in each of several places, and how much of the talk there is among followers.

    Parameters
    ----------
    content
        What results.json holds.
    """
    told = sorted(content["places"], key=lambda place: (-place["posts"], place["platform"]))
    points = []
    for place in told:
        found = content["by_platform"].get(place["platform"])
        said = "nobody addresses another there"
        if place["only_brand"]:
            said = "all of them yours: whether others talk there cannot be seen in them"
        if found is not None and found["value"] is not None:
            said = (
                f"of every 100 messages {of_hundred(found)} go to another follower "
                f"({counted(found['w_ff'] + found['w_fb'], 'message')})"
            )
        if found is not None and found.get("label") == "not identifiable":
            said = f"whether others talk there with one another cannot be told ({counted(found['w_ff'] + found['w_fb'], 'message')})"
        elif found is not None:
            said += _with_flat_answers(found)
            said += f"; alone: {answered(found['label'], found['kind'])}" if "label" in found else ""
        points.append(sentence(f"{place_named(place)}: {counted(place['posts'], 'post')}; {said}"))
    return Finding(
        f"The export holds {len(told)} places: {', '.join(place_named(place) for place in told)}.",
        means="All other figures are of these places together. Somebody who writes in two of them counts once in each: who "
        "is the same person is not known.",
        title="Place by place",
        points=tuple(points),
        next_step="Compare the places with care: their people and their customs differ. A report on the files of one "
        "place says more about it.",
    )


def _with_flat_answers(found: Mapping[str, Any]) -> str:
    """What the share becomes where answers that address nobody in particular count as well."""
    more = found["inferred_acts"] - found["w_ff"] - found["w_fb"]
    if more <= 0:
        return ""
    return (
        f"; with {counted(more, 'comment')} that {'answers' if more == 1 else 'answer'} nobody in particular, counted as "
        f"answers to whoever began the thread, {100 * found['inferred']:.0f}"
    )


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
            f"First answers: of 100 followers' first posts, {100 * by['follower']:.0f} were answered first by another "
            f"follower and {100 * by['brand']:.0f} by you; for the others no answer is in this export"
            f"{of_few(content['active_followers'], 'follower')}."
        )
    if first["median_hours"] is not None:
        points.append(
            f"Waiting: half of those who were answered waited less than {hours(first['median_hours'])}"
            f"{of_few(first.get('answered', FEW), 'follower')}."
        )
    exchanges = joined.get("exchanges", 0)
    means = "An exchange is a thread in which both you and a follower wrote."
    step = (
        "private/threads_joined.csv ranks your threads by how many joined in: do more of what stands on top."
    )
    if exchanges < FEW:
        only = (
            f"only {times(exchanges)}: too rarely to tell"
            if exchanges
            else "never, as far as this export shows"
        )
        headline = f"You and a follower wrote in the same thread {only}."
        step = "Answer where followers ask: a thread with you in it is a place where others may join."
    else:
        headline = f"In {of_hundred(joined)} of 100 exchanges with you, another follower joins in."
        means += f" There are {exchanges:,} in this export."
    return Finding(headline, means=means, title="And among themselves", points=tuple(points), next_step=step)


def has_trend(content: Content) -> bool:
    """Whether the export is long and full enough to speak of a change.

    Parameters
    ----------
    content
        What results.json holds.
    """
    is_long = days_of(content) >= _DAYS_FOR_A_TREND
    return is_long and content["measures"]["follower_share_change"]["value"] is not None


def trend(content: Content) -> Finding:
    """Whether talk among followers grew, and regular contact with it.

    Parameters
    ----------
    content
        What results.json holds.
    """
    change = content["measures"]["follower_share_change"]
    if not has_trend(content):
        return with_actions(_no_trend(content, change, days_of(content)), content, looks_ahead=True)
    headline = _changed(change, what="Talk among followers", unit="messages")
    if change["low"] > 0:
        means = "That is more than chance would give. What brought it about, the figures alone cannot say."
        step = (
            "Write down what you did in these months, and keep doing it while you watch the next four weeks."
        )
    elif change["high"] < 0:
        means = "That is more than chance would give. What brought it about, the figures alone cannot say."
        step = "Look at what ended, and at who left the upper rungs, when the line began to fall."
    else:
        means = "The interval of the change holds both growth and loss, so that neither can be claimed."
        step = "Change one thing, note the day, and look again after eight weeks."
    lead = [
        f"The first third of the time against the last third, {span_of(content)}. {_on_the_whole(content)}Each point of a line "
        f"stands for the four weeks that begin on its day.{_few_people(change, who='sent these messages')}"
    ]
    rows = unbroken(content["ladder"])
    if len(rows) < len(content["ladder"]):
        lead.append(
            f"Before {date_of(rows[0]['tile'])} there are gaps: the charts show what comes after them."
        )
    if len(rows) > 1:
        lead.append(
            f"{_how_many(rows, in_touch, who='Followers in touch with one another')} "
            f"{_how_many(rows, heard, who='Followers heard from')} A share does not show whether a place fills or empties."
        )
    # A report of an earlier version knows of neither.
    contact = content["measures"].get("breadth_change", {"value": None, "why": "it was not measured"})
    if contact["value"] is None:
        lead.append(sentence(f"Whether regular contact changed cannot be told: {contact['why']}"))
    else:
        few = _few_people(contact, who="were regulars")
        lead.append(_changed(contact, what="Regular contact", unit="regulars") + few)
    if why := content.get("newcomers", {"why": None})["why"]:
        lead.append(sentence(f"Of newcomers nothing can be told: {why}"))
    exact = (
        (
            "Change",
            f"follower_share_change = {_exactly(change)}: jackknives of the difference over people and over threads",
        ),
        *_contact_exactly(contact),
        ("Periods", "rolling four weeks (tiles) that begin on Mondays; neighbours share three weeks of data"),
    )
    finding = Finding(headline, tuple(lead), means, next_step=step, exact=exact)
    return with_actions(finding, content, looks_ahead=True)


def _on_the_whole(content: Content) -> str:
    """The share that other sections tell of, lest it seem to contradict that of the thirds."""
    whole = content["measures"]["follower_share"]["value"]
    latest = content["tiles"][-1]["follower_share"] if content.get("tiles") else None
    if whole is None or latest is None:
        return ""
    return (
        f"Over the whole time it is {100 * whole:.0f} of 100, in the latest four weeks {100 * latest:.0f}. "
    )


def _how_many(
    rows: Sequence[Mapping[str, Any]], count: Callable[[Mapping[str, int]], int], *, who: str
) -> str:
    """How many there were in the first period, in the fullest and in the latest."""
    first, most, last = rows[0], max(rows, key=count), rows[-1]
    said = f"{who}: {count(first):,} in the four weeks from {date_of(first['tile'])}"
    if count(most) > max(count(first), count(last)):
        said += f", {count(most):,} at most (from {date_of(most['tile'])})"
    return f"{said}, {count(last):,} in the latest."


def _changed(change: Mapping[str, Any], *, what: str, unit: str) -> str:
    """Whether something grew or shrank from the first to the last third, as a sentence."""
    between = f"from {100 * change['first']:.0f} to {100 * change['last']:.0f} of 100 {unit}"
    bounds = f"({100 * change['low']:+.0f} to {100 * change['high']:+.0f})".replace("-", "−")
    moved = abs(round(100 * change["last"]) - round(100 * change["first"]))
    if change["low"] > 0:
        return f"{what} grew {between}: up {moved} {bounds}."
    if change["high"] < 0:
        return f"{what} shrank {between}: down {moved} {bounds}."
    return f"No clear change in {what[0].lower()}{what[1:]}: {between} {bounds}."


def _few_people(change: Mapping[str, Any], *, who: str) -> str:
    """On how few people a change rests, where they are few; a report of an earlier version does not know."""
    first, last = (change.get(f"{third}_people", FEW) for third in ("first", "last"))
    return (
        f" Few people {who}: {first:,} in the first third, {last:,} in the last."
        if min(first, last) < FEW
        else ""
    )


def _exactly(change: Mapping[str, Any]) -> str:
    interval = f"95% interval {change['low']:+.3f} to {change['high']:+.3f}"
    return f"{change['value']:+.3f}, {interval}".replace("-", "−")


def _contact_exactly(contact: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    if contact["value"] is None:
        return ()
    return (
        (
            "Regular contact",
            f"breadth_change = {_exactly(contact)}: of the regulars (people who talked on two days of the same four weeks) those "
            "with a mutual tie, in the tiles that lie wholly in the last third less those wholly in the first",
        ),
    )


def _no_trend(content: Content, change: Mapping[str, Any], days: int) -> Finding:
    if content["span"] is None:
        headline, why = "An export without times shows no change.", "Nothing in it says what came first."
        step = "Export again with the time of each post."
    elif days < _DAYS_FOR_A_TREND:
        headline = "This export is too short to show a change."
        why = f"It spans {counted(days, 'day')}. From eight weeks on, two separate four-week periods can be compared."
        step = "Keep this export and load the next one beside it: both together make a longer one."
    else:
        headline = "Too little talk at the beginning or at the end to show a change."
        why = sentence(change["why"])
        step = "Choose the days in which there is talk: --since and --until."
    means = "What looks like a rise or a fall in such data is mostly the weather of a few days."
    return Finding(headline, (why,), means, next_step=step)


def unbroken(rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The latest tiles that follow on one another without a gap of four weeks or more.

    Parameters
    ----------
    rows
        With the first day of a tile as `tile`, in order.
    """
    kept: list[Mapping[str, Any]] = []
    for row in reversed(rows):
        if (
            kept
            and (date.fromisoformat(kept[-1]["tile"]) - date.fromisoformat(row["tile"])).days >= _GAP_DAYS
        ):
            break
        kept.append(row)
    return kept[::-1]


def neighbours(content: Content, *, references: Sequence[Mapping[str, Any]]) -> Finding:
    """Where the followers stand among places that are known.

    Parameters
    ----------
    content
        What results.json holds.
    references
        Rows of data/reference.csv, with `is_alike`: those without it are shown and never the nearest.
    """
    share, broad = (content["measures"][name]["value"] for name in ("follower_share", "breadth"))
    shown = [row for row in references if _is_known(row["follower_share"])]
    near = [row for row in shown if row["is_alike"] and _is_known(row["breadth"])]
    nearest = min(
        near,
        key=lambda row: (row["follower_share"] - share) ** 2 + (row["breadth"] - broad) ** 2,
        default=None,
    )
    alike: dict[str, list[str]] = {}
    for row in shown:
        alike.setdefault(row["what"], []).append(row["name"])
    return Finding(
        f"Among the places we know, you stand nearest to: {nearest['name'].lower()}."
        if nearest
        else "None of the places we know was collected as your export was.",
        (
            "Further right, more of the talk goes to followers; further up, more regulars have a regular contact.",
        ),
        "Take it as orientation only: these are few places, and each was collected in its own way.",
        title="The places",
        points=tuple(f"{', '.join(names)}: {what}." for what, names in alike.items()),
        next_step="Compare yourself with yourself: the same export, a few months apart.",
        exact=(("Right", f"follower_share = {share:.3f}"), ("Up", f"breadth = {broad:.3f}")),
    )


def _is_known(figure: float | None) -> bool:
    return figure is not None and not math.isnan(figure)
