"""Every measure once more, in plain pandas and NetworkX, from the posts, acts and accounts of a study.

Slow and literal on purpose, and without a line of the package: what both sides say is not one slip made twice.
Accounts are texts, platform and id; days are whole days since 1970-01-01, in UTC.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

import networkx as nx
import numpy as np
import pandas as pd
from scipy import stats

TALK = ("reply", "mention", "quote")
RUNGS = ("silent", "spectator", "acquainted", "connected", "circle")
_WEEK, _TILE = 7, 28


@dataclass(frozen=True)
class Interval:
    """A share and its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Recount:
    """Who is who, which acts count, and every measure as a property or a method."""

    posts: pd.DataFrame  # account, id, key, thread, platform, kind, at, day, tags (a set)
    every_act: (
        pd.DataFrame
    )  # source, target, post, target_post, thread, platform, kind, evidence, ground, at, day
    brand: frozenset[str]
    listed: frozenset[str] | None
    inferred: bool = False
    stage: frozenset[str] = frozenset()

    # --- Who is who.

    @cached_property
    def authors(self) -> set[str]:
        return set(self.posts["account"])

    @cached_property
    def followers(self) -> set[str]:
        known = self.authors if self.listed is None else set(self.listed)
        return known - self.brand - self.stage

    @cached_property
    def stages(self) -> set[str]:
        """The brand, and whoever is put on the stage beside it."""
        return set(self.brand | self.stage)

    @cached_property
    def active(self) -> set[str]:
        return self.followers & self.authors

    def grounds(self, *, hashtags: Iterable[str], yours: Iterable[str]) -> pd.Series:
        """Where each act took place: its thread or platform is the brand's, its post carries a tag or names it."""
        acts, posts = self.every_act, self.posts
        opened = posts[(posts["key"] == posts["thread"]) & posts["account"].isin(self.brand)]
        tagged = posts[posts["tags"].map(lambda tags: bool(tags & set(hashtags)))]
        naming = acts[acts["target"].isin(self.brand) & (acts["evidence"] != "carried")]
        tests = [
            acts["thread"].isin(opened["thread"]) | acts["platform"].isin(list(yours)),
            acts["post"].isin(tagged["key"]),
            acts["post"].isin(naming["post"]),
        ]
        return pd.Series(np.select(tests, ["yours", "tagged", "naming"], "elsewhere"), acts.index)

    # --- Which acts count.

    @cached_property
    def talk(self) -> pd.DataFrame:
        """Talk of followers and the brand, not of the brand with itself; `to` says to whom."""
        acts = self.every_act
        acts = acts[acts["kind"].isin(TALK) & (acts["evidence"] != "carried")]
        if self.inferred:
            # Whoever answers a topic and names its opener has addressed one person once.
            flat = set(acts.loc[acts["evidence"] == "inferred", ["post", "target"]].itertuples(index=False))
            twice = [
                kind == "mention" and (post, target) in flat
                for kind, post, target in acts[["kind", "post", "target"]].itertuples(index=False)
            ]
            acts = acts[~np.array(twice, dtype=bool)]
        else:
            acts = acts[acts["evidence"] != "inferred"]
        acts = acts[acts["source"] != acts["target"]]
        by_brand, to_brand = acts["source"].isin(self.stages), acts["target"].isin(self.stages)
        by_follower, to_follower = acts["source"].isin(self.followers), acts["target"].isin(self.followers)
        acts = acts[(by_follower | by_brand) & ~(by_brand & to_brand)]
        whose = np.where(by_follower[acts.index], "f", "b")
        whom = np.select([to_follower[acts.index], to_brand[acts.index]], ["f", "b"], "o")
        acts = acts.assign(between=pd.Series(whose, acts.index) + pd.Series(whom, acts.index))
        began = self.posts.groupby("thread")["day"].min()
        return acts.assign(thread_day=acts["thread"].map(began).fillna(acts["day"]))

    @cached_property
    def peer(self) -> pd.DataFrame:
        """Follower to follower, with the unordered pair."""
        peer = self.talk[self.talk["between"] == "ff"]
        return peer.assign(a=peer[["source", "target"]].min(axis=1), b=peer[["source", "target"]].max(axis=1))

    @cached_property
    def sent(self) -> pd.DataFrame:
        """Follower to follower or to the brand."""
        return self.talk[self.talk["between"].isin(["ff", "fb"])]

    @cached_property
    def talkers(self) -> set[str]:
        return set(self.sent["source"])

    @property
    def talk_counts(self) -> dict[str, int]:
        between = self.talk["between"].value_counts()
        return {
            "w_ff": int(between.get("ff", 0)),
            "w_fb": int(between.get("fb", 0)),
            "outside": int(between.get("fo", 0)),
            "talkers": len(self.talkers),
            "followers": len(self.followers),
            "active_followers": len(self.active),
        }

    # --- Talk among followers.

    @property
    def follower_share(self) -> Interval | None:
        return share_interval(self.sent)

    @property
    def bystander_bounds(self) -> tuple[float, float]:
        n = self.talk_counts
        everything = n["w_ff"] + n["w_fb"] + n["outside"]
        return n["w_ff"] / everything, (n["w_ff"] + n["outside"]) / everything

    @property
    def share_of_posts(self) -> float:
        """A post that names k accounts, strangers among them, is k acts of a weight of 1/k."""
        by_followers = self.talk[self.talk["between"].isin(["ff", "fb", "fo"])]
        weight = 1 / by_followers.groupby("post")["post"].transform("size")
        sums = weight.groupby(by_followers["between"]).sum()
        return float(sums.get("ff", 0) / (sums.get("ff", 0) + sums.get("fb", 0)))

    def share_by(self, name: str) -> dict[object, Interval | None]:
        """By kind, ground, platform, week (its Monday) or tile."""
        if name == "tile":
            return {
                tile: share_interval(rows)
                for tile in self.tiles
                if len(rows := self.sent[self.sent["day"].between(tile, tile + self.tile_days - 1)])
            }
        sent = self.sent.assign(week=monday_before(self.sent["day"]))
        return {key: share_interval(rows) for key, rows in sent.groupby(name)}

    @property
    def reach(self) -> tuple[float, float]:
        """Share of talkers who address the brand; distinct talkers of the most addressed follower over theirs."""
        to_brand = self.sent.loc[self.sent["between"] == "fb", "source"].nunique()
        rival = self.peer.groupby("target")["source"].nunique().max()
        return to_brand / len(self.talkers), float(rival / to_brand)

    @property
    def thirds(self) -> list[pd.DataFrame]:
        """What followers sent in the first and in the last third of the days."""
        first, last = self.days
        third = (last - first + 1) // 3
        return [self.sent[self.sent["day"] < first + third], self.sent[self.sent["day"] > last - third]]

    # --- Tiles, regulars, ties.

    @cached_property
    def days(self) -> tuple[int, int]:
        return int(self.posts["day"].min()), int(self.posts["day"].max())

    @cached_property
    def tiles(self) -> list[int]:
        first, last = self.days
        mondays = [day for day in range(first, last + 1) if pd.Timestamp(day, unit="D").day_of_week == 0]
        fitting = [day for day in mondays if day + _TILE - 1 <= last]
        written = self.posts["day"]
        with_posts = [day for day in fitting if written.between(day, day + _TILE - 1).any()]
        return with_posts if fitting else [first]

    @cached_property
    def tile_days(self) -> int:
        """Length of a tile: four weeks, or the whole span where none fits."""
        first, last = self.days
        monday = first + (-first - 3) % _WEEK
        return _TILE if monday + _TILE - 1 <= last else last - first + 1

    def within(self, rows: pd.DataFrame, tile: int) -> pd.DataFrame:
        return rows[rows["day"].between(tile, tile + self.tile_days - 1)]

    @cached_property
    def writers(self) -> dict[int, set[str]]:
        """Who wrote something in each tile, followers and the brand."""
        return {tile: set(self.within(self.posts, tile)["account"]) for tile in self.tiles}

    @cached_property
    def regulars(self) -> dict[int, set[str]]:
        found = {}
        for tile in self.tiles:
            days = self.within(self.sent, tile).groupby("source")["day"].nunique()
            found[tile] = set(days[days >= 2].index)
        return found

    @cached_property
    def ties(self) -> dict[int, nx.Graph]:
        """The ties of each tile as a graph; an edge knows whether it is mutual."""
        return {tile: self._ties_among(self.within(self.peer, tile)) for tile in self.tiles}

    @cached_property
    def ties_with_brand(self) -> dict[int, nx.Graph]:
        """The same with the brand's accounts as nodes."""
        talk = self.talk[self.talk["between"].isin(["ff", "fb", "bf"])]
        ends = talk[["source", "target"]]
        talk = talk.assign(a=ends.min(axis=1), b=ends.max(axis=1))
        return {tile: self._ties_among(self.within(talk, tile)) for tile in self.tiles}

    def _ties_among(self, acts: pd.DataFrame) -> nx.Graph:
        network = nx.Graph()
        several = acts.groupby(["a", "b"])["day"].transform("nunique") >= 2
        for (a, b), rows in acts[several].groupby(["a", "b"]):
            if not {a, b} <= self.authors or len(rows) < 2:
                continue
            if rows["at"].max() - rows["at"].min() < pd.Timedelta(hours=12):
                continue
            network.add_edge(a, b, mutual=rows["source"].nunique() == 2)
        return network

    @cached_property
    def mutual(self) -> dict[int, nx.Graph]:
        """The mutual ties of each tile."""
        found = {}
        for tile, network in self.ties.items():
            found[tile] = nx.Graph([(a, b) for a, b, is_mutual in network.edges(data="mutual") if is_mutual])
        return found

    @cached_property
    def network(self) -> nx.Graph:
        """The ties of all tiles together; an edge weighs as much as the pair has talked."""
        network = nx.compose_all([nx.Graph(), *self.ties.values()])
        weights = self.peer.groupby(["a", "b"]).size()
        for a, b, tie in network.edges(data=True):
            tie["weight"] = int(weights[min(a, b), max(a, b)])
        return network

    @property
    def n_ties(self) -> tuple[int, int]:
        """Different pairs with a tie, and with a mutual one."""
        return self.network.number_of_edges(), nx.compose_all(
            [nx.Graph(), *self.mutual.values()]
        ).number_of_edges()

    # --- Contact.

    def breadth_in(self, tiles: Iterable[int]) -> Interval | None:
        """Share of regulars with a mutual tie in these tiles, with Wilson's interval clustered by person."""
        rows = [
            (person, tile, set(self.mutual[tile][person]) if person in self.mutual[tile] else set())
            for tile in tiles
            for person in self.regulars[tile]
        ]
        if not rows:
            return None
        b = pd.Series([person for person, _tile, _met in rows]).value_counts()
        a = pd.Series([person for person, _tile, met in rows if met], dtype=object).value_counts()
        only = [next(iter(met)) for _person, _tile, met in rows if len(met) == 1]
        s = pd.Series(only, dtype=object).value_counts()
        share = sum(bool(met) for _person, _tile, met in rows) / len(rows)
        if share == 0:
            return Interval(0.0, 0.0, 1 - 0.025 ** (1 / len(b)))
        if share == 1:
            return Interval(1.0, 0.025 ** (1 / len(b)), 1.0)
        everyone = set(b.index).union(*(met for _person, _tile, met in rows))
        k, squares = len(everyone), 0.0
        for person in sorted(everyone):
            own = a.get(person, 0) - share * b.get(person, 0)
            squares += own**2 + (own + s.get(person, 0)) ** 2
        variance = k / (k - 1) * 0.5 * squares / len(rows) ** 2
        n = min(len(rows), share * (1 - share) / variance)
        t = stats.t.ppf(0.975, k - 1)
        half = t * math.sqrt(share * (1 - share) / n + t**2 / (4 * n**2))
        middle, scale = share + t**2 / (2 * n), 1 + t**2 / n
        return Interval(share, (middle - half) / scale, (middle + half) / scale)

    @property
    def breadth(self) -> Interval | None:
        return self.breadth_in(self.tiles)

    @property
    def breadth_of_any_tie(self) -> float | None:
        if not any(self.regulars.values()):
            return None
        met = sum(person in self.ties[tile] for tile in self.tiles for person in self.regulars[tile])
        return met / sum(map(len, self.regulars.values()))

    @property
    def different_regulars(self) -> int:
        return len(set().union(*self.regulars.values()))

    @property
    def tiles_in_thirds(self) -> list[list[int]]:
        """The tiles that lie wholly in the first, and in the last, third of the days."""
        first, last = self.days
        third = (last - first + 1) // 3
        early = [tile for tile in self.tiles if tile + self.tile_days - 1 < first + third]
        return [early, [tile for tile in self.tiles if tile > last - third]]

    @property
    def return_rate(self) -> float | None:
        met = self.peer[["a", "b", "thread_day"]].drop_duplicates()
        if met["thread_day"].nunique() < 2:
            return None
        return 1 - len(met[["a", "b"]].drop_duplicates()) / len(met)

    def return_rates_by_chance(self, *, n: int, seed: int) -> list[float]:
        """The return rate of worlds in which the receivers of each day are dealt out anew."""
        rng = np.random.default_rng(seed)
        days = [
            (day, rows["source"].to_list(), rows["target"].to_list())
            for day, rows in self.peer.groupby("thread_day")
        ]
        found = []
        for _world in range(n):
            met = set()
            for day, senders, receivers in days:
                dealt = [receivers[place] for place in rng.permutation(len(receivers))]
                while selfish := [i for i, (a, b) in enumerate(zip(senders, dealt, strict=True)) if a == b]:
                    one, other = selfish[0], int(rng.integers(len(dealt)))
                    dealt[one], dealt[other] = dealt[other], dealt[one]
                met |= {(day, frozenset(pair)) for pair in zip(senders, dealt, strict=True)}
            found.append(1 - len({pair for _day, pair in met}) / len(met))
        return found

    @property
    def largest_component(self) -> float:
        return self._largest(self.ties, self.followers)

    @property
    def largest_with_brand(self) -> float:
        return self._largest(self.ties_with_brand, self.followers | self.stages)

    def _largest(self, networks: dict[int, nx.Graph], people: set[str]) -> float:
        """Only who wrote in the tile is counted: a share of those who did."""
        sizes = active = 0
        for tile in self.tiles:
            here = self.writers[tile] & people
            parts = [len(part & here) for part in nx.connected_components(networks[tile])]
            sizes += max([1, *parts]) if here else 0
            active += len(here)
        return sizes / active

    def largest_component_variance(self, *, seed: int) -> float:
        """Leave out one in forty people at a time, by lot, from all tiles."""
        writers = {tile: self.writers[tile] & self.followers for tile in self.tiles}
        linked = set().union(*(network.nodes for network in self.ties.values()))
        people = sorted(linked.union(*writers.values()))
        np.random.default_rng(seed).shuffle(people)
        found = []
        for group in range(40):
            kept = {person for place, person in enumerate(people) if place % 40 != group}
            sizes = active = 0
            for tile, wrote in writers.items():
                parts = nx.connected_components(self.ties[tile].subgraph(kept))
                sizes += max([1, *(len(part & wrote) for part in parts)])
                active += len(wrote & kept)
            found.append(sizes / active)
        return 39 / 40 * float(((np.array(found) - np.mean(found)) ** 2).sum())

    def clustered_wilson(self, share: float, variance: float, *, n: int, freedom: int) -> tuple[float, float]:
        """Wilson's interval for a share of which the variance is known."""
        t = stats.t.ppf(0.975, freedom)
        worth = min(n, share * (1 - share) / variance) if variance else n
        centre = share + t**2 / (2 * worth)
        half = t * math.sqrt(share * (1 - share) / worth + t**2 / (4 * worth**2))
        return (centre - half) / (1 + t**2 / worth), (centre + half) / (1 + t**2 / worth)

    @property
    def spread(self) -> float | None:
        sizes = [len(part) for part in nx.connected_components(self.network)]
        return sum(size for size in sizes if size >= 4) / sum(sizes) if sizes else None

    @property
    def effective_pairs(self) -> float:
        weights = self.peer.groupby(["a", "b"]).size()
        return float(weights.sum() ** 2 / (weights**2).sum())

    def without_top(self, percent: int) -> Recount:
        """The same with so many percent of the talkers, those who receive most peer acts, on the stage."""
        received = self.peer["target"].value_counts()
        ranked = sorted(received.index, key=lambda person: (-received[person], person))
        n = -(-percent * len(self.talkers) // 100)
        return replace(self, stage=frozenset(ranked[:n]))

    # --- Shape.

    @property
    def peer_graph(self) -> nx.DiGraph:
        return nx.DiGraph(list(self.peer[["source", "target"]].itertuples(index=False, name=None)))

    @property
    def mutuality(self) -> tuple[float, float]:
        """Edge and pair reciprocity."""
        graph = self.peer_graph
        linked = {frozenset(edge) for edge in graph.edges}
        both = sum(graph.has_edge(*pair) and graph.has_edge(*reversed(pair)) for pair in map(tuple, linked))
        return nx.overall_reciprocity(graph), both / len(linked)

    def mutualities_by_chance(self, *, n: int, seed: int) -> list[float]:
        """Edge reciprocity of worlds in which everybody addresses, and is addressed by, as many."""
        rng = np.random.default_rng(seed)
        edges = sorted(self.peer_graph.edges)
        there, found = set(edges), []
        for _world in range(n):
            for i, j in rng.integers(len(edges), size=(10 * len(edges), 2)).tolist():
                (a, b), (c, d) = edges[i], edges[j]
                if a == d or c == b or (a, d) in there or (c, b) in there:
                    continue
                there -= {edges[i], edges[j]}
                edges[i], edges[j] = (a, d), (c, b)
                there |= {edges[i], edges[j]}
            found.append(sum((b, a) in there for a, b in there) / len(there))
        return found

    @property
    def cohesion(self) -> float | None:
        closed = sum(sum(nx.triangles(network).values()) for network in self.ties.values())
        triplets = sum(
            math.comb(degree, 2) for network in self.ties.values() for _n, degree in network.degree
        )
        return closed / triplets if triplets else None

    @property
    def centralization(self) -> tuple[float, float]:
        """Without the brand, and with all its accounts as one node."""
        talk = self.talk[self.talk["between"].isin(["ff", "fb", "bf"])]
        joined = talk[["source", "target"]].mask(talk[["source", "target"]].isin(self.stages), "the brand")
        with_brand = nx.DiGraph(list(joined.itertuples(index=False, name=None)))
        return freeman(self.peer_graph), freeman(with_brand)

    def cohesions_by_chance(self, *, n: int, seed: int) -> list[float]:
        """Transitivity of worlds in which everybody has as many ties; for a study of one tile."""
        (network,) = self.ties.values()
        swaps = 10 * network.number_of_edges()
        return [
            nx.transitivity(nx.double_edge_swap(network.copy(), swaps, 100 * swaps, seed=seed + world))
            for world in range(n)
        ]

    @property
    def structure(self) -> dict[str, float | int]:
        """Size of the network of all tiles, its density among the active, and how many are outside of it."""
        nodes, edges = self.network.number_of_nodes(), self.network.number_of_edges()
        return {
            "nodes": nodes,
            "edges": edges,
            "density": edges / math.comb(len(self.active), 2),
            "isolates": 1 - nodes / len(self.active),
            "core": nx.k_core(self.network, 2).number_of_nodes(),
        }

    # --- Threads.

    @cached_property
    def threads(self) -> pd.DataFrame:
        """thread: how many posts, which followers, whether the brand wrote; reposts aside."""
        posts = self.posts[self.posts["kind"] != "repost"]
        rows = {
            thread: (
                len(one),
                set(one["account"]) & self.followers,
                bool(set(one["account"]) & self.brand),
            )
            for thread, one in posts.groupby("thread")
        }
        return pd.DataFrame.from_dict(rows, orient="index", columns=["posts", "followers", "brand_wrote"])

    @property
    def conversation(self) -> tuple[float, int, float]:
        """The share, of how many threads, and how many posts the median of these has."""
        answered = set(self.peer.loc[self.peer["kind"] == "reply", "thread"])
        counted = self.threads[(self.threads["posts"] >= 2) & (self.threads["followers"].map(len) >= 1)]
        real = (counted["followers"].map(len) >= 2) & counted.index.isin(answered)
        return float(real.mean()), len(counted), float(counted["posts"].median())

    @property
    def join_in(self) -> tuple[float, int]:
        n = self.threads.loc[self.threads["brand_wrote"], "followers"].map(len)
        return float((n[n >= 1] >= 2).mean()), int((n >= 1).sum())

    def range_of_threads(self, name: str) -> tuple[float, float]:
        """Of the share of conversations or of exchanges joined: leave out a thread, or all in which an actor wrote."""
        counted = self.threads[self.threads["followers"].map(len) >= 1]
        several = counted["followers"].map(len) >= 2
        if name == "conversation":
            answered = set(self.peer.loc[self.peer["kind"] == "reply", "thread"])
            keep, shows = counted["posts"] >= 2, several & counted.index.isin(answered)
        else:
            keep, shows = counted["brand_wrote"], several
        shows, writers = shows[keep], counted.loc[keep, "followers"]
        yes, n = int(shows.sum()), len(shows)
        per_actor: dict[str, list[int]] = {}
        for thread, people in writers.items():
            for person in people:
                tally = per_actor.setdefault(person, [0, 0])
                tally[0] += int(shows[thread])
                tally[1] += 1
        of_actors = pd.DataFrame.from_dict(per_actor, orient="index", columns=["yes", "all"])
        if yes in (0, n):
            worth = min(n, of_actors["all"].sum() ** 2 / (of_actors["all"] ** 2).sum())
            end = 0.025 ** (1 / worth)
            return (end, 1.0) if yes else (0.0, 1 - end)
        of_threads = pd.DataFrame({"yes": shows.astype(int), "all": 1})
        units = min(len(of_actors), n)
        if units < 2:
            return 0.0, 1.0
        variance = max(
            _jackknife_variance(yes - each["yes"], n - each["all"], share=yes / n, n=n)
            for each in (of_actors, of_threads)
        )
        half = stats.t.ppf(0.975, units - 1) * math.sqrt(variance)
        logit = math.log(yes / (n - yes))
        return tuple(1 / (1 + math.exp(-(logit + side * half))) for side in (-1, 1))

    @property
    def first_answers(self) -> tuple[list[float], dict[str, float]]:
        """Hours that a follower's first post waits for its first answer, in order, and the shares of who gives it.

        An answer is a reply to that very post, in a forum also one to the topic that it opens, or a quote of it.
        """
        posts = self.posts[(self.posts["kind"] != "repost") & self.posts["account"].isin(self.followers)]
        first = posts.sort_values(["at", "id"]).drop_duplicates("account").set_index(["platform", "id"])
        acts = self.every_act[self.every_act["kind"].isin(["reply", "quote"])]
        acts = acts[acts["source"].isin(self.followers | self.stages)]
        acts = acts[pd.MultiIndex.from_frame(acts[["platform", "target_post"]]).isin(first.index)]
        acts = acts.assign(is_brand=acts["source"].isin(self.stages))
        soonest = acts.sort_values(["at", "is_brand"]).drop_duplicates(["platform", "target_post"])
        asked = first.loc[pd.MultiIndex.from_frame(soonest[["platform", "target_post"]]), "at"]
        waits = (
            soonest["at"].reset_index(drop=True) - asked.reset_index(drop=True)
        ).dt.total_seconds() / 3600
        by_brand = int(soonest["is_brand"].sum())
        by = {"follower": len(soonest) - by_brand, "brand": by_brand, "nobody": len(first) - len(soonest)}
        return sorted(waits), {who: n / len(first) for who, n in by.items()}

    # --- The ladder.

    @cached_property
    def rungs(self) -> dict[int, dict[str, int]]:
        """The rung of everybody who wrote in a tile; who is not there is silent."""
        met = self.peer[self.peer["target"].isin(self.authors)]
        found = {}
        for tile in self.tiles:
            here = self.within(met, tile)
            exchanged = set(here["source"]) | set(here["target"])
            contacts = dict(self.mutual[tile].degree)
            found[tile] = {
                person: 2 + min(2, contacts[person]) if person in contacts else 1 + (person in exchanged)
                for person in self.writers[tile] & self.followers
            }
        return found

    @property
    def ladder(self) -> list[list[int]]:
        """How many stand on each rung, a row for each tile."""
        return [self._counted(rungs) for rungs in self.rungs.values()]

    def _counted(self, rungs: dict[str, int]) -> list[int]:
        held = [list(rungs.values()).count(rung) for rung in range(1, 5)]
        return [len(self.followers) - sum(held), *held]

    @property
    def roles(self) -> list[int]:
        """How many stand on each rung on the whole."""
        met = self.peer[self.peer["target"].isin(self.authors)]
        exchanged = set(met["source"]) | set(met["target"])
        whole = {}
        for person in self.active:
            held = [rungs[person] for rungs in self.rungs.values() if person in rungs]
            if held:
                most = max(map(held.count, held))
                whole[person] = min(rung for rung in held if held.count(rung) == most)
            else:
                whole[person] = 1 + (person in exchanged)
        return self._counted(whole)

    @property
    def moves(self) -> dict[tuple[int, str, str], int]:
        """(tile, rung in it, rung in the tile that begins as it ends): how many followers."""
        found: dict[tuple[int, str, str], int] = {}
        for tile, before in self.rungs.items():
            after = self.rungs.get(tile + self.tile_days)
            if after is None:
                continue
            for person in self.followers:
                move = (tile, RUNGS[before.get(person, 0)], RUNGS[after.get(person, 0)])
                found[move] = found.get(move, 0) + 1
        return found


def monday_before(days: pd.Series) -> pd.Series:
    """The Monday of the week in which a day lies."""
    return days - pd.to_datetime(days, unit="D").dt.day_of_week


def freeman(graph: nx.DiGraph) -> float | None:
    """In-degree centralization: 1 is a star that everybody points to."""
    n = len(graph)
    if n < 3:
        return None
    degrees = nx.in_degree_centrality(graph).values()
    return sum(max(degrees) - degree for degree in degrees) / (n - 1)


def share_interval(sent: pd.DataFrame) -> Interval | None:
    """Share of the talk that goes to followers; two jackknives on the logit scale, the wider one counts."""
    n = len(sent)
    if not n:
        return None
    peer = sent[sent["between"] == "ff"]
    n_peer = len(peer)
    if n_peer in (0, n):
        # As many senders as are worth one act each.
        weights = sent["source"].value_counts()
        senders = weights.sum() ** 2 / (weights**2).sum()
        end = 0.025 ** (1 / senders)
        return Interval(1.0, end, 1.0) if n_peer else Interval(0.0, 0.0, 1 - end)
    actors = sorted(set(sent["source"]) | set(peer["target"]))
    left_out = []
    for column in ("actor", "thread"):
        if column == "thread":
            of = sent.assign(unit=sent["thread"])
        else:
            both = [sent.assign(unit=sent["source"]), peer.assign(unit=peer["target"])]
            of = pd.concat(both)
        gone = of.groupby("unit").size()
        gone_peer = of[of["between"] == "ff"].groupby("unit").size().reindex(gone.index, fill_value=0)
        left_out.append((n_peer - gone_peer, n - gone))
    units = min(len(actors), sent["thread"].nunique())
    if units < 2:
        return Interval(n_peer / n, 0.0, 1.0)
    variances = [_jackknife_variance(peer_left, left, share=n_peer / n, n=n) for peer_left, left in left_out]
    half = stats.t.ppf(0.975, units - 1) * math.sqrt(max(variances))
    logit = math.log(n_peer / (n - n_peer))
    low, high = (1 / (1 + math.exp(-(logit + side * half))) for side in (-1, 1))
    return Interval(n_peer / n, low, high)


def _jackknife_variance(peer: pd.Series, left: pd.Series, *, share: float, n: int) -> float:
    """Of the logit; where nothing is left the share stays, and one of 0 or 1 is moved in by 1/(2n)."""
    shares = (peer / left.where(left > 0)).fillna(share).replace({0: 1 / (2 * n), 1: 1 - 1 / (2 * n)})
    logits = np.log(shares / (1 - shares))
    return float((len(logits) - 1) / len(logits) * ((logits - logits.mean()) ** 2).sum())
