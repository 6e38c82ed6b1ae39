"""Replies and receipts: what a guardian signed is read; whoever else signs, or at another time, is refused."""

import secrets
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import receipt, reply, signing
from crypto.errors import CandourError
from crypto.receipt import Receipt
from crypto.reply import Next, Partial, Reply
from crypto.statement import sign_detached
from tests.crypto.documents import receipts, replies
from tests.crypto.organisation import START, TODAY, ordinary, verified
from tests.crypto.refusals import refused
from tests.crypto.strategies import changed
from tests.crypto.variants import revoked

HOUSE = ordinary()
ADA, BASHIR = HOUSE.people
DIRECTORY = verified(HOUSE)
THREAD = secrets.token_bytes(16)
REPLY = Reply(organisation=HOUSE.id, g=ADA.g, thread=THREAD, day=TODAY, language="en", text="Thank you.")
RECEIPT = Receipt(
    organisation=HOUSE.id,
    g=ADA.g,
    thread=THREAD,
    certificate=ADA.certificate,
    message=secrets.token_bytes(16),
    digest=secrets.token_bytes(32),
    holder=secrets.token_bytes(32),
    state=DIRECTORY.state,
    day=TODAY,
    how="software",
)

Signed = Callable[..., bytes]


def signed_reply(seed: bytes = ADA.identity, **changes: Any) -> bytes:
    return reply.sign_reply(replace(REPLY, **changes), seed)


def signed_receipt(seed: bytes = ADA.identity, **changes: Any) -> bytes:
    return receipt.issue(replace(RECEIPT, **changes), seed)


BOTH = pytest.mark.parametrize(
    ("make", "read"), [(signed_reply, reply.read_reply), (signed_receipt, receipt.read)], ids=["reply", "receipt"]
)


@given(replies)
def test_a_reply_comes_back(fields: dict[str, Any]):
    ours = Reply(**{**fields, "organisation": HOUSE.id, "g": ADA.g, "day": TODAY, "text": fields["text"][:2000]})
    payload = reply.sign_reply(ours, ADA.identity)
    assert reply.read_reply(payload, DIRECTORY, ours.thread, TODAY) == ours


@given(receipts)
def test_a_receipt_comes_back(fields: dict[str, Any]):
    own = {"organisation": HOUSE.id, "g": ADA.g, "certificate": ADA.certificate, "day": TODAY}
    ours = Receipt(**{**fields, **own})
    payload = receipt.issue(ours, ADA.identity)
    assert receipt.read(payload, DIRECTORY, ours.thread, TODAY) == ours


@BOTH
@given(at=st.integers(0), bit=st.integers(0, 7))
def test_no_bit_can_change(make: Signed, read: Callable[..., object], at: int, bit: int):
    payload = make()
    with pytest.raises(CandourError) as caught:
        read(changed(payload, at, bit), DIRECTORY, THREAD, TODAY)
    assert caught.value.code in ("signature", "malformed", "organisation", "unknown", "early", "expired")
    with refused("signature"):
        read(changed(payload, at % 64, bit), DIRECTORY, THREAD, TODAY)


@BOTH
def test_only_the_guardian_signs(make: Signed, read: Callable[..., object]):
    for seed in (BASHIR.identity, ADA.courier, HOUSE.root, secrets.token_bytes(32)):
        with refused("signature"):
            read(make(seed), DIRECTORY, THREAD, TODAY)


@BOTH
def test_it_is_for_this_organisation_guardian_and_thread(make: Signed, read: Callable[..., object]):
    with refused("organisation"):
        read(make(organisation=bytes(32)), DIRECTORY, THREAD, TODAY)
    with refused("unknown"):
        read(make(g=bytes(16)), DIRECTORY, THREAD, TODAY)
    with refused("thread"):
        read(make(), DIRECTORY, bytes(16), TODAY)
    with refused("signature"):
        read(make(g=BASHIR.g), DIRECTORY, THREAD, TODAY)


@BOTH
def test_it_is_of_a_day_on_which_the_certificate_held(make: Signed, read: Callable[..., object]):
    read(make(day=TODAY + 1), DIRECTORY, THREAD, TODAY)
    with refused("early"):
        read(make(day=TODAY + 2), DIRECTORY, THREAD, TODAY)
    with refused("early", "certificate"):
        read(make(day=START - 1), DIRECTORY, THREAD, TODAY)
    with refused("expired"):
        read(make(day=START + 301), DIRECTORY, THREAD, START + 301)


@BOTH
def test_a_revoked_guardian_signs_no_more(make: Signed, read: Callable[..., object]):
    house = revoked()
    ada = house.people[0]
    own = {"organisation": house.id, "g": ada.g}
    if read is receipt.read:
        own["certificate"] = ada.certificate
    with refused("revoked"):
        read(make(ada.identity, **own), verified(house), THREAD, TODAY)
    read(make(ada.identity, **own, day=TODAY - 1), verified(house), THREAD, TODAY)


@BOTH
def test_what_is_too_short_or_not_json(make: Signed, read: Callable[..., object]):
    payload = make()
    for faulty in (b"", payload[:63], payload[:64], payload[:-1], payload + b" ", payload[:64] + b"[" * 20_000):
        with refused("malformed"):
            read(faulty, DIRECTORY, THREAD, TODAY)
    with refused("limit"):
        read(payload[:64] + b"[" * 10_000_000, DIRECTORY, THREAD, TODAY)


def test_a_receipt_is_no_reply_and_a_reply_no_receipt():
    with refused("malformed"):
        reply.read_reply(signed_receipt(), DIRECTORY, THREAD, TODAY)
    with refused("malformed"):
        receipt.read(signed_reply(), DIRECTORY, THREAD, TODAY)


def test_either_of_two_certificates_may_have_signed():
    house = ordinary()
    ada = house.people[0]
    old = ada.identity
    ada.identity, ada.courier = secrets.token_bytes(32), secrets.token_bytes(32)
    newer = house.certify(ada, day=TODAY - 20, first_day=TODAY - 10)
    directory = verified(house)
    own = {"organisation": house.id, "g": ada.g}
    for seed, certificate in ((old, ada.certificate), (ada.identity, newer)):
        receipt.read(signed_receipt(seed, **own, certificate=certificate), directory, THREAD, TODAY)
        reply.read_reply(signed_reply(seed, **own), directory, THREAD, TODAY)
    with refused("conflict"):
        receipt.read(signed_receipt(old, **own, certificate=newer), directory, THREAD, TODAY)
    with refused("conflict"):
        receipt.read(signed_receipt(certificate=bytes(32)), DIRECTORY, THREAD, TODAY)


FAULTY: list[dict[str, Any]] = [
    {"text": "x" * 24_001},
    {"language": "english please"},
    {"status": "closed"},
    {"ask": "why"},
    {"withdrawn": False},
    {"next": Next(day=TODAY, what="")},
    {"next": Next(day=-1, what="call")},
    {"answers": ()},
    {"answers": (bytes(16),) * 17},
    {"partial": Partial(message=bytes(16), have=(1, 0), parts=3)},
    {"partial": Partial(message=bytes(16), have=(1, 1), parts=3)},
    {"partial": Partial(message=bytes(16), have=(0, 3), parts=3)},
    {"partial": Partial(message=bytes(16), have=(), parts=17)},
    {"thread": bytes(15)},
    {"text": "\ud800"},
]


@pytest.mark.parametrize("changes", FAULTY)
def test_faulty_replies_are_not_signed(changes: dict[str, Any]):
    with refused("malformed"):
        signed_reply(**changes)


def test_the_longest_reply():
    assert len(signed_reply(text="é" * 12_000)) < 31_440
    with refused("limit"):
        signed_reply(text="\n" * 24_000)


def test_receipts_are_proved_with_the_holder_key_only():
    seed, challenge = secrets.token_bytes(32), secrets.token_bytes(32)
    holder, proof = signing.public(seed), receipt.prove(seed, challenge)
    assert receipt.check_proof(holder, challenge, proof)
    assert not receipt.check_proof(holder, secrets.token_bytes(32), proof)
    assert not receipt.check_proof(signing.public(ADA.identity), challenge, proof)
    short = sign_detached("application/vnd.candour.holder.v1", challenge[:31], seed)
    assert not receipt.check_proof(holder, challenge[:31], short)
    with refused("malformed"):
        receipt.prove(seed, challenge + b"\0")
    # A proof is no signature over anything else: the challenge is wrapped before it is signed.
    assert not signing.verify(holder, challenge, proof)


def test_nothing_a_guardian_wrote_is_shown():
    shown = repr(replace(REPLY, text="Dear nurse", next=Next(day=TODAY, what="we meet")))
    assert "nurse" not in shown
    assert "meet" not in shown
