"""Base64 and canonical JSON: everything comes back, and every other spelling is refused."""

import base64
import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crypto.encoding import MAX_INTEGER, b64, dump, load, text, unb64, utf8
from tests.crypto.refusals import refused
from tests.crypto.strategies import values


@given(st.binary())
def test_base64_comes_back(data: bytes):
    assert unb64(b64(data), len(data)) == data
    assert b64(data) == base64.urlsafe_b64encode(data).decode().rstrip("=")


@pytest.mark.parametrize(
    "spelling",
    ["AA==", "AAAAA", "AB", "AAB", "+_8", "a/b8", "AA A", "AAAA\n", "\nAAAA", "AAA\u00e9", "ＡＡＡＡ", "AA.A"],
)
def test_base64_has_one_spelling(spelling: str):
    with refused("malformed"):
        unb64(spelling)


@pytest.mark.parametrize("value", [None, 7, b"AAAA", ["AAAA"]])
def test_base64_is_a_string(value: object):
    with refused("malformed", "base64"):
        unb64(value)


@pytest.mark.parametrize("size", [0, 31, 33])
def test_base64_has_the_size_asked_for(size: int):
    with refused("malformed"):
        unb64(b64(bytes(32)), size)


@given(values)
def test_json_comes_back(value: object):
    data = dump(value)
    assert load(data, len(data)) == value
    assert json.loads(data) == value


@given(values, st.data())
@example({"a": [1]}, None)
def test_json_with_a_space_is_refused(value: object, data: st.DataObject | None):
    written = dump(value)
    at = 0 if data is None else data.draw(st.sampled_from([0, len(written)]))
    with refused("malformed"):
        load(written[:at] + b" " + written[at:], 10**6)


@pytest.mark.parametrize(
    "written",
    [
        '{"b":1,"a":2}', '{"a":1,"a":1}', '{"a": 1}', "[1,2]\n", "1e2", "1.0", "-0", "01", "9007199254740992", "null",
        '{"a":null}', '"\\u0061"', '"\\/"', '"\\u000a"', '"\\u001F"', '"\\ud800"', '{"A":1}', '{"":1}',
        '{"__proto__":1}', '{"a-b":1}', "NaN", "-Infinity", "1e999", "\ufeff1", "1\ufeff", "", "{}{}", "'a'",
        "9" * 5000, "[" * 20000,
        "[" * 9 + "]" * 9, '{"' + "a" * 33 + '":1}',
    ],
)  # fmt: skip
def test_json_has_one_spelling(written: str):
    with refused("malformed"):
        load(written.encode(), 10**6)


@pytest.mark.parametrize("data", [b'"\xff"', b'"\xed\xa0\x80"', b'"\xc0\xaf"', '"a"'.encode("utf-16")])
def test_json_is_utf8(data: bytes):
    with refused("malformed", "not utf-8"):
        load(data, 100)


def test_json_nests_eight_deep_and_no_deeper():
    deep: object = 1
    for _ in range(8):
        deep = [deep]
    assert load(dump(deep), 100) == deep
    with refused("malformed", "json is too deep"):
        dump([deep])


def test_json_has_a_limit_in_bytes():
    assert load('"é"'.encode(), 4) == "é"
    with refused("limit"):
        load('"é"'.encode(), 3)


@pytest.mark.parametrize(
    "value", [1.5, None, {"A": 1}, {1: 2}, "\ud800", {"a": b"x"}, MAX_INTEGER + 1, -MAX_INTEGER - 1]
)
def test_json_holds_no_other_values(value: object):
    with refused("malformed"):
        dump(value)


def test_text_keeps_a_byte_order_mark_and_refuses_half_a_pair():
    assert text(utf8("\ufeffa")) == "\ufeffa"
    with refused("malformed", "lone surrogate"):
        utf8("\udc00")
    with refused("malformed", "not utf-8"):
        text(b"\x80")
