"""What was promised to people, and whether it was kept: every next step that a reply of ours named, with its day.

    kept(vault, today)      # [Promise(number=3, day=20000, what="I will write to you", state="late", done=20004), …]

A promise is kept by the next thing that the person was told: a reply, an answer another way, or the conclusion.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from recipients.casework.book import Filter, search
from recipients.casework.log import Line, lines
from recipients.vault import Vault

STATES = ("overdue", "open", "late", "kept")


@dataclass(frozen=True, kw_only=True)
class Promise:
    """One promise. `state`: open (its day has not passed), overdue, late (kept after its day) or kept; `done`: when."""

    number: int
    case: bytes
    day: int
    what: str = field(repr=False)
    state: str
    done: int | None


def every(vault: Vault, today: int) -> list[Promise]:
    """All promises in our cases, what is overdue first, then by day. What was erased is not remembered."""
    found = []
    for case in search(vault, Filter(roles=("ours",), order="number")):
        for day, what, done in _of(lines(vault, case.id)):
            state = _state(day, done, today)
            found.append(Promise(number=case.number, case=case.id, day=day, what=what, state=state, done=done))
    return sorted(found, key=lambda one: (STATES.index(one.state), one.day, one.number))


def _of(log: Iterable[Line]) -> list[tuple[int, str, int | None]]:
    """Day, words and day of keeping, oldest promise first."""
    found: list[tuple[int, str, int | None]] = []
    for line in log:
        if line.kind in ("reply", "told", "conclude") and found and found[-1][2] is None:
            found[-1] = (*found[-1][:2], line.day)
        if line.kind == "reply" and line.words is not None and "next" in line.words:
            found.append((line.words["next"]["day"], line.words["next"]["what"], None))
    return found


def _state(day: int, done: int | None, today: int) -> str:
    if done is None:
        return "overdue" if day < today else "open"
    return "late" if done > day else "kept"
