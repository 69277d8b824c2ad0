"""The ladder: on which rung everybody stands, in each tile, on the whole, and who moved."""

from test_study import CAFE

from communitylab import roles

# Eight weeks, four tiles: in the four that begin on the 13th nobody wrote. Ana and bo meet in the first
# week; dee talks to ana in it and writes again at the very end; cy writes in the sixth week.
EIGHT_WEEKS = """BRAND mon
ana>bo mon; bo>ana wed; dee>ana tue
ana mon+5; cy tue+5
dee sun+7; BRAND sun+7"""


def rungs_of(study):
    """name → rung on the whole."""
    names = {row["account"]: row["name"] for row in study.people.to_pyarrow().to_pylist()}
    rows = roles.rung_of_each(study).to_pyarrow().to_pylist()
    return {names[row["account"]]: list(roles.RUNGS)[row["rung"]] for row in rows}


def test_rungs_of_the_cafe(tiny):
    """Fay talks to somebody who never writes: she faces the stage. Gus talks to cy: both have met someone."""
    study = tiny(CAFE)
    assert rungs_of(study) == {
        "ana": "connected",
        "bo": "connected",
        "cy": "acquainted",
        "dee": "acquainted",
        "gus": "acquainted",
        "eve": "spectator",
        "fay": "spectator",
    }
    assert roles.whole(study) == {"silent": 0, "spectator": 2, "acquainted": 3, "connected": 2, "circle": 0}
    assert roles.ladder(study).values.tolist() == [["2025-01-06", 0, 2, 3, 2, 0]]


def test_rungs_with_a_list(tiny):
    """Zoe is named and hal is not, but neither is heard; whom cy talks with is not on the list."""
    study = tiny(CAFE, followers="ana bo cy dee zoe hal")
    assert rungs_of(study) == {
        "ana": "connected",
        "bo": "connected",
        "dee": "acquainted",
        "cy": "spectator",
        "zoe": "silent",
        "hal": "silent",
    }
    assert roles.ladder(study).values.tolist() == [["2025-01-06", 2, 1, 1, 2, 0]]


def test_circle_is_two_mutual_ties(tiny):
    """Bo is in touch with ana and cy; ana also hears from dee, whom she never answers."""
    study = tiny(
        "ana>bo mon; bo>ana tue; cy>bo mon; bo>cy tue; dee>ana mon; dee>ana tue; BRAND mon; ana>BRAND wed"
    )
    assert rungs_of(study) == {"bo": "circle", "ana": "connected", "cy": "connected", "dee": "acquainted"}


def test_whoever_is_only_named_is_silent_and_who_names_the_silent_faces_the_stage(tiny):
    study = tiny("ana>zoe mon; ana>zoe wed; BRAND mon", followers="ana zoe")
    assert rungs_of(study) == {"ana": "spectator", "zoe": "silent"}


def test_being_answered_is_exchange(tiny):
    assert rungs_of(tiny("ana>bo mon; bo tue; BRAND mon")) == {"ana": "acquainted", "bo": "acquainted"}


def test_talk_with_the_brand_is_no_exchange(tiny):
    assert rungs_of(tiny("ana>BRAND mon; BRAND>ana tue; ana>BRAND wed")) == {"ana": "spectator"}


def test_rungs_add_up_to_the_followers_in_every_tile(tiny):
    ladder = roles.ladder(tiny(EIGHT_WEEKS))
    assert ladder["tile"].tolist() == ["2025-01-06", "2025-01-20", "2025-01-27", "2025-02-03"]
    assert ladder[list(roles.RUNGS)].sum(axis=1).tolist() == [4] * 4
    assert ladder.iloc[0].tolist() == ["2025-01-06", 1, 0, 1, 2, 0]
    assert ladder.iloc[-1].tolist() == ["2025-02-03", 1, 3, 0, 0, 0]


def test_rung_on_the_whole_is_the_one_held_most_often_and_else_the_lower(tiny):
    """Ana is connected once and faces the stage three times; dee was acquainted once and a spectator once."""
    study = tiny(EIGHT_WEEKS)
    assert rungs_of(study) == {"ana": "spectator", "bo": "connected", "cy": "spectator", "dee": "spectator"}
    assert roles.whole(study) == {"silent": 0, "spectator": 3, "acquainted": 0, "connected": 1, "circle": 0}


def test_moves_compare_tiles_four_weeks_apart(tiny):
    assert roles.moves(tiny(EIGHT_WEEKS)).values.tolist() == [
        ["2025-01-06", "silent", "spectator", 1],  # cy
        ["2025-01-06", "acquainted", "spectator", 1],  # dee
        ["2025-01-06", "connected", "silent", 1],  # bo
        ["2025-01-06", "connected", "spectator", 1],  # ana
    ]


def test_moves_count_those_who_stay_silent(tiny):
    moves = roles.moves(tiny(EIGHT_WEEKS, followers="ana bo hal"))
    assert moves.values.tolist() == [
        ["2025-01-06", "silent", "silent", 1],
        ["2025-01-06", "connected", "silent", 1],
        ["2025-01-06", "connected", "spectator", 1],
    ]


def test_moves_need_two_tiles_four_weeks_apart(tiny):
    assert roles.moves(tiny(CAFE)).empty
    assert roles.moves(tiny(CAFE)).columns.tolist() == ["tile", "before", "after", "followers"]


def test_whoever_is_heard_only_outside_every_tile_is_spectator_or_acquainted(tiny):
    """The first tile begins on Monday the 13th: hal and jo were heard the Tuesday before."""
    study = tiny("hal>ian tue; jo tue; ian mon+1; BRAND sun+5; kim>BRAND mon+2")
    assert [study.day_named(tile) for tile in study.tiles] == ["2025-01-13", "2025-01-20"]
    assert rungs_of(study) == {"hal": "acquainted", "jo": "spectator", "ian": "spectator", "kim": "spectator"}
    assert roles.ladder(study)["silent"].tolist() == [2, 3]


def test_host_is_one_whose_contacts_know_nobody_else(tiny, numbers_of):
    hub = "; ".join(f"ana>{name} mon; {name}>ana wed" for name in ("bo", "cy", "dee"))
    study = tiny(hub + "; BRAND mon; cy>BRAND mon")
    assert roles.hosts(study) == [numbers_of(study)["ana"]]
    assert roles.hosts(tiny(hub + "; BRAND mon; bo>cy thu; cy>bo fri")) == []


def test_ladder_of_other_tiles_and_other_ties(tiny):
    study = tiny("ana>bo mon; bo>ana mon 20h; BRAND mon; BRAND sun+3; bo>BRAND mon+1")
    assert roles.whole(study)["connected"] == 0
    assert roles.whole(study.only(tie_days=1))["connected"] == 2
    assert len(roles.ladder(study.only(tile_days=14))) == 3


def test_people_by_name_stand_on_the_rung_of_the_latest_four_weeks(tiny):
    """Ana and bo keep in touch at first; later ana alone writes."""
    from communitylab.people import followers_by_name

    study = tiny("ana>bo mon; bo>ana tue; ana mon+5; ana sun+5; BRAND mon; cy mon+5")
    rungs = followers_by_name(study).set_index("name")[["rung_latest", "rung"]].to_dict("index")
    assert rungs == {
        "ana": {"rung_latest": "spectator", "rung": "spectator"},
        "bo": {"rung_latest": "silent", "rung": "connected"},
        "cy": {"rung_latest": "spectator", "rung": "spectator"},
    }
