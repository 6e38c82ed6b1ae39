"""Starts the desk: `guardian desktop`."""

import signal
import sys
from pathlib import Path

from PySide6.QtWidgets import QApplication

from recipients.desktop.look import Look
from recipients.desktop.window import Window
from recipients.vault import default_vault


def run(vault: Path | None = None) -> int:
    """Shows the window until it is closed; gives the exit code."""
    application = QApplication(sys.argv[:1])
    application.setApplicationName("candour")
    application.setApplicationDisplayName("Candour")
    application.setDesktopFileName("candour-guardian")
    # Ctrl-C in the terminal that started it ends it; the vault survives that at any point.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    look = Look()
    look.apply(application)
    window = Window(look, vault or default_vault())
    window.show()
    return application.exec()
