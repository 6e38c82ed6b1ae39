"""Numbers for everyone: small ones hidden, the rest rounded, a quarter frozen once it was made, signed by two
guardians.

>>> suppressed([("a", 40), ("b", 3), ("c", 12)])
[('a', '40'), ('b', 'under 8'), ('c', 'under 8')]

0 to 7 are hidden alike, so that no zero is shown. Where one number alone is hidden, the smallest other is hidden too,
or the total would give it away. Totals are rounded by themselves. A quarter can be published when the next one is
over.
"""

from collections import Counter
from collections.abc import Sequence

from crypto import statement_bodies
from crypto.encoding import dump, load
from recipients import membership
from recipients.casework import cosigning, promises, quarters, taxonomy
from recipients.casework.book import facts
from recipients.errors import GuardianError
from recipients.vault import Vault

HIDDEN = 7
STEP = 5
UNDER = "under 8"
_KEPT, _NOT_KEPT = "Next steps that came by the day we named", "Next steps that came later or not yet"
_OUTCOMES = {
    "changed": "Something changed",
    "partly": "Something changed in part",
    "nothing": "Nothing could be changed",
}


def suppressed(counts: Sequence[tuple[str, int]]) -> list[tuple[str, str]]:
    """One dimension, made fit to be shown."""
    hidden = {name for name, count in counts if count <= HIDDEN}
    shown = sorted((count, name) for name, count in counts if name not in hidden)
    if len(hidden) == 1 and shown:
        hidden.add(shown[0][1])
    return [(name, UNDER if name in hidden else str(rounded(count))) for name, count in counts]


def rounded(count: int) -> int:
    """To the nearest multiple of 5, halves up."""
    return (count + STEP // 2) // STEP * STEP


def freeze(vault: Vault, quarter: str, today: int) -> list[tuple[str, str]]:
    """The rows of a quarter: those made before, or new ones, which then stay.

    `date` before the next quarter is over.
    """
    rows, frozen = preview(vault, quarter, today)
    if not frozen:
        vault.database.run("INSERT INTO frozen VALUES (?, ?, ?)", quarter, dump([list(one) for one in rows]), today)
    return rows


def preview(vault: Vault, quarter: str, today: int) -> tuple[list[tuple[str, str]], bool]:
    """The rows that `freeze` would give, and whether they were frozen before; nothing is kept. Errors as `freeze`."""
    stored = vault.database.value("SELECT rows FROM frozen WHERE quarter = ?", quarter)
    if stored is not None:
        found = load(stored, 65_536)
        return [(str(name), str(value)) for name, value in found], True  # type: ignore[attr-defined]
    first_day_after = quarters.days_of(quarter)[1] + 1
    quarters.over(quarters.quarter_of(first_day_after), today)
    return _rows(vault, quarter, today), False


def propose(vault: Vault, quarter: str, second: bytes, today: int) -> bytes:
    """Asks a second guardian to sign the numbers of a quarter; gives the digest of what is to be signed."""
    if second == vault.required("g", "keys"):
        raise GuardianError("second", "own")
    body = statement_bodies.statistics(
        organisation=membership.organisation(vault),
        day=today,
        g=vault.required("g", "keys"),
        second=second,
        quarter=quarter,
        rows=freeze(vault, quarter, today),
    )
    return cosigning.propose(vault, "statistics", body, today)


def _rows(vault: Vault, quarter: str, today: int) -> list[tuple[str, str]]:
    cases = quarters.cases_of(vault, quarter)
    categories: Counter[str] = Counter(name for one in cases for name in one.categories)
    outcomes: Counter[str] = Counter()
    in_time = 0
    for case in cases:
        found = facts(vault, case.id)
        outcomes[found.outcome or ""] += 1
        in_time += case.acknowledged is not None and case.acknowledged <= case.opened + 7
    total = len(cases)
    rows = [("Concerns", UNDER if total <= HIDDEN else str(rounded(total)))]
    rows += suppressed([(words, categories[name]) for name, words in taxonomy.CATEGORIES.items()])
    rows += suppressed([("Answered within 7 days", in_time), ("Answered later or not yet", total - in_time)])
    promised = promises.counted(promises.made(vault, quarters.days_of(quarter)), today)
    rows += suppressed([(_KEPT, promised["kept"]), (_NOT_KEPT, promised["late"] + promised["overdue"])])
    return rows + suppressed([(words, outcomes[name]) for name, words in _OUTCOMES.items()])
