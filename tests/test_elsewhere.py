"""The bakery's forum and page: as these places hand out what is said there, by the people whom the truth names."""

import json
import re
from collections import Counter
from datetime import datetime

import pytest
from conftest import SAMPLE, TRUTH

import communitylab as cl
from communitylab import verdict
from communitylab.comments import plant_page
from communitylab.forum import plant_forum
from communitylab.samples import BAKERY, FORUM, PAGE
from communitylab.stories import tell

SEED = 7
MENTION = re.compile(r'<a class="mention" href="/u/([^"]+)">@([^<]+)</a>')
QUOTE = re.compile(r'<aside class="quote[^"]*" data-username="([^"]+)" data-post="(\d+)" data-topic="(\d+)">')


def truth_of(sample):
    return json.loads((SAMPLE / sample / "truth.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def topics():
    files = sorted((SAMPLE / "forum" / "topics").glob("*.json"), key=lambda path: int(path.stem))
    return {int(path.stem): json.loads(path.read_text(encoding="utf-8")) for path in files}


@pytest.fixture(scope="module")
def said(topics):
    """Every post of the forum that its export shows."""
    return [post for topic in topics.values() for post in topic["post_stream"]["posts"]]


@pytest.fixture(scope="module")
def page():
    return json.loads((SAMPLE / "page" / "posts.json").read_text(encoding="utf-8"))["data"]


@pytest.fixture(scope="module")
def comments(page):
    return [comment for post in page for comment in post.get("comments", {"data": []})["data"]]


def own_words(post):
    return re.sub(r"<aside.*</aside>", "", post["cooked"], flags=re.S)


# --- The files.


def test_files_are_readable_and_small():
    files = [path for name in ("forum", "page") for path in (SAMPLE / name).rglob("*.json")]
    assert sum(path.stat().st_size for path in files) < 700_000
    assert all(path.read_bytes().endswith(b"}\n") for path in files)


@pytest.mark.parametrize(("planted", "place"), [(plant_forum, FORUM), (plant_page, PAGE)])
def test_same_seed_same_talk_other_seed_other_talk(planted, place):
    world = tell(BAKERY, seed=2)
    one = planted(BAKERY, world, place=place, seed=2)
    assert planted(BAKERY, world, place=place, seed=2) == one
    assert planted(BAKERY, world, place=place, seed=3).threads != one.threads


def test_forum_is_as_large_as_the_truth_says(topics, said):
    export = truth_of("forum")["export"]
    kinds = Counter(post["post_type"] for post in said)
    assert (len(topics), kinds[1], kinds[3]) == (export["topics"], export["posts"], export["small_actions"])
    assert 30 <= len(topics) <= 45
    assert 200 <= kinds[1] <= 400


def test_page_is_as_large_as_the_truth_says(page, comments):
    export = truth_of("page")["export"]
    assert (len(page), len(comments)) == (export["posts"], export["comments"])
    assert len(page) == PAGE.openings
    assert 220 <= len(comments) <= 280


# --- Who is there.


def test_everybody_whom_the_bakery_names_for_the_forum_writes_there(said):
    there = {post["username"] for post in said if post["username"]}
    named = {one["forum"]: one["id"] for one in reversed(TRUTH["people_elsewhere"]) if "forum" in one}
    people = truth_of("forum")["people"]
    assert {one["name"]: one["id"] for one in people if "id" in one} == named  # of two, a name is the first's
    assert set(named) <= there
    only_there = {one["name"] for one in people if "id" not in one}
    assert len(only_there) == FORUM.only_there
    assert all(re.fullmatch(r"[A-Z][a-z]+_\d{3}", name) for name in only_there)
    (gone,) = only_there - there  # deleted the account
    assert there == (set(named) | only_there | {"millandcrumb", "system"}) - {gone}
    assert len({post["user_id"] for post in said if post["username"]}) == len(there)


def test_everybody_whom_the_bakery_names_for_the_page_comments_there(comments):
    there = {comment["from"]["id"]: comment["from"]["name"] for comment in comments if "from" in comment}
    people = truth_of("page")["people"]
    named = {one["id"]: one["facebook"] for one in TRUTH["people_elsewhere"] if "facebook" in one}
    assert {one["id"]: one["name"] for one in people if "id" in one} == named
    assert {one["user_id"]: one["name"] for one in people} == {
        number: name for number, name in there.items() if name != "Mill & Crumb"
    }
    assert sum("id" not in one for one in people) == PAGE.only_there
    assert len(set(named.values())) < len(named)  # two of a name, told apart by their ids


def test_brand_and_the_forums_own_account_are_staff(said):
    staff = {post["username"] for post in said if post["staff"] and post["moderator"] and post["admin"]}
    assert staff == {"millandcrumb", "system"}
    assert {post["user_id"] for post in said if post["username"] == "system"} == {-1}


def test_page_is_called_as_the_plan_says(page):
    assert {post["from"]["name"] for post in page} == {BAKERY.title}
    assert len({post["from"]["id"] for post in page}) == 1


# --- What a topic looks like.


def test_links_on_x_lead_to_topics_that_were_there(topics):
    for one in TRUTH["forum_links"]:
        assert topics[int(one["link"].rsplit("/", 1)[1])]["created_at"] < one["at"]


def test_topics_that_x_links_to_are_about_what_the_brand_said(topics):
    by_link = {}
    for post in tell(BAKERY, seed=2).posts:
        for link in post.links or ():
            by_link.setdefault(int(link.rsplit("/", 1)[1]), post.text.lower())
    things = [thing for topic in BAKERY.topics for thing in topic.things]
    for number, text in by_link.items():
        assert any(
            thing.lower() in text and thing.lower() in topics[number]["title"].lower() for thing in things
        )


def test_posts_stand_in_their_topic_in_order(topics):
    numbers = [number for topic in topics.values() for number in topic["post_stream"]["stream"]]
    assert len(set(numbers)) == len(numbers)
    for number, topic in topics.items():
        posts = topic["post_stream"]["posts"]
        assert topic["id"] == number
        assert [post["post_number"] for post in posts] == list(range(1, len(posts) + 1))
        assert [post["id"] for post in posts] == topic["post_stream"]["stream"][: len(posts)]
        assert {post["topic_id"] for post in posts} == {number}
        times = [post["created_at"] for post in posts]
        assert times == sorted(times)
        assert "2025-01-06" <= times[0] <= times[-1] < "2025-08-04"


def test_long_topics_show_twenty_posts_of_more(topics):
    hidden = []
    for topic in topics.values():
        stream, posts = topic["post_stream"]["stream"], topic["post_stream"]["posts"]
        assert topic["posts_count"] == len(stream)
        assert len(posts) == min(len(stream), 20)
        hidden += stream[20:]
    assert hidden == truth_of("forum")["not_shown"]
    assert hidden


def test_answers_on_the_forum_name_an_earlier_post_and_its_author(topics):
    found, to_user = [], Counter()
    for topic in topics.values():
        posts = {post["post_number"]: post for post in topic["post_stream"]["posts"]}
        for post in posts.values():
            if post["reply_to_post_number"] is None:
                assert "reply_to_user" not in post
                continue
            parent = posts[post["reply_to_post_number"]]
            assert parent["post_number"] < post["post_number"]
            found.append({"post": post["id"], "to": parent["id"]})
            answered = post.get("reply_to_user", {}).get("username")
            is_quoting = QUOTE.search(post["cooked"]) is not None
            assert answered == (None if is_quoting else parent["username"])
            to_user[answered is not None, is_quoting] += 1
    assert found == truth_of("forum")["answers"]
    assert to_user[True, False] > 100
    assert to_user[False, True] > 0  # Discourse leaves out whom one answers who quotes as well


def test_some_answer_the_topic_as_a_whole(said):
    flat = [
        post["id"]
        for post in said
        if post["post_type"] == 1 and post["post_number"] > 1 and post["reply_to_post_number"] is None
        and not QUOTE.search(post["cooked"]) and not MENTION.search(post["cooked"])
    ]  # fmt: skip
    assert flat == truth_of("forum")["unaddressed"]
    assert len(flat) > 20


def test_quotes_are_of_an_earlier_post_in_its_words(said):
    by_place = {(post["topic_id"], post["post_number"]): post for post in said}
    found = []
    for post in said:
        for name, place, topic in QUOTE.findall(post["cooked"]):
            original = by_place[int(topic), int(place)]
            assert original["id"] < post["id"]
            assert original["username"] == name
            assert own_words(original) in post["cooked"]
            found.append({"post": post["id"], "of": original["id"]})
    assert found == truth_of("forum")["quotes"]
    assert any(MENTION.search(post["cooked"]) and not MENTION.search(own_words(post)) for post in said)
    is_answer = {post["reply_to_post_number"] is not None for post in said if QUOTE.search(post["cooked"])}
    assert is_answer == {True, False}


def test_names_in_posts_are_links_to_people(said):
    people = {one["name"] for one in truth_of("forum")["people"]} | {"millandcrumb"}
    found = []
    for post in said:
        named = MENTION.findall(own_words(post))
        assert own_words(post).count("@") == len(named)
        assert all(name in people and path == name.lower() for path, name in named)
        if named:
            found.append({"post": post["id"], "names": [name for _path, name in named]})
    assert found == truth_of("forum")["mentions"]
    assert {"millandcrumb"} < {name for one in found for name in one["names"]}


def test_likes_are_counted_where_there_are_any(said):
    counts = Counter(len(post["actions_summary"]) for post in said)
    assert counts.keys() == {0, 1}
    assert all(one["id"] == 2 and one["count"] > 0 for post in said for one in post["actions_summary"])


def test_staff_pin_and_close(topics, said):
    acts = [post for post in said if post["post_type"] == 3]
    assert {post["action_code"] for post in acts} == {"pinned.enabled", "closed.enabled"}
    assert all(post["cooked"] == "" and post["username"] == "millandcrumb" for post in acts)
    (closed,) = (topic for topic in topics.values() if topic["closed"])
    assert closed["post_stream"]["posts"][-1]["action_code"] == "closed.enabled"


def test_one_post_is_retracted_and_some_have_lost_their_author(said):
    truth = truth_of("forum")
    retracted = [post for post in said if post["user_deleted"]]
    assert [post["id"] for post in retracted] == truth["retracted"]
    assert [post["cooked"] for post in retracted] == ["<p>(post deleted by author)</p>"]
    orphaned = [post for post in said if post["username"] is None]
    assert [post["id"] for post in orphaned] == truth["orphaned"]
    assert orphaned
    assert {(post["user_id"], post["name"], post["trust_level"]) for post in orphaned} == {(None, None, None)}


def test_umlauts_and_pictures_are_on_both(said, comments):
    on_forum, on_page = (
        " ".join(post["cooked"] for post in said),
        " ".join(one["message"] for one in comments),
    )
    assert 'class="emoji" alt=":croissant:"' in on_forum
    assert "🥐" not in on_forum
    assert "🥐" in on_page
    assert all(re.search("[äöü]", text) for text in (on_forum, on_page))


def test_regulars_write_most_and_to_one_another(said):
    truth = truth_of("forum")
    regulars = {one["name"] for one in truth["circle"]}
    assert len(regulars) == sum(group.size for group in FORUM.groups) == 18
    by_id = {post["id"]: post["username"] for post in said}
    between = Counter(
        frozenset((by_id[one["post"]], by_id[one["to"]])) for one in truth["answers"] if one["to"] in by_id
    )
    pairs = {frozenset(one["names"]) for one in truth["contacts"]}
    assert sum(between[pair] for pair in pairs) > 0.3 * between.total()
    assert {"id" in one for one in truth["people"] if one["name"] in regulars} == {True, False}


# --- What a page looks like.


def test_comments_answer_the_post_or_an_earlier_comment(page):
    found = {}
    for post in page:
        times = {}
        for comment in post.get("comments", {"data": []})["data"]:
            assert comment["id"].startswith(f"{post['id'].split('_')[1]}_")
            above = comment.get("parent", {}).get("id")
            at = datetime.strptime(comment["created_time"], "%Y-%m-%dT%H:%M:%S%z")
            assert times.get(above, datetime.strptime(post["created_time"], "%Y-%m-%dT%H:%M:%S%z")) < at
            assert above is None or above in times
            times[comment["id"]] = at
            found[comment["id"]] = above or post["id"]
    assert found == {one["comment"]: one["to"] for one in truth_of("page")["answers"]}
    to_brand = sum(above.startswith("9") for above in found.values())
    assert 0.5 * len(found) < to_brand < 0.8 * len(found)


def test_latest_post_comes_first_and_comments_in_order(page):
    assert [post["created_time"] for post in page] == sorted((p["created_time"] for p in page), reverse=True)
    for post in page:
        numbers = [int(one["id"].split("_")[1]) for one in post.get("comments", {"data": []})["data"]]
        assert numbers == sorted(numbers)


def test_tags_stand_where_they_say(comments):
    names = {one["user_id"]: one["name"] for one in truth_of("page")["people"]}
    found, kinds = {}, Counter()
    for comment in comments:
        for tag in comment.get("message_tags", ()):
            assert comment["message"][tag["offset"] :][: tag["length"]] == tag["name"]
            assert tag["name"] == (names[tag["id"]] if tag["type"] == "user" else "Mill & Crumb")
            found.setdefault(comment["id"], []).append(tag["id"])
            kinds[tag["type"]] += 1
    assert found == {one["comment"]: one["user_ids"] for one in truth_of("page")["tags"]}
    assert kinds["user"] > 20
    assert kinds["page"] > 0


def test_comments_without_an_author_are_the_planted_ones(comments):
    lost = [comment["id"] for comment in comments if "from" not in comment]
    planted = truth_of("page")["authorless"]
    assert sorted(lost) == sorted(one["comment"] for one in planted)
    assert len(lost) == PAGE.authorless
    assert {one["user_id"] for one in planted} <= {one["user_id"] for one in truth_of("page")["people"]}


def test_who_says_what_they_are_called_on_x_is_that_person(comments):
    accounts = {one["user_id"]: one.get("id") for one in truth_of("page")["people"]}
    handles = {account.account_id: account.name for account in tell(BAKERY, seed=2).accounts}
    told = {
        one["id"]: (one["from"]["id"], handle[1])
        for one in comments
        if (handle := re.search(r"@(\w+)", one["message"]))
    }
    planted = truth_of("page")["same_person"]
    assert told == {one["comment"]: (one["user_id"], one["handle"]) for one in planted}
    assert len(told) == PAGE.told
    assert all(handles[accounts[user]] == handle for user, handle in told.values())


# --- The story.

EXPORTS = {"forum": ("topics", "millandcrumb"), "page": ("posts.json", "Mill & Crumb")}


@pytest.mark.parametrize("sample", EXPORTS)
def test_verdict_is_the_planted_one(sample):
    export, brand = EXPORTS[sample]
    study = cl.load(SAMPLE / sample / export, brand=brand)
    found = verdict.decide(study, seed=SEED)
    planted = truth_of(sample)
    assert (found.label, found.kind) == (planted["label"], planted["kind"])
    if sample == "page":
        assert verdict.decide(study.only(inferred=True), seed=SEED).label == "audience"
    assert study.choices.yours == tuple(study.places)
