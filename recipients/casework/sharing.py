"""Working on a case with other guardians: copies, hand-over, "I should not see this", second opinions.

    >>> sharing.copy(vault, case, other, today)          # all of it, and from now on both logs are one
    >>> sharing.ask(vault, case, other, "Would you ring the ward, or wait?", today)
    >>> sharing.hand_over(vault, case, other, today)     # they answer from tomorrow on
    >>> sharing.step_back(vault, case, other, today)     # the same, and it is erased here once it has arrived there

Nothing of a case ever goes to a guardian whom the reporter excluded: every way out asks `may_go` again, at the moment
of queueing, since an exclusion may come later. Until the first part of a report is here, nobody can tell whom it
excludes, and nothing goes to anyone.
"""

from dataclasses import replace

from crypto import entry as wire
from crypto import thread as threads
from crypto.between import Bundle
from crypto.errors import CandourError
from recipients import membership, outgoing
from recipients.casework import acts, book, bundles, keys, log, parts, summary
from recipients.casework.book import Case
from recipients.errors import GuardianError
from recipients.vault import Vault


def excluded(vault: Vault, case: Case) -> frozenset[bytes]:
    """The guardians whom the reporter excluded; `excluded: unknown` while that cannot be told."""
    found: set[bytes] = set()
    if case.thread is not None:
        contents = summary.contents(vault, case.thread)
        count = vault.database.value(
            "SELECT count(*) FROM message WHERE thread = ? AND state != 'refused'", case.thread
        )
        if len(contents) < count:
            raise GuardianError("excluded", "unknown")
        found.update(g for one in contents for g in one.head.exclude)
    for line in log.lines(vault, case.id):
        if line.kind == "opened" and line.words is not None:
            found.update(line.words.get("exclude", ()))
    return frozenset(found)


def may_go(vault: Vault, case: Case, to: bytes, today: int) -> None:
    """Raises unless something of this case may go to that guardian: `guardian`, `excluded`."""
    if to == vault.required("g", "keys"):
        raise GuardianError("guardian", "self")
    if to in excluded(vault, case):
        raise GuardianError("excluded")
    try:
        membership.last(vault).certificate(to, today)
    except CandourError:
        raise GuardianError("guardian", "none") from None


def copy(vault: Vault, case: Case, to: bytes, today: int) -> None:
    """Sends all of a case to a co-guardian; from now on what one writes the other has too. Private notes stay here."""
    acts.must_be_open(case)
    may_go(vault, case, to, today)
    with vault.database.transaction():
        log.append(vault, case.id, "copied", {"to": to}, today)
        _befriend(vault, case, to, "copy")
        _send(vault, case, to, "copy", today)


def ask(vault: Vault, case: Case, to: bytes, text: str, today: int, *, about: bytes | None = None) -> bytes:
    """Asks another guardian something, without the case; with one entry of it if `about` names one. Gives its hash.

    Who has the case already answers there. For approvals: `about` is the action or the hold.
    """
    acts.must_be_open(case)
    may_go(vault, case, to, today)
    with vault.database.transaction():
        asked = log.append(vault, case.id, "ask", {"to": to, "text": text}, today)
        if _peer(vault, case.id, to) is None:
            _befriend(vault, case, to, "asked")
        chosen = [one for one in log.entries(vault, case.id) if one.hash in (asked, about)]
        if about is not None and len(chosen) < 2:
            raise GuardianError("note")
        bundle = bundles.start(vault, to, "ask", today, case.id)
        bundles.queue(vault, replace(bundle, opened=case.opened, entries=tuple(map(wire.pack, chosen))))
        _note_sent(vault, to, [one.hash for one in chosen])
    return asked


def answer(vault: Vault, case: Case, entry: bytes, text: str, today: int) -> None:
    """Answers what another guardian asked; it goes back with the next sync. `note` when nothing of that was asked."""
    if not any(one.hash == entry and one.kind == "ask" for one in log.lines(vault, case.id)):
        raise GuardianError("note")
    acts.append(vault, case, "opinion", {"entry": entry, "text": text}, today)


def hand_over(vault: Vault, case: Case, to: bytes, today: int) -> None:
    """Gives a case to another guardian, who answers from tomorrow on; what still comes for it is passed on.

    `waiting` while replies of ours have not left: the two of us must never use one place on the board.
    """
    _give(vault, case, to, today, "handed")


def step_back(vault: Vault, case: Case, to: bytes, today: int) -> None:
    """ "I should not see this": hidden here at once, handed to another guardian, erased when it has arrived there."""
    _give(vault, case, to, today, "leaving")


def flush(vault: Vault, today: int) -> int:
    """Queues what is new for co-guardians, passes on what came for cases that were handed over; gives the bundles."""
    queued = 0
    for case_id, to, what in vault.database.rows("SELECT id, g, what FROM case_peer"):
        case = _case(vault, case_id)
        # Whom we asked something gets no more than the question, and not even that once they are excluded.
        if case is None or not _goes(vault, case, to, today) or what == "asked":
            continue
        with vault.database.transaction():
            queued += _send(vault, case, to, "more", today, only_ours=what == "asker")
            _erase_left(vault, case, to)
    return queued


def peers(vault: Vault, case: bytes) -> dict[bytes, str]:
    """Who else works on a case, and how."""
    return dict(vault.database.rows("SELECT g, what FROM case_peer WHERE id = ?", case))


def _give(vault: Vault, case: Case, to: bytes, today: int, role: str) -> None:
    acts.must_be_open(case)
    if case.role != "ours":
        raise GuardianError("leaving", case.role)
    may_go(vault, case, to, today)
    if case.thread is not None and _replies_wait(vault, case.thread, today):
        raise GuardianError("waiting")
    with vault.database.transaction():
        log.append(vault, case.id, "handed", {"to": to}, today)
        _befriend(vault, case, to, "handed")
        _send(vault, case, to, "take", today)
        vault.database.run("UPDATE casefile SET role = ?, stale = 1 WHERE id = ?", role, case.id)
        if case.thread is not None:
            outgoing.stop(vault, case.thread)


def _send(vault: Vault, case: Case, to: bytes, what: str, today: int, *, only_ours: bool = False) -> int:
    """Queues what the other does not have yet. A first bundle goes even when it is empty.

    It says that there is a case.
    """
    has = {item for (item,) in vault.database.rows("SELECT item FROM peer_has WHERE g = ?", to)}
    g = vault.required("g", "keys")
    fresh = [one for one in log.entries(vault, case.id) if one.hash not in has and (not only_ours or one.g == g)]
    pieces = [] if only_ours else [one for one in _parts(vault, case) if _item(case, one) not in has]
    if what == "more" and not fresh and not pieces:
        return 0
    bundle = bundles.start(vault, to, what, today, case.id)
    bundle = replace(
        bundle,
        origin=case.origin,
        opened=case.opened,
        exclude=tuple(sorted(excluded(vault, case)))[:16],
        entries=tuple(wire.pack(one) for one in fresh),
        parts=tuple(pieces),
    )
    count = bundles.queue(vault, _with_board(vault, case, bundle, today) if what == "take" else bundle)
    _note_sent(vault, to, [*(one.hash for one in fresh), *(_item(case, one) for one in pieces)])
    return count


def _with_board(vault: Vault, case: Case, bundle: Bundle, today: int) -> Bundle:
    if case.thread is None:
        return bundle
    row = vault.database.row(
        "SELECT secret, board FROM thread JOIN casefile ON thread = thread.id WHERE thread.id = ?", case.thread
    )
    if row is None:
        raise GuardianError("thread")
    secret, handed = row
    return replace(
        bundle,
        board=handed or threads.board_secret(secret),
        thread=case.thread,
        since=_since(vault, case.thread, today),
    )


def _since(vault: Vault, thread: bytes, today: int) -> int:
    """The first day of which no place is used here: a vault with a courier has sealed for days to come."""
    last: int = vault.database.value("SELECT coalesce(max(day), 0) FROM sealing WHERE thread = ?", thread)
    return max(today, last) + 1


def _parts(vault: Vault, case: Case) -> list[dict[str, object]]:
    if case.thread is None or not keys.alive(vault, case.id):
        return []
    query = "SELECT id, message, parts, day FROM message WHERE thread = ? AND state IN ('partial', 'whole') ORDER BY id"
    return [
        {"message": message, "part": part, "parts": total, "day": day, "payload": payload}
        for number, message, total, day in vault.database.rows(query, case.thread)
        for part, payload in parts.of(vault, number).items()
    ]


def _item(case: Case, part: dict[str, object]) -> bytes:
    """The name under which a part is remembered as sent."""
    return case.id + _raw(part["message"]) + bytes([int(str(part["part"]))])


def _raw(value: object) -> bytes:
    return value if isinstance(value, bytes) else b""


def _note_sent(vault: Vault, to: bytes, items: list[bytes]) -> None:
    for item in items:
        vault.database.run("INSERT OR IGNORE INTO peer_has VALUES (?, ?)", to, item)


def _befriend(vault: Vault, case: Case, g: bytes, what: str) -> None:
    vault.database.run("INSERT OR REPLACE INTO case_peer VALUES (?, ?, ?)", case.id, g, what)


def _peer(vault: Vault, case: bytes, g: bytes) -> str | None:
    found: str | None = vault.database.value("SELECT what FROM case_peer WHERE id = ? AND g = ?", case, g)
    return found


def _goes(vault: Vault, case: Case, to: bytes, today: int) -> bool:
    """An exclusion that came later, or a certificate that ended, stops what is passed on by itself."""
    try:
        may_go(vault, case, to, today)
    except GuardianError as error:
        if error.code not in ("excluded", "guardian"):
            raise
        if error.code == "excluded" and error.detail != "unknown":
            # What was queued before the reporter said so has not left yet, or would be repeated.
            bundles.withdraw(vault, case.id, to)
        return False
    return True


def _case(vault: Vault, case_id: bytes) -> Case | None:
    found = book.any_case(vault, case_id)
    return found if found is not None and found.state != "erased" else None


def _replies_wait(vault: Vault, thread: bytes, today: int) -> bool:
    return any(one.thread == thread and one.kind == 1 and one.turn == 0 for one in outgoing.waiting(vault, today))


def _erase_left(vault: Vault, case: Case, to: bytes) -> None:
    """What a guardian should not see goes as soon as the other vault has it.

    The key is renewed for what comes later.
    """
    if case.role != "leaving" or bundles.pending(vault, case.id, to) or not keys.alive(vault, case.id):
        return
    query = "SELECT count(*) FROM part JOIN message ON message.id = part.message WHERE thread = ?"
    if not vault.database.value("SELECT 1 FROM case_entry WHERE id = ? AND body IS NOT NULL", case.id) and not (
        case.thread is not None and vault.database.value(query, case.thread)
    ):
        return
    keys.destroy(vault, case.id)
    keys.make(vault, case.id)
    vault.database.run("UPDATE case_entry SET body = NULL WHERE id = ?", case.id)
    for table in ("case_note", "case_draft"):
        vault.database.run(f"DELETE FROM {table} WHERE id = ?", case.id)  # noqa: S608
    if case.thread is not None:
        vault.database.run("DELETE FROM part WHERE message IN (SELECT id FROM message WHERE thread = ?)", case.thread)
        vault.database.run("UPDATE message SET state = 'refused', code = 'handed' WHERE thread = ?", case.thread)
