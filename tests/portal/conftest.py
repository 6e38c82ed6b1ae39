"""A portal for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.portal.world import World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A published portal on an empty folder."""
    made = World(tmp_path)
    yield made
    made.close()
