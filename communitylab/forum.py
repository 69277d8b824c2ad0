"""A planted forum: visitors who ask and are helped, and a circle of regulars who talk with one another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from communitylab.casts import BRAND, Contact
from communitylab.elsewhere import Corner, Person, Said, Talk, Thread
from communitylab.plans import Group, Place, Plan
from communitylab.stories import Story

__all__ = ["SHOWN", "SYSTEM", "plant_forum"]

SYSTEM = 1
"""The place of the forum's own account among its people, behind the brand."""
SHOWN = 20
"""As many posts of a topic a forum hands out at once."""

_WELCOME, _LOUNGE = 5, 8  # topics that are there from the start


def plant_forum(plan: Plan, story: Story, *, place: Place, seed: int) -> Corner:
    """Makes up a forum: topics to which the posts of the story link, and those of its regulars.

    Parameters
    ----------
    plan
        That of the story.
    story
        Whose people are there under the names that its truth gives them.
    place
        What to plant.
    seed
        Of all random numbers.

    Returns
    -------
    Corner
        Its truth names people by their names there: `people`, `circle`, `contacts`, `answers`, `unaddressed`
        (posts that answer the topic as a whole), `quotes`, `mentions`, `not_shown` (beyond the first twenty
        of a topic), `retracted` and `orphaned` posts.
    """
    return _Forum(plan, story, place, seed=seed).whole()


class _Forum(Talk):
    """Visitors ask and are helped; groups of regulars talk with one another, week after week."""

    def whole(self) -> Corner:
        brand = Person("1", self.plan.brand, self.plan.title, self.story.accounts[BRAND].account_id)
        system = Person("-1", "system", "system", None)
        self._gather([brand, system], from_user=2, from_name=len(self.story.accounts))
        # Somebody who is only here deletes the account later.
        self.leaving = next(one for one in reversed(self.members) if self.people[one].account_id is None)
        self.joined: dict[int, int] = {}
        self.contacts: list[Contact] = []
        early = iter(member for member in self.members if member != self.leaving)
        for group in self.place.groups:
            self.meet(group, [next(early) for _member in range(group.size)])
        self.open()
        arriving = sorted(
            (self._some_time(self.rng.random() * (self.plan.weeks - 3)), member)
            for member in self.members
            if member not in self.joined
        )
        for week in range(self.plan.weeks):
            until = self.start + timedelta(weeks=week + 1)
            while arriving and arriving[0][0] < until:
                self.visit(*arriving.pop(0))
            for contact in self.contacts:
                if contact.since <= week and self.rng.random() < self.place.talks:
                    self.talk(contact, self._some_time(week))
        self.tidy()
        threads = [Thread(number, self.titles[number], said) for number, said in self._in_order().items()]
        return Corner(self.people, threads, self.truth(threads))

    def _call(self, person: int) -> str:
        return f"@{self.people[person].name}"

    def meet(self, group: Group, members: Sequence[int]) -> None:
        """One after the other joins and gets to know some of those who are there."""
        for place, member in enumerate(members):
            self.joined[member] = week = group.first_week + int(place * group.pace)
            known = [int(other) for other in self.rng.permutation(members[:place])[: self.place.contacts]]
            self.contacts += [
                Contact(member, other, week, self.plan.weeks, "circle", group.topic) for other in known
            ]

    def open(self) -> None:
        """The topics: a welcome, one for everything, those that X links to, those of the groups."""
        self.begin(_WELCOME, SYSTEM, self.start + timedelta(hours=6), self.script.welcome, self.plan.title)
        self.begin(_LOUNGE, BRAND, self.start + timedelta(hours=7), self.script.lounge, self.plan.title)
        known = {thing.lower(): thing for topic in self.plan.topics for thing in topic.things}
        told = {
            link: str(post.text).lower() for post in reversed(self.story.posts) for link in post.links or ()
        }
        first: dict[str, str] = {}
        for one in self.story.truth["forum_links"]:
            first[one["link"]] = min(one["at"], first.get(one["link"], one["at"]))
        for link, shown in sorted(first.items()):
            at = datetime.fromisoformat(shown) - timedelta(minutes=60 + int(self.rng.integers(240)))
            thing = next(known[thing] for thing in known if thing in told[link])
            opener = BRAND if self.rng.random() < 0.6 else self._one_of(self.members)
            self.begin(int(link.rsplit("/", 1)[1]), opener, at, self.script.title, thing)
        linked = sorted(self.titles)[2:]
        for place, group in enumerate(self.place.groups):
            of_group = [member for member in self.joined if member in self.members_of(group)]
            for turn in range(self.place.openings):
                week = group.first_week + turn * (self.plan.weeks - group.first_week) // self.place.openings
                there = [member for member in of_group if self.joined[member] <= week]
                number = linked[week] + 1 + place
                thing = group.topic.things[turn % len(group.topic.things)]
                self.begin(number, self._one_of(there), self._some_time(week), self.script.title, thing)

    def members_of(self, group: Group) -> set[int]:
        return {member for one in self.contacts if one.topic == group.topic for member in (one.a, one.b)}

    def begin(self, thread: int, author: int, at: datetime, lines: Sequence[str], thing: str) -> None:
        self.things[thread] = thing
        title = lines[0] if author == SYSTEM or thread == _LOUNGE else self._one_of(lines)
        self.titles[thread] = title.format(thing=thing, Thing=thing[0].upper() + thing[1:])
        if thread in (_WELCOME, _LOUNGE):
            self._say(author, at, lines[1:], thread)
        else:
            self._say(author, at, self.script.announce if author == BRAND else self.script.ask, thread)

    def visit(self, at: datetime, member: int) -> None:
        """Somebody comes by: says something, is answered by a regular or the brand, says thanks the next day."""
        for _post in range(1 + int(self.rng.poisson(self.place.visits))):
            # Long topics are left to the regulars.
            short = [n for n in [*self.titles][2:] if len(self._before(self.end, n)) < SHOWN // 2]
            thread = self._one_of(self._live(at, short, n=4) or [_LOUNGE])
            others = [one for one in self._before(at, thread) if one.author not in (member, BRAND, SYSTEM)]
            way = self.rng.random()
            if others and way < self.place.to_peers:
                met = self._one_of(others)
                post = self._say(member, at, self.script.reply, thread, answers=met)
            elif way < 0.75:
                post = self._say(member, at, self.script.reply, thread)  # to the topic as a whole
            else:
                post = self._say(member, at, self.script.ask, thread, named=[BRAND])
            self.help(post)
            at = self._after(post, least=20, hours=120)

    def help(self, post: Said) -> None:
        here = [
            member for member, week in self.joined.items() if self.start + timedelta(weeks=week) < post.at
        ]
        chance, helper = self.rng.random(), BRAND
        if chance < self.place.helped and here:
            helper = self._one_of(here)
        elif chance > self.place.helped + self.place.answered:
            return
        lines = self.script.answer if helper == BRAND else self.script.reply
        answer = self._say(helper, self._after(post), lines, post.thread, answers=post)
        if self.rng.random() < self.place.thanked:
            at = self._after(answer, least=14, hours=20)
            self._say(post.author, at, self.script.thank, post.thread, answers=answer)

    def talk(self, contact: Contact, at: datetime) -> None:
        """One of two takes up what the other said last, or names them; an answer on the next day."""
        a, b = (contact.a, contact.b) if self.rng.random() < 0.5 else (contact.b, contact.a)
        recent = [
            one
            for one in self.said
            if one.author == b and at - timedelta(weeks=3) < one.at < at and not one.state
        ]
        way, thing = self.rng.random(), self._one_of(contact.topic.things)
        if recent and way < 0.8:
            met = max(recent, key=lambda one: (one.at, one.number))
            thing = self.things[met.thread] if met.thread != _LOUNGE else thing
            # Who quotes may answer the post as well, or the topic as a whole.
            quoted, answered = (met if way < 0.2 else None), (None if way < 0.1 else met)
            post = self._say(
                a, at, self.script.reply, met.thread, thing=thing, answers=answered, quotes=quoted
            )
        else:
            own = self._live(at, [n for n in self.titles if self.things[n] in contact.topic.things], n=1)
            thread = self._one_of([*own, *own, *own, _LOUNGE])
            post = self._say(a, at, self.script.remark, thread, thing=thing, named=[b])
        if self.rng.random() < self.place.replied:
            at = self._after(post, least=14, hours=26)
            self._say(b, at, self.script.reply, post.thread, thing=thing, answers=post)

    def tidy(self) -> None:
        """What the staff did, and what became of posts whose author took them or the account away."""
        self._say(BRAND, self.start + timedelta(hours=8), ("",), _WELCOME, state="pinned.enabled")
        early = [self._before(self.end, thread) for thread in [*self.titles][2:12]]
        closed = max((said for said in early if len(said) < SHOWN), key=len)
        last = max(closed, key=lambda one: one.at)
        self._say(BRAND, self._after(last, least=24), ("",), last.thread, state="closed.enabled")
        referred = {number for one in self.said for number in (one.answers, one.quotes)}
        wrote = Counter(one.author for one in self.said)
        openers = {
            thread: min(self._before(self.end, thread), key=lambda one: one.at) for thread in self.titles
        }
        free = [
            one
            for one in self.said
            if one.number not in referred and wrote[one.author] > 2 and one.author not in self.joined
            and one.author not in (BRAND, SYSTEM) and one is not openers[one.thread] and not one.named
        ]  # fmt: skip
        states = {one.number: "orphaned" for one in self.said if one.author == self.leaving}
        states[free[0].number] = "retracted"
        self.said = [one._replace(state=states.get(one.number, one.state)) for one in self.said]

    def truth(self, threads: Sequence[Thread]) -> dict[str, Any]:
        names = [person.name for person in self.people]
        everything = [one for thread in threads for one in thread.said]
        shown = [one for thread in threads for one in thread.said[:SHOWN]]
        firsts = {thread.said[0].number for thread in threads}
        posts = [one for one in shown if not one.is_by_staff]
        return {
            "people": self._who(self.people[2:]),
            "circle": [{"name": names[member], "since_week": week} for member, week in self.joined.items()],
            "contacts": [
                {"names": [names[one.a], names[one.b]], "since_week": one.since, "topic": one.topic.name}
                for one in self.contacts
            ],
            "answers": [{"post": one.number, "to": one.answers} for one in posts if one.answers],
            "unaddressed": [
                one.number
                for one in posts
                if not (one.answers or one.quotes or one.named or one.number in firsts)
            ],
            "quotes": [{"post": one.number, "of": one.quotes} for one in posts if one.quotes],
            "mentions": [
                {"post": one.number, "names": [names[who] for who in one.named]} for one in posts if one.named
            ],
            "not_shown": [one.number for thread in threads for one in thread.said[SHOWN:]],
            "retracted": [one.number for one in everything if one.state == "retracted"],
            "orphaned": [one.number for one in everything if one.state == "orphaned"],
        }
