"""Stories and statistics leave only with two guardians' signatures: one proposes, another reads, and signs or declines.

proposed --sent to the second--> waiting --signed--> in the queue of statements, published with the next sync
                                    \\----declined

>>> propose(vault, "story", body, today)          # here
>>> sign(vault, waiting_for_us(vault)[0].digest)  # at the other guardian's
"""

from dataclasses import dataclass, field, replace
from typing import Any

from crypto import statement
from crypto.encoding import b64, dump, load
from crypto.errors import CandourError
from crypto.fields import plain
from crypto.kdf import sha256
from crypto.statement_bodies import Body, check_body
from recipients import keys as people
from recipients import membership, statements
from recipients.casework import bundles
from recipients.errors import GuardianError
from recipients.vault import Vault

NAMES = ("story", "statistics")
_LIMIT = 65_536
_SIGNATURE = 64


@dataclass(frozen=True, kw_only=True)
class Request:
    """A statement that waits for a second signature. `role`: asked (we asked `g`), asking (`g` asks us)."""

    digest: bytes
    g: bytes
    name: str
    body: Body = field(repr=False)
    day: int
    role: str
    state: str


def propose(vault: Vault, name: str, body: Body, today: int) -> bytes:
    """Asks the guardian whom the body names as second; gives the digest of what is to be signed. `guardian`."""
    second: bytes = body["second"]
    try:
        membership.last(vault).certificate(second, today)
    except CandourError:
        raise GuardianError("guardian", "none") from None
    payload = dump(plain(body))
    check_body(name, load(payload, _LIMIT))
    with vault.database.transaction():
        _keep(vault, second, name, payload, today, "asked")
        bundle = replace(bundles.start(vault, second, "cosign", today), name=name, statement=payload)
        bundles.queue(vault, bundle)
    return sha256(payload)


def requests(vault: Vault) -> list[Request]:
    """All of them, the newest first."""
    rows = vault.database.rows(
        "SELECT digest, g, name, payload, day, role, state FROM cosign ORDER BY day DESC, digest"
    )
    return [
        Request(digest=digest, g=g, name=name, body=_body(name, payload), day=day, role=role, state=state)
        for digest, g, name, payload, day, role, state in rows
    ]


def published(vault: Vault, one: Request) -> bool:
    """Whether the portal's list, as it was last seen, has it."""
    seen = membership.last(vault)
    return dict(one.body) in [dict(body) for body in (seen.stories if one.name == "story" else seen.statistics)]


def find(vault: Vault, name: str) -> Request:
    """The request that a person names by 6 or more hex digits of its digest; `note` when there is none."""
    wanted = [one for one in requests(vault) if len(name) >= 6 and one.digest.hex().startswith(name.lower())]
    if len(wanted) != 1:
        raise GuardianError("note")
    return wanted[0]


def sign(vault: Vault, digest: bytes, today: int) -> None:
    """Signs what another guardian asked us to, having read it; it goes back with the next sync. `note`."""
    g, name, payload = _waiting(vault, digest)
    person = people.load(vault)
    signature = statement.sign_detached(statement.media_type(name), payload, person.identity_seed)
    with vault.database.transaction():
        bundle = bundles.start(vault, g, "cosigned", today)
        bundles.queue(vault, replace(bundle, name=name, statement=signature + payload))
        vault.database.run("UPDATE cosign SET state = 'signed' WHERE digest = ?", digest)


def decline(vault: Vault, digest: bytes) -> None:
    """Does not sign. Tell the other guardian why, in person or by telephone. `note`."""
    _waiting(vault, digest)
    vault.database.run("UPDATE cosign SET state = 'declined' WHERE digest = ?", digest)


def asked(vault: Vault, g: bytes, name: str, payload: bytes, today: int) -> None:
    """Another guardian asks: kept if it names both of us and this organisation, else `malformed`."""
    body = _body(name, payload)
    ours = (g, vault.required("g", "keys"), membership.organisation(vault))
    if (body["g"], body["second"], body["organisation"]) != ours:
        raise CandourError("malformed", "statement")
    _keep(vault, g, name, payload, today, "asking")


def signed_by_second(vault: Vault, g: bytes, name: str, data: bytes) -> None:
    """The second signature came: checked, joined with ours, and queued for the portal's log. `unknown`, `signature`."""
    signature, payload = data[:_SIGNATURE], data[_SIGNATURE:]
    row = vault.database.row("SELECT g, name FROM cosign WHERE digest = ? AND role = 'asked'", sha256(payload))
    if row != (g, name):
        raise CandourError("unknown", "statement")
    person, body = people.load(vault), _body(name, payload)
    identities = [one.identity for one in membership.last(vault).certificates(g, body["day"])]
    kind = statement.media_type(name)
    signer = next((one for one in identities if statement.verify_detached(kind, payload, signature, one)), None)
    if signer is None:
        raise CandourError("signature", name)
    ours = statement.sign_detached(kind, payload, person.identity_seed)
    both = sorted([(person.identity, ours), (signer, signature)])
    envelope = dump(
        {
            "payload": b64(payload),
            "payloadtype": kind,
            "signatures": [{"keyid": b64(key), "sig": b64(sig)} for key, sig in both],
        }
    )
    statements.queue_signed(vault, envelope)
    vault.database.run("UPDATE cosign SET state = 'signed' WHERE digest = ?", sha256(payload))


def _waiting(vault: Vault, digest: bytes) -> tuple[bytes, str, bytes]:
    query = "SELECT g, name, payload FROM cosign WHERE digest = ? AND role = 'asking' AND state = 'waiting'"
    row: tuple[Any, ...] | None = vault.database.row(query, digest)
    if row is None:
        raise GuardianError("note")
    return row[0], row[1], row[2]


def _keep(vault: Vault, g: bytes, name: str, payload: bytes, today: int, role: str) -> None:
    insert = "INSERT OR IGNORE INTO cosign VALUES (?, ?, ?, ?, ?, ?, 'waiting')"
    vault.database.run(insert, sha256(payload), g, name, payload, today, role)


def _body(name: str, payload: bytes) -> Body:
    if name not in NAMES:
        raise CandourError("type", name)
    return check_body(name, load(payload, _LIMIT))
