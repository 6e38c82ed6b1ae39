"""The log of a case in words: who did what on which day. Nothing is ever taken out of it."""

from collections.abc import Mapping
from typing import Any

from recipients.casework import measures, taxonomy
from recipients.casework.log import Line
from recipients.desktop.plain import quoted
from recipients.desktop.rows import STATES, URGENCIES
from recipients.words.cases import AGAIN, DETRIMENT, DUTY, ORIGINS, OUTCOMES, TOLD
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

_IDS: dict[tuple[str, str], Mapping[str, str]] = {
    ("opened", "origin"): ORIGINS,
    ("opened", "mode"): taxonomy.MODES,
    ("state", "state"): STATES,
    ("urgency", "level"): URGENCIES,
    ("mode", "mode"): taxonomy.MODES,
    ("group", "name"): taxonomy.GROUPS,
    ("reply", "status"): STATES,
    ("reply", "ask"): {"check-in": "Asked how it has been since", "feedback": "Asked whether they would again"},
    ("told", "what"): TOLD,
    ("action", "about"): {"system": "About the system", "individual": "About one person"},
    ("duty", "item"): measures.DUTY,
    ("duty", "answer"): DUTY,
    ("conclude", "outcome"): OUTCOMES,
    ("check-in", "detriment"): DETRIMENT,
    ("again", "answer"): AGAIN,
    ("hunt", "answer"): {"yes": "Yes", "no": "No"},
    ("exported", "what"): {"pdf": "As PDF"},
    ("erased", "why"): {
        "withdrawn": "They asked for it",
        "policy": "Kept long enough",
        "conflict": "A guardian stepped back",
    },
}


def entry(line: Line, people: Mapping[bytes, str], today: int) -> tuple[str, str]:
    """A heading of ours, and the words of whoever wrote the entry."""
    who = people.get(line.g)
    by = f" · {quoted(who, 60)}" if who else ""
    return f"{_KINDS.get(line.kind, 'Something')} · {weekday_text(line.day, today)}{by}", _words(line)


def _words(line: Line) -> str:
    words: Mapping[str, Any] = line.words or {}
    if line.kind == "categories":
        return ", ".join(map(taxonomy.category, words.get("names", ())))
    if line.kind == "factors":
        known = measures.FACTORS.get(words.get("framework", ""), {})
        return _lines(", ".join(known.get(one, one) for one in words.get("names", ())), words.get("text", ""))
    # The question before its answer; for the rest the order of the entry will do.
    ordered = sorted(words.items(), key=lambda one: one[0] != "item")
    said = [_ids(line.kind, name).get(value, value) for name, value in ordered if isinstance(value, str)]
    return _lines(*said)


def _ids(kind: str, name: str) -> Mapping[str, str]:
    """The words for the ids that an entry holds; empty for what a person wrote."""
    return _IDS.get((kind, name), {})


def _lines(*parts: str) -> str:
    return "\n".join(one for one in parts if one)
