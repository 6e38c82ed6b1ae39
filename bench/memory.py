"""What sending 100 MB of files takes of a browser: memory above the page's base, and time; as people have it and Safer.

Memory is the proportional share (PSS) of all processes that draw pages, read five times a second. The base is the page
with its form ready and no file chosen; the most is while the files leave, with compilation on at most 150 MB more.
Where nothing is compiled a tenth of the files is sent: the time is what differs, and it grows with the size.
"""

import os
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench._measure import machine
from tests.harness.chromium import launch_chromium
from tests.journeys.reporter import Visit
from tests.journeys.stage import Stage, stage

MEGABYTE = 1_000_000
LIMIT = 150
POLICY = {"period": 86_400, "board-period": 86_400, "slot-ms": 500, "attachment-mb": 110}
PATIENCE = 600_000  # milliseconds


class Memory(threading.Thread):
    """Samples, in bytes, of the processes below this one that draw pages."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.samples: list[int] = []
        self._end = threading.Event()

    def run(self) -> None:
        """Read until `stop`."""
        while not self._end.wait(0.2):
            self.samples.append(sum(map(_share, _renderers())))

    def stop(self) -> None:
        """No more samples."""
        self._end.set()
        self.join()


def _renderers() -> Iterator[int]:
    """Processes started by this one, however indirectly, that Chromium draws pages with."""
    parents: dict[int, int] = {}
    drawing = []
    for name in (path.name for path in Path("/proc").iterdir() if path.name.isdigit()):
        try:
            parents[int(name)] = int(Path("/proc", name, "stat").read_text().rpartition(")")[2].split()[1])
            command = Path("/proc", name, "cmdline").read_bytes()
        except (FileNotFoundError, ProcessLookupError):
            continue  # it has just ended
        if b"--type=renderer" in command:
            drawing.append(int(name))
    return (pid for pid in drawing if os.getpid() in _line(pid, parents))


def _line(pid: int, parents: dict[int, int]) -> Iterator[int]:
    while pid := parents.get(pid, 0):
        yield pid


def _share(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


@contextmanager
def watched() -> Iterator[Memory]:
    """Memory while something happens."""
    memory = Memory()
    memory.start()
    try:
        yield memory
    finally:
        memory.stop()


def send(hospital: Stage, megabytes: int, *, jitless: bool) -> tuple[float, float, float]:
    """Base and most in MB, and the seconds that the files took."""
    file = hospital.folder / "film.xyz"
    file.write_bytes(os.urandom(megabytes * MEGABYTE))
    with launch_chromium(jitless=jitless) as browser:
        visit = Visit(browser, hospital.url)
        visit.page.set_default_timeout(PATIENCE)
        visit.page.click('a[data-view="raise"] >> visible=true')
        with watched() as before:
            time.sleep(5)
        for step in visit.concern_steps({"happened": "With a film."}, to=[hospital.guardians[0].role]):
            if step == "files":
                visit.page.set_input_files("#files-raise input[type=file]", file)
                visit.page.locator("#files-raise [data-yes]").check()
        began = time.monotonic()
        with watched() as during:
            visit.page.wait_for_selector("#send-give-up", state="hidden")
            seconds = time.monotonic() - began
            visit.page.wait_for_selector('[data-step="sent"]:visible')
        chunks = sum("/chunks/" in one.url for one in visit.requests)
        visit.close()
    if chunks * 262_144 < megabytes * MEGABYTE:
        raise SystemExit(f"only {chunks} chunks have left")
    return statistics.median(before.samples) / MEGABYTE, max(during.samples) / MEGABYTE, seconds


def main() -> None:
    """Measure and print; exits with 1 above the limit."""
    print(f"Sending files ({machine()})")
    with tempfile.TemporaryDirectory(prefix="candour-bench-") as name, stage(Path(name), policy=POLICY) as hospital:
        above = 0.0
        for jitless, megabytes in ((False, 100), (True, 10)):
            base, most, seconds = send(hospital, megabytes, jitless=jitless)
            above = above or most - base
            how = "compilation off" if jitless else "as people have it"
            print(
                f"  {megabytes:>3} MB, {how}: {seconds:.1f} s; memory {base:.0f} MB before, {most:.0f} MB at most, "
                f"{most - base:.0f} MB more",
                flush=True,
            )
    if above > LIMIT:
        raise SystemExit(f"more than {LIMIT} MB")


if __name__ == "__main__":
    main()
