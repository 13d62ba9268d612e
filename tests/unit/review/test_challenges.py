"""Challenges for security keys: ours, for five minutes, and nobody else's."""

import datetime as dt

import pytest

from services.review import challenges

NOW = dt.datetime(2023, 2, 14, tzinfo=dt.UTC)
KEY = "k" * 32


def test_a_challenge_of_ours_is_known_until_it_ends() -> None:
    made = challenges.make(KEY, now=NOW)

    ends = challenges.ends_at(made, KEY, now=NOW)
    assert ends == NOW + challenges.LASTS
    assert challenges.ends_at(made, KEY, now=NOW + challenges.LASTS) is None
    assert made != challenges.make(KEY, now=NOW)


@pytest.mark.parametrize("altered", [b"", b"x" * 40, b"\0" * 39])
def test_what_is_not_ours_is_not_believed(altered: bytes) -> None:
    assert challenges.ends_at(altered, KEY, now=NOW) is None
    made = challenges.make(KEY, now=NOW)
    assert challenges.ends_at(made, "other", now=NOW) is None
    later = made[:16] + (2**40).to_bytes(8, "big") + made[24:]
    assert challenges.ends_at(later, KEY, now=NOW) is None
