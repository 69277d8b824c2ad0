"""The report in words: figures by hand, every kind of answer, and nothing said that the figures do not bear."""

from __future__ import annotations

import copy
import math
from typing import Any

import pandas as pd
import pytest

from communitylab import answers, findings, introduction, limits, newcomer_findings, talk_findings
from communitylab.phrases import (
    counted,
    days_of,
    fraction,
    hours,
    kinds_of,
    lately,
    of_few,
    of_hundred,
    percent,
    sentence,
    span_of,
    times,
)
from communitylab.verdict import LABELS
from communitylab.words import summary

SIGNS = ("follower_share", "breadth", "return_rate", "effective_pairs", "without_top", "spread")
KINDS = (
    "a few friends", "a second stage", "a community elsewhere", "a passing crowd", "a hosted room",
    "a circle inside an audience", "in between",
)  # fmt: skip

MIXED = {"label": "mixed", "kind": "a circle inside an audience"}
WAYS = [{**MIXED, "thresholds": "usual thresholds"}] * 3
WAYS += [{"label": "undecided", "kind": None, "thresholds": "higher thresholds"}]
CONTENT: dict[str, Any] = {
    "brand": {"name": "crumb", "accounts": 1},
    "span": ["2025-01-06T08:00:00Z", "2025-06-30T08:00:00Z"],
    "tz": "UTC",
    "kinds": ["reply", "mention", "quote"],
    "hashtags": ["crumbchat"],
    "has_follower_list": True,
    "short": False,
    "seed": 7,
    "coverage": {"class": "A", "why": "everybody is in it", "licensed": ["community", "mixed", "audience"]},
    "ledger": {
        "files": [{"read": True, "skipped": {"duplicate post": 3}}], "records": 1003, "posts": 1000, "skipped": 3,
    },
    "acts": {"reply": 20, "mention": 30, "quote": 5, "repost": 7, "carried": 4, "inferred": 0, "outside": 11},
    "places": [{"platform": "x", "posts": 1000, "yours": False, "only_brand": False}], "talkers": 40,
    "posts_studied": 1000, "followers": 60, "active_followers": 50, "w_ff": 34, "w_fb": 66, "ties": 6, "mutual_ties": 5,
    "measures": {
        "follower_share": {"value": 0.34, "low": 0.29, "high": 0.4, "posts": 0.33, "inferred": 0.34},
        "follower_share_change": {"value": 0.12, "low": 0.05, "high": 0.19, "first": 0.22, "last": 0.34},
        "breadth": {"value": 0.1, "low": 0.06, "high": 0.15},
        "breadth_change": {"value": 0.05, "low": -0.02, "high": 0.12, "first": 0.07, "last": 0.12},
        "return_rate": {"value": 0.2, "null_mean": 0.1, "p": 0.005},
        "largest_component": {"value": 0.06, "low": 0.02, "high": 0.1, "with_brand": 0.97},
        "without_top": {"value": 0.3, "breadth": 0.08, "breadth_5": 0.04},
        "cohesion": {"value": None, "why": "nobody has two contacts"},
        "conversation": {"value": 0.5, "low": 0.4, "high": 0.6, "threads": 40},
        "join_in": {"value": 0.25, "low": 0.2, "high": 0.3, "exchanges": 80},
        "first_answer": {"median_hours": 5.0, "by": {"follower": 0.2, "brand": 0.3, "nobody": 0.5}},
        "reach": {"value": 0.5, "rival": 0.4},
    },
    "roles": {"silent": 10, "spectator": 20, "acquainted": 25, "connected": 3, "circle": 2},
    "ladder": [
        {"tile": "2025-01-06", "silent": 30, "spectator": 20, "acquainted": 9, "connected": 1, "circle": 0},
        {"tile": "2025-06-02", "silent": 20, "spectator": 15, "acquainted": 21, "connected": 2, "circle": 2},
    ],
    "newcomers": {
        "cohorts": [
            {"start": "2025-02-03", "newcomers": 40, "follower": 11, "brand": 9, "nobody": 20, "median_hours": 5.0, "days": 28},
            {"start": "2025-03-03", "newcomers": 20, "follower": 4, "brand": 6, "nobody": 10, "median_hours": None, "days": 7},
        ],
        "people": 60, "left_out": 3, "within_days": 7,
        "answered_by_follower": {"value": 0.25, "low": 0.16, "high": 0.37},
        "came_back": {
            "answered": {"value": 0.6, "low": 0.42, "high": 0.76, "n": 28},
            "unanswered": {"value": 0.3, "low": 0.17, "high": 0.48, "n": 29},
            "difference": {"value": 0.3, "low": 0.04, "high": 0.5},
        },
        "why": None,
    },
    "peer_talk": [
        {"ground": "yours", "kind": "reply", "acts": 80},
        {"ground": "elsewhere", "kind": "mention", "acts": 20},
        {"ground": "elsewhere", "kind": "repost", "acts": 900},
    ],
    "verdict": {
        "label": "mixed", "kind": "a circle inside an audience", "because": ["this speaks for it"],
        "conditions": [
            {"name": name, "passed": name == "return_rate", "value": 0.3, "threshold": 0.5, "low": 0.2,
             "high": 0.4, "why": None}
            for name in SIGNS
        ],
        "thresholds": {"phi_a": 0.3, "phi_c": 0.5, "pi_a": 0.15, "pi_c": 0.2},
        "specifications": {
            "same": 3, "of": 4, "each": WAYS,
        },
        "automated": {"accounts": 0, "label_without": "mixed"},
        "accounts": [],
    },
    "versions": {"communitylab": "0.1", "duckdb": "1", "networkx": "3"},
}  # fmt: skip


def changed(**changes: Any) -> dict[str, Any]:
    """The content with some values changed: ``measures__join_in__exchanges=3``."""
    content = copy.deepcopy(CONTENT)
    for path, value in changes.items():
        *parents, last = path.split("__")
        place = content
        for parent in parents:
            place = place[parent]
        place[last] = value
    return content


def all_of(content: dict[str, Any]) -> list[findings.Finding]:
    """Every finding that does not need references."""
    told = (
        findings.ladder,
        findings.network,
        talk_findings.grounds,
        talk_findings.conversations,
        talk_findings.trend,
        newcomer_findings.about_newcomers,
    )
    rest = (answers.answer, answers.signs, limits.certainty, limits.own_side, limits.other_exports)
    return [finding(content) for finding in (*told, *rest)]


def words(finding: findings.Finding) -> str:
    """All that a finding says without unfolding anything."""
    return " ".join(
        (finding.headline, *finding.lead, finding.means or "", *finding.points, finding.next_step or "")
    )


# --- The answer.


def test_answer_of_the_content():
    found = answers.answer(CONTENT)
    assert found.headline == "Mostly an audience, with a small circle inside it."
    assert "Of every 100 replies, mentions and quotes" in found.lead[0]
    assert "34 (29–40) go to another follower, 66 to you" in found.lead[0]
    assert found.lead[1] == "3 of 4 reasonable ways of counting give the same answer."
    assert found.points == ("This speaks for it.",)


def test_introduction_says_what_the_report_is_and_what_it_is_drawn_from():
    said = introduction.introduced(CONTENT, words=1_810)
    assert f"Do the followers of {CONTENT['brand']['name']} talk with the brand only" in said
    assert f"In this report “you” is {CONTENT['brand']['name']}." in said
    assert "6 January 2025 to 30 June 2025: 1,000 posts; 50 of 60 followers wrote something." in said
    assert "About the export: everybody who wrote in a place or under a search is in it." in said
    assert said.endswith("a minute to read, the whole report about 9.")
    assert introduction.introduced(CONTENT, words=30).endswith("about 2.")


def test_without_a_list_the_followers_are_those_who_wrote():
    said = introduction.introduced(changed(has_follower_list=False), words=1)
    assert "50 followers: everybody who wrote something, there being no list." in said


def test_circle_of_many_is_not_called_small():
    ladder = [{**CONTENT["ladder"][1], "circle": 12}]
    assert answers.answer(changed(ladder=ladder)).headline == "Mostly an audience, with a circle inside it."


@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_answer_has_its_words(label, kind):
    content = changed(verdict__label=label, verdict__kind=kind if label == "mixed" else None)
    found = answers.answer(content)
    assert found.headline.endswith(".")
    assert "{" not in words(found)
    assert found.means
    assert found.next_step


def test_answer_that_few_ways_of_counting_give_is_no_plain_headline():
    circle, other = (
        {"label": "mixed", "kind": kind} for kind in ("a circle inside an audience", "in between")
    )
    each = [circle, other, {"label": "undecided", "kind": None}, {"label": "undecided", "kind": None}]
    found = answers.answer(changed(verdict__specifications={"same": 1, "of": 4, "each": each}))
    assert found.headline == "Perhaps mostly an audience, with a small circle inside it."
    assert "Hold this loosely: only 1 of 4 reasonable ways of counting give this answer." in words(found)
    assert f"The others: “{LABELS['undecided']}” 2; “{LABELS['mixed']} (in between)” 1." in words(found)


def test_answer_about_an_account_that_few_address_is_no_plain_headline():
    content = changed(measures__reach__value=0.2)
    assert answers.answer(content).headline.startswith("Perhaps mostly")
    assert "Only 20% of the followers who talk in this export ever address you." in words(
        answers.answer(content)
    )
    assert "ever address you" not in words(answers.answer(CONTENT))


def test_several_accounts_are_said_to_be_you():
    content = changed(brand__accounts=3)
    assert "“You” are the 3 accounts named as the brand" in words(answers.answer(content))
    assert "None of them alone" in words(answers.answer(content))


@pytest.mark.parametrize(
    ("share", "broad", "headline"),
    [
        ((0.6, 0.7), (0.1, 0.3), "Not merely an audience"),
        ((0.2, 0.45), (0.1, 0.3), "No community;"),
        ((0.2, 0.6), (0.1, 0.3), "Not decided:"),
    ],
)
def test_undecided_says_what_is_excluded(share, broad, headline):
    content = changed(verdict__label="undecided", verdict__kind=None)
    for name, (low, high) in (("follower_share", share), ("breadth", broad)):
        content["measures"][name] |= {"low": low, "high": high}
    assert answers.answer(content).headline.startswith(headline)


def test_undecided_with_every_sign_there_asks_for_more_data():
    """Where chosen people are followed everywhere, all may be there but on the brand's own ground."""
    conditions = [{**one, "passed": True} for one in CONTENT["verdict"]["conditions"]]
    content = changed(verdict__label="undecided", verdict__kind=None, verdict__conditions=conditions)
    content["measures"]["follower_share"] |= {"low": 0.6, "high": 0.7}
    found = answers.answer(content)
    assert found.headline.startswith("Not merely an audience")
    assert found.next_step.startswith("Export more weeks")


def test_export_without_times_is_not_said_to_hold_too_little():
    content = changed(verdict__label="insufficient", verdict__kind=None, span=None, ladder=[])
    found = answers.answer(content)
    assert "no times" in found.headline
    assert found.next_step == "Export again with the time of each post."


def test_answer_that_hangs_on_automated_accounts_says_so_at_once():
    without = {"accounts": 3, "label_without": "audience"}
    assert "Without the 3 accounts that look automated" in words(
        answers.answer(changed(verdict__automated=without))
    )
    same = {"accounts": 3, "label_without": "mixed"}
    assert "automated" not in words(answers.answer(changed(verdict__automated=same)))


def test_short_export_is_said_to_be_short():
    content = changed(short=True, span=["2025-01-06T00:00:00Z", "2025-01-15T00:00:00Z"])
    assert "spans 10 days" in words(answers.answer(content))


def test_bystanders_are_spoken_of_where_they_matter():
    share = {**CONTENT["measures"]["follower_share"], "bystander_low": 0.2, "bystander_high": 0.6}
    assert "between 20 and 60 of 100 go to a follower" in words(
        answers.answer(changed(measures__follower_share=share))
    )
    near = {**share, "bystander_low": 0.31, "bystander_high": 0.36}
    assert "only named" not in words(answers.answer(changed(measures__follower_share=near)))


def test_export_that_cannot_tell_gives_no_figure():
    content = changed(verdict__label="not identifiable", verdict__kind=None)
    content["coverage"]["class"] = "C"
    assert "34" not in words(answers.answer(content))
    assert "0.34" not in " ".join(what for _term, what in answers.answer(content).exact)
    content["coverage"]["class"] = "D"
    assert "34" not in words(answers.answer(content))
    content["coverage"]["class"] = "C_search"
    assert "Probably no fewer than 29 of every 100" in words(answers.answer(content))


# --- Signs.


def test_signs_are_counted_and_the_first_missing_one_is_the_next_step():
    found = answers.signs(CONTENT)
    assert found.headline == "One of six signs of a community is there."
    assert found.points[0] == (
        "Talk among followers: not yet. Less than half of the talk goes to other followers, even at the high end of the "
        "interval."
    )
    assert found.points[2].startswith("Contacts that last (against chance): there.")
    assert "leave a question open" in found.next_step


def test_sign_whose_interval_holds_its_mark_is_open():
    conditions = [{**one, "high": 0.6} for one in CONTENT["verdict"]["conditions"]]
    said = answers.signs(changed(verdict__conditions=conditions)).points[0]
    assert said.startswith("Talk among followers: not shown. The interval leaves open whether")


def test_few_messages_do_not_deny_that_people_return():
    conditions = [{**one, "passed": False} for one in CONTENT["verdict"]["conditions"]]
    few, many = (answers.signs(changed(verdict__conditions=conditions, w_ff=n)).points[2] for n in (99, 100))
    assert "cannot be told" in few
    assert many.endswith("not shown. That the same people meet again cannot be told from chance.")


def test_sign_with_a_figure_and_no_judgement_is_not_told():
    conditions = [{**one, "passed": None, "why": "too few"} for one in CONTENT["verdict"]["conditions"]]
    assert all(
        "cannot tell. Too few." in point
        for point in answers.signs(changed(verdict__conditions=conditions)).points
    )


def test_sign_that_cannot_be_told_says_why():
    conditions = [
        {**one, "passed": None, "value": None, "why": "no tie"} for one in CONTENT["verdict"]["conditions"]
    ]
    found = answers.signs(changed(verdict__conditions=conditions))
    assert found.headline == "None of six signs of a community are there."
    assert all(point.endswith("cannot tell. No tie.") for point in found.points)


def test_all_six():
    conditions = [{**one, "passed": True} for one in CONTENT["verdict"]["conditions"]]
    assert (
        answers.signs(changed(verdict__conditions=conditions)).headline
        == "All six signs of a community are there."
    )


# --- What was found.


def test_ladder_speaks_of_the_latest_four_weeks():
    """40 wrote something in June, 4 of them in touch with somebody."""
    found = findings.ladder(CONTENT)
    assert (
        found.headline
        == "One in 10 followers we heard from in the latest four weeks keeps in touch with another."
    )
    assert (
        "from 2 June 2025: 40 followers wrote something. In all 2 overlapping four-week periods it was 50."
        in found.lead[0]
    )
    assert "The other 20 may well have read" in found.lead[0]
    assert "15 face the stage" in found.means
    assert "2 keep in touch with one other follower, and 2 with two or more" in found.means


@pytest.mark.parametrize(
    ("rungs", "headline", "means"),
    [
        ((0, 5, 5, 0, 0), "None of the 10 followers", "Nobody keeps in touch with another."),
        ((0, 8, 8, 12, 12), "60% of the followers", "12 keep in touch with one other"),
        (
            (0, 2, 2, 3, 3),
            "6 of the 10 followers we heard from keep in touch",
            "3 keep in touch with one other",
        ),
        ((0, 27, 0, 0, 3), "One in 10 followers", "3 keep in touch with two others or more"),
        (
            (0, 9, 0, 0, 1),
            "1 of the 10 followers we heard from keeps in touch",
            "1 keep in touch with two others or more",
        ),
        ((5, 0, 0, 0, 0), "None of the 0 followers", "0 face the stage"),
        ((5, 1, 0, 0, 0), "None of the 1 follower we", "1 face the stage"),
    ],
)
def test_ladder_of_any_shape(rungs, headline, means):
    content = changed(ladder=[{"tile": "2025-01-06", **dict(zip(CONTENT["roles"], rungs, strict=True))}])
    found = findings.ladder(content)
    assert found.headline.startswith(headline)
    assert means in found.means


def test_network_shrinks_or_does_not():
    assert findings.network(CONTENT).headline.endswith("shrinks from 97% to 6.0%.")
    same = {**CONTENT["measures"]["largest_component"], "with_brand": 0.07}
    assert "little changes" in findings.network(changed(measures__largest_component=same)).headline
    assert "nobody is connected" in findings.network(changed(ties=0)).headline


def test_grounds_count_talk_and_keep_reposts_apart():
    found = talk_findings.grounds(CONTENT)
    assert found.headline == "80% of the 100 messages among followers are under your posts or hashtags."
    assert "reposted one another 900 times" in found.lead[1]
    assert "hashtags" not in " ".join(found.lead)
    assert talk_findings.grounds(changed(hashtags=[])).headline.endswith("are under your posts.")
    assert "No hashtag was given as yours" in words(talk_findings.grounds(changed(hashtags=[])))
    half = [
        {"ground": "tagged", "kind": "reply", "acts": 60},
        {"ground": "elsewhere", "kind": "reply", "acts": 60},
    ]
    assert talk_findings.grounds(changed(peer_talk=half)).headline.startswith("50% of the 120")
    assert "You are the host" in talk_findings.grounds(changed(peer_talk=half)).means
    third = [half[0], {**half[1], "acts": 120}]
    assert "did not begin" in talk_findings.grounds(changed(peer_talk=third)).means
    counted_in = talk_findings.grounds(changed(kinds=["reply", "repost"]))
    assert counted_in.headline.startswith("8% of the 1,000")
    assert "apart" not in " ".join(counted_in.lead)
    assert "do not make much of" in talk_findings.grounds(changed(peer_talk=CONTENT["peer_talk"][1:2])).means
    assert "did not talk" in talk_findings.grounds(changed(peer_talk=CONTENT["peer_talk"][2:])).headline


@pytest.mark.parametrize(
    ("with_brand", "said"), [(0.07, "little changes"), (0.09, "no clear change"), (0.11, "shrinks")]
)
def test_what_the_interval_holds_is_no_change_claimed_or_denied(with_brand, said):
    """Without the brand it is 6 of 100, at most 10."""
    found = {**CONTENT["measures"]["largest_component"], "with_brand": with_brand}
    network = findings.network(changed(measures__largest_component=found))
    assert said in network.headline
    assert ("cannot tell" in network.means) == (said == "no clear change")


@pytest.mark.parametrize(("n", "said"), [(1, " (of 1 follower)"), (29, " (of 29 followers)"), (30, "")])
def test_share_of_few_says_of_how_many(n, said):
    assert of_few(n, "follower") == said
    content = changed(talkers=n, active_followers=n, measures__first_answer__answered=n)
    assert f"66 to you{said}. The range" in words(answers.answer(content))
    assert f"go to another follower, the rest to the brand{said}." in summary(content)
    assert f"address you at least once{said}." in words(limits.certainty(content))
    assert f"who wrote something{said}, on average" in words(findings.network(content))
    told = words(talk_findings.conversations(content))
    assert f"no answer is in this export{said}." in told
    assert f"waited less than 5 hours{said}." in told


def test_change_that_rests_on_few_people_says_so():
    few = {"first_people": 12, "last_people": 40}
    change = {**CONTENT["measures"]["follower_share_change"], **few}
    contact = {**CONTENT["measures"]["breadth_change"], **few}
    said = talk_findings.trend(
        changed(measures__follower_share_change=change, measures__breadth_change=contact)
    ).lead
    assert "Few people sent these messages: 12 in the first third, 40 in the last." in said[0]
    assert "Few people were regulars: 12 in the first third, 40 in the last." in said[-1]
    assert "Few people" not in words(talk_findings.trend(CONTENT))


def test_few_newcomers_are_counted():
    cohorts = [{"newcomers": 12, "follower": 3, "brand": 5, "nobody": 4}]
    found = newcomer_findings.about_newcomers(changed(newcomers__people=12, newcomers__cohorts=cohorts))
    assert found.headline == "3 of 12 newcomers got a first answer from another follower within a week."


def test_conversations_are_not_told_from_a_handful():
    assert talk_findings.conversations(CONTENT).headline.startswith("In 25 (20–30) of 100 exchanges")
    enough = {**CONTENT["measures"]["join_in"], "exchanges": 30}
    assert "of 100 exchanges" in talk_findings.conversations(changed(measures__join_in=enough)).headline
    few = {**CONTENT["measures"]["join_in"], "exchanges": 29}
    assert "too rarely to tell" in talk_findings.conversations(changed(measures__join_in=few)).headline
    none = {"value": None, "why": "no thread"}
    assert "never, as far as" in talk_findings.conversations(changed(measures__join_in=none)).headline
    assert "20 were answered first by another follower and 30 by you" in words(
        talk_findings.conversations(CONTENT)
    )


@pytest.mark.parametrize(
    ("value", "low", "high", "said"),
    [
        (0.12, 0.05, 0.19, "Talk among followers grew from 22 to 34 of 100 messages: up 12 (+5 to +19)."),
        (
            -0.12,
            -0.19,
            -0.05,
            "Talk among followers shrank from 34 to 22 of 100 messages: down 12 (−19 to −5).",
        ),
        (
            0.02,
            -0.05,
            0.09,
            "No clear change in talk among followers: from 22 to 34 of 100 messages (−5 to +9).",
        ),
    ],
)
def test_trend_is_claimed_only_where_the_interval_excludes_none(value, low, high, said):
    change = {**CONTENT["measures"]["follower_share_change"], "value": value, "low": low, "high": high}
    if value < 0:
        change |= {"first": change["last"], "last": change["first"]}
    assert talk_findings.trend(changed(measures__follower_share_change=change)).headline == said


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (0.01, 0.09, "Regular contact grew from 7 to 12 of 100 regulars: up 5 (+1 to +9)."),
        (-0.02, 0.12, "No clear change in regular contact: from 7 to 12 of 100 regulars (−2 to +12)."),
    ],
)
def test_trend_tells_of_regular_contact_in_the_same_manner(low, high, said):
    change = {**CONTENT["measures"]["breadth_change"], "low": low, "high": high}
    found = talk_findings.trend(changed(measures__breadth_change=change))
    assert said in found.lead
    assert found.headline.startswith("Talk among followers")
    assert f"95% interval {low:+.3f} to {high:+.3f}".replace("-", "−") in dict(found.exact)["Regular contact"]


def test_trend_says_what_cannot_be_told_of_contact_and_newcomers():
    change = {"value": None, "why": "the first third holds no four whole weeks"}
    found = talk_findings.trend(
        changed(measures__breadth_change=change, newcomers__why="the export is too short")
    )
    assert (
        "Whether regular contact changed cannot be told: the first third holds no four whole weeks."
        in found.lead
    )
    assert "Of newcomers nothing can be told: the export is too short." in found.lead
    assert "Regular contact" not in dict(found.exact)
    earlier = changed()
    del earlier["measures"]["breadth_change"], earlier["newcomers"]
    assert "it was not measured." in talk_findings.trend(earlier).lead[-1]


def test_trend_says_how_many_at_first_at_most_and_in_the_latest():
    """Heard from: all but the silent. The fullest period is told where it is neither the first nor the latest."""
    rows = [
        {"tile": "2025-01-06", "silent": 0, "spectator": 20, "acquainted": 9, "connected": 1, "circle": 0},
        {"tile": "2025-01-13", "silent": 0, "spectator": 0, "acquainted": 9, "connected": 10, "circle": 6},
        {"tile": "2025-01-20", "silent": 9, "spectator": 9, "acquainted": 1, "connected": 2, "circle": 2},
    ]
    said = words(talk_findings.trend(changed(ladder=rows)))
    assert (
        "Followers in touch with one another: 1 in the four weeks from 6 January 2025, 16 at most (from 13 January 2025), "
        "4 in the latest. Followers heard from: 30 in the four weeks from 6 January 2025, 14 in the latest. A share does not"
    ) in said


def test_trend_reconciles_the_shares_of_the_thirds_with_that_of_the_whole():
    said = "Over the whole time it is 34 of 100, in the latest four weeks 45."
    tiles = [{"tile": "2025-01-06", "follower_share": 0.1}, {"tile": "2025-06-02", "follower_share": 0.45}]
    assert said in talk_findings.trend(changed(tiles=tiles)).lead[0]
    tiles[-1]["follower_share"] = None
    assert "whole time" not in talk_findings.trend(changed(tiles=tiles)).lead[0]
    assert "whole time" not in words(talk_findings.trend(CONTENT))


# --- Newcomers.


def test_newcomers_in_words():
    found = newcomer_findings.about_newcomers(CONTENT)
    assert found.headline == "One newcomer in four got a first answer from another follower within a week."
    assert found.lead[0] == (
        "Of every 100 newcomers, 25 (16–37) got their first answer from another follower and 25 from you, within 7 days; to "
        "the other 50 no answer is in this export (60 newcomers)."
    )
    assert "will have written before it began" in found.lead[1]
    assert found.lead[2].startswith("Left out: 3 newcomers")
    assert found.points[0] == "Looked at are the newcomers who were watched for 35 days: 57 of 60."
    assert found.points[1].startswith(
        "Of the 28 who were answered within a week, 60 (42–76) of 100 wrote again"
    )
    assert found.points[2].startswith("Of the 29 who were not answered in it, 30 (17–48) of 100")
    assert "30 more of 100 (+4 to +50). That is no proof" in found.points[3]
    assert "livelier people" in found.points[3]
    assert "newcomers_answered = 0.250, 95% interval 0.160 to 0.370" in dict(found.exact)["First answer"]
    assert "difference +0.300, 95% interval +0.040 to +0.500" in dict(found.exact)["Came back"]


@pytest.mark.parametrize(
    ("value", "low", "high", "said"),
    [
        (-0.2, -0.4, -0.05, "less often: 20 fewer of 100 (−40 to −5)"),
        (
            0.1,
            -0.1,
            0.3,
            "No clear difference between the two: +10 (−10 to +30) of 100. A clear one would be no proof",
        ),
    ],
)
def test_coming_back_is_told_with_its_interval_and_never_as_an_effect(value, low, high, said):
    difference = {"value": value, "low": low, "high": high}
    found = newcomer_findings.about_newcomers(changed(newcomers__came_back__difference=difference))
    assert said in found.points[3]
    for word in ("because of", "thanks to", "effect", "led to"):
        assert word not in words(found)


def test_too_few_to_compare_are_told_and_not_compared():
    arm = {
        "value": None,
        "n": 3,
        "why": "fewer than 10 newcomers who were answered could be watched for 35 days",
    }
    found = newcomer_findings.about_newcomers(
        changed(newcomers__came_back__answered=arm, newcomers__came_back__difference=arm)
    )
    assert len(found.points) == 3
    assert found.points[1].startswith("Of the 29 who were not answered")
    assert found.points[2].endswith(
        "cannot be told: fewer than 10 newcomers who were answered could be watched for 35 days."
    )


@pytest.mark.parametrize(
    ("row", "means", "step"),
    [
        ((5, 5, 50), "Most newcomers get no answer in this export.", "answer first posts within a day"),
        ((20, 20, 20), "Followers meet newcomers more often", "answer first posts within a day"),
        ((31, 0, 29), "Followers meet newcomers more often", "Thank those who welcome"),
        ((10, 30, 20), "met by you first", "answer first posts within a day"),
    ],
)
def test_who_meets_newcomers_decides_what_it_means(row, means, step):
    cohorts = [{"newcomers": 60, **dict(zip(("follower", "brand", "nobody"), row, strict=True))}]
    found = newcomer_findings.about_newcomers(changed(newcomers__cohorts=cohorts))
    assert means in found.means
    assert step in found.next_step


@pytest.mark.parametrize(("low", "is_shown"), [(0.04, True), (0.0, False), (-0.1, False), (None, False)])
def test_advice_claims_no_more_than_the_difference_shows(low, is_shown):
    difference = {"value": None, "why": "few"} if low is None else {"value": 0.1, "low": low, "high": 0.3}
    step = newcomer_findings.about_newcomers(changed(newcomers__came_back__difference=difference)).next_step
    assert step.startswith("Ask two or three of those in the circle") == is_shown
    doubt = "Whether an answer brings people back this export does not show; try it: ask two or three of those in the circle"
    assert step.startswith(doubt) != is_shown


def test_nobody_is_sent_to_a_circle_that_is_empty():
    rows = copy.deepcopy(CONTENT["ladder"])
    rows[-1]["circle"] = 0
    asked = newcomer_findings.about_newcomers(changed(ladder=rows)).next_step
    assert asked.startswith("Answer first posts yourself within a day, and bring in another follower")
    cohorts = [{"newcomers": 60, "follower": 40, "brand": 0, "nobody": 20}]
    thanked = newcomer_findings.about_newcomers(changed(ladder=rows, newcomers__cohorts=cohorts)).next_step
    assert thanked.startswith("Thank those who welcome newcomers")
    assert "circle" not in asked + thanked


def test_few_newcomers_are_counted_and_no_share_is_spoken_of():
    cohorts = [{"newcomers": 9, "follower": 2, "brand": 3, "nobody": 4}]
    found = newcomer_findings.about_newcomers(changed(newcomers__cohorts=cohorts, newcomers__people=9))
    assert found.headline == "9 newcomers in this export: too few to say who answers them."
    assert (
        "2 of them got a first answer from another follower and 3 from you; to 4 no answer" in found.lead[0]
    )
    assert "of every 100" not in words(found).lower()


def test_newcomers_of_an_export_that_cannot_tell():
    found = newcomer_findings.about_newcomers(changed(newcomers__why="the export has no times"))
    assert found.headline == "This export shows no newcomers."
    assert found.lead == ("The export has no times.",)
    partial = newcomer_findings.about_newcomers(changed(coverage__class="C_search"))
    assert "more may have been answered" in partial.lead[-1]


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (0, "No day"), (0.003, "One day in 333"), (0.16, "One day in six"), (0.25, "One day in four"),
        (0.38, "Two days in five"), (0.5, "One day in two"), (0.68, "Two days in three"), (0.9, "Nine days in ten"),
        (0.97, "Nearly every day"), (1, "Every day"),
    ],
)  # fmt: skip
def test_shares_as_one_says_them(share, said):
    assert fraction(share, "day") == said


def test_two_separate_periods_make_a_trend():
    for last, expected in (("2025-03-02", True), ("2025-03-01", False)):
        assert (
            talk_findings.has_trend(changed(span=["2025-01-06T00:00:00Z", f"{last}T00:00:00Z"])) == expected
        )


def test_trend_of_a_few_weeks_is_none():
    found = talk_findings.trend(changed(span=["2025-01-06T00:00:00Z", "2025-02-06T00:00:00Z"]))
    assert found.headline == "This export is too short to show a change."
    assert "It spans 32 days." in found.lead[0]
    assert "without times" in talk_findings.trend(changed(span=None)).headline
    silent = changed(measures__follower_share_change={"value": None, "why": "nobody talked at first"})
    assert "Too little talk at the beginning or at the end" in talk_findings.trend(silent).headline
    assert talk_findings.trend(silent).lead == ("Nobody talked at first.",)


def test_time_is_told_from_the_last_gap_on():
    days = ["2024-01-01", "2024-01-08", "2024-06-03", "2024-06-10", "2024-06-17"]
    rows = [{"tile": day} for day in days]
    assert [row["tile"] for row in talk_findings.unbroken(rows)] == days[2:]
    assert talk_findings.unbroken(rows[:2]) == rows[:2]
    assert talk_findings.unbroken([]) == []


def test_people_are_named_from_the_closest_on():
    people = pd.DataFrame(
        [("ana", "circle", 5, True), ("b\u202eo", "connected", 1, False), ("cy", "acquainted", 9, False)],
        columns=["name", "rung_latest", "from_followers", "is_host"],
    )
    found = findings.people_by_name(people, content=CONTENT)
    assert found.headline == "By name: 2 followers in touch with another in the latest four weeks."
    assert found.points == (
        "ana: in the circle, 5 times addressed by followers, a host whose contacts know nobody else",
        "b�o: keeps in touch, once addressed by followers",
    )
    many = pd.concat([people.head(1)] * 60)
    assert len(findings.people_by_name(many, content=CONTENT).points) == 50
    assert findings.people_by_name(people.tail(1), content=CONTENT).points == ()
    short = changed(span=["2025-01-06T08:00:00Z", "2025-01-15T08:00:00Z"], ladder=CONTENT["ladder"][:1])
    found = findings.people_by_name(people, content=short)
    assert found.headline == "By name: 2 followers in touch with another in these 10 days."


@pytest.mark.parametrize(
    ("tiles", "last", "said"),
    [
        (["2025-01-06", "2025-01-13"], "2025-02-20", "in the latest four weeks"),
        (["2025-01-06"], "2025-01-15", "in these 10 days"),
        (["2025-01-06"], "2025-01-06", "on this one day"),
        (["2025-01-06"], "2025-02-02", "in these 28 days"),
        (["2025-01-06"], "2025-02-08", "in the only four whole weeks"),  # the last six days are in no period
        (["2025-01-07"], "2025-02-08", "in these 33 days"),  # no four weeks from a Monday on
        ([], "2025-01-15", "on the whole"),
    ],
)
def test_days_of_the_latest_rungs_are_named_as_they_are(tiles, last, said):
    first = tiles[0] if tiles else "2025-01-06"
    told = {"ladder": [{"tile": tile} for tile in tiles], "span": [f"{first}T08:00:00Z", f"{last}T09:00:00Z"]}
    assert lately(told) == said
    assert lately({"ladder": [], "span": None}) == "on the whole"


def test_picture_of_the_only_period_is_not_called_the_latest():
    assert "The picture shows the latest period" in words(findings.network(CONTENT))
    assert "latest" not in words(findings.network(changed(ladder=CONTENT["ladder"][:1])))


def _known(name: str, share: float | None, breadth: float | None, *, is_alike: bool = True) -> dict[str, Any]:
    what = f"what {name} is"
    return {"name": name, "what": what, "follower_share": share, "breadth": breadth, "is_alike": is_alike}


def test_neighbour_is_the_nearest():
    places = [_known("Far", 0.3, 0.9), _known("Near", 0.4, 0.1)]
    found = talk_findings.neighbours(CONTENT, references=places)
    assert found.headline.endswith("nearest to: near.")
    assert found.points == ("Far: what Far is.", "Near: what Near is.")


@pytest.mark.parametrize("unknown", [None, math.nan])
def test_neighbour_has_a_brand_and_both_figures(unknown: float | None):
    """Content: 0.34 and 0.1."""
    places = [
        _known("Near", 0.4, 0.1),
        _known("Unlike", 0.34, 0.1, is_alike=False),
        _known("Half", 0.34, unknown),
        _known("Club", unknown, unknown),
    ]
    found = talk_findings.neighbours(CONTENT, references=places)
    assert found.headline.endswith("nearest to: near.")
    assert found.points == ("Near: what Near is.", "Unlike: what Unlike is.", "Half: what Half is.")
    alone = talk_findings.neighbours(CONTENT, references=places[1:])
    assert alone.headline == "None of the places we know was collected as your export was."


def test_places_that_are_alike_are_told_together():
    desks = [{**_known(name, 0.0, None), "what": "one of many"} for name in ("First desk", "Second desk")]
    found = talk_findings.neighbours(CONTENT, references=[desks[0], _known("Near", 0.4, 0.1), desks[1]])
    assert found.points == ("First desk, Second desk: one of many.", "Near: what Near is.")


# --- What the export shows.


def test_what_was_left_out_is_counted():
    said = words(limits.certainty(CONTENT))
    for expected in ("1,000 posts of 1,003 records in 1 file.", "duplicate post: 3", "no followers, in no share: 11", "Of the followers who talk, 50% address you",
                     "head of a reply, in no share: 4", "people who only read"):  # fmt: skip
        assert expected in said


def test_choices_on_which_the_answer_hangs_are_named():
    each = [
        {**MIXED, "choice": "as reported", "thresholds": "usual thresholds"},
        {"label": "audience", "kind": None, "choice": "replies only", "thresholds": "usual thresholds"},
        {
            "label": "undecided",
            "kind": None,
            "choice": "periods of 14 days",
            "thresholds": "higher thresholds",
        },
    ]
    content = changed(verdict__specifications={"same": 1, "of": 3, "each": each})
    assert limits.certainty(content).means.endswith("it changes with: replies only (“an audience”).")


def test_rival_is_spoken_of_between_once_and_twice():
    for rival, expected in ((1.0, False), (1.5, True), (2.0, True), (None, False)):
        assert ("1.5 times as many" in words(limits.certainty(changed(measures__reach__rival=rival)))) == (
            rival == 1.5
        )
        assert (
            "times as many people" in words(limits.certainty(changed(measures__reach__rival=rival)))
        ) == expected


def test_accounts_of_a_brand_are_told_apart():
    alone = {"account": "account 2", "label": "audience", "follower_share": 0.2, "regulars": 40}
    content = changed(verdict__accounts=[alone], brand__accounts=3)
    assert "Account 2 alone: an audience (talk among followers 20 of 100, 40 regulars)." in words(
        limits.certainty(content)
    )


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("C", "others speak as well"),
        ("C_search", "without naming you"),
        ("D", "not of counts"),
        ("A", "talk about"),
    ],
)
def test_which_export_would_tell(name, wanted):
    found = limits.other_exports(changed(coverage__class=name))
    assert wanted in found.lead[0]
    assert any("twarc2" in point for point in found.points)


def test_own_side_counts_what_the_brand_did():
    said = words(limits.own_side(changed(coverage__class="C")))
    assert "you answered 20 times, named somebody 26 times, quoted 5 times and reposted 7 times" in said
    assert "your 1,000 posts from 6 January 2025 to 30 June 2025" in said
    assert "0.1 times" in limits.own_side(changed(coverage__class="C")).means
    assert "holds no posts" in words(limits.own_side(changed(ledger__posts=0)))


def test_every_section_says_what_it_means_and_what_to_do_next():
    for content in (CONTENT, changed(peer_talk=[]), changed(span=None, ladder=[]), changed(ledger__posts=0)):
        for finding in all_of(content):
            assert finding.means, finding.headline
            assert finding.next_step, finding.headline
            assert finding.title or not finding.points


# --- Phrases.


def test_phrases():
    assert of_hundred({"value": 0.344, "low": 0.289, "high": 0.4}) == "34 (29–40)"
    assert of_hundred({"value": 0.5}) == "50"
    assert [times(n) for n in (0, 1, 2, 1551)] == ["never", "once", "twice", "1,551 times"]
    assert [hours(n) for n in (0.77, 5, 47, 72)] == ["46 minutes", "5 hours", "47 hours", "3 days"]
    assert kinds_of({"kinds": ["reply"]}) == "replies"
    assert sentence("so it is") == "So it is."
    assert span_of(CONTENT) == "6 January 2025 to 30 June 2025"
    assert days_of(CONTENT) == 176
    assert days_of({"span": None}) == 0
    assert [percent(share) for share in (0, 0.024, 0.1, 0.356)] == ["0%", "2.4%", "10%", "36%"]
    assert [counted(n, "file") for n in (0, 1, 2000)] == ["0 files", "1 file", "2,000 files"]


PLACES = [
    {"platform": "discourse", "posts": 300, "yours": True, "only_brand": False},
    {"platform": "x", "posts": 700, "yours": False, "only_brand": False},
    {"platform": "facebook", "posts": 5, "yours": True, "only_brand": False},
    {"platform": "elsewhere", "posts": 1, "yours": False, "only_brand": True},
]


def test_places_are_told_one_by_one_the_largest_first():
    by_platform = {
        "x": {
            "value": 0.34,
            "low": 0.3,
            "high": 0.4,
            "w_ff": 34,
            "w_fb": 66,
            "inferred": 0.34,
            "inferred_acts": 100,
            "label": "mixed",
            "kind": "in between",
        },
        "discourse": {
            "value": 0.8,
            "low": 0.7,
            "high": 0.9,
            "w_ff": 1,
            "w_fb": 0,
            "inferred": 0.25,
            "inferred_acts": 4,
        },
        "facebook": {
            "value": None,
            "low": None,
            "high": None,
            "w_ff": 0,
            "w_fb": 0,
            "inferred": 0.5,
            "inferred_acts": 1,
        },
    }
    found = talk_findings.places(changed(places=PLACES, by_platform=by_platform))
    assert found.headline == (
        "The export holds 4 places: X (Twitter), your forum, your place on Facebook, elsewhere."
    )
    assert found.points == (
        "X (Twitter): 700 posts; of every 100 messages 34 (30–40) go to another follower (100 messages); alone: part audience, "
        "part community (in between).",
        "Your forum: 300 posts; of every 100 messages 80 (70–90) go to another follower (1 message); with 3 comments "
        "that answer nobody in particular, counted as answers to whoever began the thread, 25.",
        "Your place on Facebook: 5 posts; nobody addresses another there; with 1 comment that answers nobody in "
        "particular, counted as answers to whoever began the thread, 50.",
        "Elsewhere: 1 post; all of them yours: whether others talk there cannot be seen in them.",
    )
    assert "counts once in each" in found.means


def test_place_of_ones_own_is_ones_own_ground():
    found = talk_findings.grounds(changed(places=PLACES))
    assert (
        found.headline
        == "80% of the 100 messages among followers are on your own ground or under your hashtags."
    )
    assert "On your own ground 80 times" in found.lead[0]
    assert "all of your forum and your place on Facebook" in words(found)
    assert "under your posts or hashtags" in talk_findings.grounds(changed()).headline


def test_in_a_place_of_ones_own_it_says_nothing_that_few_address_the_brand():
    content = changed(measures__reach={"value": 0.05, "rival": 1.5})
    assert "Perhaps" in answers.answer(content).headline
    assert "Only 5.0%" in words(answers.answer(content))
    owned = {**content, "places": PLACES}
    assert "Perhaps" not in answers.answer(owned).headline
    assert "Only 5.0%" not in words(answers.answer(owned))
    assert "times as many people as you are" in words(limits.certainty(content))
    assert "times as many people as you are" not in words(limits.certainty(owned))


def test_answers_to_nobody_in_particular_are_told_both_ways_where_they_matter():
    said = "93 answers in a thread answer nobody in particular"
    assert said not in words(answers.answer(changed(acts__inferred=93)))
    content = changed(acts__inferred=93, measures__follower_share__inferred=0.21)
    assert said in words(answers.answer(content))
    assert "they make it 21 of 100" in words(answers.answer(content))
    assert said not in words(answers.answer(changed(measures__follower_share__inferred=0.21)))


def test_archive_of_the_brand_holds_no_followers_to_be_counted():
    content = changed(coverage__class="C", verdict__label="not identifiable")
    assert "1,000 posts, all of them by you." in introduction.introduced(content, words=1)


def test_share_that_hangs_on_flat_answers_is_told_both_ways_at_once():
    content = changed(acts__inferred=184, measures__follower_share__inferred=0.14)
    assert answers.hangs_on_flat_answers(content)
    said = words(answers.answer(content))
    assert "Most answers here (184) stand below a post and name nobody" in said
    assert "14 of every 100 messages go to another follower. Of the 100 that do name" in said
    assert "to you. The range in brackets" not in said
    assert not answers.hangs_on_flat_answers(
        changed(acts__inferred=90, measures__follower_share__inferred=0.14)
    )
    assert not answers.hangs_on_flat_answers(changed(acts__inferred=184))


# --- What the brand did.


def test_actions_are_listed_with_what_they_prove():
    actions = [
        {"day": "2024-12-24", "what": "before"}, {"day": "2025-03-01", "what": "baker AMA\u202e"},
        {"day": "2025-06-20", "what": "late"}, {"day": "2030-01-01", "what": "later"},
    ]  # fmt: skip
    found = talk_findings.trend(changed(actions=actions))
    assert found.title == "What you did"
    assert found.points == (
        "1: before, on 24 December 2024: not among the days of this report, so that no chart shows it.",
        "2: baker AMA�, on 1 March 2025.",
        "3: late, on 20 June 2025: within the last four weeks, for which the last point stands.",
        "4: later, on 1 January 2030: not among the days of this report, so that no chart shows it.",
    )
    assert "A change after an action proves nothing by itself" in found.lead[-1]
    assert "up to four weeks before its flag" in found.lead[-1]
    without = talk_findings.trend(changed(actions=[]))
    assert without == talk_findings.trend(CONTENT)
    assert (without.title, without.points) == (None, ())


def test_actions_are_listed_where_there_is_no_trend_and_after_other_points():
    actions = [{"day": "2025-03-01", "what": "baker AMA"}]
    assert (
        "no chart shows it" in talk_findings.trend(changed(span=None, ladder=[], actions=actions)).points[0]
    )
    short = changed(span=["2025-02-20T00:00:00Z", "2025-03-06T00:00:00Z"], ladder=[], actions=actions)
    assert talk_findings.trend(short).points == ("1: baker AMA, on 1 March 2025.",)
    other = findings.Finding("Found.", ("First.",), title="Places", points=("Here.",))
    both = findings.with_actions(other, changed(actions=actions), looks_ahead=False)
    assert (both.title, both.points) == ("Places", ("Here.", "1: baker AMA, on 1 March 2025."))
    assert both.lead[0] == "First."
    assert "four weeks" not in both.lead[1]
