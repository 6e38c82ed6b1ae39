"""Erasing a case: its key goes, and with it everything that was said in it, here; what was signed stays as a skeleton.

    open --erase--> erased       (the number, the days and the kinds of entries stay; no words, no files, no categories)

A case under a legal hold is not erased. A withdrawn report is erased and acknowledged in the reporter's inbox; the key
for that one answer stays until it has left for good, then it goes too (`sweep`).
"""

import secrets

from crypto import board, reply
from recipients import keys as people
from recipients import membership, outgoing
from recipients.casework import keys, log
from recipients.casework.book import Case, facts
from recipients.errors import GuardianError
from recipients.vault import Vault

# As long as replies can be on the board, with their repeats.
_SECRET_DAYS = 90


def erase(vault: Vault, case: Case, why: str, today: int, *, text: str = "", language: str = "en") -> None:
    """Erases a case for good: `policy`, `withdrawn` or `conflict`; a withdrawal is acknowledged, with `text` if given.

    `hold`, `erased`; `withdrawn` when nobody has asked for it.
    """
    _may(vault, case)
    if why == "withdrawn" and "withdrawn" not in case.flags and case.origin == "portal":
        raise GuardianError("withdrawn")
    with vault.database.transaction():
        acknowledgement = _acknowledgement(vault, case, today, text, language) if why == "withdrawn" else None
        log.append(vault, case.id, "erased", {"why": why}, today)
        keys.destroy(vault, case.id)
        _remove_words(vault, case)
        if case.thread is not None:
            _remove_thread(vault, case.thread)
            if acknowledgement is not None:
                message = secrets.token_bytes(16)
                outgoing.add(vault, case.thread, board.REPLY, message, acknowledgement, today, b"")
        vault.database.run("UPDATE casefile SET stale = 1 WHERE id = ?", case.id)


def erased_on(vault: Vault, case: bytes) -> int | None:
    """The day on which a case was erased."""
    day: int | None = vault.database.value("SELECT max(day) FROM case_entry WHERE id = ? AND kind = 'erased'", case)
    return day


def sweep(vault: Vault, today: int) -> int:
    """Forgets the secrets of erased threads whose last answer has left long ago; gives their number."""
    query = (
        "SELECT thread FROM casefile WHERE state = 'erased' AND thread IS NOT NULL AND board_from IS NOT -1 AND id IN "
        "(SELECT id FROM case_entry WHERE kind = 'erased' AND day <= ?)"
    )
    old = vault.database.rows(query, today - _SECRET_DAYS)
    with vault.database.transaction():
        for (thread,) in old:
            vault.database.run("UPDATE outgoing SET payload = x'', parts = 0, answered = 1 WHERE thread = ?", thread)
            vault.database.run("UPDATE casefile SET board = NULL, board_from = -1 WHERE thread = ?", thread)
            # The places that were used stay known, under a name that tells nothing.
            vault.database.run("UPDATE thread SET secret = ? WHERE id = ?", secrets.token_bytes(32), thread)
    return len(old)


def _may(vault: Vault, case: Case) -> None:
    if not keys.alive(vault, case.id):
        raise GuardianError("erased")
    found = facts(vault, case.id)
    # One guardian's word is enough to keep something until the second has spoken.
    asked = [one for one in found.holds if one.kind == "hold" and one.hash not in found.approvals]
    if found.held or any(one.hash not in found.declined for one in asked):
        raise GuardianError("hold")


def _acknowledgement(vault: Vault, case: Case, today: int, text: str, language: str) -> bytes | None:
    if case.thread is None or case.role != "ours":
        return None
    rows = vault.database.rows("SELECT message FROM message WHERE thread = ? ORDER BY id DESC LIMIT 16", case.thread)
    person = people.load(vault)
    signed = reply.Reply(
        organisation=membership.organisation(vault),
        g=person.g,
        thread=case.thread,
        day=today,
        language=language,
        text=text,
        answers=tuple(one for (one,) in reversed(rows)) or None,
        withdrawn=True,
    )
    return reply.sign_reply(signed, person.identity_seed)


def _remove_words(vault: Vault, case: Case) -> None:
    database = vault.database
    database.run("UPDATE case_entry SET body = NULL WHERE id = ?", case.id)
    for table in ("case_note", "case_draft"):
        database.run(f"DELETE FROM {table} WHERE id = ?", case.id)  # noqa: S608


def _remove_thread(vault: Vault, thread: bytes) -> None:
    database = vault.database
    database.run("DELETE FROM part WHERE message IN (SELECT id FROM message WHERE thread = ?)", thread)
    database.run("DELETE FROM message WHERE thread = ?", thread)
    never = "NOT EXISTS (SELECT 1 FROM sealing WHERE sealing.outgoing = outgoing.id)"
    database.run(f"DELETE FROM outgoing WHERE thread = ? AND {never}", thread)  # noqa: S608
    # A place on the board that was used stays used: those rows stay, without words.
    database.run("UPDATE outgoing SET payload = x'', parts = 0, answered = 1, about = x'' WHERE thread = ?", thread)
    # Files are looked at again: those that nothing names any more go with the next sync.
    database.run("UPDATE chunk_period SET wanted = 0 WHERE wanted = 1")
