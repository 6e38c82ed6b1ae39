"""A Chromium that nobody watches while it is measured.

A debugger that is attached keeps the body of every request until the page goes, so the memory that it reads is largely
its own. Here the page is led to where it is to be measured, then let go of; what it does then is read from outside.

    with chromium_apart(folder) as browser:
        with browser.page() as page:
            page.goto(url)
        # nobody is attached here
        browser.title()
"""

import json
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page

from tests.harness.chromium import CHROMIUM, FLAGS, driver
from tests.harness.ports import free_port
from tests.harness.process import running


class Apart:
    """A running Chromium with one page; `port` is where it takes debuggers."""

    def __init__(self, port: int) -> None:
        self._at = f"http://127.0.0.1:{port}"

    @contextmanager
    def page(self) -> Iterator[Page]:
        """The page, for as long as a debugger is attached."""
        browser = driver().chromium.connect_over_cdp(self._at)
        try:
            yield browser.contexts[0].pages[0]
        finally:
            browser.close()  # of the connection: the browser itself stays

    def title(self) -> str:
        """The page's title, without attaching to it."""
        with urllib.request.urlopen(f"{self._at}/json/list", timeout=10) as answer:
            return next(str(one["title"]) for one in json.load(answer) if one["type"] == "page")


@contextmanager
def chromium_apart(folder: Path, *, jitless: bool = False) -> Iterator[Apart]:
    """Start a Chromium with a new profile in `folder`, and end it on the way out."""
    port = free_port()
    # No sandbox, as in the tests: it refuses root.
    own = ["--headless=new", "--no-sandbox", f"--remote-debugging-port={port}", f"--user-data-dir={folder}"]
    scripts = ["--js-flags=--jitless"] if jitless else []
    with running([CHROMIUM, *own, *FLAGS, *scripts, "about:blank"], ready_url=f"http://127.0.0.1:{port}/json/version"):
        yield Apart(port)


def choose_files(page: Page, selector: str, files: Sequence[Path]) -> None:
    """Choose files of any size: Playwright's own way carries them over the connection, and refuses large ones."""
    session = page.context.new_cdp_session(page)
    found = session.send("Runtime.evaluate", {"expression": f"document.querySelector({json.dumps(selector)})"})
    session.send(
        "DOM.setFileInputFiles", {"files": [str(file) for file in files], "objectId": found["result"]["objectId"]}
    )
    session.detach()
