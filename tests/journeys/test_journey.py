"""The journey as a test: it passes as it is, and it is able to fail."""

import pytest

from tests.journeys import journey
from tests.journeys.texts import CONCERN, REPLY

pytestmark = [pytest.mark.browser, pytest.mark.server, pytest.mark.slow]


def test_a_concern_is_sealed_opened_answered_and_read_back(tmp_path, chromium):
    journey.run(tmp_path, chromium)


def test_the_texts_are_as_long_as_the_journey_says():
    assert 1_900 <= sum(map(len, CONCERN.values())) <= 2_100
    assert len(REPLY) == 5_000


def test_a_difference_is_an_error():
    with pytest.raises(journey.DifferenceError, match="replies"):
        journey.same("replies", ["what was sent"], ["what was sent."])
