"""The doctor names what stands between the portal and a visitor."""

import itertools
import os
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crypto import board, directory, hpke, statement
from crypto.encoding import b64, load, unb64
from crypto.kdf import sha256
from tests.harness.authority import Authority
from tests.journeys.forging import forging
from tests.portal.clinic import Clinic
from tests.portal.world import Guardian

pytestmark = pytest.mark.server


def shortened(clinic: Clinic, drop: Callable[[dict[str, Any]], bool]) -> Callable[[bytes], bytes]:
    """A directory without the statements that `drop` says, as an operator could show it."""

    def twist(file: bytes) -> bytes:
        shown = load(file, 4 << 20)
        assert isinstance(shown, dict)
        log = [one for one in shown["log"] if not drop(statement.read(one).body)]
        named = {digest for one in log for digest in digests(statement.read(one).body)}
        keys = [key for key in map(unb64, shown["keys"]) if b64(sha256(key)) in named]
        return directory.build(log, [], keys)

    return twist


def digests(body: dict[str, Any]) -> list[str]:
    return [b64(one) for one in body.get("digests", ())]


def test_an_old_directory(clinic: Clinic) -> None:
    last = clinic.organisation.guardians[-1].g
    with forging(clinic.port, shortened(clinic, lambda body: body.get("g") == last and "digests" in body)) as url:
        found = clinic.look(addresses=(url,))
    assert set(found) == {"directory"}
    assert [one.said for one in found["directory"] if one.level == "wrong"] == [
        f"{url} shows another list of guardians than this portal has."
    ]


def test_a_missing_guardian(clinic: Clinic) -> None:
    gone = clinic.organisation.guardians[1].g
    with forging(clinic.port, shortened(clinic, lambda body: body.get("g") == gone)) as url:
        found = clinic.look(addresses=(url,))
    assert set(found) == {"directory"}
    assert any("without A. Guardian" in one.said for one in found["directory"])


def test_an_unannounced_certificate(clinic: Clinic) -> None:
    """The root key signed it, and the portal itself has never seen it."""
    stranger = Guardian(name="A. Stranger")

    def twist(file: bytes) -> bytes:
        shown = load(file, 4 << 20)
        assert isinstance(shown, dict)
        signed = load(clinic.organisation.certificate(stranger), 1 << 20)
        return directory.build([*shown["log"], signed], shown["heads"], list(map(unb64, shown["keys"])))

    with forging(clinic.port, twist) as url:
        found = clinic.look(addresses=(url,))
    assert set(found) == {"directory"}
    assert any("another list of guardians" in one.said for one in found["directory"])


@pytest.mark.parametrize(("visits", "seen"), [(10, True), (8, False)])
def test_a_key_swapped_for_one_visitor_in_ten(clinic: Clinic, visits: int, seen: bool) -> None:
    asked = itertools.count(1)

    def twist(file: bytes) -> bytes:
        if next(asked) % 10:
            return file
        shown = load(file, 4 << 20)
        assert isinstance(shown, dict)
        keys = list(map(unb64, shown["keys"]))
        return directory.build(shown["log"], shown["heads"], [hpke.public_key(os.urandom(32)), *keys[1:]])

    with forging(clinic.port, twist) as url:
        found = clinic.look(addresses=(url,), visits=visits)
    assert set(found) == ({"directory"} if seen else set())
    assert any("does not verify (" in one.said for one in found.get("directory", [])) == seen


def test_a_directory_that_does_not_verify(clinic: Clinic) -> None:
    with forging(clinic.port, lambda file: file.replace(b'"pad":"0', b'"pad":"1')) as url:
        found = clinic.look(addresses=(url,))
    assert any("does not verify (malformed)" in one.said for one in found["directory"])


def test_a_board_file_withheld(clinic: Clinic) -> None:
    def twist(file: bytes) -> bytes:
        first, *_ = board.read_files(file)
        return board.write_file(first.start, first.length, list(first.cells))

    with forging(clinic.port, twist, "/board") as url:
        found = clinic.look(addresses=(url,))
    assert set(found) == {"board"}
    assert any("withholds a part" in one.said for one in found["board"])


@pytest.mark.parametrize(
    "name", ["Content-Security-Policy", "Referrer-Policy", "X-Frame-Options", "Permissions-Policy"]
)
def test_a_header_dropped(clinic: Clinic, name: str) -> None:
    with forging(clinic.port, lambda file: file, drop=name) as url:
        found = clinic.look(addresses=(url,))
    assert set(found) == {"headers"}
    assert any(f"the header {name} is not as it should be" in one.said for one in found["headers"])


@pytest.mark.parametrize("name", ["Set-Cookie", "ETag", "Server"])
def test_a_header_that_marks_or_tells(clinic: Clinic, name: str) -> None:
    with forging(clinic.port, lambda file: file, add=name) as url:
        found = clinic.look(addresses=(url,))
    assert set(found) == {"headers"}
    assert any(f"the header {name.lower()} should not be there" in one.said for one in found["headers"])


def test_a_script_changed_on_the_way(clinic: Clinic) -> None:
    with forging(clinic.port, lambda file: file + b"\n", "/assets/rest.js") as url:
        found = clinic.look(addresses=(url,))
    assert set(found) == {"bytes"}


def test_nobody_answers(clinic: Clinic) -> None:
    found = clinic.look(addresses=("http://127.0.0.1:9",))
    assert set(found) == {"answers"}


def test_tor_is_not_there(clinic: Clinic) -> None:
    settings = type(clinic.settings)(**{**vars(clinic.settings), "authorities": ("a" * 56 + ".onion",)})
    assert set(clinic.look(settings=settings, socks="127.0.0.1:9")) == {"tor"}
    assert clinic.look(settings=settings, socks="127.0.0.1:9", outside=False) == {}


def shown(folder: Path, name: str, days: float) -> tuple[Path, ssl.SSLContext]:
    """An authority, and a certificate of it that holds for so long still; it began sixty days ago."""
    authority = Authority(folder)
    authority.issue(name, days)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(folder / f"{name}.crt", folder / f"{name}.key")
    return authority.file, context


@pytest.mark.parametrize(
    ("days", "level", "said"),
    [(30, None, ""), (10, "attend", "ends in 9 days"), (3, "wrong", "ends in 2 days"), (-1, "wrong", "has ended")],
)
def test_a_web_certificate_that_nobody_renewed(
    clinic: Clinic, tmp_path: Path, days: int, level: str | None, said: str
) -> None:
    authority, context = shown(tmp_path, "web", days)
    with forging(clinic.port, lambda file: file, secure=context) as url:
        found = clinic.look(addresses=(url,), authority=authority)
    assert [(one.level, said in one.said) for one in found.get("web-certificate", [])] == (
        [(level, True)] if level else []
    )
    assert set(found) - {"web-certificate", *(["answers"] if days < 0 else [])} == set()


def test_a_web_certificate_of_somebody_else(clinic: Clinic, tmp_path: Path) -> None:
    _, context = shown(tmp_path, "web", 30)
    with forging(clinic.port, lambda file: file, secure=context) as url:
        found = clinic.look(addresses=(url,))
    assert [one.said.startswith("No browser believes") for one in found["web-certificate"]] == [True]
