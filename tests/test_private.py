"""The private folder: its owner's alone at every moment, and it says what is in it."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from communitylab.private import make_private, restrict

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no such rights")


def mode(place: Path) -> int:
    return stat.S_IMODE(place.lstat().st_mode)


@pytest.fixture
def generous():
    """A process that gives every right to everybody, as some shared computers are set up."""
    before = os.umask(0)
    yield
    os.umask(before)


def test_it_is_born_closed(generous, tmp_path, monkeypatch):
    born = []
    monkeypatch.setattr(os, "chmod", lambda place, rights: born.append(mode(Path(place))))
    folder = make_private(tmp_path / "private")
    assert born[0] == 0o700, "closed afterwards, it would have been open for a moment"
    assert folder == tmp_path / "private"


def test_an_older_folder_and_what_lies_in_it_is_closed(generous, tmp_path):
    folder = tmp_path / "private"
    (folder / "more").mkdir(parents=True)
    for name in ("people.csv", "more/notes.txt"):
        (folder / name).write_text("Ana")
    assert mode(folder) == 0o777
    make_private(folder)
    assert {path.name: mode(path) for path in (folder, *folder.rglob("*"))} == {
        "private": 0o700, "more": 0o700, "people.csv": 0o600, "notes.txt": 0o600, "README.md": 0o600,
    }  # fmt: skip
    assert (folder / "people.csv").read_text() == "Ana"


def test_what_a_link_leads_to_is_left_alone(generous, tmp_path):
    (tmp_path / "others").mkdir()
    (tmp_path / "private").mkdir()
    (tmp_path / "private" / "elsewhere").symlink_to(tmp_path / "others")
    make_private(tmp_path / "private")
    assert mode(tmp_path / "others") == 0o777


def test_where_there_are_no_rights_the_folder_is_made_all_the_same(tmp_path, monkeypatch):
    def refused(place, rights):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "chmod", refused)
    assert (make_private(tmp_path / "private") / "README.md").is_file()
    restrict(tmp_path / "not there")


def test_it_says_what_every_file_is(sample_report):
    folder = sample_report("bakery") / "private"
    text = (make_private(folder) / "README.md").read_text(encoding="utf-8")
    for path in folder.iterdir():
        assert path.name in text or path.name == "README.md", f"{path.name} is not explained"
    for said in ("communitylab forget NAME", "personal data", "How long to keep it", "Do not send it on"):
        assert said in text
