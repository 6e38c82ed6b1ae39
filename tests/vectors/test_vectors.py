"""Protocol v1's vectors: Python, Node, and four browsers give the same result for each, and it is the one expected."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from crypto.errors import CODES
from tests.harness.firefox import Firefox
from tests.harness.static import module_page
from tests.vectors.run import differences, expected_all, run_all

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
FOLDER = ROOT / "crypto" / "vectors"
WORDS = ROOT / "crypto" / "words.txt"
STEMS = (
    *("attachment", "board", "cell", "codename", "directory", "encoding", "hpke", "kdf", "message", "receipt"),
    *("reply", "signing", "statement", "thread", "work"),
)
# What no pure function raises: `stale` is a warning of a result, the others are a server's.
NOT_PURE = {"stale", "work", "replay"}

# In a page: fetch what is served beside it, and run.
_IN_PAGE = """async (names) => {
  const text = async (name) => (await fetch(name)).text();
  const files = {};
  for (const name of names) files[name] = await text(name);
  return await subject.runAll(files, await text("words.txt"));
}"""


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    """The stored vector files."""
    return {path.name: path.read_bytes() for path in sorted(FOLDER.glob("*.json"))}


@pytest.fixture(scope="module")
def expected(files: dict[str, bytes]) -> dict[str, str]:
    """What every test expects."""
    return expected_all(files)


@pytest.fixture(scope="module")
def page_url(files: dict[str, bytes]) -> Iterator[str]:
    """A page with the runner, the vectors beside it."""
    with module_page(HERE / "run.mjs", files={**files, "words.txt": WORDS.read_bytes()}) as url:
        yield url


def _in_node(paths: list[Path]) -> dict[str, str]:
    node = shutil.which("node")
    assert node is not None
    command = [node, *map(str, (HERE / "run_node.mjs", WORDS, *paths))]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    results: dict[str, str] = json.loads(done.stdout)
    return results


def _in_chromium(browser: Browser, url: str, files: dict[str, bytes]) -> dict[str, str]:
    context = browser.new_context()
    try:
        page = context.new_page()
        page.goto(url)
        page.wait_for_function("document.title === 'ready'")
        results: dict[str, str] = page.evaluate(_IN_PAGE, list(files))
        return results
    finally:
        context.close()


def _in_firefox(browser: Firefox, url: str, files: dict[str, bytes]) -> dict[str, str]:
    page = browser.open(url)
    try:
        page.wait_for("() => document.title === 'ready'")
        results: dict[str, str] = page.evaluate(_IN_PAGE, list(files), timeout=540)
        return results
    finally:
        page.close()


def test_every_twin_has_a_file_with_tests(files: dict[str, bytes], expected: dict[str, str]) -> None:
    assert set(files) == {f"{stem}.json" for stem in STEMS}
    counts = {name: json.loads(data)["numberOfTests"] for name, data in files.items()}
    assert sum(counts.values()) == len(expected)
    assert min(counts.values()) >= 10


def test_every_error_code_is_expected_somewhere(expected: dict[str, str]) -> None:
    found = {result.split(":")[1] for result in expected.values() if result.startswith("error:")}
    assert found == set(CODES) - NOT_PURE


def test_every_operation_is_explained(files: dict[str, bytes]) -> None:
    for name, data in files.items():
        document = json.loads(data)
        assert {test["op"] for test in document["tests"]} <= document["notes"].keys(), name


def test_python(files: dict[str, bytes], expected: dict[str, str]) -> None:
    assert differences(expected, run_all(files)) == []


@pytest.mark.slow
def test_node(files: dict[str, bytes], expected: dict[str, str]) -> None:
    assert differences(expected, _in_node([FOLDER / name for name in files])) == []


def test_chromium(chromium: Browser, page_url: str, files: dict[str, bytes], expected: dict[str, str]) -> None:
    assert differences(expected, _in_chromium(chromium, page_url, files)) == []


def test_chromium_jitless(
    chromium_jitless: Browser, page_url: str, files: dict[str, bytes], expected: dict[str, str]
) -> None:
    assert differences(expected, _in_chromium(chromium_jitless, page_url, files)) == []


def test_firefox(firefox: Firefox, page_url: str, files: dict[str, bytes], expected: dict[str, str]) -> None:
    assert differences(expected, _in_firefox(firefox, page_url, files)) == []


def test_firefox_safer(
    firefox_safer: Firefox, page_url: str, files: dict[str, bytes], expected: dict[str, str]
) -> None:
    assert differences(expected, _in_firefox(firefox_safer, page_url, files)) == []


@pytest.mark.slow
def test_the_stored_files_are_what_the_generator_makes() -> None:
    command = [sys.executable, "-m", "crypto.vectors.generate"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_generator_loads_nothing_of_what_it_checks() -> None:
    program = (
        "import sys, crypto.vectors.generate\n"
        "ours = ('crypto', 'portal', 'recipients', 'tests')\n"
        "loaded = [name for name in sys.modules if name.split('.')[0] in ours]\n"
        "print(sorted(name for name in loaded if name != 'crypto' and not name.startswith('crypto.vectors')))"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def _sabotaged(data: bytes, number: int, **changes: object) -> bytes:
    document = json.loads(data)
    document["tests"][number].update(changes)
    return json.dumps(document).encode()


def test_one_wrong_expectation_is_reported_and_no_other(files: dict[str, bytes], tmp_path: Path) -> None:
    wrong = {"cell.json": _sabotaged(files["cell.json"], 20, expect={"error": "checksum"})}
    path = tmp_path / "cell.json"
    path.write_bytes(wrong["cell.json"])
    for results in (run_all(wrong), _in_node([path])):
        reported = differences(expected_all(wrong), results)
        assert [line.split(":")[0] for line in reported] == ["cell-21"]


@pytest.mark.parametrize(
    "sabotage",
    [
        lambda d: d.update(tests=[], numberOfTests=0),
        lambda d: d["tests"].pop(),
        lambda d: d.update(schema="candour-vectors-2"),
        lambda d: d["tests"][1].update(id=d["tests"][0]["id"]),
        lambda d: d["tests"][1].update(expect={}),
        lambda d: d["tests"][1].update(expect={"none": True, "error": "size"}),
    ],
    ids=["empty", "short", "another schema", "an id twice", "no expectation", "two expectations"],
)
def test_a_file_that_promises_too_little_is_refused(files: dict[str, bytes], sabotage) -> None:
    document = json.loads(files["work.json"])
    sabotage(document)
    with pytest.raises(ValueError, match=r"work\.json|no expectation"):
        expected_all({"work.json": json.dumps(document).encode()})


def test_a_missing_result_and_an_unknown_operation_are_differences(files: dict[str, bytes]) -> None:
    wrong = {"work.json": _sabotaged(files["work.json"], 3, op="work.guess")}
    assert [line.split(":")[0] for line in differences(expected_all(wrong), run_all(wrong))] == ["work-4"]
    assert differences({"a-1": "none"}, {}) == ["a-1: none, not None"]
    assert differences({}, {"a-1": "none"}) == ["a-1: None, not none"]
