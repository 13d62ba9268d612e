"""What pages need besides an application: the exam's limits, and whom to ask."""

import dataclasses as dc

from sqlalchemy import select
from sqlalchemy.orm import Session

from libs.common.messages import ApplicationId
from services.upload.domain.exam import Exam, Site, Text
from services.upload.models.application import Application
from services.upload.models.exam import LoadedExam
from services.upload.models.packs import the_exam
from services.upload.queries.shapes.account import Signed


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


@dc.dataclass(frozen=True, kw_only=True)
class Desk:
    """Whom to ask, and the footer."""

    helpers: tuple[Site, ...] = ()
    footer: tuple[Text, ...] = ()


def desk_of(who: Signed) -> Desk:
    """Her own site's."""
    return Desk(helpers=(who.site,), footer=who.footer)


def desk_of_all(session: Session) -> Desk:
    """For those of whom nothing is known yet: the areas of every exam that is loaded."""
    codes = session.scalars(select(LoadedExam.code).order_by(LoadedExam.code)).all()
    exams = [the_exam(session, code) for code in codes]
    return Desk(
        helpers=tuple(dict.fromkeys(exam.area for exam in exams)),
        footer=tuple(dict.fromkeys(line for exam in exams for line in exam.footer)),
    )


def exam_of(session: Session, application_id: ApplicationId) -> Exam:
    """The exam of an application: its zone, its limits."""
    code = session.execute(select(Application.exam).where(Application.id == application_id))
    return the_exam(session, code.scalar_one())
