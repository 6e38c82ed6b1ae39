"""The view that is asked for shows at once, while scripts are still on their way, and after that nothing moves."""

import pytest
from playwright.sync_api import Browser, Route

from tests.site.hospital import Hospital
from tests.site.test_views import VIEWS, shown, violations
from tests.site.visit import Visit

# Chromium's own measure of what moved that nobody had moved: the shifts since the page was asked for.
MOVED = """() => new Promise((done) => {
  const where = ({ node, previousRect, currentRect }) => [node?.outerHTML?.slice(0, 60), previousRect.y, currentRect.y];
  const told = ({ value, sources }) => [value, ...sources.map(where)];
  const watch = new PerformanceObserver((list) => done(list.getEntries().map(told)));
  watch.observe({ type: "layout-shift", buffered: true });
  setTimeout(() => done([]), 1000);
})"""
ASKED = ("", "#raise", "#inbox", "#guidance")


class Held(Visit):
    """A visit whose page waits for its script until it is let go on."""

    def __init__(self, browser: Browser, place: Hospital, width: int = 390) -> None:
        super().__init__(browser, place, viewport={"width": width, "height": 844})
        self._held: list[Route] = []
        self.answer("/assets/candour.js", self._hold)

    def _hold(self, route: Route) -> None:
        self._held.append(route)

    def begin(self, fragment: str) -> None:
        """Ask for the page, until it has been drawn."""
        self.page.goto(f"{self.place.url}/{fragment}", wait_until="commit")
        self.page.wait_for_selector("footer", state="attached")
        self.page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")

    def go_on(self) -> None:
        """Let the script come; until there is a form."""
        for route in self._held:
            route.continue_()
        self.page.wait_for_selector('html[data-state="ready"]')


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("fragment", ASKED)
def test_nothing_moves_when_the_scripts_have_come(chromium: Browser, place: Hospital, fragment: str, width: int):
    visit = Held(chromium, place, width)
    visit.begin(fragment)
    view = fragment[1:] or "home"
    assert shown(visit.page) == [view]
    assert visit.page.locator(".closed:visible, #plain:visible").count() == 0
    assert visit.page.evaluate("scrollY") == 0
    before = visit.page.inner_text(f"#{view} h1")
    visit.go_on()
    assert shown(visit.page) == [view]
    assert visit.page.locator(f"#{view} h1:visible").inner_text() == before
    assert visit.page.evaluate(MOVED) == []
    visit.close()


def test_the_measure_sees_what_moves(chromium: Browser, place: Hospital):
    """Without the script that hides, the page shows its plain parts first."""
    visit = Held(chromium, place)
    visit.answer("/assets/first.js", lambda route: route.abort())
    visit.begin("")
    assert visit.page.locator("#plain").is_visible()
    visit.go_on()
    assert sum(value for value, *_ in visit.page.evaluate(MOVED)) > 0.01
    visit.complaints.clear()
    visit.close()


def test_a_view_can_be_read_before_the_scripts_have_come(chromium: Browser, place: Hospital, axe: str):
    visit = Held(chromium, place)
    visit.context.add_init_script(axe)
    found = []
    visit.begin("")
    for view in VIEWS:
        visit.view(view)
        visit.page.locator(f"section#{view}").wait_for()
        assert shown(visit.page) == [view]
        found += violations(visit.page, view) if view in ("raise", "inbox", "learning") else []
    assert visit.page.locator("textarea").count() == 0
    assert "Nothing you write leaves" in (visit.page.locator("#raise .opening").text_content() or "")
    visit.go_on()
    assert shown(visit.page) == [view]
    assert visit.page.url == f"{place.url}/"
    visit.close()
    assert found == []


def test_the_mark_stays_where_it_is_before_the_name_beside_it_has_come(chromium: Browser, place: Hospital):
    """A slow line may bring the mark in one packet and the name in the next."""
    visit = Visit(chromium, place, viewport={"width": 1280, "height": 844})
    visit.open()
    top = "() => document.querySelector('.mark').getBoundingClientRect().y"
    whole = visit.page.evaluate(top)
    visit.page.evaluate("document.querySelectorAll('.brand > :not(.mark)').forEach((each) => each.remove())")
    assert visit.page.evaluate(top) == whole
    visit.close()
