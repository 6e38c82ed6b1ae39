"""The one-file writer, from a disk: what it seals, what it refuses, and that it needs and takes no network."""

import base64
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from crypto import cell, directory, hpke
from tests.harness.firefox import Firefox
from tests.portal.world import Organisation
from tests.site.hospital import Hospital
from tests.site.offline import CELLS, Offline, cut
from tests.site.test_firefox import FILL
from tests.site.test_raise import received
from tests.site.visit import Visit

TEXT = "Written where there is no network. " * 100


def upload(browser: Browser, place: Hospital, file: bytes) -> str:
    """Send a file by the plain form, with scripts off; what the answer says."""
    visit = Visit(browser, place, java_script_enabled=False)
    visit.page.goto(f"{place.url}/#offline")
    visit.page.set_input_files("#writer-file", {"name": "x", "mimeType": "application/octet-stream", "buffer": file})
    visit.page.click("#offline form button")
    said = visit.page.inner_text("main")
    visit.close()
    return said


def test_a_concern_is_sealed_without_a_network_and_sent_by_a_plain_form(
    chromium: Browser, place: Hospital, tmp_path: Path
):
    offline = Offline(chromium, place, tmp_path).open("#raise").bring("candour-directory.json")
    codename, file = offline.seal(TEXT, (0, 1))
    assert {request.url for request in offline.requests} == {(tmp_path / "candour-writer.html").as_uri()}
    offline.close()
    before = len(place.cells())
    assert "Your file has arrived" in upload(chromium, place, file)
    assert len(place.cells()) == before + CELLS
    for keys in place.keys[:2]:
        (found,) = received(place, keys, codename)
        assert found.sections["happened"] == TEXT
    assert received(place, place.keys[2], codename) == []


def test_the_file_is_for_fallback_keys_alone_and_its_order_tells_nothing(
    chromium: Browser, place: Hospital, tmp_path: Path
):
    offline = Offline(chromium, place, tmp_path).open("#raise").bring("candour-directory.json")
    _, file = offline.seal(TEXT, (2,))
    offline.close()
    cells, keys = cut(file), place.keys[2]
    assert cells == sorted(cells)
    fallback, epochs = [hpke.PrivateKey(keys.fallback)], [hpke.PrivateKey(seed) for seed in keys.epochs]
    opened = [part for each in cells if (part := cell.open_(each, fallback, place.organisation.id))]
    assert sorted(part.part for part in opened) == list(range(opened[0].parts))
    assert [each for each in cells if cell.open_(each, epochs, place.organisation.id)] == []


def test_it_seals_where_nothing_is_compiled(chromium_jitless: Browser, place: Hospital, tmp_path: Path):
    offline = Offline(chromium_jitless, place, tmp_path).open("#raise").bring("candour-directory.json")
    _, file = offline.seal("Nothing is compiled.", (0,))
    assert len(cut(file)) == CELLS
    offline.close()


# Files are put in, and the saved one is caught, from inside: this harness has no file dialogs.
IN_FIREFOX = """async (directory) => {
    const bytes = Uint8Array.from(atob(directory), (letter) => letter.charCodeAt(0));
    const given = new DataTransfer();
    given.items.add(new File([bytes], "candour-directory.json"));
    const input = document.querySelector("#open-raise");
    input.files = given.files;
    input.dispatchEvent(new Event("change"));
    const make = URL.createObjectURL;
    URL.createObjectURL = (blob) => { globalThis.saved = blob; return make.call(URL, blob); };
}"""
SAVED = """async () => {
    const bytes = new Uint8Array(await globalThis.saved.arrayBuffer());
    return btoa([...bytes].map((byte) => String.fromCharCode(byte)).join(""));
}"""


def seal_in(browser: Firefox, place: Hospital, folder: Path) -> None:
    """From a disk to a sealed file, which the first guardian opens."""
    (folder / "candour-writer.html").write_bytes(place.writer())
    page = browser.open((folder / "candour-writer.html").as_uri())
    page.wait_for("() => document.documentElement.dataset.state === 'waiting'", timeout=60)
    page.evaluate(IN_FIREFOX, base64.b64encode(place.portal.register.published().file).decode())
    page.wait_for("() => document.documentElement.dataset.state === 'half'", timeout=60)
    page.evaluate(FILL, "files")
    page.wait_for("() => document.querySelector('#sent-title')?.checkVisibility()", timeout=180)
    file = base64.b64decode(page.evaluate(SAVED))
    key = [hpke.PrivateKey(place.keys[0].fallback)]
    (part,) = [part for each in cut(file) if (part := cell.open_(each, key, place.organisation.id))]
    assert b"Seen in Firefox." in part.payload
    page.close()


def test_it_seals_in_firefox_from_a_disk(firefox: Firefox, place: Hospital, tmp_path: Path):
    seal_in(firefox, place, tmp_path)


def test_it_seals_in_firefox_where_nothing_is_compiled(firefox_safer: Firefox, place: Hospital, tmp_path: Path):
    seal_in(firefox_safer, place, tmp_path)


def test_a_board_that_was_brought_opens_with_the_codename(chromium: Browser, place: Hospital, tmp_path: Path):
    offline = Offline(chromium, place, tmp_path).open("#raise").bring("candour-directory.json")
    codename, _ = offline.seal("Please answer.", (0,))
    offline.keep("candour-board.bin", place.board(place.reply(codename, place.keys[0], "An answer.")))
    offline.open("#inbox").bring("candour-board.bin", "candour-directory.json", view="inbox", state="ready")
    offline.unlock(codename)
    assert offline.page.locator("#replies .reply-text").all_inner_texts() == ["An answer."]
    offline.page.fill("#more-text", "Thank you.")
    with offline.page.expect_download() as saved:
        offline.page.click("#more [type=submit]")
    (found,) = [
        part
        for each in cut(saved.value.path().read_bytes())
        if (part := cell.open_(each, [hpke.PrivateKey(place.keys[0].fallback)], place.organisation.id))
    ]
    assert b'"type":"more"' in found.payload
    offline.close()


def test_with_the_board_alone_it_asks_for_the_list(chromium: Browser, place: Hospital, tmp_path: Path):
    offline = Offline(chromium, place, tmp_path).open("#inbox")
    offline.keep("candour-board.bin", place.board())
    offline.bring("candour-board.bin", view="inbox", state=None)
    offline.page.wait_for_selector("#inbox .open-status >> text=Now open the list of guardians.")
    assert offline.page.locator("textarea").count() == 0
    offline.close()


def old(place: Hospital) -> bytes:
    """A list that was right once, with fallback keys that still hold; nobody has vouched for it since."""
    then = Organisation(place.day - 40)
    then.root, then.id, then.guardians = place.organisation.root, place.organisation.id, place.organisation.guardians
    return directory.compose(then.founding() + place.log[-9:], [], place.public, place.day)


def other_organisations(place: Hospital) -> bytes:
    return directory.compose(Organisation(place.day - 3).founding(), [], [], place.day)


def tampered(place: Hospital) -> bytes:
    file = place.directory()
    return file.replace(b'"sig":"', b'"sig":"AAAA', 1)[: len(file)]


def days_only(place: Hospital) -> bytes:
    """Without fallback keys there is nothing to seal to: nobody knows when the file will be sent."""
    return place.directory(keys=[key for keys in place.keys for key in keys.public()[:-1]])


def ahead(place: Hospital) -> bytes:
    """A list in which something was signed three days from now."""
    first = place.keys[0]
    later = place.organisation.sign(
        "calendar", [first.guardian.identity], g=first.g, day=place.day + 3, weekdays=[1], away=[]
    )
    return directory.build([*place.log, later], [], place.public)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (old, "No guardian has vouched for this list of guardians for two weeks or more."),
        (other_organisations, "did not pass our checks (organisation)"),
        (tampered, "did not pass our checks (malformed)"),
        (days_only, "None of the guardians in this list can be written to today."),
        (ahead, "seems to come from the future"),
        (lambda _: b"{}", "did not pass our checks (malformed)"),
        (lambda _: b"CANDOURB", "This board did not pass our checks (size)"),
        (lambda _: b"%PDF-1.4", "is neither a list of guardians nor a board"),
    ],
    ids=["old", "another organisation's", "tampered", "no fallback", "future", "nothing", "cut board", "other file"],
)
def test_a_file_that_cannot_be_used_means_no_form(
    chromium: Browser, place: Hospital, tmp_path: Path, make: Callable[[Hospital], bytes], said: str
):
    offline = Offline(chromium, place, tmp_path).open("#raise")
    offline.keep("candour-directory.json", make(place))
    offline.bring("candour-directory.json", state=None)
    assert said in offline.trouble()
    assert offline.page.locator("textarea").count() == 0
    offline.close()


def test_a_list_that_was_vouched_for_too_long_ago_says_when(chromium: Browser, place: Hospital, tmp_path: Path):
    then = Organisation(place.day - 40)
    then.root, then.id, then.guardians = place.organisation.root, place.organisation.id, place.organisation.guardians
    first, founding = place.keys[0], then.founding()
    state = directory.verify(directory.compose(founding, [], [], place.day), then.id, place.day).state
    seeds = [first.guardian.courier]
    head = then.sign("head", seeds, g=first.g, day=place.day - 15, length=len(founding), state=state)
    offline = Offline(chromium, place, tmp_path).open("#raise")
    offline.keep("candour-directory.json", directory.build([*founding, *place.log[-9:]], [head], place.public))
    offline.bring("candour-directory.json", state=None)
    assert "15 days ago" in offline.trouble()
    offline.close()


@pytest.mark.parametrize("change", [(b"<script>", b"<script>;"), (b"function", b"functioN")], ids=["added", "changed"])
def test_a_changed_script_is_not_run(chromium: Browser, place: Hospital, tmp_path: Path, change: tuple[bytes, bytes]):
    offline = Offline(chromium, place, tmp_path)
    before, found, after = offline.place.writer().rpartition(b"<script>")
    offline.keep("candour-writer.html", before + (found + after).replace(*change, 1))
    offline.page.goto((tmp_path / "candour-writer.html").as_uri())
    assert offline.page.locator("html[data-state]").count() == 0
    assert offline.page.locator("textarea, input").count() == 0
    assert "This browser does not run the code that seals" in offline.page.inner_text("#raise")
    offline.complaints.clear()
    offline.close()


def test_it_can_fetch_nothing_and_run_nothing_else(chromium: Browser, place: Hospital, tmp_path: Path):
    """Served to a browser that is online, its own policy still forbids every request."""
    document = place.writer().decode()
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', document)
    assert "unsafe" not in policy
    assert "'self'" not in policy
    assert policy.startswith("default-src &#39;none&#39;; script-src &#39;sha256-")
    assert re.findall(r'(?:src|srcset)="(?!data:)[^"]*"', document) == []
    offline = Offline(chromium, place, tmp_path)
    offline.context.set_offline(False)
    offline.open()
    tries = """async (url) => {
      const script = document.createElement("script");
      try { script.text = "globalThis.ran = 1"; } catch {}
      document.body.append(script);
      const fetched = await fetch(url, { mode: "no-cors" }).then(() => "fetched", () => "refused");
      return [fetched, globalThis.ran ?? 0];
    }"""
    assert offline.page.evaluate(tries, f"{place.url}/beacon") == ["refused", 0]
    offline.complaints.clear()
    offline.close()


def test_opened_on_the_site_it_runs_nothing_and_says_what_to_do(visit: Visit, place: Hospital):
    """The site's own policy takes no inline script: who opens the link without saving reads how to go on."""
    visit.page.goto(f"{place.url}/assets/writer.html")
    assert visit.page.locator("html[data-state]").count() == 0
    assert "save it to a disk first and open it there" in visit.page.inner_text("#raise")
    visit.complaints.clear()


def test_without_scripts_all_three_files_can_be_downloaded(chromium: Browser, place: Hospital):
    visit = Visit(chromium, place, java_script_enabled=False, accept_downloads=True)
    visit.page.goto(f"{place.url}/#offline")
    found = {}
    for link in visit.page.locator("#offline a[download]").all():
        with visit.page.expect_download() as saved:
            link.click()
        found[saved.value.suggested_filename] = saved.value.path().read_bytes()
    assert set(found) == {"candour-writer.html", "candour-directory.json", "candour-board.bin"}
    assert found["candour-writer.html"] == place.writer()
    assert directory.verify(found["candour-directory.json"], place.organisation.id, place.day).length == len(place.log)
    visit.close()


def test_a_guardian_without_a_key_that_lasts_cannot_be_chosen(chromium: Browser, place: Hospital, tmp_path: Path):
    offline = Offline(chromium, place, tmp_path).open("#raise")
    keys = [key for key in place.public if key != place.keys[0].public()[-1]]
    offline.keep("candour-directory.json", place.directory(keys=keys))
    offline.bring("candour-directory.json").fill_until("to")
    boxes = offline.page.locator("#to input")
    assert [boxes.nth(at).is_disabled() for at in range(3)] == [True, False, False]
    offline.close()


def test_it_has_no_fault_that_axe_knows(chromium: Browser, place: Hospital, tmp_path: Path, axe: str):
    offline = Offline(chromium, place, tmp_path, bypass_csp=True).open("#raise")
    offline.page.add_script_tag(content=axe)
    faults = offline.page.evaluate("async () => (await axe.run(document)).violations.map((each) => each.id)")
    assert faults == []
    offline.close()
