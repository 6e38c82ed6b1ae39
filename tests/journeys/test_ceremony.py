"""What the steward signs later reaches guardians and reporters: a new root key, a successor, a guardian who is gone.

The organisation begins eight days ago, so that a successor's seven days' notice are over when its clocks are set right.
"""

import json
import os
import shutil
import time
from pathlib import Path

import pytest

from crypto import codename, directory, signing, statement, statement_bodies
from crypto.encoding import load, unb64
from crypto.words import WORDS
from tests.journeys.forging import forging
from tests.journeys.reporter import Visit
from tests.journeys.stage import Guardian, Programs, Stage, stage

pytestmark = [pytest.mark.browser, pytest.mark.server, pytest.mark.slow]
SUCCESSOR = "The one who comes after"


def act(hospital: Stage, *words: str | Path) -> None:
    """An act of the root key, and the publication of what it made."""
    folder, secret = hospital.folder / "steward", hospital.guardians[0].secret
    before = set(folder.glob("*-*.json"))
    offline(hospital, *words, "--passphrase-file", secret, "--yes")
    (made,) = set(folder.glob("*-*.json")) - before
    hospital.programs.run("candour", "publish", "--config", hospital.config, made)


def offline(hospital: Stage, *words: str | Path) -> str:
    """A command on the steward's machine: no settings of a portal are in sight there; what it prints."""
    place = hospital.folder / "offline"
    place.mkdir(exist_ok=True)
    programs = Programs(folder=place, ahead=hospital.programs.ahead)
    return programs.run("candour", *words, "--folder", hospital.folder / "steward")


def offered(visit: Visit) -> list[str]:
    """The roles of those whom the page says one can write to."""
    return sorted(set(visit.page.locator(".who .guardian-role").all_text_contents()))


def successor(hospital: Stage) -> Guardian:
    """A vault of somebody new, and its request."""
    one = Guardian(role=SUCCESSOR, vault=hospital.folder / "vault-new", secret=hospital.guardians[0].secret,
                   programs=hospital.programs)  # fmt: skip
    words = offline(hospital, "root", "show").splitlines()[-1]
    one.run("init", "--name", "New one", "--role", SUCCESSOR)
    one.run("install", hospital.folder / "steward" / "organisation.json", "--portal", hospital.url,
            "--root-fingerprint", words.strip())  # fmt: skip
    one.run("request", "--output", hospital.folder / "request-new.json")
    return one


def test_what_the_root_key_signs_is_followed_by_everybody(tmp_path, chromium):
    with stage(tmp_path, guardians=2, ahead=-8) as hospital:
        staying, going = hospital.guardians
        fresh = tmp_path / "passphrase"  # the same words for the new key
        act(hospital, "root", "rotate", "--new-passphrase-file", fresh)
        for one in hospital.guardians:
            one.run("sync")
        coming = successor(hospital)
        act(hospital, "guardian", "replace", number_of(hospital, going), hospital.folder / "request-new.json")
        act(hospital, "guardian", "renew", number_of(hospital, staying))
        hospital.restart(ahead=0)
        for one in (*hospital.guardians, coming):
            one.run("sync")
        visit = Visit(chromium, hospital.url)
        assert offered(visit) == sorted([staying.role, going.role, SUCCESSOR])
        root = signing_root(hospital)
        assert codename.fingerprint(root, WORDS).split() == visit.page.locator("#verify .words li").all_text_contents()
        visit.close()
        act(hospital, "guardian", "revoke", number_of(hospital, going))
        visit = Visit(chromium, hospital.url)
        assert offered(visit) == sorted([staying.role, SUCCESSOR])
        visit.close()
        refused = json.loads(hospital.programs.run(
            "guardian", "sync", "--vault", going.vault, "--passphrase-file", going.secret, "--json", ok=False,
        ))  # fmt: skip
        assert (refused["error"], refused["detail"]) == ("unready", "certificate revoked")
        forged_hand_overs_are_refused(hospital, chromium, root)


def signing_root(hospital: Stage) -> bytes:
    """The root key of now, from the last hand-over that was signed."""
    (path,) = (hospital.folder / "steward").glob("rotation-*.json")
    document = load(path.read_bytes(), 1 << 20)
    assert isinstance(document, dict)
    return bytes(statement.parse(document["statements"][0], "rotation").body["new"])


def number_of(hospital: Stage, guardian: Guardian) -> str:
    """The number that the steward's list gives a guardian."""
    said = offline(hospital, "guardian", "list")
    return next(line.split()[0] for line in said.splitlines() if guardian.role in line)


def forged_hand_overs_are_refused(hospital: Stage, chromium, root: bytes) -> None:
    """Whoever runs the server would like another root key; vault and page follow none that the old one did not sign."""
    (staying, _) = hospital.guardians
    thief = os.urandom(32)

    def twist(file: bytes) -> bytes:
        shown = load(file, 4 << 20)
        assert isinstance(shown, dict)
        organisation = statement.read(shown["log"][0]).body["organisation"]
        body = statement_bodies.rotation(
            organisation=organisation, day=int(time.time()) // 86_400, old=root, new=signing.public(thief)
        )
        forged = load(statement.sign("rotation", body, [thief]), 1 << 16)
        keys = [unb64(key) for key in shown["keys"]]
        return directory.build([*shown["log"], forged], shown["heads"], keys)

    with forging(int(hospital.url.rsplit(":", 1)[1]), twist) as url:
        copy = hospital.folder / "vault-copy"
        shutil.copytree(staying.vault, copy)
        place = ("--vault", copy, "--passphrase-file", staying.secret)
        words = codename.fingerprint(root, WORDS)
        organisation = hospital.folder / "steward" / "organisation.json"
        hospital.programs.run("guardian", "install", organisation, "--portal", url, "--root-fingerprint", words, *place)
        refused = json.loads(hospital.programs.run("guardian", "sync", "--json", *place, ok=False))
        assert refused["error"] == "signature"
        with pytest.raises(RuntimeError, match="closed itself"):
            Visit(chromium, url)
