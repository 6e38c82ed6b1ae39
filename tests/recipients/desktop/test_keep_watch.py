"""A look at a real portal in the window: what visitors are shown, in plain words; and what an alarm says."""

from typing import Any

import pytest

from recipients.desktop.watchacts import Visit
from tests.recipients.desktop.hands import press, until
from tests.recipients.desktop.sheets import shown
from tests.recipients.desktop.test_journey import unlocked


@pytest.mark.slow
def test_a_visit_says_what_differs_and_nothing_goes_out_before(window: Any, live: Any):
    live.guardian("sync")
    desk = unlocked(window, live)
    until(lambda: "synced" in desk.desk.network.state.text())
    log = live.folder / "vault-watch.log"
    sheet = shown(desk, "Look at the portal as a visitor", Visit)
    assert not log.exists(), "nothing goes over the network before a person says so"
    press(sheet.go_on)
    until(lambda: sheet.verdict.isVisible())  # noqa: PLW0108 - another label by then
    found = [sheet.found.item(at).text() for at in range(sheet.found.count())]
    # This portal's site was signed by nobody: the visit must say so, and not that all is well.
    assert any("unsigned" in one for one in found), found
    assert sheet.verdict.text().startswith("ALARM")
    assert sheet.known.isVisible()
    assert log.stat().st_mode & 0o077 == 0
    live.server.terminate()
    live.server.wait(60)
    press(sheet.go_on)
    until(lambda: "does not answer" in sheet.fault.text())
    assert not sheet.verdict.isVisible(), "an answer of before is not shown beside a fault"
