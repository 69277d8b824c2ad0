"""Every measure against its recount in plain pandas and NetworkX, on the samples and on real exports.

The recount (`recomputing.py`) shares no line with the package. It takes the posts, acts and accounts of a study as
given; that these are what the files say is tested first, by reading each file once more (`rereading.py`).
"""

import csv
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from conftest import SAMPLE
from recomputing import RUNGS, Recount, share_interval
from rereading import Reread, forum_topics, page_posts, rtweet, support_table, x_pages
from scipy import stats

from communitylab import measures, roles
from communitylab import study as rooms
from communitylab.study import Study

_SEED = 7
_WORLDS, _GRAPHS = 99, 20  # few, for chance is compared loosely: by four standard errors
_BAKERY, _FORUM, _PAGE = SAMPLE / "bakery", SAMPLE / "forum" / "topics", SAMPLE / "page" / "posts.json"


@dataclass(frozen=True)
class Case:
    """A study, its recount, and what was read once more in its file."""

    study: Study
    mine: Recount
    reread: Callable[[], Reread] | None


def _support_brands(path: Path) -> list[str]:
    with path.open(encoding="utf-8", newline="") as file:
        return sorted({row["author_id"] for row in csv.DictReader(file) if row["inbound"] == "False"})


_READERS = {
    "bakery": x_pages, "helpdesk": x_pages, "forum": forum_topics, "page": page_posts, "elgl19": x_pages,
    "sibecol2019": rtweet, "twcs": support_table, "discourse_topics": forum_topics,
}  # fmt: skip
_SAMPLES = {
    "bakery": (_BAKERY / "posts.jsonl", "millandcrumb"),
    "helpdesk": (SAMPLE / "helpdesk" / "posts.jsonl", "parcelhare"),
    "forum": (_FORUM, "millandcrumb"),
    "page": (_PAGE, "Mill & Crumb"),
    "everywhere": ([_BAKERY / "posts.jsonl", _FORUM, _PAGE], "millandcrumb,Mill & Crumb"),
}
_REAL = {
    "elgl19": ("x_api_v2/elgl19.jsonl", "elgl50"),
    "sibecol2019": ("rtweet/sibecol2019.csv", "sibecol"),
    "twcs": ("support_csv/twcs.csv", _support_brands),
    "discourse_topics": ("discourse_topics", "161"),
}


@pytest.fixture(scope="module", params=[*_SAMPLES, *_REAL])
def case(request, real) -> Case:
    name = request.param
    if name in _SAMPLES:
        path, brand = _SAMPLES[name]
    else:
        path, brand = real(_REAL[name][0]), _REAL[name][1]
        brand = brand(path) if callable(brand) else brand
    followers = _BAKERY / "followers.csv" if name == "bakery" else None
    study = rooms.load(path, brand=brand, followers=followers, hashtags="crumbchat" * (name == "bakery"))
    return Case(study, _recount(study), partial(_READERS[name], path) if name in _READERS else None)


def _recount(study: Study) -> Recount:
    posts, acts, accounts = (study.table(name) for name in ("posts", "acts", "accounts"))

    def joined(table: pd.DataFrame, column: str) -> pd.Series:
        return table["platform"] + " " + table[column]

    def day(table: pd.DataFrame) -> pd.Series:
        return (table["created_at"].dt.floor("D") - pd.Timestamp(0, tz="UTC")).dt.days

    tags = posts["hashtags"].map(lambda tags: frozenset() if tags is None else frozenset(tags))
    keys = joined(accounts, "account_id")
    return Recount(
        pd.DataFrame(
            {
                "account": joined(posts, "author"), "id": posts["post_id"], "key": joined(posts, "post_id"),
                "thread": joined(posts, "thread"), "platform": posts["platform"], "kind": posts["kind"],
                "at": posts["created_at"], "day": day(posts), "tags": tags,
            }
        ),
        pd.DataFrame(
            {
                "source": joined(acts, "source_id"), "target": joined(acts, "target_id"),
                "post": joined(acts, "post_id"), "target_post": acts["target_post_id"],
                "thread": joined(acts, "conversation_id"), "platform": acts["platform"], "kind": acts["kind"],
                "evidence": acts["evidence"], "ground": acts["ground"], "at": acts["created_at"], "day": day(acts),
            }
        ),
        frozenset(keys[accounts["is_brand"]]),
        frozenset(keys[accounts["on_follower_list"]]) if study.has_list else None,
    )  # fmt: skip


def _triple(interval):
    """Value, low and high, of either side; nulls where there is none."""
    return [None] * 3 if interval is None else [interval.value, interval.low, interval.high]


def _plain(values):
    """A list in which what is not known is null."""
    return [None if value is None or pd.isna(value) else float(value) for value in values]


def _exact(values):
    """What a list of figures has to equal, to nine digits."""
    return [None if value is None else pytest.approx(value, rel=1e-9, abs=1e-12) for value in _plain(values)]


def _by_name(case):
    """The name on the recount's side of each account of the study."""
    people = case.study.people.select("account", "platform", "account_id").to_pyarrow().to_pylist()
    return {row["account"]: f"{row['platform']} {row['account_id']}" for row in people}


# --- The tables are what the files say.


def test_acts_are_those_that_the_file_tells(case):
    if case.reread is None:
        pytest.skip("each of its files is a case of its own")
    acts = case.study.table("acts")
    how = acts["evidence"].where(acts["evidence"].isin(["carried", "inferred"]), "")
    found = set(zip(acts["post_id"], acts["kind"], how, acts["source_id"], acts["target_id"], strict=True))
    assert len(found) == len(acts)
    only = {side: Counter(act[1:3] for act in more) for side, more in
            (("file", case.reread().acts - found), ("study", found - case.reread().acts))}  # fmt: skip
    assert only == {"file": Counter(), "study": Counter()}


def test_threads_are_those_that_the_file_tells(case):
    """The same posts stand together, whatever a thread is called."""
    if case.reread is None:
        pytest.skip("each of its files is a case of its own")
    posts = case.study.table("posts")
    expected = posts["post_id"].map(case.reread().thread_of)
    assert expected.notna().all()
    pairs = set(zip(posts["thread"], expected, strict=True))
    assert len(pairs) == posts["thread"].nunique() == expected.nunique()


def test_grounds(case):
    choices = case.study.choices
    grounds = case.mine.grounds(hashtags=choices.hashtags, yours=choices.yours)
    assert (grounds == case.mine.every_act["ground"]).all()


# --- Talk among followers.


def test_how_much_talk_there_is(case):
    assert measures.talk_counts(case.study) == case.mine.talk_counts
    flat = replace(case.mine, inferred=True)
    assert measures.talk_counts(case.study.only(inferred=True)) == flat.talk_counts


def test_follower_share(case):
    found = measures.follower_share(case.study)
    assert _triple(found) == _exact(_triple(case.mine.follower_share))
    assert [found.beside["posts"]] == _exact([case.mine.share_of_posts])
    bounds = [found.beside[name] for name in ("bystander_low", "bystander_high") if name in found.beside]
    assert bounds == _exact([] if case.study.has_list else case.mine.bystander_bounds)


def test_follower_share_with_flat_answers(case):
    found = measures.follower_share(case.study.only(inferred=True))
    assert _triple(found) == _exact(_triple(replace(case.mine, inferred=True).follower_share))


@pytest.mark.parametrize("by", ["kind", "ground", "platform", "week", "tile"])
def test_follower_share_in_slices(case, by):
    table = measures.follower_share(case.study, by=by)
    found = {row[by]: row for row in table.to_dict("records")}
    expected = case.mine.share_by(by)
    if by in ("week", "tile"):
        expected = {str(pd.Timestamp(day, unit="D").date()): share for day, share in expected.items()}
    assert list(found) == sorted(found)
    assert {key for key, row in found.items() if not pd.isna(row["value"])} == set(expected)
    for key, share in expected.items():
        row = found[key]
        shown = [row[end] for end in ("value", "low", "high")]
        assert [*_plain(shown), row["w_ff"] / (row["w_ff"] + row["w_fb"])] == _exact(
            [*_triple(share), share.value]
        )


def test_reach_and_rival(case):
    found = measures.reach(case.study)
    assert [found.value, found.beside["rival"]] == _exact(case.mine.reach)


def test_talk_of_each_follower_and_the_few_who_receive_most(case):
    names, sent, peer = _by_name(case), case.mine.sent, case.mine.peer
    table = measures.talk_between(case.study)
    expected = {
        "to_followers": peer["source"].value_counts(),
        "from_followers": peer["target"].value_counts(),
        "to_brand": sent.loc[sent["between"] == "fb", "source"].value_counts(),
    }
    for column, counts in expected.items():
        rows = zip(table["account"], table[column], strict=True)
        assert {names[account]: n for account, n in rows if n} == counts.to_dict()
    for percent in (1, 5):
        top = measures.top_receivers(case.study, share=percent / 100)
        assert {names[account] for account in top} == case.mine.without_top(percent).stage


def test_where_followers_talk_with_one_another(case):
    acts = case.mine.every_act
    kinds = acts["kind"].isin(["reply", "mention", "quote", "repost"])
    peer = kinds & acts["source"].isin(case.mine.followers) & acts["target"].isin(case.mine.followers)
    counted = acts[peer & ~acts["evidence"].isin(["carried", "inferred"])].groupby(["ground", "kind"]).size()
    table = measures.peer_talk(case.study)
    found = {(row.ground, row.kind): row.acts for row in table.itertuples()}
    assert found == counted.to_dict()


def test_change_of_the_follower_share(case):
    found = measures.follower_share_change(case.study)
    thirds = case.mine.thirds
    if any(len(rows) < 30 or rows["source"].nunique() < 5 for rows in thirds):
        assert found.value is None
        return
    first, last = (share_interval(rows).value for rows in thirds)
    assert [found.beside["first"], found.beside["last"], found.value] == _exact([first, last, last - first])


# --- Tiles, ties, contact.


def test_tiles(case):
    assert list(case.study.tiles) == case.mine.tiles
    active = {tile: len(case.mine.writers[tile] & case.mine.followers) for tile in case.mine.tiles}
    assert measures.active_per_tile(case.study) == {tile: n for tile, n in active.items() if n}


def test_ties_and_spread(case):
    found = measures.spread(case.study)
    assert (found.beside["ties"], found.beside["mutual_ties"]) == case.mine.n_ties
    assert [found.value] == _exact([case.mine.spread])


def test_breadth(case):
    found, mine = measures.breadth(case.study), case.mine
    assert _triple(found) == _exact(_triple(mine.breadth))
    assert found.beside["regulars"] == mine.different_regulars
    assert found.beside["regular_tiles"] == sum(map(len, mine.regulars.values()))
    assert [found.beside.get("any_tie")] == _exact([mine.breadth_of_any_tie])


def test_breadth_of_each_tile(case):
    table = measures.breadth(case.study, by="tile")
    found = {row.tile: [row.value, row.low, row.high, row.regulars] for row in table.itertuples()}
    expected = {
        case.study.day_named(tile): [*_triple(case.mine.breadth_in([tile])), len(people)]
        for tile, people in case.mine.regulars.items()
        if people
    }
    assert set(found) == set(expected)
    for tile, row in found.items():
        assert row == _exact(expected[tile]), tile


def test_change_of_breadth(case):
    found = measures.breadth_change(case.study)
    thirds = case.mine.tiles_in_thirds
    people = [set().union(*(case.mine.regulars[tile] for tile in tiles)) for tiles in thirds]
    if min(map(len, people)) < 10:
        assert found.value is None
        return
    first, last = (case.mine.breadth_in(tiles).value for tiles in thirds)
    assert [found.beside["first"], found.beside["last"], found.value] == _exact([first, last, last - first])


def test_return_rate(case):
    found = measures.return_rate(case.study, seed=_SEED)
    assert [found.value] == _exact([case.mine.return_rate])
    worlds = case.mine.return_rates_by_chance(n=_WORLDS, seed=_SEED)
    _check_null(found, worlds)
    if found.p is not None:
        p = (1 + sum(world >= found.value - 1e-12 for world in worlds)) / (_WORLDS + 1)
        error = (p * (1 - p) * (1 / _WORLDS + 1 / 199)) ** 0.5
        assert found.p == pytest.approx(p, abs=4 * error + 0.01)
        assert (found.p <= 0.05) == (p <= 0.05)


def _check_null(found, worlds):
    """Chance gives the same on average; where it gives what was seen in every world, nothing is tested."""
    if found.null_mean is None:
        assert {*worlds} == {found.value}
    else:
        error = np.std(worlds) / len(worlds) ** 0.5
        assert found.null_mean == pytest.approx(np.mean(worlds), abs=4 * error + 1e-3)


def test_largest_component(case):
    found = measures.largest_component(case.study, seed=_SEED)
    expected = [case.mine.largest_component, case.mine.largest_with_brand]
    assert [found.value, found.beside["with_brand"]] == _exact(expected)
    # By other lots other people are left out together: of five lots the middle comes close.
    people = len(set().union(*(each & case.mine.followers for each in case.mine.writers.values())))
    variances = [case.mine.largest_component_variance(seed=seed) for seed in range(5)]
    low, high = case.mine.clustered_wilson(found.value, float(np.median(variances)), n=people, freedom=39)
    assert (found.low, found.high) == pytest.approx((low, high), rel=0.3, abs=0.01)


def test_effective_pairs(case):
    assert [measures.effective_pairs(case.study).value] == _exact([case.mine.effective_pairs])


def test_without_those_who_receive_most(case):
    found = measures.without_top(case.study)
    one, five = case.mine.without_top(1), case.mine.without_top(5)
    assert _triple(found) == _exact(_triple(one.follower_share))
    beside = [found.beside.get(name) for name in ("breadth", "breadth_low", "breadth_high", "breadth_5")]
    assert beside == _exact([*_triple(one.breadth), _triple(five.breadth)[0]])


# --- Shape.


def test_mutuality(case):
    found = measures.mutuality(case.study, seed=_SEED)
    assert [found.value, found.beside["pair"]] == _exact(case.mine.mutuality)
    _check_null(found, case.mine.mutualities_by_chance(n=_GRAPHS, seed=_SEED))


def test_cohesion(case):
    found = measures.cohesion(case.study, seed=_SEED)
    assert [found.value] == _exact([case.mine.cohesion])
    if len(case.mine.tiles) == 1:
        _check_null(found, case.mine.cohesions_by_chance(n=_GRAPHS, seed=_SEED))


def test_centralization(case):
    found = measures.centralization(case.study)
    assert [found.value, found.beside["with_brand"]] == _exact(case.mine.centralization)


def test_structure(case):
    found = measures.structure(case.study, seed=_SEED)
    expected = case.mine.structure
    assert [found[name] for name in expected] == _exact(expected.values())
    if expected["edges"]:
        parts = nx.community.louvain_communities(case.mine.network, seed=_SEED)
        modularity = nx.community.modularity(case.mine.network, parts)
        assert found["modularity"] == pytest.approx(modularity, abs=0.03)


# --- Threads.


def test_conversation(case):
    found = measures.conversation(case.study)
    share, n, posts = case.mine.conversation
    assert [found.value, found.beside["threads"], found.beside["median_posts"]] == _exact([share, n, posts])
    assert [found.low, found.high] == _exact(case.mine.range_of_threads("conversation"))


def test_join_in(case):
    found = measures.join_in(case.study)
    share, n = case.mine.join_in
    assert [found.value, found.beside["exchanges"]] == _exact([share, n])
    assert [found.low, found.high] == _exact(case.mine.range_of_threads("join_in"))


def test_first_answer(case):
    """The median, by whom, and that the interval is the narrowest pair of waits that covers 95 %."""
    found = measures.first_answer(case.study)
    waits, by = case.mine.first_answers
    second = 1 / 3600
    assert found.value == pytest.approx(float(np.median(waits)), abs=second)
    assert [found.beside[who] for who in by] == _exact(by.values())
    # Several may have waited as long.
    low, high = (np.flatnonzero(np.abs(np.array(waits) - end) <= second) for end in (found.low, found.high))

    def covered(first, last):
        return stats.binom.cdf(last, len(waits), 0.5) - stats.binom.cdf(first, len(waits), 0.5)

    assert covered(low[0], high[-1]) >= 0.95 > covered(low[-1] + 1, high[0] - 1)


# --- The ladder.


def test_ladder_of_each_tile(case):
    table = roles.ladder(case.study)
    assert list(table["tile"]) == [case.study.day_named(tile) for tile in case.mine.tiles]
    assert table[list(RUNGS)].to_numpy().tolist() == case.mine.ladder
    assert set(map(sum, case.mine.ladder)) == {len(case.mine.followers)}


def test_rungs_on_the_whole(case):
    assert list(roles.whole(case.study).items()) == list(zip(RUNGS, case.mine.roles, strict=True))


def test_moves_between_tiles(case):
    found = {(row.tile, row.before, row.after): row.followers for row in roles.moves(case.study).itertuples()}
    expected = {
        (case.study.day_named(tile), before, after): n for (tile, before, after), n in case.mine.moves.items()
    }
    assert found == expected
