"""The archive of one forum account: whose it is, what stays closed, and how it was written before."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path
from typing import BinaryIO

import pytest
from reading import FIXTURES, read, read_all, rows

from communitylab import files
from communitylab.archives import open_member

FOLDER = FIXTURES / "discourse_archive"
(CSV,) = FOLDER.rglob("user_archive.csv")
PRIVATE = {"auth_tokens.csv": "192.0.2.1", "preferences.json": "mill@example.org", "likes.csv": "1,901,9"}


def packed(place: Path) -> Path:
    """The archive as it comes: its files right in the zip."""
    with zipfile.ZipFile(place, "w") as archive:
        for file in sorted(CSV.parent.iterdir()):
            archive.write(file, file.name)
    return place


@pytest.mark.parametrize(
    ("name", "owner"),
    [
        ("user_archive-rosa_bakes-250901-080000-12.zip", "rosa_bakes"),
        ("user_archive-Ana-Maria.B-250901-080000.zip", "Ana-Maria.B"),
        ("user_archive-tom-250901-080000-1167.1 (2).zip", "tom"),
        ("user-archive-tom-190901-080000.zip", "tom"),
    ],
)
def test_name_of_the_archive_says_whose_it_is(name: str, owner: str, tmp_path: Path) -> None:
    read_all(packed(tmp_path / name), tmp_path)
    assert {row["author_name"] for row in rows(tmp_path, "posts")} == {owner}


def test_archive_of_nobody_is_refused_with_the_cure(tmp_path: Path) -> None:
    (record,) = read_all(packed(tmp_path / "forum.zip"), tmp_path)
    assert "nothing says whose it is" in str(record.refusal)
    assert "user_archive-NAME-250901-080000.zip" in str(record.refusal)


def test_addresses_and_settings_stay_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, secret in PRIVATE.items():
        assert secret in (CSV.parent / name).read_text()
    opened = []

    def spy(path: Path, member: str) -> BinaryIO:
        opened.append(member)
        return open_member(path, member)

    monkeypatch.setattr(files, "open_member", spy)
    (record,) = read_all(packed(tmp_path / "user_archive-tom-250901-080000.zip"), tmp_path)
    assert "4 other files stay closed" in record.notes[-1]
    assert set(opened) == {"user_archive.csv"}


def test_archive_before_2021_has_no_html(tmp_path: Path) -> None:
    folder = tmp_path / "user_archive-mill_and_crumb-190901-080000"
    folder.mkdir()
    (folder / "user_archive-mill_and_crumb-190901-080000.csv").write_text(
        "topic_title,category,sub_category,is_pm,post,like_count,reply_count,url,created_at\n"
        'Rye,Bread,,No,"[quote=""Tom, post:1, topic:9""]\n@ana said so\n[/quote]\n\nNot @rosa_bakes.",0,0,'
        "https://forum.example.org/t/rye/9/2,2019-08-27 13:10:00 UTC\n"
    )
    read_all(folder, tmp_path)
    (row,) = rows(tmp_path, "posts")
    assert (row["post_id"], row["text"], row["mentions"]) == (
        "9/2",
        "Not @rosa_bakes.",
        [[None, "rosa_bakes", 4]],
    )


@pytest.mark.parametrize("word", ["Yes", "ja", "Oui", "はい"])
def test_private_messages_are_left_out_in_any_language(word: str, tmp_path: Path) -> None:
    folder = tmp_path / "user_archive-tom-250901-080000"
    folder.mkdir()
    (folder / "user_archive.csv").write_text(
        "topic_title,categories,is_pm,post_raw,post_cooked,like_count,reply_count,url,created_at\n"
        f"Us,Bread,{word},a,<p>a</p>,0,0,https://forum.example.org/t/us/9/2,2025-08-27 13:10:00 UTC\n"
    )
    assert read(folder / "user_archive.csv", tmp_path).skipped == {
        "a private message, or in a closed category": 1
    }


def test_archive_without_its_posts_is_one_refused_file(tmp_path: Path) -> None:
    for name in PRIVATE:
        shutil.copy(CSV.parent / name, tmp_path)
    (record,) = read_all(tmp_path, tmp_path)
    assert "An account archive without posts" in str(record.refusal)
