"""What the pages of the second reading show: the case without its past, and both sides at last."""

import dataclasses as dc
import uuid
from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from services.review.domain.judging import Choice
from services.review.domain.second import Judgement, Reading
from services.review.domain.staff import Reviewer
from services.review.models.case import Case, Exam, Image
from services.review.models.second import SecondReading
from services.review.models.staff import Staff
from services.review.operations import second as operations
from services.review.queries.shapes import Desk, DeskImage, DeskMaterial, with_repeats


@dc.dataclass(frozen=True, kw_only=True)
class Sheet:
    """One reading as the second reader sees it."""

    reading: SecondReading
    desk: Desk
    """The case with her own verdicts alone: no note, mark, request or older version."""
    given: Mapping[uuid.UUID, Judgement]


@dc.dataclass(frozen=True, kw_only=True)
class Side:
    """One image under both readings."""

    image: DeskImage
    first: Judgement | None
    second: Judgement | None

    @property
    def differs(self) -> bool:
        """Whether they judge it differently."""
        first, second = self.first, self.second
        return bool(first and second and first.choice is not second.choice)


@dc.dataclass(frozen=True, kw_only=True)
class Comparison:
    """A finished reading beside the conclusion, for the lead."""

    reading: SecondReading
    case: Case
    exam: Exam
    sides: list[Side]
    concluded_by: str
    read_by: str
    settled_by: str


def sheet(session: Session, reading: SecondReading) -> Sheet | None:
    """The reading's case without its past."""
    case = session.get(Case, reading.case_id)
    exam = session.get(Exam, case.exam) if case else None
    if case is None or exam is None:
        return None
    given = operations.given(session, reading.id)
    return Sheet(reading=reading, desk=_blind(session, case, exam, given), given=given)


def hers(session: Session, case_id: uuid.UUID, who: Reviewer) -> uuid.UUID | None:
    """The reading of this case that is in her hands: until it is done the case's past is closed
    to her.
    """
    return session.scalar(
        select(SecondReading.id).where(
            SecondReading.case_id == case_id,
            SecondReading.reader_id == who.id,
            SecondReading.state == Reading.WAITING.value,
        )
    )


def comparison(session: Session, case_id: uuid.UUID) -> Comparison | None:
    """The newest finished reading of the case; one that is not settled comes first."""
    first, second, third = aliased(Staff), aliased(Staff), aliased(Staff)
    open_ = SecondReading.agrees.is_(False) & SecondReading.settlement.is_(None)
    row = session.execute(
        select(SecondReading, first.name, second.name, third.name)
        .outerjoin(first, first.id == SecondReading.concluded_by)
        .outerjoin(second, second.id == SecondReading.reader_id)
        .outerjoin(third, third.id == SecondReading.settled_by)
        .where(SecondReading.case_id == case_id, SecondReading.state == Reading.READ.value)
        .order_by(open_.desc(), SecondReading.read_at.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    reading, concluded_by, read_by, settled_by = row
    shown = sheet(session, reading)
    if shown is None:
        return None
    return Comparison(
        reading=reading,
        case=shown.desk.case,
        exam=shown.desk.exam,
        sides=_sides(reading, shown),
        concluded_by=concluded_by or "",
        read_by=read_by or "",
        settled_by=settled_by or "",
    )


def _sides(reading: SecondReading, shown: Sheet) -> list[Side]:
    first = operations.first_of(reading)
    return [
        Side(image=image, first=first.get(image.id), second=shown.given.get(image.id))
        for image in shown.desk.images
    ]


def _blind(session: Session, case: Case, exam: Exam, given: Mapping[uuid.UUID, Judgement]) -> Desk:
    rows = session.scalars(
        select(Image)
        .where(Image.case_id == case.id, Image.is_current)
        .order_by(Image.material, Image.position, Image.id)
    ).all()
    absences = {a["material"]: a["reason"] for a in case.absences}
    codes = [*case.materials, *sorted({r.material for r in rows} - set(case.materials))]
    images = with_repeats(
        _image(row, number, given.get(row.id))
        for code in codes
        for number, row in enumerate((r for r in rows if r.material == code), 1)
    )
    materials = [
        DeskMaterial(
            code=code,
            images=tuple(image for image in images if image.row.material == code),
            absence=absences.get(code, ""),
            drafts=(),
        )
        for code in codes
    ]
    return Desk(
        case=case,
        exam=exam,
        materials=tuple(materials),
        requests=(),
        happenings=(),
        suspicions=(),
        claimed_by=None,
        claimed_until=None,
        claim_is_mine=False,
        may_judge=True,
        wish=None,
        duplicates=(),
    )


def _image(row: Image, number: int, said: Judgement | None) -> DeskImage:
    choice: Choice | None = said.choice if said else None
    return DeskImage(
        row=row,
        number=number,
        site=None,
        area=choice,
        draft=None,
        answered=None,
        explanation="",
        older=None,
        version=1,
        is_new=False,
    )
