"""Two reports side by side: figures by hand, laws of the difference, what bars it, and bad input."""

from __future__ import annotations

import copy
import html
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from hostile import BRAND as HOSTILE_BRAND
from hostile import WORDS
from hypothesis import given
from hypothesis import strategies as st
from matplotlib import pyplot as plt

from communitylab import inference
from communitylab.comparability import WITH_INTERVAL
from communitylab.comparison import HOW_TO_READ, Comparison, compare_reports
from communitylab.comparison_charts import draw_ladders, draw_side_by_side
from communitylab.comparison_findings import comparison_sections, comparison_table, write_comparison
from communitylab.comparison_rows import figure, figure_between
from communitylab.csv_tables import read_table
from communitylab.drawing import alt_text, narrow
from communitylab.errors import CallError
from communitylab.results import measure
from communitylab.tables import Estimate

mpl.use("Agg")

# For eight weeks ana and bo are in regular contact, di and, in the first four, cy talk with the brand.
_CONTACT = "ana>bo mon+{n}; bo>ana tue+{n}; di>BRAND thu+{n}; BRAND>di fri+{n} 8h; ana sun+{n}"
STORY = "; ".join([*map("cy>BRAND wed+{}".format, range(4)), *(_CONTACT.format(n=n) for n in range(8))])

Written = Callable[..., Path]


@pytest.fixture(scope="module")
def halves(tiny) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the reports of two halves of one story say."""
    study = tiny(STORY)
    parts = study.only(until="2025-02-02"), study.only(since="2025-02-03")
    first, second = (json.loads(json.dumps(measure(part, seed=7).as_dict())) for part in parts)
    return first, second


@pytest.fixture
def written(tmp_path, halves) -> Written:
    """Writes the results of a half as a report would, with what is to be otherwise: written("a", 0, {"w_ff": 3})."""

    def write(name: str, half: int = 0, changes: dict[str, Any] | None = None) -> Path:
        content = copy.deepcopy(halves[half])
        for path, value in (changes or {}).items():
            *within, last = path.split(".")
            place = content
            for key in within:
                place = place[key]
            if value is ...:
                del place[last]
            else:
                place[last] = value
        (tmp_path / name).mkdir(exist_ok=True)
        (tmp_path / name / "results.json").write_text(json.dumps(content), encoding="utf-8")
        return tmp_path / name

    return write


SIZE = {"active_followers": 400, "regulars": 200, "talkers": 300, "w_ff": 2000, "w_fb": 3000} | {
    "verdict.label": "undecided"
}


def share(
    value: float | None, low: float | None = None, high: float | None = None, **beside: Any
) -> dict[str, Any]:
    return {"value": value, "low": low, "high": high, "inferred": value, **beside}


@pytest.fixture
def compared(written) -> Callable[..., Comparison]:
    """A comparison of the two halves, each with its changes."""

    def of(a: dict[str, Any] | None = None, b: dict[str, Any] | None = None) -> Comparison:
        return compare_reports(written("a", 0, {**SIZE, **(a or {})}), written("b", 1, {**SIZE, **(b or {})}))

    return of


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    plt.close("all")


# The difference


def between(a: Estimate, b: Estimate) -> tuple[float, float]:
    """The interval of b − a."""
    one, other = ((found.value, found.low, found.high) for found in (a, b))
    return inference.mover(other, one)  # type: ignore[arg-type]


def test_difference_by_hand():
    # Below: 0.04 and 0.03 make 0.05; above: 0.12 and 0.05 make 0.13.
    a, b = Estimate("a", 0.40, 0.35, 0.43), Estimate("b", 0.50, 0.46, 0.62)
    assert between(a, b) == pytest.approx((0.10 - 0.05, 0.10 + 0.13))


def test_difference_of_two_shares_is_that_of_newcombe():
    # 56 of 70 less 48 of 80: 0.0524 to 0.3339 in table II of Newcombe (1998), method 10.
    a, b = (Estimate("share", yes / n, *inference.wilson(yes, n)) for yes, n in ((48, 80), (56, 70)))
    assert between(a, b) == pytest.approx((0.0524, 0.3339), abs=5e-5)
    assert between(a, b) == pytest.approx(inference.difference_interval((56, 70), (48, 80)))


@st.composite
def _estimates(draw: st.DrawFn) -> Estimate:
    low, value, high = sorted(draw(st.tuples(*[st.floats(0, 1, allow_subnormal=False)] * 3)))
    return Estimate("share", value, low, high)


@given(_estimates(), _estimates())
def test_swapping_the_two_turns_the_signs_over_and_no_interval_leaves_its_difference_out(a, b):
    low, high = between(a, b)
    assert between(b, a) == (-high, -low)
    assert low <= (b.value or 0) - (a.value or 0) <= high
    assert -1 - 1e-12 <= low <= high <= 1 + 1e-12


@pytest.mark.parametrize(
    ("share_a", "n_a", "share_b", "n_b"),
    [(0.5, 60, 0.5, 60), (0.1, 80, 0.4, 40), (0.9, 200, 0.7, 50), (0.03, 150, 0.06, 150)],
)
def test_interval_holds_the_true_difference_of_independent_shares(share_a, n_a, share_b, n_b):
    lots = np.random.default_rng(7)
    yes = zip(lots.binomial(n_a, share_a, 2_000), lots.binomial(n_b, share_b, 2_000), strict=True)
    held = 0
    for one, other in yes:
        a = Estimate("a", one / n_a, *inference.wilson(int(one), n_a))
        b = Estimate("b", other / n_b, *inference.wilson(int(other), n_b))
        low, high = between(a, b)
        held += low <= share_b - share_a <= high
    assert 0.93 <= held / 2_000 <= 0.985


def test_interval_is_too_wide_where_the_two_have_people_in_common():
    lots, held = np.random.default_rng(7), 0
    for _world in range(1_000):
        # Of 100 people in both 70 answer alike both times.
        people = lots.random(100) < 0.4
        again = np.where(np.arange(100) < 70, people, lots.random(100) < 0.4)
        a, b = (
            Estimate("share", one.mean(), *inference.wilson(int(one.sum()), 100)) for one in (people, again)
        )
        low, high = between(a, b)
        held += low <= 0 <= high
    assert held / 1_000 > 0.985


# What two reports say


def test_two_halves_of_one_story_by_hand(written):
    is_enough = {"verdict.label": "undecided"}
    found = compare_reports(written("a", 0, is_enough), written("b", 1, is_enough))
    row = found.row("follower_share")
    # In four weeks 8 of 16 messages are between ana and bo; without cy 8 of 12.
    assert row.a.value == 8 / 16
    assert row.b.value == pytest.approx(8 / 12)
    assert row.difference.value == pytest.approx(1 / 6)
    assert (row.difference.low, row.difference.high) == between(row.a, row.b)
    assert (found.a.where, found.b.where) == ("in the earlier period", "in the later period")
    assert found.a.title == "A  BRAND, 6 January 2025 to 2 February 2025"
    everybody = "everybody who wrote in a place or under a search is in it"
    assert found.a.size == f"24 posts, 4 followers who wrote, 4 regulars; {everybody}"
    assert found.b.size == f"20 posts, 3 followers who wrote, 3 regulars; {everybody}"


def test_ladder_is_pooled_over_all_four_weeks_of_those_who_write(compared):
    def tile(*rungs: int) -> dict[str, Any]:
        names = ("silent", "spectator", "acquainted", "connected", "circle")
        return {"tile": "2025-01-06", **dict(zip(names, rungs, strict=True))}

    found = compared(
        {"ladder": [tile(90, 6, 2, 2, 0), tile(70, 24, 2, 2, 2)]}, {"ladder": [tile(0, 1, 1, 1, 1)]}
    )
    assert [(rung.name, rung.a) for rung in found.ladder] == [
        ("spectator", 30 / 40),
        ("acquainted", 4 / 40),
        ("connected", 4 / 40),
        ("circle", 2 / 40),
    ]
    assert [rung.b for rung in found.ladder] == [0.25] * 4
    assert [rung.a for rung in compared({"ladder": []}).ladder] == [None] * 4


def test_swapping_the_reports_turns_every_difference_over(written):
    a, b = written("a", 0, SIZE), written("b", 1, SIZE)
    one, other = compare_reports(a, b), compare_reports(b, a)
    assert one.row("follower_share").difference.value is not None
    for row, turned in zip(one.rows, other.rows, strict=True):
        assert (row.a, row.b) == (turned.b, turned.a)
        if row.difference.value is None:
            assert turned.difference.value is None
        else:
            assert row.difference.value == pytest.approx(-(turned.difference.value or 0))
            assert row.difference.low == pytest.approx(-(turned.difference.high or 0))
            assert row.is_shown_to_differ == turned.is_shown_to_differ
    assert other.b.where == "in the earlier period"
    assert [sign.a for sign in one.signs] == [sign.b for sign in other.signs]


def test_the_file_itself_says_the_same_as_its_folder(written):
    a, b = written("a", 0), written("b", 1)
    assert compare_reports(a / "results.json", b / "results.json") == compare_reports(a, b)


@pytest.mark.parametrize(
    ("a", "b", "said"),
    [
        (
            share(0.40, 0.35, 0.43), share(0.50, 0.46, 0.62),
            "Of every 100 messages, 10 more go to another follower in the later period than in the earlier (5 to 23 "
            "more).",
        ),
        (
            share(0.50, 0.46, 0.62), share(0.40, 0.35, 0.43),
            "Of every 100 messages, 10 fewer go to another follower in the later period than in the earlier (5 to 23 "
            "fewer).",
        ),
        (
            share(0.400, 0.398, 0.402), share(0.411, 0.409, 0.413),
            "Of every 100 messages, 1 more goes to another follower in the later period than in the earlier (1 to 1 "
            "more).",
        ),
        (
            share(0.40, 0.30, 0.48), share(0.45, 0.40, 0.55),
            "No difference in talk among followers can be shown: 40 of every 100 messages go to another follower in "
            "the earlier period, 45 in the later period (anything from 4 fewer to 19 more).",
        ),
        (
            share(None), share(0.45, 0.40, 0.55),
            "No difference in talk among followers is told: in A it is not defined.",
        ),
    ],
)  # fmt: skip
def test_headline_says_what_the_interval_bears(compared, a, b, said):
    found = compared({"measures.follower_share": a}, {"measures.follower_share": b})
    assert found.headline == said
    assert found.as_text().replace("\n", " ").startswith(said[:90])


def test_two_brands_are_called_by_their_names(compared):
    found = compared({"brand.name": "miller"}, {"brand.name": "baker"})
    assert (found.a.where, found.b.where) == ("at miller", "at baker")
    assert "they are different brands" in [remark.short for remark in found.remarks]


def test_few_people_are_told_beside_the_figure(compared):
    few = {"regulars": 12, "measures.breadth": share(0.5, 0.3, 0.7)}
    found = compared(b=few)
    assert figure(found.row("breadth").measure, found.row("breadth").b) == "50.0 (30.0–70.0) of 12"
    assert figure(found.row("breadth").measure, found.row("breadth").a).count("of") == 0


def test_what_chance_gives_stands_beside_and_has_no_difference(compared):
    lasting = {"value": 0.16, "null_mean": 0.05, "p": 0.005}
    row = compared(
        {"measures.return_rate": lasting}, {"measures.return_rate": {**lasting, "value": 0.3}}
    ).row("return_rate")
    assert figure(row.measure, row.a) == "16.0, chance 5.0"
    assert (row.difference.value, figure_between(row)) == (None, "–")
    assert row.difference.why == "held against chance, has no range, and grows with the time studied"


def test_every_measure_has_a_difference_or_a_reason(compared):
    for row in compared().rows:
        known = (row.difference.value, row.difference.low, row.difference.high)
        assert (None in known) == (known == (None, None, None)) == (row.difference.why is not None)


def test_a_difference_that_rounds_to_nothing_has_no_sign(compared):
    found = compared(
        {"measures.join_in": share(0.40001, 0.3, 0.5)}, {"measures.join_in": share(0.4, 0.3, 0.5)}
    )
    assert figure_between(found.row("join_in")) == "0.0 (−14.1 to +14.1)"


# Whether they can be compared

EVERY = WITH_INTERVAL
NOT = {"verdict.label": "not identifiable"}
LONG = ["2025-02-03T00:00:00Z", "2025-12-31T00:00:00Z"]
TILES = ("breadth", "breadth_without_top", "largest_component")
TALK = ("follower_share", "follower_share_without_top")
WITHOUT_TOP = ("follower_share_without_top", "breadth_without_top")
THREADS = ("conversation", "join_in", "first_answer")
LISTED = {"has_follower_list": True}
SAME_TIME = {"span": ["2025-01-06T12:00:00Z", "2025-02-02T12:00:00Z"], "ledger.files": []}
SHORT = {"span": ["2025-01-08T00:00:00Z", "2025-01-28T00:00:00Z"]}
TEN_DAYS = {"span": ["2025-02-04T00:00:00Z", "2025-02-13T00:00:00Z"]}
ANSWERED = {"newcomers.answered_by_follower": share(0.3, 0.2, 0.4), "newcomers.why": None}


def _ladder(n: int) -> dict[str, Any]:
    rungs = {"silent": 0, "spectator": n, "acquainted": 0, "connected": 0, "circle": 0}
    return {"ladder": [{"tile": "2025-01-06", **rungs}]}


# Of four weeks each, with as many messages a person, and with half as many again and one more.
FEW, MANY = {**_ladder(100), "w_ff": 0, "w_fb": 500}, {**_ladder(201), "w_ff": 0, "w_fb": 1005}
OFTEN, RARELY = {**_ladder(100), "w_ff": 1501}, {**_ladder(100), "w_ff": 1}


@pytest.mark.parametrize(
    ("a", "b", "short", "bars"),
    [
        ({}, {"coverage.class": "C", **NOT}, "B shows nothing of followers’ talk", EVERY),
        (NOT, {}, "A is not about its brand", EVERY),
        ({}, {"coverage.class": "C_search", **NOT}, "they were collected in different ways", EVERY),
        ({"coverage.class": "C_search"}, {"coverage.class": "C_search"}, "both are lower bounds", EVERY),
        ({}, {"coverage.class": "B"}, "they were collected in different ways", EVERY),
        ({}, {"kinds": ["reply"]}, "they count different things as talk", EVERY),
        ({"has_follower_list": True}, {}, "only one of them had a follower list", EVERY),
        ({"span": LONG}, {"span": LONG}, "they cover the same time", EVERY),
        ({"span": LONG}, {}, "the one lies within the other", EVERY),
        ({"span": ["2025-01-06T00:00:00Z", "2025-02-12T00:00:00Z"]}, {}, "they share posts", EVERY),
        ({"span": None}, {}, "they may share posts", EVERY),
        (
            {"span": ["2025-01-20T00:00:00Z", "2025-02-01T00:00:00Z"]}, {},
            "contacts were looked for in stretches of different length", TILES,
        ),
        ({}, {"ties": 0}, "nothing is connected in B", ("largest_component",)),
        ({"verdict.label": "insufficient"}, {}, "A holds too little to tell", EVERY),
        (FEW, MANY, "they are of different size", TILES),
        (OFTEN, {**RARELY, "w_fb": 2999}, "people write more in one of them", TILES),
        ({"talkers": 99}, {"talkers": 199}, "the most addressed are not the same share of both", WITHOUT_TOP),
        (SHORT, TEN_DAYS, "they are of different length", THREADS),
        (ANSWERED, ANSWERED, "who is new hangs on where a report begins", ("newcomers_answered",)),
        ({"brand.name": "miller"}, {**SAME_TIME, "brand.name": "Mill and Co"}, "some posts may be in both", ()),
        ({**LISTED, "followers": 600}, {**LISTED, "followers": 60}, "their follower lists differ in length", ()),
        ({"acts.inferred": 2000}, {}, "answers that name nobody are more in one of them", ()),
        ({"certainty.intervals.breadth.is_narrow": True}, {}, "ranges in A are rather short", ()),
        ({}, {"span": LONG}, "they are of different length", ()),
        ({}, {"places": [{"platform": "discourse", "yours": True}]}, "they are of different places", ()),
        (
            {"acts.inferred": 6000, "measures.follower_share": share(0.4, 0.3, 0.5) | {"inferred": 0.1}}, {},
            "most answers in A name nobody", TALK,
        ),
        (
            {"measures.follower_share": share(0.4, 0.3, 0.5, bystander_low=0.4, bystander_high=0.4)},
            {"measures.follower_share": share(0.4, 0.3, 0.5, bystander_low=0.3, bystander_high=0.6)},
            "who follows is not known, and either may have more talk among followers", TALK,
        ),
        ({"tz": "Europe/Berlin"}, {}, "their days begin at different hours", ()),
        ({"hashtags": ["crumbchat"]}, {"hashtags": ["CrumbChat", "rye"]}, "other hashtags are the brand’s", ()),
        ({"brand.accounts": 3}, {}, "different accounts are the brand", ()),
        ({"versions.communitylab": "0.0.1"}, {}, "they were made by different versions", ()),
    ],
)  # fmt: skip
def test_what_speaks_against_comparing_is_told_and_bars_what_it_must(compared, a, b, short, bars):
    found = compared(a, b)
    (remark,) = [one for one in found.remarks if one.short == short]
    assert remark.bars == bars
    assert (remark.what[-1], remark.cure[-1]) == (".", ".")
    assert remark.what in " ".join(found.as_text().split())
    for name in bars:
        assert found.row(name).difference.value is None
        assert found.row(name).difference.why in {one.short for one in found.remarks if name in one.bars}
    assert found.is_barred == (bars == EVERY)
    assert (remark in found.barred_by) == ("follower_share" in bars)
    if "follower_share" in bars:
        what = "These two" if bars == EVERY else "Talk among followers"
        assert found.headline == f"{what} cannot be compared: {short}."


def test_two_halves_that_are_alike_have_nothing_against_them(compared):
    assert compared().remarks == ()
    assert compared({"hashtags": ["CrumbChat"]}, {"hashtags": ["crumbchat"]}).remarks == ()
    # What is counted within four weeks is so in a longer time as well.
    assert [one.short for one in compared({}, {"span": LONG, "w_fb": 40_000}).remarks] == [
        "they are of different length"
    ]
    assert compared().row("follower_share").difference.value is not None


def test_what_is_alike_enough_is_compared(compared):
    twice = {**_ladder(200), "w_ff": 0, "w_fb": 1000}
    assert compared(FEW, twice).remarks == ()
    assert compared({**OFTEN, "w_ff": 1500, "w_fb": 3000}, {**RARELY, "w_ff": 0, "w_fb": 3000}).remarks == ()
    assert compared({"talkers": 100}, {"talkers": 300}).remarks == ()
    assert compared({**LISTED, "followers": 600}, {**LISTED, "followers": 400}).remarks == ()
    assert compared(TEN_DAYS, {"span": ["2025-02-14T00:00:00Z", "2025-02-25T00:00:00Z"]}).remarks == ()


def test_of_a_short_stretch_the_messages_in_it_count_and_not_those_of_four_weeks(compared):
    # 10 days with 100 messages of 10 people, and 28 with 100 of 10: as many in the stretch that is looked at.
    ten = {**TEN_DAYS, **_ladder(10), "w_ff": 0, "w_fb": 100}
    shorts = [remark.short for remark in compared({**_ladder(10), "w_ff": 0, "w_fb": 100}, ten).remarks]
    assert "contacts were looked for in stretches of different length" in shorts
    assert "people write more in one of them" not in shorts


def test_one_brand_by_two_spellings_is_one_brand(compared):
    for name in ("@Brand", "b.r.a.n.d", "ＢＲＡＮＤ"):
        found = compared({}, {**SAME_TIME, "brand.name": name})
        assert found.headline.startswith("These two cannot be compared: they ")
    spelled = compared({"brand.name": "Mill & Crumb"}, {**SAME_TIME, "brand.name": "millandcrumb"})
    assert spelled.is_barred
    other = {**SAME_TIME, "brand.name": "miller", "places": [{"platform": "discourse", "yours": True}]}
    assert "some posts may be in both" not in [remark.short for remark in compared({}, other).remarks]


def test_newcomers_of_two_brands_are_compared(compared):
    found = compared(ANSWERED, {**ANSWERED, "brand.name": "miller"})
    assert found.row("newcomers_answered").difference.value == 0


def test_who_may_follow_is_told_beside_the_headline_where_it_leaves_the_sign(compared):
    few = share(0.1, 0.05, 0.15, bystander_low=0.09, bystander_high=0.2)
    many = share(0.5, 0.4, 0.6, bystander_low=0.4, bystander_high=0.7)
    said = (
        "Who follows is not known in A and B: by that alone anything from 20 to 61 more of every 100 messages can go "
        "to another follower in {} than in {}."
    )
    for a, b, more, fewer in ((few, many, "B", "A"), (many, few, "A", "B")):
        found = compared({"measures.follower_share": a}, {"measures.follower_share": b})
        assert found.row("follower_share").is_shown_to_differ
        assert found.lead[0] == said.format(more, fewer)
        assert said.format(more, fewer)[:60] in found.as_text()
    assert found.lead[0] in comparison_sections(found)[0]


def test_who_may_follow_is_beside_the_point_where_little_is_open_and_nothing_shown(compared):
    def of(low: float, high: float) -> Comparison:
        a = share(0.40, low, high, bystander_low=0.39, bystander_high=0.43)
        b = share(0.42, 0.42 + low - 0.40, 0.42 + high - 0.40, bystander_low=0.41, bystander_high=0.45)
        return compared({"measures.follower_share": a}, {"measures.follower_share": b})

    assert of(0.3, 0.5).remarks == ()
    # A difference of 2 that would be shown, of which bystanders may make none.
    assert of(0.399, 0.401).headline == (
        "Talk among followers cannot be compared: who follows is not known, and either may have more talk among "
        "followers."
    )


FLAT = {"acts.inferred": 6000, "measures.follower_share": share(0.4, 0.3, 0.5) | {"inferred": 0.1}}


def test_what_bars_talk_alone_leaves_the_rest(compared):
    narrow_a, narrow_b = (
        {"measures.breadth": share(value, value - 0.01, value + 0.01)} for value in (0.2, 0.5)
    )
    found = compared({**FLAT, **narrow_a}, narrow_b)
    assert found.contact in found.lead
    assert found.row("breadth").is_shown_to_differ
    assert draw_side_by_side(found).get_title() == "Shown to differ: has a regular contact"
    answer = comparison_sections(found)[0]
    assert "Talk among followers cannot be compared: most answers in A name nobody." in answer
    assert html.escape(found.contact) in answer
    assert "These two cannot be compared" not in found.as_text()


APART = {"measures.breadth": share(0.2, 0.19, 0.21)}, {"measures.breadth": share(0.5, 0.49, 0.51)}
ALIKE = {"measures.breadth": share(0.5, 0.3, 0.6)}
UNKNOWN = {"measures.breadth": share(None), "measures.follower_share": share(None)}


@pytest.mark.parametrize(
    ("a", "b", "said"),
    [
        (*APART, "Ask what else differs between the two"),
        (ALIKE, ALIKE, "Do not act on talk among followers or regular contact: more weeks"),
        ({**FLAT, **ALIKE}, ALIKE, "Do not act on regular contact: more weeks"),
        ({**FLAT, **APART[0]}, APART[1], "Ask what else differs between the two"),
        ({**FLAT, "measures.breadth": share(None)}, ALIKE, "Leave talk among followers out"),
        (UNKNOWN, ALIKE, "Read each report by itself."),
        ({"kinds": ["reply"]}, {}, "Report on both with the same --kinds."),
    ],
)
def test_next_step_goes_by_what_is_shown(compared, a, b, said):
    assert compared(a, b).next_step.startswith(said)


def test_time_that_touches_is_no_time_that_overlaps(compared):
    early, late = "2025-02-02T23:59:59Z", "2025-02-03T00:00:00Z"
    found = compared({"span": ["2025-01-06T00:00:00Z", early]}, {"span": [late, "2025-03-02T00:00:00Z"]})
    assert found.barred_by == ()
    assert compared(
        {"span": ["2025-01-06T00:00:00Z", late]}, {"span": [late, "2025-03-02T00:00:00Z"]}
    ).barred_by


def test_two_brands_of_one_file_and_time_share_their_posts(compared, halves):
    same = {"span": halves[0]["span"], "ledger.files": [{"sha256": "f1"}]}
    found = compared({**same, "brand.name": "miller"}, {**same, "brand.name": "baker"})
    assert [remark.short for remark in found.barred_by] == ["they cover the same time"]
    other = {**same, "ledger.files": [{"sha256": "f2"}], "brand.name": "baker"}
    assert compared({**same, "brand.name": "miller"}, other).barred_by == ()


def test_two_places_of_one_brand_share_no_posts(compared, halves):
    forum = {"places": [{"platform": "discourse", "yours": True}], "span": halves[0]["span"]}
    assert compared({"span": halves[0]["span"]}, forum).barred_by == ()


def test_the_gravest_is_told_first_and_the_others_counted(compared):
    found = compared({"tz": "Europe/Berlin"}, {"kinds": ["reply"], "coverage.class": "B", "ties": 0})
    assert [len(remark.bars) for remark in found.remarks] == [9, 9, 1, 0]
    assert (
        found.headline
        == "These two cannot be compared: they were collected in different ways (one more below)."
    )


# Bad input


def test_what_is_not_there_is_named(tmp_path, written):
    with pytest.raises(CallError, match=r"gone: not there\. Name the folder of a report"):
        compare_reports(tmp_path / "gone", written("a"))
    (tmp_path / "empty").mkdir()
    with pytest.raises(
        CallError, match=r"empty: holds no results\.json. Name a folder that `communitylab report` wrote"
    ):
        compare_reports(written("a"), tmp_path / "empty")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("not json", r"is no JSON that can be read \(line 1\)\. Make the report anew\.$"),
        ('{"schema": NaN}', r"is no JSON that can be read \(ValueError\)"),
        ("[" * 100_000, r"is no JSON that can be read \(RecursionError\)"),
        ("\udcff", "is no JSON that can be read"),
        ("[1, 2]", "is no results.json of communitylab: it has no “schema”"),
        ('{"a": 1}', "is no results.json of communitylab: it has no “schema”"),
        (
            '{"schema": 2}',
            r"is of schema “2”; this version of communitylab reads 1\. Make both reports with the same",
        ),
        ('{"schema": 1}', r"has no “brand”\. Make the report anew\.$"),
    ],
)
def test_what_is_no_report_is_said(tmp_path, written, text, message):
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "results.json").write_text(text, encoding="utf-8", errors="surrogateescape")
    with pytest.raises(CallError, match=message):
        compare_reports(written("a"), tmp_path / "b")


def test_what_helps_is_told_as_far_as_it_is_known(tmp_path, written):
    (written("b") / "results.json").write_text("broken")
    (tmp_path / "b" / "run.toml").touch()
    with pytest.raises(
        CallError, match=r"Make the report anew: communitylab rerun \S+b/run\.toml --out \S+b$"
    ):
        compare_reports(written("a"), tmp_path / "b")
    (tmp_path / "b" / "report.html").write_text("<p>")
    with pytest.raises(
        CallError, match=r"report\.html: is no JSON .* Name the folder of a report, or the results\.json"
    ):
        compare_reports(written("a"), tmp_path / "b" / "report.html")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"measures.breadth": ...}, "has no “measures.breadth”"),
        ({"measures.breadth.value": ...}, "has no “measures.breadth.value”"),
        ({"measures.breadth": {"value": 0.5}}, "has no “measures.breadth.low”"),
        ({"measures.join_in": {"value": 0.5, "low": 0.1}}, "has no “measures.join_in.high”"),
        ({"measures.follower_share.inferred": None}, "has no “measures.follower_share.inferred”"),
        ({"measures.first_answer.median_hours": ...}, "has no “measures.first_answer.median_hours”"),
        ({"measures.reach.value": "most"}, "under “measures.reach.value” stands “\"most\"”, where a number belongs"),
        ({"measures.reach.value": 1.5}, "under “measures.reach.value” stands “1.5”, where a share from 0 to 1 belongs"),
        ({"measures.effective_pairs.value": 10**400}, "under “measures.effective_pairs.value” stands .*, where a"),
        ({"measures.reach": []}, "has no “measures.reach.value”"),
        ({"measures.breadth": share(0.9, 0.1, 0.5)}, "“measures.breadth.value” lies outside its own interval, 0.1 to"),
        ({"coverage.class": "E"}, "under “coverage.class” stands “\"E\"”, where A, B, C, C_search or D belongs"),
        ({"coverage": "A"}, "has no “coverage.class”"),
        ({"w_ff": -1}, "under “w_ff” stands “-1”, where a whole number belongs"),
        ({"w_ff": True}, "under “w_ff” stands “true”, where a whole number belongs"),
        ({"span": ["2025-01-06", "2025-02-02"]}, "under “span” stands .*, where null or two moments in order belongs"),
        ({"span": ["2025-02-02T00:00:00Z", "2025-01-06T00:00:00Z"]}, "where null or two moments in order belongs"),
        ({"verdict.label": "great"}, "under “verdict.label” stands “\"great\"”, where a verdict belongs"),
        ({"ladder": [{"tile": "2025-01-06"}]}, "under “ladder” stands .*, where a list of four weeks"),
        ({"clustering.small": ...}, "has no “clustering.small”"),
        ({"clusters": [{"id": 1}]}, "under “clusters” stands .*, where a list of groups belongs"),
        ({"newcomers.answered_by_follower": {"value": "few"}}, "under “newcomers.answered_by_follower.value” stands"),
        ({"brand.name": None}, "under “brand.name” stands “null”, where a text belongs"),
        ({"certainty": {}}, "has no “certainty.intervals”"),
        ({"certainty.intervals": {"breadth": {"is_narrow": 1}}}, "under “certainty.intervals” stands .*, where an obj"),
    ],
)  # fmt: skip
def test_what_a_hand_broke_is_named_by_its_key(written, changes, message):
    with pytest.raises(CallError, match=message):
        compare_reports(written("a"), written("b", 1, changes))


def test_a_report_of_before_groups_and_newcomers_is_compared_all_the_same(compared):
    found = compared({"clustering": ..., "clusters": ..., "newcomers": ..., "certainty": ...})
    assert found.a.groups.said == "The report was made before groups were looked for."
    assert found.row("newcomers_answered").difference.why == (
        "in A the report was made before newcomers were looked at"
    )


@pytest.mark.parametrize(
    ("found", "sizes", "said"),
    [
        ("groups", {9: True, 5: False}, "Two groups of five people or more; one is solid."),
        (
            "groups",
            {9: True, 5: True, 6: True},
            "Three groups of five people or more; all of them are solid.",
        ),
        ("groups", {9: True}, "One group of five people or more; it is solid."),
        ("groups", {}, "Couples and small circles, no larger groups."),
        ("none", {9: True}, "No groups that can be told from chance."),
        ("cannot tell", {9: True}, "Whether there are groups, this export cannot tell."),
    ],
)
def test_groups_are_told_as_the_report_has_them(compared, found, sizes, said):
    groups = [
        {"id": n, "name": None, "words": ["rye"], "size": size, "is_solid": is_solid}
        for n, (size, is_solid) in enumerate(sizes.items(), 1)
    ]
    seen = compared({"clustering.found": found, "clusters": groups, "clustering.small.groups": 2}).a.groups
    assert seen.said == said
    assert seen.small == 2
    is_told = found == "groups"
    assert seen.share == (sum(sizes) / SIZE["active_followers"] if is_told else None)
    assert [(size, is_solid) for _name, size, is_solid in seen.each] == [
        (size, is_told and is_solid) for size, is_solid in sizes.items()
    ]
    assert all(name == f"Group {n} (rye)" for n, (name, *_rest) in enumerate(seen.each, 1))
    assert compared({"ties": 0}).a.groups.said == "No groups: no two followers are in regular contact."


def test_the_same_report_twice_is_refused(written, tmp_path):
    a = written("a")
    with pytest.raises(CallError, match=r"/a: twice the same report\. Name two: of two periods"):
        compare_reports(a, a)
    with pytest.raises(CallError, match=r"/a and .*/results\.json: twice the same report"):
        compare_reports(a, a / "results.json")
    with pytest.raises(CallError, match=r"a and .*copy: twice the same report"):
        compare_reports(a, written("copy"))


# The page and the table


@pytest.fixture
def made(compared, tmp_path) -> Path:
    """A comparison, written."""
    write_comparison(compared(), tmp_path / "out")
    return tmp_path / "out"


def test_page_holds_the_finding_the_table_and_no_cause(made, compared):
    page = (made / "comparison.html").read_text(encoding="utf-8")
    text = re.sub(r"data:image[^\"]*|<style>.*?</style>", "", page, flags=re.DOTALL)
    said = " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())
    assert page.count("<h1>") == 1
    assert compared().headline in said
    for row in compared().rows:
        assert figure_between(row) in said
    causes = r"improv|worsen|better|because of|thanks to|caused|led to|effect of|impact|success"
    assert not re.search(causes, said, re.IGNORECASE)
    assert not re.search(causes, compared().as_text(), re.IGNORECASE)


def test_terminal_says_as_much_as_the_page(compared):
    text = " ".join(compared().as_text().split())
    for said in (*HOW_TO_READ, compared().shown):
        assert said in text
    for row in ("Not just a few pairs, in pairs of equal weight", "One centre among followers, from 0 to 1"):
        assert re.search(f"^{row}  ", compared().as_text(), re.MULTILINE)
        assert f'<th scope="row">{row}</th>' in "".join(comparison_sections(compared()))
    barred = " ".join(compared({}, {"kinds": ["reply"]}).as_text().split())
    assert HOW_TO_READ[0] in barred
    assert HOW_TO_READ[2] not in barred
    assert not re.search(r"\bclass [A-D]\b", text)


def test_page_terminal_and_chart_count_the_same_differences(compared):
    a, b = (
        {"measures.follower_share": found, "measures.without_top": found | {"breadth": None}}
        for found in (share(0.2, 0.19, 0.21), share(0.5, 0.49, 0.51))
    )
    found = compared(a, b)
    said = "are shown: talk among followers; talk among followers without the most addressed."
    assert re.fullmatch(rf"Of \w+ differences with a range two {said}", found.shown)
    sections = comparison_sections(found)
    assert found.shown in sections[0]
    assert f"<h2>{found.tally}.</h2>" in sections[1]
    assert found.shown.startswith(found.tally)
    # What else counts would count otherwise: the chart draws but some.
    assert draw_side_by_side(found).get_title() == "Shown to differ: talk among followers"
    counts = re.findall(
        r"\b(?:one|two|three|four|five|six|seven) (?:of|other)\b", " ".join(sections[:2]), re.IGNORECASE
    )
    assert counts == []


def test_share_in_groups_is_told_where_groups_are(compared):
    group = {"id": 1, "name": None, "words": ["rye"], "size": 40, "is_solid": True}
    sides = ({"clustering.found": found, "clusters": [group]} for found in ("groups", "none"))
    groups = comparison_sections(compared(*sides))[-2]
    assert groups.count("10 of 100 followers who wrote are in one of five people or more") == 1
    assert "In A, Group 1 (rye): 40 followers, solid" in groups
    assert "In B, Group 1 (rye): 40 followers, may be chance" in groups


def test_table_says_the_same_and_the_same_comparison_is_the_same_file(made, compared, tmp_path):
    table = read_table(made / "comparison.csv")
    known = table[table["what"] == "follower_share"].iloc[0]
    row = compared().row("follower_share")
    assert (known["a"], known["difference"], known["low"]) == (
        row.a.value,
        row.difference.value,
        row.difference.low,
    )
    assert list(table["what"][-4:]) == [
        "ladder_spectator",
        "ladder_acquainted",
        "ladder_connected",
        "ladder_circle",
    ]
    assert len(table) == len(comparison_table(compared())) == 20
    write_comparison(compared(), tmp_path / "again")
    for name in ("comparison.html", "comparison.csv"):
        assert (made / name).read_bytes() == (tmp_path / "again" / name).read_bytes()


def test_an_earlier_comparison_is_replaced_and_all_else_kept(made, compared):
    (made / "notes.txt").write_text("mine")
    table = made / "comparison.csv"
    # As a spreadsheet saves it.
    table.write_text(
        table.read_text(encoding="utf-8-sig").replace(",", ";").replace('"', ""), encoding="utf-8-sig"
    )
    write_comparison(compared({"brand.name": "miller"}, {"brand.name": "baker"}), made)
    assert "miller and baker compared" in (made / "comparison.html").read_text(encoding="utf-8")
    assert (made / "notes.txt").read_text() == "mine"
    assert sorted(path.name for path in made.iterdir()) == ["comparison.csv", "comparison.html", "notes.txt"]


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        (
            "results.json",
            "{}",
            r"out: holds a report \(results.json\). Choose another --out: a folder of its own",
        ),
        ("comparison.html", "<p>mine", r"out: holds a comparison.html that is no comparison of communitylab"),
        (
            "comparison.csv",
            "day,what\n",
            r"out: holds a comparison.csv that is no comparison of communitylab",
        ),
    ],
)
def test_what_is_not_ours_is_not_replaced(compared, tmp_path, name, text, message):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / name).write_text(text)
    with pytest.raises(CallError, match=message):
        write_comparison(compared(), tmp_path / "out")
    assert (tmp_path / "out" / name).read_text() == text
    with pytest.raises(CallError, match=r"is a file. Name a folder as --out"):
        write_comparison(compared(), tmp_path / "out" / name)


def test_sections_of_a_barred_comparison_say_why_before_the_figures(compared):
    shown = comparison_sections(compared({}, {"kinds": ["reply"]}))
    names = [re.match(r'<section id="(\w+)">', section)[1] for section in shown]  # type: ignore[index]
    assert names == ["answer", "before", "measures", "ladders", "signs", "groups", "method"]
    assert "Report on both with the same --kinds." in shown[0]
    assert "Measure by measure, without differences." in shown[2]


def test_hostile_names_run_nothing_and_the_page_is_accessible(browser, compared, halves, tmp_path):
    group = {"id": 1, "size": 9, "is_solid": True}
    groups = [{**group, "id": n, "name": word, "words": [word, word]} for n, word in enumerate(WORDS, 1)]
    groups += [{**group, "id": 99, "name": None, "words": list(WORDS[:3])}]
    changes = {"brand.name": HOSTILE_BRAND, "clusters": groups, "verdict.kind": WORDS[0], "tz": WORDS[2]}
    changes |= {
        "clustering": {**halves[1]["clustering"], "found": "groups"},
        "kinds": [WORDS[0], "reply"],
    }
    changes |= {"places": [{"platform": WORDS[3], "yours": False}], "versions.communitylab": WORDS[1]}
    changes |= {"measures.spread": {"value": None, "why": WORDS[0]}}
    found = compared({}, changes)
    assert not any(ord(sign) < 32 and sign != "\n" for sign in found.as_text())
    write_comparison(found, tmp_path / "out")
    context = browser.new_context(offline=True, bypass_csp=True, viewport={"width": 360, "height": 800})
    page, asked = context.new_page(), []
    page.on("request", lambda request: asked.append(request.url))
    page.goto((tmp_path / "out" / "comparison.html").as_uri())
    page.wait_for_load_state()
    assert page.evaluate("window.ran") is None
    assert [url for url in asked[1:] if not url.startswith("data:")] == []
    assert page.locator("script, iframe, form, link, base, meta[http-equiv=refresh]").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    broken = Axe().run(page).response["violations"]
    context.close()
    assert [(one["id"], one["nodes"][0]["html"][:80]) for one in broken] == []


# The charts


def test_a_is_hollow_and_thin_and_b_solid_and_thick(compared):
    axes = draw_side_by_side(compared())
    hollow = [line for line in axes.lines if line.get_label() == "A"]
    solid = [line for line in axes.lines if line.get_label() == "B"]
    assert {line.get_markerfacecolor() for line in hollow}.isdisjoint(
        {line.get_markerfacecolor() for line in solid}
    )
    ranges = [line.get_linewidth() for line in axes.lines if line.get_label() == "range"]
    assert sorted(set(ranges)) == [1.4, 4.0]
    assert len(hollow) == len(solid) == len(ranges) / 2


def test_chart_says_what_it_shows_and_marks_what_differs(compared):
    found = compared(
        {"measures.follower_share": share(0.40, 0.35, 0.43)},
        {"measures.follower_share": share(0.50, 0.46, 0.62)},
    )
    axes = draw_side_by_side(found)
    bold = [text.get_text() for text in axes.texts if text.get_weight() == "bold"]
    assert "B − A: +10.0 (+5.0 to +23.0)" in bold
    assert (
        "Talk among followers, of 100 messages: A 40.0 (35.0–43.0), B 50.0 (46.0–62.0), B less A +10.0"
        in alt_text(axes)
    )
    assert " ".join(axes.get_title().split()) == "Shown to differ: talk among followers"
    barred = draw_side_by_side(compared({}, {"kinds": ["reply"]}))
    assert (
        " ".join(barred.get_title().split())
        == "Side by side, not compared: they count different things as talk"
    )
    assert not any("B − A" in text.get_text() for text in barred.texts)


def test_charts_stay_within_a_phone(compared):
    long = {"brand.name": "a" * 60}
    with narrow():
        for draw in (draw_side_by_side, draw_ladders):
            axes = draw(compared(long, {"brand.name": "b" * 60}))
            axes.figure.draw_without_rendering()
            right = axes.figure.get_figwidth() * axes.figure.dpi
            assert max(text.get_window_extent().x1 for text in axes.texts) <= right


def test_ladders_fill_their_bars(compared):
    axes = draw_ladders(compared())
    for y in {patch.get_y() for patch in axes.patches}:
        parts = [patch for patch in axes.patches if patch.get_y() == y]
        ends = [0, *(patch.get_x() + patch.get_width() for patch in parts)]
        assert [patch.get_x() for patch in parts] == pytest.approx(ends[:-1])
        assert ends[-1] == pytest.approx(1)
    title = " ".join(axes.get_title().split())
    assert title.startswith(
        "In touch with another follower, of those who write in four weeks: 50% in the earlier period"
    )
    assert "nothing to draw" in alt_text(draw_ladders(compared({"ladder": []}, {"ladder": []})))


def test_nothing_defined_in_both_is_a_sentence(compared, halves):
    nothing = {
        f"measures.{name}": share(None, why="nobody")
        for name in halves[0]["measures"]
        if name != "first_answer"
    }
    axes = draw_side_by_side(compared(nothing, nothing))
    assert "No measure is defined in both reports" in alt_text(axes)
