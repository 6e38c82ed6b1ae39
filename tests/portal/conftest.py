"""A portal for each test, and a healthy one for each file of the doctor's tests."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.portal.clinic import Clinic
from tests.portal.world import World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A published portal on an empty folder."""
    made = World(tmp_path)
    yield made
    made.close()


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clinic]:
    """A healthy portal that runs."""
    before = os.umask(0o077)
    made = Clinic(tmp_path_factory.mktemp("clinic"))
    try:
        with made.served():
            yield made
    finally:
        os.umask(before)


@pytest.fixture
def laid_copy(clinic: Clinic, tmp_path: Path) -> Path:
    """The laid machine, to be changed."""
    shutil.copytree(clinic.machine, tmp_path / "machine")
    return tmp_path / "machine"
