"""The blind second reading: which concluded cases are drawn for it, and what comes of one.

The draw asks the case's id and the exam's own key, never a time or a person: whoever knows the key
can repeat it, and nobody who concludes a case can tell whether it will be drawn.
"""

import dataclasses as dc
import hashlib
import hmac
import uuid
from collections.abc import Mapping, Sequence
from enum import StrEnum

from libs.common.errors import Refusal
from services.review.domain.judging import Choice
from services.review.domain.staff import AREA_ROLES, Reviewer, Role
from services.review.domain.words import needed

DEFAULT_PERCENT = 5
LEASE_MINUTES = 60
"""How long a reading stays with her who took it, counted from her last act."""
MAX_WORDS = 300
SETTLERS = frozenset({Role.AREA_LEAD})
"""A disagreement is theirs; nobody else is told of it."""
COMPARERS = SETTLERS | {Role.AUDITOR}
_WHOLE = 2**64


class Reading(StrEnum):
    """Where a second reading stands."""

    WAITING = "waiting"
    READ = "read"
    VOID = "void"
    """The case moved on before anybody had read it."""


class Ending(StrEnum):
    """What the second reader would have done with the case."""

    PASSED = "passed"
    NOT_PASSED = "not_passed"
    ASK = "ask"


class Settlement(StrEnum):
    """What the lead made of a disagreement."""

    KEPT = "kept"
    """The conclusion stands."""
    REOPENED = "reopened"


@dc.dataclass(frozen=True, kw_only=True)
class Judgement:
    """A verdict on one image with its reason, of either reading."""

    choice: Choice
    reason: str = ""


def is_drawn(case_id: uuid.UUID, *, key: bytes, percent: int) -> bool:
    """Whether this case belongs to the share; the same answer whenever and by whomever asked."""
    digest = hmac.new(key, case_id.bytes, hashlib.sha256).digest()
    return int.from_bytes(digest[:8], "big") * 100 < percent * _WHOLE


def may_read(who: Reviewer) -> bool:
    """Second readers are the area's; whether one had a part in the case is asked of the record."""
    return bool(who.roles & AREA_ROLES)


def ending(
    images: Sequence[uuid.UUID],
    given: Mapping[uuid.UUID, Judgement],
    *,
    eligible: bool,
    words: str,
) -> Ending:
    """How her reading ends. Refuses `images_open`, `words_needed`, `words_too_long`."""
    left = [i for i in images if i not in given]
    if left:
        raise Refusal("images_open", count=len(left))
    if len(words) > MAX_WORDS:
        raise Refusal("words_too_long", limit=MAX_WORDS)
    if not eligible:
        if not words.strip():
            raise Refusal("words_needed")
        return Ending.NOT_PASSED
    asks = any(given[i].choice is Choice.ASK for i in images)
    return Ending.ASK if asks else Ending.PASSED


def differing(
    first: Mapping[uuid.UUID, Judgement], second: Mapping[uuid.UUID, Judgement]
) -> frozenset[uuid.UUID]:
    """The images that the two readings judge differently; the reason alone is no difference."""
    return frozenset(
        image_id
        for image_id, hers in second.items()
        if image_id in first and first[image_id].choice is not hers.choice
    )


def agrees(
    first: Mapping[uuid.UUID, Judgement],
    second: Mapping[uuid.UUID, Judgement],
    *,
    outcome: str,
    ending: Ending,
) -> bool:
    """Whether both come to the same: the whole case and every image."""
    return outcome == ending.value and not differing(first, second)


def check_settle(words: str) -> str:
    """The lead says why. Refuses `words_needed`, `words_too_long`."""
    return needed(words, limit=MAX_WORDS)
