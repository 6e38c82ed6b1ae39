"""One sync: fetch, open, acknowledge, publish, post, erase. Killed at any point, the next one goes on from there.

    directory -> periods -> keys published -> head -> segments opened -> receipts -> board cells -> day keys erased
              -> chunks of files

Chunks come last: they may be many, and nothing else waits for them.

Nothing is erased or ticked off before what it depends on has been committed; every post may be repeated.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial

from crypto import board, cell
from crypto.errors import CandourError
from crypto.fields import array, constant, day, integer, raw, record
from crypto.guardians import Certificate, Directory, Policy
from recipients import attachments, cases, daykeys, intake, keys, membership, outgoing, publishing, replies
from recipients.courier import Courier, RefusedError
from recipients.errors import GuardianError
from recipients.intake import DAY, Period, Reader
from recipients.keys import Person
from recipients.trying import Opener
from recipients.vault import Vault
from recipients.vault.files import disk

Progress = Callable[[str, int, int], None]
Clock = Callable[[], float]

_BOARD = 64 * 1024 * 1024
_SECONDS = integer(0, 2**53 - 1)
_PERIODS = record(
    {
        "v": constant(1),
        "periods": array(
            record({"start": _SECONDS, "length": day, "cells": day, "chunks": day, "digest": raw(32)}), 0, 500_000
        ),
    }
)


@dataclass(kw_only=True)
class Outcome:
    """What a sync did, for the face to tell. Spans are of days; `posted` is the start of the board period, if any."""

    periods: int = 0
    cells: int = 0
    found: int = 0
    receipts: int = 0
    erased: int = 0
    chunks: int = 0
    chunks_fault: str = ""
    posted: int | None = None
    already: bool = False
    copied: bool = False
    lost: list[tuple[int, int]] = field(default_factory=list)
    certificates: tuple[Certificate, ...] = ()
    warnings: tuple[str, ...] = ()
    refused: list[tuple[str, int]] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Session:
    """What every step of a sync needs."""

    vault: Vault
    courier: Courier
    person: Person
    organisation: bytes
    clock: Clock
    progress: Progress

    @property
    def now(self) -> int:
        """Unix seconds."""
        return int(self.clock())

    @property
    def today(self) -> int:
        """The UTC day."""
        return self.now // DAY


def sync(
    vault: Vault,
    courier: Courier,
    clock: Clock,
    progress: Progress = lambda _stage, _done, _total: None,
    *,
    opener: Opener | None = None,
    give_up: bool = False,
) -> Outcome:
    """Does all of it. `give_up` accepts that day keys are gone (`keys`): their days are published as lost."""
    session = Session(
        vault=vault,
        courier=courier,
        person=keys.load(vault),
        organisation=membership.organisation(vault),
        clock=clock,
        progress=progress,
    )
    outcome = Outcome()
    if give_up:
        outcome.lost += _give_up(session)
    else:
        daykeys.check(vault)
    seen = publishing.fetch(vault, courier, session.today)
    membership.certificate(seen.directory, session.person.g, session.today)
    outcome.certificates = seen.new
    outcome.copied = publishing.other_copy(vault, session.person)
    if outcome.copied:
        _seal_tomorrow(session)
    # A signed answer says that our clock is right to five minutes: only then may it decide what is too old to keep.
    listed = _list_periods(session)
    outcome.lost += _disown(session, seen.directory, give_up=give_up)
    outcome.lost += daykeys.expire(vault, session.person, session.organisation, session.today)
    outcome.lost += _deleted(session, listed)
    publishing.prepare(vault, session.person, session.organisation, session.today)
    directory = publishing.publish(vault, courier, session.person, seen.directory, session.today)
    publishing.post_head(vault, courier, session.person, directory, session.today)
    outcome.warnings = directory.warnings
    with opener or Opener() as opened:
        _open_all(session, listed, opened, outcome)
    certificate = membership.certificate(directory, session.person.g, session.today)
    outcome.receipts = replies.issue_receipts(vault, session.person, certificate, session.today)
    _post_board(session, directory.policy, outcome)
    outcome.erased = daykeys.erase_opened(vault, intake.opened_through(vault, listed, session.today))
    outcome.refused = cases.refused_cells(vault)
    _fetch_chunks(session, listed, outcome)
    return outcome


def _fetch_chunks(session: Session, listed: list[Period], outcome: Outcome) -> None:
    """A bad line must not hide what the rest of the sync did: the fault is told, and the next sync goes on."""
    vault = session.vault
    attachments.prune(vault, session.today)
    try:
        outcome.chunks = attachments.fetch(vault, session.courier, listed, partial(session.progress, "files"))
    except GuardianError as error:
        outcome.chunks_fault = error.code


def _give_up(session: Session) -> list[tuple[int, int]]:
    spans = daykeys.give_up(session.vault, session.person, session.organisation, session.today)
    _seal_tomorrow(session)
    return spans


def _disown(session: Session, directory: Directory, *, give_up: bool) -> list[tuple[int, int]]:
    spans = daykeys.foreign(session.vault, directory.guardian(session.person.g), session.today)
    if spans and not give_up:
        raise GuardianError("keys", "copy")
    if spans:
        daykeys.disown(session.vault, session.person, session.organisation, session.today, spans)
        _seal_tomorrow(session)
    return spans


def _deleted(session: Session, listed: Iterable[Period]) -> list[tuple[int, int]]:
    days = intake.deleted(session.vault, listed, session.now)
    return daykeys.lose_days(session.vault, session.person, session.organisation, session.today, days)


def _seal_tomorrow(session: Session) -> None:
    """A restored vault does not know which places on the board it used today; those of tomorrow are all free."""
    session.vault.store("seal_from", (session.today + 1).to_bytes(4, "big"))


def _list_periods(session: Session) -> list[Period]:
    try:
        fields = _PERIODS(session.courier.get_json("/periods"))
    except CandourError:
        raise GuardianError("odd", "/periods") from None
    listed = [Period(**one) for one in fields["periods"]]
    if any(one.length < 1 or one.length > DAY for one in listed):
        raise GuardianError("odd", "/periods")
    return sorted(listed, key=lambda one: one.start)


def _open_all(session: Session, listed: Iterable[Period], opener: Opener, outcome: Outcome) -> None:
    new = intake.unopened(session.vault, listed)
    intake.pass_empty(session.vault, new)
    reader = Reader(organisation=session.organisation, g=session.person.g)
    full = [one for one in new if one.cells]
    total, done = sum(one.cells for one in full), 0
    _sweep(session.vault, full)
    for period in full:
        outcome.found += _open_one(session, reader, period, opener, done, total)
        done += period.cells
    outcome.periods, outcome.cells = len(new), total


def _open_one(session: Session, reader: Reader, period: Period, opener: Opener, done: int, total: int) -> int:
    path = session.vault.incoming / f"{period.start}.cells"
    size = period.cells * cell.CELL
    _fetch(session, period, done, total)
    opened = 0

    def on_cells(count: int) -> None:
        nonlocal opened
        opened += count
        session.progress("open", done + opened, total)

    if path.stat().st_size != size:
        raise GuardianError("odd", "segment")
    found = intake.open_period(session.vault, reader, period, path, opener, on_cells)
    with disk():
        path.unlink()
    return found


def _fetch(session: Session, period: Period, done: int, total: int) -> None:
    """Downloads a segment, going on where an earlier try stopped; a damaged one is fetched once more from the start."""
    path = session.vault.incoming / f"{period.start}.cells"
    address, size = f"/periods/{period.start}/cells", period.cells * cell.CELL

    def on_bytes(_count: int) -> None:
        session.progress("download", done + path.stat().st_size // cell.CELL, total)

    resumed = path.exists()
    for last_try in (not resumed, True):
        session.courier.download(address, size, path, on_bytes)
        try:
            return intake.check_segment(period, path)
        except GuardianError as error:
            if error.code != "odd":
                raise
            with disk():
                path.unlink()
            if last_try:
                raise
    return None


def _sweep(vault: Vault, wanted: Iterable[Period]) -> None:
    """Removes segments of periods that have been opened: a sync may have been killed before it could."""
    names = {f"{one.start}.cells" for one in wanted}
    with disk():
        for path in vault.incoming.iterdir():
            if path.name not in names:
                path.unlink()


def _post_board(session: Session, policy: Policy, outcome: Outcome) -> None:
    """Posts exactly K cells for the open board period, the stored ones if there are some."""
    vault, now = session.vault, session.now
    if outgoing.doubtful(vault, now):
        outgoing.settle(vault, board.read_files(session.courier.get("/board", _BOARD)), now)
    start = now - now % policy.board_period
    for _ in range(3):
        if outgoing.state(vault, start) in ("posted", "missed"):
            outcome.already = True
            return
        cells = outgoing.seal_period(vault, start, policy.board_period, policy.board_cells, session.today)
        try:
            session.progress("post", 0, 1)
            session.courier.post(f"/board/{start}", cells, "application/octet-stream")
        except RefusedError as refusal:
            start = _other_start(vault, refusal, start, now)
            continue
        outgoing.posted(vault, start)
        outcome.posted = start
        return
    raise GuardianError("refused", "period")


def _other_start(vault: Vault, refusal: RefusedError, start: int, now: int) -> int:
    """The board period to try instead of `start`, when the portal says that another one is open.

    The post for `start` stays as it is: it may have been taken before the period ended, or its turn comes still.
    """
    if refusal.detail == "conflict":
        # Other cells of ours stand there already, from a copy of this vault perhaps; these will not be published.
        outgoing.missed(vault, start)
        return start
    if refusal.detail != "period" or refusal.start is None or abs(refusal.start - now) > 2 * DAY:
        raise refusal
    return refusal.start


def directory(vault: Vault) -> Directory:
    """The directory of the last sync."""
    return membership.last(vault)
