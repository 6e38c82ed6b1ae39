"""The whole journey in a real window against a real portal: unlock, sync, read, answer, sync again."""

from typing import Any

import pytest

from recipients.desktop.window import Window
from tests.recipients.desktop.hands import press, until, write
from tests.recipients.live import PASSPHRASE
from tests.recipients.world import Reporter, long_text


def unlocked(window: Any, live: Any) -> Window:
    desk: Window = window(live.folder / "vault")
    write(desk.unlock.passphrase, PASSPHRASE)
    press(desk.unlock.open)
    until(lambda: desk.pages.currentWidget() is desk.desk)
    return desk


@pytest.mark.slow
def test_a_concern_is_read_and_answered_in_the_window(window: Any, live: Any):
    live.guardian("sync")
    reporter = Reporter(live)
    reporter.send(live.people, "Two nurses short. " + long_text(4_000))
    desk = unlocked(window, live)
    page = desk.desk

    def arrived() -> bool:
        if desk.syncing is None and not page.list.cases.rows:
            press(page.network.button)
        return bool(page.list.cases.rows)

    until(arrived)
    until(lambda: desk.syncing is None)
    press(page.due.open)
    until(lambda: "Two nurses short." in page.reading.text.toPlainText())
    assert "Concern 1" in page.reading.text.toPlainText()
    write(page.editor.text, "Thank you. I will look at the rota.")
    page.editor.status.setCurrentIndex(2)
    until(lambda: "can be read from" in page.editor.leaving.text())
    press(page.editor.send)
    until(lambda: "Signed and queued" in page.editor.leaving.text())

    def answered() -> bool:
        if desk.syncing is None:
            press(page.network.button)
        return bool(reporter.replies(live.people[0]))

    until(answered)
    (reply,) = reporter.replies(live.people[0])
    assert (reply.text, reply.status) == ("Thank you. I will look at the rota.", "assessed")
