"""The public directory: composed from what is stored, checked whole before anything is added (PROTOCOL 11, 12, 15).

    register.published().file                     # what GET /directory answers today
    register.submit(statements, keys, today)      # all of them, or a CandourError and none

A portal vouches for nothing: whoever reads the directory checks it again. But it never publishes one that would fail.
"""

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from crypto import directory
from crypto.chain import Chain, replay
from crypto.encoding import dump
from crypto.errors import CandourError
from crypto.guardians import Directory, Policy
from crypto.kdf import sha256
from crypto.statement import Envelope, entry_hash, parse, read
from portal import recovery, shares
from portal.carrying import arrange
from portal.schedule import WaitingError
from portal.store import Snapshot
from portal.store.statements import Statements

KEY = 1216
_DAY = 86_400
BY_COURIER = frozenset({"epochs", "fallback", "calendar", "lost", "head", "story", "statistics"})
BY_FILE = frozenset({"organisation", "rotation", "policy", "certificate", "revocation"})


@dataclass(frozen=True, kw_only=True)
class Published:
    """The directory file of a day, and what a reader sees in it."""

    file: bytes
    directory: Directory


class Register:
    """The statements of one portal; its one cache holds for a day or until something is added."""

    def __init__(self, statements: Callable[[], Statements], clock: Callable[[], float]) -> None:
        self._statements = statements
        self._clock = clock
        self._cached: tuple[object, Published] | None = None
        self._policy: tuple[int, Policy] | None = None
        self._lock = threading.Lock()
        self._pruned = -1

    def today(self) -> int:
        """The UTC day."""
        return int(self._clock()) // _DAY

    def published(self) -> Published:
        """The directory of today. Raises `WaitingError`, or `CandourError` before the first publication."""
        mark = (self.today(), self._statements().mark())
        with self._lock:
            if self._cached is None or self._cached[0] != mark:
                self._cached = (mark, self._publish())
            return self._cached[1]

    def empty(self) -> bool:
        """True before the first publication."""
        return self._statements().mark()[0] == 0

    def policy(self) -> Policy:
        """The newest policy, read without checking again what was checked when it was added.

        Storing and closing need its numbers, and must go on whatever else is the matter with the directory.
        """
        mark = self._statements().mark()[0]
        if self._policy is None or self._policy[0] != mark:
            self._policy = (mark, _newest_policy(self._statements().snapshot()))
        return self._policy[1]

    def lengths(self) -> tuple[int, int]:
        """Seconds of a report period and of a board period."""
        return self.policy().period, self.policy().board_period

    def submit(self, statements: Iterable[object], keys: Iterable[bytes], allowed: frozenset[str]) -> int:
        """Add statements (bytes or objects) and promised keys, all or nothing; gives how many were new.

        What is stored already is passed over, so that a request can be repeated. Raises `CandourError`.
        """
        given, sent = [parse(one) for one in statements], list(keys)
        for _ in range(8):
            before = self._statements().snapshot()
            after, entries = _extend(before, given, sent, allowed, self.today())
            if after == before or self._statements().add(before, after, entries):
                return len(entries)
        raise CandourError("conflict", "others were adding at the same time")

    def recover(self, file: bytes) -> int:
        """Add what a directory file, as a guardian last verified it, has beyond this portal's log; gives how many.

        For a portal that was brought back from an older backup: its guardians refuse it (`rollback`) until it shows
        again all that they have seen. The file is checked as any reader does, and must begin with this portal's own
        log, entry by entry: `rollback` if not, `missing` if what is new in it is only a digest, `organisation`.
        """
        before = self._statements().snapshot()
        after, entries = recovery.extend(before, file, self.today())
        _publish(after, self.today())
        if after == before or self._statements().add(before, after, entries):
            return len(entries)
        raise CandourError("conflict", "others were adding at the same time")

    def arrange(self, statements: Iterable[object]) -> list[object]:
        """The same statements in an order in which each can be checked, whatever order their files came in."""
        chain = replay(self._statements().snapshot().log, self.today())
        added, left = arrange(chain, statements, self.today())
        return [envelope.object for envelope in (*added, *left)]

    def prune(self) -> None:
        """Forget public keys whose days are over; looks once a day."""
        today = self.today()
        if today != self._pruned:
            kept = self._statements().snapshot()
            self._statements().forget_keys(kept.keys.keys() - _still_needed(replay(kept.log, today), today))
            self._pruned = today

    def _publish(self) -> Published:
        try:
            return _publish(self._statements().snapshot(), self.today())
        except CandourError as problem:
            if problem.code == "early":
                raise WaitingError from None  # this machine's clock stands before what was signed
            raise


def _newest_policy(kept: Snapshot) -> Policy:
    for envelope in map(read, reversed(kept.log)):
        if envelope.name == "policy":
            return Policy(**{name: value for name, value in envelope.body.items() if name not in ("v", "organisation")})
    raise CandourError("missing", "policy")


def _publish(kept: Snapshot, today: int) -> Published:
    if not kept.log:
        raise CandourError("organisation", "nothing is published yet")
    organisation: bytes = read(kept.log[0]).body["organisation"]
    file = directory.compose(kept.log, list(kept.heads.values()), list(kept.keys.values()), today)
    return Published(file=file, directory=directory.verify(file, organisation, today))


def _extend(
    before: Snapshot, given: list[Envelope], sent: list[bytes], allowed: frozenset[str], today: int
) -> tuple[Snapshot, dict[bytes, bytes]]:
    chain = replay(before.log, today)
    known = {entry_hash(read(one)) for one in before.log}
    entries: dict[bytes, bytes] = {}
    heads = dict(before.heads)
    for envelope in given:
        if envelope.name not in allowed:
            raise CandourError("type", "not accepted here")
        if envelope.name == "head":
            _take_head(chain, heads, envelope, today)
        elif entry_hash(envelope) not in known | entries.keys():
            chain.add(envelope.object, today)
            entries[entry_hash(envelope)] = dump(envelope.object)
    shares.check(before.log, entries.values(), chain, today)
    keys = _take_keys(chain, before.keys, given, sent, today)
    after = replace(before, log=(*before.log, *entries.values()), heads=heads, keys=keys)
    _publish(after, today)  # what a reader would refuse must not get in
    return after, entries


def _take_head(chain: Chain, heads: dict[bytes, bytes], envelope: Envelope, today: int) -> None:
    known = heads.get(envelope.body["g"])
    directory.check_head(chain, envelope.object, today, read(known) if known else None)
    heads[envelope.body["g"]] = dump(envelope.object)


def _take_keys(
    chain: Chain, known: dict[bytes, bytes], given: list[Envelope], sent: list[bytes], today: int
) -> dict[bytes, bytes]:
    """Known and new keys. A promised key that has not come yet is `missing`; one that nobody promised is `unknown`."""
    if any(len(key) != KEY for key in sent):
        raise CandourError("size", "public key")
    new = {sha256(key): key for key in sent}
    if not new.keys() <= chain.digests:
        raise CandourError("unknown", "key")
    for envelope in given:
        if not _promised(envelope, today) <= known.keys() | new.keys():
            raise CandourError("missing", "key")
    return known | new


def _still_needed(chain: Chain, today: int) -> set[bytes]:
    """Digests of keys that a directory file of today or later may have to carry, with a day to spare."""
    stated = [one for g in chain.guardians.values() for one in (*g.epochs.values(), *g.fallbacks)]
    return {one.digest for one in stated if one.last_day >= today - 2}


def _promised(envelope: Envelope, today: int) -> set[bytes]:
    body = envelope.body
    if envelope.name == "epochs":
        return {digest for day, digest in enumerate(body["digests"], body["first"]) if day >= today - 1}
    return {body["digest"]} if envelope.name == "fallback" and body["until"] >= today - 1 else set()
