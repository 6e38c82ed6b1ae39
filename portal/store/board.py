"""Published board files and the beacons of periods (PROTOCOL sections 8, 15, 17, 18)."""

import secrets

from sqlalchemy import Engine, delete, select

from portal.schedule import Period
from portal.store.access import insert, reading, writing
from portal.store.models import BeaconRow, BoardRow


class Board:
    """Queries on the table `board_files`."""

    def __init__(self, main: Engine) -> None:
        self._main = main
        self._joined: tuple[tuple[int, ...], bytes] | None = None

    def newest(self) -> Period | None:
        """The published board period that ends last."""
        with reading(self._main) as session:
            row = session.execute(
                select(BoardRow.start, BoardRow.length).order_by((BoardRow.start + BoardRow.length).desc()).limit(1)
            ).first()
            return Period(start=row.start, length=row.length) if row else None

    def has(self, start: int) -> bool:
        """True if this board period was published and is still kept."""
        with reading(self._main) as session:
            return session.scalar(select(BoardRow.start).where(BoardRow.start == start)) is not None

    def write(self, period: Period, data: bytes) -> None:
        """Publish a file. What was published before stays as it is."""
        with writing(self._main) as session:
            row = insert(session, BoardRow).values(start=period.start, length=period.length, data=data)
            session.execute(row.on_conflict_do_nothing())

    def starts(self) -> tuple[int, ...]:
        """The starts of all kept files, ascending; changes exactly when the board does."""
        with reading(self._main) as session:
            return tuple(session.scalars(select(BoardRow.start).order_by(BoardRow.start)))

    def joined(self) -> bytes:
        """The board: all kept files, oldest first. Every visit asks for it, so it is kept in memory."""
        starts = self.starts()
        if self._joined is None or self._joined[0] != starts:
            with reading(self._main) as session:
                chosen = select(BoardRow.data).where(BoardRow.start.in_(starts)).order_by(BoardRow.start)
                self._joined = (starts, b"".join(session.scalars(chosen)))
        return self._joined[1]

    def expire(self, before: int) -> None:
        """Delete files whose period ended at `before` or earlier."""
        with writing(self._main) as session:
            session.execute(delete(BoardRow).where(BoardRow.start + BoardRow.length <= before))


class Beacons:
    """Queries on the table `beacons`; kept in the database so that several processes agree."""

    def __init__(self, main: Engine) -> None:
        self._main = main
        self._pair: tuple[int, tuple[bytes, bytes | None]] | None = None

    def get(self, start: int) -> bytes:
        """The beacon of a period, drawn when first asked for."""
        with reading(self._main) as session:
            row = session.get(BeaconRow, start)
        return row.beacon if row else self._draw(start)

    def pair(self, start: int) -> tuple[bytes, bytes | None]:
        """The beacons of a period and of the one before it."""
        if self._pair is None or self._pair[0] != start:
            self._pair = (start, (self.get(start), self._previous(start)))
        return self._pair[1]

    def _previous(self, start: int) -> bytes | None:
        with reading(self._main) as session:
            before = select(BeaconRow.beacon).where(BeaconRow.start < start).order_by(BeaconRow.start.desc()).limit(1)
            return session.scalar(before)

    def expire(self, before: int) -> None:
        """Delete the beacons of periods that started before `before`."""
        with writing(self._main) as session:
            session.execute(delete(BeaconRow).where(BeaconRow.start < before))

    def _draw(self, start: int) -> bytes:
        with writing(self._main) as session:
            drawn = insert(session, BeaconRow).values(start=start, beacon=secrets.token_bytes(16))
            session.execute(drawn.on_conflict_do_nothing())
            return session.scalars(select(BeaconRow.beacon).where(BeaconRow.start == start)).one()
