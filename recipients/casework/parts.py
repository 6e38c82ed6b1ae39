"""The pieces of reporters' messages, sealed under the key of the case that they belong to.

Pieces that came before there were cases lie in the vault as they came, until `adopt` (see `book`) seals them.
"""

from recipients.casework import keys
from recipients.vault import Vault


def of(vault: Vault, message: int) -> dict[int, bytes]:
    """The payloads of a message, by the number of the part; `message` is its number in the vault."""
    rows = vault.database.rows("SELECT part, payload, sealed FROM part WHERE message = ? ORDER BY part", message)
    if not any(sealed for _, _, sealed in rows):
        return {part: payload for part, payload, _ in rows}
    case = case_of(vault, message)
    return {part: keys.open_(vault, case, payload) if sealed else payload for part, payload, sealed in rows}


def keep(vault: Vault, message: int, part: int, payload: bytes, cell: bytes, period: int) -> None:
    """Stores one part, once: `cell` is the name of its cell, `period` the start of the period it came in."""
    sealed = keys.seal(vault, case_of(vault, message), payload)
    insert = "INSERT OR IGNORE INTO part (message, part, payload, cell, period, sealed) VALUES (?, ?, ?, ?, ?, 1)"
    vault.database.run(insert, message, part, sealed, cell, period)


def seal_all(vault: Vault, case: bytes, thread: bytes) -> None:
    """Seals the parts of a thread that came before it had a case."""
    query = (
        "SELECT message.id, part, payload FROM part JOIN message ON message.id = part.message "
        "WHERE thread = ? AND sealed = 0"
    )
    for message, part, payload in vault.database.rows(query, thread):
        sealed = keys.seal(vault, case, payload)
        vault.database.run(
            "UPDATE part SET payload = ?, sealed = 1 WHERE message = ? AND part = ?", sealed, message, part
        )


def case_of(vault: Vault, message: int) -> bytes:
    """The id of the case that a message belongs to."""
    query = "SELECT casefile.id FROM message JOIN casefile ON casefile.thread = message.thread WHERE message.id = ?"
    found: bytes = vault.database.value(query, message)
    return found
