"""Passwords by argon2id: 19 MiB, two passes (OWASP's minimum), 23 ms of CPU here."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

MIN_CHARACTERS = 10
MAX_CHARACTERS = 128
LEAST_DIFFERENT = 4
_RUNS = ("1234567890" * 13, "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm")
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_NOBODYS = _hasher.hash("the hash that an unknown account is compared with")


def is_guessable(password: str) -> bool:
    """Whether anybody would try it: few different characters, or keys in their order."""
    typed = password.lower()
    return len(set(typed)) < LEAST_DIFFERENT or any(
        typed in run or typed in run[::-1] for run in _RUNS
    )


def hash_(password: str) -> str:
    """The salted hash to store."""
    return _hasher.hash(password)


def verify(password: str, stored: str | None) -> bool:
    """Whether it is the password. None stands for an unknown account and takes as long."""
    try:
        return _hasher.verify(stored or _NOBODYS, password) and stored is not None
    except (VerificationError, InvalidHashError):
        return False
