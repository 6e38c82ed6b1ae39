"""A guardian is replaced: her successor gets the old cases in one sealed file, and answers in the old threads.

    predecessor: every open case is handed over, except where the reporter excluded the successor --> FILE
    successor:   FILE --> the same bundles as between any two guardians, checked in the same way

The file is sealed to the successor's fallback key, which she keeps for months: nothing is lost when it takes weeks to
get there. The bundles in it also go out in cells, as ever; whichever comes first counts, and the other adds nothing.
"""

from dataclasses import dataclass
from pathlib import Path

from crypto import between, cell, hpke
from crypto.encoding import b64, dump, load, unb64
from crypto.errors import CandourError
from crypto.fields import array, constant, raw, record, string
from crypto.guardians import Directory
from recipients import membership
from recipients.casework import arriving, book, sharing
from recipients.errors import GuardianError
from recipients.vault import Vault
from recipients.vault.files import write_new

_MAGIC = b"CANDOURH"
_INFO = b"candour/v1/succession"
_LIMIT = 256 * 1024 * 1024
_BUNDLE = record({"message": raw(16), "payload": string(88, 80_000)})
_SHAPE = record({"v": constant(1), "bundles": array(_BUNDLE, 0, 100_000)})


@dataclass(frozen=True, kw_only=True)
class Given:
    """Numbers of cases: in the file; never for the successor to see; with replies still on their way."""

    given: tuple[int, ...]
    excluded: tuple[int, ...]
    waiting: tuple[int, ...]


def give(vault: Vault, to: bytes, path: Path, today: int) -> Given:
    """Hands every case over to the successor `to` (16 bytes) and writes the file; may be repeated, into a new one.

    `guardian` with detail `successor` unless a certificate of `to` names this guardian as the one it succeeds.
    """
    directory = membership.last(vault)
    _must_succeed(directory, to, vault.required("g", "keys"), today)
    public = _fallback(directory, to, today)
    excluded: list[int] = []
    waiting: list[int] = []
    for case in _own(vault):
        try:
            sharing.hand_over(vault, case, to, today)
        except GuardianError as error:
            if error.code not in ("excluded", "waiting"):
                raise
            (excluded if error.code == "excluded" else waiting).append(case.number)
    query = "SELECT id, message, payload FROM bundle_out WHERE g = ? ORDER BY number"
    rows = vault.database.rows(query, to)
    document = dump({"v": 1, "bundles": [{"message": b64(one), "payload": b64(data)} for _, one, data in rows]})
    write_new(path, _MAGIC + hpke.seal(public, _INFO + directory.organisation, document))
    cases = [book.any_case(vault, one) for one in dict.fromkeys(row[0] for row in rows)]
    given = tuple(sorted(one.number for one in cases if one is not None))
    return Given(given=given, excluded=tuple(excluded), waiting=tuple(waiting))


def take(vault: Vault, path: Path, today: int) -> tuple[int, list[str]]:
    """Takes the cases of a predecessor's file; gives how many are new, and the codes of what was refused.

    `file` with detail `succession` or `unreadable`; `other` with detail `succession` when it is sealed to another.
    """
    organisation = membership.organisation(vault)
    bundles = _opened(vault, path, _INFO + organisation)
    before = vault.database.value("SELECT count(*) FROM casefile")
    for one in bundles:
        pieces = between.cut(one[1])
        for number, payload in enumerate(pieces):
            part = cell.Part(thread=between.mark(), message=one[0], part=number, parts=len(pieces), payload=payload)
            arriving.keep_part(vault, part, today)
    refused = arriving.receive(vault, membership.last(vault), today)
    return int(vault.database.value("SELECT count(*) FROM casefile")) - int(before), refused


def _opened(vault: Vault, path: Path, info: bytes) -> list[tuple[bytes, bytes]]:
    try:
        with path.open("rb") as file:
            data = file.read(_LIMIT + 1)
    except OSError:
        raise GuardianError("file", "unreadable") from None
    if data[: len(_MAGIC)] != _MAGIC or len(data) > _LIMIT:
        raise GuardianError("file", "succession")
    for secret in vault.keys.secrets:
        plain = hpke.open_(secret.seed, info, data[len(_MAGIC) :]) if len(data) > hpke.OVERHEAD + 8 else None
        if plain is not None:
            return _read(plain)
    raise GuardianError("other", "succession")


def _read(plain: bytes) -> list[tuple[bytes, bytes]]:
    try:
        return [(one["message"], unb64(one["payload"])) for one in _SHAPE(load(plain, _LIMIT))["bundles"]]
    except CandourError:
        raise GuardianError("file", "succession") from None


def _own(vault: Vault) -> list[book.Case]:
    book.adopt(vault)
    rows = vault.database.rows("SELECT id FROM casefile WHERE role = 'ours' AND state != 'erased' ORDER BY number")
    found = [book.any_case(vault, one) for (one,) in rows]
    return [one for one in found if one is not None]


def _must_succeed(directory: Directory, to: bytes, g: bytes, today: int) -> None:
    try:
        held = directory.certificates(to, today)
    except CandourError:
        raise GuardianError("guardian", "none") from None
    if not any(one.succeeds == g for one in held):
        raise GuardianError("guardian", "successor")


def _fallback(directory: Directory, to: bytes, today: int) -> bytes:
    for one in directory.guardian(to).fallbacks:
        if one.key is not None and one.first_day <= today <= one.last_day:
            return one.key
    raise GuardianError("guardian", "keys")
