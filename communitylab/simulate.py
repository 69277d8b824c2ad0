"""Planted worlds: who talks with whom made up by a rule, as the tables of a study, with the truth beside them.

They are what estimators, nulls and the verdict are tried on, because here the answer is known. All numbers are drawn
at once, so that a world of thousands takes a moment. Texts, names and files are the business of the made-up samples.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import ibis
import numpy as np
import pandas as pd
import pyarrow as pa

from communitylab.choices import Choices
from communitylab.exports import FileRecord
from communitylab.ledger import Ledger
from communitylab.study import Study

__all__ = ["Setting", "World", "plant", "searched", "study_of", "thinned"]

_BRAND = 0
_PLATFORM = "planted"
_TAG = "ours"
_DAY = 86_400
_FIRST = 19_723 * _DAY  # Monday, 1 January 2024
_MONTH = 28  # days for which rates are given, and after which contacts may change
_ROUNDS = 3  # answers to answers
_BOT_MESSAGES = 60.0
_RHYTHMS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "even": lambda days: np.ones(len(days)),
    "weekly": lambda days: np.where(days % 7 >= 5, 0.2, 1.0),
    "monthly": lambda days: 1 + 0.9 * np.sin(2 * np.pi * days / 30),
    "midnight": lambda days: np.ones(len(days)),
}
"""How likely each day is."""


@dataclass(frozen=True)
class Setting:
    """What is planted. Rates are per four weeks, shares and chances between 0 and 1.

    followers, silent
        Followers who write, and those on a follower list who never do (with any there is a list).
    days
        Length.
    messages, tail, asides
        Messages that a follower begins, mean and spread (σ of a lognormal law): above 0 a few begin most; posts of
        each that address nobody, beyond a first.
    share, leaning, change
        Of all talk of followers the share that goes to followers, as it comes out on average, answers included (but
        for members and friends, who come on top); how unlike they are in it (0 alike, 1 each all or nothing); how far
        it rises from the first day to the last.
    attraction, magnets
        Spread (σ) of how much each is addressed by chance; whether those who attract most also decide how much talk
        goes to followers at all, so that `share` comes out in the middle of many worlds only.
    answered, answer_hours, brand_answers, joined
        Chance that a message to a follower is answered, and after how long on average; chance that one to the brand is
        answered by the brand, by another follower.
    members, member_share, member_messages
        Share of followers with lasting contacts, the share of their talk that goes to followers, how many messages
        they begin, as a multiple of what others do.
    loyalty, contacts, group, persistence
        Share of a member's talk with followers that goes to lasting contacts; how many they have (2 or more; 1 in
        couples); size of the groups
        in which these lie (0: all members are one); chance that a contact is still one four weeks later.
    stages, to_stages, stage_answers
        Followers on a second stage, the share of chance talk that they receive, the chance that they answer it.
    helpers, helped
        Followers who answer what others ask the brand, and how much of it.
    friends, friend_messages
        Pairs who talk with one another on top of all else, and how much each of the two begins.
    bursts, burst
        Share of messages that are answers in threads that burst, and how many a thread draws on average.
    chat
        Share of members' talk with followers that falls in one evening a week.
    rhythm
        ``"even"``, ``"weekly"`` (quiet weekends), ``"monthly"`` or ``"midnight"`` (threads pass over midnight).
    bots
        Share of followers that are programs: 60 messages each of one text to followers at random.
    tagged
        Share of talk between followers that carries the brand's hashtag.
    """

    followers: int = 200
    silent: int = 0
    days: int = 56
    messages: float = 3.0
    tail: float = 1.0
    asides: float = 1.0
    share: float = 0.3
    leaning: float = 0.2
    change: float = 0.0
    attraction: float = 0.5
    magnets: bool = False
    answered: float = 0.3
    answer_hours: float = 3.0
    brand_answers: float = 0.5
    joined: float = 0.0
    members: float = 0.0
    member_share: float = 0.8
    member_messages: float = 1.0
    loyalty: float = 0.8
    contacts: int = 4
    group: int = 0
    persistence: float = 1.0
    stages: int = 0
    to_stages: float = 0.0
    stage_answers: float = 0.0
    helpers: int = 0
    helped: float = 0.0
    friends: int = 0
    friend_messages: float = 30.0
    bursts: float = 0.0
    burst: float = 12.0
    chat: float = 0.0
    rhythm: str = "even"
    bots: float = 0.0
    tagged: float = 0.5


@dataclass(frozen=True)
class World:
    """What became of a setting.

    messages
        number, source, target (−1: addresses nobody), at (seconds since 1970), parent and thread (numbers of
        messages; parent −1: begins a thread), tagged: one row per post. Account 0 is the brand.
    accounts
        How many there are; those from 1 on are followers, the silent ones last.
    truth
        `members`, `groups` (number of each member's), `contacts` (first day of four weeks, a, b), `stages`,
        `helpers`, `friends`, `bots`: accounts.
    """

    setting: Setting
    messages: pd.DataFrame
    accounts: int
    truth: dict[str, Any]


def plant(setting: Setting, *, seed: int) -> World:
    """Draws a world.

    Parameters
    ----------
    setting
        What to plant.
    seed
        Of all random numbers.

    Returns
    -------
    World

    Raises
    ------
    ValueError
        If there is no such rhythm, or the share of talk cannot be had with so many who answer for the brand.
    """
    if setting.rhythm not in _RHYTHMS:
        raise ValueError(f"rhythm {setting.rhythm}: not one of {', '.join(_RHYTHMS)}")
    rng = np.random.default_rng(seed)
    people = _Cast(setting, rng)
    talk = _Talk(people, rng)
    talk.begin()
    talk.burst()
    talk.chatter()
    talk.answer()
    talk.let_everybody_speak()
    return World(setting, talk.whole(), 1 + setting.followers + setting.silent, people.truth())


def thinned(world: World, *, keep: float, seed: int) -> World:
    """The world of which only some posts were collected.

    Parameters
    ----------
    world
        The whole.
    keep
        Chance of each post.
    seed
        Of the random numbers.
    """
    kept = np.random.default_rng(seed).random(len(world.messages)) < keep
    return replace(world, messages=world.messages[kept])


def searched(world: World) -> World:
    """What a search for the brand's name finds: posts by it, and those that answer or name it.

    Parameters
    ----------
    world
        The whole.
    """
    found = (world.messages["target"] == _BRAND) | (world.messages["source"] == _BRAND)
    return replace(world, messages=world.messages[found])


def study_of(world: World, *, coverage: str = "A") -> Study:
    """The study of a world, on an engine of its own.

    Parameters
    ----------
    world
        A planted one.
    coverage
        The class of the export that would have shown it.

    Returns
    -------
    Study
        Of the brand ``0000000``, whose hashtag is among its choices; with a follower list where some are silent.
    """
    engine = ibis.duckdb.connect()
    engine.raw_sql("SET threads = 1")  # several worlds at a time need more than several threads for one
    messages = world.messages
    ids, authors, targets = (_named(messages[name]) for name in ("number", "source", "target"))
    at = pa.array(messages["at"].to_numpy(np.int64) * 1_000_000, pa.timestamp("us", tz="UTC"))
    kind = pa.array(np.where(messages["parent"] < 0, "post", "reply"))
    thread, parent = _named(messages["thread"]), _named(messages["parent"])
    is_act = messages["target"].to_numpy() >= 0
    text = ["buy now" if by_bot else None for by_bot in np.isin(messages["source"], world.truth["bots"])]
    tags = [[_TAG] if tagged else None for tagged in messages["tagged"]]
    n = len(messages)
    platform = pa.array([_PLATFORM] * n)
    nothing = pa.nulls(n, pa.string())
    posts = pa.table({
        "platform": platform, "post_id": ids, "edit_of": nothing, "author": authors, "created_at": at, "kind": kind,
        "thread": thread, "hashtags": pa.array(tags, pa.list_(pa.string())), "weight": pa.array(np.ones(n, np.int64)),
        "text": pa.array(text, pa.string()), "source_file": pa.array(np.zeros(n, np.int32)),
    })  # fmt: skip
    acts = pa.table({
        "platform": platform, "source_id": authors, "target_id": targets,
        "kind": pa.array(np.where(messages["parent"] < 0, "mention", "reply")), "created_at": at, "post_id": ids,
        "target_post_id": parent, "conversation_id": thread, "evidence": pa.array(["explicit"] * n),
        "weight": pa.array(np.ones(n, np.int64)),
    }).filter(pa.array(is_act))  # fmt: skip
    numbers = pd.Series(np.arange(world.accounts))
    keys = _named(numbers)
    is_listed = numbers.to_numpy() > 0 if world.setting.silent else np.zeros(world.accounts, bool)
    accounts = pa.table({
        "platform": pa.array([_PLATFORM] * world.accounts), "account_id": keys, "name": keys, "display_name": keys,
        "is_bot": pa.array(np.zeros(world.accounts, bool)), "on_follower_list": pa.array(is_listed),
        "followed_at": pa.nulls(world.accounts, pa.timestamp("us", tz="UTC")),
        "account": pa.array(numbers.to_numpy(np.int32)), "is_brand": pa.array(numbers.to_numpy() == _BRAND),
        "person_id": keys,
    })  # fmt: skip
    tables = {
        name: engine.create_table(name, table, temp=True)
        for name, table in (("posts", posts), ("acts", acts), ("accounts", accounts))
    }
    file = FileRecord("planted", 0, format="planted", coverage=coverage, records=n, posts=n)
    return Study(
        engine=engine,
        posts=tables["posts"],
        every_act=tables["acts"],
        accounts=tables["accounts"],
        ledger=Ledger((file,)),
        brand=(keys[0].as_py(),),
        has_list=bool(world.setting.silent),
        coverage_named=None,
        choices=Choices(hashtags=(_TAG,)),
    )


def _named(numbers: pd.Series) -> pa.Array:
    """Numbers as ids that sort alike; null below nought."""
    values = numbers.to_numpy(np.int64)
    digits = np.char.zfill(values.astype(str), 7)
    return pa.array(digits, pa.string(), mask=values < 0)


class _Cast:
    """Who is there, how much each writes and to whom, and who has lasting contact with whom."""

    def __init__(self, setting: Setting, rng: np.random.Generator) -> None:
        self.setting, self.rng = setting, rng
        n = setting.followers
        order = rng.permutation(np.arange(1, n + 1))
        n_bots, n_members = round(setting.bots * n), round(setting.members * n)
        sizes = (setting.stages, setting.helpers, 2 * setting.friends, n_bots, n_members)
        cuts = np.cumsum(sizes)
        self.stages, self.helpers, friends, self.bots, self.members, _others = np.split(order, cuts)
        self.friends = friends.reshape(-1, 2)
        self.activity = np.exp(setting.tail * rng.standard_normal(n + 1))
        self.activity /= np.exp(setting.tail**2 / 2)
        self.activity[self.members] *= setting.member_messages
        self.activity[self.bots] = _BOT_MESSAGES / setting.messages
        self.activity[_BRAND] = 0
        self.attraction = np.exp(setting.attraction * rng.standard_normal(n + 1))
        self.attraction[_BRAND] = 0
        self.drawing = np.cumsum(self.attraction)
        self.begun_share = self._begun_share()
        if setting.magnets:
            # The brand's own pull is as it is; that of all others depends on who is there.
            pull = self.attraction.sum() / n / np.exp(setting.attraction**2 / 2)
            self.begun_share *= pull / (self.begun_share * pull + 1 - self.begun_share)
        self.leaning = np.full(n + 1, self.begun_share)
        if setting.leaning:
            self.leaning[1:] = self._unlike(self.leaning[1:])
        self.leaning[self.members] = setting.member_share
        if setting.leaning:
            self.leaning[self.members] = self._unlike(self.leaning[self.members])
        self.leaning[self.bots] = 1.0
        self.group_of, self.contacts = self._contacts()

    def _begun_share(self) -> float:
        """Of the messages begun, the share to followers that makes all talk, answers included, come out as set."""
        setting = self.setting

        def acts(chance: float) -> float:
            return float(sum(chance**k for k in range(_ROUNDS + 1)))

        to_follower = acts(setting.answered)
        if setting.stages:
            # A stage answers with a chance of its own; whoever is answered by it answers as anybody does.
            stage, other = setting.stage_answers, setting.answered
            to_stage = 1 + stage + stage * other + stage * other * stage
            to_follower = (1 - setting.to_stages) * to_follower + setting.to_stages * to_stage
        beside = (setting.joined + setting.helped) * acts(setting.answered)
        wanted = setting.share * (beside + 1) - beside
        if wanted < 0:
            least = beside / (beside + 1)
            raise ValueError(
                f"share {setting.share}: those who answer for the brand alone make it {least:.2f}"
            )
        return float(wanted / (to_follower * (1 - setting.share) + wanted)) if wanted else 0.0

    def _unlike(self, shares: np.ndarray) -> np.ndarray:
        """Shares of the same mean that differ from person to person."""
        sharp = 1 / self.setting.leaning - 1
        inside = np.clip(shares, 1e-6, 1 - 1e-6)
        drawn = self.rng.beta(np.maximum(inside * sharp, 1e-6), np.maximum((1 - inside) * sharp, 1e-6))
        return np.where((shares > 0) & (shares < 1), drawn, shares)

    def _contacts(self) -> tuple[np.ndarray, list[np.ndarray]]:
        """The group of every member, and pairs (places among the members) in contact, four weeks by four weeks."""
        setting, m = self.setting, len(self.members)
        if m < 2:
            return np.zeros(m, np.int64), []
        size = setting.group or m
        group_of = np.arange(m) // size
        starts = group_of * size
        sizes = np.minimum(starts + size, m) - starts
        # Each knows the next one in the group, the last the first; the rest are drawn.
        ring = np.column_stack([np.arange(m), starts + (np.arange(m) - starts + 1) % sizes])
        some = self._pairs(group_of, starts, sizes, round(m * max(setting.contacts - 2, 0) / 2))
        pairs = np.concatenate([ring, some])
        epochs = [pairs]
        for _epoch in range(1, -(-setting.days // _MONTH)):
            goes = self.rng.random(len(pairs)) >= setting.persistence
            pairs = pairs.copy()
            pairs[goes] = self._pairs(group_of, starts, sizes, int(goes.sum()))
            epochs.append(pairs)
        return group_of, [each[each[:, 0] != each[:, 1]] for each in epochs]

    def _pairs(self, group_of: np.ndarray, starts: np.ndarray, sizes: np.ndarray, n: int) -> np.ndarray:
        one = self.rng.integers(len(group_of), size=n)
        other = starts[one] + (self.rng.random(n) * sizes[one]).astype(np.int64)
        return np.column_stack([one, other])

    def truth(self) -> dict[str, Any]:
        """Who is what."""
        contacts = [
            np.column_stack([np.full(len(pairs), _FIRST // _DAY + epoch * _MONTH), self.members[pairs]])
            for epoch, pairs in enumerate(self.contacts)
        ]
        return {
            "members": self.members,
            "groups": self.group_of,
            "contacts": np.concatenate(contacts) if contacts else np.zeros((0, 3), np.int64),
            "stages": self.stages,
            "helpers": self.helpers,
            "friends": self.friends,
            "bots": self.bots,
        }


class _Talk:
    """What is written."""

    def __init__(self, people: _Cast, rng: np.random.Generator) -> None:
        self.people, self.rng, self.setting = people, rng, people.setting
        self.parts: list[dict[str, np.ndarray]] = []
        self.n = 0
        self.months = self.setting.days / _MONTH

    def begin(self) -> None:
        """What followers begin: to the brand, to lasting contacts, to a stage, to anybody."""
        setting, people, rng = self.setting, self.people, self.rng
        rate = people.activity * setting.messages * self.months * (1 - setting.bursts)
        source = np.repeat(np.arange(len(rate)), rng.poisson(rate))
        at = self._moments(len(source))
        drift = setting.change * ((at - _FIRST) / (setting.days * _DAY) - 0.5)
        is_member = np.isin(source, people.members)
        leaning = people.leaning[source] + np.where(np.isin(source, people.bots), 0, drift)
        is_peer = rng.random(len(source)) < leaning
        target = np.where(is_peer, self._anybody(len(source)), _BRAND)
        if setting.stages:
            drawn = is_peer & ~is_member & (rng.random(len(source)) < setting.to_stages)
            target = np.where(drawn, rng.choice(people.stages, len(source)), target)
        if len(people.contacts):
            is_chat = is_peer & is_member & (rng.random(len(source)) < setting.chat)
            at = np.where(is_chat, self._evening(at), at)
            is_loyal = is_peer & is_member & (rng.random(len(source)) < setting.loyalty)
            target = np.where(is_loyal, self._contact(source, at), target)
        apart = source != target  # whoever would have addressed themselves keeps silent
        self._add(source[apart], target[apart], at[apart])

    def burst(self) -> None:
        """Threads that draw many at once: all their answers go to whoever began them, the brand or a follower."""
        setting, people, rng = self.setting, self.people, self.rng
        source = np.repeat(
            np.arange(len(people.activity)),
            rng.poisson(people.activity * setting.messages * self.months * setting.bursts),
        )
        if not len(source):
            return
        n = max(1, round(len(source) / setting.burst))
        by_follower = rng.random(n) < people.begun_share
        opener = np.where(by_follower, self._anybody(n), _BRAND)
        begun = self._moments(n)
        number = self._add(opener, np.full(n, -1), begun)
        size = np.cumsum(np.exp(rng.standard_normal(n)))
        thread = np.searchsorted(size, rng.random(len(source)) * size[-1], side="right")
        apart = opener[thread] != source
        source, thread = source[apart], thread[apart]
        at = begun[thread] + rng.exponential(4 * 3600, len(source))
        self._add(source, opener[thread], at, parent=number[thread], thread=number[thread])

    def chatter(self) -> None:
        """Friends, who talk on top of all else."""
        pairs = self.people.friends
        ends = np.concatenate([pairs, pairs[:, ::-1]])
        often = self.rng.poisson(self.setting.friend_messages * self.months, len(ends))
        source, target = np.repeat(ends, often, axis=0).T
        self._add(source, target, self._moments(len(source)))

    def answer(self) -> None:
        """Whoever was addressed answers, and is answered; the brand and others answer what the brand was asked."""
        setting, people, rng = self.setting, self.people, self.rng
        last = self.whole()
        asked = last[(last["target"] == _BRAND) & (last["source"] != _BRAND)]
        self._reply(asked, np.full(len(asked), _BRAND), chance=np.full(len(asked), setting.brand_answers))
        rounds = [last[last["target"] > _BRAND]]
        for chance, crowd in (
            (setting.joined, np.arange(1, setting.followers + 1)),
            (setting.helped, people.helpers),
        ):
            if chance and len(crowd):
                before = self.n
                self._reply(asked, rng.choice(crowd, len(asked)), chance=np.full(len(asked), chance))
                rounds.append(self.whole(since=before))
        for _round in range(_ROUNDS):
            last = pd.concat(rounds)
            is_stage = np.isin(last["target"], people.stages)
            is_bot = np.isin(last["source"], people.bots) | np.isin(last["target"], people.bots)
            chances = np.where(is_stage, setting.stage_answers, setting.answered) * ~is_bot
            before = self.n
            self._reply(last, last["target"].to_numpy(), chance=chances)
            rounds = [self.whole(since=before)]

    def let_everybody_speak(self) -> None:
        """Posts that address nobody: by each follower one and more, by the brand two a week."""
        n = self.setting.followers
        often = 1 + self.rng.poisson(self.setting.asides * self.months, n)
        n_brand = max(1, round(2 * self.setting.days / 7))
        source = np.concatenate([np.repeat(np.arange(1, n + 1), often), np.zeros(n_brand, np.int64)])
        self._add(source, np.full(len(source), -1), self._moments(len(source)))

    def whole(self, *, since: int = 0) -> pd.DataFrame:
        """All messages from a number on."""
        parts = [pd.DataFrame(part) for part in self.parts]
        frame = pd.concat(parts, ignore_index=True)
        return frame[frame["number"] >= since]

    def _reply(self, before: pd.DataFrame, by: np.ndarray, *, chance: np.ndarray) -> None:
        gives = (self.rng.random(len(before)) < chance) & (by != before["source"].to_numpy())
        to = before[gives]
        at = to["at"].to_numpy() + 60 + self.rng.exponential(self.setting.answer_hours * 3600, len(to))
        self._add(
            by[gives], to["source"].to_numpy(), at, parent=to["number"].to_numpy(), thread=to["thread"].to_numpy()
        )  # fmt: skip

    def _add(
        self, source: np.ndarray, target: np.ndarray, at: np.ndarray,
        *, parent: np.ndarray | None = None, thread: np.ndarray | None = None,
    ) -> np.ndarray:  # fmt: skip
        number = np.arange(self.n, self.n + len(source))
        self.n += len(source)
        is_peer = (target > _BRAND) & (source > _BRAND)
        self.parts.append({
            "number": number, "source": source, "target": target,
            "at": np.minimum(at, _FIRST + self.setting.days * _DAY - 1).astype(np.int64),
            "parent": np.full(len(source), -1) if parent is None else parent,
            "thread": number if thread is None else thread,
            "tagged": is_peer & (self.rng.random(len(source)) < self.setting.tagged),
        })  # fmt: skip
        return number

    def _anybody(self, n: int) -> np.ndarray:
        """Followers by chance, those who attract more often."""
        drawn = self.rng.random(n) * self.people.drawing[-1]
        return np.searchsorted(self.people.drawing, drawn, side="right")

    def _contact(self, source: np.ndarray, at: np.ndarray) -> np.ndarray:
        """One of the lasting contacts that each member has at the time; anybody for all others."""
        people = self.people
        found = self._anybody(len(source))
        place = np.full(len(people.activity), -1)
        place[people.members] = np.arange(len(people.members))
        epoch = ((at - _FIRST) // (_MONTH * _DAY)).astype(np.int64)
        for number, pairs in enumerate(people.contacts):
            ends = np.concatenate([pairs, pairs[:, ::-1]])
            ends = ends[np.argsort(ends[:, 0], kind="stable")]
            starts = np.searchsorted(ends[:, 0], np.arange(len(people.members) + 1))
            here = np.flatnonzero((epoch == number) & (place[source] >= 0))
            who = place[source[here]]
            n = starts[who + 1] - starts[who]
            here, who, n = here[n > 0], who[n > 0], n[n > 0]
            chosen = starts[who] + (self.rng.random(len(who)) * n).astype(np.int64)
            found[here] = people.members[ends[chosen, 1]]
        return found

    def _evening(self, at: np.ndarray) -> np.ndarray:
        """Wednesday at eight of the same week, of the last that is whole."""
        week = np.minimum((at - _FIRST) // (7 * _DAY), max(self.setting.days // 7 - 1, 0))
        return _FIRST + week * 7 * _DAY + 2 * _DAY + 20 * 3600 + self.rng.random(len(at)) * 3600

    def _moments(self, n: int) -> np.ndarray:
        """Seconds since 1970, by day, on days that the rhythm makes likely."""
        days, rhythm = np.arange(self.setting.days), self.setting.rhythm
        likely = _RHYTHMS[rhythm](days)
        day = self.rng.choice(days, n, p=likely / likely.sum())
        hour = 7 + 15 * self.rng.random(n)
        if rhythm == "midnight":
            hour = 22 + 1.9 * self.rng.random(n)
        return _FIRST + day * _DAY + hour * 3600
