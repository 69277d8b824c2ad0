"""What an export can show: its class, whether it is about the brand, and who in it is a program."""

import json
from dataclasses import replace
from datetime import timedelta

import ibis
import pytest
from conftest import MONDAY, posts_of, x_page, x_post
from ibis import _
from test_study import CAFE

from communitylab import coverage
from communitylab import study as rooms
from communitylab.errors import CallError


def _classes(study):
    found = coverage.coverage_of(study)
    return found.name, found.licensed


def test_search_or_place_is_class_a(tiny):
    assert _classes(tiny(CAFE)) == ("A", ("community", "mixed", "audience"))


def test_archive_of_the_brand_alone_is_class_c(tiny):
    assert _classes(tiny("BRAND>ana mon; BRAND>bo tue reply; BRAND wed")) == ("C", ())


def test_export_without_posts_of_listed_followers_is_class_c(tiny):
    assert _classes(tiny("BRAND>ana mon; bo>BRAND tue", followers="ana zoe")) == ("C", ())


def _share_naming_the_brand(naming, others, extra=""):
    return (
        "; ".join([f"ana>BRAND d{n}" for n in range(naming)] + [f"bo>ana d{n}" for n in range(others)])
        + extra
    )


def test_search_for_the_brand_is_recognised_at_95_in_100(tiny):
    found = coverage.coverage_of(tiny(_share_naming_the_brand(19, 1)))
    assert (found.name, found.licensed) == ("C_search", ("community",))
    assert found.why.startswith("19 of 20 posts by followers answer or name the brand")
    assert _classes(tiny(_share_naming_the_brand(18, 1)))[0] == "A"


def test_reposts_and_the_brands_own_posts_do_not_hide_a_search(tiny):
    extra = "; cy>bo mon repost; cy>bo tue repost; BRAND mon; BRAND tue"
    assert _classes(tiny(_share_naming_the_brand(19, 1, extra)))[0] == "C_search"


def test_class_named_by_the_user_goes_before(tiny):
    found = coverage.coverage_of(tiny(_share_naming_the_brand(19, 1), coverage="A"))
    assert found.name == "A"
    assert found.why.startswith("you said so")
    assert coverage.coverage_of(tiny(CAFE, coverage="D")).licensed == ()


def _timeline(posts, name):
    page = json.loads(x_page(posts, users=["BRAND", "ana", "bo"]))
    page["__twarc"] = {"url": f"https://api.twitter.com/2/users/{name}/tweets?max_results=100"}
    return json.dumps(page)


def test_timelines_are_class_b(tmp_path):
    posts = json.loads(posts_of("ana>bo mon; ana>BRAND tue"))["data"]
    (tmp_path / "ana.jsonl").write_text(_timeline(posts, 1), encoding="utf-8")
    assert _classes(rooms.load(tmp_path, brand="BRAND"))[0] == "B"


def test_best_class_among_files_that_hold_followers_posts_counts(tmp_path):
    (tmp_path / "search.jsonl").write_text(posts_of("ana>bo mon; ana>BRAND tue"), encoding="utf-8")
    posts = json.loads(posts_of("ana>bo mon =x1; bo>ana wed =x2"))["data"]
    (tmp_path / "bo.jsonl").write_text(_timeline(posts, 2), encoding="utf-8")
    assert _classes(rooms.load(tmp_path, brand="BRAND"))[0] == "B"


def test_brands_own_timeline_beside_a_search_leaves_it_a_search(tmp_path):
    (tmp_path / "search.jsonl").write_text(posts_of("ana>bo mon; ana>BRAND tue"), encoding="utf-8")
    posts = json.loads(posts_of("BRAND mon =x1; BRAND>ana wed =x2"))["data"]
    (tmp_path / "brand.jsonl").write_text(_timeline(posts, 900), encoding="utf-8")
    assert _classes(rooms.load(tmp_path, brand="BRAND"))[0] == "A"


# --- Whether it is about the brand.


def _addressed(brand, others=0, *, rival=0, rival_name="zed"):
    """So many talkers address the brand, so many each another, so many one and the same follower."""
    told = [f"b{n:02}>BRAND mon" for n in range(brand)]
    told += [f"c{n:02}>b{n % max(brand, 1):02} mon" for n in range(others)]
    told += [f"d{n:02}>{rival_name} mon" for n in range(rival)] + [
        f"{rival_name}>BRAND mon" if brand else "zed mon"
    ]
    return "; ".join(told)


def test_export_in_which_fewer_than_one_in_ten_address_the_brand_is_not_about_it(tiny):
    # Zed addresses the brand as well: 1 + 1 of 20 talkers do, then 1 + 1 of 21.
    assert coverage.focus(tiny(_addressed(1, 18))) is not None  # b00 is addressed by eighteen
    spread_out = "b00>BRAND mon; b01>BRAND mon; " + "; ".join(
        f"c{n:02}>c{(n + 1) % 18:02} mon" for n in range(18)
    )
    assert coverage.focus(tiny(spread_out)) is None  # 2 of 20
    wider = "b00>BRAND mon; b01>BRAND mon; " + "; ".join(f"c{n:02}>c{(n + 1) % 19:02} mon" for n in range(19))
    assert "fewer than one in ten" in coverage.focus(tiny(wider))  # 2 of 21


def test_export_in_which_one_follower_is_addressed_by_more_than_twice_as_many_is_not_about_the_brand(tiny):
    assert coverage.focus(tiny(_addressed(2, rival=6))) is None  # zed by 6, the brand by 2 and by zed: twice
    assert "2.3 times as many" in coverage.focus(tiny(_addressed(2, rival=7)))


def test_focus_counts_people_and_not_acts(tiny):
    many = "; ".join(f"ana>zed mon {hour}h" for hour in range(20))
    assert coverage.focus(tiny(f"{many}; bo>BRAND mon; zed mon")) is None


def test_export_in_which_nobody_talks_is_not_refused_for_that(tiny):
    assert coverage.focus(tiny("ana mon; BRAND>ana mon")) is None


# --- A place that the brand owns.

_FORUM = "; ".join(f"c{n:02}>c{(n + 1) % 30:02} mon" for n in range(30))


def test_place_of_ones_own_need_not_be_about_oneself(tiny):
    assert coverage.focus(tiny(f"{_FORUM}; BRAND mon")) is not None
    owned = tiny(f"{_FORUM}; BRAND mon", yours="x")
    assert coverage.focus(owned) is None
    assert set(owned.table("acts")["ground"]) == {"yours"}
    assert set(tiny(f"{_FORUM}; BRAND mon").table("acts")["ground"]) == {"elsewhere"}


def _two_places(tmp_path, *, forum, elsewhere, **options):
    """One half of an export on a platform called forum, the other on one called x."""
    export = tmp_path / "export.csv"
    rows = [f"forum,{pair}" for pair in forum] + [f"x,{pair}" for pair in elsewhere]
    export.write_text("platform,source,target\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return rooms.load(export, brand="shop", **options)


def test_what_is_not_from_a_place_of_ones_own_is_looked_at_alone(tmp_path):
    among = [f"c{n},c{n + 1}" for n in range(20)]
    addressing = [f"c{n},shop" for n in range(20)]
    stray = _two_places(tmp_path, forum=addressing, elsewhere=[*among, "z,shop", "shop,z"], yours="forum")
    assert "fewer than one in ten" in coverage.focus(stray)
    about = _two_places(tmp_path, forum=among, elsewhere=addressing, yours="forum")
    assert coverage.focus(about) is None
    neither = _two_places(tmp_path, forum=[*among, "shop,c1"], elsewhere=among, yours=())
    assert coverage.focus(neither) is not None


def test_export_of_a_place_of_ones_own_is_no_search_for_the_brand(tiny):
    asked = _share_naming_the_brand(20, 0)
    assert _classes(tiny(asked))[0] == "C_search"
    assert _classes(tiny(asked, yours="x"))[0] == "A"


def test_a_room_is_no_search_however_many_address_the_brand(tmp_path):
    lines = [f"p{n % 9},@bakery hello,2025-01-{1 + n:02} 09:00,{{}}" for n in range(20)]
    for platform, found in (("Discord", "A"), ("Twitter", "C_search")):
        (tmp_path / platform).write_text(
            "\n".join(["author,text,created_at,platform", *lines]).format(*[platform] * 20)
        )
        assert coverage.coverage_of(rooms.load(tmp_path / platform, brand="bakery")).name == found


def test_timelines_of_a_few_do_not_speak_for_all(tiny):
    story = "; ".join(f"p{n}>BRAND d{n}" for n in range(20))
    study = tiny(story)
    both = (
        replace(study.ledger.files[0], coverage="A"),
        replace(study.ledger.files[0], coverage="B", number=1),
    )
    ledger = replace(study.ledger, files=both)
    for of_chosen, name in ((3, "C_search"), (12, "B")):
        in_second = ibis.ifelse(_.post_id.cast("int64") > 20 - of_chosen, 1, 0).cast("int32")
        mixed = replace(study, posts=study.posts.mutate(source_file=in_second), ledger=ledger, memory={})
        assert coverage.coverage_of(mixed).name == name


def test_place_that_is_not_in_the_exports_is_refused_by_name(tiny):
    with pytest.raises(CallError, match="--yours forum: not one of x, none"):
        tiny(CAFE, yours="forum")


# --- Programs.


def _words(name, texts):
    return [
        x_post(name, f"{name}{place:03}", MONDAY + timedelta(days=place), text)
        for place, text in enumerate(texts)
    ]


def test_programs_are_known_by_posts_a_day_and_by_repetition(tmp_path, numbers_of):
    """Ana wrote 51 posts on a day, bo 50; cy the same words in 17 of 20 posts, dee in 16, eve in 18 of 19."""
    posts = [x_post("ana", f"a{n}", MONDAY + timedelta(minutes=n), f"n {n}") for n in range(51)]
    posts += [x_post("bo", f"b{n}", MONDAY + timedelta(minutes=n), f"n {n}") for n in range(50)]
    posts += _words("cy", ["buy"] * 17 + ["x", "y", "z"])
    posts += _words("dee", ["buy"] * 16 + ["w", "x", "y", "z"])
    posts += _words("eve", ["buy"] * 18 + ["x"])
    posts += [x_post("BRAND", f"z{n}", MONDAY + timedelta(minutes=n), "buy") for n in range(60)]
    page = x_page(posts, users=["ana", "bo", "cy", "dee", "eve", "BRAND"])
    (tmp_path / "export.jsonl").write_text(page, encoding="utf-8")
    study = rooms.load(tmp_path, brand="BRAND")
    number = numbers_of(study)
    assert coverage.automated(study) == (number["ana"], number["cy"])
    flagged = replace(study, accounts=study.accounts.mutate(is_bot=_.name.isin(["bo", "BRAND"])), memory={})
    assert coverage.automated(flagged) == (number["ana"], number["bo"], number["cy"])


def test_rows_without_a_text_are_no_copies_of_one_another(tmp_path):
    """Of an edge list nobody can say what was written: thirty messages make nobody a program."""
    import communitylab as cl

    rows = [f"ana,{to},2025-01-{day:02}T10:00:00Z" for day in range(1, 31) for to in ("bo", "BRAND")]
    (tmp_path / "edges.csv").write_text("source,target,time\n" + "\n".join(rows) + "\nbo,ana,2025-01-02\n")
    assert coverage.automated(cl.load(tmp_path / "edges.csv", brand="BRAND")) == ()


def _topic(*, staff):
    """A forum in which c0 … c29 talk and the brand once; its account is of the staff, or is not."""
    posts = [
        {"id": n, "user_id": n, "username": "BRAND" if n == 1 else f"c{n}", "created_at": "2025-01-06T10:00:00.000Z",
         "post_number": n, "reply_to_post_number": n - 1 if n > 2 else None, "cooked": "<p>hi</p>", "topic_id": 9,
         "moderator": staff and n == 1, "post_type": 1}
        for n in range(1, 31)
    ]  # fmt: skip
    return {"id": 9, "archetype": "regular", "post_stream": {"posts": posts, "stream": list(range(1, 31))}}


def test_forum_that_anybody_can_export_is_the_brands_where_it_is_of_the_staff(tmp_path):
    export = tmp_path / "9.json"
    export.write_text(json.dumps(_topic(staff=True)))
    own = rooms.load(export, brand="BRAND")
    assert own.choices.yours == ("discourse",)
    assert own.remarks == (
        "Places taken for yours: discourse. If one is not, name the others as --yours, or none.",
    )
    assert coverage.focus(own) is None
    export.write_text(json.dumps(_topic(staff=False)))
    other = rooms.load(export, brand="BRAND")
    assert other.choices.yours == ()
    assert "fewer than one in ten" in coverage.focus(other)
    assert rooms.load(export, brand="BRAND", yours="discourse").choices.yours == ("discourse",)


def test_search_for_the_brand_beside_its_forum_licenses_no_audience(tmp_path):
    asked = [f"c{n},shop" for n in range(40)]
    found = coverage.coverage_of(
        _two_places(tmp_path, forum=["d1,d2", "d2,d1"], elsewhere=asked, yours="forum")
    )
    assert found.name == "A"
    assert found.licensed == ("community", "mixed")
    assert "40 of 40 posts by followers answer or name the brand" in found.why
    talk = [*asked, *(f"c{n},c{n + 1}" for n in range(40))]
    assert "audience" in coverage.coverage_of(
        _two_places(tmp_path, forum=["d1,d2", "d2,d1"], elsewhere=talk, yours="forum")
    ).licensed  # fmt: skip
