"""Child processes that tests start: waited for, searched for their output, and always ended.

    with running([sys.executable, "-m", "http.server", str(port)], ready_url=f"http://127.0.0.1:{port}/") as server:
        ...
        server.kill()               # as a power cut would
        assert b"secret" not in server.output()

Output goes to a file, never to a pipe that could fill and stop the child. A process is ended by its own id, together
with the children it started; never by a name, which might be somebody else's.
"""

import os
import signal
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Self

LONGEST = 60  # seconds; far more than any machine needs, so that only what never comes fails


class Running:
    """A started command. Use `running(...)`, which also ends it."""

    def __init__(self, command: Sequence[str | Path], cwd: Path | None, env: Mapping[str, str] | None) -> None:
        self.command = [str(part) for part in command]
        self._output = tempfile.NamedTemporaryFile(prefix="candour-output-", delete=True)  # noqa: SIM115
        self._process = subprocess.Popen(
            self.command,
            cwd=cwd,
            env={**os.environ, **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=self._output,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # a group of its own, so that ending it ends its children too
        )

    @property
    def pid(self) -> int:
        """The process id, which is also its group's."""
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        """Exit code, or None while it runs; minus the signal's number when a signal ended it."""
        return self._process.poll()

    def output(self) -> bytes:
        """Everything it has printed so far, both streams."""
        return Path(self._output.name).read_bytes()

    def wait_for_url(self, url: str, timeout: float = LONGEST) -> None:
        """Return when `url` answers with any status; raise with the output when it ends or `timeout` seconds pass."""
        self._wait(lambda: _answers(url), f"{url} to answer", timeout)

    def wait_for_output(self, words: str, timeout: float = LONGEST) -> None:
        """Return when it has printed `words`; raise with the output when it ends or `timeout` seconds pass."""
        self._wait(lambda: words.encode() in self.output(), f"{words!r} in the output", timeout)

    def wait(self, timeout: float = LONGEST) -> int:
        """Wait for it to end by itself; its exit code."""
        return self._process.wait(timeout)

    def stop(self, timeout: float = 10) -> int:
        """Ask it to end (SIGTERM), insist after `timeout` seconds (SIGKILL); its exit code."""
        self._signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout)
        return self.kill()  # also ends children that outlived it

    def kill(self) -> int:
        """End it and its children at once (SIGKILL), as a power cut would; its exit code."""
        self._signal(signal.SIGKILL)
        return self._process.wait(LONGEST)

    def close(self) -> None:
        """Stop it, and let go of what it printed."""
        self.stop()
        self._output.close()

    def _signal(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)

    def _wait(self, done: Callable[[], bool], what: str, timeout: float) -> None:
        deadline = time.monotonic() + timeout
        while not done():
            if self.returncode is not None:
                # One last look: it may have printed the words and ended in the same moment.
                if done():
                    return
                raise RuntimeError(f"{self.command} ended with {self.returncode} before {what}:\n{self._tail()}")
            if time.monotonic() > deadline:
                raise TimeoutError(f"{self.command}: waited {timeout} s for {what}:\n{self._tail()}")
            time.sleep(0.05)

    def _tail(self) -> str:
        return self.output()[-4000:].decode(errors="replace")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()


@contextmanager
def running(
    command: Sequence[str | Path],
    *,
    ready_url: str | None = None,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    timeout: float = LONGEST,
) -> Iterator[Running]:
    """Start `command` (with `env` added to this process's), wait for `ready_url`, and end it on the way out."""
    with Running(command, cwd, env) as started:
        if ready_url is not None:
            started.wait_for_url(ready_url, timeout)
        yield started


def _answers(url: str) -> bool:
    # No proxy: what a test starts is on this machine, whatever the environment says.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=5):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
