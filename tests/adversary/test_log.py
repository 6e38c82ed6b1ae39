"""Who reads the portal's files, journals and output, or its machine's log, learns nothing of anyone who called.

Each marked visitor has a name that stands nowhere else: in headers that programs like to log, in paths, in bodies that
are refused, and in requests that break something inside.
"""

import re
import secrets
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from crypto.encoding import b64
from crypto.kdf import name as name_of
from tests.adversary.target import Target, target
from tests.journeys import leaks

pytestmark = pytest.mark.server

TELLING = (
    "User-Agent", "X-Forwarded-For", "X-Real-IP", "Forwarded", "CF-Connecting-IP", "True-Client-IP", "Referer",
    "Cookie", "Accept-Language", "Authorization", "From", "Via", "X-Request-Id", "Origin", "Sec-CH-UA", "DNT",
    "If-None-Match", "X-HTTP-Method-Override", "Content-Type",
)  # fmt: skip
FAULT = re.compile(r"candour: fault: [A-Za-z]+ at [a-z_]+\.py:\d+( < [a-z_]+\.py:\d+)?")


def mark() -> str:
    """A name that no file holds by chance."""
    return f"visitor{secrets.token_hex(8)}"


def search(victim: Target, *marks: str) -> list[leaks.Leak]:
    """The marks in any file, name of a file, or output."""
    places = [
        *victim.files().items(),
        ("output", victim.portal.output()),
        ("names", repr(sorted(victim.files())).encode()),
    ]
    return leaks.search(places, marks)


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Target]:
    """A portal of one test's own, since these break it."""
    with target(tmp_path, policy={"period": 21_600, "board_period": 21_600}) as made:
        yield made


def test_the_search_finds_what_is_there(machine: Target) -> None:
    """The control: a mark that is in a stored cell is found, in the journal or the file."""
    name = mark()
    assert machine.put(name.encode().ljust(4096, b"\0")).status == 204
    assert search(machine, name) != []


def test_marked_headers(machine: Target) -> None:
    names = {header: mark() for header in TELLING}
    (sealed,) = machine.organisation.cells(machine.organisation.guardians[0], 1)
    assert machine.put(sealed, headers=names).status == 204
    assert machine.put(sealed[:-1], headers=names).code == (413, "size")
    for path in ("/", "/directory", "/board", "/beacon", "/assets/candour.js", "/nothing", "/periods"):
        answer = machine.ask("GET", path, headers=names)
        assert answer.header("Set-Cookie") is None
        assert not any(name in repr(answer) for name in names.values())
    assert search(machine, *names.values()) == []


def test_marked_paths_and_bodies(machine: Target) -> None:
    names = [mark() for _ in range(8)]
    text = "".join(names).encode()
    for path in (
        f"/{names[0]}",
        f"/cells/{names[1]}",
        f"/assets/{names[2]}",
        f"/?{names[3]}",
        f"/periods/{names[4]}/cells",
    ):
        for method in ("GET", "PUT", "POST", names[5].upper()):
            assert machine.ask(method, path, text.ljust(4096)).status in (400, 401, 404, 405)
    for method, path in (
        ("PUT", f"/cells/{'0' * 32}"),
        ("POST", "/writer"),
        ("POST", "/statements"),
        ("POST", "/board/0"),
    ):
        for size in (100, 4096, 8192, 262_160, 263_000):
            assert machine.ask(method, path, (text * 2000)[:size]).status in (400, 401, 413)
    assert search(machine, *names, *(name.upper() for name in names)) == []


def test_marked_signed_requests(machine: Target) -> None:
    """A courier's statements with names in them that are refused."""
    names = [mark() for _ in range(3)]
    for body in (b'{"' + names[0].encode() + b'":1}', b'{"v":1,"keys":["' + names[1].encode() + b'"],"statements":[]}'):
        assert machine.signed("POST", "/statements", body).code == (400, "malformed")
    assert machine.signed("POST", f"/board/{names[2]}", b"x").status in (404, 413)
    assert search(machine, *names) == []


def test_what_is_no_request(machine: Target) -> None:
    """The server's own complaints about bad requests quote them, unless they are kept from it."""
    names = [mark() for _ in range(5)]
    for raw in (
        f"{names[0]}\r\n\r\n",
        f"GET /{names[1]} HTTP/7\r\n\r\n",
        f"GET / HTTP/1.1\r\n{names[2]}\r\n\r\n",
        f"GET /{names[3] * 100} HTTP/1.1\r\n\r\n",
        f"GET / HTTP/1.1\r\nHost: {names[4]}\r\nContent-Length: {names[4]}\r\n\r\n",
    ):
        with machine.wire() as wire:
            wire.send(raw.encode())
            assert wire.answer().status in (400, 413)
    assert search(machine, *names) == []


def test_a_fault_in_the_middle_of_a_request(machine: Target) -> None:
    """A database that fails at the insert: the exception's own words hold what was being stored."""
    name = mark()
    assert machine.put(b"\x01" * 4096).status == 204
    (path,) = [one for one in machine.open_files() if one.name.startswith("cells")]
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TRIGGER broken BEFORE INSERT ON items BEGIN SELECT RAISE(ABORT, 'broken'); END")
        connection.commit()
    data = name.encode().ljust(4096, b"\0")
    answers = [machine.put(data, headers={"User-Agent": name}) for _ in range(3)]
    assert [answer.code for answer in answers] == [(500, "broken")] * 3
    assert not any(name in repr(answer) for answer in answers)
    first, *lines = machine.portal.output().decode().splitlines()
    assert "listening" in first
    assert lines
    assert [line for line in lines if not FAULT.fullmatch(line)] == []
    assert search(machine, name, name_of(data).hex()) == []


def test_the_output_tells_no_times_and_no_addresses(machine: Target) -> None:
    """Twenty visits leave no line; that they were at all is not to be seen."""
    before = machine.portal.output()
    for _ in range(20):
        machine.ask("GET", "/")
        machine.ask("PUT", "/cells/x", b"text", {"Candour-Work": b64(bytes(8))})
    with machine.wire() as wire:
        wire.send(b"PUT /cells/x HTTP/1.1\r\nHost: x\r\nContent-Length: 4096\r\n\r\nhalf")
    time.sleep(0.3)
    assert machine.portal.output() == before
