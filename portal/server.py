"""The server process: gunicorn with threads, made silent about who calls (PROTOCOL section 15).

Three things are changed in it: answers carry no banner; what it refuses by itself (a bad request line, headers too
large) bears the same policy as everything else and repeats nothing; and its log never holds an address or a path. A
collector runs as a thread beside the requests.
"""

import socket
import struct
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]
from gunicorn.glogging import Logger  # type: ignore[import-untyped]
from gunicorn.http import errors as http_errors  # type: ignore[import-untyped]
from gunicorn.http import wsgi
from gunicorn.util import write  # type: ignore[import-untyped]
from gunicorn.workers.gthread import TConn, ThreadWorker  # type: ignore[import-untyped]

from crypto.encoding import dump
from portal import create_app
from portal.collection import Collector, rules_of
from portal.core import Portal
from portal.errors import RefusalError
from portal.headers import POLICY
from portal.quiet import report, say
from portal.settings import Settings

_IDLE = 10
_READING = 120
_RETRY = 5
_REASONS = {400: "Bad Request", 413: "Content Too Large", 500: "Internal Server Error"}


class Silent(Logger):  # type: ignore[misc]
    """The server's log: faults without their words, events without their arguments."""

    def access(self, *_given: object) -> None:
        """There is no access log."""

    def exception(self, *_given: object, **_named: object) -> None:
        """A fault is a class and a line. What a visitor's connection does is nobody's business."""
        problem = sys.exc_info()[1]
        if problem and not isinstance(problem, OSError):
            report(problem)

    def critical(self, msg: str, *args: object, **_named: object) -> None:
        """Only texts that are completed by arguments, and without these: others may hold an address already."""
        if args:
            say(f"server: {msg}")

    error = warning = critical

    def info(self, *_given: object, **_named: object) -> None:
        """Nothing that needs a person."""

    debug = info


class Bare(wsgi.Response):  # type: ignore[misc]
    """An answer without the server's name."""

    def default_headers(self) -> list[str]:
        """Status, date and connection."""
        return [line for line in super().default_headers() if not line.startswith("Server:")]


class Worker(ThreadWorker):  # type: ignore[misc]
    """One process of the portal."""

    def init_process(self) -> None:
        """Take the banner off; it is the response class that writes it."""
        wsgi.Response = Bare
        self._reading: dict[TConn, float] = {}
        super().init_process()

    def handle_request(self, req: Any, conn: TConn) -> bool:
        """Tor tells the circuit once, before the first request of a connection; it holds for those that follow."""
        conn.circuit = req.proxy_protocol_info or getattr(conn, "circuit", None)
        req.proxy_protocol_info = conn.circuit
        return bool(super().handle_request(req, conn))

    def enqueue_req(self, conn: TConn) -> None:
        """Nobody may hold a thread by sending, or reading, nothing for long."""
        wait = struct.pack("ll", _IDLE, 0)
        conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, wait)
        conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, wait)
        self._reading[conn] = time.monotonic()
        super().enqueue_req(conn)

    def finish_request(self, conn: TConn, future: object) -> None:
        """The thread is free again."""
        self._reading.pop(conn, None)
        super().finish_request(conn, future)

    def notify(self) -> None:
        """Every second: stop listening to whoever sends a byte now and then; what is being answered goes on."""
        super().notify()
        late = time.monotonic() - _READING
        for conn in [conn for conn, since in self._reading.items() if since < late]:
            del self._reading[conn]
            with suppress(OSError):
                conn.sock.shutdown(socket.SHUT_RD)

    def handle_error(self, _req: object, client: socket.socket, _addr: object, problem: Exception) -> None:
        """What the server refuses before the application sees it."""
        if not isinstance(problem, http_errors.ParseException) or isinstance(
            problem, http_errors.ConfigurationProblem | http_errors.InvalidResponseHeader
        ):
            report(problem)
        with suppress(OSError):
            write(client, _early(problem))


def _early(problem: Exception) -> bytes:
    """A complete answer, with the policy, to what was not a request."""
    if isinstance(problem, http_errors.LimitRequestLine | http_errors.LimitRequestHeaders):
        refusal = RefusalError("size")
    elif isinstance(problem, http_errors.ParseException):
        refusal = RefusalError("malformed")
    else:
        refusal = RefusalError("broken")
    body = dump(refusal.body())
    lines = [("Connection", "close"), ("Content-Type", "application/json"), ("Content-Length", str(len(body))), *POLICY]
    head = f"HTTP/1.1 {refusal.status} {_REASONS[refusal.status]}\r\n" + "".join(f"{n}: {v}\r\n" for n, v in lines)
    return head.encode("ascii") + b"\r\n" + body


class Server(BaseApplication):  # type: ignore[misc]
    """gunicorn, told everything by the settings and nothing by its own files or environment."""

    def __init__(self, settings: Settings, listener: socket.socket) -> None:
        self._settings = settings
        self._listener = listener
        super().__init__()

    def load_config(self) -> None:
        """See gunicorn's settings."""
        chosen: dict[str, Any] = {
            "bind": [f"fd://{self._listener.fileno()}"],
            "workers": self._settings.workers,
            "threads": self._settings.threads,
            "worker_class": Worker,
            "logger_class": Silent,
            "accesslog": None,
            "keepalive": 15,
            "graceful_timeout": 10,
            # Only from this machine, and only Tor writes it: what a visitor sends comes after Tor's own line.
            "proxy_protocol": "v1",
            "proxy_allow_ips": "127.0.0.1,::1",
            "limit_request_line": 512,
            "limit_request_fields": 64,
            "limit_request_field_size": 8190,
            "control_socket_disable": True,
            "post_worker_init": lambda worker: _start_collector(worker.wsgi),
        }
        for name, value in chosen.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Called in each worker, after the fork: no connection to the database is shared."""
        return create_app(self._settings)


def listen(settings: Settings) -> socket.socket:
    """The listening socket. Raises `OSError` if the port is taken, before anything else has started."""
    return socket.create_server((settings.host, settings.port), backlog=256)


def _start_collector(app: Flask) -> None:
    portal: Portal = app.extensions["candour"]
    collector = Collector(portal.store, lambda: rules_of(portal.register.published().directory), portal.register.prune)
    threading.Thread(target=collect_forever, args=(collector.tick, time.sleep), daemon=True).start()


def collect_forever(tick: Callable[[], float], sleep: Callable[[float], None]) -> None:
    """Close periods as they end. A fault is reported and tried again: what was not closed stays stored."""
    while True:
        try:
            wait = tick()
        except Exception as problem:  # noqa: BLE001 - a collector that stops would stop every report
            report(problem)
            wait = _RETRY
        sleep(wait)
