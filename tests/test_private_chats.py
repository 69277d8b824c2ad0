"""Of a chat that nobody named nothing comes into a store: no word, no name, nobody who is only there."""

from __future__ import annotations

import json
import re
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from communitylab.errors import NoSuchChatError, UnnamedChatsError
from communitylab.store import add_to_store

FIXTURES = Path(__file__).parent / "exports" / "fixtures"
_ADDRESS = re.compile(r"[\w.]+@[\w.]+\.\w+")
_SHORTEST = 4


def _strings(value: Any) -> Iterator[str]:
    """All words and numbers of a document that could tell something."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key not in ("type", "date", "text_entities", "action"):
                yield from _strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)
    elif isinstance(value, str | int) and not isinstance(value, bool) and len(str(value)) >= _SHORTEST:
        yield str(value)


def _told(folder: Path) -> str:
    """All that a store says, but where the files lay."""
    ledger = json.loads((folder / "ledger.json").read_text(encoding="utf-8"))
    for file in ledger["files"]:
        del file["label"], file["sha256"]
    tables = {path.name: pq.read_table(path).to_pylist() for path in sorted(folder.glob("*.parquet"))}
    return json.dumps([ledger, tables], ensure_ascii=False, default=str)


def _account() -> dict[str, Any]:
    """Telegram's export of an account; its control characters are no JSON."""
    text = (FIXTURES / "telegram.account.json").read_text(encoding="utf-8")
    return json.loads(re.sub(r"\\x([0-9a-fA-F]{2})", r"\\u00\1", text))


def test_telegram_account(tmp_path: Path) -> None:
    whole = _account()
    chats = [chat for listed in ("chats", "left_chats") for chat in whole.get(listed, {}).get("list", [])]
    read = [chat for chat in chats if chat.get("name") == "Bread talk"]
    others = [chat for chat in chats if chat.get("name") != "Bread talk"]
    rest = {key: value for key, value in whole.items() if key not in ("chats", "left_chats")}
    secret = set(_strings([others, rest])) - set(_strings(read))
    assert len(secret) > 10
    add_to_store([FIXTURES / "telegram.account.json"], tmp_path / "store", chats=("Bread talk",))
    told = _told(tmp_path / "store")
    assert "Fresh rolls" in told
    assert not [one for one in secret if one in told]


@pytest.mark.parametrize("packed", [False, True])
def test_slack(packed: bool, tmp_path: Path) -> None:
    export = tmp_path / "export"
    shutil.copytree(FIXTURES / "slack", export)
    users = json.loads((export / "users.json").read_text(encoding="utf-8"))
    apart = {
        "id": "U0APART00",
        "name": "quincy",
        "profile": {"real_name": "Quincy Apart", "email": "q@e.example"},
    }
    (export / "users.json").write_text(json.dumps([*users, apart]), encoding="utf-8")
    message = {"type": "message", "ts": "1756286925.000100", "user": "U0APART00", "text": "psst, Fort Knox"}
    (export / "D0A1B2C3D" / "2025-08-28.json").write_text(json.dumps([message]), encoding="utf-8")
    mpim = {"id": "G0FEW0000", "name": "mpdm-quincy--ana-1", "members": ["U0APART00"]}
    (export / "mpims.json").write_text(json.dumps([mpim]), encoding="utf-8")
    groups = json.loads((export / "groups.json").read_text(encoding="utf-8"))
    pointing = {
        **message,
        "ts": "1756459725.000100",
        "user": users[0]["id"],
        "text": f"see <#G0FEW0000> and <#{groups[0]['id']}>",
    }
    (export / "flour" / "2025-08-29.json").write_text(json.dumps([pointing]), encoding="utf-8")
    given = export
    if packed:
        given = tmp_path / "export.zip"
        with zipfile.ZipFile(given, "w") as archive:
            for path in sorted(export.rglob("*.json")):
                archive.write(path, path.relative_to(export))
    add_to_store([given], tmp_path / "store")
    told = _told(tmp_path / "store")
    assert "see #G0FEW0000 and #" in told
    kept = (tmp_path / "store" / "ledger.json").read_text(encoding="utf-8")
    assert "flour/2025-08-29.json" in kept
    assert not [one for one in ("D0A1B2C3D", "bakers-only") if one in kept]
    days = [path for name in ("D0A1B2C3D", "bakers-only") for path in (export / name).iterdir()]
    texts = {one["text"] for path in days for one in json.loads(path.read_text(encoding="utf-8"))}
    addresses = set(_ADDRESS.findall(json.dumps(users)))
    assert len(texts) > 2
    assert addresses
    names = {"quincy", "Quincy Apart", "U0APART00", "mpdm", "bakers-only"}
    assert not [one for one in (texts | addresses | names) - {""} if one in told]


def test_direct_messages_of_discord_beside_a_channel(tmp_path: Path) -> None:
    whole = json.loads((FIXTURES / "discord.channel.json").read_text(encoding="utf-8"))
    author = {
        "id": "123456789012345678",
        "name": "quincy",
        "nickname": "Quincy Apart",
        "roles": [{"name": "Admin"}],
    }
    said = {**whole["messages"][0], "id": "9", "author": author, "content": "psst, Fort Knox"}
    channel = {"id": "77", "type": "DirectTextChat", "category": "Private", "name": "Quincy Apart"}
    guild = {"id": "0", "name": "Direct Messages"}
    (tmp_path / "dm.json").write_text(json.dumps({"guild": guild, "channel": channel, "messages": [said]}))
    given = [FIXTURES / "discord.channel.json", tmp_path / "dm.json"]
    add_to_store(given, tmp_path / "store")
    told = _told(tmp_path / "store").casefold()
    assert not [one for one in ("quincy", "123456789012345678", "fort knox") if one in told]
    # A chat between two goes by its number: what somebody is called a channel may be called, too.
    with pytest.raises(NoSuchChatError):
        add_to_store(given, tmp_path / "other", chats=("Quincy Apart",))


def test_somebody_called_like_the_group_is_not_read_along_with_it(tmp_path: Path) -> None:
    whole = _account()
    for chat in whole["chats"]["list"]:
        if chat["type"] == "personal_chat":
            chat["name"] = "Bread talk"
    (tmp_path / "x.json").write_text(json.dumps(whole), encoding="utf-8")
    add_to_store([tmp_path / "x.json"], tmp_path / "store", chats=("Bread talk",))
    told = _told(tmp_path / "store")
    assert "Fresh rolls" in told
    assert "a secret" not in told


def test_names_of_chats_are_told_and_not_kept(tmp_path: Path) -> None:
    export = FIXTURES / "telegram.account.json"
    with pytest.raises(UnnamedChatsError, match="Rye news"):
        add_to_store([export], tmp_path / "store")
    assert not (tmp_path / "store").exists()
    add_to_store([export], tmp_path / "store", chats=("Bread talk",))
    assert "Rye news" not in (tmp_path / "store" / "ledger.json").read_text(encoding="utf-8")
    with pytest.raises(NoSuchChatError, match="There are: 55, Bread talk, Rye news"):
        add_to_store([export], tmp_path / "store", chats=("Bread talk", "Wheat"))
    add_to_store([export], tmp_path / "store", chats=("Rye news",))
    assert {"Fresh rolls", "No more rye"} <= set(
        re.findall("Fresh rolls|No more rye", _told(tmp_path / "store"))
    )


def test_toots_that_are_not_for_everybody(tmp_path: Path) -> None:
    folder = tmp_path / "archive"
    shutil.copytree(FIXTURES / "mastodon_archive", folder)
    outbox = json.loads((folder / "outbox.json").read_text(encoding="utf-8"))
    actor = json.loads((folder / "actor.json").read_text(encoding="utf-8"))["id"]
    to = "https://quincy.example/users/quincy"
    secret = {
        "id": f"{actor}/statuses/9",
        "type": "Note",
        "content": f'<p><a href="{to}" class="u-url mention">@quincy</a> psst, Fort Knox</p>',
        "published": "2025-08-28T10:00:00Z",
        "inReplyTo": f"{to}/statuses/7",
        "to": [to],
        "cc": [],
        "tag": [{"type": "Mention", "href": to, "name": "@quincy@quincy.example"}],
    }
    create = {"id": f"{actor}/9", "type": "Create", "published": secret["published"], "to": [to], "cc": []}
    outbox["orderedItems"].append({**create, "object": secret})
    (folder / "outbox.json").write_text(json.dumps(outbox), encoding="utf-8")
    add_to_store([folder], tmp_path / "store")
    assert not re.findall("quincy|Fort Knox", _told(tmp_path / "store"))


def test_telephone_numbers_are_in_no_store(tmp_path: Path) -> None:
    chat = (
        "27/08/2025, 15:10 - +49 170 1234567: rye?\n"
        "27/08/2025, 15:11 - ~ +49 170 7654321: yes, @491701234567\n"
        "27/08/2025, 15:12 - ~\u202f+49\u00a0170\u00a01112223: me too\n"
        "27/08/2025, 15:13 - +49 170 9998887 was added\n"
        "27/08/2025, 15:14 - Rosa: hello\n"
    )
    (tmp_path / "chat.txt").write_text(chat, encoding="utf-8")
    add_to_store([tmp_path / "chat.txt"], tmp_path / "store")
    told = re.sub(r"[\s\u00a0]", "", _told(tmp_path / "store"))
    assert "metoo" in told
    assert not re.findall("1701234567|1707654321|1701112223|1709998887", told)
