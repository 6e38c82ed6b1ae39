"""The courier's pass: the one file that makes a connected machine the courier of a vault without a network.

It holds the courier key, which signs requests and can open nothing, and the public key of the guardian, by which the
courier knows that what it posts is hers. Whoever has it can fetch sealed cells and post in her place, but not read.
"""

from dataclasses import dataclass, field
from pathlib import Path

from crypto import signing
from crypto.encoding import dump, load
from crypto.errors import CandourError
from crypto.fields import constant, plain, raw, record, string
from recipients import keys, membership
from recipients.address import check_address
from recipients.airgap.container import Address
from recipients.errors import GuardianError
from recipients.vault import Vault
from recipients.vault.files import write_new

_LIMIT = 8_192
_SHAPE = record(
    {
        "v": constant(1),
        "organisation": raw(32),
        "g": raw(16),
        "identity": raw(32),
        "courier": raw(32),
        "portal": string(1, 2_048),
        "socks": string(0, 300),
    }
)


@dataclass(frozen=True, kw_only=True)
class Pass:
    """What a courier needs: `identity` is the guardian's public key, `seed` the courier key's (32 bytes each)."""

    organisation: bytes
    g: bytes
    identity: bytes
    seed: bytes = field(repr=False)
    portal: str
    socks: str | None

    @property
    def inward(self) -> Address:
        """What the courier makes for the vault."""
        return Address(organisation=self.organisation, g=self.g, signer=signing.public(self.seed))

    @property
    def outward(self) -> Address:
        """What the vault makes for the courier."""
        return Address(organisation=self.organisation, g=self.g, signer=self.identity)


def issue(vault: Vault, path: Path) -> Pass:
    """Writes the pass to a new file that only its owner can read, and notes that this vault works through a courier."""
    person = keys.load(vault)
    address, socks = membership.portal(vault)
    organisation = membership.organisation(vault)
    fields = {"v": 1, "organisation": organisation, "g": person.g, "identity": person.identity}
    write_new(path, dump(plain({**fields, "courier": person.courier_seed, "portal": address, "socks": socks or ""})))
    vault.store("away", b"1")
    return read(path)


def end(vault: Vault) -> None:
    """This vault goes to the portal itself again. The courier must have been stopped before."""
    vault.store("away", b"")
    # The courier vouched for the log after it came here for the last time: that is no other copy of this vault.
    vault.store("was_away", b"1")


def away(vault: Vault) -> bool:
    """Whether this vault works through a courier."""
    return bool(vault.setting("away"))


def own(vault: Vault) -> Pass:
    """The pass of this vault as it would be issued, for reading and making bundles."""
    person = keys.load(vault)
    return Pass(
        organisation=membership.organisation(vault),
        g=person.g,
        identity=person.identity,
        seed=person.courier_seed,
        portal="",
        socks=None,
    )


def read(path: Path) -> Pass:
    """Reads a pass; `pass` with detail `absent` or `damaged`."""
    try:
        data = path.read_bytes()[: _LIMIT + 1]
    except OSError:
        raise GuardianError("pass", "absent") from None
    try:
        fields = _SHAPE(load(data.strip(), _LIMIT))
        portal = check_address(fields["portal"])
    except (CandourError, GuardianError):
        raise GuardianError("pass", "damaged") from None
    return Pass(
        organisation=fields["organisation"],
        g=fields["g"],
        identity=fields["identity"],
        seed=fields["courier"],
        portal=portal,
        socks=fields["socks"] or None,
    )
