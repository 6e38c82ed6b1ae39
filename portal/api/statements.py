"""`POST /statements`: what guardians sign; all are taken, or none (PROTOCOL sections 11, 15).

What the root signs is never taken from the network: it comes by files, through `candour publish`.
"""

from flask import Blueprint, Response

from crypto.encoding import load, unb64
from crypto.errors import CandourError
from portal.api import wire
from portal.core import portal
from portal.errors import RefusalError
from portal.register import BY_COURIER, KEY
from portal.signed import courier

routes = Blueprint("statements", __name__)
LIMIT = 1 << 20


@routes.post("/statements")
def post_statements() -> Response:
    """Add statements and promised keys."""
    body = wire.body_up_to(LIMIT)
    courier(body)
    statements, keys = read_carried(body)
    try:
        portal().register.submit(statements, keys, BY_COURIER)
    except CandourError as problem:
        raise RefusalError("refused", {"reason": problem.code}) from None
    return wire.done()


def read_carried(body: bytes) -> tuple[list[object], list[bytes]]:
    """Statements and keys from `{"v":1,"statements":[…],"keys":[…]}`. Refuses `malformed`."""
    try:
        value = load(body, LIMIT)
        if not isinstance(value, dict) or value.keys() != {"v", "statements", "keys"} or value["v"] != 1:
            raise CandourError("malformed")
        if not isinstance(value["statements"], list) or not isinstance(value["keys"], list):
            raise CandourError("malformed")
        return value["statements"], [unb64(key, KEY) for key in value["keys"]]
    except CandourError:
        raise RefusalError("malformed") from None
