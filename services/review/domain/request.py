"""A reviewer's demand on the candidate: what it may say, and by when it is due (R19)."""

import dataclasses as dc
import datetime as dt
import uuid
from enum import StrEnum

from libs.common.errors import Refusal
from services.review.domain.words import needed

MAX_WORDS = 300
MAX_ADD = 10
"""As many as Z01 takes (附件1)."""
MIN_DUE_HOURS = 1
MAX_DUE_HOURS = 720
MIN_MARK = 0.01
"""A smaller rectangle is a slip of the hand."""


class Kind(StrEnum):
    """What is asked."""

    REPLACE = "REPLACE"
    ADD = "ADD"
    FIX = "FIX"


class Standing(StrEnum):
    """Where a request stands; the same words stand as a CHECK."""

    DRAFT = "draft"
    OPEN = "open"
    ANSWERED = "answered"
    OVERDUE = "overdue"
    WITHDRAWN = "withdrawn"


@dc.dataclass(frozen=True)
class Mark:
    """A rectangle on the upright image, as shares of its size."""

    left: float
    top: float
    width: float
    height: float


@dc.dataclass(frozen=True, kw_only=True)
class Demand:
    """What a reviewer wants, before it is written down."""

    kind: Kind
    material: str | None
    image_id: uuid.UUID | None
    add_count: int
    fact: str | None
    reason: str
    words: str
    mark: Mark | None
    due_hours: int


def check(demand: Demand) -> None:
    """Refuses `demand_incomplete`, `words_too_long`, `due_out_of_range`, `bad_mark`."""
    target = {
        Kind.REPLACE: demand.image_id is not None and demand.material is not None,
        Kind.ADD: demand.material is not None and 1 <= demand.add_count <= MAX_ADD,
        Kind.FIX: bool(demand.fact),
    }
    if not target[demand.kind] or not demand.reason:
        raise Refusal("demand_incomplete")
    if len(demand.words) > MAX_WORDS:
        raise Refusal("words_too_long", limit=MAX_WORDS)
    if not MIN_DUE_HOURS <= demand.due_hours <= MAX_DUE_HOURS:
        raise Refusal("due_out_of_range", least=MIN_DUE_HOURS, most=MAX_DUE_HOURS)
    if demand.mark is not None and not _is_inside(demand.mark):
        raise Refusal("bad_mark")


def extended(old: dt.datetime, hours: int, reason: str, *, now: dt.datetime) -> dt.datetime:
    """The new due time: `hours` more than the old one. Refuses `words_needed`,
    `words_too_long`, `due_out_of_range`, `request_over`.
    """
    if old <= now:
        raise Refusal("request_over")
    check_reason(reason)
    if not MIN_DUE_HOURS <= hours <= MAX_DUE_HOURS:
        raise Refusal("due_out_of_range", least=MIN_DUE_HOURS, most=MAX_DUE_HOURS)
    return old + dt.timedelta(hours=hours)


def check_reason(reason: str) -> None:
    """A change of what was asked says why. Refuses `words_needed`, `words_too_long`."""
    needed(reason, limit=MAX_WORDS)


def due_at(now: dt.datetime, hours: int) -> dt.datetime:
    """The due time of a request that leaves now: its hours count from the telling, not the
    writing, and end on a full minute so that the words on the page are exact.
    """
    return (now + dt.timedelta(hours=hours, seconds=59)).replace(second=0, microsecond=0)


def _is_inside(mark: Mark) -> bool:
    return (
        0 <= mark.left <= 1
        and 0 <= mark.top <= 1
        and MIN_MARK <= mark.width <= 1 - mark.left
        and MIN_MARK <= mark.height <= 1 - mark.top
    )
