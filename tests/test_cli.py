"""The command line as a user types it: answers, exit statuses, and one clear message for every mistake."""

from __future__ import annotations

import base64
import csv
import gzip
import html
import json
import os
import re
import shutil
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from conftest import BAKERY, SAMPLE, TRUTH
from pypdf import PdfReader

import communitylab
from communitylab import cli, pdf
from communitylab.errors import CallError
from communitylab.rendering import notebook_folder
from communitylab.screens import written_lines
from communitylab.study import Study

HELPDESK = SAMPLE / "helpdesk" / "posts.jsonl"
N_POSTS = TRUTH["export"]["posts"]
N_RECORDS = N_POSTS + TRUTH["export"]["edited"] + TRUTH["export"]["duplicates"]


@pytest.fixture
def run(capsys, monkeypatch):
    """Runs the command line in this process: (exit status, stdout, stderr)."""

    def call(*words: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["communitylab", *map(str, words)])
        with pytest.raises(SystemExit) as stop:
            cli.main()
        printed = capsys.readouterr()
        return int(stop.value.code or 0), printed.out, printed.err

    return call


@pytest.fixture(scope="module")
def reported(tmp_path_factory) -> Path:
    """The folder of a report on the sample, made by the installed command."""
    out = tmp_path_factory.mktemp("reported") / "report"
    command = [shutil.which("communitylab", path=str(Path(sys.executable).parent)), "report", str(BAKERY)]
    command += ["--pdf"] if next(pdf._browsers(), None) else []
    done = subprocess.run(
        [*command, "--brand", "@MillAndCrumb", "--out", str(out)], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert all(": skipped " in line for line in done.stderr.splitlines()), done.stderr
    assert "millandcrumb's followers" in done.stdout.lower()
    return out


def test_report_writes_what_it_says(reported):
    names = {str(path.relative_to(reported)) for path in reported.rglob("*") if path.is_file()}
    assert {"results.json", "methods.md", "run.toml", "private/people.csv", "private/inputs.toml"} <= names
    assert {"tables/ladder.csv", "tables/measures.csv", "tables/conditions.csv"} <= names
    assert not list(reported.parent.glob("*.new"))


def test_results_hold_every_name_of_the_contract(reported):
    content = json.loads((reported / "results.json").read_text(encoding="utf-8"))
    assert set(content) >= {
        "schema", "brand", "span", "seed", "coverage", "ledger", "acts", "followers", "active_followers", "talkers",
        "regulars", "w_ff", "w_fb", "ties", "mutual_ties", "measures", "roles", "ladder", "trend", "by_kind",
        "by_ground", "by_platform", "verdict", "clusters", "tactics", "structure", "versions",
    }  # fmt: skip
    assert set(content["measures"]) >= {
        "follower_share", "breadth", "return_rate", "largest_component", "spread", "effective_pairs", "without_top",
        "mutuality", "cohesion", "conversation", "join_in", "first_answer", "reach", "centralization",
    }  # fmt: skip
    assert content["posts_studied"] == content["ledger"]["posts"] == N_POSTS
    assert content["ledger"]["records"] == content["ledger"]["posts"] + content["ledger"]["skipped"]
    assert [row["tile"] for row in content["tiles"]] == [row["tile"] for row in content["ladder"]]
    broad = content["measures"]["breadth"]
    assert broad["of_active"] == pytest.approx(broad["in_contact"] / _heard(content))
    for row in content["ladder"]:
        assert sum(row[rung] for rung in content["roles"]) == content["followers"]
    assert len(content["verdict"]["conditions"]) == 6
    specifications = content["verdict"]["specifications"]
    assert specifications["of"] == len(specifications["each"]) >= 24


def _heard(content: dict) -> int:
    """Followers who wrote something, tile by tile, added up."""
    return sum(row[rung] for row in content["ladder"] for rung in content["roles"] if rung != "silent")


def test_what_may_be_shared_holds_no_name_text_or_path(reported):
    people = list(
        csv.DictReader((reported / "private" / "people.csv").read_text(encoding="utf-8").splitlines())
    )
    handles = {person["name"] for person in people} | {person["account_id"] for person in people}
    assert len(people) > 100
    words = {"country sourdough", "wedding cakes", "pain au chocolat"}  # of groups single words may be told
    for path in reported.rglob("*"):
        if path.is_dir() or "private" in path.parts:
            continue
        text = path.read_bytes().decode("utf-8", errors="replace")
        pictures = re.findall(r"data:image/svg\+xml;base64,([\w+/=]+)", text)
        text += "".join(base64.b64decode(picture).decode("utf-8") for picture in pictures)
        assert not handles & set(re.findall(r"\w+", text)), path
        assert not {word for word in words if word in text}, path
        assert not re.search(r"/(home|root|Users|tmp)/", text), path
        assert "export.jsonl" not in text, path


def test_rerun_finds_the_one_thing_that_is_different(reported, run, tmp_path):
    copy = tmp_path / "report"
    shutil.copytree(reported, copy)
    earlier = json.loads((copy / "results.json").read_text(encoding="utf-8"))
    earlier["w_ff"] += 1
    (copy / "results.json").write_text(json.dumps(earlier), encoding="utf-8")
    status, out, _err = run("rerun", copy / "run.toml")
    # One difference, the one that was made, and else the same.
    assert (status, out) == (0, f"One difference: w_ff: was {earlier['w_ff']}, is {earlier['w_ff'] - 1}\n")


def test_rerun_without_its_files_says_which(run, tmp_path):
    status, _out, err = run("rerun", tmp_path / "run.toml")
    assert status == 2
    assert "run.toml: not there" in err


def test_methods_are_a_paragraph_with_the_numbers_of_the_run(reported):
    content = json.loads((reported / "results.json").read_text(encoding="utf-8"))
    text = (reported / "methods.md").read_text(encoding="utf-8")
    assert f"{content['measures']['follower_share']['value']:.3f}" in text
    assert f"{content['posts_studied']:,} posts" in text
    assert "seed 7" in text


def test_check_and_formats_and_load(run, tmp_path):
    status, out, _err = run("check", BAKERY)
    assert status == 0
    assert f"{N_RECORDS} records, {N_POSTS} posts" in out
    assert "everybody who wrote" in out
    assert "millandcrumb" in out
    assert "Did you mean discord?" in run("formats", "discrod")[2]
    assert run("formats", "Discord")[0] == 0
    status, out, _err = run("formats")
    assert status == 0
    for name in ("x_api_v2", "rtweet", "support_csv", "snscrape", "table"):
        assert name in out
    status, out, _err = run("load", BAKERY, "--store", tmp_path / "store")
    assert status == 0
    assert f"holds {N_POSTS} posts" in out


def test_a_followers_list_and_a_narrower_span(run, tmp_path, pageless):
    listed = tmp_path / "followers.txt"
    # Three of the circle, who all write in these months, and somebody who never does.
    ana, bo, cy = (_names()[person["id"]] for person in TRUTH["circle"][:3])
    listed.write_text(f"@{ana}\n{bo}\n@{cy.upper()}\nsilent_sam\n", encoding="utf-8")
    status, _out, _err = run(
        "report", BAKERY, "--brand", "millandcrumb", "--followers", listed, "--out", tmp_path / "out",
        "--since", "2025-02-01", "--until", "2025-04-30", "--tz", "Europe/Berlin", "--seed", "3",
    )  # fmt: skip
    content = json.loads((tmp_path / "out" / "results.json").read_text(encoding="utf-8"))
    assert status == 4
    assert content["verdict"]["label"] == "insufficient"
    assert (content["followers"], content["active_followers"]) == (4, 3)
    assert content["roles"]["silent"] == 1
    assert content["span"][0] >= "2025-01-31T23:00:00Z"
    assert content["span"][1] < "2025-04-30T22:00:00Z"
    assert 0 < content["posts_studied"] < N_POSTS
    assert "bystander_low" not in content["measures"]["follower_share"]


def _names() -> dict[str, str]:
    """Names by account id."""
    users = (user for page in map(json.loads, _pages()) for user in page["includes"]["users"])
    return {user["id"]: user["username"] for user in users}


def _pages() -> list[str]:
    return BAKERY.read_text(encoding="utf-8").splitlines(keepends=True)


def _with_line(path: Path, line: bytes) -> Path:
    lines = [page.encode() for page in _pages()[:6]]
    path.write_bytes(b"".join([*lines[:3], line + b"\n", *lines[3:]]))
    return path


HOPELESS = {
    # what is in the file: (its content, exit status, what the message says)
    "nothing": (b"", 3, "empty"),
    "a binary": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40, 3, "a PNG picture"),
    "no author column": (b"foo,text,created_at\nx,hi,2025-01-01\n", 3, "--columns author="),
    "dates that are no dates": (
        b"id,author,date,text\n" + b"1,ana,yesterday,@millandcrumb hi\n" * 9,
        3,
        r"no date \(first: line 2\)",
    ),
    "JSON that breaks off": (b'{"data": [{"id": "1", "author_id": "2", "te', 3, "JSON that breaks off"),
    "words": (b"Dear Ana,\n\nhow are you?\n", 3, "neither a table nor JSON"),
}


@pytest.mark.parametrize("case", HOPELESS)
def test_files_that_hold_no_post(case, run, tmp_path):
    content, expected, message = HOPELESS[case]
    (tmp_path / "export.dat").write_bytes(content)
    status, out, err = run(
        "report", tmp_path / "export.dat", "--brand", "millandcrumb", "--out", tmp_path / "out"
    )
    assert (status, out) == (expected, "")
    assert re.search(message, err)
    assert "export.dat" in err
    assert not (tmp_path / "out").exists()


WRONG_CALLS = {
    "no brand": (["report", BAKERY], "No brand was named"),
    "no export": (["report", "--brand", "x"], "No export was named"),
    "a missing file": (["report", "nowhere.jsonl", "--brand", "x"], "nowhere.jsonl"),
    "an empty glob": (["report", "nowhere-*.jsonl", "--brand", "x"], r"nowhere-\*\.jsonl"),
    "a stranger as brand": (["report", HELPDESK, "--brand", "nobody"], r"never occurs.*parcelhare \(\d+\)"),
    "a brand misspelt": (["report", HELPDESK, "--brand", "parcelhair"], "Did you mean parcelhare"),
    "days the wrong way round": (
        ["report", BAKERY, "--brand", "millandcrumb", "--since", "2025-03-01", "--until", "2025-02-01"],
        "--since 2025-03-01 lies after --until 2025-02-01",
    ),
    "a day that is none": (["report", BAKERY, "--brand", "millandcrumb", "--since", "soon"], "2025-03-01"),
    "a zone that is none": (
        ["report", BAKERY, "--brand", "millandcrumb", "--tz", "Oz/Emerald"],
        "Europe/Berlin",
    ),
    "a kind in the plural": (
        ["report", BAKERY, "--brand", "millandcrumb", "--kinds", "replies"],
        "kinds replies: not one of .*Did you mean reply",
    ),
    "a kind that is none": (["report", BAKERY, "--brand", "millandcrumb", "--kinds", "wink"], "wink"),
    "a class that is none": (["report", BAKERY, "--brand", "millandcrumb", "--coverage", "Z"], "C_search"),
    "columns without =": (
        ["report", BAKERY, "--brand", "millandcrumb", "--columns", "author"],
        "author=User",
    ),
    "an unknown option": (["report", BAKERY, "--brandd", "x"], "No such option"),
}


@pytest.mark.parametrize("case", WRONG_CALLS)
def test_calls_that_are_wrong(case, run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    words, message = WRONG_CALLS[case]
    status, out, err = run(*words)
    assert (status, out) == (2, "")
    assert re.search(message, err, re.S)
    assert list(tmp_path.iterdir()) == []


def test_an_empty_follower_list_and_a_span_without_posts(run, tmp_path):
    (tmp_path / "followers.txt").touch()
    call = ["report", BAKERY, "--brand", "millandcrumb", "--out", tmp_path / "out"]
    status, _out, err = run(*call, "--followers", tmp_path / "followers.txt")
    assert status == 2
    assert "followers.txt: the follower list holds no name" in err
    status, _out, err = run(*call, "--since", "2031-01-01")
    assert status == 3
    assert re.search(r"from 2025-01-\d\d to 2025-08-\d\d", err)
    assert not (tmp_path / "out").exists()


def test_a_follower_list_of_somebody_else_is_refused(run, tmp_path):
    (tmp_path / "list.txt").write_text("zoe\nhal\n", encoding="utf-8")
    for wrong in (tmp_path / "list.txt", HELPDESK):
        status, _out, err = run("report", HELPDESK, "--brand", "parcelhare", "--followers", wrong)
        assert status == 2
        assert re.search(
            r"none of its [\d]+ entries wrote anything.* 180 others did. Is it a follower list", err
        )


def test_a_follower_list_in_the_place_of_an_export_is_told_apart(run):
    status, _out, err = run("check", SAMPLE / "bakery" / "followers.csv")
    assert status == 3
    assert "looks like a follower list" in err
    assert "--followers" in err


def test_a_hashtag_that_no_post_carries_is_named(run, tmp_path, pageless):
    call = (
        "report",
        SAMPLE / "own_archive" / "posts.jsonl",
        "--brand",
        "millandcrumb",
        "--out",
        tmp_path / "out",
    )
    _status, _out, err = run(*call, "--hashtags", "crumbchat,crumbchatt")
    assert "No post carries #crumbchatt." in err
    assert "#crumbchat." not in err


def test_a_folder_with_a_page_of_its_own_is_left_alone(run, tmp_path):
    (tmp_path / "report.html").write_text("mine")
    status, _out, err = run("report", BAKERY, "--brand", "millandcrumb", "--out", tmp_path)
    assert status == 2
    assert "no report of communitylab" in err
    assert (tmp_path / "report.html").read_text() == "mine"
    (tmp_path / "file.csv").touch()
    status, _out, err = run("report", BAKERY, "--brand", "millandcrumb", "--out", tmp_path / "file.csv")
    assert "is a file. Name a folder" in err


def test_a_brand_and_a_file_with_signs_beyond_the_first_plane_can_be_rerun(run, tmp_path, pageless):
    rows = ["author,text,created_at", *(f"ana,@brot🍞 hi,2025-01-{day:02}T10:00:00Z" for day in range(1, 4))]
    (tmp_path / "🍞.csv").write_text("\n".join(rows) + "\nbrot🍞,hi,2025-01-02T10:00:00Z\n", encoding="utf-8")
    call = ("report", tmp_path / "🍞.csv", "--brand", "brot🍞", "--out", tmp_path / "out")
    assert run(*call)[0] == 4
    status, out, err = run("rerun", tmp_path / "out")
    assert (status, out.splitlines()[-1]) == (0, "The same, to the last digit."), err


def test_version(run):
    status, out, _err = run("--version")
    assert (status, out.strip()) == (0, communitylab.__version__)


def test_rerun_of_an_export_that_was_moved_says_where_to_write_its_place(reported, run, tmp_path):
    copy = tmp_path / "report"
    shutil.copytree(reported, copy)
    inputs = copy / "private" / "inputs.toml"
    inputs.write_text(inputs.read_text().replace("/bakery/posts.jsonl", "/bakery/gone.jsonl"))
    status, _out, err = run("rerun", copy)
    assert status == 2
    assert re.search(r"gone.jsonl: no longer there. Write where it is now into .*inputs.toml", err)


def test_an_output_folder_that_cannot_be_written(run, tmp_path):
    (tmp_path / "file").touch()
    status, out, err = run("report", BAKERY, "--brand", "millandcrumb", "--out", tmp_path / "file" / "out")
    assert (status, out) == (2, "")
    assert "cannot be written" in err


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"data": [nope', "malformed JSON"),
        (b'{"data":[{"id":"1","author_id":"2","text":"\xff\xfe"}]}', "not UTF-8"),
        (b"[" * 100_000 + b"]" * 100_000, "nested too deep|the record is not as this format has it"),
        (b'{"data":[{"id":"1","text":"' + b"x" * 50_000_000 + b'"}]}', "line over 32 MB"),
    ],
    ids=["malformed", "bad UTF-8", "deep", "50 MB"],
)
def test_one_bad_line_is_named_and_the_rest_counts(line, reason, run, tmp_path):
    path = _with_line(tmp_path / "export.jsonl", line)
    status, out, _err = run("check", path)
    assert status == 0
    assert "601 records, 600 posts" in out
    assert re.search(rf"skipped 1 × ({reason}) \(first: line 4\)", out)


def test_a_cut_archive_counts_as_far_as_it_goes(run, tmp_path):
    whole = gzip.compress("".join(_pages()).encode())
    (tmp_path / "export.jsonl.gz").write_bytes(whole[: len(whole) // 2])
    status, out, _err = run("check", tmp_path)
    assert status == 0
    assert "the compressed file breaks off" in out
    assert 0 < int(re.search(r"(\d+) posts", out)[1]) < N_POSTS


def test_of_ten_files_one_is_broken_and_nine_count(run, tmp_path):
    for number, page in enumerate(_pages()[:9]):
        (tmp_path / f"{number}.jsonl").write_text(page, encoding="utf-8")
    (tmp_path / "9.jsonl").write_bytes(os.urandom(4000))
    status, out, _err = run("check", tmp_path)
    assert status == 0
    assert len(re.findall("100 records, 100 posts", out)) == 9
    assert "9.jsonl:\n  not read. " in out


def test_an_export_that_is_not_about_the_brand_is_refused_with_a_report(run, tmp_path, pageless):
    status, out, _err = run(
        "report", BAKERY, "--brand", _names()[TRUTH["circle"][0]["id"]], "--out", tmp_path / "out"
    )
    content = json.loads((tmp_path / "out" / "results.json").read_text(encoding="utf-8"))
    assert status == 4
    assert content["verdict"]["label"] == "not identifiable"
    assert "not about the brand" in content["verdict"]["because"][0]
    assert "cannot show" in out


def test_counts_are_refused_with_a_report(run, tmp_path):
    (tmp_path / "counts.jsonl").write_text(
        '{"data":[{"start":"2025-01-01T00:00:00.000Z","end":"2025-01-02T00:00:00.000Z","tweet_count":7}],'
        '"meta":{"total_tweet_count":7}}\n'
    )
    status, _out, err = run(
        "report", tmp_path / "counts.jsonl", "--brand", "millandcrumb", "--out", tmp_path / "out"
    )
    content = json.loads((tmp_path / "out" / "results.json").read_text(encoding="utf-8"))
    assert status == 4
    assert content["coverage"]["class"] == "D"
    assert content["verdict"]["label"] == "not identifiable"
    assert "a count, no post" in err


def test_names_from_an_export_cannot_drive_the_terminal(run, tmp_path):
    rows = [["author", "text", "created_at"]] + [["ana", "hi @\x1b[31mred bo", "2025-01-06T10:00:00Z"]] * 2
    rows += [["\x1b]0;owned\x07bo", "@ana hi", "2025-01-06T11:00:00Z"]]
    with (tmp_path / "export.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    for words in (["check", tmp_path], ["report", tmp_path, "--brand", "nobody"]):
        _status, out, err = run(*words)
        assert "\x1b" not in out + err
        assert "\x07" not in out + err


# What the brand did


@pytest.fixture
def talk(tmp_path) -> Path:
    """Twelve weeks in which three people talk with one another and with the brand."""
    return _talk(tmp_path / "talk.csv", days=84)


def _talk(path: Path, *, days: int) -> Path:
    rows = ["author,text,created_at"]
    for day in range(days):
        at = f"{date(2025, 1, 6) + timedelta(day)}T10:00:00Z"
        rows += [f"ana,@bo hi,{at}", f"bo,@ana hi,{at}", f"cy,@shop hi {day},{at}", f"shop,hello {day},{at}"]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def test_what_is_noted_is_listed_and_wrong_calls_say_so(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    _status, out, _err = run("log")
    assert "No action is noted. Note one: communitylab log" in out
    status, out, _err = run("log", "baker AMA", "--on", "2025-03-01")
    assert (status, out) == (
        0,
        "Noted: 2025-03-01 baker AMA. 1 action is noted; a report in report/ whose time covers its day shows it as a "
        "flag on its charts.\n",
    )
    _status, out, _err = run("log", "\x1b[1m fair", "--on", "2025-02-01", "--out", "report")
    assert out.startswith(
        "Noted: 2025-02-01 [1m fair. 2 actions are noted; a report in report/ whose time covers"
    )
    _status, out, _err = run("log", "baker AMA", "--on", "2025-03-01")
    assert out.startswith("Already noted: 2025-03-01 baker AMA. 2 actions are noted;")
    _status, out, _err = run("log", "--out", "report")
    assert out.splitlines()[:2] == ["  1  2025-02-01  [1m fair", "  2  2025-03-01  baker AMA"]
    assert "edit report/actions.csv" in out
    for call, message in (
        (["x"], "x: on which day? For example: --on 2025-03-01"),
        (["x", "--on", "1.3.2025"], "--on 1.3.2025: no day. Write it like 2025-03-01."),
        (["--on", "2025-03-01"], "Say what you did, too"),
        (["", "--on", "2025-03-01"], "says nothing"),
    ):
        status, out, err = run("log", *call)
        assert (status, out) == (2, "")
        assert message in err


def test_a_report_shows_what_was_noted_and_leaves_the_list_alone(run, talk, tmp_path, request):
    out = tmp_path / "report"
    for what, day in (
        ("<script>x</script> & AMA", "2025-02-01"),
        ("=fair", "2025-02-02"),
        ("far", "2030-01-01"),
    ):
        assert run("log", what, "--on", day, "--out", out)[0] == 0
    held = (out / "actions.csv").read_bytes()
    call = ("report", talk, "--brand", "shop", "--out", out)
    assert run(*call)[0] in (0, 4)
    assert (out / "actions.csv").read_bytes() == held
    content = json.loads((out / "results.json").read_text(encoding="utf-8"))
    assert content["actions"] == [
        {"day": "2025-02-01", "what": "<script>x</script> & AMA"},
        {"day": "2025-02-02", "what": "=fair"},
        {"day": "2030-01-01", "what": "far"},
    ]
    page = (out / "report.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert "1: &lt;script&gt;x&lt;/script&gt; &amp; AMA, on 1 February 2025." in page
    assert page.count("Actions: 1 = &lt;script&gt;") >= 2  # trend and ladder
    assert page.count("not among the days of this report") == 1
    # Whatever is noted later, the earlier report is made again as it was.
    assert run("log", "later", "--on", "2025-02-03", "--out", out)[0] == 0
    again = tmp_path / "again"
    status, said, err = run("rerun", out / "run.toml", "--out", again)
    assert (status, said.splitlines()[-1]) == (0, "The same, to the last digit."), err
    assert (again / "report.html").read_bytes() == (out / "report.html").read_bytes()
    request.getfixturevalue("pageless")
    assert run(*call)[0] in (0, 4)
    content = json.loads((out / "results.json").read_text(encoding="utf-8"))
    assert [action["what"] for action in content["actions"]][2:] == ["later", "far"]


def test_a_report_made_again_in_its_place_takes_up_what_was_noted_and_named_there(run, tmp_path, pageless):
    rows = ["author,text,created_at"]
    for day in range(28):
        at = f"{date(2025, 1, 6) + timedelta(day)}T10:00:00Z"
        for group in ("ana bo cy dee ed flo", "gus hal ida jo kim lou"):
            people = group.split()
            rows += [f"{one},@{people[(n + 1 + day % 3) % 6]} hi {day},{at}" for n, one in enumerate(people)]
        rows += [f"ana,@shop hi {day},{at}", f"shop,hello {day},{at}"]
    (tmp_path / "groups.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    out = tmp_path / "report"
    run("log", "gala of ana", "--on", "2025-01-07", "--out", out)
    assert run("report", tmp_path / "groups.csv", "--brand", "shop", "--out", out)[0] in (0, 4)
    table = out / "private" / "groups.csv"
    text = table.read_text(encoding="utf-8-sig")
    table.write_text(re.sub('(?m)^"?1"?,(?:"")?,', "1,bread people,", text), encoding="utf-8")
    (out / "actions.csv").unlink()  # what its owner took out must not come back
    run("log", "fair", "--on", "2025-01-08", "--out", out)
    status, said, err = run("rerun", out / "run.toml", "--out", f"{out}/../report")
    assert (status, "difference" in said) == (0, True), err
    content = json.loads((out / "results.json").read_text(encoding="utf-8"))
    assert content["actions"] == [{"day": "2025-01-08", "what": "fair"}]
    assert [group["name"] for group in content["clusters"]] == ["bread people", None]


def test_a_list_from_elsewhere_takes_the_place_of_the_one_in_the_folder(run, talk, tmp_path, pageless):
    out = tmp_path / "report"
    run("log", "mine", "--on", "2025-02-01", "--out", out)
    (tmp_path / "plan.csv").write_text("day;what;cost\n2025-02-02;theirs;5\n")
    call = ("report", talk, "--brand", "shop", "--out", out)
    run(*call, "--actions", tmp_path / "plan.csv")
    content = json.loads((out / "results.json").read_text(encoding="utf-8"))
    assert content["actions"] == [{"day": "2025-02-02", "what": "theirs"}]


def test_a_wrong_list_of_actions_is_said_before_the_work(run, talk, tmp_path):
    out = tmp_path / "report"
    call = ("report", talk, "--brand", "shop", "--out", out)
    status, _out, err = run(*call, "--actions", tmp_path / "none.csv")
    assert (status, "none.csv: not there" in err) == (2, True)
    out.mkdir()
    (out / "actions.csv").write_text("day,what\n1.2.2025,fair\n")
    status, _out, err = run(*call)
    assert status == 2
    assert re.search(r"actions.csv, line 2: “1.2.2025” is no day. Write it like 2025-03-01", err)
    assert [path.name for path in out.iterdir()] == ["actions.csv"]


def test_rerun_of_results_with_wrong_actions_is_no_traceback(reported, run, tmp_path):
    copy = tmp_path / "report"
    shutil.copytree(reported, copy)
    content = json.loads((copy / "results.json").read_text(encoding="utf-8"))
    assert content["actions"] == []
    content["actions"] = [{"day": "soon"}]
    (copy / "results.json").write_text(json.dumps(content), encoding="utf-8")
    status, _out, err = run("rerun", copy)
    assert status == 2
    assert "which is no day with words. Make the report anew." in err


# A folder of one's own


@pytest.fixture
def opened(monkeypatch) -> list[list[str]]:
    """The programs that would have taken the place of this one."""
    calls: list[list[str]] = []

    def stand_in(_path: str, words: list[str]) -> None:
        calls.append(words[1:])
        raise SystemExit(0)

    monkeypatch.setattr(os, "execv", stand_in)
    return calls


def test_new_makes_a_folder_and_lab_opens_it(run, tmp_path, opened, monkeypatch):
    monkeypatch.chdir(tmp_path)
    talk = _talk(tmp_path / "talk.csv", days=3)
    status, out, err = run("new", "my work", talk, "--brand", "shop", "--hashtags", "ama")
    assert status == 0
    assert err.startswith("No post carries #ama.\n")
    assert "Made my work, with 12 posts: its README.md says what is where." in out
    assert out.endswith("    communitylab lab 'my work'\n")
    for words, place, options in (
        (
            ["my work", "--no-browser", "--port", "8899"],
            "my work/notebooks",
            ["--no-browser", "--port", "8899"],
        ),
        (["my work/notebooks"], "my work/notebooks", []),
        (["--no-browser", "--port", "8899"], str(notebook_folder()), ["--no-browser", "--port", "8899"]),
        ([], str(notebook_folder()), []),
    ):
        assert run("lab", *words)[0] == 0
        assert opened.pop() == ["-m", "jupyterlab", place, *options]
    # A store stands in the place of an export; and what is there is left alone.
    status, out, _err = run("report", "my work/store", "--brand", "shop", "--since", "2031-01-01")
    assert status == 3
    status, out, err = run("new", "my work", talk, "--brand", "shop")
    assert (status, out) == (2, "")
    assert "my work: is such a folder already, and is left as it is." in err


def test_no_command_touches_the_notebooks_of_a_folder_that_is_there(run, talk, tmp_path, opened, pageless):
    """What somebody wrote into them outlives every later version of the package."""
    mine = tmp_path / "mine"
    assert run("new", mine, talk, "--brand", "shop")[0] == 0
    for path in (mine / "notebooks").iterdir():
        path.write_text(
            path.read_text(encoding="utf-8").replace('"cells"', '"mine": "ä",\n "cells"'), encoding="utf-8"
        )
    (mine / "notebooks" / "01_load_an_export.ipynb").unlink()
    (mine / "notebooks" / "my_own.ipynb").write_bytes(b"{}\r\n")
    (mine / "README.md").write_text("my notes")
    held = {path: path.read_bytes() for path in (mine / "README.md", *(mine / "notebooks").iterdir())}
    assert len(held) > 5
    assert run("new", mine, talk, "--brand", "shop")[0] == 2
    later = _talk(tmp_path / "later.csv", days=86)
    call = ("--brand", "shop", "--store", mine / "store", "--out", mine / "report")
    assert run("report", later, *call)[0] in (0, 4)
    assert run("rerun", mine / "report", "--out", mine / "report")[0] == 0
    assert run("lab", mine)[0] == 0
    assert opened.pop()[2] == str(mine / "notebooks")
    assert run("forget", "cy", "--store", mine / "store", "--out", mine / "report")[0] == 0
    assert {path: path.read_bytes() for path in (mine / "README.md", *(mine / "notebooks").iterdir())} == held


NO_FOLDER = {
    # what was typed: (the words after `new` or `lab`, what the message says)
    "no export": (["new", "mine"], "Missing argument"),
    "no brand": (["new", "mine", BAKERY], "No brand was named"),
    "a missing file": (["new", "mine", "nowhere.jsonl", "--brand", "x"], "no file or folder nowhere.jsonl"),
    "a path of Windows": (
        ["new", "mine", "C:\\Users\\ana\\x.csv", "--brand", "x"],
        r"no file or folder C:\\Users",
    ),
    "a home of nobody": (
        ["new", "mine", "~nobody-at-all/x.csv", "--brand", "x"],
        "no file or folder ~nobody-at-all",
    ),
    "columns without =": (["new", "mine", BAKERY, "--brand", "x", "--columns", "author"], "author=User"),
    "a lab that is none": (["lab", "nowhere"], "nowhere: is no folder. .* communitylab new"),
    "a lab without notebooks": (["lab", "."], r"\.: holds no notebooks. .* communitylab new"),
}


@pytest.mark.parametrize("case", NO_FOLDER)
def test_new_and_lab_that_are_wrong(case, run, tmp_path, monkeypatch, opened):
    monkeypatch.chdir(tmp_path)
    words, message = NO_FOLDER[case]
    status, out, err = run(*words)
    assert (status, out) == (2, "")
    assert re.search(message, err)
    assert list(tmp_path.iterdir()) == []
    assert opened == []


# Two reports, and somebody who is to be forgotten


def test_two_reports_are_compared(run, reported, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    other = tmp_path / "other"
    other.mkdir()
    content = json.loads((reported / "results.json").read_text(encoding="utf-8"))
    content["measures"]["follower_share"] |= {"value": 0.8, "low": 0.75, "high": 0.85}
    (other / "results.json").write_text(json.dumps(content), encoding="utf-8")
    status, out, err = run("compare", reported, other / "results.json")
    assert (status, err) == (0, "")
    assert "0.8" in out or "80" in out
    assert (
        out.splitlines()[-1]
        == "Written to comparison: comparison.html (open it in a browser), comparison.csv."
    )
    assert (tmp_path / "comparison" / "comparison.html").is_file()
    for words, message in (
        ([reported, tmp_path / "nowhere"], "nowhere"),
        ([tmp_path, other], "results.json"),
        ([reported, reported], "twice the same report"),
        ([reported, other, "--out", other / "results.json"], "is a file"),
    ):
        status, out, err = run("compare", *words)
        assert (status, out) == (2, ""), words
        assert message in err


def test_somebody_is_forgotten_and_stays_so(run, tmp_path, monkeypatch, pageless):
    monkeypatch.chdir(tmp_path)
    talk = _talk(tmp_path / "talk.csv", days=3)
    status, _out, err = run("forget", "bo")
    assert status == 2
    assert run("report", talk, "--brand", "shop")[0] in (0, 4)
    assert "bo" in (tmp_path / "report" / "private" / "people.csv").read_text(encoding="utf-8")
    status, _out, err = run("forget", "nobody-at-all")
    assert status == 2
    assert "nobody-at-all" in err
    status, out, err = run("forget", "bo")
    assert (status, err) == (0, "")
    assert out.startswith("bo is forgotten")

    # Who is read by a later report here, and when this one is made again: no need to measure them.
    read: list[list[str]] = []

    def look(study: Study, **_how: object) -> None:
        read.append(study.table("accounts")["name"].tolist())
        raise CallError("far enough")

    monkeypatch.setattr("communitylab.reports.write_report", look)
    monkeypatch.setattr("communitylab.reports.measure", look)
    for words in (
        ["report", talk, "--brand", "shop"],
        ["rerun", "report"],
        ["rerun", "report", "--out", "again"],
    ):
        assert run(*words)[2].endswith("far enough\n")
    assert read == [["ana", "cy", "shop"]] * 3


# What was written


def test_what_was_written_is_named(tmp_path):
    for name in ("report.html", "results.json", "network.html", "results.xlsx", "network.graphml"):
        (tmp_path / name).touch()
    first, second = written_lines(tmp_path)
    assert first == (
        f"\nWritten to {tmp_path}: report.html (open it in a browser), network.html (the network, to move about in), "
        "results.xlsx (all tables for a spreadsheet), results.json, network.graphml."
    )
    assert second == f"{tmp_path}/private holds names: it is for your eyes only."
    (tmp_path / "report.pdf").touch()
    assert "report.pdf (to print or to send), network.html" in next(iter(written_lines(tmp_path)))


def test_pdf_is_the_page_as_a_browser_prints_it(reported):
    if next(pdf._browsers(), None) is None:
        pytest.skip("no browser: install one, `apt-get install chromium`")
    page = (reported / "report.html").read_text(encoding="utf-8")
    printed = PdfReader(reported / "report.pdf")
    assert f"<title>{printed.metadata.title}</title>" in page
    (headline,) = re.findall(r"<h1[^>]*>(.*?)</h1>", page)
    first = " ".join(printed.pages[0].extract_text().split())
    assert html.unescape(headline) in first
    assert len(printed.pages) > 5


def test_pdf_is_printed_beside_the_page_and_without_a_browser_the_page_stands(
    run, reported, tmp_path, monkeypatch
):
    content = json.loads((reported / "results.json").read_text(encoding="utf-8"))
    done = SimpleNamespace(as_dict=lambda: content)
    monkeypatch.setattr("communitylab.reports.write_report", lambda *_study, **_how: done)
    talk, out = _talk(tmp_path / "talk.csv", days=2), tmp_path / "report"
    out.mkdir()

    def refuse(_page: Path, target: Path) -> None:
        raise CallError(f"{target.name}: no Chromium was found. Install one.")

    def write(page: Path, target: Path) -> None:
        assert page == out / "report.html"
        target.touch()

    call = ("report", talk, "--brand", "shop", "--out", out)
    for is_asked, printer, is_written, said in (
        (True, refuse, False, True),
        (False, write, False, False),
        (True, write, True, False),
    ):
        monkeypatch.setattr("communitylab.reports.write_pdf", printer)
        status, printed, err = run(*call, *["--pdf"] * is_asked)
        assert status == 0
        assert ("report.pdf (to print or to send)" in printed) == is_written
        assert ("report.pdf: no Chromium was found. Install one." in err) == said
