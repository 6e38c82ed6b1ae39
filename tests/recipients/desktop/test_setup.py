"""The first run in the window, against a real steward and a real portal: from nothing to the first sync."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from crypto import codename, statement
from crypto.encoding import load
from crypto.words import WORDS
from recipients.desktop.window import Window
from tests.recipients.desktop.hands import press, until, write

PASSPHRASE = "six words that nobody else will guess"


def begin(window: Any, vault: Path) -> Window:
    desk: Window = window(vault)
    assert desk.pages.currentWidget() is desk.setup_pages
    pages = desk.setup_pages
    write(pages.person, "B. Guardian")
    write(pages.role, "Patient safety lead")
    write(pages.passphrase, PASSPHRASE)
    write(pages.repeat, PASSPHRASE)
    return desk


def certified(live: Any, request: Path) -> str:
    """What the steward's program says, on a machine without the portal's data, as a steward has it."""
    command = [str(Path(sys.executable).with_name("candour")), "guardian", "add", str(request), "--folder", "."]
    command += ["--first", "--yes", "--passphrase-file", str(live.passphrase)]
    done = subprocess.run(command, cwd=live.folder / "steward", capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return " ".join((done.stdout + done.stderr).split())


@pytest.mark.slow
def test_from_nothing_to_the_first_sync(window: Any, live: Any):
    desk = begin(window, live.folder / "second")
    pages = desk.setup_pages
    press(pages.make)
    until(lambda: pages.step == "words")
    own = pages.own.text()
    assert len(own.split()) == 8
    assert (pages.passphrase.text(), pages.repeat.text()) == ("", "")
    press(pages.told)
    write(pages.file, str(live.folder / "steward" / "organisation.json"))
    write(pages.portal, live.address)
    press(pages.read)
    until(lambda: pages.step == "same")
    founded: Any = load((live.folder / "steward" / "organisation.json").read_bytes(), 1 << 20)
    root = statement.parse(founded["statements"][0]).body["root"]
    assert pages.root.text() == codename.fingerprint(root, WORDS)
    press(pages.same)
    until(lambda: pages.step == "request")
    pages.target.setText(str(live.folder / "second.json"))
    assert pages.own_again.text() == own
    press(pages.write)
    until(lambda: pages.step == "next")
    assert own in certified(live, live.folder / "second.json")
    live.run("candour", "publish", "steward")
    press(pages.finish)
    until(lambda: desk.pages.currentWidget() is desk.desk)

    def synced() -> bool:
        if desk.syncing is None and "Last synced" not in desk.desk.network.state.text():
            press(desk.desk.network.button)
        return "Last synced today." in desk.desk.network.state.text()

    until(synced)
    assert {one.name for one in live.seen().guardians} == {"A. Guardian", "B. Guardian"}


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("repeat", "another", "The two passphrases differ. Nothing was made. Type them again."),
        ("role", "", "Your name and your role are needed"),
        ("person", "x" * 81, "Your name may have 80 bytes"),
    ],
)
def test_what_does_not_fit_makes_nothing(window: Any, tmp_path: Path, field: str, typed: str, said: str):
    desk = begin(window, tmp_path / "vault")
    getattr(desk.setup_pages, field).setText(typed)
    press(desk.setup_pages.make)
    until(desk.setup_pages.said.isVisible)
    assert said in desk.setup_pages.said.text()
    assert not (tmp_path / "vault").exists()


def test_a_short_passphrase_makes_nothing(window: Any, tmp_path: Path):
    desk = begin(window, tmp_path / "vault")
    for field in (desk.setup_pages.passphrase, desk.setup_pages.repeat):
        field.setText("too short")
    press(desk.setup_pages.make)
    until(lambda: "too short: it needs at least 12 characters" in desk.setup_pages.said.text())
    assert not (tmp_path / "vault").exists()


def test_words_that_differ_install_nothing(window: Any, tmp_path: Path, town: Any):
    desk = begin(window, tmp_path / "vault")
    pages = desk.setup_pages
    press(pages.make)
    until(lambda: pages.step == "words")
    press(pages.told)
    (tmp_path / "organisation.json").write_bytes(town.organisation.founding()[0])
    write(pages.file, str(tmp_path / "organisation.json"))
    write(pages.portal, "https://portal.example")
    press(pages.read)
    until(lambda: pages.step == "same")
    press(pages.differ)
    assert pages.step == "organisation"
    assert "Do not go on" in pages.said.text()
    press(pages.back)
    until(lambda: desk.pages.currentWidget() is desk.desk)
    press(desk.desk.network.button)
    until(lambda: "does not know its organisation yet" in desk.desk.network.state.text())


@pytest.mark.parametrize("address", ["http://portal.example", "https://portal.example/x", "portal"])
def test_an_address_that_cannot_be_used(window: Any, tmp_path: Path, town: Any, address: str):
    desk = begin(window, tmp_path / "vault")
    pages = desk.setup_pages
    (tmp_path / "organisation.json").write_bytes(town.organisation.founding()[0])
    pages.go("organisation")
    write(pages.file, str(tmp_path / "organisation.json"))
    write(pages.portal, address)
    press(pages.read)
    until(pages.said.isVisible)
    assert pages.step == "organisation"
    assert "address" in pages.said.text().lower()
