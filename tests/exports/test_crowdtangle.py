"""CrowdTangle: every kind of list of it is refused with the cure."""

from __future__ import annotations

from pathlib import Path

import pytest
from reading import read


@pytest.mark.parametrize("first", ["Page Name", "Group Name", "Account"])
def test_list_is_refused_with_what_would_do(first: str, tmp_path: Path) -> None:
    header = (
        f"{first},User Name,Followers at Posting,Post Created,Type,Likes,Comments,Views,URL,Link,Description"
    )
    (tmp_path / "x").write_text(
        header + "\nMill & Crumb,millandcrumb,10,2023-05-04 17:00:03 EDT,Photo,1,1,1,u,l,d\n"
    )
    record = read(tmp_path / "x", tmp_path)
    assert (record.posts, record.format, record.coverage) == (0, "crowdtangle", None)
    assert "names nobody who liked or commented" in str(record.refusal)
    assert "export the comments" in str(record.refusal)
