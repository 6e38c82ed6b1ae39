"""The first shape: periods and segments, board files, log, heads, keys, beacons."""

import sqlalchemy as sa
from alembic import op

SECONDS = sa.Integer().with_variant(sa.BigInteger, "postgresql")

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make all tables."""
    _reports()
    _board_and_beacons()
    _directory()


def _reports() -> None:
    op.create_table(
        "periods",
        sa.Column("start", SECONDS, primary_key=True, autoincrement=False),
        sa.Column("length", sa.Integer, nullable=False),
        sa.Column("cells", sa.Integer, nullable=False),
        sa.Column("chunks", sa.Integer, nullable=False),
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
    )
    op.create_table(
        "segments",
        sa.Column("kind", sa.String, primary_key=True),
        sa.Column("start", SECONDS, primary_key=True),
        sa.Column("part", sa.Integer, primary_key=True),
        sa.Column("data", sa.LargeBinary, nullable=False),
    )


def _board_and_beacons() -> None:
    op.create_table(
        "board_files",
        sa.Column("start", SECONDS, primary_key=True, autoincrement=False),
        sa.Column("length", sa.Integer, nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "beacons",
        sa.Column("start", SECONDS, primary_key=True, autoincrement=False),
        sa.Column("beacon", sa.LargeBinary(16), nullable=False),
    )


def _directory() -> None:
    op.create_table(
        "log",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("entry", sa.LargeBinary(32), nullable=False, unique=True),
        sa.Column("envelope", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "heads",
        sa.Column("g", sa.LargeBinary(16), primary_key=True),
        sa.Column("envelope", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "keys",
        sa.Column("digest", sa.LargeBinary(32), primary_key=True),
        sa.Column("key", sa.LargeBinary, nullable=False),
        sqlite_with_rowid=False,
    )
