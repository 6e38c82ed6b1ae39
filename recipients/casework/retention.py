"""How long cases are kept, legal holds, and what may be said of those that were erased.

    concluded --months of the policy--> due --apply--> erased --days that backups are kept--> gone

Nothing is called gone before every backup made while it was here has expired: a backup has the key too.
"""

from dataclasses import asdict, dataclass
from typing import Any

from crypto.encoding import dump, load
from recipients.casework import acts, clocks, erasing, notes
from recipients.casework.book import Case, Filter, search
from recipients.errors import GuardianError
from recipients.vault import Vault

_SETTING = "retention"


@dataclass(frozen=True, kw_only=True)
class Policy:
    """Months from conclusion to erasing, and the days for which backups of this vault are kept."""

    months: int = 15
    backup_days: int = 90


@dataclass(frozen=True, kw_only=True)
class Claim:
    """An erased case: on which day, and whether it is gone from backups too, or from when on."""

    number: int
    day: int
    gone_from: int
    gone: bool


def policy(vault: Vault) -> Policy:
    """The policy in force."""
    stored = vault.setting(_SETTING)
    found: Any = {} if stored is None else load(stored, 1_024)
    return Policy(**found)


def set_policy(vault: Vault, months: int, backup_days: int) -> Policy:
    """Sets 1 to 120 months and 0 to 3,650 days; `wrong`."""
    if not 1 <= months <= 120 or not 0 <= backup_days <= 3_650:
        raise GuardianError("wrong", "retention")
    made = Policy(months=months, backup_days=backup_days)
    vault.store(_SETTING, dump(asdict(made)))
    return made


def due(vault: Vault, today: int) -> list[Case]:
    """Cases that the policy says should be erased by now; check-ins that are still to be made do not wait for them."""
    months = policy(vault).months
    closed = search(vault, Filter(states=("concluded",), order="number"))
    old = [one for one in closed if one.concluded is not None and clocks.add_months(one.concluded, months) <= today]
    return [one for one in old if "hold" not in one.flags]


def apply(vault: Vault, today: int) -> list[int]:
    """Erases what is due, one case at a time; gives their numbers. What is held, or asked to be, stays."""
    erased = []
    for case in due(vault, today):
        try:
            erasing.erase(vault, case, "policy", today)
        except GuardianError as error:
            if error.code != "hold":
                raise
            continue
        erased.append(case.number)
    notes.sweep(vault, today)
    erasing.sweep(vault, today)
    return erased


def claims(vault: Vault, today: int) -> list[Claim]:
    """The erased cases, and what may be said of each."""
    kept = policy(vault).backup_days
    found = []
    for case in search(vault, Filter(states=("erased",), erased=True, order="number")):
        day = erasing.erased_on(vault, case.id)
        if day is not None:
            gone_from = day + kept
            found.append(Claim(number=case.number, day=day, gone_from=gone_from, gone=today > gone_from))
    return found


def hold(vault: Vault, case: Case, reason: str, today: int) -> bytes:
    """Asks for a legal hold; it stands when a second guardian approves (`measures.approve`). Gives its hash."""
    return acts.append(vault, case, "hold", {"reason": reason}, today)


def release(vault: Vault, case: Case, reason: str, today: int) -> bytes:
    """Asks to lift a hold; it is lifted when a second guardian approves. Gives its hash."""
    if "hold" not in case.flags:
        raise GuardianError("wrong", "hold")
    return acts.append(vault, case, "release", {"reason": reason}, today)
