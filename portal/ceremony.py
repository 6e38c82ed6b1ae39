"""The acts of the root key after the founding: who is a guardian, the policy, the key itself (PROTOCOL section 11).

    person = find(people(steward, today), "2")
    renew(steward, person, passphrase, today=today, days=365)

Each act gives the file to carry to the portal. None can be taken back once that file is published: the log only grows.
"""

import secrets
from dataclasses import dataclass
from pathlib import Path

from crypto import signing, statement, statement_bodies
from crypto.chain import Chain
from crypto.encoding import dump
from crypto.guardians import Certificate
from crypto.statement import Envelope
from portal import root_key
from portal.carrying import carried, read_carried
from portal.steward import NOTICE, ORGANISATION, ROOT, Steward, StewardError, write

_NEXT = "root-next.key"


@dataclass(frozen=True, kw_only=True)
class Person:
    """A guardian as the steward's files know them; `number` counts from 1, by the day of the first certificate."""

    number: int
    g: bytes
    certificates: tuple[Certificate, ...]
    today: int

    @property
    def newest(self) -> Certificate:
        """The last certificate that was signed."""
        return self.certificates[-1]

    @property
    def live(self) -> tuple[Certificate, ...]:
        """Those that hold today or later."""
        return tuple(one for one in self.certificates if one.revoked is None and one.last_day >= self.today)

    @property
    def state(self) -> str:
        """`valid`, `begins` (not yet valid), `ended` or `revoked`."""
        if not self.live:
            return "revoked" if self.newest.revoked is not None else "ended"
        return "valid" if any(one.first_day <= self.today for one in self.live) else "begins"

    @property
    def until(self) -> int:
        """The last day of all that holds."""
        return max(one.last_day for one in self.live or self.certificates)


def people(steward: Steward, today: int) -> list[Person]:
    """Every guardian there ever was, in the order of the days of their first certificates."""
    chain = steward.chain()
    return [
        Person(number=number, g=g, certificates=_held(chain, g), today=today)
        for number, g in enumerate(chain.guardians, 1)
    ]


def find(known: list[Person], who: str) -> Person:
    """The guardian with this number, name, or beginning of their g in hex. Raises `StewardError` unless it is one."""
    found = [one for one in known if who == str(one.number)]
    found = found or [one for one in known if who.casefold() == one.newest.name.casefold()]
    found = found or [one for one in known if len(who) >= 4 and one.g.hex().startswith(who.lower())]
    if len(found) == 1:
        return found[0]
    several = "Several guardians are" if found else "No guardian is"
    raise StewardError(f"{several} called “{who}”. `candour guardian list` shows the number of each.")


def renew(steward: Steward, person: Person, passphrase: str, *, today: int, days: int, name: str, role: str) -> Path:
    """A further certificate for the same keys, from seven days on; the one before stays until its own end."""
    if person.state == "revoked":
        raise StewardError("This guardian was revoked: their keys may be in other hands. Use `guardian replace`.")
    seed = steward.unlock(passphrase)
    start = today + NOTICE
    body = statement_bodies.certificate(
        organisation=steward.organisation, day=today, g=person.g, name=name, role=role,
        identity=person.newest.identity, courier=person.newest.courier, first_day=start, last_day=start + days - 1,
    )  # fmt: skip
    signed = statement.sign("certificate", body, [seed])
    return steward.keep(f"certificate-{person.g.hex()[:8]}", [signed], today)


def replace(steward: Steward, person: Person, request: Envelope, passphrase: str, *, today: int, days: int) -> Path:
    """A certificate for a successor, which names whom it succeeds; the predecessor's own is not touched."""
    if request.body["g"] == person.g:
        raise StewardError("This request was made by the same vault. A successor needs a vault and keys of their own.")
    return steward.certify(request, passphrase, today=today, days=days, succeeds=person.g)


def revoke(steward: Steward, person: Person, passphrase: str, *, today: int, reason: str) -> Path:
    """End all that this guardian holds, as soon as the file is published. `reason` is public, at most 200 bytes."""
    if not person.live:
        raise StewardError("This guardian holds no certificate any more. Nothing was signed.")
    seed = steward.unlock(passphrase)
    signed = [_revocation(steward, seed, one, today, reason) for one in person.live]
    return steward.keep(f"revocation-{person.g.hex()[:8]}", signed, today)


def set_policy(steward: Steward, changes: dict[str, int | bytes], passphrase: str, *, today: int) -> Path:
    """A later policy: the one of now with some changes. Raises `StewardError` if nothing would change."""
    before, day = policy_of(steward)
    if {**before, **changes} == before:
        raise StewardError("That is the policy of now. Nothing was signed.")
    # Of two policies of one day a reader could not tell the later one: the second bears the day after.
    day = max(today, day + 1)
    if day > today + 1:
        raise StewardError("The policy was changed twice today already. Please do it again tomorrow (UTC).")
    seed = steward.unlock(passphrase)
    return _keep_policy(steward, {**before, **changes}, seed, day)


def policy_of(steward: Steward) -> tuple[dict[str, int | bytes], int]:
    """The numbers of the policy of now, and its day."""
    policy = steward.chain().policy
    if policy is None:
        raise StewardError(f"There is no policy in {steward.folder}.")
    return {name: value for name, value in vars(policy).items() if name != "day"}, policy.day


def rotate(steward: Steward, passphrase: str, fresh: str, *, today: int) -> tuple[Path, bytes]:
    """Hand over to a new root key, which is locked under the passphrase `fresh`; gives the file and the new public key.

    The new key is on the disk before the hand-over is, so that a machine that stops here leaves nothing unsignable. The
    old key stays as `root-before-DAY.key` until the portal has the hand-over (`forget`).
    """
    if steward.key_file().name == _NEXT:
        settle(steward.folder, today)  # an earlier hand-over was cut short after it had been signed
    old, new = steward.unlock(passphrase), secrets.token_bytes(32)
    body = statement_bodies.rotation(
        organisation=steward.organisation, day=today, old=signing.public(old), new=signing.public(new)
    )
    signed = statement.sign("rotation", body, [old, new])
    write(steward.folder / _NEXT, root_key.lock(new, fresh))
    path = steward.keep("rotation", [signed], today)
    # Guardians who come later are given this file, and compare the words of the new key.
    founding = [dump(one) for one in read_carried((steward.folder / ORGANISATION).read_bytes())]
    write(steward.folder / ORGANISATION, carried([*founding, signed]))
    settle(steward.folder, today)
    return path, signing.public(new)


def settle(folder: Path, today: int) -> None:
    """Give the new key its lasting name, and the old one a name that says what it is."""
    kept = _free(folder, f"root-before-{today}", ".key")
    (folder / ROOT).replace(kept)
    (folder / _NEXT).replace(folder / ROOT)


def forget(steward: Steward) -> list[Path]:
    """Overwrite and remove the root keys of before; gives what was removed."""
    found = sorted(steward.folder.glob("root-before-*.key"))
    for path in found:
        root_key.erase(path)
    return found


def join(steward: Steward, sheets: list[str], fresh: str) -> Path:
    """Put the key file together again from two sheets, under a new passphrase. Raises `SheetError`, `StewardError`."""
    seed = root_key.join(sheets)
    if signing.public(seed) != steward.root:
        raise StewardError("These sheets belong to another key than this organisation's of now. Nothing was written.")
    path = steward.folder / ROOT
    if path.exists():
        raise StewardError(f"{path} is there already. Nothing was written.")
    write(path, root_key.lock(seed, fresh))
    return path


def _held(chain: Chain, g: bytes) -> tuple[Certificate, ...]:
    return tuple(chain.certificates[one] for one in chain.guardians[g].certificates)


def _revocation(steward: Steward, seed: bytes, one: Certificate, today: int, reason: str) -> bytes:
    body = statement_bodies.revocation(
        organisation=steward.organisation, day=today, certificate=one.entry_hash, reason=reason
    )
    return statement.sign("revocation", body, [seed])


def _keep_policy(steward: Steward, policy: dict[str, int | bytes], seed: bytes, day: int) -> Path:
    return steward.keep("policy", [steward.signed_policy(policy, seed, day)], day)


def _free(folder: Path, name: str, end: str) -> Path:
    """A name that nothing bears yet."""
    path, number = folder / f"{name}{end}", 1
    while path.exists():
        number += 1
        path = folder / f"{name}-{number}{end}"
    return path
