"""A test that does not run fails.

A skip is how a check disappears without a word: a missing browser, a package that did not install. Here a skip, an
expected failure and a module skipped while it is collected are all failures, unless the test is listed below with the
reason. tests/conftest.py takes the hooks in.
"""

from collections.abc import Generator

import pytest

# Start of a test's id -> why it may be left out on some machines. Empty is how it should stay.
ALLOWED: dict[str, str] = {}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a skip, or an expected failure, of a test into a failure."""
    report = yield
    if report.skipped and not _allowed(report.nodeid):
        report.outcome = "failed"
        report.longrepr = f"{report.nodeid} did not run: {_reason(report)}. See tests/harness/no_skips.py."
        # Without this, pytest would still count the report as an expected failure.
        if hasattr(report, "wasxfail"):
            del report.wasxfail
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Turn the skip of a whole module, as by `importorskip`, into a failure."""
    report = yield
    if report.outcome == "skipped" and not _allowed(report.nodeid):
        report.outcome = "failed"
        report.longrepr = f"{report.nodeid} was not collected: {report.longrepr}. See tests/harness/no_skips.py."
    return report


def _allowed(nodeid: str) -> bool:
    return any(nodeid.startswith(start) for start in ALLOWED)


def _reason(report: pytest.TestReport) -> str:
    if hasattr(report, "wasxfail"):
        return f"expected to fail ({report.wasxfail or 'no reason'})"
    return report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
