"""What reviewers asked for over the rounds."""

import dataclasses as dc
import datetime as dt

from services.upload.queries.shapes.application import ApplicationPage
from services.upload.queries.shapes.requests import RequestView


@dc.dataclass(frozen=True, kw_only=True)
class RoundView:
    """One submission."""

    round: int
    receipt_number: str
    submitted_at: dt.datetime
    images: int


@dc.dataclass(frozen=True, kw_only=True)
class AskedPage:
    """What reviewers ask for, and what became of it; and every round with its receipt (R20)."""

    page: ApplicationPage
    asked: tuple[RequestView, ...]
    """Open ones, the unanswered first."""
    past: tuple[RequestView, ...]
    """Answered, overdue or withdrawn, the newest first."""
    rounds: tuple[RoundView, ...]
