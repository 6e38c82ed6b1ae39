"""Visits for the watch: what a browser loads, over a fresh circuit each time (PROTOCOL section 15).

    sight = visit("http://….onion", None)        # what one visitor was shown
    sight.answers["/directory"].body

Requests look as Tor Browser's do as far as HTTP goes, so that a false portal does not know whom to show the truth. What
only a checker asks for (the signed list, an address that does not exist) goes over another circuit.
"""

import secrets
import ssl
import time
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from functools import cache
from urllib.parse import urlsplit

import httpx

from crypto import statement
from crypto.errors import CandourError
from recipients.address import TOR, check_address
from recipients.errors import GuardianError

LIMIT = 64 * 1024 * 1024
MANIFEST = "/manifest"
NOWHERE = "an address that does not exist"
_TIMEOUT = httpx.Timeout(60, connect=90)
_HEADERS = (
    ("user-agent", "Mozilla/5.0 (Windows NT 10.0; rv:128.0) Gecko/20100101 Firefox/128.0"),
    ("accept", "*/*"),
    ("accept-language", "en-US,en;q=0.5"),
    ("accept-encoding", "gzip, deflate, br, zstd"),
)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """An answer: names of headers in lower case, the body as a browser unpacks it."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def all(self, name: str) -> list[str]:
        """The values of a header."""
        return [value for known, value in self.headers if known == name]


@dataclass(frozen=True, kw_only=True)
class Sight:
    """What one visitor and one checker were shown: answers by path; `ahead` is by how many seconds the portal's clock
    is before ours, None where it did not say; `secure` where a TLS proxy may add headers of its own."""

    answers: Mapping[str, Answer]
    ahead: int | None
    secure: bool


def visit(
    address: str,
    socks: str | None,
    clock: Callable[[], float] = time.time,
    step: Callable[[str], None] = lambda _path: None,
) -> Sight:
    """One visit over fresh circuits. Raises `GuardianError` `offline`, `address`, `odd` (an answer that never ends).

    `step` is told each path before it is fetched; what it raises ends the visit.
    """
    place = check_address(address)
    with _client(place, socks) as checker, _client(place, socks) as visitor:

        def get(client: httpx.Client, path: str) -> Answer:
            step(path)
            return _get(client, place, path)

        answers = {MANIFEST: get(checker, MANIFEST), "/": get(visitor, "/")}
        ahead = _ahead(answers["/"], clock())
        for path in [*_listed(answers[MANIFEST]), "/directory", "/board"]:
            if path not in answers:
                answers[path] = get(visitor, path)
        for path, name in ((f"/{secrets.token_hex(4)}", NOWHERE), ("/beacon", "/beacon")):
            answers[name] = get(checker, path)
    return Sight(answers=answers, ahead=ahead, secure=place.startswith("https"))


def _listed(answer: Answer) -> list[str]:
    """The paths of the signed list; whether it is signed rightly is not asked here."""
    try:
        return [one["path"] for one in statement.read(answer.body, "site").body["files"]]
    except CandourError:
        return []


def _client(place: str, socks: str | None) -> httpx.Client:
    proxy = socks or (TOR if (urlsplit(place).hostname or "").endswith(".onion") else None)
    # Tor gives every user name of its proxy a circuit of its own. "h": names are looked up by the proxy, never here.
    url = f"socks5h://{secrets.token_hex(8)}:candour@{proxy}" if proxy else None
    return httpx.Client(
        proxy=url, timeout=_TIMEOUT, follow_redirects=False, trust_env=False, headers=list(_HEADERS), verify=_trust()
    )


@cache
def _trust() -> ssl.SSLContext:
    """Which certificates count: slow to read, the same for every visit. No session is taken from one to the next."""
    return httpx.create_ssl_context(trust_env=False)


def _get(client: httpx.Client, place: str, path: str) -> Answer:
    try:
        with client.stream("GET", place + path) as answer:
            packed = _whole(answer, path)
            headers = tuple(
                (name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in answer.headers.raw
            )
            return Answer(status=answer.status_code, headers=headers, body=_unpacked(packed, headers))
    except (httpx.TransportError, httpx.InvalidURL):
        raise GuardianError("offline", "portal") from None


def _whole(answer: httpx.Response, path: str) -> bytes:
    data = bytearray()
    for piece in answer.iter_raw():
        data += piece
        if len(data) > LIMIT:
            raise GuardianError("odd", path)
    return bytes(data)


def _unpacked(data: bytes, headers: tuple[tuple[str, str], ...]) -> bytes:
    """A packed body that is not whole, or has more behind it, counts as no bytes: browsers differ in what they take."""
    if ("content-encoding", "gzip") not in headers:
        return data
    inflate = zlib.decompressobj(31)
    try:
        body = inflate.decompress(data, LIMIT)
    except zlib.error:
        return b""
    return body if inflate.eof and not inflate.unused_data else b""


def _ahead(answer: Answer, now: float) -> int | None:
    try:
        (sent,) = answer.all("date")
        return round(parsedate_to_datetime(sent).timestamp() - now)
    except (ValueError, TypeError):
        return None
