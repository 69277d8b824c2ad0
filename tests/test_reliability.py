"""How often such intervals held the truth in planted worlds: the nearest by hand, what is said, what is not."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
import pytest

from communitylab import reliability, results
from communitylab.certainty_findings import held_in_planted_worlds, planted_worlds_exactly
from communitylab.reliability import effective_numbers, track_record
from communitylab.tables import Estimate
from communitylab.words import methods_text

# ana 3 and bo 1 to the brand, ana 2 to cy; cy 2 to ana: senders 5, 1, 2; receivers 2, 2; each act its own thread.
STORY = """
ana>BRAND mon; ana>BRAND tue; ana>BRAND wed; bo>BRAND mon
ana>cy mon; ana>cy tue; cy>ana wed; cy>ana thu
"""
KNOWN = Estimate("follower_share", 0.5, 0.2, 0.8)
COLUMNS = [
    "measure",
    "world",
    "followers",
    "worlds",
    "coverage",
    "naive",
    "width",
    "senders",
    "receivers",
    "threads",
    "truth",
]
ROWS = [
    ("follower_share", "all write alike", 50, 400, 0.86, 0.9, 0.2, 50, 50, 50),
    ("follower_share", "all write alike", 200, 400, 0.95, 0.9, 0.2, 200, 200, 200),
    ("follower_share", "a few people write most", 200, 400, 0.94, 0.6, 0.2, 20, 100, 200),
    ("follower_share", "some attract most talk", 200, 300, 0.889, 0.5, 0.2, 100, 10, 200),
    ("follower_share", "nobody talks with another", 200, 400, 0.99, 0.5, 0.2, 20, None, 200),
    ("follower_share", "all write alike", 1000, 400, 0.95, 0.9, 0.2, 1000, 1000, 1000),
    ("breadth", "all write alike", 200, 0, None, None, None, 200, 200, 200),
    ("breadth", "a few people write most", 1000, 40, 0.9, 0.5, 0.2, 100, 500, 1000),
]  # fmt: skip
VERDICTS = [
    ("star", "audience", 200, 56, "whole", 100, 0, 90, 1, 7, 2, 0),
    ("close", "community", 200, 56, "whole", 50, 45, 0, 2, 3, 0, 0),
    ("close", "community", 200, 10, "whole", 50, 0, 20, 0, 30, 0, 0),
    ("close", "community", 200, 56, "10 %", 50, 0, 20, 0, 30, 0, 0),
    ("part", "mixed", 200, 56, "whole", 50, 4, 0, 46, 0, 0, 0),
    ("part", "mixed", 1000, 56, "whole", 50, 25, 0, 25, 0, 0, 0),
    ("star", "audience", 1000, 56, "whole", 30, 0, 30, 0, 0, 0, 0),
]
ANSWERS = ["community", "audience", "mixed", "undecided", "insufficient", "not_identifiable"]


@pytest.fixture
def tables(tmp_path):
    """A folder with both tables."""
    pd.DataFrame([(*row, 0.5) for row in ROWS], columns=COLUMNS).to_csv(
        tmp_path / "coverage.csv", index=False
    )
    columns = ["setting", "truth", "followers", "days", "seen", "worlds", *ANSWERS]
    pd.DataFrame(VERDICTS, columns=columns).to_csv(tmp_path / "verdicts.csv", index=False)
    return tmp_path


@pytest.fixture
def looks_like(monkeypatch):
    """Pretends a number of active followers and of effective senders, receivers, threads."""

    def pretend(followers: int, *shape: float | None) -> None:
        worth = dict(zip(("senders", "receivers", "threads"), shape, strict=True))
        monkeypatch.setattr(reliability, "talk_counts", lambda _study: {"active_followers": followers})
        monkeypatch.setattr(reliability, "effective_numbers", lambda _study: worth)

    return pretend


def told(tables, **estimates: Estimate) -> dict[str, Any]:
    return track_record(None, estimates=estimates or {"follower_share": KNOWN}, folder=tables)


# --- The numbers.


def test_effective_numbers_by_hand(tiny):
    assert effective_numbers(tiny(STORY)) == {"senders": 64 / 30, "receivers": 2.0, "threads": 8.0}


def test_without_talk_among_followers_there_are_no_receivers(tiny):
    found = effective_numbers(tiny("ana>BRAND mon; bo>BRAND tue; bo mon"))
    assert found == {"senders": 2.0, "receivers": None, "threads": 2.0}
    assert effective_numbers(tiny("ana mon; BRAND mon")) == dict.fromkeys(found)


# --- The worlds most like it.


def test_of_worlds_alike_in_shape_that_with_a_share_as_high_is_nearest(tables, looks_like):
    table = pd.read_csv(tables / "coverage.csv")
    table.loc[table["followers"] == 200, ["senders", "receivers", "threads"]] = [20, 100, 200]
    table.loc[table["world"] == "some attract most talk", "truth"] = 0.001  # is like nought
    table.to_csv(tables / "coverage.csv", index=False)
    looks_like(210, 21, 105, 210)
    for value, world in (
        (0.5, "all write alike"),
        (0.0, "some attract most talk"),
        (0.04, "some attract most talk"),
    ):
        found = told(tables, follower_share=Estimate("follower_share", value, 0, 1))["intervals"]
        assert found["follower_share"]["world"] == world


@pytest.mark.parametrize(
    ("followers", "shape", "world", "size"),
    [
        (210, (21, 105, 210), "a few people write most", 200),
        (190, (150, 20, 190), "some attract most talk", 200),
        (101, (101, 101, 101), "all write alike", 200),  # 101 is nearer to 200 than to 50 on a log scale
        (99, (99, 99, 99), "all write alike", 50),
        (100, (10, 50, 100), "all write alike", 50),  # as far from the one as from the other: the first
        (5, (5, 5, 5), "all write alike", 50),
        (200, (20, 50, 200), "a few people write most", 200),  # not the one in which nobody receives anything
        (210, (21, None, 210), "a few people write most", 200),  # of equals the first
    ],
)
def test_world_nearest_in_size_then_in_shape(tables, looks_like, followers, shape, world, size):
    looks_like(followers, *shape)
    found = told(tables)["intervals"]["follower_share"]
    assert (found["world"], found["followers"]) == (world, size)


def test_what_is_told_of_an_interval(tables, looks_like):
    looks_like(210, 21, 105, 210)
    assert told(tables)["intervals"] == {
        "follower_share": {
            "held": 0.94, "is_narrow": False, "worlds": 400, "followers": 200, "world": "a few people write most",
            "least": 0.889, "most": 0.99, "sizes": [50, 1000],
        }
    }  # fmt: skip


def test_nothing_is_told_of_what_the_table_does_not_hold_or_what_has_no_interval(tables, looks_like):
    looks_like(210, 21, 105, 210)
    bare, other = Estimate("breadth", 0.3), Estimate("join_in", 0.3, 0.2, 0.4)
    assert told(tables, breadth=bare, join_in=other)["intervals"] == {}
    # Of worlds in which no interval was given nothing is known: the nearest that is known counts.
    found = told(tables, breadth=Estimate("breadth", 0.3, 0.2, 0.4))["intervals"]["breadth"]
    assert (found["followers"], found["held"]) == (1000, 0.9)
    looks_like(0, None, None, None)
    assert told(tables)["intervals"] == {}


def test_verdicts_of_the_nearest_size_sum_to_the_worlds(tables, looks_like):
    looks_like(300, 30, 100, 300)
    assert told(tables)["verdicts"] == {
        "followers": 200, "worlds": 150, "right": 135, "wrong": 0, "mixed": 3, "undecided": 10, "insufficient": 2,
        "not_identifiable": 0, "both": 50, "both_as_community": 4,
    }  # fmt: skip


@pytest.mark.parametrize(("held", "is_narrow"), [(0.93, False), (0.9, True), (0.925, True)])
def test_too_narrow_is_what_chance_seldom_makes_of_95_in_so_many_worlds(tables, looks_like, held, is_narrow):
    looks_like(210, 21, 105, 210)
    table = pd.read_csv(tables / "coverage.csv").assign(coverage=held)
    table.to_csv(tables / "coverage.csv", index=False)
    assert told(tables)["intervals"]["follower_share"]["is_narrow"] is is_narrow
    # Of forty worlds 36 tell nothing against 95 %.
    found = told(tables, breadth=Estimate("breadth", 0.3, 0.2, 0.4))["intervals"]["breadth"]
    assert (found["worlds"], found["is_narrow"]) == (40, False)


def test_audience_called_a_community_is_wrong(tables, looks_like):
    table = pd.read_csv(tables / "verdicts.csv")
    table.loc[0, ["audience", "community"]] = [88, 2]
    table.to_csv(tables / "verdicts.csv", index=False)
    looks_like(200, 20, 100, 200)
    assert {**told(tables)["verdicts"]}["wrong"] == 2


def test_without_tables_nothing_is_told(tiny, tmp_path):
    found = track_record(tiny(STORY), estimates={"follower_share": KNOWN}, folder=tmp_path)
    assert (found["intervals"], found["verdicts"]) == ({}, None)


# --- What is said.


def content(**certainty: Any) -> dict[str, Any]:
    """As much of results.json as the sentences need."""
    one = {"held": 0.94, "is_narrow": False, "worlds": 400, "followers": 200,
           "world": "a few people write most", "least": 0.889, "most": 0.99, "sizes": [50, 5000]}  # fmt: skip
    told = {"follower_share": one, "breadth": {**one, "held": 0.996, "least": 0.96, "most": 0.996}}
    known = {
        "like": {"senders": 21.0, "receivers": None, "threads": 210.0},
        "intervals": told,
        "verdicts": None,
    }
    return {
        "active_followers": 210, "ties": 5, "span": ["2025-01-06", "2025-06-30"], "verdict": {"label": "mixed"},
        "measures": {"follower_share_change": {"value": 0.1}}, "certainty": {**known, **certainty},
    }  # fmt: skip


def only(**changes: Any) -> dict[str, Any]:
    found = content()
    one = {**found["certainty"]["intervals"]["follower_share"], **changes}
    return content(intervals={"follower_share": one})


def test_ranges_of_one_kind_of_world_are_told_together():
    (said,) = held_in_planted_worlds(content())
    assert said == (
        "In made-up exports of which the truth is known, like yours in size, in how unevenly people talk and in "
        "the figure itself (200 followers: a few people write most), the 95% range held the truth: "
        "around “talk among followers” 94 times in 100 (88 to 99); "
        "“has a regular contact” 99 times in 100 (96 to 99). "
        "In brackets the least and the most in 100, over all kinds of world of that size."
    )


def test_range_that_is_too_narrow_is_called_so():
    _held, said = held_in_planted_worlds(only(held=0.885, is_narrow=True))
    assert said == (
        "Too narrow in such worlds: around “talk among followers” it missed the truth 12 times in 100, where 5 times "
        "in 100 are promised. Trust the ends of this range that much less."
    )
    assert len(held_in_planted_worlds(only(held=0.9, worlds=40))) == 1


def test_few_worlds_are_counted():
    held, narrow = held_in_planted_worlds(only(held=0.9, worlds=40, is_narrow=True))
    assert "36 times in 40" in held
    assert "missed the truth 4 times in 40" in narrow


def test_three_are_spelt_out_and_whichever_is_too_narrow():
    one = content()["certainty"]["intervals"]["follower_share"]
    names = ("follower_share", "breadth", "largest_component", "conversation", "join_in")
    held, narrow = held_in_planted_worlds(
        content(intervals={name: {**one, "is_narrow": name == "join_in"} for name in names})
    )
    assert "“connected without you”" in held
    assert "“real conversations”" not in held + narrow
    assert "“others join in” it missed" in narrow
    assert "of this range" in narrow


@pytest.mark.parametrize(
    ("n", "said"),
    [
        (49, "You have 49 active followers, fewer than the smallest of these worlds has (50)"),
        (5001, "You have 5,001 active followers, more than the largest of these worlds has (5,000)"),
    ],
)
def test_size_beyond_all_worlds_is_said(n, said):
    assert said in held_in_planted_worlds({**only(), "active_followers": n})[0]


def test_size_between_the_worlds_is_not_spoken_of():
    for n in (50, 5000):
        assert "You have" not in held_in_planted_worlds({**only(), "active_followers": n})[0]


def test_answers_of_planted_worlds():
    verdicts = {
        "followers": 200,
        "worlds": 150,
        "right": 135,
        "wrong": 0,
        "mixed": 15,
        "both": 50,
        "both_as_community": 1,
    }
    (said,) = held_in_planted_worlds(content(intervals={}, verdicts=verdicts))
    assert said.startswith("Of 150 made-up exports of 200 followers, ")
    assert "none was called the other and 135 what they are. For 15 the answer was part of each" in said
    assert said.endswith("Of 50 that are something of both by design 1 was called a community.")
    (said,) = held_in_planted_worlds(content(intervals={}, verdicts={**verdicts, "wrong": 2, "right": 133}))
    assert "two were called the other" in said


@pytest.mark.parametrize(
    "left_out",
    [
        {"certainty": {"like": {}, "intervals": {}, "verdicts": None}},
        {"certainty": None},
        {"verdict": {"label": "not identifiable"}},
    ],
)
def test_nothing_is_said_of_what_is_not_known(left_out):
    found = {**content(), **left_out}
    assert held_in_planted_worlds(found) == ()
    assert planted_worlds_exactly(found) == ()
    del found["certainty"]
    assert held_in_planted_worlds(found) == ()


def test_interval_that_the_report_does_not_tell_is_not_spoken_of():
    one = content()["certainty"]["intervals"]["follower_share"]
    told = content(intervals={"largest_component": one, "follower_share_change": one})
    assert held_in_planted_worlds({**told, "ties": 0, "span": ["2025-01-06", "2025-01-20"]}) == ()
    said = held_in_planted_worlds(told)[0]
    assert "connected without you" in said
    assert "change of talk among followers" in said


def test_exact_terms_hold_the_figures():
    ((term, exact),) = planted_worlds_exactly(only())
    assert term == "Planted worlds"
    assert "follower_share 0.940 of 400 worlds of 200 followers (0.889 to 0.990 over all kinds)" in exact
    assert "senders 21.0, receivers none, threads 210.0" in exact


def test_results_hold_it_and_methods_tell_it(tiny, tables, monkeypatch):
    story = STORY + "; cy>ana mon+1; ana>cy tue+1; ana>BRAND mon+4"
    monkeypatch.setattr(reliability, "data_folder", lambda: tables.parent)
    (tables.parent / "validation").symlink_to(tables)
    found = results.measure(tiny(story), seed=7).as_dict()
    certainty = json.loads(json.dumps(found["certainty"]))
    assert certainty["like"]["receivers"] == pytest.approx(36 / 18)
    assert certainty["intervals"]["follower_share"]["followers"] == 50
    said = methods_text(found)
    assert "that of the follower share in 0.860 of 400 worlds of 50 followers" in said
    known = {**found, "certainty": {**certainty, "intervals": {}}}
    assert "planted worlds" not in methods_text(known)
