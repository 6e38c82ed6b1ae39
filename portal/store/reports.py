"""Closed report periods: written once, in order of name, read in ranges, expired (PROTOCOL 15, 18)."""

import hashlib
from collections.abc import Iterable, Iterator

from sqlalchemy import Engine, delete, func, select
from sqlalchemy.orm import Session

from portal.schedule import Period
from portal.store.access import reading, writing
from portal.store.dead_drop import Kind
from portal.store.models import PeriodRow, SegmentRow

SIZES: dict[str, int] = {"cells": 4096, "chunks": 262_160}
_PER_PART: dict[str, int] = {"cells": 256, "chunks": 4}

Items = Iterable[tuple[bytes, bytes]]


class Reports:
    """Queries on the tables `periods` and `segments`."""

    def __init__(self, main: Engine) -> None:
        self._main = main

    def newest(self) -> Period | None:
        """The closed period that ends last."""
        with reading(self._main) as session:
            row = session.scalar(select(PeriodRow).order_by((PeriodRow.start + PeriodRow.length).desc()).limit(1))
            return Period(start=row.start, length=row.length) if row else None

    def has(self, start: int) -> bool:
        """True if the period was closed and is still kept."""
        with reading(self._main) as session:
            return session.get(PeriodRow, start) is not None

    def write(self, period: Period, cells: Items, chunks: Items) -> None:
        """Publish a period, all or nothing. What was published before stays as it is."""
        with writing(self._main) as session:
            if session.get(PeriodRow, period.start) is None:
                counts, digest = {}, hashlib.sha256()
                for kind, items in (("cells", cells), ("chunks", chunks)):
                    counts[kind] = _segments(session, kind, period.start, items, digest if kind == "cells" else None)
                session.add(PeriodRow(start=period.start, length=period.length, digest=digest.digest(), **counts))

    def list(self) -> list[PeriodRow]:
        """All kept periods, ascending."""
        with reading(self._main) as session:
            return list(session.scalars(select(PeriodRow).order_by(PeriodRow.start)))

    def size(self, kind: Kind, start: int) -> int | None:
        """Bytes of a segment; nothing if the period is not there."""
        with reading(self._main) as session:
            row = session.get(PeriodRow, start)
        return None if row is None else SIZES[kind] * (row.cells if kind == "cells" else row.chunks)

    def read(self, kind: Kind, start: int, first: int, stop: int) -> Iterator[bytes]:
        """The bytes `first` to `stop - 1` of a segment, about 1 MiB at a time."""
        width = SIZES[kind] * _PER_PART[kind]
        for part in range(first // width, (stop + width - 1) // width):
            with reading(self._main) as session:
                row = session.get(SegmentRow, (kind, start, part))
            if row is None:
                raise LookupError("a part of a segment is missing")
            yield row.data[max(first - part * width, 0) : stop - part * width]

    def expire(self, before: int) -> int:
        """Delete periods that ended at `before` or earlier, with what they hold."""
        with writing(self._main) as session:
            ended = list(session.scalars(select(PeriodRow.start).where(PeriodRow.start + PeriodRow.length <= before)))
            session.execute(delete(SegmentRow).where(SegmentRow.start.in_(ended)))
            session.execute(delete(PeriodRow).where(PeriodRow.start.in_(ended)))
        return len(ended)

    def count(self) -> int:
        """How many periods are kept."""
        with reading(self._main) as session:
            return session.scalar(select(func.count()).select_from(PeriodRow)) or 0


def _segments(session: Session, kind: str, start: int, items: Items, digest: "hashlib._Hash | None") -> int:
    total, part, batch = 0, 0, list[bytes]()
    for _, value in items:
        total += 1
        batch.append(value)
        if digest:
            digest.update(value)
        if len(batch) == _PER_PART[kind]:
            part, batch = _flush(session, kind, start, part, batch), []
    if batch:
        _flush(session, kind, start, part, batch)
    return total


def _flush(session: Session, kind: str, start: int, part: int, batch: list[bytes]) -> int:
    session.add(SegmentRow(kind=kind, start=start, part=part, data=b"".join(batch)))
    session.flush()
    session.expunge_all()  # a large period must not be held in memory whole
    return part + 1
