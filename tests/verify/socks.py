"""A SOCKS5 proxy as Tor's is: it takes user names, gets names of hosts and not addresses, and leads to one portal.

with tor(portal.port) as proxy:
    proxy.address          # host:port, for --socks
    proxy.asked            # (user name, host) of each connection
"""

import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass(kw_only=True)
class Proxy:
    """Where it listens, and who asked for what."""

    address: str
    asked: list[tuple[bytes, bytes]] = field(default_factory=list)


@contextmanager
def tor(port: int) -> Iterator[Proxy]:
    """Every name leads to the portal on `port`; only names are taken, with a user name and a password."""
    asked: list[tuple[bytes, bytes]] = []

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            """One connection."""
            if b"\x02" not in self.rfile.read(self.rfile.read(2)[1]):
                self.wfile.write(b"\x05\xff")
                return
            self.wfile.write(b"\x05\x02")
            self.rfile.read(1)
            user = self.rfile.read(self.rfile.read(1)[0])
            self.rfile.read(self.rfile.read(1)[0])
            self.wfile.write(b"\x01\x00")
            if self.rfile.read(4) != b"\x05\x01\x00\x03":
                self.wfile.write(b"\x05\x08\x00\x01" + bytes(6))
                return
            asked.append((user, self.rfile.read(self.rfile.read(1)[0])))
            self.rfile.read(2)
            self.wfile.write(b"\x05\x00\x00\x01" + bytes(6))
            with socket.create_connection(("127.0.0.1", port), timeout=60) as portal:
                back = threading.Thread(target=_pump, args=(portal, self.connection), daemon=True)
                back.start()
                while data := self.rfile.read1(65_536):
                    portal.sendall(data)
                portal.shutdown(socket.SHUT_WR)
                back.join(60)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield Proxy(address=f"127.0.0.1:{server.server_address[1]}", asked=asked)
        finally:
            server.shutdown()
            thread.join()


def _pump(source: socket.socket, to: socket.socket) -> None:
    try:
        while data := source.recv(65_536):
            to.sendall(data)
    except OSError:
        return
