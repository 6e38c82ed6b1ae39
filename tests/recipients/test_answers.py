"""What a reporter chose is read in words; ids that nobody knows are shown as they came."""

import pytest

from portal.site import content
from recipients.words.answers import heading, line


def test_every_packaged_option_has_its_words():
    asked = content.load()["questions"]
    for question in [each for page in asked["pages"] for each in page["questions"]]:
        for option in question["options"]:
            said = line(question["id"], option["id"], asked["form"])
            assert said == f"{question['check'].rstrip('?')}: {option['text']}"


def test_every_option_of_the_short_forms_has_its_words():
    asked = content.load()["asked"]
    for question in [each for form in ("check_in", "feedback") for each in asked[form]["questions"]]:
        for option in question["options"]:
            said = line(question["id"], option["id"], asked["form"])
            assert said == f"{question['label'].rstrip('?')}: {option['text']}"


def test_several_answers_are_joined():
    said = line("about", ("care", "idea", "new"), "hospital-7")
    assert said == "What it is about: How well patients are cared for, An idea to make things better, new"


@pytest.mark.parametrize("form", [None, "school-1", "hospital", ("hospital-1",)])
def test_ids_of_other_questions_are_not_given_our_words(form: object):
    assert line("who", "staff", form) == "who: staff"


def test_a_name_of_the_table_itself_is_an_id_like_any_other():
    assert line("form", "hospital-1", "hospital-1") == "form: hospital-1"
    assert line("who", "question", "hospital-1") == "Who you are to this: question"


def test_every_packaged_text_has_its_heading():
    asked = content.load()["questions"]
    texts = [each for page in asked["pages"] for each in page["questions"] if each["kind"] == "text"]
    assert [heading(each["id"], asked["form"]) for each in texts] == [each["check"].rstrip("?") for each in texts]
    assert (heading("more", None), heading("happened", "school-1")) == ("What they add", "happened")
    assert (heading("now", "asked-1"), heading("why", "asked-1")) == ("What they want to add", "Why, or why not")
