"""JSON values one by one: arrays of any length and layout, each value with its line, in bounded memory."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from communitylab import files
from communitylab.exports import json_records as module
from communitylab.exports.json_records import json_parts, json_records
from communitylab.files import Source


def read(path: Path, content: bytes) -> tuple[list[tuple[int, object]], list[tuple[str, int]]]:
    path.write_bytes(content)
    skipped: list[tuple[str, int]] = []
    found = json_records(Source("x", path), lambda reason, line: skipped.append((reason, line)))
    return [(line, json.loads(bytes(value))) for line, value in found], skipped


@pytest.mark.parametrize(
    "content",
    [
        b'[{"a":1},{"a":"]},{["},3]',
        b' [\n\n{"a":\n1},{"a":"]},{["}\n,3\n]\n',
        b'window.YTD.tweets.part0 = [ {"a":1} , {"a":"]},{["},3 ]',
        b'window.YTD.tweets.part0=[{"a":1},{"a":"]},{["},3];\n',
    ],
    ids=["one line", "many lines", "assigned", "assigned with a semicolon"],
)
def test_items_of_an_array_come_one_by_one(content: bytes, tmp_path: Path) -> None:
    found, skipped = read(tmp_path / "x", content)
    assert [value for _, value in found] == [{"a": 1}, {"a": "]},{["}, 3]
    assert skipped == []


def test_items_know_the_line_on_which_they_start(tmp_path: Path) -> None:
    found, skipped = read(
        tmp_path / "x", b'window.a = [\n {"a" :\n 1},\n\n {"b":"\\n"}, {"c":2}\n,\n{"d":3}]'
    )
    assert [line for line, _ in found] == [2, 5, 5, 7]
    assert skipped == []


@pytest.mark.parametrize(
    ("content", "values", "skipped"),
    [
        (b'[{"a":1},{"a":2},', 2, [("JSON that breaks off", 1)]),
        (b'[{"a":1},\n{"a":"2', 1, [("JSON that breaks off", 2)]),
        (b'[{"a":1},,{"a":2}]', 2, [("malformed JSON", 1)]),
        (b'[{"a":1}]\nand more', 1, [("malformed JSON", 1)]),
        (b'[{"a":1},]', 1, []),
        (b"[]", 0, []),
        (b"window.a = [ ]", 0, []),
    ],
)
def test_damaged_arrays_give_what_they_hold(
    content: bytes, values: int, skipped: list, tmp_path: Path
) -> None:
    content = content.replace(b"\n", b" \n") if content.startswith(b"window") else content
    path = tmp_path / "x"
    found, said = read(path, b"window.a = " + content if content.startswith(b"[") else content)
    assert len(found) == values
    assert said == skipped


@settings(max_examples=60, deadline=None)
@given(
    values=st.lists(
        st.recursive(
            st.text(max_size=8) | st.integers() | st.none() | st.booleans(),
            lambda inner: (
                st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
            ),
            max_leaves=8,
        ),
        max_size=6,
    ),
    indent=st.sampled_from([None, 0, 2]),
    chunk=st.integers(1, 40),
)
def test_every_array_is_cut_into_its_items(
    values: list[object], indent: int | None, chunk: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("json") / "x"
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(files, "_CHUNK", chunk)
        content = b"window.a = " + json.dumps(values, indent=indent).encode()
        found, skipped = read(path, content)
    assert [value for _, value in found] == values
    assert skipped == []


def test_record_without_end_is_given_up_in_bounded_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LINE_LIMIT", 2**20)
    endless = b'[{"a":1},{"a":"' + b"x" * 5 * 2**20 + b'"},{"a":3}]'
    found, skipped = read(tmp_path / "x", b"window.a = " + endless)
    assert found == [(1, {"a": 1})]
    assert skipped == [("a record over 1 MB: reading ended there", 1)]


_PEAK = """
import re, sys
from pathlib import Path
from communitylab.exports.json_records import json_parts, json_records
from communitylab.files import Source
n = sum(1 for _ in json_records(Source("x", Path(sys.argv[1])), print))
print(n, int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) // 1024)
"""


def test_long_array_on_one_line_is_streamed(tmp_path: Path) -> None:
    item = json.dumps({"id": "1", "text": "bread, [rye] and {wheat} " * 20, "n": list(range(20))}).encode()
    with (tmp_path / "x").open("wb") as file:
        file.write(b"[" + item)
        for _ in range(150):
            file.write((b"," + item) * 1000)
        file.write(b"]")
    assert (tmp_path / "x").stat().st_size > 80 * 2**20
    done = subprocess.run(
        [sys.executable, "-c", _PEAK, str(tmp_path / "x")], capture_output=True, text=True, check=True
    )
    count, megabytes = map(int, done.stdout.split())
    assert count == 150_001
    assert megabytes < 150


def test_pages_that_were_put_into_one_file_are_read_one_after_the_other(tmp_path: Path) -> None:
    for between in (b"", b"\n"):
        content = between.join([b'[{"a":1},{"a":2}]', b'[{"a":3}]', b"[]", b'[{"a":4},{"a":5}]'])
        found, skipped = read(tmp_path / "x", content)
        assert [value for _, value in found] == [{"a": n} for n in range(1, 6)]
        assert skipped == []


# --- Parts of a document


CHAT = {
    "name": 'the "ovens"',
    "of": {"none": []},
    "chats": {"about": "b", "list": [{"id": 1, "messages": [{"a": [1, "]}"]}, 5]}, {"messages": []}]},
    "end": True,
}
OPENED = {"", "chats", "chats.list", "chats.list.item", "chats.list.item.messages"}


def parts(
    path: Path, content: bytes, *, opened: set[str] = OPENED
) -> tuple[list[tuple[int, str, object]], list[tuple[str, int]]]:
    path.write_bytes(content)
    skipped: list[tuple[str, int]] = []
    found = json_parts(Source("x", path), lambda reason, line: skipped.append((reason, line)), opened=opened)
    return [(line, place, _read(value)) for line, place, value in found], skipped


def _read(value: bytes) -> object:
    try:
        return json.loads(value)
    except ValueError:
        return value


@pytest.mark.parametrize("indent", [None, 1], ids=["one line", "many lines"])
@pytest.mark.parametrize("size", [2**18, 1], ids=["in one piece", "byte by byte"])
def test_parts_of_a_document_come_with_their_places(
    indent: int | None, size: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "_CHUNK", size)
    found, skipped = parts(tmp_path / "x", json.dumps(CHAT, indent=indent).encode())
    assert skipped == []
    assert [(place, value) for _line, place, value in found] == [
        ("", {}),
        ("name", 'the "ovens"'),
        ("of", {"none": []}),
        ("chats", {}),
        ("chats.about", "b"),
        ("chats.list", []),
        ("chats.list.item", {}),
        ("chats.list.item.id", 1),
        ("chats.list.item.messages", []),
        ("chats.list.item.messages.item", {"a": [1, "]}"]}),
        ("chats.list.item.messages.item", 5),
        ("chats.list.item", {}),
        ("chats.list.item.messages", []),
        ("end", True),
    ]
    if indent:
        lines = json.dumps(CHAT, indent=indent).split("\n")
        for line, place, _value in found[1:]:
            key = place.rpartition(".")[2]
            assert lines[line - 1].lstrip().startswith((f'"{key}"', "{", "5")), (line, place)


@pytest.mark.parametrize(
    ("content", "places", "skipped"),
    [
        (b'{"a":1,"chats":{"list":[{"messages":[{"b":', ["a"], [("JSON that breaks off", 1)]),
        (b'{"a":1,\n"b" 2,\n"c":3}', ["a", "c"], [("malformed JSON", 1)]),
        (b'{"a":1,,"c":3}', ["a", "c"], [("malformed JSON", 1)]),
        (b'{"a":1} {"b":2}', ["a", "b"], []),
        (b'{"a":1} b {"c":2}', ["a"], [("malformed JSON", 1)]),
        (b'{"a":1} b', ["a"], [("malformed JSON", 1)]),
        (
            b'{"chats":{"list":[1,{"x":2}},3]}}',
            ["chats.list.item", "chats.list.item.x", "chats.list.item", "chats.list.item"],
            [],
        ),
        (b'"text"', [], [("JSON that breaks off", 1)]),
        (b"", [], [("JSON that breaks off", 1)]),
    ],
    ids=[
        "cut",
        "no colon",
        "two commas",
        "a second document",
        "words between",
        "words behind",
        "a wrong bracket",
        "no object",
        "empty",
    ],
)
def test_damaged_documents_give_what_they_hold(
    content: bytes, places: list[str], skipped: list[tuple[str, int]], tmp_path: Path
) -> None:
    found, told = parts(tmp_path / "x", content)
    assert [place for _line, place, value in found if value not in ({}, [])] == places
    assert told == skipped


def test_part_without_end_is_given_up_in_bounded_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LINE_LIMIT", 1000)
    monkeypatch.setattr(files, "_CHUNK", 100)
    found, skipped = parts(tmp_path / "x", b'{"a":1,"b":"' + b"x" * 5000 + b'","c":3}')
    assert [place for _line, place, _value in found] == ["", "a"]
    assert [reason for reason, _line in skipped] == ["a record over 0 MB: reading ended there"]


@settings(max_examples=25, deadline=None)
@given(cut=st.integers(1, len(json.dumps(CHAT))))
def test_beginning_of_a_document_is_made_whole(cut: int) -> None:
    opening = module._closed(json.dumps(CHAT).encode()[:cut])
    assert (
        opening == b"" or json.loads(opening).items() <= CHAT.items() or set(json.loads(opening)) <= set(CHAT)
    )


def test_large_document_is_known_by_its_beginning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_HEAD", 120)
    (tmp_path / "x").write_text('{\n"name": "a",\n"messages": [' + '{"id": 1}, ' * 50 + '{"id": 2}]}')
    (opening,) = module.json_opening(Source("x", tmp_path / "x"))
    assert json.loads(opening)["name"] == "a"
    assert 1 < len(json.loads(opening)["messages"]) < 50


def test_cut_document_is_known_by_what_it_holds(tmp_path: Path) -> None:
    (tmp_path / "x").write_text('{\n"name": "a",\n"messages": [{"id": 1}, {"id": 2}, {"i')
    (opening,) = module.json_opening(Source("x", tmp_path / "x"))
    assert json.loads(opening) == {"name": "a", "messages": [{"id": 1}, {"id": 2}]}


def test_document_on_one_endless_line_is_a_document(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_HEAD", 50)
    monkeypatch.setattr(module, "LINE_LIMIT", 100)
    path = tmp_path / "x"
    path.write_text(json.dumps({"messages": [{"id": n} for n in range(50)]}))
    (opening,) = module.json_opening(Source("x", path))
    assert json.loads(opening)["messages"][:2] == [{"id": 0}, {"id": 1}]
    path.write_text(
        f'{{"first": "{"a" * 60}"}}\n{{"second": 1}}\n'
    )  # a line that is only longer than the beginning
    assert [json.loads(bytes(one)) for one in module.json_opening(Source("x", path))][1:] == [{"second": 1}]


def test_control_characters_as_cpp_writes_them_are_mended() -> None:
    decoder = module.msgspec.json.Decoder(str)
    assert module.decode(decoder, rb'"a\x1fb\\x41"') == "a\x1fb\\x41"
