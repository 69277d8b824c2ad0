"""What can be planted in a made-up world: its people, its talk and its brand, as numbers and sentences."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

__all__ = ["Chat", "Group", "Place", "Plan", "Script", "Topic"]


@dataclass(frozen=True)
class Topic:
    """Something people talk about, and the words by which one knows it."""

    name: str
    things: tuple[str, ...]
    hashtag: str | None = None  # which some of the talk of a group about it carries


@dataclass(frozen=True)
class Script:
    """Sentences for each occasion, with places for `{thing}`, `{a}` and `{b}` (names)."""

    announce: tuple[str, ...]
    ask: tuple[str, ...]
    answer: tuple[str, ...]
    thank: tuple[str, ...]
    plain: tuple[str, ...]
    remark: tuple[str, ...]
    reply: tuple[str, ...]
    outside: tuple[str, ...]
    close: tuple[str, ...]
    beside: tuple[str, ...] = ()  # to another follower, naming the brand as `{b}`
    question: tuple[str, ...] = ()
    introduce: tuple[str, ...] = ()
    follow_up: tuple[str, ...] = ()
    forum: tuple[str, ...] = ()
    title: tuple[str, ...] = ()  # of a topic on the forum
    welcome: tuple[str, ...] = ()
    lounge: tuple[str, ...] = ()  # the title and the words that open the topic for everything
    cheer: tuple[str, ...] = ()  # as `close`, where there is room for a picture
    same_person: tuple[str, ...] = ()  # who says in one place what they are called in another, `{a}`


@dataclass(frozen=True)
class Group:
    """A group within the circle: one member joins every `pace` weeks from `first_week` on."""

    topic: Topic
    size: int
    first_week: int
    pace: float
    until: int | None = None  # the week from which its members no longer talk with one another
    meets: int | None = None  # the week from which it is one with the group before


@dataclass(frozen=True)
class Chat:
    """A weekly chat on a hashtag: an hour of questions by the brand, each with a thread of its own."""

    hashtag: str
    first_week: int
    weekday: int
    hour: int
    zone: str
    core: int  # people who come now and then: those of the first group, and others
    turnout: float
    aside: float  # share of those present who also answer one another


@dataclass(frozen=True)
class Plan:
    """What is planted. Numbers are per week where nothing else is said; weeks count from 0."""

    brand: str
    title: str
    start: date  # a Monday
    weeks: int
    followers: int
    silent: float  # share of followers who never write
    topics: tuple[Topic, ...]
    script: Script = field(repr=False)
    to_brand: float  # posts to the brand by a follower who writes, on average
    tail: float  # standard deviation of the logarithm of that number
    late: float  # share of followers who write and began to follow after the start
    announcements: int
    answered: float  # share of posts to the brand that it answers
    plain: float  # posts that name nobody
    by_chance: tuple[float, float]  # posts to some other follower, whoever it is: at first, and at last
    outside: float  # posts that name somebody who never writes: an outsider, or a silent follower
    outsiders: int
    reposts: float  # by followers, mostly of the brand's posts
    couples: int = 0
    groups: tuple[Group, ...] = ()
    contacts: int = 3  # members of a group whom each newcomer to it meets
    talks: float = 0.0  # chance that two who are in contact talk
    replied: float = 0.0  # chance that such a post is answered
    chat: Chat | None = None
    introductions: int = 0
    introductions_from: int = 0
    takes: float = 0.0  # share of introductions after which the two talk
    brand_reposts: int = 0
    noticed: float = 0.0  # share of the brand's reposts after which others address the author
    forum: str | None = None
    elsewhere: float = 0.0  # share of followers who write and are on the brand's forum; likewise on its page


@dataclass(frozen=True)
class Place:
    """Another place of the brand, where some of its followers write too. Weeks count as in the plan."""

    name: str  # as the list of people elsewhere calls it
    only_there: int  # people who follow the brand nowhere else
    openings: int  # posts by the brand on its page; on the forum, topics that each group opens
    visits: float  # posts by somebody of no group within a few weeks, on average, beyond the first
    to_peers: float  # share of them that answer somebody other than the brand
    helped: float  # share of them that somebody of a group answers
    answered: float  # likewise the brand
    thanked: float  # share of such answers that are answered again
    topics: tuple[Topic, ...] = ()  # beside those of the plan
    groups: tuple[Group, ...] = ()  # that last to the end, each by itself
    contacts: int = 0  # members of a group whom each newcomer to it meets
    talks: float = 0.0  # chance that two of a group who are in contact talk in a week
    replied: float = 0.0  # chance that this is answered the next day
    told: int = 0  # people who say what they are called elsewhere
    authorless: int = 0  # comments of which the platform does not say who wrote them
