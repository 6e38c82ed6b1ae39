"""Debian's Chromium, driven by Playwright.

    with launch_chromium() as browser:
        page = browser.new_page()
        page.goto(url)
        page.evaluate("1 + 1")

`jitless` switches off compilation and with it WebAssembly, as hardened browsers do: what runs there runs anywhere.
Only loopback names resolve, so that no test can talk to the outside, whatever a page asks for.
"""

import atexit
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Playwright, ProxySettings, sync_playwright

CHROMIUM = Path("/usr/bin/chromium")

FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)

JITLESS = "--js-flags=--jitless"


@contextmanager
def launch_chromium(
    *, jitless: bool = False, args: Sequence[str] = (), proxy: ProxySettings | None = None
) -> Iterator[Browser]:
    """Start a Chromium with a fresh profile and close it on the way out."""
    flags = [*FLAGS, *([JITLESS] if jitless else []), *args]
    browser = driver().chromium.launch(
        executable_path=CHROMIUM,
        headless=True,
        args=flags,
        proxy=proxy,
        # Chromium's sandbox refuses root, and many containers; the only pages opened here are this project's own.
        chromium_sandbox=False,
    )
    try:
        yield browser
    finally:
        browser.close()


@contextmanager
def chromium_profile(profile: Path) -> Iterator[BrowserContext]:
    """A Chromium that keeps its profile in a folder, as people's own browsers do."""
    context = driver().chromium.launch_persistent_context(
        profile, executable_path=CHROMIUM, headless=True, args=FLAGS, chromium_sandbox=False
    )
    try:
        yield context
    finally:
        context.close()


@cache
def driver() -> Playwright:
    """One driver for the whole process: Playwright's synchronous API cannot start twice in one thread."""
    # The Node that the tests use anyway: Playwright's own needs a library that a bare Debian lacks.
    if node := shutil.which("node"):
        os.environ["PLAYWRIGHT_NODEJS_PATH"] = node
    driver = sync_playwright().start()
    atexit.register(driver.stop)
    return driver
