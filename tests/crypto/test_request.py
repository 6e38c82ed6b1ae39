"""Signed requests: every part of one is covered, and times are checked against the server's clock."""

import secrets
from typing import Any

import pytest

from crypto import request, signing
from crypto.encoding import b64
from tests.crypto.refusals import refused

SEED = secrets.token_bytes(32)
KEY = signing.public(SEED)
NONCE = secrets.token_bytes(16)
NOW = 1_732_000_000
WHOLE: dict[str, Any] = {
    "method": "POST",
    "authority": "speak.example:8443",
    "path": "/board/1731974400",
    "body": b"cells",
    "now": NOW,
}


def signed(**changes: Any) -> dict[str, str]:
    return request.sign(**{**WHOLE, "seed": SEED, "nonce": NONCE, **changes})


def checked(headers: dict[str, str], **changes: Any) -> tuple[bytes, bytes]:
    return request.verify(**{**WHOLE, "headers": headers, "couriers": {KEY}, **changes})


def test_a_request_is_its_couriers():
    headers = signed()
    assert checked(headers) == (KEY, NONCE)
    assert set(headers) == {"Content-Digest", "Signature-Input", "Signature"}
    assert headers["Signature-Input"] == (
        'candour=("@method" "@authority" "@path" "content-digest")'
        f';created={NOW};keyid="{b64(KEY)}";alg="ed25519";nonce="{b64(NONCE)}"'
    )
    assert checked({name.lower(): value for name, value in headers.items()}) == (KEY, NONCE)


def test_an_empty_body_is_covered_too():
    headers = signed(method="GET", path="/periods", body=b"")
    assert checked(headers, method="GET", path="/periods", body=b"") == (KEY, NONCE)
    with refused("signature"):
        checked(headers, method="GET", path="/periods", body=b"x")


@pytest.mark.parametrize(
    "changes",
    [
        {"method": "PUT"},
        {"method": "post"},
        {"authority": "speak.example"},
        {"authority": "evil.example:8443"},
        {"path": "/board/1731978000"},
        {"path": "/board/1731974400?x"},
        {"body": b"cell"},
        {"body": b""},
        {"couriers": set()},
        {"couriers": {bytes(32)}},
        {"now": NOW + 301},
        {"now": NOW - 301},
    ],
)
def test_any_difference_is_refused(changes: dict[str, Any]):
    with refused("signature"):
        checked(signed(), **changes)


def test_clocks_may_differ_by_five_minutes():
    for now in (NOW - 300, NOW + 300):
        assert checked(signed(), now=now) == (KEY, NONCE)


def test_headers_that_are_missing_or_changed():
    whole = signed()
    for name in whole:
        with refused("signature"):
            checked({key: value for key, value in whole.items() if key != name})
        with refused("signature"):
            checked({**whole, name: "candour=1"})
        with refused("signature"):
            checked({**whole, name: "\x00é"})
    others = signed(nonce=bytes(16))
    with refused("signature"):
        checked({**whole, "Signature-Input": others["Signature-Input"]})
    with refused("signature"):
        checked({**whole, "Signature": others["Signature"]})


def test_another_label_or_a_second_signature_is_refused():
    whole = signed()
    with refused("signature"):
        checked({name: value.replace("candour=", "sig1=") for name, value in whole.items()})
    doubled = {
        name: value if name == "Content-Digest" else f"{value}, {value.replace('candour=', 'sig1=')}"
        for name, value in whole.items()
    }
    with refused("signature"):
        checked(doubled)


@pytest.mark.parametrize(
    ("components", "nonce", "keyid", "tag"),
    [
        (("@method", "@authority", "@path"), b64(NONCE), b64(KEY), None),
        (("@authority", "@path", "content-digest"), b64(NONCE), b64(KEY), None),
        (("@method", "@path", "content-digest"), b64(NONCE), b64(KEY), None),
        (("@method", "@authority", "content-digest"), b64(NONCE), b64(KEY), None),
        ((*request.COMPONENTS, "@scheme"), b64(NONCE), b64(KEY), None),
        (request.COMPONENTS[::-1], b64(NONCE), b64(KEY), None),
        (request.COMPONENTS, None, b64(KEY), None),
        (request.COMPONENTS, b64(NONCE[:15]), b64(KEY), None),
        (request.COMPONENTS, "not base64!", b64(KEY), None),
        (request.COMPONENTS, b64(NONCE), b64(KEY) + "=", None),
        (request.COMPONENTS, b64(NONCE), "ada", None),
        (request.COMPONENTS, b64(NONCE), b64(KEY), "extra"),
    ],
    ids=[
        "no digest",
        "no method",
        "no authority",
        "no path",
        "one more",
        "another order",
        "no nonce",
        "a short nonce",
        "no base64",
        "padding",
        "a name for a key",
        "a tag",
    ],
)
def test_only_the_exact_form_is_accepted(components: tuple[str, ...], nonce: str | None, keyid: str, tag: str | None):
    assert checked(_with(request.COMPONENTS, b64(NONCE), b64(KEY), None)) == (KEY, NONCE)
    with refused("signature"):
        checked(_with(components, nonce, keyid, tag))


def _with(components: tuple[str, ...], nonce: str | None, keyid: str, tag: str | None) -> dict[str, str]:
    """A rightly signed request of another form: the signature base is written by hand, after RFC 9421 section 2.5."""
    digest = signed()["Content-Digest"]
    values = {
        "@method": WHOLE["method"],
        "@authority": WHOLE["authority"],
        "@path": WHOLE["path"],
        "@scheme": "https",
        "content-digest": digest,
    }
    listed = " ".join(f'"{name}"' for name in components)
    parameters = f'({listed});created={NOW};keyid="{keyid}";alg="ed25519"'
    parameters += "" if nonce is None else f';nonce="{nonce}"'
    parameters += "" if tag is None else f';tag="{tag}"'
    base = "".join(f'"{name}": {values[name]}\n' for name in components) + f'"@signature-params": {parameters}'
    signature = b64(signing.sign(SEED, base.encode())).replace("-", "+").replace("_", "/") + "=="
    return {"Content-Digest": digest, "Signature-Input": f"candour={parameters}", "Signature": f"candour=:{signature}:"}
