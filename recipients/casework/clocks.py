"""What is due in a case, and when: a person's answer within 7 days, feedback within 3 months, promises, check-ins.

The two clocks are those of EU Directive 2019/1937, article 9: acknowledge within seven days of receipt, tell what was
done within three months of that. The receipt that the program sends by itself does not stop the first: a person does.

    >>> add_months(date(2026, 11, 30).toordinal() - EPOCH, 3) == date(2027, 2, 28).toordinal() - EPOCH
    True
"""

import calendar
from dataclasses import dataclass, field
from datetime import date

from recipients.casework.facts import Facts

EPOCH = date(1970, 1, 1).toordinal()
ACKNOWLEDGE_DAYS = 7
INFORM_MONTHS = 3
CHECK_IN_MONTHS = (3, 6, 12)


@dataclass(frozen=True, kw_only=True)
class Deadline:
    """Something due. `what`: acknowledge, inform, promise, action, check-in; `day` is the last day for it."""

    what: str
    day: int
    detail: str = field(default="", repr=False)

    def late(self, today: int) -> int:
        """By how many days it is late; 0 when it is not."""
        return max(today - self.day, 0)


def deadlines(opened: int, facts: Facts) -> list[Deadline]:
    """All that is still due in a case opened on that day, the next one first."""
    if facts.concluded is not None:
        return sorted(_check_ins(facts.concluded, facts), key=_order)
    found = []
    if facts.acknowledged is None:
        found.append(Deadline(what="acknowledge", day=opened + ACKNOWLEDGE_DAYS))
    if facts.informed is None:
        since = opened + ACKNOWLEDGE_DAYS if facts.acknowledged is None else facts.acknowledged
        found.append(Deadline(what="inform", day=add_months(since, INFORM_MONTHS)))
    if facts.next is not None:
        found.append(Deadline(what="promise", day=facts.next[0], detail=facts.next[1]))
    for action in facts.actions:
        if action.by is not None and action.done is None:
            found.append(Deadline(what="action", day=action.by, detail=action.text))
    return sorted(found, key=_order)


def add_months(day: int, months: int) -> int:
    """The same day of the month some months on, or the last one of a shorter month."""
    start = date.fromordinal(EPOCH + day)
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(start.day, last)).toordinal() - EPOCH


def _check_ins(concluded: int, facts: Facts) -> list[Deadline]:
    due = [(add_months(concluded, months), months) for months in CHECK_IN_MONTHS if months not in facts.check_ins]
    # One that was made later stands for those before it.
    latest = max(facts.check_ins, default=0)
    return [Deadline(what="check-in", day=day, detail=str(months)) for day, months in due if months > latest]


def _order(one: Deadline) -> tuple[int, str]:
    return one.day, one.what
