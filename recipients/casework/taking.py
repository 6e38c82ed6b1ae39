"""What a bundle from another guardian makes of a case here: a copy, a question, a case taken over, or more of one.

A case that is here already is never given away, answered for or hidden by what somebody else sends: bundles only add.
"""

import secrets

from crypto import message
from crypto.between import Bundle
from crypto.errors import CandourError
from crypto.kdf import sha256
from recipients import membership
from recipients.casework import book, cosigning, keys, parts
from recipients.errors import GuardianError
from recipients.vault import Vault

_ROLES = {"copy": "copy", "take": "ours", "ask": "asked", "more": ""}
_PEERS = {"copy": "copy", "take": "from", "ask": "asker", "more": ""}


def too_early(vault: Vault, bundle: Bundle) -> bool:
    """Whether it is more of a case that is not here, or on which its sender does not work with us (yet)."""
    query = "SELECT 1 FROM casefile JOIN case_peer ON case_peer.id = casefile.id WHERE casefile.id = ? AND g = ?"
    return bundle.what == "more" and vault.database.value(query, _id(bundle), bundle.g) is None


def case(vault: Vault, bundle: Bundle, today: int) -> None:
    """Makes or finds the case that a bundle is about, and puts the reporter's words into it.

    `unknown` for more of a case that is `too_early`; `excluded`.
    """
    case_id = _id(bundle)
    role: str | None = vault.database.value("SELECT role FROM casefile WHERE id = ?", case_id)
    peer = vault.database.value("SELECT what FROM case_peer WHERE id = ? AND g = ?", case_id, bundle.g)
    if too_early(vault, bundle):
        raise CandourError("unknown", "case")
    if role is None:
        opened = min(bundle.opened if bundle.opened is not None else today, today)
        book.open_by_hand(vault, "guardian", _ROLES[bundle.what], opened, case_id)
    elif bundle.what == "take" and role in ("copy", "asked", "handed"):
        vault.database.run("UPDATE casefile SET role = 'ours' WHERE id = ?", case_id)
    elif bundle.what == "copy" and role == "asked":
        vault.database.run("UPDATE casefile SET role = 'copy' WHERE id = ?", case_id)
    if bundle.what != "more" and peer in (None, "asker", "asked"):
        vault.database.run("INSERT OR REPLACE INTO case_peer VALUES (?, ?, ?)", case_id, bundle.g, _PEERS[bundle.what])
    if not keys.alive(vault, case_id):
        return
    if bundle.what == "take" and bundle.board is not None and bundle.thread is not None:
        _take_thread(vault, case_id, bundle)
    if bundle.parts and peer != "asked":
        _keep_parts(vault, case_id, bundle)


def cosign(vault: Vault, bundle: Bundle, today: int) -> None:
    """Keeps a statement that another guardian asks us to sign, or that they signed for us."""
    if bundle.statement is None or bundle.name is None:
        raise CandourError("malformed", "statement")
    if bundle.what == "cosign":
        cosigning.asked(vault, bundle.g, bundle.name, bundle.statement, today)
    else:
        cosigning.signed_by_second(vault, bundle.g, bundle.name, bundle.statement)


def _id(bundle: Bundle) -> bytes:
    if bundle.case is None:
        raise CandourError("malformed", "case")
    return bundle.case


def _take_thread(vault: Vault, case_id: bytes, bundle: Bundle) -> None:
    """From the day that the other said on we answer, with the secret for the board that came along."""
    database = vault.database
    here: bytes | None = database.value("SELECT thread FROM casefile WHERE id = ?", case_id)
    own = here is not None and not _borrowed(vault, here)
    if own or database.value("SELECT 1 FROM casefile WHERE thread = ?", bundle.thread) is not None:
        # The reporter wrote to us as well: we answer in our own thread.
        return
    database.run(
        "INSERT OR IGNORE INTO thread (id, secret, day) VALUES (?, ?, ?)",
        bundle.thread,
        secrets.token_bytes(32),
        bundle.opened or bundle.day,
    )
    if here is not None:
        database.run("UPDATE message SET thread = ? WHERE thread = ?", bundle.thread, here)
    since = max(bundle.since or 0, bundle.day + 1)
    update = "UPDATE casefile SET thread = ?, board = ?, board_from = ? WHERE id = ?"
    database.run(update, bundle.thread, bundle.board, since, case_id)


def _borrowed(vault: Vault, thread: bytes) -> bool:
    """Whether a thread here only holds a copy of another guardian's messages."""
    return vault.database.value("SELECT role FROM casefile WHERE thread = ?", thread) in ("copy", "asked") or (
        vault.database.value("SELECT origin FROM casefile WHERE thread = ? AND board IS NULL", thread) == "guardian"
    )


def _keep_parts(vault: Vault, case_id: bytes, bundle: Bundle) -> None:
    thread: bytes | None = vault.database.value("SELECT thread FROM casefile WHERE id = ?", case_id)
    if thread is None:
        thread = secrets.token_bytes(16)
        insert = "INSERT INTO thread (id, secret, day) VALUES (?, ?, ?)"
        vault.database.run(insert, thread, secrets.token_bytes(32), bundle.opened or bundle.day)
        vault.database.run("UPDATE casefile SET thread = ? WHERE id = ?", thread, case_id)
    for one in bundle.parts:
        number = _message(vault, thread, one["message"], one["parts"], one["day"])
        if one["part"] not in parts.of(vault, number):
            cell = sha256(b"copied" + case_id + one["message"] + bytes([one["part"]]))[:16]
            parts.keep(vault, number, one["part"], one["payload"], cell, 0)
        item = case_id + one["message"] + bytes([one["part"]])
        vault.database.run("INSERT OR IGNORE INTO peer_has VALUES (?, ?)", bundle.g, item)
    for message_id in {one["message"] for one in bundle.parts}:
        _assemble(vault, thread, message_id)


def _message(vault: Vault, thread: bytes, message_id: bytes, total: int, day: int) -> int:
    query = "SELECT id, parts FROM message WHERE thread = ? AND message = ?"
    row = vault.database.row(query, thread, message_id)
    if row is None:
        insert = "INSERT INTO message (thread, message, parts, day, state) VALUES (?, ?, ?, ?, 'partial')"
        return vault.database.insert(insert, thread, message_id, total, day)
    if row[1] != total:
        raise CandourError("conflict", "parts")
    return int(row[0])


def _assemble(vault: Vault, thread: bytes, message_id: bytes) -> None:
    row = vault.database.row(
        "SELECT id, parts, state FROM message WHERE thread = ? AND message = ?", thread, message_id
    )
    if row is None or row[2] != "partial":
        return
    payloads = parts.of(vault, row[0])
    if 0 not in payloads:
        return
    found = message.read(payloads, row[1])
    if found.head.organisation != membership.organisation(vault):
        raise CandourError("organisation", "message")
    if vault.required("g", "keys") in found.head.exclude:
        # The whole bundle is undone: an excluded guardian keeps nothing, whatever another one sends.
        raise GuardianError("excluded")
    if found.complete:
        vault.database.run("UPDATE message SET state = 'whole' WHERE id = ?", row[0])
