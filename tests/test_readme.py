"""What the README shows works as it stands there."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_lines_of_python_run(monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    code = re.search(r"```python\n(.*?)```", README, re.S)[1]
    exec(compile(code, "README.md", "exec"), {})
    printed = capsys.readouterr().out
    assert "follower_share" in printed
    assert printed.splitlines()[-1] in ("community", "audience", "mixed", "undecided")


def row_of(one) -> str:
    """The row of a format in the table: name, title, class with its marks, how to get one."""
    marks = "*" * one.is_from_documentation + "†" * one.is_gone
    return f"| `{one.name}` | {one.title.partition(':')[0]} | {one.coverage}{marks} | {one.how} |"


def test_every_format_has_its_row():
    from communitylab.exports import formats

    rows = [line for line in README.splitlines() if re.match(r"\| `\w+` \| .* \| [ABCD][*†]* \| ", line)]
    assert sorted(rows) == sorted(row_of(one) for one in formats())


def test_formats_stand_in_short_tables_by_place():
    from communitylab.exports import formats

    first = {one.name: (one.platforms or ("",))[0] for one in formats()}
    tables = re.findall(r"\*\*([^*\n]+)\*\*[^\n]*\n\n\| name \| export .*\n\|[-|]+\n((?:\|.*\n)+)", README)
    names = {title: re.findall(r"^\| `(\w+)` ", rows, re.M) for title, rows in tables}
    assert sorted(name for those in names.values() for name in those) == sorted(first)
    places = {title: {first[name] for name in those} for title, those in names.items()}
    assert places == {
        "X (Twitter)": {"x"},
        "Bluesky, Mastodon, Reddit": {"bluesky", "mastodon", "reddit"},
        "Chats": {"discord", "telegram", "slack", "whatsapp"},
        "Your own ground": {"discourse", "disqus", "mail", "wordpress"},
        "Facebook, Instagram": {"facebook", "instagram"},
        "Graphs and any table": {"", "x"},  # NodeXL's workbooks are of X
    }


def test_changelog_counts_the_formats():
    from communitylab.exports import formats

    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.findall(r"→ (\d+) formats in all", changelog) == [str(len(formats()))]


def test_quick_targets_leave_the_longest_tests_out():
    rules = re.findall(r"^(\w+): .*\n((?:\t.*\n)+)", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)
    for name, lines in rules:
        if name in ("test", "check"):
            assert "-m 'not thorough'" in lines, name
