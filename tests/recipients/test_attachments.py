"""Files that reporters send: fetched whole for everyone, opened only from the message that names them."""

import json
import os
import stat
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner

from crypto.attachment import CHUNK, PLAIN_CHUNK
from recipients import attachments, cases, sync
from recipients.cli import main
from recipients.errors import GuardianError
from recipients.trying import Opener
from recipients.vault import Vault
from tests.portal.world import Guardian
from tests.recipients.world import PASSPHRASE, Reporter, Town

pytestmark = pytest.mark.slow

DATA = os.urandom(PLAIN_CHUNK + 1000)


@pytest.fixture
def first(town: Town) -> Guardian:
    """The first guardian."""
    return town.organisation.guardians[0]


@pytest.fixture
def vault(town: Town) -> Vault:
    """The first guardian's vault, known to the portal."""
    made = town.vault()
    town.sync(made)
    return made


def files(vault: Vault) -> list[attachments.File]:
    """The files of the one thread there is."""
    (found,) = cases.threads(vault)
    return attachments.files(vault, found.id)


def folder(vault: Vault) -> list[str]:
    """What lies among the chunks."""
    return sorted(path.name for path in vault.chunks.iterdir())


def send(town: Town, first: Guardian, *data: bytes) -> None:
    """A concern with files."""
    reporter = Reporter(town)
    manifests = [reporter.upload(each, f"file-{number}.jpg") for number, each in enumerate(data, 1)]
    reporter.send([first], "See the pictures.", files=manifests)


def test_files_come_with_the_sync_and_are_saved_as_they_were(town: Town, vault: Vault, first: Guardian, tmp_path: Path):
    send(town, first, DATA, b"small")
    town.next_day()
    outcome = town.sync(vault)
    assert (outcome.chunks, outcome.chunks_fault) == (3, "")
    assert [(one.number, one.manifest.name, one.come) for one in files(vault)] == [
        (1, "file-1.jpg", 2),
        (2, "file-2.jpg", 1),
    ]
    for one, expected in zip(files(vault), (DATA, b"small"), strict=True):
        to = tmp_path / f"saved-{one.number}"
        attachments.save(vault, one.manifest, town.organisation.id, to)
        assert to.read_bytes() == expected
        assert stat.S_IMODE(to.stat().st_mode) == 0o600


def test_every_chunk_is_fetched_whoever_it_is_for_and_none_by_name(town: Town, vault: Vault, first: Guardian):
    other = town.organisation.guardians[1]
    town.sync(town.vault(1))
    send(town, other, b"not for the first")
    Reporter(town).upload(b"named by no message")
    town.next_day()
    asked: list[str] = []

    class Listening(httpx.BaseTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            asked.append(request.url.path)
            return inner.handle_request(request)

    inner = town.transport()
    with town.courier(vault, Listening()) as courier:
        outcome = sync.sync(vault, courier, town.clock, opener=Opener(1))
    assert outcome.chunks == 2
    assert [path for path in asked if "chunks" in path] == [f"/periods/{town.periods()[-1]['start']}/chunks"]
    assert cases.threads(vault) == []


def test_a_second_sync_fetches_nothing_again(town: Town, vault: Vault, first: Guardian):
    send(town, first, b"once")
    town.next_day()
    assert town.sync(vault).chunks == 1
    assert town.sync(vault).chunks == 0


def test_a_bad_line_hides_nothing_else_and_the_next_sync_goes_on(town: Town, vault: Vault, first: Guardian):
    send(town, first, DATA)
    town.next_day()

    class Broken(httpx.BaseTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            answer = inner.handle_request(request)
            if not request.url.path.endswith("/chunks"):
                return answer
            asked.append(request.headers.get("range", ""))
            data = answer.read()
            return (
                httpx.Response(answer.status_code, stream=Half(data))
                if not asked[-1]
                else httpx.Response(206, content=data)
            )

    class Half(httpx.SyncByteStream):
        def __init__(self, data: bytes) -> None:
            self.data = data

        def __iter__(self) -> Any:
            yield self.data[:CHUNK]
            raise httpx.ReadError("the line broke")

    asked: list[str] = []
    inner = town.transport()
    with town.courier(vault, Broken()) as courier:
        outcome = sync.sync(vault, courier, town.clock, opener=Opener(1))
    assert (outcome.found, outcome.chunks, outcome.chunks_fault) == (1, 0, "offline")
    assert files(vault)[0].come == 0
    come = (vault.chunks / folder(vault)[0]).stat().st_size
    assert 0 < come <= CHUNK
    with town.courier(vault, Broken()) as courier:
        assert sync.sync(vault, courier, town.clock, opener=Opener(1)).chunks == 2
    assert asked == ["", f"bytes={come}-"]
    assert files(vault)[0].come == 2


def test_what_was_not_announced_is_not_kept(town: Town, vault: Vault, first: Guardian):
    send(town, first, DATA)
    town.next_day()

    class Swapping(httpx.BaseTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            answer = inner.handle_request(request)
            if not request.url.path.endswith("/chunks"):
                return answer
            data = answer.read()
            return httpx.Response(200, content=data[CHUNK:] + data[:CHUNK])

    inner = town.transport()
    with town.courier(vault, Swapping()) as courier:
        assert sync.sync(vault, courier, town.clock, opener=Opener(1)).chunks_fault == "odd"
    assert folder(vault) == []
    assert town.sync(vault).chunks == 2


def test_a_chunk_that_never_came_and_one_that_rotted_are_told_apart(
    town: Town, vault: Vault, first: Guardian, tmp_path: Path
):
    send(town, first, DATA)
    town.next_day()
    town.sync(vault)
    (one,) = files(vault)
    segment = vault.chunks / folder(vault)[0]
    whole = segment.read_bytes()
    segment.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    for detail in ("tampered", "missing"):
        with pytest.raises(GuardianError) as caught:
            attachments.save(vault, one.manifest, town.organisation.id, tmp_path / "saved")
        assert (caught.value.code, caught.value.detail) == ("attachment", detail)
        assert not any(path.name.endswith(("saved", ".part")) for path in tmp_path.iterdir())
        vault.database.run("DELETE FROM chunk")


def test_a_file_that_is_there_is_never_written_over(town: Town, vault: Vault, first: Guardian, tmp_path: Path):
    send(town, first, b"new")
    town.next_day()
    town.sync(vault)
    there, link = tmp_path / "there", tmp_path / "link"
    there.write_text("old")
    link.symlink_to(tmp_path / "nowhere")
    for to in (there, link):
        with pytest.raises(GuardianError) as caught:
            attachments.save(vault, files(vault)[0].manifest, town.organisation.id, to)
        assert (caught.value.code, caught.value.detail) == ("exists", "file")
    assert there.read_text() == "old"
    assert not (tmp_path / "nowhere").exists()


def test_old_chunks_go_when_no_message_names_them(town: Town, vault: Vault, first: Guardian, tmp_path: Path):
    send(town, first, b"mine")
    town.next_day()
    Reporter(town).upload(b"for somebody else")
    town.next_day()
    town.sync(vault)
    assert len(folder(vault)) == 2
    town.next_day(28)
    town.sync(vault)
    assert len(folder(vault)) == 2
    town.next_day(3)
    town.sync(vault)
    assert len(folder(vault)) == 1
    attachments.save(vault, files(vault)[0].manifest, town.organisation.id, tmp_path / "saved")
    assert (tmp_path / "saved").read_bytes() == b"mine"
    assert town.sync(vault).chunks == 0


@pytest.fixture
def desk(town: Town, vault: Vault, first: Guardian, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A vault with one file of a hostile name, closed; the arguments that open it."""
    reporter = Reporter(town)
    manifest = reporter.upload(b"\x89PNG", "rota\u202egpj.exe", "image/png")
    reporter.send([first], "See.", files=[manifest])
    town.next_day()
    town.sync(vault)
    vault.close()
    monkeypatch.setattr(time, "time", town.clock)
    secret = town.folder / "secret"
    secret.write_text(PASSPHRASE)
    secret.chmod(0o600)
    return ["--vault", str(vault.path), "--passphrase-file", str(secret)]


def test_the_program_lists_files_and_saves_one_under_a_harmless_name(
    desk: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    shown = CliRunner().invoke(main, ["read", "1", *desk])
    assert "File 1, not opened: rota‹U+202E›gpj.exe, 4 bytes. It stays sealed. `guardian look 1 1` makes a safe" in (
        shown.output
    )
    saved = CliRunner().invoke(main, ["save", "1", "1", *desk])
    assert saved.exit_code == 0, saved.output
    assert "Saved: concern-1-file-1.png" in saved.stdout
    assert "outside the vault" in saved.stderr
    assert (tmp_path / "concern-1-file-1.png").read_bytes() == b"\x89PNG"
    again = CliRunner().invoke(main, ["save", "1", "1", *desk])
    assert (again.exit_code, "There is a file of that name already." in again.output) == (6, True)


def test_the_program_tells_files_as_json_without_their_keys(desk: list[str], tmp_path: Path):
    fields = json.loads(CliRunner().invoke(main, ["read", "1", "--json", *desk]).stdout)
    expected = {"file": 1, "name": "rota\u202egpj.exe", "type": "image/png", "size": 4, "come": True}
    assert fields["files"] == [expected]
    to = str(tmp_path / "out.png")
    saved = json.loads(CliRunner().invoke(main, ["save", "1", "1", "-o", to, "--json", *desk]).stdout)
    assert saved == {"thread": 1, **expected, "path": to}


def test_a_file_that_is_not_there_is_said(desk: list[str]):
    result = CliRunner().invoke(main, ["save", "1", "2", *desk])
    assert (result.exit_code, result.output.strip()) == (
        7,
        "This concern has no file of that number. `guardian read` shows its files.",
    )
