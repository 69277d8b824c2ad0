"""Guests, old and new exports, and how threads refer to people."""

from __future__ import annotations

from pathlib import Path

import pytest
from reading import FIXTURES, read, rows

from communitylab.exports.ids import hashed

HEAD = '<disqus xmlns="http://disqus.com" xmlns:dsq="http://disqus.com/disqus-internals">'


def posts(folder: Path, *authors: str, before: str = "") -> list[dict[str, object]]:
    found = "".join(
        f'<post dsq:id="{number}"><message>rye</message><createdAt>2025-08-27T10:00:00Z</createdAt>'
        f'<author>{author}</author><thread dsq:id="1" /></post>'
        for number, author in enumerate(authors, 1)
    )
    (folder / "x").write_text(f"{HEAD}{before}{found}</disqus>", encoding="utf-8")
    read(folder / "x", folder)
    return rows(folder, "posts")


def test_guests_without_an_address_are_not_one_person(tmp_path: Path) -> None:
    guest = "<name>Guest</name><isAnonymous>true</isAnonymous>"
    first, second = posts(tmp_path, guest, guest)
    assert first["author_id"] != second["author_id"]
    assert "author_name" not in first


def test_guest_with_an_address_is_one_person(tmp_path: Path) -> None:
    guest = "<email>bo@example.org</email><name>Bo</name><isAnonymous>true</isAnonymous>"
    forum = "<category><forum>{}</forum></category>"
    first, second = posts(tmp_path, guest, guest, before=forum.format("bread"))
    (elsewhere,) = posts(tmp_path, guest, before=forum.format("rolls"))
    assert {row["author_id"] for row in (first, second, elsewhere)} == {hashed("bo@example.org", "disqus")}


def test_comments_that_are_in_the_blog_as_well_are_noted(tmp_path: Path) -> None:
    author = "<author><username>rosa_bakes</username></author>"
    for number, notes in (("wp_id=12", 1), ("", 0)):
        found = f'<post dsq:id="1"><id>{number}</id>{author}</post>'
        (tmp_path / "x").write_text(f"{HEAD}{found}{found}</disqus>", encoding="utf-8")
        record = read(tmp_path / "x", tmp_path)
        assert sum("give either this file or the blog's export" in note for note in record.notes) == notes


@pytest.mark.parametrize("username", ["Rosa_Bakes", "rosa_bakes"])
def test_account_is_the_same_in_capitals(username: str, tmp_path: Path) -> None:
    (row,) = posts(tmp_path, f"<name>Rosa</name><username>{username}</username>")
    assert (row["author_id"], row["author_name"]) == ("rosa_bakes", username)


def test_user_name_that_is_an_address_is_not_kept(tmp_path: Path) -> None:
    (row,) = posts(tmp_path, "<username>rosa@example.org</username>")
    assert str(row["author_id"]).startswith("mail:")
    assert "author_name" not in row


def test_thread_and_post_of_one_number_are_two_things(tmp_path: Path) -> None:
    (row,) = posts(tmp_path, "<username>rosa_bakes</username>")
    assert (row["post_id"], row["conversation_id"]) == ("1", "thread-1")


def test_thread_of_one_post_is_not_that_of_the_next(tmp_path: Path) -> None:
    author = "<author><username>rosa_bakes</username></author>"
    found = f'<post dsq:id="1">{author}<thread dsq:id="1" /></post><post dsq:id="2">{author}</post>'
    (tmp_path / "x").write_text(f"{HEAD}{found}</disqus>", encoding="utf-8")
    read(tmp_path / "x", tmp_path)
    assert [row.get("conversation_id") for row in rows(tmp_path, "posts")] == ["thread-1", None]


def test_neither_mail_nor_ip_address_is_kept_but_where_it_was_typed(tmp_path: Path) -> None:
    read(FIXTURES / "disqus.xml", tmp_path)
    for table in ("posts", "names", "parents"):
        for row in rows(tmp_path, table):
            kept = str({key: value for key, value in row.items() if key != "text"})
            assert "@example.org" not in kept
            assert "192.0.2." not in kept
