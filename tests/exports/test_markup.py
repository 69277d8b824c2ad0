"""HTML of posts: what is read of it, and that no HTML takes long."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from communitylab.exports.markup import markup_of, plain_text

_PIECES = ["<", ">", "</", "<!--", "-->", "<!", "<![CDATA[", "<?", "&", "&#", "&#x", ";", "9" * 20, '"', "'",
           "=", "/", " ", "\n", "a", "<a ", "<a href=", "</a>", "<aside>", "</aside>", "<pre>", "</pre>", "<br>",
           "<p>", "<script>", "<td>", "\x00", "\ud800", "é", "class=emoji", "<img ", "<div class=meta>"]  # fmt: skip


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("", ""),
        ("  a \n b  ", "a b"),
        ("<p>a</p><p></p><p>b</p>", "a\nb"),
        ("a<b>b</b> <i> c</i>d", "ab cd"),
        ("<ul><li>a</li><li>b</li></ul>", "a\nb"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"),
        ("<pre><code>if x:\n    y  \n</code></pre>z", "if x:\n    y\nz"),
        ("<pre>a\n  <b>b</b>\n  c</pre>", "a\n  b\n  c"),
        ('<img alt="rye"><img class="emoji" alt=":pie:">', ":pie:"),
        ('<a title="x > y">a</a> <a title="it\'s">b</a> <a b">c</a>', "a b c"),
        ("<P>a<BR/>b", "a\nb"),
        ("&lt;p&gt; &#233; &nope; &#0; &amp", "<p> é &nope; \ufffd &"),
        ("&#99999999999;" + "&#" + "9" * 5000 + ";", "\ufffd;\ufffd;"),
        ("1 < 2 > 0 <3 <!doctype html><?php x ?>a<![CDATA[b]]>", "1 < 2 > 0 <3 a"),
        ("a<!-- b <p> -->c<!-- d", "ac"),
        ("<style>p {}</style>a<svg><title>t</title></svg>b<script/>c", "abc"),
        ("a<aside>b<aside>c</aside>d</aside>e</aside>f", "a\nef"),
        ('<div class="meta">a</div><div class="metal">b</div><details class="elided">c</details>', "b"),
        ("a<aside>never closed", "a"),
    ],
)
def test_words(html: str, text: str) -> None:
    assert plain_text(html) == text


def test_links_know_where_they_stand_and_asides_what_they_are() -> None:
    found = markup_of(
        '<aside class="quote" data-username="bo"><a href="/1">x</a></aside> <p>a</p>'
        ' <a href="/2?a=1&amp;b=2">b <i>c</i></a><a>d<a HREF=/3>'
    )
    assert found.text == "a\nb cd"
    assert [(anchor.attributes, anchor.text, anchor.start) for anchor in found.anchors] == [
        ({"href": "/2?a=1&b=2"}, "b c", 2),
        ({}, "d", 5),
        ({"href": "/3"}, "", 6),
    ]
    assert found.asides == [{"class": "quote", "data-username": "bo"}]


@given(st.lists(st.sampled_from(_PIECES) | st.text(max_size=3), max_size=30).map("".join))
def test_laws(html: str) -> None:
    found = markup_of(html)
    assert found.text == found.text.rstrip()
    for anchor in found.anchors:
        assert found.text[anchor.start : anchor.start + len(anchor.text)] == anchor.text


@given(st.text(st.characters(exclude_characters="<&", exclude_categories=["Cs"])))
def test_text_without_tags_keeps_its_words(text: str) -> None:
    assert plain_text(text) == " ".join(text.split())


@pytest.mark.parametrize(
    "piece", ["<a ", "<!--", "<a b='", "<a b='<a c=\">", "<![CDATA[ >", "&#", "<a>", "<aside>"]
)
def test_no_html_takes_long(piece: str) -> None:
    began = time.process_time()
    markup_of(piece * (400_000 // len(piece)))
    assert time.process_time() - began < 5  # `html.parser` takes a quarter of an hour for the first
