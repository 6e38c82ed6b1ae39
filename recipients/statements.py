"""Statements this guardian signs, kept until the portal's log holds them (PROTOCOL section 11)."""

from crypto import statement
from crypto.statement_bodies import Body
from recipients.keys import Person
from recipients.vault import Vault


def queue(vault: Vault, person: Person, name: str, body: Body) -> None:
    """Signs a statement with the identity key and keeps it for the next sync; the same one twice is one."""
    envelope = statement.sign(name, body, [person.identity_seed])
    entry = statement.entry_hash(statement.read(envelope))
    vault.database.run("INSERT OR IGNORE INTO statement (entry, envelope) VALUES (?, ?)", entry, envelope)


def queue_signed(vault: Vault, envelope: bytes) -> None:
    """Keeps an envelope that others signed as well for the next sync; every signature in it is checked."""
    entry = statement.entry_hash(statement.parse(envelope))
    vault.database.run("INSERT OR IGNORE INTO statement (entry, envelope) VALUES (?, ?)", entry, envelope)


def waiting(vault: Vault) -> list[statement.Envelope]:
    """What is not known to be in the log yet, in the order of signing."""
    rows = vault.database.rows("SELECT envelope FROM statement WHERE published = 0 ORDER BY id")
    return [statement.read(envelope) for (envelope,) in rows]


def last(vault: Vault, name: str) -> Body | None:
    """What the statement of this name says that was signed last, published or waiting."""
    rows = vault.database.rows("SELECT envelope FROM statement ORDER BY id DESC")
    return next((one.body for (envelope,) in rows if (one := statement.read(envelope)).name == name), None)


def withdraw(vault: Vault, names: tuple[str, ...]) -> None:
    """Forgets statements of these names that were signed but are in no log."""
    for envelope in waiting(vault):
        if envelope.name in names:
            vault.database.run("DELETE FROM statement WHERE entry = ?", statement.entry_hash(envelope))


def settle(vault: Vault, log: set[bytes]) -> None:
    """Ticks off those whose entry hash is in the log: an answer may have been lost, or this process killed."""
    with vault.database.transaction():
        for envelope in waiting(vault):
            entry = statement.entry_hash(envelope)
            if entry in log:
                vault.database.run("UPDATE statement SET published = 1 WHERE entry = ?", entry)
