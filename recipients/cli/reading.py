"""`guardian list`, `read`, `reply`. What people wrote is printed through `harmless`, behind a bar of its own."""

import sys
from collections.abc import Mapping
from pathlib import Path

import click
from rich.table import Table

from crypto import message, reply
from crypto.encoding import b64
from crypto.errors import CandourError
from recipients import attachments, cases, keys, membership, outgoing, replies
from recipients.casework import book, leaving
from recipients.cli import caselist, saving
from recipients.cli.common import Setting, command, console, read_file
from recipients.errors import GuardianError
from recipients.vault import Vault
from recipients.words import answers
from recipients.words.days import day_of, day_text, now, time_text, today, weekday_text
from recipients.words.screen import harmless

_STATUSES = ("received", "assessed", "addressed", "concluded")
_TYPES = {
    "concern": "A concern",
    "more": "More about this concern",
    "withdraw": "They ask you to erase this concern",
    "feedback": "Would they speak up again?",
}
_REFUSED = {
    "organisation": "it was written for another organisation",
    "malformed": "it breaks a rule, or was not addressed to you",
    "limit": "it is longer than the rules allow",
}


@click.command("list")
@command
def list_(setting: Setting) -> None:
    """List concerns, newest first."""
    with setting.opened() as vault:
        threads = cases.threads(vault)
    if setting.as_json or not threads:
        setting.result(
            {"threads": [_thread_fields(one) for one in threads]}, "No concerns yet. `guardian sync` fetches."
        )
        return
    table = Table("No", "Last message", "Messages", "New", "Answer due", "Status", "Next")
    for one in threads:
        count = f"{one.messages}" + (f" ({one.partial} not complete)" if one.partial else "")
        following = f"{day_text(one.next_day)} {harmless(one.next_what or '', lines=False)}" if one.next_day else ""
        due = "yes" if one.answer_due else ""
        row = (f"{one.number}", day_text(one.last_day), count, f"{one.unread or ''}", due, one.status or "", following)
        table.add_row(*row)
    console().print(table)


@click.command()
@click.argument("thread")
@command
def read(setting: Setting, thread: str) -> None:
    """Read THREAD: its number in `guardian list`."""
    with setting.opened() as vault:
        found = cases.find(vault, thread)
        people = _people(vault)
        incoming, sent = cases.incoming(vault, found.id), cases.sent(vault, found.id)
        files = attachments.files(vault, found.id)
        cases.mark_read(vault, found.id, today())
    fields = {
        **_thread_fields(found),
        "incoming": [_incoming_fields(one, people) for one in incoming],
        "sent": [_sent_fields(one) for one in sent],
        "files": [saving.fields(one) for one in files],
    }
    blocks = [(one.day, 0, _incoming_text(one, people)) for one in incoming]
    blocks += [(one.day, 1, _sent_text(one)) for one in sent]
    text = "\n\n".join(block for _, _, block in sorted(blocks, key=lambda block: block[:2]))
    listed = "".join(f"\n{saving.line(found.number, one)}" for one in files)
    setting.result(fields, f"Concern {found.number}\n\n{text}" + (f"\n{listed}" if listed else ""))


@click.command()
@click.argument("thread")
@click.option("--file", type=click.Path(path_type=Path, allow_dash=True), help="The reply's text; - is standard input.")
@click.option("--status", type=click.Choice(_STATUSES), help="What you have done so far.")
@click.option("--next-day", metavar="YYYY-MM-DD", help="The day of your next step; needs --next.")
@click.option("--next", "next_", metavar="TEXT", help="Your next step, in at most 500 bytes.")
@click.option("--ask", type=click.Choice(("check-in", "feedback")), help="Ask how they are, or how it was to speak up.")
@click.option("--ask-again", is_flag=True, help="Ask for the pieces that are missing; the text may be empty.")
@click.option("--language", default="en", show_default=True, help="The language of the text.")
@command
def reply_(
    setting: Setting,
    thread: str,
    file: Path | None,
    status: str | None,
    next_day: str | None,
    next_: str | None,
    ask: str | None,
    ask_again: bool,
    language: str,
) -> None:
    """Answer THREAD. Never quote what was written to you: whoever gets hold of the codename could read it."""
    if (next_day is None) != (next_ is None):
        raise click.UsageError("--next-day and --next belong together.")
    wordless = file is None and (ask_again or status is not None or ask is not None)
    draft = replies.Draft(
        text="" if wordless else _text(file),
        language=language,
        status=status,
        next=reply.Next(day=day_of(next_day), what=next_) if next_day and next_ else None,
        ask=ask,
        ask_again=ask_again,
    )
    with setting.opened() as vault:
        found = cases.find(vault, thread)
        case = book.find(vault, thread)
        caselist.warn_quiet(vault, case)
        leaves = leaving.day(vault, today(), now())
        number = replies.send(vault, keys.load(vault), found.id, draft, today())
        policy = membership.last(vault).policy
        when = outgoing.leaves(vault, number, policy.board_cells, policy.board_period, now())
    moment = time_text(when) if when is not None else "the next period"
    setting.result(
        {
            "thread": found.number,
            "outgoing": number,
            "readable_from": when,
            "leaves": day_text(leaves) if leaves is not None else None,
        },
        f"Signed and queued. {_leaves(leaves)} It can be read from {moment} if you sync in time.",
    )


def _leaves(day: int | None) -> str:
    if day is None:
        return "It leaves with `guardian sync`; your calendar names no day on which you collect."
    when = weekday_text(day, today())
    return f"By your calendar it leaves {when if day - today() < 2 else f'on {when}'}, with `guardian sync`."


def _text(file: Path | None) -> str:
    """The reply's words. No editor is started: it would leave a copy on the disk."""
    if file is not None and str(file) != "-":
        data = read_file(file)
    else:
        if file is None and sys.stdin.isatty():
            click.echo("Write your reply; end with Ctrl-D on an empty line.", err=True)
        data = sys.stdin.buffer.read()
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise GuardianError("file", "not UTF-8") from None


def _people(vault: Vault) -> dict[bytes, str]:
    try:
        return {one.g: one.name for one in membership.last(vault).guardians}
    except (GuardianError, CandourError):
        # Reading must not depend on the portal's list: the names are a comfort.
        return {}


def _names(people: Mapping[bytes, str], wanted: tuple[bytes, ...]) -> list[str]:
    return [people.get(g, f"guardian {g.hex()[:8]}") for g in wanted]


def _bar(text: str) -> str:
    """Somebody else's words: each line behind a bar, so that none can pass for a line of this program."""
    return "\n".join(f"  | {line}" for line in harmless(text).split("\n"))


def _incoming_text(one: cases.Incoming, people: Mapping[bytes, str]) -> str:
    head = f"From the reporter, period of {day_text(one.day)}"
    if one.state == "conflict":
        return (
            f"{head}\nIts pieces contradict one another, so it is not shown. `guardian reply --ask-again` asks for it."
        )
    if one.state == "refused":
        why = _REFUSED.get(one.code or "", f"it breaks a rule ({one.code})")
        return f"{head}\nThis message was refused: {why}."
    lines = [head]
    if one.state == "partial":
        lines.append(
            f"NOT COMPLETE: I hold {len(one.have)} of {one.parts} pieces. More may come with the next sync; "
            "ask again with `guardian reply --ask-again`."
        )
    return "\n".join(lines + (_content_lines(one.content, people) if one.content else []))


def _content_lines(content: message.Message, people: Mapping[bytes, str]) -> list[str]:
    head = content.head
    lines = [_TYPES[head.type], f"To: {harmless(', '.join(_names(people, head.to)), lines=False)}"]
    if head.exclude:
        names = harmless(", ".join(_names(people, head.exclude)), lines=False)
        lines.append(f"NOT to be shown to: {names}. The person who wrote this is afraid of it reaching them.")
    if not head.language.startswith("en"):
        lines.append(f"Their page was in: {head.language}. Answer in that language if you can, with --language.")
    choices = head.choices or {}
    lines += [
        harmless(answers.line(name, picked, choices.get("form")), lines=False) for name, picked in choices.items()
    ]
    for name, text in content.sections.items():
        lines += ["", f"{harmless(name, lines=False)}:", _bar(text)]
    if content.cut is not None:
        name, text = content.cut
        lines += ["", f"{harmless(name, lines=False)} (only its beginning has come):", _bar(text)]
    return lines


def _sent_text(one: cases.Sent) -> str:
    lines = [f"Your reply of {day_text(one.day)}" + (f", {one.status}" if one.status else "")]
    if one.text:
        lines.append(_bar(one.text))
    if one.next_day is not None:
        lines.append(f"Next, by {day_text(one.next_day)}: {harmless(one.next_what or '', lines=False)}")
    return "\n".join(lines)


def _thread_fields(one: cases.Thread) -> dict[str, object]:
    return {
        "number": one.number,
        "thread": b64(one.id),
        "first_day": day_text(one.first_day),
        "last_day": day_text(one.last_day),
        "messages": one.messages,
        "partial": one.partial,
        "refused": one.refused,
        "unread": one.unread,
        "status": one.status,
        "answer_due": one.answer_due,
        "next_day": day_text(one.next_day) if one.next_day is not None else None,
        "next": one.next_what,
    }


def _incoming_fields(one: cases.Incoming, people: Mapping[bytes, str]) -> dict[str, object]:
    fields: dict[str, object] = {
        "message": b64(one.id),
        "day": day_text(one.day),
        "state": one.state,
        "code": one.code,
        "parts": one.parts,
        "have": list(one.have),
    }
    if one.content is not None:
        head = one.content.head
        fields |= {
            "type": head.type,
            "to": [{"g": b64(g), "name": people.get(g)} for g in head.to],
            "exclude": [{"g": b64(g), "name": people.get(g)} for g in head.exclude],
            "language": head.language,
            "choices": {
                name: value if isinstance(value, str) else list(value) for name, value in (head.choices or {}).items()
            },
            "sections": dict(one.content.sections),
            "cut": list(one.content.cut) if one.content.cut else None,
            "attachments": [{"name": each.name, "size": each.size} for each in one.content.attachments],
            "answers_to": b64(head.answers_to) if head.answers_to else None,
        }
    return fields


def _sent_fields(one: cases.Sent) -> dict[str, object]:
    return {
        "outgoing": one.number,
        "day": day_text(one.day),
        "text": one.text,
        "status": one.status,
        "next_day": day_text(one.next_day) if one.next_day is not None else None,
        "next": one.next_what,
        "answered": one.answered,
    }


reply_.name = "reply"
COMMANDS = (list_, read, reply_)
