"""What is done in one case, as commands: state, urgency, notes, factors, actions, learning, closing, holds, erasing.

Words never come from arguments, which others on the computer can see: from `--file`, or typed.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from recipients.casework import acts, book, closing, erasing, log, measures, notes, retention, taxonomy
from recipients.casework.book import Case
from recipients.cli.caselist import fields
from recipients.cli.common import Setting, command, read_file
from recipients.errors import GuardianError
from recipients.vault import Vault
from recipients.words.cases import acknowledgement, erased
from recipients.words.days import day_of, day_text, today
from recipients.words.screen import harmless

_FILE = click.option("--file", type=click.Path(path_type=Path, allow_dash=True), help="The words; - is standard input.")


def words(file: Path | None, *, needed: bool = True) -> str:
    """Words from a file or typed; none when they are not needed and no file is named."""
    if file is None and not needed:
        return ""
    if file is not None and str(file) != "-":
        data = read_file(file)
    else:
        if file is None and sys.stdin.isatty():
            click.echo("Write; end with Ctrl-D on an empty line.", err=True)
        data = sys.stdin.buffer.read()
    try:
        return data.decode("utf-8").strip()
    except UnicodeDecodeError:
        raise GuardianError("file", "not UTF-8") from None


def entry_of(vault: Vault, case: Case, name: str) -> bytes:
    """The entry of a case that a person names by 6 or more hex digits; `note` when there is none."""
    found = [
        one.hash for one in log.lines(vault, case.id) if len(name) >= 6 and one.hash.hex().startswith(name.lower())
    ]
    if len(found) != 1:
        raise GuardianError("note")
    return found[0]


def _done(setting: Setting, number: str, act: Callable[[Vault, Case], object]) -> None:
    """Does something in a case, and shows the case as it is then."""
    with setting.opened() as vault:
        case = book.find(vault, number)
        made = act(vault, case)
        after = book.case(vault, case.id)
        more = {"entry": made.hex()} if isinstance(made, bytes) else {}
    due = f", next due {day_text(after.due)}" if after.due is not None else ""
    setting.result({**fields(after), **more}, f"Case {after.number}: {after.state}, urgency {after.urgency}{due}.")


def _choice(name: str, help_: str, choices: tuple[str, ...], act: Callable[[Vault, Case, str, int], None]) -> Any:
    @click.command(name, help=help_)
    @click.argument("number")
    @click.argument("value", type=click.Choice(choices))
    @command
    def made(setting: Setting, number: str, value: str) -> None:
        _done(setting, number, lambda vault, case: act(vault, case, value, today()))

    return made


def _worded(name: str, help_: str, act: Callable[[Vault, Case, str, int], object], *, needed: bool = True) -> Any:
    @click.command(name, help=help_)
    @click.argument("number")
    @_FILE
    @command
    def made(setting: Setting, number: str, file: Path | None) -> None:
        text = words(file, needed=needed)
        _done(setting, number, lambda vault, case: act(vault, case, text, today()))

    return made


state = _choice("state", "Set the state of case NUMBER.", ("received", "assessed", "addressed"), acts.set_state)
urgency = _choice("urgency", "Set how urgent case NUMBER is.", ("now", "soon", "normal"), acts.set_urgency)
mode = _choice("mode", "Note how the person spoke up.", tuple(taxonomy.MODES), acts.set_mode)
group = _choice("group", "Note the worker group, if they told it.", tuple(taxonomy.GROUPS), acts.set_group)
reopen = _worded("reopen", "Take case NUMBER up again, with a reason.", closing.reopen)
hold = _worded("hold", "Ask for a legal hold; a second guardian approves it.", retention.hold)
release = _worded("release", "Ask to lift a legal hold; a second guardian approves it.", retention.release)


@click.command()
@click.argument("number")
@click.argument("names", nargs=-1, type=click.Choice(list(taxonomy.CATEGORIES)))
@command
def category(setting: Setting, number: str, names: tuple[str, ...]) -> None:
    """Set the categories of case NUMBER; several may apply."""
    _done(setting, number, lambda vault, case: acts.set_categories(vault, case, names, today()))


@click.command()
@click.argument("number")
@click.option("--private", is_flag=True, help="For you alone: no co-guardian sees it.")
@_FILE
@command
def note(setting: Setting, number: str, private: bool, file: Path | None) -> None:
    """Write a note in case NUMBER; co-guardians of the case see it unless it is private."""
    text = words(file)
    if private:
        _done(setting, number, lambda vault, case: notes.add(vault, case.id, text, today()))
    else:
        _done(setting, number, lambda vault, case: acts.note(vault, case, text, today()))


@click.command("note-delete")
@click.argument("number")
@click.argument("note")
@click.option("--undo", is_flag=True, help="Bring it back.")
@command
def note_delete(setting: Setting, number: str, note: str, undo: bool) -> None:
    """Delete NOTE of case NUMBER: a private note by its number, another by its hash. --undo brings it back."""

    def act(vault: Vault, case: Case) -> None:
        if note.isascii() and note.isdecimal() and len(note) < 6:
            if undo:
                notes.undelete(vault, case.id, int(note))
            else:
                notes.delete(vault, case.id, int(note), today())
            return
        (acts.restore if undo else acts.strike)(vault, case, entry_of(vault, case, note), today())

    _done(setting, number, act)


@click.command()
@click.argument("number")
@click.option("--drop", is_flag=True, help="Throw it away.")
@click.option("--recover", is_flag=True, help="Bring back what was thrown away or sent last.")
@_FILE
@command
def draft(setting: Setting, number: str, drop: bool, recover: bool, file: Path | None) -> None:
    """Show, keep (--file), throw away or recover the draft of a reply in case NUMBER."""
    with setting.opened() as vault:
        found = book.find(vault, number)
        if drop:
            notes.drop_draft(vault, found.id, today())
        elif recover:
            notes.recover(vault, found.id)
        elif file is not None:
            notes.keep_draft(vault, found.id, words(file), {}, today())
        kept = notes.draft(vault, found.id)
    text = None if kept is None else kept.text
    setting.result({"number": found.number, "draft": text}, "No draft." if text is None else harmless(text))


@click.command()
@click.argument("number")
@click.argument("what", type=click.Choice(("acknowledged", "informed", "other")))
@_FILE
@command
def told(setting: Setting, number: str, what: str, file: Path | None) -> None:
    """Note that the person was answered another way, by telephone for example."""
    text = words(file, needed=False)
    _done(setting, number, lambda vault, case: acts.told(vault, case, what, text, today()))


@click.command()
@click.argument("number")
@click.argument("answer", type=click.Choice(("yes", "no")))
@_FILE
@command
def hunt(setting: Setting, number: str, answer: str, file: Path | None) -> None:
    """Note whether somebody tries to find out who spoke."""
    text = words(file, needed=False)
    _done(setting, number, lambda vault, case: acts.set_hunt(vault, case, answer, text, today()))


@click.command("check-in")
@click.argument("number")
@click.argument("months", type=click.IntRange(1, 24))
@click.argument("detriment", type=click.Choice(("yes", "no", "unsure")))
@_FILE
@command
def check_in(setting: Setting, number: str, months: int, detriment: str, file: Path | None) -> None:
    """Note a check-in after MONTHS, and whether they were treated worse since."""
    text = words(file, needed=False)
    _done(setting, number, lambda vault, case: acts.check_in(vault, case, months, detriment, text, today()))


@click.command()
@click.argument("number")
@click.argument("answer", type=click.Choice(("yes", "no", "maybe", "unsure")))
@_FILE
@command
def again(setting: Setting, number: str, answer: str, file: Path | None) -> None:
    """Note whether the person would speak up again."""
    text = words(file, needed=False)
    _done(setting, number, lambda vault, case: acts.set_again(vault, case, answer, text, today()))


@click.command()
@click.argument("number")
@click.argument("framework", type=click.Choice(list(measures.FRAMEWORKS)))
@click.argument("names", nargs=-1)
@_FILE
@command
def factors(setting: Setting, number: str, framework: str, names: tuple[str, ...], file: Path | None) -> None:
    """Record what in the system contributed, before anything about a person. `guardian lists` shows the names."""
    text = words(file, needed=False)
    _done(setting, number, lambda vault, case: measures.set_factors(vault, case, framework, names, text, today()))


@click.command()
@click.argument("number")
@click.argument("about", type=click.Choice(("system", "individual")))
@click.option("--by", metavar="YYYY-MM-DD", help="By which day.")
@click.option("--who", default="", help="Which office does it.")
@_FILE
@command
def action(setting: Setting, number: str, about: str, by: str | None, who: str, file: Path | None) -> None:
    """Write down something to be done. About one person: only after factors, and with a second guardian's approval."""
    text, day = words(file), day_of(by) if by else None
    _done(setting, number, lambda vault, case: measures.act(vault, case, about, text, today(), by=day, who=who))


def _on_entry(name: str, help_: str, act: Callable[[Vault, Case, bytes, str, int], None], *, needed: bool) -> Any:
    @click.command(name, help=help_)
    @click.argument("number")
    @click.argument("entry")
    @_FILE
    @command
    def made(setting: Setting, number: str, entry: str, file: Path | None) -> None:
        text = words(file, needed=needed)
        _done(setting, number, lambda vault, case: act(vault, case, entry_of(vault, case, entry), text, today()))

    return made


approve = _on_entry("approve", "Agree, as second guardian, to ENTRY of case NUMBER.", measures.approve, needed=False)
decline = _on_entry("decline", "Do not agree to ENTRY of case NUMBER, with a reason.", measures.decline, needed=True)
carried_out = _on_entry("done", "Note that action ENTRY has been carried out.", measures.done, needed=False)


@click.command()
@click.argument("number")
@click.argument("item", required=False, type=click.Choice(list(measures.DUTY)))
@click.argument("answer", required=False, type=click.Choice(("yes", "no", "not-needed")))
@command
def duty(setting: Setting, number: str, item: str | None, answer: str | None) -> None:
    """Show the duty-of-candour checklist of case NUMBER, or answer ITEM of it."""
    with setting.opened() as vault:
        found = book.find(vault, number)
        if item is not None and answer is not None:
            measures.answer_duty(vault, found, item, answer, "", today())
        given = book.facts(vault, found.id).duty
    lines = [f"{given.get(name, 'open'):11}{name}: {question}" for name, question in measures.DUTY.items()]
    setting.result(
        {"number": found.number, "duty": {name: given.get(name) for name in measures.DUTY}}, "\n".join(lines)
    )


@click.command()
@click.argument("number")
@_FILE
@command
def learn(setting: Setting, number: str, file: Path | None) -> None:
    """Write what was learned: what happened, why it made sense, what changed; a line `---` between the three."""
    parts = [one.strip() for one in words(file).split("\n---\n")]
    if len(parts) != 3:
        raise GuardianError("wrong", "learning")
    happened, sense, changed = parts
    _done(setting, number, lambda vault, case: closing.learn(vault, case, happened, sense, changed, today()))


@click.command()
@click.argument("number")
@click.argument("outcome", type=click.Choice(("changed", "partly", "nothing")))
@click.option("--reason", type=click.Path(path_type=Path, allow_dash=True), help="A file with the reason.")
@command
def conclude(setting: Setting, number: str, outcome: str, reason: Path | None) -> None:
    """Conclude case NUMBER. Learning comes first; nothing changed needs a reason."""
    text = words(reason, needed=False)
    _done(setting, number, lambda vault, case: closing.conclude(vault, case, outcome, text, today()))


@click.command()
@click.argument("number")
@click.option("--withdrawn", is_flag=True, help="The person asked for it; they are told that it is done.")
@click.option("--yes", is_flag=True, help="Do not ask again.")
@command
def erase(setting: Setting, number: str, withdrawn: bool, yes: bool) -> None:
    """Erase case NUMBER for good. Nothing brings it back from this vault."""
    with setting.opened() as vault:
        found = book.find(vault, number)
        if not yes:
            click.confirm(f"Erase case {found.number} for good?", abort=True, err=True)
        gone = today() + retention.policy(vault).backup_days
        why = "withdrawn" if withdrawn else "policy"
        erasing.erase(vault, found, why, today(), text=acknowledgement(gone) if withdrawn else "")
    text = erased(found.number, gone, told=withdrawn)
    setting.result({"number": found.number, "state": "erased", "gone_from": day_text(gone)}, text)


@click.command("retention")
@click.option("--months", type=int, help="Keep concluded cases for so many months.")
@click.option("--backup-days", type=int, help="For how many days you keep backups of this vault.")
@click.option("--apply", "apply_", is_flag=True, help="Erase what is due now.")
@command
def retention_(setting: Setting, months: int | None, backup_days: int | None, apply_: bool) -> None:
    """Show or set how long cases are kept, and erase those that are due."""
    with setting.opened() as vault:
        current = retention.policy(vault)
        if months is not None or backup_days is not None:
            kept = current.backup_days if backup_days is None else backup_days
            current = retention.set_policy(vault, current.months if months is None else months, kept)
        erased = retention.apply(vault, today()) if apply_ else []
        waiting = [one.number for one in retention.due(vault, today())]
        claims = [
            {"number": one.number, "erased": day_text(one.day), "gone_from": day_text(one.gone_from), "gone": one.gone}
            for one in retention.claims(vault, today())
        ]
    answer = {**vars(current), "due": waiting, "erased_now": erased, "erased": claims}
    setting.result(
        answer,
        f"Concluded cases are kept {current.months} months, backups {current.backup_days} days. "
        f"Due to be erased: {', '.join(map(str, waiting)) or 'none'}. "
        f"Erased now: {', '.join(map(str, erased)) or 'none'}.",
    )


COMMANDS = (
    *(state, urgency, mode, group, category, note, note_delete, draft, told, hunt, check_in, again, factors, action),
    *(approve, decline, carried_out, duty, learn, conclude, reopen, hold, release, erase, retention_),
)
