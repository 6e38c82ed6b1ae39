"""Whether the directory and the board are what they were, for everyone: compared with memory and with one's own keys.

Alarms are pairs of a code and what it is about (`recipients/words/watching.toml`). PROTOCOL sections 8, 12 and 18.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from time import gmtime, strftime

from crypto import board, directory
from crypto.encoding import b64
from crypto.errors import CandourError
from crypto.guardians import Certificate, Directory, Policy
from crypto.kdf import sha256
from crypto.statement import Envelope
from crypto.statement_bodies import Body
from recipients.watch_log import Memory
from recipients.watch_visits import Sight

Alarm = tuple[str, str]

_DAY = 86_400
_LATE = 900


@dataclass(frozen=True, kw_only=True)
class Own:
    """What a guardian knows of herself: g (16 bytes), public keys, digests of the day keys made here up to a day."""

    g: bytes
    identity: bytes
    courier: bytes
    made: frozenset[bytes] = frozenset()
    made_until: int = -1


def read_directory(sight: Sight, organisation: bytes, today: int) -> tuple[Directory | None, list[Alarm]]:
    """The directory as a visitor's browser verifies it, without a memory."""
    answer = sight.answers["/directory"]
    if answer.status != 200:
        return None, [("directory", f"status {answer.status}")]
    try:
        return directory.verify(answer.body, organisation, today), []
    except CandourError as error:
        return None, [("directory", f"{error.code} {error.detail}".strip())]


def check_directory(seen: Directory, states: list[bytes], memory: Memory) -> Iterator[Alarm]:
    """What is older, other or less than before. `states` are the chain's, one for each length."""
    if memory.length and (memory.length >= len(states) or b64(states[memory.length]) != memory.state):
        yield "rollback", f"{seen.length} entries; before there were {memory.length}"
    if "stale" in seen.warnings:
        yield "stale", "nobody" if seen.head_day is None else f"the newest word is of {_date(seen.head_day)}"
    shown = {b64(one.g) for one in seen.guardians}
    for g, name in memory.guardians.items():
        if g not in shown:
            yield "guardian", name
    for one in seen.guardians:
        if one.valid_today and one.missing:
            yield "key", f"{one.name}: {', '.join(map(_date, one.missing))}"
        if memory.certificates:
            yield from (("certificate", _about(each)) for each in one.certificates if _new(each, memory))


def check_heads(heads: list[Envelope], memory: Memory) -> Iterator[Alarm]:
    """A guardian's word that went back to an older one, or is not shown any more."""
    now = {b64(head.body["g"]): (head.body["day"], head.body["length"]) for head in heads}
    for g, before in memory.heads.items():
        if now.get(g, (0, 0)) < before:
            yield "heads", memory.guardians.get(g, g)


def check_own(seen: Directory, own: Own, today: int) -> Iterator[Alarm]:
    """A guardian's own place in the list."""
    mine = [one for one in seen.guardians if one.g == own.g]
    if not mine:
        yield "own", "you are not in the list"
    for one in (each for guardian in mine for each in guardian.certificates):
        foreign = one.identity != own.identity or one.courier != own.courier
        if foreign and one.revoked is None and one.last_day >= today:
            yield "own", f"there is a certificate in your name with keys that are not yours: {_about(one)}"
    for day, digest in (each for guardian in mine for each in guardian.digests.items()):
        if today <= day <= own.made_until and digest not in own.made:
            yield "own", f"there is a key in your name for {_date(day)} that you have not made"


def check_board(
    sight: Sight, seen: Directory, policies: Sequence[Body], memory: Memory, now: int
) -> tuple[dict[int, str], list[Alarm]]:
    """The digest of each board file by its start, and what is not as it must be; `policies` are all of the log."""
    answer = sight.answers["/board"]
    if answer.status != 200:
        return {}, [("board", f"status {answer.status}")]
    try:
        files = board.read_files(answer.body)
    except CandourError as error:
        return {}, [("board", error.code)]
    shown = {one.start: b64(sha256(b"".join(one.cells))) for one in files}
    return shown, [
        *_form(files, policies, len(seen.guardians), now),
        *_withheld(files, shown, seen.policy, memory, now),
    ]


def _form(files: list[board.BoardFile], policies: Sequence[Body], people: int, now: int) -> Iterator[Alarm]:
    for one in files:
        # The files of an older policy are kept for a while.
        if not any(_fits(len(one.cells), policy, people) for policy in policies):
            yield "board", f"the file of {_moment(one.start)} has {len(one.cells)} cells"
        if one.length < 1 or one.start % one.length or one.start > now + 300:
            yield "board", f"a file of {_moment(one.start)}"


def _fits(count: int, policy: Body, people: int) -> bool:
    posted: int = count - policy["board_dummies"]
    each: int = policy["board_cells"]
    return 0 <= posted <= each * people and posted % each == 0


def _withheld(
    files: list[board.BoardFile], shown: dict[int, str], policy: Policy, memory: Memory, now: int
) -> Iterator[Alarm]:
    for start, digest in memory.board.items():
        if start in shown and shown[start] != digest:
            yield "board", f"the file of {_moment(start)} was changed"
        elif start not in shown and start > now - (policy.board_days - 1) * _DAY:
            yield "withheld", f"the file of {_moment(start)} was there before"
    for before, after in pairwise(files):
        if before.start + before.length != after.start and after.start not in memory.board:
            yield "gap", f"from {_moment(before.start + before.length)} to {_moment(after.start)}"
    period = policy.board_period
    if files and files[-1].start + files[-1].length < now - period - max(_LATE, period // 24):
        yield "withheld", f"the newest file is of {_moment(files[-1].start)}"


def _new(one: Certificate, memory: Memory) -> bool:
    return b64(one.entry_hash) not in memory.certificates


def _about(one: Certificate) -> str:
    return f"{one.name}, {one.role}, from {_date(one.first_day)}"


def _date(day: int) -> str:
    return strftime("%Y-%m-%d", gmtime(day * _DAY))


def _moment(seconds: int) -> str:
    return strftime("%Y-%m-%d %H:%M:%S UTC", gmtime(seconds))
