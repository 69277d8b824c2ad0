"""The store: whole or not at all, and adding counts nothing twice."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import ibis
import pyarrow.parquet as pq
import pytest
from conftest import BAKERY, TRUTH

from communitylab import store
from communitylab import study as studies
from communitylab.acts import EARLIER_VERSION
from communitylab.errors import CallError, NoSuchChatError, UnnamedChatsError
from communitylab.glances import glance
from communitylab.ledger import read_ledger
from communitylab.omissions import Omissions
from communitylab.store import add_to_store, is_store, omit_from_store

N_POSTS = TRUTH["export"]["posts"]
N_RECORDS = N_POSTS + TRUTH["export"]["edited"] + TRUTH["export"]["duplicates"]


@pytest.fixture(scope="module")
def halves(tmp_path_factory) -> tuple[Path, Path]:
    """The sample in two files that share one page."""
    lines = BAKERY.read_text(encoding="utf-8").splitlines(keepends=True)
    folder = tmp_path_factory.mktemp("halves")
    first, second = folder / "first.jsonl", folder / "second.jsonl"
    first.write_text("".join(lines[:11]), encoding="utf-8")
    second.write_text("".join(lines[10:]), encoding="utf-8")
    return first, second


def test_adding_counts_nothing_twice(halves, tmp_path):
    folder = tmp_path / "store"
    first = add_to_store([halves[0]], folder)
    assert (first.records, first.posts) == (1100, 1100)
    both = add_to_store([halves[1]], folder)
    assert (both.records, both.posts) == (N_RECORDS + 100, N_POSTS)
    assert both.skipped == {"duplicate post": 100 + TRUTH["export"]["duplicates"], EARLIER_VERSION: 1}
    assert pq.read_table(folder / "posts.parquet").num_rows == N_POSTS
    assert "Keep it to yourself" in (folder / "README.md").read_text()
    again = add_to_store([halves[0], halves[1]], folder)
    assert again == both, "files that are in the store already are not read again"

    whole = tmp_path / "whole"
    add_to_store([BAKERY], whole)
    columns = ["source_id", "target_id", "kind", "post_id", "evidence", "weight"]
    acts = [
        sorted(map(tuple, pq.read_table(place / "acts.parquet").to_pandas()[columns].to_numpy().tolist()))
        for place in (folder, whole)
    ]
    assert acts[0] == acts[1]


def test_a_store_opens_without_its_exports(halves, tmp_path):
    folder = tmp_path / "store"
    add_to_store(list(halves), folder)
    opened = studies.load(store=folder, brand="millandcrumb")
    direct = studies.load(list(halves), brand="millandcrumb")
    assert opened.talk.count().to_pyarrow().as_py() == direct.talk.count().to_pyarrow().as_py() > 0


def test_a_folder_that_is_no_store_is_not_touched(halves, tmp_path):
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "dear.txt").write_text("Dear Ana")
    with pytest.raises(CallError, match="holds something else than a store"):
        add_to_store([halves[0]], tmp_path / "letters")
    assert [path.name for path in (tmp_path / "letters").iterdir()] == ["dear.txt"]
    with pytest.raises(CallError, match="no store here"):
        studies.load(store=tmp_path / "letters", brand="millandcrumb")


def test_a_replacement_killed_between_its_two_renames_is_taken_back(halves, tmp_path):
    folder = tmp_path / "store"
    add_to_store([halves[0]], folder)
    folder.rename(tmp_path / "store.old")
    assert is_store(folder)
    assert studies.load(store=folder, brand="millandcrumb").ledger.posts == 1100


@pytest.fixture(scope="module")
def small(tmp_path_factory) -> Path:
    """A store of two posts."""
    folder = tmp_path_factory.mktemp("small")
    (folder / "table.csv").write_text("author,text,platform\nana,hello,x\nbo,hi @ana,x\n")
    add_to_store([folder / "table.csv"], folder / "store")
    return folder


ANA = Omissions().with_people(names=[("x", "ana")])


def test_who_is_forgotten_while_a_load_is_running_does_not_come_back(small, tmp_path, monkeypatch):
    folder = tmp_path / "store"
    shutil.copytree(small / "store", folder)
    more = tmp_path / "more.csv"
    more.write_text("author,text,platform\nana,again,x\n")
    write_ledger = store.write_ledger

    def meanwhile(*told):
        monkeypatch.setattr(store, "write_ledger", write_ledger)
        write_ledger(*told)
        shutil.move(tmp_path / "store.new", tmp_path / "aside")  # another run works in the same place
        omit_from_store(folder, ANA)
        shutil.move(tmp_path / "aside", tmp_path / "store.new")

    monkeypatch.setattr(store, "write_ledger", meanwhile)
    with pytest.raises(
        CallError, match=r"somebody was forgotten here while this was running.* run the command again"
    ):
        add_to_store([more], folder)
    assert [row["author"] for row in pq.read_table(folder / "posts.parquet").to_pylist()] == ["name:bo"]
    assert not (tmp_path / "store.new").exists()
    add_to_store([more], folder)
    assert [row["author"] for row in pq.read_table(folder / "posts.parquet").to_pylist()] == ["name:bo"]


def test_an_old_store_that_cannot_be_deleted_is_named(small, tmp_path, monkeypatch):
    folder = tmp_path / "store"
    shutil.copytree(small / "store", folder)
    rmtree = shutil.rmtree
    monkeypatch.setattr(
        shutil, "rmtree", lambda place, **how: None if place.suffix == ".old" else rmtree(place, **how)
    )
    with pytest.raises(
        CallError, match=r"store\.old: cannot be deleted, and still holds whoever .* Delete this folder"
    ):
        omit_from_store(folder, ANA)
    # The next time it is in the way.
    with pytest.raises(CallError, match=r"store: cannot be replaced .* delete .*store\.old"):
        omit_from_store(folder, ANA)
    assert is_store(folder)
    monkeypatch.undo()
    omit_from_store(folder, ANA)
    assert not (tmp_path / "store.old").exists()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such rights")
def test_a_store_of_an_earlier_version_is_closed(small, tmp_path):
    folder = tmp_path / "store"
    shutil.copytree(small / "store", folder)
    folder.chmod(0o755)
    studies.load(store=folder, brand="ana")
    assert folder.stat().st_mode & 0o777 == 0o700


def test_glance_keeps_nothing_and_names_the_most_addressed(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    seen = glance([BAKERY])
    assert seen.ledger.posts == N_POSTS
    assert seen.all == seen.files[0]
    assert seen.all.most_named[0] == ("millandcrumb", 3923)
    assert len(seen.all.most_named) == 10
    assert seen.all.span is not None
    assert seen.all.span[0] < seen.all.span[1]
    assert list(tmp_path.iterdir()) == []


def test_more_data_than_memory(tmp_path):
    engine = ibis.duckdb.connect(memory_limit="150MB", threads=2, temp_directory=str(tmp_path / "spill"))
    limited = studies.load(BAKERY, brand="millandcrumb", engine=engine)
    free = studies.load(BAKERY, brand="millandcrumb")
    for table in ("talk", "authored", "people"):
        columns = sorted(getattr(free, table).columns)
        rows = [
            sorted(map(repr, getattr(one, table).select(columns).to_pyarrow().to_pylist()))
            for one in (limited, free)
        ]
        assert rows[0] == rows[1]


LOAD = """
import sys, pathlib
from communitylab.acts import EARLIER_VERSION
from communitylab.store import add_to_store
add_to_store([sys.argv[1]], pathlib.Path(sys.argv[2]))
"""


def _content(folder: Path) -> tuple[int, int, int]:
    """Posts by the ledger, posts and acts in the tables."""
    assert is_store(folder)
    ledger = json.loads((folder / "ledger.json").read_text(encoding="utf-8"))
    tables = [pq.read_table(folder / f"{name}.parquet").num_rows for name in ("posts", "acts", "accounts")]
    return sum(file["posts"] for file in ledger["files"]), *tables[:2]


def _start(export: Path, folder: Path) -> subprocess.Popen:
    """Starts a load and returns once it has begun to write."""
    load = subprocess.Popen([sys.executable, "-c", LOAD, str(export), str(folder)])
    while load.poll() is None and not folder.with_name(folder.name + ".new").exists():
        pass
    return load


def test_a_load_killed_at_any_moment_leaves_the_old_store_or_the_new(halves, tmp_path):
    folder, finished = tmp_path / "store", tmp_path / "finished"
    add_to_store([halves[0]], folder)
    add_to_store([halves[0]], finished)
    old = _content(folder)
    load = _start(halves[1], finished)
    begin = time.monotonic()
    load.wait()
    took = time.monotonic() - begin
    new = _content(finished)
    chance = random.Random(7)
    for _kill in range(KILLS):
        load = _start(halves[1], folder)
        try:
            load.wait(timeout=took * chance.uniform(0, 1.2))
        except subprocess.TimeoutExpired:
            load.send_signal(signal.SIGKILL)
            load.wait()
        found = _content(folder)
        assert found in (old, new)
        if found == new:
            shutil.rmtree(folder)
            add_to_store([halves[0]], folder)


KILLS = 6  # of the moments of a load; the suite has other things to do


def test_store_of_an_earlier_version_knows_no_staff(tmp_path):
    add_to_store([BAKERY], tmp_path / "store")
    path = tmp_path / "store" / "ledger.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    for file in content["files"]:
        del file["staff"]
    path.write_text(json.dumps(content), encoding="utf-8")
    assert studies.load(store=tmp_path / "store", brand="millandcrumb").ledger.files[0].staff == ()


# --- Chats of an export that holds several


ACCOUNT = Path(__file__).parent / "exports" / "fixtures" / "telegram.account.json"


def _places(folder: Path) -> set[str]:
    return {row["place"] for row in pq.read_table(folder / "posts.parquet").to_pylist()}


def test_chats_are_read_where_they_are_named(tmp_path):
    with pytest.raises(UnnamedChatsError, match="Its groups and channels: 55, Bread talk, Rye news"):
        add_to_store([ACCOUNT], tmp_path / "store")
    with pytest.raises(
        NoSuchChatError, match=r"is called Wheat\. There are: 55, Bread talk, Rye news\. Name them"
    ):
        add_to_store([ACCOUNT], tmp_path / "store", chats=["Bread talk", "Wheat"])
    assert not (tmp_path / "store").exists()
    first = add_to_store([ACCOUNT], tmp_path / "store", chats=["bread talk"])
    assert _places(tmp_path / "store") == {"Bread talk"}
    kept = read_ledger(tmp_path / "store" / "ledger.json")  # without the names of all chats
    assert add_to_store([ACCOUNT], tmp_path / "store", chats=["bread talk"]) == kept
    assert add_to_store([ACCOUNT], tmp_path / "store") == kept
    again = add_to_store([ACCOUNT], tmp_path / "store", chats=["bread talk", "Rye news"])
    assert _places(tmp_path / "store") == {"Bread talk", "Rye news"}
    assert again.skipped["duplicate post"] >= first.posts
