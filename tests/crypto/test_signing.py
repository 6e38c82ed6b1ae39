"""Ed25519 is strict: every odd signature on which verifiers are known to differ has one verdict here."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import signing
from crypto.vectors.generator import edwards
from tests.crypto.ed25519_cases import SMALL, Case, mixed_cases, small_key, small_share
from tests.crypto.refusals import refused
from tests.crypto.strategies import changed, secrets32


@given(secrets32, st.binary())
def test_a_signature_verifies(seed: bytes, message: bytes):
    signature = signing.sign(seed, message)
    assert signing.verify(signing.public(seed), message, signature)
    assert signing.sign(seed, message) == signature


@given(secrets32, st.binary(min_size=1), st.integers(0, 95), st.integers(0, 7))
def test_any_changed_bit_is_noticed(seed: bytes, message: bytes, at: int, bit: int):
    both = changed(signing.public(seed) + signing.sign(seed, message), at, bit)
    assert not signing.verify(both[:32], message, both[32:])


@given(secrets32, st.binary(min_size=1), st.integers(0), st.integers(0, 7))
def test_a_changed_message_is_noticed(seed: bytes, message: bytes, at: int, bit: int):
    assert not signing.verify(signing.public(seed), changed(message, at, bit), signing.sign(seed, message))


@pytest.mark.parametrize("case", mixed_cases(), ids=str)
def test_a_part_of_small_order_counts(case: Case):
    """Cofactorless: what fits only after multiplying by 8 is refused, what fits without is accepted."""
    assert signing.verify(case.key, case.message, case.signature) is case.fits


@pytest.mark.parametrize("point", SMALL)
def test_a_key_of_small_order_is_refused(point: bytes):
    """The equation itself holds for it, or nearly: whoever asks may pick the message so that it does."""
    key, message, signature = small_key(point)
    assert not signing.verify(key, message, signature)


@pytest.mark.parametrize("point", SMALL)
def test_an_r_of_small_order_is_refused(point: bytes):
    assert not signing.verify(*small_share(point))


def test_s_is_below_the_group_order():
    seed, message = bytes(32), b"text"
    signature = signing.sign(seed, message)
    s = int.from_bytes(signature[32:], "little") + edwards.L
    assert not signing.verify(signing.public(seed), message, signature[:32] + edwards.s_bytes(s))


@pytest.mark.parametrize("y", range(19))
@pytest.mark.parametrize("sign", [0, 1])
def test_a_y_at_or_above_p_is_refused(y: int, sign: int):
    point = (edwards.P + y | sign << 255).to_bytes(32, "little")
    good = signing.sign(bytes(32), b"text")
    assert not signing.verify(point, b"text", good)
    assert not signing.verify(signing.public(bytes(32)), b"text", point + good[32:])


@pytest.mark.parametrize(("key", "signature"), [(0, 64), (31, 64), (33, 64), (32, 0), (32, 63), (32, 65)])
def test_other_sizes_do_not_verify(key: int, signature: int):
    public, good = signing.public(bytes(32)), signing.sign(bytes(32), b"")
    assert not signing.verify((public + b"\0")[:key], b"", (good + b"\0")[:signature])


@pytest.mark.parametrize("size", [0, 31, 33, 64])
def test_other_seeds_are_refused(size: int):
    with refused("size"):
        signing.public(bytes(size))
    with refused("size"):
        signing.sign(bytes(size), b"")


class Lax:
    """A library that takes everything for good, as far as this module's own checks are concerned."""

    def __init__(self, key: bytes) -> None:
        self.key = key

    def verify(self, message: bytes, signature: bytes) -> bytes:
        return signature + message


def test_what_is_odd_is_refused_whatever_the_library_thinks(monkeypatch):
    """Releases of libsodium differ in what they refuse; the protocol's list does not depend on them."""
    monkeypatch.setattr(signing, "VerifyKey", Lax)
    public, good = signing.public(bytes(32)), signing.sign(bytes(32), b"text")
    high = edwards.s_bytes(edwards.L)
    assert signing.verify(public, b"text", good)
    assert signing.verify(public, b"text", good[:32] + edwards.s_bytes(edwards.L - 1))
    assert not signing.verify(public, b"text", good[:32] + high)
    for point in [*SMALL, *((edwards.P + y).to_bytes(32, "little") for y in range(19))]:
        assert not signing.verify(point, b"text", good)
        assert not signing.verify(public, b"text", point + good[32:])
