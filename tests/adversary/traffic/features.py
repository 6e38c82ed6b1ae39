"""What an observer can count in one visit, as named numbers. A quantity that is not there (no gaps, no retries) is -1.

The observer knows when requests and answers began and ended, their sizes, endpoints and order, connections, the name of
each cell, and which tries it broke itself.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import groupby, pairwise

import numpy as np

from tests.adversary.traffic.capture import Visit
from tests.adversary.traffic.recorder import Exchange

PARTS = 6  # of a visit, in which cells are counted apart
QUANTILES = (0, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 1)
LOADED = ("", "assets", "directory", "board", "beacon")
NOTHING = -1.0


def features(visit: Visit) -> dict[str, float]:
    """All features of a visit."""
    asked = visit.exchanges()
    start = asked[0].asked
    cells = [one for one in asked if _endpoint(one) == "cells"]
    return {
        **_counts(visit, asked),
        **_load(asked, start),
        **_sizes("put", [one.up for one in cells]),
        **_sizes("answer", [one.down for one in cells if one.ended]),
        **_times("gap", [b.asked - a.asked for a, b in pairwise(cells)]),
        **_times("rest", [b.asked - a.ended for a, b in pairwise(cells) if a.ended]),
        **_times("rest after 204", [b.asked - a.ended for a, b in pairwise(cells) if a.status == 204]),
        **_times("rest after 503", [b.asked - a.ended for a, b in pairwise(cells) if a.status == 503]),
        **_times("response", [one.answered - one.asked for one in cells if one.status == 204]),
        **_rhythm([b.asked - a.asked for a, b in pairwise(cells)]),
        **_parts([one.asked - start for one in cells], visit.length),
        **_retries(cells),
    }


def table(visits: Iterable[Visit]) -> tuple[list[str], np.ndarray]:
    """Names of the features, and a row for each visit."""
    rows = [features(visit) for visit in visits]
    names = list(rows[0])
    return names, np.array([[row[name] for name in names] for row in rows])


def _endpoint(one: Exchange) -> str:
    return one.path.split("/")[1]


def _counts(visit: Visit, asked: Sequence[Exchange]) -> dict[str, float]:
    found = Counter(_endpoint(one) for one in asked)
    return {
        "requests": len(asked),
        "connections": len(visit.connections),
        "connections without a request": sum(not one.exchanges for one in visit.connections),
        "other endpoints": sum(count for name, count in found.items() if name not in (*LOADED, "cells")),
        **{f"requests of /{name}": found[name] for name in (*LOADED, "cells")},
        "bytes up": sum(one.up for one in asked),
        "bytes down": sum(one.down for one in asked),
        "different sizes up": len({one.up for one in asked}),
        "different sizes down": len({(one.status, one.down) for one in asked}),
    }


def _load(asked: Sequence[Exchange], start: float) -> dict[str, float]:
    """The requests before the first cell: order, times, sizes."""
    first = next((at for at, one in enumerate(asked) if _endpoint(one) == "cells"), len(asked))
    loading = asked[:first]
    places = {one.path: place for place, one in enumerate(loading)}
    paths = (
        "/assets/candour.js",
        "/assets/shared.js",
        "/assets/worker.js",
        "/assets/rest.json",
        "/directory",
        "/board",
        "/beacon",
    )
    return {
        "requests before the first cell": first,
        "requests of the load after it": sum(_endpoint(one) != "cells" for one in asked[first:]),
        "seconds of loading": max(one.ended for one in loading) - start,
        "seconds to the first cell": asked[first].asked - start if first < len(asked) else NOTHING,
        "bytes loaded": sum(one.down for one in loading),
        **{f"place of {path}": places.get(path, NOTHING) for path in paths},
        **{f"seconds to {path}": _when(loading, path, start) for path in paths},
    }


def _when(loading: Sequence[Exchange], path: str, start: float) -> float:
    return next((one.asked - start for one in loading if one.path == path), NOTHING)


def _sizes(name: str, values: Sequence[float]) -> dict[str, float]:
    if not values:
        return dict.fromkeys((f"{name} {kind}" for kind in ("least bytes", "most bytes", "mean bytes")), NOTHING)
    return {
        f"{name} least bytes": min(values),
        f"{name} most bytes": max(values),
        f"{name} mean bytes": float(np.mean(values)),
    }


def _times(name: str, values: Sequence[float]) -> dict[str, float]:
    kinds = ["mean", "sd", *(f"quantile {share}" for share in QUANTILES)]
    if len(values) < 2:
        return dict.fromkeys((f"{name} {kind}" for kind in kinds), NOTHING)
    numbers = [np.mean(values), np.std(values), *np.quantile(values, QUANTILES)]
    return {f"{name} {kind}": float(number) for kind, number in zip(kinds, numbers, strict=True)}


def _rhythm(gaps: Sequence[float]) -> dict[str, float]:
    """Autocorrelation at the first lags, and the least time in which three cells went."""
    found = {f"autocorrelation {lag}": _autocorrelation(gaps, lag) for lag in (1, 2, 3)}
    three = [first + second for first, second in pairwise(gaps)]
    return {**found, "least time of three cells": min(three, default=NOTHING)}


def _autocorrelation(gaps: Sequence[float], lag: int) -> float:
    values = np.array(gaps) - np.mean(gaps) if gaps else np.array([])
    power = float(values @ values)
    return float(values[:-lag] @ values[lag:]) / power if power and len(values) > lag else NOTHING


def _parts(times: Sequence[float], length: float) -> dict[str, float]:
    """How the cells spread over the visit."""
    counts, _ = np.histogram(times, bins=PARTS, range=(0, length))
    return {
        **{f"cells in part {part + 1}": int(count) for part, count in enumerate(counts)},
        "most cells in a part": int(max(counts)),
        "fewest cells in a part": int(min(counts)),
    }


def _retries(cells: Sequence[Exchange]) -> dict[str, float]:
    """What follows a failure: the same cell or another, when, and how often."""
    runs = [list(tries) for _, tries in groupby(cells, key=lambda one: one.path)]
    failed = [(before, after) for before, after in pairwise(cells) if before.status != 204]
    again = [after.asked - before.asked for before, after in failed if after.path == before.path]
    refused = [(before, after) for before, after in failed if before.fate == "busy"]
    back = sum(after.path == before.path for before, after in refused)
    return {
        "different cells": len(runs),
        "cells that come back later": len(runs) - len({one.path for one in cells}),
        "failures": len(failed),
        "failures that are not tried again": len(failed) - len(again),
        "share of failures tried again": len(again) / len(failed) if failed else NOTHING,
        "share of refusals tried again": back / len(refused) if refused else NOTHING,
        "refusals tried again": back,
        "most tries of a cell": max((len(run) for run in runs), default=NOTHING),
        "tries of a cell": len(cells) / len(runs) if runs else NOTHING,
        **_times("time to retry", again),
    }
