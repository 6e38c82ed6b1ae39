"""Where a guardian's vault lies when nobody says otherwise."""

import os
import sys
from pathlib import Path


def default_vault() -> Path:
    """The vault's folder: as the XDG rules say, or in the local (never the roaming) data folder of Windows."""
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA", "")
        return (Path(base) if base else Path.home() / "AppData" / "Local") / "Candour" / "guardian"
    base = os.environ.get("XDG_DATA_HOME", "")
    root = Path(base) if base.startswith("/") else Path.home() / ".local" / "share"
    return root / "candour" / "guardian"
