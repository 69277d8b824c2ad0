"""What the fixture of minet's tables cannot show: which names and ids belong together, quotations in quotations."""

from __future__ import annotations

from pathlib import Path

import pytest
from reading import read, rows

HEADER = "id,timestamp_utc,user_screen_name,text,to_username,retweeted_user,quoted_user,mentioned_names,mentioned_ids\n"


def mentions(tmp_path: Path, cells: str) -> object:
    path = tmp_path / "export"
    path.write_text(f"{HEADER}1,1610005200,ana,{cells}\n", encoding="utf-8")
    assert read(path, tmp_path).format == "minet"
    return rows(tmp_path, "posts")[0].get("mentions")


@pytest.mark.parametrize(
    ("names", "ids", "found"),
    [
        ("bo", "7", [["7", "bo", 0]]),
        ("bo|cy", "9|70", [["9", "bo", 0], ["70", "cy", 4]]),  # not sorted: in the order of the names
        ("bo|cy", "70|9", [[None, "bo", 0], [None, "cy", 4]]),  # sorted as text, so perhaps each by itself
        ("bo|cy", "9", [[None, "bo", 0], [None, "cy", 4]]),
    ],
)
def test_names_get_ids_only_where_they_belong_together(
    names: str, ids: str, found: object, tmp_path: Path
) -> None:
    assert mentions(tmp_path, f"@bo @cy,,,,{names},{ids}") == found


def test_names_in_a_quotation_are_not_the_authors(tmp_path: Path) -> None:
    text = '"@bo look « cy: and @di « eve: said @fay — l » — l » @gil"'
    found = [[None, "bo", 0], [None, "gil", 10]]
    assert mentions(tmp_path, f"{text},,,cy,bo|di|fay|gil,") == found
    assert rows(tmp_path, "posts")[0]["text"] == "@bo look  @gil"
