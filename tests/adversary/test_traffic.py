"""The judge of the traffic runs: it finds nothing where nothing is, and its sabotages are what they say.

The runs themselves need many visits and pass by probability: `make traffic-small` and `make traffic`.
"""

import numpy as np
import pytest

from tests.adversary.traffic.builds import Sabotage, released, sabotaged
from tests.adversary.traffic.judge import judge

pytestmark = pytest.mark.slow

TOLD_APART = 0.90


def test_the_judge_takes_the_same_for_the_same() -> None:
    """Two groups of equal numbers are a coin, and groups that differ in one of many are told."""
    chance = np.random.default_rng(1)
    rows, truth = chance.normal(size=(120, 40)), np.arange(120) % 2 == 0
    assert max(one.area for one in judge("nothing", truth, rows)) < 0.68
    rows[truth, 7] += 3
    assert max(one.area for one in judge("something", truth, rows)) > TOLD_APART


def test_sabotages_change_only_the_sender() -> None:
    """Bundled without a change, the copy is the worker that is committed."""
    assert sabotaged(Sabotage(changes=())) == released()
