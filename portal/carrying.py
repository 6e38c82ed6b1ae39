"""Files that carry signed statements from the steward to the portal, and the order in which they fit (PROTOCOL 11).

data = carried([envelope_bytes, …])
chain, left = arrange(replay(log, today), read_carried(data), today)
"""

from collections.abc import Iterable

from crypto.chain import Chain
from crypto.encoding import dump, load
from crypto.errors import CandourError
from crypto.statement import MAX_ENVELOPE, Envelope, parse

LIMIT = 1 << 20
# Within a day. What the old root key signed must come before the hand-over, what the new one signed fits only after it.
_RANKS = {"organisation": 0, "policy": 1, "certificate": 2, "revocation": 3, "rotation": 4}


def carried(statements: Iterable[bytes]) -> bytes:
    """A file of statements to carry: the same JSON as the body of POST /statements."""
    return dump({"v": 1, "keys": [], "statements": [load(one, MAX_ENVELOPE) for one in statements]})


def read_carried(data: bytes) -> list[object]:
    """The statements in a carried file. Raises `CandourError` `malformed`, `limit`."""
    value = load(data, LIMIT)
    if not isinstance(value, dict) or value.keys() != {"v", "keys", "statements"} or value["v"] != 1:
        raise CandourError("malformed", "not a file of statements")
    if not isinstance(value["statements"], list):
        raise CandourError("malformed", "not a file of statements")
    return value["statements"]


def arrange(chain: Chain, statements: Iterable[object], today: int) -> tuple[list[Envelope], list[Envelope]]:
    """Adds to the chain all that fits, in an order in which it does; gives what was added, and what was left over.

    What is left over is known already, or would be refused with its own reason. Raises `CandourError` for what is no
    statement, or bears a signature that is not its key's.
    """
    waiting = sorted((parse(one) for one in statements), key=lambda e: (e.body["day"], _RANKS.get(e.name, 9)))
    added: list[Envelope] = []
    while True:
        fitting = next((e for e in waiting if _fits(chain, e, today)), None)
        if fitting is None:
            return added, waiting
        waiting.remove(fitting)
        added.append(fitting)


def _fits(chain: Chain, envelope: Envelope, today: int) -> bool:
    try:
        chain.add(envelope.object, today)
    except CandourError:
        return False
    return True
