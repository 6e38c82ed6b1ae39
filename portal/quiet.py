"""What the portal says to its log (PROTOCOL section 15): never a path, body, address, header or an exception's words.

A fault is one line: the exception's class, and the file and line in our code and where it was raised.
"""

import sys
import traceback
from pathlib import Path
from types import TracebackType

_HERE = Path(__file__).parent


def say(sentence: str) -> None:
    """One line of our own words for the operator."""
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
