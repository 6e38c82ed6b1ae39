"""The list that the project signs for each release: what browsers run, and under which headers (docs/RELEASING.md).

    python -m tools.release list release.json                    # from a clean checkout of the tag
    python -m tools.release key release.key                      # once, on a machine that is offline
    python -m tools.release sign release.json --key release.key  # there too; asks for the key's passphrase
    python -m tools.release check release.json --public HEX      # anywhere

A steward signs which bytes a portal serves; this says which scripts and styles are the project's. `verify.py` compares
both. No release key is in this repository.
"""

import argparse
import getpass
import json
import secrets
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

from argon2.low_level import Type, hash_secret_raw
from nacl import bindings
from nacl.exceptions import CryptoError

from crypto import signing
from crypto.encoding import b64, dump, load, unb64
from crypto.errors import CandourError
from crypto.fields import array, constant, fits, pair, raw, record, string
from crypto.kdf import sha256
from crypto.statement import sign_detached, verify_detached
from portal.headers import POLICY

ASSETS = Path(__file__).resolve().parents[1] / "portal" / "site" / "assets"
TYPE = "application/vnd.candour.release.v1+json"
LIMIT = 1 << 20
_KDF = {"lanes": 4, "memory_kib": 65_536, "passes": 3}
_FILES = array(record({"path": string(1, 300), "digest": raw(32)}), 1, 128)
_BODY = record(
    {
        "v": constant(1),
        "version": string(1, 32),
        "headers": array(pair(string(1, 64), string(1, 2048)), 1, 32),
        "files": _FILES,
    }
)
_ENVELOPE = record(
    {
        "payload": unb64,
        "payloadtype": string(1, 127),
        "signatures": array(record({"keyid": raw(32), "sig": raw(64)}), 1, 4),
    }
)


class ReleaseError(Exception):
    """Something to put right; the text says what."""


def make(assets: Path = ASSETS) -> bytes:
    """The list of this checkout: JSON, not signed. Raises `ReleaseError` where a file is another."""
    committed = json.loads((assets / "RELEASE.json").read_bytes())
    for one in committed["files"]:
        data = (assets / Path(one["path"]).name).read_bytes()
        if b64(sha256(data)) != one["digest"]:
            raise ReleaseError(f"{one['path']} is not the file of RELEASE.json. Run `make assets`.")
    headers = sorted([name.lower(), value] for name, value in POLICY)
    return dump({"v": 1, "version": version("candour"), "headers": headers, "files": committed["files"]})


def sign(data: bytes, seed: bytes) -> bytes:
    """The list in a DSSE envelope (PROTOCOL section 11), signed with the release key's seed of 32 bytes."""
    _BODY(load(data, LIMIT))
    signature = {"keyid": b64(signing.public(seed)), "sig": b64(sign_detached(TYPE, data, seed))}
    return dump({"payload": b64(data), "payloadtype": TYPE, "signatures": [signature]})


def check(data: bytes, public: bytes) -> dict[str, Any]:
    """What a signed list says; `ReleaseError` unless the key (32 bytes) signed it, `CandourError` for its shape."""
    envelope = _ENVELOPE(load(data, LIMIT))
    fits(envelope["payloadtype"] == TYPE, "type")
    sigs = [one["sig"] for one in envelope["signatures"] if one["keyid"] == public]
    if not any(verify_detached(TYPE, envelope["payload"], sig, public) for sig in sigs):
        raise ReleaseError("This list is not signed by that key.")
    body: dict[str, Any] = _BODY(load(envelope["payload"], LIMIT))
    return body


def lock(seed: bytes, passphrase: str) -> bytes:
    """The key as a file: encrypted under a passphrase (Argon2id, XChaCha20-Poly1305)."""
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(24)
    head = {"v": 1, **_KDF, "public": signing.public(seed).hex(), "salt": b64(salt), "nonce": b64(nonce)}
    box = bindings.crypto_aead_xchacha20poly1305_ietf_encrypt(seed, dump(head), nonce, _derived(passphrase, salt))
    return dump({**head, "box": b64(box)})


def unlock(data: bytes, passphrase: str) -> bytes:
    """The seed in such a file. Raises `ReleaseError`."""
    fields = load(data, LIMIT)
    if not isinstance(fields, dict) or any(fields.get(name) != value for name, value in _KDF.items()):
        raise ReleaseError("This is not a release key.")
    head = {name: value for name, value in fields.items() if name != "box"}
    key, nonce = _derived(passphrase, unb64(head["salt"], 16)), unb64(head["nonce"], 24)
    try:
        box = unb64(fields["box"], 48)
        return bytes(bindings.crypto_aead_xchacha20poly1305_ietf_decrypt(box, dump(head), nonce, key))
    except CryptoError:
        raise ReleaseError("This is not the passphrase, or the key file was changed.") from None


def _derived(passphrase: str, salt: bytes) -> bytes:
    return hash_secret_raw(
        passphrase.encode(), salt, _KDF["passes"], _KDF["memory_kib"], _KDF["lanes"], 32, type=Type.ID
    )


def _passphrase(file: Path | None) -> str:
    return file.read_text("utf-8").splitlines()[0] if file else getpass.getpass("Passphrase of the release key: ")


def _run(given: argparse.Namespace) -> str:
    if given.command == "list":
        given.file.write_bytes(make())
        return f"{given.file}: {version('candour')}. Sign it on the offline machine."
    if given.command == "key":
        if given.file.exists():
            raise ReleaseError(f"{given.file} is there already; nothing was changed.")
        seed = secrets.token_bytes(32)
        given.file.touch(mode=0o600)
        given.file.write_bytes(lock(seed, _passphrase(given.passphrase_file)))
        return f"The public key, to be printed in the README of every release:\n{signing.public(seed).hex()}"
    if given.command == "sign":
        seed = unlock(given.key.read_bytes(), _passphrase(given.passphrase_file))
        given.file.write_bytes(sign(given.file.read_bytes(), seed))
        return f"{given.file} is signed by {signing.public(seed).hex()}."
    body = check(given.file.read_bytes(), bytes.fromhex(given.public))
    return f"Signed: version {body['version']}, {len(body['files'])} files."


def main(words: list[str] | None = None) -> int:
    """The command line; 0, or 1 with a sentence."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("list", "key", "sign", "check"):
        one = commands.add_parser(name)
        one.add_argument("file", type=Path)
        if name in ("key", "sign"):
            one.add_argument("--passphrase-file", type=Path)
        if name == "sign":
            one.add_argument("--key", type=Path, required=True)
        if name == "check":
            one.add_argument("--public", required=True, metavar="HEX")
    try:
        print(_run(parser.parse_args(words)))
    except (ReleaseError, CandourError, ValueError, OSError) as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
