"""Blogs with the same numbers, other writers of the format, and what is never kept."""

from __future__ import annotations

from pathlib import Path

import pytest
from reading import FIXTURES, read, rows

from communitylab import study as rooms
from communitylab.exports.ids import hashed

HEAD = '<rss xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:wp="http://wordpress.org/export/{version}/"><channel>'
COMMENT = (
    "<wp:comment><wp:comment_id>5</wp:comment_id><wp:comment_author>Bo</wp:comment_author>"
    "<wp:comment_author_email>bo@example.org</wp:comment_author_email><wp:comment_approved>1</wp:comment_approved>"
    "<wp:comment_date_gmt>2025-08-27 10:00:00</wp:comment_date_gmt></wp:comment>"
)


def export(folder: Path, *, site: str = "", authors: str = "", item: str = "", version: str = "1.2") -> Path:
    address = f"<wp:base_blog_url>{site}</wp:base_blog_url>" if site else ""
    body = f"<item>{item}{COMMENT}</item>"
    path = folder / "blog.xml"
    path.write_text(
        f"{HEAD.format(version=version)}{address}{authors}{body}</channel></rss>", encoding="utf-8"
    )
    return path


def comment_of(folder: Path, **how: str) -> dict[str, object]:
    read(export(folder, **how), folder)
    (row,) = (row for row in rows(folder, "posts") if row["created_at"] == "2025-08-27 10:00:00")
    return row


def test_two_blogs_share_no_posts_but_the_people_of_an_address(tmp_path: Path) -> None:
    first = comment_of(tmp_path, site="https://example.org")
    second = comment_of(tmp_path, site="https://example.org/bread")
    assert first["post_id"] != second["post_id"]
    assert first["author_id"] == second["author_id"] == hashed("bo@example.org", "wordpress")


def author(number: int, login: str, *, mail: str = "", shown: str = "") -> str:
    return (
        f"<wp:author><wp:author_id>{number}</wp:author_id><wp:author_login>{login}</wp:author_login>"
        f"<wp:author_email>{mail}</wp:author_email><wp:author_display_name>{shown}</wp:author_display_name></wp:author>"
    )


def test_account_that_comments_without_signing_in_is_the_same_by_its_address(tmp_path: Path) -> None:
    authors = author(1, "ana", mail="ana@example.org") + author(
        2, "mill", mail=" BO@example.org ", shown="The Mill"
    )
    row = comment_of(tmp_path, site="https://example.org", authors=authors)
    assert (row["author_id"], row["author_name"]) == ("example.org#user-2", "mill")


@pytest.mark.parametrize("brand", ["mill", "The Mill"])
def test_brand_can_be_named_as_it_is_shown(brand: str, tmp_path: Path) -> None:
    authors = author(2, "mill", mail="bo@example.org", shown="The Mill")
    found = rooms.load(export(tmp_path, site="https://example.org", authors=authors), brand=brand)
    accounts = found.table("accounts")
    (row,) = accounts[accounts["is_brand"]].to_dict("records")
    assert (row["account_id"], row["name"]) == ("example.org#user-2", "mill")


@pytest.mark.parametrize("other", [author(1, "ana", shown="the mill"), author(1, "The Mill")])
def test_shown_name_of_several_accounts_names_none(other: str, tmp_path: Path) -> None:
    authors = other + author(2, "mill", mail="bo@example.org", shown="The Mill")
    read(export(tmp_path, authors=authors), tmp_path)
    assert "The Mill" not in [row["name"] for row in rows(tmp_path, "names")]


def test_address_of_an_account_stands_for_it(tmp_path: Path) -> None:
    read(export(tmp_path, authors=author(2, "mill", mail="bo@example.org")), tmp_path)
    names = {row["name"]: row["account_id"] for row in rows(tmp_path, "names")}
    assert names == {"mill": "#user-2", hashed("bo@example.org", "wordpress"): "#user-2"}


@pytest.mark.parametrize("site", ["http://example.org/", "https://www.example.org", "HTTPS://Example.org"])
def test_blog_is_the_same_however_its_address_is_written(site: str, tmp_path: Path) -> None:
    assert comment_of(tmp_path, site=site) == comment_of(tmp_path, site="https://example.org")


@pytest.mark.parametrize("version", ["1.0", "1.1", "1.2"])
def test_every_version_is_known(version: str, tmp_path: Path) -> None:
    assert read(export(tmp_path, version=version), tmp_path).format == "wordpress"


def test_item_of_another_writer_has_neither_type_nor_status(tmp_path: Path) -> None:
    link = "https://example.org/rye"
    item = f"<title>Rye</title><link>{link}</link><dc:creator>rosa</dc:creator><wp:post_id></wp:post_id>"
    read(export(tmp_path, item=item), tmp_path)
    comment, post = rows(tmp_path, "posts")
    assert (comment["conversation_id"], comment["kind"], comment["author_name"]) == (link, "post", "Bo")
    assert (post["post_id"], post["author_name"], post["text"]) == (link, "rosa", "Rye")


@pytest.mark.parametrize(
    ("item", "reason"),
    [("<wp:status>draft</wp:status>", "a comment on an unpublished post"),
     ("<wp:status>private</wp:status>", "a comment on an unpublished post"),
     ("<wp:status>publish</wp:status><wp:post_password>x</wp:post_password>", "a comment on a post behind a password")],
)  # fmt: skip
def test_what_not_everybody_could_read_is_left_out(item: str, reason: str, tmp_path: Path) -> None:
    record = read(export(tmp_path, item=item), tmp_path)
    assert record.posts == 0
    assert record.skipped[reason] == 1


def test_neither_mail_nor_ip_address_is_kept_but_where_it_was_typed(tmp_path: Path) -> None:
    read(FIXTURES / "wordpress.xml", tmp_path)
    for row in [*rows(tmp_path, "posts"), *rows(tmp_path, "names")]:
        kept = str({key: value for key, value in row.items() if key != "text"})
        assert "@example.org" not in kept
        assert "192.0.2." not in kept


def test_file_that_declares_entities_is_refused(tmp_path: Path) -> None:
    path = export(tmp_path)
    path.write_text(
        '<!DOCTYPE rss [<!ENTITY a "aaaa">]>' + path.read_text(encoding="utf-8"), encoding="utf-8"
    )
    record = read(path, tmp_path)
    assert record.refusal
    assert record.refusal.startswith("The XML declares entities of its own")
