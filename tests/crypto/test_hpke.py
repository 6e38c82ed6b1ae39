"""Sealing: opens for the one key and info, for nothing else; unusable keys are refused."""

import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import hpke
from tests.crypto.refusals import refused
from tests.crypto.strategies import changed, secrets32

SEED = secrets.token_bytes(32)
KEY = hpke.public_key(SEED)
# The X25519 keys with which every result is zero: order 1, 2, 4 and 8, and the same above p.
P = 2**255 - 19
ORDER_8 = 325606250916557431795983626356110631294008115727848805560023387167927233504
ORDER_8_TOO = 39382357235489614581723060781553021112529911719440698176882885853963445705823
ZERO = [0, 1, ORDER_8, ORDER_8_TOO, P - 1, P, P + 1]


@given(secrets32, st.binary(max_size=5000), st.binary(max_size=100))
def test_what_is_sealed_opens(seed: bytes, plaintext: bytes, info: bytes):
    sealed = hpke.seal(hpke.public_key(seed), info, plaintext)
    assert len(sealed) == len(plaintext) + hpke.OVERHEAD == len(plaintext) + 1136
    assert hpke.open_(seed, info, sealed) == plaintext
    assert hpke.PrivateKey(seed).open(info, sealed) == plaintext


@given(st.integers(0), st.integers(0, 7))
def test_any_changed_bit_is_noticed(at: int, bit: int):
    assert hpke.open_(SEED, b"", changed(hpke.seal(KEY, b"", b"text"), at, bit)) is None


def test_other_keys_infos_and_lengths_do_not_open():
    sealed = hpke.seal(KEY, b"info", b"text")
    assert hpke.open_(hpke.generate_seed(), b"info", sealed) is None
    assert hpke.open_(SEED, b"inf", sealed) is None
    for cut in (0, 1, 1119, 1120, 1135, len(sealed) - 1):
        assert hpke.open_(SEED, b"info", sealed[:cut]) is None
    assert hpke.open_(SEED, b"info", sealed + b"\0") is None


def test_two_sealings_differ():
    assert hpke.seal(KEY, b"", b"text")[:1120] != hpke.seal(KEY, b"", b"text")[:1120]


@pytest.mark.parametrize("share", ZERO)
def test_a_share_that_gives_zero_is_not_for_me(share: int):
    sealed = hpke.seal(KEY, b"", b"text")
    assert hpke.open_(SEED, b"", sealed[:1088] + share.to_bytes(32, "little") + sealed[1120:]) is None


@pytest.mark.parametrize("share", ZERO)
def test_a_key_that_gives_zero_is_refused(share: int):
    with refused("key"):
        hpke.seal(KEY[:1184] + share.to_bytes(32, "little"), b"", b"text")


@pytest.mark.parametrize("at", [0, 600, 1149])
def test_a_key_above_the_modulus_is_refused(at: int):
    """Each three bytes of the first 1,152 hold two numbers below 3,329."""
    at -= at % 3
    with refused("key"):
        hpke.seal(KEY[:at] + b"\xff\xff\xff" + KEY[at + 3 :], b"", b"text")


@pytest.mark.parametrize("size", [0, 32, 1184, 1215, 1217])
def test_a_key_of_another_size_is_refused(size: int):
    with refused("size"):
        hpke.seal((KEY + b"\0")[:size], b"", b"text")


@pytest.mark.parametrize("size", [0, 31, 33, 96])
def test_a_seed_of_another_size_is_refused(size: int):
    for call in (hpke.PrivateKey, hpke.public_key):
        with refused("size"):
            call(bytes(size))
    with refused("size"):
        hpke.open_(bytes(size), b"", bytes(2000))


def test_a_private_key_does_not_print():
    assert SEED.hex() not in repr(hpke.PrivateKey(SEED))
    assert repr(SEED)[2:-1] not in repr(vars(hpke.PrivateKey(SEED)))
