"""Views of the one document: shown by fragment, named nowhere but on the screen, usable by everyone."""

from typing import Any

import pytest
from playwright.sync_api import Browser, FilePayload, Page

from tests.site.hospital import Hospital
from tests.site.visit import STEPS, Visit

VIEWS = (
    "home", "raise", "inbox", "guidance", "safer", "support", "learning", "offline", "verify",
    "privacy", "accessibility",
)  # fmt: skip


def shown(page: Page) -> list[str]:
    """The views that can be seen."""
    found: list[str] = page.locator("section.view:visible").evaluate_all("found => found.map((each) => each.id)")
    return found


@pytest.mark.parametrize("view", VIEWS)
def test_a_fragment_shows_its_view_and_leaves_the_address(visit: Visit, view: str):
    visit.open(f"#{view}")
    assert shown(visit.page) == [view]
    assert visit.page.url == f"{visit.place.url}/"


def test_an_unknown_fragment_shows_home(visit: Visit):
    for fragment in ("#nothing", "#raise-body", "#../x", "#raise/codename"):
        visit.page.goto("about:blank")
        visit.open(fragment)
        assert shown(visit.page) == (["raise"] if fragment.startswith("#raise/") else ["home"])
        assert visit.page.url == f"{visit.place.url}/"


def test_neither_title_nor_history_tells_which_view_was_read(visit: Visit):
    visit.open()
    for view in VIEWS:
        visit.view(view)
        assert shown(visit.page) == [view]
        assert visit.page.title() == "Candour"
        assert visit.page.url == f"{visit.place.url}/"
        assert isinstance(visit.page.evaluate("history.state"), int)
        assert visit.page.evaluate("document.activeElement.tagName") == "H1"


def test_back_and_forward_work_while_the_page_lives(visit: Visit):
    visit.open()
    visit.view("support")
    visit.view("verify")
    visit.page.go_back()
    assert shown(visit.page) == ["support"]
    visit.page.go_back()
    assert shown(visit.page) == ["home"]
    visit.page.go_forward()
    assert shown(visit.page) == ["support"]
    visit.page.reload()
    visit.page.wait_for_selector('html[data-state="ready"]')
    visit.page.go_back()
    assert shown(visit.page) == ["home"], "numbers from before a reload mean nothing"


def test_a_fragment_typed_into_the_open_page_is_taken_out_too(visit: Visit):
    visit.open()
    visit.page.evaluate("location.hash = 'privacy'")
    visit.page.wait_for_selector("#privacy:visible")
    assert visit.page.url == f"{visit.place.url}/"


def test_moving_about_asks_for_nothing(visit: Visit):
    visit.open()
    before = visit.asked_for()
    for view in VIEWS:
        visit.view(view)
    visit.fill_until("retype")
    assert visit.asked_for() == before


def test_every_visit_asks_for_the_same(chromium: Browser, place: Hospital):
    found = []
    for fragment in ("", "#raise", "#inbox", "#verify"):
        one = Visit(chromium, place).open(fragment)
        found.append(sorted(one.asked_for()))
        one.close()
    assert found[0] == sorted(
        [
            ("GET", "/"), ("GET", "/assets/candour.css"), ("GET", "/assets/candour.js"), ("GET", "/assets/first.js"),
            ("GET", "/assets/rest.js"),
            ("GET", "/assets/rest.json"), ("GET", "/assets/shared.js"), ("GET", "/assets/shared.js"),
            ("GET", "/assets/worker.js"), ("GET", "/assets/worker.js"), ("GET", "/directory"), ("GET", "/board"),
            ("GET", "/beacon"),
        ]
    )  # fmt: skip
    assert all(each == found[0] for each in found)


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_no_view_scrolls_sideways_and_targets_are_large(chromium: Browser, place: Hospital, width: int):
    visit = Visit(chromium, place, viewport={"width": width, "height": 800}).open()
    for view in VIEWS:
        visit.view(view)
        check_layout(visit.page, view)
    visit.view("raise")
    for step in STEPS[1:]:
        visit.fill_until(step) if visit.step() == "start" else visit.page.wait_for_timeout(0)
        check_layout(visit.page, step)
        if step != "retype":
            visit._fill(step, "W" * 300, (0, 1), "")
            visit.next(step)
    visit.page.fill("#retype-codename", "wrong")
    visit.next("retype")
    check_layout(visit.page, "error")
    visit.close()


def check_layout(page: Page, where: str) -> None:
    """No horizontal scrolling; nothing to press under 44 pixels, but links inside a sentence."""
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, where
    small = page.locator("button:visible, .button:visible, .menu a:visible, summary:visible, .exit").evaluate_all(
        "found => found.filter((each) => each.getBoundingClientRect().height < 43.9).map((each) => each.outerHTML)"
    )
    assert small == [], where


def violations(page: Page, where: str) -> list[Any]:
    """What axe-core objects to, in short."""
    result = page.evaluate("() => axe.run(document, { resultTypes: ['violations'] })")
    return [(where, each["id"], [node["html"][:160] for node in each["nodes"]]) for each in result["violations"]]


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_any_view_or_state(chromium: Browser, place: Hospital, axe: str, scheme: str):
    visit = Visit(chromium, place, color_scheme=scheme, viewport={"width": 390, "height": 844})
    visit.context.add_init_script(axe)
    visit.open()
    page, found = visit.page, []
    for view in VIEWS:
        visit.view(view)
        found += violations(page, view)
    visit.view("raise")
    for step in STEPS:
        if step in ("danger", "happened", "to"):
            visit.next(step)
            found += violations(page, f"{step} with its error")
        found += violations(page, step)
        if step == "retype":
            break
        visit._fill(step, "Dr Smith rang 07700 900123.", (0, 1), "")
        if step == "happened":
            page.wait_for_selector('[data-step="happened"] .coach-body:visible')
            found += violations(page, "happened, with the coach")
        if step == "files":
            found += files_in_every_state(visit)
        if step == "codename":
            found += practised(visit)
        if step == "danger":
            page.check("#danger-yes")
            found += violations(page, "danger, yes")
        visit.next(step)
    page.fill("#retype-codename", "one two three")
    visit.next("retype")
    found += violations(page, "retype with its error")
    page.click("#retype-codename >> xpath=ancestor::form >> [data-back] >> nth=-1")
    codename = " ".join(page.locator("#codename-words li").all_text_contents())
    visit.next("codename")
    page.fill("#retype-codename", codename)
    visit.next("retype")
    found += violations(page, "sending")
    page.wait_for_selector('[data-step="sent"]:visible')
    found += violations(page, "sent")
    visit.close()

    inbox = Visit(chromium, place, color_scheme=scheme, viewport={"width": 390, "height": 844})
    inbox.context.add_init_script(axe)
    first, second = place.keys[:2]
    board = place.board(
        place.reply(codename, first, "Thank you.", status="assessed"), place.receipt(codename, first),
        place.reply(codename, second, "x" * 4000)[:-1],
    )  # fmt: skip
    inbox.answer("/board", board).open("#inbox")
    inbox.page.fill("#inbox-codename", "one two")
    inbox.page.click('[data-step="locked"] [data-next]')
    found += violations(inbox.page, "inbox with its error")
    inbox.unlock(codename)
    found += violations(inbox.page, "open inbox")
    inbox.page.evaluate("document.querySelector('#idle').showModal()")
    found += violations(inbox.page, "idle warning")
    inbox.close()
    assert found == []


def files_in_every_state(visit: Visit) -> list[Any]:
    """What axe objects to while files are there that nobody knows, and one that is not taken; none stays."""
    page = visit.page
    contents = {"notes.xyz": b"no kind that is known", "letter.docx": b"PK\x03\x04" + bytes(40), "empty.png": b""}
    kind = "application/octet-stream"
    files: list[FilePayload] = [{"name": name, "mimeType": kind, "buffer": data} for name, data in contents.items()]
    page.set_input_files("#files-raise input[type=file]", files)
    page.wait_for_selector(f"#files-raise li.file >> nth={len(files) - 1}")
    found = violations(page, "files that are asked about")
    for button in reversed(page.locator("#files-raise [data-remove]").all()):
        button.click()
    return found


def practised(visit: Visit) -> list[Any]:
    """What axe objects to where the codename is practised: before, after a wrong try, and with the words shown."""
    page = visit.page
    page.click("#raise [data-practise]")
    page.wait_for_selector('#raise [data-step="practise"]:visible')
    found = violations(page, "practise")
    page.fill("#practise-raise-box", "one two")
    page.click("#raise [data-try]")
    found += violations(page, "practise, wrong")
    page.click("#raise [data-look]")
    found += violations(page, "practise, shown")
    page.click('#raise [data-step="practise"] [data-back]')
    page.wait_for_selector('#raise [data-step="codename"]:visible')
    return found


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("missing", ["/assets/candour.js", "/assets/rest.js"], ids=["plain", "closed"])
def test_axe_finds_nothing_where_there_is_no_form(
    chromium: Browser, place: Hospital, axe: str, missing: str, scheme: str
):
    """Plain: what people without scripts read, all of it. Closed: a part is missing."""
    visit = Visit(chromium, place, color_scheme=scheme, viewport={"width": 320, "height": 800})
    visit.context.add_init_script(axe)
    visit.answer(missing, b"", status=404)
    visit.page.goto(place.url)
    if missing == "/assets/rest.js":
        visit.page.wait_for_selector('html[data-state="closed"]')
        visit.view("raise")
    check_layout(visit.page, missing)
    found = violations(visit.page, missing)
    visit.complaints.clear()
    visit.close()
    assert found == []


@pytest.mark.slow
def test_the_whole_form_can_be_filled_in_with_the_keyboard_alone(visit: Visit):
    visit.open()
    page = visit.page
    press = page.keyboard.press

    def to(selector: str) -> None:
        """Tab until something has the focus."""
        for _ in range(40):
            if page.evaluate("selector => document.activeElement?.matches(selector)", selector):
                return
            press("Tab")
        raise AssertionError(f"the keyboard does not reach {selector}")

    def go_on() -> None:
        to(".step:not([hidden]) [data-next]")
        press("Enter")

    to("#home a[data-view=raise]")
    press("Enter")
    go_on()
    to("#danger-yes")
    press("ArrowDown")
    go_on()
    to("#who-staff")
    press("Space")
    go_on()
    to("#happened")
    page.keyboard.type("The alarm was off.")
    go_on()
    to("#about-care")
    press("Space")
    go_on()
    to("#patients")
    page.keyboard.type("One fell.")
    go_on()
    for _ in ("ongoing", "raised", "hard", "hunt", "help", "files"):
        go_on()
    to("#to input[data-g]")
    press("Space")
    go_on()
    go_on()
    go_on()
    codename = " ".join(page.locator("#codename-words li").all_text_contents())
    go_on()
    to("#retype-codename")
    page.keyboard.type(codename)
    go_on()
    page.wait_for_selector('[data-step="sent"]:visible')
    assert page.evaluate("document.activeElement.tagName") == "H1"


def test_the_skip_link_leads_past_the_header(visit: Visit):
    visit.open()
    visit.page.evaluate("document.activeElement.blur()")
    visit.page.keyboard.press("Tab")
    assert visit.page.evaluate("document.activeElement.id") == "skip"
    visit.page.keyboard.press("Enter")
    assert visit.page.evaluate("document.activeElement.id") == "main"
    assert visit.page.url == f"{visit.place.url}/"
