"""One sync: fetch, open, acknowledge, publish, post, erase. Killed at any point, the next one goes on from there.

    directory -> periods -> keys published -> head -> segments opened -> day keys erased -> what was lost published
              -> what other guardians sent -> receipts -> board cells -> report cells to other guardians -> chunks

Chunks come last: they may be many, and nothing else waits for them.

Nothing is erased or ticked off before what it depends on has been committed; every post may be repeated.
"""

from crypto import board
from crypto.guardians import Directory, Policy
from recipients import cases, collecting, daykeys, keys, membership, outgoing, publishing, replies
from recipients.casework import arriving, exchange
from recipients.courier import Courier, RefusedError
from recipients.errors import GuardianError
from recipients.intake import DAY
from recipients.session import Clock, Outcome, Progress, Session
from recipients.trying import Opener
from recipients.vault import Vault

__all__ = ["Clock", "Outcome", "Progress", "sync"]

_BOARD = 64 * 1024 * 1024


def sync(
    vault: Vault,
    courier: Courier,
    clock: Clock,
    progress: Progress = lambda _stage, _done, _total: None,
    *,
    opener: Opener | None = None,
    give_up: bool = False,
) -> Outcome:
    """Does all of it. `give_up` accepts that day keys are gone (`keys`): their days are published as lost.

    `pass` with detail `away` when the vault works through a courier: two that post would get in each other's way.
    """
    if vault.setting("away"):
        raise GuardianError("pass", "away")
    session = Session(
        vault=vault,
        source=courier,
        person=keys.load(vault),
        organisation=membership.organisation(vault),
        clock=clock,
        progress=progress,
    )
    outcome = Outcome()
    # Day keys are never in a backup: that they are gone is no surprise, and is said publicly at once.
    give_up = give_up or bool(vault.setting("restored"))
    if give_up:
        outcome.lost += collecting.accept_loss(session)
    else:
        daykeys.check(vault)
    seen = publishing.fetch(vault, courier, session.today)
    membership.certificate(seen.directory, session.person.g, session.today)
    outcome.certificates = seen.new
    if vault.setting("was_away"):
        publishing.note_head(vault, session.person)
        vault.store("was_away", b"")
    outcome.copied = publishing.other_copy(vault, session.person)
    if outcome.copied:
        collecting.seal_tomorrow(session)
    # A signed answer says that our clock is right to five minutes: only then may it decide what is too old to keep.
    listed = collecting.read_periods(courier.get_json("/periods"))
    outcome.lost += collecting.settle_losses(session, seen.directory, listed, give_up=give_up)
    directory = _publish(session, courier, seen.directory)
    before = len(outcome.lost)
    collecting.collect(session, listed, opener, outcome)
    if len(outcome.lost) > before:
        directory = _publish(session, courier, directory)
    outcome.warnings = directory.warnings
    outcome.between = arriving.receive(vault, directory, session.today)
    certificate = membership.certificate(directory, session.person.g, session.today)
    outcome.receipts = replies.issue_receipts(vault, session.person, certificate, session.today)
    _post_board(session, courier, directory.policy, outcome)
    _send_cells(session, courier, directory, outcome)
    outcome.refused = cases.refused_cells(vault)
    vault.store("restored", b"")
    collecting.fetch_chunks(session, listed, outcome)
    return outcome


def _send_cells(session: Session, courier: Courier, directory: Directory, outcome: Outcome) -> None:
    """Sends this period's report cells to other guardians, or cover; what stops halfway goes on with the next sync."""
    try:
        exchange.send(session.vault, courier, directory, session.now)
    except GuardianError as error:
        outcome.between_fault = error.code


def _publish(session: Session, courier: Courier, seen: Directory) -> Directory:
    """Makes and posts what is due, and vouches for the log as a visitor sees it afterwards."""
    vault, person, today = session.vault, session.person, session.today
    publishing.prepare(vault, person, session.organisation, today)
    directory = publishing.publish(vault, courier, person, seen, today)
    publishing.post_head(vault, courier, person, directory, today)
    return directory


def _post_board(session: Session, courier: Courier, policy: Policy, outcome: Outcome) -> None:
    """Posts exactly K cells for the open board period, the stored ones if there are some."""
    vault, now = session.vault, session.now
    published = _published(session, courier, policy)
    start = now - now % policy.board_period
    for _ in range(3):
        if outgoing.state(vault, start) in ("posted", "missed"):
            outcome.already = True
            return
        length, count = policy.board_period, policy.board_cells
        cells = outgoing.seal_period(vault, start, length, count, session.today, published)
        try:
            session.progress("post", 0, 1)
            courier.post(f"/board/{start}", cells, "application/octet-stream")
        except RefusedError as refusal:
            start = _other_start(vault, refusal, start, now)
            continue
        outgoing.posted(vault, start)
        outcome.posted = start
        return
    raise GuardianError("refused", "period")


def _published(session: Session, courier: Courier, policy: Policy) -> frozenset[bytes]:
    """The tags on the board, where they may tell something; posts of which no answer came are settled by it.

    With several board periods a day, a copy of this vault may have used places of today that this one knows nothing
    of, and nothing in the directory tells. Whether it is fetched depends on the policy and on lost answers only: it
    must not show whether something waits to leave.
    """
    if policy.board_period == DAY and not outgoing.doubtful(session.vault, session.now):
        return frozenset()
    files = board.read_files(courier.get("/board", _BOARD))
    outgoing.settle(session.vault, files)
    return frozenset(one[:16] for file in files for one in file.cells)


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
