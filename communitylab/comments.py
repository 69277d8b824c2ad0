"""A planted page: the brand posts, and people comment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from communitylab.casts import BRAND
from communitylab.elsewhere import Corner, Person, Said, Talk, Thread
from communitylab.plans import Place, Plan
from communitylab.stories import Story

__all__ = ["graph_ids", "plant_page"]

_PAGE_ID = 9_000_000_000_000_000_000  # higher than any id that exists
_FIRST_POST = 7_000_000_000_000_000


def plant_page(plan: Plan, story: Story, *, place: Place, seed: int) -> Corner:
    """Makes up a page: posts by the brand, and comments.

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
        Its truth names people by their ids there: `people`, `answers`, `tags`, `same_person` (who wrote what
        they are called on X), `authorless` comments.
    """
    return _Page(plan, story, place, seed=seed).whole()


def graph_ids(threads: Sequence[Thread]) -> dict[int, str]:
    """The ids of posts and comments as the Graph API makes them: of page and post, of post and comment.

    Parameters
    ----------
    threads
        The posts of a planted page with their comments.

    Returns
    -------
    dict[int, str]
        Id by number.
    """
    ids = {}
    for thread in threads:
        opening, *comments = (one.number for one in thread.said)
        ids[opening] = f"{_PAGE_ID}_{_FIRST_POST + opening}"
        ids |= {number: f"{_FIRST_POST + opening}_{number}" for number in comments}
    return ids


class _Page(Talk):
    """The brand posts, people comment for a while and go; few answer one another."""

    def whole(self) -> Corner:
        account = self.story.accounts[BRAND]
        brand = Person(str(_PAGE_ID), self.plan.title, self.plan.title, account.account_id)
        self._gather([brand], from_user=_PAGE_ID + 1, from_name=len(self.story.accounts))
        for turn in range(self.place.openings):
            thing = self._one_of(self._one_of((*self.plan.topics, *self.place.topics)).things)
            self.titles[turn] = self.things[turn] = thing
            at = self._some_time(turn * self.plan.weeks / self.place.openings, days=5)
            self._say(BRAND, at, self.script.announce, turn)
        for member in self.members:
            self.visit(self._some_time(self.rng.random() * (self.plan.weeks - 2)), member)
        self.tell_names()
        self.lose_authors()
        threads = [Thread(number, self.titles[number], said) for number, said in self._in_order().items()]
        return Corner(self.people, threads, self.truth(threads))

    def visit(self, at: datetime, member: int) -> None:
        """Somebody comments for a few weeks: mostly on what the brand wrote, seldom on another comment."""
        for _post in range(1 + int(self.rng.poisson(self.place.visits))):
            thread = self._one_of(self._live(at, [*self.titles], n=2) or [0])
            opening = next(one for one in self.said if one.thread == thread)
            at = max(at, self._after(opening))
            others = [one for one in self._before(at, thread) if one.author not in (member, BRAND)]
            if others and self.rng.random() < self.place.to_peers:
                self.join_in(member, at, self._one_of(others))
            else:
                lines = self.script.reply if self.rng.random() < 0.6 else self.script.ask
                post = self._say(member, at, lines, thread, answers=opening)
                self.respond(post)
            at = self._after(self.said[-1], least=14, hours=150)

    def join_in(self, member: int, at: datetime, met: Said) -> None:
        """A comment on a comment. They nest only once: who answers an answer names its author."""
        top = self.top_of(met)
        is_named = top is not met or self.rng.random() < 0.5
        named = [met.author] if is_named else []
        self._say(member, at, self.script.reply, met.thread, answers=top, named=named)

    def top_of(self, one: Said) -> Said:
        above = self.said[one.answers or 0]
        return one if above.author == BRAND and above.answers is None else above

    def respond(self, post: Said) -> None:
        if self.rng.random() >= self.place.answered:
            return
        named = [post.author] if self.rng.random() < 0.5 else []
        at = self._after(post)
        answer = self._say(BRAND, at, self.script.answer, post.thread, answers=post, named=named)
        if self.rng.random() < self.place.thanked:
            at = self._after(answer)
            self._say(post.author, at, self.script.thank, post.thread, answers=post, named=[BRAND])

    def tell_names(self) -> None:
        """Some who are on X too say in their last comment what they are called there."""
        telling = [member for member in self.members if self.people[member].account_id][: self.place.told]
        handles: dict[str | None, str] = {one.account_id: one.name for one in self.story.accounts}
        self.telling: dict[int, str] = {}
        for member in telling:
            last = max((one for one in self.said if one.author == member), key=lambda one: one.at)
            handle = handles[self.people[member].account_id]
            line = self._one_of(self.script.same_person).format(a=f"@{handle}")
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
        ids, users = graph_ids(threads), [person.user_id for person in self.people]
        return {
            "people": self._who(self.people[1:]),
            "answers": [{"comment": ids[one.number], "to": ids[one.answers or 0]} for one in comments],
            "tags": [
                {"comment": ids[one.number], "user_ids": [users[who] for who in one.named]}
                for one in comments
                if one.named
            ],
            "same_person": [
                {"comment": ids[one.number], "user_id": users[one.author], "handle": handle}
                for one in comments
                for handle in self.telling.values()
                if f"@{handle}" in one.text
            ],
            "authorless": [
                {"comment": ids[one.number], "user_id": users[one.author]}
                for one in comments
                if one.state == "authorless"
            ],
        }
