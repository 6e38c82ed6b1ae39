"""How much of the public log one guardian may fill: the file has a limit, and one must not use up all of it.

Each has the same share of three quarters of the 4 MiB; the rest is left to what the root signs and to heads and keys
(PROTOCOL section 12). A year of one guardian's statements takes about a twentieth of the share that eight leave her.
"""

from collections.abc import Iterable

from crypto.chain import STUB_DAYS, Chain
from crypto.directory import MAX_FILE
from crypto.encoding import dump
from crypto.errors import CandourError
from crypto.guardians import holds
from crypto.statement import Envelope, read
from crypto.statement_bodies import last_day

# What a list of keys takes once its days are over and only its digest is left, rounded up.
_STUB = 192
_LEAST_GUARDIANS = 4


def check(log: Iterable[bytes], added: Iterable[bytes], chain: Chain, today: int) -> None:
    """Refuses (`limit`) statements that bring a guardian above her share; what stands in the log already stays."""
    new = [read(one) for one in added]
    used = {g: 0 for envelope in new for g in _signers(envelope)}
    if not used:
        return
    for envelope in [*map(read, log), *new]:
        for g in _signers(envelope):
            if g in used:
                used[g] += _size(envelope, today)
    if max(used.values()) > share(chain, today):
        raise CandourError("limit", "this guardian's share of the log is used up")


def share(chain: Chain, today: int) -> int:
    """Bytes of the log that each guardian may fill, by the number of those who are certified today or will be."""
    held = chain.certificates.values()
    people = {one.g for one in held if holds(one, max(today, one.first_day))}
    return MAX_FILE * 3 // 4 // max(len(people), _LEAST_GUARDIANS)


def _signers(envelope: Envelope) -> tuple[bytes, ...]:
    """The g of those who signed with their identity; nobody for what the root signs."""
    if envelope.name == "certificate":
        return ()
    return tuple(envelope.body[key] for key in ("g", "second") if key in envelope.body)


def _size(envelope: Envelope, today: int) -> int:
    last = last_day(envelope.name, envelope.body)
    return _STUB if 0 < last <= today - STUB_DAYS else len(dump(envelope.object))
