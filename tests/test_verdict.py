"""The rule, clause by clause: on evidence made up for it, and on whole exports."""

import random
from dataclasses import replace

import pytest

from communitylab import verdict
from communitylab.coverage import Coverage
from communitylab.tables import Estimate
from communitylab.verdict import Evidence, Thresholds

SEED = 7
EVERYTHING = ("community", "mixed", "audience")
A = Coverage("A", "everybody is in it", EVERYTHING)
B = Coverage("B", "everything they wrote is in it", EVERYTHING)
SEARCH = Coverage("C_search", "only posts that name the brand are in it", ("community",))


def told(
    share=(0.7, 0.6, 0.8),
    breadth=(0.4, 0.3, 0.5),
    *,
    regulars=50,
    acts=500,
    peer_acts=300,
    p=0.005,
    pairs=100.0,
    top=(0.6, 0.5, 0.7),
    top_breadth=(0.35, 0.25, 0.45),
    breadth_5=0.3,
    spread=0.8,
    ties=60,
    bystander_high=0.4,
    in_circle=20,
    has_times=True,
):
    """Evidence of a community, but for what is said."""

    def estimate(name, bounds, **beside):
        return Estimate(
            name, *(bounds or (None, None, None)), why=None if bounds else "nobody", beside=beside
        )

    beside = {} if bystander_high is None else {"bystander_high": bystander_high}
    low, high = (top_breadth or (None,) * 3)[1:]
    return Evidence(
        follower_share=estimate("follower_share", share, **beside),
        breadth=estimate("breadth", breadth, regulars=regulars),
        return_rate=Estimate("return_rate", 0.2, null_mean=0.1, p=p, why=None if p else "no choice"),
        effective_pairs=Estimate("effective_pairs", pairs),
        without_top=estimate(
            "without_top",
            top,
            breadth=(top_breadth or (None,))[0],
            breadth_low=low,
            breadth_high=high,
            breadth_5=breadth_5,
        ),
        spread=Estimate("spread", spread, beside={"ties": ties, "mutual_ties": ties // 2}),
        acts=acts,
        peer_acts=peer_acts,
        people_in_circle=in_circle,
        has_times=has_times,
    )


def rule(evidence, *, coverage=A, grounds=None):
    """Label and kind."""
    return verdict._rule(evidence, coverage=coverage, grounds=grounds, at=Thresholds())[:2]


AUDIENCE = {
    "share": (0.1, 0.05, 0.2),
    "breadth": (0.02, 0.0, 0.1),
    "p": 0.5,
    "peer_acts": 50,
    "top": (0.05, 0.0, 0.1),
    "top_breadth": (0.0, 0.0, 0.1),
    "breadth_5": 0.01,
    "spread": 0.2,
    "ties": 5,
}


# --- Community.


def test_community_meets_every_condition():
    assert rule(told()) == ("community", None)
    assert [condition.passed for condition in verdict._conditions(told(), Thresholds())] == [True] * 6


@pytest.mark.parametrize(
    "just_met",
    [
        {"share": (0.51, 0.501, 0.52)},
        {"breadth": (0.21, 0.201, 0.3), "breadth_5": 0.0525},
        {"p": 0.05},
        {"pairs": 10.0},
        {"top": (0.501, 0.1, 0.9)},
        {"top_breadth": (0.201, 0.1, 0.9)},
        {"breadth_5": 0.1},
        {"spread": 0.501},
        {"regulars": 30},
        {"acts": 100, "peer_acts": 70},
    ],
)
def test_community_at_the_edge_of_each_condition(just_met):
    assert rule(told(**just_met)) == ("community", None)


@pytest.mark.parametrize(
    "just_missed",
    [
        {"share": (0.6, 0.5, 0.7)},
        {"breadth": (0.3, 0.2, 0.4)},
        {"p": 0.055, "peer_acts": 99},
        {"top": (0.5, 0.4, 0.6), "share": (0.5001, 0.5001, 0.6)},
        {"top_breadth": (0.2, 0.1, 0.3)},
        {"spread": 0.5},
        {"spread": 0.25, "ties": 19},
    ],
)
def test_what_just_misses_a_condition_and_speaks_against_none_is_undecided(just_missed):
    evidence = told(**just_missed)
    label, kind = rule(evidence)
    # φ above φ_C with φ′ at φ_C is a second stage only where something speaks against a community.
    assert (label, kind) == ("undecided", None)


@pytest.mark.parametrize(
    ("undefined", "name"),
    [
        ({"top": None}, "without_top"),
        ({"top_breadth": None}, "without_top"),
        ({"spread": None}, "spread"),
        ({"p": None, "peer_acts": 99}, "return_rate"),
        ({"pairs": None}, "effective_pairs"),
    ],
)
def test_undefined_condition_is_not_met_and_is_named(undefined, name):
    evidence = told(**undefined)
    label, _kind, because = verdict._rule(evidence, coverage=A, grounds=None, at=Thresholds())
    assert label == "undecided"
    assert [
        condition.name
        for condition in verdict._conditions(evidence, Thresholds())
        if condition.passed is None
    ] == [name]
    assert len(because) == 1
    assert verdict._SIGNS[name] in because[0]


def test_undefined_return_rate_speaks_against_nothing():
    assert rule(told(p=None, peer_acts=300)) == ("undecided", None)


# --- Audience.


def test_audience_is_surely_low_on_both_and_has_no_circle():
    assert rule(told(**AUDIENCE)) == ("audience", None)


@pytest.mark.parametrize(
    "change",
    [
        {"share": (0.2, 0.1, 0.3)},
        {"breadth": (0.1, 0.0, 0.15)},
        {"bystander_high": 0.5},
    ],
)
def test_audience_that_just_misses_is_undecided(change):
    assert rule(told(**{**AUDIENCE, **change})) == ("undecided", None)


def test_audience_needs_no_bystander_bound_with_a_follower_list():
    assert rule(told(**{**AUDIENCE, "bystander_high": None})) == ("audience", None)


def test_circle_is_contacts_that_last_and_some_breadth():
    """With a circle it is no audience: and as too few keep in touch for a community, mixed."""
    circle = {**AUDIENCE, "breadth": (0.1, 0.051, 0.14), "p": 0.05, "breadth_5": 0.05}
    assert rule(told(**circle)) == ("mixed", "a circle inside an audience")
    assert rule(told(**{**circle, "p": 0.055})) == ("audience", None)
    assert rule(told(**{**circle, "breadth": (0.1, 0.05, 0.14)})) == ("audience", None)


def test_nobody_who_meets_twice_is_no_circle():
    assert rule(told(**{**AUDIENCE, "p": None, "pairs": None})) == ("audience", None)


# --- Mixed: something against an audience and something against a community.

# Each speaks against an audience, and alone leaves the rest open.
OPEN = {
    "share": (0.35, 0.25, 0.55),
    "breadth": (0.17, 0.1, 0.25),
    "p": 0.5,
    "peer_acts": 50,
    "top": (0.33, 0.2, 0.55),
    "top_breadth": (0.17, 0.1, 0.25),
    "breadth_5": 0.1,
    "spread": 0.4,
    "ties": 30,
}
AGAINST_AUDIENCE = {
    "share": {"share": (0.45, 0.301, 0.6)},
    "breadth": {"breadth": (0.18, 0.151, 0.21)},
    "circle": {"p": 0.05, "breadth": (0.1, 0.051, 0.21)},
}
AGAINST_COMMUNITY = {
    "share": {"share": (0.4, 0.28, 0.499)},
    "breadth": {"breadth": (0.17, 0.12, 0.199)},
    "return rate": {"p": 0.055, "peer_acts": 100},
    "effective pairs": {"pairs": 9.9},
    "share without top": {"top": (0.31, 0.2, 0.499)},
    "breadth without top": {"top_breadth": (0.15, 0.1, 0.199)},
    "carried by few": {"breadth_5": 0.02},
    "spread": {"spread": 0.25, "ties": 20},
}


def test_open_evidence_is_undecided():
    assert rule(told(**OPEN)) == ("undecided", None)


@pytest.mark.parametrize("name", AGAINST_AUDIENCE)
def test_what_speaks_against_an_audience_alone_is_undecided(name):
    assert rule(told(**{**OPEN, **AGAINST_AUDIENCE[name]})) == ("undecided", None)


@pytest.mark.parametrize("name", AGAINST_COMMUNITY)
def test_what_speaks_against_a_community_alone_is_undecided(name):
    assert rule(told(**{**OPEN, **AGAINST_COMMUNITY[name]})) == ("undecided", None)


@pytest.mark.parametrize(
    ("speaking", "against"),
    [
        (speaking, against)
        for speaking in AGAINST_AUDIENCE
        for against in AGAINST_COMMUNITY
        if (speaking, against) != ("circle", "return rate")  # a circle is a return rate above its null
    ],
)
def test_what_speaks_against_both_is_mixed(speaking, against):
    one, other = AGAINST_AUDIENCE[speaking], AGAINST_COMMUNITY[against]
    merged = {**OPEN, **one, **other}
    if speaking == against == "share":
        merged["share"] = (0.4, 0.301, 0.499)
    elif speaking == "breadth" and against == "breadth":
        merged["breadth"] = (0.17, 0.151, 0.199)
    elif speaking == "circle" and against == "breadth":
        merged["breadth"] = (0.1, 0.051, 0.199)
    assert rule(told(**merged))[0] == "mixed"


def test_dominated_by_one_is_mixed_whatever_the_intervals():
    """φ above φ_A, φ′ below it: nothing is sure, and yet it hangs on one."""
    wide = {"share": (0.31, 0.1, 0.6), "top": (0.29, 0.1, 0.6)}
    assert rule(told(**{**OPEN, **wide})) == ("mixed", "in between")
    assert rule(told(**{**OPEN, **wide, "top": (0.3, 0.1, 0.6)})) == ("undecided", None)


# --- Kinds, the first that fits.

MIXED = {**OPEN, "share": (0.4, 0.31, 0.49)}
PASSES = {"share": (0.7, 0.6, 0.8), "top": (0.6, 0.55, 0.7)}


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({**PASSES, "pairs": 9.9, "top": (0.1, 0.0, 0.2), "breadth": (0.05, 0.0, 0.1)}, "a few friends"),
        ({**PASSES, "top": (0.45, 0.4, 0.49)}, "a second stage"),
        ({**PASSES, "top": (0.5, 0.4, 0.6), "spread": 0.2}, "a second stage"),
        ({**MIXED, "breadth_5": 0.02}, "a second stage"),
        ({**PASSES, "breadth": (0.1, 0.05, 0.19), "breadth_5": 0.1}, "a passing crowd"),
        ({**PASSES, "breadth": (0.2, 0.15, 0.25), "breadth_5": 0.1, "spread": 0.2}, "a passing crowd"),
        ({"share": (0.4, 0.3, 0.49), "top": (0.4, 0.3, 0.49)}, "a hosted room"),
        ({**MIXED, "p": 0.005, "breadth": (0.1, 0.06, 0.19), "in_circle": 5}, "a circle inside an audience"),
        ({**MIXED, "p": 0.005, "breadth": (0.1, 0.06, 0.19), "in_circle": 4}, "in between"),
        (MIXED, "in between"),
        ({"spread": 0.2}, "in between"),
    ],
)
def test_kind_of_mixed_is_the_first_that_fits(change, kind):
    assert rule(told(**change)) == ("mixed", kind)


# --- Too little, and what an export cannot show.


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"regulars": 29}, "29 followers talked on two days or more of some four weeks; 30 are needed"),
        ({"acts": 99}, "followers sent 99 messages that count as talk; 100 are needed"),
        ({"has_times": False}, "the export has no times"),
        ({"breadth": None, "regulars": 0}, "0 followers talked"),
    ],
)
def test_too_little_is_insufficient_and_says_of_what(change, reason):
    label, _kind, because = verdict._rule(told(**change), coverage=A, grounds=None, at=Thresholds())
    assert label == "insufficient"
    assert reason in because[0]


def test_search_for_the_brand_is_a_community_or_cannot_show_it():
    assert rule(told(), coverage=SEARCH) == ("community", None)
    for evidence in (told(**AUDIENCE), told(**MIXED), told(**OPEN), told(regulars=3)):
        assert rule(evidence, coverage=SEARCH) == ("not identifiable", None)
    because = verdict._rule(told(**AUDIENCE), coverage=SEARCH, grounds=None, at=Thresholds())[2]
    assert because[0].startswith("at least 10% of the talk goes to other followers")


# --- Coverage B: the ground matters.


@pytest.mark.parametrize(
    ("here", "expected"),
    [
        ({}, ("community", None)),
        ({"share": (0.4, 0.31, 0.5), "breadth": (0.1, 0.051, 0.2)}, ("community", None)),
        # Nothing is sure on the brand's ground:
        ({"share": (0.4, 0.3, 0.5)}, ("undecided", None)),
        ({"breadth": (0.1, 0.05, 0.2)}, ("undecided", None)),
        ({"p": 0.055, "peer_acts": 99}, ("undecided", None)),
        # On the brand's ground they are an audience:
        ({"share": (0.2, 0.1, 0.29)}, ("mixed", "a community elsewhere")),
        ({"breadth": (0.1, 0.0, 0.149)}, ("mixed", "a community elsewhere")),
        ({"p": 0.055, "peer_acts": 100}, ("mixed", "a community elsewhere")),
    ],
)
def test_community_among_chosen_accounts_must_show_on_the_brands_ground(here, expected):
    assert rule(told(), coverage=B, grounds=told(**here)) == expected


def test_brands_ground_alone_makes_no_community():
    assert rule(told(**OPEN), coverage=B, grounds=told()) == ("undecided", None)


def test_undefined_return_rate_on_the_brands_ground_speaks_against_nothing():
    assert rule(told(), coverage=B, grounds=told(p=None, peer_acts=300)) == ("undecided", None)


def test_other_thresholds_give_other_verdicts():
    evidence = told(share=(0.55, 0.52, 0.6))
    higher = Thresholds(*(1.2 * value for value in (0.3, 0.5, 0.15, 0.2)))
    assert verdict._rule(evidence, coverage=A, grounds=None, at=higher)[0] == "undecided"


# --- Whole exports.


def _star(people=40, weeks=4):
    """Everybody talks with the brand alone, once a week."""
    return "; ".join(
        ["BRAND mon", f"BRAND sun+{weeks - 1}"]
        + [f"p{n:02}>BRAND d{7 * week + n % 7} {n % 24}h" for week in range(weeks) for n in range(people)]
    )


def _neighbours(people=48, weeks=4, *, size=6, brand_every=6):
    """Rooms of six: everybody talks with the two beside them, again and again, and sometimes with the brand."""
    lots = random.Random(7)
    told = ["BRAND mon", f"BRAND sun+{weeks - 1}"]
    for week in range(weeks):
        for n in range(people):
            room, place = divmod(n, size)
            for step in (1, -1):
                other = room * size + (place + step) % size
                told.append(f"p{n:02}>p{other:02} d{7 * week + lots.randrange(7)} {lots.randrange(24)}h")
            if n % brand_every == week % brand_every:
                told.append(f"p{n:02}>BRAND d{7 * week + lots.randrange(7)}")
    return "; ".join(told)


def test_star_is_an_audience(tiny):
    found = verdict.decide(tiny(_star() + "; zed mon"), seed=SEED)
    # All followers' posts but one address the brand: as a search it could not show anything else.
    assert found.label == "not identifiable"
    found = verdict.decide(tiny(_star() + "; zed mon", coverage="A"), seed=SEED)
    assert (found.label, found.kind) == ("audience", None)
    assert [condition.passed for condition in found.conditions][:3] == [False, False, None]


def test_neighbours_are_a_community(tiny):
    study = tiny(_neighbours())
    found = verdict.decide(study, seed=SEED)
    assert (found.label, found.kind) == ("community", None)
    assert verdict.decide(study, seed=SEED) == found
    assert "<strong>a community</strong>" in found._repr_html_()


def test_rooms_of_two_are_couples_and_no_community(tiny):
    """Everybody has a contact, the same one all month: not a community, for nobody is in a group of four."""
    couples = "; ".join(
        f"p{n:02}>p{n ^ 1:02} d{7 * week + (3 * n + week) % 7} {(5 * n) % 24}h"
        for week in range(4)
        for n in range(40)
    )
    brand = "; ".join(f"p{n:02}>BRAND d{n}" for n in range(10))
    found = verdict.decide(tiny(f"BRAND mon; BRAND sun+3; {couples}; {brand}"), seed=SEED)
    assert found.label == "mixed"
    assert found.kind == "in between"
    assert any("in a group of four or more" in reason for reason in found.because)


def test_community_among_chosen_accounts_that_leave_the_brand_alone_is_one_elsewhere(tiny):
    """Class B: what they say under the brand's name is to the brand alone."""
    story = _neighbours(brand_every=2)
    assert verdict.decide(tiny(story, coverage="B"), seed=SEED).kind == "a community elsewhere"


def test_verdict_of_a_few_is_insufficient(tiny):
    found = verdict.decide(tiny("ana>BRAND mon; bo>ana mon; bo>BRAND tue; BRAND mon"), seed=SEED)
    assert found.label == "insufficient"


def test_verdict_of_the_brands_own_archive_is_that_it_cannot_show_it(tiny):
    found = verdict.decide(tiny("BRAND>ana mon; BRAND tue"), seed=SEED)
    assert (found.label, found.conditions) == ("not identifiable", ())
    assert "one account speaks in it" in found.because[0]


def test_export_that_is_about_somebody_else_is_refused(tiny):
    story = (
        _neighbours(brand_every=24) + "; " + "; ".join(f"p{n:02}>zed mon" for n in range(48)) + "; zed mon"
    )
    found = verdict.decide(tiny(story), seed=SEED)
    assert found.label == "not identifiable"
    assert "not about the brand" in found.because[0]


def test_specifications_change_one_choice_at_a_time_under_three_thresholds(tiny):
    study = tiny(_neighbours())
    each = verdict.specifications(study, seed=SEED, evidence=verdict.evidence_of(study, seed=SEED))
    choices = list(dict.fromkeys(one.choice for one in each))
    assert len(each) == 3 * len(choices)
    assert choices[0] == "as reported"
    assert {
        "a tie needs 1 day",
        "a tie needs 3 days",
        "periods of 14 days",
        "periods of 56 days",
        "without the busiest 1%",
    } <= set(choices)
    # Nothing in it is inferred, reposted or automated.
    assert not {"with inferred acts", "with reposts", "without automated accounts"} & set(choices)
    found = replace(verdict.decide(study, seed=SEED), specifications=each)
    assert found.n_same == sum(one.label == "community" for one in each) > len(each) / 2


def test_only_ways_of_counting_with_the_same_kind_count_as_the_same():
    ways = [("mixed", "in between"), ("mixed", "a second stage"), ("audience", None)]
    each = tuple(verdict.Specification(f"way {n}", "usual", *way) for n, way in enumerate(ways))
    found = verdict.Verdict("mixed", "in between", (), (), A, specifications=each)
    assert found.n_same == 1


def test_way_of_counting_under_which_nobody_addresses_the_brand_shows_nothing(tiny):
    """Everybody names the brand once, and answers somebody else: of the answers alone none goes to the brand."""
    people = [f"p{number}" for number in range(12)]
    story = [f"{name}>BRAND mon" for name in people]
    story += [f"{name}>{people[n - 1]} tue reply" for n, name in enumerate(people)]
    study = tiny("; ".join(story))
    each = verdict.specifications(study, seed=SEED, evidence=verdict.evidence_of(study, seed=SEED))
    labels = {one.choice: one.label for one in each}
    assert labels["replies only"] == "not identifiable"
    assert labels["as reported"] == "insufficient"


def test_that_little_is_left_without_the_few_is_a_reason_only_where_there_was_enough_with_them():
    high, low = (0.7, 0.55, 0.8), (0.36, 0.31, 0.41)
    below = {"top": (0.3, 0.25, 0.35), "top_breadth": (0.35, 0.25, 0.45)}
    said = [
        " ".join(verdict._rule(told(share, **below), coverage=A, grounds=None, at=Thresholds())[2])
        for share in (high, low)
    ]
    assert ["addressed most" in reasons for reasons in said] == [True, False]


def test_what_fails_without_the_few_is_told():
    why = {
        "share": "once the most addressed are left out",
        "anyway": "too little of the talk goes to other followers anyway",
        "breadth": "too few regulars have a regular contact once",
        "carried": "the one in twenty who receive most",
    }
    cases = {
        "share": told(top=(0.4, 0.3, 0.45)),
        "anyway": told(share=(0.4, 0.3, 0.45), top=(0.4, 0.3, 0.45)),
        "breadth": told(top_breadth=(0.1, 0.05, 0.2)),
        "carried": told(breadth_5=0.01),
    }
    for name, evidence in cases.items():
        condition = next(
            one for one in verdict._conditions(evidence, Thresholds()) if one.name == "without_top"
        )
        assert (condition.passed, why[name] in condition.why) == (False, True), name
    assert verdict._conditions(told(), Thresholds())[4].why is None
