"""Starts the desk: `guardian desktop`."""

import signal
import sys
from pathlib import Path

from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication

from recipients.desktop.look import Look
from recipients.desktop.window import Window
from recipients.vault import default_vault


def run(vault: Path | None = None) -> int:
    """Shows the window until it is closed; gives the exit code."""
    application = QApplication(sys.argv[:1])
    application.setApplicationName("candour")
    application.setApplicationDisplayName("Candour")
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom))
    application.setDesktopFileName("candour-guardian")
    # Ctrl-C in the terminal that started it ends it; the vault survives that at any point.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    folder = vault or default_vault()
    look = Look()
    look.remember(folder)
    look.apply(application)
    window = Window(look, folder)
    # What nobody thought of is said in the window; its message, which may hold what people wrote, is printed nowhere.
    sys.excepthook = lambda _kind, error, _where: window.fault(error)
    window.show()
    return application.exec()
