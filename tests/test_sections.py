"""Which sections an export fills, and what of a report is kept as files."""

from __future__ import annotations

import base64
import json
import re

import pytest

import communitylab as cl
from communitylab.captions import CAPTIONS
from communitylab.errors import CallError
from communitylab.figures import Chart, Section
from communitylab.findings import Finding
from communitylab.graph_files import read_network, write_gexf
from communitylab.page import write_report
from communitylab.sections import CHARTS, opened, sections_of

STORY = "ana>bo mon reply =p1; bo>ana tue reply :p1; ana>bo wed; cy>BRAND mon; cy>BRAND tue; BRAND sun"


def test_too_little_data_get_no_signs_and_no_place_on_the_map(tiny):
    page = sections_of(tiny(STORY), seed=7)
    assert page.content["verdict"]["label"] == "insufficient"
    assert page.names == (
        "answer",
        "ladder",
        "network",
        "grounds",
        "conversations",
        "trend",
        "groups",
        "certainty",
        "method",
    )
    assert [chart.name for name in ("groups", "certainty") for chart in page[name].charts] == []


def test_edge_list_without_times_gets_no_ladder_no_network_and_no_threads(tmp_path):
    (tmp_path / "edges.csv").write_text("source,target\nana,bo\nbo,ana\nana,BRAND\n")
    page = sections_of(cl.load(tmp_path / "edges.csv", brand="BRAND"), seed=7)
    assert page.names == ("answer", "trend", "groups", "certainty", "method")
    assert "no times" in page["answer"].finding.headline
    assert page["groups"].finding.headline == "An export without times shows no groups."


def test_section_that_is_not_there_is_named_with_those_that_are(tiny):
    page = sections_of(tiny(STORY), seed=7)
    with pytest.raises(CallError, match="section map: not one of answer, ladder"):
        page["map"]


def test_first_section_says_what_the_report_is_and_holds_the_only_first_heading(tiny):
    page = sections_of(tiny(STORY), seed=7)
    assert page["answer"].about.startswith("Do the followers of BRAND talk with the brand only")
    assert [section.name for section in page.each if section.about] == ["answer"]
    shown = [section._repr_html_() for section in page.each]
    assert [html.count("<h1>") for html in shown] == [1] + [0] * (len(shown) - 1)
    assert "".join(shown).count('<p class="about">') == 1


def test_reading_time_is_that_of_what_is_not_folded_away(tiny):
    page = sections_of(tiny(STORY), seed=7)
    words = sum(len(section.finding.unfolded.split()) for section in page.each)
    assert page["answer"].about.endswith(f"the whole report about {max(2, round(words / 200))}.")
    folded = Finding("a b", ("c",), "d", "e", ("f", "g"), "h", (("i", "j"),))
    assert folded.unfolded == "a b c d e f g h"


def test_every_figure_has_a_caption_and_the_first_does_not_say_the_headline_again(tiny):
    page = sections_of(tiny(STORY), seed=7)
    for section in page.each:
        captions = re.findall("<figcaption>(.*?)</figcaption>", section._repr_html_())
        assert len(captions) == len(section.charts)
        assert ["<strong>" in caption for caption in captions] == [n > 0 for n in range(len(captions))]
        assert all(CAPTIONS[chart.name] in said for chart, said in zip(section.charts, captions, strict=True))


def test_every_chart_that_a_report_may_hold_has_its_caption():
    assert set(CHARTS) <= set(CAPTIONS)


def test_figure_shows_a_phone_the_picture_drawn_for_it():
    chart = Chart("of_another", "Title", "alt", b"", b"", b"<wide/>", b"<narrow/>")
    shown = Section("s", Finding("h"), (chart,))._repr_html_()
    narrow, wide = (base64.b64encode(svg).decode() for svg in (b"<narrow/>", b"<wide/>"))
    picture = (
        f'srcset="data:image/svg+xml;base64,{narrow}"><img src="data:image/svg+xml;base64,{wide}" alt="alt">'
    )
    assert f'<picture><source media="(max-width: 30rem)" {picture}</picture>' in shown
    # A chart of which nobody has written how it is read is told by its title.
    assert "<figcaption><strong>Title.</strong></figcaption>" in shown


def test_charts_are_saved_under_the_names_that_a_later_report_knows(tiny, tmp_path):
    page = sections_of(tiny(STORY), seed=7)
    page.save_charts(tmp_path / "charts")
    names = {path.name for path in (tmp_path / "charts").iterdir()}
    assert {"squares.svg", "squares.png", "network.svg"} <= names
    assert {name.split(".")[0] for name in names} <= set(CHARTS)


def test_folder_without_a_report_is_named(tmp_path):
    with pytest.raises(CallError, match=r"results.json: cannot be read.*Make the report anew"):
        opened(tmp_path)


def test_chosen_kinds_are_spoken_of_and_reposts_that_count_do_not_stand_apart(tiny):
    story = "bo mon =p1; ana>bo mon repost :p1; ana>bo tue reply :p1; cy>BRAND mon reply; dee mon"
    page = sections_of(tiny(story, kinds=["reply", "repost"]), seed=7)
    assert "Of every 100 replies and reposts" in " ".join(page["answer"].finding.lead)
    assert "of the 2 messages among followers" in page["grounds"].finding.headline


def test_section_escapes_every_word_before_any_page_cleans_it():
    """In JupyterLab a section is shown as it is."""
    word = "<img src=x onerror=alert(1)>"
    finding = Finding(word, (word,), word, word, (word,), word, ((word, word),))
    chart = Chart("c", word, f'"{word}', b"", b"", b"", b"")
    section = Section(f'"{word}', finding, (chart, chart), about=word)
    shown = section._repr_html_()
    assert "<img src=x" not in shown
    assert shown.count("&lt;img src=x onerror=alert(1)&gt;") == 14
    assert f'"{word[0]}' not in shown


def test_chart_of_a_few_weeks_claims_no_change(tiny):
    """Six weeks, in the last third everybody turns to one another: too short to speak of it, in words or pictures."""
    people = ("ana", "bo", "cy", "dee", "eve", "fay")
    story = [f"{name}>BRAND d{day}" for name in people for day in range(6)]
    story += [f"{name}>{people[n - 1]} d{day}" for n, name in enumerate(people) for day in range(36, 42)]
    page = sections_of(tiny("; ".join(story)), seed=7)
    assert page.content["measures"]["follower_share_change"]["low"] > 0
    assert page["trend"].finding.headline == "This export is too short to show a change."
    assert page["trend"].charts[0].title == "Talk among followers: 100 of 100 in the latest four weeks"


def week_after_week(people: str, *, days: tuple[int, ...]) -> str:
    """Everybody talks with everybody on some days."""
    pairs = [(a, b) for a in people.split() for b in people.split() if a < b]
    return "; ".join(f"{a}>{b} d{day}; {b}>{a} d{day} 20h" for a, b in pairs for day in days)


FIVE, OTHERS = "ana bo cy dee eve", "fay gil hal ida jo"
GROUPS = "; ".join(week_after_week(people, days=(0, 2, 30, 32, 58, 60)) for people in (FIVE, OTHERS))


def test_groups_of_five_are_told_with_their_charts_and_what_became_of_them(tiny):
    page = sections_of(tiny(GROUPS + "; ana>BRAND mon; fay>BRAND d60; BRAND sun"), seed=7)
    assert {group["size"] for group in page.content["clusters"]} == {5}
    assert [chart.name for chart in page["groups"].charts] == ["groups", "cards", "togetherness"]
    assert [chart.name for chart in page["lifelines"].charts] == ["lifelines"]
    order = list(page.names)
    assert order.index("trend") < order.index("groups") == order.index("lifelines") - 1


def test_groups_of_one_period_get_words_and_no_chart_of_their_lives(tiny):
    page = sections_of(tiny(week_after_week(FIVE, days=(0, 2, 28)) + "; ana>BRAND mon; bo>BRAND tue"), seed=7)
    assert page["lifelines"].charts == ()
    assert page["lifelines"].finding.headline == "This export is too short to follow groups."


@pytest.mark.usefixtures("pageless")
def test_opened_report_shows_the_groups_that_it_was_measured_with(tiny, tmp_path):
    study = tiny(GROUPS + "; ana>BRAND mon; fay>BRAND d60; BRAND sun")
    write_report(study, out=tmp_path / "out", seed=7)
    page, same = opened(tmp_path / "out"), sections_of(study, seed=7)
    for name in ("groups", "lifelines"):
        assert page[name]._repr_html_() == same[name]._repr_html_()
    drawn = [chart.name for name in ("groups", "lifelines") for chart in page[name].charts]
    assert drawn == ["groups", "cards", "togetherness", "lifelines"]


@pytest.mark.usefixtures("pageless")
def test_report_of_an_earlier_version_knows_nothing_of_groups_and_is_shown_all_the_same(tiny, tmp_path):
    write_report(tiny(GROUPS + "; ana>BRAND mon; fay>BRAND d60; BRAND sun"), out=tmp_path / "out", seed=7)
    results, network = tmp_path / "out" / "results.json", tmp_path / "out" / "network.gexf"
    content = json.loads(results.read_text(encoding="utf-8"))
    for key in ("clustering", "clusters", "lifelines", "newcomers", "actions"):
        del content[key]
    results.write_text(json.dumps(content), encoding="utf-8")
    (tmp_path / "out" / "tables" / "groupings.csv").unlink()
    known = read_network(network)
    for _node, of in known.nodes(data=True):
        del of["group"]
    write_gexf(known, network)
    page = opened(tmp_path / "out")
    assert not {"groups", "lifelines", "newcomers"} & set(page.names)
    assert "trend" in page.names


def test_group_that_comes_later_than_the_export_is_born_in_words_and_in_the_picture(tiny):
    later = week_after_week(FIVE, days=(30, 32, 58, 60))
    page = sections_of(
        tiny(later + "; ana>BRAND mon; bo>BRAND tue; cy>BRAND wed; BRAND sun; BRAND d90"), seed=7
    )
    assert page["lifelines"].finding.headline.endswith("one group was born.")
    assert "Groups since January: one born" in page["lifelines"].charts[0].title
