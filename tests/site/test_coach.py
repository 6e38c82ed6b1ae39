"""The coach in a real browser: it speaks after a pause, shows the place, mends spacing, and asks nobody."""

import pytest
from playwright.sync_api import Browser

from tests.site.hospital import Hospital
from tests.site.visit import Visit

TEXT = "Dr Smith came at 14:30.\u00a0 I was the only nurse. Ring 07700 900123."
PANEL = '[data-step="happened"] .coach'


def write(visit: Visit, text: str) -> None:
    """Write what happened, and wait until the coach has spoken."""
    visit.page.fill("#happened", text)
    visit.page.wait_for_selector(f"{PANEL}-body:visible")


def findings(visit: Visit, panel: str = PANEL) -> list[str]:
    """What is quoted."""
    return visit.page.locator(f"{panel}-list .coach-quote:visible").all_inner_texts()


def test_it_speaks_once_after_typing_pauses_and_asks_nobody(visit: Visit):
    visit.open().fill_until("happened")
    before = visit.asked_for()
    visit.page.evaluate(
        """() => {
            window.spoken = [];
            const status = document.querySelector('[data-step="happened"] .coach-status');
            new MutationObserver(() => spoken.push(status.textContent)).observe(status, { childList: true });
        }"""
    )
    visit.page.locator("#happened").press_sequentially(TEXT, delay=5)
    assert visit.page.evaluate("spoken") == []
    visit.page.wait_for_selector(f"{PANEL}-body:visible")
    assert findings(visit) == ["“Dr Smith”", "“07700 900123”", "“I was the only”", "“14:30”"]
    assert visit.page.evaluate("spoken") == ["5 things to look at, below."]
    status = visit.page.locator(f"{PANEL}-status")
    assert status.get_attribute("role") == "status"
    assert "It cannot see everything." in visit.page.inner_text(f"{PANEL}-body")
    assert visit.asked_for() == before


def test_it_shows_the_place_and_never_blocks(visit: Visit):
    visit.open().fill_until("happened")
    lines = "\n".join(f"Line {number}." for number in range(200))
    write(visit, f"{lines}\nRing 07700 900123.\n{lines}")
    visit.page.get_by_role("button", name="Show me").click()
    chosen = visit.page.evaluate(
        """() => {
            const box = document.querySelector("#happened");
            const { selectionStart: from, selectionEnd: to, scrollTop: above } = box;
            return [document.activeElement === box, box.value.slice(from, to), above > 0];
        }"""
    )
    assert chosen == [True, "07700 900123", True]
    visit.next("happened")
    assert visit.step() != "happened"


def test_spacing_is_made_plain_and_can_be_had_back(visit: Visit):
    visit.open().fill_until("happened")
    given = "The w\u0430rd\u00a0was \u200bfull.  Nobody came."
    write(visit, given)
    visit.page.click(f"{PANEL} [data-plain]")
    assert visit.page.input_value("#happened") == "The ward was full. Nobody came."
    assert visit.page.inner_text(f"{PANEL}-status") == "Spacing is plain now."
    assert not visit.page.is_visible(f"{PANEL} [data-plain]")
    visit.page.click(f"{PANEL} [data-undo]")
    assert visit.page.input_value("#happened") == given
    assert visit.page.inner_text(f"{PANEL}-status") == "Your text is as it was."


def test_the_check_leads_back_to_each_place(visit: Visit):
    visit.open().fill_until("check", TEXT)
    assert "“Dr Smith”" in findings(visit, "#coach-check .coach")
    visit.page.get_by_role("button", name="Show me, in “What happened?”").first.click()
    assert visit.step() == "happened"
    selected = visit.page.evaluate(
        "() => { const box = document.activeElement; return box.value.slice(box.selectionStart, box.selectionEnd); }"
    )
    assert selected == "Dr Smith"
    visit.next("happened")
    assert visit.step() == "check"


def test_a_text_without_anything_is_told_so_at_the_check(visit: Visit):
    visit.open().fill_until("check", "The bell was broken.")
    assert visit.page.is_visible(".coach-none")
    assert findings(visit, "#coach-check .coach") == []


def test_the_own_codename_in_the_text_is_seen(visit: Visit):
    visit.open().fill_until("codename")
    words = visit.page.locator("#codename-words li").all_text_contents()
    for _ in range(20):
        if visit.step() == "happened":
            break
        visit.page.click(".step:visible [data-back]")
    write(visit, f"Mine is {' '.join(words[2:6])}.")
    assert findings(visit) == [f"“{' '.join(words[2:6])}”"]


def test_hostile_text_is_shown_as_text(visit: Visit):
    visit.open().fill_until("happened")
    write(visit, "Mr <img/src=x/onerror=alert(1)>Smith and dr <b>Jones</b> a@<i>b.example, x.y@z.example")
    assert visit.page.locator(f"{PANEL} img, {PANEL} b, {PANEL} i").count() == 0


def test_nothing_of_it_stays_after_sending(visit: Visit):
    visit.open().send("Dr Peculiar said\u00a0so.")
    assert "Peculiar" not in visit.page.content()


@pytest.mark.slow
def test_the_longest_text_does_not_stop_the_page_where_nothing_is_compiled(chromium_jitless: Browser, place: Hospital):
    visit = Visit(chromium_jitless, place).open()
    visit.fill_until("happened")
    visit.page.evaluate(
        """() => {
            window.longest = 0;
            let last = performance.now();
            setInterval(() => {
                const now = performance.now();
                [longest, last] = [Math.max(longest, now - last), now];
            }, 10);
        }"""
    )
    write(visit, "Dr Smith came at 14:30, 1 2 3 4. " * 1300)
    assert visit.page.evaluate("longest") < 4000
    visit.close()
