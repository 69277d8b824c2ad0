"""Pseudonyms: one for each, the same under the same key, and none that can be found without it."""

from __future__ import annotations

import hashlib
import hmac
import re

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import communitylab as cl
from communitylab import pseudonyms
from communitylab.errors import CallError
from communitylab.graph_files import read_network
from communitylab.pseudonyms import first_key, opened_key, pseudonyms_of, write_key

STORY = "BRAND mon; ana>bo mon; bo>ana tue; cy>BRAND mon"


def _by_name(study, key):
    names = study.people.to_pyarrow().to_pandas().set_index("account")["name"]
    return {names[account]: called for account, called in pseudonyms_of(study, key=key).items()}


def test_pseudonym_by_hand(tiny):
    """HMAC-SHA256 of "x", a null sign and the id, as a number read from its last digit on, 22 and then 32 signs."""
    found = _by_name(tiny(STORY), b"secret")
    number = int(hmac.new(b"secret", b"x\0id-ana", hashlib.sha256).hexdigest(), 16)
    signs = "abcdefghjkmnpqrstvwxyz"[number % 22]
    number //= 22
    for _place in range(9):
        signs += "0123456789abcdefghjkmnpqrstvwxyz"[number % 32]
        number //= 32
    assert found["ana"] == signs


def test_same_person_is_called_the_same_next_month_and_otherwise_under_another_key(tiny):
    now, later = tiny(STORY), tiny(STORY + "; aaron>ana d30; ana>aaron d33")
    assert _by_name(now, b"one").items() < _by_name(later, b"one").items()
    assert not set(_by_name(now, b"one").values()) & set(_by_name(now, b"two").values())


@given(st.binary(max_size=40), st.text(max_size=30))
def test_pseudonym_is_a_word_to_every_program(key, who):
    """Ten signs, the first a letter: no number, no date, no formula, no name of a file."""
    assert re.fullmatch("[a-hj-km-np-tv-z][0-9a-hj-km-np-tv-z]{9}", pseudonyms._pseudonym(who, key=key))


def test_two_who_would_be_called_alike_are_not(tiny, monkeypatch):
    real = pseudonyms._pseudonym
    monkeypatch.setattr(
        pseudonyms, "_pseudonym", lambda who, *, key: real(who, key=key)[:1] + str(who.count("\0"))
    )
    monkeypatch.setattr(pseudonyms, "_LETTERS", "a")
    found = pseudonyms_of(tiny(STORY), key=b"secret")
    assert sorted(found.values()) == ["a1", "a2", "a3", "a4"]


def test_first_key_is_of_every_post_and_the_seed(tiny):
    told_otherwise = STORY.replace("ana>bo mon", "ana>bo tue")
    cases = ((STORY, 7), (STORY, 8), (STORY + "; ana tue", 7), (told_otherwise, 7))
    keys = [first_key(tiny(story), seed=seed) for story, seed in cases]
    assert len(set(keys)) == len(keys)
    assert {len(key) for key in keys} == {32}


def test_first_key_of_an_edge_list_is_not_that_of_nothing(tmp_path):
    """Without posts the key would be one that anybody can reckon."""
    keys = []
    for number, rows in enumerate(("ana,bo\nbo,BRAND\n", "ana,cy\ncy,BRAND\n", "bo,ana\nBRAND,bo\n")):
        path = tmp_path / f"{number}.csv"
        path.write_text("source,target\n" + rows, encoding="utf-8")
        keys.append(first_key(cl.load(path, brand="BRAND"), seed=7))
    assert len(set(keys)) == 3


def test_order_of_rows_makes_no_other_key(tmp_path):
    rows = ["ana,bo,2025-01-06", "bo,BRAND,2025-01-07", "cy,ana,2025-01-08", "ana,bo,2025-01-09"]
    keys = set()
    for number, order in enumerate((rows, rows[::-1])):
        path = tmp_path / f"{number}.csv"
        path.write_text("source,target,created_at\n" + "\n".join(order), encoding="utf-8")
        keys.add(first_key(cl.load(path, brand="BRAND"), seed=7))
    assert len(keys) == 1


def test_key_is_kept(tmp_path):
    assert opened_key(tmp_path) is None
    (tmp_path / "private").mkdir()
    write_key(bytes(range(32)), tmp_path)
    assert opened_key(tmp_path) == bytes(range(32))


@pytest.mark.parametrize("text", ["", "short", "é" * 64, "0" * 63 + "g"])
def test_what_is_no_key_is_named(tmp_path, text):
    (tmp_path / "private").mkdir()
    (tmp_path / "private" / "key").write_text(text, encoding="utf-8")
    with pytest.raises(CallError, match=r"private/key: no key that can be read .* take the file away"):
        opened_key(tmp_path)


@pytest.mark.usefixtures("pageless")
def test_report_keeps_its_key_and_says_in_private_who_is_who(tiny, tmp_path):
    """Next month's report calls everybody what this month's did."""
    called = []
    for story in (STORY, STORY + "; aaron>ana d30; ana>aaron d33; zoe d40"):
        cl.write_report(tiny(story), out=tmp_path, seed=7)
        people = pd.read_csv(tmp_path / "private" / "people.csv").set_index("name")["pseudonym"]
        network = read_network(tmp_path / "network.gexf")
        assert set(people) == {node for node, kind in network.nodes(data="kind") if kind == "follower"}
        called.append(people.to_dict())
    assert called[0].items() < called[1].items()
    assert opened_key(tmp_path) == first_key(tiny(STORY), seed=7)


@pytest.mark.usefixtures("pageless")
def test_report_on_another_brand_is_not_replaced(tmp_path):
    """With one key two brands could put their reports together, and see who follows both."""
    path = tmp_path / "edges.csv"
    path.write_text("source,target\nana,bo\nbo,ana\nana,BRAND\nbo,OTHER\n", encoding="utf-8")
    cl.write_report(cl.load(path, brand="BRAND"), out=tmp_path / "out", seed=7)
    earlier = (tmp_path / "out" / "results.json").read_bytes()
    with pytest.raises(CallError, match=r"out: holds a report on BRAND. Choose another --out"):
        cl.write_report(cl.load(path, brand="OTHER"), out=tmp_path / "out", seed=7)
    assert (tmp_path / "out" / "results.json").read_bytes() == earlier
    cl.write_report(cl.load(path, brand="ana,brand"), out=tmp_path / "out", seed=7)
    assert first_key(cl.load(path, brand="OTHER"), seed=7) != first_key(cl.load(path, brand="BRAND"), seed=7)
