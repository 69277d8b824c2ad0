"""What the tables of a report say, column by column, in plain words."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["MEASURES", "NOTES"]

MEASURES = {
    "follower_share": "Of what followers send one another or the brand, the share that goes to other followers.",
    "follower_share_change": "How far follower_share lies higher in the last third of the time than in the first.",
    "breadth": "Of the regulars (followers who talked on two days of the same four weeks), the share who "
    "keep in touch with another follower, both ways.",
    "breadth_change": "How far breadth lies higher in the last third of the time than in the first.",
    "return_rate": "Of the meetings of two followers, the share that are not their first.",
    "largest_component": "Of the followers who wrote something, the share who hang together in one network "
    "without the brand.",
    "spread": "Of the followers with a regular contact, the share who are part of a network of four or more.",
    "effective_pairs": "How many pairs share the talk among followers: pairs that hardly talk hardly count.",
    "without_top": "follower_share once more, when talk to the most addressed follower in a hundred counts like "
    "talk to the brand: what is left does not rest on a few stars.",
    "mutuality": "Of the followers whom a follower addressed, the share who ever addressed that one back.",
    "cohesion": "Of the pairs of contacts that a follower has, the share who are in contact with one another.",
    "conversation": "Of the threads in which a follower wrote, the share in which followers answer one another.",
    "join_in": "Of the exchanges of the brand with a follower, the share that another follower enters.",
    "first_answer": "Hours until a follower's first post was answered: the median of those that were.",
    "reach": "Of those who talk, the share who address the brand at least once.",
    "centralization": "How far the talk among followers has one centre: 0 none, 1 all address the same one.",
}
"""What each measure of a report says, by its name."""

_LOW = "lower end of the 95% interval: the true value may well be as low as this"
_HIGH = "upper end of it: the true value may well be as high as this"
_RUNGS = {
    "silent": "wrote nothing",
    "spectator": "wrote, and exchanged no talk with another follower",
    "acquainted": "exchanged some talk with another follower",
    "connected": "keep in touch with one other follower, both ways",
    "circle": "keep in touch with several others, both ways",
}


def _of(table: str, what: str, columns: Mapping[str, str]) -> dict[str, str]:
    return {table: what, **{f"{table}.{column}": said for column, said in columns.items()}}


NOTES = {
    **_of(
        "measures",
        "Every measure of the report with its interval: one row for each.",
        {
            "measure": "its name, as in methods.md",
            "means": "what it says",
            "value": "a share from 0 to 1, but changes from −1 to 1, effective_pairs in pairs, first_answer in hours",
            "low": _LOW,
            "high": _HIGH,
            "null_mean": "what chance alone would give, on average",
            "p": "how often chance alone gives as much",
            "why": "why there is no value, or what to mind",
        },
    ),
    **_of(
        "conditions",
        "The six signs of a community, and whether each is met: the verdict rests on them.",
        {
            "name": "the measure it is about; the sheet measures says what each means",
            "passed": "whether the sign is met; empty: it cannot be told, and counts as not met",
            "value": "as on the sheet of measures",
            "threshold": "what is asked: a convention, and of return_rate what chance alone gives",
            "low": _LOW,
            "high": _HIGH,
            "why": "what to mind",
        },
    ),
    **_of(
        "specifications",
        "What the verdict would be under other reasonable ways of counting: one thing changed at a time.",
        {
            "choice": "what is counted otherwise",
            "thresholds": "whether less or more is asked: a fifth down or up",
            "label": "the verdict then",
            "kind": "what kind of mixture it is, where it is mixed",
        },
    ),
    **_of(
        "newcomers",
        "Followers who wrote for the first time, by four weeks, and who answered their first post first within 7 days.",
        {
            "start": "first day of the four weeks, a Monday",
            "newcomers": "how many were new",
            "follower": "answered first by another follower",
            "brand": "answered first by the brand",
            "nobody": "answered by nobody within 7 days",
            "median_hours": "how long those answered waited; empty for fewer than five",
            "days": "of the 28, those on which somebody new can be told",
        },
    ),
    **_of(
        "voice",
        "What the brand itself wrote, week by week: numbers of posts.",
        {
            "week": "its Monday",
            "announce": "address nobody and begin a thread, or go on with an own one",
            "answer": "address one person, or answer in a thread of others",
            "bring_together": "address several people at once",
            "repost": "pass on what others wrote",
        },
    ),
    **_of(
        "ladder",
        "How many followers stood on each rung in each four weeks, from the lowest to the highest.",
        {"tile": "first day of the four weeks", **_RUNGS},
    ),
    **_of(
        "moves",
        "How many followers went from which rung to which, from one four weeks to the next.",
        {
            "tile": "first day of the earlier four weeks",
            "before": "rung in them; the sheet ladder says what the rungs are",
            "after": "rung in the four weeks after them",
            "followers": "how many",
        },
    ),
    **_of(
        "follower_share_by",
        "follower_share (talk among followers) apart by week, by kind of message, by ground and by platform. "
        "Grounds are: yours, under the brand's posts; tagged, under its hashtags; naming, in posts that name it; "
        "elsewhere.",
        {
            "by": "how it is taken apart",
            "slice": "the part: a week (its Monday), a kind, a ground or a platform",
            "value": "share of followers' talk that goes to other followers",
            "low": _LOW,
            "high": _HIGH,
            "w_ff": "how often followers addressed followers",
            "w_fb": "how often followers addressed the brand",
        },
    ),
    **_of(
        "groups",
        "The groups of five or more followers who keep in touch, largest first.",
        {
            "id": "number of the group, the same in later reports in this folder",
            "name": "what you called it in private/groups.csv",
            "size": "members",
            "stability": "share of 50 runs in which it was found again",
            "is_solid": "whether it was found again often enough to be believed",
            "firmness": "how often two members came out together, on average",
            "words": "what they talk about, used by five or more of them",
            "hashtags": "used by five or more of them",
            "links": "websites that five or more of them linked to",
            "ei_index": "−1: all their contacts stay inside; 1: all lead out",
            "inside": "how often members addressed one another",
            "to_brand": "how often members addressed the brand",
            "follower_share": "inside, as a share of inside and to_brand",
            "hub_share": "share of the contacts inside that hang on one member",
            "first": "day on which members first talked with one another",
            "last": "the last such day",
            **{
                rung: f"members who {said}, in the latest four weeks, or in all days of a short export"
                for rung, said in _RUNGS.items()
            },
        },
    ),
    **_of(
        "groupings",
        "Who came out in one cluster with whom, in each run of the search for groups: it shows how firm groups are. "
        "Of more than 2,000 followers those of the largest groups.",
        {
            "node": "pseudonym of a follower, as in network.gexf",
            "group": "number of the group; 0: in none",
            "firmness": "how often those of the same cluster came out together with this one",
            "run_1": "cluster in the first run, and so on; numbered anew in each",
        },
    ),
}
"""What a table is, by its name, and what a column of it is, by ``table.column``."""
