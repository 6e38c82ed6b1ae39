"""A case on the reading pane: what was chosen, what was written, what we answered, in the order in which it came."""

from collections.abc import Mapping
from typing import Any

from crypto import message
from recipients import cases
from recipients.casework.taxonomy import MODES
from recipients.desktop.case import Case
from recipients.desktop.page import Page
from recipients.desktop.plain import quoted
from recipients.desktop.rows import STATES
from recipients.words import answers
from recipients.words.cases import ORIGINS
from recipients.words.days import weekday_text

_TYPES = {
    "concern": "The concern",
    "more": "They wrote again",
    "withdraw": "They ask you to erase this concern",
    "feedback": "Would they speak up again?",
}
_ROLES = {
    "copy": "This is a copy of another guardian's concern: only they answer. They see your notes for co-guardians.",
    "asked": "Another guardian asks you about this concern. You see what they sent, and nothing else: “Asked of you”.",
    "handed": "You have handed this concern over. You can read it; what still comes is passed on by itself.",
}
_REFUSED = {
    "organisation": "it was written for another organisation",
    "malformed": "it breaks a rule, or was not addressed to you",
    "limit": "it is longer than the rules allow",
}


def write(page: Page, case: Case, today: int) -> None:
    """Writes the whole case."""
    page.heading(f"Concern {case.case.number}")
    if "hunt" in case.case.flags:
        with page.frame("care", "care_sheet"):
            page.line("Somebody may be trying to find out who spoke. Ask what and why, never who. Do nothing sudden.")
    if case.case.role in _ROLES:
        with page.frame("accent", "quiet"):
            page.line(_ROLES[case.case.role])
    _excluded(page, case)
    _by_hand(page, case, today)
    blocks = [(one.day, 0, one) for one in case.incoming] + [(one.day, 1, one) for one in case.sent]
    for _, _, one in sorted(blocks, key=lambda block: block[:2]):
        if isinstance(one, cases.Incoming):
            _incoming(page, one, case.people, today)
        else:
            _sent(page, one, today)


def names(people: Mapping[bytes, str], wanted: tuple[bytes, ...]) -> str:
    """Guardians by name, each isolated, since names are other people's words."""
    return "; ".join(quoted(people.get(g, f"guardian {g.hex()[:8]}")) for g in wanted)


def _excluded(page: Page, case: Case) -> None:
    heads = [one.content.head for one in case.incoming if one.content is not None]
    never = [one.exclude for one in heads] + [one.get("exclude", ()) for one in _opened(case)]
    excluded = tuple(dict.fromkeys(g for some in never for g in some))
    if excluded:
        with page.frame("danger", "danger_sheet"):
            page.line(f"Must never see this: {names(case.people, excluded)}.")
            page.line("Whoever wrote this is afraid of it reaching them. Do not show it, and do not mention it.")


def _by_hand(page: Page, case: Case, today: int) -> None:
    """What was written down of somebody who rang, came or wrote."""
    for words in _opened(case):
        page.heading(f"{ORIGINS[words['origin']]} · {weekday_text(words.get('received', case.case.opened), today)}", 2)
        page.line(MODES[words["mode"]], "faint")
        if words["text"]:
            with page.frame("border", "sheet"):
                page.words(words["text"])


def _opened(case: Case) -> list[Mapping[str, Any]]:
    return [one.words for one in case.log if one.kind == "opened" and one.words is not None]


def _incoming(page: Page, one: cases.Incoming, people: Mapping[bytes, str], today: int) -> None:
    kind = _TYPES[one.content.head.type] if one.content is not None else "A message"
    page.heading(f"{kind} · came {weekday_text(one.day, today)}", 2)
    if one.state == "conflict":
        with page.frame("care", "care_sheet"):
            page.line("Its pieces contradict one another, so it is not shown. Ask for it again in your reply.")
    elif one.state == "refused":
        with page.frame("care", "care_sheet"):
            why = _REFUSED.get(one.code or "", f"it breaks a rule ({one.code})")
            page.line(f"This message was refused: {why}.")
    elif one.state == "partial":
        with page.frame("care", "care_sheet"):
            page.line(
                f"Not complete: {len(one.have)} of {one.parts} pieces are here. More may come with the next sync. "
                "You can answer now, and ask for the rest."
            )
    if one.content is not None:
        _content(page, one.content, people)


def _content(page: Page, content: message.Message, people: Mapping[bytes, str]) -> None:
    head = content.head
    page.line(f"To: {names(people, head.to)}", "faint")
    choices = head.choices or {}
    form = choices.get("form")
    for name, picked in choices.items():
        if name != "form":
            page.line(quoted(answers.line(name, picked, form)))
    cut = [(*content.cut, True)] if content.cut is not None else []
    for name, text, short in [*((name, text, False) for name, text in content.sections.items()), *cut]:
        page.heading(quoted(answers.heading(name, form)) + (" — only its beginning has come" if short else ""), 3)
        with page.frame("border", "sheet"):
            page.words(text)


def _sent(page: Page, one: cases.Sent, today: int) -> None:
    state = f" · {STATES.get(one.status, one.status)}" if one.status else ""
    page.heading(f"Your reply · written {weekday_text(one.day, today)}{state}", 2)
    with page.frame("accent", "quiet"):
        if one.text:
            page.words(one.text)
        if one.next_day is not None:
            page.line(f"Next, by {weekday_text(one.next_day, today)}: {quoted(one.next_what or '')}")
    if one.answered:
        page.line("They have written since, so they have seen it.", "faint")
