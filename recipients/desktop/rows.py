"""One line for each case in the list, and the one thing that is due next; made in the keeper's thread."""

from dataclasses import dataclass

from recipients.casework import book, notes, taxonomy
from recipients.casework.book import Case, Filter
from recipients.vault import Vault
from recipients.words.days import weekday_text

STATES = {
    "received": "Received",
    "assessed": "Assessed",
    "addressed": "Being addressed",
    "concluded": "Concluded",
    "erased": "Erased",
}
URGENCIES = {"now": "Danger now", "soon": "Soon", "normal": "Usual"}
_DUE = {
    "acknowledge": "Answer",
    "inform": "Say what was done",
    "promise": "Your promised step",
    "action": "An action",
    "check-in": "Check in",
}
_FLAGS = {"hunt": "somebody may be looking for them", "withdrawn": "they ask you to erase it", "hold": "legal hold"}


@dataclass(frozen=True, kw_only=True)
class Row:
    """A case in the list. `tone` is "", "new" or "danger"."""

    number: int
    id: bytes
    title: str
    line: str
    state: str
    day: str
    tone: str


@dataclass(frozen=True, kw_only=True)
class Listed:
    """The list as asked for, the case to see to first, and whether there are any cases at all."""

    rows: list[Row]
    first: Row | None
    any: bool


def load(vault: Vault, wanted: Filter, today: int) -> Listed:
    """The cases that fit, and what is due next among all."""
    drafts = notes.with_draft(vault)
    pressing = book.due(vault, today) or [one for one in book.search(vault, Filter(order="due", limit=1)) if one.due]
    return Listed(
        rows=[_row(one, drafts, today) for one in book.search(vault, wanted)],
        first=_row(pressing[0], drafts, today) if pressing else None,
        any=bool(pressing) or bool(book.search(vault, Filter(limit=1))),
    )


def due_text(what: str, day: int, today: int) -> str:
    """What is due, and when, or how late it is."""
    return late_text(_DUE.get(what, what), day, today)


def late_text(named: str, day: int, today: int) -> str:
    """Something named, with the day it is due, or by how much it is late."""
    if day < today:
        late = "1 day" if today - day == 1 else f"{today - day} days"
        return f"{named}: {late} late"
    return f"{named} by {weekday_text(day, today)}"


def _row(one: Case, drafts: set[bytes], today: int) -> Row:
    late = one.due is not None and one.due < today
    return Row(
        number=one.number,
        id=one.id,
        title=f"Concern {one.number}",
        line=_line(one, today),
        state=" · ".join(_marks(one, drafts)),
        day=weekday_text(one.touched, today),
        tone="danger" if late or one.urgency == "now" else "new" if one.unread else "",
    )


def _line(one: Case, today: int) -> str:
    if one.urgency == "now" and one.state != "concluded":
        return "Somebody may be in danger now"
    if one.due is None or one.due_what is None:
        return "Nothing due"
    return due_text(one.due_what, one.due, today)


def _marks(one: Case, drafts: set[bytes]) -> list[str]:
    marks = ["New"] if one.unread else ["They wrote again"] if one.answer_due and one.acknowledged is not None else []
    marks += [STATES.get(one.state, one.state)]
    marks += ["draft kept"] if one.id in drafts else []
    marks += [_FLAGS[flag] for flag in one.flags if flag in _FLAGS]
    return marks + [taxonomy.category(name) for name in one.categories]
