"""What may stand in a case's log: the kinds of entries, and the shape of each one's words.

Words that came from another guardian are checked by the same shapes; what does not fit is kept, and shown without.

    >>> check("urgency", {"level": "now"})
    {'level': 'now'}
"""

from collections.abc import Mapping
from typing import Any

from crypto.errors import CandourError
from crypto.fields import Check, array, choice, constant, day, integer, pattern, plain, raw, record, string
from recipients.errors import GuardianError

STATES = ("received", "assessed", "addressed", "concluded")
URGENCIES = ("now", "soon", "normal")
MODES = ("anonymous", "confidential", "open")
ORIGINS = ("telephone", "person", "email", "letter", "import")
AGAIN = ("yes", "no", "maybe", "unsure")
OUTCOMES = ("changed", "partly", "nothing")

_TEXT = string(1, 20_000)
_SHORT = string(1, 500)
_MAYBE = string(0, 20_000)
_NAME = pattern("[a-z][a-z0-9-]{0,47}")
_NAMES = array(_NAME, 0, 24, distinct=True)
_HASH = raw(32)
_G = raw(16)

_KINDS: dict[str, Check] = {
    # How the case came to be, when it did not come through the portal.
    "opened": record(
        {"origin": choice(*ORIGINS), "mode": choice(*MODES), "text": _MAYBE},
        {"received": day, "exclude": array(_G, 1, 16, distinct=True)},
    ),
    "state": record({"state": choice(*STATES)}),
    "urgency": record({"level": choice(*URGENCIES)}),
    "categories": record({"names": _NAMES}),
    "mode": record({"mode": choice(*MODES)}),
    "group": record({"name": _NAME}),
    "note": record({"text": _TEXT}),
    # Nothing is taken out of a log: a note that should not be read any more is struck, and may be restored.
    "strike": record({"entry": _HASH}),
    "restore": record({"entry": _HASH}),
    "reply": record(
        {"text": string(0, 24_000)},
        {
            "status": choice(*STATES),
            "next": record({"day": day, "what": _SHORT}),
            "ask": choice("check-in", "feedback"),
            "withdrawn": constant(True),
        },
    ),
    # Something told to the person another way: by telephone, in person.
    "told": record({"what": choice("acknowledged", "informed", "other"), "text": _MAYBE}),
    "factors": record({"framework": _NAME, "names": _NAMES, "text": _MAYBE}),
    "action": record({"about": choice("system", "individual"), "text": _TEXT}, {"by": day, "who": string(0, 200)}),
    "approve": record({"entry": _HASH, "text": _MAYBE}),
    "decline": record({"entry": _HASH, "text": _TEXT}),
    "done": record({"entry": _HASH, "text": _MAYBE}),
    "duty": record({"item": _NAME, "answer": choice("yes", "no", "not-needed"), "text": _MAYBE}),
    "learning": record({"happened": _TEXT, "sense": _TEXT, "changed": _TEXT}),
    "conclude": record({"outcome": choice(*OUTCOMES), "reason": _MAYBE}),
    "reopen": record({"reason": _TEXT}),
    "check-in": record({"months": integer(1, 24), "detriment": choice("yes", "no", "unsure"), "text": _MAYBE}),
    "again": record({"answer": choice(*AGAIN), "text": _MAYBE}),
    "hunt": record({"answer": choice("yes", "no"), "text": _MAYBE}),
    "hold": record({"reason": _TEXT}),
    "release": record({"reason": _TEXT}),
    "copied": record({"to": _G}),
    "handed": record({"to": _G}),
    "taken": record({"from": _G}),
    "ask": record({"to": _G, "text": _TEXT}),
    "opinion": record({"entry": _HASH, "text": _TEXT}),
    "exported": record({"what": _NAME}),
    "erased": record({"why": choice("withdrawn", "policy", "conflict")}),
}


def check(kind: str, words: Mapping[str, object]) -> dict[str, object]:
    """Words about to be signed, as plain JSON; `wrong` when they do not fit, with the kind as its detail."""
    try:
        plain_words: dict[str, object] = plain(words)
        _KINDS[kind](plain_words)
    except CandourError:
        raise GuardianError("wrong", kind) from None
    return plain_words


def read(kind: str, words: Mapping[str, object]) -> dict[str, Any] | None:
    """Words from a log, bytes as bytes; None when the kind is not known here or the words do not fit it."""
    if kind not in _KINDS:
        return None
    try:
        found: dict[str, Any] = _KINDS[kind](words)
    except CandourError:
        return None
    return found
