"""What a study holds: who is a follower, which tile a day stands in, on which ground talk takes place."""

import gc
import json
import shlex
from dataclasses import replace

import pytest
from conftest import account_id, posts_of, x_page, x_post
from ibis import _

from communitylab import measures
from communitylab import study as rooms
from communitylab.choices import BRAND, BYSTANDER, FOLLOWER
from communitylab.errors import CallError, ExportError

# Four weeks; ana and bo answer one another, dee talks to ana, cy to the brand, gus to cy; eve talks to
# nobody, fay to zoe, who never writes.
CAFE = """BRAND mon; BRAND sun+3
ana>bo mon; bo>ana tue; ana>bo wed; bo>BRAND thu
cy>BRAND mon; cy>BRAND tue
dee>ana mon; dee>ana tue
eve mon; fay>zoe fri; gus>cy sat"""


def roles_of(study):
    """name → role."""
    return {row["name"]: row["role"] for row in study.people.to_pyarrow().to_pylist()}


def test_without_a_list_whoever_wrote_is_a_follower(tiny):
    study = tiny(CAFE)
    assert roles_of(study) == {"BRAND": BRAND, "zoe": BYSTANDER} | dict.fromkeys(
        ("ana", "bo", "cy", "dee", "eve", "fay", "gus"), FOLLOWER
    )
    assert measures.talk_counts(study) == {
        "w_ff": 6,
        "w_fb": 3,
        "outside": 1,
        "talkers": 5,
        "followers": 7,
        "active_followers": 7,
    }


def test_whoever_only_reposts_is_an_active_follower(tiny):
    counts = measures.talk_counts(tiny("BRAND mon =b; ana>BRAND tue repost :b; bo>BRAND tue"))
    assert counts["active_followers"] == 2
    assert (counts["talkers"], counts["w_fb"]) == (1, 1)


def test_with_a_list_the_list_decides(tiny):
    """Zoe, who is only named, and hal, who never occurs, are followers; eve, fay and gus are not."""
    study = tiny(CAFE, followers="@Ana bo cy dee zoe hal")
    assert roles_of(study) == {
        **dict.fromkeys(("ana", "bo", "cy", "dee", "zoe", "hal"), FOLLOWER),
        **dict.fromkeys(("eve", "fay", "gus"), BYSTANDER),
        "BRAND": BRAND,
    }
    assert measures.talk_counts(study) == {
        "w_ff": 5,
        "w_fb": 3,
        "outside": 0,
        "talkers": 4,
        "followers": 6,
        "active_followers": 4,
    }


def test_talk_to_a_listed_follower_who_never_writes_is_peer_talk(tiny):
    counts = measures.talk_counts(tiny(CAFE, followers="fay zoe"))
    assert (counts["w_ff"], counts["w_fb"], counts["outside"]) == (1, 0, 0)


def test_several_accounts_are_one_brand_and_talk_among_them_counts_nowhere(tiny):
    study = tiny(
        "BRAND>staff mon; staff>BRAND tue; ana>staff mon; staff>ana tue; ana>bo wed; bo mon",
        brand="brand, @Staff",
    )
    assert roles_of(study)["staff"] == BRAND
    counts = measures.talk_counts(study)
    assert (counts["w_ff"], counts["w_fb"]) == (1, 1)


def test_brand_may_be_named_by_its_id(tiny):
    assert roles_of(tiny("BRAND mon; ana>BRAND mon", brand=account_id("BRAND")))["BRAND"] == BRAND


def _renamed(folder, **options):
    """The bakery is called `oldmill` on Monday and `newmill` on Tuesday; ana and bo change names too."""
    posts = [
        {"author": "mill", "name": "oldmill", "day": 6},
        {"author": "mill", "name": "newmill", "day": 7},
        {"author": "ana", "name": "annie", "day": 6},
        {"author": "ana", "name": "ana", "day": 7},
    ]
    lines = []
    for number, post in enumerate(posts):
        stamp = f"2025-01-{post['day']:02}T12:00:00.000Z"
        data = [{"id": str(number), "author_id": post["author"], "created_at": stamp, "text": "hi"}]
        users = [{"id": post["author"], "username": post["name"], "name": "N"}]
        lines.append(json.dumps({"data": data, "includes": {"users": users}, "meta": {"result_count": 1}}))
    export = folder / "export.jsonl"
    export.write_text("\n".join(lines), encoding="utf-8")
    return rooms.load(export, **options)


def test_brand_goes_by_its_latest_name(tmp_path):
    study = _renamed(tmp_path, brand="newmill")
    assert roles_of(study) == {"newmill": BRAND, "ana": FOLLOWER}


def test_brand_and_followers_may_be_called_by_earlier_names(tmp_path):
    listed = tmp_path / "followers.txt"
    listed.write_text("annie\n", encoding="utf-8")
    study = _renamed(tmp_path, brand=["oldmill", "newmill"], followers=listed)
    assert study.remarks == ()
    assert roles_of(study) == {"newmill": BRAND, "ana": FOLLOWER}


# --- Tiles.


def _tiles(study):
    return [study.day_named(tile) for tile in study.tiles]


def test_tiles_begin_on_mondays_and_lie_wholly_in_the_span(tiny):
    # From Tuesday, 7 January to Sunday, 16 February.
    assert _tiles(tiny("ana tue; bo>BRAND sat+2; ana sun+5")) == ["2025-01-13", "2025-01-20"]


def test_tile_that_would_end_a_day_after_the_last_post_is_none(tiny):
    assert _tiles(tiny("ana tue; bo>BRAND sat+2; ana sat+5")) == ["2025-01-13"]


def test_tile_without_posts_does_not_exist(tiny):
    study = tiny("ana d0; bo>BRAND d70; ana d150")
    assert [tile - study.days[0] for tile in study.tiles] == [0, 49, 56, 63, 70]


def test_where_no_tile_fits_the_whole_span_is_the_only_one(tiny):
    """33 days, from a Tuesday on, are the longest span in which no four weeks fit."""
    assert _tiles(tiny("ana d1; bo>BRAND d20; ana d33")) == ["2025-01-07"]
    assert _tiles(tiny("ana d1; bo>BRAND d20; ana d34")) == ["2025-01-13"]


def test_act_stands_in_up_to_four_tiles(tiny):
    study = tiny("ana d0; bo>BRAND d24; ana d90")
    acts = study.tile_of(study.talk).to_pyarrow().to_pylist()
    assert sorted(act["tile"] - study.days[0] for act in acts) == [0, 7, 14, 21]


def test_span_under_a_fortnight_is_short(tiny):
    assert tiny("ana d0; ana>BRAND d12").is_short
    assert not tiny("ana d0; ana>BRAND d13").is_short


def test_next_weeks_posts_leave_every_tile_as_it_was(tiny):
    weeks = "ana>bo mon; bo>ana wed; cy>BRAND sun+4"
    before, after = tiny(weeks), tiny(weeks + "; dee>BRAND sun+5")
    assert after.tiles[: len(before.tiles)] == before.tiles
    assert len(after.tiles) == len(before.tiles) + 1


# --- Days and zones.


def _days(study, name="ana"):
    rows = study.authored_by_all.inner_join(study.people.select("account", "name"), "account")
    return sorted(study.day_named(row["day"]) for row in rows.filter(_.name == name).to_pyarrow().to_pylist())


def test_days_are_utc_unless_a_zone_is_named(tiny):
    story = "ana d0 23h30; ana>BRAND d1 23h30"
    assert _days(tiny(story)) == ["2025-01-06", "2025-01-07"]
    assert _days(tiny(story, tz="Europe/Berlin")) == ["2025-01-07", "2025-01-08"]
    assert _days(tiny(story, tz="America/Los_Angeles")) == ["2025-01-06", "2025-01-07"]
    assert _days(tiny("ana d1 7h; ana>BRAND d1 9h", tz="America/Los_Angeles")) == ["2025-01-06", "2025-01-07"]


def test_days_follow_summer_time(tiny):
    """Half past ten in the evening in UTC is still the 29th in Berlin's winter, and the 31st already after it."""
    story = "ana d82 22h30; ana d83 0h30; ana>BRAND d83 22h30"
    assert _days(tiny(story)) == ["2025-03-29", "2025-03-30"]
    assert _days(tiny(story, tz="Europe/Berlin")) == ["2025-03-29", "2025-03-30", "2025-03-31"]


def test_days_follow_summer_time_back(tiny):
    """In New York clocks go back on 2 November 2025, day 300."""
    story = "ana d0; ana d300 3h30; ana d301 4h30; ana>BRAND d301 5h30"
    assert _days(tiny(story, tz="America/New_York"))[1:] == ["2025-11-01", "2025-11-02", "2025-11-03"]


# --- Grounds.

_GROUNDS = """BRAND mon =b; ana mon; bo mon
ana>bo mon 13h reply :b in:b tag:Crumb
ana>bo,BRAND tue tag:crumb
ana>bo,BRAND wed
ana>bo thu
ana>bo thu 13h tag:other
bo>BRAND fri reply =lost
ana>bo fri 13h reply :lost"""


def test_grounds_are_tried_in_their_order(tiny):
    study = tiny(_GROUNDS, hashtags=["#CRUMB"])
    acts = study.acts.to_pyarrow().to_pandas().sort_values(["created_at", "target_id"])
    found = [
        (row.target_id.removeprefix("id-"), row.ground)
        for row in acts.itertuples()
        if row.source_id == "id-ana"
    ]
    assert found == [
        ("bo", "yours"),  # under the brand's post, though tagged
        ("bo", "tagged"),  # tagged, though it names the brand
        ("brand", "tagged"),
        ("bo", "naming"),
        ("brand", "naming"),
        ("bo", "elsewhere"),
        ("bo", "elsewhere"),  # another hashtag
        ("bo", "elsewhere"),  # the thread's opener, the brand's, is not in the export
    ]


def test_talk_on_some_grounds_only(tiny):
    study = tiny(_GROUNDS, hashtags=["crumb"])
    counts = {
        ground: measures.talk_counts(study.only(grounds=[ground]))["w_ff"]
        for ground in ("yours", "tagged", "naming", "elsewhere")
    }
    assert counts == {"yours": 1, "tagged": 1, "naming": 1, "elsewhere": 3}


def test_carried_names_are_no_talk_and_name_nobody(tiny):
    study = tiny("ana>bo mon reply head:cy head:BRAND; bo mon; cy mon; cy>BRAND tue")
    counts = measures.talk_counts(study)
    assert (counts["w_ff"], counts["w_fb"]) == (1, 1)
    assert measures.talk_counts(study.only(grounds=["elsewhere"]))["w_ff"] == 1
    assert (study.table("acts")["evidence"] == "carried").sum() == 2


# --- Narrower studies.


def test_only_some_days(tiny):
    study = tiny(CAFE)
    counts = measures.talk_counts(study.only(since="2025-01-07", until="2025-01-08"))
    # Tuesday and Wednesday: bo>ana, ana>bo, dee>ana; cy>BRAND.
    assert (counts["w_ff"], counts["w_fb"], counts["followers"]) == (3, 1, 4)
    assert measures.talk_counts(study)["w_ff"] == 6, "the wider study is as it was"


def test_only_some_kinds(tiny):
    study = tiny("ana>bo mon; ana>bo tue reply; bo>ana wed quote; bo>ana thu repost; ana>BRAND fri")

    def peer_talk(**choices):
        return measures.talk_counts(study.only(**choices))["w_ff"]

    assert peer_talk() == 3
    assert [peer_talk(kinds=[kind]) for kind in ("reply", "mention", "quote", "repost")] == [1, 1, 1, 1]
    assert peer_talk(kinds=["reply", "repost"]) == 2


def test_narrower_and_wider_again(tiny):
    study = tiny(CAFE)
    narrow = study.only(kinds=["reply"]).only(kinds=study.choices.kinds)
    assert measures.talk_counts(narrow) == measures.talk_counts(study)


def test_accounts_left_out_are_gone_altogether(tiny, numbers_of):
    study = tiny(CAFE)
    counts = measures.talk_counts(study.only(without=(numbers_of(study)["ana"],)))
    assert (counts["w_ff"], counts["w_fb"], counts["followers"]) == (1, 3, 6)


def test_stage_is_addressed_like_the_brand(tiny, numbers_of):
    study = tiny(CAFE)
    staged = study.only(stage=(numbers_of(study)["ana"],))
    assert roles_of(staged)["ana"] == BRAND
    counts = measures.talk_counts(staged)
    assert (counts["w_ff"], counts["w_fb"], counts["followers"]) == (1, 6, 6)


def test_around_one_of_several_accounts(tiny, numbers_of):
    study = tiny(
        "ana>north mon; ana>bo mon; bo>north tue; cy>south wed; cy>ana thu; north mon; south mon",
        brand="north,south",
    )
    alone = study.around(numbers_of(study)["north"])
    counts = measures.talk_counts(alone)
    assert (counts["w_ff"], counts["w_fb"], counts["followers"]) == (1, 2, 2)


def test_inferred_answers_count_on_request(tiny):
    study = tiny("BRAND mon =b; ana mon 13h in:b; ana tue =t; bo tue 13h in:t; bo>BRAND wed")
    assert (measures.talk_counts(study)["w_ff"], measures.talk_counts(study)["w_fb"]) == (0, 1)
    counts = measures.talk_counts(study.only(inferred=True))
    assert (counts["w_ff"], counts["w_fb"]) == (1, 2)


@pytest.mark.parametrize("choice", ["tz", "hashtags"])
def test_only_may_change_any_choice(tiny, choice):
    study = tiny("ana d0 23h30; bo>ana d1 12h tag:crumb; ana>BRAND d20")
    if choice == "tz":
        assert _days(study.only(tz="Europe/Berlin")) != _days(study)
    else:
        assert measures.talk_counts(study.only(hashtags=("crumb",), grounds=["tagged"]))["w_ff"] == 1


def test_only_refuses_a_kind_that_does_not_exist(tiny):
    with pytest.raises(CallError, match="kinds answer: not one of"):
        tiny(CAFE).only(kinds=["answer"])


# --- What cannot be loaded.


@pytest.mark.filterwarnings("error:Implicitly cleaning up:ResourceWarning")
def test_study_that_is_dropped_cleans_up_without_a_complaint(tmp_path, monkeypatch):
    monkeypatch.setattr("sys.unraisablehook", lambda found: complaints.append(found.exc_value))
    complaints = []
    (tmp_path / "export.jsonl").write_text(posts_of("ana>BRAND mon"), encoding="utf-8")
    with pytest.raises(CallError):
        rooms.load(tmp_path, brand="mill")
    gc.collect()
    for complaint in complaints:
        raise complaint


def test_brand_that_never_occurs_is_refused_with_those_that_do(tiny):
    with pytest.raises(
        CallError, match=r"mill never occurs in the exports.*BRAND \(3\), ana \(3\), bo \(2\)"
    ):
        tiny(CAFE, brand="mill")


def test_one_of_several_brands_may_be_missing(tiny):
    assert tiny(CAFE, brand="BRAND,mill").remarks == ("mill never occurs in the exports.",)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"brand": " , "}, "No brand was named"),
        ({"coverage": "E"}, "coverage E: not one of A, B, C, C_search, D"),
        ({"kinds": ["answer"]}, "kinds answer: not one of reply, mention"),
        ({"since": "March"}, "--since March: no day. Write it like 2025-03-01"),
        ({"tz": "Berlin"}, "--tz Berlin: no such time zone"),
    ],
)
def test_value_that_is_not_possible_is_refused(tiny, options, message):
    with pytest.raises(CallError, match=message):
        tiny(CAFE, **options)


def test_days_without_posts_are_refused_with_those_that_have_some(tiny):
    with pytest.raises(ExportError, match="reach from 2025-01-06 to 2025-02-02"):
        tiny(CAFE, since="2026-01-01")


def test_table_that_does_not_exist_is_refused(tiny):
    with pytest.raises(CallError, match="table ties: not one of posts, acts, accounts"):
        tiny(CAFE).table("ties")


def test_ground_that_does_not_exist_is_refused(tiny):
    with pytest.raises(CallError, match="grounds mine: not one of yours, tagged, naming, elsewhere"):
        tiny(CAFE).only(grounds=["mine"])


# --- The same whatever the order.


def test_nothing_depends_on_the_order_of_rows_and_files(tiny, tmp_path):
    study = tiny(CAFE)
    page = json.loads(posts_of(CAFE))
    users = json.dumps({"data": [], "includes": page["includes"], "meta": {"result_count": 0}})
    one = x_page(page["data"][::-2], users=["BRAND"])
    other = x_page(page["data"][1::2], users=["BRAND"])
    for name, text in (("a", one), ("b", other), ("c", users)):
        (tmp_path / f"{name}.jsonl").write_text(text, encoding="utf-8")
    again = rooms.load(tmp_path, brand="BRAND")
    assert measures.talk_counts(again) == measures.talk_counts(study)
    assert measures.follower_share(again) == measures.follower_share(study)
    assert measures.breadth(again) == measures.breadth(study)


def test_tables_are_data_frames_with_their_columns(tiny):
    study = tiny(CAFE)
    assert len(study.table("posts")) == 13
    assert len(study.table("acts")) == 10
    assert set(study.table("accounts")["name"]) == {
        "BRAND",
        "ana",
        "bo",
        "cy",
        "dee",
        "eve",
        "fay",
        "gus",
        "zoe",
    }


def test_posts_without_times_have_neither_days_nor_tiles(tmp_path):
    page = x_page(
        [
            x_post("ana", "1", None, "hi @bo", names=["bo"]),
            x_post("bo", "2", None, "@BRAND", names=["BRAND"]),
        ],
        users=["ana", "bo", "BRAND"],
    )
    (tmp_path / "export.jsonl").write_text(page, encoding="utf-8")
    study = rooms.load(tmp_path, brand="BRAND")
    assert (study.days, study.tiles, study.span) == (None, (), None)
    assert measures.talk_counts(study)["w_ff"] == 1
    assert measures.follower_share(study).value == 0.5
    assert measures.breadth(study).why == "the export has no times"


def test_studies_do_not_share_what_they_remember(tiny):
    study = tiny(CAFE)
    kinds = study.only(kinds=["reply"])
    assert measures.talk_counts(kinds)["w_ff"] == 0
    assert measures.talk_counts(study)["w_ff"] == 6
    assert replace(study, memory={}).tiles == study.tiles


def test_flat_answer_that_names_the_opener_is_one_act_also_where_inferred_acts_count(tmp_path):
    rows = ["id,author,date,text,conversation_id"]
    rows += ["1,bo,2025-01-06T10:00:00Z,which flour?,1", "2,ana,2025-01-06T11:00:00Z,thanks @bo,1"]
    rows += ["3,cy,2025-01-06T12:00:00Z,rye,1", "4,mill,2025-01-06T13:00:00Z,hello,4"]
    (tmp_path / "forum.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    study = rooms.load(tmp_path / "forum.csv", brand="mill")
    assert study.talk.weight.sum().to_pyarrow().as_py() == 1
    assert study.only(inferred=True).talk.weight.sum().to_pyarrow().as_py() == 2


def test_follower_list_is_of_its_platform_and_says_nothing_of_others(tmp_path):
    rows = ["x,ana,bo", "x,bo,shop", "x,dee,shop", "forum,cy,dan", "forum,dan,shop"]
    (tmp_path / "export.csv").write_text(
        "platform,source,target\n" + "\n".join(rows) + "\n", encoding="utf-8"
    )
    (tmp_path / "list.txt").write_text("ana\nbo\n", encoding="utf-8")
    study = rooms.load(tmp_path / "export.csv", brand="shop", followers=tmp_path / "list.txt")
    followers = study.people.filter(_.role == FOLLOWER).to_pyarrow()["name"].to_pylist()
    assert sorted(followers) == ["ana", "bo", "cy", "dan"]  # dee is not on the list of x
    assert study.remarks == ("The follower list is of x: on forum whoever wrote counts.",)


def _archive(tmp_path):
    (tmp_path / "data").mkdir()
    account = {"username": "shop", "accountId": "9", "accountDisplayName": "Shop"}
    post = {"id_str": "1", "created_at": "Wed Aug 27 13:00:00 +0000 2025", "full_text": "@ana hi", "entities": {
        "user_mentions": [{"id_str": "5", "screen_name": "ana", "indices": ["0", "4"]}]}}  # fmt: skip
    for name, item in (("account", {"account": account}), ("tweets", {"tweet": post})):
        (tmp_path / "data" / f"{name}.js").write_text(f"window.YTD.{name}.part0 = {json.dumps([item])}")
    return tmp_path


def test_archive_of_somebody_else_is_refused_with_whose_it_is(tmp_path):
    archive = _archive(tmp_path)
    with pytest.raises(
        CallError, match=r"ana never writes in this archive: all of it is by shop.*--brand shop"
    ):
        rooms.load(archive, brand="ana")
    with pytest.raises(
        CallError, match=r"zoe never occurs in the exports; all of them is by shop.*--brand shop"
    ):
        rooms.load(archive, brand="zoe")
    assert rooms.load(archive, brand="shop").ledger.posts == 1


def test_author_whose_name_is_a_command_is_named_as_one_word(tmp_path):
    """The line is to be pasted, and the name is whatever a stranger wrote."""
    name = "a'; touch pwn; '\x1b[2j"
    (tmp_path / "posts.csv").write_text(f"author,text\n{name},hi\n")
    with pytest.raises(CallError) as told:
        rooms.load(tmp_path / "posts.csv", brand="zoe")
    assert "\x1b" not in str(told.value)
    assert shlex.split(str(told.value).split("that is you: ")[1]) == ["--brand", name.replace("\x1b", "�")]


def test_brand_is_everybody_who_bears_its_name_where_names_are_not_unique(tmp_path):
    page, other, ana = (
        {"id": key, "name": name} for key, name in (("9", "Mill"), ("5", "Mill"), ("7", "Ana"))
    )
    comments = [
        {
            "id": f"9_1_{place}",
            "from": who,
            "message": "hi",
            "created_time": f"2025-01-0{place + 6}T11:00:00+0000",
        }
        for place, who in enumerate((ana, other))
    ]
    post = {"id": "9_1", "from": page, "message": "loaf", "created_time": "2025-01-06T10:00:00+0000"}
    content = {"data": [{**post, "comments": {"data": comments}}], "paging": {}}
    (tmp_path / "page.json").write_text(json.dumps(content))
    study = rooms.load(tmp_path / "page.json", brand="Mill")
    assert study.people.filter(_.role == BRAND).count().to_pyarrow().as_py() == 2
    assert "2 accounts are called mill" in study.remarks[0]
    alone = rooms.load(tmp_path / "page.json", brand="9")
    assert alone.people.filter(_.role == BRAND).count().to_pyarrow().as_py() == 1
    assert not any("are called" in remark for remark in alone.remarks)


def test_brand_whose_name_has_a_comma_is_one_name(tmp_path):
    export = tmp_path / "export.csv"
    export.write_text('author,text\n"Mill, Berlin",hi @ana\nana,hi\nbo,hi\n', encoding="utf-8")
    assert rooms.load(export, brand="Mill, Berlin").brand == ("Mill, Berlin",)
    assert rooms.load(export, brand=["Mill, Berlin"]).brand == ("Mill, Berlin",)
    assert rooms.load(export, brand="ana, bo").brand == ("ana", "bo")


def test_a_file_of_another_brand_is_remarked_upon(tmp_path):
    """What a store holds stays in it: a wrong file would change every later answer without a word."""
    own, other = tmp_path / "own.csv", tmp_path / "other.csv"
    own.write_text("author,text,created_at\nana,@BRAND hi,2025-01-06\n", encoding="utf-8")
    rows = "".join(f"p{n % 9},@OTHER hi {n},2025-01-{6 + n % 9:02}\n" for n in range(100))
    other.write_text("author,text,created_at\n" + rows, encoding="utf-8")
    said = "other.csv: BRAND never occurs in its 100 posts. If it is of another brand, the figures are wrong"
    assert [said in remark for remark in rooms.load([own, other], brand="BRAND").remarks] == [True]
    assert rooms.load(own, brand="BRAND", store=tmp_path / "store").remarks == ()
    assert any(
        said in remark for remark in rooms.load(other, brand="BRAND", store=tmp_path / "store").remarks
    )
    other.write_text("author,text,created_at\ncy,@BRAND you,2025-01-07\n" + rows, encoding="utf-8")
    assert rooms.load([own, other], brand="BRAND").remarks == ()


# --- What is remarked upon


def test_a_place_in_which_nobody_is_the_brand_is_remarked_upon(tmp_path):
    lines = [
        "author,text,created_at,platform",
        "ana,@BRAND hi,2025-01-06,Twitter",
        "bo,@cy hi,2025-01-07,Mastodon",
    ]
    (tmp_path / "x.csv").write_text("\n".join(lines))
    study = rooms.load(tmp_path / "x.csv", brand="BRAND")
    (said,) = [remark for remark in study.remarks if "never occurs: whoever" in remark]
    assert said.startswith("On mastodon BRAND never occurs")
    assert said.endswith("Addressed most there: cy.")
    assert not [remark for remark in study.only(platforms="x").remarks if "On x" in remark]


def test_people_called_like_the_brand_are_remarked_upon(tmp_path):
    lines = ["author,text,created_at", "mill_crumb,hi,2025-01-06", "ana_of_mill-crumb,@mill_crumb hi,2025-01-07",
             "bo,@mill_crumb hi,2025-01-07"]  # fmt: skip
    (tmp_path / "x.csv").write_text("\n".join(lines))
    (said,) = [
        one for one in rooms.load(tmp_path / "x.csv", brand="mill_crumb").remarks if "speak for you" in one
    ]
    assert said.startswith("Perhaps they speak for you: ana_of_mill-crumb.")
    assert not [one for one in rooms.load(tmp_path / "x.csv", brand="bo").remarks if "speak for you" in one]
