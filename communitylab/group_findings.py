"""What was found of groups, in the words of a report: which there are, how solid they are, what each is like."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from communitylab.clusters import SOLID
from communitylab.errors import printable
from communitylab.findings import Content, Finding
from communitylab.groups import LEAST
from communitylab.phrases import counted, date_of, in_words, lately, number, sentence
from communitylab.roles import RUNGS

__all__ = ["NOT_LOOKED_FOR", "TOLD", "about_groups", "group_called", "group_numbers"]

TOLD = 10
"""Groups, the largest, that are described one by one."""

_WORDS = 3  # by which a group without a name is known
_AROUND_ONE = 0.5  # share of a group's contacts from which on one person holds it together
_BY_CHANCE = "Any method divides any network, one of chance too."
_NAMING = (
    "private/clusters.csv names who is in which group. What you write into private/groups.csv, column name, is what the next "
    "report in this folder calls it, for all who read it."
)
NOT_LOOKED_FOR = Finding(
    "This report was made before groups were looked for.",
    means="Whether there are any, it does not say.",
    next_step="Make the report anew.",
)
"""Of a report of an earlier version."""


def about_groups(content: Content) -> Finding:
    """Whether followers fall into groups, how solid these are, and what each is like.

    Parameters
    ----------
    content
        What results.json holds.
    """
    found, clusters = content.get("clustering"), content.get("clusters", [])
    if found is None:
        return NOT_LOOKED_FOR
    if not found["ties"]:
        return _no_contacts(content, found)
    shown = clusters[:TOLD]
    if _is_star(found, clusters):
        return _star(found, clusters[0], when=lately(content))
    return Finding(
        _headline(content, found, clusters),
        (*_looked_for(found), *_beside(found, clusters)),
        _meaning(found, shown),
        title=_title(found, clusters) if shown else None,
        points=tuple(
            _told(
                group,
                runs=found["runs"],
                belief="solid" if found["found"] == "groups" and group["is_solid"] else "may be chance",
                when=lately(content),
            )
            for group in shown
        ),
        next_step=_next_step(found, shown),
        exact=_exactly(found, when=lately(content)),
    )


def _headline(content: Content, found: Mapping[str, Any], clusters: Sequence[Mapping[str, Any]]) -> str:
    if not clusters:
        if found["found"] == "cannot tell":
            return "Couples and small circles; whether there are larger groups, this export cannot tell."
        return "Couples and small circles, no larger groups."
    if found["found"] == "cannot tell":
        return "Whether there are groups, this export cannot tell."
    if found["found"] == "none":
        return "No groups that can be told from chance."
    n, solid = len(clusters), sum(bool(group["is_solid"]) for group in clusters)
    if n == 1:
        said = "One group, and it is solid" if solid else "One group, and it may be chance"
    elif not solid:
        said = f"{in_words(n)} groups, each of which may be chance"
    elif solid == n:
        said = f"{in_words(n)} groups, {'both' if n == 2 else 'all'} of them solid"
    else:
        said = f"{in_words(n)} groups; {_are(solid)} solid, {in_words(n - solid).lower()} may be chance"
    return f"{said}{_no_longer(content, clusters)}."


def _no_longer(content: Content, clusters: Sequence[Mapping[str, Any]]) -> str:
    """How many groups are gone; of some the people still talk, though they are no longer seen as a group."""
    gone = [group for group in clusters if group.get("fate") == "gone"]
    if not gone:
        return ""
    latest = max((row["tile"] for row in content["ladder"]), default="")
    who = _are(len(gone))
    if len(gone) == len(clusters):
        who = {1: "it is", 2: "both are"}.get(len(gone), "all are")
    if all((group["last"] or "") < latest for group in gone):
        return f"; {who} gone since"
    return f"; {who} no longer seen in the latest four weeks"


def _is_star(found: Mapping[str, Any], clusters: Sequence[Mapping[str, Any]]) -> bool:
    """Whether one follower has a part in all contacts: of such a network there is but one."""
    is_alone = len(clusters) == 1 and not found["small"]["people"]
    return is_alone and found["p"] is None and clusters[0]["hub_share"] == 1


def _star(found: Mapping[str, Any], group: Mapping[str, Any], *, when: str) -> Finding:
    return Finding(
        "All contacts run to one person: no groups, a second stage.",
        (_among(found),),
        "These people are in contact with one follower and not with one another: a small audience around another hub.",
        title="Who they are",
        points=(_told(group, runs=found["runs"], belief="all around one person", when=when),),
        next_step="Ask that person (private/people.csv, column is_host) to bring two of the others together: a group begins "
        f"with the first contact that does not run through one person. {_NAMING}",
        exact=_exactly(found, when=when),
    )


def _are(n: int) -> str:
    return f"{in_words(n).lower()} {'is' if n == 1 else 'are'}"


def _no_contacts(content: Content, found: Mapping[str, Any]) -> Finding:
    if content["span"] is None:
        return Finding(
            "An export without times shows no groups.",
            ("A group is people in regular contact: without times nobody can tell who met again.",),
            "Whether there are groups stays open.",
            next_step="Export again with the time of each post.",
        )
    return Finding(
        "No groups: no two of your followers are in regular contact.",
        ("A group is people who are in contact on several days of four weeks.",),
        "There is nothing yet that could fall into groups.",
        next_step="Bring the same people together again: two who ask the same thing are a beginning.",
    )


def _looked_for(found: Mapping[str, Any]) -> tuple[str, ...]:
    """Among whom groups were looked for, and what chance alone gives."""
    among = _among(found)
    if found["p"] is None:
        return (among, sentence(f"There is nothing to hold against chance: {found['why']}"))
    # The network itself is counted among those of chance.
    as_clear = round(found["p"] * (found["worlds"] + 1)) - 1
    chance = (
        f"Of {found['worlds']:,} networks drawn by lot, in which everybody has as many contacts, "
        f"{ {0: 'none falls', 1: 'one falls'}.get(as_clear, f'{as_clear:,} fall') } into groups as clearly."
    )
    if found["found"] != "cannot tell":
        return (f"{among} {chance}",)
    return (f"{among} {chance}", sentence(f"{found['why']}. {_could_be_seen(found['bound'])}"))


def _among(found: Mapping[str, Any]) -> str:
    return (
        f"Looked for among the {counted(found['nodes'], 'follower')} in regular contact with another "
        f"({counted(found['ties'], 'pair')} with messages on several days, be it one way; {found['mean_degree']:.1f} contacts "
        "each)."
    )


def _could_be_seen(bound: float) -> str:
    if round(100 * bound) < 1:
        return "In a network as thin as this no groups could be seen, however clear they are"
    return (
        f"In a network as thin as this, groups could only be seen if fewer than {100 * bound:.0f} of 100 contacts led out "
        "of them"
    )


def _beside(found: Mapping[str, Any], clusters: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """What a run is, and who is in no group."""
    if not clusters:
        return ()
    people = found["small"]["people"]
    said = [
        "A run is one more look, in which three of ten contacts are left out by lot; a group is found again in it if at least "
        "half of its people come out together."
    ]
    if found["found"] == "groups":
        said.append(
            "Solid is a group that is found again in four of five runs or more, where the contacts fall into groups more clearly "
            "than chance would have it."
        )
    if people:
        said.append(
            f"{people:,} more {'is' if people == 1 else 'are'} in no group of {in_words(LEAST).lower()} or more."
        )
    return (" ".join(said),)


def _meaning(found: Mapping[str, Any], shown: Sequence[Mapping[str, Any]]) -> str:
    if not shown:
        return "Who has a regular contact has one or two: a beginning, and no group yet."
    if found["found"] == "cannot tell":
        return f"{_BY_CHANCE} What it made of these contacts stands below: take each group for a guess."
    if found["found"] == "none":
        return (
            f"{_BY_CHANCE} Here it finds nothing clearer than chance would give, though there are contacts enough to see "
            "groups of up to some 25 people: what stands below may be pieces of one fabric."
        )
    said = ["The people of a group are in contact with one another more than with others."]
    if around := [group["id"] for group in shown if group["hub_share"] > _AROUND_ONE]:
        verb = "hangs" if len(around) == 1 else "each hang"
        said.append(f"{group_numbers(around)} {verb} on one person: a small audience around another hub.")
    to_you = [group["id"] for group in shown if (group["follower_share"] or 0) < 0.5 <= _brand_share(group)]
    if to_you:
        said.append(
            f"{group_numbers(to_you)} {'talks' if len(to_you) == 1 else 'talk'} more with you than among themselves."
        )
    if n := found.get("bridges"):
        who = "One follower is" if n == 1 else f"{in_words(n)} followers are"
        said.append(
            f"{who} in contact with people of several groups: {'a bridge' if n == 1 else 'the bridges'}."
        )
    elif len(_living(shown)) > 1:
        several = "several" if len(_living(shown)) == len(shown) else "several of those that are still there"
        said.append(f"Your groups do not know one another: nobody is in contact with {several}.")
    if n := found.get("hosts"):
        who = "One follower is a host, whose" if n == 1 else f"{in_words(n)} followers are hosts, whose"
        said.append(f"{who} contacts know nobody else.")
    return " ".join(said)


def _living(groups: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return [group for group in groups if group.get("fate") != "gone"]


def _brand_share(group: Mapping[str, Any]) -> float:
    return 0.0 if group["follower_share"] is None else 1 - group["follower_share"]


def group_numbers(groups: Sequence[int]) -> str:
    """Groups by their numbers: ``Group 2``, ``Groups 2 and 5``, ``Groups 1, 2 and 5``.

    Parameters
    ----------
    groups
        Ids, at least one.
    """
    *others, last = (str(group) for group in groups)
    return f"Groups {', '.join(others)} and {last}" if others else f"Group {last}"


def _title(found: Mapping[str, Any], clusters: Sequence[Mapping[str, Any]]) -> str:
    what = "Group by group" if found["found"] == "groups" else "What the method made of it"
    return f"{what}: the {TOLD} largest of {len(clusters):,}" if len(clusters) > TOLD else what


def group_called(group: Mapping[str, Any]) -> str:
    """A group by its number, with the name that its owner gave it or its first words: ``Group 2 (rye, crumb)``.

    Parameters
    ----------
    group
        id, name, words: one of the clusters of results.json.
    """
    if group.get("name"):
        return f"Group {group['id']} (“{printable(str(group['name']))}”)"
    words = ", ".join(printable(str(word)) for word in group.get("words", [])[:_WORDS])
    return f"Group {group['id']} ({words})" if words else f"Group {group['id']}"


def _told(group: Mapping[str, Any], *, runs: int, belief: str, when: str) -> str:
    again = round(group["stability"] * runs)
    said = [
        f"{group_called(group)}: {counted(group['size'], 'follower')}; found again in {again} of {counted(runs, 'run')}: {belief}."
    ]
    if group["follower_share"] is not None:
        said.append(
            f"Of 100 messages to one another or to you, {100 * group['follower_share']:.0f} went to one another."
        )
    if group["ei_index"] is not None:
        said.append(_leading_out(group["ei_index"]))
    if group["first"] is not None:
        said.append(f"They talked with one another {_between(group['first'], group['last'])}.")
    said += _shared(group)
    rungs = [
        f"{RUNGS[rung].lower()} {group['rungs'][rung]:,}" for rung in reversed(RUNGS) if group["rungs"][rung]
    ]
    return " ".join((*said, f"{when[:1].upper()}{when[1:]}: {', '.join(rungs)}."))


def _shared(group: Mapping[str, Any]) -> list[str]:
    tags = [f"#{printable(str(tag))}" for tag in group.get("hashtags", [])[:_WORDS]]
    links = [printable(str(host)) for host in group.get("links", [])[:_WORDS]]
    said = [f"Their hashtags: {', '.join(tags)}."] if tags else []
    return [*said, f"They link to {', '.join(links)}."] if links else said


def _leading_out(ei_index: float) -> str:
    """Contacts with followers inside and outside: another figure than that of messages, of which you are a part."""
    if ei_index == -1:
        return "All regular contacts of its people with followers are with one another."
    return (
        f"Of 100 regular contacts of its people with followers, {50 * (1 + ei_index):.0f} are with followers outside "
        "the group."
    )


def _between(first: str, last: str) -> str:
    return f"on {date_of(first)}" if first == last else f"from {date_of(first)} to {date_of(last)}"


def _next_step(found: Mapping[str, Any], shown: Sequence[Mapping[str, Any]]) -> str:
    if not shown:
        return "Bring two couples together in one conversation: a question that both can answer does it."
    if found["found"] == "cannot tell":
        return (
            "Do not plan for groups yet: export more weeks, or a place with more people, and look again. private/clusters.csv "
            "names who is in which, should you know these people better than the method does."
        )
    if found["found"] == "none":
        return "Plan for one circle rather than for groups: an introduction may join any two of its people."
    said = []
    if found.get("bridges"):
        said.append(
            "Ask one of the bridges (private/clusters.csv, column also_knows) to introduce two people of different groups."
        )
    elif len(_living(shown)) > 1:
        said.append("Put one question to two groups that both can answer: a bridge begins there.")
    if found.get("hosts"):
        said.append("private/people.csv, column is_host, names the hosts.")
    return " ".join((*said, _NAMING))


def _exactly(found: Mapping[str, Any], *, when: str) -> tuple[tuple[str, str], ...]:
    """The terms of the field, with their sources."""
    weights = "weighted by their messages" if found.get("weighted", True) else "unweighted"
    exact = [
        (
            "Group",
            f"a cluster of at least {LEAST} people in the network of ties of all periods, {weights}, without the brand. Method "
            f"{found['method']} (Leiden: Traag, Waltman & van Eck 2019), resolution {found['resolution']:g}; reported is the "
            f"consensus of {counted(found['runs'], 'run')} on links (Lancichinetti & Fortunato 2012; Tandon et al. 2019)",
        ),
        (
            "Found again",
            "stability: share of runs, each without three of ten ties drawn by lot, that hold a cluster with at least half of its "
            f"people (Jaccard; Hennig 2007). Solid: from {SOLID:g} on, with as many contacts inside as people, and the network "
            "falls into groups more than chance has it",
        ),
    ]
    if found["p"] is not None:
        exact.append(
            (
                "Against chance",
                f"modularity {number(found['modularity'])}; in {found['worlds']:,} random networks with the same numbers of contacts "
                f"{number(found['null_mean'])} on average, p = {found['p']:.3f} (Guimerà, Sales-Pardo & Amaral 2004). A high "
                "modularity alone is no evidence",
            )
        )
    if found["bound"] is not None:
        exact.append(
            (
                "What could be seen",
                f"mixing below 1 − 1/√c = {found['bound']:.3f} at c = {found['mean_degree']:.2f} contacts per person (Decelle et "
                "al. 2011)",
            )
        )
    return (
        *exact,
        (
            "Outside the group",
            "the E-I index, external less internal contacts over both (Krackhardt & Stern 1988), told as a share. Contacts "
            "with the brand are not among them, messages to other followers not among those of follower_share",
        ),
        (
            "Words",
            f"class-based TF-IDF (Grootendorst 2022): what a group says more often than others, used by at least {LEAST} of its "
            "members, names left out",
        ),
        ("Rungs", f"of the members, {when}: not heard is whoever wrote nothing then"),
    )
