"""Replies and receipts: written here, signed once, left to the outgoing queue (PROTOCOL section 9).

A receipt for each whole message is automatic and says "received by software". Neither quotes what the reporter wrote.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field

from crypto import board, message, receipt, reply
from crypto.errors import CandourError
from crypto.guardians import Certificate
from recipients import membership, outgoing
from recipients.casework import parts
from recipients.errors import GuardianError
from recipients.keys import Person
from recipients.vault import Vault

MAX_TEXT = 24_000
_ANSWERS = 16


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What a guardian wants to say. `next` is a day and a promise; `ask_again` tells which pieces are here."""

    text: str = field(repr=False)
    language: str = "en"
    status: str | None = None
    next: reply.Next | None = None
    ask: str | None = None
    ask_again: bool = False
    withdrawn: bool = False


def send(vault: Vault, person: Person, thread_id: bytes, draft: Draft, today: int) -> int:
    """Signs a reply and queues it; gives its number in the queue. `empty`, `long`, `date`, `answered`, `thread`."""
    payload = _payload(vault, person, thread_id, draft, today)
    with vault.database.transaction():
        return outgoing.add(vault, thread_id, board.REPLY, secrets.token_bytes(16), payload, today, b"")


def would_leave(vault: Vault, person: Person, thread_id: bytes, draft: Draft, now: int) -> int:
    """When this draft could be read, in unix seconds, if it were sent now and every period had a sync; as `send`."""
    policy = membership.last(vault).policy
    payload = _payload(vault, person, thread_id, draft, now // outgoing.DAY)
    parts = len(board.split(board.REPLY, bytes(16), payload))
    return outgoing.would_leave(vault, thread_id, parts, policy.board_cells, policy.board_period, now)


def _payload(vault: Vault, person: Person, thread_id: bytes, draft: Draft, today: int) -> bytes:
    if not draft.text.strip() and not draft.ask_again and draft.status is None and draft.ask is None:
        raise GuardianError("empty")
    if draft.next is not None and draft.next.day < today:
        raise GuardianError("date")
    signed = reply.Reply(
        organisation=membership.organisation(vault),
        g=person.g,
        thread=thread_id,
        day=today,
        language=draft.language,
        text=draft.text,
        status=draft.status,
        next=draft.next,
        answers=tuple(_to_answer(vault, thread_id)) or None,
        partial=_partial(vault, thread_id) if draft.ask_again else None,
        ask=draft.ask,
        withdrawn=True if draft.withdrawn else None,
    )
    return _sign(signed, person)


def issue_receipts(vault: Vault, person: Person, certificate: Certificate, today: int) -> int:
    """Queues a receipt for every whole message that has none yet; gives their number."""
    due = vault.database.rows(
        "SELECT id, thread, message, parts FROM message WHERE state = 'whole' AND NOT EXISTS "
        "(SELECT 1 FROM outgoing WHERE kind = 2 AND outgoing.thread = message.thread AND about = message.message) "
        "ORDER BY id"
    )
    with vault.database.transaction():
        for number, thread_id, message_id, total in due:
            found = message.read(parts.of(vault, number), total, person.g)
            signed = _receipt(vault, certificate, thread_id, message_id, found, today)
            payload = receipt.issue(signed, person.identity_seed)
            outgoing.add(vault, thread_id, board.RECEIPT, secrets.token_bytes(16), payload, today, message_id)
    return len(due)


def _receipt(
    vault: Vault, certificate: Certificate, thread_id: bytes, message_id: bytes, found: message.Message, today: int
) -> receipt.Receipt:
    if found.digest is None:
        raise CandourError("missing", "part")
    return receipt.Receipt(
        organisation=membership.organisation(vault),
        g=certificate.g,
        thread=thread_id,
        certificate=certificate.entry_hash,
        message=message_id,
        digest=found.digest,
        holder=found.head.holder,
        state=vault.setting("head_state") or bytes(32),
        day=today,
        how="software",
    )


def _sign(signed: reply.Reply, person: Person) -> bytes:
    try:
        return reply.sign_reply(signed, person.identity_seed)
    except CandourError as error:
        # The shapes were checked before: what is left is the length.
        raise GuardianError("long") if error.code in ("limit", "malformed") else error from None


def _to_answer(vault: Vault, thread_id: bytes) -> Sequence[bytes]:
    """The newest messages of a thread, oldest first: what this reply answers."""
    query = "SELECT message FROM message WHERE thread = ? ORDER BY id DESC LIMIT ?"
    rows = vault.database.rows(query, thread_id, _ANSWERS)
    if not rows:
        raise GuardianError("thread")
    return [one for (one,) in reversed(rows)]


def _partial(vault: Vault, thread_id: bytes) -> reply.Partial:
    """The newest message of which pieces are missing, or contradict one another."""
    query = (
        "SELECT id, message, parts FROM message WHERE thread = ? AND state IN ('partial', 'conflict') ORDER BY id DESC"
    )
    row = vault.database.row(query, thread_id)
    if row is None:
        raise GuardianError("answered")
    have = vault.database.rows("SELECT part FROM part WHERE message = ? ORDER BY part", row[0])
    return reply.Partial(message=row[1], have=tuple(part for (part,) in have), parts=row[2])
