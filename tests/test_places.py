"""The same people say the same things in another place: what is counted is the same."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from conftest import BAKERY, MONDAY
from telling import TELLERS, Said

import communitylab as cl
from communitylab import measures
from communitylab.study import Study

STORY = [
    Said(101, "millandcrumb", MONDAY, names=("rosa", "tomk")),
    Said(102, "rosa", MONDAY + timedelta(minutes=5), answers=101),
    Said(103, "tomk", MONDAY + timedelta(minutes=9), names=("anna",), answers=101),
    Said(104, "anna", MONDAY + timedelta(hours=30)),
    Said(105, "rosa", MONDAY + timedelta(hours=31), answers=104),
    Said(106, "anna", MONDAY + timedelta(hours=32), answers=104),  # to herself
    Said(107, "tomk", MONDAY + timedelta(hours=33), names=("anna", "rosa"), answers=104),
    Said(108, "tomk", MONDAY + timedelta(days=3), names=("rosa",)),
]  # fmt: skip
ACTS = Counter(
    [
        ("millandcrumb", "mention", "rosa"),
        ("millandcrumb", "mention", "tomk"),
        ("rosa", "reply", "millandcrumb"),
        ("tomk", "reply", "millandcrumb"),
        ("tomk", "mention", "anna"),
        ("rosa", "reply", "anna"),
        ("tomk", "reply", "anna"),  # whom he names as well
        ("tomk", "mention", "rosa"),
        ("tomk", "mention", "rosa"),
    ]
)


def _acts(study: Study) -> Counter[tuple[str, str, str]]:
    """Who did what to whom, by the part of a name that stays the same everywhere."""
    names = {
        (row.platform, row.account_id): row.name.partition("@")[0].partition(".")[0]
        for row in study.table("accounts").itertuples()
    }
    acts = study.table("acts")
    # An answer that nobody marked as one and that names whom it answers is one act, wherever it is counted.
    flat = acts.loc[acts["evidence"] == "inferred", ["post_id", "target_id"]].assign(kind="mention")
    acts = acts.merge(flat, how="left", indicator="is_flat").query("is_flat == 'left_only'")
    return Counter(
        (names[row.platform, row.source_id], row.kind, names[row.platform, row.target_id])
        for row in acts.itertuples()
    )


@pytest.mark.parametrize("name", TELLERS)
def test_story_is_the_same_wherever_it_is_told(name: str, tmp_path: Path) -> None:
    study = cl.load(TELLERS[name](STORY, tmp_path), brand=_brand(name))
    assert {file.format for file in study.ledger.files if file.posts} == {name}
    assert study.ledger.posts == len(STORY)
    assert _acts(study) == ACTS
    # Who began them, in the order of threads.
    threads = study.table("posts").groupby("thread").size()
    assert sorted(threads) == [1, 3, 4]


def _brand(name: str) -> str:
    if name.startswith("bluesky"):
        return "millandcrumb.bread.example"
    return "millandcrumb@bread.example" if name.startswith("mastodon") else "millandcrumb"


@pytest.fixture(scope="module")
def bakery() -> list[Said]:
    """What is said in the sample, reposts and quotes aside."""
    people, posts = {}, []
    for line in BAKERY.read_text(encoding="utf-8").splitlines():
        page = json.loads(line)
        people |= {user["id"]: user["username"] for user in page.get("includes", {}).get("users", [])}
        posts += page["data"]
    posts = sorted({post["id"]: post for post in posts if post["author_id"] in people}.values(), key=_place)
    numbers = {post["id"]: number for number, post in enumerate(posts, 1)}
    story = []
    for post in posts:
        refers = {one["type"]: one["id"] for one in post.get("referenced_tweets", [])}
        if "retweeted" in refers or "quoted" in refers or refers.get("replied_to", post["id"]) not in numbers:
            continue
        named = [one["username"] for one in post.get("entities", {}).get("mentions", []) if one["start"] > 0]
        answers = numbers[refers["replied_to"]] if "replied_to" in refers else None
        story.append(
            Said(numbers[post["id"]], people[post["author_id"]], _moment(post), tuple(named), answers)
        )
    while len(story) > len(kept := _with_parents(story)):  # an answer to what was left out is left out, too
        story = kept
    return story


def _place(post: dict[str, Any]) -> tuple[str, int]:
    return post["created_at"], int(post["id"])


def _moment(post: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(post["created_at"])


def _with_parents(story: list[Said]) -> list[Said]:
    there = {said.number for said in story}
    return [said for said in story if said.answers is None or said.answers in there]


@pytest.fixture(scope="module")
def on_x_and_discord(bakery: list[Said], tmp_path_factory: pytest.TempPathFactory) -> list[Study]:
    """The sample as told on X, as told on a Discord server, and both together."""
    folder = tmp_path_factory.mktemp("bakery")
    told = [TELLERS[name](bakery, folder) for name in ("x_api_v2", "discord")]
    return [cl.load(exports, brand="millandcrumb", yours=()) for exports in (told[0], told[1], told)]


def test_a_server_gives_the_figures_of_the_same_talk_on_x(on_x_and_discord: list[Study]) -> None:
    x, discord, _both = on_x_and_discord
    assert measures.talk_counts(discord) == measures.talk_counts(x)
    assert measures.talk_counts(x)["w_ff"] > 500
    for measure in (
        measures.follower_share,
        measures.breadth,
        measures.spread,
        measures.reach,
        measures.conversation,
    ):
        found, told = measure(x), measure(discord)
        # Beside it a room says how many of its messages are for nobody.
        assert replace(told, beside={name: told.beside[name] for name in found.beside}) == found, measure
    assert measures.follower_share(discord).beside["unsaid"] > 100


def test_two_places_give_an_answer_each_and_one_in_all(on_x_and_discord: list[Study]) -> None:
    x, discord, both = on_x_and_discord
    shares = measures.follower_share(both, by="platform").set_index("platform")
    assert shares.loc["x", "value"] == measures.follower_share(x).value
    assert shares.loc["discord", "value"] == measures.follower_share(discord).value
    alone, together = measures.talk_counts(x), measures.talk_counts(both)
    assert together == {name: 2 * count for name, count in alone.items()}
    labels = {
        cl.verdict.decide(study, seed=7).label for study in (x, discord, both.only(platforms="discord"), both)
    }
    assert labels == {cl.verdict.decide(x, seed=7).label}
