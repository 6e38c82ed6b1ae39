"""Inside one case: its history in order, and looking for words in it.

>>> [hit.kind for hit in find(vault, case, "rota")]
['message', 'note']
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

from recipients.casework import log, notes, summary
from recipients.casework.book import Case
from recipients.vault import Vault

_AROUND = 40


@dataclass(frozen=True, kw_only=True)
class Hit:
    """Where words were found. `kind`: message, private, or the kind of an entry; `text`: what stands around them."""

    kind: str
    day: int
    where: str
    text: str = field(repr=False)


def find(vault: Vault, case: Case, words: str) -> list[Hit]:
    """Every place in this one case where the words stand, whatever their case and accents."""
    wanted = _folded(words.strip())
    if not wanted:
        return []
    return [
        Hit(kind=kind, day=day, where=where, text=_around(text, wanted))
        for kind, day, where, text in _texts(vault, case)
        if wanted in _folded(text)
    ]


def _texts(vault: Vault, case: Case) -> Iterator[tuple[str, int, str, str]]:
    if case.thread is not None:
        days = vault.database.value("SELECT min(day) FROM message WHERE thread = ?", case.thread) or case.opened
        for one in summary.contents(vault, case.thread):
            for name, text in one.sections.items():
                yield "message", days, name, text
            if one.cut is not None:
                yield "message", days, *one.cut
    for line in log.lines(vault, case.id):
        for name, value in (line.words or {}).items():
            if isinstance(value, str):
                yield line.kind, line.day, name, value
    for note in notes.of(vault, case.id):
        yield "private", note.day, "text", note.text


def _folded(text: str) -> str:
    bare = unicodedata.normalize("NFKD", text.casefold())
    return "".join(one for one in bare if not unicodedata.combining(one))


def _around(text: str, wanted: str) -> str:
    at = max(_folded(text).find(wanted), 0)
    # Folding may change lengths: what is shown is about the right place, and always of the text itself.
    return text[max(at - _AROUND, 0) : at + len(wanted) + _AROUND]
