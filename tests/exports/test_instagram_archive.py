"""Instagram archives: whose they are, and their followers as a list."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from reading import FIXTURES, read, read_all, rows

from communitylab import files
from communitylab.errors import CallError
from communitylab.exports import read_followers, readable

ARCHIVE = FIXTURES / "instagram_archive"
COMMENTS = "your_instagram_activity/comments/post_comments_1.json"
SINCE = datetime(2025, 8, 27, 10, tzinfo=UTC)


def put(folder: Path, name: str, content: object) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(content if isinstance(content, str) else json.dumps(content))


def comment(**fields: object) -> dict[str, object]:
    return {"string_map_data": {name.replace("_", " "): {"value": value} for name, value in fields.items()}}


def test_comments_alone_are_nobodys(tmp_path: Path) -> None:
    put(tmp_path, "x.json", [comment(Comment="bread", Media_Owner="ana")])
    refusal = str(read(tmp_path / "x.json", tmp_path).refusal)
    assert "without the file that says whose they are" in refusal
    assert "Name the whole archive" in refusal


@pytest.mark.parametrize(
    ("place", "field"),
    [
        ("personal_information/personal_information/personal_information.json", "Username"),
        ("personal_information/personal_information.json", "Benutzername"),
        ("account_information/personal_information.json", "Nombre de usuario"),
    ],
)
def test_owner_is_found_wherever_the_archive_has_it(place: str, field: str, tmp_path: Path) -> None:
    put(tmp_path, f"in/{COMMENTS}", [comment(Comment="bread", Media_Owner="ana")])
    put(
        tmp_path,
        f"in/{place}",
        {"profile_user": [comment(**{field: "mill_and_crumb", "Email": "bread@example.org"})]},
    )
    read_all(tmp_path / "in", tmp_path)
    (post,) = rows(tmp_path, "posts")
    assert (post["author_name"], post["reply_to_name"]) == ("mill_and_crumb", "ana")


def test_messages_and_addresses_are_never_opened() -> None:
    assert {Path(source.name).name for source in readable(files.find(ARCHIVE))} == {
        "post_comments_1.json",
        "reels_comments.json",
        "followers_1.json",
        "following.json",
    }


def test_archive_of_web_pages_is_refused_with_the_cure(tmp_path: Path) -> None:
    put(tmp_path, "in/your_instagram_activity/messages/inbox/rosa/message_1.html", "<html>a secret</html>")
    page = '<html><head><title>Comments</title></head>\n<body class="_5vb_ _a6-g">\n<div>a, b</div></body></html>'
    put(tmp_path, "in/your_instagram_activity/comments/post_comments_1.html", page)
    (record,) = read_all(tmp_path / "in", tmp_path)
    assert "as web pages" in str(record.refusal)
    assert "choose JSON" in str(record.refusal)


@pytest.mark.parametrize("name", ["", "connections/followers_and_following/followers_1.json"])
def test_followers_of_an_archive_are_a_follower_list(name: str) -> None:
    found = read_followers(readable(files.find(ARCHIVE / name)))
    assert found == [(None, "rosa.rye", SINCE), (None, "AnaBakes", SINCE)]


@pytest.mark.parametrize(
    "content",
    [
        {"relationships_followers": [{"string_list_data": [{"value": "ana", "timestamp": "x"}]}]},
        [{"title": "", "string_list_data": [{"href": "https://www.instagram.com/ana", "value": "ana"}]}],
        [
            {"title": "ana", "media_list_data": [], "string_list_data": [{"timestamp": -1}]},
            {"string_list_data": [7]},
        ],
    ],
)
def test_followers_in_other_layouts(content: object, tmp_path: Path) -> None:
    put(tmp_path, "followers_1.json", content)
    assert read_followers(files.find(tmp_path / "followers_1.json")) == [(None, "ana", None)]


def test_whom_the_account_follows_is_no_follower_list() -> None:
    with pytest.raises(CallError, match=r"accounts that are followed.*followers_1\.json"):
        read_followers(files.find(ARCHIVE / "connections/followers_and_following/following.json"))
