"""One policy for every response, errors included, byte for byte the same (PROTOCOL section 15).

It is laid around the whole application as WSGI, so that no route, error page or extension can leave it out; the server
process adds the same to what it refuses by itself (`portal.server`). The same wrapping takes out of every request what
could tell who sent it: what the application never sees, it cannot log or store.
"""

from collections.abc import Callable, Iterable
from ipaddress import IPv6Network, ip_address
from typing import TYPE_CHECKING, Any

from crypto.encoding import dump
from portal.errors import RefusalError
from portal.quiet import report

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; worker-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'; "
    "require-trusted-types-for 'script'; trusted-types candour"
)
_DENIED = (
    "accelerometer", "autoplay", "browsing-topics", "camera", "clipboard-read", "clipboard-write",
    "display-capture", "encrypted-media", "fullscreen", "gamepad", "geolocation", "gyroscope", "hid",
    "identity-credentials-get", "idle-detection", "local-fonts", "magnetometer", "microphone", "midi", "payment",
    "picture-in-picture", "publickey-credentials-create", "publickey-credentials-get", "serial",
    "storage-access", "sync-xhr", "usb", "window-management", "xr-spatial-tracking",
)  # fmt: skip

POLICY: tuple[tuple[str, str], ...] = (
    ("Content-Security-Policy", _CSP),
    ("Referrer-Policy", "no-referrer"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Cache-Control", "no-store"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Embedder-Policy", "require-corp"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    # The page keeps the screen awake while a report leaves; a sleeping phone would stop it.
    ("Permissions-Policy", ", ".join([*(f"{name}=()" for name in _DENIED), "screen-wake-lock=(self)"])),
)

# Nothing that names the server, marks a visitor, or lets a cache recognise a second visit.
_REMOVED = {"server", "set-cookie", "etag", "last-modified", "link", "refresh", "x-powered-by"}
_REMOVED |= {name.lower() for name, _ in POLICY}

# Where Tor puts the number of a circuit (HiddenServiceExportCircuitID); an unroutable network.
_CIRCUITS = IPv6Network("fc00:dead:beef:4dad::/64")
CIRCUIT = "candour.circuit"

_KEPT = {
    "HTTP_HOST", "HTTP_RANGE", "HTTP_CONTENT_DIGEST", "HTTP_SIGNATURE", "HTTP_SIGNATURE_INPUT", "HTTP_CANDOUR_WORK",
    "HTTP_TRANSFER_ENCODING", "HTTP_ACCEPT_ENCODING",
}  # fmt: skip


def protect(app: "WSGIApplication") -> "WSGIApplication":
    """The application with the policy on every answer and the sender taken out of every request."""

    def protected(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], object]:
            kept = [(name, value) for name, value in headers if name.lower() not in _REMOVED]
            return start_response(status, [*kept, *POLICY], exc_info)

        try:
            return app(_blind(environ), start)
        except Exception as problem:  # noqa: BLE001 - the last resort; it is reported, and no trace may reach the visitor
            report(problem)
            return _broken(start)

    return protected


def _blind(environ: "WSGIEnvironment") -> "WSGIEnvironment":
    """No address, port, agent, language, referrer or cookie goes any further; a circuit of Tor does."""
    kept = {
        name: value
        for name, value in environ.items()
        if not name.startswith(("HTTP_", "REMOTE_", "PROXY_")) or name in _KEPT
    }
    return {**kept, CIRCUIT: _circuit(environ.get("REMOTE_ADDR", ""))}


def _circuit(sender: str) -> bytes:
    """The number of the circuit, which Tor writes as an address that nobody can have; nothing for all others."""
    try:
        address = ip_address(sender)
    except ValueError:
        return b""
    return address.packed if address in _CIRCUITS else b""


def _broken(start: Callable[..., object]) -> Iterable[bytes]:
    body = dump(RefusalError("broken").body())
    start("500 INTERNAL SERVER ERROR", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]
