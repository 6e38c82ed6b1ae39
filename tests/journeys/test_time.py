"""Clocks that are wrong, people who stay away, machines that are restored: no report is lost without a word.

Portal and guardians run with shifted clocks; the browser has the true one, so to the
organisation it is the reporter's device that is wrong.
"""

import shutil

import pytest

from tests.journeys.journey import same, until_threads
from tests.journeys.reporter import Visit
from tests.journeys.stage import Guardian, Stage, stage

pytestmark = [pytest.mark.browser, pytest.mark.server, pytest.mark.slow]
TEXT = {"happened": "The fridge for insulin was warm again. Nobody wrote it down."}


def send(hospital: Stage, chromium, to: Guardian) -> str:
    """One short concern to one guardian; its codename."""
    visit = Visit(chromium, hospital.url)
    codename = visit.raise_concern(TEXT, to=[to.role])
    visit.close()
    return codename


def check_arrived(hospital: Stage, guardian: Guardian) -> None:
    thread = until_threads(hospital, guardian, 1)
    same("sections", TEXT["happened"], thread["incoming"][0]["sections"]["happened"])


@pytest.mark.parametrize("days", [1, -1, -2, -9], ids=["a day slow", "a day fast", "two days fast", "nine days fast"])
def test_a_wrong_clock_in_the_browser_loses_nothing(tmp_path, chromium, days):
    with stage(tmp_path, guardians=1, ahead=-20) as hospital:
        (guardian,) = hospital.guardians
        hospital.restart(ahead=days)
        guardian.run("sync")  # publishes the keys of that time
        send(hospital, chromium, guardian)
        check_arrived(hospital, guardian)


def test_a_clock_too_slow_to_check_the_keys_is_told_before_anything_is_written(tmp_path, chromium):
    with stage(tmp_path, guardians=1, ahead=-20) as hospital:
        hospital.restart(ahead=9)
        hospital.guardians[0].run("sync")
        with pytest.raises(RuntimeError, match="clock"):
            Visit(chromium, hospital.url)


def test_a_guardian_who_was_away_for_three_weeks_opens_what_came_on_the_first_day(tmp_path, chromium):
    with stage(tmp_path, guardians=1) as hospital:
        (guardian,) = hospital.guardians
        send(hospital, chromium, guardian)
        hospital.next_period()
        hospital.restart(ahead=21)
        check_arrived(hospital, guardian)


def test_a_vault_restored_without_its_day_keys_says_so_to_guardian_and_reporter(tmp_path, chromium):
    with stage(tmp_path, guardians=1) as hospital:
        (guardian,) = hospital.guardians
        shutil.copytree(guardian.vault, tmp_path / "backup", ignore=shutil.ignore_patterns("epochs"))
        codename = send(hospital, chromium, guardian)
        hospital.next_period()
        shutil.rmtree(guardian.vault)
        shutil.copytree(tmp_path / "backup", guardian.vault)
        said = guardian.json("sync", "--keys-are-lost")
        assert said["lost"], "the guardian must be told which days are lost"
        visit = Visit(chromium, hospital.url)
        same("replies", [], visit.open_inbox(codename))
        assert "send" in visit.page.inner_text("#inbox-notices")
        visit.close()
        send(hospital, chromium, guardian)
        check_arrived(hospital, guardian)
