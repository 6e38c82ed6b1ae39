"""The certificate of a web address, as a visitor's browser sees it: whether it is believed, and for how long still.

Caddy renews a certificate when a third of its time is left. When only a quarter is left, that has failed for a while.
"""

import socket
import ssl
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from portal.doctor.finding import Finding

_TIMEOUT = 20
_DAY = 86_400
_EXPIRED = 10  # X509_V_ERR_CERT_HAS_EXPIRED
_OVERDUE, _URGENT = 4, 12


def trust(authority: Path | None) -> ssl.SSLContext:
    """Whom browsers believe, and this authority, if an organisation has one of its own."""
    context = httpx.create_ssl_context(trust_env=False)
    if authority:
        context.load_verify_locations(authority)
    return context


def certificate(address: str, context: ssl.SSLContext, now: float) -> Iterator[Finding]:
    """One finding on an `https:` address; none if nobody answers there, which is for others to say."""
    place = urlsplit(address)
    try:
        shown = _shown(place.hostname or "", place.port or 443, context)
    except ssl.SSLCertVerificationError as problem:
        if problem.verify_code == _EXPIRED:
            yield Finding.bad("web-certificate", f"The certificate of {address} has ended.", _RENEW)
        else:
            yield Finding.bad(
                "web-certificate",
                f"No browser believes the certificate of {address}: {problem.verify_message}.",
                _RENEW,
            )
        return
    except OSError:
        return
    begins, ends = (ssl.cert_time_to_seconds(shown[name]) for name in ("notBefore", "notAfter"))
    left, whole = ends - now, ends - begins
    if left > whole / _OVERDUE:
        yield Finding.well("web-certificate", f"The certificate of {address} holds.")
        return
    make = Finding.bad if left <= whole / _URGENT else Finding.attend
    said = f"ends in {int(left // _DAY)} days, and should have been renewed" if left > 0 else "has ended"
    yield make("web-certificate", f"The certificate of {address} {said}.", _RENEW)


def _shown(host: str, port: int, context: ssl.SSLContext) -> dict[str, str]:
    with (
        socket.create_connection((host, port), _TIMEOUT) as plain,
        context.wrap_socket(plain, server_hostname=host) as secure,
    ):
        return {name: str(value) for name, value in (secure.getpeercert() or {}).items()}


_RENEW = "Caddy renews it by itself: `journalctl -u caddy` says why it cannot. It must be reached on port 80 or 443."
