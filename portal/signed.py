"""Who may fetch reports and post: couriers with a valid certificate, by signed requests (PROTOCOL section 16)."""

from dataclasses import dataclass

from flask import g, request

from crypto import request as signing
from crypto.errors import CandourError
from portal.core import portal
from portal.errors import RefusalError

_HEADERS = ("Content-Digest", "Signature-Input", "Signature")


@dataclass(frozen=True, kw_only=True)
class Courier:
    """A verified sender: its public key (32 bytes) and the guardian (16 bytes) it works for."""

    key: bytes
    g: bytes


def courier(body: bytes) -> Courier:
    """The courier that signed this request with this body. Refuses `signature`, `replay`, `busy`."""
    p = portal()
    couriers = p.register.published().directory.couriers(p.register.today())
    try:
        key, nonce = signing.verify(
            request.method, _authority(), request.path, _headers(), body, set(couriers), p.store.now()
        )
    except CandourError:
        raise RefusalError("signature") from None
    if not p.limits.first_use(nonce):
        raise RefusalError("replay")
    # Counted only now: whoever can name a courier could otherwise use up its share.
    g.courier_key = key
    p.limits.count("courier")
    return Courier(key=key, g=couriers[key])


def _authority() -> str:
    """The name the request was sent to. One made for another portal must not be of use here."""
    if request.host not in portal().settings.reached_at:
        raise RefusalError("signature")
    return request.host


def _headers() -> dict[str, str]:
    return {name.lower(): request.headers[name] for name in _HEADERS if name in request.headers}
