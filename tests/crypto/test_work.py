"""Proof of work: the price asked is the price paid, and nobody can ask for more than 14 bits."""

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto import work
from tests.crypto.refusals import refused
from tests.crypto.strategies import ids


def zeros(beacon: bytes, name: bytes, nonce: bytes) -> int:
    digest = int.from_bytes(hashlib.sha256(b"candour/v1/work" + beacon + name + nonce).digest(), "big")
    return 256 - digest.bit_length()


@settings(max_examples=30)
@given(ids, ids, st.integers(0, 10))
def test_the_smallest_nonce_that_fits_is_found(beacon, name, bits):
    nonce = work.solve(beacon, name, bits)
    assert zeros(beacon, name, nonce) >= bits
    smaller = range(int.from_bytes(nonce, "big"))
    assert all(zeros(beacon, name, number.to_bytes(8, "big")) < bits for number in smaller)


@given(ids, ids, st.binary(min_size=8, max_size=8))
def test_a_nonce_is_worth_its_zeros_and_no_more(beacon, name, nonce):
    worth = zeros(beacon, name, nonce)
    assert [work.check(beacon, name, nonce, bits) for bits in range(15)] == [bits <= worth for bits in range(15)]


def test_work_for_one_cell_does_not_pay_for_another():
    nonce = work.solve(bytes(16), b"n" * 16, 14)
    assert work.check(bytes(16), b"n" * 16, nonce, 14)
    others = [work.check(bytes(16), bytes([number]) * 16, nonce, 14) for number in range(100)]
    beacons = [work.check(bytes([number]) * 16, b"n" * 16, nonce, 14) for number in range(1, 100)]
    assert sum(others + beacons) <= 1


@pytest.mark.parametrize("size", [0, 7, 9])
def test_a_nonce_has_eight_bytes(size):
    assert not work.check(bytes(16), bytes(16), bytes(size), 0)


@pytest.mark.parametrize(("beacon", "name"), [(15, 16), (17, 16), (16, 15), (16, 32)])
def test_beacon_and_name_have_sixteen_bytes(beacon, name):
    with refused("size"):
        work.solve(bytes(beacon), bytes(name), 0)
    with refused("size"):
        work.check(bytes(beacon), bytes(name), bytes(8), 0)


@pytest.mark.parametrize("bits", [-1, 15, 256])
def test_a_server_cannot_ask_for_more_than_14_bits(bits):
    with refused("limit"):
        work.solve(bytes(16), bytes(16), bits)
    with refused("limit"):
        work.check(bytes(16), bytes(16), bytes(8), bits)
