"""What is said about cases on the command line and in the window alike: answers in words, advice, what has happened.

>>> leaves(20_485, 20_484)
'It leaves tomorrow, with your next sync.'
"""

from collections.abc import Iterable, Mapping

from recipients.casework import quiet
from recipients.casework.book import Case
from recipients.casework.colleagues import Colleague
from recipients.casework.departing import Departure
from recipients.casework.manual import WHY, Fault
from recipients.vault import Vault
from recipients.words.days import day_text, weekday_text
from recipients.words.saved import ADVICE

ORIGINS = {
    "telephone": "By telephone",
    "person": "In person",
    "email": "By e-mail",
    "letter": "By letter",
    "import": "From a table",
}
TOLD = {
    "acknowledged": "They were told that somebody is looking into it",
    "informed": "They were told what was done",
    "other": "Something else",
}
DETRIMENT = {"no": "No, not as far as they say", "yes": "Yes, they were treated worse", "unsure": "They are not sure"}
OUTCOMES = {"changed": "Something changed", "partly": "Something changed, but not all", "nothing": "Nothing changed"}
AGAIN = {"yes": "Yes", "no": "No", "maybe": "Maybe", "unsure": "They do not know"}
DUTY = {"yes": "Yes", "no": "No", "not-needed": "Not needed"}
HUNT_ADVICE = (
    "Do not ask who, and do not let others: ask what happened, and why. Say "
    "nothing that only this report explains. The template `hunt` has words for the person."
)
HUNT = f"Somebody is trying to find out who spoke. {HUNT_ADVICE}"
# What is asked of a guardian by another, as a heading.
ASKED = {
    "question": "A second opinion",
    "action": "Something about one person",
    "hold": "A legal hold",
    "release": "Lifting a legal hold",
    "story": "A learning story to be published",
    "statistics": "Numbers to be published",
}
_HOW = {
    "copy": "has a copy of it",
    "asked": "was asked about it",
    "asker": "asked you about it",
    "handed": "it was handed to them",
    "from": "it came from them",
}
_ERASED = "What you sent has been erased here. Copies in my own backups go by {}."


def leaves(day: int | None, today: int) -> str:
    """When something that was queued just now leaves."""
    if day is None:
        return "It leaves with your next sync; your calendar names no day on which you collect."
    return f"It leaves {on(day, today)}, with your next sync."


def on(day: int, today: int) -> str:
    """A day in a sentence: `today`, `on Thursday 3 October`."""
    said = weekday_text(day, today)
    return said if said in ("yesterday", "today", "tomorrow") else f"on {said}"


def to_wait(vault: Vault, case: Case, today: int) -> str:
    """Why to wait before anything leaves a case that came in a quiet period; empty when there is no need."""
    calm = quiet.of(vault, case, today)
    if calm is None or calm.wait_until is None:
        return ""
    return ADVICE.format(cells=calm.cells, usual=calm.usual, until=day_text(calm.wait_until))


def acknowledgement(gone_from: int) -> str:
    """What a person who withdrew is told."""
    return _ERASED.format(day_text(gone_from))


def erased(number: int, gone_from: int, *, told: bool) -> str:
    """What a guardian is told of a case that was erased."""
    said = " The person is told with your next sync." if told else ""
    when = f"Say that it is gone only after {day_text(gone_from)}, when backups have expired."
    return f"Case {number} is erased here. {when}{said}"


def colleague(one: Colleague, today: int) -> str:
    """What there is to know about another guardian besides name and role; empty when there is nothing."""
    said = ["the person does not want them to see this"] if one.excluded else []
    said += [_HOW[one.how]] if one.how in _HOW else []
    if one.away is not None:
        back = "" if one.collects is None else f", collects again {on(one.collects, today)}"
        said.append(f"away until {weekday_text(one.away, today)}{back}")
    elif one.collects is not None:
        said.append(f"collects {on(one.collects, today)}")
    return "; ".join(said)


def departure(one: Departure, name: str, today: int) -> str:
    """Where something goes, and by when it has left. `name` is the other guardian's, made harmless."""
    about = f"Concern {one.case}" if one.case is not None else "Something that is no concern of yours to see"
    if not one.pieces:
        return f"{about}, to {name}: has left. No word yet that it has arrived."
    pieces = "1 piece" if one.pieces == 1 else f"{one.pieces} pieces"
    when = "with your next syncs" if one.day is None else f"{on(one.day, today)}, if you sync as your calendar says"
    return f"{about}, to {name}: {pieces}, the last {when}."


def faults(found: Iterable[Fault]) -> list[str]:
    """What is wrong with the lines of a file, one sentence each."""
    return [f"Line {one.line}{f', column {one.column}' if one.column else ''}: {WHY[one.why]}." for one in found]


def says(body: Mapping[str, object]) -> list[tuple[str, str]]:
    """What a statement to be signed says, as headings of ours and words of its writer."""
    titles = {
        "quarter": "Quarter",
        "title": "Title",
        "happened": "What happened",
        "sense": "Why it made sense at the time",
        "changed": "What has changed",
    }
    found = [(title, str(body[key])) for key, title in titles.items() if key in body]
    rows = body.get("rows")
    if isinstance(rows, list | tuple):
        lines = [f"{one['name']}: {one['value']}" for one in rows if isinstance(one, Mapping)]
        found.append(("Numbers", "\n".join(lines)))
    return found
