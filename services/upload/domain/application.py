"""An application's states, and the lock that belongs to each image (R16).

`now` is an argument, times are aware UTC. The same states stand as CHECKs in `models/`.
"""

import dataclasses as dc
import datetime as dt
from collections.abc import Iterable, Mapping
from enum import StrEnum

from services.upload.domain.deadline import Window


class State(StrEnum):
    """Where an application stands, seen from the candidate's side."""

    OPEN = "open"
    """Not handed in; everything can be changed while the window is open."""
    SUBMITTED = "submitted"
    """Handed in; everything is locked."""
    RETURNED = "returned"
    """Requests wait for answers; only what they name is unlocked (R20)."""
    LOCKED = "locked"
    """The window ended without a submission (R13)."""
    PUBLISHED = "published"
    """The final result is known to her (R24)."""


class Event(StrEnum):
    """What can happen to an application."""

    SUBMIT = "submit"
    SUPPLEMENT = "supplement"
    """The second window's submission (R5)."""
    REQUEST = "request"
    RELOCK = "relock"
    """The last open request was overdue (R21) or withdrawn."""
    CLOSE = "close"
    EXTEND = "extend"
    REOPEN = "reopen"
    """The site gave it back inside the window (R17)."""
    PUBLISH = "publish"


TRANSITIONS: Mapping[tuple[State, Event], State] = {
    (State.OPEN, Event.SUBMIT): State.SUBMITTED,
    (State.OPEN, Event.CLOSE): State.LOCKED,
    (State.LOCKED, Event.EXTEND): State.OPEN,
    (State.LOCKED, Event.PUBLISH): State.PUBLISHED,
    (State.SUBMITTED, Event.REQUEST): State.RETURNED,
    (State.SUBMITTED, Event.REOPEN): State.OPEN,
    (State.SUBMITTED, Event.PUBLISH): State.PUBLISHED,
    (State.RETURNED, Event.REQUEST): State.RETURNED,
    (State.RETURNED, Event.SUBMIT): State.SUBMITTED,
    (State.SUBMITTED, Event.SUPPLEMENT): State.SUBMITTED,
    (State.RETURNED, Event.SUPPLEMENT): State.SUBMITTED,
    (State.RETURNED, Event.RELOCK): State.SUBMITTED,
    (State.RETURNED, Event.PUBLISH): State.PUBLISHED,
}


def after(state: State, event: Event) -> State | None:
    """The state that follows, or None when this cannot happen in that state."""
    return TRANSITIONS.get((state, event))


def by_the_clock(
    state: State, *, window_is_over: bool, has_open_requests: bool, was_handed_in: bool = False
) -> State:
    """The state that holds now, whether or not a worker has written it down (R13, R21).

    What the site gave back and she did not hand in again stands as it was handed in (R17).
    """
    if state is State.OPEN and window_is_over:
        return State.SUBMITTED if was_handed_in else State.LOCKED
    if state is State.RETURNED and not has_open_requests:
        return State.SUBMITTED
    return state


class CheckState(StrEnum):
    """What is known of an image; what was refused counts for nothing (R15)."""

    PENDING = "pending"
    CHECKED = "checked"
    REFUSED = "refused"


class ReopenAnswer(StrEnum):
    """What the site said to her wish to have the application back (R17)."""

    GRANTED = "granted"
    DECLINED = "declined"


class RequestState(StrEnum):
    """Where a request stands."""

    OPEN = "open"
    ANSWERED = "answered"
    OVERDUE = "overdue"
    WITHDRAWN = "withdrawn"


class RequestKind(StrEnum):
    """What a reviewer demands (R19)."""

    REPLACE = "REPLACE"
    ADD = "ADD"
    FIX = "FIX"


@dc.dataclass(frozen=True, kw_only=True)
class RequestWindow:
    """A request's own time (R14): it is not bound by the exam's window."""

    raised_at: dt.datetime
    due_at: dt.datetime
    grace: dt.timedelta

    def admits(self, *, began_at: dt.datetime, written_at: dt.datetime) -> bool:
        """Whether what began and is written then is in time; R12 holds alike."""
        # The database's clock raised the request, the gateway's says when an answer began.
        began_at = max(began_at, min(self.raised_at, written_at))
        window = Window(opens_at=self.raised_at, ends_at=self.due_at, grace=self.grace)
        return window.admits(began_at=began_at, written_at=written_at)

    def is_over(self, now: dt.datetime) -> bool:
        """Whether nothing that answers it can be written any more (R21)."""
        return now >= self.due_at + self.grace


def free_slots(*, allowed: int, kept: int) -> int:
    """How many more images a material takes (R9)."""
    return max(0, allowed - kept)


def order_is_complete(*, wanted: Iterable[object], present: Iterable[object]) -> bool:
    """Whether a new order names each image once."""
    named = list(wanted)
    return len(named) == len(set(named)) and set(named) == set(present)
