"""The only module that opens sockets: fetches and posts for a guardian (PROTOCOL sections 15 and 16).

Two clients that share nothing: what anyone may fetch is fetched as a visitor would, unsigned and over a Tor circuit of
its own, so that a portal cannot show guardians one directory and visitors another. Signed requests go over the other.
"""

import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

import httpx

from crypto import request as signed
from crypto.encoding import load
from crypto.errors import CandourError
from recipients.address import TOR, check_address
from recipients.errors import GuardianError
from recipients.vault.files import disk

_TIMEOUT = httpx.Timeout(60, connect=90)
_JSON = 64 * 1024 * 1024
_ERROR = 65_536


class Courier:
    """A connection to one portal. `seed` is the courier key's; `clock` gives unix seconds when a request is signed."""

    def __init__(
        self,
        address: str,
        seed: bytes,
        clock: Callable[[], float],
        *,
        socks: str | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._address = check_address(address)
        self._authority = _authority(self._address)
        self._seed, self._clock = seed, clock
        onion = (urlsplit(self._address).hostname or "").endswith(".onion")
        proxy = socks or (TOR if onion else None)
        self._proxied = proxy is not None
        self._visitor, self._signed, self._sender = (_client(proxy, transport) for _ in range(3))

    def get(self, path: str, limit: int) -> bytes:
        """Fetches what is public, as any visitor; `odd` when it is longer than `limit` bytes."""
        with self._answer(self._visitor, "GET", path, {}, b"") as answer:
            return _body(answer, limit, path)

    def get_json(self, path: str) -> object:
        """Fetches JSON with a signed request."""
        with self._answer(self._signed, "GET", path, self._headers("GET", path, b""), b"") as answer:
            return _json(_body(answer, _JSON, path), path)

    def get_beacon(self) -> object:
        """Fetches what a cell costs now, as whoever sends cells does."""
        with self._answer(self._sender, "GET", "/beacon", {}, b"") as answer:
            return _json(_body(answer, _ERROR, "/beacon"), "/beacon")

    def put_cell(self, cell_name: str, cell: bytes, work: str) -> None:
        """Sends a report cell as a reporter's browser does: unsigned, over a connection that nothing else uses."""
        path, headers = f"/cells/{cell_name}", {"candour-work": work, "content-type": "application/octet-stream"}
        with self._answer(self._sender, "PUT", path, headers, cell) as answer:
            if answer.status_code != 204:
                raise GuardianError("odd", path)

    def post(self, path: str, body: bytes, kind: str) -> None:
        """Posts a body of this media type with a signed request; a `204` is the only answer that counts as taken."""
        headers = {**self._headers("POST", path, body), "content-type": kind}
        with self._answer(self._signed, "POST", path, headers, body) as answer:
            if answer.status_code != 204:
                raise GuardianError("odd", path)

    def download(self, path: str, size: int, to: Path, on_bytes: Callable[[int], None]) -> None:
        """Adds what is missing of a file of `size` bytes to `to`, which may hold its beginning from an earlier try."""
        have = to.stat().st_size if to.exists() else 0
        if have >= size:
            return
        headers = self._headers("GET", path, b"")
        if have:
            headers["range"] = f"bytes={have}-"
        with self._answer(self._signed, "GET", path, headers, b"") as answer:
            # A server without ranges sends the whole again.
            start = have if answer.status_code == 206 else 0
            with disk(), to.open("r+b" if start else "wb") as file:
                file.seek(start)
                for piece in _pieces(answer, size - start, path):
                    file.write(piece)
                    on_bytes(len(piece))

    def close(self) -> None:
        """Closes both clients."""
        self._visitor.close()
        self._signed.close()
        self._sender.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()

    def _headers(self, method: str, path: str, body: bytes) -> dict[str, str]:
        now = int(self._clock())
        return dict(signed.sign(method, self._authority, path, body, self._seed, now, secrets.token_bytes(16)))

    @contextmanager
    def _answer(
        self, client: httpx.Client, method: str, path: str, headers: Mapping[str, str], body: bytes
    ) -> Iterator[httpx.Response]:
        try:
            with client.stream(method, self._address + path, headers=dict(headers), content=body or None) as answer:
                if answer.status_code not in (200, 204, 206):
                    raise _refusal(answer, path)
                yield answer
        except httpx.ProxyError:
            raise GuardianError("offline", "proxy") from None
        except httpx.ConnectError:
            raise GuardianError("offline", "proxy" if self._proxied else "portal") from None
        except httpx.TransportError:
            raise GuardianError("offline", "portal") from None


def _authority(address: str) -> str:
    """The name and port as they stand in the Host header, where a scheme's usual port is left out (RFC 9421, 2.2.3)."""
    parts = urlsplit(address)
    usual = {"http": ":80", "https": ":443"}[parts.scheme]
    return parts.netloc.lower().removesuffix(usual)


def _client(proxy: str | None, transport: httpx.BaseTransport | None) -> httpx.Client:
    # Tor gives every user name of its proxy a circuit of its own. "h": names are looked up by the proxy, never here.
    url = f"socks5h://{secrets.token_hex(8)}:candour@{proxy}" if proxy and transport is None else None
    return httpx.Client(
        proxy=url,
        transport=transport,
        timeout=_TIMEOUT,
        follow_redirects=False,
        # What the machine's environment says about proxies must not send a request around Tor.
        trust_env=False,
        headers={"user-agent": "candour", "accept-encoding": "identity"},
    )


def _refusal(answer: httpx.Response, path: str) -> GuardianError:
    try:
        said = load(_body(answer, _ERROR, path), _ERROR)
    except (CandourError, GuardianError):
        return GuardianError("odd", f"{path} {answer.status_code}")
    if not isinstance(said, dict) or not isinstance(said.get("error"), str):
        return GuardianError("odd", f"{path} {answer.status_code}")
    return RefusedError(said)


class RefusedError(GuardianError):
    """The portal said no. `detail` is its code, `reason` a code of PROTOCOL section 2, `start` the open period."""

    def __init__(self, said: Mapping[str, object]) -> None:
        reason, start = said.get("reason"), said.get("start")
        self.reason = str(reason)[:32] if isinstance(reason, str) else ""
        error = str(said["error"])[:32]
        super().__init__("refused", f"{error} {self.reason}" if error == "refused" and self.reason else error)
        self.start = start if type(start) is int else None


def _pieces(answer: httpx.Response, limit: int, path: str) -> Iterator[bytes]:
    seen = 0
    for piece in answer.iter_bytes(65_536):
        seen += len(piece)
        if seen > limit:
            raise GuardianError("odd", path)
        yield piece


def _body(answer: httpx.Response, limit: int, path: str) -> bytes:
    return b"".join(_pieces(answer, limit, path))


def _json(data: bytes, path: str) -> object:
    try:
        return load(data, _JSON)
    except CandourError:
        raise GuardianError("odd", path) from None
