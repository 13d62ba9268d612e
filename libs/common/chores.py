"""What a service's database needs done now and then; its relay's loop asks for it.

The audit log's new rows are chained each ten seconds, old rows of the plumbing are forgotten each
ten minutes. Several relays may do so at once.
"""

import time

from libs.common import audit, browser_sessions, inbox, outbox, refused_forms
from libs.common.db import Database

SEAL_SECONDS = 10
SWEEP_SECONDS = 600


class Chores:
    """Remembers when each was done last."""

    def __init__(self, database: Database, *, audit_key: str) -> None:
        self._database = database
        self._audit_key = audit_key
        self._sealed_at = self._swept_at = time.monotonic()

    def turn(self) -> None:
        """Do what is due."""
        if time.monotonic() - self._sealed_at > SEAL_SECONDS:
            self._sealed_at = time.monotonic()
            while self._database.run(lambda s: audit.seal(s, key=self._audit_key)):
                pass
        if time.monotonic() - self._swept_at > SWEEP_SECONDS:
            self._swept_at = time.monotonic()
            for sweep in (outbox.sweep, inbox.sweep, browser_sessions.sweep, refused_forms.sweep):
                self._database.run(sweep)
