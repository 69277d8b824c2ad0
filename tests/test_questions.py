"""Asked four things: what people type, paste and drag into a terminal, and the report that comes of it."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pexpect
import pytest
from conftest import posts_of

from communitylab.errors import command_line
from communitylab.glances import Glance, Look
from communitylab.ledger import Ledger
from communitylab.questions import account_meant, asked, candidates, paths_in, what_is_wrong

STORY = "ana>BRAND mon; bo>BRAND tue; cy>BRAND wed; ana>bo thu; bo>ana fri; BRAND>ana sat"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with an export and lists whose names are as people give them."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my export.jsonl").write_text(posts_of(STORY), encoding="utf-8")
    (tmp_path / "Ana's list.csv").write_text("ana\nbo\n", encoding="utf-8")
    (tmp_path / "-list.txt").write_text("ana\nbo\n", encoding="utf-8")
    for name in ("one.json", "two.json", "Ana's and Bo's.csv"):
        (tmp_path / name).touch()
    return tmp_path


# What is typed, pasted and dragged


@pytest.mark.parametrize(
    ("line", "paths"),
    [
        ("", []),
        ("   ", []),
        ("my export.jsonl", ["my export.jsonl"]),
        ("'my export.jsonl' ", ["my export.jsonl"]),  # GNOME
        ("my\\ export.jsonl ", ["my export.jsonl"]),  # macOS
        ('"my export.jsonl"', ["my export.jsonl"]),
        ("Ana's list.csv", ["Ana's list.csv"]),
        ("Ana\\'s\\ list.csv", ["Ana's list.csv"]),
        ("Ana's and Bo's.csv", ["Ana's and Bo's.csv"]),
        ("'Ana'\\''s list.csv' one.json", ["Ana's list.csv", "one.json"]),
        ("Bo's list.csv", ["Bo's list.csv"]),  # not there, and its quote is never closed
        ("one.json two.json", ["one.json", "two.json"]),
        ("one.json, two.json", ["one.json", "two.json"]),
        ("one.json 'my export.jsonl'", ["one.json", "my export.jsonl"]),
        ("my exprt.jsonl", ["my exprt.jsonl"]),  # one name, misspelt
        ("*.json", ["*.json"]),
        ("-list.txt", ["./-list.txt"]),
        ('"C:\\Users\\Ana B\\my export.csv"', ["C:\\Users\\Ana B\\my export.csv"]),  # Windows
        ("C:\\Users\\Ana\\posts.csv D:\\two.csv", ["C:\\Users\\Ana\\posts.csv", "D:\\two.csv"]),
        ("'\\\\server\\Ana B\\posts.csv'", ["\\\\server\\Ana B\\posts.csv"]),
        ("~nobody-of-that-name/x", ["~nobody-of-that-name/x"]),
        ("nul\0l", ["nul\0l"]),
    ],
)
def test_paths_in_a_line(here, line, paths):
    assert paths_in(line) == paths


def test_own_folder_is_written_in_full(here, monkeypatch):
    monkeypatch.setenv("HOME", str(here))
    assert paths_in("~/one.json '~/my export.jsonl'") == [f"{here}/one.json", f"{here}/my export.jsonl"]


def test_windows_itself_reads_backslashes_as_they_are(here, monkeypatch):
    monkeypatch.setattr("communitylab.questions.os.name", "nt")
    assert paths_in("& 'folder\\my export.csv'") == ["folder\\my export.csv"]
    assert paths_in('folder\\a.csv "folder\\b c.csv"') == ["folder\\a.csv", "folder\\b c.csv"]


def test_what_was_typed_comes_out_of_the_command_as_it_was(here):
    words = ["communitylab", "report", 'Ana\'s "own" list.csv', "--brand", "O'Hara,Mill & Co"]
    assert shlex.split(command_line(words)) == words


# What is wrong with a path


@pytest.mark.parametrize(
    ("path", "missing", "near"),
    [
        ("my exprt.jsonl", "my exprt.jsonl", "my export.jsonl"),
        ("MY EXPRT.JSONL", "MY EXPRT.JSONL", "my export.jsonl"),
        ("my export.csv.of.yesterday", "my export.csv.of.yesterday", None),
        ("ana's list.parquet.gz", "ana's list.parquet.gz", "Ana's list.csv"),
        ("two.parquet", "two.parquet", "two.json"),  # the same name, in another format
        ("zzz", "zzz", None),
        ("downlods/posts.json", "downlods", "downloads"),  # the first folder on the way that is not there
        ("red\x1b[31m", "red�[31m", None),
    ],
)
def test_path_that_is_not_there_is_said_with_names_close_to_it(here, path, missing, near):
    (here / "downloads").mkdir()
    meant = f" Close to it: {near}." if near else ""
    assert what_is_wrong(path) == f"There is no {missing} in the current folder, {here}.{meant}"


def test_folder_that_is_named_in_full_is_named_in_the_message(here):
    assert (
        what_is_wrong(f"{here}/tw.json") == f"There is no tw.json in {here}. Close to it: two.json, one.json."
    )
    assert what_is_wrong("q-*.xml") == f"There is no q-*.xml in the current folder, {here}."


def test_nothing_is_wrong_with_what_is_there(here):
    assert [what_is_wrong(path) for path in ("one.json", ".", "*.json", str(here))] == [None] * 4


def test_file_that_may_not_be_read_says_so(here, monkeypatch):
    monkeypatch.setattr("communitylab.questions.os.access", lambda *_how: False)
    assert "one.json may not be read" in (what_is_wrong("one.json") or "")


# Which account


def _glance(*, authors: int, busiest: Iterable[tuple[str, int]], named: Iterable[tuple[str, int]]) -> Glance:
    return Glance(Ledger(), {}, Look(None, authors, tuple(busiest), tuple(named)))


def test_candidates_are_those_addressed_most_and_first_whoever_wrote_all():
    assert candidates(_glance(authors=3, busiest=[("ana", 5)], named=[("BRAND", 9), ("ana", 2)])) == [
        ("BRAND", 9),
        ("ana", 2),
    ]
    own = _glance(authors=1, busiest=[("BRAND", 5)], named=[("ana", 2), ("BRAND", 1)])
    assert candidates(own) == [("BRAND", None), ("ana", 2)]


@pytest.mark.parametrize(
    ("line", "name"),
    [("1", "ana"), (" 2 ", "bo"), ("3", "3"), ("0", "0"), ("@2", "2"), ("@Cy ", "Cy"), ("", ""), ("²", "²")],
)
def test_account_is_picked_by_number_or_typed(line, name):
    assert account_meant(line, [("ana", 9), ("bo", None)]) == name


# The conversation


@pytest.fixture
def converse(here: Path) -> Callable[..., tuple[list[str], str]]:
    """Answers in turn; the words of the command, and all that was said."""

    def conversed(*answers: str | BaseException) -> tuple[list[str], str]:
        told: list[str] = []
        left: Iterator[Any] = iter(answers)

        def answer(prompt: str) -> str:
            told.append(prompt)
            given = next(left)
            if isinstance(given, BaseException):
                raise given
            return given

        words = asked(answer=answer, say=told.append)
        assert next(left, None) is None, "not all was asked"
        return words, "\n".join(told)

    return conversed


def test_four_answers_are_the_command(converse):
    words, said = converse("my export.jsonl", "1", "ana, @bo ,", "Ana's list.csv")
    command = ["communitylab", "report", "my export.jsonl", "--brand", "BRAND,ana,bo"]
    assert words == [*command, "--followers", "Ana's list.csv"]
    assert "    1  BRAND (3 times)\n    2  ana (2 times)\n    3  bo (1 times)" in said
    (line,) = [line for line in said.splitlines() if line.startswith("    communitylab ")]
    assert shlex.split(line) == words


def test_of_several_chats_it_is_asked_which_are_meant(converse):
    account = str(Path(__file__).parent / "exports" / "fixtures" / "telegram.account.json")
    words, said = converse(account, "Wheat talk", "Bread talk, Rye news", "1", "", "")
    assert words[:3] + words[5:] == ["communitylab", "report", account, "--chats", "Bread talk,Rye news"]
    assert "Its groups and channels: 55, Bread talk, Rye news." in said
    assert "No chat, group or channel of these exports is called Wheat talk." in said
    _words, said = converse(account, "", account, "Bread talk", "1", "", "")
    assert "No chat was named.\nOther files, please" in said


def test_numbers_are_those_of_the_list_and_a_no_is_no_name(converse):
    words, said = converse("my export.jsonl", "12", "1", "2, none, BRAND", "no")
    assert words == ["communitylab", "report", "my export.jsonl", "--brand", "BRAND,ana"]
    assert "The list has no 12. If an account is called 12, type it once more." in said
    words, _said = converse("my export.jsonl", "12", "12", "-", "None")
    assert words[-1] == "12"


def test_answers_that_cannot_be_used_are_asked_again(converse, here):
    (here / "words.txt").write_text("Dear Ana,\n\nhow are you?\n", encoding="utf-8")
    (here / "empty.csv").touch()
    words, said = converse(
        "",
        "my exprt.jsonl",
        "words.txt",
        UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid"),
        "my export.jsonl",
        "",
        "brnd",
        "BRAND",
        "",
        "one.json two.json",
        "nowhere.csv",
        "empty.csv",
        "",
    )
    assert words == ["communitylab", "report", "my export.jsonl", "--brand", "BRAND"]
    for message in (
        "At least one file is needed",
        "Close to it: my export.jsonl",
        "neither a table nor JSON",
        "could not be read as text",
        "It is needed",
        "Did you mean BRAND? Then type it; brnd once more keeps brnd.",
        "One file, please; these are 2.",
        "There is no nowhere.csv",
        "empty.csv: the follower list holds no name",
    ):
        assert message in said, message


def test_follower_list_of_somebody_else_is_asked_for_again(converse, here):
    """Twelve wrote; of the first list nobody, of the second the brand alone, of the third Bo."""
    story = "; ".join(f"p{n}>BRAND mon" for n in range(10)) + f"; {STORY}"
    (here / "many.jsonl").write_text(posts_of(story), encoding="utf-8")
    for name, entries in {
        "wrong.csv": "zoe\nhal\n",
        "own.csv": "brand\nzoe\n",
        "right.csv": "zoe\n@Bo\n",
    }.items():
        (here / name).write_text(entries, encoding="utf-8")
    words, said = converse("many.jsonl", "BRAND", "", "wrong.csv", "own.csv", "right.csv")
    assert words[-2:] == ["--followers", "right.csv"]
    for name in ("wrong.csv", "own.csv"):
        assert f"{name}: none of its 2 entries wrote anything in the exports, and 13 others did." in said
    assert "right.csv:" not in said
    assert said.count("Another list, please; only Enter for none") == 2


def test_follower_list_is_kept_where_few_wrote(converse, here):
    (here / "wrong.csv").write_text("zoe\n", encoding="utf-8")
    words, _said = converse("my export.jsonl", "BRAND", "", "wrong.csv")
    assert words[-1] == "wrong.csv"


def test_name_that_was_doubted_is_kept_when_it_is_typed_again(converse):
    words, _said = converse("my export.jsonl", "brnd", "brnd", "", "")
    assert words[-1] == "brnd"


def test_name_unlike_all_that_are_known_is_taken_at_once(converse):
    words, said = converse("my export.jsonl", "quite another", "", "")
    assert words[-1] == "quite another"
    assert "Did you mean" not in said


# In a terminal


@pytest.fixture
def terminal(here: Path) -> Iterator[Callable[[], pexpect.spawn]]:
    """Starts the command, alone, in a terminal of its own."""
    command = shutil.which("communitylab", path=str(Path(sys.executable).parent))
    started: list[pexpect.spawn] = []

    def start() -> pexpect.spawn:
        environment = {**os.environ, "TERM": "dumb"}
        child = pexpect.spawn(command, cwd=str(here), env=environment, encoding="utf-8", timeout=120)
        started.append(child)
        return child

    yield start
    for child in started:
        child.close(force=True)


def test_command_alone_asks_and_writes_the_report(terminal, here):
    days = range(14)
    (here / "my export.jsonl").write_text(
        posts_of("; ".join(f"ana>BRAND d{day}; bo>ana d{day}; BRAND>bo d{day}" for day in days)),
        encoding="utf-8",
    )
    child = terminal()
    for prompt, line in (
        ("Files: ", "my\\ export.jsonl "),
        ("Your account: ", "1"),
        ("Colleagues: ", ""),
        ("Follower list: ", ""),
    ):
        child.expect_exact(prompt)
        child.sendline(line)
    child.expect_exact("communitylab report 'my export.jsonl' --brand BRAND")
    child.expect(pexpect.EOF)
    child.close()
    assert "Written to report: report.html" in child.before
    assert child.exitstatus == 4  # two people are no community: too few to say
    content = json.loads((here / "report" / "results.json").read_text(encoding="utf-8"))
    assert content["brand"]["name"] == "BRAND"
    assert (here / "report" / "report.html").exists()


@pytest.mark.parametrize("stop", ["c", "d"])
def test_stopping_is_no_mistake(terminal, here, stop):
    child = terminal()
    child.expect_exact("Files: ")
    child.sendcontrol(stop)
    child.expect(pexpect.EOF)
    child.close()
    assert child.before.splitlines()[-1] == "Stopped."
    assert "Traceback" not in child.before
    assert child.exitstatus == 2
    assert not (here / "report").exists()


def test_without_a_terminal_the_help_is_shown(capsys, monkeypatch):
    from communitylab import cli

    monkeypatch.setattr(sys, "argv", ["communitylab"])
    with pytest.raises(SystemExit) as stop:
        cli.main()
    printed = capsys.readouterr()
    assert stop.value.code == 2
    assert "Usage: communitylab" in printed.out + printed.err
