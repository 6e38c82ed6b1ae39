"""The one-file writer: the same document with everything inlined, for a disk and no network (PROTOCOL section 19).

Its policy names style and script by their hashes and allows nothing else, so it can fetch nothing and send nothing.
The bytes follow from release, organisation and content alone: the steward can make the same file on the machine with
the root key, and sign its hash (`policy.writer`) before any portal serves it.
"""

from __future__ import annotations

import base64
import hashlib
import html
from dataclasses import dataclass

NAME = "writer.html"


@dataclass(frozen=True, kw_only=True)
class Marks:
    """What the template puts where something goes inline, after white space was squeezed: hashes are of bytes."""

    script: str = "\x02script\x03"
    style: str = "\x02style\x03"
    licences: str = "\x02licences\x03"
    bundle: str = "\x02bundle\x03"
    policy: str


def marks(script: bytes, style: bytes) -> Marks:
    """The marks, and the policy for these bytes. Raises `ValueError` for what would end its own element."""
    for data, end in ((script, b"</script"), (script, b"<!--"), (style, b"</style")):
        if end in data.lower():
            raise ValueError(f"it contains {end.decode()!r}")
    hashed = [f"'sha256-{base64.b64encode(hashlib.sha256(data).digest()).decode()}'" for data in (script, style)]
    return Marks(
        policy=f"default-src 'none'; script-src {hashed[0]}; style-src {hashed[1]}; img-src data:; form-action 'none'; "
        "base-uri 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    )


def fill(document: bytes, *, script: bytes, style: bytes, licences: bytes, bundle: bytes) -> bytes:
    """The document with the marks replaced; licences and bundle as text. Raises `ValueError` if one is not there."""
    for mark, data in (
        (Marks.style, style),
        (Marks.licences, _escaped(licences)),
        (Marks.bundle, _escaped(bundle)),
        (Marks.script, script),
    ):
        before, found, after = document.partition(mark.encode())
        if not found or mark.encode() in after:
            raise ValueError("a template must have each mark once")
        document = before + data + after
    return document


def _escaped(text: bytes) -> bytes:
    return html.escape(text.decode(), quote=False).encode()
