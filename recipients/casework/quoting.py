"""A reply never quotes the report: whoever extorts a codename reads replies, not what was written.

Letters and digits only are compared, whatever the case, the accents and the spaces between them. Thirty of them in a
row (about six words) that the reporter wrote too are a quotation; so is a number of five digits or more, and an
address.

    >>> shared("You say A. left the keys in the drug trolley", ["A. left the keys in the drug trolley again"])
    'A. left the keys in the drug trolley'
    >>> shared("Thank you. We will look at how keys are kept.", ["The keys are left in the trolley"])
"""

import re
import unicodedata
from collections.abc import Iterable

from crypto import message
from recipients.casework import summary
from recipients.vault import Vault

RUN = 30
_NUMBER = re.compile(r"\d(?:[ .\-]?\d){4,}")
_ADDRESS = re.compile(r"[^\s@<>]{1,64}@[^\s@<>]{1,127}[^\s@<>.,;:!?)]")


def found(vault: Vault, thread: bytes, text: str) -> str | None:
    """What a reply quotes from the messages of its thread; None when it quotes nothing."""
    written = [words for one in summary.contents(vault, thread) for words in _texts(one)]
    return shared(text, written)


def shared(text: str, written: Iterable[str]) -> str | None:
    """The first piece of the text that also stands in what was written; None when there is none."""
    written = list(written)
    letters, places = _letters(text)
    known = {run for one in written for run in _runs(_letters(one)[0])}
    for at in range(len(letters) - RUN + 1):
        if letters[at : at + RUN] in known:
            end = at + RUN
            while end < len(letters) and letters[end - RUN + 1 : end + 1] in known:
                end += 1
            return text[places[at] : places[end - 1] + 1]
    return _token(text, "\n".join(written))


def _texts(one: message.Message) -> list[str]:
    return [*one.sections.values(), *([one.cut[1]] if one.cut is not None else [])]


def _letters(text: str) -> tuple[str, list[int]]:
    """Letters and digits, folded, and where in the text each one stands. A Chinese letter counts as three."""
    letters: list[str] = []
    places: list[int] = []
    for at, character in enumerate(text):
        folded = unicodedata.normalize("NFKD", character.casefold())
        weight = 3 if unicodedata.east_asian_width(character) == "W" else 1
        for one in folded:
            if one.isalnum():
                letters.extend([one] * weight)
                places.extend([at] * weight)
    return "".join(letters), places


def _runs(letters: str) -> Iterable[str]:
    return (letters[at : at + RUN] for at in range(len(letters) - RUN + 1))


def _token(text: str, written: str) -> str | None:
    numbers = {re.sub(r"\D", "", one) for one in _NUMBER.findall(written)}
    for match in _NUMBER.finditer(text):
        if re.sub(r"\D", "", match[0]) in numbers:
            return match[0]
    addresses = {one.casefold() for one in _ADDRESS.findall(written)}
    return next((one for one in _ADDRESS.findall(text) if one.casefold() in addresses), None)
