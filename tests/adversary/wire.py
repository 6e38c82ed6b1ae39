"""HTTP by hand, over a socket: what no well-behaved client would send, byte by byte.

with Wire(port) as wire:
    wire.send(b"BREW / HTTP/1.1\\r\\nHost: 127.0.0.1\\r\\n\\r\\n")
    assert wire.answer().status == 405
"""

import json
import socket
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A complete answer; headers in their order, names as sent."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    @property
    def code(self) -> tuple[int, str]:
        """Status and error code of a refusal; the code is "" when there is no body."""
        return self.status, self.json()["error"] if self.body else ""

    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)

    def header(self, name: str) -> str | None:
        """The value of a header, or None."""
        return next((value for known, value in self.headers if known.lower() == name.lower()), None)


class Wire:
    """One connection."""

    def __init__(self, port: int) -> None:
        self._host = f"127.0.0.1:{port}"
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._file = self._socket.makefile("rb")

    def ask(self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> Answer:
        """One request with a correct length; its answer."""
        given = {"Host": self._host, **(headers or {})}
        if body is not None:
            given.setdefault("Content-Length", str(len(body)))
        lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in given.items())]
        self.send("\r\n".join(lines).encode() + b"\r\n\r\n" + (body or b""))
        return self.answer(head=method == "HEAD")

    def send(self, data: bytes) -> None:
        """Any bytes. That the other side stops listening is no error: its answer may be there already."""
        try:
            self._socket.sendall(data)
        except (BrokenPipeError, ConnectionResetError):
            return

    def answer(self, *, head: bool = False) -> Answer:
        """The next answer. Raises `ConnectionError` when the other side closed without one."""
        line = self._line()
        if not line:
            raise ConnectionError("closed without an answer")
        headers: list[tuple[str, str]] = []
        while given := self._line().strip():
            name, _, value = given.decode("latin-1").partition(":")
            headers.append((name, value.strip()))
        found = Answer(status=int(line.split()[1]), headers=tuple(headers), body=b"")
        length = int(found.header("Content-Length") or 0)
        body = b"" if head or found.status == 204 else self._file.read(length)
        return Answer(status=found.status, headers=found.headers, body=body)

    def ended(self) -> bool:
        """True if the other side has closed and said nothing more."""
        try:
            return self._file.read(1) == b""
        except ConnectionResetError:
            return True

    def close(self) -> None:
        """Hang up."""
        self._file.close()
        self._socket.close()

    def _line(self) -> bytes:
        try:
            return self._file.readline(65_536)
        except ConnectionResetError:
            return b""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()
