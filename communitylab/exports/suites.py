"""Posts and messages as suites for listening and for answering export them: one table, one layout per suite.

No real file was at hand. The columns are those that code reads by name which was written for real files
(Brandwatch, Talkwalker, both layouts of Meltwater, YouScan in Spanish, the messages of Hootsuite's inbox), or
that the vendor documents with a sample (RingCentral Engage Digital, once Dimelo). What the cells hold is known
less well than the names of the columns, so reading is strict where a guess could do harm:

* A row counts for the platform that its own column names; news and whatever else has no accounts is left out.
* What a post answers or repeats is mostly a link: the id is cut out of it, that of an X post being its number,
  so that rows join with other exports (so do those of Reddit, Bluesky and Facebook where the link has all that
  the id is made of). Of other sites the whole link is the id. Where no column says what a
  post answers, a name at the head of an X post does.
* An id that is the suite's own, and not that of the platform, has the name of the suite before it: it joins the
  answers within the file, and can never be taken for the id of a post in another export.
* Forums, blogs and reviews are many sites under one name of a platform: people there are told apart by the
  site and their name.
* An inbox also holds what is nobody's business: a message is read only if it is known to be public.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from communitylab.errors import ExportError
from communitylab.exports.asked import Asked
from communitylab.exports.ids import cell_or_none, id_or_none, shown_name
from communitylab.exports.intake import Row, take
from communitylab.exports.sample import Sample
from communitylab.exports.sink import Sink
from communitylab.exports.table_rows import table_records
from communitylab.exports.text import hashtags_in, links_in, located, name_at_head, names_in
from communitylab.exports.x_status import first_linked, repeated
from communitylab.files import Source
from communitylab.tables import Post

__all__ = ["COVERAGE", "HOW", "IS_FROM_DOCUMENTATION", "NAME", "PLATFORMS", "TITLE", "read", "recognise"]

NAME = "suites"
TITLE = (
    "Posts or messages from a suite, CSV: Brandwatch (Query Id, Full Text …), Talkwalker, Meltwater (Hit Sentence …), "
    "YouScan, Hootsuite Inbox, RingCentral Engage Digital"
)
COVERAGE = "A"
PLATFORMS = ("x", "facebook", "instagram", "reddit")
HOW = (
    "In Brandwatch, Talkwalker, Meltwater or YouScan export the mentions themselves, not a chart, and in Hootsuite "
    "or Engage Digital the messages, as CSV."
)
IS_FROM_DOCUMENTATION = True


class _Suite(NamedTuple):
    """A layout. `sign` are columns that tell it; `meanings` says which column means what.

    A meaning may have several columns: the first that is filled counts (`|`), or all together (`+`).
    `day_first` and `month_first` are the signs between the parts of a date in figures where the day or the
    month leads; without them such a date is none, as nobody knows which it is. `has_outlets`: the column of
    platforms also has names of newspapers, in which "Review" or "X" is no platform. `own` stands before ids
    that are the suite's own.
    """

    name: str
    sign: str
    meanings: Mapping[str, str]
    day_first: str = ""
    month_first: str = ""
    has_outlets: bool = False
    is_inbox: bool = False
    own: str = ""
    refusal: str | None = None


_SUITES = (
    _Suite(
        "Brandwatch",
        "Query Id | Query Name | Page Type | Full Text | Resource Id",
        {
            "author": "Author",
            "author_id": "X Author ID | Twitter Author ID | Facebook Author ID | Bluesky Author Id",
            "shown": "Full Name",
            "text": "Full Text | Snippet | Title",
            "time": "Date",
            "link": "Url",
            "answered": "X Reply to | Twitter Reply to",
            "repeated": "X Repost of | Twitter Retweet of",
            "thread": "Thread URL",
            "opener": "Thread Author",
            "kind": "Engagement Type + Thread Entry Type",
            "platform": "Page Type | Content Source | Content Source Name | Domain",
            "named": "Mentioned Authors",
            "lang": "Language",
            "place": "Subreddit",
        },
    ),
    _Suite(
        "Talkwalker",
        "extra_author_attributes.name | content | published | url | source_type",
        {
            "author": "extra_author_attributes.short_name | extra_author_attributes.name",
            "author_id": "extra_author_attributes.id",
            "shown": "extra_author_attributes.name",
            "text": "content | content_snippet | title",
            "time": "published",
            "link": "url",
            "answered": "parent_url",
            "platform": "source_type | domain_url",
            "lang": "lang",
        },
    ),
    _Suite(
        "Meltwater (until 2023)",
        "Hit Sentence | Influencer | Opening Text | Input Name",
        {
            "author": "Influencer",
            "author_id": "Twitter Id",
            "shown": "Twitter Screen Name",
            "text": "Hit Sentence | Opening Text | Headline",
            "time": "Alternate Date Format | Date",
            "clock": "Time",
            "link": "URL",
            "post_id": "Tweet Id",
            "platform": "Source",
            "lang": "Language",
            "page_reach": "Reach",
        },
        has_outlets=True,
    ),
    _Suite(
        "Meltwater (since 2023)",
        "Hit Sentence | Opening Text | Document ID | Author Handle | Source Name",
        {
            "author": "Author Handle | Author Name",
            "shown": "Author Name",
            "text": "Hit Sentence | Opening Text | Body",
            "time": "Date",
            "clock": "Time",
            "link": "URL",
            "post_id": "Document ID",
            "platform": "Source Domain | Source Name | Content Type",
            "lang": "Language",
        },
        own="meltwater:",
    ),
    _Suite(
        "YouScan",
        "Fecha | Texto | Autor | Apodo | Lugar de publicación",
        {
            "author": "Apodo | Autor",
            "shown": "Autor",
            "text": "Texto | Título",
            "time": "Fecha",
            "clock": "Hora",
            "link": "URL",
            "kind": "Tipo de publicación",
            "platform": "Fuente | Tipo de recurso",
            "lang": "Idioma",
            "place": "Lugar de publicación",
        },
        day_first="./-",
    ),
    _Suite(
        "Hootsuite Inbox",
        "Message ID | Direction | Message Type | Content | Contact Primary Identifier",
        {
            "author": "Contact Primary Identifier | Contact Secondary Identifier",
            "shown": "Contact Secondary Identifier",
            "text": "Content",
            "time": "Created at",
            "post_id": "Message ID",
            "answered": "Post URL",
            "thread": "Post URL | Conversation ID",
            "kind": "Message Type",
            "platform": "Post URL | Medium",
            "direction": "Direction",
            "brand": "Channel",
            "medium": "Message Type + Medium",
            "is_public": "Post URL",
        },
        is_inbox=True,
        own="hootsuite:",
    ),
    _Suite(
        "RingCentral Engage Digital",
        "content_thread_id | id | created_at",  # the rest may be left out, and no other format may read such a file
        {
            "author": "author_name",
            "author_id": "author_id",
            "text": "body_as_text | body",
            "time": "created_at",
            "post_id": "id",
            "answered": "in_reply_to_id",
            "answered_id": "in_reply_to_author_id",
            "thread": "content_thread_id",
            "platform": "source_type",
            "lang": "language",
            "place": "source_name",
            "medium": "type + source_type",
            "is_private": "private_message",
        },
        day_first="/",
        month_first="-",
        is_inbox=True,
        own="engage:",
    ),
    _Suite(
        "Brand24",
        "Hrs | Content | Source | Domain | Category | Sentiment",
        {},
        refusal="A list of mentions from Brand24, which does not say who wrote them: nothing can be learned from it "
        "of who talks to whom. Take an export with authors, such as one of the platform itself or of its search.",
    ),
)
_PLATFORMS = {
    **dict.fromkeys(["x", "twitter", "tweet"], "x"),
    **dict.fromkeys(["bluesky", "bsky"], "bluesky"),
    **dict.fromkeys(["youtube", "youtu"], "youtube"),
    **dict.fromkeys(["vk", "vkontakte"], "vk"),
    **dict.fromkeys(["weibo", "sina"], "weibo"),
    **{
        name: name
        for name in (
            "facebook", "instagram", "reddit", "tiktok", "linkedin", "mastodon", "threads", "telegram", "tumblr",
            "pinterest", "discord", "twitch", "quora", "disqus", "odnoklassniki", "gab", "snapchat", "douyin",
        )
    },
    **dict.fromkeys(["forum", "forums", "foro", "foros", "board", "messageboard"], "forum"),
    **dict.fromkeys(["answers", "ideas", "lithium", "khoros", "tapatalk", "community"], "forum"),
    **dict.fromkeys(["blog", "blogs", "blogspot", "blogger"], "blog"),
    **dict.fromkeys(["review", "reviews", "reseñas", "trustpilot", "tripadvisor"], "review"),
    **dict.fromkeys(["news", "onlinenews", "noticias", "newspaper", "magazine", "print", "press"], ""),
    **dict.fromkeys(["tv", "radio", "broadcast", "podcast", "medios"], ""),
}  # fmt: skip
_MANY_SITES = ("forum", "blog", "review")
_REPOSTS = {"retweet", "repost", "share", "reblog", "republicación", "compartido"}
_QUOTES = {"quote", "cita"}
_PUBLIC = {"public", "publique", "pública", "público", "comment", "comments", "post", "mention", "review"}
_PRIVATE = {
    "private", "privé", "privée", "privado", "privada", "privat", "direct", "directo", "dm", "dms", "pm", "email",
    "mail", "chat", "livechat", "sms", "mms", "rcs", "whatsapp", "messenger", "viber", "wechat", "messaging",
    "messages", "phone", "voice", "call", "telegram", "line",
}  # fmt: skip
_NO = {"0", "false", "faux", "no", "non", "nein", "falsch", "falso"}
_NOBODY = {"[deleted]", "[removed]", "deleted", "anonymous", "unknown", "anónimo"}
_OWN_IDS = "the ids of {} are its own: if you give another export of the same posts as well, they count twice"
_NO_ACCOUNTS = "neither a social network, a forum nor a blog"

_WORD = re.compile(r"[^\W\d_]+")
_QUOTED = re.compile(r"\bQT @(\w{1,30})")
_OF_REDDIT = re.compile(r"reddit\.com/(?:[^/]+/[^/]+/)?comments/(\w+)(?:/[^/?#]*(?:/(\w+))?)?")
_OF_FACEBOOK = re.compile(r"facebook\.com/\d+(?:_|/posts/)(\d+)")
_COMMENTS = re.compile(r"[?&](?:reply_)?comment_id=(\d+)")
_OF_BLUESKY = re.compile(r"bsky\.app/profile/(did:[\w:.%-]+)/post/(\w+)")
_NUMBER = re.compile(r"(?:[a-z]+[:/_])?(\d+)")
_LANG = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")
_BEGINNING = re.compile(r"(?i)^(?:https?://)?(?:(?:www|m|mobile)\.)?")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DATE = re.compile(
    r"(\d{1,2})([-./ ])(\d{1,2}|[A-Za-z]{3})\2(\d{4}|\d\d)(?:,?[ T]+(\d{1,2}):(\d\d)(?::(\d\d))?(?: ?([AaPp])[Mm])?)?"
)


def recognise(sample: Sample) -> bool:
    """Whether one of the first rows is the header of a suite."""
    return _suite_of(sample) is not None


def _suite_of(sample: Sample) -> tuple[_Suite, Sample] | None:
    if sample.is_parquet:
        return None
    for suite in _SUITES:
        table = sample.below_titles(suite.sign.split(" | "))
        if table:
            return suite, table
    return None


def read(source: Source, sink: Sink, *, sample: Sample, asked: Asked) -> None:
    """Hands every row below the header to the sink, and as context who opened the threads of forums and pages."""
    found = _suite_of(sample)
    if found is None:
        raise ExportError("A table of no suite that is known. `communitylab formats` lists what can be read.")
    suite, sample = found
    if suite.refusal:
        raise ExportError(suite.refusal)
    if suite.is_inbox:
        sink.coverage = "C_search"  # what is not said to the brand never comes into its inbox
    sink.note(f"an export of {suite.name}: times that name no zone are taken as UTC")
    meanings = _columns(suite, sample.header)
    field = meanings["time"][0][0] if "time" in meanings else "time"
    for line, row in table_records(source, sink.skip, sample=sample):
        cells = _EMPTY | {meaning: _cell(row, choices) for meaning, choices in meanings.items()}
        post = _post(suite, cells)
        if isinstance(post, str):
            sink.skip(post, line)
            continue
        is_taken = take(
            post,
            _when(cells, suite),
            sink,
            line,
            field=field,
            shown=cells["shown"] if post.author_id else None,
        )
        if is_taken and suite.own and (post.post_id or "").startswith(suite.own):
            sink.note(_OWN_IDS.format(suite.name))
        opener = cells["opener"]
        if is_taken and opener and post.conversation_id:
            name = opener.removeprefix("@")
            account_id = _account_id(post.platform, cells["thread"], name)
            sink.parent(post.platform, post.conversation_id, author_id=account_id, author_name=name)


_Cells = Mapping[str, str | None]
_EMPTY: dict[str, str | None] = dict.fromkeys(meaning for suite in _SUITES for meaning in suite.meanings)


def _columns(suite: _Suite, header: list[str]) -> dict[str, list[list[str]]]:
    """For each meaning that the file has the columns to try, as it spells them."""
    spelled = {column.casefold(): column for column in reversed(header)}
    found: dict[str, list[list[str]]] = {}
    for meaning, columns in suite.meanings.items():
        choices = [choice.casefold().split(" + ") for choice in columns.split(" | ")]
        there = [[spelled[name] for name in names if name in spelled] for names in choices]
        if any(there):
            found[meaning] = [names for names in there if names]
    return found


def _cell(row: Row, choices: list[list[str]]) -> str | None:
    """What the first choice of columns holds that is filled."""
    for names in choices:
        parts = [part for name in names if (part := cell_or_none(row[name]))]
        if parts:
            return " ".join(parts)
    return None


def _post(suite: _Suite, cells: _Cells) -> Post | str:
    if suite.is_inbox and (reason := _kept_private(cells)):
        return reason
    platform = _platform(suite, cells)
    if not platform:
        return _NO_ACCOUNTS
    if (
        platform == "facebook"
        and "page_reach" in suite.meanings
        and cells["page_reach"] in (None, "0", "0.0")
    ):
        return "a comment whose author is not named"  # who is called its author is the page
    post_id = _referred(cells["link"])[0] or _own_id(cells["post_id"], suite)
    author = _name(cells["author"], suite)
    thread = _referred(cells["thread"], suite)[0]
    text = cells["text"]
    post = Post(
        platform,
        post_id,
        _author_id(cells["author_id"]) or _account_id(platform, cells["link"], author),
        author,
        None,
        lang=cells["lang"] if _LANG.fullmatch(cells["lang"] or "") else None,
        conversation_id=None if platform == "x" and not suite.is_inbox else thread,
        place=cells["place"] or (_site(cells["link"]) if platform in _MANY_SITES else None),
    )
    answered, original = _referred(cells["answered"], suite), _referred(cells["repeated"])
    if answered[0] == post_id:
        answered = (None, None)
    kinds = _words(cells["kind"])
    head = repeated(text) if platform == "x" else None
    quoted = _QUOTED.search(text or "") if platform == "x" else None
    if not kinds & _QUOTES and (any(original) or head or kinds & _REPOSTS):
        original_id, name = original if any(original) else answered
        return post._replace(kind="repost", repost_of_post_id=original_id, repost_of_name=name or head)
    if quoted and not any(original):
        original = (None, quoted[1])
        text = (text or "")[: quoted.start()].strip() or None  # what follows are the words of the other
    return _talk(suite, cells, post._replace(text=text), answered, original)


def _talk(
    suite: _Suite,
    cells: _Cells,
    post: Post,
    answered: tuple[str | None, str | None],
    quoted: tuple[str | None, str | None],
) -> Post:
    """A post with words of its own: whom it answers, quotes and names."""
    if suite.is_inbox and _words(cells["kind"]) & {"post", "mention"}:
        answered = (None, None)  # the link is that of the message itself
    text, name, is_guessed = post.text, answered[1], False
    if suite.is_inbox and cells["direction"]:
        brand = _name(cells["brand"], suite)
        if _words(cells["direction"]) & {"inbound", "incoming"}:
            name, is_guessed = name or (brand if answered[0] else None), True
        else:  # the contact of an answer is who is answered, and the link is that of the brand's own post
            answered, name = (None, post.author_name), post.author_name
            post = post._replace(author_id=None, author_name=brand)
    is_open = answered[0] is not None if "answered" in suite.meanings else True
    if post.platform == "x" and is_open and not name and (head := name_at_head(text)):
        name, is_guessed = head, True
    is_reply = bool(answered[0] or name or cells["answered_id"])
    names = names_in(text)
    if not text and not is_reply:  # the text of a post may be left out while the names in it are listed
        listed = [(None, word.strip().removeprefix("@")) for word in (cells["named"] or "").split(",")]
        names = located(None, [pair for pair in listed if pair[1]])
    return post._replace(
        kind="reply" if is_reply else "quote" if any(quoted) else "post",
        reply_to_post_id=answered[0],
        reply_to_id=_id(cells["answered_id"]),
        reply_to_name=name,
        reply_to_guessed=is_guessed and name is not None,
        quote_of_post_id=quoted[0],
        quote_of_name=quoted[1],
        mentions=names or None,
        hashtags=hashtags_in(text),
        links=links_in(text),
    )


def _words(cell: str | None) -> set[str]:
    return set(_WORD.findall((cell or "").casefold()))


def _kept_private(cells: _Cells) -> str | None:
    """Why a message of an inbox is not read; None if it is known to be public."""
    words, flag = _words(cells["medium"]), (cells["is_private"] or "").casefold()
    if words & _PRIVATE or (flag and flag not in _NO):
        return "a private message"
    return None if flag or cells["is_public"] or words & _PUBLIC else "not known to be public"


def _platform(suite: _Suite, cells: _Cells) -> str:
    """The platform that the row's own columns name; empty if accounts do not talk there."""
    named = (cells["platform"] or "").casefold()
    words = [named] if suite.has_outlets else _WORD.findall(f"{named} {_site(cells['link'])}")
    return next((_PLATFORMS[word] for word in words if word in _PLATFORMS), "")


def _site(link: str | None) -> str:
    """The site of a link."""
    return _shortened(link or "").partition("/")[0].lower()


def _shortened(link: str) -> str:
    """A link without what may differ between two links to the same page."""
    return _BEGINNING.sub("", link.strip()).rstrip("/")


def _referred(cell: str | None, suite: _Suite | None = None) -> tuple[str | None, str | None]:
    """Id of the first post that a cell refers to, and its author's name if its link shows it."""
    if cell is None or "/" not in cell:
        return _own_id(cell, suite), None
    if link := first_linked(cell):
        return link[1], link[0]
    if found := _OF_REDDIT.search(cell):
        return f"t1_{found[2]}" if found[2] else f"t3_{found[1]}", None
    if found := _OF_FACEBOOK.search(cell):
        comments = _COMMENTS.findall(cell)
        return f"{found[1]}_{comments[-1]}" if comments else found[1], None
    if found := _OF_BLUESKY.search(cell):
        return f"at://{found[1]}/app.bsky.feed.post/{found[2]}", None
    return (None, None) if _PLATFORMS.get(_site(cell).split(".")[0]) == "x" else (_shortened(cell), None)


def _id(cell: str | None) -> str | None:
    """An id; some suites put it into quotes of their own."""
    return id_or_none((cell or "").strip('"'))


def _own_id(cell: str | None, suite: _Suite | None) -> str | None:
    """An id, with the name of the suite before it where it is not the platform's."""
    found = _id(cell)
    return f"{suite.own}{found}" if suite and found else found


def _author_id(cell: str | None) -> str | None:
    """The id of an account, without the name of its platform before a number."""
    found = _id(cell) or "0"
    number = _NUMBER.fullmatch(found)
    found = number[1] if number else found
    return None if found == "0" else found


def _account_id(platform: str, link: str | None, name: str | None) -> str | None:
    """The id of somebody who is known by name only, where many sites go under one name of a platform."""
    return f"{_site(link)}/{name.casefold()}" if platform in _MANY_SITES and name and link else None


def _name(cell: str | None, suite: _Suite) -> str | None:
    name = (cell or "").removeprefix("@")
    if suite.is_inbox:
        name = shown_name(name) or ""
    return None if name.casefold() in _NOBODY else name or None


def _when(cells: _Cells, suite: _Suite) -> str | None:
    """The time of a row: a date as people write it in the order that computers read, anything else as it is."""
    text = cells["time"]
    if text is None:
        return None
    if cells["clock"] and ":" not in text:  # else the date has its time, and a second column has it once more
        text = f"{text} {cells['clock']}"
    found = _DATE.fullmatch(text)
    if found is None:
        return text
    first, sign, second, year, hour, minute, second_of_minute, half = found.groups()
    if second.isalpha():
        day, month = first, str(_MONTHS.index(second.lower()) + 1 if second.lower() in _MONTHS else 0)
    elif sign in suite.day_first:
        day, month = first, second
    elif sign in suite.month_first:
        month, day = first, second
    else:
        return text
    hours = int(hour or 0)
    if half:
        hours = hours % 12 + 12 * (half in "Pp") if hours <= 12 else 99
    year = year if len(year) == 4 else f"20{year}"
    return f"{year}-{int(month):02}-{int(day):02}T{hours:02}:{minute or '00'}:{second_of_minute or '00'}"
