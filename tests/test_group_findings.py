"""Groups in words: of none, one and many, of each answer, and nothing said that the figures do not bear."""

from __future__ import annotations

import copy
import re
from typing import Any

import pytest

from communitylab.findings import Finding
from communitylab.group_findings import about_groups, group_called
from communitylab.lifeline_findings import about_lifelines, tiles_in_a_row

GROUP: dict[str, Any] = {
    "id": 1, "name": None, "size": 12, "stability": 0.98, "is_solid": True, "firmness": 0.95,
    "words": ["sourdough", "rye", "crumb", "oven"], "hashtags": ["bakers"], "links": ["mill.example"],
    "ei_index": -0.8, "inside": 120, "to_brand": 40, "follower_share": 0.75, "hub_share": 0.3,
    "rungs": {"silent": 0, "spectator": 0, "acquainted": 2, "connected": 5, "circle": 5},
    "first": "2025-02-03", "last": "2025-07-20",
}  # fmt: skip
FOUND: dict[str, Any] = {
    "method": "leiden", "resolution": 1.0, "weighted": True, "runs": 50, "nodes": 59, "ties": 79, "mean_degree": 2.68,
    "modularity": 0.61, "null_mean": 0.55, "p": 0.01, "worlds": 199, "bound": 0.389, "found": "groups", "why": None,
    "solid": 1, "small": {"groups": 7, "people": 16}, "bridges": 3, "hosts": 2, "fading": 4,
}  # fmt: skip
DAYS = ("2025-01-06", "2025-01-13", "2025-01-20", "2025-01-27", "2025-02-03", "2025-02-10", "2025-03-03")
FIRST, SECOND, THIRD = DAYS[0], DAYS[4], DAYS[6]


def group(number: int, **changes: Any) -> dict[str, Any]:
    return {**copy.deepcopy(GROUP), "id": number, **changes}


def told(
    *clusters: dict[str, Any], lives: list[dict[str, Any]] | None = None, **changes: Any
) -> dict[str, Any]:
    return {
        "span": ["2025-01-06T08:00:00Z", "2025-04-06T08:00:00Z"],
        "ladder": [{"tile": day} for day in DAYS],
        "clustering": {**copy.deepcopy(FOUND), **changes},
        "clusters": list(clusters),
        "lifelines": lives or [],
    }


def life(number: int, *steps: tuple[str, int | None, str], fate: str = "still there") -> dict[str, Any]:
    tiles = [{"tile": tile, "size": size, "event": event} for tile, size, event in steps]
    return {"id": number, "name": None, "fate": fate, "tiles": tiles}


def words(finding: Finding) -> str:
    exact = [text for entry in finding.exact for text in entry]
    parts = (
        finding.headline,
        *finding.lead,
        finding.means,
        finding.title,
        *finding.points,
        finding.next_step,
        *exact,
    )
    return " ".join(part for part in parts if part)


# --- Groups.


@pytest.mark.parametrize(
    ("solid", "headline"),
    [
        ([1], "One group, and it is solid."),
        ([0], "One group, and it may be chance."),
        ([1, 1], "Two groups, both of them solid."),
        ([1, 0], "Two groups; one is solid, one may be chance."),
        ([0, 0], "Two groups, each of which may be chance."),
        ([1, 1, 1, 1, 0], "Five groups; four are solid, one may be chance."),
        ([1, 0, 0, 0], "Four groups; one is solid, three may be chance."),
        ([1] * 14, "14 groups, all of them solid."),
    ],
)
def test_headline_counts_groups_and_the_solid_ones(solid, headline):
    clusters = [group(number, is_solid=bool(one)) for number, one in enumerate(solid, 1)]
    assert about_groups(told(*clusters)).headline == headline


@pytest.mark.parametrize(
    ("gone", "headline"),
    [
        ([0, 0, 0, 1], "Four groups, all of them solid; one is gone since."),
        ([0, 1, 1], "Three groups, all of them solid; two are gone since."),
        ([1, 1], "Two groups, both of them solid; both are gone since."),
        ([1], "One group, and it is solid; it is gone since."),
        ([1, 1, 1], "Three groups, all of them solid; all are gone since."),
    ],
)
def test_headline_says_which_are_gone(gone, headline):
    fates = ["gone" if one else ("merged into 2", None, "still there")[n % 3] for n, one in enumerate(gone)]
    clusters = [group(n, fate=fate, last="2025-03-02") for n, fate in enumerate(fates, 1)]
    assert about_groups(told(*clusters)).headline == headline


def test_group_whose_people_still_talk_is_no_longer_seen_and_not_gone():
    for last, said in (
        (THIRD, "one is no longer seen in the latest four weeks."),
        ("2025-03-02", "one is gone since."),
    ):
        found = about_groups(told(group(1), group(2, fate="gone", last=last)))
        assert found.headline == f"Two groups, both of them solid; {said}"


def test_group_is_told_by_its_figures():
    """49 of 50 runs; 75 of 100 messages stay; E − I over both is −0.8, so that 10 of 100 contacts are outside."""
    (point,) = about_groups(told(GROUP)).points
    assert point == (
        "Group 1 (sourdough, rye, crumb): 12 followers; found again in 49 of 50 runs: solid. Of 100 messages to one another "
        "or to you, 75 went to one another. Of 100 regular contacts of its people with followers, 10 are with followers outside the group. They talked with one another from 3 February 2025 "
        "to 20 July 2025. Their hashtags: #bakers. They link to mill.example. In the latest four weeks: in the circle 5, keeps in touch 5, has met "
        "someone 2."
    )


def test_share_of_messages_and_share_of_contacts_do_not_read_as_one():
    """63 of 100 messages, those to the brand counted; 52 of 100 contacts, those with the brand not."""
    (point,) = about_groups(told(group(1, follower_share=0.63, ei_index=0.04))).points
    assert "Of 100 messages to one another or to you, 63 went to one another." in point
    assert (
        "Of 100 regular contacts of its people with followers, 52 are with followers outside the group."
        in point
    )
    assert "stay in the group" not in point
    (point,) = about_groups(told(group(1, ei_index=-1))).points
    assert "All regular contacts of its people with followers are with one another." in point


def test_rungs_of_an_only_period_are_not_of_the_latest_weeks():
    short = told(GROUP) | {
        "span": ["2025-01-06T08:00:00Z", "2025-01-15T08:00:00Z"],
        "ladder": [{"tile": FIRST}],
    }
    said = words(about_groups(short))
    assert "latest four weeks" not in said
    assert "In these 10 days: in the circle 5" in said
    assert "of the members, in these 10 days: not heard is whoever wrote nothing then" in said


def test_group_of_which_little_is_known_is_told_without_it():
    bare = group(
        1,
        words=[],
        hashtags=[],
        links=[],
        follower_share=None,
        ei_index=None,
        first=None,
        last=None,
        stability=0.02,
    )
    (point,) = about_groups(told(bare)).points
    assert point.startswith(
        "Group 1: 12 followers; found again in 1 of 50 runs: solid. In the latest four weeks: in the circle 5"
    )


def test_what_this_means_names_hubs_those_who_talk_with_the_brand_and_bridges():
    clusters = [
        group(1, hub_share=0.6),
        group(2, follower_share=0.2),
        group(3, hub_share=1.0, follower_share=0.4),
    ]
    means = about_groups(told(*clusters)).means
    assert "Groups 1 and 3 each hang on one person" in means
    assert "Groups 2 and 3 talk more with you than among themselves" in means
    assert "Three followers are in contact with people of several groups: the bridges." in means
    assert "Two followers are hosts, whose contacts know nobody else." in means
    (alone,) = [about_groups(told(group(4, hub_share=0.51, follower_share=0.49), bridges=1)).means]
    assert "Group 4 hangs on one person" in alone
    assert "Group 4 talks more with you" in alone
    assert "One follower is in contact with people of several groups: a bridge." in alone
    apart = told(group(4, hub_share=0.5, follower_share=0.5), group(5), bridges=0, hosts=0)
    plain = about_groups(apart).means
    assert "one person" not in plain
    assert "more with you" not in plain
    assert "host" not in plain
    assert "Your groups do not know one another: nobody is in contact with several." in plain


def test_groups_that_are_gone_need_no_bridge():
    content = told(group(1), group(2, fate="gone", last="2025-03-02"), bridges=0)
    found = about_groups(content)
    assert "know one another" not in found.means
    content["clusters"].append(group(3))
    assert "nobody is in contact with several of those that are still there." in about_groups(content).means
    content["clusters"].pop()
    assert "two groups" not in found.next_step
    content["clusters"][1]["fate"] = "still there"
    assert "know one another" in about_groups(content).means
    assert "Put one question to two groups" in about_groups(content).next_step


def test_star_is_a_second_stage_and_no_group():
    content = told(
        group(1, size=6, hub_share=1.0, is_solid=False), found="cannot tell", p=None, worlds=None,
        why="there is no other network in which everybody has as many contacts", small={"groups": 0, "people": 0},
    )  # fmt: skip
    found = about_groups(content)
    assert found.headline == "All contacts run to one person: no groups, a second stage."
    assert "in contact with one follower and not with one another" in found.means
    assert "private/people.csv, column is_host" in found.next_step
    assert "export" not in found.next_step.lower()
    assert "all around one person" in found.points[0]
    assert "chance" not in " ".join((*found.lead, found.means, *found.points))
    content["clustering"]["small"] = {"groups": 1, "people": 2}
    assert about_groups(content).headline == "Whether there are groups, this export cannot tell."


def test_thin_network_says_what_could_have_been_seen_in_it():
    why = "there are too few contacts to tell groups from chance"
    found = about_groups(told(group(1, is_solid=True), found="cannot tell", why=why, p=0.2))
    assert found.headline == "Whether there are groups, this export cannot tell."
    assert "Of 199 networks" in found.lead[0]
    assert "39 fall into groups as clearly" in found.lead[0]
    assert (
        "In a network as thin as this, groups could only be seen if fewer than 39 of 100 contacts led out of them."
        in found.lead[1]
    )
    assert found.points[0].count("may be chance") == 1
    assert "solid." not in found.points[0]
    assert "bridge" not in found.means
    blind = about_groups(told(GROUP, found="cannot tell", why=why, bound=0.0))
    assert "no groups could be seen, however clear" in blind.lead[1]


def test_one_fabric_still_lists_what_the_method_made_of_it():
    found = about_groups(told(group(1), group(2), found="none", why="chance alone would", p=0.6))
    assert found.headline == "No groups that can be told from chance."
    assert len(found.points) == 2
    assert all("may be chance" in point for point in found.points)
    assert found.title == "What the method made of it"


def test_couples_are_no_groups_and_get_no_list():
    none = about_groups(told(found="none", why="couples"))
    assert none.headline == "Couples and small circles, no larger groups."
    assert (none.title, none.points) == (None, ())
    unsure = about_groups(told(found="cannot tell", why="there is no other network", p=None, bound=0.0))
    assert unsure.headline.endswith("whether there are larger groups, this export cannot tell.")
    assert "nothing to hold against chance: there is no other network." in words(unsure)


def test_no_contacts_and_no_times_say_why():
    nothing = {
        "mean_degree": None,
        "modularity": None,
        "null_mean": None,
        "p": None,
        "bound": None,
        "worlds": None,
    }
    content = told(found="no ties", why="no two followers are in regular contact", runs=0, ties=0, **nothing)
    assert "no two of your followers are in regular contact" in about_groups(content).headline
    content["span"] = None
    assert about_groups(content).headline == "An export without times shows no groups."


@pytest.mark.parametrize(
    ("p", "said"),
    [
        (0.005, "none falls into"),
        (0.01, "contacts, one falls into"),
        (0.03, "5 fall into"),
        (1.0, "199 fall into"),
    ],
)
def test_worlds_of_chance_are_counted(p, said):
    """p is (as clear + 1) / (worlds + 1): 0.005 of 200 is the network itself."""
    lead = about_groups(told(GROUP, p=p)).lead[0]
    assert "Of 199 networks drawn by lot" in lead
    assert said in lead
    assert "79 pairs with messages on several days, be it one way; 2.7 contacts each" in lead


def test_found_again_is_explained_once():
    said = words(about_groups(told(GROUP, group(2))))
    assert said.count("at least half of its people come out together") == 1
    assert said.count("Solid is a group") == 1
    assert "Solid is" not in words(about_groups(told(GROUP, found="none", why="chance")))


def test_people_in_no_group_are_counted():
    assert "16 more are in no group of five or more." in words(about_groups(told(GROUP)))
    assert "1 more is in no group" in words(about_groups(told(GROUP, small={"groups": 1, "people": 1})))
    assert "more are" not in words(about_groups(told(GROUP, small={"groups": 0, "people": 0})))


def test_ten_largest_of_many_are_told():
    found = about_groups(told(*(group(number) for number in range(1, 13))))
    assert found.title == "Group by group: the 10 largest of 12"
    assert len(found.points) == 10


def test_names_of_groups_come_before_words_and_hide_nothing():
    assert group_called({**GROUP, "name": "Rye\u202egang\n"}) == "Group 1 (“Rye�gang�”)"
    assert group_called({"id": 7}) == "Group 7"


# --- What became of them.


def test_tiles_follow_one_another_without_overlap():
    assert tiles_in_a_row(told()) == [FIRST, SECOND, THIRD]
    assert tiles_in_a_row({"ladder": []}) == []


def test_tiles_in_a_row_begin_with_the_first():
    """So that those of an earlier report stay as they were."""
    days = ["2025-01-06", "2025-01-13", "2025-02-03", "2025-02-10", "2025-03-10"]
    assert tiles_in_a_row({"ladder": [{"tile": day} for day in days]}) == [days[0], days[2]]


@pytest.mark.parametrize(
    ("lives", "headline"),
    [
        ([life(1, (SECOND, 5, "born"))], "One group was born."),
        ([life(1, (FIRST, 5, "born"))], "One group has been there from the first four weeks to the last."),
        ([life(1, (FIRST, 5, "born")), life(2, (FIRST, 6, "born"))],
         "Two groups have been there from the first four weeks to the last."),
        ([life(1, (FIRST, 5, "born"), fate="gone")], "One group is gone."),
        ([life(1, (SECOND, 5, "born")), life(2, (SECOND, 5, "born"), fate="merged into 1"),
          life(3, (FIRST, 9, "born"), fate="gone")],
         "Two groups were born, one became part of another and one is gone."),
        ([life(1, (FIRST, 5, "born"), fate="merged into 2"), life(2, (SECOND, 5, "split")),
          life(3, (FIRST, 5, "born"), fate="merged into 2")],
         "One group split off and two became parts of others."),
    ],
)  # fmt: skip
def test_headline_says_what_happened(lives, headline):
    assert about_lifelines(told(group(1, last="2025-03-02"), lives=lives)).headline == headline


@pytest.mark.parametrize(
    ("last", "headline", "point"),
    [
        (THIRD, "One group is no longer seen.",
         "no longer seen as a group in the latest four weeks, though its people talked until 3 March 2025."),
        ("2025-03-02", "One group is gone.", "gone since: its people last talked with one another on 2 March 2025."),
        (None, "One group is gone.", "with 5; gone since."),
    ],
)  # fmt: skip
def test_group_whose_people_still_talk_is_not_said_to_be_gone(last, headline, point):
    content = told(group(1, last=last), lives=[life(1, (FIRST, 5, "born"), fate="gone")])
    found = about_lifelines(content)
    assert found.headline == headline
    assert found.points[0].endswith(point)
    assert ("is gone where" in found.means) == ("is gone" in headline)


def test_group_without_a_course_is_said_to_have_none():
    course = life(1, (FIRST, 5, "born"))
    (lead,) = about_lifelines(told(GROUP, group(3), lives=[course])).lead
    assert lead.endswith(
        "Group 3 was never found with five people within one period, so it is not told of here."
    )
    (lead,) = about_lifelines(told(GROUP, group(5), group(3), lives=[course])).lead
    assert "Groups 3 and 5 were never found with five people within one period, so they are" in lead
    assert "not told of" not in words(about_lifelines(told(GROUP, lives=[course])))


def test_course_of_a_group_from_its_first_four_weeks_to_its_last():
    joined = GROUP | life(1, (FIRST, None, "born"), (SECOND, 7, "merged"), (THIRD, 9, "continued"))
    went = life(8, (FIRST, 5, "born"), fate="merged into 1")
    split = life(9, (SECOND, 6, "split"), fate="gone")
    points = about_lifelines(told(GROUP, lives=[joined, went, split])).points
    (begun,) = about_lifelines(told(lives=[life(4, (SECOND, 6, "born"))])).points
    assert begun == "Group 4: first seen in the four weeks from 3 February 2025 with 6; still there."
    assert points == (
        "Group 1 (sourdough, rye, crumb): there in the four weeks from 6 January 2025 with fewer than 5, 9 in those from "
        "3 March 2025; joined by others in those from 3 February 2025; still there.",
        "Group 9: split off another in the four weeks from 3 February 2025 with 6; gone since.",
        "Group 8: there in the four weeks from 6 January 2025 with 5; then part of Group 1 (sourdough, rye, crumb).",
    )


@pytest.mark.parametrize("found", ["cannot tell", "none"])
def test_lives_of_groups_that_may_be_chance_may_be_chance(found):
    finding = about_lifelines(told(GROUP, lives=[life(1, (SECOND, 5, "born"))], found=found, why="few"))
    assert finding.headline == "Perhaps one group was born."
    assert "may be chance as well" in finding.means
    assert "Greet" not in finding.next_step
    assert "chance as well" not in about_lifelines(told(GROUP, lives=[life(1, (SECOND, 5, "born"))])).means


def test_what_to_do_greets_the_youngest_and_asks_back_who_faded():
    lives = [
        life(1, (SECOND, 5, "born")),
        {**life(2, (THIRD, 5, "born")), "words": ["rye"]},
        life(3, (THIRD, 5, "born"), fate="gone"),
    ]
    said = about_lifelines(told(GROUP, lives=lives)).next_step
    assert said.startswith("Greet Group 2 (rye), the youngest")
    assert (
        "Four followers kept in touch four weeks before the latest and no longer do: private/people.csv, column"
        in said
    )
    assert (
        "One follower kept in touch four weeks before the latest and no longer does"
        in about_lifelines(told(GROUP, lives=lives, fading=1)).next_step
    )
    assert "no longer" not in about_lifelines(told(GROUP, lives=lives, fading=0)).next_step


def test_only_young_groups_are_greeted_and_only_where_talk_ended_somebody_is_asked():
    old, gone = life(1, (FIRST, 5, "born")), life(2, (FIRST, 5, "born"), fate="gone")
    content = told(group(1), group(2, last="2025-03-02"), lives=[old, gone])
    content["ladder"] = [{"tile": day} for day in (FIRST, SECOND, THIRD, "2025-03-31")]
    said = about_lifelines(content)
    assert "Greet" not in said.next_step
    assert "Ask two people of Group 2, which is gone" in said.next_step
    assert "gone since: its people last talked with one another on 2 March 2025." in said.points[1]
    content["clusters"][1]["last"] = "2025-03-31"
    assert "Ask two people" not in about_lifelines(content).next_step


def test_group_that_was_larger_in_between_is_told_to_have_been():
    steps = ((FIRST, None, "born"), (SECOND, 9, "continued"), (THIRD, 6, "continued"))
    assert "with fewer than 5, 6 in those from 3 March 2025, 9 at its largest" in words(
        about_lifelines(told(lives=[life(1, *steps)]))
    )


def test_what_was_done_is_asked_for_where_nothing_is_noted():
    content = told(GROUP, lives=[life(1, (SECOND, 5, "born"))])
    assert "communitylab log" in about_lifelines(content).next_step
    noted = {**content, "actions": [{"day": SECOND, "what": "baker AMA"}]}
    assert "communitylab log" not in about_lifelines(noted).next_step


def test_lives_that_cannot_be_followed_say_why():
    short = told(GROUP, lives=[life(1, (FIRST, 5, "born"))])
    short["ladder"] = short["ladder"][:4]
    assert about_lifelines(short).headline == "This export is too short to follow groups."
    assert about_lifelines(told()).headline == "In no four weeks do five followers form a group."
    timeless = told()
    timeless["ladder"] = []
    assert about_lifelines(timeless).headline == "An export without times shows no groups."


# --- Both.


def test_report_of_an_earlier_version_is_told_to_be_one():
    for finding in (about_groups({}), about_lifelines({})):
        assert finding.headline == "This report was made before groups were looked for."


@pytest.mark.parametrize("n", [0, 1, 2, 13])
@pytest.mark.parametrize("found", ["groups", "none", "cannot tell"])
def test_words_survive_any_number_and_any_name(n, found):
    name = "<b>${x}%s{0}\\frac\u0000</b>"
    clusters = [group(number, name=name, words=[name]) for number in range(1, n + 1)]
    lives = [{**life(number, (SECOND, None, "born")), "name": name} for number in range(1, n + 1)]
    for finding in (
        about_groups(told(*clusters, found=found, why="why")),
        about_lifelines(told(*clusters, lives=lives, found=found, why="why")),
    ):
        said = words(finding)
        assert finding.headline.endswith(".")
        assert finding.means
        assert finding.next_step
        assert "\u0000" not in said
        assert not re.search(
            r"\b(None|nan)\b|\b1 (followers|groups|runs)\b|\.\.|  ",
            said.replace(name.replace("\u0000", "�"), ""),
        )
        assert not re.search(r"\bcommunit(y|ies)\b", said)
