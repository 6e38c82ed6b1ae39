"""A reporter at a real browser: everything is done through what the page shows, and every request is written down.

visit = Visit(browser, hospital.url)
codename = visit.raise_concern(text, to=[0, 1])
visit.close()
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Page, Request

# A codename takes seconds where nothing is compiled, and pieces leave at random slots.
PATIENCE = 120_000

# What a reporter chooses among the packaged questions, by the ids that travel.
CHOSEN: dict[str, str | list[str]] = {
    "danger": "no",
    "who": "staff",
    "about": ["safety", "means"],
    "ongoing": "yes",
    "raised": "manager",
    "hard": ["job", "useless"],
    "hunt": "no",
}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One request that the browser made."""

    method: str
    url: str
    headers: dict[str, str]
    body: bytes


class Visit:
    """One visit in a profile of its own, which nothing survives."""

    def __init__(self, browser: Browser, url: str, **options: Any) -> None:
        self._context = browser.new_context(**options)
        self.page: Page = self._context.new_page()
        self.requests: list[Asked] = []
        self.console: list[str] = []
        self.codename = ""
        self.page.set_default_timeout(PATIENCE)
        self._context.on("request", self._asked)
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.console.append(f"error: {error}"))
        self.page.goto(url)
        self.page.wait_for_selector('html[data-state="ready"], html[data-state="closed"]', state="attached")
        if self.page.get_attribute("html", "data-state") != "ready":
            said = self.page.inner_text("#raise")
            self.close()
            raise RuntimeError(f"the page has closed itself: {said} {self.console}")

    @classmethod
    def of(cls, page: Page) -> "Visit":
        """A visit on a page that somebody else has opened; nothing of it is written down."""
        visit = cls.__new__(cls)
        visit.page, visit.codename = page, ""
        return visit

    def raise_concern(self, texts: dict[str, str], *, to: list[str], exclude: list[str] | None = None) -> str:
        """Fill in the whole form and wait until all has left; the codename that was shown."""
        codename = self.begin_concern(texts, to=to, exclude=exclude)
        self.page.wait_for_selector('[data-step="sent"]:visible')
        return codename

    def begin_concern(self, texts: dict[str, str], *, to: list[str], exclude: list[str] | None = None) -> str:
        """Fill in the whole form and press "Send it"; the codename that was shown."""
        self.page.click('a[data-view="raise"] >> visible=true')
        for _ in self.concern_steps(texts, to=to, exclude=exclude):
            pass
        return self.codename

    def concern_steps(self, texts: dict[str, str], *, to: list[str], exclude: list[str] | None = None) -> Iterator[str]:
        """Fill in one step of the form after another; each step's name once it is filled in and before it is left."""
        page = self.page
        while (step := self._step()) != "codename":
            self._fill(step, texts, {"to": to, "exclude": exclude or []})
            yield step
            self._next(step)
        page.wait_for_selector("#codename-words li")
        self.codename = " ".join(page.locator("#codename-words li").all_text_contents())
        yield "codename"
        self._next("codename")
        page.fill("#retype-codename", self.codename)
        yield "retype"
        self._next("retype")
        yield "send"

    def wait_for_cell(self) -> None:
        """Wait until a cell has left, cover as a rule."""
        with self.page.expect_request(lambda request: "/cells/" in request.url):
            pass

    def wait_for_first_piece(self) -> None:
        """Wait until one piece at least has left; the bar moves before that too, while the codename is worked out."""
        self.page.wait_for_selector('#send-progress:text-matches("^Piece [0-9]+ of")')

    def open_inbox(self, codename: str) -> list[str]:
        """Open the inbox with a codename; the texts of the replies, exactly as the page holds them."""
        page = self.page
        page.click('a[data-view="inbox"] >> visible=true')
        page.fill("#inbox-codename", codename)
        page.click('#inbox [data-step="locked"] button[data-next]')
        page.wait_for_selector('#inbox [data-step="open"]:visible')
        return page.locator("#replies .reply-text").all_text_contents()

    def receipts(self) -> int:
        """How many signed receipts the open inbox offers."""
        return self.page.locator("#receipts li").count()

    def write_again(self, text: str) -> None:
        """Write back from the open inbox, to whoever is chosen there."""
        page = self.page
        page.fill("#more-text", text)
        if page.locator("#more-to input:checked").count() == 0:
            page.locator("#more-to input").first.check()
        page.click("#more button[type=submit]")
        page.wait_for_selector("#inbox-sending:visible")
        page.wait_for_selector("#inbox-sending", state="hidden")

    def left_behind(self) -> dict[str, Any]:
        """What the page has put into the browser's storage and address."""
        found: dict[str, Any] = self.page.evaluate(
            """async () => ({
                url: location.href, title: document.title, cookies: document.cookie,
                local: localStorage.length, session: sessionStorage.length,
                databases: (await indexedDB.databases()).length, caches: (await caches.keys()).length,
                workers: (await navigator.serviceWorker.getRegistrations()).length,
            })"""
        )
        return found

    def close(self) -> None:
        """Leave, as closing the tab does."""
        self.page.close(run_before_unload=False)
        self._context.close()

    def _fill(self, step: str, texts: dict[str, str], people: dict[str, list[str]]) -> None:
        """Answer everything that a step asks: what is chosen is in `CHOSEN`, texts are given, what is left is empty."""
        within = self.page.locator(f'#raise [data-step="{step}"]')
        for name, picked in CHOSEN.items():
            for option in [picked] if isinstance(picked, str) else picked:
                if within.locator(f"#{name}").count():
                    within.locator(f"#{name}-{option}").check()
        for name, text in texts.items():
            if within.locator(f"textarea#{name}").count():
                within.locator(f"textarea#{name}").fill(text)
        if step in people:
            self._choose(step, people[step])

    def _step(self) -> str:
        """The step of the form that shows."""
        return self.page.locator("#raise form.step:visible").get_attribute("data-step") or ""

    def _next(self, step: str) -> None:
        self.page.click(f'#raise [data-step="{step}"] [data-next]')

    def _choose(self, step: str, names: list[str]) -> None:
        for name in names:
            self.page.get_by_label(name, exact=False).locator(f"xpath=self::input[ancestor::*[@id='{step}']]").check()

    def _asked(self, request: Request) -> None:
        body = request.post_data_buffer or b""
        self.requests.append(Asked(method=request.method, url=request.url, headers=request.headers, body=body))

    def _said(self, message: ConsoleMessage) -> None:
        self.console.append(f"{message.type}: {message.text}")
