"""Debian's WebKitGTK, the engine nearest to Safari's that runs here, driven over the W3C WebDriver protocol.

    with launch_webkit() as browser:
        browser.goto(url)
        browser.wait_for("return document.documentElement.dataset.state === 'ready'")
        browser.click("#raise [data-next]")

What only a real iPhone can show is listed in docs/BROWSERS.md. It draws on a screen of its own.
"""

import base64
import json
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from tests.harness.ports import free_port
from tests.harness.process import running
from tests.harness.screen import screen

DRIVER = Path("/usr/bin/WebKitWebDriver")
_ELEMENT = "element-6066-11e4-a52e-4f735466cecf"


class WebkitError(Exception):
    """The browser refused, and says why."""


class Webkit:
    """One window. Use `launch_webkit()`, which also ends it."""

    def __init__(self, address: str, binary: Path) -> None:
        self._address = address
        options = {"webkitgtk:browserOptions": {"binary": str(binary), "args": ["--automation"]}}
        answer = self._ask("POST", "/session", {"capabilities": {"alwaysMatch": options}})
        self._session = f"/session/{answer['sessionId']}"
        self.version = str(answer["capabilities"]["browserVersion"])

    def goto(self, url: str) -> None:
        """Load an address and wait for its load event."""
        self._do("POST", "/url", {"url": url})

    def run(self, body: str, *args: Any) -> Any:
        """The result of a function body; `arguments` are JSON."""
        return self._do("POST", "/execute/sync", {"script": body, "args": list(args)})

    def wait_for(self, body: str, *args: Any, timeout: float = 60) -> Any:
        """Run a function body until it returns something true; that. Raises TimeoutError."""
        deadline = time.monotonic() + timeout
        while not (value := self.run(body, *args)):
            if time.monotonic() > deadline:
                raise TimeoutError(f"waited {timeout} s for {body}; the page says: {self.run(_SEEN)[:2000]}")
            time.sleep(0.05)
        return value

    def click(self, selector: str) -> None:
        """Click the first visible element, as a mouse would."""
        deadline = time.monotonic() + 60
        while True:
            try:
                self._do("POST", f"/element/{self._visible(selector)}/click", {})
            except WebkitError as error:
                if "not interactable" not in str(error) or time.monotonic() > deadline:
                    raise
                time.sleep(0.1)  # it moves, or is not drawn yet
            else:
                return

    def type(self, selector: str, text: str) -> None:
        """Type into the first visible element, key by key; into a file field: choose the files of these lines."""
        self._do("POST", f"/element/{self._visible(selector)}/value", {"text": text})

    def text(self, selector: str) -> str:
        """The text of the first visible element."""
        return str(self._do("GET", f"/element/{self._visible(selector)}/text"))

    def screenshot(self, path: Path) -> None:
        """Save what the window shows, as PNG."""
        path.write_bytes(base64.b64decode(self._do("GET", "/screenshot")))

    def close(self) -> None:
        """End the browser."""
        self._ask("DELETE", self._session)

    def _visible(self, selector: str) -> str:
        found = self.wait_for(_VISIBLE, selector)
        return str(found[_ELEMENT])

    def _do(self, method: str, path: str, body: object = None) -> Any:
        return self._ask(method, self._session + path, body)

    def _ask(self, method: str, path: str, body: object = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self._address + path, data, method=method)
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise WebkitError(error.read().decode()[:1000]) from None


# In the middle of the window: the driver finds that what it scrolls to an edge itself cannot be pressed.
_VISIBLE = """const found = [...document.querySelectorAll(arguments[0])].find((each) => each.checkVisibility());
found?.scrollIntoView({ block: "center", behavior: "instant" });
return found ?? null"""
_SEEN = "return `${document.documentElement.dataset.state}: ${document.body.innerText}`"


@contextmanager
def launch_webkit() -> Iterator[Webkit]:
    """Start a screen, the driver and a window; end all three on the way out."""
    with tempfile.TemporaryDirectory(prefix="candour-webkit-") as home, screen() as display:
        environment = {
            "DISPLAY": display,
            "GDK_BACKEND": "x11",
            "GSETTINGS_BACKEND": "memory",
            "HOME": home,
            "LIBGL_ALWAYS_SOFTWARE": "1",
            "NO_AT_BRIDGE": "1",
            "XDG_RUNTIME_DIR": home,
        }
        port = free_port()
        address = f"http://127.0.0.1:{port}"
        command: list[str | Path] = [DRIVER, f"--port={port}", "--host=127.0.0.1"]
        with running(command, ready_url=f"{address}/status", env=environment, timeout=60):
            browser = Webkit(address, _minibrowser())
            try:
                yield browser
            finally:
                with suppress(WebkitError, OSError):  # it may have ended by itself; the driver's end ends it anyway
                    browser.close()


def _minibrowser() -> Path:
    """The little browser that Debian ships with the driver; its folder is named after the machine's kind."""
    return next(Path("/usr/lib").glob("*/webkit2gtk-4.*/MiniBrowser"))
