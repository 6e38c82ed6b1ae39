"""The tables of the main database (PROTOCOL sections 8, 12, 15, 18).

Nothing here has a time finer than a period, and nothing tells in which order cells came: a period's cells are written
once, in order of name. Changes need a migration in `migrations/versions/`.
"""

from sqlalchemy import BigInteger, Integer, LargeBinary
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

# Unix seconds outgrow 32 bits in 2038; SQLite's INTEGER has 64 already.
SECONDS = Integer().with_variant(BigInteger, "postgresql")


class Base(DeclarativeBase):
    """What the migrations compare themselves with."""


class PeriodRow(Base):
    """A closed period: counts, and the SHA-256 of its cells joined."""

    __tablename__ = "periods"

    start: Mapped[int] = mapped_column(SECONDS, primary_key=True, autoincrement=False)
    length: Mapped[int]
    cells: Mapped[int]
    chunks: Mapped[int]
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))


class SegmentRow(Base):
    """About 1 MiB of a closed period: 256 cells or 4 chunks, the last part maybe fewer."""

    __tablename__ = "segments"

    kind: Mapped[str] = mapped_column(primary_key=True)
    start: Mapped[int] = mapped_column(SECONDS, primary_key=True)
    part: Mapped[int] = mapped_column(primary_key=True)
    data: Mapped[bytes] = mapped_column(LargeBinary)


class BoardRow(Base):
    """A published board file, whole; written once."""

    __tablename__ = "board_files"

    start: Mapped[int] = mapped_column(SECONDS, primary_key=True, autoincrement=False)
    length: Mapped[int]
    data: Mapped[bytes] = mapped_column(LargeBinary)


class LogRow(Base):
    """An entry of the public log; `seq` from 0 is its place in the hash chain."""

    __tablename__ = "log"

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    entry: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    envelope: Mapped[bytes] = mapped_column(LargeBinary)


class HeadRow(Base):
    """The newest head of a guardian."""

    __tablename__ = "heads"

    g: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    envelope: Mapped[bytes] = mapped_column(LargeBinary)


class KeyRow(Base):
    """A public key that a statement promised, by its SHA-256."""

    __tablename__ = "keys"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - SQLAlchemy's own form

    digest: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    key: Mapped[bytes] = mapped_column(LargeBinary)


class BeaconRow(Base):
    """The 16 random bytes that the proofs of work of a period are made over."""

    __tablename__ = "beacons"

    start: Mapped[int] = mapped_column(SECONDS, primary_key=True, autoincrement=False)
    beacon: Mapped[bytes] = mapped_column(LargeBinary(16))
