"""Keeps the vault and does what takes time, in two threads: short things, and long ones such as a sync.

    closed --unlock--> open --lock--> closing --what runs has ended--> closed

The window never touches the vault: it gives jobs, and their results come back to its own thread. Results of jobs from
before a lock are dropped, so that nothing of a case appears on a locked screen.
"""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Signal

from recipients.vault import Vault, open_vault

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class _Ended:
    """A job that has ended, and who wants to know."""

    session: int
    future: Future[Any]
    done: Callable[[Any], None]
    failed: Callable[[BaseException], None]


class Keeper(QObject):
    """The vault's keeper. Everything but `_close` is called from the window's thread."""

    _ended = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._short = ThreadPoolExecutor(1, "short")
        self._long = ThreadPoolExecutor(1, "long")
        self._vault: Vault | None = None
        self._session = 0
        self._ended.connect(self._tell)

    @property
    def open(self) -> bool:
        """Whether there is a vault to work with."""
        return self._vault is not None

    def unlock(
        self, path: Path, passphrase: str, done: Callable[[], None], failed: Callable[[BaseException], None]
    ) -> None:
        """Opens a vault, after the one before is closed."""

        def opened(vault: Vault) -> None:
            self._vault = vault
            done()

        # Among the long ones: a sync that still ends has the vault until it has.
        self._submit(self._long, lambda: open_vault(path, passphrase), opened, failed)

    def short(
        self, job: Callable[[Vault], T], done: Callable[[T], None], failed: Callable[[BaseException], None]
    ) -> None:
        """Does something quick with the open vault."""
        self._with_vault(self._short, job, done, failed)

    def long(
        self, job: Callable[[Vault], T], done: Callable[[T], None], failed: Callable[[BaseException], None]
    ) -> None:
        """Does something that may take minutes, while short things go on."""
        self._with_vault(self._long, job, done, failed)

    def apart(self, job: Callable[[], T], done: Callable[[T], None], failed: Callable[[BaseException], None]) -> None:
        """Does something long that needs no open vault, such as making one."""
        self._submit(self._long, job, done, failed)

    def lock(self) -> None:
        """Lets the vault go: at once, or as soon as what runs has ended."""
        self._session += 1
        vault, self._vault = self._vault, None
        if vault is not None:
            self._long.submit(self._close, vault)

    def end(self) -> None:
        """Locks, waits for what runs, and ends the threads."""
        self.lock()
        self._long.shutdown(wait=True)
        self._short.shutdown(wait=True)

    def _close(self, vault: Vault) -> None:
        self._short.submit(vault.close).result()

    def _with_vault(
        self,
        pool: ThreadPoolExecutor,
        job: Callable[[Vault], T],
        done: Callable[[T], None],
        failed: Callable[[BaseException], None],
    ) -> None:
        vault = self._vault
        if vault is not None:
            self._submit(pool, lambda: job(vault), done, failed)

    def _submit(
        self,
        pool: ThreadPoolExecutor,
        job: Callable[[], T],
        done: Callable[[T], None],
        failed: Callable[[BaseException], None],
    ) -> None:
        session = self._session
        future = pool.submit(job)

        def ended(one: Future[T]) -> None:
            self._ended.emit(_Ended(session=session, future=one, done=done, failed=failed))

        future.add_done_callback(ended)

    def _tell(self, ended: _Ended) -> None:
        if ended.session != self._session:
            result = None if ended.future.exception() else ended.future.result()
            if isinstance(result, Vault):
                self._long.submit(self._close, result)
            return
        error = ended.future.exception()
        if error is not None:
            ended.failed(error)
        else:
            ended.done(ended.future.result())
