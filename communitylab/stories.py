"""Planted worlds: posts made up after a plan, and the truth that was planted in them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from communitylab.casts import BRAND, PLATFORM, Cast, Contact, Follow, account_id, number_of
from communitylab.plans import Plan, Topic
from communitylab.tables import Mention, Name, Post

__all__ = ["Story", "tell"]

_POST_EPOCH = datetime(2010, 11, 4, 1, 42, 54, tzinfo=UTC)
_INTRODUCED_WEEKS = 5  # for how long an introduction that took is talked on
_TAGGED, _NAMING = 0.3, 0.1  # shares of talk between contacts that carry their hashtag, that name the brand


@dataclass(frozen=True)
class Story:
    """What became of a plan: the posts in order of time, the accounts, the follower list, the truth."""

    posts: list[Post]
    accounts: list[Name]
    followers: list[Follow]
    truth: dict[str, Any]


def tell(plan: Plan, *, seed: int) -> Story:
    """Makes up a world after a plan.

    Parameters
    ----------
    plan
        What to plant.
    seed
        Of all random numbers: the same plan and seed give the same world.

    Returns
    -------
    Story
        Its truth names people by account id: `silent`, `circle` (with the week since when), `groups` (with what
        became of them), `contacts` (pairs), `people_elsewhere`, `chats` (with who came), `introductions`,
        `reposts_by_brand`, `forum_links`.
    """
    rng = np.random.default_rng(seed)
    people = Cast(plan, rng)
    teller = _Teller(plan, people, rng)
    for week in range(plan.weeks):
        teller.tell(week)
    teller.let_everybody_speak()
    posts = sorted(teller.posts, key=lambda post: (_time(post), str(post.post_id)))
    return Story(posts, people.accounts, people.follows(), {"seed": seed, **people.truth(), **teller.truth})


def _author(post: Post) -> int:
    return number_of(post.author_id)


def _time(post: Post) -> datetime:
    return post.created_at or _POST_EPOCH  # every planted post has a time


def _shown(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


class _Teller:
    """What is written, week by week."""

    def __init__(self, plan: Plan, people: Cast, rng: np.random.Generator) -> None:
        self.plan, self.people, self.rng, self.script = plan, people, rng, plan.script
        self.end = datetime.combine(plan.start, time(), UTC) + timedelta(weeks=plan.weeks)
        self.posts: list[Post] = []
        self.things: dict[str | None, str] = {}  # what each post is about: answers stay with it
        self.ids = {account.name: account.account_id for account in people.accounts}
        self.weights = np.cumsum(people.activity)
        n = plan.chat.core if plan.chat else 0
        strangers = [voice for voice in people.voices if voice not in people.joined]
        first = people.groups[0] if people.groups else []
        self.core = [*first, *strangers][:n]
        self.truth: dict[str, list[dict[str, Any]]] = {
            "chats": [], "introductions": [], "reposts_by_brand": [], "forum_links": []
        }  # fmt: skip

    def tell(self, week: int) -> None:
        """Everything that happens in one week."""
        plan, often = self.plan, self.rng.poisson
        self.week = week
        self.announced = [self._announce(number) for number in range(plan.announcements)]
        self.heard: list[Post] = []
        self._to_brand()
        for _post in range(often(plan.plain)):
            self.heard.append(self._write(self._somebody(), self._some_time(), self.script.plain))
        first, last = plan.by_chance
        for _post in range(often(first + (last - first) * week / plan.weeks)):
            self._by_chance()
        for _post in range(often(plan.outside)):
            named = self._one_of(self.people.never_write)
            self._write(self._somebody(), self._some_time(), self.script.outside, a=named)
        for contact in self.people.contacts:
            if contact.since <= week < contact.until and self.rng.random() < plan.talks:
                self._talk(contact, self._some_time())
        self._chat()
        for _pair in range(plan.introductions if week >= plan.introductions_from else 0):
            self._introduce(self._somebody(), self._somebody())
        for _post in range(often(plan.reposts)):
            passed_on = self.announced if self.rng.random() < 0.7 else self.heard
            self._repost(self._somebody(), self._one_of(passed_on))
        for _post in range(plan.brand_reposts):
            self._show(self._one_of(self.heard))

    def let_everybody_speak(self) -> None:
        """One post at least by everybody who is not meant to be silent."""
        spoke = {_author(post) for post in self.posts}
        for voice in sorted(self.people.voices):
            if voice not in spoke:
                self.week = int(self.rng.integers(self.people.since[voice], self.plan.weeks))
                self._write(voice, self._some_time(), self.script.ask, a=BRAND)

    def _announce(self, number: int) -> Post:
        link = f"{self.plan.forum}{100 + 7 * self.week}" if number == 0 and self.plan.forum else None
        lines = self.script.forum if link else self.script.announce
        return self._write(BRAND, self._some_time(), lines, link=link)

    def _to_brand(self) -> None:
        """Questions and answers to the brand, which answers some; now and then somebody thanks it."""
        for voice, n in zip(self.people.voices, self.rng.poisson(self.people.activity), strict=True):
            for _post in range(n if self._is_here(voice) else 0):
                way, parent = self.rng.random(), self._one_of(self.announced)
                if way < 0.45:
                    post = self._write(voice, self._after(parent), self.script.reply, parent=parent)
                elif way < 0.53:
                    post = self._write(voice, self._after(parent), self.script.remark, quoted=parent)
                else:
                    post = self._write(voice, self._some_time(), self.script.ask, a=BRAND, link=self._link())
                self.heard.append(post)
                if self.rng.random() < self.plan.answered:
                    answer = self._write(BRAND, self._after(post), self.script.answer, parent=post)
                    if self.rng.random() < 0.1:
                        self._write(voice, self._after(answer), self.script.thank, parent=answer)

    def _by_chance(self) -> None:
        """Somebody answers, quotes or names somebody else who has written this week."""
        met, voice, way = self._one_of(self.heard), self._somebody(), self.rng.random()
        if voice == _author(met):
            return
        if way < 0.75:
            self.heard.append(self._write(voice, self._after(met), self.script.reply, parent=met))
        elif way < 0.85:
            self._write(voice, self._after(met), self.script.remark, quoted=met)
        else:
            self._write(voice, self._after(met), self.script.remark, a=_author(met))

    def _talk(self, contact: Contact, at: datetime) -> None:
        """One of two says something to the other, now and then under a hashtag or naming the brand; an answer."""
        a, b = (contact.a, contact.b) if self.rng.random() < 0.5 else (contact.b, contact.a)
        way = self.rng.random()
        if way < _NAMING and self.script.beside:
            post = self._write(a, at, self.script.beside, a=b, b=BRAND, topic=contact.topic)
        else:
            tag = contact.topic.hashtag if way < _NAMING + _TAGGED else None
            post = self._write(a, at, self.script.remark, a=b, topic=contact.topic, tag=tag)
        if self.rng.random() < self.plan.replied:
            at = self._after(post, hours=60)
            self._write(b, at, self.script.reply, parent=post)

    def _chat(self) -> None:
        """An evening's chat: three questions a quarter of an hour apart, answers, and answers to answers."""
        chat = self.plan.chat
        if chat is None or self.week < chat.first_week:
            return
        day = self.plan.start + timedelta(weeks=self.week, days=chat.weekday)
        start = datetime.combine(day, time(chat.hour), ZoneInfo(chat.zone)).astimezone(UTC)
        here = [voice for voice in self.core if self._is_here(voice) and self.rng.random() < chat.turnout]
        questions = [
            self._write(BRAND, start + timedelta(minutes=15 * n), self.script.question, tag=chat.hashtag)
            for n in range(3)
        ]
        answers: list[Post] = []
        for voice in here:
            asked = self._one_of(questions)
            at = self._after(asked, hours=0.2)
            answers.append(self._write(voice, at, self.script.reply, parent=asked, tag=chat.hashtag))
        for voice in here:
            met = self._one_of(answers)
            if voice != _author(met) and self.rng.random() < chat.aside:
                at = self._after(met, hours=0.2)
                self._write(voice, at, self.script.reply, parent=met, tag=chat.hashtag)
        self.truth["chats"].append(
            {"start": _shown(start), "attendees": [account_id(voice) for voice in here]}
        )

    def _introduce(self, a: int, b: int) -> None:
        """The brand names two who are not in contact; they then talk for a few weeks, or one says thanks."""
        if a == b or any({a, b} == {one.a, one.b} for one in self.people.contacts):
            return
        topic, took = self._one_of(self.plan.topics), bool(self.rng.random() < self.plan.takes)
        post = self._write(BRAND, self._some_time(), self.script.introduce, a=a, b=b, topic=topic)
        if took:
            until = min(self.week + _INTRODUCED_WEEKS, self.plan.weeks)
            self.people.contacts.append(Contact(a, b, self.week, until, "introduction", topic))
            self._talk(self.people.contacts[-1], self._after(post))
        elif self.rng.random() < 0.5:
            self._write(a, self._after(post), self.script.thank, parent=post)
        told = {"at": _shown(_time(post)), "ids": [account_id(a), account_id(b)], "took": took}
        self.truth["introductions"].append(told)

    def _show(self, original: Post) -> None:
        """The brand reposts a follower, whom others may then address."""
        again, noticed = self._repost(BRAND, original), bool(self.rng.random() < self.plan.noticed)
        for _other in range(2 if noticed else 0):
            voice, at = self._somebody(), self._after(again, hours=70)
            if voice != _author(original):
                self._write(voice, at, self.script.follow_up, a=_author(original))
        told = {"at": _shown(_time(again)), "author": original.author_id, "noticed": noticed}
        self.truth["reposts_by_brand"].append(told)

    def _repost(self, voice: int, original: Post) -> Post:
        return self._add(
            voice,
            self._after(original),
            "repost",
            repost_of_post_id=original.post_id,
            repost_of_id=original.author_id,
            repost_of_name=original.author_name,
        )

    def _write(
        self, author: int, at: datetime, lines: Sequence[str], *, a: int | None = None, b: int | None = None,
        topic: Topic | None = None, parent: Post | None = None, quoted: Post | None = None,
        tag: str | None = None, link: str | None = None,
    ) -> Post:  # fmt: skip
        """A post: the names a platform puts at the head of an answer, a line, a tag, a link."""
        line = self._one_of(lines)
        if a is not None and "{a}" not in line:
            line = "{a} " + line
        before = parent or quoted
        if before:
            thing = self.things[before.post_id]
        else:
            thing = self._one_of((topic or self._one_of(self.plan.topics)).things)
        named = {
            key: f"@{self.people.accounts[who].name}" for key, who in (("a", a), ("b", b)) if who is not None
        }
        line = line.format(thing=thing, Thing=thing[0].upper() + thing[1:], **named)
        ending = self._one_of(self.script.close) if author != BRAND else ""
        head = _carried(parent, self.people.accounts[author].name) if parent else []
        text = " ".join(part for part in (*head, line, ending, f"#{tag}" if tag else "", link) if part)
        known: dict[str, Any] = {}
        if parent:
            known = {"conversation_id": parent.conversation_id, "reply_to_post_id": parent.post_id,
                     "reply_to_id": parent.author_id, "reply_to_name": parent.author_name}  # fmt: skip
        if quoted:
            known = {"quote_of_post_id": quoted.post_id, "quote_of_id": quoted.author_id,
                     "quote_of_name": quoted.author_name}  # fmt: skip
        if link:
            known["links"] = [link]
            self.truth["forum_links"].append({"at": _shown(at), "by": account_id(author), "link": link})
        mentions = [Mention(self.ids[at[1]], at[1], at.start()) for at in re.finditer(r"@(\w+)", text)]
        kind = "reply" if parent else "quote" if quoted else "post"
        hashtags = re.findall(r"#(\w+)", text) or None
        post = self._add(
            author, at, kind, text=text, lang="en", mentions=mentions or None, hashtags=hashtags, **known
        )
        self.things[post.post_id] = thing
        return post

    def _add(self, author: int, at: datetime, kind: str, **known: Any) -> Post:
        # A number that grows with time, as on the platform.
        number = str((int((at - _POST_EPOCH).total_seconds() * 1000) << 22) + len(self.posts))
        account = self.people.accounts[author]
        known = {"conversation_id": number, **known}
        self.posts.append(Post(PLATFORM, number, account.account_id, account.name, at, kind, **known))
        return self.posts[-1]

    def _link(self) -> str | None:
        if self.plan.forum is None or self.rng.random() >= 0.02:
            return None
        return f"{self.plan.forum}{100 + 7 * int(self.rng.integers(self.week + 1))}"

    def _somebody(self) -> int:
        """A follower who is there by now, the active ones more often."""
        while True:
            drawn = np.searchsorted(self.weights, self.rng.random() * self.weights[-1], side="right")
            if self._is_here(voice := self.people.voices[int(drawn)]):
                return voice

    def _is_here(self, voice: int) -> bool:
        return self.people.since[voice] <= self.week

    def _one_of(self, things: Sequence[Any]) -> Any:
        return things[int(self.rng.integers(len(things)))]

    def _some_time(self) -> datetime:
        """By day, in the week that is told."""
        day = self.plan.start + timedelta(weeks=self.week, days=int(self.rng.integers(7)))
        return datetime.combine(day, time(6), UTC) + timedelta(seconds=int(self.rng.integers(14 * 3600)))

    def _after(self, post: Post, *, hours: float = 8) -> datetime:
        """Some time later, sooner rather than later, and before the end."""
        wait = 60 + int(self.rng.random() ** 2 * hours * 3600)
        left = int((self.end - _time(post)).total_seconds())
        return _time(post) + timedelta(seconds=min(wait, left // 2))


def _carried(parent: Post, author: str) -> list[str]:
    """The names at the head of an answer: of whom it answers, then of whom that post named."""
    names = [parent.author_name, *(mention.name for mention in parent.mentions or ())]
    return [f"@{name}" for name in dict.fromkeys(names) if name != author]
