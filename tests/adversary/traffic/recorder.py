"""The observer's place on the wire: a process of its own that passes on and writes down.

    python -m tests.adversary.traffic.recorder PORTAL_PORT TAPS FAILING LOG

Prints `taps PORT PORT …`, one listener for each visit that goes on at a time. It sees more than an eavesdropper of TLS:
every request line and size, and the very name of a cell, so that it knows a cell that comes again. Tries of cells fail
by chance, FAILING of them, whatever is in them: eight of ten are answered 503, since a browser tries again by itself
what was cut off; one is cut off before the portal has it, one after. Each line of LOG is one connection with all that
was exchanged on it; times are seconds, monotonic.
"""

import asyncio
import json
import random
import sys
import time
from collections import deque
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Literal

Fate = Literal["passed", "busy", "cut", "lost"]

FATES: dict[Fate, int] = {"busy": 8, "cut": 1, "lost": 1}
_BODY = b'{"error":"busy","say":"Later.","v":1}'
_BUSY = (
    b"HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\n"
    + f"Content-Length: {len(_BODY)}\r\n\r\n".encode()
    + _BODY
)


@dataclass(kw_only=True)
class Exchange:
    """One request and its answer: sizes with heads, in bytes; status 0 and `ended` 0 where none came."""

    method: str
    path: str
    up: int
    asked: float
    fate: Fate
    down: int = 0
    status: int = 0
    answered: float = 0
    ended: float = 0


@dataclass(kw_only=True)
class Connection:
    """One TCP connection of a browser."""

    tap: int
    opened: float
    closed: float = 0
    exchanges: list[Exchange] = field(default_factory=list)


class Tap:
    """One listener."""

    def __init__(self, upstream: int, failing: float, log: IO[str]) -> None:
        self._upstream = upstream
        self._failing = failing
        self._log = log
        self._chance = random.SystemRandom()
        self.port = 0

    async def open(self) -> asyncio.Server:
        """Start listening."""
        server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        return server

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen = Connection(tap=self.port, opened=time.monotonic())
        back, forth = await asyncio.open_connection("127.0.0.1", self._upstream)
        waiting: deque[Exchange] = deque()
        ways = [
            asyncio.create_task(self._up(seen, waiting, reader, writer, forth)),
            asyncio.create_task(_down(waiting, back, writer)),
        ]
        try:
            ended, _ = await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            for way in ended:
                _unless_gone(way)
        finally:
            for way in ways:
                way.cancel()
            writer.close()
            forth.close()
            seen.closed = time.monotonic()
            self._log.write(json.dumps(asdict(seen)) + "\n")

    async def _up(
        self,
        seen: Connection,
        waiting: deque[Exchange],
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        forth: asyncio.StreamWriter,
    ) -> None:
        """Requests, until the browser ends the connection or a fate does."""
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            asked = time.monotonic()
            method, path, _ = head.split(b"\r\n", 1)[0].decode("ascii").split(" ")
            body = await reader.readexactly(_length(head, 0))
            fate = self._fate(path)
            one = Exchange(method=method, path=path, up=len(head) + len(body), asked=asked, fate=fate)
            seen.exchanges.append(one)
            if fate == "cut":
                return
            if fate == "busy":
                writer.write(_BUSY)
                one.status, one.down, one.answered = 503, len(_BUSY), time.monotonic()
                one.ended = one.answered
            else:
                waiting.append(one)
                forth.write(head + body)

    def _fate(self, path: str) -> Fate:
        """Chance alone: what a cell holds, nobody here knows."""
        if not path.startswith("/cells/") or self._chance.random() >= self._failing:
            return "passed"
        return self._chance.choices(list(FATES), list(FATES.values()))[0]


async def _down(waiting: deque[Exchange], back: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answers, until the portal ends the connection or one was to be lost."""
    while True:
        head = await back.readuntil(b"\r\n\r\n")
        one = waiting.popleft()
        answered, status = time.monotonic(), int(head.split(b" ", 2)[1])
        left = 0 if status == 204 else _length(head, None)
        data = head
        while True:
            if one.fate != "lost":
                writer.write(data)
                one.status, one.answered, one.down = status, answered, one.down + len(data)
            if left == 0:
                break
            data = await back.read(min(left, 65_536))
            left -= len(data)
            if not data:
                return
        if one.fate == "lost":
            return
        await writer.drain()
        one.ended = time.monotonic()


def _length(head: bytes, default: int | None) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    if default is None:
        raise ValueError(f"an answer of unknown length: {head!r}")
    return default


def _unless_gone(way: asyncio.Task[None]) -> None:
    """Raise what a way ended with, unless somebody has hung up: that is how connections end."""
    problem = way.exception()
    if problem and not isinstance(problem, asyncio.IncompleteReadError | OSError):
        raise problem


async def record(upstream: int, taps: int, failing: float, log: IO[str]) -> None:
    """Listen until the process is ended."""
    made = [Tap(upstream, failing, log) for _ in range(taps)]
    servers = [await tap.open() for tap in made]
    print("taps", *(tap.port for tap in made), flush=True)
    await asyncio.gather(*(server.serve_forever() for server in servers))


if __name__ == "__main__":
    with Path(sys.argv[4]).open("w", buffering=1) as opened:
        asyncio.run(record(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]), opened))
