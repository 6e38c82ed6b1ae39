"""PDFs as real programs write them: made anew they look the same, and other people's tools find nothing in them."""

import base64
import io
import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from fpdf import FPDF
from PIL import Image, ImageChops
from playwright.sync_api import Browser

from tests.harness.firefox import Firefox
from tests.harness.static import module_page

pytestmark = pytest.mark.slow

HERE = Path(__file__).parent
CLEAN = Path("portal/site/browser/strip/clean.js")
KINDS_OF_SAVING = {
    "packed": ["--object-streams=generate"],
    "linear": ["--linearize"],
    "plain": ["--qdf"],
    "loose": ["--object-streams=disable", "--compress-streams=n"],
}


def photo() -> bytes:
    """A JPEG as a phone makes one: who, what with, and where."""
    facts = Image.Exif()
    facts[0x010F], facts[0x013B] = "SECRETCAM", "SECRETNAME"
    facts.get_ifd(0x8825)[1] = "N"
    file = io.BytesIO()
    Image.radial_gradient("L").resize((80, 60)).convert("RGB").save(file, "JPEG", exif=facts)
    return file.getvalue()


def from_a_library() -> bytes:
    """Two pages with everything that fpdf2 can put beside them."""
    paper = FPDF()
    paper.set_author("SECRETAUTHOR")
    paper.set_title("SECRETTITLE")
    paper.set_xmp_metadata("<x:xmpmeta xmlns:x='adobe:ns:meta/'>SECRETXMP</x:xmpmeta>")
    paper.add_page()
    paper.add_font("dejavu", fname="/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")
    paper.set_font("dejavu", size=20)
    paper.start_section("SECRETSECTION")
    paper.cell(text="Ward notes: żółw, 12%")
    paper.image(io.BytesIO(photo()), 20, 40, 60, alt_text="SECRETALT")
    paper.embed_file(bytes=b"SECRETFILE" * 9, basename="SECRETNAME.txt")
    paper.text_annotation(10, 10, "SECRETNOTE", title="SECRETAUTHOR")
    paper.link(10, 10, 50, 10, "https://secret.example/SECRET")
    paper.add_page(orientation="landscape")
    with paper.local_context(fill_opacity=0.4):
        paper.rect(30, 30, 80, 50, style="F")
    return bytes(paper.output())


@pytest.fixture(scope="module")
def printed(chromium: Browser) -> bytes:
    """A page as a browser prints it, with a photo, a link and a gradient in it."""
    page = chromium.new_page()
    data = base64.b64encode(photo()).decode()
    page.set_content(
        f"""<title>SECRETTITLE</title><h1>Minutes</h1><p>What was said. <a href="https://secret.example/">There</a>
        <p style="background: linear-gradient(90deg, red, blue); opacity: 0.5">Coloured</p>
        <img alt="SECRETALT" src="data:image/jpeg;base64,{data}">"""
    )
    made = page.pdf(outline=True, tagged=True)
    page.close()
    return made


def cleaned(data: bytes) -> tuple[dict[str, Any], bytes]:
    """What the site says of a file, and what it would send."""
    program = f"""
        import {{ clean }} from {json.dumps(CLEAN.resolve().as_uri())};
        import {{ readFileSync }} from "node:fs";
        const found = await clean(new Blob([readFileSync(0)]));
        const data = Buffer.from(await found.blob.arrayBuffer()).toString("base64");
        process.stdout.write(JSON.stringify({{ ...found, data }}));
    """
    command = ["node", "--input-type=module", "--eval", program]
    found = json.loads(subprocess.run(command, input=data, capture_output=True, check=True).stdout)
    return found, base64.b64decode(found.pop("data"))


def looks(data: bytes, *, marks: bool = True) -> list[Image.Image]:
    """The pages as pictures, with what is drawn on top of them if `marks`."""
    with pypdfium2.PdfDocument(data) as document:
        return [
            page.render(scale=1.5, may_draw_forms=marks, draw_annots=marks).to_pil().convert("RGB") for page in document
        ]


def assert_looks_the_same(before: bytes, after: bytes) -> None:
    """Pixel by pixel, but for the signs of notes and the frames of links, which these files have and which go."""
    (old, new) = looks(before, marks=False), looks(after)
    assert len(old) == len(new)
    for one, other in zip(old, new, strict=True):
        assert one.size == other.size
        assert len(one.getcolors(1 << 24) or []) > 1  # an empty page would look like any other
        assert ImageChops.difference(one, other).getbbox() is None


def assert_others_find_nothing(folder: Path, data: bytes) -> None:
    """Exiftool and mat2 see no more than that it is a PDF; qpdf finds no fault in it."""
    file = folder / "made.pdf"
    file.write_bytes(data)
    (tags,) = json.loads(run("exiftool", "-json", "-a", "-G0", "-ee", file))
    own = {name for name in tags if not name.startswith(("SourceFile", "ExifTool:", "File:"))}
    assert own == {"PDF:PDFVersion", "PDF:Linearized", "PDF:PageCount"}
    seen = run("mat2", "--show", file).splitlines()[1:]
    assert sorted(line.split()[0] for line in seen) == ["creation-date:", "format:", "mod-date:"]
    assert all(line.split()[1] == "-1" for line in seen if "date" in line)
    assert "No syntax or stream encoding errors" in run("qpdf", "--check", file)
    assert "SECRET" not in run("qpdf", "--qdf", "--object-streams=disable", file, "-")


def run(*command: object) -> str:
    """What a program prints; it must succeed."""
    done = subprocess.run([str(each) for each in command], capture_output=True, check=True)
    return done.stdout.decode("latin-1")


def saved_as(folder: Path, data: bytes, *options: str) -> bytes:
    """The same file as qpdf writes it."""
    (folder / "in.pdf").write_bytes(data)
    run("qpdf", *options, folder / "in.pdf", folder / "out.pdf")
    return (folder / "out.pdf").read_bytes()


@pytest.mark.parametrize("saving", [None, *KINDS_OF_SAVING])
def test_what_a_library_wrote_looks_the_same_and_tells_nothing(tmp_path: Path, saving: str | None):
    before = from_a_library()
    if saving is not None:
        before = saved_as(tmp_path, before, *KINDS_OF_SAVING[saving])
    found, after = cleaned(before)
    assert (found["verdict"], found["type"]) == ("clean", "application/pdf")
    gone = {"place", "person", "device", "time", "words", "history", "attached", "notes", "links", "number"}
    assert gone <= set(found["removed"])
    assert "versions" not in found["removed"]
    assert_looks_the_same(before, after)
    assert_others_find_nothing(tmp_path, after)


@pytest.mark.slow
def test_what_a_browser_printed_looks_the_same_and_tells_nothing(tmp_path: Path, printed: bytes):
    found, after = cleaned(printed)
    assert {"device", "time", "words", "links", "structure"} <= set(found["removed"])
    assert_looks_the_same(printed, after)
    assert_others_find_nothing(tmp_path, after)


def test_the_nasty_ones_of_the_node_tests_look_the_same(tmp_path: Path):
    """By tools that share no code with ours: the hand-made files are PDFs, and so is what becomes of them."""
    program = f"""
        import * as made from {json.dumps((HERE / "pdfs.mjs").as_uri())};
        const objects = made.full();
        for (const gone of [8, 9]) objects.delete(gone); // pictures that are none
        objects.set(20, "<</Type/OCG/Name(SECRETLAYER)>>");
        const old = made.classic(made.plain("(SECRETOLD) Tj"));
        const kinds = [made.classic, made.modern, made.hybrid];
        const files = [...kinds.map((write) => write(objects)), made.again(old, made.plain())];
        process.stdout.write(JSON.stringify(files.map((each) => Buffer.from(each).toString("base64"))));
    """
    done = subprocess.run(["node", "--input-type=module", "--eval", program], check=True, capture_output=True)
    for text in json.loads(done.stdout):
        before = base64.b64decode(text)
        found, after = cleaned(before)
        assert found["verdict"] == "clean"
        assert_others_find_nothing(tmp_path, after)
        assert len(looks(before)) == len(looks(after)) == 1


def test_a_locked_file_is_refused_even_without_a_word_to_open_it(tmp_path: Path):
    locked = saved_as(tmp_path, from_a_library(), "--encrypt", "", "owner", "256", "--")
    found, after = cleaned(locked)
    assert (found["kind"], found["verdict"], after) == ("pdf", "refuse", b"")


IN_A_BROWSER = """async (given) => {
    let beats = 0;
    const beat = setInterval(() => { beats += 1; }, 1);
    const file = new Blob([Uint8Array.from(atob(given), (letter) => letter.charCodeAt(0))]);
    const found = await subject.clean(file);
    clearInterval(beat);
    let text = "";
    for (const byte of new Uint8Array(await found.blob.arrayBuffer())) text += String.fromCharCode(byte);
    return { verdict: found.verdict, beats, data: btoa(text) };
}"""


def long_drawing() -> bytes:
    """A megabyte and a half to look through, so that the work takes many turns."""
    paper = FPDF()
    paper.add_page()
    for number in range(40_000):
        paper.line(number % 200, number % 180, (number * 7) % 200, (number * 3) % 250)
    return bytes(paper.output())


def check_in(evaluate: Callable[..., Any]) -> None:
    """A browser makes the same bytes as Node, and its page lives on in the meantime."""
    for data in (saved_as_modern(), long_drawing()):
        found = evaluate(IN_A_BROWSER, base64.b64encode(data).decode())
        assert (found["verdict"], base64.b64decode(found["data"])) == ("clean", cleaned(data)[1])
    assert found["beats"] >= 5  # of the long one


def saved_as_modern() -> bytes:
    """The hand-made file with everything in it, packed."""
    program = f"""
        import * as made from {json.dumps((HERE / "pdfs.mjs").as_uri())};
        process.stdout.write(Buffer.from(made.modern(made.full())));
    """
    return subprocess.run(["node", "--input-type=module", "--eval", program], check=True, capture_output=True).stdout


@pytest.mark.slow
def test_chromium_makes_the_same_bytes(chromium_jitless: Browser):
    with module_page(CLEAN) as url:
        page = chromium_jitless.new_page()
        page.goto(url)
        page.wait_for_function("document.title === 'ready'")
        check_in(page.evaluate)
        page.close()


@pytest.mark.slow
def test_firefox_makes_the_same_bytes(firefox_safer: Firefox):
    with module_page(CLEAN) as url:
        tab = firefox_safer.open(url)
        tab.wait_for("() => document.title === 'ready'")
        check_in(tab.evaluate)
        tab.close()
