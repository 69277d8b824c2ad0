"""The brand's own side of a conversation in words: what it does, and how many people it reaches."""

from __future__ import annotations

import pandas as pd

from communitylab.errors import printable
from communitylab.findings import Content, Finding
from communitylab.phrases import counted, percent, span_of, times

__all__ = ["own_reach", "own_side"]

_MOST_NAMES = 10
_SELDOM = 0.05  # of one's posts


def own_side(content: Content) -> Finding:
    """Whether the brand announces, answers or brings together.

    Parameters
    ----------
    content
        What results.json holds.
    """
    voice = content["voice"]
    posts = voice["announce"] + voice["answer"] + voice["bring_together"]
    when = f" from {span_of(content)}" if content["span"] else ""
    most = max(("announce", "answer", "bring_together"), key=lambda style: voice[style])
    headline = {
        "announce": "Your side of the conversation: you mostly announce.",
        "answer": "Your side of the conversation: you mostly answer.",
        "bring_together": "Your side of the conversation: you mostly bring people together.",
    }[most]
    rarely = voice["bring_together"] < _SELDOM * posts
    return Finding(
        headline,
        (
            f"Of {counted(posts, 'post')} of yours{when}, {voice['announce']:,} addressed nobody (they announce), "
            f"{voice['answer']:,} addressed one person (they answer) and {voice['bring_together']:,} addressed two or more "
            f"at once (they bring together). Besides, you reposted {times(voice['repost'])}.",
        ),
        "Announcing keeps an audience; answering shows that somebody listens; bringing two people together is the one of "
        "the three after which they can talk without you. Whether they do cannot be seen in posts of yours alone.",
        next_step="Once a week, name two people in one post who have something to say to each other, and log the day."
        if rarely
        else "Keep a note of whom you brought together and when: with an export in which the others speak as well, you can "
        "see what came of it.",
    )


def own_reach(content: Content, *, people: pd.DataFrame | None = None) -> Finding:
    """How few or many people get the brand's answers and reposts, and which of its posts began a conversation.

    Parameters
    ----------
    content
        What results.json holds.
    people
        As :func:`communitylab.voice.addressed` gives it, for a report that may name people.
    """
    voice = content["voice"]
    answered, half = voice["people_answered"], voice["half_of_answers"]
    headline = "You answered nobody in this export."
    if answered:
        went = "all of them" if half == answered else f"{half:,} of them"
        headline = f"You answered {_people(answered)}; half of your answers went to {went}."
    return Finding(
        headline,
        (
            f"{counted(voice['answers'], 'answer')} of yours went to {_people(answered)}. You passed on posts of "
            f"{_people(voice['people_reposted'])}, {counted(voice['repost'], 'repost')} in all.",
            _begun(content),
        ),
        "Where a few people get most answers, they are the circle around you, and others read that this is not for them.",
        title="By name" if people is not None else None,
        points=_named(people) if people is not None else (),
        next_step="Read in private/addressed.csv whom you answer and repost and whom you never do, and in "
        "private/starters.csv which of your posts drew people in; write more of those.",
    )


def _begun(content: Content) -> str:
    voice = content["voice"]
    if voice["starters"] is None:
        return (
            "Which of your posts began a conversation is not written in this export: answers name no thread."
        )
    if not voice["openers"]:
        return "None of your posts in this export opened a conversation."
    share = percent(voice["starters"] / voice["openers"])
    return (
        f"You opened {counted(voice['openers'], 'thread')}. After {voice['starters']:,} of them ({share}) you answered somebody "
        "in it: these are your conversation starters."
    )


def _people(n: int) -> str:
    return f"{n:,} people" if n != 1 else "one person"


def _named(people: pd.DataFrame) -> tuple[str, ...]:
    answers = people.sort_values("answers", ascending=False, kind="stable").head(_MOST_NAMES)
    reposts = people.sort_values("reposts", ascending=False, kind="stable").head(_MOST_NAMES)
    said = [
        f"{printable(str(row.called))}: answered {times(row.answers)}"
        for row in answers.rename(columns={"name": "called"}).itertuples(index=False)
        if row.answers
    ]
    said += [
        f"{printable(str(row.called))}: reposted {times(row.reposts)}"
        for row in reposts.rename(columns={"name": "called"}).itertuples(index=False)
        if row.reposts
    ]
    return tuple(said)
