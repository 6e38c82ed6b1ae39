"""The scripts as released, and three that a careless change or a bribe could make of them.

Each sabotage changes one or two lines of a copy of the sender, which is then built as releases are, and put into a
published site with its digest, so that the page starts it like the true one.
"""

import hashlib
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from crypto.encoding import b64
from tests.harness.static import ROOT

SENDER = "portal/site/browser/sender.js"
WORKER = "portal/site/assets/worker.js"
SHARED = "portal/site/assets/shared.js"


@dataclass(frozen=True, kw_only=True)
class Sabotage:
    """Texts of the sender's source and what stands in their place."""

    changes: tuple[tuple[str, str], ...]


# Each of these would pass all tests of function: the report arrives.
SABOTAGES = {
    "sends at once": Sabotage(
        changes=(
            (
                "this.#queue.push({ letter, sent: 0 });",
                "this.#queue.push({ letter, sent: 0 });\n    void this.#hurry();",
            ),
            (
                "  #pause() {",
                """  async #hurry() {
    while (this.#queue.length > 0) {
      const current = this.#next();
      const answer = await this.#ports.put(current.name.hex, current.cell, current.nonce);
      if (answer?.status === 204) this.#taken(current);
    }
  }

  #pause() {""",
            ),
        )
    ),
    "no cover when idle": Sabotage(
        changes=(
            (
                "const current = this.#fresh(this.#outstanding);",
                """if (!this.#outstanding?.letter) this.#outstanding = this.#next();
    if (!this.#outstanding.letter) return this.#pause();
    const current = this.#fresh(this.#outstanding);""",
            ),
        )
    ),
    "cover is not sent again": Sabotage(
        changes=(
            (
                "const answer = await this.#ports.put(current.name.hex, current.cell, current.nonce);",
                """const answer = await this.#ports.put(current.name.hex, current.cell, current.nonce);
    if (!current.letter && answer?.status !== 204) {
      this.#outstanding = this.#next();
      return this.#pause();
    }""",
            ),
        )
    ),
}


def released() -> bytes:
    """The worker that is committed."""
    return (ROOT / WORKER).read_bytes()


def sabotaged(sabotage: Sabotage) -> bytes:
    """The worker with a sabotaged sender, built from a copy of the sources by the tool that builds releases."""
    with tempfile.TemporaryDirectory(prefix="candour-sabotage-") as name:
        folder = Path(name)
        for part in ("crypto", "portal/site", "tools"):
            shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("*.py", "__pycache__", "vectors"))
        for part in ("package.json", "tsconfig.json"):
            shutil.copy(ROOT / part, folder)
        (folder / "node_modules").symlink_to(ROOT / "node_modules")
        _change(folder / SENDER, sabotage)
        _build(folder)
        if (folder / SHARED).read_bytes() != (ROOT / SHARED).read_bytes():
            raise ValueError("the sabotage has changed more than the worker")
        return (folder / WORKER).read_bytes()


def _change(sender: Path, sabotage: Sabotage) -> None:
    source = sender.read_text()
    for text, other in sabotage.changes:
        if source.count(text) != 1:
            raise ValueError(f"the sender has changed; the sabotage needs exactly one {text!r}")
        source = source.replace(text, other)
    sender.write_text(source)


def _build(folder: Path) -> None:
    command = ["node", "tools/build_assets.mjs"]
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"build_assets: {done.stderr.decode()}")


def install(site: Path, worker: bytes) -> None:
    """Put a worker into a published site. The document is replaced last: the portal notices it then."""
    asset, document = site / "assets/worker.js", site / "index.html"
    old, new = (b64(hashlib.sha256(data).digest()) for data in (asset.read_bytes(), worker))
    text = document.read_text()
    if old not in text:
        raise ValueError("the document does not name its worker")
    asset.write_bytes(worker)
    fresh = document.with_name(".index.html.new")
    fresh.write_text(text.replace(old, new))
    fresh.replace(document)
