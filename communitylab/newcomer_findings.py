"""What was found of newcomers, in the words of a report: who answers them, and whether they come back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from communitylab.findings import Content, Finding, latest_rungs
from communitylab.phrases import FEW, counted, fraction, of_hundred, sentence

__all__ = ["about_newcomers"]

_FEW = 10  # newcomers, of whom no share is spoken of
_NO_PROOF = "That is no proof that the answer brought them back: livelier people get more answers, and stay longer, anyway."


def about_newcomers(content: Content) -> Finding:
    """Who answers newcomers first, and whether those who are answered write again.

    Parameters
    ----------
    content
        What results.json holds.
    """
    found = content["newcomers"]
    if found["why"]:
        return Finding(
            "This export shows no newcomers.",
            (sentence(found["why"]),),
            "Whether newcomers are met, and by whom, stays open.",
            next_step="Export a longer time, with the answers to each post, and run the report again.",
        )
    people = found["people"]
    by = {who: sum(row[who] for row in found["cohorts"]) for who in ("follower", "brand", "nobody")}
    headline = f"{fraction(by['follower'] / people, 'newcomer')} got a first answer from another follower within a week."
    if people < FEW:
        headline = f"{by['follower']} of {counted(people, 'newcomer')} got a first answer from another follower within a week."
    if people < _FEW:
        headline = f"{counted(people, 'newcomer')} in this export: too few to say who answers them."
    return Finding(
        headline,
        (_answered(found, by), *_who_counts(found, content["coverage"]["class"])),
        _meaning(by, people),
        title="Who came back",
        points=_came_back(found["came_back"], people=people),
        next_step=_next_step(content, by),
        exact=_exactly(found),
    )


def _answered(found: Mapping[str, Any], by: Mapping[str, int]) -> str:
    people, days = found["people"], found["within_days"]
    if people < _FEW:
        return (
            f"Within {days} days, {by['follower']} of them got a first answer from another follower and {by['brand']} from you; "
            f"to {by['nobody']} no answer is in this export."
        )
    return (
        f"Of every 100 newcomers, {of_hundred(found['answered_by_follower'])} got their first answer from another follower and "
        f"{100 * by['brand'] / people:.0f} from you, within {days} days; to the other {100 * by['nobody'] / people:.0f} no answer "
        f"is in this export ({people:,} newcomers).{_how_soon(found.get('median_hours'))}"
    )


def _how_soon(hours: float | None) -> str:
    if hours is None:
        return ""
    said = (
        f"{counted(round(hours), 'hour')}"
        if hours >= 1.5
        else f"{counted(max(round(60 * hours), 1), 'minute')}"
    )
    return f" Half of the first answers came within {said}."


def _who_counts(found: Mapping[str, Any], coverage: str) -> tuple[str, ...]:
    said = [
        "A newcomer is a follower whose first post came four weeks or more after the export begins. Some of them will "
        "have written before it began and been silent since: the first weeks hold most of these."
    ]
    if found["left_out"]:
        late = counted(found["left_out"], "newcomer")
        said.append(f"Left out: {late} of the last days, for whom it is too early to say who answers.")
    if coverage != "A":
        said.append("Answers that this export does not hold count as none: more may have been answered.")
    return tuple(said)


def _meaning(by: Mapping[str, int], people: int) -> str:
    if people < _FEW:
        return "What happens to so few people says nothing of the next ones."
    if by["nobody"] > people / 2:
        return "Most newcomers get no answer in this export."
    if by["follower"] >= by["brand"]:
        return "Followers meet newcomers more often than you do: that is a way in that does not hang on you."
    return "Newcomers are met by you first: they find you, but not yet one another."


def _came_back(found: Mapping[str, Any], *, people: int) -> tuple[str, ...]:
    answered, unanswered, difference = (found[name] for name in ("answered", "unanswered", "difference"))
    watched = answered["n"] + unanswered["n"]
    points = [f"Looked at are the newcomers who were watched for 35 days: {watched:,} of {people:,}."]
    points += [
        f"Of the {arm['n']:,} who were {word}, {of_hundred(arm)} of 100 wrote again in the four weeks that followed."
        for arm, word in ((answered, "answered within a week"), (unanswered, "not answered in it"))
        if arm["value"] is not None
    ]
    if difference["value"] is None:
        why = f"Whether those who are answered come back more often cannot be told: {difference['why']}"
        return (*points, sentence(why))
    bounds = f"({100 * difference['low']:+.0f} to {100 * difference['high']:+.0f})".replace("-", "−")
    gap, shown = abs(100 * difference["value"]), f"{100 * difference['value']:+.0f}".replace("-", "−")
    if difference["low"] > 0:
        said = f"Those who were answered came back more often: {gap:.0f} more of 100 {bounds}. {_NO_PROOF}"
    elif difference["high"] < 0:
        said = f"Those who were answered came back less often: {gap:.0f} fewer of 100 {bounds}. What sets the two apart may be anything."
    else:
        said = f"No clear difference between the two: {shown} {bounds} of 100. A clear one would be no proof either: livelier people get more answers, and stay longer, anyway."
    return (
        *points,
        said,
        "Elsewhere, in newsgroups, 56 of 100 who were answered posted again, and 44 of 100 who were not (Joyce & Kraut 2006).",
    )


def _next_step(content: Content, by: Mapping[str, int]) -> str:
    people = content["newcomers"]["people"]
    if people < _FEW:
        return "Keep this export and load the next one beside it: newcomers add up."
    has_circle = bool(latest_rungs(content)["circle"])
    if by["follower"] >= people / 2:
        who = (
            "private/people.csv names who is in the circle"
            if has_circle
            else "the answers to first posts show who they are"
        )
        return f"Thank those who welcome newcomers: {who}."
    step = (
        "Ask two or three of those in the circle (private/people.csv names them) to answer first posts within a day."
        if has_circle
        else "Answer first posts yourself within a day, and bring in another follower who knows the matter."
    )
    then = "Note the day on which {} begin, and look at this chart again after eight weeks."
    # That answers go with coming back is shown only where the difference is clear.
    if (content["newcomers"]["came_back"]["difference"].get("low") or 0) <= 0:
        step = f"Whether an answer brings people back this export does not show; try it: {step[0].lower()}{step[1:]}"
    return f"{step} {then.format('they' if has_circle else 'you')}"


def _exactly(found: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    share, difference = found["answered_by_follower"], found["came_back"]["difference"]
    exact = [
        (
            "Newcomer",
            "a follower whose first post, reposts aside, lies 28 days or more after the first day studied and 7 or more before the last",
        ),
        (
            "First answer",
            f"whoever first replied to that post or quoted it within 7 × 24 hours: newcomers_answered = {share['value']:.3f}, 95% "
            f"interval {share['low']:.3f} to {share['high']:.3f} (Wilson)",
        ),
    ]
    said = (
        "wrote a post, reposts aside, on the 8th to the 35th day after the first; of newcomers watched for 35 days. Whether "
        "somebody was answered is settled on the 7th, so that nobody counts as answered because they came back"
    )
    if difference["value"] is not None:
        interval = f"{difference['low']:+.3f} to {difference['high']:+.3f}"
        said += f"; difference {difference['value']:+.3f}, 95% interval {interval} (Newcombe)".replace(
            "-", "−"
        )
    return (*exact, ("Came back", said))
