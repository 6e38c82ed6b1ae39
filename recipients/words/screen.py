"""Showing hostile text on a terminal: what people wrote is never trusted to be only words.

A report may hold escape sequences that repaint the screen, hide lines or retitle the window, marks that turn the
direction of writing, and letters without width. Here each becomes visible; words of every script pass unchanged.

    >>> harmless("all clear\\x1b[2J")
    'all clear␛[2J'
"""

import unicodedata

_PICTURES = {number: chr(0x2400 + number) for number in range(0x20)} | {0x7F: "␡"}
# Tag characters and variation selectors above the first plane can carry hidden text.
# A window takes the object mark for a picture, and the first noncharacters for the edges of a frame.
_HIDDEN = (range(0xE0000, 0xE1000), range(0xFFFC, 0xFFFD), range(0xFDD0, 0xFDF0))
_KEEP = {"\u200c", "\u200d"}


def harmless(text: str, *, lines: bool = True) -> str:
    """Text that can be printed: controls, bidirectional marks, surrogates and private letters shown for what they are.

    With `lines` a line feed stays one; otherwise everything is on one line.
    """
    text = text.replace("\r\n", "\n")
    return "".join(_character(character, lines) for character in text)


def _character(character: str, lines: bool) -> str:
    number = ord(character)
    if character == "\n":
        return "\n" if lines else "␊"
    if character == "\t":
        return "    " if lines else "␉"
    if number in _PICTURES:
        return _PICTURES[number]
    kind = unicodedata.category(character)
    # Joiners are kept: Persian, Hindi and many emoji are misspelt without them.
    if character not in _KEEP and (kind in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp") or _hidden(number)):
        return f"‹U+{number:04X}›"
    return character


def _hidden(number: int) -> bool:
    return any(number in span for span in _HIDDEN)
