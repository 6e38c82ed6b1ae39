"""A locked vault leaves no keys in memory: another process looks through all of it."""

import subprocess
import sys
from pathlib import Path

import pytest

from crypto.kdf import derive
from recipients.vault import create, open_vault
from recipients.vault import header as headers
from recipients.vault.wiping import wipe
from tests.recipients.world import Town

PASSPHRASE = "correct horse battery"
_PROGRAM = """
import gc, sys
from pathlib import Path
from recipients import cases, daykeys
from recipients.vault import header, open_vault
header.MEMORY, header.PASSES = 64, 1
vault = open_vault(Path(sys.argv[1]), sys.stdin.readline().strip())
daykeys.check(vault)
cases.threads(vault)
print("open", flush=True); sys.stdin.readline()
vault.close(); del vault; gc.collect()
print("locked", flush=True); sys.stdin.readline()
"""


def memory(number: int) -> bytes:
    """All of a process's memory that can be read and written."""
    found = []
    with Path(f"/proc/{number}/mem").open("rb", 0) as mem:
        for line in Path(f"/proc/{number}/maps").read_text().splitlines():
            span, rights, *_ = line.split()
            if rights.startswith("rw") and "[vvar" not in line:
                first, last = (int(one, 16) for one in span.split("-"))
                mem.seek(first)
                found.append(mem.read(last - first))
    return b"".join(found)


@pytest.mark.slow
def test_a_locked_vault_leaves_no_keys_in_memory(town: Town):
    vault = town.vault()
    town.sync(vault)
    path = vault.path
    secrets = {f"day key {one.kind} {one.first}": bytes(bytearray(one.seed)) for one in vault.keys.secrets}
    vault.close()
    key = headers.unlock(headers.read((path / "vault.json").read_bytes()), PASSPHRASE)
    secrets |= {"vault": key, "epochs": derive(key, "vault/epochs"), "database": derive(key, "vault/database")}
    secrets["database in hex"] = secrets["database"].hex().encode()
    with subprocess.Popen([sys.executable, "-c", _PROGRAM, str(path)], stdin=-1, stdout=-1, text=True) as other:
        assert other.stdin is not None
        assert other.stdout is not None
        other.stdin.write(PASSPHRASE + "\n")
        other.stdin.flush()
        assert other.stdout.readline() == "open\n"
        before = memory(other.pid)
        other.stdin.write("\n")
        other.stdin.flush()
        assert other.stdout.readline() == "locked\n"
        after = memory(other.pid)
        other.stdin.close()
    # It is the right place to look: while the vault is open, its day keys are there.
    assert [name for name, secret in secrets.items() if secret in before and name.startswith("day key")]
    assert [name for name, secret in secrets.items() if secret in after] == []


def test_what_is_wiped_and_what_is_left_alone():
    secret, text, short = bytes(bytearray(range(32))), "".join(["ab"] * 16), b"x"
    wipe(secret, text, short)
    assert secret == bytes(32)
    assert text == "\0" * 32
    assert short == b"x"


def test_an_open_vault_works_on_after_its_first_key_was_wiped(tmp_path: Path, cheap_passphrases: None):
    create(tmp_path / "vault", PASSPHRASE)
    with open_vault(tmp_path / "vault", PASSPHRASE) as vault:
        (vault.path / "epochs").unlink()
        vault.renew_epochs()
        vault.store("name", b"x")
    with open_vault(tmp_path / "vault", PASSPHRASE) as vault:
        assert (vault.setting("name"), vault.keys.secrets) == (b"x", ())
