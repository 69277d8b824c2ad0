"""Planted worlds: what the plan says is in them, and nothing depends on anything but plan and seed."""

import os
import re
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from communitylab.samples import BAKERY, HELPDESK
from communitylab.stories import tell

SEED = 2
BRAND = "8000000000000000000"


@pytest.fixture(scope="module")
def world():
    return tell(BAKERY, seed=SEED)


@pytest.fixture(scope="module")
def by_id(world):
    return {post.post_id: post for post in world.posts}


def addressed(post):
    """Whom a post addresses, as the truth sees it: whom it answers or names."""
    return {post.reply_to_id, *(named.account_id for named in post.mentions or ())} - {None}


# --- One plan and one seed are one world.


def test_same_seed_same_world_other_seed_other_world(world):
    again, other = tell(BAKERY, seed=SEED), tell(BAKERY, seed=SEED + 1)
    assert again == world
    assert other.posts != world.posts
    assert other.truth["silent"] != world.truth["silent"]


def test_world_does_not_depend_on_hash_seed_or_time_zone():
    code = (
        "import hashlib; from communitylab.samples import _samples\n"
        "print(hashlib.sha256(repr(_samples()).encode()).hexdigest())"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": hash_seed, "TZ": zone},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for hash_seed, zone in (("0", "UTC"), ("1", "Asia/Kathmandu"), ("2", "America/St_Johns"))
    }
    assert len(found) == 1


# --- Who there is.


def test_silent_followers_are_those_on_the_list_who_never_write(world):
    wrote = {post.author_id for post in world.posts}
    listed = {follow.account_id for follow in world.followers}
    assert len(world.followers) == len(listed) == BAKERY.followers
    assert listed - wrote == set(world.truth["silent"])
    assert wrote - listed == {BRAND}
    assert len(world.truth["silent"]) == round(BAKERY.followers * BAKERY.silent)


def test_nobody_writes_before_they_follow(world):
    since = {follow.account_id: follow.followed_at for follow in world.followers}
    written = [post for post in world.posts if post.author_id != BRAND]
    assert all(since[post.author_id] <= post.created_at.date() for post in written)
    assert any(day > BAKERY.start for day in since.values())


def test_handles_are_valid_unique_and_invented(world):
    handles = [account.name for account in world.accounts]
    assert all(re.fullmatch(r"[A-Za-z0-9_]{1,15}", handle) for handle in handles)
    assert len({handle.lower() for handle in handles}) == len(handles)
    assert all(re.search(r"_\d{3}$", handle) for handle in handles[1:])
    # No account of the platform has so high a number.
    assert all(int(account.account_id) >= 8 * 10**18 for account in world.accounts)


def test_people_elsewhere_are_followers_who_write(world):
    found = world.truth["people_elsewhere"]
    assert {one["id"] for one in found} <= {post.author_id for post in world.posts} - {BRAND}
    assert all({"forum", "facebook"} & set(one) for one in found)
    nicknames = [one["forum"] for one in found if "forum" in one]
    assert 0.1 < len(nicknames) / (BAKERY.followers - len(world.truth["silent"])) < 0.2


# --- Posts are as a platform would have them.


def test_posts_are_in_order_with_numbers_that_grow_with_time(world):
    numbers = [int(post.post_id) for post in world.posts]
    assert len(set(numbers)) == len(numbers)
    times = [post.created_at for post in world.posts]
    assert times == sorted(times)
    assert all(
        earlier < later
        for earlier, later, at, then in zip(numbers, numbers[1:], times, times[1:], strict=False)
        if at < then
    )


def test_posts_lie_within_the_weeks(world):
    start = datetime.combine(BAKERY.start, datetime.min.time(), UTC)
    assert world.posts[0].created_at >= start
    assert world.posts[-1].created_at < start + timedelta(weeks=BAKERY.weeks)
    assert world.posts[-1].created_at > start + timedelta(weeks=BAKERY.weeks - 1, days=6)


def test_names_stand_where_the_post_says(world):
    handles = {account.account_id: account.name for account in world.accounts}
    named = [(post.text, one) for post in world.posts for one in post.mentions or ()]
    assert len(named) > 3000
    for text, one in named:
        assert text[one.start : one.start + len(one.name) + 1] == f"@{one.name}"
        assert handles[one.account_id] == one.name
    assert all(
        text.count("@") == len(post.mentions or ()) for post in world.posts if (text := post.text) is not None
    )


def test_answers_stay_in_their_thread_and_carry_its_names(world, by_id):
    answers = [post for post in world.posts if post.kind == "reply"]
    heads = Counter()
    for post in answers:
        parent = by_id[post.reply_to_post_id]
        assert post.conversation_id == parent.conversation_id
        assert (post.reply_to_id, post.reply_to_name) == (parent.author_id, parent.author_name)
        assert post.created_at > parent.created_at
        carried = {named.account_id for named in parent.mentions or ()} - {post.author_id, parent.author_id}
        head = re.match(r"(?:@\w+ )*", post.text)[0].split()
        assert head[0] == f"@{parent.author_name}"
        assert carried <= {named.account_id for named in post.mentions}
        heads[len(head)] += 1
    assert heads[1] > 500
    assert heads[2] > 100
    assert heads[3] > 0


def test_every_other_post_opens_a_thread(world):
    assert all(post.conversation_id == post.post_id for post in world.posts if post.kind != "reply")
    assert Counter(post.kind for post in world.posts).keys() == {"post", "reply", "repost", "quote"}


def test_reposts_say_nothing_and_name_whom_they_repeat(world, by_id):
    reposts = [post for post in world.posts if post.kind == "repost"]
    assert {post.author_id == BRAND for post in reposts} == {True, False}
    for post in reposts:
        assert (post.text, post.mentions) == (None, None)
        assert by_id[post.repost_of_post_id].author_id == post.repost_of_id


# --- What was planted is in the posts.


def test_circle_grows_and_its_members_talk(world):
    circle = {one["id"]: one["since_week"] for one in world.truth["circle"]}
    assert len(circle) == sum(group.size for group in BAKERY.groups)
    assert 35 <= len(circle) <= 50
    assert min(circle.values()) == BAKERY.groups[0].first_week
    pairs = Counter(
        frozenset((post.author_id, other))
        for post in world.posts
        if post.kind == "reply" or (post.text or "").startswith("@")
        for other in addressed(post)
    )
    contacts = [one for one in world.truth["contacts"] if one["origin"] == "circle"]
    assert all(one["since_week"] >= max(circle[member] for member in one["ids"]) for one in contacts)
    assert {member for one in contacts for member in one["ids"]} == set(circle)
    assert sum(pairs[frozenset(one["ids"])] >= 4 for one in contacts) > 0.6 * len(contacts)


def test_groups_have_words_of_their_own(world):
    circle = {one["id"] for one in world.truth["circle"]}
    own = {thing for group in BAKERY.groups for thing in group.topic.things}
    assert not own & {thing for topic in BAKERY.topics for thing in topic.things}
    speakers = Counter(
        post.author_id in circle
        for post in world.posts
        if post.text and any(thing.lower() in post.text.lower() for thing in own)
    )
    assert speakers[True] > 300
    assert speakers[False] == 0


def test_chat_is_an_hour_of_local_time_each_week(world):
    berlin = ZoneInfo("Europe/Berlin")
    asked = [
        post for post in world.posts if post.author_name == BAKERY.brand and post.hashtags == ["crumbchat"]
    ]
    threads = {post.conversation_id for post in asked}
    tagged = [post for post in world.posts if post.conversation_id in threads and post.kind == "reply"]
    hours = {(at.weekday(), at.hour) for post in tagged if (at := post.created_at.astimezone(berlin))}
    assert hours == {(2, 18)}
    assert {post.created_at.hour for post in tagged} == {16, 17}  # summer time begins on 30 March
    chats = world.truth["chats"]
    assert len(chats) == BAKERY.weeks - BAKERY.chat.first_week
    for chat in chats:
        there = {post.author_id for post in tagged if f"{post.created_at:%Y-%m-%d}" == chat["start"][:10]}
        assert there == set(chat["attendees"])


def test_introductions_name_two_followers_who_talk_if_it_took(world):
    by_brand = [post for post in world.posts if post.author_id == BRAND]
    introductions = world.truth["introductions"]
    assert {one["took"] for one in introductions} == {True, False}
    assert len(introductions) >= 20
    for one in introductions:
        assert any(
            f"{post.created_at:%Y-%m-%dT%H:%M:%SZ}" == one["at"]
            and [named.account_id for named in post.mentions or ()] == one["ids"]
            for post in by_brand
        )
        if one["took"]:
            assert any(
                {post.author_id, *addressed(post)} >= set(one["ids"]) and post.author_id in one["ids"]
                for post in world.posts
                if f"{post.created_at:%Y-%m-%dT%H:%M:%SZ}" > one["at"]
            )


def test_brand_reposts_are_listed_and_some_are_followed_up(world):
    listed = world.truth["reposts_by_brand"]
    made = [post for post in world.posts if post.kind == "repost" and post.author_id == BRAND]
    assert sorted((one["at"], one["author"]) for one in listed) == sorted(
        (f"{post.created_at:%Y-%m-%dT%H:%M:%SZ}", post.repost_of_id) for post in made
    )
    assert {one["noticed"] for one in listed} == {True, False}


def test_links_lead_to_the_forum(world):
    linked = [post for post in world.posts if post.links and post.kind != "repost"]
    assert len(linked) == len(world.truth["forum_links"])
    assert {post.author_id == BRAND for post in linked} == {True, False}
    assert all(
        re.fullmatch(r"https://forum\.millandcrumb\.example/t/\d+", link) and link in post.text
        for post in linked
        for link in post.links
    )


def test_what_is_not_planned_is_not_planted():
    world = tell(HELPDESK, seed=SEED)
    assert not any(
        world.truth[name]
        for name in (
            "silent",
            "circle",
            "contacts",
            "chats",
            "introductions",
            "reposts_by_brand",
            "forum_links",
        )
    )
    assert not world.truth["people_elsewhere"]
