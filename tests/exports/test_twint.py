"""What the fixtures of twint cannot show: every way in which its versions wrote names, times and reposts."""

from __future__ import annotations

import csv
import io
import json
import warnings
from pathlib import Path

import pytest
from reading import FIXTURES, read, rows

FIRST, LATER = 1300372758328246272, 1300373009986486272  # of 10:00 and 10:01, UTC


def tweet(**more: object) -> dict[str, object]:
    found = {
        "id": LATER,
        "conversation_id": str(LATER),
        "created_at": "2020-08-31 12:01:00 CEST",
        "date": "2020-08-31",
    }
    found |= {
        "time": "12:01:00",
        "timezone": "+0200",
        "user_id": 5,
        "username": "ana",
        "name": "Ana",
        "tweet": "rye",
    }
    return {**found, "mentions": [], "reply_to": [], "retweet": False, "quote_url": "", **more}


def written(folder: Path, *tweets: dict[str, object], delimiter: str | None = None) -> Path:
    if delimiter is None:
        text = "\n".join(map(json.dumps, tweets))
    else:
        table = io.StringIO(newline="")
        writer = csv.DictWriter(table, list(tweets[0]), delimiter=delimiter)
        writer.writeheader()
        writer.writerows(tweets)
        text = table.getvalue()
    (folder / "x").write_text(text, "utf-8", newline="")
    return folder / "x"


def posts(folder: Path, *tweets: dict[str, object], delimiter: str | None = None) -> list[dict[str, object]]:
    record = read(written(folder, *tweets, delimiter=delimiter), folder)
    assert record.format == "twint"
    return rows(folder, "posts")


def test_commas_tabs_and_json_are_one(tmp_path: Path) -> None:
    with (FIXTURES / "twint.csv").open(newline="", encoding="utf-8") as table:
        tweets = [row for row in csv.DictReader(table) if None not in row.values() and row["id"] != "id"]
    found = [posts(tmp_path, *tweets, delimiter=delimiter) for delimiter in (",", "\t", ";", None)]
    assert len(found[0]) == 11
    assert all(other == found[0] for other in found)


@pytest.mark.parametrize(
    "mentions",
    [["bo", "cy"], "['bo', 'cy']", "bo,cy", "bo, @cy", [{"screen_name": "bo", "name": "B", "id": "6"},
                                                        {"screen_name": "CY", "name": "C", "id": "7"}]],
    ids=["list", "Python", "words", "words with signs", "with ids"],
)  # fmt: skip
def test_names_come_from_the_text_and_ids_from_the_list(mentions: object, tmp_path: Path) -> None:
    ids = ["6", "7"] if isinstance(mentions, list) and isinstance(mentions[0], dict) else [None, None]
    (post,) = posts(tmp_path, tweet(tweet="@bo and @cy, @di", mentions=mentions))
    assert post["kind"] == "post"  # no answer begins a conversation
    assert post["mentions"] == [[ids[0], "bo", 0], [ids[1], "cy", 8], [None, "di", 13]]


def test_names_that_the_text_lacks_stood_at_the_head_of_an_answer(tmp_path: Path) -> None:
    open_, answer = tweet(mentions=["bo"]), tweet(mentions=["bo"], conversation_id=str(FIRST))
    first, second = posts(tmp_path, open_, answer)
    assert (first["kind"], first["mentions"]) == ("post", [[None, "bo", None]])
    assert (second["kind"], second["reply_to_name"], second.get("mentions")) == ("reply", "bo", None)


ANA = {"user_id": "5", "username": "Ana"}


@pytest.mark.parametrize(
    ("more", "answered"),
    [
        ({"reply_to": [{"screen_name": "bo", "name": "B", "id": "6"}, {"screen_name": "cy"}]}, ("6", "bo")),
        ({"reply_to": [ANA, {"user_id": "6", "username": "bo"}]}, ("6", "bo")),
        ({"reply_to": str([ANA, {"user_id": "6", "username": "bo"}])}, ("6", "bo")),
        ({"reply_to": ["ana", "bo"]}, (None, "bo")),
        ({"reply_to": [ANA]}, ("5", "ana")),
        ({"reply_to": []}, ("5", "ana")),
        ({"reply_to": None, "mentions": ["bo", "cy"]}, (None, "bo")),
        ({"reply_to": [ANA], "tweet": "@gone what?"}, (None, "gone")),
        ({"reply_to": "[{'screen_name': 'bo'", "tweet": "@cy what?"}, (None, "cy")),  # cut by a spreadsheet
    ],
)
def test_who_is_answered(more: dict[str, object], answered: tuple[str | None, str], tmp_path: Path) -> None:
    (post,) = posts(tmp_path, tweet(conversation_id=str(FIRST), **more))
    assert (post["kind"], post.get("reply_to_id"), post["reply_to_name"]) == ("reply", *answered)
    assert post["reply_to_guessed"]
    (post,) = posts(tmp_path, tweet(**more))
    assert (post["kind"], post.get("reply_to_name")) == ("post", None)


@pytest.mark.parametrize(
    ("more", "repost", "original"),
    [
        # the last versions: a row of who reposted
        (
            {"id": LATER, "retweet_id": str(FIRST), "user_rt_id": "6", "user_rt": "words",
             "tweet": "RT @bo: all of"},
            (str(LATER), "5", "ana", "2020-08-31 10:01:00"),
            (str(FIRST), "6", "bo"),
        ),
        # before: the row of the original
        (
            {"id": FIRST, "retweet_id": str(LATER), "user_rt_id": "6", "user_rt": "bo"},
            (str(LATER), "6", "bo", "2020-08-31 10:01:00"),
            (str(FIRST), "5", "ana"),
        ),
        # of a profile: nothing is known of the repost but whose it is
        (
            {"id": FIRST, "retweet_id": "", "user_rt_id": 6, "user_rt": "bo"},
            (None, "6", "bo", None),
            (str(FIRST), "5", "ana"),
        ),
    ],
    ids=["last versions", "before", "of a profile"],
)  # fmt: skip
@pytest.mark.parametrize("flag", [True, "True", "TRUE", 1])
def test_who_reposts_whom(
    more: dict[str, object],
    repost: tuple[object, ...],
    original: tuple[object, ...],
    flag: object,
    tmp_path: Path,
) -> None:
    (post,) = posts(tmp_path, tweet(retweet=flag, mentions=["di"], **more))
    assert post["kind"] == "repost"
    columns = ("post_id", "author_id", "author_name", "created_at")
    assert tuple(post.get(name) for name in columns) == repost
    columns = ("repost_of_post_id", "repost_of_id", "repost_of_name")
    assert tuple(post.get(name) for name in columns) == original
    assert not post.keys() & {"text", "mentions", "conversation_id"}
    (parent,) = rows(tmp_path, "parents")
    assert (parent["post_id"], parent["author_id"], parent["author_name"]) == original
    assert rows(tmp_path, "names")[0].get("display_name") == ("Ana" if repost[2] == "ana" else None)


@pytest.mark.parametrize(
    ("more", "time", "notes"),
    [
        ({}, "2020-08-31 10:01:00", 0),
        ({"date": "never", "timezone": "?"}, "2020-08-31 10:01:00", 0),
        ({"id": 20}, "2020-08-31 10:01:00", 0),
        ({"id": 20, "timezone": "-0330"}, "2020-08-31 15:31:00", 0),
        ({"id": 20, "timezone": "UTC"}, "2020-08-31 12:01:00", 0),
        ({"id": 20, "timezone": "CEST"}, "2020-08-31 12:01:00", 1),
        ({"id": 20, "created_at": 1598868060000, "timezone": "CEST"}, "2020-08-31 10:01:00", 0),
        ({"id": 20, "created_at": 1598868060000.0}, "2020-08-31 10:01:00", 0),
        ({"id": 20, "date": "2020-08-31 12:01:00", "time": None}, "2020-08-31 10:01:00", 0),
    ],
)
def test_time_is_that_of_the_id_else_the_stated_one_in_its_zone(
    more: dict[str, object], time: str, notes: int, tmp_path: Path
) -> None:
    record = read(written(tmp_path, tweet(**more)), tmp_path)
    assert [row["created_at"] for row in rows(tmp_path, "posts")] == [time]
    assert len(record.notes) == notes


def test_rounded_ids_are_taken_from_the_address(tmp_path: Path) -> None:
    address = f"https://twitter.com/ana/status/{LATER}"
    other = {"username": "bo", "user_id": "1196153268205960000"}
    damaged = tweet(
        id="1.30037E+18", conversation_id="1.30037E+18", reply_to=str([other]), tweet="@bo hi", link=address
    )
    (post,) = posts(tmp_path, damaged, delimiter=",")
    assert (post["post_id"], post["created_at"]) == (str(LATER), "2020-08-31 10:01:00")
    assert (post["author_name"], post["reply_to_name"], post["kind"]) == ("ana", "bo", "reply")
    assert not post.keys() & {"author_id", "reply_to_id", "conversation_id"}
    rounded = LATER // 1000 * 1000
    (post,) = posts(tmp_path, tweet(id=rounded, conversation_id=rounded, link=address), delimiter=",")
    assert (post["post_id"], post["kind"], post.get("conversation_id")) == (str(LATER), "post", None)
    damaged = tweet(id=rounded, retweet=True, retweet_id="1.3E+18", user_rt="bo", link=address)
    (post,) = posts(tmp_path, damaged, delimiter=",")
    assert (post["author_name"], post["repost_of_name"], post.get("post_id")) == ("bo", "ana", None)


def test_pandas_tables_of_twint_are_read(tmp_path: Path) -> None:
    columns = (
        "id conversation_id created_at date timezone place tweet language hashtags user_id username name link"
    )
    table = dict.fromkeys(columns.split(), "") | {
        "id": FIRST,
        "conversation_id": FIRST,
        "created_at": 1598868000000.0,
        "date": "2020-08-31 12:00:00",
        "timezone": "+0200",
        "tweet": "rye #Brot #RYE",
        "hashtags": "['brot', '#RYE']",
        "user_id": 5,
        "username": "ana",
    }
    (post,) = posts(tmp_path, table, delimiter=",")
    assert (post["kind"], post["created_at"], post["hashtags"]) == (
        "post",
        "2020-08-31 10:00:00",
        ["brot", "rye"],
    )


HOSTILE = [
    "[" * 9000,
    "[" * 90_000,
    str([f"baker_{number}" for number in range(2000)]),
    "[" + "-" * 9000 + "1]",
    "[1is 2, '\\d']",
    "__import__('os').abort()",
    "[" + "9" * 5000 + "]",
    "[{'screen_name': {'a': 1}, 'id': []}]",
    "[None, 1e999, -1j]",
    "{'a', 'b'}",
    "[{[]: 1}]",
    "\x00",
    "(((",
    "'a' * 9",
]


@pytest.mark.parametrize("column", ["mentions", "reply_to", "hashtags", "urls"])
def test_lists_of_any_kind_cost_no_more_than_themselves(column: str, tmp_path: Path) -> None:
    tweets = [
        tweet(**{"id": number, "conversation_id": number, "hashtags": "", "urls": "", column: cell})
        for number, cell in enumerate(HOSTILE, LATER)
    ]
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        found = posts(tmp_path, *tweets, delimiter=",")
    assert not told
    assert [post["text"] for post in found] == ["rye"] * len(HOSTILE)
    assert all(len(post.get("mentions", ())) < 9 for post in found)  # a list of any length is not read


OTHERS = [
    None,
    True,
    -1,
    1e308,
    "",
    "x",
    "\u202e",
    "=1+1",
    [],
    {},
    [[]],
    {"a": 1},
    [None, {"screen_name": []}],
]


FIELDS = [*tweet(), "retweet_id", "user_rt", "user_rt_id", "hashtags", "urls", "language", "link"]


@pytest.mark.parametrize("field", FIELDS)
def test_field_of_any_type_costs_at_most_its_record(field: str, tmp_path: Path) -> None:
    damaged = [
        tweet(**{"retweet": is_repost, field: value}) for value in OTHERS for is_repost in (True, False)
    ]
    record = read(written(tmp_path, tweet(id=FIRST), *damaged), tmp_path)
    assert record.refusal is None
    assert record.records == len(damaged) + 1
    assert rows(tmp_path, "posts")[0]["post_id"] == str(FIRST)
