"""Report cells: one size, for one reader, and every broken rule is refused."""

import dataclasses
import secrets

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto import cell, hpke, parts
from tests.crypto.refusals import refused
from tests.crypto.strategies import changed, ids, secrets32

SEED = secrets.token_bytes(32)
KEY, PUBLIC = hpke.PrivateKey(SEED), hpke.public_key(SEED)
OTHER = hpke.PrivateKey(secrets.token_bytes(32))
ORGANISATION = secrets.token_bytes(32)
heads = st.binary(min_size=1, max_size=cell.PAYLOAD)
lengths = st.integers(0, 15 * cell.PAYLOAD)


def plaintext(thread: bytes = b"t" * 32, payload: bytes = b"text", part: int = 0, count: int = 1) -> bytes:
    return b"\1" + thread + parts.pack(b"m" * 16, part, count, payload, cell.PAYLOAD)


def opened(plain: bytes) -> cell.Part:
    part = cell.open_(cell.seal(plain, PUBLIC, ORGANISATION), [KEY], ORGANISATION)
    assert part is not None
    return part


@settings(max_examples=25)
@given(secrets32, ids, heads, lengths, st.randoms())
def test_a_message_comes_back_from_its_cells_in_any_order(thread, message, head, length, random):
    rest = secrets.token_bytes(length)
    pieces = [opened(plain) for plain in cell.split(thread, message, head, rest)]
    random.shuffle(pieces)
    assert cell.join(pieces) == head + rest
    assert cell.join(pieces[1:]) is None
    assert cell.gather(pieces)[0] == head
    assert {(piece.thread, piece.message, piece.parts) for piece in pieces} == {(thread, message, len(pieces))}


@settings(max_examples=25)
@given(heads, lengths)
def test_every_cell_and_every_cover_has_the_same_size(head, length):
    plains = cell.split(bytes(32), bytes(16), head, bytes(length))
    assert {len(plain) for plain in plains} == {2960}
    assert {len(cell.seal(plain, PUBLIC, ORGANISATION)) for plain in plains} == {4096}
    assert len(cell.cover(ORGANISATION)) == 4096


@given(st.integers(0, 4095), st.integers(0, 7))
def test_any_changed_bit_makes_it_nobodys(at, bit):
    sealed = cell.seal(plaintext(), PUBLIC, ORGANISATION)
    assert cell.open_(changed(sealed, at, bit), [KEY], ORGANISATION) is None


def test_it_opens_for_one_key_among_many_and_for_one_organisation():
    sealed = cell.seal(plaintext(), PUBLIC, ORGANISATION)
    assert cell.open_(sealed, [OTHER, KEY], ORGANISATION) == opened(plaintext())
    assert cell.open_(sealed, [OTHER], ORGANISATION) is None
    assert cell.open_(sealed, [], ORGANISATION) is None
    assert cell.open_(sealed, [KEY], bytes(32)) is None


def test_two_halves_of_two_cells_do_not_open():
    first, second = (cell.seal(plaintext(), PUBLIC, ORGANISATION) for _ in range(2))
    assert cell.open_(first[:1120] + second[1120:], [KEY], ORGANISATION) is None


def test_cover_is_sealed_to_a_key_that_nobody_has(monkeypatch):
    seeds = [secrets.token_bytes(32), secrets.token_bytes(32)]
    made = iter(seeds)
    monkeypatch.setattr(hpke, "generate_seed", lambda: next(made))
    assert cell.open_(cell.cover(ORGANISATION), [KEY], ORGANISATION) is None
    second = cell.cover(ORGANISATION)
    # With the thrown-away seed it opens, to zeros: the same steps as for a message.
    assert hpke.open_(seeds[1], b"candour/v1/cell" + ORGANISATION, second) == bytes(2960)
    assert hpke.open_(seeds[0], b"candour/v1/cell" + ORGANISATION, second) is None


def test_a_message_costs_a_throwaway_key_as_cover_does(monkeypatch):
    made = iter([bytes(32)])
    monkeypatch.setattr(hpke, "generate_seed", lambda: next(made))
    cell.seal(plaintext(), PUBLIC, ORGANISATION)
    assert list(made) == []


@pytest.mark.parametrize("size", [0, 1, 4095, 4097, 8192])
def test_other_sizes_are_refused(size):
    with refused("size"):
        cell.open_(bytes(size), [KEY], ORGANISATION)


@pytest.mark.parametrize("size", [0, 2959, 2961])
def test_other_plaintexts_are_refused(size):
    with refused("size"):
        cell.seal(bytes(size), PUBLIC, ORGANISATION)


def test_other_organisations_threads_and_ids_are_refused():
    for call in (
        lambda: cell.seal(plaintext(), PUBLIC, bytes(31)),
        lambda: cell.cover(bytes(33)),
        lambda: cell.open_(bytes(4096), [KEY], b""),
        lambda: cell.split(bytes(31), bytes(16), b"head", b""),
        lambda: cell.split(bytes(32), bytes(17), b"head", b""),
    ):
        with refused("size"):
            call()


def test_a_message_has_a_head_that_fits_and_at_most_16_parts():
    assert len(cell.split(bytes(32), bytes(16), b"h", bytes(15 * 2905))) == 16
    with refused("limit"):
        cell.split(bytes(32), bytes(16), b"h", bytes(15 * 2905 + 1))
    with refused("limit"):
        cell.split(bytes(32), bytes(16), bytes(2906), b"")
    with refused("malformed"):
        cell.split(bytes(32), bytes(16), b"", b"rest")


LONG = bytes(cell.PAYLOAD)
BROKEN = {
    "cover that opens": bytes(2960),
    "kind 2": b"\2" + plaintext()[1:],
    "no parts": plaintext(count=0),
    "17 parts": plaintext(count=17),
    "part beyond the parts": plaintext(part=1, count=1),
    "part 16 of 16": plaintext(part=16, count=16),
    "an empty part": plaintext(payload=b""),
    "an empty last part": plaintext(payload=b"", part=1, count=2),
    "a middle part that is not full": plaintext(payload=LONG[:-1], part=1, count=3),
    "a length above the payload": plaintext()[:53] + (2906).to_bytes(2, "big") + plaintext()[55:],
    "a byte after the payload": plaintext()[:-1] + b"\1",
    "a byte right after the payload": plaintext()[:59] + b"\1" + plaintext()[60:],
}


@pytest.mark.parametrize("plain", BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_rule_inside_is_refused(plain):
    sealed = cell.seal(plain, PUBLIC, ORGANISATION)
    with refused("malformed"):
        cell.open_(sealed, [KEY], ORGANISATION)


@pytest.mark.parametrize(("part", "count", "length"), [(0, 3, 1), (2, 3, 1), (1, 3, 2905), (0, 1, 2905), (15, 16, 1)])
def test_parts_that_keep_the_rules_open(part, count, length):
    assert opened(plaintext(payload=LONG[:length], part=part, count=count)).payload == LONG[:length]


def pieces_of(payload: bytes) -> list[cell.Part]:
    return [opened(plain) for plain in cell.split(b"t" * 32, b"m" * 16, b"head", payload)]


def test_parts_that_contradict_one_another_are_a_conflict():
    first, second = pieces_of(b"rest")
    for other in (
        dataclasses.replace(second, payload=b"else"),
        dataclasses.replace(second, parts=3),
        dataclasses.replace(second, thread=b"u" * 32),
        dataclasses.replace(second, message=b"n" * 16),
    ):
        with refused("conflict"):
            cell.join([first, second, other])
    assert cell.join([first, second, second, first]) == b"headrest"
    assert cell.join([]) is None


def test_groups_keep_messages_apart():
    first, second = pieces_of(b"rest")
    other = dataclasses.replace(first, thread=b"u" * 32)
    another = dataclasses.replace(first, message=b"n" * 16)
    assert parts.groups([first, other, second, another]) == [[first, second], [other], [another]]


def test_a_part_prints_neither_its_text_nor_its_secret():
    piece = opened(plaintext(thread=b"SECRETSECRETSECRETSECRETSECRETSE", payload=b"what happened"))
    assert "SECRET" not in repr(piece)
    assert "happened" not in repr(piece)
