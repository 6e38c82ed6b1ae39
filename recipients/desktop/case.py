"""All that the reading pane shows of one case, as plain values, taken from the vault at one time."""

from collections.abc import Mapping
from dataclasses import dataclass

from crypto.errors import CandourError
from recipients import attachments, cases, membership
from recipients.errors import GuardianError
from recipients.vault import Vault


@dataclass(frozen=True, kw_only=True)
class Case:
    """One case. `people` are the names of guardians by g (16 bytes)."""

    thread: cases.Thread
    incoming: tuple[cases.Incoming, ...]
    sent: tuple[cases.Sent, ...]
    files: tuple[attachments.File, ...]
    people: Mapping[bytes, str]

    @property
    def incomplete(self) -> bool:
        """Whether there is something to ask for again."""
        return bool(self.thread.partial)


def load(vault: Vault, number: int, today: int) -> Case:
    """Reads a case, and notes that a person has seen it."""
    thread = cases.find(vault, str(number))
    found = Case(
        thread=thread,
        incoming=tuple(cases.incoming(vault, thread.id)),
        sent=tuple(cases.sent(vault, thread.id)),
        files=tuple(attachments.files(vault, thread.id)),
        people=_people(vault),
    )
    cases.mark_read(vault, thread.id, today)
    return found


def _people(vault: Vault) -> dict[bytes, str]:
    try:
        return {one.g: f"{one.name}, {one.role}" for one in membership.last(vault).guardians}
    except (GuardianError, CandourError):
        # Reading must not depend on the portal's list: the names are a comfort.
        return {}
