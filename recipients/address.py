"""The portal's address: which ones will do, without asking anybody.

>>> check_address("https://speakup.example/")
'https://speakup.example'
"""

from urllib.parse import urlsplit

from recipients.errors import GuardianError

TOR = "127.0.0.1:9050"
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


def check_address(address: str) -> str:
    """The portal's address without a final slash; `address` unless it is https, an onion service or this machine."""
    try:
        parts = urlsplit(address.strip())
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        raise GuardianError("address", "shape") from None
    if parts.scheme not in ("http", "https") or not host or parts.query or parts.fragment or parts.username:
        raise GuardianError("address", "shape")
    if parts.path not in ("", "/"):
        raise GuardianError("address", "path")
    if parts.scheme == "http" and not host.endswith(".onion") and host not in _LOOPBACK:
        raise GuardianError("address", "plain")
    return f"{parts.scheme}://{parts.netloc}"
