"""Fixtures for the tests of what guardians run."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.recipients.world import Town


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    """A portal and its guardians."""
    made = Town(tmp_path)
    yield made
    made.close()
