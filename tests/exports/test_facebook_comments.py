"""Comment-export tools: layouts beside those of the fixtures, and what a spreadsheet does to ids."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from urllib.parse import quote

import pytest
from reading import read, rows

from communitylab.exports.meta_exports import facebook_comment

POST = "https://www.facebook.com/millandcrumb/posts/700700"
LINK = f"{POST}?comment_id=801"


def found(tmp_path: Path, content: str) -> list[tuple[object, ...]]:
    """Id, kind, thread and parent of each comment."""
    (tmp_path / "x").write_text(content)
    record = read(tmp_path / "x", tmp_path)
    assert record.format == "facebook_comments"
    return [
        (row.get("post_id"), row["kind"], row.get("conversation_id"), row.get("reply_to_post_id"))
        for row in rows(tmp_path, "posts")
    ]


def test_scraped_comments_of_facebook(tmp_path: Path) -> None:
    header = "commentUrl,date,feedbackId,id,profileId,profileName,text,threadingDepth"
    first = f"{LINK},2025-08-27T10:01:00.000Z,f1,Y29tbWVudDo4MDE=,501,Ana Baker,bread?,0"
    answer = f"{LINK}&reply_comment_id=802,2025-08-27T10:02:00.000Z,f2,Y29tbWVudDo4MDI=,502,Tom Kneads,rye,1"
    assert found(tmp_path, "\n".join([header, first, answer])) == [
        ("700700_801", "post", "700700", None),
        ("700700_802", "reply", "700700", "700700_801"),
    ]


def test_scraped_comments_as_json_lines_with_a_parent(tmp_path: Path) -> None:
    one = {
        "commentId": "801",
        "profileName": "Ana",
        "text": "a",
        "date": "2025-08-27T10:01:00Z",
        "feedbackId": "f",
    }
    two = {**one, "commentId": "802", "replyToCommentId": "801", "inputUrl": LINK.partition("?")[0]}
    assert found(tmp_path, json.dumps(one) + "\n" + json.dumps(two)) == [
        ("801", "post", None, None),
        ("700700_802", "reply", "700700", "700700_801"),
    ]


def test_comments_collected_with_r(tmp_path: Path) -> None:
    content = "from_id,from_name,message,created_time,likes_count,id\n501,Ana,a,2015-08-27T10:01:00+0000,3,700_801\n"
    assert found(tmp_path, content) == [("700_801", "post", "700", None)]


def test_names_of_columns_may_be_written_otherwise(tmp_path: Path) -> None:
    content = "POST_ID, Comment_ID ,AUTHOR_NAME,Created_Time,Message\n700,801,Ana,2025-08-27,a\n"
    assert found(tmp_path, content) == [("700_801", "post", "700", None)]


def test_ids_destroyed_by_a_spreadsheet_are_none(tmp_path: Path) -> None:
    header = "comment_id,parent_comment_id,author_name,created_time,message"
    assert found(tmp_path, header + "\n1.79E+16,1.79E+16,Ana,2025-08-27,a\n") == [(None, "post", None, None)]
    assert "destroyed by a spreadsheet" in read(tmp_path / "x", tmp_path).notes[0]


@pytest.mark.parametrize(
    ("when", "is_remarked"), [("2025-08-27 10:01:00", True), ("2025-08-27T10:01:00+0200", False)]
)
def test_dates_without_a_zone_are_remarked(when: str, is_remarked: bool, tmp_path: Path) -> None:
    (tmp_path / "x").write_text(f"comment_id,author_name,created_time,message\n801,Ana,{when},a\n")
    notes = read(tmp_path / "x", tmp_path).notes
    assert any("without a time zone" in note for note in notes) == is_remarked


def test_answer_to_an_answer_on_instagram_is_to_the_name_at_its_head(tmp_path: Path) -> None:
    url = "https://www.instagram.com/p/DAbread/c/801"
    lines = [
        "Username,Profile ID,Date,Comment,Comment ID,Comment URL",
        f"ana,501,2025-08-27,@rosa.rye yes,803,{url}/r/803",
        f"ana,501,2025-08-27,yes @rosa.rye,804,{url}/r/804",
    ]
    found(tmp_path, "\n".join(lines))
    assert [row.get("reply_to_name") for row in rows(tmp_path, "posts")] == ["rosa.rye", None]


def test_table_below_the_address_of_its_post(tmp_path: Path) -> None:
    titles = f"Source URL,{LINK.partition('?')[0]}\nTotal,2\n\n"
    header = "Name,Profile ID,Date,Likes,Live video timestamp,Comment,Depth,Comment URL\n"
    job = "https://exportcomments.com/done/0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f/801"
    rows_below = f"Ana,501,2025-08-27,0,,bread?,0,{job}\nTom,502,2025-08-27,0,,rye,1,{job}\n"
    assert found(tmp_path, titles + header + rows_below) == [(None, "post", "700700", None)] * 2
    assert any("of the answers to comments, 1 do" in note for note in read(tmp_path / "x", tmp_path).notes)


PAGE_FEED = {
    "data": [
        {
            "id": "900_700700",
            "from": {"id": "900", "name": "Mill"},
            "message": "Fresh",
            "created_time": "2025-08-27T10:00:00+0000",
            "comments": {
                "data": [
                    {
                        "id": "700700_801",
                        "from": {"id": "501", "name": "Ana"},
                        "message": "bread?",
                        "created_time": "2025-08-27T10:01:00+0000",
                    },
                    {
                        "id": "700700_802",
                        "from": {"id": "502", "name": "Tom"},
                        "message": "rye",
                        "created_time": "2025-08-27T10:02:00+0000",
                        "parent": {"id": "700700_801"},
                    },
                ]
            },
        }
    ]
}
EXPORTCOMMENTS = "Name,Profile ID,Date,Likes,Live video timestamp,Comment,Comment Permalink,Depth"
GRAPH = "post_id,comment_id,parent_comment_id,author_id,author_name,created_time,message"


def encoded(comment: str) -> str:
    return base64.b64encode(f"comment:{comment}".encode()).decode()


@pytest.mark.parametrize(
    ("header", "first", "answer"),
    [
        (EXPORTCOMMENTS, f"{LINK},0", f"{LINK}&reply_comment_id=802,1"),
        (
            EXPORTCOMMENTS,
            f"{POST}?comment_id={encoded('700700_801')},0",
            f"{POST}?comment_id={encoded('700700_801')}&reply_comment_id={encoded('700700_802')},1",
        ),
        (
            EXPORTCOMMENTS,
            f"https://www.facebook.com/mill/posts/pfbid02aB?comment_id={quote(encoded('700700_801'))},0",
            f"https://www.facebook.com/mill/posts/pfbid09xY?comment_id={quote(encoded('700700_801'))}"
            f"&reply_comment_id={quote(encoded('700700_802'))},1",
        ),
        (GRAPH, "900_700700,700700_801,", "700700,700700_802,700700_801"),
        (GRAPH, "900_700700,801,700700", "900_700700,900_700700_802,801"),
    ],
)
def test_comments_of_every_export_are_those_of_the_page(
    header: str, first: str, answer: str, tmp_path: Path
) -> None:
    (tmp_path / "page.json").write_text(json.dumps(PAGE_FEED))
    assert read(tmp_path / "page.json", tmp_path).format == "facebook_page"
    post, *wanted = [
        (row["post_id"], row["kind"], row["conversation_id"], row.get("reply_to_post_id"))
        for row in rows(tmp_path, "posts")
    ]
    assert post == ("700700", "post", "700700", None)
    if header == GRAPH:
        lines = [f"{first},501,Ana,2025-08-27T10:01:00Z,bread?", f"{answer},502,Tom,2025-08-27T10:02:00Z,rye"]
    else:
        lines = [
            f"Ana,501,2025-08-27 10:01:00,0,,bread?,{first}",
            f"Tom,502,2025-08-27 10:02:00,0,,rye,{answer}",
        ]
    assert found(tmp_path, "\n".join([header, *lines])) == wanted


@pytest.mark.parametrize(
    ("comment", "wanted"),
    [
        ("801", "700_801"),
        ("701_801", "701_801"),
        ("900_701_801", "701_801"),
        (encoded("701_801"), "701_801"),
        (encoded("801"), "700_801"),
        ("Y29tbWVudDo", "Y29tbWVudDo"),
        ("Y29tbWVudDo3MDA\u00e9", "Y29tbWVudDo3MDA\u00e9"),
        ("Y29tbWVudDo" + "A" * 5_000, "Y29tbWVudDo" + "A" * 5_000),
        ("a_b", "a_b"),
        (None, None),
    ],
)
def test_comment_ids(comment: str | None, wanted: str | None) -> None:
    assert facebook_comment(comment, "700") == wanted
