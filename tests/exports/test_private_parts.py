"""Private parts of archives stay closed however they are packed, and nothing else is closed with them."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from communitylab import exports, files

SECRET = '[{"dmConversation":{"conversationId":"1-2","messages":[]}}]'
ACCOUNT = 'window.YTD.account.part0 = [{"account":{"username":"shop","accountId":"9"}}]'
POST = '{"id_str":"1","full_text":"hi","created_at":"Wed Aug 27 13:00:00 +0000 2025"}'
TWEETS = 'window.YTD.tweets.part0 = [{"tweet":' + POST + "}]"


def _readable(path: Path) -> list[str]:
    names = [source.name.replace("\\", "/") for source in exports.readable(files.find(path))]
    return [name.removeprefix(f"{path.as_posix()}/") for name in names]


@pytest.mark.parametrize("form", ["data/{}", "x-2025/data/{}", "DATA/{}", "data\\{}", "x\\data\\{}"])
def test_messages_stay_closed_whatever_the_case_and_the_slashes(form: str, tmp_path: Path) -> None:
    names = {
        "account.js": ACCOUNT,
        "tweets.js": TWEETS,
        "direct-messages.js": SECRET,
        "ip-audit.js": SECRET,
        "DIRECT-MESSAGES-GROUP.JS": SECRET,
        "email-address-change.js": SECRET,
        "messages.csv": "sender,text",
    }
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        for name, content in names.items():
            archive.writestr(form.format(name), content)
    opened = [name.rpartition("/")[2] for name in _readable(tmp_path / "x.zip")]
    assert opened == ["account.js", "tweets.js"]


def test_messages_of_an_unpacked_archive_stay_closed_and_other_exports_beside_it_open(tmp_path: Path) -> None:
    inside = {
        "twitter/data/account.js": ACCOUNT,
        "twitter/data/tweets.js": TWEETS,
        "twitter/data/direct-messages.js": SECRET,
        "twitter/data/messages.csv": "sender,text",
        "twitter/Your archive.html": "x",
        "facebook/posts/your_posts_1.json": "[]",
        "facebook/messages/inbox/a/message_1.json": SECRET,
        "facebook/security_and_login_information/ip.json": SECRET,
        "facebook/x_activity/v2.jsonl": "{}",
        "facebook/facebook_comments/c.csv": "a,b",
        "facebook/page_posts/p.json": "{}",
    }
    for name, content in inside.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content)
    assert _readable(tmp_path) == [
        "facebook/facebook_comments/c.csv",
        "facebook/page_posts/p.json",
        "facebook/posts/your_posts_1.json",
        "facebook/x_activity/v2.jsonl",
        "twitter/data/account.js",
        "twitter/data/tweets.js",
    ]


def test_closed_files_are_counted_and_named_for_what_they_are(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        for name, content in (("account", ACCOUNT), ("tweets", TWEETS), ("ip-audit", SECRET), ("like", "[]")):
            archive.writestr(f"data/{name}.js", content)
    first, *_rest = exports.readable(files.find(tmp_path / "x.zip"))
    assert first.remark == (
        "2 other files stay closed: private messages, addresses and settings of an archive are never read"
    )
    with zipfile.ZipFile(tmp_path / "y.zip", "w") as archive:
        archive.writestr("data/direct-messages.js", SECRET)
    (only,) = exports.readable(files.find(tmp_path / "y.zip"))
    assert "without posts or followers" in str(only.refusal)
    assert json.dumps(SECRET)[:20] not in str(only)
