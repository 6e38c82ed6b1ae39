"""Languages: catalogues that cannot fall silently behind the English, and a document that takes them in."""

import re
import shutil
import unicodedata
from pathlib import Path

import pytest

from portal.site import languages, wording
from portal.site.catalogue import CatalogueError, Entry, read, write
from portal.site.content import FOLDER, ContentError, load_source
from portal.site.page import PublishError
from portal.site.publish import publish

CONTENT = load_source()
ENGLISH = wording.strings(CONTENT)
LISTS = CONTENT["coach"]["lists"]
TAGS = sorted(path.parent.name for path in FOLDER.glob("*/catalogue.po"))
# Names, numbers, and words that are spelt the same in both languages.
SAME = re.compile(r"[\W\d_]+|.*(SHA-256|Candour|Protect|Samaritans|Shout)\W*")


def loaded(tag: str) -> languages.Language:
    """A packaged language."""
    return next(each for each in languages.load([FOLDER], ENGLISH, LISTS) if each.tag == tag)


def test_the_languages_that_we_promise_are_there():
    assert {tag: loaded(tag).complete for tag in TAGS}["cy"] is True
    assert "pl" in TAGS


@pytest.mark.parametrize("tag", TAGS)
def test_nothing_lacks_that_a_language_promises(tag: str):
    faults = languages.lacking(loaded(tag), ENGLISH)
    told = "\n".join(faults)
    assert faults == [], f"`make languages`, then translate in content/{tag}/catalogue.po:\n{told}"


@pytest.mark.parametrize("tag", TAGS)
def test_catalogues_are_as_the_tool_writes_them(tag: str):
    text = (FOLDER / tag / "catalogue.po").read_text(encoding="utf-8")
    assert write(list(read(text, tag).values()), tag) == text


@pytest.mark.parametrize("tag", TAGS)
def test_no_text_is_garbled_or_left_in_english(tag: str):
    language = loaded(tag)
    for key, entry in language.entries.items():
        assert not re.search("Ã|Â|â€|\ufffd|&[a-z]+;|<[a-z/]", entry.text), f"{key}: garbled: {entry.text}"
        assert entry.text == unicodedata.normalize("NFC", entry.text), f"{key}: letters in pieces"
        assert entry.text == entry.text.strip(), f"{key}: spaces around it"
        if entry.text == entry.english and len(entry.text.split()) > 1:
            assert SAME.fullmatch(entry.text) or entry.text.count("{") > 1 or _is_name(key), f"{key}: {entry.text}"


def _is_name(key: str) -> bool:
    return key.startswith("support.groups.") and key.endswith((".name", ".phone"))


@pytest.mark.parametrize("tag", TAGS)
def test_a_sentence_ends_as_the_english_does(tag: str):
    """A translation that lost its end, or its question, would be seen here."""
    marks = {".": ".", "?": "?؟", "…": "…", "!": "!"}
    for key, entry in loaded(tag).entries.items():
        if entry.text and entry.english[-1] in marks and len(entry.english) > 12:
            assert entry.text[-1] in marks[entry.english[-1]], f"{key}: {entry.text}"


def test_each_language_speaks_for_itself():
    """Figures, brackets and the promise of days are the same in all languages."""
    for tag in TAGS:
        for key, entry in loaded(tag).entries.items():
            if not entry.text or key.rpartition(".")[0] in wording.plurals(ENGLISH):
                continue
            numbers = sorted(re.findall(r"\d+", entry.english))
            assert sorted(re.findall(r"\d+", entry.text)) == numbers, f"{tag}: {key}: {entry.text}"


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """An organisation's folder with one language of its own."""
    folder = tmp_path / "own"
    shutil.copytree(FOLDER / "pl", folder / "pl")
    return folder


def put(folder: Path, *entries: Entry) -> None:
    (folder / "pl" / "catalogue.po").write_text(write(list(entries), "pl"), encoding="utf-8")


def test_an_organisation_replaces_single_texts(own: Path):
    (own / "pl" / "language.toml").unlink()
    put(own, Entry(key="home.raise", english="Raise a concern", text="Napisz do nas"))
    (found,) = [each for each in languages.load([FOLDER, own], ENGLISH, LISTS) if each.tag == "pl"]
    assert found.text("home.raise", "Raise a concern") == "Napisz do nas"
    assert found.text("home.inbox", "Check for replies") == "Sprawdź odpowiedzi"
    assert found.lists == loaded("pl").lists


def test_a_translation_counts_only_for_the_english_it_was_made_from():
    assert loaded("cy").text("home.raise", "Raise a concern") == "Codi pryder"
    assert loaded("cy").text("home.raise", "Tell us") is None
    changed = {**ENGLISH, "home.raise": "Tell us", "home.new": "More"}
    assert languages.lacking(loaded("cy"), changed) == [
        "home.new: not translated: More",
        "home.raise: the English has changed: Tell us",
    ]


def test_words_in_braces_must_be_those_of_the_english(own: Path):
    english = ENGLISH["messages.send.piece"]
    put(own, Entry(key="messages.send.piece", english=english, text="Część {sent} z {off}."))
    with pytest.raises(languages.LanguageError, match=r"pl/catalogue.po: messages.send.piece: must have the same"):
        languages.load([own], ENGLISH, LISTS)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('tag = "pl"', 'tag = "cy"', "tag: must be the folder's name"),
        ('direction = "ltr"', 'direction = "up"', "direction: must be “ltr” or “rtl”"),
        ("complete = false", 'complete = "no"', "complete: is missing, or not a bool"),
        ("complete = false", "complete = false\nmore = 1", "more: no such key"),
        ("times = [", "hours = [", "lists.hours: must be one of the coach's lists"),
        ('name = "Polski"', 'name = "Polski', "cannot be read"),
    ],
)
def test_a_fault_in_a_language_stops_publishing_with_its_place(own: Path, old: str, new: str, said: str):
    path = own / "pl" / "language.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    shutil.copy(FOLDER / "en" / "questions.toml", own)
    with pytest.raises(PublishError) as caught:
        publish(out=own / "out", organisation_id=bytes(32), root=bytes(32), name="x", content=own)
    assert str(caught.value).startswith("pl/language.toml: ")
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("po", "said"),
    [
        ("hello", "line 1: not a line of a catalogue"),
        ('"hello"', "line 1: text that belongs to nothing"),
        ('msgid "a"\nmsgctxt "b"\nmsgstr "c"', "line 2: msgctxt is out of place"),
        ('msgctxt "a"\nmsgid "b"\n\n', "line 3: the entry before needs msgctxt, msgid and msgstr"),
        ('msgctxt "a"\nmsgid "b"\nmsgstr "c \\q"', r"line 3: “\q” means nothing here"),
        ('msgctxt "a"\nmsgid "b"\nmsgstr "c " d"', "line 3: a quotation mark inside the text needs a backslash"),
        ('msgctxt "a"\nmsgid "b"\nmsgstr "c"\n\nmsgctxt "a"\nmsgid "b"\nmsgstr "c"', "“a” is there twice"),
    ],
)
def test_a_fault_in_a_catalogue_is_named_with_its_line(po: str, said: str):
    with pytest.raises(CatalogueError) as caught:
        read(po, "x.po")
    assert str(caught.value).startswith("x.po: ")
    assert said in str(caught.value)


def test_what_is_written_is_read_again():
    entries = [Entry(key="a", english='quoted "so"\nand \\', text="two\tthings"), Entry(key="b", english="x", text="")]
    assert list(read(write(entries, "cy"), "cy.po").values()) == entries


def test_a_guess_by_a_program_does_not_count():
    guessed = '# from a memory\n#, fuzzy\nmsgctxt "a"\nmsgid "b"\nmsgstr "c"\n'
    found = read(f'{guessed}\nmsgctxt "d"\nmsgid "e"\n"f"\nmsgstr "g"\n', "x.po")
    assert found["a"].text == ""
    assert (found["d"].english, found["d"].text) == ("ef", "g")


def test_numbered_sentences_have_the_forms_of_each_language():
    for tag, forms in wording.FORMS_OF.items():
        found = [key for key in wording.forms(ENGLISH, tag) if key.startswith("files.done.")]
        assert found == sorted(f"files.done.{form}" for form in forms)
    assert "files.removed.other" in wording.forms(ENGLISH, "pl"), "“other” among other names is a name"


def test_wording_with_private_characters_is_refused(tmp_path: Path):
    home = (FOLDER / "en" / "home.toml").read_text(encoding="utf-8")
    (tmp_path / "home.toml").write_text(home.replace('raise = "Raise', 'raise = "\ue000Raise'), encoding="utf-8")
    with pytest.raises(ContentError, match="no font knows"):
        load_source(tmp_path)
