"""The checker as a module; it lies outside the packages, as one file that people take with them."""

import importlib.util
from pathlib import Path
from types import ModuleType

FILE = Path(__file__).resolve().parents[2] / "tools" / "verify" / "verify.py"


def _load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("candour_verify", FILE)
    if spec is None or spec.loader is None:
        raise ImportError(FILE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


verify = _load()
