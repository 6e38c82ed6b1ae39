"""What a guardian publishes at each sync: keys ahead of time, the calendar, and a head over the log it has checked.

The directory is fetched again after posting, as a visitor, and must hold what was posted (PROTOCOL sections 11 and 12).
"""

from collections.abc import Sequence

from crypto import statement, statement_bodies
from crypto.encoding import b64, dump, load
from crypto.errors import CandourError
from crypto.guardians import Directory
from crypto.kdf import sha256
from recipients import daykeys, membership, statements
from recipients.errors import GuardianError
from recipients.keys import Person
from recipients.session import Line
from recipients.vault import Vault

DIRECTORY = 4 * 1024 * 1024
_WEEKDAYS = (0, 1, 2, 3, 4)
_JSON = "application/json"
_HEADS = 32
_SPANS = 24


def fetch(vault: Vault, courier: Line, today: int) -> membership.Seen:
    """Fetches the directory as a visitor, verifies it, and ticks off our statements that are in it."""
    file = courier.get("/directory", DIRECTORY)
    try:
        seen = membership.accept(vault, file, today)
    except CandourError as error:
        if error.code == "rollback":
            # A portal that lost statements has lost the keys that came with them.
            vault.store("resend", b"1")
        raise
    statements.settle(vault, membership.log_entries(file))
    return seen


def prepare(vault: Vault, person: Person, organisation: bytes, today: int) -> None:
    """Makes what has to be published today, before anything is sent."""
    daykeys.top_up(vault, person, organisation, today)
    if vault.setting("calendar") is None:
        set_calendar(vault, person, organisation, today, _WEEKDAYS, ())
    _sign_calendar(vault, person, organisation, today)


def set_calendar(
    vault: Vault,
    person: Person,
    organisation: bytes,
    today: int,
    weekdays: Sequence[int],
    away: Sequence[tuple[int, int]],
) -> None:
    """Signs a calendar: weekdays of collecting (Monday 0) and spans of days away. It is public.

    `long` for more than 24 spans. One that was in force earlier today already is signed again tomorrow: the log takes
    no statement twice.
    """
    if len(away) > _SPANS:
        raise GuardianError("long", "away")
    with vault.database.transaction():
        vault.store("calendar", dump({"weekdays": sorted(weekdays), "away": [list(span) for span in sorted(away)]}))
        statements.withdraw(vault, ("calendar",))
        _sign_calendar(vault, person, organisation, today)


def _sign_calendar(vault: Vault, person: Person, organisation: bytes, today: int) -> None:
    """Queues the calendar that is wanted, unless it is the one that was signed last."""
    wanted = calendar(vault)
    last = statements.last(vault, "calendar")
    if wanted is None or (last is not None and (tuple(last["weekdays"]), tuple(last["away"])) == wanted):
        return
    body = statement_bodies.calendar(
        organisation=organisation, day=today, g=person.g, weekdays=wanted[0], away=wanted[1]
    )
    statements.queue(vault, person, "calendar", body)


def calendar(vault: Vault) -> tuple[tuple[int, ...], tuple[tuple[int, int], ...]] | None:
    """The calendar as it was last signed."""
    stored = vault.setting("calendar")
    if stored is None:
        return None
    fields = load(stored, 65_536)
    if not isinstance(fields, dict):
        raise CandourError("malformed", "calendar")
    return tuple(fields["weekdays"]), tuple((first, last) for first, last in fields["away"])


def publish(vault: Vault, courier: Line, person: Person, seen: Directory, today: int) -> Directory:
    """Posts what waits and the keys that belong to it; gives the directory that a visitor sees afterwards.

    `odd` when a key of ours for today is still not there.
    """
    waiting = statements.waiting(vault)
    public = daykeys.public_keys(vault, [*_digests(waiting), *_missing(vault, seen, person, today)])
    if not waiting and not public:
        return seen
    for first in range(0, max(len(waiting), 1), 8):
        _post(courier, waiting[first : first + 8], public)
    after = fetch(vault, courier, today).directory
    if statements.waiting(vault) or _hidden(after, person, today):
        raise GuardianError("odd", "directory")
    vault.store("resend", b"")
    return after


def post_head(vault: Vault, courier: Line, person: Person, seen: Directory, today: int) -> None:
    """Vouches with the courier key for the log as it was just seen, once a day or when it has grown."""
    done = (today.to_bytes(4, "big"), seen.state)
    if (vault.setting("head_day"), vault.setting("head_state")) == done:
        return
    body = statement_bodies.head(
        organisation=seen.organisation, day=today, g=person.g, length=seen.length, state=seen.state
    )
    envelope = statement.sign("head", body, [person.courier_seed])
    # Noted before it is sent, so that a head in the directory that is not noted is another copy's.
    vault.store("heads", ((vault.setting("heads") or b"") + sha256(envelope))[-32 * _HEADS :])
    _post(courier, [statement.read(envelope)], [])
    with vault.database.transaction():
        vault.store("head_day", done[0])
        vault.store("head_state", done[1])


def note_head(vault: Vault, person: Person) -> None:
    """Notes a head that a courier posted for this vault, so that it does not pass for another copy's."""
    noted = vault.setting("heads") or b""
    for envelope in membership.heads(vault):
        digest = sha256(dump(envelope.object))
        if envelope.body["g"] == person.g and digest not in [noted[at : at + 32] for at in range(0, len(noted), 32)]:
            vault.store("heads", (noted + digest)[-32 * _HEADS :])
            vault.store("head_state", bytes(envelope.body["state"]))


def promised(vault: Vault, today: int) -> list[bytes]:
    """Digests of all our keys of today and later, whether the portal has them or not."""
    query = "SELECT public FROM day_key WHERE state = 'held' AND counts AND last >= ? ORDER BY first"
    return [sha256(public) for (public,) in vault.database.rows(query, today - 1)]


def other_copy(vault: Vault, person: Person) -> bool:
    """Whether the directory just fetched has a head of ours that this vault did not post: there is a copy of it."""
    noted = vault.setting("heads") or b""
    for envelope in membership.heads(vault):
        if envelope.body["g"] == person.g:
            return sha256(dump(envelope.object)) not in [noted[at : at + 32] for at in range(0, len(noted), 32)]
    return False


def _post(courier: Line, envelopes: Sequence[statement.Envelope], public: Sequence[bytes]) -> None:
    body = {"v": 1, "statements": [one.object for one in envelopes], "keys": [b64(key) for key in public]}
    courier.post("/statements", dump(body), _JSON)


def _digests(envelopes: Sequence[statement.Envelope]) -> list[bytes]:
    lists = [one.body.get("digests", ()) for one in envelopes]
    single = [one.body["digest"] for one in envelopes if "digest" in one.body]
    return [digest for digests in lists for digest in digests] + single


def _missing(vault: Vault, seen: Directory, person: Person, today: int) -> list[bytes]:
    """Digests of our keys that the portal may lack: where it has lost some, all of those to come are sent again."""
    mine = seen.guardian(person.g)
    absent = [fallback.digest for fallback in mine.fallbacks if fallback.key is None]
    if mine.missing or vault.setting("resend"):
        absent += [digest for day, digest in mine.digests.items() if day >= today - 1]
    return absent


def _hidden(seen: Directory, person: Person, today: int) -> bool:
    """Whether a key of today is kept from visitors.

    Those of yesterday and tomorrow are no cause for alarm: around midnight the portal's clock may show another day.
    """
    mine = seen.guardian(person.g)
    now = [one for one in mine.fallbacks if one.first_day <= today <= one.last_day]
    return today in mine.missing or any(one.key is None for one in now)
