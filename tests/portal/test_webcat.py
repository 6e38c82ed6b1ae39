"""The files for the extension WEBCAT are served as they were carried over, and never for another site."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from portal import create_app
from portal.settings import Settings
from portal.site.webcat import MOST
from tests.portal.test_site import desk, publish, run, sign, signed_file

pytestmark = pytest.mark.slow

__all__ = ["desk"]

ENROLLMENT = {"type": "sigsum", "signers": ["00" * 32], "threshold": 1, "max_age": 15_552_000}


def carry(**changes: Any) -> Path:
    """A folder with what WEBCAT's own tool makes of our manifest; with `changes` of the manifest."""
    made = json.loads(run("site", "webcat", signed_file()).output)
    bundle = {"enrollment": ENROLLMENT, "manifest": {**made, **changes}, "signatures": {"00" * 32: "x"}}
    folder = Path("webcat")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    (folder / "enrollment.json").write_text(json.dumps(ENROLLMENT, indent=1))
    (folder / "bundle.json").write_text(json.dumps(bundle))
    return folder


@pytest.fixture
def signed(desk: Path) -> Path:
    """A portal whose site is signed and served."""
    sign()
    assert publish("steward").exit_code == 0
    return desk


def served(name: str) -> tuple[int, bytes]:
    app = create_app(Settings(data=Path("server/data"), site=Path("server/data/site")))
    try:
        answer = app.test_client().get(f"/.well-known/webcat/{name}")
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert answer.content_type == "application/json"
        return answer.status_code, answer.data
    finally:
        app.extensions["candour"].store.dispose()


def test_they_are_served_byte_for_byte(signed: Path) -> None:
    assert served("bundle.json")[0] == 404
    folder = carry()
    done = publish(folder)
    assert done.exit_code == 0, done.output
    for name in ("enrollment.json", "bundle.json"):
        assert served(name) == (200, (folder / name).read_bytes())
    for name in ("bundle-prev.json", "manifest.json", "x.json", "..%2fmanifest.json", ".bundle.json.new"):
        assert served(name)[0] == 404
    assert publish().exit_code == 0  # what still fits stays
    assert served("bundle.json")[0] == 200
    (folder / "bundle-prev.json").write_bytes((folder / "bundle.json").read_bytes())
    assert publish(folder).exit_code == 0
    assert served("bundle-prev.json")[0] == 200


def test_what_is_for_another_site_is_refused(signed: Path) -> None:
    for changes, said in (
        ({"files": {"/index.html": "x"}}, "files differ"),
        ({"default_csp": "default-src *"}, "default_csp differ"),
    ):
        done = publish(carry(**changes))
        assert (done.exit_code, said in done.output, "left as it is" in done.output) == (1, True, True), done.output
    for name, data, said in (
        ("bundle.json", "{", "is damaged"),
        ("bundle.json", '{"enrollment":{},"manifest":{}}', "is no bundle of WEBCAT"),
        ("bundle.json", "[" * 100_000, "is damaged"),
        ("bundle.json", "[]", "is not what WEBCAT asks for"),
        ("bundle.json", json.dumps({"enrollment": ENROLLMENT, "manifest": [], "signatures": {}}), "is no bundle"),
        ("bundle-prev.json", '{"enrollment":{},"manifest":{},"signatures":{}}', "bundle-prev.json is not for the site"),
        ("enrollment.json", "{}", "do not belong together"),
        ("enrollment.json", " " * (MOST + 1), "is larger than"),
        ("enrollment.json", None, "needs enrollment.json as well"),
    ):
        folder = carry()
        if data is None:
            (folder / name).unlink()
        else:
            (folder / name).write_text(data)
        done = publish(folder)
        assert (done.exit_code, said in done.output) == (1, True), done.output
    assert served("bundle.json")[0] == 404


def test_a_new_site_takes_the_old_files_away(signed: Path) -> None:
    """Rather none than a list that shuts browsers out of a page that is right; and it is said."""
    assert publish(carry()).exit_code == 0
    done = publish("--content", "own", "--unsigned")
    assert "NO LONGER SERVED" in done.output, done.output
    assert served("bundle.json")[0] == 404


def test_two_files_of_one_name_are_not_chosen_between(signed: Path) -> None:
    folder = carry()
    other = Path("other")
    other.mkdir()
    (other / "bundle.json").write_bytes((folder / "bundle.json").read_bytes())
    done = publish(folder, other)
    assert (done.exit_code, "have the same name" in done.output) == (1, True), done.output
    assert served("bundle.json")[0] == 404
