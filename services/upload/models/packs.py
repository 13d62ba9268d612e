"""The exam that a pack in the database describes, parsed once per version and process."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from libs.common.errors import Refusal
from services.upload.domain.exam import Exam
from services.upload.models.exam import LoadedExam
from services.upload.packs import pack

KEPT_PACKS = 16


def the_exam(session: Session, code: str) -> Exam:
    """The loaded exam of that code. Raises Refusal `unknown_exam`."""
    version = session.execute(
        select(LoadedExam.version).where(LoadedExam.code == code)
    ).scalar_one_or_none()
    if version is None:
        raise Refusal("unknown_exam", exam=code[:40])
    cached = _PARSED.get((code, version))
    if cached is None:
        document = session.execute(
            select(LoadedExam.pack).where(LoadedExam.code == code)
        ).scalar_one()
        cached = pack.accepted(document)
        while len(_PARSED) >= KEPT_PACKS:
            _PARSED.pop(next(iter(_PARSED)))
        _PARSED[code, version] = cached
    return cached


_PARSED: dict[tuple[str, str], Exam] = {}
