"""Next steps that people were promised, each with a day: which came by then, which late, and which are overdue.

A promise is answered by the next thing that the person is told in its case: a reply, an answer another way, or the
conclusion. What an erased case promised is gone.

    >>> [(one.case.number, one.state(today)) for one in promises.made(vault)]
    [(3, 'kept'), (3, 'overdue')]
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from recipients.casework import log
from recipients.casework.book import Case, Filter, search
from recipients.casework.log import Line
from recipients.vault import Vault

_ANSWERS = ("reply", "told", "conclude")
STATES = ("kept", "late", "overdue", "waiting")


@dataclass(frozen=True, kw_only=True)
class Promise:
    """What was said in `case` to come by `due`; `answered` is the day on which they were told more, if they were."""

    case: Case
    given: int
    due: int
    what: str = field(repr=False)
    answered: int | None = None

    def state(self, today: int) -> str:
        """Kept, late (it came after its day), overdue (its day has passed, and nothing came) or waiting."""
        if self.answered is not None:
            return "kept" if self.answered <= self.due else "late"
        return "overdue" if self.due < today else "waiting"


def made(vault: Vault, span: tuple[int, int] | None = None) -> list[Promise]:
    """Promises in our cases, those due first; only those due in a span of days (both included) if one is given."""
    cases = search(vault, Filter(roles=("ours",), order="number"))
    found = [one for case in cases for one in _of(case, log.lines(vault, case.id))]
    wanted = [one for one in found if span is None or span[0] <= one.due <= span[1]]
    return sorted(wanted, key=lambda one: (one.due, one.case.number))


def counted(promises: Iterable[Promise], today: int) -> dict[str, int]:
    """How many there are in each of the STATES."""
    counts = Counter(one.state(today) for one in promises)
    return {state: counts[state] for state in STATES}


def _of(case: Case, lines: Iterable[Line]) -> Iterator[Promise]:
    standing: Promise | None = None
    for line in lines:
        if line.kind not in _ANSWERS:
            continue
        if standing is not None:
            yield replace(standing, answered=line.day)
        promised: Any = line.words.get("next") if line.kind == "reply" and line.words is not None else None
        standing = promised and Promise(case=case, given=line.day, due=promised["day"], what=promised["what"])
    if standing is not None:
        yield standing
