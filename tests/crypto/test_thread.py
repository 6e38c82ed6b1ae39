"""Key derivation and the keys of a thread, against RFC 5869 written out with hmac."""

import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import kdf, signing, thread
from tests.crypto.refusals import refused
from tests.crypto.strategies import ids, secrets32


def hkdf(secret: bytes, info: bytes, size: int) -> bytes:
    key = hmac.digest(bytes(32), secret, "sha256")
    out, block = b"", b""
    for number in range(1, -(-size // 32) + 1):
        block = hmac.digest(key, block + info + bytes([number]), "sha256")
        out += block
    return out[:size]


@given(
    st.binary(max_size=100), st.from_regex("[a-z/]{0,20}", fullmatch=True), st.binary(max_size=40), st.integers(1, 200)
)
def test_derive_is_rfc_5869(secret: bytes, label: str, context: bytes, size: int):
    expected = hkdf(secret, b"candour/v1/" + label.encode() + context, size)
    assert kdf.derive(secret, label, context, size) == expected
    assert kdf.expand(kdf.extract(secret), label, context, size) == expected


@given(st.binary())
def test_names(data: bytes):
    digest = hashlib.sha256(data).digest()
    assert (kdf.sha256(data), kdf.name(data), kdf.hexname(data)) == (digest, digest[:16], digest[:16].hex())


@given(secrets32, ids)
def test_keys_of_a_thread_are_as_defined(root: bytes, g: bytes):
    secret = thread.thread_secret(root, g)
    board = thread.board_secret(secret)
    assert secret == hkdf(root, b"candour/v1/thread" + g, 32)
    assert board == hkdf(secret, b"candour/v1/board", 32)
    assert thread.thread_id(board) == hashlib.sha256(b"candour/v1/thread-id" + board).digest()[:16]
    assert thread.holder_seed(root, g) == hkdf(root, b"candour/v1/holder" + g, 32)
    assert thread.holder_key(root, g) == signing.public(thread.holder_seed(root, g))
    assert thread.organisation_id(root) == hashlib.sha256(b"candour/v1/organisation" + root).digest()


@pytest.mark.parametrize("wrong", [0, 15, 31, 33])
def test_keys_of_another_size_are_refused(wrong: int):
    for call in (thread.board_secret, thread.thread_id, thread.organisation_id):
        with refused("size"):
            call(bytes(wrong))
    for derive in (thread.thread_secret, thread.holder_seed, thread.holder_key):
        with refused("size"):
            derive(bytes(wrong), bytes(16))
        with refused("size"):
            derive(bytes(32), bytes(wrong))
