"""A connection to PostgreSQL whose commit is believed only if nobody called off the wait for the standby.

When somebody cancels a commit that waits for a synchronous standby, PostgreSQL answers that all went well, with a
warning beside it. What was written then stands on one machine alone and is gone when that machine dies.
"""

from typing import Any

from psycopg import Connection, OperationalError
from psycopg.errors import Diagnostic


class Confirmed(Connection[Any]):
    """One connection; `commit` raises `OperationalError` where PostgreSQL warns."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._warned = False
        self.add_notice_handler(self._note)

    def commit(self) -> None:
        """End the transaction; afterwards it is on as many machines as the server was told to wait for."""
        self._warned = False
        super().commit()
        if self._warned:
            raise OperationalError("the server does not know whether a standby has this")

    def _note(self, said: Diagnostic) -> None:
        # The word itself is translated on some servers; this field is not.
        self._warned |= said.severity_nonlocalized == "WARNING"
