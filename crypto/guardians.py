"""What a verified directory tells: organisation, policy, guardians and their keys (PROTOCOL sections 12 and 13).

Values only, made by `directory.verify`; all days are UTC days, all spans include both ends. Nothing here is secret.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from crypto.errors import CandourError
from crypto.statement_bodies import Body


@dataclass(frozen=True, kw_only=True)
class Policy:
    """The numbers everyone goes by. Periods in seconds; `writer` is 32 bytes, or empty."""

    day: int
    period: int
    board_period: int
    board_cells: int
    board_dummies: int
    board_days: int
    report_days: int
    slot_ms: int
    attachment_mb: int
    writer: bytes


@dataclass(frozen=True, kw_only=True)
class Certificate:
    """A guardian's keys for some days. `entry_hash` (32 bytes) names it; `revoked` is the day from which it is void."""

    entry_hash: bytes
    g: bytes
    name: str
    role: str
    identity: bytes
    courier: bytes
    day: int
    first_day: int
    last_day: int
    succeeds: bytes | None = None
    revoked: int | None = None


@dataclass(frozen=True, kw_only=True)
class Fallback:
    """A fallback public key of 1,216 bytes; `key` is None when the directory file does not carry it."""

    first_day: int
    last_day: int
    digest: bytes
    key: bytes | None


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """When a guardian collects: weekdays (Monday 0) and spans of days away."""

    day: int
    weekdays: tuple[int, ...]
    away: tuple[tuple[int, int], ...]


@dataclass(frozen=True, kw_only=True)
class Guardian:
    """One `g` of the directory.

    `digests` are the stated and still usable epoch keys by day, `epochs` those of them whose key the file carries, and
    `missing` the days around today for which it should and does not. `head_day` is when the courier last vouched.
    """

    g: bytes
    name: str
    role: str
    certificates: tuple[Certificate, ...]
    calendar: Calendar | None
    digests: Mapping[int, bytes]
    epochs: Mapping[int, bytes]
    fallbacks: tuple[Fallback, ...]
    lost: tuple[tuple[int, int], ...]
    missing: tuple[int, ...]
    head_day: int | None
    valid_today: bool


@dataclass(frozen=True, kw_only=True)
class Directory:
    """A verified directory. `warnings` holds `stale` and `missing` where they apply; `state`: the chain's, 32 bytes."""

    organisation: bytes
    name: str
    root: bytes
    policy: Policy
    guardians: tuple[Guardian, ...]
    stories: tuple[Body, ...]
    statistics: tuple[Body, ...]
    length: int
    state: bytes
    head_day: int | None
    warnings: tuple[str, ...]

    def guardian(self, g: bytes) -> Guardian:
        """The guardian named by 16 bytes, valid or not; `unknown`."""
        for guardian in self.guardians:
            if guardian.g == g:
                return guardian
        raise CandourError("unknown", "guardian")

    def valid_guardians(self) -> tuple[Guardian, ...]:
        """Those who can be written to today, as far as certificates go."""
        return tuple(guardian for guardian in self.guardians if guardian.valid_today)

    def certificates(self, g: bytes, day: int) -> tuple[Certificate, ...]:
        """All that hold on a day, newest first, at least one; `unknown`, `early`, `expired` or `revoked` if none."""
        return valid_certificates(self.guardian(g).certificates, day)

    def certificate(self, g: bytes, day: int) -> Certificate:
        """The newest certificate that holds on a day; errors as `certificates`."""
        return self.certificates(g, day)[0]

    def key_for(self, g: bytes, day: int) -> tuple[bytes, str]:
        """The public key (1,216 bytes) for a day, and `epoch` or `fallback`; `missing`, or as `certificate`."""
        self.certificate(g, day)
        epochs = self.guardian(g).epochs
        return (epochs[day], "epoch") if day in epochs else (self.lasting_key(g, day), "fallback")

    def lasting_key(self, g: bytes, day: int) -> bytes:
        """The fallback key (1,216 bytes) for a day, for what may be under way for weeks; errors as `key_for`."""
        self.certificate(g, day)
        for fallback in self.guardian(g).fallbacks:
            if fallback.key is not None and fallback.first_day <= day <= fallback.last_day:
                return fallback.key
        raise CandourError("missing", "no key for this day")

    def couriers(self, day: int) -> dict[bytes, bytes]:
        """Who may sign requests on a day: courier public key to g."""
        held = [one for guardian in self.guardians for one in guardian.certificates]
        return {one.courier: one.g for one in held if holds(one, day)}


def holds(certificate: Certificate, day: int) -> bool:
    """Whether a certificate is valid on a day: inside its span, and not revoked on that day or before."""
    revoked = certificate.revoked is not None and certificate.revoked <= day
    return certificate.first_day <= day <= certificate.last_day and not revoked


def valid_certificates(certificates: tuple[Certificate, ...], day: int) -> tuple[Certificate, ...]:
    """Those that hold on a day, newest first; `early`, `expired` or `revoked` when none does."""
    if all(day < one.first_day for one in certificates):
        raise CandourError("early", "certificate")
    within = [one for one in certificates if one.first_day <= day <= one.last_day]
    if not within:
        raise CandourError("expired", "certificate")
    valid = tuple(one for one in reversed(within) if holds(one, day))
    if not valid:
        raise CandourError("revoked", "certificate")
    return valid
