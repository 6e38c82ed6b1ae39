"""`GET /periods…`: closed periods, whole, for couriers only (PROTOCOL section 15).

A cell or a chunk can never be asked for by name: that would tie a guardian to what was sent.
"""

import re

from flask import Blueprint, Response, request

from crypto.encoding import b64
from portal.api import wire
from portal.core import portal
from portal.errors import RefusalError
from portal.signed import courier
from portal.store import Kind

routes = Blueprint("periods", __name__)
_START = re.compile(r"0|[1-9][0-9]{0,15}")
_RANGE = re.compile(r"bytes=([0-9]{1,18})-([0-9]{0,18})")


@routes.get("/periods")
def get_periods() -> Response:
    """All kept periods, ascending."""
    courier(b"")
    rows = portal().store.reports.list()
    listed = [
        {"start": r.start, "length": r.length, "cells": r.cells, "chunks": r.chunks, "digest": b64(r.digest)}
        for r in rows
    ]
    return wire.answer_json({"v": 1, "periods": listed})


@routes.get("/periods/<start>/cells")
def get_cells(start: str) -> Response:
    """A period's cells in ascending order of name."""
    return _segment("cells", start)


@routes.get("/periods/<start>/chunks")
def get_chunks(start: str) -> Response:
    """A period's chunks in ascending order of name."""
    return _segment("chunks", start)


def number(text: str) -> int:
    """A start from an address: decimal, without leading zeros."""
    if not _START.fullmatch(text):
        raise RefusalError("none")
    return int(text)


def _segment(kind: Kind, start_text: str) -> Response:
    courier(b"")
    start = number(start_text)
    size = portal().store.reports.size(kind, start)
    if size is None:
        raise RefusalError("none")
    first, stop = _asked(size)
    # A HEAD answers with the length alone; the iterator is never run.
    response = Response(
        portal().store.reports.read(kind, start, first, stop),
        status=200 if (first, stop) == (0, size) else 206,
        content_type="application/octet-stream",
    )
    response.headers["Accept-Ranges"] = "bytes"
    response.content_length = stop - first
    if response.status_code == 206:
        response.headers["Content-Range"] = f"bytes {first}-{stop - 1}/{size}"
    return response


def _asked(size: int) -> tuple[int, int]:
    """First byte and end of what is asked for; the whole if the range is of a kind that we do not serve."""
    match = _RANGE.fullmatch(request.headers.get("Range", ""))
    if not match:
        return 0, size
    first, stop = int(match[1]), min(int(match[2]) + 1 if match[2] else size, size)
    return (first, stop) if first < stop else (0, size)
