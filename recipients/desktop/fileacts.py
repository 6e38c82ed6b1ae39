"""The files of a concern: a safe picture by Dangerzone, cleaned to be handed on, or the file itself after a warning."""

from pathlib import Path

from PySide6.QtWidgets import QCheckBox

from recipients import attachments, membership, sanitise
from recipients.attachments import File
from recipients.desktop.drawer import Drawer, new_file
from recipients.desktop.faults import sentence
from recipients.desktop.fields import number
from recipients.desktop.longwork import Longwork
from recipients.desktop.plain import label, name, quoted
from recipients.desktop.worksheet import WorkSheet
from recipients.errors import GuardianError
from recipients.vault import Vault
from recipients.words.saved import PICTURE, WARNING, harmless_name

_LOOK = (
    "Dangerzone makes a PDF that shows what the file shows, in a sandbox without a network. The file itself stays "
    "sealed in the vault. The PDF is outside of it: delete it when you have seen it."
)
_AS_IT_IS = (
    "A safe picture is nearly always enough. Take the file out as it is only when it is not: it may take over the "
    "computer on which it is opened, and it may hold what shows who sent it. Open it on a computer without a network, "
    "never on the organisation’s own, do not pass it on, and delete it afterwards."
)
_CLEANED = "It was cleaned of what it said about its making."


class FileActs:
    """What a person can do with one file of the open concern; `number` is the concern's."""

    def __init__(self, drawer: Drawer) -> None:
        self._drawer, self._look = drawer, drawer.look

    def picture(self, case: int, file: File) -> None:
        """Makes a picture of the file, in a new PDF."""
        there = sanitise.maker() is not None
        sheet = WorkSheet(
            self._look, "A safe picture of this file", _LOOK, "&Make it…" if there else "", self._drawer.over
        )
        sheet.after_stop = sentence(GuardianError("sanitise", "stopped"))
        minutes, clean = (
            number(1, 120, sanitise.MINUTES, " minutes"),
            QCheckBox("Also clean it with &mat2, to hand it on"),
        )
        name(clean, "Also clean it with mat2, to hand it on", "Takes away what the PDF says about its making.")
        sheet.add(label(_about(file), "faint"))
        if there:
            sheet.ask("S&top it after", minutes)
            sheet.add(clean)
        else:
            sheet.add(label(sentence(GuardianError("sanitise", "absent")), "care"))

        def make() -> None:
            limit, cleaned = minutes.value(), clean.isChecked()
            to = new_file(sheet, "Where the PDF goes", f"concern-{case}-file-{file.number}.pdf")
            if to is None or not self._drawer.shows(sheet):
                return
            work = Longwork()

            def job(vault: Vault) -> None:
                work.tell("Dangerzone is at work; this takes some seconds a page")
                organisation = membership.organisation(vault)
                sanitise.picture(
                    vault, file.manifest, organisation, to, minutes=limit, clean=cleaned, stopped=lambda: work.stopped
                )

            said = f"Made: {to}. {PICTURE} {_CLEANED if cleaned else ''}".strip()
            self._drawer.run(sheet, work, job, lambda _none: self._drawer.done(sheet, said))

        self._drawer.open(sheet, make)

    def save(self, case: int, file: File) -> None:
        """Warns, then takes the file out as it is."""
        title = "Take the file out as it is?"
        sheet = WorkSheet(self._look, title, _AS_IT_IS, "&Save the file…", self._drawer.over)
        sheet.add(label(_about(file), "faint"))

        def save() -> None:
            to = new_file(sheet, "Save a copy outside the vault", harmless_name(case, file))
            if to is not None and self._drawer.shows(sheet):
                self._drawer.run(
                    sheet,
                    Longwork(),
                    lambda vault: _save(vault, file, to),
                    lambda _none: self._drawer.done(sheet, f"Saved: {to}. {WARNING}"),
                )

        self._drawer.open(sheet, save)


def _about(file: File) -> str:
    said = quoted(file.manifest.name, 200)
    return f"File {file.number}: {said}, {file.manifest.size:,} bytes. Its name and kind are what the sender says."


def _save(vault: Vault, file: File, to: Path) -> None:
    attachments.save(vault, file.manifest, membership.organisation(vault), to)
