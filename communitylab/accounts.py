"""Which account is the brand's, which is on the follower list, and the small number each goes by."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

import ibis
import pyarrow as pa
from ibis import _
from ibis.expr.types import Table

from communitylab.exports.followers import Follower
from communitylab.exports.ids import hashed, hashed_number

__all__ = [
    "STRANGERS",
    "account_table",
    "accounts_of",
    "keys_of",
    "list_of_others",
    "names_missing",
    "never_occurs",
    "shared_names",
]

STRANGERS = 10
"""Authors, the brand aside, who cannot all be strangers among whom no follower ever wrote."""

_HASHED = ("mail", "wordpress", "disqus")
"""Places whose exports show addresses, which are kept as keys only."""


def names_missing(accounts: Table, *, borne: Table, names: Sequence[str]) -> list[str]:
    """The brand's names that no account bears or ever bore.

    Parameters
    ----------
    accounts
        As :func:`accounts_of` gives them.
    borne
        Every name with every account that bore it.
    names
        Of the brand, as the user wrote them.
    """
    brands = accounts.filter(_.is_brand).select("platform", "account_id")
    bears = borne.semi_join(brands, ["platform", "account_id"]).to_pyarrow()["name"].to_pylist()
    known = {*bears, *(key.lower() for key in brands.to_pyarrow()["account_id"].to_pylist())}
    return [name for name in names if not {name.lower(), *keys_of([name])} & known]


def shared_names(accounts: Table, *, borne: Table, names: Sequence[str]) -> dict[str, int]:
    """The brand's names that several accounts of one platform bear, and how many at most.

    Parameters
    ----------
    accounts
        As :func:`accounts_of` gives them.
    borne
        Every name with every account that bore it.
    names
        Of the brand, as the user wrote them.
    """
    wanted = [name.lower() for name in names]
    brands = accounts.filter(_.is_brand).select("platform", "account_id")
    bearers = borne.filter(_.name.isin(wanted)).semi_join(brands, ["platform", "account_id"])
    counts = bearers.group_by("platform", "name").agg(n=_.account_id.nunique()).filter(_.n > 1)
    rows = counts.group_by("name").agg(n=_.n.max()).order_by("name").to_pyarrow().to_pylist()
    return {row["name"]: row["n"] for row in rows}


def never_occurs(names: Sequence[str], named: list[tuple[str, int]]) -> str:
    """What to tell a user whose brand is not in the exports.

    Parameters
    ----------
    names
        Of the brand, as the user wrote them.
    named
        The names that do occur, most frequent first, and how often.
    """
    known = ", ".join(f"{name} ({count})" for name, count in named)
    if not known:
        return f"{', '.join(names)} never occurs in the exports, and nobody is addressed in them."
    near = difflib.get_close_matches(names[0].lower(), [name for name, _count in named], n=1)
    meant = f" Did you mean {near[0]}?" if near else ""
    return (
        f"{', '.join(names)} never occurs in the exports.{meant} Most often addressed are: {known}. "
        "Name one of them as --brand."
    )


def list_of_others(path: str, *, entries: int, wrote: int) -> str:
    """What to tell a user of whose follower list nobody wrote, where others did.

    Parameters
    ----------
    path
        The list, as the user named it.
    entries
        How many stand on it.
    wrote
        How many wrote, the brand aside.
    """
    return (
        f"{path}: none of its {entries} entries wrote anything in the exports, and {wrote} others did. "
        "Is it a follower list, and this brand's?"
    )


_SHOWN = ("disqus", "facebook", "mail", "wordpress")
"""Platforms on which people go by a name that others may bear as well."""


def accounts_of(
    accounts: Table,
    *,
    ids: Table,
    borne: Table,
    names: Sequence[str],
    listed: Sequence[Follower] | None,
) -> Table:
    """Accounts with their integer, whether they are the brand's, and whether they are on the follower list.

    A name stands for the account that bore it last, for the brand and the list as for everybody. Where names
    are not unique, the brand's stands for all who bear it: a stranger of that name must not push it out.

    Parameters
    ----------
    accounts
        As a store holds them.
    ids
        The account that each name stands for.
    borne
        Every name with every account that bore it.
    names
        Of the brand, as the user wrote them.
    listed
        The follower list; None without one.

    Returns
    -------
    Table
        The accounts with account (integer), is_brand, on_follower_list, followed_at, person_id.
    """
    if listed is not None:
        accounts = _with_list(accounts, ids, listed).mutate(
            on_follower_list=_.on_follower_list.fill_null(False)
        )
    else:
        accounts = accounts.mutate(
            on_follower_list=ibis.literal(False), followed_at=ibis.null("timestamp('UTC')")
        )
    wanted = sorted({name.lower() for name in names})
    keys = keys_of(names)
    by_name = ids.filter(_.name.isin(wanted) & ~_.platform.isin(_SHOWN)).select("platform", "account_id")
    shared = borne.filter(_.name.isin(keys) & _.platform.isin(_SHOWN)).select("platform", "account_id")
    by_name = ibis.union(by_name, shared)
    by_id = accounts.filter(_.account_id.lower().isin(keys)).select("platform", "account_id")
    brands = ibis.union(by_name, by_id, distinct=True).mutate(bears_name=True)
    order = ibis.window(order_by=["platform", "account_id"])
    marked = accounts.left_join(brands, ["platform", "account_id"]).select(accounts, "bears_name")
    return (
        marked.mutate(
            account=ibis.row_number().over(order).cast("int32"),
            is_brand=_.bears_name.fill_null(False),
            person_id=_.account_id,
        )
        .drop("bears_name")
        .cache()
    )


def keys_of(names: Sequence[str]) -> list[str]:
    """Account ids that names may stand for: ids, bare names, hashed addresses and telephone numbers.

    Parameters
    ----------
    names
        As a user wrote them, without @.
    """
    wanted = sorted({name.lower() for name in names})
    addresses = [hashed(name, place) for name in wanted if "@" in name[1:] for place in _HASHED]
    numbers = [key for name in wanted if (key := hashed_number(name))]
    return [*wanted, *(f"name:{name}" for name in wanted), *addresses, *numbers]


def _with_list(accounts: Table, ids: Table, listed: Sequence[Follower]) -> Table:
    """Accounts with those of the follower list marked; listed people who never occur are added."""
    entries = ibis.memtable(
        pa.table(
            {
                "entry": pa.array(range(len(listed)), pa.int64()),
                "listed_id": pa.array([entry.account_id for entry in listed], pa.string()),
                "folded": pa.array(
                    [entry.name.lower() if entry.name else None for entry in listed], pa.string()
                ),
                "followed_at": pa.array(
                    [entry.followed_at for entry in listed], pa.timestamp("us", tz="UTC")
                ),
            }
        )
    )
    unnamed = accounts.filter(_.account_id.startswith("name:")).select("platform", "account_id")
    keys = ibis.union(
        ids.select("platform", "account_id", folded="name"),
        unnamed.mutate(folded=_.account_id.substr(5)),
    )
    by_id = entries.inner_join(accounts.select("platform", "account_id"), [("listed_id", "account_id")])
    by_id = by_id.select("entry", "platform", "account_id", "followed_at")
    rest = entries.anti_join(by_id, "entry").inner_join(keys, "folded")
    found = ibis.union(by_id, rest.select("entry", "platform", "account_id", "followed_at")).cache()
    marks = found.group_by("platform", "account_id").agg(
        followed_at=_.followed_at.min(), on_follower_list=_.count() > 0
    )
    marked = accounts.left_join(marks, ["platform", "account_id"])
    marked = marked.select(*accounts.columns, "on_follower_list", "followed_at")
    most = accounts.group_by("platform").agg(n=_.count()).order_by(_.n.desc(), _.platform).limit(1)
    platform = most.to_pyarrow()["platform"].to_pylist()
    silent = entries.anti_join(found, "entry").mutate(
        account_id=ibis.coalesce(_.listed_id, "name:" + _.folded), name=ibis.coalesce(_.folded, _.listed_id)
    )
    silent = silent.group_by("account_id").agg(name=_.name.min(), followed_at=_.followed_at.min())
    added = silent.select(
        platform=ibis.literal(platform[0] if platform else "x"),
        account_id="account_id",
        name="name",
        display_name=ibis.null("string"),
        is_bot=ibis.literal(False),
        on_follower_list=ibis.literal(True),
        followed_at="followed_at",
    )
    return ibis.union(marked, added.select(marked.columns))


def account_table(accounts: Sequence[int]) -> Table:
    """Accounts as a table that others can be joined to.

    Parameters
    ----------
    accounts
        Their integers, however many.

    Returns
    -------
    Table
        account: one row each.
    """
    return ibis.memtable(pa.table({"account": pa.array(accounts, pa.int32())}))
