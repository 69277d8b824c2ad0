"""What the fixtures of Reddit cannot show: every form of an id, quotations, who is staff, how dumps are packed."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import pytest
import zstandard
from reading import FIXTURES, read, rows

import communitylab as cl


def comment(number: str, author: str, body: str = "rye", **more: object) -> dict[str, object]:
    found = {"id": number, "author": author, "body": body, "created_utc": 1756300200, "link_id": "t3_s"}
    return {**found, "parent_id": "t3_s", "subreddit": "Bread", **more}


def submission(number: str, author: str, title: str = "Rye", **more: object) -> dict[str, object]:
    found = {"id": number, "author": author, "title": title, "selftext": "", "created_utc": 1756300100}
    return {**found, "subreddit": "Bread", "is_self": True, **more}


def written(folder: Path, *records: object, name: str = "x") -> Path:
    (folder / name).write_text("\n".join(map(json.dumps, records)), "utf-8")
    return folder / name


def posts(folder: Path, *records: object) -> list[dict[str, object]]:
    read(written(folder, *records), folder)
    return rows(folder, "posts")


@pytest.mark.parametrize(
    ("link", "parent", "thread", "answered"),
    [
        ("t3_s", "t3_s", "t3_s", None),
        ("t3_s", "t1_abc", "t3_s", "t1_abc"),
        ("t3_s", None, "t3_s", None),
        ("t3_s", int("kx2abc7", 36), "t3_s", "t1_kx2abc7"),
        ("t3_s", float(int("kx2abc7", 36)), "t3_s", "t1_kx2abc7"),
        ("t3_s", "abc", "t3_s", "t1_abc"),
        ("t3_s", -1, "t3_s", None),
        ("t3_s", 0.5, "t3_s", None),
        (1234567, None, "t3_qglj", None),
        (None, None, None, None),
        ("", "", None, None),
    ],
)
def test_thread_and_answered_comment_in_every_form(
    link: object, parent: object, thread: str | None, answered: str | None, tmp_path: Path
) -> None:
    (post,) = posts(tmp_path, comment("b", "ana", link_id=link, parent_id=parent))
    assert (post["post_id"], post.get("conversation_id"), post.get("reply_to_post_id"), post["kind"]) == (
        "t1_b",
        thread,
        answered,
        "reply" if answered else "post",
    )


@pytest.mark.parametrize("time", [1756300200, "1756300200", 1756300200.0, "1756300200.0"])
def test_time_in_every_form(time: object, tmp_path: Path) -> None:
    (post,) = posts(tmp_path, comment("b", "ana", created_utc=time))
    assert post["created_at"] == "2025-08-27 13:10:00"


@pytest.mark.parametrize(
    ("body", "text", "named"),
    [
        ("&gt; u/ana_b said\n\nu/bob_c no", "u/bob_c no", ["bob_c"]),
        ("&gt; u/ana_b said\nand u/cyd_e\n\nu/no names nobody", "u/no names nobody", []),
        ("yes\n\n&gt; u/ana_b", "yes", []),
        ("&gt; u/ana_b\n \n&gt;u/cyd_e\n\nu/dia_f", "u/dia_f", ["dia_f"]),
        ("&gt;!u/ana_b!&lt;", ">!u/ana_b!<", ["ana_b"]),
        ("5 &gt; 4, u/ana_b", "5 > 4, u/ana_b", ["ana_b"]),
        ("&amp;gt; is a sign", "&gt; is a sign", []),
        (
            "/u/ana_b, (u/cyd-e) and u/dia\\_f",
            "/u/ana_b, (u/cyd-e) and u/dia\\_f",
            ["ana_b", "cyd-e", "dia_f"],
        ),
        ("https://reddit.com/u/ana_b r/u/cyd_e @dia_f menu/eva_g", None, []),
        ("&gt; all of it is u/ana_b", "", []),
    ],
)
def test_words_and_names_are_the_authors_own(
    body: str, text: str | None, named: list[str], tmp_path: Path
) -> None:
    (post,) = posts(tmp_path, comment("b", "ana", body))
    assert post.get("text", "") == (body if text is None else text)
    found = [(name, start) for _id, name, start in post.get("mentions", [])]
    assert [name for name, _start in found] == named
    assert all(str(post["text"])[start:].lstrip("/").startswith("u/") for _name, start in found)


def test_who_talks_to_whom_whatever_file_it_is_in(tmp_path: Path) -> None:
    above = [
        submission("s", "mill_and_crumb", distinguished="moderator"),
        submission("x", "dia", crosspost_parent="t3_s"),
    ]
    below = [
        comment("a", "ana", "flat"),
        comment("b", "bob", "an answer, u/Ana", parent_id="t1_a"),
        comment("c", "ana", "in numbers", parent_id=int("b", 36)),
        comment("d", "bob", "flat as well", parent_id=None),
        comment("e", "cyd", "[removed]"),
        comment("f", "bob", "to somebody whose words were removed", parent_id="t1_e"),
        comment("g", "[deleted]", "gone"),
        comment("h", "cyd", "to nobody", parent_id="t1_g"),
        comment("i", "ana", "flat, below a crosspost", link_id="t3_x", parent_id="t3_x"),
        comment("j", "mill_and_crumb", "flat, to oneself"),
    ]
    for number, part in enumerate([below[:5], above, below[4:], below[1:3]]):
        written(tmp_path, *part, name=f"{number}.jsonl")
    study = cl.load(tmp_path, brand="mill_and_crumb")
    names = dict(study.table("accounts")[["account_id", "name"]].itertuples(index=False))
    found = [
        (names[act.source_id], names[act.target_id], act.kind, act.evidence)
        for act in study.table("acts").itertuples()
    ]
    assert sorted(found) == [
        ("ana", "bob", "reply", "joined"),
        ("ana", "dia", "reply", "inferred"),
        ("ana", "mill_and_crumb", "reply", "inferred"),
        ("bob", "ana", "reply", "joined"),
        ("bob", "cyd", "reply", "joined"),
        ("bob", "mill_and_crumb", "reply", "inferred"),
        ("dia", "mill_and_crumb", "repost", "joined"),
    ]
    assert (study.ledger.posts, study.ledger.skipped["duplicate post"]) == (10, 2)
    assert study.choices.yours == ("reddit",)  # where the brand writes as a moderator


def test_ids_are_those_that_snscrape_and_suites_have(tmp_path: Path) -> None:
    (other,) = rows_of_snscrape(tmp_path)
    (post,) = posts(tmp_path, comment("b", "ana", "yes", parent_id="t1_a"))
    assert post == other


def rows_of_snscrape(folder: Path) -> list[dict[str, object]]:
    scraped = {
        "_type": "snscrape.modules.reddit.Comment",
        "author": "ana",
        "body": "yes",
        "date": "2025-08-27T13:10:00+00:00",
        "id": "t1_b",
        "parentId": "t1_a",
        "subreddit": "Bread",
        "url": "https://old.reddit.com/r/Bread/comments/s/rye/b/",
    }
    read(written(folder, scraped), folder)
    return rows(folder, "posts")


@pytest.mark.parametrize(
    ("subreddit", "staff"), [("Bread", ("Mill_and_Crumb",)), ("bread", ("Mill_and_Crumb",)), ("Rye", ())]
)
def test_moderators_are_the_staff_of_one_subreddit(
    subreddit: str, staff: tuple[str, ...], tmp_path: Path
) -> None:
    path = written(
        tmp_path,
        submission("s", "Mill_and_Crumb", distinguished="moderator"),
        comment("a", "AutoModerator", distinguished="moderator"),
        comment("b", "ana", subreddit=subreddit, distinguished="admin"),
    )
    assert read(path, tmp_path).staff == staff


@pytest.mark.parametrize(
    ("other", "moderator", "yours", "ground"),
    [
        ("Bread", "ana", ("reddit",), "yours"),
        ("bread", "ana", ("reddit",), "yours"),
        ("Rye", "ana", (), "elsewhere"),
        ("Rye", "Mill_and_Crumb", ("reddit",), "yours"),
    ],
)
def test_subreddit_beside_that_of_the_brand_is_not_its_ground(
    other: str, moderator: str, yours: tuple[str, ...], ground: str, tmp_path: Path
) -> None:
    written(tmp_path, submission("s", "Mill_and_Crumb", distinguished="moderator"), name="own")
    written(
        tmp_path,
        submission("o", "ana", subreddit=other),
        comment("b", "tom", subreddit=other, link_id="t3_o"),
        comment("c", "ana", subreddit=other, link_id="t3_o", parent_id="t1_b"),
        comment("d", moderator, subreddit=other, link_id="t3_o", distinguished="moderator"),
        name="other",
    )
    study = cl.load(tmp_path, brand="Mill_and_Crumb")
    assert study.choices.yours == yours
    assert set(study.table("acts")["ground"]) == {ground}
    assert any("not all: none is taken" in remark for remark in study.remarks) == (not yours)
    assert cl.load(tmp_path, brand="Mill_and_Crumb", yours="reddit").choices.yours == ("reddit",)


def test_what_was_taken_away_is_left_out(tmp_path: Path) -> None:
    gone = {"was_deleted_later": True}
    path = written(
        tmp_path,
        comment("a", "ana", _meta={**gone, "removal_type": "deleted"}),
        comment("b", "bob", _meta={**gone, "removal_type": "removed by reddit"}),
        comment("c", "cyd", _meta={"is_edited": True, "was_deleted_later": False}),
        submission("d", "dia", selftext="[Removed]"),
        comment("e", "eva", "[ Removed by Reddit ]"),
        comment("f", "fay", "[deleted]"),
    )
    record = read(path, tmp_path)
    assert (record.posts, record.skipped) == (1, {"a deleted post": 2, "a removed post": 3})
    assert {row["author_name"] for row in rows(tmp_path, "parents")} == {"bob", "dia", "eva"}


@pytest.mark.parametrize(
    ("more", "links"),
    [
        ({"url": "https://a.example/x?a=1&amp;b", "is_self": False}, ["https://a.example/x?a=1&b"]),
        ({"url": "https://www.reddit.com/r/Bread/comments/s/rye/"}, None),
        ({"url": "/r/Bread/comments/x/", "is_self": False}, None),
        ({"url": None, "selftext": "[here](https://b.example/y), so"}, ["https://b.example/y"]),
    ],
)
def test_links_of_a_submission(more: dict[str, object], links: list[str] | None, tmp_path: Path) -> None:
    (post,) = posts(tmp_path, submission("s", "ana", **more))
    assert post.get("links") == links


def test_answers_of_both_interfaces(tmp_path: Path) -> None:
    deep: object = ""
    for number in range(60, 0, -1):
        one = comment(
            f"c{number}", "ana", parent_id=f"t1_c{number - 1}" if number > 1 else "t3_s", replies=deep
        )
        deep = {"kind": "Listing", "data": {"children": [{"kind": "t1", "data": one}]}}
    assert len(posts(tmp_path, deep)) == 60
    tree = {"data": [{"kind": "t1", "data": comment("a", "ana")}, {"kind": "more", "children": ["x", "y"]}]}
    record = read(written(tmp_path, tree), tmp_path)
    assert record.posts == 1
    assert record.notes[0].startswith("comments that pages leave out: at least 1.")
    assert len(posts(tmp_path, {"data": [comment("a", "ana"), comment("b", "bob")]})) == 2
    (tmp_path / "x").write_text(json.dumps([submission("s", "ana"), comment("a", "bob")], indent=1))
    assert read(tmp_path / "x", tmp_path).posts == 2


def test_long_window_is_unpacked(tmp_path: Path) -> None:
    content = (FIXTURES / "reddit.jsonl").read_bytes()
    wide = zstandard.ZstdCompressionParameters(window_log=31, enable_ldm=True, write_content_size=0)
    packer = zstandard.ZstdCompressor(compression_params=wide)
    with (tmp_path / "RC_2025-08.zst").open("wb") as file, packer.stream_writer(file) as stream:
        stream.write(content)
    start = (tmp_path / "RC_2025-08.zst").read_bytes()[:18]
    assert zstandard.get_frame_parameters(start).window_size == 2**31
    assert read(tmp_path / "RC_2025-08.zst", tmp_path).posts == 12


def test_file_of_blocks_is_refused_with_the_cure(tmp_path: Path) -> None:
    block = zstandard.compress(json.dumps(comment("a", "ana")).encode())
    (tmp_path / "RC_2023-05.zst_blocks").write_bytes(struct.pack("<I", len(block)) + block)
    assert "make a .zst of it" in str(read(tmp_path / "RC_2023-05.zst_blocks", tmp_path).refusal)


FIELDS = {"_meta", "name", "replies", "data", "kind", "count", "crosspost_parent", "crosspost_parent_list"}
FIELDS |= {"author_fullname", "distinguished", "children", *comment("a", "ana"), *submission("s", "ana")}
HOSTILE = [None, True, -1, 1e308, 10**400, "", "\x00", "<script>", "\u202e", "=1+1", [], {}, [[]], {"a": 1}]


@pytest.mark.parametrize("field", sorted(FIELDS))
def test_field_of_any_type_costs_at_most_its_record(field: str, tmp_path: Path) -> None:
    damaged = [
        {**record, field: value}
        for value in HOSTILE
        for record in (comment("a", "ana"), submission("s", "ana"))
    ]
    path = written(tmp_path, comment("b", "bob"), *damaged, submission("t", "cyd"))
    record = read(path, tmp_path)
    assert record.refusal is None
    assert {row.get("post_id") for row in rows(tmp_path, "posts")} >= {"t1_b", "t3_t"}
    assert not {"t1_", "t3_"} & {row.get("post_id") for row in rows(tmp_path, "posts")}


def test_comments_without_submissions_are_remarked_upon(tmp_path: Path) -> None:
    said = "comments and no submissions"
    alone = read(written(tmp_path, comment("a", "TomKneads")), tmp_path)
    assert [note for note in alone.notes if note.startswith(said)]
    both = read(written(tmp_path, submission("s", "rosa"), comment("a", "TomKneads"), name="y"), tmp_path)
    assert not [note for note in both.notes if note.startswith(said)]
