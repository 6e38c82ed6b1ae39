"""A portal that lies: what stands between visitors and the real one changes what some of them are shown.

with lying(portal.port, change) as url:      # change(path, number, shown) -> shown
    ...

`number` counts the visits to one path, from 1. Everything is passed on uncompressed and over connections of its own.
"""

import http.client
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True, kw_only=True)
class Shown:
    """An answer: headers in their order."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def without(self, name: str) -> "Shown":
        """The same without a header."""
        return replace(self, headers=tuple(one for one in self.headers if one[0].lower() != name.lower()))

    def having(self, name: str, value: str) -> "Shown":
        """The same with a header, in the place of one that is there."""
        return replace(self, headers=(*self.without(name).headers, (name, value)))


Change = Callable[[str, int, Shown], Shown]


def nothing(_path: str, _number: int, shown: Shown) -> Shown:
    """Pass everything on as it is."""
    return shown


@contextmanager
def lying(port: int, change: Change = nothing) -> Iterator[str]:
    """Stand between visitors and the portal on `port`; gives the address."""
    met: Counter[str] = Counter()
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            """Fetched, changed, shown."""
            with lock:
                met[self.path] += 1
                number = met[self.path]
            self._show(change(self.path, number, _fetch(port, self.path)))

        def _show(self, shown: Shown) -> None:
            self.send_response_only(shown.status)
            for name, value in shown.headers:
                if name.lower() not in ("connection", "content-length"):
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(shown.body)))
            self.end_headers()
            self.wfile.write(shown.body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Say nothing: a test's output is for its result."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def _fetch(port: int, path: str) -> Shown:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("GET", path, headers={"Accept-Encoding": "identity"})
        answer = connection.getresponse()
        return Shown(status=answer.status, headers=tuple(answer.getheaders()), body=answer.read())
    finally:
        connection.close()
