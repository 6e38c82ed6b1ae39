"""A visit to the site in a fresh Chromium context, driven as a person would."""

import time
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Dialog, Request, Route

from tests.site.hospital import Hospital

PATIENCE = 60_000
STEPS = (
    "start", "danger", "who", "happened", "about", "effects", "ongoing", "raised", "hard", "hunt", "help", "files",
    "to", "exclude", "check", "codename", "retype",
)  # fmt: skip


class Visit:
    """One page in one context. `requests` are all requests, `complaints` what console and page reported."""

    steps: tuple[str, ...] = STEPS

    def __init__(self, browser: Browser, place: Hospital, **options: Any) -> None:
        self.place = place
        self.context = browser.new_context(**options)
        self.page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.requests: list[Request] = []
        self.cell_times: list[float] = []  # when each cell left, in seconds
        self.complaints: list[str] = []
        self.context.on("request", self._asked)
        self.dialogs: list[str] = []
        self.page.on("console", self._said)
        self.page.on("dialog", self._questioned)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _asked(self, request: Request) -> None:
        self.requests.append(request)
        if "/cells/" in request.url:
            self.cell_times.append(time.monotonic())

    def _questioned(self, dialog: Dialog) -> None:
        self.dialogs.append(dialog.type)
        dialog.accept()

    def _said(self, message: ConsoleMessage) -> None:
        # Headers name features that this Chromium does not know yet; and a test may cut the network.
        if "Permissions-Policy" not in message.text and "net::ERR" not in message.text:
            self.complaints.append(message.text)

    def open(self, fragment: str = "", state: str = "ready") -> "Visit":
        """Go to the site and wait until it is ready (or closed)."""
        self.page.goto(f"{self.place.url}/{fragment}")
        self.page.wait_for_selector(f'html[data-state="{state}"]')
        return self

    def answer(self, path: str, body: bytes | Callable[[Route], None], status: int = 200) -> "Visit":
        """Let the network answer a path with something else than the server does."""
        answer = body if callable(body) else lambda route: route.fulfill(status=status, body=body)
        self.page.route(f"**{path}", answer)
        return self

    def view(self, name: str) -> None:
        """Follow the menu."""
        self.page.click(f'.menu a[data-view="{name}"]')

    def next(self, step: str) -> None:
        """Press the step's button."""
        self.page.click(f'#raise [data-step="{step}"] [data-next]')

    def step(self) -> str:
        """The step of the form that shows."""
        return self.page.locator("#raise-body .step:visible").get_attribute("data-step") or ""

    def fill_until(self, stop: str, happened: str = "The alarm was off.", to: tuple[int, ...] = (0, 1)) -> str:
        """Fill in the form up to a step, which then shows; the codename, if it was shown."""
        page, codename = self.page, ""
        if not page.is_visible("#raise"):
            self.view("raise")
        for step in self.steps:
            page.wait_for_selector(f'#raise [data-step="{step}"]:visible')
            if step == stop:
                return codename
            if step == "codename":
                codename = " ".join(page.locator("#codename-words li").all_text_contents())
            self._fill(step, happened, to, codename)
            self.next(step)
        return codename

    def finish_from(self, first: str, to: tuple[int, ...]) -> str:
        """From a step after the questions to the end; the codename."""
        codename = ""
        for step in self.steps[self.steps.index(first) :]:
            self.page.wait_for_selector(f'#raise [data-step="{step}"]:visible')
            if step == "codename":
                codename = " ".join(self.page.locator("#codename-words li").all_text_contents())
            self._fill(step, "", to, codename)
            self.next(step)
        self.page.wait_for_selector('[data-step="sent"]:visible')
        return codename

    def _fill(self, step: str, happened: str, to: tuple[int, ...], codename: str) -> None:
        page = self.page
        if step == "danger":
            page.check("#danger-no")
        elif step == "happened":
            page.fill("#happened", happened)
        elif step == "effects":
            page.fill("#patients", "One fell.")
        elif step == "about":
            page.check("#about-safety")
            page.check("#about-idea")
        elif step == "ongoing":
            page.check("#ongoing-yes")
        elif step == "hunt":
            page.check("#hunt-maybe")
        elif step == "to":
            for index in to:
                page.locator("#to input").nth(index).check()
        elif step == "retype":
            page.fill("#retype-codename", codename)

    def send(self, happened: str = "The alarm was off.", to: tuple[int, ...] = (0, 1)) -> str:
        """Raise a concern and wait until it has left; the codename."""
        codename = self.fill_until("sent", happened, to)
        self.page.wait_for_selector('[data-step="sent"]:visible')
        return codename

    def unlock(self, codename: str) -> None:
        """Open the inbox."""
        self.view("inbox")
        self.page.fill("#inbox-codename", codename)
        self.page.click('[data-step="locked"] [data-next]')
        self.page.wait_for_selector('[data-step="open"]:visible')

    def errors(self) -> list[str]:
        """What the error summary says."""
        return self.page.locator(".govuk-error-summary li:visible").all_inner_texts()

    def asked_for(self) -> list[tuple[str, str]]:
        """Method and path of every request but cover, and the icon, which the browser fetches when it likes."""
        found = [(each.method, each.url.removeprefix(self.place.url)) for each in self.requests]
        return [(method, path) for method, path in found if not path.startswith(("/cells/", "/assets/mark.svg"))]

    def close(self) -> None:
        """Leave, and fail if anything was complained about."""
        self.context.close()
        assert self.complaints == []
