"""The project's list of a release: made from the committed assets, signed with a throw-away key."""

import json
import shutil
from pathlib import Path

import pytest

from crypto import signing
from crypto.encoding import b64, dump, load
from crypto.errors import CandourError
from crypto.kdf import sha256
from portal.site import manifest
from portal.site.publish import build
from tests.verify.load import verify
from tools import release

SECRET = "a throw-away passphrase"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pass").write_text(SECRET + "\n")
    return tmp_path


def run(*words: str) -> int:
    return release.main(list(words))


def test_the_committed_list_is_of_the_committed_files() -> None:
    committed = json.loads((release.ASSETS / "RELEASE.json").read_bytes())["files"]
    files = {one["path"]: one["digest"] for one in committed}
    kinds = (".js", ".css", ".svg")
    there = {
        f"/assets/{path.name}": b64(sha256(path.read_bytes()))
        for path in release.ASSETS.iterdir()
        if path.suffix in kinds
    }
    assert files == there


def test_a_built_site_has_no_code_that_the_list_has_not() -> None:
    """What any steward's site consists of, compared as `verify.py` does it."""
    listed = load(release.make(), release.LIMIT)
    assert isinstance(listed, dict)
    files = build(organisation_id=bytes(32), root=bytes(range(32)), name="St Elsewhere")
    described = manifest.describe(files, bytes(32))
    known = {(one["path"], one["digest"]) for one in listed["files"]}
    code = [one for one in described["files"] if one["path"].endswith(verify.CODE)]
    assert len(code) >= 4
    assert {(one["path"], b64(one["digest"])) for one in code} <= known
    assert listed["headers"] == [list(one) for one in described["headers"]]


def test_listed_signed_and_checked(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("key", "release.key", "--passphrase-file", "pass") == 0
    public = capsys.readouterr().out.split()[-1]
    assert (place / "release.key").stat().st_mode & 0o777 == 0o600
    assert run("key", "release.key", "--passphrase-file", "pass") == 1
    assert run("list", "release.json") == 0
    assert run("check", "release.json", "--public", public) == 1
    assert run("sign", "release.json", "--key", "release.key", "--passphrase-file", "pass") == 0
    assert run("check", "release.json", "--public", public) == 0
    assert run("check", "release.json", "--public", "00" * 32) == 1
    read = verify.read_release("release.json", public)
    assert (read["signed"], len(read["files"])) == (
        True,
        len(release.check(Path("release.json").read_bytes(), bytes.fromhex(public))["files"]),
    )
    with pytest.raises(verify.RefusedError) as refused:
        verify.read_release("release.json", signing.public(bytes(32)).hex())
    assert refused.value.code == "release"


def test_a_changed_list_is_refused(place: Path) -> None:
    seed = bytes(32)
    signed = load(release.sign(release.make(), seed), release.LIMIT)
    assert isinstance(signed, dict)
    other = dump({**load(release.make(), release.LIMIT), "version": "9"})  # type: ignore[dict-item]
    changed = dump({**signed, "payload": b64(other)})
    with pytest.raises(release.ReleaseError):
        release.check(changed, signing.public(seed))
    Path("release.json").write_bytes(changed)
    with pytest.raises(verify.RefusedError):
        verify.read_release("release.json", signing.public(seed).hex())
    Path("release.json").write_bytes(release.make())
    with pytest.raises(verify.RefusedError):  # not signed at all
        verify.read_release("release.json", signing.public(seed).hex())
    with pytest.raises(CandourError) as refused:
        release.check(dump({**signed, "payloadtype": "application/vnd.candour.site.v1+json"}), signing.public(seed))
    assert refused.value.code == "malformed"


def test_a_wrong_passphrase_signs_nothing(place: Path) -> None:
    run("key", "release.key", "--passphrase-file", "pass")
    run("list", "release.json")
    before = (place / "release.json").read_bytes()
    (place / "pass").write_text("another\n")
    assert run("sign", "release.json", "--key", "release.key", "--passphrase-file", "pass") == 1
    assert (place / "release.json").read_bytes() == before


def test_a_list_is_not_made_of_changed_files(place: Path) -> None:
    shutil.copytree(release.ASSETS, place / "assets")
    with (place / "assets" / "candour.js").open("ab") as script:
        script.write(b" ")
    with pytest.raises(release.ReleaseError, match=r"/assets/candour.js is not the file of RELEASE.json"):
        release.make(place / "assets")
