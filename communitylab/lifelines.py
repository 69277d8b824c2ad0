"""Groups over time: born, continued, merged, split, gone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import networkx as nx

from communitylab import clusters, networks
from communitylab.choices import remembered
from communitylab.groups import LEAST, Earlier, Groups, paired, people_of
from communitylab.study import Study

__all__ = ["Lifeline", "Step", "lifelines_of"]

_OVERLAP = 0.3
_SMALLEST = 3  # people who are looked at as a group on their way


@dataclass(frozen=True)
class Step:
    """A group in one tile: its first day, the accounts in it, and what became of the group there."""

    tile: int
    members: frozenset[int]
    event: str


@dataclass(frozen=True)
class Lifeline:
    """A group from tile to tile. `fate` is ``"still there"``, ``"gone"`` or ``"merged into 2"``."""

    id: int
    steps: tuple[Step, ...]
    fate: str


def lifelines_of(
    study: Study, groups: Groups, *, seed: int, earlier: Earlier | None = None, overlap: float = _OVERLAP
) -> list[Lifeline]:
    """Follows groups through time: those of a tile are held against those of the tile that begins as it ends.

    Parameters
    ----------
    study
        What to count.
    groups
        Its groups on the whole: a lifeline that is one of them bears its id.
    seed
        Of all random numbers.
    earlier
        Groups of an earlier report, whose ids are kept.
    overlap
        People in both over people in either, from which on a group of one tile is that of the tile before.

    Returns
    -------
    list of Lifeline
        In order of id. Only such as had five people once. Tiles are taken from the first on, one after the other
        without overlap: later data add tiles and leave those before as they are.

    Source
    ------
    Greene, Doyle & Cunningham (2010), doi:10.1109/ASONAM.2010.17: a group that matches none is born, several
    that match the same have merged, one that matches several has split.
    """
    tiles = _in_a_row(study)
    lives = _followed([(tile, _groups_in(study, tile=tile, seed=seed)) for tile in tiles], overlap=overlap)
    lives = [life for life in lives if max(len(step.members) for step in life.steps) >= LEAST]
    ids = _ids(study, groups, lives, known=earlier or Earlier())
    by_place = {life.place: ids.get(number) for number, life in enumerate(lives)}
    found = []
    for number, life in enumerate(lives):
        fate = "still there" if life.steps[-1].tile == tiles[-1] else "gone"
        if life.into is not None:
            into = by_place.get(life.into)
            fate = "gone" if into is None else f"merged into {into}"
        found.append(Lifeline(ids[number], tuple(life.steps), fate))
    return sorted(found, key=lambda life: life.id)


def _in_a_row(study: Study) -> list[int]:
    """The first tile, and from there on each that begins on the day on which another has ended, or later."""
    found: list[int] = []
    for tile in study.tiles:
        if not found or (tile - found[0]) % study.choices.tile_days == 0:
            found.append(tile)
    return found


@remembered()
def _groups_in(study: Study, *, tile: int, seed: int) -> list[frozenset[int]]:
    """Clusters of at least three people among the ties of a tile, in order of size."""
    ties = networks.ties(study)
    network = nx.Graph()
    for row in ties[ties["tile"] == tile].itertuples(index=False):
        network.add_edge(int(row.a), int(row.b), weight=int(row.weight))
    found = clusters.detect(network, seed=seed)
    return [frozenset(found.members(label)) for label, n in found.sizes.items() if n >= _SMALLEST]


@dataclass
class _Life:
    """A lifeline while it is being followed."""

    place: int
    steps: list[Step]
    into: int | None = None

    @property
    def front(self) -> frozenset[int]:
        return self.steps[-1].members


def _followed(tiles: list[tuple[int, list[frozenset[int]]]], *, overlap: float) -> list[_Life]:
    """Lifelines through the groups of each tile. Whoever was not found for a while may come back, and no more:
    to merge or to split takes two neighbouring tiles."""
    lives: list[_Life] = []
    before = None
    for tile, found in tiles:
        living = [life for life in lives if life.into is None]
        alike = {
            (life.place, number): _jaccard(life.front, members)
            for life in living
            for number, members in enumerate(found)
        }
        alike = {pair: share for pair, share in alike.items() if share >= overlap}
        # The closest first: each group continues one lifeline, each lifeline goes on in one group.
        goes_on: dict[int, int] = {}
        for place, number in sorted(alike, key=lambda pair: (-alike[pair], pair)):
            if number not in goes_on and place not in goes_on.values():
                goes_on[number] = place
        for number, members in enumerate(found):
            parents = [
                place
                for place, other in alike
                if other == number and lives[place].steps[-1].tile in (before, tile)
            ]
            absorbed = [place for place in parents if place not in goes_on.values()]
            if number in goes_on:
                event = "merged" if absorbed else "continued"
                lives[goes_on[number]].steps.append(Step(tile, members, event))
                for place in absorbed:
                    best = max((share, -other) for (own, other), share in alike.items() if own == place)
                    if -best[1] == number:
                        lives[place].into = goes_on[number]
            else:
                lives.append(_Life(len(lives), [Step(tile, members, "split" if parents else "born")]))
        before = tile
    return lives


def _jaccard(one: frozenset[int], other: frozenset[int]) -> float:
    return len(one & other) / len(one | other)


def _ids(study: Study, groups: Groups, lives: list[_Life], *, known: Earlier) -> dict[int, int]:
    """The id of each lifeline: that of the group on the whole which it is, an earlier one, or the next."""
    everybody = people_of(
        study, {*groups.of, *(one for life in lives for step in life.steps for one in step.members)}
    )
    sets = {
        number: frozenset(everybody[one] for step in life.steps for one in step.members)
        for number, life in enumerate(lives)
    }
    whole = {
        group: frozenset(everybody[one] for one, own in groups.of.items() if own == group)
        for group in groups.label_of
    }
    ids = {number: group for group, number in paired(whole, sets).items()}
    left: Mapping[int, frozenset[tuple[str, str]]] = {
        number: members for number, members in sets.items() if number not in ids
    }
    former = {group: members for group, members in known.members.items() if group not in whole}
    ids |= {number: group for group, number in paired(former, left).items()}
    following = max([0, *whole, *known.members, *known.names]) + 1
    for number in sets:
        if number not in ids:
            ids[number] = following
            following += 1
    return ids
