"""Reading bodies of exact sizes and writing answers (PROTOCOL section 15). No body touches a disk here."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Response, request

from crypto.encoding import dump
from portal.errors import RefusalError


def body(size: int) -> bytes:
    """The body, of exactly `size` bytes; `size` otherwise, before a byte of it is read."""
    _announced(size, size)
    return _read(size)


def body_up_to(limit: int) -> bytes:
    """The body, of 1 to `limit` bytes."""
    return _read(_announced(1, limit))


@contextmanager
def arriving() -> Iterator[None]:
    """A connection that breaks or stalls while a body arrives is an ordinary refusal, and nothing for the log."""
    try:
        yield
    except OSError:
        raise RefusalError("size") from None


def _announced(low: int, high: int) -> int:
    # A chunked body has no length to check first, and two ways to say a length invite smuggling.
    length = request.content_length
    if request.headers.get("Transfer-Encoding") or length is None or not low <= length <= high:
        raise RefusalError("size")
    return length


def _read(length: int) -> bytes:
    with arriving():
        data = request.stream.read(length)
    if len(data) != length:
        raise RefusalError("size")
    return data


def answer_json(value: dict[str, object], status: int = 200) -> Response:
    """Canonical JSON."""
    return Response(dump(value), status=status, content_type="application/json")


def done() -> Response:
    """204."""
    return Response(status=204)


def refusal(problem: RefusalError) -> Response:
    """What a refused request is answered."""
    return answer_json(problem.body(), problem.status)
