"""Exports of suites: variants of a layout, what links and dates stand for, and what is never read."""

from __future__ import annotations

from pathlib import Path

import pytest
from reading import FIXTURES, TABLES, expected, read, rows

BRANDWATCH = FIXTURES / "suites.brandwatch.csv"
TITLES, BELOW = BRANDWATCH.read_text("utf-8").split("\n\n", 1)
HEADER, _, ROWS = BELOW.partition("\n")


@pytest.mark.parametrize(
    "content",
    [
        BELOW,
        f"{TITLES}\n{','.join([''] * 29)}\n{BELOW}",
        f"One title\n{BELOW}",
        f"{TITLES}\n{HEADER.upper()}\n{ROWS}",
        f"{TITLES}\n{HEADER.replace('X Re', 'Twitter Re').replace('Repost of', 'Retweet of')}\n{ROWS}",
        f"{TITLES}\n{HEADER.replace('X Author ID', 'Twitter Author ID')}\n{ROWS}",
        (TITLES + "\n\n" + BELOW).replace("\n", "\r\n"),
    ],
    ids=["no title", "blank cells", "short title", "capitals", "old references", "old author", "CRLF"],
)
def test_brandwatch_is_read_whatever_stands_above_and_whatever_x_is_called(
    content: str, tmp_path: Path
) -> None:
    (tmp_path / "x").write_bytes(content.encode())
    record = read(tmp_path / "x", tmp_path)
    wanted = expected(BRANDWATCH)
    assert (record.format, record.posts, record.records) == ("suites", len(wanted["posts"]), 23)
    found = {table: rows(tmp_path, table) for table in TABLES}
    for row in found["posts"]:
        if "text" in row:
            row["text"] = str(row["text"]).replace("\r\n", "\n")
    assert found == {table: wanted[table] for table in TABLES}


def test_header_far_below_is_not_looked_for(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("A title,of a report\n" * 30 + BELOW)
    assert read(tmp_path / "x", tmp_path).format is None


def brandwatch(tmp_path: Path, **cells: str) -> list[dict[str, object]]:
    """What is read of one row of Brandwatch."""
    row = {
        "Query Id": "1",
        "Query Name": "q",
        "Page Type": "twitter",
        "Full Text": "hello",
        "Resource Id": "r",
    }
    row |= {"Author": "ana"} | {name.replace("_", " "): cell for name, cell in cells.items()}
    (tmp_path / "x").write_text(",".join(row) + "\n" + ",".join(f'"{cell}"' for cell in row.values()))
    read(tmp_path / "x", tmp_path)
    return rows(tmp_path, "posts")


@pytest.mark.parametrize(
    ("link", "post_id"),
    [
        ("http://twitter.com/ana/statuses/1960000000000000001", "1960000000000000001"),
        ("https://mobile.twitter.com/ana/status/1960000000000000001?s=20", "1960000000000000001"),
        ("x.com/i/web/status/1960000000000000001/photo/1", "1960000000000000001"),
        ("https://twitter.com/statuses/1960000000000000001", "1960000000000000001"),
        ("https://x.com/ana", None),
        ("https://notx.com/ana/status/1", "notx.com/ana/status/1"),
        ("https://www.reddit.com/r/Bread/comments/1n1aaa/rye/kx2/?context=3", "t1_kx2"),
        ("https://old.reddit.com/r/Bread/comments/1n1aaa/rye/", "t3_1n1aaa"),
        ("https://reddit.com/comments/1n1aaa", "t3_1n1aaa"),
        ("https://bsky.app/profile/did:plc:ana/post/3lx2", "at://did:plc:ana/app.bsky.feed.post/3lx2"),
        ("https://bsky.app/profile/ana.example/post/3lx2", "bsky.app/profile/ana.example/post/3lx2"),
        ("https://www.facebook.com/31_14", "14"),
        ("https://facebook.com/31/posts/14", "14"),
        ("https://facebook.com/31/posts/14?comment_id=15&reply_comment_id=16", "14_16"),
        ("https://www.facebook.com/mill/posts/14/", "facebook.com/mill/posts/14"),
        ("HTTPS://WWW.Instagram.com/p/C1/", "Instagram.com/p/C1"),
        ("https://[", "["),
    ],
)
def test_id_is_cut_out_of_a_link(link: str, post_id: str | None, tmp_path: Path) -> None:
    (post,) = brandwatch(tmp_path, Url=link)
    assert post.get("post_id") == post_id


def test_answer_names_who_is_in_its_link_or_at_its_head(tmp_path: Path) -> None:
    (post,) = brandwatch(tmp_path, X_Reply_to="https://twitter.com/Bo/status/7")
    assert (post["kind"], post["reply_to_post_id"], post["reply_to_name"]) == ("reply", "7", "Bo")
    (post,) = brandwatch(tmp_path, X_Reply_to="https://twitter.com/i/status/7")
    assert (post["reply_to_post_id"], "reply_to_name" in post) == ("7", False)
    fixture = expected(BRANDWATCH)["posts"][7]
    assert (fixture["reply_to_name"], fixture["reply_to_guessed"]) == ("mill_and_crumb", True)


def test_name_at_the_head_is_typed_where_a_column_would_say_what_is_answered(tmp_path: Path) -> None:
    (post,) = brandwatch(tmp_path, Full_Text="@bo hi", X_Reply_to="")
    assert (post["kind"], post["mentions"]) == ("post", [[None, "bo", 0]])


def test_thread_of_an_x_post_is_left_to_its_answers(tmp_path: Path) -> None:
    (post,) = brandwatch(tmp_path, Thread_URL="https://twitter.com/bo/status/7", Thread_Author="bo")
    assert "conversation_id" not in post
    assert rows(tmp_path, "parents") == []


@pytest.mark.parametrize("account_id", ["", "0", "1.53E+18", "NaN"])
def test_id_that_is_none_leaves_the_name(account_id: str, tmp_path: Path) -> None:
    (post,) = brandwatch(tmp_path, X_Author_ID=account_id)
    assert (post["author_name"], "author_id" in post) == ("ana", False)


def test_people_of_two_sites_with_one_name_are_two(tmp_path: Path) -> None:
    wanted = {(row["platform"], row.get("author_id")) for row in expected(BRANDWATCH)["posts"]}
    assert {("forum", "forum.example.org/tom"), ("blog", "other.example/tom")} <= wanted


ENGAGE = "created_at,content_thread_id,source_type,id,private_message,type,author_id,body\n"


def engage(tmp_path: Path, *cells: str) -> dict[str, int]:
    """Why one message of Engage Digital is not read; empty if it is."""
    (tmp_path / "x").write_text(ENGAGE + ",".join(cells) + "\n")
    return dict(read(tmp_path / "x", tmp_path).skipped)


@pytest.mark.parametrize(
    ("source", "flag", "kind", "reason"),
    [
        ("Facebook", "0", "", None),
        ("Facebook", "faux", "", None),
        ("Facebook", "", "Réponse publique", None),
        ("Facebook", "1", "Réponse publique", "a private message"),
        ("Facebook", "vrai", "", "a private message"),
        ("Facebook", "?", "", "a private message"),
        ("Facebook", "0", "Message privé", "a private message"),
        ("Facebook Messenger", "0", "", "a private message"),
        ("WhatsApp", "0", "", "a private message"),
        ("Email", "false", "", "a private message"),
        ("Twitter", "", "", "not known to be public"),
    ],
)
def test_message_is_read_only_if_it_is_known_to_be_public(
    source: str, flag: str, kind: str, reason: str | None, tmp_path: Path
) -> None:
    found = engage(tmp_path, "2025-08-27T10:00+00:00", "t1", source, "m1", flag, kind, "a1", "hello")
    assert found == ({reason: 1} if reason else {})


def test_id_of_a_suite_is_never_taken_for_one_of_the_platform(tmp_path: Path) -> None:
    header = "created_at,content_thread_id,source_type,id,private_message,author_id,body,in_reply_to_id\n"
    lines = "2025-08-27,7,Twitter,12,0,a1,hello,\n2025-08-27,7,Twitter,13,0,a2,hi,12\n"
    (tmp_path / "x").write_text(header + lines)
    notes = read(tmp_path / "x", tmp_path).notes
    first, answer = rows(tmp_path, "posts")
    assert first["post_id"] == answer["reply_to_post_id"] == "engage:12"
    assert (answer["post_id"], answer["conversation_id"]) == ("engage:13", "engage:7")
    assert sum("count twice" in note for note in notes) == 1


def test_document_of_meltwater_is_no_post_of_the_platform(tmp_path: Path) -> None:
    header = "Hit Sentence,Opening Text,Document ID,Author Handle,Source Name,URL\n"
    lines = "a,,12,@ana,Twitter,https://twitter.com/ana/status/7\nb,,13,@ana,Twitter,\n"
    (tmp_path / "x").write_text(header + lines)
    notes = read(tmp_path / "x", tmp_path).notes
    assert [row["post_id"] for row in rows(tmp_path, "posts")] == ["7", "meltwater:13"]
    assert any("count twice" in note for note in notes)
    (tmp_path / "x").write_text(header + lines.partition("\n")[0])
    assert not any("count twice" in note for note in read(tmp_path / "x", tmp_path).notes)


def test_inbox_without_the_column_that_tells_private_messages_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "x").write_text(
        "created_at,content_thread_id,id,author_name,body\n2025-08-27,t,m,Ana,secret\n"
    )
    record = read(tmp_path / "x", tmp_path)
    assert (record.format, record.posts, dict(record.skipped)) == ("suites", 0, {"not known to be public": 1})


@pytest.mark.parametrize(
    ("when", "created_at"),
    [
        ("2025-08-27T12:00+02:00", "2025-08-27 10:00:00"),
        ("08-27-2025 10:00", "2025-08-27 10:00:00"),
        ("27/08/2025 10:00", "2025-08-27 10:00:00"),
        ("27/08/25 10:00:05 PM", "2025-08-27 22:00:05"),
        ("01/02/2025 12:00 am", "2025-02-01 00:00:00"),
        ("01-02-2025 12:00 PM", "2025-01-02 12:00:00"),
        ("1 Sep 2025", "2025-09-01 00:00:00"),
        ("27-08-2025 10:00", None),
        ("27.08.2025 10:00", None),
        ("27-Xyz-2025", None),
        ("27/08/2025 13:00 PM", None),
        ("27/08/2025 at noon", None),
    ],
)
def test_date_is_read_in_the_order_of_the_suite(when: str, created_at: str | None, tmp_path: Path) -> None:
    skipped = engage(tmp_path, when, "t1", "Facebook", "m1", "0", "", "a1", "hello")
    assert skipped == ({} if created_at else {"created_at is no date": 1})
    assert [row["created_at"] for row in rows(tmp_path, "posts")] == ([created_at] if created_at else [])


def test_newspaper_is_no_platform_whatever_it_is_called(tmp_path: Path) -> None:
    header = "Hit Sentence\tInfluencer\tOpening Text\tInput Name\tSource\tURL"
    outlets = ["The Bread Review", "Generation X", "News", "", "blog.example.org"]
    lines = [f"hello\tana\t\tq\t{outlet}\thttps://www.reddit.com/r/a" for outlet in outlets]
    (tmp_path / "x").write_text("\n".join([header, *lines, "hello\t@ana\t\tq\ttwitter\t"]))
    record = read(tmp_path / "x", tmp_path)
    assert dict(record.skipped) == {"neither a social network, a forum nor a blog": 5}
    assert [row["platform"] for row in rows(tmp_path, "posts")] == ["x"]


def test_search_is_a_conversation_and_an_inbox_is_not() -> None:
    classes = {path.name: expected(path)["coverage"] for path in FIXTURES.glob("suites.*[v]")}
    assert {name for name, coverage in classes.items() if coverage == "C_search"} == {
        "suites.hootsuite.csv",
        "suites.engage_digital.csv",
    }
    assert set(classes.values()) == {"A", "C_search"}


def test_mentions_without_authors_are_refused(tmp_path: Path) -> None:
    header = ",ID,Date,Hrs,Title,Content,Source,Domain,Category,Sentiment,Tags"
    (tmp_path / "x").write_text(
        f"{',' * 10}\n{header}\n,1,2025-08-27,10:00,T,hi,https://x.com/a,x.com,s,0,\n"
    )
    record = read(tmp_path / "x", tmp_path)
    assert "does not say who wrote them" in str(record.refusal)


@pytest.mark.parametrize("cell", ["_" * 50_000, "a" * 50_000, "@" * 50_000, "9" * 50_000, "/" * 50_000])
def test_long_cell_takes_no_time(cell: str, tmp_path: Path) -> None:
    cells = dict.fromkeys(("Full Text", "Url", "Author", "X Author ID", "X Reply to", "Thread URL"), cell)
    record = brandwatch(tmp_path, **cells, Language="aa" + cell, Engagement_Type=cell, Date="")
    assert len(record) <= 1
