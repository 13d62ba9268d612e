"""Her images of earlier exams, as far as the reviewers accepted them there (carry-over)."""

import dataclasses as dc
import datetime as dt
from collections.abc import Iterable, Mapping
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from services.upload.domain.application import CheckState, RequestKind, State
from services.upload.domain.carrying import Former, offered
from services.upload.domain.exam import MAIN, Exam
from services.upload.models.application import Application, Image
from services.upload.models.candidate import Registration
from services.upload.models.holdings import Holdings
from services.upload.models.review import Request


@dc.dataclass(frozen=True, kw_only=True)
class FormerImage:
    """One that this exam still takes, with its row and the code of its exam."""

    row: Image
    exam: str

    @property
    def first_received_at(self) -> dt.datetime:
        """When its bytes first came: carrying over makes no picture younger."""
        return self.row.first_received_at or self.row.received_at


def offers_of(session: Session, held: Holdings) -> Mapping[str, tuple[FormerImage, ...]]:
    """Material → images that she may use again and has not in place, in their old order.

    One statement, and none where the exam carries nothing over. She is who she was by the blind
    index of her ID number.
    """
    carries = {m.code: m.carry for m in held.exam.materials if m.carry is not None}
    exams = {code for carry in carries.values() for code in carry.exams}
    rows = _accepted(session, held, exams=exams, materials=carries) if exams else []
    in_place = {image.carried_from for image in held.images}
    found: dict[str, tuple[FormerImage, ...]] = {}
    for material, carry in carries.items():
        mine = {f.row.id: f for f in rows if f.row.material == material}
        taken = offered(
            carry,
            [_plain(former) for former in mine.values()],
            ends_at=held.base_window.ends_at,
            valid_on=held.exam.exam_day or _last_day(held.exam),
        )
        left = tuple(mine[f.image_id] for f in taken if f.image_id not in in_place)
        if left:
            found[material] = left
    return found


def _accepted(
    session: Session, held: Holdings, *, exams: Iterable[str], materials: Iterable[str]
) -> list[FormerImage]:
    """What was handed in, accepted and published there, by nobody asked to be exchanged, and of an
    application that no suspicion holds.
    """
    disputed = select(Request.image_id).where(
        Request.application_id == Application.id,
        Request.kind == RequestKind.REPLACE,
        Request.image_id.is_not(None),
    )
    rows = session.execute(
        select(Image, Application.exam)
        .join(Application, Application.id == Image.application_id)
        .join(Registration, Registration.application_id == Application.id)
        .where(
            Registration.id_number_index == held.registration.id_number_index,
            Application.id != held.application.id,
            Application.exam.in_(sorted(exams)),
            Application.state == State.PUBLISHED,
            Application.is_held.is_(False),
            Image.material.in_(sorted(materials)),
            Image.check_state == CheckState.CHECKED,
            Image.locked_at.is_not(None),
            Image.superseded_at.is_(None),
            # Who passed had every image accepted; else the mark on the image itself counts.
            or_(Image.accepted_at.is_not(None), Application.outcome == "passed"),
            Image.id.not_in(disputed),
        )
    ).all()
    return [FormerImage(row=row.Image, exam=row.exam) for row in rows]


def _plain(former: FormerImage) -> Former:
    return Former(
        image_id=former.row.id,
        exam=former.exam,
        position=former.row.position,
        received_at=former.first_received_at,
        valid_until=former.row.valid_until,
    )


def _last_day(exam: Exam) -> dt.date:
    return exam.windows[MAIN].ends_at.astimezone(ZoneInfo(exam.zone)).date()
