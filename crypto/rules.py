"""What each kind of statement may say at its place in the log, and what it changes there (PROTOCOL section 11).

`chain` has checked shape, organisation, day, signers and signatures before it asks these rules.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from crypto.errors import CandourError
from crypto.guardians import Calendar, Certificate, Policy
from crypto.statement_bodies import Body

if TYPE_CHECKING:
    from crypto.chain import Chain

NOTICE_DAYS = 7


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


def _check_rotation(chain: Chain, body: Body) -> None:
    refuse(body["new"] in chain.owners, "conflict", "key in use")


def _check_certificate(chain: Chain, body: Body) -> None:
    if "first" in body:
        refuse(chain.first_policy is not None and body["day"] > chain.first_policy, "early", "first")
    else:
        refuse(body["from"] < body["day"] + NOTICE_DAYS, "early", "seven days' notice")
    refuse("succeeds" in body and body["succeeds"] not in chain.guardians, "unknown", "succeeds")
    # One key, one holder, one use: else two guardians' signatures could be one person's.
    for role in ("identity", "courier"):
        owner = chain.owners.get(body[role])
        refuse(owner is not None and owner != (role, body["g"]), "conflict", "key in use")


def _check_revocation(chain: Chain, body: Body) -> None:
    certificate = chain.certificates.get(body["certificate"])
    if certificate is None:
        raise CandourError("unknown", "certificate")
    refuse(certificate.revoked is not None, "conflict", "revoked twice")


def _check_epochs(chain: Chain, body: Body) -> None:
    entries = chain.guardians[body["g"]]
    last_lost = max((position for _, _, position in entries.lost), default=0)
    for at, digest in enumerate(body["digests"]):
        known = entries.epochs.get(body["first"] + at)
        if known is not None and known.digest != digest and known.position > last_lost:
            refuse(chain.lives(known, body["g"]), "conflict", "epochs")


def _apply_rotation(chain: Chain, body: Body, _position: bytes, _signer: bytes) -> None:
    chain.root = body["new"]
    chain.owners[chain.root] = ("root", b"")


def _apply_policy(chain: Chain, body: Body, _position: bytes, _signer: bytes) -> None:
    chain.policy = Policy(**{key: value for key, value in body.items() if key not in ("v", "organisation")})
    if chain.first_policy is None:
        chain.first_policy = body["day"]


def _apply_certificate(chain: Chain, body: Body, position: bytes, _signer: bytes) -> None:
    chain.certificates[position] = Certificate(
        entry_hash=position,
        first_day=body["from"],
        last_day=body["until"],
        succeeds=body.get("succeeds"),
        **{key: body[key] for key in ("g", "name", "role", "identity", "courier", "day")},
    )
    chain.guardians.setdefault(body["g"], Entries()).certificates.append(position)
    for role in ("identity", "courier"):
        chain.owners[body[role]] = (role, body["g"])


def _apply_revocation(chain: Chain, body: Body, _position: bytes, _signer: bytes) -> None:
    position = body["certificate"]
    chain.certificates[position] = replace(chain.certificates[position], revoked=body["day"])


def _apply_epochs(chain: Chain, body: Body, _position: bytes, identity: bytes) -> None:
    for at, digest in enumerate(body["digests"], body["first"]):
        stated = Stated(first_day=at, last_day=at, digest=digest, identity=identity, position=chain.length)
        chain.guardians[body["g"]].epochs[at] = stated
    chain.digests.update(body["digests"])


def _apply_fallback(chain: Chain, body: Body, _position: bytes, identity: bytes) -> None:
    stated = Stated(
        first_day=body["from"],
        last_day=body["until"],
        digest=body["digest"],
        identity=identity,
        position=chain.length,
    )
    chain.guardians[body["g"]].fallbacks.append(stated)
    chain.digests.add(body["digest"])


def _apply_calendar(chain: Chain, body: Body, _position: bytes, _signer: bytes) -> None:
    calendar = Calendar(day=body["day"], weekdays=body["weekdays"], away=body["away"])
    chain.guardians[body["g"]].calendar = calendar


def _apply_lost(chain: Chain, body: Body, _position: bytes, _signer: bytes) -> None:
    chain.guardians[body["g"]].lost.append((body["from"], body["until"], chain.length))


def _apply_story(chain: Chain, body: Body, _position: bytes, _signer: bytes) -> None:
    chain.stories.append(body)


def _apply_statistics(chain: Chain, body: Body, _position: bytes, _signer: bytes) -> None:
    chain.statistics.append(body)


def refuse(condition: bool, code: str, detail: str) -> None:
    """Raises an error with this code if the condition holds."""
    if condition:
        raise CandourError(code, detail)


Rule = Callable[["Chain", Body], None]
Effect = Callable[["Chain", Body, bytes, bytes], None]

RULES: dict[str, Rule] = {
    "organisation": lambda _chain, _body: refuse(True, "conflict", "a second organisation"),
    "rotation": _check_rotation,
    "certificate": _check_certificate,
    "revocation": _check_revocation,
    "epochs": _check_epochs,
}
EFFECTS: dict[str, Effect] = {
    "rotation": _apply_rotation,
    "policy": _apply_policy,
    "certificate": _apply_certificate,
    "revocation": _apply_revocation,
    "epochs": _apply_epochs,
    "fallback": _apply_fallback,
    "calendar": _apply_calendar,
    "lost": _apply_lost,
    "story": _apply_story,
    "statistics": _apply_statistics,
}
