"""What is shown of a network that is too large to be drawn whole, and by which rule."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import networkx as nx

from communitylab.roles import RUNGS

__all__ = ["Contacts", "Excerpt", "contacts_of", "excerpt_of"]

_PEOPLE, _CONTACTS = 2_000, 10_000  # browsers draw no more at once, and nobody tells more apart
_RUNGS = list(RUNGS)


class Contacts(NamedTuple):
    """Somebody's regular contacts: with followers, those both ways, with the brand (0 none, 1 one way, 2 both ways)."""

    followers: int
    mutual: int
    brand: int


class Excerpt(NamedTuple):
    """Those shown, those with most contacts first, and the contacts between them; how much there is in all."""

    people: list[str]
    brands: list[str]
    contacts: list[tuple[str, str, Mapping[str, Any]]]
    n_people: int
    n_between: int
    n_contacts: int

    @property
    def rule(self) -> tuple[str, ...]:
        """Sentences that say what is shown and what is not; none where all is."""
        said = []
        if len(self.people) < self.n_people:
            said.append(
                f"This page shows {len(self.people):,} of {self.n_people:,} people: those with most regular contacts "
                "with other followers; of equals, those in contact with the brand, then those on a higher rung, "
                "then in the order of their pseudonyms."
            )
        if len(self.contacts) < self.n_contacts:
            strongest = ", those with most messages" if len(self.contacts) < self.n_between else ""
            said.append(
                f"It shows {len(self.contacts):,} of the {self.n_between:,} regular contacts between those shown"
                f"{strongest}; there are {self.n_contacts:,} in all."
            )
        return tuple(said)


def contacts_of(network: nx.Graph, person: str) -> Contacts:
    """How many regular contacts somebody has.

    Parameters
    ----------
    network
        As :func:`communitylab.portrait.anonymous_network` gives it.
    person
        One of its nodes.
    """
    followers = mutual = brand = 0
    for other, edge in network[person].items():
        if network.nodes[other]["kind"] == "brand":
            brand = max(brand, 2 if edge["is_mutual"] else 1)
        else:
            followers += 1
            mutual += bool(edge["is_mutual"])
    return Contacts(followers, mutual, brand)


def excerpt_of(network: nx.Graph) -> Excerpt:
    """At most 2,000 people with the brand among them, and 10,000 contacts between them.

    Parameters
    ----------
    network
        As :func:`communitylab.portrait.anonymous_network` gives it; the order of its nodes and edges does not matter.

    Returns
    -------
    Excerpt
        People by their contacts with followers, then by that with the brand, their rung and their pseudonym;
        contacts by their messages, those both ways first.
    """

    def rank(person: str) -> tuple[int, int, int, str]:
        contacts = contacts_of(network, person)
        return -contacts.followers, -contacts.brand, -_RUNGS.index(network.nodes[person]["rung"]), person

    brands = sorted(node for node, kind in network.nodes(data="kind") if kind == "brand")
    everybody = sorted(set(network) - set(brands), key=rank)
    people = everybody[: max(0, _PEOPLE - len(brands))]
    shown = {*people, *brands}
    between = [
        (*sorted((a, b)), edge) for a, b, edge in network.edges(data=True) if a in shown and b in shown
    ]
    between.sort(key=lambda contact: (-contact[2]["weight"], not contact[2]["is_mutual"], contact[:2]))
    kept = between[:_CONTACTS]
    return Excerpt(people, brands, kept, len(everybody), len(between), network.number_of_edges())
