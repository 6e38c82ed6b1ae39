"""`POST /board/START`: a courier's cells for the open board period, always as many (PROTOCOL 8, 15)."""

from flask import Blueprint, Response

from portal.api import wire
from portal.api.periods import number
from portal.core import portal
from portal.errors import RefusalError
from portal.signed import courier
from portal.store import ClosedError, ConflictError

routes = Blueprint("board", __name__)
_CELL = 2048
_MOST = 64 * _CELL


@routes.post("/board/<start>")
def post_board(start: str) -> Response:
    """Keep K board cells, joined; the same again is 204, others for the same period are refused."""
    body = wire.body_up_to(_MOST)
    sender = courier(body)
    p = portal()
    if len(body) != p.register.policy().board_cells * _CELL:
        raise RefusalError("size")
    open_now = p.store.open_period("board")
    if number(start) != open_now.start:
        raise RefusalError("period", {"start": open_now.start})
    try:
        p.store.put_in("board", open_now, {sender.g: body})
    except ConflictError:
        raise RefusalError("conflict") from None
    except ClosedError:
        raise RefusalError("period", {"start": p.store.open_period("board").start}) from None
    return wire.done()
