"""The same page in Firefox, as people have it and as Tor Browser's "Safer" level leaves it."""

import pytest

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
