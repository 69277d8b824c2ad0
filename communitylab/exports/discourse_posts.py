"""What all exports of a Discourse forum have in common: ids, robots, and what stands in the HTML of a post.

The id of a post is `<topic>/<number>`, as answers and quotations refer to it. `/1` opens the topic: it names
the conversation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from urllib.parse import unquote

from communitylab.exports.markup import Anchor, Markup, markup_of
from communitylab.tables import Mention, Post

__all__ = ["is_robot", "post_id", "with_content"]

_ROBOTS = {"system", "discobot"}
_USER = re.compile(r"/u(?:sers)?/([^/?#]+)")


def post_id(topic: str, number: str) -> str:
    """The id of a post.

    Parameters
    ----------
    topic
        The number of its topic.
    number
        Its own within the topic.

    Returns
    -------
    str
        Such as `9/2`.
    """
    return f"{topic}/{number}"


def is_robot(account_id: str | None, name: str | None) -> bool:
    """Whether an account is the forum's own: those have ids below zero.

    Parameters
    ----------
    account_id
        Of the account.
    name
        Of the account.

    Returns
    -------
    bool
        True for `system` and `discobot` whatever their ids are.
    """
    return (account_id or "").startswith("-") or (name or "").lower() in _ROBOTS


def with_content(post: Post, html: str, *, answered: str | None = None) -> Post:
    """A post with its words, with the accounts that they name and the post that they quote, and with its kind.

    Of several quotations the first counts that is neither of the author's own words nor of the post, or of
    other words of the account, that is answered anyway.

    Parameters
    ----------
    post
        Its author and what it answers.
    html
        What the forum made of the text.
    answered
        The name of the account that is answered, if it is known though the post does not say it.

    Returns
    -------
    Post
        With its content. Names in quoted words are not among the mentions: others wrote them.
    """
    found = markup_of(html)
    quoted_id, quoted_name = next(_quoted(found, post, answered), (None, None))
    return post._replace(
        kind="reply" if post.reply_to_post_id else "quote" if quoted_name else "post",
        text=found.text or None,
        quote_of_post_id=quoted_id,
        quote_of_name=quoted_name,
        mentions=[Mention(None, *mention) for mention in map(_mention, found.anchors) if mention] or None,
        hashtags=[tag for tag in map(_tag, found.anchors) if tag] or None,
        links=[link for link in map(_link, found.anchors) if link] or None,
    )


def _classes(attributes: Mapping[str, str]) -> list[str]:
    return attributes.get("class", "").split()


def _quoted(found: Markup, post: Post, answered: str | None) -> Iterator[tuple[str | None, str]]:
    """Id and author of the posts quoted. A preview of another topic is set apart alike, but names no author."""
    passed = {"", *((name or "").lower() for name in (post.author_name, post.reply_to_name, answered))}
    for aside in found.asides:
        name = aside.get("data-username", "").strip()
        if "quote" not in _classes(aside) or name.lower() in passed:
            continue
        topic, number = aside.get("data-topic", ""), aside.get("data-post", "")
        quoted_id = post_id(topic, number) if topic.isdecimal() and number.isdecimal() else None
        if quoted_id is None or quoted_id != post.reply_to_post_id:
            yield quoted_id, name


def _mention(anchor: Anchor) -> tuple[str, int] | None:
    """Name and place of a mentioned account; a group is none, and a name that nobody has is no link."""
    user = _USER.search(anchor.attributes.get("href", ""))
    if user is None or "mention" not in _classes(anchor.attributes):
        return None
    name, shown = unquote(user[1]), anchor.text.removeprefix("@")
    return (shown if shown.lower() == name.lower() else name), anchor.start


def _tag(anchor: Anchor) -> str | None:
    if not {"hashtag", "hashtag-cooked"}.intersection(_classes(anchor.attributes)):
        return None
    is_tag = "/tag/" in anchor.attributes.get("href", "")  # else a category
    return anchor.text.removeprefix("#").casefold() if is_tag else None


def _link(anchor: Anchor) -> str | None:
    href = anchor.attributes.get("href", "")
    return href if href.startswith(("http://", "https://")) else None
