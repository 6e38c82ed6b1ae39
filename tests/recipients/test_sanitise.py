"""Files are seen only as pictures that a sandbox made; without one they stay sealed. mat2 is Debian's own.

Dangerzone runs containers, which a test cannot: a program in its place, with its command line, does what Dangerzone
would do well or badly. What is tested is what happens around it.
"""

import os
import stat
import subprocess
import time
from pathlib import Path

import pytest
from click.testing import CliRunner
from fpdf import FPDF

from recipients import attachments, cases, sanitise
from recipients.cli import main
from recipients.errors import GuardianError
from recipients.sanitise import MAKER, STRIPPER
from recipients.vault import Vault
from tests.recipients.world import PASSPHRASE, Reporter, Town

pytestmark = pytest.mark.slow

ORIGINAL = b"MZ: a program that somebody called a picture"


@pytest.fixture
def vault(town: Town) -> Vault:
    """A guardian's vault with a concern and one file, which lies about what it is."""
    made = town.vault()
    town.sync(made)
    reporter = Reporter(town)
    manifest = reporter.upload(ORIGINAL, "rota\u202egpj.exe")
    reporter.send([town.organisation.guardians[0]], "See the picture.", files=[manifest])
    town.next_day()
    town.sync(made)
    return made


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder in which programs are looked for."""
    folder = tmp_path / "programs"
    folder.mkdir()
    for tool in ("basename", "cat", "env", "ln", "mkdir", "sleep", "truncate"):
        (folder / tool).symlink_to(f"/usr/bin/{tool}")
    monkeypatch.setenv("PATH", str(folder))
    return folder


def dangerzone(folder: Path, lines: str) -> None:
    """A program in Dangerzone's place: $2 is where the PDF goes, $3 the file."""
    program = folder / MAKER
    program.write_text(f'#!/bin/sh\n[ "$1" = --output-filename ] || exit 9\n{lines}\n')
    program.chmod(0o755)


def pictured(town: Town, vault: Vault, to: Path, minutes: float = 1) -> None:
    (found,) = cases.threads(vault)
    (file,) = attachments.files(vault, found.id)
    sanitise.picture(vault, file.manifest, town.organisation.id, to, minutes=minutes)


def refused(town: Town, vault: Vault, to: Path, minutes: float = 1) -> str:
    with pytest.raises(GuardianError) as caught:
        pictured(town, vault, to, minutes)
    assert caught.value.code == "sanitise"
    assert not to.exists()
    assert left() == []
    return caught.value.detail


def left() -> list[Path]:
    """Opened files that were forgotten in memory."""
    return [path for path in Path("/dev/shm").glob("candour-*") if path.stat().st_uid == os.getuid()]


def test_without_dangerzone_a_file_stays_sealed(town: Town, vault: Vault, programs: Path, tmp_path: Path) -> None:
    assert refused(town, vault, tmp_path / "a.pdf") == "absent"


def test_only_what_dangerzone_made_is_handed_out(town: Town, vault: Vault, programs: Path, tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    dangerzone(programs, f'basename "$3" > {seen}; env >> {seen}; cat "$3" >> {seen}; printf %%PDF-1.7 > "$2"')
    to = tmp_path / "a.pdf"
    pictured(town, vault, to)
    assert (to.read_bytes(), stat.S_IMODE(to.stat().st_mode)) == (b"%PDF-1.7", 0o600)
    told = seen.read_bytes()
    assert told.startswith((b"file.bin\n", b"file.jpg\n")), "the name that a stranger chose was used"
    assert ORIGINAL in told
    assert b"CANDOUR" not in told
    assert left() == []
    with pytest.raises(GuardianError, match="exists: file"):
        pictured(town, vault, to)


@pytest.mark.parametrize(
    ("lines", "detail"),
    [
        ("exit 1", "failed"),
        ("exit 0", "odd"),
        ('printf "MZ not a document" > "$2"', "odd"),
        ('ln -s /etc/passwd "$2"', "odd"),
        ('mkdir "$2"', "odd"),
        ('printf %%PDF- > "$2"', "odd"),
        ('truncate -s 600M "$2"', "odd"),
    ],
)
def test_what_is_no_picture_is_thrown_away(
    town: Town, vault: Vault, programs: Path, tmp_path: Path, lines: str, detail: str
) -> None:
    dangerzone(programs, lines)
    assert refused(town, vault, tmp_path / "a.pdf") == detail


def test_a_program_that_cannot_be_started_is_told(town: Town, vault: Vault, programs: Path, tmp_path: Path) -> None:
    (programs / MAKER).write_text("#!/no/such/program\n")
    (programs / MAKER).chmod(0o755)
    assert refused(town, vault, tmp_path / "a.pdf") == "failed"


def test_a_file_that_never_ends_is_stopped_with_all_it_started(
    town: Town, vault: Vault, programs: Path, tmp_path: Path
) -> None:
    child = tmp_path / "child"
    dangerzone(programs, f"sleep 600 & echo $! > {child}; wait")
    assert refused(town, vault, tmp_path / "a.pdf", minutes=2 / 60) == "late"
    number = int(child.read_text())
    deadline = time.monotonic() + 60
    while _runs(number):
        assert time.monotonic() < deadline, "what it started goes on"
        time.sleep(0.05)


def test_a_person_stops_it_and_nothing_is_left(town: Town, vault: Vault, programs: Path, tmp_path: Path) -> None:
    dangerzone(programs, f"printf x > {tmp_path}/begun; sleep 600")
    (found,) = cases.threads(vault)
    (file,) = attachments.files(vault, found.id)
    to = tmp_path / "a.pdf"
    with pytest.raises(GuardianError, match="sanitise: stopped"):
        sanitise.picture(vault, file.manifest, town.organisation.id, to, stopped=(tmp_path / "begun").exists)
    assert (to.exists(), left()) == (False, [])


def _runs(number: int) -> bool:
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.slow
def test_a_copy_that_is_handed_on_says_nothing_about_its_making(tmp_path: Path) -> None:
    """The real mat2."""
    path = tmp_path / "copy.pdf"
    document = FPDF()
    document.set_author("Somebody in ward seven")
    document.add_page()
    document.output(str(path))
    assert b"ward seven" in path.read_bytes()
    sanitise.strip(path)
    assert path.read_bytes().startswith(b"%PDF-")
    assert b"ward seven" not in path.read_bytes()
    assert [each.name for each in tmp_path.iterdir()] == ["copy.pdf"]
    shown = subprocess.run([STRIPPER, "--show", path], capture_output=True, text=True, check=False).stdout
    assert "ward seven" not in shown


def test_a_copy_that_mat2_does_not_know_is_left_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "copy.unknown"
    path.write_bytes(ORIGINAL)
    with pytest.raises(GuardianError, match="sanitise: failed"):
        sanitise.strip(path)
    assert path.read_bytes() == ORIGINAL
    assert [each.name for each in tmp_path.iterdir()] == ["copy.unknown"]


def test_without_mat2_nothing_is_called_clean(tmp_path: Path, programs: Path) -> None:
    path = tmp_path / "copy.pdf"
    path.write_bytes(b"%PDF-1.7")
    with pytest.raises(GuardianError, match="sanitise: mat2"):
        sanitise.strip(path)


def test_by_command_and_what_it_says(
    town: Town, vault: Vault, programs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = tmp_path / "passphrase"
    secret.write_text(PASSPHRASE + "\n")
    secret.chmod(0o600)
    place = vault.path
    vault.close()
    monkeypatch.chdir(tmp_path)
    run = ("--vault", str(place), "--passphrase-file", str(secret))
    without = CliRunner().invoke(main, ["look", "1", "1", *run])
    assert (without.exit_code == 0, "stays sealed" in without.output) == (False, True)
    dangerzone(programs, 'printf %%PDF-1.7 > "$2"')
    made = CliRunner().invoke(main, ["look", "1", "1", *run])
    assert made.exit_code == 0, made.output
    assert "picture of the file" in made.output
    assert (tmp_path / "concern-1-file-1.pdf").read_bytes() == b"%PDF-1.7"
    none = CliRunner().invoke(main, ["look", "1", "2", *run])
    assert "no file of that number" in none.output
