"""The one-file writer on its way: made offline, its hash in the policy, offered by a portal only if it is that one."""

import hashlib
from pathlib import Path

import pytest

from crypto import statement
from portal.carrying import read_carried
from tests.portal.test_site import desk, run

pytestmark = pytest.mark.slow

__all__ = ["desk"]


SERVED = Path("server/data/site/assets/writer.html")


def test_a_new_organisation_vouches_for_the_writer_that_its_portal_offers(desk: Path) -> None:
    assert run("writer", "w.html", "--folder", "steward").output.endswith("The policy vouches for it.\n")
    digest = hashlib.sha256(Path("w.html").read_bytes()).digest()
    signed = read_carried(Path("steward/organisation.json").read_bytes())
    assert statement.parse(signed[1], "policy").body["writer"] == digest
    done = run("publish", "--config", "server/portal.toml", "steward")
    assert "NOT OFFERED" not in done.output
    assert SERVED.read_bytes() == Path("w.html").read_bytes()


def test_a_writer_with_other_words_is_not_offered_and_that_is_said(desk: Path) -> None:
    done = run("publish", "--config", "server/portal.toml", "--content", "own", "steward")
    assert done.exit_code == 0
    assert "The one-file writer is NOT OFFERED" in done.output
    assert not SERVED.exists()
    said = run("writer", "w.html", "--folder", "steward", "--content", "own").output
    assert "The policy does NOT vouch for it" in said


def test_the_signed_site_names_the_writer(desk: Path) -> None:
    assert run("publish", "--config", "server/portal.toml", "steward").exit_code == 0
    done = run("site", "sign", "--folder", "steward", "--passphrase-file", "pass")
    assert done.exit_code == 0
    (signed,) = Path("steward").glob("site-*.json")
    files = statement.parse(read_carried(signed.read_bytes())[0], "site").body["files"]
    digests = {one["path"]: one["digest"] for one in files}
    assert digests["/assets/writer.html"] == hashlib.sha256(SERVED.read_bytes()).digest()
    assert "The site is in" in run("publish", "--config", "server/portal.toml", signed).output


def test_a_new_organisation_may_vouch_for_its_own_words_from_the_start(desk: Path) -> None:
    passphrase = ("--passphrase-file", "pass")
    done = run("init", "second", "--name", "Another", "--content", "own", *passphrase)
    assert done.exit_code == 0, done.output
    said = run("writer", "w.html", "--folder", "second", "--content", "own").output
    assert said.endswith("The policy vouches for it.\n")


def test_without_an_organisation_no_writer_is_made(desk: Path) -> None:
    done = run("writer", "w.html", "--folder", "own")
    assert done.exit_code == 1
    assert "holds no organisation" in done.output
    assert not Path("w.html").exists()
