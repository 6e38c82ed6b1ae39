"""What a guardian does in a case: each act is an entry in its log, checked against what the case allows.

>>> acts.set_state(vault, case, "assessed", today)
>>> acts.note(vault, case, "Rang the ward; they will send the rota.", today)
"""

from collections.abc import Sequence

from recipients.casework import log, taxonomy
from recipients.casework.book import Case
from recipients.errors import GuardianError
from recipients.vault import Vault


def note(vault: Vault, case: Case, text: str, today: int) -> bytes:
    """A note that co-guardians of this case see too (private ones: `notes`); gives its hash."""
    return append(vault, case, "note", {"text": text}, today)


def strike(vault: Vault, case: Case, entry: bytes, today: int) -> None:
    """Takes a note out of sight; the log keeps that it was there. `restore` undoes it. `note` when there is none."""
    _noted(vault, case, entry)
    append(vault, case, "strike", {"entry": entry}, today)


def restore(vault: Vault, case: Case, entry: bytes, today: int) -> None:
    """Brings a struck note back."""
    _noted(vault, case, entry)
    append(vault, case, "restore", {"entry": entry}, today)


def set_state(vault: Vault, case: Case, state: str, today: int) -> None:
    """Received, assessed or addressed (ISO 37002). A case is concluded with `closing.conclude`: `closing`."""
    if state == "concluded":
        raise GuardianError("closing", "way")
    append(vault, case, "state", {"state": state}, today)


def set_urgency(vault: Vault, case: Case, level: str, today: int) -> None:
    """`now` (danger), `soon` or `normal`."""
    append(vault, case, "urgency", {"level": level}, today)


def set_categories(vault: Vault, case: Case, names: Sequence[str], today: int) -> None:
    """The categories of the return, several if they apply; `wrong` for one that is not in the list."""
    chosen = taxonomy.known(names, taxonomy.CATEGORIES, "categories")
    append(vault, case, "categories", {"names": chosen}, today)


def set_mode(vault: Vault, case: Case, mode: str, today: int) -> None:
    """How the person spoke up: anonymous, confidential or open."""
    append(vault, case, "mode", {"mode": mode}, today)


def set_group(vault: Vault, case: Case, name: str, today: int) -> None:
    """The worker group, if the person told it themselves; never guess it."""
    (chosen,) = taxonomy.known([name], taxonomy.GROUPS, "group")
    append(vault, case, "group", {"name": chosen}, today)


def set_hunt(vault: Vault, case: Case, answer: str, text: str, today: int) -> None:
    """Whether somebody is trying to find out who spoke."""
    append(vault, case, "hunt", {"answer": answer, "text": text}, today)


def told(vault: Vault, case: Case, what: str, text: str, today: int) -> None:
    """Notes that the person was answered another way: `acknowledged`, `informed` or `other`."""
    append(vault, case, "told", {"what": what, "text": text}, today)


def check_in(vault: Vault, case: Case, months: int, detriment: str, text: str, today: int) -> None:
    """Notes a check-in after closure, and whether the person was treated worse for speaking up."""
    append(vault, case, "check-in", {"months": months, "detriment": detriment, "text": text}, today)


def set_again(vault: Vault, case: Case, answer: str, text: str, today: int) -> None:
    """The answer to "given your experience, would you speak up again?"."""
    append(vault, case, "again", {"answer": answer, "text": text}, today)


def must_be_open(case: Case) -> None:
    """Raises when nothing may be written in a case: `erased`, `leaving`."""
    if case.state == "erased":
        raise GuardianError("erased")
    if case.role in ("leaving", "handed"):
        raise GuardianError("leaving", case.role)


def append(vault: Vault, case: Case, kind: str, words: dict[str, object], today: int) -> bytes:
    """Adds an entry of any kind to a case that may still be written in; gives its hash."""
    must_be_open(case)
    return log.append(vault, case.id, kind, words, today)


def _noted(vault: Vault, case: Case, entry: bytes) -> None:
    if not any(one.hash == entry and one.kind == "note" for one in log.lines(vault, case.id)):
        raise GuardianError("note")
