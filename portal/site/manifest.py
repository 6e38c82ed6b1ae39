"""The site statement: every byte and header that a portal serves, for the root key to sign (PROTOCOL sections 11, 15).

    described = describe(files, organisation_id)           # on any machine: the same
    differences(signed.body, described)                    # [] when the signed statement is of these very files

The document and its parts are made from release, organisation and content alone, so whoever signs can build them anew
and need not believe the portal's machine.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import PurePosixPath
from typing import Any

from crypto import statement, statement_bodies
from crypto.encoding import b64, dump, load
from crypto.errors import CandourError
from crypto.fields import plain
from crypto.statement import Envelope
from portal.headers import POLICY
from portal.site_files import DOCUMENT, TYPES

LIMIT = 65_536


def describe(files: Mapping[str, bytes], organisation: bytes) -> dict[str, Any]:
    """What a `site` statement says of these files (by their path in the site folder), but for the day."""
    return {
        "organisation": organisation,
        "version": version("candour"),
        "headers": sorted((name.lower(), value) for name, value in POLICY),
        "files": sorted((_file(path, data) for path, data in files.items()), key=lambda one: str(one["path"])),
    }


def write(described: Mapping[str, Any]) -> bytes:
    """The description as a file to carry to the machine with the root key: JSON, the same on any machine."""
    return dump({"v": 1, **plain(described)})


def read(data: bytes) -> dict[str, Any]:
    """Reads such a file; `limit`, `malformed`."""
    value = load(data, LIMIT)
    if not isinstance(value, dict):
        raise CandourError("malformed", "site")
    body = statement_bodies.check_body("site", {**value, "day": 0})
    return {key: body[key] for key in ("organisation", "version", "headers", "files")}


def sign(described: Mapping[str, Any], seed: bytes, today: int) -> bytes:
    """The `site` statement of today, signed with the root key's seed (32 bytes); `malformed`, `limit`."""
    return statement.sign("site", statement_bodies.site(day=today, **described), [seed])


def check(source: bytes | object, organisation: bytes, root: bytes, today: int) -> Envelope:
    """A `site` statement of this organisation, signed by the root key of now: `organisation`, `early`, `signature`."""
    envelope = statement.parse(source, "site")
    if envelope.body["organisation"] != organisation:
        raise CandourError("organisation", "site")
    if envelope.body["day"] > today + 1:
        raise CandourError("early", "site")
    if envelope.signers != (root,):
        raise CandourError("signature", "site")
    return envelope


def differences(body: Mapping[str, Any], described: Mapping[str, Any]) -> list[str]:
    """What the statement says otherwise than the description: paths, names of headers, `version`, `organisation`."""
    found = [name for name in ("organisation", "version") if body[name] != described[name]]
    headers, files = (
        [dict(one["headers"]) for one in (body, described)],
        [{each["path"]: tuple(sorted(each.items())) for each in one["files"]} for one in (body, described)],
    )
    for ours, theirs in (headers, files):
        found += sorted(name for name in ours.keys() | theirs.keys() if ours.get(name) != theirs.get(name))
    return found


def webcat(body: Mapping[str, Any]) -> dict[str, object]:
    """The same in the form of a WEBCAT manifest, unsigned: that system signs with keys and logs of its own."""
    named = {"/" + DOCUMENT if one["path"] == "/" else one["path"]: b64(one["digest"]) for one in body["files"]}
    return {
        "name": "candour",
        "version": body["version"],
        "default_csp": dict(body["headers"])["content-security-policy"],
        "extra_csp": {},
        "default_index": DOCUMENT,
        "default_fallback": "/" + DOCUMENT,
        "files": named,
        "wasm": [],
    }


def _file(path: str, data: bytes) -> dict[str, object]:
    kind = TYPES[PurePosixPath(path).suffix]
    asked = "/" if path == DOCUMENT else f"/{path}"
    return {"path": asked, "type": kind, "size": len(data), "digest": hashlib.sha256(data).digest()}
