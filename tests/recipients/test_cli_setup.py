"""Setting up with the `guardian` program: a vault, its passphrase, what the steward sends, days, trustees."""

from pathlib import Path
from typing import Any

import pytest

from recipients import keys
from recipients.vault import open_vault
from tests.recipients.desk import Desk, desk, empty
from tests.recipients.world import PASSPHRASE, Reporter, Town, long_answer, long_text

pytestmark = pytest.mark.slow

__all__ = ["desk", "empty"]


def test_init_shows_the_words_and_keeps_the_passphrase_to_itself(empty: Desk):
    result = empty.run("init", "--name", "A. Guardian", "--role", "Guardian")
    assert result.exit_code == 0
    assert PASSPHRASE not in result.output
    fields = empty.json("status")
    assert fields["fingerprint"] in result.output
    assert len(fields["fingerprint"].split()) == 8
    assert fields["name"] == "A. Guardian"


def test_init_asks_for_what_is_not_given(empty: Desk):
    typed = f"A. Guardian\nGuardian\n{PASSPHRASE}\n{PASSPHRASE}\n"
    result = empty.run("init", text=typed, secret=False)
    assert result.exit_code == 0
    assert PASSPHRASE not in result.output
    assert empty.json("status")["role"] == "Guardian"


def test_two_different_new_passphrases_are_asked_for_again(empty: Desk):
    typed = f"A. Guardian\nGuardian\n{PASSPHRASE}\n{PASSPHRASE}x\n{PASSPHRASE}\n{PASSPHRASE}\n"
    assert empty.run("init", text=typed, secret=False).exit_code == 0
    assert empty.run("status").exit_code == 0


def test_a_passphrase_file_that_others_can_read_is_warned_of(empty: Desk):
    empty.secret.chmod(0o640)
    result = empty.run("init", "--name", "A. Guardian", "--role", "Guardian")
    assert result.exit_code == 0
    assert f"chmod 600 {empty.secret}" in result.stderr
    empty.secret.chmod(0o600)
    assert "chmod" not in empty.run("status").stderr


@pytest.mark.parametrize(
    ("name", "role"), [("", "Guardian"), ("n" * 81, "Guardian"), ("A. Guardian", "r" * 121), ("A. Guardian", "")]
)
def test_a_name_or_role_that_does_not_fit_leaves_no_vault(empty: Desk, name: str, role: str):
    result = empty.run("init", "--name", name, "--role", role)
    assert result.exit_code == 2
    assert not empty.vault.exists()


def test_install_compares_the_words(desk: Desk, town: Town, tmp_path: Path):
    file = tmp_path / "organisation.json"
    file.write_bytes(town.organisation.founding()[0])
    arguments = ("install", str(file), "--portal", "https://portal.example")
    wrong = desk.run(*arguments, "--root-fingerprint", "one two three four five six seven eight")
    assert (wrong.exit_code, "Do not go on" in wrong.stderr) == (5, True)
    asked = desk.run(*arguments, text="n\n")
    assert asked.exit_code == 5
    words = next(line.strip() for line in asked.stderr.splitlines() if len(line.split()) == 8)
    answer = desk.json(*arguments, "--root-fingerprint", words.upper().replace(" ", "-"))
    assert answer["fingerprint"] == words
    plain = desk.run(*arguments[:-1], "http://portal.example", "--root-fingerprint", words)
    assert plain.exit_code == 6


@pytest.mark.parametrize("content", [b"", b"hello", b"{}", b'{"statements":[]}', b"\xff\xfe"])
def test_a_file_that_no_steward_made(desk: Desk, tmp_path: Path, content: bytes):
    file = tmp_path / "file.json"
    file.write_bytes(content)
    result = desk.run("install", str(file), "--portal", "https://portal.example", "--root-fingerprint", "x")
    assert result.exit_code == 7
    assert "Ask for it again" in result.stderr


def test_a_forged_organisation_file(desk: Desk, town: Town, tmp_path: Path):
    file = tmp_path / "organisation.json"
    sound = town.organisation.founding()[0]
    at = sound.index(b'"sig":"') + 10
    file.write_bytes(sound[:at] + (b"A" if sound[at : at + 1] != b"A" else b"B") + sound[at + 1 :])
    result = desk.run("install", str(file), "--portal", "https://portal.example", "--root-fingerprint", "x")
    assert result.exit_code == 7


def test_a_certificate_for_somebody_else(desk: Desk, town: Town, tmp_path: Path):
    file = tmp_path / "certificate.json"
    file.write_bytes(town.organisation.certificate(town.organisation.guardians[1]))
    result = desk.run("install", str(file), "--portal", "https://portal.example", text="y\n")
    assert result.exit_code == 5
    assert "another guardian" in result.stderr


def test_the_calendar(desk: Desk):
    answer = desk.json("calendar", "--weekdays", "thu,Monday", "--away", "2026-08-01..2026-08-14")
    assert answer == {"weekdays": ["mon", "thu"], "away": ["2026-08-01..2026-08-14"]}
    assert desk.json("calendar") == answer
    for option, given, said in (
        ("--weekdays", "someday", "not a weekday"),
        ("--away", "2026-08-14..2026-08-01", "has to begin before"),
        ("--away", "1812-08-14..2026-08-01", "not a day like"),
        ("--away", "2026-02-30", "not a day like"),
        ("--away", "99999-01-01", "not a day like"),
    ):
        refused = desk.run("calendar", option, given)
        assert refused.exit_code == 7
        assert said in refused.stderr


def test_a_new_passphrase(desk: Desk, tmp_path: Path):
    new = tmp_path / "new"
    new.write_text("a different long one\n")
    new.chmod(0o600)
    assert desk.run("passphrase", "--new-passphrase-file", str(new)).exit_code == 0
    assert desk.run("list").exit_code == 3
    desk.secret.write_bytes(new.read_bytes())
    assert desk.run("list").exit_code == 0


@pytest.mark.server
@pytest.mark.slow
def test_the_whole_set_up_as_people_type_it(live: Any):
    """`candour` and `guardian` as programs: organisation, request, certificate, portal, sync, read, reply."""
    live.guardian("sync")
    reporter = Reporter(live)
    reporter.send(live.people, long_text(2_000))
    synced: list[dict[str, Any]] = []

    def arrived() -> bool:
        synced.append(live.guardian("sync"))
        return bool(synced[-1]["threads"])

    live.until(arrived)
    assert (synced[-1]["threads"], synced[-1]["receipts"]) == ([1], 1)
    assert live.guardian("read", "1")["incoming"][0]["sections"] == {"what": long_text(2_000)}
    (live.folder / "reply").write_text(long_answer(5_000), encoding="utf-8")
    live.guardian("reply", "1", "--file", "reply", "--status", "assessed")

    def answered() -> bool:
        live.guardian("sync")
        return bool(reporter.replies(live.people[0]))

    live.until(answered)
    (reply,) = reporter.replies(live.people[0])
    assert (reply.text, reply.status) == (long_answer(5_000), "assessed")


def test_a_passphrase_lost_and_found_with_the_help_of_trustees(desk: Desk):
    assert desk.run("backup", "-o", str(desk.folder / "backup")).exit_code == 0
    shares = desk.run("trustees", "split")
    assert shares.exit_code == 0
    assert shares.output.count("Share ") == 3
    assert "shown once" in shares.output
    said = [line.strip() for line in shares.output.splitlines() if len(line.split()) == 33]
    slip = " ".join([*said[0].split()[:-1], "academic"])
    typed = "\n".join([slip, said[0], said[2], "a passphrase that is new", "a passphrase that is new"]) + "\n"
    result = desk.run("trustees", "recover", text=typed, secret=False)
    assert result.exit_code == 0, result.output
    assert "A word is wrong, missing or in the wrong place" in result.output
    assert "Traceback" not in result.output
    with open_vault(desk.vault, "a passphrase that is new") as vault:
        assert keys.load(vault).name
    again = Desk(desk.folder, desk.folder / "again")
    checked = again.run("check-backup", str(desk.folder / "backup"))
    assert (checked.exit_code, "is whole" in checked.output) == (0, True)
    result = again.run("restore", str(desk.folder / "backup"))
    assert result.exit_code == 0, result.output
    assert "people are asked to send again" in result.output
    result = again.run("restore", str(desk.folder / "backup"))
    assert result.exit_code == 6
