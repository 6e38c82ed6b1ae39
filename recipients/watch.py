"""The watch: looks at a portal as ordinary visitors do, and raises an alarm that names what differs.

    with Log(path) as log:
        look = once(Portal(address="http://….onion", organisation=…, roots=…), log, visits=2)
        look.alarms          # (("byte", "/assets/candour.js"), …)

Each visit goes over a fresh circuit and is compared with the signed state, with what the log remembers, and so with
every visit before it. Nobody can tell when the next one comes: waits are exponential (PROTOCOL sections 11, 12, 15).
"""

import random
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain as joined
from typing import Any

from crypto import chain, statement
from crypto.encoding import b64, load
from crypto.guardians import Directory
from crypto.kdf import sha256
from crypto.thread import organisation_id
from recipients.errors import GuardianError
from recipients.watch_log import Log
from recipients.watch_people import (
    Own,
    check_board,
    check_directory,
    check_heads,
    check_own,
    read_directory,
)
from recipients.watch_site import check_clock, check_site, check_writer, read_site
from recipients.watch_visits import Sight, visit

Alarm = tuple[str, str]

DAY = 86_400
NOTES = ("gap", "site", "offline")
_LIMIT = 4 * 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Portal:
    """What is watched. `trusted` says whether a root key is the organisation's; `own` is a guardian's own place."""

    address: str
    trusted: Callable[[bytes, bytes], bool]
    socks: str | None = None
    own: Own | None = None


@dataclass(frozen=True, kw_only=True)
class Look:
    """What a look found: alarms, and notes for a person to judge. `state` is the log's, 32 bytes."""

    visits: int
    alarms: tuple[Alarm, ...]
    notes: tuple[Alarm, ...]
    state: bytes


def once(
    portal: Portal,
    log: Log,
    visits: int = 1,
    clock: Callable[[], float] = time.time,
    *,
    accept: bool = False,
    step: Callable[[str], None] = lambda _path: None,
) -> Look:
    """So many visits now, each written into the log. Raises `GuardianError` `offline` when nobody answers.

    `step` is told each path before it is fetched; what it raises ends the look, which is then in no log.
    `accept` takes what is there for known, alarms and all: after a person has asked and was told why.
    """
    found: list[Alarm] = []
    for _ in range(visits):
        try:
            sight = visit(portal.address, portal.socks, clock, step)
        except GuardianError as error:
            log.write("missed", int(clock()), {}, [(error.code, error.detail)])
            raise
        alarms = _compare(portal, log, sight, int(clock()), accept=accept)
        found += [one for one in alarms if one not in found]
    alarmed = tuple(one for one in found if one[0] not in NOTES)
    notes = tuple(one for one in found if one[0] in NOTES)
    return Look(visits=visits, alarms=alarmed, notes=notes, state=log.state)


def waits(mean: float) -> Iterator[float]:
    """Seconds to wait before each next visit: exponential, at most six times the mean."""
    draw = random.SystemRandom()
    while True:
        yield min(draw.expovariate(1 / mean), 6 * mean)


def _compare(portal: Portal, log: Log, sight: Sight, now: int, *, accept: bool) -> list[Alarm]:
    memory, today = log.memory, now // DAY
    alarms, seen = list(check_clock(sight)), {"page": b64(sha256(sight.answers["/"].body))}
    organisation, first = _claimed(sight)
    shown, faults = read_directory(sight, organisation, today)
    alarms += faults
    if shown is not None and not portal.trusted(first, shown.root):
        alarms.append(("root", b64(shown.root)))
        shown = None
    known: dict[str, Any] = {}
    if shown is not None:
        found, known = _directory(portal, log, sight, shown, now)
        alarms += found
    signed, faults = read_site(sight, shown.root if shown else None, organisation, today)
    alarms += faults
    if signed is not None:
        alarms += check_site(sight, signed.body)
        alarms += check_writer(signed.body, shown.policy.writer) if shown else ()
        alarms += _site(log, signed, seen, shown)
    if memory.page and memory.page != seen["page"] and memory.site == seen.get("site", memory.site):
        alarms.append(("split", "the page is not the one of the visit before, and no new one was signed"))
    clean = list(dict.fromkeys(alarms))
    # What is wrong must not pass for known the next time.
    wrong = not accept and any(code not in NOTES for code, _ in clean)
    log.write("look", now, {} if wrong else {**seen, **known}, clean)
    if shown is not None:
        memory.forget_board(now - shown.policy.board_days * DAY)
    return clean


def _claimed(sight: Sight) -> tuple[bytes, bytes]:
    """The organisation that the directory says it is of, by its first root key; zeros where it says nothing."""
    try:
        document: Any = load(sight.answers["/directory"].body, _LIMIT)
        root: bytes = statement.read(document["log"][0], "organisation").body["root"]
        return organisation_id(root), root
    except (ValueError, KeyError, IndexError, TypeError):
        return bytes(32), bytes(32)


def _directory(
    portal: Portal, log: Log, sight: Sight, shown: Directory, now: int
) -> tuple[list[Alarm], dict[str, Any]]:
    memory, today = log.memory, now // DAY
    document: Any = load(sight.answers["/directory"].body, _LIMIT)
    states = chain.replay(document["log"], today).states
    heads = [statement.read(one) for one in document["heads"]]
    log_ = [statement.read(one) for one in document["log"] if "payload" in one]
    policies = [one.body for one in log_ if one.name == "policy"]
    files, faults = check_board(sight, shown, policies, memory, now)
    own = check_own(shown, portal.own, today) if portal.own else ()
    alarms = [*joined(check_directory(shown, states, memory), check_heads(heads, memory), own, faults)]
    known = {
        "organisation": b64(shown.organisation),
        "length": shown.length,
        "state": b64(shown.state),
        "certificates": _fresh(
            memory.certificates, (b64(c.entry_hash) for g in shown.guardians for c in g.certificates)
        ),
        "guardians": [[b64(one.g), one.name] for one in shown.guardians if b64(one.g) not in memory.guardians],
        "heads": [[b64(h.body["g"]), h.body["day"], h.body["length"]] for h in heads],
        "board": [[start, digest] for start, digest in files.items() if start not in memory.board],
    }
    return alarms, known


def _site(log: Log, signed: statement.Envelope, seen: dict[str, Any], shown: Directory | None) -> Iterator[Alarm]:
    digest, day, memory = b64(sha256(signed.payload)), signed.body["day"], log.memory
    if shown is not None and memory.site and digest != memory.site:
        if day < memory.site_day:
            yield "manifest", "an older signed site than before"
        else:
            yield "site", f"version {signed.body['version']}"
    seen |= {"site": digest, "site_day": day}


def _fresh(known: set[str], now: Iterator[str]) -> list[str]:
    return sorted(set(now) - known)


def report(look: Look) -> Mapping[str, Any]:
    """The look as JSON."""
    return {
        "visits": look.visits,
        "alarms": [list(one) for one in look.alarms],
        "notes": [list(one) for one in look.notes],
        "log": b64(look.state),
    }
