"""What people saw of a Slack message: its text without marks, its blocks where it has no text, and whom it names.

In a text `<…>` is always a mark, for a `<` that somebody typed is written `&lt;`. Blocks hold the same words in parts;
apps often send nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from communitylab.exports.ids import shown_name
from communitylab.exports.text import hashtags_in, links_in
from communitylab.tables import Mention

__all__ = ["Words", "words_of"]

_DEEPEST = 12  # blocks nest five times
_TOKEN = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>|&(lt|gt|amp);")
_ACCOUNT = re.compile(r"@([UWB][A-Z0-9]{1,20})", re.ASCII)
_NAMED = re.compile(r"<@([UWB][A-Z0-9]{1,20})[|>]", re.ASCII)
_SIGNS = {"lt": "<", "gt": ">", "amp": "&"}


class Words(NamedTuple):
    """The words of a message as people see them, and whom they name."""

    text: str
    mentions: list[Mention]
    links: list[str]
    hashtags: list[str] | None


def words_of(
    text: str | None,
    blocks: object,
    *,
    account_name: Callable[[str], str | None],
    channel_name: Callable[[str], str | None],
) -> Words:
    """The words of a message.

    Parameters
    ----------
    text, blocks
        As the message has them. Where the text is empty the words are those of the blocks.
    account_name, channel_name
        Find names by ids.

    Examples
    --------
    >>> words = words_of("<@U1>, see <https://example.org|this> &amp; <#C1>", None,
    ...                  account_name={"U1": "Rosa"}.get, channel_name={"C1": "flour"}.get)
    >>> words.text, words.mentions[0].start, words.links
    ('@Rosa, see this & #flour', 0, ['https://example.org'])
    """
    in_blocks = "".join(_marked(blocks, depth=0)).strip("\n") if blocks else ""
    marked = text if text and text.strip() else in_blocks
    words = _seen(marked, account_name=account_name, channel_name=channel_name)
    named = {mention.account_id for mention in words.mentions}
    others = [found for found in dict.fromkeys(_NAMED.findall(in_blocks)) if found not in named]
    return words._replace(mentions=[*words.mentions, *(Mention(one, account_name(one)) for one in others)])


def _seen(
    marked: str, *, account_name: Callable[[str], str | None], channel_name: Callable[[str], str | None]
) -> Words:
    shown: list[str] = []
    typed: list[str] = []  # without what marks stand for: no hashtag is in the name of a channel
    mentions: list[Mention] = []
    links: list[str] = []
    length = read = 0
    for token in _TOKEN.finditer(marked):
        before, sign = marked[read : token.start()], token[3]
        read = token.end()
        target, label = _unescaped(token[1] or ""), _unescaped(token[2] or "").strip()
        if sign:
            words = _SIGNS[sign]
        elif account := _ACCOUNT.fullmatch(target):
            name = account_name(account[1]) or shown_name(label.removeprefix("@"))
            mentions.append(Mention(account[1], name, length + len(before)))
            words = f"@{name or account[1]}"
        elif target.startswith("#"):
            words = f"#{label or channel_name(target[1:]) or target[1:]}"
        elif target.startswith("!date"):
            words = label
        elif target.startswith("!"):  # calls many at once, and nobody in particular
            words = f"@{(label or target[1:].partition('^')[0]).removeprefix('@')}"
        else:
            links += links_in(target) or []
            words = label or target
        shown += (before, words)
        typed += (before, words if sign else " ")
        length += len(before) + len(words)
    rest = marked[read:]
    typed_words = "".join([*typed, rest])
    links += links_in(typed_words) or []
    return Words("".join([*shown, rest]), mentions, links, hashtags_in(typed_words))


def _unescaped(text: str) -> str:
    return _TOKEN.sub(lambda token: _SIGNS[token[3]] if token[3] else token[0], text) if "&" in text else text


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _marked(part: object, *, depth: int) -> Iterator[str]:
    """The words in blocks, marked as a text would be."""
    if depth > _DEEPEST:
        return
    if isinstance(part, list):
        for inner in part:
            yield from _marked(inner, depth=depth + 1)
    elif isinstance(part, dict):
        yield from _marked_part(part, depth=depth)


def _marked_part(part: dict[str, object], *, depth: int) -> Iterator[str]:
    match part:
        case {"type": "user", "user_id": str(account)}:
            yield f"<@{_escaped(account)}>"
        case {"type": "channel", "channel_id": str(channel)}:
            yield f"<#{_escaped(channel)}>"
        case {"type": "broadcast", "range": str(many)}:
            yield f"<!{_escaped(many)}>"
        case {"type": "emoji", "name": str(name)}:
            yield f":{_escaped(name)}:"
        case {"type": "link", "url": str(url)}:
            label = part.get("text")
            yield f"<{_escaped(url)}|{_escaped(label)}>" if isinstance(label, str) else f"<{_escaped(url)}>"
        case {"type": "mrkdwn", "text": str(text)}:
            yield text
        case {"type": "text" | "plain_text", "text": str(text)}:
            yield _escaped(text)
        case _:
            for inner in ("text", "fields", "elements"):
                yield from _marked(part.get(inner), depth=depth + 1)
            if part.get("type") in (
                "section",
                "header",
                "context",
                "rich_text_section",
                "rich_text_preformatted",
            ):
                yield "\n"
