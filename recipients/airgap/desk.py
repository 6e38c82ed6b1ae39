"""The vault's side of the gap: takes in what a courier brought, gives out what it is to publish and post.

Nothing here opens a socket. The courier's clock, which the portal has checked at every request, decides what is too old
to keep; the clock of a machine that has never had a network may be wrong by years.
"""

from collections.abc import Iterable
from pathlib import Path

from crypto import board, cell
from crypto.attachment import CHUNK
from crypto.encoding import b64, dump, load
from crypto.guardians import Policy
from recipients import cases, collecting, daykeys, keys, membership, outgoing, publishing, replies, statements
from recipients.airgap import container, passes
from recipients.airgap.carried import Carried
from recipients.airgap.container import Bundle
from recipients.airgap.sets import read_told
from recipients.airgap.spool import GRACE
from recipients.casework import arriving, bundles, sharing
from recipients.errors import GuardianError
from recipients.intake import DAY, Period, check_segment, unopened
from recipients.session import Clock, Outcome, Progress, Session
from recipients.trying import Opener
from recipients.vault import Vault

# Nobody is asked for more places on the board than a week's, so that a vault brought back from a backup need not wait
# for longer than that before it may use places again (`SAFE_DAYS`).
AHEAD_DAYS = 7
AHEAD_POSTS = 32
SAFE_DAYS = AHEAD_DAYS + 1
_FRESH_DAYS = 35
_SERIALS = 1_000_000
_LIMIT = 4 * 1024 * 1024
_BOARD = 64 * 1024 * 1024
_LIST = 64 * 1024 * 1024


def take_in(
    vault: Vault,
    paths: Iterable[Path],
    clock: Clock,
    progress: Progress = lambda _stage, _done, _total: None,
    *,
    opener: Opener | None = None,
    give_up: bool = False,
) -> Outcome:
    """Imports bundles, or folders of them: all that is sound and new in them. The same ones again change nothing.

    `bundle` with detail `news` when no news of a courier has ever come; `clock` with detail `behind`; otherwise as
    `sync`: `keys`, `unready`, `rollback` and the like.
    """
    carried = Carried(paths, passes.own(vault).inward)
    outcome = Outcome()
    restored = bool(vault.setting("restored"))
    give_up = give_up or restored
    if give_up:
        # Said with the day of the last news: the clock here proves nothing.
        outcome.lost += collecting.accept_loss(_session(vault, carried, _latest(vault, carried), progress))
    else:
        daykeys.check(vault)
    listed = _take_news(vault, carried, clock, outcome)
    session = _session(vault, carried, _made(vault), progress)
    if restored:
        # What the vault had sealed ahead before the disaster, and this one knows nothing of, a courier may still post.
        vault.store("seal_from", (session.today + SAFE_DAYS).to_bytes(4, "big"))
    seen = membership.last(vault)
    certificate = membership.certificate(seen, session.person.g, session.today)
    outcome.lost += collecting.settle_losses(session, seen, listed, give_up=give_up)
    outcome.lost += _lose_unseen(session, listed)
    new = unopened(vault, listed)
    at_hand = [one for one in new if not one.cells or _sound(session, carried, one)]
    outcome.missing = len(new) - len(at_hand)
    collecting.collect(session, listed, opener, outcome, at_hand)
    outcome.between = arriving.receive(vault, seen, session.today)
    outcome.receipts = replies.issue_receipts(vault, session.person, certificate, session.today)
    outcome.refused = cases.refused_cells(vault)
    with_chunks = [one for one in listed if one.chunks and carried.has("chunks", one.start, one.chunks * CHUNK)]
    collecting.fetch_chunks(session, with_chunks, outcome)
    outcome.warnings, outcome.put_aside = seen.warnings, carried.put_aside
    _await(vault, listed)
    vault.store("restored", b"")
    return outcome


def give_out(vault: Vault, folder: Path, clock: Clock) -> Path:
    """Writes what the courier is to publish and post, and what it need not bring again; gives the file.

    `clock` with detail `behind` or `ahead` when this machine's clock and the courier's cannot both be right.
    """
    person, organisation = keys.load(vault), membership.organisation(vault)
    now = int(clock())
    _check_clock(vault, now)
    today = now // DAY
    publishing.prepare(vault, person, organisation, today)
    seen = membership.last(vault)
    _seal_ahead(vault, seen.policy, now)
    sharing.flush(vault, today)
    serial = _out_serial(vault) + 1
    vault.store("out_serial", serial.to_bytes(8, "big"))
    waiting = statements.waiting(vault)
    public = daykeys.public_keys(vault, publishing.promised(vault, today))
    said = {"v": 1, "statements": [one.object for one in waiting], "keys": [b64(one) for one in public]}
    parts = [("statements", dump(said)), ("have", dump(_have(vault)))]
    parts += [(f"post/{start}", cells) for start, cells in outgoing.given_away(vault)]
    # As many as ever, whether there is something to say or not.
    sets = bundles.sets(vault, seen, today, min(AHEAD_POSTS, SAFE_DAYS * DAY // seen.policy.board_period))
    parts += [(f"put/{number}", cells) for number, cells in sets]
    held = passes.own(vault)
    path = folder / f"candour-{person.g.hex()[:8]}-out.bundle"
    container.write(path, "out", held.outward, now, serial, parts, person.identity_seed)
    return path


def last_news(vault: Vault) -> int | None:
    """The day of the newest news that a courier brought and this vault took in; None before the first."""
    return _made(vault) // DAY or None


def _session(vault: Vault, carried: Carried, moment: int, progress: Progress) -> Session:
    return Session(
        vault=vault,
        source=carried,
        person=keys.load(vault),
        organisation=membership.organisation(vault),
        clock=lambda: moment,
        progress=progress,
    )


def _made(vault: Vault) -> int:
    """When the courier made the newest news that has been taken in; unix seconds."""
    return int.from_bytes(vault.setting("news_made") or b"", "big")


def _latest(vault: Vault, carried: Carried) -> int:
    return max(_made(vault), carried.news.made if carried.news else 0)


def _take_news(vault: Vault, carried: Carried, clock: Clock, outcome: Outcome) -> list[Period]:
    """The directory, the board and the list of periods of the newest news; older ones are passed over."""
    news, made = carried.news, _made(vault)
    if news is None and not made:
        raise GuardianError("bundle", "news")
    # A courier's clock is right, or the portal would not have answered it; one far ahead of ours: ours is slow.
    if news is not None and news.made > int(clock()) + DAY:
        raise GuardianError("clock", "behind")
    if news is not None and news.made > made:
        seen = membership.accept(vault, news.read("directory", _LIMIT), news.made // DAY)
        outcome.certificates = seen.new
        statements.settle(vault, membership.log_entries(vault.required("directory", "sync")))
        publishing.note_head(vault, keys.load(vault))
        files = board.read_files(news.read("board", _BOARD))
        outgoing.settle(vault, files)
        listed = news.read("periods", _LIST)
        collecting.read_periods(load(listed, _LIST))
        _hear(vault, news)
        with vault.database.transaction():
            vault.store("board_tags", b"".join(one[:16] for file in files for one in file.cells))
            vault.store("periods", listed)
            vault.store("news_made", news.made.to_bytes(8, "big"))
    return collecting.read_periods(load(vault.required("periods", "sync"), _LIST))


def _hear(vault: Vault, news: Bundle) -> None:
    """Which sets of report cells the courier could post, and which bundle it had them from."""
    # A courier of an earlier version says nothing of it.
    if news.size("told") is None:
        return
    out, posted = read_told(news.read("told", _LIMIT))
    with vault.database.transaction():
        bundles.mark_carried(vault, posted)
        # A vault brought back from a backup has given these numbers before; a courier would pass over its bundles. Not
        # any number, though: beyond the largest no bundle could be made again.
        if _out_serial(vault) < out < _out_serial(vault) + _SERIALS:
            vault.store("out_serial", out.to_bytes(8, "big"))


def _out_serial(vault: Vault) -> int:
    return int.from_bytes(vault.setting("out_serial") or b"", "big")


def _sound(session: Session, carried: Carried, period: Period) -> bool:
    """Whether a period's segment is here and whole; one that is not is put aside, and the others are opened."""
    size = period.cells * cell.CELL
    if not carried.has("cells", period.start, size):
        return False
    path = session.vault.incoming / f"{period.start}.cells"
    try:
        carried.download(f"/periods/{period.start}/cells", size, path, lambda _: None)
        check_segment(period, path)
    except GuardianError as error:
        if error.code not in ("bundle", "odd"):
            raise
        path.unlink(missing_ok=True)
        carried.drop("cells", period.start, "damaged")
        return False
    return True


def _lose_unseen(session: Session, listed: list[Period]) -> list[tuple[int, int]]:
    """Days with periods that were listed once, never came here, and are not listed any more: they are told as lost."""
    waited = session.vault.setting("awaited") or b""
    starts = {int.from_bytes(waited[at : at + 8], "big") for at in range(0, len(waited), 8)}
    opened = {start for (start,) in session.vault.database.rows("SELECT start FROM period")}
    gone = starts - opened - {one.start for one in listed}
    spans: list[tuple[int, int]] = []
    for first, last in daykeys.spans_of(start // DAY for start in gone):
        days = range(first, last + 1)
        spans += daykeys.lose_days(session.vault, session.person, session.organisation, session.today, days)
    return spans


def _await(vault: Vault, listed: list[Period]) -> None:
    vault.store("awaited", b"".join(one.start.to_bytes(8, "big") for one in unopened(vault, listed) if one.cells))


def _check_clock(vault: Vault, now: int) -> None:
    made = _made(vault)
    if not made:
        raise GuardianError("bundle", "news")
    if made > now + DAY:
        raise GuardianError("clock", "behind")
    if now > made + _FRESH_DAYS * DAY:
        raise GuardianError("clock", "ahead")


def _seal_ahead(vault: Vault, policy: Policy, now: int) -> None:
    """Seals what waits for the next board periods, as many as it needs; the rest of them the courier fills."""
    length, count = policy.board_period, policy.board_cells
    tags = vault.setting("board_tags") or b""
    published = frozenset(tags[at : at + 16] for at in range(0, len(tags), 16))
    # The first place that is known to be free, where there is such a day: it is a multiple of every period's length.
    start = max(now - now % length, int.from_bytes(vault.setting("seal_from") or b"", "big") * DAY)
    for _ in range(AHEAD_POSTS):
        while outgoing.state(vault, start) is not None:
            start += length
        if start > now + AHEAD_DAYS * DAY or not outgoing.can_leave(vault, start // DAY, now // DAY):
            return
        with vault.database.transaction():
            outgoing.seal_period(vault, start, length, count, start // DAY, published)
            outgoing.give_away(vault, start, start + GRACE)


def _have(vault: Vault) -> dict[str, object]:
    cells = [start for (start,) in vault.database.rows("SELECT start FROM period ORDER BY start")]
    chunks = [start for (start,) in vault.database.rows("SELECT start FROM chunk_period ORDER BY start")]
    since = _made(vault) - 120 * DAY
    return {
        "v": 1,
        "cells": [start for start in cells if start >= since],
        "chunks": [start for start in chunks if start >= since],
    }
