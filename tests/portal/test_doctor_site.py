"""The doctor names every byte of the site that was changed on the machine, and who signed it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from crypto import statement
from portal.site import manifest
from tests.portal.clinic import Clinic

pytestmark = pytest.mark.server


@contextmanager
def changed_file(path: Path, data: bytes) -> Iterator[None]:
    before = path.read_bytes()
    path.write_bytes(data)
    yield
    path.write_bytes(before)


def fresh_document(clinic: Clinic) -> None:
    """The portal reads its site anew when the document was replaced."""
    path = clinic.settings.site / "index.html"
    fresh = path.with_suffix(".fresh")
    fresh.write_bytes(path.read_bytes())
    fresh.replace(path)


@pytest.mark.parametrize("name", ["candour.js", "candour.css", "worker.js"])
def test_one_byte_of_the_site_changed(clinic: Clinic, name: str) -> None:
    path = clinic.settings.site / "assets" / name
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    with changed_file(path, bytes(data)):
        fresh_document(clinic)
        found = clinic.look()
    fresh_document(clinic)
    assert set(found) == {"bytes"}
    assert f"/assets/{name} is not what it should be" in found["bytes"][0].said


def test_one_byte_of_the_page_changed(clinic: Clinic) -> None:
    path = clinic.settings.site / "index.html"
    with changed_file(path, path.read_bytes().replace(b"<h1", b"<h2", 1)):
        found = clinic.look()
    assert set(found) == {"bytes"}
    assert "/ is not" in found["bytes"][0].said


def test_a_site_that_is_not_signed_is_held_against_the_release(clinic: Clinic) -> None:
    path = clinic.settings.site / "manifest.json"
    data = path.read_bytes()
    path.unlink()
    try:
        assert {name: found[0].level for name, found in clinic.look().items()} == {"signed": "attend"}
        page = clinic.settings.site / "index.html"
        with changed_file(page, page.read_bytes() + b" "):
            assert set(clinic.look()) == {"signed", "bytes"}
    finally:
        path.write_bytes(data)


def test_a_site_signed_by_another_key(clinic: Clinic) -> None:
    path = clinic.settings.site / "manifest.json"
    body = statement.read(path.read_bytes(), "site").body
    described = {name: body[name] for name in ("organisation", "version", "headers", "files")}
    with changed_file(path, manifest.sign(described, os.urandom(32), clinic.organisation.day)):
        found = clinic.look()
    assert (set(found), found["signed"][0].level) == ({"signed"}, "wrong")
    assert "(signature)" in found["signed"][0].said
