"""The signed site: what is built is the same anywhere, and is served only as the root key signed it."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from crypto import signing, statement
from crypto.encoding import load
from crypto.errors import CandourError
from crypto.kdf import sha256
from portal import create_app
from portal.carrying import carried, read_carried
from portal.cli import main
from portal.settings import Settings
from portal.site import manifest
from portal.steward import Steward
from tests.portal.test_commands import DAY, SECRET, add, init, request_file, today

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A steward's machine with an organisation and one guardian; the portal's is the folder `portal`."""
    for name in list(os.environ):
        if name.startswith("CANDOUR_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pass").write_text(SECRET + "\n")
    init()
    add(request_file(tmp_path), "--first")
    (tmp_path / "server").mkdir()
    (tmp_path / "server" / "portal.toml").write_text('data = "data"')
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "privacy.toml").write_text(_changed("privacy.toml"), encoding="utf-8")
    return tmp_path


def _changed(name: str) -> str:
    text = (ROOT / "portal" / "site" / "content" / "en" / name).read_text(encoding="utf-8")
    assert 'title = "' in text
    return text.replace('title = "', 'title = "Our ', 1)


def publish(*more: str | Path) -> Result:
    return run("publish", "--config", "server/portal.toml", *more)


def sign(*more: str | Path) -> Result:
    return run("site", "sign", "--folder", "steward", "--passphrase-file", "pass", *more)


def signed_file() -> Path:
    (found,) = Path("steward").glob("site-*.json")
    return found


def site(folder: Path = Path("server/data/site")) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_what_is_signed_is_what_is_served(desk: Path) -> None:
    assert publish("steward").exit_code == 0
    assert run("site", "describe", "carry.json", "--config", "server/portal.toml").exit_code == 0
    done = sign("carry.json")
    assert done.exit_code == 0, done.output
    assert publish(signed_file()).exit_code == 0
    app = create_app(Settings(data=desk / "server" / "data", site=desk / "server" / "data" / "site"))
    client = app.test_client()
    envelope = statement.parse(client.get("/manifest").data, "site")
    assert envelope.signers == (Steward.open(desk / "steward").root,)
    for one in envelope.body["files"]:
        answer = client.get(one["path"])
        assert (sha256(answer.data), len(answer.data)) == (one["digest"], one["size"])
        assert answer.headers["Content-Type"] == one["type"]
        assert sorted((k.lower(), v) for k, v in answer.headers if k not in ("Content-Type", "Content-Length")) == list(
            envelope.body["headers"]
        )
    assert {one["path"] for one in envelope.body["files"]} == {"/"} | {
        f"/{path}" for path in site() if path.startswith("assets/")
    }
    app.extensions["candour"].store.dispose()


def test_an_unsigned_site_is_served_and_said_to_be_unsigned(desk: Path) -> None:
    done = publish("steward")
    assert "It is not signed" in done.output
    assert "manifest.json" not in site()
    app = create_app(Settings(data=desk / "server" / "data", site=desk / "server" / "data" / "site"))
    assert app.test_client().get("/manifest").get_json()["error"] == "none"
    app.extensions["candour"].store.dispose()


def test_the_steward_signs_only_what_her_own_machine_builds(desk: Path) -> None:
    publish("steward", "--content", "own")
    run("site", "describe", "carry.json", "--config", "server/portal.toml", "--content", "own")
    refused = sign("carry.json")
    assert refused.exit_code == 1
    assert (
        "carry.json is not what this machine builds. It differs in: /, /assets/rest.json, /assets/writer.html."
        in refused.output
    )
    assert not list(Path("steward").glob("site-*.json"))
    assert sign("carry.json", "--content", "own").exit_code == 0


def test_a_signed_site_is_not_replaced_by_another(desk: Path) -> None:
    publish("steward")
    sign()
    publish(signed_file())
    before = site()
    left = publish("--content", "own")
    assert left.exit_code == 0
    assert "LEFT AS IT IS" in left.output
    assert site() == before
    assert publish().exit_code == 0
    assert site() == before
    assert publish("--content", "own", "--unsigned").exit_code == 0
    assert "manifest.json" not in site()
    assert site()["index.html"] != before["index.html"]


def test_a_signed_site_of_other_bytes_is_refused(desk: Path) -> None:
    publish("steward")
    before = site()
    sign("--content", "own")
    refused = publish(signed_file())
    assert refused.exit_code == 1
    assert "It differs in: /, /assets/rest.json, /assets/writer.html." in refused.output
    assert site() == before


def test_an_older_signed_site_is_refused(desk: Path) -> None:
    publish("steward")
    steward = Steward.open(desk / "steward")
    sign()
    publish(signed_file())
    body = statement.parse(read_carried(signed_file().read_bytes())[0], "site").body
    described = {key: body[key] for key in ("organisation", "version", "headers", "files")}
    older = manifest.sign(described, steward.unlock(SECRET), today() - 1)
    Path("older.json").write_bytes(carried([older]))
    refused = publish("older.json")
    assert refused.exit_code == 1
    assert "older than the one that is served" in refused.output


@pytest.mark.parametrize(
    ("changes", "seed", "code"),
    [
        (lambda: {"organisation": bytes(32)}, None, "organisation"),
        (lambda: {"day": today() + 2}, None, "early"),
        (dict, bytes(32), "signature"),
    ],
)
def test_a_site_that_is_not_ours_is_refused(
    desk: Path, changes: Callable[[], dict[str, object]], seed: bytes | None, code: str
):
    publish("steward")
    before = site()
    steward = Steward.open(desk / "steward")
    sign()
    body = {**statement.parse(read_carried(signed_file().read_bytes())[0], "site").body, **changes()}
    made = statement.sign("site", body, [seed or steward.unlock(SECRET)])
    Path("made.json").write_bytes(carried([made]))
    refused = publish("made.json")
    assert refused.exit_code == 1
    assert f"A statement was refused ({code})" in refused.output
    assert site() == before


def test_the_root_key_does_not_sign_a_site_beside_a_portal(desk: Path) -> None:
    publish("steward")
    (desk / "portal.sqlite").write_bytes(b"")
    refused = sign()
    assert refused.exit_code == 1
    assert "There is a portal's database here" in refused.output
    assert not list(Path("steward").glob("site-*.json"))


def test_what_an_older_release_served_goes(desk: Path) -> None:
    publish("steward")
    (desk / "server" / "data" / "site" / "assets" / "old.js").write_bytes(b"1")
    publish()
    assert "assets/old.js" not in site()


def test_a_description_that_is_none_is_refused(desk: Path) -> None:
    Path("carry.json").write_bytes(b'{"v":1}')
    refused = sign("carry.json")
    assert refused.exit_code == 1
    assert "The site was refused (malformed)" in refused.output


@pytest.mark.slow
def test_two_machines_make_the_same_bytes(desk: Path) -> None:
    """Publishing and describing as programs: another date, folder, locale, time zone, umask and hash seed."""
    shifted = ROOT / "tests" / "journeys" / "shifted"
    made = []
    for name, umask, environment in (
        ("a", 0o022, {"LC_ALL": "C", "TZ": "UTC", "PYTHONHASHSEED": "1", "SECONDS_AHEAD": "0"}),
        (
            "b/deeper still",
            0o077,
            {"LC_ALL": "C.UTF-8", "TZ": "Asia/Tokyo", "PYTHONHASHSEED": "2", "SECONDS_AHEAD": str(400 * DAY)},
        ),
    ):
        folder = desk / name
        folder.mkdir(parents=True)
        (folder / "candour.toml").write_text('data = "data"')
        full = {**os.environ, **environment, "PYTHONPATH": f"{shifted}{os.pathsep}{ROOT}"}
        for words in (["publish", desk / "steward"], ["site", "describe", "carry.json"]):
            command = [sys.executable, "-m", "portal", *words]
            subprocess.run(command, cwd=folder, env=full, umask=umask, check=True, capture_output=True)
        made.append({**site(folder / "data" / "site"), "carry": (folder / "carry.json").read_bytes()})
    assert made[0] == made[1]
    assert len(made[0]) >= 9


def test_a_manifest_for_webcat_keeps_its_rules(desk: Path) -> None:
    """Its rules: every script and style listed by SHA-256, no comma in the policy, none but its own sources allowed."""
    sign()
    done = run("site", "webcat", signed_file())
    assert done.exit_code == 0, done.output
    made = json.loads(done.output)
    policy = {rule.split()[0]: rule.split()[1:] for rule in made["default_csp"].split("; ")}
    assert "," not in made["default_csp"]
    assert policy["default-src"] == ["'none'"]
    for name in ("script-src", "style-src", "worker-src"):
        assert policy[name] == ["'self'"]
    assert made["files"]["/" + made["default_index"]]
    assert {"/assets/candour.js", "/assets/worker.js", "/assets/rest.js", "/assets/candour.css"} <= made["files"].keys()
    assert made["extra_csp"] == {}
    assert made["wasm"] == []


def test_differences_name_each_thing() -> None:
    described = {
        "organisation": bytes(32),
        "version": "1",
        "headers": [("a", "1"), ("content-security-policy", "x")],
        "files": [{"path": "/", "type": "t", "size": 1, "digest": bytes(32)}],
    }
    body = statement.parse(manifest.sign(described, bytes(32), 1)).body
    assert manifest.differences(body, described) == []
    for changes, named in (
        ({"organisation": bytes(31) + b"1"}, ["organisation"]),
        ({"version": "2"}, ["version"]),
        ({"headers": described["headers"][1:]}, ["a"]),
        ({"files": [{**described["files"][0], "type": "u"}]}, ["/"]),  # type: ignore[dict-item]
    ):
        assert manifest.differences(body, {**described, **changes}) == named
    with pytest.raises(CandourError) as refused:
        manifest.check(manifest.sign(described, bytes(32), 1), bytes(32), signing.public(b"1" * 32), 1)
    assert refused.value.code == "signature"
    assert load(manifest.write(described), 65_536)
