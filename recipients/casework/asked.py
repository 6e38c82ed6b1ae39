"""What other guardians ask of this one: a second opinion, agreement to something about a person, to a legal hold, a
second signature. Asking for agreement, too: what needs it is written down and put to somebody in one step.

    >>> [one.kind for one in of_us(vault)]
    ['question', 'hold', 'story']
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from recipients.casework import book, cosigning, log, measures, sharing
from recipients.casework.book import Case
from recipients.casework.cosigning import Request
from recipients.errors import GuardianError
from recipients.vault import Vault

KINDS = ("question", "action", "hold", "release", "story", "statistics")
# What may be sent along with a question.
_ALONG = ("action", "hold", "release", "note")
_ANSWERS = ("opinion", "approve", "decline")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One thing asked. `key` is the hash of the entry, or the digest of the statement; `request` only for those two.

    `with_it`: what came along to be read: the action that a question is about, or the question about a hold.
    """

    kind: str
    key: bytes
    g: bytes
    day: int
    case: Case | None
    text: str = field(repr=False)
    request: Request | None = field(default=None, repr=False)
    with_it: tuple[str, ...] = field(default=(), repr=False)


def of_us(vault: Vault) -> list[Asked]:
    """All that waits for our word, the oldest first."""
    found = [one for case in _cases(vault) for one in _in_case(vault, case)]
    found += [_statement(one) for one in cosigning.requests(vault) if (one.role, one.state) == ("asking", "waiting")]
    return sorted(found, key=lambda one: (one.day, one.key))


def agree(vault: Vault, one: Asked, text: str, today: int) -> None:
    """Answers a question with `text` (`empty` without), agrees to an action or a hold, signs a statement."""
    if one.kind == "question" and not text:
        raise GuardianError("empty", "answer")
    if one.case is None:
        cosigning.sign(vault, one.key, today)
    elif one.kind == "question":
        sharing.answer(vault, one.case, one.key, text, today)
    else:
        measures.approve(vault, one.case, one.key, text, today)


def refuse(vault: Vault, one: Asked, text: str, today: int) -> None:
    """Does not agree, with a reason (`empty`); or does not sign."""
    if one.case is None:
        cosigning.decline(vault, one.key)
        return
    if not text:
        raise GuardianError("empty", "reason")
    measures.decline(vault, one.case, one.key, text, today)


def put(vault: Vault, case: Case, to: bytes, text: str, write: Callable[[], bytes], today: int) -> bytes:
    """Writes down what needs a second guardian and asks one, both or neither; gives the hash of what was written."""
    with vault.database.transaction():
        made = write()
        sharing.ask(vault, case, to, text, today, about=made)
    return made


def _cases(vault: Vault) -> list[Case]:
    """Only those in which somebody else has asked for something: the log of ten thousand is not read through."""
    book.settle(vault)
    query = (
        "SELECT DISTINCT case_entry.id FROM case_entry JOIN casefile ON casefile.id = case_entry.id "
        "WHERE kind IN ('ask', 'action', 'hold', 'release') AND g != ? AND role NOT IN ('leaving', 'handed') "
        "AND state != 'erased'"
    )
    rows = vault.database.rows(query, vault.required("g", "keys"))
    return [book.case(vault, one) for (one,) in rows]


def _in_case(vault: Vault, case: Case) -> list[Asked]:
    own, lines = vault.required("g", "keys"), log.lines(vault, case.id)
    waiting = [one for one in measures.waiting(vault, case) if one.g != own and one.words]
    spoken = {one.words["entry"] for one in lines if one.g == own and one.kind in _ANSWERS and one.words}
    found = {one.hash: _asked(one, case) for one in waiting}
    for one in lines:
        if one.kind != "ask" or one.words is None or one.words["to"] != own:
            continue
        about = _about(lines, one)
        if about is not None and about.hash in found:
            # One thing to answer, not two: the question only says why it is put to us.
            found[about.hash] = replace(found[about.hash], with_it=(_text(one),))
        elif one.hash not in spoken and (about is None or about.hash not in spoken):
            found[one.hash] = _asked(one, case, () if about is None else (_text(about),))
    return list(found.values())


def _about(lines: list[log.Line], asked: log.Line) -> log.Line | None:
    """The entry that a question was sent with: what its writer wrote last before it."""
    before = [one for one in lines if one.g == asked.g and one.n < asked.n and one.words is not None]
    return before[-1] if before and before[-1].kind in _ALONG else None


def _asked(one: log.Line, case: Case, with_it: tuple[str, ...] = ()) -> Asked:
    kind = "question" if one.kind == "ask" else one.kind
    return Asked(kind=kind, key=one.hash, g=one.g, day=one.day, case=case, text=_text(one), with_it=with_it)


def _text(one: log.Line) -> str:
    words = one.words or {}
    return str(words.get("text") or words.get("reason") or "")


def _statement(one: Request) -> Asked:
    return Asked(
        kind=one.name, key=one.digest, g=one.g, day=one.day, case=None, text=str(one.body.get("title", "")), request=one
    )
