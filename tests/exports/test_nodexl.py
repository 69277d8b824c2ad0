"""NodeXL: what its rows stand for, in the workbook and in GraphML alike."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from reading import read, rows

import communitylab as cl
from communitylab import exports

ID = 1960000000000000000


def tweet(source: str, target: str, kind: str, text: str, number: int, **more: str) -> dict[str, str]:
    when = f"2025-08-27 13:{number:02}:00"
    return {
        "Vertex 1": source,
        "Vertex 2": target,
        "Relationship": kind,
        "Relationship Date (UTC)": when,
        "Tweet": text,
        "Tweet Date (UTC)": when,
        "Imported ID": str(ID + number),
        **more,
    }


def sheet(path: Path, lines: Iterable[Mapping[str, str]]) -> Path:
    """The sheet of edges as CSV."""
    lines = list(lines)
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, list(dict.fromkeys(name for line in lines for name in line)), restval="")
        table.writeheader()
        table.writerows(lines)
    return path


def posts_of(folder: Path, *lines: Mapping[str, str]) -> list[dict[str, Any]]:
    read(sheet(folder / "x", lines), folder)
    return rows(folder, "posts")


def acts_of(path: Path) -> set[tuple[str, str, str]]:
    study = cl.load(path, brand="brand")
    assert study.ledger.posts == 2
    acts = study.table("acts")
    return set(zip(acts["source_id"], acts["kind"], acts["target_id"], strict=True))


TEXT = "@bo have @cy and @dan seen it?"
ROWS = [
    tweet("ana", "bo", "Replies to", TEXT, 2, **{"In-Reply-To Tweet ID": str(ID + 1)}),
    tweet("ana", "cy", "Mentions", TEXT, 2, **{"In-Reply-To Tweet ID": str(ID + 1)}),
    tweet("ana", "dan", "Mentions", TEXT, 2, **{"In-Reply-To Tweet ID": str(ID + 1)}),
    tweet("bo", "brand", "Mentions", "hi @brand", 1),
]
ACTS = {
    ("ana", "reply", "bo"),
    ("ana", "mention", "cy"),
    ("ana", "mention", "dan"),
    ("bo", "mention", "brand"),
}
ACTS = {(f"name:{source}", kind, f"name:{target}") for source, kind, target in ACTS}


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (1, 3, 0, 2), (2, 3, 1, 0)])
def test_order_of_rows_makes_no_difference_to_the_acts(order: tuple[int, ...], tmp_path: Path) -> None:
    assert acts_of(sheet(tmp_path / "x", [ROWS[place] for place in order])) == ACTS


def test_rows_of_one_tweet_are_one_post_and_the_others_are_counted(tmp_path: Path) -> None:
    record = read(sheet(tmp_path / "x", ROWS), tmp_path)
    assert (record.records, record.posts, record.skipped) == (4, 2, {"another row of the same post": 2})
    assert record.first_skipped == {"another row of the same post": 3}


def test_name_beyond_the_cut_of_a_text_is_kept_where_rows_stand_together(tmp_path: Path) -> None:
    cut = "thanks to all of you, and to…"
    lines = [tweet("ana", name, "Mentions", cut, 1) for name in ("bo", "cy")]
    (post,) = posts_of(tmp_path, *lines)
    assert post["mentions"] == [[None, "bo", None], [None, "cy", None]]


@pytest.mark.parametrize("kind", ["Replies to", "Replies To", "RepliesTo", "replies-to", "Reply"])
def test_kinds_are_known_however_they_are_spelled(kind: str, tmp_path: Path) -> None:
    (post,) = posts_of(tmp_path, tweet("ana", "bo", kind, "@bo yes", 1))
    assert (post["kind"], post["reply_to_name"]) == ("reply", "bo")


@pytest.mark.parametrize("kind", ["MentionsInRetweet", "Mentions in Quote", "mentionsinquote"])
def test_names_that_somebody_else_typed_count_for_nothing(kind: str, tmp_path: Path) -> None:
    record = read(sheet(tmp_path / "x", [tweet("ana", "bo", kind, "RT @cy: @bo", 1)]), tmp_path)
    assert record.skipped == {"a name in what is repeated or quoted": 1}


def test_retweet_is_told_by_its_words_where_versions_knew_mentions_only(tmp_path: Path) -> None:
    lines = [tweet("ana", name, "Mentions", "RT @Bo: with @cy", 1) for name in ("bo", "cy")]
    (post,) = posts_of(tmp_path, *lines)
    assert (post["kind"], post["repost_of_name"]) == ("repost", "Bo")
    assert "mentions" not in post
    (alone,) = posts_of(tmp_path, tweet("ana", "ana", "Tweet", "RT @somebody_else: hm", 1))
    assert (alone["kind"], alone["repost_of_name"]) == ("repost", "somebody_else")


def test_both_words_for_following_lead_from_who_follows_and_have_no_time(tmp_path: Path) -> None:
    lines = [
        {"Vertex 1": "ana", "Vertex 2": "bo", "Relationship": kind, "Relationship Date (UTC)": "2025-08-27"}
        for kind in ("Followed", "Follower")
    ]
    record = read(sheet(tmp_path / "x", lines), tmp_path)
    assert record.edges == 2
    assert "the dates of such rows are those of the collection" in record.notes[0]
    for edge in rows(tmp_path, "edges"):
        assert (edge["source_name"], edge["target_name"], edge["kind"]) == ("ana", "bo", "follow")
        assert "created_at" not in edge


@pytest.mark.parametrize(
    ("when", "time"),
    [
        ("2025-08-27 13:10:00", "2025-08-27 13:10:00"),
        ("2025-08-27T13:10:00", "2025-08-27 13:10:00"),
        ("45896.5486111111", "2025-08-27 13:10:00"),
        ("45896", "2025-08-27 00:00:00"),
    ],
)
def test_times_are_dates_or_days_as_excel_counts_them(when: str, time: str, tmp_path: Path) -> None:
    (post,) = posts_of(tmp_path, tweet("ana", "ana", "Tweet", "hi", 1, **{"Tweet Date (UTC)": when}))
    assert post["created_at"] == time


def test_id_that_excel_has_rounded_is_taken_from_the_address(tmp_path: Path) -> None:
    told = {
        "Imported ID": str(ID),
        "In-Reply-To Tweet ID": str(ID),
        "Twitter Page for Tweet": f"https://twitter.com/#!/ana/status/{ID + 1}",
    }
    (post,) = posts_of(tmp_path, tweet("ana", "bo", "Replies to", "@bo yes", 1, **told))
    assert (post["post_id"], post["reply_to_name"]) == (str(ID + 1), "bo")
    assert "reply_to_post_id" not in post


def test_answer_to_oneself_or_to_somebody_outside_the_network_is_an_answer(tmp_path: Path) -> None:
    """Of these rows lead back to the author."""
    parent = {"In-Reply-To Tweet ID": str(ID)}
    thread, outside = posts_of(
        tmp_path,
        tweet("ana", "ana", "Tweet", "and then", 1, **parent),
        tweet("ana", "ana", "Tweet", "@stranger yes", 2, **parent),
    )
    assert (thread["kind"], "reply_to_name" in thread) == ("reply", False)
    assert (outside["reply_to_name"], outside["reply_to_guessed"]) == ("stranger", True)


def test_network_without_tweets_is_a_list_of_edges(tmp_path: Path) -> None:
    lines = [
        {"Vertex 1": "ana", "Vertex 2": "bo", "Dynamic Filter": "", "Edge Weight": "3"},
        {"Vertex 1": "ana", "Vertex 2": "ana", "Dynamic Filter": "", "Edge Weight": "1"},
        {"Vertex 1": "ana", "Vertex 2": "", "Dynamic Filter": "", "Edge Weight": "1"},
    ]
    record = read(sheet(tmp_path / "x", lines), tmp_path)
    assert record.skipped == {"no target": 1}
    first, _ = rows(tmp_path, "posts")
    assert (first["platform"], first["mentions"], first["weight"]) == ("table", [[None, "bo", None]], 3)


def test_list_of_two_columns_stays_a_table(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("Vertex 1,Vertex 2\nana,bo\n")
    assert read(tmp_path / "x", tmp_path).format == "table"


@pytest.mark.parametrize(("directedness", "kind"), [("Directed", "post"), ("Undirected", "tie")])
def test_workbook_says_whether_its_edges_have_a_direction(
    directedness: str, kind: str, tmp_path: Path
) -> None:
    with xlsxwriter.Workbook(tmp_path / "x") as book:
        book.add_worksheet("Notes").write_row(0, 0, ["who", "collected", "this"])
        edges, misc = book.add_worksheet("Edges"), book.add_worksheet("Misc")
        misc.hide()
        edges.write_row(0, 2, ["Visual Properties"])
        edges.write_row(1, 0, ["Vertex 1", "Vertex 2", "Visibility", "Dynamic Filter"])
        edges.write_row(2, 0, ["ana", "bo", "Show"])
        misc.write_row(0, 4, ["Per-Workbook Setting", "Value"])
        misc.write_row(1, 4, ["Graph Directedness", directedness])
    record = read(tmp_path / "x", tmp_path)
    assert record.format == "nodexl"
    assert [row["kind"] for row in rows(tmp_path, "posts")] == [kind]


@pytest.mark.parametrize("kind", ["Directed", "Undirected"])
def test_metrics_of_a_workbook_without_settings_tell_the_direction(kind: str, tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "x") as book:
        edges, metrics = book.add_worksheet("Edges"), book.add_worksheet("Overall Metrics")
        edges.write_row(0, 0, ["Vertex 1", "Vertex 2", "Visibility", "Dynamic Filter"])
        edges.write_row(1, 0, ["ana", "bo", "Show"])
        metrics.write_row(0, 0, ["Graph Metric", "Value"])
        metrics.write_row(1, 0, ["Graph Type", kind])
    read(tmp_path / "x", tmp_path)
    wanted = "post" if kind == "Directed" else "tie"
    assert [row["kind"] for row in rows(tmp_path, "posts")] == [wanted]


@pytest.mark.parametrize(
    ("word", "is_left_out"),
    [("Skip", True), ("0", True), ("Skip (0)", True), ("Show", False), ("Hide", False), ("", False)],
)
def test_edge_that_its_maker_left_out_is_none(word: str, is_left_out: bool, tmp_path: Path) -> None:
    """So stand people who are linked with nobody: as a loop of theirs that no measure of NodeXL counts."""
    lines = [
        {"Vertex 1": "ana", "Vertex 2": "bo", "Visibility": "Show", "Dynamic Filter": ""},
        {"Vertex 1": "cy", "Vertex 2": "cy", "Visibility": word, "Dynamic Filter": ""},
    ]
    record = read(sheet(tmp_path / "x", lines), tmp_path)
    assert record.posts == 2 - is_left_out
    assert record.skipped == ({"an edge that its maker left out of the graph": 1} if is_left_out else {})


def test_workbook_and_graphml_of_one_network_give_the_same_acts(tmp_path: Path) -> None:
    names = list(dict.fromkeys(name for row in ROWS for name in row if not name.startswith("Vertex")))
    keys = "".join(
        f'<key id="k{n}" for="edge" attr.name="{name}" attr.type="string"/>' for n, name in enumerate(names)
    )
    edges = "".join(
        f'<edge source="{row["Vertex 1"]}" target="{row["Vertex 2"]}">'
        + "".join(f'<data key="k{n}">{row[name]}</data>' for n, name in enumerate(names) if name in row)
        + "</edge>"
        for row in ROWS
    )
    (tmp_path / "x").write_text(f'<graphml>{keys}<graph edgedefault="directed">{edges}</graph></graphml>')
    assert acts_of(tmp_path / "x") == ACTS


def test_network_that_overlaps_with_another_export_counts_once(tmp_path: Path) -> None:
    other = {
        "id": str(ID + 2),
        "text": TEXT,
        "author_id": "1",
        "created_at": "2025-08-27T13:02:00.000Z",
        "author": {"id": "1", "username": "Ana"},
    }
    (tmp_path / "y.jsonl").write_text(json.dumps(other))
    sheet(tmp_path / "x", ROWS)
    study = cl.load([tmp_path / "x", tmp_path / "y.jsonl"], brand="brand")
    assert study.ledger.posts == 2


@pytest.mark.parametrize(
    "column", ["Tweet", "Imported ID", "Relationship", "Vertex 1", "In-Reply-To Tweet ID"]
)
@pytest.mark.parametrize(
    "cell",
    [
        "<script>alert(1)</script>",
        "\u202e@bo\u2066",
        "=cmd|' /C calc'!A0",
        "9" * 400,
        "-1",
        "\x00",
        "'",
        "[]",
    ],
)
def test_hostile_cells_are_texts_and_lose_nothing(column: str, cell: str, tmp_path: Path) -> None:
    line = tweet("ana", "bo", "Mentions", "hi @bo", 1) | {column: cell}
    record = read(sheet(tmp_path / "x", [line, ROWS[3]]), tmp_path)
    assert record.records == 2
    assert record.posts >= 1


def test_reasons_hold_no_word_of_the_file(tmp_path: Path) -> None:
    lines = [
        tweet("ana", "bo", "Geheimnis", "Geheimnis", 1),
        tweet("ana", "bo", "Mentions", "Geheimnis", 2, **{"Tweet Date (UTC)": "Geheimnis"}),
    ]
    assert "Geheimnis" not in repr(read(sheet(tmp_path / "x", lines), tmp_path))


def test_format_is_listed() -> None:
    assert {"nodexl", "graphml"} <= {found.name for found in exports.formats()}
