"""How often in a row somebody failed to sign in, and how long the account rests for that."""

import datetime as dt

from examples.registration.memory import Memory
from libs.common.two_factors import lock_after

_TABLE = """
CREATE TABLE IF NOT EXISTS failure (
    account TEXT PRIMARY KEY, failures INTEGER NOT NULL, rests_until TEXT
);
"""


class Failures:
    """After five the account rests for a minute, then doubling; kept across restarts."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        with memory.open() as connection:
            connection.executescript(_TABLE)

    def rests(self, account: str, *, now: dt.datetime) -> bool:
        """Whether even the right password has to wait."""
        with self._memory.open() as connection:
            row = connection.execute(
                "SELECT rests_until FROM failure WHERE account = ?", [account]
            ).fetchone()
        return bool(row and row[0]) and now < dt.datetime.fromisoformat(row[0])

    def note(self, account: str, *, now: dt.datetime) -> None:
        """One more."""
        with self._memory.open() as connection:
            (failures,) = connection.execute(
                "INSERT INTO failure VALUES (?, 1, NULL) ON CONFLICT (account)"
                " DO UPDATE SET failures = failures + 1 RETURNING failures",
                [account],
            ).fetchone()
            pause = lock_after(failures)
            connection.execute(
                "UPDATE failure SET rests_until = ? WHERE account = ?",
                [(now + pause).isoformat() if pause else None, account],
            )

    def forget(self, account: str) -> None:
        """Somebody has come in."""
        with self._memory.open() as connection:
            connection.execute("DELETE FROM failure WHERE account = ?", [account])
