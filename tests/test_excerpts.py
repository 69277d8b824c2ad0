"""What is shown of a large network: at most so many, those with most contacts, and a rule that says so."""

from __future__ import annotations

import networkx as nx
import pytest

from communitylab import excerpts
from communitylab.excerpts import Contacts, contacts_of, excerpt_of


def _network(*edges: tuple[str, str, int, bool], alone: tuple[str, ...] = ()) -> nx.Graph:
    """Who is in contact with whom, how often, and whether both ways; BRAND is the brand, zoe in the circle."""
    network = nx.Graph()
    network.add_nodes_from(alone)
    for a, b, weight, is_mutual in edges:
        network.add_edge(a, b, weight=weight, is_mutual=is_mutual)
    for node, of in network.nodes(data=True):
        of["kind"] = "brand" if node == "BRAND" else "follower"
        of["rung"] = {"BRAND": "brand", "zoe": "circle"}.get(node, "spectator")
    return network


FIVE = (
    ("ana", "bo", 12, True),
    ("ana", "cy", 5, False),
    ("bo", "cy", 12, False),
    ("ana", "BRAND", 3, False),
    ("di", "BRAND", 30, True),
)


def test_contacts_are_those_with_followers_and_the_way_of_that_with_the_brand():
    network = _network(*FIVE, alone=("zoe",))
    assert contacts_of(network, "ana") == Contacts(followers=2, mutual=1, brand=1)
    assert contacts_of(network, "di") == Contacts(followers=0, mutual=0, brand=2)
    assert contacts_of(network, "zoe") == Contacts(followers=0, mutual=0, brand=0)


def test_those_with_most_contacts_come_first_then_those_near_the_brand_then_the_higher_rung():
    shown = excerpt_of(_network(*FIVE, alone=("ed", "zoe")))
    # ana, bo and cy know two each: ana knows the brand as well, bo and cy are in the order of their names.
    assert shown.people == ["ana", "bo", "cy", "di", "zoe", "ed"]
    assert shown.brands == ["BRAND"]
    pairs = [(a, b) for a, b, _edge in shown.contacts]
    assert pairs == [("BRAND", "di"), ("ana", "bo"), ("bo", "cy"), ("ana", "cy"), ("BRAND", "ana")]
    assert shown.rule == ()


def test_too_many_are_cut_with_the_brand_among_those_that_stay_and_the_rule_says_how(monkeypatch):
    monkeypatch.setattr(excerpts, "_PEOPLE", 4)
    monkeypatch.setattr(excerpts, "_CONTACTS", 3)
    shown = excerpt_of(_network(*FIVE, alone=("ed", "zoe")))
    assert (shown.people, shown.brands) == (["ana", "bo", "cy"], ["BRAND"])
    assert [edge["weight"] for _a, _b, edge in shown.contacts] == [12, 12, 5]
    people, contacts = shown.rule
    assert people.startswith("This page shows 3 of 6 people: those with most regular contacts")
    assert contacts == (
        "It shows 3 of the 4 regular contacts between those shown, those with most messages; there are 5 in all."
    )


def test_the_rule_speaks_of_messages_only_where_they_decided(monkeypatch):
    monkeypatch.setattr(excerpts, "_PEOPLE", 4)
    (_people, contacts) = excerpt_of(_network(*FIVE, alone=("ed", "zoe"))).rule
    assert contacts == "It shows 4 of the 4 regular contacts between those shown; there are 5 in all."


@pytest.mark.parametrize("turn", [1, -1])
def test_order_of_nodes_and_edges_does_not_matter(turn):
    network = _network(*FIVE[::turn], alone=("ed", "zoe")[::turn])
    turned = nx.Graph()
    turned.add_nodes_from(list(network.nodes(data=True))[::-1])
    turned.add_edges_from((b, a, edge) for a, b, edge in list(network.edges(data=True))[::-1])
    assert excerpt_of(turned) == excerpt_of(network)


def test_nobody_is_an_excerpt_of_nobody():
    assert excerpt_of(nx.Graph()) == ([], [], [], 0, 0, 0)
