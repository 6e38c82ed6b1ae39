"""The portal of a vault as the watch looks at it: with the guardian's own place in the list, and the log beside it."""

from pathlib import Path

from crypto.kdf import sha256
from crypto.thread import organisation_id
from recipients import keys, membership
from recipients.vault import Vault
from recipients.watch import Portal
from recipients.watch_people import Own


def portal(vault: Vault, socks: str | None = None) -> Portal:
    """What there is to watch; the vault may be closed afterwards. `socks` in the place of the proxy that is known."""
    address, known = membership.portal(vault)
    expected = membership.organisation(vault)

    def trusted(first: bytes, _root: bytes) -> bool:
        return organisation_id(first) == expected

    return Portal(address=address, trusted=trusted, socks=socks or known, own=_own(vault))


def log_path(vault: Path) -> Path:
    """Where the log lies unless a person says otherwise: beside the vault, so that a watch needs no passphrase."""
    return vault.with_name(f"{vault.name}-watch.log")


def _own(vault: Vault) -> Own:
    person = keys.load(vault)
    rows = vault.database.rows("SELECT public, last FROM day_key WHERE kind = 'epoch'")
    made = frozenset(sha256(public) for public, _ in rows)
    until = max((last for _, last in rows), default=-1)
    return Own(g=person.g, identity=person.identity, courier=person.courier, made=made, made_until=until)
