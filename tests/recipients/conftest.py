"""Fixtures for the tests of what guardians run."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from recipients.vault import header
from tests.portal.world import Guardian
from tests.recipients.live import Live
from tests.recipients.world import Reporter, Town


@pytest.fixture(autouse=True)
def cheap_passphrases(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Vaults open at once, except where a test asks for `real_cost`; other processes always see the real one."""
    if "real_cost" not in request.fixturenames:
        monkeypatch.setattr(header, "MEMORY", 64)
        monkeypatch.setattr(header, "PASSES", 1)


@pytest.fixture
def real_cost() -> None:
    """Passphrases cost in this test what they cost people."""


@pytest.fixture
def live(real_cost: None, tmp_path: Path) -> Iterator[Live]:
    """A portal and a guardian as programs of their own."""
    made = Live(tmp_path)
    yield made
    made.close()


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    """A portal and its guardians."""
    made = Town(tmp_path)
    yield made
    made.close()


@pytest.fixture
def first(town: Town) -> Guardian:
    """The first guardian."""
    return town.organisation.guardians[0]


@pytest.fixture
def reporter(town: Town) -> Reporter:
    """Somebody with a codename."""
    return Reporter(town)
