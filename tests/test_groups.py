"""Groups of followers: found again, told apart from chance, described, kept from one report to the next."""

from __future__ import annotations

import itertools

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

import communitylab as cl
from communitylab import groups as room
from communitylab import roles
from communitylab.groups import Earlier, bridges, ei_index, groups_of, paired, profiles

ONE, OTHER = ["ana", "bo", "cy", "dee", "eli", "fay"], ["gus", "hal", "ida", "jon", "kim", "lou"]


def talk(people, *, weeks=(0,), but=()):
    """Everybody of a circle talks with everybody else, on two days of each week named."""
    pairs = [pair for pair in itertools.combinations(people, 2) if pair not in but]
    return "\n".join(f"{a}>{b} mon+{week}; {b}>{a} thu+{week}" for week in weeks for a, b in pairs)


TWO_CIRCLES = f"""{talk(ONE)}
{talk(OTHER)}
fay>gus tue; gus>fay fri
ana>BRAND mon; ana>BRAND wed; bo>BRAND tue; max>BRAND mon; nat>BRAND sat+4"""


@pytest.fixture
def study(tiny):
    return tiny(TWO_CIRCLES)


def names_of(study, accounts):
    people = study.people.select("account", "name").to_pyarrow().to_pylist()
    called = {row["account"]: row["name"] for row in people}
    return sorted(called[account] for account in accounts)


def test_two_circles_are_two_solid_groups(study):
    found = groups_of(study, seed=7)
    assert found.found == "groups"
    members = {
        group: names_of(study, [one for one, own in found.of.items() if own == group]) for group in (1, 2)
    }
    assert members == {1: ONE, 2: OTHER}
    assert found.is_solid(1)
    assert found.small == (0, 0)


def test_profile_by_hand(study):
    one, other = profiles(study, groups_of(study, seed=7)).to_dict("records")
    # 15 pairs twice; three messages to the brand; one contact of 16 leads out; each has 5 of 15 contacts inside.
    assert (one["id"], one["size"], one["inside"], one["to_brand"]) == (1, 6, 30, 3)
    assert one["follower_share"] == 30 / 33
    assert one["ei_index"] == (1 - 15) / 16
    assert one["hub_share"] == 5 / 15
    assert one["rungs"] == {"silent": 0, "spectator": 0, "acquainted": 0, "connected": 0, "circle": 6}
    assert (one["first"], one["last"]) == ("2025-01-06", "2025-01-09")
    assert (other["to_brand"], other["follower_share"]) == (0, 1)
    assert one["name"] is None
    assert 0 <= one["firmness"] <= 1


def test_group_that_hangs_on_each_contact_is_not_solid(tiny):
    """A chain of six beside a circle of six: both are found again, and the chain has fewer contacts than people."""
    chain = "\n".join(f"{a}>{b} mon; {b}>{a} thu" for a, b in itertools.pairwise(OTHER))
    found = groups_of(tiny(f"{talk(ONE)}\n{chain}"), seed=7)
    assert sorted(found.contacts.values()) == [5, 15]
    solid = {found.contacts[group]: found.is_solid(group) for group in found.label_of}
    assert not solid[5]


def test_without_times_it_cannot_be_told(tmp_path):
    path = tmp_path / "edges.csv"
    path.write_text("source,target\n" + "".join(f"{a},{b}\n" for a, b in itertools.permutations(ONE, 2)))
    found = groups_of(cl.load(path, brand="ana"), seed=7)
    assert (found.found, found.why) == ("cannot tell", "the export has no times")


def test_who_has_contacts_in_both_groups_is_a_bridge(study):
    found = bridges(study, groups_of(study, seed=7))
    assert names_of(study, found) == ["fay", "gus"]
    assert sorted(found.values()) == [[1, 2], [2, 1]]


def test_star_is_no_proof_and_its_hub_holds_every_contact(tiny):
    star = tiny("\n".join(f"ana>{one} mon; {one}>ana thu" for one in [*ONE[1:], *OTHER]))
    found = groups_of(star, seed=7)
    assert (found.found, found.why) == (
        "cannot tell",
        "there is no other network in which everybody has as many contacts",
    )
    (group,) = profiles(star, found).to_dict("records")
    assert (group["hub_share"], group["is_solid"]) == (1, False)


@pytest.mark.parametrize(
    ("story", "why"),
    [
        ("ana>BRAND mon; bo>BRAND tue", "no two followers are in regular contact"),
        ("ana>bo mon; bo>ana mon 13h", "no two followers are in regular contact"),
    ],
)
def test_without_ties_nothing_is_found_and_it_is_said_why(tiny, story, why):
    study = tiny(story)
    found = groups_of(study, seed=7)
    assert (found.found, found.why) == ("no ties", why)
    assert profiles(study, found).empty
    assert bridges(study, found) == {}


def test_one_tie_cannot_tell(tiny):
    study = tiny("ana>bo mon; bo>ana thu")
    found = groups_of(study, seed=7)
    assert (found.found, found.small) == ("cannot tell", (1, 2))
    assert profiles(study, found).empty


def test_whoever_is_still_together_keeps_number_and_name(study):
    people = room.people_of(study, groups_of(study, seed=7).of)
    first = groups_of(study, seed=7)
    former = {
        5: frozenset(people[one] for one, own in first.of.items() if own == 2),
        8: frozenset({("x", "somebody"), ("x", "else")}),
    }
    later = groups_of(study, seed=7, earlier=Earlier(former, {5: "tea people"}))
    assert {own: later.of[one] for one, own in first.of.items()} == {2: 5, 1: 9}
    named = {row["id"]: row["name"] for row in profiles(study, later).to_dict("records")}
    assert named == {9: None, 5: "tea people"}


def test_ei_index_of_the_karate_factions():
    club = nx.karate_club_graph()
    factions = {node: int(of["club"] == "Officer") for node, of in club.nodes(data=True)}
    assert ei_index(club, factions) == pytest.approx((11 - 67) / 78)
    assert ei_index(club, {}) is None


def test_pairs_take_the_closest_first():
    ones = {1: frozenset("abcd"), 2: frozenset("efgh")}
    others = {10: frozenset("abce"), 20: frozenset("abcd")}
    assert paired(ones, others) == {1: 20}  # 2 and 10 have one of seven in common
    assert paired(ones, others, overlap=0.1) == {1: 20, 2: 10}


sets = st.dictionaries(st.integers(1, 6), st.frozensets(st.integers(0, 9), min_size=1), max_size=5)


@given(sets, sets)
def test_pairs_are_each_of_two_sets_that_overlap_enough(ones, others):
    found = paired(ones, others)
    assert len(set(found.values())) == len(found)
    assert all(
        len(ones[one] & others[other]) >= 0.3 * len(ones[one] | others[other]) for one, other in found.items()
    )
    if len(set(ones.values())) == len(ones):
        assert paired(ones, ones) == {number: number for number in ones}


def test_fading_is_who_kept_in_touch_four_weeks_before_and_no_longer(tiny):
    # Eight weeks: ana and bo keep in touch throughout, cy and dee only in the first four; eve closes the span.
    story = (
        talk(["ana", "bo"], weeks=(0, 4)) + "\n" + talk(["cy", "dee"]) + "\ncy>BRAND mon+5; eve>BRAND sun+7"
    )
    study = tiny(story)
    assert names_of(study, roles.fading(study)) == ["cy", "dee"]
    assert roles.fading(tiny(talk(["ana", "bo"]))) == []
