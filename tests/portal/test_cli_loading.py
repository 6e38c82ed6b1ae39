"""A command loads what it works with: to serve, nothing that draws or asks others."""

import subprocess
import sys

_HEAVY = ("fpdf", "PIL", "fontTools", "pypdfium2", "segno", "uharfbuzz", "httpx", "recipients")


def loaded(names: tuple[str, ...], code: str) -> str:
    """Which of these a fresh process has loaded after some lines."""
    code = f"import sys\n{code}\nprint(*[name for name in {names!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_serve_loads_no_tool_of_the_steward() -> None:
    assert loaded(_HEAVY, 'from portal.cli import main; main.get_command(None, "serve")') == ""


def test_the_steward_loads_no_server() -> None:
    asked = 'from portal.cli import main; [main.get_command(None, one) for one in ("init", "guardian", "policy")]'
    assert loaded(("flask", "sqlalchemy", "gunicorn", "alembic"), asked) == ""


def test_a_guardian_waits_for_no_fonts() -> None:
    assert loaded(("fpdf", "fontTools", "PIL", "PySide6", "flask"), "import recipients.cli") == ""
