"""Both languages, both ways, with fresh randomness: what one writes the other reads; both refuse the same."""

import secrets
import unicodedata
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto import board, cell, codename, encoding, hpke, kdf, signing, thread, work
from crypto.errors import CandourError
from crypto.words import WORDS
from tests.crypto import twin
from tests.crypto.ed25519_cases import SMALL, mixed_cases, small_key, small_share
from tests.crypto.strategies import changed, ids, secrets32, texts, values
from tests.crypto.twin import Node, running_node

pytestmark = pytest.mark.slow

# hypothesis calls a test many times with one and the same Node, which keeps no state between calls.
few = settings(max_examples=30)


@pytest.fixture(scope="module")
def node() -> Iterator[Node]:
    with running_node() as started:
        yield started


def outcome(call: Callable[..., object], *args: object) -> object:
    """The value, or the code of the refusal."""
    try:
        value = call(*args)
    except CandourError as error:
        return f"refused: {error.code}"
    return list(value) if isinstance(value, tuple) else value


@few
@given(values)
def test_json_and_base64(node, value):
    data = encoding.dump(value)
    assert node("encoding.dump", value) == data
    assert node("encoding.load", data, 10**6) == value
    assert node("encoding.b64", data) == encoding.b64(data)


@given(st.text('{}[]",:\\ab_01.-eEtrue\u00e9\ud800\ufeff \n', max_size=12) | texts)
def test_json_that_people_make_up(node, text):
    data = text.encode("utf-8", "surrogatepass")
    assert outcome(node, "encoding.load", data, 100) == outcome(encoding.load, data, 100)
    assert outcome(node, "encoding.unb64", text) == outcome(encoding.unb64, text)


@given(st.binary(max_size=8))
def test_bytes_that_are_not_json(node, data):
    assert outcome(node, "encoding.load", data, 7) == outcome(encoding.load, data, 7)
    assert outcome(node, "encoding.load", b'"' + data + b'"', 10) == outcome(encoding.load, b'"' + data + b'"', 10)


@few
@given(secrets32, ids, st.binary(max_size=50))
def test_keys(node, root, g, context):
    secret = thread.thread_secret(root, g)
    bsecret = thread.board_secret(secret)
    assert node("kdf.derive", root, "label", context, 77) == kdf.derive(root, "label", context, 77)
    assert node("kdf.hexname", context) == kdf.hexname(context)
    assert node("thread.threadSecret", root, g) == secret
    assert node("thread.boardSecret", secret) == bsecret
    assert node("thread.threadId", bsecret) == thread.thread_id(bsecret)
    assert node("thread.holderKey", root, g) == thread.holder_key(root, g)
    assert node("thread.organisationId", root) == thread.organisation_id(root)


@few
@given(secrets32, st.binary(max_size=200), st.integers(0, 95), st.integers(0, 7))
def test_signatures(node, seed, message, at, bit):
    public, signature = signing.public(seed), signing.sign(seed, message)
    assert node("signing.publicKey", seed) == public
    assert node("signing.sign", seed, message) == signature
    assert node("signing.verify", public, message, signature) is True
    both = changed(public + signature, at, bit)
    assert node("signing.verify", both[:32], message, both[32:]) is False


def test_odd_signatures_have_one_verdict(node):
    for case in mixed_cases():
        assert node("signing.verify", case.key, case.message, case.signature) is case.fits, case.name
    for point in SMALL:
        assert node("signing.verify", *small_key(point)) is False
        assert node("signing.verify", *small_share(point)) is False
    for y in range(19):
        high = (2**255 - 19 + y).to_bytes(32, "little")
        assert node("signing.verify", high, b"text", signing.sign(bytes(32), b"text")) is False


@few
@given(secrets32, st.binary(max_size=300), st.binary(max_size=50))
def test_sealing(node, seed, plaintext, info):
    public = hpke.public_key(seed)
    assert node("hpke.publicKey", seed) == public
    assert node("hpke.open", seed, info, hpke.seal(public, info, plaintext)) == plaintext
    assert hpke.open_(seed, info, node("hpke.seal", public, info, plaintext)) == plaintext
    assert node("hpke.open", seed, info + b"!", hpke.seal(public, info, plaintext)) is None


@settings(max_examples=60)
@given(st.integers(0, 1151), st.integers(0, 7))
def test_unusable_keys_are_refused_by_both_or_by_neither(node, at, bit):
    key = changed(hpke.public_key(secrets.token_bytes(32)), at, bit)
    here, there = outcome(hpke.seal, key, b"", b"text"), outcome(node, "hpke.seal", key, b"", b"text")
    assert isinstance(here, bytes) is isinstance(there, bytes)
    assert here == there or isinstance(here, bytes)


@settings(max_examples=15)
@given(secrets32, ids, st.integers(0, 9000))
def test_cells(node, t, message, length):
    seed, organisation = secrets.token_bytes(32), secrets.token_bytes(32)
    key, public = hpke.PrivateKey(seed), hpke.public_key(seed)
    head, rest = b"head", secrets.token_bytes(length)
    plains = cell.split(t, message, head, rest)
    assert node("cell.split", t, message, head, rest) == plains
    there = [cell.open_(node("cell.seal", plain, public, organisation), [key], organisation) for plain in plains]
    assert cell.join([part for part in there if part is not None]) == head + rest
    here = [node("cell.open", cell.seal(plain, public, organisation), [seed], organisation) for plain in plains]
    assert node("cell.join", here) == head + rest
    assert {(part["thread"], part["message"]) for part in here} == {(t, message)}
    cover = node("cell.cover", organisation)
    assert len(cover) == 4096
    assert cell.open_(cover, [key], organisation) is None
    assert node("cell.open", cell.cover(organisation), [seed], organisation) is None


@given(st.integers(0, 3), st.integers(0, 17), st.integers(0, 17), st.integers(0, 3000), st.booleans())
def test_plaintexts_are_refused_alike(node, kind, part, count, length, dirty):
    """Whatever another program may have put inside a cell that opens."""
    seed, organisation = secrets.token_bytes(32), bytes(32)
    header = part.to_bytes(2, "big") + count.to_bytes(2, "big") + length.to_bytes(2, "big")
    filled = (b"x" * min(length, 2905)).ljust(2905, b"\0")
    plain = bytes([kind]) + bytes(48) + header + (filled[:-1] + b"\1" if dirty else filled)
    sealed = cell.seal(plain, hpke.public_key(seed), organisation)
    here = outcome(cell.open_, sealed, [hpke.PrivateKey(seed)], organisation)
    there = outcome(node, "cell.open", sealed, [seed], organisation)
    if isinstance(here, cell.Part) and isinstance(there, dict):
        assert (here.part, here.parts, here.payload) == (there["part"], there["parts"], there["payload"])
    else:
        assert here == there == "refused: malformed"


@settings(max_examples=15)
@given(secrets32, ids, st.binary(min_size=1, max_size=5000), st.integers(0, 2**31 - 2), st.sampled_from([1, 2]))
def test_board_cells(node, secret, message, payload, day, kind):
    plains = board.split(kind, message, payload)
    assert node("board.split", kind, message, payload) == plains
    here = [board.seal(plain, secret, day, i) for i, plain in enumerate(plains)]
    there = [node("board.seal", plain, secret, day, i) for i, plain in enumerate(plains)]
    assert board.join(board.find(there, board.tags(secret, day))) == payload
    found = node("board.find", here, secret, day)
    assert node("board.join", found) == payload
    assert {part["kind"] for part in found} == {kind}
    start = secrets.randbelow(2**50)
    data = board.write_file(start, 60, here)
    assert node("board.writeFile", start, 60, here) == data
    assert node("board.readFiles", data + data[:0]) == [{"start": start, "length": 60, "cells": sorted(here)}]


@few
@given(st.integers(0, 2100), st.integers(0, 7), st.booleans())
def test_damaged_boards_are_refused_alike(node, at, bit, cut):
    data = board.write_file(60, 60, [board.dummy()]) + board.write_file(120, 60, [])
    damaged = data[: at % len(data)] if cut else changed(data, at % len(data), bit)
    here, there = outcome(board.read_files, damaged), outcome(node, "board.readFiles", damaged)
    if isinstance(here, list):
        here = [{"start": file.start, "length": file.length, "cells": list(file.cells)} for file in here]
    assert here == there


@few
@given(st.data())
def test_codenames(node, data):
    text = data.draw(st.sampled_from([codename.generate(WORDS), node("codename.generate", twin.WORDS)]))
    words = text.split()
    at, to = data.draw(st.integers(0, 7)), data.draw(st.integers(0, 7))
    swapped = list(words)
    swapped[at], swapped[to] = swapped[to], swapped[at]
    slip = data.draw(st.text("abcdefgxyz\u00e9\U0001f600 -", max_size=3))
    for typed in (text, text.upper(), " ".join(swapped), " ".join([*words[:at], words[at] + slip, *words[at + 1 :]])):
        for call in ("read", "suggest"):
            here = outcome(getattr(codename, call), typed, WORDS)
            assert outcome(node, f"codename.{call}", typed, twin.WORDS) == here
    piece = words[at][:2] + slip + words[at][3:]
    assert node("codename.suggestWord", piece, twin.WORDS) == codename.suggest_word(piece, WORDS)


# Characters that both Unicodes know: a newer one may have a compatibility form that an older one has not heard of.
known = st.text(st.characters(codec="utf-8").filter(lambda sign: unicodedata.ucd_3_2_0.category(sign) != "Cn"))


@given(
    known
    | st.text("aA\u00e9\u0130\u212a\u017f\ufb01\u00bd\u2026\u200b\u2011\u00a0\u3000\ud800,.;- \t\x85", max_size=30)
)
def test_what_people_type_is_cut_alike(node, text):
    assert outcome(node, "codename.pieces", text) == outcome(codename.pieces, text)


@settings(max_examples=5)
@given(secrets32)
def test_roots_and_fingerprints(node, organisation):
    text = codename.generate(WORDS)
    assert node("codename.root", text, organisation, twin.WORDS) == codename.root(text, organisation, WORDS)
    assert node("codename.fingerprint", organisation, twin.WORDS) == codename.fingerprint(organisation, WORDS)


@few
@given(ids, ids, st.integers(0, 9))
def test_work(node, beacon, name, bits):
    nonce = work.solve(beacon, name, bits)
    assert node("work.solve", beacon, name, bits) == nonce
    assert [node("work.check", beacon, name, nonce, more) for more in range(15)] == [
        work.check(beacon, name, nonce, more) for more in range(15)
    ]


def test_sizes_are_refused_alike(node):
    for size in (0, 16, 31, 33):
        wrong = bytes(size)
        for call, function in (
            ("thread.threadId", thread.thread_id),
            ("signing.publicKey", signing.public),
            ("hpke.publicKey", hpke.public_key),
            ("cell.cover", cell.cover),
        ):
            assert outcome(node, call, wrong) == outcome(function, wrong) == "refused: size"
