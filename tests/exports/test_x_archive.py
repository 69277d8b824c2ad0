"""X account archives, new and old: whose they are, what is refused, and what is never opened."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import pytest
from reading import FIXTURES, read, read_all, rows

from communitylab import exports, files
from communitylab.errors import CallError
from communitylab.exports import Follower, read_followers
from communitylab.files import Source

ARCHIVE = FIXTURES / "x_archive"
ACCOUNT = 'window.YTD.account.part0 = [{"account":{"username":"mill_and_crumb","accountId":"900"}}]'


def folder(tmp_path: Path, **contents: str) -> Path:
    inside = tmp_path / "archive"
    inside.mkdir()
    for name, content in contents.items():
        (inside / f"{name.replace('_', '-')}.js").write_text(content, encoding="utf-8")
    return inside


def tweets(*records: str, name: str = "tweets") -> str:
    return f"window.YTD.{name}.part0 = [{','.join(records)}]"


def followers(path: Path) -> list[Follower]:
    return read_followers(exports.readable(files.find(path)))


def test_old_archive_without_a_data_folder(tmp_path: Path) -> None:
    post = (
        '{"id_str":"1960000000000000001","created_at":"Wed Aug 27 13:00:00 +0000 2025","full_text":"Hi @ana"}'
    )
    inside = folder(tmp_path, account=ACCOUNT, tweet=tweets(post, name="tweet"), direct_message="private")
    account, record = read_all(inside, tmp_path)
    assert account.skipped == {"the account itself, no post": 1}
    assert account.notes[0].startswith("1 other file stays closed")
    assert record.posts == 1
    assert [(row["author_id"], row["mentions"]) for row in rows(tmp_path, "posts")] == [
        ("900", [[None, "ana", 3]])
    ]


@pytest.mark.parametrize(
    ("text", "more", "kind"),
    [
        ("RT @rosa_bakes: fresh", "", "repost"),
        (
            "RT @rosa_bakes: fresh",
            ',"in_reply_to_user_id_str":"501"',
            "reply",
        ),  # typed: the platform answers no repost
        ("so RT @rosa_bakes: fresh", "", "post"),
        ("RT this", "", "post"),
    ],
)
def test_repost_is_told_by_its_head(text: str, more: str, kind: str, tmp_path: Path) -> None:
    post = f'{{"tweet":{{"id_str":"1","full_text":"{text}"{more}}}}}'
    _account, record = read_all(folder(tmp_path, account=ACCOUNT, tweets=tweets(post)), tmp_path)
    assert record.posts == 1
    (row,) = rows(tmp_path, "posts")
    assert row["kind"] == kind
    assert row.get("repost_of_name") == ("rosa_bakes" if kind == "repost" else None)


def test_empty_files_are_read(tmp_path: Path) -> None:
    inside = folder(tmp_path, account=ACCOUNT, tweets=tweets(), follower=tweets(name="follower"))
    records = read_all(inside, tmp_path)
    assert [(record.format, record.records, record.refusal) for record in records] == [
        ("x_archive", 1, None),
        ("x_archive", 0, None),
        ("x_archive", 0, None),
    ]


@pytest.mark.parametrize(
    ("account", "refusal"),
    [
        (None, "without its account.js, which says whose they are. Name the whole archive"),
        ("window.YTD.account.part0 = []", "does not say whose it is"),
        ("window.YTD.account.part0 = [{}]", "does not say whose it is"),
        ('window.YTD.account.part0 = [{"account":[]}]', "does not say whose it is"),
        ("", "does not say whose it is"),
    ],
)
def test_posts_of_nobody_are_refused(account: str | None, refusal: str, tmp_path: Path) -> None:
    inside = folder(tmp_path, tweets=tweets('{"tweet":{"id_str":"1","full_text":"a"}}'))
    if account is not None:
        (inside / "account.js").write_text(account)
    *_, record = read_all(inside, tmp_path)
    assert record.refusal is not None
    assert refusal in record.refusal
    assert record.records == 0


def test_private_file_named_alone_is_refused_without_being_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(source: Source) -> None:
        raise AssertionError(source.label)

    monkeypatch.setattr(Source, "open", never)
    record = read(ARCHIVE / "data" / "direct-messages.js", tmp_path)
    assert record.refusal == "A file of an account archive that is never opened. Name the whole archive."
    assert record.label.endswith("direct-messages.js")


@pytest.mark.parametrize(
    ("name", "refusal"),
    [
        ("direct-messages.js", "private messages, addresses or settings, which are never read"),
        ("ip-audit.js", "private messages, addresses or settings, which are never read"),
        ("manifest.js", "private messages, addresses or settings, which are never read"),
        ("like.js", "what the account liked, but not who wrote it"),
        ("following.js", "whom the account follows, which is no talk"),
    ],
)
def test_other_files_under_any_name_are_refused(name: str, refusal: str, tmp_path: Path) -> None:
    shutil.copy(ARCHIVE / "data" / name, tmp_path / "renamed.txt")
    record = read(tmp_path / "renamed.txt", tmp_path)
    assert record.refusal is not None
    assert refusal in record.refusal
    assert record.refusal.endswith("Name the whole archive: the zip, or the folder that it unpacks to.")


def test_private_files_of_an_archive_are_never_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_too: list[str] = []
    opening = Source.open
    monkeypatch.setattr(Source, "open", lambda source: (read_too.append(source.name), opening(source))[1])
    with zipfile.ZipFile(tmp_path / "archive.zip", "w") as archive:
        for file in sorted(ARCHIVE.rglob("*.*")):
            archive.write(file, str(file.relative_to(ARCHIVE)))
    read_all(tmp_path / "archive.zip", tmp_path)
    followers(tmp_path / "archive.zip")
    assert {name.removeprefix("data/") for name in read_too} == {
        "account.js",
        "community-tweet.js",
        "deleted-tweets.js",
        "follower.js",
        "note-tweet.js",
        "tweets-part1.js",
        "tweets.js",
    }


def test_followers_of_an_archive(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "archive.zip", "w") as archive:
        for file in sorted(ARCHIVE.rglob("*.*")):
            archive.write(file, f"twitter/{file.relative_to(ARCHIVE)}")
        part = (
            'window.YTD.follower.part1 = [{"follower":{"accountId":"502"}},{"follower":{}},{"follower":[]}]'
        )
        archive.writestr("twitter/data/follower-part1.js", part)
    found = [("502", None, None), ("501", None, None), ("70012", None, None)]
    assert followers(tmp_path / "archive.zip") == found
    assert followers(ARCHIVE) == read_followers(files.find(ARCHIVE)) == found[1:]
    assert followers(ARCHIVE / "data" / "follower.js") == found[1:]


@pytest.mark.parametrize(
    ("contents", "message"),
    [
        ({"follower": "window.YTD.follower.part0 = [ ]"}, "holds no name and no id"),
        (
            {"following": tweets('{"following":{"accountId":"5"}}', name="following")},
            "Those that follow are in",
        ),
        ({"account": ACCOUNT, "tweets": tweets()}, "none of these 2 files is the follower.js"),
        ({"direct_messages": "private"}, "never opened"),
    ],
)
def test_archive_without_followers_is_the_callers_error(
    contents: dict[str, str], message: str, tmp_path: Path
) -> None:
    with pytest.raises(CallError, match=message):
        followers(folder(tmp_path, **contents))
