"""The sample exports: the files in data/sample are what the program writes, and tell the story planted in them."""

import csv
import json
import re
from pathlib import Path

import pytest
from ibis import _
from sklearn.metrics import adjusted_mutual_info_score

import communitylab as cl
from communitylab import groups, lifelines, measures, roles, verdict
from communitylab.acts import DUPLICATE, EARLIER_VERSION
from communitylab.errors import CallError
from communitylab.samples import BAKERY, write_samples

SEED = 7
SAMPLE = Path(__file__).parent.parent / "data" / "sample"
BRANDS = {"bakery": "millandcrumb", "helpdesk": "parcelhare", "own_archive": "millandcrumb"}


def truth_of(sample):
    return json.loads((SAMPLE / sample / "truth.json").read_text(encoding="utf-8"))


def tweets_of(sample):
    lines = (SAMPLE / sample / "posts.jsonl").read_text(encoding="utf-8").splitlines()
    return [tweet for line in lines for tweet in json.loads(line)["data"]]


@pytest.fixture(scope="session")
def studies():
    """Each sample, loaded once."""
    more = {"followers": SAMPLE / "bakery" / "followers.csv", "hashtags": ["crumbchat"]}
    return {
        sample: cl.load(SAMPLE / sample / "posts.jsonl", brand=brand, **(more if sample == "bakery" else {}))
        for sample, brand in BRANDS.items()
    }


@pytest.fixture(scope="session")
def bakery(studies):
    return studies["bakery"]


@pytest.fixture(scope="session")
def evidence(bakery):
    return verdict.evidence_of(bakery, seed=SEED)


# --- The files.


def test_files_are_what_the_program_writes(tmp_path):
    written = write_samples(tmp_path)
    there = {path for path in SAMPLE.rglob("*") if path.is_file()}
    assert {SAMPLE / path.relative_to(tmp_path) for path in written} == there
    for path in written:
        assert path.read_bytes() == (SAMPLE / path.relative_to(tmp_path)).read_bytes(), path.name


def test_files_are_small():
    assert sum(path.stat().st_size for sample in BRANDS for path in (SAMPLE / sample).iterdir()) < 5_000_000


def test_folder_that_cannot_be_written_is_the_users_mistake(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(CallError, match=r"bakery.posts\.jsonl: cannot be written .*Choose another folder"):
        write_samples(tmp_path / "file")


@pytest.mark.parametrize("sample", BRANDS)
def test_names_tags_and_links_stand_where_the_entities_say(sample):
    tweets = tweets_of(sample)
    n = 0
    for tweet in tweets:
        text, entities = tweet["text"], tweet.get("entities", {})
        words = {"mentions": lambda one: "@" + one["username"], "hashtags": lambda one: "#" + one["tag"]}
        words["urls"] = lambda one: one["expanded_url"]
        for kind, word in words.items():
            for one in entities.get(kind, ()):
                assert text[one["start"] : one["end"]] == word(one)
                n += 1
    assert n > 300


@pytest.mark.parametrize("sample", BRANDS)
def test_pages_know_everybody_they_name(sample):
    for line in (SAMPLE / sample / "posts.jsonl").read_text(encoding="utf-8").splitlines():
        page = json.loads(line)
        assert len(page["data"]) == page["meta"]["result_count"] <= 100
        known = {user["id"]: user["username"] for user in page["includes"]["users"]}
        for tweet in page["data"]:
            assert tweet["author_id"] in known
            for one in tweet.get("entities", {}).get("mentions", ()):
                assert known[one["id"]] == one["username"]


def test_only_reserved_domains_are_named():
    for path in sorted(path for path in SAMPLE.rglob("*") if path.is_file()):
        for host in re.findall(r"https?://([^/\"\s]+)", path.read_text(encoding="utf-8")):
            assert host.endswith(".example")


def test_follower_list_has_every_follower_once():
    with (SAMPLE / "bakery" / "followers.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["username", "user_id", "followed_at"]
    assert len({row["user_id"] for row in rows}) == len(rows) == truth_of("bakery")["plan"]["followers"]


def test_own_archive_is_the_brands_part_of_the_bakery():
    numbers = {tweet["id"] for tweet in tweets_of("bakery") if tweet["author_id"] == "8000000000000000000"}
    own = tweets_of("own_archive")
    assert [tweet["id"] for tweet in own] == sorted(numbers, key=int, reverse=True)


# --- The ledger.


@pytest.mark.parametrize("sample", BRANDS)
def test_no_record_vanishes(studies, sample):
    ledger, export = studies[sample].ledger, truth_of(sample)["export"]
    assert ledger.records == len(tweets_of(sample)) == ledger.posts + sum(ledger.skipped.values())
    assert ledger.posts == export["posts"]
    expected = {DUPLICATE: export.get("duplicates", 0), EARLIER_VERSION: export.get("edited", 0)}
    assert dict(ledger.skipped) == {reason: count for reason, count in expected.items() if count}


def test_edited_post_counts_in_its_last_version(bakery):
    edited = [tweet for tweet in tweets_of("bakery") if len(tweet["edit_history_tweet_ids"]) > 1]
    assert len(edited) == 2
    later, earlier = edited
    assert earlier["text"].endswith("…")
    assert later["text"].startswith(earlier["text"][:-1])
    kept = bakery.posts.filter(_.post_id.isin([later["id"], earlier["id"]])).to_pyarrow().to_pylist()
    assert [post["text"] for post in kept] == [later["text"]]


# --- The story.


@pytest.mark.parametrize("sample", BRANDS)
def test_verdict_is_the_planted_one(studies, sample):
    planted = truth_of(sample)
    found = verdict.decide(studies[sample], seed=SEED)
    assert (found.label, found.kind) == (planted["label"], planted["kind"])
    assert found.coverage.name == {"bakery": "A", "helpdesk": "A", "own_archive": "C"}[sample]


def test_bakery_is_mostly_an_audience_with_a_small_circle(evidence):
    share, broad = evidence.follower_share, evidence.breadth
    assert 0.25 < share.low < share.value < share.high < 0.5
    assert 0.1 < broad.low < broad.value < 0.2
    assert evidence.return_rate.p == 0.005
    assert evidence.effective_pairs.value > 100
    assert evidence.without_top.beside["breadth_5"] > 1.2 * broad.value / 4
    assert evidence.spread.value > 0.5


def test_circle_grows(bakery):
    thirds = [("2025-01-06", "2025-03-16"), ("2025-03-17", "2025-05-25"), ("2025-05-26", "2025-08-03")]
    first, second, third = (
        measures.follower_share(bakery.only(since=since, until=until)) for since, until in thirds
    )
    assert (
        first.value < 0.25 < second.value < third.value
    )  # even though one of its groups has fallen silent by then
    assert first.high < second.low
    rungs = roles.ladder(bakery)
    assert rungs["circle"].iloc[0] == 0
    assert rungs["circle"].iloc[-1] >= 15


def test_brand_holds_the_others_together(bakery):
    connected = measures.largest_component(bakery, seed=SEED)
    assert connected.beside["with_brand"] > 5 * connected.value


def test_every_rung_is_held(bakery):
    assert all(roles.whole(bakery).values())


def test_wording_survives_most_ways_of_counting(bakery, evidence):
    found = verdict.specifications(bakery, seed=SEED, evidence=evidence)
    assert sum(one.label == "mixed" for one in found) > 0.8 * len(found)


def test_helpdesk_leaves_no_room_for_a_hidden_circle(studies):
    found = verdict.evidence_of(studies["helpdesk"], seed=SEED)
    assert found.follower_share.beside["bystander_high"] < 0.2
    labels = [one.label for one in verdict.specifications(studies["helpdesk"], seed=SEED, evidence=found)]
    assert labels.count("audience") > 0.9 * len(labels)


# --- The truth is found again.


def test_silent_followers_are_the_planted_ones(bakery):
    rungs = roles.rung_of_each(bakery).inner_join(bakery.people, "account")
    silent = rungs.filter(_.rung == 0).to_pyarrow()["account_id"].to_pylist()
    assert sorted(silent) == truth_of("bakery")["silent"]


def test_planted_circle_stands_on_the_upper_rungs_in_the_end(bakery):
    truth = truth_of("bakery")
    silent = {member for group in truth["groups"] if "gone_week" in group for member in group["ids"]}
    planted = {one["id"] for one in truth["circle"]} - silent
    rungs = roles._rungs(bakery).filter(_.tile >= bakery.tiles[-1])
    held = rungs.inner_join(bakery.people, "account").to_pyarrow().to_pylist()
    above = {row["account_id"] for row in held if row["rung"] >= 3}
    assert len(above & planted) > 0.7 * len(planted)
    assert len(above & planted) > 0.7 * len(above)


# --- The groups and what became of them.


TOPICS = {topic.name: topic for topic in (group.topic for group in BAKERY.groups)}


@pytest.fixture(scope="session")
def found(bakery):
    return groups.groups_of(bakery, seed=SEED)


@pytest.fixture(scope="session")
def lives(bakery, found):
    return lifelines.lifelines_of(bakery, found, seed=SEED)


def ids_of(study, accounts):
    return {account_id for _platform, account_id in groups.people_of(study, accounts).values()}


def overlap(one, other):
    return len(one & other) / len(one | other)


def planted_in_the_end():
    """The planted groups as a list of topics and the people, those that became one as one."""
    planted = []
    for group in truth_of("bakery")["groups"]:
        if "merged_with" in group:
            topics, people = planted.pop()
            assert topics == [group["merged_with"]]
            planted.append(([*topics, group["topic"]], people | set(group["ids"])))
        else:
            planted.append(([group["topic"]], set(group["ids"])))
    return planted


def counterparts(study, found):
    """The found group that is most like each planted one: topics, people, id, people found."""
    members = {
        number: ids_of(study, [account for account, own in found.of.items() if own == number])
        for number in found.label_of
    }
    for topics, people in planted_in_the_end():
        number = max(members, key=lambda one: overlap(people, members[one]))
        yield topics, people, number, members[number]


def life_of(people, study, lives):
    """The lifeline that begins with people of a planted group."""
    return max(
        lives, key=lambda life: sum(overlap(people, ids_of(study, step.members)) for step in life.steps[:2])
    )


def weeks_of(life, study):
    return [(step.tile - study.tiles[0]) // 7 for step in life.steps]


def test_groups_are_more_than_chance(found):
    assert found.found == "groups"
    assert found.evidence.p == 0.005
    assert found.evidence.value > found.evidence.null_mean + 0.2


def test_planted_groups_are_found_and_solid(bakery, found):
    matched = list(counterparts(bakery, found))
    assert (
        len({number for _topics, _people, number, _found in matched})
        == len(matched)
        == len(found.label_of)
        == 4
    )
    for topics, people, number, members in matched:
        assert overlap(people, members) >= 0.8, topics
        assert found.is_solid(number), topics


def test_planted_and_found_groups_agree(bakery, found):
    group_of = {
        person: place for place, (_topics, people) in enumerate(planted_in_the_end()) for person in people
    }
    accounts = list(found.clustering.labels)
    persons = {account: one for account, (_platform, one) in groups.people_of(bakery, accounts).items()}
    pairs = [
        (group_of[persons[one]], found.clustering.labels[one]) for one in accounts if persons[one] in group_of
    ]
    agreement = adjusted_mutual_info_score(*zip(*pairs, strict=True))
    print(f"adjusted mutual information of planted and found groups: {agreement:.2f}")
    assert len(pairs) >= 0.9 * len(group_of)
    assert agreement > 0.9


def test_groups_are_known_by_their_topic(bakery, found):
    profiles = groups.profiles(bakery, found).set_index("id")
    for topics, _people, number, _members in counterparts(bakery, found):
        own = {word for topic in topics for thing in TOPICS[topic].things for word in thing.lower().split()}
        words, hashtags = profiles.loc[number, ["words", "hashtags"]]
        assert len(own & set(words)) >= 6, topics
        assert set(hashtags) == {TOPICS[topic].hashtag for topic in topics}


def test_group_about_the_chat_is_born_with_it(bakery, lives):
    (planted,) = (
        one for one in truth_of("bakery")["groups"] if TOPICS[one["topic"]].hashtag == BAKERY.chat.hashtag
    )
    assert planted["born_week"] == BAKERY.chat.first_week
    life = life_of(set(planted["ids"]), bakery, lives)
    assert life.steps[0].event == "born"
    # The tile in which the chat begins, or the one after.
    assert BAKERY.chat.first_week - 4 < weeks_of(life, bakery)[0] <= BAKERY.chat.first_week + 4
    assert life.fate == "still there"


def test_lifelines_tell_what_became_of_the_groups(bakery, lives):
    planted = truth_of("bakery")["groups"]
    followed = {one["topic"]: life_of(set(one["ids"]), bakery, lives) for one in planted}
    assert {life.id for life in followed.values()} == {life.id for life in lives}
    assert len(lives) == len(planted) == 5
    assert {"gone_week", "merged_with"} <= {key for one in planted for key in one}
    for one in planted:
        life = followed[one["topic"]]
        assert one["born_week"] - 4 < weeks_of(life, bakery)[0] <= one["born_week"] + 4
        if "gone_week" in one:
            assert life.fate == "gone"
            assert one["gone_week"] - 8 <= weeks_of(life, bakery)[-1] < one["gone_week"]
        elif "merged_with" in one:
            pair = [life, followed[one["merged_with"]]]
            stays, ends = sorted(pair, key=lambda life: life.fate, reverse=True)
            assert (stays.fate, ends.fate) == ("still there", f"merged into {stays.id}")
            events = {
                week: step.event for week, step in zip(weeks_of(stays, bakery), stays.steps, strict=True)
            }
            assert [week for week, event in events.items() if event == "merged"] == [one["merged_week"]]
            both = set(one["ids"]) | {
                person for other in planted if other["topic"] == one["merged_with"] for person in other["ids"]
            }
            assert overlap(both, ids_of(bakery, stays.steps[-1].members)) > 0.7  # they stay together
        elif one["topic"] not in {other.get("merged_with") for other in planted}:
            assert life.fate == "still there"


def test_forum_shows_its_groups_of_regulars():
    study = cl.load(SAMPLE / "forum" / "topics", brand="millandcrumb")
    found, truth = groups.groups_of(study, seed=SEED), truth_of("forum")
    assert found.found == "groups"
    user_ids = {one["name"]: one["user_id"] for one in truth["people"]}
    planted: dict[str, set[str]] = {}
    for contact in truth["contacts"]:
        planted.setdefault(contact["topic"], set()).update(user_ids[name] for name in contact["names"])
    members = [
        ids_of(study, [account for account, own in found.of.items() if own == number])
        for number in found.label_of
        if found.is_solid(number)
    ]
    # Visitors whom the regulars help sit with them.
    for topic, people in planted.items():
        assert max(len(people & one) / len(people) for one in members) > 0.8, topic
