"""One line for each case in the list, and the one thing that is due next; made in the keeper's thread."""

from dataclasses import dataclass

from recipients import cases
from recipients.vault import Vault
from recipients.words.days import weekday_text

ANSWER_DAYS = 7
_STATES = {
    "received": "Received",
    "assessed": "Assessed",
    "addressed": "Being addressed",
    "concluded": "Concluded",
}


@dataclass(frozen=True, kw_only=True)
class Row:
    """A case in the list. `tone` is "", "new", "care" or "danger"; `due` the day of the next step, if there is one."""

    number: int
    id: bytes
    title: str
    line: str
    state: str
    day: str
    tone: str
    due: int | None


def load(vault: Vault, today: int) -> list[Row]:
    """All cases, the newest first."""
    return [_row(one, today) for one in cases.threads(vault)]


def next_due(rows: list[Row]) -> Row | None:
    """The case to see to first: what is due soonest."""
    due = [one for one in rows if one.due is not None]
    return min(due, key=lambda one: (one.due, one.number)) if due else None


def _row(one: cases.Thread, today: int) -> Row:
    due = _due(one)
    return Row(
        number=one.number,
        id=one.id,
        title=f"Concern {one.number}",
        line=_line(one, due, today),
        state=_STATES.get(one.status or "received", "Received"),
        day=weekday_text(one.last_day, today),
        tone="danger" if due is not None and due < today else "new" if one.unread else "",
        due=due,
    )


def _due(one: cases.Thread) -> int | None:
    days = [one.next_day] if one.next_day is not None else []
    if one.answer_due:
        days.append(one.last_day + ANSWER_DAYS)
    return min(days, default=None)


def _line(one: cases.Thread, due: int | None, today: int) -> str:
    if due is None:
        return "Nothing due"
    what = "Answer" if one.answer_due else "Next step"
    if due < today:
        late = "1 day" if today - due == 1 else f"{today - due} days"
        return f"{what} is {late} late"
    return f"{what} by {weekday_text(due, today)}"
