"""Hostile words in a window: shown as text, for what they are, never as markup, a frame, a tip or a key."""

import ast
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QTextEdit

import recipients.desktop
from recipients.desktop import plain
from recipients.desktop.look import Look
from recipients.desktop.page import Page

HOSTILE = {
    "markup": ("<img src='http://x/y.png'><b>x</b>", "<img src='http://x/y.png'><b>x</b>"),
    "an escape": ("a\x1b[2J\x07b", "a␛[2J␇b"),
    "direction": ("a\u202eb\u2066c", "a‹U+202E›b‹U+2066›c"),
    "a line separator": ("a\u2028b\u2029c", "a‹U+2028›b‹U+2029›c"),
    "a picture's mark": ("a\ufffcb", "a‹U+FFFC›b"),
    "a frame's edge": ("a\ufdd0b\ufdd1c", "a‹U+FDD0›b‹U+FDD1›c"),
}


def shown(application: QApplication, text: str) -> QTextEdit:
    pane = QTextEdit()
    page = Page(Look("light"))
    page.heading("Ours")
    with page.frame("border", "sheet"):
        page.words(text)
    page.line("Ours again")
    page.show_in(pane)
    return pane


@pytest.mark.parametrize(("text", "seen"), HOSTILE.values(), ids=HOSTILE.keys())
def test_words_stay_words_and_in_their_frame(application: QApplication, text: str, seen: str):
    pane = shown(application, text)
    lines = [line for line in pane.toPlainText().split("\n") if line]
    assert lines == ["Ours", seen, "Ours again"]
    assert len(pane.document().rootFrame().childFrames()) == 1


def test_a_million_letters_without_a_space(application: QApplication):
    pane = shown(application, "W" * 1_000_000)
    pane.resize(500, 500)
    pane.show()
    application.processEvents()
    assert pane.toPlainText().count("W") == 1_000_000
    assert pane.document().size().width() <= pane.viewport().width() + 1
    pane.close()


def test_labels_and_tips_show_exactly_their_text(application: QApplication):
    made = plain.label("<b>x</b> &amp;")
    assert made.textFormat() == Qt.TextFormat.PlainText
    plain.tip(made, "<b>x</b>")
    assert made.toolTip() == "<qt>&lt;b&gt;x&lt;/b&gt;</qt>"
    assert plain.quoted("a\n\u202eb" + "c" * 500).startswith("\u2068a␊‹U+202E›b")
    assert len(plain.quoted("c" * 500)) < 410


def test_no_label_or_tip_is_made_elsewhere():
    """Whatever makes a QLabel or sets a tip by itself could show markup."""
    folder = Path(recipients.desktop.__file__).parent
    found = []
    for path in sorted(folder.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            name = getattr(node.func, "attr", getattr(node.func, "id", "")) if isinstance(node, ast.Call) else ""
            if name in ("QLabel", "QMessageBox", "setHtml", "insertHtml", "setMarkdown", "setWhatsThis"):
                found.append((path.name, name))
    assert found == [("plain.py", "QLabel")]
