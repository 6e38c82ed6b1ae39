"""`PUT /cells/NAME` and `PUT /chunks/NAME`: for anyone; one exact size, named by its hash (PROTOCOL 6, 10, 15)."""

import re

from flask import Blueprint, Response, request

from crypto.encoding import b64
from crypto.kdf import name as name_of
from portal.api import wire
from portal.core import portal
from portal.errors import RefusalError
from portal.limits import make_room, paid
from portal.store import Kind
from portal.store.reports import SIZES

routes = Blueprint("cells", __name__)
_NAME = re.compile(r"[0-9a-f]{32}")


@routes.put("/cells/<name>")
def put_cell(name: str) -> Response:
    """Store one cell of 4,096 bytes; 204 means that it is on the disk."""
    portal().limits.count("cells")
    return _put("cells", name)


@routes.put("/chunks/<name>")
def put_chunk(name: str) -> Response:
    """Store one attachment chunk of 262,160 bytes; 204 means that it is on the disk."""
    portal().limits.count("chunks")
    return _put("chunks", name)


def _put(kind: Kind, name: str) -> Response:
    if not _NAME.fullmatch(name):
        raise RefusalError("name")
    data = wire.body(SIZES[kind])
    if name_of(data).hex() != name:
        raise RefusalError("name")
    _demand_work(bytes.fromhex(name))
    keep(kind, {bytes.fromhex(name): data})
    return wire.done()


def keep(kind: Kind, items: dict[bytes, bytes]) -> None:
    """Store durably, if there is room; what is stored already needs none, but a standby may not have it yet."""
    p = portal()
    drop = p.store.drop_now(kind)
    if not drop.has(items):
        make_room(drop.bytes_used(), p.settings.cells_mb if kind == "cells" else p.settings.chunks_mb)
    p.store.put(kind, items)
    if kind == "cells":
        p.limits.note_cell()


def _demand_work(name: bytes) -> None:
    """One price for all at a time; the answer to too little work tells the price of now."""
    p = portal()
    bits, start = p.limits.price(), p.store.open_period("cells").start
    current, previous = p.store.beacons.pair(start)
    beacons = (current, previous) if previous else (current,)
    if not paid(request.headers.get("Candour-Work"), name, beacons, bits):
        raise RefusalError("work", {"beacon": b64(current), "bits": bits, "start": start})
