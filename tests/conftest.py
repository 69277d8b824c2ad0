"""Tiny exports in which everybody has a name, written to disk and loaded like any other.

`tiny("ana>bo mon 9h; bo>ana tue 21h reply; cy>BRAND mon")` is a study of three posts. One statement is one
post, its parts stand in any order after the author:

========================  ==================================================================
``ana``                   ana writes to nobody in particular
``ana>bo``, ``ana>bo,cy``  ana names bo; ana names bo and cy in one post
``mon`` … ``sun``         the day, in the first week; ``mon+2`` two weeks later; ``d40`` day 40 after Monday
``9h``, ``9h30``          the time of day in UTC; noon by default
``reply quote repost``    the kind; the first account named is the one answered, quoted, reposted
``=p``                    the post is called p (others are called after their place)
``:p``                    it answers, quotes or reposts the post p
``in:t``                  it stands in the thread t (a post called t opens it); else in that of the post
                          answered; else it opens its own
``tag:crumb``             it carries a hashtag
``head:cy``               the platform put cy's name at its head, behind that of whom it answers
========================  ==================================================================

Days begin on Monday, 6 January 2025. The brand is called BRAND.
"""

from __future__ import annotations

import fcntl
import gc
import json
import os
import shutil
import signal
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from communitylab import store
from communitylab import study as rooms
from communitylab.exports import FileRecord
from communitylab.exports.sink import Sink
from communitylab.exports.text import names_in
from communitylab.ledger import Ledger
from communitylab.study import Study
from communitylab.tables import Edge, Mention, Name, Parent, Post

MONDAY = datetime(2025, 1, 6, tzinfo=UTC)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
REAL = Path(__file__).parents[2] / "shared" / "data"
SAMPLE = Path(__file__).parents[1] / "data" / "sample"
BAKERY = SAMPLE / "bakery" / "posts.jsonl"
TRUTH = json.loads((SAMPLE / "bakery" / "truth.json").read_text(encoding="utf-8"))
"""What was planted in the bakery sample."""

Tiny = Callable[..., Study]


def account_id(name: str) -> str:
    """The id of somebody: in the order of names."""
    return f"id-{name.lower()}"


def x_post(
    name: str,
    number: str,
    at: datetime | None,
    text: str = "",
    *,
    names: Iterable[str] = (),
    refers: tuple[str, str] | None = None,
    answers: str | None = None,
    thread: str | None = None,
    tags: Iterable[str] = (),
    **more: Any,
) -> dict[str, Any]:
    """One post as the X API v2 gives it; every occurrence of @name in the text is a mention."""
    mentions = [
        {"id": account_id(named), "username": named, "start": start, "end": start + len(named) + 1}
        for named in dict.fromkeys(names)
        for start in _places(text, "@" + named)
    ]
    post: dict[str, Any] = {
        "id": number,
        "author_id": account_id(name),
        "text": text,
        "conversation_id": thread or number,
        "entities": {
            "mentions": sorted(mentions, key=lambda mention: mention["start"]),
            "hashtags": [{"tag": tag} for tag in tags],
        },
        **more,
    }
    if at is not None:
        post["created_at"] = at.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    if refers is not None:
        post["referenced_tweets"] = [{"type": refers[0], "id": refers[1]}]
    if answers is not None:
        post["in_reply_to_user_id"] = account_id(answers)
    return post


def x_page(
    posts: list[dict[str, Any]], *, users: Iterable[str], written: dict[str, str] | None = None
) -> str:
    """A page of posts with the users named in it and, as context, who wrote which other posts."""
    includes = {
        "users": [
            {"id": account_id(name), "username": name, "name": name.title()} for name in sorted(set(users))
        ],
        "tweets": [
            {"id": number, "author_id": account_id(name), "text": "…"}
            for number, name in (written or {}).items()
        ],
    }
    return json.dumps({"data": posts, "includes": includes, "meta": {"result_count": len(posts)}})


def _places(text: str, part: str) -> list[int]:
    found, start = [], text.find(part)
    while start >= 0:
        if not text[start + len(part) : start + len(part) + 1].isalnum():
            found.append(start)
        start = text.find(part, start + 1)
    return found


def _moment(day: str | None, hour: str | None) -> datetime:
    days = 0
    if day and day[0] == "d" and day[1:].lstrip("-").isdigit():
        days = int(day[1:])
    elif day:
        weekday, _plus, weeks = day.partition("+")
        days = WEEKDAYS.index(weekday) + 7 * int(weeks or 0)
    hours, _h, minutes = (hour or "12h").partition("h")
    return MONDAY + timedelta(days=days, hours=int(hours), minutes=int(minutes or 0))


def posts_of(story: str) -> str:
    """The export that a story stands for, as one page of the X API v2."""
    told = [statement.split() for statement in story.replace("\n", ";").split(";") if statement.strip()]
    posts: list[dict[str, Any]] = []
    threads: dict[str, str] = {}
    writers: dict[str, str] = {}
    users: set[str] = {"BRAND"}
    context: dict[str, str] = {}
    for place, (head, *parts) in enumerate(told, 1):
        author, _arrow, named = head.partition(">")
        targets = [name for name in named.split(",") if name]
        kind, number, refers_to, thread, day, hour = "mention", f"{place:06}", None, None, None, None
        tags, carried = [], []
        for part in parts:
            if part in ("reply", "quote", "repost"):
                kind = part
            elif part.startswith("="):
                number = part[1:]
            elif part.startswith("in:"):
                thread = part[3:]
            elif part.startswith(":"):
                refers_to = part[1:]
            elif part.startswith("tag:"):
                tags.append(part[4:])
            elif part.startswith("head:"):
                carried.append(part[5:])
            elif part[0].isdigit():
                hour = part
            else:
                day = part
        users |= {author, *targets, *carried}
        writers[number] = author
        first = targets[0] if targets else writers.get(refers_to or "")
        # No answer without a post that is answered: one that is not in the export, of which the page says who wrote it.
        refers_to = refers_to or (f"{number}-parent" if kind != "mention" and first else None)
        if refers_to and refers_to not in writers and first:
            context[refers_to] = first
        if kind == "reply" and refers_to:
            thread = thread or threads.get(refers_to, refers_to)
        typed = targets[1:] if kind in ("reply", "quote", "repost") else targets
        text = f"words {number} " + " ".join(f"@{name}" for name in typed)
        if kind == "reply" and targets:
            text = " ".join(f"@{name}" for name in (targets[0], *carried)) + " " + text
        if kind == "repost":
            text = f"RT @{first}: " + text
        verb = {"reply": "replied_to", "quote": "quoted", "repost": "retweeted"}.get(kind)
        post = x_post(
            author,
            number,
            _moment(day, hour),
            text,
            names=[*targets, *carried],
            refers=(verb, refers_to) if verb and refers_to else None,
            answers=first if kind == "reply" else None,
            thread=thread,
            tags=tags,
        )
        threads[number] = post["conversation_id"]
        posts.append(post)
    return x_page(posts, users=users, written=context)


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Tiny:
    """Studies of stories; the same story is loaded once."""
    loaded: dict[str, Study] = {}

    def load(story: str, *, brand: str = "BRAND", followers: str | None = None, **options: Any) -> Study:
        key = repr((story, brand, followers, sorted(options.items())))
        if key not in loaded:
            folder = tmp_path_factory.mktemp("story")
            export = folder / "export.jsonl"
            export.write_text(posts_of(story), encoding="utf-8")
            listed = None
            if followers is not None:
                listed = folder / "followers.txt"
                listed.write_text("\n".join(followers.split()), encoding="utf-8")
            loaded[key] = rooms.load(export, brand=brand, followers=listed, **options)
        return loaded[key]

    return load


@pytest.fixture(scope="session")
def numbers_of() -> Callable[[Study], dict[str, int]]:
    """Name → integer account of a study."""

    def numbers(study: Study) -> dict[str, int]:
        rows = study.people.select("name", "account").to_pyarrow().to_pylist()
        return {row["name"]: row["account"] for row in rows}

    return numbers


@pytest.fixture(scope="session")
def real(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """A file of the optional folder of real exports beside the project; without it the test is skipped."""

    def path(name: str) -> Path:
        found = REAL / name
        if not found.exists():
            pytest.skip(f"real exports are not here: no {name}")
        return found

    return path


@dataclass(frozen=True)
class Counted:
    """What became of posts that were handed over directly."""

    posts: list[dict[str, Any]]
    rows: list[dict[str, Any]]
    accounts: list[dict[str, Any]]
    ledger: Ledger

    @property
    def acts(self) -> list[str]:
        """Acts as `ana reply bo`, with what is uncommon about them, in order."""
        return sorted(
            f"{row['source_id']} {row['kind']} {row['target_id']}"
            + ("" if row["evidence"] == "explicit" else f" ({row['evidence']})")
            for row in self.rows
        )

    @property
    def threads(self) -> dict[str, str]:
        """The thread of each post."""
        return {row["post_id"]: row["thread"] for row in self.posts}


@dataclass(frozen=True)
class Told:
    """Posts, one list for each file, and their context."""

    files: tuple[tuple[Post, ...], ...]
    names: tuple[Name, ...] = ()
    parents: tuple[Parent, ...] = ()
    edges: tuple[Edge, ...] = ()

    def on(self, platform: str) -> Told:
        """The same on another platform; what is on another than x is on another than that, too."""

        def moved(entries: Iterable[Any]) -> tuple[Any, ...]:
            return tuple(entry._replace(platform=platform + entry.platform[1:]) for entry in entries)

        files = tuple(moved(posts) for posts in self.files)
        return Told(files, moved(self.names), moved(self.parents), moved(self.edges))


def told(*files: Iterable[Post], **context: Iterable[Any]) -> pytest.MarkDecorator:
    """Says what a test's fixture `counted` (several: `each_counted`) is about; each argument is one file."""
    lists = {name: tuple(entries) for name, entries in context.items()}
    return pytest.mark.told(Told(tuple(tuple(posts) for posts in files), **lists))


_LONGEST = (
    "test_cli",
    "test_validation",
    "test_lab",
    "test_wheel",
    "test_wording",
    "test_notebooks",
    "test_page",
)


# Long, and each of something that shorter tests show too: `make thorough` runs them, `make test` does not.
_THOROUGH = (
    "test_validation.py::test_small_run",
    "test_invariance.py",
    "test_wording.py::test_nothing_is_denied_that_chance_leaves_open[",
    "test_wording.py::test_intervals_keep",
    "test_notebooks.py::test_walk_runs_on_an_export_that_shows_less",
    "test_notebooks.py::test_report_opened_by_hand",
    "test_wheel.py::test_notebooks_of_the_wheel",
    "test_wheel.py::test_report_from_another_folder",
    "test_page.py::test_people_are_named_only",
    "test_cli.py::test_somebody_is_forgotten",
    "test_cli.py::test_a_report_shows_what_was_noted",
    "test_cli.py::test_a_followers_list_and_a_narrower_span",
    "test_cli.py::test_a_list_from_elsewhere",
    "test_sections.py::test_group_that_comes_later",
    "test_sections.py::test_groups_of_one_period",
    "test_shared_files.py::test_sample_report_gives",
    "test_verdict.py::test_star_is",
    "test_coverage.py::test_export_in_which_fewer",
    "test_numbers.py::test_atlas",
    "test_reports.py::test_every_format_comes_to_a_report",
    "test_lab.py::test_notebooks_run_on_an_export_typed",
    "test_shared_files.py::test_real_report_gives",
    "test_shared_files.py::test_report_on_hostile_posts_of_many_places_gives_nothing_away[everywhere]",
    "test_forgotten_places.py::test_nobody_forgotten_is_called_anything[slack-rosa",
    "test_forgotten_places.py::test_nobody_forgotten_is_called_anything[bluesky",
    "test_forgotten_places.py::test_nobody_forgotten_is_called_anything[reddit",
    "test_forgotten_places.py::test_nobody_forgotten_is_called_anything[telegram",
    "test_forgotten_places.py::test_nobody_forgotten_is_called_anything[whatsapp",
    "test_private_chats.py::test_slack[True]",
)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first, so that no worker waits for another in the end; the thorough ones marked."""
    for item in items:
        if any(f"/{one}" in f"/{item.nodeid}" for one in _THOROUGH):
            item.add_marker(pytest.mark.thorough)
    order = {name: place for place, name in enumerate(_LONGEST)}
    items.sort(key=lambda item: order.get(item.path.stem, len(order)))


def pytest_collection_finish() -> None:
    """What all tests import stays, and looking for cycles among it took a tenth of the time."""
    gc.freeze()
    gc.set_threshold(200_000, 50, 100)


def pytest_configure(config: pytest.Config) -> None:
    if (
        signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    ):  # in the background; what tests start would be deaf to Ctrl-C
        signal.signal(signal.SIGINT, signal.default_int_handler)
    config.addinivalue_line("markers", "thorough: long; run by `make thorough`")
    config.addinivalue_line("markers", "told: posts that the fixture `counted` is about")


def _put_together(tales: Iterable[Told], folder: Path) -> Counted:
    """Posts, names, parents and edges put together as a store does."""
    (folder / "parts").mkdir()
    tales = list(tales)
    records = []
    for number in range(max(len(tale.files) for tale in tales)):
        with Sink(folder / "parts", number) as sink:
            for tale in tales:
                for post in tale.files[number] if number < len(tale.files) else ():
                    sink.post(post)
                if number == 0:
                    for name in tale.names:
                        sink.name(**name._asdict())
                    for parent in tale.parents:
                        sink.parent(**parent._asdict())
                    for edge in tale.edges:
                        sink.edge(edge, 1)
        records.append(FileRecord(f"file {number}", number, records=sink.records, posts=sink.posts))
    engine = store.connect(folder)
    ledger = store._consolidate(engine, folder, held=None, ledger=Ledger(tuple(records)))
    tables = [
        engine.read_parquet(str(folder / f"{name}.parquet")).to_pyarrow().to_pylist()
        for name in ("posts", "acts", "accounts")
    ]
    return Counted(*tables, ledger)


@pytest.fixture(scope="session")
def count(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Counted]:
    """Puts posts together (one list for each file), on their own."""

    def counted(*files: Iterable[Post]) -> Counted:
        tale = Told(tuple(tuple(posts) for posts in files))
        return _put_together([tale], tmp_path_factory.mktemp("counted"))

    return counted


@pytest.fixture(scope="module")
def _counted_at_once(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Counted]:
    """What all tests of a module tell, each on a platform of its own: putting together takes its time."""
    tales = {
        f"{item.nodeid}-{place}": mark.args[0].on(f"{item.nodeid}-{place}")
        for item in request.session.items
        if item.path == request.path
        for place, mark in enumerate(item.iter_markers("told"))
    }
    every = _put_together(tales.values(), tmp_path_factory.mktemp("counted"))
    return {
        platform: Counted(
            *(
                [row for row in rows if row["platform"].startswith(platform)]
                for rows in (every.posts, every.rows, every.accounts)
            ),
            every.ledger,
        )
        for platform in tales
    }


@pytest.fixture
def each_counted(request: pytest.FixtureRequest, _counted_at_once: dict[str, Counted]) -> list[Counted]:
    """What became of each tale of a test."""
    n = len(list(request.node.iter_markers("told")))
    return [_counted_at_once[f"{request.node.nodeid}-{place}"] for place in range(n)]


@pytest.fixture
def counted(each_counted: list[Counted]) -> Counted:
    """What became of the tale of a test."""
    return each_counted[0]


def said(author: str, number: str, text: str | None = None, *, at: str = "mon", **more: Any) -> Post:
    """A post whose author's id and name are the same word, and which names whom its text names."""
    mentions = [Mention(found.name, found.name, found.start) for found in names_in(text)]
    day, _space, hour = at.partition(" ")
    known = {
        "author_id": author,
        "author_name": author,
        "created_at": _moment(day, hour or None),
        "text": text,
    }
    return Post("x", post_id=number, **{**known, "mentions": mentions or None, **more})


SAMPLE_CALLS: dict[str, dict[str, Any]] = {
    "bakery": {
        "brand": "millandcrumb",
        "followers": SAMPLE / "bakery" / "followers.csv",
        "hashtags": "crumbchat",
    },
    "helpdesk": {"brand": "parcelhare"},
    "own_archive": {"brand": "millandcrumb"},
}
"""How the samples are loaded of which there is a report."""


@pytest.fixture(scope="session")
def written_once(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, Callable[[Path], Any]], Path]:
    """A folder that the first test of a run fills, whichever its worker; all others only read it."""
    root = tmp_path_factory.getbasetemp()
    root = root.parent if "PYTEST_XDIST_WORKER" in os.environ else root  # that of all workers of a run
    (root / "written-once").mkdir(exist_ok=True)

    def folder(name: str, write: Callable[[Path], Any]) -> Path:
        out, done = root / "written-once" / name, root / "written-once" / f"{name}.done"
        with (root / "written-once" / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # the other workers wait for the first
            if not done.exists():
                write(out)
                done.touch()
        return out

    return folder


@pytest.fixture(scope="session")
def sample_report(written_once: Callable[[str, Callable[[Path], Any]], Path]) -> Callable[[str], Path]:
    """The folder of a report on a sample, named after it."""

    def folder(name: str) -> Path:
        from communitylab.page import write_report

        def write(out: Path) -> None:
            study = rooms.load(SAMPLE / name / "posts.jsonl", **SAMPLE_CALLS[name])
            write_report(study, out=out, seed=7)

        return written_once(name, write)

    return folder


@pytest.fixture(scope="session")
def hostile_report(written_once: Callable[[str, Callable[[Path], Any]], Path]) -> Path:
    """A folder with posts.jsonl, hostile in every word; the report on it in out/, with what was done noted in such
    words, too; and named.html, the same page with names."""
    import hostile

    from communitylab.diary import note_action
    from communitylab.page import write_report
    from communitylab.rendering import page_of, run_notebook

    def write(folder: Path) -> None:
        folder.mkdir()
        out = folder / "out"
        for day, word in enumerate(hostile.SCRIPTS, 1):
            note_action(out, f"oven {word}", on=f"2025-03-{day:02}")
        study = rooms.load(hostile.hostile_export(folder), brand=hostile.BRAND, hashtags=hostile.HASHTAG)
        write_report(study, out=out, seed=7)
        notebook = run_notebook("report", parameters={"MEASURED": str(out), "NAMES": True})
        page = page_of(notebook, title=hostile.BRAND, names=True)
        (folder / "named.html").write_text(page, encoding="utf-8")

    return written_once("hostile", write)


@pytest.fixture
def pageless(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reports without the page, which takes most of the time: for what is told from their numbers."""
    monkeypatch.setattr("communitylab.page._write_page", lambda *_place, **_how: None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """A real browser, offline: Debian's Chromium."""
    from playwright.sync_api import sync_playwright

    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("no browser: install one, `apt-get install chromium`")
    quiet = [
        "--no-sandbox",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ]
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=quiet)
        yield started
        started.close()
