"""Mailboxes that are no lists, archives that keep little, and mails that would stop a reader."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from reading import FIXTURES, read, rows

from communitylab.exports import mailing_list
from communitylab.exports.mails import mails
from communitylab.files import Source

SEPARATOR = "From rosa@example.org  Wed Aug 27 13:08:45 2025\n"
LIST = "List-Id: Bread <bread.example.org>\n"
BARE = 'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="xx"\n'


def mail(number: int, headers: str, *, sender: str = "Rosa <rosa@example.org>", body: str = "Rye.") -> str:
    return f"{SEPARATOR}From: {sender}\nMessage-ID: <{number}@mail.example.org>\n{headers}\n{body}\n\n"


def written(folder: Path, *mails: str) -> Path:
    path = folder / "list.mbox"
    path.write_text("".join(mails), encoding="utf-8", newline="")
    return path


def authors(folder: Path) -> list[object]:
    return [row.get("author_name", row.get("author_id")) for row in rows(folder, "posts")]


INBOX = [
    mail(n, "Received: by example.org\nTo: rosa@example.org\n", sender=f"p{n}@example.org") for n in range(6)
]
SENT = [mail(n, "To: bo@example.org\nSubject: dear Bo\n") for n in range(6)]
NEWSLETTERS = [mail(n, f"Received: by x\nTo: me\nList-Id: <shop{n}.example.org>\n") for n in range(6)]


@pytest.mark.parametrize("mails", [INBOX, SENT, NEWSLETTERS], ids=["inbox", "sent mails", "newsletters"])
def test_private_mailbox_is_refused(mails: list[str], tmp_path: Path) -> None:
    record = read(written(tmp_path, *mails), tmp_path)
    assert record.refusal
    assert record.refusal.startswith("A mailbox of which most mails did not come over one mailing list.")
    assert (record.records, rows(tmp_path, "posts")) == (0, [])


def test_half_of_the_mails_must_have_come_over_the_list(tmp_path: Path) -> None:
    of_list = [mail(10 + n, LIST + "To: bread@example.org\n") for n in range(6)]
    record = read(written(tmp_path, *of_list, *INBOX), tmp_path)
    assert (record.posts, record.skipped) == (6, {"a mail that did not come over the list": 6})
    assert read(written(tmp_path, *of_list[1:], *INBOX), tmp_path).refusal


@pytest.mark.parametrize(
    "header",
    ["Sender: owner-bread@example.org\n", "Precedence: list\n", "X-BeenThere: bread@example.org\n",
     "Mailing-list: list bread@example.org; contact bread+owners@example.org\n", "Newsgroups: rec.bread\n"],
)  # fmt: skip
def test_list_is_known_by_any_sign(header: str, tmp_path: Path) -> None:
    addressed = [mail(n, f"Received: by x\nTo: b@example.org\n{header}") for n in range(3)]
    assert read(written(tmp_path, *addressed), tmp_path).posts == 3


def test_archive_that_keeps_no_more_than_to_whom(tmp_path: Path) -> None:
    to = f"To: bread@example.org\nSubject: rye\n{BARE}"
    body = "--xx\nContent-Type: text/plain\n\nRye.\n--xx--\n"
    first = mail(1, to, body=body)
    second = mail(2, to + "In-Reply-To: 1@mail.example.org\n", sender="Bo <bo@example.org>", body=body)
    read(written(tmp_path, first, second), tmp_path)
    assert [row.get("reply_to_post_id") for row in rows(tmp_path, "posts")] == [None, "1@mail.example.org"]


@pytest.mark.parametrize(
    "sender",
    ["Rosa <rosa@example.org>", "rosa@example.org", "rosa at example.org (Rosa)", "Rosa <rosa at example.org>",
     "rosa(at)example.org", "Rosa <rosa(a)example.org>", "ROSA@EXAMPLE.ORG (Rosa)", "Rosa rosa@example.org",
     "=?utf-8?q?Rosa_=3Crosa_at_example=2Eorg=3E?=", "\"Rosa (home)\" <rosa@example.org>",
     "Rosa via Bread <rosa=example.org@groups.example>"],
)  # fmt: skip
def test_address_is_one_person_however_it_is_written(sender: str, tmp_path: Path) -> None:
    plain, disguised = mail(1, LIST, sender="rosa@example.org"), mail(2, LIST, sender=sender)
    read(written(tmp_path, plain, disguised), tmp_path)
    first, second = (row["author_id"] for row in rows(tmp_path, "posts"))
    assert first == second


def test_archives_of_two_kinds_know_the_same_people(tmp_path: Path) -> None:
    ids = []
    for name in ("mailing_list.mailman.mbox", "mailing_list.pipermail.txt"):
        folder = tmp_path / name
        folder.mkdir()
        read(FIXTURES / name, folder)
        ids.append(
            {row["author_id"] for row in rows(folder, "posts") if row.get("author_name") == "Rosa Bäcker"}
        )
    assert ids[0] == ids[1]
    assert len(ids[0]) == 1


def test_people_behind_the_address_of_the_list_are_not_one(tmp_path: Path) -> None:
    headers = LIST + "Reply-To: Bread <BREAD@example.org>\n"
    munged = [
        mail(n, headers, sender=f"{name} via Bread <bread@example.org>")
        for n, name in enumerate(("Ana", "Bo"))
    ]
    read(written(tmp_path, *munged), tmp_path)
    assert authors(tmp_path) == ["Ana", "Bo"]
    assert not any("author_id" in row for row in rows(tmp_path, "posts"))


def test_no_address_is_kept_but_where_it_was_typed(tmp_path: Path) -> None:
    for name in ("mailing_list.mailman.mbox", "mailing_list.pipermail.txt"):
        read(FIXTURES / name, tmp_path)
        for row in [*rows(tmp_path, "posts"), *rows(tmp_path, "names")]:
            kept = {key: value for key, value in row.items() if key not in ("text", "links")}
            assert "@example.org" not in str(kept)
            assert " at example" not in str(kept)


def test_line_ends_make_no_difference(tmp_path: Path) -> None:
    content = (FIXTURES / "mailing_list.mailman.mbox").read_bytes()
    found = []
    for name, ends in (("unix", b"\n"), ("windows", b"\r\n")):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "x").write_bytes(content.replace(b"\n", ends))
        read(folder / "x", folder)
        found.append(rows(folder, "posts"))
    assert found[0] == found[1]


def test_what_is_attached_to_a_mail_is_not_kept(tmp_path: Path) -> None:
    attached = f"--xx\n\nSee below.\n--xx\nContent-Type: image/png\n\n{'a' * 76}\n" + f"{'a' * 76}\n" * 10_000
    record = read(written(tmp_path, mail(1, LIST + BARE, body=attached), mail(2, LIST)), tmp_path)
    assert [row["text"] for row in rows(tmp_path, "posts")] == ["See below.", "Rye."]
    assert record.records == 2


@pytest.mark.parametrize(
    ("written_as", "words"),
    [("Yes.\n\n> No?\n> Yes?\n", "Yes."),
     ("On 27 Aug 2025, Rosa <rosa@example.org>\nwrote:\n\n> No?\nYes.\n", "Yes."),
     ("I like three things:\n\n> which?\nRye.\n", "I like three things:\n\nRye."),
     ("Yes.\n-- \nRosa\n", "Yes."), ("Yes.\n---\nNo.\n", "Yes.\n---\nNo."),
     ("Yes.\n" + "_" * 47 + "\nBread mailing list\n", "Yes."),
     ("Yes.\n-----Original Message-----\nFrom: Bo\n", "Yes.")],
)  # fmt: skip
def test_words_of_others_are_left_out(written_as: str, words: str, tmp_path: Path) -> None:
    read(written(tmp_path, mail(1, LIST + "In-Reply-To: <9@x>\n", body=written_as)), tmp_path)
    assert [row["text"] for row in rows(tmp_path, "posts")] == [words]


@pytest.mark.parametrize(
    ("headers", "parent"),
    [("In-Reply-To: <2@x>\nReferences: <1@x> <3@x>\n", "2@x"), ("References: <1@x>\n <3@x>\n", "3@x"),
     ("In-Reply-To: Your message of \"Wed, 27 Aug\" <2@x>\n", "2@x"),
     ("In-Reply-To: Message from Bo <bo@example.org> of Wed <2@x>\n", "2@x"),
     ("In-Reply-To: Message from Bo <bo@example.org>\n", None), ("In-Reply-To: <7@mail.example.org>\n", None)],
)  # fmt: skip
def test_what_a_mail_answers(headers: str, parent: str | None, tmp_path: Path) -> None:
    read(written(tmp_path, mail(7, LIST + headers)), tmp_path)
    (row,) = rows(tmp_path, "posts")
    assert (row.get("reply_to_post_id"), row["kind"]) == (parent, "reply" if parent else "post")


OFF_LIST = "In-Reply-To: <off@example.org>\nReferences: <1@mail.example.org> <off@example.org>\n"


@pytest.mark.parametrize(
    ("headers", "parent"),
    [(OFF_LIST, "1@mail.example.org"),
     ("References: <1@mail.example.org> <off@example.org>\n", "1@mail.example.org"),
     ("In-Reply-To: <3@mail.example.org>\nReferences: <1@mail.example.org>\n", "3@mail.example.org"),
     ("In-Reply-To: <off@example.org>\nReferences: <of@x> <off@example.org>\n", "off@example.org"),
     ("In-Reply-To: <off@example.org>\nReferences: <2@mail.example.org>\n", "off@example.org"),
     ("In-Reply-To: <1@mail.example.org>\nReferences: <1@mail.example.org> <3@mail.example.org>\n",
      "1@mail.example.org")],
    ids=["off the list", "no In-Reply-To", "later in the file", "nothing is known", "its own id", "both are known"],
)  # fmt: skip
@pytest.mark.parametrize("written", [str, str.swapcase], ids=["", "fields in other capitals"])
def test_answer_to_a_mail_off_the_list_goes_to_the_last_one_on_it(
    headers: str, parent: str, written: Callable[[str], str], tmp_path: Path
) -> None:
    fields = LIST.replace("List-Id", written("List-Id"))
    mails = [mail(1, fields), mail(2, fields + headers), mail(3, fields)]
    path = tmp_path / "list.mbox"
    path.write_text(
        "".join(mails).replace("Message-ID: <", f"{written('Message-ID')}:\n <"), encoding="utf-8"
    )
    read(path, tmp_path)
    assert rows(tmp_path, "posts")[1]["reply_to_post_id"] == parent


def test_too_many_mails_are_not_remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, mail(1, LIST), mail(2, LIST + OFF_LIST))
    for most, parent in ((2, "1@mail.example.org"), (1, "off@example.org")):
        monkeypatch.setattr(mailing_list, "_MOST_MAILS", most)
        read(path, tmp_path)
        assert rows(tmp_path, "posts")[1]["reply_to_post_id"] == parent


@pytest.mark.parametrize(
    "headers",
    ["Content-Type: multipart/mixed; boundary=\"" + ";" * 250_000 + "\n",
     "Content-Type: text/plain; charset=punycode\n", "Content-Type: text/plain; charset=\"a\x00b\"\n",
     "Content-Type: text/plain; charset*" + "9" * 5_000 + "=b\n",
     "Subject: =?utf-8?b?a?= =?utf-7?q?+2AA-?=\n", "Date: Wed, 1 Jan 0001 00:00:00 +2300\n",
     "In-Reply-To: " + "from " * 50_000 + "\n", "References: " + "<" * 250_000 + "\n"],
    ids=["semicolons", "punycode", "NUL", "number", "encodings", "year 1", "words", "brackets"],
)  # fmt: skip
def test_hostile_headers_stop_nobody(headers: str, tmp_path: Path) -> None:
    record = read(written(tmp_path, mail(1, LIST + headers, body="a" * 200_000), mail(2, LIST)), tmp_path)
    assert record.records == 2


def test_only_the_beginning_of_a_mail_is_kept(tmp_path: Path) -> None:
    path = written(tmp_path, mail(1, LIST, body="rye and spelt\n" * 100_000))
    ((line, content),) = mails(Source("x", path), lambda reason, line: None)
    assert line == 1
    assert len(content) < 300_000


def test_charset_that_is_none_is_not_used(tmp_path: Path) -> None:
    read(
        written(
            tmp_path, mail(1, LIST + "Content-Type: text/plain; charset=unicode_escape\n", body=r"C:\new")
        ),
        tmp_path,
    )
    assert [row["text"] for row in rows(tmp_path, "posts")] == [r"C:\new"]


@pytest.mark.parametrize(
    ("headers", "sender", "is_bot"),
    [("Auto-Submitted: auto-generated\n", "rosa@example.org", True),
     ("Auto-Submitted: no\n", "rosa@example.org", False), ("", "MAILER-DAEMON@example.org", True),
     ("", "no-reply@example.org", True),
     ("", "bread-request@example.org", True), ("Precedence: bulk\n", "rosa@example.org", False)],
)  # fmt: skip
def test_machines_are_told_from_people(headers: str, sender: str, is_bot: bool, tmp_path: Path) -> None:
    read(written(tmp_path, mail(1, LIST + headers, sender=sender)), tmp_path)
    assert [row.get("is_bot", False) for row in rows(tmp_path, "posts")] == [is_bot]


def test_mail_nested_without_end_is_skipped(tmp_path: Path) -> None:
    parts = "".join(f"--{n}\nContent-Type: multipart/mixed; boundary={n + 1}\n\n" for n in range(4_000))
    deep = mail(1, LIST + "Content-Type: multipart/mixed; boundary=0\n", body=parts)
    record = read(written(tmp_path, deep, mail(2, LIST)), tmp_path)
    assert (record.posts, record.skipped) == (1, {"a mail that cannot be taken apart": 1})
