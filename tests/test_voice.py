"""The brand's own side: what its posts do, by week; whom they reach; which began a conversation."""

from __future__ import annotations

import json

import matplotlib as mpl
import pandas as pd
import pytest
from conftest import SAMPLE
from matplotlib import pyplot as plt

from communitylab import charts, measures, study, voice_findings
from communitylab.voice import addressed, own_voice, starters, style_by_week

mpl.use("Agg")

# In the first week two announcements (one of them an answer to itself), an answer, a post that names two, a
# repost; nothing in the second; in the third a quote, and an answer with a carried name at its head.
STORY = """
    BRAND mon =a; BRAND>BRAND tue reply :a; BRAND>ana wed reply :q; BRAND>ana,bo thu; BRAND>cy fri repost
    BRAND>bo mon+2 quote; BRAND>ana tue+2 reply head:cy
    ana mon 9h =q; ana>BRAND tue reply :a =r
    BRAND>ana tue 20h reply :r in:a; BRAND>bo sun reply :s in:a; bo>BRAND sat reply :a =s
"""


def test_every_post_has_one_style_and_stands_in_its_week(tiny):
    weeks = style_by_week(tiny(STORY))
    assert weeks.to_dict("list") == {
        "week": ["2025-01-06", "2025-01-13", "2025-01-20"],
        "announce": [2, 0, 0],
        "answer": [3, 0, 2],
        "bring_together": [1, 0, 0],
        "repost": [1, 0, 0],
    }


def test_figures_of_the_voice_by_hand(tiny):
    found = own_voice(tiny(STORY))
    assert found.pop("weeks")[1] == {
        "week": "2025-01-13",
        "announce": 0,
        "answer": 0,
        "bring_together": 0,
        "repost": 0,
    }
    # Ana is answered three times and named once, bo answered, quoted and named: half of it goes to ana. Of the posts
    # that open a thread (two announcements would, but one answers the other; the one that names two; the quote) one
    # was followed by answers.
    assert found == {
        "announce": 2, "answer": 5, "bring_together": 1, "repost": 1, "addressed": 7, "people_addressed": 2,
        "half_of_addressed": 1, "people_reposted": 1, "openers": 3, "starters": 1,
    }  # fmt: skip


def test_whom_the_brand_addresses_most_often_comes_first(tiny):
    rows = addressed(tiny(STORY))[["name", "answers", "mentions", "quotes", "reposts"]].values.tolist()
    assert rows == [["ana", 3, 1, 0, 0], ["bo", 1, 1, 1, 0], ["cy", 0, 0, 0, 1]]


def test_starter_is_a_post_of_the_brand_in_whose_thread_it_answered_others(tiny):
    (row,) = starters(tiny(STORY)).to_dict("records")
    assert (row["thread"], row["people"], row["answers"], row["began"]) == ("a", 2, 2, "2025-01-06")
    assert row["opening"].startswith("words a")


def test_others_and_what_they_write_change_nothing(tiny):
    alone = "; ".join(
        part for line in STORY.splitlines() for part in line.split(";") if "BRAND" in part.split(">")[0]
    )
    assert own_voice(tiny(alone)) == own_voice(tiny(STORY))


def test_colleagues_are_one_voice_and_address_nobody_by_addressing_one_another(tiny):
    found = own_voice(tiny("BRAND>staff mon; staff>ana tue; ana>staff wed", brand="BRAND,staff"))
    assert (found["announce"], found["answer"]) == (1, 1)


def test_answers_that_name_no_thread_show_no_starters(tmp_path):
    export = tmp_path / "export.csv"
    export.write_text("id,author,text,parent_id\n1,shop,news,\n2,shop,thanks,77\n", encoding="utf-8")
    assert own_voice(study.load(export, brand="shop"))["starters"] is None
    assert "name no thread" in voice_findings._begun({"voice": {"starters": None, "openers": 1}})


def test_archive_shows_of_the_brand_what_the_whole_export_shows():
    whole = study.load(SAMPLE / "bakery" / "posts.jsonl", brand="millandcrumb")
    own = study.load(SAMPLE / "own_archive" / "posts.jsonl", brand="millandcrumb")
    assert measures.own_voice(own) == measures.own_voice(whole)
    assert (
        sum(row["answer"] for row in measures.own_voice(own)["weeks"])
        == measures.own_voice(own)["answer"]
        > 100
    )


CONTENT = {
    "span": ["2025-01-06T08:00:00Z", "2025-06-30T08:00:00Z"],
    "voice": {
        "announce": 70, "answer": 28, "bring_together": 2, "repost": 7, "addressed": 40, "people_addressed": 12,
        "half_of_addressed": 2, "people_reposted": 1, "openers": 50, "starters": 5,
    },
}  # fmt: skip


def test_own_side_is_told_with_its_figures():
    found = voice_findings.own_side(CONTENT)
    assert found.headline == "Your side of the conversation: you mostly announce."
    assert "Of 100 posts of yours from 6 January 2025 to 30 June 2025, 70 announce" in found.lead[0]
    assert "reposted 7 times" in found.lead[0]
    assert "Once a week, name two people" in found.next_step
    often = {**CONTENT, "voice": {**CONTENT["voice"], "bring_together": 190}}
    assert "you mostly bring people together" in voice_findings.own_side(often).headline
    assert "Keep a note" in voice_findings.own_side(often).next_step
    as_often = {**CONTENT, "voice": {**CONTENT["voice"], "announce": 30, "answer": 30}}
    assert "you announce and you answer." in voice_findings.own_side(as_often).headline


def test_reach_is_told_with_its_figures_and_names_nobody_unasked():
    found = voice_findings.own_reach(CONTENT)
    assert found.headline == "You addressed 12 people; half of it went to 2 of them."
    assert "addressed somebody 40 times" in found.lead[0]
    assert "posts of one person, 7 reposts" in found.lead[0]
    assert "After 5 of them (10%)" in found.lead[1]
    assert "A few people get most" in found.means
    assert "private/starters.csv" in found.next_step
    assert found.points == ()
    people = pd.DataFrame(
        {
            "name": ["a\x1b[1mna", "bo"],
            "answers": [3, 0],
            "mentions": [1, 0],
            "quotes": [0, 0],
            "reposts": [0, 1],
        }
    )
    assert voice_findings.own_reach(CONTENT, people=people).points == (
        "a�[1mna: addressed 4 times, reposted never",
        "bo: addressed never, reposted once",
    )
    few = {**CONTENT, "voice": {**CONTENT["voice"], "people_addressed": 3, "starters": None}}
    assert voice_findings.own_reach(few).headline == "You addressed 3 people, 40 times in all."
    assert "A few people" not in voice_findings.own_reach(few).means
    assert "starters.csv" not in voice_findings.own_reach(few).next_step
    nobody = {**CONTENT, "voice": {**CONTENT["voice"], "people_addressed": 0, "addressed": 0}}
    assert voice_findings.own_reach(nobody).headline == "You addressed nobody in this export."


def test_comment_below_ones_own_post_is_no_announcement(tmp_path):
    page, ana = {"id": "9", "name": "Mill"}, {"id": "5", "name": "Ana"}
    comments = [
        {"id": "9_1_1", "from": page, "message": "thanks all", "created_time": "2025-01-06T11:00:00+0000"},
        {"id": "9_1_2", "from": ana, "message": "rye!", "created_time": "2025-01-06T12:00:00+0000"},
        {
            "id": "9_1_3",
            "from": page,
            "message": "yes",
            "created_time": "2025-01-06T13:00:00+0000",
            "parent": {"id": "9_1_2"},
        },
    ]
    post = {"id": "9_1", "from": page, "message": "loaf", "created_time": "2025-01-06T10:00:00+0000"}
    (tmp_path / "page.json").write_text(
        json.dumps({"data": [{**post, "comments": {"data": comments}}], "paging": {}})
    )
    found = own_voice(study.load(tmp_path / "page.json", brand="Mill"))
    assert (found["announce"], found["answer"], found["addressed"]) == (1, 2, 1)
    assert (found["openers"], found["starters"]) == (1, 1)


def _weeks(n: int, **styles: int) -> pd.DataFrame:
    days = pd.date_range("2025-01-06", periods=n, freq="7D").strftime("%Y-%m-%d")
    return pd.DataFrame({"week": days, "announce": 0, "answer": 0, "bring_together": 0, **styles})


def test_chart_of_the_voice_stacks_what_the_posts_do():
    axes = charts.draw_voice(_weeks(3, announce=6, answer=3, bring_together=1))
    assert " ".join(axes.get_title().split()) == (
        "You announce in 60%, answer in 30%, bring people together in 10% of your posts"
    )
    heights = {bars.get_label(): [bar.get_height() for bar in bars] for bars in axes.containers}
    assert heights == {"announce": [6, 6, 6], "answer": [3, 3, 3], "bring_together": [1, 1, 1]}
    assert [bar.get_y() for bar in axes.containers[2]] == [9, 9, 9]
    assert "30 posts in 3 weeks: announce 18, answer 9, bring together 3." in charts.alt_text(axes)
    plt.close("all")


@pytest.mark.parametrize(
    ("weeks", "bars", "label"), [(1, 1, "in a week"), (120, 120, "in a week"), (700, 117, "in 6 weeks")]
)
def test_chart_of_the_voice_holds_one_week_and_thirteen_years(weeks, bars, label):
    axes = charts.draw_voice(_weeks(weeks, announce=1))
    assert len(axes.containers[0]) == bars
    assert sum(bar.get_height() for bar in axes.containers[0]) == weeks
    assert axes.get_ylabel().endswith(label)
    plt.close("all")


def test_chart_of_no_voice_says_why():
    assert "nothing to draw" in charts.alt_text(charts.draw_voice(_weeks(0)))
    assert "nothing to draw" in charts.alt_text(charts.draw_voice(_weeks(2)))
    plt.close("all")
