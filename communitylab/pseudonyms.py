"""What people are called where no name may stand: the same from report to report, and to be traced with a key alone."""

from __future__ import annotations

import hashlib
import hmac
import re
from pathlib import Path

from ibis import _

from communitylab.choices import first_row
from communitylab.errors import CallError
from communitylab.study import Study

__all__ = ["KEY", "first_key", "opened_key", "pseudonyms_of", "write_key"]

KEY = "private/key"
"""Where a report keeps its key."""

_SIGNS = "0123456789abcdefghjkmnpqrstvwxyz"  # without i, l, o and u: nobody reads one for another
_LETTERS = _SIGNS[10:]  # the first sign: a spreadsheet takes 8e12345678 for a number
_LENGTH = 10


def first_key(study: Study, *, seed: int) -> bytes:
    """The key of a first report: a digest of everything that was read, of the brand and of the seed.

    The same export, brand and seed give the same key, and so the same report. Whoever can repeat it holds the export
    of the first report, word for word, and with it the names; they can also try names of people who came later. Take
    the key away, and the next report makes another.

    Parameters
    ----------
    study
        What was read.
    seed
        Of the report.

    Returns
    -------
    bytes
        32 of them.
    """
    sums = {
        "posts": study.posts.agg(ids=_.post_id.hash().bit_xor(), words=_.text.hash().bit_xor()),
        # An edge list has no posts.
        "acts": study.every_act.agg(
            sources=(_.source_id + "\t" + _.target_id).hash().bit_xor(), times=_.created_at.hash().bit_xor()
        ),
        "accounts": study.accounts.agg(names=(_.account_id + "\t" + _.name).hash().bit_xor()),
    }
    told = [(name, sorted(first_row(row).items())) for name, row in sums.items()]
    return hashlib.sha256(repr((seed, sorted(study.brand), told)).encode()).digest()


def opened_key(folder: Path) -> bytes | None:
    """The key that an earlier report left in its folder; null where there is none.

    Parameters
    ----------
    folder
        Of the report.

    Raises
    ------
    CallError
        If what stands there is no key.
    """
    path = folder / KEY
    try:
        text = path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return None
    except (OSError, ValueError):
        text = ""
    if not re.fullmatch("[0-9a-f]{64}", text):
        raise CallError(
            f"{path}: no key that can be read (64 signs from 0 to 9 and a to f). Put the old one back, or take "
            "the file away: people then get new pseudonyms."
        )
    return bytes.fromhex(text)


def write_key(key: bytes, folder: Path) -> None:
    """Keeps the key of a report for the next one.

    Parameters
    ----------
    key
        As :func:`first_key` or :func:`opened_key` gives it.
    folder
        Of the report; its folder `private` is there.
    """
    (folder / KEY).write_text(key.hex() + "\n", encoding="ascii")


def pseudonyms_of(study: Study, *, key: bytes) -> dict[int, str]:
    """A pseudonym for every account: ten letters and digits that the key and the account's id give.

    Parameters
    ----------
    study
        Whose accounts.
    key
        With the same key an account that goes by the same id is called the same in every report. Without it
        nobody can try out ids until one fits.

    Returns
    -------
    dict
        Pseudonym by account, each but once.

    Source
    ------
    Keyed hash: HMAC with SHA-256, RFC 2104.
    """
    people = study.people.select("account", "platform", "account_id").order_by("account").to_pyarrow()
    found: dict[int, str] = {}
    taken: set[str] = set()
    for row in people.to_pylist():
        who = f"{row['platform']}\0{row['account_id']}"
        pseudonym = _pseudonym(who, key=key)
        while pseudonym in taken:
            who += "\0"
            pseudonym = _pseudonym(who, key=key)
        taken.add(pseudonym)
        found[row["account"]] = pseudonym
    return found


def _pseudonym(who: str, *, key: bytes) -> str:
    digest = hmac.digest(key, who.encode("utf-8", errors="surrogatepass"), "sha256")
    number, first = divmod(int.from_bytes(digest, "big"), len(_LETTERS))
    signs = [_LETTERS[first]]
    for _place in range(_LENGTH - 1):
        number, sign = divmod(number, len(_SIGNS))
        signs.append(_SIGNS[sign])
    return "".join(signs)
