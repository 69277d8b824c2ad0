"""The brand's own side of a conversation in words: what it does, and how many people it reaches."""

from __future__ import annotations

import pandas as pd

from communitylab.errors import printable
from communitylab.findings import Content, Finding, with_actions
from communitylab.phrases import counted, percent, span_of, times

__all__ = ["own_reach", "own_side"]

_DOES = {"announce": "announce", "answer": "answer", "bring_together": "bring people together"}
_MOST_NAMES = 20
_ENOUGH, _CROWD = 10, 0.25  # people, of whom so few get half
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
    most = max(_DOES, key=lambda style: voice[style])
    does = f"you mostly {_DOES[most]}" if voice[most] > posts / 2 else "you announce and you answer"
    rarely = voice["bring_together"] < _SELDOM * posts
    finding = Finding(
        f"Your side of the conversation: {does}.",
        (
            f"Of {counted(posts, 'post')} of yours{when}, {voice['announce']:,} announce: they open a thread, or go on with "
            f"yours, and address nobody. {voice['answer']:,} answer: they address one person or stand below somebody's post. "
            f"{voice['bring_together']:,} bring together: they address two people or more at once. Names that the platform "
            f"itself puts at the head of an answer do not count. Besides, you reposted {times(voice['repost'])}.",
        ),
        "Announcing keeps an audience; answering shows that somebody listens; bringing two people together is the one of "
        "the three after which they can talk without you. Whether they do cannot be seen in posts of yours alone.",
        next_step="Once a week, name two people in one post who have something to say to each other, and log the day."
        if rarely
        else "Keep a note of whom you brought together and when: with an export in which the others speak as well, you can "
        "see what came of it.",
    )
    return with_actions(finding, content, looks_ahead=False)


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
    reached, half = voice["people_addressed"], voice["half_of_addressed"]
    headline = "You addressed nobody in this export."
    if reached:
        headline = f"You addressed {_people(reached)}, {times(voice['addressed'])} in all."
    means = "What the others then said to one another is not in this export."
    if reached >= _ENOUGH:
        headline = f"You addressed {_people(reached)}; half of it went to {half:,} of them."
        if half < _CROWD * reached:
            means = "A few people get most of what you say: they are the circle around you. " + means
    starters = ", and in private/starters.csv which of your posts drew you into answering" * bool(
        voice["starters"]
    )
    return Finding(
        headline,
        (
            f"By answers, mentions and quotes you addressed somebody {times(voice['addressed'])}. You passed on posts of "
            f"{_people(voice['people_reposted'])}, {counted(voice['repost'], 'repost')} in all.",
            _begun(content),
        ),
        means,
        title="By name" if people is not None else None,
        points=_named(people) if people is not None else (),
        next_step=f"Read in private/addressed.csv whom you address and repost and whom you never do{starters}.",
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
        "in it: these are your conversation starters, as far as your own posts show. A thread that others filled without you "
        "cannot be seen."
    )


def _people(n: int) -> str:
    return f"{n:,} people" if n != 1 else "one person"


def _named(people: pd.DataFrame) -> tuple[str, ...]:
    shown = people.assign(times=people[["answers", "mentions", "quotes"]].sum(axis=1))
    most = shown.sort_values(["times", "reposts"], ascending=False, kind="stable").head(_MOST_NAMES)
    return tuple(
        f"{printable(str(row.called))}: addressed {times(row.times)}, reposted {times(row.reposts)}"
        for row in most.rename(columns={"name": "called"}).itertuples(index=False)
    )
