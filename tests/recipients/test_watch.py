"""The watch passes a portal that is honest, and names each thing that one which lies shows to visitors."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from crypto import signing, statement, statement_bodies
from crypto.encoding import load
from crypto.thread import organisation_id
from recipients import watch
from recipients.errors import GuardianError
from recipients.watch_log import Log
from recipients.watch_people import Own
from tests.adversary.target import today
from tests.recipients.live import Live
from tests.verify.between import Change, lying, nothing
from tests.verify.lies import REMEMBERED, SABOTAGES, Lie, body_of, flipped, swapped, with_a_stranger, without_a_file
from tests.verify.place import Place, place
from tests.verify.socks import tor

pytestmark = [pytest.mark.server, pytest.mark.slow]


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with place(tmp_path_factory.mktemp("portal")) as made:
        yield made


def portal(there: Place, url: str, own: Own | None = None) -> watch.Portal:
    root = signing.public(there.portal.organisation.root)
    return watch.Portal(address=url, trusted=lambda first, now: root in (first, now), own=own)


def look(there: Place, log: Path, change: Change = nothing, visits: int = 1, **more: Any) -> watch.Look:
    """A look at a portal that changes what it shows."""
    with lying(there.portal.port, change) as url, Log(log) as opened:
        return watch.once(portal(there, url, more.pop("own", None)), opened, visits, **more)


def codes(found: watch.Look) -> set[str]:
    return {code for code, _ in found.alarms}


# The watch has a memory of its own; what `verify.py` calls otherwise without one, it calls by the same names.
NAMED = {**SABOTAGES, **REMEMBERED, "a key swapped": (body_of("/directory", swapped), "directory", "unknown key")}
OWN_WORDS = {
    "a list signed by another key": "not signed by this organisation's root key",
    "a list whose signature was changed": "",
    "a list from the future": "signed in the future",
    "an old directory": "nobody",
    "a missing guardian": "Guardian of the week",
    "no directory": "status 404",
    "a board with a cell too few": "cells",
    "a clock that is off": "seconds behind",
    "an older signed site": "an older signed site than before",
    "a page for one in ten": "",
}


def test_an_honest_portal_raises_no_alarm(there: Place, tmp_path: Path) -> None:
    for _ in range(2):
        found = look(there, tmp_path / "log", visits=2)
        assert (found.alarms, found.notes) == ((), ())


@pytest.mark.parametrize("sabotage", NAMED)
def test_a_sabotage_is_named(there: Place, sabotage: str, tmp_path: Path) -> None:
    """After a look at the true portal, with ten visits where one in ten is deceived."""
    lie, code, named = NAMED[sabotage]
    look(there, tmp_path / "log")
    found = look(there, tmp_path / "log", lie(there), visits=10 if "in ten" in sabotage else 1)
    words = OWN_WORDS.get(sabotage, named)
    assert [what for each, what in found.alarms if each == code and words in what], found


@pytest.mark.parametrize("sabotage", ["one byte of script", "a header dropped", "another organisation"])
def test_a_first_look_finds_it_too(there: Place, sabotage: str, tmp_path: Path) -> None:
    lie, code, _ = SABOTAGES[sabotage]
    assert code in codes(look(there, tmp_path / "log", lie(there)))


def test_a_swapped_key_is_named_for_the_one_visitor_in_ten(there: Place, tmp_path: Path) -> None:
    lie: Lie = body_of("/directory", swapped, every=10)
    assert codes(look(there, tmp_path / "log", lie(there), visits=9)) == set()
    assert codes(look(there, tmp_path / "other", lie(there), visits=10)) == {"directory"}


def test_two_true_looking_lists_are_a_split_view(there: Place, tmp_path: Path) -> None:
    """Both are signed by the root; each visitor alone would believe the own one."""
    one, other = with_a_stranger(there), with_a_stranger(there)

    def change(path: str, number: int, shown: Any) -> Any:
        from dataclasses import replace

        return replace(shown, body=one if number % 2 else other) if path == "/directory" else shown

    first = look(there, tmp_path / "log", change, accept=True)
    assert codes(first) == set()
    found = look(there, tmp_path / "log", lambda p, n, s: change(p, n + 1, s))
    assert {"rollback", "certificate"} <= codes(found)


def test_one_page_for_one_and_another_for_the_next(there: Place, tmp_path: Path) -> None:
    """Also where nothing is signed: the pages are compared with one another."""
    unsigned = SABOTAGES["no signed list"][0](there)
    changed = flipped("/")(there)
    look(there, tmp_path / "log", unsigned, accept=True)
    found = look(there, tmp_path / "log", lambda path, n, shown: changed(path, n, unsigned(path, n, shown)))
    assert {"split", "unsigned"} <= codes(found)


def test_a_word_that_goes_back(there: Place, tmp_path: Path) -> None:
    """The list is right and the log whole, but a guardian's newest head is held back."""
    from dataclasses import replace

    from crypto import directory

    log, heads, keys = there.parts()
    fewer = directory.build(log, heads[1:], keys)
    look(there, tmp_path / "log")
    found = look(there, tmp_path / "log", lambda p, _, s: replace(s, body=fewer) if p == "/directory" else s)
    assert codes(found) == {"heads"}


def test_own_keys_are_looked_for(there: Place, tmp_path: Path) -> None:
    organisation = there.portal.organisation
    me = organisation.guardians[0]
    keys: dict[str, Any] = {"identity": signing.public(me.identity), "courier": signing.public(me.courier)}
    body = statement.parse(organisation.epochs(me)[0]).body
    made = frozenset(body["digests"])
    mine = Own(g=me.g, **keys, made=made, made_until=today() + 2)
    assert look(there, tmp_path / "a", own=mine).alarms == ()
    foreign = Own(g=me.g, identity=bytes(32), courier=keys["courier"])
    assert codes(look(there, tmp_path / "b", own=foreign)) == {"own"}
    others = Own(g=me.g, **keys, made=frozenset(), made_until=today() + 2)
    assert codes(look(there, tmp_path / "c", own=others)) == {"own"}
    assert codes(look(there, tmp_path / "d", own=Own(g=bytes(16), **keys))) == {"own"}


def test_an_alarm_stays_until_it_is_settled(there: Place, tmp_path: Path) -> None:
    """What was wrong once does not pass for known the next time."""
    lie, code, _ = NAMED["an unannounced certificate"]
    look(there, tmp_path / "log")
    assert [codes(look(there, tmp_path / "log", lie(there))) for _ in range(3)] == [{code}] * 3


def test_what_was_announced_can_be_accepted(there: Place, tmp_path: Path) -> None:
    lie = body_of("/directory", with_a_stranger)(there)
    look(there, tmp_path / "log")
    assert codes(look(there, tmp_path / "log", lie)) == {"certificate"}
    look(there, tmp_path / "log", lie, accept=True)
    assert codes(look(there, tmp_path / "log", lie)) == set()


def test_a_gap_is_for_a_person_to_judge(there: Place, tmp_path: Path) -> None:
    found = look(there, tmp_path / "log", without_a_file(there))
    assert codes(found) == set()
    assert [code for code, _ in found.notes] == ["gap"]


def test_a_signed_new_site_is_told(there: Place, tmp_path: Path) -> None:
    look(there, tmp_path / "log")
    body = statement.parse(there.get("/manifest"), "site").body
    again = statement.sign("site", {**body, "version": "9"}, [there.portal.organisation.root])
    found = look(there, tmp_path / "log", body_of("/manifest", lambda _: again)(there))
    assert (codes(found), found.notes) == (set(), (("site", "version 9"),))


def test_the_log_is_a_chain(there: Place, tmp_path: Path) -> None:
    path = tmp_path / "log"
    first = look(there, path)
    second = look(there, path)
    assert first.state != second.state
    lines = path.read_bytes().splitlines(keepends=True)
    assert [load(line[:-1], 1 << 22)["kind"] for line in lines] == ["look", "look"]  # type: ignore[index]
    for damaged in (lines[1:], [lines[0].replace(b'"at":', b'"at":1'), lines[1]], lines[::-1], [b"{}\n", *lines]):
        path.write_bytes(b"".join(damaged))
        with pytest.raises(GuardianError) as refused:
            Log(path)
        assert (refused.value.code, refused.value.detail) == ("damaged", "watch")
    path.write_bytes(b"".join(lines) + b'{"alarms":[')  # killed while it wrote
    with Log(path) as log:
        assert log.state == second.state
    assert path.read_bytes() == b"".join(lines)


def test_nobody_there_is_written_down(there: Place, tmp_path: Path) -> None:
    with Log(tmp_path / "log") as log, pytest.raises(GuardianError) as refused:
        watch.once(portal(there, "http://127.0.0.1:1"), log)
    assert refused.value.code == "offline"
    assert b'"kind":"missed"' in (tmp_path / "log").read_bytes()


def test_waits_cannot_be_foretold() -> None:
    waits = watch.waits(100)
    drawn = [next(waits) for _ in range(2000)]
    assert 80 < sum(drawn) / len(drawn) < 120
    assert max(drawn) <= 600
    assert sum(one < 100 for one in drawn) > 1100  # exponential: most are shorter than the mean


def test_each_visit_has_circuits_of_its_own(there: Place, tmp_path: Path) -> None:
    """Also: names are looked up by Tor, never here, and what only checkers ask for goes another way than the visit."""
    root = signing.public(there.portal.organisation.root)
    with tor(there.portal.port) as proxy, Log(tmp_path / "log") as log:
        place_ = watch.Portal(
            address="http://abcdef.onion", trusted=lambda first, now: root in (first, now), socks=proxy.address
        )
        assert watch.once(place_, log, 2).alarms == ()
        assert {host for _, host in proxy.asked} == {b"abcdef.onion"}
        assert len({user for user, _ in proxy.asked}) == 4


def alone(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "recipients.cli.watching", *words]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=120)


def test_the_stand_alone_command(there: Place, tmp_path: Path) -> None:
    done = alone(tmp_path, there.portal.url, there.key, "--every", "0.2", "--looks", "3", "--json")
    assert done.returncode == 0, done.stderr
    assert [json.loads(line)["alarms"] for line in done.stdout.splitlines()] == [[], [], []]
    with lying(there.portal.port, flipped("/assets/candour.js")(there)) as url:
        done = alone(tmp_path, url, there.key, "--once")
    assert done.returncode == 5
    assert "ALARM: byte: /assets/candour.js\n  A file of the site is not what your organisation signed." in done.stdout
    other = alone(tmp_path, there.portal.url, "0" * 64, "--once", "--log", "other")
    assert (other.returncode, "ALARM: root:" in other.stdout) == (5, True)
    assert alone(tmp_path, "http://127.0.0.1:1", there.key, "--once").returncode == 4


def test_a_guardian_watches_from_her_vault(live: Live) -> None:
    """The portal of this test is not signed; everything else is as it must be, before and after a sync."""
    live.guardian("sync")
    process = live.start("guardian", "watch", "--once", *live.vault)
    out, err = process.communicate(timeout=60)
    found = json.loads(out)
    assert ({one["code"] for one in found["alarms"]}, process.returncode) == ({"unsigned"}, 5), err
    assert (live.folder / "vault-watch.log").stat().st_mode & 0o777 == 0o600


def test_every_alarm_has_words() -> None:
    """Each code that the sources can raise has a text, and each text a code."""
    import re

    from recipients.words import watching

    folder = Path(watch.__file__).parent
    text = "".join(path.read_text(encoding="utf-8") for path in folder.glob("watch*.py"))
    raised = set(re.findall(r'(?:yield|\[\(|append\(\()\s*\(?"([a-z]+)", ', text))
    assert raised <= watching.TEXTS.keys()
    assert watching.TEXTS.keys() - raised <= {"certificate"}


def test_the_organisation_of_the_vault_is_the_one_expected() -> None:
    root = signing.public(bytes(32))
    body = statement_bodies.organisation(organisation=organisation_id(root), day=1, name="x", root=root)
    assert body["organisation"] == organisation_id(root)
