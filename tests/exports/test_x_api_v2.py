"""What the fixture of the API v2 cannot show: a quoted post that is not included, known by its link alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from reading import read, rows


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://twitter.com/rosa_bakes/status/7", "rosa_bakes"),
        ("http://mobile.twitter.com/rosa_bakes/statuses/7?s=20", "rosa_bakes"),
        ("https://x.com/i/web/status/7", None),
        ("https://twitter.com/statuses/7", None),
        ("https://twitter.com/rosa_bakes/status/70", None),
        ("https://notx.com/rosa_bakes/status/7", None),
    ],
)
def test_author_of_a_quoted_post_is_in_its_link(url: str, name: str | None, tmp_path: Path) -> None:
    post = {
        "id": "8",
        "author_id": "501",
        "text": "so true",
        "referenced_tweets": [{"type": "quoted", "id": "7"}],
        "entities": {"urls": [{"expanded_url": url}]},
    }
    (tmp_path / "x").write_text(json.dumps({"data": [post]}))
    assert read(tmp_path / "x", tmp_path).format == "x_api_v2"
    (row,) = rows(tmp_path, "posts")
    assert (row["kind"], row["quote_of_post_id"], row.get("quote_of_name")) == ("quote", "7", name)
