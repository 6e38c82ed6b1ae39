"""One portal for the attacks of a file; those that change it for others start their own."""

from collections.abc import Iterator

import pytest

from tests.adversary.target import Target, target


@pytest.fixture(scope="module")
def victim(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    """A running portal with keys published and nothing stored. Its periods outlast the tests of a file."""
    long = {"period": 21_600, "board_period": 21_600}
    with target(tmp_path_factory.mktemp("portal"), policy=long) as made:
        yield made
