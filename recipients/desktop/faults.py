"""What the window says when something goes wrong: the shared sentences, and one for what nobody thought of."""

import traceback
from pathlib import Path

from crypto.errors import CandourError
from recipients.errors import GuardianError
from recipients.words import say

_UNEXPECTED = (
    "Something went wrong that should not have ({}). What was stored before is safe. Try again; if it stays, please "
    "report these words to the makers of this program."
)


def sentence(error: BaseException) -> str:
    """What a person reads; never the message of a fault of ours, which may hold what people wrote."""
    if isinstance(error, GuardianError | CandourError):
        return say.sentence(error, window=True)
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return _UNEXPECTED.format(type(error).__name__ + place)
