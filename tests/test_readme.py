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
