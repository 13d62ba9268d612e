"""Who may come in: one password of the operations room, a signed cookie, a brake on guessing.

The role in the databases is read-only and Redis may be down, so the brake counts in the process.
"""

import dataclasses as dc
import datetime as dt
import hashlib
import hmac
import threading
from collections import OrderedDict

from itsdangerous import BadData, URLSafeTimedSerializer

from libs.common import passwords

SESSION_HOURS = 12
FREE_TRIES = 5
FIRST_WAIT_SECONDS = 30
LONGEST_WAIT_SECONDS = 900
ADDRESSES_KEPT = 10_000
EVERYBODY = "*"
EVERYBODYS_FREE_TRIES = 50
"""Wrong passwords from all addresses together, before all of them wait; never for long, so that
guessers cannot lock the operations room out."""


class Door:
    """Checks the password, and makes and reads the cookie."""

    def __init__(self, *, password: str, cookie_key: str) -> None:
        hashed = password.startswith("$argon2")
        self._stored = password if hashed else passwords.hash_(password)
        # A new password ends all sessions: its fingerprint stands in each cookie.
        key = cookie_key.encode()
        self._fingerprint = hmac.new(key, password.encode(), hashlib.sha256).hexdigest()[:32]
        self._signer = URLSafeTimedSerializer(cookie_key, salt="operations")

    def is_right(self, password: str) -> bool:
        """Takes 23 ms of CPU, right or wrong."""
        return passwords.verify(password, self._stored)

    def cookie(self) -> str:
        """For who has given the right password."""
        return self._signer.dumps(self._fingerprint)

    def is_open_to(self, cookie: str | None) -> bool:
        """Whether the cookie is ours, of this password, and at most twelve hours old."""
        try:
            held = self._signer.loads(cookie or "", max_age=SESSION_HOURS * 3600)
        except BadData:
            return False
        return isinstance(held, str) and hmac.compare_digest(held, self._fingerprint)


@dc.dataclass
class _Guesser:
    wrong: int = 0
    waits_until: dt.datetime | None = None


class Brake:
    """Slows guessing down: five free tries per address, then a wait that doubles to 15 min."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._guessers: OrderedDict[str, _Guesser] = OrderedDict()

    def waits(self, address: str, *, now: dt.datetime) -> int:
        """Seconds until the address may try again; 0 if it may."""
        with self._lock:
            ends = [
                guesser.waits_until
                for name in (address, EVERYBODY)
                if (guesser := self._guessers.get(name)) and guesser.waits_until
            ]
        left = max(((end - now).total_seconds() for end in ends), default=0)
        return max(0, -int(-left // 1))

    def wrong(self, address: str, *, now: dt.datetime) -> None:
        """Count a wrong password."""
        with self._lock:
            for name, free, longest in (
                (address, FREE_TRIES, LONGEST_WAIT_SECONDS),
                (EVERYBODY, EVERYBODYS_FREE_TRIES, FIRST_WAIT_SECONDS),
            ):
                guesser = self._guessers.setdefault(name, _Guesser())
                self._guessers.move_to_end(name)
                guesser.wrong += 1
                beyond = guesser.wrong - free
                if beyond >= 0:
                    wait = min(FIRST_WAIT_SECONDS * 2 ** min(beyond, 10), longest)
                    guesser.waits_until = now + dt.timedelta(seconds=wait)
            while len(self._guessers) > ADDRESSES_KEPT:
                self._guessers.popitem(last=False)

    def right(self, address: str) -> None:
        """The right password was given: forget what was counted."""
        with self._lock:
            self._guessers.pop(address, None)
            self._guessers.pop(EVERYBODY, None)
