"""Who this guardian is: g, name, role, identity and courier keys, made once, kept in the vault (PROTOCOL 5, 11)."""

import secrets
from dataclasses import dataclass, field

from crypto import signing, statement, statement_bodies
from crypto.encoding import text, utf8
from recipients.errors import GuardianError
from recipients.vault import Vault


@dataclass(frozen=True, kw_only=True)
class Person:
    """A guardian: `g` is 16 bytes, the seeds 32 each. Identity signs words and keys, courier signs requests."""

    g: bytes
    name: str
    role: str
    identity_seed: bytes = field(repr=False)
    courier_seed: bytes = field(repr=False)

    @property
    def identity(self) -> bytes:
        """The identity's public key, 32 bytes: what the fingerprint words are made from."""
        return signing.public(self.identity_seed)

    @property
    def courier(self) -> bytes:
        """The courier's public key, 32 bytes."""
        return signing.public(self.courier_seed)


def make(vault: Vault, name: str, role: str) -> Person:
    """Makes a guardian's keys in a new vault; `exists` when it has some. Name at most 80 bytes, role at most 120."""
    with vault.database.transaction():
        if vault.setting("g") is not None:
            raise GuardianError("exists")
        person = Person(
            g=secrets.token_bytes(16),
            name=name,
            role=role,
            identity_seed=secrets.token_bytes(32),
            courier_seed=secrets.token_bytes(32),
        )
        # Checks name and role before anything is kept.
        _request(person, bytes(32), 0)
        stored = {"name": utf8(name), "role": utf8(role), "g": person.g}
        for key, value in {**stored, "identity": person.identity_seed, "courier": person.courier_seed}.items():
            vault.store(key, value)
    return person


def load(vault: Vault) -> Person:
    """The vault's guardian; `unready` when keys have not been made."""
    return Person(
        g=vault.required("g", "keys"),
        name=text(vault.required("name", "keys")),
        role=text(vault.required("role", "keys")),
        identity_seed=vault.required("identity", "keys"),
        courier_seed=vault.required("courier", "keys"),
    )


def request(vault: Vault, organisation: bytes, day: int) -> bytes:
    """The envelope with which a guardian asks the organisation (32 bytes) for a certificate."""
    return _request(load(vault), organisation, day)


def _request(person: Person, organisation: bytes, day: int) -> bytes:
    body = statement_bodies.request(
        organisation=organisation,
        day=day,
        g=person.g,
        name=person.name,
        role=person.role,
        identity=person.identity,
        courier=person.courier,
    )
    return statement.sign("request", body, [person.identity_seed])
