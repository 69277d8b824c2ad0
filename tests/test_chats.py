"""Chats in which no message says what it answers: what is said of them rests on inferred acts, and says so."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import communitylab as cl
from communitylab import coverage, measures, verdict
from communitylab.answers import answer, doubts, is_doubtful
from communitylab.coverage import Coverage
from communitylab.limits import other_exports
from communitylab.page import write_report
from communitylab.results import measure
from communitylab.sections import sections_of
from communitylab.study import Study
from communitylab.tables import Estimate
from communitylab.words import methods_text, summary

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
    found = replace(_typed(), follower_share=share, inferred=1.0, typed=_typed())
    assert verdict._left_open(found, label="community", coverage=SEARCHED, at=verdict.Thresholds())


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
    assert content["verdict"]["inferred"] == 4 / 7
    content["verdict"] |= {"inferred": 0.4, "label": "community"}
    content["measures"]["follower_share"] |= {"inferred_low": 0.51, "inferred_high": 0.71}
    said = doubts(content)[0]
    assert said.startswith("40% of these messages do not say what they answer")
    assert "between 51 and 71 of every 100" in said
    assert not is_doubtful(content)
    assert "Of these acts 40% are inferred" in methods_text(content)
    content["verdict"]["inferred"] = 1.0
    assert doubts(content)[0].startswith("No message here says what it answers")
    assert is_doubtful(content)


def _typed(**otherwise: Any) -> verdict.Evidence:
    """A community by all six signs, in what people typed."""
    signs = {
        "follower_share": Estimate("follower_share", 0.7, 0.65, 0.75),
        "breadth": Estimate("breadth", 0.5, 0.4, 0.6, beside={"regulars": 60}),
        "return_rate": Estimate("return_rate", 0.4, null_mean=0.1, p=0.005),
        "effective_pairs": Estimate("effective_pairs", 50.0),
        "without_top": Estimate("without_top", 0.65, 0.6, 0.7, beside={"breadth": 0.4, "breadth_5": 0.4}),
        "spread": Estimate("spread", 0.9),
    }
    rest = {"acts": 500, "peer_acts": 300, "people_in_circle": 20, "has_times": True}
    return verdict.Evidence(**{**signs, **rest, **otherwise})


SEARCHED = coverage.Coverage("A", "", ("community", "mixed", "audience"))


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
        ("undecided", 0.1, 0.9, 0.5, False),
        ("undecided", 0.1, 0.9, 0.6, True),
        ("insufficient", 0.1, 0.9, 0.6, True),
    ],
)
def test_a_label_holds_whomever_the_messages_answer(
    label: str, low: float, high: float, inferred: float, *, is_open: bool
) -> None:
    share = Estimate("follower_share", 0.6, 0.55, 0.65, beside={"inferred_low": low, "inferred_high": high})
    found = replace(_typed(), follower_share=share, inferred=inferred, typed=_typed())
    why = verdict._left_open(found, label=label, coverage=SEARCHED, at=verdict.Thresholds())
    assert bool(why) is is_open
    assert why is None or f"between {low:.0%} and {high:.0%}" in why


@pytest.mark.parametrize("label", ["community", "mixed"])
def test_what_inferred_contacts_form_must_be_there_without_them(label: str) -> None:
    share = Estimate("follower_share", 0.8, 0.7, 0.9, beside={"inferred_low": 0.6, "inferred_high": 0.9})
    weak = Estimate("follower_share", 0.2, 0.1, 0.29)
    few = _typed(follower_share=weak, breadth=Estimate("breadth", 0.0, 0.0, 0.04, beside={"regulars": 60}))
    for typed, is_open in ((_typed(), False), (few, True)):
        found = replace(_typed(), follower_share=share, inferred=0.4, typed=typed)
        why = verdict._left_open(found, label=label, coverage=SEARCHED, at=verdict.Thresholds())
        assert bool(why) is is_open


def test_contacts_without_direction_are_no_mutual_ones(tmp_path: Path) -> None:
    lines = [
        f"p{n % 40},p{(n + 1 + n // 400) % 40},tie,2025-01-{1 + n % 27:02} {9 + n % 12:02}:00"
        for n in range(1600)
    ]
    (tmp_path / "x.csv").write_text("\n".join(["source,target,kind,time", *lines]))
    study = cl.load(tmp_path / "x.csv", brand="p0", yours="table")
    assert measures.undirected_share(study) == 1
    found = verdict.decide(study, seed=7)
    assert (found.label, found.conditions) == ("not identifiable", ())
    assert found.because == (
        "the list does not say who addressed whom, and counted both ways every contact seems to be mutual",
    )


def test_of_a_chat_that_cannot_tell_no_figure_rests_on_inferred_acts(chat: Study, tmp_path: Path) -> None:
    content = measure(chat, seed=7).as_dict()
    assert content["verdict"]["label"] == "not identifiable"
    assert (content["w_ff"], content["w_fb"], content["acts"]["inferred_counted"]) == (1, 0, 0)
    said = summary(content)
    assert "signs of a community" not in said
    assert "in the circle" not in said
    out = tmp_path / "out"
    out.mkdir()
    write_report(chat, out=out, seed=7)
    assert not list(out.glob("network.*"))
    assert "This export cannot show" in (out / "report.html").read_text(encoding="utf-8")
    sections = sections_of(chat, seed=7).names
    assert "own_side" in sections
    assert "ladder" not in sections


def test_what_would_tell_is_a_place_in_which_answers_are_seen() -> None:
    content = {"coverage": {"class": "A"}, "verdict": {"inferred": 1.0}, "places": [{"platform": "whatsapp"}]}
    found = other_exports(content)
    assert "in which answers can be seen" in " ".join(found.lead)
    assert not [point for point in found.points if point.startswith("WhatsApp")]
    assert "WhatsApp" not in found.points[-1]
