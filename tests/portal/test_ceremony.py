"""The acts of the root key after the founding: what they sign, what they ask first, and what they refuse."""

import os
import shutil
import time
from pathlib import Path

import pypdfium2
import pytest
from click.testing import CliRunner, Result

from crypto import codename, signing, statement, statement_bodies
from crypto.errors import CandourError
from crypto.words import WORDS
from portal import ceremony
from portal.carrying import read_carried
from portal.cli import main
from portal.register import BY_FILE, Register
from portal.steward import Steward
from portal.store import Store
from tests.portal.test_commands import DAY, SECRET, add, desk, init, request_file, run, today

pytestmark = pytest.mark.slow

__all__ = ["desk"]

FRESH = "another six words for the new key"
ACTS = {
    "renew": ("guardian", "renew", "1"),
    "revoke": ("guardian", "revoke", "1"),
    "policy": ("policy", "set", "--report-days", "20"),
    "rotate": ("root", "rotate"),
    "split": ("root", "split"),
    "forget": ("root", "forget"),
    "join": ("root", "join"),
}


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An organisation with one guardian, made once."""
    folder = tmp_path_factory.mktemp("model")
    (folder / "pass").write_text(SECRET + "\n")
    secret = ("--passphrase-file", folder / "pass")
    assert run("init", folder / "steward", "--name", "St Elsewhere", *secret).exit_code == 0
    request = request_file(folder)
    added = run("guardian", "add", request, "--folder", folder / "steward", *secret, "--first", "--yes")
    assert added.exit_code == 0, added.output
    return folder / "steward"


@pytest.fixture
def founded(desk: Path, model: Path) -> Path:
    """An organisation with one guardian, in the folder `steward`."""
    shutil.copytree(model, desk / "steward")
    (desk / "fresh").write_text(FRESH + "\n")
    return desk


def act(*words: str | Path, yes: bool = True, text: str | None = None) -> Result:
    command = [*words, "--folder", "steward", "--passphrase-file", "pass", *(["--yes"] if yes else [])]
    return CliRunner().invoke(main, [str(word) for word in command], input=text)


def done(*words: str | Path) -> str:
    result = act(*words)
    assert result.exit_code == 0, result.output
    return result.output


def newest(folder: Path, kind: str) -> statement.Envelope:
    path = max((folder / "steward").glob(f"{kind}-*.json"), key=lambda one: one.stat().st_mtime_ns)
    return statement.parse(read_carried(path.read_bytes())[-1], kind)


def published(folder: Path) -> Register:
    """What a portal makes of everything in the steward's folder, given in the worst order."""
    (folder / "data").mkdir(exist_ok=True)
    store = Store(folder / "data", lambda: (DAY, DAY), time.time)
    register = Register(lambda: store.statements, time.time)
    files = sorted((folder / "steward").glob("*-*.json"), reverse=True)
    files.append(folder / "steward" / "organisation.json")
    register.submit(register.arrange([s for f in files for s in read_carried(f.read_bytes())]), [], BY_FILE)
    store.dispose()
    return register


def words(key: bytes) -> str:
    return codename.fingerprint(key, WORDS)


@pytest.mark.parametrize("name", ACTS)
def test_every_act_is_refused_beside_a_portal(founded: Path, name: str) -> None:
    (founded / "portal.sqlite").write_bytes(b"")
    before = sorted((founded / "steward").iterdir())
    result = act(*ACTS[name])
    assert result.exit_code == 1
    assert "There is a portal's database here" in result.output
    assert sorted((founded / "steward").iterdir()) == before


@pytest.mark.parametrize("name", ACTS)
def test_every_act_is_refused_when_the_clock_has_gone_back(
    founded: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time.time()
    monkeypatch.setattr("portal.commands.acts.time.time", lambda: now - 3 * DAY)
    result = act(*ACTS[name])
    assert result.exit_code == 1
    assert "This machine's clock says" in result.output


@pytest.mark.parametrize("name", ["renew", "revoke", "policy", "rotate", "split", "forget"])
def test_every_act_asks_first_and_says_that_there_is_no_way_back(founded: Path, name: str) -> None:
    before = sorted((founded / "steward").iterdir())
    result = act(*ACTS[name], yes=False, text="n\n")
    assert result.exit_code == 1
    assert "Shall this be signed?" in result.output
    assert "cannot be taken back" in result.output or "destroy the files" in result.output
    assert sorted((founded / "steward").iterdir()) == before


def test_a_guardian_is_renewed_with_notice_and_the_same_keys(founded: Path) -> None:
    before = newest(founded, "certificate").body
    said = done("guardian", "renew", "N. Guardian", "--days", "100", "--role", "Lead")
    after = newest(founded, "certificate").body
    assert (after["from"], after["until"]) == (today() + 7, today() + 106)
    assert (after["g"], after["identity"], after["courier"]) == (before["g"], before["identity"], before["courier"])
    assert (after["name"], after["role"]) == ("N. Guardian", "Lead")
    assert words(before["identity"]) in said
    published(founded)


def test_a_gap_before_a_renewal_is_said(desk: Path) -> None:
    init()
    add(request_file(desk), "--first", "--days", "3")
    result = act("guardian", "renew", "1", yes=False, text="n\n")
    assert "For 4 days in between nobody can write to them" in result.output


def test_a_revoked_guardian_is_valid_no_more(founded: Path) -> None:
    done("guardian", "renew", "1")
    said = done("guardian", "revoke", "1")
    assert "Nobody will be left to write to" in said
    assert len(read_carried(next((founded / "steward").glob("revocation-*")).read_bytes())) == 2
    directory = published(founded).published().directory
    assert directory.valid_guardians() == ()
    assert all(one.revoked == today() for one in directory.guardians[0].certificates)
    again = act("guardian", "revoke", "1")
    assert (again.exit_code, "holds no certificate any more" in again.output) == (1, True)
    renewed = act("guardian", "renew", "1")
    assert (renewed.exit_code, "Use `guardian replace`" in renewed.output) == (1, True)


def test_a_successor_names_whom_it_succeeds(founded: Path) -> None:
    before = newest(founded, "certificate").body
    request = request_file(founded, name="S. Successor")
    said = done("guardian", "replace", "1", request)
    body = newest(founded, "certificate").body
    assert (body["succeeds"], body["name"], body["from"]) == (before["g"], "S. Successor", today() + 7)
    assert words(body["identity"]) in said
    same = request_file(founded, g=before["g"])
    result = act("guardian", "replace", "1", same)
    assert (result.exit_code, "made by the same vault" in result.output) == (1, True)
    published(founded)


def test_a_request_of_another_organisation_is_refused(founded: Path) -> None:
    result = act("guardian", "replace", "1", request_file(founded, organisation=os.urandom(32)))
    assert (result.exit_code, "refused (organisation)" in result.output) == (1, True)


@pytest.mark.parametrize(("who", "said"), [("7", "No guardian is"), ("N. Guardian", "Several guardians are")])
def test_who_is_meant_must_be_clear(founded: Path, who: str, said: str) -> None:
    add(request_file(founded), "--first")
    result = act("guardian", "revoke", who)
    assert (result.exit_code, said in result.output) == (1, True)


def test_the_list_shows_words_and_states(founded: Path) -> None:
    add(request_file(founded, name="Later\u202e One"))
    done("guardian", "revoke", "N. Guardian")
    said = run("guardian", "list", "--folder", "steward").output
    known = {one.newest.name: one for one in ceremony.people(Steward.open(founded / "steward"), today())}
    for name, shown, state in (
        ("N. Guardian", "N. Guardian", "revoked"),
        ("Later\u202e One", "Later? One", "not valid yet"),
    ):
        person = known[name]
        assert f"{person.number}  {shown}, Freedom to Speak Up Guardian\n     {state}" in said
        assert words(person.newest.identity) in said


def test_a_later_policy_keeps_what_is_not_given(founded: Path) -> None:
    writer = founded / "writer.html"
    writer.write_bytes(b"one file")
    said = done("policy", "set", "--report-days", "20", "--period", "3600", "--writer", writer)
    assert "Shorter periods hide less" in said
    assert "days that sealed reports stay: 30 -> 20" in said
    policy = published(founded).policy()
    assert (policy.report_days, policy.period, policy.board_days) == (20, 3600, 30)
    assert policy.writer.hex() in run("policy", "show", "--folder", "steward").output


def test_two_policies_of_one_day_stand_in_their_order(founded: Path) -> None:
    done("policy", "set", "--report-days", "20")
    assert newest(founded, "policy").body["day"] == today() + 1
    assert published(founded).policy().report_days == 20
    result = act("policy", "set", "--report-days", "25")
    assert (result.exit_code, "changed twice today" in result.output) == (1, True)


def test_a_policy_that_changes_nothing_is_not_signed(founded: Path) -> None:
    result = act("policy", "set", "--report-days", "30")
    assert (result.exit_code, "That is the policy of now" in result.output) == (1, True)


def test_nobody_is_among_the_first_after_a_later_policy(founded: Path) -> None:
    done("policy", "set", "--report-days", "20")
    result = add(request_file(founded), "--first")
    assert (result.exit_code, "has been published" in result.output) == (1, True)


def test_each_act_leaves_a_record_to_sign(founded: Path) -> None:
    done("guardian", "revoke", "1", "--reason", "left")
    text = max((founded / "steward").glob("record-*.txt")).read_text()
    steward = Steward.open(founded / "steward")
    for expected in ("A guardian was revoked", "N. Guardian", words(steward.root), "St Elsewhere", "Witness"):
        assert expected in text
    with pypdfium2.PdfDocument(max((founded / "steward").glob("record-*.pdf"))) as pdf:
        assert "A guardian was revoked" in pdf[0].get_textpage().get_text_bounded()
    assert len(list((founded / "steward").glob("record-*.txt"))) == 3


def test_a_public_reason_is_shown_before_it_is_signed(founded: Path) -> None:
    result = act("guardian", "revoke", "1", "--reason", "a\u202eb", yes=False, text="n\n")
    assert "The reason will be public: a?b" in result.output


def test_what_a_reader_would_refuse_is_not_written(founded: Path) -> None:
    """A key that another guardian has already: the log would never take it."""
    body = newest(founded, "certificate").body
    steward = Steward.open(founded / "steward")
    signed = statement_bodies.request(
        organisation=steward.organisation,
        day=today(),
        g=os.urandom(16),
        name="X",
        role="Y",
        identity=body["identity"],
        courier=signing.public(os.urandom(32)),
    )
    asked = statement.Envelope(name="request", body=signed, payload=b"", signatures=())
    with pytest.raises(CandourError) as refused:
        steward.certify(asked, SECRET, today=today(), days=10)
    assert refused.value.code == "conflict"
    assert len(list((founded / "steward").glob("certificate-*"))) == 1


def test_a_foreign_file_among_the_acts_is_said(founded: Path) -> None:
    (founded / "steward" / "policy-1.json").write_bytes(b"{}")
    result = act("guardian", "revoke", "1")
    assert (result.exit_code, "is damaged, or not a file of the steward's" in result.output) == (1, True)


def test_help_names_every_act() -> None:
    said = {group: CliRunner().invoke(main, [group, "--help"]).output for group in ("guardian", "root", "policy")}
    for group, name in (("guardian", "replace"), ("root", "rotate"), ("root", "join"), ("policy", "set")):
        assert name in said[group]
