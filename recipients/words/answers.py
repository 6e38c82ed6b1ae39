"""What a reporter chose, in words: reports carry ids (docs/PROTOCOL.md, section 7), `answers.toml` has their words,
and `asked.toml` those of the short forms in the inbox.

>>> line("who", "family", "hospital-1")
'Who you are to this: Family, friend or carer of a patient'
>>> line("who", "nurse", "hospital-1"), line("who", "family", "school-1")
('Who you are to this: nurse', 'who: family')
"""

import tomllib
from importlib.resources import files
from typing import Any

_FILES = ("answers.toml", "asked.toml")
_FORMS: dict[str, dict[str, Any]] = {
    words["form"]: words
    for words in (tomllib.loads(files("recipients.words").joinpath(name).read_text("utf-8")) for name in _FILES)
}


def line(name: str, picked: str | tuple[str, ...], form: object) -> str:
    """One question and its answers. `form` says whose ids they are; ids without words stay as they are."""
    words = _words(form).get(name)
    if not isinstance(words, dict):
        words = {}
    values = (picked,) if isinstance(picked, str) else picked
    options = words.get("options", {})
    return f"{words.get('question', name)}: {', '.join(options.get(each, each) for each in values)}"


def heading(section: str, form: object) -> str:
    """The heading of a section, also of later messages, which carry no form; one without words keeps its name."""
    words = _words("hospital-0" if form is None else form)
    return str(words.get("sections", {}).get(section, section))


def _words(form: object) -> dict[str, Any]:
    """The words for the ids of a form, whatever its version; none for a form that is not ours."""
    return _FORMS.get(form.rpartition("-")[0], {}) if isinstance(form, str) else {}
