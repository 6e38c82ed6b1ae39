"""What a vector gives: JSON, in which bytes are base64url or a recipe. crypto/vectors/README.md lists the recipes.

It has its own base64, so that a fault in the code under test cannot hide itself here.
"""

import base64
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM


class Given:
    """The input of one test."""

    def __init__(self, values: Mapping[str, Any], data: Mapping[str, Any]) -> None:
        self._values = values
        self._data = data

    def __getitem__(self, key: str) -> Any:
        """A value as it stands."""
        return self._values[key]

    def get(self, key: str) -> Any:
        """A value as it stands, or None."""
        return self._values.get(key)

    def raw(self, key: str) -> bytes:
        """A value that is bytes."""
        return self.make(self._values[key])

    def many(self, key: str) -> list[bytes]:
        """A value that is an array of bytes."""
        return [self.make(each) for each in self._values[key]]

    def inner(self, values: Mapping[str, Any]) -> "Given":
        """An object within the input."""
        return Given(values, self._data)

    def make(self, recipe: Any) -> bytes:
        """The bytes of base64url or of a recipe."""
        if isinstance(recipe, str):
            return base64.urlsafe_b64decode(recipe + "=" * (-len(recipe) % 4))
        match recipe:
            case {"utf8": str(text)}:
                return text.encode()
            case {"ref": str(key)}:
                return self.make(self._data[key])
            case {"join": list(parts)}:
                return b"".join(map(self.make, parts))
            case {"fill": [int(byte), int(count)]}:
                return bytes([byte]) * count
            case {"slice": [whole, int(start), int(end)]}:
                return self.make(whole)[start:end]
            case {"xor": [whole, int(at), int(mask)]}:
                changed = bytearray(self.make(whole))
                changed[at] ^= mask
                return bytes(changed)
            case {"gcm": {"key": key, "nonce": nonce, "aad": aad, "plaintext": plaintext}}:
                return AESGCM(self.make(key)).encrypt(self.make(nonce), self.make(plaintext), self.make(aad))
        raise ValueError(f"no recipe: {recipe}")


def text(recipe: Any) -> str:
    """A text as it stands, or {"repeat": [text, count]}."""
    if isinstance(recipe, str):
        return recipe
    piece, count = recipe["repeat"]
    return str(piece) * int(count)


def shown(value: Any) -> Any:
    """A result as JSON: bytes in base64url, dataclasses as objects without what is None."""
    if isinstance(value, bytes):
        return base64.urlsafe_b64encode(value).rstrip(b"=").decode()
    if is_dataclass(value) and not isinstance(value, type):
        items = ((field.name, getattr(value, field.name)) for field in fields(value))
        return {key: shown(each) for key, each in items if each is not None}
    if isinstance(value, Mapping):
        return {key: shown(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [shown(each) for each in value]
    return value
