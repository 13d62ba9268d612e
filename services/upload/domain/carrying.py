"""Carry-over: images of an earlier exam that a returning candidate may use again.

Only what the reviewers accepted there is a `Former` (`models/former.py` reads them); whether this
exam still takes it is decided here. Nothing is carried by itself: each is offered, and taken by a
press.
"""

import dataclasses as dc
import datetime as dt
from collections.abc import Iterable, Sequence

from libs.common.messages import ImageId
from services.upload.domain.exam import Carry


@dc.dataclass(frozen=True, kw_only=True)
class Former:
    """An image that was accepted at an earlier exam."""

    image_id: ImageId
    exam: str
    position: int
    received_at: dt.datetime
    valid_until: dt.date | None
    """The end of validity that the reader saw; None: it saw none."""


def offered(
    carry: Carry, formers: Iterable[Former], *, ends_at: dt.datetime, valid_on: dt.date
) -> tuple[Former, ...]:
    """The images of one material that this exam still takes, in their old order.

    `ends_at` is the end of the main window, `valid_on` the first day of the exam. Of a paper that
    expires they are taken all together, or not at all: its one side says how long the other holds.
    """
    hers = _of_the_last_exam(carry, formers)
    fresh = [f for f in hers if ends_at - f.received_at <= dt.timedelta(days=carry.max_age_days)]
    valid = [f for f in fresh if f.valid_until is None or f.valid_until >= valid_on]
    if carry.dated:
        is_whole = len(valid) == len(hers)
        is_dated = any(former.valid_until is not None for former in valid)
        valid = valid if is_whole and is_dated else []
    return tuple(sorted(valid, key=lambda former: (former.position, former.image_id)))


def _of_the_last_exam(carry: Carry, formers: Iterable[Former]) -> Sequence[Former]:
    known = list(formers)
    for exam in carry.exams:
        found = [former for former in known if former.exam == exam]
        if found:
            return found
    return []
