"""The vault: made whole or not at all, opened by one process, and never silent about damage."""

import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from recipients import keys
from recipients.errors import GuardianError
from recipients.vault import Vault, create, open_vault
from recipients.vault import header as headers
from recipients.vault.opening import change_passphrase
from recipients.vault.schema import STEPS

PASSPHRASE = "correct horse battery"


@pytest.fixture
def folder(tmp_path: Path, cheap_passphrases: None) -> Path:
    """A vault with a guardian's keys in it."""
    create(tmp_path / "vault", PASSPHRASE)
    with open_vault(tmp_path / "vault", PASSPHRASE) as vault:
        keys.make(vault, "Guardian of the wards", "Guardian")
    return tmp_path / "vault"


@contextmanager
def refused(code: str, detail: str | None = None) -> Iterator[None]:
    """Inside, an error of this code, and of this detail where one is given."""
    with pytest.raises(GuardianError) as caught:
        yield
    assert caught.value.code == code
    assert detail is None or caught.value.detail == detail


def opens(folder: Path) -> Vault:
    """Opens and reads all of it."""
    vault = open_vault(folder, PASSPHRASE)
    try:
        vault.database.check()
        keys.load(vault)
        assert not vault.trouble
        vault.keys.secrets  # noqa: B018 - raises when the file is gone
        assert not vault.keys.broken
    except BaseException:
        vault.close()
        raise
    return vault


def test_what_is_stored_comes_back(folder: Path):
    with opens(folder) as vault:
        made = keys.load(vault)
    with opens(folder) as vault:
        assert keys.load(vault) == made
        assert made.name == "Guardian of the wards"


def test_what_cannot_be_furnished_is_not_made(tmp_path: Path):
    def fail(_vault: Vault) -> None:
        raise RuntimeError("no keys")

    with pytest.raises(RuntimeError):
        create(tmp_path / "vault", PASSPHRASE, fail)
    assert list(tmp_path.iterdir()) == []


def test_keys_are_made_once(folder: Path):
    with opens(folder) as vault, refused("exists"):
        keys.make(vault, "Another", "Guardian")


def test_another_passphrase(folder: Path):
    with refused("passphrase"):
        open_vault(folder, PASSPHRASE + "!")
    opens(folder).close()


def test_one_accent_in_two_spellings_is_one_passphrase(tmp_path: Path):
    create(tmp_path / "vault", "Ann\u00e9e de fer 1789")
    open_vault(tmp_path / "vault", "Anne\u0301e de fer 1789").close()


def test_a_short_passphrase_makes_no_vault(tmp_path: Path):
    with refused("weak"):
        create(tmp_path / "vault", "eleven char")
    assert list(tmp_path.iterdir()) == []


def test_nothing_of_the_vault_can_be_read_without_it(folder: Path):
    with opens(folder) as vault:
        person = keys.load(vault)
    held = b"".join(path.read_bytes() for path in folder.iterdir())
    for secret in (person.identity_seed, person.courier_seed, person.g, b"Guardian of the wards", PASSPHRASE.encode()):
        assert secret not in held


def test_only_the_owner_may_read(folder: Path):
    assert folder.stat().st_mode & 0o077 == 0
    assert all(path.stat().st_mode & 0o077 == 0 for path in folder.iterdir())


def test_a_passphrase_costs_what_it_should(real_cost: None, folder: Path):
    made = headers.read((folder / "vault.json").read_bytes())
    assert (made.memory, made.passes, made.lanes) == (65_536, 3, 4)


def test_a_second_process_is_refused_until_the_first_has_ended(real_cost: None, folder: Path):
    program = (
        "import sys; from pathlib import Path; from recipients.vault import open_vault\n"
        f"vault = open_vault(Path({str(folder)!r}), {PASSPHRASE!r}); print('open', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdin=-1, stdout=-1) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"open\n"
        with refused("busy"):
            open_vault(folder, PASSPHRASE)
        other.kill()
    opens(folder).close()


def test_no_vault_there(tmp_path: Path):
    with refused("absent"):
        open_vault(tmp_path, PASSPHRASE)


@pytest.mark.parametrize("taken", ["file", "folder", "vault"])
def test_nothing_is_overwritten(tmp_path: Path, taken: str):
    path = tmp_path / "vault"
    if taken == "file":
        path.write_bytes(b"mine")
    elif taken == "folder":
        path.mkdir()
        (path / "mine").write_bytes(b"mine")
    else:
        create(path, PASSPHRASE)
    with refused("exists"):
        create(path, PASSPHRASE)
    if taken == "vault":
        open_vault(path, PASSPHRASE).close()
    assert [one.name for one in tmp_path.iterdir()] == ["vault"]


def test_every_flipped_byte_of_the_header_is_noticed(folder: Path):
    path = folder / "vault.json"
    sound = path.read_bytes()
    for at in range(len(sound)):
        with refused("damaged", "header"):
            headers.read(sound[:at] + bytes([sound[at] ^ 1]) + sound[at + 1 :])
    path.write_bytes(sound[:20] + bytes([sound[20] ^ 1]) + sound[21:])
    with refused("damaged", "header"):
        open_vault(folder, PASSPHRASE)


@pytest.mark.parametrize("size", [0, 1, -1])
def test_a_cut_header_is_noticed(folder: Path, size: int):
    path = folder / "vault.json"
    path.write_bytes(path.read_bytes()[:size])
    with refused("damaged", "header"):
        open_vault(folder, PASSPHRASE)


def test_a_missing_header_is_damage_and_not_an_invitation_to_make_a_new_vault(folder: Path):
    (folder / "vault.json").unlink()
    with refused("damaged", "header"):
        open_vault(folder, PASSPHRASE)
    with refused("exists"):
        create(folder, PASSPHRASE)


def test_a_header_that_makes_guessing_cheap_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch):
    sound = headers.read((folder / "vault.json").read_bytes())
    monkeypatch.setattr(headers, "MEMORY", 32)
    cheap = headers.write(headers.make(PASSPHRASE, vault_key=bytes(32), vault=sound.vault))
    monkeypatch.setattr(headers, "MEMORY", 64)
    with refused("damaged", "header"):
        headers.read(cheap)


def test_a_flipped_byte_in_any_page_of_the_database_is_noticed(folder: Path):
    path = folder / "vault.db"
    sound = path.read_bytes()
    for at in range(100, len(sound), 4096):
        path.write_bytes(sound[:at] + bytes([sound[at] ^ 1]) + sound[at + 1 :])
        with refused("damaged", "database"):
            opens(folder)
    path.write_bytes(sound)
    opens(folder).close()


@pytest.mark.parametrize("keep", [0, 100, 4096, 6000])
def test_a_cut_database_is_noticed(folder: Path, keep: int):
    path = folder / "vault.db"
    path.write_bytes(path.read_bytes()[:keep])
    with refused("damaged", "database"):
        opens(folder)


def test_a_missing_database_is_not_made_anew(folder: Path):
    (folder / "vault.db").unlink()
    with refused("damaged", "database"):
        open_vault(folder, PASSPHRASE)
    assert not (folder / "vault.db").exists()


@pytest.mark.parametrize("damage", ["missing", "damaged"])
def test_without_the_day_keys_the_rest_can_be_read(folder: Path, damage: str):
    path = folder / "epochs"
    if damage == "missing":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:-1])
    with open_vault(folder, PASSPHRASE) as vault:
        assert keys.load(vault).name == "Guardian of the wards"
        with refused("keys", damage):
            vault.keys  # noqa: B018


def test_the_day_keys_of_another_vault_are_refused(folder: Path, tmp_path: Path):
    create(tmp_path / "other", PASSPHRASE)
    (folder / "epochs").write_bytes((tmp_path / "other" / "epochs").read_bytes())
    with open_vault(folder, PASSPHRASE) as vault, refused("keys", "damaged"):
        vault.keys  # noqa: B018


def test_a_vault_of_a_later_version_is_left_alone(folder: Path):
    with opens(folder) as vault:
        vault.database.run(f"PRAGMA user_version = {len(STEPS) + 1}")
    with refused("newer"):
        open_vault(folder, PASSPHRASE)


def test_the_connection_keeps_nothing_behind(folder: Path):
    with opens(folder) as vault:
        assert vault.database.value("PRAGMA cipher_memory_security") == "1"
        assert vault.database.value("PRAGMA secure_delete") == 1
        assert vault.database.value("PRAGMA journal_mode") == "delete"
        assert vault.database.value("PRAGMA temp_store") == 2
        assert vault.database.value("PRAGMA foreign_keys") == 1


def test_a_new_passphrase(folder: Path):
    with opens(folder) as vault:
        made = keys.load(vault)
    with refused("weak"):
        change_passphrase(folder, PASSPHRASE, "short")
    with refused("passphrase"):
        change_passphrase(folder, "wrong", "another long one")
    change_passphrase(folder, PASSPHRASE, "another long one")
    with refused("passphrase"):
        open_vault(folder, PASSPHRASE)
    with open_vault(folder, "another long one") as vault:
        assert keys.load(vault) == made


@contextmanager
def file_limit(size: int) -> Iterator[None]:
    """No file may grow beyond `size` bytes: what a full disk looks like."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("room", [0, 100, 10_000, 30_000])
def test_a_disk_that_is_full_at_the_beginning_leaves_nothing_behind(tmp_path: Path, room: int):
    with file_limit(room), pytest.raises(GuardianError) as caught:
        create(tmp_path / "vault", PASSPHRASE)
    assert caught.value.code in ("full", "disk")
    assert list(tmp_path.iterdir()) == []


def fill(vault: Vault) -> None:
    """Changes something, and then needs much room."""
    with vault.database.transaction():
        vault.store("name", b"Another")
        for number in range(100):
            vault.store(f"filling {number}", os.urandom(4096))


def test_a_disk_that_fills_up_later_loses_nothing(folder: Path):
    with opens(folder) as vault:
        before = keys.load(vault)
        size = (folder / "vault.db").stat().st_size
        with file_limit(size), pytest.raises(GuardianError) as caught:
            fill(vault)
        assert caught.value.code in ("full", "disk")
        assert keys.load(vault) == before
    opens(folder).close()


@contextmanager
def as_nobody(folder: Path) -> Iterator[None]:
    """As a person who may read everything there, but write nothing."""
    for path in (folder, *folder.iterdir()):
        path.chmod(0o755 if path.is_dir() else 0o444)
    (folder / "vault.lock").unlink(missing_ok=True)
    if os.geteuid():
        folder.chmod(0o555)
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_a_folder_that_may_not_be_written(folder: Path):
    for path in folder.parents:
        if path.stat().st_uid == os.geteuid() and path != Path("/"):
            path.chmod(path.stat().st_mode | 0o055)
    with as_nobody(folder):
        with refused("forbidden"):
            open_vault(folder, PASSPHRASE)
        with refused("forbidden"):
            create(folder / "another", PASSPHRASE)


def test_errors_never_hold_the_key(folder: Path):
    with opens(folder) as vault, pytest.raises(Exception) as caught:  # noqa: PT011 - whatever comes
        vault.database.run("SELECT nonsense FROM nowhere WHERE x = ?", b"secret")
    assert "secret" not in str(caught.value)
    assert "x'" not in str(caught.value)
