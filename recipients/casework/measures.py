"""What is found out and done about a concern: factors of the system first, people last and never by one guardian alone.

    >>> measures.set_factors(vault, case, "yorkshire", ["staffing", "workload"], "", today)
    >>> measures.act(vault, case, "system", "A second nurse on nights until March", today, by=today + 30)

Factors: SEIPS and the Yorkshire Contributory Factors Framework (`factors.toml`). Something about one person can be
written only when factors have been recorded, and counts only when a second guardian approves. The duty of candour
(Regulation 20) is a checklist of its own.
"""

import tomllib
from collections.abc import Mapping, Sequence
from importlib.resources import files

from recipients.casework import acts, log, taxonomy
from recipients.casework.book import Case, facts
from recipients.casework.facts import Action, Facts
from recipients.errors import GuardianError
from recipients.vault import Vault

_LISTS = tomllib.loads(files("recipients.casework").joinpath("factors.toml").read_text("utf-8"))

FRAMEWORKS: Mapping[str, str] = {name: one["name"] for name, one in _LISTS["frameworks"].items()}
FACTORS: Mapping[str, Mapping[str, str]] = {name: one["factors"] for name, one in _LISTS["frameworks"].items()}
DUTY: Mapping[str, str] = _LISTS["duty"]
# About people: recorded by themselves they do not open the way to action against a person.
PERSONAL = frozenset(_LISTS["personal"])


def set_factors(vault: Vault, case: Case, framework: str, names: Sequence[str], text: str, today: int) -> None:
    """Records the factors of one framework, in the place of those recorded before; `wrong`."""
    must_know(framework)
    chosen = taxonomy.known(names, FACTORS[framework], "factors")
    acts.append(vault, case, "factors", {"framework": framework, "names": chosen, "text": text}, today)


def must_know(framework: str) -> None:
    """`wrong` for a framework that there is not."""
    if framework not in FACTORS:
        raise GuardianError("wrong", "factors")


def complete(found: Facts) -> bool:
    """Whether factors of the system have been recorded, so that a person may be spoken of."""
    return any(set(names) - PERSONAL for names in found.factors.values())


def act(vault: Vault, case: Case, about: str, text: str, today: int, *, by: int | None = None, who: str = "") -> bytes:
    """Writes down something to be done, about the `system` or an `individual`; gives its hash.

    `factors`: nothing about a person before factors are recorded. `date`: `by` has passed.
    """
    if about == "individual" and not complete(facts(vault, case.id)):
        raise GuardianError("factors")
    if by is not None and by < today:
        raise GuardianError("date")
    words: dict[str, object] = {"about": about, "text": text}
    words |= {"by": by} if by is not None else {}
    words |= {"who": who} if who else {}
    return acts.append(vault, case, "action", words, today)


def stands(action: Action) -> bool:
    """Whether an action may be carried out: one about a person needs the word of a second guardian."""
    return action.about == "system" or (bool(action.approved) and not action.declined)


def done(vault: Vault, case: Case, action: bytes, text: str, today: int) -> None:
    """Notes that an action has been carried out; `note` when there is none, `second` when it may not be yet."""
    found = _action(vault, case, action)
    if not stands(found):
        raise GuardianError("second", "action")
    acts.append(vault, case, "done", {"entry": action, "text": text}, today)


def approve(vault: Vault, case: Case, entry: bytes, text: str, today: int) -> None:
    """A second guardian agrees to an action about a person, to a hold or to lifting it; `second` for one's own."""
    _others(vault, case, entry)
    acts.append(vault, case, "approve", {"entry": entry, "text": text}, today)


def decline(vault: Vault, case: Case, entry: bytes, text: str, today: int) -> None:
    """A second guardian does not agree, and says why."""
    _others(vault, case, entry)
    acts.append(vault, case, "decline", {"entry": entry, "text": text}, today)


def waiting(vault: Vault, case: Case) -> list[log.Line]:
    """What waits for the word of a second guardian: actions about a person, holds and lifting them."""
    found = facts(vault, case.id)
    asked = [*found.holds, *(one for one in found.written if one.words and one.words["about"] == "individual")]
    return [
        one
        for one in asked
        if not (found.approvals.get(one.hash, set()) | found.declined.get(one.hash, set())) - {one.g}
    ]


def answer_duty(vault: Vault, case: Case, item: str, answer: str, text: str, today: int) -> None:
    """Answers one line of the duty of candour's checklist: yes, no or not-needed."""
    taxonomy.known([item], DUTY, "duty")
    acts.append(vault, case, "duty", {"item": item, "answer": answer, "text": text}, today)


def duty_left(found: Facts) -> list[str]:
    """Lines of the checklist that have to be answered still; none when nobody was harmed."""
    if found.duty.get("harm") in ("no", "not-needed"):
        return []
    return [item for item in DUTY if item not in found.duty]


def _action(vault: Vault, case: Case, entry: bytes) -> Action:
    for one in facts(vault, case.id).actions:
        if one.hash == entry:
            return one
    raise GuardianError("note")


def _others(vault: Vault, case: Case, entry: bytes) -> None:
    asked = [one for one in waiting(vault, case) if one.hash == entry]
    if not asked:
        raise GuardianError("note")
    if asked[0].g == vault.required("g", "keys"):
        raise GuardianError("second", "own")
