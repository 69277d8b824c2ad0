"""Broken, foreign and hostile files: each record is read right or skipped with a reason and its line."""

from __future__ import annotations

import gzip
import io
import json
from pathlib import Path

import pytest
from reading import read, rows

from communitylab import exports, files
from communitylab.exports import json_records
from communitylab.files import Source


def tweet(number: int, **more: object) -> dict[str, object]:
    return {
        "id": str(number),
        "text": f"bread {number}",
        "author_id": "501",
        "created_at": f"2025-08-27T10:{number % 60:02}:00.000Z",
        **more,
    }


def test_bad_lines_are_skipped_and_their_lines_told(tmp_path: Path) -> None:
    deep = b'{"id":"1","context":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    lines = [
        b"not JSON at all",
        json.dumps(tweet(1)).encode(),
        b"",
        b'{"id":"2","text":"\xff\xfe","author_id":"501"}',
        deep,
        b'{"id":"3","text":"a","text":"b","author_id":"501","author_id":"502"}',
        b'{"id":"4","text":"a\x00b","author_id":"501"}',
        b'{"id":"5","text":"a","author_id":"501","public_metrics":' + b"9" * 10_000 + b"}",
        rb'{"id":"6","text":"\ud800 \\ud800 \udc00\ud83e\udd68","author_id":"501"}',
        b'{"id":"7","text":["a"],"author_id":"501"}',
        b'{"id":"8","text":"a","author_id":"501","created_at":"9999-12-31T00:00:00Z"}',
        b'{"id":"9","text":"a","author_id":"501","created_at":"2025-08-27"}',
        b"[]",
        b"null",
        b'"text"',
        b"\x00" * 5000,
        b'{"id":"10","text":"cut',
    ]
    (tmp_path / "x").write_bytes(b"\r\n".join(lines))
    record = read(tmp_path / "x", tmp_path)
    assert [(row["post_id"], row["author_id"], row["text"]) for row in rows(tmp_path, "posts")] == [
        ("1", "501", "bread 1"),
        ("3", "502", "b"),
        ("5", "501", "a"),
        ("6", "501", "\ufffd \\ud800 \ufffd🥨"),
    ]
    assert {reason: (count, record.first_skipped[reason]) for reason, count in record.skipped.items()} == {
        "malformed JSON": (4, 1),
        "not UTF-8": (1, 4),
        "nested too deep": (1, 5),
        "text is not as this format has it": (1, 10),
        "created_at is no date": (2, 11),
        "the record is not as this format has it": (3, 13),
    }


def test_line_of_50_megabytes_costs_one_record_and_hides_nothing(tmp_path: Path) -> None:
    with (tmp_path / "x").open("wb") as stream:
        stream.write(b'{"id":"1","text":"' + b"a" * (50 * 2**20) + b'"}\n')
        stream.write(json.dumps(tweet(2)).encode())
    record = read(tmp_path / "x", tmp_path)
    assert (record.format, record.posts, record.first_skipped) == ("x_api_v2", 1, {"line over 32 MB": 1})


def test_cut_gzip_keeps_what_came_before(tmp_path: Path) -> None:
    whole = gzip.compress("\n".join(json.dumps(tweet(n)) for n in range(5000)).encode())
    (tmp_path / "x.gz").write_bytes(whole[: len(whole) // 2])
    record = read(tmp_path / "x.gz", tmp_path)
    assert record.posts > 1000
    assert record.first_skipped == {"the compressed file breaks off": record.posts + 1}


@pytest.mark.parametrize(
    "layout",
    [
        lambda page: json.dumps(page, indent=2),
        lambda page: json.dumps([page]),
        lambda page: json.dumps(page["data"], indent=1),
        lambda page: "[" + ",\n".join(map(json.dumps, page["data"])) + "]",
        lambda page: "[\n" + ",\n".join(map(json.dumps, page["data"])) + "\n]\n",
        lambda page: "\n\n  " + json.dumps(page) + "\n\n",
        lambda page: json.dumps(page["data"]),
    ],
    ids=[
        "indented",
        "in an array",
        "indented array",
        "item a line",
        "brackets apart",
        "blank lines",
        "one line",
    ],
)
def test_json_is_read_however_it_is_laid_out(layout, tmp_path: Path) -> None:
    page = {"data": [tweet(n) for n in range(5)], "meta": {"result_count": 5}}
    (tmp_path / "x").write_text(layout(page), "utf-8")
    record = read(tmp_path / "x", tmp_path)
    assert (record.posts, record.skipped) == (5, {})
    assert [row["post_id"] for row in rows(tmp_path, "posts")] == ["0", "1", "2", "3", "4"]


def test_items_of_an_array_know_their_lines(tmp_path: Path) -> None:
    items = [tweet(1), tweet(2, created_at="never"), tweet(3)]
    (tmp_path / "x").write_text(json.dumps(items, indent=1))
    assert read(tmp_path / "x", tmp_path).first_skipped == {"created_at is no date": 8}
    (tmp_path / "x").write_text(
        "[\n" + ",\n".join(map(json.dumps, items)).replace('"text"', "text", 1) + "\n]"
    )
    assert read(tmp_path / "x", tmp_path).first_skipped == {"malformed JSON": 2, "created_at is no date": 3}


def test_document_too_large_to_read_whole_is_refused_with_the_cure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_records, "DOCUMENT_LIMIT", 1000)
    (tmp_path / "x").write_text(json.dumps({"data": [tweet(n) for n in range(50)]}, indent=2))
    assert "one object per line" in str(read(tmp_path / "x", tmp_path).refusal)


def test_page_with_bad_context_keeps_its_posts(tmp_path: Path) -> None:
    page = {"data": [tweet(1)], "includes": {"users": [{"id": 5}]}, "meta": {}}
    (tmp_path / "x").write_text(json.dumps(page))
    record = read(tmp_path / "x", tmp_path)
    assert record.posts == 1
    assert record.notes == ("the context (`includes`) of some pages cannot be read",)


def test_repost_belongs_to_who_wrote_the_post_not_to_a_name_in_the_text(tmp_path: Path) -> None:
    page = {
        "data": [tweet(2, text="RT @old_name: bread", referenced_tweets=[{"type": "retweeted", "id": "1"}])],
        "includes": {"users": [{"id": "502", "username": "new_name"}], "tweets": [tweet(1, author_id="502")]},
    }
    alone = tweet(3, text="RT @old_name: bread", referenced_tweets=[{"type": "retweeted", "id": "9"}])
    (tmp_path / "x").write_text(json.dumps(page) + "\n" + json.dumps(alone))
    read(tmp_path / "x", tmp_path)
    first, second = rows(tmp_path, "posts")
    assert (first["repost_of_id"], first["repost_of_name"]) == ("502", "new_name")
    assert ("repost_of_id" in second, second["repost_of_name"]) == (False, "old_name")


@pytest.mark.parametrize(
    ("url", "coverage"),
    [
        ("https://api.twitter.com/2/users/501/tweets?max_results=100", "B"),
        ("https://a.example/2/tweets/search", "A"),
    ],
)
def test_timelines_of_chosen_authors_are_an_author_set(url: str, coverage: str, tmp_path: Path) -> None:
    page = {"data": [tweet(1)], "meta": {}, "__twarc": {"url": url}}
    (tmp_path / "x").write_text(json.dumps(page) + "\n" + json.dumps(tweet(2, __twarc={"url": url})))
    assert read(tmp_path / "x", tmp_path).coverage == coverage


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"", "empty"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "a PNG picture"),
        (b"%PDF-1.7\n%\xe2\xe3", "a PDF document"),
        (b"\x00\x01\x02\x03" * 500, "no text"),
        (b"\n\n  \n", "neither a table nor JSON"),
        (b"Dear all,\nbread is fine.\n", "neither a table nor JSON"),
        (b'{"name": "x", "messages_of": []}', "with the keys name, messages_of"),
        (b"Nachricht,Wer\nhallo,Ana\n", "columns: Nachricht, Wer"),
        (b"name,age\nana,41\nbo,19\n", "columns: name, age"),
        (b"501,hello bread,2020\n502,more bread,2021\n", "without a header"),
        (b"ana@example.org,bread\nbo@example.org,rye\n", "without a header"),
        (b'{"_type":"snscrape.modules.telegram.TelegramPost"}', "without their authors"),
        (b'{"_type":"snscrape.modules.instagram.InstagramPost"}', "counts of comments"),
        (
            b"id_str,full_text,display_text_range,entities,quoted_status_id_str\n1,a,2,3,4\n",
            "rtweet 1.0 or later",
        ),
        (b"PAR1\x00\x00", "Parquet table is damaged"),
    ],
)
def test_file_that_is_no_export_is_refused_in_words(content: bytes, refusal: str, tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_bytes(content)
    record = read(tmp_path / "x.jsonl", tmp_path)
    assert refusal in str(record.refusal)
    assert (record.records, record.coverage) == (0, None)
    is_known = content.startswith(
        (b'{"_type":"snscrape', b"id_str,")
    )  # told by name, and refused all the same
    assert (record.format is not None) == is_known
    assert not list(tmp_path.glob("*.parquet"))


def test_file_that_breaks_off_on_disk_counts_for_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = b"".join(json.dumps(tweet(n)).encode() + b"\n" for n in range(50_000))
    (tmp_path / "x").write_bytes(lines)
    readline = io.BufferedReader.readline

    class Failing(io.BufferedReader):
        def readline(self, size: int | None = -1, /) -> bytes:
            if self.tell() > 2**22:
                raise OSError(5, "Input/output error")
            return readline(self, size)

    monkeypatch.setattr(files.Source, "open", lambda self: Failing(io.FileIO(self.path)))
    record = read(tmp_path / "x", tmp_path)
    assert record.refusal == "The file cannot be opened: Input/output error."
    assert record.posts == 0
    assert not list(tmp_path.glob("*.parquet"))


def test_table_of_unknown_columns_asks_for_them(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("Nachricht,Wer\nhallo,Ana\n")
    assert "--columns author=…,text=…" in str(read(tmp_path / "x", tmp_path).refusal)
    assert read(tmp_path / "x", tmp_path, columns={"author": "Wer", "text": "Nachricht"}).posts == 1
    missing = read(tmp_path / "x", tmp_path, columns={"author": "Wer", "text": "Botschaft"})
    assert "no column called Botschaft" in str(missing.refusal)


def test_file_that_cannot_be_opened_is_recorded(tmp_path: Path) -> None:
    record = exports.read_file(Source("gone", tmp_path / "gone"), tmp_path, 0)
    assert "cannot be opened" in str(record.refusal)
    record = exports.read_file(Source("x.zip", tmp_path, refusal="The archive is encrypted."), tmp_path, 0)
    assert record.refusal == "The archive is encrypted."


def test_refused_file_stops_none_of_the_others(tmp_path: Path) -> None:
    for number in range(9):
        (tmp_path / f"{number}.jsonl").write_text(json.dumps(tweet(number)))
    (tmp_path / "5.jsonl").write_bytes(b"\x89PNG")
    out = tmp_path / "out"
    out.mkdir()
    records = [
        exports.read_file(source, out, number)
        for number, source in enumerate(files.find(str(tmp_path / "*.jsonl")))
    ]
    assert [record.posts for record in records] == [1, 1, 1, 1, 1, 0, 1, 1, 1]


def test_no_word_of_a_post_is_in_a_reason(tmp_path: Path) -> None:
    secret = "Geheimnis"
    lines = [json.dumps(tweet(n)) for n in range(3)]
    lines += [
        json.dumps(tweet(4, created_at=secret)),
        json.dumps(tweet(5, text={secret: 1})),
        json.dumps({**tweet(6), "lang": [secret]}),
        secret,
    ]
    (tmp_path / "x").write_text("\n".join(lines))
    record = read(tmp_path / "x", tmp_path)
    assert record.posts == 3
    assert secret not in repr(record)


def test_accounts_go_by_name_where_a_spreadsheet_has_rounded_the_ids_of_a_known_format(
    tmp_path: Path,
) -> None:
    header = "user_id,status_id,created_at,screen_name,text,is_retweet,mentions_screen_name,mentions_user_id,"
    header += "retweet_status_id,retweet_user_id,retweet_screen_name,"
    header += "reply_to_status_id,reply_to_user_id,reply_to_screen_name"
    rounded = "701234567890123000"
    table = f"{header}\n{rounded},1.26E+18,2019-01-01 10:00:00,ana,@bo hi,FALSE,bo,{rounded},,,,1.2E+18,{rounded},bo\n"
    table += f"{rounded},1.26E+18,2019-01-01 10:00:00,cy,,TRUE,,,1.26E+18,{rounded},ana,,,\n"
    (tmp_path / "x").write_text(table)
    read(tmp_path / "x", tmp_path)
    answer, repost = rows(tmp_path, "posts")
    assert (answer["author_name"], answer["reply_to_name"], answer["mentions"]) == (
        "ana",
        "bo",
        [[None, "bo", 0]],
    )
    assert (repost["author_name"], repost["repost_of_name"]) == ("cy", "ana")
    assert not any(name.endswith("_id") for row in (answer, repost) for name in row)


def test_place_beyond_every_text_is_no_place(tmp_path: Path) -> None:
    named = {"mentions": [{"start": 99_999_999_999, "end": 5, "username": "bo", "id": "2"}]}
    (tmp_path / "x").write_text(json.dumps(tweet(1, entities=named)) + "\n" + json.dumps(tweet(2)))
    assert read(tmp_path / "x", tmp_path).skipped == {
        "entities.mentions.start is not as this format has it": 1
    }
