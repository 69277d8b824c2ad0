"""What the fixtures of TAGS sheets cannot show: which ids are believed."""

from __future__ import annotations

from pathlib import Path

import pytest
from reading import read, rows

HEADER = "id_str,from_user,text,created_at,from_user_id_str,in_reply_to_user_id_str,status_url,entities_str\n"


@pytest.mark.parametrize(
    ("cell", "link", "post_id", "is_believed"),
    [
        (
            "1264255250585849857",
            "http://twitter.com/ana/statuses/1264255250585849857",
            "1264255250585849857",
            True,
        ),
        ("1.26426E+18", "http://twitter.com/ana/statuses/1264255250585849857", "1264255250585849857", False),
        (
            "1264255250585850000",
            "https://x.com/ana/status/1264255250585849857?s=20",
            "1264255250585849857",
            False,
        ),
        ("1264255250585849857", "", "1264255250585849857", True),
        ("1.26426E+18", "http://twitter.com/ana", None, True),
        ("5", "http://twitter.com/ana/statuses/" + "9" * 10_000, "5", True),
    ],
)
def test_the_address_of_a_post_has_its_id(
    cell: str, link: str, post_id: str | None, is_believed: bool, tmp_path: Path
) -> None:
    path = tmp_path / "export"
    path.write_text(f"{HEADER}{cell},ana,rye,,501,900,{link},\n", encoding="utf-8")
    record = read(path, tmp_path)
    (row,) = rows(tmp_path, "posts")
    assert row.get("post_id") == post_id
    assert row.get("author_id") == ("501" if is_believed else None)
    assert row.get("reply_to_id") == ("900" if is_believed else None)
    assert any("rounded the ids" in note for note in record.notes) is not is_believed
