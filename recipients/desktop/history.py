"""The log of a case in words: who did what on which day. Nothing is ever taken out of it."""

from collections.abc import Mapping
from typing import Any

from recipients.casework import taxonomy
from recipients.casework.log import Line
from recipients.desktop.plain import quoted
from recipients.desktop.rows import STATES, URGENCIES
from recipients.words.days import weekday_text

_KINDS = {
    "opened": "Entered by hand",
    "state": "State",
    "urgency": "Urgency",
    "categories": "Categories",
    "mode": "How they spoke up",
    "group": "Worker group",
    "note": "Note for co-guardians",
    "strike": "A note was struck",
    "restore": "A note was brought back",
    "reply": "Reply",
    "told": "Told another way",
    "factors": "Factors",
    "action": "Action",
    "approve": "Agreed",
    "decline": "Did not agree",
    "done": "Action done",
    "duty": "Duty of candour",
    "learning": "Learning",
    "conclude": "Concluded",
    "reopen": "Taken up again",
    "check-in": "Check-in",
    "again": "Would they speak up again",
    "hunt": "Is somebody looking for them",
    "hold": "Legal hold",
    "release": "Legal hold lifted",
    "copied": "A copy was sent",
    "handed": "Handed over",
    "taken": "Taken over",
    "ask": "A second opinion was asked for",
    "opinion": "A second opinion",
    "exported": "Exported",
    "erased": "Erased",
}


def entry(line: Line, people: Mapping[bytes, str], today: int) -> tuple[str, str]:
    """A heading of ours, and the words of whoever wrote the entry."""
    who = people.get(line.g)
    by = f" · {quoted(who, 60)}" if who else ""
    return f"{_KINDS.get(line.kind, 'Something')} · {weekday_text(line.day, today)}{by}", _words(line)


def _words(line: Line) -> str:
    words: Mapping[str, Any] = line.words or {}
    match line.kind:
        case "state":
            return STATES.get(words.get("state", ""), "")
        case "urgency":
            return URGENCIES.get(words.get("level", ""), "")
        case "categories":
            return ", ".join(map(taxonomy.category, words.get("names", ())))
        case "reply":
            return ""
    return " ".join(value for value in words.values() if isinstance(value, str))
