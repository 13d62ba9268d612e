"""What may be erased now, what has to stay and until when, and how her request stands (R28)."""

import dataclasses as dc
import datetime as dt
from collections import Counter

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from libs.common.messages import ApplicationId
from services.upload.domain.application import State
from services.upload.domain.exam import Site, Text
from services.upload.domain.retention import TAKE_BACK, ErasureState
from services.upload.domain.shrink import OPEN
from services.upload.models.application import Image, Submission
from services.upload.models.holdings import read_holdings
from services.upload.models.retention import Erasure
from services.upload.models.shrink import Shrink
from services.upload.operations.erasure import never_handed_in
from services.upload.queries.papers import title_of


@dc.dataclass(frozen=True, kw_only=True)
class ErasureView:
    """One request for erasure."""

    state: ErasureState
    asked_at: dt.datetime
    due_at: dt.datetime
    ended_at: dt.datetime | None
    words: str
    erased: int


@dc.dataclass(frozen=True, kw_only=True)
class ErasurePage:
    """What the page about erasure says."""

    zone: str
    area: Site
    """Whom she can call."""
    goes: tuple[tuple[Text, int], ...]
    """Material and how many of its pictures may go now; deleted ones too."""
    photos: int
    absences: int
    stays: int
    """Pictures that were handed in."""
    submissions: int
    may_still_submit: bool
    """Whether what goes would have to be uploaded again."""
    retention_days: int
    kept_until: dt.datetime | None
    take_back_days: int
    requests: tuple[ErasureView, ...]
    """The newest first."""

    @property
    def waiting(self) -> ErasureView | None:
        """The one that she can take back."""
        return next((r for r in self.requests if r.state is ErasureState.ASKED), None)

    @property
    def has_something(self) -> bool:
        """Whether anything would be erased now."""
        return bool(self.goes or self.photos or self.absences)


def erasure_page(session: Session, application_id: ApplicationId) -> ErasurePage:
    """All of it. Raises Refusal `no_application`."""
    held = read_holdings(session, application_id)
    going = never_handed_in(session, application_id)
    counts = Counter(image.material for image in going)
    return ErasurePage(
        zone=held.exam.zone,
        area=held.exam.area,
        goes=tuple((title_of(held.exam, code), count) for code, count in sorted(counts.items())),
        photos=_count(session, Shrink, application_id, Shrink.state.in_(OPEN)),
        absences=len(held.absences) if held.application.round == 0 else 0,
        stays=_count(session, Image, application_id) - len(going),
        submissions=_count(session, Submission, application_id),
        may_still_submit=held.state in (State.OPEN, State.RETURNED),
        retention_days=held.exam.settings.retention_days,
        kept_until=held.kept_until,
        take_back_days=TAKE_BACK.days,
        requests=_requests(session, application_id),
    )


def _count(
    session: Session,
    table: type[Shrink | Image | Submission],
    application_id: ApplicationId,
    *conditions: object,
) -> int:
    statement = select(func.count()).select_from(table)
    for condition in (table.application_id == application_id, *conditions):
        statement = statement.where(condition)  # type: ignore[arg-type]
    return int(session.execute(statement).scalar_one())


def _requests(session: Session, application_id: ApplicationId) -> tuple[ErasureView, ...]:
    rows = session.scalars(
        select(Erasure)
        .where(Erasure.application_id == application_id)
        .order_by(Erasure.asked_at.desc())
    ).all()
    return tuple(
        ErasureView(
            state=ErasureState(row.state),
            asked_at=row.asked_at,
            due_at=row.due_at,
            ended_at=row.ended_at,
            words=row.words,
            erased=row.erased,
        )
        for row in rows
    )
