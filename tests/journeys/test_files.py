"""A photo with the place in it: cleaned in a browser, saved by the guardian's own program, byte for byte."""

import base64
import json
import os
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.journeys.reporter import Visit
from tests.journeys.stage import stage
from tests.journeys.texts import CONCERN

pytestmark = [pytest.mark.browser, pytest.mark.server, pytest.mark.slow]

PICTURES = Path(__file__).parents[1] / "site" / "pictures.mjs"
BODY = bytes(byte % 255 for byte in os.urandom(700_000))  # coded picture: any bytes but 0xff


def photo(folder: Path) -> tuple[Path, bytes]:
    """A large JPEG full of secrets, and what must be left of it."""
    made = folder / "IMG_2041.jpg"
    program = f"""
        import * as made from {json.dumps(PICTURES.as_uri())};
        import {{ readFileSync, writeFileSync }} from "node:fs";
        const body = readFileSync({json.dumps(str(folder / "body"))});
        const scan = Buffer.from([0x3f, 0xff, 0x00]);
        const filled = (/** @type {{Uint8Array}} */ picture) => {{
          const at = Buffer.from(picture).indexOf(scan);
          return made.bytes(picture.subarray(0, at), body, picture.subarray(at));
        }};
        writeFileSync({json.dumps(str(made))}, filled(made.fullJpeg(1)));
        process.stdout.write(Buffer.from(filled(made.BARE_JPEG)).toString("base64"));
    """
    (folder / "body").write_bytes(BODY)
    done = subprocess.run(["node", "--input-type=module", "--eval", program], check=True, capture_output=True)
    return made, base64.b64decode(done.stdout)


def test_a_photo_reaches_the_guardian_without_its_secrets(tmp_path: Path, chromium: Browser):
    given, bare = photo(tmp_path)
    assert b"SECRET" in given.read_bytes()
    with stage(tmp_path, guardians=2) as hospital:
        first = hospital.guardians[0]
        visit = Visit(chromium, hospital.url)
        visit.page.click('a[data-view="raise"] >> visible=true')
        for step in visit.concern_steps(CONCERN, to=[first.role]):
            if step == "files":
                visit.page.set_input_files("#files-raise input[type=file]", given)
                visit.page.wait_for_selector("#files-raise li.file")
        visit.page.wait_for_selector('[data-step="sent"]:visible')
        # By name: a chunk may leave twice, when its price has changed meanwhile.
        chunks = {each.url for each in visit.requests if "/chunks/" in each.url}
        visit.close()
        hospital.next_period()
        assert first.json("sync")["chunks"] == len(chunks) == 3
        (thread,) = first.threads()
        (file,) = first.json("read", str(thread["number"]))["files"]
        assert (file["name"], file["type"], file["come"]) == ("file-1.jpg", "image/jpeg", True)
        saved = tmp_path / "saved.jpg"
        first.run("save", str(thread["number"]), "1", "-o", saved)
        data = saved.read_bytes()
        assert b"SECRET" not in data
        assert data.endswith(bare[2:])
        assert b"Exif" not in data
        # The other guardian fetches the same chunks, since no fetch may tell whose they are, and can open none.
        other = hospital.guardians[1]
        assert other.json("sync")["chunks"] == 3
        assert other.threads() == []
