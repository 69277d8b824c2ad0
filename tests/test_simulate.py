"""Planted worlds hold what was planted."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from communitylab import measures, networks, verdict
from communitylab.coverage import automated, coverage_of
from communitylab.simulate import Setting, World, plant, searched, study_of, thinned

SEED = 7
NOBODY = {"bots": np.zeros(0, np.int64)}


def _share(world):
    talk = world.messages[(world.messages["source"] > 0) & (world.messages["target"] >= 0)]
    return np.array([(talk["target"] > 0).sum(), len(talk)])


def _shares(setting, worlds=30):
    """Share of talk among followers in many worlds taken together."""
    found = sum(_share(plant(setting, seed=seed)) for seed in range(worlds))
    return found[0] / found[1]


def test_study_of_messages_written_by_hand():
    """Two followers ask the brand; one names the other, who answers a day later; a third only speaks."""
    day, monday = 86_400, 19_723 * 86_400
    rows = [  # source, target, day, parent, thread
        (0, -1, 0, -1, 0), (1, 0, 0, -1, 1), (2, 0, 1, -1, 2), (1, 2, 2, -1, 3), (2, 1, 3, 3, 3), (3, -1, 13, -1, 5),
    ]  # fmt: skip
    messages = pd.DataFrame(rows, columns=["source", "target", "day", "parent", "thread"])
    messages = messages.assign(number=range(6), at=monday + messages["day"] * day, tagged=False)
    study = study_of(World(Setting(), messages, 4, NOBODY))
    counts = measures.talk_counts(study)
    assert {name: counts[name] for name in ("w_ff", "w_fb", "outside", "talkers", "active_followers")} == {
        "w_ff": 2, "w_fb": 2, "outside": 0, "talkers": 2, "active_followers": 3,
    }  # fmt: skip
    assert measures.follower_share(study).value == 0.5
    assert networks.ties(study)[["a", "b", "is_mutual"]].to_numpy().tolist() == [[1, 2, True]]
    assert measures.return_rate(study, seed=SEED).value is None  # one thread, one meeting
    assert study.has_list is False
    assert coverage_of(study).name == "A"


def test_same_seed_same_world_and_another_seed_another():
    setting = Setting(members=0.2, bursts=0.2, stages=1, to_stages=0.2)
    one, again, other = (plant(setting, seed=seed) for seed in (1, 1, 2))
    pd.testing.assert_frame_equal(one.messages, again.messages)
    assert not one.messages.equals(other.messages)


@pytest.mark.parametrize(
    "setting",
    [
        Setting(share=0.3),
        Setting(share=0.7, answered=0.6, leaning=0.5, tail=1.3),
        Setting(share=0.5, bursts=0.5),
        Setting(share=0.4, joined=0.2, answered=0.4),
        Setting(share=0.6, stages=2, to_stages=0.6, stage_answers=0.5),
    ],
    ids=["plain", "answers", "bursts", "others join", "a stage"],
)
def test_share_of_talk_among_followers_comes_out_as_set(setting):
    assert _shares(setting) == pytest.approx(setting.share, abs=0.03)


def test_a_star_has_no_talk_among_followers():
    world = plant(Setting(share=0.0), seed=SEED)
    assert _share(world)[0] == 0
    study = study_of(world)
    assert (measures.follower_share(study).value, measures.breadth(study).value) == (0.0, 0.0)


def test_everybody_writes_but_the_silent_who_make_a_follower_list():
    world = plant(Setting(followers=40, silent=25), seed=SEED)
    assert set(world.messages["source"]) == set(range(41))
    study = study_of(world)
    counts = measures.talk_counts(study)
    assert study.has_list
    assert (counts["followers"], counts["active_followers"]) == (65, 40)


def test_nobody_addresses_themselves_or_speaks_outside_the_time():
    for setting in (
        Setting(bursts=0.5, members=0.5, friends=2, answered=0.8),
        Setting(stages=1, to_stages=1.0),
        Setting(followers=6, share=0.9, messages=20.0),
    ):
        messages = plant(setting, seed=SEED).messages
        assert not (messages["source"] == messages["target"]).any()
        days = messages["at"] // 86_400 - 19_723
        assert days.min() >= 0
        assert days.max() < setting.days
        known = messages.set_index("number")
        answers = messages[messages["parent"] >= 0]
        parents = known.loc[answers["parent"]]
        assert (answers["at"].to_numpy() >= np.minimum(parents["at"], messages["at"].max())).all()
        assert (answers["thread"].to_numpy() == parents["thread"].to_numpy()).all()
        assert (answers["target"].to_numpy() == parents["source"].to_numpy()).all()


def test_contacts_lie_within_groups_and_last_as_long_as_set():
    world = plant(Setting(members=0.5, group=10, days=84), seed=SEED)
    members, groups = world.truth["members"], world.truth["groups"]
    group_of = dict(zip(members.tolist(), groups.tolist(), strict=True))
    contacts = world.truth["contacts"]
    assert len(members) == 100
    assert all(group_of[a] == group_of[b] for _day, a, b in contacts.tolist())
    months = [contacts[contacts[:, 0] == day][:, 1:].tolist() for day in np.unique(contacts[:, 0])]
    assert len(months) == 3
    assert months[0] == months[1] == months[2]
    fleeting = plant(Setting(members=0.5, group=10, days=84, persistence=0.0), seed=SEED).truth["contacts"]
    first, second = (fleeting[fleeting[:, 0] == day][:, 1:].tolist() for day in np.unique(fleeting[:, 0])[:2])
    assert first != second


def test_members_keep_in_touch_and_others_do_not():
    world = plant(Setting(members=0.3, share=0.05, messages=6.0), seed=SEED)
    members = set(world.truth["members"].tolist())
    ties = networks.ties(study_of(world))
    inside = ties["a"].isin(members) & ties["b"].isin(members)
    assert len(ties) > 100
    assert inside.mean() > 0.85


def test_a_second_stage_receives_what_it_is_to():
    world = plant(Setting(share=0.6, stages=1, to_stages=0.9, answered=0.0), seed=SEED)
    peers = world.messages[(world.messages["source"] > 0) & (world.messages["target"] > 0)]
    assert (peers["target"] == world.truth["stages"][0]).mean() == pytest.approx(0.9, abs=0.05)


def test_helpers_answer_what_others_ask_the_brand():
    world = plant(Setting(share=0.55, helpers=2, helped=0.8), seed=SEED)
    asked = world.messages[(world.messages["target"] == 0) & (world.messages["parent"] < 0)]
    answers = world.messages[world.messages["parent"].isin(asked["number"]) & (world.messages["source"] > 0)]
    assert set(answers["source"]) == set(world.truth["helpers"].tolist())
    assert len(answers) / len(asked) == pytest.approx(0.8, abs=0.05)


def test_share_rises_by_what_was_set():
    found = []
    for seed in range(20):
        messages = plant(Setting(share=0.5, change=0.4, days=112, answered=0.0), seed=seed).messages
        talk = messages[(messages["source"] > 0) & (messages["target"] >= 0)]
        days = talk["at"] // 86_400 - 19_723
        found.append([(talk[part]["target"] > 0).mean() for part in (days < 28, days >= 84)])
    assert np.diff(np.mean(found, axis=0))[0] == pytest.approx(0.3, abs=0.04)


def test_those_who_attract_decide_how_much_goes_to_followers():
    """With magnets the share differs from world to world, as who is there does."""
    plain = Setting(share=0.4, attraction=1.5, tail=0.3, leaning=0.0, answered=0.0, followers=50)
    spread = [
        np.std([np.divide(*_share(plant(setting, seed=seed))) for seed in range(40)])
        for setting in (plain, replace(plain, magnets=True))
    ]
    assert spread[1] > 1.5 * spread[0]


def test_rhythms():
    def by_weekday(rhythm):
        messages = plant(Setting(rhythm=rhythm, days=84, answered=0.0), seed=SEED).messages
        return np.bincount((messages["at"] // 86_400 - 19_723) % 7) / len(messages)

    assert by_weekday("even").min() > 0.1
    assert by_weekday("weekly")[5:].max() < 0.06
    late = plant(Setting(rhythm="midnight"), seed=SEED).messages
    assert (late[late["parent"] < 0]["at"] % 86_400 >= 22 * 3600).all()
    with pytest.raises(ValueError, match=r"share 0.1: those who answer for the brand alone make it 0.53"):
        plant(Setting(share=0.1, helpers=1, helped=0.8), seed=SEED)
    with pytest.raises(ValueError, match="rhythm hourly: not one of even, weekly, monthly, midnight"):
        plant(Setting(rhythm="hourly"), seed=SEED)


def test_a_weekly_chat_falls_on_one_evening():
    world = plant(Setting(members=1.0, member_share=1.0, chat=1.0, answered=0.0), seed=SEED)
    begun = world.messages[(world.messages["target"] > 0) & (world.messages["parent"] < 0)]
    assert set((begun["at"] // 86_400 - 19_723) % 7) == {2}
    assert set(begun["at"] % 86_400 // 3600) == {20}


def test_bursts_gather_talk_in_few_threads():
    def largest(bursts):
        return plant(Setting(bursts=bursts), seed=SEED).messages.groupby("thread").size().max()

    assert largest(0.6) > 3 * largest(0.0)


def test_programs_are_recognised():
    world = plant(Setting(bots=0.1), seed=SEED)
    assert set(automated(study_of(world))) == set(world.truth["bots"].tolist())
    assert len(world.truth["bots"]) == 20


def test_a_thinned_world_is_part_of_the_whole():
    world = plant(Setting(), seed=SEED)
    part = thinned(world, keep=0.3, seed=SEED)
    assert set(part.messages["number"]) < set(world.messages["number"])
    assert len(part.messages) / len(world.messages) == pytest.approx(0.3, abs=0.05)
    # Some are only named now: they are no followers any more.
    counts = measures.talk_counts(study_of(part))
    assert counts["outside"] > 0
    assert counts["followers"] < 200


def test_a_search_shows_only_what_answers_or_names_the_brand():
    study = study_of(searched(plant(Setting(members=0.9, messages=5.0), seed=SEED)))
    assert coverage_of(study).name == "C_search"
    assert verdict.decide(study, seed=SEED).label == "not identifiable"


def test_timelines_show_what_is_said_elsewhere():
    close = Setting(members=0.9, share=0.4, member_share=0.7, messages=5.0, tagged=0.0)
    study = study_of(plant(close, seed=SEED), coverage="B")
    found = verdict.decide(study, seed=SEED)
    assert (found.label, found.kind) == ("mixed", "a community elsewhere")
