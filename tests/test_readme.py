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


def test_every_format_is_named():
    from communitylab.exports import formats

    for one in formats():
        word = {"x_api_v2": "API v2", "support_csv": "customer-support", "table": "edge list"}.get(
            one.name, one.name
        )
        assert word in README
