"""The form's questions: read from ``questions.toml``, checked before anything is published, ready for the template.

Answers travel in the head of a message (docs/PROTOCOL.md, section 7): ids of chosen options in ``choices``, texts in
sections named by their question. So ids keep to what the protocol takes, and what a person can choose at most must
leave room in the head. Whoever changes questions needs no code; every fault is told with file and key.
"""

from __future__ import annotations

import json
import re
from typing import Any

FILE = "questions.toml"
ASKED_FILE = "asked.toml"
ASKED = ("check_in", "feedback")
KINDS = ("radio", "checkboxes", "text")
TONES = ("danger", "care")
MOST_PAGES = 30
MOST_CHOICES = 23  # 24 in a message; one says which questions were asked
MOST_TEXTS = 31  # 32 sections in a message; one is for files
MOST_OPTIONS = 16
MOST_ASKED = 6
# Of a head of 2,905 bytes, what all ids together may take: the longest lists of readers and all else take about 1,250.
MOST_BYTES = 1_500

_ID = re.compile(r"[a-z][a-z0-9_]{0,31}")
_TAKEN = ("attachments", "form", "more", "again")  # names that messages use for other things
_FIXED_STEPS = ("start", "files", "to", "exclude", "check", "codename", "retype", "practise", "send", "sent")

_PAGE: dict[str, type] = {"id": str, "title": str, "questions": list}
_PAGE_MORE: dict[str, type] = {"hint": str, "advice": dict}
_QUESTION: dict[str, type] = {"id": str, "kind": str}
_QUESTION_MORE: dict[str, type] = {
    "label": str,
    "check": str,
    "hint": str,
    "required": str,
    "rows": int,
    "options": list,
    "notes": list,
}
_NOTE: dict[str, type] = {"when": list, "tone": str, "title": str, "points": list}


class QuestionsError(ValueError):
    """The questions cannot be asked as they are written. The text names the file, the key, and what is wrong."""


def read(table: dict[str, Any]) -> dict[str, Any]:
    """The table of a ``questions.toml``, checked, with every optional key set. Raises `QuestionsError`."""
    _keys("", table, {"id": str, "version": int, "pages": list}, {})
    _id("id", table["id"])
    if not 1 <= table["version"] <= 999_999:
        raise _fault("version", "must be a number from 1 to 999999")
    if not 1 <= len(table["pages"]) <= MOST_PAGES:
        raise _fault("pages", f"there must be 1 to {MOST_PAGES} pages")
    pages = [_page(f"pages.{at}", page) for at, page in enumerate(table["pages"], 1)]
    _each_once(pages)
    _limits(pages)
    return {"form": f"{table['id']}-{table['version']}", "pages": pages}


def read_asked(table: dict[str, Any]) -> dict[str, Any]:
    """The table of an ``asked.toml``, the short forms of the inbox, checked and filled. Raises `QuestionsError`."""
    try:
        return _asked(table)
    except QuestionsError as error:
        raise QuestionsError(ASKED_FILE + str(error).removeprefix(FILE)) from error


def _asked(table: dict[str, Any]) -> dict[str, Any]:
    _keys("", table, {"id": str, "version": int, **dict.fromkeys(ASKED, dict)}, {})
    _id("id", table["id"])
    if not 1 <= table["version"] <= 999_999:
        raise _fault("version", "must be a number from 1 to 999999")
    forms = {name: _asked_form(name, table[name]) for name in ASKED}
    _each_once([{"id": name, **form} for name, form in forms.items()])
    return {"form": f"{table['id']}-{table['version']}", **forms}


def _asked_form(name: str, form: dict[str, Any]) -> dict[str, Any]:
    _keys(name, form, {"title": str, "lead": str, "send": str, "questions": list}, {})
    if not 1 <= len(form["questions"]) <= MOST_ASKED:
        raise _fault(f"{name}.questions", f"there must be 1 to {MOST_ASKED} questions")
    read = [_question(f"{name}.questions.{at}", each, form) for at, each in enumerate(form["questions"], 1)]
    return {**form, "questions": read}


def _page(where: str, page: Any) -> dict[str, Any]:
    _keys(where, page, _PAGE, _PAGE_MORE)
    _id(f"{where}.id", page["id"])
    if page["id"] in _FIXED_STEPS:
        raise _fault(f"{where}.id", f"“{page['id']}” is a page that every form has; choose another id")
    if not page["questions"]:
        raise _fault(f"{where}.questions", "a page needs a question")
    advice = page.get("advice")
    if advice is not None:
        _keys(f"{where}.advice", advice, {"title": str, "points": list}, {})
        _texts(f"{where}.advice.points", advice["points"])
    questions = [_question(f"{where}.questions.{at}", each, page) for at, each in enumerate(page["questions"], 1)]
    return {"hint": "", "advice": None, **page, "questions": questions}


def _question(where: str, question: Any, page: dict[str, Any]) -> dict[str, Any]:
    _keys(where, question, _QUESTION, _QUESTION_MORE)
    _id(f"{where}.id", question["id"])
    kind = question["kind"]
    if kind not in KINDS:
        raise _fault(f"{where}.kind", f"“{kind}” is none of {', '.join(KINDS)}")
    if question["id"] in _TAKEN:
        raise _fault(f"{where}.id", f"messages use “{question['id']}” for something else; choose another id")
    wrong = ("options", "notes") if kind == "text" else ("rows",)
    for key in wrong:
        if key in question:
            raise _fault(f"{where}.{key}", f"a question of the kind “{kind}” has none")
    if not 1 <= question.get("rows", 5) <= 40:
        raise _fault(f"{where}.rows", "must be a number from 1 to 40")
    options = [] if kind == "text" else _options(where, question.get("options"))
    notes = [_note(f"{where}.notes.{at}", each, options) for at, each in enumerate(question.get("notes", []), 1)]
    titled = "label" not in question  # the page's heading is the label then, and is not shown twice
    label = question.get("label", page["title"])
    filled = {"hint": "", "required": "", "rows": 5, **question, "label": label, "titled": titled}
    return {**filled, "check": question.get("check", label), "options": options, "notes": notes}


def _options(where: str, options: Any) -> list[dict[str, str]]:
    if options is None:
        raise _fault(f"{where}.options", "is missing: what can be chosen?")
    if not 2 <= len(options) <= MOST_OPTIONS:
        raise _fault(f"{where}.options", f"there must be 2 to {MOST_OPTIONS} options")
    for at, option in enumerate(options, 1):
        _keys(f"{where}.options.{at}", option, {"id": str, "text": str}, {"hint": str})
        _id(f"{where}.options.{at}.id", option["id"])
        if option["id"] in [other["id"] for other in options[: at - 1]]:
            raise _fault(f"{where}.options.{at}.id", f"“{option['id']}” is there twice")
    return [{"hint": "", **option} for option in options]


def _note(where: str, note: Any, options: list[dict[str, str]]) -> dict[str, Any]:
    _keys(where, note, _NOTE, {})
    _texts(f"{where}.points", note["points"])
    _texts(f"{where}.when", note["when"])
    if note["tone"] not in TONES:
        raise _fault(f"{where}.tone", f"“{note['tone']}” is none of {', '.join(TONES)}")
    for chosen in note["when"]:
        if chosen not in [option["id"] for option in options]:
            raise _fault(f"{where}.when", f"“{chosen}” is no option of this question")
    return dict(note)


def _each_once(pages: list[dict[str, Any]]) -> None:
    """No id of a page, and none of a question, twice in the form."""
    steps: set[str] = set()
    names: set[str] = set()
    for at, page in enumerate(pages, 1):
        if page["id"] in steps:
            raise _fault(f"pages.{at}.id", f"“{page['id']}” is there twice")
        steps.add(page["id"])
        for place, question in enumerate(page["questions"], 1):
            if question["id"] in names:
                raise _fault(f"pages.{at}.questions.{place}.id", f"“{question['id']}” is there twice")
            names.add(question["id"])


def _limits(pages: list[dict[str, Any]]) -> None:
    """What a message can hold (docs/PROTOCOL.md, section 7), with everything chosen that can be."""
    questions = [question for page in pages for question in page["questions"]]
    texts = [each for each in questions if each["kind"] == "text"]
    chosen = {each["id"]: [option["id"] for option in each["options"]] for each in questions if each["options"]}
    if not 1 <= len(texts) <= MOST_TEXTS:
        raise _fault("pages", f"there must be 1 to {MOST_TEXTS} questions of the kind “text”, not {len(texts)}")
    if not any(each["required"] for each in texts):
        raise _fault("pages", "one question of the kind “text” must be required: a report has words")
    if len(chosen) > MOST_CHOICES:
        raise _fault("pages", f"there may be {MOST_CHOICES} questions with options, not {len(chosen)}")
    most = json.dumps([chosen, [[each["id"], 46_480] for each in texts]], separators=(",", ":"))
    if len(most) > MOST_BYTES:
        raise _fault("pages", f"all ids together take {len(most)} bytes of {MOST_BYTES}; shorten some, or ask less")


def _keys(where: str, table: Any, needed: dict[str, type], more: dict[str, type]) -> None:
    """The keys of a table and their kinds; text may not be empty."""
    if not isinstance(table, dict):
        raise _fault(where, "must be a table")
    start = f"{where}." if where else ""
    for key in needed:
        if key not in table:
            raise _fault(f"{start}{key}", "is missing")
    for key, value in table.items():
        kind = {**needed, **more}.get(key)
        if kind is None:
            raise _fault(f"{start}{key}", "no such key; see the top of content/en/questions.toml")
        if type(value) is not kind:
            raise _fault(f"{start}{key}", f"must be a {_WORDS[kind]}")
        if isinstance(value, str) and not value.strip():
            raise _fault(f"{start}{key}", "the text is empty; leave the key out instead")


_WORDS: dict[type, str] = {str: "text", int: "number", list: "list", dict: "table"}


def _texts(where: str, items: list[Any]) -> None:
    if not items or not all(isinstance(item, str) and item.strip() for item in items):
        raise _fault(where, "must be a list of texts, and not empty")


def _id(where: str, value: str) -> None:
    if not _ID.fullmatch(value):
        raise _fault(where, f"“{value}” must be 1 to 32 small letters, digits and _, and begin with a letter")


def _fault(where: str, what: str) -> QuestionsError:
    return QuestionsError(f"{FILE}: {where}: {what}" if where else f"{FILE}: {what}")
