"""The serving process loads what it serves with, and nothing that draws or asks other machines."""

import subprocess
import sys

_HEAVY = ("fpdf", "PIL", "fontTools", "pypdfium2", "segno", "uharfbuzz", "httpx", "recipients")


def test_serve_loads_no_tool_of_the_steward() -> None:
    code = f"""
import sys
from portal.cli import main
main.get_command(None, "serve")
print([name for name in {_HEAVY!r} if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
