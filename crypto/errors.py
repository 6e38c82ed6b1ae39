"""The one error of the protocol, with a code from a closed list (PROTOCOL section 2).

The code says what is wrong; what a person reads is chosen by the face that shows it. "Not for me" is not an error: such
functions return None.

    >>> raise CandourError("size")
    Traceback (most recent call last):
    crypto.errors.CandourError: size
"""

CODES = (
    "size",
    "malformed",
    "limit",
    "key",
    "signature",
    "type",
    "organisation",
    "unknown",
    "early",
    "expired",
    "revoked",
    "rollback",
    "missing",
    "stale",
    "conflict",
    "tampered",
    "words",
    "word",
    "checksum",
    "thread",
    "work",
    "replay",
)


class CandourError(Exception):
    """A refusal. `code` is one of CODES; `detail` helps a developer and never holds a secret or a person's text."""

    def __init__(self, code: str, detail: str = "") -> None:
        if code not in CODES:
            raise ValueError(f"not an error code: {code}")
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail
