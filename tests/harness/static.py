"""Folders and JavaScript modules, served on 127.0.0.1 to real browsers.

    with serve(folder) as url: page.goto(f"{url}/index.html")

    with module_page(Path("crypto/cell.js")) as url:
        page.goto(url)
        page.evaluate("() => subject.seal(...)")     # `subject` is the module's exports

Browsers cannot resolve bare imports such as "@noble/hashes/sha2.js", so modules are bundled first; nothing is
lowered or minified, so that what is tested is what was written.
"""

import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

ROOT = Path(__file__).resolve().parents[2]

_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>loading</title>
<script type="module">
import * as subject from "./bundle.js";
globalThis.subject = subject;
document.title = "ready";
</script></html>
"""


class _Handler(SimpleHTTPRequestHandler):
    """Exact types, nothing cached, no log."""

    protocol_version = "HTTP/1.1"
    extensions_map = {  # noqa: RUF012  the base class has it so
        ".html": "text/html; charset=utf-8",
        ".js": "text/javascript; charset=utf-8",
        ".mjs": "text/javascript; charset=utf-8",
        ".css": "text/css; charset=utf-8",
        ".json": "application/json",
        ".svg": "image/svg+xml",
        ".txt": "text/plain; charset=utf-8",
        "": "application/octet-stream",
    }

    def __init__(self, *args: object, extra: Mapping[str, str], directory: str) -> None:
        self._extra = extra
        super().__init__(*args, directory=directory)  # type: ignore[arg-type]

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-store")
        for name, value in self._extra.items():
            self.send_header(name, value)
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing: a test's output is for its result."""


@contextmanager
def serve(folder: Path, headers: Mapping[str, str] | None = None) -> Iterator[str]:
    """Serve `folder` with `headers` added to every answer; yields the address, without a slash at the end."""
    handler = partial(_Handler, extra=headers or {}, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def bundle(entry: Path, out: Path) -> Path:
    """Bundle the ES module `entry` with all it imports into the ES module `out`; returns `out`."""
    command = [
        str(ROOT / "node_modules" / ".bin" / "esbuild"),
        str(entry.resolve()),
        "--bundle",
        "--format=esm",
        "--platform=browser",
        "--charset=utf8",
        "--target=esnext",
        "--log-level=warning",
        f"--outfile={out}",
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"esbuild could not bundle {entry}:\n{done.stderr}")
    return out


@contextmanager
def module_page(
    entry: Path, *, files: Mapping[str, bytes] | None = None, headers: Mapping[str, str] | None = None
) -> Iterator[str]:
    """Serve a page whose `globalThis.subject` is the module `entry`; yields its address.

    The page's title becomes "ready" once the module has run. `files` are served beside it, by name: vectors, say.
    """
    with tempfile.TemporaryDirectory(prefix="candour-page-") as name:
        folder = Path(name)
        bundle(entry, folder / "bundle.js")
        (folder / "index.html").write_text(_PAGE, encoding="utf-8")
        for file, content in (files or {}).items():
            (folder / file).write_bytes(content)
        with serve(folder, headers) as url:
            yield f"{url}/index.html"
