"""What is no export is taken for none, and all exports of one brand make one study."""

from __future__ import annotations

import json
import random
import string
from pathlib import Path

import pytest
from reading import INPUTS, expected, format_of

import communitylab as cl
from communitylab import exports
from communitylab.errors import ExportError
from communitylab.exports.columns import MEANINGS
from communitylab.exports.sample import sample_of
from communitylab.files import Source

_KNOWN = {name for names in MEANINGS.values() for name in names.split()}
_KNOWN |= {
    "source",
    "src",
    "target",
    "dst",
    "vertex",
    "node",
    "kind",
    "weight",
    "count",
    "n",
    "frequency",
    "id",
}


def _word(lots: random.Random) -> str:
    while (word := "".join(lots.choices(string.ascii_lowercase, k=lots.randint(2, 9)))) in _KNOWN:
        pass
    return word


def _value(lots: random.Random, depth: int = 0) -> object:
    if depth < 3 and lots.random() < 0.3:
        return {_word(lots): _value(lots, depth + 1) for _ in range(lots.randint(0, 4))}
    if depth < 3 and lots.random() < 0.2:
        return [_value(lots, depth + 1) for _ in range(lots.randint(0, 3))]
    return lots.choice((_word(lots), lots.random(), lots.randint(-9, 10**12), None, True))


def _no_export(lots: random.Random) -> bytes:
    words = [_word(lots) for _ in range(lots.randint(3, 12))]  # two columns of words are an edge list
    match lots.randrange(7):
        case 0:
            return lots.randbytes(lots.randint(0, 2000))
        case 1:  # prose
            return "\n".join(
                " ".join(_word(lots) for _ in range(lots.randint(5, 30))) for _ in words
            ).encode()
        case 2:  # a table of something else
            sign = lots.choice(",;\t")
            rows = [[_word(lots) for _ in words] for _ in range(lots.randint(0, 20))]
            return "\n".join(sign.join(row) for row in [words, *rows]).encode()
        case 3:
            return "\n".join(json.dumps({_word(lots): _value(lots) for _ in words}) for _ in words).encode()
        case 4:
            return json.dumps([_value(lots) for _ in words], indent=lots.choice((None, 2))).encode()
        case 5:
            inside = "".join(f"<{word}>{_word(lots)}</{word}>" for word in words)
            return f'<?xml version="1.0"?><{words[0]}>{inside}</{words[0]}>'.encode()
        case _:  # settings, code
            return "\n".join(
                f"{word}: {_word(lots)} = '{_word(lots)}'  # {_word(lots)}" for word in words
            ).encode()


def test_a_thousand_files_that_are_no_export_are_taken_for_none(tmp_path: Path) -> None:
    lots = random.Random(7)
    claimed = []
    for number in range(1000):
        (tmp_path / "x").write_bytes(_no_export(lots))
        if (module := exports.recognise(sample_of(Source("x", tmp_path / "x")))) is not None:
            claimed.append((number, module.NAME))
    assert claimed == []


READ = [path for path in INPUTS if "refusal" not in expected(path) and expected(path)["posts"]]


# The forums of these are others, with the same numbers.
TOGETHER = [path for path in READ if format_of(path) not in ("discourse_archive", "discourse_query")]


def test_all_formats_of_one_brand_make_one_study(tmp_path: Path) -> None:
    study = cl.load(TOGETHER, brand="mill_and_crumb")
    table = study.table("ledger")
    assert {format_of(path) for path in TOGETHER} == set(table["format"].dropna())
    files = study.ledger.files
    assert sum(file.records for file in files) == study.ledger.posts + sum(study.ledger.skipped.values())
    assert study.ledger.posts == len(study.table("posts"))
    posts = study.table("posts")
    assert not posts.duplicated(["platform", "post_id"]).any()
    assert set(posts["platform"]) == set(study.places) >= {"x", "discourse", "wordpress", "mail", "facebook"}
    assert set(study.choices.yours) == {
        "discord",
        "discourse",
        "disqus",
        "facebook",
        "instagram",
        "mail",
        "slack",
        "wordpress",
    }
    acts = study.table("acts")
    assert set(acts.loc[acts["platform"].isin(study.choices.yours), "ground"]) == {"yours"}
    assert set(acts["platform"]) <= set(posts["platform"])
    again = cl.load(list(reversed(TOGETHER)), brand="mill_and_crumb")
    assert cl.measures.follower_share(again) == cl.measures.follower_share(study)


def test_two_forums_are_not_taken_for_one() -> None:
    with pytest.raises(ExportError, match="These are two forums"):
        cl.load([path for path in READ if path.name.startswith("discourse")], brand="mill_and_crumb")


def _kind(path: Path) -> tuple[str, bool]:
    """What a study knows of a format: who speaks in it, and whether answers can be seen there."""
    found = next(one for one in exports.formats() if one.name == format_of(path))
    return found.coverage, "whatsapp" in found.platforms


ONE_OF_A_KIND = {_kind(path): path for path in reversed(READ)}.values()
ALONE = [
    pytest.param(path, id=path.name, marks=[] if path in ONE_OF_A_KIND else pytest.mark.thorough)
    for path in READ
]


@pytest.mark.parametrize("path", ALONE)
def test_every_format_makes_a_study_alone(path: Path) -> None:
    brand = next(
        str(name)
        for post in expected(path)["posts"]
        for name in (post.get("author_name"), post.get("author_id"))
        if name
    )
    study = cl.load(path, brand=brand)
    assert study.ledger.posts == len(study.table("posts")) > 0
    verdict = cl.verdict.decide(study, seed=7)
    assert verdict.label in ("insufficient", "not identifiable")
    classes = {entry["coverage"] for entry in expected(path).get("files", {"": expected(path)}).values()}
    if classes - {None} == {"C"}:
        assert verdict.coverage.name == "C"
        assert verdict.label == "not identifiable"
