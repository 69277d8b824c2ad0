"""Chats of WhatsApp from phones of all regions: when, who, and what WhatsApp says itself."""

from __future__ import annotations

import zipfile
from collections import Counter
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reading import FIXTURES, read, read_all, rows

from communitylab import exports
from communitylab.exports.sample import sample_of
from communitylab.exports.whatsapp_lines import calendar_of, head_of
from communitylab.exports.whatsapp_words import DELETED, NOTICE, account_of, words_of
from communitylab.files import Source
from communitylab.store import add_to_store

MARK, NARROW, OPEN, CLOSE = "\u200e", "\u202f", "\u2068", "\u2069"
NOTE = "20.08.25, 18:00 - Messages and calls are end-to-end encrypted. Not even WhatsApp can read them."


def chat(folder: Path, *lines: str, name: str = "_chat.txt") -> exports.FileRecord:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text("\n".join(lines), "utf-8")
    return read(folder / name, folder)


# 27 August 2025, ten past three in the afternoon, as phones write it.
@pytest.mark.parametrize(
    "beginning",
    [
        "[27.08.25, 15:10:05] ",
        "[27/08/2025, 15:10:05] ",
        f"{MARK}[27/08/25, 3:10:05{NARROW}PM] ",
        "[8/27/25, 3:10:05 PM] ",
        "[2025/08/27, 15:10:05] ",
        "[2025-08-27, 3:10:05 p.m.] ",
        "[2025/8/27 下午3:10:05] ",
        "[2025/08/27 15:10:05] ",
        "[2025. 8. 27. 오후 3:10:05] ",
        "[25. 8. 27. 오후 3:10:05] ",
        "[27.8.2025 klo 15.10.05] ",
        "[27-08-2025 15:10:05] ",
        "[27/08/25 à 15:10:05] ",
        "[\u200f٢٧\u200f/٨\u200f/٢٠٢٥، ٣:١٠:٠٥ م] ",
        "[27/8/2025، 15:10:05] ",
        "27/08/2025, 15:10 - ",
        "27/08/2025 15:10 - ",
        "8/27/25, 3:10 PM - ",
        f"8/27/25, 3:10{NARROW}PM - ",
        "27/08/25, 3:10 pm - ",
        "27.08.25, 15:10 - ",
        "27.08.25 um 15:10 - ",
        "27/8/2025, 3:10 p. m. - ",
        "27/8/2025, 3:10\u00a0p.\u00a0m. - ",
        "2025-08-27, 3:10 p.m. - ",
        "2025/08/27, 15:10 - ",
        "27-08-2025 15:10 - ",
        "27.08.2025, 15:10 – ",
        "27.08.25 à 15:10 - ",
        "27/8/25 15.10 - ",
        "2025-08-27 15 h 10 - ",
        "27. 8. 2025 15:10 - ",
        "٢٧/٨/٢٠٢٥، ٣:١٠ م - ",
        "۲۰۲۵/۸/۲۷،\u200f ۱۵:۱۰ - ",
        "27/08/2025, 3:10 μ.μ. - ",
        "27/08/2025 15:10:05: ",
        "8/27/25, 3:10:05 PM: ",
    ],
)
def test_every_region_writes_the_same_moment(beginning: str, tmp_path: Path) -> None:
    record = chat(tmp_path, f"{beginning}Rosa: rye", f"{beginning}Tom: about WhatsApp")
    assert record.refusal is None
    first, second = rows(tmp_path, "posts")
    assert first["created_at"][:16] == "2025-08-27 15:10"
    assert (first["author_name"], first["text"], second["author_name"]) == ("Rosa", "rye", "Tom")


@pytest.mark.parametrize(
    ("time", "hour"),
    [
        ("12:10 AM", 0),
        ("12:10 PM", 12),
        ("1:10 PM", 13),
        ("11:10 a. m.", 11),
        ("12:10 م", 12),
        ("12:10 ص", 0),
    ],
)
def test_twelve_comes_before_one(time: str, hour: int) -> None:
    head = head_of(f"27/08/2025, {time} - Rosa: rye")
    assert head is not None
    assert calendar_of(iter([head])).time(head).hour == hour


@pytest.mark.parametrize(
    ("dates", "first"),
    [
        (["03/04/25", "13/04/25"], "2025-04-03"),
        (["03/04/25", "03/14/25"], "2025-03-04"),
        (["13/04/25", "03/04/25"], "2025-04-13"),
        (["03.04.25", "04.04.25"], "2025-04-03"),
        (["11/04/25", "12/04/25", "01/05/25", "11/05/25", "01/06/25", "11/06/25", "01/07/25"], "2025-04-11"),
    ],
)
def test_order_of_day_and_month_is_told_by_all_dates(dates: list[str], first: str, tmp_path: Path) -> None:
    chat(tmp_path, *(f"{date}, 15:10 - Rosa: {date}" for date in dates))
    assert rows(tmp_path, "posts")[0]["created_at"][:10] == first


@pytest.mark.parametrize(
    "dates",
    [["03/04/25", "04/04/25"], ["05/04/25", "03/04/25"], ["01-05-25", "11-04-25", "12-04-25"]],
)
def test_nothing_is_guessed_where_dates_tell_nothing(dates: list[str], tmp_path: Path) -> None:
    record = chat(tmp_path, *(f"{date}, 15:10 - Rosa: rye" for date in dates))
    assert "begin with the day or with the month" in str(record.refusal)
    assert record.records == 0


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.lists(
        st.datetimes(
            min_value=datetime(2012, 1, 1),
            max_value=datetime(2026, 1, 1),
        ),
        min_size=1,
        max_size=30,
    ),
    st.sampled_from(["%d/%m/%y", "%m/%d/%y", "%d-%m-%Y", "%m/%d/%Y", "%Y/%m/%d", "%d.%m.%y"]),
)
def test_a_date_is_read_right_or_not_at_all(moments: list, form: str) -> None:
    moments.sort()
    heads = [head_of(f"{moment:{form}}, {moment:%H:%M} - Rosa: rye") for moment in moments]
    try:
        calendar = calendar_of(iter(heads))
    except exports.ExportError:
        assert form not in ("%Y/%m/%d", "%d.%m.%y")
        return
    minutes = "%Y-%m-%d %H:%M"
    assert [f"{calendar.time(head):{minutes}}" for head in heads] == [f"{one:{minutes}}" for one in moments]


@pytest.mark.parametrize(
    ("lines", "refusal"),
    [
        (["13/04/25, 15:10 - Rosa: a", "04/13/25, 15:10 - Rosa: b"], "put together from two exports"),
        (["13/04/2568, 15:10 - Rosa: a"], "Gregorian calendar"),
        (["۱۴۰۴/۶/۵، ۱۵:۱۰ - Rosa: WhatsApp"], "Gregorian calendar"),
        (["13/04/25, 3:10 manana - Rosa: a"], "24 hours"),
    ],
)
def test_dates_that_cannot_be_read_are_refused_with_the_cure(
    lines: list[str], refusal: str, tmp_path: Path
) -> None:
    record = chat(tmp_path, *lines)
    assert (record.format, record.records) == ("whatsapp", 0)
    assert refusal in str(record.refusal)


def test_word_beside_a_time_of_24_hours_does_no_harm(tmp_path: Path) -> None:
    chat(tmp_path, "13/04/25, 9:10 Stund - Rosa: a", "13/04/25, 21:10 Stund - Rosa: b")
    assert [row["created_at"][11:16] for row in rows(tmp_path, "posts")] == ["09:10", "21:10"]


def test_line_that_was_pasted_into_a_message_is_part_of_it(tmp_path: Path) -> None:
    pasted = [
        "[27/08/2025, 15:10:05] Ana: from an iPhone",
        "27.08.25, 15:10 - Ana: from Germany",
        "27/08/2025, 3:10 PM - Ana: from India",
        "99/99/2025, 15:10 - Ana: of no day",
        "27/08/2025, 15:10 sharp",
    ]
    record = chat(tmp_path, "27/08/2025, 15:09 - Rosa: see", *pasted, "27/08/2025, 15:11 - Tom: yes")
    assert [row["text"] for row in rows(tmp_path, "posts")] == ["\n".join(["see", *pasted]), "yes"]
    assert record.records == 2


def test_text_before_the_first_message_is_told_once(tmp_path: Path) -> None:
    lines = [f"27/08/2025, 15:1{number} - Rosa: {number}" for number in range(6)]
    record = chat(tmp_path, "the rest of a message", "", "that was cut", *lines)
    assert (record.posts, record.skipped) == (6, {"text before the first message": 1})


@pytest.mark.parametrize(
    ("text", "is_marked", "said"),
    [
        ("<Media omitted>", False, None),
        ("<Médias omis>", False, None),
        ("<Без медиафайлов>\nmy oven", False, "my oven"),
        ("I <3 rye > spelt", False, "I <3 rye > spelt"),
        ("Bild weggelassen", False, None),
        (f"{MARK}image omitted", False, None),
        (f"{MARK}いくつかの画像", True, None),
        (f"my oven {MARK}image omitted", True, "my oven"),
        (f"my oven {MARK}いくつかの画像", True, "my oven"),
        (f"{MARK}<attached: 00000002-PHOTO-2025-08-27.jpg>", True, None),
        (f"my oven {MARK}<Anhang: 00000002-PHOTO-2025-08-27.jpg>", True, "my oven"),
        (f"2025-08-27-PHOTO-00000002.jpg <{MARK}attached>", False, None),
        (f"recipe.pdf • {MARK}2 pages {MARK}document omitted", True, None),
        ("Some file.txt Dokument weggelassen", False, None),
        (f"{MARK}IMG-20250827-WA0001.jpg (Datei angehängt)\nmy oven", False, "my oven"),
        ("IMG-20250827-WA0001.jpg (archivo adjunto)", False, None),
        (f"{MARK}rye.pdf (file attached)\nrye.pdf", False, None),
        ("see rye.pdf (it is good)", False, "see rye.pdf (it is good)"),
        ("null", False, None),
        ("", False, None),
        (f"{MARK}Location: https://maps.google.com/?q=1.5,2.5", False, None),
        ("ubicación: https://maps.google.com/?q=-1.5,2.5", False, None),
        (f"rye {MARK}<This message was edited>", False, "rye"),
        (f"rye {MARK}<このメッセージは編集されました>", True, "rye"),
        ("rye <Este mensaje fue editado>", False, "rye"),
        ("use <b> here", False, "use <b> here"),
        (f"{MARK}POLL:\nRye?\n{MARK}OPTION: yes ({MARK}2 votes)\n{MARK}OPTION: no", False, "Rye?"),
        (f"{MARK}\u202aRye\u202c", True, None),
    ],
)
def test_said_is_what_was_typed(text: str, is_marked: bool, said: str | None) -> None:
    words = words_of(text, is_marked=is_marked)
    assert (words.text, words.reason) == (said, None)


@pytest.mark.parametrize(
    "text",
    ["This message was deleted", f"{MARK}You deleted this message.", "Diese Nachricht wurde gelöscht.",
     "Se eliminó este mensaje.", "Данное сообщение удалено", f"{MARK}تم حذف هذه الرسالة.",
     f"{MARK}This message was deleted by admin ~{NARROW}Rosa."],
)  # fmt: skip
def test_deleted_message_is_none(text: str) -> None:
    assert words_of(text, is_marked=True).reason == DELETED


def test_what_whatsapp_says_is_no_message(tmp_path: Path) -> None:
    record = chat(
        tmp_path,
        f"[20.08.25, 18:00:00] Bread talk: {MARK}Messages and calls are end-to-end encrypted.",
        f"[20.08.25, 18:00:01] Rosa: {MARK}Rosa created group “Bread talk”",
        "[20.08.25, 18:00:02] Rosa left",
        "[20.08.25, 18:00:03] Rosa: hello",
        f"{MARK}[20.08.25, 18:00:04] Bread talk: {MARK}Tom's security code changed.",
    )
    assert record.skipped == {NOTICE: 4}
    assert [(row["author_name"], row["place"]) for row in rows(tmp_path, "posts")] == [("Rosa", "Bread talk")]


@pytest.mark.parametrize(
    ("notice", "place"),
    [
        ('Mill & Crumb created group "Bread"', "Bread"),
        ("Rosa hat den Betreff von „Bread“ zu „Bread: a talk“ geändert", "Bread: a talk"),
        ('Rosa changed the subject from "Bread: a talk" to "Rolls"', "Rolls"),
        ("Rosa a changé le nom du groupe pour «Pain»", "Pain"),
    ],
)
def test_place_is_what_the_group_is_called(notice: str, place: str, tmp_path: Path) -> None:
    chat(tmp_path, NOTE, f"20.08.25, 18:01 - {notice}", "20.08.25, 18:02 - Rosa: rye")
    assert [row["place"] for row in rows(tmp_path, "posts")] == [place]


@pytest.mark.parametrize(
    "notice",
    [
        "Rosa hat die Gruppe „Brot: eine Liebe“ erstellt.",
        "Rosa hat den Betreff von „Brot“ zu „Brot: eine Liebe“ geändert",
        "Rosa a modifié le nom du groupe en « Pain : amour »",
        "Роза изменила название группы на «Хлеб: любовь»",
        'Rosa changed the subject to "Bread: a love"',
    ],
)
def test_colon_in_the_name_of_a_group_makes_nobody(notice: str, tmp_path: Path) -> None:
    record = chat(tmp_path, NOTE, f"20.08.25, 18:01 - {notice}", "20.08.25, 18:02 - Rosa: rye")
    assert record.skipped == {NOTICE: 2}
    assert [row["author_name"] for row in rows(tmp_path, "posts")] == ["Rosa"]


def test_buddhist_year_in_two_digits_is_no_year_to_come(tmp_path: Path) -> None:
    record = chat(tmp_path, "27/8/68 15:10 - Rosa: rye", "28/8/68 15:10 - Tom: yes")
    assert "Gregorian calendar" in str(record.refusal)


def test_chats_without_a_name_are_places_of_their_own_that_name_nobody(tmp_path: Path) -> None:
    for name in ("WhatsApp Chat with Rosa Baker.txt", "WhatsApp Chat with +49 30 5550100.txt", "_chat.txt"):
        (tmp_path / name).write_text("20.08.25, 18:02 - Rosa: rye")
    with zipfile.ZipFile(tmp_path / "WhatsApp Chat - Tom.zip", "w") as archive:
        archive.writestr("_chat.txt", "20.08.25, 18:02 - Rosa: rye")
    read_all(tmp_path, tmp_path)
    places = [str(row["place"]) for row in rows(tmp_path, "posts")]
    assert len(set(places)) == 4
    assert not any(word in place for place in places for word in ("Rosa", "Tom", "5550100"))


def test_numbers_are_keys_and_never_shown(tmp_path: Path) -> None:
    record = chat(
        tmp_path,
        "20.08.25, 18:02 - +49 30 5550100: rye",
        "20.08.25, 18:03 - Rosa: @49305550100 really?",
        f"20.08.25, 18:04 - \u202a+49\u00a030\u00a05550100\u202c: @{OPEN}+49 30 5550100{CLOSE} is me, "
        f"@{OPEN}~Tom K{CLOSE}",
        "20.08.25, 18:05 - rosa@example.org: in 2025 @2025",
    )
    posts = rows(tmp_path, "posts")
    key = account_of("+49 30 5550100")[0]
    assert str(key).startswith("phone:")
    assert [post.get("author_id") for post in posts][:3] == [key, "rosa", key]
    assert [post.get("text") for post in posts] == ["rye", "@… really?", "@… is me, @Tom K", "in 2025 @2025"]
    assert posts[1]["mentions"] == [[key, None, 0]]
    assert posts[2]["mentions"] == [[key, None, 0], ["tom k", "Tom K", 10]]
    for table in ("posts", "names"):
        assert "5550100" not in str(rows(tmp_path, table))
    assert str(posts[3]["author_id"]).startswith("mail:")
    assert "5550100" not in str(record)


def test_two_equal_words_in_a_minute_are_two_messages_and_an_overlap_counts_once(tmp_path: Path) -> None:
    lines = [
        NOTE,
        *(f"27.08.25, 15:{10 + number // 4} - Rosa: ok" for number in range(9)),
        "27.08.25, 15:12 - Tom: ok",
    ]
    whole, later = tmp_path / "a.txt", tmp_path / "b.txt"
    whole.write_text("\n".join(lines[:9]))
    later.write_text("\n".join(lines[3:]))
    ledger = add_to_store([whole, later], tmp_path / "store")
    assert ledger.posts == 10
    assert ledger.skipped["duplicate post"] == 6


def test_export_with_pictures_and_one_without_are_one_chat(tmp_path: Path) -> None:
    ids = []
    for name, picture in (("a", f"{MARK}<attached: 0001-PHOTO.jpg>"), ("b", f"{MARK}image omitted")):
        chat(tmp_path / name, f"{MARK}[27.08.25, 15:10:05] Rosa: {picture}", "[27.08.25, 15:10:06] Rosa: rye")
        ids.append([row["post_id"] for row in rows(tmp_path / name, "posts")])
    assert ids[0] == ids[1]


def test_only_the_chat_of_a_zip_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "WhatsApp Chat - Bread.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("_chat.txt", "27.08.25, 15:10 - Rosa: rye")
        for number in range(3):
            archive.writestr(f"0000000{number}-PHOTO-2025-08-27.jpg", b"\xff\xd8\xff")
    (record,) = read_all(path, tmp_path)
    assert record.posts == 1
    assert any("3 other files stay closed" in note for note in record.notes)


def test_chat_of_two_is_told(tmp_path: Path) -> None:
    record = chat(tmp_path, "27.08.25, 15:10 - Rosa: rye", "27.08.25, 15:11 - Tom: yes")
    assert any("only two people" in note for note in record.notes)
    assert not any("only two people" in note for note in read(FIXTURES / "whatsapp.ios.txt", tmp_path).notes)


@pytest.mark.parametrize(
    "text",
    [
        "[2025-08-27 15:10:05] production.ERROR: no rye\n[2025-08-27 15:10:06] production.INFO: rye",
        "2025-08-27 15:10:05 - INFO: no rye",
        "2025-08-27 15:10 - INFO: no rye",
        "2025/08/27 15:10:05: main: no rye",
        "[8/27/2025 3:10 PM] rosa\nrye\n\n[8/27/2025 3:11 PM] tom\nyes",
        "Dear all,\n27/08/2025, 15:10 - Rosa: rye\nas she said.",
        "27/08/2025, 15:10 - a meeting",
        "27 loaves: 3 rye",
    ],
)
def test_what_looks_like_a_chat_is_none(text: str, tmp_path: Path) -> None:
    (tmp_path / "x").write_text(text)
    module = exports._recognised(sample_of(Source("x", tmp_path / "x")), {})[1]
    assert module is None or module.NAME != "whatsapp"


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"\x8a\x01\x08\x01\x1a\x12\x0a\x10" + bytes(range(200, 216)) * 9, "choose Export chat"),
        (b"SQLite format 3\x00" + b"\x00" * 99, "export the chat itself"),
    ],
)
def test_backup_is_refused_with_the_cure(content: bytes, refusal: str, tmp_path: Path) -> None:
    (tmp_path / "msgstore.db.crypt15").write_bytes(content)
    assert refusal in str(read(tmp_path / "msgstore.db.crypt15", tmp_path).refusal)


def test_message_without_end_is_cut_and_hides_nothing(tmp_path: Path) -> None:
    record = chat(tmp_path, "27.08.25, 15:10 - Rosa: rye", *["x" * 1000] * 500, "27.08.25, 15:11 - Tom: yes")
    first, second = rows(tmp_path, "posts")
    assert record.records == 2
    assert 60_000 < len(first["text"]) <= 2**16
    assert second["text"] == "yes"


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.text(f"{MARK}{OPEN}{CLOSE}{NARROW}@~:<>.- ñ🥨19a\u202e\x00=", max_size=40), max_size=6))
def test_whatever_is_typed_no_message_is_lost(
    tmp_path_factory: pytest.TempPathFactory, said: list[str]
) -> None:
    folder = tmp_path_factory.mktemp("typed")
    lines = [f"27.08.25, 15:10 - Rosa: {text}" for text in said]
    record = chat(folder, "28.08.25, 15:11 - Tom: yes", *lines)
    assert record.records == len(said) + 1
    for row in rows(folder, "posts"):
        assert not Counter(str(row.get("text"))) & Counter(MARK + OPEN + CLOSE + "\u202e")
        for _account, _name, start in row.get("mentions", []):
            assert row["text"][start] == "@"


def test_long_hostile_texts_take_no_time() -> None:
    for text in (
        "a" * 60_000,
        " " * 60_000 + "x",
        f"{MARK}<" * 20_000,
        "x.jpg " * 10_000,
        f"@{OPEN}" * 20_000,
        "<a:" * 20_000,
    ):
        words_of(text, is_marked=False)
        head_of(text)
        head_of("27.08.25, " + text)
