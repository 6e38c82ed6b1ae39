"""The log: an append-only, hash-chained list of statements, each checked when it is added (PROTOCOL sections 11, 12).

A `Chain` is the only mutable value of this package: it grows entry by entry, and an entry that is refused leaves it as
it was. The order of the checks is part of the protocol, so that both languages give the same code.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from crypto.errors import CandourError
from crypto.fields import choice, day, raw, record
from crypto.guardians import Calendar, Certificate, Policy
from crypto.kdf import sha256
from crypto.statement import Envelope, entry_hash, read, stub_hash, verify_signatures
from crypto.statement_bodies import Body
from crypto.thread import organisation_id

NOTICE_DAYS = 7
STUB_DAYS = 60

_STUB = record({"name": choice("epochs", "fallback"), "last": day, "digest": raw(32)})
_BY_ROOT = ("organisation", "policy", "certificate", "revocation")
_BY_TWO = ("story", "statistics")
_NOT_IN_LOG = ("head", "request")
_DATED = ("policy", "epochs", "fallback", "calendar")


@dataclass(frozen=True, kw_only=True)
class Stated:
    """A key that an identity promised: its digest, for which days, and where in the log."""

    first_day: int
    last_day: int
    digest: bytes
    identity: bytes
    position: int


@dataclass(kw_only=True)
class Entries:
    """What the log says so far about one g."""

    certificates: list[bytes] = field(default_factory=list)
    epochs: dict[int, Stated] = field(default_factory=dict)
    fallbacks: list[Stated] = field(default_factory=list)
    lost: list[tuple[int, int, int]] = field(default_factory=list)
    calendar: Calendar | None = None


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
        self._owners: dict[bytes, tuple[str, bytes]] = {}
        self._first_policy: int | None = None
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
        _refuse(body["day"] > today + 1, "early", "organisation")
        _refuse(envelope.signers != (body["root"],), "signature", "organisation")
        verify_signatures(envelope)
        self.organisation, self.root, self.name, self.day = own, body["root"], body["name"], body["day"]
        self._owners[self.root] = ("root", b"")
        self.states.append(sha256(b"candour/v1/log" + own))
        self._append(entry_hash(envelope))

    def _check_stub(self, item: object, today: int) -> bytes:
        stub = _STUB(item)
        # Left out too early, a list of keys would be hidden, and its guardian written to under the fallback key.
        _refuse(stub["last"] > today - STUB_DAYS, "missing", "statement left out")
        position = stub_hash(stub["name"], stub["last"], stub["digest"])
        _refuse(position in self._hashes, "conflict", "entry twice")
        return position

    def _check(self, envelope: Envelope, position: bytes, today: int) -> None:
        name, body = envelope.name, envelope.body
        _refuse(name in _NOT_IN_LOG, "type", name)
        _refuse(body["organisation"] != self.organisation, "organisation", name)
        _refuse(body["day"] > today + 1, "early", name)
        _refuse(position in self._hashes, "conflict", "entry twice")
        self._check_signers(envelope)
        verify_signatures(envelope)
        latest = self._latest.get((name, body.get("g", b"")), 0)
        _refuse(name in _DATED and body["day"] < latest, "rollback", name)
        rule = _RULES.get(name)
        if rule is not None:
            rule(self, body)

    def _check_signers(self, envelope: Envelope) -> None:
        name, body, signers = envelope.name, envelope.body, envelope.signers
        if name in _BY_ROOT:
            _refuse(signers != (self.root,), "signature", name)
        elif name == "rotation":
            required = tuple(sorted((self.root, body["new"])))
            _refuse(body["old"] != self.root or signers != required, "signature", name)
        else:
            people = (body["g"], body["second"]) if name in _BY_TWO else (body["g"],)
            for g in people:
                _refuse(g not in self.guardians, "unknown", "guardian")
            _refuse(len(signers) != len(people), "signature", name)
            for g in people:
                self.check_signer(g, "identity", signers, body["day"])

    def check_signer(self, g: bytes, role: str, signers: tuple[bytes, ...], day: int) -> None:
        """One of the signers must be g's `identity` or `courier`: `unknown`, `signature`, `revoked`, `expired`."""
        entries = self.guardians.get(g)
        if entries is None:
            raise CandourError("unknown", "guardian")
        named = [self.certificates[one] for one in entries.certificates]
        named = [one for one in named if (one.identity if role == "identity" else one.courier) in signers]
        _refuse(not named, "signature", f"not the {role}")
        # Revoked is revoked, whatever day the statement bears: who stole the key would write an earlier one.
        named = [one for one in named if one.revoked is None]
        _refuse(not named, "revoked", role)
        _refuse(all(one.last_day < day for one in named), "expired", role)

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
        if name == "certificate":
            self._apply_certificate(body, position)
        else:
            _EFFECTS[name](self, body, envelope.signers)

    def _check_rotation(self, body: Body) -> None:
        _refuse(body["new"] in self._owners, "conflict", "key in use")

    def _check_certificate(self, body: Body) -> None:
        if "first" in body:
            _refuse(self._first_policy is not None and body["day"] > self._first_policy, "early", "first")
        else:
            _refuse(body["from"] < body["day"] + NOTICE_DAYS, "early", "seven days' notice")
        _refuse("succeeds" in body and body["succeeds"] not in self.guardians, "unknown", "succeeds")
        # One key, one holder, one use: else two guardians' signatures could be one person's.
        for role in ("identity", "courier"):
            owner = self._owners.get(body[role])
            _refuse(owner is not None and owner != (role, body["g"]), "conflict", "key in use")

    def _check_revocation(self, body: Body) -> None:
        certificate = self.certificates.get(body["certificate"])
        if certificate is None:
            raise CandourError("unknown", "certificate")
        _refuse(certificate.revoked is not None, "conflict", "revoked twice")

    def _check_epochs(self, body: Body) -> None:
        entries = self.guardians[body["g"]]
        last_lost = max((position for _, _, position in entries.lost), default=0)
        for at, digest in enumerate(body["digests"]):
            known = entries.epochs.get(body["first"] + at)
            if known is not None and known.digest != digest and known.position > last_lost:
                _refuse(self.lives(known, body["g"]), "conflict", "epochs")

    def _apply_rotation(self, body: Body, _signers: tuple[bytes, ...]) -> None:
        self.root = body["new"]
        self._owners[self.root] = ("root", b"")

    def _apply_policy(self, body: Body, _signers: tuple[bytes, ...]) -> None:
        self.policy = Policy(**{key: value for key, value in body.items() if key not in ("v", "organisation")})
        if self._first_policy is None:
            self._first_policy = body["day"]

    def _apply_certificate(self, body: Body, position: bytes) -> None:
        self.certificates[position] = Certificate(
            entry_hash=position,
            first_day=body["from"],
            last_day=body["until"],
            succeeds=body.get("succeeds"),
            **{key: body[key] for key in ("g", "name", "role", "identity", "courier", "day")},
        )
        self.guardians.setdefault(body["g"], Entries()).certificates.append(position)
        for role in ("identity", "courier"):
            self._owners[body[role]] = (role, body["g"])

    def _apply_revocation(self, body: Body, _signers: tuple[bytes, ...]) -> None:
        position = body["certificate"]
        self.certificates[position] = replace(self.certificates[position], revoked=body["day"])

    def _apply_epochs(self, body: Body, signers: tuple[bytes, ...]) -> None:
        for at, digest in enumerate(body["digests"], body["first"]):
            stated = Stated(first_day=at, last_day=at, digest=digest, identity=signers[0], position=self.length)
            self.guardians[body["g"]].epochs[at] = stated
        self.digests.update(body["digests"])

    def _apply_fallback(self, body: Body, signers: tuple[bytes, ...]) -> None:
        stated = Stated(
            first_day=body["from"],
            last_day=body["until"],
            digest=body["digest"],
            identity=signers[0],
            position=self.length,
        )
        self.guardians[body["g"]].fallbacks.append(stated)
        self.digests.add(body["digest"])

    def _apply_calendar(self, body: Body, _signers: tuple[bytes, ...]) -> None:
        calendar = Calendar(day=body["day"], weekdays=body["weekdays"], away=body["away"])
        self.guardians[body["g"]].calendar = calendar

    def _apply_lost(self, body: Body, _signers: tuple[bytes, ...]) -> None:
        self.guardians[body["g"]].lost.append((body["from"], body["until"], self.length))

    def _apply_story(self, body: Body, _signers: tuple[bytes, ...]) -> None:
        self.stories.append(body)

    def _apply_statistics(self, body: Body, _signers: tuple[bytes, ...]) -> None:
        self.statistics.append(body)


_RULES: dict[str, Callable[[Chain, Body], None]] = {
    "organisation": lambda _chain, _body: _refuse(True, "conflict", "a second organisation"),
    "rotation": Chain._check_rotation,
    "certificate": Chain._check_certificate,
    "revocation": Chain._check_revocation,
    "epochs": Chain._check_epochs,
}
_EFFECTS: dict[str, Callable[[Chain, Body, tuple[bytes, ...]], None]] = {
    "rotation": Chain._apply_rotation,
    "policy": Chain._apply_policy,
    "revocation": Chain._apply_revocation,
    "epochs": Chain._apply_epochs,
    "fallback": Chain._apply_fallback,
    "calendar": Chain._apply_calendar,
    "lost": Chain._apply_lost,
    "story": Chain._apply_story,
    "statistics": Chain._apply_statistics,
}


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


def _refuse(condition: bool, code: str, detail: str) -> None:
    if condition:
        raise CandourError(code, detail)
