"""Closed periods into the vault: what is listed is fetched, checked and opened; then keys that have served are erased.

The order matters: what is still served is opened first, with keys however old, and only then do old keys go
(PROTOCOL section 13). Killed at any point, the next sync goes on from there.
"""

from collections.abc import Iterable
from functools import partial

from crypto import cell
from crypto.errors import CandourError
from crypto.fields import array, constant, day, integer, raw, record
from crypto.guardians import Directory
from recipients import attachments, daykeys, intake
from recipients.errors import GuardianError
from recipients.intake import DAY, Period, Reader
from recipients.session import Outcome, Session
from recipients.trying import Opener
from recipients.vault import Vault
from recipients.vault.files import disk

_SECONDS = integer(0, 2**53 - 1)
_PERIODS = record(
    {
        "v": constant(1),
        "periods": array(
            record({"start": _SECONDS, "length": day, "cells": day, "chunks": day, "digest": raw(32)}), 0, 500_000
        ),
    }
)


def read_periods(document: object) -> list[Period]:
    """The list of closed periods as the portal gives it, oldest first; `odd` when it is not one."""
    try:
        fields = _PERIODS(document)
    except CandourError:
        raise GuardianError("odd", "/periods") from None
    listed = [Period(**one) for one in fields["periods"]]
    if any(one.length < 1 or one.length > DAY for one in listed):
        raise GuardianError("odd", "/periods")
    return sorted(listed, key=lambda one: one.start)


def settle_losses(
    session: Session, directory: Directory, listed: Iterable[Period], *, give_up: bool
) -> list[tuple[int, int]]:
    """Says publicly what cannot be read any more: keys of a later copy, keys beyond the last try, deleted periods."""
    vault, person, organisation, today = session.vault, session.person, session.organisation, session.today
    spans = _disown(session, directory, give_up=give_up)
    spans += daykeys.expire(vault, person, organisation, today, daykeys.LAST_TRY)
    return spans + daykeys.lose_days(vault, person, organisation, today, intake.deleted(vault, listed, session.now))


def accept_loss(session: Session) -> list[tuple[int, int]]:
    """Goes on although day keys are gone: their days are told as lost."""
    spans = daykeys.give_up(session.vault, session.person, session.organisation, session.today)
    seal_tomorrow(session)
    return spans


def seal_tomorrow(session: Session) -> None:
    """A restored vault does not know which places on the board it used today; those of tomorrow are all free."""
    session.vault.store("seal_from", (session.today + 1).to_bytes(4, "big"))


def collect(
    session: Session, listed: list[Period], opener: Opener | None, outcome: Outcome, at_hand: list[Period] | None = None
) -> None:
    """Opens every period that has not been opened, then erases the keys that have served or are too old.

    `at_hand` are those of the listed ones that can be had now; all of them, unless given.
    """
    with opener or Opener() as opened:
        _open_all(session, listed if at_hand is None else at_hand, opened, outcome)
    through = intake.opened_through(session.vault, listed, session.today)
    outcome.erased = daykeys.erase_opened(session.vault, through)
    outcome.lost += daykeys.expire(session.vault, session.person, session.organisation, session.today)


def fetch_chunks(session: Session, listed: list[Period], outcome: Outcome) -> None:
    """A bad line must not hide what the rest of the sync did: the fault is told, and the next sync goes on."""
    attachments.prune(session.vault, session.today)
    try:
        on_chunks = partial(session.progress, "files")
        outcome.chunks = attachments.fetch(session.vault, session.source, listed, on_chunks)
    except GuardianError as error:
        outcome.chunks_fault = error.code


def _disown(session: Session, directory: Directory, *, give_up: bool) -> list[tuple[int, int]]:
    spans = daykeys.foreign(session.vault, directory.guardian(session.person.g), session.today)
    if spans and not give_up:
        raise GuardianError("keys", "copy")
    if spans:
        daykeys.disown(session.vault, session.person, session.organisation, session.today, spans)
        seal_tomorrow(session)
    return spans


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
        session.source.download(address, size, path, on_bytes)
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
