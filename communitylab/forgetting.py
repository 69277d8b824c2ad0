"""Somebody asked to be forgotten: they leave the store and the private files, and stay out of what is loaded."""

from __future__ import annotations

import difflib
import tempfile
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
from ibis import _

from communitylab.accounts import keys_of
from communitylab.diary import ACTIONS
from communitylab.errors import CallError, command_line, printable
from communitylab.omissions import Omissions, folded, read_omissions
from communitylab.private import PRIVATE
from communitylab.private_files import Account, PrivateFiles, opened_private
from communitylab.redaction import Wording
from communitylab.sheets import brief
from communitylab.store import connect, is_store, omit_from_store, open_store

__all__ = ["Forgotten", "forget"]

_MOST_NAMED = 10  # accounts or files that a message lists
_NEAREST = 5


@dataclass(frozen=True)
class Forgotten:
    """What was removed, and what its owner still has to do.

    `name` is whom one asked for; `accounts` is what was theirs, as ``platform:id (name)``; `posts` and `acts` were in
    the store; `rows` counts what left or changed in each private file of the report; `exports` are the files from
    which the report was made; `in_actions` says that the list of actions names them, which its owner keeps, and
    `in_groups` which names of groups, that its owner gave, hold a word of their name; `is_known` says that they had
    been forgotten before; `rows` then counts what was still there of them.
    """

    name: str
    accounts: tuple[str, ...] = ()
    posts: int = 0
    acts: int = 0
    rows: Mapping[str, int] = field(default_factory=dict)
    store: Path | None = None
    out: Path | None = None
    exports: tuple[str, ...] = ()
    in_actions: bool = False
    in_groups: tuple[str, ...] = ()
    is_known: bool = False

    def as_text(self) -> str:
        """What was done and what is left to do, in lines for a terminal."""
        name = printable(self.name)
        if self.is_known and not self.rows:
            places = [str(one) for one in (self.store, self.out and self.out / PRIVATE) if one]
            return f"{name} was forgotten before: no account of theirs is in {' or in '.join(places)}."
        done = [f"{name} is forgotten: {', '.join(self.accounts)}."]
        if self.is_known:
            done = [f"{name} was forgotten before, and what was still here of anybody forgotten went."]
        elif self.store:
            done.append(
                f"  {self.store}: {_many(self.posts, 'post')} and {_many(self.acts, 'act')} taken out, and in what "
                "others wrote their name behind an @ or a #, in links, and where others answer or name them. Where "
                "somebody wrote it as a plain word, or an address, it may still stand: no program can tell whom a "
                "word means."
            )
        if self.out:
            told = (
                ", ".join(f"{file} ({_many(n, 'row')})" for file, n in self.rows.items())
                or "nothing was there"
            )
            done.append(f"  {self.out / PRIVATE}: {told}.")
            if self.rows and not self.store:
                done.append(
                    "  Without a store nobody can tell who wrote the first words of a thread: all but yours were taken "
                    "out. The next report has them again."
                )
        done.append("They stay out of what you load later, into this store or for a report in this folder.")
        return "\n".join([*done, "", self._left_to_do()])

    def _left_to_do(self) -> str:
        todo = []
        if self.out and self.in_actions:
            todo.append(
                f"{self.out / ACTIONS} names them, and readers of the report would read it. Edit it first."
            )
        if self.out and self.in_groups:
            named = ", ".join(map(brief, self.in_groups[:_MOST_NAMED]))
            todo.append(
                f"{self.out / PRIVATE / 'groups.csv'}: the name {named} holds a word of a name of somebody forgotten, "
                "and readers of the report read it. If they are meant, edit it first."
            )
        if self.out:
            again = command_line(
                ["communitylab", "rerun", str(self.out / "run.toml"), "--out", str(self.out)]
            )
            todo.append(
                f"The report still counts them. Make it again in its own folder: {again}. In another folder, rerun "
                "would take the actions and the names of groups from the old report."
            )
            todo.append(
                "A report.html or report.pdf that was made with --names names them until it is made again."
            )
            todo.append(
                f"Other files that you saved in {self.out / PRIVATE}, such as workbooks or copies, are yours to clean."
            )
        files = "".join(f"\n      {printable(path)}" for path in self.exports[:_MOST_NAMED])
        todo.append(
            "Your exports are yours and were not touched: what this person wrote is still in them. Take it out there, "
            f"or delete the files once a store holds the rest.{files}"
        )
        if not self.store:
            todo.append("If you keep a store, name it too: --store DIR")
        if not self.out:
            todo.append("The private files of a report still name them: --out DIR, once for each folder.")
        todo.append(
            "Reports that you sent on, copies, and notebooks that you ran are out of reach: ask whoever has one to "
            "delete it, and run the notebooks again."
        )
        return "\n".join(["Left for you to do:", *(f"  - {one}" for one in todo)])


def forget(name: str, *, store: Path | None = None, out: Path | None = None) -> Forgotten:
    """Removes one person from a store and from the private files of a report, and keeps them out of later loads.

    What goes: their posts, what they did and what others did to them, their names, also in the texts of others where
    it is sure that they are meant. What stays: that somebody was answered, without whom; words of theirs that others
    copied by hand; and a name that may be a plain word, which is then no topic of a group. It is kept as fingerprints
    that they are to stay out, see :class:`communitylab.omissions.Omissions`.

    Parameters
    ----------
    name
        Whom: a handle with or without @, an id, ``platform:id``, an e-mail address or the name that they show, in
        any case.
    store
        The store; by default the one from which the report in `out` was made, where there is one.
    out
        Folder of the report.

    Returns
    -------
    Forgotten
        Its `as_text()` is what to tell the user.

    Raises
    ------
    CallError
        If nobody is called so, if several accounts are, if it is the brand itself, or if neither a store nor a
        report is there. Nothing has been changed then.
    """
    asked = name.strip()
    if not asked.strip("@＠"):
        raise CallError("Whom? Name the account that asked to be forgotten: communitylab forget NAME")
    report = opened_private(out) if out is not None and (out / PRIVATE).is_dir() else None
    place = store or _store_of(report)
    if place is None and report is None:
        raise CallError(
            f"{out or 'Here'}: no report with a private folder, and no store was named: --store DIR"
        )
    known = read_omissions(place) if place else read_omissions(Path(out or "") / PRIVATE)
    if place and report:
        known |= read_omissions(report.out / PRIVATE)
    with tempfile.TemporaryDirectory(prefix="communitylab-") as scratch:
        held = _Held(place, scratch=Path(scratch)) if place else None
        found = _matching(asked, report=report, held=held)
        if not found and known.was_asked(asked):
            told = _pass_on(known, asked, place=place, report=report, held=held)
            return Forgotten(asked, store=place, is_known=True, **told)
        if len(found) != 1:
            raise CallError(_several(asked, found) if found else _unknown(asked, report=report, held=held))
        account = found[0]
        if report and report.is_brand(account):
            raise CallError(
                f"{account} is the brand or speaks for it, and the report is about the brand. If it is to be forgotten "
                "all the same, make the report again with other accounts as --brand first."
            )
        # Also from a report there may be names that a store does not know: of people who are on a list only.
        called = {one.name for one in report.accounts if one.place == account.place} if report else set()
        called |= {account.name} | ({account.key} if account.key != account.account_id else set())
        others = (
            {folded(one.name) for one in report.accounts if one.place != account.place} if report else set()
        )
        handles, shown, own = held.called(account, among=called) if held else (called, set(), called)
        omissions = known.with_people(
            ids=[account[:2]] if account.key == account.account_id else [],
            names=[(account.platform, name) for name in own if name and folded(name) not in others],
            called=handles | shown,
            asked={asked, account.account_id, account.name, f"{account.platform}:{account.key}"},
        )
        opened_by = held.openers(report.threads) if held and report else {}
        posts, acts = held.counts(account) if held else (0, 0)
    if place:
        omit_from_store(place, omissions)
        omissions |= read_omissions(place)  # it has found what else they are called
    wording = Wording(frozenset(handles), frozenset(handles | shown), frozenset({account.account_id}))
    told = {}
    if report:
        rows = report.rewrite_without([account], wording=wording, opened_by=opened_by, omissions=omissions)
        told = _told_of(report, rows=rows, wording=wording, omissions=omissions)
    return Forgotten(
        asked,
        accounts=(str(account),),
        posts=posts,
        acts=acts,
        store=place,
        **told,
    )


def _told_of(
    report: PrivateFiles, *, rows: Mapping[str, int], wording: Wording, omissions: Omissions
) -> dict[str, Any]:
    """What there is to tell of a report, in the words of :class:`Forgotten`."""
    return {
        "rows": rows,
        "out": report.out,
        "exports": tuple(report.inputs.get("exports", ())),
        "in_actions": report.is_named_in_actions(wording),
        "in_groups": tuple(report.groups_named_like(wording, omissions=omissions)),
    }


def _pass_on(
    known: Omissions, asked: str, *, place: Path | None, report: PrivateFiles | None, held: _Held | None
) -> dict[str, Any]:
    """Tells a store and a report of everybody whom either was told to forget."""
    opened_by = held.openers(report.threads) if held and report else {}
    if place and not read_omissions(place).covers(known):
        omit_from_store(place, known)
        known |= read_omissions(place)
    if report is None:
        return {}
    if read_omissions(report.out / PRIVATE).covers(known) and not report.listed(known):
        return {"out": report.out}
    # By what else they went nobody knows any more.
    names = {one.name for one in report.listed(known)} | {asked.lstrip("@＠")}
    called = frozenset(name for name in names if any(map(str.isalpha, name)))
    wording = Wording(called, called)
    rows = report.rewrite_without([], wording=wording, opened_by=opened_by, omissions=known)
    return _told_of(report, rows=rows, wording=wording, omissions=known)


def _store_of(report: PrivateFiles | None) -> Path | None:
    """The store from which a report was made, if it is still there."""
    named = report.inputs.get("store") if report else None
    return Path(named) if named and is_store(Path(named)) else None


class _Held:
    """What a store knows of accounts."""

    def __init__(self, folder: Path, *, scratch: Path) -> None:
        self.folder = folder
        self.tables, _ledger = open_store(connect(scratch), folder=folder)
        columns = ("platform", "account_id", "name", "display_name")
        self.every = ibis.union(*(self.tables[name].select(columns) for name in ("accounts", "names")))

    def matching(self, words: Collection[str]) -> list[dict[str, Any]]:
        """Accounts that have one of some words as their id or bear it as a name."""
        lower, keys = sorted(words), keys_of(sorted(words))
        rows = self.every.filter(
            _.account_id.lower().isin(keys) | _.name.lower().isin(lower) | _.display_name.lower().isin(lower)
        )
        # Under its latest name.
        latest = self.tables["accounts"].select("platform", "account_id", called="name")
        joined = rows.left_join(latest, ["platform", "account_id"]).select(rows, "called").distinct()
        return joined.to_pyarrow().to_pylist()

    def near(self, words: str) -> list[str]:
        """The names most like some words."""
        names = ibis.union(self.every.select("name"), self.every.select(name="display_name"), distinct=True)
        nearest = names.filter(_.name.notnull()).mutate(steps=_.name.lower().levenshtein(words))
        return nearest.order_by("steps", "name").limit(_NEAREST).to_pyarrow()["name"].to_pylist()

    def called(self, account: Account, *, among: Collection[str]) -> tuple[set[str], set[str], set[str]]:
        """The handles of an account, the names that it shows, and those of its names that nobody else bears."""
        mine = (_.platform == account.platform) & (_.account_id == account.account_id)
        rows = self.every.filter(mine).select("name", "display_name").to_pyarrow().to_pylist()
        handles = {row["name"] for row in rows if row["name"]} | set(among)
        alike = self.every.filter((_.platform == account.platform) & ~mine).select(name=_.name.lower())
        shared = alike.filter(_.name.isin(sorted(map(folded, handles)))).to_pyarrow()["name"].to_pylist()
        own = {name for name in handles if folded(name) not in shared}
        return handles, {row["display_name"].strip() for row in rows if row["display_name"]}, own

    def counts(self, account: Account) -> tuple[int, int]:
        """How many posts are by an account, and how many acts by it or to it."""
        of, key = account[:2]
        posts = self.tables["posts"].filter((_.platform == of) & (_.author == key)).count()
        acts = self.tables["acts"].filter((_.platform == of) & ((_.source_id == key) | (_.target_id == key)))
        return posts.to_pyarrow().as_py(), acts.count().to_pyarrow().as_py()

    def openers(self, threads: Collection[tuple[str, str]]) -> dict[tuple[str, str], str]:
        """Who wrote the first post of each thread, where that is known."""
        wanted = pa.table(
            {
                "platform": pa.array([platform for platform, _thread in threads], pa.string()),
                "thread": pa.array([thread for _platform, thread in threads], pa.string()),
            }
        )
        posts = self.tables["posts"].filter(ibis.coalesce(_.edit_of, _.post_id) == _.thread)
        found = posts.semi_join(ibis.memtable(wanted), ["platform", "thread"])
        rows = found.select("platform", "thread", "author").to_pyarrow().to_pylist()
        return {(row["platform"], row["thread"]): row["author"] for row in rows}


def _matching(asked: str, *, report: PrivateFiles | None, held: _Held | None) -> list[Account]:
    """The accounts that somebody may mean: by id if one has that id, else by a name, else by a name they show."""
    every = [asked]
    place, colon, rest = asked.partition(":")
    if colon:
        every.append(rest)
    words = {
        folded(unicodedata.normalize(form, one.strip().lstrip("@＠")))  # type: ignore[arg-type]
        for one in every
        for form in ("NFC", "NFD")
    }
    addresses = {key for key in keys_of(sorted(words)) if key.startswith(("mail:", "phone:"))}
    rows: list[dict[str, Any]] = held.matching(words) if held else []
    for one in report.accounts if report else ():
        rows.append({**one._asdict(), "display_name": None, "called": one.name})
    tiers: tuple[dict[tuple[str, str], Account], ...] = ({}, {}, {})
    for row in rows:
        account = Account(row["platform"], row["account_id"], row["called"] or row["name"] or "")
        # What stands behind a colon means an account of the platform before it.
        is_here = not colon or folded(place) == folded(account.platform)
        meant = words if is_here else words - {folded(rest.strip().lstrip("@＠"))}
        bears = {folded(name) for name in (row["name"], account.key) if name}
        shows = folded((row["display_name"] or "").strip())
        if folded(account.account_id) in meant:
            tiers[0].setdefault(account.place, account)
        if bears & meant or account.account_id in addresses:
            tiers[1].setdefault(account.place, account)
        if shows in meant:
            tiers[2].setdefault(account.place, account)
    return sorted(next((tier.values() for tier in tiers if tier), ()))


def _several(asked: str, found: Sequence[Account]) -> str:
    shown = "\n".join(f"  {one}" for one in found[:_MOST_NAMED])
    more = f"\n  … and {len(found) - _MOST_NAMED} more" if len(found) > _MOST_NAMED else ""
    first = command_line(["communitylab", "forget", f"{found[0].platform}:{found[0].key}"])
    return (
        f"{asked}: {len(found)} accounts are called so, and nothing was changed.\n{shown}{more}\n"
        f"Name the one that asked, or one after another if all are theirs: {first}"
    )


def _unknown(asked: str, *, report: PrivateFiles | None, held: _Held | None) -> str:
    words = folded(asked.lstrip("@＠"))
    names = set(held.near(words) if held else []) | (
        {one.name for one in report.accounts} if report else set()
    )
    near = difflib.get_close_matches(words, sorted(map(folded, names)), n=3, cutoff=0.6)
    shown = [printable(name) for name in sorted(names) if folded(name) in near]
    looked = [f"the store {held.folder}"] if held else []
    looked += [f"{report.out / PRIVATE}"] if report else []
    meant = f" Did you mean {' or '.join(shown)}?" if shown else ""
    return f"{asked}: nobody is called so in {' or in '.join(looked)}.{meant}"


def _many(n: int, thing: str) -> str:
    return f"{n:,} {thing}" if n == 1 else f"{n:,} {thing}s"
