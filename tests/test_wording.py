"""What reports of the samples say: nothing denied that chance leaves open, no interval beyond its scale."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import communitylab as cl
from communitylab.sections import Sections, sections_of
from communitylab.sentences import HEADLINES, MEANS, SIGNS
from communitylab.words import methods_text, summary

SAMPLE = Path(__file__).parent.parent / "data" / "sample"
SAMPLES = {
    "bakery": {"brand": "millandcrumb", "hashtags": "crumbchat"},
    "helpdesk": {"brand": "parcelhare"},
    "forum": {"brand": "millandcrumb"},
    "page": {"brand": "Mill & Crumb"},
    "own_archive": {"brand": "millandcrumb"},
}
# Of what is not significant it is not known whether it is there.
DENIALS = re.compile(
    r"(no|not|never|nor|nothing|none|hardly|seldom)( \w+)? (more|longer|oftener|clearer)( often| than)? (than )?chance"
    r"|not by chance|beyond chance|only chance|mere chance|pure chance|do(es)? not meet again|no effect|no difference"
    r"|no influence|no relation|did not change|has not changed|have not changed|no change\b|unchanged|not significant"
    r"|insignificant|no groups: your|one fabric\.",
    re.IGNORECASE,
)
SCALES = {
    "follower_share_change": (-1, 1), "breadth_change": (-1, 1), "difference": (-1, 1),
    "first_answer": (0, float("inf")), "effective_pairs": (1, float("inf")),
}  # fmt: skip


@pytest.fixture(scope="module", params=SAMPLES)
def page(request) -> Sections:
    """The report of a sample."""
    options = dict(SAMPLES[request.param])
    if request.param == "bakery":
        options["followers"] = str(SAMPLE / "bakery" / "followers.csv")
    exported = [path for path in (SAMPLE / request.param).rglob("*.json*") if path.name != "truth.json"]
    return sections_of(cl.load(exported, **options), seed=7)


def test_nothing_is_denied_that_chance_leaves_open(page):
    said = [section._repr_html_() for section in page.each]
    said += [text for section in page.each for chart in section.charts for text in (chart.title, chart.alt)]
    for text in (*said, summary(page.content), methods_text(page.content)):
        plain = re.sub(r"data:image[^\"]*", "", text)
        assert not DENIALS.search(plain), DENIALS.search(plain)


@pytest.mark.parametrize("told", [HEADLINES, MEANS, SIGNS], ids=["headlines", "meanings", "signs"])
def test_no_sentence_that_a_report_may_hold_denies_it(told):
    for texts in told.values():
        for text in (texts,) if isinstance(texts, str) else texts:
            assert not DENIALS.search(text), text


@pytest.mark.parametrize(
    "text",
    [
        "the same people do not meet again more often than chance would have them",
        "some also keep in touch, and not by chance",
        "they come back no more often than chance",
        "there are no groups beyond chance",
        "answers had no effect",
        "talk did not change",
    ],
)
def test_denials_are_found(text):
    assert DENIALS.search(text)


def test_a_share_in_per_cent_has_one_form():
    """36%, as `percent` writes it; docstrings are for those who read code."""
    package = Path(cl.__file__).parent
    for path in sorted(package.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        about = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in about:
                assert not re.search(r"\d\s%(?!\w)", node.value), f"{path.name}, line {node.lineno}"


def test_intervals_keep_to_their_scale_and_hold_their_value(page):
    """Shares within 0 and 1, differences within −1 and 1, hours and pairs not below nothing."""
    content = page.content
    found = [(name, one.get("value", one.get("median_hours")), one.get("low"), one.get("high"))
             for name, one in content["measures"].items()]  # fmt: skip
    for one in (
        *content["newcomers"]["came_back"].items(),
        ("newcomers", content["newcomers"]["answered_by_follower"]),
    ):
        found.append((one[0], one[1]["value"], one[1].get("low"), one[1].get("high")))
    for tile in content["tiles"]:
        found += [("tile", *(tile[name] for name in names)) for names in
                  (("follower_share", "low", "high"), ("breadth", "breadth_low", "breadth_high"))]  # fmt: skip
    for by in ("kind", "ground", "platform"):
        found += [
            (by, *(one[name] for name in ("value", "low", "high"))) for one in content[f"by_{by}"].values()
        ]
    known = [one for one in found if one[1] is not None and one[2] is not None]
    assert known or content["coverage"]["class"] == "C"
    for name, value, low, high in known:
        least, most = SCALES.get(name, (0, 1))
        assert least <= low <= value <= high <= most, name
