"""`verify.py site` passes a real portal, and names each thing that a portal which lies has changed."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from crypto import codename, signing, statement
from crypto.encoding import b64, dump
from crypto.fields import plain
from crypto.words import WORDS
from tests.verify.between import Change, Shown, lying, nothing
from tests.verify.lies import (
    OFTEN,
    REMEMBERED,
    SABOTAGES,
    body_of,
    flipped,
    ours,
    signed_by,
    with_a_stranger,
    without_a_file,
)
from tests.verify.load import FILE, verify
from tests.verify.place import Place, place
from tests.verify.socks import tor

pytestmark = [pytest.mark.server, pytest.mark.slow]

Found = dict[str, Any]


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with place(tmp_path_factory.mktemp("portal")) as made:
        yield made


def check(capsys: pytest.CaptureFixture[str], url: str, key: str, *more: str) -> Found:
    """One run of the checker."""
    code = verify.main(["site", url, key, "--json", *more])
    found: Found = json.loads(capsys.readouterr().out)
    assert found["exit"] == code
    return found


def test_a_clean_site_passes(there: Place, capsys: pytest.CaptureFixture[str]) -> None:
    for url in (there.portal.url, None):
        if url:
            found = check(capsys, url, there.key)
        else:
            with lying(there.portal.port, nothing) as passed_on:
                found = check(capsys, passed_on, there.key)
        assert (found["problems"], found["notes"], found["exit"]) == ([], [], 0)
        assert found["facts"]["files"] >= 7
        assert len(found["facts"]["guardians"]) == 3


def test_the_words_of_the_poster_will_do(there: Place, capsys: pytest.CaptureFixture[str]) -> None:
    words = codename.fingerprint(signing.public(there.portal.organisation.root), WORDS)
    assert check(capsys, there.portal.url, words)["exit"] == 0
    assert check(capsys, there.portal.url, words.replace(" ", "-").upper())["exit"] == 0
    others = codename.fingerprint(bytes(32), WORDS)
    assert [code for code, _ in check(capsys, there.portal.url, others)["problems"]] == ["root"]


@pytest.mark.parametrize("sabotage", SABOTAGES)
def test_a_sabotage_is_named(there: Place, sabotage: str, capsys: pytest.CaptureFixture[str]) -> None:
    lie, code, named = SABOTAGES[sabotage]
    with lying(there.portal.port, lie(there)) as url:
        found = check(capsys, url, there.key, "--visits", "10" if sabotage in OFTEN else "1")
    assert found["exit"] == 1
    assert [what for each, what in found["problems"] if each == code and named in what], found


@pytest.mark.parametrize("sabotage", REMEMBERED)
def test_a_memory_finds_more(there: Place, sabotage: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    memory = str(tmp_path / "memory.json")
    assert check(capsys, there.portal.url, there.key, "--remember", memory)["exit"] == 0
    before = Path(memory).read_bytes()
    lie, code, named = REMEMBERED[sabotage]
    with lying(there.portal.port, lie(there)) as url:
        for _ in range(2):  # what was wrong once is not known the next time
            found = check(capsys, url, there.key, "--remember", memory)
            assert found["exit"] == 1
            assert [what for each, what in found["problems"] if each == code and named in what], found
    assert Path(memory).read_bytes() == before


def test_what_only_a_person_can_judge_is_a_note(there: Place, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a memory: a new certificate may have been announced, and the portal may have been off."""
    for lie, code, named in (
        (body_of("/directory", with_a_stranger), "certificate", "A. Stranger"),
        (without_a_file, "withheld", "the portal was off, or it is not shown"),
    ):
        with lying(there.portal.port, lie(there)) as url:
            found = check(capsys, url, there.key)
        assert (found["exit"], found["problems"]) == (4, [])
        assert [what for each, what in found["notes"] if each == code and named in what], found


def test_a_clock_that_is_slow_here(there: Place, capsys: pytest.CaptureFixture[str]) -> None:
    found = check(capsys, there.portal.url, there.key, "--ahead", "-3000")
    assert "clock" in [code for code, _ in found["problems"]]


def test_a_new_signed_site_is_a_note(there: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    memory = str(tmp_path / "memory.json")
    check(capsys, there.portal.url, there.key, "--remember", memory)
    with lying(there.portal.port, body_of("/manifest", signed_by(ours, version="9"))(there)) as url:
        found = check(capsys, url, there.key, "--remember", memory)
    assert [code for code, _ in found["notes"]] == ["manifest"]
    assert found["exit"] == 4


def test_nobody_there_is_not_an_alarm(there: Place, capsys: pytest.CaptureFixture[str]) -> None:
    found = check(capsys, "http://127.0.0.1:1", there.key)
    assert (found["exit"], found["problems"][0][0]) == (3, "offline")
    assert check(capsys, "ftp://127.0.0.1", there.key)["exit"] == 2


def test_it_runs_alone(there: Place, tmp_path: Path) -> None:
    """The one file, in an empty folder, with a bare Python: no package of this environment."""
    alone = tmp_path / "verify.py"
    alone.write_bytes(FILE.read_bytes())
    command = [sys.executable, "-I", "-S", str(alone), "site", there.portal.url, there.key]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.endswith("All is well.\n")
    with lying(there.portal.port, flipped("/assets/candour.js")(there)) as url:
        done = subprocess.run([*command[:5], url, there.key], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "PROBLEM  byte: /assets/candour.js\n         A file is not what the organisation signed." in done.stdout
    assert done.stdout.endswith("NOT all is well.\n")


def test_a_release_of_other_scripts_is_told(there: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    body = statement.parse(there.get("/manifest"), "site").body
    files = [{"path": one["path"], "digest": one["digest"]} for one in body["files"]]
    fields = {"v": 1, "version": body["version"], "headers": body["headers"]}
    path = tmp_path / "release.json"
    path.write_bytes(dump(plain({**fields, "files": files})))
    found = check(capsys, there.portal.url, there.key, "--release", str(path))
    assert [code for code, _ in found["notes"]] == ["release"]
    changed = [{**one, "digest": bytes(32)} if one["path"] == "/assets/candour.js" else one for one in files]
    path.write_bytes(dump(plain({**fields, "files": changed})))
    found = check(capsys, there.portal.url, there.key, "--release", str(path))
    assert found["problems"] == [["release", "/assets/candour.js"]]
    path.write_bytes(dump(plain({**fields, "headers": body["headers"][1:], "files": files})))
    found = check(capsys, there.portal.url, there.key, "--release", str(path))
    assert found["problems"] == [["release", "the headers"]]


def with_webcat(there: Place, changes: dict[str, str], every: int = 1) -> Change:
    """The portal with files for WEBCAT; for every so-manieth visit some of its files are others."""
    body = statement.parse(there.get("/manifest"), "site").body
    files = {"/index.html" if one["path"] == "/" else one["path"]: b64(one["digest"]) for one in body["files"]}

    def change(path: str, number: int, shown: Shown) -> Shown:
        if not path.startswith("/.well-known/webcat/"):
            return shown
        listed = {**files, **changes} if number % every == 0 else files
        bundle = {"enrollment": {"type": "sigsum"}, "manifest": {"files": listed}, "signatures": {}}
        made = bundle["enrollment"] if "enrollment" in path else bundle
        return replace(shown, status=200, body=json.dumps(made).encode())

    return change


def test_a_list_for_webcat_is_the_one_that_the_root_signed(there: Place, capsys: pytest.CaptureFixture[str]) -> None:
    with lying(there.portal.port, with_webcat(there, {})) as url:
        found = check(capsys, url, there.key)
    assert (found["problems"], found["exit"]) == ([], 0)
    other = {"/assets/candour.js": b64(bytes(32))}
    with lying(there.portal.port, with_webcat(there, other)) as url:
        found = check(capsys, url, there.key)
    assert found["problems"] == [["webcat", "/.well-known/webcat/bundle.json"]]
    with lying(there.portal.port, with_webcat(there, other, 2)) as url:
        codes = {code for code, _ in check(capsys, url, there.key, "--visits", "2")["problems"]}
    assert codes == {"webcat", "split"}


def test_over_tor_by_name_and_each_visit_on_circuits_of_its_own(
    there: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    with tor(there.portal.port) as proxy:
        found = check(capsys, "http://abcdef.onion", there.key, "--socks", proxy.address, "--visits", "2")
    assert (found["problems"], found["exit"]) == ([], 0)
    assert {host for _, host in proxy.asked} == {b"abcdef.onion"}
    # Two visits, and for each what only a checker asks for apart from what a visitor does.
    assert len({user for user, _ in proxy.asked}) == 4
    found = check(capsys, "http://abcdef.onion", there.key, "--socks", "127.0.0.1:1")
    assert (found["problems"][0][0], found["exit"]) == ("offline", 3)
