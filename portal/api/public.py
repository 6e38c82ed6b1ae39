"""What anyone may fetch, the same for everyone: site, directory, board, beacon (PROTOCOL section 15)."""

from flask import Blueprint, Response, request

from crypto.encoding import b64
from portal.api import wire
from portal.core import portal
from portal.errors import RefusalError
from portal.site_files import File

routes = Blueprint("public", __name__)


@routes.get("/")
def get_site() -> Response:
    """The one document."""
    return _file(portal().site.document())


@routes.get("/assets/<name>")
def get_asset(name: str) -> Response:
    """A script, style or other part of the site."""
    return _file(portal().site.asset(name))


@routes.get("/manifest")
def get_manifest() -> Response:
    """The signed list of all that is served here, for whoever checks."""
    signed = portal().site.manifest()
    if signed is None:
        raise RefusalError("none")
    return Response(signed, content_type="application/json")


@routes.get("/.well-known/webcat/<name>")
def get_webcat(name: str) -> Response:
    """What browsers with WEBCAT ask for, where the site has it."""
    return _file(portal().site.webcat(name))


@routes.get("/directory")
def get_directory() -> Response:
    """The directory file of today."""
    return Response(portal().register.published().file, content_type="application/json")


@routes.get("/board")
def get_board() -> Response:
    """All board files, joined."""
    return Response(portal().store.board.joined(), content_type="application/octet-stream")


@routes.get("/beacon")
def get_beacon() -> Response:
    """What a proof of work is made over now, and its price."""
    p = portal()
    start = p.store.open_period("cells").start
    beacon, _ = p.store.beacons.pair(start)
    return wire.answer_json({"v": 1, "beacon": b64(beacon), "bits": p.limits.price(), "start": start})


def _file(file: File | None) -> Response:
    if file is None:
        raise RefusalError("none")
    packed = request.accept_encodings.best_match(["gzip"]) == "gzip"
    response = Response(file.packed if packed else file.data, content_type=file.type)
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    return response
