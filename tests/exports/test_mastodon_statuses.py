"""Mastodon as its API answers: who is who on several servers, what answers what, and what is for everybody."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from reading import FIXTURES, read, rows

from communitylab.exports.fediverse import account_called, author_of, uri_of, with_content
from communitylab.omissions import Omissions
from communitylab.store import add_to_store, omit_from_store
from communitylab.tables import Post

BREAD, OVEN = "bread.example", "oven.example"


def account(name: str, *, on: str = BREAD, asked: str = BREAD, **more: object) -> dict[str, object]:
    acct = name if on == asked else f"{name}@{on}"
    return {"id": f"{len(name)}", "acct": acct, "username": name, "url": f"https://{on}/@{name}", **more}


def status(number: str, *, author: dict[str, Any] | None = None, **more: object) -> dict[str, object]:
    return {
        "id": number,
        "uri": f"https://{BREAD}/users/tom/statuses/{number}",
        "created_at": "2025-08-27T13:00:00.000Z",
        "account": author or account("tom"),
        "content": "<p>rye</p>",
        "visibility": "public",
        "in_reply_to_id": None,
        "in_reply_to_account_id": None,
        "reblog": None,
        "mentions": [],
        "tags": [],
        **more,
    }


def posts(tmp_path: Path, *found: object, as_lines: bool = False) -> list[dict[str, Any]]:
    text = "\n".join(map(json.dumps, found)) if as_lines else json.dumps(found)
    (tmp_path / "x").write_text(text)
    assert read(tmp_path / "x", tmp_path).format == "mastodon_statuses"
    return rows(tmp_path, "posts")


@pytest.mark.parametrize(
    ("acct", "url", "wanted"),
    [
        ("tom", "https://bread.example/@tom", ("tom@bread.example", "tom@bread.example")),
        ("Tom", "https://Bread.example/users/tom", ("tom@bread.example", "Tom@Bread.example")),
        ("mill@brand.example", "https://a.brand.example/@mill", ("mill@a.brand.example", "mill@brand.example")),
        ("rosa@oven.example", "https://oven.example/ap/users/116", (None, "rosa@oven.example")),
        ("rosa@oven.example", None, (None, "rosa@oven.example")),
        ("rosa@oven.example", "javascript:alert(1)", (None, "rosa@oven.example")),
        ("rosa", None, (None, None)),
        ("", "https://oven.example/@", (None, None)),
        ("@", "https://oven.example/@rosa", (None, None)),
    ],
)  # fmt: skip
def test_account_is_its_name_and_where_its_page_lies(
    acct: str, url: str | None, wanted: tuple[str | None, str | None]
) -> None:
    assert account_called(acct, url) == wanted


@pytest.mark.parametrize(
    ("address", "uri", "author"),
    [
        ("https://oven.example/@Rosa/9", "https://oven.example/users/Rosa/statuses/9", "Rosa@oven.example"),
        ("http://o.example/users/rosa/statuses/9", "http://o.example/users/rosa/statuses/9", "rosa@o.example"),
        ("https://oven.example/ap/users/7/statuses/9", "https://oven.example/ap/users/7/statuses/9", None),
        ("https://oven.example/objects/9-a", "https://oven.example/objects/9-a", None),
        ("https://o.example/users/r/statuses/9/activity", "https://o.example/users/r/statuses/9/activity", None),
        (None, None, None),
    ],
)  # fmt: skip
def test_address_of_a_page_is_the_post(address: str | None, uri: str | None, author: str | None) -> None:
    assert (uri_of(address), author_of(address).name) == (uri, author)


def test_two_of_one_name_are_told_apart_by_where_the_link_leads() -> None:
    both = [
        account_called("rosa@oven.example", "https://oven.example/@rosa"),
        account_called("rosa@rye.example", None),
    ]
    html = (
        '<a href="https://rye.example/x">@rosa</a> <a href="https://oven.example/users/rosa">@rosa</a> @rosa'
    )
    named = with_content(
        Post("mastodon", "1", None, "tom", None), html, named=both, tags=["Rye", "#rye", None]
    )
    assert named.mentions == [(*both[1], 0), (*both[0], 6)]
    assert named.hashtags == ["rye"]


def test_link_to_the_post_quoted_is_not_among_the_words(tmp_path: Path) -> None:
    html = '<p class="quote-inline">RE: <a href="https://a.example/@b/1">a</a></p><p>so <span class="h">it</span></p>'
    (post,) = posts(tmp_path, status("1", content=html))
    assert (post["text"], "links" in post) == ("so it", False)


def test_whoever_no_word_of_an_answer_names_was_put_there_by_the_server(tmp_path: Path) -> None:
    named = [account("rosa", on=OVEN), account("ana", on=OVEN)]
    answer, post = posts(
        tmp_path,
        status("1", in_reply_to_id="9", mentions=named, content="@rosa rye"),
        status("2", mentions=named, content="rye"),
    )
    assert answer["mentions"] == [["rosa@oven.example", "rosa@oven.example", 0]]
    assert [name for _id, name, _start in post["mentions"]] == ["rosa@oven.example", "ana@oven.example"]


@pytest.mark.parametrize(
    ("to_account", "wanted"),
    [("3", "tom@bread.example"), ("4", "rosa@oven.example"), ("99", None), (None, None)],
)
def test_account_answered_is_a_guess_and_has_a_name_only_if_it_is_named(
    to_account: str | None, wanted: str | None, tmp_path: Path
) -> None:
    answer = status(
        "1", in_reply_to_id="9", in_reply_to_account_id=to_account, mentions=[account("rosa", on=OVEN)]
    )
    (post,) = posts(tmp_path, answer)
    assert (post.get("reply_to_name"), post.get("reply_to_guessed", False)) == (wanted, wanted is not None)
    assert post["reply_to_post_id"] == "bread.example/9"


@pytest.mark.parametrize(
    ("more", "server"),
    [
        ({}, "bread.example"),
        ({"mentions": [account("ana")]}, "bread.example"),
        ({"tags": [{"name": "rye", "url": "https://bread.example/tags/rye"}]}, "bread.example"),
        ({"reblog": status("8")}, "bread.example"),
        ({"quote": {"state": "accepted", "quoted_status": status("8")}}, "bread.example"),
        ({"mentions": None, "tags": None}, ""),
    ],
)
def test_server_is_told_by_whom_it_calls_without_a_host(
    more: dict[str, Any], server: str, tmp_path: Path
) -> None:
    author = account("tom") if not more else account("rosa", on=OVEN)
    posts(tmp_path, status("7", author=author, uri="https://oven.example/objects/1", **more))
    told = {row["post_id"]: row.get("same_as") for row in rows(tmp_path, "parents")}
    assert told[f"{server}/7"] == "https://oven.example/objects/1"


@pytest.mark.parametrize("visibility", ["private", "direct", "limited", "local", None])
@pytest.mark.parametrize("inner", [False, True])
def test_only_what_is_for_everybody_is_read(visibility: str | None, inner: bool, tmp_path: Path) -> None:
    hidden = status("1", visibility=visibility)
    (tmp_path / "x").write_text(json.dumps([status("2", reblog=hidden) if inner else hidden]))
    record = read(tmp_path / "x", tmp_path)
    assert (record.posts, record.skipped) == (0, {"not public": 1})
    assert rows(tmp_path, "parents") == []


def test_boost_is_of_its_own_author_and_time(tmp_path: Path) -> None:
    original = status(
        "1", author=account("rosa", on=OVEN), mentions=[account("ana")], uri="https://oven.example/objects/1"
    )
    boost = status("2", reblog=original, uri="https://bread.example/users/tom/statuses/2/activity",
                   created_at="2025-08-28T13:00:00.000Z", mentions=[account("ana")])  # fmt: skip
    (post,) = posts(tmp_path, boost)
    assert post == {
        "platform": "mastodon",
        "post_id": "https://bread.example/users/tom/statuses/2/activity",
        "author_id": "tom@bread.example",
        "author_name": "tom@bread.example",
        "created_at": "2025-08-28 13:00:00",
        "kind": "repost",
        "repost_of_post_id": "https://oven.example/objects/1",
        "repost_of_id": "rosa@oven.example",
        "repost_of_name": "rosa@oven.example",
        "source_record": 1,
    }


def test_quotation_is_one_only_if_it_says_of_what(tmp_path: Path) -> None:
    quoted = status("1", author=account("rosa", on=OVEN))
    kinds = [
        {"state": "accepted", "quoted_status": quoted},
        {"state": "accepted", "quoted_status_id": "1"},
        quoted,  # as servers write it that had quotations before Mastodon
        {"state": "pending", "quoted_status": None},
        {"state": "revoked"},
        None,
    ]
    found = posts(tmp_path, *(status(f"{n}", quote=kind) for n, kind in enumerate(kinds, 10)))
    assert [post["kind"] for post in found] == ["quote"] * 3 + ["post"] * 3
    assert [post.get("quote_of_name") for post in found[:3]] == [
        "rosa@oven.example",
        None,
        "rosa@oven.example",
    ]
    assert found[1]["quote_of_post_id"] == "bread.example/1"


@pytest.mark.parametrize(
    "page",
    [
        {"ancestors": [status("1")], "descendants": [status("2")]},
        {"accounts": [account("tom")], "statuses": [status("1"), status("2")], "hashtags": []},
    ],
)
def test_threads_and_search_results_come_one_a_file_or_one_a_line(
    page: dict[str, Any], tmp_path: Path
) -> None:
    for name, text in (("document", json.dumps(page, indent=2)), ("lines", f"{json.dumps(page)}\n" * 2)):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "x").write_text(text)
        record = read(folder / "x", folder)
        assert (record.format, record.posts) == ("mastodon_statuses", 2 if name == "document" else 4)


def test_thread_without_answers_is_read_and_holds_nothing(tmp_path: Path) -> None:
    (tmp_path / "x").write_text('{"ancestors":[],"descendants":[]}')
    record = read(tmp_path / "x", tmp_path)
    assert (record.format, record.records, record.refusal) == ("mastodon_statuses", 0, None)


def test_file_of_one_author_is_of_a_list_of_authors(tmp_path: Path) -> None:
    ana = account("ana")
    for number, (authors, coverage) in enumerate([([None, None], "B"), ([None, ana], "A"), ([None], "A")]):
        folder = tmp_path / f"{number}"
        folder.mkdir()
        (folder / "x").write_text(json.dumps([status(f"{n}", author=one) for n, one in enumerate(authors)]))
        assert read(folder / "x", folder).coverage == coverage


@pytest.mark.parametrize("whole", [{"statuses": []}, {"ancestors": [], "descendants": []}, []])
def test_page_of_a_place_is_none_of_an_author_though_one_alone_wrote_it(whole: Any, tmp_path: Path) -> None:
    tags = [{"name": "Rye"}], [{"name": "rye"}, {"name": "bread"}]
    found = [status(f"{n}", tags=[] if whole else some) for n, some in enumerate(tags)]
    key = next(reversed(whole), None) if whole else None
    (tmp_path / "x").write_text(json.dumps({**whole, key: found} if key else found))
    record = read(tmp_path / "x", tmp_path)
    assert (record.posts, record.coverage) == (2, "A")


def test_order_makes_no_difference_but_for_record_numbers(tmp_path: Path) -> None:
    lines = (FIXTURES / "mastodon_statuses.instances.jsonl").read_text().splitlines()
    contents = []
    for name, kept in (("straight", lines), ("turned", lines[::-1])):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "x").write_text("\n".join(kept))
        read(folder / "x", folder)
        told = [
            {**row, "source_record": 0}
            for table in ("posts", "names", "parents")
            for row in rows(folder, table)
        ]
        contents.append(sorted(json.dumps(row, sort_keys=True) for row in told))
    assert contents[0] == contents[1]


HOSTILE = [
    {"content": "<script>alert(1)</script>\u202e<b>=cmd|' /C calc'!A0", "tags": [{"name": "\u0000"}]},
    {"id": 2**80, "in_reply_to_id": 2**80, "in_reply_to_account_id": 2**80},
    {"id": "a/b/c", "in_reply_to_id": "../../etc"},
    {"uri": "not an address", "account": account("tom", display_name="<img src=x>")},
    {"content": "<a href='https://x.example/@a'>@" * 500, "mentions": [account("a")] * 500},
]


def test_hostile_statuses_are_read_as_text(tmp_path: Path) -> None:
    found = posts(tmp_path, *(status(f"{n}", **more) for n, more in enumerate(HOSTILE)))
    assert [post.get("text") for post in found[:2]] == ["\u202e=cmd|' /C calc'!A0", "rye"]
    assert len(found) == len(HOSTILE)


@pytest.mark.parametrize("key", sorted(status("1")))
def test_field_of_another_type_costs_one_status(key: str, tmp_path: Path) -> None:
    for wrong in (["x"], {"x": 1}, True, 1.5):
        (tmp_path / "x").write_text(json.dumps([status("1"), status("2", **{key: wrong}), status("3")]))
        record = read(tmp_path / "x", tmp_path)
        assert record.records == 3
        assert record.posts >= 2


@pytest.fixture(scope="module")
def merged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What two servers answered, and the brand's own archive of one of them."""
    folder = tmp_path_factory.mktemp("merged")

    def page(asked: str, *numbers: str) -> list[dict[str, object]]:
        """Rosa asks on oven.example, the brand answers on bread.example, Tom answers the brand and Rosa Tom."""
        own = {"rosa": OVEN, "mill": BREAD, "tom": BREAD}
        local = {n: f"{n}" if own[who] == asked else f"{100 + int(n)}"
                 for n, who in (("1", "rosa"), ("2", "mill"), ("3", "tom"), ("4", "rosa"))}  # fmt: skip

        def one(n: str, who: str, to: str | None = None) -> dict[str, object]:
            return status(local[n], author=account(who, on=own[who], asked=asked), content=f"<p>{n}</p>",
                          uri=f"https://{own[who]}/users/{who}/statuses/{n}", in_reply_to_id=to and local[to],
                          tags=[{"name": "rye", "url": f"https://{asked}/tags/rye"}])  # fmt: skip

        every = [one("1", "rosa"), one("2", "mill", "1"), one("3", "tom", "2"), one("4", "rosa", "3")]
        return [found for found in every if str(found["uri"])[-1] in numbers]

    (folder / "1.json").write_text(json.dumps(page(BREAD, "4", "3")))
    (folder / "2.json").write_text(json.dumps(page(BREAD, "2")))
    (folder / "3.json").write_text(json.dumps(page(OVEN, "1", "2", "3")))
    add_to_store([folder / f"{n}.json" for n in (1, 2, 3)], folder / "store")
    return folder / "store"


def test_pages_of_several_servers_are_one_thread_and_each_post_counts_once(merged: Path) -> None:
    found = pq.read_table(merged / "posts.parquet").to_pylist()
    assert sorted(row["post_id"][-1] for row in found) == ["1", "2", "3", "4"]
    assert {row["thread"] for row in found} == {"https://oven.example/users/rosa/statuses/1"}
    acts = pq.read_table(merged / "acts.parquet").to_pylist()
    assert sorted((row["source_id"], row["target_id"], row["evidence"]) for row in acts) == [
        ("mill@bread.example", "rosa@oven.example", "joined"),
        ("rosa@oven.example", "tom@bread.example", "joined"),
        ("tom@bread.example", "mill@bread.example", "joined"),
    ]


def test_post_answered_may_come_later_and_be_forgotten(merged: Path, tmp_path: Path) -> None:
    late = status(
        "9", author=account("ana"), uri="https://bread.example/users/ana/statuses/9", in_reply_to_id="103"
    )
    (tmp_path / "x.json").write_text(json.dumps([late]))
    add_to_store([tmp_path / "x.json"], tmp_path / "store")
    (earlier,) = pq.read_table(tmp_path / "store" / "posts.parquet").to_pylist()
    assert earlier["reply_to_post_id"] == "bread.example/103"
    path = tmp_path / "store" / "parents.parquet"
    # As a store of an earlier version has it:
    pq.write_table(pq.read_table(path).drop_columns("same_as"), path)
    first = status("103", author=account("tom", on=OVEN), uri="https://oven.example/users/tom/statuses/3")
    (tmp_path / "y.json").write_text(json.dumps([{**first, "mentions": [account("ana")]}]))
    add_to_store([tmp_path / "y.json"], tmp_path / "store")
    (act,) = (
        row
        for row in pq.read_table(tmp_path / "store" / "acts.parquet").to_pylist()
        if row["kind"] == "reply"
    )
    assert (act["source_id"], act["target_id"]) == ("ana@bread.example", "tom@oven.example")
    assert act["target_post_id"] == "https://oven.example/users/tom/statuses/3"
    omit_from_store(tmp_path / "store", Omissions().with_people(names=[("mastodon", "tom@oven.example")]))
    for path in (tmp_path / "store").glob("*.parquet"):
        left = str(pq.read_table(path).to_pylist())
        assert "tom" not in left, path.name
        assert "bread.example/103" not in left, path.name
