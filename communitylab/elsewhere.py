"""What the same people write on other ground of the brand: who is there, and what forum and page share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any, NamedTuple

import numpy as np

from communitylab.casts import made_up_name
from communitylab.plans import Place, Plan
from communitylab.stories import Story

__all__ = ["Corner", "Person", "Said", "Talk", "Thread"]

_STREAMS = {"forum": 1, "facebook": 2}  # so that no place changes what is planted in another
_FIRST_SAID = 401


class Person(NamedTuple):
    """Somebody as the place knows them; the account is that on X, null for those who are not there."""

    user_id: str
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
    state: str = ""  # what became of it: `retracted`, `orphaned`, `authorless`; or what the staff did

    @property
    def is_by_staff(self) -> bool:
        """Whether this is no post but something that the staff did, as closing a topic."""
        return "." in self.state


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


class Talk:
    """What the forum and the page have in common: people who come by for a few weeks, and answers."""

    def __init__(self, plan: Plan, story: Story, place: Place, *, seed: int) -> None:
        self.plan, self.story, self.place, self.script = plan, story, place, plan.script
        self.rng = np.random.default_rng((seed, _STREAMS[place.name]))
        self.start = datetime.combine(plan.start, time(), UTC)
        self.end = self.start + timedelta(weeks=plan.weeks)
        self.titles: dict[int, str] = {}
        self.things: dict[int, str] = {}
        self.said: list[Said] = []

    def _gather(self, first: Sequence[Person], *, from_user: int, from_name: int) -> None:
        """Those named first, then in no order the brand's followers on X who are there too, and people only there."""
        is_forum = self.place.name == "forum"
        shown = {account.account_id: str(account.display_name) for account in self.story.accounts}
        found: dict[str, tuple[str, str, str | None]] = {}
        for names in self.story.truth["people_elsewhere"]:
            if name := names.get(self.place.name):
                # A forum gives a name once: to the first who wants it. A page does not mind.
                found.setdefault(name if is_forum else names["id"], (name, shown[names["id"]], names["id"]))
        for number in range(from_name, from_name + self.place.only_there):
            handle, display_name = made_up_name(number, rng=self.rng)
            found[handle] = (handle if is_forum else display_name, display_name, None)
        here = [list(found.values())[n] for n in self.rng.permutation(len(found))]
        self.people = [*first, *(Person(str(number), *who) for number, who in enumerate(here, from_user))]
        self.members = list(range(len(first), len(self.people)))

    def _say(
        self, author: int, at: datetime, lines: Sequence[str], thread: int, *, thing: str = "",
        answers: Said | None = None, quotes: Said | None = None, named: Sequence[int] = (), state: str = "",
    ) -> Said:  # fmt: skip
        """A post: names of whom it names and no other way addresses, a line, a closing word."""
        thing = thing or self.things[thread]
        line = self._one_of(lines).format(thing=thing, Thing=thing[0].upper() + thing[1:])
        closing = self._one_of(self.script.cheer) if author in self.members else ""
        text = " ".join(part for part in (*(self._call(one) for one in named), line, closing) if part)
        likes = 0 if state else int(self.rng.poisson(0.8))
        self.said.append(
            Said(len(self.said), thread, author, at, text, answers and answers.number,
                 quotes and quotes.number, tuple(named), likes, state)
        )  # fmt: skip
        return self.said[-1]

    def _call(self, person: int) -> str:
        """How somebody is named in a text."""
        return self.people[person].name

    def _before(self, at: datetime, thread: int) -> list[Said]:
        """What had been said by then."""
        return [one for one in self.said if one.thread == thread and one.at < at and not one.state]

    def _live(self, at: datetime, threads: Sequence[int], *, n: int) -> list[int]:
        """The latest threads that had begun by then."""
        begun = {one.thread: one.at for one in reversed(self.said) if one.thread in threads and one.at < at}
        return sorted(begun, key=lambda thread: (begun[thread], thread))[-n:]

    def _one_of(self, things: Sequence[Any]) -> Any:
        return things[int(self.rng.integers(len(things)))]

    def _some_time(self, week: float, *, days: int = 7) -> datetime:
        """By day, in a week or a few days from its start."""
        day = self.start + timedelta(days=int(week * 7) + int(self.rng.integers(days)), hours=6)
        return min(day + timedelta(seconds=int(self.rng.integers(14 * 3600))), self.end - timedelta(hours=2))

    def _after(self, one: Said, *, least: float = 0.1, hours: float = 8) -> datetime:
        """Some time later, and before the end."""
        wait = timedelta(hours=least) + timedelta(seconds=int(self.rng.random() * hours * 3600))
        return one.at + min(wait, (self.end - one.at) / 2)

    def _in_order(self) -> dict[int, tuple[Said, ...]]:
        """Everything by thread, in order of time and with numbers that grow with it."""
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

    def _who(self, people: Sequence[Person]) -> list[dict[str, str]]:
        """Everybody by id and name there, with their account on X where they have one."""
        listed = [{"user_id": one.user_id, "name": one.name, "id": one.account_id} for one in people]
        return [{key: value for key, value in one.items() if value} for one in listed]
