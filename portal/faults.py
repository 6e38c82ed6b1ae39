"""Every way in which a request can fail, and its one answer in JSON (PROTOCOL section 15)."""

import errno

from flask import Flask, Response, request
from flask_limiter import RateLimitExceeded
from sqlalchemy.exc import DatabaseError
from sqlalchemy.exc import TimeoutError as NoConnection
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from portal.api import wire
from portal.errors import RefusalError
from portal.quiet import report, say
from portal.store import WaitingError
from portal.store.access import is_away, is_unwritable

_BY_STATUS = {404: "none", 405: "method", 413: "size"}


def answer_faults(app: Flask) -> None:
    """Refuse what no route would, and answer every error in the same form."""
    app.before_request(_plain_address)
    app.register_error_handler(RefusalError, wire.refusal)
    app.register_error_handler(RateLimitExceeded, lambda _: wire.refusal(RefusalError("busy", status=429)))
    app.register_error_handler(WaitingError, _waiting)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _fault)


def _plain_address() -> None:
    # A question mark ends up in histories and logs; nothing here has a use for one.
    if request.query_string or "?" in request.environ.get("RAW_URI", ""):
        raise RefusalError("malformed")
    # The framework reads "//x" as "/x": one page, one spelling.
    if request.environ["PATH_INFO"].startswith("//"):
        raise RefusalError("none")
    # Nothing here ever sends a visitor elsewhere; the framework would, to tidy an address.
    if isinstance(request.routing_exception, RequestRedirect):
        raise RefusalError("none")


def _waiting(_problem: WaitingError) -> Response:
    say("the clock of this machine stands before what was already closed or signed; nothing is taken until then")
    return wire.refusal(RefusalError("busy"))


def _http(problem: HTTPException) -> Response:
    answer = wire.refusal(RefusalError(_BY_STATUS.get(problem.code or 500, "malformed")))
    allowed = problem.get_response().headers.get("Allow")
    if allowed:
        answer.headers["Allow"] = allowed
    return answer


def _fault(problem: Exception) -> Response:
    if _is_disk(problem):
        say("the disk is full or cannot be written; reports are refused until there is room")
        return wire.refusal(RefusalError("full"))
    if isinstance(problem, NoConnection) or (isinstance(problem, DatabaseError) and is_away(problem)):
        say("the database server does not answer; what comes is refused until it does, and senders try again")
        return wire.refusal(RefusalError("busy"))
    report(problem)
    return wire.refusal(RefusalError("broken"))


def _is_disk(problem: Exception) -> bool:
    """The database says so, or the system at a file beside it."""
    if isinstance(problem, DatabaseError):
        return is_unwritable(problem)
    return isinstance(problem, OSError) and problem.errno in (errno.ENOSPC, errno.EROFS, errno.EDQUOT)
