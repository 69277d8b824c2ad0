"""What is kept of groups from one report to the next: who was in them, and what their owner calls them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd

from communitylab.errors import CallError
from communitylab.groups import Earlier, Groups, bridges
from communitylab.lifelines import Lifeline
from communitylab.omissions import Omissions
from communitylab.sheets import brief, cleaned, read_sheet
from communitylab.study import Study

__all__ = ["Groupbook", "group_members", "opened_groupbook"]

_MEMBERS, _NAMES = "private/clusters.csv", "private/groups.csv"
_LONGEST = 40
_MOST = 1_000_000
_CUT = re.compile(r"[0-9][.,]?[0-9]*[eE]\+[0-9]+")  # what a spreadsheet makes of a long number
_ANEW = "Take it away: groups then get new numbers in the next report."


@dataclass(frozen=True)
class Groupbook:
    """The groups of an earlier report, and the table in which their owner named them."""

    earlier: Earlier = field(default_factory=Earlier)
    rows: tuple[Mapping[str, str], ...] = ()

    def named_as(self, results: Mapping[str, Any]) -> Groupbook:
        """The same groups with the names that an earlier report gave them, whatever they are called since.

        Parameters
        ----------
        results
            What its results.json holds.
        """
        told = [*results.get("clusters", []), *results.get("lifelines", [])]
        names = {group["id"]: group["name"] for group in told if group["name"]}
        return replace(self, earlier=replace(self.earlier, names=names))

    def without(self, forgotten: Omissions) -> Groupbook:
        """The same without people who asked to be forgotten: as members, and in the words that groups were said to use.

        Parameters
        ----------
        forgotten
            The list of a study.
        """
        rows = tuple(
            {**row, "words": forgotten.without_names(row["words"])} if "words" in row else row
            for row in self.rows
        )
        return replace(self, earlier=_without(self.earlier, forgotten), rows=rows)

    def continued(self, profiles: pd.DataFrame, lives: Sequence[Lifeline]) -> pd.DataFrame:
        """The table of names for the next report: what stands in it stays, what is new is added.

        Parameters
        ----------
        profiles
            As :func:`communitylab.groups.profiles` gives it.
        lives
            As :func:`communitylab.lifelines.lifelines_of` gives them.

        Returns
        -------
        DataFrame
            group, name (for the owner to fill in), size, words, fate, and what columns the owner added: texts.
        """
        table = {int(row["group"]): dict(row) for row in self.rows}
        told = {row["id"]: row for row in profiles.to_dict("records")}
        fates = {life.id: life.fate for life in lives}
        for group in sorted({*told, *fates}):
            known: dict[str, Any] = told.get(group, {})
            row = table.setdefault(group, {"group": str(group), "name": ""})
            row |= {
                "size": str(known.get("size", "")),
                "words": ", ".join(known.get("words", ())),
                "fate": fates.get(group, ""),
            }
        for group, row in table.items():
            if group not in told and group not in fates:
                row |= {"size": "", "words": row.get("words", ""), "fate": "gone"}
        columns = list(
            dict.fromkeys(
                ["group", "name", "size", "words", "fate", *(key for row in self.rows for key in row)]
            )
        )
        return pd.DataFrame([table[group] for group in sorted(table)], columns=columns).fillna("")


def opened_groupbook(folder: str | Path) -> Groupbook:
    """What an earlier report in a folder knew of its groups; nothing where there is none.

    Parameters
    ----------
    folder
        Of the report.

    Raises
    ------
    CallError
        If one of its two tables cannot be read, or holds a line that is none of a group.
    """
    names_path, members_path = Path(folder) / _NAMES, Path(folder) / _MEMBERS
    names: dict[int, str] = {}
    rows: list[dict[str, str]] = []
    if names_path.exists():
        found, _others = read_sheet(names_path, ("group", "name"), what="A table of groups", cure=_ANEW)
        for row in found:
            group = _group(row.cells["group"], at=f"{names_path}, line {row.line}")
            name = cleaned(row.cells["name"])
            if len(name) > _LONGEST:
                raise CallError(
                    f"{names_path}, line {row.line}: the name {brief(name)} has {len(name):,} characters, and a chart "
                    f"has room for {_LONGEST}. Make it shorter."
                )
            if group in {int(other["group"]) for other in rows}:
                raise CallError(
                    f"{names_path}, line {row.line}: group {group} stands there twice. Take one out."
                )
            rows.append({**row.cells, "group": str(group), "name": name})
            if name:
                names[group] = name
    members: dict[int, set[tuple[str, str]]] = {}
    if members_path.exists():
        columns = ("tile", "group", "platform", "account_id")
        found, _others = read_sheet(members_path, columns, what="A table of members of groups", cure=_ANEW)
        whole: set[int] = set()
        for row in found:
            group = _group(row.cells["group"], at=f"{members_path}, line {row.line}")
            if _CUT.fullmatch(row.cells["account_id"]):
                raise CallError(
                    f"{members_path}, line {row.line}: {brief(row.cells['account_id'])} is no id any more: a "
                    f"spreadsheet saved the file and cut long numbers short. {_ANEW}"
                )
            if not row.cells["tile"] and group not in whole:
                whole.add(group)
                members[group] = set()
            if not row.cells["tile"] or group not in whole:
                members.setdefault(group, set()).add((row.cells["platform"], row.cells["account_id"]))
    kept = {group: frozenset(people) for group, people in members.items()}
    return Groupbook(Earlier(kept, names), tuple(rows))


def _group(text: str, *, at: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text) < _MOST):
        raise CallError(
            f"{at}: {brief(text)} is no number of a group. Leave the column group as the report wrote it."
        )
    return int(text)


def _without(earlier: Earlier, forgotten: Omissions) -> Earlier:
    members = {
        group: frozenset(one for one in people if not forgotten.knows_account(one))
        for group, people in earlier.members.items()
    }
    return replace(earlier, members={group: people for group, people in members.items() if people})


def group_members(
    study: Study, groups: Groups, *, lives: Sequence[Lifeline], earlier: Earlier
) -> pd.DataFrame:
    """Who is in which group, on the whole and in each tile, by name.

    Parameters
    ----------
    study
        What to count.
    groups
        Its groups.
    lives
        Its lifelines.
    earlier
        Groups of an earlier report: those that are gone are kept, lest they come back as strangers.

    Returns
    -------
    DataFrame
        tile (first day; empty for the whole; "earlier" of groups that are gone), group, platform, account_id,
        name, firmness (share of runs in which the person sat with the others), also_knows (other groups in which
        the person has contacts: a bridge): one row per person, group and tile, the whole first, then by group,
        the firmest first.
    """
    known = study.people.select("account", "platform", "account_id", "name").to_pyarrow().to_pandas()
    bridging = bridges(study, groups)
    rows: list[tuple[Any, ...]] = [
        (
            "",
            group,
            account,
            groups.clustering.firmness[account],
            " ".join(map(str, bridging.get(account, [])[1:])),
        )
        for account, group in groups.of.items()
    ]
    rows += [
        (study.day_named(step.tile), life.id, account, None, "")
        for life in lives
        for step in life.steps
        for account in step.members
    ]
    columns = ["tile", "group", "account", "firmness", "also_knows"]
    frame = pd.DataFrame(rows, columns=columns).merge(known, on="account")
    frame = frame.sort_values(["tile", "group", "firmness", "account"], ascending=[True, True, False, True])
    earlier = _without(earlier, study.forgotten)
    gone = set(earlier.members) - set(frame["group"])
    former = [
        ("earlier", group, *person) for group in sorted(gone) for person in sorted(earlier.members[group])
    ]
    kept = pd.DataFrame(former, columns=["tile", "group", "platform", "account_id"]).astype(object)
    told = frame[["tile", "group", "platform", "account_id", "name", *columns[3:]]].astype(object)
    return pd.concat([told, kept], ignore_index=True)
