"""A question to the upload room: rehearsed first, then asked in earnest; each has its answer."""

from enum import StrEnum


class Asked(StrEnum):
    """How far something has come that the upload room alone can do."""

    COUNTING = "counting"
    """Rehearsed: it has not said yet what would follow."""
    OFFERED = "offered"
    """It has; the administrator may confirm."""
    IMPOSSIBLE = "impossible"
    """It would refuse."""
    CONFIRMED = "confirmed"
    """Asked for, and not answered yet."""
    GRANTED = "granted"
    REFUSED = "refused"


def asked(*, is_confirmed: bool, is_answered: bool, is_refused: bool) -> Asked:
    """The one word for what is known of it."""
    if not is_answered:
        return Asked.CONFIRMED if is_confirmed else Asked.COUNTING
    if is_refused:
        return Asked.REFUSED if is_confirmed else Asked.IMPOSSIBLE
    return Asked.GRANTED if is_confirmed else Asked.OFFERED
