"""Concluding a case: what was learned is written down first, and nothing changed needs a reason.

>>> closing.missing(vault, case)
['learning']
>>> closing.learn(vault, case, "A dose was doubled", "Two charts were in use", "One chart", today)
>>> closing.conclude(vault, case, "changed", "", today)
"""

from recipients.casework import acts, measures
from recipients.casework.book import Case, facts
from recipients.errors import GuardianError
from recipients.vault import Vault


def learn(vault: Vault, case: Case, happened: str, sense: str, changed: str, today: int) -> None:
    """What happened, why it made sense at the time, what changed.

    It may be written anew until the case is concluded.
    """
    acts.append(vault, case, "learning", {"happened": happened, "sense": sense, "changed": changed}, today)


def missing(vault: Vault, case: Case) -> list[str]:
    """What stands in the way of concluding: `learning`, `candour` (the duty's checklist), `second` (a person waits)."""
    found = facts(vault, case.id)
    left = [] if found.learning is not None else ["learning"]
    if "patient-safety" in case.categories and measures.duty_left(found):
        left.append("candour")
    pending = [one for one in found.actions if one.about == "individual" and not one.approved and not one.declined]
    return left + (["second"] if pending else [])


def conclude(vault: Vault, case: Case, outcome: str, reason: str, today: int) -> None:
    """Concludes: `changed`, `partly` or `nothing`; the last two need a reason. `closing` says what is missing."""
    for one in missing(vault, case):
        raise GuardianError("closing", one)
    if outcome != "changed" and not reason.strip():
        raise GuardianError("closing", "reason")
    acts.append(vault, case, "conclude", {"outcome": outcome, "reason": reason}, today)


def reopen(vault: Vault, case: Case, reason: str, today: int) -> None:
    """Takes a concluded case up again; `closing` when it is not concluded."""
    if case.state != "concluded":
        raise GuardianError("closing", "open")
    acts.append(vault, case, "reopen", {"reason": reason}, today)
