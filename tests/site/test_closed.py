"""The page fails closed: whatever is missing, changed or false, there is no form, but one plain reason."""

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Route

from crypto import directory, hpke
from crypto.encoding import b64, dump
from tests.site.hospital import DAY, Hospital, today
from tests.site.test_raise import received
from tests.site.visit import Visit


def reason(visit: Visit) -> str:
    """What stands in place of the form, after making sure that there is none."""
    assert visit.page.locator("textarea, input:not(#offline input)").count() == 0
    visit.view("inbox")
    first = visit.page.inner_text("#inbox-body")
    visit.view("raise")
    said = visit.page.inner_text("#raise-body")
    assert first.split("\n", 1)[1] == said.split("\n", 1)[1]
    return said


def without_complaints_of_the_browser(visit: Visit) -> None:
    """Chromium reports a script that it refused; that is what the test is about."""
    visit.complaints.clear()


@pytest.mark.parametrize("body", [b"", b";", b"{}"])
@pytest.mark.parametrize("path", ["/assets/worker.js", "/assets/rest.json"])
def test_an_emptied_or_changed_part_means_no_form(visit: Visit, path: str, body: bytes):
    visit.answer(path, body).open(state="closed")
    assert "A part of this page is missing or was changed on the way" in reason(visit)


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [("/assets/worker.js", b"", b";"), ("/assets/rest.json", b'{"languages":', b'{"extra":1,"languages":')],
)
def test_a_part_that_would_work_but_is_not_the_one_named_means_no_form(
    visit: Visit, place: Hospital, path: str, old: bytes, new: bytes
):
    body = (place.site / path.removeprefix("/")).read_bytes().replace(old, new, 1)

    def changed(route: Route) -> None:
        headers = {k: v for k, v in route.fetch().headers.items() if k not in ("content-encoding", "content-length")}
        route.fulfill(headers=headers, body=body)

    visit.answer(path, changed).open(state="closed")
    assert "A part of this page is missing or was changed on the way" in reason(visit)


@pytest.mark.parametrize("path", ["/assets/worker.js", "/assets/rest.json"])
def test_a_missing_part_means_no_form(visit: Visit, path: str):
    visit.answer(path, b"", status=404).open(state="closed")
    assert "A part of this page is missing or was changed on the way" in reason(visit)
    without_complaints_of_the_browser(visit)


@pytest.mark.parametrize("path", ["/assets/worker.js", "/assets/shared.js"])
def test_a_part_emptied_for_the_worker_alone_means_no_form(visit: Visit, path: str):
    """Both files are fetched twice: for the page, to be checked there, and by the browser to run the worker."""
    asked: list[int] = []

    def second_is_empty(route: Route) -> None:
        asked.append(1)
        if len(asked) == 1:
            route.continue_()
        else:
            route.fulfill(body=b"", content_type="text/javascript")

    visit.answer(path, second_is_empty).open(state="closed")
    assert len(asked) == 2
    assert "A part of this page is missing or was changed on the way" in reason(visit)
    without_complaints_of_the_browser(visit)


@pytest.mark.parametrize("change", [None, b"", b";"], ids=["missing", "emptied", "changed"])
@pytest.mark.parametrize("path", ["/assets/candour.js", "/assets/shared.js"])
def test_a_script_that_is_not_the_one_named_leaves_the_plain_page(
    visit: Visit, place: Hospital, path: str, change: bytes | None
):
    other_script(visit, place, path, change)
    visit.page.goto(visit.place.url)
    assert visit.page.locator("html[data-state], html[data-early]").count() == 0
    assert visit.page.locator("textarea").count() == 0
    assert "We will not accept it unsealed." in visit.page.inner_text("#raise")
    assert visit.page.locator(".opening:visible").count() == 0
    without_complaints_of_the_browser(visit)


@pytest.mark.parametrize("change", [None, b"", b";"], ids=["missing", "emptied", "changed"])
def test_a_second_script_that_is_not_the_one_named_means_no_form(visit: Visit, place: Hospital, change: bytes | None):
    other_script(visit, place, "/assets/rest.js", change)
    visit.open(state="closed")
    assert "A part of this page is missing or was changed on the way" in reason(visit)
    visit.view("learning")
    assert "We could not check the signatures" in visit.page.inner_text("#learning-body")
    without_complaints_of_the_browser(visit)


@pytest.mark.parametrize("change", [None, b"", b";"], ids=["missing", "emptied", "changed"])
def test_without_the_script_that_only_hides_the_page_works(visit: Visit, place: Hospital, change: bytes | None):
    other_script(visit, place, "/assets/first.js", change)
    visit.open("#raise")
    assert visit.page.locator("html[data-early]").count() == 0
    assert visit.page.locator("#happened").count() == 1
    without_complaints_of_the_browser(visit)


def other_script(visit: Visit, place: Hospital, path: str, change: bytes | None) -> None:
    """None: it is missing. Changed: it would work as well as the right one, and its hash is another."""
    body = (place.site / path.removeprefix("/")).read_bytes() + change if change else b""
    status = 200 if change is not None else 404
    visit.answer(path, lambda route: route.fulfill(status=status, body=body, content_type="text/javascript"))


def other_organisation(place: Hospital) -> bytes:
    from tests.portal.world import Organisation

    other = Organisation(place.day - 3)
    return directory.compose(other.founding(), [], [], place.day)


def tampered(place: Hospital) -> bytes:
    file = place.directory()
    return file.replace(b'"sig":"', b'"sig":"AAAA', 1)[: len(file)]


def false_epochs(place: Hospital) -> bytes:
    """Epoch keys for the first guardian, signed by the second."""
    first, second = place.keys[0], place.keys[1]
    sign = place.organisation.sign
    false = sign("epochs", [second.guardian.identity], g=first.g, first=place.day + 3, digests=[bytes(32)])
    return raw(place, [*place.log, false])


def split_view(place: Hospital) -> bytes:
    """A head that vouches for another history."""
    first = place.keys[0]
    sign = place.organisation.sign
    head = sign("head", [first.guardian.courier], g=first.g, day=place.day, length=len(place.log), state=bytes(32))
    return directory.build(place.log, [head], place.public)


def unsigned_key(place: Hospital) -> bytes:
    return directory.build(place.log, [], [*place.public, hpke.public_key(hpke.generate_seed())])


def nothing(_place: Hospital) -> bytes:
    return b"{}"


def empty(_place: Hospital) -> bytes:
    return b""


def raw(place: Hospital, log: list[bytes]) -> bytes:
    """A directory file that nobody has checked."""
    return directory.build(log, [], place.public)


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (other_organisation, "organisation"),
        (tampered, "malformed"),
        (false_epochs, "signature"),
        (split_view, "rollback"),
        (unsigned_key, "unknown"),
        (nothing, "malformed"),
        (empty, "malformed"),
    ],
    ids=["another organisation's", "tampered", "false epochs", "split view", "a key nobody signed", "nothing", "empty"],
)
def test_a_directory_that_does_not_verify_means_no_form(
    visit: Visit, place: Hospital, make: Callable[[Hospital], bytes], code: str
):
    visit.answer("/directory", make(place)).open(state="closed")
    said = reason(visit)
    assert f"({code})" in said
    assert "Do not trust this page now." in said


def test_no_guardian_with_a_key_means_no_form(visit: Visit, place: Hospital):
    visit.answer("/directory", directory.compose(place.founded, [], [], place.day)).open(state="closed")
    assert "No guardian can be written to at the moment" in reason(visit)


def beacon(start: int) -> bytes:
    return dump({"v": 1, "beacon": b64(bytes(16)), "bits": 1, "start": start})


def test_a_clock_that_is_hours_off_is_said_and_the_form_stays(visit: Visit, place: Hospital):
    start = int(time.time()) - DAY - 5 * 3600
    visit.answer("/beacon", beacon(start)).open("#raise")
    assert "Please set your clock." in visit.page.inner_text("#raise")
    assert visit.page.locator("#happened").count() == 1


def test_a_clock_too_slow_to_check_the_keys_is_blamed_and_means_no_form(chromium: Browser, place: Hospital):
    visit = Visit(chromium, place)
    visit.page.clock.set_fixed_time((today() - 900) * DAY)
    visit.open(state="closed")
    assert "Your device’s clock says" in reason(visit)
    visit.close()


def test_stale_heads_are_said_and_the_form_stays(chromium: Browser, place: Hospital):
    from tests.portal.world import Organisation

    visit = Visit(chromium, place)
    old = Organisation(place.day - 40)
    old.root, old.id, old.guardians = place.organisation.root, place.organisation.id, place.organisation.guardians
    log = old.founding() + place.log[-9:]
    visit.answer("/directory", directory.compose(log, [], place.public, place.day)).open("#raise")
    assert "No guardian has collected for more than 14 days." in visit.page.inner_text("#raise")
    assert visit.page.locator("#happened").count() == 1
    visit.close()


def test_a_promised_key_that_is_missing_is_said_and_the_fallback_used(visit: Visit, place: Hospital):
    keys = [key for key in place.public if key != place.keys[0].public()[2]]
    visit.answer("/directory", place.directory(keys=keys)).open("#raise")
    assert "A key that was promised for these days is not on this site." in visit.page.inner_text("#raise")
    given = visit.send("Through the fallback. " * 400, (0,))
    (found,) = received(place, place.keys[0], given)
    assert found.complete
    assert visit.page.inner_text("#sent-note") == (
        "For some pieces a longer-lived key is used, because there is no key for today. That is safe."
    )


HEAR = """
const post = Worker.prototype.postMessage;
Worker.prototype.postMessage = function (message) {
  document.documentElement.dataset.told = message.kind;
  return post.call(this, message);
};
"""


def test_offline_at_the_start_is_said_and_mended_by_itself(chromium: Browser, place: Hospital):
    visit = Visit(chromium, place)
    visit.page.clock.install()
    visit.page.add_init_script(HEAR)
    cut = [True]
    visit.answer("/directory", lambda route: route.abort("internetdisconnected") if cut[0] else route.continue_())
    visit.page.goto(f"{place.url}/#raise")
    visit.page.wait_for_selector("#raise .what")
    assert "You may be offline" in visit.page.inner_text("#raise")
    assert visit.page.locator("textarea").count() == 0
    cut[0] = False
    visit.page.wait_for_selector('html[data-told="price"]')  # the worker has answered: the leap is not against it
    visit.page.clock.run_for(21_000)
    visit.page.wait_for_selector('html[data-state="ready"]')
    assert visit.page.locator("#happened").count() == 1
    visit.close()
