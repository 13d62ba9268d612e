"""A reviewer's demand as she sees it."""

import dataclasses as dc
import datetime as dt
from typing import Literal

from libs.common.messages import ImageId, RequestId
from services.upload.domain.application import RequestKind, RequestState
from services.upload.domain.exam import Text
from services.upload.queries.shapes.images import ImageView


@dc.dataclass(frozen=True, kw_only=True)
class RequestView:
    """A reviewer's demand as she sees it (R19, R20)."""

    id: RequestId
    kind: RequestKind
    level: Literal["site", "area"]
    material: str | None
    image_id: ImageId | None
    """What a REPLACE asks to exchange."""
    add_count: int
    fact: str | None
    fact_label: Text | None
    reason: str
    reason_words: Text
    cure: Text
    words: str
    mark: tuple[float, float, float, float] | None
    raised_at: dt.datetime
    due_at: dt.datetime
    closes_at: dt.datetime
    state: RequestState
    """By the clock: OVERDUE at due + grace, whether or not a worker has written it down."""
    is_answered: bool
    explanation: str | None
    images: tuple[ImageView, ...]
    """New images that answer it, still not handed in or handed in."""
    old: ImageView | None
    """What a REPLACE asks to exchange, as it was handed in."""
    can_answer: bool
    can_upload: bool
    room: int
    """How many more images answer it."""
    is_extended: bool
    change_reason: str
    """Why there is more time, or why it is no longer asked."""
    is_pushed: bool
    """Whether the registration system has taken over a FIX."""
    is_fixed: bool
    """Whether a corrected registration has come."""
    ended_at: dt.datetime | None
