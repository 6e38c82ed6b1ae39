"""`candour publish` makes the same bytes anywhere, and a document that names what it loads by hash."""

import base64
import hashlib
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from crypto import codename
from crypto.encoding import b64
from crypto.words import WORDS
from portal.site import content as wording
from portal.site import one_file, page
from portal.site import publish as module
from portal.site.publish import PublishError, build_writer, publish

pytestmark = pytest.mark.slow

ID, ROOT = bytes(range(32)), bytes(range(1, 33))
NAME = "St Elsewhere <b>& Co"
PROGRAM = f"""
from pathlib import Path
import hashlib
from portal.site.publish import build_writer, publish
made = build_writer(organisation_id={ID!r}, root={ROOT!r}, name={NAME!r})
digest = hashlib.sha256(made).digest()
publish(out=Path("out"), organisation_id={ID!r}, root={ROOT!r}, name={NAME!r}, writer=digest)
"""


def made(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, by path."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_the_same_bytes_in_another_folder_locale_time_zone_and_umask(tmp_path: Path):
    sites = []
    for name, umask, environment in (
        ("a", 0o022, {"LC_ALL": "C", "TZ": "UTC", "PYTHONHASHSEED": "1"}),
        ("b/deeper", 0o077, {"LC_ALL": "C.UTF-8", "TZ": "Asia/Tokyo", "PYTHONHASHSEED": "2", "PYTHONUTF8": "0"}),
    ):
        folder = tmp_path / name
        folder.mkdir(parents=True)
        full = {**os.environ, **environment, "PYTHONPATH": str(Path(__file__).parents[2])}
        subprocess.run([sys.executable, "-c", PROGRAM], cwd=folder, env=full, umask=umask, check=True)
        sites.append(made(folder / "out"))
        assert {path.stat().st_mode & 0o777 for path in (folder / "out").rglob("*") if path.is_file()} == {0o644}
    assert sites[0] == sites[1]
    assert "assets/writer.html" in sites[0]


def test_what_is_returned_is_what_was_written(tmp_path: Path):
    sums = publish(out=tmp_path, organisation_id=ID, root=ROOT, name=NAME)
    assert sums == {path: hashlib.sha256(data).digest() for path, data in made(tmp_path).items()}
    assert set(sums) == {
        "index.html", "assets/candour.js", "assets/worker.js", "assets/candour.css", "assets/rest.json",
        "assets/first.js", "assets/rest.js", "assets/shared.js", "assets/mark.svg", "assets/LICENSES.txt",
    }  # fmt: skip


def test_a_writer_that_the_policy_does_not_vouch_for_is_left_out(tmp_path: Path):
    writer = build_writer(organisation_id=ID, root=ROOT, name=NAME)
    digest = hashlib.sha256(writer).digest()
    for vouched, offered in ((digest, True), (bytes(32), False), (b"", False)):
        out = tmp_path / vouched.hex()[:4]
        publish(out=out, organisation_id=ID, root=ROOT, name=NAME, writer=vouched)
        files = made(out)
        document = files["index.html"].decode()
        assert (files.get("assets/writer.html") == writer) is offered
        assert ('href="/assets/writer.html"' in document) is offered
        assert (digest.hex() in document) is offered


@pytest.mark.parametrize("key", ["raise.send", "nothing.at.all", "raise.nothing"])
def test_words_in_place_of_others_name_what_is_there(tmp_path: Path, key: str):
    text = (wording.REFERENCE / "writer.toml").read_text(encoding="utf-8")
    (tmp_path / "writer.toml").write_text(text.replace('"raise.send.text" =', f'"{key}" ='), encoding="utf-8")
    with pytest.raises(wording.ContentError, match=rf"writer\.toml: instead\.{key}: no view uses this key"):
        build_writer(organisation_id=ID, root=ROOT, name=NAME, content=tmp_path)
    changed = wording.load_source()
    changed["writer"]["instead"] = {key: "Other."}
    with pytest.raises(PublishError, match=rf"writer\.toml: instead: there is no text {key}"):
        page.Page(changed, NAME, []).render({}, one_file.marks(b"", b""))


def test_a_script_that_would_end_its_own_element_is_refused():
    for script, style in ((b"a</SCRIPT>", b""), (b"<!--", b""), (b"", b"</style>")):
        with pytest.raises(ValueError, match="it contains"):
            one_file.marks(script, style)


def test_publishing_again_changes_nothing(tmp_path: Path):
    publish(out=tmp_path, organisation_id=ID, root=ROOT, name=NAME)
    before = made(tmp_path)
    publish(out=tmp_path, organisation_id=ID, root=ROOT, name=NAME)
    assert made(tmp_path) == before


def test_the_document_names_its_parts_by_hash(tmp_path: Path):
    publish(out=tmp_path, organisation_id=ID, root=ROOT, name=NAME)
    files = made(tmp_path)
    document = files["index.html"].decode()
    for asset in ("candour.js", "first.js", "rest.js", "shared.js", "candour.css"):
        digest = base64.b64encode(hashlib.sha384(files[f"assets/{asset}"]).digest()).decode()
        assert f'integrity="sha384-{digest}"' in document
    for name, asset in (("worker", "worker.js"), ("rest", "rest.json")):
        assert f'data-{name}="{b64(hashlib.sha256(files[f"assets/{asset}"]).digest())}"' in document
    assert f'data-organisation="{b64(ID)}"' in document
    assert f'data-root="{b64(ROOT)}"' in document


def test_the_key_stands_there_in_words(tmp_path: Path):
    publish(out=tmp_path, organisation_id=ID, root=ROOT, name=NAME)
    document = (tmp_path / "index.html").read_text(encoding="utf-8")
    for word in codename.fingerprint(ROOT, WORDS).split():
        assert f"<li>{word}</li>" in document


def test_the_name_is_escaped(tmp_path: Path):
    publish(out=tmp_path, organisation_id=ID, root=ROOT, name=NAME)
    document = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert "St Elsewhere &lt;b&gt;&amp; Co" in document
    assert "<b>" not in document


def test_nothing_inline_and_nothing_from_elsewhere(tmp_path: Path):
    publish(out=tmp_path, organisation_id=ID, root=ROOT, name=NAME)
    document = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert re.findall(r"<script(?![^>]* src=)|<style|\sstyle=|\son[a-z]+=|javascript:", document) == []
    loaded = re.findall(r'(?:src|(?<!<a class="exit" id="exit" )href|action)="([^"]*)"', document)
    assert [each for each in loaded if not each.startswith(("/", "#"))] == []


def test_every_field_keeps_its_text_on_the_device(tmp_path: Path):
    publish(out=tmp_path, organisation_id=ID, root=ROOT, name=NAME)
    document = (tmp_path / "index.html").read_text(encoding="utf-8")
    boxes = re.findall(r"<textarea[^>]*>", document)
    assert len(boxes) == 12
    for box in boxes:
        for attribute in (
            'spellcheck="false"', 'autocomplete="off"', 'autocorrect="off"', 'autocapitalize="off"', 'translate="no"',
            'data-gramm="false"', 'writingsuggestions="false"',
        ):  # fmt: skip
            assert attribute in box
        assert " name=" not in box
    for form in re.findall(r"<form[^>]*>", document):
        assert 'autocomplete="off"' in form
        assert 'method="dialog"' in form or 'action="/writer" method="post"' in form
    assert '<input type="text"' not in document


@pytest.mark.parametrize(
    "asset", ["candour.js", "first.js", "rest.js", "shared.js", "worker.js", "writer.js", "candour.css"]
)
def test_a_missing_or_emptied_asset_stops_publishing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asset: str):
    here = tmp_path / "site"
    (here / "assets").mkdir(parents=True)
    for path in (Path(module.__file__).parent / "assets").iterdir():
        (here / "assets" / path.name).write_bytes(b"" if path.name == asset else path.read_bytes())
    monkeypatch.setattr(module, "_HERE", here)
    with pytest.raises(PublishError, match=rf"{asset} is missing or empty; run `make assets`"):
        publish(out=tmp_path / "out", organisation_id=ID, root=ROOT, name=NAME)


@pytest.mark.parametrize(
    ("organisation", "root", "name"),
    [(ID[1:], ROOT, "x"), (ID, ROOT + b"x", "x"), (ID, ROOT, ""), (ID, ROOT, "é" * 61)],
)
def test_wrong_values_are_refused(tmp_path: Path, organisation: bytes, root: bytes, name: str):
    with pytest.raises(PublishError, match="must have"):
        publish(out=tmp_path, organisation_id=organisation, root=root, name=name)


def test_wording_that_no_file_has_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    here = tmp_path / "site"
    (here / "templates").mkdir(parents=True)
    (here / "templates" / "index.html").write_text("{{ home.headline }}", encoding="utf-8")
    monkeypatch.setattr(page, "_HERE", here)
    with pytest.raises(PublishError, match=r"wording that no content file has.*headline"):
        publish(out=tmp_path / "out", organisation_id=ID, root=ROOT, name=NAME)
