"""Content files: complete by definition in English; every other folder is held against them."""

import shutil
from pathlib import Path

import pytest

from portal.site.content import REFERENCE, ContentError, flatten, load


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the English content to spoil."""
    return Path(shutil.copytree(REFERENCE, tmp_path / "cy"))


def change(folder: Path, file: str, old: str, new: str) -> None:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_packaged_content_is_whole():
    assert {"site", "home", "raise", "inbox", "messages"} <= load().keys()


def test_a_whole_copy_is_taken(folder: Path):
    change(folder, "home.toml", 'title = "Speak up', 'title = "Codwch lais')
    assert load(folder)["home"]["title"].startswith("Codwch lais")


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("home.toml", "lead = ", "leed = ", "home.toml: lead: is missing; see content/en/home.toml"),
        (
            "site.toml",
            "[noscript]",
            'more = "x"\n[noscript]',
            "site.toml: links.more: no view uses this key; remove it",
        ),
        ("raise.toml", '[send]\ntitle = "Sending"', "[send]\ntitle = 5", "send.title: must be a text, not a number"),
        ("inbox.toml", 'label = "Your codename"', 'label = " "', "inbox.toml: label: the text is empty"),
        ("privacy.toml", '"You can ask', '7, "You can ask', "parts.4.points.1: must be a text, not a number"),
    ],
)
def test_a_fault_is_named_with_file_and_key(folder: Path, file: str, old: str, new: str, said: str):
    change(folder, file, old, new)
    with pytest.raises(ContentError) as caught:
        load(folder)
    assert str(caught.value).startswith(f"{file}: ")
    assert str(caught.value).endswith(said)


def test_an_empty_list_is_refused(folder: Path):
    text = (folder / "raise.toml").read_text(encoding="utf-8")
    start = text.index("how = [")
    end = text.index("]", start)
    (folder / "raise.toml").write_text(text[:start] + "how = [" + text[end:], encoding="utf-8")
    with pytest.raises(ContentError, match=r"raise\.toml: codename\.how: the list is empty"):
        load(folder)


def test_a_missing_file_and_one_too_many_are_named(folder: Path):
    (folder / "verify.toml").rename(folder / "check.toml")
    with pytest.raises(ContentError, match=r"check\.toml: no view uses this file"):
        load(folder)
    (folder / "check.toml").unlink()
    with pytest.raises(ContentError, match=r"verify\.toml: the file is missing"):
        load(folder)


def test_a_file_that_is_not_toml_is_named(folder: Path):
    change(folder, "support.toml", 'title = "Help and support"', "title = Help")
    with pytest.raises(ContentError, match=r"support\.toml: cannot be read"):
        load(folder)


def test_flatten_gives_dotted_names():
    assert flatten({"b": {"y": "2", "x": "1"}, "a": "0"}) == {"a": "0", "b.x": "1", "b.y": "2"}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            'id = "treated"\nkind = "radio"',
            'id = "treated"\nkind = "slider"',
            "asked.toml: check_in.questions.1.kind: ",
        ),
        ('id = "change"', 'id = "treated"', "asked.toml: pages.1.questions.2.id: “treated” is there twice"),
        ("version = 1", "version = 0", "asked.toml: version: must be a number from 1 to 999999"),
        ("[feedback]\ntitle", "[feedback]\nheading", "asked.toml: feedback.title: is missing"),
    ],
)
def test_a_fault_in_the_short_forms_is_named(folder: Path, old: str, new: str, said: str):
    change(folder, "asked.toml", old, new)
    with pytest.raises(ContentError) as caught:
        load(folder)
    assert str(caught.value).startswith(said)
