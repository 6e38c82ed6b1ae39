"""What a guardian reads when something goes wrong; the texts stand in `say.toml`, the core has codes only.

Exit codes: 2 usage, 3 the vault or its disk, 4 the portal or the way to it, 5 looks like an attack, 6 a step of setting
up, 7 what was asked for.
"""

import tomllib
from importlib.resources import files

from crypto.errors import CandourError
from recipients.errors import GuardianError

_TEXTS: dict[str, dict[str, str]] = tomllib.loads(files("recipients.words").joinpath("say.toml").read_text("utf-8"))
_EXIT = {
    **dict.fromkeys(
        ("passphrase", "damaged", "newer", "busy", "full", "forbidden", "disk", "keys", "absent", "backup", "shares"), 3
    ),
    **dict.fromkeys(("offline", "refused", "odd", "workers"), 4),
    **dict.fromkeys(("fingerprint", "other"), 5),
    **dict.fromkeys(("unready", "exists", "weak", "address", "pass", "clock"), 6),
}
_BARE = {
    "file": "That file is not one that a steward's program makes ({}). Nothing was changed. Ask for it again.",
    "refused": "The portal refused a request ({}). Nothing is lost. Sync again; if this stays, tell your steward.",
    "odd": "The portal's answer breaks the protocol ({}). Nothing is lost. Try again later, and tell your steward.",
    "unready": "A step of setting up is missing ({}).",
}
_RULE = "The portal's list of guardians breaks a rule ({}). Nothing was changed. Tell your steward."


def sentence(error: GuardianError | CandourError, *, window: bool = False) -> str:
    """What a person reads. In a window some sentences are others: there are buttons, and no commands."""
    exact = f"{error.code}: {error.detail}"
    found = _in_window(error.code, exact) if window else None
    if found is None and isinstance(error, CandourError):
        return _TEXTS["protocol"].get(error.code) or _RULE.format(error.code)
    found = found or _TEXTS["detail"].get(exact) or _TEXTS["code"].get(error.code)
    return found or _BARE[error.code].format(error.detail)


def _in_window(code: str, exact: str) -> str | None:
    """The closest sentence: also a shared one, if it names no command."""
    shared = _TEXTS["detail"].get(exact, "`")
    closest = _TEXTS["window"].get(exact) or (shared if "`" not in shared else None)
    return closest or _TEXTS["window"].get(code)


def code_of(error: GuardianError | CandourError) -> int:
    """The exit code."""
    if isinstance(error, CandourError):
        return 5
    return _EXIT.get(error.code, 7)
