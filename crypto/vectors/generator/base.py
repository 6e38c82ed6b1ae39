"""Sections 1, 3 and 11 of PROTOCOL.md from libraries alone, and the book that vectors are written into.

Everything is deterministic: what the protocol draws at random comes from `fixed`, a labelled SHAKE-256 stream.
"""

import base64
import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

LONG = 1500
Recipe = str | bytes | dict[str, Any]


def fixed(label: str, size: int) -> bytes:
    """Bytes that stand for random ones: the same for the same label, for ever."""
    return hashlib.shake_256(b"candour vectors 1: " + label.encode()).digest(size)


def b64(data: bytes) -> str:
    """Section 1: base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def h(data: bytes) -> bytes:
    """SHA-256."""
    return hashlib.sha256(data).digest()


def name(data: bytes) -> bytes:
    """The first 16 bytes of SHA-256."""
    return h(data)[:16]


def u(size: int, value: int) -> bytes:
    """An unsigned big-endian integer of `size` bytes."""
    return value.to_bytes(size, "big")


def hkdf(secret: bytes, label: str, context: bytes = b"", size: int = 32) -> bytes:
    """Section 1: HKDF-SHA256 with an empty salt."""
    return HKDF(SHA256(), size, None, b"candour/v1/" + label.encode() + context).derive(secret)


def canonical(value: Any) -> bytes:
    """Section 1: JSON in its one spelling (of values that are known to be within its bounds)."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def public(seed: bytes) -> bytes:
    """The Ed25519 public key of a seed."""
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def sign(seed: bytes, message: bytes) -> bytes:
    """An Ed25519 signature (RFC 8032)."""
    return Ed25519PrivateKey.from_private_bytes(seed).sign(message)


def pae(kind: str, body: bytes) -> bytes:
    """Section 11: DSSE's pre-authentication encoding."""
    return b"DSSEv1 %d %s %d %s" % (len(kind.encode()), kind.encode(), len(body), body)


def media(statement: str) -> str:
    """The payload type of a statement."""
    return f"application/vnd.candour.{statement}.v1+json"


# Recipes: bytes that are too long or too much alike to be written out. The README describes them.


def text(value: str) -> Recipe:
    """The UTF-8 bytes of a text."""
    return {"utf8": value}


def ref(key: str) -> Recipe:
    """Bytes that stand in the file's `data`."""
    return {"ref": key}


def join(*parts: Recipe) -> Recipe:
    """Bytes one after another."""
    return {"join": list(parts)}


def fill(byte: int, count: int) -> Recipe:
    """One byte, many times."""
    return {"fill": [byte, count]}


def flip(whole: Recipe, at: int, mask: int = 1) -> Recipe:
    """`whole` with the byte at `at` (from the end when negative) XORed with `mask`."""
    return {"xor": [whole, at, mask]}


def cut(whole: Recipe, start: int, end: int) -> Recipe:
    """`whole` from `start` to before `end`."""
    return {"slice": [whole, start, end]}


class Book:
    """One vector file while it is being written."""

    def __init__(self, stem: str, notes: Mapping[str, str]) -> None:
        self.stem = stem
        self.notes = dict(notes)
        self.data: dict[str, Any] = {}
        self.tests: list[dict[str, Any]] = []

    def keep(self, key: str, value: Recipe) -> Recipe:
        """Store bytes under a name that recipes can refer to."""
        if key in self.data:
            raise ValueError(f"{self.stem}: two data called {key}")
        self.data[key] = _plain(value)
        return ref(key)

    def _add(self, op: str, comment: str, given: Mapping[str, Any], expect: dict[str, Any]) -> None:
        number = len(self.tests) + 1
        test = {"id": f"{self.stem}-{number}", "comment": comment, "op": op, "input": _plain(given), "expect": expect}
        self.tests.append(test)

    def ok(self, op: str, comment: str, output: Any, **given: Any) -> None:
        """A test whose result is `output`; a long one is kept as the hash of its canonical JSON."""
        plain = _plain(output)
        long = len(written := written_out(plain)) > LONG
        self._add(op, comment, given, {"sha256": h(written).hex()} if long else {"output": plain})

    def none(self, op: str, comment: str, **given: Any) -> None:
        """A test whose result is "not for me" or "not there yet"."""
        self._add(op, comment, given, {"none": True})

    def error(self, op: str, comment: str, code: str, **given: Any) -> None:
        """A test that is refused with `code`; a codename word also with its position, as "word:3"."""
        self._add(op, comment, given, {"error": code})

    def file(self) -> bytes:
        """The file, one test a line, ASCII: lone surrogates survive as escapes."""
        head = {"schema": "candour-vectors-1", "numberOfTests": len(self.tests), "notes": self.notes}
        lines = [f"{json.dumps(key)}: {json.dumps(value)}" for key, value in head.items()]
        if self.data:
            lines.append('"data": {\n' + ",\n".join(f"{_one(k)}: {_one(v)}" for k, v in self.data.items()) + "\n}")
        lines.append('"tests": [\n' + ",\n".join(map(_one, self.tests)) + "\n]")
        return ("{\n" + ",\n".join(lines) + "\n}\n").encode("ascii")


def written_out(value: Any) -> bytes:
    """What a runner hashes: canonical JSON, with a lone surrogate as JSON escapes it."""
    return json.dumps(value, ensure_ascii=True, sort_keys=True, separators=(",", ":")).encode("ascii")


def _one(value: Any) -> str:
    return json.dumps(value)


def _plain(value: Any) -> Any:
    """`value` as JSON has it: bytes become base64, wherever they stand."""
    if isinstance(value, bytes):
        return b64(value)
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(each) for each in value]
    return value


def without(whole: Mapping[str, Any], *keys: str) -> dict[str, Any]:
    """A copy without some keys."""
    return {key: value for key, value in whole.items() if key not in keys}


Maker = Callable[[], Book]
PATTERN = re.compile(r"[a-z][a-z0-9_]{0,31}\Z")
