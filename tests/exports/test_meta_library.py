"""The Meta Content Library: refused with the cure."""

from __future__ import annotations

from pathlib import Path

from reading import read


def test_download_is_refused_with_what_would_do(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("id,creation_time,post_owner.id,text,mcl_url\n7001,2025-08-27,900,bread,u\n")
    record = read(tmp_path / "x", tmp_path)
    assert (record.posts, record.format, record.coverage) == (0, "meta_library", None)
    assert "does not say who wrote a comment" in str(record.refusal)
    assert "export the comments" in str(record.refusal)
