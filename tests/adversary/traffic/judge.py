"""The observer's best guess, and how good it is: three classifiers on the same features, each cross-validated.

An area under the curve (AUC) of 0.5 is a coin; 1 tells every pair of visits apart. It is the mean of the areas of the
folds, each judged by a model that has not seen it, and then of the repetitions. The upper bound is the 95th percentile
of bootstrap samples of the judged visits, folds and kinds kept apart.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import RepeatedStratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import QuantileTransformer

FOLDS = 5
REPEATS = 2
SAMPLES = 1_000
LEVEL = 0.95

# Each sees other things: sums of effects, single thresholds, and combinations of them.
CLASSIFIERS: dict[str, Callable[[int], Any]] = {
    "logistic regression": lambda rows: make_pipeline(
        QuantileTransformer(n_quantiles=min(rows, 100), output_distribution="normal"),
        LogisticRegression(C=0.1, class_weight="balanced", max_iter=1_000),
    ),
    "boosted stumps": lambda _: GradientBoostingClassifier(max_depth=1, n_estimators=80, subsample=0.7),
    "random forest": lambda _: RandomForestClassifier(
        n_estimators=100, min_samples_leaf=3, class_weight="balanced_subsample"
    ),
}


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """How well one classifier told two groups apart."""

    question: str
    classifier: str
    area: float
    upper: float

    def __str__(self) -> str:
        return f"{self.question:<40} {self.classifier:<20} AUC {self.area:.3f}, upper bound {self.upper:.3f}"


def against_the_rest(kinds: Sequence[str], rows: np.ndarray) -> list[Verdict]:
    """Each kind against all others together."""
    given = np.array(kinds)
    return [one for kind in dict.fromkeys(kinds) for one in judge(f"{kind} / rest", given == kind, rows)]


def in_pairs(kinds: Sequence[str], rows: np.ndarray) -> list[Verdict]:
    """Each kind against each other one."""
    given, found = np.array(kinds), []
    for first, second in combinations(dict.fromkeys(kinds), 2):
        chosen = (given == first) | (given == second)
        found += judge(f"{first} / {second}", given[chosen] == first, rows[chosen])
    return found


def judge(question: str, truth: np.ndarray, rows: np.ndarray) -> list[Verdict]:
    """What each classifier makes of one question; `truth` is one of two groups for each row."""
    return [
        Verdict(question=question, classifier=name, **_measure(make, truth, rows)) for name, make in CLASSIFIERS.items()
    ]


def _measure(make: Callable[[int], Any], truth: np.ndarray, rows: np.ndarray) -> dict[str, float]:
    judged = []
    for known, other in RepeatedStratifiedKFold(n_splits=FOLDS, n_repeats=REPEATS).split(rows, truth):
        model = make(len(known)).fit(rows[known], truth[known])
        judged.append((other, model.predict_proba(rows[other])[:, 1]))
    area = float(np.mean([_area(scores[truth[at]], scores[~truth[at]]) for at, scores in judged]))
    return {"area": area, "upper": area + _width(truth, judged)}


def _width(truth: np.ndarray, judged: Sequence[tuple[np.ndarray, np.ndarray]]) -> float:
    """From the mean of bootstrap areas to their upper percentile.

    Visits are drawn, not judgements: a visit that is judged in each repetition is still one visit.
    """
    scores = np.zeros(len(truth))
    for at, found in judged:
        scores[at] += found / REPEATS
    chance = np.random.default_rng()
    groups = scores[truth], scores[~truth]
    drawn = [_area(*(chance.choice(group, len(group)) for group in groups)) for _ in range(SAMPLES)]
    return float(np.quantile(drawn, LEVEL) - np.mean(drawn))


def _area(above: np.ndarray, below: np.ndarray) -> float:
    """The share of pairs in the right order; a tie is half a pair."""
    order = np.sort(below)
    left, right = np.searchsorted(order, above, "left"), np.searchsorted(order, above, "right")
    return float((left + right).sum() / (2 * len(above) * len(below)))
