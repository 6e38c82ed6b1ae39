"""Secrets of day keys: each in its place, overwritten when it is done with, and nothing told by the file."""

import os
from pathlib import Path

import pytest

from recipients.errors import GuardianError
from recipients.vault import epochs
from recipients.vault.epochs import PLACE, PLACES, Secret

KEY, VAULT = os.urandom(32), os.urandom(16)


def secret(day: int, seed: bytes | None = None) -> Secret:
    """An epoch's secret."""
    return Secret(kind="epoch", first=day, last=day, seed=seed or os.urandom(32))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A new file."""
    epochs.create(tmp_path / "epochs", KEY, VAULT)
    return tmp_path / "epochs"


def places(path: Path) -> list[bytes]:
    """The 128 places as they lie on the disk."""
    data = path.read_bytes()
    return [data[at : at + PLACE] for at in range(PLACE, len(data), PLACE)]


def test_what_is_added_is_there_after_opening_again(path: Path):
    held = [secret(5), secret(4), Secret(kind="fallback", first=4, last=33, seed=os.urandom(32))]
    opened = epochs.open_file(path, KEY, VAULT)
    opened.add(held)
    opened.close()
    opened = epochs.open_file(path, KEY, VAULT)
    assert opened.secrets == (held[1], held[0], held[2])
    opened.close()


def test_an_erased_secret_is_overwritten_where_it_lay(path: Path):
    opened = epochs.open_file(path, KEY, VAULT)
    first, second = secret(5), secret(6)
    opened.add([first, second])
    inode, before = path.stat().st_ino, places(path)
    opened.erase([first])
    after = places(path)
    changed = [at for at in range(PLACES) if before[at] != after[at]]
    assert len(changed) == 1
    # Not one 16-byte stretch of the sealed secret is left anywhere, nor the file that held it.
    sealed = before[changed[0]]
    data = path.read_bytes()
    assert all(sealed[at : at + 16] not in data for at in range(PLACE - 16))
    assert path.stat().st_ino == inode
    assert opened.secrets == (second,)
    opened.close()


def test_seeds_are_never_readable(path: Path):
    opened = epochs.open_file(path, KEY, VAULT)
    one = secret(5)
    opened.add([one])
    assert one.seed not in path.read_bytes()
    assert one.seed.hex() not in repr(one)
    opened.close()


def test_the_file_does_not_tell_how_many_it_holds(path: Path):
    empty = path.stat().st_size
    opened = epochs.open_file(path, KEY, VAULT)
    opened.add(secret(day) for day in range(40))
    opened.close()
    assert path.stat().st_size == empty == PLACE * (PLACES + 1)
    assert len(set(places(path))) == PLACES
    assert all(one.count(0) < 16 for one in places(path))


def test_no_more_than_there_are_places(path: Path):
    opened = epochs.open_file(path, KEY, VAULT)
    opened.add(secret(day) for day in range(PLACES - 1))
    with pytest.raises(GuardianError) as caught:
        opened.add([secret(500), secret(501)])
    assert caught.value.code == "full"
    assert len(opened.secrets) == PLACES - 1
    opened.close()


def test_a_flipped_byte_breaks_one_place_and_no_other(path: Path):
    opened = epochs.open_file(path, KEY, VAULT)
    opened.add(secret(day) for day in range(3))
    opened.close()
    data = bytearray(path.read_bytes())
    data[PLACE * 2 + 50] ^= 1
    path.write_bytes(data)
    opened = epochs.open_file(path, KEY, VAULT)
    assert opened.broken == {1}
    assert [one.first for one in opened.secrets] == [0, 2]
    opened.mend()
    assert not opened.broken
    opened.close()


def test_an_old_place_does_not_open_in_another(path: Path):
    opened = epochs.open_file(path, KEY, VAULT)
    opened.add([secret(5)])
    opened.close()
    data = bytearray(path.read_bytes())
    data[PLACE * 2 : PLACE * 3] = data[PLACE : PLACE * 2]
    path.write_bytes(data)
    opened = epochs.open_file(path, KEY, VAULT)
    assert opened.broken == {1}
    opened.close()


@pytest.mark.parametrize(
    ("change", "detail"),
    [
        (lambda path: path.unlink(), "missing"),
        (lambda path: path.write_bytes(path.read_bytes()[:-1]), "damaged"),
        (lambda path: path.write_bytes(path.read_bytes() + b"\0"), "damaged"),
        (lambda path: path.write_bytes(b"X" + path.read_bytes()[1:]), "damaged"),
        (lambda path: path.write_bytes(b""), "damaged"),
    ],
)
def test_a_file_that_is_not_whole(path: Path, change, detail: str):
    change(path)
    with pytest.raises(GuardianError) as caught:
        epochs.open_file(path, KEY, VAULT)
    assert (caught.value.code, caught.value.detail) == ("keys", detail)
