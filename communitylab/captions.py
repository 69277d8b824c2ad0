"""What is said below each picture of a report: how it is read."""

from __future__ import annotations

__all__ = ["CAPTIONS"]

# No colour by its name and none as darker, for on a dark screen the same pictures have other colours; nothing as
# left or right of another picture, for on a phone it stands below.
CAPTIONS = {
    "squares": "Each square stands for one message in a hundred. Hatched: how far chance may move the border.",
    "rungs": "As wide as there are followers, and from left to right closer to one another.",
    "network": "Once with your account, once without it, everybody in the same place. A dot is a follower, "
    "a line joins two who talked on several days.",
    "signs": "The dot is the figure, the bar around it what chance leaves open, the dashed line what is asked.",
    "grounds": "How many messages followers sent one another, by where they wrote them.",
    "trend": "Each point stands for four weeks; the band around a line is what chance leaves open.",
    "ladder": "Each column counts the followers heard from in four weeks, the closest to one another lowest.",
    "moves": "From one column to the next, four weeks later: who came closer, who stayed, who stepped back. "
    "The wider a band, the more followers.",
    "newcomers": "Each column counts those who were new in four weeks, by who answered their first post.",
    "groups": "A dot is a follower, a line a regular contact, a ring a group; dashed is one that may be chance.",
    "cards": "A card for each group: its words, its people by how close they are, and how much of its talk "
    "stays inside.",
    "togetherness": "Each row is a follower, and so is each column: the stronger the colour where they cross, "
    "the more often the two came out in one group.",
    "lifelines": "Each band is a group, as thick as it is large, from where it was first seen to where it was "
    "gone or became part of another.",
    "map": "You among the known places. The arms of a cross are what chance leaves open; shaded are the "
    "corners in which an audience and a community lie.",
    "specifications": "Each row counts in another way, each column asks for less or for more; the cells "
    "say what the answer would be.",
    "voice": "Each column is a week of your posts, by what they do.",
    "side_by_side": "A is the hollow dot on a thin line, B the full dot on a thick one; the line is what chance leaves "
    "open.",
    "ladders": "Each bar is a report, as wide as all who write; from left to right closer to one another.",
}
"""By the name of the chart."""
