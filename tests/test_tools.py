"""The programs that set up and build: what they say when something is missing; a build is the same anywhere."""

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tools import setup_tests, setup_venv

ROOT = Path(__file__).resolve().parents[1]
LOCKS = ["requirements.lock", "requirements-dev.lock", "requirements-node.lock", "package-lock.json"]


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without browsers, whose apt-get writes down how it was called and installs one file a package."""
    programs = tmp_path / "bin"
    programs.mkdir()
    apt = programs / "apt-get"
    apt.write_text(f'#!/bin/sh\necho "$DEBIAN_FRONTEND $*" >> {tmp_path}/calls\nfor p; do : > {tmp_path}/"$p"; done\n')
    apt.chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}/bin")
    monkeypatch.setattr(setup_tests, "BROWSERS", {name: tmp_path / name for name in ("chromium", "firefox-esr")})
    monkeypatch.setattr(setup_tests, "_POLICY", tmp_path / "policy-rc.d")
    return tmp_path


def test_without_root_the_exact_command_is_named(machine, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(SystemExit) as stopped:
        setup_tests.setup_packages(setup_tests.BROWSERS)
    command = "sudo apt-get update && sudo apt-get install -y --no-install-recommends chromium firefox-esr\n"
    assert command in str(stopped.value.code)
    assert not (machine / "calls").exists()


def test_as_root_only_what_is_missing_is_installed(machine, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    (machine / "chromium").touch()
    setup_tests.setup_packages(setup_tests.BROWSERS)
    assert (machine / "calls").read_text().splitlines() == [
        "noninteractive update -q",
        "noninteractive install -y --no-install-recommends firefox-esr",
    ]


def test_no_service_starts_because_its_package_comes(machine, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    apt = machine / "bin" / "apt-get"
    apt.write_text(apt.read_text() + f"sh {machine}/policy-rc.d; echo policy $? >> {machine}/calls\n")
    setup_tests.setup_packages(setup_tests.BROWSERS)
    assert (machine / "calls").read_text().splitlines()[-1] == "policy 101"
    assert not (machine / "policy-rc.d").exists()


def test_nothing_is_asked_of_apt_when_all_is_there(machine, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    (machine / "chromium").touch()
    (machine / "firefox-esr").touch()
    setup_tests.setup_packages(setup_tests.BROWSERS)
    assert not (machine / "calls").exists()


def test_an_install_that_brings_nothing_is_a_failure(machine, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    (machine / "bin" / "apt-get").write_text("#!/bin/sh\n")
    with pytest.raises(SystemExit, match="not where expected"):
        setup_tests.setup_packages(setup_tests.BROWSERS)


@pytest.mark.parametrize(("version", "enough"), [("v18.20.4", False), ("v20.18.0", False), ("v20.19.0", True)])
def test_an_old_node_is_not_used(machine, monkeypatch, version, enough):
    for name in ("node", "npm"):
        program = machine / "bin" / name
        program.write_text(f"#!/bin/sh\necho {version}\n")
        program.chmod(0o755)
    monkeypatch.setattr(setup_tests, "VENV_BIN", machine / "none")
    assert setup_tests._node_is_new_enough() is enough


def test_without_root_the_missing_venv_package_is_named(machine, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(SystemExit, match=rf"sudo apt-get install python3\.{sys.version_info.minor}-venv"):
        setup_venv._install_ensurepip()


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_file_names_hashes_and_no_address(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    assert "sha512-" in text if name.endswith(".json") else "--hash=sha256:" in text
    assert '"resolved"' not in text
    assert "index-url" not in text
    assert "find-links" not in text


def test_the_dev_lock_only_adds_to_the_runtime_lock():
    runtime, dev = ({line for line in (ROOT / name).read_text().splitlines() if "==" in line} for name in LOCKS[:2])
    assert runtime < dev


def test_the_locks_hold_all_that_the_project_asks_for():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    for name, wanted in (
        ("requirements.lock", project["dependencies"]),
        ("requirements-dev.lock", project["dependencies"] + project["optional-dependencies"]["dev"]),
    ):
        lines = [line.removesuffix("\\") for line in (ROOT / name).read_text().splitlines() if "==" in line]
        locked = [Requirement(line) for line in lines]
        for requirement in map(Requirement, wanted):
            pinned = [each for each in locked if canonicalize_name(each.name) == canonicalize_name(requirement.name)]
            assert pinned, f"{requirement} is not in {name}: run make lock"
            assert all(next(iter(each.specifier)).version in requirement.specifier for each in pinned)


def _checkout(folder: Path) -> Path:
    """A small checkout with the builder, sources that use packages, and the packages of this one."""
    (folder / "tools").mkdir(parents=True)
    shutil.copy(ROOT / "tools" / "build_assets.mjs", folder / "tools")
    (folder / "package.json").write_text('{"type": "module"}')
    (folder / "node_modules").symlink_to(ROOT / "node_modules")
    browser = folder / "portal" / "site" / "browser"
    browser.mkdir(parents=True)
    (browser / "main.js").write_text('import { sha256 } from "@noble/hashes/sha2.js"; console.log(sha256, "é");')
    style = folder / "portal" / "site" / "style"
    style.mkdir()
    (style / "main.scss").write_text('$ink: #123;\nbody { a { color: $ink; content: "é"; } }')
    return folder


def _build(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = ["node", "tools/build_assets.mjs", *options]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.mark.slow
def test_a_build_is_the_same_in_any_folder_and_names_none(tmp_path):
    built = []
    for name in ("one", "quite another"):
        folder = _checkout(tmp_path / name)
        done = _build(folder)
        assert done.returncode == 0, done.stderr
        assets = folder / "portal" / "site" / "assets"
        built.append({file.name: file.read_bytes() for file in assets.iterdir()})
    assert built[0] == built[1]
    assert set(built[0]) == {"candour.js", "candour.css", "LICENSES.txt", "RELEASE.json"}
    assert built[0]["candour.css"] == 'body a{color:#123;content:"é"}\n'.encode()
    assert b"@noble/hashes" in built[0]["LICENSES.txt"]
    assert b"Permission is hereby granted" in built[0]["LICENSES.txt"]
    assert not any(str(tmp_path).encode() in content for content in built[0].values())


@pytest.mark.slow
def test_the_style_of_parts_that_no_page_uses_is_left_out_until_one_does(tmp_path):
    folder = _checkout(tmp_path / "checkout")
    site = folder / "portal" / "site"
    spare, kept = ".govuk-label--xl,.b{top:0}@media print{.govuk-label--xl{top:1}}", ".c:not(.govuk-label--xl){top:2}"
    (site / "style" / "main.scss").write_text(spare + kept)
    assert _build(folder).returncode == 0
    assert (site / "assets" / "candour.css").read_text() == f".b{{top:0}}{kept}\n"
    (site / "browser" / "main.js").write_text('document.body.className = "govuk-label--xl";')
    refused = _build(folder)
    assert refused.returncode == 1
    assert "leaves out the style of govuk-label--xl: take it from its list" in refused.stderr


@pytest.mark.slow
def test_the_check_finds_one_changed_byte(tmp_path):
    folder = _checkout(tmp_path / "checkout")
    _build(folder)
    assert _build(folder, "--check").returncode == 0
    with (folder / "portal" / "site" / "assets" / "candour.css").open("ab") as style:
        style.write(b" ")
    checked = _build(folder, "--check")
    assert checked.returncode == 1
    assert "candour.css" in checked.stderr


@pytest.mark.slow
def test_the_check_finds_a_result_without_a_source(tmp_path):
    folder = _checkout(tmp_path / "checkout")
    _build(folder)
    (folder / "portal" / "site" / "browser" / "main.js").unlink()
    checked = _build(folder, "--check")
    assert checked.returncode == 1
    assert "candour.js" in checked.stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("test('a', () => {});", 0),
        ("test('a', () => { throw new Error('no'); });", 1),
        ("test('a', () => {}); test.skip('b', () => {});", 1),
        ("test('a', () => {}); test('b', { todo: true }, () => {});", 1),
        ("", 1),
    ],
    ids=["passes", "fails", "skips", "todo", "empty"],
)
def test_node_tests_that_do_not_run_fail(tmp_path, source, code):
    file = tmp_path / "a.test.mjs"
    file.write_text(f'import {{ test }} from "node:test";\n{source}\n')
    command = ["node", ROOT / "tools" / "run_node_tests.mjs", file]
    environment = {name: value for name, value in os.environ.items() if name != "NODE_TEST_CONTEXT"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == code, done.stdout + done.stderr
