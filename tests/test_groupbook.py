"""What is kept of groups between reports: numbers, names, and clear words where the tables were spoilt."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from test_groups import ONE, OTHER, TWO_CIRCLES

from communitylab.errors import CallError
from communitylab.groupbook import Groupbook, group_members, opened_groupbook
from communitylab.groups import Earlier, groups_of, profiles
from communitylab.lifelines import lifelines_of
from communitylab.omissions import Omissions


@pytest.fixture
def study(tiny):
    return tiny(TWO_CIRCLES)


def written(study, folder, *, book=None):
    """Writes the tables of a report into its folder, as a report does."""
    book = book or Groupbook()
    found = groups_of(study, seed=7, earlier=book.earlier)
    lives = lifelines_of(study, found, seed=7, earlier=book.earlier)
    (folder / "private").mkdir(exist_ok=True)
    members = group_members(study, found, lives=lives, earlier=book.earlier)
    members.to_csv(folder / "private" / "clusters.csv", index=False)
    book.continued(profiles(study, found), lives).to_csv(folder / "private" / "groups.csv", index=False)
    return members


def test_members_are_told_by_name_on_the_whole_and_in_each_tile(study, tmp_path):
    members = written(study, tmp_path)
    whole = members[members["tile"] == ""]
    assert sorted(whole.loc[whole["group"] == 1, "name"]) == ONE
    assert sorted(members.loc[(members["tile"] == "2025-01-06") & (members["group"] == 2), "name"]) == OTHER
    fay = whole[whole["name"] == "fay"].iloc[0]
    assert fay["also_knows"] == "2"


def test_a_report_gives_back_what_was_kept(study, tmp_path):
    written(study, tmp_path)
    book = opened_groupbook(tmp_path)
    assert {group: len(people) for group, people in book.earlier.members.items()} == {1: 6, 2: 6}
    assert ("x", "id-ana") in book.earlier.members[1]
    assert book.earlier.names == {}
    assert [row["size"] for row in book.rows] == ["6", "6"]


def test_name_and_remarks_of_the_owner_survive(study, tmp_path):
    written(study, tmp_path)
    path = tmp_path / "private" / "groups.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    lines = [lines[0] + ",remark", lines[1] + ",", lines[2].replace("2,,", "2,tea people,") + ",call them"]
    # As a spreadsheet saves it elsewhere.
    path.write_text("\ufeff" + "\r\n".join(lines).replace(",", ";") + "\r\n", encoding="utf-8")
    book = opened_groupbook(tmp_path)
    assert book.earlier.names == {2: "tea people"}
    written(study, tmp_path, book=book)
    again = opened_groupbook(tmp_path)
    assert again.earlier == book.earlier
    assert [row["remark"] for row in again.rows] == ["", "call them"]


def test_group_that_is_gone_keeps_its_name_and_is_known_when_it_comes_back(study, tiny, tmp_path):
    written(study, tmp_path)
    path = tmp_path / "private" / "groups.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("2,,", "2,tea people,"), encoding="utf-8")
    alone = tiny(
        "\n".join(line for line in TWO_CIRCLES.splitlines() if not set(line[:3]) <= set("gushalidajonkimlou"))
    )
    written(alone, tmp_path, book=opened_groupbook(tmp_path))
    kept = opened_groupbook(tmp_path)
    assert kept.earlier.names == {2: "tea people"}
    assert len(kept.earlier.members[2]) == 6
    found = groups_of(study, seed=7, earlier=kept.earlier)
    assert set(found.of.values()) == {1, 2}
    assert found.names[2] == "tea people"


def test_rerun_calls_groups_as_the_earlier_report_did(study, tmp_path):
    written(study, tmp_path)
    path = tmp_path / "private" / "groups.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("2,,", "2,tea people,"), encoding="utf-8")
    earlier = {"clusters": [{"id": 1, "name": "bread people"}, {"id": 2, "name": None}]}
    book = opened_groupbook(tmp_path).named_as(earlier)
    assert book.earlier.names == {1: "bread people"}
    assert set(book.earlier.members) == {1, 2}


def test_nobody_forgotten_is_carried_over(study, tiny, tmp_path):
    written(study, tmp_path)
    path = tmp_path / "private" / "groups.csv"
    path.write_text('group,name,size,words\n1,,6,"bread, gus"\n2,tea people,6,"tea, gus"\n', encoding="utf-8")
    forgotten = Omissions().with_people(ids=[("x", "id-gus")], names=[("x", "gus")])
    book = opened_groupbook(tmp_path)
    left = book.without(forgotten)
    assert ("x", "id-gus") in book.earlier.members[2]
    assert left.earlier.members == {
        1: book.earlier.members[1],
        2: book.earlier.members[2] - {("x", "id-gus")},
    }
    assert left.earlier.names == {2: "tea people"}
    assert [row["words"] for row in left.rows] == ["bread", "tea"]
    assert book.without(Omissions()) == book
    everybody = Omissions().with_people(ids=book.earlier.members[2])
    assert set(book.without(everybody).earlier.members) == {1}

    alone = tiny(
        "\n".join(line for line in TWO_CIRCLES.splitlines() if not set(line[:3]) <= set("gushalidajonkimlou"))
    )
    members = written(replace(alone, forgotten=forgotten), tmp_path, book=book)
    former = members[(members["tile"] == "earlier") & (members["group"] == 2)]
    assert len(former) == 5
    assert "id-gus" not in former["account_id"].tolist()


def test_first_report_knows_of_none(tmp_path):
    assert opened_groupbook(tmp_path) == Groupbook(Earlier(), ())


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        (
            "groups.csv",
            "group;title\n1;tea\n",
            "groups.csv, line 1: no column called name. A table of groups is a CSV",
        ),
        ("groups.csv", "", "groups.csv: is empty. A table of groups is a CSV with the columns group, name"),
        ("groups.csv", "group,name\none,tea\n", "groups.csv, line 2: “one” is no number of a group. Leave"),
        (
            "groups.csv",
            "group,name\n1,tea\n1,bread\n",
            "groups.csv, line 3: group 1 stands there twice. Take one out.",
        ),
        ("groups.csv", "group,name\n1," + "x" * 41 + "\n", "has 41 characters, and a chart has room for 40"),
        ("groups.csv", 'group,name\n1,"tea\n', "is no line of a CSV"),
        ("groups.csv", "group,name\n1,tea,bread\n", "line 2: holds 3 values, and its first line 2"),
        ("clusters.csv", "tile,group\n,1\n", "clusters.csv, line 1: no column called platform"),
        (
            "clusters.csv",
            "tile,group,platform,account_id\n,0,x,1\n",
            "clusters.csv, line 2: “0” is no number",
        ),
    ],
)
def test_spoilt_tables_are_refused_in_words(tmp_path, name, content, message):
    (tmp_path / "private").mkdir()
    (tmp_path / "private" / name).write_text(content, encoding="utf-8")
    with pytest.raises(CallError, match=re.escape(message)):
        opened_groupbook(tmp_path)


def test_other_encodings_are_named_with_their_line(tmp_path):
    (tmp_path / "private").mkdir()
    (tmp_path / "private" / "groups.csv").write_bytes("group,name\n1,tea\n2,café\n".encode("latin-1"))
    with pytest.raises(CallError, match=r"groups\.csv, line 3: is not UTF-8"):
        opened_groupbook(tmp_path)


def test_hostile_names_lose_what_cannot_be_seen(tmp_path):
    (tmp_path / "private").mkdir()
    text = "group,name\n1,'=HYPERLINK(1)\n2,a\u202eb\x07 <b>\n"
    (tmp_path / "private" / "groups.csv").write_text(text, encoding="utf-8")
    assert opened_groupbook(tmp_path).earlier.names == {1: "=HYPERLINK(1)", 2: "ab <b>"}
