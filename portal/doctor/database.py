"""A PostgreSQL server: whether it writes down who came, keeps the order of arrival, or promises less than it should.

Nothing is changed. A setting that this version of the server does not have is passed over.
"""

from collections.abc import Iterator

from sqlalchemy import Engine, text

from portal.doctor.finding import Finding
from portal.store.access import reading

# docs/SIZING.md, "What PostgreSQL remembers".
_SILENT = {
    "log_statement": "none",
    "log_connections": "off",
    "log_disconnections": "off",
    "log_duration": "off",
    "log_min_duration_statement": "-1",
    "log_min_duration_sample": "-1",
    "log_min_error_statement": "panic",
    "log_replication_commands": "off",
}
_FORGETS = {"wal_recycle": "off", "archive_mode": "off", "track_commit_timestamp": "off"}
_KEEPS = {"fsync": "on", "full_page_writes": "on"}


def database(engine: Engine) -> Iterator[Finding]:
    """Three findings; none where the database is a file."""
    if engine.dialect.name != "postgresql":
        return
    with reading(engine) as session:
        rows = session.execute(text("SELECT name, setting FROM pg_settings"))
        found: dict[str, str] = {row.name: row.setting for row in rows}
    yield _judge("log-database", found, _SILENT, "writes down statements or connections", "writes down no visits")
    yield _judge("database-order", found, _FORGETS, "keeps the order of arrival", "soon forgets what came when")
    yield _judge("database-safe", found, _KEEPS, "may lose what it has confirmed", "keeps what it has confirmed")


def _judge(check: str, found: dict[str, str], wanted: dict[str, str], bad: str, good: str) -> Finding:
    odd = [f"{name} = {found[name]}" for name, value in wanted.items() if found.get(name, value) != value]
    if odd:
        return Finding.bad(check, f"The database server {bad}: {', '.join(odd)}.", _SET)
    return Finding.well(check, f"The database server {good}.")


_SET = "Set it as in deploy/cluster/patroni.yml and docs/SIZING.md, and destroy the log that was written."
