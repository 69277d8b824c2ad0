"""The planted worlds that claims are tried on: what each is called, and what it is by construction."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from communitylab.simulate import Setting

__all__ = ["COVERED", "ELSEWHERE", "JUDGED", "SIZES", "STRAY", "TIED", "UNTIED", "Judged"]

SIZES = (50, 200, 1_000, 5_000)
"""Followers who write, in worlds in which intervals are tried."""

_ALIKE = Setting(tail=0.5, leaning=0.05, attraction=0.3, answered=0.15, joined=0.05, share=0.3)

COVERED = {
    "a star, nobody talks with another": replace(_ALIKE, tail=1.0, share=0.0, joined=0.0),
    "a star, one message in ten to others": replace(_ALIKE, tail=1.0, share=0.1),
    "all much alike": _ALIKE,
    "a few people write most": replace(_ALIKE, tail=1.3, leaning=0.4),
    "a few people attract most talk": replace(_ALIKE, tail=1.0, attraction=1.3, magnets=True),
    "threads that burst": replace(_ALIKE, tail=1.0, leaning=0.2, bursts=0.5, burst=12.0),
    "answers to answers": replace(_ALIKE, tail=1.0, leaning=0.2, answered=0.6, joined=0.1, share=0.5),
    "a community": Setting(
        members=0.9, share=0.3, member_share=0.75, persistence=0.9, messages=4.0, joined=0.1
    ),
    "a small circle": Setting(
        members=0.1, member_messages=3.0, share=0.05, contacts=4, joined=0.02, days=112
    ),
    "a second stage": Setting(stages=2, to_stages=0.6, share=0.5, stage_answers=0.3, joined=0.05, days=112),
    "a growing community": Setting(members=0.5, share=0.3, change=0.4, messages=4.0, joined=0.05, days=112),
}
"""Worlds in which intervals are tried, in words for the report."""


class Judged(NamedTuple):
    """A world that the verdict is tried on, and what it is by construction."""

    truth: str
    setting: Setting
    is_core: bool = False  # tried at other sizes, lengths and rates of sampling as well


_STAR = Setting(share=0.0, answered=0.2)
_KNIT = Setting(members=0.9, share=0.4, member_share=0.7, messages=5.0, persistence=0.9)

JUDGED = {
    # Followers talk to the brand, and next to nobody else.
    "a pure star": Judged("audience", _STAR, is_core=True),
    "a star, few of whom write most": Judged("audience", replace(_STAR, tail=1.6)),
    "a star with threads that burst": Judged("audience", replace(_STAR, bursts=0.5, burst=20.0)),
    "a star, 5 % random mentions": Judged("audience", replace(_STAR, share=0.05)),
    "a star, 10 % random mentions": Judged("audience", replace(_STAR, share=0.1), is_core=True),
    "a star, 15 % random mentions": Judged("audience", replace(_STAR, share=0.15)),
    "a star that talks a lot": Judged("audience", replace(_STAR, share=0.05, messages=12.0)),
    "a star with quiet weekends": Judged("audience", replace(_STAR, share=0.05, rhythm="weekly")),
    "a star at midnight": Judged("audience", replace(_STAR, share=0.1, rhythm="midnight")),
    "a star, slow answers": Judged("audience", replace(_STAR, share=0.1, answered=0.4, answer_hours=10.0)),
    "a star with a follower list": Judged("audience", replace(_STAR, share=0.05, silent=200)),
    "a star, strangers now and then join in": Judged("audience", replace(_STAR, share=0.1, joined=0.05)),
    # Talk among followers, and nobody who keeps in touch.
    "a brand public, 65 % random mentions": Judged(
        "mixed", Setting(share=0.65, messages=5.0), is_core=True
    ),
    "a brand public, a few attract most": Judged("mixed", Setting(share=0.65, messages=5.0, attraction=1.5)),
    "a brand public, 40 % random mentions": Judged("mixed", Setting(share=0.4, messages=5.0)),
    "a passing crowd in bursts": Judged("mixed", Setting(share=0.65, messages=5.0, bursts=0.7, burst=20.0)),
    # Talk among followers that goes to one of them.
    "a second broadcaster": Judged(
        "mixed", Setting(share=0.6, stages=1, to_stages=0.95, messages=5.0), is_core=True
    ),
    "three broadcasters": Judged("mixed", Setting(share=0.6, stages=3, to_stages=0.95, messages=5.0)),
    "a second broadcaster who answers": Judged(
        "mixed", Setting(share=0.6, stages=1, to_stages=0.95, stage_answers=0.5, messages=5.0)
    ),
    "silent influencers": Judged(
        "mixed", Setting(share=0.6, stages=5, to_stages=0.95, answered=0.1, messages=5.0)
    ),
    # A few who do keep in touch.
    "couples only": Judged("mixed", Setting(members=0.6, group=2, share=0.1, member_share=0.7, loyalty=0.95, messages=5.0),
                           is_core=True),
    "two talkative friends": Judged("mixed", Setting(share=0.0, friends=1, friend_messages=300.0), is_core=True),
    "four pairs of friends": Judged("mixed", Setting(share=0.0, friends=4, friend_messages=100.0)),
    "two helpers": Judged("mixed", Setting(share=0.55, helpers=2, helped=0.6, answered=0.5, messages=5.0)),
    "five helpers": Judged(
        "mixed", Setting(share=0.55, helpers=5, helped=0.6, answered=0.5, messages=5.0), is_core=True
    ),
    "a circle of 5 %": Judged("mixed", Setting(members=0.05, member_messages=6.0, share=0.05, group=10, messages=4.0)),
    "a circle of 10 %": Judged(
        "mixed", Setting(members=0.1, member_messages=4.0, share=0.05, messages=4.0), is_core=True
    ),
    "a circle of 20 %": Judged("mixed", Setting(members=0.2, member_messages=3.0, share=0.05, messages=4.0)),
    "a circle of 30 %": Judged("mixed", Setting(members=0.3, member_messages=2.0, share=0.05, messages=4.0)),
    "a weekly chat of a fifth": Judged(
        "mixed", Setting(members=0.2, member_messages=3.0, share=0.05, chat=0.9, loyalty=0.3, messages=4.0)
    ),
    # Most keep in touch with one another, and most talk is among them.
    "a community": Judged("community", _KNIT, is_core=True),
    "a close community": Judged("community", replace(_KNIT, members=1.0, member_share=0.85), is_core=True),
    "a community of groups": Judged("community", replace(_KNIT, group=15)),
    "a community in small groups": Judged("community", replace(_KNIT, members=0.7, group=8)),
    "a community that changes partners": Judged("community", replace(_KNIT, persistence=0.6)),
    "a community, other contacts every four weeks": Judged("community", replace(_KNIT, persistence=0.0)),
    "a community, few of whom write most": Judged("community", replace(_KNIT, tail=1.5)),
    "a community that answers a lot": Judged("community", replace(_KNIT, answered=0.6)),
    "a community with a follower list": Judged("community", replace(_KNIT, silent=200)),
    "a community with a weekly chat": Judged("community", replace(_KNIT, chat=0.7)),
    "a loose community": Judged("community", replace(_KNIT, members=0.8, member_share=0.6, loyalty=0.6)),
    "a community in the making": Judged("community", replace(_KNIT, change=0.2)),
}  # fmt: skip
"""Worlds that the verdict is tried on."""

ELSEWHERE = {
    "friends who talk off the brand's ground": Judged("mixed", replace(_KNIT, tagged=0.0)),
    "friends elsewhere, a passing crowd here": Judged("mixed", replace(_KNIT, tagged=0.1, loyalty=0.9)),
    "a community on the brand's ground": Judged("community", replace(_KNIT, tagged=0.9)),
    "a star on the brand's ground": Judged("audience", _STAR),
}
"""Worlds seen through the timelines of chosen people (coverage B)."""

STRAY = {
    "people who hardly address the brand": Judged("none", Setting(members=0.9, share=0.99, member_share=0.995, messages=5.0)),
    "followers of somebody else": Judged(
        "none", Setting(share=0.85, stages=1, to_stages=0.98, messages=5.0, leaning=0.05)
    ),
}  # fmt: skip
"""Worlds that are not about the brand."""

_RANDOM = Setting(share=0.6, messages=5.0, followers=120)

UNTIED = {
    "even": _RANDOM,
    "quiet weekends": replace(_RANDOM, rhythm="weekly"),
    "monthly waves": replace(_RANDOM, rhythm="monthly"),
    "threads over midnight": replace(_RANDOM, rhythm="midnight", answered=0.6, answer_hours=2.0),
    "a few attract most": replace(_RANDOM, attraction=1.3, tail=1.3),
    "a second stage": replace(_RANDOM, stages=2, to_stages=0.6, stage_answers=0.3),
    "bursts": replace(_RANDOM, bursts=0.5),
}
"""Worlds in which nobody meets anybody again but by chance."""

TIED = {
    loyalty: replace(_RANDOM, members=0.5, loyalty=loyalty, member_share=0.6)
    for loyalty in (0.05, 0.1, 0.2, 0.4, 0.8)
}
"""The same where half the followers have lasting contacts, to whom so much of their talk with followers goes."""
