"""Somebody asked to be forgotten: nothing of them is left, and what the others did counts as before."""

from __future__ import annotations

import csv
import json
import re
import shutil
import stat
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import ibis
import pandas as pd
import pyarrow.parquet as pq
import pytest
from conftest import MONDAY, account_id, said, x_page, x_post

from communitylab import page
from communitylab import study as studies
from communitylab.csv_tables import read_table, write_table
from communitylab.errors import CallError
from communitylab.exports.sink import Sink
from communitylab.forgetting import forget
from communitylab.omissions import FORGOTTEN, Omissions, folded, read_omissions, write_omissions
from communitylab.private_files import Account, opened_private
from communitylab.redaction import Wording
from communitylab.remainder import without
from communitylab.store import add_to_store, connect
from communitylab.tables import EDGES, NAMES, PARENTS

ANA = account_id("Ana_B")
PEOPLE = ("Ana_B", "bo", "cy", "dee", "BRAND")


def _post(name: str, number: str, text: str, **more: Any) -> dict[str, Any]:
    return x_post(name, number, MONDAY + timedelta(hours=int(number[-2:])), text, names=PEOPLE, **more)


POSTS = [
    _post("Ana_B", "1001", "My secret recipe, @BRAND"),
    _post("bo", "1002", "@Ana_B lovely, ana_b!", refers=("replied_to", "1001"), answers="Ana_B", thread="1001"),
    # The platform put three names before the words: only dee is typed, right behind them.
    _post("cy", "1003", "@bo @Ana_B @BRAND I @dee", refers=("replied_to", "1002"), answers="bo", thread="1001"),
    _post("dee", "1004", "RT @Ana_B: My secret recipe, @BRAND", refers=("retweeted", "1001")),
    _post("cy", "1005", "This! https://x.example/Ana_B/status/1001", refers=("quoted", "1001")),
    _post("dee", "1006", "Ana_B Titled wrote it, and the banana_b did not: @bo"),
    _post("Ana_B", "1007", "@bo thank you", refers=("replied_to", "1002"), answers="bo", thread="1001"),
    _post("BRAND", "1008", "@cy hello", refers=("replied_to", "1005"), answers="cy", thread="1005"),
    _post("bo", "1009", "plain words"),
]  # fmt: skip
MINE = ("1001", "1007")


def _export(folder: Path, posts: list[dict[str, Any]] = POSTS, *, name: str = "export.jsonl") -> Path:
    page = json.loads(x_page(posts, users=PEOPLE))
    for user in page["includes"]["users"]:
        if user["username"] == "Ana_B":
            user["name"] = "Ana_B Titled"
    path = folder / name
    path.write_text(json.dumps(page), encoding="utf-8")
    return path


def _rows(folder: Path, name: str) -> list[dict[str, Any]]:
    return pq.read_table(folder / f"{name}.parquet").to_pylist()


def _acts(folder: Path) -> Counter:
    """Acts, Ana's aside."""
    return Counter(
        (row["source_id"], row["kind"], row["target_id"], row["post_id"], row["evidence"])
        for row in _rows(folder, "acts")
        if ANA not in (row["source_id"], row["target_id"])
    )


def _traces(folder: Path) -> dict[str, str]:
    """Every file of a store or of private files, as text."""
    found = {}
    for path in folder.rglob("*"):
        if path.is_file():
            table = (
                repr(pq.read_table(path).to_pylist())
                if path.suffix == ".parquet"
                else path.read_text("utf-8")
            )
            found[path.name] = table.replace("banana_b", "")
    return found


@pytest.fixture(scope="module")
def before(tmp_path_factory) -> Path:
    """A store with Ana in it."""
    folder = tmp_path_factory.mktemp("before")
    add_to_store([_export(folder)], folder / "store")
    return folder / "store"


@pytest.fixture(scope="module")
def after(before, tmp_path_factory) -> Path:
    """The same without her."""
    folder = tmp_path_factory.mktemp("after") / "store"
    shutil.copytree(before, folder)
    done = forget("@ana_B", store=folder)
    assert (done.accounts, done.posts, done.acts) == ((f"x:{ANA} (Ana_B)",), 2, 6)
    return folder


def test_nothing_of_them_is_left_in_a_store(before, after):
    # A number is looked for as a word: the digits of a key hold short ones by chance.
    signs = ("ana_b", ANA, "titled", "secret", *(rf"\b{number}\b" for number in MINE))
    for sign in signs:
        assert any(re.search(sign, text.lower()) for text in _traces(before).values()), sign
        assert not [name for name, text in _traces(after).items() if re.search(sign, text.lower())], sign


def test_what_others_did_counts_as_before(before, after):
    assert _acts(after) == _acts(before)
    assert {(row["post_id"], row["kind"]) for row in _rows(after, "posts")} == {
        (row["post_id"], row["kind"]) for row in _rows(before, "posts") if row["post_id"] not in MINE
    }
    # cy's name for dee was typed and the brand's was not, wherever they now stand in the text.
    named = {(row["target_id"], row["evidence"]) for row in _rows(after, "acts") if row["post_id"] == "1003"}
    assert named == {("id-bo", "explicit"), ("id-brand", "carried"), ("id-dee", "explicit")}
    threads = {row["post_id"]: row["thread"] for row in _rows(after, "posts")}
    assert threads["1002"] == threads["1003"] != "1001", "a thread holds together without its first post"


def test_their_names_leave_the_texts_of_others(after):
    texts = {row["post_id"]: row["text"] for row in _rows(after, "posts")}
    assert texts == {
        "1002": "@somebody lovely, …!",
        "1003": "@bo @somebody @BRAND I @dee",
        "1004": None,
        "1005": "This! https://x.example/…",
        "1006": "… wrote it, and the banana_b did not: @bo",
        "1008": "@cy hello",
        "1009": "plain words",
    }


def test_ledger_says_what_became_of_their_posts(after):
    (file,) = json.loads((after / "ledger.json").read_text(encoding="utf-8"))["files"]
    assert file["skipped"][FORGOTTEN] == 2
    assert file["records"] == file["posts"] + sum(file["skipped"].values())


def test_the_same_export_added_again_brings_nobody_back(before, after, tmp_path):
    folder = tmp_path / "store"
    shutil.copytree(after, folder)
    again = _export(tmp_path, [*POSTS, _post("bo", "1010", "@Ana_B again, @cy")], name="again.jsonl")
    ledger = add_to_store([again], folder)
    assert ledger.records == ledger.posts + sum(ledger.skipped.values())
    assert ledger.skipped[FORGOTTEN] == 4
    assert not [name for name, text in _traces(folder).items() if "ana_b" in text.lower() or ANA in text]
    assert _acts(folder) - _acts(before) == Counter({("id-bo", "mention", "id-cy", "1010", "explicit"): 1})
    assert not _acts(before) - _acts(folder)


def test_who_was_forgotten_by_id_is_known_by_name_alone(after, tmp_path):
    folder = tmp_path / "store"
    shutil.copytree(after, folder)
    rows = [
        ("author", "text", "created_at", "platform"),
        ("ANA_B", "here I am", "2025-02-01", "x"),
        ("ana_b", "here, too", "2025-02-01", ""),
        ("ana_b", "somebody else", "2025-02-01", "bluesky"),
        ("bo", "hi @ana_b", "2025-02-02", ""),
    ]
    with (tmp_path / "table.csv").open("w", newline="") as file:
        csv.writer(file).writerows(rows)
    ledger = add_to_store([tmp_path / "table.csv"], folder)
    assert ledger.files[1].skipped == {FORGOTTEN: 2}
    texts = {row["platform"]: row["text"] for row in _rows(folder, "posts") if row["platform"] != "x"}
    assert texts == {"bluesky": "somebody else", "table": "hi @somebody"}


def test_who_was_forgotten_by_name_alone_is_known_by_id(tmp_path):
    table = tmp_path / "table.csv"
    # Of a platform that is not told: it may be any.
    table.write_text("author,text,created_at\nana_b,hello,2025-01-01\nbo,hi,2025-01-02\n")
    folder = tmp_path / "store"
    add_to_store([table], folder)
    assert forget("ANA_B", store=folder).accounts == ("table:ana_b",)
    assert not read_omissions(folder).knows(["x"], account_id=ANA)
    add_to_store([_export(tmp_path)], folder)
    assert not [name for name, text in _traces(folder).items() if ANA in text or "ana_b" in text.lower()]
    assert read_omissions(folder).knows(["x"], account_id=ANA), "whatever they are called from now on"


PRIVATE_TABLES = {
    "people": {
        "platform": ["x"] * 3,
        "account_id": [ANA, "id-bo", "77"],
        "name": ["Ana_B", "=bo", "silent"],
        "rung": ["circle", "", None],
        "is_host": [True, False, False],
    },
    "brand_accounts": {
        "called": ["account 1"], "platform": ["x"], "account_id": ["id-brand"], "name": ["BRAND"],
    },
    "clusters": {
        "tile": ["earlier", ""],
        "group": [1, 2],
        "platform": ["x", "x"],
        "account_id": [ANA, "id-bo"],
        "name": [None, "bo"],
    },
    "groups": {
        "group": ["1", "2", "77"],
        "name": ["friends of Ana_B", "bakers", ""],
        "size": ["5", "6", "7"],
        "words": ["bread, ana, titled", "tea", ""],
        "remark": [None, "call @ana_b", None],
    },
    "threads_joined": {
        "platform": ["x"] * 3,
        "thread": ["1001", "1005", "9999"],
        "opening": ["My secret recipe", "This! @Ana_B", "whose?"],
    },
    "starters": {"platform": ["x"], "thread": ["1234"], "opening": ["Dear @Ana_B and all"]},
}  # fmt: skip


def _written(folder: Path, name: str) -> list[dict[str, Any]]:
    return read_table(folder / "private" / f"{name}.csv").to_dict("records")


@pytest.fixture
def report(before, tmp_path) -> Path:
    """The private files of a report, as one writes them."""
    private = tmp_path / "report" / "private"
    private.mkdir(parents=True)
    for name, table in PRIVATE_TABLES.items():
        write_table(pd.DataFrame(table), private / f"{name}.csv")
    (private / "inputs.toml").write_text('brand = ["BRAND"]\nexports = ["posts.jsonl"]\n')
    return tmp_path / "report"


def test_private_files_without_them(before, report, tmp_path):
    store = tmp_path / "store"
    shutil.copytree(before, store)
    with (report / "private" / "inputs.toml").open("a") as file:
        file.write(f"store = '{store}'\n")
    (report / "actions.csv").write_text("day,what\n2025-01-06,Tea with Ana_B\n")
    done = forget("Ana_B", out=report)
    assert done.store == store, "the store from which the report was made"
    assert (report / "private" / "people.csv").read_bytes().decode() == (
        '\ufeffplatform,account_id,name,rung,is_host\n"x","id-bo","\'=bo","",False\n"x","77","silent",,False\n'
    )
    assert [(row["group"], row["account_id"]) for row in _written(report, "clusters")] == [(2, "id-bo")]
    assert (report / "private" / "groups.csv").read_bytes().decode() == (
        '\ufeffgroup,name,size,words,remark\n"1","friends of …","5","bread",\n'
        '"2","bakers","6","tea","call @somebody"\n"77","","7","",\n'
    )
    rows = _written(report, "threads_joined")
    assert [(row["thread"], row["opening"]) for row in rows] == [("1005", "This! @somebody"), ("9999", "")]
    assert _written(report, "starters")[0]["opening"] == "Dear @somebody and all"
    assert done.rows == {
        "clusters.csv": 1,
        "groups.csv": 2,
        "people.csv": 1,
        "starters.csv": 1,
        "threads_joined.csv": 3,
    }
    assert not [name for name, content in _traces(report / "private").items() if "ana_b" in content.lower()]
    assert {stat.S_IMODE(path.stat().st_mode) for path in (report / "private").iterdir()} == {0o600}
    said = done.as_text()
    for told in ("posts.jsonl", "actions.csv names them", "people.csv (1 row)", "out of reach",
                 "again in its own folder: communitylab rerun", "In another folder, rerun would", "--names",
                 "yours to clean", "plain word"):  # fmt: skip
        assert told in said


def test_what_a_report_still_holds_of_somebody_forgotten_in_its_store_goes(before, after, report):
    """Members of groups that are gone stand there without a name."""
    for name in ("people", "threads_joined", "starters"):
        (report / "private" / f"{name}.csv").unlink()
    done = forget("Ana_B", store=after, out=report)
    assert done.is_known
    assert done.rows == {"clusters.csv": 1, "groups.csv": 2}
    assert "clusters.csv (1 row), groups.csv (2 rows)" in done.as_text()
    assert not [
        name for name, text in _traces(report / "private").items() if ANA in text or "ana" in text.lower()
    ]
    write_table(pd.DataFrame(PRIVATE_TABLES["clusters"]), report / "private" / "clusters.csv")  # put back
    assert forget("Ana_B", store=after, out=report).rows == {"clusters.csv": 1}
    again = forget("Ana_B", store=after, out=report)
    assert again.rows == {}
    assert "was forgotten before: no account of theirs is in" in again.as_text()


def test_first_words_of_somebody_else_on_the_list_go_with_them(before, report, tmp_path):
    store = tmp_path / "store"
    shutil.copytree(before, store)
    for name in ("people", "clusters"):
        (report / "private" / f"{name}.csv").unlink()
    write_omissions(Omissions().with_people(ids=[("x", ANA)]), report / "private")
    forget("bo", store=store, out=report)
    assert [row["thread"] for row in _written(report, "threads_joined")] == ["1005", "9999"]


@pytest.mark.parametrize("number", ["7 ", "a\0b", "8000000000000000353", "008"])
def test_ids_that_a_table_writes_otherwise(tmp_path, number):
    with (tmp_path / "table.csv").open("w", newline="") as file:
        csv.writer(file).writerows(
            [("author", "author_id", "text", "platform"), ("ana", number.replace("\0", ""), "hello", "x"),
             ("bo", "9", "hi", "x")]
        )  # fmt: skip
    private = tmp_path / "report" / "private"
    private.mkdir(parents=True)
    people = {"platform": ["x", "x"], "account_id": [number, "9"], "name": ["ana", "bo"]}
    write_table(pd.DataFrame(people), private / "people.csv")
    report = opened_private(tmp_path / "report")
    gone = Account("x", number, "ana")
    report.rewrite_without([gone], wording=Wording(), opened_by={}, omissions=Omissions())
    assert _written(tmp_path / "report", "people") == [{"platform": "x", "account_id": "9", "name": "bo"}]


def test_names_of_groups_that_may_mean_them_are_shown_to_their_owner(report):
    names = ["Titled's table", "ana's", "banana people"]
    write_table(pd.DataFrame({"group": ["1", "2", "3"], "name": names}), report / "private" / "groups.csv")
    write_omissions(Omissions().with_people(called=["Ana_B Titled"]), report / "private")
    done = forget("Ana_B", out=report)
    assert done.in_groups == ("Titled's table", "ana's")
    assert "groups.csv: the name “Titled's table”, “ana's” holds a word" in done.as_text()


def test_a_table_that_a_spreadsheet_saved(report):
    path = report / "private" / "people.csv"
    path.write_text("platform;account_id;name;n\r\nx;77;silent;1\r\nx;78;bo;\r\n")
    forget("x:77", out=report)
    assert path.read_bytes().decode() == '\ufeffplatform,account_id,name,n\n"x",78,"bo",\n'
    path.write_text("platform,name,name\nx,1,2\n")
    with pytest.raises(CallError, match=r"people\.csv: two columns are called alike\. Give one"):
        forget("bo", out=report)


def test_without_a_store_what_may_be_theirs_goes_too(report):
    done = forget(ANA, out=report)
    assert [row["opening"] for row in _written(report, "threads_joined")] == ["", "", ""]
    assert "first words" in done.as_text()
    assert "--store" in done.as_text()
    known = read_omissions(report / "private")
    assert known.knows(["x"], account_id=ANA)
    assert known.knows(["x"], name="ana_B")
    assert known.holds_name("ana", is_word=True)
    assert not known.knows(["x"], account_id="id-bo", name="bo")


def test_somebody_on_the_follower_list_alone(before, report, tmp_path):
    export, listed = _export(tmp_path), tmp_path / "followers.csv"
    listed.write_text("username\nbo\nsilent\nsilence\n")
    forget("silent", out=report)
    later = studies.load(export, brand="BRAND", followers=listed, forgotten=[report, tmp_path / "none yet"])
    assert later.table("accounts").query("on_follower_list")["name"].tolist() == ["bo", "silence"]
    assert later.forgotten.covers(read_omissions(report / "private"))


def test_a_list_keeps_people_out_of_a_store_that_has_them(before, report, tmp_path):
    store = tmp_path / "store"
    shutil.copytree(before, store)
    forget("Ana_B", out=report)
    study = studies.load(store=store, brand="BRAND", forgotten=report)
    assert "Ana_B" not in study.table("accounts")["name"].tolist()
    assert not [name for name, text in _traces(store).items() if "ana_b" in text.lower()]


def test_asking_twice(after, report, tmp_path):
    store = tmp_path / "store"
    shutil.copytree(after, store)
    for name in ("ana_b", " @Ana_B", f"X:{ANA}", ANA):
        again = forget(name, store=store)
        assert again.is_known
        assert "was forgotten before" in again.as_text()
    # The report did not know of it.
    forget("Ana_B", store=store, out=report)
    assert not [name for name, content in _traces(report / "private").items() if ANA in content]


def test_a_report_learns_what_a_store_was_told(after, report):
    for name in ("people.csv", "clusters.csv"):
        (report / "private" / name).unlink()
    assert forget("Ana_B", store=after, out=report).is_known
    assert read_omissions(report / "private").knows(["x"], account_id=ANA)


def test_whom_nobody_knows_and_whom_several_are(before, after, report, tmp_path):
    with pytest.raises(
        CallError, match=r"Anna_B: nobody is called so in the store .* or in .*private.* Ana_B\?"
    ):
        forget("Anna_B", store=before, out=report)
    with pytest.raises(CallError, match=r"x:id-brand \(BRAND\) is the brand or speaks for it"):
        forget("brand", store=before, out=report)
    with pytest.raises(CallError, match="no store was named: --store DIR"):
        forget("Ana_B", out=tmp_path / "nowhere")
    with pytest.raises(CallError, match="no store here"):
        forget("Ana_B", store=tmp_path)
    with pytest.raises(CallError, match="Whom"):
        forget("@ ", store=before)
    (tmp_path / "two.csv").write_text(
        "author,author_id,text,platform\nsun,7,hello,x\nsun,8,good day,bluesky\nmoon,9,hi,x\n"
    )
    add_to_store([tmp_path / "two.csv"], tmp_path / "two")
    with pytest.raises(CallError, match=r"2 accounts .*\n  bluesky:8 \(sun\)\n  x:7 \(sun\)\n.*forget blue"):
        forget("sun", store=tmp_path / "two")
    assert forget("x:sun", store=tmp_path / "two").accounts == ("x:7 (sun)",)
    assert {row["account_id"] for row in _rows(tmp_path / "two", "accounts")} == {"8", "9"}
    with pytest.raises(CallError, match="ana_b was forgotten and is named as the brand"):
        studies.load(store=after, brand="ana_b")


def test_a_name_that_is_a_command_is_named_as_one_word(tmp_path):
    (tmp_path / "two.csv").write_text(
        "author,text,platform\n$(touch pwn),hello,x\n$(touch pwn),good day,bluesky\n"
    )
    add_to_store([tmp_path / "two.csv"], tmp_path / "two")
    with pytest.raises(CallError, match=r"communitylab forget 'bluesky:\$\(touch pwn\)'$"):
        forget("$(touch pwn)", store=tmp_path / "two")


def test_a_name_that_another_bears_keeps_nobody_else_out_and_edges_go_at_both_ends(tmp_path):
    table, edges = tmp_path / "table.csv", tmp_path / "edges.csv"
    table.write_text(
        "author,author_id,text,platform\nMaria,1,one,facebook\nMaria,2,two,facebook\nbo,3,x,facebook\n"
    )
    edges.write_text(
        "source,source_id,target,target_id,kind,platform\n"
        ",1,,3,follow,facebook\n,3,,1,follow,facebook\n,3,,2,follow,facebook\n"
    )
    add_to_store([table, edges], tmp_path / "store")
    forget("facebook:1", store=tmp_path / "store")
    add_to_store([table.rename(tmp_path / "again.csv")], tmp_path / "store")
    assert {row["account_id"] for row in _rows(tmp_path / "store", "accounts")} == {"2", "3"}
    assert [(row["source_id"], row["target_id"]) for row in _rows(tmp_path / "store", "acts")] == [("3", "2")]


def test_hashtags_that_are_their_name_go(tmp_path):
    tags = ["ana_b", "ANABAKER", "analog", "bread"]
    post = _post("bo", "1001", "#Ana_B #AnaBaker #analog, (ana_b) #bread", tags=tags)
    page = json.loads(x_page([post, _post("Ana_B", "1002", "hello")], users=PEOPLE))
    for user in page["includes"]["users"]:
        user["name"] = {"Ana_B": "Ana Baker"}.get(user["username"], user["name"])
    (tmp_path / "export.jsonl").write_text(json.dumps(page))
    add_to_store([tmp_path / "export.jsonl"], tmp_path / "store")
    forget("Ana_B", store=tmp_path / "store")
    (row,) = _rows(tmp_path / "store", "posts")
    assert [tag.lower() for tag in row["hashtags"]] == ["analog", "bread"]
    assert row["text"] == "… … #analog, (ana_b) #bread", "a plain word may mean something else"


def test_words_of_names_are_on_the_list_as_fingerprints():
    known = Omissions().with_people(called=["Rosalind Jörg-Maier (she/her)", "we all love rye bread", "Al"])
    yes = ("rosalind", "ROSALINDS", "jo\u0308rg", "jörg-style", "rosalindjörgmaiersheher", "maier")
    assert [
        word for word in (*yes, "love", "bread", "she", "als", "ros") if known.holds_name(word, is_word=True)
    ] == [*yes]
    assert not known.knows(["x", "table"], name="rosalind"), "it keeps nobody out"
    handle = Omissions().with_people(names=[("x", "Rosalind"), ("x", "bakery.com"), ("x", "sun")])
    assert handle.holds_name("teamrosalinda", is_word=False)
    assert handle.holds_name("blog.rosalind.example", is_word=False)
    assert not handle.holds_name("teamrosalinda", is_word=True)
    assert not handle.holds_name("sunday", is_word=False)
    assert known.without_names("bread, rosalind, tea") == "bread, tea"
    by_name = Omissions().with_people(names=[("x", "ana")])
    assert by_name.knows_account(("x", "name:ana"))
    assert by_name.knows_account(("x", "7"), name="Ana")
    assert not by_name.knows_account(("x", "7"))


def test_words_of_theirs_in_a_repost_go(tmp_path):
    """Readers leave them out; a store of an earlier version may hold them."""
    with Sink(tmp_path, 0) as sink:
        sink.post(said("bo", "1", "their words", kind="repost", repost_of_post_id="7", repost_of_name="ana"))
        sink.post(said("bo", "2", "own words", kind="quote", quote_of_post_id="7"))
    engine = connect(tmp_path)
    posts = engine.read_parquet(str(tmp_path / "posts-0.parquet"))
    empty = {"names": NAMES, "parents": PARENTS, "edges": EDGES}
    tables = {name: ibis.memtable(schema.empty_table()) for name, schema in empty.items()}
    left = without({"posts": posts, **tables}, Omissions().with_people(names=[("x", "ana")]))
    rows = left.tables["posts"].order_by("post_id").to_pyarrow().to_pylist()
    assert [(row["text"], row["repost_of_name"]) for row in rows] == [(None, None), ("own words", None)]
    assert rows[0]["repost_of_post_id"] == rows[1]["quote_of_post_id"] != "7"
    assert left.counted == ()


def test_the_list_is_no_list_of_names(after, tmp_path):
    known = read_omissions(after)
    text = (after / "forgotten.csv").read_text()
    assert "ana" not in text.lower()
    assert len({salt for salt, _mark in known.marks}) == 1
    for word in ("ana_b", "titled", "Titleds"):
        assert known.holds_name(word, is_word=True), "no topic of a group"
    other = Omissions().with_people(names=[("x", "Ana_B")])
    assert not other.marks & known.marks, "another salt, other fingerprints"
    assert other.knows(["x"], name="ANA_B")
    assert not other.knows(["bluesky"], name="Ana_B")
    assert (other | known).covers(known)
    (tmp_path / "forgotten.csv").write_text("salt,fingerprint\nabc,def\n")
    with pytest.raises(CallError, match=r"line 2: “abc” is no fingerprint\. Put it back as it was"):
        read_omissions(tmp_path)
    write_omissions(other, tmp_path)
    assert read_omissions(tmp_path) == other


def test_whose_platform_is_not_told_may_be_on_any():
    known = Omissions().with_people(names=[("table", "ana")], ids=[("x", "7")])
    assert known.knows(["x"], name="ana")
    assert known.knows(["table"], account_id="7")
    assert not known.knows(["bluesky"], account_id="7")


def test_names_of_strange_signs(tmp_path):
    """What cannot be written into a query, or means something to an expression."""
    names = ["a\0b", "a'b", "(a+)+$", "ΑΝΑΣ", "İpek", "a\\", "\u2028x", "[a-z]"]
    posts = [
        {"id": f"{number}", "author_id": f"id{number}", "text": f"@{name} hi @bo", "created_at": "2025-01-06T00:00:00Z",
         "entities": {"mentions": [{"id": f"id{number + 1}", "username": names[(number + 1) % 8], "start": 0}]}}
        for number, name in enumerate([*names[1:], names[0]])
    ]  # fmt: skip
    users = [{"id": f"id{number}", "username": name, "name": name} for number, name in enumerate(names)]
    path = tmp_path / "export.jsonl"
    path.write_text(json.dumps({"data": posts, "includes": {"users": users}}))
    listed = Omissions().with_people(names=[("x", name) for name in names[:7]])
    ledger = add_to_store([path], tmp_path / "store", forgotten=listed)
    assert ledger.skipped[FORGOTTEN] == 7
    assert [(row["author"], row["text"]) for row in _rows(tmp_path / "store", "posts")] == [
        ("id7", "@somebody hi @bo")
    ]
    assert folded("ΑΝΑΣ") == "ανασ"


def test_a_word_that_is_also_a_name_stays_where_nobody_is_spoken_to():
    wording = Wording(frozenset({"sun"}), frozenset({"sun", "Sun Day", "Al"}))
    assert wording.gone_from("The sun and Sunday, SUN DAY and @sunny @SUN", is_to_them=False) == (
        "The sun and Sunday, … and @sunny @somebody"
    )
    assert wording.gone_from("sun, Al and sunny", is_to_them=True) == "…, Al and sunny"
    assert Wording().gone_from("nobody", is_to_them=True) == "nobody"


@pytest.mark.usefixtures("pageless")
def test_nobody_forgotten_comes_back_through_a_report(tiny, tmp_path, monkeypatch):
    """Neither by a study that knows nothing of it, nor by one that began before it was asked for."""
    page.write_report(tiny("BRAND mon; ana>bo mon; bo>ana tue; cy>BRAND mon"), out=tmp_path, seed=7)
    forget("ana", out=tmp_path)
    people = (tmp_path / "private" / "people.csv").read_bytes()
    with pytest.raises(
        CallError, match=r"somebody was forgotten here who is in this study. Load the study with"
    ):
        page.write_report(tiny("BRAND mon; ana>bo mon; bo>ana tue; cy>BRAND mon"), out=tmp_path, seed=7)
    known = page.read_omissions
    monkeypatch.setattr(page, "read_omissions", lambda folder: answers.pop() if answers else known(folder))
    answers = [Omissions()]
    with pytest.raises(CallError, match="The report there is as it was: run the command again"):
        page.write_report(tiny("BRAND mon; ana>bo mon; bo>ana tue; cy>BRAND mon"), out=tmp_path, seed=7)
    assert (tmp_path / "private" / "people.csv").read_bytes() == people
