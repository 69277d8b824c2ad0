"""Every measure, by hand."""

from functools import cache

import numpy as np
import pytest
from conftest import WEEKDAYS
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy import stats
from test_study import CAFE

from communitylab import changes, inference, measures, threads
from communitylab.errors import CallError

SEED = 7

# Threads: under the brand's first post bo answers ana; the brand answers cy; bo answers ana's own post;
# dee goes on with her own; eve only reposts.
THREADS = """BRAND mon =b1; BRAND tue =b2
ana>BRAND mon 13h reply :b1 =a1; bo>ana tue reply :a1
cy>BRAND tue 15h reply :b2 =c1; BRAND>cy tue 17h reply :c1
ana wed =t3; bo>ana wed 18h reply :t3
dee thu =t4; dee thu 13h reply :t4
eve>BRAND wed repost :b2
BRAND sun+3"""


# --- Talk among followers.


def test_follower_share_of_the_cafe(tiny):
    """Six acts among followers, three to the brand, one to somebody who never writes."""
    share = measures.follower_share(tiny(CAFE))
    assert share.value == 6 / 9
    assert share.beside == {"posts": 6 / 9, "bystander_low": 6 / 10, "bystander_high": 7 / 10}
    assert share.low < share.value < share.high


def test_follower_share_has_no_bystander_bounds_with_a_list(tiny):
    share = measures.follower_share(tiny(CAFE, followers="ana bo cy dee zoe hal"))
    assert share.value == 5 / 8
    assert share.beside == {"posts": 5 / 8}


def test_post_that_names_many_weighs_one(tiny):
    """One post to bo, cy and the brand; one to the brand; one to bo and to zoe, who never writes."""
    share = measures.follower_share(
        tiny("ana>bo,cy,BRAND mon; ana>BRAND tue; ana>bo,zoe wed; bo mon; cy mon")
    )
    assert share.value == 3 / 5
    # Among followers 2/3 + 1/2, to the brand 1/3 + 1.
    assert share.beside["posts"] == pytest.approx((2 / 3 + 1 / 2) / (2 / 3 + 1 / 2 + 1 / 3 + 1))


def test_peer_talk_says_where_and_how_with_reposts_apart(tiny):
    """Bo answers ana under the brand's post; cy names her with the hashtag, dee with the brand; eve reposts her."""
    study = tiny(
        """BRAND mon =b1; ana>BRAND mon 13h reply :b1 =a1; bo>ana tue reply :a1
        cy>ana tue tag:crumb; dee>ana,BRAND wed; cy>ana wed 13h; cy>ana thu
        eve>ana thu repost :a1; eve>ana fri repost =r2""",
        hashtags="crumb",
    )
    assert measures.peer_talk(study).to_dict("records") == [
        {"ground": "elsewhere", "kind": "mention", "acts": 2},
        {"ground": "elsewhere", "kind": "repost", "acts": 2},
        {"ground": "naming", "kind": "mention", "acts": 1},
        {"ground": "tagged", "kind": "mention", "acts": 1},
        {"ground": "yours", "kind": "reply", "acts": 1},
    ]


def test_peer_talk_is_all_the_talk_among_followers(tiny):
    study = tiny(THREADS)
    talk = measures.peer_talk(study)
    assert talk.loc[talk["kind"] != "repost", "acts"].sum() == measures.talk_counts(study)["w_ff"]
    counted = measures.peer_talk(study.only(kinds=["reply", "repost"]))
    assert not counted.duplicated(["ground", "kind"]).any()


# Nine days, five people twice over: in the first three days one of four acts goes to a follower, in the last
# three three of four. Three acts of the days between are there to be left out.
_FIVE = ("ana", "bo", "cy", "dee", "eve")
_FIRST = [("ana", "bo"), ("bo", None), ("cy", None), ("dee", None)]
_FIRST += [("eve", None), ("ana", None), ("bo", "ana"), ("cy", None)]
_LAST = [("ana", "bo"), ("bo", "cy"), ("cy", "ana"), ("dee", None)]
_LAST += [("eve", "dee"), ("ana", "cy"), ("bo", "ana"), ("cy", None)]


def _changing(times=4):
    def told(acts, day):
        return [f"{source}>{target or 'BRAND'} d{day}" for source, target in acts]

    first = [act for _time in range(times) for act in _FIRST]
    last = [act for _time in range(times) for act in _LAST]
    days = [f"{source} d{day}" for source in _FIVE for day in (0, 8)]
    between = ["ana>bo d3", "ana>bo d5", "bo>ana d4"]
    return "; ".join([*days, *told(first, 2), *between, *told(last, 6)])


def test_change_of_the_share_is_that_of_the_last_third_less_the_first(tiny):
    change = measures.follower_share_change(tiny(_changing()))
    assert change.value == 6 / 8 - 2 / 8
    assert (change.beside["first"], change.beside["last"]) == (2 / 8, 6 / 8)
    assert (change.beside["first_people"], change.beside["last_people"]) == (5, 5)
    assert -1 <= change.low < change.value < change.high <= 1


def test_change_of_the_share_is_jackknifed_over_people_and_threads(tiny):
    """Of each person all acts sent or received go; every post is a thread of its own."""
    first, last = 4 * _FIRST, 4 * _LAST

    def difference(before, after):
        shares = [sum(target is not None for _s, target in acts) / len(acts) for acts in (before, after)]
        return shares[1] - shares[0]

    people = [
        difference(*([act for act in acts if who not in act] for acts in (first, last))) for who in _FIVE
    ]
    acts = [difference(first[:i] + first[i + 1 :], last) for i in range(32)]
    acts += [difference(first, last[:i] + last[i + 1 :]) for i in range(32)]
    variances = [
        (len(left) - 1) / len(left) * sum((one - np.mean(left)) ** 2 for one in left)
        for left in (people, acts)
    ]
    reach = stats.t.ppf(0.975, 4) * max(variances) ** 0.5
    change = measures.follower_share_change(tiny(_changing()))
    assert change.low == pytest.approx(max(-1, 0.5 - reach))
    assert change.high == pytest.approx(min(1, 0.5 + reach))


def test_change_is_not_spoken_of_where_a_third_holds_little(tiny):
    for story in ("ana mon; ana>bo d8; bo>ana d8", _changing(times=3)):
        change = measures.follower_share_change(tiny(story))
        assert change.value is None
        assert "fewer than 30 messages" in change.why


def test_change_from_nought_to_nought_is_not_known_to_be_none(tiny):
    """Thirty questions to the brand in either third, by five people: an answer may still have been missed."""
    acts = [f"{source}>BRAND d{day}" for source in _FIVE for day in (0, 8) for _time in range(6)]
    change = measures.follower_share_change(tiny("; ".join(acts)))
    assert change.value == 0
    assert (change.low, change.high) == pytest.approx((-inference.zero_bound(5), inference.zero_bound(5)))


def test_shares_and_breadth_by_tile_are_those_of_the_tile_alone(tiny):
    """Two tiles, a week apart; ana and bo have a mutual tie in the first two weeks, cy talks to the brand after."""
    story = """ana>bo mon; bo>ana tue; ana>bo wed; cy>BRAND thu+3; cy>BRAND fri+4; cy>BRAND mon+4; dee mon; dee sun+4"""
    study = tiny(story)
    assert len(study.tiles) == 2
    shares, broad = measures.follower_share(study, by="tile"), measures.breadth(study, by="tile")
    assert list(shares["tile"]) == [study.day_named(day) for day in study.tiles]
    assert list(shares["value"]) == [3 / 4, 0.0]
    assert broad[["value", "regulars"]].to_dict("records") == [
        {"value": 1.0, "regulars": 1},
        {"value": 0.0, "regulars": 1},
    ]
    for row, day in zip(shares.itertuples(), study.tiles, strict=True):
        alone = study.only(since=study.day_named(day), until=study.day_named(day + 27))
        found = measures.follower_share(alone)
        assert (row.value, row.low, row.high) == (found.value, found.low, found.high)


def test_breadth_is_given_by_tile_only(tiny):
    with pytest.raises(CallError, match="by moon: breadth is given by tile only"):
        measures.breadth(tiny(CAFE), by="moon")


def test_follower_share_where_all_talk_to_the_brand(tiny):
    """Cy sent two, bo one: worth 9/5 senders."""
    share = measures.follower_share(tiny("cy>BRAND mon; cy>BRAND tue; bo>BRAND mon; eve mon"))
    assert (share.value, share.low) == (0.0, 0.0)
    assert share.high == pytest.approx(1 - 0.025 ** (5 / 9))


def test_follower_share_where_nobody_talks_to_the_brand(tiny):
    share = measures.follower_share(tiny("cy>bo mon; cy>bo tue; bo>cy mon; BRAND mon"))
    assert (share.value, share.high) == (1.0, 1.0)
    assert share.low == pytest.approx(0.025 ** (5 / 9))


def test_follower_share_where_nobody_talks(tiny):
    share = measures.follower_share(tiny("BRAND>ana mon; ana mon; ana>zoe tue"))
    assert (share.value, share.low, share.high) == (None, None, None)
    assert share.why == "no follower talked to another or to the brand"


def test_talk_of_the_brand_and_of_bystanders_counts_nowhere(tiny):
    share = measures.follower_share(tiny("BRAND>ana mon; BRAND>bo tue; ana>bo mon; bo>BRAND tue"))
    assert share.value == 1 / 2


@pytest.mark.parametrize("by", ["week", "kind", "ground", "platform"])
def test_slices_add_up_to_the_whole(tiny, by):
    study = tiny(
        CAFE + "; ana>cy mon+1 reply; cy>BRAND mon+1 quote; gus>BRAND,ana tue+2; gus>BRAND wed+2 reply"
    )
    slices = measures.follower_share(study, by=by)
    counts = measures.talk_counts(study)
    assert (slices["w_ff"].sum(), slices["w_fb"].sum()) == (counts["w_ff"], counts["w_fb"])
    whole = measures.follower_share(study).value
    weights = slices["w_ff"] + slices["w_fb"]
    assert (slices["value"] * weights).sum() / weights.sum() == pytest.approx(whole)
    assert (slices["low"] <= slices["value"]).all()
    assert (slices["value"] <= slices["high"]).all()
    assert len(slices) == {"week": 3, "kind": 3, "ground": 2, "platform": 1}[by]


def test_slices_by_week_begin_on_mondays(tiny):
    weeks = measures.follower_share(tiny("ana>bo sun; bo>BRAND mon+1; ana>bo sun+1; BRAND sun+3"), by="week")
    assert weeks[["week", "value", "w_ff", "w_fb"]].values.tolist() == [
        ["2025-01-06", 1.0, 1, 0],
        ["2025-01-13", 0.5, 1, 1],
    ]


def test_slice_of_one_value_is_the_whole(tiny):
    study = tiny(CAFE)
    whole = measures.follower_share(study)
    row = measures.follower_share(study, by="platform").iloc[0]
    assert (row["value"], row["low"], row["high"]) == (whole.value, whole.low, whole.high)


def test_slice_that_does_not_exist_is_refused(tiny):
    with pytest.raises(CallError, match="by hour: not one of week, tile, kind, ground, platform"):
        measures.follower_share(tiny(CAFE), by="hour")


# --- Has a regular contact.


def test_breadth_of_the_cafe(tiny):
    """Regulars are ana, bo, cy and dee; ana and bo have a mutual tie, dee one of one direction."""
    found = measures.breadth(tiny(CAFE))
    assert found.value == 2 / 4
    assert found.beside == {"any_tie": 3 / 4, "regulars": 4, "regular_tiles": 4, "in_contact": 2}
    # K = 4, D = 4; ana and bo are each other's only contact.
    own = [0.5, 0.5, -0.5, -0.5]
    only = [1, 1, 0, 0]
    variance = 4 / 3 / 2 * sum(a**2 + (a + s) ** 2 for a, s in zip(own, only, strict=True)) / 4**2
    n, t = min(4, 0.25 / variance), stats.t.ppf(0.975, 3)
    bounds = [
        (0.5 + t**2 / (2 * n) + sign * t * (0.25 / n + t**2 / (4 * n**2)) ** 0.5) / (1 + t**2 / n)
        for sign in (-1, 1)
    ]
    assert (found.low, found.high) == pytest.approx(tuple(bounds), rel=1e-12)


def test_breadth_is_pooled_over_tiles(tiny):
    """Five weeks, two tiles. Ana and bo meet in the first week alone, cy is regular in both tiles."""
    found = measures.breadth(
        tiny(
            "ana>bo mon; bo>ana tue; ana>BRAND wed; bo>BRAND wed; cy>BRAND tue+1; cy>BRAND tue+2; BRAND sun+4"
        )
    )
    # Ana and bo count in the tile of the first week, cy in both: two of four.
    assert found.value == 2 / 4
    assert (found.beside["regulars"], found.beside["regular_tiles"]) == (3, 4)
    # cy stands in two rows.
    own = [0.5, 0.5, -1.0]
    only = [1, 1, 0]
    variance = 3 / 2 / 2 * sum(a**2 + (a + s) ** 2 for a, s in zip(own, only, strict=True)) / 4**2
    expected = inference.clustered_wilson(0.5, variance=variance, observations=4, people=3)
    assert (found.low, found.high) == pytest.approx(expected, rel=1e-12)


def test_regular_is_who_talks_on_two_days_to_whomever_but_bystanders(tiny):
    study = tiny(
        "ana>BRAND mon 1h; ana>bo mon 23h; bo>zoe tue; bo>zoe wed; cy>BRAND mon; cy>bo tue;"
        "dee mon; dee tue; BRAND>dee mon"
    )
    assert measures.breadth(study).beside["regulars"] == 1


def test_breadth_where_nobody_and_where_everybody_has_a_contact(tiny):
    nobody = measures.breadth(tiny("cy>BRAND mon; cy>BRAND tue; dee>BRAND mon; dee>BRAND wed"))
    assert (nobody.value, nobody.low, nobody.high) == (0.0, 0.0, pytest.approx(1 - 0.025 ** (1 / 2)))
    everybody = measures.breadth(tiny("ana>bo mon; bo>ana tue; ana>bo wed; bo>ana thu; BRAND mon"))
    assert (everybody.value, everybody.low, everybody.high) == (1.0, pytest.approx(0.025 ** (1 / 2)), 1.0)


def test_breadth_without_regulars_is_no_evidence(tiny):
    found = measures.breadth(tiny("ana>BRAND mon; bo>BRAND tue"))
    assert found.value is None
    assert found.why == "nobody talked on two days of the same four weeks"


# --- Contacts that last.


def test_return_rate_of_the_cafe(tiny):
    """Ana and bo met on three days, ana and dee on two, gus and cy on one: three pairs, six pair-days."""
    found = measures.return_rate(tiny(CAFE), seed=SEED)
    assert found.value == 1 - 3 / 6
    assert found.beside == {"acts": 6}


def test_whole_thread_belongs_to_the_day_on_which_it_began(tiny):
    thread = (
        "BRAND mon =b; ana>bo mon reply in:b; bo>ana tue reply in:b; ana>bo wed reply in:b; bo>cy wed; cy mon"
    )
    found = measures.return_rate(tiny(thread), seed=SEED)
    assert found.value == 0.0  # two pairs, each on one day


def test_return_rate_needs_two_days(tiny):
    found = measures.return_rate(tiny("ana>bo mon; bo>ana mon 20h; cy>BRAND tue"), seed=SEED)
    assert (found.value, found.why) == (None, "followers talked with one another on fewer than two days")


def test_return_rate_where_chance_has_no_choice_says_so(tiny):
    found = measures.return_rate(tiny("ana>bo mon; bo>ana tue; BRAND mon"), seed=SEED)
    assert (found.value, found.p) == (0.5, None)
    assert "chance" in found.why


def test_return_rate_against_chance(tiny):
    """Four couples who meet on five days against eight people who meet anybody."""
    couples = ["ana bo", "cy dee", "eve fay", "gus hal"]
    faithful = "; ".join(
        f"{a}>{b} {day}; {b}>{a} {day} 20h" for a, b in map(str.split, couples) for day in WEEKDAYS[:5]
    )
    found = measures.return_rate(tiny(faithful + "; BRAND mon"), seed=SEED)
    assert found.value == 1 - 4 / 20
    assert found.p == 1 / 200
    assert found.null_mean < 0.6
    assert measures.return_rate(tiny(faithful + "; BRAND mon").only(), seed=SEED) == found


# --- The network of regular contacts.


def test_largest_component_of_the_cafe(tiny):
    """Bo, ana and dee hang together, of seven who write; with the brand it is three of eight."""
    found = measures.largest_component(tiny(CAFE), seed=SEED)
    assert found.value == 3 / 7
    assert found.beside == {"with_brand": 3 / 8}
    assert found.low <= found.value <= found.high


def test_largest_component_is_one_where_there_is_no_tie(tiny):
    """Two tiles, three and two people: two of five, and as sure as three independent people make it."""
    found = measures.largest_component(tiny("ana mon; bo>BRAND tue+1; cy tue+1; BRAND sun+4"), seed=SEED)
    assert found.value == 2 / 5
    assert 0 < found.low < 2 / 5 < found.high < 1


def test_range_of_the_largest_component_leaves_out_one_person_at_a_time(tiny):
    """Four people: ana and bo are a tie. Without one of them 1 of 3 is left, without another 2 of 3."""
    study = tiny("ana>bo mon; bo>ana wed; cy mon; dee mon; BRAND fri")
    found = measures.largest_component(study, seed=SEED)
    values = np.array([1 / 3, 1 / 3, 2 / 3, 2 / 3])
    variance = 3 / 4 * ((values - values.mean()) ** 2).sum()
    expected = inference.clustered_wilson(0.5, variance=variance, observations=4, people=4)
    assert (found.low, found.high) == pytest.approx(expected)


def test_largest_component_with_the_brand_joins_those_who_talk_with_it_alone(tiny):
    study = tiny("BRAND mon; ana>BRAND mon; ana>BRAND tue; bo>BRAND mon; bo>BRAND tue; cy mon")
    found = measures.largest_component(study, seed=SEED)
    assert (found.value, found.beside["with_brand"]) == (1 / 3, 3 / 4)


def test_largest_component_is_a_share(tiny):
    """Ana names bo twice in the first tile; bo writes later."""
    study = tiny("ana>bo mon; ana>bo wed; bo sat+4; BRAND>ana sun+4")
    found = measures.largest_component(study, seed=SEED)
    assert 0 < found.value <= 1
    assert 0 < found.beside["with_brand"] <= 1


def test_largest_component_with_the_brand_is_a_share(tiny):
    found = measures.largest_component(tiny("ana>BRAND mon; ana>BRAND wed"), seed=SEED)
    assert 0 < found.beside["with_brand"] <= 1


def _talk_of_two_days(*pairs):
    return "; ".join(f"{a}>{b} mon; {b}>{a} wed" for a, b in map(str.split, pairs))


def test_spread_is_the_share_in_groups_of_four(tiny):
    """A chain of four and a couple: four of six."""
    found = measures.spread(tiny(_talk_of_two_days("ana bo", "bo cy", "cy dee", "eve fay") + "; BRAND mon"))
    assert found.value == 4 / 6
    assert found.beside == {"ties": 4, "mutual_ties": 4}


def test_spread_takes_all_tiles_together(tiny):
    """Ana, bo and cy meet in the first weeks, cy and dee in the last: a chain of four."""
    story = _talk_of_two_days("ana bo", "bo cy") + "; cy>dee mon+5; dee>cy wed+5; BRAND mon; BRAND sun+8"
    assert measures.spread(tiny(story)).value == 1.0


# --- How far regular contact changed.

_TEN = [f"p{n}" for n in range(10)]


def _two_months(first: str, last: str) -> str:
    """Twelve weeks; ten people write to the brand on two days of the first and of the last four; and what is told."""
    told = [f"{name}>BRAND d{day}" for name in _TEN for day in (1, 3, 57, 59)]
    return "; ".join(["BRAND d0", *told, first, last, "BRAND d83"])


def test_breadth_change_by_hand(tiny):
    """Of ten regulars none has a contact at first; at last two have, each other alone.

    Two people: own (1 − 0.2)/10, with the other's 1/10 as well 0.18; eight: −0.02 both ways.
    """
    found = measures.breadth_change(tiny(_two_months("BRAND d9", _met("p0 p1", 57, 59))))
    people = {"first_people": 10, "last_people": 10}
    assert (found.value, found.beside) == (0.2, {"first": 0.0, "last": 0.2, **people})
    variance = 10 / 9 / 2 * (2 * 0.08**2 + 2 * 0.18**2 + 16 * 0.02**2)
    reach = stats.t.ppf(0.975, 9) * variance**0.5
    assert (found.low, found.high) == pytest.approx((0.2 - reach, 0.2 + reach))


def _met(pair: str, *days: int) -> str:
    """Two people talk to each other, both ways, on some days."""
    a, b = pair.split()
    return "; ".join(f"{a}>{b} d{day}; {b}>{a} d{day} 13h" for day in days)


def test_breadth_change_looks_the_other_way_round_backwards(tiny):
    at_last = measures.breadth_change(tiny(_two_months("BRAND d9", _met("p0 p1", 57, 59))))
    at_first = measures.breadth_change(tiny(_two_months(_met("p0 p1", 1, 3), "BRAND d70")))
    assert at_first.value == -at_last.value
    assert (at_first.low, at_first.high) == pytest.approx((-at_last.high, -at_last.low))


def test_contacts_that_nobody_has_at_either_time_may_be_there_all_the_same(tiny):
    found = measures.breadth_change(tiny(_two_months("BRAND d9", "BRAND d70")))
    people = {"first_people": 10, "last_people": 10}
    assert (found.value, found.beside) == (0.0, {"first": 0.0, "last": 0.0, **people})
    assert (found.low, found.high) == pytest.approx((-inference.zero_bound(10), inference.zero_bound(10)))


def test_people_who_keep_their_contacts_make_a_change_more_certain(tiny):
    """The same ten people, the same shares at either time: once the same pairs keep in touch, once others do."""
    pairs, others = ("p0 p1", "p2 p3"), ("p4 p5", "p6 p7")
    kept, moved = (
        measures.breadth_change(
            tiny(
                _two_months(
                    "; ".join(_met(pair, 1, 3) for pair in pairs),
                    "; ".join(_met(pair, 57, 59) for pair in later),
                )
            )
        )
        for later in (pairs, others)
    )
    assert kept.value == moved.value == 0.0
    assert kept.high - kept.low < moved.high - moved.low


def test_breadth_change_takes_whole_tiles_and_enough_people(tiny):
    story = _two_months("BRAND d9", _met("p0 p1", 57, 59))
    found = measures.breadth_change(tiny(story.replace("BRAND d83", "BRAND d82")))
    assert (found.value, found.why) == (
        None,
        "the first or the last third of the time holds no four whole weeks",
    )
    found = measures.breadth_change(tiny(story.replace("p9>BRAND d57; ", "")))
    assert found.value is None
    assert found.why.startswith("fewer than 10 people talked on two days")


def test_tiles_between_the_thirds_count_in_neither(tiny):
    """A contact in the middle four weeks and one that reaches over both edges of it change nothing."""
    story = _two_months(_met("p2 p3", 30, 32), _met("p4 p5", 27, 28) + "; " + _met("p4 p5", 55, 56))
    beside = measures.breadth_change(tiny(story)).beside
    assert (beside["first"], beside["last"]) == (0.0, 0.0)


def test_breadth_change_stays_within_its_bounds():
    nobody, everybody = (
        changes.pd.DataFrame({"regular": [1] * 3, "in_contact": [n] * 3, "only_contact": [0] * 3})
        for n in (0, 1)
    )
    low, high = changes._breadth_difference(nobody, everybody)
    assert (low, high) == (pytest.approx(1 - inference.zero_bound(3)), 1.0)
    one = nobody.assign(in_contact=[1, 0, 0])
    assert changes._breadth_difference(one, everybody)[1] == 1.0


def test_spread_of_couples_and_threes_is_nought(tiny):
    assert measures.spread(tiny(CAFE)).value == 0.0
    assert measures.spread(tiny(CAFE)).beside == {"ties": 2, "mutual_ties": 1}


def test_spread_without_ties(tiny):
    found = measures.spread(tiny("ana>bo mon; bo>BRAND tue"))
    assert (found.value, found.why) == (None, "no two followers are a tie")


def test_effective_pairs_of_the_cafe(tiny):
    """Pairs with 3, 2 and 1 acts: 36 over 14."""
    found = measures.effective_pairs(tiny(CAFE))
    assert (found.value, found.beside) == (36 / 14, {"pairs": 3})
    assert measures.effective_pairs(tiny("ana>BRAND mon; bo>BRAND tue")).value is None


def test_mutuality_of_the_cafe(tiny):
    """Of ana→bo, bo→ana, dee→ana and gus→cy two are returned; of three linked pairs one is."""
    found = measures.mutuality(tiny(CAFE), seed=SEED)
    assert (found.value, found.beside) == (2 / 4, {"pair": pytest.approx(1 / 3)})
    assert measures.mutuality(tiny("ana>BRAND mon; bo>BRAND tue"), seed=SEED).value is None


def test_cohesion_is_pooled_over_tiles(tiny):
    """A triangle in one tile, a path of two in another: three of four triplets are closed."""
    story = (
        _talk_of_two_days("ana bo", "bo cy", "ana cy")
        + "; dee>eve mon+4; eve>dee wed+4; eve>fay mon+4; fay>eve wed+4"
    )
    found = measures.cohesion(tiny(story + "; BRAND mon; BRAND sun+4; cy>BRAND sat+3"), seed=SEED)
    # Tiles of the 6th (a triangle) and the 13th (the path).
    assert found.value == 3 / 4
    assert "every network drawn by lot gives the same" in found.why


def test_cohesion_without_two_contacts(tiny):
    found = measures.cohesion(tiny(_talk_of_two_days("ana bo", "cy dee") + "; BRAND mon"), seed=SEED)
    assert (found.value, found.why) == (None, "nobody has two contacts in the same tile")


# --- Without the few.


def test_those_who_receive_most_are_taken_in_the_order_of_accounts(tiny, numbers_of):
    """Ana receives three, bo two; cy and dee one each."""
    study = tiny(CAFE + "; fay>dee sun")
    number = numbers_of(study)
    assert measures.talk_counts(study)["talkers"] == 6

    def top(share):
        return measures.top_receivers(study, share=share)

    assert top(0.01) == (number["ana"],)
    assert top(0.3) == (number["ana"], number["bo"])  # 1.8, rounded up
    assert top(0.5) == (number["ana"], number["bo"], number["cy"])  # cy before dee


def test_one_in_a_hundred_talkers_is_rounded_up_exactly(tiny):
    """Of 100 talkers one, of 101 two."""
    hundred = "; ".join(f"p{n:03}>BRAND mon" for n in range(98)) + "; ana>bo mon; bo>ana mon"
    assert measures.top_receivers(tiny(hundred), share=0.01) == (0,)
    assert measures.top_receivers(tiny(hundred + "; zed>BRAND mon"), share=0.01) == (0, 1)


def test_without_top_of_the_cafe(tiny):
    """Ana on the stage: gus talks to cy, and six acts go to the stage or the brand; bo has no contact left."""
    found = measures.without_top(tiny(CAFE))
    assert found.value == 1 / 7
    assert (found.beside["breadth"], found.beside["breadth_5"]) == (0.0, 0.0)
    assert (found.beside["breadth_low"], found.beside["breadth_high"]) == (
        0.0,
        pytest.approx(1 - 0.025 ** (1 / 3)),
    )


# --- Threads.


def test_conversation_is_where_followers_answer_one_another(tiny):
    """Under b1 and t3, of the threads b1, b2, t3 and dee's own."""
    found = measures.conversation(tiny(THREADS))
    assert found.value == 2 / 4
    assert found.beside == {"threads": 4, "median_posts": 2.5}


def test_interval_of_conversations_leaves_out_actors_and_threads(tiny):
    """Ana and bo stand in two threads each, both of which are conversations; cy and dee in one that is none."""
    found = measures.conversation(tiny(THREADS))
    actors = (np.array([2, 0]), np.array([0, 1]), np.array([2, 2]))
    threads_alone = (np.array([1, 0]), np.array([0, 1]), np.array([2, 2]))
    by_actors, by_threads = (
        inference.logit_jackknife(2, 2, groupings=[each]) for each in (actors, threads_alone)
    )
    assert by_actors[0] < by_threads[0] < 0.5  # without ana nothing is left of the conversations
    assert (found.low, found.high) == pytest.approx(by_actors)


def test_where_no_thread_is_a_conversation_as_many_actors_as_they_are_worth_tell_how_sure_that_is(tiny):
    """Ana writes in two threads, bo in one: worth 9/5 actors."""
    study = tiny(
        "BRAND mon =b; BRAND tue =c; ana>BRAND tue reply :b; ana>BRAND wed reply :c; bo>BRAND wed reply :c"
    )
    found = measures.conversation(study)
    assert (found.value, found.low) == (0.0, 0.0)
    assert found.high == pytest.approx(1 - 0.025 ** (5 / 9))


def test_thread_in_which_all_answer_the_brand_is_joined_and_no_conversation(tiny):
    study = tiny("BRAND mon =b; ana>BRAND mon 13h reply :b; bo>BRAND tue reply :b")
    assert measures.conversation(study).value == 0.0
    assert measures.join_in(study).value == 1.0


def test_join_in_counts_exchanges_that_another_follower_enters(tiny):
    found = measures.join_in(tiny(THREADS))
    assert (found.value, found.beside) == (1 / 2, {"exchanges": 2})


def test_no_thread_no_conversation(tiny):
    study = tiny("ana>BRAND mon; BRAND mon")
    assert measures.conversation(study).value is None
    assert measures.join_in(study).value is None


def test_first_answer_is_timed_and_by_whom(tiny):
    """Ana waits 23 hours for bo, cy two for the brand; bo and dee (but for herself) are not answered."""
    found = measures.first_answer(tiny(THREADS))
    assert found.value == 12.5
    assert found.beside == {"follower": 0.25, "brand": 0.25, "nobody": 0.5, "answered": 2}
    assert (found.low, found.high) == (None, None)


def test_answer_dated_before_what_it_answers_came_at_once(tiny):
    found = measures.first_answer(tiny("BRAND mon; ana>BRAND tue 15h =a; bo>ana tue 12h reply :a; BRAND wed"))
    assert (found.value, found.beside["answered"]) == (0.0, 1)


def test_bounds_of_a_median_are_order_statistics():
    """Of six the extremes, of twenty the 6th and the 15th: each encloses the median with at least 95 %."""
    assert threads._median_bounds(np.arange(5.0)) == (None, None)
    assert threads._median_bounds(np.arange(1.0, 7.0)) == (1.0, 6.0)
    assert threads._median_bounds(np.arange(1.0, 21.0)) == (6.0, 15.0)
    assert stats.binom.cdf(14, 20, 0.5) - stats.binom.cdf(5, 20, 0.5) >= 0.95


# --- The brand as the centre.


def test_reach_of_the_cafe(tiny):
    """Two of five talkers address the brand; two talk to ana, no more than to the brand."""
    found = measures.reach(tiny(CAFE))
    assert (found.value, found.beside) == (2 / 5, {"rival": 1.0})


def test_centralization_of_the_cafe(tiny):
    """Among five ana is addressed by two, bo and cy by one; the brand, a sixth, by two."""
    found = measures.centralization(tiny(CAFE))
    assert found.value == (5 * 2 - 4) / 4**2
    assert found.beside == {"with_brand": (6 * 2 - 6) / 5**2}


def test_centralization_of_a_star_of_followers_is_one(tiny):
    assert (
        measures.centralization(tiny("bo>ana mon; cy>ana mon; dee>ana tue; ana mon; BRAND mon")).value == 1.0
    )


def test_structure_of_the_cafe(tiny):
    found = measures.structure(tiny(CAFE), seed=SEED)
    assert found == {
        "nodes": 3,
        "edges": 2,
        "density": 2 / 21,
        "isolates": 1 - 3 / 7,
        "modularity": pytest.approx(0.0),
        "core": 0,
    }


# --- Laws, on made-up months of ten people.

_PEOPLE = ("BRAND", "ana", "bo", "cy", "dee", "eve", "fay", "gus", "hal", "zoe")
_LAWS = settings(
    max_examples=4,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@cache
def _month(seed, n=120):
    rng = np.random.default_rng(seed)
    statements = ["BRAND mon", "BRAND sun+5"]
    for _act in range(n):
        source, target = rng.choice(
            len(_PEOPLE) - 1, 2, replace=False, p=np.array([2, 5, 5, 3, 3, 2, 2, 1, 1]) / 24
        )
        target = len(_PEOPLE) - 1 if rng.random() < 0.1 else target  # zoe only listens
        kind = rng.choice(["", "reply", "quote", "repost"], p=[0.5, 0.3, 0.1, 0.1])
        statements.append(
            f"{_PEOPLE[source]}>{_PEOPLE[target]} d{rng.integers(0, 41)} {rng.integers(0, 24)}h {kind}"
        )
    return "; ".join(statements)


@_LAWS
@given(seed=st.integers(0, 10))
def test_shares_are_shares_and_lie_in_their_intervals(tiny, seed):
    study = tiny(_month(seed))
    for found in (
        measures.follower_share(study),
        measures.breadth(study),
        measures.return_rate(study, seed=SEED),
        measures.largest_component(study, seed=SEED),
        measures.spread(study),
        measures.without_top(study),
        measures.mutuality(study, seed=SEED),
        measures.cohesion(study, seed=SEED),
        measures.conversation(study),
        measures.join_in(study),
        measures.reach(study),
        measures.centralization(study),
    ):
        if found.value is None:
            assert found.why, found.name
            continue
        assert 0 <= found.value <= 1, found.name
        if found.low is not None:
            assert 0 <= found.low <= found.value <= found.high <= 1, found.name
        if found.p is not None:
            assert 1 / 200 <= found.p <= 1, found.name


@_LAWS
@given(seed=st.integers(0, 10), person=st.sampled_from(_PEOPLE[1:-1]))
def test_moving_a_follower_to_the_stage_never_adds_peer_talk(tiny, numbers_of, seed, person):
    study = tiny(_month(seed))
    counts = measures.talk_counts(study)
    staged = measures.talk_counts(study.only(stage=(numbers_of(study)[person],)))
    assert staged["w_ff"] <= counts["w_ff"]
    assert staged["followers"] == counts["followers"] - 1


@settings(_LAWS, max_examples=2)
@given(seed=st.integers(0, 10), more=st.lists(st.sampled_from(_PEOPLE[1:-1]), min_size=1, max_size=5))
def test_more_talk_to_the_brand_never_raises_the_share(tiny, seed, more):
    story = _month(seed)
    added = "; ".join(f"{name}>BRAND d{10 + place}" for place, name in enumerate(more))
    before, after = (measures.follower_share(tiny(each)).value for each in (story, f"{story}; {added}"))
    assert after < before


@_LAWS
@given(seed=st.integers(0, 10), by=st.sampled_from(["week", "kind", "ground", "platform"]))
def test_slices_pooled_are_the_whole(tiny, seed, by):
    study = tiny(_month(seed))
    slices = measures.follower_share(study, by=by)
    weights = slices["w_ff"] + slices["w_fb"]
    assert (slices["value"] * weights).sum() / weights.sum() == pytest.approx(
        measures.follower_share(study).value
    )


def test_without_times_every_measure_of_contact_says_so(tmp_path):
    import communitylab as cl

    (tmp_path / "edges.csv").write_text("source,target\nana,bo\nbo,ana\nana,BRAND\n")
    study = cl.load(tmp_path / "edges.csv", brand="BRAND")
    for found in (measures.breadth(study), measures.spread(study), measures.return_rate(study, seed=SEED),
                  measures.follower_share_change(study), measures.breadth_change(study)):  # fmt: skip
        assert (found.value, found.why) == (None, "the export has no times")


def test_threads_joined_say_when_they_began_and_with_which_words(tiny):
    table = threads.threads_joined(tiny(THREADS)).set_index("thread")
    assert table.loc["b1", "began"] == "2025-01-06"
    assert table.loc["b1", "opening"].startswith("words b1")
