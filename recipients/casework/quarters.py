"""Quarters, and the cases of one: what the return and the published numbers are made from.

>>> days_of("2026Q1")
(20454, 20543)
>>> quarter_of(20454), before("2026Q1")
('2026Q1', '2025Q4')
"""

import re
from datetime import date

from recipients.casework import clocks
from recipients.casework.book import Case, Filter, search
from recipients.errors import GuardianError
from recipients.vault import Vault

_NAME = re.compile("([0-9]{4})Q([1-4])")


def days_of(quarter: str) -> tuple[int, int]:
    """The first and the last day of a quarter like 2026Q1; `wrong`."""
    match = _NAME.fullmatch(quarter)
    if match is None or int(match[1]) < 1970:
        raise GuardianError("wrong", "quarter")
    start = date(int(match[1]), int(match[2]) * 3 - 2, 1).toordinal() - clocks.EPOCH
    return start, clocks.add_months(start, 3) - 1


def quarter_of(day: int) -> str:
    """The quarter of a day."""
    one = date.fromordinal(clocks.EPOCH + day)
    return f"{one.year}Q{(one.month + 2) // 3}"


def before(quarter: str) -> str:
    """The quarter before."""
    return quarter_of(days_of(quarter)[0] - 1)


def over(quarter: str, today: int) -> None:
    """Raises `date` unless a quarter is over."""
    if days_of(quarter)[1] >= today:
        raise GuardianError("date", "quarter")


def cases_of(vault: Vault, quarter: str) -> list[Case]:
    """Our cases opened in a quarter, erased ones too; copies are counted where they are answered."""
    return search(vault, Filter(opened=days_of(quarter), roles=("ours",), erased=True, order="number"))
