"""What the brand did and when: noted, kept, read back however a spreadsheet left it."""

from __future__ import annotations

import contextlib
import os
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from communitylab import sheets
from communitylab.diary import Action, actions_in, actions_of, note_action, noted_in
from communitylab.errors import CallError

AMA = Action(date(2025, 3, 1), "baker AMA")
FAIR = Action(date(2025, 2, 1), "spring fair")


@pytest.fixture
def listed(tmp_path):
    """Writes a list of actions and reads it."""

    def read(content: str | bytes) -> tuple[Action, ...]:
        path = tmp_path / "mine.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return actions_in(path)

    return read


# Noting


def test_what_is_noted_stands_in_order_of_days_and_words(tmp_path):
    folder = tmp_path / "report"
    assert noted_in(folder) == ()
    assert note_action(folder, "baker AMA", on="2025-03-01") == (AMA, 1, True)
    assert note_action(folder, "spring fair", on=date(2025, 2, 1)) == (FAIR, 2, True)
    note_action(folder, "a fair, too", on="2025-02-01")
    assert (folder / "actions.csv").read_bytes() == (
        b'day,what\n2025-02-01,"a fair, too"\n2025-02-01,spring fair\n2025-03-01,baker AMA\n'
    )
    assert noted_in(folder) == (Action(date(2025, 2, 1), "a fair, too"), FAIR, AMA)
    assert [path.name for path in folder.iterdir()] == ["actions.csv"]


def test_the_same_words_on_the_same_day_are_noted_once(tmp_path):
    note_action(tmp_path, "baker AMA", on="2025-03-01")
    assert note_action(tmp_path, "  baker \n AMA ", on="2025-03-01") == (AMA, 1, False)
    # Composed and decomposed, ü is one letter.
    note_action(tmp_path, "M\u00fcsli", on="2025-03-01")
    assert note_action(tmp_path, "Mu\u0308sli", on="2025-03-01")[1:] == (2, False)
    assert note_action(tmp_path, "baker AMA", on="2025-03-02")[1:] == (3, True)


@pytest.mark.parametrize(
    ("what", "noted"),
    [
        ("=1+1", "=1+1"),
        ("+49 hotline", "+49 hotline"),
        ("-20% week", "-20% week"),
        ("@everyone", "@everyone"),
        ("'=1+1", "'=1+1"),
        ("''twas", "''twas"),
        ("\x1b[31mred\x07", "[31mred"),
        ("one\r\ntwo\tthree\u2028four\xa0five", "one two three four five"),
        ("right\u202eto left\u200f\u2066", "rightto left"),
        ("\ufeffhead \u200bzero", "head zero"),
        ("bro\udc80ken", "broken"),
        ("<script>\"&amp;'</script>", "<script>\"&amp;'</script>"),
        ("day;what", "day;what"),
        ("東京 🍞", "東京 🍞"),
        ("a" * 80, "a" * 80),
    ],
)
def test_words_come_back_as_they_went_without_signs_that_cannot_be_seen(what, noted, tmp_path):
    note_action(tmp_path, what, on="2025-03-01")
    assert noted_in(tmp_path) == (Action(date(2025, 3, 1), noted),)
    line = (tmp_path / "actions.csv").read_text(encoding="utf-8").splitlines()[1]
    assert not line.removeprefix("2025-03-01,").lstrip('"').startswith(("=", "+", "-", "@"))


@given(st.lists(st.tuples(st.dates(), st.text(max_size=30)), max_size=8))
def test_whatever_is_noted_is_read_again(tmp_path_factory, entries):
    folder = tmp_path_factory.mktemp("any")
    kept = set()
    for day, what in entries:
        with contextlib.suppress(CallError):  # of words without a sign that can be seen
            kept.add(note_action(folder, what, on=day)[0])
    assert noted_in(folder) == tuple(sorted(kept))
    assert all(1 <= len(action.what) <= 80 and action.what.isprintable() for action in kept)


@pytest.mark.parametrize(
    ("what", "day", "message"),
    [
        ("", "2025-03-01", "says nothing"),
        (" \u200b\x00\n", "2025-03-01", "says nothing"),
        ("a" * 81, "2025-03-01", "has 81 characters, and a flag has room for 80"),
        ("a" * 10_000, "2025-03-01", "has 10,000 characters"),
        ("x", "1.3.2025", "--on 1.3.2025: no day. Write it like 2025-03-01."),
        ("x", "2025-02-30", "no day"),
        ("x", None, "On which day"),
    ],
)
def test_what_cannot_be_noted_is_said_and_nothing_is_written(what, day, message, tmp_path):
    with pytest.raises(CallError) as error:
        note_action(tmp_path / "report", what, on=day)
    assert message in str(error.value)
    assert len(str(error.value)) < 200
    assert not (tmp_path / "report").exists()


def test_a_list_with_columns_of_its_own_is_not_written_over(tmp_path):
    path = tmp_path / "actions.csv"
    path.write_text("day,what,cost\n2025-03-01,baker AMA,100\n")
    assert noted_in(tmp_path) == (AMA,)
    with pytest.raises(CallError, match=r"further columns \(“cost”\).*Write 2025-03-02 into its column day"):
        note_action(tmp_path, "=x", on="2025-03-02")
    assert path.read_text() == "day,what,cost\n2025-03-01,baker AMA,100\n"


def test_a_list_that_cannot_be_read_is_not_written_over(tmp_path):
    (tmp_path / "actions.csv").write_text("my notes")
    with pytest.raises(CallError, match="line 1: no column called day"):
        note_action(tmp_path, "x", on="2025-03-02")
    assert (tmp_path / "actions.csv").read_text() == "my notes"


def test_a_list_that_cannot_be_written_stays_whole(tmp_path, monkeypatch):
    note_action(tmp_path, "baker AMA", on="2025-03-01")

    def full(_draft: Path, _path: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(CallError, match=r"actions.csv: cannot be written \(No space left"):
        note_action(tmp_path, "x", on="2025-03-02")
    assert noted_in(tmp_path) == (AMA,)
    assert [path.name for path in tmp_path.iterdir()] == ["actions.csv"]


def test_a_file_in_the_place_of_the_folder(tmp_path):
    (tmp_path / "report").write_text("")
    assert noted_in(tmp_path / "report") == ()
    with pytest.raises(CallError, match="cannot be written"):
        note_action(tmp_path / "report", "x", on="2025-03-02")


# Reading


@pytest.mark.parametrize(
    "content",
    [
        "day,what\n2025-03-01,baker AMA\n2025-02-01,spring fair\n",
        "\ufeffday;what\r\n2025-03-01;baker AMA\r\n2025-02-01;spring fair\r\n",
        "day\twhat\r2025-03-01\tbaker AMA\r2025-02-01\tspring fair",
        '"Day","What"\n\n"2025-03-01"," baker AMA "\n,\n"2025-02-01","spring\nfair"\n\n',
        "what,day,,\nbaker AMA,2025-03-01,,\nspring fair,2025-02-01,,\n",
        "day;what;cost\n2025-02-01;spring fair;1,50\n2025-03-01;baker AMA\n2025-03-01;baker AMA;2\n",
    ],
)
def test_a_list_is_read_however_a_spreadsheet_left_it(listed, content):
    assert listed(content) == (FAIR, AMA)


def test_a_list_of_nothing_holds_nothing(listed):
    assert listed("day,what\n\n") == ()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "is empty"),
        ("\n \n", "is empty"),
        ("when,what\n2025-03-01,x\n", "line 1: no column called day"),
        ("\nday,did\n2025-03-01,x\n", "line 2: no column called what"),
        ("day,what,Day\n", "line 1: more than one column called day"),
        (
            "day,what\n2025-03-01,x\n\n01.03.2025,y\n",
            "line 4: “01.03.2025” is no day. Write it like 2025-03-01",
        ),
        ("day,what\n20250301,y\n", "line 2: “20250301” is no day"),
        ("day,what\n2025-02-30,y\n", "line 2: “2025-02-30” is no day"),
        ("day,what\n2025-W09-6,y\n", "line 2: “2025-W09-6” is no day"),
        ("day,what\n٢٠٢٥-٠٣-٠١,y\n", "is no day"),
        ("day,what\n,y\n", "line 2: “” is no day"),
        ("day,what\n2025-03-01\n", "line 2: says nothing"),
        ("day,what\n2025-03-01,\u200b\n", "line 2: says nothing"),
        ("day,what\n2025-03-01," + "a" * 10_000 + "\n", "line 2: “aaa"),
        ("day,what\n2025-03-01,baker AMA, live\n", "line 2: holds 3 values, and its first line 2"),
        ('day,what\n2025-03-01,"baker AMA\n', "is no line of a CSV"),
        (
            "day,what\n2025-03-01,M\u00fcsli\n".encode("latin-1"),
            "line 2: is not UTF-8. Save it as “CSV UTF-8”",
        ),
        ("day,what\n2025-03-01,x\n".encode("utf-16"), "line 1: is not UTF-8"),
        ("day,what\n\x1b[31m,x\n", "line 2: “�[31m” is no day"),
    ],
)
def test_a_list_that_is_wrong_says_where_and_what_to_do(listed, content, message):
    with pytest.raises(CallError) as error:
        listed(content)
    assert message in str(error.value)
    assert "mine.csv" in str(error.value)
    assert len(str(error.value)) < 400 + len(os.getcwd())


def test_a_list_that_is_too_large_is_not_read(tmp_path, monkeypatch):
    monkeypatch.setattr(sheets, "_MOST_BYTES", 20)
    (tmp_path / "mine.csv").write_text("day,what\n2025-03-01,x\n", encoding="utf-8")
    with pytest.raises(CallError, match=r"mine\.csv: is too large\. A list of actions is a CSV"):
        actions_in(tmp_path / "mine.csv")


def test_a_list_that_is_not_there_or_a_folder_or_closed(tmp_path, monkeypatch):
    with pytest.raises(CallError, match=r"none.csv: not there. `communitylab log` begins such a list"):
        actions_in(tmp_path / "none.csv")
    with pytest.raises(CallError, match=r"is a folder\. Name the file"):
        actions_in(tmp_path)
    (tmp_path / "actions.csv").mkdir()
    with pytest.raises(CallError, match="is a folder"):
        noted_in(tmp_path)

    def closed(_path: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    (tmp_path / "closed.csv").write_text("day,what\n")
    monkeypatch.setattr(Path, "read_bytes", closed)
    with pytest.raises(CallError, match=r"cannot be read \(Permission denied\)"):
        actions_in(tmp_path / "closed.csv")


# Of earlier results


def test_the_actions_of_an_earlier_report():
    rows = [{"day": "2025-03-01", "what": "baker AMA"}, {"day": "2025-02-01", "what": "spring fair"}]
    assert actions_of({"actions": rows}) == (FAIR, AMA)
    assert actions_of({}) == actions_of([]) == ()


@pytest.mark.parametrize(
    "wrong",
    [
        None,
        "x",
        {"day": "x"},
        [1],
        [{"day": "2025-03-01"}],
        [{"day": "1.3.25", "what": "x"}],
        [{"what": "x"}],
    ],
)
def test_actions_that_somebody_wrote_into_results_are_no_traceback(wrong):
    with pytest.raises(CallError, match=r"among its actions is .*Make the report anew"):
        actions_of({"actions": wrong})
