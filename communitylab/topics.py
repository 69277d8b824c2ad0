"""What each group talks about: the words, hashtags and hosts of links that its members use and others do not.

Nothing here tells who somebody is: whatever fewer than five members of a group used is left out, and so is
whatever could be a name of anybody in the study, or of anybody who asked to be forgotten.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping

import ibis
import pandas as pd
import pyarrow as pa
from ibis import _
from ibis.expr.types import ArrayValue, StringValue, Table

from communitylab.choices import BRAND
from communitylab.study import Study

__all__ = ["group_topics"]

_COLUMNS = ("group", "kind", "what", "people", "score")
_FEWEST = 5  # members who used it; below, a word may tell who it is
_LONGEST = 40  # letters
_OTHERS = -1  # the class of everybody who is in no group
_HELD = 5  # letters from which on a hashtag or host that holds a handle tells of it
_NAMES = 4  # words, at most, of a name that is no sentence
_LEAST = 0.05  # share of a class's posts that make a language one of its languages
_OFTENER = 1.5  # times as large a share of what a group says as of what the others say
_MOST_USED = 1000  # words of a class by which its languages are guessed
_COVERED = 0.1  # share of words that the stop words of a language must cover where no export names languages

_HIDDEN = r"\p{Cf}"  # marks of direction, soft hyphens, joiners: nobody sees them
_ASIDE = (
    r"&#?\w+;"  # entities of HTML
    r"|(?:https?://|www\.)\S+|[^\s/]+\.[^\s/]+/\S*"  # addresses
    r"|\S*[@＠]\S*"
    r"|[#＃][\p{L}\p{M}\p{N}_]+"
)
# A dot, a hyphen or an underscore inside keeps a chunk together: example.com is no two words.
_BETWEEN = r"[._-]*(?:[^\p{L}\p{M}\p{N}._-]+[._-]*)+|[.-]{2,}"
_WORD = r"^\p{L}[\p{L}\p{M}]*(?:-[\p{L}\p{M}]+)*$"
_HASHTAG = r"^[\p{L}\p{M}\p{N}_]*\p{L}[\p{L}\p{M}\p{N}_]*$"
_HOST = r"^(?:[\p{L}\p{N}_-]+\.)+\p{L}{2,}$"
_STACKED = r"\p{M}{3}"  # three marks on one letter are no writing
_NO_LETTER = r"[^\p{L}\p{M}]+"
_CALLED = r"^[^\p{L}]*([\p{L}\p{M}\s_.'’&+-]+)"  # up to (she/her), a comma, a sunflower
_ENDING = r"(?:\.(?:com?|org|net|gov|edu|ac))?\.\p{L}+$"

_PLATFORMS = (
    "bit.ly", "buff.ly", "bsky.app", "dlvr.it", "facebook.com", "fb.com", "fb.me", "fb.watch", "goo.gl",
    "hubs.ly", "ift.tt", "instagr.am", "instagram.com", "is.gd", "linktr.ee", "lnkd.in", "ow.ly",
    "t.co", "t.me", "threads.net", "tiktok.com", "tinyurl.com", "trib.al", "twimg.com", "twitter.com",
    "wp.me", "x.com",
)  # fmt: skip
"""Hosts on which the platforms' own links and shortened ones lie: they say nothing of a topic."""

_GUESSED = (
    "ar", "cs", "da", "de", "el", "en", "es", "fa", "fi", "fr", "hi", "hu", "id", "it", "nl", "no",
    "pl", "pt", "ro", "ru", "sv", "tr", "uk",
)  # fmt: skip
"""Languages tried where the exports name none."""

_ALSO = {"in": "id", "iw": "he", "nb": "no", "nn": "no", "fil": "tl"}
"""Codes of languages that go by two."""


@ibis.udf.scalar.builtin(name="nfc_normalize")
def _composed(text: str) -> str:
    """Letters and their marks as one sign."""
    raise NotImplementedError  # the engine's own


@ibis.udf.scalar.builtin(name="list_distinct")
def _distinct(texts: list[str]) -> list[str]:
    """Each text once: the same that Ibis says in a way which splits every text three times."""
    raise NotImplementedError


def group_topics(study: Study, groups: Mapping[int, int], *, most: int = 8) -> pd.DataFrame:
    """The words, hashtags and hosts of links that set each group apart.

    Class-based TF-IDF: uses in the group × log(1 + A / f), where A is the mean number of uses per class, and f
    how often it is used in all of them. The classes are the groups and, as one more, everybody else. What a group
    does not say at least half as often again as all others, share by share, is no topic of its own.

    Parameters
    ----------
    study
        What to count: the posts written in its days, reposts aside.
    groups
        Account → id of its group.
    most
        How many of each kind a group gets at most.

    Returns
    -------
    DataFrame
        group, kind (``word``, ``hashtag``, ``link``), what, people (members who used it), score: best first
        within group and kind, equal ones in the order of the text. One post uses a thing once, however often
        it stands in it. Left out is what fewer than 5 members used, stop words, all that may be a name of
        anybody in the study, the brand too, or of anybody forgotten, and the platforms' own hosts. Hashtags, the
        brand's own too, are held to the same score. Empty where there are no texts.

    Source
    ------
    Grootendorst (2022), arXiv:2203.05794: class-based TF-IDF.
    """
    numbers = sorted(set(groups.values()))
    posts = _posts(study, {account: numbers.index(group) for account, group in groups.items()})
    uses = ibis.union(
        _uses(posts, "word", _words(_.text)),
        _uses(posts, "hashtag", _distinct(_.hashtags.map(_folded))),
        _uses(posts, "link", _distinct(_.links.map(_host))),
    )
    counts = uses.group_by("kind", "class", "what").agg(uses=_.count(), people=_.account.nunique()).cache()
    counts = counts.anti_join(_stop_words(posts, counts), ["kind", "what"])
    counts = counts.anti_join(_named(counts, study=study), "what")
    counts = counts.mutate(
        everywhere=_.uses.sum().over(group_by=["kind", "what"]).cast("int64"),
        total=_.uses.sum().over(group_by="kind").cast("int64"),
        by_class=_.uses.sum().over(group_by=["kind", "class"]).cast("int64"),
        classes=_["class"].nunique().over(group_by="kind"),
    )
    inside = _.uses * (_.total - _.by_class)
    outside = (_.everywhere - _.uses) * _.by_class
    kept = counts.filter(_["class"] != _OTHERS, _.people >= _FEWEST, inside >= _OFTENER * outside)
    rows = [
        {
            **row,
            "group": numbers[row["class"]],
            "score": row["uses"] * math.log1p(row["total"] / (row["classes"] * row["everywhere"])),
        }
        for row in kept.to_pyarrow().to_pylist()
    ]
    frame = pd.DataFrame(rows, columns=list(_COLUMNS))
    order = ["word", "hashtag", "link"]
    frame = frame.sort_values(
        ["group", "kind", "score", "what"],
        ascending=[True, True, False, True],
        key=lambda column: column.map(order.index) if column.name == "kind" else column,
    )
    return frame.groupby(["group", "kind"], sort=False).head(most).reset_index(drop=True)


def _posts(study: Study, classes: Mapping[int, int]) -> Table:
    """Posts in the days studied, reposts aside, with the class of who wrote them."""
    members = ibis.memtable(
        pa.table(
            {"account": pa.array(classes.keys(), pa.int32()), "class": pa.array(classes.values(), pa.int32())}
        )
    )
    told = study.posts.select("platform", "post_id", "text", "lang", "hashtags", "links")
    posts = study.written.select("platform", "post_id", "account").inner_join(told, ["platform", "post_id"])
    joined = posts.left_join(members, "account").select(posts, "class")
    return joined.mutate(**{"class": _["class"].fill_null(_OTHERS)})


def _folded(text: StringValue) -> StringValue:
    """Texts that look alike as one text: small letters, nothing hidden."""
    return _composed(text.re_replace(_HIDDEN, "").lower())


def _words(text: StringValue) -> ArrayValue:
    """The chunks of a text, each once; most are words."""
    return _distinct((" " + _folded(text).re_replace(_ASIDE, " ") + " ").re_split(_BETWEEN))


def _host(link: StringValue) -> StringValue:
    """The host of a link: what comes after it could tell who."""
    return _folded(link).re_extract(r"^\s*(?:[a-z]+://)?(?:[^/@]*@)?(?:www\.)?([^/:?#\s]+)", 1)


def _uses(posts: Table, kind: str, what: ArrayValue) -> Table:
    """One row for each post and each thing of a kind in it."""
    shape = {"word": _WORD, "hashtag": _HASHTAG, "link": _HOST}[kind]
    found = posts.select("class", "account", kind=ibis.literal(kind), what=what.unnest())
    found = found.filter(
        _.what.re_search(shape) & ~_.what.re_search(_STACKED) & (_.what.length() <= _LONGEST)
    )
    if kind == "word":
        found = found.filter(_.what.replace("-", "").length() >= 3)
    if kind == "link":
        platforms = "|".join(map(re.escape, _PLATFORMS))
        found = found.filter(~_.what.re_search(rf"(?:^|\.)(?:{platforms})$"))
    return found


def _names(study: Study) -> Table:
    """All that anybody in the study may be called by: handles, and the words of names that are short."""
    written = study.posts.filter(_.author_name.notnull()).select(name="author_name").distinct()
    handles = ibis.union(study.accounts.select("name"), written)
    # Where nothing but a handle is known, anna_smith is as good as a name.
    shown = study.accounts.select(name=ibis.coalesce(_.display_name, _.name))
    shown = ibis.union(shown, written.filter(_.name.contains(" "))).select(name=_folded(_.name))
    parts = _.name.re_extract(_CALLED, 1).re_split(_NO_LETTER).filter(lambda part: part != "")
    parts = shown.select(parts=parts).filter((_.parts.length() > 0) & (_.parts.length() <= _NAMES))
    whole = ibis.union(handles.select(name=_folded(_.name)), shown)
    names = ibis.union(
        whole,
        whole.select(name=_.name.re_replace(_NO_LETTER, "")),
        parts.select(name=_.parts.unnest()),
        distinct=True,
    ).filter(_.name.length() >= 3)
    # A handle of two letters is one still; two letters of a name are not.
    names = ibis.union(names, handles.select(name=_folded(_.name)), distinct=True)
    # Anna's bread: in many languages without the apostrophe.
    return ibis.union(names, names.select(name=_.name + "s"), distinct=True)


def _named(counts: Table, *, study: Study) -> Table:
    """Things that are, or hold, a name; what the brand is called may be part of a hashtag."""
    names = _names(study)
    others = study.people.filter(_.role != BRAND).select(handle=_folded(_.name))
    others = others.filter(_.handle.length() >= _HELD).distinct()
    long = counts.filter((_.kind != "word") & (_.people >= _FEWEST)).select("what").distinct()
    holding = long.inner_join(others, long.what.contains(others.handle)).select("what").distinct()
    things = counts.select("what").distinct()
    parts = ibis.union(
        things.select("what", name="what"),
        things.select("what", name=_.what.re_replace(_NO_LETTER, "")),
        things.select("what", name=_.what.re_replace(_ENDING, "").re_split(_NO_LETTER).unnest()),
    )
    found = ibis.union(parts.semi_join(names, "name").select("what"), holding, distinct=True)
    if not study.forgotten:
        return found
    # Their account is gone; their name, in what others write, is not.
    used = counts.filter(_.people >= _FEWEST).select("kind", "what").distinct().to_pyarrow().to_pylist()
    gone = sorted(
        {
            row["what"]
            for row in used
            if study.forgotten.holds_name(row["what"], is_word=row["kind"] == "word")
        }
    )
    return ibis.union(found, ibis.memtable(pa.table({"what": pa.array(gone, pa.string())})), distinct=True)


def _stop_words(posts: Table, counts: Table) -> Table:
    """Words that say nothing of a topic, in the languages spoken in any of the classes."""
    import stopwordsiso

    told = posts.group_by("class", "lang").agg(posts=_.count()).to_pyarrow().to_pandas()
    told["lang"] = told["lang"].map(_language, na_action="ignore")
    spoken: set[str] = set()
    mute = []
    for number, rows in told.groupby("class"):
        by_language = rows.dropna(subset=["lang"]).groupby("lang")["posts"].sum()
        spoken.update(by_language.index[by_language >= max(_FEWEST, _LEAST * by_language.sum())])
        if 2 * by_language.sum() < rows["posts"].sum():
            mute.append(number)
    ranked = counts.filter((_.kind == "word") & _["class"].isin(mute)).mutate(
        rank=ibis.row_number().over(group_by="class", order_by=[_.uses.desc(), _.what])
    )
    most_used = ranked.filter(_["rank"] < _MOST_USED).select("class", "what", "uses").to_pyarrow().to_pandas()
    for _number, rows in most_used.groupby("class"):
        spoken.update(_guessed(dict(zip(rows["what"], rows["uses"], strict=True))))
    listed: set[str] = set().union(*map(stopwordsiso.stopwords, sorted(spoken)))
    # The parts of a contraction stand alone: don't is don and t.
    words = sorted(listed | {part for word in listed for part in word.split("'")})
    return ibis.memtable(
        pa.table({"kind": pa.array(["word"] * len(words), pa.string()), "what": pa.array(words, pa.string())})
    )


def _language(code: str) -> str | None:
    """The language of a code such as en-GB, where there are stop words for it."""
    import stopwordsiso

    short = code.lower().replace("_", "-").split("-")[0]
    short = _ALSO.get(short, short)
    return short if stopwordsiso.has_lang(short) else None


def _guessed(uses: Mapping[str, int]) -> Iterable[str]:
    """Languages, one after the other, whose stop words cover much of what those before it leave."""
    import stopwordsiso

    left, found = dict(uses), []
    while left:
        covered = {
            language: sum(left.get(word, 0) for word in stopwordsiso.stopwords(language))
            for language in _GUESSED
        }
        best = max(_GUESSED, key=lambda language: covered[language])
        if covered[best] < max(_FEWEST, _COVERED * sum(left.values())):
            break
        found.append(best)
        left = {word: n for word, n in left.items() if word not in stopwordsiso.stopwords(best)}
    return found
