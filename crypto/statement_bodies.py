"""What each kind of statement says: one table of shapes, and one constructor a kind (PROTOCOL section 11).

Constructors check what they are given and return the body for `statement.sign`; bytes stay bytes until then. Bodies
hold nothing secret.

    >>> revocation(organisation=bytes(32), day=20000, certificate=bytes(32), reason="left")["reason"]
    'left'
"""

from collections.abc import Sequence
from typing import Any

from crypto.errors import CandourError
from crypto.fields import array, choice, constant, day, either, fits, integer, pair, pattern, plain, raw, record, string

Body = dict[str, Any]

CERTIFICATE_DAYS = 400
FALLBACK_DAYS = 30
DAY_SECONDS = 86_400

_EVERY = {"v": constant(1), "organisation": raw(32), "day": day}
_SPAN = {"from": day, "until": day}
_PERSON = {"g": raw(16), "name": string(1, 80), "role": string(1, 120), "identity": raw(32), "courier": raw(32)}
_PARAGRAPH = string(1, 4000)
# Paths as they are asked for, without what could mean another one; headers as they must stand on every answer.
_PATH = pattern("/([A-Za-z0-9][A-Za-z0-9._-]{0,63}(/[A-Za-z0-9][A-Za-z0-9._-]{0,63}){0,3})?")
_FILE = record({"path": _PATH, "type": pattern("[ -~]{1,127}"), "size": integer(1, 2**31 - 1), "digest": raw(32)})
_HEADER = pair(pattern("[a-z][a-z0-9-]{0,63}"), pattern("[ -~]{1,2048}"))
_TWO = {"g": raw(16), "second": raw(16), "quarter": pattern("[0-9]{4}Q[1-4]")}

_SHAPES = {
    "organisation": record({**_EVERY, "name": string(1, 120), "root": raw(32)}),
    "rotation": record({**_EVERY, "old": raw(32), "new": raw(32)}),
    "policy": record(
        {
            **_EVERY,
            "period": integer(1, DAY_SECONDS),
            "board_period": integer(1, DAY_SECONDS),
            "board_cells": integer(1, 64),
            "board_dummies": integer(0, 256),
            "board_days": integer(1, 60),
            "report_days": integer(1, 90),
            "slot_ms": integer(100, 60_000),
            "attachment_mb": integer(0, 250),
            "writer": either(raw(32), raw(0)),
        }
    ),
    "certificate": record({**_EVERY, **_PERSON, **_SPAN}, {"succeeds": raw(16), "first": constant(True)}),
    "request": record({**_EVERY, **_PERSON}),
    "revocation": record({**_EVERY, "certificate": raw(32), "reason": string(0, 200)}),
    "epochs": record({**_EVERY, "g": raw(16), "first": day, "digests": array(raw(32), 1, 36)}),
    "fallback": record({**_EVERY, "g": raw(16), **_SPAN, "digest": raw(32)}),
    "calendar": record(
        {
            **_EVERY,
            "g": raw(16),
            "weekdays": array(integer(0, 6), 0, 7, distinct=True),
            "away": array(pair(day, day), 0, 24),
        }
    ),
    "lost": record({**_EVERY, "g": raw(16), **_SPAN}),
    "head": record({**_EVERY, "g": raw(16), "length": integer(1, 2**31 - 1), "state": raw(32)}),
    "story": record(
        {**_EVERY, **_TWO, "title": string(1, 120), "happened": _PARAGRAPH, "sense": _PARAGRAPH, "changed": _PARAGRAPH}
    ),
    "statistics": record(
        {**_EVERY, **_TWO, "rows": array(record({"name": string(1, 120), "value": string(1, 16)}), 1, 200)}
    ),
    "site": record(
        {**_EVERY, "version": string(1, 32), "headers": array(_HEADER, 1, 32), "files": array(_FILE, 1, 128)}
    ),
}

NAMES = tuple(_SHAPES)
NAME = choice(*NAMES)


def check_body(name: str, body: object) -> Body:
    """The body of a statement, with bytes where JSON has base64; `type` for a kind that is not known, `malformed`."""
    if name not in _SHAPES:
        raise CandourError("type", "no such statement")
    checked: Body = _SHAPES[name](body)
    _check_sense(name, checked)
    return checked


def _check_sense(name: str, body: Body) -> None:
    """What a shape cannot say: spans that run backwards, two names for one thing."""
    if "from" in body:
        longest = {"certificate": CERTIFICATE_DAYS, "fallback": FALLBACK_DAYS}.get(name, 2**31)
        fits(0 <= body["until"] - body["from"] <= longest, "span")
    if "identity" in body:
        # A courier's machine is online: were its key the identity as well, a thief there could sign receipts.
        fits(body["identity"] != body["courier"], "identity is courier")
    if name == "certificate":
        fits(body.get("succeeds") != body["g"], "succeeds itself")
    if name == "rotation":
        fits(body["old"] != body["new"], "rotation to the same key")
    if "second" in body:
        fits(body["g"] != body["second"], "two guardians must sign")
    if name == "epochs":
        fits(body["first"] + len(body["digests"]) - 1 <= 2**31 - 1, "days")
    if name == "policy":
        fits(DAY_SECONDS % body["period"] == 0 and DAY_SECONDS % body["board_period"] == 0, "period")
    if name == "site":
        _check_site([key for key, _ in body["headers"]], [one["path"] for one in body["files"]])
    if name == "calendar":
        fits(list(body["weekdays"]) == sorted(body["weekdays"]), "weekdays")
        fits(all(first <= last for first, last in body["away"]), "away")


def _check_site(headers: Sequence[str], paths: Sequence[str]) -> None:
    fits(list(headers) == sorted(set(headers)) and "content-security-policy" in headers, "headers")
    fits(list(paths) == sorted(set(paths)) and paths[0] == "/", "paths")


def last_day(name: str, body: Body) -> int:
    """The last day for which an `epochs` or `fallback` statement matters; 0 for the kinds that are never left out."""
    if name == "epochs":
        return int(body["first"]) + len(body["digests"]) - 1
    return int(body["until"]) if name == "fallback" else 0


def _body(kind: str, organisation: bytes, day: int, /, **more: Any) -> Body:
    body = {"v": 1, "organisation": organisation, "day": day}
    body.update({key: value for key, value in more.items() if value is not None})
    return check_body(kind, plain(body))


def organisation(*, organisation: bytes, day: int, name: str, root: bytes) -> Body:
    """The log's first entry. `root` is the first root public key, from which `organisation` is made."""
    return _body("organisation", organisation, day, name=name, root=root)


def rotation(*, organisation: bytes, day: int, old: bytes, new: bytes) -> Body:
    """The root public key changes; signed by both."""
    return _body("rotation", organisation, day, old=old, new=new)


def policy(
    *,
    organisation: bytes,
    day: int,
    period: int,
    board_period: int,
    board_cells: int,
    board_dummies: int,
    board_days: int,
    report_days: int,
    slot_ms: int,
    attachment_mb: int,
    writer: bytes = b"",
) -> Body:
    """The numbers everyone goes by: periods in seconds, keeping in days; `writer` is SHA-256 of the one-file writer."""
    more = {
        "period": period,
        "board_period": board_period,
        "board_cells": board_cells,
        "board_dummies": board_dummies,
        "board_days": board_days,
        "report_days": report_days,
        "slot_ms": slot_ms,
        "attachment_mb": attachment_mb,
        "writer": writer,
    }
    return _body("policy", organisation, day, **more)


def certificate(
    *,
    organisation: bytes,
    day: int,
    g: bytes,
    name: str,
    role: str,
    identity: bytes,
    courier: bytes,
    first_day: int,
    last_day: int,
    succeeds: bytes | None = None,
    first: bool = False,
) -> Body:
    """A guardian's keys, for days at most 400 apart, both inclusive; `first` needs no seven days' notice."""
    more = {"g": g, "name": name, "role": role, "identity": identity, "courier": courier, "succeeds": succeeds}
    span = {"from": first_day, "until": last_day, "first": True if first else None}
    return _body("certificate", organisation, day, **more, **span)


def request(*, organisation: bytes, day: int, g: bytes, name: str, role: str, identity: bytes, courier: bytes) -> Body:
    """A guardian asks the steward for a certificate; signed by the identity key, carried by file, never in the log."""
    return _body("request", organisation, day, g=g, name=name, role=role, identity=identity, courier=courier)


def revocation(*, organisation: bytes, day: int, certificate: bytes, reason: str = "") -> Body:
    """Ends a certificate, named by its entry hash."""
    return _body("revocation", organisation, day, certificate=certificate, reason=reason)


def epochs(*, organisation: bytes, day: int, g: bytes, first: int, digests: Sequence[bytes]) -> Body:
    """SHA-256 of the epoch public keys of `first` and the days after it, 1 to 36 of them."""
    return _body("epochs", organisation, day, g=g, first=first, digests=list(digests))


def fallback(*, organisation: bytes, day: int, g: bytes, first_day: int, last_day: int, digest: bytes) -> Body:
    """SHA-256 of a fallback public key and its days (inclusive, at most 30 apart)."""
    return _body("fallback", organisation, day, g=g, digest=digest, **{"from": first_day, "until": last_day})


def calendar(
    *, organisation: bytes, day: int, g: bytes, weekdays: Sequence[int], away: Sequence[tuple[int, int]] = ()
) -> Body:
    """The weekdays on which a guardian collects (Monday is 0), and spans of days away."""
    return _body("calendar", organisation, day, g=g, weekdays=list(weekdays), away=list(away))


def lost(*, organisation: bytes, day: int, g: bytes, first_day: int, last_day: int) -> Body:
    """Days whose secrets were lost before what was sealed to them was read."""
    return _body("lost", organisation, day, g=g, **{"from": first_day, "until": last_day})


def head(*, organisation: bytes, day: int, g: bytes, length: int, state: bytes) -> Body:
    """A courier vouches for the log's first `length` entries."""
    return _body("head", organisation, day, g=g, length=length, state=state)


def story(
    *,
    organisation: bytes,
    day: int,
    g: bytes,
    second: bytes,
    quarter: str,
    title: str,
    happened: str,
    sense: str,
    changed: str,
) -> Body:
    """A learning story, signed by two guardians; `quarter` like 2026Q1."""
    words = {"title": title, "happened": happened, "sense": sense, "changed": changed}
    return _body("story", organisation, day, g=g, second=second, quarter=quarter, **words)


def statistics(
    *, organisation: bytes, day: int, g: bytes, second: bytes, quarter: str, rows: Sequence[tuple[str, str]]
) -> Body:
    """A quarter's numbers, already suppressed where they were small, signed by two guardians."""
    table = [{"name": name, "value": value} for name, value in rows]
    return _body("statistics", organisation, day, g=g, second=second, quarter=quarter, rows=table)


def site(
    *,
    organisation: bytes,
    day: int,
    version: str,
    headers: Sequence[tuple[str, str]],
    files: Sequence[Body],
) -> Body:
    """What the portal serves to everyone: headers (names in lower case) and files, both ascending.

    Each file has `path`, `type` (its Content-Type), `size` in bytes and `digest` (SHA-256, 32 bytes).
    """
    return _body("site", organisation, day, version=version, headers=[list(one) for one in headers], files=list(files))
