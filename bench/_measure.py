"""What the programs share: repeated rounds, median and spread, and a line on the machine they ran on."""

import os
import platform
import statistics
from collections.abc import Sequence


def machine() -> str:
    """Cores and system, no more: numbers are for comparing, not for bragging."""
    return f"{len(os.sched_getaffinity(0))} cores, {platform.freedesktop_os_release()['PRETTY_NAME']}"


def spread(values: Sequence[float], unit: str = "", digits: int = 0) -> str:
    """Median, and the least and the most of all rounds."""
    low, middle, high = min(values), statistics.median(values), max(values)
    return f"{middle:,.{digits}f}{unit} (of {len(values)}: {low:,.{digits}f} to {high:,.{digits}f})"


def share(values: Sequence[float]) -> str:
    """Ratios as per cent."""
    return spread([100 * value for value in values], " %", 1)
