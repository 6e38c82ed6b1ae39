"""What is left when a memory or a machine fails: trustees, backups, and what a thief of either has."""

import os
import random
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import combinations
from pathlib import Path
from threading import Thread

import pytest
import shamir_mnemonic

from recipients import keys
from recipients.errors import GuardianError
from recipients.vault import Vault, create, open_vault, recovery
from recipients.vault import backup as backups
from recipients.vault import header as headers
from recipients.vault.opening import change_passphrase
from tests.recipients.test_vault import file_limit

OLD, NEW = "correct horse battery", "a passphrase that is new"


@pytest.fixture
def folder(tmp_path: Path, cheap_passphrases: None) -> Path:
    """A vault with a guardian's keys in it."""
    create(tmp_path / "vault", OLD)
    with open_vault(tmp_path / "vault", OLD) as vault:
        keys.make(vault, "Guardian of the wards", "Guardian")
        vault.chunks.joinpath("1728000000.chunks").write_bytes(os.urandom(2_500_000))
    return tmp_path / "vault"


@contextmanager
def refused(code: str, detail: str | None = None) -> Iterator[None]:
    """Inside, an error of this code, and of this detail where one is given."""
    with pytest.raises(GuardianError) as caught:
        yield
    assert caught.value.code == code
    assert detail is None or caught.value.detail == detail


def name(folder: Path, passphrase: str) -> str:
    """Reads something out of a vault."""
    with open_vault(folder, passphrase) as vault:
        vault.database.check()
        return keys.load(vault).name


def restore(file: Path, to: Path, passphrase: str = OLD) -> None:
    """A vault of a backup, as the program makes it."""
    backups.bring_back(file, to, passphrase)


def test_any_two_of_three_trustees_replace_a_lost_passphrase(folder: Path):
    shares = recovery.split(folder, OLD, need=2, of=3)
    assert [len(one.split()) for one in shares] == [33] * 3
    for at, pair in enumerate(combinations(shares, 2)):
        recovery.recover(folder, pair[::-1], f"{NEW} {at}")
        assert name(folder, f"{NEW} {at}") == "Guardian of the wards"
    with refused("passphrase"):
        open_vault(folder, OLD)


def test_what_trustees_cannot_do(folder: Path, tmp_path: Path):
    shares = recovery.split(folder, OLD, need=2, of=3)
    create(tmp_path / "other", OLD)
    others = recovery.split(tmp_path / "other", OLD, need=2, of=3)
    for given, detail in (
        ([], "few"),
        (shares[:1], "few"),
        ([shares[0], shares[0]], "few"),
        ([shares[0], others[1]], "mixed"),
        (others[:2], "others"),
        ([shares[0], " ".join(shares[1].split()[:-1])], "word"),
        ([shares[0], shares[1].replace(shares[1].split()[20], "academic", 1)], "word"),
        ([shares[0], "not words of any list at all"], "word"),
    ):
        with refused("shares", detail):
            recovery.recover(folder, given, NEW)
    with refused("weak"):
        recovery.recover(folder, shares[:2], "short")
    assert name(folder, OLD) == "Guardian of the wards"
    with refused("shares", "absent"):
        (folder / "recovery.json").unlink()
        recovery.recover(folder, shares[:2], NEW)


def test_a_word_typed_wrong_is_found_before_anything_is_tried(folder: Path):
    words = recovery.split(folder, OLD, need=2, of=3)[0].split()
    dice = random.Random(3)
    for _ in range(40):
        at, other = dice.randrange(33), dice.choice(shamir_mnemonic.wordlist.WORDLIST)
        if other != words[at]:
            with refused("shares", "word"):
                recovery.need(" ".join([*words[:at], other, *words[at + 1 :]]))
    assert recovery.need("  " + " ".join(words).upper()) == 2


def test_new_shares_make_the_old_ones_void(folder: Path):
    before = recovery.split(folder, OLD, need=2, of=3)
    after = recovery.split(folder, OLD, need=3, of=5)
    with refused("shares", "others"):
        recovery.recover(folder, before[:2], NEW)
    with refused("shares", "few"):
        recovery.recover(folder, after[:2], NEW)
    recovery.recover(folder, after[2:], NEW)
    assert name(folder, NEW) == "Guardian of the wards"


def test_shares_outlive_a_new_passphrase(folder: Path):
    shares = recovery.split(folder, OLD, need=2, of=3)
    change_passphrase(folder, OLD, NEW)
    recovery.recover(folder, shares[:2], f"{NEW} again")
    assert name(folder, f"{NEW} again") == "Guardian of the wards"


@pytest.mark.parametrize(("need", "of"), [(1, 3), (4, 3), (2, 17), (0, 0)])
def test_numbers_of_trustees_that_do_not_fit(folder: Path, need: int, of: int):
    with refused("wrong", "trustees"):
        recovery.split(folder, OLD, need=need, of=of)


def test_shares_are_stored_nowhere(folder: Path):
    shares = recovery.split(folder, OLD, need=2, of=3)
    key = recovery.combine(shares[:2])
    held = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    assert key not in held
    for share in shares:
        assert share.encode() not in held
        assert b" ".join(share.encode().split()[4:8]) not in held


def test_a_damaged_recovery_file(folder: Path):
    shares = recovery.split(folder, OLD, need=2, of=3)
    path = folder / "recovery.json"
    path.write_bytes(path.read_bytes()[:-9])
    with refused("damaged", "recovery"):
        recovery.recover(folder, shares[:2], NEW)
    assert name(folder, OLD) == "Guardian of the wards"


def test_a_backup_comes_back_as_it_was(folder: Path, tmp_path: Path):
    size = backups.save(folder, OLD, tmp_path / "backup")
    assert (tmp_path / "backup").stat().st_size == size > 2_500_000
    assert (tmp_path / "backup").stat().st_mode & 0o077 == 0
    restore(tmp_path / "backup", tmp_path / "again")
    assert name(tmp_path / "again", OLD) == "Guardian of the wards"
    chunks = "chunks/1728000000.chunks"
    assert (tmp_path / "again" / chunks).read_bytes() == (folder / chunks).read_bytes()
    assert backups.save(folder, OLD, tmp_path / "small", files=False) < 500_000
    restore(tmp_path / "small", tmp_path / "third")
    assert not (tmp_path / "third" / chunks).exists()


def test_a_backup_opens_with_the_passphrase_of_its_day(folder: Path, tmp_path: Path):
    backups.save(folder, OLD, tmp_path / "backup")
    change_passphrase(folder, OLD, NEW)
    with refused("passphrase"):
        restore(tmp_path / "backup", tmp_path / "again", NEW)
    assert not (tmp_path / "again").exists()
    restore(tmp_path / "backup", tmp_path / "again", OLD)


def test_a_machine_and_a_passphrase_lost_together(folder: Path, tmp_path: Path):
    shares = recovery.split(folder, OLD, need=2, of=3)
    backups.save(folder, OLD, tmp_path / "backup")
    shutil.rmtree(folder)
    with refused("weak"):
        backups.bring_back(tmp_path / "backup", folder, "short", shares[1:])
    with refused("file", "unreadable"):
        backups.bring_back(tmp_path / "no such file", folder, NEW, shares[1:])
    backups.bring_back(tmp_path / "backup", folder, NEW, shares[1:])
    assert name(folder, NEW) == "Guardian of the wards"
    with refused("passphrase"):
        open_vault(folder, OLD)


def test_a_backup_is_never_written_over_anything(folder: Path, tmp_path: Path):
    (tmp_path / "backup").write_bytes(b"mine")
    with refused("exists", "file"):
        backups.save(folder, OLD, tmp_path / "backup")
    assert (tmp_path / "backup").read_bytes() == b"mine"
    backups.save(folder, OLD, tmp_path / "good")
    with refused("exists"):
        restore(tmp_path / "good", folder)
    with refused("passphrase"):
        backups.save(folder, NEW, tmp_path / "other")
    with open_vault(folder, OLD), refused("busy"):
        backups.save(folder, OLD, tmp_path / "other")


def test_an_open_vault_is_backed_up_changed_and_split_by_whoever_has_it_open(folder: Path, tmp_path: Path):
    told: list[tuple[int, int]] = []
    with open_vault(folder, OLD) as vault:
        size = backups.save(vault, OLD, tmp_path / "backup", progress=lambda done, whole: told.append((done, whole)))
        change_passphrase(vault, OLD, NEW)
        shares = recovery.split(vault, NEW, need=2, of=2)
        vault.database.check()
    assert told[-1][0] == told[-1][1] > 2_500_000
    assert backups.check(tmp_path / "backup", OLD) == told[-1][1] < size
    recovery.recover(folder, shares, OLD)
    assert name(folder, OLD) == "Guardian of the wards"


def test_nobody_writes_into_an_open_vault_while_its_database_is_copied(folder: Path, tmp_path: Path):
    with open_vault(folder, OLD) as vault:
        free: list[bool] = []

        def progress(_done: int, _whole: int) -> None:
            # Whether another thread could write now: while the database is copied, and while files are.
            asks = Thread(target=lambda: free.append(_free(vault)))
            asks.start()
            asks.join()

        backups.save(vault, OLD, tmp_path / "backup", progress=progress)
    assert (free[0], free[-1]) == (False, True)


def _free(vault: Vault) -> bool:
    free = vault.database._turn.acquire(blocking=False)
    if free:
        vault.database._turn.release()
    return free


def test_a_backup_that_is_stopped_leaves_nothing(folder: Path, tmp_path: Path):
    def stop(_done: int, _whole: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        backups.save(folder, OLD, tmp_path / "backup", progress=stop)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["vault"]


def test_every_damage_to_a_backup_is_noticed_and_leaves_nothing_behind(folder: Path, tmp_path: Path):
    file, dice = tmp_path / "backup", random.Random(7)
    backups.save(folder, OLD, file)
    sound = file.read_bytes()
    damaged = [sound[:size] for size in (0, 5, 12, 100, len(sound) // 2, len(sound) - 1, len(sound) - 21)]
    damaged.append(sound + b"x")
    for _ in range(25):
        at = dice.choice([dice.randrange(700), dice.randrange(len(sound))])
        damaged.append(sound[:at] + bytes([sound[at] ^ 1]) + sound[at + 1 :])
    for data in damaged:
        file.write_bytes(data)
        with pytest.raises(GuardianError) as caught:
            restore(file, tmp_path / "again")
        assert caught.value.code in ("backup", "damaged", "passphrase", "newer")
        with refused(caught.value.code):
            backups.check(file, OLD)
        assert not (tmp_path / "again").exists()
        assert [one.name for one in tmp_path.iterdir() if one.name.startswith(".again")] == []


def test_two_pieces_of_a_backup_in_another_order(folder: Path, tmp_path: Path):
    backups.save(folder, OLD, tmp_path / "backup")
    data = (tmp_path / "backup").read_bytes()
    at = 12 + int.from_bytes(data[8:12], "big") + 24
    pieces = []
    while at < len(data):
        size = 4 + int.from_bytes(data[at : at + 4], "big")
        pieces.append(data[at : at + size])
        at += size
    assert len(pieces) > 4
    swapped = [pieces[0], pieces[2], pieces[1], *pieces[3:]]
    head = data[: len(data) - sum(map(len, pieces))]
    (tmp_path / "backup").write_bytes(head + b"".join(swapped))
    with refused("backup", "damaged"):
        restore(tmp_path / "backup", tmp_path / "again")


def test_a_full_disk_leaves_no_half_backup(folder: Path, tmp_path: Path):
    with file_limit(1_000_000), pytest.raises(GuardianError) as caught:
        backups.save(folder, OLD, tmp_path / "backup")
    assert caught.value.code in ("full", "disk")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["vault"]
    backups.save(folder, OLD, tmp_path / "backup")
    with file_limit(100_000), pytest.raises(GuardianError) as caught:
        restore(tmp_path / "backup", tmp_path / "again")
    assert caught.value.code in ("full", "disk")
    assert not (tmp_path / "again").exists()


def test_a_thief_of_a_backup_pays_for_every_guess(real_cost: None, folder: Path, tmp_path: Path):
    backups.save(folder, OLD, tmp_path / "backup")
    restore(tmp_path / "backup", tmp_path / "again")
    made = headers.read((tmp_path / "again" / "vault.json").read_bytes())
    assert (made.memory, made.passes, made.lanes) == (65_536, 3, 4)


def test_nothing_can_be_read_in_a_backup(folder: Path, tmp_path: Path):
    recovery.split(folder, OLD, need=2, of=3)
    backups.save(folder, OLD, tmp_path / "backup")
    held = (tmp_path / "backup").read_bytes()
    with open_vault(folder, OLD) as vault:
        person = keys.load(vault)
        for secret in (person.identity_seed, person.courier_seed, person.g, b"Guardian of the wards", OLD.encode()):
            assert secret not in held
    # The database is sealed twice: not even its salt, by which two backups could be told to be of one vault, is there.
    assert (folder / "vault.db").read_bytes()[:16] not in held
    assert b"chunks" not in held
