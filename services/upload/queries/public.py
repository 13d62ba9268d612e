"""What pages need besides an application: the exam's limits, and whom to ask."""

import dataclasses as dc

from sqlalchemy import select
from sqlalchemy.orm import Session

from libs.common.messages import ApplicationId
from services.upload.domain.exam import Exam, Site, Text
from services.upload.models.application import Application
from services.upload.models.exam import LoadedExam
from services.upload.models.packs import the_exam


@dc.dataclass(frozen=True, kw_only=True)
class Contacts:
    """The sites of one exam (R28)."""

    exam_name: Text
    sites: tuple[Site, ...]


def contacts(session: Session) -> tuple[Contacts, ...]:
    """Whom to ask, for those who are not signed in."""
    codes = session.scalars(select(LoadedExam.code).order_by(LoadedExam.code)).all()
    exams = [the_exam(session, code) for code in codes]
    return tuple(Contacts(exam_name=exam.name, sites=(exam.area, *exam.sites)) for exam in exams)


def exam_of(session: Session, application_id: ApplicationId) -> Exam:
    """The exam of an application: its zone, its limits."""
    code = session.execute(select(Application.exam).where(Application.id == application_id))
    return the_exam(session, code.scalar_one())
