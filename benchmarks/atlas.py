"""The reference atlas: the measures of well-known networks and of real exports, as the package reckons them.

    python -m benchmarks.atlas --data ../shared/data

Writes data/reference.csv, which reports and notebooks stand a brand beside, and renders it as docs/atlas.md. The data
themselves stay where they are: what is written are figures of whole places, and nobody in particular is in them.

How a figure comes about: an export, and a network whose messages have times, is loaded as any other and measured by
`communitylab.measures` with the defaults of a report. Of a network without times only what needs none is reckoned, on
its links as they stand. A figure that is not defined stays empty.
"""

from __future__ import annotations

import argparse
import csv
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import networkx as nx
import numpy as np
import pandas as pd
from ibis import _

from communitylab import clusters, measures, networks
from communitylab.choices import BRAND
from communitylab.coverage import coverage_of
from communitylab.study import Study, load

SEED = 7
LEAST_REGULARS = 30  # with fewer the package calls the data insufficient: no breadth to stand beside
_ROOT = Path(__file__).parent.parent
_SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"

# In the order of the columns; `people` and `links` are those of the network that density, cohesion and
# modularity speak of: regular contacts, or the links of a network as they stand.
FIGURES = (
    "coverage", "first_day", "last_day", "followers", "regulars", "follower_share", "low", "high",
    "breadth", "breadth_low", "breadth_high", "return_rate", "return_rate_p", "spread", "effective_pairs",
    "mutuality", "cohesion", "centralization", "density", "modularity", "people", "links",
)  # fmt: skip
_WHOLE = ("followers", "regulars", "people", "links")


@dataclass(frozen=True)
class Place:
    """A place as a manager reads it: what it is, who stands as its brand, and who lets us know it."""

    name: str
    what: str
    kind: str  # export or network
    brand: str  # who is the brand, or is put in its place; empty where nobody is
    has_brand: bool
    has_times: bool
    source: str
    licence: str


_SUPPORT = ("first 5,000 rows of the public set Customer Support on Twitter", "non-commercial licence")
_SNAP = "Stanford Network Analysis Project"
_SHIPPED = "the data set is published; NetworkX, which ships it: BSD-3-Clause"
_FEW_PAIRS = 5
_NTH = ("Largest", "Second", "Third", "Fourth", "Fifth")

DESKS = Place(
    "Support desks",
    "customers of 76 companies on Twitter, mostly of 2017, collected from the desks' own threads",
    "export", "the 76 companies' accounts, taken together", True, True, *_SUPPORT,
)  # fmt: skip
DESK = tuple(
    Place(
        f"{nth} support desk",
        "one of the 76 companies by itself, among the five that most customers addressed",
        "export", "the company's account", True, True, *_SUPPORT,
    )
    for nth in _NTH
)  # fmt: skip
CONFERENCE = Place(
    "A network's conference",
    "a professional network under its conference hashtag, ten days in 2019",
    "export", "the network's account", True, True, "public hashtag export", "MIT",
)  # fmt: skip
CONGRESS = Place(
    "A science congress",
    "a scholarly society under its congress hashtag, 26 days in 2019",
    "export", "the society's account", True, True, "public hashtag export", "MIT",
)  # fmt: skip
FORUM = Place(
    "A forum of researchers",
    "42 topics of a public question-and-answer forum; a member is put in the brand's place",
    "export", "one of the members who wrote most", False, True, "public forum (Discourse)", "not stated",
)  # fmt: skip
STUDENTS = Place(
    "Students' messages",
    "private messages on a campus platform, 2004; there is no brand, so that all talk goes to others by construction",
    "network", "whoever wrote and received least", False, True,
    f"CollegeMsg: Panzarasa, Opsahl & Carley (2009), JASIST 60(5), 911–932; {_SNAP}", "not stated; to be cited",
)  # fmt: skip
MAILS = Place(
    "An institute's mail",
    "who sent mail to whom within a European research institute; no times",
    "network", "", False, False,
    "email-Eu-core: Leskovec, Kleinberg & Faloutsos (2007), ACM TKDD 1(1); Yin, Benson, Leskovec & Gleich (2017), "
    f"KDD; {_SNAP}", "not stated; to be cited",
)  # fmt: skip
MAILING_LIST = Place(
    "A mailing list",
    "who answered whom on a mailing list; no times",
    "network", "", False, False, "teaching workbook of NodeXL (ABC-D)", "not stated",
)  # fmt: skip
CLUB = Place(
    "Karate club",
    "34 members of a university's karate club, and who met whom outside it, before it split",
    "network", "", False, False, "Zachary (1977), Journal of Anthropological Research 33, 452–473", _SHIPPED,
)  # fmt: skip
WOMEN = Place(
    "Southern women",
    "18 women of a town in the South of the USA, linked where they were at the same social event",
    "network", "", False, False, "Davis, Gardner & Gardner (1941), Deep South, University of Chicago Press", _SHIPPED,
)  # fmt: skip
FAMILIES = Place(
    "Florentine families",
    "marriages between 15 families of Florence in the Renaissance",
    "network", "", False, False, "Breiger & Pattison (1986), Social Networks 8(3), 215–256", _SHIPPED,
)  # fmt: skip
NOVEL = Place(
    "Les Misérables",
    "77 characters of a novel, linked where they appear in the same chapter",
    "network", "", False, False, "Knuth (1993), The Stanford GraphBase, 74–87", _SHIPPED,
)  # fmt: skip


# --- The figures.


def figures_of(study: Study) -> dict[str, Any]:
    """The figures of a place that is loaded as an export: by column, those that are defined.

    Parameters
    ----------
    study
        The place.
    """
    share, broad = measures.follower_share(study), measures.breadth(study)
    regulars = int(broad.beside.get("regulars") or 0)
    first, last = map(study.day_named, study.days) if study.days else (None, None)
    returned = measures.return_rate(study, seed=SEED)
    shape = measures.structure(study, seed=SEED)
    found = {
        "coverage": coverage_of(study).name,
        "first_day": first,
        "last_day": last,
        "followers": measures.talk_counts(study)["active_followers"],
        "regulars": regulars,
        "follower_share": share.value,
        "low": share.low,
        "high": share.high,
        "return_rate": returned.value,
        "return_rate_p": returned.p,
        "spread": measures.spread(study).value,
        "effective_pairs": measures.effective_pairs(study).value,
        "mutuality": measures.mutuality(study, seed=SEED).value,
        "cohesion": measures.cohesion(study, seed=SEED).value,
        "centralization": measures.centralization(study).value,
        "density": shape["density"],
        "modularity": clusters.detect(study, seed=SEED, runs=1).modularity,
        "people": shape["nodes"],
        "links": shape["edges"],
    }
    if regulars >= LEAST_REGULARS:
        found |= {"breadth": broad.value, "breadth_low": broad.low, "breadth_high": broad.high}
    return found


def figures_of_links(network: nx.Graph) -> dict[str, Any]:
    """The figures of a network that need no times, on its links as they stand, weights aside.

    Mutuality and in-degree centralization of a directed network; all else of its linked pairs.

    Parameters
    ----------
    network
        Directed, or not, without loops.
    """
    pairs = network.to_undirected()
    number = {node: place for place, node in enumerate(pairs)}
    ends = np.array([(number[a], number[b]) for a, b in pairs.edges], np.int64)
    closed, triplets = networks.transitive_triplets(networks.adjacency(*ends.T)[0])
    n, links = len(pairs), len(ends)
    degrees = np.array(
        [degree for _node, degree in (network.in_degree if network.is_directed() else pairs.degree)]
    )
    # Of a star all of whose links lead to its centre it is 1 either way: Freeman (1978).
    most = (n - 1) ** 2 if network.is_directed() else (n - 1) * (n - 2)
    return {
        "mutuality": nx.overall_reciprocity(network) if network.is_directed() else None,
        "cohesion": closed / triplets,
        "centralization": (n * degrees.max() - degrees.sum()) / most,
        "density": links / (n * (n - 1) / 2),
        "modularity": clusters.detect(pairs, seed=SEED, weighted=False, runs=1).modularity,
        "people": n,
        "links": links,
    }


# --- The places.


def _desks(data: Path) -> Iterator[tuple[Place, dict[str, Any]]]:
    """All support desks together, and the largest of them, each among those who addressed it."""
    path = data / "support_csv" / "twcs.csv"
    with path.open(encoding="utf-8", newline="") as file:
        brand = sorted({row["author_id"] for row in csv.DictReader(file) if row["inbound"] == "False"})
    study = load(path, brand=brand)
    yield DESKS, figures_of(study)
    toward = study.talk.filter(_.target_role == BRAND).group_by("target").agg(n=_.source.nunique())
    rows = toward.to_pyarrow().to_pylist()
    largest = sorted(rows, key=lambda row: (-row["n"], row["target"]))[: len(DESK)]
    for place, row in zip(DESK, largest, strict=True):
        yield place, figures_of(study.around(row["target"]))


def least_seen(path: Path) -> str:
    """Who stands in the brand's place where there is none: whoever wrote and received least, the first of them.

    Parameters
    ----------
    path
        A file whose lines begin with two numbers, the sender and the receiver.
    """
    often = Counter(end for line in path.read_text(encoding="utf-8").splitlines() for end in line.split()[:2])
    return min(often, key=lambda end: (often[end], int(end)))


def _workbook(path: Path) -> nx.DiGraph:
    """The edges of a NodeXL workbook: the first two columns of its first sheet, below two rows of headings."""
    with zipfile.ZipFile(path) as held:
        strings = ElementTree.fromstring(held.read("xl/sharedStrings.xml"))
        sheet = ElementTree.fromstring(held.read("xl/worksheets/sheet1.xml"))
    words = ["".join(part.text or "" for part in entry.iter(f"{_SHEET}t")) for entry in strings]
    network = nx.DiGraph()
    for row in list(sheet.iter(f"{_SHEET}row"))[2:]:
        cells = [cell for cell in row if cell.get("r", "").rstrip("0123456789") in ("A", "B")]
        ends = [words[int(cell.findtext(f"{_SHEET}v") or 0)] for cell in cells if cell.get("t") == "s"]
        if len(ends) == 2 and ends[0] != ends[1]:
            network.add_edge(*ends)
    return network


def _mails(path: Path) -> nx.DiGraph:
    network = nx.read_edgelist(path, create_using=nx.DiGraph)
    network.remove_edges_from(list(nx.selfloop_edges(network)))
    return network


def _at_one_event() -> nx.Graph:
    both = nx.davis_southern_women_graph()
    return nx.bipartite.projected_graph(both, both.graph["top"])


SHIPPED: tuple[tuple[Place, Callable[[], nx.Graph]], ...] = (
    (CLUB, nx.karate_club_graph),
    (WOMEN, _at_one_event),
    (FAMILIES, nx.florentine_families_graph),
    (NOVEL, nx.les_miserables_graph),
)
"""The networks that need no file."""


def places(data: Path) -> Iterator[tuple[Place, dict[str, Any]]]:
    """Every place of the atlas and its figures, in order.

    Parameters
    ----------
    data
        Folder of the real exports and networks.
    """
    yield from _desks(data)
    for place, path, brand in (
        (CONFERENCE, data / "x_api_v2" / "elgl19.jsonl", "elgl50"),
        (CONGRESS, data / "rtweet" / "sibecol2019.csv", "sibecol"),
        (FORUM, data / "discourse_topics", "161"),
    ):
        yield place, figures_of(load(path, brand=brand))
    messages = data / "networks" / "CollegeMsg.txt"
    yield STUDENTS, figures_of(load(messages, brand=least_seen(messages)))
    yield MAILS, figures_of_links(_mails(data / "networks" / "email-Eu-core.txt"))
    yield MAILING_LIST, figures_of_links(_workbook(data / "nodexl" / "abc-d.xlsx"))
    for place, network in SHIPPED:
        yield place, figures_of_links(network())


def table_of(rows: Iterable[tuple[Place, dict[str, Any]]]) -> pd.DataFrame:
    """The atlas: one row a place.

    Parameters
    ----------
    rows
        Places and their figures.

    Returns
    -------
    DataFrame
        The fields of a place, then FIGURES, rounded to six digits; null where not defined.
    """
    told = []
    for place, figures in rows:
        known = asdict(place)
        ends = {name: known.pop(name) for name in ("source", "licence")}
        told.append({**known, **{name: figures.get(name) for name in FIGURES}, **ends})
    table = pd.DataFrame(told)
    for name in FIGURES:
        if name in _WHOLE:
            table[name] = table[name].astype("Int64")
        elif name not in ("coverage", "first_day", "last_day"):
            table[name] = table[name].astype(float).round(6)
    return table


# --- The page.

_PAGE = """# Atlas of known places

What the measures of this package give for {n} places that others have studied or published: {exports} exports of talk
around somebody and {networks} networks. Reports place a brand among those that have both coordinates.

Made by `python -m benchmarks.atlas` from `data/reference.csv`; do not edit by hand. The data are other people's and are
not in this project: all that is here are figures of whole places, of nobody in particular. Sets in which hardly anybody
talked with anybody are left out.

## How to read it

Compare with care. Each place was collected in its own way, and how it was collected moves the figures: support threads
hold talk with a desk by construction, a hashtag holds talk among those who use it. Take a place as orientation, not as
a norm, and compare yourself with yourself first.

- **talk among followers**: of all replies, mentions and quotes that followers send to one another or to the brand, the
  share that goes to one another; with its 95% interval.
- **has a regular contact**: of the followers who talk on two days or more of some four weeks, the share who have
  a mutual regular contact there; given from {least} such regulars on.
- **coverage**: A, whoever wrote in a place or under a search is there (of the support desks the first rows of a larger
  set); C_search, almost only posts that answer or
  name the brand are there, so that talk among followers is a lower bound.
- **no brand**: where a place has none, the table says who is put in its place. Talk among followers then says little:
  with somebody in the brand's place whom hardly anybody addresses, nearly all talk goes to others by construction.

## Places between audience and community

{placed}

## Places known by the talk among followers alone

Too few regulars to say how many have a regular contact.

{ticked}

## What lasts, and who carries it

Of the places above. *Return*: share of meetings of two followers that are not their first (p: how often chance alone
gives as much). *Spread*: share of those with a regular contact who hang together in fours or more. *Pairs*: how many
pairs of equal weight would make as uneven a talk. *Returned*: share of directed contacts that are returned. *Cohesion*:
share of pairs of a person's regular contacts who are in contact themselves. *Centre*: 0, all are addressed by equally
many; 1, one is addressed by all. *Modularity*, of one run of Leiden, arises by chance, too, and alone is no sign of
anything. Talk with people who never wrote is in none of them, so that a figure may differ from one given elsewhere.

{lasting}

## Networks that cannot be placed

They have no times, so that no contact can be called regular, and no brand. Density falls with size by arithmetic:
compare it between networks of one size only. *Returned* and *Centre* of mail and of the mailing list are of directed
links; all else is of linked pairs, whatever their weight.

{classic}

## Where they come from

{sources}
"""


def page_of(table: pd.DataFrame) -> str:
    """The atlas as a page of Markdown.

    Parameters
    ----------
    table
        As :func:`table_of` gives it, or read from data/reference.csv.
    """
    is_placed = table["breadth"].notna() & table["follower_share"].notna()
    is_ticked = table["follower_share"].notna() & ~is_placed
    share = ("Talk among followers", lambda row: _ranged(row, "follower_share", "low", "high"))
    broad = ("Has a regular contact", lambda row: _ranged(row, "breadth", "breadth_low", "breadth_high"))
    brand = ("As the brand", lambda row: row["brand"])
    people = ("Followers who wrote", lambda row: _count(row["followers"]))
    regulars = ("Regulars", lambda row: _count(row["regulars"]))
    coverage = ("Coverage", lambda row: row["coverage"])
    shape: list[_Column] = [
        # Of one or two pairs it says nothing.
        ("Returned", lambda row: "–" if row["effective_pairs"] < _FEW_PAIRS else _two(row["mutuality"])),
        ("Cohesion", lambda row: _two(row["cohesion"])),
        ("Centre", lambda row: _two(row["centralization"])),
        ("Modularity", lambda row: _two(row["modularity"])),
    ]
    lasting: list[_Column] = [
        ("Return (p)", lambda row: _tested(row["return_rate"], row["return_rate_p"])),
        ("Spread", lambda row: _two(row["spread"])),
        ("Pairs", lambda row: _count(row["effective_pairs"])),
        *shape,
        ("Regular contacts", lambda row: _count(row["links"])),
    ]
    classic: list[_Column] = [
        ("People", lambda row: _count(row["people"])),
        ("Linked pairs", lambda row: _count(row["links"])),
        ("Density", lambda row: "–" if pd.isna(row["density"]) else f"{row['density']:.3f}"),
        *shape,
    ]
    sources: list[_Column] = [
        ("What it is", lambda row: row["what"]),
        ("Days", _days),
        ("Source", lambda row: row["source"]),
        ("Licence of the data", lambda row: row["licence"]),
    ]
    n_exports = int((table["kind"] == "export").sum())
    return _PAGE.format(
        n=len(table),
        exports=n_exports,
        networks=len(table) - n_exports,
        least=LEAST_REGULARS,
        placed=_drawn(table[is_placed], [share, broad, people, regulars, coverage, brand]),
        ticked=_drawn(table[is_ticked], [share, people, regulars, coverage, brand]),
        lasting=_drawn(table[is_placed | is_ticked], lasting),
        classic=_drawn(table[~is_placed & ~is_ticked], classic),
        sources=_drawn(table, sources),
    )


_Column = tuple[str, Callable[[pd.Series], str]]


def _drawn(rows: pd.DataFrame, columns: Sequence[_Column]) -> str:
    lines = [["Place", *(name for name, _told in columns)], ["---"] * (1 + len(columns))]
    lines += [[row["name"], *(told(row) for _name, told in columns)] for _place, row in rows.iterrows()]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _count(value: float) -> str:
    return "–" if pd.isna(value) else f"{value:,.0f}"


def _two(value: float) -> str:
    return "–" if pd.isna(value) else f"{value:.2f}"


def _ranged(row: pd.Series, value: str, low: str, high: str) -> str:
    shown = [_hundredths(row[name]) for name in (value, low, high)]
    return f"{shown[0]}% ({shown[1]} to {shown[2]})"


def _hundredths(share: float) -> str:
    # Rounded, nearly all would be all.
    return ">99.9" if 0.9995 <= share < 1 else f"{100 * share:.1f}".removesuffix(".0")


def _tested(value: float, p: float) -> str:
    return "–" if pd.isna(value) else f"{value:.3f}" + ("" if pd.isna(p) else f" ({p:.3f})")


def _days(row: pd.Series) -> str:
    return "–" if pd.isna(row["first_day"]) else f"{row['first_day']} to {row['last_day']}"


def main() -> None:
    """Reckons every place and writes the table and the page."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=_ROOT.parent / "shared" / "data")
    options = parser.parse_args()
    table = table_of(places(options.data))
    path = _ROOT / "data" / "reference.csv"
    table.to_csv(path, index=False)
    # The page shows what the file holds, rounding included.
    (_ROOT / "docs" / "atlas.md").write_text(
        page_of(pd.read_csv(path, keep_default_na=True)), encoding="utf-8"
    )
    print(table.drop(columns=["what", "source", "licence", "brand"]).to_string())


if __name__ == "__main__":
    main()
