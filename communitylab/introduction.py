"""What is a reader told first who knows nothing of a report? What it asks, who made it, how long it takes to read."""

from __future__ import annotations

from communitylab.coverage import CLASSES
from communitylab.findings import Content
from communitylab.phrases import brand_of, counted, span_of

__all__ = ["introduced"]

_WORDS_A_MINUTE = 200


def introduced(content: Content, *, words: int) -> str:
    """What the report asks, what it is drawn from, what that can show, and how long the reading takes.

    Parameters
    ----------
    content
        What results.json holds.
    words
        That the report has, what is folded away aside.
    """
    name, minutes = brand_of(content), max(2, round(words / _WORDS_A_MINUTE))
    return (
        f"Do the followers of {name} talk with the brand only, as an audience does, or also with one another, as a "
        f"community does? In this report “you” is {name}. {_drawn_from(content)} About the export: "
        f"{CLASSES[content['coverage']['class']]}. Computed and put in words by the program communitylab. The answer "
        f"takes a minute to read, the whole report about {minutes}."
    )


def _drawn_from(content: Content) -> str:
    """Posts, people and days."""
    when = f"{span_of(content)}: " if content["span"] else ""
    posts = counted(content["posts_studied"], "post")
    if content["coverage"]["class"] == "C":
        return f"{when}{posts}, all of them by you."
    who = f"{counted(content['active_followers'], 'follower')}: everybody who wrote something, there being no list"
    if content["has_follower_list"]:
        who = (
            f"{content['active_followers']:,} of {counted(content['followers'], 'follower')} wrote something"
        )
    return f"{when}{posts}; {who}."
