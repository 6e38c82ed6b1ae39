"""The other guardians, as one case sees them: who may be shown it, who never, who has it already, who is away.

    >>> [(one.name, one.excluded) for one in of(vault, case, today)]
    [('B. Guardian', False), ('C. Guardian', True)]

What a face shows by this is a courtesy: every way out asks `sharing.may_go` again.
"""

from dataclasses import dataclass

from crypto.guardians import Guardian
from recipients import membership
from recipients.casework import leaving, sharing
from recipients.casework.book import Case
from recipients.errors import GuardianError
from recipients.vault import Vault


@dataclass(frozen=True, kw_only=True)
class Colleague:
    """Another guardian with a certificate of today; `name` and `role` are their own words.

    `how` they work on the case: "", copy, asked, asker, handed, from. `excluded`: the person does not want them to see
    it. `away`: the last day of the time away that today is in; `collects`: the next day on which they do, if any.
    """

    g: bytes
    name: str
    role: str
    how: str
    excluded: bool
    away: int | None
    collects: int | None


def of(vault: Vault, case: Case | None, today: int) -> list[Colleague]:
    """Every other guardian, by name. While nobody can tell whom the person excludes, all of them count as excluded."""
    never, how = _never(vault, case), sharing.peers(vault, case.id) if case is not None else {}
    own = vault.required("g", "keys")
    found = [
        _one(one, how.get(one.g, ""), never is None or one.g in never, today)
        for one in membership.last(vault).valid_guardians()
        if one.g != own
    ]
    return sorted(found, key=lambda one: (one.name.casefold(), one.g))


def known(vault: Vault, case: Case) -> bool:
    """Whether it can be told whom the person excludes: the first piece of every message has come."""
    return _never(vault, case) is not None


def _never(vault: Vault, case: Case | None) -> frozenset[bytes] | None:
    if case is None:
        return frozenset()
    try:
        return sharing.excluded(vault, case)
    except GuardianError as error:
        if error.code != "excluded":
            raise
        return None


def _one(one: Guardian, how: str, excluded: bool, today: int) -> Colleague:
    weekdays = one.calendar.weekdays if one.calendar is not None else leaving.WORKDAYS
    away = one.calendar.away if one.calendar is not None else ()
    ends = [last for first, last in away if first <= today <= last]
    return Colleague(
        g=one.g,
        name=one.name,
        role=one.role,
        how=how,
        excluded=excluded,
        away=max(ends) if ends else None,
        collects=leaving.next_day(weekdays, away, today),
    )
