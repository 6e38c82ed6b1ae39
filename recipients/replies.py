"""Replies and receipts: written here, signed once, left to the outgoing queue (PROTOCOL section 9).

A receipt for each whole message is automatic and says "received by software". Neither quotes what the reporter wrote.
"""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field

from crypto import board, message, receipt, reply
from crypto.encoding import utf8
from crypto.errors import CandourError
from crypto.guardians import Certificate
from recipients import membership, outgoing
from recipients.casework import book, log, notes, parts, quoting
from recipients.casework import keys as casekeys
from recipients.errors import GuardianError
from recipients.keys import Person
from recipients.vault import Vault

MAX_TEXT = 24_000
MAX_NEXT = 500
STATUSES = ("received", "assessed", "addressed", "concluded")
ASKS = ("check-in", "feedback")
# A promise for years ahead is a slip of the pen.
_FAR = 3_650
_LANGUAGE = re.compile("[a-z-]{2,12}")
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


def send(vault: Vault, person: Person, thread_id: bytes, draft: Draft, today: int) -> int:
    """Signs a reply, queues it and notes it in the case's log; gives its number in the queue.

    `empty`, `long` (text, next), `wrong` (language, status, ask), `date`, `answered`, `thread`, `erased`; `leaving`
    when another guardian answers here; `quote` when it repeats what the reporter wrote.
    """
    case = _may_answer(vault, thread_id, draft, today)
    payload = _payload(vault, person, thread_id, draft, today)
    with vault.database.transaction():
        number = outgoing.add(vault, thread_id, board.REPLY, secrets.token_bytes(16), payload, today, b"")
        log.append(vault, case, "reply", _logged(draft), today)
        notes.drop_draft(vault, case, today)
    return number


def would_leave(vault: Vault, person: Person, thread_id: bytes, draft: Draft, now: int) -> int:
    """When this draft could be read, in unix seconds, if it were sent now and every period had a sync; as `send`."""
    policy = membership.last(vault).policy
    payload = _payload(vault, person, thread_id, draft, now // outgoing.DAY)
    parts = len(board.split(board.REPLY, bytes(16), payload))
    return outgoing.would_leave(vault, thread_id, parts, policy.board_cells, policy.board_period, now)


def _payload(vault: Vault, person: Person, thread_id: bytes, draft: Draft, today: int) -> bytes:
    language = _check(draft, today)
    if quoting.found(vault, thread_id, _words(draft)) is not None:
        raise GuardianError("quote")
    signed = reply.Reply(
        organisation=membership.organisation(vault),
        g=person.g,
        thread=thread_id,
        day=today,
        language=language,
        text=draft.text,
        status=draft.status,
        next=draft.next,
        answers=tuple(_to_answer(vault, thread_id)) or None,
        partial=_partial(vault, thread_id) if draft.ask_again else None,
        ask=draft.ask,
    )
    return _sign(signed, person)


def issue_receipts(vault: Vault, person: Person, certificate: Certificate, today: int) -> int:
    """Queues a receipt for every whole message that has none yet; gives their number."""
    due = vault.database.rows(
        "SELECT message.id, message.thread, message, parts FROM message JOIN casefile "
        "ON casefile.thread = message.thread AND role = 'ours' AND board IS NULL "
        "WHERE message.state = 'whole' AND NOT EXISTS "
        "(SELECT 1 FROM outgoing WHERE kind = 2 AND outgoing.thread = message.thread AND about = message.message) "
        "ORDER BY message.id"
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


def _may_answer(vault: Vault, thread_id: bytes, draft: Draft, today: int) -> bytes:
    """The id of the thread's case, if it is ours to answer in; "concluded" is said of what has been concluded."""
    book.adopt(vault)
    row = vault.database.row("SELECT id, role, board_from FROM casefile WHERE thread = ?", thread_id)
    if row is None:
        raise GuardianError("thread")
    case, role, board_from = row
    if not casekeys.alive(vault, case):
        raise GuardianError("erased")
    if role != "ours":
        raise GuardianError("leaving", role)
    if board_from is not None and today < board_from:
        raise GuardianError("leaving", "early")
    if draft.status == "concluded" and book.facts(vault, case).concluded is None:
        raise GuardianError("closing", "way")
    return bytes(case)


def _check(draft: Draft, today: int) -> str:
    """The language as the protocol writes it, when everything in the draft fits."""
    if not draft.text.strip() and not draft.ask_again and draft.status is None and draft.ask is None:
        raise GuardianError("empty")
    if len(utf8(draft.text)) > MAX_TEXT:
        raise GuardianError("long", "text")
    language = draft.language.strip().lower().replace("_", "-")
    if not _LANGUAGE.fullmatch(language):
        raise GuardianError("wrong", "language")
    if draft.status not in (None, *STATUSES) or draft.ask not in (None, *ASKS):
        raise GuardianError("wrong", "reply")
    if draft.next is not None:
        _check_next(draft.next, today)
    return language


def _check_next(promised: reply.Next, today: int) -> None:
    if not today <= promised.day <= today + _FAR:
        raise GuardianError("date", "past" if promised.day < today else "far")
    if not promised.what.strip():
        raise GuardianError("empty", "next")
    if len(utf8(promised.what)) > MAX_NEXT:
        raise GuardianError("long", "next")


def _words(draft: Draft) -> str:
    return draft.text if draft.next is None else f"{draft.text}\n{draft.next.what}"


def _logged(draft: Draft) -> dict[str, object]:
    words: dict[str, object] = {"text": draft.text}
    if draft.status is not None:
        words["status"] = draft.status
    if draft.next is not None:
        words["next"] = {"day": draft.next.day, "what": draft.next.what}
    if draft.ask is not None:
        words["ask"] = draft.ask
    return words


def _sign(signed: reply.Reply, person: Person) -> bytes:
    try:
        return reply.sign_reply(signed, person.identity_seed)
    except CandourError as error:
        # Characters that JSON escapes take more room than they look.
        raise GuardianError("long", "text") if error.code == "limit" else error from None


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
