"""The one-file writer opened from a disk in Chromium without any network, driven as a person would."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Browser

from tests.site.hospital import Hospital
from tests.site.visit import STEPS, Visit

CELL, CELLS = 4096, 64


class Offline(Visit):
    """A visit to the file. `files` is the folder with what a person has downloaded."""

    steps = tuple(step for step in STEPS if step != "files")  # there is no room for any

    def __init__(self, browser: Browser, place: Hospital, files: Path, **options: Any) -> None:
        super().__init__(browser, place, offline=True, accept_downloads=True, **options)
        self.files = files
        self.keep("candour-writer.html", place.writer())
        self.keep("candour-directory.json", place.portal.register.published().file)

    def keep(self, name: str, data: bytes) -> Path:
        """Put a file onto the disk."""
        path = self.files / name
        path.write_bytes(data)
        return path

    def open(self, fragment: str = "", state: str = "waiting") -> "Offline":
        """Open the writer with a double click."""
        self.page.goto("about:blank")  # another fragment alone would not open it anew
        self.page.goto(f"{(self.files / 'candour-writer.html').as_uri()}{fragment}")
        self.page.wait_for_selector(f'html[data-state="{state}"]')
        return self

    def bring(self, *names: str, view: str = "raise", state: str | None = "half") -> "Offline":
        """Give it files."""
        self.view(view)
        self.page.set_input_files(f"#open-{view}", [self.files / name for name in names])
        if state:
            self.page.wait_for_selector(f'html[data-state="{state}"]')
        return self

    def trouble(self, view: str = "raise") -> str:
        """What it says against a file."""
        self.page.wait_for_selector(f"#{view} .open-trouble p")
        return self.page.inner_text(f"#{view} .open-trouble")

    def seal(self, happened: str = "The alarm was off.", to: tuple[int, ...] = (0, 1)) -> tuple[str, bytes]:
        """Raise a concern; the codename, and the file that was saved."""
        codename = self.fill_until("retype", happened, to)
        self.page.fill("#retype-codename", codename)
        with self.page.expect_download() as saved:
            self.next("retype")
        self.page.wait_for_selector('[data-step="sent"]:visible')
        assert saved.value.suggested_filename == "sealed.bin"
        return codename, saved.value.path().read_bytes()


def cut(file: bytes) -> list[bytes]:
    """The cells of a sealed file."""
    assert len(file) == CELL * CELLS
    return [file[at : at + CELL] for at in range(0, len(file), CELL)]
