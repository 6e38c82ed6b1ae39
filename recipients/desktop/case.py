"""All that the desk shows of one case, as plain values, taken from the vault at one time."""

from collections.abc import Mapping
from dataclasses import dataclass

from crypto.errors import CandourError
from recipients import attachments, cases, membership
from recipients.casework import book, clocks, log, notes
from recipients.casework.clocks import Deadline
from recipients.casework.notes import Draft, Note
from recipients.errors import GuardianError
from recipients.vault import Vault


@dataclass(frozen=True, kw_only=True)
class Case:
    """One case. `people` are the names of guardians by g (16 bytes)."""

    case: book.Case
    incoming: tuple[cases.Incoming, ...]
    sent: tuple[cases.Sent, ...]
    files: tuple[attachments.File, ...]
    due: tuple[Deadline, ...]
    notes: tuple[Note, ...]
    log: tuple[log.Line, ...]
    draft: Draft | None
    people: Mapping[bytes, str]


def load(vault: Vault, case_id: bytes, today: int) -> Case:
    """Reads a case, and notes that a person has seen it."""
    found = book.case(vault, case_id)
    thread = found.thread
    whole = Case(
        case=found,
        incoming=tuple(cases.incoming(vault, thread)) if thread is not None else (),
        sent=tuple(cases.sent(vault, thread)) if thread is not None else (),
        files=tuple(attachments.files(vault, thread)) if thread is not None else (),
        due=tuple(clocks.deadlines(found.opened, book.facts(vault, case_id))),
        notes=tuple(notes.of(vault, case_id)),
        log=tuple(log.lines(vault, case_id)),
        draft=notes.draft(vault, case_id),
        people=people(vault),
    )
    if thread is not None:
        cases.mark_read(vault, thread, today)
    return whole


def people(vault: Vault) -> dict[bytes, str]:
    """The names and roles of guardians by g, as far as the portal's list is here."""
    try:
        return {one.g: f"{one.name}, {one.role}" for one in membership.last(vault).guardians}
    except (GuardianError, CandourError):
        # Reading must not depend on the portal's list: the names are a comfort.
        return {}
