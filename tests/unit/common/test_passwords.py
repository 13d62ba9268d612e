"""What nobody may choose as a password."""

import pytest

from libs.common.passwords import is_guessable


@pytest.mark.parametrize(
    "password",
    [
        "0123456789",
        "12345678901",
        "9876543210",
        "aaaaaaaaaa",
        "ababababab",
        "Qwertyuiop",
        "abcdefghij",
    ],
)
def test_what_anybody_would_try_is_guessable(password: str) -> None:
    assert is_guessable(password)


@pytest.mark.parametrize("password", ["correct horse 9", "c749-2d94-b273", "样例·一句容易记的话"])
def test_a_sentence_or_a_drawn_password_is_not(password: str) -> None:
    assert not is_guessable(password)
