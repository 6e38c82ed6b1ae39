"""Guardians, from what everybody can read: certificates, keys, whether they come as promised (PROTOCOL 11 to 13)."""

from collections.abc import Iterator

from crypto.guardians import Directory, Guardian
from portal.doctor.finding import Finding

_BOARD_BYTES = 3_000_000
_CELL = 2048
_SOON = 30
_NOTICE = 7
_KEYS_SOON = 10
_KEYS_LOW = 3
_NO_CALENDAR_DAYS = 7
_STALE = 14
_EPOCH_WEEKDAY = 3  # 1 January 1970 was a Thursday


def certificates(directory: Directory, today: int) -> Iterator[Finding]:
    """Who can be written to, and for how long still. A renewal needs seven days' notice."""
    if not directory.valid_guardians():
        yield Finding.bad("certificates", "There is no guardian whom people could write to.", _ADD)
        return
    told = False
    for guardian in directory.guardians:
        until = max((one.last_day for one in guardian.certificates if one.revoked is None), default=-1)
        left = until - today
        if until < 0 or left < -_SOON or left > _SOON:
            continue
        told = True
        if left < 0:
            yield Finding.attend("certificates", f"The certificate of {_who(guardian)} has ended.", _RENEW)
        elif left <= _NOTICE:
            yield Finding.bad("certificates", f"The certificate of {_who(guardian)} ends in {left} days.", _RENEW)
        else:
            yield Finding.attend("certificates", f"The certificate of {_who(guardian)} ends in {left} days.", _RENEW)
    if not told:
        yield Finding.well("certificates", f"Every certificate holds for more than {_SOON} days.")


def keys(directory: Directory, today: int) -> Iterator[Finding]:
    """Day keys are published ahead; without them people are written to under the fallback key, or not at all."""
    told = False
    for guardian in directory.valid_guardians():
        ahead = max(guardian.digests, default=today - 1) - today
        fallback = any(one.key and one.first_day <= today <= one.last_day for one in guardian.fallbacks)
        if not fallback and today not in guardian.epochs:
            yield Finding.bad("keys", f"There is no key to write to {_who(guardian)}.", _SYNC)
        elif ahead < _KEYS_LOW or guardian.missing:
            yield Finding.bad("keys", f"The day keys of {_who(guardian)} have run out, or are not all here.", _SYNC)
        elif ahead < _KEYS_SOON:
            yield Finding.attend("keys", f"The day keys of {_who(guardian)} last for {ahead} days more.", _SYNC)
        else:
            continue
        told = True
    if not told:
        yield Finding.well("keys", f"Day keys are there for {_KEYS_SOON} days and more.")


def silence(directory: Directory, today: int) -> Iterator[Finding]:
    """Whether guardians have come on the days that they promised publicly."""
    told = False
    for guardian in directory.valid_guardians():
        missed = _missed(guardian, today)
        if guardian.head_day is None or missed >= 2:
            told = True
            since = "ever" if guardian.head_day is None else f"for {today - guardian.head_day} days"
            quiet = guardian.head_day is None or today - guardian.head_day > _STALE
            make = Finding.bad if quiet else Finding.attend
            yield make("silence", f"{_who(guardian)} has not collected {since}, other than promised.", _ASK)
    if not told:
        yield Finding.well("silence", "Every guardian comes when they said they would.")


def board(directory: Directory) -> Iterator[Finding]:
    """What every visitor downloads, by the policy. (The number is public: it follows from the policy alone.)"""
    policy = directory.policy
    files = policy.board_days * 86_400 // policy.board_period
    size = files * (policy.board_cells * len(directory.valid_guardians()) + policy.board_dummies) * _CELL
    if size > _BOARD_BYTES:
        yield Finding.attend(
            "board-size",
            f"Every visitor downloads a board of {size / 1e6:.0f} MB; on a slow phone the page seems to hang.",
            "Fewer cells, dummies or days, or a longer board period: candour policy set, offline.",
        )
    else:
        yield Finding.well("board-size", "The board that every visitor downloads is small enough.")


def _missed(guardian: Guardian, today: int) -> int:
    """How many promised days have gone by since the last collection; today is not over yet."""
    since = guardian.head_day if guardian.head_day is not None else today
    days = range(since + 1, today)
    if guardian.calendar is None:
        return len(days) // _NO_CALENDAR_DAYS * 2
    away = guardian.calendar.away
    return sum(
        1
        for day in days
        if (day + _EPOCH_WEEKDAY) % 7 in guardian.calendar.weekdays and not any(a <= day <= b for a, b in away)
    )


def _who(guardian: Guardian) -> str:
    name = "".join(letter if letter.isprintable() else "?" for letter in guardian.name)
    return f"{name} ({guardian.g.hex()[:8]})"


_ADD = "On the offline machine: candour guardian add, then publish. It takes seven days, except before the first time."
_RENEW = "On the offline machine: candour guardian renew, then publish here. A renewal begins after seven days."
_SYNC = "Ask them to run `guardian sync`."
_ASK = "Ask them how they are, and to run `guardian sync`, or to change their calendar. People wait for answers."
