"""One portal for all tests of the site, and pages that write down every request and complaint."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.site.hospital import Hospital, hospital
from tests.site.visit import Visit


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hospital]:
    """A running portal with three guardians and slots of 200 ms."""
    with hospital(tmp_path_factory.mktemp("hospital")) as made:
        yield made


@pytest.fixture
def visit(chromium: Browser, place: Hospital) -> Iterator[Visit]:
    """A visit that has not asked for anything yet; fails if the page complains."""
    made = Visit(chromium, place)
    yield made
    made.close()


@pytest.fixture(scope="session")
def axe() -> str:
    """The source of axe-core."""
    return (Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
