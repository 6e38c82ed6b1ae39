"""How long the list of cases takes with 10,000 of them: filters, what is due, one case by its number.

`python -m bench.search`: times in milliseconds, the best and the worst of 20 runs. The ratio to a bare query of the
same rows on the same machine says what the list itself costs.
"""

import secrets
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from recipients import keys
from recipients.casework import book, summary
from recipients.casework.book import Filter
from recipients.vault import Vault, create, header, open_vault

CASES = 10_000
RUNS = 20
DAY = 20_000
_SAFETY = ("patient-safety",)


def fill(vault: Vault) -> None:
    """10,000 cases over three years, as they stand after they were settled."""
    categories = (",patient-safety,", ",bullying,", ",worker-safety,bullying,", ",")
    states = ("received", "assessed", "addressed", "concluded")
    with vault.database.transaction():
        for number in range(CASES):
            case = book.open_by_hand(vault, "telephone", "ours", DAY + number % 1_000, secrets.token_bytes(16))
            summary.refresh(vault, case)
            vault.database.run(
                "UPDATE casefile SET state = ?, categories = ?, due = ?, stale = 0 WHERE id = ?",
                states[number % 4],
                categories[number % 4],
                DAY + number % 1_500,
                case,
            )


def times(act: Callable[[], object]) -> tuple[float, float]:
    """The best and the worst of the runs, in milliseconds."""
    taken = []
    for _ in range(RUNS):
        start = time.perf_counter()
        act()
        taken.append((time.perf_counter() - start) * 1_000)
    return min(taken), max(taken)


def main() -> None:
    """Prints a line for each kind of search."""
    header.MEMORY, header.PASSES = 64, 1
    with tempfile.TemporaryDirectory() as folder:
        create(Path(folder) / "vault", "correct horse battery")
        with open_vault(Path(folder) / "vault", "correct horse battery") as vault:
            keys.make(vault, "A. Guardian", "Guardian")
            fill(vault)
            bare = times(lambda: vault.database.rows("SELECT * FROM casefile"))[0]
            for name, act in _searches(vault).items():
                best, worst = times(act)
                print(f"{name:34} {best:7.1f} to {worst:7.1f} ms   {best / bare:5.2f} of reading all rows bare")


def _searches(vault: Vault) -> dict[str, Callable[[], object]]:
    return {
        "all 10,000": lambda: book.search(vault, Filter()),
        "the first 100": lambda: book.search(vault, Filter(limit=100)),
        "by state and category": lambda: book.search(vault, Filter(states=("received",), categories=_SAFETY)),
        "by days": lambda: book.search(vault, Filter(opened=(DAY + 100, DAY + 130))),
        "due": lambda: book.search(vault, Filter(due_by=DAY + 100, order="due")),
        "one by number": lambda: book.find(vault, "9999"),
        "counts": lambda: book.counts(vault, DAY + 100),
    }


if __name__ == "__main__":
    main()
