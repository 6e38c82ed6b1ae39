"""The courier: where it will connect, what it believes, how it goes on after a broken line (PROTOCOL 15, 16)."""

import socket
import socketserver
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from crypto import request as signed
from crypto import signing
from recipients.address import check_address
from recipients.courier import Courier, RefusedError
from recipients.errors import GuardianError

SEED = bytes(32)
NOW = 1_800_000_000
ADDRESS = "https://portal.example"

Answer = Callable[[httpx.Request], httpx.Response]


def courier(answer: Answer) -> Courier:
    """A courier whose portal answers like this."""
    return Courier(ADDRESS, SEED, lambda: NOW, transport=httpx.MockTransport(answer))


def refused(call: Callable[[], object], code: str, detail: str | None = None) -> GuardianError:
    """The error of a call that must fail with this code."""
    with pytest.raises(GuardianError) as caught:
        call()
    assert caught.value.code == code
    assert detail is None or caught.value.detail == detail
    return caught.value


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("https://portal.example", "https://portal.example"),
        (" https://portal.example:8443/ ", "https://portal.example:8443"),
        ("http://abcdefghijklmnop.onion", "http://abcdefghijklmnop.onion"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("http://localhost:8000/", "http://localhost:8000"),
    ],
)
def test_addresses_that_will_do(address: str, kept: str):
    assert check_address(address) == kept


@pytest.mark.parametrize(
    ("address", "detail"),
    [
        ("http://portal.example", "plain"),
        ("http://portal.onion.example", "plain"),
        ("http://10.0.0.1", "plain"),
        ("https://portal.example/site", "path"),
        ("https://portal.example/?x", "shape"),
        ("https://me:secret@portal.example", "shape"),
        ("https://portal.example:port", "shape"),
        ("ftp://portal.example", "shape"),
        ("portal.example", "shape"),
        ("", "shape"),
        ("https://", "shape"),
    ],
)
def test_addresses_that_will_not(address: str, detail: str):
    refused(lambda: check_address(address), "address", detail)


def test_what_is_public_is_fetched_as_any_visitor():
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, content=b"{}" if "periods" in request.url.path else b"directory")

    with courier(answer) as one:
        one.get("/directory", 100)
        one.get_json("/periods")
    public, private = (set(request.headers) for request in seen)
    assert not {name for name in public if "signature" in name or name in ("cookie", "authorization", "content-digest")}
    assert {"signature", "signature-input", "content-digest"} <= private
    assert "python" not in str([request.headers for request in seen]).lower()


def test_requests_are_signed_for_what_they_say():
    def answer(request: httpx.Request) -> httpx.Response:
        couriers = {signing.public(SEED)}
        headers = dict(request.headers)
        signed.verify("POST", "portal.example", "/board/5", headers, request.content, couriers, NOW)
        return httpx.Response(204)

    with courier(answer) as one:
        one.post("/board/5", b"cells", "application/octet-stream")


def test_only_204_means_that_a_post_was_taken():
    with courier(lambda _: httpx.Response(200)) as one:
        refused(lambda: one.post("/board/5", b"x", "text/plain"), "odd", "/board/5")


def test_more_than_was_asked_for():
    with courier(lambda _: httpx.Response(200, content=bytes(101))) as one:
        refused(lambda: one.get("/directory", 100), "odd", "/directory")
        assert len(one.get("/directory", 101)) == 101


def test_a_redirect_is_not_followed():
    with courier(lambda _: httpx.Response(302, headers={"location": "https://elsewhere.example"})) as one:
        refused(lambda: one.get("/directory", 100), "odd")


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"v":1}', b'{"error":5}', b"\xff"])
def test_an_error_that_is_not_the_portals(body: bytes):
    with courier(lambda _: httpx.Response(502, content=body)) as one:
        refused(lambda: one.get("/directory", 100), "odd", "/directory 502")


def test_a_refusal_carries_its_code():
    body = b'{"error":"period","say":"Another is open.","start":600,"v":1}'
    with courier(lambda _: httpx.Response(409, content=body)) as one:
        error = refused(lambda: one.post("/board/5", b"x", "text/plain"), "refused", "period")
    assert isinstance(error, RefusedError)
    assert error.start == 600


@pytest.mark.parametrize("fault", [httpx.ConnectError, httpx.ReadTimeout, httpx.RemoteProtocolError, httpx.WriteError])
def test_a_broken_line(fault: type[httpx.TransportError]):
    def answer(request: httpx.Request) -> httpx.Response:
        raise fault("broken", request=request)

    with courier(answer) as one:
        refused(lambda: one.get("/directory", 100), "offline", "portal")


SEGMENT = bytes(range(256)) * 1_000


def serve(request: httpx.Request, *, ranges: bool = True) -> httpx.Response:
    """A segment, with or without ranges."""
    asked = request.headers.get("range")
    if ranges and asked:
        return httpx.Response(206, content=SEGMENT[int(asked.removeprefix("bytes=").rstrip("-")) :])
    return httpx.Response(200, content=SEGMENT)


@pytest.mark.parametrize("ranges", [True, False])
@pytest.mark.parametrize("have", [0, 1, 100_000, len(SEGMENT)])
def test_a_download_goes_on_where_it_stopped(tmp_path: Path, have: int, ranges: bool):
    path = tmp_path / "segment"
    got: list[int] = []
    path.write_bytes(SEGMENT[:have])
    with courier(lambda request: serve(request, ranges=ranges)) as one:
        one.download("/periods/5/cells", len(SEGMENT), path, got.append)
    assert path.read_bytes() == SEGMENT
    assert sum(got) == (len(SEGMENT) - have if ranges or have == len(SEGMENT) else len(SEGMENT))


def test_what_came_before_a_break_is_kept(tmp_path: Path):
    def broken() -> Iterator[bytes]:
        yield SEGMENT[:70_000]
        raise httpx.ReadError("broken")

    path = tmp_path / "segment"
    with courier(lambda _: httpx.Response(200, content=broken())) as one:
        refused(lambda: one.download("/periods/5/cells", len(SEGMENT), path, lambda _: None), "offline", "portal")
    assert 0 < path.stat().st_size <= 70_000
    with courier(serve) as one:
        one.download("/periods/5/cells", len(SEGMENT), path, lambda _: None)
    assert path.read_bytes() == SEGMENT


def test_a_segment_that_does_not_end(tmp_path: Path):
    path = tmp_path / "segment"
    with courier(serve) as one:
        refused(lambda: one.download("/periods/5/cells", 1_000, path, lambda _: None), "odd")
    assert path.stat().st_size <= 1_000


class Proxy(socketserver.StreamRequestHandler):
    """A SOCKS5 proxy that notes who asked for what, and answers every request by itself."""

    asked: list[tuple[bytes, bytes, bytes]]

    def handle(self) -> None:
        """One connection."""
        self.rfile.read(self.rfile.read(2)[1])
        self.wfile.write(b"\x05\x02")
        self.rfile.read(1)
        user = self.rfile.read(self.rfile.read(1)[0])
        self.rfile.read(self.rfile.read(1)[0])
        self.wfile.write(b"\x01\x00")
        kind = self.rfile.read(4)[3:]
        host = self.rfile.read(self.rfile.read(1)[0])
        self.rfile.read(2)
        self.wfile.write(b"\x05\x00\x00\x01" + bytes(6))
        self.asked.append((kind, user, host))
        while self.rfile.readline().strip():
            continue
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")


def test_an_onion_service_is_asked_for_by_name_and_on_two_circuits():
    class Noting(Proxy):
        asked: list[tuple[bytes, bytes, bytes]] = []  # noqa: RUF012

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Noting) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        socks = f"127.0.0.1:{server.server_address[1]}"
        with Courier("http://abcdefghij.onion", SEED, lambda: NOW, socks=socks) as one:
            one.get("/directory", 100)
            one.get_json("/periods")
        server.shutdown()
        thread.join()
    (kind, first, host), (_, second, _) = Noting.asked
    assert (kind, host) == (b"\x03", b"abcdefghij.onion")
    assert first != second


def test_without_the_proxy_an_onion_service_is_not_reached_otherwise(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("recipients.courier.TOR", f"127.0.0.1:{_closed_port()}")
    monkeypatch.setattr(socket, "getaddrinfo", lambda *values, **_: _local_only(*values))
    with Courier("http://abcdefghij.onion", SEED, lambda: NOW) as one:
        refused(lambda: one.get("/directory", 100), "offline", "proxy")


def test_the_environment_does_not_choose_the_way(monkeypatch: pytest.MonkeyPatch):
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with Courier(ADDRESS, SEED, lambda: NOW) as one:
        assert not one._visitor._mounts
        assert not one._signed._mounts


def _closed_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _local_only(host: str, *values: object) -> list[object]:
    if host != "127.0.0.1":
        raise AssertionError(f"{host} was looked up")
    return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (host, values[0]))]


@pytest.mark.parametrize(
    ("address", "authority"),
    [
        ("https://Portal.Example:443", "portal.example"),
        ("http://portal.onion:80", "portal.onion"),
        ("https://portal.example:80", "portal.example:80"),
    ],
)
def test_what_is_signed_is_the_host_that_is_asked(address: str, authority: str):
    public = signing.public(SEED)

    def answer(request: httpx.Request) -> httpx.Response:
        assert request.headers["host"] == authority
        signed.verify("GET", authority, "/periods", dict(request.headers), b"", {public}, NOW)
        return httpx.Response(200, content=b'{"v":1}')

    with Courier(address, SEED, lambda: NOW, transport=httpx.MockTransport(answer)) as one:
        assert one.get_json("/periods") == {"v": 1}
