"""Anything but the requests of PROTOCOL section 15 is refused, with one short answer, and leaves nothing."""

import os
import zlib
from functools import cache
from pathlib import Path

import pytest

from crypto.encoding import b64
from crypto.kdf import name as name_of
from tests.adversary.target import Target, target
from tests.adversary.wire import Answer, Wire

pytestmark = pytest.mark.server

# What a frightened person might be made to send by a false or broken page: words.
READABLE = b"The pumps on ward 4 fail at night and nobody may write it down. " * 64
TEXT = READABLE[:4096]
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "BREW", "put")
ALLOWED = {
    "/": {"GET", "HEAD"},
    "/directory": {"GET", "HEAD"},
    "/manifest": {"GET", "HEAD"},
    "/board": {"GET", "HEAD"},
    "/beacon": {"GET", "HEAD"},
    "/assets/candour.js": {"GET", "HEAD"},
    "/periods": {"GET", "HEAD"},
    "/periods/0/cells": {"GET", "HEAD"},
    "/periods/0/chunks": {"GET", "HEAD"},
    f"/cells/{'0' * 32}": {"PUT"},
    f"/chunks/{'0' * 32}": {"PUT"},
    "/writer": {"POST"},
    "/board/0": {"POST"},
    "/statements": {"POST"},
}
NOWHERE = (
    "/report", "/submit", "/api", "/inbox", "/login", "/admin", "/static/x", "/favicon.ico", "/robots.txt", "/cells",
    "/cells/", f"/cells/{'0' * 32}/x", "/chunks", "/assets", "/assets/", "/assets/..%2fportal.sqlite", "/assets/../x",
    "/assets/.candour.js.new", "/portal.sqlite", "/./", "/%2e%2e/", "/directory/", "/board/", "/periods/",
    "/.well-known/", "/.well-known/webcat/", "/.well-known/webcat/x.json", "/.well-known/webcat/..%2fmanifest.json",
    "/writer/", "/statements/", "/index.html", "/Board", "/open/cells.sqlite",
)  # fmt: skip
VARYING = {"Date", "Connection", "Content-Type", "Content-Length", "Allow"}


def policy(answer: Answer) -> list[tuple[str, str]]:
    """The headers that every answer must have, byte for byte; what differs by nature is left out."""
    return [(name, value) for name, value in answer.headers if name not in VARYING]


@cache
def site_policy(victim: Target) -> list[tuple[str, str]]:
    """The headers of the site itself."""
    return policy(victim.ask("GET", "/"))


def check(victim: Target, answer: Answer, *codes: tuple[int, str]) -> None:
    """One of these refusals; short, clear, repeating nothing, under the same policy as the site."""
    assert answer.code in codes, answer
    assert policy(answer) == site_policy(victim)
    assert len(policy(answer)) >= 9
    assert len(answer.body) < 400
    assert answer.header("Content-Type") == "application/json"
    assert b"ward" not in answer.body
    assert answer.json()["say"].endswith(".")


def nothing_stored(victim: Target) -> None:
    """No item, and no word in any file, journals included."""
    assert victim.stored() == 0
    places = {**victim.files(), "output": victim.portal.output()}
    assert [name for name, content in places.items() if b"ward 4" in content] == []


def test_one_real_cell_is_taken(tmp_path: Path) -> None:
    """The control, on a portal of its own: what is refused below is not refused for some other reason."""
    with target(tmp_path, policy={"period": 21_600, "board_period": 21_600}) as other:
        (sealed,) = other.organisation.cells(other.organisation.guardians[0], 1)
        assert other.put(sealed).status == 204
        assert other.stored() == 1
        with other.wire() as wire:
            for _ in range(3):  # a connection is kept, and the same again is taken and stored once
                assert wire.ask("PUT", f"/cells/{name_of(sealed).hex()}", sealed, work()).status == 204
        assert other.stored() == 1


def work() -> dict[str, str]:
    """Any nonce will do where the price is nothing."""
    return {"Candour-Work": b64(bytes(8))}


@pytest.mark.parametrize("path", ALLOWED)
def test_every_other_method(victim: Target, path: str) -> None:
    for method in METHODS:
        if method not in ALLOWED[path]:
            answer = victim.ask(method, path, TEXT)
            if method != "HEAD":
                check(victim, answer, (405, "method"), (400, "malformed"))
            assert answer.status in (400, 405)
    nothing_stored(victim)


@pytest.mark.parametrize("path", NOWHERE)
def test_words_to_any_other_address(victim: Target, path: str) -> None:
    for method in ("GET", "POST", "PUT"):
        for kind in ("text/plain", "application/x-www-form-urlencoded", "application/json"):
            answer = victim.ask(method, path, TEXT, {"Content-Type": kind, **work()})
            check(victim, answer, (404, "none"), (400, "name"), (405, "method"))
    nothing_stored(victim)


@pytest.mark.parametrize("size", [0, 1, 100, 4095, 4097, 8192, 262_143, 262_144, 262_159, 262_160, 262_161, 10_000_000])
def test_a_cell_of_another_size(victim: Target, size: int) -> None:
    body = (READABLE * (size // len(READABLE) + 1))[:size]
    check(victim, victim.put(body), (413, "size"))
    nothing_stored(victim)


def test_what_is_too_short_to_be_a_request_gets_no_answer(victim: Target) -> None:
    """Tor's line, where there is one, is looked for in the first twelve bytes; no request has fewer."""
    with victim.wire() as wire:
        wire.send(b"GET\r\n\r\n")
        assert wire.ended()
    nothing_stored(victim)


@pytest.mark.parametrize("size", [0, 1, 4096, 262_143, 262_144, 262_159, 262_161, 524_320, 10_000_000])
def test_a_chunk_of_another_size(victim: Target, size: int) -> None:
    body = (READABLE * (size // len(READABLE) + 1))[:size]
    check(victim, victim.put(body, "chunks"), (413, "size"))
    nothing_stored(victim)


def test_words_under_a_name_that_is_not_theirs(victim: Target) -> None:
    """Right size, wrong name."""
    for name in ("0" * 32, name_of(TEXT).hex().upper(), name_of(TEXT).hex()[:-1], "report", name_of(b"").hex()):
        check(victim, victim.ask("PUT", f"/cells/{name}", TEXT, work()), (400, "name"))
    nothing_stored(victim)


@pytest.mark.parametrize("proof", [None, "", "AAAA", "A" * 12, "A" * 11 + "=", "?" * 11, b64(bytes(9))])
def test_without_work(victim: Target, proof: str | None) -> None:
    """Even where the price is nothing, the header has its one form; the answer tells the price."""
    headers = {} if proof is None else {"Candour-Work": proof}
    answer = victim.ask("PUT", f"/cells/{name_of(TEXT).hex()}", TEXT, headers)
    check(victim, answer, (428, "work"))
    assert {"beacon", "bits", "start"} < set(answer.json())
    nothing_stored(victim)


@pytest.mark.parametrize("path", [*ALLOWED, "/nothing"])
def test_a_question_mark(victim: Target, path: str) -> None:
    """An address with a query stands in histories and logs."""
    for query in ("?", "?a=b", "?report=ward+4", "%3F"):
        method = min(ALLOWED.get(path, {"GET"}))
        answer = victim.ask(method, path + query, TEXT, work())
        check(
            victim,
            answer,
            *([(404, "none"), (400, "name"), (401, "signature")] if query == "%3F" else [(400, "malformed")]),
        )
    nothing_stored(victim)


@pytest.mark.parametrize("path", [f"/cells/{name_of(TEXT).hex()}", f"/chunks/{name_of(TEXT).hex()}", "/writer"])
@pytest.mark.parametrize("size", [1, 4096, 262_160, 300_000])
def test_chunked(victim: Target, path: str, size: int) -> None:
    """A body whose length nobody says first."""
    body = (TEXT * 80)[:size]
    head = f"{'POST' if path == '/writer' else 'PUT'} {path} HTTP/1.1\r\nHost: {victim.authority}\r\n"
    head += f"Transfer-Encoding: chunked\r\nCandour-Work: {b64(bytes(8))}\r\n\r\n{size:x}\r\n"
    with victim.wire() as wire:
        wire.send(head.encode() + body + b"\r\n0\r\n\r\n")
        check(victim, wire.answer(), (413, "size"))
    nothing_stored(victim)


@pytest.mark.parametrize(
    "headers",
    [
        "Content-Length: 4096\r\nContent-Length: 4097",
        "Content-Length: 4096\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: gzip, chunked",
        "Transfer-Encoding: identity",
        "Content-Length: -1",
        "Content-Length: +4096",
        "Content-Length: 4096, 4096",
        "Content-Length: 0x1000",
        "Content-Length : 4096",
        "Content-Length: 4096\r\n folded: yes",
    ],
)
def test_two_ways_to_say_a_length(victim: Target, headers: str) -> None:
    """Where two programs disagree on where a body ends, one person's request becomes part of another's."""
    head = f"PUT /cells/{name_of(TEXT).hex()} HTTP/1.1\r\nHost: {victim.authority}\r\n{headers}\r\n"
    with victim.wire() as wire:
        wire.send(f"{head}Candour-Work: {b64(bytes(8))}\r\n\r\n".encode() + TEXT)
        answer = wire.answer()
        check(victim, answer, (400, "malformed"), (413, "size"), (500, "broken"))
        assert answer.status != 500
        assert wire.ended()
    nothing_stored(victim)


@pytest.mark.parametrize("path", [f"/cells/{'0' * 32}", "/nothing", "/", "/statements"])
def test_a_request_inside_a_refused_body(victim: Target, path: str) -> None:
    """What was refused unread must not be read as the next request."""
    inner = f"GET /beacon HTTP/1.1\r\nHost: {victim.authority}\r\n\r\n".encode() * 50
    head = f"PUT {path} HTTP/1.1\r\nHost: {victim.authority}\r\nContent-Length: {len(inner)}\r\n\r\n"
    with victim.wire() as wire:
        wire.send(head.encode() + inner)
        check(victim, wire.answer(), (413, "size"), (404, "none"), (405, "method"))
        assert answers_left(wire) == []
    nothing_stored(victim)


def answers_left(wire: Wire) -> list[int]:
    """The statuses of what else is answered before the connection ends or a marked question is answered."""
    wire.send(b"GET /the-mark HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    found: list[int] = []
    while True:
        try:
            found.append(wire.answer().status)
        except ConnectionError:
            break
    return [status for status in found if status != 404]


@pytest.mark.parametrize(
    "raw",
    [
        b"\x00" * 64 + b"\r\n\r\n",
        b"GET\r\nHost: x\r\n\r\n",
        b"GET /ward 4 nobody may write it down HTTP/1.1\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /" + b"a" * 600 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\n" + b"A: b\r\n" * 200 + b"\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nA: " + b"b" * 20_000 + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\nno colon, ward 4\r\n\r\n",
        "GET /stück-ward 4 HTTP/1.1\r\n\r\n".encode(),
    ],
    ids=["zeros", "no path", "words", "version", "long", "many headers", "long header", "no colon", "not ascii"],
)
def test_what_is_no_request(victim: Target, raw: bytes) -> None:
    with victim.wire() as wire:
        wire.send(raw)
        check(victim, wire.answer(), (400, "malformed"), (413, "size"))
        assert wire.ended()
    nothing_stored(victim)


@pytest.mark.parametrize("size", [0, 1, 4096, 262_143, 262_144, 262_145, 10_000_000])
@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/octet-stream"])
def test_words_to_the_writers_door(victim: Target, size: int, kind: str) -> None:
    """The one-file writer's form takes a file of one size and no field with words."""
    body = (READABLE * (size // len(READABLE) + 1))[:size]
    check(victim, victim.ask("POST", "/writer", body, {"Content-Type": kind}), (413, "size"), (400, "malformed"))
    nothing_stored(victim)


def form(*fields: tuple[str, bytes]) -> tuple[bytes, str]:
    """A multipart body, and its type."""
    parts = [b'--edge\r\nContent-Disposition: form-data; name="' + n.encode() + b'"\r\n\r\n' + v for n, v in fields]
    return b"\r\n".join([*parts, b"--edge--\r\n"]), "multipart/form-data; boundary=edge"


def test_words_in_the_writers_form(victim: Target) -> None:
    """As text fields of the right length together, without a file, or beside one."""
    exact = (READABLE * 65)[:262_144]
    for fields in ([("file", exact)], [("report", exact)], [("file", exact[:1000]), ("report", exact[1000:])]):
        body, kind = form(*fields)
        check(victim, victim.ask("POST", "/writer", body, {"Content-Type": kind}), (400, "malformed"), (413, "size"))
    nothing_stored(victim)


def test_packed_words(victim: Target) -> None:
    """Compressed, so that they have another size than they seem to."""
    packed = zlib.compress(READABLE)
    for body in (packed, packed.ljust(4096, b"\0")):
        answer = victim.ask("PUT", f"/cells/{name_of(READABLE).hex()}", body, {"Content-Encoding": "deflate", **work()})
        check(victim, answer, (413, "size"), (400, "name"))
    nothing_stored(victim)


def test_a_body_that_never_comes(victim: Target) -> None:
    """Announced and cut off: half a cell is no cell."""
    head = f"PUT /cells/{name_of(TEXT).hex()} HTTP/1.1\r\nHost: {victim.authority}\r\nContent-Length: 4096\r\n"
    for sent in (0, 1, 4095):
        with victim.wire() as wire:
            wire.send(f"{head}Candour-Work: {b64(bytes(8))}\r\n\r\n".encode() + TEXT[:sent])
    nothing_stored(victim)


def test_random_requests(victim: Target) -> None:
    """Three hundred requests of chance methods, paths and bodies: none is taken, none breaks anything."""
    pieces = [*ALLOWED, *NOWHERE]
    statuses = set()
    for _ in range(300):
        seed = os.urandom(4)
        method, path = METHODS[seed[0] % len(METHODS)], pieces[seed[1] % len(pieces)]
        body = TEXT[: seed[2] * 17]
        if method in ALLOWED.get(path, set()) and method != "PUT":
            continue
        answer = victim.ask(method, path, body, {"Candour-Work": b64(bytes(8)), "Content-Type": "text/plain"})
        statuses.add(answer.status)
        assert policy(answer) == site_policy(victim)
    assert statuses <= {400, 404, 405, 413, 428}
    nothing_stored(victim)
