"""The same page in Firefox, as people have it and as Tor Browser's "Safer" level leaves it."""

import time

import pytest

from crypto import codename
from crypto.words import WORDS
from tests.adversary.between import between
from tests.harness.firefox import Firefox
from tests.site.hospital import Hospital
from tests.site.test_raise import received

pytestmark = pytest.mark.slow

FILL = """(without) => {
    const press = (step) => document.querySelector(`#raise [data-step="${step}"] [data-next]`).click();
    document.querySelector('.menu a[data-view="raise"]').click();
    press("start");
    document.querySelector("#danger-no").click();
    for (const step of ["danger", "who"]) press(step);
    document.querySelector("#happened").value = "Seen in Firefox.";
    const rest = ["happened", "about", "effects", "ongoing", "raised", "hard", "hunt", "help", "files"];
    for (const step of rest) if (step !== without) press(step);
    document.querySelector("#to input").click();
    for (const step of ["to", "exclude", "check"]) press(step);
    const words = [...document.querySelectorAll("#codename-words li")].map((each) => each.textContent).join(" ");
    press("codename");
    document.querySelector("#retype-codename").value = words;
    press("retype");
    return words;
}"""

COUNT = """(words) => {
    document.querySelector('.menu a[data-view="inbox"]').click();
    document.querySelector("#inbox-codename").value = words;
    document.querySelector("#inbox-codename").form.requestSubmit();
    const working = () => document.querySelector("#inbox-working").textContent !== "";
    const bar = document.querySelector("#inbox-bar");
    window.lived = { frames: 0, timers: 0, answers: 0, steps: 0 };
    let last = 0;
    const count = (kind, go) => { if (working()) { window.lived[kind] += 1; go(); } };
    const frame = () => count("frames", () => requestAnimationFrame(frame));
    const timer = () => count("timers", () => {
        if (bar.checkVisibility() && bar.value > last) window.lived.steps += 1;
        last = bar.value;
        setTimeout(timer, 20);
    });
    const answer = () => fetch("/beacon").then(() => count("answers", answer));
    for (const begin of [frame, timer, answer]) begin();
}"""

BLOCK = """() => {
    const now = () => (performance.timeOrigin + performance.now()) / 1000;
    const hold = () => {
        const begun = now();
        while (now() < begun + 5);
        window.held = [begun, now()];
    };
    setTimeout(hold, 50);
}"""


def raise_concern(browser: Firefox, place: Hospital) -> None:
    """Write to the first guardian and see that it arrives."""
    page = browser.open(f"{place.url}/#support")
    page.wait_for("() => document.documentElement.dataset.state === 'ready'", timeout=60)
    assert page.evaluate("() => location.hash") == ""
    words = page.evaluate(FILL, "")
    page.wait_for("() => document.querySelector('#sent-title')?.checkVisibility()", timeout=120)
    (found,) = received(place, place.keys[0], words)
    assert found.sections["happened"] == "Seen in Firefox."
    assert [line for line in page.log() if "error" in line.lower() and "Permissions" not in line] == []
    page.close()


def test_a_concern_leaves_from_firefox(firefox: Firefox, place: Hospital):
    raise_concern(firefox, place)


def test_a_concern_leaves_where_nothing_is_compiled(firefox_safer: Firefox, place: Hospital):
    raise_concern(firefox_safer, place)


def test_the_page_lives_while_a_codename_is_worked_out(firefox_safer: Firefox, place: Hospital):
    """Seconds without compilation. Firefox draws, runs timers, reads answers, and a bar tells how far it is."""
    page = firefox_safer.open(f"{place.url}/")
    page.wait_for("() => document.documentElement.dataset.state === 'ready'", timeout=60)
    page.evaluate(COUNT, codename.generate(WORDS))
    page.wait_for("""() => document.querySelector('[data-step="open"]')?.checkVisibility()""", timeout=120)
    lived = page.evaluate("() => window.lived")
    assert all(count >= 10 for count in lived.values()), lived
    page.close()


def test_cells_leave_while_the_page_itself_stands_still(firefox: Firefox, place: Hospital):
    """Whatever the page works at, the slots are those of every other visit: a Worker's requests do not wait for it."""
    with between(int(place.url.rsplit(":", 1)[1]), ("taken",)) as network:
        page = firefox.open(network.url)
        page.wait_for("() => document.documentElement.dataset.state === 'ready'", timeout=60)
        page.evaluate(BLOCK)
        begun, ended = page.wait_for("() => window.held ?? null", timeout=60)
        page.close()
        since = time.time() - time.monotonic()
        meanwhile = [one for one in network.tries if begun + 0.5 < since + one.began < ended - 0.5]
    assert len(meanwhile) >= 3
