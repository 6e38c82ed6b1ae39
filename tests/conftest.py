"""Fixtures for every test: real browsers, started once for each test process.

`chromium` and `chromium_jitless` are Playwright browsers: take a fresh context with `chromium.new_context()` and close
it. `firefox` and `firefox_safer` are tests.harness.firefox.Firefox: take a tab with `firefox.open(url)` and close it.
A test that asks for any of them is marked `browser` by itself.
"""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from playwright.sync_api import Browser

from tests.harness.chromium import launch_chromium
from tests.harness.firefox import Firefox, launch_firefox
from tests.harness.no_skips import pytest_make_collect_report, pytest_runtest_makereport

__all__ = ["pytest_make_collect_report", "pytest_runtest_makereport"]

# Programs of this environment first, as `make` has it: Node may live here, and `candour` and `guardian` do.
os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"

_BROWSERS = {"chromium", "chromium_jitless", "firefox", "firefox_safer"}

# A slow machine is no reason to fail: no deadline for one example. On failure, print how to repeat it.
settings.register_profile("candour", deadline=None, print_blob=True)
settings.load_profile("candour")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what uses a browser, so that `make check` never waits for one that somebody forgot to mark."""
    for item in items:
        if _BROWSERS.intersection(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium as people have it."""
    with launch_chromium() as browser:
        yield browser


@pytest.fixture(scope="session")
def chromium_jitless() -> Iterator[Browser]:
    """Debian's Chromium with compilation and WebAssembly off."""
    with launch_chromium(jitless=True) as browser:
        yield browser


@pytest.fixture(scope="session")
def firefox() -> Iterator[Firefox]:
    """Debian's Firefox ESR as people have it."""
    with launch_firefox() as browser:
        yield browser


@pytest.fixture(scope="session")
def firefox_safer() -> Iterator[Firefox]:
    """Debian's Firefox ESR as Tor Browser's "Safer" level leaves it: no compilation, no WebAssembly."""
    with launch_firefox(safer=True) as browser:
        yield browser
