"""A case on the reading pane: what was chosen, what was written, what we answered, in the order in which it came."""

from collections.abc import Mapping

from crypto import message
from recipients import cases
from recipients.desktop.case import Case
from recipients.desktop.page import Page
from recipients.desktop.plain import quoted
from recipients.desktop.rows import STATES
from recipients.words import answers
from recipients.words.days import weekday_text

_TYPES = {
    "concern": "The concern",
    "more": "They wrote again",
    "withdraw": "They ask you to erase this concern",
    "feedback": "Would they speak up again?",
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
    _excluded(page, case)
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
    excluded = tuple(dict.fromkeys(g for head in heads for g in head.exclude))
    if excluded:
        with page.frame("danger", "danger_sheet"):
            page.line(f"Must never see this: {names(case.people, excluded)}.")
            page.line("Whoever wrote this is afraid of it reaching them. Do not show it, and do not mention it.")


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
