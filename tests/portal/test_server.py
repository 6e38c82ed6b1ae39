"""`candour serve` as a process: raw answers, silence, crashes, full disks, clear words when it cannot start."""

import os
import random
import re
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx
import pytest

from crypto import work
from crypto.encoding import b64, unb64
from crypto.kdf import name as name_of
from portal.collection import Collector, rules_of
from portal.headers import POLICY
from portal.register import Register
from portal.store import Store
from tests.harness.ports import free_port
from tests.harness.process import running
from tests.portal.serving import COMMAND, Place

pytestmark = [pytest.mark.server, pytest.mark.slow]

POLICY_BYTES = b"".join(f"{name}: {value}\r\n".encode() for name, value in POLICY)
HOST = b"Host: 127.0.0.1\r\nConnection: close\r\n"


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A published portal, not started; nothing closes during a test."""
    return Place(tmp_path, period=86_400, board_period=86_400)


def put(client: httpx.Client, url: str, beacon: dict[str, object], data: bytes, kind: str = "cells") -> int:
    bits = beacon["bits"]
    assert isinstance(bits, int)
    proof = b64(work.solve(unb64(beacon["beacon"], 16), name_of(data), bits))
    return client.put(f"{url}/{kind}/{name_of(data).hex()}", content=data, headers={"Candour-Work": proof}).status_code


RAW = {
    "document": (b"GET / HTTP/1.1\r\n" + HOST + b"\r\n", 200),
    "old protocol": (b"GET / HTTP/1.0\r\n\r\n", 200),
    "not found": (b"GET /nothing HTTP/1.1\r\n" + HOST + b"\r\n", 404),
    "double slash": (b"GET //directory HTTP/1.1\r\n" + HOST + b"\r\n", 404),
    "two slashes alone": (b"GET // HTTP/1.1\r\n" + HOST + b"\r\n", 404),
    "dots": (b"GET /assets/../../data/portal.sqlite HTTP/1.1\r\n" + HOST + b"\r\n", 404),
    "no cell": (b"GET /cells HTTP/1.1\r\n" + HOST + b"\r\n", 404),
    "wrong method": (b"DELETE / HTTP/1.1\r\n" + HOST + b"\r\n", 405),
    "options": (b"OPTIONS * HTTP/1.1\r\n" + HOST + b"\r\n", 404),
    "unknown method": (b"BREW / HTTP/1.1\r\n" + HOST + b"\r\n", 405),
    "query": (b"GET /?who=me HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    "empty query": (b"GET /? HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    "garbage": (b"who am i\r\n\r\n", 400),
    "binary": (bytes(range(256)) + b"\r\n\r\n", 400),
    "bad header": (b"GET / HTTP/1.1\r\nno colon here\r\n\r\n", 400),
    "long line": (b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\n" + HOST + b"\r\n", 413),
    "long header": (b"GET / HTTP/1.1\r\nX: " + b"a" * 99_000 + b"\r\n\r\n", 413),
    "many headers": (b"GET / HTTP/1.1\r\n" + b"".join(b"X-%d: 1\r\n" % n for n in range(200)) + b"\r\n", 413),
    "no length": (b"PUT /cells/" + b"0" * 32 + b" HTTP/1.1\r\n" + HOST + b"\r\n", 413),
    "chunked": (
        b"PUT /cells/" + b"0" * 32 + b" HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        413,
    ),
    "two lengths": (b"PUT /cells/0 HTTP/1.1\r\n" + HOST + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab", 400),
    "both framings": (
        b"PUT /cells/0 HTTP/1.1\r\n" + HOST + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        400,
    ),
    "huge": (b"PUT /cells/" + b"0" * 32 + b" HTTP/1.1\r\n" + HOST + b"Content-Length: 99999999999\r\n\r\n", 413),
    "expectation": (b"GET / HTTP/1.1\r\n" + HOST + b"Expect: the-best\r\n\r\n", 400),
    "odd version": (b"GET / HTTP/9.9\r\n" + HOST + b"\r\n", 400),
    "unsigned": (b"GET /periods HTTP/1.1\r\n" + HOST + b"\r\n", 401),
}


def test_every_raw_answer_has_the_policy_and_no_banner(place: Place) -> None:
    with place.served() as server:
        for case, (sent, status) in RAW.items():
            answer = place.raw(sent)
            head = answer.partition(b"\r\n\r\n")[0] + b"\r\n"
            assert answer.startswith(b"HTTP/1."), case
            assert int(answer.split(b" ")[1]) == status, case
            assert POLICY_BYTES in head, case
            lowered = answer.lower()
            for banner in (b"server:", b"gunicorn", b"werkzeug", b"python", b"set-cookie", b"etag", b"last-modified"):
                assert banner not in lowered, (case, banner)
            assert b"location:" not in head.lower(), case
        printed = server.output().decode()
    assert "Traceback" not in printed
    assert not re.search(r"fault|127\.0\.0\.1(?!:)|who|nothing|portal\.sqlite|BREW", printed), printed


def test_nothing_about_visits_is_printed_or_stored(place: Place) -> None:
    agent, path = "agent-of-a-nurse", "path-of-a-nurse"
    with place.served() as server:
        with httpx.Client(headers={"User-Agent": agent, "X-Forwarded-For": "192.0.2.77"}) as client:
            beacon = client.get(place.url + "/beacon").json()
            cell = os.urandom(4096)
            assert put(client, place.url, beacon, cell) == 204
            assert client.get(f"{place.url}/{path}").status_code == 404
            assert client.get(f"{place.url}/periods/{path}/cells").status_code == 401
        server.stop()
        printed = server.output()
    kept = b"".join(p.read_bytes() for p in place.folder.rglob("*") if p.is_file())
    for told in (agent, path, "192.0.2.77", "GET", "PUT", cell[:8].hex(), name_of(cell).hex()):
        assert told.encode() not in printed
    for told in (agent, path, "192.0.2.77"):
        assert told.encode() not in kept
    assert len(printed.splitlines()) == 1, printed


def test_a_visitor_who_stalls_does_not_stop_the_others(place: Place) -> None:
    stalled = []
    with place.served(CANDOUR_THREADS="4") as server:
        for _ in range(4):
            sock = socket.create_connection(("127.0.0.1", place.port))
            sock.sendall(b"PUT /cells/" + b"0" * 32 + b" HTTP/1.1\r\nHost: x\r\nContent-Length: 4096\r\n\r\nabc")
            stalled.append(sock)
        try:
            assert httpx.get(place.url + "/beacon", timeout=60).status_code == 200
        finally:
            for sock in stalled:
                sock.close()
        server.stop()
        assert len(server.output().splitlines()) == 1, server.output()


def test_a_killed_server_loses_nothing_that_it_acknowledged(place: Place) -> None:
    acknowledged: list[bytes] = []
    lock = threading.Lock()

    def upload(stop: threading.Event, beacon: dict[str, object]) -> None:
        with httpx.Client() as client:
            while not stop.is_set():
                data = os.urandom(4096)
                try:
                    status = put(client, place.url, beacon, data)
                except httpx.HTTPError:
                    time.sleep(0.01)
                    continue
                if status == 204:
                    with lock:
                        acknowledged.append(data)

    for _ in range(3):
        with place.served() as server:
            beacon = httpx.get(place.url + "/beacon").json()
            stop = threading.Event()
            threads = [threading.Thread(target=upload, args=(stop, beacon)) for _ in range(4)]
            for thread in threads:
                thread.start()
            time.sleep(0.8 + random.random() / 2)
            server.kill()
            stop.set()
            for thread in threads:
                thread.join()
    assert len(acknowledged) > 30
    assert published(place) >= set(acknowledged)


def published(place: Place) -> set[bytes]:
    """Every cell, as couriers get them after the period has closed."""
    later = time.time() + 86_400
    register = Register(lambda: store.statements, lambda: later)
    store = Store(place.settings.data, lambda: (86_400, 86_400), lambda: later)
    Collector(store, lambda: rules_of(register.published().directory), register.prune).tick()
    found: set[bytes] = set()
    for row in store.reports.list():
        joined = b"".join(store.reports.read("cells", row.start, 0, row.cells * 4096))
        assert len(joined) == row.cells * 4096
        found |= {joined[i : i + 4096] for i in range(0, len(joined), 4096)}
    store.dispose()
    return found


def test_a_server_stopped_in_the_middle_finishes_what_it_took(place: Place) -> None:
    with place.served() as server:
        beacon = httpx.get(place.url + "/beacon").json()
        cells = [os.urandom(4096) for _ in range(20)]
        with httpx.Client() as client:
            assert {put(client, place.url, beacon, cell) for cell in cells} == {204}
        assert server.stop() == 0
    assert published(place) >= set(cells)


def test_cells_of_many_short_periods_are_all_published_once(tmp_path: Path) -> None:
    place = Place(tmp_path, period=1, board_period=2)
    sent: list[bytes] = []
    with place.served(), httpx.Client() as client:
        until = time.monotonic() + 5
        while time.monotonic() < until:
            beacon = client.get(place.url + "/beacon").json()
            for _ in range(10):
                data = os.urandom(4096)
                if put(client, place.url, beacon, data) == 204:
                    sent.append(data)
    later = time.time() + 100
    store = Store(place.settings.data, lambda: (1, 2), lambda: later)
    register = Register(lambda: store.statements, lambda: later)
    Collector(store, lambda: rules_of(register.published().directory), register.prune).tick()
    rows = store.reports.list()
    joined = b"".join(b"".join(store.reports.read("cells", r.start, 0, r.cells * 4096)) for r in rows)
    store.dispose()
    assert len(rows) >= 4
    assert len(sent) > 30
    assert sorted(joined[i : i + 4096] for i in range(0, len(joined), 4096)) == sorted(sent)


def test_several_processes_are_one_portal(place: Place) -> None:
    """Two separate servers on one folder: same beacon, same periods, every cell kept."""
    second = free_port()
    with (
        place.served(),
        running(
            COMMAND,
            ready_url=f"http://127.0.0.1:{second}/beacon",
            env=place.environment(CANDOUR_PORT=str(second)),
            cwd=place.folder,
        ),
    ):
        urls = [place.url, f"http://127.0.0.1:{second}"]
        beacons = [httpx.get(url + "/beacon").json() for url in urls]
        assert beacons[0] == beacons[1]
        cells = [os.urandom(4096) for _ in range(20)]
        with httpx.Client() as client:
            codes = {put(client, urls[n % 2], beacons[0], cell) for n, cell in enumerate(cells)}
        assert codes == {204}
    assert published(place) == set(cells)


def start(place: Place, **more: str) -> "subprocess.CompletedProcess[str]":
    env = {**os.environ, **place.environment(**more)}
    return subprocess.run(COMMAND, env=env, capture_output=True, text=True, timeout=30, check=False, cwd=place.folder)


def test_a_port_in_use_is_said(place: Place) -> None:
    with place.served():
        done = start(place)
    assert done.returncode == 1
    assert f"Another program is using 127.0.0.1:{place.port}" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_missing_site_is_said(place: Place) -> None:
    (place.settings.site / "index.html").unlink()
    done = start(place)
    assert done.returncode == 1
    assert "Run `candour publish` to build it" in done.stderr


def test_a_bad_setting_is_said(place: Place) -> None:
    done = start(place, CANDOUR_THREADS="none")
    assert done.returncode == 1
    assert "threads = 'none' cannot be used" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_counter_that_cannot_be_reached_is_said(place: Place) -> None:
    done = start(place, CANDOUR_WORKERS="2", CANDOUR_LIMITS=f"redis://127.0.0.1:{free_port()}")
    assert done.returncode == 1
    assert "limits names a place to count that cannot be reached" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("damage", ["folder", "file", "text"])
def test_a_database_that_cannot_be_opened_is_said(place: Place, damage: str) -> None:
    main = place.settings.data / "portal.sqlite"
    if damage == "folder":
        main.unlink()
        main.mkdir()
    elif damage == "text":
        main.write_bytes(b"this is not a database" * 1000)
    else:
        for path in place.settings.data.glob("portal.sqlite*"):
            path.unlink()
        for path in sorted(place.settings.data.rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()
        place.settings.data.rmdir()
        place.settings.data.write_text("a file where the folder should be")
    done = start(place)
    assert done.returncode == 1
    assert "cannot be opened and written" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_full_disk_refuses_and_keeps_what_it_has(place: Place) -> None:
    """Files may grow to 400 kB and no further, as on a disk that is full."""
    limit = 400_000
    cells: list[bytes] = []
    program = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}));"
        "from portal.cli import main; main(['serve'])"
    )
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[1] == resource.RLIM_INFINITY
    assert signal.SIGXFSZ
    with (
        running(
            [sys.executable, "-c", program], ready_url=place.url + "/beacon", env=place.environment(), cwd=place.folder
        ) as server,
        httpx.Client() as client,
    ):
        beacon = client.get(place.url + "/beacon").json()
        codes = []
        for _ in range(300):
            data = os.urandom(4096)
            codes.append(put(client, place.url, beacon, data))
            if codes[-1] == 204:
                cells.append(data)
        answer = client.get(place.url + "/directory")
        assert answer.status_code == 200
        printed = server.output().decode()
    assert 204 in codes
    assert 503 in codes
    assert set(codes) == {204, 503}
    assert "the disk is full or cannot be written" in printed
    assert "Traceback" not in printed
    assert published(place) >= set(cells)
