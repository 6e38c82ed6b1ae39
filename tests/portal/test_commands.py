"""The commands of the steward and the operator: what they make, and what they refuse to do."""

import os
import stat
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from crypto import codename, signing, statement, statement_bodies
from crypto.encoding import load
from crypto.words import WORDS
from portal.carrying import read_carried
from portal.cli import main
from portal.register import BY_FILE, Register
from portal.steward import Steward, StewardError, read_request
from portal.store import Store

pytestmark = pytest.mark.slow

DAY = 86_400
SECRET = "correct horse battery staple"


def today() -> int:
    """The number of this day: asked each time, since a run may pass midnight."""
    return int(time.time()) // DAY


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A steward's machine: a folder to stand in, a passphrase file, no portal."""
    for name in list(os.environ):
        if name.startswith("CANDOUR_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pass").write_text(SECRET + "\n")
    return tmp_path


def run(*words: str | Path, **given: str) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words], **given)  # type: ignore[arg-type]


def init(*more: str) -> Result:
    return run("init", "steward", "--name", "St Elsewhere", "--passphrase-file", "pass", *more)


def request_file(folder: Path, **changes: object) -> Path:
    identity, courier = os.urandom(32), os.urandom(32)
    fields = {
        "organisation": Steward.open(folder / "steward").organisation,
        "day": today(),
        "g": os.urandom(16),
        "name": "N. Guardian",
        "role": "Freedom to Speak Up Guardian",
        "identity": signing.public(identity),
        "courier": signing.public(courier),
        **changes,
    }
    signer = changes.get("signer", identity)
    fields.pop("signer", None)
    assert isinstance(signer, bytes)
    path = folder / f"request-{os.urandom(4).hex()}.json"
    path.write_bytes(statement.sign("request", statement_bodies.request(**fields), [signer]))  # type: ignore[arg-type]
    return path


def add(request: Path, *more: str) -> Result:
    return run("guardian", "add", request, "--folder", "steward", "--passphrase-file", "pass", "--yes", *more)


def test_init_makes_a_locked_key_and_a_file_to_carry(desk: Path) -> None:
    result = init()
    assert result.exit_code == 0, result.output
    made = Steward.open(desk / "steward")
    assert codename.fingerprint(made.root, WORDS) in result.output
    names = [statement.parse(one).name for one in read_carried((desk / "steward" / "organisation.json").read_bytes())]
    assert names == ["organisation", "policy"]
    assert stat.S_IMODE((desk / "steward" / "root.key").stat().st_mode) == 0o600
    assert SECRET not in result.output


def test_init_does_not_overwrite(desk: Path) -> None:
    init()
    before = (desk / "steward" / "root.key").read_bytes()
    result = init()
    assert result.exit_code == 1
    assert "holds an organisation already" in result.output
    assert (desk / "steward" / "root.key").read_bytes() == before


def test_init_refuses_a_short_passphrase_and_a_bad_policy(desk: Path) -> None:
    (desk / "pass").write_text("short")
    assert "at least 12 characters" in init().output
    (desk / "pass").write_text(SECRET)
    result = init("--period", "7")
    assert (result.exit_code, "divide a day" in result.output) == (2, True)
    assert not (desk / "steward").exists()


@pytest.mark.parametrize("place", ["portal.sqlite", "steward/portal.sqlite"])
def test_the_root_key_is_not_used_beside_a_portal(desk: Path, place: str) -> None:
    (desk / "steward").mkdir()
    (desk / place).write_bytes(b"")
    result = init()
    assert result.exit_code == 1
    assert "There is a portal's database here" in result.output
    assert not (desk / "steward" / "root.key").exists()


def test_the_root_key_is_not_used_where_the_settings_lead_to_a_database_server(desk: Path) -> None:
    (desk / "candour.toml").write_text('data = "data"\ndatabase = "postgresql+psycopg://candour:hidden@db/candour"\n')
    result = init()
    assert (result.exit_code, "setting database" in result.output, "hidden" in result.output) == (1, True, False)
    assert not (desk / "steward").exists()


def test_the_root_key_is_not_used_on_a_machine_with_a_configured_portal(desk: Path) -> None:
    assert init().exit_code == 0
    (desk / "data").mkdir()
    (desk / "data" / "portal.sqlite").write_bytes(b"")
    (desk / "candour.toml").write_text('data = "data"')
    result = add(request_file(desk), "--first")
    assert result.exit_code == 1
    assert "There is a portal's database here" in result.output
    assert not list((desk / "steward").glob("certificate-*"))


def test_a_guardian_is_certified(desk: Path) -> None:
    init()
    request = request_file(desk)
    result = add(request, "--first", "--days", "30")
    assert result.exit_code == 0, result.output
    body = statement.parse(request.read_bytes(), "request").body
    assert codename.fingerprint(body["identity"], WORDS) in result.output
    (path,) = (desk / "steward").glob("certificate-*")
    (certificate,) = (statement.parse(one, "certificate") for one in read_carried(path.read_bytes()))
    assert certificate.signers == (Steward.open(desk / "steward").root,)
    day = today()
    assert (certificate.body["from"], certificate.body["until"], certificate.body["first"]) == (day, day + 29, True)
    assert all(certificate.body[key] == body[key] for key in ("g", "name", "role", "identity", "courier"))


def test_a_later_guardian_starts_after_seven_days(desk: Path) -> None:
    init()
    assert add(request_file(desk)).exit_code == 0
    (path,) = (desk / "steward").glob("certificate-*")
    (certificate,) = (statement.parse(one, "certificate") for one in read_carried(path.read_bytes()))
    assert certificate.body["from"] == today() + 7
    assert "first" not in certificate.body


def test_first_guardians_can_come_days_after_the_organisation(desk: Path) -> None:
    policy = {"period": DAY, "board_period": DAY, "board_cells": 8, "board_dummies": 16, "board_days": 30}
    policy |= {"report_days": 30, "slot_ms": 5000, "attachment_mb": 50}
    day = today()
    steward = Steward.create(desk / "steward", "St Elsewhere", policy, SECRET, day - 5)
    asked = read_request(request_file(desk).read_bytes(), steward.organisation)
    path = steward.certify(asked, SECRET, today=day, days=10, first=True)
    (desk / "data").mkdir()
    store = Store(desk / "data", lambda: (DAY, DAY), time.time)
    register = Register(lambda: store.statements, time.time)
    files = [path, desk / "steward" / "organisation.json"]
    register.submit(register.arrange([s for f in files for s in read_carried(f.read_bytes())]), [], BY_FILE)
    assert len(register.published().directory.valid_guardians()) == 1
    store.dispose()


REFUSED = {
    "another organisation": ({"organisation": os.urandom(32)}, "organisation"),
    "signed by another": ({"signer": os.urandom(32)}, "signature"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_request_is_refused(desk: Path, case: str) -> None:
    init()
    changes, code = REFUSED[case]
    result = add(request_file(desk, **changes), "--first")
    assert result.exit_code == 1
    assert f"The request was refused ({code})" in result.output
    assert not list((desk / "steward").glob("certificate-*"))


def test_a_changed_request_is_refused(desk: Path) -> None:
    init()
    request = request_file(desk)
    value = load(request.read_bytes(), 65_536)
    assert isinstance(value, dict)
    other = load(request_file(desk).read_bytes(), 65_536)
    assert isinstance(other, dict)
    from crypto.encoding import dump

    request.write_bytes(dump({**value, "payload": other["payload"]}))
    assert "The request was refused (signature)" in add(request, "--first").output


def test_a_wrong_passphrase_signs_nothing(desk: Path) -> None:
    init()
    (desk / "pass").write_text("another passphrase entirely")
    result = add(request_file(desk), "--first")
    assert result.exit_code == 1
    assert "not the passphrase" in result.output
    assert "Traceback" not in result.output
    assert not list((desk / "steward").glob("certificate-*"))


@pytest.mark.parametrize("damage", [b"", b"{}", b"\xff\xfe", b'{"box":1,"v":1}'])
def test_a_damaged_key_file_is_said(desk: Path, damage: bytes) -> None:
    init()
    request = request_file(desk)
    (desk / "steward" / "root.key").write_bytes(damage)
    result = add(request, "--first")
    assert result.exit_code == 1
    assert "is damaged" in result.output


def test_a_cheaper_key_file_is_refused(desk: Path) -> None:
    from crypto.encoding import dump

    init()
    path = desk / "steward" / "root.key"
    value = load(path.read_bytes(), 10_000)
    assert isinstance(value, dict)
    for name in ("memory_kib", "passes", "lanes"):
        path.write_bytes(dump({**value, name: 8}))
        with pytest.raises(StewardError, match="damaged"):
            Steward.open(desk / "steward").certify(
                read_request(request_file(desk).read_bytes(), Steward.open(desk / "steward").organisation),
                SECRET,
                today=20_000,
                days=1,
                first=True,
            )


def test_declining_the_fingerprint_signs_nothing(desk: Path) -> None:
    init()
    words = ("guardian", "add", request_file(desk), "--folder", "steward", "--passphrase-file", "pass", "--first")
    result = run(*words, input="n\n")
    assert result.exit_code == 1
    assert not list((desk / "steward").glob("certificate-*"))


def test_hidden_letters_of_a_name_are_shown_as_marks(desk: Path) -> None:
    init()
    result = add(request_file(desk, name="a\u202eb\u001b[2Jc"), "--first")
    assert "a?b?[2Jc" in result.output


def test_without_settings_the_message_says_what_to_do(desk: Path) -> None:
    for command in ("serve", "publish"):
        result = run(command)
        assert result.exit_code == 1
        assert "data is missing" in result.output
        assert 'data = "/var/lib/candour"' in result.output


def test_nothing_published_is_said(desk: Path) -> None:
    (desk / "candour.toml").write_text('data = "data"')
    result = run("serve")
    assert result.exit_code == 1
    assert "Nothing is published yet" in result.output


def test_publish_takes_only_what_belongs(desk: Path) -> None:
    init()
    (desk / "candour.toml").write_text('data = "elsewhere"')
    result = run("publish", request_file(desk))
    assert result.exit_code == 1
    assert "A statement was refused (malformed)" in result.output
    (desk / "odd.json").write_bytes(b'{"keys":[],"statements":[1],"v":1}')
    assert "A statement was refused (malformed)" in run("publish", desk / "odd.json").output


@pytest.mark.parametrize("command", ["init", "guardian"])
def test_a_passphrase_file_that_is_no_text(desk: Path, command: str) -> None:
    assert init().exit_code == 0
    (desk / "odd").write_bytes(b"\xff\xfe\x80")
    words = {
        "init": ("init", "other", "--name", "X"),
        "guardian": ("guardian", "add", request_file(desk), "--folder", "steward", "--yes"),
    }
    done = run(*words[command], "--passphrase-file", "odd")
    assert done.exit_code == 1
    assert "The passphrase file odd cannot be read as text. Nothing was done." in done.output
    assert not (desk / "other").exists()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("--name", "x" * 121), "1 to 120 bytes"),
        (("--period", "7"), "divide a day"),
        (("--board-period", "0"), "divide a day"),
        (("--board-cells", "65"), "1<=x<=64"),
        (("--report-days", "91"), "1<=x<=90"),
        (("--slot-ms", "99"), "100<=x<=60000"),
    ],
)
def test_a_policy_out_of_bounds_names_the_number(desk: Path, given: tuple[str, str], said: str) -> None:
    done = init(*given)
    assert done.exit_code == 2
    assert given[0] in done.output
    assert said in done.output
    assert not (desk / "steward").exists()


@pytest.mark.parametrize("command", ["serve", "publish"])
def test_settings_that_cannot_be_read(desk: Path, command: str) -> None:
    (desk / "folder").mkdir()
    done = run(command, "--config", "folder")
    assert done.exit_code == 1
    assert "the settings file folder cannot be read (Is a directory)" in done.output
