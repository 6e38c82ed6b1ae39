"""Board cells and board files: found by tag, whoever squats on it; in one order, or refused."""

import dataclasses
import hashlib
import secrets

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_encrypt as encrypt

from crypto import board, kdf, parts
from tests.crypto.refusals import refused
from tests.crypto.strategies import changed, ids, secrets32

SECRET = secrets.token_bytes(32)
TODAY = 20_000
days = st.integers(0, 2**31 - 2)
slots = st.integers(0, 15)


def plaintext(payload: bytes = b"answer", part: int = 0, count: int = 1, kind: int = board.REPLY) -> bytes:
    return bytes([kind]) + parts.pack(b"m" * 16, part, count, payload, board.PAYLOAD)


def sealed_with(tag: bytes, key: bytes, plain: bytes) -> bytes:
    """A cell made by hand, for tags and plaintexts that `seal` would not make."""
    nonce = secrets.token_bytes(24)
    return tag + nonce + encrypt(plain, tag, nonce, key)


def replies(payload: bytes, kind: int = board.REPLY) -> list[bytes]:
    return [board.seal(plain, SECRET, TODAY, i) for i, plain in enumerate(board.split(kind, b"m" * 16, payload))]


@given(secrets32, days, slots)
def test_tag_and_key_are_as_defined(secret, day, i):
    both = kdf.derive(secret, "reply", day.to_bytes(4, "big") + bytes([i]), 48)
    assert board.tag_and_key(secret, day, i) == (both[:16], both[16:])


@given(
    st.sampled_from([board.REPLY, board.RECEIPT]), ids, st.binary(min_size=1, max_size=16 * 1969), days, st.randoms()
)
def test_a_payload_comes_back_from_its_cells_in_any_order(kind, message, payload, day, random):
    plains = board.split(kind, message, payload)
    cells = [board.seal(plain, SECRET, day, i) for i, plain in enumerate(plains)]
    assert {len(cell) for cell in [*cells, board.dummy()]} == {2048}
    random.shuffle(cells)
    found = board.find([board.dummy(), *cells], board.tags(SECRET, day))
    assert board.join(found) == payload
    assert {(part.kind, part.message) for part in found} == {(kind, message)}
    assert board.join(found[1:]) is None


@given(st.integers(0, 2047), st.integers(0, 7))
def test_any_changed_bit_makes_it_nobodys(at, bit):
    key = board.tag_and_key(SECRET, TODAY, 0)[1]
    assert board.open_(changed(board.seal(plaintext(), SECRET, TODAY, 0), at, bit), key) is None


def test_it_opens_with_its_own_key_only():
    cell = board.seal(plaintext(), SECRET, TODAY, 3)
    for day, i in ((TODAY, 2), (TODAY + 1, 3)):
        assert board.open_(cell, board.tag_and_key(SECRET, day, i)[1]) is None
    assert board.open_(cell, board.tag_and_key(SECRET, TODAY, 3)[1]) is not None


def test_nonces_are_random():
    cells = {board.seal(plaintext(), SECRET, TODAY, 0)[16:40] for _ in range(20)}
    assert len(cells) == 20


def test_days_are_looked_at_from_tomorrow_to_sixty_days_ago():
    tags = board.tags(SECRET, TODAY)
    assert len(tags) == 62 * 16
    for day, known in ((TODAY + 2, False), (TODAY + 1, True), (TODAY - 60, True), (TODAY - 61, False)):
        assert (board.tag_and_key(SECRET, day, 15)[0] in tags) is known
    assert len(board.tags(SECRET, 0)) == 2 * 16


def test_somebody_may_squat_on_a_tag():
    [cell] = replies(b"answer")
    tag = cell[:16]
    key = board.tag_and_key(SECRET, TODAY, 0)[1]
    squatters = [
        tag + secrets.token_bytes(2032),
        sealed_with(tag, bytes(32), plaintext(b"not the guardian's")),
        sealed_with(tag, key, bytes(1992)),
    ]
    for cells in ([*squatters, cell], [cell, *squatters]):
        assert [part.payload for part in board.find(cells, board.tags(SECRET, TODAY))] == [b"answer"]


def test_a_cell_moved_to_another_tag_does_not_open():
    """The tag is authenticated: otherwise a cell could be shown again under a tag of another day."""
    key = board.tag_and_key(SECRET, TODAY, 0)[1]
    cell = sealed_with(bytes(16), key, plaintext())
    assert board.open_(cell, key) is not None
    assert board.open_(b"t" * 16 + cell[16:], key) is None


def test_a_repeat_completes_what_came_in_part():
    first = replies(secrets.token_bytes(5000))
    payload = board.join(board.find(first, board.tags(SECRET, TODAY)))
    assert payload is not None
    plains = board.split(board.REPLY, b"m" * 16, payload)
    again = [board.seal(plain, SECRET, TODAY + 1, i) for i, plain in enumerate(plains)]
    tags = board.tags(SECRET, TODAY)
    assert board.join(board.find([first[0], again[1], again[2]], tags)) == payload
    assert board.join(board.find([*first, *again], tags)) == payload


@pytest.mark.parametrize("size", [0, 2047, 2049])
def test_other_sizes_are_refused(size):
    with refused("size"):
        board.open_(bytes(size), bytes(32))
    with refused("size"):
        board.write_file(0, 60, [bytes(size)])


def test_other_secrets_keys_plaintexts_and_ids_are_refused():
    for call in (
        lambda: board.tag_and_key(bytes(31), 0, 0),
        lambda: board.tags(bytes(33), 0),
        lambda: board.seal(plaintext()[:-1], SECRET, 0, 0),
        lambda: board.open_(bytes(2048), bytes(31)),
        lambda: board.split(board.REPLY, bytes(15), b"answer"),
    ):
        with refused("size"):
            call()


@pytest.mark.parametrize(("day", "i"), [(-1, 0), (2**31, 0), (0, -1), (0, 16)])
def test_days_and_numbers_have_limits(day, i):
    with refused("limit"):
        board.seal(plaintext(), SECRET, day, i)


def test_a_payload_has_sixteen_parts_at_most_and_is_not_empty():
    assert len(board.split(board.REPLY, bytes(16), bytes(31504))) == 16
    with refused("limit"):
        board.split(board.REPLY, bytes(16), bytes(31505))
    with refused("malformed"):
        board.split(board.REPLY, bytes(16), b"")
    for kind in (0, 3):
        with refused("malformed"):
            board.split(kind, bytes(16), b"answer")


BROKEN = {
    "kind 0": plaintext(kind=0),
    "kind 3": plaintext(kind=3),
    "no parts": plaintext(count=0),
    "17 parts": plaintext(count=17),
    "part beyond the parts": plaintext(part=2, count=2),
    "an empty part": plaintext(payload=b""),
    "a middle part that is not full": plaintext(part=1, count=3),
    "a length above the payload": plaintext()[:21] + (1970).to_bytes(2, "big") + plaintext()[23:],
    "a byte after the payload": plaintext()[:-1] + b"\1",
}


@pytest.mark.parametrize("plain", BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_rule_inside_is_refused(plain):
    key = board.tag_and_key(SECRET, TODAY, 0)[1]
    with refused("malformed"):
        board.open_(board.seal(plain, SECRET, TODAY, 0), key)


def test_parts_that_contradict_one_another_are_a_conflict():
    found = board.find(replies(bytes(2000)), board.tags(SECRET, TODAY))
    for other in (
        dataclasses.replace(found[1], payload=b"else"),
        dataclasses.replace(found[1], parts=3),
        dataclasses.replace(found[1], kind=board.RECEIPT),
    ):
        with refused("conflict"):
            board.join([*found, other])
    assert board.groups([*found, other]) == [found, [other]]


files = st.lists(
    st.tuples(st.integers(0, 2**53 - 1), st.integers(0, 2**32 - 1), st.integers(0, 5)), unique_by=lambda file: file[0]
)


@settings(max_examples=30)
@given(files)
def test_board_files_come_back_in_order(files):
    written = [(start, length, sorted(board.dummy() for _ in range(count))) for start, length, count in sorted(files)]
    data = b"".join(board.write_file(start, length, reversed(cells)) for start, length, cells in written)
    assert [(file.start, file.length, list(file.cells)) for file in board.read_files(data)] == written


def test_a_board_file_is_as_defined():
    low, high = bytes(2048), b"\xff" * 2048
    expected = "43414e444f555242" + "0000000000000e10" + "0000003c" + "00000002"
    assert board.write_file(3600, 60, [high, low]) == bytes.fromhex(expected) + low + high
    with refused("conflict"):
        board.write_file(0, 60, [low, low])


def test_a_damaged_board_is_refused():
    cells = sorted(board.dummy() for _ in range(3))
    good = board.write_file(60, 60, cells)
    later = board.write_file(120, 60, cells[:1])
    assert len(board.read_files(good + later)) == 2
    for cut in (1, 23, 24, 25, len(good) - 1):
        with refused("size"):
            board.read_files(good[:cut] if cut != 24 else good[:24])
    for data in (good + b"\0", good + later[:-1], good + later + b"CANDOURB"):
        with refused("size"):
            board.read_files(data)
    swapped = good[:24] + cells[1] + cells[0] + cells[2]
    doubled = good[:24] + cells[0] + cells[0] + cells[2]
    far = good[:8] + (2**53).to_bytes(8, "big") + good[16:]
    for data in (b"candourb" + good[8:], swapped, doubled, later + good, good + good, far, good + bytes(24)):
        with refused("malformed"):
            board.read_files(data)


def test_an_empty_board_is_a_board():
    assert board.read_files(b"") == []


def test_a_part_does_not_print_its_text():
    [part] = board.find(replies(b"what we did"), board.tags(SECRET, TODAY))
    assert "what we did" not in repr(part)


def test_dummies_are_random():
    assert len({hashlib.sha256(board.dummy()).digest() for _ in range(50)}) == 50
