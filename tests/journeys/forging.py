"""A server that shows everybody another directory than the portal's: everything else is passed on.

with forging(portal.port, lambda file: …) as url:
    guardian.run("install", …, "--portal", url)
"""

import http.client
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

_DROPPED = ("connection", "content-length", "content-encoding")


@contextmanager
def forging(
    port: int,
    twist: Callable[[bytes], bytes],
    path: str = "/directory",
    drop: str = "",
    add: str = "",
    secure: ssl.SSLContext | None = None,
) -> Iterator[str]:
    """Stand before the portal on `port` and twist what one path answers; gives the address.

    `drop` is a header that is left out of every answer, `add` one that is put into every one.
    `secure` is what it shows as certificate, if it is to speak TLS.
    """

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            connection.request("GET", self.path, headers={"Accept-Encoding": "identity"})
            answer = connection.getresponse()
            body = answer.read()
            connection.close()
            if self.path == path:
                body = twist(body)
            self.send_response_only(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in (*_DROPPED, drop.lower()):
                    self.send_header(name, value)
            if secure:
                self.send_header("Strict-Transport-Security", "max-age=63072000")
            if add:
                self.send_header(add, "x")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        if secure:
            server.socket = secure.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield f"{'https' if secure else 'http'}://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
