"""The log: an append-only, hash-chained list of statements, each checked when it is added (PROTOCOL sections 11, 12).

A `Chain` is the only mutable value of this package: it grows entry by entry, and an entry that is refused leaves it as
it was. The order of the checks is part of the protocol, so that both languages give the same code.
"""

from collections.abc import Iterable

from crypto.errors import CandourError
from crypto.fields import choice, day, raw, record
from crypto.guardians import Certificate, Policy
from crypto.kdf import sha256
from crypto.rules import EFFECTS, RULES, Entries, Stated, refuse
from crypto.statement import Envelope, entry_hash, read, stub_hash, verify_signatures
from crypto.statement_bodies import Body
from crypto.thread import organisation_id

STUB_DAYS = 60

_STUB = record({"name": choice("epochs", "fallback"), "last": day, "digest": raw(32)})
_BY_ROOT = ("organisation", "policy", "certificate", "revocation")
_BY_TWO = ("story", "statistics")
_NOT_IN_LOG = ("head", "request", "site")
_DATED = ("policy", "epochs", "fallback", "calendar")


class Chain:
    """A log, verified entry by entry. `states[n]` is the state after n entries; `organisation` (32 bytes): expected."""

    def __init__(self, organisation: bytes | None = None) -> None:
        self.organisation = organisation or b""
        self.day = 0
        self.name = ""
        self.root = b""
        self.policy: Policy | None = None
        self.states: list[bytes] = []
        self.certificates: dict[bytes, Certificate] = {}
        self.guardians: dict[bytes, Entries] = {}
        self.digests: set[bytes] = set()
        self.stories: list[Body] = []
        self.statistics: list[Body] = []
        self._hashes: set[bytes] = set()
        self.owners: dict[bytes, tuple[str, bytes]] = {}
        self.first_policy: int | None = None
        self._latest: dict[tuple[str, bytes], int] = {}

    @property
    def length(self) -> int:
        """How many entries there are."""
        return len(self._hashes)

    def add(self, item: bytes | object, today: int) -> None:
        """Appends an envelope (bytes or JSON object) or a stub (object), or raises and changes nothing."""
        if not self.states:
            self._begin(read(item), today)
        elif isinstance(item, dict) and "name" in item:
            self._append(self._check_stub(item, today))
        else:
            envelope = read(item)
            position = entry_hash(envelope)
            self._check(envelope, position, today)
            self._append(position)
            self._apply(envelope, position)

    def _begin(self, envelope: Envelope, today: int) -> None:
        body = envelope.body
        own = body["organisation"] if envelope.name == "organisation" else b""
        if not own or own != organisation_id(body["root"]) or own != (self.organisation or own):
            raise CandourError("organisation", "first entry")
        refuse(body["day"] > today + 1, "early", "organisation")
        refuse(envelope.signers != (body["root"],), "signature", "organisation")
        verify_signatures(envelope)
        self.organisation, self.root, self.name, self.day = own, body["root"], body["name"], body["day"]
        self.owners[self.root] = ("root", b"")
        self.states.append(sha256(b"candour/v1/log" + own))
        self._append(entry_hash(envelope))

    def _check_stub(self, item: object, today: int) -> bytes:
        stub = _STUB(item)
        # Left out too early, a list of keys would be hidden, and its guardian written to under the fallback key.
        refuse(stub["last"] > today - STUB_DAYS, "missing", "statement left out")
        position = stub_hash(stub["name"], stub["last"], stub["digest"])
        refuse(position in self._hashes, "conflict", "entry twice")
        return position

    def _check(self, envelope: Envelope, position: bytes, today: int) -> None:
        name, body = envelope.name, envelope.body
        refuse(name in _NOT_IN_LOG, "type", name)
        refuse(body["organisation"] != self.organisation, "organisation", name)
        refuse(body["day"] > today + 1, "early", name)
        refuse(position in self._hashes, "conflict", "entry twice")
        self._check_signers(envelope)
        verify_signatures(envelope)
        latest = self._latest.get((name, body.get("g", b"")), 0)
        refuse(name in _DATED and body["day"] < latest, "rollback", name)
        rule = RULES.get(name)
        if rule is not None:
            rule(self, body)

    def _check_signers(self, envelope: Envelope) -> None:
        name, body, signers = envelope.name, envelope.body, envelope.signers
        if name in _BY_ROOT:
            refuse(signers != (self.root,), "signature", name)
        elif name == "rotation":
            required = tuple(sorted((self.root, body["new"])))
            refuse(body["old"] != self.root or signers != required, "signature", name)
        else:
            people = (body["g"], body["second"]) if name in _BY_TWO else (body["g"],)
            for g in people:
                refuse(g not in self.guardians, "unknown", "guardian")
            refuse(len(signers) != len(people), "signature", name)
            for g in people:
                self.check_signer(g, "identity", signers, body["day"])

    def check_signer(self, g: bytes, role: str, signers: tuple[bytes, ...], day: int) -> None:
        """A signer must be the `identity` or `courier` of g, who is in the log: `signature`, `revoked`, `expired`."""
        named = [self.certificates[one] for one in self.guardians[g].certificates]
        named = [one for one in named if (one.identity if role == "identity" else one.courier) in signers]
        refuse(not named, "signature", f"not the {role}")
        # Revoked is revoked, whatever day the statement bears: who stole the key would write an earlier one.
        named = [one for one in named if one.revoked is None]
        refuse(not named, "revoked", role)
        refuse(all(one.last_day < day for one in named), "expired", role)

    def lives(self, stated: Stated, g: bytes) -> bool:
        """Whether a promised key still counts: its signer has a certificate that was not revoked."""
        held = (self.certificates[one] for one in self.guardians[g].certificates)
        return any(one.identity == stated.identity and one.revoked is None for one in held)

    def _append(self, position: bytes) -> None:
        self._hashes.add(position)
        self.states.append(sha256(b"candour/v1/entry" + self.states[-1] + position))

    def _apply(self, envelope: Envelope, position: bytes) -> None:
        name, body = envelope.name, envelope.body
        if name in _DATED:
            self._latest[name, body.get("g", b"")] = body["day"]
        EFFECTS[name](self, body, position, envelope.signers[0])


def replay(log: Iterable[bytes | object], today: int, organisation: bytes | None = None) -> Chain:
    """Verifies a whole log and gives its chain."""
    chain = Chain(organisation)
    for item in log:
        chain.add(item, today)
    return chain


def append_check(log: Iterable[bytes | object], envelope: bytes | object, today: int) -> Chain:
    """The chain with one more statement, or the code with which a verifier of the whole log would refuse it."""
    chain = replay(log, today)
    chain.add(envelope, today)
    return chain
