"""Attachments: any size comes back whole; anything changed, cut, swapped or left out is noticed."""

import secrets
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto import attachment, kdf
from crypto.attachment import CHUNK, PLAIN_CHUNK, Manifest, open_, read_manifests, write_manifests
from crypto.encoding import b64, dump, load
from tests.crypto.refusals import refused
from tests.crypto.strategies import changed

ID = secrets.token_bytes(32)
SIZES = [0, 1, PLAIN_CHUNK - 1, PLAIN_CHUNK, PLAIN_CHUNK + 1, 5 * PLAIN_CHUNK]


def sealed(size: int) -> tuple[bytes, Manifest, dict[bytes, bytes]]:
    """A random file that does not end like padding, its manifest, and its chunks by name."""
    data = secrets.token_bytes(size - 1) + b"\1" if size else b""
    manifest, chunks = attachment.seal(data, "rota.pdf", "application/pdf", ID)
    return data, manifest, dict(zip(manifest.chunks, chunks, strict=True))


@pytest.mark.parametrize("size", SIZES)
def test_a_file_comes_back(size: int):
    data, manifest, chunks = sealed(size)
    assert open_(manifest, chunks.get, ID) == data
    assert {len(chunk) for chunk in chunks.values()} == {CHUNK}
    assert all(kdf.name(chunk) == name for name, chunk in chunks.items())
    assert (manifest.size, manifest.digest) == (size, attachment.file_digest(data))


@settings(max_examples=20)
@given(st.binary(max_size=70_000), st.integers(0, 12))
def test_any_bytes_come_back(data: bytes, times: int):
    manifest, chunks = attachment.seal(data * times, "a", "b", ID)
    assert open_(manifest, dict(zip(manifest.chunks, chunks, strict=True)).get, ID) == data * times


def test_chunk_counts_tell_little_about_the_size():
    assert [attachment.padme(count) for count in (1, 2, 3, 8, 9, 10, 17, 33, 100, 513, 1023, 1024)] == [
        1, 2, 3, 8, 10, 10, 18, 36, 104, 544, 1024, 1024
    ]  # fmt: skip
    for count in range(1, 1025):
        rounded = attachment.padme(count)
        assert count <= rounded <= max(count, count * 1.12)
        assert attachment.padme(rounded) == rounded
    assert len({attachment.padme(count) for count in range(1, 1025)}) < 80


def test_two_seals_have_nothing_in_common():
    first, again = sealed(1)[1], sealed(1)[1]
    assert {first.key, first.prefix, *first.chunks}.isdisjoint({again.key, again.prefix, *again.chunks})


def test_what_is_changed_is_noticed():
    _, manifest, chunks = sealed(5 * PLAIN_CHUNK)
    one, two, *_, last = manifest.chunks
    for damage in (
        {one: changed(chunks[one], secrets.randbelow(CHUNK), 3)},
        {one: chunks[two], two: chunks[one]},
        {one: chunks[two]},
        {two: chunks[last]},
        {last: secrets.token_bytes(CHUNK)},
    ):
        with refused("tampered"):
            open_(manifest, {**chunks, **damage}.get, ID)


def test_chunks_that_are_missing_or_cut():
    _, manifest, chunks = sealed(PLAIN_CHUNK + 1)
    last = manifest.chunks[-1]
    with refused("missing"):
        open_(manifest, {name: chunk for name, chunk in chunks.items() if name != last}.get, ID)
    for size in (0, CHUNK - 1):
        with refused("size"):
            open_(manifest, {**chunks, last: chunks[last][:size]}.get, ID)
    with refused("size"):
        open_(manifest, {**chunks, last: chunks[last] + b"\0"}.get, ID)


def test_a_file_cannot_be_cut_short():
    _, manifest, chunks = sealed(2 * PLAIN_CHUNK)
    shorter = replace(manifest, chunks=manifest.chunks[:1], size=PLAIN_CHUNK)
    with refused("tampered"):
        open_(shorter, chunks.get, ID)
    with refused("malformed"):
        open_(replace(manifest, chunks=manifest.chunks[:1]), chunks.get, ID)


def test_chunks_are_for_one_organisation():
    _, manifest, chunks = sealed(1)
    with refused("tampered"):
        open_(manifest, chunks.get, bytes(32))
    with refused("size"):
        open_(manifest, chunks.get, bytes(31))


def test_what_the_manifest_says_must_be_true():
    data, manifest, chunks = sealed(1000)
    with refused("tampered", "padding"):
        open_(replace(manifest, size=999, digest=attachment.file_digest(data[:999])), chunks.get, ID)
    with refused("tampered", "digest"):
        open_(replace(manifest, size=1001), chunks.get, ID)
    with refused("tampered", "digest"):
        open_(replace(manifest, digest=bytes(32)), chunks.get, ID)
    with refused("tampered", "chunk"):
        open_(replace(manifest, key=bytes(32)), chunks.get, ID)


def test_a_manifest_comes_back():
    manifests = [sealed(size)[1] for size in (0, 1, PLAIN_CHUNK + 1)]
    assert read_manifests(write_manifests(manifests)) == tuple(manifests)


def test_a_manifest_hides_its_key():
    manifest = sealed(1)[1]
    assert repr(manifest.key) not in repr(manifest)
    assert repr(manifest.prefix) not in repr(manifest)


FAULTY: list[tuple[str, Callable[[dict[str, Any]], object]]] = [
    ("slash", lambda one: {**one, "name": "a/b"}),
    ("backslash", lambda one: {**one, "name": "a\\b"}),
    ("dot", lambda one: {**one, "name": "."}),
    ("dots", lambda one: {**one, "name": ".."}),
    ("no name", lambda one: {**one, "name": ""}),
    ("long name", lambda one: {**one, "name": "é" * 128}),
    ("newline", lambda one: {**one, "name": "a\n"}),
    ("delete", lambda one: {**one, "name": "a\x7f"}),
    ("no type", lambda one: {**one, "type": ""}),
    ("long type", lambda one: {**one, "type": "a" * 128}),
    ("odd type", lambda one: {**one, "type": "é"}),
    ("negative", lambda one: {**one, "size": -1}),
    ("huge", lambda one: {**one, "size": 268_435_457}),
    ("other size", lambda one: {**one, "size": PLAIN_CHUNK + 1}),
    ("cut names", lambda one: {**one, "chunks": b64(bytes(15))}),
    ("more names", lambda one: {**one, "chunks": b64(bytes(32))}),
    ("no names", lambda one: {**one, "chunks": ""}),
    ("short key", lambda one: {**one, "key": b64(bytes(31))}),
    ("long prefix", lambda one: {**one, "prefix": b64(bytes(8))}),
    ("extra", lambda one: {**one, "more": 1}),
    ("lacking", lambda one: {key: value for key, value in one.items() if key != "digest"}),
    ("not an object", lambda _: "file"),
]


@pytest.mark.parametrize(("case", "change"), FAULTY)
def test_faulty_manifests_are_refused(case: str, change: Callable[[dict[str, Any]], object]):
    written = load(write_manifests([sealed(1)[1]]), 10_000)
    assert isinstance(written, list)
    with refused("malformed"):
        read_manifests(dump([change(written[0])]))


def test_there_is_at_least_one_file_and_at_most_32():
    one = replace(sealed(1)[1])
    with refused("malformed"):
        read_manifests(b"[]")
    assert len(read_manifests(write_manifests([one] * 32))) == 32
    with refused("limit"):
        write_manifests([one] * 33)


def test_there_are_at_most_1024_chunks():
    one = replace(sealed(1)[1], size=512 * PLAIN_CHUNK, chunks=(bytes(16),) * 512)
    assert len(read_manifests(write_manifests([one, one]))) == 2
    with refused("limit"):
        write_manifests([one, one, sealed(1)[1]])
    with refused("limit"):
        attachment.chunk_count(268_435_457)
    assert attachment.chunk_count(268_435_456) == 1024
