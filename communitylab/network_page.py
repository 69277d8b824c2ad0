"""The network as a page to explore: one HTML file that asks nothing of anybody and runs one script, its own."""

from __future__ import annotations

import base64
import hashlib
import html
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from string import Template
from typing import Any

import networkx as nx

from communitylab.colours import BRAND_COLOUR, COLOURED, RUNG_COLOURS, at_night, group_colour
from communitylab.errors import printable
from communitylab.excerpts import Excerpt, contacts_of, excerpt_of
from communitylab.phrases import counted
from communitylab.portrait import latest
from communitylab.roles import RUNGS

__all__ = ["network_page_of"]

_ASSETS = Path(__file__).parent / "template" / "network"
_SCRIPTS = ("picture.js", "page.js")
_WORDS, _LETTERS = 3, 48  # of a group, behind its number
_WAYS = ("no", "one way", "both ways")  # contact with the brand
_RUNGS = [*RUNGS, "brand"]
_DAYS = """\
<fieldset><legend>Days</legend>
<label><input type="radio" name="days" value="all" checked> all days</label>
<label><input type="radio" name="days" value="latest"> latest four weeks</label></fieldset>
"""
_HELD = (
    "The rung is the one held in most of the four-week periods in which somebody wrote, the latest rung that of the "
    "latest four weeks."
)
_HELD_ONCE = "The rung is that of the days studied, which make one period only."
_LINES = {"rim": "#4a5560", "mutual": "#44698f", "single": "#9a9a9a", "brandline": "#e59a5f"}


def network_page_of(
    network: nx.Graph, *, brand: str, groups: Sequence[Mapping[str, Any]], has_latest: bool = True
) -> str:
    """The network as a page: a picture to pan, zoom and search, with and without the brand, and a table beside it.

    Parameters
    ----------
    network
        As :func:`communitylab.portrait.anonymous_network` gives it; the order of its nodes and edges does not matter.
    brand
        What the brand is called; the one name on the page.
    groups
        The clusters of results.json: id, name, size, words.
    has_latest
        Whether there are several periods, so that the latest can be told from the whole.

    Returns
    -------
    str
        HTML; the same network gives the same page. It shows at most 2,000 people and 10,000 contacts, and says by
        which rule. Its script runs by the hash of its text, and no other does.
    """
    name = _line(brand) or "the brand"
    shown = excerpt_of(network)
    body = script = scripts = ""
    if shown.people:
        script = "\n" + "".join(_asset(part) for part in _SCRIPTS)
        data = _data(network, shown, name=name, groups=groups, has_latest=has_latest)
        scripts = f'<script type="application/json" id="data">{data}</script>\n<script>{script}</script>\n'
        body = _filled(
            "body.html",
            brand=html.escape(name),
            rungs=_rung_key(network, shown),
            groups=_group_key(network, shown, groups=groups),
            rows="\n".join(_row(network, person, has_latest=has_latest) for person in shown.people),
            days=_DAYS if has_latest else "",
            latest='<th scope="col">Latest rung</th>' if has_latest else "",
            held=_HELD if has_latest else _HELD_ONCE,
            rule="".join(f"<li>{sentence}</li>\n" for sentence in shown.rule),
        )
    style = _style()
    return _filled(
        "page.html",
        title=html.escape(f"{name}: the network to explore"),
        lead=_lead(network, shown, name=name),
        body=body,
        style=style,
        scripts=scripts,
        policy=_policy(style=style, script=script),
    )


def _asset(name: str) -> str:
    # With universal newlines: a hash is of the text as the browser reads it, which has no carriage returns.
    return (_ASSETS / name).read_text(encoding="utf-8")


def _filled(name: str, **parts: str) -> str:
    """A template with its parts, put in at one go: what is put in is not looked through again."""
    return Template(_asset(name)).substitute(parts)


def _policy(*, style: str, script: str) -> str:
    allowed = _hash(script) if script else "'none'"
    closed = "img-src data:; connect-src 'none'; base-uri 'none'; form-action 'none'"
    return f"default-src 'none'; script-src {allowed}; style-src {_hash(style)}; {closed}"


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode('utf-8')).digest()).decode('ascii')}'"


def _line(text: str) -> str:
    """A stranger's words on one line, without signs that hide or turn others around."""
    return printable(" ".join(text.split()))


def _label(group: Mapping[str, Any]) -> str:
    """The name of a group or its first words, cut where they are long."""
    name, words = group.get("name"), [str(word) for word in group.get("words") or ()]
    line = _line(name if isinstance(name, str) and name.strip() else ", ".join(words[:_WORDS]))
    return line if len(line) <= _LETTERS else line[: _LETTERS - 1] + "…"


def _searched(group: Mapping[str, Any]) -> str:
    words = (str(group.get("name") or ""), *(str(word) for word in group.get("words") or ()))
    return " ".join(words).lower()


def _colours(groups: Iterable[Mapping[str, Any]]) -> dict[int, int]:
    """Which colour each of the ten largest groups bears, as in the report's picture; the others are grey."""
    largest = sorted((-int(group["size"]), int(group["id"])) for group in groups)[:COLOURED]
    return {group: (group - 1) % COLOURED + 1 for _size, group in sorted(largest, key=lambda pair: pair[1])}


def _row(network: nx.Graph, person: str, *, has_latest: bool) -> str:
    of, contacts = network.nodes[person], contacts_of(network, person)
    cells = (
        RUNGS[of["rung"]],
        *([RUNGS[of["latest_rung"] or "silent"]] if has_latest else []),
        str(of["group"] or "none"),
        *(f"{contacts.followers:,}", f"{contacts.mutual:,}", _WAYS[contacts.brand]),
    )
    rest = "".join(f"<td>{cell}</td>" for cell in cells)
    return f'<tr><th scope="row">{html.escape(printable(person))}</th>{rest}</tr>'


def _entry(dot: str, text: str, *, find: str, count: str) -> str:
    """A line of the key that finds what it stands for; the script says how many there are."""
    shown = f'<span class="dot {dot}"></span><bdi>{html.escape(text)}</bdi>'
    return f'<li><button type="button" data-find="{html.escape(find)}">{shown}</button> <b {count}></b></li>'


def _rung_key(network: nx.Graph, shown: Excerpt) -> str:
    held = {network.nodes[person][when] for person in shown.people for when in ("rung", "latest_rung")}
    return "".join(
        _entry(f"rung-{n}", name, find=name, count=f'data-rung="{n}"')
        for n, (rung, name) in reversed(list(enumerate(RUNGS.items())))
        if rung in held
    )


def _group_key(network: nx.Graph, shown: Excerpt, *, groups: Sequence[Mapping[str, Any]]) -> str:
    labels, colours = {int(group["id"]): _label(group) for group in groups}, _colours(groups)
    entries = [
        _entry(
            f"group-{colours.get(group, 0)}",
            f"{group} {labels.get(group, '')}".strip(),
            find=f"group {group}",
            count=f'data-group="{group}"',
        )
        for group in sorted({network.nodes[person]["group"] for person in shown.people} - {0})
    ]
    return "".join((*entries, '<li><span class="dot group-0"></span>in no group <b data-group="0"></b></li>'))


def _figures(network: nx.Graph) -> dict[str, dict[str, list[int]]]:
    """People, contacts and the biggest connected group of the whole network, whatever of it is shown."""
    figures = {}
    for days, whole in (("all", network), ("latest", latest(network))):
        people = {node for node, kind in whole.nodes(data="kind") if kind != "brand"}
        figures[days] = {
            side: [len(people), part.number_of_edges(), _biggest(part, people)]
            for side, part in (("with", whole), ("without", whole.subgraph(people)))
        }
    return figures


def _biggest(network: nx.Graph, people: set[str]) -> int:
    """Followers in the connected group that holds most; one alone is no group."""
    parts = [part for part in nx.connected_components(network) if len(part) > 1]
    return max((len(part & people) for part in parts), default=0)


def _lead(network: nx.Graph, shown: Excerpt, *, name: str) -> str:
    called = f"<bdi>{html.escape(name)}</bdi>"
    if not shown.people:
        who = f"Only {called} itself is in it" if shown.brands else "Nobody is in it"
        return f'<p class="lead">There is no network to explore. {who}: no follower wrote anything in this export.</p>'
    figures = _figures(network)["all"]
    (n, contacts, biggest), (_n, peers, alone) = figures["with"], figures["without"]
    everybody = "One person" if n == 1 else f"{n:,} people"
    said = [f"{everybody} wrote something. Among them there are {counted(peers, 'regular contact')}"]
    if shown.brands:
        said[0] += f", and {contacts - peers:,} more with {called} itself"
        said.append(
            f"With {called} in the picture the biggest connected group holds {biggest:,} of the {n:,}; without it, "
            f"{alone:,}. One switch shows the one and the other"
        )
    rule = f'\n<p class="note">{" ".join(shown.rule)}</p>' if shown.rule else ""
    return f'<p class="lead">{". ".join(said)}.</p>{rule}'


def _data(
    network: nx.Graph, shown: Excerpt, *, name: str, groups: Sequence[Mapping[str, Any]], has_latest: bool
) -> str:
    """What the script reads: JSON without a sign that could end the element it stands in."""
    counts: list[tuple[str, tuple[int, ...]]] = [
        (person, contacts_of(network, person)) for person in shown.people
    ]
    counts += [(brand, (len(network[brand]), 0, 0)) for brand in shown.brands]
    place = {node: n for n, (node, _counts) in enumerate(counts)}
    content = {
        "brand": name,
        "hasLatest": has_latest,
        "rungs": list(RUNGS.values()),
        "unheard": RUNGS["silent"],
        "ways": _WAYS,
        "figures": _figures(network),
        "groups": {n: [label, words] for n, label, words in sorted(map(_told, groups))},
        "colours": _colours(groups),
        "nodes": [
            [printable(node), *_rungs(network.nodes[node]), *_place(network.nodes[node]), *numbers]
            for node, numbers in counts
        ],
        "edges": [
            [
                place[a],
                place[b],
                of["weight"],
                of["is_mutual"] + 2 * of["is_latest"] + 4 * of["is_latest_mutual"],
            ]
            for a, b, of in shown.contacts
        ],
    }
    text = json.dumps(content, separators=(",", ":"))  # whatever is not ASCII comes as its number
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def _told(group: Mapping[str, Any]) -> tuple[int, str, str]:
    return int(group["id"]), _label(group), _searched(group)


def _rungs(of: Mapping[str, Any]) -> tuple[int, int]:
    """Both rungs by number, −1 for none."""
    return _RUNGS.index(of["rung"]), _RUNGS.index(of["latest_rung"]) if of["latest_rung"] else -1


def _place(of: Mapping[str, Any]) -> tuple[int, float, float]:
    return of["group"], of["x"], of["y"]


def _style() -> str:
    look = {"brand": BRAND_COLOUR, **{f"rung-{n}": RUNG_COLOURS[rung] for n, rung in enumerate(RUNGS)}}
    look |= {f"group-{n}": group_colour(n) for n in range(COLOURED + 1)}
    return _filled(
        "page.css",
        light=" ".join(f"--{name}: {colour};" for name, colour in (look | _LINES).items()),
        dark=" ".join(f"--{name}: {at_night(colour)};" for name, colour in (look | _LINES).items()),
        dots="\n".join(f".dot.{name} {{ background: var(--{name}); }}" for name in look),
    )
