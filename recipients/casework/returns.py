"""The quarterly return of the Freedom to Speak Up collection, as CSV: totals by category, mode and group, and feedback.

It is for the collection, not for publishing: small numbers stand in it as they are. What is published is made by
`numbers`. A cell that a spreadsheet could take for a formula is written as text, and nothing in it comes from a report.

    >>> [row.name for row in made(vault, "2026Q1", today)][:2]
    ['Cases', 'Patient safety or quality']
"""

import csv
import io
from collections import Counter
from dataclasses import dataclass

from recipients.casework import quarters, taxonomy
from recipients.casework.book import facts
from recipients.vault import Vault

_AGAIN = {"yes": "Yes", "no": "No", "maybe": "Maybe", "unsure": "I do not know"}
_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line: a section, what is counted, and how many."""

    section: str
    name: str
    count: int


@dataclass(frozen=True, kw_only=True)
class Gap:
    """A case in which something is missing that the return asks for: `category` or `mode`."""

    number: int
    what: str


def made(vault: Vault, quarter: str, today: int) -> list[Row]:
    """The lines of a quarter's return; `date` when the quarter is not over, `wrong`."""
    quarters.over(quarter, today)
    cases = quarters.cases_of(vault, quarter)
    categories: Counter[str] = Counter(name for one in cases for name in one.categories)
    modes: Counter[str] = Counter()
    groups: Counter[str] = Counter()
    again: Counter[str] = Counter()
    for case in cases:
        found = facts(vault, case.id)
        modes[found.mode or ("anonymous" if case.origin == "portal" else "")] += 1
        groups[found.group or "unknown"] += 1
        if found.again is not None:
            again[found.again] += 1
    rows = [Row(section="total", name="Cases", count=len(cases))]
    for section, words, counted in (
        ("category", taxonomy.CATEGORIES, categories),
        ("mode", taxonomy.MODES, modes),
        ("group", taxonomy.GROUPS, groups),
        ("again", _AGAIN, again),
    ):
        rows += [Row(section=section, name=words[name].split(":")[0], count=counted[name]) for name in words]
    return rows


def gaps(vault: Vault, quarter: str) -> list[Gap]:
    """Cases that the return cannot count whole: no category, or no mode."""
    found = []
    for case in quarters.cases_of(vault, quarter):
        if case.state == "erased":
            continue
        if not case.categories:
            found.append(Gap(number=case.number, what="category"))
        if case.origin != "portal" and facts(vault, case.id).mode is None:
            found.append(Gap(number=case.number, what="mode"))
    return found


def write_csv(quarter: str, rows: list[Row]) -> bytes:
    """The return as a file: UTF-8, one header line, every text quoted."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    writer.writerow(["quarter", "section", "name", "count"])
    for row in rows:
        writer.writerow([safe(quarter), safe(row.section), safe(row.name), row.count])
    return text.getvalue().encode("utf-8")


def safe(text: str) -> str:
    """A text that no spreadsheet takes for a formula: an apostrophe stands before what could be one."""
    return f"'{text}" if text.lstrip(" \u00a0\ufeff").startswith(_RISKY) or text.startswith(_RISKY) else text
