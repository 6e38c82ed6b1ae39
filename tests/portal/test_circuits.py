"""Fair shares by circuit of Tor: who floods is slowed, others are not, and no ordinary address is ever looked at."""

import os
import socket
from pathlib import Path

import pytest

from tests.portal.serving import Place
from tests.portal.world import World

CIRCUIT = "fc00:dead:beef:4dad::{:x}:{:x}"


@pytest.fixture
def fair(tmp_path: Path):
    made = World(tmp_path, circuit_rate="3 per hour")
    yield made
    made.close()


def asked(world: World, address: str) -> int:
    return world.client.get("/beacon", environ_overrides={"REMOTE_ADDR": address}).status_code


def test_a_circuit_that_floods_is_slowed_and_another_is_not(fair: World) -> None:
    assert [asked(fair, CIRCUIT.format(0, 7)) for _ in range(5)] == [200, 200, 200, 429, 429]
    assert [asked(fair, CIRCUIT.format(0, 8)) for _ in range(3)] == [200, 200, 200]


def test_a_slowed_upload_is_told_busy_and_is_not_stored(fair: World) -> None:
    cell, flooding = os.urandom(4096), CIRCUIT.format(1, 1)
    headers = {"Candour-Work": fair.proof(cell)}
    for _ in range(3):
        asked(fair, flooding)
    answer = fair.client.put(
        "/cells/" + "0" * 32, data=cell, headers=headers, environ_overrides={"REMOTE_ADDR": flooding}
    )
    assert (answer.status_code, answer.get_json()["error"]) == (429, "busy")


@pytest.mark.parametrize("address", ["127.0.0.1", "192.0.2.7", "2001:db8::1", "fc00:dead:beef:4dae::1", "", "x"])
def test_who_comes_another_way_is_never_counted_by_address(fair: World, address: str) -> None:
    assert {asked(fair, address) for _ in range(6)} == {200}


def test_where_it_is_counted_does_not_tell_which_circuit_it_was(fair: World) -> None:
    asked(fair, CIRCUIT.format(0xAB, 0xCDEF))
    kept = repr(vars(fair.portal.limits._limiter.storage))
    assert "circuit" in kept
    # The address and the number in it, as text, hex, bytes and decimal: none stands in random hex by chance.
    for told in ("dead:beef", "deadbeef", "ab:cdef", "00abcdef", r"\xab\xcd\xef", str(0xABCDEF)):
        assert told not in kept, told


@pytest.mark.server
@pytest.mark.slow
def test_a_circuit_holds_for_every_request_of_its_connection_and_is_never_printed(tmp_path: Path) -> None:
    """Tor writes its line once, before the first request; a flood over one open connection must be seen as well."""
    place = Place(tmp_path)
    line = f"PROXY TCP6 {CIRCUIT.format(0xF1, 0x00D5)} ::1 65535 80\r\n".encode()
    ask, last = (
        b"GET /beacon HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /beacon HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    )
    with place.served(CANDOUR_CIRCUIT_RATE="3 per hour") as server:
        answers = place.raw(line + ask * 4 + last)
        other = place.raw(line.replace(b"f1:d5", b"f1:d6") + last)
        plain = [place.raw(last).count(b" 200 OK") for _ in range(6)]
        forged = place.raw(line.replace(b"f1:d5", b"f1:d7") + line + last)
        printed = server.output()
    assert [answers.count(status) for status in (b" 200 OK", b" 429 ")] == [3, 2]
    assert b" 200 OK" in other
    assert plain == [1] * 6
    assert b" 400 " in forged, "a second line is what a visitor wrote, and no request"
    assert b"dead:beef" not in printed
    assert b"PROXY" not in printed


@pytest.mark.server
@pytest.mark.slow
def test_a_line_that_does_not_end_does_not_hold_the_portal(tmp_path: Path) -> None:
    place = Place(tmp_path)
    with place.served(CANDOUR_THREADS="2"):
        stalled = []
        for _ in range(2):
            sock = socket.create_connection(("127.0.0.1", place.port))
            sock.sendall(b"PROXY TCP6 fc00:dead")
            stalled.append(sock)
        assert b" 200 OK" in place.raw(b"GET /beacon HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", timeout=60)
        for sock in stalled:
            sock.close()
        assert b" 400 " in place.raw(b"PROXY TCP6 nonsense\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n")
