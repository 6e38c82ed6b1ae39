"""Pages closed half-way and servers killed: what was acknowledged arrives, what did not is asked for."""

import pytest

from tests.journeys.journey import answer, same, until_threads
from tests.journeys.reporter import Visit
from tests.journeys.stage import stage
from tests.journeys.texts import passage

pytestmark = [pytest.mark.browser, pytest.mark.server, pytest.mark.slow]
LONG = {"happened": passage(4_000)}


def test_a_message_cut_off_is_shown_as_cut_off_and_asked_for_again(tmp_path, chromium):
    with stage(tmp_path, guardians=1, policy={"slot-ms": 2_000}) as hospital:
        (guardian,) = hospital.guardians
        visit = Visit(chromium, hospital.url)
        codename = visit.begin_concern(LONG, to=[guardian.role])
        visit.wait_for_first_piece()
        visit.close()
        hospital.next_period()
        guardian.run("sync")
        (thread,) = guardian.threads()
        same("partial messages", 1, thread["partial"])
        (message,) = guardian.json("read", "1")["incoming"]
        same("state", "partial", message["state"])
        assert len(message["have"]) < message["parts"]
        guardian.run("reply", "1", "--ask-again")
        answer(hospital, guardian, "Please write it again; a part is missing.")
        again = Visit(chromium, hospital.url)
        again.open_inbox(codename)
        assert f"{len(message['have'])} of {message['parts']}" in again.page.inner_text("#inbox")
        again.write_again(LONG["happened"])
        again.close()
        thread = until_threads(hospital, guardian, 2, partial=1)
        same("second message", [LONG["happened"]], list(thread["incoming"][1]["sections"].values()))


def test_a_server_killed_while_pieces_arrive_loses_none(tmp_path, chromium):
    with stage(tmp_path, guardians=1, policy={"slot-ms": 1_000}) as hospital:
        (guardian,) = hospital.guardians
        visit = Visit(chromium, hospital.url)
        visit.begin_concern(LONG, to=[guardian.role])
        visit.wait_for_first_piece()
        hospital.restart(kill=True)
        visit.page.wait_for_selector('[data-step="sent"]:visible')
        visit.close()
        thread = until_threads(hospital, guardian, 1)
        same("text", LONG["happened"], thread["incoming"][0]["sections"]["happened"])
