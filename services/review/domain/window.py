"""More time for a window: what an administrator may ask the upload room for (R14)."""

import dataclasses as dc
import datetime as dt
from typing import Literal

from libs.common.errors import Refusal
from services.review.domain.asking import Asked
from services.review.domain.words import needed

MAX_WORDS = 300
LONGEST = dt.timedelta(days=60)
WindowKind = Literal["main", "second"]


@dc.dataclass(frozen=True, kw_only=True)
class MoreTime:
    """Which window, for whom, until when, and why. Site and number None: the whole exam."""

    exam: str
    window: WindowKind
    site: str | None
    number: str | None
    ends_at: dt.datetime
    reason: str


def check_confirm(state: Asked) -> None:
    """Only what was counted and found possible is asked for. Refuses `extension_moved`."""
    if state is not Asked.OFFERED:
        raise Refusal("extension_moved")


def check(more: MoreTime, *, now: dt.datetime) -> None:
    """Refuses `words_needed`, `words_too_long`, `window_past`, `window_too_long`."""
    needed(more.reason, limit=MAX_WORDS)
    if more.ends_at <= now:
        raise Refusal("window_past")
    if more.ends_at - now > LONGEST:
        raise Refusal("window_too_long", days=LONGEST.days)
