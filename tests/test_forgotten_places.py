"""Somebody of each kind of place is forgotten: how they are called there stands in no table any more."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from communitylab.forgetting import forget
from communitylab.redaction import Wording
from communitylab.store import add_to_store

FIXTURES = Path(__file__).parent / "exports" / "fixtures"


@pytest.mark.parametrize(
    ("export", "name", "called"),
    [
        ("discord.channel.json", "70012", ["rosa 🌾", "70012"]),
        ("slack", "slack:U6GONE", ["u6gone"]),
        ("slack", "rosa_bakes", ["rosa_bakes"]),
        ("mastodon_statuses.instances.jsonl", "rosa_bakes@oven.example", ["rosa_bakes", "@rosa"]),
        ("bluesky_feed.pages.jsonl", "rosa.bakes.example.org", ["rosa.bakes"]),
        ("reddit.jsonl", "rosa_bakes", ["rosa_bakes"]),
        ("telegram.chat.json", "telegram:70012", ["70012"]),
        ("whatsapp.ios.txt", "Rosa 🥐", ["rosa"]),
    ],
)
def test_nobody_forgotten_is_called_anything(
    export: str, name: str, called: list[str], tmp_path: Path
) -> None:
    add_to_store([FIXTURES / export], tmp_path)
    assert all(one in _told(tmp_path) for one in called)
    forget(name, store=tmp_path)
    told = _told(tmp_path)
    assert not [(one, told[max(0, told.find(one) - 90) :][:120]) for one in called if one in told]


def _told(folder: Path) -> str:
    tables = [pq.read_table(path).to_pylist() for path in sorted(folder.glob("*.parquet"))]
    return json.dumps(tables, ensure_ascii=False, default=str).casefold()


@pytest.mark.parametrize(
    ("text", "is_to_them", "left"),
    [
        ("@Ana, @ana@oven.example @ana", False, "@somebody, @somebody @somebody"),
        ("@ana@bread.example and @ana@oven.example", False, "@ana@bread.example and @somebody"),
        ("see https://oven.example/@ana/9 now", False, "see https://… now"),
        ("see https://oven.example/users/ana/statuses/9", False, "see https://…"),
        ("see https://bread.example/@ana/9", False, "see https://bread.example/@somebody/9"),
        ("@ana.loaf.example https://ana.loaf.example/rye", False, "@somebody https://…"),
        ("https://bsky.app/profile/did:plc:anaana/post/9", False, "https://bsky.app/profile/…"),
        ("<@70012> and <@!70012>, @U0ANA", False, "<@somebody> and <@!somebody>, @somebody"),
        ("70012 loaves", True, "70012 loaves"),
        (
            "ask u/Ana_Bakes, /u/ana_bakes or menu/ana_bakes",
            False,
            "ask u/somebody, /u/somebody or menu/ana_bakes",
        ),
    ],
)
def test_what_people_are_called_in_texts_of_each_place(text: str, is_to_them: bool, left: str) -> None:
    handles = {"ana@oven.example", "ana.loaf.example", "ana_bakes"}
    wording = Wording(frozenset(handles), ids=frozenset({"did:plc:anaana", "70012", "U0ANA", "7"}))
    assert wording.gone_from(text, is_to_them=is_to_them) == left
