"""What the portal says to its log (PROTOCOL section 15): never a path, body, address, header or an exception's words.

A fault is one line: the exception's class, and the file and line in our code and where it was raised.
"""

import sys
import time
import traceback
from pathlib import Path
from types import TracebackType

_HERE = Path(__file__).parent
_QUIET = 600.0
_said: dict[str, float] = {}


def say(sentence: str) -> None:
    """One line of our own words for the operator; the same one again only after ten minutes.

    Whoever keeps a log stamps it with times: a line for each request that went wrong would be a diary of visits.
    """
    now = time.monotonic()
    if now - _said.get(sentence, -_QUIET) < _QUIET:
        return
    _said[sentence] = now
    sys.stderr.write(f"candour: {sentence}\n")
    sys.stderr.flush()


def report(problem: BaseException) -> None:
    """Note a fault without repeating anything it carries: its message may hold what a person sent."""
    say(f"fault: {type(problem).__name__} at {place(problem.__traceback__)}")


def place(trace: TracebackType | None) -> str:
    """`file:line` of the last frame of ours, and of the last frame of all."""
    frames = traceback.extract_tb(trace)
    if not frames:
        return "an unknown place"
    ours = [frame for frame in frames if Path(frame.filename).is_relative_to(_HERE)]
    shown = (*ours[-1:], frames[-1])
    return " < ".join(dict.fromkeys(f"{Path(frame.filename).name}:{frame.lineno}" for frame in shown))
