"""What is left of what was read when somebody is forgotten."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import ibis
from ibis import _
from ibis.expr.types import BooleanValue, StringValue, StructValue, Table

from communitylab import acts
from communitylab.omissions import FORGOTTEN, Omissions
from communitylab.redaction import Wording

__all__ = ["Remainder", "without"]


@dataclass(frozen=True)
class Remainder:
    """What is left of what was read: the tables; how many posts of which file are gone, with the reason and the
    first record; and the list, which now knows the people by everything that they were seen under.
    """

    tables: Mapping[str, Table]
    counted: tuple[tuple[int, str, int, int], ...]
    omissions: Omissions


def without(read: Mapping[str, Table], omissions: Omissions) -> Remainder:
    """What was read without the people on a list: their posts and acts, those to them, and their names in texts.

    What others wrote stays theirs and counts: an answer to somebody forgotten is an answer to somebody who cannot be
    known, a repost or a quote one of something that cannot be known. The numbers of such posts, by which they could
    be looked up, are replaced; threads hold together. Words of theirs that somebody else copied by hand stay.

    Parameters
    ----------
    read
        posts, names, parents and edges as read, with repetitions.
    omissions
        The list.

    Returns
    -------
    Remainder
        Somebody is known by an id or a name on the list, or by an account that bears such a name in any of the files:
        whoever takes over a name is kept out as well.
    """
    if not omissions:
        return Remainder(read, (), omissions)
    posts, names = read["posts"], read["names"]
    seen = _seen(read).cache()
    borne = acts.account_names(posts, names).cache()
    people = _People.among(seen, borne=borne, names=names, omissions=omissions)
    if not people.ids and not people.names:
        return Remainder(read, (), omissions)

    marked = posts.mutate(
        _by=people.hold(posts, "author_id", "author_name"),
        **{f"_{of}": people.hold(posts, f"{of}_id", f"{of}_name") for of in _REFERENCES},
    )
    removed = marked.filter(_._by)
    counted = removed.group_by("source_file").agg(n=_.count(), first=_.source_record.min())
    rows = counted.order_by("source_file").to_pyarrow().to_pylist()
    by_parents = read["parents"].mutate(_by=people.hold(read["parents"], "author_id", "author_name"))
    theirs = [removed.select("platform", number="post_id"), removed.select("platform", number="edit_of"),
              by_parents.filter(_._by).select("platform", number="post_id")]  # fmt: skip
    for of in _REFERENCES:
        is_sure = ~_.reply_to_guessed if of == "reply_to" else ibis.literal(True)
        theirs.append(marked.filter(_[f"_{of}"] & is_sure).select("platform", number=f"{of}_post_id"))
    numbers = ibis.union(*theirs, distinct=True).filter(_.number.notnull()).cache()

    kept = people.unnamed(marked.filter(~_._by))
    for column in ("conversation_id", *(f"{of}_post_id" for of in _REFERENCES)):
        kept = _renumbered(kept, numbers, column=column, salt=omissions.salts[0])
    edges = read["edges"]
    is_gone = people.hold(edges, "source_id", "source_name") | people.hold(edges, "target_id", "target_name")
    about = numbers.select("platform", target_post_id="number")
    return Remainder(
        {
            "posts": kept.select(posts.columns),
            "names": names.filter(~people.hold(names, "account_id", "name")),
            "parents": by_parents.filter(~_._by).drop("_by"),
            "edges": edges.filter(~is_gone).anti_join(about, ["platform", "target_post_id"]),
        },
        tuple((row["source_file"], FORGOTTEN, row["n"], row["first"]) for row in rows),
        omissions.with_people(
            ids=people.ids,
            names=people.own_names,
            called={name for wording in people.wording.values() for name in wording.handles | wording.shown},
        ),
    )


_REFERENCES = ("reply_to", "repost_of", "quote_of")


def _seen(read: Mapping[str, Table]) -> Table:
    """platform, account_id, name (folded): every account that occurs anywhere, as it does."""
    places = [("posts", "author_id", "author_name"), ("parents", "author_id", "author_name"),
              ("names", "account_id", "name"), ("edges", "source_id", "source_name"),
              ("edges", "target_id", "target_name")]  # fmt: skip
    places += [("posts", f"{of}_id", f"{of}_name") for of in _REFERENCES]
    told = [
        read[table].select("platform", account_id=one, name=_[name].lower()) for table, one, name in places
    ]
    named = read["posts"].select("platform", mention="mentions").unnest("mention")
    told.append(named.select("platform", account_id=_.mention["account_id"], name=_.mention["name"].lower()))
    return ibis.union(*told, distinct=True)


@dataclass(frozen=True)
class _People:
    """The people on a list who occur: their ids, the names that stand for them, and those that nobody else bears.

    All with the platform before them; `wording` by platform.
    """

    ids: frozenset[tuple[str, str]]
    names: frozenset[tuple[str, str]]
    own_names: frozenset[tuple[str, str]]
    wording: Mapping[str, Wording]

    @classmethod
    def among(cls, seen: Table, *, borne: Table, names: Table, omissions: Omissions) -> _People:
        """Those of a list among all accounts that occur."""
        by_id = omissions.matching(seen.platform, seen.account_id, kind="id")
        by_name = omissions.matching(seen.platform, seen.name, kind="name")
        matched = seen.mutate(by_id=by_id, by_name=by_name).filter(_.by_id | _.by_name)
        rows = matched.to_pyarrow().to_pylist()
        ids = {(row["platform"], row["account_id"]) for row in rows if row["account_id"] is not None}
        called = {(row["platform"], row["name"]) for row in rows if row["by_name"]}
        bears = borne.filter(_held(borne.platform, borne.account_id, ids))
        pairs = {(row["platform"], row["name"]) for row in bears.to_pyarrow().to_pylist()}
        latest = acts.name_to_id(borne)
        latest = latest.filter(_held(latest.platform, latest.account_id, ids)).to_pyarrow().to_pylist()
        called |= {(row["platform"], row["name"]) for row in latest}
        others = borne.filter(_held(borne.platform, borne.name, pairs))
        others = others.filter(~_held(others.platform, others.account_id, ids))
        shared = {(row["platform"], row["name"]) for row in others.to_pyarrow().to_pylist()}
        shown = names.filter(_held(names.platform, names.account_id, ids)).filter(_.display_name.notnull())
        display = shown.select("platform", "display_name").distinct().to_pyarrow().to_pylist()
        every = called | pairs
        wording = {
            place: Wording(
                frozenset(name for of, name in every if of == place),
                frozenset(name for of, name in every if of == place)
                | frozenset(row["display_name"].strip() for row in display if row["platform"] == place),
                frozenset(key for of, key in ids if of == place),
            )
            for place in {of for of, _name in {*every, *ids}} | {row["platform"] for row in display}
        }
        return cls(frozenset(ids), frozenset(called), frozenset((called | pairs) - shared), wording)

    def hold(self, table: Table, account_id: str, name: str) -> BooleanValue:
        """Whether an account of a table is one of theirs: by its id, or by its name where it has none."""
        by_name = table[account_id].isnull() & _held(table.platform, table[name].lower(), self.names)
        return _held(table.platform, table[account_id], self.ids) | by_name

    def unnamed(self, posts: Table) -> Table:
        """Posts of others in which nothing names them, from posts with marks of what refers to them."""
        place = posts.platform
        names_them = posts.mentions.filter(lambda one: self._is_one(place, one)).length() > 0
        is_to_them = (posts["_reply_to"] | posts["_quote_of"] | names_them).fill_null(False)
        posts = posts.mutate(
            _is_to_them=is_to_them,
            mentions=posts.mentions.filter(lambda one: ~self._is_one(place, one)),
            text=ibis.ifelse(posts["_repost_of"], ibis.null("string"), posts.text),
            **{
                f"{of}_{what}": ibis.ifelse(posts[f"_{of}"], ibis.null("string"), posts[f"{of}_{what}"])
                for of in _REFERENCES
                for what in ("id", "name")
            },
        )
        for platform, wording in sorted(self.wording.items()):
            posts = _reworded(posts, wording, platform=platform)
        return posts

    def _is_one(self, place: StringValue, mention: StructValue) -> BooleanValue:
        by_name = mention["account_id"].isnull() & _held(place, mention["name"].lower(), self.names)
        return _held(place, mention["account_id"], self.ids) | by_name


def _reworded(posts: Table, wording: Wording, *, platform: str) -> Table:
    """Posts of one platform with other words for some people; mentions of others keep their place among the words."""

    def said(text: StringValue) -> StringValue:
        softly, firmly = text, text
        for pattern, instead in wording.steps(is_to_them=False):
            softly = softly.re_replace(pattern, instead)
        for pattern, instead in wording.steps(is_to_them=True):
            firmly = firmly.re_replace(pattern, instead)
        return ibis.ifelse(posts["_is_to_them"], firmly, softly)

    here = posts.platform == platform
    moved = posts.mentions.map(
        lambda one: ibis.struct(
            {
                "account_id": one["account_id"],
                "name": one["name"],
                # The library believes that a length has 32 bits; in DuckDB it has 64.
                "start": said(posts.text.substr(0, one["start"])).length().cast("int64").cast("int32"),
            }
        )
    )
    is_other = here & posts.text.notnull() & (said(posts.text) != posts.text)
    changed = {
        "text": ibis.ifelse(is_other, said(posts.text), posts.text),
        "mentions": ibis.ifelse(is_other, moved, posts.mentions),
        "place": ibis.ifelse(here, said(posts.place), posts.place),
    }
    if pattern := wording.links_to():
        changed["links"] = ibis.ifelse(
            here, posts.links.filter(lambda link: ~link.re_search(pattern)), posts.links
        )
    if named := wording.hashtags():
        changed["hashtags"] = ibis.ifelse(
            here, posts.hashtags.filter(lambda tag: ~tag.re_search(named)), posts.hashtags
        )
    return posts.mutate(**changed)


def _renumbered(posts: Table, numbers: Table, *, column: str, salt: str) -> Table:
    """Posts in which the number of a post that is gone is replaced by one that leads nowhere."""
    gone = numbers.select("platform", _number="number", _is_gone=ibis.literal(True))
    joined = posts.left_join(gone, ["platform", (column, "_number")])
    other = (f"{salt}\n" + joined[column]).hexdigest("sha256")
    number = ibis.ifelse(joined["_is_gone"].fill_null(False), other, joined[column])
    return joined.mutate(**{column: number}).select(posts.columns)


def _held(place: StringValue, value: StringValue, among: Collection[tuple[str, str]]) -> BooleanValue:
    """Whether a value on a platform is one of those known."""
    if not among:
        return ibis.literal(False)
    key, known = place + "\n" + value, [f"{platform}\n{name}" for platform, name in sorted(among)]
    if any("\0" in one for one in known):
        # No literal can hold this sign.
        key, known = key.re_replace(r"\x00", "\ufffd"), [one.replace("\0", "\ufffd") for one in known]
    return key.isin(known).fill_null(False)
