"""How quiet the period was in which a case came: what is done about it too soon may point at the person.

The only trace of a visit is sealed cells, real and cover. Few cells in a period mean few visitors, and a reply, an
extract or a visit to the ward the day after then says who it was. Before anything leaves a case, faces show this, and
advise to wait.
"""

from dataclasses import dataclass
from statistics import median

from recipients.casework.book import Case
from recipients.vault import Vault

DAY = 86_400
FEW = 200
WAIT_DAYS = 3
_WINDOW = 28


@dataclass(frozen=True, kw_only=True)
class Quiet:
    """The quietest period of a case: its day, cells then, the usual number of a period, and until when to wait."""

    day: int
    cells: int
    usual: int
    quiet: bool
    wait_until: int | None


def of(vault: Vault, case: Case, today: int) -> Quiet | None:
    """How quiet the periods of a case were; None when it did not come through the portal."""
    query = (
        "SELECT DISTINCT period.start, period.cells FROM part JOIN message ON message.id = part.message "
        "JOIN period ON period.start = part.period WHERE message.thread = ?"
    )
    found = vault.database.rows(query, case.thread) if case.thread is not None else []
    if not found:
        return None
    start, cells = min(found, key=lambda one: (one[1], one[0]))
    usual = _usual(vault, start)
    few = cells < FEW or cells * 2 < usual
    newest = max(one[0] for one in found) // DAY
    wait = newest + WAIT_DAYS if few and today < newest + WAIT_DAYS else None
    return Quiet(day=start // DAY, cells=cells, usual=usual, quiet=few, wait_until=wait)


def _usual(vault: Vault, start: int) -> int:
    query = "SELECT cells FROM period WHERE start BETWEEN ? AND ?"
    rows = vault.database.rows(query, start - _WINDOW * DAY, start + _WINDOW * DAY)
    return int(median(cells for (cells,) in rows)) if rows else 0
