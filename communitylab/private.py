"""What names people is for its owner's eyes: a folder that nobody else may open, and that says what is in it."""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path

__all__ = ["PRIVATE", "make_private", "restrict"]

PRIVATE = "private"
"""The folder of a report that stays with its owner."""

_README = """\
# This folder names people. Keep it to yourself.

Everything outside this folder may be sent on inside your organisation, unless the report was made with `--names`;
nothing in this folder may. It belongs to the report beside it and is for those who look after the community. Where the
computer can do so, only your own account may open it.

## What is in it

Not every report has all of these.

| file | what it holds |
|---|---|
| people.csv | every follower by name: how close to the others, how much talk with them and with you |
| clusters.csv | who is in which group, by name, on the whole and in each four weeks |
| groups.csv | the groups, with a column in which you may name them; the next report takes the names up |
| brand_accounts.csv | your own accounts, and what the shared files call them |
| brand_candidates.csv | accounts whose names begin like yours: colleagues, perhaps |
| threads_joined.csv | the threads in which most followers took part, with the first words of each |
| addressed.csv | whom your accounts answered, mentioned, quoted and reposted, by name |
| starters.csv | posts of yours after which you answered others, with their first words |
| inputs.toml | the files from which the report was made, and where they lie on your computer |
| key | the secret that turns accounts into pseudonyms: **whoever has it can tell which pseudonym is whose** |
| forgotten.csv | who asked to be forgotten, as fingerprints instead of names, so that they stay out of later reports |

## It is personal data

These are real people, and most of them do not know that they are listed here. Where there is a law on personal data,
such as the GDPR, it applies to this folder: you need a reason to hold it, and people may ask what you hold about them.

- **Why it is here**: to act on the report, that is to thank, introduce and welcome people, and to make it again.
- **How long to keep it**: as long as you do so, and no longer. You can delete the whole folder at any time: the report
  stays as it is. What is lost is what the next report would take up: the names and numbers of the groups, the
  pseudonyms, and who is to be left out.
- **If somebody asks to be removed**: run `communitylab forget NAME`. It takes them out of the files here and keeps
  them out of later reports in this folder. It says what is left for you to do, such as the files that you exported.
- **Do not send it on**, put it into a shared folder or attach it to a message. Pseudonyms in the shared files protect
  people only as long as this folder stays with you.
"""


def make_private(folder: Path) -> Path:
    """Makes a folder that only its owner may open, or closes one that is there, with a README.md that says why.

    What lies in it becomes its owner's alone as well. Where a system knows no such rights, or does not let them be
    set, the folder is made all the same.

    Parameters
    ----------
    folder
        The folder; that in which it is to lie is there.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    OSError
        If it cannot be made or written.
    """
    # Born closed: a folder that is closed later has been open for a moment.
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    restrict(folder)
    readme = folder / "README.md"
    if not readme.is_file() or readme.read_bytes() != _README.encode():
        readme.write_bytes(_README.encode())
    for place in sorted(folder.rglob("*")):
        restrict(place)
    return folder


def restrict(place: Path) -> None:
    """Takes from everybody but its owner the right to read a file or to open a folder, where that can be done.

    Parameters
    ----------
    place
        The file or folder; a link is left alone.
    """
    # Some disks have no such rights (those of cameras, of Windows, shares on a network), and refuse.
    with contextlib.suppress(OSError):
        mode = place.lstat().st_mode
        if not stat.S_ISLNK(mode):
            os.chmod(place, 0o700 if stat.S_ISDIR(mode) else 0o600)
