"""Questions are content: whoever changes them is told of every fault by file and key, and needs no code."""

import copy
import json
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from crypto import message
from portal.site import content, questions
from portal.site.publish import PublishError, publish
from tests.site.hospital import hospital
from tests.site.test_raise import answers, received
from tests.site.test_views import check_layout, violations
from tests.site.visit import Visit

SCHOOL = Path(__file__).parent / "content-school"


@pytest.fixture
def school() -> dict[str, Any]:
    """The school's questions, to spoil."""
    return tomllib.loads((SCHOOL / "questions.toml").read_text(encoding="utf-8"))


def put(*keys: str | int, to: object) -> Callable[[dict[str, Any]], None]:
    """Set one value, wherever it is."""

    def change(table: Any) -> None:
        for key in keys[:-1]:
            table = table[key]
        table[keys[-1]] = to

    return change


def drop(*keys: str | int) -> Callable[[dict[str, Any]], None]:
    """Take one value away."""

    def change(table: Any) -> None:
        for key in keys[:-1]:
            table = table[key]
        del table[keys[-1]]

    return change


def test_what_may_be_left_out_is_filled_in(school: dict[str, Any]):
    read = questions.read(school)
    assert read["form"] == "school-12"
    kind = read["pages"][2]["questions"][0]
    assert (kind["label"], kind["check"], kind["titled"], kind["required"]) == (
        "What kind of thing is it?", "What kind of thing is it?", True, "",
    )  # fmt: skip
    assert kind["options"][0] == {"id": "lessons", "text": "Lessons and exams", "hint": ""}


SAFE, STORY, KIND = (("pages", page, "questions", 0) for page in range(3))
LONG = [{"id": f"{'x' * 28}{at}", "text": "x"} for at in range(16)]

FAULTS = {
    "version: is missing": drop("version"),
    "version: must be a number": put("version", to="12"),
    "version: must be a number from 1 to 999999": put("version", to=0),
    "id: “St Mary” must be 1 to 32 small letters, digits and _, and begin with a letter": put("id", to="St Mary"),
    "pages: there must be 1 to 30 pages": put("pages", to=[]),
    "pages.1: must be a table": put("pages", 0, to="x"),
    "pages.2.title: is missing": drop("pages", 1, "title"),
    "pages.2.title: the text is empty; leave the key out instead": put("pages", 1, "title", to=" "),
    "pages.2.id: “check” is a page that every form has; choose another id": put("pages", 1, "id", to="check"),
    "pages.3.id: “safe” is there twice": put("pages", 2, "id", to="safe"),
    "pages.3.hints: no such key; see the top of content/en/questions.toml": put("pages", 2, "hints", to="x"),
    "pages.3.questions: a page needs a question": put("pages", 2, "questions", to=[]),
    "pages.2.advice.points: must be a list of texts, and not empty": put("pages", 1, "advice", "points", to=[]),
    "pages.1.questions.1.kind: “slider” is none of radio, checkboxes, text": put(*SAFE, "kind", to="slider"),
    "pages.1.questions.1.id: messages use “form” for something else; choose another id": put(*SAFE, "id", to="form"),
    "pages.1.questions.1.rows: a question of the kind “radio” has none": put(*SAFE, "rows", to=3),
    "pages.1.questions.1.options: is missing: what can be chosen?": drop(*SAFE, "options"),
    "pages.1.questions.1.options: there must be 2 to 16 options": put(*SAFE, "options", to=LONG[:1]),
    "pages.3.questions.1.options.2.id: “lessons” is there twice": put(*KIND, "options", 1, "id", to="lessons"),
    "pages.3.questions.1.options.2.text: is missing": drop(*KIND, "options", 1, "text"),
    "pages.1.questions.1.notes.1.when: “perhaps” is no option of this question": put(
        *SAFE, "notes", 0, "when", to=["perhaps"]
    ),
    "pages.1.questions.1.notes.1.tone: “loud” is none of danger, care": put(*SAFE, "notes", 0, "tone", to="loud"),
    "pages.2.questions.1.options: a question of the kind “text” has none": put(*STORY, "options", to=LONG[:2]),
    "pages.2.questions.1.rows: must be a number from 1 to 40": put(*STORY, "rows", to=41),
    "pages.2.questions.2.id: “story” is there twice": put("pages", 1, "questions", 1, "id", to="story"),
    "pages: one question of the kind “text” must be required: a report has words": drop(*STORY, "required"),
}


@pytest.mark.parametrize("said", FAULTS)
def test_a_fault_is_named_with_file_and_key(school: dict[str, Any], said: str):
    FAULTS[said](school)
    with pytest.raises(questions.QuestionsError) as caught:
        questions.read(school)
    assert str(caught.value) == f"questions.toml: {said}"


def more(school: dict[str, Any], count: int, question: dict[str, Any]) -> dict[str, Any]:
    """The school's questions and some more of one kind, on one page."""
    extra = [{**copy.deepcopy(question), "id": f"q{at}"} for at in range(count)]
    school["pages"].append({"id": "extra", "title": "More", "questions": extra})
    return school


def test_no_more_is_asked_than_a_message_holds(school: dict[str, Any]):
    two = {"kind": "radio", "options": [{"id": "a", "text": "A"}, {"id": "b", "text": "B"}]}
    most = questions.read(more(copy.deepcopy(school), 20, two))
    assert sum(bool(each["options"]) for page in most["pages"] for each in page["questions"]) == 23
    with pytest.raises(questions.QuestionsError, match="there may be 23 questions with options, not 24"):
        questions.read(more(copy.deepcopy(school), 21, two))
    questions.read(more(copy.deepcopy(school), 29, {"kind": "text"}))
    with pytest.raises(questions.QuestionsError, match="1 to 31 questions of the kind “text”, not 32"):
        questions.read(more(copy.deepcopy(school), 30, {"kind": "text"}))
    with pytest.raises(questions.QuestionsError, match=r"all ids together take .* bytes of 1500"):
        questions.read(more(copy.deepcopy(school), 3, {"kind": "checkboxes", "options": LONG}))


def test_everything_chosen_and_everyone_addressed_still_fits_a_message(school: dict[str, Any]):
    wide = {"kind": "checkboxes", "options": [{"id": f"option{at}", "text": "x"} for at in range(13)]}
    read = questions.read(more(copy.deepcopy(school), 7, wide))
    with pytest.raises(questions.QuestionsError, match="all ids together"):
        questions.read(more(copy.deepcopy(school), 10, wide))
    asked = [each for page in read["pages"] for each in page["questions"]]
    choices = {each["id"]: tuple(one["id"] for one in each["options"]) for each in asked if each["options"]}
    head = message.Head(
        type="concern", organisation=bytes(32), language="en-gb-oxendict"[:12], holder=bytes(32), salt=bytes(16),
        to=tuple(bytes([at]) * 16 for at in range(16)), exclude=tuple(bytes([at]) * 16 for at in range(16, 32)),
        choices={"form": read["form"], **choices},
    )  # fmt: skip
    texts = [(each["id"], "\\" * 600) for each in asked if each["kind"] == "text"]
    first, rest = message.compose(head, texts)
    assert len(first) <= 2_905
    assert json.loads(first)["start"] != ""
    assert rest != b""


def test_an_id_that_the_page_has_is_refused_at_publish(tmp_path: Path):
    text = (SCHOOL / "questions.toml").read_text(encoding="utf-8")
    (tmp_path / "questions.toml").write_text(text.replace('id = "pupils"', 'id = "support"'), encoding="utf-8")
    with pytest.raises(PublishError, match=r"questions.toml: the page uses the id “support” for something else"):
        publish(out=tmp_path / "out", organisation_id=bytes(32), root=bytes(32), name="x", content=tmp_path)


def test_a_folder_of_changes_takes_the_rest_from_the_packaged_english(tmp_path: Path):
    changed, packaged = content.load(SCHOOL), content.load()
    assert changed["questions"]["form"] == "school-12"
    assert "Pupils, parents, teachers" in changed["home"]["lead"]
    assert changed["privacy"] == packaged["privacy"]
    with pytest.raises(content.ContentError, match="there is no content in this folder"):
        content.load(tmp_path)


def test_a_fault_in_questions_stops_publishing(tmp_path: Path):
    (tmp_path / "questions.toml").write_text('id = "x"\nversion = 1\n', encoding="utf-8")
    with pytest.raises(content.ContentError, match=r"questions.toml: pages: is missing"):
        content.load(tmp_path)


def test_a_school_asks_its_own_questions_with_the_same_program(chromium: Browser, tmp_path: Path, axe: str):
    with hospital(tmp_path, content=SCHOOL) as place:
        visit = Visit(chromium, place, viewport={"width": 320, "height": 800})
        visit.context.add_init_script(axe)
        page = visit.open("#raise").page
        visit.next("start")
        visit.next("safe")
        assert visit.errors() == ["Tell us whether somebody is in danger."]
        page.check("#safe-danger")
        assert "Childline" in page.inner_text('[data-note="safe"]')
        found = violations(page, "safe")
        check_layout(page, "safe")
        visit.next("safe")
        assert "Both boxes are for you." in page.inner_text('[data-step="story"]')
        visit.next("story")
        assert visit.errors() == ["Write a few words."]
        page.fill("#story", "The swings are broken.")
        found += violations(page, "story")
        visit.next("story")
        page.check("#kind-building")
        page.check("#kind-praise")
        page.check("#year-pupil")
        found += violations(page, "kind")
        check_layout(page, "kind")
        visit.next("kind")
        visit.next("files")
        page.locator("#to input").first.check()
        visit.next("to")
        visit.next("exclude")
        assert list(answers(visit)) == ["safe", "story", "pupils", "kind", "year", "files", "to", "exclude"]
        assert answers(visit)["kind"] == "The building or the playground\nSomething that goes well"
        assert page.locator("#check dt").first.inner_text() == "In danger today"
        page.get_by_role("button", name="Change – Who are you?").click()
        page.check("#year-parent")
        visit.next("kind")
        given = visit.finish_from("check", ())
        (told,) = received(place, place.keys[0], given)
        assert dict(told.sections) == {"story": "The swings are broken."}
        assert told.head.choices == {
            "form": "school-12", "safe": "danger", "kind": ("building", "praise"), "year": "parent",
        }  # fmt: skip
        assert found == []
        assert page.locator("#story, #pupils").evaluate_all("found => found.map((each) => each.value)") == ["", ""]
        visit.close()
