"""The steward's folder: the root key, kept offline, and the files that carry what it signed (PROTOCOL section 11).

    folder = Steward.create(Path("steward"), "St Elsewhere Hospital", policy, passphrase, today)
    folder.certify(request, passphrase, today=today, days=365, first=True)

The key lies encrypted under a passphrase (Argon2id, XChaCha20-Poly1305). It can certify guardians, so it must never be
beside a portal's database: whoever takes that machine could add a false one.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from argon2.low_level import Type, hash_secret_raw
from nacl import bindings
from nacl.exceptions import CryptoError

from crypto import signing, statement, statement_bodies
from crypto.encoding import b64, dump, load, unb64
from crypto.errors import CandourError
from crypto.statement import Envelope
from crypto.thread import organisation_id
from portal.store import MAIN

ROOT = "root.key"
ORGANISATION = "organisation.json"
LIMIT = 1 << 20
_KDF = {"lanes": 4, "memory_kib": 65_536, "passes": 3}
_NOTICE = 7


class StewardError(Exception):
    """Something that the steward must put right; the text says what."""


@dataclass(frozen=True, kw_only=True)
class Steward:
    """One organisation's folder."""

    folder: Path
    organisation: bytes
    root: bytes

    @classmethod
    def create(cls, folder: Path, name: str, policy: Mapping[str, int], passphrase: str, today: int) -> "Steward":
        """Make a new organisation. Raises `StewardError` if the folder holds one, `CandourError` for a bad policy."""
        if (folder / ROOT).exists() or (folder / ORGANISATION).exists():
            raise StewardError(f"{folder} holds an organisation already; nothing was changed.")
        seed = secrets.token_bytes(32)
        root = signing.public(seed)
        made = cls(folder=folder, organisation=organisation_id(root), root=root)
        founded = statement_bodies.organisation(organisation=made.organisation, day=today, name=name, root=root)
        signed = [statement.sign("organisation", founded, [seed]), made._policy(policy, seed, today)]
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        write(folder / ROOT, _lock(seed, root, passphrase))
        write(folder / ORGANISATION, carried(signed))
        return made

    @classmethod
    def open(cls, folder: Path) -> "Steward":
        """The organisation in a folder; the key stays locked. Raises `StewardError`."""
        try:
            founding = read_carried((folder / ORGANISATION).read_bytes())[0]
            body = statement.parse(founding, "organisation").body
        except (OSError, CandourError, IndexError):
            raise StewardError(f"{folder} holds no organisation; make one with `candour init`.") from None
        return cls(folder=folder, organisation=body["organisation"], root=body["root"])

    def certify(self, request: Envelope, passphrase: str, *, today: int, days: int, first: bool) -> Path:
        """Sign a certificate for a checked request and write it into the folder; gives the file.

        `first` is for guardians who are there before anything was published; later ones start after seven days' notice.
        """
        seed = self.unlock(passphrase)
        if first:
            # Those certified at first must not be younger than the policy, which goes out together with them.
            self._renew_policy(seed, today)
        start = today if first else today + _NOTICE
        asked = {key: request.body[key] for key in ("g", "name", "role", "identity", "courier")}
        body = statement_bodies.certificate(
            organisation=self.organisation, day=today, first_day=start, last_day=start + days - 1, first=first, **asked
        )
        path = self.folder / f"certificate-{asked['g'].hex()[:8]}-{today}.json"
        write(path, carried([statement.sign("certificate", body, [seed])]))
        return path

    def _renew_policy(self, seed: bytes, today: int) -> None:
        founding, policy = read_carried((self.folder / ORGANISATION).read_bytes())[:2]
        kept = statement.parse(policy, "policy").body
        signed = self._policy({k: v for k, v in kept.items() if k not in ("v", "organisation", "day")}, seed, today)
        write(self.folder / ORGANISATION, carried([dump(founding), signed]))

    def _policy(self, policy: Mapping[str, int], seed: bytes, today: int) -> bytes:
        body = statement_bodies.policy(organisation=self.organisation, day=today, **policy)  # type: ignore[arg-type]
        return statement.sign("policy", body, [seed])

    def unlock(self, passphrase: str) -> bytes:
        """The seed of the root key."""
        try:
            fields = load((self.folder / ROOT).read_bytes(), LIMIT)
            seed = _open(fields, passphrase) if isinstance(fields, dict) else b""
        except OSError:
            raise StewardError(f"{self.folder / ROOT} cannot be read. Without it nothing can be signed.") from None
        except (CandourError, KeyError, TypeError):
            raise StewardError(f"{self.folder / ROOT} is damaged. Fetch your copy of it.") from None
        except CryptoError:
            raise StewardError("This is not the passphrase, or the key file was changed. Nothing was signed.") from None
        return seed


def beside_a_portal(folder: Path, configured: Path | None) -> Path | None:
    """The portal's database that lies in the folder, above it, or where this machine's settings say; if any does."""
    full = folder.absolute()
    places = [full, *full.parents, *([configured] if configured else [])]
    return next((place / MAIN for place in places if (place / MAIN).exists()), None)


def carried(statements: list[bytes]) -> bytes:
    """A file of statements to carry: the same JSON as the body of POST /statements."""
    return dump({"v": 1, "keys": [], "statements": [load(one, statement.MAX_ENVELOPE) for one in statements]})


def read_carried(data: bytes) -> list[object]:
    """The statements in a carried file. Raises `CandourError` `malformed`, `limit`."""
    value = load(data, LIMIT)
    if not isinstance(value, dict) or value.keys() != {"v", "keys", "statements"} or value["v"] != 1:
        raise CandourError("malformed", "not a file of statements")
    if not isinstance(value["statements"], list):
        raise CandourError("malformed", "not a file of statements")
    return value["statements"]


def read_request(data: bytes, organisation: bytes) -> Envelope:
    """A guardian's request, signed by the key that it asks for. Raises `CandourError`."""
    envelope = statement.parse(data.strip(), "request")
    if envelope.signers != (envelope.body["identity"],):
        raise CandourError("signature", "not signed by the key that it asks for")
    if envelope.body["organisation"] != organisation:
        raise CandourError("organisation", "made for another organisation")
    return envelope


def _key(passphrase: str, salt: bytes, kdf: Mapping[str, int]) -> bytes:
    return hash_secret_raw(passphrase.encode(), salt, kdf["passes"], kdf["memory_kib"], kdf["lanes"], 32, type=Type.ID)


def _lock(seed: bytes, root: bytes, passphrase: str) -> bytes:
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(24)
    fields: dict[str, object] = {"v": 1, **_KDF, "root": b64(root), "salt": b64(salt), "nonce": b64(nonce)}
    box = bindings.crypto_aead_xchacha20poly1305_ietf_encrypt(seed, dump(fields), nonce, _key(passphrase, salt, _KDF))
    return dump({**fields, "box": b64(box)})


def _open(fields: dict[str, object], passphrase: str) -> bytes:
    header = {key: value for key, value in fields.items() if key != "box"}
    # The numbers are ours, not the file's: a changed file must not make the key cheap to try, or the machine stall.
    if any(header[name] != value for name, value in _KDF.items()):
        raise CandourError("malformed", "key derivation")
    key = _key(passphrase, unb64(header["salt"], 16), _KDF)
    nonce = unb64(header["nonce"], 24)
    return bytes(
        bindings.crypto_aead_xchacha20poly1305_ietf_decrypt(unb64(fields["box"], 48), dump(header), nonce, key)
    )


def write(path: Path, data: bytes) -> None:
    """Whole or not at all, and readable by its owner only."""
    fresh = path.with_name(path.name + ".new")
    fresh.touch(mode=0o600)
    fresh.write_bytes(data)
    fresh.replace(path)
