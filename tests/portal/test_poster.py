"""The poster: what stands on it, that its code leads where its letters say, and what is never printed."""

import base64
import hashlib
import io
import re
import shutil
from pathlib import Path

import pypdfium2
import pytest
import segno
from PIL import Image

from crypto import codename
from crypto.words import WORDS
from portal.paper import wording
from portal.paper.page import FONTS, Page
from portal.paper.poster import _EDGE, _QR, Poster, PosterError, draw, is_onion, picture
from portal.steward import Steward
from tests.portal.test_commands import desk, init, run

pytestmark = pytest.mark.slow

__all__ = ["desk"]

CONTENT = Path(__file__).resolve().parents[2] / "portal/site/content"
KEY = hashlib.sha256(b"a key").digest()
SUM = hashlib.sha3_256(b".onion checksum" + KEY + b"\x03").digest()[:2]
ONION = base64.b32encode(KEY + SUM + b"\x03").decode().lower() + ".onion"
_FOOT = 20 * 72 / 25.4  # points; the last lines stand below
WEB = "speak.example.org"
NUMBER = "020 7946 0000"
SHOWN = "acorn badge cabin daily eagle fable gamma habit"
WORDS_SHOWN = SHOWN.split()
LONG = "The Royal Northern and Eastern Counties University Teaching Hospitals and Community Care NHS Foundation Trust"


def poster(**given: str | None) -> Poster:
    return Poster(**{"name": "St Elsewhere", "words": SHOWN, "web": WEB, "onion": ONION, **given})  # type: ignore[arg-type]


def drawn(made: Poster, language: str = "en", words: str = "en") -> bytes:
    return draw(made, wording.load(words), language)


def text_of(pdf: bytes) -> str:
    with pypdfium2.PdfDocument(pdf) as document:
        assert len(document) == 1
        return " ".join(document[0].get_textpage().get_text_bounded().split())


def code_of(pdf: bytes, link: str, top: float) -> bool:
    """Whether the squares that a camera would see are those of this link; the code lies at the right edge."""
    rows = [list(row) for row in segno.make(link, error="m", boost_error=False).matrix]
    image = Image.open(io.BytesIO(picture(pdf))).convert("L")
    scale, size = image.width / 210, _QR / len(rows)
    left = 210 - _EDGE - _QR
    for y, row in enumerate(rows):
        for x, dark in enumerate(row):
            place = ((left + (x + 0.5) * size) * scale, (top + (y + 0.5) * size) * scale)
            shade = image.getpixel((int(place[0]), int(place[1])))
            if not isinstance(shade, int) or (shade < 128) != bool(dark):
                return False
    return True


def top_of_code(pdf: bytes) -> float:
    """Where the code begins, in millimetres: the first dark dot below the band, at the right edge."""
    image = Image.open(io.BytesIO(picture(pdf))).convert("RGB")
    scale = image.width / 210
    x = int((210 - _EDGE - 1) * scale)
    column = [image.getpixel((x, y)) for y in range(image.height)]
    white = next(y for y in range(100, image.height) if column[y] == (255, 255, 255))
    return next(y for y in range(white, image.height) if sum(column[y]) < 200) / scale  # type: ignore[arg-type]


def test_everything_stands_on_one_sheet() -> None:
    pdf = drawn(poster())
    text = text_of(pdf)
    for expected in (WEB, "St Elsewhere", "Use your own phone", "Somebody in danger now?", "torproject.org"):
        assert expected in text
    assert ONION in text.replace(" ", "")
    after = text.split("must be there:")[1].split()
    assert sorted(word for word in after if word in WORDS_SHOWN) == sorted(WORDS_SHOWN)


@pytest.mark.parametrize(("given", "link"), [({}, f"https://{WEB}"), ({"web": None}, f"http://{ONION}")])
def test_the_code_leads_where_the_letters_say(given: dict[str, None], link: str) -> None:
    pdf = drawn(poster(**given))
    top = top_of_code(pdf)
    assert code_of(pdf, link, top)
    assert not code_of(pdf, link + "x", top)


def test_a_long_name_stays_on_the_sheet() -> None:
    text = text_of(drawn(poster(name=LONG, web="speak-up." + "very-" * 6 + "long.example.org")))
    assert LONG in text
    with pypdfium2.PdfDocument(drawn(poster(name=LONG))) as document:
        page = document[0].get_textpage()
        boxes = [page.get_charbox(place) for place in range(page.count_chars())]
    assert min(box[0] for box in boxes if box != (0, 0, 0, 0)) > 20
    assert max(box[2] for box in boxes) < 595 - 20


def test_there_is_a_poster_in_every_language_of_the_site() -> None:
    assert wording.languages() == sorted(path.name for path in CONTENT.iterdir())


@pytest.mark.parametrize("language", wording.languages())
@pytest.mark.parametrize("given", [{"name": LONG, "telephone": NUMBER}, {"web": None}])
def test_every_language_stays_on_the_sheet_and_above_its_words(language: str, given: dict[str, str | None]) -> None:
    pdf = drawn(poster(**given), language, language)
    text = text_of(pdf)
    assert all(word in text for word in WORDS_SHOWN)
    assert ("7946" in text) == ("telephone" in given)
    if "web" not in given:
        assert WEB in text
    with pypdfium2.PdfDocument(pdf) as document:
        page = document[0].get_textpage()
        boxes = [box for place in range(page.count_chars()) if (box := page.get_charbox(place)) != (0, 0, 0, 0)]
        found = [page.search(word).get_next() for word in WORDS_SHOWN]
        groups = [page.get_charbox(at[0])[0] for one in NUMBER.split() if (at := page.search(one).get_next())]
        # A reader of text may turn it round beside Arabic; on the paper it stands as it is dialled.
        assert groups == sorted(groups)
        assert len(groups) == (3 if "telephone" in given else 0)
        lowest = min(page.get_charbox(at[0])[1] for at in [*found, page.search("7946").get_next()] if at)
    assert min(box[0] for box in boxes) > 20
    assert max(box[2] for box in boxes) < 595 - 20
    assert min(box[1] for box in boxes) > 14, "no printer prints so near the edge"
    assert lowest > _FOOT, "the eight words reach into the last line"


def test_words_of_arabic_are_joined_and_run_from_the_right() -> None:
    """Without shaping every letter would stand alone, in the form that it has by itself, and wider."""
    page = Page("ar")
    page.set_font(page.main, "", 20)
    joined = page.get_string_width("سليم")
    page.set_text_shaping(use_shaping_engine=False)
    assert joined < 0.9 * page.get_string_width("سليم")
    page.finish()
    image = Image.open(io.BytesIO(picture(drawn(poster(), "ar", "ar")))).convert("L")
    band = image.crop((0, 100, image.width, 200)).point(lambda shade: 255 if shade > 200 else 0)
    left, _, right, _ = band.getbbox() or (0, 0, 0, 0)
    assert image.width - right < left


def test_the_same_answers_give_the_same_bytes_and_no_time_of_printing() -> None:
    assert drawn(poster()) == drawn(poster())
    assert set(re.findall(rb"D:(\d{8})", drawn(poster()))) == {b"20000101"}


@pytest.mark.parametrize(
    "given",
    [
        {"web": None, "onion": None},
        {"web": "https://speak.example.org"},
        {"web": "speak.example.org/x"},
        {"web": "localhost"},
        {"onion": ONION.replace(ONION[5], "a" if ONION[5] != "a" else "b", 1)},
        {"onion": ONION[1:]},
        {"onion": "http://" + ONION},
    ],
)
def test_an_address_that_cannot_be_right_is_not_printed(given: dict[str, str | None]) -> None:
    with pytest.raises(PosterError):
        poster(**given)


def test_an_onion_address_is_known_by_its_checksum() -> None:
    assert is_onion(ONION)
    for place in (0, 20, 54):
        wrong = ONION[:place] + ("b" if ONION[place] != "b" else "c") + ONION[place + 1 :]
        assert not is_onion(wrong)


@pytest.mark.parametrize(("language", "letters"), [("ar", "مرحبا"), ("hi", "नमस्ते"), ("ml", "നമസ്കാരം"), ("pl", "zażółć")])
def test_every_script_that_we_write_in_has_its_letters(language: str, letters: str) -> None:
    words = wording.load("en")
    pdf = draw(poster(), {**words, "title": letters, "lead": f"{letters} abc"}, language)
    assert WEB in text_of(pdf)


def test_a_letter_without_a_font_is_not_printed() -> None:
    with pytest.raises(PosterError, match="no font with these letters: 漢"):
        draw(poster(name="漢 Hospital"), wording.load("en"), "en")


def test_an_address_keeps_its_letters_in_a_language_from_right_to_left() -> None:
    assert ONION in text_of(drawn(poster(), "ar")).replace(" ", "")


def test_fonts_come_with_their_licence() -> None:
    licence = (FONTS / "LICENSE.txt").read_text()
    assert "SIL OPEN FONT LICENSE" in licence
    assert "Reserved Font Name" in licence
    assert len(list(FONTS.glob("*.ttf"))) == 8


def test_words_of_ones_own_must_be_whole(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    shutil.copy(wording.FOLDER / "en.toml", own)
    text = own.read_text()
    assert wording.load("en", own) == wording.load("en")
    for changed, said in (
        (text.replace("danger =", "dangers ="), "danger, dangers"),
        (text.replace('title = "Is something not right here?"', 'title = ""'), "title is empty"),
        (re.sub(r"care = \[.*?\]", 'care = ["one"]', text, flags=re.DOTALL), "care must have 3 lines"),
        ("title", "cannot be read"),
    ):
        own.write_text(changed)
        with pytest.raises(wording.WordingError, match=said):
            wording.load("en", own)


def test_the_command_on_the_offline_machine(desk: Path) -> None:
    init()
    result = run("poster", "--folder", "steward", "--web", WEB, "--onion", ONION)
    assert result.exit_code == 0, result.output
    text = text_of((desk / "poster-en.pdf").read_bytes())
    words = codename.fingerprint(Steward.open(desk / "steward").root, WORDS)
    assert all(word in text for word in words.split())
    assert (desk / "poster-en.png").read_bytes().startswith(b"\x89PNG")
    assert "There is no poster in" in run("poster", "--folder", "steward", "--web", WEB, "--language", "xx").output


@pytest.mark.parametrize("number", ["", "07", "call us", "020 7946 0000 " * 3, "020\n7946", "٠٢٠ ٧٩٤٦"])
def test_what_is_no_telephone_number_is_not_printed(number: str) -> None:
    if number:
        with pytest.raises(PosterError, match="not a telephone number"):
            poster(telephone=number)
    else:
        assert "guardian:" not in text_of(drawn(poster(telephone=number)))


def test_the_command_asks_for_the_number_that_the_site_promises(desk: Path) -> None:
    init()
    given = ("poster", "--folder", "steward", "--web", WEB)
    assert "give --telephone" in run(*given).output
    result = run(*given, "--telephone", NUMBER)
    assert "give --telephone" not in result.output
    assert f"To talk to a guardian: {NUMBER}" in text_of((desk / "poster-en.pdf").read_bytes())


def test_the_command_in_another_language(desk: Path) -> None:
    init()
    result = run("poster", "--folder", "steward", "--web", WEB, "--language", "cy")
    assert (result.exit_code, "ask somebody to read them first" in result.output) == (0, True)
    assert "Oes rhywbeth o’i le yma?" in text_of((desk / "poster-cy.pdf").read_bytes())


def test_the_command_on_the_portals_machine_knows_the_addresses(desk: Path) -> None:
    init()
    (desk / "candour.toml").write_text(f'data = "data"\nauthorities = ["{WEB}", "{ONION}", "127.0.0.1:8000"]\n')
    run("publish", "steward/organisation.json")
    assert run("poster").exit_code == 0
    text = text_of((desk / "poster-en.pdf").read_bytes())
    assert WEB in text
    assert ONION in text.replace(" ", "")
