"""The words, links and quotations in the HTML of a post.

`html.parser` is not used: for 60 kB of tags that are never closed it needs 20 s, for twice as much four times
as long, and it fails on some declarations. Here a tag ends before the next one begins, so that every sign is
looked at a few times at most.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from typing import NamedTuple

__all__ = ["Anchor", "Markup", "markup_of", "plain_text"]

_TOKEN = re.compile(
    r"<!--.*?(?:-->|\Z)"
    r"|<[!?][^<>]*>"
    # A > may stand in quotes. Where a quote is not closed, the first one is the end.
    r"""|<(?P<slash>/?)(?P<tag>[a-zA-Z][^\s/<>]*)(?P<attributes>(?:[^<>"']|"[^"<]*"|'[^'<]*')*+|[^<>]*)>""",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r"""([^\s"'=/]+)\s*(?:=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=]+)))?""")
_ENDLESS = re.compile(r"&#\d{8,}")  # a number that Python would refuse to read

_BLOCKS = {
    "address", "article", "blockquote", "br", "dd", "details", "div", "dl", "dt", "figcaption", "figure", "footer",
    "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section",
    "summary", "table", "tr", "ul",
}  # fmt: skip
_CELLS = {"td", "th"}
# Words of others, and what is shown to no one.
_LEFT_OUT = {"aside", "head", "noscript", "script", "style", "svg", "template", "textarea", "title"}
# Of forums: what a mail program quoted below the words; name and size of a picture. Of the Fediverse: a link to the
# post that is quoted, for servers that do not show it.
_LEFT_OUT_CLASSES = {"details": "elided", "div": "meta", "p": "quote-inline", "span": "quote-inline"}


class Anchor(NamedTuple):
    """A link: its attributes, its words, and where in the text they begin."""

    attributes: Mapping[str, str]
    text: str
    start: int


class Markup(NamedTuple):
    """What is in the HTML of a post.

    `text`: its words without tags. `anchors`: the links in them. `asides`: the attributes of what is set
    apart: quotations and previews of other pages, whose words are not the author's and in no text.
    """

    text: str
    anchors: list[Anchor]
    asides: list[Mapping[str, str]]


def plain_text(text: str) -> str:
    """The words in the HTML of a post, one line for each paragraph.

    Parameters
    ----------
    text
        HTML, well-formed or not.

    Returns
    -------
    str
        Without tags, comments, scripts and asides.

    Examples
    --------
    >>> plain_text("<p>Rye &amp; <b>spelt</b></p> <p>yes<br>no</p>")
    'Rye & spelt\\nyes\\nno'
    >>> plain_text("a < b <!-- not this --> <script>nor this</script>and <b never closed")
    'a < b and <b never closed'
    >>> plain_text('<aside class="quote"><p>their words</p></aside><p>mine</p>')
    'mine'
    """
    return markup_of(text).text


def markup_of(text: str) -> Markup:
    """The words, the links and the asides in the HTML of a post.

    Parameters
    ----------
    text
        HTML, well-formed or not.

    Returns
    -------
    Markup
        Its text has no white space at its end, and one line for each paragraph.

    Examples
    --------
    >>> found = markup_of('<p>Yes,  <a class="mention" href="/u/ana">@Ana</a>!</p>')
    >>> found.text, found.anchors[0].text, found.anchors[0].start
    ('Yes, @Ana!', '@Ana', 5)
    >>> markup_of('<aside data-username="bo"><p>Rye</p></aside>').asides
    [{'data-username': 'bo'}]
    """
    reader = _Reader()
    read = 0
    for token in _TOKEN.finditer(text):
        reader.words(text[read : token.start()])
        read = token.end()
        if token["tag"] and token["slash"]:
            reader.closes(token["tag"].lower())
        elif token["tag"]:
            reader.opens(token["tag"].lower(), token["attributes"])
    reader.words(text[read:])
    return reader.found()


def _plain(text: str) -> str:
    return html.unescape(_ENDLESS.sub("\N{REPLACEMENT CHARACTER}", text)) if "&" in text else text


def _attributes(text: str) -> dict[str, str]:
    return {
        name.lower(): _plain(double or single or bare)
        for name, double, single, bare in _ATTRIBUTE.findall(text)
    }


class _Reader:
    """Puts the words together, and knows where in the text they stand."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._gap = ""  # white space before the next word
        self._is_pre = False
        self._left_out = ""  # the element that is being left out
        self._depth = 0  # how deep it is in others of its kind
        self._anchors: list[Anchor] = []
        self._anchor: Mapping[str, str] | None = None  # the link that is being read
        self._first = 0  # its first part
        self._asides: list[Mapping[str, str]] = []

    def found(self) -> Markup:
        self._close_anchor()
        return Markup("".join(self._parts), self._anchors, self._asides)

    def opens(self, tag: str, attributes: str) -> None:
        if self._left_out:
            self._depth += tag == self._left_out
        elif tag in _LEFT_OUT:
            if tag == "aside":
                self._asides.append(_attributes(attributes))
                self._gap = "\n"
            if not attributes.endswith("/"):
                self._left_out, self._depth = tag, 1
        elif tag == "a":
            self._close_anchor()
            self._anchor, self._first = _attributes(attributes), len(self._parts)
        elif tag == "img":
            if "emoji" in attributes:
                self._write(_attributes(attributes).get("alt", "").strip())
        else:
            left_out = _LEFT_OUT_CLASSES.get(tag)
            if (
                left_out
                and left_out in attributes
                and left_out in _attributes(attributes).get("class", "").split()
            ):
                self._left_out, self._depth = tag, 1
            self._separate(tag)
            self._is_pre = self._is_pre or tag == "pre"

    def closes(self, tag: str) -> None:
        if self._left_out:
            self._depth -= tag == self._left_out
            if not self._depth:
                self._left_out = ""
        elif tag == "a":
            self._close_anchor()
        else:
            self._separate(tag)
            self._is_pre = self._is_pre and tag != "pre"

    def words(self, text: str) -> None:
        if not text or self._left_out:
            return
        text = _plain(text)
        if self._is_pre:
            for number, line in enumerate(text.split("\n")):
                if number:
                    self._gap = "\n"
                kept = line.rstrip()
                self._write(kept)
                self._gap += line[len(kept) :]
            return
        if text[:1].isspace():
            self._gap = self._gap or " "
        self._write(" ".join(text.split()))
        if text[-1:].isspace():
            self._gap = self._gap or " "

    def _separate(self, tag: str) -> None:
        if tag in _BLOCKS:
            self._gap = "\n"
        elif tag in _CELLS:
            self._gap = self._gap or " "

    def _write(self, text: str) -> None:
        if text:
            part = self._gap + text if self._parts else text
            self._parts.append(part)
            self._length += len(part)
            self._gap = ""

    def _close_anchor(self) -> None:
        if self._anchor is not None:
            text = "".join(self._parts[self._first :]).lstrip()
            self._anchors.append(Anchor(self._anchor, text, self._length - len(text)))
            self._anchor = None
