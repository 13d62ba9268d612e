"""A wish to have the application back: who may grant it, and when (R17)."""

from enum import StrEnum

from services.review.domain.case import Act, Level, State, after, holder
from services.review.domain.words import needed

MAX_WORDS = 300


class Answer(StrEnum):
    """What became of a wish."""

    GRANTED = "granted"
    DECLINED = "declined"
    OVER = "over"
    """Nobody answered before it had no object any more: a newer round, or a conclusion."""


def grant(state: State) -> tuple[State, Level]:
    """The state in which she holds her papers again, and the level that waits for them.

    Refuses `wrong_state`: what is concluded or already with her cannot be given back.
    """
    level = holder(state)
    return after(state, Act.GIVE_BACK), level


def decline(words: str) -> str:
    """Why not, in words that she will read. Refuses `words_needed`, `words_too_long`."""
    return needed(words, limit=MAX_WORDS)
