"""The groups of followers: whether there are any, who is in them, what each is like."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import ibis
import networkx as nx
import pandas as pd
import pyarrow as pa
from ibis import _
from ibis.expr.types import Table

from communitylab import clusters, networks, roles
from communitylab.choices import BRAND, FOLLOWER, remembered
from communitylab.clusters import SOLID, Clustering
from communitylab.study import Study
from communitylab.tables import Estimate
from communitylab.topics import group_topics

__all__ = [
    "LEAST",
    "Earlier",
    "Groups",
    "bridges",
    "ei_index",
    "groups_of",
    "paired",
    "people_of",
    "profiles",
]

LEAST = 5
"""People from whom on a cluster is told of as a group."""

_SURE = 0.05
_SAME = 0.3  # overlap from which two sets of people are the same group
# From so many contacts each, and in all, groups of up to some 25 people with half of their contacts inside are seen
# in four of five networks; of larger groups nobody can tell.
_CONTACTS, _TIES = 4, 400

Person = tuple[str, str]


@dataclass(frozen=True)
class Earlier:
    """Groups of an earlier report: who was in each (platform, account id), and what the user called it."""

    members: Mapping[int, frozenset[Person]] = field(default_factory=dict)
    names: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Groups:
    """The groups that were found, and how far they can be believed.

    `of` gives the group of each account that is in one, `label_of` the number of each group in the clustering;
    `names` what the user called groups, also such as are gone. `found` is ``"groups"``, ``"none"``,
    ``"cannot tell"`` or ``"no ties"``, and `why` says why it is not the first. `contacts` gives the ties inside each.
    A group is solid if it was found again in four of five runs, the network falls into groups more than chance would
    have it, and the group has as many contacts inside as people: with fewer it hangs on each of them.
    """

    clustering: Clustering
    evidence: Estimate
    of: Mapping[int, int]
    label_of: Mapping[int, int]
    contacts: Mapping[int, int]
    names: Mapping[int, str]
    found: str
    why: str | None

    def is_solid(self, group: int) -> bool:
        """Whether a group can be believed.

        Parameters
        ----------
        group
            Its id.
        """
        label = self.label_of[group]
        is_tree = self.contacts[group] < self.clustering.sizes[label]
        return self.found == "groups" and not is_tree and self.clustering.stability[label] >= SOLID

    @property
    def small(self) -> tuple[int, int]:
        """Clusters of fewer than five people, and the people in them."""
        sizes = [size for size in self.clustering.sizes.values() if size < LEAST]
        return len(sizes), sum(sizes)


def groups_of(study: Study, *, seed: int, earlier: Earlier | None = None) -> Groups:
    """Looks for groups among followers who are in regular contact.

    Parameters
    ----------
    study
        What to count.
    seed
        Of all random numbers.
    earlier
        Groups of an earlier report: whoever is still together keeps id and name.

    Returns
    -------
    Groups
        Groups of at least five; ids from 1, larger groups first, unless an earlier report gave them.

    Source
    ------
    Groups with half of their contacts inside: Radicchi et al. (2004), doi:10.1073/pnas.0400054101.
    """
    known = earlier or Earlier()
    clustering, evidence = _detected(study, seed=seed)
    labels = [label for label, size in clustering.sizes.items() if size >= LEAST]
    people = people_of(study, clustering.labels)
    sets = {
        label: frozenset(people[account] for account, own in clustering.labels.items() if own == label)
        for label in labels
    }
    kept = {label: group for group, label in paired(known.members, sets).items()}
    following = max([0, *known.members, *known.names]) + 1
    for label in labels:
        if label not in kept:
            kept[label] = following
            following += 1
    found, why = _judged(study, evidence, has_groups=bool(labels))
    of = {account: kept[label] for account, label in clustering.labels.items() if label in kept}
    pairs = networks.linked_pairs(study)[["a", "b"]].itertuples(index=False)
    inside = Counter(of[a] for a, b in pairs if a in of and of[a] == of.get(b))
    return Groups(
        clustering,
        evidence,
        of=of,
        label_of={group: label for label, group in sorted(kept.items())},
        contacts=inside,
        names=dict(known.names),
        found=found,
        why=why,
    )


@remembered()
def _detected(study: Study, *, seed: int) -> tuple[Clustering, Estimate]:
    return clusters.detect(study, seed=seed), clusters.significance(study, seed=seed)


def _judged(study: Study, evidence: Estimate, *, has_groups: bool) -> tuple[str, str | None]:
    if not study.tiles:
        return "cannot tell", "the export has no times"
    if evidence.value is None:
        return "no ties", "no two followers are in regular contact"
    if evidence.p is None:
        return "cannot tell", evidence.why
    if evidence.p <= _SURE:
        few = "those in contact form couples and circles of fewer than five"
        return ("groups", None) if has_groups else ("none", few)
    degree, ties = evidence.beside["mean_degree"] or 0, evidence.beside["links"] or 0
    if degree >= _CONTACTS and ties >= _TIES:
        return "none", "chance alone would divide such a network as well"
    return "cannot tell", "there are too few contacts to tell groups from chance"


def people_of(study: Study, accounts: Iterable[int]) -> dict[int, Person]:
    """Platform and account id of accounts, which say the same in every export.

    Parameters
    ----------
    study
        Any.
    accounts
        As its tables number them.
    """
    wanted = ibis.memtable(pa.table({"account": pa.array(sorted(accounts), pa.int32())}))
    rows = study.people.semi_join(wanted, "account").select("account", "platform", "account_id").to_pyarrow()
    return {row["account"]: (row["platform"], row["account_id"]) for row in rows.to_pylist()}


def paired(
    ones: Mapping[int, frozenset[Person]], others: Mapping[int, frozenset[Person]], *, overlap: float = _SAME
) -> dict[int, int]:
    """Which set of people is which: the closest first, each at most once.

    Parameters
    ----------
    ones, others
        Sets by number.
    overlap
        People in both over people in either, from which on two sets are the same.

    Returns
    -------
    dict
        For sets of `ones` their counterpart in `others`.

    Source
    ------
    Greene, Doyle & Cunningham (2010), doi:10.1109/ASONAM.2010.17: Jaccard's index.
    """
    close = sorted(
        (-len(one & other) / len(one | other), first, second)
        for first, one in ones.items()
        for second, other in others.items()
        if one & other
    )
    found: dict[int, int] = {}
    for distance, first, second in close:
        if -distance >= overlap and first not in found and second not in found.values():
            found[first] = second
    return found


def profiles(study: Study, groups: Groups) -> pd.DataFrame:
    """What each group is like.

    Parameters
    ----------
    study
        What to count.
    groups
        Its groups.

    Returns
    -------
    DataFrame
        One row per group, largest first: id, name (null if not named), size, stability, is_solid, firmness (mean
        of its members'), words, hashtags, links (lists), ei_index, inside and to_brand (acts), follower_share
        (null where there are neither), hub_share (of the contacts inside those of its best connected member),
        rungs (members by rung, in the latest tile), first, last (days on which members talked with one another).
    """
    network = networks.graph(study)
    words = group_topics(study, groups.of)
    talk = _talk(study, groups)
    rungs = _rungs(study, groups)
    rows = []
    for group, label in groups.label_of.items():
        members = groups.clustering.members(label)
        inner = network.subgraph(members)
        counts = talk.get(group, {})
        inside, to_brand = counts.get("inside", 0), counts.get("to_brand", 0)
        said = words[words["group"] == group]
        of_kind = {
            kind: said.loc[said["kind"] == kind, "what"].tolist() for kind in ("word", "hashtag", "link")
        }
        rows.append(
            {
                "id": group,
                "name": groups.names.get(group),
                "size": len(members),
                "stability": groups.clustering.stability[label],
                "is_solid": groups.is_solid(group),
                "firmness": sum(groups.clustering.firmness[member] for member in members) / len(members),
                "words": of_kind["word"],
                "hashtags": of_kind["hashtag"],
                "links": of_kind["link"],
                "ei_index": ei_index(network, dict.fromkeys(members, group)),
                "inside": inside,
                "to_brand": to_brand,
                "follower_share": inside / (inside + to_brand) if inside + to_brand else None,
                "hub_share": max(dict(inner.degree).values()) / inner.number_of_edges(),
                "rungs": {rung: rungs.get((group, place), 0) for place, rung in enumerate(roles.RUNGS)},
                "first": counts.get("first"),
                "last": counts.get("last"),
            }
        )
    rows.sort(key=lambda row: (-row["size"], row["id"]))
    return pd.DataFrame(rows, columns=_COLUMNS, dtype=object)


_COLUMNS = [
    "id", "name", "size", "stability", "is_solid", "firmness", "words", "hashtags", "links", "ei_index",
    "inside", "to_brand", "follower_share", "hub_share", "rungs", "first", "last",
]  # fmt: skip


def _group_table(groups: Groups, account: str, group: str) -> Table:
    accounts = sorted(groups.of)
    return ibis.memtable(
        pa.table(
            {
                account: pa.array(accounts, pa.int32()),
                group: pa.array([groups.of[one] for one in accounts], pa.int32()),
            }
        )
    )


def _talk(study: Study, groups: Groups) -> dict[int, dict[str, Any]]:
    """Of each group the acts of talk inside it, its first and last day, and the acts to the brand."""
    if not groups.of:
        return {}
    sent = study.talk.inner_join(_group_table(groups, "source", "group"), "source")
    both = sent.left_join(_group_table(groups, "target", "other"), "target")
    is_inside = (_.target_role == FOLLOWER) & (_.group == _.other)
    counted = both.group_by("group").agg(
        inside=_.weight.sum(where=is_inside).fill_null(0),
        to_brand=_.weight.sum(where=_.target_role == BRAND).fill_null(0),
        first=_.day.min(where=is_inside),
        last=_.day.max(where=is_inside),
    )
    rows = counted.to_pyarrow().to_pylist()
    for row in rows:
        for end in ("first", "last"):
            row[end] = None if row[end] is None else study.day_named(row[end])
    return {row.pop("group"): row for row in rows}


def _rungs(study: Study, groups: Groups) -> dict[tuple[int, int], int]:
    """How many of each group stand on each rung in the latest tile."""
    _tile, held = roles.rungs_in_latest_tile(study)
    return Counter((group, held.get(account, 0)) for account, group in groups.of.items())


def ei_index(network: nx.Graph, labels: Mapping[int, int]) -> float | None:
    """How far contacts lead out of groups: external less internal contacts, over both.

    −1: all contacts stay inside. 1: all lead out.

    Parameters
    ----------
    network
        The contacts.
    labels
        The group of each node. Of a node without one no contact counts but those with a node that has one.

    Returns
    -------
    float
        None where nobody has a contact.

    Source
    ------
    Krackhardt & Stern (1988), doi:10.2307/2786835.
    """
    ends = [(labels.get(a), labels.get(b)) for a, b in network.edges(labels)]
    inside = sum(a == b for a, b in ends)
    return (len(ends) - 2 * inside) / len(ends) if ends else None


def bridges(study: Study, groups: Groups) -> dict[int, list[int]]:
    """Followers who are in regular contact with members of several groups.

    Parameters
    ----------
    study
        What to count.
    groups
        Its groups.

    Returns
    -------
    dict
        For each such account the groups in which it has contacts, its own first; in order of accounts.
    """
    network = networks.graph(study)
    found: dict[int, list[int]] = {}
    for account in sorted(groups.of):
        known = {groups.of[contact] for contact in network[account] if contact in groups.of}
        others = sorted(known - {groups.of[account]})
        if others:
            found[account] = [groups.of[account], *others]
    return found
