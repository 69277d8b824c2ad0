"""What groups talk about: scores by hand, the rule of five, no names, languages."""

from __future__ import annotations

import json
import math
import random
import re
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

import pandas as pd
import pytest
from conftest import BAKERY, MONDAY, TRUTH, account_id, x_page, x_post
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from communitylab import study as rooms
from communitylab.omissions import Omissions, write_omissions
from communitylab.study import Study
from communitylab.topics import _guessed, group_topics

FIVE = ("ana", "bob", "cyd", "dee", "eve")
OTHERS = ("fay", "gus", "hal", "ida", "joy")

Tell = Callable[..., Study]


@pytest.fixture(scope="module")
def tell(tmp_path_factory: pytest.TempPathFactory) -> Tell:
    """A study of (who, text) or (who, text, what else the post has), one post a row."""

    def told(
        rows: Iterable[tuple[Any, ...]], *, users: dict[str, str] | None = None, **options: Any
    ) -> Study:
        posts = []
        for place, (who, text, *more) in enumerate(rows, 1):
            at = MONDAY + timedelta(hours=place)
            posts.append(x_post(who, f"{place:06}", at, text, **(more[0] if more else {})))
        page = json.loads(x_page(posts, users=["BRAND", *(row[0] for row in rows)]))
        for user in page["includes"]["users"]:
            user["name"] = (users or {}).get(user["username"], user["name"])
        page["data"].append(x_post("BRAND", "999999", MONDAY, ""))
        path = tmp_path_factory.mktemp("told") / "export.jsonl"
        path.write_text(json.dumps(page), encoding="utf-8")
        return rooms.load(path, brand="BRAND", **options)

    return told


def everybody(text: str, names: Iterable[str] = FIVE, **more: Any) -> list[tuple[Any, ...]]:
    return [(name, text, more) for name in names]


def members(study: Study, **groups: Iterable[str]) -> dict[int, int]:
    """Accounts of those named, `_1="ana bob"`: group 1."""
    numbers = dict(study.accounts.select("account_id", "account").to_pyarrow().to_pandas().to_numpy())
    return {numbers[account_id(name)]: int(key[1:]) for key, names in groups.items() for name in names}


def members_but(study: Study, names: Iterable[str]) -> tuple[int, ...]:
    kept = members(study, _1=names)
    return tuple(sorted(set(study.accounts.to_pyarrow()["account"].to_pylist()) - set(kept)))


def of_five(study: Study, **options: Any) -> pd.DataFrame:
    return group_topics(study, members(study, _1=FIVE), **options)


def said(study: Study) -> dict[str, float]:
    frame = of_five(study)
    return dict(zip(frame["what"], frame["score"].round(9), strict=True))


def score(uses: int, mean: float, everywhere: int) -> float:
    return round(uses * math.log(1 + mean / everywhere), 9)


def test_scores_by_hand(tell):
    # 10 words in the group, 10 elsewhere: A = 10. rye is the group's own; one other says crust; oven is common.
    study = tell(
        [*everybody("rye crust oven"), *everybody("plum oven", OTHERS), *everybody("crust plum", OTHERS[:1])]
    )
    mean = (15 + 12) / 2
    assert said(study) == {"rye": score(5, mean, 5), "crust": score(5, mean, 6)}


def test_the_table(tell):
    links = {"entities": {"urls": [{"expanded_url": "https://www.flour.example/p/ana"}]}}
    study = tell([*everybody("rye", tags=["loaf"]), *everybody("crust", **links), *everybody("plum", OTHERS)])
    frame = of_five(study)
    assert list(frame.columns) == ["group", "kind", "what", "people", "score"]
    assert frame[["group", "kind", "what", "people"]].to_numpy().tolist() == [
        [1, "word", "crust", 5],
        [1, "word", "rye", 5],
        [1, "hashtag", "loaf", 5],
        [1, "link", "flour.example", 5],
    ]


def test_equal_scores_stand_in_the_order_of_the_text_and_no_more_than_asked(tell):
    study = tell(everybody("rye oven crust flour"))
    assert of_five(study, most=3)["what"].tolist() == ["crust", "flour", "oven"]


def test_a_group_without_others_is_told_what_it_says(tell):
    study = tell([*everybody("rye crust"), *everybody("rye")])
    assert said(study) == {"rye": score(10, 15, 10), "crust": score(5, 15, 5)}


def test_several_groups_keep_their_ids(tell):
    study = tell([*everybody("rye"), *everybody("plum", OTHERS)])
    frame = group_topics(study, members(study, _7=FIVE, _3=OTHERS))
    assert frame[["group", "what"]].to_numpy().tolist() == [[3, "plum"], [7, "rye"]]


def test_a_word_counts_once_in_a_post(tell):
    study = tell([*everybody("rye"), ("ana", "crust crust Crust CRUST"), *everybody("crust", FIVE[1:])])
    assert said(study) == {"crust": score(5, 10, 5), "rye": score(5, 10, 5)}


def test_four_members_are_too_few_however_often_they_say_it(tell):
    links = {"entities": {"urls": [{"expanded_url": "https://flour.example"}]}}
    four = everybody("crust", FIVE[:4] * 9, tags=["loaf"], **links)
    # That others say it too does not help.
    study = tell([*everybody("rye"), *four, *everybody("crust", OTHERS[:1])])
    assert of_five(study)["what"].tolist() == ["rye"]


def test_reposts_and_days_outside_do_not_count(tell):
    reposts = everybody("RT @fay: crust", refers=("retweeted", "77"))
    study = tell([*everybody("rye"), *reposts, *everybody("plum", FIVE * 5)])
    assert of_five(study)["what"].tolist() == ["plum", "rye"]
    assert of_five(study.only(until="2025-01-06"))["what"].tolist() == ["plum", "rye"]
    assert of_five(study.only(since="2025-01-07"))["what"].tolist() == ["plum"]


def test_an_edited_post_counts_once(tell):
    versions = [
        ("ana", "rye crust", {"edit_history_tweet_ids": ["000001"]}),
        ("ana", "rye plum", {"edit_history_tweet_ids": ["000001", "000002"]}),
    ]
    study = tell([*versions, *everybody("rye plum crust", FIVE[1:]), *everybody("oven")])
    assert said(study) == {"oven": score(5, 19, 5), "plum": score(5, 19, 5), "rye": score(5, 19, 5)}


WORDS = [
    ("Rye, RYE-Bread & rye!", ["rye", "rye-bread"]),
    ("l'eau of rye’s crust", ["crust", "eau", "rye"]),
    ("salt &amp; rye &#x27;crust&quot;", ["crust", "rye", "salt"]),
    ("rye https://oven.example/crust www.plum.example flour.example/salt flour.example", ["rye"]),
    ("rye @crust .@plum, salt@oven.example #flour ＠yeast", ["rye"]),
    ("rye 2025 r2d2 mp3 snake_case", ["rye"]),
    ("rye...crust--plum", ["crust", "plum", "rye"]),
    ("ry ox rye", ["rye"]),
    ("Weißbrot ΨΩΜΊ хлеб रोटी", ["weißbrot", "ψωμί", "хлеб", "रोटी"]),
    ("cafe\u0301 café", ["café"]),
    ("r\u200bye \u202ecrust\u202c pl\u00adum", ["crust", "plum", "rye"]),
    ("rye " + "e" * 41 + " " + "e" * 40, ["e" * 40, "rye"]),
    ("rye cru" + "\u0301" * 200 + "st crust", ["crust", "rye"]),
    ("rye\x00crust\x1b[31m", ["crust", "rye"]),
]


def test_words_of_a_text(tell):
    # Each text is a group's; who wrote it matters to no word.
    crowds = [[f"{chr(97 + place)}q{i}" for i in range(5)] for place in range(len(WORDS))]
    texts = zip(WORDS, crowds, strict=True)
    rows = [row for (text, _words), crowd in texts for row in everybody(text, crowd)]
    study = tell(rows)
    for (text, words), crowd in zip(WORDS, crowds, strict=True):
        alone = study.only(without=members_but(study, crowd))
        assert sorted(group_topics(alone, members(study, _1=crowd))["what"]) == words, text


def test_hosts_without_paths_and_platforms(tell):
    urls = [
        "https://www.Flour.example/by/ana?x=1",
        "http://user@oven.example:80/",
        "https://t.co/abc",
        "https://m.facebook.com/ana",
        "https://bit.ly/x",
        "https://text.co/y",
        "https://127.0.0.1/",
    ]
    links = {"entities": {"urls": [{"expanded_url": url} for url in urls]}}
    study = tell(everybody("rye", **links))
    assert of_five(study).query("kind == 'link'")["what"].tolist() == [
        "flour.example",
        "oven.example",
        "text.co",
    ]


def test_a_hashtag_used_alike_everywhere_is_nobodys(tell):
    rows = [
        *everybody("x", tags=["bread", "Loaf"]),
        *everybody("x", OTHERS, tags=["bread"]),
        *everybody("x", OTHERS, tags=["plum"]),
    ]
    assert of_five(tell(rows, hashtags="bread"))["what"].tolist() == ["loaf"]
    # In the group alone it may stand.
    assert of_five(tell(rows[:5], hashtags="bread"))["what"].tolist() == ["bread", "loaf"]


NAMED = {
    "ana": "Annabel Smithers",
    "fay": "🌻 Dr. Jörg Bäcker-Maier (he/him), loves rye",
    "gus": "Quendry",
    "hal": "we all love rye bread",
}


FORMS = [
    "ana",
    "fay",
    "BRAND",
    "brands",
    "Annabel",
    "ANNABEL",
    "smithers",
    "Annabel's",
    "annabels",
    "annabel-style",
    "annabelsmithers",
    "JÖRG",
    "Jo\u0308rg",
    "Bäcker-Maier",
    "bäcker",
    "an\u200bnabel",
    "quendry",
    "weallloveryebread",
]


def test_no_name_of_anybody(tell):
    tags = [form for name in FORMS for form in (re.sub(r"[ '-]", "_", name), f"team_{name}")]
    urls = [{"expanded_url": f"https://{name.lower()}.blog.example/"} for name in FORMS if name.isalpha()]
    entities = {"entities": {"hashtags": [{"tag": tag} for tag in tags], "urls": urls}}
    study = tell([*everybody("rye " + ", ".join(FORMS), **entities), *everybody("plum", OTHERS)], users=NAMED)
    assert of_five(study)["what"].tolist() == ["rye"]


def test_no_name_of_anybody_forgotten(tell, tmp_path):
    (tmp_path / "private").mkdir()
    write_omissions(Omissions().with_people(names=[("x", "rosalind")]), tmp_path / "private")
    urls = [{"expanded_url": "https://rosalind.blog.example/"}, {"expanded_url": "https://flour.example/"}]
    tags = [{"tag": tag} for tag in ("rosalind", "teamrosalind", "kellers", "loaf")]
    rows = [
        *everybody("rye rosalind Keller's", entities={"hashtags": tags, "urls": urls}),
        ("rosalind", "hello"),
    ]
    users = {"rosalind": "Rosalind Keller"}
    study = tell(rows, users=users, forgotten=tmp_path)
    assert "rosalind" not in study.table("accounts")["name"].tolist()
    assert of_five(study)["what"].tolist() == ["rye", "loaf", "flour.example"]
    # Who is in the study is kept out of its words by name; who left it, by the fingerprints.
    assert of_five(tell(rows, users=users))["what"].tolist() == ["rye", "loaf", "flour.example"]


def test_a_host_is_no_name_for_its_ending(tell):
    links = {"entities": {"urls": [{"expanded_url": "https://flour.com/"}]}}
    study = tell([*everybody("rye", **links), ("fay", "plum")], users={"fay": "Bakery.com"})
    assert of_five(study)["what"].tolist() == ["rye", "flour.com"]


LETTERS = st.text(st.sampled_from("abcdeñöşиλ"), min_size=3, max_size=8)


@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(LETTERS, LETTERS), min_size=5, max_size=5, unique=True), st.randoms())
def test_names_put_everywhere_never_come_out(tell, called, chance):
    users = {who: f"{first.title()} {last.title()}" for who, (first, last) in zip(FIVE, called, strict=True)}
    names = [*FIVE, *(name for pair in called for name in pair)]
    chance.shuffle(names)
    forms = [form for name in names for form in (name, name.upper(), f"@{name}", f"{name}'s", f"#{name}")]
    tags = {"entities": {"hashtags": [{"tag": name} for name in names]}}
    frame = of_five(tell(everybody(" ".join([*forms, "yeast"]), **tags), users=users))
    assert set(frame["what"]) <= {"yeast"}
    assert not set(frame["what"]) & {name.lower() for name in names}


def test_stop_words_of_the_languages_told(tell):
    german = everybody("die Kruste und the rye", lang="de")
    assert set(said(tell(german))) == {"kruste", "the", "rye"}
    both = [*german, *everybody("rye", OTHERS, lang="en-GB")]
    assert set(said(tell(both))) == {"kruste"}
    # One post in twenty-six makes no language.
    rare = [*german, *everybody("kruste", FIVE * 4, lang="de"), ("fay", "plum", {"lang": "en"})]
    assert "the" in said(tell(rare))


def test_a_small_group_has_its_own_language(tell):
    others = everybody("the loaf would rise slowly", OTHERS * 40, lang="en")
    spanish = everybody("corteza para todos", lang="es")
    assert set(said(tell([*spanish, *others]))) == {"corteza"}


def test_contractions_are_stop_words(tell):
    text = "I'm sure it's rye, don’t they shan't, we couldn't've"
    assert set(said(tell(everybody(text, lang="en")))) == {"rye"}


GERMAN = (
    "Heute habe ich mit meinem Nachbarn ein neues Brot gebacken und wir waren beide überrascht wie gut das "
    "geworden ist. Der Teig musste über Nacht ruhen aber dann ging alles sehr schnell"
)
ENGLISH = (
    "Today we baked a new loaf with my neighbour and both of us were surprised how well it turned out. The "
    "dough had to rest over night but then everything went very quickly"
)
SPANISH = (
    "Hoy hemos hecho un pan nuevo con mi vecino y los dos nos quedamos sorprendidos de lo bien que salió. La "
    "masa tuvo que reposar toda la noche pero después todo fue muy rápido"
)


@pytest.mark.parametrize(
    ("texts", "languages"),
    [
        ({GERMAN: 1}, ["de"]),
        ({ENGLISH: 1}, ["en"]),
        ({SPANISH: 1}, ["es"]),
        ({GERMAN: 1, ENGLISH: 1}, ["de", "en"]),
        ({GERMAN: 4, ENGLISH: 1}, ["de", "en"]),
        ({"pofuso blirx": 3}, []),
        ({}, []),
    ],
)
def test_languages_are_guessed_by_their_stop_words(texts, languages):
    uses: dict[str, int] = {}
    for text, n in texts.items():
        for word in re.findall(r"[^\W\d_]{3,}", text.lower()):
            uses[word] = uses.get(word, 0) + n
    assert sorted(_guessed(uses)) == languages


def test_an_export_that_names_no_language(tell):
    found = set(said(tell(everybody(GERMAN))))
    assert {"brot", "teig"} <= found
    assert not {"und", "der", "wir", "waren"} & found


def test_no_texts_no_groups_nobody(tell, tiny):
    columns = ["group", "kind", "what", "people", "score"]
    study = tell(everybody("rye"))
    for frame in (
        group_topics(study, {}),
        of_five(tell(everybody(""))),
        of_five(study.only(since="2026-01-01")),
    ):
        assert frame.empty
        assert list(frame.columns) == columns


def test_an_edge_list_says_nothing(tmp_path):
    path = tmp_path / "edges.csv"
    path.write_text("source,target,date\nana,bob,2025-01-06\nbob,ana,2025-01-07\nana,BRAND,2025-01-08\n")
    study = rooms.load(path, brand="BRAND")
    accounts = study.accounts.to_pyarrow()["account"].to_pylist()
    assert group_topics(study, dict.fromkeys(accounts, 1)).empty


def test_the_order_of_rows_does_not_matter(tmp_path):
    circle = sorted({person for contact in TRUTH["contacts"] for person in contact["ids"]})
    pages = [json.loads(line) for line in BAKERY.read_text(encoding="utf-8").splitlines()]
    frames = []
    for number in range(2):
        random.Random(number).shuffle(pages)
        for page in pages:
            random.Random(number).shuffle(page["data"])
        path = tmp_path / f"{number}.jsonl"
        path.write_text("\n".join(map(json.dumps, pages)), encoding="utf-8")
        study = rooms.load(path, brand=TRUTH["plan"]["brand"])
        numbers = dict(study.accounts.select("account_id", "account").to_pyarrow().to_pandas().to_numpy())
        frames.append(group_topics(study, {numbers[person]: i % 3 for i, person in enumerate(circle)}))
    pd.testing.assert_frame_equal(*frames, check_exact=True)
    assert len(frames[0]) > 5


def test_the_groups_of_the_sample_have_the_topics_planted():
    study = rooms.load(BAKERY, brand=TRUTH["plan"]["brand"])
    numbers = dict(study.accounts.select("account_id", "account").to_pyarrow().to_pandas().to_numpy())
    planted = {
        "starters": {"levain", "rye"},
        "croissants": {"butter", "brioche"},
        "pizza": {"pizza", "dough"},
    }
    topics = list(planted)
    groups = {
        numbers[person]: topics.index(group["topic"])
        for group in TRUTH["groups"]
        if group["topic"] in planted
        for person in group["ids"]
    }
    frame = group_topics(study, groups)
    words = frame[frame["kind"] == "word"].groupby("group")["what"].agg(set)
    for number, topic in enumerate(topics):
        assert planted[topic] <= words[number], topic
