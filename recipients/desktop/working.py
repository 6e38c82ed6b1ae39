"""What a person does in a case, handed to the keeper, and what comes back shown: answers, drafts, notes, state."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal

from recipients import keys, replies
from recipients.casework import acts, book, notes, templates
from recipients.desktop import case, faults
from recipients.desktop.desk import Desk
from recipients.desktop.keeper import Keeper
from recipients.errors import GuardianError
from recipients.replies import Draft
from recipients.vault import Vault
from recipients.words.days import now, today, weekday_text


class Working(QObject):
    """The case on the desk. `changed` when lists have to look again; `failed` carries what went wrong."""

    changed = Signal()
    failed = Signal(object)

    def __init__(self, desk: Desk, keeper: Keeper) -> None:
        super().__init__()
        self._desk, self._keeper = desk, keeper
        self.case: case.Case | None = None
        self._wanted: bytes | None = None
        desk.editor.changed.connect(self._typed)
        desk.editor.wanted.connect(self._send)
        desk.editor.dropped.connect(self._drop)
        desk.editor.begun.connect(lambda one: desk.editor.fill(templates.fill(one, today())))
        desk.standing.changed.connect(self._stand)
        desk.notes.added.connect(self._add_note)
        desk.notes.deleted.connect(lambda number: self._note(notes.delete, number, today()))
        desk.notes.restored.connect(lambda number: self._note(notes.undelete, number))

    @property
    def current(self) -> bytes | None:
        """The id of the case on the desk."""
        return self._wanted

    def begin(self) -> None:
        """After an unlock: what replies can begin with."""
        self._keeper.short(templates.all_of, self._desk.editor.offer, self.failed.emit)

    def show(self, case_id: bytes) -> None:
        """Puts another case on the desk; the draft of the one before is kept first."""
        self.keep()
        self._wanted, self.case = case_id, None
        self._desk.forget()
        day = today()
        self._keeper.short(lambda vault: case.load(vault, case_id, day), self._loaded, self.failed.emit)

    def keep(self) -> None:
        """Keeps the reply being written, whatever comes next."""
        found = self.case
        if found is None or found.case.thread is None:
            return
        words, fields, day = self._desk.editor.text.toPlainText(), self._desk.editor.fields(), today()
        if self._desk.editor.blank:
            if found.draft is not None:
                self._quietly(lambda vault: notes.drop_draft(vault, found.case.id, day))
        else:
            self._quietly(lambda vault: notes.keep_draft(vault, found.case.id, words, fields, day))

    def put_away(self) -> None:
        """Takes the case off the desk, draft kept."""
        self.keep()
        self._wanted, self.case = None, None

    def drop(self) -> None:
        """Takes the case off the desk, with what was being written: it is not to be seen any more."""
        self._wanted, self.case = None, None
        self._desk.forget()
        self._desk.reading.clear()

    def again(self) -> None:
        """Looks again at the case, after a sync or an act; the reply being written stays."""
        if self.case is not None:
            case_id, day = self.case.case.id, today()
            self._keeper.short(lambda vault: case.load(vault, case_id, day), self._reloaded, self.failed.emit)

    def _loaded(self, found: case.Case) -> None:
        if found.case.id == self._wanted:
            self.case = found
            self._desk.show_case(found, today())
            self.changed.emit()

    def _reloaded(self, found: case.Case) -> None:
        if found.case.id == self._wanted:
            self.case = found
            self._desk.reading.show_case(found, today(), keep=True)
            self._desk.refresh_case(found, today())
            self.changed.emit()

    def _typed(self) -> None:
        found = self.case
        if found is None or found.case.thread is None:
            return
        self.keep()
        thread, draft = found.case.thread, self._desk.editor.draft()
        self._keeper.short(lambda vault: _leaves(vault, thread, draft), self._leaving, self._unsendable)

    def _leaving(self, when: int) -> None:
        day = weekday_text(when // 86_400, today())
        self._desk.editor.tell(f"This will leave when you sync, and can be read from {day} on. Draft kept.")

    def _unsendable(self, error: BaseException) -> None:
        empty = isinstance(error, GuardianError) and error.code == "empty"
        self._desk.editor.tell("" if empty else faults.sentence(error), "faint" if empty else "care")

    def _send(self) -> None:
        found = self.case
        if found is None or found.case.thread is None:
            return
        self.keep()
        thread, case_id, draft, day = found.case.thread, found.case.id, self._desk.editor.draft(), today()
        self._desk.editor.setEnabled(False)

        def send(vault: Vault) -> None:
            replies.send(vault, keys.load(vault), thread, draft, day)
            notes.drop_draft(vault, case_id, day)

        self._keeper.short(send, self._sent, self._not_sent)

    def _sent(self, _none: None) -> None:
        self._desk.editor.empty()
        self._desk.editor.setEnabled(True)
        self._desk.editor.tell("Signed and queued. It leaves when you sync.")
        self.again()

    def _not_sent(self, error: BaseException) -> None:
        self._desk.editor.setEnabled(True)
        self._desk.editor.tell(faults.sentence(error), "care")

    def _drop(self) -> None:
        found = self.case
        if found is None or self._desk.editor.blank:
            return
        self.keep()
        day = today()
        self._quietly(lambda vault: notes.drop_draft(vault, found.case.id, day))
        self._desk.editor.empty()
        self._desk.editor.tell("")
        self._desk.notices.offer("The draft was thrown away.", self._recover)

    def _recover(self) -> None:
        found = self.case
        if found is not None:
            self._keeper.short(lambda vault: notes.recover(vault, found.case.id), self._recovered, self.failed.emit)

    def _recovered(self, draft: notes.Draft | None) -> None:
        if draft is not None:
            self._desk.editor.restore(draft)

    def _stand(self, what: str, value: Any) -> None:
        does: dict[str, Callable[[Vault, book.Case, Any, int], None]] = {
            "state": acts.set_state,
            "urgency": acts.set_urgency,
            "categories": acts.set_categories,
        }
        found, day = self.case, today()
        if found is not None:
            self._act(lambda vault: does[what](vault, book.case(vault, found.case.id), value, day))

    def _add_note(self, words: str) -> None:
        found, day = self.case, today()
        if found is not None and words.strip():
            self._act(lambda vault: notes.add(vault, found.case.id, words, day))
            self._desk.notes.text.setPlainText("")

    def _note(self, does: Callable[..., None], number: int, *more: int) -> None:
        found = self.case
        if found is not None:
            self._act(lambda vault: does(vault, found.case.id, number, *more))

    def _act(self, job: Callable[[Vault], object]) -> None:
        self._keeper.short(job, lambda _result: self.again(), self.failed.emit)

    def _quietly(self, job: Callable[[Vault], None]) -> None:
        self._keeper.short(job, lambda _none: None, self.failed.emit)


def _leaves(vault: Vault, thread: bytes, draft: Draft) -> int:
    return replies.would_leave(vault, keys.load(vault), thread, draft, now())
