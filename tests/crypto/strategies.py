"""What hypothesis draws for the tests of the protocol."""

from hypothesis import strategies as st

from crypto.encoding import MAX_INTEGER

keys = st.from_regex(r"[a-z][a-z0-9_]{0,31}", fullmatch=True)
texts = st.text(st.characters(codec="utf-8"))
scalars = st.integers(-MAX_INTEGER, MAX_INTEGER) | st.booleans() | texts
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4), max_leaves=12
)
secrets32 = st.binary(min_size=32, max_size=32)
ids = st.binary(min_size=16, max_size=16)


def changed(data: bytes, at: int, bit: int) -> bytes:
    """The bytes with one bit turned over."""
    at %= len(data)
    return data[:at] + bytes([data[at] ^ (1 << bit)]) + data[at + 1 :]
