"""The harness itself: each browser runs code as promised, processes end, and no test can be left out unseen."""

import shutil
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Error

from tests.harness.firefox import Firefox, FirefoxError
from tests.harness.ports import free_port
from tests.harness.process import running
from tests.harness.static import module_page, serve

Evaluate = Callable[[str], Any]

# Imports by a bare name, as crypto's modules do; the digest of nothing is known.
MODULE = """
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
export const digest = () => bytesToHex(sha256(new Uint8Array()));
export function spin() {
  const started = performance.now();
  const block = new Uint8Array(64 * 1024);
  for (let round = 0; round < 4; round += 1) sha256(block);
  return performance.now() - started;
}
"""
NOTHING = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.fixture(scope="module")
def page_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    # Beside the other tests for a moment, so that node_modules is found from there as it is from crypto/.
    entry = tmp_path_factory.mktemp("module") / "subject.js"
    entry.write_text(MODULE, encoding="utf-8")
    (entry.parent / "node_modules").symlink_to(Path(__file__).parents[1] / "node_modules")
    with module_page(entry) as url:
        yield url


@contextmanager
def in_chromium(browser: Browser, url: str) -> Iterator[Evaluate]:
    page = browser.new_page()
    page.goto(url)
    page.wait_for_function("document.title === 'ready'")
    yield page.evaluate
    page.close()


@contextmanager
def in_firefox(browser: Firefox, url: str) -> Iterator[Evaluate]:
    page = browser.open(url)
    page.wait_for("() => document.title === 'ready'")
    yield page.evaluate
    page.close()


def test_chromium_runs_a_bundled_module(chromium, page_url):
    with in_chromium(chromium, page_url) as evaluate:
        assert evaluate("() => subject.digest()") == NOTHING
        assert evaluate("() => [typeof WebAssembly, isSecureContext]") == ["object", True]


def test_firefox_runs_a_bundled_module(firefox, page_url):
    with in_firefox(firefox, page_url) as evaluate:
        assert evaluate("() => subject.digest()") == NOTHING
        assert evaluate("() => [typeof WebAssembly, isSecureContext]") == ["object", True]


def test_chromium_jitless_has_no_webassembly_and_compiles_nothing(chromium, chromium_jitless, page_url):
    with in_chromium(chromium, page_url) as compiled, in_chromium(chromium_jitless, page_url) as interpreted:
        assert interpreted("() => subject.digest()") == NOTHING
        assert interpreted("() => typeof WebAssembly") == "undefined"
        assert _fastest(interpreted) > 4 * _fastest(compiled)


def test_firefox_safer_has_no_webassembly_and_compiles_nothing(firefox, firefox_safer, page_url):
    with in_firefox(firefox, page_url) as compiled, in_firefox(firefox_safer, page_url) as interpreted:
        assert interpreted("() => subject.digest()") == NOTHING
        assert interpreted("() => typeof WebAssembly") == "undefined"
        assert _fastest(interpreted) > 4 * _fastest(compiled)


def _fastest(evaluate: Evaluate) -> float:
    """The best of five, since the first runs are not yet compiled and others may use the machine."""
    return min(float(evaluate("() => subject.spin()")) for _ in range(5))


def test_chromium_reaches_no_other_host(chromium):
    page = chromium.new_page()
    with pytest.raises(Error, match="ERR_NAME_NOT_RESOLVED"):
        page.goto("http://example.com/")
    page.close()


def test_firefox_reaches_no_other_host(firefox, page_url):
    page = firefox.open(page_url)
    with pytest.raises(FirefoxError):
        page.goto("http://example.com/")
    page.close()


def test_firefox_passes_arguments_and_tells_what_went_wrong(firefox, page_url):
    page = firefox.open(page_url)
    assert page.evaluate("async (a, b) => ({ sum: a + b.length })", 1, "ü…") == {"sum": 3}
    assert page.evaluate("() => undefined") is None
    with pytest.raises(FirefoxError, match="no such luck"):
        page.evaluate("() => { throw new Error('no such luck') }")
    page.evaluate("() => console.warn('seen')")
    assert page.wait_for("() => 7") == 7
    assert any("seen" in line for line in page.log())
    page.close()


def test_a_screenshot_is_taken(firefox, page_url, tmp_path):
    page = firefox.open(page_url)
    page.screenshot(tmp_path / "page.png")
    page.close()
    assert (tmp_path / "page.png").read_bytes().startswith(b"\x89PNG")


def test_the_static_server_gives_types_and_headers(tmp_path):
    (tmp_path / "a.js").write_text("1")
    with serve(tmp_path, {"X-Test": "yes"}) as url, urllib.request.urlopen(f"{url}/a.js") as answer:
        assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
        assert answer.headers["X-Test"] == "yes"


def test_a_module_with_a_fault_is_not_served(tmp_path):
    (tmp_path / "broken.js").write_text("import { x } from './missing.js'")
    with pytest.raises(RuntimeError, match=r"missing\.js"), module_page(tmp_path / "broken.js"):
        pass


@pytest.mark.server
def test_a_process_is_waited_for_and_ended():
    port = free_port()
    url = f"http://127.0.0.1:{port}/"
    command = [sys.executable, "-u", "-m", "http.server", "--bind", "127.0.0.1", str(port)]
    with running(command, ready_url=url) as server:
        server.wait_for_output("GET /")
        assert server.returncode is None
    assert server.returncode == -15


@pytest.mark.server
def test_a_process_takes_its_children_with_it(tmp_path):
    # The child ignores a kind request and would otherwise outlive its parent.
    child = "import signal, time; signal.signal(15, signal.SIG_IGN); print('child', flush=True); time.sleep(60)"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    with running([sys.executable, "-c", parent]) as started:
        started.wait_for_output("child")
        group = started.pid
    deadline = time.monotonic() + 60  # a killed process takes a moment to go
    while _group_lives(group):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def _group_lives(group: int) -> bool:
    """Whether any process that is not a zombie belongs to the group."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, owner = stat.read_text().rpartition(")")[2].split()[:3]
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(owner) == group and state != "Z":
            return True
    return False


@pytest.mark.server
def test_a_process_that_ends_too_early_shows_its_output():
    command = [sys.executable, "-c", "import sys; sys.exit('no configuration')"]
    with pytest.raises(RuntimeError, match="no configuration"), running(command, ready_url="http://127.0.0.1:9/"):
        pass


HOOKS = "from tests.harness.no_skips import pytest_make_collect_report, pytest_runtest_makereport"

# Every way of not running that pytest knows.
NOT_RUN = {
    "test_called": "import pytest\ndef test_a(): pytest.skip('no browser')",
    "test_marked": "import pytest\n@pytest.mark.skip(reason='later')\ndef test_a(): pass",
    "test_on_condition": "import pytest\n@pytest.mark.skipif(True, reason='root')\ndef test_a(): pass",
    "test_expected_to_fail": "import pytest\n@pytest.mark.xfail(reason='known')\ndef test_a(): raise ValueError",
    "test_in_fixture": "import pytest\n@pytest.fixture\ndef f(): pytest.skip('none')\ndef test_a(f): pass",
}
NOT_COLLECTED = {
    "test_import": "import pytest\npytest.importorskip('no_such_module')\ndef test_a(): pass",
    "test_module": "import pytest\npytest.skip('all of it', allow_module_level=True)\ndef test_a(): pass",
}


@pytest.mark.slow
@pytest.mark.parametrize("workers", [[], ["-n", "1"]], ids=["alone", "xdist"])
def test_a_test_that_does_not_run_fails(pytester: pytest.Pytester, workers: list[str]):
    pytester.makepyfile(**NOT_RUN, test_sound="def test_a(): pass")
    assert "2 failed, 1 passed, 3 errors" in _outcome(pytester, workers)


@pytest.mark.slow
@pytest.mark.parametrize("workers", [[], ["-n", "1"]], ids=["alone", "xdist"])
def test_a_module_that_is_not_collected_fails(pytester: pytest.Pytester, workers: list[str]):
    pytester.makepyfile(**NOT_COLLECTED)
    assert "2 errors" in _outcome(pytester, workers)


def _outcome(pytester: pytest.Pytester, workers: list[str]) -> str:
    """The last line of a pytest run of its own that uses the hooks."""
    pytester.makeconftest(HOOKS)
    root = Path(__file__).parents[1]
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *workers]
    with running(command, cwd=pytester.path, env={"PYTHONPATH": str(root)}) as run:
        assert run.wait(60) != 0
        return run.output().decode().splitlines()[-1]


def test_node_is_in_the_path():
    assert shutil.which("node") is not None
