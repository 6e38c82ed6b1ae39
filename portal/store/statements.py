"""The log, the heads and the promised public keys (PROTOCOL sections 11, 12). Stores what was verified elsewhere."""

from dataclasses import dataclass

from sqlalchemy import Engine, delete, func, select
from sqlalchemy.orm import Session

from portal.store.access import insert, reading, writing
from portal.store.models import HeadRow, KeyRow, LogRow


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """All statements at one moment: envelopes in log order, heads by g, keys by digest."""

    log: tuple[bytes, ...]
    heads: dict[bytes, bytes]
    keys: dict[bytes, bytes]


class Statements:
    """Queries on the tables `log`, `heads` and `keys`."""

    def __init__(self, main: Engine) -> None:
        self._main = main

    def mark(self) -> tuple[int, int, bytes]:
        """Something small that changes whenever a snapshot would: the length of the log, keys, and the heads."""
        with reading(self._main) as session:
            log = session.scalar(select(func.count()).select_from(LogRow)) or 0
            keys = session.scalar(select(func.count()).select_from(KeyRow)) or 0
            return log, keys, b"".join(session.scalars(select(HeadRow.envelope).order_by(HeadRow.g)))

    def snapshot(self) -> Snapshot:
        """Everything, in one consistent view."""
        with reading(self._main) as session:
            return _snapshot(session)

    def add(self, before: Snapshot, after: Snapshot, entries: dict[bytes, bytes]) -> bool:
        """Replace `before` by `after`, all or nothing; False if somebody else changed it meanwhile.

        `entries` are the new envelopes of the log by entry hash, in order.
        """
        with writing(self._main) as session:
            if _snapshot(session) != before:
                return False
            for seq, (entry, envelope) in enumerate(entries.items(), len(before.log)):
                session.add(LogRow(seq=seq, entry=entry, envelope=envelope))
            _replace(session, after)
        return True

    def forget_keys(self, digests: set[bytes]) -> None:
        """Delete keys whose days are over."""
        with writing(self._main) as session:
            session.execute(delete(KeyRow).where(KeyRow.digest.in_(digests)))


def _snapshot(session: Session) -> Snapshot:
    return Snapshot(
        log=tuple(session.scalars(select(LogRow.envelope).order_by(LogRow.seq))),
        heads={row.g: row.envelope for row in session.scalars(select(HeadRow).order_by(HeadRow.g))},
        keys={row.digest: row.key for row in session.scalars(select(KeyRow).order_by(KeyRow.digest))},
    )


def _replace(session: Session, after: Snapshot) -> None:
    for g, envelope in after.heads.items():
        head = insert(session, HeadRow).values(g=g, envelope=envelope)
        session.execute(head.on_conflict_do_update(index_elements=["g"], set_={"envelope": envelope}))
    for digest, key in after.keys.items():
        session.execute(insert(session, KeyRow).values(digest=digest, key=key).on_conflict_do_nothing())
