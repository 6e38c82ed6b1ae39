"""Bundles from other guardians: joined, verified, and put where they belong; whoever is excluded keeps nothing of them.

    parts --all there--> verified --> merged into the case | put aside, with a code
                                  \\--> waits, when it is more of a case whose beginning has not come yet

What another guardian sends is no more trusted than what a reporter sends: every entry carries the signature of who made
it, and a case comes only from a guardian who has a certificate.
"""

from crypto import between, cell
from crypto import entry as wire
from crypto.between import Bundle
from crypto.errors import CandourError
from crypto.guardians import Directory
from recipients.casework import book, bundles, keys, log, sharing, taking
from recipients.errors import GuardianError
from recipients.vault import Vault

_KEPT_DAYS = 60
# What says that something has arrived is not answered, however often it comes: two vaults would do so for ever.
_NEVER = 2
_EARLY = "more"


def receive(vault: Vault, directory: Directory, today: int) -> list[str]:
    """Takes in what has come from other guardians; gives the codes of what was put aside."""
    refused = accept(vault, directory, today)
    sharing.flush(vault, today)
    acknowledge(vault, today)
    return refused


def keep_part(vault: Vault, part: cell.Part, day: int) -> None:
    """Keeps one part of a bundle, once; the rest waits until it is whole (`accept`)."""
    if vault.database.value("SELECT 1 FROM bundle_done WHERE message = ?", part.message) is not None:
        # It was here before: the other has not heard of it.
        vault.database.run("UPDATE bundle_done SET told = 0 WHERE message = ? AND told < ?", part.message, _NEVER)
        return
    values = (part.message, part.part, part.parts, part.payload, day)
    vault.database.run("INSERT OR IGNORE INTO bundle_in VALUES (?, ?, ?, ?, ?)", *values)


def accept(vault: Vault, directory: Directory, today: int) -> list[str]:
    """Takes in every bundle that is whole; gives the codes of those put aside."""
    book.adopt(vault)
    ready = "SELECT message FROM bundle_in GROUP BY message HAVING count(*) = max(parts) AND min(parts) = max(parts)"
    first = [(message, _accept_one(vault, message, directory, today)) for (message,) in vault.database.rows(ready)]
    # Nothing says in which order they come: what a copy was to be followed by may have been tried before it.
    again = [_accept_one(vault, message, directory, today) for message, code in first if code == _EARLY]
    refused = [code for code in [*(code for _, code in first), *again] if code not in ("", _EARLY)]
    vault.database.run("DELETE FROM bundle_in WHERE day < ?", today - _KEPT_DAYS)
    return refused


def acknowledge(vault: Vault, today: int) -> None:
    """Tells every guardian which of their bundles are here."""
    rows = vault.database.rows("SELECT g, message FROM bundle_done WHERE told = 0 AND g IS NOT NULL ORDER BY message")
    by_guardian: dict[bytes, list[bytes]] = {}
    for g, message in rows:
        by_guardian.setdefault(g, []).append(message)
    with vault.database.transaction():
        for g, messages in by_guardian.items():
            for at in range(0, len(messages), 64):
                some = tuple(messages[at : at + 64])
                bundles.queue(vault, _have(vault, g, some, today), quiet=True)
        vault.database.run("UPDATE bundle_done SET told = 1 WHERE told = 0")


def _have(vault: Vault, g: bytes, messages: tuple[bytes, ...], today: int) -> Bundle:
    empty = bundles.start(vault, g, "have", today)
    return Bundle(**{**vars(empty), "have": messages})


def _accept_one(vault: Vault, message: bytes, directory: Directory, today: int) -> str:
    rows = vault.database.rows("SELECT part, payload FROM bundle_in WHERE message = ? ORDER BY part", message)
    g, code, told = None, "", 1
    try:
        # All of a bundle, or nothing of it: an excluded guardian keeps no half.
        with vault.database.transaction():
            bundle = between.read(b"".join(one for _, one in rows), directory, vault.required("g", "keys"), today)
            if taking.too_early(vault, bundle):
                return _EARLY
            g, told = bundle.g, _NEVER if bundle.what == "have" else 0
            _apply(vault, bundle, directory, today)
    except (CandourError, GuardianError) as error:
        code = error.code
    with vault.database.transaction():
        vault.database.run("DELETE FROM bundle_in WHERE message = ?", message)
        # Told also when it was refused: it would come again and again, and be refused each time.
        insert = "INSERT OR REPLACE INTO bundle_done (message, g, day, code, told) VALUES (?, ?, ?, ?, ?)"
        vault.database.run(insert, message, g, today, code, told)
    return code


def _apply(vault: Vault, bundle: Bundle, directory: Directory, today: int) -> None:
    if bundle.have:
        bundles.acked(vault, bundle.g, bundle.have)
    if bundle.what in ("cosign", "cosigned"):
        taking.cosign(vault, bundle, today)
    if bundle.case is None or bundle.what in ("have", "cosign", "cosigned"):
        return
    if vault.required("g", "keys") in bundle.exclude:
        raise GuardianError("excluded")
    checked = [_checked(one, bundle, directory, today) for one in bundle.entries]
    taking.case(vault, bundle, today)
    if not keys.alive(vault, bundle.case):
        return
    for entry in checked:
        vault.database.run("INSERT OR IGNORE INTO peer_has VALUES (?, ?)", bundle.g, entry.hash)
        log.keep(vault, entry)
    vault.database.run("UPDATE casefile SET stale = 1, touched = max(touched, ?) WHERE id = ?", today, bundle.case)


def _checked(packed: object, bundle: Bundle, directory: Directory, today: int) -> wire.Entry:
    made = wire.unpack(packed)  # type: ignore[arg-type]
    wire.verify(made, directory, today)
    if made.case != bundle.case:
        raise CandourError("conflict", "entry of another case")
    return made
