"""Commands to be pasted: whatever strangers wrote in their words, they stay these words."""

from __future__ import annotations

import re
import shlex
import subprocess

import pytest
from hostile import WORDS

from communitylab import errors
from communitylab.errors import CallError, command_line
from communitylab.readings import read_results
from communitylab.store import connect, open_store

HOSTILE = (
    *(word for word in WORDS if word.isprintable()),
    *(
        "$(touch pwn)",
        "a'; touch pwn; '",
        "`touch pwn`",
        "a && touch pwn",
        "~",
        "*",
        "",
        "!!",
        'a"; touch pwn; "',
    ),
)


@pytest.mark.parametrize("word", HOSTILE)
def test_a_word_stays_a_word_in_a_real_shell(word, tmp_path):
    told = subprocess.run(
        ["sh", "-c", command_line(["printf", "%s|", word, "end"])],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert told.stdout == f"{word}|end|"
    assert not any(tmp_path.iterdir())


def test_a_command_is_one_line_without_signs_that_drive_a_terminal():
    said = command_line(["communitylab", "forget", "table:a\nrm -rf x\x1b[2J\u202eb"])
    assert said.isprintable()
    assert shlex.split(said) == ["communitylab", "forget", "table:a�rm -rf x�[2J�b"]


@pytest.mark.parametrize(
    ("word", "quoted"),
    [
        ("C:\\Users\\Ana\\posts.csv", "C:\\Users\\Ana\\posts.csv"),
        ("--columns", "--columns"),
        ("author=User,text=Message", "author=User,text=Message"),
        ("müller_ö.csv", "müller_ö.csv"),
        ("", '""'),
        ("my export.csv", '"my export.csv"'),
        ("a&calc.csv", '"a&calc.csv"'),
        ("x|y$(z)", '"x|y?(z)"'),
        ("Mill & Co's", '"Mill & Co\'s"'),
        ('a" & calc & "', '"a? & calc & ?"'),
        ("a” ; calc ; “", '"a? ; calc ; ?"'),  # PowerShell takes them for quotes
        ("%PATH%`n", '"?PATH??n"'),
        ("C:\\my folder\\", '"C:\\my folder\\\\"'),
    ],
)
def test_a_word_on_windows(word, quoted, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(errors.os, "name", "nt")
        said = command_line([word])
    assert said == quoted


def test_messages_name_folders_with_blanks_as_a_shell_reads_them(tmp_path):
    folder = tmp_path / "my $(touch pwn) store"
    with pytest.raises(CallError) as told:
        open_store(connect(tmp_path), folder=folder)
    (command,) = re.findall("`(.*)` makes", str(told.value))
    assert shlex.split(command) == ["communitylab", "load", "EXPORT...", "--store", str(folder)]
    folder.mkdir()
    (folder / "run.toml").touch()
    (folder / "results.json").write_text("{")
    with pytest.raises(CallError) as told:
        read_results(folder)
    command = str(told.value).split("Make the report anew: ")[1]
    assert shlex.split(command) == ["communitylab", "rerun", str(folder / "run.toml"), "--out", str(folder)]
