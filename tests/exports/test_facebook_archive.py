"""Facebook archives: their third layout, the sentences that name whom a comment is for, and their followers."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from reading import FIXTURES, read, read_all, rows

from communitylab import files
from communitylab.exports import read_followers, readable

BRAND = "Mill & Crumb"
SINCE = datetime(2025, 8, 27, 10, tzinfo=UTC)


def put(folder: Path, name: str, content: object) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(content if isinstance(content, str) else json.dumps(content, indent=2))


def comment(title: str | None, author: str | None = BRAND) -> dict[str, object]:
    return {
        "timestamp": 1756288800,
        "title": title,
        "data": [{"comment": {"comment": "bread", "author": author}}],
    }


@pytest.mark.parametrize("activity", ["your_facebook_activity", "your_activity_across_facebook"])
def test_posts_are_the_profiles_own(activity: str, tmp_path: Path) -> None:
    put(tmp_path, f"in/{activity}/posts/your_posts__check_ins__photos_and_videos_1.json", [
        {"timestamp": 1756288800, "data": [{"post": "bread"}]}])  # fmt: skip
    put(tmp_path, f"in/{activity}/comments_and_reactions/comments.json", {"comments_v2": [comment(None)]})
    put(tmp_path, f"in/{activity}/messages/inbox/rosa_1/message_1.json", {"messages": []})
    put(tmp_path, "in/personal_information/profile_information/profile_information.json", {"emails": []})
    records = read_all(tmp_path / "in", tmp_path)
    assert [(record.format, record.coverage, record.posts) for record in records] == [
        ("facebook_archive", "C", 1)
    ] * 2
    assert [row["author_name"] for row in rows(tmp_path, "posts")] == [BRAND, BRAND]
    assert "2 other files stay closed" in records[0].notes[-1]


@pytest.mark.parametrize(
    ("sentence", "target"),
    [
        ("commented on Rosa Baker's post.", "Rosa Baker"),
        ("replied to Rosa Baker’s comment.", "Rosa Baker"),
        ("commented on James' photo.", "James"),
        ("commented on Rosa's Bakery's live video.", "Rosa's Bakery"),
        ("commented on Rosa Baker's post in Bread's friends.", "Rosa Baker"),
        ("replied to his own comment.", BRAND),
        ("commented on a post.", None),
        ("commented on 2 photos of Ana's post.", None),
        ("hat Rosas Beitrag kommentiert.", None),
    ],
)
def test_sentences(sentence: str, target: str | None, tmp_path: Path) -> None:
    put(tmp_path, "x", {"comments_v2": [comment(f"{BRAND} {sentence}")]})
    record = read(tmp_path / "x", tmp_path)
    (row,) = rows(tmp_path, "posts")
    assert row.get("reply_to_name") == target
    assert any("not in English" in note for note in record.notes) == sentence.startswith("hat")


def test_name_of_the_profile_may_look_like_a_sentence(tmp_path: Path) -> None:
    put(
        tmp_path,
        "x",
        {"comments_v2": [comment("Who likes Ana's post replied to Rosa's comment.", "Who likes Ana's post")]},
    )
    read(tmp_path / "x", tmp_path)
    assert rows(tmp_path, "posts")[0]["reply_to_name"] == "Rosa"


def test_comment_of_nobody_is_skipped_with_the_cure(tmp_path: Path) -> None:
    put(tmp_path, "x", {"comments_v2": [comment("", None)]})
    record = read(tmp_path / "x", tmp_path)
    assert record.skipped == {"no author": 1}
    assert any("Name the whole archive" in note for note in record.notes)


def test_archive_of_web_pages_is_refused_with_the_cure(tmp_path: Path) -> None:
    put(tmp_path, "in/your_facebook_activity/messages/inbox/rosa/message_1.html", "<html>a secret</html>")
    page = "<html><head><style>.uiBoxGray{a:b}</style></head>\n<body>\n<div>a, b</div></body></html>"
    put(tmp_path, "in/your_facebook_activity/comments_and_reactions/comments.html", page)
    (record,) = read_all(tmp_path / "in", tmp_path)
    assert "choose JSON" in str(record.refusal)


@pytest.mark.parametrize(
    ("folder", "found"),
    [
        ("page", [(None, "Rosa Bäcker", SINCE), (None, "Ana Baker", None)]),
        ("old", [(None, "Tom Kneads", SINCE)]),
    ],
)
def test_followers_of_an_archive_are_a_follower_list(folder: str, found: list[object]) -> None:
    assert read_followers(readable(files.find(FIXTURES / f"facebook_archive.{folder}"))) == found
