"""One spelling for every value: base64url without padding, and canonical JSON (PROTOCOL section 1).

>>> dump({"v": 1, "to": ["é"]})
b'{"to":["\\xc3\\xa9"],"v":1}'
>>> load(b'{"v":1, "v":1}', 100)
Traceback (most recent call last):
crypto.errors.CandourError: malformed: json is not canonical
"""

import base64
import json
import re

from crypto.errors import CandourError

MAX_INTEGER = 2**53 - 1
MAX_DEPTH = 8

_BASE64 = re.compile(r"[A-Za-z0-9_-]*")
_KEY = re.compile(r"[a-z][a-z0-9_]{0,31}")


def b64(data: bytes) -> str:
    """Spells bytes in base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def unb64(text: object, size: int | None = None) -> bytes:
    """Reads base64url; `malformed` unless it is a string, the only spelling of its bytes, and has `size` bytes."""
    # fullmatch, since "$" would let a newline pass.
    if not isinstance(text, str) or len(text) % 4 == 1 or not _BASE64.fullmatch(text):
        raise CandourError("malformed", "base64")
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if b64(data) != text:
        raise CandourError("malformed", "base64 has unused bits")
    if size is not None and len(data) != size:
        raise CandourError("malformed", f"base64 of {len(data)} bytes, not {size}")
    return data


def utf8(text: str) -> bytes:
    """The UTF-8 bytes of a text; `malformed` when it has a lone surrogate."""
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        raise CandourError("malformed", "lone surrogate") from None


def text(data: bytes) -> str:
    """The text of UTF-8 bytes, with a byte order mark kept as a character; `malformed` when it is not UTF-8."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise CandourError("malformed", "not utf-8") from None


def dump(value: object) -> bytes:
    """Writes canonical JSON; `malformed` for what it cannot hold: floats, null, odd keys, more than 8 levels."""
    _check(value, 0)
    return utf8(json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True, allow_nan=False))


def load(data: bytes, limit: int) -> object:
    """Reads canonical JSON of at most `limit` bytes (`limit`); `malformed` for any other spelling of the same value."""
    if len(data) > limit:
        raise CandourError("limit", f"json of more than {limit} bytes")
    try:
        value: object = json.loads(text(data))
    except (ValueError, RecursionError):
        raise CandourError("malformed", "json") from None
    # Writing again is the whole check: duplicate keys, spaces, 1e2, -0 and escaped slashes do not come back the same.
    if dump(value) != data:
        raise CandourError("malformed", "json is not canonical")
    return value


def _check(value: object, depth: int) -> None:
    """Refuses what canonical JSON cannot hold; `depth` is how many arrays and objects stand around the value."""
    if isinstance(value, dict | list | tuple):
        if depth >= MAX_DEPTH:
            raise CandourError("malformed", "json is too deep")
        for key in value if isinstance(value, dict) else ():
            if not isinstance(key, str) or not _KEY.fullmatch(key):
                raise CandourError("malformed", "json key")
        for item in value.values() if isinstance(value, dict) else value:
            _check(item, depth + 1)
    elif not isinstance(value, str | bool) and (type(value) is not int or abs(value) > MAX_INTEGER):
        raise CandourError("malformed", "json value")
