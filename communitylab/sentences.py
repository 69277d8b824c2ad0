"""What is said of each answer and of each sign: headlines, meanings, next steps."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["BRING_TOGETHER", "HEADLINES", "MEANS", "NEXT", "SIGNS", "WHY", "Sign"]

BRING_TOGETHER = (
    "Try one thing that brings followers to one another: put a question to all of them, hold a chat at the same hour "
    "each week under one hashtag, or introduce two people who ask the same thing. Run this report again eight weeks "
    "later."
)
"""What to do where followers do not talk with one another."""

HEADLINES = {
    "community": "A community: your followers talk with one another.",
    "audience": "An audience: your followers talk with you, and hardly with one another.",
    "a few friends": "Mostly an audience, with a few friends who talk among themselves.",
    "a second stage": "More than one stage: followers gather around you and around a few others.",
    "a community elsewhere": "A community, but one that meets elsewhere rather than with you.",
    "a passing crowd": "A passing crowd: followers talk with one another, but little shows that the same people meet again.",
    "a hosted room": "A hosted room: followers keep in touch, but most of the talk still goes to you.",
    "a circle inside an audience": "Mostly an audience, with a {small}circle inside it.",
    "in between": "Part audience, part community.",
    "undecided": "Not decided: these data fit more than one answer.",
    "no audience": "Not merely an audience; whether it is a community stays open.",
    "no community": "No community; whether it is merely an audience stays open.",
    "no times": "This export has no times, so that regular contact cannot be seen.",
    "insufficient": "Too little talk in this export to tell.",
    "not identifiable": "This export cannot show whether your followers are an audience or a community.",
}

NEXT = {
    "community": "Look after what works: see below where they meet; private/people.csv shows by name who keeps in touch "
    "with how many.",
    "audience": BRING_TOGETHER,
    "a few friends": BRING_TOGETHER,
    "a second stage": "Ask the few who are addressed most to introduce people to one another: talk that only moves to "
    "another stage makes no community.",
    "a community elsewhere": "Give them an occasion to meet with you: an hour or a place of your own that is about "
    "them, not about you.",
    "a passing crowd": "Bring the same people together again: a fixed hour each week, or a question back to those who "
    "talked last time.",
    "a hosted room": "Answer later and ask more: leave a question open until another follower has answered it.",
    "a circle inside an audience": "Widen the circle: introduce its members (private/people.csv names them for you) "
    "to those who have met someone already, and give them a fixed hour to meet. Run this report again in eight weeks.",
    "in between": "Look at the six signs below: those that are not there yet say what is missing.",
    "undecided": "Export more weeks, or a place with more people, and run the report again. Until then act on neither "
    "answer.",
    "no times": "Export again with the time of each post.",
    "insufficient": "Export a longer time or a wider search. In made-up worlds a close-knit place showed from about 45 "
    "people on who talk on several days, with 350 to 500 messages; a looser one needed 150 to 200 people and 1,500 "
    "messages or more.",
    "not identifiable": "Get one of the exports named below, and run the report on it.",
}

MEANS = {
    "community": "Most of their talk goes to one another, the same people meet again, and it does not hang on a few.",
    "audience": "Nearly all of their talk goes to you, and hardly anybody keeps in touch with another follower.",
    "a few friends": "There is talk among followers, but a handful of pairs do most of it.",
    "a second stage": "Much of what looks like talk among followers goes to a few whom everybody addresses.",
    "a community elsewhere": "They know one another. That they are a community on your own ground as well, this export does not show.",
    "a passing crowd": "There is much talk among followers. That acquaintance grows out of it, this export does not show.",
    "a hosted room": "People know one another here, and the talk still runs through you.",
    "a circle inside an audience": "Most of their talk goes to you. Some also keep in touch with one another, longer "
    "than chance would make them.",
    "in between": "Something speaks against a mere audience, and something against a community.",
    "undecided": "Nothing is wrong with the export: there is too little in it to exclude either answer.",
    "no audience": "Followers talk with one another and keep in touch. Not every sign of a community is there, and none of "
    "what is missing speaks clearly against one.",
    "no community": "Too little speaks for a community, and too little excludes that there is the beginning of one.",
    "no times": "How much they talk with one another can be counted. Whether the same people meet again cannot.",
    "insufficient": "With so few people who talk on several days, any answer would be a guess.",
    "not identifiable": "A number computed from it would look like an answer and be none.",
    "floor": "It shows a floor and not the share itself: what followers say without naming you cannot be in it.",
}

WHY = {
    "audience": "Why this is the answer",
    "mixed": "Why this is the answer",
    "undecided": "What is missing before one can speak of a community",
    "insufficient": "What is missing",
    "not identifiable": "Why not",
}


class Sign(NamedTuple):
    """A sign where it is there, where it is not, where that is open, and what would bring it about."""

    there: str
    lacking: str
    open: str
    step: str


SIGNS = {
    "follower_share": Sign(
        "more than half of the talk goes to other followers, even at the low end of the interval",
        "less than half of the talk goes to other followers, even at the high end of the interval",
        "the interval leaves open whether more than half of the talk goes to other followers",
        "Leave a question open until another follower has answered it, and name who might know.",
    ),
    "breadth": Sign(
        "more than one regular in five has a regular contact, even at the low end of the interval",
        "less than one regular in five has a regular contact, even at the high end of the interval",
        "the interval leaves open whether one regular in five has a regular contact",
        "Bring the same people together again, at a fixed hour or in a named group.",
    ),
    "return_rate": Sign(
        "the same people meet again more often than chance would have them",
        "that the same people meet again cannot be told from chance",
        "whether the same people meet again cannot be told",
        "Bring those who talked last time together again, at a fixed hour.",
    ),
    "effective_pairs": Sign(
        "the talk is spread over many pairs",
        "a few pairs do most of the talking",
        "how many pairs talk cannot be told",
        "Draw more people in: ask those who have not spoken yet.",
    ),
    "without_top": Sign(
        "it holds without the few who are addressed most",
        "without the few who are addressed most too little is left",
        "whether it holds without the few who are addressed most cannot be told",
        "Introduce people to one another rather than to the few whom everybody addresses.",
    ),
    "spread": Sign(
        "most people with a contact are part of a group of four or more",
        "most people with a contact are in couples and threes",
        "there are no contacts to look at",
        "Bring couples together in one conversation.",
    ),
}
