"""How does a text read without somebody's names?"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

__all__ = ["Wording"]

_SOMEBODY, _NOTHING = "somebody", "…"
_SHORTEST = 3  # signs of a bare name that is taken out of a text: less would take other words with it
_SHORTEST_ID = 5


@dataclass(frozen=True)
class Wording:
    """What people are called in texts, and texts without it.

    `handles` are what stands behind an @ or in a link, `shown` the names that people see, `ids` what stands in their
    place where no name is known.
    """

    handles: frozenset[str] = frozenset()
    shown: frozenset[str] = frozenset()
    ids: frozenset[str] = frozenset()

    def steps(self, *, is_to_them: bool) -> list[tuple[str, str]]:
        """What to replace by what, as regular expressions that Python and the engine understand alike.

        A handle goes wherever an @, a #, a u/ or a link has it, with what follows in the link (the number of a post);
        a name of several words wherever it stands; a name of one word, which may be a word as well, only where
        somebody speaks to them. Of a handle with a server goes the handle alone as well, whoever has it elsewhere.

        Parameters
        ----------
        is_to_them
            Whether the text names or answers them.
        """
        several = {name for name in self.shown if len(name.split()) > 1}
        bare = several | ({*self.shown, *self.handles} if is_to_them else set())
        handles = _either(self.handles)
        local = _either({name.partition("@")[0] for name in self.handles if "@" in name})
        found = []
        if links := _either(self._in_links()):
            found.append((rf"(?i)(://\S*/){links}\S*", rf"\1{_NOTHING}"))
        if hosts := _either(self._hosts()):
            found.append((rf"(?i)(://){hosts}\S*", rf"\1{_NOTHING}"))
        if handles:
            found.append((rf"(?i)([@＠]|\bu/){handles}", rf"\1{_SOMEBODY}"))
        if local:
            found.append((rf"(?i)([@＠]){local}($|[^@＠])", rf"\1{_SOMEBODY}\2"))
        if ids := _either(self._ids()):
            found.append((f"(?i)([@＠]!?){ids}", rf"\1{_SOMEBODY}"))
        if hashtags := _either(self._hashtags()):
            found.append((f"(?i)[#＃]{hashtags}", _NOTHING))
        if names := _either({name for name in bare if len(name) >= _SHORTEST}, is_whole=True):
            found.append((f"(?i){names}", _NOTHING))
        return found

    def gone_from(self, text: str, *, is_to_them: bool) -> str:
        """A text without them.

        Parameters
        ----------
        text
            Any.
        is_to_them
            Whether it names or answers them.

        Examples
        --------
        >>> Wording(frozenset({"ana"}), frozenset({"Ana Baker"})).gone_from("@Ana, or ana baker?", is_to_them=False)
        '@somebody, or …?'
        """
        for pattern, instead in self.steps(is_to_them=is_to_them):
            text = re.sub(pattern, instead, text)
        return text

    def gone_where_named(self, text: str) -> str:
        """A text without them, of which is not known whether it is to them: it is if it names one of their handles.

        Parameters
        ----------
        text
            Any.
        """
        softly = self.gone_from(text, is_to_them=False)
        return softly if softly == text else self.gone_from(text, is_to_them=True)

    def links_to(self) -> str | None:
        """A regular expression for the links that lead to them; null where they have no handle."""
        handles = _either(self._in_links() | self._hosts())
        return f"(?i)[/@]{handles}" if handles else None

    def hashtags(self) -> str | None:
        """A regular expression for the hashtags that name them, without their sign; null where none could."""
        hashtags = _either(self._hashtags())
        return f"(?i)^{hashtags}$" if hashtags else None

    def _in_links(self) -> set[str]:
        return {*self.handles, *self._ids()}

    def _hosts(self) -> set[str]:
        """What stands where a link names a server: their page there, or, as on Bluesky, their name itself."""
        federated = [name.partition("@") for name in self.handles if "@" in name]
        pages = {f"{host}/{way}{user}" for user, _at, host in federated for way in ("@", "users/")}
        return pages | {name for name in self.handles if "." in name and "@" not in name}

    def _ids(self) -> set[str]:
        return {one for one in self.ids if len(one) >= _SHORTEST_ID}

    def _hashtags(self) -> set[str]:
        return {*self.handles, *("".join(name.split()) for name in self.shown if len(name.split()) > 1)}


def _either(names: Collection[str], *, is_whole: bool = False) -> str:
    """One of several names, the longest that fits; not the beginning of a longer word, or no part of one."""
    each = []
    for name in sorted(names, key=lambda name: (-len(name), name)):
        if not name:
            continue
        signs = "".join(sign if sign.isalnum() or ord(sign) > 127 else f"\\x{ord(sign):02x}" for sign in name)
        before = r"\b" if is_whole and _is_of_word(name[0]) else ""
        each.append(before + signs + (r"\b" if _is_of_word(name[-1]) else ""))
    return f"(?:{'|'.join(each)})" if each else ""


def _is_of_word(sign: str) -> bool:
    return sign.isascii() and (sign.isalnum() or sign == "_")
