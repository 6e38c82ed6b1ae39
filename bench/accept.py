"""Cells a second that `candour serve` accepts durably, beside an empty Flask route under the same gunicorn.

Both servers run at once; each round asks one, then the other, for the same time, with the same clients: processes that
keep connections open and send 4,096 bytes a request. Then the disk alone: 4,096 bytes written and forced to it, by one
writer. Afterwards the cells in the open file are counted: each 204 must be one.
"""

import http.client
import multiprocessing
import os
import sqlite3
import sys
import tempfile
import threading
import time
from contextlib import closing
from multiprocessing.connection import Connection
from pathlib import Path

from flask import Flask, Response, request

from bench._measure import machine, share, spread
from crypto.encoding import b64
from crypto.kdf import hexname
from portal.server import Server, listen
from portal.settings import Settings
from tests.adversary.target import target
from tests.harness.ports import free_port
from tests.harness.process import running

CLIENTS, CONNECTIONS = 2, 4
ROUNDS, SECONDS = 5, 4.0
SETTINGS = 'cells_mb = 100000\ncells_rate = "1000000 per second"\n'
LONG = {"period": 86_400, "board_period": 86_400}


class Empty(Server):
    """The same server around one route that reads the body and does nothing with it."""

    def load_config(self) -> None:
        """As the portal's, but nothing to collect."""
        super().load_config()
        self.cfg.set("post_worker_init", lambda _worker: None)

    def load(self) -> Flask:
        """One route."""
        app = Flask(__name__, static_folder=None)
        app.add_url_rule("/", view_func=lambda: Response(status=204))
        app.add_url_rule("/cells/<name>", methods=["PUT"], view_func=_swallow)
        return app


def _swallow(name: str) -> Response:
    return Response(status=204 if name and len(request.get_data()) == 4096 else 400)


def _connection(port: int, until: float, counts: list[int]) -> None:
    client, done = http.client.HTTPConnection("127.0.0.1", port), 0
    headers = {"Candour-Work": b64(bytes(8))}
    while time.monotonic() < until:
        # The server cannot tell random bytes from a sealed cell, and the client must not be what is measured.
        body = os.urandom(4096)
        client.request("PUT", f"/cells/{hexname(body)}", body, headers)
        answer = client.getresponse()
        answer.read()
        if answer.status != 204:
            raise RuntimeError(f"the server answered {answer.status}")
        done += 1
    client.close()
    counts.append(done)


def _client(port: int, until: float, pipe: Connection) -> None:
    counts: list[int] = []
    threads = [threading.Thread(target=_connection, args=(port, until, counts)) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    pipe.send((sum(counts), len(counts) == CONNECTIONS))


def rate(port: int) -> tuple[float, int]:
    """Requests a second of all clients together, and how many."""
    began, pipes = time.monotonic(), []
    context = multiprocessing.get_context("fork")
    for _ in range(CLIENTS):
        here, there = context.Pipe()
        context.Process(target=_client, args=(port, began + SECONDS, there), daemon=True).start()
        pipes.append(here)
    answers = [pipe.recv() for pipe in pipes]
    if not all(whole for _, whole in answers):
        raise RuntimeError("a client was refused")
    done = sum(count for count, _ in answers)
    return done / (time.monotonic() - began), done


def disk(folder: Path) -> float:
    """Blocks of 4,096 bytes a second that one writer can force to the disk, one by one."""
    block, done, began = os.urandom(4096), 0, time.monotonic()
    with (folder / "blocks").open("wb", buffering=0) as file:
        while time.monotonic() < began + SECONDS / 4:
            file.write(block)
            os.fdatasync(file.fileno())
            done += 1
    return done / (time.monotonic() - began)


def _stored(folder: Path) -> int:
    (file,) = folder.glob("open/cells-*.sqlite")
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
        (count,) = connection.execute("SELECT count(*) FROM items").fetchone()
    return int(count)


def main() -> None:
    """Measure and print."""
    empty = free_port()
    with tempfile.TemporaryDirectory(prefix="candour-bench-") as name:
        command = [sys.executable, "-m", "bench.accept", "empty", str(empty)]
        with (
            target(Path(name), policy=LONG, settings=SETTINGS) as portal,
            running(command, ready_url=f"http://127.0.0.1:{empty}/"),
        ):
            both = [(rate(empty)[0], rate(portal.port), disk(Path(name))) for _ in range(ROUNDS)]
            acknowledged, stored = sum(done for _, (_, done), _ in both), _stored(portal.data)
    if acknowledged != stored:
        raise SystemExit(f"{acknowledged} cells were acknowledged, {stored} are stored")
    print(f"Cells accepted ({machine()}; clients on the same cores, {CLIENTS * CONNECTIONS} kept connections)")
    print(f"  candour serve, durable: {spread([cells for _, (cells, _), _ in both])} a second")
    print(f"  empty Flask route:      {spread([calls for calls, _, _ in both])} a second")
    print(f"  share:                  {share([cells / calls for calls, (cells, _), _ in both])}")
    print(f"  the disk, one writer:   {spread([blocks for _, _, blocks in both])} forced blocks a second")
    print(f"  all {stored:,} acknowledged cells are in the open file")


if __name__ == "__main__":
    if sys.argv[1:2] == ["empty"]:
        own = Settings(data=Path(), site=Path(), port=int(sys.argv[2]))
        Empty(own, listen(own)).run()
    else:
        main()
