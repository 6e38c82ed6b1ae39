"""Two threads on one vault: a window reads and writes while a sync goes on."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from recipients.vault import create, open_vault

PASSPHRASE = "correct horse battery"
# For a thread that does not wait its turn to be caught; one that does passes however slow the machine is.
LONG_ENOUGH = 0.2


@pytest.fixture
def vault(tmp_path):
    create(tmp_path / "vault", PASSPHRASE)
    with open_vault(tmp_path / "vault", PASSPHRASE) as opened:
        yield opened


def test_another_threads_statement_is_no_part_of_a_transaction_that_fails(vault):
    """What a guardian writes while a sync stores a period stays, though that period is rolled back."""
    inside, tried = threading.Event(), threading.Event()

    def fail() -> None:
        with vault.database.transaction():
            vault.store("sync", b"1")
            inside.set()
            tried.wait(60)
            time.sleep(LONG_ENOUGH)
            raise ArithmeticError

    def write() -> None:
        inside.wait(60)
        tried.set()
        vault.store("note", b"2")

    with ThreadPoolExecutor(2) as threads:
        failing, writing = threads.submit(fail), threads.submit(write)
        with pytest.raises(ArithmeticError):
            failing.result()
        writing.result()
    assert (vault.setting("sync"), vault.setting("note")) == (None, b"2")


def test_another_thread_never_sees_half_a_transaction(vault):
    inside, tried = threading.Event(), threading.Event()

    def change() -> None:
        with vault.database.transaction():
            vault.store("one", b"1")
            inside.set()
            tried.wait(60)
            time.sleep(LONG_ENOUGH)
            vault.store("two", b"2")

    def read() -> tuple[bytes | None, bytes | None]:
        inside.wait(60)
        tried.set()
        return vault.setting("one"), vault.setting("two")

    with ThreadPoolExecutor(2) as threads:
        changing, reading = threads.submit(change), threads.submit(read)
        assert reading.result() == (b"1", b"2")
        changing.result()
