"""Newcomers: who counts as one, who answered first, who came back; by hand, then laws."""

from __future__ import annotations

import json
from functools import cache

import numpy as np
import pytest
from conftest import BAKERY
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import communitylab as cl
from communitylab import inference, measures
from communitylab.days import day_named, day_number, day_of

# Bo comes on the 28th day, cy on the 27th. Dee is answered by the brand, then by ana; eve after exactly seven days,
# fay an hour later; gus reposts and then writes; ivy comes seven days before the end, hal six.
STORY = """BRAND d0; ana d3; cy d27
bo d28 =b; ana>bo d29 reply :b
dee d40 =d; BRAND>dee d41 reply :d; ana>dee d42 reply :d
eve d60 =e; ana>eve d67 reply :e; fay d60 =f; ana>fay d67 13h reply :f
gus>ana d58 repost; gus d83; ivy d83; hal d84; BRAND d90"""


def _day(number: int) -> str:
    """A day of a tiny story, as it is named."""
    return day_named(day_number(day_of("2025-01-06", option="since")) + number)


def _records(study):
    return measures.cohorts_of_newcomers(study).to_dict("records")


# --- Who is a newcomer, and who answered.


def test_cohorts_by_hand(tiny):
    assert _records(tiny(STORY)) == [
        {"start": _day(28), "newcomers": 2, "follower": 1, "brand": 1, "nobody": 0, "median_hours": 24.0, "days": 28},
        {"start": _day(56), "newcomers": 4, "follower": 1, "brand": 0, "nobody": 3, "median_hours": 168.0, "days": 28},
    ]  # fmt: skip


def test_who_wrote_before_the_days_studied_is_no_newcomer(tiny):
    """Bo and dee write in the first weeks of the export, cy only later."""
    study = tiny("BRAND d0; bo d1; dee d2; BRAND d20; bo d60; cy d61 =c; dee>cy d62 reply :c; BRAND d90")
    for first in (0, 20):
        later = study.only(since=_day(first))
        assert sum(row["newcomers"] for row in _records(later)) == 1


def test_how_soon_is_told_of_five_or_more(tiny):
    story = (
        "BRAND d0; ana d3; "
        + "; ".join(
            f"{one} d40 =p{one}; ana>{one} d41 {8 + n}h reply :p{one}"
            for n, one in enumerate(["bo", "cy", "dee", "eve", "fay"])
        )
        + "; BRAND d60"
    )
    assert measures.newcomers_in_all(tiny(story))["median_hours"] == 22.0
    assert measures.newcomers_in_all(tiny(STORY))["median_hours"] is None


def test_share_answered_by_a_follower_first(tiny):
    found = measures.newcomers_answered(tiny(STORY))
    assert found.value == 2 / 6
    assert (found.low, found.high) == inference.wilson(2, 6)
    assert found.beside == {"brand": 1 / 6, "nobody": 3 / 6, "people": 6, "left_out": 1}


def test_first_and_last_cohort_say_how_many_of_their_days_count(tiny):
    """From Wednesday on: newcomers can be told from the fifth Wednesday until a week before the end."""
    story = "BRAND d2; ana d3; bo d30 =b; ana>bo d31 reply :b; cy d40; dee d62; eve d91; BRAND d98"
    found = measures.cohorts_of_newcomers(tiny(story))
    assert found["start"].tolist() == [_day(7), _day(35), _day(63), _day(91)]
    assert found["days"].tolist() == [5, 28, 28, 1]
    assert found["newcomers"].tolist() == [1, 2, 0, 1]
    assert [
        day_of(day, option="since").weekday() for day in found["start"]
    ] == [0] * 4  # fmt: skip


def test_four_weeks_without_newcomers_are_nought_and_not_missing(tiny):
    story = "BRAND d0; ana>BRAND d1 reply; bo d30; cy d100; BRAND d110"
    assert [row["newcomers"] for row in _records(tiny(story))] == [1, 0, 1]


def test_an_answer_of_a_stranger_to_the_list_is_none(tiny):
    """Zoe is not on the follower list: to the brand's followers bo's first post went unheard."""
    story = "BRAND d0; zoe d1; bo d30 =b; zoe>bo d31 reply :b; BRAND d60"
    assert _records(tiny(story, followers="bo ana"))[0]["nobody"] == 1
    assert _records(tiny(story))[0]["follower"] == 1


@pytest.mark.parametrize(
    ("story", "why"),
    [
        ("BRAND d0; ana d1 =a; BRAND>ana d2 reply :a; bo d28; BRAND d34", "the export spans 35 days"),
        ("BRAND d0; bo d28; cy>bo d29; BRAND d90", "no answer in this export names the post"),
        (
            "BRAND d0; ana d27 =a; BRAND>ana d28 reply :a; bo d84; BRAND d90",
            "nobody wrote for the first time",
        ),
    ],
)
def test_why_nothing_is_told(tiny, story, why):
    study = tiny(story)
    found = measures.newcomers_in_all(study)
    assert found["why"].startswith(why)
    assert (found["cohorts"], found["people"], found["left_out"]) == ([], 0, 0)
    assert found["answered_by_follower"] == {"value": None, "low": None, "high": None}
    assert found["came_back"]["answered"] == {"value": None, "why": found["why"], "n": 0}
    assert found["came_back"]["difference"] == {"value": None, "why": found["why"]}
    assert measures.newcomers_answered(study).why == found["why"]


def test_shortest_export_that_can_tell(tiny):
    """28 days before the first post, 7 after it."""
    found = measures.newcomers_answered(tiny("BRAND d0; bo d28 =b; ana>bo d29 reply :b; BRAND d35"))
    assert (found.value, found.beside["people"]) == (1.0, 1)


def test_edge_list_tells_nothing_of_newcomers(tmp_path):
    (tmp_path / "edges.csv").write_text("source,target\nana,bo\nbo,ana\nana,BRAND\n")
    found = measures.newcomers_in_all(cl.load(tmp_path / "edges.csv", brand="BRAND"))
    assert found["why"] == "the export has no times"


def test_time_that_so_few_waited_is_not_told_in_results(tiny):
    """Of four who were answered nothing leaves the room but that they were; of five the median does."""
    for n, expected in ((4, None), (5, 24.0)):
        story = "; ".join(f"p{i} d30 =q{i}; BRAND>p{i} d31 reply :q{i}" for i in range(n))
        study = tiny(f"BRAND d0; {story}; BRAND d60")
        assert measures.cohorts_of_newcomers(study)["median_hours"].tolist()[0] == 24.0
        assert measures.newcomers_in_all(study)["cohorts"][0]["median_hours"] == expected


# --- Who came back.


def _crowd(*, last: int = 65) -> str:
    """Ten newcomers who are answered after a day and ten who are not; of either kind some write again."""
    told = ["BRAND d0"]
    told += [f"a{n} d30 =a{n}; BRAND>a{n} d31 reply :a{n}; u{n} d30 =u{n}" for n in range(10)]
    # On the 7th, 8th, 35th and 36th day after the first post, and by a repost.
    told += ["a0 d37; a1 d38; a2 d65; a3 d66" if last > 65 else "a0 d37; a1 d38; a2 d65", "a4 d45 repost :a1"]
    # Answered on the 8th day: too late to count as answered, however often they write.
    told += ["BRAND>u0 d38 reply :u0; u0 d39; u0 d40"]
    return "; ".join([*told, f"BRAND d{last}"])


def test_coming_back_counts_only_once_it_is_settled_who_was_answered(tiny):
    found = measures.newcomers_return(tiny(_crowd(last=70)))
    assert (found.answered.value, found.answered.beside) == (2 / 10, {"n": 10})
    assert (found.unanswered.value, found.unanswered.beside) == (1 / 10, {"n": 10})
    assert (found.answered.low, found.answered.high) == inference.wilson(2, 10)
    assert found.difference.value == pytest.approx(0.1)
    assert (found.difference.low, found.difference.high) == inference.difference_interval((2, 10), (1, 10))


def test_only_those_watched_for_35_days_can_have_stayed_away(tiny):
    assert measures.newcomers_return(tiny(_crowd())).answered.beside == {"n": 10}
    found = measures.newcomers_return(
        tiny(_crowd().replace("a2 d65; ", "").replace("BRAND d65", "BRAND d64"))
    )
    assert (found.answered.value, found.answered.beside) == (None, {"n": 0})
    assert found.difference.why == "fewer than 10 newcomers who were answered could be watched for 35 days"


def test_nobody_counts_as_answered_because_they_stayed(tiny):
    """Whoever comes back is answered sooner or later: that alone makes no difference between the two."""
    told = [f"a{n} d30 =a{n}; u{n} d30; BRAND>a{n} d{31 + n % 2} reply :a{n}" for n in range(12)]
    told += [
        f"{who}{n} d40 =late{who}{n}; BRAND>{who}{n} d41 reply :late{who}{n}"
        for who in "au"
        for n in range(6)
    ]
    found = measures.newcomers_return(tiny("; ".join(["BRAND d0", *told, "BRAND d70"])))
    assert (found.answered.value, found.unanswered.value, found.difference.value) == (0.5, 0.5, 0.0)


def test_too_few_of_either_kind_give_no_difference(tiny):
    story = _crowd(last=70).replace("u9 d30", "u9 d10")
    found = measures.newcomers_return(tiny(story))
    assert found.answered.value == 2 / 10
    assert (found.unanswered.value, found.unanswered.beside) == (None, {"n": 9})
    assert (
        found.difference.why == "fewer than 10 newcomers who were not answered could be watched for 35 days"
    )


# --- Laws.

_PEOPLE = [f"p{n}" for n in range(15)]
_LAWS = settings(
    max_examples=2, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip


@cache
def _months(seed: int) -> tuple[str, ...]:
    """A hundred posts by fifteen people and the brand in 120 days; every second one answers an earlier one."""
    rng = np.random.default_rng(seed)
    days, told = np.sort(rng.integers(0, 120, 100)), ["BRAND d0 =0", "BRAND d119 =1"]
    writers = [[*_PEOPLE, "BRAND"][n] for n in rng.integers(0, 16, 100)]
    for n, (day, who) in enumerate(zip(days, writers, strict=True)):
        met = int(rng.integers(0, n)) if n and rng.random() < 0.5 else None
        if met is None or writers[met] == who:
            told.append(f"{who} d{day} {n % 24}h =x{n}")
        else:
            told.append(f"{who}>{writers[met]} d{day} {n % 24}h reply :x{met} =x{n}")
    return tuple(told)


@_LAWS
@given(seed=st.integers(0, 20))
def test_cohorts_add_up_to_the_share(tiny, seed):
    study = tiny("; ".join(_months(seed)))
    cohorts, found = measures.cohorts_of_newcomers(study), measures.newcomers_answered(study)
    assert (cohorts["newcomers"] == cohorts[["follower", "brand", "nobody"]].sum(axis=1)).all()
    assert cohorts["newcomers"].sum() == found.beside["people"]
    assert cohorts["follower"].sum() / found.beside["people"] == found.value
    assert found.value + found.beside["brand"] + found.beside["nobody"] == pytest.approx(1)
    assert cohorts["days"].sum() == 119 - 28 - 7 + 1
    back = measures.newcomers_return(study)
    assert back.answered.beside["n"] + back.unanswered.beside["n"] <= found.beside["people"]


@_LAWS
@given(seed=st.integers(0, 20))
def test_the_order_of_rows_changes_nothing(tiny, seed):
    told = _months(seed)
    assert measures.newcomers_in_all(tiny("; ".join(told))) == measures.newcomers_in_all(
        tiny("; ".join([told[0], *told[:0:-1]]))
    )


def test_results_of_the_sample_are_plain_and_name_nobody():
    study = cl.load(BAKERY, brand="millandcrumb")
    found = measures.newcomers_in_all(study)
    assert set(found) == {
        "cohorts", "people", "left_out", "within_days", "median_hours", "answered_by_follower", "came_back", "why",
    }  # fmt: skip
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert found["people"] == sum(row["newcomers"] for row in found["cohorts"]) > 50
    assert set(found["came_back"]) == {"answered", "unanswered", "difference"}
