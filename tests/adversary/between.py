"""A network that does what it likes with answers: a proxy between a real browser and the portal.

    with between(portal.port, fates=("unsent", "lost")) as network:
        page.goto(network.url)
        ...
        network.tries        # every PUT of a cell, in order

Each cell meets the fates in their order, one a try. Everything else is passed on. Every connection carries one request,
so that a browser's own second try on a kept connection is not mistaken for the page's.
"""

import http.client
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal

from crypto.encoding import dump

Fate = Literal["unsent", "lost", "busy", "broken", "portal", "elsewhere", "late", "dearer", "taken"]

Answer = tuple[int, list[tuple[str, str]], bytes]  # status, headers, body

LATE = 1.2  # seconds


@dataclass(frozen=True, kw_only=True)
class Try:
    """One PUT of a cell: its bytes, what became of it, and when (seconds, monotonic)."""

    path: str
    body: bytes
    fate: Fate
    work: str
    headers: tuple[tuple[str, str], ...]
    began: float
    ended: float


@dataclass(kw_only=True)
class Network:
    """What lies between, and what it saw."""

    url: str
    fates: Sequence[Fate]
    tries: list[Try] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    met: dict[str, int] = field(default_factory=dict)

    def next_fate(self, path: str) -> Fate:
        """The fate of a cell's next try; after all of them it is taken."""
        with self.lock:
            number = self.met.get(path, 0)
            self.met[path] = number + 1
        return self.fates[number] if number < len(self.fates) else "taken"

    def cells(self) -> list[bytes]:
        """The different cells, in the order in which they were first tried."""
        return list(dict.fromkeys(one.body for one in self.tries))


@contextmanager
def between(port: int, fates: Sequence[Fate]) -> Iterator[Network]:
    """Stand between browsers and the portal on `port`."""

    class Handler(_Handler):
        upstream = port

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        made = Network(url=f"http://127.0.0.1:{server.server_port}", fates=fates)
        Handler.network = made
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield made
        finally:
            server.shutdown()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    network: Network
    upstream: int

    def do_GET(self) -> None:
        """Passed on."""
        self._answer(self._forward(b""))

    def do_PUT(self) -> None:
        """A cell meets its fate. Written down before the answer leaves: the next try may overtake what comes after."""
        began = time.monotonic()
        body = self.rfile.read(int(self.headers["Content-Length"]))
        fate = self.network.next_fate(self.path)
        answer = self._meet(fate, body)
        work = self.headers.get("Candour-Work", "")
        headers, ended = tuple(self.headers.items()), time.monotonic()
        done = Try(path=self.path, body=body, fate=fate, work=work, headers=headers, began=began, ended=ended)
        with self.network.lock:
            self.network.tries.append(done)
        if answer:
            self._answer(answer)

    def _meet(self, fate: Fate, body: bytes) -> Answer | None:
        if fate in ("lost", "late", "taken"):
            answer = self._forward(body)
            if fate == "late":
                time.sleep(LATE)
            return None if fate == "lost" else answer
        if fate == "dearer":
            beacon = {"v": 1, "error": "work", "say": "No.", "beacon": "A" * 22, "bits": 3, "start": 0}
            return 428, [("Content-Type", "application/json")], dump(beacon)
        if fate == "unsent":
            return None
        # A server's refusals, and what a hotel's or a hospital's network answers in its stead.
        status = {"busy": 503, "broken": 500, "portal": 200, "elsewhere": 302}[fate]
        return status, [("Content-Type", "text/html"), ("Location", "/")], b"<p>Please sign in.</p>"

    def _forward(self, body: bytes) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.upstream, timeout=60)
        try:
            kept = {n: v for n, v in self.headers.items() if n.lower() not in ("host", "connection")}
            connection.request(self.command, self.path, body or None, kept)
            answer = connection.getresponse()
            return answer.status, answer.getheaders(), answer.read()
        finally:
            connection.close()

    def _answer(self, answer: Answer) -> None:
        status, headers, body = answer
        self.send_response_only(status)
        for name, value in headers:
            if name.lower() not in ("connection", "content-length", "date"):
                self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing: a test's output is for its result."""
