"""Real exports, where they are at hand: every record is read."""

from __future__ import annotations

from pathlib import Path

import pytest
from reading import read

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
        ("nodexl/abc-d.xlsx", None, 0, {}),
    ],
)
def test_every_record_is_read(
    path: str, name: str | None, posts: int, skipped: dict[str, int], tmp_path: Path
) -> None:
    record = read(DATA / path, tmp_path)
    assert (record.format, record.posts, record.skipped) == (name, posts, skipped)
