"""What a vault knows of its organisation: the root key that was confirmed, the portal, the last directory it verified.

The directory is remembered with its length and state: a portal that later shows an older or another one is found out
(`rollback`, PROTOCOL section 12).
"""

from dataclasses import dataclass
from pathlib import Path

from crypto import directory, statement
from crypto.encoding import load, text, utf8
from crypto.errors import CandourError
from crypto.guardians import Certificate, Directory
from recipients import keys
from recipients.address import check_address
from recipients.errors import GuardianError
from recipients.vault import Vault
from recipients.vault.files import disk

_LIMIT = 4 * 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Invitation:
    """What a steward's file says: the organisation's id, the root key that signed, its name or whom it certifies."""

    organisation: bytes
    root: bytes
    name: str
    g: bytes | None


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A directory just verified, and the certificates in it that this vault had not seen before."""

    directory: Directory
    new: tuple[Certificate, ...]


def read_invitation(data: bytes) -> Invitation:
    """Reads an organisation statement, a certificate, or a file that holds some: `file` when there is neither.

    Signatures are verified here; whose key the root is, a person confirms by its fingerprint.
    """
    try:
        envelopes = [statement.parse(one) for one in _envelopes(load(data, _LIMIT))]
    except CandourError as error:
        raise GuardianError("file", error.code) from None
    chosen = [one for one in envelopes if one.name in ("organisation", "certificate")]
    if not chosen or len(chosen[0].signers) != 1:
        raise GuardianError("file", "type")
    body, root = chosen[0].body, chosen[0].signers[0]
    name = body["name"] if chosen[0].name == "organisation" else ""
    for handover in (one for one in envelopes if one.name == "rotation"):
        # Signed by both, or it is none: the words that are compared must be those of the key that counts.
        if handover.body["old"] == root and set(handover.signers) == {root, handover.body["new"]}:
            root = handover.body["new"]
    return Invitation(organisation=body["organisation"], root=root, name=name, g=body.get("g"))


def install(vault: Vault, invitation: Invitation, portal: str, socks: str | None) -> None:
    """Keeps the organisation and its portal; `other` when the vault belongs to another organisation already."""
    known = vault.setting("organisation")
    if known not in (None, invitation.organisation):
        raise GuardianError("other", "organisation")
    if invitation.g not in (None, vault.setting("g")):
        raise GuardianError("other", "g")
    address = check_address(portal)
    with vault.database.transaction():
        vault.store("organisation", invitation.organisation)
        vault.store("root", invitation.root)
        vault.store("portal", utf8(address))
        vault.store("socks", utf8(socks or ""))


def organisation(vault: Vault) -> bytes:
    """The organisation's id, 32 bytes; `unready` before `install`."""
    return vault.required("organisation", "organisation")


def write_request(vault: Vault, to: Path, today: int) -> None:
    """Writes a request for a certificate, to send to the steward. There is nothing secret in it. `unready`."""
    envelope = keys.request(vault, organisation(vault), today)
    with disk():
        to.write_bytes(envelope)


def portal(vault: Vault) -> tuple[str, str | None]:
    """The portal's address and, where one was given, the SOCKS proxy as host:port."""
    address = text(vault.required("portal", "organisation"))
    return address, text(vault.setting("socks") or b"") or None


def accept(vault: Vault, file: bytes, today: int) -> Seen:
    """Verifies a directory file as a visitor would and remembers it; `rollback` and every other code of section 12."""
    verified = directory.verify(file, organisation(vault), today, _remembered(vault))
    _check_self(vault, verified, today)
    database = vault.database
    with database.transaction():
        known = {entry for (entry,) in database.rows("SELECT entry FROM certificate")}
        shown = [one for guardian in verified.guardians for one in guardian.certificates]
        for one in shown:
            database.run("INSERT OR IGNORE INTO certificate VALUES (?, ?)", one.entry_hash, today)
        vault.store("directory", file)
        vault.store("directory_day", today.to_bytes(4, "big"))
        vault.store("remembered", verified.length.to_bytes(4, "big") + verified.state)
    new = tuple(one for one in shown if one.entry_hash not in known)
    return Seen(directory=verified, new=new if known else ())


def last(vault: Vault) -> Directory:
    """The last directory that was verified; `unready` before the first sync."""
    file, day = vault.required("directory", "sync"), vault.required("directory_day", "sync")
    return directory.verify(file, organisation(vault), int.from_bytes(day, "big"))


def last_day(vault: Vault) -> int | None:
    """The day on which a directory was last verified."""
    day = vault.setting("directory_day")
    return None if day is None else int.from_bytes(day, "big")


def log_entries(file: bytes) -> set[bytes]:
    """The entry hashes of the envelopes in a directory file's log."""
    document = load(file, _LIMIT)
    log = document["log"] if isinstance(document, dict) else []
    return {statement.entry_hash(statement.read(item)) for item in log if "payload" in item}


def heads(vault: Vault) -> list[statement.Envelope]:
    """The heads in the last directory that was verified."""
    document = load(vault.required("directory", "sync"), _LIMIT)
    return [statement.read(item) for item in document["heads"]] if isinstance(document, dict) else []


def _envelopes(document: object) -> list[object]:
    if isinstance(document, dict) and isinstance(document.get("statements"), list):
        return list(document["statements"])
    if isinstance(document, dict) and isinstance(document.get("log"), list):
        return [item for item in document["log"] if isinstance(item, dict) and "payload" in item]
    return list(document) if isinstance(document, list) else [document]


def _remembered(vault: Vault) -> tuple[int, bytes] | None:
    value = vault.setting("remembered")
    return None if value is None else (int.from_bytes(value[:4], "big"), value[4:])


def _check_self(vault: Vault, verified: Directory, today: int) -> None:
    """A certificate for our g with keys that are not ours is somebody else reading our post."""
    person = keys.load(vault)
    for guardian in verified.guardians:
        for one in guardian.certificates if guardian.g == person.g else ():
            ours = one.identity == person.identity and one.courier == person.courier
            if not ours and one.revoked is None and one.last_day >= today:
                raise GuardianError("other", "keys")


def certificate(verified: Directory, g: bytes, today: int) -> Certificate:
    """Our certificate of today; `unready` with the reason (unknown, early, expired, revoked) when there is none."""
    try:
        return verified.certificate(g, today)
    except CandourError as error:
        raise GuardianError("unready", f"certificate {error.code}") from None
