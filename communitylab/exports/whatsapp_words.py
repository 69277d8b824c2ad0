"""What somebody said in a message of a WhatsApp chat, and what WhatsApp put there instead.

In place of a picture, a deleted message or a vote stand words of WhatsApp in the language of the phone. On iPhones an
invisible mark stands before them; on Android they stand in angle brackets, or look like anybody's words.
"""

from __future__ import annotations

import functools
import re
from typing import NamedTuple

from communitylab.exports.ids import hashed, hashed_number, shown_name
from communitylab.exports.whatsapp_lines import MARK
from communitylab.tables import Mention

__all__ = ["DELETED", "NOTICE", "Words", "account_of", "words_of"]

NOTICE = "a message of the system"
DELETED = "a deleted post"

_INVISIBLE = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ufeff]")
_NAMED = re.compile(r"@(?:\u2068([^\u2068\u2069\n]{1,120})\u2069|(\d{7,16})(?!\w))")
_NUMBER_SHOWN = "…"

# What stands for a picture, a file, a voice: alone in its line, or behind the words that were sent along.
_BRACKETED = re.compile(rf"{MARK}?<{MARK}?[^<>\n]{{3,80}}>")
_ATTACHED = re.compile(
    rf"(?:{MARK}?<{MARK}?[^<>:\n]{{2,30}}: ?[^<>\n]{{1,200}}\.\w{{2,5}}>"
    rf"|[^\s<>]{{1,160}}\.\w{{2,5}} ?<{MARK}?[^<>:\n]{{3,30}}>)$"
)
_FILE = re.compile(
    rf"(?:{MARK}[^\n]{{1,160}}|(?:IMG|VID|AUD|PTT|STK|DOC)-\d{{8}}-WA\d+)\.\w{{2,5}} \([^()\n]{{3,40}}\)"
)
_FILE_NAME = re.compile(rf"[^\n]{{1,160}}\.\w{{2,5}}(?: • {MARK}?[^\n]{{1,30}})?")
_PLACE = re.compile(rf"{MARK}?\S{{0,30}} ?\S{{0,30}}:? ?https://maps\.google\.com/\S+")

_OMITTED = {
    f"{what} {how}"
    for whats, hows in (
        ("image video audio gif sticker document", "omitted"),
        ("bild video audio gif sticker dokument", "weggelassen"),
        ("image vidéo audio gif sticker document", "absente absent manquant omis omise retiré"),
        ("immagine video audio gif sticker documento", "omessa omesso esclusa"),
        ("imagen video audio gif sticker documento", "omitida omitido"),
        ("imagem vídeo áudio gif figurinha sticker documento", "ocultada ocultado omitida omitido"),
        ("afbeelding video audio gif sticker document", "weggelaten"),
        ("изображение видео аудио gif стикер документ", "отсутствует"),
        ("görüntü video ses gif çıkartma belge", "dahil edilmedi"),
    )
    for what in whats.split()
    for how in ([hows] if hows == "dahil edilmedi" else hows.split())
} | {
    "contact card omitted",
    "kontaktkarte ausgelassen",
    "fiche contact manquante",
    "scheda contatto omessa",
    "tarjeta de contacto omitida",
    "стикер не добавлен",
}
_LAST_WORDS = {words.rpartition(" ")[2] for words in _OMITTED}
_LONGEST_WORD = 40  # of those, and signs behind it

_TAKEN_BACK = {
    "this message was deleted", "you deleted this message", "diese nachricht wurde gelöscht",
    "du hast diese nachricht gelöscht", "ce message a été supprimé", "vous avez supprimé ce message",
    "se eliminó este mensaje", "eliminaste este mensaje", "este mensaje fue eliminado",
    "questo messaggio è stato eliminato", "hai eliminato questo messaggio", "mensagem apagada",
    "esta mensagem foi apagada", "essa mensagem foi apagada", "você apagou esta mensagem", "apagou esta mensagem",
    "dit bericht is verwijderd", "je hebt dit bericht verwijderd", "u hebt dit bericht verwijderd",
    "данное сообщение удалено", "это сообщение было удалено", "вы удалили данное сообщение",
    "це повідомлення було видалено", "ви видалили це повідомлення", "bu mesaj silindi", "bu mesajı sildiniz",
    "ta wiadomość została usunięta", "usunięto tę wiadomość", "tato zpráva byla smazána", "pesan ini telah dihapus",
    "pesan ini dihapus", "anda menghapus pesan ini", "تم حذف هذه الرسالة", "لقد حذفت هذه الرسالة",
    "このメッセージは削除されました", "このメッセージを削除しました", "此訊息已刪除", "此消息已删除", "该消息已被删除",
}  # fmt: skip
_BY_ADMIN = re.compile(r"this message was deleted by |diese nachricht wurde von .{1,120} gelöscht$")
_WAS_EDITED = re.compile(
    r"\s<(?:this message was edited|diese nachricht wurde bearbeitet|ce message a été modifié|este mensaje fue editado"
    r"|se editó este mensaje|questo messaggio è stato modificato|(?:esta|essa) mensagem foi editada|mensagem editada"
    r"|dit bericht is bewerkt|сообщение изменено|данное сообщение изменено|bu mesaj düzenlendi"
    r"|pesan ini (?:telah )?diedit|ta wiadomość została edytowana)[.。]?>$",
    re.IGNORECASE,
)
_MARKED_EDITED = re.compile(rf"\s?{MARK}<[^<>:\n]{{5,60}}>$")


class Words(NamedTuple):
    """What somebody said: null if a picture says it; whom they name; and where it is no post, why not."""

    text: str | None = None
    mentions: list[Mention] | None = None
    reason: str | None = None


@functools.lru_cache(maxsize=10_000)
def account_of(name: str) -> tuple[str | None, str | None]:
    """Key and name of somebody as a chat calls them: the key of a name is the name; of a number there is a key only.

    Parameters
    ----------
    name
        As the phone that made the export has it: saved there, or with ``~`` before it chosen by who bears it.

    Examples
    --------
    >>> account_of("~\u202fRosa")
    ('rosa', 'Rosa')
    >>> account_of("+49 170 1234567") == account_of("491701234567")
    True
    """
    plain = " ".join(_INVISIBLE.sub("", name).split()).removeprefix("~").strip()
    if key := hashed_number(plain):
        return key, None
    shown = shown_name(plain)
    if shown:
        return shown.casefold(), shown
    return (hashed(plain, "whatsapp") if plain else None), None


def words_of(text: str, *, is_marked: bool) -> Words:
    """What is said in a message that has an author.

    Parameters
    ----------
    text
        All its lines.
    is_marked
        Whether an invisible mark stands before its date, as on iPhones before what has a picture or a file.

    Examples
    --------
    >>> words_of("@\u2068Rosa\u2069 rye?", is_marked=False).text
    '@Rosa rye?'
    >>> words_of("<Media omitted>", is_marked=False)
    Words(text=None, mentions=None, reason=None)
    """
    text = text.strip()
    plain = _folded(text)
    if plain in _TAKEN_BACK or _BY_ADMIN.match(plain):
        return Words(reason=DELETED)
    without = _without_attachment(text)
    if without is not None:
        return _named(_unedited(without))
    if text.startswith(MARK):
        question = _asked(text)
        if question is None and not is_marked and not _PLACE.fullmatch(text):
            return Words(reason=NOTICE)
        return _named(question or "")
    if is_marked and MARK in text:  # the words for a picture, in a language that is not known here
        return _named(_caption(text.rpartition(MARK)[0]))
    if plain == "null" or _PLACE.fullmatch(text):
        return Words()
    return _named(_unedited(text))


def _visible(text: str) -> str:
    return text if text.isascii() else _INVISIBLE.sub("", text)


def _folded(text: str) -> str:
    return _visible(text).strip().rstrip(".。").casefold()


def _unedited(text: str) -> str:
    return text if not text.endswith(">") else _MARKED_EDITED.sub("", _WAS_EDITED.sub("", text))


def _without_attachment(text: str) -> str | None:
    """The words that came with a picture or a file; null if there is none."""
    if not ("<" in text or "(" in text or _folded(text[-_LONGEST_WORD:]).rpartition(" ")[2] in _LAST_WORDS):
        return None
    first, _, rest = text.partition("\n")
    if _BRACKETED.fullmatch(first) or _FILE.fullmatch(first):
        return "" if _INVISIBLE.sub("", first).startswith(rest.strip() or "\n") else rest
    if attached := _ATTACHED.search(text):
        return _caption(text[: attached.start()])
    before, _, last = text.rpartition("\n")
    words, _, what = last.rpartition(MARK)
    if _folded(what) in _OMITTED:
        return _caption(f"{before}\n{words}")
    for count in (2, 3):
        name, *said = last.rsplit(" ", count)
        if _folded(" ".join(said)) in _OMITTED and _FILE_NAME.fullmatch(name):
            return ""
    return None


def _caption(text: str) -> str:
    """Words before an attachment, if they are more than the name of the file."""
    text = text.strip().removeprefix(MARK).strip()
    return "" if _FILE_NAME.fullmatch(text) and ("•" in text or " " not in text) else text


def _asked(text: str) -> str | None:
    """The question of a vote, which stands below WhatsApp's word for one; null if it is none."""
    first, _, rest = text.partition("\n")
    lines = rest.split("\n")
    question = [line for line in lines if line.strip() and not line.startswith(MARK)]
    has_options = any(line.startswith(MARK) for line in lines)
    return "\n".join(question) if first.rstrip().endswith(":") and has_options and question else None


def _named(text: str) -> Words:
    """The text without invisible signs and numbers, and whom it names."""
    shown: list[str] = []
    mentions: list[Mention] = []
    length = read = 0
    text = text.strip(f" \n\r\t{MARK}")
    for found in _NAMED.finditer(text) if "@" in text else ():
        before = _visible(text[read : found.start()])
        read = found.end()
        account_id, name = account_of(found[1] or found[2])
        mentions.append(Mention(account_id, name, length + len(before)))
        words = f"@{name or _NUMBER_SHOWN}"
        shown += (before, words)
        length += len(before) + len(words)
    shown.append(_visible(text[read:]))
    return Words("".join(shown) or None, mentions or None)
