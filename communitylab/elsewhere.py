"""What the same people, and some who are only there, write on the brand's forum and page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any, NamedTuple

import numpy as np

from communitylab.casts import BRAND, Contact, made_up_name
from communitylab.plans import Group, Place, Plan, Topic
from communitylab.simulate import World

__all__ = ["SYSTEM", "Corner", "Person", "Said", "Thread", "plant_forum", "plant_page"]

SYSTEM = 1
"""The place of the forum's own account among its people, behind the brand."""

_STREAMS = {"forum": 1, "facebook": 2}  # so that no place changes what is planted in another
_WELCOME, _LOUNGE = 5, 8  # threads that are there from the start
_SHOWN = 20  # posts of a topic that a forum hands out at once
_FIRST_SAID = 401


class Person(NamedTuple):
    """Somebody as the place knows them; the account is that on X, null for those who are not there."""

    name: str
    display_name: str
    account_id: str | None


class Said(NamedTuple):
    """One post or comment. Author, and who is named or tagged, are places in the list of people."""

    number: int
    thread: int
    author: int
    at: datetime
    text: str
    answers: int | None = None
    quotes: int | None = None
    named: tuple[int, ...] = ()
    likes: int = 0
    state: str = ""  # what became of it: `retracted`, `orphaned`, `authorless`; or an act of the staff


class Thread(NamedTuple):
    """A topic of the forum, or a post on the page with its comments: in order of time."""

    number: int
    title: str
    said: tuple[Said, ...]


@dataclass(frozen=True)
class Corner:
    """What became of a place: who is there, what they wrote, what was planted."""

    people: list[Person]
    threads: list[Thread]
    truth: dict[str, Any]


def plant_forum(plan: Plan, world: World, *, place: Place, seed: int) -> Corner:
    """Makes up a forum: topics to which the posts of the world link, and those of its regulars.

    Parameters
    ----------
    plan
        That of the world.
    world
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
    return _Forum(plan, world, place, seed=seed).whole()


def plant_page(plan: Plan, world: World, *, place: Place, seed: int) -> Corner:
    """Makes up a page: posts by the brand, and comments.

    Parameters
    ----------
    plan
        That of the world.
    world
        Whose people are there under the names that its truth gives them.
    place
        What to plant.
    seed
        Of all random numbers.

    Returns
    -------
    Corner
        Its truth names people by their place in `people`: `answers`, `tags`, `same_person` (who wrote what
        they are called on X), `authorless` comments.
    """
    return _Page(plan, world, place, seed=seed).whole()


class _Talk:
    """What the forum and the page have in common: people who come by for a few weeks, and answers."""

    def __init__(self, plan: Plan, world: World, place: Place, *, seed: int) -> None:
        self.plan, self.world, self.place, self.script = plan, world, place, plan.script
        self.rng = np.random.default_rng((seed, _STREAMS[place.name]))
        self.start = datetime.combine(plan.start, time(), UTC)
        self.end = self.start + timedelta(weeks=plan.weeks)
        self.titles: dict[int, str] = {}
        self.things: dict[int, str] = {}
        self.said: list[Said] = []

    def gather(self, first: Sequence[Person], *, from_number: int) -> None:
        """The brand first, then in no order those who follow it on X as well and those who do not."""
        shown = {account.account_id: str(account.display_name) for account in self.world.accounts}
        handles = {account.account_id: account.name for account in self.world.accounts}
        known = {}
        for names in self.world.truth["people_elsewhere"]:
            if name := names.get(self.place.name):
                # A forum gives a name once: to the first who wants it. A page does not mind.
                key = name if self.place.name == "forum" else names["id"]
                known.setdefault(key, Person(name, shown[names["id"]], names["id"]))
        here = list(known.values())
        for number in range(from_number, from_number + self.place.only_there):
            handle, display_name = made_up_name(number, rng=self.rng)
            here.append(Person(handle if self.place.name == "forum" else display_name, display_name, None))
        self.handles = handles
        self.people = [*first, *(here[n] for n in self.rng.permutation(len(here)))]
        self.members = list(range(len(first), len(self.people)))

    def say(
        self, author: int, at: datetime, lines: Sequence[str], thread: int, *, thing: str = "",
        answers: Said | None = None, quotes: Said | None = None, named: Sequence[int] = (), state: str = "",
    ) -> Said:  # fmt: skip
        """A post: names of whom it names and no other way addresses, a line, a closing word."""
        thing = thing or self.things[thread]
        line = self.one_of(lines).format(thing=thing, Thing=thing[0].upper() + thing[1:])
        closing = "" if author in (BRAND, SYSTEM) or state else self.one_of(self.script.cheer)
        text = " ".join(part for part in (*(self.call(one) for one in named), line, closing) if part)
        likes = 0 if state else int(self.rng.poisson(0.8))
        self.said.append(
            Said(len(self.said), thread, author, at, text, answers and answers.number,
                 quotes and quotes.number, tuple(named), likes, state)
        )  # fmt: skip
        return self.said[-1]

    def call(self, person: int) -> str:
        """How somebody is named in a text."""
        return self.people[person].name

    def before(self, at: datetime, thread: int) -> list[Said]:
        """What had been said by then."""
        return [one for one in self.said if one.thread == thread and one.at < at and not one.state]

    def live(self, at: datetime, threads: Sequence[int], *, n: int) -> list[int]:
        """The latest threads that had begun by then."""
        begun = {one.thread: one.at for one in reversed(self.said) if one.thread in threads and one.at < at}
        return sorted(begun, key=lambda thread: (begun[thread], thread))[-n:]

    def one_of(self, things: Sequence[Any]) -> Any:
        return things[int(self.rng.integers(len(things)))]

    def topics(self) -> Sequence[Topic]:
        return (*self.plan.topics, *self.place.topics)

    def some_time(self, week: float, *, days: int = 7) -> datetime:
        """By day, in a week or a few days from its start."""
        day = self.start + timedelta(days=int(week * 7) + int(self.rng.integers(days)), hours=6)
        return min(day + timedelta(seconds=int(self.rng.integers(14 * 3600))), self.end - timedelta(hours=2))

    def after(self, one: Said, *, least: float = 0.1, hours: float = 8) -> datetime:
        """Some time later, and before the end."""
        wait = timedelta(hours=least) + timedelta(seconds=int(self.rng.random() * hours * 3600))
        return one.at + min(wait, (self.end - one.at) / 2)

    def in_order(self) -> dict[int, tuple[Said, ...]]:
        """Everything by thread, numbered in order of time."""
        ordered = sorted(self.said, key=lambda one: (one.at, one.number))
        numbers: dict[int | None, int] = {
            one.number: number for number, one in enumerate(ordered, _FIRST_SAID)
        }
        threads: dict[int, list[Said]] = {thread: [] for thread in sorted(self.titles)}
        for one in ordered:
            threads[one.thread].append(
                one._replace(
                    number=numbers[one.number],
                    at=one.at.replace(microsecond=0),
                    answers=numbers.get(one.answers),
                    quotes=numbers.get(one.quotes),
                )
            )
        return {thread: tuple(said) for thread, said in threads.items()}


class _Forum(_Talk):
    """Visitors ask and are helped; groups of regulars talk with one another, week after week."""

    def whole(self) -> Corner:
        brand = Person(self.plan.brand, self.plan.title, self.world.accounts[BRAND].account_id)
        self.gather([brand, Person("system", "system", None)], from_number=len(self.world.accounts))
        *members, self.leaving = self.members  # the last one deletes their account later
        self.joined: dict[int, int] = {}
        self.contacts: list[Contact] = []
        early = iter(members)
        for group in self.place.groups:
            self.meet(group, [next(early) for _member in range(group.size)])
        self.open()
        comings = [
            (self.some_time(self.rng.random() * (self.plan.weeks - 3)), member)
            for member in self.members
            if member not in self.joined
        ]
        arriving = sorted(comings)
        for week in range(self.plan.weeks):
            until = self.start + timedelta(weeks=week + 1)
            while arriving and arriving[0][0] < until:
                self.visit(*arriving.pop(0))
            for contact in self.contacts:
                if contact.since <= week and self.rng.random() < self.place.talks:
                    self.talk(contact, self.some_time(week))
        self.tidy()
        threads = [Thread(number, self.titles[number], said) for number, said in self.in_order().items()]
        return Corner(self.people, threads, self.truth(threads))

    def call(self, person: int) -> str:
        return f"@{self.people[person].name}"

    def meet(self, group: Group, members: Sequence[int]) -> None:
        """One after the other joins and gets to know the two who came last."""
        for place, member in enumerate(members):
            self.joined[member] = week = group.first_week + int(place * group.pace)
            self.contacts += [
                Contact(member, other, week, self.plan.weeks, "circle", group.topic)
                for other in members[max(place - 2, 0) : place]
            ]

    def open(self) -> None:
        """The topics: a welcome, one for everything, those that X links to, those of the groups."""
        self.begin(_WELCOME, SYSTEM, self.start + timedelta(hours=6), self.script.welcome, self.plan.title)
        self.begin(_LOUNGE, BRAND, self.start + timedelta(hours=7), self.script.lounge, self.plan.title)
        known = {thing.lower(): thing for topic in self.plan.topics for thing in topic.things}
        told = {link: str(post.text).lower() for post in reversed(self.world.posts) for link in post.links or ()}
        first: dict[str, str] = {}
        for one in self.world.truth["forum_links"]:
            first[one["link"]] = min(one["at"], first.get(one["link"], one["at"]))
        for link, shown in sorted(first.items()):
            at = datetime.fromisoformat(shown) - timedelta(minutes=60 + int(self.rng.integers(240)))
            thing = next(known[thing] for thing in known if thing in told[link])
            opener = BRAND if self.rng.random() < 0.6 else self.one_of(self.members)
            self.begin(int(link.rsplit("/", 1)[1]), opener, at, self.script.title, thing)
        linked = sorted(self.titles)[2:]
        for place, group in enumerate(self.place.groups):
            of_group = [member for member in self.joined if member in self.members_of(group)]
            for turn in range(self.place.openings):
                week = group.first_week + turn * (self.plan.weeks - group.first_week) // self.place.openings
                there = [member for member in of_group if self.joined[member] <= week]
                number = linked[week] + 1 + place
                thing = group.topic.things[turn % len(group.topic.things)]
                self.begin(number, self.one_of(there), self.some_time(week), self.script.title, thing)

    def members_of(self, group: Group) -> set[int]:
        return {member for one in self.contacts if one.topic == group.topic for member in (one.a, one.b)}

    def begin(self, thread: int, author: int, at: datetime, lines: Sequence[str], thing: str) -> None:
        self.things[thread] = thing
        title = lines[0] if author == SYSTEM or thread == _LOUNGE else self.one_of(lines)
        self.titles[thread] = title.format(thing=thing, Thing=thing[0].upper() + thing[1:])
        words = lines[1:] if thread in (_WELCOME, _LOUNGE) else self.script.ask
        self.say(author, at, words, thread)

    def visit(self, at: datetime, member: int) -> None:
        """Somebody comes by: says something, is answered by a regular or the brand, says thanks the next day."""
        for _post in range(1 + int(self.rng.poisson(self.place.visits))):
            thread = self.one_of(self.live(at, [*self.titles][2:], n=4) or [_LOUNGE])
            others = [one for one in self.before(at, thread) if one.author not in (member, BRAND, SYSTEM)]
            way = self.rng.random()
            if others and way < self.place.to_peers:
                met = self.one_of(others)
                post = self.say(member, at, self.script.reply, thread, answers=met)
            elif way < 0.75:
                post = self.say(member, at, self.script.reply, thread)  # to the topic as a whole
            else:
                post = self.say(member, at, self.script.ask, thread, named=[BRAND])
            self.help(post)
            at = self.after(post, least=20, hours=120)

    def help(self, post: Said) -> None:
        here = [member for member, week in self.joined.items() if self.start + timedelta(weeks=week) < post.at]
        chance, helper = self.rng.random(), BRAND
        if chance < self.place.helped and here:
            helper = self.one_of(here)
        elif chance > self.place.helped + self.place.answered:
            return
        lines = self.script.answer if helper == BRAND else self.script.reply
        answer = self.say(helper, self.after(post), lines, post.thread, answers=post)
        if self.rng.random() < self.place.thanked:
            at = self.after(answer, least=14, hours=20)
            self.say(post.author, at, self.script.thank, post.thread, answers=answer)

    def talk(self, contact: Contact, at: datetime) -> None:
        """One of two takes up what the other said last, or names them; an answer on the next day."""
        a, b = (contact.a, contact.b) if self.rng.random() < 0.5 else (contact.b, contact.a)
        recent = [
            one for one in self.said if one.author == b and at - timedelta(weeks=3) < one.at < at and not one.state
        ]
        way, thing = self.rng.random(), self.one_of(contact.topic.things)
        if recent and way < 0.8:
            met = max(recent, key=lambda one: (one.at, one.number))
            thing = self.things[met.thread] if met.thread != _LOUNGE else thing
            # Who quotes may answer the post as well, or the topic as a whole.
            quoted, answered = (met if way < 0.2 else None), (None if way < 0.1 else met)
            post = self.say(a, at, self.script.reply, met.thread, thing=thing, answers=answered, quotes=quoted)
        else:
            own = self.live(at, [n for n in self.titles if self.things[n] in contact.topic.things], n=1)
            thread = self.one_of([*own, _LOUNGE])
            post = self.say(a, at, self.script.remark, thread, thing=thing, named=[b])
        if self.rng.random() < self.place.replied:
            at = self.after(post, least=14, hours=26)
            self.say(b, at, self.script.reply, post.thread, thing=thing, answers=post)

    def tidy(self) -> None:
        """What the staff did, and what became of posts whose author took them or the account away."""
        self.say(BRAND, self.start + timedelta(hours=8), ("",), _WELCOME, state="pinned.enabled")
        closed = max(
            (self.before(self.end, thread) for thread in [*self.titles][2:12]), key=lambda said: len(said)
        )
        last = max(closed, key=lambda one: one.at)
        self.say(BRAND, self.after(last, least=24), ("",), last.thread, state="closed.enabled")
        referred = {number for one in self.said for number in (one.answers, one.quotes)}
        wrote = Counter(one.author for one in self.said)
        openers = {thread: min(self.before(self.end, thread), key=lambda one: one.at) for thread in self.titles}
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
        shown = [one for thread in threads for one in thread.said[:_SHOWN]]
        firsts = {thread.said[0].number for thread in threads}
        posts = [one for one in shown if "." not in one.state]
        return {
            "people": _who(self.people[2:]),
            "circle": [{"name": names[member], "since_week": week} for member, week in self.joined.items()],
            "contacts": [
                {"names": [names[one.a], names[one.b]], "since_week": one.since, "topic": one.topic.name}
                for one in self.contacts
            ],
            "answers": [{"post": one.number, "to": one.answers} for one in posts if one.answers],
            "unaddressed": [
                one.number for one in posts if not (one.answers or one.quotes or one.named or one.number in firsts)
            ],
            "quotes": [{"post": one.number, "of": one.quotes} for one in posts if one.quotes],
            "mentions": [
                {"post": one.number, "names": [names[who] for who in one.named]} for one in posts if one.named
            ],
            "not_shown": [one.number for thread in threads for one in thread.said[_SHOWN:]],
            "retracted": [one.number for one in everything if one.state == "retracted"],
            "orphaned": [one.number for one in everything if one.state == "orphaned"],
        }


class _Page(_Talk):
    """The brand posts, people comment for a while and go; few answer one another."""

    def whole(self) -> Corner:
        brand = Person(self.plan.title, self.plan.title, self.world.accounts[BRAND].account_id)
        # Behind the numbers of those who are only on the forum.
        self.gather([brand], from_number=len(self.world.accounts) + 100)
        for turn in range(self.place.openings):
            thing = self.one_of(self.one_of(self.topics()).things)
            self.titles[turn] = self.things[turn] = thing
            at = self.some_time(turn * self.plan.weeks / self.place.openings, days=5)
            self.say(BRAND, at, self.script.announce, turn)
        for member in self.members:
            self.visit(self.some_time(self.rng.random() * (self.plan.weeks - 2)), member)
        self.tell_names()
        self.lose_authors()
        threads = [Thread(number, self.titles[number], said) for number, said in self.in_order().items()]
        return Corner(self.people, threads, self.truth(threads))

    def visit(self, at: datetime, member: int) -> None:
        """Somebody comments for a few weeks: mostly on what the brand wrote, seldom on another comment."""
        for _post in range(1 + int(self.rng.poisson(self.place.visits))):
            thread = self.one_of(self.live(at, [*self.titles], n=2) or [0])
            opening = next(one for one in self.said if one.thread == thread)
            at = max(at, self.after(opening))
            others = [one for one in self.before(at, thread) if one.author not in (member, BRAND)]
            if others and self.rng.random() < self.place.to_peers:
                self.join_in(member, at, self.one_of(others))
            else:
                lines = self.script.reply if self.rng.random() < 0.6 else self.script.ask
                post = self.say(member, at, lines, thread, answers=opening)
                self.respond(post)
            at = self.after(self.said[-1], least=14, hours=150)

    def join_in(self, member: int, at: datetime, met: Said) -> None:
        """A comment on a comment. They nest only once: who answers an answer names its author."""
        top = self.top_of(met)
        is_named = top is not met or self.rng.random() < 0.5
        named = [met.author] if is_named else []
        self.say(member, at, self.script.reply, met.thread, answers=top, named=named)

    def top_of(self, one: Said) -> Said:
        above = self.said[one.answers or 0]
        return one if above.author == BRAND and above.answers is None else above

    def respond(self, post: Said) -> None:
        if self.rng.random() >= self.place.answered:
            return
        named = [post.author] if self.rng.random() < 0.5 else []
        at = self.after(post)
        answer = self.say(BRAND, at, self.script.answer, post.thread, answers=post, named=named)
        if self.rng.random() < self.place.thanked:
            at = self.after(answer)
            self.say(post.author, at, self.script.thank, post.thread, answers=post, named=[BRAND])

    def tell_names(self) -> None:
        """Some who are on X too say in their last comment what they are called there."""
        telling = [member for member in self.members if self.people[member].account_id][: self.place.told]
        self.telling = {}
        for member in telling:
            last = max((one for one in self.said if one.author == member), key=lambda one: one.at)
            handle = self.handles[str(self.people[member].account_id)]
            line = self.one_of(self.script.same_person).format(a=f"@{handle}")
            self.said[last.number] = last._replace(text=f"{last.text} {line}")
            self.telling[last.number] = handle

    def lose_authors(self) -> None:
        """Of some comments by people who wrote more of them the platform does not say whose they are."""
        wrote = Counter(one.author for one in self.said)
        free = [
            one for one in self.said
            if one.author != BRAND and wrote[one.author] > 3 and one.number not in self.telling
        ]  # fmt: skip
        for place in range(self.place.authorless):
            one = free[place * len(free) // self.place.authorless]
            self.said[one.number] = one._replace(state="authorless")

    def truth(self, threads: Sequence[Thread]) -> dict[str, Any]:
        comments = [one for thread in threads for one in thread.said[1:]]
        told = {handle: self.said[number].author for number, handle in self.telling.items()}
        return {
            "people": _who(self.people[1:]),
            "answers": [{"comment": one.number, "to": one.answers} for one in comments],
            "tags": [{"comment": one.number, "people": list(one.named)} for one in comments if one.named],
            "same_person": [
                {"comment": one.number, "person": one.author, "handle": handle}
                for handle, author in told.items()
                for one in comments
                if one.author == author and f"@{handle}" in one.text
            ],
            "authorless": [
                {"comment": one.number, "person": one.author} for one in comments if one.state == "authorless"
            ],
        }


def _who(people: Sequence[Person]) -> list[dict[str, str]]:
    """Everybody by their name there, with their account on X where they have one."""
    return [
        {"name": person.name, **({"id": person.account_id} if person.account_id else {})} for person in people
    ]
