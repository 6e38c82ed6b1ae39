"""Statements: signed and read again; each fault of an envelope or a body has its code."""

import secrets
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import signing, statement, statement_bodies
from crypto.encoding import b64, dump, load
from crypto.errors import CandourError
from crypto.fields import plain
from crypto.statement_bodies import check_body, last_day
from tests.crypto.documents import bodies
from tests.crypto.refusals import refused
from tests.crypto.strategies import changed, secrets32

SEED, OTHER = secrets.token_bytes(32), secrets.token_bytes(32)
ID = secrets.token_bytes(32)
G, H = secrets.token_bytes(16), secrets.token_bytes(16)
KEYS = {"identity": signing.public(SEED), "courier": signing.public(OTHER)}
REVOCATION = statement_bodies.revocation(organisation=ID, day=1, certificate=bytes(32))


@given(st.data())
def test_what_is_signed_is_read(data: st.DataObject):
    name = data.draw(st.sampled_from(statement_bodies.NAMES))
    body = data.draw(bodies(name))
    seeds = data.draw(st.lists(secrets32, min_size=1, max_size=2, unique=True))
    signed = statement.sign(name, body, seeds)
    read = statement.parse(signed, name)
    assert (read.name, load(signed, 1 << 16)) == (name, read.object)
    assert read.signers == tuple(sorted(signing.public(seed) for seed in seeds))
    assert {key: _listed(value) for key, value in read.body.items()} == {
        key: _listed(value) for key, value in body.items()
    }
    assert statement.parse(read.object) == read


def test_what_is_signed_is_dsse():
    assert statement.pae("http://example.com/HelloWorld", b"hello world") == (
        b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    )
    read = statement.read(statement.sign("revocation", REVOCATION, [SEED]))
    ((key, sig),) = read.signatures
    type_ = b"application/vnd.candour.revocation.v1+json"
    assert signing.verify(key, b"DSSEv1 42 " + type_ + b" %d " % len(read.payload) + read.payload, sig)


@given(st.integers(0), st.integers(0, 7))
def test_no_bit_of_payload_or_signature_can_change(at: int, bit: int):
    envelope = statement.read(statement.sign("revocation", REVOCATION, [SEED]))
    ((key, sig),) = envelope.signatures
    assert not statement.verify_detached(
        statement.media_type("revocation"), changed(envelope.payload, at, bit), sig, key
    )
    forged = {**envelope.object, "signatures": [{"keyid": b64(key), "sig": b64(changed(sig, at, bit))}]}
    with refused("signature"):
        statement.parse(forged)


def test_every_signature_is_verified():
    envelope = statement.read(statement.sign("revocation", REVOCATION, [SEED, OTHER]))
    for at in (0, 1):
        signatures = [{"keyid": b64(key), "sig": b64(sig)} for key, sig in envelope.signatures]
        signatures[at]["sig"] = b64(bytes(64))
        with refused("signature"):
            statement.parse({**envelope.object, "signatures": signatures})


def test_envelopes_that_are_refused():
    whole = statement.read(statement.sign("revocation", REVOCATION, [SEED, OTHER])).object
    signatures = whole["signatures"]
    assert isinstance(signatures, list)
    for faulty in (
        {**whole, "signatures": []},
        {**whole, "signatures": signatures[::-1]},
        {**whole, "signatures": [signatures[0], signatures[0]]},
        {**whole, "signatures": [*signatures, {"keyid": b64(b"\xff" * 32), "sig": b64(bytes(64))}]},
        {**whole, "payload": "e30="},
        {**whole, "payloadtype": 1},
        {**whole, "more": 1},
        {key: value for key, value in whole.items() if key != "payload"},
        ["payload"],
        "payload",
        7,
    ):
        with refused("malformed"):
            statement.read(faulty)
        with refused("malformed"):
            statement.read(dump(faulty))


def test_kinds_that_are_not_asked_for():
    signed = statement.sign("revocation", REVOCATION, [SEED])
    whole = statement.read(signed).object
    with refused("type"):
        statement.parse(signed, "head")
    for name in ("revocations", "Revocation", "", "revocation\n"):
        with refused("type"):
            statement.read({**whole, "payloadtype": f"application/vnd.candour.{name}.v1+json"})
    with refused("type"):
        statement.read({**whole, "payloadtype": "x application/vnd.candour.revocation.v1+json"})
    with refused("type"):
        check_body("pardon", {})


def test_a_large_envelope_is_refused_whether_bytes_or_object():
    rows = [("n" * 120, "v" * 16)] * 200
    largest = statement_bodies.statistics(organisation=ID, day=1, g=G, second=H, quarter="2024Q1", rows=rows)
    signed = statement.sign("statistics", largest, [SEED, OTHER])
    assert statement.parse(signed).body["rows"][199] == {"name": "n" * 120, "value": "v" * 16}
    rows = [("\x01" * 120, "v")] * 200
    larger = statement_bodies.statistics(organisation=ID, day=1, g=G, second=H, quarter="2024Q1", rows=rows)
    with refused("limit"):
        statement.sign("statistics", larger, [SEED, OTHER])
    envelope = {**statement.read(signed).object, "payload": "A" * 65_536}
    with refused("limit"):
        statement.read(dump(envelope))
    with refused("limit"):
        statement.read(envelope)


@given(st.data())
def test_spoilt_bodies_are_refused_or_read_as_they_are(data: st.DataObject):
    name = data.draw(st.sampled_from(statement_bodies.NAMES))
    body = data.draw(bodies(name, spoilt=True))
    try:
        signed = statement.sign(name, body, [SEED])
    except CandourError as error:
        code = error.code
    else:
        code = ""
        assert plain(statement.parse(signed).body) == plain(body)
    assert code in ("", "malformed", "limit")


PERSON: dict[str, Any] = {"g": G, "name": "Ada", "role": "Guardian", **KEYS}
POLICY = {
    "period": 86_400,
    "board_period": 60,
    "board_cells": 1,
    "board_dummies": 0,
    "board_days": 1,
    "report_days": 1,
    "slot_ms": 100,
    "attachment_mb": 0,
}
STORY = {"title": "t", "happened": "h", "sense": "s", "changed": "c"}
SENSELESS: list[tuple[str, dict[str, Any]]] = [
    ("certificate", {**PERSON, "first_day": 10, "last_day": 9}),
    ("certificate", {**PERSON, "first_day": 10, "last_day": 411}),
    ("certificate", {**PERSON, "first_day": 10, "last_day": 20, "courier": KEYS["identity"]}),
    ("certificate", {**PERSON, "first_day": 10, "last_day": 20, "succeeds": G}),
    ("certificate", {**PERSON, "first_day": 10, "last_day": 20, "name": ""}),
    ("certificate", {**PERSON, "first_day": 10, "last_day": 20, "name": "é" * 41}),
    ("request", {**PERSON, "courier": KEYS["identity"]}),
    ("rotation", {"old": bytes(32), "new": bytes(32)}),
    ("fallback", {"g": G, "first_day": 10, "last_day": 41, "digest": bytes(32)}),
    ("fallback", {"g": G, "first_day": 10, "last_day": 9, "digest": bytes(32)}),
    ("lost", {"g": G, "first_day": 10, "last_day": 9}),
    ("epochs", {"g": G, "first": 2**31 - 2, "digests": [bytes(32)] * 3}),
    ("epochs", {"g": G, "first": 1, "digests": []}),
    ("epochs", {"g": G, "first": 1, "digests": [bytes(32)] * 37}),
    ("epochs", {"g": G, "first": 1, "digests": [bytes(31)]}),
    ("policy", {**POLICY, "period": 86_399}),
    ("policy", {**POLICY, "board_period": 7}),
    ("policy", {**POLICY, "period": 0}),
    ("policy", {**POLICY, "writer": bytes(31)}),
    ("policy", {**POLICY, "slot_ms": 99}),
    ("calendar", {"g": G, "weekdays": [3, 1]}),
    ("calendar", {"g": G, "weekdays": [1, 1]}),
    ("calendar", {"g": G, "weekdays": [7]}),
    ("calendar", {"g": G, "weekdays": [], "away": [(2, 1)]}),
    ("story", {"g": G, "second": G, "quarter": "2024Q1", **STORY}),
    ("story", {"g": G, "second": H, "quarter": "2024Q5", **STORY}),
    ("story", {"g": G, "second": H, "quarter": "2024Q1\n", **STORY}),
    ("head", {"g": G, "length": 0, "state": bytes(32)}),
    ("revocation", {"certificate": bytes(32), "reason": "x" * 201}),
]


@pytest.mark.parametrize(("name", "fields"), SENSELESS)
def test_bodies_without_sense_are_not_made(name: str, fields: dict[str, Any]):
    with refused("malformed"):
        getattr(statement_bodies, name)(organisation=ID, day=1, **fields)


def test_the_widest_spans_are_made():
    def made(kind: str, /, **fields: Any) -> dict[str, Any]:
        body: dict[str, Any] = getattr(statement_bodies, kind)(organisation=ID, day=1, **fields)
        return body

    assert made("certificate", **PERSON, first_day=10, last_day=410)["until"] == 410
    assert last_day("fallback", made("fallback", g=G, first_day=10, last_day=40, digest=bytes(32))) == 40
    assert last_day("epochs", made("epochs", g=G, first=2**31 - 36, digests=[bytes(32)] * 36)) == 2**31 - 1
    assert made("policy", **POLICY)["writer"] == b""


def test_an_entry_hash_binds_kind_and_last_day():
    envelope = statement.read(statement.sign("revocation", REVOCATION, [SEED]))
    digest = statement.statement_digest(envelope)
    hashes = {statement.stub_hash(name, last, digest) for name in ("epochs", "revocation") for last in (0, 1)}
    assert len(hashes) == 4
    assert statement.entry_hash(envelope) == statement.stub_hash("revocation", 0, digest)
    other = statement.read(statement.sign("revocation", REVOCATION, [OTHER]))
    assert statement.entry_hash(other) != statement.entry_hash(envelope)


def _listed(value: Any) -> Any:
    return [_listed(one) for one in value] if isinstance(value, list | tuple) else value
