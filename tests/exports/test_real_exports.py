"""Real exports, where they are at hand: every record is read."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import openpyxl
import pytest
from reading import read, rows

import communitylab as cl

DATA = Path(__file__).parents[3] / "shared" / "data"

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the real exports are not here")


@pytest.mark.parametrize(
    ("path", "name", "posts", "skipped"),
    [
        ("x_api_v2/elgl19.jsonl", "x_api_v2", 3236, {}),
        ("rtweet/sibecol2019.csv", "rtweet", 2973, {}),
        ("support_csv/twcs.csv", "support_csv", 5000, {}),
        ("networks/CollegeMsg.txt", "table", 59835, {}),
        ("networks/email-Eu-core.txt", "table", 25571, {}),
        ("x_api_v2_twarc/tweets.jsonl", "x_api_v2", 500, {}),
        ("x_api_v2_twarc/noflat.jsonl", "x_api_v2", 100, {}),
        ("x_api_v2_twarc/streaming_output_with_error.jsonl", "x_api_v2", 7, {"malformed JSON": 1}),
        ("x_api_v2_twarc/users.jsonl", "x_api_v2", 0, {"a user, no post": 96}),
        ("x_api_v2_twarc/counts.jsonl", "x_api_v2", 0, {"a count, no post": 169}),
        ("x_api_v2_twarc/tweets_compliance.jsonl", "x_api_v2", 0, {"a compliance notice, no post": 2}),
        ("x_api_v2_twarc/empty.json", None, 0, {}),
        ("nodexl/abc-d.xlsx", "nodexl", 115, {"an edge that its maker left out of the graph": 5}),
    ],
)
def test_every_record_is_read(
    path: str, name: str | None, posts: int, skipped: dict[str, int], tmp_path: Path
) -> None:
    record = read(DATA / path, tmp_path)
    assert (record.format, record.posts, record.skipped) == (name, posts, skipped)


def test_every_event_of_a_real_stream_is_counted(tmp_path: Path) -> None:
    record = read(DATA / "bluesky_jetstream/events.jsonl", tmp_path)
    assert (record.format, record.records, record.posts, record.edges) == (
        "bluesky_jetstream",
        152,
        17 + 15,
        105 + 6,
    )
    assert record.skipped == {
        "a reaction, no post": 105,
        "a follow, no post": 6,
        "a deletion, no post": 4,  # of what is not in the file
        "a record of another kind, no post": 3,
        "news of a name, no post": 1,
        "news of an account, no post": 1,
    }
    found = rows(tmp_path, "posts")
    kinds = {"post": 9, "reply": 8, "repost": 15}
    assert Counter(row["kind"] for row in found) == kinds
    assert sum(len(row.get("hashtags", ())) for row in found) == 4
    assert sum(len(row.get("links", ())) for row in found) == 5
    assert all(
        str(row["reply_to_post_id"]).startswith(f"at://{row['reply_to_id']}/")
        for row in found
        if row["kind"] == "reply"
    )
    assert all("2026-07-04" <= str(row["created_at"]) < "2026-07-05" for row in found)


def test_workbook_counts_as_by_hand(tmp_path: Path) -> None:
    """Rows, mails to oneself, people and directed pairs, told cell by cell."""
    workbook = DATA / "nodexl" / "abc-d.xlsx"
    sheet = openpyxl.load_workbook(workbook, data_only=True)["Edges"]
    pairs = [
        (sheet.cell(number, 1).value, sheet.cell(number, 2).value) for number in range(3, sheet.max_row + 1)
    ]
    others = [
        (source.lower(), target.lower()) for source, target in pairs if source.lower() != target.lower()
    ]
    assert (len(pairs), len(others)) == (120, 115)
    study = cl.load(workbook, brand=pairs[0][0])
    assert sum(file.records for file in study.ledger.files) == len(pairs)
    assert study.ledger.posts == len(others)
    acts = study.table("acts")
    found = zip(
        acts["source_id"].str.removeprefix("name:"), acts["target_id"].str.removeprefix("name:"), strict=True
    )
    assert Counter(found) == Counter(others)
    assert set(acts["kind"]) == {"mention"}
    assert acts["created_at"].isna().all()
