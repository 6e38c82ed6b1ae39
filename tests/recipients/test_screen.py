"""What people wrote cannot act on the terminal, nor pass for the program's own words."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recipients.words.screen import harmless


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ("\x1b[2J\x1b]0;title\x07", "␛[2J␛]0;title␇"),
        ("a\x9b31mb", "a‹U+009B›31mb"),
        ("a\rb", "a␍b"),
        ("a\r\nb", "a\nb"),
        ("a\x08\x7f", "a␈␡"),
        ("\u202egnp.exe", "‹U+202E›gnp.exe"),
        ("\u2066x\u2069", "‹U+2066›x‹U+2069›"),
        ("\u200bx\ufeff", "‹U+200B›x‹U+FEFF›"),
        ("\u2028", "‹U+2028›"),
        ("\ud800", "‹U+D800›"),
        ("\U000e0041", "‹U+E0041›"),
        ("\ue000", "‹U+E000›"),
    ],
)
def test_hostile_characters_are_shown(hostile: str, shown: str):
    assert harmless(hostile) == shown


@pytest.mark.parametrize(
    "text", ["Größe – naïve", "שלום עליכם", "می\u200cخواهم", "क्\u200dष", "🙂👩\u200d⚕️", "日本語", "line\nline"]
)
def test_words_of_every_script_pass(text: str):
    assert harmless(text) == text


def test_on_one_line():
    assert harmless("a\nb\tc", lines=False) == "a␊b␉c"


@given(st.text())
def test_nothing_that_acts_is_left(text: str):
    left = harmless(text)
    assert not [
        one
        for one in left
        if one not in "\n\u200c\u200d" and unicodedata.category(one) in ("Cc", "Cf", "Cs", "Zl", "Zp")
    ]
    left.encode("utf-8")
