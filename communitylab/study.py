"""Load exports, name the brand, choose what counts: a study."""

from __future__ import annotations

import difflib
import functools
import os
import re
import shutil
import tempfile
import weakref
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from operator import or_
from pathlib import Path
from typing import Any

import ibis
import pandas as pd
import pyarrow as pa
from ibis import _
from ibis.backends import BaseBackend
from ibis.expr.types import Table

from communitylab import files
from communitylab.accounts import (
    STRANGERS,
    account_table,
    accounts_of,
    list_of_others,
    names_missing,
    never_occurs,
    shared_names,
)
from communitylab.acts import name_to_id
from communitylab.choices import BRAND, BYSTANDER, FOLLOWER, GROUNDS, UNTILED, Choices, first_row, remembered
from communitylab.coding import coded
from communitylab.days import day_named, day_number, day_of, monday_on_or_after, zone_named
from communitylab.errors import CallError, ExportError, command_line, printable
from communitylab.exports import formats, readable
from communitylab.exports.followers import Follower, read_followers
from communitylab.ledger import Ledger
from communitylab.omissions import Omissions, read_omissions
from communitylab.private import PRIVATE
from communitylab.store import add_to_store, connect, is_store, most_named, omit_from_store, open_store
from communitylab.tables import TALK, WITHOUT_REPLIES

__all__ = ["Study", "load"]

_LONG_ENOUGH = 5  # letters of a name that is looked for within others
_MOST_ALIKE = 5  # names that a remark lists
_MANY_POSTS = 100  # of one export, that cannot all be beside the brand
_EACH_WITH_ITS_STAFF = ("reddit",)  # platforms of many places: that one is the brand's says nothing of others
_OF_TALK = ("kinds", "inferred", "grounds", "stage")  # choices that decide which acts count, not who is who
_ORDER = {
    "posts": ("created_at", "platform", "post_id"),
    "acts": ("created_at", "platform", "post_id", "source_id", "target_id", "kind", "evidence"),
    "accounts": ("platform", "account_id"),
}


def load(
    exported: str | Path | Iterable[str | Path] | None = None,
    *,
    brand: str | Sequence[str],
    followers: str | Path | None = None,
    since: str | date | None = None,
    until: str | date | None = None,
    kinds: Sequence[str] = TALK,
    hashtags: str | Sequence[str] = (),
    columns: Mapping[str, str] | None = None,
    chats: str | Sequence[str] = (),
    coverage: str | None = None,
    tz: str = "UTC",
    yours: str | Sequence[str] | None = None,
    store: str | Path | None = None,
    engine: BaseBackend | None = None,
    forgotten: str | Path | Iterable[str | Path] = (),
) -> Study:
    """Reads exports and names the brand in them.

    Parameters
    ----------
    exported
        A file, folder, zip or glob, or several. None: what the store holds already; a store's folder: what that
        one holds.
    brand
        The account studied, or all accounts that speak for it, staff included. Names or ids.
    followers
        File with the follower list, or an X account archive; without one, whoever wrote something is a follower.
    since, until
        First and last day studied, ``"2025-03-01"``; all by default.
    kinds
        Kinds of act that count as talk.
    hashtags
        The brand's own hashtags: posts that carry one take place on the ground `tagged`.
    columns
        Which column of a table holds what, where it cannot be told: ``{"author": "User"}``.
    chats
        Names or ids of the chats, groups and channels to be read, where an export holds several. By default those
        that everybody in the place can read; private ones are read only if they are named.
    coverage
        Coverage class (``"A"``, ``"B"``, ``"C"``, ``"C_search"``, ``"D"``) where you know better than the files.
    tz
        Zone in which days begin and weeks turn.
    yours
        Platforms that are a place of the brand's, such as its forum: talk there is on its ground, and need not
        be about it. By default those of which there are exports that an owner gets; ``()`` for none.
    store
        Folder in which to keep what was read; loading again adds.
    engine
        An Ibis connection; an embedded DuckDB by default.
    forgotten
        Folder of a report, or several, which need not be there yet: who was forgotten in it
        (`communitylab forget`) is kept out, and leaves the store. Whom the store was told to forget is kept out
        in any case.

    Returns
    -------
    Study

    Raises
    ------
    CallError
        If a path leads nowhere, or a value is not one of those possible, or the brand never occurs or was forgotten.
    ExportError
        If nothing in the exports can be read, or no post lies between the days named.
    """
    paths = [exported] if isinstance(exported, (str, Path)) else list(exported or [])
    only = Path(os.path.expanduser(paths[0])) if len(paths) == 1 else None
    if store is None and only is not None and only.is_dir() and is_store(only):
        paths, store = [], only
    _check_choice("coverage", coverage, (None, "A", "B", "C", "C_search", "D"))
    if not _listed(brand):
        raise CallError("No brand was named. Name the account studied: --brand millandcrumb")
    choices = Choices(
        kinds=_kinds(kinds),
        since=day_of(since, option="since"),
        until=day_of(until, option="until"),
        hashtags=tuple(sorted({tag.lower().removeprefix("#") for tag in _listed(hashtags)})),
        tz=zone_named(tz),
    )
    if choices.since and choices.until and choices.since > choices.until:
        raise CallError(f"--since {choices.since} lies after --until {choices.until}. Change one of them.")
    listed = read_followers(readable(files.find([followers]))) if followers else None
    reports = [forgotten] if isinstance(forgotten, (str, Path)) else list(forgotten)
    kept_out = functools.reduce(or_, (read_omissions(Path(one) / PRIVATE) for one in reports), Omissions())
    owned = None if yours is None else tuple(sorted(set(_listed(yours))))
    scratch = _Scratch()
    engine = engine or connect(scratch.path)
    folder = Path(store) if store else scratch.path / "store"
    if paths:
        add_to_store(paths, folder, columns=columns, chats=_listed(chats), engine=engine, forgotten=kept_out)
    elif not read_omissions(folder).covers(kept_out):
        omit_from_store(folder, kept_out, engine=engine)
    opened, ledger = open_store(engine, folder=folder)
    kept_out = read_omissions(folder)
    borne = opened["names"].mutate(name=_.name.lower()).cache()
    ids = name_to_id(borne).cache()
    names = _brand_names(brand, opened["accounts"], borne=borne)
    if kept_out:
        listed = _still_listed(listed, names=names, kept_out=kept_out, accounts=opened["accounts"])
    accounts = accounts_of(opened["accounts"], ids=ids, borne=borne, names=names, listed=listed)
    platforms = _platforms(opened["posts"], ledger, accounts=accounts)
    for name in owned or ():
        _check_choice("--yours", name, [*sorted(platforms), "none"])
    taken = tuple(name for name, is_yours in platforms.items() if is_yours)
    choices = replace(choices, yours=taken if owned is None else owned)
    missing = names_missing(accounts, borne=borne, names=names)
    if len(missing) == len(names) and not ledger.holds_only_counts:
        writers = opened["posts"].select("platform", "author").distinct().limit(2).to_pyarrow()["author"]
        if len(writers) == 1:
            author = opened["accounts"].filter(_.account_id == writers[0].as_py()).select("name")
            alone = author.to_pyarrow()["name"][0].as_py()
            raise CallError(
                f"{', '.join(names)} never occurs in the exports; all of them is by {printable(alone)}. "
                f"If that is you: {command_line(['--brand', alone])}"
            )
        raise CallError(never_occurs(names, most_named(opened["acts"], opened["accounts"])))
    study = Study(
        engine=engine,
        posts=opened["posts"],
        every_act=opened["acts"],
        accounts=accounts,
        ledger=ledger,
        brand=tuple(names),
        has_list=listed is not None,
        coverage_named=coverage,
        choices=choices,
        forgotten=kept_out,
        remarks=(
            *(f"{name} never occurs in the exports." for name in missing if len(missing) < len(names)),
            *(
                f"{n} accounts are called {name}: all of them count as yours. If some are not, name ids as --brand."
                for name, n in shared_names(accounts, borne=borne, names=names).items()
            ),
            *(
                [
                    f"Places taken for yours: {', '.join(taken)}. If one is not, name the others as --yours, or none."
                ]
                if taken and owned is None
                else []
            ),
            *(
                f"Of the places on {name} some are yours, and not all: none is taken for yours. "
                f"If all are, name {name} as --yours; else load yours by itself."
                for name, is_yours in platforms.items()
                if is_yours is None and owned is None
            ),
        ),
        scratch=scratch,
    )
    study._check_has_posts()
    study._check_brand_writes()
    if listed is not None:
        study._check_list(str(followers), n=len(listed))
        others = [name for name in study.places if name not in study.listed_platforms]
        of, on = ", ".join(study.listed_platforms), ", ".join(others)
        said = f"The follower list is of {of}: on {on} whoever wrote counts."
        study = replace(study, remarks=(*study.remarks, *([said] if others else [])))
    unseen = [f"No post carries #{tag}." for tag in study._tags_without_posts()]
    return replace(
        study,
        remarks=(
            *study.remarks,
            *unseen,
            *study._files_of_others(),
            *study._places_without_brand(),
            *study._called_alike(),
        ),
    )


class _Scratch:
    """A temporary folder that lives as long as the studies that read from it."""

    def __init__(self) -> None:
        self.path = Path(tempfile.mkdtemp(prefix="communitylab-"))
        weakref.finalize(self, shutil.rmtree, self.path, ignore_errors=True)


@dataclass(frozen=True, repr=False)
class Study:
    """Posts, acts and accounts of one brand's exports, and the choices that decide what counts.

    Everything measured starts from its three working tables `people`, `authored` and `talk`, in which
    accounts are small integers: their place in the order of (platform, account id).
    """

    engine: BaseBackend
    posts: Table
    every_act: Table
    accounts: Table
    ledger: Ledger
    brand: tuple[str, ...]
    has_list: bool
    coverage_named: str | None
    choices: Choices
    remarks: tuple[str, ...] = ()
    forgotten: Omissions = field(default_factory=Omissions, repr=False)
    scratch: Any = field(default=None, repr=False)
    memory: dict[Any, Any] = field(default_factory=dict, repr=False)

    def __repr__(self) -> str:
        days = "without times" if self.days is None else " to ".join(map(self.day_named, self.days))
        return f"Study of {', '.join(self.brand)}: {self.ledger.posts} posts, {days}"

    def table(self, name: str) -> pd.DataFrame:
        """One of the tables `posts`, `acts`, `accounts`, `ledger` as a DataFrame, the earliest first.

        Parameters
        ----------
        name
            Which one. `ledger` says what became of the records of each file.

        Raises
        ------
        CallError
            If there is no such table.
        """
        _check_choice("table", name, ("posts", "acts", "accounts", "ledger"))
        if name == "ledger":
            return self.ledger.as_table()
        # An engine gives rows as it finds them.
        return getattr(self, name).order_by(_ORDER[name]).to_pyarrow().to_pandas()

    def only(
        self,
        *,
        since: str | date | None = None,
        until: str | date | None = None,
        kinds: Sequence[str] | None = None,
        grounds: Sequence[str] | None = None,
        platforms: str | Sequence[str] | None = None,
        **choices: Any,
    ) -> Study:
        """A narrower or otherwise counted study of the same exports.

        Parameters
        ----------
        since, until
            First and last day.
        kinds
            Kinds of act that count as talk.
        grounds
            Grounds on which talk counts.
        platforms
            These platforms only.
        **choices
            Any other field of :class:`Choices`.

        Returns
        -------
        Study

        Raises
        ------
        CallError
            If a value is not one of those possible.
        """
        changed: dict[str, Any] = dict(choices)
        if since is not None:
            changed["since"] = day_of(since, option="since")
        if until is not None:
            changed["until"] = day_of(until, option="until")
        if kinds is not None:
            changed["kinds"] = _kinds(kinds)
        if grounds is not None:
            for ground in grounds:
                _check_choice("grounds", ground, GROUNDS)
            changed["grounds"] = tuple(grounds)
        if platforms is not None:
            changed["platforms"] = tuple(_listed(platforms))
        # What is known already is taken along; what the narrower study learns goes with it.
        return replace(self, choices=replace(self.choices, **changed), memory=dict(self.memory))

    def around(self, account: int) -> Study:
        """The study of one of the brand's accounts: of the followers who addressed it.

        The brand's other accounts are left out.

        Parameters
        ----------
        account
            An account of the brand.
        """
        toward = self.talk.filter((_.target == account) & (_.source_role == FOLLOWER)).select(
            account="source"
        )
        others = self.people.anti_join(toward.distinct(), "account").filter(_.account != account)
        return self.only(without=tuple(sorted(others.to_pyarrow()["account"].to_pylist())))

    @property
    def unstaged(self) -> Study:
        """The study with nobody on the stage but the brand; what either learns, both know."""
        return replace(self, choices=replace(self.choices, stage=()))

    @property
    def is_short(self) -> bool:
        """Whether the span is shorter than two weeks."""
        return self.days is not None and self.days[1] - self.days[0] + 1 < 14

    @property
    def acts(self) -> Table:
        """Every act, with the ground on which it took place."""
        _posts, acts = self._coded
        return acts.select(
            "platform",
            "source_id",
            "target_id",
            "kind",
            "created_at",
            "post_id",
            "target_post_id",
            "conversation_id",
            "evidence",
            "ground",
            "weight",
        )

    @property
    def every_act_coded(self) -> Table:
        """All acts in the days studied, whatever counts: as :attr:`acts`, with integer accounts and days."""
        _posts, acts = self._coded
        return self._inside(acts)

    @property
    def people(self) -> Table:
        """account (integer), platform, account_id, name, role, authored: one row per account."""
        if not self.choices.stage:
            return self._people
        return _on_stage(self._people, self.choices.stage, account="account", role="role")

    @property
    @remembered(*UNTILED, *_OF_TALK)
    def _people(self) -> Table:
        """The people, with nobody on the stage but the brand."""
        kept = self.accounts
        if self.choices.without:
            kept = kept.anti_join(account_table(self.choices.without), "account")
        wrote = self.authored_by_all.group_by("account").agg(posts=_.posts.sum())
        known = kept.left_join(wrote, "account").mutate(posts=_.posts.fill_null(0))
        is_follower = _.posts > 0
        if self.has_list:
            # A list is of one platform: of the others it says nothing.
            is_follower = _.on_follower_list | (is_follower & ~_.platform.isin(self.listed_platforms))
        role = ibis.cases((_.is_brand, BRAND), (is_follower, FOLLOWER), else_=BYSTANDER)
        known = known.mutate(role=role.cast("int8"), authored=_.posts > 0)
        return known.drop("account_right", "posts").cache()

    @property
    def listed_platforms(self) -> tuple[str, ...]:
        """Platforms of which the follower list names somebody; none without a list."""
        rows = self.accounts.filter(_.on_follower_list).select("platform").distinct().to_pyarrow()
        return tuple(sorted(rows["platform"].to_pylist()))

    @property
    @remembered(*UNTILED, *_OF_TALK)
    def authored_by_all(self) -> Table:
        """account, day, posts: how much each account wrote on each day."""
        posts, _acts = self._coded
        inside = self._inside(posts)
        per_day = inside.group_by("account", "day").agg(posts=_.count())
        # Both ends of an undirected row wrote.
        ties = self._inside(_acts).filter(_.kind == "tie")
        both = ties.group_by(account="source", day="day").agg(posts=_.count())
        both = both.anti_join(per_day, ["account", "day"])
        return ibis.union(per_day, both.select(per_day.columns)).cache()

    @property
    @remembered(*UNTILED, *_OF_TALK)
    def places(self) -> dict[str, tuple[int, bool]]:
        """How many posts were written on each platform in the days studied, and whether by the brand alone."""
        posts, _acts = self._coded
        brand = self.accounts.filter(_.is_brand).select("account", is_own=True)
        told = self._inside(posts).left_join(brand, "account").mutate(is_own=_.is_own.fill_null(False))
        rows = told.group_by("platform").agg(n=_.count(), alone=_.is_own.all()).order_by("platform")
        return {row["platform"]: (row["n"], row["alone"]) for row in rows.to_pyarrow().to_pylist()}

    @property
    def places_without_replies(self) -> tuple[str, ...]:
        """Platforms of the study where no message says what it answers."""
        return tuple(name for name in WITHOUT_REPLIES if name in self.places)

    @property
    def places_inferred(self) -> tuple[str, ...]:
        """Platforms of the study where answers to nobody in particular count as talk."""
        if self.choices.inferred is None:
            return self.places_without_replies
        return tuple(self.places) if self.choices.inferred else ()

    @property
    @remembered(*UNTILED)
    def authored(self) -> Table:
        """account, day, role: days on which followers and the brand wrote something."""
        roles = self.people.select("account", "role")
        return self.authored_by_all.inner_join(roles, "account").filter(_.role != BYSTANDER).cache()

    @property
    def written(self) -> Table:
        """Posts, reposts aside: platform, post_id, account, day, at (seconds), thread, text_hash."""
        posts, _acts = self._coded
        return self._inside(posts).filter(_.kind != "repost")

    @property
    @remembered(*UNTILED)
    def talk(self) -> Table:
        """Talk of followers and the brand: one row per act that counts.

        source, target (accounts), source_role, target_role, kind, ground, platform, day, at (seconds),
        post, thread, thread_day, weight. Days are days since 1970-01-01 in the study's zone.
        """
        if self.choices.stage:
            talk = self.unstaged.talk
            for account, role in (("source", "source_role"), ("target", "target_role")):
                talk = _on_stage(talk, self.choices.stage, account=account, role=role)
            return talk.filter(~((_.source_role == BRAND) & (_.target_role == BRAND)))
        _posts, acts = self._coded
        counted = self._inside(acts).filter(
            _.kind.isin((*self.choices.kinds, "tie")), _.evidence != "carried"
        )
        inferred = self.places_inferred
        counted = counted.filter((_.evidence != "inferred") | _.platform.isin(inferred))
        if inferred:
            # A flat answer that names the opener as well is still one act.
            flat = counted.filter(_.evidence == "inferred").select("platform", "post", "target")
            named = counted.filter(_.kind == "mention").semi_join(flat, ["platform", "post", "target"])
            counted = counted.anti_join(named, ["platform", "post", "target", "kind"])
        if self.choices.grounds != GROUNDS:
            counted = counted.filter(_.ground.isin(self.choices.grounds))
        roles = self.people.select("account", "role", "authored")
        sources = roles.select(source="account", source_role="role", source_authored="authored")
        targets = roles.select(target="account", target_role="role", target_authored="authored")
        joined = counted.inner_join(sources, "source").inner_join(targets, "target")
        return (
            joined.filter(
                (_.source_role != BYSTANDER) & ~((_.source_role == BRAND) & (_.target_role == BRAND))
            )
            .select(
                "source",
                "target",
                "source_role",
                "target_role",
                "source_authored",
                "target_authored",
                "kind",
                "ground",
                "platform",
                "day",
                "at",
                "post",
                "thread",
                "thread_day",
                "weight",
                is_inferred=_.evidence == "inferred",
            )
            .cache()
        )

    @property
    @remembered(*UNTILED)
    def span(self) -> tuple[datetime, datetime] | None:
        """First and last moment at which somebody wrote; None where the export has no times."""
        posts, _acts = self._coded
        row = (
            self._inside(posts)
            .agg(first=_.created_at.min(), last=_.created_at.max())
            .to_pyarrow()
            .to_pylist()[0]
        )
        return (row["first"], row["last"]) if row["first"] else None

    @property
    @remembered(*UNTILED)
    def days(self) -> tuple[int, int] | None:
        """First and last day with a post, as days since 1970-01-01; None without times."""
        row = self.authored_by_all.agg(first=_.day.min(), last=_.day.max()).to_pyarrow().to_pylist()[0]
        return (row["first"], row["last"]) if row["first"] is not None else None

    @property
    @remembered()
    def tiles(self) -> tuple[int, ...]:
        """First day of each tile: rolling four weeks that begin on a Monday and hold a post.

        Where the span is too short for one, the whole span is the only tile.
        """
        if self.days is None:
            return ()
        if not self._is_tiled:
            return (self.days[0],)
        tile = self.tile_of(self.authored_by_all).select("tile").distinct()
        return tuple(sorted(tile.to_pyarrow()["tile"].to_pylist()))

    @property
    def _is_tiled(self) -> bool:
        """Whether four weeks that begin on a Monday lie wholly in the span."""
        if self.days is None:
            return False
        first, last = self.days
        return monday_on_or_after(first) + self.choices.tile_days - 1 <= last

    def tile_of(self, table: Table) -> Table:
        """A row with a `day` once for each tile in which it stands, as column `tile`; rows in none are lost.

        Parameters
        ----------
        table
            Any table with a column `day`.
        """
        if self.days is None:
            return table.mutate(tile=ibis.literal(0)).limit(0)
        first, last = self.days
        if not self._is_tiled:
            return table.mutate(tile=ibis.literal(first, type="int32"))
        earliest, latest = monday_on_or_after(first), last - self.choices.tile_days + 1
        back = ibis.memtable(
            pa.table({"days_back": pa.array(range(0, self.choices.tile_days, 7), pa.int32())})
        )
        monday = (_.day - (_.day + 3) % 7).cast("int32")
        repeated = table.cross_join(back).mutate(tile=(monday - _.days_back).cast("int32")).drop("days_back")
        return repeated.filter((_.tile >= earliest) & (_.tile <= latest))

    @property
    @remembered(*UNTILED)
    def accounts_known(self) -> dict[str, int]:
        """How many accounts are known by id, how many by name alone, and how many listed followers occur."""
        is_name = _.account_id.startswith("name:")
        row = self.accounts.agg(
            by_id=(~is_name).sum().fill_null(0),
            by_name=is_name.sum().fill_null(0),
            listed=_.on_follower_list.sum().fill_null(0),
        ).to_pyarrow().to_pylist()[0]  # fmt: skip
        occurring = self.people.filter(_.on_follower_list & _.authored).count().to_pyarrow().as_py()
        return {**row, "listed_and_wrote": occurring}

    def day_named(self, day: int) -> str:
        """A day since 1970-01-01 as ``2025-03-01``.

        Parameters
        ----------
        day
            Days since 1970-01-01.
        """
        return day_named(day)

    def _inside(self, table: Table) -> Table:
        """Rows within the days and the platforms studied, of accounts that are not left out."""
        if self.choices.platforms:
            table = table.filter(_.platform.isin(self.choices.platforms))
        if self.choices.since is not None:
            table = table.filter(_.day >= day_number(self.choices.since))
        if self.choices.until is not None:
            table = table.filter(_.day <= day_number(self.choices.until))
        if self.choices.without:
            for account in sorted({"account", "source", "target"} & set(table.columns)):
                table = table.anti_join(account_table(self.choices.without), [(account, "account")])
        return table

    @property
    def _coded(self) -> tuple[Table, Table]:
        """Posts and acts with integer accounts, days in the study's zone, threads and grounds."""
        key = ("coded", self.choices.tz, self.choices.hashtags, self.choices.yours)
        if key not in self.memory:
            self.memory[key] = coded(
                self.posts,
                self.every_act,
                accounts=self.accounts,
                tz=self.choices.tz,
                hashtags=self.choices.hashtags,
                yours=self.choices.yours,
            )
        return self.memory[key]

    def _check_brand_writes(self) -> None:
        """In an archive of one account the brand is that account: all else would be nonsense about it."""
        writers = self.people.filter(_.authored).select("name", "role").limit(2).to_pyarrow().to_pylist()
        classes = {file.coverage for file in self.ledger.files if file.posts}
        if (
            len(writers) == 1
            and writers[0]["role"] != BRAND
            and (self.coverage_named or classes) in ("C", {"C"})
        ):
            author = writers[0]["name"]
            raise CallError(
                f"{', '.join(self.brand)} never writes in this archive: all of it is by {printable(author)}. "
                f"Name that account: {command_line(['--brand', author])}"
            )

    def _check_list(self, path: str, *, n: int) -> None:
        """A list of which nobody wrote, where others did, is another brand's, or no follower list."""
        others = self.people.filter((_.role != BRAND) & _.authored)
        row = others.agg(wrote=_.count(), listed=_.on_follower_list.sum().fill_null(0))
        found = first_row(row)
        if found["wrote"] >= STRANGERS and not found["listed"]:
            raise CallError(list_of_others(path, entries=n, wrote=found["wrote"]))

    def _tags_without_posts(self) -> list[str]:
        """Hashtags given as the brand's that no post carries."""
        tags = self.posts.filter(_.hashtags.notnull()).select(tag=_.hashtags.unnest()).distinct()
        known = set(tags.to_pyarrow()["tag"].to_pylist()) if self.choices.hashtags else set()
        return [tag for tag in self.choices.hashtags if tag not in known]

    def _places_without_brand(self) -> list[str]:
        """A remark for each of several places in which none of the brand's accounts occurs."""
        if len(self.places) < 2:
            return []
        brand = self.accounts.filter(_.is_brand).select("platform").distinct().to_pyarrow()
        found = []
        for place in sorted(self.places.keys() - set(brand["platform"].to_pylist())):
            named = most_named(self.every_act.filter(_.platform == place), self.accounts, limit=3)
            most = f" Addressed most there: {', '.join(name for name, _n in named)}." if named else ""
            found.append(
                f"On {place} {', '.join(self.brand)} never occurs: whoever speaks for you there counts as a follower. "
                f"Name your account there as --brand as well, with a comma between.{most}"
            )
        return found

    def _called_alike(self) -> list[str]:
        """A remark on people who wrote and in whose names the brand's stands: colleagues, perhaps."""
        signs = r"[^\p{L}\p{N}]+"
        names = {re.sub(r"[\W_]+", "", name.lower()) for name in self.brand}
        brands = [name for name in sorted(names) if len(name) >= _LONG_ENOUGH]
        if not brands:
            return []
        wrote = self.posts.select("platform", account_id="author").distinct()
        others = self.accounts.filter(~_.is_brand).semi_join(wrote, ["platform", "account_id"])
        shown = (_.name + " " + _.display_name.fill_null("")).lower().re_replace(signs, "")
        others = others.mutate(shown=shown)
        alike = functools.reduce(or_, (others.shown.contains(name) for name in brands))
        rows = others.filter(alike).order_by("platform", "name").select("name", "display_name")
        found = [
            row["display_name"] or row["name"] for row in rows.limit(_MOST_ALIKE).to_pyarrow().to_pylist()
        ]
        if not found:
            return []
        who = ", ".join(printable(name)[:60] for name in found)
        return [
            f"Perhaps they speak for you: {who}. Those who do belong to --brand, or they count as followers."
        ]

    def _files_of_others(self) -> list[str]:
        """A remark for each file of many posts that are not about the brand at all, though others are."""
        if len(self.ledger.files) < 2:
            return []
        brand = self.accounts.filter(_.is_brand).select("platform", "account_id")
        posts = self.posts.filter(~_.platform.isin(["", *self.choices.yours]))
        written = posts.semi_join(brand, ["platform", ("author", "account_id")]).select("source_file")
        toward = self.every_act.semi_join(brand, ["platform", ("target_id", "account_id")])
        addressed = posts.semi_join(toward, ["platform", "post_id"]).select("source_file")
        others = posts.group_by("source_file").agg(n=_.count()).filter(_.n >= _MANY_POSTS)
        others = others.anti_join(ibis.union(written, addressed), "source_file").order_by("source_file")
        return [
            f"{self.ledger.files[row['source_file']].label}: {', '.join(self.brand)} never occurs in its {row['n']:,} "
            "posts. If it is of another brand, the figures are wrong: make the report without it, and a new store if "
            "it is in one."
            for row in others.to_pyarrow().to_pylist()
        ]

    def _check_has_posts(self) -> None:
        if self.ledger.holds_only_counts or self.authored_by_all.count().to_pyarrow().as_py():
            return
        posts, _acts = self._coded
        row = posts.agg(first=_.day.min(), last=_.day.max()).to_pyarrow().to_pylist()[0]
        if row["first"] is None:
            raise ExportError("The exports hold no post by a known author.")
        raise ExportError(
            f"No post lies between the days named; the exports reach from {self.day_named(row['first'])} "
            f"to {self.day_named(row['last'])}. Change --since or --until."
        )


def _brand_names(brand: str | Sequence[str], accounts: Table, *, borne: Table) -> list[str]:
    """The names given for the brand: one by one, or in one text with commas, unless that is a name itself."""
    if isinstance(brand, str) and "," in brand:
        whole = brand.strip().removeprefix("@").lower()
        known = ibis.union(borne.select("name"), accounts.select(name=_.name.lower()))
        if known.filter(_.name == whole).count().to_pyarrow().as_py():
            return [brand.strip().removeprefix("@")]
        return [name.removeprefix("@") for name in _listed(brand)]
    given = [brand] if isinstance(brand, str) else brand
    return [name.strip().removeprefix("@") for name in given if name.strip()]


def _still_listed(
    listed: list[Follower] | None, *, names: Sequence[str], kept_out: Omissions, accounts: Table
) -> list[Follower] | None:
    """A follower list without those who are kept out, after a look whether the brand is one of them."""
    places = accounts.select("platform").distinct().to_pyarrow()["platform"].to_pylist()
    for name in names:
        if kept_out.knows(places, account_id=name, name=name):
            raise CallError(
                f"{name} was forgotten and is named as the brand. Name another account as --brand. To take back that "
                "they were forgotten, make a new store and a new folder for the report."
            )
    if listed is None:
        return None
    return [one for one in listed if not kept_out.knows(places, account_id=one.account_id, name=one.name)]


def _platforms(posts: Table, ledger: Ledger, *, accounts: Table) -> dict[str, bool | None]:
    """The platforms on which somebody wrote, and whether its exports show each to be a place of the brand's.

    None: of several places there some are, and others are not shown to be.
    """
    known = {one.name: one for one in formats() if one.is_yours}
    rows = posts.select("platform", "source_file", place=_.place.lower()).distinct().to_pyarrow().to_pylist()
    keys = set(accounts.filter(_.is_brand).to_pyarrow()["account_id"].to_pylist())
    found: dict[str, bool | None] = {}
    shown = set()
    for row in sorted(rows, key=lambda row: (row["platform"], row["source_file"])):
        file = ledger.files[row["source_file"]]
        is_yours = file.format in known
        if is_yours and known[file.format or ""].shows_staff:
            is_yours = bool(keys & {key for one in file.staff for key in (one, f"name:{one.lower()}")})
        found[row["platform"]] = found.get(row["platform"], False) or is_yours
        shown |= {(row["platform"], row["place"])} if is_yours else set()
    for row in rows:
        if row["platform"] in _EACH_WITH_ITS_STAFF and (row["platform"], row["place"]) not in shown:
            found[row["platform"]] = found[row["platform"]] and None
    return found


def _on_stage(table: Table, stage: Sequence[int], *, account: str, role: str) -> Table:
    """A table in which the role of those on the stage is that of the brand."""
    staged = account_table(stage).select(_["account"].name(account), is_on_stage=True)
    joined = table.left_join(staged, account).select(table, "is_on_stage")
    moved = ibis.ifelse(_.is_on_stage.fill_null(False), ibis.literal(BRAND, "int8"), _[role])
    return joined.mutate(**{role: moved}).drop("is_on_stage")


def _listed(value: str | Sequence[str]) -> list[str]:
    """Names given one by one, or several in one text with commas between them."""
    entries = [value] if isinstance(value, str) else value
    return [name.strip() for entry in entries for name in entry.split(",") if name.strip()]


def _kinds(kinds: Sequence[str]) -> tuple[str, ...]:
    listed = (kinds,) if isinstance(kinds, str) else tuple(kinds)
    for kind in listed:
        _check_choice("kinds", kind, (*TALK, "repost", "reaction", "tie"))
    return listed


def _check_choice(option: str, value: object, possible: Sequence[object]) -> None:
    if value not in possible:
        names = [str(choice) for choice in possible if choice is not None]
        near = difflib.get_close_matches(str(value), names, n=1, cutoff=0.5)
        meant = f" Did you mean {near[0]}?" if near else ""
        raise CallError(f"{option} {value}: not one of {', '.join(names)}.{meant}")
