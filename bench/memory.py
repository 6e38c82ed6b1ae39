"""What sending 100 MB of files takes of a browser: memory above the page's base, and time; as people have it and Safer.

Memory is the proportional share (PSS) of all processes that draw pages, read five times a second with no debugger
attached. The base is the page with its form ready and no file chosen; the most is while the files leave: at most 150 MB
more, with compilation on. Where nothing is compiled a tenth of the files is sent: the time is what differs.
"""

import os
import secrets
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page

from bench._apart import Apart, choose_files, chromium_apart
from bench._measure import machine
from tests.journeys.reporter import Visit
from tests.journeys.stage import Stage, stage

MEGABYTE = 1_000_000
LIMIT = 150
POLICY = {"period": 86_400, "board-period": 86_400, "slot-ms": 500, "attachment-mb": 110}
PATIENCE = 600  # seconds
LEFT = "left after "
# Presses the last button once nobody is attached any more, and tells by the title when the files have left.
LEAVE = f"""() => setTimeout(() => {{
    const began = performance.now();
    document.querySelector('#raise [data-step="retype"] [data-next]').click();
    let seen = false;
    const watch = setInterval(() => {{
        const leaving = !document.querySelector("#send-give-up").hidden;
        if (seen && !leaving) {{
            clearInterval(watch);
            document.title = `{LEFT}${{performance.now() - began}}`;
        }}
        seen ||= leaving;
    }}, 50);
}}, 3000)"""


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


def film(folder: Path, megabytes: int) -> list[Path]:
    """One file that is sent as it is."""
    file = folder / f"film-{megabytes}.xyz"
    file.write_bytes(os.urandom(megabytes * MEGABYTE))
    return [file]


def photographs(folder: Path, megabytes: int) -> list[Path]:
    """As many photographs of about 5 MB, which are cleaned before."""
    seen = Image.effect_noise((2400, 2000), 90).convert("RGB")
    exif = Image.Exif()
    exif[0x010F] = "A camera"
    files: list[Path] = []
    while sum(file.stat().st_size for file in files) < megabytes * MEGABYTE:
        files.append(folder / f"photograph-{len(files)}.jpg")
        seen.save(files[-1], quality=95, exif=exif, comment=str(len(files)))
    return files


def send(hospital: Stage, files: list[Path], *, jitless: bool) -> tuple[float, float, float]:
    """Base and most in MB, and the seconds that the files took."""
    profile = hospital.folder / f"profile-{secrets.token_hex(4)}"
    with chromium_apart(profile, jitless=jitless) as browser:
        with browser.page() as page:
            page.goto(hospital.url)
            page.wait_for_selector('html[data-state="ready"]', state="attached")
            page.click('a[data-view="raise"] >> visible=true')
        with watched() as before:
            time.sleep(5)
        with browser.page() as page:
            _fill(page, hospital.guardians[0].role, files)
            page.evaluate(LEAVE)
        with watched() as during:
            seconds = _wait_until_left(browser)
        with browser.page() as page:
            page.wait_for_selector('[data-step="sent"]:visible', timeout=PATIENCE * 1000)
            if page.text_content("#send-note"):
                raise SystemExit("the files were given up")
    return statistics.median(before.samples) / MEGABYTE, max(during.samples) / MEGABYTE, seconds


def _fill(page: Page, role: str, files: list[Path]) -> None:
    """The whole form, with the files, to the last button before it leaves."""
    for step in Visit.of(page).concern_steps({"happened": "With a film."}, to=[role]):
        if step == "files":
            choose_files(page, "#files-raise input[type=file]", files)
            page.locator("#files-raise .file-list > *").nth(len(files) - 1).wait_for()
            for box in page.locator("#files-raise [data-yes]").locator("visible=true").all():
                box.check()
        elif step == "retype":
            return


def _wait_until_left(browser: Apart) -> float:
    """Seconds that the files took, as the page has told in its title."""
    until = time.monotonic() + PATIENCE
    while not (title := browser.title()).startswith(LEFT):
        if time.monotonic() > until:
            raise SystemExit("the files have not left in time")
        time.sleep(0.5)
    return float(title.removeprefix(LEFT)) / 1000


def main() -> None:
    """Measure and print; exits with 1 above the limit."""
    print(f"Sending files ({machine()})")
    with tempfile.TemporaryDirectory(prefix="candour-bench-") as name, stage(Path(name), policy=POLICY) as hospital:
        above = []
        for what, files, jitless in (
            ("100 MB in one file", film(hospital.folder, 100), False),
            ("100 MB of photographs", photographs(hospital.folder, 100), False),
            ("10 MB in one file, compilation off", film(hospital.folder, 10), True),
        ):
            base, most, seconds = send(hospital, files, jitless=jitless)
            above += [] if jitless else [most - base]
            memory = f"{base:.0f} MB before, {most:.0f} MB at most, {most - base:.0f} MB more"
            print(f"  {what}: {seconds:.1f} s; memory {memory}", flush=True)
    if max(above) > LIMIT:
        raise SystemExit(f"more than {LIMIT} MB")


if __name__ == "__main__":
    main()
