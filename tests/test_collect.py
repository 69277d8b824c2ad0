"""Collecting: a stand-in for snscrape runs as a program of its own and does what the real one may do."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from communitylab import cli
from communitylab.exports import formats, recognise
from communitylab.exports.sample import sample_of
from communitylab.files import find

PROFILE = ("mastodon-profile", "@mill@bread.example")
DOCUMENT = Path(__file__).parent.parent / "docs" / "collect.md"
_TOOT = {
    "_type": "snscrape.modules.mastodon.Toot",
    "user": {"account": "@mill@bread.example"},
    "mentionedUsers": [{"account": "@ana@rye.example"}],
    "date": "2023-02-01T10:00:00+00:00",
    "text": "good morning @ana",
}
TWO = "".join(json.dumps({**_TOOT, "url": f"https://bread.example/@mill/{n}"}) + "\n" for n in (1, 2))
PYTHON = sys.executable
STOPPED = 130  # as every command ends at Ctrl-C


@pytest.fixture
def run(capsys, monkeypatch, tmp_path):
    """Runs `communitylab collect` in an empty folder: (exit status, stdout, stderr)."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")

    def call(*words: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["communitylab", "collect", *map(str, words)])
        with pytest.raises(SystemExit) as stop:
            cli.main()
        printed = capsys.readouterr()
        return int(stop.value.code or 0), printed.out, printed.err

    return call


@pytest.fixture
def stand_in(monkeypatch, tmp_path):
    """Puts a program in the place of snscrape: `two` are two lines of it."""

    def put(code: str, *, python: str = PYTHON) -> None:
        program = tmp_path / "bin" / "snscrape"
        program.parent.mkdir(exist_ok=True)
        head = f"#!{python}\nimport json, os, signal, sys, tempfile, time\ntwo = {TWO!r}\n"
        program.write_text(head + code, encoding="utf-8")
        program.chmod(0o755)
        monkeypatch.setattr(sys, "executable", str(program.with_name("python")))

    return put


def names() -> list[str]:
    """What lies in the folder in which it ran."""
    return sorted(path.name for path in Path().iterdir())


def test_posts_come_into_a_file_that_is_read(run, stand_in):
    stand_in("sys.stdout.write(two)")
    status, out, err = run(*PROFILE)
    assert (status, err) == (0, "")
    assert out == "posts.jsonl holds 2 posts. What is in it:\n\n    communitylab check posts.jsonl\n"
    assert names() == ["posts.jsonl"]
    assert Path("posts.jsonl").read_text(encoding="utf-8") == TWO
    (source,) = find("posts.jsonl")
    assert recognise(sample_of(source)).NAME == "snscrape"


@pytest.mark.skipif(os.name == "nt", reason="no such rights there")
def test_the_file_is_its_owners_alone(run, stand_in):
    stand_in("sys.stdout.write(two)")
    run(*PROFILE)
    assert Path("posts.jsonl").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("words", "handed_on"),
    [
        (PROFILE, ["mastodon-profile", "--", "@mill@bread.example"]),
        (("mastodon-profile", "mill@bread.example"), ["mastodon-profile", "--", "@mill@bread.example"]),
        (
            ("mastodon-profile", "https://bread.example/@mill"),
            ["mastodon-profile", "--", "https://bread.example/@mill"],
        ),
        (
            ("mastodon-toot", "https://bread.example/@mill/1"),
            ["mastodon-toot", "--thread", "--", "https://bread.example/@mill/1"],
        ),
        (
            (*PROFILE, "--limit", 5),
            ["--max-results", "5", "mastodon-profile", "--", "@mill@bread.example"],
        ),
        (
            ("mastodon-profile", "--", "-n@bread.example"),
            ["mastodon-profile", "--", "@-n@bread.example"],
        ),
    ],
)
def test_words_are_handed_on_as_words(run, stand_in, words, handed_on):
    stand_in("print(json.dumps(sys.argv[1:]))")
    assert run(*words)[0] == 0
    assert json.loads(Path("posts.jsonl").read_text(encoding="utf-8")) == ["--jsonl", *handed_on]


def test_nothing_of_the_environment_is_handed_on_and_nothing_stays(run, stand_in, monkeypatch, tmp_path):
    monkeypatch.setenv("API_TOKEN", "secret")
    monkeypatch.setenv("https_proxy", "http://proxy.example:3128")
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    stand_in(
        "left, place = tempfile.mkstemp(prefix='snscrape_locals_')\n"
        "print(json.dumps([dict(os.environ), place]))\n"
    )
    assert run(*PROFILE)[0] == 0
    seen, place = json.loads(Path("posts.jsonl").read_text(encoding="utf-8"))
    assert "secret" not in seen.values()
    assert seen["https_proxy"] == "http://proxy.example:3128"
    assert seen["NETRC"] == os.devnull
    assert place.startswith(str(tmp_path))
    assert not Path(place).parent.exists()


_TRACEBACK = """
sys.stderr.write('''2026-03-01 10:00:00.123  CRITICAL  snscrape._cli  Dumped stack and locals to /tmp/x
Traceback (most recent call last):
  File "x.py", line 1, in <module>
snscrape.base.ScraperException: Got status code 429
''')
sys.exit(1)
"""


def test_what_came_before_it_broke_off_is_kept(run, stand_in):
    stand_in("sys.stdout.write(two + two[:30])" + _TRACEBACK)
    status, out, err = run(*PROFILE)
    assert (status, out) == (3, "")
    assert err == (
        "What came, 2 posts, is kept in posts.jsonl.part. snscrape could not go on: Got status code 429. "
        "Look at the address in a browser, or try again later.\n"
    )
    assert names() == ["posts.jsonl.part"]
    assert Path("posts.jsonl.part").read_text(encoding="utf-8") == TWO


def test_a_program_that_is_killed(run, stand_in):
    stand_in("sys.stdout.write(two)\nsys.stdout.flush()\nos.kill(os.getpid(), signal.SIGKILL)")
    status, _out, err = run(*PROFILE)
    assert status == 3
    assert err.startswith(
        "What came, 2 posts, is kept in posts.jsonl.part. snscrape could not go on: it ended"
    )


def test_ctrl_c_keeps_what_came(run, stand_in):
    stand_in(
        "sys.stdout.write(two)\nsys.stdout.flush()\n"
        "until = time.monotonic() + 10\n"
        "while os.path.getsize('posts.jsonl.part') < len(two) and time.monotonic() < until: time.sleep(0.01)\n"
        "os.kill(os.getppid(), signal.SIGINT)\ntime.sleep(60)"
    )
    status, out, err = run(*PROFILE)
    assert (status, out) == (STOPPED, "")
    assert err == "What came, 2 posts, is kept in posts.jsonl.part.\n"
    assert Path("posts.jsonl.part").read_text(encoding="utf-8") == TWO


def test_ctrl_c_before_anything_came_leaves_nothing(run, stand_in):
    stand_in("os.kill(os.getppid(), signal.SIGINT)\ntime.sleep(60)")
    status, _out, err = run(*PROFILE)
    assert (status, err) == (STOPPED, "Nothing came.\n")
    assert names() == []


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("sys.exit(0)", "snscrape could not go on: it found no posts."),
        ("sys.exit(9)", "snscrape could not go on: it ended without a word (status 9)."),
        (
            "sys.stderr.write('2026 10  WARNING  snscrape.modules.mastodon  Account does not exist\\n')",
            "snscrape could not go on: Account does not exist.",
        ),
        ("sys.stderr.write('x' * 2_000_000); sys.exit(1)", "x" * 300 + "."),
        ("sys.stderr.write('bad \\x1b[31m sign'); sys.exit(1)", "bad �[31m sign."),
        (
            "None.find_all",
            "it reads servers on which Mastodon is older than 4.0 (November 2022), and there are few left. Instead",
        ),
    ],
)
def test_where_nothing_came_it_is_said_why(run, stand_in, code, said):
    stand_in(code)
    status, out, err = run(*PROFILE)
    assert (status, out) == (3, "")
    assert err.startswith("Nothing came. ")
    assert said in err
    assert "Traceback" not in err
    assert names() == []


def test_a_program_that_cannot_be_started(run, stand_in):
    stand_in("", python="/nowhere/python")
    status, _out, err = run(*PROFILE)
    assert status == 3
    assert "it cannot be started (No such file or directory)" in err
    assert names() == []


def test_a_remark_is_passed_on(run, stand_in):
    remark = "Old Mastodon instance, cannot retrieve reply toots"
    stand_in(
        f"sys.stdout.write(two)\nsys.stderr.write('2026 10  WARNING  snscrape.modules.mastodon  {remark}\\n')"
    )
    status, _out, err = run(*PROFILE)
    assert (status, err) == (0, f"snscrape remarks: {remark}.\n")


@pytest.mark.parametrize("name", ["posts.jsonl", "posts.jsonl.part"])
def test_nothing_is_overwritten(run, stand_in, name):
    stand_in("sys.stdout.write(two)")
    Path(name).write_text("mine", encoding="utf-8")
    status, _out, err = run(*PROFILE)
    assert status == 2
    assert err == f"{name}: is there already. Name another file with --out, or take it away.\n"
    assert names() == [name]
    assert Path(name).read_text(encoding="utf-8") == "mine"


def test_a_folder_that_is_not_there(run, stand_in):
    stand_in("sys.stdout.write(two)")
    status, _out, err = run(*PROFILE, "--out", "nowhere/posts.jsonl")
    assert (status, err) == (2, "nowhere/posts.jsonl: cannot be written (No such file or directory).\n")


def test_snscrape_that_is_not_there(run, monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    status, _out, err = run(*PROFILE)
    assert status == 2
    assert "snscrape is not installed with communitylab. It runs on Python 3.11 and not on later ones" in err
    assert "uv tool install --python 3.11 ." in err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["mastodon-profile"], "of which? Write: communitylab collect mastodon-profile @mill@bread.example"),
        (["mastodon-profile", "mill"], "mill is no account or address."),
        (["mastodon-profile", "@mill"], "@mill is no account or address."),
        (["mastodon-profile", "https://bread.example"], "https://bread.example is no account or address."),
        (["mastodon-profile", "file:///etc/passwd"], "file:///etc/passwd is no account or address."),
        (["mastodon-toot", "@mill@bread.example"], "@mill@bread.example is no account or address."),
        (["mastodon-toot", "\x1b[31m"], "�[31m is no account or address."),
        (
            ["mastodon"],
            "mastodon: cannot be collected. What can: mastodon-profile, toots, answers and boosts",
        ),
        (["bluesky", "mill"], "bluesky: cannot be collected."),
    ],
)
def test_a_call_that_is_wrong(run, words, said):
    status, _out, err = run(*words)
    assert status == 2
    assert said in err
    assert names() == []


@pytest.mark.parametrize(
    ("source", "platform"),
    [
        ("twitter-search", "x"),
        ("X", "x"),
        ("instagram-user", "instagram"),
        ("facebook-group", "facebook"),
        ("reddit-subreddit", "reddit"),
        ("telegram-channel", "telegram"),
        ("vkontakte-user", "vkontakte"),
        ("weibo", "weibo"),
    ],
)
def test_what_is_refused_has_another_way(run, source, platform):
    status, out, err = run(source, "mill")
    assert (status, out) == (2, "")
    assert err.startswith(f"{source}: nothing that tells who talks to whom can be collected from ")
    ways = {one.name: one for one in formats()}
    named = re.findall(r"^  (\w+): ", err, re.M)
    assert named == [
        name
        for name, one in ways.items()
        if platform in one.platforms and one.coverage != "D" and not one.is_gone
    ]
    assert named or "communitylab formats table" in err


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="snscrape does not run on Python 3.12")
def test_every_scraper_of_snscrape_is_collected_or_refused(run, stand_in):
    shown = subprocess.run(
        [Path(PYTHON).with_name("snscrape"), "--help"], capture_output=True, text=True, check=True
    )
    scrapers = re.findall(r"^    (\w+-[\w-]+)$", shown.stdout, re.M)
    assert len(scrapers) == 25
    stand_in("sys.stdout.write(two)")
    collected = {name for name in scrapers if "who talks to whom" not in run(name)[2]}
    assert collected == {"mastodon-profile", "mastodon-toot"}
    left, refused = DOCUMENT.read_text(encoding="utf-8").split("## What is refused")
    assert set(re.findall(r"`(\w+-[\w-]+)`", refused)) == set(scrapers) - collected
    assert set(re.findall(r"^\| `(\w+-[\w-]+)`", left, re.M)) == collected


def test_every_format_that_the_document_names_is_one():
    known = {one.name for one in formats()}
    (table,) = re.findall(r"instead \|\n\|[-|]+\n(.*?)\n\n", DOCUMENT.read_text(encoding="utf-8"), re.S)
    for row in table.splitlines():
        instead = row.split(" | ")[2]
        assert set(re.findall(r"`(\w+)`", instead)) <= known
