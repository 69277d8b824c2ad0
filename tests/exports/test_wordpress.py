"""Blogs with the same numbers, other writers of the format, and what is never kept."""

from __future__ import annotations

from pathlib import Path

import pytest
from reading import FIXTURES, read, rows

HEAD = '<rss xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:wp="http://wordpress.org/export/{version}/"><channel>'
COMMENT = (
    "<wp:comment><wp:comment_id>5</wp:comment_id><wp:comment_author>Bo</wp:comment_author>"
    "<wp:comment_author_email>bo@example.org</wp:comment_author_email><wp:comment_approved>1</wp:comment_approved>"
    "<wp:comment_date_gmt>2025-08-27 10:00:00</wp:comment_date_gmt></wp:comment>"
)


def export(folder: Path, *, site: str = "", item: str = "", version: str = "1.2") -> Path:
    address = f"<wp:base_blog_url>{site}</wp:base_blog_url>" if site else ""
    body = f"<item>{item}{COMMENT}</item>"
    path = folder / "blog.xml"
    path.write_text(f"{HEAD.format(version=version)}{address}{body}</channel></rss>", encoding="utf-8")
    return path


def comment_of(folder: Path, **how: str) -> dict[str, object]:
    read(export(folder, **how), folder)
    (row,) = (row for row in rows(folder, "posts") if row["created_at"] == "2025-08-27 10:00:00")
    return row


def test_two_blogs_share_neither_posts_nor_people(tmp_path: Path) -> None:
    first = comment_of(tmp_path, site="https://example.org")
    second = comment_of(tmp_path, site="https://example.org/bread")
    assert first["post_id"] != second["post_id"]
    assert first["author_id"] != second["author_id"]


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
