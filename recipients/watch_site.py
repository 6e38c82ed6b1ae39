"""Whether a portal serves what its root key has signed: every byte and every header (PROTOCOL sections 11 and 15).

Alarms are pairs of a code and what it is about; `recipients/words/watching.toml` has the words for people.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from crypto import statement
from crypto.errors import CandourError
from crypto.kdf import sha256
from crypto.statement import Envelope
from recipients.watch_visits import MANIFEST, NOWHERE, Answer, Sight

Alarm = tuple[str, str]

_PASSING = {
    "date", "connection", "keep-alive", "content-type", "content-length", "content-encoding", "transfer-encoding",
    "allow", "accept-ranges",
}  # fmt: skip
_TLS = {"strict-transport-security", "onion-location"}
_API = {"", "/", "/directory", "/board", "/beacon", "/manifest", "/writer"}
WRITER = "/assets/writer.html"
_TAG = re.compile(rb"<(?:script|link|img|form|iframe|source|object|embed|base)\b[^>]*>", re.IGNORECASE)
_PATH = re.compile(rb"""\s(?:src|href|action|data)\s*=\s*["']?([^"'\s>]*)""", re.IGNORECASE)
_CLOCK = 300


def read_site(sight: Sight, root: bytes | None, organisation: bytes, today: int) -> tuple[Envelope | None, list[Alarm]]:
    """The signed list, or the reason why there is none that can be used. `root`: the key of now, where it is known."""
    answer = sight.answers[MANIFEST]
    if answer.status != 200:
        return None, [("unsigned", f"{MANIFEST}: {answer.status}")]
    try:
        signed = statement.parse(answer.body, "site")
    except CandourError as error:
        return None, [("manifest", error.code)]
    if root is not None and (signed.signers != (root,) or signed.body["organisation"] != organisation):
        return None, [("manifest", "not signed by this organisation's root key")]
    if signed.body["day"] > today + 1:
        return None, [("manifest", "signed in the future")]
    return signed, []


def check_clock(sight: Sight) -> Iterator[Alarm]:
    """Whether the portal's clock is ours."""
    if sight.ahead is None:
        yield "header", "/: date"
    elif abs(sight.ahead) > _CLOCK:
        yield "clock", f"{abs(sight.ahead)} seconds {'ahead' if sight.ahead > 0 else 'behind'}"


def check_site(sight: Sight, body: Mapping[str, Any]) -> Iterator[Alarm]:
    """All that differs from the signed list."""
    for one in body["files"]:
        answer = sight.answers[one["path"]]
        if answer.status != 200:
            yield "missing", f"{one['path']} (status {answer.status})"
        elif sha256(answer.body) != one["digest"] or len(answer.body) != one["size"]:
            yield "byte", one["path"]
        yield from _headers(sight, one["path"], body, one["type"])
    for path in ("/directory", "/board", MANIFEST, "/beacon", NOWHERE):
        yield from _headers(sight, path, body, "application/octet-stream" if path == "/board" else "application/json")
    yield from _page(sight.answers["/"], {one["path"] for one in body["files"]})


def check_writer(body: Mapping[str, Any], wanted: bytes) -> Iterator[Alarm]:
    """Whether the one-file writer, where one is offered, is the one that the policy names (`wanted`, or none)."""
    if any(one["path"] == WRITER and one["digest"] != wanted for one in body["files"]):
        yield "writer", f"{WRITER} is not the one that the policy names"


def _headers(sight: Sight, path: str, body: Mapping[str, Any], kind: str) -> Iterator[Alarm]:
    answer = sight.answers[path]
    for name, value in [*body["headers"], ("content-type", kind)]:
        if answer.all(name) != [value]:
            yield "header", f"{path}: {name}"
    passing = _PASSING | {name for name, _ in body["headers"]} | (_TLS if sight.secure else set())
    for name in sorted({name for name, _ in answer.headers} - passing):
        yield "extra", f"{path}: {name}"


def _page(document: Answer, listed: set[str]) -> Iterator[Alarm]:
    for tag in _TAG.findall(document.body):
        for found in _PATH.findall(tag):
            path = found.decode("utf-8", "replace").split("#")[0]
            if path not in listed | _API:
                yield "page", path
