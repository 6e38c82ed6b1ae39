"""Files in a real browser: what was taken out is said, what cannot be cleaned stays here, and what leaves arrives."""

import base64
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Route

from crypto import attachment
from crypto.kdf import name as name_of
from tests.harness.firefox import Firefox
from tests.harness.static import module_page
from tests.site.hospital import Hospital, Keys
from tests.site.test_firefox import FILL
from tests.site.test_raise import received
from tests.site.visit import Visit

HERE = Path(__file__).parent
CLEAN = Path("portal/site/browser/strip/clean.js")
SECRETS = (b"Exif\0\0MM", b"SECRET", b"xmpmeta", b"ICC_PROFILE", b"Photoshop")


@pytest.fixture(scope="session")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of pictures with everything in them that gives people away, and of files that cannot be cleaned."""
    folder = tmp_path_factory.mktemp("pictures")
    program = f"""
        import * as made from {json.dumps((HERE / "pictures.mjs").as_uri())};
        import * as pdfs from {json.dumps((HERE / "pdfs.mjs").as_uri())};
        import {{ clean }} from {json.dumps(CLEAN.resolve().as_uri())};
        import {{ writeFileSync }} from "node:fs";
        const full = pdfs.modern(pdfs.full());
        const anew = (await clean(new Blob([full]))).blob;
        const files = {{
          "rota.pdf": full, "anew.pdf": new Uint8Array(await anew.arrayBuffer()),
          "ward 4.jpg": made.fullJpeg(), "screen.png": made.fullPng(), "bare.jpg": made.BARE_JPEG,
          "bare.png": made.BARE_PNG, "minutes.pdf": "%PDF-1.7", "film.mp4": made.bytes([0, 0, 0, 24], "ftypisom"),
          "large.bin": new Uint8Array(11_000_000).fill(1),
        }};
        for (const [name, data] of Object.entries(files)) writeFileSync({json.dumps(str(folder) + "/")} + name, data);
    """
    subprocess.run(["node", "--input-type=module", "--eval", program], check=True)
    return folder


def choose(visit: Visit, *files: Path) -> None:
    """Choose files, and wait until each is shown."""
    before = visit.page.locator("#files-raise li.file").count()
    visit.page.set_input_files("#files-raise input[type=file]", files)
    visit.page.wait_for_selector(f"#files-raise li.file:nth-child({before + len(files)})")
    visit.page.wait_for_selector("#files-raise .file-status:text('will be sent')")


def said(visit: Visit, number: int, part: str) -> list[str]:
    """A list in a file's entry."""
    return visit.page.locator(f"#files-raise li.file:nth-child({number}) .{part} li").all_inner_texts()


def saved(place: Hospital, keys: Keys, words: str) -> list[tuple[str, str, bytes]]:
    """Name, type and bytes of the files of the one message that a guardian finds."""
    (found,) = received(place, keys, words)
    chunks = {name_of(each): each for _, each in place.portal.store.drop_now("chunks").items()}
    opened = [(m, attachment.open_(m, chunks.get, place.organisation.id)) for m in found.attachments]
    return [(m.name, m.type, data) for m, data in opened]


def finish(visit: Visit) -> str:
    """From the step with the files to the end; the codename."""
    visit.next("files")
    visit.page.locator("#to input").first.check()
    visit.next("to")
    visit.next("exclude")
    visit.next("check")
    words = " ".join(visit.page.locator("#codename-words li").all_text_contents())
    visit.next("codename")
    visit.page.fill("#retype-codename", words)
    visit.next("retype")
    return words


def test_a_photo_leaves_without_its_place_and_arrives_as_it_was_shown(visit: Visit, place: Hospital, pictures: Path):
    visit.open().fill_until("files")
    before = visit.asked_for()
    choose(visit, pictures / "ward 4.jpg", pictures / "screen.png")
    assert visit.asked_for() == before
    removed = said(visit, 1, "file-removed")
    assert removed[0] == "The place where it was made"
    assert {"Names of people", "The day and time", "Hidden comments"} <= set(removed)
    assert said(visit, 1, "file-remains")[-1] == "Which way up it is"
    assert visit.page.locator("li.file:first-child .file-as").inner_text().startswith("Leaves as “file-1.jpg”, ")
    words = finish(visit)
    visit.page.wait_for_selector('[data-step="sent"]:visible')

    (photo, screen) = saved(place, place.keys[0], words)
    assert photo[:2] == ("file-1.jpg", "image/jpeg")
    assert screen == ("file-2.png", "image/png", (pictures / "bare.png").read_bytes())
    picture = (pictures / "bare.jpg").read_bytes()
    assert photo[2].endswith(picture[2:])
    assert len(photo[2]) < len(picture) + 100
    assert not any(secret in photo[2] for secret in SECRETS[1:])
    paths = [path for method, path in visit.asked_for() if method == "PUT"]
    assert len(paths) == 2
    assert all(path.startswith("/chunks/") for path in paths)


def test_a_pdf_leaves_as_its_pages_alone_and_arrives_as_one(visit: Visit, place: Hospital, pictures: Path):
    visit.open().fill_until("files")
    before = visit.asked_for()
    choose(visit, pictures / "rota.pdf")
    assert visit.asked_for() == before
    removed = said(visit, 1, "file-removed")
    gone = {"Names of people", "A digital signature, and the name of who signed", "Links and bookmarks"}
    assert {"The place where it was made", "Files, sounds or films inside the file"} | gone <= set(removed)
    seen, covered, *_ = said(visit, 1, "file-remains")
    assert seen.startswith("All that can be seen on the pages")
    assert covered.startswith("Words that you cannot see: under a black bar")
    assert "A black bar does not take words away." in visit.page.locator("li.file .file-advice").inner_text()
    words = finish(visit)
    visit.page.wait_for_selector('[data-step="sent"]:visible')
    assert saved(place, place.keys[0], words) == [
        ("file-1.pdf", "application/pdf", (pictures / "anew.pdf").read_bytes())
    ]


# How a page gets a file where no tool can choose one: as if it had been dropped in the field.
GIVE = """(given, name) => {
    const file = new File([Uint8Array.from(atob(given), (letter) => letter.charCodeAt(0))], name);
    const transfer = new DataTransfer();
    transfer.items.add(file);
    const input = document.querySelector("#files-raise input[type=file]");
    input.files = transfer.files;
    input.dispatchEvent(new Event("change"));
}"""
GIVEN = "() => document.querySelector('#files-raise .file-status').textContent.includes('will be sent')"


@pytest.mark.slow
def test_a_pdf_leaves_from_firefox_where_nothing_is_compiled(firefox_safer: Firefox, place: Hospital, pictures: Path):
    page = firefox_safer.open(f"{place.url}/")
    page.wait_for("() => document.documentElement.dataset.state === 'ready'", timeout=60)
    page.evaluate(GIVE, base64.b64encode((pictures / "rota.pdf").read_bytes()).decode(), "rota.pdf")
    page.wait_for(GIVEN, timeout=60)
    words = page.evaluate(FILL, "")
    page.wait_for("() => document.querySelector('#sent-title')?.checkVisibility()", timeout=120)
    assert saved(place, place.keys[0], words) == [
        ("file-1.pdf", "application/pdf", (pictures / "anew.pdf").read_bytes())
    ]
    assert [line for line in page.log() if "error" in line.lower() and "Permissions" not in line] == []
    page.close()


def test_what_cannot_be_cleaned_is_not_sent_and_what_is_unknown_needs_a_yes(
    visit: Visit, place: Hospital, pictures: Path
):
    visit.open().fill_until("files")
    choose(visit, pictures / "minutes.pdf", pictures / "film.mp4")
    pdf, film = (visit.page.locator(f"li.file:nth-child({number})") for number in (1, 2))
    assert "Take a screenshot" in pdf.inner_text()
    assert (
        pdf.locator(".file-as").inner_text() == film.locator(".file-as").inner_text() == "This file will not be sent."
    )
    assert not pdf.locator("[data-yes]").is_visible()
    visit.next("files")
    assert visit.errors() == ["Say whether “film.mp4” may be sent as it is, or take it off."]
    film.locator("[data-yes]").check()
    film.locator("[data-keep]").check()
    assert film.locator(".file-as").inner_text() == "Leaves as “film.mp4”, 12 bytes."
    words = finish(visit)
    visit.page.wait_for_selector('[data-step="sent"]:visible')
    data = (pictures / "film.mp4").read_bytes()
    assert saved(place, place.keys[0], words) == [("film.mp4", "application/octet-stream", data)]


def test_a_file_without_a_yes_does_not_leave_by_another_way(visit: Visit, place: Hospital, pictures: Path):
    visit.open().fill_until("check", to=(0,))
    visit.page.get_by_role("button", name="Change – Files").click()
    choose(visit, pictures / "film.mp4")
    visit.page.go_back()
    visit.next("check")
    assert visit.errors() == ["Say whether “film.mp4” may be sent as it is, or take it off."]
    assert visit.page.locator('[data-answer="files"]').inner_text() == "No files"


def test_too_much_is_told_and_a_file_can_be_taken_off(visit: Visit, pictures: Path):
    visit.open().fill_until("files")
    choose(visit, pictures / "large.bin", pictures / "bare.png")
    visit.page.check("li.file:first-child [data-yes]")
    visit.next("files")
    assert visit.errors() == ["These files are too big together. 10 MB is the most. Take one off, or say it in words."]
    visit.page.get_by_role("button", name="Take this file off – large.bin").click()
    assert visit.page.locator("#files-raise .file-status").inner_text() == "large.bin was taken off."
    assert visit.page.locator("li.file .file-as").inner_text().startswith("Leaves as “file-1.png”")
    visit.next("files")
    assert visit.step() == "to"


def test_the_words_can_go_without_the_files(visit: Visit, place: Hospital, pictures: Path):
    visit.open().fill_until("files")
    choose(visit, pictures / "screen.png")
    visit.answer("/chunks/*", b"{}", status=503)
    words = finish(visit)
    visit.page.wait_for_selector("#send-trouble:text('The server is busy.')")
    visit.page.click("#send-give-up")
    visit.page.wait_for_selector('[data-step="sent"]:visible')
    assert visit.page.locator("#send-note").text_content() == "The files are left out. Your words are being sent."
    (found,) = received(place, place.keys[0], words)
    assert (found.sections["happened"], found.attachments) == ("The alarm was off.", ())
    visit.complaints.clear()  # the browser notes each 503


def test_a_broken_line_only_delays_a_file(visit: Visit, place: Hospital, pictures: Path):
    tries: list[str] = []

    def answer(route: Route) -> None:
        tries.append(route.request.url)
        if len(tries) == 1:
            route.abort("internetdisconnected")
        else:
            route.continue_()

    visit.open().fill_until("files")
    choose(visit, pictures / "screen.png")
    visit.answer("/chunks/*", answer)
    words = finish(visit)
    visit.page.wait_for_selector("#send-trouble:text('You may be offline.')")
    visit.page.wait_for_selector('[data-step="sent"]:visible')
    assert len(tries) == 2
    assert len(set(tries)) == 1
    assert len(saved(place, place.keys[0], words)) == 1


def test_a_file_that_is_dropped_beside_does_not_take_the_page_away(visit: Visit, pictures: Path):
    visit.open().fill_until("files")
    stopped = visit.page.evaluate(
        """() => ["dragover", "drop"].map((kind) => {
            const event = new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer: new DataTransfer() });
            document.querySelector("footer").dispatchEvent(event);
            return event.defaultPrevented;
        })"""
    )
    assert stopped == [True, True]


def test_a_file_can_go_with_a_later_message(visit: Visit, place: Hospital, pictures: Path):
    words = visit.open().send("First.", (0,))
    visit.unlock(words)
    page = visit.page
    page.fill("#more-text", "Here is a picture.")
    page.locator("#more-to input").first.check()
    page.click("#more-files summary")
    page.set_input_files("#files-more input[type=file]", pictures / "screen.png")
    page.wait_for_selector("#files-more li.file")
    page.click("#more button[type=submit]")
    page.wait_for_selector("#inbox-sent:not(:empty)")
    messages = received(place, place.keys[0], words)
    (later,) = [each for each in messages if each.head.type == "more"]
    assert [each.name for each in later.attachments] == ["file-1.png"]
    assert page.locator("#files-more li.file").count() == 0


DRAW = """async (type) => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [40, 24];
    const pen = canvas.getContext("2d");
    for (let at = 0; at < 60; at++) {
        pen.fillStyle = `rgb(${(at * 37) % 256} ${(at * 91) % 256} ${(at * 53) % 256})`;
        pen.fillRect((at * 7) % 40, (at * 11) % 24, 9, 7);
    }
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, type, 0.8));
    let text = "";
    for (const byte of new Uint8Array(await blob.arrayBuffer())) text += String.fromCharCode(byte);
    return btoa(text);
}"""

COMPARE = """async (given) => {
    const file = new Blob([Uint8Array.from(atob(given), (letter) => letter.charCodeAt(0))]);
    const cleaned = await subject.clean(file);
    const pixels = async (blob) => {
        const bitmap = await createImageBitmap(blob);
        const canvas = document.createElement("canvas");
        [canvas.width, canvas.height] = [bitmap.width, bitmap.height];
        canvas.getContext("2d").drawImage(bitmap, 0, 0);
        const { data } = canvas.getContext("2d").getImageData(0, 0, bitmap.width, bitmap.height);
        return [bitmap.width, bitmap.height, ...data].join(",");
    };
    const bytes = new Uint8Array(await cleaned.blob.arrayBuffer());
    const [before, after] = [await pixels(file), await pixels(new Blob([bytes]))];
    let text = "";
    for (const byte of bytes) text += String.fromCharCode(byte);
    const size = before.split(",").slice(0, 2).map(Number);
    return { same: before === after, size, verdict: cleaned.verdict, removed: cleaned.removed, data: btoa(text) };
}"""


def burdened(picture: bytes, type_: str, orientation: int) -> bytes:
    """A real picture with an Exif block, texts and a tail in it."""
    program = f"""
        import * as made from {json.dumps((HERE / "pictures.mjs").as_uri())};
        const picture = Buffer.from({json.dumps(base64.b64encode(picture).decode())}, "base64");
        const block = made.exif({orientation});
        const text = "<x:xmpmeta>SECRETXMP</x:xmpmeta>";
        let all;
        if ({json.dumps(type_)} === "image/jpeg") {{
          all = made.bytes(picture.subarray(0, 2), made.segment(0xe1, "Exif\\0\\0", block), made.segment(0xe1, text),
            made.segment(0xfe, "SECRETCOMMENT"), picture.subarray(2), "SECRETTRAIL");
        }} else if ({json.dumps(type_)} === "image/png") {{
          all = made.bytes(picture.subarray(0, 33), made.chunk("eXIf", block), made.chunk("iTXt", text),
            picture.subarray(33), "SECRETTRAIL");
        }} else {{
          const extended = picture.toString("latin1", 12, 16) === "VP8X";
          const flags = 0x0c | (extended ? picture[20] : 0);
          const head = made.riff("VP8X", [flags, 0, 0, 0, 39, 0, 0, 23, 0, 0]);
          all = made.bytes(made.riff("RIFF", "WEBP", head, picture.subarray(extended ? 30 : 12),
            made.riff("EXIF", block), made.riff("XMP ", text)), "SECRETTRAIL");
        }}
        process.stdout.write(Buffer.from(all).toString("base64"));
    """
    done = subprocess.run(["node", "--input-type=module", "--eval", program], check=True, capture_output=True)
    return base64.b64decode(done.stdout)


def compare(evaluate: Any, type_: str, orientation: int) -> dict[str, Any]:
    """Draw a picture in a browser, burden it, clean it, and hold its pixels against those before."""
    drawn = base64.b64decode(evaluate(DRAW, type_))
    full = burdened(drawn, type_, orientation)
    found: dict[str, Any] = evaluate(COMPARE, base64.b64encode(full).decode())
    found["data"] = base64.b64decode(found["data"])
    assert b"SECRET" in full
    return found


def check(found: dict[str, Any], type_: str, orientation: int) -> None:
    """Nothing of what was put in is left, and the picture looks the same."""
    assert (found["verdict"], found["same"]) == ("clean", True)
    assert not any(secret in found["data"] for secret in SECRETS[1:])
    assert {"place", "person", "device", "trailing"} <= set(found["removed"])
    if type_ == "image/jpeg":
        assert found["size"] == ([24, 40] if orientation == 6 else [40, 24])


@pytest.mark.parametrize("orientation", [1, 6])
@pytest.mark.parametrize("type_", ["image/jpeg", "image/png", "image/webp"])
def test_a_cleaned_picture_looks_the_same_in_chromium(chromium: Browser, type_: str, orientation: int):
    with module_page(CLEAN) as url:
        page = chromium.new_page()
        page.goto(url)
        page.wait_for_function("document.title === 'ready'")
        check(compare(page.evaluate, type_, orientation), type_, orientation)
        page.close()


@pytest.mark.slow
@pytest.mark.parametrize("type_", ["image/jpeg", "image/png", "image/webp"])
def test_a_cleaned_picture_looks_the_same_in_firefox(firefox: Firefox, type_: str):
    with module_page(CLEAN) as url:
        tab = firefox.open(url)
        tab.wait_for("() => document.title === 'ready'")
        check(compare(tab.evaluate, type_, 6), type_, 6)
        tab.close()
