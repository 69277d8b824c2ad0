"""Who there is in a planted world, what they are called, and who is in contact with whom."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, NamedTuple

import numpy as np

from communitylab.plans import Group, Plan, Topic
from communitylab.tables import Name

__all__ = ["BRAND", "PLATFORM", "Cast", "Contact", "Follow", "account_id", "made_up_name", "number_of"]

PLATFORM = "x"
BRAND = 0
"""The brand's number; followers count from 1, outsiders after them."""

_FIRST_ACCOUNT = 8_000_000_000_000_000_000  # later than any account that can exist

_GIVEN = """Abelune Brisolda Corvane Dunwick Elspath Farrowin Gildrey Hollimund Isdorel Jorvette Kelmira
    Lunford Marwella Nettilde Orvander Pellumin Quendry Rosamer Sylvart Tamworp Umberlee Velliance Wendlow
    Xandrell Yorvina Zelphie"""
_FAMILY = """Bunsworth Butterfell Cinnabell Crumbleton Doughmore Flourwell Grainsby Honeyloaf Kneadham
    Loafington Millthorpe Oatwhistle Piecrust Proofwell Ryewhistle Scorecrust Seedwick Spelterby Sugarbeck
    Tartwhistle Treacleby Wheatcombe Yeastham"""


class Follow(NamedTuple):
    """One line of the follower list."""

    account_id: str
    name: str
    followed_at: date


class Contact(NamedTuple):
    """Two who talk from one week until before another, what brought them together, and about what."""

    a: int
    b: int
    since: int
    until: int
    origin: str
    topic: Topic


def account_id(number: int) -> str:
    """The id of an account.

    Parameters
    ----------
    number
        Its number in the cast.
    """
    return str(_FIRST_ACCOUNT + number)


def number_of(account: str | None) -> int:
    """The number of an account in the cast.

    Parameters
    ----------
    account
        Its id.
    """
    return int(str(account)) - _FIRST_ACCOUNT


def made_up_name(number: int, *, rng: np.random.Generator) -> tuple[str, str]:
    """What an account is called: its handle and the name it shows.

    Parameters
    ----------
    number
        Its number in the cast, with which the handle ends.
    rng
        Source of the random numbers.
    """
    given, family = (names[int(rng.integers(len(names)))] for names in (_GIVEN.split(), _FAMILY.split()))
    return f"{given}_{number:03d}", f"{given} {family}"


class Cast:
    """Who there is: the brand (number 0), followers, outsiders; and who is in contact with whom."""

    def __init__(self, plan: Plan, rng: np.random.Generator) -> None:
        self.plan, self.rng = plan, rng
        n, n_silent = plan.followers, round(plan.followers * plan.silent)
        self.accounts = [Name(PLATFORM, account_id(BRAND), plan.brand, plan.title)]
        self.accounts += [self._account(number) for number in range(1, n + plan.outsiders + 1)]
        order = [int(number) for number in rng.permutation(np.arange(1, n + 1))]
        self.silent, self.voices = sorted(order[:n_silent]), order[n_silent:]
        self.never_write = [*range(n + 1, n + plan.outsiders + 1), *self.silent[: plan.outsiders // 2]]
        self.since = dict.fromkeys(self.voices, 0)
        for voice in self.voices[len(self.voices) - round(plan.late * len(self.voices)) :]:
            self.since[voice] = int(rng.integers(1, plan.weeks))
        activity = np.exp(plan.tail * rng.standard_normal(len(self.voices)))
        self.activity = activity * (plan.to_brand / activity.mean())
        self.joined: dict[int, int] = {}
        self.contacts: list[Contact] = []
        self.groups: list[list[int]] = []
        early = iter(self.voices)  # those who follow from the start come first
        for group in plan.groups:
            self._gather(group, [next(early) for _member in range(group.size)])
            if group.meets is not None:
                self._unite(group, group.meets)
        for _couple in range(plan.couples):
            topic, since = plan.topics[int(rng.integers(len(plan.topics)))], int(rng.integers(plan.weeks))
            self.contacts.append(Contact(next(early), next(early), since, plan.weeks, "couple", topic))

    def _account(self, number: int) -> Name:
        return Name(PLATFORM, account_id(number), *made_up_name(number, rng=self.rng))

    def _gather(self, group: Group, members: list[int]) -> None:
        """One after the other meets some of those who are there; one knows somebody of an earlier group."""
        others, until = list(self.joined), group.until or self.plan.weeks
        for place, member in enumerate(members):
            self.joined[member] = week = group.first_week + int(place * group.pace)
            known = [int(other) for other in self.rng.permutation(members[:place])[: self.plan.contacts]]
            if others and place == 1:
                known.append(others[int(self.rng.integers(len(others)))])
            for other in known:
                since = max(week, self.joined[other])
                self.contacts.append(Contact(member, other, since, until, "circle", group.topic))
        self.groups.append(members)

    def _unite(self, group: Group, week: int) -> None:
        """Two groups become one: from then on each talks with some of both, whoever they are."""
        both = [*self.groups[-2], *self.groups[-1]]
        self.contacts = [
            one._replace(until=min(one.until, week)) if {one.a, one.b} <= set(both) else one
            for one in self.contacts
        ]
        pairs = set()
        for member in both:
            others = self.rng.permutation([other for other in both if other != member])
            pairs |= {
                (min(member, int(other)), max(member, int(other))) for other in others[: self.plan.contacts]
            }
        for a, b in sorted(pairs):
            self.contacts.append(Contact(a, b, week, self.plan.weeks, "circle", group.topic))

    def follows(self) -> list[Follow]:
        """The follower list, latest first, as platforms give it."""
        listed = []
        for account in self.accounts[1 : self.plan.followers + 1]:
            week = self.since.get(number_of(account.account_id), 0)
            before = 0 if week else 1 + int(self.rng.integers(900))
            day = self.plan.start + timedelta(weeks=week, days=-before)
            listed.append(Follow(account.account_id, account.name, day))
        return sorted(listed, key=lambda follow: (follow.followed_at, follow.account_id), reverse=True)

    def truth(self) -> dict[str, Any]:
        """Who is what."""
        elsewhere = [self._elsewhere(voice) for voice in sorted(self.voices)]
        return {
            "silent": [account_id(number) for number in self.silent],
            "circle": [{"id": account_id(member), "since_week": week} for member, week in self.joined.items()],
            "groups": [self._group(group, place) for place, group in enumerate(self.plan.groups)],
            "contacts": [
                {"ids": [account_id(a), account_id(b)], "since_week": since, "until_week": until, "origin": origin,
                 "topic": topic.name}
                for a, b, since, until, origin, topic in self.contacts
            ],
            "people_elsewhere": [names for names in elsewhere if len(names) > 1],
        }  # fmt: skip

    def _group(self, group: Group, place: int) -> dict[str, Any]:
        """Who is in a group, since when, and what became of it."""
        told: dict[str, Any] = {
            "topic": group.topic.name,
            "ids": [account_id(member) for member in self.groups[place]],
            "born_week": group.first_week,
        }
        if group.until is not None:
            told["gone_week"] = group.until
        if group.meets is not None:
            told |= {"merged_with": self.plan.groups[place - 1].topic.name, "merged_week": group.meets}
        return told

    def _elsewhere(self, voice: int) -> dict[str, str]:
        """The names of a person in other places: a nickname on the forum, a real or shortened one on the page."""
        given, family = str(self.accounts[voice].display_name).split()
        on_forum, on_page, is_shortened = self.rng.random(3) < (self.plan.elsewhere, self.plan.elsewhere, 0.5)
        names = {"id": account_id(voice)}
        if on_forum:
            names["forum"] = f"{family.lower()}{voice % 100}"
        if on_page:
            names["facebook"] = f"{given} {family[0]}." if is_shortened else f"{given} {family}"
        return names
