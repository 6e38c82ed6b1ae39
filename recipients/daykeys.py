"""Day keys and fallback keys: made ahead, tried in order, erased on time (PROTOCOL sections 11 and 13).

    held ---erase (its reports have been opened)---> erased
      \\----expire, give_up (they have not)---------> lost, said publicly

The database says what should be held, the epochs file holds it. New secrets reach the file first, a change of state the
database first: after a crash in between, a secret that nothing names is erased, and nothing that is named is missing.
"""

from collections.abc import Iterable, Sequence
from typing import Literal

from crypto import hpke, statement_bodies
from crypto.guardians import Guardian
from crypto.kdf import sha256
from recipients import statements
from recipients.errors import GuardianError
from recipients.keys import Person
from recipients.vault import Vault
from recipients.vault.epochs import Secret
from recipients.vault.wiping import wipe

AHEAD = 35
_REFILL = 28
_EXPIRE = 30
# However much a portal still serves: a secret this old is erased without a last try.
LAST_TRY = 60
_FALLBACK = 30
_FALLBACK_GRACE = 90

Kind = Literal["epoch", "fallback"]


def check(vault: Vault) -> None:
    """Brings file and database together; `keys` when secrets are gone that should be there (see `give_up`)."""
    held = {public for (public,) in vault.database.rows("SELECT public FROM day_key WHERE state = 'held'")}
    if vault.epochs is None and not held:
        vault.renew_epochs()
    known = _by_public(vault)
    vault.keys.erase(secret for public, secret in known.items() if public not in held)
    if held - known.keys():
        raise GuardianError("keys", "damaged")
    vault.keys.mend()


def foreign(vault: Vault, shown: Guardian, today: int) -> list[tuple[int, int]]:
    """Spans of days for which the directory shows keys of ours that were never made here.

    This vault is then an older copy, brought back after a later one had gone on: what was sealed to those keys is lost.
    """
    made = {sha256(public) for (public,) in vault.database.rows("SELECT public FROM day_key")}
    days = [day for day, digest in shown.digests.items() if digest not in made and day > today - _EXPIRE]
    strange = [one for one in shown.fallbacks if one.digest not in made]
    return spans_of([*days, *(day for one in strange for day in range(one.first_day, one.last_day + 1))])


def disown(vault: Vault, person: Person, organisation: bytes, today: int, spans: list[tuple[int, int]]) -> None:
    """Says publicly that the keys of these days are gone; what waited to be published for them waits no longer."""
    with vault.database.transaction():
        statements.withdraw(vault, ("epochs", "fallback"))
        vault.database.run("UPDATE day_key SET counts = 0")
        _say_lost(vault, person, organisation, today, spans)


def give_up(vault: Vault, person: Person, organisation: bytes, today: int) -> list[tuple[int, int]]:
    """Accepts that secrets are gone: says so publicly and makes room for new ones. Gives the spans of days lost."""
    if vault.epochs is None:
        vault.renew_epochs()
    present = _by_public(vault)
    rows = vault.database.rows("SELECT id, kind, first, last, public FROM day_key WHERE state = 'held'")
    gone = [(number, kind, first, last) for number, kind, first, last, public in rows if public not in present]
    with vault.database.transaction():
        spans = _lose(vault, person, organisation, today, gone)
    vault.keys.mend()
    return spans


def expire(vault: Vault, person: Person, organisation: bytes, today: int, days: int = _EXPIRE) -> list[tuple[int, int]]:
    """Erases epoch secrets so many days after their day, read or not, and fallback secrets 90 days after their end.

    Gives the spans of days whose reports had not been opened; they are said publicly. What is still served is opened
    before this is called with 30 days: a guardian who was away for longer loses nothing that is still there.
    """
    rows = vault.database.rows("SELECT id, kind, first, last, public FROM day_key WHERE state = 'held'")
    old = [row for row in rows if row[1] == "epoch" and row[3] + days <= today]
    ended = [row for row in rows if row[1] == "fallback" and row[3] + _FALLBACK_GRACE <= today]
    with vault.database.transaction():
        spans = _lose(vault, person, organisation, today, [row[:4] for row in old])
        for row in ended:
            vault.database.run("UPDATE day_key SET state = 'erased' WHERE id = ?", row[0])
    _erase_public(vault, [row[4] for row in [*old, *ended]])
    return spans


def lose_days(vault: Vault, person: Person, organisation: bytes, today: int, days: range) -> list[tuple[int, int]]:
    """Says publicly that reports of these days are gone, and erases their epoch secrets; gives the spans of days."""
    rows = vault.database.rows("SELECT id, kind, first, last, public FROM day_key WHERE state = 'held'")
    gone = [row for row in rows if row[1] == "epoch" and row[2] in days]
    with vault.database.transaction():
        spans = _lose(vault, person, organisation, today, [row[:4] for row in gone])
    _erase_public(vault, [row[4] for row in gone])
    return spans


def erase_opened(vault: Vault, opened_through: int) -> int:
    """Erases the epoch secrets of the days up to `opened_through` - 2; gives their number.

    `opened_through` is the last day of which every period has been opened. Call it when that has been committed.
    """
    rows = vault.database.rows(
        "SELECT public FROM day_key WHERE state = 'held' AND kind = 'epoch' AND last <= ?", opened_through - 2
    )
    for (public,) in rows:
        vault.database.run("UPDATE day_key SET state = 'erased' WHERE public = ?", public)
    _erase_public(vault, [public for (public,) in rows])
    return len(rows)


def top_up(vault: Vault, person: Person, organisation: bytes, today: int) -> None:
    """Makes and signs keys: epochs up to 35 days ahead, the fallback of today and the one after it."""
    promised = {day for first, last in _promised(vault, "epoch") for day in range(first, last + 1)}
    gaps = spans_of(set(range(today, today + AHEAD + 1)) - promised)
    # A new list every week, not every day: the log keeps them all.
    if gaps and gaps[0][0] < today + _REFILL:
        for first, last in gaps:
            _make_epochs(vault, person, organisation, today, first, last)
    after = _make_fallback(vault, person, organisation, today, today)
    _make_fallback(vault, person, organisation, today, after)


def _make_epochs(vault: Vault, person: Person, organisation: bytes, today: int, first: int, last: int) -> None:
    days = [(day, day) for day in range(first, last + 1)]
    publics = _make(vault, "epoch", days)
    digests = [sha256(public) for public in publics]
    body = statement_bodies.epochs(organisation=organisation, day=today, g=person.g, first=first, digests=digests)
    _record(vault, person, "epochs", body, "epoch", days, publics)


def _make_fallback(vault: Vault, person: Person, organisation: bytes, today: int, first: int) -> int:
    """Sees to it that there is a fallback for the day `first`; gives the day after its last."""
    promised = _promised(vault, "fallback")
    for start, end in promised:
        if start <= first <= end:
            return end + 1
    last = min([first + _FALLBACK - 1, *(start - 1 for start, _ in promised if start > first)])
    publics = _make(vault, "fallback", [(first, last)])
    body = statement_bodies.fallback(
        organisation=organisation, day=today, g=person.g, first_day=first, last_day=last, digest=sha256(publics[0])
    )
    _record(vault, person, "fallback", body, "fallback", [(first, last)], publics)
    return last + 1


def public_keys(vault: Vault, digests: Iterable[bytes]) -> list[bytes]:
    """The public keys with these digests, as far as they were made here."""
    wanted = set(digests)
    rows = vault.database.rows("SELECT public FROM day_key ORDER BY first")
    return [public for (public,) in rows if sha256(public) in wanted]


def trial_seeds(vault: Vault, day: int) -> list[bytes]:
    """The seeds to try on a cell of a period of `day`: the days by nearness, then each fallback."""
    secrets = vault.keys.secrets
    epochs = {secret.first: secret.seed for secret in secrets if secret.kind == "epoch"}
    order = [day, day - 1, day + 1, day - 2, day + 2]
    fallbacks = [secret for secret in secrets if secret.kind == "fallback"]
    # A file from the one-file writer may be sealed to any fallback still held.
    fallbacks.sort(key=lambda secret: _distance(secret, day))
    return [epochs[one] for one in order if one in epochs] + [secret.seed for secret in fallbacks]


def spans_of(days: Iterable[int]) -> list[tuple[int, int]]:
    """Days as spans, both ends included."""
    spans: list[tuple[int, int]] = []
    for day in sorted(set(days)):
        if spans and spans[-1][1] == day - 1:
            spans[-1] = (spans[-1][0], day)
        else:
            spans.append((day, day))
    return spans


def _distance(secret: Secret, day: int) -> tuple[int, int]:
    away = max(secret.first - day, day - secret.last, 0)
    return away, -secret.first


def _promised(vault: Vault, kind: Kind) -> list[tuple[int, int]]:
    query = "SELECT first, last FROM day_key WHERE state = 'held' AND counts AND kind = ? ORDER BY first"
    return [(first, last) for first, last in vault.database.rows(query, kind)]


def _make(vault: Vault, kind: Kind, days: Sequence[tuple[int, int]]) -> list[bytes]:
    secrets = [Secret(kind=kind, first=first, last=last, seed=hpke.generate_seed()) for first, last in days]
    vault.keys.add(secrets)
    publics = [hpke.public_key(secret.seed) for secret in secrets]
    wipe(*(secret.seed for secret in secrets))
    return publics


def _record(
    vault: Vault,
    person: Person,
    name: str,
    body: statement_bodies.Body,
    kind: Kind,
    days: Sequence[tuple[int, int]],
    publics: Sequence[bytes],
) -> None:
    insert = "INSERT INTO day_key (kind, first, last, public, state) VALUES (?, ?, ?, ?, 'held')"
    with vault.database.transaction():
        for (first, last), public in zip(days, publics, strict=True):
            vault.database.run(insert, kind, first, last, public)
        statements.queue(vault, person, name, body)


def _lose(
    vault: Vault, person: Person, organisation: bytes, today: int, rows: Sequence[tuple[int, str, int, int]]
) -> list[tuple[int, int]]:
    for number, _, _, _ in rows:
        vault.database.run("UPDATE day_key SET state = 'lost' WHERE id = ?", number)
    spans = spans_of(day for _, _, first, last in rows for day in range(first, last + 1))
    _say_lost(vault, person, organisation, today, spans)
    return spans


def _say_lost(vault: Vault, person: Person, organisation: bytes, today: int, spans: Sequence[tuple[int, int]]) -> None:
    for first, last in spans:
        body = statement_bodies.lost(organisation=organisation, day=today, g=person.g, first_day=first, last_day=last)
        statements.queue(vault, person, "lost", body)
        # Such a statement makes every promise for these days void, also those whose secrets are still here.
        vault.database.run("UPDATE day_key SET counts = 0 WHERE first <= ? AND last >= ?", last, first)


def _by_public(vault: Vault) -> dict[bytes, Secret]:
    return {hpke.public_key(secret.seed): secret for secret in vault.keys.secrets}


def _erase_public(vault: Vault, publics: Sequence[bytes]) -> None:
    known = _by_public(vault)
    vault.keys.erase(known[public] for public in publics if public in known)
