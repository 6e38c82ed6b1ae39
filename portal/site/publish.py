"""Makes the site folder that the portal serves: one document and its assets, the same bytes for everyone.

No time, no randomness, no setting of the machine goes in: whoever has the same release, organisation and content gets
the same bytes, so that anybody can check what a portal serves (docs/PROTOCOL.md, section 15, ``GET /``).

>>> publish(out=Path("site"), organisation_id=bytes(32), root=bytes(32), name="St Elsewhere")  # doctest: +SKIP
{'assets/candour.css': b'...', ..., 'index.html': b'...'}
"""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crypto import codename, encoding
from crypto.words import WORDS
from portal.site import content as wording
from portal.site import one_file
from portal.site.page import Page, PublishError
from portal.site_files import DOCUMENT, MANIFEST, WEBCAT

if TYPE_CHECKING:
    from collections.abc import Mapping

_HERE = Path(__file__).parent
_ASSETS = ("candour.css", "candour.js", "first.js", "mark.svg", "rest.js", "shared.js", "worker.js", "LICENSES.txt")
_BUNDLE = "rest.json"
__all__ = ["PublishError", "build_writer", "publish"]


def publish(
    *, out: Path, organisation_id: bytes, root: bytes, name: str, content: Path | None = None, writer: bytes = b""
) -> dict[str, bytes]:
    """Write the site into ``out`` and return the SHA-256 (32 bytes) of each file by its path.

    ``organisation_id`` and ``root`` (the organisation's current root public key) are 32 bytes each, ``name`` is 1 to
    120 bytes of UTF-8. ``writer`` is the SHA-256 of the one-file writer that the policy vouches for (32 bytes, or
    empty): another one is left out. Raises :class:`PublishError` and :class:`portal.site.content.ContentError`.
    """
    files = build(organisation_id=organisation_id, root=root, name=name, content=content, writer=writer)
    install(out, files)
    return {path: hashlib.sha256(data).digest() for path, data in sorted(files.items())}


def build(
    *, organisation_id: bytes, root: bytes, name: str, content: Path | None = None, writer: bytes = b""
) -> dict[str, bytes]:
    """The files of the site by path, not written anywhere; arguments and errors as for :func:`publish`."""
    files = {f"assets/{asset}": _asset(asset) for asset in _ASSETS}
    made = build_writer(organisation_id=organisation_id, root=root, name=name, content=content)
    if hashlib.sha256(made).digest() == writer:
        files[f"assets/{one_file.NAME}"] = made
    page = _page(content, name)
    values = {**_keys(organisation_id, root), "one_file": writer.hex() if f"assets/{one_file.NAME}" in files else ""}
    page.render({**values, **_sums({**files, f"assets/{_BUNDLE}": b""})})  # to learn which wording stands where
    files[f"assets/{_BUNDLE}"] = _bundle(page)
    files[DOCUMENT] = page.render({**values, **_sums(files)}).encode()
    return files


def build_writer(*, organisation_id: bytes, root: bytes, name: str, content: Path | None = None) -> bytes:
    """The one-file writer; arguments and errors as for :func:`publish`."""
    if len(organisation_id) != 32 or len(root) != 32:
        raise PublishError("the organisation id and the root key must have 32 bytes each")
    if not 1 <= len(name.encode()) <= 120:
        raise PublishError("the organisation's name must have 1 to 120 bytes")
    script, style, licences = (_asset(asset) for asset in ("writer.js", "candour.css", "LICENSES.txt"))
    try:
        marks = one_file.marks(script, style)
        page = _page(content, name)
        document = page.render({**_keys(organisation_id, root), **_sums({}), "one_file": ""}, marks).encode()
        return one_file.fill(document, script=script, style=style, licences=licences, bundle=_bundle(page))
    except ValueError as error:
        raise PublishError(f"the one-file writer cannot be made: {error}") from error


def _page(content: Path | None, name: str) -> Page:
    return Page(wording.load_source(content), name, [wording.FOLDER, *([content] if content else [])])


def _keys(organisation_id: bytes, root: bytes) -> dict[str, Any]:
    words = codename.fingerprint(root, WORDS).split()
    return {"organisation_id": encoding.b64(organisation_id), "root": encoding.b64(root), "fingerprint": words}


def _asset(name: str) -> bytes:
    path = _HERE / "assets" / name
    data = path.read_bytes() if path.is_file() else b""
    if not data:
        raise PublishError(f"{path} is missing or empty; run `make assets`")
    return data


def _bundle(page: Page) -> bytes:
    """What scripts need beyond themselves, as one JSON file that every visit fetches: the word list, every language."""
    words = "".join(f"{word}\n" for word in WORDS)
    return encoding.dump({"v": 1, "languages": page.languages(), "words": words})


def _sums(files: dict[str, bytes]) -> dict[str, Any]:
    """What the document says of its parts."""
    short = {path.removeprefix("assets/"): data for path, data in sorted(files.items())}
    return {
        "integrity": {name: _integrity(data) for name, data in short.items()},
        "digests": {name: encoding.b64(hashlib.sha256(data).digest()) for name, data in short.items()},
        "sums": {path: hashlib.sha256(data).hexdigest() for path, data in sorted(files.items())},
    }


def _integrity(data: bytes) -> str:
    """Subresource integrity, in the form browsers take (base64 with padding)."""
    return "sha384-" + base64.b64encode(hashlib.sha384(data).digest()).decode()


def install(
    out: Path, files: dict[str, bytes], manifest: bytes | None = None, webcat: Mapping[str, bytes] | None = None
) -> None:
    """Write a built site into ``out``, with the signed statement of it if there is one; what was there before goes.

    `webcat` are the files for that extension by their names (`portal.site.webcat`).

    Each file is replaced as a whole, so that a running portal never serves half of one. It looks at the document to
    see that something is new, so that one comes last.
    """
    (out / "assets").mkdir(parents=True, exist_ok=True)
    for path, data in sorted(files.items()):
        if path != DOCUMENT:
            _replace(out / path, data)
    for old in (out / "assets").glob("[!.]*"):
        if old.is_file() and f"assets/{old.name}" not in files:
            old.unlink()
    if webcat:
        (out / "webcat").mkdir(exist_ok=True)
    for name in WEBCAT:
        _put(out / "webcat" / name, (webcat or {}).get(name))
    _put(out / MANIFEST, manifest)
    _replace(out / DOCUMENT, files[DOCUMENT])


def _put(target: Path, data: bytes | None) -> None:
    if data is None:
        target.unlink(missing_ok=True)
    else:
        _replace(target, data)


def _replace(target: Path, data: bytes) -> None:
    fresh = target.with_name(f".{target.name}.new")
    fresh.write_bytes(data)
    fresh.chmod(0o644)
    fresh.replace(target)
