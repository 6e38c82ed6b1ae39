"""Debian's Firefox ESR, the base of Tor Browser, driven by puppeteer-core over WebDriver BiDi.

    with launch_firefox(safer=True) as browser:
        page = browser.open(url)
        page.evaluate("async (name) => (await fetch(name)).status", "vectors.json")
        page.wait_for("() => document.title === 'ready'")

`safer` switches off what Tor Browser's "Safer" level switches off: WebAssembly and every compiler. A Node process does
the driving (firefox.mjs, beside this file); values cross as JSON.
"""

import json
import os
import selectors
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

FIREFOX = Path("/usr/bin/firefox-esr")

Pref = bool | int | str

_SAFER = {f"javascript.options.{name}": False for name in ("wasm", "ion", "baselinejit", "native_regexp", "asmjs")}


class FirefoxError(Exception):
    """What the page or the browser said when a request failed."""


class FirefoxPage:
    """One tab."""

    def __init__(self, browser: "Firefox", number: int) -> None:
        self._browser = browser
        self._number = number

    def goto(self, url: str) -> None:
        """Load another address and wait for its load event."""
        self._do("goto", url=url)

    def back(self) -> None:
        """Press the back button."""
        self._do("back")

    def reload(self) -> None:
        """Load the same address anew."""
        self._do("reload")

    def evaluate(self, function: str, *args: Any, timeout: float = 60) -> Any:
        """Call a JavaScript function, given as source text, with JSON arguments; its awaited result."""
        return self._do("evaluate", timeout, source=function, args=args)

    def wait_for(self, function: str, *args: Any, timeout: float = 30) -> Any:
        """Call `function` until it returns something true; that value. Raises TimeoutError after `timeout` seconds."""
        deadline = time.monotonic() + timeout
        while not (value := self.evaluate(function, *args, timeout=timeout + 60)):
            if time.monotonic() > deadline:
                raise TimeoutError(f"waited {timeout} s for {function}; the page said {self.log()}")
            time.sleep(0.05)
        return value

    def log(self) -> list[str]:
        """Console messages and uncaught errors so far, each as "type: text"."""
        lines: list[str] = self._do("log")
        return lines

    def screenshot(self, path: Path) -> None:
        """Save what the window shows, as PNG."""
        self._do("screenshot", path=str(path))

    def close(self) -> None:
        """Close the tab."""
        self._do("close")

    def _do(self, action: str, timeout: float = 60, **details: Any) -> Any:
        return self._browser.request(action, timeout, page=self._number, **details)


class Firefox:
    """A running Firefox. Use `launch_firefox(...)`, which also ends it."""

    def __init__(self, prefs: Mapping[str, Pref], profile: Path | None = None) -> None:
        node = shutil.which("node")
        if node is None:
            raise FirefoxError("no node in the path: run `make check` once, it sets Node up")
        settings = json.dumps({"executablePath": str(FIREFOX), "prefs": dict(prefs), "profile": str(profile or "")})
        self._process = subprocess.Popen(
            [node, str(Path(__file__).with_suffix(".mjs")), settings],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,  # a group of its own, so that ending it ends the browser too
        )
        self._last = 0
        self._buffer = b""
        self.version: str = self._read(60)["ready"]

    def open(self, url: str) -> FirefoxPage:
        """Open `url` in a new tab and wait for its load event."""
        return FirefoxPage(self, self.request("open", 60, url=url))

    def request(self, action: str, timeout: float, **details: Any) -> Any:
        """Send one request to firefox.mjs; its answer. Raises FirefoxError with what the browser said."""
        self._last += 1
        line = json.dumps({"id": self._last, "do": action, **details}) + "\n"
        stdin = self._process.stdin
        if stdin is None or self._process.poll() is not None:
            raise FirefoxError("the browser has ended")
        stdin.write(line.encode())
        stdin.flush()
        answer = self._read(timeout)
        while answer["id"] != self._last:  # an answer that came after its own time limit
            answer = self._read(timeout)
        if "error" in answer:
            raise FirefoxError(answer["error"])
        return answer["value"]

    def close(self) -> None:
        """End the browser: kindly by closing the input, then by signal to the processes started here."""
        if self._process.stdin is not None:
            with suppress(BrokenPipeError):
                self._process.stdin.close()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(60)
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(60)
        if self._process.stdout is not None:
            self._process.stdout.close()

    def _read(self, timeout: float) -> dict[str, Any]:
        """One line of JSON from the Node process, or an error that says what was waited for."""
        stdout = self._process.stdout
        if stdout is None:
            raise FirefoxError("the browser was started without a pipe")
        deadline = time.monotonic() + timeout
        with selectors.DefaultSelector() as selector:
            selector.register(stdout, selectors.EVENT_READ)
            while b"\n" not in self._buffer:
                if not selector.select(max(0.0, deadline - time.monotonic())):
                    raise TimeoutError(f"Firefox did not answer in {timeout} s")
                chunk = os.read(stdout.fileno(), 65536)
                if not chunk:
                    raise FirefoxError("the browser ended without an answer; its words are on standard error")
                self._buffer += chunk
        line, self._buffer = self._buffer.split(b"\n", 1)
        answer: dict[str, Any] = json.loads(line)
        return answer


@contextmanager
def launch_firefox(
    *,
    safer: bool = False,
    prefs: Mapping[str, Pref] | None = None,
    socks_port: int | None = None,
    profile: Path | None = None,
) -> Iterator[Firefox]:
    """Start a Firefox with a fresh profile, or one in the folder given, which stays, and end it on the way out.

    With `socks_port` everything, names included, goes through a SOCKS proxy on 127.0.0.1, and onion addresses count
    as secure contexts, as in Tor Browser.
    """
    chosen: dict[str, Pref] = {"network.dns.disabled": True}  # no test can talk to the outside by a name
    if safer:
        chosen |= _SAFER
    if socks_port:
        chosen |= _onion(socks_port)
    browser = Firefox({**chosen, **(prefs or {})}, profile)
    try:
        yield browser
    finally:
        browser.close()


def _onion(socks_port: int) -> dict[str, Pref]:
    return {
        "dom.securecontext.allowlist_onions": True,
        "network.dns.blockDotOnion": False,
        "network.proxy.type": 1,
        "network.proxy.socks": "127.0.0.1",
        "network.proxy.socks_port": socks_port,
        "network.proxy.socks_remote_dns": True,
        "network.proxy.allow_hijacking_localhost": True,
    }
