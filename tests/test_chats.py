"""Chats in which no message says what it answers: what is said of them rests on inferred acts, and says so."""

from __future__ import annotations

from pathlib import Path

import pytest

import communitylab as cl
from communitylab import measures, verdict
from communitylab.answers import answer, doubts, is_doubtful
from communitylab.coverage import Coverage
from communitylab.limits import certainty, other_exports
from communitylab.results import measure
from communitylab.study import Study
from communitylab.tables import Estimate
from communitylab.words import methods_text

CHAT = """author,text,created_at,platform
bakery,new loaf,2025-01-06 09:00,WhatsApp
ana,lovely,2025-01-06 09:05,WhatsApp
bo,yes,2025-01-06 09:10,WhatsApp
bo,which flour?,2025-01-07 12:00,WhatsApp
ana,rye,2025-01-07 12:10,WhatsApp
cy,rye!,2025-01-07 12:20,WhatsApp
ana,@cy really,2025-01-07 12:30,WhatsApp
"""
X = """author,text,created_at,platform
ana,@bo hello,2025-01-08 09:00,Twitter
bo,@bakery hello,2025-01-08 09:00,Twitter
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("chats")
    (found / "chat.csv").write_text(CHAT)
    (found / "x.csv").write_text(X)
    return found


@pytest.fixture(scope="module")
def chat(folder: Path) -> Study:
    return cl.load(folder / "chat.csv", brand="bakery")


@pytest.fixture(scope="module")
def both(folder: Path) -> Study:
    return cl.load(folder, brand="bakery")


def test_inferred_acts_count_where_nothing_else_could(chat: Study) -> None:
    # ana and bo answer the bakery, ana and cy answer bo, and ana names cy.
    assert measures.follower_share(chat).value == 3 / 5
    assert measures.inferred_share(chat) == 4 / 5
    assert measures.follower_share(chat.only(inferred=True)).value == 3 / 5


def test_what_sequence_leaves_open_is_told(chat: Study) -> None:
    # All that name nobody, bo's question too, may be for the bakery; ana's first alone can be for no follower.
    share = measures.follower_share(chat)
    assert (share.beside["inferred_low"], share.beside["inferred_high"]) == (1 / 6, 5 / 6)


def test_questions_to_a_brand_that_answers_later_are_no_talk_among_followers(tmp_path: Path) -> None:
    asked = "".join(
        f"{who},question,2025-01-{day:02}T18:{minute:02}:00Z,WhatsApp\n"
        for day in range(6, 26)
        for minute, who in enumerate(("ana", "bo", "cy", "di"))
    )
    answered = "".join(f"bakery,answers,2025-01-{day:02}T22:00:00Z,WhatsApp\n" for day in range(6, 26))
    (tmp_path / "chat.csv").write_text("author,text,created_at,platform\n" + asked + answered)
    share = measures.follower_share(cl.load(tmp_path / "chat.csv", brand="bakery"))
    assert share.value == 1
    assert (share.beside["inferred_low"], share.beside["inferred_high"]) == (0, 1)
    found = verdict.Evidence(share, *[Estimate("none", None)] * 5, 500, 500, 0, True, 1.0)
    assert verdict._left_open(found, label="community", at=verdict.Thresholds())


def test_a_room_says_how_many_messages_are_for_nobody_known(tmp_path: Path) -> None:
    room = (
        "author,text,created_at,platform\n"
        "bakery,loaf,2025-01-06T09:00:00Z,Discord\n"
        "ana,@bakery yes,2025-01-06T09:01:00Z,Discord\n"
        "bo,rye?,2025-01-06T09:02:00Z,Discord\n"
        "ana,no,2025-01-06T09:03:00Z,Discord\n"
    )
    (tmp_path / "room.csv").write_text(room)
    study = cl.load(tmp_path / "room.csv", brand="bakery")
    share = measures.follower_share(study)
    assert (share.value, share.beside["unsaid"], share.beside["unsaid_high"]) == (0, 2, 2 / 3)
    content = measure(study, seed=7).as_dict()
    assert "2 messages of followers neither answer nor name anybody" in methods_text(content)
    assert "If all were for other followers, 67 of 100" in " ".join(answer(content).lead)


@pytest.mark.parametrize(("high", "label"), [(0.4, "audience"), (0.6, "undecided")])
def test_an_audience_of_a_room_leaves_no_room_for_talk_unseen(high: float, label: str) -> None:
    share = Estimate("follower_share", 0.1, 0.05, 0.15, beside={"unsaid": 500, "unsaid_high": high})
    broad = Estimate("breadth", 0.05, 0.01, 0.1, beside={"regulars": 50})
    none = Estimate("none", None)
    found = verdict.Evidence(share, broad, none, none, none, none, 500, 50, 0, True)
    coverage = Coverage("A", "", ("community", "mixed", "audience"))
    given, _kind, because = verdict._rule(found, coverage=coverage, grounds=None, at=verdict.Thresholds())
    assert given == label
    assert ("500 messages" in " ".join(because)) is (label == "undecided")


def test_inferred_acts_asked_for_elsewhere_are_told_without_bounds(tmp_path: Path) -> None:
    page = (
        "author,text,created_at,conversation_id,post_id\nbakery,loaf,2025-01-06,1,1\nana,yes,2025-01-07,1,2\n"
    )
    (tmp_path / "page.csv").write_text(page)
    study = cl.load(tmp_path / "page.csv", brand="bakery").only(inferred=True)
    content = measure(study, seed=7).as_dict()
    assert content["verdict"]["inferred"] == 1
    assert not [said for said in doubts(content) if "silence" in said]
    assert "hour of silence" not in methods_text(content)
    assert "WhatsApp group" not in " ".join(other_exports(content).lead)


def test_they_can_be_left_out(chat: Study) -> None:
    typed = chat.only(inferred=False)
    assert (measures.follower_share(typed).value, measures.inferred_share(typed)) == (1.0, 0.0)


def test_beside_another_place_each_counts_by_its_own_rule(both: Study) -> None:
    shares = measures.follower_share(both, by="platform").set_index("platform")
    assert shares["value"].to_dict() == {"whatsapp": 3 / 5, "x": 1 / 2}
    assert measures.follower_share(both).value == 4 / 7
    assert measures.inferred_share(both) == 4 / 7


def test_the_verdict_says_how_much_rests_on_them(both: Study) -> None:
    found = verdict.decide(both, seed=7)
    assert found.inferred == 4 / 7
    assert "57% of it is inferred" in found._repr_html_()
    ways = {
        one.choice for one in verdict.specifications(both, seed=7, evidence=verdict.evidence_of(both, seed=7))
    }
    assert "without inferred acts" in ways
    assert "with inferred acts" not in ways


def test_the_words_say_so_too(both: Study) -> None:
    content = measure(both, seed=7).as_dict()
    assert (content["acts"]["inferred"], content["acts"]["inferred_counted"]) == (4, 4)
    assert content["verdict"]["inferred"] == 4 / 7
    said = doubts(content)[0]
    assert said.startswith("57% of these messages do not say what they answer")
    assert "between 25 and 75 of every 100" in said
    assert "nobody in particular" not in str(certainty(content))
    assert "Of these acts 57% are inferred" in methods_text(content)
    content["verdict"]["inferred"] = 1.0
    assert doubts(content)[0].startswith("No message here says what it answers")
    content["verdict"]["label"] = "community"
    assert is_doubtful(content)


def _evidence(low: float, high: float, *, inferred: float) -> verdict.Evidence:
    share = Estimate("follower_share", 0.6, 0.55, 0.65, beside={"inferred_low": low, "inferred_high": high})
    none = Estimate("none", None)
    return verdict.Evidence(share, none, none, none, none, none, 500, 300, 0, True, inferred)


@pytest.mark.parametrize(
    ("label", "low", "high", "inferred", "is_open"),
    [
        ("community", 0.51, 0.9, 1.0, False),
        ("community", 0.49, 0.9, 1.0, True),
        ("audience", 0.1, 0.49, 1.0, False),
        ("audience", 0.1, 0.51, 1.0, True),
        ("mixed", 0.31, 0.9, 0.5, False),
        ("mixed", 0.29, 0.9, 0.5, True),
        ("mixed", 0.31, 0.9, 0.6, True),
    ],
)
def test_a_label_holds_whomever_the_messages_answer(
    label: str, low: float, high: float, inferred: float, *, is_open: bool
) -> None:
    found = _evidence(low, high, inferred=inferred)
    why = verdict._left_open(found, label=label, at=verdict.Thresholds())
    assert bool(why) is is_open
    assert why is None or f"between {low:.0%} and {high:.0%}" in why


def test_what_would_tell_is_a_place_in_which_answers_are_seen() -> None:
    content = {"coverage": {"class": "A"}, "verdict": {"inferred": 1.0}, "places": [{"platform": "whatsapp"}]}
    found = other_exports(content)
    assert "in which answers can be seen" in " ".join(found.lead)
    assert not [point for point in found.points if point.startswith("WhatsApp")]
    assert "WhatsApp" not in found.points[-1]
