"""Groups over time: what becomes of them from one four weeks to the next."""

from __future__ import annotations

import pytest
from test_groups import ONE, OTHER, talk

from communitylab import lifelines as room
from communitylab.groups import Earlier, groups_of, people_of
from communitylab.lifelines import lifelines_of

END = "\nmax>BRAND sun+{}"  # closes the span on the last day of a week


def _place(study, tile):
    return (tile - study.tiles[0]) // 28


def lives(study, **more):
    found = lifelines_of(study, groups_of(study, seed=7), seed=7, **more)
    return [
        (
            life.id,
            life.fate,
            [((step.tile - study.tiles[0]) // 28, len(step.members), step.event) for step in life.steps],
        )
        for life in found
    ]


def test_group_that_stays_is_one_lifeline_and_one_that_ends_is_gone(tiny):
    study = tiny(talk(ONE, weeks=(0, 4, 8)) + "\n" + talk(OTHER, weeks=(0, 4)) + END.format(11))
    assert lives(study) == [
        (1, "still there", [(0, 6, "born"), (1, 6, "continued"), (2, 6, "continued")]),
        (2, "gone", [(0, 6, "born"), (1, 6, "continued")]),
    ]


def test_group_born_later_begins_later(tiny):
    study = tiny(talk(ONE, weeks=(0, 4)) + "\n" + talk(OTHER, weeks=(4,)) + END.format(7))
    assert lives(study) == [
        (1, "still there", [(0, 6, "born"), (1, 6, "continued")]),
        (2, "still there", [(1, 6, "born")]),
    ]


def test_two_that_become_one_merge(tiny):
    # Seven and five, so that it is plain which of the two goes on.
    one, other = [*ONE, "gus"], OTHER[1:]
    study = tiny(f"{talk(one)}\n{talk(other)}\n{talk([*one, *other], weeks=(4,))}" + END.format(7))
    found = lives(study)
    assert [steps for _id, _fate, steps in found] == [
        [(0, 7, "born"), (1, 12, "merged")],
        [(0, 5, "born")],
    ]
    assert [fate for _id, fate, _steps in found] == ["still there", f"merged into {found[0][0]}"]


def test_one_that_becomes_two_splits(tiny):
    one, other = [*ONE, "gus"], OTHER[1:]
    study = tiny(
        f"{talk([*one, *other])}\n{talk(one, weeks=(4,))}\n{talk(other, weeks=(4,))}" + END.format(7)
    )
    steps = sorted(steps for _id, _fate, steps in lives(study))
    assert steps == [[(0, 12, "born"), (1, 7, "continued")], [(1, 5, "split")]]


def test_group_that_sleeps_and_comes_back_is_the_same(tiny):
    study = tiny(talk(ONE, weeks=(0, 8)) + "\nmax>BRAND mon+5" + END.format(11))
    assert lives(study) == [(1, "still there", [(0, 6, "born"), (2, 6, "continued")])]


def test_group_that_was_away_merges_with_nobody(tiny):
    """It may come back; that its people are in another group months later is no merger."""
    one, other = [*ONE, "gus"], OTHER[1:]
    story = f"{talk(one, weeks=(0, 4))}\n{talk(other)}\n{talk([*one, *other], weeks=(8,))}" + END.format(11)
    found = lives(tiny(story))
    assert [fate for _id, fate, _steps in found] == ["still there", "gone"]
    assert [event for _place, _size, event in found[0][2]] == ["born", "continued", "continued"]


def test_fewer_than_five_at_all_times_are_no_lifeline(tiny):
    assert lives(tiny(talk(ONE[:4], weeks=(0, 4)) + END.format(7))) == []


def test_numbers_of_an_earlier_report_are_kept(tiny):
    study = tiny(talk(ONE, weeks=(0, 4)) + "\n" + talk(OTHER, weeks=(4,)) + END.format(7))
    people = people_of(study, groups_of(study, seed=7).of)
    other = frozenset(person for person in people.values() if person[1] in {f"id-{name}" for name in OTHER})
    earlier = Earlier({4: other})
    found = lifelines_of(study, groups_of(study, seed=7, earlier=earlier), seed=7, earlier=earlier)
    assert [(life.id, len(life.steps)) for life in found] == [(4, 1), (5, 2)]


def test_later_weeks_leave_earlier_steps_as_they_are(tiny):
    short = tiny(talk(ONE, weeks=(0, 4)) + "\n" + talk(OTHER, weeks=(4,)) + END.format(7))
    long = tiny(talk(ONE, weeks=(0, 4, 8)) + "\n" + talk(OTHER, weeks=(4,)) + END.format(11))
    before, after = lives(short), lives(long)
    assert [steps for _id, _fate, steps in before] == [
        [step for step in steps if step[0] < 2] for _id, _fate, steps in after
    ]


def test_overlap_is_a_parameter(tiny):
    # Five of seven are new: two of twelve in common.
    study = tiny(f"{talk([*ONE, 'gus'])}\n{talk([*ONE[:2], *OTHER[1:]], weeks=(4,))}" + END.format(7))
    assert len(lives(study)) == 2
    assert len(lives(study, overlap=0.1)) == 1


@pytest.mark.parametrize("story", ["ana>BRAND mon", talk(["ana", "bo"])])
def test_without_groups_there_is_no_lifeline(tiny, story):
    assert lives(tiny(story)) == []


def test_each_tile_is_held_against_the_one_that_begins_as_it_ends(tiny):
    study = tiny("\n".join(f"ana mon+{week}" for week in range(10)) + END.format(9))
    assert [start - study.tiles[0] for start in room._in_a_row(study)] == [0, 28]
    assert len(study.tiles) == 7
